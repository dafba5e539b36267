"""Variants: the question with parameters as one learner sees it."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

from lessonkit.course.outline import HOUSE_RULES

if TYPE_CHECKING:
    from lessonkit.questions.kinds import Question

    _AnyQuestion = TypeVar("_AnyQuestion", bound=Question)


def variant(question: _AnyQuestion, seed: int | str) -> _AnyQuestion:
    """Return the question with the numbers that belong to `seed`.

    Parameters
    ----------
    question : Question
        Any question; one without parameters is returned as it is.
    seed : int or str
        The same seed gives the same numbers on every machine and in every version: they come from a hash, not
        from a random generator. A parameter added later leaves the values of the others.

    Returns
    -------
    Question
        A plain question of the same kind, with the same id.
    """
    if question.template is None:
        return question
    # Which of the house's rules hold was asked when the file was read.
    context = {"seed": seed, "off": HOUSE_RULES, "originals": question.originals}
    drawn = type(question).model_validate(question.template, context=context)
    return drawn.beside(variant(other, seed) for other in question.elsewhere)


def variant_seed(learner: str, question_id: str, draw: int = 0) -> str:
    """Return the seed of one learner's variant of a question: its numbers, and the order of its choices.

    Parameters
    ----------
    learner, question_id : str
        Whose variant, of which question.
    draw : int
        0 for the first variant. A retry keeps its numbers; who starts anew gets the next draw.

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    return sha256(f"{learner}\n{question_id}\n{draw}".encode()).hexdigest()[:16]
