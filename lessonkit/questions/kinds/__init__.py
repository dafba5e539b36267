"""The kinds of question there are. A new one is a module beside these, and its name in `Question`."""

from __future__ import annotations

from typing import Final, TypeAlias, get_args

from lessonkit.questions.kinds.base import BaseQuestion
from lessonkit.questions.kinds.choice import MultipleQuestion, SingleQuestion
from lessonkit.questions.kinds.match import MatchQuestion
from lessonkit.questions.kinds.number import NumericQuestion
from lessonkit.questions.kinds.order import OrderQuestion
from lessonkit.questions.kinds.point import OperatingPointQuestion
from lessonkit.questions.kinds.text import TextQuestion
from lessonkit.questions.marking import Mark

__all__ = ["KINDS", "MARKING_RULES", "Question", "mark"]

Question: TypeAlias = (
    SingleQuestion
    | MultipleQuestion
    | NumericQuestion
    | OrderQuestion
    | MatchQuestion
    | OperatingPointQuestion
    | TextQuestion
)

#: Each kind by the word that a quiz file has for it.
KINDS: Final[dict[str, type[BaseQuestion]]] = {
    get_args(kind.model_fields["kind"].annotation)[0]: kind for kind in get_args(Question)
}

#: How a question with part credit pays, in one sentence for the learner: `multiple` in its three ways, and
#: the kinds `order` and `match`. In English; `gettext` has the other languages.
MARKING_RULES: Final[dict[str, str]] = {
    name: rule for kind in KINDS.values() for name, rule in kind.rules.items()
}


def mark(question: Question, answer: object) -> Mark:
    """Mark an answer.

    Parameters
    ----------
    question : Question
        What was asked.
    answer : str, collection of str, mapping of str to str, or number
        Single: the id of the chosen choice. Multiple: the ids of the ticked choices, in any order.
        Numeric: the text as typed, or a number. Order: the ids of all items, from the first. Match: for the
        id of every pair the id of a target.

    Returns
    -------
    Mark
        Whether it is right, its credit, and what to tell the learner.

    Raises
    ------
    AnswerError
        The answer is empty, incomplete or cannot be read, or names what the question does not have.
    TypeError
        An operating point: what is right there is in the data, which this floor does not know.

    Notes
    -----
    A multiple question with R right and W wrong choices, of which r and w are ticked, earns

    - ``each``: max(0, r/R - w/W), Youden's J of the ticks. Every choice treated well earns its share, and
      what ticking everything (or nothing) would earn is taken off: either earns 0.
    - ``net``: max(0, (r - w)/R). Ticking everything earns max(0, 1 - W/R), always less than 1.
    - ``all``: 1 for r = R and w = 0, else 0.

    An order earns max(0, τ), Kendall's rank correlation with the right order (M. G. Kendall, A new measure of
    rank correlation, Biometrika 30, 1938): 0 is what a random order earns on average before the cut at 0. A
    match earns the share of its pairs that are right.
    """
    return question.mark(answer)
