"""A lesson may get another name: what was recorded under the old one still counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from lessonkit.questions import load_quiz
from lessonkit.questions.bank import renamed
from lessonkit.questions.content import content_hash
from lessonkit.record import Event, Recorder, Replay, board, resume, syllabus

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def answers(lesson: str, old: str) -> list[Event]:
    """All questions of a lesson, answered right under its old name."""
    return [
        Event(
            type="answer",
            lesson=old,
            question=question.id,
            content=content_hash(question),
            attempt=1,
            correct=True,
            credit=1.0,
            time=NOW + timedelta(minutes=number),
        )
        for number, question in enumerate(load_quiz(lesson).questions)
    ]


def test_the_lessons_that_changed_places_know_their_old_names() -> None:
    assert renamed() == {
        "08-compiling-models": "09-compiling-models",
        "09-sequential-models": "08-sequential-models",
    }
    for old, new in renamed().items():
        assert load_quiz(old).lesson == new


@pytest.mark.parametrize(("old", "new"), renamed().items())
def test_answers_under_the_old_name_count_for_the_lesson_of_today(old: str, new: str) -> None:
    replay = Replay(UTC)
    replay.add(answers(new, old))
    assert set(replay.lessons) == {new}
    found = {lesson.lesson: lesson for lesson in board(replay, syllabus(), now=NOW).lessons}
    assert found[new].right == found[new].questions > 0
    other = next(name for name in renamed().values() if name != new)
    assert found[other].answered == 0


@pytest.mark.parametrize(("old", "new"), renamed().items())
def test_a_quiz_goes_on_where_it_was_left_under_the_old_name(old: str, new: str, tmp_path: Path) -> None:
    recorder = Recorder(f"sqlite:///{tmp_path / 'record.sqlite'}")
    first, second, *_ = answers(new, old)
    recorder.record(first, second.model_copy(update={"lesson": new}))
    states = resume(recorder.events(new), new).questions
    assert {name: state.correct for name, state in states.items()} == {
        first.question: True,
        second.question: True,
    }


def test_an_exercise_solved_under_the_old_name_stays_solved() -> None:
    replay = Replay(UTC)
    replay.add(
        [Event(type="check", lesson="08-compiling-models", question="compile-for-logits", correct=True)]
    )
    assert replay.lessons["09-compiling-models"].exercises == {"compile-for-logits": True}


def test_a_course_without_old_names_reads_events_as_they_are() -> None:
    replay = Replay(UTC, {})
    replay.add([Event(type="check", lesson="08-compiling-models", question="x", correct=True)])
    assert set(replay.lessons) == {"08-compiling-models"}
