"""The kinds of question there are: every class in the modules beside this that has a `kind`."""

from __future__ import annotations

from functools import reduce
from importlib import import_module
from operator import or_
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Final, TypeAlias, get_args

from lessonkit.questions.kinds.base import BaseQuestion
from lessonkit.questions.marking import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["KINDS", "MARKING_RULES", "Question", "mark"]


def _kinds() -> Iterator[tuple[str, type[BaseQuestion]]]:
    for found in iter_modules(__path__):
        module = import_module(f"{__name__}.{found.name}")
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, BaseQuestion) and "kind" in kind.model_fields:
                yield get_args(kind.model_fields["kind"].annotation)[0], kind


#: Each kind by the word that a quiz file has for it, in the order of their `place`, then of their words.
KINDS: Final[dict[str, type[BaseQuestion]]] = dict(
    sorted(_kinds(), key=lambda entry: (entry[1].place, entry[0]))
)

if TYPE_CHECKING:
    Question: TypeAlias = BaseQuestion
else:
    Question = reduce(or_, KINDS.values())

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
