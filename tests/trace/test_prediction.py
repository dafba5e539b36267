from __future__ import annotations

import re
from typing import Any

import keras
import numpy as np
import pytest

from lessonkit.trace import PipelineTrace, TraceError, prediction_trace
from lessonkit.trace.prediction import PredictionTrace

layers = keras.layers
rng = np.random.default_rng(0)
ROW = rng.normal(size=6).astype("float32")


def dense(*, last: str = "sigmoid") -> keras.Sequential:
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(5, activation="tanh", name="hidden", bias_initializer="normal"),
            layers.Dropout(0.5, name="dropout"),
            layers.Dense(1, activation=last, name="score"),
        ]
    )


def functional() -> keras.Model:
    keras.utils.set_random_seed(2)
    given = keras.Input((6,), name="given")
    left = layers.Dense(4, activation="relu", name="left")(given)
    right = layers.Dense(4, name="right", use_bias=False)(given)
    both = layers.Concatenate(name="both")([left, right])
    return keras.Model(given, layers.Dense(1, activation="sigmoid", name="score")(both))


def sigmoid(value: Any) -> Any:  # noqa: ANN401
    return 1 / (1 + np.exp(-value))


def test_the_activations_of_a_sequential_model_are_those_computed_by_hand() -> None:
    model = dense()
    trace = prediction_trace(model, ROW)
    first, second = (np.asarray(weight) for weight in model.get_layer("hidden").weights)
    hidden = np.tanh(ROW @ first + second)
    weight, bias = (np.asarray(each) for each in model.get_layer("score").weights)
    score = sigmoid(hidden @ weight + bias)
    assert [layer.name for layer in trace.layers] == ["hidden", "dropout", "score"]
    np.testing.assert_allclose(trace.layers[0].activations, hidden, atol=1e-6)
    np.testing.assert_allclose(trace.layers[1].activations, hidden, atol=1e-6)  # dropout is off
    np.testing.assert_allclose(trace.layers[2].activations, score, atol=1e-6)
    assert trace.score == pytest.approx(score[0], abs=1e-6)
    assert trace.score == pytest.approx(model.predict(ROW[None], verbose=0)[0, 0], abs=1e-6)
    assert trace.flagged == (score[0] >= 0.5)
    assert trace.probability is None


def test_the_activations_of_a_functional_model_are_those_computed_by_hand() -> None:
    model = functional()
    trace = prediction_trace(model, ROW)
    left, right = (np.asarray(model.get_layer(name).kernel) for name in ("left", "right"))
    both = np.concatenate([np.maximum(ROW @ left, 0), ROW @ right])
    assert [layer.name for layer in trace.layers] == ["left", "right", "both", "score"]
    np.testing.assert_allclose(trace.layers[2].activations, both, atol=1e-6)
    assert trace.layers[2].explained is None
    score = sigmoid(both @ np.asarray(model.get_layer("score").kernel))
    assert trace.score == pytest.approx(score[0], abs=1e-6)


def test_the_strongest_unit_is_explained_by_products_that_add_up() -> None:
    model = dense()
    names = [f"word {place}" for place in range(6)]
    trace = prediction_trace(model, ROW, feature_names=names)
    explained = trace.layers[0].explained
    assert explained is not None
    weights, bias = (np.asarray(each) for each in model.get_layer("hidden").weights)
    unit = int(np.argmax(np.abs(trace.layers[0].activations)))
    assert explained.unit == unit
    assert explained.bias == pytest.approx(bias[unit], abs=1e-6)
    products = {part.name: part.product for part in explained.contributions}
    assert products == pytest.approx(dict(zip(names, weights[:, unit] * ROW, strict=True)), abs=1e-6)
    sizes = [abs(part.product) for part in explained.contributions]
    assert sizes == sorted(sizes, reverse=True)
    assert explained.total == pytest.approx(sum(products.values()) + explained.bias, abs=1e-6)
    assert explained.activation == pytest.approx(np.tanh(explained.total), abs=1e-6)
    assert re.search(
        rf"unit {unit}, the largest: \S+ × \S+ \(word \d\) \+ .*\(3 others\).*tanh makes it", str(trace)
    )
    last = trace.layers[2].explained
    assert last is not None
    assert {part.name for part in last.contributions} == {f"unit {place}" for place in range(5)}


