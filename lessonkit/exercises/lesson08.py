"""The exercises of lesson 08: parameters of a stack, an error without a unit, and when to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.judge import Declared, Mistake, Verdict, judge_function
from lessonkit.exercises.registry import exercises_of

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

exercise = exercises_of("08-sequential-models")


def _widths(random: Random) -> tuple[Any, ...]:
    """Draw a stack of one to five layers, whose widths are now and then all equal or all 1."""
    layers, width = random.randint(1, 5), random.choice([1, 2, 10])
    drawn = [random.choice([1, 1, 2, 3, 5, 8, 64]) for _ in range(layers + 1)]
    return (np.array(random.choice([drawn, drawn, drawn, [width] * (layers + 1)])),)


@exercise(
    "count-parameters",
    solution=lambda widths: (widths[:-1] * widths[1:] + widths[1:]).sum(),
    returns=("number of parameters",),
)
def count_parameters() -> Declared:
    """Check ``f(widths) -> number of parameters`` of a stack of dense layers."""
    return Declared(
        cases=[([20, 8, 1],), ([64, 10],), ([20, 64, 64, 1],)],
        inputs=_widths,
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
                "You count one bias per layer. Each unit has a bias of its own.",
            ),
            Mistake(
                lambda widths: widths[-2] * widths[-1] + widths[-1],
                "This is the last layer alone. Add up all layers.",
            ),
            Mistake(
                lambda widths: widths[0] * widths[1] + widths[1],
                "This is the first layer alone. Add up all layers.",
            ),
            Mistake(
                lambda widths: (widths[:-2] * widths[1:-1] + widths[1:-1]).sum(),
                "The last layer is missing. Add up all layers.",
            ),
            Mistake(
                lambda widths: (widths[:-1] * widths[1:]).sum() + widths.sum(),
                "You give a bias to each feature as well. Only units have one.",
            ),
            Mistake(
                lambda widths: widths.prod(),
                "This is the product of all widths. Each layer has its own weights: multiply the two widths "
                "of each layer, and add up the layers.",
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


def _targets(random: Random) -> tuple[Any, ...]:
    """Draw targets in quarters, exact in float32, of any size and sign; the baseline errs somewhere."""
    size = random.choice([1, 1, 1000])

    def rows(count: int) -> NDArray[Any]:
        quarters = [random.randint(-20, 40) / 4 * size for _ in range(count)]
        return np.array(quarters, dtype=random.choice([np.float32, np.float64]))

    while True:
        y_train, y_val = rows(random.randint(1, 5)), rows(random.randint(1, 4))
        if (y_val != y_train.mean()).any():
            mean = np.full(y_val.size, y_train.astype(float).mean())
            return y_train, y_val, random.choice([rows(y_val.size)] * 4 + [y_val, mean])


@exercise(
    "mse-ratio",
    solution=lambda y_train, y_val, predicted: _mse(y_val, predicted) / _mse(y_val, y_train.mean()),
    returns=("ratio",),
)
def mse_ratio() -> Declared:
    """Check ``f(y_train, y_val, predicted) -> MSE of the predictions / MSE of the training mean``."""
    return Declared(
        cases=[
            ([1.0, 2.0, 6.0], [2.0, 5.0], [3.0, 5.0]),
            ([1000.0, 3000.0], [1000.0, 2500.0, 4000.0], [1500.0, 2000.0, 3000.0]),
        ],
        inputs=_targets,
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
                lambda y_train, y_val, predicted: _mse(y_val, predicted) / _mse(y_val, np.median(y_train)),
                "Your baseline predicts the median. Predict the mean of the training targets.",
            ),
            Mistake(
                lambda y_train, y_val, predicted: _mse(y_val, predicted) / _mse(predicted, y_train.mean()),
                "Your baseline compares the mean with the predictions. Compare it with the targets `y_val`.",
            ),
            Mistake(
                lambda y_train, y_val, _: _mse(y_val, y_train.mean()),
                "This is the MSE of the baseline alone. Divide the MSE of the predictions by it.",
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


def _never_reset(val_loss: NDArray[Any], patience: int) -> tuple[int, int]:
    best = waited = 0
    for epoch, loss in enumerate(val_loss):
        if loss < val_loss[best]:
            best = epoch
        else:
            waited += epoch > 0
            if waited >= patience:
                return best + 1, epoch + 1
    return best + 1, len(val_loss)


def _one_before(val_loss: NDArray[Any], patience: int) -> tuple[int, int]:
    best, run = _stop(val_loss, patience)
    return best, run - (run - best >= patience)


def _back_by_patience(val_loss: NDArray[Any], patience: int) -> tuple[int, int]:
    run = _stop(val_loss, patience)[1]
    return max(run - patience, 1), run


def _last_is_best(val_loss: NDArray[Any], patience: int) -> tuple[int, int]:
    best, run = _stop(val_loss, patience)
    return (best if run - best >= patience else run), run


def _rising_is_new(val_loss: NDArray[Any], patience: int) -> tuple[int, int]:
    return _stop(-val_loss, patience)


def _losses(random: Random) -> tuple[Any, ...]:
    """Draw few levels, so that values return, now and then in falling or rising order, or above 1."""
    epochs, size = random.randint(1, 9), random.choice([1, 1, 10])
    drawn = [random.randint(1, 9) / 10 * size for _ in range(epochs)]
    ordered = random.choice([drawn, drawn, drawn, sorted(drawn), sorted(drawn)[::-1]])
    return np.array(ordered), random.choice([1, 2, 2, 3, 4, 10])


@exercise("stop-early")
def stop_early(answer: object) -> Verdict:
    """Check ``f(val_loss, patience) -> (best epoch, epochs run)``, both counted from 1."""
    return judge_function(
        answer,
        solution=lambda val_loss, patience: _stop(val_loss, patience),  # noqa: PLW0108  (names the inputs)
        returns=("best epoch", "number of epochs run"),
        cases=[
            ([0.5, 0.3, 0.4, 0.45, 0.5, 0.2], 2),
            ([0.5, 0.6, 0.4, 0.45, 0.3, 0.35], 2),
            ([0.5, 0.3, 0.3, 0.3, 0.1], 2),
        ],
        inputs=_losses,
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
                _never_reset,
                "Your count of waiting epochs never goes back to 0. After a new lowest value, start to count "
                "again.",
            ),
            Mistake(
                lambda val_loss, patience: _stop(val_loss, patience - 1),
                "You stop one epoch too early: wait for `patience` epochs without a new lowest value.",
            ),
            Mistake(
                _one_before,
                "The epoch in which the patience is used up has run too: count it.",
            ),
            Mistake(
                _back_by_patience,
                "You count back from the end. If training never stops early, the best epoch may be closer.",
            ),
            Mistake(
                _last_is_best,
                "If training never stops early, the best epoch is still the one with the lowest value, not "
                "the last one.",
            ),
            Mistake(
                _rising_is_new,
                "You look for the highest value. A lower loss is better.",
            ),
            Mistake(
                lambda val_loss, patience: (
                    val_loss[_stop(val_loss, patience)[0] - 1],
                    _stop(val_loss, patience)[1],
                ),
                "You return the lowest loss. Return the epoch in which it occurs.",
            ),
            Mistake(
                _against_the_last,
                "You compare with the epoch before. Compare with the best value so far.",
            ),
            Mistake.turned(
                _stop,
                "The two numbers have changed places: the best epoch comes first.",
            ),
        ],
        otherwise="Keep the index of the best value so far; stop when the current index is `patience` ahead.",
    )
