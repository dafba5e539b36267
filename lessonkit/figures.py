"""Every figure of the course, in one style.

Each function draws a figure of its own, shows it and returns None. What it shows
is also said in one sentence: the image's alternative text, and its plain text
where images are not shown. Color never stands alone: hatches, line styles,
markers and words say the same.
"""

from __future__ import annotations

import base64
import io
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from IPython.display import display

from lessonkit.metrics import MetricsError, ThresholdSweep, bootstrap_band, bootstrap_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

    from lessonkit.metrics import Confusion

__all__ = [
    "confusion_matrix",
    "cost_by_threshold",
    "curves_by_group",
    "precision_recall_areas",
    "precision_recall_band",
    "precision_recall_by_threshold",
    "precision_recall_curve",
    "precision_recall_steps",
    "reliability",
    "roc_curve",
    "score_histogram",
    "threshold_at",
    "training_history",
]

# Near the hues of Okabe and Ito (2008), but dark enough for text (contrast 4.5 : 1 on the card).
INK = "#1F2328"
MUTED = "#5A5F66"
CARD = "#FCFCFA"
POSITIVE = "#B84A00"
NEGATIVE = "#0072B2"
PRECISION = "#007A40"
RECALL = "#7A3FB0"
_RIGHT_TINT = "#D5E8F5"
_WRONG_TINT = "#FBE3D0"

# One inch is 100 pixels on the page, so 12 points are 17 pixels; drawn twice as fine for dense screens.
_PAGE_DPI = 100
_PIXEL_RATIO = 2

# Colors kept in a stored image, besides transparent.
_PALETTE = 255

# Whose rows, the prefix of Keras's key, and the look.
_WHO = {"training": "", "validation": "val_"}
_WHO_LOOKS: dict[str, dict[str, Any]] = {
    "training": {"color": NEGATIVE},
    "validation": {"color": POSITIVE, "linestyle": (0, (5, 1.5)), "marker": "o", "markersize": 5},
}

# What a curve's area is called, and how it is read.
_AREAS: dict[str, tuple[str, Callable[[ThresholdSweep], float]]] = {
    "pr": ("average precision", lambda sweep: sweep.average_precision),
    "roc": ("ROC area", lambda sweep: sweep.roc_auc),
}

# More numbers than this run into each other.
_MOST_NUMBERED = 20

# More panels than this, side by side, are too small to read.
_MOST_PANELS = 4
_MOST_GROUPS = 12

# The first curve of a figure, and the one it is compared with.
_CURVES: tuple[dict[str, Any], dict[str, Any]] = (
    {"color": NEGATIVE, "linestyle": "solid", "label": "curve", "clip_on": False},
    {"color": RECALL, "linestyle": (0, (5, 1.5)), "label": "compared", "clip_on": False},
)
_UNNAMED = "this model"
_DOTTED: dict[str, Any] = {"color": MUTED, "linewidth": 2, "linestyle": (0, (1, 1.5)), "label": "baseline"}

# Up to three models in one figure: color, line and marker each tell them apart.
_COMPARED: tuple[dict[str, Any], ...] = (
    {"color": NEGATIVE, "linestyle": "solid", "marker": "o"},
    {"color": RECALL, "linestyle": (0, (5, 1.5)), "marker": "s"},
    {"color": POSITIVE, "linestyle": (0, (1, 1)), "marker": "^"},
)

_STYLE: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],  # shipped with matplotlib: the same pixels everywhere
    "font.size": 12,
    "axes.titlesize": 14,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.labelsize": 13,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 1.2,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E3E3DE",
    "grid.linewidth": 1.0,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "lines.linewidth": 2.4,
    "lines.markersize": 9,
    "hatch.linewidth": 1.0,
    "legend.frameon": False,
    "legend.fontsize": 12,
}


@dataclass(frozen=True)
class _Picture:
    """A finished figure as the notebook shows it: an opaque card, the same in light and dark themes."""

    figure: Figure
    alt: str

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, dict[str, object]]]:
        file = io.BytesIO()
        self.figure.savefig(
            file,
            format="png",
            dpi=_PAGE_DPI * _PIXEL_RATIO,
            transparent=True,  # only outside the card's round corners
            metadata={"Software": None},  # a new matplotlib alone must not change a stored notebook
        )
        width, height = (round(inches * _PAGE_DPI) for inches in self.figure.get_size_inches())
        return (
            {"image/png": base64.b64encode(_compressed(file)).decode("ascii"), "text/plain": self.alt},
            {"image/png": {"alt": self.alt, "width": width, "height": height}},
        )


