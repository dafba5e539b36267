"""One expression counts the same on every engine, and refuses the same."""

from __future__ import annotations

import importlib.util
import math
import subprocess
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from lessonkit.metrics import BinnedCounts, MetricsError, ThresholdSweep, count_scores, frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Load = Callable[[pd.DataFrame], Any]

COLUMNS: Any = {"y_true": "label", "scores": "score"}
# Narwhals asks for a package that is to come; that is the user's to install.
# How narwhals speaks to Dask, and Dask and Ibis to pandas, is not ours.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Dask support is moving out of Narwhals:FutureWarning"),
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]


def pandas(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


def polars(frame: pd.DataFrame) -> Any:  # noqa: ANN401
    return importlib.import_module("polars").DataFrame({name: frame[name].to_list() for name in frame})


def polars_lazy(frame: pd.DataFrame) -> Any:  # noqa: ANN401
    return polars(frame).lazy()


def duckdb(frame: pd.DataFrame) -> Any:  # noqa: ANN401
    return importlib.import_module("duckdb").connect().from_df(frame)


def dask(frame: pd.DataFrame) -> Any:  # noqa: ANN401
    return importlib.import_module("dask.dataframe").from_pandas(frame.infer_objects(), npartitions=3)


def ibis(frame: pd.DataFrame) -> Any:  # noqa: ANN401
    return importlib.import_module("ibis").memtable(frame)


def pyspark(frame: pd.DataFrame) -> Any:  # noqa: ANN401
    """Run in a workflow of its own, which sets up Java: .github/workflows/spark.yml."""
    sql = importlib.import_module("pyspark.sql")
    settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2"}
    session = sql.SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    types = {"i": "bigint", "f": "double", "b": "boolean", "O": "double"}
    schema = ", ".join(f"{name} {types[column.dtype.kind]}" for name, column in frame.items())
    rows = [[None if value is None else value for value in row] for row in frame.astype(object).to_numpy()]
    return session.createDataFrame(rows, schema)


@pytest.fixture(
    params=[
        pandas,
        polars,
        polars_lazy,
        duckdb,
        dask,
        ibis,
        # The others are in the lock: that one of them is missing is a failure.
        pytest.param(
            pyspark,
            marks=pytest.mark.skipif(not importlib.util.find_spec("pyspark"), reason="no pyspark"),
        ),
    ],
    ids=lambda load: load.__name__,
    scope="module",
)
def load(request: pytest.FixtureRequest) -> Iterator[Load]:
    """Make rows a table of each engine."""
    yield request.param
    if request.param is pyspark:
        importlib.import_module("pyspark.sql").SparkSession.active().stop()


def clicks(size: int, seed: int = 0) -> pd.DataFrame:
    """Rare clicks, with probabilities of float32, and both certainties among them."""
    rng = np.random.default_rng(seed)
    scores = (1 / (1 + np.exp(4 - 1.5 * rng.normal(size=size)))).astype(np.float32)
    label = (rng.random(size) < scores).astype(np.int64)
    scores[:4] = 0, 1, 0.5, 1
    return pd.DataFrame({"label": label, "score": scores, "day": rng.integers(1, 4, size)})


def columns(counts: BinnedCounts) -> list[list[float]]:
    return [each.tolist() for each in (counts.lowest, counts.highest, counts.positives, counts.negatives)]


def by_hand(frame: pd.DataFrame, key: np.ndarray) -> list[list[float]]:
    """Count with pandas alone."""
    groups = frame.assign(score=frame["score"].astype(np.float64)).groupby(key)
    table = groups["score"].agg(["min", "max"]).assign(found=groups["label"].sum(), rows=groups.size())[::-1]
    found = table["found"]
    return [each.tolist() for each in (table["min"], table["max"], found, table["rows"] - found)]


def test_every_engine_counts_the_same(load: Load) -> None:
    frame = clicks(100_000 if load is not pyspark else 10_000)
    p = frame["score"].to_numpy(np.float64)
    key = np.floor(np.log((p + 1e-30) / (1 - p + 1e-30)) * 1200)
    counts = count_scores(load(frame), **COLUMNS)
    assert columns(counts) == by_hand(frame, key)
    assert counts.positives.dtype == counts.negatives.dtype == np.int64
    sweep = ThresholdSweep(frame["label"], frame["score"])
    assert counts.roc_auc.low <= sweep.roc_auc <= counts.roc_auc.high
    assert counts.roc_auc.width < 2e-4


def test_other_scores_have_bins_of_equal_width(load: Load) -> None:
    frame = clicks(2000)
    frame["score"] = np.random.default_rng(0).normal(size=2000) * 30
    counts = count_scores(load(frame), **COLUMNS, probability=False, per_unit=2)
    assert columns(counts) == by_hand(frame, np.floor(frame["score"].to_numpy() * 2))


def test_each_day_has_a_table(load: Load) -> None:
    frame = clicks(3000)
    days = count_scores(load(frame), **COLUMNS, by="day")
    assert list(days) == [1, 2, 3]
    for day, counts in days.items():
        assert columns(counts) == columns(count_scores(frame[frame["day"] == day], **COLUMNS))
    first, *others = days.values()
    assert first.merge(*others).roc_auc.width <= count_scores(frame, **COLUMNS).roc_auc.width


def test_a_group_has_the_name_that_python_gives_it() -> None:
    frame = clicks(100).assign(day=pd.Timestamp("2026-11-29"), page=["a", "b"] * 50)
    assert list(count_scores(frame, **COLUMNS, by="day")) == [datetime(2026, 11, 29)]  # noqa: DTZ001
    assert list(count_scores(frame, **COLUMNS, by="page")) == ["a", "b"]
    with pytest.raises(MetricsError, match="page is missing in 50 of 100 rows"):
        count_scores(frame.assign(page=["a", None] * 50), **COLUMNS, by="page")


def test_a_second_look_finds_what_the_rows_in_memory_say(load: Load) -> None:
    frame = clicks(5000)
    prices = {"false_positive": 1, "false_negative": 20}
    table = load(frame)
    counts = count_scores(table, **COLUMNS, per_unit=8)
    refined = counts.refine(table, counts.cheapest(**prices), **COLUMNS).cheapest(**prices)
    truth = ThresholdSweep(frame["label"], frame["score"]).cheapest(**prices)
    assert (refined.threshold, refined.confusion) == (truth.threshold, truth.confusion)
    assert refined.optimum.width == 0


def test_booleans_are_labels(load: Load) -> None:
    frame = clicks(500)
    counts = count_scores(load(frame.assign(label=frame["label"] == 1)), **COLUMNS)
    assert columns(counts) == columns(count_scores(frame, **COLUMNS))


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (
            "score",
            math.nan,
            r"score is no number from 0 to 1 in 1 of 50 rows: (NaN|missing) in 1\. Leave out",
        ),
        ("score", None, r"score is no number from 0 to 1 in 1 of 50 rows: (NaN|missing) in 1\. Leave out"),
        ("score", 1.5, r"in 1 of 50 rows: from 1\.5 to 1\.5 in 1\. For .*pass probability=False"),
        ("score", -2.0, r"in 1 of 50 rows: from -2\.0 to -2\.0 in 1\."),
        ("score", math.inf, "in 1 of 50 rows: from inf to inf in 1"),
        ("label", 2, r"label is neither 0 nor 1 in 1 of 50 rows: it is from 2 to 2\. Make it"),
        ("label", -1, r"label is neither 0 nor 1 in 1 of 50 rows: it is from -1 to -1\. Make it"),
        ("label", None, r"label is missing in 1 of 50 rows\. Leave these out\.$"),
    ],
)
def test_a_row_that_cannot_be_counted_is_refused(load: Load, column: str, value: Any, message: str) -> None:  # noqa: ANN401
    frame = clicks(50).astype({"score": float})
    if value is None:
        frame[column] = frame[column].astype(float).astype(object)
    frame.loc[7, column] = value
    with pytest.raises(MetricsError, match=message):
        count_scores(load(frame), **COLUMNS)


