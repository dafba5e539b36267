from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def bars_to_scale(losses: Array, width: int) -> list[int]:
    return [round(width * loss / max(losses)) for loss in losses]


def counts_from_ratios(precision: float, recall: float, accuracy: float, n: int) -> tuple[int, ...]:
    """Search all counts, as the lesson does; the reports of the cases have one solution each."""
    wrong = round((1 - accuracy) * n)
    for fp in range(wrong + 1):
        fn = wrong - fp
        tp = precision * fp / (1 - precision)
        if tp > 0 and abs(tp / (tp + fn) - recall) < 1e-9:
            return round(tp), fp, fn, n - round(tp) - wrong
    raise AssertionError("no counts fit")


def mend_the_leak(x: Array, train: Array, test: Array) -> tuple[Array, Array]:
    mean, spread = np.mean(x[train]), np.std(x[train])
    return (x[train] - mean) / spread, (x[test] - mean) / spread


def own_scale(x: Array, train: Array, test: Array) -> tuple[Array, Array]:
    return mend_the_leak(x, train, train)[0], mend_the_leak(x, test, test)[0]


def leaky(x: Array, train: Array, test: Array) -> tuple[Array, Array]:
    scaled = (x - x.mean()) / x.std()
    return scaled[train], scaled[test]


def half_mended(x: Array, train: Array, test: Array) -> tuple[Array, Array]:
    return (x[train] - x[train].mean()) / x.std(), (x[test] - x[train].mean()) / x.std()


def share_of_found(precision: float, recall: float, accuracy: float, n: int) -> tuple[float, ...]:
    tp = (1 - accuracy) * n / (2 - precision - recall)
    fp, fn = tp * (1 - precision), tp * (1 - recall)
    return tp, fp, fn, n - tp - fp - fn


def share_of_one(precision: float, recall: float, accuracy: float, n: int) -> tuple[float, ...]:
    tp = (1 - accuracy) * n / (1 / precision + 1 / recall - 2)
    fp, fn = tp * (1 / precision - 1), tp * (1 / recall - 1)
    return tp, fp, fn, n - tp - fp - fn


def swapped(*report: Any) -> tuple[int, ...]:  # noqa: ANN401  (the four numbers of a report)
    tp, fp, fn, tn = counts_from_ratios(*report)
    return tp, fn, fp, tn


def misses_from_precision(*report: Any) -> tuple[float, ...]:  # noqa: ANN401  (the four numbers of a report)
    tp, fp, _, _ = counts_from_ratios(*report)
    return tp, fp, tp * (1 / report[0] - 1), report[3] - tp - 2 * fp


def only_false_alarms(precision: float, recall: float, accuracy: float, n: int) -> tuple[float, ...]:
    tp = (1 - accuracy) * n / (1 / precision - 1)
    fp, fn = tp * (1 / precision - 1), tp * (1 / recall - 1)
    return tp, fp, fn, n - tp - fp - fn


def all_right_are_found(precision: float, _: float, accuracy: float, n: int) -> tuple[float, ...]:
    tp = accuracy * n
    fp = tp * (1 / precision - 1)
    fn = (1 - accuracy) * n - fp
    return tp, fp, fn, n - tp - fp - fn


def only_the_found_left_out(precision: float, recall: float, accuracy: float, n: int) -> tuple[int, ...]:
    tp, fp, fn, _ = counts_from_ratios(precision, recall, accuracy, n)
    return tp, fp, fn, n - tp


def without_the_ones(precision: float, recall: float, accuracy: float, n: int) -> tuple[float, ...]:
    tp = (1 - accuracy) * n / (1 / precision + 1 / recall)
    fp, fn = tp * (1 / precision - 1), tp * (1 / recall - 1)
    return tp, fp, fn, n - tp - fp - fn


def from_zero_to_one(losses: Array, width: int) -> Array:
    return np.asarray(np.round(width * (losses - losses.min()) / np.ptp(losses)))


SOLUTIONS: dict[str, Any] = {
    "bars-to-scale": bars_to_scale,
    "counts-from-ratios": counts_from_ratios,
    "mend-the-leak": mend_the_leak,
}

WRONG: dict[str, list[tuple[Any, str]]] = {
    "bars-to-scale": [
        (from_zero_to_one, "Bars begin at 0"),
        (lambda losses, width: (width * losses / losses.max()).astype(int), "cut the decimals"),
        (lambda losses, width: np.round(width * losses / losses[0]), "first loss"),
        (lambda losses, width: np.round(width * losses), "full width"),
        (lambda losses, width: width - np.round(width * losses / losses.max()), "grow while the loss falls"),
        (lambda losses, width: width * losses / losses.max(), "whole stars"),
    ],
    "counts-from-ratios": [
        (swapped, "changed places"),
        (share_of_found, "of the *flagged* rows"),
        (misses_from_precision, "Misses belong to recall"),
        (only_false_alarms, "Some are misses"),
        (all_right_are_found, "TN among them"),
        (
            lambda precision, recall, accuracy, n: share_of_one(precision, recall, 1 - accuracy, n),
            "wrong ones",
        ),
        (without_the_ones, "two 1s"),
        (only_the_found_left_out, "FP *and* FN"),
    ],
    "mend-the-leak": [
        (leaky, "from all rows"),
        (own_scale, "their own mean"),
        (half_mended, "mean is mended"),
        (lambda _, train, test: mend_the_leak(np.arange(9), train, test), "row numbers"),
        (
            lambda x, train, test: (
                (x[train] - train.mean()) / train.std(),
                (x[test] - train.mean()) / train.std(),
            ),
            "of the row numbers",
        ),
        (lambda x, train, test: mend_the_leak(x, train, test)[::-1], "training rows first"),
        (lambda x, train, test: mend_the_leak(x, test, train)[::-1], "You fit on the test rows"),
        (lambda x, train, test: (mend_the_leak(x, train, test)[0], x[test]), "as well"),
    ],
}
