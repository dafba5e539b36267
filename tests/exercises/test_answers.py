"""What every exercise does with right, wrong, odd and missing answers, which stand with their lesson."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from lessonkit.exercises import verdict

LESSONS = [
    import_module(f"tests.exercises.{file.stem}")
    for file in sorted(Path(__file__).parent.glob("test_lesson*.py"))
    if "\nSOLUTIONS" in file.read_text(encoding="utf-8")
]
# A lesson may know several functions that solve an exercise; another list is itself the answer.
SOLUTIONS = [
    (each, answer)
    for lesson in LESSONS
    for each, known in lesson.SOLUTIONS.items()
    for answer in (known if isinstance(known, list) and callable(known[0]) else [known])
]
WRONG = [(each, *wrong) for lesson in LESSONS for each in lesson.WRONG for wrong in lesson.WRONG[each]]
EXERCISES = [each for lesson in LESSONS for each in lesson.SOLUTIONS]
ODD = ["text", 3, [], np.zeros((2, 2)), lambda: 1, lambda *_: "text", lambda *_: np.nan, lambda *_: (1, 2, 3)]


def test_every_exercise_has_typical_wrong_answers() -> None:
    assert EXERCISES
    assert all(len(lesson.WRONG[each]) >= 3 for lesson in LESSONS for each in lesson.SOLUTIONS)


@pytest.mark.parametrize(("exercise_id", "answer"), SOLUTIONS)
def test_a_solution_passes(exercise_id: str, answer: object) -> None:
    assert verdict(exercise_id, answer).passed, verdict(exercise_id, answer)


@pytest.mark.parametrize(("exercise_id", "answer", "hint"), WRONG)
def test_a_wrong_answer_gets_its_own_hint(exercise_id: str, answer: object, hint: str) -> None:
    found = verdict(exercise_id, answer)
    assert not found.passed
    assert found.tried
    assert hint in found.hint, found


@pytest.mark.parametrize("exercise_id", EXERCISES)
@pytest.mark.parametrize("answer", ODD, ids=range(len(ODD)))
def test_an_odd_answer_fails_with_words(exercise_id: str, answer: object) -> None:
    found = verdict(exercise_id, answer)
    assert not found.passed
    assert found.tried
    assert found.message.endswith(".")
    assert "could not be read" not in found.message
    assert "0x" not in found.message


@pytest.mark.parametrize(
    ("exercise_id", "answer"),
    [
        (each, answer)
        for each, solution in dict(SOLUTIONS).items()
        for answer in (None, ..., *([lambda *_: ..., lambda *_: None] if callable(solution) else []))
    ],
)
def test_a_placeholder_is_not_a_wrong_answer(exercise_id: str, answer: object) -> None:
    assert not verdict(exercise_id, answer).tried