def test_rows_of_one_class_have_no_curve(load: Load) -> None:
    counts = count_scores(load(clicks(50).assign(label=0)), **COLUMNS)
    with pytest.raises(MetricsError, match="positives are 0 at every score"):
        _ = counts.average_precision


def test_no_rows_are_refused(load: Load) -> None:
    if load is pyspark or load is dask:
        pytest.skip("it makes no table of no rows")
    with pytest.raises(MetricsError, match="frame is empty"):
        count_scores(load(clicks(50).iloc[:0]), **COLUMNS)


def test_scores_that_are_no_probabilities_are_finite(load: Load) -> None:
    frame = clicks(50).astype({"score": float})
    frame.loc[7, "score"] = -math.inf
    with pytest.raises(MetricsError, match=r"in 1 of 50 rows: from -inf to -inf in 1\. Give infinite"):
        count_scores(load(frame), **COLUMNS, probability=False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"y_true": "spam"}, "There is no column 'spam' for y_true. Columns: label, score, day, page"),
        ({"by": "week"}, "There is no column 'week' for by. Columns"),
        ({"per_unit": 0}, "per_unit is 0"),
        ({"by": ["day", "score"]}, "by is a list. Give the name of one column"),
        ({"y_true": "page"}, "y_true: the column page holds String. Give a column of 0 and 1"),
        ({"scores": "page"}, "scores: the column page holds String. Give a column of numbers"),
    ],
)
def test_a_wrong_argument_is_named(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(MetricsError, match=message):
        count_scores(clicks(50).assign(page="a"), **{**COLUMNS, **arguments})


def test_a_day_is_a_date_and_a_time_keeps_its_zone() -> None:
    polars = importlib.import_module("polars")
    start = datetime(2026, 11, 29, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    frame = polars.from_pandas(clicks(10)).with_columns(day=start.date(), at=start)
    assert list(count_scores(frame, **COLUMNS, by="day")) == [start.date()]
    (at,) = count_scores(frame, **COLUMNS, by="at")
    assert (at, at.utcoffset()) == (start, start.utcoffset())


def test_missing_and_nan_are_told_apart() -> None:
    polars = importlib.import_module("polars")
    frame = polars.DataFrame({"label": [0, 1, 1, 0], "score": [None, math.nan, 7.0, 0.5]})
    with pytest.raises(MetricsError, match=r"3 of 4 rows: missing in 1, NaN in 1, from 7\.0 to 7\.0 in 1\."):
        count_scores(frame, **COLUMNS)


def test_scores_that_are_too_large_for_their_bins_ask_for_wider_ones() -> None:
    frame = pd.DataFrame({"label": [0, 1], "score": [1e13, 2e13]})
    with pytest.raises(MetricsError, match="make per_unit smaller"):
        count_scores(frame, **COLUMNS, probability=False)
    assert count_scores(frame, **COLUMNS, probability=False, per_unit=1).roc_auc.low == 1


def test_what_is_given_to_a_table_is_named() -> None:
    frame = clicks(50)
    counts = count_scores(frame, **COLUMNS)
    with pytest.raises(MetricsError, match=r"point is a float\. Give what cheapest\(\) or best\(\) returned"):
        counts.refine(frame, 0.5, **COLUMNS)  # type: ignore[arg-type]
    with pytest.raises(MetricsError, match=r"merge was given a list\. Give tables"):
        counts.merge([counts])  # type: ignore[arg-type]


def test_a_minimum_that_only_a_threshold_within_a_bin_reaches() -> None:
    counts = count_scores(pd.DataFrame({"label": [1, 0], "score": [0.50002, 0.50001]}), **COLUMNS)
    with pytest.raises(
        MetricsError, match=r"at the end of a bin reaches a precision of 0\.9, and one within"
    ):
        counts.best("recall", min_precision=0.9)


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(MetricsError, match="frame is a list, which is no data frame"):
        count_scores([1, 2], **COLUMNS)  # type: ignore[call-overload]


def test_a_table_that_is_not_small_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MOST", 100)
    with pytest.raises(MetricsError, match=r"more than 100 rows.*make per_unit smaller"):
        count_scores(clicks(5000), **COLUMNS)


def test_narwhals_is_loaded_on_first_use() -> None:
    code = "import sys, lessonkit.metrics; print({'narwhals', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
