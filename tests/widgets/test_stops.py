"""The stops of a sweep: exact counts at round thresholds, and curves that lose nothing one could see."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lessonkit.metrics import ThresholdSweep
from lessonkit.widgets.stops import PIXELS, Stops, pack

RNG = np.random.default_rng(5)
Points = NDArray[np.float64]
LARGEST = float(np.finfo(np.float64).max)


def separated(rows: int, share: float, gap: float = 1.5) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Labels, and logits of the positives that are higher by *gap*."""
    y_true = (RNG.random(rows) < share).astype(np.int64)
    y_true[:2] = (0, 1)
    return y_true, RNG.normal(size=rows) + gap * y_true


def unpacked(data: bytes) -> list[float]:
    """Read what `pack` wrote, as the page does."""
    if data[0] == 255:
        return list(struct.unpack(f"<{(len(data) - 1) // 8}d", data[1:]))
    numbers, whole, zigzag, place = [], 0, 0, 0
    for byte in data[1:]:
        zigzag |= (byte & 127) << place
        place += 7
        if byte < 128:
            whole += -(zigzag + 1) // 2 if zigzag % 2 else zigzag // 2
            numbers.append(whole / 10 ** data[0])
            zigzag = place = 0
    return numbers


@given(st.lists(st.floats(allow_nan=False)))
def test_packing_changes_no_number(numbers: list[float]) -> None:
    values = np.array(numbers, dtype=np.float64)
    assert unpacked(pack(values)) == numbers


def test_packing_is_small() -> None:
    assert len(pack(np.arange(1000.0))) == 1001
    assert len(pack(np.round(np.linspace(1, 0, 1000), 3))) <= 1002


y_wide, s_wide = separated(50_000, 0.1)
CASES = {
    "ties": (y_wide, np.round(s_wide, 1)),
    "one positive": (np.r_[1, np.zeros(4_999, np.int64)], RNG.random(5_000)),
    "all equal": ([0, 1, 1], [0.3, 0.3, 0.3]),
    "all zero": ([0, 1], [0.0, 0.0]),
    "two rows": ([0, 1], [0.25, 0.5]),
    "outside 0 and 1": (y_wide, 1000 * s_wide),
    "infinities": (y_wide[:3000], np.r_[np.inf, -np.inf, s_wide[2:3000]]),
    "only infinities": ([0, 1], [-np.inf, np.inf]),
    "the largest floats": ([0, 1, 0], [LARGEST, -LARGEST, 0.0]),
    "tiny": ([0, 1, 0], [5e-324, 1e-323, 0.0]),
    "float32": (y_wide, s_wide.astype(np.float32)),
    "float16": (y_wide, s_wide.astype(np.float16)),
    "integers": (y_wide, (100 * s_wide).astype(np.int64)),
    "integers beyond 2**53": ([0, 1, 0, 1], np.array([2**53, 2**53 + 1, 2**60, 2**60 + 1])),
    "booleans": ([0, 1, 1], np.array([True, False, True])),
    "many": (y_wide, s_wide),
}


@pytest.mark.parametrize("case", CASES)
def test_the_counts_of_a_stop_are_those_of_its_threshold(case: str) -> None:
    sweep = ThresholdSweep(*CASES[case])
    stops = Stops.of(sweep)
    assert (np.diff(stops.thresholds) < 0).all()
    for threshold, tp, fp in zip(
        stops.thresholds.tolist(), stops.true_positives.tolist(), stops.false_positives.tolist(), strict=True
    ):
        counts = sweep.at(threshold)
        assert (tp, fp) == (counts.true_positives, counts.false_positives)
    assert stops.true_positives[-1] == sweep.positives
    assert stops.false_positives[-1] == sweep.negatives
    if sweep.thresholds[0] < math.inf:
        assert stops.true_positives[0] == stops.false_positives[0] == 0


@given(
    st.lists(st.tuples(st.booleans(), st.floats(-5, 5) | st.sampled_from([0.0, 0.5, 1.0])), min_size=1),
    st.floats(-5, 5),
)
@settings(max_examples=50)
def test_with_few_rows_every_threshold_has_its_stop(rows: list[tuple[bool, float]], score: float) -> None:
    rows = [*rows, (True, score), (False, score)]
    sweep = ThresholdSweep([int(label) for label, _ in rows], [score for _, score in rows])
    stops = Stops.of(sweep)
    assert stops.thresholds.size == sweep.thresholds.size + 1
    assert stops.true_positives[1:].tolist() == sweep.true_positives.tolist()


