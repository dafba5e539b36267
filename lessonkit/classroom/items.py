"""Whether a question tells those who know from those who do not, as the answers of a class show it."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: A question is to be looked at when the whole interval of its discrimination is below this.
LOOK_BELOW: Final = 0.10
#: A learner who has answered fewer other questions has no rest score.
FEWEST_OTHERS: Final = 5
_LEVEL: Final = 0.95
# Fisher's z has the standard error 1 / sqrt(n - 3).
_LOST: Final = 3


class Discrimination(NamedTuple):
    """How well a question goes along with all others.

    Attributes
    ----------
    n : int
        Learners with a first answer to it and to at least five other questions.
    r : float
        Correlation between being right here and the rest score, from -1 to 1.
    low, high : float
        Its 95% interval.
    """

    n: int
    r: float
    low: float
    high: float

    @property
    def look_at_it(self) -> bool:
        """Whether even the upper end is so low that the key or the wording may be wrong."""
        return self.high < LOOK_BELOW


def rest_scores(right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how each learner did on all questions but one.

    Parameters
    ----------
    right : (learners, questions) array
        1 where the first answer is right, 0 where it is not, NaN where there is none.

    Returns
    -------
    (learners, questions) array
        The learner's mean over the other questions they answered, of 1 or 0 minus the share of the class that
        was right. It is comparable between learners who answered different questions; where all answered all,
        it orders them as the number of right answers does. NaN without an answer, or with fewer than five
        others.
    """
    answered = ~np.isnan(right)
    tried = np.maximum(answered.sum(axis=0), 1)
    marks = np.where(answered, right, 0.0)
    above = np.where(answered, marks - marks.sum(axis=0) / tried, 0.0)
    others = answered.sum(axis=1, keepdims=True) - 1
    rest = (above.sum(axis=1, keepdims=True) - above) / np.maximum(others, 1)
    return np.where(answered & (others >= FEWEST_OTHERS), rest, np.nan)


def discriminations(right: NDArray[np.float64]) -> tuple[Discrimination | None, ...]:
    """Return the discrimination of each question; None where all or nearly all answers are missing or alike.

    Parameters
    ----------
    right : (learners, questions) array
        As for `rest_scores`.

    Notes
    -----
    The interval is Fisher's [1]_: a bootstrap of 40 learners repeats the same few wrong answers, takes a
    thousand times as long, and needs a seed. ``python -m tools.bench_items`` measures what the interval is
    worth: how often it holds the true value, and how often it accuses a sound question.

    References
    ----------
    .. [1] R. A. Fisher, On the "probable error" of a coefficient of correlation deduced from a small sample,
       Metron 1 (1921).
    """
    rests = rest_scores(right)
    return tuple(_correlation(right[:, column], rests[:, column]) for column in range(right.shape[1]))


def _correlation(right: NDArray[np.float64], rest: NDArray[np.float64]) -> Discrimination | None:
    used = ~np.isnan(rest)
    n = int(used.sum())
    if n <= _LOST:
        return None
    x, y = right[used] - right[used].mean(), rest[used] - rest[used].mean()
    spread = math.sqrt(float(x @ x) * float(y @ y))
    if spread < 1e-9:  # noqa: PLR2004  (nothing but rounding)
        return None
    r = max(-1.0, min(1.0, float(x @ y) / spread))
    if abs(r) > 1 - 1e-12:
        return Discrimination(n, r, r, r)
    reach = NormalDist().inv_cdf((1 + _LEVEL) / 2) / math.sqrt(n - _LOST)
    return Discrimination(n, r, math.tanh(math.atanh(r) - reach), math.tanh(math.atanh(r) + reach))
