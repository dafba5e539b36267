"""What `compile` sets in motion, the logs that a wrong call leaves, and what remedies for rare spam do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lessonkit.figures import style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

# The boxes of the loop: name, words under it, and the center.
_BOXES: dict[str, tuple[str, float, float]] = {
    "weights": ("what training changes", 0.13, 0.72),
    "scores": ("one per row", 0.42, 0.72),
    "loss": ("how wrong they are", 0.71, 0.72),
    "slopes": ("one for each weight", 0.71, 0.24),
    "optimizer": ("takes a step downhill", 0.29, 0.24),
    "metrics": ("for you to read", 0.42, 0.97),
}
_WIDTH, _HEIGHT = 0.23, 0.17
# From, to, and the place of both ends.
_ARROWS = (
    ((0.245, 0.72), (0.305, 0.72)),
    ((0.535, 0.72), (0.595, 0.72)),
    ((0.71, 0.635), (0.71, 0.325)),
    ((0.595, 0.24), (0.405, 0.24)),
    ((0.2, 0.325), (0.13, 0.635)),
)
_PANELS_A_ROW = 3
_LINES: tuple[dict[str, Any], ...] = (
    {"color": style.NEGATIVE, "marker": "o"},
    {"color": style.POSITIVE, "marker": "^", "linestyle": (0, (5, 1.5))},
    {"color": style.RECALL, "marker": "s", "linestyle": (0, (1, 1))},
)

# Six networks on scikit-learn's breast cancer data, 70% of it: 8 epochs, batches of 32, Adam(0.01), seed 3;
# one sigmoid unit, but for one word of `compile` or `fit`. Their logs, epoch by epoch, rounded.
_SIX_LOGS: dict[str, dict[str, list[float]]] = {
    "Log 1": {
        "loss": [1.24, 0.48, 0.37, 0.31, 0.26, 0.23, 0.2, 0.18],
        "val_loss": [0.35, 0.31, 0.27, 0.23, 0.19, 0.17, 0.16, 0.16],
        "accuracy": [0.8, 0.9, 0.92, 0.93, 0.95, 0.95, 0.96, 0.96],
    },
    "Log 2": {
        "loss": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        "accuracy": [0.88, 0.91, 0.9, 0.9, 0.89, 0.87, 0.86, 0.85],
    },
    "Log 3": {
        "loss": [0.52, 0.15, 0.1, 0.08, 0.07, 0.06, 0.05, 0.05],
        "accuracy": [0.76, 0.95, 0.97, 0.98, 0.98, 0.98, 0.99, 0.99],
        "precision": [0.76, 0.95, 0.97, 0.98, 0.98, 0.98, 0.99, 0.99],
        "recall": [0.76, 0.95, 0.97, 0.98, 0.98, 0.98, 0.99, 0.99],
    },
    "Log 4": {
        "loss": [3.15, 3.1, 1.24, 1.09, 1.4, 0.85, 0.89, 0.88],
        "val_loss": [6.1, 6.28, 5.89, 4.28, 6.63, 12.16, 8.2, 3.65],
        "accuracy": [0.86, 0.96, 0.99, 0.99, 0.98, 0.98, 0.98, 0.98],
    },
    "Log 5": {
        "loss": [-0.18, -1.67, -3.75, -7.19, -12.74, -20.83, -31.52, -44.8],
        "accuracy": [0.37, 0.58, 0.63, 0.63, 0.63, 0.63, 0.63, 0.63],
    },
    "Log 6": {
        "loss": [0.62, 0.61, 0.6, 0.59, 0.58, 0.57, 0.56, 0.55],
        "val_loss": [0.58, 0.57, 0.56, 0.55, 0.54, 0.53, 0.52, 0.52],
        "accuracy": [0.67, 0.7, 0.7, 0.72, 0.73, 0.75, 0.76, 0.76],
    },
}


def training_loop() -> None:
    """Show who moves the weights: scores, loss, slopes, optimizer form a loop; metrics are a dead end."""
    from matplotlib.patches import FancyBboxPatch

    alt = (
        "A loop of arrows: weights make scores, scores and labels make the loss, the loss gives slopes, and "
        "the optimizer uses the slopes to change the weights. One more arrow leads from the scores to the "
        "metrics. No arrow leaves the metrics."
    )
    with style.shown_axes(9.4, 4.8, alt) as axes:
        axes.set(xlim=(-0.01, 0.99), ylim=(0.1, 1.08))
        axes.axis("off")
        for name, (words, x, y) in _BOXES.items():
            dead = name == "metrics"
            axes.add_patch(
                FancyBboxPatch(
                    (x - _WIDTH / 2, y - _HEIGHT / 2),
                    _WIDTH,
                    _HEIGHT,
                    boxstyle="round,pad=0,rounding_size=0.02",
                    facecolor="none" if dead else style.PALE,
                    edgecolor=style.MUTED if dead else style.NEGATIVE,
                    linestyle="dashed" if dead else "solid",
                    linewidth=2,
                )
            )
            axes.text(x, y + 0.03, name, ha="center", va="center", fontsize=15, weight="bold")
            axes.text(x, y - 0.045, words, ha="center", va="center", fontsize=11, color=style.MUTED)
        for start, end in _ARROWS:
            axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "lw": 2.4, "color": style.INK})
        axes.annotate(
            "",
            (0.42, 0.885),
            (0.42, 0.805),
            arrowprops={"arrowstyle": "-|>", "lw": 1.8, "color": style.MUTED, "linestyle": "dashed"},
        )
        axes.text(0.56, 0.97, "no arrow leaves this box", va="center", color=style.MUTED)
        axes.annotate(
            "labels",
            (0.83, 0.72),
            (0.92, 0.72),
            ha="center",
            va="center",
            fontsize=15,
            arrowprops={"arrowstyle": "-|>", "lw": 2.4, "color": style.INK},
        )


def training_logs(logs: Mapping[str, Mapping[str, Sequence[float]]], *, never: float | None = None) -> None:
    """Show the logs of several training runs side by side: the loss above, what else was counted below.

    Parameters
    ----------
    logs : mapping of name to history
        The ``history`` of what Keras's ``fit`` returns, one for each run. Each has a ``loss``.
    never : float, optional
        The accuracy of never flagging, as a dotted line.
    """
    rows = -(-len(logs) // _PANELS_A_ROW)
    columns = min(len(logs), _PANELS_A_ROW)
    with style.shown_figure(1 + 3.3 * columns, 0.4 + 4.3 * rows, _logs_alt(logs, never)) as figure:
        grid = figure.subplots(2 * rows, columns, squeeze=False)
        for place, (name, log) in enumerate(logs.items()):
            row, column = divmod(place, _PANELS_A_ROW)
            upper, lower = grid[2 * row, column], grid[2 * row + 1, column]
            upper.set_title(name)
            others = [key for key in log if "loss" not in key and not key.startswith("val_")]
            _lines(upper, log, [key for key in ("loss", "val_loss") if key in log])
            _lines(lower, log, others)
            # From 0, so that a loss that barely moves looks like one.
            low, high = upper.get_ylim()
            upper.set_ylim(min(0, low), max(0.1, 1.08 * high))
            lower.set(ylim=(-0.05, 1.05), xlabel="Epoch")
            if never is not None and "accuracy" in others:
                lower.axhline(never, **{**style.DOTTED, "label": "never flagging"})
            for axes in (upper, lower):
                axes.xaxis.get_major_locator().set_params(integer=True)
            upper.legend(fontsize=10, handlelength=1.6)
            lower.legend(
                fontsize=10,
                handlelength=1.6,
                loc="lower right",
                bbox_to_anchor=(1, 0.16),
                ncols=2,
                columnspacing=1,
            )


def _lines(axes: Axes, log: Mapping[str, Sequence[float]], keys: Sequence[str]) -> None:
    for key, look in zip(keys, _LINES, strict=False):
        axes.plot(range(1, len(log[key]) + 1), log[key], label=key, **{"markersize": 5, **look})


def _logs_alt(logs: Mapping[str, Mapping[str, Sequence[float]]], never: float | None) -> str:
    said = [
        f"{name}: "
        + ", ".join(f"{key} {each[0]:.2f}, {each[1]:.2f} … {each[-1]:.2f}" for key, each in log.items())
        + "."
        for name, log in logs.items()
    ]
    line = [] if never is None else [f"Dotted: the accuracy of never flagging, {never:.2f}."]
    return " ".join([f"{len(logs)} training logs.", *said, *line])


def six_logs() -> None:
    """Show the six logs of the exercise *Diagnose it*, with letters instead of their causes."""
    training_logs(_SIX_LOGS, never=0.63)
