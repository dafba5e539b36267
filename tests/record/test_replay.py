from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lessonkit.record.event import Event
from lessonkit.record.replay import LessonHistory, LessonState, QuestionState, Replay, resume


def event(type_: str = "answer", question: str | None = "q", **fields: object) -> Event:
    return Event(**{"type": type_, "lesson": "lesson", "question": question, "content": "c1"} | fields)


def answer(*, correct: bool | None, **fields: object) -> Event:
    return event(correct=correct, credit=None if correct is None else float(correct), **fields)


def state(*events: Event, **options: object) -> QuestionState:
    return resume(events, "lesson", **options).questions["q"]


def test_the_last_answer_is_restored_with_its_attempts_and_hints() -> None:
    found = state(
        answer(correct=False, answer=("a",), attempt=1),
        event("hint"),
        event("hint"),
        answer(correct=True, answer=("b",), attempt=2, confidence="certain", seed="7"),
    )
    assert found == QuestionState(
        content="c1",
        seed="7",
        answer=("b",),
        attempts=2,
        correct=True,
        credit=1.0,
        confidence="certain",
        hints=2,
        first_correct=False,
    )


def test_another_lesson_is_passed_over() -> None:
    assert resume([answer(correct=True, lesson="other")], "lesson") == LessonState()


def test_a_reset_starts_over_but_the_first_answer_stays_the_first() -> None:
    before = [answer(correct=False, answer="1"), event("hint"), event("reveal")]
    for reset in (event("reset"), event("reset", question=None, content=None)):
        assert state(*before, reset) == QuestionState(content="c1", first_correct=False)
        again = state(*before, reset, answer(correct=True, answer="2"))
        assert (again.attempts, again.correct, again.hints, again.revealed) == (1, True, 0, False)
        assert again.first_correct is False


def test_a_first_answer_after_the_solution_is_not_right_at_first_try() -> None:
    assert state(event("reveal"), answer(correct=True)).first_correct is False
    assert state(answer(correct=True), event("reveal")).first_correct is True


def test_an_answer_in_an_exam_is_kept_but_not_an_attempt_until_marked() -> None:
    draft = answer(correct=None, answer=("a",))
    found = state(draft)
    assert (found.answer, found.attempts, found.correct, found.first_correct) == (("a",), 0, None, None)
    submit = event("submit", question=None, content=None)
    lesson = resume([draft, answer(correct=True, answer=("a",)), submit], "lesson")
    assert lesson.submitted == submit.time
    assert lesson.questions["q"].attempts == 1
    reset = event("reset", question=None, content=None)
    assert resume([draft, submit, reset], "lesson").submitted is None


def test_an_answer_to_a_question_that_has_changed_is_history() -> None:
    old, new = answer(correct=True, answer="1"), answer(correct=False, answer="2", content="c2")
    assert state(old, new) == state(new)
    assert resume([old], "lesson", {"q": "c2"}).questions == {}
    assert resume([old], "lesson", {}).questions == {}
    # An older checkout of the course finds its own answer, and not the newer one.
    assert state(old, new, contents={"q": "c1"}) == state(old)


def test_an_event_without_content_is_about_the_question_as_it_is() -> None:
    found = state(answer(correct=True), event("hint", content=None), contents={"q": "c1"})
    assert (found.attempts, found.hints, found.content) == (1, 1, "c1")


def test_a_question_asked_ahead_is_marked_as_such() -> None:
    assert state(answer(correct=True, counts=False)).counts is False


def test_submitted_is_a_time() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert resume([event("submit", question=None, time=noon)], "lesson").submitted == noon


def test_a_review_leaves_the_lesson_as_it_stands() -> None:
    answered = answer(correct=True, answer=("a",), seed="7")
    later = [answer(correct=False, answer=("b",), seed="9", review=True), event("hint", review=True)]
    assert state(answered, *later) == state(answered)


# Where the learner's days begin, an hour after UTC's.
ZONE = timezone(timedelta(hours=-1))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def at(hours: float, **fields: object) -> Event:
    return answer(**{"correct": True, "time": NOON + timedelta(hours=hours)} | fields)


def unaided(*events: Event) -> int:
    replay = Replay(ZONE)
    replay.add(events)
    return replay.lessons["lesson"].current["q"].unaided


def test_an_answer_is_unaided_once_per_start_and_day() -> None:
    assert unaided(at(0, correct=False), at(1)) == 1  # a retry after feedback
    assert unaided(at(0), at(24)) == 1  # the feedback of yesterday is still on screen
    reset = event("reset", time=NOON + timedelta(hours=1))
    assert unaided(at(0), reset, at(2)) == 1  # another variant, on the day of the first
    assert unaided(at(0), reset, at(24)) == 2
    assert unaided(at(0), at(24, review=True), at(25, review=True)) == 2
    assert unaided(at(0), at(12.9, review=True)) == 1  # still the same day, there
    assert unaided(at(0), at(13, review=True)) == 2