def test_a_model_of_a_single_layer_is_followed() -> None:
    model = keras.Sequential([keras.Input((6,)), layers.Dense(1, activation="sigmoid")])
    trace = prediction_trace(model, ROW)
    assert len(trace.layers) == 1
    assert trace.score == pytest.approx(sigmoid(ROW @ np.asarray(model.layers[0].kernel))[0], abs=1e-6)


def test_a_layer_with_several_outputs_is_shown_by_its_first() -> None:
    given = keras.Input((4, 2))
    sequence, state, _ = layers.LSTM(3, return_state=True, name="lstm")(given)
    model = keras.Model(given, layers.Dense(1)(layers.Concatenate()([sequence, state])))
    trace = prediction_trace(model, np.ones((4, 2)))
    assert [layer.activations.shape for layer in trace.layers] == [(3,), (6,), (1,)]


def test_batch_normalization_uses_its_moving_averages() -> None:
    model = keras.Sequential([keras.Input((6,)), layers.BatchNormalization(), layers.Dense(1)])
    model.layers[0].moving_mean.assign(np.arange(6))
    model.layers[0].moving_variance.assign(np.full(6, 4.0))
    trace = prediction_trace(model, ROW)
    np.testing.assert_allclose(trace.layers[0].activations, (ROW - np.arange(6)) / np.sqrt(4.001), atol=1e-6)


def test_images_tokens_and_models_within_are_followed() -> None:
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(2, activation="relu")], name="inner")
    image = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(3, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            inner,
            layers.Dense(1),
        ]
    )
    trace = prediction_trace(image, rng.normal(size=(8, 8, 1)))
    assert [layer.activations.shape for layer in trace.layers] == [(6, 6, 3), (3,), (2,), (1,)]
    assert "6 × 6 × 3 values:" in str(trace)
    assert re.search(r"smallest 0\.00, mean \d\.\d\d, largest \d\.\d\d, \d+% zeros", str(trace))
    assert "A model of its own: Dense(2, relu)." in str(trace)
    tokens = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(20, 4),
            layers.LSTM(3),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    trace = prediction_trace(tokens, [3, 1, 4])
    np.testing.assert_allclose(
        trace.layers[0].activations, np.asarray(tokens.layers[0].embeddings)[[3, 1, 4]], atol=1e-6
    )
    assert trace.table()["shape"].tolist() == [(3, 4), (3,), (1,)]


def test_the_decision_is_score_at_least_threshold() -> None:
    model = dense()
    score = prediction_trace(model, ROW).score
    assert prediction_trace(model, ROW, threshold=score).flagged
    above = np.nextafter(score, 2)
    trace = prediction_trace(model, ROW, threshold=above)
    assert not trace.flagged
    assert f"Decision: {score!r} < {float(above)!r}, so not flagged." in str(trace)
    assert f"Decision: {score:.2f} >= 0.00, so flagged." in str(prediction_trace(model, ROW, threshold=0))


@pytest.mark.parametrize("scale", [0.1, 1000.0, -1000.0])
def test_a_logit_is_told_with_its_probability(scale: float) -> None:
    model = dense(last="linear")
    trace = prediction_trace(model, ROW * abs(scale))
    trace = PredictionTrace(trace.title, trace.row, trace.layers, scale, 0.5, logit=True)
    with np.errstate(over="ignore"):
        assert trace.probability == pytest.approx(sigmoid(np.float64(scale)), abs=1e-12)
    assert "The last layer is linear. If the score is a logit" in str(trace)
    assert "threshold=0." in trace.as_html()


def test_a_sigmoid_that_is_no_layer_is_not_taken_for_a_logit() -> None:
    given = keras.Input((6,))
    model = keras.Model(given, keras.ops.sigmoid(layers.Dense(1)(given)))
    trace = prediction_trace(model, ROW)
    assert trace.probability is None
    assert "linear" not in str(trace).splitlines()[-1]


