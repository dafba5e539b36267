from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import auc, average_precision_score, precision_recall_curve

import lessonkit as lk
from lessonkit.exercises import verdict
from lessonkit.exercises.lesson05 import _no_skill, _two_areas

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]


def two_areas(precision: Array, recall: Array) -> tuple[Any, ...]:
    steps = np.sum(np.diff(recall, prepend=0) * precision)
    return steps, np.trapezoid(np.append(1, precision), np.append(0, recall))


def two_areas_by_loop(precision: Array, recall: Array) -> list[float]:
    steps, lines, last_recall, last_precision = 0.0, 0.0, 0.0, 1.0
    for p, r in zip(precision, recall, strict=True):
        steps += (r - last_recall) * p
        lines += (r - last_recall) * (p + last_precision) / 2
        last_recall, last_precision = r, p
    return [steps, lines]


def values(
    y_true: Array, scores: Array, seed: int, one: Callable[[Array, Array, Array], float] | None = None
) -> Array:
    one = one or resampled
    rng = np.random.default_rng(seed)
    return np.array([one(y_true, scores, rng.integers(len(y_true), size=len(y_true))) for _ in range(200)])


def resampled(y_true: Array, scores: Array, rows: Array) -> float:
    return lk.ThresholdSweep(y_true[rows], scores[rows]).average_precision


def interval(
    y_true: Array, scores: Array, seed: int, one: Callable[[Array, Array, Array], float] | None = None
) -> Array:
    return np.quantile(values(y_true, scores, seed, one), [0.025, 0.975])


def mean_and_deviation(y_true: Array, scores: Array, seed: int) -> tuple[float, float]:
    drawn = values(y_true, scores, seed, resampled)
    return drawn.mean() - 1.96 * drawn.std(), drawn.mean() + 1.96 * drawn.std()


def baseline_and_minimum(positives: int, negatives: int) -> tuple[float, float]:
    labels = np.repeat([1, 0], [positives, negatives])
    return labels.mean(), lk.ThresholdSweep(labels, np.arange(labels.size)).average_precision


def minimum_for_many(positives: int, negatives: int) -> tuple[float, float]:
    p = positives / (positives + negatives)
    return p, 1 + (1 - p) * np.log(1 - p) / p


def baseline(positives: int, negatives: int) -> float:
    return positives / (positives + negatives)


SOLUTIONS: dict[str, list[Any]] = {
    "two-areas": [two_areas, two_areas_by_loop, lambda p, r: np.array(two_areas(p, r))],
    "average-precision-interval": [
        interval,
        lambda *inputs: tuple(interval(*inputs)),
        lambda *inputs: np.percentile(values(*inputs), [2.5, 97.5]),
    ],
    "baseline-and-minimum": [baseline_and_minimum],
}

WRONG: dict[str, list[tuple[Any, str]]] = {
    "two-areas": [
        (lambda p, r: two_areas(p, r)[::-1], "changed places"),
        (lambda p, r: (two_areas(p, r)[0], np.trapezoid(p, r)), "begin at the first point"),
        (lambda p, r: (two_areas(p, r)[0], np.trapezoid([p[0], *p], [0, *r])), "at precision 1"),
        (lambda p, r: (two_areas(p, r)[0], np.trapezoid([0, *p], [0, *r])), "precision 0. scikit-learn"),
        (lambda p, r: (two_areas(p, r)[0], np.trapezoid([0, *r], [1, *p])), "heights first"),
        (lambda p, r: (two_areas(p, r)[0], -two_areas(p, r)[1]), "rising"),
        (lambda p, r: (np.sum(np.diff(r) * p[1:]), two_areas(p, r)[1]), "`prepend=0`"),
        (lambda p, r: (p.mean(), two_areas(p, r)[1]), "plain mean"),
    ],
    "average-precision-interval": [
        (
            lambda y, s, seed: interval(
                y, s, seed, lambda y, s, _: lk.ThresholdSweep(y, s).average_precision
            ),
            "all rows",
        ),
        (
            lambda y, s, seed: interval(
                y, s, seed, lambda y, s, rows: lk.ThresholdSweep(y[rows], s).average_precision
            ),
            "not the scores",
        ),
        (
            lambda y, s, seed: interval(
                y, s, seed, lambda y, s, rows: lk.ThresholdSweep(y, s[rows]).average_precision
            ),
            "not the labels",
        ),
        (
            lambda y, s, seed: interval(y, s, seed, lambda y, s, rows: resampled(y, s, np.unique(rows))),
            "counts twice",
        ),
        (
            lambda y, s, seed: interval(
                y, s, seed, lambda y, s, rows: lk.ThresholdSweep(y[rows], s[rows]).roc_auc
            ),
            "another curve",
        ),
        (lambda *inputs: np.quantile(values(*inputs), [0, 1]), "hold all resamples"),
        (lambda *inputs: np.quantile(values(*inputs), [0.05, 0.95]), "2.5 % on each side"),
        (lambda *inputs: interval(*inputs)[::-1], "low one first"),
        (mean_and_deviation, "not spread evenly"),
    ],
    "baseline-and-minimum": [
        (lambda p, n: (0.5, baseline_and_minimum(p, n)[1]), "only when half"),
        (lambda p, n: (p / n, baseline_and_minimum(p, n)[1]), "divides by all cases"),
        (lambda p, n: (baseline(p, n), 0), "all negatives first"),
        (lambda p, n: (baseline(p, n), baseline(p, n)), "can be worse"),
        (lambda p, n: (baseline(p, n), 1 / (n + 1)), "first positive only"),
        (minimum_for_many, "very many cases"),
        (lambda p, n: baseline_and_minimum(p, n)[::-1], "baseline first"),
        (lambda p, n: (baseline(p, n), np.mean(np.arange(p) / (n + np.arange(p)))), "count from 0"),
    ],
}


def test_one_gap_filled_is_not_a_wrong_answer() -> None:
    assert not verdict(
        "average-precision-interval", lambda *_: np.quantile([...] * 200, [0.025, 0.975])
    ).tried


rows = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 9)), min_size=2, max_size=20)


@given(rows)
def test_the_areas_are_those_of_scikit_learn(both: list[tuple[int, int]]) -> None:
    y_true, scores = (np.array(column) for column in zip(*both, strict=True))
    if 0 < y_true.sum() < y_true.size:
        sweep = lk.ThresholdSweep(y_true, scores)
        precision, recall, _ = precision_recall_curve(y_true, scores)
        expected = average_precision_score(y_true, scores), auc(recall, precision)
        assert _two_areas(sweep.precision, sweep.recall) == pytest.approx(expected)


@given(st.integers(1, 20), st.integers(1, 20))
def test_the_minimum_is_that_of_the_worst_ranking(positives: int, negatives: int) -> None:
    assert _no_skill(positives, negatives) == pytest.approx(baseline_and_minimum(positives, negatives))
