from __future__ import annotations

import math

import keras
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score

from lessonkit.metrics import MetricsError
from lessonkit.trace import ExactAveragePrecision

rng = np.random.default_rng(0)
X = rng.normal(size=(300, 4)).astype("float32")
Y = (X[:, 0] + rng.normal(size=300) > 1.2).astype("float32")
WEIGHT = rng.uniform(0.5, 3, size=100)
X_VAL, Y_VAL = X[200:], Y[200:]


def model(units: int = 1, activation: str = "sigmoid") -> keras.Sequential:
    keras.utils.set_random_seed(0)
    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation=activation)])
    loss = keras.losses.BinaryCrossentropy(from_logits=activation == "linear")
    network.compile(keras.optimizers.SGD(0.05), loss if units == 1 else "sparse_categorical_crossentropy")
    return network


def fit(
    network: keras.Sequential, *callbacks: keras.callbacks.Callback, epochs: int = 1
) -> dict[str, list[float]]:
    done = network.fit(X[:200], Y[:200], epochs=epochs, batch_size=100, verbose=0, callbacks=[*callbacks])
    history: dict[str, list[float]] = done.history
    return history


@pytest.mark.parametrize("activation", ["sigmoid", "linear"])
def test_the_history_holds_the_exact_value_of_each_epoch(activation: str) -> None:
    network = model(activation=activation)
    exact = ExactAveragePrecision(X_VAL, Y_VAL, batch_size=33)
    seen: list[float] = []

    def predict(*_: object) -> None:
        seen.append(average_precision_score(Y_VAL, network.predict(X_VAL, verbose=0)[:, 0]))

    history = fit(network, exact, keras.callbacks.LambdaCallback(on_epoch_end=predict), epochs=2)
    assert exact.name == "val_average_precision_exact"
    assert history[exact.name] == pytest.approx(seen, abs=1e-12)
    assert seen[0] != seen[1]


def test_weights_columns_of_labels_and_data_frames_are_taken() -> None:
    network = model()
    exact = ExactAveragePrecision(pd.DataFrame(X_VAL), Y_VAL[:, None], name="val_ap", sample_weight=WEIGHT)
    history = fit(network, exact)
    scores = network.predict(X_VAL, verbose=0)[:, 0]
    expected = average_precision_score(Y_VAL, scores, sample_weight=WEIGHT)
    assert history["val_ap"] == [pytest.approx(expected, abs=1e-12)]


def test_any_two_labels_are_taken() -> None:
    network = model()
    words = np.where(Y_VAL == 1, "spam", "ham")
    plain = ExactAveragePrecision(X_VAL, Y_VAL, name="plain")
    history = fit(network, plain, ExactAveragePrecision(X_VAL, words, name="words", pos_label="spam"))
    assert history["words"] == history["plain"]


def test_early_stopping_reads_it() -> None:
    network = model()
    network.optimizer.learning_rate = 0.0  # nothing improves after the first epoch
    exact = ExactAveragePrecision(X_VAL, Y_VAL)
    stop = keras.callbacks.EarlyStopping(monitor=exact.name, mode="max", patience=2)
    history = fit(network, exact, stop, epochs=9)
    assert len(history[exact.name]) == 3


def test_a_diverged_model_gives_nan() -> None:
    network = model()
    network.layers[0].kernel.assign(np.full((4, 1), np.nan))
    (value,) = fit(network, exact := ExactAveragePrecision(X_VAL, Y_VAL))[exact.name]
    assert math.isnan(value)


def test_two_scores_a_row_are_refused() -> None:
    message = r"^The model returned shape \(100, 2\) for 100 rows.*end the model with Dense\(1\)"
    with pytest.raises(MetricsError, match=message):
        fit(model(2, "softmax"), ExactAveragePrecision(X_VAL, Y_VAL))


