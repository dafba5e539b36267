"""Counting rows where they are: one expression for every engine that narwhals speaks to.

Narwhals is loaded on first use. What comes here, as NumPy arrays, is a small table and never the rows.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from lessonkit.metrics.bins import BinnedCounts
from lessonkit.metrics.inputs import MetricsError, need_integer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import narwhals as nw
    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

# More rows than this are no small table.
MOST = 10_000_000
# It keeps the logarithm finite at 0 and at 1. Scores nearer to 0 share a bin.
TINY = 1e-30
# Up to here, every whole number is a float64.
LARGEST = 2.0**52
# What stands in place of the key in rows that cannot be counted. No key is as low.
MISSING, OUTSIDE, NO_LABEL = (-(2**60) - place for place in range(3))


@overload
def count_scores(
    frame: IntoFrame,
    *,
    y_true: str,
    scores: str,
    by: None = None,
    probability: bool = True,
    per_unit: int = 1024,
) -> BinnedCounts: ...


@overload
def count_scores(
    frame: IntoFrame, *, y_true: str, scores: str, by: str, probability: bool = True, per_unit: int = 1024
) -> dict[Any, BinnedCounts]: ...


def count_scores(  # noqa: PLR0913  (a frame, its columns, and how fine the bins are)
    frame: IntoFrame,
    *,
    y_true: str,
    scores: str,
    by: str | None = None,
    probability: bool = True,
    per_unit: int = 1024,
) -> BinnedCounts | dict[Any, BinnedCounts]:
    """Count the rows of each class in narrow bins of scores, where the rows are.

    The frame's own engine reads the rows once, in one aggregation: pandas, Polars, DuckDB, Dask, PySpark and
    all else that narwhals takes. Only the table of bins comes here.

    Parameters
    ----------
    frame
        A data frame, lazy or not, a DuckDB relation, or an Ibis table.
    y_true : str
        The column of labels: 0 and 1, or booleans.
    scores : str
        The column of scores.
    by : str, optional
        A column, such as the day or the model. There is then one table for each of its values. Each takes
        40 bytes for each bin, so hundreds of values are fine and tens of thousands are refused.
    probability : bool
        Scores are probabilities, and bins have equal width in log-odds, ln(p / (1 - p)): they are as fine near
        0 and 1 as in the middle. If False, scores are any finite numbers, and bins have equal width in them.
    per_unit : int
        Bins in one unit of log-odds, or of the scores. Four times as many make brackets a quarter as wide.

    Returns
    -------
    BinnedCounts or dict
        The counts; with *by*, one for each value, in ascending order.

    Raises
    ------
    MetricsError
        If a column is not there, a score is missing or NaN or out of range, a label is missing or neither 0
        nor 1, there are no rows, or the table would have more than ten million rows.

    Examples
    --------
    >>> import pandas
    >>> frame = pandas.DataFrame({"spam": [0, 0, 1, 1], "score": [0.1, 0.4, 0.4, 0.9]})
    >>> count_scores(frame, y_true="spam", scores="score").roc_auc
    Bracket(low=0.875, high=0.875)
    """
    import narwhals as nw

    need_integer("per_unit", per_unit, 1)
    rows, score, label = _rows(frame, y_true, scores, by)
    low, high = (0.0, 1.0) if probability else (-LARGEST / per_unit, LARGEST / per_unit)
    inside = (score >= low) & (score <= high)
    missing = score.is_null() | score.is_nan()
    # A comparison with NULL is NULL and takes the last branch; NaN is below no number, or above all.
    code = nw.when(inside & ((label == 0) | (label == 1))).then(nw.lit(0))
    other = nw.when(missing).then(nw.lit(MISSING)).otherwise(nw.lit(OUTSIDE))
    code = code.otherwise(nw.when(inside).then(nw.lit(NO_LABEL)).otherwise(other))
    rows = rows.with_columns(_code=code)
    # Some engines compute both branches, so that no logarithm may see what is not inside.
    good = nw.col("_code") == 0
    safe = nw.when(good).then(score).otherwise(nw.lit(0.5))
    place = ((safe + TINY) / (1 - safe + TINY)).log() if probability else safe
    key = (place * per_unit).floor().cast(nw.Int64)
    rows = rows.with_columns(
        _key=nw.when(good).then(key).otherwise(nw.col("_code")),
        _positive=nw.when(label == 1).then(nw.lit(1)).otherwise(nw.lit(0)),
    )
    groups = ["_key"] if by is None else ["_by", "_key"]
    counted = rows.group_by(groups).agg(
        nw.col("_score").min().alias("_lowest"),
        nw.col("_score").max().alias("_highest"),
        nw.col("_positive").sum().alias("_positives"),
        nw.len().alias("_rows"),
    )
    table = _collect(counted.head(MOST + 1), [*groups, "_lowest", "_highest", "_positives", "_rows"])
    _refuse(table, y_true, scores, (low, high) if probability else None)
    bins = (
        table["_lowest"],
        table["_highest"],
        table["_positives"],
        table["_rows"] - table["_positives"],
    )
    if by is None:
        return BinnedCounts(*bins)
    values, inverse = np.unique(table["_by"], return_inverse=True)
    return {
        value: BinnedCounts(*(column[inverse == place] for column in bins))
        for place, value in enumerate(values.tolist())
    }


def count_each(
    frame: IntoFrame, ranges: Sequence[tuple[float, float]], *, y_true: str, scores: str
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return each score within some ranges, ends included, with its positives and its negatives."""
    import narwhals as nw

    rows, score, label = _rows(frame, y_true, scores, None)
    rows = rows.filter(nw.any_horizontal(*(score.is_between(*each) for each in ranges), ignore_nulls=True))
    rows = rows.with_columns(_positive=nw.when(label == 1).then(nw.lit(1)).otherwise(nw.lit(0)))
    counted = rows.group_by("_score").agg(nw.col("_positive").sum().alias("_positives"), nw.len().alias("_rows"))
    table = _collect(counted, ["_score", "_positives", "_rows"])
    return table["_score"], table["_positives"], table["_rows"] - table["_positives"]


