"""Counting rows where they are: one expression for every engine that narwhals speaks to.

Narwhals is loaded on first use. What comes here, as NumPy arrays, is a small table and never the rows.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, overload
from zoneinfo import ZoneInfo

import numpy as np

from lessonkit.metrics.bins import BinnedCounts
from lessonkit.metrics.columns import collect, columns
from lessonkit.metrics.inputs import MetricsError, need_integer

if TYPE_CHECKING:
    import narwhals as nw
    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

# More rows than this are no small table.
MOST = 10_000_000
# It keeps the logarithm finite at 0 and at 1. Scores nearer to 0 share a bin.
TINY = 1e-30
# Up to here, every whole number is a float64.
LARGEST = 2.0**52
# The odds of what is no probability, and a logarithm above its own and below all others.
NO_ODDS, LEAST = 1e-40, -80.0


@overload
def count_scores(
    frame: IntoFrame,
    *,
    y_true: str,
    scores: str,
    by: None = None,
    probability: bool = True,
    per_unit: int = 1200,
) -> BinnedCounts: ...


@overload
def count_scores(
    frame: IntoFrame, *, y_true: str, scores: str, by: str, probability: bool = True, per_unit: int = 1200
) -> dict[Any, BinnedCounts]: ...


def count_scores(
    frame: IntoFrame,
    *,
    y_true: str,
    scores: str,
    by: str | None = None,
    probability: bool = True,
    per_unit: int = 1200,
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
        Scores are probabilities, and bins have equal width in log-odds, ln(p / (1 - p)): they are as fine
        near 0 and 1 as in the middle. If False, scores are any finite numbers, and bins have equal width
        in them.
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
    given, score, label = columns(frame, y_true, scores, by)
    low, high = (0.0, 1.0) if probability else (-LARGEST / per_unit, LARGEST / per_unit)
    # NULL and NaN are not inside. One column is made after the other: some engines compute a column anew
    # wherever an expression names it, and pandas is slow with an expression in an aggregation.
    inside = (score >= low) & (score <= high)
    if probability:
        odds = nw.when(inside).then((score + TINY) / (1 - score + TINY)).otherwise(nw.lit(NO_ODDS))
        rows, place, least = given.with_columns(_place=odds), nw.col("_place").log(), LEAST
    else:
        rows = given.with_columns(_place=nw.when(inside).then(score).otherwise(nw.lit(3 * low)))
        place, least = nw.col("_place"), 2 * low
    rows = rows.with_columns(
        _key=(place * per_unit).floor().cast(nw.Int64),
        # DuckDB adds up whole numbers in 128 bits, which is slow; up to 2^53 these sums are as exact.
        _positive=(label == 1).cast(nw.Float64),
        _negative=(label == 0).cast(nw.Float64),
    )
    groups = ["_key"] if by is None else ["_by", "_key"]
    bins = ["_lowest", "_highest", "_positives", "_negatives"]
    counted = rows.group_by(groups).agg(
        nw.col("_score").min().alias("_lowest"),
        nw.col("_score").max().alias("_highest"),
        nw.col("_positive").sum().alias("_positives"),
        nw.col("_negative").sum().alias("_negatives"),
        nw.len().alias("_rows"),
    )
    table = collect(counted.head(MOST + 1), [*groups, *bins, "_rows"])
    if not table["_rows"].size:
        raise MetricsError("frame is empty. At least one row is needed.")
    if table["_rows"].size > MOST:
        raise MetricsError(
            f"The table has more than {MOST:,} rows, one for each bin and group. Group by a column with "
            "fewer values, or make per_unit smaller."
        )
    if (table["_key"] < least * per_unit).any():
        raise MetricsError(_no_score(given, score, scores, high, probability=probability))
    if (table["_rows"] != table["_positives"] + table["_negatives"]).any():
        raise MetricsError(_no_label(given, label, y_true))
    found = [table[name] for name in bins]
    if by is None:
        return BinnedCounts(*found)
    values, inverse = _groups(table["_by"], rows.collect_schema()["_by"], table["_rows"], by)
    return {
        value: BinnedCounts(*(column[inverse == place] for column in found))
        for place, value in enumerate(values)
    }


def _groups(
    names: NDArray[Any], kind: object, rows: NDArray[np.int64], by: str
) -> tuple[list[Any], NDArray[np.intp]]:
    """Return the values of a column in ascending order, as Python has them, and the place of each row's.

    Raises
    ------
    MetricsError
        If a value is missing.
    """
    import narwhals as nw

    missing = np.array([each is None or each != each for each in names.tolist()])  # noqa: PLR0124  (NaN)
    if names.dtype.kind == "M":
        missing = np.isnat(names)
        # As Python's own: nanoseconds have no room in datetime, and a date is none.
        names = names.astype("datetime64[D]" if kind == nw.Date else "datetime64[us]")
    if missing.any():
        raise MetricsError(
            f"{by} is missing in {rows[missing].sum():,} of {rows.sum():,} rows. Leave them out, or "
            "fill them."
        )
    values, inverse = np.unique(names, return_inverse=True)
    found = values.tolist()
    if isinstance(kind, nw.Datetime) and kind.time_zone is not None:
        zone = ZoneInfo(kind.time_zone)
        found = [each.replace(tzinfo=UTC).astimezone(zone) for each in found]
    return found, inverse


def _no_score(rows: nw.LazyFrame[Any], score: nw.Expr, name: str, high: float, *, probability: bool) -> str:
    """Look again at rows whose score cannot be counted, and say what they are and what to do."""
    null = score.is_null()
    nan = score.is_nan() & ~null
    outside = ~null & ~nan & ((score > high) | (score < (0.0 if probability else -high)))
    infinite = outside & ((score == np.inf) | (score == -np.inf))
    told = _told(rows, score, null=null, nan=nan, infinite=infinite, outside=outside)
    what = [f"{word} in {told[key]:,}" for key, word in (("null", "missing"), ("nan", "NaN")) if told[key]]
    advice = ["Leave out the rows without a score."] if what else []
    if told["outside"]:
        what.append(f"from {told['lowest']!r} to {told['highest']!r} in {told['outside']:,}")
        if probability:
            advice.append("For scores that are no probabilities, pass probability=False.")
        elif told["outside"] > told["infinite"]:
            advice.append(f"Scores beyond {high:.3g} have no bins so narrow: make per_unit smaller.")
        else:
            advice.append("Give infinite scores a finite stand-in above or below all others.")
    bad = told["null"] + told["nan"] + told["outside"]
    wanted = "number from 0 to 1" if probability else "finite number that can be counted"
    return f"{name} is no {wanted} in {bad:,} of {told['all']:,} rows: {', '.join(what)}. {' '.join(advice)}"


def _no_label(rows: nw.LazyFrame[Any], label: nw.Expr, name: str) -> str:
    """Look again at rows of no class, and say what they are and what to do."""
    null = label.is_null() | label.is_nan()
    other = ~null & (label != 0) & (label != 1)
    told = _told(rows, label, null=null, outside=other)
    parts = []
    if told["null"]:
        parts.append(f"{name} is missing in {told['null']:,} of {told['all']:,} rows. Leave these out.")
    if told["outside"]:
        parts.append(
            f"{name} is neither 0 nor 1 in {told['outside']:,} of {told['all']:,} rows: it is from "
            f"{told['lowest']:g} to {told['highest']:g}. Make it a column of 0 and 1."
        )
    return " ".join(parts)


def _told(rows: nw.LazyFrame[Any], value: nw.Expr, *, outside: nw.Expr, **flags: nw.Expr) -> dict[str, Any]:
    """Count all rows and those with each flag; beside it the lowest and the highest value outside."""
    import narwhals as nw

    flags |= {"all": nw.lit(True), "outside": outside}
    there = nw.when(outside).then(value)
    named = rows.with_columns(
        _lowest=there,
        _highest=there,
        **{f"_{name}": nw.when(flag).then(1).otherwise(0) for name, flag in flags.items()},
    )
    ends = [nw.col("_lowest").min(), nw.col("_highest").max()]
    found = collect(
        named.select(*ends, *(nw.col(f"_{name}").sum() for name in flags)),
        ["_lowest", "_highest", *(f"_{name}" for name in flags)],
    )
    told: dict[str, Any] = {name: int(found[f"_{name}"][0] or 0) for name in flags}
    if told["outside"]:
        told |= {"lowest": float(found["_lowest"][0]), "highest": float(found["_highest"][0])}
    return told
