from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_score, roc_auc_score, roc_curve

from lessonkit.exercises.lesson06 import _auc_by_pairs, _choose, _precision_from_rates, _roc_point
from tests.exercises.answers.lesson06 import choose_by_sweep

labels_and_scores = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 8)), min_size=2, max_size=40).filter(
    lambda rows: {label for label, _ in rows} == {0, 1}
)


@given(labels_and_scores, st.integers(0, 8))
def test_solutions_agree_with_scikit_learn(rows: list[tuple[int, int]], threshold: int) -> None:
    y_true, scores = (np.array(column) for column in zip(*rows, strict=True))
    assert _auc_by_pairs(y_true, scores) == pytest.approx(roc_auc_score(y_true, scores))
    false_positive_rate, recall, thresholds = roc_curve(y_true, scores, drop_intermediate=False)
    lowest = np.flatnonzero(thresholds >= threshold)[-1]  # thresholds fall, from infinity
    point = _roc_point(y_true, scores, threshold)
    assert point == pytest.approx((false_positive_rate[lowest], recall[lowest]))
    precision = precision_score(y_true, scores >= threshold, zero_division=0)
    assert _precision_from_rates(point[0], point[1], y_true.mean()) == pytest.approx(precision)


@given(labels_and_scores, st.integers(1, 8), st.randoms(use_true_random=False))
def test_the_choice_agrees_with_the_sweep(rows: list[tuple[int, int]], part: int, random: Any) -> None:  # noqa: ANN401
    y_true, first = (np.array(column) for column in zip(*rows, strict=True))
    second = np.array(random.sample(list(first), first.size))
    assert _choose(y_true, first, second, part / 8) == choose_by_sweep(y_true, first, second, part / 8)
