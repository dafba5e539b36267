from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from lessonkit.metrics import MetricsError, ThresholdSweep

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ([0.1, NAN, 0.3], r"scores\[1\] is nan"),
        (np.array([0.1, 0.2, NAN], np.float16), r"scores\[2\] is nan"),
        ([0.1, "high", 0.3], r"scores\[1\] is 'high', not a real number"),
        ([0.1, None, 0.3], r"scores\[1\] is None, not a real number"),
        ([0.1, 1j, 0.3], r"scores\[1\] is 1j, not a real number"),
        ([Decimal("0.1"), 0.2, 0.3], r"scores\[0\] is Decimal\('0\.1'\), not a real number"),
        ([0, 2**70, 1], r"scores\[1\] is 1180591620717411303424, too large"),
        (np.array([0.1, 1j, 0.3]), r"scores\[0\] is \(0\.1\+0j\), not a real number"),
        (np.array([0.1, 0.2, 0.3], object), "scores has dtype object. Convert it first"),
        (np.array([1, 2, 3], "datetime64[s]"), r"scores\[0\] is .*not a real number"),
        (pd.Series([0.1, None, 0.3], dtype="Float64").astype(object), r"scores\[1\] is <NA>"),
        ([[0.1], [0.2], [0.3]], r"scores has shape \(3, 1\).*Pass scores\[:, 0\]"),
        ([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]], r"scores has shape \(3, 2\)"),
        ([[0.1], [0.2, 0.3], []], "scores is not one column"),
        (0.5, r"scores has shape \(\)"),
        ([], "scores is empty"),
        ([0.1, 0.2], "y_true has 3, scores has 2"),
    ],
)
def test_bad_scores_are_named(scores: ArrayLike, message: str) -> None:
    with pytest.raises(MetricsError, match=message):
        ThresholdSweep([1, 0, 1], scores)


@pytest.mark.skipif(np.dtype(np.longdouble).itemsize == 8, reason="here long double is double")
def test_long_doubles_are_refused() -> None:
    with pytest.raises(MetricsError, match=r"scores has dtype .*Convert it first"):
        ThresholdSweep([1, 0], np.array([1, 2], np.longdouble))


@pytest.mark.parametrize(
    ("y_true", "message"),
    [
        ([1, 0, 2], r"y_true\[2\] is 2, but labels must be 0 .* or 1 .*Found: 1, 0, 2\."),
        ([1, 0, -1], r"y_true\[2\] is -1"),
        ([-1, 1, 1], r"y_true\[0\] is -1.*Found: -1, 1\."),
        ([1, 2, 1], r"y_true\[1\] is 2.*Found: 1, 2\..*pos_label"),
        ([1, 0, 0.5], r"y_true\[2\] is 0\.5"),
        ([1, 0, NAN], r"y_true\[2\] is nan"),
        ([1, 0, None], r"y_true\[2\] is None"),
        (pd.Series([1, 0, None], dtype="Int64"), r"y_true\[2\] is "),
        (pd.Series([True, False, None], dtype="boolean"), r"y_true\[2\] is <NA>"),
        (["spam", "ham", "spam"], r"y_true\[0\] is 'spam'.*Found: 'spam', 'ham'\."),
        ([1, 1, 1], "only positives: its 3 labels are equal"),
        ([0, 0, 0], "only negatives: its 3 labels are equal"),
        ([[1], [0], [1]], r"y_true has shape \(3, 1\).*Pass y_true\[:, 0\]"),
        ([], "y_true is empty"),
    ],
)
def test_bad_labels_are_named(y_true: ArrayLike, message: str) -> None:
    with pytest.raises(MetricsError, match=message):
        ThresholdSweep(y_true, [0.1, 0.2, 0.3])


def test_many_labels_are_not_all_listed() -> None:
    with pytest.raises(MetricsError, match=r"Found: 0, 1, 2, 3, 4, 5 and 94 more\."):
        ThresholdSweep(np.arange(100), np.arange(100))


@pytest.mark.parametrize(
    ("pos_label", "message"),
    [
        ("Spam", r"pos_label='Spam' is not among the labels. Found: 'spam', 'ham', 'eggs'"),
        ("spam", r"y_true\[2\] is 'eggs', but the labels so far are 'spam' \(positive\) and 'ham' \(neg"),
        (None, "pos_label=None is not among the labels"),
    ],
)
def test_bad_pos_label_is_named(pos_label: object, message: str) -> None:
    with pytest.raises(MetricsError, match=message):
        ThresholdSweep(["spam", "ham", "eggs"], [0.1, 0.2, 0.3], pos_label=pos_label)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, -2, 1], r"sample_weight\[1\] is -2\.0"),
        ([1, 1, NAN], r"sample_weight\[2\] is nan"),
        ([INF, 1, 1], r"sample_weight\[0\] is inf"),
        ([1, "2", 1], r"sample_weight\[1\] is '2', not a real number"),
        ([1, 1], "y_true has 3, sample_weight has 2"),
        ([1, 0, 1], "All negatives have sample_weight 0"),
        ([0, 1, 0], "All positives have sample_weight 0"),
        ([1e308, 1e308, 1], "adds up to inf"),
        ([[1, 1, 1]], r"sample_weight has shape \(1, 3\)"),
    ],
)
def test_bad_weights_are_named(weights: ArrayLike, message: str) -> None:
    with pytest.raises(MetricsError, match=message):
        ThresholdSweep([1, 0, 1], [0.1, 0.2, 0.3], sample_weight=weights)


@pytest.mark.parametrize(
    "y_true",
    [
        [1, 0, 1],
        [True, False, True],
        [1.0, 0.0, 1.0],
        (1, 0, 1),
        np.array([1, 0, 1], np.uint8),
        np.array([1, 0, 1], ">i4"),
        np.array([1, 0, 1], object),
        pd.Series([1, 0, 1], index=[7, 8, 9]),
        pd.Series([True, False, True], dtype="boolean"),
    ],
)
def test_all_ways_to_write_zeros_and_ones(y_true: ArrayLike) -> None:
    assert ThresholdSweep(y_true, [0.9, 0.5, 0.1]).true_positives.tolist() == [1, 1, 2]


@pytest.mark.parametrize(
    ("y_true", "pos_label"),
    [
        (["a", "b", "a"], "a"),
        ([2, 1, 2], 2),
        ([0, 1, 0], 0),
        ([-1.5, 4, -1.5], -1.5),
        ([None, 1, None], None),
    ],
)
def test_any_two_labels_with_pos_label(y_true: ArrayLike, pos_label: object) -> None:
    sweep = ThresholdSweep(y_true, [0.9, 0.5, 0.1], pos_label=pos_label)
    assert sweep.true_positives.tolist() == [1, 1, 2]


def test_an_error_is_a_value_error() -> None:
    assert issubclass(MetricsError, ValueError)


def test_importing_the_metrics_loads_numpy_only() -> None:
    code = (
        "import sys, lessonkit.metrics; "
        "print({'sklearn', 'scipy', 'pandas', 'matplotlib', 'tensorflow', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
