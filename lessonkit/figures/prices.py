"""What prices do to a threshold: two lines that cross, a valley that is not sure, a choice that flatters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.figures import style
from lessonkit.figures.cost import score_range
from lessonkit.metrics import MetricsError, ThresholdSweep
from lessonkit.metrics.inputs import need_amount

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_FLAG: dict[str, Any] = {"color": style.NEGATIVE, "linestyle": "solid"}
_LEAVE: dict[str, Any] = {"color": style.POSITIVE, "linestyle": (0, (5, 1.5))}
_FAINT: dict[str, Any] = {"color": style.MUTED, "linewidth": 0.8, "alpha": 0.35}


def price_lines(*, false_positive: float, false_negative: float) -> None:
    """Show what flagging and leaving one row cost on average, against its probability, and where they cross.

    Parameters
    ----------
    false_positive, false_negative : float
        Price of a false alarm and of a miss, in one unit; at least one above 0.

    Raises
    ------
    MetricsError
        A price is out of range, or both are 0.
    """
    for name, price in (("false_positive", false_positive), ("false_negative", false_negative)):
        need_amount(name, price)
    if not false_positive + false_negative:
        raise MetricsError("Both prices are 0: every decision costs nothing.")
    cross = false_positive / (false_positive + false_negative)
    level = false_negative * cross
    alt = (
        f"Mean cost of one decision against the probability. Flagging falls in a straight line from "
        f"{false_positive:g} to 0, leaving rises from 0 to {false_negative:g}. They cross at {cross:.3f}, "
        f"where both cost {level:.2f}; left of it leaving is cheaper, right of it flagging."
    )
    with style.shown_axes(8.0, 4.8, alt) as axes:
        axes.plot([0, 1], [false_positive, 0], **_FLAG, label="flag it: price of a false alarm × (1 − p)")
        axes.plot([0, 1], [0, false_negative], **_LEAVE, label="leave it: price of a miss × p")
        axes.plot(
            [cross],
            [level],
            marker="o",
            markersize=11,
            color=style.INK,
            markeredgecolor=style.CARD,
            label="_cross",
        )
        style.mark_place(axes, cross)
        top = max(false_positive, false_negative) * 1.05
        axes.set(
            xlim=(0, 1), ylim=(0, top), xlabel="Probability p that the email is spam", ylabel="Mean cost"
        )
        axes.set_title(f"The two cross at p = {cross:.3g}")
        for x, side, words in ((cross - 0.01, "right", "leave it"), (cross + 0.01, "left", "flag it")):
            axes.annotate(words, (x, top * 0.93), ha=side, color=style.MUTED, path_effects=style.outlined())
        axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.16), handlelength=2.2)


def cost_valleys(
    y_true: ArrayLike,
    scores: ArrayLike,
    *,
    false_positive: float,
    false_negative: float,
    resamples: int = 300,
    lines: int = 40,
) -> None:
    """Show how sure the cheapest threshold is: the valley of the rows in gray lines of their resamples.

    A bar below holds the middle 95% of the cheapest thresholds of all resamples.

    Parameters
    ----------
    y_true : array_like of 0 and 1, shape (n,)
    scores : array_like, shape (n,)
    false_positive, false_negative : float
        Price of one false alarm and of one miss.
    resamples : int
        How often the rows are drawn with replacement.
    lines : int
        How many of the resamples are drawn.
    """
    prices = {"false_positive": false_positive, "false_negative": false_negative}
    labels, values = np.asarray(y_true), np.asarray(scores)
    whole = ThresholdSweep(labels, values)
    drawn = [ThresholdSweep(labels[rows], values[rows]) for rows in _resampled(labels, resamples)]
    found = [sweep.cheapest(**prices) for sweep in drawn]
    low, high = np.quantile([each.threshold for each in found], [0.025, 0.975], method="nearest")
    cheapest = whole.cheapest(**prices)
    nothing = whole.at(np.inf).cost(**prices)
    alt = (
        f"Cost against the threshold with {min(lines, resamples)} gray lines of resamples. "
        f"The cheapest threshold of the rows is {cheapest.threshold:.3g}, "
        f"cost {style.count(cheapest.value)}; in the middle 95% of {resamples} resamples it is "
        f"{low:.2f} to {high:.2f}. "
        f"Flagging nothing costs {style.count(nothing)}."
    )
    with style.shown_axes(8.0, 5.0, alt) as axes:
        left, right = score_range(whole)
        for sweep, point in zip(drawn[:lines], found[:lines], strict=True):
            axes.plot(
                *_valley(sweep, prices, left, right), **_FAINT, drawstyle="steps-pre", label="_resample"
            )
            axes.plot(
                [point.threshold], [point.value], marker=".", markersize=6, color=style.MUTED, label="_lowest"
            )
        axes.plot(
            *_valley(whole, prices, left, right),
            color=style.NEGATIVE,
            drawstyle="steps-pre",
            label="these rows",
        )
        axes.axhline(nothing, **style.DOTTED | {"label": "flag nothing"})
        axes.plot(
            [cheapest.threshold], [cheapest.value], marker="D", color=style.POSITIVE,
            markeredgecolor=style.CARD, zorder=5, linestyle="none", label="cheapest",
        )  # fmt: skip
        base = 0.05 * nothing
        axes.plot(
            [low, high],
            [base, base],
            color=style.POSITIVE,
            linewidth=6,
            solid_capstyle="butt",
            label="middle 95%",
        )
        axes.annotate(f"{low:.2f} to {high:.2f}", (high, base), xytext=(8, 0), textcoords="offset points",
                      va="center", color=style.POSITIVE, path_effects=style.outlined())  # fmt: skip
        axes.set(xlim=(left, right), ylim=(0, 1.6 * nothing), xlabel="Threshold", ylabel="Cost")
        axes.set_title(f"The cheapest threshold of {resamples} resamples")
        style.legend_below(axes)


def chosen_and_reported(chosen: ArrayLike, reported: ArrayLike, *, what: str = "Cost") -> None:
    """Show what a number is on the rows that chose a threshold, and on rows that did not; a line per split.

    Parameters
    ----------
    chosen, reported : array_like, shape (splits,)
        The number on the rows of the choice, and on the others.
    what : str
        What the number is, for the axis.
    """
    first, second = np.asarray(chosen, dtype=np.float64), np.asarray(reported, dtype=np.float64)
    up = int(np.sum(second > first))
    alt = (
        f"{what} in {first.size} splits, as lines from the rows of the choice to other rows. "
        f"The means are {first.mean():.2f} and {second.mean():.2f}; the line rises in {up} of {first.size}."
    )
    with style.shown_axes(7.0, 4.8, alt) as axes:
        for pair in zip(first, second, strict=True):
            axes.plot([0, 1], pair, **_FAINT | {"alpha": 0.6}, marker=".", markersize=6, label="_split")
        means = [first.mean(), second.mean()]
        axes.plot([0, 1], means, color=style.RECALL, linewidth=3.5, marker="o", markersize=10, label="mean")
        for place, (mean, side) in enumerate(zip(means, ("right", "left"), strict=True)):
            axes.annotate(
                f"{mean:.2f}", (place, mean), xytext=(-12 if place == 0 else 12, 0), ha=side, va="center",
                textcoords="offset points", color=style.RECALL, weight="bold",
            )  # fmt: skip
        axes.set(xlim=(-0.3, 1.3), ylabel=what)
        axes.set_xticks([0, 1], ["on the rows of the choice", "on other rows"])
        axes.set_title(f"{first.size} splits")
        axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.1), ncols=2)


def _resampled(labels: NDArray[Any], resamples: int) -> list[NDArray[np.int64]]:
    """Draw rows with replacement; a draw with one class only has no curve and is left out."""
    rng = np.random.default_rng(0)
    draws = (rng.integers(labels.size, size=labels.size) for _ in range(resamples))
    return [rows for rows in draws if np.unique(labels[rows]).size > 1]


def _valley(
    sweep: ThresholdSweep, prices: dict[str, float], left: float, right: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    costs, nothing = sweep.cost(**prices), sweep.at(np.inf).cost(**prices)
    places = np.concatenate([[min(left, sweep.thresholds[-1])], sweep.thresholds[::-1], [right]])
    return places, np.concatenate([[costs[-1]], costs[::-1], [nothing]])
