from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lessonkit.questions import Quiz
from lessonkit.record.store import Store
from lessonkit.record.syllabus import Syllabus

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file of a store that is not there yet."""
    return tmp_path / "record.sqlite"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture
def store(url: str) -> Store:
    return Store(url)


def single(
    question: str, *, objective: str = "count", belief: str = "wrong-way", **fields: object
) -> dict[str, Any]:
    """A question with the right choice `yes`; `no` shows the belief and `maybe` another one."""
    choices = [
        {"id": "yes", "text": f"Yes, {question}", "why": "It is.", "correct": True},
        {"id": "no", "text": f"No, {question}", "why": "It is not.", "misconception": belief},
        {"id": "maybe", "text": f"Maybe, {question}", "why": "It is.", "misconception": "no-idea"},
    ]
    given = {"id": question, "kind": "single", "objective": objective, "prompt": question, "choices": choices}
    return {**given, **fields}


def lesson(stem: str, *questions: dict[str, Any], **fields: object) -> Quiz:
    """A quiz of questions as their file has them."""
    objectives = {question["objective"]: f"Do {question['objective']}." for question in questions}
    given = {"lesson": stem, "title": f"Title of {stem}", "objectives": objectives, "questions": questions}
    return Quiz.model_validate({**given, **fields})


@pytest.fixture(scope="session")
def course() -> Syllabus:
    """Three lessons: a pre-test, one of all kinds, and one with the post-test."""
    number = {
        "id": "number",
        "kind": "numeric",
        "objective": "compute",
        "prompt": "What share is {{tp}} of {{tp + fp}}?",
        "parameters": {"tp": "30..60", "fp": "5..20"},
        "answer": "tp / (tp + fp)",
        "tolerance": 0.001,
        "see": "notebooks/01-first.ipynb#By-hand",
        "mistakes": [{"answer": "fp / (tp + fp)", "misconception": "wrong-way", "why": "The other one."}],
    }
    match = {
        "id": "pairs",
        "kind": "match",
        "objective": "compute",
        "prompt": "Match.",
        "pairs": [
            {
                "id": name,
                "text": name,
                "target": f"{name}-t",
                "why": "So it is.",
                "mistakes": [{"target": f"{other}-t", "misconception": "mixed-up", "why": "Not so."}],
            }
            for name, other in (("a", "b"), ("b", "a"))
        ],
        "targets": [{"id": "a-t", "text": "A"}, {"id": "b-t", "text": "B"}],
    }
    return Syllabus(
        (
            lesson("00-start", single("pre-one"), single("pre-two"), exam=["pre-one", "pre-two"]),
            lesson(
                "01-first",
                single("guess-ahead", predict=True),
                single("inside", inline=True),
                single("one", see="notebooks/01-first.ipynb#Counts"),
                single("two"),
                number,
                match,
            ),
            lesson(
                "02-second",
                single("three", belief="other-way"),
                single("post-one", objective="judge", twin="pre-one"),
                single("post-two", objective="judge", twin="pre-two"),
                exam=["post-one", "post-two"],
            ),
        ),
        {"wrong-way": "It is the other way round.", "no-idea": "Who knows.", "mixed-up": "A is B."},
    )
