"""Right and wrong answers to the exercises of lesson 02, in the form that `test_answers.py` tells."""

from __future__ import annotations

import math
from bisect import bisect_left
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from sklearn.metrics import precision_recall_curve, roc_curve
from sklearn.preprocessing import binarize

import lessonkit as lk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    Array = NDArray[Any]


# --- decide -------------------------------------------------------------------------------------------------


class Rule:
    def __call__(self, scores: Array, threshold: float) -> Array:
        return np.greater_equal(scores, threshold)

    def by_hand(self, scores: Array, threshold: float) -> list[int]:
        decisions = []
        for score in scores:
            if score >= threshold:
                decisions.append(1)
            else:
                decisions.append(0)
        return decisions


def decide_by_changing_the_scores(scores: Array, threshold: float) -> Array:
    decisions = (scores >= threshold).astype(np.int8)
    scores[:] = 0
    return decisions


def decide_unless_infinite(scores: Array, threshold: float) -> Array | None:
    if threshold < np.inf:
        return scores >= threshold
    return None


# --- flag-at-most -------------------------------------------------------------------------------------------


def flag_at_most(scores: Array, k: int) -> float:
    candidates = np.append(np.unique(scores), np.inf)
    flagged = np.array([np.sum(scores >= threshold) for threshold in candidates])
    return candidates[flagged <= k].min()


def flag_going_down(scores: Array, k: int) -> float:
    best = np.inf
    for threshold in np.unique(scores)[::-1]:
        if np.sum(scores >= threshold) <= k:
            best = threshold
    return best


def flag_above_the_next(scores: Array, k: int) -> float:
    """Take a threshold just above the first score that does not fit."""
    if k >= scores.size:
        return -np.inf
    return (
        np.nextafter(float(np.sort(scores)[::-1][k]), np.inf)
        if np.sum(scores == scores.max()) <= k
        else np.inf
    )


def flag_halfway(scores: Array, k: int) -> float:
    levels = np.unique(scores.astype(float))
    bounds = [-np.inf, *(levels[1:] + levels[:-1]) / 2, np.inf]
    return next(bound for bound in bounds if (scores >= bound).sum() <= k)


def flag_with_pandas(scores: Array, k: int) -> float:
    counts = pd.Series(scores).value_counts().sort_index(ascending=False).cumsum()
    return float(counts.index[counts <= k].min()) if (counts <= k).any() else np.inf


def flag_by_bisection(scores: Array, k: int) -> float:
    ordered = sorted(scores.tolist())
    fitting = [score for score in ordered if len(ordered) - bisect_left(ordered, score) <= k]
    return fitting[0] if fitting else math.inf


def flag_by_sorting(scores: Array, k: int) -> float:
    if k == 0:
        return np.inf
    ordered = np.sort(scores)[::-1]
    if k >= ordered.size or ordered[k] < ordered[k - 1]:
        return ordered[min(k, ordered.size) - 1]
    return min((score for score in ordered if score > ordered[k]), default=np.inf)


class Team:
    def threshold(self, scores: Array, k: int) -> Array:
        return np.array([[flag_at_most(scores, k)]])


def flag_highest_when_nothing_fits(scores: Array, k: int) -> float:
    threshold = flag_at_most(scores, k)
    return threshold if threshold < np.inf else scores.max()


def flag_without_infinity(scores: Array, k: int) -> float:
    return min(t for t in scores if np.sum(scores >= t) <= k)


def flag_or_none(scores: Array, k: int) -> float | None:
    threshold = flag_at_most(scores, k)
    return threshold if threshold < np.inf else None


# --- threshold-for-recall -----------------------------------------------------------------------------------


def recall_at(y_true: Array, scores: Array, threshold: float) -> float:
    return y_true[scores >= threshold].sum() / y_true.sum()


def recall_in_a_loop(y_true: Array, scores: Array, minimum: float) -> float:
    for threshold in np.unique(scores)[::-1]:
        if recall_at(y_true, scores, threshold) >= minimum:
            return threshold
    raise AssertionError


def recall_of_the_sweep(y_true: Array, scores: Array, minimum: float) -> float:
    sweep = lk.ThresholdSweep(y_true, scores)
    return sweep.thresholds[sweep.recall >= minimum].max()


def recall_of_scikit_learn(y_true: Array, scores: Array, minimum: float) -> float:
    _, recall, thresholds = precision_recall_curve(y_true, scores)
    return thresholds[recall[:-1] >= minimum][-1]


