from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lessonkit.exercises.lesson04 import _threshold_at_precision
from tests.exercises.answers.lesson04 import threshold_at_precision

rows = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 9)), min_size=2, max_size=20)


@given(rows, st.sampled_from([0.2, 0.5, 0.75, 1.0]))
def test_the_solution_is_what_the_sweep_finds(both: list[tuple[int, int]], minimum: float) -> None:
    y_true, scores = (np.array(column) for column in zip(*both, strict=True))
    if 0 < y_true.sum() < y_true.size:
        expected = threshold_at_precision(y_true, scores, minimum)
        assert _threshold_at_precision(y_true, scores, minimum) == expected
