from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lessonkit import figures
from lessonkit.metrics import Interval, ThresholdSweep
from tests.figures.drawn import line, texts

# Two hits of three, then one of five: a gap that falls, from recall 2/3 at precision 2/3.
FALLING = ThresholdSweep([1, 1, 0, 1, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0, 0, 0])
# A false alarm on top, then three hits at one score.
RISING = ThresholdSweep([1, 0, 0, 0, 1, 1, 1, 0], [0.9, 0.9, 0.9, 0.9, 0.5, 0.5, 0.5, 0.1])


def test_each_line_through_the_points_holds_its_area(shown: list[Any]) -> None:
    sweep = ThresholdSweep([1, 1, 0, 1, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0, 0, 0])
    figures.precision_recall_areas(sweep)
    (axes,) = shown[0].figure.axes
    steps, straight, smooth = (
        line(axes, label) for label in ("steps: 0.569", "straight lines: 0.729", "Davis–Goadrich: 0.603")
    )
    assert np.sum(np.diff(steps[:, 0]) * steps[1:, 1]) == pytest.approx(sweep.average_precision)
    assert straight.tolist() == [[0, 1], [pytest.approx(2 / 3)] * 2, [1, pytest.approx(3 / 8)]]
    area = smooth[0, 0] * smooth[0, 1] + np.trapezoid(smooth[:, 1], smooth[:, 0])
    assert area == pytest.approx(sweep.davis_goadrich_area, abs=1e-4)
    assert line(axes, "_points").tolist() == np.column_stack([sweep.recall, sweep.precision]).tolist()
    assert "the 2 points of a curve, and the areas: straight lines 0.729" in repr(shown[0])


def test_a_gap_shows_where_the_three_lines_run(shown: list[Any]) -> None:
    figures.precision_recall_gaps((FALLING, "falls", (2, 3)), (RISING, "rises", (1, 4)))
    falls, rises = shown[0].figure.axes
    assert [axes.get_title(loc="left") for axes in (falls, rises)] == ["falls", "rises"]
    for axes, sweep in ((falls, FALLING), (rises, RISING)):
        lines = {each.get_label().split(":")[0]: np.column_stack(each.get_data()) for each in axes.lines}
        points = np.column_stack([sweep.recall, sweep.precision])[:2]
        assert lines["_points"].tolist() == points.tolist()
        assert lines["straight lines"].tolist() == points.tolist()
        smooth = lines["Davis–Goadrich"]
        assert smooth[[0, -1]] == pytest.approx(points)
        straight = np.interp(smooth[1:-1, 0], *points.T)
        below = smooth[1:-1, 1] < straight
        assert below.all() if axes is falls else not below.any()


def test_a_gap_names_the_mean_heights_of_its_lines(shown: list[Any]) -> None:
    figures.precision_recall_gaps((FALLING, "falls", (2, 3)))
    (axes,) = shown[0].figure.axes
    # The area beyond the first point, over its width of a third.
    smooth = (FALLING.davis_goadrich_area - 2 / 3 * 2 / 3) * 3
    heights = {"steps": 3 / 8, "straight lines": (2 / 3 + 3 / 8) / 2, "Davis–Goadrich": smooth}
    names = {f"{name}: {height:.3f}" for name, height in heights.items()}
    assert {text.get_text() for text in axes.get_legend().get_texts()} == names
    said = repr(shown[0])
    assert "falls, from recall 0.67 to 1.00, mean height: steps 0.375, straight lines 0.521" in said


def test_in_a_fine_curve_steps_run_along_the_top(shown: list[Any]) -> None:
    sweep = ThresholdSweep([1, 0, 1, 0, 1], [5, 4, 3, 2, 1])
    figures.precision_recall_gaps((sweep, "fine", (1, 3)))
    (axes,) = shown[0].figure.axes
    heights = {each.get_label().split(":")[0]: each.get_label().split(": ")[-1] for each in axes.lines}
    assert heights["steps"] == f"{(2 / 3 + 3 / 5) / 2:.3f}"
    assert float(heights["steps"]) > float(heights["straight lines"])
    assert float(heights["steps"]) > float(heights["Davis–Goadrich"])


@pytest.mark.parametrize("found", [(3, 3), (0, 2), (2, 9)])
def test_a_gap_has_to_gain_recall(found: tuple[int, int], shown: list[Any]) -> None:
    with pytest.raises(ValueError, match="give two counts of positives"):
        figures.precision_recall_gaps((FALLING, "none", found))
    assert shown == []


def test_the_scales_mark_the_worst_order_no_skill_and_the_area(shown: list[Any]) -> None:
    figures.average_precision_scale([0.5, 0.1], area=0.3)
    (axes,) = shown[0].figure.axes
    assert line(axes, "area")[:, 0].tolist() == [0.3, 0.3]
    marks = [each.get_xdata()[0] for each in axes.lines if each.get_label() == "no skill"]
    assert marks == [0.5, 0.1]
    assert {"no skill 0.50", "no skill 0.10"} == set(texts(axes))
    # Many rows, all negatives first: the mean over the positives of i / (negatives + i).
    for prevalence, bar in zip((0.5, 0.1), axes.patches[::2], strict=True):
        positives = 100_000
        place = np.arange(1, positives + 1)
        worst = np.mean(place / (positives * (1 / prevalence - 1) + place))
        assert bar.get_x() == pytest.approx(worst, abs=1e-4)
        assert bar.get_x() + bar.get_width() == pytest.approx(prevalence)
    assert "Prevalence 50.0%: worst order 0.307, no skill 0.500, perfect 1." in repr(shown[0])


def test_intervals_that_miss_the_truth_differ_in_line_and_mark(shown: list[Any]) -> None:
    groups = {"few": [Interval(0.1, 0.5, 0.9), Interval(0.4, 0.6, 0.8)], "many": [Interval(0.2, 0.3, 0.4)]}
    figures.intervals_and_truth(groups, 0.35, name="average precision")
    few, many = shown[0].figure.axes
    assert line(few, "holds")[:, 0].tolist() == [0.1, 0.9]
    assert line(few, "misses")[:, 0].tolist() == [0.4, 0.8]
    assert line(many, "holds")[:, 0].tolist() == [0.2, 0.4]
    styles = {each.get_label(): each.get_linestyle() for each in few.lines}
    assert styles["holds"] != styles["misses"]
    assert line(many, "truth")[:, 0].tolist() == [0.35, 0.35]
    assert "few: 1 of 2 intervals miss the truth, mean 0.55. many: 0 of 1" in repr(shown[0])
