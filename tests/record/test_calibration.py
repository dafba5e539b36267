from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import average_precision_score, precision_recall_curve

from lessonkit.record import calibration
from lessonkit.record.calibration import CONFIDENCES, areas, wilson

if TYPE_CHECKING:
    from lessonkit.record.calibration import Calibration
    from tests.record.conftest import Learner

FIRST = "01-first"


def seen(learner: Learner) -> Calibration:
    return calibration(learner.replay, learner.course)


def test_a_fresh_record_says_nothing(learner: Learner) -> None:
    found = seen(learner)
    assert [level.confidence for level in found.levels] == list(CONFIDENCES)
    assert all(
        (level.n, level.share, level.low, level.enough) == (0, None, None, False) for level in found.levels
    )
    assert found.curve is None


def test_levels_and_own_curve_equal_those_of_scikit_learn(learner: Learner) -> None:
    """The events are read a second time here, one by one, without the fold."""
    chance = Random(3)  # noqa: S311  (seeded)
    names = [name for name in learner.course.reviewed() if name[1] in {"one", "two", "inside", "three"}]
    for day in range(60):
        name = chance.choice(names)
        said = chance.choice(CONFIDENCES)
        right = chance.random() < 0.4 + 0.25 * CONFIDENCES.index(said)
        learner.answers(*name, "yes" if right else "no", confidence=said, review=day > 0, hours=24 * day)
        learner.answers(*name, "yes", confidence="certain", review=day > 0, hours=24 * day)  # a retry
    learner.answers(FIRST, "guess-ahead", "no", confidence="certain", counts=False)
    first_tries = learner.events[:-1:2]
    right = np.array([event.correct for event in first_tries])
    score = np.array([CONFIDENCES.index(event.confidence) for event in first_tries])

    found = seen(learner)
    for index, level in enumerate(found.levels):
        mine = right[score == index]
        assert (level.n, level.right, level.share) == (mine.size, mine.sum(), pytest.approx(mine.mean()))
        interval = binomtest(int(mine.sum()), mine.size).proportion_ci(method="wilson")
        assert (level.low, level.high) == pytest.approx((interval.low, interval.high))
    curve = found.curve
    assert curve.average_precision == pytest.approx(average_precision_score(right, score), abs=1e-12)
    assert curve.prevalence == pytest.approx(right.mean())
    precision, recall, _ = precision_recall_curve(right, score)
    assert [point.precision for point in curve.points] == pytest.approx(precision[-2::-1])
    assert [point.recall for point in curve.points] == pytest.approx(recall[-2::-1])
    assert [point.confidence for point in curve.points] == ["certain", "fairly-sure", "guess"]
    assert curve.low < curve.average_precision < curve.high
    assert all(point.low < point.precision < point.high for point in curve.points)


def test_the_words_promise_what_they_say(learner: Learner) -> None:
    learner.answers(FIRST, "one", confidence="guess")  # one of three
    learner.answers(FIRST, "two", confidence="guess")
    learner.answers(FIRST, "number", "0.5", correct=False, confidence="guess")
    learner.answers(FIRST, "pairs", (("a", "a-t"), ("b", "b-t")), correct=True, confidence="guess")  # 2 ** -2
    learner.answers(FIRST, "inside", confidence="certain")
    guess, fairly, certain = seen(learner).levels
    assert guess.expected == pytest.approx((1 / 3 + 1 / 3 + 0 + 1 / 4) / 4)
    assert (fairly.expected, certain.expected) == (None, 1.0)


def test_few_answers_give_no_curve(learner: Learner) -> None:
    def answer(day: int, *, right: bool) -> None:
        learner.answers(
            FIRST, "one", "yes" if right else "no", confidence="guess", review=True, hours=24 * day
        )

    for day in range(19):
        answer(day, right=day >= 5)
    assert seen(learner).curve is None
    assert seen(learner).levels[0].enough
    answer(19, right=True)
    assert seen(learner).curve is not None
    learner.events = learner.events[1:]
    answer(20, right=True)
    assert len(learner.events) == 20
    assert seen(learner).curve is None  # only four wrong ones are left


def test_answers_to_questions_that_are_gone_are_still_counted(learner: Learner) -> None:
    learner.answers(FIRST, "one", confidence="certain")
    learner.answers(FIRST, "one", confidence="certain", hours=24, review=True)
    learner.events[0] = learner.events[0].model_copy(update={"content": "0" * 16})
    learner.events[1] = learner.events[1].model_copy(update={"question": "gone"})
    assert seen(learner).levels[2].n == 2


@given(st.integers(1, 300), st.data())
def test_the_interval_is_wilsons(n: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, n))
    expected = binomtest(right, n).proportion_ci(method="wilson")
    assert wilson(right, n) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_the_area_of_many_draws_is_that_of_each() -> None:
    draws = np.random.default_rng(1).dirichlet(np.full(6, 0.5), 50).reshape(-1, 3, 2)
    right, score = np.tile([0, 1], 3), np.repeat([0, 1, 2], 2)
    expected = [average_precision_score(right, score, sample_weight=draw.ravel()) for draw in draws]
    assert areas(draws) == pytest.approx(expected, abs=1e-12)


def test_a_perfect_record_is_not_sure(learner: Learner) -> None:
    for day in range(40):
        said, choice = ("guess", "no") if day % 2 else ("certain", "yes")
        learner.answers(FIRST, "one", choice, confidence=said, review=True, hours=24 * day)
    curve = seen(learner).curve
    assert (curve.average_precision, curve.high) == (1.0, 1.0)
    assert 0.8 < curve.low < 0.99