def _rows(
    frame: IntoFrame, y_true: str, scores: str, by: str | None
) -> tuple[nw.LazyFrame[Any], nw.Expr, nw.Expr]:
    """Return the columns that count, and how to name score and label, as float64 on every engine."""
    import narwhals as nw

    try:
        lazy = nw.from_native(frame).lazy()
    except TypeError as error:
        raise MetricsError(f"frame is a {type(frame).__name__}, which is no data frame. {error}") from None
    names = lazy.collect_schema().names()
    for what, name in (("y_true", y_true), ("scores", scores), ("by", by)):
        if name is not None and name not in names:
            raise MetricsError(f"{what} is {name!r}. Columns: {', '.join(map(str, names))}.")
    columns = [
        nw.col(scores).cast(nw.Float64).alias("_score"),
        nw.col(y_true).cast(nw.Float64).alias("_label"),
    ]
    if by is not None:
        columns.append(nw.col(by).alias("_by"))
    return lazy.select(*columns), nw.col("_score"), nw.col("_label")


def _collect(lazy: nw.LazyFrame[Any], names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Bring a small table here; counts become int64, whatever the engine makes of a sum."""
    local = lazy.implementation.is_pandas_like() or lazy.implementation.is_polars()
    # Most engines would hand over pyarrow's tables, and need it. Spark warns of each pandas column.
    by_arrow = lazy.implementation.is_spark_like() and find_spec("pyarrow")
    frame = lazy.collect() if local else lazy.collect(backend="pyarrow" if by_arrow else "pandas")
    whole = {"_key", "_positives", "_rows"}
    columns = {name: frame[name].to_numpy() for name in names}
    return {name: column.astype(np.int64) if name in whole else column for name, column in columns.items()}


def _refuse(
    table: Mapping[str, NDArray[Any]], y_true: str, scores: str, limits: tuple[float, float] | None
) -> None:
    """Refuse rows that cannot be counted, and a table that is none.

    Raises
    ------
    MetricsError
        If there are such rows, no rows at all, or too many bins.
    """
    keys, rows = table["_key"], table["_rows"]
    if not keys.size:
        raise MetricsError("frame is empty. At least one row is needed.")
    if keys.size > MOST:
        raise MetricsError(
            f"The table has more than {MOST:,} rows, one for each bin and group. Group by a column with fewer "
            "values, or make per_unit smaller."
        )
    for code in (MISSING, OUTSIDE, NO_LABEL):
        bad = keys == code
        if not bad.any():
            continue
        count = f"{rows[bad].sum():,} row{'s' if rows[bad].sum() > 1 else ''}"
        if code == MISSING:
            raise MetricsError(f"{count} without a score: {scores} is NULL or NaN. Filter such rows out first.")
        if code == NO_LABEL:
            raise MetricsError(
                f"{count} whose label, {y_true}, is neither 0 nor 1, or missing. Make the column of labels one "
                "of 0 and 1, and filter out rows without a label."
            )
        low, high = table["_lowest"][bad].min().item(), table["_highest"][bad].max().item()
        found = f"{count} with {scores} from {low!r} to {high!r}"
        if limits:
            raise MetricsError(f"{found}: no probabilities. For other scores, pass probability=False.")
        raise MetricsError(f"{found}: too large for bins of this width. Make per_unit smaller.")
