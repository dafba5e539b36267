from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras  # type: ignore[import-untyped]
import numpy as np
import pytest

from lessonkit import figures
from lessonkit.datasets import load_email_scores
from lessonkit.figures.keras_curves import best_before_stop
from lessonkit.metrics import ThresholdSweep
from tests.figures.drawn import SCORES, Y_TRUE, line, texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike


def bars(axes: Axes) -> dict[str, tuple[float, float]]:
    """The bars of the sum, each with where it starts and how wide it is."""
    return {str(each.get_label()): (each[0].get_x(), each[0].get_width()) for each in axes.containers}


def in_keras(y_true: ArrayLike, scores: ArrayLike, **options: object) -> float:
    metric = keras.metrics.AUC(curve="PR", **options)
    metric.update_state(y_true, scores)
    return float(metric.result())


def lines_of(axes: Axes, name: str) -> np.ndarray:
    (found,) = [str(each.get_label()) for each in axes.lines if str(each.get_label()).startswith(name)]
    return line(axes, found)


def strokes(axes: Axes, label: str) -> list[float]:
    (found,) = [each for each in axes.collections if each.get_label() == label]
    return [segment[0][0] for segment in found.get_segments()]  # type: ignore[attr-defined]


def test_bins_have_their_borders_and_counts_and_a_border_belongs_below(shown: list[Any]) -> None:
    # Two scores are on a border: 0.25 belongs to the first bin, and 0.5 to the second.
    figures.keras_bins([1, 0, 0, 1, 1], [0.25, 0.0, 0.5, 0.6, 1.0], thresholds=5, labels=("ill", "well"))
    (axes,) = shown[0].figure.axes
    assert strokes(axes, "borders") == [0, 0.25, 0.5, 0.75, 1]
    assert strokes(axes, "ill") == [0.25, 0.6, 1.0]
    assert strokes(axes, "well") == [0.0, 0.5]
    assert [each.get_text() for each in axes.texts] == ["1 + 1", "0 + 1", "1 + 0", "1 + 0"]
    assert [each.get_position()[0] for each in axes.texts] == [0.125, 0.375, 0.625, 0.875]
    assert "5 scores in 4 of the 4 bins" in repr(shown[0])
    assert "ill and well in each, from the left: 1 and 1, 0 and 1, 1 and 0, 1 and 0." in repr(shown[0])


def test_many_bins_are_not_counted_and_the_view_ends_with_the_scores(shown: list[Any]) -> None:
    email = load_email_scores()
    figures.keras_bins(email.y_true, email.scores)
    figures.keras_bins(email.y_true, 0.02 * email.scores)
    many, few = (picture.figure.axes[0] for picture in shown)
    assert len(strokes(many, "borders")) == 200
    assert not many.texts
    assert strokes(few, "borders") == pytest.approx([0, 1 / 199, 2 / 199, 3 / 199, 4 / 199])
    assert few.get_xlim()[1] == pytest.approx(4 / 199, rel=0.1)
    assert sum(int(part) for text in texts(few) for part in text.split(" + ")) == 1177


@pytest.mark.parametrize("thresholds", [200, 5, [0.001, 0.004, 0.3, 0.3, 0.7]])
@pytest.mark.parametrize("factor", [1, 0.02, 0.005])
def test_the_line_and_the_sum_hold_the_area_of_keras(
    factor: float, thresholds: int | list[float], shown: list[Any]
) -> None:
    email = load_email_scores()
    scores = factor * email.scores
    figures.keras_area(email.y_true, scores, thresholds=thresholds)
    _, middle, bottom = shown[0].figure.axes
    options = {"num_thresholds": thresholds} if isinstance(thresholds, int) else {"thresholds": thresholds}
    expected = in_keras(email.y_true, scores, **options)
    sweep = ThresholdSweep(email.y_true, scores)
    drawn, exact = lines_of(middle, "Keras's line"), lines_of(middle, "exact curve")
    assert np.mean(drawn[:, 1]) == pytest.approx(expected, abs=2e-3)
    assert np.mean(exact[:, 1]) == pytest.approx(sweep.davis_goadrich_area, abs=2e-3)
    widths = [width for _, width in bars(bottom).values()]
    assert widths[0] == pytest.approx(expected, abs=1e-5)
    assert widths[1] == pytest.approx(sweep.davis_goadrich_area - expected, abs=1e-5)
    assert sum(widths) == pytest.approx(sweep.average_precision)
    ends = [start + width for start, width in bars(bottom).values()]
    assert [start for start, _ in bars(bottom).values()] == pytest.approx([0, *ends[:-1]])


