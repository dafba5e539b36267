"""What the events say when they are played again: where a lesson stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from lessonkit.record.event import Event


@dataclass(frozen=True, slots=True)
class QuestionState:
    """Where a learner stands with one question.

    Attributes
    ----------
    content : str or None
        Content hash of the question that was answered.
    seed : str or None
        Seed of the variant that was shown last.
    answer : str, tuple, or None
        The last answer; None before the first.
    attempts : int
        Marked answers since the start or the last reset.
    correct : bool or None
        Whether the last answer is right; None before it is marked.
    credit : float or None
        From 0 to 1.
    confidence : str or None
        What the learner said about the last answer.
    hints : int
        Hints used.
    revealed : bool
        Whether the solution was asked for.
    first_correct : bool or None
        Whether the very first marked answer was right, without the solution. A reset does not change it.
    counts : bool
        False for a question asked before the text answers it.
    """

    content: str | None = None
    seed: str | None = None
    answer: str | tuple[str, ...] | tuple[tuple[str, str], ...] | None = None
    attempts: int = 0
    correct: bool | None = None
    credit: float | None = None
    confidence: str | None = None
    hints: int = 0
    revealed: bool = False
    first_correct: bool | None = None
    counts: bool = True

    def after(self, event: Event) -> QuestionState:
        """Return the state after one more event of this question."""
        state = replace(self, content=event.content or self.content, seed=event.seed or self.seed)
        match event.type:
            case "hint":
                return replace(state, hints=self.hints + 1)
            case "reveal":
                return replace(state, revealed=True)
            case "reset":
                return QuestionState(
                    content=state.content, first_correct=self.first_correct, counts=self.counts
                )
            case "answer":
                marked = event.correct is not None
                first = event.correct and not self.revealed if marked else None
                return replace(
                    state,
                    answer=event.answer,
                    attempts=self.attempts + marked,
                    correct=event.correct,
                    credit=event.credit,
                    confidence=event.confidence,
                    first_correct=first if self.first_correct is None else self.first_correct,
                    counts=event.counts,
                )
            case _:
                return self


@dataclass(frozen=True, slots=True)
class LessonState:
    """Where a learner stands with one lesson.

    Attributes
    ----------
    questions : dict of str to QuestionState
        By question id; only those with an event.
    submitted : datetime or None
        When the exam was handed in, if it was since the last reset of the lesson.
    """

    questions: dict[str, QuestionState] = field(default_factory=dict)
    submitted: datetime | None = None


def resume(events: Iterable[Event], lesson: str, contents: Mapping[str, str] | None = None) -> LessonState:
    """Return where a learner stands with a lesson.

    Parameters
    ----------
    events : iterable of Event
        Events of one learner in the order of their time; those of other lessons are passed over.
    lesson : str
        Stem of the quiz file.
    contents : mapping of str to str, optional
        Question id to content hash, as the questions are now. An event of a question that has since changed
        its meaning, or is no longer asked, stays history and is passed over. Default: the last content wins.

    Returns
    -------
    LessonState
    """
    questions: dict[str, QuestionState] = {}
    submitted: datetime | None = None
    for event in events:
        if event.lesson != lesson:
            continue
        if event.question is None:
            if event.type == "submit":
                submitted = event.time
            elif event.type == "reset":
                submitted = None
                questions = {name: state.after(event) for name, state in questions.items()}
            continue
        if contents is not None and (
            event.question not in contents or event.content not in {None, contents[event.question]}
        ):
            continue
        state = questions.get(event.question, QuestionState())
        if None not in {event.content, state.content} and event.content != state.content:
            state = QuestionState()  # another question under the same id
        questions[event.question] = state.after(event)
    return LessonState(questions, submitted)
