"""How an exercise is judged: the learner's function against a solution, on inputs that nobody chose.

Beside the cases that an exercise names there are some hundred small inputs from its generator, the same on
every machine. The smallest input on which the learner's function differs is told. A usual wrong solution
gives its hint only to a learner whose function agrees with it wherever it is wrong: a hint speaks about what
the learner has really computed, or it is the general one.
"""

from __future__ import annotations

import inspect
import io
import linecache
import math
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sized
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from numbers import Real
from random import Random
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

import numpy as np

from lessonkit.i18n import gettext as _
from lessonkit.i18n import ngettext, noop
from lessonkit.needs import NO_KERAS, lacks_keras

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from numpy.typing import NDArray

# How many inputs a generator is asked for.
INPUTS = 200
# Far below any difference a mistake makes, far above what the order of additions changes.
_TOLERANCE = 1e-6
# So many values of a row are told.
_TOLD = 24
# So much of what a learner's function prints is told.
_LINES, _WIDTH = 3, 80
# A float has as many digits as these at most, a float32 nine; the fewest that give a number back are told.
_DIGITS = (6, 9, 17)
# Rounding to one decimal is too easily met by chance.
_DECIMALS = (4, 3, 2)
# What float() takes, beside arrays.
_NUMBER = (Real, Decimal, np.bool_)
# The learner's slips of the pen: no hint about the subject helps there.
_SLIPS = (NameError, AttributeError, ImportError, SyntaxError)


@dataclass(frozen=True)
class Verdict:
    """The result of a check.

    Attributes
    ----------
    passed : bool
    message : str
        What was found, with the smallest input on which the answer differs.
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
    passed=False, message=noop("Replace the … with your answer and run the cell again."), tried=False
)
RETURNS_NOTHING = Verdict(
    passed=False,
    message=noop("Your function returns nothing yet."),
    hint=noop("End it with `return` and the result."),
    tried=False,
)


@dataclass(frozen=True)
class Mistake:
    """A usual wrong solution, and the hint for one who wrote it."""

    solve: Callable[..., Any]
    hint: str

    @classmethod
    def turned(cls, solution: Callable[..., Any], hint: str) -> Mistake:
        """Return the mistake of who returns the parts in the opposite order."""
        return cls(lambda *inputs: solution(*inputs)[::-1], hint)


@dataclass(frozen=True)
class _Failure:
    """Stands in for a result that there is none of: an exception, or one that cannot be read.

    `name` is the kind of failure; `hint` is None where the exercise's own hint may help.
    """

    name: str
    told: str
    hint: str | None = None


_Parts = tuple["NDArray[np.float64]", ...]
_Outcome = _Parts | _Failure


class _NotTriedError(Exception):
    """The learner's function still holds a placeholder."""


@dataclass(frozen=True)
class _Task:
    """What every result of an exercise is read by."""

    returns: tuple[str, ...]
    adapt: Callable[..., Any] | None
    truth: bool = False

    @property
    def many(self) -> bool:
        return len(self.returns) > 1


class Declared(TypedDict):
    """What a check of a function declares beside the solution: the parameters of `judge_function`."""

    cases: NotRequired[Sequence[tuple[Any, ...]]]
    inputs: NotRequired[Callable[[Random], tuple[Any, ...]]]
    mistakes: Sequence[Mistake]
    otherwise: str
    adapt: NotRequired[Callable[..., Any]]


