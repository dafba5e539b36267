from __future__ import annotations

import re
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from lessonkit.metrics import (
    Confusion,
    MetricsError,
    ThresholdSweep,
    bootstrap_difference,
    bootstrap_interval,
)
from lessonkit.metrics.inputs import READ

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
        ([[0.1], [0.2], [0.3]], r"scores has shape \(3, 1\).*Pass numpy\.ravel\(scores\)"),
        ([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]], r"scores has shape \(3, 2\)"),
        ([[0.1], [0.2, 0.3], []], "scores is not one column"),
        (0.5, r"scores has shape \(\); one dimension, shape \(n,\), is needed\.$"),
        ("high", r"scores has shape \(\); one dimension, shape \(n,\), is needed\.$"),
        (None, "scores is None. Give one value for each row"),
        ({0.1, 0.2, 0.3}, "A set has no order"),
        ({"a": 0.1}, r"Pass list\(scores\.values\(\)\)"),
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
        ([1, 0, 2], r"y_true\[2\] is 2, but labels must be 0 or -1 .* and 1 .*Found: 1, 0, 2\."),
        ([1, 0, -1], r"y_true\[2\] is -1"),
        ([-1, 1, 0], r"y_true\[2\] is 0, .*Found: -1, 1, 0\..*One label against the rest"),
        ([1, 2, 1], r"y_true\[1\] is 2.*Found: 1, 2\. .*: pos_label=1 or pos_label=2\.$"),
        ([1, 0, 0.5], r"y_true\[2\] is 0\.5"),
        ([1, 0, NAN], r"y_true\[2\] is nan: a row without a label"),
        ([1, 0, None], r"y_true\[2\] is None: a row without a label"),
        (pd.Series([1, 0, None], dtype="Int64"), r"y_true\[2\] is .*: a row without a label"),
        (pd.Series([True, False, None], dtype="boolean"), r"y_true\[2\] is <NA>"),
        (["spam", "ham", "spam"], r"y_true\[0\] is 'spam'.*Found: 'spam', 'ham'\."),
        ([1, 1, 1], "only positives: its 3 labels are equal"),
        ([0, 0, 0], "only negatives: its 3 labels are equal"),
        ([[1], [0], [1]], r"y_true has shape \(3, 1\).*Pass numpy\.ravel\(y_true\)"),
        ([], "y_true is empty"),
    ],
)
def test_bad_labels_are_named(y_true: ArrayLike, message: str) -> None:
    with pytest.raises(MetricsError, match=message):
        ThresholdSweep(y_true, [0.1, 0.2, 0.3])


def test_many_labels_are_not_all_listed() -> None:
    with pytest.raises(MetricsError, match=r"Found: 0, 1, 2, 3, 4, 5 and more\."):
        ThresholdSweep(np.arange(100), np.arange(100))


@pytest.mark.parametrize(
    ("pos_label", "message"),
    [
        ("Spam", r"pos_label='Spam' is not among the labels. Found: 'spam', 'ham', 'eggs'"),
        ("spam", r"y_true\[2\] is 'eggs', but the labels so far are 'spam' \(positive\) and 'ham' \(neg"),
        ("eggs", r"y_true\[1\] is 'ham', but the labels so far are 'eggs' \(positive\) and 'spam' \(neg"),
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
        [1, -1, 1],
        [1.0, -1.0, 1.0],
        np.array([1, -1, 1], np.int8),
        np.array([1, -1, 1], object),
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
        ([1, 2, 1], 1),
        ([1.0, 2.0, 1.0], True),
        ([b"a", b"b", b"a"], b"a"),
    ],
)
def test_any_two_labels_with_pos_label(y_true: ArrayLike, pos_label: object) -> None:
    sweep = ThresholdSweep(y_true, [0.9, 0.5, 0.1], pos_label=pos_label)
    assert sweep.true_positives.tolist() == [1, 1, 2]


# --------------------------------------------------------------------- the advice works when it is followed


