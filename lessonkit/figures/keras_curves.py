"""How Keras counts scores in bins, and what its area then leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.figures import style
from lessonkit.metrics import ThresholdSweep

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

# What Keras puts below 0 and above 1, so that no score is outside.
_EPSILON = 1e-7

# With more bins in sight than this, their counts are not written, and their borders are hairlines.
_MOST_COUNTED = 12
_MOST_BOLD = 40

# Where two lines are compared: fine enough for steps of one positive in a thousand.
_GRID = np.linspace(0, 1, 2001)[1:]

_KERAS_LOOK: dict[str, Any] = {"color": style.POSITIVE, "linestyle": (0, (6, 2)), "clip_on": False}
_EXACT_LOOK: dict[str, Any] = {"color": style.NEGATIVE, "clip_on": False}


@dataclass(frozen=True)
class _Points:
    """The points of a curve from the highest threshold down: hits and flagged rows, beginning with none."""

    hits: Floats
    flagged: Floats

    @classmethod
    def above(cls, thresholds: Floats, y_true: NDArray[Any], scores: NDArray[Any]) -> _Points:
        """Count as Keras does: a score that equals a threshold is not flagged."""
        positive = np.sort(scores[y_true == 1])
        everything = np.sort(scores)
        falling = thresholds[::-1]
        hits, flagged = (
            rows.size - np.searchsorted(rows, falling, side="right") for rows in (positive, everything)
        )
        return cls(hits.astype(float), flagged.astype(float))

    @classmethod
    def of(cls, sweep: ThresholdSweep) -> _Points:
        hits = np.append(0.0, sweep.true_positives)
        return cls(hits, hits + np.append(0.0, sweep.false_positives))

    @property
    def area(self) -> float:
        """The area that Keras gives: between two points hits and flagged rows grow in proportion."""
        hits, flagged = self.hits, self.flagged
        new_hits, new_flags = np.diff(hits), np.diff(flagged)
        slope = np.divide(new_hits, new_flags, out=np.zeros_like(new_hits), where=new_flags > 0)
        ratio = np.divide(flagged[1:], flagged[:-1], out=np.ones_like(slope), where=flagged[:-1] > 0)
        pieces = slope * (new_hits + (hits[:-1] - slope * flagged[:-1]) * np.log(ratio))
        return float(pieces.sum() / hits[-1])

    @property
    def precision(self) -> Floats:
        """The precision at each point; 0 where nothing is flagged, as in Keras."""
        return np.divide(self.hits, self.flagged, out=np.zeros_like(self.hits), where=self.flagged > 0)

    @property
    def bounds(self) -> tuple[float, float]:
        """The areas that Keras calls minoring and majoring."""
        gains, ends = np.diff(self.hits) / self.hits[-1], (self.precision[:-1], self.precision[1:])
        return float(gains @ np.minimum(*ends)), float(gains @ np.maximum(*ends))

    def line(self, recall: Floats) -> Floats:
        """Return the precision of the line that joins the points, at recalls above 0."""
        wanted = recall * self.hits[-1]
        end = np.searchsorted(self.hits, wanted - 1e-9)
        start = end - 1
        share = (wanted - self.hits[start]) / (self.hits[end] - self.hits[start])
        precision: Floats = wanted / (self.flagged[start] + share * (self.flagged[end] - self.flagged[start]))
        return precision


@dataclass(frozen=True)
class _Binned:
    """Labels and scores, and the thresholds that Keras counts at."""

    y_true: NDArray[Any]
    scores: NDArray[Any]
    thresholds: Floats

    @classmethod
    def read(cls, y_true: ArrayLike, scores: ArrayLike, thresholds: int | Sequence[float]) -> _Binned:
        if isinstance(thresholds, int):
            inner: Floats = np.linspace(0, 1, thresholds)[1:-1]
        else:
            inner = np.unique(np.asarray(thresholds, dtype=float))
        return cls(
            np.asarray(y_true), np.asarray(scores), np.concatenate([[-_EPSILON], inner, [1 + _EPSILON]])
        )

    @property
    def points(self) -> _Points:
        return _Points.above(self.thresholds, self.y_true, self.scores)

    @property
    def borders(self) -> Floats:
        """The edges of the bins, from 0 to 1."""
        return np.clip(self.thresholds, 0, 1)

    @property
    def places(self) -> NDArray[np.intp]:
        """The number of each score's bin; on a border it is the bin below."""
        return np.searchsorted(self.thresholds, self.scores) - 1

    @property
    def bins(self) -> int:
        return self.thresholds.size - 1

    @property
    def used(self) -> int:
        return int(np.unique(self.places).size)

    @property
    def end(self) -> float:
        """How far right to draw: the border above the highest score, and a little more."""
        return float(min(self.borders[self.places.max() + 1] * 1.04, 1.0))


