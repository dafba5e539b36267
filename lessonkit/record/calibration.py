"""How sure a learner was, and how often right: the learner judged as the classifiers of the course are."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

from lessonkit.metrics import ThresholdSweep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lessonkit.record.replay import Replay
    from lessonkit.record.syllabus import Syllabus

#: What a learner can say about an answer, from the least sure; its place is its score on the own curve.
CONFIDENCES: Final = ("guess", "fairly-sure", "certain")
#: Fewer answers than this say hardly anything about a share.
ENOUGH: Final = 10
# Fewer answers, or fewer right or wrong ones, give no curve.
_ENOUGH_FOR_A_CURVE: Final = 20
_ENOUGH_OF_EACH: Final = 5
_LEVEL: Final = 0.95
_DRAWS: Final = 1000


@dataclass(frozen=True, slots=True)
class Level:
    """The answers given with one confidence.

    Attributes
    ----------
    confidence : {"guess", "fairly-sure", "certain"}
        What the learner said.
    n, right : int
        Answers, and right ones.
    share : float or None
        right / n; None for n = 0.
    low, high : float or None
        Wilson's 95% interval of the share. It takes the answers as independent.
    expected : float or None
        The share that the word promises: for a guess the chance to be right with eyes closed, averaged over
        these answers; 1 for certain. "Fairly sure" promises no number.
    """

    confidence: str
    n: int
    right: int
    share: float | None
    low: float | None
    high: float | None
    expected: float | None

    @property
    def enough(self) -> bool:
        """Whether there are enough answers to read something from the share."""
        return self.n >= ENOUGH


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the own curve: the answers given at least this sure are flagged as right.

    Attributes
    ----------
    confidence : {"guess", "fairly-sure", "certain"}
        The threshold.
    recall : float
        The share of the right answers that were given at least this sure.
    precision : float
        The share of right ones among the answers given at least this sure.
    low, high : float
        Wilson's 95% interval of the precision.
    """

    confidence: str
    recall: float
    precision: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class OwnCurve:
    """The learner's own precision–recall curve: confidence is the score, a right answer the positive class.

    Attributes
    ----------
    sweep : ThresholdSweep
        The exact counts; scores are 0 for a guess, 1 for fairly sure, 2 for certain.
    points : tuple of Point
        From certain down; words that were never used are missing.
    average_precision : float
        Of the sweep.
    low, high : float
        Its 95% interval: quantiles over draws of what the shares may be, given the counts and Jeffreys'
        prior [1]_. Unlike resamples of the answers, these know that a perfect record of 20 answers may be
        luck. As Wilson's intervals it takes the answers as independent; many reviews of few questions make
        it too narrow.

    References
    ----------
    .. [1] L. D. Brown, T. T. Cai and A. DasGupta, Interval estimation for a binomial proportion, Statistical
       Science 16 (2001).
    """

    sweep: ThresholdSweep
    points: tuple[Point, ...]
    average_precision: float
    low: float
    high: float

    @property
    def prevalence(self) -> float:
        """Share of right answers: the precision of who flags all of them, and of who has no idea."""
        return self.sweep.prevalence

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OwnCurve):
            return NotImplemented
        mine = (self.points, self.average_precision, self.low, self.high)
        return mine == (other.points, other.average_precision, other.low, other.high)

    def __hash__(self) -> int:
        return hash((self.points, self.average_precision))


@dataclass(frozen=True, slots=True)
class Calibration:
    """How sure the learner was, and how often right.

    Attributes
    ----------
    levels : tuple of Level
        Guess, fairly sure, certain.
    curve : OwnCurve or None
        None below 20 answers with a confidence, or below 5 right or 5 wrong ones.
    """

    levels: tuple[Level, ...]
    curve: OwnCurve | None


