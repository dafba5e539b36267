from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import lessonkit as lk
from lessonkit.exercises.lesson04 import _threshold_at_precision

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def bins_used(scores: Array, thresholds: int) -> int:
    return np.unique(np.maximum(np.ceil(scores * (thresholds - 1)) - 1, 0)).size


def bins_by_borders(scores: Array, thresholds: int) -> int:
    borders = np.linspace(0, 1, thresholds)
    return len({max(int(np.sum(score > borders)), 1) for score in scores})


def precision_over_batches(true_positives: Array, false_positives: Array) -> float:
    found, alarms = true_positives.sum(), false_positives.sum()
    return found / (found + alarms) if found + alarms else 0.0


def threshold_at_precision(y_true: Array, scores: Array, minimum: float) -> tuple[float, float]:
    sweep = lk.ThresholdSweep(y_true, scores)
    allowed = sweep.precision >= minimum
    if not allowed.any():
        return np.inf, 0.0
    best = np.argmax(np.where(allowed, sweep.recall, -1.0))
    return sweep.thresholds[best], sweep.recall[best]


def by_sweep(y_true: Array, scores: Array, minimum: float) -> tuple[float, float]:
    try:
        point = lk.ThresholdSweep(y_true, scores).best("recall", min_precision=minimum)
    except ValueError:
        return np.inf, 0.0
    return point.threshold, point.value


def without_guard(y_true: Array, scores: Array, minimum: float) -> tuple[float, float]:
    point = lk.ThresholdSweep(y_true, scores).best("recall", min_precision=minimum)
    return point.threshold, point.value


def highest_with_precision(y_true: Array, scores: Array, minimum: float) -> tuple[float, float]:
    sweep = lk.ThresholdSweep(y_true, scores)
    k = np.argmax(sweep.precision >= minimum)
    return sweep.thresholds[k], sweep.recall[k]


def lowest_with_precision(y_true: Array, scores: Array, minimum: float) -> tuple[float, float]:
    sweep = lk.ThresholdSweep(y_true, scores)
    k = np.flatnonzero(sweep.precision >= minimum)
    return (sweep.thresholds[k[-1]], sweep.recall[k[-1]]) if k.size else (np.inf, 0.0)


def strictly_above(y_true: Array, scores: Array, minimum: float) -> tuple[float, float]:
    return threshold_at_precision(y_true, scores, minimum + 1e-9)


def most_precision(y_true: Array, scores: Array, minimum: float) -> tuple[float, float]:
    point = lk.ThresholdSweep(y_true, scores).best("precision", min_recall=minimum)
    return point.threshold, point.confusion.recall


SOLUTIONS: dict[str, list[Any]] = {
    "bins-of-keras": [bins_used, bins_by_borders],
    "accumulate": [precision_over_batches],
    "threshold-at-precision": [threshold_at_precision, by_sweep],
}

WRONG: dict[str, list[tuple[Any, str]]] = {
    "bins-of-keras": [
        (lambda scores, thresholds: bins_used(scores, thresholds + 1), "199 bins"),
        (lambda scores, thresholds: np.unique(np.floor(scores * (thresholds - 1))).size, "`np.ceil"),
        (lambda scores, thresholds: np.unique(np.ceil(scores * (thresholds - 1)) - 1).size, "`np.maximum`"),
        (lambda scores, thresholds: np.unique(np.ceil(scores * (thresholds - 1))).size, "bin of its own"),
        (lambda scores, _: np.unique(scores).size, "count once"),
        (lambda _, thresholds: thresholds - 1, "hold a score"),
        (lambda scores, _: len(scores), "counts the scores"),
    ],
    "accumulate": [
        (lambda tp, fp: np.mean(tp / np.maximum(tp + fp, 1)), "mean of the batch precisions"),
        (lambda tp, fp: np.nanmean(tp / (tp + fp)), "leave out the empty batches"),
        (lambda tp, fp: tp.sum() / (tp.sum() + fp.sum()), "nothing to divide by"),
        (lambda tp, fp: sum(map(int, tp)) / (sum(map(int, tp)) + sum(map(int, fp))), "nothing to divide by"),
        (lambda tp, fp: precision_over_batches(tp[-1:], fp[-1:]), "last batch"),
        (lambda tp, fp: precision_over_batches(fp, tp), "*false* alarms"),
        (lambda tp, fp: tp / (tp + fp), "one precision a batch"),
    ],
    "threshold-at-precision": [
        (highest_with_precision, "*highest*"),
        (lowest_with_precision, "fewer alerts"),
        (strictly_above, "compare with `>=`"),
        (most_precision, "other way round"),
        (without_guard, "return `np.inf`"),
        (lambda *inputs: threshold_at_precision(*inputs)[::-1], "changed places"),
    ],
}


rows = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 9)), min_size=2, max_size=20)


@given(rows, st.sampled_from([0.2, 0.5, 0.75, 1.0]))
def test_the_solution_is_what_the_sweep_finds(both: list[tuple[int, int]], minimum: float) -> None:
    y_true, scores = (np.array(column) for column in zip(*both, strict=True))
    if 0 < y_true.sum() < y_true.size:
        expected = threshold_at_precision(y_true, scores, minimum)
        assert _threshold_at_precision(y_true, scores, minimum) == expected
