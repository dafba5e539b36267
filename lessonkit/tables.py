"""Tables as tables: columns in, real HTML and lined-up text out.

The HTML says all by its elements (caption, scopes) and by its words. What it adds is where the text of a cell
begins, twice: as a style for JupyterLab, which aligns all cells to the right, and as an attribute for readers
such as GitHub that drop styles. It sets no color, so it follows every theme, and it has the class that pandas
gives its tables, which the pages that show notebooks know.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from lessonkit.trace.show import columns as lined_up
from lessonkit.trace.show import number, value_count

if TYPE_CHECKING:
    import pandas as pd

_MISSING = "—"


class TableError(ValueError):
    """Columns that make no table; the message names the column and the fix."""


def table(
    columns: Mapping[str, Any] | pd.DataFrame,
    *,
    caption: str | None = None,
    decimals: int | Mapping[str, int] = 2,
) -> Table:
    """Show columns as a table.

    Whole numbers have thousands separators, and the others of a column all have the same number of decimals.
    None and nan are shown as a dash. If the first column is text, its cells name their rows.

    Parameters
    ----------
    columns : mapping of name to sequence, or DataFrame
        All of one length. The index of a DataFrame is shown if it has names or is not just 0, 1, 2, …
    caption : str, optional
        What the table shows, in a few words.
    decimals : int, or mapping of name to int, default 2
        For the columns with numbers that are not whole; columns that a mapping does not name get 2.

    Returns
    -------
    Table
        As the last line of a cell it shows itself; ``print`` shows it as text.

    Raises
    ------
    TableError
        If there is no column or no row, the columns differ in length, or *decimals* does not fit.

    Examples
    --------
    >>> print(table({"threshold": [0.5, 0.25], "flagged": [8, 1200]}, caption="Two thresholds"))
    Two thresholds
    threshold  flagged
    ──────────────────
         0.50        8
         0.25    1,200
    """
    pairs = _pairs(columns)
    _check_lengths(pairs)
    places = _places([name for name, _ in pairs], decimals)
    return Table(
        tuple(_Column.of(name, values, place) for (name, values), place in zip(pairs, places, strict=True)),
        caption,
    )


@dataclass(frozen=True)
class _Column:
    name: str
    cells: tuple[str, ...]
    text: bool

    @classmethod
    def of(cls, name: str, values: list[object], decimals: int) -> _Column:
        given = [value for value in values if not _missing(value)]
        text = not all(isinstance(value, Real) and not _is_bool(value) for value in given)
        whole = all(isinstance(value, Integral) for value in given)
        return cls(name, tuple(_cell(value, decimals, whole=whole or text) for value in values), text)


@dataclass(frozen=True)
class Table:
    """A table, made by `table`: HTML in a notebook, lined-up text elsewhere."""

    columns: tuple[_Column, ...]
    caption: str | None = None

    def __str__(self) -> str:
        rows = [[column.name for column in self.columns], *self._rows()]
        left = frozenset(place for place, column in enumerate(self.columns) if column.text)
        head, *body = lined_up([[" ".join(cell.split()) for cell in row] for row in rows], left=left).split(
            "\n"
        )
        rule = "─" * max(map(len, (head, *body)))
        return "\n".join([*([self.caption] if self.caption else []), head, rule, *body])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        start = 'align="left" style="text-align: left; padding: 0.5em"'
        caption = f"<caption {start}>{escape(self.caption)}</caption>" if self.caption else ""
        # A heading without words is no heading.
        head = "".join(
            f'<th scope="col"{_aligned(text=column.text)}>{escape(column.name)}</th>'
            if column.name
            else "<td></td>"
            for column in self.columns
        )
        named = len(self.columns) > 1 and self.columns[0].text
        body = "".join(f"<tr>{''.join(self._cells(row, named=named))}</tr>\n" for row in self._rows())
        return (
            f'<table class="dataframe">{caption}\n<thead><tr>{head}</tr></thead>\n'
            f"<tbody>\n{body}</tbody></table>"
        )

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, str]:
        """Return both forms, for a notebook."""
        del include, exclude  # both are always made; the caller picks
        return {"text/plain": str(self), "text/html": self._repr_html_()}

    def _rows(self) -> Iterable[tuple[str, ...]]:
        return zip(*(column.cells for column in self.columns), strict=True)

    def _cells(self, row: tuple[str, ...], *, named: bool) -> Iterable[str]:
        for place, (column, cell) in enumerate(zip(self.columns, row, strict=True)):
            tag, scope = ("th", ' scope="row"') if named and not place else ("td", "")
            yield f"<{tag}{scope}{_aligned(text=column.text)}>{escape(cell)}</{tag}>"


def _aligned(*, text: bool) -> str:
    side, digits = ("left", "") if text else ("right", "; font-variant-numeric: tabular-nums")
    return f' align="{side}" style="text-align: {side}{digits}"'


def _cell(value: object, decimals: int, *, whole: bool) -> str:
    if _missing(value):
        return _MISSING
    if not isinstance(value, Real) or _is_bool(value):
        return str(value)
    if math.isinf(value):
        return "∞" if float(value) > 0 else "−∞"
    return number(value if whole else float(value), decimals)


def _missing(value: object) -> bool:
    # pandas.NA equals nothing and is not even unequal to itself.
    if value is None or type(value).__name__ == "NAType":
        return True
    return bool(value != value)  # noqa: PLR0124  (what nan and NaT are)


def _is_count(value: object) -> bool:
    return isinstance(value, Integral) and int(value) >= 0


def _is_bool(value: object) -> bool:
    return type(value).__name__ in {"bool", "bool_"}


def _pairs(columns: object) -> list[tuple[str, list[object]]]:
    if isinstance(columns, Mapping):
        pairs = list(columns.items())
    elif hasattr(columns, "columns") and hasattr(columns, "items"):
        named = any(name is not None for name in columns.index.names)  # type: ignore[attr-defined]
        if named or list(columns.index) != list(range(len(columns))):  # type: ignore[attr-defined, arg-type]
            columns = columns.reset_index(names=None if named else "")  # type: ignore[attr-defined]
        pairs = list(columns.items())
    else:
        raise TableError(
            f"A table is made of a dict of columns, or a DataFrame, and this is a {type(columns).__name__}. "
            'Give table({"name": [first, second]}).'
        )
    if not pairs:
        raise TableError('There is no column. Give table({"name": [first, second]}).')
    return [(str(name), _values(str(name), values)) for name, values in pairs]


def _values(name: str, values: Any) -> list[object]:  # noqa: ANN401  (what is wrong is told)
    if getattr(values, "ndim", 1) != 1:
        raise TableError(
            f"The column {name!r} has the shape {values.shape}. Give each of its columns a name of its own."
        )
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        raise TableError(
            f"The column {name!r} is of type {type(values).__name__}. Give a list, one value for each row."
        )
    return list(values)


def _check_lengths(pairs: list[tuple[str, list[object]]]) -> None:
    lengths = [len(values) for _, values in pairs]
    usual = max(lengths, key=lengths.count)
    standard = pairs[lengths.index(usual)][0]
    for name, values in pairs:
        if len(values) != usual:
            raise TableError(
                f"The column {name!r} has {value_count(len(values))}, and {standard!r} has {usual:,}. "
                "Give every column one value for each row, and None where there is none."
            )
    if not usual:
        names = ", ".join(repr(name) for name, _ in pairs)
        raise TableError(f"There is no row: {names} is empty. Give each column at least one value.")


def _places(names: list[str], decimals: int | Mapping[str, int]) -> list[int]:
    """Return the decimals of each column."""
    chosen = decimals if isinstance(decimals, Mapping) else dict.fromkeys(names, decimals)
    for name, places in chosen.items():
        if name not in names:
            raise TableError(f"decimals names the column {name!r}. There are: {', '.join(names)}.")
        if not _is_count(places):
            raise TableError(f"decimals of {name!r} is {places!r}. Give a whole number from 0 up.")
    return [int(chosen.get(name, 2)) for name in names]
