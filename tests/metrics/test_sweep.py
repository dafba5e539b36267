from __future__ import annotations

import math
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import metrics as sk

from lessonkit.metrics import Confusion, MetricsError, OperatingPoint, ThresholdSweep
from lessonkit.metrics.sweep import OBJECTIVES

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL = ThresholdSweep([1, 1, 0, 1, 0, 0], [0.9, 0.8, 0.8, 0.6, 0.5, 0.1])


def email() -> ThresholdSweep:
    """The frozen scores of the email test set, read without the data module."""
    from importlib.resources import files

    with np.load(str(files("lessonkit") / "data" / "email_scores.npz")) as data:
        return ThresholdSweep(data["y_true"], data["scores"])


@st.composite
def rows(draw: st.DrawFn, *, weights: bool = True) -> dict[str, Any]:
    """Arguments of a sweep: ties are common, weights may be 0, both classes have some weight."""
    size = draw(st.integers(2, 25))
    dtype = draw(st.sampled_from([np.float32, np.float64, np.int64]))
    if draw(st.booleans()):
        scores = draw(hnp.arrays(np.int64, size, elements=st.integers(-3, 3))).astype(dtype)
    elif dtype is np.int64:
        scores = draw(hnp.arrays(dtype, size))
    else:
        width = 8 * np.dtype(dtype).itemsize
        scores = draw(hnp.arrays(dtype, size, elements=st.floats(-(2.0**99), 2.0**99, width=width)))
    y_true = draw(hnp.arrays(np.int64, size, elements=st.integers(0, 1)))
    y_true[:2] = 0, 1
    weight = None
    if weights and draw(st.booleans()):
        weight = draw(hnp.arrays(np.float64, size, elements=st.sampled_from([0, 0.25, 1, 2, 0.1, 1e3])))
        weight[:2] += 0.5
    return {"y_true": y_true, "scores": scores, "sample_weight": weight}


def ranks(scores: np.ndarray) -> np.ndarray:
    """Scores that scikit-learn orders and ties exactly as the given ones."""
    inverse: np.ndarray = np.unique(scores, return_inverse=True)[1]
    return inverse


# --------------------------------------------------------------------------- agreement with scikit-learn


@given(rows())
def test_areas_agree_with_scikit_learn(rows: dict[str, Any]) -> None:
    sweep = ThresholdSweep(**rows)
    y_true, scores, weight = rows["y_true"], ranks(rows["scores"]), rows["sample_weight"]
    precision = sk.average_precision_score(y_true, scores, sample_weight=weight)
    assert sweep.average_precision == pytest.approx(precision, abs=1e-12)
    assert sweep.roc_auc == pytest.approx(sk.roc_auc_score(y_true, scores, sample_weight=weight), abs=1e-12)


@given(rows())
def test_the_curve_agrees_with_scikit_learn(rows: dict[str, Any]) -> None:
    sweep = ThresholdSweep(**rows)
    y_true, scores, weight = rows["y_true"], ranks(rows["scores"]), rows["sample_weight"]
    precision, recall, thresholds = sk.precision_recall_curve(y_true, scores, sample_weight=weight)
    # scikit-learn goes up instead of down, and adds the point (recall 0, precision 1). Its newer versions
    # leave out rows of weight 0, as we do; so only thresholds that both know are compared.
    ours = dict(zip(ranks_of(sweep, rows["scores"]), range(sweep.thresholds.size), strict=True))
    assert set(ours) <= set(thresholds.tolist())
    for theirs, threshold in enumerate(thresholds.tolist()):
        if threshold in ours:
            assert sweep.precision[ours[threshold]] == pytest.approx(precision[theirs], abs=1e-12)
            assert sweep.recall[ours[threshold]] == pytest.approx(recall[theirs], abs=1e-12)


def ranks_of(sweep: ThresholdSweep, scores: np.ndarray) -> list[int]:
    return np.searchsorted(np.unique(scores), sweep.thresholds).tolist()


