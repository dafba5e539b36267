"""What counts in bins prove, as boxes around the curve of all rows; and the pairs that no group sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.figures import style
from lessonkit.metrics import ThresholdSweep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

    Table = tuple[ArrayLike, ArrayLike]
    Corners = NDArray[np.float64]

# Up to so many corners are marked, each with a dot.
_MOST_DOTS = 30
# Both sides of a box whose hatch is seen, as shares of the axes.
_SEEN = 0.01
# A bracket narrower than this is told with one more decimal.
_NARROW = 0.01


def roc_boxes(tables: Mapping[str, Table], sweep: ThresholdSweep) -> None:
    """Show for each table of counts the boxes in which the ROC curve must run, and the curve itself.

    The area below all boxes is won for sure. The boxes are what the counts leave open.

    Parameters
    ----------
    tables : mapping of str to (positives, negatives)
        The counts of each bin, from the highest scores to the lowest, by the name of the table.
    sweep : ThresholdSweep
        Of the rows that were counted.
    """
    brackets = {name: _roc_bracket(*table) for name, table in tables.items()}
    alt = "ROC curve in the boxes of its bins. " + "; ".join(
        f"{name}: area from {_ends(*bracket)}" for name, bracket in brackets.items()
    )
    with style.shown_figure(
        5.6 * len(tables) if len(tables) > 1 else 6.4, 6.4, f"{alt}; exact {sweep.roc_auc:.3f}."
    ) as figure:
        for axes, (name, table) in zip(
            np.ravel(figure.subplots(1, len(tables), sharey=True)), tables.items(), strict=True
        ):
            _draw_boxes(axes, table, sweep)
            axes.set_title(f"{name}: {_ends(*brackets[name])}")
            axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="False positive rate", aspect="equal")
            axes.label_outer()
        first = figure.axes[0]
        first.set_ylabel("True positive rate (recall)")
        style.legend_below(first)


def cost_boxes(
    table: Table,
    sweep: ThresholdSweep,
    *,
    bins: int,
    false_positive: float,
    false_negative: float,
    between: tuple[float, float],
) -> None:
    """Show for bins of equal width the boxes in which the cost must run, and the cost itself.

    A line marks the lowest cost at the end of a bin. Boxes that reach below it are filled: only there a
    cheaper threshold can be.

    Parameters
    ----------
    table : (positives, negatives)
        The counts of the bins from 1 down to 0, all of them.
    sweep : ThresholdSweep
        Of the rows that were counted.
    bins : int
        Bins between 0 and 1.
    false_positive, false_negative : float
        Price of one false alarm and of one miss.
    between : (float, float)
        The thresholds to show.
    """
    found, alarms = _corners(table)
    total = found[-1]
    best = false_positive * alarms[:-1] + false_negative * (total - found[1:])
    worst = false_positive * alarms[1:] + false_negative * (total - found[:-1])
    ends = false_positive * alarms[1:] + false_negative * (total - found[1:])
    starts = np.arange(bins)[::-1] / bins
    least = float(ends.min())
    open_ = best < least
    cost = sweep.cost(false_positive=false_positive, false_negative=false_negative)
    alt = (
        f"Cost against the threshold, in the boxes of {bins:,} bins. Lowest cost at the end of a bin: "
        f"{least:,.0f}. {int(open_.sum())} boxes reach below it, the lowest to {best.min():,.0f}; "
        f"the exact lowest cost is {cost.min():,.0f}."
    )
    with style.shown_axes(8.6, 5.2, alt) as axes:
        width = 1 / bins
        shut: dict[str, Any] = {"facecolor": "none", "label": "no cheaper threshold here"}
        filled: dict[str, Any] = {"facecolor": style.TINT, "hatch": "////", "label": "may hide a cheaper one"}
        for chosen, look in ((~open_, shut), (open_, filled)):
            axes.bar(
                starts[chosen],
                (worst - best)[chosen],
                width=width,
                bottom=best[chosen],
                align="edge",
                edgecolor=style.NEGATIVE,
                linewidth=1.2,
                **look,
            )
        axes.plot(sweep.thresholds, cost, color=style.POSITIVE, linewidth=2, label="cost of all rows")
        axes.axhline(
            least, color=style.INK, linewidth=2, linestyle=(0, (5, 2)), label="lowest cost at an end"
        )
        seen = (starts >= between[0] - width / 2) & (starts + width <= between[1] + width / 2)
        margin = 0.06 * (worst[seen].max() - best[seen].min())
        axes.set(
            xlim=between,
            ylim=(best[seen].min() - margin, worst[seen].max() + margin),
            xlabel="Threshold",
            ylabel="Cost",
        )
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.set_title(f"{int(open_.sum())} of {bins:,} bins can hide a cheaper threshold")
        axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.16), ncols=2, handlelength=1.8)


def pair_blocks(
    y_true: ArrayLike,
    scores: ArrayLike,
    group: ArrayLike,
    *,
    names: Mapping[int, str],
    labels: tuple[str, str],
) -> None:
    """Show all pairs of a positive and a negative as a square, cut by the group of each.

    A block is as large as its share of the pairs. In it is the share of its pairs that the positive wins,
    a tie as half: its ROC AUC. The blocks of one group, which are all that the groups' own areas know, are
    hatched.

    Parameters
    ----------
    y_true : array_like of 0 and 1, shape (n,)
    scores, group : array_like, shape (n,)
        The group of each row, a key of *names*.
    names : mapping of int to str
        The groups, in their order.
    labels : (str, str)
        What the positives and the negatives are called.
    """
    y_true, scores, group = (np.asarray(column) for column in (y_true, scores, group))
    rows, columns = (
        {name: scores[(y_true == label) & (group == key)] for key, name in names.items()} for label in (1, 0)
    )
    heights, widths = (np.array([one.size for one in part.values()]) for part in (rows, columns))
    lefts, bottoms = _starts(widths / widths.sum()), _starts(heights / heights.sum())
    wins = np.array(
        [[_won(positive, negative) for negative in columns.values()] for positive in rows.values()]
    )
    shares = np.outer(heights, widths) / (heights.sum() * widths.sum())
    whole, own = float((shares * wins).sum()), float(np.trace(shares))
    alt = (
        f"All pairs of {labels[0]} and {labels[1]}, a block for each two groups, and the ROC AUC in it. "
        + "; ".join(
            f"{labels[0]} of {row}: "
            + ", ".join(
                f"{value:.3f} against {column}" for column, value in zip(columns, values, strict=True)
            )
            for row, values in zip(rows, wins, strict=True)
        )
        + f". The hatched blocks of one group are {own:.2f} of the pairs. All pairs: {whole:.3f}."
    )
    with style.shown_axes(7.6, 6.6, alt) as axes:
        for i, bottom in enumerate(bottoms):
            for j, left in enumerate(lefts):
                axes.bar(
                    left,
                    shares[i].sum(),
                    width=shares[:, j].sum(),
                    bottom=bottom,
                    align="edge",
                    facecolor=style.TINT if i == j else style.PALE,
                    edgecolor=style.NEGATIVE,
                    hatch="//" if i == j else None,
                    linewidth=1.2,
                    label=f"_{list(rows)[i]}, {list(columns)[j]}",
                )
                axes.text(
                    left + shares[:, j].sum() / 2,
                    bottom + shares[i].sum() / 2,
                    f"{wins[i, j]:.3f}",
                    ha="center",
                    va="center",
                    size=15,
                    weight="bold",
                    color=style.INK,
                    bbox={"facecolor": style.TINT if i == j else style.PALE, "edgecolor": "none", "pad": 4},
                )
        axes.set(
            xlim=(0, 1),
            ylim=(1, 0),
            xticks=lefts + widths / widths.sum() / 2,
            xticklabels=list(columns),
            yticks=bottoms + heights / heights.sum() / 2,
            yticklabels=list(rows),
            xlabel=labels[1].capitalize(),
            ylabel=labels[0].capitalize(),
        )
        axes.tick_params(length=0)
        axes.grid(visible=False)
        axes.set_title(f"Area of all pairs: {whole:.3f}")


def _draw_boxes(axes: Axes, table: Table, sweep: ThresholdSweep) -> None:
    from matplotlib.collections import PolyCollection

    found, alarms = (corner / corner[-1] for corner in _corners(table))
    axes.fill_between(
        np.repeat(alarms, 2)[1:],
        np.repeat(found, 2)[:-1],
        color=style.PALE,
        linewidth=0,
        label="won for sure",
    )
    # One artist: ten thousand single boxes take seconds to draw. A bin of one class alone has no area.
    lefts, rights, lows, highs = (
        ends[(np.diff(found) > 0) & (np.diff(alarms) > 0)]
        for ends in (alarms[:-1], alarms[1:], found[:-1], found[1:])
    )
    boxes = np.stack([[lefts, lows], [rights, lows], [rights, highs], [lefts, highs]]).transpose(2, 0, 1)
    # Each hatch is drawn apart, which takes long, and one in a box of a few pixels is not seen.
    large = np.minimum(rights - lefts, highs - lows) > _SEEN
    for chosen, hatch, label in ((large, "////", "open"), (~large, None, "_open")):
        axes.add_collection(
            PolyCollection(
                list(boxes[chosen]),
                facecolor=style.CARD,
                edgecolor=style.NEGATIVE,
                hatch=hatch,
                linewidth=1.2,
                label=label,
            )
        )
    axes.plot([0, *sweep.false_positive_rate], [0, *sweep.recall], color=style.POSITIVE, label="all scores")
    if found.size <= _MOST_DOTS:
        axes.plot(
            alarms, found, "o", color=style.INK, markersize=8, clip_on=False, zorder=4, label="_corners"
        )
    axes.plot([0, 1], [0, 1], color=style.MUTED, linewidth=1, linestyle=(0, (1, 2)), label="_diagonal")


def _corners(table: Table) -> tuple[Corners, Corners]:
    """Return what is flagged of each class above and at the end of each bin, beginning with nothing."""
    found, alarms = (np.append(0.0, np.cumsum(np.asarray(column, dtype=float))) for column in table)
    return found, alarms


def _roc_bracket(positives: ArrayLike, negatives: ArrayLike) -> tuple[float, float]:
    found, alarms = _corners((positives, negatives))
    pairs = found[-1] * alarms[-1]
    return float((np.diff(alarms) * found[:-1]).sum() / pairs), float(
        (np.diff(alarms) * found[1:]).sum() / pairs
    )


def _ends(low: float, high: float) -> str:
    decimals = 4 if high - low < _NARROW else 3
    return f"{low:.{decimals}f} to {high:.{decimals}f}"


def _starts(shares: Corners) -> Corners:
    return np.append(0.0, np.cumsum(shares)[:-1])


def _won(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    labels = np.repeat([1, 0], [positive.size, negative.size])
    return ThresholdSweep(labels, np.concatenate([positive, negative])).roc_auc
