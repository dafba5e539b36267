from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from lessonkit.record.event import Event
from lessonkit.record.replay import LessonState, QuestionState, resume


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


@given(st.lists(st.sampled_from(["answer", "hint", "reveal", "reset", "submit"]).map(event)))
def test_any_order_of_events_replays_and_playing_on_is_playing_all(events: list[Event]) -> None:
    cut = len(events) // 2
    played = resume(events[:cut], "lesson").questions.get("q", QuestionState())
    for later in events[cut:]:
        played = played.after(later)
    assert played == resume(events, "lesson").questions.get("q", QuestionState())


def test_submitted_is_a_time() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert resume([event("submit", question=None, time=noon)], "lesson").submitted == noon
