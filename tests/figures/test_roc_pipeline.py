from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from lessonkit import figures
from lessonkit.metrics import MetricsError, ThresholdSweep
from tests.figures.drawn import SCORES, Y_TRUE, line, texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def boxes(axes: Axes) -> dict[str, tuple[float, float, float, float]]:
    return {
        str(each.get_gid()): (each.get_x(), each.get_y(), each.get_width(), each.get_height())
        for each in axes.patches
        if each.get_gid()
    }


@pytest.mark.parametrize(("rate", "recall"), [(0.2, 0.9), (0.5, 0.3), (0.0, 1.0)])
def test_the_rectangles_of_a_point_bound_the_area(rate: float, recall: float, shown: list[Any]) -> None:
    figures.auc_bounds(rate, recall)
    (axes,) = shown[0].figure.axes
    areas = {name: width * height for name, (_, _, width, height) in boxes(axes).items()}
    assert sum(areas.values()) == pytest.approx(1)
    lowest, highest = (line(axes, f"{which} curve") for which in ("lowest", "highest"))
    assert np.trapezoid(lowest[:, 1], lowest[:, 0]) == pytest.approx(areas["won"])
    assert np.trapezoid(highest[:, 1], highest[:, 0]) == pytest.approx(1 - areas["lost"])
    assert line(axes, "_point").tolist() == [[rate, recall]]
    low, high = recall * (1 - rate), 1 - rate * (1 - recall)
    assert f"ROC AUC is between {low:.2f} and {high:.2f}." in repr(shown[0])
    assert axes.get_title(loc="left") == f"ROC AUC from {low:.2f} to {high:.2f}"


def test_any_curve_through_the_point_is_within_the_bounds(sweep: ThresholdSweep, shown: list[Any]) -> None:
    for rate, recall in zip(sweep.false_positive_rate, sweep.recall, strict=True):
        figures.auc_bounds(float(rate), float(recall))
        areas = {
            name: width * height for name, (*_, width, height) in boxes(shown.pop().figure.axes[0]).items()
        }
        assert areas["won"] <= sweep.roc_auc + 1e-9 <= 1 - areas["lost"] + 2e-9


def test_lost_pairs_are_hatched(shown: list[Any]) -> None:
    figures.auc_bounds(0.2, 0.9)
    (axes,) = shown[0].figure.axes
    assert [each.get_gid() for each in axes.patches if each.get_hatch()] == ["lost"]


@pytest.mark.parametrize("point", [(-0.1, 0.5), (0.5, 1.5)])
def test_a_point_outside_the_square_is_refused(point: tuple[float, float], shown: list[Any]) -> None:
    with pytest.raises(ValueError, match="not between 0 and 1"):
        figures.auc_bounds(*point)
    assert shown == []


@pytest.mark.parametrize(
    ("rate", "recall", "accuracy", "share"), [(0.2, 0.9, 0.87, 0.7), (0.1, 0.8, 0.88, 0.2)]
)
def test_the_report_is_on_the_line_of_accuracy(
    rate: float, recall: float, accuracy: float, share: float, shown: list[Any]
) -> None:
    figures.accuracy_mix(rate, recall, accuracy)
    (axes,) = shown[0].figure.axes
    mixed = line(axes, "accuracy")
    assert mixed.tolist() == [[0, 1 - rate], [1, recall]]
    ((x, y),) = line(axes, "_at")
    assert (x, y) == (pytest.approx(share), accuracy)
    assert np.interp(x, *mixed.T) == pytest.approx(y)
    assert f"{accuracy:g} at a share of {share:g}" in texts(axes)
    assert f"where the share is {share:g}." in repr(shown[0])


@pytest.mark.parametrize("report", [(0.2, 0.9, 0.95), (0.2, 0.9, 0.7), (0.1, 0.9, 0.9)])
def test_an_accuracy_that_is_no_mix_is_refused(report: tuple[float, float, float], shown: list[Any]) -> None:
    with pytest.raises(ValueError, match="is not a mix of recall"):
        figures.accuracy_mix(*report)
    assert shown == []


BOARD = np.array([[1, 1, 2], [1, 1, 1], [2, 2, 2], [0, 1, 2]])


def test_each_square_is_in_its_part(shown: list[Any]) -> None:
    figures.split_board({"mixed": BOARD, "apart": BOARD[1:3]}, rows="customer", columns="order")
    left, right = shown[0].figure.axes
    names = ("not used", "training", "test")
    assert set(boxes(left)) == {
        f"{names[part]} {row} {column}" for (row, column), part in np.ndenumerate(BOARD)
    }
    assert len(boxes(right)) == 6
    assert left.get_title(loc="left") == "mixed"
    assert {str(each.get_gid()).split()[0] for each in left.patches if each.get_hatch()} == {"test"}
    said = repr(shown[0])
    assert (
        "mixed: 1 not used, 6 training, 5 test; 2 of 4 with training and test boxes in one customer." in said
    )
    assert "apart: 0 not used, 3 training, 3 test; 0 of 2" in said
    (legend,) = shown[0].figure.legends
    assert [text.get_text() for text in legend.get_texts()] == list(names)


