"""How the scores of the two classes are spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.figures.style import NEGATIVE, POSITIVE, TINT, count, legend_below, mark_place, shown_figure
from lessonkit.metrics import ThresholdSweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike


def score_histogram(
    y_true: ArrayLike,
    scores: ArrayLike,
    *,
    threshold: float | None = None,
    log_counts: bool = False,
    labels: tuple[str, str] = ("spam", "normal mail"),
) -> None:
    """Show how the scores of the two classes are spread, in 20 bins of equal width.

    Parameters
    ----------
    y_true : array_like of 0 and 1, shape (n,)
    scores : array_like, shape (n,)
    threshold : float, optional
        Marked by a vertical line; what lies on it or to its right is flagged.
    log_counts : bool
        Count on a logarithmic axis, where a rare class stays visible beside a frequent one.
    labels : (positive, negative)
        The names of the two classes.

    Raises
    ------
    MetricsError
        The labels or scores are not usable; the message names the value and its place.
    """
    sweep = ThresholdSweep(y_true, scores)
    alt = (
        f"Histogram of the scores of {count(sweep.positives)} {labels[0]} and "
        f"{count(sweep.negatives)} {labels[1]}, from {sweep.thresholds[-1]:.3g} to {sweep.thresholds[0]:.3g}"
        f"{', counts on a logarithmic axis' if log_counts else ''}."
    )
    if threshold is not None:
        at = sweep.at(threshold)
        alt += (
            f" At or above the threshold {threshold:.4g}: {count(at.true_positives)} {labels[0]}, "
            f"{count(at.false_positives)} {labels[1]}."
        )
    with shown_figure(8.0, 4.6, alt) as figure:
        draw_score_histogram(figure.subplots(), sweep, threshold, log_counts=log_counts, labels=labels)


def draw_score_histogram(
    axes: Axes,
    sweep: ThresholdSweep,
    threshold: float | None,
    *,
    log_counts: bool,
    labels: tuple[str, str],
) -> None:
    """Draw the scores of both classes, and the threshold if there is one."""
    low, high = score_range(sweep)
    bins = np.linspace(low, high, 21)
    looks: tuple[dict[str, Any], dict[str, Any]] = (
        {"facecolor": TINT, "edgecolor": NEGATIVE, "linewidth": 1.2},
        {"facecolor": "none", "edgecolor": POSITIVE, "hatch": "////", "linewidth": 2.0},
    )
    for counts, label, total, look in (
        (sweep.false_positives, labels[1], sweep.negatives, looks[0]),
        (sweep.true_positives, labels[0], sweep.positives, looks[1]),
    ):
        axes.hist(
            sweep.thresholds,
            bins=bins.tolist(),
            weights=np.diff(counts, prepend=0),  # the sweep has one row a distinct score
            histtype="stepfilled",
            label=f"{label} ({count(total)})",
            **look,
        )
    axes.set(xlim=(low, high), xlabel="Score", ylabel="Count", title="Scores by actual class")
    if log_counts:
        axes.set_yscale("log")
        axes.set_ylim(bottom=0.6)
        axes.yaxis.set_major_formatter(lambda value, _: count(value) if value >= 1 else "")
        axes.yaxis.set_minor_formatter(lambda *_: "")
    if threshold is not None and np.isfinite(threshold):
        axes.set_xlabel(f"Score (marked: threshold {threshold:.3g})")
        mark_place(axes, threshold)
    legend_below(axes)


def score_range(sweep: ThresholdSweep) -> tuple[float, float]:
    """Give the whole unit interval to probabilities, and its own range to any other score."""
    low, high = float(sweep.thresholds[-1]), float(sweep.thresholds[0])
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    return (low, high) if low < high else (low - 0.5, high + 0.5)
