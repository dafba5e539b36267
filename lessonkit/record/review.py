"""Which questions are due again, by FSRS [1]_. Its cards are never stored: the answers are, and rebuild them.

.. [1] J. Ye, J. Su and Y. Cao, A stochastic shortest path algorithm for optimizing spaced repetition
   scheduling, KDD 2022; the package `fsrs` implements its sixth version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from fsrs import Card, Rating, Scheduler

from lessonkit.questions.variants import variant_seed
from lessonkit.record.event import learner_id

if TYPE_CHECKING:
    from lessonkit.record.replay import Replay
    from lessonkit.record.syllabus import Syllabus

# Without steps of minutes: a question comes back on another day or not at all. Without fuzz: the same events
# give the same dates.
_SCHEDULER: Final = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
_RATINGS: Final = {
    "guess": Rating.Hard,
    "fairly-sure": Rating.Good,
    "certain": Rating.Easy,
    None: Rating.Good,
}
#: At most so many reviews a day.
LIMIT: Final = 20


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


def review_seed(replay: Replay, course: Syllabus, lesson: str, question: str) -> str:
    """Return what draws the variant and order of a question that is asked again.

    It is another one after each unaided answer, and the same after a reload.
    """
    history = course.history(replay, lesson, question)
    return variant_seed(learner_id(), f"{question} review", history.unaided if history is not None else 0)


@dataclass(frozen=True, slots=True)
class Due:
    """One question that is due.

    Attributes
    ----------
    lesson, question : str
        Stem of the quiz file, and id.
    due : datetime
        Since when, in UTC.
    seed : str
        Draws its variant and order: other ones at each review, the same after a reload.
    """

    lesson: str
    question: str
    due: datetime
    seed: str


@dataclass(frozen=True, slots=True)
class Reviews:
    """What is to be reviewed on a day.

    Attributes
    ----------
    due : tuple of Due
        What is left for today, longest overdue first.
    waiting : int
        How many more are due but beyond the day's limit.
    done_today : int
        Questions answered in a review today.
    next_day : date or None
        When nothing is left for today: the next day on which something is.
    """

    due: tuple[Due, ...]
    waiting: int
    done_today: int
    next_day: date | None


def reviews(
    replay: Replay,
    course: Syllabus,
    *,
    now: datetime | None = None,
    limit: int = LIMIT,
    before: str | None = None,
) -> Reviews:
    """Return what is due.

    A question becomes due on the local day of the time that FSRS gives. Those that have changed their meaning
    or are gone from the course do not; neither do questions of an exam, so that a test stays a test, nor
    those asked before the text answers them.

    Parameters
    ----------
    replay : Replay
        What the learner did.
    course : Syllabus
        What is asked today.
    now : datetime, optional
        Aware; default: the present.
    limit : int
        At most so many a day, those answered in a review today included.
    before : str, optional
        Only questions of lessons that stand before this one in the course.

    Returns
    -------
    Reviews
    """
    with replay.lock:
        today = replay.day(datetime.now(UTC) if now is None else now)
        done_today = replay.reviewed_on(today)
        due: list[Due] = []
        later: list[date] = []
        for lesson, question in course.reviewed(before):
            history = course.history(replay, lesson, question)
            if history is None or history.card is None or history.last is None:
                continue
            day = replay.day(history.card.due)
            if day > today:
                later.append(day)
                continue
            due.append(Due(lesson, question, history.card.due, review_seed(replay, course, lesson, question)))
    due.sort(key=lambda one: one.due)  # stable: the order of the course where times are equal
    asked = due[: max(0, limit - done_today)]
    waiting = len(due) - len(asked)
    next_day = None
    if not asked:
        next_day = today + timedelta(days=1) if waiting else min(later, default=None)
    return Reviews(tuple(asked), waiting, done_today, next_day)