def _compressed(file: io.BytesIO) -> bytes:
    """Return a PNG with a palette: a figure has few colors, so this takes a third of the bytes."""
    from PIL import Image

    with Image.open(file) as image:
        opaque = image.getchannel("A").point(lambda alpha: 255 if alpha > 127 else 0)  # noqa: PLR2004
        flat = Image.new("RGB", image.size, CARD)
        flat.paste(image, mask=image.getchannel("A"))
    # Median cut keeps the flat colors of the style to the letter; an octree shifts them.
    flat = flat.quantize(_PALETTE, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette = flat.getpalette() or []
    clear = len(palette) // 3
    flat.putpalette([*palette, 0, 0, 0])
    flat.paste(clear, mask=opaque.point(lambda alpha: 255 - alpha))
    png = io.BytesIO()
    flat.save(png, format="png", optimize=True, transparency=clear)
    return png.getvalue()


@contextmanager
def _shown_figure(width: float, height: float, alt: str) -> Iterator[Figure]:
    """Open a figure in the course's style; show it once when the block ends.

    pyplot is left alone: nothing of the learner's own figures is touched, and no figure stays open.
    """
    from matplotlib import style
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine
    from matplotlib.patches import FancyBboxPatch

    with style.context(["default", _STYLE]):
        layout = ConstrainedLayoutEngine(w_pad=0.18, h_pad=0.18, wspace=0.06, hspace=0.06)
        figure = Figure(figsize=(width, height), layout=layout)
        figure.add_artist(
            FancyBboxPatch(
                (0, 0),
                1,
                1,
                boxstyle="round,pad=0,rounding_size=0.02",
                mutation_aspect=width / height,
                transform=figure.transFigure,
                facecolor=CARD,
                edgecolor="none",
                zorder=-1,
            )
        )
        yield figure
        display(_Picture(figure, alt))  # type: ignore[no-untyped-call]


def confusion_matrix(confusion: Confusion, *, labels: tuple[str, str] = ("spam", "normal mail")) -> None:
    """Show the four counts as a 2 × 2 table, in scikit-learn's order.

    Rows are the actual classes, columns the predicted ones, the negative class first:
    ``[[TN, FP], [FN, TP]]``. Right decisions are blue, wrong ones orange and hatched.
    The totals of rows and columns stand beside the table.

    Parameters
    ----------
    confusion : Confusion
    labels : (positive, negative)
        The names of the two classes.
    """
    positive, negative = labels
    alt = (
        f"Confusion matrix. Actual {positive}: {_count(confusion.true_positives)} predicted {positive} (TP), "
        f"{_count(confusion.false_negatives)} predicted {negative} (FN). "
        f"Actual {negative}: {_count(confusion.false_positives)} predicted {positive} (FP), "
        f"{_count(confusion.true_negatives)} predicted {negative} (TN)."
    )
    with _shown_figure(6.6, 5.0, alt) as figure:
        _draw_confusion_matrix(figure.subplots(), confusion, labels)


def score_histogram(
    y_true: ArrayLike,
    scores: ArrayLike,
    *,
    threshold: float | None = None,
    log_counts: bool = False,
    labels: tuple[str, str] = ("spam", "normal mail"),
) -> None:
    """Show how the scores of the two classes are spread, in 20 bins of equal width.

    Parameters
    ----------
    y_true : array_like of 0 and 1, shape (n,)
    scores : array_like, shape (n,)
    threshold : float, optional
        Marked by a vertical line; what lies on it or to its right is flagged.
    log_counts : bool
        Count on a logarithmic axis, where a rare class stays visible beside a frequent one.
    labels : (positive, negative)
        The names of the two classes.

    Raises
    ------
    MetricsError
        The labels or scores are not usable; the message names the value and its place.
    """
    sweep = ThresholdSweep(y_true, scores)
    alt = (
        f"Histogram of the scores of {_count(sweep.positives)} {labels[0]} and "
        f"{_count(sweep.negatives)} {labels[1]}, from {sweep.thresholds[-1]:.3g} to {sweep.thresholds[0]:.3g}"
        f"{', counts on a logarithmic axis' if log_counts else ''}."
    )
    if threshold is not None:
        at = sweep.at(threshold)
        alt += (
            f" At or above the threshold {threshold:.4g}: {_count(at.true_positives)} {labels[0]}, "
            f"{_count(at.false_positives)} {labels[1]}."
        )
    with _shown_figure(8.0, 4.6, alt) as figure:
        _draw_score_histogram(figure.subplots(), sweep, threshold, log_counts=log_counts, labels=labels)


def precision_recall_by_threshold(sweep: ThresholdSweep, *, threshold: float | None = None) -> None:
    """Show precision and recall against the threshold, as the steps they are.

    Parameters
    ----------
    sweep : ThresholdSweep
    threshold : float, optional
        Marked by a vertical line, with both values.
    """
    alt = (
        "Precision and recall against the threshold. Recall falls from 1 as the threshold rises; "
        f"precision starts at the prevalence, {sweep.prevalence:.3f}, and moves up and down."
    )
    if threshold is not None:
        alt += f" {_reading(sweep.at(threshold), threshold)}"
    with _shown_figure(8.0, 4.8, alt) as figure:
        _draw_by_threshold(figure.subplots(), sweep, threshold)


def precision_recall_curve(
    sweep: ThresholdSweep,
    *,
    name: str | None = None,
    points: Sequence[float] = (),
    baseline: bool = True,
    iso_f1: bool = False,
    compare: tuple[ThresholdSweep, str] | None = None,
) -> None:
    """Show precision against recall, with the steps whose area is average precision.

    Parameters
    ----------
    sweep : ThresholdSweep
    name : str, optional
        What the curve belongs to; part of the title.
    points : sequence of float
        Thresholds to mark on the curve, as "≥ 0.5". One that flags nothing has no point there.
    baseline : bool
        Draw the prevalence, the precision of flagging at random.
    iso_f1 : bool
        Draw the lines on which F1 is 0.2, 0.4, 0.6 and 0.8.
    compare : (ThresholdSweep, name), optional
        A second curve, dashed, with its name.
    """
    alt = (
        f"Precision–recall curve{f' of {name}' if name else ''}: "
        f"average precision {sweep.average_precision:.3f}, prevalence {sweep.prevalence:.3f}. "
        f"It ends at recall 1, precision {sweep.precision[-1]:.3f}."
    )
    if compare:
        other, other_name = compare
        alt += (
            f" Beside it {other_name}: average precision {other.average_precision:.3f}, "
            f"prevalence {other.prevalence:.3f}."
        )
    alt = " ".join([alt, *(_reading(sweep.at(point), point) for point in points)])
    with _shown_figure(7.2, 5.6, alt) as figure:
        axes = figure.subplots()
        if iso_f1:
            _draw_iso_f1(axes)
        if compare is None:
            if baseline:
                _draw_baseline(axes, sweep.prevalence)
            axes.set_title(_titled(name, f"average precision {sweep.average_precision:.3f}"))
        _draw_curve(axes, sweep)
        if compare:
            _draw_curve(axes, other, _CURVES[1])
            if baseline:
                for each, look in zip((sweep, other), _CURVES, strict=True):
                    axes.axhline(each.prevalence, **_DOTTED | {"color": look["color"]})
            axes.set_title("Average precision")
            _name_curves(
                axes,
                *(
                    f"{each_name}: {each.average_precision:.3f} (prevalence {each.prevalence:.3f})"
                    for each, each_name in ((sweep, name or _UNNAMED), compare)
                ),
            )
        for point in points:
            _mark_point(axes, sweep.at(point), point)


def precision_recall_band(
    y_true: ArrayLike,
    scores: ArrayLike,
    *,
    name: str | None = None,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> None:
    """Show the precision–recall curve in its bootstrap band, and the interval of average precision.

    The band holds at each recall by itself. It tells the noise of these rows, not that of training.

    Parameters
    ----------
    y_true : array_like of 0 and 1, shape (n,)
    scores : array_like, shape (n,)
    name : str, optional
        What the curve belongs to; part of the title.
    level, resamples, seed
        As for `lessonkit.metrics.bootstrap_band`.

    Raises
    ------
    MetricsError
        The labels, scores or an argument are not usable; the message names the value and its place.
    """
    sweep = ThresholdSweep(y_true, scores)
    drawing: dict[str, Any] = {"level": level, "resamples": resamples, "seed": seed}
    band = bootstrap_band(y_true, scores, **drawing)
    area = bootstrap_interval(y_true, scores, "average_precision", **drawing)
    places = [int(np.abs(band.recall - recall).argmin()) for recall in (0.2, 0.5, 0.8)]
    ranges = "; ".join(
        f"at recall {band.recall[place]:.1f} {band.low[place]:.3f} to {band.high[place]:.3f}"
        for place in places
    )
    title = f"average precision {area.estimate:.3f} [{area.low:.3f}, {area.high:.3f}]"
    alt = (
        f"Precision–recall curve{f' of {name}' if name else ''} in its {level:.0%} bootstrap band: {title}, "
        f"from {_count(sweep.positives)} positives in {_count(sweep.positives + sweep.negatives)} rows. "
        f"Precision {ranges}."
    )
    with _shown_figure(7.2, 5.6, alt) as figure:
        axes = figure.subplots()
        axes.fill_between(
            band.recall,
            band.low,
            band.high,
            step="pre",
            facecolor="#D5E8F5",
            edgecolor=NEGATIVE,
            linewidth=0.8,
            label="band",
        )
        _draw_baseline(axes, sweep.prevalence)
        _draw_curve(axes, sweep)
        axes.set_title(_titled(name, title))


def roc_curve(
    sweep: ThresholdSweep,
    *,
    name: str | None = None,
    points: Sequence[float] = (),
    hull: bool = False,
    compare: tuple[ThresholdSweep, str] | None = None,
) -> None:
    """Show the true positive rate (recall) against the false positive rate.

    Parameters
    ----------
    sweep : ThresholdSweep
    name : str, optional
        What the curve belongs to; part of the title.
    points : sequence of float
        Thresholds to mark on the curve, as "≥ 0.5".
    hull : bool
        Draw the convex hull: what is reached by flagging, between two thresholds, some rows by lot.
    compare : (ThresholdSweep, name), optional
        A second curve, dashed, with its name.
    """
    alt = f"ROC curve{f' of {name}' if name else ''}: area {sweep.roc_auc:.3f}."
    labels = [f"{name or _UNNAMED}: {sweep.roc_auc:.3f}"]
    if compare:
        alt += f" Beside it {compare[1]}: area {compare[0].roc_auc:.3f}."
        labels.append(f"{compare[1]}: {compare[0].roc_auc:.3f}")
    if hull:
        corners = _hull(sweep)
        hull_area = np.trapezoid(corners[:, 1], corners[:, 0])
        alt += f" Its convex hull has {len(corners)} corners and area {hull_area:.3f}."
        labels.append(f"convex hull: {hull_area:.3f}")
    for point in points:
        at = sweep.at(point)
        alt += (
            f" At threshold {point:.4g}: true positive rate {at.recall:.3f}, "
            f"false positive rate {at.false_positive_rate:.3f}."
        )
    with _shown_figure(6.4, 6.4 if compare or hull else 6.0, alt) as figure:
        axes = figure.subplots()
        _draw_diagonal(axes, "flagging at random")
        _draw_roc(axes, sweep)
        if compare:
            _draw_roc(axes, compare[0], _CURVES[1])
        if hull:
            axes.plot(*corners.T, color=POSITIVE, linewidth=1.6, marker="D", markersize=6, label="hull")
        if len(labels) > 1:
            axes.set_title("ROC area")
            _name_curves(axes, *labels)
        else:
            axes.set_title(_titled(name, f"ROC area {sweep.roc_auc:.3f}"))
        for point in points:
            at = sweep.at(point)
            _mark(axes, (at.false_positive_rate, at.recall), f"≥ {point:.3g}", below=True)


def precision_recall_areas(sweep: ThresholdSweep) -> None:
    """Show three ways to join the points of a precision–recall curve, with the area under each.

    Steps: average precision. Straight lines: the trapezoid rule, from recall 0 and precision 1 on, as
    scikit-learn stores the curve. Davis–Goadrich: equal scores are flagged one by one, in random order.

    Parameters
    ----------
    sweep : ThresholdSweep
        One with few points: with many, the three lines cover each other.
    """
    recall, precision = (
        np.append(start, values) for start, values in ((0, sweep.recall), (1, sweep.precision))
    )
    lines = {
        "straight lines": float(np.trapezoid(precision, recall)),
        "Davis–Goadrich": sweep.davis_goadrich_area,
        "steps": sweep.average_precision,
    }
    areas = ", ".join(f"{name} {area:.3f}" for name, area in lines.items())
    alt = f"Three ways to join the {_count(sweep.thresholds.size)} points of a curve, and the areas: {areas}."
    with _shown_figure(7.2, 5.8, alt) as figure:
        _draw_areas(figure.subplots(), sweep, lines)


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
    signs = {"hit": "+", "false alarm": "−", "tie": "±"}
    alt = (
        f"The first {len(kinds)} steps of the precision–recall curve, by falling score "
        f"(+ hit, − false alarm, ± both at the same score): {' '.join(signs[kind] for kind in kinds)}. "
        f"They end at recall {sweep.recall[last]:.3f}, precision {sweep.precision[last]:.3f}."
    )
    with _shown_figure(8.0, 6.0, alt) as figure:
        _draw_steps(figure.subplots(), sweep, kinds)


def threshold_at(
    sweep: ThresholdSweep, threshold: float, *, labels: tuple[str, str] = ("spam", "normal mail")
) -> None:
    """Show one threshold from four sides: scores, counts, curve and the two ratios in words.

    Parameters
    ----------
    sweep : ThresholdSweep
    threshold : float
        What scores at least this much is flagged; ``inf`` flags nothing.
    labels : (positive, negative)
        The names of the two classes.
    """
    confusion = sweep.at(threshold)
    alt = (
        f"{_reading(confusion, threshold)} TP {_count(confusion.true_positives)}, "
        f"FP {_count(confusion.false_positives)}, FN {_count(confusion.false_negatives)}, "
        f"TN {_count(confusion.true_negatives)}. Histogram, confusion matrix and precision–recall curve."
    )
    with _shown_figure(10.4, 8.6, alt) as figure:
        histogram, matrix, curve, words = figure.subplots(2, 2, width_ratios=(1.1, 1)).flat
        _draw_score_histogram(histogram, sweep, threshold, log_counts=True, labels=labels)
        _draw_confusion_matrix(matrix, confusion, labels)
        _draw_baseline(curve, sweep.prevalence)
        _draw_curve(curve, sweep)
        _mark_point(curve, confusion, threshold)
        curve.set_title("Precision–recall curve")
        _draw_ratios(words, confusion, threshold, labels[0])


def cost_by_threshold(
    sweep: ThresholdSweep, *, false_positive: float, false_negative: float, threshold: float | None = None
) -> None:
    """Show what the errors cost at each threshold, with the cheapest one marked.

    Parameters
    ----------
    sweep : ThresholdSweep
    false_positive, false_negative : float
        Price of one false alarm and of one miss, finite and ≥ 0, in one unit.
    threshold : float, optional
        Another threshold to mark, with its cost.

    Raises
    ------
    MetricsError
        A price is out of range.
    """
    prices = {"false_positive": false_positive, "false_negative": false_negative}
    costs = sweep.cost(**prices)
    cheapest = sweep.cheapest(**prices)
    nothing = sweep.at(np.inf).cost(**prices)
    place = f"≥ {cheapest.threshold:.3g}" if np.isfinite(cheapest.threshold) else "flag nothing"
    alt = (
        f"Cost against the threshold; a false alarm costs {false_positive:g}, a miss {false_negative:g}. "
        f"The cheapest: {place}, cost {_count(cheapest.value)}. "
        f"Flagging nothing costs {_count(nothing)}, flagging everything {_count(costs[-1])}."
    )
    if threshold is not None:
        alt += f" The threshold {threshold:.4g} costs {_count(sweep.at(threshold).cost(**prices))}."
    with _shown_figure(8.0, 4.8, alt) as figure:
        axes = figure.subplots()
        low, high = _score_range(sweep)
        rising = np.concatenate([[min(low, sweep.thresholds[-1])], sweep.thresholds[::-1], [high]])
        heights = np.concatenate([[costs[-1]], costs[::-1], [nothing]])
        axes.plot(rising, heights, drawstyle="steps-pre", color=NEGATIVE, label="cost")
        axes.axhline(nothing, **_DOTTED | {"label": "nothing"})
        axes.annotate(
            f"flag nothing: {_count(nothing)}",
            (1, nothing),
            xycoords=("axes fraction", "data"),
            xytext=(-4, 5),
            textcoords="offset points",
            ha="right",
            color=MUTED,
            path_effects=_outlined(),
        )
        axes.set(xlim=(low, high), xlabel="Threshold", ylabel="Cost")
        axes.set_ylim(0, max(float(heights.max()), float(nothing)) * 1.1 or 1)
        axes.yaxis.set_major_formatter(lambda value, _: _count(value))
        axes.set_title(f"Cheapest: {place}, cost {_count(cheapest.value)}")
        if np.isfinite(cheapest.threshold):
            axes.plot(
                [cheapest.threshold],
                [cheapest.value],
                marker="o",
                markersize=11,
                color=POSITIVE,
                markeredgecolor=CARD,
                clip_on=False,
                zorder=5,
                label="cheapest",
            )
        if threshold is not None and np.isfinite(threshold):
            cost = _count(sweep.at(threshold).cost(**prices))
            axes.set_xlabel(f"Threshold (marked: {threshold:.3g}, cost {cost})")
            _draw_threshold(axes, threshold)


def reliability(y_true: ArrayLike, scores: ArrayLike, *, bins: int = 10) -> None:
    """Show whether scores are probabilities: the share of positives against the mean score, by bin.

    The bins have equal width; one without rows has no point. The lower panel counts the rows of each.

    Parameters
    ----------
    y_true : array_like of 0 and 1, shape (n,)
    scores : array_like, shape (n,)
        Probabilities, from 0 to 1.
    bins : int
        At least 1.

    Raises
    ------
    MetricsError
        The labels or scores are not usable, or a score lies outside 0 to 1.
    ValueError
        `bins` is less than 1.
    """
    if bins < 1:
        raise ValueError(f"bins={bins}: at least 1 is needed.")
    sweep = ThresholdSweep(y_true, scores)
    values = sweep.thresholds.astype(np.float64)
    for value in (values[0], values[-1]):
        if not 0 <= value <= 1:
            raise MetricsError(f"A score is {value:g}. Reliability needs probabilities, from 0 to 1.")
    hits, alarms = (np.diff(counts, prepend=0) for counts in (sweep.true_positives, sweep.false_positives))
    total = hits.sum() + alarms.sum()
    brier = float((hits * (1 - values) ** 2 + alarms * values**2).sum() / total)
    edges = np.linspace(0, 1, bins + 1)
    rows, positives, sums = (
        np.histogram(values, edges, weights=weights)[0]
        for weights in (hits + alarms, hits, values * (hits + alarms))
    )
    some = rows > 0
    means, shares = sums[some] / rows[some], positives[some] / rows[some]
    alt = (
        f"Reliability in {bins} bins: Brier score {brier:.3f}, mean score {sums.sum() / total:.3f}, "
        f"share of positives {sweep.prevalence:.3f}. Mean score and share of positives by bin: "
        + "; ".join(f"{mean:.2f} and {share:.2f}" for mean, share in zip(means, shares, strict=True))
        + "."
    )
    with _shown_figure(6.4, 7.0, alt) as figure:
        upper, lower = figure.subplots(2, height_ratios=(3, 1), sharex=True)
        _draw_diagonal(upper, "calibrated")
        upper.plot(means, shares, color=NEGATIVE, marker="o", label="bins", clip_on=False)
        upper.set(xlim=(0, 1), ylim=(0, 1), ylabel="Share of positives")
        upper.set_title(f"Reliability: Brier score {brier:.3f}")
        lower.bar(edges[:-1], rows, width=1 / bins, align="edge", color="#BBD9EC", edgecolor=NEGATIVE)
        lower.set(xlabel="Score (above: mean of a bin)", ylabel="Rows")
        lower.yaxis.set_major_formatter(lambda value, _: _count(value))


def curves_and_calibration(
    y_true: ArrayLike, scores: Mapping[str, ArrayLike], *, threshold: float = 0.5, bins: int = 5
) -> None:
    """Show what moves between models of one task: the curve, the point of a threshold, the calibration.

    On the left each precision-recall curve has the point of `threshold` marked. On the right stands the share
    of positives against the mean score, in bins of equal width; one without rows has no point.

    Parameters
    ----------
    y_true : array_like of 0 and 1, shape (n,)
    scores : mapping of str to array_like, shape (n,)
        One to three models: name, and probabilities from 0 to 1.
    threshold : float
    bins : int
        At least 1.

    Raises
    ------
    MetricsError
        The labels or scores are not usable.
    ValueError
        There is no model, or there are more than three; `bins` is less than 1.
    """
    if not 1 <= len(scores) <= len(_COMPARED):
        raise ValueError(f"{len(scores)} models: 1 to {len(_COMPARED)} can be told apart.")
    if bins < 1:
        raise ValueError(f"bins={bins}: at least 1 is needed.")
    labels = np.asarray(y_true, dtype=np.float64)
    edges = np.linspace(0, 1, bins + 1)
    drawn, alt = [], []
    for name, values in scores.items():
        sweep, value = ThresholdSweep(y_true, values), np.asarray(values, dtype=np.float64)
        brier = float(np.mean((value - labels) ** 2))
        rows, positives, sums = (
            np.histogram(value, edges, weights=weights)[0] for weights in (None, labels, value)
        )
        some = rows > 0
        drawn.append((name, sweep, brier, sums[some] / rows[some], positives[some] / rows[some]))
        at = sweep.at(threshold)
        alt.append(
            f"{name}: average precision {sweep.average_precision:.2f}; at threshold {threshold:.3g} "
            f"precision {at.precision:.2f}, recall {at.recall:.2f}; Brier score {brier:.2f}."
        )
    with _shown_figure(10.4, 5.6, " ".join(["Precision-recall curves and calibration.", *alt])) as figure:
        left, right = figure.subplots(1, 2)
        _draw_diagonal(right, "calibrated")
        for (name, sweep, brier, means, shares), look in zip(drawn, _COMPARED, strict=False):
            line = {key: look[key] for key in ("color", "linestyle")}
            label = f"{name}: {sweep.average_precision:.2f}"
            _draw_curve(left, sweep, {**line, "linewidth": 1.8, "label": label, "clip_on": False})
            at = sweep.at(threshold)
            left.plot(at.recall, at.precision, **look, label="_at", zorder=5)
            right.plot(means, shares, **look, label=f"{name}: {brier:.3f}", clip_on=False)
        left.set_title(f"Average precision (marked: ≥ {threshold:.3g})")
        right.set(xlim=(0, 1), ylim=(0, 1), xlabel="Mean score of a bin", ylabel="Share of positives")
        right.set_title("Brier score")
        for axes in (left, right):
            handles = [line for line in axes.lines if ": " in str(line.get_label())]
            axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(-0.02, -0.14))


def training_history(
    history: Mapping[str, Sequence[float]], *, keys: Sequence[str] | None = None, epoch: int | None = None
) -> None:
    """Show each quantity of a training run by epoch, on the training rows and on the validation rows.

    Parameters
    ----------
    history : mapping of str to sequence of float
        The ``history`` of what Keras's ``fit`` returns. ``val_<key>`` belongs to ``<key>``.
    keys : sequence of str, optional
        Which quantities, one panel each, without ``val_``; by default all.
    epoch : int, optional
        An epoch to mark in every panel, counted from 1.

    Raises
    ------
    ValueError
        The history has no such key, nothing in it, or no such epoch.
    """
    if not history:
        raise ValueError("history is empty: give the .history of what fit returns, after an epoch at least.")
    known = list(dict.fromkeys(key.removeprefix("val_") for key in history))
    chosen = list(keys) if keys else known
    for key in chosen:
        if key not in known:
            raise ValueError(f"history has no {key!r}. It has: {', '.join(known)}.")
    last = max(len(values) for values in history.values())
    if epoch is not None and not 1 <= epoch <= last:
        raise ValueError(f"epoch={epoch}: the history has epochs 1 to {last}.")
    panels = {
        key: {who: history[prefix + key] for who, prefix in _WHO.items() if prefix + key in history}
        for key in chosen
    }
    alt = f"Training over {last} epochs. " + " ".join(
        f"{key.replace('_', ' ').capitalize()}: "
        + ", ".join(f"{who} {values[0]:.2f} to {values[-1]:.2f}" for who, values in lines.items())
        + "."
        for key, lines in panels.items()
    )
    if epoch is not None:
        alt += f" Marked: epoch {epoch}."
    with _shown_figure(min(5.2 * len(panels) + 1, 10.4), 4.6, alt) as figure:
        for axes, (key, lines) in zip(
            figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True
        ):
            for who, values in lines.items():
                axes.plot(range(1, len(values) + 1), values, label=who, **_WHO_LOOKS[who])
            axes.set(title=key.replace("_", " ").capitalize(), xlabel="Epoch")
            axes.xaxis.get_major_locator().set_params(integer=True)
            if epoch is not None:
                axes.set_xlabel(f"Epoch (marked: {epoch})")
                _draw_threshold(axes, epoch)
            _legend_below(axes)


def curves_by_group(
    y_true: ArrayLike,
    scores: ArrayLike,
    groups: ArrayLike,
    *,
    curve: str = "pr",
    names: Mapping[Any, str] | None = None,
) -> None:
    """Show one curve for each group of rows, in panels with the same axes.

    Parameters
    ----------
    y_true : array_like of 0 and 1, shape (n,)
    scores : array_like, shape (n,)
    groups : array_like, shape (n,)
        Which group a row belongs to: a month, a hospital. At most 12 groups, drawn in their order.
    curve : {"pr", "roc"}
        Precision–recall or ROC.
    names : mapping, optional
        What to call a group; by default its value.

    Raises
    ------
    MetricsError
        The labels or scores of a group are not usable.
    ValueError
        `groups` has another length or too many values, or `curve` is unknown.
    """
    if curve not in _AREAS:
        raise ValueError(f"curve={curve!r}: known are {', '.join(map(repr, _AREAS))}.")
    area_name, area = _AREAS[curve]
    labels, values, members = np.asarray(y_true), np.asarray(scores), np.asarray(groups)
    if members.shape != labels.shape:
        raise ValueError(f"groups has shape {members.shape}, y_true {labels.shape}: give one group a row.")
    found = np.unique(members).tolist()
    if not 1 <= len(found) <= _MOST_GROUPS:
        raise ValueError(f"groups has {len(found)} values: 1 to {_MOST_GROUPS} can be drawn.")
    sweeps = {
        str((names or {}).get(group, group)): ThresholdSweep(
            labels[members == group], values[members == group]
        )
        for group in found
    }
    alt = f"{'Precision–recall' if curve == 'pr' else 'ROC'} curves of {len(sweeps)} groups. " + " ".join(
        f"{name}: {area_name} {area(sweep):.3f}, prevalence {sweep.prevalence:.4f}."
        for name, sweep in sweeps.items()
    )
    columns = min(len(sweeps), _MOST_PANELS)
    lines = -(-len(sweeps) // columns)
    with _shown_figure(min(3.4 * columns + 0.9, 10.4), 3.9 * lines, alt) as figure:
        panels = figure.subplots(lines, columns, squeeze=False, sharex=True, sharey=True)
        for axes, (name, sweep) in zip(panels.flat, sweeps.items(), strict=False):
            if curve == "pr":
                axes.axhline(sweep.prevalence, **_DOTTED)
                _draw_curve(axes, sweep)
            else:
                axes.plot([0, 1], [0, 1], **_DOTTED)
                _draw_roc(axes, sweep)
            axes.set_title(name)
            axes.text(
                0.98,
                0.96 if curve == "pr" else 0.06,
                f"area {area(sweep):.3f}\nprevalence {sweep.prevalence:.4f}",
                transform=axes.transAxes,
                ha="right",
                va="top" if curve == "pr" else "bottom",
                path_effects=_outlined(),
            )
            axes.label_outer()
        for axes in panels.flat[len(sweeps) :]:
            axes.set_visible(False)


def _count(value: float) -> str:
    """Write a count; with sample weights it need not be whole."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _reading(confusion: Confusion, threshold: float) -> str:
    return (
        f"At threshold {threshold:.4g}: precision {confusion.precision:.3f}, recall {confusion.recall:.3f}."
    )


def _outlined(color: str = CARD) -> list[Any]:
    """Give text a halo, so that a line behind it does not cross it."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=4, foreground=color)]


def _draw_confusion_matrix(axes: Axes, confusion: Confusion, labels: tuple[str, str]) -> None:
    from matplotlib.patches import Rectangle

    positive, negative = labels
    names = (("True negatives", "False positives"), ("False negatives", "True positives"))
    short = (("TN", "FP"), ("FN", "TP"))
    counts = confusion.as_array()
    for row in range(2):
        for column in range(2):
            right = row == column
            axes.add_patch(
                Rectangle(
                    (column - 0.5, row - 0.5),
                    1,
                    1,
                    facecolor=_RIGHT_TINT if right else _WRONG_TINT,
                    edgecolor=CARD,
                    linewidth=4,
                    zorder=0,
                )
            )
            if not right:
                axes.add_patch(
                    Rectangle(
                        (column - 0.485, row + 0.38),
                        0.97,
                        0.105,
                        facecolor="none",
                        edgecolor=POSITIVE,
                        hatch="///",
                        linewidth=0,
                        zorder=0.5,
                    )
                )
            axes.text(
                column,
                row - 0.04,
                _count(counts[row][column]),
                ha="center",
                va="center",
                size=24,
                weight="bold",
            )
            axes.text(
                column, row - 0.32, short[row][column], ha="center", va="center", size=14, weight="bold"
            )
            axes.text(column, row + 0.25, names[row][column], ha="center", va="center", size=12)

    axes.set(
        xlim=(-0.5, 1.5), ylim=(1.5, -0.5), xlabel="Predicted", ylabel="Actual", title="Confusion matrix"
    )
    axes.set_xticks([0, 1], [negative, positive])
    axes.set_yticks([0, 1], [negative, positive], rotation=90, va="center")
    axes.tick_params(length=0, labelsize=13)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def _draw_score_histogram(
    axes: Axes,
    sweep: ThresholdSweep,
    threshold: float | None,
    *,
    log_counts: bool,
    labels: tuple[str, str],
) -> None:
    low, high = _score_range(sweep)
    bins = np.linspace(low, high, 21)
    looks: tuple[dict[str, Any], dict[str, Any]] = (
        {"facecolor": "#BBD9EC", "edgecolor": NEGATIVE, "linewidth": 1.2},
        {"facecolor": "none", "edgecolor": POSITIVE, "hatch": "////", "linewidth": 2.0},
    )
    for counts, label, total, look in (
        (sweep.false_positives, labels[1], sweep.negatives, looks[0]),
        (sweep.true_positives, labels[0], sweep.positives, looks[1]),
    ):
        axes.hist(
            sweep.thresholds,
            bins=bins.tolist(),
            weights=np.diff(counts, prepend=0),  # the sweep has one row a distinct score
            histtype="stepfilled",
            label=f"{label} ({_count(total)})",
            **look,
        )
    axes.set(xlim=(low, high), xlabel="Score", ylabel="Count", title="Scores by actual class")
    if log_counts:
        axes.set_yscale("log")
        axes.set_ylim(bottom=0.6)
        axes.yaxis.set_major_formatter(lambda value, _: _count(value) if value >= 1 else "")
        axes.yaxis.set_minor_formatter(lambda *_: "")
    if threshold is not None and np.isfinite(threshold):
        axes.set_xlabel(f"Score (marked: threshold {threshold:.3g})")
        _draw_threshold(axes, threshold)
    _legend_below(axes)


def _score_range(sweep: ThresholdSweep) -> tuple[float, float]:
    """Give the whole unit interval to probabilities, and its own range to any other score."""
    low, high = float(sweep.thresholds[-1]), float(sweep.thresholds[0])
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _draw_threshold(axes: Axes, threshold: float) -> None:
    axes.axvline(threshold, color=INK, linewidth=2, linestyle=(0, (4, 2)), label="_threshold")


def _draw_by_threshold(axes: Axes, sweep: ThresholdSweep, threshold: float | None) -> None:
    low, high = _score_range(sweep)
    # Below the lowest score nothing changes any more: everything is flagged.
    rising = np.concatenate([[min(low, sweep.thresholds[-1])], sweep.thresholds[::-1]])
    ends = {}
    for values, name, color, line in (
        (sweep.precision, "precision", PRECISION, "solid"),
        (sweep.recall, "recall", RECALL, (0, (5, 1.5))),
    ):
        # A score between two thresholds decides like the upper one: the step lies before its point.
        heights = np.concatenate([[values[-1]], values[::-1]])
        axes.plot(rising, heights, drawstyle="steps-pre", color=color, linestyle=line, label=name)
        ends[name] = (float(values[0]), color)
    _label_ends(axes, float(sweep.thresholds[0]), ends)
    axes.set(xlim=(low, high), ylim=(0, 1.02), xlabel="Threshold", ylabel="Precision, recall")
    axes.set_title("Precision and recall by threshold")
    if threshold is not None and np.isfinite(threshold):
        confusion = sweep.at(threshold)
        axes.set_xlabel(f"Threshold (marked: {threshold:.3g})")
        _draw_threshold(axes, threshold)
        for value, color, marker in ((confusion.precision, PRECISION, "o"), (confusion.recall, RECALL, "s")):
            axes.plot([threshold], [value], marker=marker, color=color, markeredgecolor=CARD, zorder=5)
            axes.annotate(
                f"{value:.2f}",
                (threshold, value),
                xytext=(8, 8),
                textcoords="offset points",
                color=color,
                weight="bold",
                path_effects=_outlined(),
            )


def _label_ends(axes: Axes, right: float, ends: dict[str, tuple[float, str]]) -> None:
    """Write each line's name beside its right end, at least one line of text apart."""
    apart = 0.08
    names = sorted(ends, key=lambda name: ends[name][0])
    heights = [ends[name][0] for name in names]
    middle = sum(heights) / 2
    if heights[1] - heights[0] < apart:
        heights = [middle - apart / 2, middle + apart / 2]
    for name, height in zip(names, heights, strict=True):
        axes.annotate(
            name,
            (right, height),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            color=ends[name][1],
            weight="bold",
            size=13,
            annotation_clip=False,
        )


def _draw_curve(axes: Axes, sweep: ThresholdSweep, look: dict[str, Any] = _CURVES[0]) -> None:
    # Average precision gives each gain in recall the precision at its end: the step lies before its point.
    recall = np.concatenate([[0.0], sweep.recall])
    precision = np.concatenate([sweep.precision[:1], sweep.precision])
    axes.plot(recall, precision, drawstyle="steps-pre", **look)
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="Recall", ylabel="Precision")


def _draw_roc(axes: Axes, sweep: ThresholdSweep, look: dict[str, Any] = _CURVES[0]) -> None:
    # Between two thresholds the area counts ties as half: a straight line.
    axes.plot([0, *sweep.false_positive_rate], [0, *sweep.recall], **look)
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="False positive rate", ylabel="True positive rate (recall)")


