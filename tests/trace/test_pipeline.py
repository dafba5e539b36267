"""What a pipeline's trace records and shows. Its leaks are in test_leaks.py."""

from __future__ import annotations

import copy
import pickle
import warnings
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import IPython
import keras
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lessonkit.metrics import ThresholdSweep
from lessonkit.trace import LeakWarning, PipelineTrace, TraceError
from lessonkit.trace import pipeline as module

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lessonkit.trace.pipeline import Example

rng = np.random.default_rng(0)
X = rng.normal(size=(100, 5))
Y = (X[:, 0] > 0).astype(int)
TRAIN, TEST = X[:80], X[80:]


def sound(**options: int) -> PipelineTrace:
    trace = PipelineTrace("A pipeline", **options)
    trace.data(X, Y)
    trace.split(TRAIN, TEST)
    scaler = trace.watch(StandardScaler(), "scale")
    train, test = scaler.fit_transform(TRAIN), scaler.transform(TEST.astype("float32"))
    model = trace.watch(LogisticRegression(), "model").fit(train, Y[:80])
    scores = model.predict_proba(test)[:, 1]
    trace.step("curve", scores, ThresholdSweep(Y[80:], scores), does="Count at every threshold.")
    return trace


def after(example: Example) -> NDArray[Any]:
    assert example.after is not None
    return example.after


