from __future__ import annotations

import math
import re

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from lessonkit.metrics import MetricsError
from lessonkit.trace import PipelineTrace, TraceError, TrainingTrace
from lessonkit.trace.training import Epoch, observe

rng = np.random.default_rng(0)
X = rng.normal(size=(300, 4)).astype("float32")
Y = (X[:, 0] + rng.normal(size=300) > 0.8).astype("float32")
X_VAL, Y_VAL = X[200:], Y[200:]


def model(*metrics: object, rate: float = 0.1) -> keras.Sequential:
    keras.utils.set_random_seed(0)
    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
    network.compile(keras.optimizers.SGD(rate), "binary_crossentropy", metrics=[*metrics])
    return network


def epochs(*losses: float, val: tuple[float, ...] = (), ap: tuple[float, ...] = ()) -> list[Epoch]:
    return [
        Epoch(
            number=place + 1,
            loss=loss,
            accuracy=None,
            val_loss=val[place] if val else None,
            average_precision=ap[place] if ap else None,
            observation="",
        )
        for place, loss in enumerate(losses)
    ]


def filled(seen: list[Epoch], decimals: int = 2) -> TrainingTrace:
    trace = TrainingTrace(decimals=decimals)
    trace.epochs = tuple(seen)
    return trace


def test_the_numbers_are_those_of_keras_and_of_scikit_learn() -> None:
    network = model("accuracy")
    trace = TrainingTrace(X_VAL, Y_VAL)
    exact: list[float] = []

    def measure(*_: object) -> None:
        exact.append(average_precision_score(Y_VAL, network.predict(X_VAL, verbose=0)[:, 0]))

    watch = keras.callbacks.LambdaCallback(on_epoch_end=measure)
    done = network.fit(
        X[:200], Y[:200], epochs=3, verbose=0, validation_data=(X_VAL, Y_VAL), callbacks=[trace, watch]
    )
    seen = trace.epochs
    assert [epoch.number for epoch in seen] == [1, 2, 3]
    assert [epoch.loss for epoch in seen] == pytest.approx(done.history["loss"], abs=1e-6)
    assert [epoch.accuracy for epoch in seen] == pytest.approx(done.history["accuracy"], abs=1e-6)
    assert [epoch.val_loss for epoch in seen] == pytest.approx(done.history["val_loss"], abs=1e-6)
    assert [epoch.average_precision for epoch in seen] == pytest.approx(exact, abs=1e-6)
    assert done.history["val_average_precision_exact"] == pytest.approx(exact, abs=1e-6)
    assert list(trace.table().columns) == [
        *("epoch", "loss", "accuracy", "val_loss", "average_precision", "observation")
    ]
    assert trace.table()["loss"].tolist() == [epoch.loss for epoch in seen]


@pytest.mark.parametrize("name", ["binary_accuracy", "acc"])
def test_accuracy_is_found_under_its_other_names(name: str) -> None:
    trace = TrainingTrace()
    model(keras.metrics.BinaryAccuracy(name=name)).fit(X, Y, verbose=0, callbacks=[trace])
    assert trace.epochs[0].accuracy is not None


def test_what_was_not_measured_has_no_column() -> None:
    trace = TrainingTrace()
    model().fit(X, Y, verbose=0, callbacks=[trace])
    assert (trace.epochs[0].accuracy, trace.epochs[0].val_loss, trace.epochs[0].average_precision) == (
        None,
    ) * 3
    assert str(trace).splitlines()[1].split() == ["epoch", "loss", "observation"]
    assert "accuracy" not in trace.as_html()
    assert "val" not in trace.as_html().partition("</style>")[2]


def test_a_second_fit_begins_anew_and_a_watched_model_is_a_model() -> None:
    trace = TrainingTrace(X_VAL, Y_VAL)
    pipeline = PipelineTrace()
    network = pipeline.watch(model(), "model")
    for _ in range(2):
        network.fit(X[:200], Y[:200], epochs=2, verbose=0, callbacks=[trace])
    assert len(trace.epochs) == 2
    assert network.predict(X_VAL, verbose=0).shape == network(X_VAL).shape == (100, 1)
    (stage,) = pipeline.stages
    assert stage.does == "Dense(1, sigmoid)"
    assert [(call.method, str(call.before)) for call in stage.calls] == [
        *(("fit", "200 × 4 float32"), ("predict", "100 × 4 float32"), ("", "100 × 4 float32"))
    ]


