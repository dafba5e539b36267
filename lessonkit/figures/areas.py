"""Areas under a precision–recall curve: what joins its points, what counts as good, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.figures import style
from lessonkit.figures.lines import draw_curve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from lessonkit.metrics import Interval, ThresholdSweep

    Floats = NDArray[np.float64]

_STEPS, _LINES, _PROPORTION = "steps", "straight lines", "Davis–Goadrich"
_LOOKS: dict[str, dict[str, Any]] = {
    _STEPS: {"color": style.NEGATIVE, "linestyle": "solid"},
    _LINES: {"color": style.POSITIVE, "linestyle": (0, (5, 1.5))},
    _PROPORTION: {"color": style.PRECISION, "linestyle": (0, (1, 1))},
}
_DENSE = 101


def precision_recall_areas(sweep: ThresholdSweep) -> None:
    """Show three ways to join the points of a precision–recall curve, with the area under each.

    Steps: average precision. Straight lines: the trapezoid rule, from recall 0 and precision 1 on, as
    scikit-learn stores the curve. Davis–Goadrich: equal scores are flagged one by one, in random order.

    Parameters
    ----------
    sweep : ThresholdSweep
        One with few points: with many, the three lines cover each other.
    """
    areas = {
        _LINES: float(
            np.trapezoid(np.append(1, sweep.precision), np.append(0, sweep.recall)),
        ),
        _PROPORTION: sweep.davis_goadrich_area,
        _STEPS: sweep.average_precision,
    }
    said = ", ".join(f"{name} {area:.3f}" for name, area in areas.items())
    points = style.count(sweep.thresholds.size)
    alt = f"Three ways to join the {points} points of a curve, and the areas: {said}."
    straight = (np.append(0, sweep.recall), np.append(1, sweep.precision))
    proportional = _in_proportion(
        np.append(0, sweep.true_positives), np.append(0, sweep.true_positives + sweep.false_positives)
    )
    with style.shown_axes(7.2, 5.8, alt) as axes:
        for name, (recall, precision) in (
            (_LINES, straight),
            (_PROPORTION, (proportional[0] / sweep.positives, proportional[1])),
        ):
            axes.plot(recall, precision, label=f"{name}: {areas[name]:.3f}", clip_on=False, **_LOOKS[name])
        draw_curve(axes, sweep)
        axes.lines[-1].set_label(f"{_STEPS}: {areas[_STEPS]:.3f}")
        axes.plot(
            sweep.recall, sweep.precision, "o", color=style.INK, label="_points", clip_on=False, zorder=5
        )
        axes.set_title("Three lines through the same points")
        style.legend_below(axes)


def precision_recall_gaps(*gaps: tuple[ThresholdSweep, str, tuple[int, int]]) -> None:
    """Show a piece of one or more curves, magnified: where steps, straight lines and Davis–Goadrich run.

    Each panel names the mean height of the three lines over its piece.

    Parameters
    ----------
    *gaps : (ThresholdSweep, title, (first, last))
        The piece goes from the last point with at most `first` positives found to the first point with at
        least `last` of them.

    Raises
    ------
    ValueError
        A piece gains no recall.
    """
    pieces = [(title, _Piece.of(*gap)) for gap, title in (((g[0], g[2]), g[1]) for g in gaps)]
    alt = " ".join(
        f"{title}, from recall {piece.recall[0]:.2f} to {piece.recall[-1]:.2f}, mean height: "
        + ", ".join(f"{name} {height:.3f}" for name, height in piece.heights.items())
        + "."
        for title, piece in pieces
    )
    width = min(3.4 * len(pieces) + 0.2, 10.4) if len(pieces) > 1 else 5.6
    with style.shown_figure(width, 5.0, f"Pieces of a curve, magnified. {alt}") as figure:
        for place, (axes, (title, piece)) in enumerate(
            zip(figure.subplots(1, len(pieces), squeeze=False)[0], pieces, strict=True)
        ):
            piece.draw(axes)
            axes.set_title(title)
            axes.set_xlabel("Recall")
            if place == 0:
                axes.set_ylabel("Precision")


def average_precision_scale(prevalences: Sequence[float], *, area: float) -> None:
    """Show what an average precision means at several prevalences: the worst order, no skill, perfect.

    Parameters
    ----------
    prevalences : sequence of float
        Between 0 and 1. The worst order is that of many rows.
    area : float
        A value to mark on each scale.
    """
    lowest = [1 + (1 - each) * np.log1p(-each) / each for each in prevalences]
    alt = f"Scales of average precision, with {area:g} marked. " + " ".join(
        f"Prevalence {each:.1%}: worst order {low:.3f}, no skill {each:.3f}, perfect 1."
        for each, low in zip(prevalences, lowest, strict=True)
    )
    with style.shown_axes(8.0, 1.7 + 0.95 * len(prevalences), alt) as axes:
        for row, (each, low) in enumerate(zip(prevalences, lowest, strict=True)):
            axes.barh(
                row, each - low, left=low, height=0.34, color=style.PALE, edgecolor=style.MUTED, hatch="//"
            )
            axes.barh(row, 1 - each, left=each, height=0.34, color=style.TINT, edgecolor=style.NEGATIVE)
            axes.plot([each] * 2, [row - 0.28, row + 0.28], color=style.INK, linewidth=4, label="no skill")
            axes.annotate(
                f"no skill {each:.2f}",
                (each, row - 0.28),
                xytext=(2, 3),
                textcoords="offset points",
                ha="right" if each > 0.1 else "left",  # noqa: PLR2004  (else it would leave the figure)
                va="bottom",
                path_effects=style.outlined(),
            )
        axes.axvline(area, **style.DOTTED | {"color": style.POSITIVE, "label": "area", "zorder": 2.5})
        axes.set_yticks(range(len(prevalences)), [f"{each:.1%} positive" for each in prevalences])
        axes.set(xlim=(0, 1), ylim=(len(prevalences) - 0.5, -0.75), xlabel="Average precision")
        axes.grid(visible=False, axis="y")
        axes.set_title(f"The same {area:g} on {len(prevalences)} scales")


def intervals_and_truth(groups: Mapping[str, Sequence[Interval]], truth: float, *, name: str) -> None:
    """Show the intervals of many test sets, and which of them miss a truth that is known.

    Parameters
    ----------
    groups : mapping of title to intervals
        One panel for each group.
    truth : float
        The value for the population from which the test sets were drawn.
    name : str
        What is measured.
    """
    said = []
    for title, intervals in groups.items():
        missed = sum(not _holds(each, truth) for each in intervals)
        mean = np.mean([each.estimate for each in intervals])
        said.append(f"{title}: {missed} of {len(intervals)} intervals miss the truth, mean {mean:.2f}.")
    alt = f"Intervals of {name} and the truth, {truth:.2f}. {' '.join(said)}"
    with style.shown_figure(4.6 * len(groups) + 0.6, 5.6, alt) as figure:
        panels = figure.subplots(1, len(groups), squeeze=False, sharex=True, sharey=True)[0]
        for axes, (title, intervals) in zip(panels, groups.items(), strict=True):
            for row, each in enumerate(intervals):
                inside = _holds(each, truth)
                color = style.NEGATIVE if inside else style.POSITIVE
                axes.plot(
                    [each.low, each.high],
                    [row, row],
                    color=color,
                    linewidth=3,
                    linestyle="solid" if inside else (0, (2, 1)),
                    label="holds" if inside else "misses",
                )
                axes.plot(
                    each.estimate,
                    row,
                    "o" if inside else "X",
                    color=color,
                    markersize=6 if inside else 9,
                    label="_estimate",
                    zorder=4,
                )
            axes.axvline(truth, color=style.INK, linewidth=2, label="truth", zorder=1)
            axes.set(xlim=(0, 1.02), xlabel=name[:1].upper() + name[1:])
            axes.set_yticks([])
            axes.set_title(title)


def _holds(interval: Interval, truth: float) -> bool:
    return bool(interval.low <= truth <= interval.high)


def _in_proportion(hits: NDArray[Any], flagged: NDArray[Any]) -> tuple[Floats, Floats]:
    """Return hits and precision while the rows of each tie join in random order.

    Hits and flagged rows then grow in proportion between two points.
    """
    share = np.linspace(0, 1, _DENSE)
    found, alarms = (
        (counts[:-1, None] + np.diff(counts)[:, None] * share).ravel() for counts in (hits, flagged)
    )
    grown = alarms > 0
    return found[grown], found[grown] / alarms[grown]


@dataclass(frozen=True)
class _Piece:
    """Some neighboring points of a curve, and the three lines through them."""

    recall: Floats
    precision: Floats
    between: tuple[Floats, Floats]
    heights: dict[str, float]

    @classmethod
    def of(cls, sweep: ThresholdSweep, found: tuple[int, int]) -> _Piece:
        begin = int(np.searchsorted(sweep.true_positives, found[0], side="right")) - 1
        end = int(np.searchsorted(sweep.true_positives, found[1]))
        if begin < 0 or end >= sweep.recall.size or sweep.recall[end] <= sweep.recall[begin]:
            raise ValueError(f"found={found}: give two counts of positives that the curve goes through.")
        part = slice(begin, end + 1)
        recall, precision = sweep.recall[part], sweep.precision[part]
        hits, smooth = _in_proportion(
            sweep.true_positives[part], (sweep.true_positives + sweep.false_positives)[part]
        )
        grown = hits / sweep.positives
        width = recall[-1] - recall[0]
        heights = {
            _STEPS: float(np.sum(np.diff(recall) * precision[1:]) / width),
            _LINES: float(np.trapezoid(precision, recall) / width),
            _PROPORTION: float(np.trapezoid(smooth, grown) / width),
        }
        return cls(recall, precision, (grown, smooth), heights)

    def draw(self, axes: Axes) -> None:
        paths = {_LINES: (self.recall, self.precision), _PROPORTION: self.between}
        for name, path in paths.items():
            axes.plot(*path, label=f"{name}: {self.heights[name]:.3f}", **_LOOKS[name])
        axes.plot(
            self.recall,
            self.precision,
            drawstyle="steps-pre",
            label=f"{_STEPS}: {self.heights[_STEPS]:.3f}",
            **_LOOKS[_STEPS],
        )
        axes.plot(self.recall, self.precision, "o", color=style.INK, label="_points", zorder=5)
        axes.margins(0.08)
        axes.locator_params(nbins=4)
        axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.16), handlelength=1.5)
