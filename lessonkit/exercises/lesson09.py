"""The exercises of lesson 09: parameters of a stack, an error without a unit, and when to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.judge import Mistake, Verdict, judge_function
from lessonkit.exercises.registry import exercises_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

exercise = exercises_of("09-sequential-models")


@exercise("count-parameters")
def count_parameters(answer: object) -> Verdict:
    """Check ``f(widths) -> number of parameters`` of a stack of dense layers."""
    return judge_function(
        answer,
        solution=lambda widths: (widths[:-1] * widths[1:] + widths[1:]).sum(),
        returns=("number of parameters",),
        cases=[([20, 8, 1],), ([64, 10],), ([20, 64, 64, 1],), ([3, 5, 2],)],
        mistakes=[
            Mistake(
                lambda widths: (widths[:-1] * widths[1:]).sum(),
                "These are the weights. Each unit has a bias as well.",
            ),
            Mistake(
                lambda widths: (widths[:-1] * widths[1:] + widths[:-1]).sum(),
                "You give a bias to each *input*. Each *unit* of the layer has one.",
            ),
            Mistake(
                lambda widths: (widths[:-1] * widths[1:] + 1).sum(),
                "You count one bias a layer. Each unit has a bias of its own.",
            ),
            Mistake(
                lambda widths: widths[-2] * widths[-1] + widths[-1],
                "This is the last layer alone. Add up all layers.",
            ),
            Mistake(
                lambda widths: widths[1:].sum(),
                "These are the units, so the biases alone. Add a weight for each pair of input and unit.",
            ),
        ],
        otherwise="A layer has `inputs * units` weights and `units` biases; add up the layers.",
    )


def _mse(targets: NDArray[Any], predicted: Any) -> float:  # noqa: ANN401  (an array or a number)
    return float(np.mean((targets - predicted) ** 2))


@exercise("mse-ratio")
def mse_ratio(answer: object) -> Verdict:
    """Check ``f(y_train, y_val, predicted) -> MSE of the predictions / MSE of the training mean``."""
    return judge_function(
        answer,
        solution=lambda y_train, y_val, predicted: _mse(y_val, predicted) / _mse(y_val, y_train.mean()),
        returns=("ratio",),
        cases=[
            ([1.0, 2.0, 6.0], [2.0, 5.0], [3.0, 5.0]),
            ([1000.0, 3000.0], [1000.0, 2500.0, 4000.0], [1500.0, 2000.0, 3000.0]),
            ([0.0, 1.0, 5.0, 10.0], [1.0, 9.0, 3.0], [2.0, 6.0, 3.0]),
        ],
        mistakes=[
            Mistake(
                lambda _, y_val, predicted: _mse(y_val, predicted) / _mse(y_val, y_val.mean()),
                "Your baseline knows the mean of the validation targets. Use that of the training targets.",
            ),
            Mistake(
                lambda y_train, y_val, predicted: _mse(y_val, predicted) / _mse(y_train, y_train.mean()),
                "Your baseline is measured on the training rows. Measure both errors on the validation rows.",
            ),
            Mistake(
                lambda y_train, y_val, predicted: 1 - _mse(y_val, predicted) / _mse(y_val, y_train.mean()),
                "This is the share of the error that is *gone*. The share that is left is asked for.",
            ),
            Mistake(
                lambda y_train, y_val, predicted: _mse(y_val, y_train.mean()) / _mse(y_val, predicted),
                "The ratio is upside down: the error of the model goes above the line.",
            ),
            Mistake(
                lambda _, y_val, predicted: _mse(y_val, predicted),
                "This is the MSE with its unit. Divide it by the MSE of the baseline.",
            ),
            Mistake(
                lambda y_train, y_val, predicted: (
                    np.abs(y_val - predicted).mean() / np.abs(y_val - y_train.mean()).mean()
                ),
                "You take absolute errors. MSE squares them.",
            ),
            Mistake(
                lambda y_train, y_val, predicted: np.sqrt(
                    _mse(y_val, predicted) / _mse(y_val, y_train.mean())
                ),
                "This is the ratio of the square roots. Divide the mean squared errors themselves.",
            ),
        ],
        otherwise="Divide `np.mean((y_val - predicted) ** 2)` by the same with `y_train.mean()` predicted.",
    )


def _stop(val_loss: NDArray[Any], patience: int, *, equal_is_new: bool = False) -> tuple[int, int]:
    best = 0
    for epoch, loss in enumerate(val_loss):
        if loss < val_loss[best] or (equal_is_new and loss == val_loss[best]):
            best = epoch
        elif epoch - best >= patience:
            return best + 1, epoch + 1
    return best + 1, len(val_loss)


def _against_the_last(val_loss: NDArray[Any], patience: int) -> tuple[int, int]:
    waited = 0
    for epoch in range(1, len(val_loss)):
        waited = waited + 1 if val_loss[epoch] >= val_loss[epoch - 1] else 0
        if waited >= patience:
            return int(np.argmin(val_loss[: epoch + 1])) + 1, epoch + 1
    return int(np.argmin(val_loss)) + 1, len(val_loss)


@exercise("stop-early")
def stop_early(answer: object) -> Verdict:
    """Check ``f(val_loss, patience) -> (best epoch, epochs run)``, both counted from 1."""
    return judge_function(
        answer,
        solution=lambda val_loss, patience: _stop(val_loss, patience),  # noqa: PLW0108  (names the inputs)
        returns=("best epoch", "number of epochs run"),
        cases=[
            ([0.5, 0.3, 0.4, 0.45, 0.5, 0.2], 2),
            ([0.5, 0.4, 0.3], 2),
            ([0.5, 0.3, 0.3, 0.3, 0.1], 2),
            ([0.5, 0.2, 0.4, 0.3, 0.35, 0.1], 3),
            ([0.4, 0.5], 1),
        ],
        mistakes=[
            Mistake(
                lambda val_loss, patience: (_stop(val_loss, patience)[0] - 1, _stop(val_loss, patience)[1]),
                "Your best epoch is counted from 0. Count from 1.",
            ),
            Mistake(
                lambda val_loss, patience: tuple(each - 1 for each in _stop(val_loss, patience)),
                "You count epochs from 0. Count both from 1.",
            ),
            Mistake(
                lambda val_loss, _: (int(np.argmin(val_loss)) + 1, len(val_loss)),
                "You look at the whole list. Training stops earlier and does not see what comes later.",
            ),
            Mistake(
                lambda val_loss, patience: _stop(val_loss, patience + 1),
                "You wait one epoch too long: stop in the epoch in which the patience is used up.",
            ),
            Mistake(
                lambda val_loss, patience: _stop(val_loss, patience, equal_is_new=True),
                "A value equal to the best is not a new best: compare with `<`.",
            ),
            Mistake(
                _against_the_last,
                "You compare with the epoch before. Compare with the best value so far.",
            ),
            Mistake(
                lambda val_loss, patience: _stop(val_loss, patience)[::-1],
                "The two numbers have changed places: the best epoch comes first.",
            ),
        ],
        otherwise="Keep the index of the best value so far; stop when the current index is `patience` ahead.",
    )
