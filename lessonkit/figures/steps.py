"""How a precision–recall curve is made of single points: its steps, and the area under them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.figures import style
from lessonkit.figures.lines import draw_curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from lessonkit.metrics import ThresholdSweep

# More numbers than this run into each other.
_MOST_NUMBERED = 20
_MOST_RECTANGLES = 12

# In a rectangle with less width the text is turned.
_NARROW = 0.2


def precision_recall_steps(sweep: ThresholdSweep, *, first: int = 15) -> None:
    """Show how the curve starts: one step for each of the highest scores.

    A hit moves the point to the right and, below 1, up; a false alarm moves it straight down.
    Rows with the same score make one step together. Up to 20 steps are numbered, by falling score.

    Parameters
    ----------
    sweep : ThresholdSweep
    first : int
        How many steps to draw, at least 1.

    Raises
    ------
    ValueError
        `first` is less than 1.
    """
    if first < 1:
        raise ValueError(f"first={first}: draw at least 1 step.")
    kinds = _step_kinds(sweep)[:first]
    last = len(kinds) - 1
    hits: NDArray[np.float64] = np.diff(sweep.true_positives, prepend=0)
    signs = {"hit": "+", "false alarm": "−", "tie": "±"}
    marks = [
        signs[kind] * (2 if kind == "hit" and each > 1 else 1)
        for kind, each in zip(kinds, hits, strict=False)
    ]
    alt = (
        f"The first {len(kinds)} steps of the precision–recall curve, by falling score "
        "(+ hit, ++ several hits at one score, − false alarm, ± hit and false alarm at one score): "
        f"{' '.join(marks)}. "
        f"They end at recall {sweep.recall[last]:.3f}, precision {sweep.precision[last]:.3f}."
    )
    with style.shown_figure(8.0, 6.0, alt) as figure:
        _draw_steps(figure.subplots(), sweep, kinds)


def average_precision_rectangles(sweep: ThresholdSweep) -> None:
    """Show average precision as the area of rectangles: gain in recall times precision.

    Each threshold that gains recall has one rectangle, with its width and height written in it while there
    are at most 12.

    Parameters
    ----------
    sweep : ThresholdSweep
        One with few points: with many, the rectangles are as thin as the line.
    """
    gains: NDArray[np.float64] = np.diff(sweep.recall, prepend=0.0)
    pieces = [
        f"{gain:.2f} × {height:.2f}" for gain, height in zip(gains, sweep.precision, strict=True) if gain > 0
    ]
    alt = f"Average precision {sweep.average_precision:.3f} as the area of {len(pieces)} rectangles"
    if len(pieces) <= _MOST_RECTANGLES:
        alt += f", gain in recall × precision, from left to right: {', '.join(pieces)}"
    with style.shown_axes(7.6, 5.4, f"{alt}.") as axes:
        _draw_rectangles(axes, sweep, gains)
        axes.set_title(f"Shaded area: average precision {sweep.average_precision:.3f}")


def _step_kinds(sweep: ThresholdSweep) -> list[str]:
    """Say of each step what joined the flagged mails: hits, false alarms or, at the same score, both."""
    hits: NDArray[np.bool_] = np.diff(sweep.true_positives, prepend=0) > 0
    alarms: NDArray[np.bool_] = np.diff(sweep.false_positives, prepend=0) > 0
    return [
        "tie" if hit and alarm else "hit" if hit else "false alarm"
        for hit, alarm in zip(hits, alarms, strict=True)
    ]


def _draw_steps(axes: Axes, sweep: ThresholdSweep, kinds: list[str]) -> None:
    recall, precision = sweep.recall[: len(kinds)], sweep.precision[: len(kinds)]
    # As every precision–recall curve of the course: a step lies before its point.
    axes.plot(
        np.concatenate([[0.0], recall]),
        np.concatenate([precision[:1], precision]),
        drawstyle="steps-pre",
        color="#B9BDC2",  # pale and below the marks: they are the points
        linewidth=1.4,
        label="_path",
        zorder=2,
    )
    looks: dict[str, tuple[str, dict[str, Any]]] = {
        "hit": ("hit: right, and up if it can", {"marker": "^", "color": style.POSITIVE}),
        "false alarm": (
            "false alarm: straight down",
            {"marker": "v", "color": style.NEGATIVE, "markerfacecolor": style.CARD},
        ),
        "tie": ("tie of both", {"marker": "D", "color": style.RECALL}),
    }
    for kind, (label, look) in looks.items():
        chosen = np.array([each == kind for each in kinds])
        if chosen.any():
            axes.plot(
                recall[chosen],
                precision[chosen],
                linestyle="none",
                markersize=10,
                markeredgewidth=2,
                label=label,
                zorder=3,
                **look,
            )
    if len(kinds) <= _MOST_NUMBERED:
        for number, kind in enumerate(kinds, start=1):
            point = (recall[number - 1], precision[number - 1])
            _number_step(axes, number, point, falling=kind == "false alarm")
    axes.set(xlabel="Recall", ylabel="Precision", title=f"The first {len(kinds)} steps of the curve")
    axes.set_xlim(0, min(float(recall.max()) * 1.08, 1.04) or 1)
    axes.set_ylim(0, 1.12)
    axes.set_yticks(np.linspace(0, 1, 6))
    style.legend_below(axes)


def _draw_rectangles(axes: Axes, sweep: ThresholdSweep, gains: NDArray[np.float64]) -> None:
    some = gains > 0
    widths, heights, lefts = gains[some], sweep.precision[some], (sweep.recall - gains)[some]
    bars = axes.bar(
        lefts, heights, width=widths, align="edge", color=style.TINT, edgecolor=style.NEGATIVE, linewidth=1
    )
    for bar in bars[1::2]:
        bar.set(facecolor=style.PALE, hatch="//")
    draw_curve(axes, sweep)
    if some.sum() <= _MOST_RECTANGLES:
        for left, width, height in zip(lefts, widths, heights, strict=True):
            axes.text(
                left + width / 2,
                height / 2,
                f"{width:.2f} × {height:.2f}",
                rotation=90 if width < _NARROW else 0,
                ha="center",
                va="center",
                path_effects=style.outlined(),
            )
    axes.set_xlabel("Recall (width: gain in recall)")
    axes.set_ylabel("Precision (height)")


def _number_step(axes: Axes, number: int, point: tuple[float, float], *, falling: bool) -> None:
    """Write the number where the path does not pass: above a rise, on the left of a fall."""
    beside = 11 if point[0] == 0 else -11
    axes.annotate(
        str(number),
        point,
        xytext=(beside, 0) if falling else (0, 9),
        textcoords="offset points",
        ha="center" if not falling else "left" if beside > 0 else "right",
        va="center" if falling else "bottom",
        path_effects=style.outlined(),
        zorder=4,
    )
