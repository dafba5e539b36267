from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from lessonkit import figures
from tests.figures.drawn import HISTORY, line


def test_history_pairs_training_and_validation_in_one_panel(shown: list[Any]) -> None:
    figures.training_history(HISTORY, epoch=2)
    loss, ap = shown[0].figure.axes
    assert line(loss, "training").tolist() == [[1, 0.7], [2, 0.5], [3, 0.4]]
    assert line(loss, "validation")[:, 1].tolist() == HISTORY["val_loss"]
    assert line(ap, "training")[:, 1].tolist() == HISTORY["ap"]
    assert [axes.get_title(loc="left") for axes in (loss, ap)] == ["Loss", "Ap"]
    assert line(ap, "_threshold")[:, 0].tolist() == [2, 2]
    assert repr(shown[0]) == (
        "Training over 3 epochs. Loss: training 0.70 to 0.40, validation 0.72 to 0.61. "
        "Ap: training 0.30 to 0.50, validation 0.30 to 0.30. Marked: epoch 2."
    )


def test_history_shows_chosen_keys_and_validation_alone(shown: list[Any]) -> None:
    figures.training_history(HISTORY | {"val_exact": [0.1, 0.2, 0.3]}, keys=["exact"])
    (axes,) = shown[0].figure.axes
    assert [each.get_label() for each in axes.lines] == ["validation"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"history": {}}, "history is empty"),
        ({"history": HISTORY, "keys": ["auc"]}, "history has no 'auc'. It has: loss, ap."),
        ({"history": HISTORY, "epoch": 4}, "epoch=4: the history has epochs 1 to 3"),
    ],
)
def test_history_refuses_what_it_has_not(arguments: dict[str, Any], message: str, shown: list[Any]) -> None:
    with pytest.raises(ValueError, match=message):
        figures.training_history(**arguments)
    assert shown == []


def test_runs_are_named_at_their_ends_and_names_keep_apart(shown: list[Any]) -> None:
    figures.compared_runs(
        {"plain": [0.5, 0.2, 0.6], "decay": [0.5, 0.3, 0.3], "small": [0.6, 0.4, 0.301]}, "Loss"
    )
    (axes,) = shown[0].figure.axes
    assert line(axes, "decay").tolist() == [[1, 0.5], [2, 0.3], [3, 0.3]]
    heights = sorted(text.xyann[1] for text in axes.texts)
    assert min(high - low for low, high in pairwise(heights)) >= 0.07 * 0.4 - 1e-9
    assert repr(shown[0]).startswith("Loss by epoch. plain: 0.50 to 0.60, lowest 0.20. decay:")
    with pytest.raises(ValueError, match="5 runs"):
        figures.compared_runs({str(place): [1.0] for place in range(5)}, "Loss")