def judge_function(  # noqa: PLR0913  (a check is a declaration: every part has its keyword)
    answer: object,
    *,
    solution: Callable[..., Any],
    cases: Sequence[tuple[Any, ...]] = (),
    inputs: Callable[[Random], tuple[Any, ...]] | None = None,
    mistakes: Sequence[Mistake],
    otherwise: str,
    returns: tuple[str, ...] = (),
    adapt: Callable[..., Any] | None = None,
) -> Verdict:
    """Compare the learner's function with the solution on every case and on generated inputs.

    Parameters
    ----------
    answer : object
        What the learner handed in; anything.
    solution : callable
        Returns a number, True or False, a 1-D array, or a tuple of these. Its parameters name the inputs.
    cases : sequence of tuple
        Inputs that the exercise names; lists become arrays. There are some, or `inputs`.
    inputs : callable
        ``inputs(random)`` draws the arguments of one call. It is asked `INPUTS` times with one seeded
        generator, of the standard library, whose draws are the same on every machine. Where drawing is not
        possible for an exercise, it is left out.
    mistakes : sequence of Mistake
        Not told where every result is one bit: to agree with a belief then says nothing.
    otherwise : str
        The hint when no known mistake fits.
    returns : tuple of str
        The names of the parts, when the solution returns a tuple, or of the one result.
    adapt : callable, optional
        ``adapt(result, *arguments)`` turns a number into what is compared, where several results are right,
        or into words on why this one is not.

    Returns
    -------
    Verdict
    """
    if answer is None or answer is ...:
        return NOT_TRIED
    if not callable(answer):
        return Verdict(
            passed=False,
            message=_("A function is expected, and you gave {kind}.").format(kind=kind(answer)),
            hint=_("Give the function itself, without parentheses: `check(…, my_function)`."),
        )
    with quiet():
        every = sorted([*cases, *(_drawn(inputs) if inputs else [])], key=_size)
        if _untouched(answer, every[0]):  # before all the right results, which can take a while
            return NOT_TRIED
        task = _Task(returns, adapt)
        right = [_right(solution, case, task) for case in every]
        if adapt is None and isinstance(solution(*_arguments(every[0])), bool | np.bool_):
            task = replace(task, truth=True)
        results = _wrong_arguments(answer, solution, len(every[0])) or _results(answer, every, right, task)
        if isinstance(results, Verdict):
            return results
        wrong_at = [place for place, one in enumerate(results) if not _same(one, right[place])]
        if not wrong_at:
            all_right = _("Right on all {n} inputs that were tried.").format(n=len(every))
            return Verdict(passed=True, message=all_right)

        first = wrong_at[0]
        result, hint = results[first], None
        if isinstance(result, _Failure):
            said, hint = result.told, result.hint
        else:
            said = _difference(result, right[first], task)
        if hint is None and _right_by_name(answer, solution, every, right, task):
            order = ", ".join(inspect.signature(solution).parameters)
            hint = _(
                "Your function takes its arguments in another order: it is called with ({order})."
            ).format(order=order)
        if hint is None:
            known = "" if _one_bit(right) else _belief(mistakes, every, right, results, wrong_at, task)
            hint = known or _rounded(results, right) or _percent(results, right) or otherwise
        told = f"{told_inputs(solution, every[first])} {said}{_printed(answer, every[first])}"
        return Verdict(passed=False, message=told, hint=hint)


@contextmanager
def quiet() -> Iterator[None]:
    """While a learner's function is judged, drop what it prints and what is warned of.

    It is called some hundred times. A warning of NumPy (0 / 0) is no news: the nan it leaves is told.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"), redirect_stdout(_Sink()):
        warnings.simplefilter("ignore")
        yield


class _Sink(io.TextIOBase):
    """Takes what is printed, and keeps nothing."""

    def write(self, text: str) -> int:
        return len(text)


def _printed(function: Callable[..., Any], case: tuple[Any, ...]) -> str:
    """Say the first lines that the function prints on a case, if any."""
    with redirect_stdout(io.StringIO()) as text, suppress(Exception, SystemExit):
        function(*_arguments(case))
    lines = [line[:_WIDTH] for line in text.getvalue().splitlines() if line.strip()]
    if not lines:
        return ""
    told = _("It printed: {lines}, and more.") if len(lines) > _LINES else _("It printed: {lines}.")
    return " " + told.format(lines=" / ".join(lines[:_LINES]))


def _right_by_name(
    answer: Callable[..., Any],
    solution: Callable[..., Any],
    every: Sequence[tuple[Any, ...]],
    right: Sequence[_Parts],
    task: _Task,
) -> bool:
    """Say whether the function is right but for the order of its arguments, which have the lesson's names."""
    names = list(inspect.signature(solution).parameters)
    try:
        theirs = list(inspect.signature(answer).parameters)
    except (TypeError, ValueError):  # some built-in functions tell nothing
        return False
    if theirs == names or sorted(theirs) != sorted(names):
        return False

    def by_name(*arguments: Any) -> Any:  # noqa: ANN401
        return answer(**dict(zip(names, arguments, strict=True)))

    return all(_same(_run(by_name, case, like, task), like) for case, like in zip(every, right, strict=True))


