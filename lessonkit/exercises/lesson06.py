"""Checks of lesson 06: a point of the ROC curve, AUC by pairs, precision from rates, a choice of models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.inputs import scored_rows, scores, share, threshold
from lessonkit.exercises.judge import Declared, Mistake
from lessonkit.exercises.registry import exercises_of

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

exercise = exercises_of("06-roc-and-pr")


def _roc_point(y_true: NDArray[Any], scores: NDArray[Any], threshold: float) -> tuple[Any, ...]:
    flagged = scores >= threshold
    return np.mean(flagged[y_true == 0]), np.mean(flagged[y_true == 1])


def _swapped_point(y_true: NDArray[Any], scores: NDArray[Any], threshold: float) -> tuple[Any, ...]:
    false_positive_rate, recall = _roc_point(y_true, scores, threshold)
    return recall, false_positive_rate


def _share_of_alarms(y_true: NDArray[Any], scores: NDArray[Any], threshold: float) -> tuple[Any, ...]:
    flagged = scores >= threshold
    return np.mean(y_true[flagged] == 0), np.mean(flagged[y_true == 1])


def _shares_of_all(y_true: NDArray[Any], scores: NDArray[Any], threshold: float) -> tuple[Any, ...]:
    flagged = scores >= threshold
    return np.mean(flagged & (y_true == 0)), np.mean(flagged & (y_true == 1))


def _precision_recall_point(y_true: NDArray[Any], scores: NDArray[Any], threshold: float) -> tuple[Any, ...]:
    flagged = scores >= threshold
    return np.mean(y_true[flagged] == 1), np.mean(flagged[y_true == 1])


def _strict_point(y_true: NDArray[Any], scores: NDArray[Any], threshold: float) -> tuple[Any, ...]:
    flagged = scores > threshold
    return np.mean(flagged[y_true == 0]), np.mean(flagged[y_true == 1])


def _specificity_point(y_true: NDArray[Any], scores: NDArray[Any], threshold: float) -> tuple[Any, ...]:
    flagged = scores >= threshold
    return np.mean(~flagged[y_true == 0]), np.mean(flagged[y_true == 1])


def _counted_point(y_true: NDArray[Any], scores: NDArray[Any], threshold: float) -> tuple[Any, ...]:
    flagged = scores >= threshold
    return np.sum(flagged[y_true == 0]), np.sum(flagged[y_true == 1])


def _rows_and_threshold(random: Random) -> tuple[Any, ...]:
    y_true, drawn = scored_rows(random)
    return y_true, drawn, threshold(random, drawn)


@exercise("roc-point", gaps=2, solution=_roc_point, returns=("false positive rate", "recall"))
def roc_point() -> Declared:
    """Check ``f(y_true, scores, threshold) -> (false positive rate, recall)`` of score >= threshold."""
    labels, scores = [1, 0, 1, 0, 0, 0, 1, 0], [0.9, 0.8, 0.7, 0.6, 0.5, 0.3, 0.2, 0.1]
    return Declared(
        cases=[
            (labels, scores, 0.4),
            (labels, scores, 0.7),
            (labels, scores, 0.75),
            (labels, scores, 0.0),
            (labels, scores, 1.0),
        ],
        inputs=_rows_and_threshold,
        mistakes=[
            Mistake(
                _share_of_alarms,
                "You divide the false alarms by the flagged cases. That is 1 − precision. The false positive "
                "rate divides them by all negatives.",
            ),
            Mistake(
                _shares_of_all,
                "You divide by all cases. Divide the false alarms by the negatives, and the positives found "
                "by the positives.",
            ),
            Mistake(
                _swapped_point,
                "The order is reversed: first the false positive rate, then the recall.",
            ),
            Mistake(
                _precision_recall_point,
                "This is precision and recall. The ROC curve has the false positive rate instead of "
                "precision.",
            ),
            Mistake(_strict_point, "A score equal to the threshold is flagged too: compare with `>=`."),
            Mistake(
                _specificity_point,
                "This is the share of the negatives that are left alone. The false positive rate is the "
                "share that are flagged.",
            ),
            Mistake(_counted_point, "These are counts. Divide by the number of negatives and of positives."),
        ],
        otherwise=(
            "Split the decisions by their true label. The false positive rate is the share flagged among the "
            "negatives, recall the share flagged among the positives."
        ),
    )


def _auc_by_pairs(y_true: NDArray[Any], scores: NDArray[Any]) -> float:
    gaps = scores[y_true == 1][:, None] - scores[y_true == 0]
    return float(np.mean(gaps > 0) + np.mean(gaps == 0) / 2)


def _auc_ties_lost(y_true: NDArray[Any], scores: NDArray[Any]) -> float:
    return float(np.mean(scores[y_true == 1][:, None] > scores[y_true == 0]))


def _auc_ties_won(y_true: NDArray[Any], scores: NDArray[Any]) -> float:
    return float(np.mean(scores[y_true == 1][:, None] >= scores[y_true == 0]))


def _auc_ties_left_out(y_true: NDArray[Any], scores: NDArray[Any]) -> float:
    gaps = scores[y_true == 1][:, None] - scores[y_true == 0]
    return float(np.sum(gaps > 0) / np.sum(gaps != 0))


def _auc_all_pairs(y_true: NDArray[Any], scores: NDArray[Any]) -> float:
    pairs = y_true.size * (y_true.size - 1) / 2
    return _auc_counted(y_true, scores) / pairs


def _auc_counted(y_true: NDArray[Any], scores: NDArray[Any]) -> float:
    return _auc_by_pairs(y_true, scores) * float(np.sum(y_true == 1) * np.sum(y_true == 0))


def _auc_row_by_row(y_true: NDArray[Any], scores: NDArray[Any]) -> float:
    positive, negative = scores[y_true == 1], scores[y_true == 0]
    short = min(positive.size, negative.size)
    return float(np.mean(positive[:short] > negative[:short]))


@exercise("auc-by-pairs", solution=_auc_by_pairs, returns=("AUC",))
def auc_by_pairs() -> Declared:
    """Check ``f(y_true, scores) -> AUC``: the share of pairs won by the positive, ties counting half."""
    return Declared(
        cases=[
            ([1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.3, 0.1]),
            ([0, 1, 1, 0, 0], [0.9, 0.8, 0.2, 0.5, 0.1]),
            ([1, 1, 0, 0, 0], [0.7, 0.4, 0.4, 0.2, 0.9]),
            ([1, 0, 0, 1], [0.5, 0.5, 0.5, 0.5]),
            ([0, 1, 0], [-2.0, 3.0, 1.5]),
            ([1, 0, 0], [0.1, 0.5, 0.9]),
        ],
        inputs=scored_rows,
        mistakes=[
            Mistake(
                lambda y_true, scores: max(_auc_by_pairs(y_true, scores), 1 - _auc_by_pairs(y_true, scores)),
                "An AUC below one half stays as it is: it says that the positives tend to have the lower "
                "scores.",
            ),
            Mistake(
                _auc_ties_left_out,
                "You leave the ties out. A tie is a pair too, and it counts one half.",
            ),
            Mistake(
                _auc_ties_lost,
                "A tie is neither won nor lost: it counts one half. Scores that are all equal have the "
                "AUC 0.5.",
            ),
            Mistake(
                _auc_ties_won,
                "Here a tie counts as won. It counts one half: scores that are all equal have the AUC 0.5.",
            ),
            Mistake(
                lambda y_true, scores: 1 - _auc_by_pairs(y_true, scores),
                "You count the pairs that the negative wins. Count those in which the positive has the "
                "higher score.",
            ),
            Mistake(
                _auc_all_pairs,
                "You divide by all pairs of cases. Only pairs of one positive and one negative count.",
            ),
            Mistake(
                _auc_counted,
                "This is a count of pairs. Divide by the number of pairs, positives × negatives.",
            ),
            Mistake(
                _auc_row_by_row,
                "You compare them one by one. Each positive meets every negative: compare `one` with the "
                "whole array `negative`.",
            ),
            Mistake(
                lambda y_true, scores: scores[y_true == 1].mean() - scores[y_true == 0].mean(),
                "This is a difference of mean scores. AUC uses only which score is higher, not by how much.",
            ),
        ],
        otherwise=(
            "Let each positive meet each negative. Count 1 when the positive has the higher score and 0.5 "
            "at a tie, then divide by the number of pairs."
        ),
    )


def _precision_from_rates(false_positive_rate: float, recall: float, prevalence: float) -> float:
    found = recall * prevalence
    flagged = found + false_positive_rate * (1 - prevalence)
    return found / flagged if flagged else 0.0


def _rates(random: Random) -> tuple[Any, ...]:
    prevalence = random.choice([0.001, 0.01, 0.1, 0.5, 0.9, random.randint(1, 99) / 100])
    return share(random), share(random), prevalence


@exercise("precision-from-rates", solution=_precision_from_rates, returns=("precision",))
def precision_from_rates() -> Declared:
    """Check ``f(false_positive_rate, recall, prevalence) -> precision``; 0.0 when nothing is flagged."""
    return Declared(
        cases=[
            (0.1, 0.8, 0.2),
            (0.16, 0.85, 0.01),
            (0.5, 0.5, 0.3),
            (0.2, 0.0, 0.1),
            (0.0, 0.6, 0.001),
            (0.0, 0.0, 0.1),
        ],
        inputs=_rates,
        mistakes=[
            Mistake(
                lambda *rates: _precision_from_rates(*rates) if _flagged(*rates) else 1.0,
                "When both rates are 0, nothing is flagged: return 0.0, as in lesson 01.",
            ),
            Mistake(
                lambda false_positive_rate, recall, _: recall / (recall + false_positive_rate),
                "This holds for as many positives as negatives. Weight recall by the prevalence, and the "
                "false positive rate by 1 − prevalence.",
            ),
            Mistake(
                lambda false_positive_rate, recall, prevalence: (
                    recall * prevalence / (recall * prevalence + false_positive_rate)
                ),
                "The false positive rate is a share of the negatives only. Multiply it by 1 − prevalence.",
            ),
            Mistake(
                lambda false_positive_rate, recall, prevalence: (
                    recall * prevalence / ((recall + false_positive_rate) * prevalence)
                ),
                "You weight both by the prevalence. The negatives are the share 1 − prevalence.",
            ),
            Mistake(
                lambda false_positive_rate, *_: 1 - false_positive_rate,
                "1 − the false positive rate is the share of the negatives left alone. Precision is a share "
                "of the flagged cases.",
            ),
            Mistake(
                lambda false_positive_rate, recall, prevalence: (
                    1 - _precision_from_rates(false_positive_rate, recall, prevalence)
                ),
                "This is the share of the alarms that are false. Put the positives found on top.",
            ),
            Mistake(
                lambda _, recall, prevalence: recall * prevalence,
                "This is the share of all cases that are found positives. Divide it by the share that is "
                "flagged.",
            ),
            Mistake(
                _unguarded_precision,
                "When both rates are 0, nothing is flagged: return 0.0, as in lesson 01.",
            ),
            Mistake(
                lambda *rates: float(np.divide(_found(*rates), _flagged(*rates))),
                "When both rates are 0, nothing is flagged: return 0.0, as in lesson 01.",
            ),
        ],
        otherwise=(
            "Think of 1 case in total. The positives found are recall × prevalence, the false alarms are the "
            "false positive rate × (1 − prevalence)."
        ),
    )


def _found(_: float, recall: float, prevalence: float) -> float:
    return recall * prevalence


def _flagged(false_positive_rate: float, recall: float, prevalence: float) -> float:
    return recall * prevalence + false_positive_rate * (1 - prevalence)


def _unguarded_precision(*rates: float) -> float:
    return _found(*rates) / _flagged(*rates)


def _false_alarms(y_true: NDArray[Any], scores: NDArray[Any], minimum: float) -> int:
    """Count the false alarms at the highest threshold that finds at least the share `minimum`."""
    for level in np.unique(scores)[::-1]:
        flagged = scores >= level
        if np.mean(flagged[y_true == 1]) >= minimum:
            return int(np.sum(flagged & (y_true == 0)))
    raise AssertionError  # the lowest score finds everything


def _choose(y_true: NDArray[Any], first: NDArray[Any], second: NDArray[Any], minimum: float) -> int:
    return int(_false_alarms(y_true, second, minimum) < _false_alarms(y_true, first, minimum))


def _two_models(random: Random) -> tuple[Any, ...]:
    """Draw two models of the same rows, each with its own ties, and a recall that they may not hit."""
    y_true, first = scored_rows(random, rows=10)
    return y_true, first, scores(random, y_true.size), share(random, of=int(y_true.sum())) or 0.5


@exercise("choose-model", solution=_choose, returns=("choice",))
def choose_model() -> Declared:
    """Check ``f(y_true, first, second, minimum) -> 0 or 1``: who reaches the recall with fewer alarms."""
    # `broad` ranks every positive fairly high; `peaked` puts some at the very top and loses the rest.
    labels = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    broad = [0.92, 0.8, 0.7, 0.6, 0.95, 0.9, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05]
    peaked = [0.99, 0.97, 0.3, 0.12, 0.6, 0.55, 0.52, 0.5, 0.4, 0.2, 0.1, 0.05]
    low = [value / 3 for value in peaked]  # the same order: 0.5 flags nothing now
    return Declared(
        cases=[
            (labels, broad, peaked, 0.5),
            (labels, broad, peaked, 0.75),
            (labels, peaked, broad, 0.5),
            (labels, peaked, broad, 1.0),
            (labels, broad, low, 0.25),
            (labels, low, broad, 0.75),
            (labels, low, broad, 0.5),
            (labels, broad, low, 1.0),
            (labels, broad, broad, 0.5),
            # The first gets better after the point; the second has fewer alarms at it.
            (
                [0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0],
                [0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.4, 0.3, 0.2, 0.1],
                [0.9, 0.5, 0.8, 0.3, 0.25, 0.2, 0.1, 0.6, 0.58, 0.55, 0.52],
                0.2,
            ),
        ],
        inputs=_two_models,
        mistakes=[],  # every result is one bit
        otherwise=(
            "For each model find the highest threshold whose recall is at least the minimum, and count its "
            "false alarms there. Return 1 if the second model has fewer, else 0."
        ),
    )
