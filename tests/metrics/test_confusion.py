from __future__ import annotations

import warnings
from dataclasses import FrozenInstanceError
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from lessonkit.metrics import Confusion, MetricsError

SPAM = Confusion(true_positives=40, false_positives=10, false_negatives=5, true_negatives=45)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("precision", 40 / 50),
        ("recall", 40 / 45),
        ("false_positive_rate", 10 / 55),
        ("specificity", 45 / 55),
        ("negative_predictive_value", 45 / 50),
        ("accuracy", 85 / 100),
        ("balanced_accuracy", (40 / 45 + 45 / 55) / 2),
        ("f1", 16 / 19),
        ("prevalence", 45 / 100),
        ("flagged_rate", 50 / 100),
        ("predicted_positive", 50),
        ("positives", 45),
        ("negatives", 55),
        ("total", 100),
    ],
)
def test_ratio(name: str, value: float) -> None:
    assert getattr(SPAM, name) == pytest.approx(value, abs=1e-15)


def test_f_beta_leans_to_recall_when_beta_is_large() -> None:
    assert SPAM.f_beta(1e-9) == pytest.approx(SPAM.precision)
    assert SPAM.f_beta(1e200) == pytest.approx(SPAM.recall)
    assert SPAM.f_beta(2) == pytest.approx(5 * 40 / (5 * 40 + 4 * 5 + 10))


def test_cost_has_the_unit_of_the_prices() -> None:
    assert SPAM.cost(false_positive=1, false_negative=5) == 10 + 25
    assert SPAM.cost(false_positive=0.5, false_negative=0) == 5


def test_nothing_flagged_is_zero_not_nan() -> None:
    never = Confusion(0, 0, 5, 95)
    assert (never.precision, never.recall, never.f1) == (0.0, 0.0, 0.0)
    assert never.accuracy == 0.95
    assert never.negative_predictive_value == 0.95


def test_no_rows_at_all_is_zero_everywhere() -> None:
    empty = Confusion(0, 0, 0, 0)
    for name in ("precision", "recall", "accuracy", "specificity", "prevalence", "flagged_rate", "f1"):
        assert getattr(empty, name) == 0.0


def test_array_is_in_scikit_learns_order() -> None:
    assert SPAM.as_array().tolist() == [[45, 10], [5, 40]]
    assert SPAM.as_array().dtype == np.int64
    assert Confusion(0.5, 0, 0, 0).as_array().dtype == np.float64


def test_print_shows_a_labelled_table() -> None:
    assert str(Confusion(1234, 7, 56, 99000)) == (
        "                  not flagged    flagged\n"
        "actual negative     TN 99,000       FP 7\n"
        "actual positive         FN 56   TP 1,234"
    )
    assert "TP 0.25" in str(Confusion(0.25, 0, 0, 0))


def test_counts_become_plain_numbers() -> None:
    confusion = Confusion(np.int64(40), np.int8(10), np.float32(5), Fraction(9, 2))  # type: ignore[arg-type]
    assert repr(confusion) == (
        "Confusion(true_positives=40, false_positives=10, false_negatives=5.0, true_negatives=4.5)"
    )


def test_it_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        SPAM.true_positives = 41  # type: ignore[misc]


@pytest.mark.parametrize("count", [-1, float("nan"), float("inf"), "40", None, True, 1j])
def test_a_bad_count_is_named(count: object) -> None:
    with pytest.raises(MetricsError, match=r"^false_negatives is ") as caught:
        Confusion(1, 2, count, 3)  # type: ignore[arg-type]
    assert str(count) in str(caught.value)


@pytest.mark.parametrize("beta", [0, -1, float("inf"), float("nan"), "1"])
def test_a_bad_beta_is_named(beta: float) -> None:
    with pytest.raises(MetricsError, match=r"^beta is "):
        SPAM.f_beta(beta)