def keras_bins(
    y_true: ArrayLike,
    scores: ArrayLike,
    *,
    thresholds: int | Sequence[float] = 200,
    labels: tuple[str, str] = ("spam", "normal"),
) -> None:
    """Show scores with the borders of Keras's bins drawn in, as far as there are scores.

    While few bins are in sight, the counts of both classes are written below each.

    Parameters
    ----------
    y_true : array_like of 0 and 1, shape (n,)
    scores : array_like, shape (n,)
        From 0 to 1.
    thresholds : int or sequence of float
        As Keras's ``num_thresholds``, or its ``thresholds``.
    labels : (str, str)
        What the positives and the negatives are called.
    """
    binned = _Binned.read(y_true, scores, thresholds)
    hits, flags = (
        np.bincount(binned.places[chosen], minlength=binned.bins)
        for chosen in (binned.y_true == 1, np.full(binned.scores.shape, fill_value=True))
    )
    in_sight = int(binned.places.max()) + 1
    counted = in_sight <= _MOST_COUNTED
    alt = f"{binned.scores.size:,} scores in {binned.used} of the {binned.bins} bins of Keras"
    if counted:
        alt += f"; {labels[0]} and {labels[1]} in each, from the left: " + ", ".join(
            f"{hit} and {flag - hit}" for hit, flag in zip(hits[:in_sight], flags, strict=False)
        )
    with style.shown_axes(8.6, 3.2 if counted else 2.8, f"{alt}.") as axes:
        _draw_scores(axes, binned, labels)
        axes.set_title(f"{binned.scores.size:,} scores in {binned.used} of Keras's {binned.bins} bins")
        if counted:
            for place in range(in_sight):
                middle = (binned.borders[place] + binned.borders[place + 1]) / 2
                text = f"{hits[place]} + {flags[place] - hits[place]}"
                axes.text(middle, -1.32, text, ha="center", va="center", color=style.INK, weight="bold")
            axes.set_ylim(-1.6, 1.15)


def keras_area(
    y_true: ArrayLike,
    scores: ArrayLike,
    *,
    thresholds: int | Sequence[float] = 200,
    name: str = "",
    labels: tuple[str, str] = ("spam", "normal"),
) -> None:
    """Show the scores in Keras's bins, Keras's line over the exact curve, and where the areas differ.

    The exact curve joins all its points as Keras joins its few. The gap between the two lines, net, is what
    the bins cost; the rest of the distance to average precision is another definition of the area.

    Parameters
    ----------
    y_true, scores, thresholds, labels
        As for `keras_bins`.
    name : str
        What the scores are; begins the title.
    """
    binned = _Binned.read(y_true, scores, thresholds)
    sweep = ThresholdSweep(y_true, scores)
    points, exact = binned.points, _Points.of(sweep)
    keras, joined, steps = points.area, exact.area, sweep.average_precision
    parts = {"bins": joined - keras, "definition": steps - joined}
    distinct = np.unique(points.hits[points.flagged > 0] / points.hits[-1]).size
    alt = (
        f"{f'{name}: ' if name else ''}the scores are in {binned.used} of {binned.bins} bins. "
        f"Keras joins {distinct} different recalls to a line with area {keras:.3f}; the exact curve joined "
        f"in the same way has {joined:.3f}. Average precision {steps:.3f} = {keras:.3f} "
        f"{_signed(parts['bins'])} (bins) {_signed(parts['definition'])} (definition)."
    )
    with style.shown_figure(8.6, 8.6, alt) as figure:
        top, middle, bottom = figure.subplots(3, 1, height_ratios=[1.5, 4.4, 0.6])
        _draw_scores(top, binned, labels)
        title = f"{binned.used} of {binned.bins} bins in use"
        top.set_title(f"{name}: {title}" if name else title)
        _draw_gap(middle, points, exact)
        _draw_parts(bottom, keras, parts)