def _draw_diagonal(axes: Axes, name: str) -> None:
    axes.plot([0, 1], [0, 1], **_DOTTED | {"label": "diagonal"})
    axes.annotate(name, (0.62, 0.56), va="top", color=MUTED, path_effects=_outlined())


def _hull(sweep: ThresholdSweep) -> NDArray[np.float64]:
    """Return the corners of the ROC curve's upper convex hull, from (0, 0) to (1, 1), shape (m, 2)."""
    corners = [(0.0, 0.0)]
    for point in zip(sweep.false_positive_rate.tolist(), sweep.recall.tolist(), strict=True):
        # Andrew's monotone chain (1979): drop each corner that does not turn right.
        while len(corners) > 1:
            (x0, y0), (x1, y1) = corners[-2:]
            if (x1 - x0) * (point[1] - y0) < (y1 - y0) * (point[0] - x0):
                break
            corners.pop()
        corners.append(point)
    return np.array(corners)


def _titled(name: str | None, title: str) -> str:
    return f"{name}: {title}" if name else title[0].upper() + title[1:]


def _name_curves(axes: Axes, *names: str) -> None:
    """Name the curves in a legend under the axes, in the order in which they were drawn."""
    curves = [line for line in axes.lines if line.get_label() in {"curve", "compared", "hull"}]
    axes.legend(curves, names, loc="upper left", bbox_to_anchor=(-0.02, -0.13))


