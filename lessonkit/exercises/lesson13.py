"""The exercises of lesson 13: what counts in bins prove, and what no month's area has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.inputs import price
from lessonkit.exercises.judge import Declared, Mistake
from lessonkit.exercises.registry import exercises_of

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

    Array = NDArray[Any]

exercise = exercises_of("13-when-the-scores-do-not-fit")


def _bracket(positives: Array, negatives: Array) -> tuple[float, float]:
    above = np.cumsum(positives) - positives
    sure, same = np.sum(negatives * above), np.sum(positives * negatives)
    pairs = positives.sum() * negatives.sum()
    return sure / pairs, (sure + same) / pairs


def _counts(random: Random, *, most: int = 6) -> tuple[Array, Array]:
    """Draw the counts of some bins, many of them empty, with at least one row of each class."""
    while True:
        bins = random.randint(1, most)
        drawn = [
            np.array([random.choice([0, random.randint(0, 3), random.randint(0, 40)]) for _ in range(bins)])
            for _ in range(2)
        ]
        if all(column.sum() for column in drawn):
            return drawn[0], drawn[1]


@exercise("auc-bracket", gaps=3, solution=_bracket, returns=("low", "high"))
def auc_bracket() -> Declared:
    """Check ``f(positives, negatives) -> (low, high)`` of ROC AUC, from the highest bin down."""

    def turned(positives: Array, negatives: Array) -> tuple[float, float]:
        return _bracket(positives[::-1], negatives[::-1])

    def middle(positives: Array, negatives: Array) -> float:
        low, high = _bracket(positives, negatives)
        return (low + high) / 2

    return Declared(
        cases=[
            ([5, 1, 0, 1], [1, 1, 4, 7]),
            ([3, 1], [1, 5]),
            ([2, 0, 1], [0, 3, 4]),
            ([4], [6]),
            ([0, 2], [3, 1]),
            ([1, 1, 1, 1], [1, 1, 1, 1]),
        ],
        inputs=_counts,
        mistakes=[
            Mistake(
                lambda positives, negatives: (middle(positives, negatives),) * 2,
                "You count the pairs of one bin as half. That is the middle, and no end of the bracket: at "
                "worst none of these pairs is won, and at best all of them are.",
            ),
            Mistake(
                lambda positives, negatives: (
                    _bracket(positives, negatives)[0],
                    middle(positives, negatives),
                ),
                "For `high`, count all pairs of one bin as won. You add only half of them.",
            ),
            Mistake(
                lambda positives, negatives: (
                    middle(positives, negatives),
                    _bracket(positives, negatives)[1],
                ),
                "For `low`, no pair of one bin is won for sure. You add half of them.",
            ),
            Mistake.turned(
                _bracket,
                "The ends have changed places. Return `low, high`.",
            ),
            Mistake(
                turned,
                "You count the pairs in which the *negative* is in the higher bin. The first entry is the "
                "highest bin, so a positive wins for sure against the negatives of *later* entries.",
            ),
            Mistake(
                lambda positives, negatives: (
                    0.0,
                    np.sum(positives * negatives) / (positives.sum() * negatives.sum()),
                ),
                "You count only the pairs of one bin. To both ends belong the pairs whose positive is in a "
                "higher bin.",
            ),
            Mistake(
                lambda positives, negatives: (
                    np.sum(negatives * (np.cumsum(positives) - positives)),
                    np.sum(negatives * np.cumsum(positives)),
                ),
                "These are numbers of pairs. Divide by all pairs, `positives.sum() * negatives.sum()`.",
            ),
        ],
        otherwise=(
            "Won for sure: each negative with all positives of higher bins, `above`. Open: the pairs of one "
            "bin. Divide both by all pairs."
        ),
    )


def _seen(positives: Array, negatives: Array) -> float:
    return float(np.sum(positives * negatives) / (positives.sum() * negatives.sum()))


@exercise("pairs-seen", solution=_seen, returns=("share",))
def pairs_seen() -> Declared:
    """Check ``f(positives, negatives) -> share of all pairs`` that are of one day; one entry a day."""
    return Declared(
        cases=[
            ([2, 2], [8, 8]),
            ([10, 30], [90, 70]),
            ([5], [95]),
            ([4, 0], [0, 6]),
            ([1, 2, 3], [3, 2, 1]),
            ([236, 233, 1025], [28653, 27035, 27110]),
        ],
        inputs=_counts,
        mistakes=[
            Mistake(
                lambda positives, negatives: 1 - _seen(positives, negatives),
                "This is the share of the pairs that no day sees. Asked for are the pairs of one day.",
            ),
            Mistake(
                lambda positives, negatives: np.sum(positives * negatives),
                "This is how many pairs are of one day. Divide by the number of all pairs.",
            ),
            Mistake(
                lambda positives, _: 1 / positives.size,
                "It is one divided by the number of days only where all days are alike. Count the pairs.",
            ),
            Mistake(
                lambda positives, negatives: (
                    np.sum(positives * negatives) / np.sum(positives + negatives) ** 2
                ),
                "You divide by all pairs of two rows. A pair here is one positive and one negative.",
            ),
            Mistake(
                lambda positives, negatives: positives * negatives / (positives.sum() * negatives.sum()),
                "You return one share per day. Add them up.",
            ),
            Mistake(
                lambda positives, negatives: np.sum(
                    (positives + negatives) ** 2 / np.sum(positives + negatives) ** 2
                ),
                "These are pairs of any two rows. A pair here is one positive and one negative.",
            ),
        ],
        otherwise=(
            "A day with p positives and n negatives has p * n pairs. All days together have as many as "
            "all positives times all negatives."
        ),
    )


def _least(positives: Array, negatives: Array, false_alarm: float, miss: float) -> tuple[float, float]:
    found, alarms = np.append(0, np.cumsum(positives)), np.append(0, np.cumsum(negatives))
    missed = miss * (found[-1] - found)
    ends = false_alarm * alarms + missed
    best = false_alarm * alarms[:-1] + missed[1:]
    return min(best.min(), ends.min()), ends.min()


def _priced(random: Random) -> tuple[Any, ...]:
    return *_counts(random), price(random), price(random)


@exercise("cost-bracket", solution=_least, returns=("low", "high"))
def cost_bracket() -> Declared:
    """Check ``f(positives, negatives, false_alarm, miss) -> (low, high)`` of the lowest cost."""

    def cumulated(positives: Array, negatives: Array) -> tuple[Array, Array, Array]:
        found, alarms = np.cumsum(positives), np.cumsum(negatives)
        return found, alarms, found[-1] - found

    def without_none(
        positives: Array, negatives: Array, false_alarm: float, miss: float
    ) -> tuple[float, float]:
        _, alarms, missed = cumulated(positives, negatives)
        ends = false_alarm * alarms + miss * missed
        return (ends - false_alarm * negatives).min(), ends.min()

    def missing_bin(
        positives: Array, negatives: Array, false_alarm: float, miss: float
    ) -> tuple[float, float]:
        high = _least(positives, negatives, false_alarm, miss)[1]
        _, alarms, missed = cumulated(positives, negatives)
        return (false_alarm * alarms + miss * (missed + positives)).min(), high

    return Declared(
        cases=[
            ([5, 1, 0, 1], [1, 1, 4, 7], 1, 5),
            ([3, 1], [1, 5], 1, 1),
            ([2, 0, 1], [0, 3, 4], 1, 20),
            ([4], [6], 1, 1),
            ([0, 2], [30, 10], 5, 1),
            ([1, 1, 1, 1], [1, 1, 1, 1], 2, 3),
        ],
        inputs=_priced,
        mistakes=[
            Mistake(
                without_none,
                "You leave out the threshold above all scores, which flags nothing. It costs all misses, and "
                "sometimes it is the cheapest.",
            ),
            Mistake(
                lambda *inputs: (_least(*inputs)[1],) * 2,
                "This is the lowest cost at the end of a bin, so it is `high`. A threshold within a bin may "
                "be cheaper: at best all of its positives are flagged and none of its negatives.",
            ),
            Mistake.turned(
                _least,
                "The ends have changed places. Return `low, high`.",
            ),
            Mistake(
                missing_bin,
                "For `low` you take the worst order within a bin: its negatives first. At best its positives "
                "come first.",
            ),
            Mistake(
                lambda positives, negatives, false_alarm, miss: _least(
                    positives, negatives, miss, false_alarm
                ),
                "The two prices have changed places. A false alarm is a flagged negative.",
            ),
            Mistake(
                lambda positives, negatives, false_alarm, miss: _least(
                    positives[::-1], negatives[::-1], false_alarm, miss
                ),
                "You go from the lowest bin up. The first entry is the highest bin, and it is flagged first.",
            ),
            Mistake(
                lambda positives, negatives, false_alarm, miss: (
                    0.0,
                    _least(positives, negatives, false_alarm, miss)[1],
                ),
                "A cost of 0 is a bound, but not the one that the counts prove. Compute the best corner of "
                "each bin.",
            ),
        ],
        otherwise=(
            "At the end of a bin all of it is flagged: that cost is exact. At best a threshold within it "
            "flags all of its positives and none of its negatives. Take the lowest of each, and flagging "
            "nothing too."
        ),
    )
