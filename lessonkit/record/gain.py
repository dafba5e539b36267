"""What was learned between the pre-test and the post-test."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lessonkit.record.replay import Replay
    from lessonkit.record.syllabus import Name, Syllabus

_LEVEL: Final = 0.95
# From one pair nothing can be said.
_FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class Gain:
    """The two tests compared, question by question with its twin; a try after the first does not count.

    A question left open in a test that was handed in counts as answered, and not right: an empty number
    says "I don't know yet".

    Attributes
    ----------
    of : int
        Pairs of questions there are.
    asked_before, asked_after : int
        Questions of each test that were answered.
    pairs : int
        Pairs of which both were answered; all below is about these.
    before, after : int
        Right answers in each test.
    gained, lost : int
        Pairs right only after, and right only before.
    difference : float or None
        (after - before) / pairs; None without a pair.
    low, high : float or None
        Its 95 % interval, for questions like these; None below 2 pairs.
    """

    of: int
    asked_before: int
    asked_after: int
    pairs: int
    before: int
    after: int
    gained: int
    lost: int
    difference: float | None
    low: float | None
    high: float | None


def gain(replay: Replay, course: Syllabus) -> Gain | None:
    """Return the gain from the pre-test to the post-test; None if the course has no such tests."""
    if not course.twins:
        return None
    with replay.lock:
        answers = [(_first(replay, course, pre), _first(replay, course, post)) for pre, post in course.twins]
    pairs = [(pre, post) for pre, post in answers if pre is not None and post is not None]
    n = len(pairs)
    gained = sum(post and not pre for pre, post in pairs)
    lost = sum(pre and not post for pre, post in pairs)
    low, high = paired_interval(gained, lost, n) if n >= _FEWEST else (None, None)
    return Gain(
        of=len(answers),
        asked_before=sum(pre is not None for pre, _ in answers),
        asked_after=sum(post is not None for _, post in answers),
        pairs=n,
        before=sum(pre for pre, _ in pairs),
        after=sum(post for _, post in pairs),
        gained=gained,
        lost=lost,
        difference=(gained - lost) / n if n else None,
        low=low,
        high=high,
    )


def paired_interval(gained: int, lost: int, n: int, level: float = _LEVEL) -> tuple[float, float]:
    """Return an interval of the difference between two shares measured on the same pairs.

    Parameters
    ----------
    gained, lost : int
        Pairs right only the second time, and only the first time.
    n : int
        All pairs; at least 1.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    low, high : float
        From -1 to 1. The adjusted Wald interval [1]_, which holds its level with few pairs, too: it adds one
        pair to each kind of change, so it stays wide where all pairs agree.

    References
    ----------
    .. [1] D. G. Bonett and R. M. Price, Adjusted Wald confidence interval for a difference of binomial
       proportions based on paired data, Journal of Educational and Behavioral Statistics 37 (2012).
    """
    up, down = (gained + 1) / (n + 2), (lost + 1) / (n + 2)
    reach = NormalDist().inv_cdf((1 + level) / 2) * math.sqrt((up + down - (up - down) ** 2) / (n + 2))
    return max(-1.0, up - down - reach), min(1.0, up - down + reach)


def _first(replay: Replay, course: Syllabus, name: Name) -> bool | None:
    """Return whether the first marked answer was right, and False if none was given; None before the test.

    None, too, where the learner met the question in other words than it has now.
    """
    history = course.history(replay, *name)
    if history is not None and history.state.first_correct is not None:
        return history.state.first_correct
    lesson, question_id = name
    played = replay.lessons.get(lesson)
    if played is None or played.submitted is None:
        return None
    return False if history is not None or question_id not in played.current else None