def refused(*columns: ArrayLike, **options: Any) -> str:  # noqa: ANN401
    with pytest.raises(MetricsError) as caught:
        ThresholdSweep(*columns, **options)
    return str(caught.value)


def followed(message: str, pattern: str, **names: Any) -> Any:  # noqa: ANN401
    """Run the code that a message advises."""
    found = re.search(pattern, message)
    assert found, message
    return eval(found[1], {"numpy": np, "pandas": pd, **names})  # noqa: S307  (our own messages)


@pytest.mark.parametrize(
    "y_true",
    [
        [0, 1, None, 1],
        [0, 1, NAN, 1],
        [False, True, None, True],
        np.array([0, 1, NAN, 1]),
        np.array([0, 1, pd.NA, 1], object),
        pd.Series([0, 1, None, 1], dtype="Int64", index=[3, 2, 1, 0]),
        pd.Series([False, True, None, True], dtype="boolean"),
        pd.Series(["ham", "spam", None, "spam"]),
    ],
)
def test_rows_without_a_label_are_left_out_not_made_negatives(y_true: ArrayLike) -> None:
    scores = [0.1, 0.2, 0.99, 0.3]
    options = {"pos_label": "spam"} if isinstance(np.asarray(y_true)[1], str) else {}
    message = refused(y_true, scores, **options)
    assert "==" not in message
    keep = followed(message, r"keep = (.*?\)\)), ", y_true=y_true)
    labels = followed(message, r"then (numpy.*?\[keep\])", y_true=y_true, keep=keep)
    sweep = ThresholdSweep(labels, np.asarray(scores)[keep], **options)
    assert (sweep.positives, sweep.negatives, sweep.roc_auc) == (2, 1, 1)


@pytest.mark.parametrize("y_true", [[1, 2, 1], ["b", "a", "b"], [0.0, 5.0, 0.0], [2, 4, 2]])
def test_two_labels_are_told_apart_by_the_names_given(y_true: list[Any]) -> None:
    message = refused(y_true, [0.9, 0.5, 0.1])
    first = followed(message, r"pos_label=(.*?) or ")
    second = followed(message, r" or pos_label=(.*)\.")
    assert {first, second} == set(y_true)
    assert ThresholdSweep(y_true, [0.9, 0.5, 0.1], pos_label=y_true[0]).true_positives.tolist() == [1, 1, 2]
    assert ThresholdSweep(y_true, [0.9, 0.5, 0.1], pos_label=y_true[1]).true_positives.tolist() == [0, 1, 1]


@pytest.mark.parametrize("options", [{}, {"pos_label": "a"}])
def test_three_labels_become_one_against_the_rest(options: dict[str, str]) -> None:
    y_true = ["a", "b", "c", "a"]
    message = refused(y_true, [4, 3, 2, 1], **options)
    labels = followed(message, r"One label against the rest is: (.*)\.$", y_true=y_true)
    assert ThresholdSweep(labels, [4, 3, 2, 1]).true_positives.tolist() == [1, 1, 1, 2]


def test_three_labels_of_two_columns_become_one_against_the_rest() -> None:
    y_true, y_pred = ["a", "b", "c"], ["a", "a", "c"]
    with pytest.raises(MetricsError) as caught:
        Confusion.from_labels(y_true, y_pred, pos_label="a")
    names = {"y_true": y_true, "y_pred": y_pred}
    truth = followed(str(caught.value), r"is: (.*) and .*\.$", **names)
    flagged = followed(str(caught.value), r" and (numpy.*)\.$", **names)
    assert Confusion.from_labels(truth, flagged) == Confusion(1, 1, 0, 1)


@pytest.mark.parametrize("made", [pd.DataFrame, np.array, list])
@pytest.mark.parametrize("shape", [(3, 1), (1, 3)])
def test_one_column_is_unraveled(made: Any, shape: tuple[int, int]) -> None:  # noqa: ANN401
    y_true = made(np.array([1, 0, 1]).reshape(shape))
    labels = followed(refused(y_true, [3, 2, 1]), r"Pass (.*)\.$", y_true=y_true)
    assert ThresholdSweep(labels, [3, 2, 1]).true_positives.tolist() == [1, 1, 2]


