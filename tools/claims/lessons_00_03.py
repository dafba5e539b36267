"""What lessons 00 to 03 claim of the spam filter, its thresholds and its curve."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.datasets import load_email_neighbor_scores
from lessonkit.metrics import Confusion, ThresholdSweep
from tools.claims import repeated
from tools.claims.emails import emails, resample

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

RESAMPLES = 400
SHUFFLES = 400
HALF = 0.5
DEMANDED = 0.8


def _at(seed: int, threshold: float) -> Confusion:
    y_true, scores = resample(seed)
    return Confusion.from_labels(y_true, scores >= threshold)


def _cost(seed: int, threshold: float, *, false_alarm: float, miss: float) -> float:
    return float(_at(seed, threshold).cost(false_positive=false_alarm, false_negative=miss))


def _precision_at_recall(sweep: ThresholdSweep, recall: float) -> float:
    """Return the precision of the first point that reaches a recall."""
    return float(sweep.precision[np.argmax(sweep.recall >= recall)])


# 01


@repeated(RESAMPLES, over="resamples")
def filter_beats_never(seed: int) -> float:
    """At 0.5 the filter has a higher accuracy than flagging nothing."""
    counts = _at(seed, 0.5)
    return counts.accuracy - (1 - counts.prevalence)


# 02


@repeated(RESAMPLES, over="resamples")
def lower_threshold_costs_precision(seed: int) -> float:
    """From 0.5 down to 0.3, precision falls."""
    return _at(seed, 0.5).precision - _at(seed, 0.3).precision


@repeated(RESAMPLES, over="resamples")
def dear_misses_favor_a_low_threshold(seed: int) -> float:
    """Where a miss costs ten times a false alarm, 0.1 is cheaper than 0.5."""
    prices = {"false_alarm": 1, "miss": 10}
    return _cost(seed, 0.5, **prices) - _cost(seed, 0.1, **prices)


# 03


@repeated(SHUFFLES, over="shuffles")
def no_skill_is_near_the_prevalence(seed: int) -> float:
    """With the scores shuffled, precision at half of the spam is within 0.03 of the prevalence."""
    y_true, scores = emails()
    sweep = ThresholdSweep(y_true, np.random.default_rng(seed).permutation(scores))
    return 0.03 - abs(_precision_at_recall(sweep, 0.5) - float(y_true.mean()))


@repeated(RESAMPLES, over="resamples")
def rounding_loses_order(seed: int) -> float:
    """Scores rounded to one decimal have a lower average precision."""
    y_true, scores = resample(seed)
    exact, rounded = (ThresholdSweep(y_true, values) for values in (scores, scores.round(1)))
    return exact.average_precision - rounded.average_precision


@repeated(RESAMPLES, over="resamples")
def decisions_lose_order(seed: int) -> float:
    """Decisions at 0.5 have a lower average precision than the scores."""
    y_true, scores = resample(seed)
    decisions = (scores >= HALF).astype(int)
    exact, decided = (ThresholdSweep(y_true, values) for values in (scores, decisions))
    return exact.average_precision - decided.average_precision


@repeated(RESAMPLES, over="resamples")
def teeth_get_smaller(seed: int) -> float:
    """In the first hundred steps precision moves further in a step than in the last hundred, on average."""
    steps = np.abs(np.diff(ThresholdSweep(*resample(seed)).precision))
    return float(steps[:100].mean() - steps[-100:].mean())


def _spread(seed: int, recall: float, *, inner: int = 60) -> float:
    """Return the standard deviation of precision at a recall, over resamples of a resample."""
    y_true, scores = resample(seed)
    rng = np.random.default_rng([seed, 1])
    found = []
    for _ in range(inner):
        rows = rng.integers(y_true.size, size=y_true.size)
        found.append(_precision_at_recall(ThresholdSweep(y_true[rows], scores[rows]), recall))
    return float(np.std(found))


@repeated(40, over="resamples")
def before_recall_1_is_less_sure_than_at_1(seed: int) -> float:
    """Precision at recall 0.9 is less sure than at recall 1."""
    return _spread(seed, 0.9) - _spread(seed, 1)


@cache
def _neighbors() -> Array:
    return np.asarray(load_email_neighbor_scores().scores)


def _both_filters(rows: Array) -> tuple[ThresholdSweep, ThresholdSweep]:
    """Return the sweeps of the first filter and of the neighbor filter on some of the test emails."""
    y_true, scores = emails()
    return ThresholdSweep(y_true[rows], scores[rows]), ThresholdSweep(y_true[rows], _neighbors()[rows])


def _drawn(rng: np.random.Generator) -> Array:
    size = emails()[0].size
    return rng.integers(size, size=size)


@repeated(SHUFFLES, over="shuffles")
def no_skill_has_the_prevalence_as_average_precision(seed: int) -> float:
    """With the scores shuffled, average precision is within 0.03 of the prevalence."""
    y_true, scores = emails()
    sweep = ThresholdSweep(y_true, np.random.default_rng(seed).permutation(scores))
    return 0.03 - abs(sweep.average_precision - float(y_true.mean()))


@repeated(RESAMPLES, over="resamples")
def neighbors_win_at_half_of_the_spam(seed: int) -> float:
    """At recall 0.5 or more, the neighbor filter reaches a higher precision than the first one."""
    first, neighbor = (
        float(sweep.precision[sweep.recall >= HALF].max())
        for sweep in _both_filters(_drawn(np.random.default_rng(seed)))
    )
    return neighbor - first


@repeated(20, over="seeds")
def neighbors_reach_eighty_percent_half_of_the_time(seed: int) -> float:
    """In 35 to 60% of redrawn test sets the neighbor filter reaches precision 0.8."""
    rng = np.random.default_rng(seed)
    reached = [(_both_filters(_drawn(rng))[1].precision >= DEMANDED).any() for _ in range(100)]
    return 0.125 - abs(float(np.mean(reached)) - 0.475)


@repeated(20, over="seeds")
def before_the_end_precision_varies_about_twofold(seed: int) -> float:
    """At recall 0.9, the range of most of sixty redrawn curves spans a factor of 1.5 to 2.5."""
    rng = np.random.default_rng(seed)
    found = [_precision_at_recall(_both_filters(_drawn(rng))[0], 0.9) for _ in range(60)]
    low, high = np.quantile(found, [0.025, 0.975])
    return 0.5 - abs(float(high / low) - 2)
