"""The look of every figure: colors, the card it stands on, and how it is shown."""

from __future__ import annotations

import base64
import io
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from IPython.display import display

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from lessonkit.metrics import Confusion

# Near the hues of Okabe and Ito (2008), but dark enough for text (contrast 4.5 : 1 on the card).
INK = "#1F2328"
MUTED = "#5A5F66"
CARD = "#FCFCFA"
POSITIVE = "#B84A00"
NEGATIVE = "#0072B2"
PRECISION = "#007A40"
RECALL = "#7A3FB0"

# Areas in the hue of `NEGATIVE`: bars, and what lies behind text or a curve.
TINT = "#BBD9EC"
PALE = "#D5E8F5"

# A line to compare with: a baseline, a diagonal.
DOTTED: dict[str, Any] = {"color": MUTED, "linewidth": 2, "linestyle": (0, (1, 1.5)), "label": "baseline"}

# One inch is 100 pixels on the page, so 12 points are 17 pixels; drawn twice as fine for dense screens.
_PAGE_DPI = 100
_PIXEL_RATIO = 2

# Colors kept in a stored image, besides transparent.
_PALETTE = 255

_STYLE: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],  # shipped with matplotlib: the same pixels everywhere
    "font.size": 12,
    "axes.titlesize": 14,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.labelsize": 13,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 1.2,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E3E3DE",
    "grid.linewidth": 1.0,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "lines.linewidth": 2.4,
    "lines.markersize": 9,
    "hatch.linewidth": 1.0,
    "legend.frameon": False,
    "legend.fontsize": 12,
}


@dataclass(frozen=True)
class _Picture:
    """A finished figure as the notebook shows it: an opaque card, the same in light and dark themes."""

    figure: Figure
    alt: str

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, dict[str, object]]]:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        canvas = FigureCanvasAgg(self.figure)
        canvas.draw()  # type: ignore[no-untyped-call]
        png = _compressed(np.asarray(canvas.buffer_rgba()))  # type: ignore[no-untyped-call]
        width, height = (round(inches * _PAGE_DPI) for inches in self.figure.get_size_inches())
        return (
            {"image/png": base64.b64encode(png).decode("ascii"), "text/plain": self.alt},
            {"image/png": {"alt": self.alt, "width": width, "height": height}},
        )


def _compressed(drawn: NDArray[np.uint8]) -> bytes:
    """Return a drawing as PNG with a palette: a figure has few colors, so this takes a third of the bytes.

    Parameters
    ----------
    drawn : (height, width, 4) array
        Red, green, blue, and alpha, which is below 255 only at and beyond the corners of the card.
    """
    from PIL import Image

    pixels = drawn.reshape(-1, 4)
    colors = pixels.view(np.uint32)[:, 0]
    # Pixels of one color mostly stand side by side: of each such run, one is enough.
    starts = np.flatnonzero(np.append(True, colors[1:] != colors[:-1]))
    runs = pixels[starts]
    row = Image.fromarray(np.ascontiguousarray(runs[:, :3])[np.newaxis])
    # Median cut keeps the colors; an octree shifts them.
    row = row.quantize(_PALETTE, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette = row.getpalette() or []
    clear = len(palette) // 3
    indices = np.where(runs[:, 3] > 127, np.asarray(row)[0], np.uint8(clear))  # noqa: PLR2004
    image = Image.fromarray(np.repeat(indices, np.diff(starts, append=colors.size)).reshape(drawn.shape[:2]))
    image.putpalette([*palette, 0, 0, 0])
    png = io.BytesIO()
    image.save(png, format="png", transparency=clear)
    return png.getvalue()


@contextmanager
def shown_figure(width: float, height: float, alt: str) -> Iterator[Figure]:
    """Open a figure in the course's style; show it once when the block ends.

    pyplot is left alone: nothing of the learner's own figures is touched, and no figure stays open.
    """
    from matplotlib import style
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine
    from matplotlib.patches import FancyBboxPatch

    with style.context(["default", _STYLE]):
        layout = ConstrainedLayoutEngine(w_pad=0.18, h_pad=0.18, wspace=0.06, hspace=0.06)
        figure = Figure(
            figsize=(width, height),
            dpi=_PAGE_DPI * _PIXEL_RATIO,
            layout=layout,
            facecolor="none",  # transparent outside the card's round corners
        )
        figure.add_artist(
            FancyBboxPatch(
                (0, 0),
                1,
                1,
                boxstyle="round,pad=0,rounding_size=0.02",
                mutation_aspect=width / height,
                transform=figure.transFigure,
                facecolor=CARD,
                edgecolor="none",
                zorder=-1,
            )
        )
        yield figure
        display(_Picture(figure, alt))  # type: ignore[no-untyped-call]


@contextmanager
def shown_axes(width: float, height: float, alt: str) -> Iterator[Axes]:
    """Open a figure with one pair of axes; show it once when the block ends."""
    with shown_figure(width, height, alt) as figure:
        yield figure.subplots()


def count(value: float) -> str:
    """Write a count; with sample weights it need not be whole."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def reading(confusion: Confusion, threshold: float) -> str:
    """Say in words what a threshold gives."""
    return (
        f"At threshold {threshold:.4g}: precision {confusion.precision:.3f}, recall {confusion.recall:.3f}."
    )


def titled(name: str | None, title: str) -> str:
    """Put the curve's name before the title; without a name, start it with a capital."""
    return f"{name}: {title}" if name else title[0].upper() + title[1:]


def outlined(color: str = CARD) -> list[Any]:
    """Give text a halo, so that a line behind it does not cross it."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=4, foreground=color)]


def legend_below(axes: Axes) -> None:
    """Put the legend under the axes, where it hides no data."""
    axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.16), ncols=3, handlelength=1.5, columnspacing=1.2)


def note(
    axes: Axes,
    words: str,
    place: tuple[float, float],
    measured: tuple[str, str],
    offset: tuple[float, float],
    *,
    color: str = INK,
) -> None:
    """Write words that end beside a place, over what is drawn there; `measured` says in what it is given."""
    axes.annotate(
        words,
        place,
        xycoords=measured,
        xytext=offset,
        textcoords="offset points",
        ha="right",
        color=color,
        path_effects=outlined(),
    )


def mark_place(axes: Axes, place: float) -> None:
    """Mark a place on the horizontal axis: a threshold, an epoch."""
    axes.axvline(place, color=INK, linewidth=2, linestyle=(0, (4, 2)), label="_threshold")
