"""What was measured over twelve runs: a dot for each, and the interval of their mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lessonkit.figures import style

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

# Over twelve splits and starts: average precision, recall, mean score and Brier score. Measured and printed
# by tools/claims/lesson_09.py.
_QUANTITIES = ("Average precision", "Recall", "Mean score", "Brier score")
_REMEDIES: dict[str, list[tuple[float, float, float, float]]] = {
    "plain, at 0.5": [
        (0.651, 0.391, 0.079, 0.051),
        (0.622, 0.509, 0.113, 0.052),
        (0.592, 0.518, 0.108, 0.053),
        (0.511, 0.455, 0.096, 0.06),
        (0.546, 0.382, 0.088, 0.056),
        (0.649, 0.555, 0.107, 0.051),
        (0.618, 0.518, 0.096, 0.05),
        (0.683, 0.618, 0.113, 0.048),
        (0.688, 0.564, 0.108, 0.047),
        (0.622, 0.491, 0.103, 0.053),
        (0.616, 0.436, 0.082, 0.053),
        (0.663, 0.464, 0.095, 0.048),
    ],
    "initial bias": [
        (0.668, 0.409, 0.081, 0.049),
        (0.617, 0.473, 0.106, 0.051),
        (0.604, 0.445, 0.099, 0.052),
        (0.509, 0.436, 0.095, 0.061),
        (0.538, 0.418, 0.079, 0.056),
        (0.666, 0.573, 0.108, 0.049),
        (0.601, 0.482, 0.093, 0.051),
        (0.68, 0.609, 0.111, 0.048),
        (0.685, 0.545, 0.109, 0.048),
        (0.694, 0.473, 0.099, 0.046),
        (0.616, 0.473, 0.097, 0.053),
        (0.644, 0.482, 0.083, 0.05),
    ],
    "class weights": [
        (0.639, 0.864, 0.22, 0.096),
        (0.607, 0.964, 0.285, 0.13),
        (0.575, 0.891, 0.252, 0.114),
        (0.515, 0.836, 0.233, 0.111),
        (0.52, 0.836, 0.233, 0.104),
        (0.635, 0.864, 0.256, 0.113),
        (0.59, 0.918, 0.239, 0.102),
        (0.649, 0.918, 0.257, 0.12),
        (0.67, 0.927, 0.282, 0.131),
        (0.68, 0.936, 0.274, 0.129),
        (0.612, 0.845, 0.219, 0.088),
        (0.608, 0.855, 0.242, 0.112),
    ],
    "lower threshold": [
        (0.651, 0.845, 0.079, 0.051),
        (0.622, 0.945, 0.113, 0.052),
        (0.592, 0.918, 0.108, 0.053),
        (0.511, 0.845, 0.096, 0.06),
        (0.546, 0.827, 0.088, 0.056),
        (0.649, 0.864, 0.107, 0.051),
        (0.618, 0.891, 0.096, 0.05),
        (0.683, 0.909, 0.113, 0.048),
        (0.688, 0.918, 0.108, 0.047),
        (0.622, 0.9, 0.103, 0.053),
        (0.616, 0.8, 0.082, 0.053),
        (0.663, 0.891, 0.095, 0.048),
    ],
}

# The mean loss on emails that played no part, after 15 epochs or where the run stopped.
# Measured and printed by tools/claims/lesson_08.py.
_CURES: dict[str, list[float]] = {
    "large, 15 epochs": [0.306, 0.353, 0.304, 0.488, 0.459, 0.335, 0.35, 0.372, 0.597, 0.309, 0.334, 0.315],
    "stopped in time": [0.219, 0.248, 0.242, 0.264, 0.272, 0.222, 0.248, 0.22, 0.255, 0.224, 0.224, 0.216],
    "8 units": [0.21, 0.217, 0.232, 0.232, 0.275, 0.215, 0.219, 0.219, 0.272, 0.197, 0.211, 0.223],
    "L2 penalty": [0.203, 0.208, 0.238, 0.237, 0.241, 0.216, 0.216, 0.203, 0.243, 0.234, 0.225, 0.211],
    "dropout": [0.218, 0.305, 0.26, 0.385, 0.347, 0.252, 0.289, 0.26, 0.405, 0.248, 0.273, 0.251],
}

# Student's t for twelve runs: 95% of the mean.
_T = 2.201


def remedies_over_seeds() -> None:
    """Show what class weights, an initial bias and a lower threshold change, over twelve runs with intervals.

    Each run has a split and a start of its own. A dot is a run; the bar is the 95% interval of the mean.
    """
    panels = {
        quantity: {name: np.array(values)[:, place] for name, values in _REMEDIES.items()}
        for place, quantity in enumerate(_QUANTITIES)
    }
    alt = "Twelve runs of each remedy; mean and 95% interval. " + " ".join(
        f"{quantity}: {_said(runs)}." for quantity, runs in panels.items()
    )
    with style.shown_figure(10.4, 5.6, alt) as figure:
        grid = figure.subplots(2, 2, sharey=True)
        for axes, (quantity, runs) in zip(grid.flat, panels.items(), strict=True):
            _dots_and_means(axes, runs)
            axes.set_title(quantity)


def cures_over_seeds() -> None:
    """Show the loss that a network which overfits, and four cures, have on other emails, over twelve runs.

    Each run has a split and a start of its own. A dot is a run; the bar is the 95% interval of the mean.
    """
    alt = f"Loss on other emails in twelve runs; mean and 95% interval. {_said(_CURES)}."
    with style.shown_axes(8.4, 4.2, alt) as axes:
        _dots_and_means(axes, _CURES)
        axes.set_xlabel("Mean loss on emails that played no part")


def _interval(values: ArrayLike) -> tuple[float, float]:
    """Return the mean of twelve runs, and half of its 95% interval."""
    runs = np.asarray(values)
    return float(runs.mean()), float(_T * runs.std(ddof=1) / np.sqrt(runs.size))


def _said(runs: Mapping[str, ArrayLike]) -> str:
    found = {name: _interval(values) for name, values in runs.items()}
    return ", ".join(
        f"{name} {mean:.2f} ({mean - half:.2f} to {mean + half:.2f})" for name, (mean, half) in found.items()
    )


def _dots_and_means(axes: Axes, runs: Mapping[str, ArrayLike]) -> None:
    """Draw a row for each name: a dot for each run, and below them the mean with its interval."""
    for row, values in enumerate(runs.values()):
        axes.plot(
            values,
            np.full(np.size(values), row),
            "o",
            color=style.NEGATIVE,
            alpha=0.35,
            markersize=6,
            label="_runs",
        )
        mean, half = _interval(values)
        axes.errorbar(
            mean, row + 0.28, xerr=half, fmt="D", color=style.INK, capsize=5, markersize=6, label="_mean"
        )
    axes.set_yticks(range(len(runs)), list(runs))
    axes.set_ylim(len(runs) - 0.4, -0.6)