def recall_of_roc(y_true: Array, scores: Array, minimum: float) -> float:
    _, recall, thresholds = roc_curve(y_true, scores, drop_intermediate=False)
    return thresholds[np.argmax(recall >= minimum)]


def recall_by_rank(y_true: Array, scores: Array, minimum: float) -> float:
    """Take the score of the spam email with which enough of them are found."""
    of_spam = np.sort(scores[y_true == 1])[::-1]
    return of_spam[math.ceil(minimum * of_spam.size) - 1]


def recall_row_by_row(y_true: Array, scores: Array, minimum: float) -> float:
    found = 0
    for score, label in sorted(zip(scores, y_true, strict=True), reverse=True):
        found += label
        if found / sum(y_true) >= minimum:
            return score
    raise AssertionError


def recall_with_pandas(y_true: Array, scores: Array, minimum: float) -> float:
    found = pd.Series(y_true).groupby(scores.astype(float)).sum().sort_index(ascending=False).cumsum()
    return found.index[found / y_true.sum() >= minimum][0]


def recall_by_misses(y_true: Array, scores: Array, minimum: float) -> list[float]:
    missed = [(t, 1 - y_true[scores < t].sum() / y_true.sum()) for t in set(scores.tolist())]
    return [max(t for t, recall in missed if recall >= minimum)]


class Target:
    def __init__(
        self, at_least: Callable[[float, float], bool] = lambda recall, minimum: recall >= minimum
    ) -> None:
        self.at_least = at_least

    def __call__(self, y_true: Array, scores: Array, minimum: float) -> float:
        tried = [t for t in np.unique(scores) if self.at_least(recall_at(y_true, scores, t), minimum)]
        return float(np.float64(tried[-1]))


def on_a_grid(grid: Iterable[float]) -> Any:
    tried = sorted(grid, reverse=True)

    def solve(y_true: Array, scores: Array, minimum: float) -> float | None:
        return next((t for t in tried if recall_at(y_true, scores, t) >= minimum), None)

    return solve


def recall_strictly_above(y_true: Array, scores: Array, minimum: float) -> float:
    levels = np.unique(scores)[::-1]
    return next((t for t in levels if recall_at(y_true, scores, t) > minimum), scores.min())


def recall_nearest(y_true: Array, scores: Array, minimum: float) -> float:
    levels = np.unique(scores)[::-1]
    return levels[np.argmin([abs(recall_at(y_true, scores, t) - minimum) for t in levels])]


def recall_of_strictly_flagged(y_true: Array, scores: Array, minimum: float) -> float:
    levels = np.unique(scores)[::-1]
    return next((t for t in levels if y_true[scores > t].sum() / y_true.sum() >= minimum), -np.inf)


def precision_instead(y_true: Array, scores: Array, minimum: float) -> float:
    return max(t for t in scores if y_true[scores >= t].mean() >= minimum)


def recall_off_by_one(y_true: Array, scores: Array, minimum: float) -> float:
    _, recall, thresholds = precision_recall_curve(y_true, scores)
    return thresholds[recall[1:] >= minimum][-1]


def recall_without_intermediate(y_true: Array, scores: Array, minimum: float) -> float:
    _, recall, thresholds = roc_curve(y_true, scores)
    return thresholds[np.argmax(recall >= minimum)]


def recall_at_or_below(y_true: Array, scores: Array, minimum: float) -> float:
    return min((t for t in scores if recall_at(y_true, scores, t) <= minimum), default=np.nan)


def recall_of_all_emails(y_true: Array, scores: Array, minimum: float) -> float:
    return max(t for t in scores if y_true[scores >= t].sum() / y_true.size >= minimum)


def share_flagged(_: Array, scores: Array, minimum: float) -> float:
    return next(t for t in np.unique(scores)[::-1] if np.mean(scores >= t) >= minimum)


# --- logit-threshold ----------------------------------------------------------------------------------------


class Logit:
    def of(self, p: float) -> Any:
        return np.array([math.log(p) - math.log1p(-p)])


def logit_by_bisection(p: float) -> float:
    low, high = -20.0, 20.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if expit(middle) < p else (low, middle)
    return low


def logit_without_import(p: float) -> float:
    return log(p / (1 - p))  # type: ignore[name-defined,no-any-return]  # noqa: F821


