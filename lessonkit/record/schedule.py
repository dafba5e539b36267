"""When a question is due again, by FSRS [1]_: a card, and what each answer does to it.

.. [1] J. Ye, J. Su and Y. Cao, A stochastic shortest path algorithm for optimizing spaced repetition
   scheduling, KDD 2022; the package `fsrs` implements its sixth version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fsrs import Card, Rating, Scheduler

if TYPE_CHECKING:
    from datetime import datetime

# Without steps of minutes: a question comes back on another day or not at all. Without fuzz: the same events
# give the same dates.
_SCHEDULER: Final = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
_RATINGS: Final = {
    "guess": Rating.Hard,
    "fairly-sure": Rating.Good,
    "certain": Rating.Easy,
    None: Rating.Good,
}


def rating(*, right: bool, confidence: str | None, helped: bool = False) -> Rating:
    """Return how well an unaided answer shows that its question is known.

    Parameters
    ----------
    right : bool
        Whether it is wholly right.
    confidence : {"guess", "fairly-sure", "certain"} or None
        What the learner said.
    helped : bool
        Whether a hint was shown before.

    Returns
    -------
    fsrs.Rating
        Again if wrong; Hard if right by a guess or with a hint; Easy if right and certain; else Good.
    """
    if not right:
        return Rating.Again
    return Rating.Hard if helped else _RATINGS[confidence]


def page_rules() -> dict[str, Any]:
    """Return what a page needs to say when a question is due: the scheduler's numbers, and each rating."""
    said = {"unsaid" if word is None else word: right.value for word, right in _RATINGS.items()}
    return {
        "weights": _SCHEDULER.parameters,
        "retention": _SCHEDULER.desired_retention,
        "longest": _SCHEDULER.maximum_interval,
        "ratings": {
            "wrong": rating(right=False, confidence=None).value,
            "helped": rating(right=True, confidence=None, helped=True).value,
            **said,
        },
    }


def after_answer(
    card: Card | None, time: datetime, *, right: bool, confidence: str | None, helped: bool
) -> Card | None:
    """Return the card after one more unaided answer; `card` is None before the first."""
    graded = rating(right=right, confidence=confidence, helped=helped)
    # A card without an id would wait a millisecond for one.
    known = card if card is not None else Card(card_id=0, due=time)
    try:
        return _SCHEDULER.review_card(known, graded, time)[0]
    except OverflowError:  # an event at the end of the calendar
        return card