def calibration(replay: Replay, course: Syllabus) -> Calibration:
    """Return how sure the learner was, and how often right, over all unaided answers with a confidence.

    Questions that have changed since, or are gone, are counted too: what was said about an answer stays said.
    """
    with replay.lock:
        tally: Counter[tuple[str, bool]] = Counter()
        for lesson in replay.lessons.values():
            for history in lesson.wordings():
                tally.update(history.tallies)
        guesses = _guesses(replay, course)
    by_chance = sum(p * n for p, n in guesses.items()) / guesses.total() if guesses.total() else None
    expected = (by_chance, None, 1.0)
    counts = np.array([[tally[word, right] for right in (False, True)] for word in CONFIDENCES])
    levels = [
        _level(word, int(wrong), int(right), promise)
        for word, (wrong, right), promise in zip(CONFIDENCES, counts, expected, strict=True)
    ]
    return Calibration(tuple(levels), _curve(counts))


def _guesses(replay: Replay, course: Syllabus) -> Counter[float]:
    """Count the answers called a guess by the chance of their question."""
    guesses: Counter[float] = Counter()
    for quiz in course.lessons:
        for question in course.counted(quiz):
            history = course.history(replay, quiz.lesson, question.id)
            if history is not None:
                guesses[question.chance()] += history.tallies["guess", False] + history.tallies["guess", True]
    return guesses


def wilson(right: int, n: int, level: float = _LEVEL) -> tuple[float, float]:
    """Return Wilson's score interval of a share.

    Parameters
    ----------
    right, n : int
        Successes and trials; n ≥ 1.
    level : float
        Confidence level, between 0 and 1.

    References
    ----------
    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = right / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    # Rounding may leave the ends a hair off where the formula gives 0 and 1.
    return (0.0 if right == 0 else middle - reach), (1.0 if right == n else middle + reach)


def _level(confidence: str, wrong: int, right: int, expected: float | None) -> Level:
    n = wrong + right
    if n == 0:
        return Level(confidence, 0, 0, None, None, None, None)
    return Level(confidence, n, right, right / n, *wilson(right, n), expected)


def _curve(counts: NDArray[np.int64]) -> OwnCurve | None:
    """Return the own curve; `counts` has the shape (confidences, (wrong, right))."""
    wrong, right = (int(total) for total in counts.sum(axis=0))
    if wrong + right < _ENOUGH_FOR_A_CURVE or min(wrong, right) < _ENOUGH_OF_EACH:
        return None
    sweep = _sweep(counts)
    points = []
    for index, score in enumerate(sweep.thresholds):
        hits, slips = int(sweep.true_positives[index]), int(sweep.false_positives[index])
        points.append(
            Point(
                CONFIDENCES[int(score)],
                float(sweep.recall[index]),
                float(sweep.precision[index]),
                *wilson(hits, hits + slips),
            )
        )
    area = sweep.average_precision
    rng = np.random.default_rng(0)  # the same record shows the same interval
    draws = rng.dirichlet(counts.ravel() + 0.5, _DRAWS).reshape(-1, *counts.shape)
    low, high = np.quantile(areas(draws), [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    # The prior may draw an extreme area inward; the interval holds what was seen.
    return OwnCurve(sweep, tuple(points), area, min(float(low), area), max(float(high), area))


def areas(draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the average precision of many answers' weights at once.

    Parameters
    ----------
    draws : (m, confidences, 2) array
        Weights of the wrong and the right answers, all above 0. A `ThresholdSweep` of each gives the same, in
        a hundred times the time.
    """
    surest_first = draws[:, ::-1]
    right = surest_first[:, :, 1]
    found = right.cumsum(axis=1)
    precision = found / surest_first.sum(axis=2).cumsum(axis=1)
    steps = right / found[:, -1:]
    return np.asarray((precision * steps).sum(axis=1))


def _sweep(counts: NDArray[np.int64]) -> ThresholdSweep:
    """Return the sweep of the counted answers."""
    scores = np.repeat(np.arange(len(CONFIDENCES)), 2)
    labels = np.tile([0, 1], len(CONFIDENCES))
    used = counts.ravel() > 0
    return ThresholdSweep(labels[used], scores[used], sample_weight=counts.ravel()[used])
