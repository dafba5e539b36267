from __future__ import annotations

from typing import Any

from lessonkit import figures
from tests.figures.drawn import texts


def test_each_row_is_one_whole_in_two_parts(shown: list[Any]) -> None:
    figures.two_parts({"filter": {"caught": 28, "missed": 82}, "never": {"caught": 0, "missed": 110}}, "Spam")
    (axes,) = shown[0].figure.axes
    drawn = [(bar.get_x(), bar.get_width(), bool(bar.get_hatch())) for bar in axes.patches]
    assert drawn == [(0, 28, False), (28, 82, True), (0, 0, False), (0, 110, True)]
    assert axes.get_xlim() == (0, 110), "bars of counts begin at 0"
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["filter", "never"]
    assert set(texts(axes)) == {"28 caught", "82 missed", "0 caught", "110 missed"}
    assert repr(shown[0]) == "Bars. Spam. filter: 28 caught, 82 missed. never: 0 caught, 110 missed."


def test_two_values_are_two_bars_of_one_row(shown: list[Any]) -> None:
    figures.paired_bars({"scaling": (0.9, 0.9), "copies": (0.6, 1.0)}, ("honest", "leaky"), "AP")
    (axes,) = shown[0].figure.axes
    widths = [[bar.get_width() for bar in bars] for bars in axes.containers]
    assert widths == [[0.9, 0.6], [0.9, 1.0]]
    assert [bar.get_hatch() for bars in axes.containers for bar in bars] == [None, None, "//", "//"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["scaling", "copies"]
    assert repr(shown[0]) == ("Bars. AP. scaling: honest 0.90, leaky 0.90. copies: honest 0.60, leaky 1.00.")
