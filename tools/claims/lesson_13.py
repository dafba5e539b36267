"""What lesson 13 claims of intervals and brackets when more rows are counted."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from lessonkit.datasets import load_flights_scores
from lessonkit.metrics import bootstrap_interval
from tools.claims import repeated

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEEDS = 20
BINS = 200


def _bracket_width(y_true: NDArray[np.int64], scores: NDArray[np.float64]) -> float:
    """Return the share of the pairs that share one of the lesson's bins."""
    place = np.floor(scores * BINS).astype(int)
    positives, negatives = (np.bincount(place[y_true == label], minlength=BINS) for label in (1, 0))
    return float(np.sum(positives * negatives) / (positives.sum() * negatives.sum()))


@cache
def _widths(seed: int | None) -> tuple[float, float]:
    """Return how wide interval and bracket are on a random tenth of the flights; without seed on all."""
    flights = load_flights_scores()
    y_true, scores = flights.y_true, flights.scores
    if seed is not None:
        tenth = np.random.default_rng([13, seed]).choice(y_true.size, y_true.size // 10, replace=False)
        y_true, scores = y_true[tenth], scores[tenth]
    interval = bootstrap_interval(y_true, scores, "roc_auc", resamples=300)
    return interval.high - interval.low, _bracket_width(y_true, scores)


@repeated(SEEDS, over="seeds")
def more_flights_narrow_the_interval(seed: int) -> float:
    """Find the interval of all flights less than half as wide as that of a tenth of them."""
    return _widths(seed)[0] - 2 * _widths(None)[0]


@repeated(SEEDS, over="seeds")
def more_flights_leave_the_bracket(seed: int) -> float:
    """Find brackets of all flights and of a tenth of them that differ in width by less than a fifth."""
    few, many = _widths(seed)[1], _widths(None)[1]
    return 0.2 - abs(few / many - 1)
