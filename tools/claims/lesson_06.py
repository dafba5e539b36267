"""What lesson 06 claims of two simulated models, of weighted crashes, of swaps and of the hull."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.spatial import ConvexHull

from lessonkit.datasets import load_nass_cds_scores
from lessonkit.metrics import ThresholdSweep
from tools.claims import repeated
from tools.claims.emails import emails

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

RESAMPLES = 200
# The hull: so many means, each over so many splits.
REPEATS, SPLITS = 20, 20
SEEDS = 30


@cache
def _models(seed: int) -> tuple[ThresholdSweep, ThresholdSweep]:
    """Simulate A and B again, as `load_disagreeing_scores` does, with another seed."""
    rng = np.random.default_rng([6, seed])
    y_true = (rng.random(100_000) < 0.01).astype(np.int64)  # noqa: PLR2004  (the prevalence)
    a = rng.normal(size=y_true.size) + 1.8 * y_true
    easy = rng.random(y_true.size) < 0.45  # noqa: PLR2004  (the positives at the very top)
    b = rng.normal(size=y_true.size) + y_true * np.where(easy, 4.5, 0.3)
    return ThresholdSweep(y_true, a), ThresholdSweep(y_true, b)


def _alarms(sweep: ThresholdSweep, recall: float) -> float:
    return float(sweep.false_positive_rate[np.argmax(sweep.recall >= recall)])


@repeated(SEEDS, over="seeds")
def areas_disagree(seed: int) -> float:
    """Compare both areas: A has the higher ROC AUC, and B has the higher average precision."""
    a, b = _models(seed)
    return min(a.roc_auc - b.roc_auc, b.average_precision - a.average_precision)


@repeated(SEEDS, over="seeds")
def b_is_ahead_at_the_top(seed: int) -> float:
    """At recall 0.4 B has the lower false positive rate."""
    a, b = _models(seed)
    return _alarms(a, 0.4) - _alarms(b, 0.4)


@repeated(SEEDS, over="seeds")
def a_is_ahead_further_down(seed: int) -> float:
    """At recall 0.8 A has the lower false positive rate."""
    a, b = _models(seed)
    return _alarms(b, 0.8) - _alarms(a, 0.8)


@cache
def _crash() -> tuple[Array, Array, Array]:
    crash = load_nass_cds_scores()
    return np.asarray(crash.y_true), np.asarray(crash.scores), np.asarray(crash.sample_weight)


def _redrawn(seed: int) -> tuple[Array, Array, Array]:
    died, risk, weight = _crash()
    rows = np.random.default_rng(seed).integers(died.size, size=died.size)
    return died[rows], risk[rows], weight[rows]


@repeated(RESAMPLES, over="resamples")
def weights_lift_roc_auc(seed: int) -> float:
    """With the survey weights ROC AUC is higher than by rows."""
    died, risk, weight = _redrawn(seed)
    return ThresholdSweep(died, risk, sample_weight=weight).roc_auc - ThresholdSweep(died, risk).roc_auc


@repeated(RESAMPLES, over="resamples")
def easy_survivors_weigh_more(seed: int) -> float:
    """Survivors at low risk have a higher mean weight than those at high risk."""
    died, risk, weight = _redrawn(seed)
    low, high = (died == 0) & (risk < 0.02), (died == 0) & (risk >= 0.1)  # noqa: PLR2004  (as in the lesson)
    return float(weight[low].mean() - weight[high].mean())


@repeated(RESAMPLES, over="resamples")
def a_swap_counts_most_at_the_top(seed: int) -> float:
    """Average precision gains more from the first possible swap than from the last."""
    y_true, scores = emails()
    rows = np.random.default_rng(seed).integers(y_true.size, size=y_true.size)
    ranked = y_true[rows][np.argsort(-scores[rows], kind="stable")]
    places = -np.arange(ranked.size)
    gains = []
    for k in np.flatnonzero((ranked[:-1] == 0) & (ranked[1:] == 1))[[0, -1]]:
        swapped = ranked.copy()
        swapped[[k, k + 1]] = 1, 0
        gains.append(ThresholdSweep(swapped, places).average_precision)
    return gains[0] - gains[1]


@repeated(REPEATS, over="splits")
def the_hull_leads_only_where_it_was_fitted(seed: int) -> float:
    """Where the hull's corners were not fitted, their mean lead over the whole curve is gone."""
    return -float(np.mean([_lead_on_the_other_half(SPLITS * seed + split) for split in range(SPLITS)]))


def _lead_on_the_other_half(seed: int) -> float:
    """Choose the hull's corners on half of the emails; return their lead in area on the other half."""
    y_true, scores = emails()
    first = np.zeros(y_true.size, dtype=bool)
    rng = np.random.default_rng(seed)
    for label in (0, 1):
        rows = np.flatnonzero(y_true == label)
        first[rng.permutation(rows)[: rows.size // 2]] = True
    old, new = (ThresholdSweep(y_true[part], scores[part]) for part in (first, ~first))
    points = np.column_stack([old.false_positive_rate, old.recall])
    hull = ConvexHull(np.concatenate([points, [[0, 0], [1, 0]]]))
    corners = [new.at(float(old.thresholds[place])) for place in sorted(hull.vertices) if place < len(points)]
    rate = [0, *(corner.false_positive_rate for corner in corners), 1]
    recall = [0, *(corner.recall for corner in corners), 1]
    return float(np.trapezoid(recall, rate) - new.roc_auc)