@given(rows(), st.floats(0.1, 10))
def test_each_threshold_agrees_with_scikit_learn(rows: dict[str, Any], beta: float) -> None:
    sweep = ThresholdSweep(**rows)
    y_true, scores, weight = rows["y_true"], rows["scores"], rows["sample_weight"]
    for index, threshold in enumerate(sweep.thresholds):
        theirs = sk.confusion_matrix(y_true, scores >= threshold, sample_weight=weight, labels=[0, 1])
        ours = np.array(
            [
                [sweep.true_negatives[index], sweep.false_positives[index]],
                [sweep.false_negatives[index], sweep.true_positives[index]],
            ]
        )
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-10)
        assert (sweep.at(threshold).as_array() == ours).all()
        theirs_f = sk.fbeta_score(
            y_true, scores >= threshold, beta=beta, sample_weight=weight, zero_division=0.0
        )
        assert sweep.f_beta(beta)[index] == pytest.approx(theirs_f, abs=1e-12)
        assert sweep.false_positive_rate[index] == pytest.approx(theirs[0, 1] / theirs[0].sum(), abs=1e-12)


SCORERS: dict[str, Callable[..., float]] = {
    "accuracy": sk.accuracy_score,
    "balanced_accuracy": sk.balanced_accuracy_score,
    "youden_j": partial(sk.balanced_accuracy_score, adjusted=True),
    "matthews_corrcoef": sk.matthews_corrcoef,
    "specificity": partial(sk.recall_score, pos_label=0),
    "f1": sk.f1_score,
}


@pytest.mark.parametrize("name", SCORERS)
@given(rows=rows())
def test_each_measure_agrees_with_scikit_learn_at_each_threshold(name: str, rows: dict[str, Any]) -> None:
    sweep = ThresholdSweep(**rows)
    y_true, scores, weight = rows["y_true"], rows["scores"], rows["sample_weight"]
    values = getattr(sweep, name)
    assert values.shape == sweep.thresholds.shape
    for value, threshold in zip(values.tolist(), sweep.thresholds, strict=True):
        theirs = SCORERS[name](y_true, scores >= threshold, sample_weight=weight)
        assert value == pytest.approx(theirs, abs=1e-7)
        assert getattr(sweep.at(threshold), name) == pytest.approx(value, abs=1e-12)


def test_perfect_and_reversed_scores_end_the_scale() -> None:
    for weight in (None, np.array([0.1, 0.7, 0.3, 1e-9])):
        perfect = ThresholdSweep([1, 1, 0, 0], [4, 3, 2, 1], sample_weight=weight)
        assert perfect.matthews_corrcoef[1] == perfect.youden_j[1] == 1
        wrong = ThresholdSweep([0, 0, 1, 1], [4, 3, 2, 1], sample_weight=weight)
        assert wrong.matthews_corrcoef[1] == wrong.youden_j[1] == -1
        assert wrong.matthews_corrcoef[-1] == wrong.youden_j[-1] == 0


@given(rows(), st.floats(1e-3, 1))
def test_a_part_of_the_roc_area_agrees_with_scikit_learn(rows: dict[str, Any], max_fpr: float) -> None:
    theirs = sk.roc_auc_score(
        rows["y_true"], ranks(rows["scores"]), sample_weight=rows["sample_weight"], max_fpr=max_fpr
    )
    assert ThresholdSweep(**rows).partial_roc_auc(max_fpr) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("max_fpr", [0, -0.1, 1.1, math.nan, "1", None])
def test_a_bad_rate_is_named(max_fpr: float) -> None:
    with pytest.raises(MetricsError, match="max_fpr is "):
        SMALL.partial_roc_auc(max_fpr)


# ------------------------------------------------------------------------------------------------- the top


@given(rows(weights=False), st.data())
def test_the_top_k_are_what_flagging_a_tie_by_lot_gives(rows: dict[str, Any], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(rows["scores"])))
    order = np.argsort(-ranks(rows["scores"]), kind="stable")
    scores, y_true = ranks(rows["scores"])[order], rows["y_true"][order]
    above, tied = scores > scores[k - 1], scores == scores[k - 1]
    expected = y_true[above].sum() + (k - above.sum()) * Fraction(int(y_true[tied].sum()), int(tied.sum()))
    top = ThresholdSweep(**rows).top(k)
    assert top.true_positives == pytest.approx(float(expected), abs=1e-12)
    assert top.predicted_positive == pytest.approx(k, abs=1e-12)
    assert (top.positives, top.negatives) == pytest.approx((y_true.sum(), (1 - y_true).sum()), abs=1e-12)
    flagged = np.arange(len(scores)) < k
    if above.sum() + tied.sum() == k:  # the tie is not cut
        assert top == Confusion.from_labels(y_true, flagged.astype(int))
        assert top.precision == pytest.approx(sk.precision_score(y_true, flagged), abs=1e-15)
        assert top.recall == pytest.approx(sk.recall_score(y_true, flagged), abs=1e-15)


