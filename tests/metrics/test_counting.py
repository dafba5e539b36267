from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lessonkit.metrics import ThresholdSweep, counting
from lessonkit.metrics.counting import FewPositives, PackedRows, _Code

# The fixture sets constants that no example changes, so the examples may share it.
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

DTYPES = ["f2", "f4", "f8", ">f4", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?"]


@st.composite
def rows(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Any scores of any dtype, infinities, subnormals, both zeros and ties included; both classes."""
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    size = draw(st.integers(2, 14))
    some = draw(hnp.arrays(dtype, draw(st.integers(1, 6)), elements=_elements(dtype)))
    scores = some[draw(hnp.arrays(np.int64, size, elements=st.integers(0, some.size - 1)))]
    positive = draw(hnp.arrays(np.bool, size))
    positive[:2] = True, False
    return positive, scores


def _elements(dtype: np.dtype[Any]) -> st.SearchStrategy[Any]:
    if dtype.kind == "f":
        return hnp.from_dtype(dtype, allow_nan=False)
    return hnp.from_dtype(dtype)


def brute_force(positive: np.ndarray, scores: np.ndarray) -> list[tuple[Any, int, int]]:
    """Count by definition, with Python's exact comparisons."""
    values = scores.tolist()
    return [
        (
            threshold,
            sum(1 for value, label in zip(values, positive, strict=True) if label and value >= threshold),
            sum(1 for value, label in zip(values, positive, strict=True) if not label and value >= threshold),
        )
        for threshold in sorted(set(values), reverse=True)
    ]


@SHARED
@given(rows())
@pytest.mark.usefixtures("counting_way")
def test_counts_are_those_of_the_definition(rows: tuple[np.ndarray, np.ndarray]) -> None:
    positive, scores = rows
    sweep = ThresholdSweep(positive, scores)
    counted = zip(
        sweep.thresholds.tolist(),
        sweep.true_positives.tolist(),
        sweep.false_positives.tolist(),
        strict=True,
    )
    assert list(counted) == brute_force(positive, scores)
    assert sweep.thresholds.dtype == scores.dtype.newbyteorder("=")
    assert not np.signbit(sweep.thresholds[sweep.thresholds == 0]).any()


@SHARED
@given(rows())
@pytest.mark.usefixtures("counting_way")
def test_areas_are_those_of_the_definition(rows: tuple[np.ndarray, np.ndarray]) -> None:
    positive, scores = rows
    sweep = ThresholdSweep(positive, scores)
    counts = brute_force(positive, scores)
    previous = [0] + [tp for _, tp, _ in counts[:-1]]
    precision = sum(
        (tp - before) * tp / (tp + fp) for (_, tp, fp), before in zip(counts, previous, strict=True)
    )
    assert sweep.average_precision == pytest.approx(precision / positive.sum(), abs=1e-14)
    pairs = [(a > b) + (a == b) / 2 for a in scores[positive].tolist() for b in scores[~positive].tolist()]
    assert sweep.roc_auc == pytest.approx(sum(pairs) / len(pairs), abs=1e-14)


@SHARED
@given(rows(), st.booleans())
@pytest.mark.usefixtures("counting_way")
def test_areas_do_not_depend_on_what_was_asked_before(
    rows: tuple[np.ndarray, np.ndarray],
    curve_first: bool,  # noqa: FBT001
) -> None:
    sweep, other = ThresholdSweep(*rows), ThresholdSweep(*rows)
    if curve_first:
        _ = sweep.precision
    assert (sweep.average_precision, sweep.roc_auc) == (other.average_precision, other.roc_auc)


@SHARED
@given(rows())
def test_unit_weights_change_nothing(rows: tuple[np.ndarray, np.ndarray]) -> None:
    positive, scores = rows
    sweep = ThresholdSweep(positive, scores)
    weighted = ThresholdSweep(positive, scores, sample_weight=np.ones(len(scores)))
    assert weighted.thresholds.tolist() == sweep.thresholds.tolist()
    assert weighted.true_positives.tolist() == sweep.true_positives.tolist()
    assert weighted.average_precision == pytest.approx(sweep.average_precision, abs=1e-14)
    assert weighted.roc_auc == pytest.approx(sweep.roc_auc, abs=1e-14)


@pytest.mark.parametrize(
    ("scores", "bits"),
    [
        (np.array([-5.0, -1e-7, 0, 7], np.float32), 32),  # logits fit beside their label
        (np.array([0, 1e-45, 1, np.inf], np.float32), 32),  # and so do all floats of one sign
        (np.array([-np.inf, 1e-45, 1], np.float32), 64),
        (np.array([-5.0, -1e-16, 0, 7]), 64),
        (np.array([-(2**31), 2**31 - 1], np.int32), 64),
        (np.array([-100, 27], np.int8), 8),
        (np.array([-101, 27], np.int8), 64),
        (np.array([2**63, 2**64 - 1], np.uint64), 64),
    ],
)
def test_the_label_finds_room(scores: np.ndarray, bits: int) -> None:
    code = _Code.of(scores)
    assert code is not None
    assert code.packed.itemsize * 8 == bits
    packed = np.empty(scores.size, code.packed)
    code.encode(scores, np.ones(scores.size, np.bool), out=packed)
    assert code.decode(packed).tolist() == scores.tolist()


@pytest.mark.parametrize(
    "scores",
    [np.array([-np.inf, 5e-324, 1]), np.array([0, 1, 2**64 - 1], np.uint64), np.array([-(2**63), 0, 1])],
)
def test_where_it_finds_none_the_counts_are_still_exact(scores: np.ndarray) -> None:
    assert _Code.of(scores) is None
    sweep = ThresholdSweep([0, 1, 1], scores)
    assert sweep.true_positives.dtype == np.int64
    assert (sweep.average_precision, sweep.roc_auc) == (1, 1)


@pytest.mark.parametrize(("share", "way"), [(0.01, FewPositives), (0.5, PackedRows)])
@pytest.mark.parametrize("decimals", [1, 9])
def test_many_blocks_agree_with_scikit_learn(share: float, way: type, decimals: int) -> None:
    from sklearn.metrics import average_precision_score, roc_auc_score

    rng = np.random.default_rng(3)
    positive = rng.random(200_000) < share
    scores = np.round(rng.normal(size=positive.size) + positive, decimals).astype(np.float32)
    sweep = ThresholdSweep(positive, scores)
    assert isinstance(sweep._counted, way)
    assert sweep.average_precision == pytest.approx(average_precision_score(positive, scores), abs=1e-12)
    assert sweep.roc_auc == pytest.approx(roc_auc_score(positive, scores), abs=1e-12)
    assert sweep.true_positives[-1] == positive.sum()


@pytest.mark.usefixtures("counting_way")
def test_one_tie_longer_than_a_block() -> None:
    sweep = ThresholdSweep([1, 0, 0, 1, 0, 0, 0, 0], [0.5] * 8)
    assert (sweep.average_precision, sweep.roc_auc) == (0.25, 0.5)
    assert sweep.false_positives.tolist() == [6]


@st.composite
def near_rows(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores that only their last bits tell apart, in a range too wide for whole keys; integer weights."""
    size = draw(st.integers(4, 30))
    steps = draw(hnp.arrays(np.int64, size, elements=st.integers(0, 12)))
    scores = (np.float64(0.7).view(np.int64) + steps).view(np.float64)
    scores[draw(hnp.arrays(np.bool, size))] *= -1
    scores[:2] = draw(st.sampled_from([(-1e300, 1e-300), (-np.inf, np.inf)]))
    positive = draw(hnp.arrays(np.bool, size))
    positive[2:4] = True, False
    return positive, scores, draw(hnp.arrays(np.int64, size, elements=st.integers(1, 3)))


@pytest.mark.parametrize("block", [3, 1 << 16])
@SHARED
@given(rows=near_rows())
def test_weighted_rows_are_told_apart_by_the_last_bit(
    block: int, rows: tuple[np.ndarray, np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "BLOCK", block)
    positive, scores, weights = rows
    weighted = ThresholdSweep(positive, scores, sample_weight=weights)
    counted = zip(
        weighted.thresholds.tolist(),
        weighted.true_positives.tolist(),
        weighted.false_positives.tolist(),
        strict=True,
    )
    repeated = np.repeat(positive, weights), np.repeat(scores, weights)
    assert list(counted) == brute_force(*repeated)
    sweep = ThresholdSweep(*repeated)
    assert weighted.average_precision == pytest.approx(sweep.average_precision, abs=1e-14)
    assert weighted.roc_auc == pytest.approx(sweep.roc_auc, abs=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("decimals", [1, 4, 17])
def test_many_weighted_blocks_agree_with_scikit_learn(dtype: type, decimals: int) -> None:
    from sklearn.metrics import average_precision_score, roc_auc_score

    rng = np.random.default_rng(4)
    positive = rng.random(200_000) < 0.3
    scores = np.round(rng.normal(size=positive.size) + positive, decimals).astype(dtype)
    weights = rng.random(positive.size)
    sweep = ThresholdSweep(positive, scores, sample_weight=weights)
    given = {"y_true": positive, "y_score": scores, "sample_weight": weights}
    assert sweep.average_precision == pytest.approx(average_precision_score(**given), abs=1e-12)
    assert sweep.roc_auc == pytest.approx(roc_auc_score(**given), abs=1e-12)
