from __future__ import annotations

from typing import Any

from lessonkit import figures
from lessonkit.metrics import Confusion
from tests.figures.drawn import texts


def test_confusion_matrix_keeps_scikit_learns_order(shown: list[Any]) -> None:
    figures.confusion_matrix(Confusion(1234, 10, 5, 45), labels=("fraud", "legitimate"))
    (axes,) = shown[0].figure.axes
    places = {text: (round(x), round(y)) for text, (x, y) in texts(axes).items()}
    assert places["TN"] == places["45"] == places["True negatives"] == (0, 0)
    assert places["FP"] == places["10"] == places["False positives"] == (1, 0)
    assert places["FN"] == places["5"] == places["False negatives"] == (0, 1)
    assert places["TP"] == places["1,234"] == places["True positives"] == (1, 1)
    assert axes.get_ylim() == (1.5, -0.5)  # row 0 is the upper one
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Decision", "Truth")
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["not flagged", "flagged"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["legitimate", "fraud"]
    assert [patch.get_hatch() for patch in axes.patches].count("///") == 2
