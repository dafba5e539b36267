from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import lessonkit as lk
from lessonkit.exercises.lesson07 import _cheapest, _cost, _threshold_for_capacity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def cheapest_by_sweep(y_true: Array, scores: Array, false_alarm: float, miss: float) -> float:
    sweep = lk.ThresholdSweep(y_true, scores)
    return sweep.cheapest(false_positive=false_alarm, false_negative=miss).threshold


def cheapest_score(y_true: Array, scores: Array, false_alarm: float, miss: float) -> Any:  # noqa: ANN401
    sweep = lk.ThresholdSweep(y_true, scores)
    return sweep.thresholds[sweep.cost(false_positive=false_alarm, false_negative=miss).argmin()]


def allowed(scores: Array, count: float) -> float:
    candidates = np.append(np.unique(scores), np.inf)
    flagged = np.array([np.sum(scores >= threshold) for threshold in candidates])
    return float(candidates[flagged <= count].min())


def capacity_by_share(scores: Array, mails_a_day: float, capacity: float) -> float:
    return allowed(scores, scores.size * capacity / mails_a_day)


def report(y_val: Array, s_val: Array, y_test: Array, s_test: Array) -> tuple[float, float]:
    point = lk.ThresholdSweep(y_val, s_val).cheapest(false_positive=1, false_negative=5)
    test = lk.ThresholdSweep(y_test, s_test)
    return point.threshold, test.at(point.threshold).cost(false_positive=1, false_negative=5)


SOLUTIONS: dict[str, list[Any]] = {
    "cheapest-threshold": [
        cheapest_by_sweep,
        # A hair below the score decides the same.
        lambda *inputs: cheapest_by_sweep(*inputs) - 1e-9,
    ],
    "calibrated-threshold": [
        lambda false_alarm, miss: false_alarm / (false_alarm + miss),
        lambda false_alarm, miss: 1 / (1 + miss / false_alarm),
    ],
    "threshold-for-capacity": [
        capacity_by_share,
        lambda scores, mails, capacity: allowed(scores, np.floor(scores.size * capacity / mails)),
        lambda scores, mails, capacity: allowed(scores, scores.size * (capacity / mails)),
    ],
    "honest-report": [report, lambda *inputs: np.array(report(*inputs))],
}

WRONG: dict[str, list[tuple[Any, str]]] = {
    "cheapest-threshold": [
        (cheapest_score, "add `np.inf`"),
        (lambda y, s, false_alarm, miss: cheapest_by_sweep(y, s, miss, false_alarm), "prices are swapped"),
        (lambda y, s, _, __: cheapest_by_sweep(y, s, 1, 1), "fewest errors"),
        (lambda y, s, a, m: _cost(y, s, cheapest_by_sweep(y, s, a, m), a, m), "the lowest cost. Return"),
        (lambda _, __, a, m: a / (a + m), "needs calibrated scores"),
        (lambda *_: 0.5, "a habit"),
        (lambda y, s, _, __: lk.ThresholdSweep(y, s).best("f1").threshold, "highest F1"),
    ],
    "calibrated-threshold": [
        (lambda false_alarm, miss: miss / (false_alarm + miss), "wrong way round"),
        (lambda false_alarm, miss: false_alarm / miss, "odds"),
        (lambda false_alarm, miss: miss / false_alarm, "can exceed 1"),
        (lambda *_: 0.5, "both errors cost the same"),
        (lambda *_: 1 / 6, "one price list"),
    ],
    "threshold-for-capacity": [
        (lambda scores, _, capacity: allowed(scores, capacity), "per day"),
        (lambda s, mails, capacity: np.sort(s)[::-1][int(s.size * capacity / mails) - 1], "may be shared"),
        (lambda scores, mails, capacity: allowed(scores, np.ceil(scores.size * capacity / mails)), "up"),
        (lambda scores, mails, capacity: np.quantile(scores, 1 - capacity / mails), "quantile"),
        (lambda _, mails, capacity: 1 - capacity / mails, "a threshold is a score"),
        (lambda s, mails, capacity: min(capacity_by_share(s, mails, capacity), s.max()), "`np.inf`"),
    ],
    "honest-report": [
        (lambda _, __, y_test, s_test: report(y_test, s_test, y_test, s_test), "on the test rows, so"),
        (lambda y_val, s_val, _, __: report(y_val, s_val, y_val, s_val), "rows it was chosen on"),
        (
            lambda *inputs: (report(*inputs)[0], report(*inputs[2:], *inputs[2:])[1]),
            "the cost of *your*",
        ),
        (
            lambda y_val, s_val, y, s: report(np.append(y_val, y), np.append(s_val, s), y, s),
            "must not have a say",
        ),
        (lambda _, __, y, s: (1 / 6, _cost(y, s, 1 / 6, 1, 5)), "calibrated"),
    ],
}


rows = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 9)), min_size=2, max_size=20)


@given(rows, st.integers(0, 9), st.integers(0, 9))
def test_the_solution_costs_what_the_sweep_finds(
    both: list[tuple[int, int]], false_alarm: int, miss: int
) -> None:
    y_true, scores = (np.array(column) for column in zip(*both, strict=True))
    if 0 < y_true.sum() < y_true.size:
        point = lk.ThresholdSweep(y_true, scores).cheapest(false_positive=false_alarm, false_negative=miss)
        assert _cheapest(y_true, scores, false_alarm, miss) == point.threshold
        assert _cost(y_true, scores, point.threshold, false_alarm, miss) == point.value


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30), st.integers(1, 50), st.data())
def test_a_capacity_is_kept_and_used(values: list[int], mails_a_day: int, data: st.DataObject) -> None:
    scores = np.array(values, dtype=float)
    capacity = data.draw(st.integers(0, mails_a_day))
    threshold = _threshold_for_capacity(scores, mails_a_day, capacity)
    assert np.sum(scores >= threshold) * mails_a_day <= capacity * scores.size
    lower = scores[scores < threshold]
    if lower.size:
        assert np.sum(scores >= lower.max()) * mails_a_day > capacity * scores.size