def _draw_areas(axes: Axes, sweep: ThresholdSweep, areas: dict[str, float]) -> None:
    # Rows of equal score join in random order: hits and flagged rows grow in proportion.
    share = np.linspace(0, 1, 101)
    hits = np.append(0, sweep.true_positives)
    flagged = np.append(0, sweep.true_positives + sweep.false_positives)
    hits, flagged = (
        (counts[:-1, None] + np.diff(counts)[:, None] * share).ravel() for counts in (hits, flagged)
    )
    grown = flagged > 0
    paths = {
        "straight lines": (np.append(0, sweep.recall), np.append(1, sweep.precision)),
        "Davis–Goadrich": (hits[grown] / sweep.positives, hits[grown] / flagged[grown]),
    }
    looks: dict[str, dict[str, Any]] = {
        "straight lines": {"color": POSITIVE, "linestyle": (0, (5, 1.5))},
        "Davis–Goadrich": {"color": PRECISION, "linestyle": (0, (1, 1))},
    }
    for name, (recall, precision) in paths.items():
        axes.plot(recall, precision, label=f"{name}: {areas[name]:.3f}", clip_on=False, **looks[name])
    _draw_curve(axes, sweep)
    axes.lines[-1].set_label(f"steps: {areas['steps']:.3f}")
    axes.plot(sweep.recall, sweep.precision, "o", color=INK, label="_points", clip_on=False, zorder=5)
    axes.set_title("Three lines through the same points")
    _legend_below(axes)