def keras_bounds(cases: Mapping[str, tuple[ArrayLike, ArrayLike]]) -> None:
    """Show for several score sets what Keras calls bounds of the area, its own area, and the exact one.

    Parameters
    ----------
    cases : mapping of str to (labels, scores)
        The rows of the figure, by name.
    """
    rows = {}
    for name, (y_true, scores) in cases.items():
        points = _Binned.read(y_true, scores, 200).points
        rows[name] = (*points.bounds, points.area, _Points.of(ThresholdSweep(y_true, scores)).area)
    alt = "Keras's minoring and majoring, its area, and the exact area. " + "; ".join(
        f"{name}: {low:.3f} to {high:.3f}, area {area:.3f}, exact {exact:.3f}"
        f"{'' if low <= exact <= high else ' (outside)'}"
        for name, (low, high, area, exact) in rows.items()
    )
    with style.shown_axes(8.6, 1.7 + 0.62 * len(rows), f"{alt}.") as axes:
        lows, highs, areas, exacts = np.array(list(rows.values())).T
        heights = np.arange(len(rows))[::-1]
        axes.hlines(
            heights, lows, highs, color=style.POSITIVE, linewidth=16, alpha=0.35, label="minoring to majoring"
        )
        axes.plot(areas, heights, "o", color=style.POSITIVE, markersize=5, label="Keras's area", zorder=3)
        axes.plot(
            exacts,
            heights,
            "D",
            color=style.NEGATIVE,
            markerfacecolor="none",
            markersize=9,
            markeredgewidth=2,
            label="exact area",
        )
        axes.set(
            yticks=heights,
            yticklabels=list(rows),
            xlabel="Area",
            xlim=(-0.02, 1),
            ylim=(-0.6, len(rows) - 0.4),
        )
        axes.grid(visible=False, axis="y")
        axes.set_title("Does the bar hold the exact area?")
        axes.legend(loc="upper right", bbox_to_anchor=(1.0, 1.0))


def epochs_kept(history: Mapping[str, Sequence[float]], *, patience: int) -> None:
    """Show values of a training run by epoch, and which epoch stopping by each of them keeps.

    Higher is better. Stopping waits for *patience* epochs without a new best value, as Keras's
    ``EarlyStopping`` with ``mode="max"``.

    Parameters
    ----------
    history : mapping of str to sequence of float
        What to draw: one value per epoch, by name. At most two lines.
    patience : int
        Epochs to wait.
    """
    kept = {name: best_before_stop(values, patience) for name, values in history.items()}
    alt = f"Values by epoch, and the epoch that stopping with patience {patience} keeps. " + "; ".join(
        f"{name}: {values[0]:.2f} to {values[-1]:.2f}, "
        f"keeps epoch {kept[name]} with {values[kept[name] - 1]:.2f}"
        for name, values in history.items()
    )
    looks = ({**_KERAS_LOOK, "marker": "o"}, {**_EXACT_LOOK, "marker": "D", "markerfacecolor": style.CARD})
    with style.shown_axes(8.0, 4.8, f"{alt}.") as axes:
        for (name, values), look in zip(history.items(), looks, strict=False):
            epochs = np.arange(1, len(values) + 1)
            axes.plot(epochs, values, label=f"{name}: keeps epoch {kept[name]}", **look)
            best = kept[name]
            axes.plot(
                best,
                values[best - 1],
                "o",
                markersize=20,
                markerfacecolor="none",
                markeredgecolor=look["color"],
                markeredgewidth=2,
                label="_kept",
                clip_on=False,
            )
        axes.locator_params(axis="x", integer=True)
        axes.set(xlabel="Epoch", ylabel="Area", ylim=(0, None))
        axes.set_title("Which epoch is kept?")
        style.legend_below(axes)


