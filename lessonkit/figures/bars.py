"""Two parts of a whole as bars, one bar a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessonkit.figures.style import INK, NEGATIVE, PALE, POSITIVE, count, shown_figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

_WARM = "#FBE3D0"


def two_parts(rows: Mapping[str, Mapping[str, float]], title: str) -> None:
    """Show for each row how a whole falls into two parts: a plain one, and a hatched one to its right.

    Parameters
    ----------
    rows : mapping of row to {part: count}
        Two parts each, with the same names in each row.
    title : str
        What the whole is.

    Examples
    --------
    >>> two_parts({"filter": {"caught": 28, "missed": 82}}, "110 spam emails")  # doctest: +SKIP
    """
    said = [
        f"{row}: " + ", ".join(f"{count(number)} {name}" for name, number in parts.items()) + "."
        for row, parts in rows.items()
    ]
    with shown_figure(8.4, 1.1 + 0.95 * len(rows), f"Bars. {title}. {' '.join(said)}") as figure:
        _draw(figure.subplots(), rows, title)


def _draw(axes: Axes, rows: Mapping[str, Mapping[str, float]], title: str) -> None:
    longest = max(sum(parts.values()) for parts in rows.values())
    for place, parts in enumerate(rows.values()):
        (first, left), (second, right) = parts.items()
        axes.barh(place, left, height=0.5, facecolor=PALE, edgecolor=NEGATIVE, linewidth=1.5)
        axes.barh(
            place,
            right,
            left=left,
            height=0.5,
            facecolor=_WARM,
            edgecolor=POSITIVE,
            hatch="//",
            linewidth=1.5,
        )
        # The words are below their bar, where no hatch crosses them.
        axes.text(0, place + 0.42, f"{count(left)} {first}", ha="left", va="center", color=INK)
        axes.text(left + right, place + 0.42, f"{count(right)} {second}", ha="right", va="center", color=INK)
    axes.set(xlim=(0, longest), ylim=(len(rows) - 0.35, -0.4), title=title)
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set_xticks([])
    axes.tick_params(length=0, labelsize=13)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
