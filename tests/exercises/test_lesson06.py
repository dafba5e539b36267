from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_score, roc_auc_score, roc_curve

import lessonkit as lk
from lessonkit.exercises import verdict
from lessonkit.exercises.lesson06 import _auc_by_pairs, _choose, _precision_from_rates, _roc_point

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]


def point_of_sweep(y_true: Array, scores: Array, threshold: float) -> tuple[Any, ...]:
    at = lk.ThresholdSweep(y_true, scores).at(threshold)
    return at.false_positive_rate, at.recall


def area_of_scikit_learn(y_true: Array, scores: Array) -> Any:  # noqa: ANN401
    return roc_auc_score(y_true, scores)


def precision_by_counts(false_positive_rate: float, recall: float, prevalence: float) -> float:
    found, alarms = 1000 * recall * prevalence, 1000 * false_positive_rate * (1 - prevalence)
    return lk.Confusion(found, alarms, 1000 * prevalence - found, 1000 * (1 - prevalence) - alarms).precision


def choose_by_sweep(y_true: Array, first: Array, second: Array, minimum: float) -> int:
    alarms = []
    for scores in (first, second):
        sweep = lk.ThresholdSweep(y_true, scores)
        alarms.append(sweep.false_positives[np.argmax(sweep.recall >= minimum)])
    return int(alarms[1] < alarms[0])


@pytest.mark.parametrize(
    ("exercise_id", "solution"),
    [
        ("roc-point", point_of_sweep),
        ("auc-by-pairs", area_of_scikit_learn),
        ("precision-from-rates", precision_by_counts),
        ("choose-model", choose_by_sweep),
    ],
)
def test_another_right_solution_passes(exercise_id: str, solution: Callable[..., Any]) -> None:
    assert verdict(exercise_id, solution).passed


def strict(y_true: Array, scores: Array, threshold: float) -> tuple[Any, ...]:
    flagged = scores > threshold
    return flagged[y_true == 0].mean(), flagged[y_true == 1].mean()


def alarms_that_are_false(y_true: Array, scores: Array, threshold: float) -> tuple[Any, ...]:
    flagged = scores >= threshold
    return 1 - precision_score(y_true, flagged, zero_division=0), flagged[y_true == 1].mean()


def recall_first(y_true: Array, scores: Array, threshold: float) -> tuple[Any, ...]:
    return point_of_sweep(y_true, scores, threshold)[::-1]


def of_all_cases(y_true: Array, scores: Array, threshold: float) -> tuple[Any, ...]:
    flagged = scores >= threshold
    return (flagged & (y_true == 0)).mean(), (flagged & (y_true == 1)).mean()


def counts(y_true: Array, scores: Array, threshold: float) -> tuple[Any, ...]:
    flagged = scores >= threshold
    return (flagged & (y_true == 0)).sum(), (flagged & (y_true == 1)).sum()


def left_alone(y_true: Array, scores: Array, threshold: float) -> tuple[Any, ...]:
    return (scores[y_true == 0] < threshold).mean(), (scores[y_true == 1] >= threshold).mean()


def ties_lost(y_true: Array, scores: Array) -> Any:  # noqa: ANN401
    return np.mean([one > other for one in scores[y_true == 1] for other in scores[y_true == 0]])


def ties_won(y_true: Array, scores: Array) -> Any:  # noqa: ANN401
    return np.mean([one >= other for one in scores[y_true == 1] for other in scores[y_true == 0]])


def turned_round(y_true: Array, scores: Array) -> Any:  # noqa: ANN401
    return roc_auc_score(y_true, -scores)


def not_divided(y_true: Array, scores: Array) -> Any:  # noqa: ANN401
    return roc_auc_score(y_true, scores) * y_true.sum() * (1 - y_true).sum()


def difference_of_means(y_true: Array, scores: Array) -> Any:  # noqa: ANN401
    return scores[y_true == 1].mean() - scores[y_true == 0].mean()


def balanced(false_positive_rate: float, recall: float, _: float) -> float:
    return recall / (recall + false_positive_rate) if recall + false_positive_rate else 0.0


def negatives_unweighted(false_positive_rate: float, recall: float, prevalence: float) -> float:
    return recall * prevalence / (recall * prevalence + false_positive_rate)


def specificity(false_positive_rate: float, _recall: float, _prevalence: float) -> float:
    return 1 - false_positive_rate


def unguarded(false_positive_rate: float, recall: float, prevalence: float) -> float:
    return recall * prevalence / (recall * prevalence + false_positive_rate * (1 - prevalence))