@given(rows())
def test_the_top_of_all_is_everything(rows: dict[str, Any]) -> None:
    sweep = ThresholdSweep(**rows)
    weight = rows["sample_weight"]
    total = len(rows["scores"]) if weight is None else float(weight.sum())
    assert sweep.top(total).as_array() == pytest.approx(sweep.at(-math.inf).as_array(), rel=1e-12)


def test_the_top_by_weight() -> None:
    sweep = ThresholdSweep([1, 0, 1, 0], [4, 3, 3, 1], sample_weight=[2, 1, 3, 1])
    assert sweep.top(2) == sweep.at(4)
    assert sweep.top(4) == Confusion(3.5, 0.5, 1.5, 1.5)
    assert sweep.top(1).precision == 1


@pytest.mark.parametrize("k", [0, -1, 7, math.inf, math.nan, "2"])
def test_a_bad_k_is_named(k: float) -> None:
    with pytest.raises(MetricsError, match="k is "):
        SMALL.top(k)


# ------------------------------------------------------------------------------------------- invariance


@given(rows(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: dict[str, Any], random: Any) -> None:  # noqa: ANN401
    order = list(range(len(rows["scores"])))
    random.shuffle(order)
    shuffled = {name: None if column is None else column[order] for name, column in rows.items()}
    sweep, other = ThresholdSweep(**rows), ThresholdSweep(**shuffled)
    assert sweep.thresholds.tolist() == other.thresholds.tolist()
    np.testing.assert_allclose(sweep.true_positives, other.true_positives, rtol=1e-14)
    assert sweep.average_precision == pytest.approx(other.average_precision, abs=1e-13)


@given(rows(weights=False))
def test_only_the_order_of_scores_matters_to_areas(rows: dict[str, Any]) -> None:
    sweep = ThresholdSweep(**rows)
    other = ThresholdSweep(rows["y_true"], np.exp(ranks(rows["scores"]) / 7))
    for area in ("average_precision", "roc_auc", "davis_goadrich_area"):
        assert getattr(other, area) == pytest.approx(getattr(sweep, area), abs=1e-14)


@given(rows(weights=False), st.data())
def test_weights_are_repetitions(rows: dict[str, Any], data: st.DataObject) -> None:
    size = len(rows["scores"])
    weight = data.draw(hnp.arrays(np.int64, size, elements=st.integers(0, 3)))
    weight[:2] += 1
    weighted = ThresholdSweep(rows["y_true"], rows["scores"], sample_weight=weight)
    repeated = ThresholdSweep(np.repeat(rows["y_true"], weight), np.repeat(rows["scores"], weight))
    assert weighted.thresholds.tolist() == repeated.thresholds.tolist()
    assert weighted.true_positives.tolist() == repeated.true_positives.tolist()
    assert weighted.false_positives.tolist() == repeated.false_positives.tolist()
    for area in ("average_precision", "roc_auc", "davis_goadrich_area"):
        assert getattr(weighted, area) == pytest.approx(getattr(repeated, area), abs=1e-13)


@given(rows(), st.sampled_from([1e-300, 5e-320, 1e300]))
def test_the_unit_of_weights_does_not_matter(rows: dict[str, Any], unit: float) -> None:
    if rows["sample_weight"] is None:
        rows["sample_weight"] = np.ones(len(rows["scores"]))
    sweep = ThresholdSweep(**rows)
    # Subnormal numbers have few digits.
    tolerance = 1e-2 if unit < 1e-308 else 1e-12
    other = ThresholdSweep(**(rows | {"sample_weight": rows["sample_weight"] * unit}))
    for area in ("average_precision", "roc_auc", "davis_goadrich_area"):
        assert getattr(other, area) == pytest.approx(getattr(sweep, area), abs=tolerance)


def test_weights_of_any_size_leave_no_nan() -> None:
    weights = [1e300, 5e-324, 1e-300, 1.0, 1e299, 5e-324]
    sweep = ThresholdSweep([1, 0, 1, 0, 1, 0], [1, 2, 3, 4, 5, 6], sample_weight=weights)
    for values in (sweep.precision, sweep.recall, sweep.false_positive_rate, sweep.f_beta(1e9)):
        assert np.isfinite(values).all()
        assert (values <= 1).all()
    for area in (sweep.average_precision, sweep.roc_auc, sweep.davis_goadrich_area):
        assert 0 <= area <= 1


def test_a_tie_of_the_smallest_weights_is_half_right() -> None:
    sweep = ThresholdSweep([1, 0], [0.5, 0.5], sample_weight=[5e-324, 5e-324])
    assert (sweep.average_precision, sweep.roc_auc) == (0.5, 0.5)


def test_later_changes_of_the_input_do_not_matter() -> None:
    y_true, scores = np.array([1, 0, 1]), np.array([0.9, 0.5, 0.1])
    sweep = ThresholdSweep(y_true, scores)
    y_true[:] = 0
    scores[:] = 0
    assert sweep.thresholds.tolist() == [0.9, 0.5, 0.1]
    assert sweep.true_positives.tolist() == [1, 1, 2]


# --------------------------------------------------------------------------------- Davis and Goadrich


def davis_goadrich_by_small_steps(sweep: ThresholdSweep, pieces: int = 4000) -> float:
    """Fill each step with points whose true and false positives grow in proportion; midpoint rule."""
    area = tp = fp = 0.0
    for next_tp, next_fp in zip(sweep.true_positives, sweep.false_positives, strict=True):
        share = (np.arange(pieces) + 0.5) / pieces
        found, alarms = tp + share * (next_tp - tp), fp + share * (next_fp - fp)
        area += (next_tp - tp) * float((found / (found + alarms)).mean())
        tp, fp = next_tp, next_fp
    return float(area / sweep.positives)


@given(rows())
def test_davis_goadrich_area_is_the_integral_of_its_definition(rows: dict[str, Any]) -> None:
    sweep = ThresholdSweep(**rows)
    assert sweep.davis_goadrich_area == pytest.approx(davis_goadrich_by_small_steps(sweep), abs=1e-3)


def test_davis_goadrich_area_by_hand() -> None:
    # One positive first; then a tie of one positive and two negatives. With TP = 1 + x, flagged = 1 + 3x, the
    # second half is the integral of (1 + x) / (1 + 3x) over 0..1 = 1/3 + (2/9) ln 4, times 1/2.
    sweep = ThresholdSweep([1, 1, 0, 0], [0.9, 0.5, 0.5, 0.5])
    assert sweep.davis_goadrich_area == pytest.approx(0.5 + (1 / 3 + 2 / 9 * math.log(4)) / 2, abs=1e-15)


def test_davis_goadrich_area_of_equal_scores_is_the_prevalence() -> None:
    sweep = ThresholdSweep([1, 0, 0, 0], [7, 7, 7, 7])
    assert sweep.davis_goadrich_area == sweep.average_precision == sweep.prevalence == 0.25


# -------------------------------------------------------------------------------------------- the email


def test_areas_of_the_email_scores() -> None:
    sweep = email()
    assert (sweep.positives, sweep.negatives) == (110, 1067)
    assert sweep.average_precision == pytest.approx(0.5405, abs=5e-5)
    assert sweep.roc_auc == pytest.approx(0.9053, abs=5e-5)
    assert sweep.davis_goadrich_area == pytest.approx(0.5375, abs=5e-5)
    assert sweep.prevalence == pytest.approx(0.0935, abs=5e-5)


# ----------------------------------------------------------------------------------------- counts and at


def test_arrays_go_from_the_highest_score_to_the_lowest() -> None:
    assert SMALL.thresholds.tolist() == [0.9, 0.8, 0.6, 0.5, 0.1]
    assert SMALL.true_positives.tolist() == [1, 2, 3, 3, 3]
    assert SMALL.false_positives.tolist() == [0, 1, 1, 2, 3]
    assert SMALL.false_negatives.tolist() == [2, 1, 0, 0, 0]
    assert SMALL.true_negatives.tolist() == [3, 2, 2, 1, 0]
    assert SMALL.precision.tolist() == [1, 2 / 3, 3 / 4, 3 / 5, 3 / 6]
    assert SMALL.recall.tolist() == [1 / 3, 2 / 3, 1, 1, 1]
    assert SMALL.false_positive_rate.tolist() == [0, 1 / 3, 1 / 3, 2 / 3, 1]
    assert SMALL.cost(false_positive=1, false_negative=5).tolist() == [10, 6, 1, 2, 3]


@pytest.mark.parametrize(("weight", "dtype"), [(None, np.int64), (np.ones(6, np.int64), np.float64)])
def test_counts_are_integers_unless_rows_have_weights(weight: np.ndarray | None, dtype: type) -> None:
    sweep = ThresholdSweep([1, 1, 0, 1, 0, 0], [0.9, 0.8, 0.8, 0.6, 0.5, 0.1], sample_weight=weight)
    for counts in (
        sweep.true_positives,
        sweep.false_positives,
        sweep.false_negatives,
        sweep.true_negatives,
    ):
        assert counts.dtype == dtype
    assert type(sweep.positives) is type(sweep.negatives) is (int if weight is None else float)
    assert type(sweep.at(0.7).true_positives) is (int if weight is None else float)
    assert type(sweep.at(7).true_positives) is (int if weight is None else float)


@pytest.mark.parametrize(
    "array",
    [
        "thresholds",
        "true_positives",
        "false_positives",
        "false_negatives",
        "true_negatives",
        "precision",
        "recall",
        "false_positive_rate",
        *OBJECTIVES,
    ],
)
def test_arrays_are_read_only(array: str) -> None:
    with pytest.raises(ValueError, match="read-only"):
        getattr(SMALL, array)[0] = 0


def test_infinite_scores_are_thresholds_like_others() -> None:
    sweep = ThresholdSweep([1, 0, 1, 0], [math.inf, 0.5, -math.inf, -math.inf])
    assert sweep.thresholds.tolist() == [math.inf, 0.5, -math.inf]
    assert sweep.at(math.inf) == Confusion(1, 0, 1, 2)
    assert sweep.at(1e308) == sweep.at(math.inf)
    assert sweep.at(-math.inf) == Confusion(2, 2, 0, 0)
    assert sweep.at(-1e308) == Confusion(1, 1, 1, 1)


def test_the_two_zeros_are_one_threshold() -> None:
    sweep = ThresholdSweep([1, 0], [-0.0, 0.0])
    assert sweep.thresholds.tolist() == [0.0]
    assert sweep.at(-0.0) == sweep.at(0.0) == Confusion(1, 1, 0, 0)


def test_a_threshold_is_compared_as_the_number_it_is() -> None:
    scores = np.array([0.7, 0.2], np.float32)
    sweep = ThresholdSweep([1, 0], scores)
    assert float(scores[0]) == 0.699999988079071
    assert sweep.at(0.7) == Confusion(0, 0, 1, 1)
    assert (scores >= np.float64(0.7)).tolist() == [False, False]
    assert (scores >= 0.7).tolist() == [True, False]  # NumPy rounds a plain 0.7 to float32 first
    assert sweep.at(scores[0]) == sweep.at(float(scores[0])) == Confusion(1, 0, 0, 1)


def test_a_threshold_just_above_the_largest_float_is_reached_by_infinity_only() -> None:
    largest = np.finfo(np.float32).max
    sweep = ThresholdSweep([1, 0], np.array([np.inf, largest], np.float32))
    assert sweep.at(math.nextafter(float(largest), math.inf)) == Confusion(1, 0, 0, 1)
    assert sweep.at(float(largest)) == Confusion(1, 1, 0, 0)


@st.composite
def scores_and_threshold(draw: st.DrawFn) -> tuple[np.ndarray, Any]:
    dtype = np.dtype(draw(st.sampled_from(["f2", "f4", "f8", "i1", "i8", "u8", "?"])))
    elements = hnp.from_dtype(dtype, **({"allow_nan": False} if dtype.kind == "f" else {}))
    scores = draw(hnp.arrays(dtype, 5, elements=elements))
    near = st.sampled_from(scores.tolist())
    threshold = draw(
        st.one_of(
            near,
            st.builds(math.nextafter, near, st.sampled_from([-math.inf, math.inf])),
            st.floats(allow_nan=False),
            st.floats(allow_nan=False, width=32).map(np.float32),
            st.integers(),
            st.fractions(),
            st.sampled_from([10**400, -(10**400), 2**63, 2**64 + 1]),
        )
    )
    return scores, threshold


@given(scores_and_threshold())
def test_any_real_threshold_compares_exactly(case: tuple[np.ndarray, Any]) -> None:
    scores, threshold = case
    exact = threshold.item() if isinstance(threshold, np.generic) else threshold
    flagged = [compared(score) >= compared(exact) for score in scores.tolist()]
    y_true = [1, 0, 1, 0, 0]
    assert ThresholdSweep(y_true, scores).at(threshold) == Confusion.from_labels(y_true, flagged)


def compared(number: Any) -> Any:  # noqa: ANN401
    """A number that Python compares exactly, also with infinity."""
    return number if isinstance(number, float) and math.isinf(number) else Fraction(number)


@pytest.mark.parametrize("threshold", [math.nan, np.float32("nan"), "0.5", None, 1j, [0.5]])
def test_a_bad_threshold_is_named(threshold: Any) -> None:  # noqa: ANN401
    with pytest.raises(MetricsError, match=r"^threshold is .*not a real number"):
        SMALL.at(threshold)


def test_repr_is_short() -> None:
    assert repr(SMALL) == (
        "<ThresholdSweep: 3 positives, 3 negatives, average precision 0.8056, ROC AUC 0.8333>"
    )


# ------------------------------------------------------------------------------------- operating points


def test_best_f1() -> None:
    assert SMALL.best("f1") == OperatingPoint(0.6, Confusion(3, 1, 0, 2), 6 / 7)


@pytest.mark.parametrize("objective", OBJECTIVES)
@given(rows=rows())
def test_best_is_the_best_of_all_and_the_highest_such(objective: str, rows: dict[str, Any]) -> None:
    sweep = ThresholdSweep(**rows)
    thresholds = [math.inf, *sweep.thresholds.tolist()]
    values = [getattr(sweep.at(threshold), objective) for threshold in thresholds]
    best = sweep.best(objective)
    assert best.value == pytest.approx(max(values), abs=1e-14)
    assert best.confusion == sweep.at(best.threshold)
    higher = [
        value for threshold, value in zip(thresholds, values, strict=True) if threshold > best.threshold
    ]
    assert all(value <= best.value for value in higher)
    if rows["sample_weight"] is None:
        assert all(value < best.value for value in higher)


def test_best_of_equals_flags_fewest() -> None:
    sweep = ThresholdSweep([1, 0, 1, 0], [4, 3, 2, 1])
    assert sweep.best(lambda sweep: np.ones(sweep.thresholds.size)).threshold == 4


def test_flagging_nothing_may_be_most_accurate() -> None:
    sweep = ThresholdSweep([0, 1, 0, 0], [4, 3, 2, 1])
    assert sweep.best("accuracy") == OperatingPoint(math.inf, Confusion(0, 0, 1, 3), 0.75)


def test_flagging_nothing_is_impossible_where_a_score_is_infinite() -> None:
    sweep = ThresholdSweep([0, 1, 0, 0], [math.inf, 3, 2, 1])
    assert sweep.best("accuracy").threshold == 3
    assert sweep.cheapest(false_positive=1, false_negative=0).threshold == math.inf
    assert sweep.cheapest(false_positive=1, false_negative=0).value == 1


def test_best_under_a_minimum() -> None:
    assert SMALL.best("recall", min_precision=0.7).threshold == 0.6
    assert SMALL.best("recall", min_precision=0.9).threshold == 0.9
    assert SMALL.best("precision", min_recall=0.5).threshold == 0.6
    assert SMALL.best("precision", min_recall=1 / 3).value == 1


def test_a_minimum_out_of_reach_tells_what_is_reachable() -> None:
    sweep = ThresholdSweep([0, 1, 1, 0], [4, 3, 2, 1])
    with pytest.raises(
        MetricsError, match=r"reaches a precision of 0\.9\. The best is 0\.6667, at threshold 2 "
    ):
        sweep.best("recall", min_precision=0.9)
    with pytest.raises(MetricsError, match=r"precision of 0\.6 with a recall of at least 0\.9"):
        ThresholdSweep([1, 0, 0, 1], [4, 3, 2, 1]).best("f1", min_precision=0.6, min_recall=0.9)


def test_best_under_a_minimum_of_specificity() -> None:
    assert SMALL.best("recall", min_specificity=0.6) == OperatingPoint(0.6, Confusion(3, 1, 0, 2), 1.0)
    assert SMALL.best("recall", min_specificity=0.7).threshold == 0.9
    assert SMALL.best("precision", min_recall=0.5, min_specificity=0.3).threshold == 0.6


def test_only_flagging_nothing_may_be_specific_enough() -> None:
    sweep = ThresholdSweep([0, 1], [2, 1])
    assert sweep.best("f1", min_specificity=0.5) == OperatingPoint(math.inf, Confusion(0, 0, 1, 1), 0)
    with pytest.raises(
        MetricsError, match=r"specificity of 0\.5 with a recall of at least 0\.1\. The best is 0\.0000"
    ):
        sweep.best("f1", min_specificity=0.5, min_recall=0.1)
    with pytest.raises(MetricsError, match=r"No threshold reaches a specificity of 0\.5\. The best is"):
        sweep.best(lambda sweep: sweep.recall, min_specificity=0.5)


def test_best_of_a_function() -> None:
    point = SMALL.best(lambda sweep: sweep.precision + sweep.recall)
    assert (point.threshold, point.value) == (0.6, 1.75)
    assert SMALL.best(lambda sweep: np.full(sweep.thresholds.size, -np.inf), min_recall=1).threshold == 0.6


@pytest.mark.parametrize(
    ("objective", "message"),
    [
        ("f2", "objective is 'f2'. Known: f1, accuracy"),
        (3, "objective is 3. Give a function"),
        (lambda _: 1.0, r"returned shape \(\); one value for each of the 5 thresholds"),
        (lambda sweep: np.append(sweep.precision, 1), r"returned shape \(6,\)"),
        (lambda sweep: [*sweep.precision[:-1], math.nan], r"nan at threshold 0\.1 \(index 4\)"),
        (lambda _: ["a"] * 5, "not an array of numbers"),
    ],
)
def test_a_bad_objective_is_named(objective: str | Callable[..., Any], message: str) -> None:
    with pytest.raises(MetricsError, match=message):
        SMALL.best(objective)


@pytest.mark.parametrize("minimum", [-0.1, 1.1, math.nan, "1"])
def test_a_bad_minimum_is_named(minimum: float) -> None:
    with pytest.raises(MetricsError, match="min_recall is "):
        SMALL.best("precision", min_recall=minimum)


@given(rows(), st.floats(0, 100), st.floats(0, 100))
def test_cheapest_is_the_cheapest_of_all(rows: dict[str, Any], alarm: float, miss: float) -> None:
    sweep = ThresholdSweep(**rows)
    prices = {"false_positive": alarm, "false_negative": miss}
    point = sweep.cheapest(**prices)
    assert point.confusion == sweep.at(point.threshold)
    assert point.value == pytest.approx(point.confusion.cost(**prices))
    costs = [sweep.at(threshold).cost(**prices) for threshold in [math.inf, *sweep.thresholds.tolist()]]
    assert point.value == pytest.approx(min(costs))


def test_cheapest_follows_the_prices() -> None:
    assert SMALL.cheapest(false_positive=1, false_negative=5).threshold == 0.6
    assert SMALL.cheapest(false_positive=100, false_negative=1).threshold == 0.9
    assert SMALL.cheapest(false_positive=1, false_negative=0) == OperatingPoint(
        math.inf, Confusion(0, 0, 3, 3), 0
    )


@pytest.mark.parametrize("price", [-1, math.inf, math.nan, None])
def test_a_bad_price_is_named(price: float) -> None:
    with pytest.raises(MetricsError, match="false_negative is "):
        SMALL.cheapest(false_positive=1, false_negative=price)


@pytest.mark.parametrize("beta", [0, -1, math.inf, "1"])
def test_a_bad_beta_is_named(beta: float) -> None:
    with pytest.raises(MetricsError, match="beta is "):
        SMALL.f_beta(beta)


# --------------------------------------------------------------------------- counts made elsewhere


@given(rows())
def test_counts_of_scores_say_what_the_rows_say(arguments: dict[str, Any]) -> None:
    sweep = ThresholdSweep(**arguments)
    order = np.random.default_rng(0).permutation(sweep.thresholds.size)
    columns = [np.diff(counts, prepend=0) for counts in (sweep.true_positives, sweep.false_positives)]
    again = ThresholdSweep.from_counts(sweep.thresholds[order], *(column[order] for column in columns))
    assert again.thresholds.tolist() == sweep.thresholds.tolist()
    assert again.thresholds.dtype == sweep.thresholds.dtype
    assert again.true_positives.tolist() == pytest.approx(sweep.true_positives.tolist())
    assert again.false_positives.tolist() == pytest.approx(sweep.false_positives.tolist())
    assert again.average_precision == pytest.approx(sweep.average_precision, abs=1e-12)
    assert again.roc_auc == pytest.approx(sweep.roc_auc, abs=1e-12)


def test_counts_of_equal_scores_are_added_up() -> None:
    scores = np.array([0.5, -0.0, 0.5, 0.0, 0.9], np.float16)
    sweep = ThresholdSweep.from_counts(scores, positives=[1, 0, 2, 1, 0], negatives=[0, 3, 1, 1, 0])
    assert sweep.thresholds.tolist() == [0.5, 0]
    assert sweep.true_positives.tolist() == [3, 4]
    assert sweep.false_positives.tolist() == [1, 5]
    assert sweep.thresholds.dtype == np.float16
    assert sweep.true_positives.dtype == np.int64


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (([0.5, math.nan], [1, 1], [1, 1]), r"thresholds\[1\] is nan"),
        (([0.5, 0.6], [1, -1], [1, 1]), r"positives\[1\] is -1"),
        (([0.5, 0.6], [1, 1], [1, math.inf]), r"negatives\[1\] is inf"),
        (([0.5, 0.6], [0, 0], [1, 1]), "positives are 0 at every score"),
        (([0.5, 0.6], [1], [1, 1]), "positives has 1"),
        (([], [], []), "thresholds is empty"),
    ],
)
def test_counts_that_are_none_are_refused(columns: tuple[Any, ...], message: str) -> None:
    with pytest.raises(MetricsError, match=message):
        ThresholdSweep.from_counts(*columns)


