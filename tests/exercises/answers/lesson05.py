"""Right answers to the exercises of lesson 05 in many forms, and wrong ones with words of their hint."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.metrics import auc, average_precision_score, roc_auc_score

import lessonkit as lk

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]


def steps(precision: Array, recall: Array) -> float:
    return float(np.sum(np.diff(recall, prepend=0) * precision))


def lines(precision: Array, recall: Array) -> float:
    return float(np.trapezoid(np.append(1.0, precision), np.append(0.0, recall)))


def two_areas(precision: Array, recall: Array) -> tuple[float, float]:
    return steps(precision, recall), lines(precision, recall)


def areas_by_loop(precision: Array, recall: Array) -> list[float]:
    by_steps = by_lines = last = 0.0
    height = 1.0
    for p, r in zip(precision, recall, strict=True):
        by_steps += (r - last) * p
        by_lines += (r - last) * (p + height) / 2
        last, height = r, p
    return [by_steps, by_lines]


def areas_of_scikit_learn(precision: Array, recall: Array) -> tuple[Any, Any]:
    gained = np.concatenate([[recall[0]], recall[1:] - recall[:-1]])
    return gained @ precision, auc(np.r_[0, recall], np.r_[1, precision])


def areas_of_frame(precision: Array, recall: Array) -> Any:
    points = pd.DataFrame({"p": [1.0, *precision], "r": [0.0, *recall]})
    gain = points.r.diff().fillna(0)
    return pd.Series([(gain * points.p).sum(), (gain * points.p.rolling(2).mean().fillna(0)).sum()])


class Areas:
    def both(self, precision: Array, recall: Array) -> list[Any]:
        return [np.array([each]) for each in two_areas(precision, recall)]


def resampled(
    statistic: Callable[..., float] = average_precision_score,
    summary: Callable[..., Any] = lambda values: np.quantile(values, [0.025, 0.975]),
    change: Callable[..., tuple[Array, Array]] = lambda y, s, rows: (y[rows], s[rows]),
    times: int = 200,
) -> Callable[[Array, Array, int], Any]:
    def interval(y_true: Array, scores: Array, seed: int) -> Any:
        rng = np.random.default_rng(seed)
        values = []
        for _ in range(times):
            rows = rng.integers(y_true.size, size=y_true.size)
            values.append(statistic(*change(y_true, scores, rows)))
        return summary(np.array(values))

    return interval


def at_once(y_true: Array, scores: Array, seed: int) -> list[float]:
    rng = np.random.default_rng(seed)
    draws = [rng.integers(0, len(y_true), len(y_true)) for _ in range(200)]
    areas = [lk.ThresholdSweep(y_true[rows], scores[rows]).average_precision for rows in draws]
    return [float(np.percentile(areas, 2.5)), float(np.percentile(areas, 97.5))]


class Bootstrap:
    def __call__(self, y_true: Array, scores: Array, seed: int) -> tuple[Any, Any]:
        low, high = resampled()(y_true, scores, seed)
        return low, high


def around_the_mean(values: Array) -> tuple[float, float]:
    return values.mean() - 1.96 * values.std(), values.mean() + 1.96 * values.std()


def paired(
    statistic: Callable[..., float] = average_precision_score,
    summary: Callable[..., Any] = lambda values: np.quantile(values, [0.025, 0.975]),
    change: Callable[..., tuple[Array, Array]] = lambda y, s, rows: (y[rows], s[rows]),
    times: int = 200,
) -> Callable[..., Any]:
    def interval(y_true: Array, a: Array, b: Array, seed: int) -> Any:
        rng = np.random.default_rng(seed)
        values = []
        for _ in range(times):
            rows = rng.integers(y_true.size, size=y_true.size)
            values.append(statistic(*change(y_true, a, rows)) - statistic(*change(y_true, b, rows)))
        return summary(np.array(values))

    return interval


def area(y_true: Array, scores: Array) -> float:
    return lk.ThresholdSweep(y_true, scores).average_precision


def drawn_first(y_true: Array, a: Array, b: Array, seed: int) -> tuple[Any, ...]:
    rng = np.random.default_rng(seed)
    draws = [rng.integers(0, len(y_true), len(y_true)) for _ in range(200)]
    of_a = np.array([area(y_true[rows], a[rows]) for rows in draws])
    of_b = np.array([area(y_true[rows], b[rows]) for rows in draws])
    return tuple(np.percentile(of_a - of_b, [2.5, 97.5]))


def by_the_library(y_true: Array, a: Array, b: Array, seed: int) -> list[float]:
    found = lk.metrics.bootstrap_difference(y_true, a, b, "average_precision", resamples=200, seed=seed)
    return [found.low, found.high]


def from_a_table(y_true: Array, a: Array, b: Array, seed: int) -> Any:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"y": y_true, "a": a, "b": b})
    values = []
    for _ in range(200):
        some = table.iloc[rng.integers(len(table), size=len(table))]
        values.append(area(some.y.to_numpy(), some.a.to_numpy()) - area(some.y.to_numpy(), some.b.to_numpy()))
    return pd.Series(values).quantile([0.025, 0.975])


class Paired:
    def __call__(self, y_true: Array, a: Array, b: Array, seed: int) -> tuple[Any, Any]:
        low, high = paired()(y_true, a, b, seed)
        return low, high


def rows_for_each(y_true: Array, a: Array, b: Array, seed: int) -> Any:
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(200):
        rows = rng.integers(y_true.size, size=y_true.size)
        others = rng.integers(y_true.size, size=y_true.size)
        values.append(area(y_true[rows], a[rows]) - area(y_true[others], b[others]))
    return np.quantile(values, [0.025, 0.975])


def one_loop_for_each(y_true: Array, a: Array, b: Array, seed: int) -> Any:
    rng = np.random.default_rng(seed)
    areas = []
    for scores in (a, b):
        draws = [rng.integers(y_true.size, size=y_true.size) for _ in range(200)]
        areas.append(np.array([area(y_true[rows], scores[rows]) for rows in draws]))
    return np.quantile(areas[0] - areas[1], [0.025, 0.975])


def end_from_end(y_true: Array, a: Array, b: Array, seed: int) -> Any:
    return resampled()(y_true, a, seed) - resampled()(y_true, b, seed)


def outer_ends(y_true: Array, a: Array, b: Array, seed: int) -> Any:
    return resampled()(y_true, a, seed) - resampled()(y_true, b, seed)[::-1]


def worst(positives: int, negatives: int) -> float:
    place = np.arange(1, positives + 1)
    return float(np.mean(place / (negatives + place)))


def no_skill(positives: int, negatives: int) -> tuple[float, float]:
    return positives / (positives + negatives), worst(positives, negatives)


def no_skill_exact(positives: int, negatives: int) -> tuple[Fraction, Fraction]:
    reached = sum((Fraction(i, negatives + i) for i in range(1, positives + 1)), Fraction(0))
    return Fraction(positives, positives + negatives), reached / positives


def no_skill_of_scikit_learn(positives: int, negatives: int) -> tuple[Any, Any]:
    y_true = np.repeat([0, 1], [negatives, positives])
    return y_true.mean(), average_precision_score(y_true, -np.arange(y_true.size))


def no_skill_by_loop(positives: int, negatives: int) -> list[float]:
    total = 0.0
    for found in range(1, positives + 1):
        total += found / (negatives + found)
    return [positives / (positives + negatives), total / positives]


def no_skill_by_sweep(positives: int, negatives: int) -> Array:
    y_true = np.array([0] * negatives + [1] * positives)
    areas = [lk.ThresholdSweep(y_true, s).average_precision for s in (0 * y_true, -np.arange(y_true.size))]
    return np.array(areas)


RIGHT: dict[str, list[Any]] = {
    "two-areas": [
        *(two_areas, areas_by_loop, areas_of_scikit_learn, areas_of_frame, Areas().both),
        lambda precision, recall: np.array(two_areas(precision, recall)),
        lambda precision, recall: (
            np.dot(np.ediff1d(recall, to_begin=recall[0]), precision),
            lines(precision, recall),
        ),
        lambda precision, recall: dict(enumerate(two_areas(precision, recall))).values(),
        lambda precision, recall: tuple(map(Fraction, two_areas(precision, recall))),
    ],
    "average-precision-interval": [
        *(resampled(), at_once, Bootstrap()),
        resampled(statistic=lambda y, s: lk.ThresholdSweep(y, s).average_precision),
        resampled(summary=lambda values: pd.Series(values.tolist()).quantile([0.025, 0.975])),
        resampled(summary=lambda values: list(np.percentile(values, (2.5, 97.5)))),
        resampled(summary=lambda values: (np.quantile(values, 0.025), np.quantile(values, 0.975))),
        resampled(change=lambda y, s, rows: (np.take(y, rows), np.take(s, rows))),
        resampled(summary=lambda values: np.quantile(np.sort(values)[::-1], [0.025, 0.975])),
    ],
    "paired-difference": [
        *(paired(), drawn_first, by_the_library, from_a_table, Paired()),
        paired(statistic=area),
        paired(summary=lambda values: list(np.percentile(values, (2.5, 97.5)))),
        paired(summary=lambda values: (np.quantile(values, 0.025), np.quantile(values, 0.975))),
        paired(change=lambda y, s, rows: (np.take(y, rows), np.take(s, rows))),
        lambda y, a, b, seed: -paired()(y, b, a, seed)[::-1],
    ],
    "baseline-and-minimum": [
        *(no_skill, no_skill_exact, no_skill_of_scikit_learn, no_skill_by_loop, no_skill_by_sweep),
        lambda positives, negatives: pd.Series(no_skill(positives, negatives)),
        lambda positives, negatives: [np.float32(each) for each in no_skill(positives, negatives)],
        lambda p, n: (p / (p + n), sum(i / (n + i) for i in range(1, p + 1)) / p),
        lambda p, n: (1 - n / (p + n), 1 - n * np.mean(1 / (n + np.arange(1, p + 1)))),
    ],
}

WRONG: dict[str, list[tuple[Any, str]]] = {
    "two-areas": [
        (lambda p, r: two_areas(p, r)[::-1], "changed places"),
        (lambda p, r: (steps(p, r), np.trapezoid(p, r)), "begin at the first point"),
        (
            lambda p, r: (steps(p, r), np.trapezoid(np.append(p[0], p), np.append(0, r))),
            "precision of the first point",
        ),
        (
            lambda p, r: (steps(p, r), np.trapezoid(np.append(0, p), np.append(0, r))),
            "recall 0 and precision 0",
        ),
        (lambda p, r: (steps(p, r), -lines(p, r)), "sign is wrong"),
        (lambda p, r: (steps(p, r), np.trapezoid(np.append(0, r), np.append(1, p))), "heights first"),
        (lambda p, r: (np.sum(np.diff(r) * p[1:]), lines(p, r)), "first step is missing"),
        (lambda p, r: (p.mean(), lines(p, r)), "plain mean"),
        (lambda p, r: (p[np.diff(r, prepend=0) > 0].mean(), lines(p, r)), "Steps: each gain"),
        (lambda p, r: (steps(p, r), steps(p, r)), "Steps: each gain"),
        (lambda p, r: (lines(p, r), lines(p, r)), "Steps: each gain"),
        (
            lambda p, r: (np.sum(np.diff(r, prepend=0) * np.append(1, p[:-1])), lines(p, r)),
            "Steps: each gain",
        ),
        (lambda p, r: tuple(round(each, 2) for each in two_areas(p, r)), "Rounded to 2 decimals"),
        (lambda p, r: {"steps": steps(p, r), "lines": lines(p, r)}, "Steps: each gain"),
    ],
    "average-precision-interval": [
        (resampled(change=lambda y, s, _: (y, s)), "average precision of all rows"),
        (resampled(change=lambda y, s, rows: (y[rows], s)), "drew the labels"),
        (resampled(change=lambda y, s, rows: (y, s[rows])), "drew the scores"),
        (resampled(change=lambda y, s, rows: (y[np.unique(rows)], s[np.unique(rows)])), "with repeats"),
        (resampled(statistic=roc_auc_score), "another curve"),
        (resampled(summary=lambda values: (values.min(), values.max())), "hold all resamples"),
        (resampled(summary=lambda values: np.quantile(values, [0.05, 0.95])), "2.5% on each side"),
        (resampled(summary=lambda values: np.quantile(values, [0.25, 0.75])), "2.5% on each side"),
        (resampled(summary=lambda values: np.quantile(values, [0.975, 0.025])), "changed places"),
        (resampled(summary=around_the_mean), "equal distances"),
        (
            resampled(summary=lambda values: values.mean() + np.array([-2, 2]) * values.std()),
            "equal distances",
        ),
        (
            resampled(
                summary=lambda values: (
                    values.mean() + np.array([-1.96, 1.96]) * values.std() / len(values) ** 0.5
                )
            ),
            "which you choose",
        ),
        (
            resampled(summary=lambda values: np.quantile(values, [0.025, 0.975], method="nearest")),
            "`np.quantile(areas, [0.025, 0.975])`",
        ),
        (
            resampled(summary=lambda values: (sorted(values)[5], sorted(values)[194])),
            "`np.quantile(areas, [0.025, 0.975])`",
        ),
        (lambda y, s, _: tuple(np.random.default_rng(0).permutation(resampled()(y, s, 7))), "two lines"),
        (resampled(times=100), "as the cell draws them"),
        (resampled(summary=np.mean), "as the cell draws them"),
        (lambda y, s, _: resampled()(y, s, 7), "as the cell draws them"),
    ],
    "paired-difference": [
        (rows_for_each, "other rows for each model"),
        (one_loop_for_each, "draw the rows once"),
        (end_from_end, "ends of two intervals"),
        (outer_ends, "ends of two intervals"),
        (lambda y, a, b, seed: paired()(y, b, a, seed), "sign is wrong"),
        (paired(summary=lambda values: np.quantile(np.abs(values), [0.025, 0.975])), "do not drop it"),
        (paired(summary=lambda values: np.quantile(values, [0.975, 0.025])), "changed places"),
        (paired(change=lambda y, s, _: (y, s)), "difference on all rows"),
        (paired(change=lambda y, s, rows: (y[rows], s)), "drew the labels"),
        (paired(change=lambda y, s, rows: (y, s[rows])), "drew the scores"),
        (paired(change=lambda y, s, rows: (y[np.unique(rows)], s[np.unique(rows)])), "with repeats"),
        (paired(statistic=roc_auc_score), "another curve"),
        (paired(summary=lambda values: (values.min(), values.max())), "hold all resamples"),
        (paired(summary=lambda values: np.quantile(values, [0.05, 0.95])), "2.5% on each side"),
        (paired(summary=around_the_mean), "equal distances"),
        (
            paired(summary=lambda values: values.mean() + np.array([-1.96, 1.96]) * values.std() / 200**0.5),
            "which you choose",
        ),
        (paired(times=100), "200 times"),
        (paired(summary=np.mean), "200 times"),
        (lambda y, a, b, _: paired()(y, a, b, 7), "200 times"),
        (lambda y, a, *_: resampled()(y, a, 0), "200 times"),
    ],
    "baseline-and-minimum": [
        (lambda p, n: (0.5, worst(p, n)), "A half"),
        (lambda p, n: (p / n, worst(p, n)), "by the negatives"),
        (lambda p, n: (p / (p + n), 0.0), "would need precision 0"),
        (lambda p, n: (p / (p + n), p / (p + n)), "a ranking can be worse"),
        (lambda p, n: (p / (p + n), 1 / (n + 1)), "first positive only"),
        (
            lambda p, n: (p / (p + n), 1 + n / (p + n) * np.log(n / (p + n)) * (p + n) / p),
            "formula with the logarithm",
        ),
        (lambda p, n: no_skill(p, n)[::-1], "changed places"),
        (lambda p, n: (p / (p + n), np.mean(np.arange(p) / (n + np.arange(p)))), "count from 0"),
        (lambda p, n: (n / (p + n), worst(p, n)), "Baseline: the prevalence"),
        (lambda p, n: (p / (p + n), 1 - worst(p, n)), "Baseline: the prevalence"),
        (lambda p, n: (p / (p + n), worst(n, p)), "Baseline: the prevalence"),
        (lambda p, n: (p / (p + n), p * worst(p, n)), "Baseline: the prevalence"),
        (lambda *counts: 0.5, "Baseline: the prevalence"),
    ],
}
