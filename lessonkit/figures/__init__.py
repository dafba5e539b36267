"""Every figure of the course, in one style.

Each function draws a figure of its own, shows it and returns None. What it shows
is also said in one sentence: the image's alternative text, and its plain text
where images are not shown. Color never stands alone: hatches, line styles,
markers and words say the same.
"""

from __future__ import annotations

from lessonkit.figures.areas import (
    average_precision_scale,
    intervals_and_truth,
    precision_recall_areas,
    precision_recall_gaps,
)
from lessonkit.figures.bars import paired_bars, two_parts
from lessonkit.figures.brackets import cost_boxes, pair_blocks, roc_boxes
from lessonkit.figures.by_threshold import precision_and_recall
from lessonkit.figures.calibration import calibration_by_groups, curves_and_calibration, reliability
from lessonkit.figures.capstone import cost_by_share, paired_intervals
from lessonkit.figures.compiling import six_logs, training_logs, training_loop
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
from lessonkit.figures.keras_curves import epochs_kept, keras_area, keras_bins, keras_bounds
from lessonkit.figures.map import lesson_map
from lessonkit.figures.matrix import confusion_matrix
from lessonkit.figures.networks import network, network_curves, predicted_against_true, softmax_scores
from lessonkit.figures.pipelines import (
    contributions,
    losses_of_a_training,
    losses_of_seeds,
    rows_reached,
    shuffled_labels,
)
from lessonkit.figures.prices import chosen_and_reported, cost_valleys, price_lines
from lessonkit.figures.repeated import cures_over_seeds, remedies_over_seeds
from lessonkit.figures.roc_and_pr import curves_by_prevalence, pair_board, roc_and_pr
from lessonkit.figures.roc_pipeline import (
    accuracy_mix,
    auc_bounds,
    paired_dots,
    reliability_under_roc,
    split_board,
)
from lessonkit.figures.steps import average_precision_rectangles, precision_recall_steps
from lessonkit.figures.training import compared_runs, training_history

__all__ = [
    "accuracy_mix",
    "auc_bounds",
    "average_precision_rectangles",
    "average_precision_scale",
    "bootstrap_histogram",
    "calibration_by_groups",
    "chosen_and_reported",
    "compared_runs",
    "confusion_matrix",
    "contributions",
    "cost_boxes",
    "cost_by_share",
    "cost_by_threshold",
    "cost_valleys",
    "cures_over_seeds",
    "curves_and_calibration",
    "curves_by_group",
    "curves_by_prevalence",
    "epochs_kept",
    "intervals_and_truth",
    "keras_area",
    "keras_bins",
    "keras_bounds",
    "lesson_map",
    "losses_of_a_training",
    "losses_of_seeds",
    "network",
    "network_curves",
    "pair_blocks",
    "pair_board",
    "paired_bars",
    "paired_dots",
    "paired_intervals",
    "precision_and_recall",
    "precision_recall_areas",
    "precision_recall_band",
    "precision_recall_bundle",
    "precision_recall_curve",
    "precision_recall_demands",
    "precision_recall_gaps",
    "precision_recall_steps",
    "predicted_against_true",
    "price_lines",
    "reliability",
    "reliability_under_roc",
    "remedies_over_seeds",
    "roc_and_pr",
    "roc_boxes",
    "roc_curve",
    "rows_reached",
    "shuffled_labels",
    "six_logs",
    "softmax_scores",
    "split_board",
    "training_history",
    "training_logs",
    "training_loop",
    "two_parts",
]