def _results(
    answer: Callable[..., Any], every: Sequence[tuple[Any, ...]], right: Sequence[_Parts], task: _Task
) -> list[_Outcome] | Verdict:
    """Run the learner's function on every input; a verdict where it is no answer yet."""
    try:
        found = [_run(answer, case, like, task) for case, like in zip(every, right, strict=True)]
    except _NotTriedError:
        return NOT_TRIED
    if all(each is None for each in found):
        return RETURNS_NOTHING
    nothing = _Failure(
        "None", _("your function returned None."), _("Every way through it has to end with `return`.")
    )
    return [nothing if each is None else each for each in found]


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
        A wrong number, and the hint for one who gave it, or one within 1% or the tolerance of it.
    otherwise : str
        The hint when no known mistake fits.

    Returns
    -------
    Verdict
    """
    if answer is None or answer is ...:
        return NOT_TRIED
    number = read(answer, 0)
    if number is None:
        return Verdict(
            passed=False,
            message=_("A number is expected, and you gave {kind}.").format(kind=kind(answer)),
            hint=_("Give the number itself, such as `0.5`, or an expression of numbers."),
        )
    if abs(number - solution) <= tolerance:
        told = (
            _("{number} is right.")
            if math.isclose(number, solution)
            else _("{number} is close enough to {solution}.")
        )
        message = told.format(number=told_value(number), solution=told_value(solution))
        return Verdict(passed=True, message=message)
    gap, hint = min(
        (abs(number - wrong) / max(tolerance, abs(wrong) / 100), hint) for wrong, hint in mistakes.items()
    )
    message = _("{number} is not it.").format(number=told_value(number))
    return Verdict(passed=False, message=message, hint=hint if gap <= 1 else otherwise)


def read(value: object, dimensions: int) -> NDArray[np.float64] | None:
    """Read a number or a row of numbers, in whatever form it was written.

    Parameters
    ----------
    value : object
        For a number: any real number or Decimal, of Python, NumPy or a tensor, also alone in an array. For a
        row: an array, a column of shape (n, 1), or any sized iterable of numbers, if not a mapping or a set.
    dimensions : {0, 1}
        0 for a number, 1 for a row.

    Returns
    -------
    () or (n,) array of float64, or None
        A copy; None for anything else.
    """
    if _unordered(value):
        return None
    if isinstance(value, _NUMBER):
        value = float(value)
    elif not hasattr(value, "__array__") and isinstance(value, Iterable) and isinstance(value, Sized):
        value = [float(each) if isinstance(each, _NUMBER) else each for each in value]
    try:
        array = np.array(value)
        if array.dtype == object and all(isinstance(each, _NUMBER) for each in array.flat):
            array = array.astype(np.float64)
    except Exception:  # noqa: BLE001  (a broken __array__ is no number)
        return None
    if array.dtype.kind not in "biuf":
        return None
    if dimensions == 0 and array.size == 1:
        array = array.reshape(())
    if dimensions == 1 and array.ndim == 2 and array.shape[1] == 1:  # noqa: PLR2004  (a column)
        array = array[:, 0]
    return array.astype(np.float64) if array.ndim == dimensions else None


def kind(value: object) -> str:
    """Say what a value is, in a learner's words."""
    if value is None:
        return "None"
    if isinstance(value, str | Real | Decimal | np.bool_):
        return _("a text") if isinstance(value, str) else _("a number")
    if inspect.isroutine(value):
        return _("a function")
    if isinstance(value, type):
        return _("the class {name}").format(name=value.__name__)
    name = "array" if isinstance(value, np.ndarray) else type(value).__name__
    name = (_("an {type}") if name[0] in "aeiouAEIO" else _("a {type}")).format(type=name)
    if isinstance(value, list | tuple | np.ndarray):
        return _("{collection} of {members}").format(collection=name, members=_members(value))
    return name


def _members(values: Sequence[Any] | NDArray[Any]) -> str:
    """Say how many members a collection has, and what they are; of a table, its shape."""
    if isinstance(values, np.ndarray) and values.ndim != 1:
        return _("shape {shape}").format(shape=values.shape)
    kinds = {_one_word(each) for each in values}
    n, what = len(values), kinds.pop() if len(kinds) == 1 else ""
    match what:
        case "number":
            told = ngettext("{n} number", "{n} numbers", n)
        case "text":
            told = ngettext("{n} text", "{n} texts", n)
        case "function":
            told = ngettext("{n} function", "{n} functions", n)
        case "":
            told = ngettext("{n} value", "{n} values", n)
        case _:
            told = ngettext("{n} {type}", "{n} {type}s", n)
    return told.format(n=n, type=what)


