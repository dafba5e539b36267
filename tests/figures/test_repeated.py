from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from lessonkit import figures
from lessonkit.figures import repeated


def test_remedies_show_every_run_and_the_interval_of_the_mean(shown: list[Any]) -> None:
    figures.remedies_over_seeds()
    panels = shown[0].figure.axes
    assert [axes.get_title(loc="left") for axes in panels] == list(repeated._QUANTITIES)
    assert [text.get_text() for text in panels[0].get_yticklabels()] == list(repeated._REMEDIES)
    for place, axes in enumerate(panels):
        dots = [each for each in axes.lines if each.get_label() == "_runs"]
        for row, (each, values) in enumerate(zip(dots, repeated._REMEDIES.values(), strict=True)):
            runs = np.array(values)[:, place]
            assert each.get_xdata().tolist() == runs.tolist()
            low, high = stats.t.interval(0.95, runs.size - 1, runs.mean(), stats.sem(runs))
            bar = axes.containers[row].lines[2][0].get_segments()[0]
            assert bar[:, 0] == pytest.approx([low, high], abs=1e-4)


def test_cures_show_every_run_and_each_helps_in_each(shown: list[Any]) -> None:
    figures.cures_over_seeds()
    (axes,) = shown[0].figure.axes
    assert [text.get_text() for text in axes.get_yticklabels()] == list(repeated._CURES)
    dots = [each for each in axes.lines if each.get_label() == "_runs"]
    large, *cures = [np.asarray(each.get_xdata()) for each in dots]
    assert [each.size for each in (large, *cures)] == [12] * 5
    assert all((each < large).all() for each in cures)
    assert "L2 penalty 0.22 (0.21 to 0.23)" in repr(shown[0])
