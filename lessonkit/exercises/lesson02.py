"""The exercises of lesson 02: from scores to decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.inputs import flagged_by, probability, scored_rows, scores, threshold
from lessonkit.exercises.judge import Declared, Mistake
from lessonkit.exercises.registry import exercises_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from numpy.typing import NDArray

exercise = exercises_of("02-decision-thresholds")


def _decide(scores: NDArray[Any], threshold: float) -> NDArray[Any]:
    return (scores >= threshold).astype(int)


def _scores_and_threshold(random: Random) -> tuple[NDArray[Any], float]:
    drawn = scores(random, random.randint(2, 6))
    return drawn, threshold(random, drawn)


@exercise("decide", solution=_decide, returns=("array of decisions",))
def decide() -> Declared:
    """Check ``f(scores, threshold) -> decisions``, 1 where score >= threshold."""
    one_at_a_time = (
        "`if` and `int` take a single value. Compare the whole array at once; `.astype(int)` makes 0 and 1."
    )
    return Declared(
        cases=[([0.2, 0.7, 0.5, 0.9, 0.6], 0.6)],
        inputs=_scores_and_threshold,
        mistakes=[
            Mistake(
                lambda scores, threshold: scores > threshold,
                "A score equal to the threshold is flagged too: use `>=`.",
            ),
            Mistake(
                lambda scores, threshold: scores < threshold,
                "It is the other way around: a high score means spam, so high scores get the 1.",
            ),
            Mistake(
                lambda scores, threshold: scores <= threshold,
                "You flag the scores at or *below* the threshold. Those at or above it get the 1. The "
                "arguments come in the order (scores, threshold).",
            ),
            Mistake(
                lambda scores, _: scores >= 0.5,  # noqa: PLR2004
                "You compare with 0.5 whatever the threshold is: use the argument `threshold`.",
            ),
            Mistake(
                lambda scores, _: scores.round(),
                "Rounding is a threshold of 0.5 in disguise: compare with the argument instead.",
            ),
            Mistake(
                lambda scores, threshold: scores[scores >= threshold],
                "These are the flagged scores. Return one decision, 0 or 1, for every email.",
            ),
            Mistake(
                lambda scores, threshold: np.flatnonzero(scores >= threshold),
                "These are the places of the flagged emails. Return one decision, 0 or 1, for every email.",
            ),
            Mistake(
                lambda scores, threshold: np.where(scores >= threshold, scores, 0),
                "You keep the score of a flagged email. Its decision is 1.",
            ),
            Mistake(
                lambda scores, threshold: np.where(scores >= threshold, 1, -1),
                "The decision on an email that is not flagged is 0, not -1.",
            ),
            Mistake(
                lambda scores, threshold: scores == threshold,
                "You flag only the scores that equal the threshold. Higher ones are flagged too: use `>=`.",
            ),
            Mistake(lambda scores, threshold: bool(scores >= threshold), one_at_a_time),
            Mistake(lambda scores, threshold: int(scores >= threshold), one_at_a_time),
        ],
        otherwise="Compare the array with the threshold: NumPy compares every score at once.",
    )


def _threshold_for_recall(y_true: NDArray[Any], scores: NDArray[Any], minimum: float) -> float:
    return _highest(scores, lambda flagged: y_true[flagged].sum() / y_true.sum() >= minimum)


def _highest(scores: NDArray[Any], wanted: Callable[[NDArray[Any]], bool]) -> float:
    return float(next(t for t in np.unique(scores)[::-1] if wanted(scores >= t)))


def _recalls(y_true: NDArray[Any], scores: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    thresholds = np.unique(scores)[::-1]
    return thresholds, np.array([y_true[scores >= t].sum() / y_true.sum() for t in thresholds])


def _nearest_recall(y_true: NDArray[Any], scores: NDArray[Any], minimum: float) -> float:
    thresholds, recalls = _recalls(y_true, scores)
    return float(thresholds[np.abs(recalls - minimum).argmin()])


def _above_recall(y_true: NDArray[Any], scores: NDArray[Any], minimum: float) -> float:
    thresholds, recalls = _recalls(y_true, scores)
    return float(thresholds[recalls > minimum][0])


def _below_recall(y_true: NDArray[Any], scores: NDArray[Any], minimum: float) -> float:
    thresholds, recalls = _recalls(y_true, scores)
    return float(thresholds[recalls <= minimum][-1])


def _flagged_strictly(y_true: NDArray[Any], scores: NDArray[Any], minimum: float) -> float:
    recalls = [(t, y_true[scores > t].sum() / y_true.sum()) for t in np.unique(scores)[::-1]]
    return float(next(t for t, recall in recalls if recall >= minimum))


def _rows_and_minimum(random: Random) -> tuple[NDArray[Any], NDArray[Any], float]:
    # Halves and quarters are met exactly however recall is computed; an odd number of hundredths is not met.
    hundredths = random.choice([25, 50, 50, 75, 100, *(random.randrange(1, 100, 2) for _ in range(4))])
    return *scored_rows(random), hundredths / 100


@exercise("threshold-for-recall", solution=_threshold_for_recall, returns=("threshold",))
def threshold_for_recall() -> Declared:
    """Check ``f(y_true, scores, minimum) -> threshold``: the highest with recall >= minimum."""
    return Declared(
        inputs=_rows_and_minimum,
        mistakes=[
            Mistake(
                lambda _, scores, __: scores.min(),
                "This flags everything. Recall is then 1, but a higher threshold may be enough.",
            ),
            Mistake(
                lambda y_true, scores, _: scores[y_true == 1].min(),
                "This finds all of the spam. Only `minimum` of it must be found: a higher threshold may do.",
            ),
            Mistake(
                _above_recall,
                "A recall equal to the minimum is enough: compare with `>=`.",
            ),
            Mistake(
                _nearest_recall,
                "This is the threshold whose recall is *nearest*. It must not fall below the minimum.",
            ),
            Mistake(
                _below_recall,
                "At this threshold the recall is still at or below the minimum: go on to the first that "
                "reaches it.",
            ),
            Mistake(
                lambda y_true, scores, minimum: _highest(
                    scores, lambda flagged: y_true[flagged].mean() >= minimum
                ),
                "This looks at precision (right among flagged). Recall divides by all the spam there is.",
            ),
            Mistake(
                lambda y_true, scores, minimum: _highest(
                    scores, lambda flagged: y_true[flagged].sum() / y_true.size >= minimum
                ),
                "You divide the hits by all emails. Recall divides them by the spam emails.",
            ),
            Mistake(
                _flagged_strictly,
                "This is one threshold lower than needed. An email whose score equals the threshold is "
                "flagged too: count `scores >= t`.",
            ),
            Mistake(
                lambda _, scores, minimum: _highest(scores, lambda flagged: flagged.mean() >= minimum),
                "This flags `minimum` of all emails. Recall looks only at the spam among them.",
            ),
            Mistake(lambda _, __, minimum: minimum, "The minimum is a recall, and not a threshold."),
        ],
        otherwise=(
            "Try the distinct scores themselves (`np.unique(scores)`) from high to low, and stop at the "
            "first whose recall is enough."
        ),
    )


def _flag_at_most(scores: NDArray[Any], k: int) -> float:
    fitting = [t for t in np.unique(scores) if (scores >= t).sum() <= k]
    return float(min(fitting, default=np.inf))


def _never_infinite(scores: NDArray[Any], k: int) -> float:
    threshold = _flag_at_most(scores, k)
    return threshold if np.isfinite(threshold) else float(scores.max())


def _fewer_than(scores: NDArray[Any], k: int) -> float:
    return _flag_at_most(scores, k - 1)


def _scores_and_capacity(random: Random) -> tuple[NDArray[Any], int]:
    rows = random.randint(2, 6)
    return scores(random, rows), random.randint(0, rows + 1)


@exercise("flag-at-most", solution=_flag_at_most, returns=("number of flagged emails (score >= threshold)",))
def flag_at_most() -> Declared:
    """Check ``f(scores, k) -> threshold`` that flags as many mails as possible, but at most k.

    Judged by the number of mails it flags: between two scores every threshold decides the same.
    """
    return Declared(
        # As float64: a threshold a hair above a float32 score is not to be rounded down to it.
        adapt=lambda threshold, scores, _: flagged_by(threshold, scores.astype(float)),
        cases=[([0.7, 0.9, 0.5, 0.8, 0.7], 4), ([0.4, 0.6, 0.6, 0.6], 2)],
        inputs=_scores_and_capacity,
        mistakes=[
            Mistake(
                lambda scores, k: np.sort(scores)[::-1][k - 1],
                "The k-th highest score may be shared. All emails with that score are flagged, and that is"
                " too many: go up to the next higher score. With k = 0 no score fits: `np.inf`.",
            ),
            Mistake(
                lambda scores, k: np.sort(scores)[::-1][min(k, scores.size) - 1] if k else np.inf,
                "The k-th highest score may be shared, and then too many emails are flagged. Go up to the"
                " next higher score, even if fewer than k reach it.",
            ),
            Mistake(
                lambda scores, k: np.sort(scores)[::-1][k],
                "With `>=` the email at the threshold is flagged too, so this is one score too low. Python"
                " counts from 0: the k-th highest is at index k − 1.",
            ),
            Mistake(
                lambda scores, k: np.unique(scores)[::-1][k - 1],
                "k counts emails, not distinct scores: a shared score flags several emails at once.",
            ),
            Mistake(
                _fewer_than,
                "One more email may be flagged: exactly k is allowed.",
            ),
            Mistake(
                _never_infinite,
                "When even the highest score is shared by more than k emails, nothing may be flagged: "
                "return `np.inf`.",
            ),
            Mistake(
                lambda scores, k: np.sort(scores)[k - 1],
                "You sorted from low to high. The emails to flag are those with the highest scores.",
            ),
            Mistake(
                lambda scores, k: min(t for t in scores if (scores >= t).sum() <= k),
                "For some k no score fits: return `np.inf`, which flags nothing.",
            ),
            Mistake(
                lambda *_: np.inf,
                "This flags nothing. Of the candidates that flag at most k emails, take the lowest.",
            ),
            Mistake(
                lambda scores, _: scores.min(),
                "This flags every email, however small k is.",
            ),
            Mistake(
                lambda scores, k: max(t for t in scores if (scores >= t).sum() <= k),
                "Of the scores that flag at most k emails you take the highest. The lowest flags more.",
            ),
            Mistake(
                lambda scores, k: max(t for t in scores if (scores >= t).sum() >= k),
                "This flags *at least* k emails. At most k can be read.",
            ),
        ],
        otherwise=(
            "For every distinct score, count how many emails it flags. Among those that flag at most k, "
            "take the lowest; without any, `np.inf`."
        ),
    )


def _logit(p: float) -> float:
    return float(np.log(p / (1 - p)))


@exercise("logit-threshold", gaps=2, solution=_logit, returns=("logit",))
def logit_threshold() -> Declared:
    """Check ``f(p) -> logit`` that decides like the probability threshold p."""
    return Declared(
        cases=[(0.9,), (0.5,)],
        inputs=lambda random: (probability(random),),
        mistakes=[
            Mistake(lambda p: p, "A logit is not a probability: it runs from −∞ to ∞, and 0.5 becomes 0."),
            Mistake(
                lambda p: 1 / (1 + np.exp(-p)),
                "This turns a logit into a probability. You need the way back, from probability to logit.",
            ),
            Mistake(
                lambda p: -_logit(p),
                "The sign is the wrong way around: a probability above 0.5 has a positive logit.",
            ),
            Mistake(np.log, "Take the logarithm of p / (1 − p), not of p alone."),
            Mistake(
                lambda p: p / (1 - p), "The logarithm is missing: the logit is the logarithm of p / (1 − p)."
            ),
            Mistake(
                lambda p: np.log10(p / (1 - p)),
                "p / (1 − p) is right, but the logarithm must be the natural one: `np.log`.",
            ),
            Mistake(
                lambda p: np.log2(p / (1 - p)),
                "p / (1 − p) is right, but this is its logarithm to base 2: use `np.log`.",
            ),
            Mistake(
                lambda p: p - 0.5,
                "Subtracting 0.5 takes 0.5 to 0, and no other probability to its logit.",
            ),
            Mistake(
                lambda p: np.log(1 - p),
                "Take the logarithm of p / (1 − p), not of 1 − p alone.",
            ),
            Mistake(
                lambda p: np.log(p) / np.log(1 - p),
                "You divide two logarithms. Divide p by 1 − p first, then take the logarithm.",
            ),
            Mistake(
                lambda p: np.log(p) / (1 - p),
                "The logarithm is taken too early: put p / (1 − p) in parentheses, then take the logarithm.",
            ),
            Mistake(
                lambda _: 0.0,
                "Logit 0 decides like probability 0.5. Another p has another logit.",
            ),
        ],
        otherwise=(
            "The example above divides `scores` by `1 - scores` and takes `np.log`. Do the same with `p`."
        ),
    )
