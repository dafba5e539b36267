from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from lessonkit import figures
from lessonkit.metrics import BinnedCounts, ThresholdSweep
from tests.figures.drawn import MONTHS, SCORES, Y_TRUE, line, texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Five bins of equal width, from the highest down.
PLACE = np.floor(SCORES * 5).astype(int).clip(max=4)
FOUND, ALARMS = (np.bincount(PLACE[label == Y_TRUE], minlength=5)[::-1] for label in (1, 0))
TABLE = (FOUND, ALARMS)
PRICES = {"false_positive": 1, "false_negative": 2}


def boxes(axes: Axes) -> np.ndarray:
    """The boxes left open, large and small: left, right, low and high of each."""
    open_ = [each for each in axes.collections if each.get_label() in ("open", "_open")]
    corners = np.array([np.asarray(path.vertices)[:4] for each in open_ for path in each.get_paths()])
    return np.column_stack(
        [*(edge(corners[:, :, side], axis=1) for side in (0, 1) for edge in (np.min, np.max))]
    )


def test_the_curve_runs_in_the_boxes_whose_area_is_the_width_of_the_bracket(shown: list[Any]) -> None:
    sweep = ThresholdSweep(Y_TRUE, SCORES)
    figures.roc_boxes({"Five": TABLE, "Ten": TABLE}, sweep)
    axes, other = shown[0].figure.axes
    drawn = boxes(axes)
    lowest = np.arange(5, 0, -1)
    bracket = BinnedCounts(lowest, lowest + 0.5, *TABLE).roc_auc
    areas = (drawn[:, 1] - drawn[:, 0]) * (drawn[:, 3] - drawn[:, 2])
    assert areas.sum() == pytest.approx(bracket.width)
    for left, right, low, high in drawn:
        inside = line(axes, "all scores")
        inside = inside[(inside[:, 0] > left) & (inside[:, 0] < right)]
        assert ((inside[:, 1] >= low) & (inside[:, 1] <= high)).all()
    corners = line(axes, "_corners")
    assert corners[0].tolist() == [0, 0]
    assert corners[-1].tolist() == [1, 1]
    assert corners[1].tolist() == [TABLE[1][0] / 6, TABLE[0][0] / 4]
    assert axes.get_title(loc="left") == f"Five: {bracket.low:.3f} to {bracket.high:.3f}"
    assert other.get_title(loc="left").startswith("Ten: ")
    assert f"exact {sweep.roc_auc:.3f}." in repr(shown[0])


def test_a_narrow_bracket_has_four_decimals_and_many_corners_no_dots(shown: list[Any]) -> None:
    one_each = np.tile([[1, 0], [0, 1]], 100)
    table = np.append(one_each, [[1], [1]], axis=1)
    scores = -np.repeat(np.arange(201), table.sum(axis=0))
    labels = np.concatenate([[1] * p + [0] * n for p, n in table.T])
    figures.roc_boxes({"Fine": (table[0], table[1])}, ThresholdSweep(labels, scores))
    (axes,) = shown[0].figure.axes
    assert len(boxes(axes)) == 1
    (small,) = [each for each in axes.collections if each.get_label() == "_open" and each.get_paths()]
    assert not small.get_hatch()
    assert all(each.get_label() != "_corners" for each in axes.lines)
    lowest = np.arange(201, 0, -1)
    bracket = BinnedCounts(lowest, lowest + 0.5, *table).roc_auc
    assert axes.get_title(loc="left") == f"Fine: {bracket.low:.4f} to {bracket.high:.4f}"


def test_the_cost_runs_in_its_boxes_and_those_below_the_line_are_filled(shown: list[Any]) -> None:
    sweep = ThresholdSweep(Y_TRUE, SCORES)
    figures.cost_boxes(TABLE, sweep, bins=5, **PRICES, between=(0, 1))
    (axes,) = shown[0].figure.axes
    shut, filled = axes.containers
    lowest = np.arange(4, -1, -1) / 5
    table = BinnedCounts(lowest, lowest + 0.19, *TABLE)
    point = table.cheapest(**PRICES)
    height = line(axes, "lowest cost at an end")[0, 1]
    assert height == point.value
    assert min(each.get_y() for each in filled) == point.optimum.low
    assert all(each.get_y() < height for each in filled)
    assert all(each.get_y() >= height for each in shut)
    assert len(filled) + len(shut) == 5
    for threshold, cost in line(axes, "cost of all rows"):
        (box,) = [
            each
            for each in (*filled, *shut)
            if each.get_x() - 1e-9 <= threshold < each.get_x() + each.get_width() - 1e-9
        ]
        assert box.get_y() <= cost <= box.get_y() + box.get_height()
    assert f"the exact lowest cost is {sweep.cost(**PRICES).min():,.0f}." in repr(shown[0])
    assert filled[0].get_hatch()
    assert not shut[0].get_hatch()


def test_the_blocks_are_as_large_as_their_shares_and_hold_their_areas(shown: list[Any]) -> None:
    names = {10: "October", 12: "December"}
    figures.pair_blocks(Y_TRUE, SCORES, MONTHS, names=names, labels=("ill", "well"))
    (axes,) = shown[0].figure.axes
    shares, areas = [], []
    for row in (10, 12):
        for column in (10, 12):
            positive = SCORES[(Y_TRUE == 1) & (row == MONTHS)]
            negative = SCORES[(Y_TRUE == 0) & (column == MONTHS)]
            shares.append(positive.size * negative.size / 24)
            wins = np.sign(positive[:, None] - negative)
            areas.append(np.mean((wins + 1) / 2))
    drawn = [each[0] for each in axes.containers]
    assert [each.get_width() * each.get_height() for each in drawn] == pytest.approx(shares)
    assert [bool(each.get_hatch()) for each in drawn] == [True, False, False, True]
    assert list(texts(axes)) == [f"{area:.3f}" for area in areas]
    assert np.dot(shares, areas) == pytest.approx(ThresholdSweep(Y_TRUE, SCORES).roc_auc)
    assert axes.get_title(loc="left") == f"Area of all pairs: {np.dot(shares, areas):.3f}"
    assert f"are {shares[0] + shares[3]:.2f} of the pairs" in repr(shown[0])
    assert [each.get_text() for each in axes.get_yticklabels()] == ["October", "December"]
