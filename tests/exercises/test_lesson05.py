from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import auc, average_precision_score, precision_recall_curve

import lessonkit as lk
from lessonkit.exercises import verdict
from lessonkit.exercises.lesson05 import _no_skill, _two_areas
from tests.exercises.answers.lesson05 import no_skill_of_scikit_learn


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
    assert _no_skill(positives, negatives) == pytest.approx(no_skill_of_scikit_learn(positives, negatives))
