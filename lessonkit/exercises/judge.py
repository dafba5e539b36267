"""How an exercise is judged: the learner's function against a solution, case by case.

A check knows the right solution and the usual wrong ones. The first case on which
the learner's function differs is told; the wrong solution that agrees with it there
gives the hint. So a hint always speaks about what the learner has really computed.
"""

from __future__ import annotations

import inspect
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

# Far below any difference a mistake makes, far above what the order of additions changes.
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Verdict:
    """The result of a check.

    Attributes
    ----------
    passed : bool
    message : str
        What was found, with the first input on which the answer differs.
    hint : str
        How to go on; empty when nothing is to be added.
    tried : bool
        False while the exercise still holds its placeholder: not solved, but not wrong either.
    begun : bool
        While it is not tried: whether some of its gaps are filled.
    """

    passed: bool
    message: str
    hint: str = ""
    tried: bool = True
    begun: bool = False


NOT_TRIED = Verdict(
    passed=False, message="Replace the … with your answer and run the cell again.", tried=False
)
_RETURNS_NOTHING = Verdict(
    passed=False,
    message="Your function returns nothing yet.",
    hint="End it with `return` and the result.",
    tried=False,
)


@dataclass(frozen=True)
class Mistake:
    """A usual wrong solution, and the hint for one who wrote it."""

    solve: Callable[..., Any]
    hint: str


@dataclass(frozen=True)
class _Failure:
    """Stands in for a result that there is none of: an exception, or one that cannot be read."""

    kind: str
    told: str


_Parts = tuple["NDArray[np.float64]", ...]
_Outcome = _Parts | _Failure | Verdict


def judge_function(  # noqa: PLR0913  (a check is a declaration: every part has its keyword)
    answer: object,
    *,
    solution: Callable[..., Any],
    cases: Sequence[tuple[Any, ...]],
    mistakes: Sequence[Mistake],
    otherwise: str,
    returns: tuple[str, ...] = (),
    adapt: Callable[..., Any] | None = None,
) -> Verdict:
    """Compare the learner's function with the solution on every case.

    Parameters
    ----------
    answer : object
        What the learner handed in; anything.
    solution : callable
        Returns a number, a 1-D array, or a tuple of these. Its parameters name the inputs.
    cases : sequence of tuple
        The arguments of each call; lists become arrays. The simplest case first: it is told first.
    mistakes : sequence of Mistake
    otherwise : str
        The hint when no known mistake fits.
    returns : tuple of str
        The names of the parts, when the solution returns a tuple, or of the one result.
    adapt : callable, optional
        ``adapt(result, *arguments)`` turns a result into what is compared, where several results are right.

    Returns
    -------
    Verdict
    """
    if answer is None or answer is ...:
        return NOT_TRIED
    if not callable(answer):
        return Verdict(
            passed=False,
            message=f"A function is expected, and you gave {_kind(answer)}.",
            hint="Give the function itself, without parentheses: `check(…, my_function)`.",
        )

    expected = [_run(solution, case, None, returns, adapt) for case in cases]
    shapes = [_parts_of(each) for each in expected]
    results = []
    for case, right in zip(cases, shapes, strict=True):
        result = _run(answer, case, right, returns, adapt)
        if isinstance(result, Verdict):
            return result
        results.append(result)

    for index, (result, right) in enumerate(zip(results, shapes, strict=True)):
        part = _first_difference(result, right)
        if part is None:
            continue
        told = _told_inputs(solution, cases[index])
        beliefs = [
            [_run(each.solve, case, like, returns, adapt) for case, like in zip(cases, shapes, strict=True)]
            for each in mistakes
        ]
        hints = [each.hint for each in mistakes]
        hint = _hint(results, beliefs, hints, index, part) or _rounded(result, right, part) or otherwise
        if isinstance(result, _Failure):
            return Verdict(passed=False, message=f"{told} {result.told}", hint=hint)
        name = returns[part] if returns else "result"
        message = f"{told} your {name} is {_told(result[part])}; {_told(right[part])} is expected."
        return Verdict(passed=False, message=message, hint=hint)
    return Verdict(passed=True, message=f"All {len(cases)} cases are right.")


def judge_number(
    answer: object,
    *,
    solution: float,
    tolerance: float,
    mistakes: Mapping[float, str],
    otherwise: str,
) -> Verdict:
    """Compare a number with the solution, which the message does not give away.

    Parameters
    ----------
    answer : object
        What the learner handed in; anything.
    solution, tolerance : float
        Right is what lies within `tolerance` of `solution`.
    mistakes : mapping of float to str
        A wrong number, and the hint for one who gave it, or one within 1 % or the tolerance of it.
    otherwise : str
        The hint when no known mistake fits.

    Returns
    -------
    Verdict
    """
    if answer is None or answer is ...:
        return NOT_TRIED
    number = _read(answer, 0)
    if number is None:
        return Verdict(
            passed=False,
            message=f"A number is expected, and you gave {_kind(answer)}.",
            hint="Give the number itself, such as `0.5`, or an expression of numbers.",
        )
    if abs(number - solution) <= tolerance:
        return Verdict(passed=True, message=f"{_told(number)} is right.")
    gap, hint = min(
        (abs(number - wrong) / max(tolerance, abs(wrong) / 100), hint) for wrong, hint in mistakes.items()
    )
    return Verdict(passed=False, message=f"{_told(number)} is not it.", hint=hint if gap <= 1 else otherwise)