def test_what_was_told_or_does_not_count_is_not_unaided() -> None:
    reveal = event("reveal", time=NOON + timedelta(hours=23))
    assert unaided(at(0), reveal, at(24, review=True)) == 1
    assert unaided(event("reveal", time=NOON), at(24)) == 0
    assert unaided(at(0, counts=False)) == 0
    assert unaided(at(0, correct=None)) == 0


def test_a_hint_makes_a_right_answer_a_hard_one() -> None:
    def due(*events: Event) -> datetime:
        replay = Replay(ZONE)
        replay.add(events)
        return replay.lessons["lesson"].current["q"].card.due

    hint = event("hint", time=NOON - timedelta(days=3))
    in_review = event("hint", time=NOON + timedelta(hours=24), review=True)
    certain = at(0, confidence="certain")
    assert due(hint, certain) == due(at(0, confidence="guess")) < due(certain)
    again = at(25, review=True, confidence="certain")
    assert due(certain, in_review, again) == due(certain, at(25, review=True, confidence="guess"))


def check(*, passed: bool | None, **fields: object) -> Event:
    return event("check", content=None, correct=passed, **fields)


def test_an_exercise_is_solved_once_and_for_all() -> None:
    failed, passed = check(passed=False), check(passed=True)
    failed_later = check(passed=False, time=passed.time + timedelta(days=1))
    reset = event("reset", question=None, content=None, time=passed.time + timedelta(days=2))
    for events, solved in [
        ([failed], {"q": False}),
        ([failed, passed], {"q": True}),
        ([failed_later, passed, reset], {"q": True}),
        ([check(passed=None), check(passed=True, question=None)], {}),  # not from here: neither of use
    ]:
        replay = Replay(ZONE)
        replay.add(events)
        assert replay.lessons["lesson"].exercises == solved
    assert replay.lessons["lesson"].last is not None


def test_a_check_is_no_answer_to_a_question_of_the_same_name() -> None:
    answered = [answer(correct=False, answer=("a",), time=NOON)]
    checked = [check(passed=True, time=NOON + timedelta(hours=1), seconds=None)]
    with_check, without = played([*answered, *checked]), played(answered)
    assert with_check["lesson"].current == without["lesson"].current
    assert with_check["lesson"].seconds == without["lesson"].seconds
    assert resume([*answered, *checked], "lesson") == resume(answered, "lesson")
    assert resume(checked, "lesson", {"q": "c1"}) == LessonState()


def test_names_of_unknown_fields_are_reported() -> None:
    replay = Replay()
    replay.add([answer(correct=True, other={"mood": 1, "weather": "fair"})])
    assert replay.unknown == {"mood", "weather"}


def test_the_end_of_the_calendar_is_no_accident() -> None:
    ends = [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
    for zone in (timezone(timedelta(hours=-14)), timezone(timedelta(hours=14)), None):
        replay = Replay(zone)
        replay.add(answer(correct=True, confidence="certain", time=time) for time in ends)
        assert len(replay) == 2


# Few moments, so that many are equal, and few questions, so that events meet.
events = st.lists(
    st.builds(
        Event,
        type=st.sampled_from(["answer", "answer", "answer", "hint", "reveal", "reset", "submit", "check"]),
        lesson=st.sampled_from(["one", "two"]),
        question=st.sampled_from(["q", "r", None]),
        content=st.sampled_from(["c1", "c2", None]),
        correct=st.sampled_from([True, False, None]),
        confidence=st.sampled_from([None, "guess", "fairly-sure", "certain"]),
        review=st.booleans(),
        counts=st.sampled_from([True, True, False]),
        learner=st.just("ada"),
        id=st.uuids(version=4).map(str),
        time=st.integers(0, 40).map(lambda hours: NOON + timedelta(hours=6 * hours)),
    ),
    max_size=25,
    unique_by=lambda one: one.id,
)


def played(*pieces: list[Event]) -> dict[str, LessonHistory]:
    replay = Replay(ZONE)
    for piece in pieces:
        replay.add(piece)
    return replay.lessons


@given(events, st.data())
def test_events_in_any_pieces_and_any_order_give_one_state(events: list[Event], data: st.DataObject) -> None:
    at_once = played(events)
    ever = {
        (one.lesson, one.question)
        for one in events
        if one.type == "check" and one.correct and one.question is not None
    }
    assert ever == {
        (name, exercise)
        for name, lesson in at_once.items()
        for exercise, is_solved in lesson.exercises.items()
        if is_solved
    }
    shuffled = data.draw(st.permutations(events))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(events)), max_size=3)))
    ends = [0, *cuts, len(events)]
    pieces = [shuffled[start:end] for start, end in pairwise(ends)]
    assert played(*pieces) == at_once
    assert played(*pieces, *pieces) == at_once
    assert played(*([one] for one in shuffled)) == at_once
