from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from lessonkit.record import Event, Replay, Syllabus, board, shared_recorder, syllabus
from tests.record.conftest import Learner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lessonkit.record import Board
    from lessonkit.record.board import LessonProgress

FIRST = "01-first"


def shown(learner: Learner) -> Board:
    return board(learner.replay, learner.course, now=learner.MORNING)


def progress(learner: Learner, lesson: str = FIRST) -> LessonProgress:
    return next(one for one in shown(learner).lessons if one.lesson == lesson)


def test_questions_are_counted_once_and_those_asked_ahead_not_at_all(learner: Learner) -> None:
    learner.answers(FIRST, "one", "no", seconds=30)
    learner.answers(FIRST, "one", seconds=60)
    learner.answers(FIRST, "two", seconds=4000)
    learner.answers(FIRST, "inside", "no", seconds=30)
    learner.does("reveal", FIRST, "inside")
    learner.answers(FIRST, "inside", seconds=30)
    learner.answers(FIRST, "guess-ahead", counts=False, seconds=60)
    learner.answers(FIRST, "number", "0.5", correct=None)
    found = progress(learner)
    assert (found.questions, found.answered, found.right, found.first_try, found.left) == (5, 3, 2, 1, 2)
    assert found.minutes == (30 + 60 + 300 + 30 + 30 + 60) / 60
    assert found.last == learner.events[-1].time
    assert (found.begun, found.done, found.href) == (True, False, "01-first.ipynb")


def test_an_objective_is_met_by_unaided_answers_only(learner: Learner) -> None:
    learner.answers(FIRST, "number", "0.5", correct=False)
    learner.answers(FIRST, "number", "0.8", correct=True)  # with the feedback in view
    learner.answers(FIRST, "pairs", (("a", "a-t"), ("b", "b-t")), correct=True)
    count, compute = progress(learner).objectives
    assert (count.questions, count.right, count.met) == (3, 0, False)
    assert (compute.text, compute.questions, compute.right) == ("Do compute.", 2, 1)
    learner.answers(FIRST, "number", "0.8", correct=True, review=True, hours=24)
    assert progress(learner).objectives[1].met
    assert progress(learner).met == 1
    learner.answers(FIRST, "pairs", (("a", "b-t"), ("b", "a-t")), correct=False, review=True, hours=48)
    assert progress(learner).met == 0


def test_what_an_exam_asks_about_is_no_objective_to_be_met(learner: Learner) -> None:
    assert progress(learner, "00-start").objectives == ()
    assert [one.id for one in progress(learner, "02-second").objectives] == ["count"]


def test_an_exam_that_is_handed_in_waits_for_no_answer(learner: Learner) -> None:
    learner.answers("00-start", "pre-one", correct=None)
    assert progress(learner, "00-start").left == 2
    learner.answers("00-start", "pre-one")
    learner.does("submit", "00-start")
    found = progress(learner, "00-start")
    assert (found.done, found.answered, found.questions) == (True, 1, 2)


def test_the_course_goes_on_at_the_first_open_question(learner: Learner) -> None:
    assert shown(learner).next.href == "00-start.ipynb"
    learner.does("submit", "00-start")
    assert shown(learner).next.lesson == FIRST
    for question in ("inside", "one", "two", "number", "pairs"):
        learner.answers(FIRST, question, correct=True)
    assert shown(learner).next.title == "Title of 02-second"
    learner.answers("02-second", "three")
    learner.does("submit", "02-second")
    assert shown(learner).next is None


def test_paths_are_ticked_off(learner: Learner) -> None:
    learner.does("submit", "00-start")
    learner.answers(FIRST, "guess-ahead", "no", counts=False)
    learner.answers("02-second", "three")
    paths = {path.name: path for path in shown(learner).paths}
    assert {name: [step.done for step in path.steps] for name, path in paths.items()} == {
        "Build up": [True, False, False],
        "One day": [False, False],
        "Predict first": [True],
        "Quiz": [False, True],
    }
    assert paths["Predict first"].done == 1