@pytest.mark.parametrize(
    "scores",
    [
        lambda: (each / 10 for each in (3, 2, 1)),
        lambda: map(float, "321"),
        {1: 3, 2: 2, 3: 1}.values,
    ],
)
def test_what_is_no_sequence_is_made_a_list(scores: Any) -> None:  # noqa: ANN401
    message = refused([1, 0, 1], scores())
    assert ThresholdSweep(
        [1, 0, 1], followed(message, r"Pass (.*)\.$", scores=scores())
    ).true_positives.tolist() == [1, 1, 2]


def test_swapped_columns_are_recognized() -> None:
    y_true, scores = [1, 0, 1], [0.9, 0.5, 0.1]
    assert "Swap them" in refused(scores, y_true)
    with pytest.raises(MetricsError, match=r"^y_true looks like scores, and scores like labels of 0 and 1\."):
        bootstrap_interval(np.array(scores), np.array(y_true), "roc_auc")
    with pytest.raises(MetricsError, match="and scores_a like labels"):
        bootstrap_difference(scores, y_true, y_true, "roc_auc")
    # Not swapped, only wrong: neither column holds labels.
    assert "Swap" not in refused(scores, scores)
    assert "Swap" not in refused([1, 0, 2], y_true)


def test_a_fold_without_positives_is_only_negatives() -> None:
    assert Confusion.from_labels(["ham"] * 2, ["ham"] * 2, pos_label="spam") == Confusion(0, 0, 0, 2)
    assert Confusion.from_labels(["ham"] * 2, ["ham", "spam"], pos_label="spam") == Confusion(0, 1, 0, 1)
    assert "only negatives: its 2 labels are equal (pos_label='spam' is not" in refused(
        ["ham", "ham"], [1, 2], pos_label="spam"
    )


def test_masked_rows_are_not_slipped_in() -> None:
    y_true = np.array([1, 0, 1, 0])
    scores = np.ma.masked_array([0.9, 0.5, 0.1, 0.95], [False, False, False, True])
    message = refused(y_true, scores)
    keep = followed(message, r"keep = (.*?\)), ", scores=scores)
    kept = followed(message, r"then (numpy.*?\[keep\])", scores=scores, keep=keep)
    assert ThresholdSweep(y_true[keep], kept).thresholds.tolist() == [0.9, 0.5, 0.1]
    assert ThresholdSweep([1, 0], np.ma.masked_array([0.9, 0.5])).roc_auc == 1  # nothing masked


class Watched:
    """A label that counts how often somebody writes it down."""

    read = 0

    def __repr__(self) -> str:
        Watched.read += 1
        return "watched"


def test_a_message_reads_little_of_a_long_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Watched, "read", 0)
    refused(np.array([Watched() for _ in range(100_000)], object), np.arange(100_000))
    assert 0 < Watched.read <= 2 * READ
    # A label that cannot be compared is found in one pass over those before it.
    compared: list[int] = []

    class Label(Watched):
        def __init__(self, place: int) -> None:
            self.place = place

        def __eq__(self, other: object) -> bool:
            compared.append(self.place)
            if self.place >= 1000:
                raise TypeError
            return other == 1

        __hash__ = None  # type: ignore[assignment]

    refused(np.array([Label(place) for place in range(100_000)], object), np.arange(100_000))
    assert max(compared) == 1000
    assert len(compared) < 5000


def test_an_error_is_a_value_error() -> None:
    assert issubclass(MetricsError, ValueError)


def test_importing_the_metrics_loads_numpy_only() -> None:
    code = (
        "import sys, lessonkit.metrics; "
        "print({'sklearn', 'scipy', 'pandas', 'matplotlib', 'tensorflow', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
