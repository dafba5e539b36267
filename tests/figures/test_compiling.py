from __future__ import annotations

from typing import Any

import numpy as np

from lessonkit import figures
from lessonkit.figures import compiling
from tests.figures.drawn import HISTORY, line, texts


def test_no_arrow_leaves_the_metrics(shown: list[Any]) -> None:
    figures.training_loop()
    (axes,) = shown[0].figure.axes
    boxes = texts(axes)
    arrows = [(each.xyann, each.xy) for each in axes.texts if getattr(each, "arrow_patch", None)]

    def near(place: tuple[float, float]) -> str:
        return min(compiling._BOXES, key=lambda name: np.hypot(*np.subtract(boxes[name], place)))

    ways = {(near(start), near(end)) for start, end in arrows}
    assert {("weights", "scores"), ("scores", "loss"), ("loss", "slopes"), ("slopes", "optimizer")} < ways
    assert ("optimizer", "weights") in ways
    assert ("scores", "metrics") in ways
    assert not [way for way in ways if way[0] == "metrics"]
    assert "No arrow leaves the metrics." in repr(shown[0])


def test_logs_show_losses_above_and_other_numbers_below(shown: list[Any]) -> None:
    figures.training_logs({"sound": HISTORY, "blind": {"loss": [0, 0], "accuracy": [0.8, 0.9]}}, never=0.9)
    sound, blind, sound_ap, blind_accuracy = shown[0].figure.axes
    assert [axes.get_title(loc="left") for axes in (sound, blind)] == ["sound", "blind"]
    assert line(sound, "loss").tolist() == [[1, 0.7], [2, 0.5], [3, 0.4]]
    assert line(sound, "val_loss")[:, 1].tolist() == HISTORY["val_loss"]
    assert line(sound_ap, "ap")[:, 1].tolist() == HISTORY["ap"]
    assert line(blind_accuracy, "accuracy")[:, 1].tolist() == [0.8, 0.9]
    assert line(blind_accuracy, "never flagging")[:, 1].tolist() == [0.9, 0.9]
    assert "never flagging" not in [each.get_label() for each in sound_ap.lines]
    assert repr(shown[0]) == (
        "2 training logs. sound: loss 0.70, 0.50 … 0.40, val_loss 0.72, 0.60 … 0.61, ap 0.30, 0.40 … 0.50, "
        "val_ap 0.30, 0.30 … 0.30. blind: loss 0.00, 0.00 … 0.00, accuracy 0.80, 0.90 … 0.90. "
        "Dotted: the accuracy of never flagging, 0.90."
    )


def test_a_loss_is_drawn_from_zero(shown: list[Any]) -> None:
    figures.training_logs(
        {"slow": {"loss": [0.62, 0.61], "ap": [0, 1]}, "below": {"loss": [-1.0, -3.0], "ap": [0, 1]}}
    )
    slow, below, *_ = shown[0].figure.axes
    assert slow.get_ylim()[0] == 0
    assert below.get_ylim()[0] < -3


def test_six_logs_hold_what_the_question_says(shown: list[Any]) -> None:
    figures.six_logs()
    uppers = [axes for axes in shown[0].figure.axes if axes.get_title(loc="left")]
    assert [axes.get_title(loc="left") for axes in uppers] == [f"Log {number}" for number in range(1, 7)]
    losses = [line(axes, "loss")[:, 1] for axes in uppers]
    assert losses[0][0] > 1 > line(uppers[0], "val_loss")[0, 1]
    assert not losses[1].any()
    assert losses[3].min() > np.log(2)
    assert losses[4].max() < 0
    assert np.abs(np.diff(losses[5])).max() < 0.02
    counted = [
        axes for axes in shown[0].figure.axes if "precision" in {each.get_label() for each in axes.lines}
    ]
    assert line(counted[0], "precision").tolist() == line(counted[0], "accuracy").tolist()
