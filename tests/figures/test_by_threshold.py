from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lessonkit import figures
from lessonkit.metrics import ThresholdSweep
from tests.figures.drawn import line


def test_each_threshold_has_its_precision_and_its_recall(sweep: ThresholdSweep, shown: list[Any]) -> None:
    figures.precision_and_recall(sweep)
    (axes,) = shown[0].figure.axes
    for name in ("precision", "recall"):
        points = line(axes, name)
        for threshold in (0.0, 0.1, 0.15, 0.6, 0.7, 0.85, 0.9):
            step = points[np.searchsorted(points[:, 0], threshold), 1]
            assert step == pytest.approx(getattr(sweep.at(threshold), name))
    assert axes.get_xlim() == (0, 1)


def test_the_text_counts_the_steps(shown: list[Any]) -> None:
    # Upward: 3/5, 3/4, 2/3, 1/2, 1/1.
    figures.precision_and_recall(ThresholdSweep([1, 0, 1, 1, 0], [0.9, 0.8, 0.6, 0.4, 0.2]))
    assert "recall never rises; precision rises in 2 steps and falls in 2." in repr(shown[0])
    figures.precision_and_recall(ThresholdSweep([1, 0], [2.0, -1.0]))
    assert "precision rises in 1 steps and falls in 0." in repr(shown[1])
    assert shown[1].figure.axes[0].get_title(loc="left") == "Recall never rises"
    assert line(shown[1].figure.axes[0], "recall").tolist() == [[-1, 1], [-1, 1], [2, 1]]
