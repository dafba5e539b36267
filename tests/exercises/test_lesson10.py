from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from lessonkit.exercises.lesson10 import _counts
from tests.exercises.answers.lesson10 import counts_searched

count = st.integers(0, 30)


@given(st.integers(1, 30), count, count, count)
def test_the_formula_finds_the_counts_that_a_search_finds(tp: int, fp: int, fn: int, tn: int) -> None:
    assume(fp + fn)
    n = tp + fp + fn + tn
    report = tp / (tp + fp), tp / (tp + fn), (tp + tn) / n, n
    assert tuple(map(round, _counts(*report))) == counts_searched(*report) == (tp, fp, fn, tn)
