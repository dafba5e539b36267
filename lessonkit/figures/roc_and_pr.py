"""ROC beside precision–recall: the pairs behind the area, two models, and what the prevalence moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.figures import style
from lessonkit.figures.lines import CURVES, draw_curve, draw_roc
from lessonkit.metrics import ThresholdSweep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

_LOST = "#FBE3D0"
_MOST_PAIRS = 400

# One look for each prevalence: color, line and marker each tell them apart.
_TURNS: tuple[dict[str, Any], ...] = (
    {"color": style.NEGATIVE, "linestyle": "solid"},
    {"color": style.RECALL, "linestyle": (0, (5, 1.5))},
    {"color": style.POSITIVE, "linestyle": (0, (1, 1))},
    {"color": style.INK, "linestyle": (0, (6, 2, 1, 2))},
)
_RECALL_LINE: dict[str, Any] = {
    "color": style.MUTED,
    "linewidth": 1.4,
    "linestyle": (0, (6, 3)),
    "label": "recall",
}


def pair_board(
    y_true: ArrayLike, scores: ArrayLike, names: Sequence[str] | None = None, *, curve: bool = False
) -> None:
    """Show each pair of a positive and a negative as a square: won, lost or tied.

    Rows are positives, the highest score at the bottom; columns are negatives, the highest score at the left.
    So the border between won and lost squares is the ROC curve, and its area is the share of won squares.

    Parameters
    ----------
    y_true : array_like of 0 and 1, shape (n,)
    scores : array_like, shape (n,)
    names : sequence of str, optional
        What to call the rows, beside their scores.
    curve : bool
        Draw the ROC curve over the board, and its two axes in place of names.

    Raises
    ------
    MetricsError
        The labels or scores are not usable.
    ValueError
        There are more than 400 pairs.
    """
    sweep = ThresholdSweep(y_true, scores)
    labels, values = np.asarray(y_true), np.asarray(scores, dtype=np.float64)
    called = [f"{value:.2f}" for value in values]
    if names is not None:
        called = [f"{name}  {score}" for name, score in zip(names, called, strict=True)]
    rows, columns = (_falling(values, labels == label) for label in (1, 0))
    if rows.size * columns.size > _MOST_PAIRS:
        raise ValueError(f"{rows.size} × {columns.size} pairs: at most {_MOST_PAIRS} can be told apart.")
    gaps = values[rows][:, None] - values[columns]
    won, tied, lost = (int(np.sum(kind)) for kind in (gaps > 0, gaps == 0, gaps < 0))
    alt = (
        f"Board of {rows.size} × {columns.size} = {gaps.size} pairs of a positive and a negative: "
        f"{won} won, {tied} tied, {lost} lost. "
    )
    alt += (
        f"The ROC curve is the border of the won squares; its area is {sweep.roc_auc:.3f}."
        if curve
        else "Lost pairs: "
        + (
            "; ".join(_losses(gaps, [called[row] for row in rows], [called[column] for column in columns]))
            or "none"
        )
        + "."
    )
    with style.shown_figure(7.4 if curve else 10.4, 6.0 if curve or names is None else 7.0, alt) as figure:
        axes = figure.subplots()
        _draw_board(axes, gaps)
        if curve:
            draw_roc(axes, sweep, {**CURVES[0], "linewidth": 3.4, "color": style.INK, "zorder": 4})
            axes.set_ylabel("Recall")
            axes.set_title(f"ROC area {sweep.roc_auc:.3f}")
        else:
            axes.set_xticks(
                (np.arange(columns.size) + 0.5) / columns.size, [called[each] for each in columns]
            )
            axes.tick_params(axis="x", rotation=90)
            axes.set_yticks((np.arange(rows.size) + 0.5) / rows.size, [called[each] for each in rows])
            axes.set_title(f"{won} of {gaps.size} pairs won" + (f", {tied} tied" if tied else ""))
        axes.grid(visible=False)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        _board_key(figure, {"won": won, "lost": lost, "tied": tied})


def _falling(values: NDArray[np.float64], chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the places of the chosen values, the highest first."""
    places = np.flatnonzero(chosen)
    return places[np.argsort(-values[places], kind="stable")]


def _losses(gaps: NDArray[np.float64], rows: list[str], columns: list[str]) -> list[str]:
    return [
        f"{row} to {', '.join(columns[each] for each in np.flatnonzero(gap < 0))}"
        for row, gap in zip(rows, gaps, strict=True)
        if (gap < 0).any()
    ]


def _draw_board(axes: Axes, gaps: NDArray[np.float64]) -> None:
    from matplotlib.patches import Rectangle

    wide, tall = 1 / gaps.shape[1], 1 / gaps.shape[0]
    for (row, column), gap in np.ndenumerate(gaps):
        kind = "won" if gap > 0 else "lost" if gap < 0 else "tied"
        axes.add_patch(
            Rectangle(
                (column * wide, row * tall),
                wide,
                tall,
                **_SQUARES[kind],
                linewidth=1.5,
                gid=f"{kind} {row} {column}",
                zorder=0,
            )
        )
        if kind == "tied":
            place = ((column + 0.5) * wide, (row + 0.5) * tall)
            axes.text(*place, "½", ha="center", va="center", size=15, zorder=5, path_effects=style.outlined())


