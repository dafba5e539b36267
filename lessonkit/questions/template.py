"""Questions with parameters: the same question with other numbers, drawn from a seed.

A question that has ``parameters`` is a template. Drawing one gives a plain question: each parameter gets a
value of its range, `where` names what follows from them, `require` says which draws are fit to be asked, and
formulas (in ``answer``, and between ``{{`` and ``}}`` in any text) become numbers::

    parameters: {tp: 30..60, fp: 5..20/5, share: [0.1, 0.2]}   # from 30 to 60; 5, 10, 15 or 20; one of two
    where: {flagged: tp + fp}
    require: [tp > 2 * fp]
    prompt: A filter flags {{flagged}} mails, and {{tp}} of them are spam. What is its precision?
    answer: tp / flagged
    explain: The precision is {{tp}} / {{flagged}} = {{tp / flagged | .2f}}.

Everything here reads plain mappings, as they stand in the file, so that the lint rules can use it too. A text
under the key `answer` or `formula`, of the question or of a known mistake, is a formula whatever the kind: a
kind whose answer is no number calls it otherwise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from itertools import product
from random import Random
from typing import Any, Final, NamedTuple, TypeAlias

from lessonkit.questions.arithmetic import FUNCTIONS, Formula, FormulaError, Value, exact
from lessonkit.questions.plain import is_number
from lessonkit.questions.problem import Flaw

#: What everyone sees unless another seed is asked for: the order of choices, and the numbers of a variant.
DEFAULT_SEED: Final = 0
#: Up to so many draws are all judged; of more, so many and the corners.
MOST_JUDGED: Final = 10_000
#: A requirement that leaves less than this share of the draws is refused, so that drawing ends.
LEAST_SHARE: Final = 0.1

_KEYS: Final = ("parameters", "where", "require")
_MOST_TRIES = 200  # one learner in a billion would need more
_MOST_ENTRIES = 12
_MOST_VALUES = 10**9
_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
_RANGE = re.compile(r"(?P<low>[+-]?[0-9]{1,12})\.\.(?P<high>[+-]?[0-9]{1,12})(?:/(?P<step>[0-9]{1,12}))?")
_BLANK = re.compile(r"\{\{(?P<formula>[^{}|]*)(?:\|(?P<form>[^{}|]*))?\}\}")
_FORM = re.compile(r",?(\.[0-9]{1,2}[f%g])?")

_At: TypeAlias = tuple[str | int, ...]
_Mapping: TypeAlias = Mapping[str, Any]
_FillText: TypeAlias = Callable[[re.Match[str]], str]
_FillNumber: TypeAlias = Callable[[str], float]


def is_template(question: _Mapping) -> bool:
    """Say whether the question has something to be drawn."""
    return any(question.get(key) for key in _KEYS)


def draw(question: _Mapping, seed: int | str) -> dict[str, Any]:
    """Return the plain question that belongs to `seed`.

    Raises
    ------
    FormulaError
        The template is unsound; `template_flaws` says where.
    """
    template = _Template.of(question)
    for attempt in range(_MOST_TRIES):
        key = f"{seed}\n{question.get('id')}\n{attempt}"
        chosen = {name: _pick(values, f"{key}\n{name}") for name, values in template.parameters.items()}
        completed = template.complete(chosen)
        if completed is not None:
            return fill(question, completed)
    raise FormulaError("hardly any draw meets `require`; widen the ranges or drop a condition", "LK066")


def blank(question: _Mapping) -> dict[str, Any]:
    """Return a template that cannot be drawn with 1 for every formula: the rest of it can be judged."""
    return _fill(question, lambda found: found[0], lambda _: 1.0)


def fill(question: _Mapping, values: Mapping[str, Value]) -> dict[str, Any]:
    """Return the plain question with these values."""
    return _fill(question, lambda found: _shown(found, values), lambda text: float(_read(text).value(values)))


def template_flaws(question: _Mapping) -> Iterator[Flaw]:
    """Yield what is wrong with a template before anything is drawn: ranges, formulas and names."""
    parameters, where = (_mapping(question.get(key)) for key in ("parameters", "where"))
    if not parameters:
        message = "nothing is drawn; name a number and its range: `parameters: {tp: 30..60}`"
        yield Flaw(("parameters",), "LK064", message)
        return
    yield from _range_flaws(question)
    known = list(parameters)
    used: set[str] = set()
    for name, text in where.items():
        yield from _name_flaws(("where", name), name, taken=known)
        yield from _formula_flaws(("where", name), text, known, used)
        known.append(name)
    for index, text in enumerate(_list(question.get("require"))):
        yield from _formula_flaws(("require", index), text, known, used)
    for at, text in _formulas(question):
        yield from _formula_flaws(at, text, known, used)
    for name in known:
        if name not in used:
            key = "parameters" if name in parameters else "where"
            yield Flaw((key, name), "LK063", f"{name!r} is never used; use it in a formula, or remove it")


@dataclass(frozen=True)
class Draw:
    """One draw of a template: the parameters, and either the plain question or what went wrong."""

    parameters: Mapping[str, Value]
    question: dict[str, Any] | None
    fault: FormulaError | None

    def flaws(self, judge: Callable[[_Mapping], Iterable[Flaw]]) -> Iterable[Flaw]:
        """Return what `judge` finds in the plain question, or that there is none."""
        if self.fault is not None:
            return [Flaw(("parameters",), self.fault.code, str(self.fault))]
        return judge(self.question or {})

    def __str__(self) -> str:
        return ", ".join(f"{name} = {_plain(value)}" for name, value in self.parameters.items())


def draws(question: _Mapping) -> Iterator[Draw | None]:
    """Yield every draw of a sound template; of more than `MOST_JUDGED`, as many at random and the corners.

    None stands for a draw that `require` turns down.
    """
    template = _Template.of(question)
    for names in template.combinations():
        try:
            values = template.complete(names)
            yield None if values is None else Draw(names, fill(question, values), None)
        except FormulaError as error:
            yield Draw(names, None, error)


class _Template(NamedTuple):
    """The part of a template that is computed."""

    parameters: dict[str, Sequence[Value]]
    where: dict[str, Formula]
    require: list[Formula]

    @classmethod
    def of(cls, question: _Mapping) -> _Template:
        parameters = {
            name: _values(written) for name, written in _mapping(question.get("parameters")).items()
        }
        where = {name: _formula(text) for name, text in _mapping(question.get("where")).items()}
        return cls(parameters, where, [_formula(text) for text in _list(question.get("require"))])

    def complete(self, parameters: Mapping[str, Value]) -> dict[str, Value] | None:
        """Return the values of all names, or None if a requirement does not hold.

        A requirement is judged as soon as its names have values, so it can keep a division by zero from
        happening.
        """
        values = dict(parameters)
        waiting = self.require
        for name, formula in (("", None), *self.where.items()):
            if formula is not None:
                values[name] = formula.value(values)
            ready = [condition for condition in waiting if condition.names <= values.keys()]
            if not all(condition.holds(values) for condition in ready):
                return None
            waiting = [condition for condition in waiting if condition not in ready]
        for condition in waiting:
            condition.holds(values)  # names what it lacks
        return values

    def combinations(self) -> Iterator[dict[str, Value]]:
        ranges = list(self.parameters.values())
        total = math.prod(map(len, ranges))
        if total <= MOST_JUDGED:
            chosen: Iterator[tuple[Value, ...]] = product(*ranges)
        else:
            random = Random(0)  # noqa: S311  (a fixed sample, not a secret)
            corners = product(*((values[0], values[-1]) for values in ranges))
            sample = (tuple(random.choice(values) for values in ranges) for _ in range(MOST_JUDGED))
            chosen = (*corners, *sample).__iter__()
        for values in chosen:
            yield dict(zip(self.parameters, values, strict=True))


def _pick(values: Sequence[Value], key: str) -> Value:
    return values[int.from_bytes(sha256(key.encode()).digest()) % len(values)]


class _Range(Sequence[Fraction]):
    """The whole numbers of a range, as exact numbers and without holding them."""

    def __init__(self, low: int, high: int, step: int) -> None:
        self._numbers = range(low, high + 1, step)

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401  (Sequence has an overload for slices)
        return Fraction(self._numbers[index])


def _values(written: object) -> Sequence[Value]:
    """Return the values a parameter can take.

    Raises
    ------
    FormulaError
        It is neither a range nor a list of numbers (``LK064``).
    """
    if isinstance(written, str) and (found := _RANGE.fullmatch(written.replace(" ", ""))) is not None:
        low, high, step = int(found["low"]), int(found["high"]), int(found["step"] or 1)
        if low < high and 0 < step <= high - low <= _MOST_VALUES:
            return _Range(low, high, step)
        raise FormulaError(f"{written} holds no two numbers; write the smaller end first: 30..60", "LK064")
    if isinstance(written, list | tuple) and len(written) > 1 and all(map(is_number, written)):
        return [exact(number) for number in written]
    raise FormulaError("write a range such as 30..60 or 5..20/5, or a list such as [0.1, 0.2]", "LK064")


@lru_cache(maxsize=512)
def _read(text: str) -> Formula:
    return Formula(text)


def _formula(written: object) -> Formula:
    """Return the formula in the file: a text, or a bare number."""
    if isinstance(written, str):
        return _read(written)
    if is_number(written):
        return _read(repr(written))
    raise FormulaError("a formula is expected, such as tp / (tp + fp)", "LK061")


def _split(found: re.Match[str]) -> tuple[Formula, str]:
    """Return formula and format of a ``{{formula | format}}``."""
    form = (found["form"] or "").strip()
    if _FORM.fullmatch(form) is None:
        raise FormulaError(f"{form!r} is no format; write .2f, .1%, .3g or a comma for thousands", "LK061")
    return _read(found["formula"].strip()), form


def _fill(question: _Mapping, text: _FillText, number: _FillNumber) -> dict[str, Any]:
    filled = {key: _fill_texts(part, text) for key, part in question.items() if key not in _KEYS}
    for holder in (filled, *_list(filled.get("mistakes"))):
        if isinstance(holder, dict) and isinstance(holder.get("answer"), str):
            holder["answer"] = number(holder["answer"])
    if isinstance(filled.get("formula"), str):
        filled["formula"] = repr(number(filled["formula"]))
    return filled


def _fill_texts(value: object, text: _FillText) -> Any:  # noqa: ANN401  (any data of a file)
    match value:
        case str():
            return _BLANK.sub(text, value)
        case Mapping():
            return {key: _fill_texts(part, text) for key, part in value.items()}
        case list() | tuple():
            return [_fill_texts(part, text) for part in value]
        case _:
            return value


def _shown(found: re.Match[str], values: Mapping[str, Value]) -> str:
    formula, form = _split(found)
    value = formula.value(values)
    if not form:
        return _plain(value)
    # A comma alone groups the digits of a whole number, and adds no decimals to it.
    return format(int(value) if form == "," and value == int(value) else float(value), form)


def _formulas(question: _Mapping) -> Iterator[tuple[_At, object]]:
    """Yield every formula outside `parameters`, `where` and `require`: a text, or a match of `_BLANK`."""
    for key, part in question.items():
        if key not in _KEYS:
            yield from _blanks((key,), part)
    numbers: dict[_At, object] = {(key,): question.get(key) for key in ("answer", "formula")}
    for index, mistake in enumerate(_list(question.get("mistakes"))):
        numbers["mistakes", index, "answer"] = _mapping(mistake).get("answer")
    yield from ((at, written) for at, written in numbers.items() if isinstance(written, str))


def _blanks(at: _At, value: object) -> Iterator[tuple[_At, object]]:
    match value:
        case str():
            yield from ((at, found) for found in _BLANK.finditer(value))
        case Mapping():
            for key, part in value.items():
                yield from _blanks((*at, key), part)
        case list() | tuple():
            for index, part in enumerate(value):
                yield from _blanks((*at, index), part)
        case _:
            pass


def _range_flaws(question: _Mapping) -> Iterator[Flaw]:
    for key, form, wanted in (
        ("parameters", Mapping, "a name and a range for each, such as {tp: 30..60}"),
        ("where", Mapping, "a name and a formula for each, such as {flagged: tp + fp}"),
        ("require", list | tuple, "a list of comparisons, such as [tp > fp]"),
    ):
        if key in question and not isinstance(question[key], form):
            yield Flaw((key,), "LK064", f"`{key}` is {wanted}")
        elif len(question.get(key, ())) > _MOST_ENTRIES:
            yield Flaw((key,), "LK064", f"`{key}` has at most {_MOST_ENTRIES} entries; simplify the question")
    for name, written in question["parameters"].items():
        yield from _name_flaws(("parameters", name), name, taken=())
        try:
            _values(written)
        except FormulaError as error:
            yield Flaw(("parameters", name), error.code, str(error))


def _name_flaws(at: _At, name: str, taken: Sequence[str]) -> Iterator[Flaw]:
    if _NAME.fullmatch(name) is None or name in FUNCTIONS:
        yield Flaw(at, "LK064", f"{name!r} cannot be a name; use lower-case letters, digits and _")
    elif name in taken:
        yield Flaw(at, "LK064", f"{name!r} already has a value; use another name")


def _formula_flaws(at: _At, written: object, known: Sequence[str], used: set[str]) -> Iterator[Flaw]:
    try:
        formula = _split(written)[0] if isinstance(written, re.Match) else _formula(written)
    except FormulaError as error:
        yield Flaw(at, error.code, str(error))
        return
    used |= formula.names
    for name in sorted(formula.names.difference(known)):
        there = ", ".join(known) or "none"
        yield Flaw(at, "LK062", f"unknown name {name!r}; the names here are: {there}")


def _plain(value: Value) -> str:
    """Write a value without a format: whole numbers in full, others with six significant digits."""
    return str(int(value)) if value == int(value) else f"{float(value):.6g}"


def _mapping(value: object) -> _Mapping:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()
