"""Precision–recall and ROC curves: one, two compared, in a band, by group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from lessonkit.figures import style
from lessonkit.figures.lines import (
    CURVES,
    draw_baseline,
    draw_curve,
    draw_diagonal,
    draw_roc,
    mark,
    mark_point,
)
from lessonkit.metrics import ThresholdSweep, bootstrap_band, bootstrap_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

_UNNAMED = "this model"

# What a bundle of gray curves is made of, in words.
_BUNDLES = {"shuffles": "shuffles of its scores", "resamples": "redrawn test sets"}

# More panels than this, side by side, are too small to read.
_MOST_PANELS = 4
_MOST_GROUPS = 12

# What is asked of a curve: a recall or a precision to reach.
_DEMAND: dict[str, Any] = {
    "color": style.MUTED,
    "linewidth": 1.6,
    "linestyle": (0, (6, 3)),
    "label": "demand",
}

# What a curve's area is called, and how it is read.
_AREAS: dict[str, tuple[str, Callable[[ThresholdSweep], float]]] = {
    "pr": ("average precision", lambda sweep: sweep.average_precision),
    "roc": ("ROC area", lambda sweep: sweep.roc_auc),
}


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
    alt = " ".join([alt, *(style.reading(sweep.at(point), point) for point in points)])
    with style.shown_axes(7.2, 5.6, alt) as axes:
        if iso_f1:
            _draw_iso_f1(axes)
        if compare is None:
            if baseline:
                draw_baseline(axes, sweep.prevalence)
            axes.set_title(style.titled(name, f"average precision {sweep.average_precision:.3f}"))
        draw_curve(axes, sweep)
        if compare:
            draw_curve(axes, compare[0], CURVES[1])
            if baseline:
                for each, look in zip((sweep, compare[0]), CURVES, strict=True):
                    axes.axhline(each.prevalence, **style.DOTTED | {"color": look["color"]})
            axes.set_title("Average precision")
            _name_curves(
                axes,
                *(
                    f"{each_name}: {each.average_precision:.3f} (prevalence {each.prevalence:.3f})"
                    for each, each_name in ((sweep, name or _UNNAMED), compare)
                ),
            )
        for point in points:
            mark_point(axes, sweep.at(point), point)


def precision_recall_demands(
    first: tuple[ThresholdSweep, str],
    second: tuple[ThresholdSweep, str],
    *,
    min_recall: float,
    min_precision: float,
) -> None:
    """Show two curves and two demands, with the best point of each curve that meets a demand.

    Parameters
    ----------
    first, second : (ThresholdSweep, name)
        The second is dashed.
    min_recall : float
        A recall to reach: the point with the highest precision is marked.
    min_precision : float
        A precision to reach: the point with the highest recall is marked. A curve may have none.
    """
    named = (first, second)
    found: list[tuple[float, float]] = []
    alt = f"Two precision–recall curves, and lines at recall {min_recall:g} and precision {min_precision:g}."
    for sweep, name in named:
        allowed, clean = sweep.recall >= min_recall, sweep.precision >= min_precision
        best = float(sweep.precision[allowed].max())
        found += [(float(sweep.recall[allowed & (sweep.precision == best)].max()), best)]
        alt += f" {name}: average precision {sweep.average_precision:.3f}, precision {best:.2f} at recall "
        alt += f"{found[-1][0]:.2f}; "
        if clean.any():
            most = float(sweep.recall[clean].max())
            found += [(most, float(sweep.precision[clean & (sweep.recall == most)].max()))]
            alt += f"recall {most:.2f} at precision {found[-1][1]:.2f}."
        else:
            alt += f"it never reaches precision {min_precision:g}."
    with style.shown_axes(7.2, 5.8, alt) as axes:
        axes.axvline(min_recall, **_DEMAND)
        axes.axhline(min_precision, **_DEMAND)
        for (sweep, _), look in zip(named, CURVES, strict=True):
            draw_curve(axes, sweep, look)
        axes.plot(*zip(*found, strict=True), "o", color=style.INK, markersize=8, label="_best", zorder=5)
        axes.set_title("Two filters, two demands")
        _name_curves(axes, *(f"{name}: {sweep.average_precision:.3f}" for sweep, name in named))


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

    The band holds at each recall by itself, and is drawn only where enough rows speak for it. It tells the
    noise of these rows, not that of training.

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
    area = bootstrap_interval(y_true, scores, "average_precision", method="percentile", **drawing)
    holds = band.holds
    places = [int(np.abs(band.recall - recall).argmin()) for recall in (0.2, 0.5, 0.8)]
    ranges = "; ".join(
        f"at recall {band.recall[place]:.1f} {band.low[place]:.3f} to {band.high[place]:.3f}"
        for place in places
        if holds[place]
    )
    where = "There are too few rows for a band"
    if holds.any():
        first, last = band.recall[holds][[0, -1]]
        where = f"The band is drawn where enough rows speak for it, from recall {first:.2f} to {last:.2f}"
    title = f"average precision {area.estimate:.3f} [{area.low:.3f}, {area.high:.3f}]"
    rows = style.count(sweep.positives + sweep.negatives)
    alt = (
        f"Precision–recall curve{f' of {name}' if name else ''} in its {level:.0%} bootstrap band: {title}, "
        f"from {style.count(sweep.positives)} positives in {rows} rows. "
        f"{f'Precision {ranges}. ' if ranges else ''}{where}."
    )
    with style.shown_axes(7.2, 5.6, alt) as axes:
        axes.fill_between(
            band.recall[holds],
            band.low[holds],
            band.high[holds],
            step="pre",
            facecolor=style.PALE,
            edgecolor=style.NEGATIVE,
            linewidth=0.8,
            label="band",
        )
        draw_baseline(axes, sweep.prevalence)
        draw_curve(axes, sweep)
        axes.set_title(style.titled(name, title))


def precision_recall_bundle(
    y_true: ArrayLike,
    scores: ArrayLike,
    *,
    of: Literal["shuffles", "resamples"],
    lines: int = 100,
    seed: int = 0,
) -> None:
    """Show many curves in gray behind one: what chance alone draws, or how far chance moves this curve.

    "shuffles" gives each row the score of another one, drawn at random: filters without any skill.
    "resamples" draws as many rows as there are, with replacement: other test sets that might have been.

    Parameters
    ----------
    y_true : array_like of 0 and 1, shape (n,)
    scores : array_like, shape (n,)
    of : {"shuffles", "resamples"}
    lines : int
        How many gray curves, at least 1.
    seed : int
        Where the random numbers start.

    Raises
    ------
    MetricsError
        The labels or scores are not usable.
    ValueError
        `of` is unknown, or `lines` is less than 1.
    """
    if of not in _BUNDLES:
        raise ValueError(f"of={of!r}: known are {', '.join(map(repr, _BUNDLES))}.")
    if lines < 1:
        raise ValueError(f"lines={lines}: draw at least 1.")
    sweep = ThresholdSweep(y_true, scores)
    bundle = list(_bundle(np.asarray(y_true), np.asarray(scores), of, lines, np.random.default_rng(seed)))
    title = f"The curve and {lines:,} {_BUNDLES[of]}"
    ranges = []
    for recall in (0.02, 0.1, 0.5, 0.9):
        reached = [float(each.precision[np.argmax(each.recall >= recall)]) for each in bundle]
        low, high = np.quantile(reached, (0.025, 0.975))
        ranges.append(f"at recall {recall:g} mean {np.mean(reached):.2f}, most from {low:.2f} to {high:.2f}")
    alt = f"{title}, in gray. Precision of the gray curves: {'; '.join(ranges)}."
    with style.shown_axes(7.2, 5.6, alt) as axes:
        for each in bundle:
            draw_curve(axes, each, {"color": "#9AA0A6", "linewidth": 0.7, "alpha": 0.55, "label": "_gray"})
        axes.axhline(sweep.prevalence, **style.DOTTED | {"zorder": 3})
        draw_curve(axes, sweep)
        axes.set_title(title)
        handles = [
            next(line for line in axes.lines if line.get_label() == label)
            for label in ("curve", "_gray", "baseline")
        ]
        names = ("the filter", _BUNDLES[of], f"prevalence {sweep.prevalence:.2f}")
        axes.legend(handles, names, loc="upper left", bbox_to_anchor=(-0.02, -0.13), ncols=3)


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
    sweep, name, points, compare
        As for `precision_recall_curve`.
    hull : bool
        Draw the convex hull: what is reached by flagging, between two thresholds, some rows by lot.
    """
    alt = f"ROC curve{f' of {name}' if name else ''}: area {sweep.roc_auc:.3f}."
    labels = [f"{name or _UNNAMED}: {sweep.roc_auc:.3f}"]
    if compare:
        alt += f" Beside it {compare[1]}: area {compare[0].roc_auc:.3f}."
        labels.append(f"{compare[1]}: {compare[0].roc_auc:.3f}")
    corners = _hull(sweep) if hull else None
    if corners is not None:
        hull_area = np.trapezoid(corners[:, 1], corners[:, 0])
        alt += f" Its convex hull has {len(corners)} corners and area {hull_area:.3f}."
        labels.append(f"convex hull: {hull_area:.3f}")
    for point in points:
        at = sweep.at(point)
        alt += (
            f" At threshold {point:.4g}: true positive rate {at.recall:.3f}, "
            f"false positive rate {at.false_positive_rate:.3f}."
        )
    with style.shown_axes(6.4, 6.4 if compare or hull else 6.0, alt) as axes:
        draw_diagonal(axes, "flagging at random")
        draw_roc(axes, sweep)
        if compare:
            draw_roc(axes, compare[0], CURVES[1])
        if corners is not None:
            axes.plot(*corners.T, color=style.POSITIVE, linewidth=1.6, marker="D", markersize=6, label="hull")
        if len(labels) > 1:
            axes.set_title("ROC area")
            _name_curves(axes, *labels)
        else:
            axes.set_title(style.titled(name, f"ROC area {sweep.roc_auc:.3f}"))
        for point in points:
            at = sweep.at(point)
            mark(axes, (at.false_positive_rate, at.recall), f"≥ {point:.3g}", below=True)


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
    with style.shown_figure(min(3.4 * columns + 0.9, 10.4), 3.9 * lines, alt) as figure:
        panels = figure.subplots(lines, columns, squeeze=False, sharex=True, sharey=True)
        for axes, (name, sweep) in zip(panels.flat, sweeps.items(), strict=False):
            if curve == "pr":
                axes.axhline(sweep.prevalence, **style.DOTTED)
                draw_curve(axes, sweep)
            else:
                axes.plot([0, 1], [0, 1], **style.DOTTED)
                draw_roc(axes, sweep)
            axes.set_title(name)
            axes.text(
                0.98,
                0.96 if curve == "pr" else 0.06,
                f"area {area(sweep):.3f}\nprevalence {sweep.prevalence:.4f}",
                transform=axes.transAxes,
                ha="right",
                va="top" if curve == "pr" else "bottom",
                path_effects=style.outlined(),
            )
            axes.label_outer()
        for axes in panels.flat[len(sweeps) :]:
            axes.set_visible(False)


def _bundle(
    labels: NDArray[Any], scores: NDArray[Any], of: str, lines: int, rng: np.random.Generator
) -> Iterator[ThresholdSweep]:
    while lines:
        if of == "shuffles":
            drawn = ThresholdSweep(labels, rng.permutation(scores))
        else:
            rows = rng.integers(0, labels.size, labels.size)
            if not labels[rows].any():
                continue  # Without a positive row there is no recall.
            drawn = ThresholdSweep(labels[rows], scores[rows])
        lines -= 1
        yield drawn


def _name_curves(axes: Axes, *names: str) -> None:
    """Name the curves in a legend under the axes, in the order in which they were drawn."""
    curves = [line for line in axes.lines if line.get_label() in {"curve", "compared", "hull"}]
    axes.legend(curves, names, loc="upper left", bbox_to_anchor=(-0.02, -0.13))


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
            color=style.MUTED,
            annotation_clip=False,
        )


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
