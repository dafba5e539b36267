from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lessonkit.classroom.guide import Course
from lessonkit.classroom.room import Room
from lessonkit.questions import load_quiz

if TYPE_CHECKING:
    from collections.abc import Callable

    from lessonkit.record import Event

SAMPLE = Path(__file__).with_name("course.yaml")


def sample() -> Course:
    quiz = load_quiz(SAMPLE)
    return Course(
        {quiz.lesson: quiz},
        {"secret-belief": "SECRET belief."},
        replies={("secretly-b", "secret-belief"): "SECRET reply."},
    )


class Played:
    """A room, with all that happened in it kept as a store would."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, tzinfo=UTC)
        self.course = sample()
        self.room = Room(self.course, lambda: self.time)
        self.events: list[Event] = []
        self.keep(self.room.begin())

    def keep(self, events: list[Event]) -> None:
        for event in events:
            self.room.take(event)
        self.events += events

    def join(self) -> str:
        events, seat = self.room.join()
        self.keep(events)
        return seat.name

    def step(self, do: str, **more: str) -> None:
        message = {"do": do, "phase": self.room.phase, "turn": self.room.turn, **more}
        self.keep(self.room.step(message))

    def ask(self, question: str = "secretly-b") -> None:
        self.step("ask", lesson="class-sample", question=question)

    def vote(self, seat: str, answer: object, **more: object) -> None:
        self.keep(self.room.vote(seat, ballot(self.room.turn, answer, **more)))

    def rebuilt(self) -> Room:
        room = Room.rebuilt(self.course, lambda: self.time, self.events)
        assert room is not None
        return room

    def later(self, **units: float) -> None:
        self.time += timedelta(**units)


def ballot(turn: int, answer: object, **more: object) -> dict[str, Any]:
    """A vote as `quiz.js` sends it."""
    return {
        "type": "draft",
        "request": "",
        "question": "question",
        "turn": turn,
        "answer": answer,
        "confidence": None,
        "seconds": None,
        **more,
    }


@pytest.fixture
def played() -> Played:
    return Played()


@pytest.fixture(scope="session")
def new_class() -> Callable[[], Played]:
    """For a test that Hypothesis runs many times."""
    return Played