RIGHT: dict[str, list[Any]] = {
    "decide": [
        lambda scores, threshold: (np.asarray(scores) >= threshold).astype(int),
        lambda scores, threshold: scores >= threshold,
        lambda scores, threshold: [1 if score >= threshold else 0 for score in scores],
        lambda scores, threshold: tuple(int(score >= threshold) for score in scores),
        lambda scores, threshold: np.where(scores < threshold, 0, 1),
        lambda scores, threshold: 1 - (scores < threshold),
        lambda scores, threshold: (pd.Series(scores) >= threshold).astype(float),
        lambda scores, threshold: (scores >= threshold)[:, None],
        lambda scores, threshold: np.array([score >= threshold for score in scores], dtype=object),
        lambda scores, threshold: np.heaviside(scores - threshold, 1),
        decide_by_changing_the_scores,
        Rule(),
        Rule().by_hand,
    ],
    "flag-at-most": [
        flag_at_most,
        flag_going_down,
        flag_above_the_next,
        flag_halfway,
        flag_with_pandas,
        flag_by_bisection,
        flag_by_sorting,
        Team().threshold,
        lambda scores, k: min([t for t in scores if sum(scores >= t) <= k] + [math.inf]),
        lambda scores, k: Decimal(float(flag_at_most(scores, k))),
    ],
    "threshold-for-recall": [
        recall_in_a_loop,
        recall_of_the_sweep,
        recall_of_scikit_learn,
        recall_of_roc,
        recall_by_rank,
        recall_row_by_row,
        recall_with_pandas,
        recall_by_misses,
        Target(),
    ],
    "logit-threshold": [
        lambda p: np.log(p / (1 - p)),
        lambda p: np.log(p) - np.log1p(-p),
        lambda p: math.log(p / (1 - p)),
        lambda p: -np.log(1 / p - 1),
        lambda p: 2 * np.arctanh(2 * p - 1),
        lambda p: np.log10(p / (1 - p)) * np.log(10),
        lambda p: Decimal(p).ln() - (1 - Decimal(p)).ln(),
        lambda p: pd.Series([p / (1 - p)]).map(math.log),
        logit,
        logit_by_bisection,
        Logit().of,
    ],
}