# -------------------------------------------------------------------------------------------- to others


def test_a_table_has_a_row_for_each_threshold() -> None:
    frame = SMALL.to_frame()
    assert frame.shape == (5, 8)
    for column in frame:
        assert (
            frame[column].tolist() == getattr(SMALL, {"threshold": "thresholds"}.get(column, column)).tolist()
        )


@given(rows())
def test_few_thresholds_are_all_drawn_apart_from_what_a_pixel_hides(rows: dict[str, Any]) -> None:
    sweep = ThresholdSweep(**rows)
    places = sweep.thinned(100_000)
    assert places[0] == 0
    assert places[-1] == sweep.thresholds.size - 1
    assert (np.diff(places) > 0).all()


@given(st.integers(0, 2**32), st.sampled_from([0.01, 0.1, 0.5]), st.floats(-1, 3), st.integers(50, 500))
@settings(max_examples=25, deadline=None)
def test_thinning_moves_no_point_by_half_a_pixel(seed: int, share: float, gap: float, pixels: int) -> None:
    rng = np.random.default_rng(seed)
    y_true = rng.random(3_000) < share
    y_true[:2] = True, False
    sweep = ThresholdSweep(y_true, rng.normal(size=y_true.size) + gap * y_true)
    places = sweep.thinned(pixels)
    roc = pixels * np.stack([sweep.false_positive_rate, sweep.recall], axis=1)
    assert away(roc, roc[places], places) <= 0.5
    curve = pixels * np.stack([sweep.recall, sweep.precision], axis=1)
    # Steps: down or up to the next precision first, then along to its recall.
    bends = np.stack([curve[places][:-1, 0], curve[places][1:, 1]], axis=1)
    corners = np.stack([curve[places][:-1], bends], axis=1).reshape(-1, 2)
    corners = np.concatenate([corners, curve[places][-1:]])
    assert away(curve, corners, np.repeat(places, 2)[:-1]) <= 0.5


def away(points: np.ndarray, corners: np.ndarray, places: np.ndarray) -> float:
    """The largest distance of a point from the drawn pieces between the kept points around it."""
    largest = 0.0
    for index in range(len(corners) - 1):
        start, way = corners[index], corners[index + 1] - corners[index]
        first, last = places[index], places[index + 1]
        if first == last:  # the other piece of a step
            last = places[min(index + 2, len(places) - 1)]
        near = points[first : last + 1]
        pieces = [(start, way)]
        if index + 2 < len(corners) and places[index] == places[index + 1]:
            pieces.append((corners[index + 1], corners[index + 2] - corners[index + 1]))
        elif index and places[index - 1] == places[index]:
            continue
        distances = []
        for begin, along in pieces:
            share = ((near - begin) @ along) / max(float(along @ along), 1e-300)
            off = near - begin - np.clip(share, 0, 1)[:, None] * along
            distances.append(np.hypot(off[:, 0], off[:, 1]))
        largest = max(largest, float(np.min(distances, axis=0).max()))
    return largest
