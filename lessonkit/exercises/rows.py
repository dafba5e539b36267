"""Results that are no numbers: a text, rows as a database gives them, a table; and the first way two differ.

    judge_result(rows, solution=[("ada", 3), ("bob", 1)], otherwise="Which table keeps every row?")
    judge_result(function, solution=mine, cases=[(3,), (0,)], ordered=True, otherwise="…")

A table may be a frame of any library that narwhals reads (pandas, Polars, PyArrow), a two-dimensional array,
or a list of rows: each a tuple, a list, a mapping or a row of sqlite3. Missing values (None, NaN) are equal.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from numbers import Real
from typing import Any, Final, TypeAlias

from lessonkit.exercises.judge import NOT_TRIED, RETURNS_NOTHING, Mistake, Verdict, kind, quiet, stopped
from lessonkit.i18n import gettext as _
from lessonkit.i18n import ngettext

# As the judge of numbers has it.
_TOLERANCE: Final = 1e-6
_LONGEST: Final = 100

_Row: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class _Table:
    """Rows, and the names of their columns where they have some."""

    rows: tuple[_Row, ...]
    columns: tuple[str, ...] | None = None
    single: bool = False
    """Whether each row is one value that stands alone, as in a list of names."""


def judge_result(  # noqa: PLR0913  (a check is a declaration: every part has its keyword)
    answer: object,
    *,
    solution: object,
    cases: Sequence[_Row] = ((),),
    ordered: bool = False,
    headed: bool = False,
    mistakes: Sequence[Mistake] = (),
    otherwise: str,
) -> Verdict:
    """Compare a text, rows or a table with the solution.

    Parameters
    ----------
    answer : object
        What the learner handed in: the result; or, where the solution is a function, a function.
    solution : object
        The right result, or a function that returns it for the arguments of each case.
    cases : sequence of tuple
        The arguments of each call, where the solution is a function.
    ordered : bool, default False
        Whether the order of the rows counts, as after ``ORDER BY``.
    headed : bool, default False
        Whether the names of the columns count.
    mistakes : sequence of Mistake
        `solve` returns the usual wrong result, for the same arguments.
    otherwise : str
        The hint when no known mistake fits.

    Returns
    -------
    Verdict
        A failure names the first row, value or letter that differs.
    """
    if answer is None or answer is ...:
        return NOT_TRIED
    if callable(solution) != callable(answer):
        wanted = (
            _("A function is expected, and you gave {kind}.")
            if callable(solution)
            else _("The result itself is expected, and you gave {kind}.")
        )
        return Verdict(passed=False, message=wanted.format(kind=kind(answer)))
    with quiet():
        right = [_result(_function(solution)(*case)) for case in cases]
        if any(isinstance(one, str) and one.startswith(_UNREADABLE) for one in right):
            raise TypeError(f"The exercise's own solution fails: {right}")
        given = _given(_function(answer), cases, otherwise)
        if isinstance(given, Verdict):
            return given
        told = [
            _difference(mine, theirs, ordered=ordered, headed=headed)
            for mine, theirs in zip(given, right, strict=True)
        ]
        first = next((place for place, one in enumerate(told) if one), None)
        if first is None:
            return Verdict(passed=True, message=_praise(right))
        hint = next((one.hint for one in mistakes if _agrees(one, cases, given, ordered=ordered)), otherwise)
    return Verdict(passed=False, message=f"{_called(cases[first])}{told[first]}", hint=hint)


def _given(give: Callable[..., Any], cases: Sequence[_Row], otherwise: str) -> list[_Table | str] | Verdict:
    """Return the learner's result for each case; a verdict where it is no answer yet, or stops."""
    given: list[_Table | str] = []
    for case in cases:
        try:
            value = give(*case)
        except (Exception, SystemExit) as error:  # noqa: BLE001  (whatever it is, it is told, not raised)
            return Verdict(passed=False, message=f"{_called(case)}{stopped(error)}", hint=otherwise)
        if value is None or value is ...:
            return NOT_TRIED if value is ... else RETURNS_NOTHING
        given.append(_result(value))
    return given


def _function(value: object) -> Callable[..., Any]:
    return value if callable(value) else lambda: value


def _praise(right: Sequence[_Table | str]) -> str:
    if len(right) > 1:
        return _("Right on all {n} inputs that were tried.").format(n=len(right))
    if isinstance(right[0], str):
        return _("Right.")
    n = len(right[0].rows)
    return ngettext("Right: {n} row.", "Right: {n} rows.", n).format(n=n)


def _called(case: _Row) -> str:
    return _("For {inputs}:").format(inputs=f"({', '.join(map(repr, case))})") + " " if case else ""


