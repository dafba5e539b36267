"""The exercises of lesson 01: counts, precision, recall, accuracy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.inputs import labels, share
from lessonkit.exercises.judge import Declared, Mistake, Verdict, judge_number, read
from lessonkit.exercises.registry import exercises_of

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

exercise = exercises_of("01-precision-and-recall")


def _outcomes(y_true: NDArray[Any], y_pred: NDArray[Any]) -> tuple[int, int, int, int]:
    pairs = [(1, 1), (0, 1), (1, 0), (0, 0)]
    tp, fp, fn, tn = (int(((y_true == true) & (y_pred == pred)).sum()) for true, pred in pairs)
    return tp, fp, fn, tn


def _flagged_as_hits(y_true: NDArray[Any], y_pred: NDArray[Any]) -> tuple[int, int, int, int]:
    _, fp, fn, _ = _outcomes(y_true, y_pred)
    return int(y_pred.sum()), fp, fn, int((1 - y_pred).sum())


def _actual_as_hits(y_true: NDArray[Any], y_pred: NDArray[Any]) -> tuple[int, int, int, int]:
    _, fp, fn, _ = _outcomes(y_true, y_pred)
    return int(y_true.sum()), fp, fn, int((1 - y_true).sum())


def _right_as_hits(y_true: NDArray[Any], y_pred: NDArray[Any]) -> tuple[int, int, int, int]:
    tp, fp, fn, tn = _outcomes(y_true, y_pred)
    return tp + tn, fp, fn, tn


def _errors_together(y_true: NDArray[Any], y_pred: NDArray[Any]) -> tuple[int, int, int, int]:
    tp, fp, fn, tn = _outcomes(y_true, y_pred)
    return tp, fp + fn, fp + fn, tn


def _labels_and_decisions(random: Random) -> tuple[NDArray[Any], NDArray[Any]]:
    rows = random.randint(2, 7)
    y_true, y_pred = (labels(random, rows, positives=0, negatives=0) for _ in range(2))
    if np.unique([y_true, y_pred]).size == 1:  # scikit-learn's matrix of these has one cell
        y_pred[0] = 1 - y_pred[0]
    return y_true, y_pred


@exercise("count-outcomes", gaps=3, solution=_outcomes, returns=("tp", "fp", "fn", "tn"))
def count_outcomes() -> Declared:
    """Check ``f(y_true, y_pred) -> (tp, fp, fn, tn)``."""
    return Declared(
        cases=[([1, 1, 1, 1, 1, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 1, 0, 0, 0, 0])],
        inputs=_labels_and_decisions,
        mistakes=[
            Mistake.turned(
                _outcomes,
                "This is the order tn, fn, fp, tp: spam (1) is the positive class, so TP comes first.",
            ),
            Mistake(
                lambda y_true, y_pred: tuple(np.array(_outcomes(y_true, y_pred))[[3, 1, 2, 0]]),
                "This is scikit-learn's order, tn, fp, fn, tp. Here TP comes first and TN last.",
            ),
            Mistake(
                lambda y_true, y_pred: _outcomes(y_pred, y_true),
                "FP and FN have changed places: a false positive is flagged (predicted 1) and actually 0.",
            ),
            Mistake(
                _flagged_as_hits,
                "You count every flagged email as a TP. A true positive is flagged *and* actually spam.",
            ),
            Mistake(
                _actual_as_hits,
                "You count every spam email as a TP. A true positive is actually spam *and* flagged.",
            ),
            Mistake(
                lambda y_true, y_pred: tuple(
                    np.divide(_outcomes(y_true, y_pred), y_true.size)  # the same counts as shares
                ),
                "These are shares of all emails. Counts are asked for: `np.sum` instead of `np.mean`.",
            ),
            Mistake(
                _errors_together,
                "You count every wrong decision as an FP and as an FN. Look at what was wrong: the flag, or "
                "its absence.",
            ),
            Mistake(
                _right_as_hits,
                "You count every right decision as a TP. Right decisions on 0 are true negatives.",
            ),
        ],
        otherwise=(
            "Each count needs two conditions, each in parentheses, joined by `&`: one on `y_true`, one on "
            "`y_pred`. Then sum."
        ),
    )


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else 0.0


def _ratios(tp: int, fp: int, fn: int) -> tuple[float, float, float]:
    return _ratio(tp, tp + fp), _ratio(tp, tp + fn), _ratio(2 * tp, 2 * tp + fp + fn)


def _unguarded(tp: float, fp: float, fn: float) -> tuple[float, float, float]:
    precision, recall = tp / (tp + fp), tp / (tp + fn)
    return precision, recall, 2 * precision * recall / (precision + recall)


def _with_f1(tp: int, fp: int, fn: int, f1: float) -> tuple[float, float, float]:
    return (*_ratios(tp, fp, fn)[:2], f1)


def _generous(tp: int, fp: int, fn: int) -> tuple[float, float, float]:
    precision, recall, f1 = _ratios(tp, fp, fn)
    return (precision if tp + fp else 1.0), recall, f1


def _counts(random: Random) -> tuple[int, int, int]:
    most = random.choice([3, 12, 400])
    tp, fp, fn = (random.choice([0, random.randint(0, most), random.randint(1, most)]) for _ in range(3))
    return tp, fp, fn


@exercise("precision-recall-f1", gaps=3, solution=_ratios, returns=("precision", "recall", "f1"))
def precision_recall_f1() -> Declared:
    """Check ``f(tp, fp, fn) -> (precision, recall, f1)``; nothing flagged gives precision 0.0."""
    return Declared(
        cases=[(7, 3, 5), (0, 0, 0)],
        inputs=_counts,
        mistakes=[
            Mistake(
                lambda tp, fp, fn: _ratios(tp, fn, fp),
                "Precision and recall have changed places: precision divides by all flagged, TP + FP.",
            ),
            Mistake(
                lambda tp, fp, fn: (_ratio(fp, tp + fp), *_ratios(tp, fp, fn)[1:]),
                "This is the share of wrong alarms. Precision is the share of right ones: TP is on top.",
            ),
            Mistake(
                lambda tp, fp, fn: (_ratio(tp, tp + fp), _ratio(fn, tp + fn), _ratios(tp, fp, fn)[2]),
                "This is the share of spam that was missed. Recall is the share that was found: TP is on "
                "top.",
            ),
            Mistake(
                lambda tp, fp, fn: _with_f1(tp, fp, fn, sum(_ratios(tp, fp, fn)[:2]) / 2),
                "This is the arithmetic mean. F1 is the harmonic mean, which leans toward the smaller ratio.",
            ),
            Mistake(
                lambda tp, fp, fn: _with_f1(tp, fp, fn, _ratio(tp, tp + fp + fn)),
                "In F1 the hits count twice, above and below the line: 2 TP / (2 TP + FP + FN).",
            ),
            Mistake(
                lambda tp, fp, fn: _with_f1(tp, fp, fn, _ratios(tp, fp, fn)[2] / 2),
                "The factor 2 of F1 is missing: equal precision and recall must give that same value.",
            ),
            Mistake(
                _unguarded,
                "A denominator can be 0: nothing flagged, or no hits at all. Return 0.0 there, before you"
                " divide.",
            ),
            Mistake(
                lambda tp, fp, fn: _unguarded(*map(np.float64, (tp, fp, fn))),
                "0 / 0 gives nan in NumPy. Where a denominator is 0, return 0.0 instead.",
            ),
            Mistake(
                _generous,
                "With nothing flagged there is no right alarm to praise: return 0.0, as scikit-learn does.",
            ),
            Mistake(
                lambda tp, fp, fn: _with_f1(tp, fp, fn, math.sqrt(math.prod(_ratios(tp, fp, fn)[:2]))),
                "This is the square root of precision × recall. F1 divides twice that product by their sum.",
            ),
        ],
        otherwise="Precision is TP / (TP + FP), recall is TP / (TP + FN), F1 is their harmonic mean.",
    )


@exercise("accuracy-of-never", solution=lambda prevalence: 1 - prevalence, returns=("accuracy",))
def accuracy_of_never() -> Declared:
    """Check ``f(prevalence) -> accuracy`` of the classifier that never flags."""
    return Declared(
        inputs=lambda random: (share(random),),
        mistakes=[
            Mistake(
                lambda prevalence: prevalence,
                "This is the accuracy of flagging everything. “Never” is wrong on exactly the positive rows.",
            ),
            Mistake(
                lambda _: 0.5,
                "It does not guess: it always says no. How many rows are a no?",
            ),
            Mistake(
                lambda _: 0.0,
                "It finds nothing, so its *recall* is 0. Accuracy also counts the negatives it leaves in "
                "peace.",
            ),
            Mistake(
                lambda _: 1.0,
                "It would be right every time only if there were no positives at all.",
            ),
            Mistake(
                lambda prevalence: max(prevalence, 1 - prevalence),
                "This is the better one of “never” and “always”. “Never” may be the worse one.",
            ),
            Mistake(
                lambda prevalence: min(prevalence, 1 - prevalence),
                "This is the share of the rarer class. “Never” is right on the negatives, rare or not.",
            ),
            Mistake(
                lambda prevalence: prevalence - 1,
                "The sign is the wrong way around: take the prevalence from 1.",
            ),
            Mistake(
                lambda prevalence: prevalence**2 + (1 - prevalence) ** 2,
                "This is right for a guesser who flags at the rate of the prevalence. “Never” flags nothing.",
            ),
        ],
        otherwise="Which rows does “never” get right, and what share of all rows are they?",
    )


@exercise("fraud-puzzle")
def fraud_puzzle(answer: object) -> Verdict:
    """Check the largest prevalence at which accuracy 0.98 and recall 0.12 can go together."""
    solution = 0.02 / 0.88
    given = read(answer, 0)
    rounded = given is not None and math.isclose(given, round(solution, 3), rel_tol=1e-6)
    return judge_number(
        answer,
        solution=solution,
        # The number itself may be rounded to three decimals; others as far from it are impossible.
        tolerance=0.0003 if rounded else 0.00005,
        mistakes={
            0.02: (
                "At 2% “never” already reaches 0.98. This model finds 12% of the positives: more may exist."
            ),
            0.02 * 0.88: (
                "You multiplied. The missed positives, 0.88 × prevalence, must fit into the errors, 0.02: "
                "solve for the prevalence."
            ),
            0.02 / 0.12: "Recall 0.12 is the share found. The errors hold the share that was *missed*.",
            0.12: "0.12 is the recall: a share of the positives, not of all rows.",
            0.88: "0.88 is the share of the positives that was missed, not a share of all rows.",
            0.98: "0.98 is the accuracy. How many errors does it leave?",
            1 - solution: "This is the share of negatives. The prevalence is what remains.",
            10_000 * solution: (
                "This is the number of frauds. The prevalence is this number divided by the 10,000 payments."
            ),
            100 * solution: "Right as a percentage: give it as a share between 0 and 1.",
        },
        otherwise=(
            "Accuracy 0.98 leaves 0.02 of all rows as errors. The missed positives are part of them: what"
            " is their share of all rows, if the prevalence is p and the recall 0.12?"
        ),
    )