# How a square looks; a hatch tells lost from won without color.
_SQUARES: dict[str, dict[str, Any]] = {
    "won": {"facecolor": style.PALE, "edgecolor": style.CARD},
    "lost": {"facecolor": _LOST, "edgecolor": style.POSITIVE, "hatch": "///"},
    "tied": {"facecolor": style.CARD, "edgecolor": style.MUTED},
}


def _board_key(figure: Figure, counts: dict[str, int]) -> None:
    from matplotlib.patches import Patch

    handles = [Patch(**look, label=kind) for kind, look in _SQUARES.items() if counts[kind]]
    handles[0].set_edgecolor(style.MUTED)
    figure.legend(handles=handles, loc="outside lower center", ncols=3)


def roc_and_pr(
    first: tuple[ThresholdSweep, str],
    second: tuple[ThresholdSweep, str],
    *,
    recalls: Sequence[float] = (),
    log_fpr: bool = False,
) -> None:
    """Show two models in both planes, with the recall at which they change places.

    Where one model has fewer false alarms at a recall, it is ahead in both planes. So the curves cross at the
    same recall in both; the last such recall is marked.

    Parameters
    ----------
    first, second : (ThresholdSweep, name)
        Two models of the same rows. The second is dashed.
    recalls : sequence of float
        Recalls to mark: a line in each plane, and on each curve the first point that reaches it.
    log_fpr : bool
        Give the false positive rate a logarithmic axis. Points without a false alarm are at its left end.
    """
    crossing = _last_crossing(first[0], second[0])
    named = (first, second)
    alt = " ".join(
        f"{name}: ROC area {sweep.roc_auc:.3f}, average precision {sweep.average_precision:.3f}."
        for sweep, name in named
    )
    scale = ", false positive rate on a log axis" if log_fpr else ""
    alt = f"Two models as ROC and precision–recall curves{scale}. {alt}"
    if crossing is not None:
        alt += f" In both planes the curves cross at recall {crossing:.2f}."
    for recall in recalls:
        alt += f" At recall {recall:g} " + "; ".join(_told(*model, recall) for model in named) + "."
    with style.shown_figure(10.8, 5.8, alt) as figure:
        left, right = figure.subplots(1, 2)
        floor = 0.5 / max(sweep.negatives for sweep, _ in named)
        for (sweep, _), look in zip(named, CURVES, strict=True):
            draw_curve(right, sweep, look)
            if log_fpr:
                rates = np.maximum(np.array([0, *sweep.false_positive_rate]), floor)
                left.plot(rates, [0, *sweep.recall], **look)
            else:
                draw_roc(left, sweep, look)
        left.set(xlim=(floor, 1) if log_fpr else (0, 1), ylim=(0, 1.02), ylabel="Recall")
        left.set_xlabel("False positive rate" + (", log axis" if log_fpr else ""))
        if log_fpr:
            left.set_xscale("log")
        for recall in recalls:
            left.axhline(recall, **_RECALL_LINE)
            right.axvline(recall, **_RECALL_LINE)
            for (sweep, _), look in zip(named, CURVES, strict=True):
                at = _first(sweep, recall)
                dot = {"marker": "o", "color": look["color"], "label": "_at", "zorder": 5, "clip_on": False}
                left.plot(max(sweep.false_positive_rate[at], floor), sweep.recall[at], **dot)
                right.plot(sweep.recall[at], sweep.precision[at], **dot)
        if crossing is not None:
            _mark_crossing(left, right, first[0], crossing, floor)
        left_areas = [sweep.roc_auc for sweep, _ in named]
        right_areas = [sweep.average_precision for sweep, _ in named]
        for axes, title, areas in ((left, "ROC area", left_areas), (right, "Average precision", right_areas)):
            curves = [line for line in axes.lines if line.get_label() in {"curve", "compared"}]
            words = [f"{name}: {area:.3f}" for (_, name), area in zip(named, areas, strict=True)]
            axes.set_title(title)
            axes.legend(curves, words, loc="upper left", bbox_to_anchor=(-0.02, -0.15), ncols=2)


def _mark_crossing(left: Axes, right: Axes, sweep: ThresholdSweep, crossing: float, floor: float) -> None:
    at = _first(sweep, crossing)
    ring: dict[str, Any] = {
        "marker": "o",
        "markersize": 16,
        "markerfacecolor": "none",
        "markeredgecolor": style.INK,
        "markeredgewidth": 2,
        "label": "crossing",
        "zorder": 6,
    }
    # On a log axis the crossing is far to the right, and the room is above the curves on the left.
    offset, side = ((-30, 34), "right") if left.get_xscale() == "log" else ((30, -34), "left")
    places = (
        (left, (max(sweep.false_positive_rate[at], floor), sweep.recall[at]), offset, side),
        (right, (sweep.recall[at], sweep.precision[at]), (30, 34), "left"),
    )
    for axes, place, beside, aligned in places:
        axes.plot(*place, **ring)
        axes.annotate(
            f"cross at\nrecall {crossing:.2f}",
            place,
            xytext=beside,
            textcoords="offset points",
            va="center",
            ha=aligned,
            path_effects=style.outlined(),
            arrowprops={"arrowstyle": "-", "color": style.INK, "shrinkB": 9},
            zorder=7,
        )


