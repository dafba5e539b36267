"""What a desk with few reviewers sees: the cost against the flagged share, and paired intervals of models."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lessonkit.figures import style
from lessonkit.figures.lines import CURVES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from lessonkit.metrics import Interval, ThresholdSweep

    Floats = NDArray[np.float64]


class _Costs(NamedTuple):
    """The cost per 1,000 rows, from flagging nothing to flagging everything."""

    share: Floats
    cost: Floats

    def within(self, capacity: float) -> float:
        """Return the cost where the riskiest rows are flagged, as many as the capacity allows."""
        return float(self.cost[self.share <= capacity][-1])


def _costs(sweep: ThresholdSweep, false_positive: float, false_negative: float) -> _Costs:
    rows = sweep.positives + sweep.negatives
    flagged = np.append(0, sweep.true_positives + sweep.false_positives)
    costs = sweep.cost(false_positive=false_positive, false_negative=false_negative)
    return _Costs(flagged / rows, 1000 * np.append(false_negative * sweep.positives, costs) / rows)


def cost_by_share(
    sweeps: Mapping[str, ThresholdSweep],
    *,
    false_positive: float,
    false_negative: float,
    capacity: float,
    threshold: float | None = None,
) -> None:
    """Show the cost per 1,000 rows against the share that is flagged, with the share that a team can read.

    A dotted line joins flagging nothing with flagging everything: on average, that is the cost of flagging
    at random.

    Parameters
    ----------
    sweeps : mapping of name to ThresholdSweep
        One curve each, at most two. The random line belongs to the first.
    false_positive, false_negative : float
        Price of one false alarm and of one miss.
    capacity : float
        The largest share that can be read, between 0 and 1.
    threshold : float, optional
        Marked on each curve.
    """
    prices = (false_positive, false_negative)
    curves = {name: _costs(sweep, *prices) for name, sweep in sweeps.items()}
    parts, marks = [], []
    for name, curve in curves.items():
        told = f"{name}: flagging nothing costs {curve.cost[0]:,.0f}, {capacity:.0%} cost "
        told += f"{curve.within(capacity):,.0f}, everything {curve.cost[-1]:,.0f}"
        if threshold is not None:
            at = sweeps[name].at(threshold)
            cost = 1000 * at.cost(false_positive=false_positive, false_negative=false_negative) / at.total
            marks.append((at.flagged_rate, cost))
            told += f"; at {threshold:.3f}, {at.flagged_rate:.1%} flagged cost {cost:,.0f}"
        parts.append(told)
    alt = f"Cost per 1,000 against the flagged share, with a line at {capacity:.0%}. {'. '.join(parts)}."
    with style.shown_axes(8.0, 5.2, alt) as axes:
        first = next(iter(curves.values()))
        axes.axvspan(0, capacity, color=style.NEGATIVE, alpha=0.07, linewidth=0, label="_team")
        axes.plot([0, 1], first.cost[[0, -1]], **style.DOTTED | {"label": "flagged at random"})
        for (name, curve), look in zip(curves.items(), CURVES, strict=False):
            axes.plot(curve.share, curve.cost, **look | {"label": name, "linewidth": 1.8})
        axes.axvline(capacity, color=style.INK, linewidth=2, linestyle=(0, (4, 2)), label="_capacity")
        if marks:
            axes.plot(
                *zip(*marks, strict=True),
                "o",
                markersize=11,
                color=style.POSITIVE,
                markeredgecolor=style.CARD,
                zorder=5,
                label=f"at {threshold:.3f}",
            )
        lowest = min(float(curve.cost.min()) for curve in curves.values())
        highest = max(float(curve.cost.max()) for curve in curves.values())
        axes.set(xlim=(0, 1), ylim=(lowest - 0.18 * (highest - lowest), None))
        axes.set(xlabel="Flagged share of the applications", ylabel="Euros per 1,000 applications")
        style.note(axes, "the team\ncan read this", (capacity, 0), ("data", "axes fraction"), (-6, 6))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.set_title(f"Where the team stops: {capacity:.0%}")
        style.legend_below(axes)


def paired_intervals(
    intervals: Sequence[Interval], names: Sequence[str], *, what: str, below: str, above: str
) -> None:
    """Show intervals of differences below each other, with a line at zero and words on its two sides.

    Parameters
    ----------
    intervals : sequence of Interval
        Made by `lessonkit.metrics.bootstrap_difference`, for example.
    names : sequence of str
        One for each interval.
    what : str
        The label of the axis.
    below, above : str
        What a difference below zero and above zero means.
    """
    ends = np.array([(each.low, each.estimate, each.high) for each in intervals])
    holding = int(np.sum((ends[:, 0] <= 0) & (ends[:, 2] >= 0)))
    title = f"0 is inside {holding} of {len(intervals)} intervals"
    negative = int(np.sum(ends[:, 1] < 0))
    told = "; ".join(
        f"{name} {estimate:,.0f} [{low:,.0f}, {high:,.0f}]".replace("-", "−")
        for name, (low, estimate, high) in zip(names, ends, strict=True)
    )
    alt = f"{what}: {title}, and {negative} of the estimates are below 0 ({below}). {told}."
    with style.shown_axes(8.0, 1.8 + 0.32 * len(intervals), alt) as axes:
        rows = np.arange(len(intervals))
        axes.axvline(0, **style.DOTTED | {"color": style.POSITIVE, "label": "zero"})
        axes.hlines(rows, ends[:, 0], ends[:, 2], color=style.NEGATIVE, linewidth=3, label="intervals")
        axes.plot(ends[:, 1], rows, "o", color=style.INK, markersize=7, label="estimates")
        axes.set_yticks(rows, list(names))
        axes.set(ylim=(len(intervals) - 0.4, -1.5), xlabel=what)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}".replace("-", "−"))
        _say_beside_zero(axes, below, above)
        axes.set_title(title)


def _say_beside_zero(axes: Axes, below: str, above: str) -> None:
    for words, side, align in ((f"← {below}", -8, "right"), (f"{above} →", 8, "left")):
        axes.annotate(
            words,
            (0, -1),
            xytext=(side, 0),
            textcoords="offset points",
            ha=align,
            va="center",
            color=style.MUTED,
            path_effects=style.outlined(),
        )
