"""What a reported ROC AUC leaves open: its bounds, rows on both sides of a split, the scores' values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.figures import style
from lessonkit.figures.lines import draw_diagonal, draw_roc
from lessonkit.metrics import MetricsError, ThresholdSweep

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

_LOST = "#FBE3D0"
_MOST = 3
# What a row of a board is in a split: its number, its name, and its look. A hatch tells it without color.
_PARTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("not used", {"facecolor": style.CARD, "edgecolor": "#E3E3DE"}),
    ("training", {"facecolor": style.PALE, "edgecolor": style.NEGATIVE}),
    ("test", {"facecolor": _LOST, "edgecolor": style.POSITIVE, "hatch": "////"}),
)
_SCORES: tuple[dict[str, Any], ...] = (
    {"color": style.NEGATIVE, "linestyle": "solid", "marker": "o"},
    {"color": style.POSITIVE, "linestyle": (0, (5, 1.5)), "marker": "^"},
    {"color": style.RECALL, "linestyle": (0, (1, 1)), "marker": "s"},
)


def auc_bounds(false_positive_rate: float, recall: float) -> None:
    """Show how far one point of a ROC curve fixes its area: pairs surely won, pairs surely lost, the rest.

    The square holds all pairs of a positive and a negative, as `pair_board` does. The point cuts it into four
    rectangles. Every ROC curve through the point runs between the two that are drawn.

    Parameters
    ----------
    false_positive_rate, recall : float
        The point, each from 0 to 1.

    Raises
    ------
    ValueError
        A rate is not between 0 and 1.
    """
    for rate in (false_positive_rate, recall):
        if not 0 <= rate <= 1:
            raise ValueError(f"{rate:g} is not between 0 and 1.")
    x, y = false_positive_rate, recall
    won, lost = y * (1 - x), (1 - y) * x
    alt = (
        f"The square of all pairs. The point at false positive rate {x:g} and recall {y:g} makes sure that "
        f"{won:.2f} of the pairs are won and {lost:.2f} are lost; {1 - won - lost:.2f} are open. "
        f"So ROC AUC is between {won:.2f} and {1 - lost:.2f}."
    )
    with style.shown_axes(8.0, 7.2, alt) as axes:
        open_look = {"facecolor": style.CARD, "edgecolor": style.MUTED, "linewidth": 0}
        looks = {
            "won": {"facecolor": style.PALE, "edgecolor": style.NEGATIVE, "linewidth": 1.5},
            "lost": {"facecolor": _LOST, "edgecolor": style.POSITIVE, "hatch": "///", "linewidth": 1.5},
        }
        boxes = (
            ("won", (x, 0), 1 - x, y),
            ("lost", (0, y), x, 1 - y),
            ("open found", (0, 0), x, y),
            ("open missed", (x, y), 1 - x, 1 - y),
        )
        for name, corner, width, height in boxes:
            _box(axes, name, corner, width, height, looks.get(name, open_look))
        axes.plot([0, x, x, 1, 1], [0, 0, y, y, 1], color=style.NEGATIVE, label="lowest curve", clip_on=False)
        axes.plot(
            [0, 0, x, x, 1],
            [0, y, y, 1, 1],
            color=style.POSITIVE,
            linestyle=(0, (5, 1.5)),
            label="highest curve",
            clip_on=False,
        )
        axes.plot(x, y, "o", color=style.INK, markersize=12, zorder=5, clip_on=False, label="_point")
        axes.text(
            x + (1 - x) / 2,
            y / 2,
            f"won for sure\n{won:.2f}",
            ha="center",
            va="center",
            size=15,
            weight="bold",
        )
        axes.annotate(
            f"lost for sure: {lost:.2f}",
            (x / 2, y + (1 - y) / 2),
            xytext=(x + 0.06, 1.06),
            va="center",
            color=style.POSITIVE,
            weight="bold",
            arrowprops={"arrowstyle": "-", "color": style.POSITIVE},
            annotation_clip=False,
        )
        axes.text(
            x / 2, y / 2, "open", ha="center", va="center", color=style.MUTED, path_effects=style.outlined()
        )
        axes.text(
            x + (1 - x) / 2,
            y + (1 - y) / 2,
            "open",
            ha="center",
            va="center",
            color=style.MUTED,
            path_effects=style.outlined(),
        )
        axes.grid(visible=False)
        axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="False positive rate", ylabel="Recall")
        axes.set_title(f"ROC AUC from {won:.2f} to {1 - lost:.2f}", pad=34)
        style.legend_below(axes)


def _box(
    axes: Axes, name: str, corner: tuple[float, float], width: float, height: float, look: dict[str, Any]
) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle(corner, width, height, **look, gid=name, zorder=0))


def accuracy_mix(false_positive_rate: float, recall: float, accuracy: float) -> None:
    """Show that accuracy is a mix of two shares: a line over the share of positives, with the report on it.

    Parameters
    ----------
    false_positive_rate, recall, accuracy : float
        Of one threshold. Accuracy is between recall and 1 − the false positive rate, which differ.

    Raises
    ------
    ValueError
        No share of positives gives this accuracy, or every one does.
    """
    specificity = 1 - false_positive_rate
    if not min(recall, specificity) <= accuracy <= max(recall, specificity) or recall == specificity:
        raise ValueError(
            f"Accuracy {accuracy:g} is not a mix of recall {recall:g} and 1 − FPR, {specificity:g}."
        )
    share = (accuracy - specificity) / (recall - specificity)
    alt = (
        f"Accuracy against the share of positives: a straight line from {specificity:g}, where no row is "
        f"positive, to {recall:g}, where all are. It is {accuracy:g} where the share is {share:.2g}."
    )
    with style.shown_axes(8.0, 4.6, alt) as axes:
        axes.plot([0, 1], [specificity, recall], color=style.NEGATIVE, label="accuracy", clip_on=False)
        axes.plot([0, share, share], [accuracy, accuracy, 0], **style.DOTTED | {"label": "report"})
        axes.plot(share, accuracy, "o", color=style.POSITIVE, markersize=11, zorder=5, label="_at")
        low, high = sorted((specificity, recall))
        room = (high - low) * 0.35
        axes.set(xlim=(0, 1), ylim=(low - room, high + room), xlabel="Share of positives", ylabel="Accuracy")
        steep = 1 if recall > specificity else -1
        axes.annotate(
            f"all negative: {specificity:g}", (0.02, specificity - 0.16 * steep * (high - low)), va="center"
        )
        axes.annotate(
            f"all positive: {recall:g}", (0.98, recall + 0.16 * steep * (high - low)), va="center", ha="right"
        )
        axes.annotate(
            f"{accuracy:g} at a share of {share:.2g}",
            (share, accuracy),
            xytext=(-14, 20 * steep),
            textcoords="offset points",
            ha="right",
            va="center",
            color=style.POSITIVE,
            weight="bold",
            path_effects=style.outlined(),
        )
        axes.set_title("Accuracy mixes the two rates")


def split_board(boards: Mapping[str, ArrayLike], *, rows: str, columns: str) -> None:
    """Show which part of a split each row of the data is in, as boxes on one or more boards.

    Parameters
    ----------
    boards : mapping of str to array_like of 0, 1 and 2, shape (n, m)
        One to three boards by name. 1 is a training row, 2 a test row, 0 one that is not used.
    rows, columns : str
        What a row and a column of a board is: a customer and an order, a split and a month.

    Raises
    ------
    ValueError
        There is no board or there are more than three, or a board holds something else than 0, 1 and 2.
    """
    if not 1 <= len(boards) <= _MOST:
        raise ValueError(f"{len(boards)} boards: 1 to {_MOST} can be drawn.")
    parts = {name: np.asarray(board) for name, board in boards.items()}
    for board in parts.values():
        if board.ndim != 2 or not np.isin(board, (0, 1, 2)).all():  # noqa: PLR2004  (a table of three numbers)
            raise ValueError(
                "A board has rows and columns, and holds 0 (not used), 1 (training) or 2 (test)."
            )
    alt = f"Boards of boxes, one {columns} per column and one {rows} per row. " + " ".join(
        f"{name}: {_told(board, rows)}" for name, board in parts.items()
    )
    tall = max(board.shape[0] for board in parts.values())
    with style.shown_figure(10.4, 1.9 + 0.34 * tall, alt) as figure:
        every = figure.subplots(1, len(parts), squeeze=False)[0]
        for axes, (name, board) in zip(every, parts.items(), strict=True):
            _squares(axes, board)
            axes.set_title(name)
            axes.set_xlabel(columns.capitalize())
        every[0].set_ylabel(rows.capitalize())
        _key(figure, np.unique(np.concatenate([board.ravel() for board in parts.values()])).tolist())


def _told(board: Any, rows: str) -> str:  # noqa: ANN401
    both = int(sum((row == 1).any() and (row == 2).any() for row in board))  # noqa: PLR2004
    counts = ", ".join(f"{int(np.sum(board == part))} {name}" for part, (name, _) in enumerate(_PARTS))
    return f"{counts}; {both} of {len(board)} with training and test boxes in one {rows}."


def _squares(axes: Axes, board: Any) -> None:  # noqa: ANN401
    for (row, column), part in np.ndenumerate(board):
        name, look = _PARTS[int(part)]
        _box(
            axes, f"{name} {row} {column}", (column + 0.06, row + 0.08), 0.88, 0.84, look | {"linewidth": 1.3}
        )
    axes.set(xlim=(0, board.shape[1]), ylim=(board.shape[0], 0))
    for places, ticks in ((axes.set_xticks, board.shape[1]), (axes.set_yticks, board.shape[0])):
        places(np.arange(ticks) + 0.5, [str(place + 1) for place in range(ticks)])
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def _key(figure: Any, parts: Sequence[int]) -> None:  # noqa: ANN401
    from matplotlib.patches import Patch

    handles = [Patch(**_PARTS[part][1], label=_PARTS[part][0]) for part in parts]
    figure.legend(handles=handles, loc="outside lower center", ncols=3)


def paired_dots(
    pairs: Mapping[str, tuple[ArrayLike, ArrayLike]], names: tuple[str, str], *, measure: str = "ROC AUC"
) -> None:
    """Show two runs on the same splits: a dot for each run, and a line between the two of a split.

    Parameters
    ----------
    pairs : mapping of str to (left, right), each array_like of shape (n,)
        One to three groups by name. Entry k of both is from the same split.
    names : (str, str)
        What the two runs are, the left one first.
    measure : str
        What was measured.

    Raises
    ------
    ValueError
        There is no group or there are more than three, or a group's two runs differ in length.
    """
    if not 1 <= len(pairs) <= _MOST:
        raise ValueError(f"{len(pairs)} groups: 1 to {_MOST} can be drawn.")
    runs = {name: np.asarray(pair, dtype=np.float64) for name, pair in pairs.items()}
    alt = f"{measure} of two runs on the same splits, {names[0]} and {names[1]}. " + " ".join(
        f"{name}: {names[0]} {left.mean():.3f} on average, {names[1]} {right.mean():.3f}; {names[1]} is "
        f"higher in {int(np.sum(right > left))} of {left.size} splits."
        for name, (left, right) in runs.items()
    )
    with style.shown_figure(9.4, 5.4, alt) as figure:
        every = figure.subplots(1, len(runs), sharey=True, squeeze=False)[0]
        for axes, (name, both) in zip(every, runs.items(), strict=True):
            rises = both[1] > both[0]
            for pair, rise in zip(both.T, rises, strict=True):
                dash = "solid" if rise else (0, (2, 1.5))
                axes.plot([0, 1], pair, color=style.MUTED, linewidth=1.2, linestyle=dash, label="split")
            for place, values, look in ((0, both[0], _SCORES[0]), (1, both[1], _SCORES[1])):
                dots = {
                    "color": look["color"],
                    "marker": look["marker"],
                    "linestyle": "none",
                    "clip_on": False,
                }
                axes.plot(np.full(values.size, place), values, **dots, label=names[place], zorder=4)
                axes.plot(
                    place + (0.12 if place else -0.12),
                    values.mean(),
                    "D",
                    color=style.INK,
                    label="mean",
                    zorder=5,
                )
            axes.set(xlim=(-0.35, 1.35))
            axes.set_xticks([0, 1], names)
            axes.set_title(f"{name}: {np.mean(both[0]):.2f} → {np.mean(both[1]):.2f}")
            axes.grid(visible=False, axis="x")
        every[0].set_ylabel(measure)


def reliability_under_roc(
    y_true: ArrayLike, scores: Mapping[str, ArrayLike], *, threshold: float = 0.5, bins: int = 8
) -> None:
    """Show scores that keep one order and have different values: one ROC curve, a reliability diagram each.

    A bin of equal width without rows has no point. The points of the threshold are marked on the curve.

    Parameters
    ----------
    y_true : array_like of 0 and 1, shape (n,)
    scores : mapping of str to array_like, shape (n,)
        Two or three kinds of score by name, from 0 to 1, all in the same order.
    threshold : float
        Its point on the curve is marked for each of them.
    bins : int
        At least 1.

    Raises
    ------
    MetricsError
        The labels or scores are not usable, or a score is outside 0 to 1.
    ValueError
        There are fewer than two kinds of score or more than three, or they have different ROC curves.
    """
    if not 2 <= len(scores) <= _MOST:  # noqa: PLR2004
        raise ValueError(f"{len(scores)} kinds of score: 2 to {_MOST} can be compared.")
    values = {name: np.asarray(each, dtype=np.float64) for name, each in scores.items()}
    sweeps = {name: ThresholdSweep(y_true, each) for name, each in values.items()}
    first = next(iter(sweeps.values()))
    for name, each in values.items():
        if not 0 <= each.min() <= each.max() <= 1:
            raise MetricsError(f"A score of {name!r} is outside 0 to 1. Reliability needs probabilities.")
        same = sweeps[name].recall.size == first.recall.size and (sweeps[name].recall == first.recall).all()
        if not (same and (sweeps[name].false_positive_rate == first.false_positive_rate).all()):
            raise ValueError(f"The scores {name!r} have another order, so their ROC curve is another one.")
    labels, edges = np.asarray(y_true, dtype=np.float64), np.linspace(0, 1, bins + 1)
    points, alt = {}, [f"One ROC curve, area {first.roc_auc:.3f}, and a reliability diagram for each score."]
    for name, each in values.items():
        rows, positives, sums = (np.histogram(each, edges, weights=what)[0] for what in (None, labels, each))
        some = rows > 0
        points[name] = sums[some] / rows[some], positives[some] / rows[some]
        at = sweeps[name].at(threshold)
        alt.append(
            f"{name}: at {threshold:g} recall {at.recall:.2f}, false positive rate "
            f"{at.false_positive_rate:.2f}; mean score and share of positives by bin "
            + "; ".join(f"{mean:.2f} and {share:.2f}" for mean, share in zip(*points[name], strict=True))
            + "."
        )
    with style.shown_figure(4.2 * (1 + len(values)), 5.0, " ".join(alt)) as figure:
        roc, *panels = figure.subplots(1, 1 + len(values))
        draw_roc(roc, first, {"color": style.INK, "linewidth": 3, "label": "curve", "clip_on": False})
        roc.set(ylabel="Recall", title=f"ROC area {first.roc_auc:.3f}")
        for axes, (name, (means, shares)), look in zip(panels, points.items(), _SCORES, strict=False):
            at = sweeps[name].at(threshold)
            roc.plot(
                at.false_positive_rate,
                at.recall,
                **look | {"linestyle": "none", "markersize": 13},
                label=f"{name} ≥ {threshold:g}",
                zorder=5,
            )
            draw_diagonal(axes, "calibrated")
            axes.bar(
                edges[:-1],
                np.histogram(values[name], edges)[0] / labels.size,
                width=1 / bins,
                align="edge",
                color=style.TINT,
                label="share of rows",
            )
            axes.plot(means, shares, **look, label="bins", clip_on=False)
            axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="Score", ylabel="Share of positives")
            axes.set_title(f"Reliability: {name}")
        handles = [each for each in roc.lines if each.get_label() != "curve"]
        roc.legend(handles=handles, loc="lower right")
