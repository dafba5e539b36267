from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lessonkit.record.board import Progress, progress
from lessonkit.record.event import Event
from lessonkit.record.recorder import shared_recorder

if TYPE_CHECKING:
    import pytest

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def answer(question: str, *, correct: bool | None, **fields: object) -> Event:
    given = {"type": "answer", "lesson": "01-counts", "question": question, "correct": correct, "time": NOON}
    return Event(**given | fields)


EVENTS = [
    answer("one", correct=False, seconds=30),
    answer("one", correct=True, seconds=60),
    answer("two", correct=True, seconds=4000),
    answer("three", correct=False, seconds=30),
    answer("guess", correct=True, seconds=60, counts=False),
    answer("draft", correct=None),
    answer("four", correct=False),
    Event(type="reveal", lesson="01-counts", question="four", time=NOON),
    answer("four", correct=True, time=NOON + timedelta(days=1)),
]


def test_questions_are_counted_once_and_those_asked_ahead_not_at_all() -> None:
    (lesson,) = Progress.of(EVENTS).lessons
    assert (lesson.answered, lesson.right, lesson.first_try) == (4, 2, 1)
    assert lesson.minutes == (30 + 60 + 300 + 30 + 60) / 60
    assert lesson.last == NOON + timedelta(days=1)


def test_the_board_in_the_terminal() -> None:
    events = [*EVENTS, answer("five", correct=True, lesson="02-thresholds-and-costs")]
    assert Progress.of(events).as_text().splitlines() == [
        "lesson                   answered  right  first try  minutes  last answer",
        "01-counts                       4      2          1        8   2026-01-03",
        "02-thresholds-and-costs         1      1          1        0   2026-01-02",
        "all lessons                     5      3          2        8",
    ]
    assert Progress.of(EVENTS).as_text().count("\n") == 1


def test_the_board_in_the_notebook_is_a_table_and_escapes() -> None:
    html = Progress.of([answer("one", correct=True, lesson="<b>")], notice="a < b").as_html()
    assert html.startswith("<p>a &lt; b</p><table")
    assert '<th scope="row">&lt;b&gt;</th><td>1</td><td>1</td><td>1</td><td>0</td>' in html
    assert "<b>" not in html


def test_a_fresh_record_shows_a_constant_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONKIT_STORE", "sqlite://")
    shared_recorder.cache_clear()
    text = "No answers yet. Answer a quiz, and your progress is shown here."
    assert progress()._repr_mimebundle_() == {"text/plain": text, "text/html": f"<p>{text}</p>"}
    shared_recorder().record(answer("one", correct=True))
    assert progress().answered == 1
    shared_recorder.cache_clear()


def test_the_board_of_a_record_that_cannot_be_kept_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONKIT_STORE", "nonsense")
    shared_recorder.cache_clear()
    assert not shared_recorder().record(answer("one", correct=True))
    board = progress()
    assert board.answered == 1
    assert board.as_text().startswith("Your answers are not being saved.")
    shared_recorder.cache_clear()
