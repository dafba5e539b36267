"""Ten pipelines: five leak, each in a way of its own, and five are their sound twins."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler, TargetEncoder

from lessonkit.trace import LeakWarning, PipelineTrace

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

rng = np.random.default_rng(0)
X = rng.normal(size=(200, 12))
X[rng.random(X.shape) < 0.05] = np.nan
FULL = np.nan_to_num(X)
Y = (FULL[:, 0] + rng.normal(size=200) > 1.2).astype(int)
CITY = pd.DataFrame(
    {"city": rng.choice(["Rome", "Oslo", "Lima"], size=200), "age": rng.integers(18, 90, size=200)}
)


class Oversampler:
    """Repeat the rarer class until both are equally frequent."""

    def fit_resample(self, X: NDArray[Any], y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:  # noqa: N803
        rare = np.flatnonzero(y == 1)
        again = np.random.default_rng(1).choice(rare, size=int((y == 0).sum()) - len(rare))
        rows = np.concatenate([np.arange(len(y)), again])
        return X[rows], y[rows]


class Interpolator(Oversampler):
    """Make rows up between two of the rarer class, as SMOTE does."""

    def fit_resample(self, X: NDArray[Any], y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:  # noqa: N803
        rare = X[y == 1]
        return np.vstack([X, (rare[1:] + rare[:-1]) / 2]), np.concatenate([y, np.ones(len(rare) - 1, int)])


def halves(*arrays: Any) -> Any:  # noqa: ANN401
    return train_test_split(*arrays, test_size=0.25, random_state=0)


def transformer(step: Any, data: Any) -> Callable[..., None]:  # noqa: ANN401
    """Return a pipeline that fits *step* before the split, or after it."""

    def pipeline(trace: PipelineTrace, *, leak: bool) -> None:
        fitted, model = trace.watch(step, "step"), trace.watch(LogisticRegression(), "model")
        if leak:
            train, test, y_train, _ = halves(fitted.fit_transform(data, Y), Y)
            trace.split(train, test)
        else:
            train, test, y_train, _ = halves(data, Y)
            trace.split(train, test)
            train, test = fitted.fit_transform(train, y_train), fitted.transform(test)
        model.fit(np.nan_to_num(train), y_train)
        model.predict_proba(np.nan_to_num(test))

    return pipeline


def sampler(step: Oversampler) -> Callable[..., None]:
    def pipeline(trace: PipelineTrace, *, leak: bool) -> None:
        resampler, model = trace.watch(step, "step"), trace.watch(LogisticRegression(), "model")
        if leak:
            train, test, y_train, _ = halves(*resampler.fit_resample(FULL, Y))
            trace.split(train, test)
        else:
            train, test, y_train, _ = halves(FULL, Y)
            trace.split(train, test)
            train, y_train = resampler.fit_resample(train, y_train)
        model.fit(train, y_train)
        model.predict(test)

    return pipeline


PIPELINES = {
    "scaler": transformer(StandardScaler(), FULL),
    "imputer": transformer(SimpleImputer(), X),
    "feature selection": transformer(SelectKBest(k=3), FULL),
    "oversampling": sampler(Oversampler()),
    "target encoding": transformer(TargetEncoder(), CITY),
}


@pytest.mark.parametrize("kind", PIPELINES)
def test_a_leak_warns_and_names_the_step_alone(kind: str) -> None:
    trace = PipelineTrace(kind)
    with pytest.warns(LeakWarning, match=r"'step'.*[Ss]plit first") as caught:
        PIPELINES[kind](trace, leak=True)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    (leak,) = trace.leaks
    assert leak.step == "step"
    assert str(caught[0].message) == leak.message
    assert leak.message in str(trace)


@pytest.mark.parametrize("kind", PIPELINES)
def test_the_sound_twin_does_not_warn(kind: str) -> None:
    trace = PipelineTrace(kind)
    PIPELINES[kind](trace, leak=False)  # a warning would be an error
    assert trace.leaks == ()
    assert "No stage was fitted on test rows." in str(trace)
    fits = [call.fitted for stage in trace.stages for call in stage.calls if call.fitted]
    assert len(fits) == 2
    assert fits[0] == {"train": 150}


@pytest.mark.parametrize(("kind", "train", "test"), [("scaler", 150, 50), ("target encoding", 150, 50)])
def test_the_rows_that_leaked_are_counted(kind: str, train: int, test: int) -> None:
    trace = PipelineTrace()
    with pytest.warns(LeakWarning, match=f"fitted on {test} test rows, in addition to {train} training rows"):
        PIPELINES[kind](trace, leak=True)
    assert (trace.leaks[0].train_rows, trace.leaks[0].test_rows) == (train, test)


def test_rows_for_choosing_that_a_step_learned_from_are_named() -> None:
    trace = PipelineTrace()
    trace.data(FULL)
    trace.split(FULL[:100], FULL[150:], validation=FULL[100:150])
    trace.watch(StandardScaler(), "careful").fit(FULL[:100])
    trace.watch(StandardScaler(), "greedy").fit(FULL[:150])
    assert trace.leaks == (), "a last fit on training and validation rows is no leak of the test"
    text = str(trace)
    assert "No stage was fitted on test rows. 1 stage was fitted on validation rows." in text
    assert "! Fitted on no test row, but on 50 validation rows: whatever is chosen by their numbers" in text
    assert text.count("✓ Fitted on no test row.") == 1
    with pytest.warns(LeakWarning, match="fitted on 50 test rows and 50 validation rows, in addition to 100"):
        trace.watch(StandardScaler(), "all").fit(FULL)


def test_copies_on_both_sides_of_the_split_are_counted() -> None:
    trace = PipelineTrace()
    over, labels = Oversampler().fit_resample(FULL, Y)
    train, test, _, _ = halves(over, labels)
    expected = sum((row == train).all(axis=1).any() for row in test)
    trace.data(FULL)
    trace.step("repeat", FULL, over)
    with pytest.warns(
        LeakWarning, match=f"{expected} of {len(test)} test rows are copies of training rows: 'repeat'"
    ):
        trace.split(train, test)
    assert trace.leaks[0].test_rows == expected


def test_copies_that_nobody_recorded_are_found_all_the_same() -> None:
    trace = PipelineTrace()
    trace.data(FULL)
    with pytest.warns(
        LeakWarning, match=r"1 of 50 test rows is a copy of training rows\. Give each row to one"
    ):
        trace.split(FULL[:151], FULL[150:])


def test_made_up_rows_leak_through_the_fit_of_their_maker() -> None:
    trace = PipelineTrace()
    with pytest.warns(
        LeakWarning, match=r"'step' was fitted on \d+ test rows.*resample the training rows only"
    ):
        sampler(Interpolator())(trace, leak=True)
    sampler(Interpolator())(PipelineTrace(), leak=False)


def test_a_fit_on_all_rows_after_the_split_warns_at_once() -> None:
    trace = PipelineTrace()
    trace.split(FULL[:150], FULL[150:])
    model = trace.watch(LogisticRegression())
    with pytest.warns(
        LeakWarning,
        match=r"'LogisticRegression' was fitted on 50 test rows.*\. Fit it on the training rows only\.$",
    ):
        model.fit(FULL, Y)


def test_what_transforms_is_to_be_applied_to_all_parts() -> None:
    trace = PipelineTrace()
    trace.split(FULL[:100], FULL[150:], validation=FULL[100:150])
    scaler = trace.watch(StandardScaler())
    with pytest.warns(LeakWarning, match=r"Fit it on the training rows only, and apply it to all parts\.$"):
        scaler.fit(FULL)


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.astype("float32"),
        lambda rows: rows[rng.permutation(len(rows))],
        lambda rows: rows[:, [4, 1, 0]],
        lambda rows: rows[20:190:2],
        lambda rows: np.column_stack([rows, np.ones(len(rows)), rows.sum(axis=1)]),
        pd.DataFrame,
        lambda rows: rows.tolist(),
    ],
    ids=["cast", "shuffle", "columns", "rows", "more columns", "frame", "list"],
)
def test_rows_are_known_whatever_is_done_to_them_between_the_stages(change: Callable[[Any], Any]) -> None:
    trace = PipelineTrace()
    trace.data(FULL)
    trace.split(FULL[:150], FULL[150:])
    trace.watch(StandardScaler(), "sound").fit(change(FULL[:150]))
    with pytest.warns(LeakWarning, match="'leaking'"):
        trace.watch(StandardScaler(), "leaking").fit(change(FULL))
    assert [leak.step for leak in trace.leaks] == ["leaking"]


def test_what_is_computed_by_hand_is_checked_too() -> None:
    trace = PipelineTrace()
    mean, spread = FULL.mean(axis=0), FULL.std(axis=0)
    trace.step("standardize", FULL, (FULL - mean) / spread, fitted_on=FULL)
    scaled = (FULL - mean) / spread
    with pytest.warns(LeakWarning, match="'standardize' was fitted on 50 test rows"):
        trace.split(scaled[:150], scaled[150:])


def test_a_keras_layer_that_adapts_is_fitted() -> None:
    rows = FULL.astype("float32")
    trace = PipelineTrace()
    trace.split(rows[:150], rows[150:])
    sound, leaking = (trace.watch(keras.layers.Normalization(), name) for name in ("sound", "leaking"))
    sound.adapt(rows[:150])
    assert sound(rows[150:]).shape == (50, 12)
    with pytest.warns(LeakWarning, match="'leaking' was fitted on 50 test rows"):
        leaking.adapt(rows)
    assert [call.method for call in trace.stages[1].calls] == ["adapt", ""]


def test_a_fit_on_rows_of_unknown_origin_is_said_to_be_unchecked() -> None:
    trace = PipelineTrace()
    trace.split(FULL[:150], FULL[150:])
    trace.watch(StandardScaler()).fit(np.exp(FULL))  # exp was not recorded
    assert trace.leaks == ()
    assert "1 fitted stage could not be checked" in str(trace)
    assert "Record the step that made them" in trace.as_html()
    assert "No stage was fitted on test rows" not in str(trace)


def test_a_fit_on_some_rows_of_unknown_origin_is_not_called_sound() -> None:
    trace = PipelineTrace()
    trace.split(FULL[:150], FULL[150:])
    trace.watch(StandardScaler()).fit(np.vstack([FULL[:150], FULL[150:] + 0.001]))  # near copies of test rows
    (call,) = trace.stages[1].calls
    assert (call.fitted, call.unknown) == ({"train": 150, "other": 50}, 50)
    assert "the trace does not know 50 rows that it was fitted on" in str(trace)
    assert "No stage was fitted on test rows" not in str(trace)


def test_a_step_before_the_split_that_nobody_recorded_is_told() -> None:
    trace = PipelineTrace()
    trace.data(FULL)
    scaled = StandardScaler().fit_transform(FULL)
    trace.split(scaled[:150], scaled[150:])
    trace.watch(LogisticRegression()).fit(scaled[:150], Y[:150])
    assert trace.leaks == ()
    assert "A step before the split was not recorded." in str(trace)
    assert "of its rows, 200 are not among those recorded before" in trace.as_html()
    assert "No stage was fitted on test rows" not in str(trace)


def test_test_rows_that_steer_the_training_leak() -> None:
    def net() -> keras.Model:
        model = keras.Sequential([keras.Input((12,)), keras.layers.Dense(1, activation="sigmoid")])
        model.compile(loss="binary_crossentropy")
        return model

    trace = PipelineTrace()
    trace.split(FULL[:100], FULL[150:], validation=FULL[100:150])
    sound, leaking = trace.watch(net(), "sound"), trace.watch(net(), "leaking")
    sound.fit(FULL[:100], Y[:100], verbose=0, validation_data=(FULL[100:150], Y[100:150]))
    with pytest.warns(LeakWarning, match="'leaking' was given 50 test rows as validation_data"):
        leaking.fit(FULL[:100], Y[:100], verbose=0, validation_data=(FULL[150:], Y[150:]))
    with pytest.warns(LeakWarning, match="'sound' was fitted on 20 test rows"):
        sound.train_on_batch(FULL[150:170], Y[150:170])


@pytest.mark.parametrize("recorded", ["step", "sampler", "nothing"])
def test_test_rows_that_a_sampler_adds_leak_in_the_next_fit(recorded: str) -> None:
    rows = np.concatenate([np.arange(150), np.resize(np.arange(140, 200), 90)])

    class Careless:
        def fit_resample(self, X: NDArray[Any], y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:  # noqa: ARG002, N803
            return FULL[rows], Y[rows]

    trace = PipelineTrace()
    trace.data(FULL)
    trace.split(FULL[:150], FULL[150:])
    if recorded == "step":
        trace.step("balance", FULL[:150], FULL[rows])
    elif recorded == "sampler":
        trace.watch(Careless()).fit_resample(FULL[:150], Y[:150])
    with pytest.warns(
        LeakWarning, match="'model' was fitted on 50 test rows, in addition to 150 training rows"
    ):
        trace.watch(LogisticRegression(), "model").fit(FULL[rows], Y[rows])


def test_nothing_is_claimed_without_a_split() -> None:
    trace = PipelineTrace()
    trace.watch(StandardScaler()).fit(FULL)
    assert trace.leaks == ()
    assert "nothing is checked" in str(trace)


def test_a_second_split_replaces_the_first() -> None:
    trace = PipelineTrace()
    trace.watch(StandardScaler(), "scale").fit(FULL[:150])
    with pytest.warns(LeakWarning, match="'scale' was fitted on 50 test rows"):
        trace.split(FULL[:100], FULL[100:])
    trace.split(FULL[:150], FULL[150:])
    assert trace.leaks == ()
    assert [stage.name for stage in trace.stages] == ["scale", "split"]


def test_fitting_on_validation_rows_is_no_leak_of_the_test() -> None:
    trace = PipelineTrace()
    trace.split(FULL[:100], FULL[150:], validation=FULL[100:150])
    trace.watch(StandardScaler()).fit(FULL[:150])
    assert trace.leaks == ()
    assert trace.stages[1].calls[0].fitted == {"train": 100, "validation": 50}


def test_the_filters_of_the_learner_count() -> None:
    trace = PipelineTrace()
    trace.watch(StandardScaler(), "scale").fit(FULL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LeakWarning)
        trace.split(FULL[:150], FULL[150:])
    with warnings.catch_warnings():
        warnings.simplefilter("error", LeakWarning)
        with pytest.raises(LeakWarning, match="'scale 2'"):
            trace.watch(StandardScaler(), "scale").fit(FULL)
    assert [leak.step for leak in trace.leaks] == ["scale", "scale 2"]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**16), levels=st.sampled_from([2, 3, 10, 10**6]), columns=st.integers(1, 5))
def test_a_sound_pipeline_never_warns_however_many_rows_are_equal(
    seed: int, levels: int, columns: int
) -> None:
    random = np.random.default_rng(seed)
    rows = random.integers(0, levels, size=(60, columns)).astype(float)
    trace = PipelineTrace()
    trace.data(rows)
    train, test = train_test_split(rows, test_size=20, random_state=seed)
    trace.split(train, test)
    scaler = trace.watch(StandardScaler())
    scaled = scaler.fit_transform(train)
    scaler.transform(test)
    trace.watch(StandardScaler(), "again").fit(scaled[random.permutation(40)])
    trace.watch(StandardScaler(), "more").fit(np.vstack([train, train[random.integers(0, 40, size=15)]]))
    made = np.vstack([train, (train[1:20] + train[:19]) / 2])
    trace.step("make rows up", train, made)
    trace.watch(StandardScaler(), "made").fit(made)
    assert trace.leaks == ()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**16), columns=st.integers(1, 5), late=st.booleans(), some=st.integers(1, 20))
def test_a_fit_that_saw_test_rows_always_warns(seed: int, columns: int, some: int, *, late: bool) -> None:
    random = np.random.default_rng(seed)
    rows = random.normal(size=(60, columns))
    order = random.permutation(60)
    train, test = rows[order[:40]], rows[order[40:]]
    seen = random.permutation(np.vstack([train, test[:some]]))
    trace = PipelineTrace()
    trace.data(rows)
    scaler = trace.watch(StandardScaler(), "scale")
    steps = [partial(trace.split, train, test), partial(scaler.fit, seen)]
    first, last = steps if late else steps[::-1]
    first()
    with pytest.warns(LeakWarning, match=f"fitted on {some} test row"):
        last()
    assert (trace.leaks[0].train_rows, trace.leaks[0].test_rows) == (40, some)
