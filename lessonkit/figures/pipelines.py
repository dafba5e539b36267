"""Pipelines: which rows reached which step, what the losses of the epochs mean, how a row gets its score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lessonkit.figures import style

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray


_WARM: Final = "#FBE3D0"
_PARTS: Final = {"train": "training", "validation": "validation", "test": "test"}
_LEARNED: Final = {"facecolor": _WARM, "edgecolor": style.POSITIVE, "hatch": "//", "label": "learned from"}
_PASSED: Final = {"facecolor": style.PALE, "edgecolor": style.NEGATIVE, "label": "passed through"}


def rows_reached(traces: Mapping[str, Any]) -> None:
    """Show which rows each call of a pipeline learned from, and which only passed through it.

    Parameters
    ----------
    traces : mapping of str to PipelineTrace
        A panel each, with its title. Each trace knows its split.

    Raises
    ------
    ValueError
        There is no trace, or one has no split or no call that rows went into.
    """
    if not traces:
        raise ValueError("traces is empty: give a title and a PipelineTrace for each panel.")
    panels = {title: _reached(title, trace) for title, trace in traces.items()}
    alt = " ".join(
        f"{title}: "
        + "; ".join(
            f"{name} "
            + ", ".join(
                f"{'learned from' if learned else 'got'} {rows} {_PARTS[part]} rows"
                for part, (rows, learned) in parts.items()
            )
            for name, parts in calls
        )
        + "."
        for title, calls in panels.items()
    )
    reached = {part for calls in panels.values() for _, parts in calls for part in parts}
    rows = [part for part in _PARTS if part in reached]
    with style.shown_figure(10.4, 1.0 + 2.6 * len(panels), f"Rows by step. {alt}") as figure:
        for axes, (title, calls) in zip(
            figure.subplots(len(panels), squeeze=False)[:, 0], panels.items(), strict=True
        ):
            _draw_reached(axes, calls, rows)
            axes.set_title(title)
        style.legend_below(axes)
        axes.get_legend().set_bbox_to_anchor((-0.02, -0.26))


def _reached(title: str, trace: Any) -> list[tuple[str, dict[str, tuple[int, bool]]]]:  # noqa: ANN401  (a PipelineTrace)
    """Return for each call the rows of each part, and whether it learned from them."""
    found = []
    for stage in trace.stages:
        for call in stage.calls:
            parts = {part: call.rows[part] for part in _PARTS if part in call.rows}
            if stage.name != "split" and call.method and parts:
                found.append(
                    (
                        f"{stage.name}: {call.method}",
                        {part: (rows, bool(call.fitted.get(part))) for part, rows in parts.items()},
                    )
                )
    if not found:
        raise ValueError(f"{title}: no rows of a split went into a watched step yet. Run it first.")
    return found


def _draw_reached(axes: Axes, calls: list[tuple[str, dict[str, tuple[int, bool]]]], rows: list[str]) -> None:
    from matplotlib.patches import Rectangle

    named: set[str] = set()
    for column, (_, parts) in enumerate(calls):
        for part, (amount, learned) in parts.items():
            look: dict[str, Any] = dict(_LEARNED if learned else _PASSED)
            if look["label"] in named:
                look["label"] = f"_{look['label']}"
            named.add(look["label"])
            place = rows.index(part)
            axes.add_patch(Rectangle((column - 0.42, place - 0.36), 0.84, 0.72, linewidth=1.5, **look))
            axes.text(
                column,
                place,
                f"{amount}",
                ha="center",
                va="center",
                weight="bold" if learned else "normal",
                path_effects=style.outlined(_WARM if learned else style.PALE),
            )
    axes.set(xlim=(-0.55, len(calls) - 0.45), ylim=(len(rows) - 0.5, -0.5))
    axes.set_xticks(range(len(calls)), [name.replace(": ", "\n") for name, _ in calls])
    axes.set_yticks(range(len(rows)), [_PARTS[part] for part in rows])
    axes.tick_params(length=0)
    axes.grid(visible=False)


def losses_of_a_training(
    running: Sequence[float], after: Sequence[float], validation: Sequence[float]
) -> None:
    """Show the training loss that Keras reports beside the losses after each epoch.

    Parameters
    ----------
    running : sequence of float
        What Keras reports as ``loss``: the mean while the epoch ran. Drawn at the middle of its epoch.
    after, validation : sequence of float
        The loss of the training rows and of the validation rows, measured after each epoch.

    Raises
    ------
    ValueError
        The three differ in length, or are empty.
    """
    if not len(running) == len(after) == len(validation) > 0:
        raise ValueError(
            f"{len(running)}, {len(after)} and {len(validation)} losses: give one for each epoch, of each."
        )
    ends = np.arange(1, len(running) + 1)
    lines: dict[str, tuple[Any, Sequence[float], dict[str, Any]]] = {
        "training, during the epoch": (ends - 0.5, running, {"color": style.NEGATIVE, "marker": "o"}),
        "training, after it": (
            ends,
            after,
            {"color": style.NEGATIVE, "linestyle": (0, (1, 1.2)), "marker": "s", "markersize": 6},
        ),
        "validation, after it": (
            ends,
            validation,
            {"color": style.POSITIVE, "linestyle": (0, (5, 1.5)), "marker": "^", "markersize": 7},
        ),
    }
    alt = "Loss by epoch. " + " ".join(
        f"{name[0].upper()}{name[1:]}: {values[0]:.2f} to {values[-1]:.2f}."
        for name, (_, values, _) in lines.items()
    )
    with style.shown_axes(8.4, 5.0, alt) as axes:
        for name, (places, values, look) in lines.items():
            axes.plot(places, values, label=name, **look)
        axes.set(xlabel="Epochs done", ylabel="Loss", title="Three losses of one training", ylim=(0, None))
        axes.set_xticks(range(len(running) + 1))
        style.legend_below(axes)


def losses_of_seeds(training: ArrayLike, validation: ArrayLike, *, epochs: Sequence[int] = ()) -> None:
    """Show the losses of several runs as thin lines, with their mean: training and validation side by side.

    Parameters
    ----------
    training, validation : array_like, shape (runs, epochs)
        One row per run.
    epochs : sequence of int
        Epochs to mark, counted from 1.

    Raises
    ------
    ValueError
        The two are not tables of one shape, or there is no such epoch.
    """
    panels = {
        "training": np.asarray(training, dtype=np.float64),
        "validation": np.asarray(validation, dtype=np.float64),
    }
    first, second = (values.shape for values in panels.values())
    if first != second or len(first) != 2:  # noqa: PLR2004  (a table)
        raise ValueError(f"shapes {first} and {second}: give two tables with one row per run.")
    runs, last = first
    for epoch in epochs:
        if not 1 <= epoch <= last:
            raise ValueError(f"epoch {epoch}: the runs have epochs 1 to {last}.")
    alt = f"Losses of {runs} runs over {last} epochs. " + " ".join(
        f"{name.capitalize()}: mean "
        + ", ".join(
            f"{values[:, epoch - 1].mean():.2f} in epoch {epoch}" for epoch in sorted({*epochs, 1, last})
        )
        + "."
        for name, values in panels.items()
    )
    with style.shown_figure(10.4, 4.8, alt) as figure:
        both = figure.subplots(1, 2, sharey=True)
        for axes, (name, values), color in zip(
            both, panels.items(), (style.NEGATIVE, style.POSITIVE), strict=True
        ):
            for run in values:
                axes.plot(range(1, last + 1), run, color=color, linewidth=1, alpha=0.55, label="_run")
            axes.plot(range(1, last + 1), values.mean(axis=0), color=style.INK, linewidth=2.4, label="mean")
            for epoch in epochs:
                style.mark_place(axes, epoch)
            axes.set(title=f"{name.capitalize()} loss of {runs} runs", xlabel="Epoch")
            style.legend_below(axes)
        both[0].set(ylabel="Loss", ylim=(min(values.min() for values in panels.values()) - 0.02, None))


def contributions(path: Any) -> None:  # noqa: ANN401  (a PredictionTrace, of a floor above)
    """Show how the last unit of a network reaches the score of a row: what each input adds to the logit.

    Parameters
    ----------
    path : PredictionTrace
        Of a network whose last layer is one dense unit with a sigmoid.

    Raises
    ------
    ValueError
        The last layer is another.
    """
    last = path.layers[-1].explained
    if last is None or path.layers[-1].activations.shape != (1,) or not 0 <= last.activation <= 1:
        raise ValueError("the last layer is not one dense unit with a sigmoid.")
    steps = [(each.name, each.product) for each in last.contributions if each.product]
    steps.append(("bias", last.bias))
    alt = (
        "Sum of the last unit. "
        + " ".join(f"{name}: {_signed(value)}." for name, value in steps)
        + f" Logit {_signed(last.total)}, score {last.activation:.2f}."
    )
    with style.shown_figure(8.4, 1.6 + 0.62 * (len(steps) + 1), alt) as figure:
        _draw_sum(figure.subplots(), steps, last.total, last.activation)


def _draw_sum(axes: Axes, steps: list[tuple[str, float]], total: float, score: float) -> None:
    reached = 0.0
    for place, (name, value) in enumerate([*steps, ("logit", total)]):
        start = 0.0 if name == "logit" else reached
        up = value >= 0
        axes.barh(
            place,
            value,
            left=start,
            height=0.56,
            facecolor=_WARM if up else style.PALE,
            edgecolor=style.POSITIVE if up else style.NEGATIVE,
            hatch="//" if up else None,
            linewidth=1.5,
            label=name,
        )
        text = _signed(value) + (f"  →  sigmoid  →  score {score:.2f}" if name == "logit" else "")
        axes.annotate(
            text,
            (max(start, start + value), place),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            weight="bold" if name == "logit" else "normal",
            path_effects=style.outlined(),
        )
        reached = start + value
    axes.axvline(0, color=style.INK, linewidth=1.5, label="_zero")
    ends = np.cumsum([0.0, *(value for _, value in steps)])
    width = np.ptp(ends) or 1.0
    axes.set(xlim=(ends.min() - 0.1 * width, ends.max() + 0.45 * width), ylim=(len(steps) + 0.6, -0.6))
    axes.set_yticks(range(len(steps) + 1), [name for name, _ in steps] + ["logit"])
    axes.set(xlabel="Sum so far (above 0: score above 0.5)", title="From contributions to a score")
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")


def shuffled_labels(
    runs: Mapping[str, tuple[float, ArrayLike]], *, prevalence: float, quantity: str = "Average precision"
) -> None:
    """Show what a pipeline reaches with its own labels and with shuffled ones, beside the prevalence.

    Parameters
    ----------
    runs : mapping of str to (float, array_like)
        For each pipeline its result with the labels as they are, and one for each shuffle.
    prevalence : float
        What no skill gives.
    quantity : str
        What is measured.

    Raises
    ------
    ValueError
        There is no pipeline, or one without a shuffle.
    """
    known: dict[str, tuple[float, NDArray[np.float64]]] = {
        name: (own, np.asarray(values, dtype=np.float64)) for name, (own, values) in runs.items()
    }
    if not known or not all(values.size for _, values in known.values()):
        raise ValueError("give for each pipeline its result and those of one shuffle at least.")
    alt = f"{quantity} with true and with shuffled labels; prevalence {prevalence:.2f}. " + " ".join(
        f"{name}: {own:.2f}, with {values.size} shuffles {values.min():.2f} to {values.max():.2f}, "
        f"mean {values.mean():.2f}."
        for name, (own, values) in known.items()
    )
    with style.shown_axes(9.4, 1.9 + 0.95 * len(known), alt) as axes:
        axes.axvline(prevalence, **style.DOTTED | {"label": f"prevalence {prevalence:.2f}"})
        for place, (own, values) in enumerate(known.values()):
            hidden = "_" if place else ""
            axes.plot(
                *(values, place + np.fromiter(_spread(values.size), dtype=np.float64)),
                color=style.MUTED,
                marker="o",
                markersize=6,
                markerfacecolor="none",
                linestyle="none",
                label=f"{hidden}labels shuffled",
            )
            axes.plot(
                *(own, place),
                color=style.POSITIVE,
                marker="D",
                markersize=11,
                linestyle="none",
                clip_on=False,
                label=f"{hidden}true labels",
            )
        axes.set(
            xlim=(0, 1), ylim=(len(known) - 0.4, -0.6), xlabel=quantity, title="True and shuffled labels"
        )
        axes.set_yticks(range(len(known)), list(known))
        axes.tick_params(axis="y", length=0)
        style.legend_below(axes)


def _spread(size: int) -> Iterator[float]:
    """Yield small offsets, so that dots of equal value do not hide each other."""
    return (0.09 * (place % 5 - 2) for place in range(size))


def _signed(number: float) -> str:
    return f"{number:+.2f}".replace("-", "−")