def test_the_key_of_a_board_names_only_what_is_there(shown: list[Any]) -> None:
    figures.split_board({"apart": BOARD[1:3]}, rows="customer", columns="order")
    (legend,) = shown[0].figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["training", "test"]


@pytest.mark.parametrize(
    ("boards", "message"),
    [
        ({}, "0 boards"),
        (dict.fromkeys("abcd", BOARD), "4 boards"),
        ({"one": [[0, 3]]}, "holds 0"),
        ({"one": [1, 2]}, "rows and columns"),
    ],
)
def test_what_is_no_board_is_refused(boards: dict[str, Any], message: str, shown: list[Any]) -> None:
    with pytest.raises(ValueError, match=message):
        figures.split_board(boards, rows="customer", columns="order")
    assert shown == []


def test_the_two_dots_of_a_split_are_joined(shown: list[Any]) -> None:
    first, second = [0.9, 0.8, 0.6], [0.7, 0.6, 0.65]
    figures.paired_dots({"forest": (second, first), "other": (second, second)}, ("sound", "leaking"))
    left, right = shown[0].figure.axes
    joined = [each for each in left.lines if each.get_label() == "split"]
    assert [each.get_ydata().tolist() for each in joined] == [
        [b, a] for a, b in zip(first, second, strict=True)
    ]
    assert [each.get_linestyle() for each in joined] == ["-", "-", "--"]
    assert line(left, "leaking").tolist() == [[1, value] for value in first]
    assert line(left, "sound").tolist() == [[0, value] for value in second]
    means = [each.get_ydata()[0] for each in left.lines if each.get_label() == "mean"]
    assert means == pytest.approx([np.mean(second), np.mean(first)])
    assert [text.get_text() for text in left.get_xticklabels()] == ["sound", "leaking"]
    assert right.get_ylim() == left.get_ylim()
    assert "forest: sound 0.650 on average, leaking 0.767; leaking is higher in 2 of 3 splits." in repr(
        shown[0]
    )


def test_runs_of_different_length_are_refused(shown: list[Any]) -> None:
    with pytest.raises(ValueError, match="inhomogeneous"):
        figures.paired_dots({"one": ([0.1, 0.2], [0.3])}, ("a", "b"))
    with pytest.raises(ValueError, match="0 groups"):
        figures.paired_dots({}, ("a", "b"))
    assert shown == []


def test_scores_of_one_order_share_their_curve_and_nothing_else(shown: list[Any]) -> None:
    figures.reliability_under_roc(Y_TRUE, {"scores": SCORES, "cubes": SCORES**3}, bins=4)
    roc, *panels = shown[0].figure.axes
    curve = line(roc, "curve")
    assert np.trapezoid(curve[:, 1], curve[:, 0]) == pytest.approx(ThresholdSweep(Y_TRUE, SCORES).roc_auc)
    for axes, (name, values) in zip(panels, {"scores": SCORES, "cubes": SCORES**3}.items(), strict=True):
        at = ThresholdSweep(Y_TRUE, values).at(0.5)
        assert line(roc, f"{name} ≥ 0.5").tolist() == [[at.false_positive_rate, at.recall]]
        places = np.minimum(values * 4, 3).astype(int)
        expected = [[values[places == k].mean(), Y_TRUE[places == k].mean()] for k in np.unique(places)]
        assert line(axes, "bins") == pytest.approx(np.array(expected))
        assert sum(each.get_height() for each in axes.patches) == pytest.approx(1)
        assert axes.get_title(loc="left") == f"Reliability: {name}"
    markers = {str(each.get_marker()) for each in roc.lines if each.get_label() != "curve"}
    assert len(markers) == 2


@pytest.mark.parametrize(
    ("scores", "error", "message"),
    [
        ({"one": SCORES}, ValueError, "1 kinds of score"),
        ({"one": SCORES, "other": 1 - SCORES}, ValueError, "'other' have another order"),
        ({"one": SCORES, "other": SCORES.round()}, ValueError, "'other' have another order"),
        ({"one": SCORES, "other": 2 * SCORES}, MetricsError, "outside 0 to 1"),
    ],
)
def test_scores_that_cannot_share_a_curve_are_refused(
    scores: dict[str, Any], error: type[Exception], message: str, shown: list[Any]
) -> None:
    with pytest.raises(error, match=message):
        figures.reliability_under_roc(Y_TRUE, scores)
    assert shown == []