def test_thresholds_are_as_short_as_they_can_be() -> None:
    stops = Stops.of(ThresholdSweep([0, 1, 0, 1], [0.1234, 0.3072, 0.3134, 0.98765]))
    assert stops.thresholds.tolist() == [1.0, 0.9, 0.31, 0.3, 0.12]


def test_float32_scores_get_thresholds_without_a_tail() -> None:
    sweep = ThresholdSweep([0, 1, 0], np.array([0.7, 0.8, 0.1], dtype=np.float32))
    assert all(len(str(threshold)) <= 4 for threshold in Stops.of(sweep).thresholds.tolist())


def test_what_must_be_kept_is_kept() -> None:
    sweep = ThresholdSweep(y_wide, s_wide)
    for threshold in sweep.thresholds[[17, 4_321, 33_333]].tolist():
        stops = Stops.of(sweep, keep=[threshold, math.inf])
        counts = sweep.at(threshold)
        places = stops.true_positives + stops.false_positives == counts.predicted_positive
        assert stops.true_positives[places].tolist() == [counts.true_positives]


def off(points: Points, corners: Points, near: NDArray[np.intp]) -> float:
    """Return the largest distance of a point from the line through the corners *near* it."""
    nearest = np.full(len(points), np.inf)
    for shift in range(-4, 5):
        first = np.clip(near + shift, 0, len(corners) - 2)
        start, way = corners[first], corners[first + 1] - corners[first]
        along = ((points - start) * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1e-300)
        away = points - start - np.clip(along, 0, 1)[:, None] * way
        nearest = np.minimum(nearest, np.linalg.norm(away, axis=1))
    return float(nearest.max())


CURVES = {
    "one in ten": separated(20_000, 0.1),
    "one in a thousand": separated(20_000, 0.001),
    "one in two, apart": separated(20_000, 0.5, 4),
    "noise": separated(20_000, 0.3, 0),
    "worse than noise": separated(20_000, 0.3, -2),
    "one positive": (np.r_[1, np.zeros(19_999, np.int64)], RNG.random(20_000)),
    "worst first": (np.r_[np.zeros(10_000, np.int64), np.ones(10_000, np.int64)], -np.arange(20_000.0)),
    "by turns": (np.arange(20_000) % 2, np.arange(20_000.0)),
    "in blocks": (np.arange(20_000) // 500 % 2, np.arange(20_000.0)),
}


@pytest.mark.parametrize("curve", CURVES)
def test_no_point_of_a_curve_is_moved_by_more_than_half_a_pixel(curve: str) -> None:
    sweep = ThresholdSweep(*CURVES[curve])
    stops = Stops.of(sweep)
    assert stops.thresholds.size < sweep.thresholds.size / 5
    flagged = stops.true_positives + stops.false_positives
    near = np.searchsorted(flagged, sweep.true_positives + sweep.false_positives)

    roc = np.stack([stops.false_positives / sweep.negatives, stops.true_positives / sweep.positives], axis=1)
    every = np.stack([sweep.false_positive_rate, sweep.recall], axis=1)
    assert off(PIXELS * every, PIXELS * roc, near) <= 0.5

    recall = stops.true_positives[1:] / sweep.positives
    precision = stops.true_positives[1:] / flagged[1:]
    # Steps: down (or up) to the next precision first, then along to its recall.
    corners = np.stack([np.repeat(np.append(0, recall), 2)[1:-1], np.repeat(precision, 2)], axis=1)
    every = np.stack([sweep.recall, sweep.precision], axis=1)
    assert off(PIXELS * every, PIXELS * corners, 2 * near - 1) <= 0.5


@pytest.mark.parametrize("share", [0.5, 0.1, 0.0001])
@pytest.mark.parametrize("gap", [0, 1.5])
def test_a_million_rows_take_no_more_room_than_a_thousand(share: float, gap: float) -> None:
    stops = Stops.of(ThresholdSweep(*separated(1_000_000, share, gap)))
    assert sum(map(len, stops.packed().values())) <= 16_000
    assert stops.thresholds.size > PIXELS / 3, "the slider has a stop every three pixels"
