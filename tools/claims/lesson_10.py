"""What lesson 10 claims of twelve seeds and of shuffled labels.

python -m tools.claims.lesson_10    train the twelve runs, and write lessonkit/data/training_runs.csv
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lessonkit.datasets import load_simulated_rows, load_training_runs
from lessonkit.metrics import ThresholdSweep
from tools.claims import repeated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

FROZEN = Path(__file__).resolve().parents[2] / "lessonkit" / "data" / "training_runs.csv"
SEEDS: Final = 12
EPOCHS: Final = 40
SHUFFLES: Final = 20
CODES: Final = 300
# Losses wander a little on other processors.
TOLERANCE: Final = 0.02


def _parts() -> tuple[Array, Array, Array]:
    """Return the numbers of the training, validation and test rows."""
    train, val, test = np.split(load_simulated_rows().order, [600, 800])
    return train, val, test


# Twelve seeds


@cache
def _run(seed: int) -> tuple[Array, Array, float]:
    """Return the two losses by epoch, and the training loss measured after the first epoch."""
    import keras  # type: ignore[import-untyped]
    from keras.layers import Dense  # type: ignore[import-untyped]

    rows, (train, val, _) = load_simulated_rows(), _parts()
    scaler = StandardScaler().fit(rows.X[train])
    inputs, inputs_val = (scaler.transform(rows.X[part]) for part in (train, val))
    keras.utils.set_random_seed(seed)
    network = keras.Sequential([
        keras.Input((10,)),
        Dense(8, activation="relu"),
        Dense(1, activation="sigmoid"),
    ])  # fmt: skip
    network.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy")
    after: list[float] = []

    def measure(epoch: int, _logs: object) -> None:
        if epoch == 0:
            after.append(float(network.evaluate(inputs, rows.y[train], verbose=0)))

    history = network.fit(
        *(inputs, rows.y[train]),
        epochs=EPOCHS,
        batch_size=25,
        verbose=0,
        validation_data=(inputs_val, rows.y[val]),
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=measure)],
    ).history
    return np.array(history["loss"]), np.array(history["val_loss"]), after[0]


@repeated(SEEDS, over="seeds")
def the_saved_losses_are_those_of_the_training(seed: int) -> float:
    """Train again: no loss differs from the saved one by more than the tolerance."""
    runs, (loss, val_loss, _) = load_training_runs(), _run(seed)
    apart = max(
        float(np.abs(found - saved[seed]).max())
        for found, saved in ((loss, runs.loss), (val_loss, runs.val_loss))
    )
    return TOLERANCE - apart - 1e-6 * seed  # the seed, because all may agree to the last digit


@repeated(SEEDS, over="seeds")
def training_loss_falls(seed: int) -> float:
    """See the training loss fall from epoch 1 to 5, from 5 to 15 and from 15 to 40."""
    loss = _run(seed)[0]
    return float(-np.diff(loss[[0, 4, 14, 39]]).max())


@repeated(SEEDS, over="seeds")
def validation_loss_falls_at_first(seed: int) -> float:
    """See the validation loss fall from epoch 1 to 5."""
    val_loss = _run(seed)[1]
    return float(val_loss[0] - val_loss[4])


@repeated(SEEDS, over="seeds")
def validation_loss_rises_in_the_end(seed: int) -> float:
    """See the validation loss rise from epoch 15 to 40."""
    val_loss = _run(seed)[1]
    return float(val_loss[39] - val_loss[14])


@repeated(SEEDS, over="seeds")
def running_mean_is_above(seed: int) -> float:
    """See the loss that Keras reports of the first epoch stay above the one measured after it."""
    loss, _, after = _run(seed)
    return float(loss[0] - after)


# Shuffled labels


def _area(labels: Array, extra: Array | None) -> float:
    rows, (train, _, test) = load_simulated_rows(), _parts()
    table = rows.X if extra is None else np.column_stack([rows.X, extra])
    fitted = make_pipeline(StandardScaler(), LogisticRegression()).fit(table[train], labels[train])
    scores = fitted.predict_proba(table[test])[:, 1]
    return float(ThresholdSweep(labels[test], scores).average_precision)


@cache
def _shuffled(seed: int) -> Array:
    """Return the mean over twenty shuffles of the sound, the postcode and the note program."""
    y = load_simulated_rows().y
    rng = np.random.default_rng(seed)
    codes = rng.integers(CODES, size=y.size)
    note = np.where(rng.random(y.size) < 0.95, y, 1 - y)  # noqa: PLR2004  (how often the note is right)
    found = []
    for _ in range(SHUFFLES):
        labels = rng.permutation(y)
        shares = np.bincount(codes, labels, CODES) / np.maximum(np.bincount(codes, minlength=CODES), 1)
        found.append([_area(labels, None), _area(labels, shares[codes]), _area(labels, note)])
    means: NDArray[Any] = np.array(found).mean(axis=0)
    return means


@repeated(SEEDS, over="shuffles")
def sound_falls_to_the_prevalence(seed: int) -> float:
    """See the mean of the sound program within 0.06 of the prevalence."""
    return float(0.06 - abs(_shuffled(seed)[0] - load_simulated_rows().y.mean()))


@repeated(SEEDS, over="shuffles")
def note_falls_to_the_prevalence(seed: int) -> float:
    """See the mean of the program with a note within 0.06 of the prevalence."""
    return float(0.06 - abs(_shuffled(seed)[2] - load_simulated_rows().y.mean()))


@repeated(SEEDS, over="shuffles")
def postcode_stays_far_above(seed: int) -> float:
    """See the mean of the postcode program at least 0.2 above that of the sound one."""
    return float(_shuffled(seed)[1] - _shuffled(seed)[0] - 0.2)


if __name__ == "__main__":
    runs = [_run(seed) for seed in range(SEEDS)]
    np.savetxt(FROZEN, np.array([run[part] for part in range(2) for run in runs]), fmt="%.6f", delimiter=",")
