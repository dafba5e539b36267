"""Right answers to the exercises of lesson 10 in many forms, and wrong ones with words of their hint."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.preprocessing import StandardScaler, scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def fell_by_loop(losses: Array, start: int, end: int) -> int:
    lower = 0
    for run in losses:
        if run[end - 1] < run[start - 1]:
            lower += 1
    return lower


class Runs:
    def count(self, losses: Array, start: int, end: int) -> Fraction:
        return Fraction(sum(bool(run[end - 1] < run[start - 1]) for run in losses))


def counts(precision: float, recall: float, accuracy: float, n: float) -> tuple[float, ...]:
    tp = (1 - accuracy) * n / (1 / precision + 1 / recall - 2)
    fp, fn = tp * (1 / precision - 1), tp * (1 / recall - 1)
    return tp, fp, fn, n - tp - fp - fn


def counts_by_f1(precision: float, recall: float, accuracy: float, n: float) -> list[float]:
    f1 = 2 / (1 / precision + 1 / recall)
    wrong = n - accuracy * n
    tp = wrong * f1 / 2 / (1 - f1)
    return [tp, tp / precision - tp, tp / recall - tp, n - tp - wrong]


def counts_searched(precision: float, recall: float, accuracy: float, n: int) -> tuple[int, ...]:
    """Search all counts, as the lesson does."""
    wrong = round((1 - accuracy) * n)
    for fp in range(wrong + 1):
        fn = wrong - fp
        tp = (
            precision * fp / (1 - precision) if fp else recall * fn / (1 - recall) if fn and recall < 1 else 0
        )
        if tp > 0 and abs(tp / (tp + fn) - recall) < 1e-9 and abs(tp / (tp + fp) - precision) < 1e-9:
            return round(tp), fp, fn, n - round(tp) - wrong
    raise AssertionError("no counts fit")


def counts_of_equations(precision: float, recall: float, accuracy: float, n: float) -> Any:
    rows = [[precision - 1, precision, 0, 0], [recall - 1, 0, recall, 0], [0, 1, 1, 0], [1, 1, 1, 1]]
    return np.linalg.solve(np.array(rows), np.array([0, 0, (1 - accuracy) * n, n]))


class Report:
    def __init__(self, *report: float) -> None:
        self.values = counts(*report)

    def __iter__(self) -> Any:
        return iter(self.values)

    def __len__(self) -> int:
        return 4


def share_of_found(precision: float, recall: float, accuracy: float, n: float) -> tuple[float, ...]:
    tp = (1 - accuracy) * n / (2 - precision - recall)
    fp, fn = tp * (1 - precision), tp * (1 - recall)
    return tp, fp, fn, n - tp - fp - fn


def scaled_with(mistake: float, precision: float, recall: float, n: float) -> tuple[float, ...]:
    """Return the counts that go with a wrong number of rows found."""
    fp, fn = mistake * (1 / precision - 1), mistake * (1 / recall - 1)
    return mistake, fp, fn, n - mistake - fp - fn


def scaled(x: Array, train: Array, test: Array, mean: Any = None, spread: Any = None) -> tuple[Array, Array]:
    mean = x[train].mean() if mean is None else mean
    spread = x[train].std() if spread is None else spread
    return (x[train] - mean) / spread, (x[test] - mean) / spread


def scaled_by_scikit_learn(x: Array, train: Array, test: Array) -> tuple[Any, Any]:
    scaler = StandardScaler().fit(x[train, None])
    return scaler.transform(x[train, None]), scaler.transform(x[test, None])


def scaled_flat(x: Array, train: Array, test: Array) -> list[Array]:
    both = StandardScaler().fit(x[train].reshape(-1, 1)).transform(x.reshape(-1, 1)).ravel()
    return [both[train], both[test]]


def scaled_by_loop(x: Array, train: Array, test: Array) -> tuple[list[float], list[float]]:
    values = [float(x[row]) for row in train]
    mean = sum(values) / len(values)
    spread = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5
    return [(value - mean) / spread for value in values], [(float(x[row]) - mean) / spread for row in test]


def scaled_by_pandas(x: Array, train: Array, test: Array) -> Any:
    series = pd.Series(x)
    result = (series - series.iloc[train].mean()) / series.iloc[train].std(ddof=0)
    return result.iloc[train], result.iloc[test]


class Scaler:
    def __call__(self, x: Array, train: Array, test: Array) -> Any:
        self.mean, self.spread = np.mean(x[train]), np.sqrt(np.mean((x[train] - np.mean(x[train])) ** 2))
        return tuple((x[part] - self.mean) / self.spread for part in (train, test))


RIGHT: dict[str, list[Any]] = {
    "runs-that-fell": [
        *(fell_by_loop, Runs().count),
        lambda losses, start, end: np.sum(losses[:, end - 1] < losses[:, start - 1]),
        lambda losses, start, end: sum(losses[:, end - 1] < losses[:, start - 1]),
        lambda losses, start, end: len([1 for run in losses.tolist() if run[start - 1] > run[end - 1]]),
        lambda losses, start, end: np.count_nonzero(losses.T[end - 1] < losses.T[start - 1]),
        lambda losses, start, end: (pd.DataFrame(losses)[end - 1] < pd.DataFrame(losses)[start - 1]).sum(),
        lambda losses, start, end: float((losses[:, start - 1] - losses[:, end - 1] > 0).sum()),
    ],
    "counts-from-ratios": [
        *(counts, counts_by_f1, counts_searched, counts_of_equations, Report),
        lambda *report: tuple(round(count) for count in counts(*report)),
        lambda *report: pd.Series(counts(*report), index=["TP", "FP", "FN", "TN"]),
        lambda *report: np.array(counts(*report)).round().astype(int),
    ],
    "mend-the-leak": [
        *(scaled, scaled_by_scikit_learn, scaled_flat, scaled_by_loop, scaled_by_pandas, Scaler()),
        lambda x, train, test: (scale(x[train]), (x[test] - x[train].mean()) / x[train].std()),
        lambda x, train, test: [
            np.divide(x[p] - np.average(x[train]), np.std(x[train])) for p in (train, test)
        ],
    ],
}

WRONG: dict[str, list[tuple[Any, str]]] = {
    "runs-that-fell": [
        (
            lambda losses, start, end: np.sum(losses[:, min(end, losses.shape[1] - 1)] < losses[:, start]),
            "one column too far",
        ),
        (lambda losses, start, end: np.sum(losses[:, end] < losses[:, start]), "one column too far"),
        (lambda losses, start, end: np.sum(losses[:, end - 1] <= losses[:, start - 1]), "use `<`"),
        (lambda losses, start, end: np.sum(losses[:, end - 1] > losses[:, start - 1]), "higher at the end"),
        (lambda losses, start, end: np.mean(losses[:, end - 1] < losses[:, start - 1]), "share of the runs"),
        (lambda losses, start, end: np.sum(losses[:, end - 1] - losses[:, start - 1]), "differences"),
        (lambda losses, start, end: np.sum(np.diff(losses[:, start - 1 : end]) < 0), "single steps"),
        (
            lambda losses, start, end: np.sum((np.diff(losses[:, start - 1 : end]) < 0).all(axis=1)),
            "in between and still",
        ),
        (
            lambda losses, start, end: np.sum(losses[:, start - 1 : end].min(axis=1) < losses[:, start - 1]),
            "lowest loss in between",
        ),
        (lambda losses, start, end: len(losses) - fell_by_loop(losses, start, end), "did not fall"),
        (lambda losses, start, end: losses[:, end - 1] < losses[:, start - 1], "Epoch `start`"),
        (lambda losses, start, end: np.sum(losses[end - 1 :] < losses[start - 1]), "Epoch `start`"),
        (lambda losses, start, end: len(losses), "Epoch `start`"),
        (lambda losses, start, end: np.sum(losses[:, -1] < losses[:, 0]), "Epoch `start`"),
        (lambda losses, start, end: losses.shift, ""),
    ],
    "counts-from-ratios": [
        (lambda *report: np.array(counts(*report))[[0, 2, 1, 3]], "changed places"),
        (
            share_of_found,
            "of the *flagged* rows",
        ),
        (lambda p, r, a, n: (*counts(p, r, a, n)[:2], counts(p, r, a, n)[1], n), "All wrong decisions"),
        (lambda p, r, a, n: (*scaled_with(counts(p, r, a, n)[0], p, p, n),), "Misses belong to recall"),
        (lambda p, r, a, n: scaled_with(np.divide((1 - a) * n, 1 / p - 1), p, r, n), "Some are misses"),
        (lambda p, r, a, n: scaled_with(a * n, p, r, n), "TN among them"),
        (lambda p, r, a, n: counts(p, r, 1 - a, n), "as the wrong ones"),
        (lambda p, r, a, n: scaled_with((1 - a) * n / (1 / p + 1 / r), p, r, n), "two 1s"),
        (lambda p, r, a, n: (*counts(p, r, a, n)[:3], n - counts(p, r, a, n)[0]), "FP *and* FN"),
        (lambda p, r, a, n: scaled_with(a * n * r, p, r, n), "Recall is a share of the positives"),
        (lambda *report: [int(count) for count in counts(*report)], "`int` cuts"),
        (lambda p, r, a, n: scaled_with(n * r, p, r, n), "All wrong decisions"),
        (lambda p, r, a, n: counts(p, r, a, n)[:3], "All wrong decisions"),
        (lambda p, r, a, n: np.array(counts(p, r, a, n)) / n, "All wrong decisions"),
    ],
    "mend-the-leak": [
        (lambda x, train, test: scaled(x, train, test, x.mean(), x.std()), "still come from all rows"),
        (lambda x, train, test: (scaled(x, train, train)[0], scaled(x, test, test)[0]), "a single row"),
        (lambda x, train, test: scaled(x, train, test, spread=x.std()), "mean is right now"),
        (lambda x, train, test: scaled(x, train, test, mean=x.mean()), "spread is right now"),
        (lambda x, train, test: scaled(x, train, test, spread=x[train].var()), "variance"),
        (lambda x, train, test: scaled(x, train, test, spread=x[train].std(ddof=1)), "n − 1"),
        (lambda x, train, test: scaled(np.arange(x.size), train, test), "scale the row numbers"),
        (lambda x, train, test: scaled(x, train, test, train.mean(), train.std()), "of the row numbers"),
        (lambda x, train, test: scaled(x, train, test)[::-1], "training rows first"),
        (lambda x, train, test: scaled(x, test, train)[::-1], "fit on the test rows"),
        (lambda x, train, test: (scaled(x, train, test)[0], x[test]), "scaled as well"),
        (lambda x, train, test: scaled(x, train, test)[0], "Take mean and spread"),
        (lambda x, train, test: scaled(x, train, test, mean=0), "Take mean and spread"),
        (lambda x, train, test: scaled(x, train, test, spread=1), "Take mean and spread"),
        (lambda x, train, test: scaled(x, train, test, np.median(x[train])), "Take mean and spread"),
        (lambda x, train, test: train.scaled, ""),
    ],
}