class Page(HTMLParser):
    """Collect the tags of a piece of HTML, and fail where they do not nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        self.tags.append(tag)
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


def test_each_stage_says_what_went_in_and_what_came_out() -> None:
    trace = sound()
    seen = [
        (
            stage.name,
            call.method,
            str(call.before),
            "" if call.after is None else str(call.after),
            dict(call.rows),
        )
        for stage in trace.stages
        for call in stage.calls
    ]
    assert seen == [
        ("data", "", "100 × 5 float64", "", {"train": 80, "test": 20}),
        ("split", "train", "80 × 5 float64", "", {"train": 80}),
        ("split", "test", "20 × 5 float64", "", {"test": 20}),
        ("scale", "fit_transform", "80 × 5 float64", "80 × 5 float64", {"train": 80}),
        ("scale", "transform", "20 × 5 float32", "20 × 5 float32", {"test": 20}),
        ("model", "fit", "80 × 5 float64", "", {"train": 80}),
        ("model", "predict_proba", "20 × 5 float32", "20 × 2 float64", {"test": 20}),
        ("curve", "", "20 float64", "ThresholdSweep", {"test": 20}),
    ]
    assert trace.stages[2].does == "Standardize features by removing the mean and scaling to unit variance."


def test_one_test_row_is_followed_and_its_numbers_are_those_of_the_data() -> None:
    trace = sound()
    examples = {
        (stage.name, call.method): call.example
        for stage in trace.stages
        for call in stage.calls
        if call.example
    }
    row = examples["data", ""].row
    assert 80 <= row < 100
    scaler = StandardScaler().fit(TRAIN)
    model = LogisticRegression().fit(scaler.transform(TRAIN), Y[:80])
    scaled = scaler.transform(X[[row]])
    followed = {key: example for key, example in examples.items() if example.row == row}
    assert followed.keys() == {
        ("data", ""),
        ("split", "test"),
        ("scale", "transform"),
        ("model", "predict_proba"),
        ("curve", ""),
    }
    np.testing.assert_allclose(followed["data", ""].before, X[row], atol=1e-6)
    np.testing.assert_allclose(followed["scale", "transform"].before, X[row], atol=1e-6)
    np.testing.assert_allclose(after(followed["scale", "transform"]), scaled[0], atol=1e-6)
    np.testing.assert_allclose(followed["model", "predict_proba"].before, scaled[0], atol=1e-6)
    np.testing.assert_allclose(
        after(followed["model", "predict_proba"]), model.predict_proba(scaled)[0], atol=1e-6
    )
    np.testing.assert_allclose(followed["curve", ""].before, model.predict_proba(scaled)[:, 1], atol=1e-6)
    # Where the followed row is missing, another stands in, under its own number.
    other = examples["scale", "fit_transform"]
    np.testing.assert_allclose(after(other), scaler.transform(X[[other.row]])[0], atol=1e-6)


def test_a_row_can_be_chosen() -> None:
    trace = sound(follow=17)
    assert [call.example.row for stage in trace.stages for call in stage.calls if call.example][:4] == [
        17,
        17,
        80,
        17,
    ]
    assert "row 17 (training), label" in str(trace)


def test_rows_changed_in_place_are_shown_as_they_were() -> None:
    rows = X.copy()
    trace = PipelineTrace(follow=3)

    def double(data: np.ndarray) -> np.ndarray:
        """Double all values. Nothing else."""
        data *= 2
        return data

    trace.watch(double)(rows)
    (call,) = trace.stages[0].calls
    assert call.example is not None
    np.testing.assert_array_equal(call.example.before, X[3])
    np.testing.assert_array_equal(after(call.example), 2 * X[3])
    assert (trace.stages[0].name, trace.stages[0].does) == ("double", "Double all values. Nothing else.")


def test_what_a_function_does_is_read_from_its_documentation() -> None:
    trace = PipelineTrace()
    for step in (np.tanh, lambda rows: rows, make_pipeline(StandardScaler(), LogisticRegression())):
        trace.watch(step)
    trace.watch(np.log1p, "log", does="Tame the large counts.")
    assert [stage.does for stage in trace.stages] == [
        "Compute hyperbolic tangent element-wise.",
        "",
        "StandardScaler → LogisticRegression",
        "Tame the large counts.",
    ]


def test_watched_steps_work_in_a_pipeline() -> None:
    trace = PipelineTrace()
    trace.data(X, Y)
    trace.split(X[:80], X[80:])
    scaler, model = trace.watch(StandardScaler(), "scale"), trace.watch(LogisticRegression(), "model")
    assert isinstance(scaler, StandardScaler)
    pipeline = make_pipeline(scaler, model).fit(X[:80], Y[:80])
    plain = make_pipeline(StandardScaler(), LogisticRegression()).fit(X[:80], Y[:80])
    assert np.array_equal(pipeline.predict_proba(X[80:]), plain.predict_proba(X[80:]))
    assert list(pipeline.named_steps) == list(plain.named_steps) == ["standardscaler", "logisticregression"]
    assert [[call.method for call in stage.calls] for stage in trace.stages[2:]] == [
        ["fit_transform", "transform"],
        ["fit", "predict_proba"],
    ]
    assert trace.leaks == ()
    with pytest.warns(LeakWarning) as caught:
        pipeline.fit(X, Y)
    assert [str(one.message).partition(".")[0] for one in caught] == [
        f"'{name}' was fitted on 20 test rows, in addition to 80 training rows" for name in ("scale", "model")
    ]


def test_watched_keras_models_and_layers_are_cloned_and_stacked() -> None:
    trace = PipelineTrace()
    layer = trace.watch(keras.layers.Dense(1, activation="sigmoid"), "unit")
    model = trace.watch(keras.Sequential([keras.Input((X.shape[1],)), layer]), "net")
    model.compile("sgd", "binary_crossentropy")
    model.fit(X, Y, verbose=0)
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    assert type(clone) is keras.Sequential
    assert np.allclose(clone.predict(X, verbose=0), model.predict(X, verbose=0))
    assert [stage.name for stage in trace.stages if stage.calls] == ["net"], "a graph is built without rows"
    layer(X)
    assert [stage.name for stage in trace.stages if stage.calls] == ["net", "unit"]


def test_a_watched_step_is_the_step_itself_for_all_else() -> None:
    trace = PipelineTrace()
    scaler = StandardScaler()
    watched = trace.watch(scaler, "scale")
    assert watched.fit(X) is watched
    assert scaler.mean_ is watched.mean_
    watched.copy = False
    assert scaler.copy is False
    assert repr(watched) == repr(scaler)
    assert "partial_fit" in dir(watched)
    for twin in (copy.deepcopy(watched), pickle.loads(pickle.dumps(watched))):  # noqa: S301  (our own bytes)
        assert type(twin) is StandardScaler
        np.testing.assert_array_equal(twin.mean_, scaler.mean_)
    scores = cross_val_score(make_pipeline(watched, trace.watch(LogisticRegression())), X, Y, cv=3)
    assert scores.shape == (3,)
    assert [call.method for call in trace.stages[0].calls] == ["fit"]
    with pytest.raises(AttributeError, match="'StandardScaler' object has no attribute 'means'"):
        _ = watched.means


def test_an_error_of_a_step_is_its_own_and_leaves_no_stage() -> None:
    trace = PipelineTrace()
    with pytest.raises(ValueError, match="Expected 2D array"):
        trace.watch(StandardScaler()).fit(X[:, 0])
    assert trace.stages[0].calls == ()
    assert "Not called yet." in str(trace)


def test_stages_stand_in_the_order_in_which_they_ran_and_a_repeated_call_once() -> None:
    trace = PipelineTrace()
    late = trace.watch(StandardScaler(), "late")
    early = trace.watch(StandardScaler(), "early")
    for _ in range(2):
        early.fit(X)
        early.transform(X)
    late.fit(X)
    assert [(stage.name, len(stage.calls)) for stage in trace.stages] == [("early", 2), ("late", 1)]


def test_many_calls_of_a_stage_are_counted_not_listed() -> None:
    trace = PipelineTrace()
    scale = trace.watch(StandardScaler().fit(X))
    for size in range(1, 31):
        scale.transform(X[:size])
    assert len(trace.stages[0].calls) == 30
    assert "… 24 calls more …" in str(trace)
    assert str(trace).count("× 5 float64 →") == 6


def test_frames_text_and_sparse_rows_are_followed() -> None:
    texts = np.array([f"win {number} now" for number in range(100)])
    trace = PipelineTrace(follow=90)
    trace.split(texts[:80], texts[80:])
    counter = trace.watch(CountVectorizer(), "words")
    train = counter.fit_transform(texts[:80])
    counter.transform(texts[80:])
    model = trace.watch(LogisticRegression(), "model").fit(train, Y[:80])
    model.predict(sp.csr_matrix(train)[:3])
    assert trace.leaks == ()
    assert dict(trace.stages[2].calls[0].fitted) == {"train": 80}
    assert "80 × 72 int64 sparse" in str(trace)
    example = trace.stages[1].calls[1].example
    assert example is not None
    assert (example.before.tolist(), after(example).sum()) == (["win 90 now"], 2)
    frame = pd.DataFrame({"city": ["Rome", "Oslo"] * 50, "age": np.arange(100)})
    other = PipelineTrace(follow=1)
    other.data(frame)
    assert "100 × 2 mixed" in str(other)
    assert "row 1:  Oslo  1" in str(other)


def test_the_table_has_a_line_for_each_call() -> None:
    table = sound().table()
    assert list(table.columns) == ["stage", "call", "before", "after", "fitted", "train", "test", "other"]
    assert len(table) == 8
    assert table.iloc[3].tolist() == [
        "scale",
        "fit_transform",
        "80 × 5 float64",
        "80 × 5 float64",
        True,
        80,
        0,
        0,
    ]
    assert list(PipelineTrace().table().columns) == []


def test_both_forms_are_shown_and_the_same_each_time() -> None:
    bundle = sound()._repr_mimebundle_()
    assert bundle == sound()._repr_mimebundle_()
    assert bundle["text/plain"] == str(sound())
    assert "row 81 (test)" in bundle["text/html"]
    Page(bundle["text/html"])


def test_a_wide_and_long_pipeline_stays_short_and_shows_every_leak() -> None:
    wide = rng.normal(size=(60, 10_000))
    trace = PipelineTrace("Wide")
    trace.data(wide)
    rows = wide
    for number in range(15):
        rows = trace.watch(lambda data: data * 2, f"before {number}")(rows)
    trace.watch(StandardScaler(), "leak").fit(rows)
    with pytest.warns(UserWarning, match="'leak'"):
        trace.split(rows[:40], rows[40:])
    rows = rows[:40]
    for number in range(15):
        rows = trace.watch(lambda data: data * 2, f"after {number}")(rows)
    text, html = str(trace), trace.as_html()
    assert len(trace.stages) == 33
    assert "… 10 stages left out …" in text
    assert "9,995 more" in text
    assert text.count("✗ LEAK") == html.count("✗ LEAK") == 1
    assert max(map(len, text.splitlines())) < 160
    assert len(text.splitlines()) < 80
    assert len(html) < 20_000


def test_names_are_text_never_markup() -> None:
    hostile = "<script>alert(1)</script>"
    plain = Page(sound().as_html()).tags
    trace = PipelineTrace(hostile)
    trace.data(np.array([[hostile, "&amp;"]] * 3, dtype=object), [hostile] * 3, name=hostile)
    trace.step(hostile, np.array([hostile] * 3), [hostile] * 3, does=hostile)
    html = trace.as_html()
    assert set(Page(html).tags) <= set(plain)
    assert "&lt;script&gt;" in html
    assert "&amp;amp;" in html


@pytest.mark.parametrize(
    ("rows", "labels", "message"),
    [
        (X, Y[:3], r"X has 100 rows, y has shape \(3,\)\. Give one label for each row"),
        (3.0, None, r"X is float: it holds no rows"),
        (np.empty((0, 4)), None, r"X is 0 × 4 float64: it holds no rows"),
        (None, None, "X is None: it holds no rows"),
    ],
)
def test_data_without_rows_or_with_too_few_labels_are_refused(
    rows: object, labels: object, message: str
) -> None:
    with pytest.raises(TraceError, match=message):
        PipelineTrace().data(rows, labels)  # type: ignore[arg-type]


def test_a_part_without_rows_is_refused() -> None:
    with pytest.raises(TraceError, match="test is 0 × 5 float64: it holds no rows"):
        PipelineTrace().split(X, X[:0])


@pytest.mark.parametrize(
    "odd", [[[1], [2, 3]], ["a", None], [b"x", 2.5], np.array([1 + 2j, 3]), [np.datetime64("2020-01-01")] * 2]
)
def test_odd_rows_are_taken(odd: object) -> None:
    trace = PipelineTrace()
    trace.data(odd)
    assert dict(trace.stages[0].calls[0].rows) == {"data": 2}
    assert "row 0:" in str(trace)


def test_in_a_notebook_the_warning_is_an_output_and_not_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: list[object] = []
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setattr("IPython.display.display", shown.append)
    trace = PipelineTrace()
    trace.watch(StandardScaler(), "scale").fit(X)
    with warnings.catch_warnings(record=True) as on_stderr:
        warnings.simplefilter("default")
        trace.split(TRAIN, TEST)
    assert on_stderr == []
    (warning,) = shown
    assert str(warning).startswith("LeakWarning: 'scale' was fitted on 20 test rows")
    assert isinstance(warning, module._Warning)
    Page(warning.as_html())
    assert capsys.readouterr() == ("", "")
