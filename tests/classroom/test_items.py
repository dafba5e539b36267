from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonkit.classroom.items import FEWEST_OTHERS, discriminations, rest_scores
from tools.bench_items import simulated_alarms, simulated_answers

MARKS = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).integers(0, 2, size=(30, 8)).astype(float)
)


@given(MARKS)
def test_where_all_answered_all_it_is_the_correlation_with_the_number_of_other_right_answers(
    right: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> None:
    for column, found in enumerate(discriminations(right)):
        others = right.sum(axis=1) - right[:, column]
        if right[:, column].std() == 0 or others.std() == 0:
            assert found is None
            continue
        assert found is not None
        assert found.n == 30
        assert found.r == pytest.approx(np.corrcoef(right[:, column], others)[0, 1])
        assert found.low <= found.r <= found.high


def test_the_interval_is_fishers() -> None:
    right = simulated_answers(np.random.default_rng(5), 40)
    for found in discriminations(right):
        assert found is not None
        z, reach = math.atanh(found.r), 1.959964 / math.sqrt(37)
        assert (found.low, found.high) == pytest.approx(
            (math.tanh(z - reach), math.tanh(z + reach)), abs=1e-6
        )


def test_a_rest_score_is_fair_to_who_answered_the_hard_questions_only() -> None:
    # Ten easy and ten hard questions. The last two learners are as good as the class on what they answered.
    right = np.zeros((40, 20))
    right[:, :10] = 1
    right[::4, :10], right[1::4, 10:] = 0, 1  # a quarter each way
    right[38, 10:] = right[39, :10] = np.nan
    right[38, :10] = [1] * 7 + [0] * 3
    right[39, 10:] = [1] * 3 + [0] * 7
    rests = rest_scores(right)
    assert abs(np.nanmean(rests[38]) - np.nanmean(rests[39])) < 0.1
    assert np.isnan(rests[38, 10:]).all()


def test_too_few_other_answers_give_no_rest_score() -> None:
    right = np.full((10, FEWEST_OTHERS + 2), np.nan)
    right[:, 0], right[:5, 1 : FEWEST_OTHERS + 1], right[5:, 1] = 1, 0, 1
    rests = rest_scores(right)
    assert not np.isnan(rests[:5, 0]).any()
    assert np.isnan(rests[5:]).all()
    assert discriminations(right)[0] is None  # all answered alike


def test_few_sound_questions_are_accused_and_some_wrong_keys_are_found() -> None:
    # 300 classes: the standard errors are about 0.1 and 2.7.
    alarms = simulated_alarms(40, classes=300)
    assert alarms.false <= 0.6
    assert 23 <= alarms.found <= 42
    # A rule that accuses nobody, or everybody, would not do.
    many = simulated_alarms(200, classes=60)
    assert many.found >= 70
    assert many.false <= 0.6