def test_a_row_may_come_as_a_batch_of_one_and_the_model_watched() -> None:
    model = PipelineTrace().watch(dense(), "model")
    assert prediction_trace(model, ROW[None]).score == prediction_trace(model, ROW.tolist()).score


def several_inputs() -> keras.Model:
    one, two = keras.Input((2,), name="age"), keras.Input((2,), name="income")
    return keras.Model([one, two], layers.Dense(1)(layers.Concatenate()([one, two])))


def several_outputs() -> keras.Model:
    given = keras.Input((6,))
    return keras.Model(given, [layers.Dense(1, name="a")(given), layers.Dense(1, name="b")(given)])


class Subclass(keras.Model):  # type: ignore[misc]
    """A model without fixed layers."""


@pytest.mark.parametrize(
    ("model", "row", "message"),
    [
        (several_inputs, ROW, r"has 2 inputs: age, income\. Follow a row through a model with one input"),
        (several_outputs, ROW, "has 2 outputs"),
        (Subclass, ROW, "has no fixed layers yet.*A subclass of"),
        (
            lambda: keras.Sequential([layers.Dense(1)], name="bare"),
            ROW,
            r"'bare' has no fixed layers.*keras\.Input",
        ),
        (lambda: keras.Sequential([keras.Input((6,)), layers.Dense(3)]), ROW, "returns 3 numbers a row"),
        (lambda: "model", ROW, "model is of type str"),
        (dense, ROW[:5], r"shape \(5,\), the model takes 6\."),
        (dense, np.stack([ROW, ROW]), r"shape \(2, 6\), the model takes 6\."),
        (dense, ["a"] * 6, "does not hold float32 numbers"),
    ],
)
def test_what_cannot_be_followed_is_refused_with_the_mend(model: Any, row: Any, message: str) -> None:  # noqa: ANN401
    with pytest.raises(TraceError, match=message):
        prediction_trace(model(), row)


@pytest.mark.parametrize("threshold", [float("nan"), True, "high", None])
def test_a_threshold_that_is_no_number_is_refused(threshold: Any) -> None:  # noqa: ANN401
    with pytest.raises(TraceError, match=r"threshold is .*Give a number"):
        prediction_trace(dense(), ROW, threshold=threshold)


def test_names_are_counted() -> None:
    with pytest.raises(TraceError, match="feature_names has 2 names, the row 6 values"):
        prediction_trace(dense(), ROW, feature_names=["a", "b"])


def test_nan_is_shown_and_not_flagged() -> None:
    trace = prediction_trace(dense(), np.full(6, np.nan))
    assert not trace.flagged
    assert "Decision: nan is not >= 0.50, so not flagged." in str(trace)


@pytest.mark.parametrize(("depth", "features"), [(3, 10), (30, 10_000)])
def test_deep_and_wide_models_stay_readable(depth: int, features: int) -> None:
    keras.utils.set_random_seed(0)
    hidden = [layers.Dense(6, activation="relu", name=f"hidden_{place}") for place in range(depth - 1)]
    model = keras.Sequential([keras.Input((features,)), *hidden, layers.Dense(1, activation="sigmoid")])
    trace = prediction_trace(model, np.ones(features))
    text, html = str(trace), trace.as_html()
    assert len(trace.layers) == depth
    assert len(trace.table()) == depth
    assert ("… 18 layers left out …" in text) is (depth == 30)
    assert ("9,995 more" in text) is (features == 10_000)
    assert len(text.splitlines()) < 75
    assert max(map(len, text.splitlines())) < 180
    assert len(html) < 16_000


def test_names_are_text_never_markup() -> None:
    hostile = "<script>alert(1)</script>"
    trace = prediction_trace(dense(), ROW, feature_names=[hostile] * 6)
    bundle = trace._repr_mimebundle_()
    assert "<script>" not in bundle["text/html"]
    assert "&lt;script&gt;" in bundle["text/html"]
    assert bundle == prediction_trace(dense(), ROW, feature_names=[hostile] * 6)._repr_mimebundle_()