def test_a_broken_training_is_shown() -> None:
    trace = TrainingTrace(X_VAL, Y_VAL)
    network = model()
    with np.errstate(all="ignore"):
        network.fit(np.full_like(X, np.nan), Y, epochs=2, verbose=0, callbacks=[trace])
    assert math.isnan(trace.epochs[1].loss)
    assert "Loss is nan: training has broken down." in str(trace)
    assert 'style="width:0.0%"' in trace.as_html()


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (epochs(0.7), "First epoch: nothing to compare with yet."),
        (epochs(0.65, 0.52), "Loss still falls, by 20%."),
        (epochs(0.5, 0.475), "Loss still falls, by 5%."),
        (epochs(0.5, 0.485), "Loss falls slowly, by 3%."),
        (epochs(0.5, 0.56), "Loss rose by 12%."),
        (epochs(0.5, 0.498), "Loss has hardly changed (less than 1% an epoch)."),
        (epochs(0.7, 0.5, 0.5, 0.5), "Loss has hardly changed for 2 epochs (less than 1% an epoch)."),
        (epochs(0.0, 0.0), "Loss has hardly changed (less than 1% an epoch)."),
        (epochs(0.0, 0.1), "Loss rose from 0."),
        (epochs(0.0, -0.1), "Loss fell from 0."),
        (epochs(math.nan, 0.5), "Loss was nan before: nothing to compare with."),
        (epochs(0.5, 0.4, val=(0.5, 0.6)), "Validation loss rose while training loss fell."),
        (
            epochs(0.6, 0.5, 0.4, 0.3, val=(0.6, 0.4, 0.5, 0.6)),
            "Validation loss rose for 2 epochs while training loss fell.",
        ),
        (epochs(0.5, 0.4, val=(0.5, 0.5001)), "Loss still falls, by 20%."),
        (epochs(0.5, 0.6, val=(0.5, 0.6)), "Loss rose by 20%."),
        (epochs(0.5, 0.4, ap=(0.5, 0.6)), "Loss still falls, by 20%. Best average precision so far."),
        (epochs(0.5, 0.4, ap=(0.6, 0.6)), "Loss still falls, by 20%."),
        (epochs(0.5, 0.4, ap=(0.6, math.nan)), "Loss still falls, by 20%."),
    ],
)
def test_an_observation_says_what_the_numbers_show(seen: list[Epoch], words: str) -> None:
    assert observe(seen) == words


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_a_loss_that_is_no_number_is_told_with_the_mend(loss: float) -> None:
    assert re.match(
        rf"Loss is {loss}: training has broken down\. Look for nan .*learning rate\.",
        observe(epochs(0.5, loss)),
    )


numbers = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.floats(0, 1))


@given(losses=st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=40))
def test_any_numbers_are_observed_and_shown(losses: list[tuple[float, float, float]]) -> None:
    one, two, three = zip(*losses, strict=True)
    seen = epochs(*one, val=two, ap=three)
    assert observe(seen).endswith(".")
    trace = filled(seen)
    assert len(str(trace).splitlines()) <= 28
    widths = [float(width) for width in re.findall(r'style="width:([^%]*)%', trace.as_html())]
    assert all(0 <= width <= 100 for width in widths)


def test_bars_are_drawn_to_scale_from_zero() -> None:
    trace = filled(epochs(0.8, 0.4, 0.2, 0.0))
    bars = [len(line.partition("  ")[2].split("█")) - 1 for line in str(trace).splitlines()[2:6]]
    assert bars == [20, 10, 5, 0]
    assert re.findall(r'style="width:([^%]*)%', trace.as_html()) == ["100.0", "50.0", "25.0", "0.0"]
    assert "Bars: training loss, from 0 to 0.80." in str(trace)


def test_the_best_epochs_are_named_also_when_they_are_left_out() -> None:
    count = 100
    val = tuple(abs(place - 49) / 100 for place in range(count))
    ap = tuple(1 - abs(place - 59) / 100 for place in range(count))
    text = str(filled(epochs(*np.linspace(0.9, 0.1, count).tolist(), val=val, ap=ap)))
    assert "… 76 epochs left out …" in text
    assert "Lowest val_loss: 0.00, in epoch 50. Highest val AP: 1.00, in epoch 60." in text
    assert len(text.splitlines()) < 30


def test_the_digits_can_be_chosen() -> None:
    assert " 0.1235 " in str(filled(epochs(0.123456), decimals=4))
    assert " 0.12 " in str(filled(epochs(0.123456)))


def test_before_training_it_says_how_to_use_it() -> None:
    trace = TrainingTrace()
    assert "callbacks=[training]" in str(trace)
    assert "callbacks=[training]" in trace._repr_mimebundle_()["text/html"]
    assert len(trace.table()) == 0


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((X_VAL,), {}, "y is missing"),
        ((), {"y": Y_VAL}, "X is missing"),
        ((), {"decimals": -1}, "decimals is -1"),
        ((), {"decimals": 2.5}, r"decimals is 2\.5"),
        ((), {"decimals": True}, "decimals is True"),
    ],
)
def test_wrong_arguments_are_refused(
    arguments: tuple[object], options: dict[str, object], message: str
) -> None:
    with pytest.raises(TraceError, match=message):
        TrainingTrace(*arguments, **options)  # type: ignore[arg-type]


def test_rows_and_labels_that_do_not_fit_are_refused_at_once() -> None:
    with pytest.raises(MetricsError, match="one row of X for each label"):
        TrainingTrace(X_VAL, Y_VAL[:3])


def test_the_title_is_text() -> None:
    html = TrainingTrace(title="<script>").as_html()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_short_fit_leaves_the_streams_alone(capsys: pytest.CaptureFixture[str]) -> None:
    model().fit(X, Y, epochs=2, verbose=0, callbacks=[TrainingTrace()])
    assert capsys.readouterr() == ("", "")
