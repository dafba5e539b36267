from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import TYPE_CHECKING

import pytest
from fsrs import Card, Rating, Scheduler

from lessonkit.record import Replay, Syllabus, reviews
from lessonkit.record.schedule import rating

if TYPE_CHECKING:
    from lessonkit.record.review import Reviews
    from tests.record.conftest import Learner

FIRST = "01-first"
DAY = timedelta(days=1)


def on(learner: Learner, days: float, **options: object) -> Reviews:
    return reviews(learner.replay, learner.course, now=learner.MORNING + days * DAY, **options)


def asked(found: Reviews) -> list[str]:
    return [one.question for one in found.due]


@pytest.mark.parametrize(
    ("right", "confidence", "helped", "expected"),
    [
        (False, "certain", False, Rating.Again),
        (False, None, True, Rating.Again),
        (True, "guess", False, Rating.Hard),
        (True, "certain", True, Rating.Hard),
        (True, "fairly-sure", False, Rating.Good),
        (True, None, False, Rating.Good),
        (True, "certain", False, Rating.Easy),
    ],
)
def test_what_an_answer_shows_is_its_rating(
    right: bool,  # noqa: FBT001  (a case of the table)
    confidence: str | None,
    helped: bool,  # noqa: FBT001
    expected: Rating,
) -> None:
    assert rating(right=right, confidence=confidence, helped=helped) is expected


def test_forty_days_of_reviews_fall_on_the_dates_that_fsrs_gives(learner: Learner, course: Syllabus) -> None:
    """The learner works through the course, then does what is due each day; fsrs is driven beside it."""
    chance = Random(7)  # noqa: S311  (seeded, to fail again)
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    cards, done = dict[str, Card](), 0
    start = dict(zip(["inside", "one", "two", "number", "pairs", "three"], [0, 0, 1, 3, 3, 9], strict=True))
    homes = {question: lesson for lesson, question in course.reviewed()}
    for day in range(40):
        today = (learner.MORNING + day * DAY).date()
        due = on(learner, day)
        assert set(asked(due)) == {name for name, card in cards.items() if card.due.date() <= today}
        assert asked(due) == sorted(asked(due), key=lambda name: cards[name].due)
        new = [name for name, first in start.items() if first == day]
        for name in [*asked(due), *new]:
            right, said = chance.random() < 0.7, chance.choice([None, "guess", "fairly-sure", "certain"])
            grade = {
                None: Rating.Good,
                "guess": Rating.Hard,
                "fairly-sure": Rating.Good,
                "certain": Rating.Easy,
            }
            learner.answers(
                homes[name], name, "x", correct=right, confidence=said, hours=24 * day, review=name not in new
            )
            if not right:  # a second try on the same day teaches, but changes no date
                learner.answers(
                    homes[name], name, "yes", correct=True, hours=24 * day, review=name not in new
                )
                moment = learner.events[-2].time
            else:
                moment = learner.events[-1].time
            card = cards.get(name, Card(card_id=1, due=moment))
            cards[name], _ = scheduler.review_card(card, grade[said] if right else Rating.Again, moment)
            done += name not in new
        assert on(learner, day).due == ()
        assert on(learner, day).done_today == len(due.due)
    assert done > 30
    again = type(learner)(course)
    again.events = learner.events[::-1]
    assert on(again, 50) == on(learner, 50)


def test_at_most_so_many_a_day_and_the_rest_tomorrow(learner: Learner) -> None:
    for question in ("one", "two", "inside"):
        learner.answers(FIRST, question, "no")
    later = on(learner, 0)
    assert (later.due, later.waiting, later.next_day) == ((), 0, date(2026, 3, 3))
    tomorrow = on(learner, 1, limit=2)
    assert (asked(tomorrow), tomorrow.waiting, tomorrow.next_day) == (["one", "two"], 1, None)
    learner.answers(FIRST, "one", review=True, hours=24)
    learner.answers(FIRST, "one", review=True, hours=24)  # a retry is not one more
    assert asked(on(learner, 1, limit=2)) == ["two"]
    learner.answers(FIRST, "two", review=True, hours=25)
    rest = on(learner, 1, limit=2)
    assert (rest.due, rest.waiting, rest.done_today, rest.next_day) == ((), 1, 2, date(2026, 3, 4))
    assert asked(on(learner, 2, limit=2)) == ["inside"]
    assert asked(on(learner, 1, limit=0)) == []


def test_an_answer_in_the_lesson_itself_takes_no_place_of_the_day(learner: Learner) -> None:
    learner.answers(FIRST, "one", "no")
    learner.answers(FIRST, "two", "no", hours=24)
    found = on(learner, 1, limit=1)
    assert (asked(found), found.done_today) == (["one"], 0)


def test_tests_and_predictions_never_come_up(learner: Learner) -> None:
    learner.answers("00-start", "pre-one", "no")
    learner.answers("02-second", "post-one", "no")
    learner.answers(FIRST, "guess-ahead", "no", counts=False)
    assert on(learner, 30).due == ()
    assert on(learner, 30).next_day is None


def test_only_lessons_before_this_one_if_asked(learner: Learner) -> None:
    learner.answers(FIRST, "one", "no")
    learner.answers("02-second", "three", "no")
    assert asked(on(learner, 1)) == ["one", "three"]
    assert asked(on(learner, 1, before="02-second")) == ["one"]
    assert asked(on(learner, 1, before=FIRST)) == []


def test_a_question_that_changed_or_is_gone_drops_out(learner: Learner) -> None:
    learner.answers(FIRST, "one", "no")
    learner.answers(FIRST, "two", "no")
    changed = learner.events[0].model_copy(update={"content": "0" * 16})
    gone = learner.events[1].model_copy(update={"question": "gone"})
    learner.events = [changed, gone]
    assert on(learner, 1).due == ()


def test_each_review_has_a_draw_of_its_own_that_a_reload_keeps(learner: Learner) -> None:
    learner.answers(FIRST, "number", "0.5", correct=False)
    (first,) = on(learner, 1).due
    assert on(learner, 2).due[0].seed == first.seed
    learner.answers(FIRST, "number", "0.5", correct=False, review=True, seed=first.seed, hours=24)
    (second,) = on(learner, 2).due
    assert second.seed != first.seed


def test_days_are_those_of_the_learner(learner: Learner, course: Syllabus) -> None:
    learner.answers(FIRST, "one", "no", hours=15)  # 23:00 in UTC, due at 23:00 the next day
    late, early = timezone(timedelta(hours=2)), UTC
    for zone, first_due in (
        (early, datetime(2026, 3, 3, tzinfo=UTC)),
        (late, datetime(2026, 3, 3, 22, tzinfo=UTC)),
    ):
        replay = Replay(zone)
        replay.add(learner.events)
        assert reviews(replay, course, now=first_due - timedelta(seconds=1)).due == ()
        assert len(reviews(replay, course, now=first_due).due) == 1
