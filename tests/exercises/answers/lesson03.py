"""Right and wrong answers to the exercises of lesson 03, in the form that `test_answers.py` tells."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.metrics import auc, precision_recall_curve, roc_curve

import lessonkit as lk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


# --- curve-by-hand ------------------------------------------------------------------------------------------


def curve_by_sorting(y_true: Array, scores: Array) -> tuple[Any, ...]:
    order = np.argsort(-np.asarray(scores), kind="stable")
    score, spam = np.asarray(scores)[order], np.asarray(y_true)[order]
    found = np.cumsum(spam)
    last_of_group = np.append(score[1:] != score[:-1], True)
    precision = (found / np.arange(1, spam.size + 1))[last_of_group]
    recall = (found / spam.sum())[last_of_group]
    return score[last_of_group], precision, recall


def curve(y_true: Array, scores: Array) -> tuple[Any, ...]:
    thresholds, precision, recall = [], [], []
    for threshold in np.unique(scores)[::-1]:
        flagged = scores >= threshold
        thresholds.append(threshold)
        precision.append(y_true[flagged].mean())
        recall.append(y_true[flagged].sum() / y_true.sum())
    return thresholds, precision, recall


def curve_in_plain_python(y_true: Array, scores: Array) -> list[list[Any]]:
    rows = list(zip(scores.tolist(), y_true.tolist(), strict=True))
    points = []
    for threshold in sorted({score for score, _ in rows}, reverse=True):
        flagged = [label for score, label in rows if score >= threshold]
        points.append(
            [threshold, Fraction(sum(flagged), len(flagged)), Fraction(sum(flagged), int(sum(y_true)))]
        )
    return [list(part) for part in zip(*points, strict=True)]


def curve_of_scikit_learn(y_true: Array, scores: Array) -> tuple[Any, ...]:
    precision, recall, thresholds = precision_recall_curve(y_true, scores)
    return thresholds[::-1], precision[-2::-1], recall[-2::-1]


def curve_of_roc(y_true: Array, scores: Array) -> tuple[Any, ...]:
    false_alarm_rate, recall, thresholds = roc_curve(y_true, scores, drop_intermediate=False)
    hits, false_alarms = recall * y_true.sum(), false_alarm_rate * (y_true == 0).sum()
    return thresholds[1:], (hits / np.maximum(hits + false_alarms, 1e-9))[1:], recall[1:]


def curve_with_pandas(y_true: Array, scores: Array) -> tuple[Any, ...]:
    groups = pd.Series(y_true).groupby(scores).agg(["sum", "size"]).sort_index(ascending=False).cumsum()
    return groups.index, groups["sum"] / groups["size"], groups["sum"] / y_true.sum()


def curve_of_the_sweep(y_true: Array, scores: Array) -> tuple[Any, ...]:
    sweep = lk.ThresholdSweep(y_true, scores)
    return sweep.thresholds, sweep.precision, sweep.recall


def curve_by_a_matrix(y_true: Array, scores: Array) -> tuple[Any, ...]:
    thresholds = -np.unique(-scores)
    flagged = scores >= thresholds[:, None]
    hits = flagged @ y_true
    return thresholds, hits / flagged.sum(axis=1), hits / y_true.sum()


def curve_in_columns(y_true: Array, scores: Array) -> tuple[Any, ...]:
    return tuple(np.reshape(part, (-1, 1)) for part in curve(y_true, scores))


class Curve:
    def __call__(self, y_true: Array, scores: Array) -> tuple[Any, ...]:
        return tuple(np.array(part) for part in curve(y_true, scores))


def curve_row_by_row(y_true: Array, scores: Array) -> tuple[Any, ...]:
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(y_true[order])
    return scores[order], hits / np.arange(1, len(hits) + 1), hits / hits[-1]


def curve_with_first_of_tie(y_true: Array, scores: Array) -> tuple[Any, ...]:
    thresholds, precision, recall = curve_row_by_row(y_true, scores)
    first = np.append(True, thresholds[1:] != thresholds[:-1])
    return thresholds[first], precision[first], recall[first]


def curve_unsorted(y_true: Array, scores: Array) -> tuple[Any, ...]:
    hits = np.cumsum(y_true)
    return scores, hits / np.arange(1, len(hits) + 1), hits / hits[-1]


def curve_with_unsorted_labels(y_true: Array, scores: Array) -> tuple[Any, ...]:
    return np.sort(scores)[::-1], *curve_unsorted(y_true, scores)[1:]


def curve_as_scikit_learn_gives_it(y_true: Array, scores: Array) -> tuple[Any, ...]:
    precision, recall, thresholds = precision_recall_curve(y_true, scores)
    return thresholds, precision, recall


def curve_rising(y_true: Array, scores: Array) -> tuple[Any, ...]:
    return tuple(np.array(part)[::-1] for part in curve(y_true, scores))


def curve_from_below(y_true: Array, scores: Array) -> tuple[Any, ...]:
    levels = np.unique(scores)
    hits = np.array([y_true[scores <= t].sum() for t in levels])
    return levels, hits / [np.sum(scores <= t) for t in levels], hits / y_true.sum()


def curve_divided_by_all(y_true: Array, scores: Array) -> tuple[Any, ...]:
    thresholds, precision, recall = curve(y_true, scores)
    return thresholds, precision, np.array(recall) * y_true.sum() / len(y_true)


def curve_with_start(y_true: Array, scores: Array) -> tuple[Any, ...]:
    thresholds, precision, recall = curve(y_true, scores)
    return thresholds, [1, *precision], [0, *recall]


def curve_strictly(y_true: Array, scores: Array) -> tuple[Any, ...]:
    levels = np.unique(scores)[::-1]
    hits = np.array([y_true[scores > t].sum() for t in levels])
    return levels, hits / np.maximum([np.sum(scores > t) for t in levels], 1), hits / y_true.sum()


def curve_divided_by_points(y_true: Array, scores: Array) -> tuple[Any, ...]:
    thresholds, _, recall = curve_by_sorting(y_true, scores)
    return thresholds, recall * y_true.sum() / (np.arange(recall.size) + 1), recall


def curve_with_infinity(y_true: Array, scores: Array) -> tuple[Any, ...]:
    thresholds, precision, recall = curve(y_true, scores)
    return [np.inf, *thresholds], [0, *precision], [0, *recall]


def curve_without_collinear(y_true: Array, scores: Array) -> tuple[Any, ...]:
    sweep = curve_by_sorting(y_true, scores)
    keep = np.append(np.diff(sweep[2]) > 0, True)
    return tuple(part[keep] for part in sweep)


def curve_without_import(y_true: Array, scores: Array) -> tuple[Any, ...]:
    return roc(y_true, scores)  # type: ignore[name-defined,no-any-return]  # noqa: F821


# --- average-precision --------------------------------------------------------------------------------------


def average_precision(precision: Array, recall: Array) -> float:
    total, before = 0.0, 0.0
    for p, r in zip(precision, recall, strict=True):
        total += (r - before) * p
        before = r
    return total


class Average:
    def __init__(self, form: Any = float) -> None:
        self.form = form

    def of(self, precision: Array, recall: Array) -> Any:
        return self.form(average_precision(precision, recall))


def gained_mean(precision: Array, recall: Array) -> float:
    return precision[np.diff(recall, prepend=0) > 0].mean()


# --- precision-at -------------------------------------------------------------------------------------------


def precision_at(thresholds: Array, precision: Array, t: float) -> float:
    reached = np.sum(np.asarray(thresholds) >= t)
    return precision[reached - 1] if reached else 0.0


def precision_in_a_loop(thresholds: Array, precision: Array, t: float) -> float:
    found = 0.0
    for threshold, value in zip(thresholds, precision, strict=True):
        if threshold < t:
            break
        found = value
    return found


def precision_by_search(thresholds: Array, precision: Array, t: float) -> float:
    place = np.searchsorted(thresholds[::-1], t)
    return precision[::-1][place] if place < thresholds.size else 0.0


class Reader:
    def __call__(self, thresholds: Array, precision: Array, t: float) -> Any:
        return np.array([precision_at(thresholds, precision, t)])


def precision_in_a_series(thresholds: Array, precision: Array, t: float) -> pd.Series[float]:
    return pd.Series([precision_at(thresholds, precision, t)])


def precision_strictly(thresholds: Array, precision: Array, t: float) -> float:
    reached = thresholds > t
    return precision[reached][-1] if reached.any() else 0.0


def precision_highest_reached(thresholds: Array, precision: Array, t: float) -> float:
    return precision[thresholds >= t][0]


def precision_below(thresholds: Array, precision: Array, t: float) -> float:
    lower = thresholds <= t
    return precision[lower][0] if lower.any() else precision[-1]


def precision_or_none(thresholds: Array, precision: Array, t: float) -> float | None:
    reached = thresholds >= t
    if reached.any():
        return precision[reached][-1]
    return None


def precision_or_one(thresholds: Array, precision: Array, t: float) -> float:
    reached = thresholds >= t
    return precision[reached][-1] if reached.any() else 1.0


def precision_mean(thresholds: Array, precision: Array, t: float) -> float:
    return np.mean(precision[thresholds >= t]) if t <= thresholds[0] else 0.0


def precision_on_a_line(thresholds: Array, precision: Array, t: float) -> float:
    return np.interp(t, thresholds[::-1], precision[::-1], right=0.0)


RIGHT: dict[str, list[Any]] = {
    "curve-by-hand": [
        curve_by_sorting,
        curve,
        curve_in_plain_python,
        curve_of_scikit_learn,
        curve_of_roc,
        curve_with_pandas,
        curve_of_the_sweep,
        curve_by_a_matrix,
        curve_in_columns,
        Curve(),
        lambda y, s: np.array(curve(y, s)),
    ],
    "average-precision": [
        average_precision,
        lambda precision, recall: np.sum(np.diff(recall, prepend=0) * precision),
        lambda precision, recall: np.diff(recall, prepend=0) @ precision,
        lambda precision, recall: np.average(precision, weights=np.diff(recall, prepend=0)),
        lambda precision, recall: -np.sum(np.diff([*recall[::-1], 0]) * precision[::-1]),
        lambda precision, recall: (pd.Series(recall).diff().fillna(recall[0]) * precision).sum(),
        lambda precision, recall: sum(
            (r - b) * p for p, r, b in zip(precision, recall, [0, *recall], strict=False)
        ),
        lambda precision, recall: float(np.cumsum(np.diff(recall, prepend=0) * precision)[-1]),
        Average().of,
        Average(Fraction).of,
        Average(lambda value: np.array([[value]])).of,
    ],
    "precision-at": [
        precision_at,
        precision_in_a_loop,
        precision_by_search,
        Reader(),
        precision_in_a_series,
        lambda thresholds, precision, t: ([0.0, *precision])[int(np.sum(thresholds >= t))],
        lambda thresholds, precision, t: dict(zip([np.inf, *thresholds], [0.0, *precision], strict=True))[
            min([each for each in thresholds if each >= t], default=np.inf)
        ],
        lambda thresholds, precision, t: next(
            (p for s, p in zip(thresholds[::-1], precision[::-1], strict=True) if s >= t), 0
        ),
        lambda thresholds, precision, t: np.append(precision, 0.0)[np.sum(thresholds >= t) - 1],
        lambda thresholds, precision, t: Fraction(float(precision_at(thresholds, precision, t))),
    ],
}

WRONG: dict[str, list[tuple[Any, str]]] = {
    "curve-by-hand": [
        (curve_row_by_row, "are flagged together"),
        (curve_with_first_of_tie, "you keep the first"),
        (curve_unsorted, "the labels together with the scores"),
        (curve_with_unsorted_labels, "but not the labels"),
        (curve_as_scikit_learn_gives_it, "scikit-learn's form"),
        (curve_rising, "highest threshold first"),
        (curve_from_below, "from the lowest score"),
        (curve_divided_by_all, "not by the number of emails"),
        (curve_with_start, "belongs to no threshold"),
        (lambda y, s: (curve(y, s)[0], curve(y, s)[2], curve(y, s)[1]), "changed places"),
        (curve_strictly, "not `>`"),
        (curve_divided_by_points, "divide by 1, 2, 3"),
        (lambda y, s: curve(1 - y, s), "add up the normal emails"),
        (curve_with_infinity, "order by falling score, add up"),
        (curve_without_collinear, "order by falling score, add up"),
        (lambda y, s: [np.round(part, 3) for part in curve(y, s)], "Rounded to 3 decimals"),
        (lambda y, s: curve(y, np.round(s)), "order by falling score, add up"),
        (lambda y, s: curve(y, s)[1:], "order by falling score, add up"),
        (curve_without_import, ""),
    ],
    "average-precision": [
        (np.trapezoid, "without the first step"),
        (lambda precision, recall: auc(recall, precision), "without the first step"),
        (
            lambda precision, recall: np.trapezoid(recall, precision),
            "have changed places, and straight lines",
        ),
        (lambda p, r: np.trapezoid([1, *p], [0, *r]), "start at recall 0, precision 1"),
        (lambda p, r: np.trapezoid([p[0], *p], [0, *r]), "level up to the first point"),
        (lambda precision, _: np.mean(precision), "plain mean over all"),
        (gained_mean, "as if all gains were equal"),
        (lambda precision, recall: average_precision(precision[::-1], recall[::-1]), "backward"),
        (lambda precision, recall: np.sum(np.diff(recall) * precision[1:]), "first gain is missing"),
        (lambda precision, recall: np.sum(np.diff(recall) * precision[:-1]), "lose the first gain"),
        (lambda precision, recall: average_precision([1, *precision[:-1]], recall), "at the same point"),
        (lambda precision, recall: -average_precision(precision, recall), "sign"),
        (np.dot, "not by the recall itself"),
        (
            lambda precision, recall: average_precision(
                [max(precision[k:]) for k in range(len(precision))], recall
            ),
            "lift each precision",
        ),
        (lambda precision, recall: average_precision(precision, recall) / len(recall), "do not divide"),
        (lambda precision, _: np.sum(precision), "without their gains"),
        (lambda precision, recall: round(average_precision(precision, recall), 2), "Rounded to 2 decimals"),
        (lambda precision, _: precision.max(), "Each point gains"),
        (lambda precision, recall: np.diff(recall, prepend=0) * precision, "Each point gains"),
        (lambda precision, recall: precision.nosuch(recall), ""),
    ],
    "precision-at": [
        (lambda thresholds, precision, t: precision[thresholds == t], "Often no score"),
        (lambda thresholds, precision, t: precision[thresholds == t][0], "Often no score"),
        (lambda thresholds, precision, t: precision[list(thresholds).index(t)], "Often no score"),
        (lambda thresholds, precision, t: precision[np.abs(thresholds - t).argmin()], "nearest"),
        (precision_below, "A threshold below t"),
        (precision_strictly, "A score equal to t"),
        (precision_highest_reached, "the first one that is at least t"),
        (lambda thresholds, precision, t: precision[thresholds >= t][-1], "no threshold is left"),
        (precision_or_one, "what the lowest listed threshold that is at least t flags"),
        (
            lambda thresholds, precision, t: precision_at(thresholds, precision, min(t, thresholds[0])),
            "Above every score nothing",
        ),
        (lambda thresholds, precision, t: precision[thresholds >= t].min(), "to take a minimum of"),
        (lambda thresholds, precision, t: precision[thresholds >= t].max(initial=0), "not the best one"),
        (precision_mean, "mean over several"),
        (precision_on_a_line, "straight line"),
        (lambda thresholds, precision, t: np.interp(t, thresholds[::-1], precision[::-1]), "straight line"),
        (
            lambda thresholds, precision, t: np.interp(t, thresholds, precision),
            "what the lowest listed threshold",
        ),
        (lambda _, precision, __: precision[-1], "flagging everything"),
        (lambda thresholds, precision, t: round(precision_at(thresholds, precision, t), 2), "Rounded to 2"),
        (precision_or_none, "has to end with `return`"),
        (lambda thresholds, precision, t: precision.nothing, ""),
    ],
}