def _run(
    function: Callable[..., Any],
    case: tuple[Any, ...],
    like: _Parts | None,
    returns: tuple[str, ...],
    adapt: Callable[..., Any] | None,
) -> _Outcome:
    """Call the function on fresh copies of the case and read what it returns."""
    try:
        # A warning of NumPy (0 / 0) is no news here: the nan it leaves is told.
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            result = function(*_arguments(case))
            if result is None:
                return _RETURNS_NOTHING
            if _holds_placeholder(result):
                return NOT_TRIED
            if adapt is not None and _read(result, 0) is not None:
                result = adapt(float(np.asarray(result).item()), *_arguments(case))
    except (Exception, SystemExit) as error:  # noqa: BLE001  (whatever the learner's code does is told, not raised)
        if isinstance(error, TypeError) and "ellipsis" in str(error):
            return NOT_TRIED
        name = type(error).__name__
        return _Failure(name, f"your function stopped with {name}: {error}".rstrip(": ") + ".")
    return _parts(result, like, returns)


def _arguments(case: tuple[Any, ...]) -> list[Any]:
    return [np.array(value) if isinstance(value, list) else value for value in case]


def _holds_placeholder(result: object) -> bool:
    return result is ... or (isinstance(result, (tuple, list)) and any(part is ... for part in result))


def _parts(result: object, like: _Parts | None, returns: tuple[str, ...]) -> _Parts | _Failure:
    """Read a result as numbers and 1-D arrays; `like` is the right result, None when this is it."""
    many = len(returns) > 1
    wanted = len(returns) if many else 1
    if many and (not isinstance(result, (tuple, list, np.ndarray)) or len(result) != wanted):
        size = f" of {len(result)}" if isinstance(result, (tuple, list, np.ndarray)) else ""
        told = f"you returned {_kind(result)}{size}; {wanted} values are expected: ({', '.join(returns)})."
        return _Failure(told, told)
    values: list[Any] = list(result) if many else [result]  # type: ignore[call-overload]
    read = []
    for position, value in enumerate(values):
        dimensions = np.ndim(value) if like is None else like[position].ndim
        part = _read(value, dimensions)
        if part is None:
            name = f" as {returns[position]}" if many else ""
            shape = "a single number" if dimensions == 0 else "a one-dimensional array of numbers"
            told = f"you returned {_kind(value)}{name}; {shape} is expected."
            return _Failure(told, told)
        read.append(part)
    return tuple(read)


def _read(value: object, dimensions: int) -> NDArray[np.float64] | None:
    """Copy a number (0) or a row of numbers (1) as float64; None for anything else."""
    try:
        array = np.array(value)
    except (TypeError, ValueError):
        return None
    if array.dtype.kind not in "biuf":
        return None
    if dimensions == 0 and array.size == 1:
        array = array.reshape(())
    return array.astype(np.float64) if array.ndim == dimensions else None


def _parts_of(outcome: _Outcome) -> _Parts:
    if not isinstance(outcome, tuple):
        raise TypeError(f"The exercise's own solution fails: {outcome}")
    return outcome


def _equal(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    return one.shape == other.shape and bool(
        np.isclose(one, other, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True).all()
    )


def _first_difference(result: _Outcome, right: _Parts) -> int | None:
    if not isinstance(result, tuple):
        return 0
    for part, (one, other) in enumerate(zip(result, right, strict=True)):
        if not _equal(one, other):
            return part
    return None


def _agree(one: _Outcome, other: _Outcome) -> bool:
    if isinstance(one, _Failure) and isinstance(other, _Failure):
        return one.kind == other.kind
    if isinstance(one, tuple) and isinstance(other, tuple):
        return _first_difference(one, other) is None
    return False


def _hint(
    results: Sequence[_Outcome],
    beliefs: Sequence[Sequence[_Outcome]],
    hints: Sequence[str],
    index: int,
    part: int,
) -> str:
    """Choose the belief that agrees where the learner first differs, and on most cases besides."""
    best, most = "", -1
    mine = results[index]
    for belief, hint in zip(beliefs, hints, strict=True):
        theirs = belief[index]
        if isinstance(theirs, tuple) and isinstance(mine, tuple):
            fits = _equal(theirs[part], mine[part])
        else:
            fits = _agree(theirs, mine)
        agreeing = sum(_agree(one, other) for one, other in zip(belief, results, strict=True))
        if fits and agreeing > most:
            best, most = hint, agreeing
    return best


def _rounded(result: _Outcome, right: _Parts, part: int) -> str:
    if isinstance(result, tuple) and result[part].shape == right[part].shape:
        for digits in (4, 3, 2, 1):
            if np.array_equal(result[part], right[part].round(digits)):
                return f"Rounded to {digits} decimals: return the value itself, and round where you print it."
    return ""


def _told_inputs(solution: Callable[..., Any], case: tuple[Any, ...]) -> str:
    names = inspect.signature(solution).parameters
    return (
        "For " + ", ".join(f"{name} = {_told(value)}" for name, value in zip(names, case, strict=True)) + ":"
    )


def _told(value: object) -> str:
    if np.ndim(value) == 1:  # type: ignore[arg-type]
        return "[" + ", ".join(_told(each) for each in np.asarray(value)) + "]"
    return f"{float(value):.6g}"  # type: ignore[arg-type]


def _kind(value: object) -> str:
    """Say what a value is, in a learner's words."""
    if isinstance(value, str):
        return "a text"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if callable(value):
        return "a function"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIO' else 'a'} {name}"
