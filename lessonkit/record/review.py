"""Which questions are due again. Cards are never stored: the answers are, and rebuild them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from lessonkit.questions.variants import variant_seed
from lessonkit.record.event import learner_id

if TYPE_CHECKING:
    from lessonkit.record.replay import Replay
    from lessonkit.record.syllabus import Syllabus

#: At most so many reviews a day.
LIMIT: Final = 20


def review_seed(replay: Replay, course: Syllabus, lesson: str, question: str) -> str:
    """Return what draws the variant and order of a question that is asked again.

    It is another one after each unaided answer, and the same after a reload.
    """
    history = course.history(replay, lesson, question)
    return variant_seed(learner_id(), f"{question} review", history.unaided if history is not None else 0)


@dataclass(frozen=True, slots=True)
class Due:
    """One question that is due."""

    #: Stem of the quiz file, and id.
    lesson: str
    question: str
    #: Since when, in UTC.
    due: datetime
    #: Draws its variant and order: other ones at each review, the same after a reload.
    seed: str


@dataclass(frozen=True, slots=True)
class Reviews:
    """What is to be reviewed on a day."""

    #: What is left for today, longest overdue first.
    due: tuple[Due, ...]
    #: How many more are due but beyond the day's limit.
    waiting: int
    #: Questions answered in a review today.
    done_today: int
    #: When nothing is left for today: the next day on which something is.
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