def _draw_baseline(axes: Axes, prevalence: float) -> None:
    axes.axhline(prevalence, **_DOTTED)
    below = prevalence > 0.08  # noqa: PLR2004  (room for one line of text)
    # A rare class has its curve right above the line: the label stands further up, with a pointer.
    axes.annotate(
        f"flagging at random: {prevalence:.3f}",
        (0.02 if below else 0.72, prevalence),
        xytext=(0, -4 if below else 90),
        textcoords="offset points",
        ha="left" if below else "center",
        va="top" if below else "bottom",
        color=MUTED,
        path_effects=_outlined(),
        arrowprops=None if below else {"arrowstyle": "-", "color": MUTED},
    )


def _draw_iso_f1(axes: Axes) -> None:
    for f1 in (0.2, 0.4, 0.6, 0.8):
        # F1 = 2PR / (P + R), solved for the precision.
        recall = np.linspace(f1 / (2 - f1), 1, 200)
        axes.plot(recall, f1 * recall / (2 * recall - f1), color="#B9BDC2", linewidth=1.2, label=f"F1 {f1}")
        axes.annotate(
            f"F1 {f1}",
            (1, f1 / (2 - f1)),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=MUTED,
            annotation_clip=False,
        )


def _mark_point(axes: Axes, confusion: Confusion, threshold: float) -> None:
    if confusion.predicted_positive == 0:
        return  # Nothing flagged, no precision: the curve has no such point.
    # Above a high point the text would run into the title.
    below = confusion.precision > 0.93  # noqa: PLR2004
    _mark(axes, (confusion.recall, confusion.precision), f"≥ {threshold:.3g}", below=below)


