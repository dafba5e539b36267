from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lessonkit.exercises.lesson08 import _stop
from tests.exercises.answers.lesson08 import stop_by_count


@given(st.lists(st.integers(0, 9), min_size=1, max_size=20), st.integers(1, 6))
def test_the_solution_stops_where_a_count_of_waiting_epochs_does(losses: list[int], patience: int) -> None:
    assert _stop(np.array(losses), patience) == stop_by_count(np.array(losses), patience)
