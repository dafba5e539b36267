"""Answers as a page sends them: read and marked, and what is right; on the explorer, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessonkit.questions.marking import AnswerError, Mark
from lessonkit.widgets import wording

if TYPE_CHECKING:
    from lessonkit.questions.kinds import Question
    from lessonkit.questions.kinds.base import Answer


def read(question: Question, given: str | list[str] | dict[str, str] | None) -> Answer:
    """Return an answer as it is kept: one form for all ways in which a page may send it.

    Raises
    ------
    AnswerError
        It does not fit the question, so it is no answer that a page would send.
    """
    answer = question.keep(given)
    if answer is None or not question.fits(answer):
        raise AnswerError(wording.misfit())
    return answer


def mark_answer(question: Question, answer: Answer) -> Mark:
    """Mark an answer of any kind.

    Raises
    ------
    AnswerError
        The answer is empty or cannot be read; the message is for the learner.
    """
    if question.explored:
        from lessonkit.widgets.operating_point import mark_point  # late: it needs the data and the metrics

        return mark_point(question, str(answer))
    return question.mark(answer)


def solution(question: Question) -> str:
    """Say the right answer."""
    if question.explored:
        from lessonkit.widgets.operating_point import solution as best  # late: as above

        return best(question)
    return question.solution()