def _agrees(mistake: Mistake, cases: Sequence[_Row], given: Sequence[_Table | str], *, ordered: bool) -> bool:
    return all(
        not _difference(mine, _result(mistake.solve(*case)), ordered=ordered, headed=False)
        for case, mine in zip(cases, given, strict=True)
    )


# --- reading ---------------------------------------------------------------------------------------------

# In front of what says why a result cannot be read; no text that a learner returns has it.
_UNREADABLE: Final = "\0"


def _result(value: object) -> _Table | str:
    """Read a result: a text as it is, all else as a table; or say why not, after `_UNREADABLE`."""
    if isinstance(value, str):
        return value
    if isinstance(value, Real | Decimal | bool):
        return _Table(((value,),), single=True)
    if isinstance(value, Iterator):
        told = _("You gave {kind}, which can be read once: turn it into a list first.")
        return _UNREADABLE + told.format(kind=kind(value))
    table = _frame(value)
    if table is not None:
        return table
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Collection) and not isinstance(value, bytes | Mapping):
        return _rows(list(value))
    told = _("You gave {kind}; rows are expected, as a list of tuples or as a table.")
    return _UNREADABLE + told.format(kind=kind(value))


def _frame(value: object) -> _Table | None:
    """Read a frame or a series; None for anything else."""
    if isinstance(value, list | tuple | AbstractSet):
        return None
    import narwhals as nw

    frame = nw.from_native(value, pass_through=True, eager_only=True, allow_series=True)
    if isinstance(frame, nw.DataFrame):
        return _Table(tuple(map(tuple, frame.rows())), tuple(map(str, frame.columns)))
    if isinstance(frame, nw.Series):
        return _Table(tuple((each,) for each in frame.to_list()), single=True)
    return None


def _rows(values: list[Any]) -> _Table:
    if values and all(isinstance(each, Mapping) for each in values):
        columns = tuple(map(str, values[0]))
        return _Table(tuple(tuple(each.get(name) for name in values[0]) for each in values), columns)
    if values and all(hasattr(each, "keys") for each in values):  # sqlite3.Row
        return _Table(tuple(map(tuple, values)), tuple(map(str, values[0].keys())))
    if all(isinstance(each, Sequence) and not isinstance(each, str | bytes) for each in values):
        return _Table(tuple(map(tuple, values)))
    if all(hasattr(each, "__iter__") and not isinstance(each, str | bytes) for each in values):
        return _Table(tuple(map(tuple, values)))  # rows of SQLAlchemy, of NumPy
    return _Table(tuple((each,) for each in values), single=True)


# --- comparing -------------------------------------------------------------------------------------------


def _difference(mine: _Table | str, right: _Table | str, *, ordered: bool, headed: bool) -> str:
    """Say the first way in which a result differs from the right one; nothing where they are the same."""
    if isinstance(mine, str) and mine.startswith(_UNREADABLE):
        return mine.removeprefix(_UNREADABLE)
    if isinstance(right, str):
        if not isinstance(mine, str):
            return _("A text is expected, and you gave rows.")
        return _text_difference(mine, right)
    if isinstance(mine, str):
        if right.single:
            return _("One value is expected, and you gave a text.")
        return _("Rows are expected, and you gave a text.")
    return "".join(
        next(filter(None, (_heads(mine, right, headed=headed), _widths(mine, right))), "")
        or (_in_order(mine, right) if ordered else _in_any_order(mine, right))
    )


def _text_difference(mine: str, right: str) -> str:
    if mine == right:
        return ""
    if "".join(mine.split()).casefold() == "".join(right.split()).casefold():
        told = _("Only capitals or spaces differ: your text is {mine}; {expected} is expected.")
        return told.format(mine=_told(mine), expected=_told(right))
    at = next(place for place, (one, other) in enumerate(zip_longest(mine, right)) if one != other)
    line = right.count("\n", 0, at)
    theirs, other = (text.split("\n")[line : line + 1] or [""] for text in (mine, right))
    told = (
        _("Line {n} of your text is {mine}; {expected} is expected.")
        if "\n" in right or "\n" in mine
        else _("Your text is {mine}; {expected} is expected.")
    )
    return told.format(n=line + 1, mine=_told(theirs[0]), expected=_told(other[0]))


def _heads(mine: _Table, right: _Table, *, headed: bool) -> str:
    if not headed or right.columns is None or mine.columns == right.columns:
        return ""
    expected = ", ".join(right.columns)
    if mine.columns is None:
        told = _("Your rows have no names of columns; give a table with the columns {names}.")
        return told.format(names=expected)
    told = _("Your columns are {mine}; {expected} are expected, in this order.")
    return told.format(mine=", ".join(mine.columns), expected=expected)


