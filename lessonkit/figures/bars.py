"""Bars: two parts of a whole, and two values side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.figures import style

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
        f"{row}: " + ", ".join(f"{style.count(number)} {name}" for name, number in parts.items()) + "."
        for row, parts in rows.items()
    ]
    with style.shown_figure(8.4, 1.1 + 0.95 * len(rows), f"Bars. {title}. {' '.join(said)}") as figure:
        _draw(figure.subplots(), rows, title)


def _draw(axes: Axes, rows: Mapping[str, Mapping[str, float]], title: str) -> None:
    longest = max(sum(parts.values()) for parts in rows.values())
    for place, parts in enumerate(rows.values()):
        (first, left), (second, right) = parts.items()
        axes.barh(place, left, height=0.5, facecolor=style.PALE, edgecolor=style.NEGATIVE, linewidth=1.5)
        axes.barh(
            place,
            right,
            left=left,
            height=0.5,
            facecolor=_WARM,
            edgecolor=style.POSITIVE,
            hatch="//",
            linewidth=1.5,
        )
        # The words are below their bar, where no hatch crosses them.
        axes.text(0, place + 0.42, f"{style.count(left)} {first}", ha="left", va="center", color=style.INK)
        axes.text(
            left + right,
            place + 0.42,
            f"{style.count(right)} {second}",
            ha="right",
            va="center",
            color=style.INK,
        )
    axes.set(xlim=(0, longest), ylim=(len(rows) - 0.35, -0.4), title=title)
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set_xticks([])
    axes.tick_params(length=0, labelsize=13)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def paired_bars(rows: Mapping[str, tuple[float, float]], names: tuple[str, str], xlabel: str) -> None:
    """Show two values for each row, one bar under the other: a plain one to compare with, and a hatched one.

    Parameters
    ----------
    rows : mapping of row to (first, second)
        Values of 0 or more, for instance what no skill reaches and what a network does.
    names : (first, second)
        What the two are.
    xlabel : str
        What is measured.

    Examples
    --------
    >>> paired_bars({"scaling": (0.91, 0.91)}, ("honest", "leaky"), "average precision")  # doctest: +SKIP
    """
    first, second = names
    said = [f"{row}: {first} {one:.2f}, {second} {other:.2f}." for row, (one, other) in rows.items()]
    with style.shown_axes(8.4, 1.6 + 0.62 * len(rows), f"Bars. {xlabel}. {' '.join(said)}") as axes:
        ends = np.array(list(rows.values()), dtype=np.float64)
        places = np.arange(len(rows))
        looks: tuple[dict[str, Any], ...] = (
            {"facecolor": style.PALE, "edgecolor": style.NEGATIVE},
            {"facecolor": _WARM, "edgecolor": style.POSITIVE, "hatch": "//"},
        )
        for column, (name, look) in enumerate(zip(names, looks, strict=True)):
            where = places + (column - 0.5) * 0.4
            axes.barh(where, ends[:, column], height=0.36, linewidth=1.5, label=name, **look)
            for place, value in zip(where, ends[:, column], strict=True):
                axes.text(value + 0.008 * ends.max(), place, f"{value:.2f}", va="center", ha="left", size=11)
        axes.set(ylim=(len(rows) - 0.45, -0.55), xlim=(0, 1.08 * ends.max()), xlabel=xlabel)
        axes.set_yticks(places, list(rows))
        axes.tick_params(axis="y", length=0, labelsize=13)
        axes.grid(visible=False, axis="y")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
