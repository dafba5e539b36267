"""Right answers to the exercises of lesson 06 in many forms, and wrong ones with words of their hint."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.stats import mannwhitneyu, rankdata
from sklearn.metrics import auc, confusion_matrix, precision_score, recall_score, roc_auc_score, roc_curve

import lessonkit as lk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def point(y_true: Array, scores: Array, threshold: float) -> tuple[Any, Any]:
    flagged = scores >= threshold
    return flagged[y_true == 0].mean(), flagged[y_true == 1].mean()


def point_of_sweep(y_true: Array, scores: Array, threshold: float) -> tuple[Any, Any]:
    at = lk.ThresholdSweep(y_true, scores).at(threshold)
    return at.false_positive_rate, at.recall


def point_by_loop(y_true: Array, scores: Array, threshold: float) -> list[float]:
    alarms = found = 0
    for label, score in zip(y_true, scores, strict=True):
        if score >= threshold and label == 1:
            found += 1
        elif score >= threshold:
            alarms += 1
    return [alarms / list(y_true).count(0), found / list(y_true).count(1)]


def point_of_matrix(y_true: Array, scores: Array, threshold: float) -> tuple[Any, Any]:
    tn, fp, fn, tp = confusion_matrix(y_true, scores >= threshold, labels=[0, 1]).ravel()
    return fp / (fp + tn), tp / (tp + fn)


def point_of_groups(y_true: Array, scores: Array, threshold: float) -> Any:
    return pd.Series(scores >= threshold).groupby(y_true).mean()


def point_of_scikit_learn(y_true: Array, scores: Array, threshold: float) -> tuple[Any, Any]:
    flagged = scores >= threshold
    return 1 - recall_score(1 - y_true, ~flagged), recall_score(y_true, flagged)


class Point:
    def __call__(self, y_true: Array, scores: Array, threshold: float) -> tuple[Fraction, Fraction]:
        alarms, found = (scores[y_true == label] >= threshold for label in (0, 1))
        return Fraction(int(alarms.sum()), alarms.size), Fraction(int(found.sum()), found.size)


def auc_by_loops(y_true: Array, scores: Array) -> float:
    won = pairs = 0.0
    for one in scores[y_true == 1]:
        for other in scores[y_true == 0]:
            pairs += 1
            won += 1 if one > other else 0.5 if one == other else 0
    return won / pairs


def auc_by_ranks(y_true: Array, scores: Array) -> Any:
    positives = y_true.sum()
    places = rankdata(scores)[y_true == 1].sum()
    return (places - positives * (positives + 1) / 2) / positives / (y_true.size - positives)


def auc_of_curve(y_true: Array, scores: Array) -> Any:
    return auc(*roc_curve(y_true, scores)[:2])


def auc_by_test(y_true: Array, scores: Array) -> Any:
    positive, negative = scores[y_true == 1], scores[y_true == 0]
    return mannwhitneyu(positive, negative).statistic / positive.size / negative.size


def auc_exact(y_true: Array, scores: Array) -> Fraction:
    wins = [
        Fraction(int(one > other) * 2 + int(one == other), 2)
        for one in scores[y_true == 1].tolist()
        for other in scores[y_true == 0].tolist()
    ]
    return sum(wins, Fraction(0)) / len(wins)


def precision_by_counts(false_positive_rate: float, recall: float, prevalence: float) -> float:
    found, alarms = 1000 * recall * prevalence, 1000 * false_positive_rate * (1 - prevalence)
    return lk.Confusion(found, alarms, 1000 * prevalence - found, 1000 * (1 - prevalence) - alarms).precision


def precision_guarded(false_positive_rate: float, recall: float, prevalence: float) -> float:
    if recall == 0:
        return 0.0
    return 1 / (1 + false_positive_rate * (1 - prevalence) / (recall * prevalence))


def precision_exact(false_positive_rate: float, recall: float, prevalence: float) -> Fraction:
    found = Fraction(recall) * Fraction(prevalence)
    flagged = found + Fraction(false_positive_rate) * (1 - Fraction(prevalence))
    return found / flagged if flagged else Fraction(0)


def precision_by_try(false_positive_rate: float, recall: float, prevalence: float) -> float:
    try:
        return recall * prevalence / (recall * prevalence + false_positive_rate * (1 - prevalence))
    except ZeroDivisionError:
        return 0


def precision_of_weights(false_positive_rate: float, recall: float, prevalence: float) -> Any:
    weights = [recall * prevalence, (1 - recall) * prevalence, false_positive_rate * (1 - prevalence)]
    return precision_score([1, 1, 0], [1, 0, 1], sample_weight=weights, zero_division=0)


def alarms_at(y_true: Array, scores: Array, minimum: float) -> int:
    for level in np.unique(scores)[::-1]:
        flagged = scores >= level
        if flagged[y_true == 1].mean() >= minimum:
            return int(flagged[y_true == 0].sum())
    raise AssertionError


def choose(y_true: Array, first: Array, second: Array, minimum: float) -> int:
    return int(alarms_at(y_true, second, minimum) < alarms_at(y_true, first, minimum))


def choose_by_sweep(y_true: Array, first: Array, second: Array, minimum: float) -> int:
    alarms = []
    for scores in (first, second):
        sweep = lk.ThresholdSweep(y_true, scores)
        alarms.append(sweep.false_positives[np.argmax(sweep.recall >= minimum)])
    return int(alarms[1] < alarms[0])


def choose_by_roc(y_true: Array, first: Array, second: Array, minimum: float) -> Any:
    rates = []
    for scores in (first, second):
        rate, recall, _ = roc_curve(y_true, scores, drop_intermediate=False)
        rates.append(rate[recall >= minimum].min())
    return np.argmin(rates)


def choose_by_sorting(y_true: Array, first: Array, second: Array, minimum: float) -> bool:
    def alarms(scores: Array) -> int:
        positives = np.sort(scores[y_true == 1])[::-1]
        needed = next(k for k in range(1, positives.size + 1) if k / positives.size >= minimum)
        return int(np.sum(scores[y_true == 0] >= positives[needed - 1]))

    return alarms(second) < alarms(first)


class Chooser:
    def pick(self, y_true: Array, first: Array, second: Array, minimum: float) -> Any:
        return np.array([min((0, 1), key=lambda k: alarms_at(y_true, (first, second)[k], minimum))])


def choose_wrongly(count: Any) -> Any:
    """Return the function that takes the model whose count at (sweep, minimum) is smaller."""

    def solve(y_true: Array, first: Array, second: Array, minimum: float) -> int:
        counts = [count(lk.ThresholdSweep(y_true, scores), minimum) for scores in (first, second)]
        return int(counts[1] < counts[0])

    return solve


def choose_through_ties(y_true: Array, first: Array, second: Array, minimum: float) -> int:
    alarms = []
    for scores in (first, second):
        labels = y_true[np.argsort(-scores, kind="stable")]
        k = np.argmax(labels.cumsum() / labels.sum() >= minimum)
        alarms.append((labels[: k + 1] == 0).sum())
    return int(alarms[1] < alarms[0])


def choose_at_one_threshold(y_true: Array, first: Array, second: Array, minimum: float) -> int:
    sweep = lk.ThresholdSweep(y_true, first)
    threshold = sweep.thresholds[np.argmax(sweep.recall >= minimum)]
    alarms = [np.sum((scores >= threshold) & (y_true == 0)) for scores in (first, second)]
    return int(alarms[1] < alarms[0])


def first_above(sweep: Any, minimum: float) -> int:
    return int(np.argmax(sweep.recall >= minimum))


GENERAL = "For each model find"


def auc_of_near_ties(y: Any, s: Any) -> Any:
    """Take scores for tied that are only close."""
    gaps = s[y == 1][:, None].astype(float) - s[y == 0]
    tied = np.isclose(s[y == 1][:, None], s[y == 0])
    return np.mean(np.where(tied, 0.5, gaps > 0))


RIGHT: dict[str, list[Any]] = {
    "roc-point": [
        *(
            point,
            point_of_sweep,
            point_by_loop,
            point_of_matrix,
            point_of_groups,
            point_of_scikit_learn,
            Point(),
        ),
        lambda y_true, scores, threshold: np.array(point(y_true, scores, threshold), dtype=np.float32),
        lambda y, s, t: [np.mean(s[y == label] >= t) for label in (0, 1)],
    ],
    "auc-by-pairs": [
        *(auc_by_loops, auc_by_ranks, auc_of_curve, auc_by_test, auc_exact, roc_auc_score),
        lambda y_true, scores: lk.ThresholdSweep(y_true, scores).roc_auc,
        lambda y, s: np.mean([(np.sign(a - b) + 1) / 2 for a in s[y == 1] for b in s[y == 0]]),
        lambda y, s: np.array([[roc_auc_score(y, s)]]),
    ],
    "precision-from-rates": [
        *(precision_by_counts, precision_guarded, precision_exact, precision_by_try, precision_of_weights),
        lambda f, r, p: r * p / (r * p + f * (1 - p)) if r or f else 0.0,
        lambda f, r, p: float(np.nan_to_num(np.float64(r * p) / (r * p + f * (1 - p)))),
        lambda f, r, p: np.array([r * p / max(r * p + f * (1 - p), 1e-300)]),
        lambda f, r, p: 1 - f * (1 - p) / (r * p + f * (1 - p)) if r * p + f * (1 - p) else 0,
    ],
    "choose-model": [
        *(choose, choose_by_sweep, choose_by_roc, choose_by_sorting, Chooser().pick),
        lambda *case: np.float64(choose(*case)),
        lambda *case: Fraction(choose(*case)),
        lambda y, a, b, m: 1 if alarms_at(y, a, m) > alarms_at(y, b, m) else 0,
        lambda y, a, b, m: [False, True][choose(y, a, b, m)],
    ],
}

WRONG: dict[str, list[tuple[Any, str]]] = {
    "roc-point": [
        (lambda y, s, t: point(y, s, np.nextafter(t, np.inf)), "`>=`"),
        (lambda y, s, t: ((s > t)[y == 0].mean(), (s > t)[y == 1].mean()), "`>=`"),
        (
            lambda y, s, t: (1 - precision_score(y, s >= t, zero_division=0), point(y, s, t)[1]),
            "1 − precision",
        ),
        (lambda y, s, t: point(y, s, t)[::-1], "order is reversed"),
        (lambda y, s, t: (((s >= t) & (y == 0)).mean(), ((s >= t) & (y == 1)).mean()), "divide by all cases"),
        (lambda y, s, t: (((s >= t) & (y == 0)).sum(), ((s >= t) & (y == 1)).sum()), "These are counts"),
        (lambda y, s, t: ((s[y == 0] < t).mean(), point(y, s, t)[1]), "left alone"),
        (
            lambda y, s, t: (precision_score(y, s >= t, zero_division=np.nan), point(y, s, t)[1]),
            "precision and recall",
        ),
        (lambda y, s, t: (1 - point(y, s, t)[0], 1 - point(y, s, t)[1]), "Split the decisions"),
        (lambda y, s, t: ((s < t)[y == 0].mean(), (s < t)[y == 1].mean()), "Split the decisions"),
        (lambda y, s, _: point(y, s, 0.5), "Split the decisions"),
        (
            lambda y, s, t: (((s >= t) & (y == 0)).sum() / (y == 1).sum(), point(y, s, t)[1]),
            "Split the decisions",
        ),
        (lambda y, s, t: tuple(round(float(each), 2) for each in point(y, s, t)), "Rounded to 2 decimals"),
        (lambda y, s, t: point(y, s, t)[0], "Split the decisions"),
    ],
    "auc-by-pairs": [
        (lambda y, s: np.mean([a > b for a in s[y == 1] for b in s[y == 0]]), "neither won nor lost"),
        (lambda y, s: np.mean([a >= b for a in s[y == 1] for b in s[y == 0]]), "counts as won"),
        (lambda y, s: roc_auc_score(y, -s), "the negative wins"),
        (lambda y, s: roc_auc_score(y, s) * y.sum() * (1 - y).sum(), "a count of pairs"),
        (lambda y, s: s[y == 1].mean() - s[y == 0].mean(), "mean scores"),
        (lambda y, s: max(roc_auc_score(y, s), 1 - roc_auc_score(y, s)), "stays as it is"),
        (
            lambda y, s: np.sum(s[y == 1][:, None] > s[y == 0]) / np.sum(s[y == 1][:, None] != s[y == 0]),
            "leave the ties out",
        ),
        (
            lambda y, s: roc_auc_score(y, s) * y.sum() * (1 - y).sum() / (y.size * (y.size - 1) / 2),
            "one positive and one",
        ),
        (lambda y, s: lk.ThresholdSweep(y, s).average_precision, "Let each positive"),
        (lambda y, s: roc_auc_score(y, s >= np.median(s)), "Let each positive"),
        (lambda y, s: 2 * roc_auc_score(y, s) - 1, "Let each positive"),
        (lambda y, s: np.mean(s[y == 1] > s[y == 0].mean()), "Let each positive"),
        (lambda y, s: float(s[y == 1].min() > s[y == 0].max()), "Let each positive"),
        (lambda y, s: round(roc_auc_score(y, s), 2), "Rounded to 2 decimals"),
        (lambda y, s: 100 * roc_auc_score(y, s), "not a percentage"),
        (lambda y, s: roc_auc_score(y, np.round(s, 3)), "Let each positive"),
        (auc_of_near_ties, "Let each positive"),
    ],
    "precision-from-rates": [
        (lambda f, r, _: r / (r + f) if r + f else 0.0, "as many positives as negatives"),
        (lambda f, r, p: r * p / (r * p + f) if r * p + f else 0.0, "Multiply it by 1 − prevalence"),
        (lambda f, r, p: r * p / ((r + f) * p) if (r + f) * p else 0.0, "as many positives as negatives"),
        (lambda f, _r, _p: 1 - f, "left alone"),
        (lambda f, r, p: r * p / (r * p + f * (1 - p)), "return 0.0"),
        (lambda f, r, p: precision_by_try(f, r, p) if r or f else 1.0, "return 0.0"),
        (lambda f, r, p: 1 - precision_by_counts(f, r, p), "on top"),
        (lambda f, r, p: r * p, "found positives"),
        (lambda f, r, p: precision_by_try(f, r, p) if r or f else None, "Every way through"),
        (lambda f, r, p: r * p / (r * p + (1 - f) * (1 - p)), "Think of 1 case"),
        (lambda f, r, p: p, "Think of 1 case"),
        (lambda f, r, p: precision_by_try(f, r, 1 - p), "Think of 1 case"),
        (lambda f, r, p: precision_by_try(r, f, p), "Think of 1 case"),
        (lambda f, r, p: round(precision_by_counts(f, r, p), 3), "Rounded to 3 decimals"),
    ],
    "choose-model": [
        (lambda y, a, b, _: int(roc_auc_score(y, b) > roc_auc_score(y, a)), GENERAL),
        (choose_wrongly(lambda sweep, _: -sweep.average_precision), GENERAL),
        (lambda y, a, b, _: int(np.sum(b[y == 0] >= 0.5) < np.sum(a[y == 0] >= 0.5)), GENERAL),
        (lambda *case: 1 - choose(*case), GENERAL),
        (lambda y, a, b, m: int(alarms_at(y, b, m) <= alarms_at(y, a, m)), GENERAL),
        (
            choose_wrongly(lambda sweep, m: sweep.false_positives[np.argmin(np.abs(sweep.recall - m))]),
            GENERAL,
        ),
        (
            choose_wrongly(lambda sweep, m: sweep.false_positives[np.flatnonzero(sweep.recall == m)[0]]),
            GENERAL,
        ),
        (
            choose_wrongly(lambda sweep, m: sweep.best("f1", min_recall=m).confusion.false_positives),
            GENERAL,
        ),
        (choose_wrongly(lambda sweep, m: -sweep.best("precision", min_recall=m).value), GENERAL),
        (choose_wrongly(lambda sweep, m: -sweep.best("accuracy", min_recall=m).value), GENERAL),
        (choose_wrongly(lambda sweep, m: sweep.false_positives[np.argmax(sweep.recall > m)]), GENERAL),
        (choose_wrongly(lambda sweep, m: -sweep.precision[first_above(sweep, m)]), GENERAL),
        (
            choose_wrongly(
                lambda sweep, m: (sweep.false_positives + sweep.true_positives)[first_above(sweep, m)]
            ),
            GENERAL,
        ),
        (choose_wrongly(lambda sweep, m: -sweep.thresholds[first_above(sweep, m)]), GENERAL),
        (
            choose_wrongly(
                lambda sweep, m: sweep.false_positives[np.flatnonzero(sweep.recall <= m)[-1:]].sum()
            ),
            GENERAL,
        ),
        (choose_through_ties, GENERAL),
        (choose_at_one_threshold, GENERAL),
    ],
}
