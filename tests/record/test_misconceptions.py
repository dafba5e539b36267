from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lessonkit.questions import variant
from lessonkit.record import misconceptions

if TYPE_CHECKING:
    from lessonkit.record.misconceptions import Misconception
    from tests.record.conftest import Learner

FIRST = "01-first"


def held(learner: Learner) -> dict[str, Misconception]:
    return {one.slug: one for one in misconceptions(learner.replay, learner.course)}


def test_a_belief_holds_until_the_next_answer_that_could_show_it_does_not(learner: Learner) -> None:
    assert held(learner) == {}
    learner.answers(FIRST, "one", "no")
    learner.answers(FIRST, "one")  # with the feedback in view, it proves nothing
    (found,) = held(learner).values()
    assert (found.slug, found.belief) == ("wrong-way", "It is the other way round.")
    assert (found.lesson, found.question, found.time) == (FIRST, "one", learner.events[0].time)
    assert found.see == "01-first.ipynb#Counts"
    learner.answers("02-second", "three", "no", hours=1)  # cannot show it
    assert set(held(learner)) == {"wrong-way", "other-way"}
    learner.answers(FIRST, "two", hours=2)
    assert set(held(learner)) == {"other-way"}
    learner.answers(FIRST, "one", "no", review=True, hours=24)
    assert list(held(learner)) == ["wrong-way", "other-way"]  # the one shown last first


def test_another_wrong_answer_shows_another_belief(learner: Learner) -> None:
    learner.answers(FIRST, "one", "no")
    learner.answers(FIRST, "two", "maybe", hours=1)
    assert set(held(learner)) == {"no-idea"}


def test_a_wrong_number_is_read_with_the_numbers_that_were_asked(learner: Learner) -> None:
    seed = "0123456789abcdef"
    asked = variant(learner.course.question(FIRST, "number"), seed)
    wrong = str(asked.mistakes[0].answer)
    learner.answers(FIRST, "number", wrong, correct=False, seed=seed)
    found = held(learner)["wrong-way"]
    assert (found.question, found.see) == ("number", "01-first.ipynb#By-hand")


def test_wrong_pairs_show_their_belief(learner: Learner) -> None:
    learner.answers(FIRST, "pairs", (("a", "b-t"), ("b", "a-t")), correct=False)
    assert set(held(learner)) == {"mixed-up"}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("one", "a choice of an older engine"),
        ("pairs", ("a", "b-t")),
        ("pairs", "text"),
        ("number", "no number"),
        ("number", ("yes",)),
    ],
)
def test_an_answer_that_cannot_be_read_shows_nothing(learner: Learner, question: str, answer: object) -> None:
    learner.answers(FIRST, question, answer, correct=False)
    assert held(learner) == {}


def test_predictions_show_nothing_and_tests_do(learner: Learner) -> None:
    learner.answers(FIRST, "guess-ahead", "no", counts=False)
    assert held(learner) == {}
    learner.answers("00-start", "pre-one", "no")
    assert held(learner)["wrong-way"].lesson == "00-start"


def test_fresh_questions_are_others_of_lessons_begun_the_longest_unseen_first(learner: Learner) -> None:
    learner.answers("00-start", "pre-one", "no")
    assert held(learner)["wrong-way"].fresh == ()  # no test question, and no lesson not begun
    learner.answers(FIRST, "one", hours=1)
    learner.answers(FIRST, "two", hours=2)
    learner.answers(FIRST, "inside", "no", hours=3)
    assert held(learner)["wrong-way"].fresh == ((FIRST, "number"), (FIRST, "one"))
    learner.answers(FIRST, "number", "0.7", correct=False, hours=4)
    learner.answers(FIRST, "inside", "no", review=True, hours=48)
    assert held(learner)["wrong-way"].fresh == ((FIRST, "one"), (FIRST, "two"))


def test_questions_that_are_gone_show_nothing(learner: Learner) -> None:
    learner.answers(FIRST, "one", "no")
    learner.events[0] = learner.events[0].model_copy(update={"content": "0" * 16})
    assert held(learner) == {}
