from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lessonkit import figures
from lessonkit.metrics import ThresholdSweep
from tests.figures.drawn import line


def test_cost_is_that_of_every_threshold_and_the_cheapest_is_marked(
    sweep: ThresholdSweep, shown: list[Any]
) -> None:
    prices = {"false_positive": 1, "false_negative": 2.5}
    figures.cost_by_threshold(sweep, **prices, threshold=0.3)
    (axes,) = shown[0].figure.axes
    points = line(axes, "cost")
    for threshold in (0.0, 0.1, 0.15, 0.6, 0.7, 0.85, 0.9, 0.95, 1.0):
        step = points[np.searchsorted(points[:, 0], threshold), 1]
        assert step == pytest.approx(sweep.at(threshold).cost(**prices))
    cheapest = sweep.cheapest(**prices)
    assert line(axes, "cheapest").tolist() == [[cheapest.threshold, cheapest.value]]
    assert axes.get_title(loc="left") == "Cheapest: ≥ 0.4, cost 3"
    assert line(axes, "nothing")[:, 1].tolist() == [10, 10]
    assert axes.get_xlabel() == "Threshold (marked: 0.3, cost 4)"
    assert "The cheapest: ≥ 0.4, cost 3. Flagging nothing costs 10, flagging everything 6." in repr(shown[0])


def test_cost_says_when_nothing_is_worth_flagging(sweep: ThresholdSweep, shown: list[Any]) -> None:
    figures.cost_by_threshold(sweep, false_positive=9, false_negative=1)
    (axes,) = shown[0].figure.axes
    # One hit before the first false alarm is worth having; with a dearer start it is not.
    assert axes.get_title(loc="left") == "Cheapest: ≥ 0.9, cost 3"
    figures.cost_by_threshold(ThresholdSweep([0, 1], [0.9, 0.1]), false_positive=9, false_negative=1)
    assert shown[1].figure.axes[0].get_title(loc="left") == "Cheapest: flag nothing, cost 1"
    assert not [each for each in shown[1].figure.axes[0].lines if each.get_label() == "cheapest"]


def test_cost_beyond_the_highest_score_is_that_of_flagging_nothing(shown: list[Any]) -> None:
    figures.cost_by_threshold(ThresholdSweep([0, 1], [-2.0, 3.0]), false_positive=1, false_negative=4)
    points = line(shown[0].figure.axes[0], "cost")
    assert points[:, 1].tolist() == [1, 1, 0, 4]


@pytest.mark.parametrize(
    ("scores", "limits"),
    [([-3.0, 2.0, 5.0], (-3, 5)), ([2.0, 2.0, 2.0], (1.5, 2.5)), ([0.1, 0.2, 0.3], (0, 1))],
)
def test_cost_spans_any_scores(scores: list[float], limits: tuple[float, float], shown: list[Any]) -> None:
    figures.cost_by_threshold(ThresholdSweep([0, 1, 1], scores), false_positive=1, false_negative=1)
    assert shown[0].figure.axes[0].get_xlim() == limits
