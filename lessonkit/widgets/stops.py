"""The thresholds at which a drawn sweep can stop: few enough to send, dense enough that nothing is lost.

A sweep of a million rows has a million thresholds, and a panel of a few hundred pixels shows some hundreds
of them. `Stops.of` chooses which. Each stop has the exact counts of its threshold, so what a page shows at a
stop is what `ThresholdSweep.at` returns there, whatever the number of rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lessonkit.metrics.thinning import finite_range, thinned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from lessonkit.metrics import ThresholdSweep

    Floats = NDArray[np.float64]

PIXELS = 420
"""Side of the largest panel that the choice is made for."""
# For weighted rows: their counts are floats, which take four times the room.
_WEIGHTED_PIXELS = 300

# Up to this many thresholds, all are stops.
_MOST = 1200

_RAW = 255
_MOST_DECIMALS = 15
# The zigzag of a difference then stays below 2**53: a page counts in float64.
_EXACT = 2.0**51
_LARGEST = float(np.finfo(np.float64).max)


@dataclass(frozen=True, eq=False)
class Stops:
    """Chosen thresholds of a sweep, from the highest to the lowest; arrays of shape (m,).

    Parameters
    ----------
    thresholds : (m,) array
        Each is the shortest decimal that flags the same rows as the score it stands for: 0.31 rather than
        0.31372. The first one flags nothing, unless a row scores inf.
    true_positives, false_positives : (m,) array
        The exact counts at these thresholds.
    """

    thresholds: Floats
    true_positives: Floats
    false_positives: Floats

    @classmethod
    def of(cls, sweep: ThresholdSweep, *, keep: Iterable[float] = ()) -> Stops:
        """Choose the stops of a sweep.

        Every point of its precision–recall curve (as steps) and of its ROC curve (as lines) then lies within
        half a pixel of the curve drawn through the stops, on panels of `PIXELS` × `PIXELS` (for weighted rows
        300 × 300).

        Parameters
        ----------
        sweep : ThresholdSweep
        keep : iterable of float
            Thresholds of the sweep whose counts must be at a stop.
        """
        scores = sweep.thresholds.astype(np.float64)
        apart = np.append(True, scores[1:] < scores[:-1])
        # Integers beyond 2**53 may share a float64, which is what a page knows.
        places = slice(None) if apart.all() else np.flatnonzero(apart)
        scores = scores[places]
        if scores.size <= _MOST:
            chosen = np.arange(scores.size)
        else:
            shares = (sweep.recall[places], sweep.precision[places], sweep.false_positive_rate[places])
            wanted = np.array([value for value in keep if value <= scores[0]], dtype=np.float64)
            kept = scores.size - np.searchsorted(scores[::-1], wanted) - 1
            pixels = PIXELS if isinstance(sweep.positives, int) else _WEIGHTED_PIXELS
            chosen = np.union1d(thinned(scores, shares, pixels), kept)
        below = scores[np.minimum(chosen + 1, scores.size - 1)]
        last = scores[-1] - _margin(scores)
        thresholds = _shortest(np.where(below < scores[chosen], below, last), scores[chosen])
        if scores[0] < math.inf:
            thresholds = np.append(_just_above(scores), thresholds)
        counts = [sweep.at(threshold) for threshold in thresholds.tolist()]
        return cls(
            thresholds,
            np.array([count.true_positives for count in counts], dtype=np.float64),
            np.array([count.false_positives for count in counts], dtype=np.float64),
        )

    def packed(self) -> dict[str, bytes]:
        """Return the three arrays in few bytes; `unpack` in ``explorer.js`` reads them."""
        return {
            "thresholds": pack(self.thresholds),
            "tp": pack(self.true_positives),
            "fp": pack(self.false_positives),
        }


def pack(values: Floats) -> bytes:
    """Return numbers in few bytes, none of them changed.

    One byte says how many decimals the numbers have at most; then come the differences of neighbors, as
    zigzag varints. Numbers with too many decimals, and infinities, come after a byte 255 as float64.
    """
    if np.abs(values).max(initial=0) < _EXACT:
        for decimals in range(_MOST_DECIMALS + 1):
            scale = 10.0**decimals
            whole = np.rint(values * scale)
            # A page gets the number back by the same division.
            if (whole / scale == values).all() and np.abs(whole).max(initial=0) < _EXACT:
                steps = np.diff(whole.astype(np.int64), prepend=0)
                return bytes([decimals]) + b"".join(_varint(step) for step in steps.tolist())
    return bytes([_RAW]) + values.astype("<f8").tobytes()


def _varint(number: int) -> bytes:
    left = 2 * number if number >= 0 else -2 * number - 1
    out = bytearray()
    while left > 0x7F:  # noqa: PLR2004  (seven bits a byte)
        out.append(left & 0x7F | 0x80)
        left >>= 7
    out.append(left)
    return bytes(out)


def _margin(scores: Floats) -> float:
    """Return how far beyond the lowest and the highest score a threshold may be, to be a round number."""
    low, high = finite_range(scores)
    return (high - low or abs(high)) / 50 or 0.02


def _just_above(scores: Floats) -> Floats:
    """Return the shortest decimal above all scores, close to them."""
    top = max(scores[0].item(), -_LARGEST)
    high = max(min(top + _margin(scores), _LARGEST), math.nextafter(top, math.inf))
    return _shortest(np.array([top]), np.array([high]))


def _shortest(low: Floats, high: Floats) -> Floats:
    """Return the decimal with the fewest digits in each interval (low, high]; else high itself."""
    with np.errstate(all="ignore"):
        first = -np.floor(np.log10(high - low))
        first = np.where(np.isfinite(first), first, 0)
        found = high.copy()
        # From long to short, so that the shortest that fits is what stays.
        for more in (2, 1, 0, -1):
            decimals = first + more
            scale = 10.0 ** np.abs(decimals)
            up = decimals >= 0
            whole = np.floor(np.where(up, high * scale, high / scale))
            rounded = np.where(up, whole / scale, whole * scale)
            fits = (low < rounded) & (rounded <= high) & (np.abs(decimals) <= _MOST_DECIMALS)
            found = np.where(fits, rounded, found)
    return found + 0.0  # no -0.0
