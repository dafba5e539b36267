"""The lessons and what comes before what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lessonkit.figures import style

if TYPE_CHECKING:
    from collections.abc import Collection

    from matplotlib.axes import Axes

# Each lesson: the words in its box, its place (column, row), and the lessons right before it.
LESSONS: Final[dict[str, tuple[str, tuple[float, float], tuple[str, ...]]]] = {
    "01": ("Precision\nand recall", (0, 0), ()),
    "02": ("Decision\nthresholds", (1, 0), ("01",)),
    "03": ("Precision–\nrecall curves", (2, 0), ("02",)),
    "04": ("Curves in\nTensorFlow", (5, 0), ("03",)),
    "05": ("Area under\nthe PR curve", (2, 1), ("03",)),
    "06": ("ROC\nand PR", (3, 1), ("05",)),
    "07": ("Threshold\ntuning", (4, 1), ("06",)),
    "08": ("Sequential\nmodels", (5, 1), ("04", "07")),
    "09": ("Compiling\nmodels", (6, 1), ("08",)),
    "10": ("Pipeline\ntrace: PR", (6, 2), ("09",)),
    "11": ("Pipeline\ntrace: ROC", (5, 2), ("10",)),
    "12": ("Capstone", (6, 3), ("10",)),
    "13": ("Extra: scores\ndo not fit", (4, 2), ("07",)),  # and 04, whose arrow would cross another
}
_WIDE, _TALL = 0.8, 0.62


def lesson_map(*, begun: Collection[str] = (), done: Collection[str] = ()) -> None:
    """Show the lessons as boxes; an arrow leads from a lesson to one that needs it.

    Parameters
    ----------
    begun, done : collection of str
        Numbers of lessons, such as "01", whose boxes say so. `ProgressWidget.lesson_map` reads them off the
        learner's record.
    """
    arrows = [f"{before} to {name}" for name, (_, _, needs) in LESSONS.items() for before in needs]
    words = [f"Map of the lessons. Arrows lead from {', '.join(arrows)}."]
    states = {name: "done" if name in done else "begun" for name in LESSONS if name in {*begun, *done}}
    words += [
        f"{state.capitalize()}: {', '.join(name for name, own in states.items() if own == state)}."
        for state in ("done", "begun")
        if state in states.values()
    ]
    with style.shown_figure(10.8, 4.8, " ".join(words)) as figure:
        _draw(figure.subplots(), states)


def _draw(axes: Axes, states: dict[str, str]) -> None:
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

    for name, (title, (x, y), needs) in LESSONS.items():
        state = states.get(name, "")
        filled = state == "done"
        ink = "white" if filled else style.INK
        box = FancyBboxPatch(
            (x - _WIDE / 2, y - _TALL / 2),
            _WIDE,
            _TALL,
            boxstyle="round,pad=0,rounding_size=0.08",
            facecolor=style.NEGATIVE if filled else style.PALE,
            edgecolor=style.NEGATIVE,
            linewidth=3.5 if state else 1.5,
        )
        axes.add_patch(box)
        head = f"{name} · {state}" if state else name
        axes.text(x, y - 0.17, head, ha="center", va="center", weight="bold", size=13, color=ink)
        axes.text(x, y + 0.08, title, ha="center", va="center", size=11, color=ink)
        for before in needs:
            axes.add_patch(
                FancyArrowPatch(
                    *_ends(LESSONS[before][1], (x, y)),
                    arrowstyle="-|>",
                    mutation_scale=16,
                    color=style.MUTED,
                    linewidth=1.8,
                    shrinkA=0,
                    shrinkB=1,
                    gid=f"{before}-{name}",
                )
            )
    axes.set(xlim=(-0.5, 6.5), ylim=(3.4, -0.4))
    axes.set_axis_off()


def _ends(start: tuple[float, float], end: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    """Return where an arrow leaves the box at `start` and where it meets the box at `end`."""
    (x0, y0), (x1, y1) = start, end
    if x0 != x1:
        side = _WIDE / 2 if x1 > x0 else -_WIDE / 2
        return (x0 + side, y0), (x1 - side, y1)
    side = _TALL / 2 if y1 > y0 else -_TALL / 2
    return (x0, y0 + side), (x1, y1 - side)
