"""Right answers to the exercises of lesson 04 in many forms, and wrong ones with words of their hint."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_curve, precision_score

import lessonkit as lk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def bins_used(scores: Array, thresholds: int) -> int:
    return np.unique(np.maximum(np.ceil(scores * (thresholds - 1)) - 1, 0)).size


def bins_by_borders(scores: Array, thresholds: int) -> int:
    borders = np.linspace(0, 1, thresholds)
    return len({max(int(np.sum(score > borders)), 1) for score in scores})


def bins_by_loop(scores: Array, thresholds: int) -> int:
    seen: list[int] = []
    for score in scores:
        number = int(-(-score * (thresholds - 1) // 1)) - 1
        number = max(number, 0)
        if number not in seen:
            seen.append(number)
    return len(seen)


def bins_by_search(scores: Array, thresholds: int) -> int:
    places = np.searchsorted(np.linspace(0, 1, thresholds), scores, side="left")
    return len(set(np.maximum(places, 1).tolist()))


def bins_by_digitize(scores: Array, thresholds: int) -> Any:
    places = np.digitize(scores, np.linspace(0, 1, thresholds), right=True)
    return np.unique(np.clip(places, 1, None)).size


def bins_by_series(scores: Array, thresholds: int) -> Any:
    return pd.Series(np.ceil(scores * (thresholds - 1)) - 1).clip(lower=0).nunique()


def bins_by_cut(scores: Array, thresholds: int) -> Any:
    cells: Any = pd.cut(scores, np.linspace(0, 1, thresholds), labels=False, include_lowest=True)
    return np.array([len(set(cells))])


class Bins:
    def __call__(self, scores: Array, thresholds: int) -> Fraction:
        return Fraction(bins_used(scores, thresholds))


def precision_over_batches(true_positives: Array, false_positives: Array) -> float:
    found, alarms = true_positives.sum(), false_positives.sum()
    return found / (found + alarms) if found + alarms else 0.0


def precision_by_loop(true_positives: Array, false_positives: Array) -> float:
    found = alarms = 0
    for tp, fp in zip(true_positives, false_positives, strict=True):
        found += tp
        alarms += fp
    if found + alarms == 0:
        return 0.0
    return found / (found + alarms)


def precision_weighted(true_positives: Array, false_positives: Array) -> float:
    flagged = true_positives + false_positives
    if not flagged.any():
        return 0
    return float(np.average(true_positives / np.maximum(flagged, 1), weights=flagged))


def precision_of_scikit_learn(true_positives: Array, false_positives: Array) -> Any:
    y_true = np.repeat([1, 0], [true_positives.sum(), false_positives.sum()])
    return precision_score(y_true, np.ones_like(y_true), zero_division=0) if y_true.size else 0.0


class Accumulator:
    def result(self, true_positives: Array, false_positives: Array) -> Fraction:
        found, alarms = int(sum(true_positives)), int(sum(false_positives))
        return Fraction(found, max(found + alarms, 1))


def mean_of_batches(tp: Array, fp: Array) -> Any:
    return np.mean(tp / np.maximum(tp + fp, 1))


def threshold_at_precision(y_true: Array, scores: Array, minimum: float) -> tuple[float, float]:
    sweep = lk.ThresholdSweep(y_true, scores)
    allowed = sweep.precision >= minimum
    if not allowed.any():
        return np.inf, 0.0
    best = np.argmax(np.where(allowed, sweep.recall, -1.0))
    return sweep.thresholds[best], sweep.recall[best]


def by_best(y_true: Array, scores: Array, minimum: float) -> tuple[float, float]:
    try:
        point = lk.ThresholdSweep(y_true, scores).best("recall", min_precision=minimum)
    except ValueError:
        return np.inf, 0.0
    return point.threshold, point.value


def by_scikit_learn(y_true: Array, scores: Array, minimum: float) -> list[float]:
    precision, recall, thresholds = precision_recall_curve(y_true, scores)
    allowed = np.flatnonzero(precision[:-1] >= minimum)
    if not allowed.size or recall[allowed].max() == 0:
        return [np.inf, 0.0]
    best = max(allowed, key=lambda place: (recall[place], thresholds[place]))
    return [thresholds[best], recall[best]]


def by_levels(y_true: Array, scores: Array, minimum: float) -> tuple[float, Fraction]:
    best, most = np.inf, Fraction(0)
    for level in sorted(set(scores.tolist()), reverse=True):
        flagged = y_true[scores >= level]
        recall = Fraction(int(flagged.sum()), int(y_true.sum()))
        if flagged.mean() >= minimum and recall > most:
            best, most = level, recall
    return best, most


def by_comprehension(y_true: Array, scores: Array, minimum: float) -> Any:
    points = [
        (y_true[scores >= t].sum() / y_true.sum(), t) for t in scores if y_true[scores >= t].mean() >= minimum
    ]
    recall, threshold = max(points, default=(0.0, np.inf))
    return pd.Series([threshold, recall])


def by_frame(y_true: Array, scores: Array, minimum: float) -> Array:
    table = (
        pd.DataFrame({"y": y_true, "s": scores.astype(float)})
        .groupby("s")
        .y.agg(["sum", "size"])[::-1]
        .cumsum()
    )
    fitting = table[table["sum"] / table["size"] >= minimum]
    fitting = fitting[fitting["sum"] > 0]
    if fitting.empty:
        return np.array([np.inf, 0.0])
    return np.array([fitting["sum"].idxmax(), fitting["sum"].max() / y_true.sum()])


def by_columns(y_true: Array, scores: Array, minimum: float) -> Any:
    levels = np.unique(scores)[::-1]
    flagged = scores[None, :] >= levels[:, None]
    precision, recall = (flagged @ y_true) / flagged.sum(axis=1), (flagged @ y_true) / y_true.sum()
    recall = np.where(precision >= minimum, recall, 0)
    return (levels[recall.argmax()], recall.max()) if recall.max() else (float("inf"), 0)


class Finder:
    def find(self, y_true: Array, scores: Array, minimum: float) -> list[Any]:
        return [np.array([value]) for value in threshold_at_precision(y_true, scores, minimum)]


def highest_with_precision(y_true: Array, scores: Array, minimum: float) -> tuple[float, float]:
    sweep = lk.ThresholdSweep(y_true, scores)
    k = np.argmax(sweep.precision >= minimum)
    return (sweep.thresholds[k], sweep.recall[k]) if (sweep.precision >= minimum).any() else (np.inf, 0.0)


def lowest_with_precision(y_true: Array, scores: Array, minimum: float) -> tuple[float, float]:
    sweep = lk.ThresholdSweep(y_true, scores)
    k = np.flatnonzero(sweep.precision >= minimum)
    return (sweep.thresholds[k[-1]], sweep.recall[k[-1]]) if k.size else (np.inf, 0.0)


def strictly_above(y_true: Array, scores: Array, minimum: float) -> tuple[float, float]:
    return threshold_at_precision(y_true, scores, minimum + 1e-9)


def most_precision(y_true: Array, scores: Array, minimum: float) -> tuple[float, float]:
    point = lk.ThresholdSweep(y_true, scores).best("precision", min_recall=minimum)
    return point.threshold, point.confusion.recall


def without_guard(y_true: Array, scores: Array, minimum: float) -> tuple[float, float]:
    point = lk.ThresholdSweep(y_true, scores).best("recall", min_precision=minimum)
    return point.threshold, point.value


def row_by_row(y_true: Array, scores: Array, minimum: float) -> tuple[float, float]:
    order = np.argsort(-scores, kind="stable")
    found = y_true[order].cumsum()
    allowed = found / np.arange(1, len(order) + 1) >= minimum
    if not (allowed & (found > 0)).any():
        return np.inf, 0.0
    k = np.argmax(np.where(allowed, found, -1))
    return scores[order][k], found[k] / y_true.sum()


def best_f1(y_true: Array, scores: Array, _: float) -> tuple[float, float]:
    point = lk.ThresholdSweep(y_true, scores).best("f1")
    return point.threshold, point.confusion.recall


def value_too(y_true: Array, scores: Array, minimum: float) -> tuple[float, float]:
    threshold, _ = threshold_at_precision(y_true, scores, minimum)
    return threshold, lk.ThresholdSweep(y_true, scores).at(threshold).precision


def none_at_the_end(y_true: Array, scores: Array, minimum: float) -> Any:
    best = threshold_at_precision(y_true, scores, minimum)
    return best if best[1] else None


RIGHT: dict[str, list[Any]] = {
    "bins-of-keras": [
        *(bins_used, bins_by_borders, bins_by_loop, bins_by_search, bins_by_digitize, bins_by_series),
        *(bins_by_cut, Bins(), lambda scores, thresholds: np.float32(bins_used(scores, thresholds))),
    ],
    "accumulate": [
        *(precision_over_batches, precision_by_loop, precision_weighted, precision_of_scikit_learn),
        Accumulator().result,
        lambda tp, fp: tp.sum() / max(tp.sum() + fp.sum(), 1),
        lambda tp, fp: lk.Confusion(tp.sum(), fp.sum(), 0, 0).precision if (tp + fp).sum() else 0,
        lambda tp, fp: np.nan_to_num(np.divide(tp.sum(), tp.sum() + fp.sum())),
        lambda tp, fp: pd.Series([tp.sum() / ((tp + fp).sum() or 1)]),
    ],
    "threshold-at-precision": [
        *(
            threshold_at_precision,
            by_best,
            by_scikit_learn,
            by_levels,
            by_comprehension,
            by_frame,
            by_columns,
        ),
        Finder().find,
    ],
}

WRONG: dict[str, list[tuple[Any, str]]] = {
    "bins-of-keras": [
        (lambda scores, thresholds: bins_used(scores, thresholds + 1), "199 bins"),
        (
            lambda scores, thresholds: np.unique(np.floor(scores * (thresholds - 1))).size,
            "`np.floor` puts it",
        ),
        (lambda scores, thresholds: np.unique(np.ceil(scores * (thresholds - 1)) - 1).size, "`np.maximum`"),
        (lambda scores, thresholds: np.unique(np.ceil(scores * (thresholds - 1))).size, "bin of its own"),
        (lambda scores, _: np.unique(scores).size, "count once"),
        (lambda _, thresholds: thresholds - 1, "hold a score"),
        (lambda scores, _: len(scores), "counts the scores"),
        (
            lambda scores, thresholds: np.sum(np.histogram(scores, bins=thresholds - 1, range=(0, 1))[0] > 0),
            "`np.histogram`",
        ),
        (
            lambda scores, thresholds: np.unique(np.digitize(scores, np.linspace(0, 1, thresholds))).size,
            "`np.floor` puts it",
        ),
        (
            lambda scores, thresholds: np.unique(np.round(scores * (thresholds - 1))).size,
            "`bins` holds the bin of each score",
        ),
        (
            lambda scores, thresholds: np.unique(np.maximum(np.ceil(scores * thresholds) - 1, 0)).size,
            "199 bins",
        ),
        (
            lambda scores, thresholds: np.ptp(np.maximum(np.ceil(scores * (thresholds - 1)) - 1, 0)) + 1,
            "empty ones",
        ),
        (lambda scores, thresholds: bins_used(scores, thresholds) - 1, "`bins` holds the bin of each score"),
        (lambda scores, thresholds: np.asarray(scores).nope, ""),
    ],
    "accumulate": [
        (mean_of_batches, "mean of the batch precisions"),
        (lambda tp, fp: float(np.mean([t / max(t + f, 1) for t, f in zip(tp, fp, strict=True)])), "ten"),
        (lambda tp, fp: np.nanmean(tp / (tp + fp)), "leave out the empty batches"),
        (lambda tp, fp: tp.sum() / (tp.sum() + fp.sum()), "nothing to divide by"),
        (lambda tp, fp: sum(map(int, tp)) / (sum(map(int, tp)) + sum(map(int, fp))), "nothing to divide by"),
        (lambda tp, fp: precision_over_batches(tp[-1:], fp[-1:]), "last batch"),
        (lambda tp, fp: precision_over_batches(tp[:1], fp[:1]), "Add up the true positives"),
        (lambda tp, fp: precision_over_batches(fp, tp), "*false* alarms"),
        (lambda tp, fp: tp / (tp + fp), "one precision per batch"),
        (lambda tp, fp: tp.cumsum() / (tp.cumsum() + fp.cumsum()), "One number for all"),
        (lambda tp, fp: tp.sum() / (tp.sum() + fp.sum()) if (tp + fp).sum() else 1.0, "no alarm was right"),
        (lambda tp, fp: tp.sum() / (tp.sum() + fp.sum()) if (tp + fp).sum() else None, "Every way through"),
        (lambda tp, fp: tp.sum() / fp.sum() if fp.sum() else 0.0, "Add up the true positives"),
        (
            lambda tp, fp: max(mean_of_batches(tp[i : i + 1], fp[i : i + 1]) for i in range(len(tp))),
            "Add up the true positives",
        ),
        (lambda tp, fp: round(precision_over_batches(tp, fp), 2), "Rounded to 2 decimals"),
    ],
    "threshold-at-precision": [
        (highest_with_precision, "*highest*"),
        (lowest_with_precision, "fewer alerts"),
        (strictly_above, "compare with `>=`"),
        (most_precision, "other way around"),
        (without_guard, "return `np.inf`"),
        (lambda *inputs: threshold_at_precision(*inputs)[::-1], "changed places"),
        (row_by_row, "cut through a tie"),
        (best_f1, "Among the thresholds"),
        (value_too, "Among the thresholds"),
        (none_at_the_end, "Every way through"),
        (lambda *_: (0.5, 1.0), "Among the thresholds"),
        (
            lambda y_true, scores, minimum: threshold_at_precision(y_true, scores, minimum)[0],
            "Among the thresholds",
        ),
        (lambda y_true, scores: threshold_at_precision(y_true, scores, 0.5), ""),
        (lambda y_true, scores, _: (scores.min(), 1.0), "Among the thresholds"),
    ],
}
