"""What the errors cost at each threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lessonkit.figures import style

if TYPE_CHECKING:
    from lessonkit.metrics import ThresholdSweep


def cost_by_threshold(
    sweep: ThresholdSweep, *, false_positive: float, false_negative: float, threshold: float | None = None
) -> None:
    """Show what the errors cost at each threshold, with the cheapest one marked.

    Parameters
    ----------
    sweep : ThresholdSweep
    false_positive, false_negative : float
        Price of one false alarm and of one miss, finite and ≥ 0, in one unit.
    threshold : float, optional
        Another threshold to mark, with its cost.

    Raises
    ------
    MetricsError
        A price is out of range.
    """
    prices = {"false_positive": false_positive, "false_negative": false_negative}
    costs = sweep.cost(**prices)
    cheapest = sweep.cheapest(**prices)
    nothing = sweep.at(np.inf).cost(**prices)
    place = f"≥ {cheapest.threshold:.3g}" if np.isfinite(cheapest.threshold) else "flag nothing"
    alt = (
        f"Cost against the threshold; a false alarm costs {false_positive:g}, a miss {false_negative:g}. "
        f"The cheapest: {place}, cost {style.count(cheapest.value)}. "
        f"Flagging nothing costs {style.count(nothing)}, flagging everything {style.count(costs[-1])}."
    )
    if threshold is not None:
        alt += f" The threshold {threshold:.4g} costs {style.count(sweep.at(threshold).cost(**prices))}."
    with style.shown_axes(8.0, 4.8, alt) as axes:
        low, high = score_range(sweep)
        rising = np.concatenate([[min(low, sweep.thresholds[-1])], sweep.thresholds[::-1], [high]])
        heights = np.concatenate([[costs[-1]], costs[::-1], [nothing]])
        axes.plot(rising, heights, drawstyle="steps-pre", color=style.NEGATIVE, label="cost")
        axes.axhline(nothing, **style.DOTTED | {"label": "nothing"})
        said = f"flag nothing: {style.count(nothing)}"
        style.note(axes, said, (1, nothing), ("axes fraction", "data"), (-4, 5), color=style.MUTED)
        axes.set(xlim=(low, high), xlabel="Threshold", ylabel="Cost")
        axes.set_ylim(0, max(float(heights.max()), float(nothing)) * 1.1 or 1)
        axes.yaxis.set_major_formatter(lambda value, _: style.count(value))
        axes.set_title(f"Cheapest: {place}, cost {style.count(cheapest.value)}")
        if np.isfinite(cheapest.threshold):
            axes.plot(
                [cheapest.threshold],
                [cheapest.value],
                marker="o",
                markersize=11,
                color=style.POSITIVE,
                markeredgecolor=style.CARD,
                clip_on=False,
                zorder=5,
                label="cheapest",
            )
        if threshold is not None and np.isfinite(threshold):
            cost = style.count(sweep.at(threshold).cost(**prices))
            axes.set_xlabel(f"Threshold (marked: {threshold:.3g}, cost {cost})")
            style.mark_place(axes, threshold)


def score_range(sweep: ThresholdSweep) -> tuple[float, float]:
    """Give the whole unit interval to probabilities, and its own range to any other score."""
    low, high = float(sweep.thresholds[-1]), float(sweep.thresholds[0])
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    return (low, high) if low < high else (low - 0.5, high + 0.5)
