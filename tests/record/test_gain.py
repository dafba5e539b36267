from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonkit.record import Syllabus, gain, syllabus
from lessonkit.record.gain import paired_interval

if TYPE_CHECKING:
    from tests.record.conftest import Learner


def test_the_first_answers_to_twins_are_compared(learner: Learner) -> None:
    found = gain(learner.replay, learner.course)
    assert (found.of, found.pairs, found.difference, found.low) == (2, 0, None, None)
    learner.answers("00-start", "pre-one", "no")
    learner.answers("00-start", "pre-one", hours=1)  # a second try is no pre-test
    learner.answers("00-start", "pre-two", "no", hours=2)
    learner.answers("02-second", "post-one", correct=None, hours=3)
    assert gain(learner.replay, learner.course).asked_after == 0
    learner.answers("02-second", "post-one", hours=4)
    one = gain(learner.replay, learner.course)
    assert (one.asked_before, one.asked_after, one.pairs) == (2, 1, 1)
    assert (one.before, one.after, one.gained, one.lost, one.difference, one.low) == (0, 1, 1, 0, 1.0, None)
    learner.answers("02-second", "post-two", "no", hours=5)
    two = gain(learner.replay, learner.course)
    assert (two.pairs, two.before, two.after, two.difference) == (2, 0, 1, 0.5)
    assert (two.low, two.high) == paired_interval(1, 0, 2)


def test_a_question_left_open_in_a_test_that_was_handed_in_is_not_right(learner: Learner) -> None:
    learner.answers("00-start", "pre-one")
    learner.answers("00-start", "pre-two", correct=None)  # typed, and never marked
    assert gain(learner.replay, learner.course).asked_before == 1
    learner.does("submit", "00-start")
    before = gain(learner.replay, learner.course)
    assert (before.asked_before, before.asked_after, before.pairs) == (2, 0, 0)
    learner.answers("02-second", "post-two", hours=1)
    learner.does("submit", "02-second", hours=1)
    after = gain(learner.replay, learner.course)
    assert (after.asked_after, after.pairs, after.before, after.after) == (2, 2, 1, 1)
    assert (after.gained, after.lost, after.difference) == (1, 1, 0.0)


def test_a_question_never_touched_in_a_test_that_was_handed_in_is_not_right(learner: Learner) -> None:
    learner.answers("00-start", "pre-one")
    learner.does("submit", "00-start")
    for question in ("post-one", "post-two"):
        learner.answers("02-second", question, hours=1)
    learner.does("submit", "02-second", hours=1)
    found = gain(learner.replay, learner.course)
    assert (found.pairs, found.before, found.after, found.difference) == (2, 1, 2, 0.5)


def test_a_question_handed_in_with_other_words_makes_no_pair(learner: Learner) -> None:
    learner.answers("00-start", "pre-one", "no")
    earlier = learner.events.pop()
    learner.events.append(earlier.model_copy(update={"content": "as-it-was"}))
    learner.does("submit", "00-start")
    for question in ("post-one", "post-two"):
        learner.answers("02-second", question, hours=1)
    found = gain(learner.replay, learner.course)
    assert (found.asked_before, found.pairs, found.before, found.after) == (1, 1, 0, 1)


def test_a_course_without_twins_has_no_gain(learner: Learner) -> None:
    alone = Syllabus(learner.course.lessons[:2], {})
    assert gain(learner.replay, alone) is None


def test_the_courses_own_tests_are_pairs() -> None:
    pairs = syllabus().twins
    assert len(pairs) == 10
    assert {(pre[0], post[0][:2]) for pre, post in pairs} == {("00-start-here", "12")}


def test_the_interval_by_hand() -> None:
    # 8 pairs, 4 gained, 1 lost: (5 - 2) / 10 ± 1.959964 * sqrt((0.5 + 0.2 - 0.3 ** 2) / 10)
    reach = 1.959964 * math.sqrt(0.061)
    assert paired_interval(4, 1, 8) == pytest.approx((0.3 - reach, 0.3 + reach), abs=1e-6)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 30))
def test_the_interval_mirrors_and_stays_within_bounds(gained: int, lost: int, same: int) -> None:
    n = gained + lost + same
    low, high = paired_interval(gained, lost, n)
    assert -1 <= low < high <= 1
    mirrored = paired_interval(lost, gained, n)
    assert (-mirrored[1], -mirrored[0]) == pytest.approx((low, high))
