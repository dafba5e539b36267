"""The four counts at one threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessonkit.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from lessonkit.metrics import Confusion

_WRONG = "#FBE3D0"


def confusion_matrix(confusion: Confusion, *, labels: tuple[str, str] = ("spam", "normal email")) -> None:
    """Show the four counts as a 2 × 2 table, in scikit-learn's order.

    Rows are the actual classes, columns the decisions, the negative class first:
    ``[[TN, FP], [FN, TP]]``. Right decisions are blue, wrong ones orange and hatched.

    Parameters
    ----------
    confusion : Confusion
    labels : (positive, negative)
        The names of the two classes.
    """
    positive, negative = labels
    tn, fp, fn, tp = map(style.count, confusion.as_array().ravel().tolist())
    alt = (
        f"Confusion matrix. Actual {negative}: {tn} not flagged (TN), {fp} flagged (FP). "
        f"Actual {positive}: {fn} not flagged (FN), {tp} flagged (TP)."
    )
    with style.shown_figure(6.6, 5.0, alt) as figure:
        _draw(figure.subplots(), confusion, labels)


def _draw(axes: Axes, confusion: Confusion, labels: tuple[str, str]) -> None:
    """Draw the table of the four counts."""
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
                    facecolor=style.PALE if right else _WRONG,
                    edgecolor=style.CARD,
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
                        edgecolor=style.POSITIVE,
                        hatch="///",
                        linewidth=0,
                        zorder=0.5,
                    )
                )
            axes.text(
                column,
                row - 0.04,
                style.count(counts[row][column]),
                ha="center",
                va="center",
                size=24,
                weight="bold",
            )
            axes.text(
                column, row - 0.32, short[row][column], ha="center", va="center", size=14, weight="bold"
            )
            axes.text(column, row + 0.25, names[row][column], ha="center", va="center", size=12)

    axes.set(xlim=(-0.5, 1.5), ylim=(1.5, -0.5), xlabel="Decision", ylabel="Truth", title="Confusion matrix")
    axes.set_xticks([0, 1], ["not flagged", "flagged"])
    axes.set_yticks([0, 1], [negative, positive], rotation=90, va="center")
    axes.tick_params(length=0, labelsize=13)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
