from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonkit.exercises.lesson13 import _bracket, _least
from lessonkit.metrics import BinnedCounts

counts = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8).filter(
    lambda table: all(map(sum, zip(*table, strict=True)))
)


@given(counts, st.integers(0, 9), st.integers(0, 9))
def test_the_solutions_are_what_lessonkit_proves(
    table: list[tuple[int, int]], false_alarm: int, miss: int
) -> None:
    positives, negatives = np.array(table).T
    lowest = np.arange(len(table), 0, -1)
    binned = BinnedCounts(lowest, lowest + 0.5, positives, negatives)
    assert _bracket(positives, negatives) == pytest.approx((binned.roc_auc.low, binned.roc_auc.high))
    optimum = binned.cheapest(false_positive=false_alarm, false_negative=miss).optimum
    assert _least(positives, negatives, false_alarm, miss) == pytest.approx((optimum.low, optimum.high))