WRONG: dict[str, list[tuple[Any, str]]] = {
    "decide": [
        *(
            (lambda scores, t, n=n: (np.round(scores, n) >= t).astype(int), "NumPy compares")
            for n in (3, 4, 5, 6)
        ),
        (lambda scores, t: (scores > t - 1e-4).astype(int), "NumPy compares"),
        (lambda scores, t: ((scores > t) | np.isclose(scores, t)).astype(int), "NumPy compares"),
        (lambda scores, threshold: (scores > threshold).astype(int), "A score equal to the threshold"),
        (
            lambda scores, threshold: binarize(
                scores[:, None].astype(float), threshold=min(threshold, 99)
            ).ravel(),
            "A score equal to the threshold",
        ),
        (lambda scores, threshold: scores < threshold, "the other way around"),
        (lambda scores, threshold: 1 - (scores > threshold), "at or *below*"),
        (lambda scores, _: scores >= 0.5, "whatever the threshold"),
        (lambda scores, _: np.round(scores), "Rounding is a threshold"),
        (lambda scores, threshold: scores[scores >= threshold], "These are the flagged scores"),
        (lambda scores, threshold: np.flatnonzero(scores >= threshold), "the places of the flagged"),
        (lambda scores, threshold: 1 if scores >= threshold else 0, "single value"),
        (lambda scores, threshold: int(scores >= threshold), "single value"),
        (lambda scores, threshold: scores * (scores >= threshold), "keep the score"),
        (lambda scores, threshold: [1 if score >= threshold else -1 for score in scores], "not -1"),
        (lambda scores, threshold: scores == threshold, "only the scores that equal"),
        (lambda scores, threshold: np.sum(scores >= threshold), "NumPy compares every score"),
        (lambda scores, threshold: scores >= abs(threshold), "NumPy compares every score"),
        (lambda scores, threshold: ["spam" if s >= threshold else "no" for s in scores], "NumPy compares"),
        (decide_unless_infinite, "has to end with `return`"),
        (lambda scores, threshold: scores.greater == threshold, ""),
        (lambda scores: scores >= 0.5, ""),
    ],
    "flag-at-most": [
        (lambda scores, k: np.sort(scores)[::-1][k - 1], "With k = 0 no score fits"),
        (lambda scores, k: np.sort(scores)[-k], "With k = 0 no score fits"),
        (lambda scores, k: np.sort(scores)[-min(k, scores.size)] if k else np.inf, "even if fewer than k"),
        (lambda scores, k: min(flag_at_most(scores, k), scores.max() + 1), "without any, `np.inf`"),
        (lambda scores, k: flag_at_most(np.round(scores, 3), k), "without any, `np.inf`"),
        (lambda scores, k: np.sort(scores)[::-1][k], "counts from 0"),
        (flag_highest_when_nothing_fits, "nothing may be flagged"),
        (flag_without_infinity, "For some k no score fits"),
        (lambda scores, k: flag_going_down(scores, k - 1), "exactly k is allowed"),
        (lambda scores, k: np.unique(scores)[::-1][k - 1], "not distinct scores"),
        (lambda scores, k: np.sort(scores)[k - 1], "from low to high"),
        (lambda *_: np.inf, "This flags nothing"),
        (lambda scores, _: scores.min(), "however small k is"),
        (lambda scores, k: max(t for t in scores if np.sum(scores >= t) <= k), "you take the highest"),
        (lambda scores, k: max(t for t in scores if np.sum(scores >= t) >= k), "*at least* k"),
        (lambda scores, k: np.quantile(scores, max(0, 1 - k / scores.size)), "*at least* k"),
        (lambda scores, k: flag_at_most(scores, k) - 1, "without any, `np.inf`"),
        (lambda scores, k: np.sum(np.sort(scores)[-k:]), "without any, `np.inf`"),
        (lambda *_: 0.5, "without any, `np.inf`"),
        (flag_or_none, "has to end with `return`"),
        (lambda scores, k: scores.sorted[k], ""),
    ],
    "threshold-for-recall": [
        (lambda _, scores, __: scores.min(), "This flags everything"),
        (lambda y_true, scores, _: scores[y_true == 1].min(), "finds all of the spam"),
        (recall_strictly_above, "A recall equal to the minimum"),
        (recall_nearest, "*nearest*"),
        (recall_at_or_below, "still at or below"),
        (precision_instead, "looks at precision"),
        (recall_of_all_emails, "divide the hits by all emails"),
        (recall_of_strictly_flagged, "lower than needed"),
        (recall_off_by_one, "lower than needed"),
        (share_flagged, "flags `minimum` of all emails"),
        (lambda _, __, minimum: minimum, "and not a threshold"),
        (on_a_grid(np.linspace(1, 0, 101)), "from high to low"),
        (on_a_grid(k / 1000 for k in range(1001)), "from high to low"),
        (on_a_grid([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0]), "from high to low"),
        (on_a_grid(k / 20 for k in range(21)), "from high to low"),
        (recall_without_intermediate, "from high to low"),
        (lambda _, scores, minimum: np.quantile(scores, 1 - minimum), "from high to low"),
        (lambda y_true, scores, minimum: round(recall_in_a_loop(y_true, scores, minimum), 1), "from high to"),
        (lambda y_true, scores, _: recall_in_a_loop(y_true, scores, 0.5), "from high to low"),
        (lambda y_true, scores, minimum: lk.nosuch(y_true, scores) + minimum, ""),
    ],
    "logit-threshold": [
        (lambda p: p, "not a probability"),
        (lambda p: 1 / (1 + np.exp(-p)), "the way back"),
        (lambda p: np.log((1 - p) / p), "sign"),
        (np.log, "not of p alone"),
        (lambda p: p / (1 - p), "The logarithm is missing"),
        (lambda p: np.log10(p / (1 - p)), "natural"),
        (lambda p: np.log2(p / (1 - p)), "base 2"),
        (lambda p: p - 0.5, "Subtracting 0.5"),
        (lambda p: np.log(1 - p), "not of 1 − p alone"),
        (lambda p: np.log(p) / np.log(1 - p), "divide two logarithms"),
        (lambda p: np.log(p) / (1 - p), "taken too early"),
        (lambda _: 0, "Logit 0"),
        (lambda p: round(np.log(p / (1 - p)), 2), "Rounded to 2 decimals"),
        (lambda p: np.log(p / 1 - p), "Do the same with `p`"),
        (lambda p: 4 * (p - 0.5), "Do the same with `p`"),
        (lambda p: logit(min(max(p, 0.001), 0.999)), "Do the same with `p`"),
        (lambda p: logit(min(max(p, 1e-4), 1 - 1e-4)), "Do the same with `p`"),
        (logit_without_import, ""),
        (lambda: 0, ""),
    ],
}