def _widths(mine: _Table, right: _Table) -> str:
    if not mine.rows or not right.rows:
        return ""
    width = len(right.rows[0])
    wrong = next((row for row in mine.rows if len(row) != width), None)
    if wrong is None:
        return ""
    told = _("Your row {row} has {given}; {expected} are expected.")
    return told.format(row=_told(wrong), given=_values(len(wrong)), expected=_values(width))


def _in_order(mine: _Table, right: _Table) -> str:
    missing = object()
    for place, (one, other) in enumerate(zip_longest(mine.rows, right.rows, fillvalue=missing), start=1):
        if one is missing or other is missing:
            told = _("Row {n} {row} is missing.") if one is missing else _("Row {n} is too much.")
            return f"{_counted(mine, right)} {told.format(n=place, row=_told(other))}"
        if not _same_row(one, other):  # type: ignore[arg-type]
            told = _("Row {n} is {mine}; {expected} is expected.")
            said = told.format(n=place, mine=_told(one), expected=_told(other))
            if _in_any_order(mine, right):
                return said
            return _("The rows are right, in another order.") + f" {said}"
    return ""


def _in_any_order(mine: _Table, right: _Table) -> str:
    extra, missing = _unmatched(mine.rows, right.rows)
    if not extra and not missing:
        return ""
    counted = "" if len(mine.rows) == len(right.rows) else f"{_counted(mine, right)} "
    first = _told(missing[0]) if missing else ""
    if not extra:
        return counted + _("The row {missing} is missing.").format(missing=first)
    known = sum(_same_row(extra[0], row) for row in right.rows)
    often = sum(_same_row(extra[0], row) for row in mine.rows)
    if known:
        told = (
            _("The row {missing} is missing, and {row} is there {often} times instead of {known}.")
            if missing
            else _("The row {row} is there {often} times instead of {known}.")
        )
    else:
        told = (
            _("The row {missing} is missing, and {row} should not be there.")
            if missing
            else _("The row {row} should not be there.")
        )
    return counted + told.format(missing=first, row=_told(extra[0]), often=often, known=known)


def _unmatched(mine: Iterable[_Row], right: Iterable[_Row]) -> tuple[list[_Row], list[_Row]]:
    """Return the rows of either side that have no partner on the other, in their order."""
    keyed = [(_key(row), row) for row in mine]
    left = Counter(key for key, _row in keyed)
    missing = []
    for row in right:
        if left[key := _key(row)]:
            left[key] -= 1
        else:
            missing.append(row)
    extra = []
    for key, row in reversed(keyed):
        if left[key]:
            left[key] -= 1
            extra.append(row)
    extra.reverse()
    # Numbers that differ by a hair may have other keys.
    for row in [*extra]:
        partner = next((one for one in missing if _same_row(row, one)), None)
        if partner is not None:
            extra.remove(row)
            missing.remove(partner)
    return extra, missing


def _key(row: _Row) -> tuple[str, ...]:
    return tuple(_told_value(value) for value in row)


def _same_row(one: _Row, other: _Row) -> bool:
    return len(one) == len(other) and all(map(_same, one, other))


def _same(one: object, other: object) -> bool:
    if _is_missing(one) or _is_missing(other):
        return _is_missing(one) and _is_missing(other)
    if isinstance(one, Real | Decimal) and isinstance(other, Real | Decimal):
        return math.isclose(float(one), float(other), rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
    try:
        return bool(one == other)
    except (TypeError, ValueError):
        return False


def _is_missing(value: object) -> bool:
    """Say whether a value is NULL: None, NaN, or one that is not equal to itself, as those of pandas."""
    try:
        return value is None or bool(value != value)  # noqa: PLR0124
    except TypeError:  # pandas' NA is neither
        return True


# --- saying ----------------------------------------------------------------------------------------------


def _counted(mine: _Table, right: _Table) -> str:
    n, given = len(right.rows), len(mine.rows)
    told = ngettext(
        "Your result has {rows}; {n} is expected.", "Your result has {rows}; {n} are expected.", n
    )
    return told.format(n=n, rows=ngettext("{n} row", "{n} rows", given).format(n=given))


def _values(n: int) -> str:
    return ngettext("{n} value", "{n} values", n).format(n=n)


def _told(value: object) -> str:
    if isinstance(value, tuple):
        told = ", ".join(map(_told_value, value))
        told = told if len(value) == 1 else f"({told})"
    else:
        told = _told_value(value)
    return f"`{told if len(told) <= _LONGEST else told[:_LONGEST] + '…'}`"


def _told_value(value: object) -> str:
    if _is_missing(value):
        return "NULL"
    if isinstance(value, Real | Decimal):
        return f"{float(value):.6g}"
    return repr(value) if isinstance(value, str) else str(value)
