"""Right answers to the exercises of lesson 13 in many forms, and wrong ones with words of their hint."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate, pairwise, product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import lessonkit as lk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def bracket(positives: Array, negatives: Array) -> tuple[float, float]:
    above = np.cumsum(positives) - positives
    pairs = positives.sum() * negatives.sum()
    sure, same = np.sum(negatives * above) / pairs, np.sum(positives * negatives) / pairs
    return sure, sure + same


def bracket_by_pairs(positives: Array, negatives: Array) -> tuple[float, float]:
    sure = same = 0
    for i, j in product(range(len(positives)), range(len(negatives))):
        if i < j:
            sure += positives[i] * negatives[j]
        elif i == j:
            same += positives[i] * negatives[j]
    pairs = sum(positives) * sum(negatives)
    return sure / pairs, (sure + same) / pairs


def bracket_by_rates(positives: Array, negatives: Array) -> list[float]:
    recall = np.append(0, np.cumsum(positives)) / positives.sum()
    step = negatives / negatives.sum()
    return [float(step @ recall[:-1]), float(step @ recall[1:])]


def bracket_by_outer(positives: Array, negatives: Array) -> Any:
    pairs = np.outer(positives, negatives)
    return np.array([np.triu(pairs, 1).sum(), np.triu(pairs).sum()]) / pairs.sum()


def bracket_by_series(positives: Array, negatives: Array) -> Any:
    table = pd.DataFrame({"p": positives, "n": negatives})
    found = table.p.cumsum()
    return pd.Series([(table.n * (found - table.p)).sum(), (table.n * found).sum()]) / (
        table.p.sum() * table.n.sum()
    )


def bracket_of_lessonkit(positives: Array, negatives: Array) -> tuple[float, float]:
    lowest = np.arange(len(positives))[::-1]
    found = lk.metrics.BinnedCounts(lowest, lowest + 0.5, positives, negatives).roc_auc
    return found.low, found.high


def bracket_from_the_end(positives: Array, negatives: Array) -> tuple[float, float]:
    below = negatives[::-1].cumsum()[::-1]
    pairs = positives.sum() * negatives.sum()
    return (positives @ (below - negatives)) / pairs, (positives @ below) / pairs


class Bracket:
    def __call__(self, positives: Array, negatives: Array) -> tuple[Fraction, Fraction]:
        p, n = positives.tolist(), negatives.tolist()
        every, found = sum(p) * sum(n), list(accumulate(p))
        high = sum(a * b for a, b in zip(found, n, strict=True))
        return Fraction(high - sum(a * b for a, b in zip(p, n, strict=True)), every), Fraction(high, every)


def middle(positives: Array, negatives: Array) -> Any:
    return sum(bracket(positives, negatives)) / 2


def seen(positives: Array, negatives: Array) -> Any:
    return np.sum(positives * negatives) / (positives.sum() * negatives.sum())


def seen_by_loop(positives: Array, negatives: Array) -> float:
    own = 0
    for p, n in zip(positives, negatives, strict=True):
        own += p * n
    return own / (sum(positives) * sum(negatives))


def seen_by_blocks(positives: Array, negatives: Array) -> Any:
    pairs = np.outer(positives, negatives)
    return np.trace(pairs) / pairs.sum()


def seen_by_shares(positives: Array, negatives: Array) -> Any:
    return np.dot(positives / positives.sum(), negatives / negatives.sum())


def seen_by_average(positives: Array, negatives: Array) -> Any:
    return np.average(negatives / negatives.sum(), weights=positives)


def seen_by_frame(positives: Array, negatives: Array) -> Any:
    days = pd.DataFrame({"p": positives, "n": negatives})
    return (days.p * days.n).sum() / (days.p.sum() * days.n.sum())


def seen_by_rest(positives: Array, negatives: Array) -> Any:
    across = sum(
        positives[i] * negatives[j]
        for i, j in product(range(len(positives)), range(len(negatives)))
        if i != j
    )
    return 1 - across / (positives.sum() * negatives.sum())


class Seen:
    def share(self, positives: Array, negatives: Array) -> Fraction:
        return Fraction(int(positives @ negatives), int(positives.sum() * negatives.sum()))


def cost(positives: Array, negatives: Array, false_alarm: float, miss: float) -> tuple[float, float]:
    found, alarms = np.append(0, np.cumsum(positives)), np.append(0, np.cumsum(negatives))
    missed = miss * (found[-1] - found)
    high = np.min(false_alarm * alarms + missed)
    low = np.min(false_alarm * alarms[:-1] + missed[1:])
    return min(low, high), high


def cost_by_loop(positives: Array, negatives: Array, false_alarm: float, miss: float) -> tuple[float, float]:
    alarms, missed = 0, int(sum(positives))
    low = high = miss * missed
    for p, n in zip(positives.tolist(), negatives.tolist(), strict=True):
        low = min(low, false_alarm * alarms + miss * (missed - p))
        alarms, missed = alarms + n, missed - p
        high = min(high, false_alarm * alarms + miss * missed)
    return low, high


def cost_by_corners(positives: Array, negatives: Array, false_alarm: float, miss: float) -> list[Any]:
    def priced(alarms: int, found: int) -> float:
        return float(false_alarm * alarms + miss * (positives.sum() - found))

    ends = [
        (int(negatives[:place].sum()), int(positives[:place].sum())) for place in range(len(positives) + 1)
    ]
    corners = [(one[0], other[1]) for one, other in pairwise(ends)]
    high = min(priced(*end) for end in ends)
    return [min(high, *(priced(*corner) for corner in corners)), high]


def cost_of_lessonkit(
    positives: Array, negatives: Array, false_alarm: float, miss: float
) -> tuple[float, float]:
    lowest = np.arange(len(positives))[::-1]
    table = lk.metrics.BinnedCounts(lowest, lowest + 0.5, positives, negatives)
    found = table.cheapest(false_positive=false_alarm, false_negative=miss).optimum
    return found.low, found.high


def cost_by_sweep(positives: Array, negatives: Array, false_alarm: float, miss: float) -> Any:
    prices = {"false_positive": false_alarm, "false_negative": miss}

    def least(first: Array, second: Array) -> float:
        return lk.ThresholdSweep.from_counts(-np.arange(first.size), first, second).cheapest(**prices).value

    apart = np.zeros((2, 2 * positives.size), dtype=int)
    apart[0, ::2], apart[1, 1::2] = positives, negatives
    return least(*apart), least(positives, negatives)


def cost_by_frame(positives: Array, negatives: Array, false_alarm: float, miss: float) -> Any:
    table = pd.DataFrame({"p": positives, "n": negatives})
    missed = table.p.sum() - table.p.cumsum()
    end = false_alarm * table.n.cumsum() + miss * missed
    best = end - false_alarm * table.n
    nothing = miss * table.p.sum()
    return pd.Series([min(best.min(), nothing), min(end.min(), nothing)])


def cost_by_sums(positives: Array, negatives: Array, false_alarm: float, miss: float) -> Array:
    later = np.append(positives[::-1].cumsum()[::-1], 0)
    sooner = np.append(0, negatives.cumsum())
    high = (false_alarm * sooner + miss * later).min()
    return np.array([np.append(false_alarm * sooner[:-1] + miss * later[1:], high).min(), high])


class Priced:
    def bracket(self, positives: Array, negatives: Array, false_alarm: float, miss: float) -> tuple[Any, Any]:
        low, high = cost_by_loop(positives, negatives, false_alarm, miss)
        return np.float32(low), Fraction(high)


def cost_without_none(
    positives: Array, negatives: Array, false_alarm: float, miss: float
) -> tuple[float, float]:
    missed = positives.sum() - np.cumsum(positives)
    ends = false_alarm * np.cumsum(negatives) + miss * missed
    return (ends - false_alarm * negatives).min(), ends.min()


def cost_at_worst(positives: Array, negatives: Array, false_alarm: float, miss: float) -> tuple[float, float]:
    found, alarms = np.cumsum(positives), np.cumsum(negatives)
    worst = false_alarm * alarms + miss * (found[-1] - found + positives)
    return worst.min(), cost(positives, negatives, false_alarm, miss)[1]


RIGHT: dict[str, list[Any]] = {
    "auc-bracket": [
        *(bracket, bracket_by_pairs, bracket_by_rates, bracket_by_outer, bracket_by_series),
        *(bracket_of_lessonkit, bracket_from_the_end, Bracket()),
    ],
    "pairs-seen": [
        *(seen, seen_by_loop, seen_by_blocks, seen_by_shares, seen_by_average, seen_by_frame, seen_by_rest),
        Seen().share,
    ],
    "cost-bracket": [
        *(cost, cost_by_loop, cost_by_corners, cost_of_lessonkit, cost_by_sweep, cost_by_frame, cost_by_sums),
        Priced().bracket,
    ],
}

WRONG: dict[str, list[tuple[Any, str]]] = {
    "auc-bracket": [
        (lambda p, n: (middle(p, n), middle(p, n)), "no end of the bracket"),
        (lambda p, n: (bracket(p, n)[0], middle(p, n)), "For `high`, count all pairs"),
        (lambda p, n: (middle(p, n), bracket(p, n)[1]), "For `low`, no pair"),
        (lambda p, n: bracket(p, n)[::-1], "changed places"),
        (lambda p, n: bracket(p[::-1], n[::-1]), "the *negative* is in the higher bin"),
        (lambda p, n: bracket(n, p), "the *negative* is in the higher bin"),
        (lambda p, n: (0, p @ n / (p.sum() * n.sum())), "only the pairs of one bin"),
        (lambda p, n: (n @ (p.cumsum() - p), n @ p.cumsum()), "numbers of pairs"),
        (lambda p, n: (bracket(p, n)[0], 1.0), "Won for sure"),
        (lambda p, n: (bracket(p, n)[0],) * 2, "Won for sure"),
        (lambda p, n: (0.0, 1.0), "Won for sure"),
        (lambda p, n: tuple(np.round(bracket(p, n), 2)), "Rounded to 2 decimals"),
        (lambda p, n: bracket(p, n)[0], "Won for sure"),
        (lambda p, n: p.nothing, ""),
    ],
    "pairs-seen": [
        (lambda p, n: 1 - seen(p, n), "that no day sees"),
        (lambda p, n: p @ n, "how many pairs are of one day"),
        (lambda p, n: 1 / len(p), "only where all days are alike"),
        (lambda p, n: p @ n / (p + n).sum() ** 2, "pairs of two rows"),
        (lambda p, n: p * n / (p.sum() * n.sum()), "one share per day"),
        (lambda p, n: ((p + n) / (p + n).sum()) @ ((p + n) / (p + n).sum()), "any two rows"),
        (lambda p, n: p @ n / (p + n).sum(), "has p * n pairs"),
        (lambda p, n: np.mean(p * n) / (p.sum() * n.sum()), "has p * n pairs"),
        (lambda p, n: p[0] * n[0] / (p.sum() * n.sum()), "has p * n pairs"),
        (lambda p, n: 0.33, "has p * n pairs"),
        (lambda p, n: round(seen(p, n), 2), "Rounded to 2 decimals"),
        (lambda p, n: 100 * seen(p, n), "not a percentage"),
        (lambda p, n: p.shares, ""),
    ],
    "cost-bracket": [
        (cost_without_none, "above all scores, which flags nothing"),
        (lambda *inputs: (cost(*inputs)[1],) * 2, "so it is `high`"),
        (lambda *inputs: cost(*inputs)[::-1], "changed places. Return `low, high`"),
        (cost_at_worst, "the worst order"),
        (lambda p, n, alarm, miss: cost(p, n, miss, alarm), "two prices"),
        (lambda p, n, alarm, miss: cost(p[::-1], n[::-1], alarm, miss), "flagged first"),
        (lambda *inputs: (0, cost(*inputs)[1]), "A cost of 0 is a bound"),
        (lambda *inputs: (cost(*inputs)[0],) * 2, "At the end of a bin all of it is flagged"),
        (lambda p, n, alarm, miss: (0, miss * p.sum()), "At the end of a bin all of it is flagged"),
        (
            lambda p, n, alarm, miss: (alarm * n.sum(), miss * p.sum()),
            "At the end of a bin all of it is flagged",
        ),
        (lambda *inputs: sum(cost(*inputs)) / 2, "At the end of a bin all of it is flagged"),
        (lambda p, n: cost(p, n, 1, 20), ""),
        (lambda p, n, alarm, miss: cost(n, p, alarm, miss), "At the end of a bin all of it is flagged"),
        (lambda p, n, alarm, miss: p.costs, ""),
    ],
}
