from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from lessonkit.exercises.lesson11 import _solve

count = st.integers(0, 60)


@given(count, count, count, count)
def test_the_equation_gives_the_counts_back(tp: int, fp: int, fn: int, tn: int) -> None:
    assume(tp + fn and fp + tn and tp * (fp + tn) != tn * (tp + fn))
    rows = tp + fp + fn + tn
    found = _solve(tp / (tp + fn), fp / (fp + tn), (tp + tn) / rows, rows)
    assert tuple(map(round, found)) == (tp, fp, fn, tn)