def wrong_share(false_positive_rate: float, recall: float, prevalence: float) -> float:
    return 1 - precision_by_counts(false_positive_rate, recall, prevalence)


def by_roc_auc(y_true: Array, first: Array, second: Array, _: float) -> int:
    return int(roc_auc_score(y_true, second) > roc_auc_score(y_true, first))


def by_average_precision(y_true: Array, first: Array, second: Array, _: float) -> int:
    areas = [lk.ThresholdSweep(y_true, scores).average_precision for scores in (first, second)]
    return int(areas[1] > areas[0])


def at_half(y_true: Array, first: Array, second: Array, _: float) -> int:
    return int(np.sum(second[y_true == 0] >= 0.5) < np.sum(first[y_true == 0] >= 0.5))


def other_one(y_true: Array, first: Array, second: Array, minimum: float) -> int:
    return 1 - choose_by_sweep(y_true, first, second, minimum)


WRONG = [
    ("roc-point", strict, "`>=`"),
    ("roc-point", alarms_that_are_false, "1 − precision"),
    ("roc-point", recall_first, "turned round"),
    ("roc-point", of_all_cases, "divide by all cases"),
    ("roc-point", counts, "These are counts"),
    ("roc-point", left_alone, "left alone"),
    ("auc-by-pairs", ties_lost, "neither won nor lost"),
    ("auc-by-pairs", ties_won, "counts as won"),
    ("auc-by-pairs", turned_round, "the negative wins"),
    ("auc-by-pairs", not_divided, "number of pairs"),
    ("auc-by-pairs", difference_of_means, "mean scores"),
    ("precision-from-rates", balanced, "as many positives as negatives"),
    ("precision-from-rates", negatives_unweighted, "Multiply it by 1 − prevalence"),
    ("precision-from-rates", specificity, "left alone"),
    ("precision-from-rates", unguarded, "return 0.0"),
    ("precision-from-rates", wrong_share, "on top"),
    ("choose-model", by_roc_auc, "ROC AUC"),
    ("choose-model", by_average_precision, "average precision"),
    ("choose-model", at_half, "0.5"),
    ("choose-model", other_one, "more false alarms"),
]


@pytest.mark.parametrize(("exercise_id", "answer", "words"), WRONG)
def test_a_usual_mistake_gets_its_hint(exercise_id: str, answer: Callable[..., Any], words: str) -> None:
    judged = verdict(exercise_id, answer)
    assert not judged.passed
    assert words in judged.hint


@pytest.mark.parametrize("exercise_id", sorted({exercise_id for exercise_id, *_ in WRONG}))
def test_hints_differ_and_odd_answers_are_told(exercise_id: str) -> None:
    hints = [verdict(each, answer).hint for each, answer, _ in WRONG if each == exercise_id]
    assert len(set(hints)) == len(hints)
    assert not verdict(exercise_id, ...).tried
    assert not verdict(exercise_id, lambda *_: ...).tried
    for odd in (None, 0.5, "0.5", [1, 0], lambda: 1, lambda *_: "A", lambda *_: [[0.5]], lambda *_: 1 / 0):
        judged = verdict(exercise_id, odd)
        assert not judged.passed
        assert judged.message


labels_and_scores = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 8)), min_size=2, max_size=40).filter(
    lambda rows: {label for label, _ in rows} == {0, 1}
)


@given(labels_and_scores, st.integers(0, 8))
def test_solutions_agree_with_scikit_learn(rows: list[tuple[int, int]], threshold: int) -> None:
    y_true, scores = (np.array(column) for column in zip(*rows, strict=True))
    assert _auc_by_pairs(y_true, scores) == pytest.approx(roc_auc_score(y_true, scores))
    false_positive_rate, recall, thresholds = roc_curve(y_true, scores, drop_intermediate=False)
    lowest = np.flatnonzero(thresholds >= threshold)[-1]  # thresholds fall, from infinity
    point = _roc_point(y_true, scores, threshold)
    assert point == pytest.approx((false_positive_rate[lowest], recall[lowest]))
    precision = precision_score(y_true, scores >= threshold, zero_division=0)
    assert _precision_from_rates(point[0], point[1], y_true.mean()) == pytest.approx(precision)


@given(labels_and_scores, st.integers(1, 8), st.randoms(use_true_random=False))
def test_the_choice_agrees_with_the_sweep(rows: list[tuple[int, int]], part: int, random: Any) -> None:  # noqa: ANN401
    y_true, first = (np.array(column) for column in zip(*rows, strict=True))
    second = np.array(random.sample(list(first), first.size))
    assert _choose(y_true, first, second, part / 8) == choose_by_sweep(y_true, first, second, part / 8)