def test_the_four_points_of_small_scores_are_marked_and_the_gap_is_between_the_lines(
    shown: list[Any],
) -> None:
    email = load_email_scores()
    figures.keras_area(email.y_true, 0.02 * email.scores, name="Small")
    top, middle, _ = shown[0].figure.axes
    sweep = ThresholdSweep(email.y_true, email.scores)
    counts = [sweep.at(t) for t in (3 / 199 / 0.02, 2 / 199 / 0.02, 1 / 199 / 0.02, 0)]
    expected = [[each.recall, each.precision] for each in counts]
    assert line(middle, "_corners").tolist() == [pytest.approx(point) for point in expected]
    assert top.get_title(loc="left") == "Small: 4 of 199 bins in use"
    assert "0.541 = 0.456 +0.082 (bins) +0.003 (definition)" in repr(shown[0])
    lost, added = [each for each in middle.collections if str(each.get_label()).startswith("_")]
    assert added.get_hatch()
    assert not lost.get_hatch()


def test_keras_may_also_be_too_high(shown: list[Any]) -> None:
    figures.keras_area([1, 1, 0, 0], [0.001, 0.002, 0.003, 0.004])  # the worst order, in one bin
    *_, bottom = shown[0].figure.axes
    (_, keras_area), (_, bins), _ = bars(bottom).values()
    assert keras_area == pytest.approx(0.5)
    assert bins < 0
    assert " −0." in repr(shown[0])


def test_bounds_are_those_of_keras_and_an_exact_area_outside_is_called_that(shown: list[Any]) -> None:
    email = load_email_scores()
    cases = {"spread": (email.y_true, email.scores), "one bin": (email.y_true, 0.005 * email.scores)}
    figures.keras_bounds(cases)
    (axes,) = shown[0].figure.axes
    (segments,) = [each for each in axes.collections if each.get_label() == "minoring to majoring"]
    for (y_true, scores), segment in zip(cases.values(), segments.get_segments(), strict=True):
        ends = [in_keras(y_true, scores, summation_method=how) for how in ("minoring", "majoring")]
        assert segment[:, 0].tolist() == pytest.approx(ends, abs=1e-5)
    exact = ThresholdSweep(email.y_true, email.scores).davis_goadrich_area
    assert line(axes, "exact area")[:, 0].tolist() == pytest.approx([exact, exact])
    assert line(axes, "Keras's area")[:, 0].tolist() == pytest.approx([0.5366, 0.0935], abs=1e-4)
    assert repr(shown[0]).count("(outside)") == 1
    assert repr(shown[0]).endswith("exact 0.538 (outside).")


def test_stopping_keeps_what_keras_would_keep(shown: list[Any]) -> None:
    assert best_before_stop([0.2, 0.2, 0.2, 0.9], 2) == 1
    assert best_before_stop([0.1, 0.3, 0.2, 0.4, 0.3, 0.3], 2) == 4
    assert best_before_stop([0.1, 0.3, 0.2, 0.2, 0.9], 3) == 5
    figures.epochs_kept({"flat": [0.2, 0.2, 0.2, 0.9], "rising": [0.1, 0.3, 0.4, 0.6]}, patience=2)
    (axes,) = shown[0].figure.axes
    rings = [each.get_data() for each in axes.lines if each.get_label() == "_kept"]
    assert [(int(x[0]), float(y[0])) for x, y in rings] == [(1, 0.2), (4, 0.6)]
    assert line(axes, "rising: keeps epoch 4").tolist() == [[1, 0.1], [2, 0.3], [3, 0.4], [4, 0.6]]
    assert "flat: 0.20 to 0.90, keeps epoch 1 with 0.20" in repr(shown[0])


def test_a_small_set_has_a_figure(shown: list[Any]) -> None:
    figures.keras_area(Y_TRUE, SCORES)
    assert "the scores are in 8 of 199 bins" in repr(shown[0])
