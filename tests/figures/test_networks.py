from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lessonkit import figures
from tests.figures.drawn import line, texts

HIDDEN = ([[-0.7, 0.1], [-0.3, 0.5], [-0.8, 1.8]], [1.3, 0.9])
OUTPUT = ([[1.7], [-2.1]], [-0.4])
NAMES = ["length", "reply", "known sender"]


def test_the_numbers_of_a_row_are_those_of_the_network(shown: list[Any]) -> None:
    figures.network([2.1, 0, 1], HIDDEN, OUTPUT, names=NAMES)
    (axes,) = shown[0].figure.axes
    written = texts(axes)
    sums = np.array([2.1, 0, 1]) @ np.array(HIDDEN[0]) + HIDDEN[1]
    logit = np.maximum(sums, 0) @ np.array(OUTPUT[0])[:, 0] - 0.4
    score = 1 / (1 + np.exp(-logit))
    assert {"length", "reply", "known sender", "logit", "score", "loss\n−log(score)"} <= set(written)
    assert {f"sum {value:.2f}".replace("-", "−") for value in sums} == {
        name.partition("\n")[0] for name in written if name.startswith("sum ")
    }
    assert {f"{logit:.2f}".replace("-", "−"), f"{score:.2f}", f"{-np.log(score):.2f}"} <= set(written)
    weights = [float(each.get_label()) for each in axes.lines]
    assert sorted(weights) == sorted([*np.ravel(HIDDEN[0]), *np.ravel(OUTPUT[0])])
    assert {name for name in written if name.startswith("bias")} == {"bias 1.3", "bias 0.9", "bias −0.4"}


def test_a_unit_that_relu_cuts_off_sends_nothing_on(shown: list[Any]) -> None:
    figures.network([2.1, 0, 0], HIDDEN, OUTPUT, names=NAMES)
    (axes,) = shown[0].figure.axes
    assert "sum −0.17\n→ relu 0" in texts(axes)
    dead, alive = (next(each for each in axes.lines if each.get_label() == name) for name in ("1.7", "-2.1"))
    assert dead.get_linewidth() < alive.get_linewidth()
    assert repr(shown[0]) == (
        "A network. Inputs: length 2.1, reply 0, known sender 0. Unit 1: sum −0.17, after relu 0. "
        "Unit 2: sum 1.11, after relu 1.11. Logit −2.73, score 0.06. "
        "The label is 1, so the loss is −log(score): 2.79."
    )


def test_the_loss_of_a_normal_email_takes_the_other_score(shown: list[Any]) -> None:
    figures.network([2.1, 0, 0], HIDDEN, OUTPUT, names=NAMES, truth=0)
    written = texts(shown[0].figure.axes[0])
    assert {"loss\n−log(1 − score)", "0.06"} <= set(written)
    assert "so the loss is −log(1 − score): 0.06." in repr(shown[0])


@pytest.mark.parametrize(
    ("inputs", "names"), [([2.1, 0], NAMES[:2]), ([2.1, 0, 0], NAMES[:2]), ([2.1, 0, 0, 1], NAMES)]
)
def test_what_does_not_fit_is_refused(inputs: list[float], names: list[str], shown: list[Any]) -> None:
    with pytest.raises(ValueError, match="need weights of shape"):
        figures.network(inputs, HIDDEN, OUTPUT, names=names)
    assert shown == []


def test_the_curves_are_those_functions_and_hold_the_row(shown: list[Any]) -> None:
    figures.network_curves(sums=[-0.5, 1.0], logit=-2.0)
    relu, sigmoid, loss = shown[0].figure.axes
    x, y = line(relu, "curve").T
    assert np.allclose(y, np.maximum(x, 0))
    x, y = line(sigmoid, "curve").T
    assert np.allclose(y, 1 / (1 + np.exp(-x)))
    x, y = line(loss, "spam").T
    assert np.allclose(y, -np.log(x))
    x, y = line(loss, "normal email").T
    assert np.allclose(y, -np.log(1 - x))
    rows = [each.get_xydata()[0].tolist() for each in relu.lines if each.get_label() == "_row"]
    assert rows == [[-0.5, 0], [1, 1]]
    score = 1 / (1 + np.exp(2))
    assert line(loss, "_row")[0] == pytest.approx([score, -np.log(score)])


def test_softmax_makes_scores_that_add_up_to_one(shown: list[Any]) -> None:
    logits = np.array([0, 1, 2, 3, 0, -1, 2, 1, 4.5, 1000.0])
    figures.softmax_scores(np.zeros((8, 8)), logits, truth=9)
    _, left, right = shown[0].figure.axes
    assert [bar.get_height() for bar in left.patches] == logits.tolist()
    heights = [bar.get_height() for bar in right.patches]
    assert sum(heights) == pytest.approx(1)
    assert heights[9] == pytest.approx(1)
    assert [bar.get_hatch() for bar in right.patches] == [None] * 9 + ["//"]
    figures.softmax_scores(np.zeros((8, 8)), [0.0, np.log(3)], truth=0)
    assert "The 1 has the highest logit, 1.1, and the score 0.75; the 0 is second with 0.25." in repr(
        shown[1]
    )
    assert "The loss is −log(0.250) = 1.39." in repr(shown[1])


def test_predictions_are_drawn_over_the_truth(shown: list[Any]) -> None:
    figures.predicted_against_true([1.0, 2.0, 9.0], [2.0, 2.0, 6.0], mean=4.0, unit="meters")
    (axes,) = shown[0].figure.axes
    assert line(axes, "one email").tolist() == [[1, 2], [2, 2], [9, 6]]
    assert line(axes, "exact").tolist() == [[0, 0], [9, 9]]
    assert line(axes, "always the mean, 4.0")[:, 1].tolist() == [4, 4]
    assert "RMSE 1.8; of always saying the mean (4.0), 3.6." in repr(shown[0])
