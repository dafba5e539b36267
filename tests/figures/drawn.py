"""What is drawn, and what stands in a drawing afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lessonkit.metrics import ThresholdSweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Y_TRUE = np.array([1, 0, 1, 1, 0, 0, 1, 0, 0, 0])
SCORES = np.array([0.9, 0.8, 0.7, 0.7, 0.7, 0.5, 0.4, 0.3, 0.2, 0.1])
MONTHS = np.array([10, 10, 10, 12, 12, 10, 12, 12, 10, 12])
OTHER = ThresholdSweep([1, 0, 1, 1], [0.4, 0.5, 0.6, 0.7])
HISTORY = {"loss": [0.7, 0.5, 0.4], "val_loss": [0.72, 0.6, 0.61], "ap": [0.3, 0.4, 0.5], "val_ap": [0.3] * 3}


def line(axes: Axes, label: str) -> np.ndarray:
    (found,) = [each for each in axes.lines if each.get_label() == label]
    return np.column_stack(found.get_data())


def texts(axes: Axes) -> dict[str, tuple[float, float]]:
    return {text.get_text(): text.get_position() for text in axes.texts}
