"""The exercises of lesson 02: from scores to decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.judge import Mistake, Verdict, judge_function
from lessonkit.exercises.registry import exercises_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

exercise = exercises_of("02-decision-thresholds")


def _decide(scores: NDArray[Any], threshold: float) -> NDArray[Any]:
    return (scores >= threshold).astype(int)


@exercise("decide")
def decide(answer: object) -> Verdict:
    """Check ``f(scores, threshold) -> decisions``, 1 where score >= threshold."""
    one_at_a_time = (
        "`if` and `int` take a single value. Compare the whole array at once; `.astype(int)` makes 0 and 1."
    )
    return judge_function(
        answer,
        solution=_decide,
        returns=("array of decisions",),
        cases=[
            ([0.2, 0.7, 0.5, 0.9, 0.6], 0.6),
            ([0.2, 0.7, 0.5, 0.9], 0.1),
            ([-1.2, 0.0, 3.1], 0.0),
            ([0.2, 0.7, 0.5], np.inf),
        ],
        mistakes=[
            Mistake(
                lambda scores, threshold: scores > threshold,
                "A score equal to the threshold is flagged too: use `>=`, as scikit-learn does.",
            ),
            Mistake(
                lambda scores, threshold: scores < threshold,
                "The other way round: a high score means spam, so high scores get the 1.",
            ),
            Mistake(
                lambda scores, threshold: scores <= threshold,
                "Turn the comparison round: scores at or *above* the threshold get the 1.",
            ),
            Mistake(
                lambda scores, _: scores >= 0.5,  # noqa: PLR2004
                "You compare with 0.5 whatever the threshold is: use the argument.",
            ),
            Mistake(
                lambda scores, _: scores.round(),
                "Rounding is a threshold of 0.5 in disguise: compare with the argument instead.",
            ),
            Mistake(
                lambda scores, threshold: scores[scores >= threshold],
                "These are the flagged scores. Return one decision, 0 or 1, for every mail.",
            ),
            Mistake(
                lambda scores, threshold: np.flatnonzero(scores >= threshold),
                "These are the places of the flagged mails. Return one decision, 0 or 1, for every mail.",
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


@exercise("threshold-for-recall")
def threshold_for_recall(answer: object) -> Verdict:
    """Check ``f(y_true, scores, minimum) -> threshold``: the highest with recall >= minimum."""
    labels = [1, 0, 1, 1, 0, 0, 1, 0]
    scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2]
    return judge_function(
        answer,
        solution=_threshold_for_recall,
        returns=("threshold",),
        cases=[
            (labels, scores, 0.5),
            (labels, scores, 0.6),
            (labels, scores, 1.0),
            ([0, 1, 0, 1, 1, 0], [0.3, 0.5, 0.5, 0.9, 0.5, 0.1], 0.6),
        ],
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
                "You divide the hits by all mails. Recall divides them by the spam mails.",
            ),
        ],
        otherwise=("Try the distinct scores from high to low, and stop at the first whose recall is enough."),
    )


def _flag_at_most(scores: NDArray[Any], k: int) -> float:
    fitting = [t for t in np.unique(scores) if (scores >= t).sum() <= k]
    return float(min(fitting, default=np.inf))


def _never_infinite(scores: NDArray[Any], k: int) -> float:
    threshold = _flag_at_most(scores, k)
    return threshold if np.isfinite(threshold) else float(scores.max())


def _fewer_than(scores: NDArray[Any], k: int) -> float:
    return _flag_at_most(scores, k - 1)


@exercise("flag-at-most")
def flag_at_most(answer: object) -> Verdict:
    """Check ``f(scores, k) -> threshold`` that flags as many mails as possible, but at most k.

    Judged by the number of mails it flags: between two scores every threshold decides the same.
    """
    scores = [0.7, 0.9, 0.5, 0.8, 0.7]
    return judge_function(
        answer,
        solution=_flag_at_most,
        adapt=lambda threshold, scores, _: int((scores >= threshold).sum()),
        returns=("number of flagged mails (score >= threshold)",),
        cases=[(scores, 2), (scores, 3), (scores, 4), (scores, 5), ([0.4, 0.6, 0.6, 0.6], 2), (scores, 0)],
        mistakes=[
            Mistake(
                lambda scores, k: np.sort(scores)[::-1][k - 1],
                "The k-th highest score may be shared. All mails with that score are flagged, and that is"
                " too many: go up to the next higher score.",
            ),
            Mistake(
                lambda scores, k: np.sort(scores)[::-1][k],
                "With `>=` the mail at the threshold is flagged too, so this is one score too low. Python"
                " counts from 0: the k-th highest is at index k − 1.",
            ),
            Mistake(
                lambda scores, k: np.unique(scores)[::-1][k - 1],
                "k counts mails, not distinct scores: a shared score flags several mails at once.",
            ),
            Mistake(
                _fewer_than,
                "One more mail may be flagged: exactly k is allowed.",
            ),
            Mistake(
                _never_infinite,
                "When even the highest score is shared by more than k mails, nothing may be flagged: "
                "return `np.inf`.",
            ),
            Mistake(
                lambda scores, k: np.sort(scores)[k - 1],
                "You sorted from low to high. The mails to flag are those with the highest scores.",
            ),
            Mistake(
                lambda scores, k: min(t for t in scores if (scores >= t).sum() <= k),
                "For some k no score fits: return `np.inf`, which flags nothing.",
            ),
        ],
        otherwise=(
            "For every distinct score, count how many mails it flags. Among those that flag at most k, "
            "take the lowest; without any, `np.inf`."
        ),
    )


def _logit(p: float) -> float:
    return float(np.log(p / (1 - p)))


@exercise("logit-threshold")
def logit_threshold(answer: object) -> Verdict:
    """Check ``f(p) -> logit`` that decides like the probability threshold p."""
    return judge_function(
        answer,
        solution=_logit,
        returns=("logit",),
        cases=[(0.9,), (0.2,), (0.5,)],
        mistakes=[
            Mistake(lambda p: p, "A logit is not a probability: it runs from −∞ to ∞, and 0.5 becomes 0."),
            Mistake(
                lambda p: 1 / (1 + np.exp(-p)),
                "This is the sigmoid: it turns a logit into a probability. You need its inverse.",
            ),
            Mistake(
                lambda p: -_logit(p),
                "The sign is turned round: a probability above 0.5 has a positive logit.",
            ),
            Mistake(np.log, "The odds are missing: take the logarithm of p / (1 − p), not of p."),
            Mistake(lambda p: p / (1 - p), "These are the odds. The logit is their logarithm."),
            Mistake(
                lambda p: np.log10(p / (1 - p)),
                "Right odds, but the logarithm must be the natural one: `np.log`.",
            ),
            Mistake(
                lambda p: np.log2(p / (1 - p)),
                "Right odds, but this is the logarithm to base 2: use `np.log`.",
            ),
            Mistake(
                lambda p: p - 0.5,
                "Shifting by 0.5 puts 0.5 at 0, but the others land elsewhere: solve p = 1 / (1 + "
                "exp(−z)) for z.",
            ),
        ],
        otherwise="Solve p = 1 / (1 + exp(−z)) for z.",
    )
