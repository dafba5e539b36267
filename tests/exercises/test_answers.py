"""What every exercise does with right, wrong, odd and missing answers, which are in `answers`, by lesson.

A module of `answers` has two names. ``RIGHT`` maps an exercise's id to right answers in different styles.
``WRONG`` maps it to pairs of a wrong answer and words of the hint that it gets: of the belief's own where the
answer holds a belief, of the general one elsewhere, and "" where a slip gets no hint.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from lessonkit.exercises import course_exercises, registry, verdict

if TYPE_CHECKING:
    from types import ModuleType

MODULES = [
    import_module(f"tests.exercises.answers.{file.stem}")
    for file in sorted((Path(__file__).parent / "answers").glob("lesson*.py"))
]
RIGHT: dict[str, list[Any]] = {each: known for module in MODULES for each, known in module.RIGHT.items()}
WRONG: dict[str, list[tuple[Any, str]]] = {
    each: known for module in MODULES for each, known in module.WRONG.items()
}
ODD = ["text", 3, [], np.zeros((2, 2)), lambda: 1, lambda *_: "text", lambda *_: np.nan, lambda *_: (1, 2, 3)]


def one_by_one(answers: dict[str, list[Any]]) -> list[Any]:
    return [
        pytest.param(each, answer, id=f"{each}-{place}")
        for each, known in answers.items()
        for place, answer in enumerate(known)
    ]


def test_every_exercise_has_answers_enough() -> None:
    assert sorted(RIGHT) == sorted(WRONG) == sorted(course_exercises())
    assert [each for each, known in RIGHT.items() if len(known) < 8] == []
    assert [each for each, known in WRONG.items() if len(known) < 12] == []


@pytest.mark.parametrize(("exercise_id", "answer"), one_by_one(RIGHT))
def test_a_right_answer_passes(exercise_id: str, answer: object) -> None:
    found = verdict(exercise_id, answer)
    assert found.passed, found


@pytest.mark.parametrize(("exercise_id", "answer_and_words"), one_by_one(WRONG))
def test_a_wrong_answer_is_refused_with_the_hint_that_is_true_of_it(
    exercise_id: str, answer_and_words: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, words = answer_and_words
    hints = _hints_heard(exercise_id, monkeypatch)
    found = verdict(exercise_id, answer)
    assert not found.passed
    assert found.tried
    if words:
        assert words in found.hint, found
        # Words that another hint of the exercise has as well would not tell which one was shown.
        assert {each for each in hints if words in each} <= {found.hint}
    else:
        assert found.hint == "", found


def _hints_heard(exercise_id: str, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return a set that fills with all hints the exercise has, once it judges an answer."""
    heard: set[str] = set()

    def spy(module: ModuleType, name: str) -> None:
        judge = getattr(module, name)

        def judged(answer: object, **declared: Any) -> object:  # noqa: ANN401
            mistakes = declared["mistakes"]
            told = mistakes.values() if isinstance(mistakes, dict) else [each.hint for each in mistakes]
            heard.update([*told, declared["otherwise"]])
            return judge(answer, **declared)

        monkeypatch.setattr(module, name, judged)

    for module in (registry, sys.modules[course_exercises()[exercise_id].check.__module__]):
        for name in ("judge_function", "judge_number"):
            if hasattr(module, name):
                spy(module, name)
    return heard


@pytest.mark.parametrize("exercise_id", RIGHT)
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
        for each, known in RIGHT.items()
        for answer in (None, ..., *([lambda *_: ..., lambda *_: None] if callable(known[0]) else []))
    ],
)
def test_a_placeholder_is_not_a_wrong_answer(exercise_id: str, answer: object) -> None:
    assert not verdict(exercise_id, answer).tried
