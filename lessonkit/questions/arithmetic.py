"""Formulas and numbers in quiz files: arithmetic that is read, never run.

A formula is parsed by Python's own parser and then walked node by node; what is not on the list below does
not exist. No name reaches Python, and the sizes of text, tree and numbers are bounded, so a hostile formula
costs microseconds. Numbers are exact fractions as long as the arithmetic allows it.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

#: What a formula works with. Fractions stay exact; roots and logarithms are floats.
Value: TypeAlias = Fraction | float

_LONGEST = 200
_DEEPEST = 20
_MOST_BITS = 512
_LARGEST_POWER = 64

# Everything else Python knows (strings, attributes, indices, other alphabets) stops here, before the parser.
# Each token is taken whole (an atomic group), so a long text is refused in linear time.
_TOKENS = re.compile(
    r"(?>\s+|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![0-9A-Za-z_.])|[A-Za-z_][A-Za-z0-9_]*"
    r"|\*\*|//|[<>=!]=|[-+*/%<>(),])++"
)


_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_])(?P<number>[-+\u2212]?(?:[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+))(?P<percent>(?:\s|\\,)*\\?%)?"
)


class FormulaError(ValueError):
    """A formula that cannot be read or computed. `code` is a key of `lessonkit.questions.problem.RULES`."""

    def __init__(self, message: str, code: str) -> None:
        self.code = code
        super().__init__(message)


def exact(number: float) -> Fraction:
    """Return the number as its author wrote it: 0.1 is one tenth, not the nearest binary fraction."""
    return Fraction(repr(float(number)))


class Formula:
    """A formula that has been read.

    Parameters
    ----------
    text : str
        Numbers, names, ``+ - * / // % **``, comparisons (chained too), parentheses, and the functions `min`,
        `max`, `abs`, `round`, `sqrt` and `log` (natural).

    Attributes
    ----------
    names : frozenset of str
        The names it needs a value for.

    Raises
    ------
    FormulaError
        Not a formula (``LK061``).
    """

    __slots__ = ("_tree", "names", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        if len(text) > _LONGEST:
            raise FormulaError(
                f"a formula has at most {_LONGEST} characters; name parts of it in `where`", "LK061"
            )
        if _TOKENS.fullmatch(text) is None:
            raise FormulaError(f"{text!r} is not arithmetic; {_MEND}", "LK061")
        try:
            self._tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise FormulaError(f"{text!r} is not arithmetic; {_MEND}", "LK061") from None
        self.names = frozenset(_names(self._tree, _DEEPEST))

    def value(self, values: Mapping[str, Value]) -> Value:
        """Return the number.

        Raises
        ------
        FormulaError
            A name has no value (``LK062``), or the result is no finite number (``LK065``).
        """
        found = self._compute(values)
        if isinstance(found, bool):
            raise FormulaError(f"{self.text!r} is a comparison, but a number is meant", "LK061")
        return found

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Return whether the comparison is true; raises like `value`."""
        found = self._compute(values)
        if not isinstance(found, bool):
            raise FormulaError(f"{self.text!r} is a number, but a comparison is meant", "LK061")
        return found

    def _compute(self, values: Mapping[str, Value]) -> Value | bool:
        try:
            return _evaluate(self._tree, values)
        except ZeroDivisionError:
            problem = "divides by zero"
        except (ValueError, OverflowError) as error:
            if isinstance(error, FormulaError):
                raise
            problem = f"is not a number ({error})"
        raise FormulaError(f"{self.text!r} {problem}; narrow the range, or add a `require`", "LK065")


def _names(node: ast.expr, depth: int) -> Iterator[str]:
    """Yield the names in the tree, and refuse whatever is not arithmetic."""
    if depth == 0:
        raise FormulaError(
            f"a formula is nested at most {_DEEPEST} deep; name parts of it in `where`", "LK061"
        )
    if isinstance(node, ast.Name):
        yield node.id
    for part in _parts(node):
        yield from _names(part, depth - 1)


