"""The order in which choices are shown: shuffled once, the same for ever."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lessonkit.questions.model import Choice, MultipleQuestion, SingleQuestion

#: The order everyone sees unless another is asked for: the widget's and the static body's.
DEFAULT_SEED = 0


def shuffled(
    question: SingleQuestion | MultipleQuestion, seed: int | str = DEFAULT_SEED
) -> tuple[Choice, ...]:
    """Return the question's choices in the order that belongs to `seed`.

    Choices are sorted by a hash of seed, question and choice id, not drawn from a random generator: the order
    is the same on every machine and in every version, and a choice added later leaves the others in place.

    Parameters
    ----------
    question : SingleQuestion or MultipleQuestion
        Whose choices to order.
    seed : int or str
        The same seed gives the same order.

    Returns
    -------
    tuple of Choice
        All choices; those with ``pin: last`` come last, in file order.
    """

    def rank(choice: Choice) -> bytes:
        return sha256(f"{seed}\n{question.id}\n{choice.id}".encode()).digest()

    free = sorted((choice for choice in question.choices if choice.pin is None), key=rank)
    return (*free, *(choice for choice in question.choices if choice.pin is not None))
