"""Reading what the caller passes: one place where bad input is refused, with its place and its mend."""

from __future__ import annotations

from itertools import islice
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

# Labels listed in a message.
SHOWN = 6
# Rows worked on at a time: few enough to stay in the processor's cache.
BLOCK = 1 << 16
INTEGERS = (-(2**63), 2**64 - 1)


class MetricsError(ValueError):
    """Input that has no answer; the message names the value, its place and the mend."""


def read_numbers(name: str, values: ArrayLike) -> NDArray[Any]:
    """Return a one-dimensional array of real numbers in native byte order, infinities included.

    Raises
    ------
    MetricsError
        If the shape is not ``(n,)``, or an entry is NaN or no real number.
    """
    array = _numbers(name, values)
    # The smallest value of an array with a NaN is NaN: one pass, no mask.
    if array.dtype.kind == "f" and np.isnan(array.min()):
        place = int(np.isnan(array).argmax())
        raise MetricsError(
            f"{name}[{place}] is nan, which is neither above nor below a number. "
            "Find out where it comes from, or leave out such rows."
        )
    return array


def read_weights(sample_weight: ArrayLike) -> NDArray[np.float64]:
    """Return sample weights as float64.

    Raises
    ------
    MetricsError
        If a weight is negative, NaN or infinite, or if they do not add up to a finite number.
    """
    weights = _numbers("sample_weight", sample_weight).astype(np.float64)
    good = (weights >= 0) & np.isfinite(weights)
    if not good.all():
        place = int(good.argmin())
        raise MetricsError(
            f"sample_weight[{place}] is {weights[place].item()!r}. A weight is a finite number, 0 or more; "
            "0 leaves the row out."
        )
    with np.errstate(over="ignore"):
        total = weights.sum()
    if np.isinf(total):
        raise MetricsError("sample_weight adds up to inf. Divide all weights by the largest one.")
    return weights


def read_labels(pos_label: object, columns: Mapping[str, ArrayLike]) -> list[NDArray[np.bool]]:
    """Return, for each column of labels, where it holds the positive label.

    Parameters
    ----------
    pos_label
        The label that counts as positive. With 1 (the default everywhere) the other one must be 0;
        with any other value, the labels may be any two values.
    columns
        Columns by their name in error messages; together they hold at most two labels.

    Raises
    ------
    MetricsError
        If a label is neither the positive nor the negative one.
    """
    arrays = {name: _one_dimension(name, column) for name, column in columns.items()}
    if pos_label == 1:
        binary_columns = [_binary(array) for array in arrays.values()]
        if all(column is not None for column in binary_columns):
            return [column for column in binary_columns if column is not None]
    positives = {name: _equal(array, pos_label) for name, array in arrays.items()}
    binary = pos_label == 1
    if not binary and not any(positive.any() for positive in positives.values()):
        raise MetricsError(
            f"pos_label={pos_label!r} is not among the labels. {_found(arrays)} "
            "Set pos_label to the one that counts as positive."
        )
    negative_label: object = 0 if binary else None
    for name, array in arrays.items():
        positive = positives[name]
        first = int(positive.argmin())
        if positive[first]:
            continue
        if negative_label is None:
            negative_label = array[first]
        negative = _equal(array, negative_label)
        if np.count_nonzero(positive) + np.count_nonzero(negative) == len(array):
            continue
        place = int((positive | negative).argmin())
        value = _plain(array[place])
        wanted = (
            "labels must be 0 (negative) or 1 (positive)"
            if binary
            else f"the labels so far are {pos_label!r} (positive) and {_plain(negative_label)!r} (negative)"
        )
        mend = (
            f"If these are scores, decide first: {name} = scores >= threshold."
            if name != "y_true" and isinstance(value, float)
            else f"Name the positive one of two labels with pos_label, or pass booleans: {name} == label."
        )
        raise MetricsError(f"{name}[{place}] is {value!r}, but {wanted}. {_found(arrays)} {mend}")
    return list(positives.values())


def read_rows(
    y_true: ArrayLike,
    columns: Mapping[str, ArrayLike],
    *,
    sample_weight: ArrayLike | None,
    pos_label: object,
) -> tuple[NDArray[np.bool], list[NDArray[Any]], NDArray[np.float64] | None]:
    """Return labels, scores (one array for each column) and weights of rows that have both classes.

    Parameters
    ----------
    y_true, sample_weight, pos_label
        As for `ThresholdSweep`.
    columns
        Scores by their name in error messages.

    Raises
    ------
    MetricsError
        For what `ThresholdSweep` refuses.
    """
    (positive,) = read_labels(pos_label, {"y_true": y_true})
    scores = {name: read_numbers(name, column) for name, column in columns.items()}
    need_same_length(y_true=positive, **scores)
    found = int(np.count_nonzero(positive))
    if found in (0, positive.size):
        raise MetricsError(
            f"y_true has only {'positives' if found else 'negatives'}: its {positive.size:,} labels are "
            "equal. A curve needs both classes; check the split, or use Confusion.from_labels."
        )
    if sample_weight is None:
        return positive, list(scores.values()), None
    weights = read_weights(sample_weight)
    need_same_length(y_true=positive, sample_weight=weights)
    for name, rows in (("positives", positive), ("negatives", ~positive)):
        if not weights[rows].any():
            raise MetricsError(
                f"All {name} have sample_weight 0. A curve needs both classes; give one row a weight above 0."
            )
    return positive, list(scores.values()), weights