def _one_word(value: object) -> str:
    """Return what a member of a collection is; nothing where it takes more than a word to say."""
    if isinstance(value, str | Real | Decimal | np.bool_):
        return "text" if isinstance(value, str) else "number"
    if inspect.isroutine(value):
        return "function"
    if value is None or isinstance(value, type | list | tuple | np.ndarray):
        return ""
    return type(value).__name__


def told_inputs(solution: Callable[..., Any], case: tuple[Any, ...]) -> str:
    """Say an input as ``For y_true = [1, 0], minimum = 0.5:``, by the names of the solution's parameters."""
    names = inspect.signature(solution).parameters
    each = [f"{name} = {told_input(value)}" for name, value in zip(names, case, strict=True)]
    return _("For {inputs}:").format(inputs=", ".join(each))


def told_value(value: object, digits: int = _DIGITS[0]) -> str:
    """Write a number with at most so many digits, or a row of them."""
    if np.ndim(value) >= 1:  # type: ignore[arg-type]
        row = np.asarray(value)
        return "[" + ", ".join(told_value(each, digits) for each in row[:_TOLD]) + _more(row.size) + "]"
    return f"{float(value):.{digits}g}"  # type: ignore[arg-type]


def told_input(value: object) -> str:
    """Write a number or a row of them so that it gives the same input when it is typed in."""
    array = np.asarray(value)
    exact = array.astype(np.float64)
    if array.ndim == 0:
        told = (told_value(exact, digits) for digits in _DIGITS)
        return next(each for each in told if float(each) == exact or np.isnan(exact))
    if array.ndim > 1:
        return "[" + ", ".join(map(told_input, array)) + "]"
    if array.dtype == np.float32 and (array != [float(told_value(each)) for each in array]).any():
        return _("{values} as float32").format(values=told_value(array, _DIGITS[1]))
    return "[" + ", ".join(map(told_input, exact[:_TOLD])) + _more(array.size) + "]"


def _more(size: int) -> str:
    """Say how many values there are where not all are shown."""
    return ", … " + ngettext("{n} value", "{n} values", size).format(n=size) if size > _TOLD else ""


def stopped(error: BaseException) -> str:
    """Say with which error a learner's function stopped, and in which of its lines."""
    if lacks_keras(error):
        return _("your function stopped.") + f" {_(NO_KERAS)}"
    line = _learners_line(error.__traceback__)
    said = f"{type(error).__name__}: {error}".rstrip(": ").rstrip(".")
    if line:
        return _("your function stopped with {error}, in the line `{line}`.").format(error=said, line=line)
    return _("your function stopped with {error}.").format(error=said)


def _learners_line(trace: TracebackType | None) -> str:
    """Return the source of the innermost line of a trace that is in no installed package."""
    found = ""
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if "site-packages" not in name and "lessonkit/exercises" not in name.replace("\\", "/"):
            found = linecache.getline(name, trace.tb_lineno).strip() or found
        trace = trace.tb_next
    return found


