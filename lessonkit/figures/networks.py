"""A small network with the numbers of one row, the curves it is made of, and what it predicts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lessonkit.figures import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

_RADIUS: Final = 0.36
# Where the columns of the drawing are: inputs, units, the last unit, its score, the loss.
_INPUT, _HIDDEN, _LOGIT, _SCORE, _LOSS = 0.0, 2.6, 5.2, 7.2, 9.2
_SHARE_OF_EDGE: Final = 0.3  # where on an edge its weight is written: edges cross in the middle
# Behind a label: a line that passes there is cut, whatever its width.
_GROUND: Final[dict[str, Any]] = {"facecolor": style.CARD, "edgecolor": "none", "pad": 1.5}


def network(
    inputs: Sequence[float],
    hidden: tuple[ArrayLike, ArrayLike],
    output: tuple[ArrayLike, ArrayLike],
    *,
    names: Sequence[str],
    truth: int = 1,
) -> None:
    """Show the numbers of one row on their way through a network: sums, relu, logit, score and loss.

    Parameters
    ----------
    inputs : (k,) sequence of float
        The row.
    hidden : (weights, biases)
        Of a layer of relu units: weights of shape (k, m), biases of shape (m,), as Keras has them.
    output : (weights, biases)
        Of the one sigmoid unit: weights of shape (m, 1), biases of shape (1,).
    names : (k,) sequence of str
        What the inputs are.
    truth : {0, 1}
        The label of the row: the loss is the negative logarithm of the score of this class.

    Raises
    ------
    ValueError
        The shapes do not fit one another.
    """
    row = np.asarray(inputs, dtype=np.float64)
    (weights, biases), (last, bias) = (
        (np.asarray(w, dtype=np.float64), np.asarray(b, dtype=np.float64)) for w, b in (hidden, output)
    )
    units = biases.size
    if weights.shape != (row.size, units) or last.shape != (units, 1) or len(names) != row.size:
        raise ValueError(
            f"{row.size} inputs and {units} units need weights of shape ({row.size}, {units}) and "
            f"({units}, 1) and {row.size} names, not {weights.shape}, {last.shape} and {len(names)}."
        )
    sums = row @ weights + biases
    passed = np.maximum(sums, 0)
    logit = float(passed @ last[:, 0] + bias.item())
    score = 1 / (1 + math.exp(-logit))
    given, taken = (score, "−log(score)") if truth else (1 - score, "−log(1 − score)")
    alt = (
        "A network. Inputs: "
        + ", ".join(f"{name} {_signed(value)}" for name, value in zip(names, row, strict=True))
        + ". "
        + " ".join(
            f"Unit {place}: sum {_signed(before)}, after relu {_signed(after)}."
            for place, (before, after) in enumerate(zip(sums, passed, strict=True), 1)
        )
        + f" Logit {_signed(logit)}, score {score:.2f}. The label is {truth}, so the loss is {taken}: "
        f"{-math.log(given):.2f}."
    )
    with style.shown_axes(11.2, 1.5 + 1.35 * max(row.size, units), alt) as axes:
        left, middle = _places(row.size, 1.9), _places(units, 2.5)
        for y, value, name in zip(left, row, names, strict=True):
            _node(axes, (_INPUT, y), _signed(value), below=name)
            for unit, target in enumerate(middle):
                _edge(axes, (_INPUT, y), (_HIDDEN, target), weights[left.index(y), unit], alive=value != 0)
        for y, before, after, own, weight in zip(middle, sums, passed, biases, last[:, 0], strict=True):
            _node(
                axes,
                (_HIDDEN, y),
                _signed(after),
                below=f"sum {_signed(before)}\n→ relu {_signed(after)}",
                above=f"bias {_signed(own)}",
                off=before <= 0,
            )
            _edge(axes, (_HIDDEN, y), (_LOGIT, 0), weight, alive=before > 0)
        _node(axes, (_LOGIT, 0), _signed(logit), below="logit", above=f"bias {_signed(bias.item())}")
        _step(axes, (_LOGIT, _SCORE), "sigmoid")
        _node(axes, (_SCORE, 0), f"{score:.2f}", below="score")
        _step(axes, (_SCORE, _LOSS), f"label {truth}")
        _node(axes, (_LOSS, 0), f"{-math.log(given):.2f}", below=f"loss\n{taken}", square=True)
        high = max(left[0], middle[0])
        axes.set(xlim=(-1.1, _LOSS + 0.9), ylim=(-high - 1.25, high + 0.75), aspect="equal")
        axes.set_axis_off()


def network_curves(*, sums: Sequence[float], logit: float) -> None:
    """Show relu, the sigmoid, and the loss of a score, each with the points of one row.

    Parameters
    ----------
    sums : sequence of float
        The sums of the relu units.
    logit : float
        The sum of the last unit.
    """
    score = 1 / (1 + math.exp(-logit))
    alt = (
        "Three curves. relu: 0 for negative sums, the sum itself for positive ones; marked: "
        + ", ".join(f"{_signed(value)} becomes {_signed(max(value, 0))}" for value in sums)
        + f". Sigmoid: from 0 to 1, 0.5 at logit 0; marked: {_signed(logit)} becomes {score:.2f}. "
        f"Loss: −log(score) for spam, −log(1 − score) for a normal email; at {score:.2f} they are "
        f"{-math.log(score):.2f} and {-math.log(1 - score):.2f}."
    )
    with style.shown_figure(11.2, 4.2, alt) as figure:
        relu, sigmoid, loss = figure.subplots(1, 3)
        line = np.linspace(-2, 2, 101)
        relu.plot(line, np.maximum(line, 0), color=style.NEGATIVE, label="curve")
        for value in sums:
            _mark(relu, value, max(value, 0))
        relu.set(title="relu", xlabel="Sum of a unit", ylabel="What it passes on", ylim=(-0.15, 2))
        line = np.linspace(-6, 6, 201)
        sigmoid.plot(line, 1 / (1 + np.exp(-line)), color=style.NEGATIVE, label="curve")
        _mark(sigmoid, logit, score)
        sigmoid.set(title="sigmoid", xlabel="Logit", ylabel="Score", ylim=(-0.02, 1.02))
        line = np.linspace(0.005, 0.995, 199)
        loss.plot(line, -np.log(line), color=style.POSITIVE, label="spam")
        loss.plot(
            line, -np.log(1 - line), color=style.NEGATIVE, linestyle=(0, (5, 1.5)), label="normal email"
        )
        _mark(loss, score, -math.log(score))
        loss.set(title="loss of one email", xlabel="Score", ylabel="Loss", xlim=(0, 1), ylim=(0, 5.4))
        loss.legend(loc="upper center")


def softmax_scores(pixels: ArrayLike, logits: ArrayLike, *, truth: int) -> None:
    """Show a picture, the logit of each class, and the scores that softmax makes of them.

    Parameters
    ----------
    pixels : (h, w) array_like
        The picture, from 0 (paper) to 1 (ink).
    logits : (c,) array_like
        The sum of each unit of the last layer.
    truth : int
        The class of the picture.
    """
    sums = np.asarray(logits, dtype=np.float64)
    scores = np.exp(sums - sums.max())
    scores /= scores.sum()
    second = int(np.argsort(-scores)[1])
    alt = (
        f"A picture of the digit {truth}, ten logits and ten scores. The {np.argmax(sums)} has the highest "
        f"logit, {_signed(sums.max())}, and the score {scores.max():.2f}; the {second} is second with "
        f"{scores[second]:.2f}. The scores add up to 1. The loss is −log({scores[truth]:.3f}) = "
        f"{-math.log(scores[truth]):.2f}."
    )
    with style.shown_figure(11.2, 3.8, alt) as figure:
        picture, left, right = figure.subplots(1, 3, width_ratios=(0.75, 1, 1))
        picture.imshow(np.asarray(pixels), cmap="gray_r")
        picture.set(title=f"the digit {truth}")
        picture.set_axis_off()
        for axes, values, name in ((left, sums, "logit"), (right, scores, "score")):
            bars = axes.bar(
                range(sums.size), values, color=style.TINT, edgecolor=style.NEGATIVE, linewidth=1.5
            )
            bars[truth].set(facecolor="#FBE3D0", edgecolor=style.POSITIVE, hatch="//")
            axes.set(title=f"{name} of each digit", xlabel="Digit")
            axes.set_xticks(range(sums.size))
            axes.axhline(0, color=style.MUTED, linewidth=1.2)
        right.set_ylim(0, 1.12)
        right.annotate(
            f"{scores[truth]:.2f}", (truth, scores[truth]), ha="center", va="bottom", weight="bold"
        )


def predicted_against_true(y_true: ArrayLike, predicted: ArrayLike, *, mean: float, unit: str) -> None:
    """Show each prediction of a number over the true value, beside the baseline that says the mean.

    Parameters
    ----------
    y_true, predicted : (n,) array_like
    mean : float
        What the baseline predicts for every row.
    unit : str
        Of the numbers, as the axes name it.
    """
    truth, guess = np.asarray(y_true, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    errors = [math.sqrt(np.mean((truth - other) ** 2)) for other in (guess, mean)]
    alt = (
        f"{truth.size:,} predictions over the true values, both in {unit}. RMSE "
        f"{errors[0]:.1f}; of always saying the mean ({mean:.1f}), {errors[1]:.1f}. True values go up to "
        f"{truth.max():.0f}; predictions go from {guess.min():.0f} to {guess.max():.0f}."
    )
    with style.shown_axes(7.6, 5.4, alt) as axes:
        ends = [0, float(max(truth.max(), guess.max()))]
        axes.plot(ends, ends, color=style.INK, linewidth=1.6, label="exact")
        axes.axhline(mean, **style.DOTTED | {"label": f"always the mean, {mean:.1f}"})
        axes.plot(
            truth,
            guess,
            marker="o",
            markersize=6,
            linestyle="none",
            markerfacecolor=style.PALE,
            markeredgecolor=style.NEGATIVE,
            label="one email",
            zorder=3,
        )
        axes.set(xlabel=f"True value ({unit})", ylabel=f"Predicted ({unit})")
        style.legend_below(axes)


def _signed(number: float) -> str:
    """Write a number with at most two decimals and a real minus."""
    text = f"{round(number, 2) + 0.0:.2f}".rstrip("0").rstrip(".")  # + 0.0: no minus before a zero
    return text.replace("-", "−")


def _places(count: int, apart: float) -> list[float]:
    """Return the heights of a column of nodes, from the top."""
    return [apart * ((count - 1) / 2 - place) for place in range(count)]


def _node(  # noqa: PLR0913  (a node of the drawing)
    axes: Axes,
    at: tuple[float, float],
    value: str,
    *,
    below: str,
    above: str = "",
    off: bool = False,
    square: bool = False,
) -> None:
    from matplotlib.patches import Circle, FancyBboxPatch, Patch

    look: dict[str, Any] = {
        "facecolor": style.CARD if off else style.PALE,
        "edgecolor": style.MUTED if off else style.NEGATIVE,
        "linestyle": (0, (3, 2)) if off else "solid",
        "linewidth": 1.8,
        "zorder": 3,
    }
    x, y = at
    shape: Patch = (
        FancyBboxPatch(
            (x - _RADIUS, y - _RADIUS),
            2 * _RADIUS,
            2 * _RADIUS,
            boxstyle="round,pad=0,rounding_size=0.1",
            **look,
        )
        if square
        else Circle(at, _RADIUS, **look)
    )
    axes.add_patch(shape)
    axes.text(x, y, value, ha="center", va="center", weight="bold", size=13, zorder=4)
    axes.text(x, y - _RADIUS - 0.1, below, ha="center", va="top", size=11, zorder=2, bbox=_GROUND)
    if above:
        axes.text(
            x, y + _RADIUS + 0.08, above, ha="center", va="bottom", size=11, color=style.MUTED, zorder=4
        )


def _edge(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], weight: float, *, alive: bool = True
) -> None:
    """Draw a weight; where a zero comes in, it is not alive: whatever it is, it changes nothing."""
    color = style.MUTED if not alive else style.POSITIVE if weight > 0 else style.NEGATIVE
    xs, ys = np.array([start, end]).T
    axes.plot(
        xs,
        ys,
        color=color,
        linewidth=0.8 + 1.6 * abs(weight) if alive else 1.2,
        linestyle="solid" if weight > 0 else (0, (4, 1.5)),
        label=f"{weight:g}",
        zorder=1,
    )
    x, y = (value[0] + _SHARE_OF_EDGE * (value[1] - value[0]) for value in (xs, ys))
    axes.text(
        x,
        y,
        f"×{_signed(weight)}",
        ha="center",
        va="center",
        size=11,
        color=color,
        weight="bold",
        zorder=2,
        bbox=_GROUND,
    )


def _step(axes: Axes, ends: tuple[float, float], name: str) -> None:
    """Draw an arrow between two nodes of the last row, with what happens on the way."""
    from matplotlib.patches import FancyArrowPatch

    left, right = ends[0] + _RADIUS, ends[1] - _RADIUS
    axes.add_patch(
        FancyArrowPatch(
            (left, 0),
            (right, 0),
            arrowstyle="-|>",
            mutation_scale=16,
            color=style.MUTED,
            linewidth=1.8,
            gid=name,
        )
    )
    axes.text((left + right) / 2, 0.12, name, ha="center", va="bottom", size=11)


def _mark(axes: Axes, x: float, y: float) -> None:
    axes.plot(
        x,
        y,
        marker="D",
        markersize=8,
        color=style.POSITIVE,
        linestyle="none",
        label="_row",
        zorder=4,
        clip_on=False,
    )
    low, high = axes.get_xlim()
    leftward = x > (low + high) / 2
    axes.annotate(
        f"{_signed(x)} → {_signed(y)}",
        (x, y),
        xytext=(-10 if leftward else 10, 8),
        textcoords="offset points",
        ha="right" if leftward else "left",
        va="bottom",
        weight="bold",
        path_effects=style.outlined(),
        zorder=5,
    )
