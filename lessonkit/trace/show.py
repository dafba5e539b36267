"""How a trace is written: the same few lines as HTML and as plain text."""

from __future__ import annotations

import math
from html import escape
from importlib.resources import files
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from lessonkit.i18n import SOURCE, direction, language, ngettext
from lessonkit.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_VALUES: Final = 8  # of one row: more would not fit into a narrow page
_LETTERS: Final = 24
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"


class _Written(Protocol):
    def as_text(self) -> str: ...

    def as_html(self) -> str: ...


class Shown:
    """What a notebook shows as HTML and ``print`` as text."""

    def __str__(self: _Written) -> str:
        return self.as_text()

    def _repr_mimebundle_(
        self: _Written, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, Any]:
        """Return both forms, for a notebook."""
        del include, exclude  # both are always made; the caller picks
        return {"text/plain": self.as_text(), "text/html": self.as_html()}


def document(title: str, body: str) -> str:
    """Return a self-contained piece of HTML: *body*, already safe, under a title."""
    style = files("lessonkit.trace").joinpath("style.css").read_text(encoding="utf-8")
    return (
        f'<section class="lk-trace"{_spoken()} aria-label="{escape(title)}"><style>{style}</style>'
        f'<p class="lk-trace-title">{escape(title)}</p>{body}</section>'
    )


def _spoken() -> str:
    """Return the attributes of what is in another language than the lesson."""
    tag = language()
    return "" if tag == SOURCE else f' lang="{tag}" dir="{direction(tag)}"'


def number(value: object, decimals: int = 2) -> str:
    """Return a number as readers want it: rounded, never "-0.00", without a train of digits."""
    if isinstance(value, (bool, np.bool, Integral)):
        return f"{int(value):,}"
    if not isinstance(value, Real):
        return shorten(str(value))
    value = float(value)
    if math.isfinite(value) and abs(value) >= 1e9:  # noqa: PLR2004  (longer than its exponent form)
        return f"{value:.{decimals}e}"
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text


def shorten(text: str) -> str:
    """Return a text on one line, cut where it grows too long."""
    text = " ".join(text.split())
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"


def values(row: NDArray[Any] | Sequence[object]) -> str:
    """Return the values of one row, the middle of a long one left out."""
    cells = list(np.asarray(row, dtype=object).ravel())
    shown = [number(cell) for cell in (cells if len(cells) <= _VALUES else [*cells[:4], cells[-1]])]
    if len(cells) > _VALUES:
        shown.insert(4, more(len(cells) - 5))
    return "  ".join(shown) if len(cells) != 1 else shown[0]


def elide(count: int, most: int) -> tuple[range, range]:
    """Return the first and the last of *count* things to show; what lies between is left out."""
    if count <= most:
        return range(count), range(0)
    return range(most // 2), range(count - most // 2, count)


def size(shape: Iterable[int], dtype: str = "") -> str:
    """Return a shape as ``800 × 10 float32``."""
    sizes = " × ".join(f"{side:,}" for side in shape) or _("one value")
    return f"{sizes} {dtype}".rstrip()


def more(amount: int) -> str:
    """Say how much is left out in the middle of a list."""
    return ngettext("… {n} more …", "… {n} more …", amount).format(n=f"{amount:,}")


def rows(amount: int, part: str = "") -> str:
    """Return ``1 row``, ``1,200 rows``, or so many of a part of the split."""
    match part:
        case "train":
            told = ngettext("{n} training row", "{n} training rows", amount)
        case "validation":
            told = ngettext("{n} validation row", "{n} validation rows", amount)
        case "test":
            told = ngettext("{n} test row", "{n} test rows", amount)
        case "other":
            told = ngettext("{n} other row", "{n} other rows", amount)
        case _:
            told = ngettext("{n} row", "{n} rows", amount)
    return told.format(n=f"{amount:,}")


def value_count(amount: int) -> str:
    """Return ``1 value`` or ``1,200 values``."""
    return ngettext("{n} value", "{n} values", amount).format(n=f"{amount:,}")


def bar(share: float, width: int = 20) -> str:
    """Return a bar of text, to scale: *share* of *width* letters, to an eighth of a letter."""
    eighths = round(share * width * 8) if math.isfinite(share) else 0
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()


def columns(rows: Sequence[Sequence[str]], *, left: frozenset[int]) -> str:
    """Return rows of cells as lines; the columns *left* begin at one place, all others end at one."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = (
        "  ".join(
            cell.ljust(width) if place in left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
    return "\n".join(lines)
