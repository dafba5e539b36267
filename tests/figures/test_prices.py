from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lessonkit import figures
from lessonkit.metrics import MetricsError, ThresholdSweep
from tests.figures.drawn import SCORES, Y_TRUE, line

PRICES = {"false_positive": 1, "false_negative": 2.5}


def test_two_lines_cross_where_both_decisions_cost_the_same(shown: list[Any]) -> None:
    figures.price_lines(false_positive=1, false_negative=4)
    (axes,) = shown[0].figure.axes
    assert line(axes, "flag it: price of a false alarm × (1 − p)").tolist() == [[0, 1], [1, 0]]
    assert line(axes, "leave it: price of a miss × p").tolist() == [[0, 0], [1, 4]]
    assert line(axes, "_cross") == pytest.approx(np.array([[0.2, 0.8]]))
    assert line(axes, "_threshold")[:, 0] == pytest.approx([0.2, 0.2])
    assert "They cross at 0.200, where both cost 0.80" in repr(shown[0])


def test_a_free_error_moves_the_crossing_to_the_end(shown: list[Any]) -> None:
    figures.price_lines(false_positive=0, false_negative=4)
    assert line(shown[0].figure.axes[0], "_cross").tolist() == [[0, 0]]


@pytest.mark.parametrize(("false_alarm", "miss"), [(0, 0), (-1, 2), (1, np.inf)])
def test_prices_that_say_nothing_are_refused(false_alarm: float, miss: float) -> None:
    with pytest.raises(MetricsError):
        figures.price_lines(false_positive=false_alarm, false_negative=miss)


def test_valleys_are_those_of_resamples_and_the_bar_holds_the_middle(shown: list[Any]) -> None:
    figures.cost_valleys(Y_TRUE, SCORES, **PRICES, resamples=50, lines=7)
    (axes,) = shown[0].figure.axes
    whole = ThresholdSweep(Y_TRUE, SCORES)
    points = line(axes, "these rows")
    for threshold in (0.05, 0.15, 0.6, 0.75, 0.95):
        step = points[np.searchsorted(points[:, 0], threshold), 1]
        assert step == pytest.approx(whole.at(threshold).cost(**PRICES))
    cheapest = whole.cheapest(**PRICES)
    assert line(axes, "cheapest").tolist() == [[cheapest.threshold, cheapest.value]]
    resamples = [each for each in axes.lines if each.get_label() == "_resample"]
    assert len(resamples) == 7
    lowest = [each.get_xydata()[0] for each in axes.lines if each.get_label() == "_lowest"]
    assert [each[1] for each in lowest] == [each.get_ydata().min() for each in resamples]
    (low, _), (high, _) = line(axes, "middle 95%")
    assert min(SCORES) <= low <= cheapest.threshold <= high
    assert f"{low:.2f} to {high:.2f}" in repr(shown[0])
    assert line(axes, "flag nothing")[:, 1].tolist() == [10, 10]


def test_a_choice_and_its_report_are_joined_split_by_split(shown: list[Any]) -> None:
    figures.chosen_and_reported([1, 2, 3], [2, 3, 2.5], what="Cost")
    (axes,) = shown[0].figure.axes
    splits = [each.get_ydata().tolist() for each in axes.lines if each.get_label() == "_split"]
    assert splits == [[1, 2], [2, 3], [3, 2.5]]
    assert line(axes, "mean").tolist() == [[0, 2], [1, 2.5]]
    assert "The means are 2.00 and 2.50; the line rises in 2 of 3." in repr(shown[0])
    assert axes.get_ylabel() == "Cost"
