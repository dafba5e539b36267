"""The columns of a data frame that are counted, on every engine, and small tables brought here."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.metrics.inputs import MetricsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import narwhals as nw
    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray


def columns(
    frame: IntoFrame, y_true: str, scores: str, by: str | None
) -> tuple[nw.LazyFrame[Any], nw.Expr, nw.Expr]:
    """Return the columns that count, and how to name score and label, as float64 on every engine."""
    import narwhals as nw

    try:
        lazy = nw.from_native(frame).lazy()
    except TypeError as error:
        raise MetricsError(f"frame is a {type(frame).__name__}, which is no data frame. {error}") from None
    schema = lazy.collect_schema()
    for what, name in (("y_true", y_true), ("scores", scores), ("by", by)):
        if what == "by" and name is None:
            continue
        if not isinstance(name, str):
            raise MetricsError(f"{what} is a {type(name).__name__}. Give the name of one column.")
        if name not in schema:
            raise MetricsError(f"There is no column {name!r} for {what}. Columns: {', '.join(schema)}.")
        kind = schema[name]
        # Object is what pandas makes of None beside numbers.
        if what != "by" and not (kind.is_numeric() or kind in (nw.Boolean, nw.Object, nw.Unknown)):
            wanted = "0 and 1, or booleans" if what == "y_true" else "numbers"
            raise MetricsError(f"{what}: the column {name} holds {kind}. Give a column of {wanted}.")
    named = [
        nw.col(scores).cast(nw.Float64).alias("_score"),
        nw.col(y_true).cast(nw.Float64).alias("_label"),
    ]
    if by is not None:
        named.append(nw.col(by).alias("_by"))
    return lazy.select(*named), nw.col("_score"), nw.col("_label")


def collect(lazy: nw.LazyFrame[Any], names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Bring a small table here; counts become int64, whatever the engine makes of a sum."""
    local = lazy.implementation.is_pandas_like() or lazy.implementation.is_polars()
    # Most engines would hand over pyarrow's tables, and need it. Spark warns of each pandas column.
    by_arrow = lazy.implementation.is_spark_like() and find_spec("pyarrow")
    frame = lazy.collect() if local else lazy.collect(backend="pyarrow" if by_arrow else "pandas")
    whole = {"_key", "_positives", "_negatives", "_rows"}
    arrays = {name: frame[name].to_numpy() for name in names}
    return {name: array.astype(np.int64) if name in whole else array for name, array in arrays.items()}


def count_each(
    frame: IntoFrame, ranges: Sequence[tuple[float, float]], *, y_true: str, scores: str
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return each score within some ranges, ends included, with its positives and its negatives."""
    import narwhals as nw

    rows, score, label = columns(frame, y_true, scores, None)
    rows = rows.filter(nw.any_horizontal(*(score.is_between(*each) for each in ranges), ignore_nulls=True))
    rows = rows.with_columns(_positive=(label == 1).cast(nw.Int64))
    counted = rows.group_by("_score").agg(
        nw.col("_positive").sum().alias("_positives"), nw.len().alias("_rows")
    )
    table = collect(counted, ["_score", "_positives", "_rows"])
    return table["_score"], table["_positives"], table["_rows"] - table["_positives"]