@pytest.mark.parametrize("price", [-1, float("inf"), float("nan"), None])
def test_a_bad_price_is_named(price: float) -> None:
    with pytest.raises(MetricsError, match=r"^false_positive is "):
        SPAM.cost(false_positive=price, false_negative=1)
    with pytest.raises(MetricsError, match=r"^false_negative is "):
        SPAM.cost(false_positive=1, false_negative=price)


rows = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.floats(0, 100, allow_subnormal=False)), min_size=1, max_size=30
)


@given(rows, st.booleans(), st.floats(0.1, 10))
def test_agrees_with_scikit_learn(rows: list[tuple[bool, bool, float]], weighted: bool, beta: float) -> None:  # noqa: FBT001
    y_true, y_pred, weights = (np.array(column) for column in zip(*rows, strict=True))
    weight = weights + 0.5 * (weights.sum() == 0) if weighted else None  # scikit-learn refuses a total of 0
    ours = Confusion.from_labels(y_true, y_pred, sample_weight=weight)
    theirs = sk.confusion_matrix(y_true, y_pred, sample_weight=weight, labels=[False, True])
    np.testing.assert_allclose(ours.as_array(), theirs, rtol=1e-12)
    options = {"sample_weight": weight, "zero_division": 0.0}
    assert ours.precision == pytest.approx(sk.precision_score(y_true, y_pred, **options), abs=1e-12)
    assert ours.recall == pytest.approx(sk.recall_score(y_true, y_pred, **options), abs=1e-12)
    theirs_f = sk.fbeta_score(y_true, y_pred, beta=beta, **options)
    assert ours.f_beta(beta) == pytest.approx(theirs_f, abs=1e-12)
    accuracy = sk.accuracy_score(y_true, y_pred, sample_weight=weight)
    assert ours.accuracy == pytest.approx(accuracy, abs=1e-12)


def test_any_two_labels_with_pos_label() -> None:
    confusion = Confusion.from_labels(["spam", "ham", "spam"], ["spam", "spam", "ham"], pos_label="spam")
    assert confusion == Confusion(1, 1, 1, 0)
    assert Confusion.from_labels([2, 1, 2], [2, 2, 2], pos_label=2) == Confusion(2, 1, 0, 0)
    assert Confusion.from_labels([0, 1, 0], [0, 0, 1], pos_label=0) == Confusion(1, 1, 1, 0)


def test_one_class_is_fine_at_one_threshold() -> None:
    assert Confusion.from_labels([0, 0], [0, 0]) == Confusion(0, 0, 0, 2)
    assert Confusion.from_labels(["a", "a"], ["a", "a"], pos_label="a") == Confusion(2, 0, 0, 0)


@pytest.mark.parametrize("y_pred", [[0] * 5, [0, 0, 0, 0, 1]])
@pytest.mark.parametrize("label", [0, 1])
def test_balanced_accuracy_of_one_class_is_that_of_scikit_learn(label: int, y_pred: list[int]) -> None:
    y_true = [label] * 5
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn says that y_pred has a class of its own
        theirs = sk.balanced_accuracy_score(y_true, y_pred)
    assert Confusion.from_labels(y_true, y_pred).balanced_accuracy == theirs


def test_scores_passed_as_decisions_are_refused_with_the_mend() -> None:
    with pytest.raises(MetricsError, match=r"y_pred\[1\] is 0\.3.*y_pred = scores >= threshold"):
        Confusion.from_labels([1, 0], [1, 0.3])


def test_columns_must_share_their_labels() -> None:
    with pytest.raises(MetricsError, match=r"y_pred\[0\] is 'eggs', but the labels so far are 'spam'.*'ham'"):
        Confusion.from_labels(["spam", "ham"], ["eggs", "spam"], pos_label="spam")


def test_lengths_must_agree() -> None:
    with pytest.raises(MetricsError, match="y_true has 2, y_pred has 3"):
        Confusion.from_labels([0, 1], [0, 1, 1])
    with pytest.raises(MetricsError, match="y_true has 2, sample_weight has 1"):
        Confusion.from_labels([0, 1], [0, 1], sample_weight=[1])
