from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from lessonkit.course.outline import CoursePath
from lessonkit.questions import Quiz
from lessonkit.record import Event, Replay, Syllabus
from lessonkit.record.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgresql import Server


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file of a store that is not there yet."""
    return tmp_path / "record.sqlite"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test of a store on each database, unless it asks for one of them."""
    asked = set(metafunc.fixturenames)
    if "url" in asked and not asked & {"file", "postgresql"}:
        metafunc.parametrize("url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that is not there yet."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{tmp_path}/record.sqlite"
    server: Server = request.getfixturevalue("postgresql")
    return server.new_url()


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


class Learner:
    """Works through `course`: does things at hours after the first morning, and keeps the events.

    Parameters
    ----------
    course : Syllabus
        What is asked.
    """

    MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)

    def __init__(self, course: Syllabus) -> None:
        self.course = course
        self.events: list[Event] = []

    @property
    def replay(self) -> Replay:
        """All of it, played, in days of UTC."""
        replay = Replay(UTC)
        replay.add(self.events)
        return replay

    def does(
        self, kind: str, lesson: str, question: str | None = None, *, hours: float = 0, **facts: object
    ) -> None:
        """Do one thing."""
        content = None if question is None else self.course.content(lesson, question)
        self._does(kind, lesson, question, content, hours=hours, **facts)

    def _does(
        self,
        kind: str,
        lesson: str,
        question: str | None,
        content: str | None,
        *,
        hours: float,
        **facts: object,
    ) -> None:
        # A second later than the one before, so that all have an order.
        time = self.MORNING + timedelta(hours=hours, seconds=len(self.events))
        event = Event(
            type=kind, lesson=lesson, question=question, content=content, time=time, learner="ada", **facts
        )
        self.events.append(event)

    def answers(self, lesson: str, question: str, answer: object = "yes", **facts: object) -> None:
        """Answer a question; a single one with the choice of this id."""
        typed = self.course.question(lesson, question).kind == "numeric"
        given = (answer,) if isinstance(answer, str) and not typed else answer
        correct = facts.pop("correct", answer == "yes")
        self.does("answer", lesson, question, answer=given, correct=correct, **facts)

    def checks(self, lesson: str, exercise: str, *, correct: bool, hours: float = 0) -> None:
        """Check an exercise."""
        self._does("check", lesson, exercise, None, hours=hours, correct=correct)


@pytest.fixture
def learner(course: Syllabus) -> Learner:
    return Learner(course)


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
        paths=(
            CoursePath(name="Build up", exercises=True),
            CoursePath(name="One day", lessons=("01-first", "02-second")),
            CoursePath(name="Predict first", questions="predict"),
            CoursePath(name="Exercises", lessons=("01-first", "02-second"), questions="none", exercises=True),
            CoursePath(name="Quiz", questions="closing"),
        ),
    )
