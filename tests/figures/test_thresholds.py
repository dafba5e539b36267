from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lessonkit import figures
from lessonkit.datasets import load_email_scores
from lessonkit.metrics import ThresholdSweep
from tests.figures.drawn import line, texts


def test_by_threshold_holds_the_value_of_the_next_score_above(
    sweep: ThresholdSweep, shown: list[Any]
) -> None:
    figures.precision_recall_by_threshold(sweep, threshold=0.6)
    (axes,) = shown[0].figure.axes
    for label in ("precision", "recall"):
        points = line(axes, label)
        assert (np.diff(points[:, 0]) >= 0).all()
        for threshold in (0.0, 0.1, 0.15, 0.6, 0.7, 0.85, 0.9):
            step = points[np.searchsorted(points[:, 0], threshold), 1]
            assert step == pytest.approx(getattr(sweep.at(threshold), label))
    assert {"precision", "recall"} <= set(texts(axes))
    assert {"0.60", "0.75"} <= set(texts(axes))  # 3 of 5 flagged, 3 of 4 found
    assert axes.get_xlabel() == "Threshold (marked: 0.6)"


def test_threshold_at_shows_the_same_counts_everywhere(shown: list[Any]) -> None:
    email = load_email_scores()
    figures.threshold_at(ThresholdSweep(email.y_true, email.scores), 0.5)
    histogram, matrix, curve, words = shown[0].figure.axes
    assert line(histogram, "_threshold")[:, 0].tolist() == [0.5, 0.5]
    assert texts(matrix).keys() >= {"28", "7", "82", "1,060"}
    assert "≥ 0.5" in texts(curve)
    assert words.get_title(loc="left") == "Flag a score of 0.5 or more"
    assert texts(words).keys() >= {
        "0.800",
        "28 of 35 flagged are spam",
        "0.255",
        "28 of 110 actual spam are flagged",
    }
    assert repr(shown[0]).startswith(
        "At threshold 0.5: precision 0.800, recall 0.255. TP 28, FP 7, FN 82, TN 1,060."
    )


def test_threshold_at_infinity_flags_nothing(sweep: ThresholdSweep, shown: list[Any]) -> None:
    figures.threshold_at(sweep, np.inf)
    histogram, _, curve, words = shown[0].figure.axes
    assert words.get_title(loc="left") == "Flag nothing"
    assert not [each for each in histogram.lines if each.get_label() == "_threshold"]
    assert [each.get_label() for each in curve.lines] == ["baseline", "curve"]


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
