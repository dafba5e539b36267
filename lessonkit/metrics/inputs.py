"""Reading what the caller passes: one place where bad input is refused, with its place and its mend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# Labels listed in a message.
SHOWN = 6
# Rows that a message looks at for them.
READ = 10_000
# What the other label may be beside 1.
NEGATIVES = (0, -1)
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


def read_weights(sample_weight: ArrayLike) -> tuple[NDArray[np.float64], float]:
    """Return sample weights as float64, and the lowest of them.

    Raises
    ------
    MetricsError
        If a weight is negative, NaN or infinite, or if they do not add up to a finite number.
    """
    weights = _numbers("sample_weight", sample_weight).astype(np.float64, copy=False)
    total, lowest = 0.0, np.inf
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, weights.size, BLOCK):  # so that two passes read the memory once
            block = weights[start : start + BLOCK]
            total += block.sum().item()
            lowest = min(lowest, block.min().item())
    if lowest >= 0 and total < np.inf:  # NaN is neither
        return weights, lowest
    allowed = (weights >= 0) & np.isfinite(weights)
    if allowed.all():
        raise MetricsError("sample_weight adds up to inf. Divide all weights by the largest one.")
    place = int(allowed.argmin())
    raise MetricsError(
        f"sample_weight[{place}] is {weights[place].item()!r}. A weight is a finite number, 0 or more; "
        "0 leaves the row out."
    )


def read_counts(**columns: ArrayLike) -> list[NDArray[Any]]:
    """Return counts as int64, or all of them as float64 if one column holds sums of weights.

    Raises
    ------
    MetricsError
        If a count is negative, NaN or infinite.
    """
    arrays = {name: _numbers(name, column) for name, column in columns.items()}
    for name, array in arrays.items():
        if not (array.min() >= 0 and array.max() < np.inf):  # NaN is neither
            place = int(((array >= 0) & (array < np.inf)).argmin())
            raise MetricsError(
                f"{name}[{place}] is {array[place].item()!r}. A count is a finite number, 0 or more."
            )
    whole = all(array.dtype.kind != "f" for array in arrays.values())
    return [array.astype(np.int64 if whole else np.float64, copy=False) for array in arrays.values()]


def read_labels(pos_label: object, columns: Mapping[str, ArrayLike]) -> list[NDArray[np.bool]]:
    """Return, for each column of labels, where it holds the positive label.

    Parameters
    ----------
    pos_label
        The label that counts as positive; the labels are then any two values. None (the default
        everywhere) stands for 1, beside 0 or -1 (or booleans), as in scikit-learn.
    columns
        Columns by their name in error messages; together they hold at most two labels.

    Raises
    ------
    MetricsError
        If a label is neither the positive nor the negative one.
    """
    arrays = {name: _one_dimension(name, column) for name, column in columns.items()}
    if pos_label is None:
        binary_columns = [_binary(array) for array in arrays.values()]
        if all(column is not None for column in binary_columns):
            return [column for column in binary_columns if column is not None]
    wanted = 1 if pos_label is None else pos_label
    positives = {name: _equal(name, array, wanted) for name, array in arrays.items()}
    others: list[object] = []
    for name, array in arrays.items():
        positive = positives[name]
        first = int(positive.argmin())
        if positive[first]:
            continue
        if not others:
            others = [array[first]]
            if pos_label is None and _plain(others[0]) not in NEGATIVES:
                _refuse_label(arrays, name, first, pos_label)
        negative = _equal(name, array, others[0])
        if np.count_nonzero(positive) + np.count_nonzero(negative) != len(array):
            _refuse_label(arrays, name, int((positive | negative).argmin()), pos_label, others[0])
    return list(positives.values())


def read_rows(
    y_true: ArrayLike,
    columns: Mapping[str, ArrayLike],
    *,
    sample_weight: ArrayLike | None,
    pos_label: object,
) -> tuple[NDArray[np.bool], list[NDArray[Any]], NDArray[np.float64] | None]:
    """Return labels, scores (one array for each column) and weights of rows that have both classes.

    Rows of weight 0 are left out.

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
    try:
        (positive,) = read_labels(pos_label, {"y_true": y_true})
    except MetricsError:
        if pos_label is None and _swapped(y_true, columns):
            raise MetricsError(
                f"y_true looks like scores, and {next(iter(columns))} like labels of 0 and 1. "
                "Swap them: the labels come first, as in ThresholdSweep(y_true, scores)."
            ) from None
        raise
    scores = {name: read_numbers(name, column) for name, column in columns.items()}
    need_same_length(y_true=positive, **scores)
    found = int(np.count_nonzero(positive))
    if found in (0, positive.size):
        named = "" if pos_label is None or found else f" (pos_label={pos_label!r} is not among them)"
        raise MetricsError(
            f"y_true has only {'positives' if found else 'negatives'}: its {positive.size:,} labels are "
            f"equal{named}. A curve needs both classes; check the split, or use Confusion.from_labels."
        )
    if sample_weight is None:
        return positive, list(scores.values()), None
    weights, lowest = read_weights(sample_weight)
    need_same_length(y_true=positive, sample_weight=weights)
    if lowest > 0:
        return positive, list(scores.values()), weights
    kept = weights > 0
    positive = positive[kept]
    for name, some in (("positives", positive.any()), ("negatives", not positive.all())):
        if not some:
            raise MetricsError(
                f"All {name} have sample_weight 0. A curve needs both classes; give one row a weight above 0."
            )
    return positive, [column[kept] for column in scores.values()], weights[kept]


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


