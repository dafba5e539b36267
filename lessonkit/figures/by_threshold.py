"""Precision and recall at each threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lessonkit.figures import style
from lessonkit.figures.cost import score_range
from lessonkit.figures.lines import CURVES

if TYPE_CHECKING:
    from lessonkit.metrics import ThresholdSweep


def precision_and_recall(sweep: ThresholdSweep) -> None:
    """Show precision and recall against the threshold, each as a line of steps.

    Above the highest score nothing is flagged, so there the line of precision ends.

    Parameters
    ----------
    sweep : ThresholdSweep
    """
    rises = int(np.sum(np.diff(sweep.precision[::-1]) > 0))
    falls = int(np.sum(np.diff(sweep.precision[::-1]) < 0))
    alt = (
        f"Precision and recall against the threshold. Up the {sweep.thresholds.size:,} distinct scores, "
        f"recall never rises; precision rises in {rises:,} steps and falls in {falls:,}."
    )
    with style.shown_axes(8.0, 4.8, alt) as axes:
        low, high = score_range(sweep)
        lowest = min(low, float(sweep.thresholds[-1]))
        rising = np.concatenate([[lowest], sweep.thresholds[::-1]])
        for values, name, look in zip(
            (sweep.precision, sweep.recall), ("precision", "recall"), CURVES, strict=True
        ):
            heights = np.concatenate([values[-1:], values[::-1]])
            axes.plot(rising, heights, drawstyle="steps-pre", **look | {"label": name})
        axes.set(xlim=(low, high), ylim=(0, 1.02), xlabel="Threshold", ylabel="Precision, recall")
        axes.set_title("Recall never rises; precision goes both ways" if falls else "Recall never rises")
        style.legend_below(axes)
