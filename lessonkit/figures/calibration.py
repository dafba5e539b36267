"""Whether scores are probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.figures import style
from lessonkit.figures.lines import draw_curve, draw_diagonal
from lessonkit.metrics import MetricsError, ThresholdSweep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

# Up to three models in one figure: color, line and marker each tell them apart.
_COMPARED: tuple[dict[str, Any], ...] = (
    {"color": style.NEGATIVE, "linestyle": "solid", "marker": "o"},
    {"color": style.RECALL, "linestyle": (0, (5, 1.5)), "marker": "s"},
    {"color": style.POSITIVE, "linestyle": (0, (1, 1)), "marker": "^"},
)


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
    with style.shown_figure(6.4, 7.0, alt) as figure:
        upper, lower = figure.subplots(2, height_ratios=(3, 1), sharex=True)
        draw_diagonal(upper, "calibrated")
        upper.plot(means, shares, color=style.NEGATIVE, marker="o", label="bins", clip_on=False)
        upper.set(xlim=(0, 1), ylim=(0, 1), ylabel="Share of positives")
        upper.set_title(f"Reliability: Brier score {brier:.3f}")
        lower.bar(edges[:-1], rows, width=1 / bins, align="edge", color=style.TINT, edgecolor=style.NEGATIVE)
        lower.set(xlabel="Score (above: mean of a bin)", ylabel="Rows")
        lower.yaxis.set_major_formatter(lambda value, _: style.count(value))


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
    with style.shown_figure(
        10.4, 5.6, " ".join(["Precision-recall curves and calibration.", *alt])
    ) as figure:
        left, right = figure.subplots(1, 2)
        draw_diagonal(right, "calibrated")
        for (name, sweep, brier, means, shares), look in zip(drawn, _COMPARED, strict=False):
            line = {key: look[key] for key in ("color", "linestyle")}
            label = f"{name}: {sweep.average_precision:.2f}"
            draw_curve(left, sweep, {**line, "linewidth": 1.8, "label": label, "clip_on": False})
            at = sweep.at(threshold)
            left.plot(at.recall, at.precision, **look, label="_at", zorder=5)
            right.plot(means, shares, **look, label=f"{name}: {brier:.3f}", clip_on=False)
        left.set_title(f"Average precision (marked: ≥ {threshold:.3g})")
        right.set(xlim=(0, 1), ylim=(0, 1), xlabel="Mean score of a bin", ylabel="Share of positives")
        right.set_title("Brier score")
        for axes in (left, right):
            handles = [line for line in axes.lines if ": " in str(line.get_label())]
            axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(-0.02, -0.14))


def calibration_by_groups(
    y_true: ArrayLike, scores: Mapping[str, ArrayLike], *, groups: int = 8, threshold: float | None = None
) -> None:
    """Show whether scores are probabilities, in groups of equal size: each point rests on as many rows.

    The rows are sorted by score and cut into groups. A bar through a point is the 95% interval (Wilson's) of
    its share of positives. The axes reach as far as the points and bars do.

    Parameters
    ----------
    y_true : array_like of 0 and 1, shape (n,)
    scores : mapping of str to array_like, shape (n,)
        One to three sets of scores: name, and probabilities from 0 to 1.
    groups : int
        At least 1, and at most the number of rows.
    threshold : float, optional
        A threshold to mark.

    Raises
    ------
    ValueError
        There are no scores, or more than three; or *groups* does not fit.
    """
    labels = np.asarray(y_true, dtype=np.float64)
    if not 1 <= len(scores) <= len(_COMPARED):
        raise ValueError(f"{len(scores)} sets of scores: 1 to {len(_COMPARED)} can be told apart.")
    if not 1 <= groups <= labels.size:
        raise ValueError(f"groups={groups}: from 1 to the number of rows, {labels.size}.")
    found, alt = [], [f"Mean score and share of positives in {groups} groups of equal size."]
    for name, values in scores.items():
        value = np.asarray(values, dtype=np.float64)
        parts = np.array_split(np.argsort(value, kind="stable"), groups)
        means, shares = (np.array([each[part].mean() for part in parts]) for each in (value, labels))
        low, high = _wilson(shares, np.array([part.size for part in parts]))
        found.append((name, means, shares, low, high))
        crossed = int(np.sum((low <= means) & (means <= high)))
        pairs = "; ".join(f"{mean:.3f} and {share:.3f}" for mean, share in zip(means, shares, strict=True))
        alt.append(f"{name}: {pairs}; {crossed} of {groups} intervals contain the mean score.")
    with style.shown_axes(7.2, 5.6, " ".join(alt)) as axes:
        end = max(max(means.max(), high.max()) for _, means, _, _, high in found) * 1.05
        axes.plot([0, 1], [0, 1], **style.DOTTED | {"label": "calibrated"})
        for (name, means, shares, low, high), look in zip(found, _COMPARED, strict=False):
            axes.vlines(means, low, high, color=look["color"], linewidth=2, label="_intervals")
            axes.plot(means, shares, **look, label=name)
        axes.set(xlim=(0, end), ylim=(0, end), xlabel="Mean score of a group", ylabel="Share of positives")
        axes.set_title("On the dotted diagonal, scores are probabilities")
        if threshold is not None:
            style.mark_place(axes, threshold)
        style.legend_below(axes)


def _wilson(
    share: NDArray[np.float64], rows: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the 95% interval of a share of rows, by Wilson (1927): it works for a share of 0, too."""
    z = 1.959964
    middle = (share + z**2 / (2 * rows)) / (1 + z**2 / rows)
    half = z / (1 + z**2 / rows) * np.sqrt(share * (1 - share) / rows + z**2 / (4 * rows**2))
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