def need_level(level: float) -> None:
    """Refuse what is no share of resamples or intervals.

    Raises
    ------
    MetricsError
        If *level* is not between 0 and 1.
    """
    need_real("level", level)
    if not 0 < level < 1:
        raise MetricsError(f"level is {level!r}. Give a number between 0 and 1, such as 0.95.")


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
    if values is None:
        raise MetricsError(f"{name} is None. Give one value for each row.")
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        raise MetricsError(
            f"{name} has {np.count_nonzero(values.mask):,} masked entries. Leave such rows out of every "
            f"column: keep = ~numpy.ma.getmaskarray({name}), then numpy.asarray({name})[keep] and so on."
        )
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise MetricsError(f"{name} is not one column of values ({error}).") from None
    if array.ndim != 1:
        mend = ""
        if array.ndim == 0:
            mend = _as_list(name, values)
        elif array.size == max(array.shape):
            mend = f" Pass numpy.ravel({name})."
        raise MetricsError(f"{name} has shape {array.shape}; one dimension, shape (n,), is needed.{mend}")
    if not array.size:
        raise MetricsError(f"{name} is empty. At least one row is needed.")
    return array


def _as_list(name: str, values: object) -> str:
    """Say how to make a column of what NumPy takes for one value."""
    if isinstance(values, (set, frozenset)):
        return " A set has no order: give the column it was made from."
    if isinstance(values, Mapping):
        return f" Pass list({name}.values())."
    if isinstance(values, Iterable) and not isinstance(values, (str, bytes, np.ndarray)):
        return f" Pass list({name})."
    return ""


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


def _equal(name: str, array: NDArray[Any], value: object) -> NDArray[np.bool]:
    """Compare entry by entry; an entry without an answer (pandas.NA) is refused."""
    try:
        return np.asarray(array == value, dtype=np.bool)
    except (TypeError, ValueError):
        pass
    for place, entry in enumerate(array):
        try:
            bool(entry == value)
        except (TypeError, ValueError):
            _refuse_label({name: array}, name, place, None)
    raise AssertionError  # NumPy compares the same entries


def _binary(array: NDArray[Any]) -> NDArray[np.bool] | None:
    """Return booleans or integers 0 and 1 as booleans, and None for all else: the usual case, made cheap."""
    if array.dtype.kind == "b":
        return array.astype(np.bool)
    if array.dtype.kind not in "iu":
        return None
    positive = np.empty(array.size, np.bool)
    unsigned = array.view(array.dtype.str.replace("i", "u"))  # in which a negative number is a large one
    for start in range(0, array.size, BLOCK):  # so that two passes read the memory once
        block = unsigned[start : start + BLOCK]
        if block.max() > 1:
            return None
        positive[start : start + BLOCK] = block
    return positive


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


def _missing(value: object) -> bool:
    """Tell whether a label is NaN, None, or one that cannot be compared, as pandas.NA."""
    try:
        return value is None or bool(value != value)  # noqa: PLR0124  (only NaN differs from itself)
    except (TypeError, ValueError):
        return True


def _refuse_label(
    arrays: Mapping[str, NDArray[Any]],
    name: str,
    place: int,
    pos_label: object,
    negative_label: object = None,
) -> NoReturn:
    """Say which label is neither the positive nor the negative one, and what to do about it."""
    value = _plain(arrays[name][place])
    if _missing(value):
        raise MetricsError(
            f"{name}[{place}] is {value!r}: a row without a label is neither positive nor negative. "
            f"Leave such rows out of every column: keep = ~pandas.isna(numpy.asarray({name})), "
            f"then numpy.asarray({name})[keep] and so on."
        )
    found, more = _labels(arrays)
    listed = f"Found: {', '.join(map(repr, found))}{' and more' if more else ''}."
    if pos_label is not None and not any(label == pos_label for label in found) and not more:
        raise MetricsError(
            f"pos_label={pos_label!r} is not among the labels. {listed} "
            "Set pos_label to the one that counts as positive."
        )
    if pos_label is None:
        wanted = "labels must be 0 or -1 (negative) and 1 (positive)"
    else:
        wanted = f"the labels so far are {pos_label!r} (positive) and {_plain(negative_label)!r} (negative)"
    if name != "y_true" and isinstance(value, float):
        mend = f"If these are scores, decide first: {name} = scores >= threshold."
    elif more or len(found) > 2:  # noqa: PLR2004  (two labels need no more than a name)
        label = repr(found[0] if pos_label is None else pos_label)
        each = " and ".join(f"numpy.asarray({column}) == {label}" for column in arrays)
        mend = f"One label against the rest is: {each}."
    else:
        mend = f"Name the positive one of two labels: {' or '.join(f'pos_label={each!r}' for each in found)}."
    raise MetricsError(f"{name}[{place}] is {value!r}, but {wanted}. {listed} {mend}")


def _labels(arrays: Mapping[str, NDArray[Any]]) -> tuple[list[object], bool]:
    """Return the first few labels there are, and whether there are more; it reads little of a long column."""
    found: dict[str, object] = {}
    for array in arrays.values():
        for value in array[:READ]:
            found.setdefault(repr(_plain(value)), _plain(value))
            if len(found) > SHOWN:
                return list(found.values())[:SHOWN], True
    return list(found.values()), False


def _swapped(y_true: ArrayLike, columns: Mapping[str, ArrayLike]) -> bool:
    """Tell whether fractions came as labels, and zeros and ones as scores."""
    try:
        labels, *scores = (np.asarray(column)[:READ] for column in (y_true, *columns.values()))
        return (
            labels.dtype.kind == "f"
            and bool((labels != np.round(labels)).any())
            and all(bool(np.isin(column, (0, 1)).all()) for column in scores)
        )
    except (TypeError, ValueError, IndexError):
        return False
