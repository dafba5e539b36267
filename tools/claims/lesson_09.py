"""What lesson 09 claims of losses, class weights, an initial bias and a lower threshold.

python -m tools.claims.lesson_09     print the table that lessonkit/figures/repeated.py has frozen
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.datasets import load_email
from lessonkit.metrics import ThresholdSweep
from tools.claims import repeated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

RUNS = 12
EPOCHS, BATCH = 20, 128
STEPS = 22
HALF = 0.5


@dataclass(frozen=True)
class _Run:
    """One network on one split of the emails: its log, and its scores of the validation rows."""

    y: Array
    scores: Array
    log: dict[str, list[float]]
    evaluated: float

    @property
    def average_precision(self) -> float:
        return float(ThresholdSweep(self.y, self.scores).average_precision)

    @property
    def brier(self) -> float:
        return float(np.mean((self.scores - self.y) ** 2))

    def recall(self, threshold: float = HALF) -> float:
        return float(np.mean(self.scores[self.y == 1] >= threshold))


@cache
def _split(seed: int) -> tuple[Array, Array, Array, Array]:
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import StandardScaler

    email = load_email()
    rows, rest, y, y_rest = train_test_split(
        email.X.to_numpy("float32"), email.y, test_size=0.3, stratify=email.y, random_state=seed
    )
    scaler = StandardScaler().fit(rows)
    return scaler.transform(rows), scaler.transform(rest), y, y_rest


def _network(start: object) -> Any:  # noqa: ANN401  (Keras has no types)
    import keras  # type: ignore[import-untyped]

    hidden = keras.layers.Dense(8, activation="relu")
    last = keras.layers.Dense(1, activation="sigmoid", bias_initializer=start)
    return keras.Sequential([keras.Input((20,)), hidden, last])


@cache
def _compiled(loss: str) -> Any:  # noqa: ANN401
    """Compile once for all seeds, because TensorFlow takes longer to compile than to train."""
    import keras

    model = _network("zeros")
    model.compile(
        optimizer=keras.optimizers.Adam(0.02), loss=loss, metrics=["accuracy"], steps_per_execution=STEPS
    )
    return model


@cache
def _trained(seed: int, kind: str) -> _Run:
    """Train as the lesson does, on the split and from the start of a seed: 20 epochs instead of 10."""
    import keras

    rows, rest, y, y_rest = _split(seed)
    share = float(y.mean())
    start = keras.initializers.Constant(np.log(share / (1 - share))) if kind == "initial bias" else "zeros"
    weight = (1 - share) / share if kind == "class weights" else 1.0
    model = _compiled("categorical_crossentropy" if kind == "categorical" else "binary_crossentropy")
    keras.utils.set_random_seed(seed)
    model.set_weights(_network(start).get_weights())
    for variable in model.optimizer.variables:
        if variable is not model.optimizer.learning_rate:
            variable.assign(0 * variable)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        log = model.fit(
            rows, y, epochs=EPOCHS, batch_size=BATCH, class_weight={0: 1.0, 1: weight}, verbose=0
        ).history
        evaluated = model.evaluate(rows, y, batch_size=BATCH, verbose=0)[0]
    scores = np.asarray(model(rest), dtype=float)[:, 0]
    return _Run(y_rest, scores, log, float(evaluated))


def _weight(seed: int) -> float:
    share = float(_split(seed)[2].mean())
    return (1 - share) / share


def _undone(seed: int) -> _Run:
    """Divide the odds of the net with class weights by the weight."""
    run = _trained(seed, "class weights")
    scores = run.scores / (run.scores + _weight(seed) * (1 - run.scores))
    return _Run(run.y, scores, run.log, run.evaluated)


@repeated(RUNS, over="seeds")
def log_is_above_the_loss_after_it(seed: int) -> float:
    """See the loss of the last epoch in the log above the loss of the trained network."""
    run = _trained(seed, "plain")
    return run.log["loss"][-1] - run.evaluated


@repeated(RUNS, over="seeds")
def blind_loss_ends_at_never(seed: int) -> float:
    """With the categorical loss, accuracy rises, and ends within 0.01 of never flagging."""
    run = _trained(seed, "categorical")
    accuracy, never = run.log["accuracy"], 1 - float(_split(seed)[2].mean())
    return min(accuracy[-1] - accuracy[0], 0.01 - abs(accuracy[-1] - never))


@repeated(RUNS, over="seeds")
def weights_raise_recall(seed: int) -> float:
    """At 0.5 the net with class weights finds more spam."""
    return _trained(seed, "class weights").recall() - _trained(seed, "plain").recall()


@repeated(RUNS, over="seeds")
def weights_break_calibration(seed: int) -> float:
    """Class weights raise the mean score by at least half, and the Brier score."""
    weighted, plain = _trained(seed, "class weights"), _trained(seed, "plain")
    return min(weighted.brier - plain.brier, float(weighted.scores.mean() - 1.5 * plain.scores.mean()))


@repeated(RUNS, over="seeds")
def threshold_raises_recall(seed: int) -> float:
    """Cut at 1 / (1 + weight), the plain net finds more spam than at 0.5."""
    plain = _trained(seed, "plain")
    return plain.recall(1 / (1 + _weight(seed))) - plain.recall()


@repeated(RUNS, over="seeds")
def bias_helps_the_start(seed: int) -> float:
    """See a lower first loss in the log with the initial bias."""
    return _trained(seed, "plain").log["loss"][0] - _trained(seed, "initial bias").log["loss"][0]


@repeated(RUNS, over="seeds")
def undoing_restores_the_brier_score(seed: int) -> float:
    """Divided odds have a lower Brier score than the weighted scores."""
    return _trained(seed, "class weights").brier - _undone(seed).brier


def frozen(seed: int) -> dict[str, tuple[float, float, float, float]]:
    """Return for each remedy its average precision, recall, mean score and Brier score."""
    plain, cut = _trained(seed, "plain"), 1 / (1 + _weight(seed))
    runs = {
        "plain, cut at 0.5": (plain, HALF),
        "initial bias": (_trained(seed, "initial bias"), HALF),
        "class weights": (_trained(seed, "class weights"), HALF),
        "lower threshold": (plain, cut),
    }
    return {
        name: (run.average_precision, run.recall(threshold), float(run.scores.mean()), run.brier)
        for name, (run, threshold) in runs.items()
    }


if __name__ == "__main__":
    for number in range(RUNS):
        print({name: np.round(values, 3).tolist() for name, values in frozen(number).items()})