def best_before_stop(values: Sequence[float], patience: int) -> int:
    """Return the epoch, from 1, that early stopping with a patience keeps."""
    best = 0
    for epoch, value in enumerate(values):
        if value > values[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best + 1


def _draw_scores(axes: Axes, binned: _Binned, labels: tuple[str, str]) -> None:
    """Draw each score as a stroke, positives upward and negatives downward, and the borders of the bins."""
    borders = binned.borders[binned.borders <= binned.end]
    bold = borders.size <= _MOST_BOLD
    few = binned.scores.size <= _MOST_BOLD
    for chosen, label, color, end in (
        (binned.y_true == 1, labels[0], style.POSITIVE, 0.85),
        (binned.y_true == 0, labels[1], style.NEGATIVE, -0.85),
    ):
        axes.vlines(
            binned.scores[chosen],
            0,
            end,
            color=color,
            linewidth=3 if few else 1,
            alpha=1 if few else 0.5,
            label=label,
        )
    axes.vlines(
        borders,
        -1.1,
        1.1,
        color=style.INK,
        linewidth=1.6 if bold else 0.35,
        alpha=1 if bold else 0.7,
        label="borders",
    )
    axes.axhline(0, color=style.MUTED, linewidth=1)
    axes.set(xlim=(0, binned.end), ylim=(-1.15, 1.15), yticks=[0.5, -0.5], yticklabels=labels, xlabel="Score")
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False)


def _draw_gap(axes: Axes, points: _Points, exact: _Points) -> None:
    keras_line, exact_line = points.line(_GRID), exact.line(_GRID)
    for where, hatch, label in (
        (exact_line >= keras_line, "", "_lost"),
        (exact_line < keras_line, "////", "_added"),
    ):
        axes.fill_between(
            _GRID,
            keras_line,
            exact_line,
            where=where,
            facecolor=style.PALE,
            edgecolor=style.RECALL if hatch else "none",
            linewidth=0,
            hatch=hatch or None,
            label=label,
        )
    axes.plot(_GRID, exact_line, label=f"exact curve: {exact.area:.3f}", **_EXACT_LOOK)
    axes.plot(_GRID, keras_line, label=f"Keras's line: {points.area:.3f}", **_KERAS_LOOK)
    inside = (points.hits > 0) & (np.diff(points.hits, prepend=-1) > 0)
    corners = np.column_stack([points.hits[inside] / points.hits[-1], points.precision[inside]])
    if len(corners) <= _MOST_COUNTED:
        axes.plot(*corners.T, "o", color=style.POSITIVE, label="_corners", clip_on=False, zorder=4)
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="Recall", ylabel="Precision")
    axes.legend(loc="upper right")


def _draw_parts(axes: Axes, keras: float, parts: dict[str, float]) -> None:
    looks = {"Keras": (style.POSITIVE, ""), "bins": (style.PALE, ""), "definition": (style.INK, "")}
    start = 0.0
    for name, width in {"Keras": keras, **parts}.items():
        color, hatch = looks[name]
        text = f"Keras {width:.3f}" if name == "Keras" else f"{name} {_signed(width)}"
        axes.barh(
            0, width, left=start, color=color, hatch=hatch, edgecolor=style.INK, linewidth=1, label=text
        )
        start += width
    axes.set(
        xlim=(0, max(1.0, start)),
        yticks=[],
        xlabel="Area",
        title=f"Average precision {start:.3f} is the sum of:",
    )
    axes.grid(visible=False)
    axes.title.set_fontsize(12)
    axes.legend(
        loc="center right", ncols=1, fontsize=11, handlelength=1.2, borderaxespad=0.1, labelspacing=0.1
    )


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")
