"""What a bootstrap found: the histogram of its draws, with the interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lessonkit.figures.style import INK, NEGATIVE, POSITIVE, TINT, outlined, shown_figure
from lessonkit.metrics import MetricsError

if TYPE_CHECKING:
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
    numbers = f"{interval.estimate:.{decimals}f} [{interval.low:.{decimals}f}, {interval.high:.{decimals}f}]"
    alt = (
        f"Histogram of {name} in {draws.size:,} resamples. The estimate is {interval.estimate:.{decimals}f}; "
        f"{inside:.0%} of the resamples lie in the interval from {interval.low:.{decimals}f} to "
        f"{interval.high:.{decimals}f}."
    )
    heading = name[:1].upper() + name[1:]
    title = f"{heading}: {numbers}"
    if difference:
        above = f"Above 0 in {int(np.sum(draws > 0)):,} of {draws.size:,} resamples"
        alt += f" {above}."
        title += f"\n{above}"
    with shown_figure(7.2, 4.8, alt) as figure:
        axes = figure.subplots()
        heights, _, _ = axes.hist(draws, bins=_BINS, color=TINT, edgecolor=NEGATIVE, linewidth=0.8)
        top = float(np.max(heights))
        below = -0.09 * top
        axes.plot([interval.low, interval.high], [below] * 2, color=NEGATIVE, linewidth=7, label="interval")
        axes.plot([interval.estimate] * 2, [below, 1.04 * top], color=INK, linewidth=2.4, label="estimate")
        axes.annotate(
            "estimate",
            (interval.estimate, 1.04 * top),
            xytext=(6, 0),
            textcoords="offset points",
            va="top",
            path_effects=outlined(),
        )
        if difference:
            axes.axvline(0, color=POSITIVE, linewidth=2, linestyle=(0, (1, 1.5)), label="zero")
            axes.annotate(
                "no difference",
                (0, 0.5 * top),
                xytext=(-6, 0),
                textcoords="offset points",
                ha="center",
                va="center",
                rotation=90,
                color=POSITIVE,
                path_effects=outlined(),
            )
        axes.set(ylim=(2 * below, 1.12 * top), xlabel=heading, ylabel="Resamples")
        axes.set_yticks([tick for tick in axes.get_yticks() if 0 <= tick <= top])
        axes.set_title(title)
