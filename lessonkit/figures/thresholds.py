"""What a threshold does: both ratios, the cost of errors, and all sides of a single one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lessonkit.figures.lines import draw_baseline, draw_curve, mark_point
from lessonkit.figures.matrix import draw_confusion_matrix
from lessonkit.figures.scores import draw_score_histogram, score_range
from lessonkit.figures.style import (
    CARD,
    DOTTED,
    MUTED,
    NEGATIVE,
    POSITIVE,
    PRECISION,
    RECALL,
    count,
    mark_place,
    outlined,
    reading,
    shown_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from lessonkit.metrics import Confusion, ThresholdSweep


def precision_recall_by_threshold(sweep: ThresholdSweep, *, threshold: float | None = None) -> None:
    """Show precision and recall against the threshold, as the steps they are.

    Parameters
    ----------
    sweep : ThresholdSweep
    threshold : float, optional
        Marked by a vertical line, with both values.
    """
    alt = (
        "Precision and recall against the threshold. Recall falls from 1 as the threshold rises; "
        f"precision starts at the prevalence, {sweep.prevalence:.3f}, and moves up and down."
    )
    if threshold is not None:
        alt += f" {reading(sweep.at(threshold), threshold)}"
    with shown_figure(8.0, 4.8, alt) as figure:
        _draw_by_threshold(figure.subplots(), sweep, threshold)


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
        f"The cheapest: {place}, cost {count(cheapest.value)}. "
        f"Flagging nothing costs {count(nothing)}, flagging everything {count(costs[-1])}."
    )
    if threshold is not None:
        alt += f" The threshold {threshold:.4g} costs {count(sweep.at(threshold).cost(**prices))}."
    with shown_figure(8.0, 4.8, alt) as figure:
        axes = figure.subplots()
        low, high = score_range(sweep)
        rising = np.concatenate([[min(low, sweep.thresholds[-1])], sweep.thresholds[::-1], [high]])
        heights = np.concatenate([[costs[-1]], costs[::-1], [nothing]])
        axes.plot(rising, heights, drawstyle="steps-pre", color=NEGATIVE, label="cost")
        axes.axhline(nothing, **DOTTED | {"label": "nothing"})
        axes.annotate(
            f"flag nothing: {count(nothing)}",
            (1, nothing),
            xycoords=("axes fraction", "data"),
            xytext=(-4, 5),
            textcoords="offset points",
            ha="right",
            color=MUTED,
            path_effects=outlined(),
        )
        axes.set(xlim=(low, high), xlabel="Threshold", ylabel="Cost")
        axes.set_ylim(0, max(float(heights.max()), float(nothing)) * 1.1 or 1)
        axes.yaxis.set_major_formatter(lambda value, _: count(value))
        axes.set_title(f"Cheapest: {place}, cost {count(cheapest.value)}")
        if np.isfinite(cheapest.threshold):
            axes.plot(
                [cheapest.threshold],
                [cheapest.value],
                marker="o",
                markersize=11,
                color=POSITIVE,
                markeredgecolor=CARD,
                clip_on=False,
                zorder=5,
                label="cheapest",
            )
        if threshold is not None and np.isfinite(threshold):
            cost = count(sweep.at(threshold).cost(**prices))
            axes.set_xlabel(f"Threshold (marked: {threshold:.3g}, cost {cost})")
            mark_place(axes, threshold)


def threshold_at(
    sweep: ThresholdSweep, threshold: float, *, labels: tuple[str, str] = ("spam", "normal mail")
) -> None:
    """Show one threshold from four sides: scores, counts, curve and the two ratios in words.

    Parameters
    ----------
    sweep : ThresholdSweep
    threshold : float
        What scores at least this much is flagged; ``inf`` flags nothing.
    labels : (positive, negative)
        The names of the two classes.
    """
    confusion = sweep.at(threshold)
    alt = (
        f"{reading(confusion, threshold)} TP {count(confusion.true_positives)}, "
        f"FP {count(confusion.false_positives)}, FN {count(confusion.false_negatives)}, "
        f"TN {count(confusion.true_negatives)}. Histogram, confusion matrix and precision–recall curve."
    )
    with shown_figure(10.4, 8.6, alt) as figure:
        histogram, matrix, curve, words = figure.subplots(2, 2, width_ratios=(1.1, 1)).flat
        draw_score_histogram(histogram, sweep, threshold, log_counts=True, labels=labels)
        draw_confusion_matrix(matrix, confusion, labels)
        draw_baseline(curve, sweep.prevalence)
        draw_curve(curve, sweep)
        mark_point(curve, confusion, threshold)
        curve.set_title("Precision–recall curve")
        _draw_ratios(words, confusion, threshold, labels[0])


def _draw_by_threshold(axes: Axes, sweep: ThresholdSweep, threshold: float | None) -> None:
    low, high = score_range(sweep)
    # Below the lowest score nothing changes any more: everything is flagged.
    rising = np.concatenate([[min(low, sweep.thresholds[-1])], sweep.thresholds[::-1]])
    ends = {}
    for values, name, color, line in (
        (sweep.precision, "precision", PRECISION, "solid"),
        (sweep.recall, "recall", RECALL, (0, (5, 1.5))),
    ):
        # A score between two thresholds decides like the upper one: the step lies before its point.
        heights = np.concatenate([[values[-1]], values[::-1]])
        axes.plot(rising, heights, drawstyle="steps-pre", color=color, linestyle=line, label=name)
        ends[name] = (float(values[0]), color)
    _label_ends(axes, float(sweep.thresholds[0]), ends)
    axes.set(xlim=(low, high), ylim=(0, 1.02), xlabel="Threshold", ylabel="Precision, recall")
    axes.set_title("Precision and recall by threshold")
    if threshold is not None and np.isfinite(threshold):
        confusion = sweep.at(threshold)
        axes.set_xlabel(f"Threshold (marked: {threshold:.3g})")
        mark_place(axes, threshold)
        for value, color, marker in ((confusion.precision, PRECISION, "o"), (confusion.recall, RECALL, "s")):
            axes.plot([threshold], [value], marker=marker, color=color, markeredgecolor=CARD, zorder=5)
            axes.annotate(
                f"{value:.2f}",
                (threshold, value),
                xytext=(8, 8),
                textcoords="offset points",
                color=color,
                weight="bold",
                path_effects=outlined(),
            )


def _label_ends(axes: Axes, right: float, ends: dict[str, tuple[float, str]]) -> None:
    """Write each line's name beside its right end, at least one line of text apart."""
    apart = 0.08
    names = sorted(ends, key=lambda name: ends[name][0])
    heights = [ends[name][0] for name in names]
    middle = sum(heights) / 2
    if heights[1] - heights[0] < apart:
        heights = [middle - apart / 2, middle + apart / 2]
    for name, height in zip(names, heights, strict=True):
        axes.annotate(
            name,
            (right, height),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            color=ends[name][1],
            weight="bold",
            size=13,
            annotation_clip=False,
        )


def _draw_ratios(axes: Axes, confusion: Confusion, threshold: float, positive: str) -> None:
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    hits, flagged, total = (
        count(value)
        for value in (confusion.true_positives, confusion.predicted_positive, confusion.positives)
    )
    axes.set_title(f"Flag a score of {threshold:.3g} or more" if np.isfinite(threshold) else "Flag nothing")
    for top, name, value, words, color in (
        (0.9, "Precision", confusion.precision, f"{hits} of {flagged} flagged are {positive}", PRECISION),
        (0.42, "Recall", confusion.recall, f"{hits} of {total} actual {positive} are flagged", RECALL),
    ):
        axes.text(0.02, top, name, va="center", size=14, weight="bold", color=color)
        axes.text(0.02, top - 0.15, f"{value:.3f}", va="center", size=26, weight="bold", color=color)
        # Out of the layout: a long class name must not squeeze the other panels.
        axes.text(0.02, top - 0.29, words, va="center", size=13).set_in_layout(False)
