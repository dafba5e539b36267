"""A scripted learner of the course of `conftest`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lessonkit.record import Event, Replay, Syllabus

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Learner:
    """Does things at hours after the first morning, and keeps the events.

    Parameters
    ----------
    course : Syllabus
        What is asked.
    """

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
        # A second later than the one before, so that all have an order.
        time = MORNING + timedelta(hours=hours, seconds=len(self.events))
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
