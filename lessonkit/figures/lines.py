"""Curves, points and baselines, as several figures draw them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from lessonkit.metrics import Confusion, ThresholdSweep

# The first curve of a figure, and the one it is compared with.
CURVES: tuple[dict[str, Any], dict[str, Any]] = (
    {"color": style.NEGATIVE, "linestyle": "solid", "label": "curve", "clip_on": False},
    {"color": style.RECALL, "linestyle": (0, (5, 1.5)), "label": "compared", "clip_on": False},
)


def draw_curve(axes: Axes, sweep: ThresholdSweep, look: dict[str, Any] = CURVES[0]) -> None:
    """Draw precision against recall, as steps whose area is average precision."""
    # Average precision gives each gain in recall the precision at its end: the step lies before its point.
    recall = np.concatenate([[0.0], sweep.recall])
    precision = np.concatenate([sweep.precision[:1], sweep.precision])
    axes.plot(recall, precision, drawstyle="steps-pre", **look)
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="Recall", ylabel="Precision")


def draw_roc(axes: Axes, sweep: ThresholdSweep, look: dict[str, Any] = CURVES[0]) -> None:
    """Draw the true positive rate against the false positive rate."""
    # Between two thresholds the area counts ties as half: a straight line.
    axes.plot([0, *sweep.false_positive_rate], [0, *sweep.recall], **look)
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="False positive rate", ylabel="True positive rate (recall)")


def draw_diagonal(axes: Axes, name: str) -> None:
    """Draw the dotted diagonal and write its name below it."""
    axes.plot([0, 1], [0, 1], **style.DOTTED | {"label": "diagonal"})
    axes.annotate(name, (0.62, 0.56), va="top", color=style.MUTED, path_effects=style.outlined())


def draw_baseline(axes: Axes, prevalence: float) -> None:
    """Draw the precision of flagging at random, with its value."""
    axes.axhline(prevalence, **style.DOTTED)
    below = prevalence > 0.08  # noqa: PLR2004  (room for one line of text)
    # A rare class has its curve right above the line: the label stands further up, with a pointer.
    axes.annotate(
        f"flagging at random: {prevalence:.3f}",
        (0.02 if below else 0.72, prevalence),
        xytext=(0, -4 if below else 90),
        textcoords="offset points",
        ha="left" if below else "center",
        va="top" if below else "bottom",
        color=style.MUTED,
        path_effects=style.outlined(),
        arrowprops=None if below else {"arrowstyle": "-", "color": style.MUTED},
    )


def mark_point(axes: Axes, confusion: Confusion, threshold: float) -> None:
    """Mark a threshold on a precision–recall curve."""
    if confusion.predicted_positive == 0:
        return  # Nothing flagged, no precision: the curve has no such point.
    # Above a high point the text would run into the title.
    below = confusion.precision > 0.93  # noqa: PLR2004
    mark(axes, (confusion.recall, confusion.precision), f"≥ {threshold:.3g}", below=below)


def mark(axes: Axes, point: tuple[float, float], text: str, *, below: bool) -> None:
    """Mark a point of a curve; its text keeps off the curve, at the end of a pointer, and erases nothing."""
    axes.plot(
        *point,
        marker="o",
        markersize=11,
        color=style.POSITIVE,
        linestyle="none",
        clip_on=False,
        zorder=5,
    )
    # Beyond the axes other labels may be. Under the right end there is room, but for a very low one.
    leftward = point[0] > 0.85  # noqa: PLR2004
    below = below or (leftward and point[1] > 0.2)  # noqa: PLR2004
    axes.annotate(
        text,
        point,
        xytext=(-26 if leftward else 26, -24 if below else 24),
        textcoords="offset points",
        ha="right" if leftward else "left",
        va="top" if below else "bottom",
        color=style.POSITIVE,
        weight="bold",
        arrowprops={"arrowstyle": "-", "color": style.POSITIVE, "linewidth": 1.2, "shrinkA": 0, "shrinkB": 5},
        annotation_clip=False,
        zorder=6,
    )