def _mark(axes: Axes, point: tuple[float, float], text: str, *, below: bool) -> None:
    axes.plot(
        *point,
        marker="o",
        markersize=11,
        color=POSITIVE,
        markeredgecolor=CARD,
        markeredgewidth=1.5,
        linestyle="none",
        clip_on=False,
        zorder=5,
    )
    axes.annotate(
        text,
        point,
        xytext=(9, -5 if below else 4),
        textcoords="offset points",
        va="top" if below else "bottom",
        color=POSITIVE,
        weight="bold",
        path_effects=_outlined(),
        annotation_clip=False,
        zorder=6,
    )


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
    axes.plot(recall, precision, color=MUTED, linewidth=1.6, label="_path", zorder=2)
    looks: dict[str, tuple[str, dict[str, Any]]] = {
        "hit": ("hit: right and up", {"marker": "^", "color": NEGATIVE}),
        "false alarm": (
            "false alarm: straight down",
            {"marker": "v", "color": POSITIVE, "markerfacecolor": CARD},
        ),
        "tie": ("tie: both at once", {"marker": "D", "color": RECALL}),
    }
    for kind, (label, look) in looks.items():
        chosen = np.array([each == kind for each in kinds])
        if chosen.any():
            axes.plot(
                recall[chosen],
                precision[chosen],
                linestyle="none",
                markersize=11,
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
    _legend_below(axes)


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
        path_effects=_outlined(),
        zorder=4,
    )


def _legend_below(axes: Axes) -> None:
    """Put the legend under the axes, where it hides no data."""
    axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.16), ncols=3, handlelength=1.5, columnspacing=1.2)


def _draw_ratios(axes: Axes, confusion: Confusion, threshold: float, positive: str) -> None:
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    hits, flagged, total = (
        _count(value)
        for value in (confusion.true_positives, confusion.predicted_positive, confusion.positives)
    )
    axes.set_title(f"Flag a score of {threshold:.3g} or more" if np.isfinite(threshold) else "Flag nothing")
    for top, name, value, words, color in (
        (0.9, "Precision", confusion.precision, f"{hits} of {flagged} flagged are {positive}", PRECISION),
        (0.42, "Recall", confusion.recall, f"{hits} of {total} actual {positive} are flagged", RECALL),
    ):
        axes.text(0.02, top, name, va="center", size=14, weight="bold", color=color)
        axes.text(0.02, top - 0.15, f"{value:.3f}", va="center", size=26, weight="bold", color=color)
        # Out of the layout: a long class name must not squeeze the other panels.
        axes.text(0.02, top - 0.29, words, va="center", size=13).set_in_layout(False)
