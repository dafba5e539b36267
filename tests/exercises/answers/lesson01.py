"""Right and wrong answers to the exercises of lesson 01, in the form that `test_answers.py` tells."""

from __future__ import annotations

import math
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

import lessonkit as lk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


# --- count-outcomes -----------------------------------------------------------------------------------------


def count_outcomes(y_true: Array, y_pred: Array) -> tuple[Any, ...]:
    tp = np.sum((y_true == 1) & (y_pred == 1))
    fp = np.sum((y_true == 0) & (y_pred == 1))
    fn = np.sum((y_true == 1) & (y_pred == 0))
    tn = np.sum((y_true == 0) & (y_pred == 0))
    return tp, fp, fn, tn


def count_in_a_loop(y_true: Array, y_pred: Array) -> list[int]:
    counts = [0, 0, 0, 0]
    for true, pred in zip(y_true, y_pred, strict=True):
        if true and pred:
            counts[0] += 1
        elif pred:
            counts[1] += 1
        elif true:
            counts[2] += 1
        else:
            counts[3] += 1
    return counts


def count_with_a_counter(y_true: Array, y_pred: Array) -> tuple[int, ...]:
    seen = Counter(zip(y_true.tolist(), y_pred.tolist(), strict=True))
    return seen[1, 1], seen[0, 1], seen[1, 0], seen[0, 0]


def count_by_products(y_true: Array, y_pred: Array) -> Array:
    tp = y_true @ y_pred
    return np.array([tp, y_pred.sum() - tp, y_true.sum() - tp, y_true.size - (y_true | y_pred).sum()])


def count_with_scikit_learn(y_true: Array, y_pred: Array) -> tuple[int, ...]:
    tn, fp, fn, tp = confusion_matrix(y_true, y_pred).ravel()
    return tp, fp, fn, tn


def count_with_pandas(y_true: Array, y_pred: Array) -> pd.Series[int]:
    counts = pd.Series(y_true * 2 + y_pred).value_counts()
    return counts.reindex([3, 1, 2, 0], fill_value=0)


def count_with_lessonkit(y_true: Array, y_pred: Array) -> tuple[int, ...]:
    found = lk.Confusion.from_labels(y_true, y_pred)
    return found.true_positives, found.false_positives, found.false_negatives, found.true_negatives


class Outcomes(NamedTuple):
    tp: int
    fp: int
    fn: int
    tn: int


class OutcomeCounter:
    def __call__(self, y_true: Array, y_pred: Array) -> Outcomes:
        return Outcomes(*count_outcomes(y_true, y_pred))

    def as_fractions(self, y_true: Array, y_pred: Array) -> list[Fraction]:
        return [Fraction(int(each)) for each in self(y_true, y_pred)]


def picked(*order: int) -> Any:
    """Return the function that hands out the four counts in another order."""
    return lambda y_true, y_pred: tuple(count_outcomes(y_true, y_pred)[place] for place in order)


def count_flagged(y_true: Array, y_pred: Array) -> tuple[Any, ...]:
    _, fp, fn, _ = count_outcomes(y_true, y_pred)
    return y_pred.sum(), fp, fn, np.sum(y_pred == 0)


def count_actual(y_true: Array, y_pred: Array) -> tuple[Any, ...]:
    _, fp, fn, _ = count_outcomes(y_true, y_pred)
    return y_true.sum(), fp, fn, np.sum(y_true == 0)


def count_right(y_true: Array, y_pred: Array) -> tuple[Any, ...]:
    return np.sum(y_true == y_pred), *count_outcomes(y_true, y_pred)[1:]


def count_errors_together(y_true: Array, y_pred: Array) -> tuple[Any, ...]:
    tp, _, _, tn = count_outcomes(y_true, y_pred)
    errors = np.sum(y_true != y_pred)
    return tp, errors, errors, tn


def count_with_or(y_true: Array, y_pred: Array) -> tuple[Any, ...]:
    return np.sum((y_true == 1) | (y_pred == 1)), *count_outcomes(y_true, y_pred)[1:]


