from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lessonkit import figures
from lessonkit.metrics import Interval, ThresholdSweep
from tests.figures.drawn import OTHER, line, texts

PRICES = {"false_positive": 1, "false_negative": 15}


def test_the_cost_is_that_of_each_flagged_share(sweep: ThresholdSweep, shown: list[Any]) -> None:
    figures.cost_by_share({"first": sweep, "second": OTHER}, **PRICES, capacity=0.2)
    (axes,) = shown[0].figure.axes
    points = line(axes, "first")
    rows = sweep.positives + sweep.negatives
    assert points[0].tolist() == [0, 1000 * 15 * sweep.positives / rows]
    for threshold, (share, cost) in zip(sweep.thresholds, points[1:], strict=True):
        at = sweep.at(threshold)
        assert share == pytest.approx(at.flagged_rate)
        assert cost == pytest.approx(1000 * at.cost(**PRICES) / at.total)
    assert line(axes, "flagged at random").tolist() == [points[0].tolist(), points[-1].tolist()]
    assert line(axes, "_capacity")[:, 0].tolist() == [0.2, 0.2]
    assert len(line(axes, "second")) == OTHER.thresholds.size + 1
    assert "the team\ncan read this" in texts(axes)


def test_the_words_say_what_the_team_pays_and_the_threshold_is_marked(
    sweep: ThresholdSweep, shown: list[Any]
) -> None:
    figures.cost_by_share({"loans": sweep}, **PRICES, capacity=0.2, threshold=0.75)
    at = sweep.at(0.75)
    (axes,) = shown[0].figure.axes
    ((share, cost),) = line(axes, "at 0.750").tolist()
    assert (share, cost) == (at.flagged_rate, 1000 * at.cost(**PRICES) / at.total)
    # Of ten rows the team reads two: 0.9 is positive, 0.8 is not, and three positives are missed.
    assert at.flagged_rate == 0.2
    assert "20% cost 4,600" in repr(shown[0])
    assert "flagging nothing costs 6,000" in repr(shown[0])
    assert "20.0% flagged cost 4,600" in repr(shown[0])


def test_paired_intervals_are_drawn_and_counted(shown: list[Any]) -> None:
    intervals = [Interval(-2000, -500, 1000), Interval(200, 1500, 3000), Interval(-3, 0.5, 4)]
    figures.paired_intervals(
        intervals, ["a", "b", "c"], what="difference", below="first is cheaper", above="second is cheaper"
    )
    (axes,) = shown[0].figure.axes
    assert axes.get_title(loc="left") == "0 is inside 2 of 3 intervals"
    assert line(axes, "estimates")[:, 0].tolist() == [-500, 1500, 0.5]
    (bars,) = axes.collections
    ends = [(part[0][0], part[1][0]) for part in bars.get_segments()]
    assert ends == [(-2000, 1000), (200, 3000), (-3, 4)]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b", "c"]
    assert {"← first is cheaper", "second is cheaper →"} <= set(texts(axes))
    assert np.all(line(axes, "zero")[:, 0] == 0)
    assert "a −500 [−2,000, 1,000]" in repr(shown[0])
    assert "1 of the estimates are below 0 (first is cheaper)" in repr(shown[0])
