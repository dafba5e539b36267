"""What lesson 05 claims of areas, of intervals and of small test sets."""

from __future__ import annotations

import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.datasets import load_email_neighbor_scores, load_email_scores
from lessonkit.metrics import (
    Interval,
    SmallSampleWarning,
    ThresholdSweep,
    bootstrap_band,
    bootstrap_interval,
)
from tools.claims import repeated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

RESAMPLES = 400
HALF = 0.5
# Scores of the simulated positives are higher by this much; those of all have a standard deviation of 1.
SHIFT = 1.5
TRUTH = 0.3354


@cache
def _emails() -> tuple[Array, Array, Array]:
    email = load_email_scores()
    return np.asarray(email.y_true), np.asarray(email.scores), np.asarray(load_email_neighbor_scores().scores)


def _resample(seed: int) -> tuple[Array, Array, Array]:
    """Draw as many of the test emails as there are, with replacement; both filters on the same rows."""
    y_true, first, second = _emails()
    rows = np.random.default_rng(seed).integers(y_true.size, size=y_true.size)
    return y_true[rows], first[rows], second[rows]


def _area(y_true: Array, scores: Array) -> float:
    return ThresholdSweep(y_true, scores).average_precision


def _lines(sweep: ThresholdSweep) -> float:
    return float(np.trapezoid(np.append(1, sweep.precision), np.append(0, sweep.recall)))


def _test_set(rng: np.random.Generator, positives: int, negatives: int) -> tuple[Array, Array]:
    labels = np.repeat([1, 0], [positives, negatives])
    return labels, rng.normal(size=labels.size) + SHIFT * labels


@repeated(60, over="seeds")
def random_choice_stays_below_the_line(seed: int) -> float:
    """With a random half of the other emails flagged, precision is below the straight line."""
    y_true, scores, _ = _emails()
    two = ThresholdSweep(y_true, (scores >= HALF).astype(int))
    half = (scores >= HALF) | (np.random.default_rng(seed).random(scores.size) < HALF)
    recall = y_true[half].sum() / y_true.sum()
    return float(np.interp(recall, two.recall, two.precision) - y_true[half].mean())


@repeated(RESAMPLES, over="resamples")
def fine_scores_prefer_steps(seed: int) -> float:
    """On the scores of the first filter, steps give more than straight lines."""
    sweep = ThresholdSweep(*_resample(seed)[:2])
    return sweep.average_precision - sweep.davis_goadrich_area


@repeated(RESAMPLES, over="resamples")
def lines_flatter_decisions(seed: int) -> float:
    """Decisions at 0.5 have a larger area by straight lines than by Davis–Goadrich."""
    y_true, scores, _ = _resample(seed)
    decisions = ThresholdSweep(y_true, (scores >= HALF).astype(int))
    return _lines(decisions) - decisions.davis_goadrich_area


@repeated(RESAMPLES, over="resamples")
def rounding_costs_area(seed: int) -> float:
    """Scores with all decimals have a higher average precision than rounded ones."""
    y_true, scores, _ = _resample(seed)
    return _area(y_true, scores) - _area(y_true, scores.round(1))


@repeated(40, over="resamples")
def pairs_are_steadier(seed: int) -> float:
    """On shared rows, the difference of two filters is steadier than on rows of their own."""
    y_true, first, second = _resample(seed)
    rng = np.random.default_rng([seed, 1])
    paired, apart = [], []
    for _ in range(200):
        rows, others = rng.integers(y_true.size, size=(2, y_true.size))
        area = _area(y_true[rows], first[rows])
        paired.append(_area(y_true[rows], second[rows]) - area)
        apart.append(_area(y_true[others], second[others]) - area)
    return float(np.std(apart) - np.std(paired))


