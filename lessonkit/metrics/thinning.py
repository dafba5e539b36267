"""Which points of a curve a drawing needs: few, and the eye sees no difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# A drawn curve is off by at most what skipped points may spread, plus what a cell may hide: 0.45 pixels.
_SPREAD = 0.3
_CELL = 0.1
# No point is further than this from the next, so that a slider and a pointer move smoothly.
_STRIDE = 3.0


def thinned(scores: NDArray[Any], shares: tuple[Floats, Floats, Floats], pixels: int) -> NDArray[np.intp]:
    """Return the places to draw; *shares* are recall, precision and false positive rate at the scores.

    Every point of the precision–recall curve (as steps) and of the ROC curve (as lines) is within half a
    pixel of the curve through these places, on panels of *pixels* × *pixels*.

    Parameters
    ----------
    scores : (k,) array
        Descending.
    shares : three (k,) arrays
    pixels : int
    """
    scores = scores.astype(np.float64, copy=False)
    low, high = finite_range(scores)
    along = np.clip(scores, low, high) / (max(abs(low), abs(high)) or 1.0)  # so that no difference overflows
    along = (along - along[-1]) / (along[0] - along[-1] or 1.0)
    # Neighbors in one small cell are one point to the eye: this leaves some thousands of a million.
    moved = np.zeros(scores.size, np.bool)
    moved[0] = True
    for share in shares:
        cells = (share * (pixels / _CELL)).astype(np.int32)
        moved[1:] |= cells[1:] != cells[:-1]
    # Where a run ends, too: a jump then goes from point to point.
    moved[:-1] |= moved[1:]
    # And where the score has gone on by the stride, which is how the histogram is dragged.
    marks = np.linspace(0, 1, int(pixels / _STRIDE) + 1)
    moved[scores.size - 1 - np.searchsorted(along[::-1], marks)] = True
    moved[-1] = True
    rough = np.flatnonzero(moved)
    return rough[_kept(*(pixels * axis[rough] for axis in (*shares, along)))]


def finite_range(scores: NDArray[Any]) -> tuple[float, float]:
    """Return the lowest and the highest finite score of a descending array; 0 and 0 if there is none."""
    if not (np.isfinite(scores[0]) and np.isfinite(scores[-1])):
        scores = scores[np.isfinite(scores)]
    return (float(scores[-1]), float(scores[0])) if scores.size else (0.0, 0.0)


def _kept(recall: Floats, precision: Floats, false_positive_rate: Floats, score: Floats) -> list[int]:
    """Return which points of a path to keep, in pixels; the first and the last are.

    A run of points is skipped if on each panel it is thin (then steps and a line are the same), stays between
    its ends, and is short. Only precision can leave the range of its ends: the others rise, or fall.
    """
    paths = (axis.tolist() for axis in (recall, precision, false_positive_rate, score))
    points = list(zip(*paths, strict=True))
    kept = [0]
    r0, p0, f0, s0 = points[0]
    low = high = p0
    for place, (r, p, f, s) in enumerate(points):
        low, high = min(low, p), max(high, p)
        right, tall, along = r - r0, high - low, f - f0
        thick = right > _SPREAD and (tall > _SPREAD or along > _SPREAD)
        over = max(high - max(p0, p), min(p0, p) - low) > _SPREAD
        far = max(right, tall, along, s0 - s) > _STRIDE
        if (thick or over or far) and place - 1 > kept[-1]:
            kept.append(place - 1)
            r0, p0, f0, s0 = points[place - 1]
            low, high = min(p0, p), max(p0, p)
    if kept[-1] < len(points) - 1:
        kept.append(len(points) - 1)
    return kept
