"""The capstone's cost at the desk, in the ways a learner may think of it, and intervals of differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Interval = tuple[float, float]

# 0.2 of 15 rows are 3 rows, also in floating point.
HAIR = 1e-9


def gap(found: Interval, right: Interval) -> float:
    """Return how far an interval is from another, in widths of that."""
    return max(abs(found[0] - right[0]), abs(found[1] - right[1])) / width(right)


def width(interval: Interval) -> float:
    """Return the distance of the two ends."""
    return interval[1] - interval[0]


@dataclass(frozen=True)
class Desk:
    """A way to compute the cost per 1,000 rows with the riskiest flagged; as it stands, the right one."""

    #: The prices.
    false_alarm: float = 100
    miss: float = 1500
    #: The share that may be flagged.
    capacity: float = 0.2
    #: At most that share; less than it; the first threshold at which it is reached; so many rows, through a
    #: tie; or the cheapest threshold within it.
    flags: Literal["within", "below", "over", "split", "cheapest"] = "within"
    #: Whether a flag costs `false_alarm` also where it finds a positive.
    every_flag: bool = False

    def costs(self, y_true: Array, scores: Array, drawn: Array) -> Array:
        """Return the cost of each draw; ``drawn[i]`` says how often the i-th draw has each row."""
        order = np.argsort(-scores, kind="stable")
        drawn, ranked = drawn[:, order], scores[order]
        flagged, found = drawn.cumsum(axis=1), (drawn * y_true[order]).cumsum(axis=1)
        rows, positives = flagged[:, -1:], found[:, -1:]
        costs = self.false_alarm * (flagged - (0 if self.every_flag else found))
        costs = np.hstack([self.miss * positives, costs + self.miss * (positives - found)])
        flagged = np.hstack([0 * rows, flagged])
        ends = np.append(True, np.append(ranked[1:] != ranked[:-1], True)) | (self.flags == "split")
        if self.flags == "over":
            allowed = (flagged >= self.capacity * rows - HAIR) & ends
            chosen = allowed.argmax(axis=1)
        else:
            slack = -HAIR if self.flags == "below" else HAIR
            allowed = (flagged <= self.capacity * rows + slack) & ends
            chosen = allowed.shape[1] - 1 - allowed[:, ::-1].argmax(axis=1)
        if self.flags == "cheapest":
            allowed[:, 0] = ~allowed[:, 1:].any(axis=1)
            chosen = np.where(allowed, costs, np.inf).argmin(axis=1)
        result: Array = 1000 * np.take_along_axis(costs, chosen[:, None], axis=1)[:, 0] / rows[:, 0]
        return result


class Rivals(NamedTuple):
    """Labels and the scores of two models, and the 95% interval of the difference of their costs.

    Attributes
    ----------
    y_true, a, b : (n,) array
    interval : (float, float)
        Known from many draws, so that it has hardly any noise; a test draws it again.
    """

    y_true: Array
    a: Array
    b: Array
    interval: Interval

    @property
    def rows(self) -> tuple[Array, Array, Array]:
        """What the learner's function gets."""
        return self.y_true, self.a, self.b

    @property
    def told(self) -> str:
        """How the rows are named in a message."""
        return f"{self.y_true.size:,} rows"

    def gap(self, other: Interval) -> float:
        """Return how far another interval is from the right one, in widths of the right one."""
        return gap(other, self.interval)

    def drawn(self, desk: Desk, draws: int, seed: int = 0) -> Interval:
        """Return the middle 95% of the cost of `a` minus that of `b`, thought of in one way."""
        rng, size, found = np.random.default_rng(seed), self.y_true.size, []
        for _ in range(draws):
            drawn = np.bincount(rng.integers(size, size=size), minlength=size)[None]
            costs = (desk.costs(self.y_true, scores, drawn) for scores in (self.a, self.b))
            found.append(np.subtract(*costs))
        low, high = np.quantile(np.concatenate(found), (0.025, 0.975))
        return float(low), float(high)


def _many() -> Rivals:
    """Return rows on which nearly every other way to compute the cost gives another interval.

    Of these, `a` flags 200 positives that `b` does not, and `b` has a tie over the capacity.
    """
    y, a = np.zeros(2000, dtype=np.int64), np.linspace(1, 0, 2000)
    y[:400:2], y[400:800:4] = 1, 1
    b = a.copy()
    b[:400:2], b[201:400:2], b[400:800] = b[:400:2] / 1e6, b[201:400:2] / 1e6, 0.7
    return Rivals(y, a, b, (-159_450, -128_150))


def _few() -> Rivals:
    """Return so few rows that one more or less, at exactly 20%, decides."""
    y, a = np.zeros(40, dtype=np.int64), np.linspace(1, 0, 40)
    y[6:10] = 1
    return Rivals(y, a, a[::-1].copy(), (-200_000, 2500))


def _ends() -> Rivals:
    """Return rows of which only the first and the last have another score by `b` than by `a`."""
    y = (np.arange(40) % 3 == 0).astype(np.int64)  # both ends are positive
    a = np.linspace(0.1, 0.9, y.size)[np.argsort(np.arange(y.size) * 7 % y.size)]
    b = a.copy()
    a[0], a[-1], b[0], b[-1] = 1.0, 0.0, 0.0, 1.0
    return Rivals(y, a, b, (-85_000, 85_000))


MANY, FEW, ENDS = _many(), _few(), _ends()