@repeated(40, over="resamples")
def the_difference_is_steadier_than_the_versions(seed: int) -> float:
    """All decimals minus one decimal has a smaller spread than the area of either."""
    y_true, scores, _ = _resample(seed)
    rng = np.random.default_rng([seed, 1])
    areas = []
    for _ in range(200):
        rows = rng.integers(y_true.size, size=y_true.size)
        areas.append([_area(y_true[rows], scores[rows]), _area(y_true[rows], scores[rows].round(1))])
    one, other = np.array(areas).T
    return float(min(np.std(one), np.std(other)) - np.std(one - other))


@repeated(60, over="seeds")
def small_random_orders_read_high(seed: int) -> float:
    """Random orders of 2 positives among 20 average more than the prevalence."""
    rng = np.random.default_rng(seed)
    labels = np.repeat([1, 0], [2, 18])
    return float(np.mean([_area(labels, rng.random(20)) for _ in range(200)]) - labels.mean())


@repeated(60, over="seeds")
def small_test_sets_read_high(seed: int) -> float:
    """Twenty test sets with 2 positives average more than the truth."""
    rng = np.random.default_rng([seed, 2])
    return float(np.mean([_area(*_test_set(rng, 2, 38)) for _ in range(20)]) - TRUTH)


def _intervals(seed: int, positives: int, negatives: int) -> list[Interval]:
    rng = np.random.default_rng([seed, positives])
    sets = (_test_set(rng, positives, negatives) for _ in range(20))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmallSampleWarning)  # two positives are the point
        return [
            bootstrap_interval(*each, "average_precision", method="percentile", resamples=200)
            for each in sets
        ]


@repeated(20, over="seeds")
def small_test_sets_have_wide_intervals(seed: int) -> float:
    """With 2 positives, more than half of the intervals are wider than half of the scale."""
    wide = [each.high - each.low >= HALF for each in _intervals(seed, 2, 38)]
    return float(np.mean(wide) - HALF)


@repeated(20, over="seeds")
def more_positives_help_both(seed: int) -> float:
    """With 50 positives the mean is nearer to the truth and the intervals are narrower than with 2."""
    few, many = _intervals(seed, 2, 38), _intervals(seed, 50, 950)
    bias = [abs(float(np.mean([each.estimate for each in group])) - TRUTH) for group in (few, many)]
    width = [float(np.mean([each.high - each.low for each in group])) for group in (few, many)]
    return min(bias[0] - bias[1], width[0] - width[1])


@cache
def _band_holds(seed: int) -> Array:
    """Return, for 60 bands on 20 positives among 200, whether each holds the truth at five recalls."""
    grid = np.array([0.05, 0.2, 0.5, 0.8, 0.95])
    places = np.linspace(-6, 8, 2001)
    truth = np.interp(grid, *_true_curve(places))
    found = []
    for number in range(60):
        labels, scores = _test_set(np.random.default_rng([seed, number]), 20, 180)
        band = bootstrap_band(labels, scores, recall_grid=grid, resamples=200)
        found.append((band.low <= truth) & (truth <= band.high))
    return np.array(found)


def _true_curve(places: Array) -> tuple[Array, Array]:
    from scipy.stats import norm

    recall, alarms = norm.sf(places - SHIFT), norm.sf(places)
    precision = 0.1 * recall / (0.1 * recall + 0.9 * alarms)
    return recall[::-1], precision[::-1]


@repeated(12, over="seeds")
def bands_fail_at_the_left_end(seed: int) -> float:
    """At recall 0.05 a band holds the truth less often than at 0.2, 0.5 and 0.8."""
    holds = _band_holds(seed).mean(axis=0)
    return float(holds[1:4].min() - holds[0])


@repeated(12, over="seeds")
def bands_hold_in_the_middle(seed: int) -> float:
    """At recalls 0.2, 0.5 and 0.8 a band holds the truth in at least 9 of 10 sets, on average."""
    return float(_band_holds(seed)[:, 1:4].mean() - 0.9)


@repeated(12, over="seeds")
def bands_do_not_hold_everywhere(seed: int) -> float:
    """All five recalls are inside at once in clearly fewer than 95% of the bands."""
    return float(0.95 - _band_holds(seed).all(axis=1).mean())