def _parts(node: ast.expr) -> list[ast.expr]:
    """Return what a node of the tree is made of, if it is arithmetic."""
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            if not math.isfinite(number):
                raise FormulaError("a number is too large; use a smaller one", "LK061")
            return []
        case ast.Name():
            return []
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return [operand]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return [left, right]
        case ast.Compare(left=left, ops=ops, comparators=rest) if all(type(op) in _COMPARISONS for op in ops):
            return [left, *rest]
        case ast.Call(func=ast.Name(id=name), args=parts, keywords=[]):
            if name not in FUNCTIONS:
                known = ", ".join(FUNCTIONS)
                raise FormulaError(f"there is no function {name}(); the functions are: {known}", "LK061")
            low, high = _ARGUMENTS[name]
            if not low <= len(parts) <= high:
                raise FormulaError(f"{name}() takes {low} to {high} numbers, not {len(parts)}", "LK061")
            return parts
        case _:
            raise FormulaError(f"{ast.unparse(node)!r} is not arithmetic; {_MEND}", "LK061")


def _evaluate(node: ast.expr, values: Mapping[str, Value]) -> Value | bool:
    match node:
        case ast.Compare(left=left, ops=ops, comparators=rest):
            terms = [_number(term, values) for term in (left, *rest)]
            return all(
                _COMPARISONS[type(op)](one, two) for op, one, two in zip(ops, terms, terms[1:], strict=False)
            )
        case _:
            return _bounded(_number(node, values))


def _number(node: ast.expr, values: Mapping[str, Value]) -> Value:
    result: Value
    match node:
        case ast.Constant(value=int() as number):
            result = Fraction(number)
        case ast.Constant(value=float() as number):
            result = exact(number)
        case ast.Name(id=name):
            if name not in values:
                known = ", ".join(values) or "none"
                raise FormulaError(f"unknown name {name!r}; the names here are: {known}", "LK062")
            return values[name]
        case ast.UnaryOp(op=op, operand=operand):
            value = _number(operand, values)
            result = -value if isinstance(op, ast.USub) else value
        case ast.BinOp(left=left, op=op, right=right):
            result = _OPERATORS[type(op)](_number(left, values), _number(right, values))
        case ast.Call(func=ast.Name(id=name), args=args):
            result = FUNCTIONS[name](*(_number(arg, values) for arg in args))
        case _:  # a comparison inside arithmetic
            raise FormulaError(f"{ast.unparse(node)!r} is a comparison, but a number is meant", "LK061")
    return _bounded(result)


def _bounded(value: Value) -> Value:
    """Return the value if it is finite and of reasonable size, so that no step can take long."""
    if isinstance(value, Fraction):
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > _MOST_BITS:
            raise OverflowError("too many digits")
    elif not math.isfinite(value):
        raise OverflowError("too large")
    return value


def _power(base: Value, exponent: Value) -> Value:
    if isinstance(base, Fraction) and exponent == (whole := int(exponent)):
        if abs(whole) > _LARGEST_POWER:
            raise OverflowError(f"a power above {_LARGEST_POWER}")
        return base**whole
    result = math.pow(base, exponent)  # a ValueError for a root of a negative number, where ** turns complex
    return float(result)


def _round(value: Value, digits: Value = Fraction(0)) -> Fraction:
    whole = int(digits)
    if digits != whole or abs(whole) > _LARGEST_POWER:
        raise ValueError("round() to a whole number of decimals only")
    return round(value if isinstance(value, Fraction) else exact(value), whole)


def _sqrt(value: Value) -> Value:
    root = math.sqrt(value)
    whole = Fraction(root)
    return whole if whole * whole == value else root


_MEND = "write it like tp / (tp + fp)"
_OPERATORS: Final[dict[type[ast.operator], Callable[[Value, Value], Value]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: lambda one, two: Fraction(one // two),
    ast.Mod: operator.mod,
    ast.Pow: _power,
}
_COMPARISONS: Final[dict[type[ast.cmpop], Callable[[Value, Value], bool]]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
#: The functions a formula may call. A parameter cannot have the name of one.
FUNCTIONS: Final[dict[str, Callable[..., Value]]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "round": _round,
    "sqrt": _sqrt,
    "log": math.log,
}
_MANY = 10
_ARGUMENTS: Final[dict[str, tuple[int, int]]] = {
    "min": (2, _MANY),
    "max": (2, _MANY),
    "abs": (1, 1),
    "round": (1, 2),
    "sqrt": (1, 1),
    "log": (1, 1),
}


def number_in(text: str) -> float | None:
    """Return the first number in a text, or None: ``"About 1,000 mails"`` is 1000, ``"9.4 %"`` is 0.094."""
    return next(iter(numbers_in(text)), None)


def numbers_in(text: str) -> list[float]:
    """Return all numbers in a text; digits within a word are none."""
    return [
        float(found["number"].replace(",", "").replace("\u2212", "-")) / (100 if found["percent"] else 1)
        for found in _NUMBER.finditer(text)
    ]
