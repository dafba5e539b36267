"""Answers of all kinds: as a page sends them, as they are kept, marked, and shown in Python."""

from __future__ import annotations

from typing import TypeAlias

from lessonkit.questions.marking import AnswerError, Mark, mark
from lessonkit.questions.model import (
    MatchQuestion,
    MultipleQuestion,
    NumericQuestion,
    OperatingPointQuestion,
    OrderQuestion,
    Question,
    SingleQuestion,
)
from lessonkit.widgets import wording

#: Ids of choices or items, pairs of ids, or a text as typed.
Answer: TypeAlias = str | tuple[str, ...] | tuple[tuple[str, str], ...]


def read(question: Question, given: str | list[str] | dict[str, str] | None) -> Answer:
    """Return an answer as it is kept: one form for all ways in which a page may send it.

    Raises
    ------
    AnswerError
        It does not fit the question, so it is no answer that a page would send.
    """
    answer: Answer | None = None
    match question, given:
        case NumericQuestion() | OperatingPointQuestion(), str():
            answer = given.strip().encode(errors="replace").decode()
        case SingleQuestion() | MultipleQuestion(), list():
            order = {choice.id: index for index, choice in enumerate(question.choices)}
            answer = tuple(sorted(set(given), key=lambda choice: order.get(choice, len(order))))
        case OrderQuestion(), list():
            answer = tuple(given)
        case MatchQuestion(), dict():
            order = {pair.id: index for index, pair in enumerate(question.pairs)}
            answer = tuple(sorted(given.items(), key=lambda item: order.get(item[0], len(order))))
    if answer is None or not fits(question, answer):
        raise AnswerError(wording.misfit())
    return answer


def fits(question: Question, answer: Answer) -> bool:
    """Say whether the answer names only what the question has, in the form that its kind is kept in."""
    match question:
        case NumericQuestion() | OperatingPointQuestion():
            return isinstance(answer, str)
        case SingleQuestion():
            return (
                isinstance(answer, tuple)
                and len(answer) <= 1
                and {*answer} <= {c.id for c in question.choices}
            )
        case MultipleQuestion():
            return isinstance(answer, tuple) and {*answer} <= {choice.id for choice in question.choices}
        case OrderQuestion():
            return isinstance(answer, tuple) and sorted(map(str, answer)) == sorted(
                i.id for i in question.items
            )
        case MatchQuestion():
            pairs, targets = {pair.id for pair in question.pairs}, {target.id for target in question.targets}
            return isinstance(answer, tuple) and all(
                isinstance(item, tuple) and item[0] in pairs and item[1] in targets for item in answer
            )


def _for_marking(question: Question, answer: Answer) -> object:
    return dict(answer) if isinstance(question, MatchQuestion) else answer  # type: ignore[arg-type]


def mark_answer(question: Question, answer: Answer) -> Mark:
    """Mark an answer of any kind.

    Raises
    ------
    AnswerError
        The answer is empty or cannot be read; the message is for the learner.
    """
    if isinstance(question, OperatingPointQuestion):
        from lessonkit.widgets.operating_point import mark_point  # late: it needs the data and the metrics

        return mark_point(question, str(answer))
    return mark(question, _for_marking(question, answer))


def readable(question: Question, answer: Answer) -> object:
    """Return an answer in the form that a learner expects in Python."""
    match question:
        case SingleQuestion():
            return answer[0]
        case MultipleQuestion() | OrderQuestion():
            return list(answer)
    return _for_marking(question, answer)