def count_without_import(y_true: Array, y_pred: Array) -> tuple[Any, ...]:
    return nump.sum(y_true & y_pred), 0, 0, 0  # type: ignore[name-defined]  # noqa: F821


def count_unless_nothing_is_flagged(y_true: Array, y_pred: Array) -> tuple[Any, ...] | None:
    if y_pred.any():
        return count_outcomes(y_true, y_pred)
    return None


def count_mask(y_true: Array, y_pred: Array) -> tuple[Any, ...]:
    return (y_true == 1) & (y_pred == 1), *count_outcomes(y_true, y_pred)[1:]


# --- precision-recall-f1 ------------------------------------------------------------------------------------


def precision_recall_f1(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    precision = tp / (tp + fp) if tp + fp > 0 else 0.0
    recall = tp / (tp + fn) if tp + fn > 0 else 0.0
    f1 = 2 * precision * recall / (precision + recall) if tp > 0 else 0.0
    return precision, recall, f1


def as_fractions(tp: int, fp: int, fn: int) -> list[Fraction]:
    return [
        Fraction(2 * tp if below == 2 * tp + fp + fn else tp, below or 1)
        for below in (tp + fp, tp + fn, 2 * tp + fp + fn)
    ]


def as_decimals(tp: int, fp: int, fn: int) -> list[Decimal]:
    below = (tp + fp, tp + fn, tp + Decimal(fp + fn) / 2)
    return [Decimal(tp) / each if each else Decimal(0) for each in below]


def by_try(tp: int, fp: int, fn: int) -> tuple[float, ...]:
    found = []
    for above, below in ((tp, tp + fp), (tp, tp + fn), (2 * tp, 2 * tp + fp + fn)):
        try:
            found.append(above / below)
        except ZeroDivisionError:
            found.append(0.0)
    return tuple(found)


def harmonic(tp: int, fp: int, fn: int) -> tuple[float, ...]:
    if tp == 0:
        return 0.0, 0.0, 0.0
    precision, recall = tp / (tp + fp), tp / (tp + fn)
    return precision, recall, 2 / (1 / precision + 1 / recall)


def without_nan(tp: int, fp: int, fn: int) -> Array:
    above, below = np.array([tp, tp, 2 * tp]), np.array([tp + fp, tp + fn, 2 * tp + fp + fn])
    return np.nan_to_num(above / below)


def in_a_series(tp: int, fp: int, fn: int) -> pd.Series[float]:
    return pd.Series(precision_recall_f1(tp, fp, fn), index=["precision", "recall", "f1"])


def with_scikit_learn(tp: int, fp: int, fn: int) -> tuple[Any, ...]:
    y_true, y_pred = [1] * tp + [0] * fp + [1] * fn + [0], [1] * tp + [1] * fp + [0] * fn + [0]
    return precision_recall_fscore_support(y_true, y_pred, average="binary", zero_division=0)[:3]


class Ratios:
    def __init__(self) -> None:
        self.seen = 0

    def of(self, tp: int, fp: int, fn: int) -> Array:
        self.seen += 1
        return np.array(precision_recall_f1(tp, fp, fn))[:, None]


def unguarded_f1(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    precision, recall = tp / (tp + fp), tp / (tp + fn)
    return precision, recall, 2 * precision * recall / (precision + recall)


def numpy_f1(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    return unguarded_f1(*np.array([tp, fp, fn], dtype=float))


def with_f1(f1: Any) -> Any:
    """Return the function with the right precision and recall, and with F1 made of them."""

    def solve(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
        precision, recall, _ = precision_recall_f1(tp, fp, fn)
        return precision, recall, f1(precision, recall)

    return solve


def jaccard(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    return *precision_recall_f1(tp, fp, fn)[:2], tp / max(tp + fp + fn, 1)


def wrong_alarms(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    _, recall, f1 = precision_recall_f1(tp, fp, fn)
    return fp / (tp + fp) if tp + fp else 0, recall, f1


def missed(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    precision, _, f1 = precision_recall_f1(tp, fp, fn)
    return precision, fn / (tp + fn) if tp + fn else 0, f1


def generous_f1(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    precision, recall, f1 = precision_recall_f1(tp, fp, fn)
    return precision if tp + fp else 1.0, recall, f1


def rounded_f1(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    return tuple(round(each, 2) for each in precision_recall_f1(tp, fp, fn))


def swapped_f1(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    precision, recall, f1 = precision_recall_f1(tp, fp, fn)
    return recall, precision, f1


def of_all(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    return tp / max(tp + fp + fn, 1), *precision_recall_f1(tp, fp, fn)[1:]


def misspelt(tp: float, _: float, fn: float) -> tuple[Any, ...]:
    return tp / (tp + fq), fn, 0  # type: ignore[name-defined]  # noqa: F821


def percentages(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    return tuple(100 * each for each in precision_recall_f1(tp, fp, fn))


# --- accuracy-of-never --------------------------------------------------------------------------------------


def counted(prevalence: float) -> float:
    return ((1 - prevalence) * 10_000) / (prevalence * 10_000 + (1 - prevalence) * 10_000)


class Never:
    def accuracy(self, prevalence: float) -> Any:
        return np.array([1.0 - prevalence])


def unless_zero(prevalence: float) -> float | None:
    if prevalence:
        return 1 - prevalence
    return None


RIGHT: dict[str, list[Any]] = {
    "count-outcomes": [
        count_outcomes,
        count_in_a_loop,
        count_with_a_counter,
        count_by_products,
        count_with_scikit_learn,
        count_with_pandas,
        count_with_lessonkit,
        OutcomeCounter(),
        OutcomeCounter().as_fractions,
        lambda a, b: [
            sum(pair == each for pair in zip(a, b, strict=True)) for each in [(1, 1), (0, 1), (1, 0), (0, 0)]
        ],
        lambda a, b: confusion_matrix(a, b, labels=[0, 1]).ravel()[[3, 1, 2, 0]].astype(np.int8),
    ],
    "precision-recall-f1": [
        precision_recall_f1,
        as_fractions,
        as_decimals,
        by_try,
        harmonic,
        without_nan,
        in_a_series,
        with_scikit_learn,
        Ratios().of,
        lambda tp, fp, fn: [tp and tp / (tp + fp), tp and tp / (tp + fn), tp and 2 * tp / (2 * tp + fp + fn)],
        lambda tp, fp, fn: np.array(precision_recall_f1(tp, fp, fn), dtype=np.float32),
    ],
    "accuracy-of-never": [
        lambda prevalence: 1 - prevalence,
        lambda prevalence: Fraction(1) - Fraction(str(prevalence)),
        lambda prevalence: Decimal(1) - Decimal(str(prevalence)),
        lambda prevalence: np.float32(1 - prevalence),
        lambda prevalence: pd.Series([1 - prevalence]),
        lambda prevalence: np.array([[1 - prevalence]]),
        lambda prevalence: -prevalence + 1.0,
        lambda prevalence: np.average([1, 0], weights=[1 - prevalence, prevalence]),
        counted,
        Never().accuracy,
    ],
    "fraud-puzzle": [
        0.02 / 0.88,
        (1 - 0.98) / (1 - 0.12),
        0.0227,
        0.023,
        0.02273,
        np.float32(0.0227),
        np.float32(0.023),
        np.array([0.0227]),
        Fraction(1, 44),
        Decimal("0.0227"),
        np.array(0.0227),
        pd.Series([0.022727]),
    ],
}

WRONG: dict[str, list[tuple[Any, str]]] = {
    "count-outcomes": [
        (lambda a, b: confusion_matrix(a, b, labels=[0, 1]).ravel(), "scikit-learn's order"),
        (picked(0, 2, 1, 3), "changed places"),
        (picked(3, 2, 1, 0), "the order tn, fn, fp, tp"),
        (lambda a, b: count_outcomes(1 - a, 1 - b), "the order tn, fn, fp, tp"),
        (count_flagged, "every flagged email"),
        (count_actual, "every spam email"),
        (count_right, "every right decision"),
        (count_errors_together, "every wrong decision"),
        (lambda a, b: np.array(count_outcomes(a, b)) / a.size, "shares of all emails"),
        (picked(0, 1, 3, 2), "needs two conditions"),
        (count_with_or, "needs two conditions"),
        (count_mask, "needs two conditions"),
        (lambda a, b: count_outcomes(a, b)[:3], "needs two conditions"),
        (lambda a, b: np.bincount(2 * a + b, minlength=4), "scikit-learn's order"),
        (lambda a, b: np.maximum(count_outcomes(a, b), 1), "needs two conditions"),
        (count_unless_nothing_is_flagged, "has to end with `return`"),
        (count_without_import, ""),
        (lambda y_true: count_outcomes(y_true, y_true), ""),
    ],
    "precision-recall-f1": [
        (swapped_f1, "changed places"),
        (with_f1(lambda precision, recall: (precision + recall) / 2), "the arithmetic mean"),
        (unguarded_f1, "before you divide"),
        (numpy_f1, "nan in NumPy"),
        (generous_f1, "right alarm to praise"),
        (wrong_alarms, "share of wrong alarms"),
        (missed, "that was missed"),
        (jaccard, "above and below the line"),
        (with_f1(lambda precision, recall: precision * recall / max(precision + recall, 1e-9)), "factor 2"),
        (with_f1(lambda precision, recall: math.sqrt(precision * recall)), "square root"),
        (percentages, "not a percentage"),
        (rounded_f1, "Rounded to 2 decimals"),
        (with_f1(min), "their harmonic mean"),
        (of_all, "their harmonic mean"),
        (lambda tp, fp, fn: precision_recall_f1(tp, fp, fn)[:2], "their harmonic mean"),
        (lambda tp, fp, fn: (fp / (tp + fp), tp / (tp + fn), 0), "their harmonic mean"),
        (misspelt, ""),
        (lambda tp, fp: (tp, fp, 0), ""),
    ],
    "accuracy-of-never": [
        (lambda prevalence: prevalence, "flagging everything"),
        (lambda _: 0.5, "does not guess"),
        (lambda _: 0, "*recall* is 0"),
        (lambda _: 1, "right every time"),
        (lambda prevalence: 100 - 100 * prevalence, "not a percentage"),
        (lambda prevalence: round(1 - prevalence, 3), "Rounded to 3 decimals"),
        (lambda prevalence: round(1 - prevalence, 4), "Rounded to 4 decimals"),
        (lambda prevalence: (1000 - int(1000 * prevalence + 0.5)) / 1000, "Rounded to 3 decimals"),
        (lambda prevalence: max(prevalence, 1 - prevalence), "the better one"),
        (lambda prevalence: min(prevalence, 1 - prevalence), "the rarer class"),
        (lambda prevalence: prevalence - 1, "sign"),
        (lambda prevalence: 1 - 2 * prevalence * (1 - prevalence), "for a guesser"),
        (lambda prevalence: round(1 - prevalence, 2), "Rounded to 2 decimals"),
        (lambda prevalence: 1 - prevalence**2, "Which rows"),
        (lambda prevalence: (1 - prevalence) / prevalence, "Which rows"),
        (lambda _: 0.906, "Which rows"),
        (lambda prevalence: 1 - prevalence / 2, "Which rows"),
        (unless_zero, "has to end with `return`"),
        (lambda prevalence: prevalence + math.nosuch, ""),  # type: ignore[attr-defined]
    ],
    "fraud-puzzle": [
        (0.02, "more may exist"),
        (0.12, "is the recall"),
        (0.0176, "You multiplied"),
        (1 / 6, "*missed*"),
        (0.977, "share of negatives"),
        (0.98, "is the accuracy"),
        (0.88, "share of the positives that was missed"),
        (2.27, "as a percentage"),
        (227, "the number of frauds"),
        (200 / 0.88, "the number of frauds"),
        (0.5, "what is their share"),
        (0.0224, "what is their share"),
        (0.0229, "what is their share"),
        (0.0231, "what is their share"),
        (0.0024, "what is their share"),
        (Fraction(1, 50), "more may exist"),
        (0, "what is their share"),
        (1, "what is their share"),
    ],
}
