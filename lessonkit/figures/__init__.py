"""Every figure of the course, in one style.

Each function draws a figure of its own, shows it and returns None. What it shows
is also said in one sentence: the image's alternative text, and its plain text
where images are not shown. Color never stands alone: hatches, line styles,
markers and words say the same.
"""

from __future__ import annotations

from lessonkit.figures.bars import two_parts
from lessonkit.figures.by_threshold import precision_and_recall
from lessonkit.figures.calibration import calibration_by_groups, curves_and_calibration, reliability
from lessonkit.figures.capstone import cost_by_share, paired_intervals
from lessonkit.figures.cost import cost_by_threshold
from lessonkit.figures.curves import (
    curves_by_group,
    precision_recall_band,
    precision_recall_bundle,
    precision_recall_curve,
    precision_recall_demands,
    roc_curve,
)
from lessonkit.figures.intervals import bootstrap_histogram
from lessonkit.figures.map import lesson_map
from lessonkit.figures.matrix import confusion_matrix
from lessonkit.figures.steps import (
    average_precision_rectangles,
    precision_recall_areas,
    precision_recall_steps,
)
from lessonkit.figures.training import training_history

__all__ = [
    "average_precision_rectangles",
    "bootstrap_histogram",
    "calibration_by_groups",
    "confusion_matrix",
    "cost_by_share",
    "cost_by_threshold",
    "curves_and_calibration",
    "curves_by_group",
    "lesson_map",
    "paired_intervals",
    "precision_and_recall",
    "precision_recall_areas",
    "precision_recall_band",
    "precision_recall_bundle",
    "precision_recall_curve",
    "precision_recall_demands",
    "precision_recall_steps",
    "reliability",
    "roc_curve",
    "training_history",
    "two_parts",
]
