"""Right answers to the exercises of lesson 11 in many forms, and wrong ones with words of their hint."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.stats import rankdata, spearmanr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def of_positives(recall: float, fpr: float, rows: float, positives: float) -> tuple[float, ...]:
    tp, fp = recall * positives, fpr * (rows - positives)
    return tp, fp, positives - tp, rows - positives - fp


def positives_of(recall: float, fpr: float, accuracy: float, rows: float) -> float:
    return rows * (accuracy + fpr - 1) / (recall + fpr - 1)


def counts(recall: float, fpr: float, accuracy: float, rows: float) -> tuple[float, ...]:
    return of_positives(recall, fpr, rows, positives_of(recall, fpr, accuracy, rows))


def counts_of_equations(recall: float, fpr: float, accuracy: float, rows: float) -> Any:
    left = [[1 - recall, 0, -recall, 0], [0, 1 - fpr, 0, -fpr], [1, 0, 0, 1], [1, 1, 1, 1]]
    return np.linalg.solve(np.array(left), np.array([0, 0, accuracy * rows, rows]))


def counts_searched(recall: float, fpr: float, accuracy: float, rows: int) -> tuple[int, ...]:
    for positives in range(1, rows):
        found = of_positives(recall, fpr, rows, positives)
        if abs(found[0] + found[3] - accuracy * rows) < 1e-6:
            return tuple(round(count) for count in found)
    raise AssertionError


def counts_of_share(recall: float, fpr: float, accuracy: float, rows: float) -> list[float]:
    share = (accuracy - (1 - fpr)) / (recall - (1 - fpr))
    return [rows * each for each in of_positives(recall, fpr, 1, share)]


class Report:
    def __call__(self, recall: float, fpr: float, accuracy: float, rows: int) -> tuple[Fraction, ...]:
        return tuple(Fraction(round(count)) for count in counts(recall, fpr, accuracy, rows))


def balanced(y: Array, train: Array) -> Array:
    return with_copies(y, train, train[y[train] == 1])


def with_copies(y: Array, train: Array, rare: Array) -> Array:
    return np.append(train, np.resize(rare, max(np.sum(y[train] == 0) - np.sum(y[train] == 1), 0)))


def balanced_by_isin(y: Array, train: Array) -> Array:
    rare = np.flatnonzero(y == 1)
    rare = rare[np.isin(rare, train)]
    return with_copies(y, train, rare)


def balanced_by_intersection(y: Array, train: Array) -> Array:
    return with_copies(y, train, np.intersect1d(np.flatnonzero(y == 1), train))


def balanced_at_random(y: Array, train: Array) -> Array:
    rng = np.random.default_rng(3)
    found = with_copies(y, train, rng.permutation(train[y[train] == 1]))
    return np.append(train, rng.permutation(found[train.size :]))


def one_too_often(y: Array, train: Array) -> Array:
    found = balanced(y, train)
    found[train.size :] = np.max(train[y[train] == 1])
    return found


def balanced_by_loop(y: Array, train: Array) -> list[int]:
    rows = [int(row) for row in train]
    rare = [row for row in rows if y[row] == 1]
    missing = len(rows) - 2 * len(rare)
    place = 0
    while place < missing:
        rows.append(rare[place % len(rare)])
        place += 1
    return rows


def balanced_by_tile(y: Array, train: Array) -> Array:
    rare = train[np.asarray([bool(y[row]) for row in train])]
    missing = train.size - 2 * int(y[train].sum())
    return np.concatenate([train, np.tile(rare, train.size)[: max(0, missing)]])


def balanced_by_series(y: Array, train: Array) -> Any:
    part = pd.Series(y).iloc[train]
    rare = part.index[part == 1].to_numpy()
    return pd.Series([*train, *(rare[place % rare.size] for place in range((part == 0).sum() - rare.size))])


def balanced_by_take(y: Array, train: Array) -> Any:
    rare = train[y[train] == 1]
    missing = train.size - np.count_nonzero(y[train]) - rare.size
    return np.r_[train, np.take(rare, range(missing), mode="wrap")].astype(int)


class Balancer:
    def rows(self, y: Array, train: Array) -> tuple[int, ...]:
        return tuple(balanced(y, train).tolist())


def met(customer: Array, train: Array, test: Array) -> Any:
    return np.mean(np.isin(customer[test], customer[train]))


def met_by_loop(customer: Array, train: Array, test: Array) -> float:
    count = 0
    for row in test:
        for other in train:
            if customer[row] == customer[other]:
                count += 1
                break
    return count / len(test)


def met_by_series(customer: Array, train: Array, test: Array) -> float:
    every = pd.Series(customer)
    return float(every.iloc[test].isin(every.iloc[train]).mean())


class Meeting:
    def share(self, customer: Array, train: Array, test: Array) -> Fraction:
        known = set(customer[train].tolist())
        return Fraction(sum(one in known for one in customer[test].tolist()), len(test))


def same_order(first: Array, second: Array) -> bool:
    return np.array_equal(np.sign(first[:, None] - first), np.sign(second[:, None] - second))


def same_by_loop(first: Array, second: Array) -> bool:
    for i in range(len(first)):
        for j in range(len(first)):
            if (first[i] > first[j]) != (second[i] > second[j]):
                return False
    return True


def same_by_pairs(first: Array, second: Array) -> int:
    signs = [
        ((a > b) - (a < b), (c > d) - (c < d))
        for (a, c), (b, d) in combinations(zip(first.tolist(), second.tolist(), strict=True), 2)
    ]
    return int(all(one == other for one, other in signs))


class Order:
    def same(self, first: Array, second: Array) -> np.bool_:
        return np.all(rankdata(first, "dense") == rankdata(second, "dense"))


def follows(first: Array, second: Array) -> bool:
    return bool(np.all(np.diff(second[np.argsort(first, kind="stable")]) >= 0))


ORDER = "Two orders are alike"
MET = "holds the customers of the test rows"

RIGHT: dict[str, list[Any]] = {
    "counts-from-rates": [
        *(counts, counts_of_equations, counts_searched, counts_of_share, Report()),
        lambda *report: [round(count) for count in counts(*report)],
        lambda *report: pd.Series(counts(*report)),
        lambda *report: np.array(counts(*report)).reshape(-1),
    ],
    "balance-rows": [
        *(
            balanced,
            balanced_by_loop,
            balanced_by_tile,
            balanced_by_series,
            balanced_by_take,
            Balancer().rows,
            *(balanced_by_isin, balanced_by_intersection, balanced_at_random),
        ),
        lambda y, train: np.append(train, np.resize(train[y[train] > 0], max((1 - 2 * y[train]).sum(), 0))),
        lambda y, train: np.hstack(
            (train, np.resize(train[np.where(y[train] == 1)], np.clip(sum(1 - y[train] - y[train]), 0, None)))
        ),
    ],
    "met-before": [
        *(met, met_by_loop, met_by_series, Meeting().share),
        lambda customer, train, test: sum(np.isin(customer[test], customer[train])) / len(test),
        lambda customer, train, test: 1 - np.mean(np.isin(customer[test], customer[train], invert=True)),
        lambda customer, train, test: np.mean([one in customer[train] for one in customer[test]]),
        lambda customer, train, test: (customer[test][:, None] == customer[train]).any(axis=1).mean(),
        lambda customer, train, test: np.array([met(customer, train, test)]),
    ],
    "same-order": [
        *(same_order, same_by_loop, same_by_pairs, Order().same),
        lambda first, second: np.array_equal(rankdata(first), rankdata(second)),
        lambda first, second: pd.Series(first).rank().equals(pd.Series(second).rank()),
        lambda first, second: bool(
            (np.unique(first, return_inverse=True)[1] == np.unique(second, return_inverse=True)[1]).all()
        ),
        lambda first, second: np.array([same_order(first, second)]),
    ],
}

WRONG: dict[str, list[tuple[Any, str]]] = {
    "counts-from-rates": [
        (lambda r, f, a, n: of_positives(r, f, n, n - positives_of(r, f, a, n)), "have changed places. An"),
        (lambda r, f, a, n: of_positives(r, f, n, n / 2), "one half"),
        (lambda r, f, a, n: of_positives(r, f, n, np.divide(n * (a - f), r - f)), "rate itself"),
        (lambda r, f, a, n: of_positives(r, f, n, a * n), "right decisions of both kinds"),
        (
            lambda r, f, a, n: (
                counts(r, f, a, n)[0],
                f * n,
                counts(r, f, a, n)[2],
                (1 - f) * n - positives_of(r, f, a, n),
            ),
            "share of the negatives, not",
        ),
        (lambda r, f, a, n: of_positives(r, f, n, positives_of(r, f, a, 1)), "Multiply it by `rows`"),
        (lambda r, f, a, n: of_positives(r, f, n, 0.7 * n), "the share in the report above"),
        (lambda r, f, a, n: of_positives(r, f, n, (a - 0.8) / (0.9 - 0.8)), "Use the arguments"),
        (lambda r, f, a, n: of_positives(r, f, n, n * (a - 0.8) / (0.9 - 0.8)), "Use the arguments"),
        (lambda r, f, a, n: of_positives(r, f, n, int(positives_of(r, f, a, n))), "`int` cuts"),
        (lambda *report: [int(count) for count in counts(*report)], "`int` cuts"),
        (lambda *report: np.array(counts(*report))[[0, 2, 1, 3]], "False positives and misses"),
        (lambda *report: counts(*report)[:3], "Solve for the share"),
        (lambda *report: counts(*report)[::-1], "Solve for the share"),
        (lambda r, f, a, n: of_positives(r, f, n, n), "Solve for the share"),
        (lambda r, f, a, n: {"tp": counts(r, f, a, n)[0]}, "Solve for the share"),
    ],
    "balance-rows": [
        (lambda y, train: with_copies(y, train, np.flatnonzero(y == 1)), "from all rows"),
        (
            lambda y, train: np.append(
                train, np.resize(np.flatnonzero(y == 1), train.size - 2 * y[train].sum())
            ),
            "Return the training rows as they are",
        ),
        (lambda y, train: with_copies(y, train, np.flatnonzero(y[train] == 1)), "places within"),
        (lambda y, train: balanced(y, train)[train.size :], "copies alone"),
        (lambda y, train: with_copies(y, train, train[y[train] == 0]), "copy negatives"),
        (
            lambda y, train: np.append(train, np.resize(train[y[train] == 1], (y[train] == 0).sum())),
            "as there are negatives",
        ),
        (
            lambda y, train: np.append(
                train, np.resize(train[y[train] == 1], max((y == 0).sum() - y.sum(), 0))
            ),
            "counted on all rows",
        ),
        (lambda y, train: np.append(train, train[y[train] == 1]), "each rare row once"),
        (
            lambda y, train: np.append(
                train, np.resize(train[y[train] == 1], np.sum(y[train] == 0) - np.sum(y[train] == 1))
            ),
            "not the rarer class",
        ),
        (one_too_often, "copied too often"),
        (lambda y, train: with_copies(y, train, np.flatnonzero(y == 1)[::-1]), "not in `train`"),
        (lambda y, train: with_copies(y, train, train[::-1]), "a negative row"),
        (lambda y, train: np.append(balanced(y, train), train[y[train] == 1][0]), "copies is not right"),
        (lambda y, train: train, "copies is not right"),
        (lambda y, train: np.append(balanced(y, train)[train.size :], train), "Begin with"),
        (lambda y, train: np.unique(balanced(y, train)), "Begin with"),
        (lambda y, train: y[balanced(y, train)], "Begin with"),
        (lambda y, train: np.sort(balanced(y, train)), "Begin with"),
        (lambda y, train: balanced(y, train) + 0.5, "Begin with"),
        (lambda y, train: balanced(y, train).reshape(1, 1, -1), "Return the training rows as they are"),
        (lambda y, train: balanced(y, train).astype(float), "`astype(int)`"),
    ],
    "met-before": [
        (lambda customer, train, test: met(customer, test, train), "changed places"),
        (lambda customer, train, test: np.isin(test, train).mean(), "Your share is always 0"),
        (
            lambda customer, train, test: np.mean(np.isin(np.unique(customer[test]), customer[train])),
            "You count customers",
        ),
        (lambda customer, train, test: 1 - met(customer, train, test), "is new"),
        (lambda customer, train, test: np.isin(customer[test], customer[train]).sum(), "how many rows"),
        (lambda customer, train, test: met(customer, train, test) * len(test) / len(customer), "all rows"),
        (lambda customer, train, test: np.isin(customer[test], train).mean(), "among row numbers"),
        (lambda customer, train, test: met(customer, train, test) > 0, MET),
        (lambda customer, train, test: met(customer, train, test) == 1, MET),
        (lambda customer, train, test: np.isin(customer[test], customer[train]), MET),
        (lambda customer, train, test: 0.0, "Your share is always 0"),
        (lambda customer, train, test: 1.0, MET),
        (lambda customer, train, test: np.mean(np.isin(customer[test], set(customer[train]))), "always 0"),  # type: ignore[arg-type]
        (lambda customer, train, test: 100 * met(customer, train, test), "not a percentage"),
        (lambda customer, train, test: np.mean(customer[test] == customer[train][0]), MET),
        (lambda customer, train, test: f"{met(customer, train, test):.0%}", MET),
    ],
    "same-order": [
        (lambda first, second: np.array_equal(np.argsort(first), np.argsort(second)), ORDER),
        (
            lambda first, second: np.array_equal(
                np.argsort(first, kind="stable"), np.argsort(second, kind="stable")
            ),
            ORDER,
        ),
        (
            lambda first, second: np.array_equal(rankdata(first, "ordinal"), rankdata(second, "ordinal")),
            ORDER,
        ),
        (np.allclose, ORDER),
        (lambda first, second: bool(np.isclose(np.corrcoef(first, second)[0, 1], 1)), ORDER),
        (follows, ORDER),
        (lambda first, second: follows(first, second) or follows(first, -1 * second), ORDER),
        (lambda first, second: np.array_equal(np.sign(np.diff(first)), np.sign(np.diff(second))), ORDER),
        (lambda first, second: same_order(first, second) and len(set(first)) == len(first), ORDER),
        (lambda first, second: bool(spearmanr(first, second).statistic > 0.999), ORDER),
        (lambda first, second: first.argmax() == second.argmax(), ORDER),
        (lambda first, second: True, ORDER),
        (lambda first, second: not same_order(first, second), ORDER),
        (lambda first, second: "yes" if same_order(first, second) else "no", ORDER),
    ],
}