def need_same_length(**columns: NDArray[Any]) -> None:
    """Refuse columns of different lengths.

    Raises
    ------
    MetricsError
        If the lengths differ.
    """
    if len({len(column) for column in columns.values()}) > 1:
        lengths = ", ".join(f"{name} has {len(column):,}" for name, column in columns.items())
        raise MetricsError(f"The lengths differ: {lengths}. Each row needs one entry in each.")


def need_real(name: str, value: object) -> None:
    """Refuse what is not a real number, and NaN.

    Raises
    ------
    MetricsError
        If *value* is not a real number.
    """
    if isinstance(value, Real) and value == value:  # noqa: PLR0124  (only NaN differs from itself)
        return
    raise MetricsError(f"{name} is {value!r}, not a real number.")


def need_integer(name: str, value: object, minimum: int) -> None:
    """Refuse what is not an integer of at least *minimum*.

    Raises
    ------
    MetricsError
        If *value* is out of range or no integer.
    """
    if not isinstance(value, Integral) or int(value) < minimum:
        raise MetricsError(f"{name} is {value!r}. Give an integer of at least {minimum}.")


def need_amount(name: str, value: float, *, positive: bool = False) -> None:
    """Refuse what is not a finite number of at least 0 (above 0, if *positive*).

    Raises
    ------
    MetricsError
        If *value* is out of range.
    """
    need_real(name, value)
    if not (0 <= value < float("inf")) or (positive and value == 0):
        raise MetricsError(f"{name} is {value!r}. Give a finite number {'above 0' if positive else '≥ 0'}.")


def _one_dimension(name: str, values: ArrayLike) -> NDArray[Any]:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise MetricsError(f"{name} is not one column of values ({error}).") from None
    if array.ndim != 1:
        mend = f" Pass {name}[:, 0]." if array.ndim == 2 and array.shape[1] == 1 else ""  # noqa: PLR2004
        raise MetricsError(f"{name} has shape {array.shape}; one dimension, shape (n,), is needed.{mend}")
    if not array.size:
        raise MetricsError(f"{name} is empty. At least one row is needed.")
    return array


def _numbers(name: str, values: ArrayLike) -> NDArray[Any]:
    array = _one_dimension(name, values)
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind not in "fiub":
        # A list with one string becomes an array of strings: look at what was given.
        for place, value in enumerate(np.asarray(values, dtype=np.object_)):
            if not isinstance(value, Real):
                raise MetricsError(f"{name}[{place}] is {value!r}, not a real number.")
            if isinstance(value, Integral) and not INTEGERS[0] <= int(value) <= INTEGERS[1]:
                raise MetricsError(
                    f"{name}[{place}] is {value!r}, too large for a 64-bit integer. "
                    f"If rounding does no harm: np.asarray({name}, dtype=np.float64)."
                )
    if kind not in "fiub" or size > np.dtype(np.float64).itemsize:
        raise MetricsError(
            f"{name} has dtype {array.dtype}. Convert it first: np.asarray({name}, dtype=np.float64)."
        )
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _equal(array: NDArray[Any], value: object) -> NDArray[np.bool]:
    """Compare entry by entry; what has no answer (as with pandas.NA) is not equal."""
    try:
        return np.asarray(array == value, dtype=np.bool)
    except (TypeError, ValueError):
        if array.size == 1:
            return np.zeros(1, np.bool)
        return np.concatenate([_equal(array[i : i + 1], value) for i in range(array.size)])


def _binary(array: NDArray[Any]) -> NDArray[np.bool] | None:
    """Return booleans or integers 0 and 1 as booleans, and None for all else: the usual case, made cheap."""
    if array.dtype.kind == "b":
        return array.astype(np.bool)
    if array.dtype.kind not in "iu":
        return None
    positive = np.empty(array.size, np.bool)
    for start in range(0, array.size, BLOCK):  # so that three passes read the memory once
        block = array[start : start + BLOCK]
        if block.min() < 0 or block.max() > 1:
            return None
        positive[start : start + BLOCK] = block
    return positive


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


def _found(arrays: Mapping[str, NDArray[Any]]) -> str:
    """Say which labels there are, the first few of them."""
    labels = dict.fromkeys(repr(_plain(value)) for array in arrays.values() for value in array)
    shown = ", ".join(islice(labels, SHOWN))
    return f"Found: {shown}{f' and {len(labels) - SHOWN:,} more' if len(labels) > SHOWN else ''}."
