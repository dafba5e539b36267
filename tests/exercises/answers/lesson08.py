"""Right answers to the exercises of lesson 08 in many forms, and wrong ones with words of their hint."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.dummy import DummyRegressor
from sklearn.metrics import mean_squared_error

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def parameters_by_loop(widths: Array) -> Any:
    total = 0
    for inputs, units in pairwise(widths):
        total += inputs * units + units
    return total


def parameters_by_place(widths: Array) -> int:
    total = 0
    for place in range(1, len(widths)):
        total += int((widths[place - 1] + 1) * widths[place])
    return total


def parameters_from_the_end(widths: Array) -> Any:
    if len(widths) == 1:
        return 0
    return (widths[-2] + 1) * widths[-1] + parameters_from_the_end(widths[:-1])


class Stack:
    def __call__(self, widths: Array) -> float:
        arrays = [np.zeros((int(a), int(b))).size + np.zeros(int(b)).size for a, b in pairwise(widths)]
        return float(sum(arrays))


def ratio(y_train: Array, y_val: Array, predicted: Array) -> Any:
    return np.mean((y_val - predicted) ** 2) / np.mean((y_val - np.mean(y_train)) ** 2)


def ratio_of_scikit_learn(y_train: Array, y_val: Array, predicted: Array) -> Any:
    baseline = np.full_like(y_val, np.mean(y_train), dtype=float)
    return mean_squared_error(y_val, predicted) / mean_squared_error(y_val, baseline)


def ratio_of_dummy(y_train: Array, y_val: Array, predicted: Array) -> Any:
    model = DummyRegressor().fit(np.zeros((y_train.size, 1)), y_train)
    return mean_squared_error(y_val, predicted) / mean_squared_error(
        y_val, model.predict(np.zeros((y_val.size, 1)))
    )


def ratio_by_loop(y_train: Array, y_val: Array, predicted: Array) -> float:
    mean = sum(y_train.tolist()) / len(y_train)
    above = below = 0.0
    for truth, guess in zip(y_val.tolist(), predicted.tolist(), strict=True):
        above += (truth - guess) ** 2
        below += (truth - mean) ** 2
    return above / below


def ratio_exact(y_train: Array, y_val: Array, predicted: Array) -> Fraction:
    train, truth, guess = ([Fraction(each) for each in row.tolist()] for row in (y_train, y_val, predicted))
    mean = sum(train, Fraction(0)) / len(train)
    pairs = zip(truth, guess, strict=True)
    return sum(((a - b) ** 2 for a, b in pairs), Fraction(0)) / sum((a - mean) ** 2 for a in truth)


class Ratio:
    def of(self, y_train: Array, y_val: Array, predicted: Array) -> Any:
        return np.array([[ratio(y_train, y_val, predicted)]])


def stop(val_loss: Array, patience: int) -> tuple[int, int]:
    best = 0
    for epoch, loss in enumerate(val_loss):
        if loss < val_loss[best]:
            best = epoch
        elif epoch - best >= patience:
            return best + 1, epoch + 1
    return best + 1, len(val_loss)


def stop_by_count(val_loss: Array, patience: int) -> tuple[int, int]:
    lowest, best, waited, epoch = float("inf"), 0, 0, 0
    for epoch, loss in enumerate(val_loss, 1):
        if loss < lowest:
            lowest, best, waited = loss, epoch, 0
        else:
            waited += 1
            if waited == patience:
                break
    return best, epoch


def stop_by_while(val_loss: Array, patience: int) -> list[int]:
    run = 1
    while run < len(val_loss) and run - (int(np.argmin(val_loss[:run])) + 1) < patience:
        run += 1
    return [int(np.argmin(val_loss[:run])) + 1, run]


def stop_of_first_minima(val_loss: Array, patience: int) -> Any:
    best = np.array([np.argmin(val_loss[: epoch + 1]) for epoch in range(len(val_loss))])
    over = np.flatnonzero(np.arange(len(val_loss)) - best >= patience)
    last = over[0] if over.size else len(val_loss) - 1
    return np.array([best[last], last]) + 1


def stop_of_series(val_loss: Array, patience: int) -> Any:
    losses = pd.Series(val_loss)
    is_new = losses < losses.cummin().shift(fill_value=np.inf)
    waited = losses.groupby(is_new.cumsum()).cumcount()
    late = waited[waited >= patience]
    run = late.index[0] + 1 if len(late) else len(losses)
    return pd.Series([losses[:run].idxmin() + 1, run])


class Stopping:
    def __init__(self) -> None:
        self.best = self.wait = 0

    def __call__(self, val_loss: Array, patience: int) -> tuple[np.float32, np.float32]:
        best, run = stop_by_count(val_loss, patience)
        return np.float32(best), np.float32(run)


def never_reset(val_loss: Array, patience: int) -> tuple[int, int]:
    best, wait, be = np.inf, 0, 0
    for epoch, loss in enumerate(val_loss, 1):
        if loss < best:
            best, be = loss, epoch
        else:
            wait += 1
            if wait == patience:
                return be, epoch
    return be, len(val_loss)


def best_at_one(val_loss: Array, patience: int) -> tuple[int, int]:
    lowest, best, waited = 1.0, 1, 0
    for epoch, loss in enumerate(val_loss, 1):
        if loss < lowest:
            lowest, best, waited = loss, epoch, 0
        else:
            waited += 1
            if waited >= patience:
                return best, epoch
    return best, len(val_loss)


def against_the_last(val_loss: Array, patience: int) -> tuple[int, int]:
    waited, run = 0, len(val_loss)
    for epoch in range(1, len(val_loss)):
        waited = 0 if val_loss[epoch] < val_loss[epoch - 1] else waited + 1
        if waited == patience:
            run = epoch + 1
            break
    return int(np.argmin(val_loss[:run])) + 1, run


def equal_is_new(val_loss: Array, patience: int) -> tuple[int, int]:
    best = 0
    for epoch, loss in enumerate(val_loss):
        if loss <= val_loss[best]:
            best = epoch
        elif epoch - best >= patience:
            return best + 1, epoch + 1
    return best + 1, len(val_loss)


def no_end(val_loss: Array, patience: int) -> tuple[int, int] | None:
    best, run = stop(val_loss, patience)
    return (best, run) if run - best >= patience else None


RIGHT: dict[str, list[Any]] = {
    "count-parameters": [
        *(parameters_by_loop, parameters_by_place, parameters_from_the_end, Stack()),
        lambda widths: (widths[:-1] * widths[1:] + widths[1:]).sum(),
        lambda widths: np.dot(widths[:-1] + 1, widths[1:]),
        lambda widths: sum(a * b + b for a, b in pairwise(widths.tolist())),
        lambda widths: Fraction(int(np.dot(widths[:-1], widths[1:]) + widths.sum() - widths[0])),
        lambda widths: pd.Series(widths).add(1).shift().mul(widths).sum(),
        lambda widths: np.array([np.convolve(widths[:-1] + 1, widths[:0:-1], "valid")]),
    ],
    "mse-ratio": [
        *(ratio, ratio_of_scikit_learn, ratio_of_dummy, ratio_by_loop, ratio_exact, Ratio().of),
        lambda train, val, guess: np.sum((val - guess) ** 2) / np.sum((val - train.mean()) ** 2),
        lambda train, val, guess: (np.linalg.norm(val - guess) / np.linalg.norm(val - train.mean())) ** 2,
        lambda train, val, guess: (
            pd.Series(val).sub(guess).pow(2).mean() / pd.Series(val).sub(train.mean()).pow(2).mean()
        ),
        lambda train, val, guess: (
            np.mean((val - guess) ** 2) / (val.var() + (val.mean() - train.mean()) ** 2)
        ),
    ],
    "stop-early": [
        *(stop, stop_by_count, stop_by_while, stop_of_first_minima, stop_of_series, Stopping()),
        lambda val_loss, patience: [Fraction(each) for each in stop(val_loss, patience)],
        lambda val_loss, patience: dict(enumerate(stop(val_loss.tolist(), patience))).values(),
        lambda val_loss, patience: stop(val_loss + 0, patience),
    ],
}

_WEIGHTS = "`inputs * units` weights"
_DIVIDE = "Divide `np.mean"
_KEEP = "Keep the index"

WRONG: dict[str, list[tuple[Any, str]]] = {
    "count-parameters": [
        (lambda widths: np.dot(widths[:-1], widths[1:]), "bias as well"),
        (lambda widths: np.dot(widths[:-1], widths[1:]) + widths[:-1].sum(), "each *input*"),
        (lambda widths: np.dot(widths[:-1], widths[1:]) + len(widths) - 1, "one bias per layer"),
        (lambda widths: (widths[-2] + 1) * widths[-1], "the last layer alone"),
        (lambda widths: (widths[0] + 1) * widths[1], "the first layer alone"),
        (lambda widths: parameters_by_loop(widths[:-1]), "last layer is missing"),
        (lambda widths: widths[1:].sum(), "biases alone"),
        (lambda widths: np.dot(widths[:-1], widths[1:]) + widths.sum(), "Only units have one"),
        (np.prod, "product of all"),
        (lambda widths: np.dot(widths[:-1], widths[1:]) + 1, _WEIGHTS),
        (lambda widths: widths.sum(), _WEIGHTS),
        (lambda widths: 2 * parameters_by_loop(widths), _WEIGHTS),
        (lambda widths: parameters_by_loop(widths[1:]), _WEIGHTS),
        (lambda widths: widths[:-1] * widths[1:] + widths[1:], _WEIGHTS),
        (lambda widths: units * widths, ""),  # type: ignore[name-defined]  # noqa: F821
    ],
    "mse-ratio": [
        (lambda _, y_val, predicted: ratio(y_val, y_val, predicted), "knows the mean"),
        (lambda train, val, guess: np.mean((val - guess) ** 2) / np.var(train), "on the training rows"),
        (lambda *rows: 1 - ratio(*rows), "*gone*"),
        (lambda *rows: 1 / ratio(*rows), "upside down"),
        (lambda *rows: np.sqrt(ratio(*rows)), "square roots"),
        (lambda _, y_val, predicted: np.mean((y_val - predicted) ** 2), "with its unit"),
        (lambda y_train, y_val, _: np.mean((y_val - y_train.mean()) ** 2), "baseline alone"),
        (lambda t, v, p: np.abs(v - p).mean() / np.abs(v - t.mean()).mean(), "absolute errors"),
        (lambda t, v, p: np.mean((v - p) ** 2) / np.mean((v - np.median(t)) ** 2), "the median"),
        (lambda t, v, p: np.mean((v - p) ** 2) / np.mean((p - t.mean()) ** 2), "with the targets"),
        (lambda t, v, p: np.mean(v - p) ** 2 / np.mean(v - t.mean()) ** 2, _DIVIDE),
        (lambda t, v, p: np.mean((v - p) ** 2) / t.mean() ** 2, _DIVIDE),
        (lambda t, v, p: np.mean((v - p) ** 2) - np.mean((v - t.mean()) ** 2), _DIVIDE),
        (lambda *rows: round(float(ratio(*rows)), 2), "Rounded to 2"),
        (lambda *rows: 100 * ratio(*rows), _DIVIDE),
    ],
    "stop-early": [
        (lambda *given: (stop(*given)[0] - 1, stop(*given)[1]), "best epoch is counted from 0"),
        (lambda *given: (stop(*given)[0] - 1, stop(*given)[1] - 1), "Count both from 1"),
        (lambda val_loss, patience: stop(val_loss, patience + 1), "too long"),
        (lambda val_loss, patience: stop(val_loss, patience - 1), "too early"),
        (lambda val_loss, _: (np.argmin(val_loss) + 1, len(val_loss)), "whole list"),
        (lambda *given: stop(*given)[::-1], "changed places"),
        (never_reset, "never goes back to 0"),
        (equal_is_new, "compare with `<`"),
        (against_the_last, "the epoch before"),
        (lambda val_loss, patience: stop(-val_loss, patience), "highest value"),
        (
            lambda losses, patience: (losses[stop(losses, patience)[0] - 1], stop(losses, patience)[1]),
            "lowest loss.",
        ),
        (lambda *given: (max(stop(*given)[1] - given[1], 1), stop(*given)[1]), "count back"),
        (best_at_one, _KEEP),
        (no_end, "Every way through"),
        (lambda *given: (stop(*given)[0], len(given[0])), _KEEP),
        (lambda *given: stop(*given)[0], _KEEP),
    ],
}
