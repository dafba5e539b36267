from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def count_parameters(widths: Array) -> int:
    return sum(
        inputs * units + units
        for inputs, units in zip(widths[:-1].tolist(), widths[1:].tolist(), strict=True)
    )


def mse_ratio(y_train: Array, y_val: Array, predicted: Array) -> float:
    return float(np.mean((y_val - predicted) ** 2) / np.mean((y_val - np.mean(y_train)) ** 2))


def stop_early(val_loss: Array, patience: int) -> tuple[int, int]:
    best = 0
    for epoch, loss in enumerate(val_loss):
        if loss < val_loss[best]:
            best = epoch
        elif epoch - best >= patience:
            return best + 1, epoch + 1
    return best + 1, len(val_loss)


def from_zero(val_loss: Array, patience: int) -> tuple[int, int]:
    best, run = stop_early(val_loss, patience)
    return best - 1, run


SOLUTIONS: dict[str, Any] = {
    "count-parameters": count_parameters,
    "mse-ratio": mse_ratio,
    "stop-early": stop_early,
}

WRONG: dict[str, list[tuple[Any, str]]] = {
    "count-parameters": [
        (lambda widths: np.dot(widths[:-1], widths[1:]), "bias as well"),
        (lambda widths: np.dot(widths[:-1], widths[1:]) + widths[:-1].sum(), "each *input*"),
        (lambda widths: np.dot(widths[:-1], widths[1:]) + len(widths) - 1, "one bias a layer"),
        (lambda widths: widths[1:].sum(), "biases alone"),
    ],
    "mse-ratio": [
        (lambda _, y_val, predicted: mse_ratio(y_val, y_val, predicted), "knows the mean"),
        (lambda *rows: 1 - mse_ratio(*rows), "*gone*"),
        (lambda *rows: 1 / mse_ratio(*rows), "upside down"),
        (lambda *rows: np.sqrt(mse_ratio(*rows)), "square roots"),
        (lambda _, y_val, predicted: np.mean((y_val - predicted) ** 2), "with its unit"),
    ],
    "stop-early": [
        (from_zero, "counted from 0"),
        (lambda val_loss, patience: stop_early(val_loss, patience + 1), "too long"),
        (lambda val_loss, _: (np.argmin(val_loss) + 1, len(val_loss)), "whole list"),
        (lambda *given: stop_early(*given)[::-1], "changed places"),
    ],
}
