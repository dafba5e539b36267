from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises import verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def counts_from_rates(
    recall: float, false_positive_rate: float, accuracy: float, rows: int
) -> tuple[float, ...]:
    specificity = 1 - false_positive_rate
    positives = rows * (accuracy - specificity) / (recall - specificity)
    tp, fp = recall * positives, false_positive_rate * (rows - positives)
    return tp, fp, positives - tp, rows - positives - fp


def swapped(recall: float, false_positive_rate: float, accuracy: float, rows: int) -> tuple[float, ...]:
    tp, fp, fn, tn = counts_from_rates(recall, false_positive_rate, accuracy, rows)
    positives, negatives = fp + tn, tp + fn
    return (
        recall * positives,
        false_positive_rate * negatives,
        (1 - recall) * positives,
        (1 - false_positive_rate) * negatives,
    )


def halves(recall: float, false_positive_rate: float, accuracy: float, rows: int) -> tuple[float, ...]:
    del accuracy
    half = rows / 2
    return recall * half, false_positive_rate * half, (1 - recall) * half, (1 - false_positive_rate) * half


def alarms_of_all(recall: float, false_positive_rate: float, accuracy: float, rows: int) -> tuple[float, ...]:
    tp, _, fn, _ = counts_from_rates(recall, false_positive_rate, accuracy, rows)
    fp = false_positive_rate * rows
    return tp, fp, fn, rows - tp - fn - fp


def fp_for_specificity(
    recall: float, false_positive_rate: float, accuracy: float, rows: int
) -> tuple[float, ...]:
    positives = rows * (accuracy - false_positive_rate) / (recall - false_positive_rate)
    tp, fp = recall * positives, false_positive_rate * (rows - positives)
    return tp, fp, positives - tp, rows - positives - fp


def solved(recall: float, false_positive_rate: float, accuracy: float, rows: int) -> float:
    tp, _, fn, _ = counts_from_rates(recall, false_positive_rate, accuracy, rows)
    return tp + fn


def of_positives(
    recall: float, false_positive_rate: float, accuracy: float, rows: int, *, positives: float
) -> tuple[float, ...]:
    del accuracy
    tp, fp = recall * positives, false_positive_rate * (rows - positives)
    return tp, fp, positives - tp, rows - positives - fp


def balance_rows(y: Array, train: Array) -> Array:
    rare = train[y[train] == 0]
    missing = np.sum(y[train] == 1) - np.sum(y[train] == 0)
    return np.append(train, np.resize(rare, missing))


def balanced(train: Array, y: Array, rare: Array) -> Array:
    return np.append(train, np.resize(rare, np.sum(y[train] == 1) - np.sum(y[train] == 0)))


def with_the_bug(y: Array, train: Array) -> Array:
    missing = np.sum(y[train] == 1) - np.sum(y[train] == 0)
    return np.append(train, np.resize(np.flatnonzero(y == 0), missing))


def places(y: Array, train: Array) -> Array:
    missing = np.sum(y[train] == 1) - np.sum(y[train] == 0)
    return np.append(train, np.resize(np.flatnonzero(y[train] == 0), missing))


def same_order(first: Array, second: Array) -> bool:
    return np.array_equal(np.sign(first[:, None] - first), np.sign(second[:, None] - second))


def never_falls(first: Array, second: Array) -> bool:
    return bool(np.all(np.diff(second[np.argsort(first)]) >= 0))


SOLUTIONS: dict[str, Any] = {
    "counts-from-rates": counts_from_rates,
    "balance-rows": [
        balance_rows,
        lambda y, train: balanced(train, y, np.intersect1d(np.flatnonzero(y == 0), train)),
    ],
    "same-order": same_order,
}

WRONG: dict[str, list[tuple[Any, str]]] = {
    "counts-from-rates": [
        (swapped, "wrong way round"),
        (halves, "one half"),
        (fp_for_specificity, "rate itself"),
        (alarms_of_all, "share of the negatives"),
        (lambda *report: np.array(counts_from_rates(*report))[[0, 2, 1, 3]], "changed places"),
        (lambda *report: [int(count) for count in counts_from_rates(*report)], "cuts off"),
        (
            lambda recall, *rest: of_positives(recall, *rest, positives=solved(recall, *rest) / rest[2]),
            "share",
        ),
        (lambda *report: of_positives(*report, positives=0.7 * report[3]), "report above"),
        (lambda *report: of_positives(*report, positives=int(solved(*report))), "139"),
    ],
    "balance-rows": [
        (with_the_bug, "from all rows"),
        (places, "places within"),
        (lambda y, train: balance_rows(y, train)[train.size :], "copies alone"),
        (
            lambda y, train: np.append(
                train, np.resize(train[y[train] == 1], np.sum(y[train] == 1) - np.sum(y[train] == 0))
            ),
            "copy positives",
        ),
        (
            lambda y, train: np.append(train, np.resize(train[y[train] == 0], np.sum(y[train] == 1))),
            "are missing",
        ),
        (
            lambda y, train: np.append(train, np.resize(train[y[train] == 0], np.sum(y) - np.sum(y == 0))),
            "counted on all rows",
        ),
        (lambda y, train: balanced(train, y, np.setdiff1d(np.flatnonzero(y == 0), train)), "test rows alone"),
        (lambda y, train: np.append(train, train[y[train] == 0]), "each rare row once"),
        (
            lambda y, train: balanced(train, y, np.random.default_rng(0).permutation(train[y[train] == 0])),
            "by chance",
        ),
    ],
    "same-order": [
        (lambda first, second: np.array_equal(np.argsort(first), np.argsort(second)), "hides ties"),
        (np.allclose, "compare the values"),
        (lambda first, second: bool(np.isclose(np.corrcoef(first, second)[0, 1], 1)), "straight line"),
        (never_falls, "both directions"),
        (
            lambda first, second: never_falls(first, second) or never_falls(first, -second),
            "Turned round",
        ),
        (
            lambda first, second: np.array_equal(np.sign(np.diff(first)), np.sign(np.diff(second))),
            "neighbors only",
        ),
        (lambda first, second: same_order(first, second) and len(set(first)) == len(first), "tie in both"),
    ],
}


def test_rounded_counts_are_right() -> None:
    rounded = verdict(
        "counts-from-rates", lambda *report: [round(count) for count in counts_from_rates(*report)]
    )
    assert rounded.passed, rounded