def test_what_the_model_returns_is_judged_before_the_first_epoch() -> None:
    epochs: list[int] = []
    count = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, _: epochs.append(epoch))
    with pytest.raises(MetricsError, match="one score a row"):
        fit(model(2, "softmax"), count, ExactAveragePrecision(X_VAL, Y_VAL))
    assert epochs == []


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16", "float64"])
def test_a_model_of_another_precision_is_measured(policy: str) -> None:
    keras.config.set_dtype_policy(policy)
    try:
        network = model()
        (value,) = fit(network, exact := ExactAveragePrecision(X_VAL, Y_VAL))[exact.name]
        scores = network.predict_on_batch(X_VAL)[:, 0].astype(float)
    finally:
        keras.config.set_dtype_policy("float32")
    assert value == pytest.approx(average_precision_score(Y_VAL, scores), abs=1e-12)


@pytest.mark.parametrize("named", [False, True])
def test_a_model_with_two_inputs_is_measured(named: bool) -> None:  # noqa: FBT001
    keras.utils.set_random_seed(0)
    left, right = keras.Input((2,), name="left"), keras.Input((2,), name="right")
    joined = keras.layers.Dense(1, activation="sigmoid")(keras.layers.Concatenate()([left, right]))
    network = keras.Model({"left": left, "right": right} if named else [left, right], joined)
    network.compile("sgd", "binary_crossentropy")

    def halves(rows: np.ndarray) -> dict[str, np.ndarray] | list[np.ndarray]:
        parts = {"left": rows[:, :2], "right": rows[:, 2:]}
        return parts if named else [*parts.values()]

    exact = ExactAveragePrecision(halves(X_VAL), Y_VAL, batch_size=33)  # type: ignore[arg-type]
    history = network.fit(halves(X[:200]), Y[:200], verbose=0, callbacks=[exact]).history
    scores = network.predict(halves(X_VAL), verbose=0)[:, 0]
    assert history[exact.name] == [pytest.approx(average_precision_score(Y_VAL, scores), abs=1e-12)]


def test_a_model_trained_on_a_dataset_is_measured_on_arrays_and_a_dataset_of_rows_is_refused() -> None:
    import tensorflow as tf

    network = model()
    batches = tf.data.Dataset.from_tensor_slices((X[:200], Y[:200])).batch(50)
    exact = ExactAveragePrecision([*X_VAL], Y_VAL)  # a list of rows is one input
    history = network.fit(batches, verbose=0, shuffle=False, callbacks=[exact]).history
    scores = network.predict(X_VAL, verbose=0)[:, 0]
    assert history[exact.name] == [pytest.approx(average_precision_score(Y_VAL, scores), abs=1e-12)]
    with pytest.raises(MetricsError, match=r"no rows at hand. Collect them: X = np.concatenate"):
        ExactAveragePrecision(batches, Y_VAL)
    collected = np.concatenate([x for x, y in batches])
    assert np.array_equal(collected, X[:200]), "the advice works"


def test_a_batch_size_of_none_is_taken_and_none_below_one() -> None:
    history = fit(model(), exact := ExactAveragePrecision(X_VAL, Y_VAL, batch_size=None))
    assert len(history[exact.name]) == 1
    for size in (0, -1, 2.5):
        with pytest.raises(MetricsError, match="batch_size"):
            ExactAveragePrecision(X_VAL, Y_VAL, batch_size=size)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "labels", "weight", "message"),
    [
        (X_VAL[:50], Y_VAL, None, r"X has shape \(50, 4\), y \(100,\)"),
        (X_VAL, Y_VAL[:50, None], None, r"X has shape \(100, 4\), y \(50, 1\)"),
        (np.float32(3), 1.0, None, "y_true"),
        (X_VAL, np.zeros(100), None, "y_true has only negatives"),
        (X_VAL, np.stack([1 - Y_VAL, Y_VAL], axis=1), None, r"\(100, 2\)"),
        (X_VAL, Y_VAL, WEIGHT[:3], "sample_weight"),
        ([X_VAL, X_VAL[:50]], Y_VAL, None, r"X\[1\] has shape \(50, 4\), y \(100,\)"),
        ({"left": X_VAL[:50]}, Y_VAL, None, r"X\['left'\] has shape \(50, 4\)"),
    ],
)
def test_what_does_not_fit_together_is_refused_before_training(
    rows: np.ndarray, labels: np.ndarray, weight: np.ndarray | None, message: str
) -> None:
    with pytest.raises(MetricsError, match=message):
        ExactAveragePrecision(rows, labels, sample_weight=weight)