def _drawn(inputs: Callable[[Random], tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    random = Random(13)  # noqa: S311  (nothing is to be kept secret)
    return [inputs(random) for _ in range(INPUTS)]


def _size(case: tuple[Any, ...]) -> tuple[int, int]:
    """Order inputs: fewer numbers first, then shorter ones."""
    return sum(np.size(value) for value in case), sum(len(told_input(value)) for value in case)


def _arguments(case: tuple[Any, ...]) -> list[Any]:
    """Copy the inputs, so that a function that changes them changes nothing for the next."""
    return [np.array(value) if isinstance(value, list | np.ndarray) else value for value in case]


def _wrong_arguments(answer: Callable[..., Any], solution: Callable[..., Any], count: int) -> Verdict | None:
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # some built-in functions tell nothing
        return None
    try:
        signature.bind(*range(count))
    except TypeError as error:
        names = ", ".join(inspect.signature(solution).parameters)
        return Verdict(
            passed=False,
            message=ngettext(
                "Your function is called with {n} argument ({names}), and it does not take it: {error}.",
                "Your function is called with {n} arguments ({names}), and it does not take them: {error}.",
                count,
            ).format(n=count, names=names, error=error),
        )
    return None


def _right(solution: Callable[..., Any], case: tuple[Any, ...], task: _Task) -> _Parts:
    outcome = _run(solution, case, None, task)
    if not isinstance(outcome, tuple):
        raise TypeError(f"The exercise's own solution fails on {case}: {outcome}")
    return outcome


def _run(
    function: Callable[..., Any], case: tuple[Any, ...], like: _Parts | None, task: _Task
) -> _Outcome | None:
    """Call the function on fresh copies of the case and read what it returns; None is no result."""
    try:
        result = _called(function, case)
        if result is None:
            return None
        if task.adapt is not None and (number := read(result, 0)) is not None:
            if math.isnan(number):
                return _Failure("nan", _("your function returned nan, which is not a number."))
            result = task.adapt(float(number), *_arguments(case))
            if isinstance(result, str):
                return _Failure("refused", result)
    except _NotTriedError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001  (whatever the learner's code does is told, not raised)
        return _Failure(type(error).__name__, stopped(error), "" if isinstance(error, _SLIPS) else None)
    return _parts(result, like, task)


def _called(function: Callable[..., Any], case: tuple[Any, ...]) -> object:
    """Return what the function returns on fresh copies of the case.

    Raises
    ------
    _NotTriedError
        If it works with a placeholder, or returns one.
    """
    try:
        result = function(*_arguments(case))
    except TypeError as error:
        if "ellipsis" in str(error):
            raise _NotTriedError from None
        raise
    if _holds_placeholder(result):
        raise _NotTriedError
    return result


def _untouched(answer: Callable[..., Any], case: tuple[Any, ...]) -> bool:
    try:
        _called(answer, case)
    except _NotTriedError:
        return True
    except (Exception, SystemExit):  # noqa: BLE001  (told where all inputs are tried)
        return False
    return False


def _holds_placeholder(result: object) -> bool:
    return result is ... or (isinstance(result, tuple | list) and any(part is ... for part in result))


def _parts(result: object, like: _Parts | None, task: _Task) -> _Outcome:
    """Read a result as numbers and 1-D arrays; `like` is the right result, None when this is it."""
    values: list[Any] = [result]
    if task.many:
        if not isinstance(result, Iterable) or not isinstance(result, Sized) or _unordered(result):
            size = None
        else:
            size = len(result)
        arrays = like is not None and all(part.ndim for part in like)
        flat = size is not None and all(isinstance(each, _NUMBER) for each in result)  # type: ignore[attr-defined]
        if size != len(task.returns) or (arrays and flat):
            given = kind(result)
            if size is not None and not isinstance(result, list | tuple | np.ndarray):
                given = _("{collection} of {members}").format(collection=given, members=size)
            told = (
                _("you returned {given}; {n} arrays are expected: ({names}).")
                if arrays
                else _("you returned {given}; {n} values are expected: ({names}).")
            )
            names = ", ".join(task.returns)
            return _Failure("form", told.format(given=given, n=len(task.returns), names=names))
        values = list(result)  # type: ignore[call-overload]
    parts = []
    for position, value in enumerate(values):
        dimensions = np.ndim(value) if like is None else like[position].ndim
        part = read(value, dimensions)
        if part is None:
            shape = _("a one-dimensional array of numbers") if dimensions else _("a single number")
            if task.truth:
                shape = _("True or False")
            hint = _("Turn it into a list: `list(…)`.") if isinstance(value, Iterator) else None
            told = _("you returned {given}; {shape} is expected.")
            if task.many:
                told = _("you returned {given} as {name}; {shape} is expected.")
            name = task.returns[position] if task.many else ""
            return _Failure("form", told.format(given=kind(value), name=name, shape=shape), hint)
        parts.append(part)
    return tuple(parts)


def _unordered(value: object) -> bool:
    """Say whether a value is a text, or a collection whose order means nothing."""
    return isinstance(value, str | bytes | Mapping | AbstractSet)


def _equal(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    return one.shape == other.shape and bool(
        np.isclose(one, other, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True).all()
    )


def _same(one: _Outcome | None, other: _Outcome | None) -> bool:
    """Say whether two outcomes agree; where neither is a result, they do."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_equal, one, other))
    return not isinstance(one, tuple) and not isinstance(other, tuple)


def _one_bit(right: Sequence[_Parts]) -> bool:
    return all(len(each) == 1 and each[0].ndim == 0 and each[0] in (0, 1) for each in right)


def _belief(
    mistakes: Sequence[Mistake],
    cases: Sequence[tuple[Any, ...]],
    right: Sequence[_Parts],
    results: Sequence[_Outcome],
    wrong_at: Sequence[int],
    task: _Task,
) -> str:
    """Return the hint of the belief that gives the learner's result wherever it has one, or nothing."""
    best, most = "", 0
    silent = all(not _says_something(results[index]) for index in wrong_at)
    for each in mistakes:
        theirs: dict[int, _Outcome | None] = {}
        for index in wrong_at:
            theirs[index] = _run(each.solve, cases[index], right[index], task)
            if not _shares(theirs[index], results[index]):
                break
        else:
            if silent and {_failure_of(one) for one in theirs.values()} != {
                _failure_of(results[index]) for index in wrong_at
            }:
                continue
            told = sum(
                _says_something(one) or not _says_something(results[index]) for index, one in theirs.items()
            )
            if 2 * told < len(wrong_at):
                continue
            for index in set(range(len(cases))) - theirs.keys():
                theirs[index] = _run(each.solve, cases[index], right[index], task)
                if not _shares(theirs[index], results[index]):
                    break
            else:
                # A belief without a result contradicts nobody, and one that gives the same is closer.
                agreeing = sum(_same(one, results[at]) for at, one in theirs.items())
                if agreeing > most:
                    best, most = each.hint, agreeing
    return best


def _says_something(outcome: _Outcome | None) -> bool:
    return isinstance(outcome, tuple) and not any(np.isnan(part).any() for part in outcome)


def _shares(belief: _Outcome | None, mine: _Outcome) -> bool:
    """Say whether a learner may hold a belief: where it has no result (0 / 0), anything may be made of it."""
    return not _says_something(belief) or _same(belief, mine)


def _failure_of(outcome: _Outcome | None) -> str:
    """Return the kind of a failure; nan is one, and a result none."""
    if outcome is None:
        return "None"
    if isinstance(outcome, _Failure):
        return outcome.name
    return "" if _says_something(outcome) else "nan"


def _rounded(results: Sequence[_Outcome], right: Sequence[_Parts]) -> str:
    """Say that every result is the right one, rounded, if so."""
    for digits in _DECIMALS:
        if all(
            isinstance(each, tuple)
            and all(_is_rounding(one, other, digits) for one, other in zip(each, like, strict=True))
            for each, like in zip(results, right, strict=True)
        ):
            rounded = _("Rounded to {n} decimals: return the value itself, and round where you print it.")
            return rounded.format(n=digits)
    return ""


def _percent(results: Sequence[_Outcome], right: Sequence[_Parts]) -> str:
    """Say that parts of each result are shares times 100, and the others right, if so."""
    if not all(isinstance(each, tuple) for each in results):
        return ""
    times = []
    parts = zip(*results, strict=True), zip(*right, strict=True)
    for mine, expected in zip(*parts, strict=True):
        if all(map(_equal, mine, expected)):
            continue
        shares = all(np.all((part >= 0) & (part <= 1)) for part in expected)
        if not shares or not all(_equal(one, 100 * other) for one, other in zip(mine, expected, strict=True)):
            return ""
        times.append(mine)
    return _("Return a number between 0 and 1, not a percentage.") if times else ""


def _is_rounding(one: NDArray[np.float64], other: NDArray[np.float64], digits: int) -> bool:
    """Say whether each number is the other, rounded; a half may go either way, as sums differ by a hair."""
    if one.shape != other.shape:
        return False
    near = [np.abs(one - (other + hair).round(digits)) < _TOLERANCE / 10 for hair in (-1e-9, 0, 1e-9)]
    return bool(np.any(near, axis=0).all())


def _difference(result: _Parts, right: _Parts, task: _Task) -> str:
    """Say the first part that differs, and what it should be."""
    part = next(
        place for place, (one, other) in enumerate(zip(result, right, strict=True)) if not _equal(one, other)
    )
    name = task.returns[part] if task.returns else _("result")
    plural = right[part].ndim == 1 and name.endswith("s") and not name.startswith("array")
    told = (
        _("your {name} are {mine}; {expected} is expected.")
        if plural
        else _("your {name} is {mine}; {expected} is expected.")
    )
    mine, expected = told_value(result[part]), told_value(right[part])
    if mine == expected:
        mine, expected = (told_value(each[part], _DIGITS[-1]) for each in (result, right))
    if task.truth:
        mine, expected = (
            str(bool(value)) if value in (0, 1) else told_value(value)
            for value in (result[part], right[part])
        )
    return told.format(name=name, mine=mine, expected=expected)