def _first(sweep: ThresholdSweep, recall: float) -> int:
    """Return the place of the first point that reaches a recall: none has fewer false alarms there."""
    return int(np.argmax(sweep.recall >= recall))


def _told(sweep: ThresholdSweep, name: str, recall: float) -> str:
    at = _first(sweep, recall)
    rate, precision = sweep.false_positive_rate[at], sweep.precision[at]
    return f"{name} has false positive rate {rate:.4f} and precision {precision:.3f}"


def _last_crossing(first: ThresholdSweep, second: ThresholdSweep) -> float | None:
    """Return the highest recall at which the model with fewer false alarms changes, or None."""
    levels = np.unique(np.concatenate([first.recall, second.recall]))
    levels = levels[levels > 0]
    alarms = [sweep.false_positive_rate[np.searchsorted(sweep.recall, levels)] for sweep in (first, second)]
    ahead = np.sign(alarms[0] - alarms[1])
    levels, ahead = levels[ahead != 0], ahead[ahead != 0]
    changes = np.flatnonzero(np.diff(ahead))
    return float(levels[changes[-1] + 1]) if changes.size else None


def curves_by_prevalence(
    sweep: ThresholdSweep, prevalences: Sequence[float], *, precision: float = 0.5
) -> None:
    """Show what the prevalence moves while each class stays as it is: a ray beside ROC, and the other curve.

    The ROC curve is the same at all prevalences. A ray from the corner joins the points of one precision.

    Parameters
    ----------
    sweep : ThresholdSweep
    prevalences : sequence of float
        One to four, between 0 and 1.
    precision : float
        The precision that the rays have, between 0 and 1.

    Raises
    ------
    ValueError
        There is no prevalence, or there are more than four; or a number is not between 0 and 1.
    """
    if not 1 <= len(prevalences) <= len(_TURNS):
        raise ValueError(f"{len(prevalences)} prevalences: 1 to {len(_TURNS)} can be told apart.")
    for value in (*prevalences, precision):
        if not 0 < value < 1:
            raise ValueError(f"{value:g} is not between 0 and 1.")
    turned = [_precision_at(sweep, value) for value in prevalences]
    areas = [float(np.sum(np.diff(sweep.recall, prepend=0) * each)) for each in turned]
    rays = [precision / (1 - precision) * (1 - value) / value for value in prevalences]
    alt = f"One ROC curve, area {sweep.roc_auc:.3f}, and precision–recall curves at {len(prevalences)} "
    alt += "prevalences. " + " ".join(
        f"Prevalence {value:.3g}: average precision {area:.3f}; precision is {precision:g} where recall is "
        f"{ray:.3g} times the false positive rate."
        for value, area, ray in zip(prevalences, areas, rays, strict=True)
    )
    with style.shown_figure(10.8, 6.4, alt) as figure:
        left, right = figure.subplots(1, 2)
        draw_roc(left, sweep, {**CURVES[0], "color": style.INK, "linewidth": 3})
        left.set(ylabel="Recall", title=f"ROC: one curve, area {sweep.roc_auc:.3f}")
        drawn = zip(prevalences, turned, areas, rays, _TURNS, strict=False)
        for value, each, area, ray, look in drawn:
            left.plot([0, min(1, 1 / ray)], [0, min(1, ray)], **look, linewidth=1.8, label="ray")
            right.axhline(value, **style.DOTTED | {"color": look["color"], "linewidth": 1.2})
            right.plot(
                [0, *sweep.recall],
                [each[0], *each],
                drawstyle="steps-pre",
                clip_on=False,
                **look,
                label=f"prevalence {value:.3g}: {area:.3f}",
            )
        right.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="Recall", ylabel="Precision", title="Average precision")
        for axes, words in (
            (left, [f"precision {precision:g} at prevalence {value:.3g}" for value in prevalences]),
            (right, [str(line.get_label()) for line in _with(right, "prevalence")]),
        ):
            lines = _with(axes, "ray") or _with(axes, "prevalence")
            axes.legend(lines, words, loc="upper left", bbox_to_anchor=(-0.02, -0.14))


def _precision_at(sweep: ThresholdSweep, prevalence: float) -> NDArray[np.float64]:
    """Return the precision of each point where the classes stay as they are and the prevalence is another."""
    found, alarms = sweep.recall * prevalence, sweep.false_positive_rate * (1 - prevalence)
    shares: NDArray[np.float64] = found / (found + alarms)
    return shares


def _with(axes: Axes, start: str) -> list[Any]:
    return [line for line in axes.lines if str(line.get_label()).startswith(start)]
