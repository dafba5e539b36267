from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import lessonkit as lk
from lessonkit.exercises.lesson07 import _cheapest, _cost, _threshold_for_capacity

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
def test_a_capacity_is_kept_and_used(values: list[int], emails_a_day: int, data: st.DataObject) -> None:
    scores = np.array(values, dtype=float)
    capacity = data.draw(st.integers(0, emails_a_day))
    threshold = _threshold_for_capacity(scores, emails_a_day, capacity)
    assert np.sum(scores >= threshold) * emails_a_day <= capacity * scores.size
    lower = scores[scores < threshold]
    if lower.size:
        assert np.sum(scores >= lower.max()) * emails_a_day > capacity * scores.size
