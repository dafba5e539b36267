"""The order in which choices, items and targets are shown: settled once, the same for ever."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, overload

from lessonkit.questions.arithmetic import number_in
from lessonkit.questions.template import DEFAULT_SEED

if TYPE_CHECKING:
    from lessonkit.questions.model import (
        Choice,
        Item,
        MatchQuestion,
        MultipleQuestion,
        OrderQuestion,
        SingleQuestion,
        Target,
    )


@overload
def shuffled(
    question: SingleQuestion | MultipleQuestion, seed: int | str = DEFAULT_SEED
) -> tuple[Choice, ...]: ...
@overload
def shuffled(question: OrderQuestion, seed: int | str = DEFAULT_SEED) -> tuple[Item, ...]: ...
@overload
def shuffled(question: MatchQuestion, seed: int | str = DEFAULT_SEED) -> tuple[Target, ...]: ...
def shuffled(question: Any, seed: int | str = DEFAULT_SEED) -> tuple[Any, ...]:
    """Return what the learner chooses from or arranges, in the order that belongs to `seed`.

    It is sorted by a hash of seed, question and choice id, not drawn from a random generator: the order is
    the same on every machine and in every version, and a choice added later leaves the others in place.

    Parameters
    ----------
    question : SingleQuestion, MultipleQuestion, OrderQuestion or MatchQuestion
        Whose choices, items or targets to order.
    seed : int or str
        The same seed gives the same order.

    Returns
    -------
    tuple of Choice, Item or Target
        All of them. Choices with ``pin: last`` come last, in file order; with ``sort: numbers`` the others
        stand by the first number in their text. Items never stand in the right order, nor targets in the
        order of the pairs they belong to.
    """

    def rank(part: Any) -> bytes:  # noqa: ANN401
        return sha256(f"{seed}\n{question.id}\n{part.id}".encode()).digest()

    match question.kind:
        case "order":
            return _unlike([item.id for item in question.items], sorted(question.items, key=rank))
        case "match":
            partners = list(dict.fromkeys(pair.target for pair in question.pairs))
            return _unlike(partners, sorted(question.targets, key=rank))
        case _:
            free = sorted((choice for choice in question.choices if choice.pin is None), key=rank)
            if question.sort == "numbers":
                free.sort(key=lambda choice: number_in(choice.text) or 0.0)
            return (*free, *(choice for choice in question.choices if choice.pin is not None))


def _unlike(solution: list[str], parts: list[Any]) -> tuple[Any, ...]:
    """Return the parts, backwards if their order would give the solution away."""
    gives_away = [part.id for part in parts if part.id in solution] == solution
    return tuple(reversed(parts) if gives_away else parts)
