"""Training runs, epoch by epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lessonkit.figures import style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Whose rows, the prefix of Keras's key, and the look.
_WHO = {"training": "", "validation": "val_"}
_WHO_LOOKS: dict[str, dict[str, Any]] = {
    "training": {"color": style.NEGATIVE},
    "validation": {"color": style.POSITIVE, "linestyle": (0, (5, 1.5)), "marker": "o", "markersize": 5},
}


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
    with style.shown_figure(min(5.2 * len(panels) + 1, 10.4), 4.6, alt) as figure:
        for axes, (key, lines) in zip(
            figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True
        ):
            for who, values in lines.items():
                axes.plot(range(1, len(values) + 1), values, label=who, **_WHO_LOOKS[who])
            axes.set(title=key.replace("_", " ").capitalize(), xlabel="Epoch")
            axes.xaxis.get_major_locator().set_params(integer=True)
            if epoch is not None:
                axes.set_xlabel(f"Epoch (marked: {epoch})")
                style.mark_place(axes, epoch)
            style.legend_below(axes)


# The first run of a comparison, and those that it is compared with.
_RUNS: tuple[dict[str, Any], ...] = (
    {"color": style.POSITIVE, "linestyle": "solid"},
    {"color": style.NEGATIVE, "linestyle": (0, (5, 1.5))},
    {"color": style.RECALL, "linestyle": (0, (3, 1, 1, 1))},
    {"color": style.MUTED, "linestyle": (0, (1, 1))},
)


def compared_runs(runs: Mapping[str, Sequence[float]], quantity: str) -> None:
    """Show one quantity by epoch for several training runs, each named at its end.

    Parameters
    ----------
    runs : mapping of str to sequence of float
        At most four, the one to compare with first.
    quantity : str
        What the values are.

    Raises
    ------
    ValueError
        There are no runs, or more than four.
    """
    from matplotlib.ticker import MaxNLocator

    if not 1 <= len(runs) <= len(_RUNS):
        raise ValueError(f"{len(runs)} runs: give 1 to {len(_RUNS)}, more lines cannot be told apart.")
    ends = " ".join(
        f"{name}: {values[0]:.2f} to {values[-1]:.2f}, lowest {min(values):.2f}."
        for name, values in runs.items()
    )
    with style.shown_axes(8.4, 4.6, f"{quantity} by epoch. {ends}") as axes:
        # Names of lines that end close to one another are moved apart.
        room = 0.07 * (max(map(max, runs.values())) - min(map(min, runs.values())))
        low = float("-inf")
        heights = {}
        for name in sorted(runs, key=lambda name: runs[name][-1]):
            heights[name] = low = max(runs[name][-1], low + room)
        for (name, values), look in zip(runs.items(), _RUNS, strict=False):
            axes.plot(range(1, len(values) + 1), values, label=name, **look)
            axes.annotate(
                name,
                (len(values), values[-1]),
                xytext=(len(values) + 0.3, heights[name]),
                va="center",
                color=look["color"] if look["color"] != style.MUTED else style.INK,
                annotation_clip=False,
            )
        axes.set(xlabel="Epoch", ylabel=quantity)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
