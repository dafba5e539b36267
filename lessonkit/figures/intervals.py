"""What a bootstrap found: the histogram of its draws, with the interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lessonkit.figures import style
from lessonkit.metrics import MetricsError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from lessonkit.metrics import Interval

_BINS = 40


def bootstrap_histogram(
    interval: Interval, *, name: str = "statistic", difference: bool = False, decimals: int = 3
) -> None:
    """Show how a statistic varies over the resamples: a histogram, and the interval as a bar below it.

    Parameters
    ----------
    interval : Interval
        From `lessonkit.metrics.bootstrap_interval` or `bootstrap_difference`.
    name : str
        What is measured: "average precision", "cost per 1,000 loans". The label of the axis.
    difference : bool
        Mark zero, and say in the title how many of the resamples are above it.
    decimals : int
        Decimals of the numbers in words.

    Raises
    ------
    MetricsError
        The interval has no draws.
    """
    draws = interval.draws
    if not draws.size:
        raise MetricsError("interval has no draws. Give one from bootstrap_interval or bootstrap_difference.")
    inside = np.mean((draws >= interval.low) & (draws <= interval.high))
    low, estimate, high = (
        f"{number:.{decimals}f}".replace("-", "−")
        for number in (interval.low, interval.estimate, interval.high)
    )
    alt = (
        f"Histogram of {name} in {draws.size:,} resamples. The estimate is {estimate}; "
        f"{inside:.0%} of the resamples lie in the interval from {low} to {high}."
    )
    heading = name[:1].upper() + name[1:]
    title = f"{heading}: {estimate} [{low}, {high}]"
    if difference:
        above = f"Above 0 in {int(np.sum(draws > 0)):,} of {draws.size:,} resamples"
        alt += f" {above}."
        title += f"\n{above}"
    with style.shown_axes(7.2, 4.8, alt) as axes:
        heights, _, _ = axes.hist(
            draws, bins=_BINS, color=style.TINT, edgecolor=style.NEGATIVE, linewidth=0.8
        )
        top = float(np.max(heights))
        below, above_bars = -0.09 * top, 1.16 * top
        axes.plot(
            [interval.low, interval.high],
            [below] * 2,
            color=style.NEGATIVE,
            linewidth=7,
            solid_capstyle="butt",
            label="interval",
        )
        axes.plot([interval.estimate] * 2, [below, above_bars], color=style.INK, label="estimate")
        rightward = interval.estimate > 0 or not difference
        _name_line(axes, "estimate", (interval.estimate, above_bars), style.INK, rightward=rightward)
        if difference:
            axes.plot(
                [0, 0], [2 * below, above_bars], **style.DOTTED | {"color": style.POSITIVE, "label": "zero"}
            )
            _name_line(axes, "no difference", (0, above_bars), style.POSITIVE, rightward=not rightward)
            axes.margins(x=0.15)  # room for the words beside zero
        axes.set(ylim=(2 * below, 1.2 * top), xlabel=heading, ylabel="Resamples")
        axes.set_yticks([tick for tick in axes.get_yticks() if 0 <= tick <= top])
        axes.set_title(title)


def _name_line(axes: Axes, name: str, top: tuple[float, float], color: str, *, rightward: bool) -> None:
    """Write a line's name beside its upper end, above the bars."""
    axes.annotate(
        name,
        top,
        xytext=(6 if rightward else -6, 0),
        textcoords="offset points",
        ha="left" if rightward else "right",
        va="top",
        color=color,
    )