@pytest.fixture
def coder(tmp_path: Path, course: Syllabus) -> Learner:
    """A learner of a course with exercises: two in the first lesson, one in the second."""
    for stem, names in (("01-first", ("sum", "share")), ("02-second", ("sort",))):
        cells = [{"cell_type": "markdown", "source": [f"# {stem}\n## Exercises"]}]
        cells += [{"cell_type": "code", "source": [f'lk.check("{name}", {name})']} for name in names]
        (tmp_path / f"{stem}.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return Learner(Syllabus(course.lessons, course.believed, tmp_path, paths=course.paths))


def test_an_exercise_stays_solved(coder: Learner) -> None:
    def found() -> tuple[int, int, bool]:
        first = progress(coder)
        return first.exercises, first.solved, first.begun

    assert found() == (2, 0, False)
    coder.checks(FIRST, "sum", correct=False)
    assert found() == (2, 0, True)
    assert progress(coder).last == coder.events[-1].time
    coder.checks(FIRST, "sum", correct=True)
    coder.checks(FIRST, "sum", correct=False, hours=24)
    coder.does("reset", FIRST, hours=48)
    assert found() == (2, 1, True)
    coder.checks(FIRST, "gone", correct=True)  # an exercise of an older checkout
    assert found() == (2, 1, True)
    coder.checks("02-second", "sort", correct=True)
    assert shown(coder).solved == 2
    assert (progress(coder).answered, progress(coder).minutes, progress(coder).done) == (0, 0, False)


def test_the_same_checks_give_the_same_board(coder: Learner) -> None:
    for number, passed in enumerate((False, True, False, True, True, False)):
        coder.checks(FIRST, ("sum", "share")[number % 2], correct=passed, hours=number)
        coder.answers(FIRST, "one", "yes" if passed else "no", hours=number)
    before = shown(coder)
    coder.events.reverse()
    assert shown(coder) == before


def test_exercises_tick_the_paths_that_ask_for_them(coder: Learner) -> None:
    def ticks(name: str) -> list[bool]:
        (path,) = (path for path in shown(coder).paths if path.name == name)
        return [step.done for step in path.steps]

    coder.does("submit", "00-start")
    for question in ("inside", "one", "two", "number", "pairs"):
        coder.answers(FIRST, question, correct=True)
    assert (ticks("Build up"), ticks("Exercises")) == ([True, False, False], [False, False])
    assert ticks("One day") == [True, False], "these ask to read"
    coder.checks(FIRST, "sum", correct=True)
    coder.checks("02-second", "sort", correct=True)
    assert (ticks("Build up"), ticks("Exercises")) == ([True, False, False], [False, True])
    coder.checks(FIRST, "share", correct=True)
    assert (ticks("Build up"), ticks("Exercises")) == ([True, True, False], [True, True])
    (exercises,) = (path for path in shown(coder).paths if path.name == "Exercises")
    assert [step.href for step in exercises.steps] == [
        *("01-first.ipynb#Exercises", "02-second.ipynb#Exercises"),
    ]


def test_the_course_goes_on_with_exercises_once_all_questions_are_done(coder: Learner) -> None:
    coder.checks(FIRST, "sum", correct=True)
    coder.does("submit", "00-start")
    assert shown(coder).next.href == "01-first.ipynb", "a check is no reason to skip the beginning"
    for question in ("inside", "one", "two", "number", "pairs"):
        coder.answers(FIRST, question, correct=True)
    assert shown(coder).next.lesson == "02-second"
    coder.answers("02-second", "three")
    coder.does("submit", "02-second")
    assert shown(coder).next.href == "01-first.ipynb#Exercises"
    coder.checks(FIRST, "share", correct=True)
    assert shown(coder).next.href == "02-second.ipynb#Exercises"
    coder.checks("02-second", "sort", correct=True)
    assert shown(coder).next is None


def test_paths_are_those_of_lesson_00() -> None:
    course = syllabus()
    notebook = json.loads(
        (course.notebooks / f"{course.lessons[0].lesson}.ipynb").read_text(encoding="utf-8")
    )
    texts = ("".join(cell["source"]) for cell in notebook["cells"])
    (told,) = (text for text in texts if "## Paths through" in text)
    lines = {line[4:].partition(".**")[0]: line for line in told.splitlines() if line.startswith("* **")}
    found = board(Replay(UTC), course, now=datetime.now(UTC)).paths
    names = [path.name for path in found]
    assert names == [name for name in lines if name in names]  # in the same order
    for path in found:
        numbers = re.findall(r"\b(?:lesson |\[)(\d\d)\b", lines[path.name])
        if "01–03" in lines[path.name]:
            numbers = ["01", "02", "03", *numbers]
        if numbers and path.name not in {"Quiz", "Predict first"}:
            assert [step.lesson[:2] for step in path.steps] == numbers


def test_a_question_that_changed_or_is_gone_is_asked_anew(learner: Learner) -> None:
    learner.answers(FIRST, "one")
    learner.events[0] = learner.events[0].model_copy(update={"content": "0" * 16})
    assert progress(learner).answered == 0
    assert progress(learner).begun


def test_a_lesson_that_the_course_does_not_have_is_shown_last(learner: Learner) -> None:
    other = {
        "type": "answer",
        "lesson": "00-other",
        "question": "x",
        "time": learner.MORNING,
        "learner": "ada",
    }
    learner.events += [Event(correct=True, **other), Event(correct=False, **other | {"question": "y"})]
    learner.checks("00-other", "x", correct=False)
    learner.checks("00-other", "z", correct=True)
    found = shown(learner).lessons[-1]
    assert (found.exercises, found.solved) == (2, 1)
    assert (found.lesson, found.href, found.questions, found.answered, found.right) == (
        "00-other",
        "",
        2,
        2,
        1,
    )


def test_the_same_events_give_the_same_board(learner: Learner) -> None:
    for hours in range(0, 24 * 30, 7):
        confidence = ("guess", "fairly-sure", "certain")[hours % 3]
        question = ("one", "two", "inside")[hours % 5 % 3]
        choice = "yes" if hours % 4 else "no"
        learner.answers(FIRST, question, choice, hours=hours, confidence=confidence, review=hours > 24)
    now = learner.MORNING + timedelta(days=40)
    before = board(learner.replay, learner.course, now=now)
    assert before.calibration.curve is not None
    assert before.reviews.due
    learner.events.reverse()
    assert board(learner.replay, learner.course, now=now) == before


@pytest.fixture
def _fresh_recorder() -> Iterator[None]:
    shared_recorder.cache_clear()
    yield
    shared_recorder.cache_clear()


@pytest.mark.usefixtures("_fresh_recorder")
def test_the_board_of_a_record_that_cannot_be_kept_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONKIT_STORE", "nonsense")
    recorder = shared_recorder()
    assert not recorder.record(Event(type="answer", lesson="01-x", question="one", correct=True))
    found = board(recorder.replay(), syllabus(), notice=recorder.notice)
    assert found.answered == 1
    assert found.notice.startswith("Your answers are not being saved.")
