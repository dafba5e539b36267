"""Counting positives and negatives at every threshold: what all curves and areas stand on.

An argsort is what makes scikit-learn slow. Here scores are sorted by value, which NumPy does with SIMD
instructions, in one of two ways:

* `FewPositives` sorts all scores, and the positives' once more, and looks these up in the former.
* `PackedRows` makes each row one unsigned integer, as wide as its score: how far the score lies below the
  highest one (counted in steps from one representable number to the next), times two, plus the label.
  Within a tie the negatives come first, so the last positive of a tie stands where the tie ends.

* `WeightedRows` packs each score's key above the number of its row and its label, sorts, and looks up the
  weights. The rare scores without room for the label come here too.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from lessonkit.metrics.inputs import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

WIDEST = 64
# As integers, the bits of the positive floats that are neither subnormal nor infinite. (A library built for
# speed may have all subnormal numbers of the process taken for 0.)
FLOATS = range(1 << 52, 0x7FF << 52)
# Looking up one positive costs about as much as packing and unpacking this many rows.
FEW = 50


class Areas(NamedTuple):
    """The areas that need no curve."""

    average_precision: float
    roc_auc: float


class Counted(Protocol):
    """Rows that are counted, in whatever way."""

    @property
    def positives(self) -> float:
        """Total of the positives."""

    @property
    def negatives(self) -> float:
        """Total of the negatives."""

    def areas(self) -> Areas:
        """Return average precision and ROC AUC."""

    def curve(self) -> Curve:
        """Return the counts at every threshold."""


class Curve(NamedTuple):
    """Counts at each distinct score, from the highest to the lowest; arrays of shape (k,)."""

    thresholds: NDArray[Any]
    true_positives: NDArray[Any]
    false_positives: NDArray[Any]

    @classmethod
    def of(cls, scores: NDArray[Any], positives: NDArray[Any], negatives: NDArray[Any]) -> Curve:
        """Make a curve of the counts at each score, in any order; equal scores are added up."""
        occurs = np.flatnonzero((positives > 0) | (negatives > 0))
        order = occurs[np.argsort(scores[occurs], kind="stable")[::-1]]
        thresholds = scores[order]
        if thresholds.dtype.kind == "f":
            thresholds += thresholds.dtype.type(0)  # -0.0 becomes 0.0
        starts = np.flatnonzero(_differ(thresholds))
        tp, fp = (np.add.reduceat(counts[order], starts).cumsum() for counts in (positives, negatives))
        return cls(thresholds[starts], tp, fp)

    @property
    def positives(self) -> float:
        """Total of the positives."""
        total: float = self.true_positives[-1].item()
        return total

    @property
    def negatives(self) -> float:
        """Total of the negatives."""
        total: float = self.false_positives[-1].item()
        return total

    def areas(self) -> Areas:
        """Return average precision and ROC AUC."""
        tp, fp = self.true_positives, self.false_positives
        precision = tp / (tp + fp)
        recall = tp / tp[-1]
        step, false_step = _steps(recall), _steps(fp / fp[-1])
        middle = recall - step / 2
        # Sums, not dot products: pairwise summation is more exact, and BLAS would start threads.
        return Areas(float((step * precision).sum()), float((false_step * middle).sum()))

    def curve(self) -> Curve:
        """Return itself: counts that are already a table."""
        return self


def count(scores: NDArray[Any], positive: NDArray[np.bool], weights: NDArray[np.float64] | None) -> Counted:
    """Count rows, by the fast way where there is one.

    Parameters
    ----------
    scores : (n,) array of integers, booleans or floats, without NaN
    positive : (n,) array of booleans
    weights : (n,) array, finite and > 0, or None
    """
    if weights is not None:
        return WeightedRows(scores, positive, weights)
    if FEW * np.count_nonzero(positive) <= positive.size:
        return FewPositives(scores, positive)
    code = _Code.of(scores)
    if code is None:
        curve = WeightedRows(scores, positive, np.ones(scores.size)).curve()
        return Curve(curve.thresholds, *(counts.astype(np.int64) for counts in curve[1:]))
    return PackedRows(code, scores, positive)


class FewPositives:
    """Unweighted rows, sorted once; fast when positives are few."""

    def __init__(self, scores: NDArray[Any], positive: NDArray[np.bool]) -> None:
        self._scores = np.sort(scores)
        found = np.sort(scores.compress(positive))
        self.positives = found.size
        self.negatives = scores.size - found.size
        starts = np.flatnonzero(_differ(found))
        # Each distinct score of a positive, ascending, and how many positives have it.
        self._values = found[starts]
        self._sizes = np.diff(starts, append=found.size)

    def areas(self) -> Areas:
        """Return average precision and ROC AUC, looking at the positives only."""
        rows, values, sizes = self._scores.size, self._values, self._sizes
        below = np.searchsorted(self._scores, values)
        tp = np.cumsum(sizes[::-1])[::-1]
        precision = tp / (rows - below)
        # Twice the pairs in which the negative scores higher or the same; then less the ties once.
        half_lost = 2 * int((sizes * (rows - below - tp)).sum())
        after = below + sizes  # where the tie ends, unless negatives belong to it
        tied = np.flatnonzero(self._scores[np.minimum(after, rows - 1)] == values)
        ties = np.maximum(np.searchsorted(self._scores, values[tied], side="right") - after[tied], 0)
        half_lost -= int((sizes[tied] * ties).sum())
        pairs = self.positives * self.negatives
        return Areas(float((sizes * precision).sum()) / self.positives, (2 * pairs - half_lost) / (2 * pairs))

    def curve(self) -> Curve:
        """Return the counts at every threshold."""
        starts = np.flatnonzero(_differ(self._scores))[::-1]
        thresholds = self._scores[starts]
        if thresholds.dtype.kind == "f":
            thresholds += thresholds.dtype.type(0)  # -0.0 becomes 0.0
        fp = self._scores.size - starts
        del starts
        tp = np.zeros(fp.size, np.int64)
        tp[fp.size - 1 - np.searchsorted(thresholds[::-1], self._values)] = self._sizes
        np.cumsum(tp, out=tp)
        fp -= tp
        return Curve(thresholds, tp, fp)


class PackedRows:
    """Unweighted rows, sorted once, from the highest score to the lowest."""

    def __init__(self, code: _Code, scores: NDArray[Any], positive: NDArray[np.bool]) -> None:
        self._code = code
        self.positives = int(np.count_nonzero(positive))
        self.negatives = positive.size - self.positives
        self._rows = np.empty(scores.size, code.packed)
        for start in range(0, scores.size, BLOCK):
            block = slice(start, start + BLOCK)
            code.encode(scores[block], positive[block], out=self._rows[block])
        self._rows.sort()

    def areas(self) -> Areas:
        """Return average precision and ROC AUC, looking at the positives only."""
        precision_sum = 0.0
        half_lost = 0  # twice the pairs in which the negative scores higher, plus the ties once
        rows = found = 0
        one = self._rows.dtype.type(1)
        for block in self._blocks():
            places = np.flatnonzero(_labels(block))
            if places.size:
                at = block[places]
                last = np.flatnonzero(_tie_ends(at))  # of the positives of each tie
                first = np.empty_like(last)
                first[0], first[1:] = 0, last[:-1] + 1
                step = last - first + 1
                tp = last + (found + 1)
                flagged = places[last] + (rows + 1)
                precision_sum += float((step * (tp / flagged)).sum())
                half_lost += 2 * int((step * (flagged - tp)).sum())
                # A tie with negatives: they stand right before its first positive. (If that is the block's
                # first row, the index -1 finds the last row, which is no less and so no match.)
                start = places[first]
                tied_label = at[first] ^ one
                tied = np.flatnonzero(block[start - 1] == tied_label)
                negatives = start[tied] - np.searchsorted(block, tied_label[tied])
                half_lost -= int((step[tied] * negatives).sum())
                found += places.size
            rows += block.size
        pairs = self.positives * self.negatives
        return Areas(precision_sum / self.positives, (2 * pairs - half_lost) / (2 * pairs))

    def curve(self) -> Curve:
        """Return the counts at every threshold."""
        size = sum(int(np.count_nonzero(_tie_ends(block))) for block in self._blocks())
        thresholds = np.empty(size, self._code.scores)
        tp = np.empty(size, np.int64)
        fp = np.empty(size, np.int64)
        stop = rows = found = 0
        for block in self._blocks():
            ends = np.flatnonzero(_tie_ends(block))
            start, stop = stop, stop + ends.size
            thresholds[start:stop] = self._code.decode(block[ends])
            found_here = np.cumsum(_labels(block).astype(np.int32), dtype=np.int32)
            np.add(found_here[ends], found, out=tp[start:stop])
            np.subtract(ends + (rows + 1), tp[start:stop], out=fp[start:stop])
            found, rows = int(tp[stop - 1]), rows + block.size
        return Curve(thresholds, tp, fp)

    def _blocks(self) -> Iterator[NDArray[Any]]:
        return _whole_ties(self._rows, self._rows.dtype.type(1))


class Cells(NamedTuple):
    """The pairs of a score and a class that occur in some rows, to count these rows again and again.

    Cells go from the highest score to the lowest; of a tie, the negatives' comes first. So the cell of some
    positives ends their tie.
    """

    thresholds: NDArray[Any]
    places: NDArray[np.intp]
    """Which threshold each cell has, shape (m,)."""
    positive: NDArray[np.intp]
    """The cells of positives."""
    negative: NDArray[np.intp]
    """The cells of negatives."""
    tied: NDArray[np.bool]
    """Which of these share their score with negatives."""

    @classmethod
    def of(cls, positive: NDArray[np.bool], scores: NDArray[Any]) -> tuple[Cells, NDArray[np.intp]]:
        """Return the cells of rows, and which cell each row is in, shape (n,)."""
        if scores.dtype.kind == "f":
            scores = scores + scores.dtype.type(0)  # -0.0 becomes 0.0
        ascending, inverse = np.unique(scores, return_inverse=True)
        every = 2 * (ascending.size - 1 - inverse) + positive
        occurs = np.zeros(2 * ascending.size, np.bool)
        occurs[every] = True
        names = np.flatnonzero(occurs)
        places = names // 2
        found, false = np.flatnonzero(names % 2), np.flatnonzero(names % 2 == 0)
        tied = (found > 0) & (places[found - 1] == places[found])
        return cls(ascending[::-1], places, found, false, tied), (np.cumsum(occurs) - 1)[every]


class CountedCells:
    """How often the rows of each cell were drawn, or the sum of their weights."""

    def __init__(self, cells: Cells, counts: NDArray[Any]) -> None:
        self._cells, self._counts = cells, counts
        self._found = counts[cells.positive]
        self.positives = self._found.sum().item()
        # Weights are added up apart: a difference of two sums is not exactly 0.
        whole = counts.dtype.kind == "i"
        self.negatives = (
            counts.sum().item() - self.positives if whole else counts[cells.negative].sum().item()
        )

    def areas(self) -> Areas:
        """Return average precision and ROC AUC, looking at the positives only."""
        cells, counts, found = self._cells, self._counts, self._found
        if counts.dtype.kind != "i":
            return self.curve().areas()
        tp = found.cumsum()
        flagged = counts.cumsum()[cells.positive]
        precision = tp / np.maximum(flagged, 1)
        ties = counts[cells.positive[cells.tied] - 1]
        half_lost = 2 * int((found * (flagged - tp)).sum()) - int((found[cells.tied] * ties).sum())
        pairs = self.positives * self.negatives
        return Areas(float((found * precision).sum()) / self.positives, (2 * pairs - half_lost) / (2 * pairs))

    def curve(self) -> Curve:
        """Return the counts at every threshold."""
        cells = self._cells
        tp = np.zeros(cells.thresholds.size, self._counts.dtype)
        tp[cells.places[cells.positive]] = self._found
        fp = np.zeros_like(tp)
        fp[cells.places[cells.negative]] = self._counts[cells.negative]
        occurs = np.flatnonzero((tp > 0) | (fp > 0))
        return Curve(cells.thresholds[occurs], tp[occurs].cumsum(), fp[occurs].cumsum())


class _Code(NamedTuple):
    """How a score and its label become one integer, and back.

    A float's key is the place of its magnitude among all floats, counted from just below the smallest
    magnitude that occurs (``base``), with the float's sign; an integer is its own key. Subtracting the base
    leaves room for the label's bit in practically all scores; where it does not, the next width is taken.
    """

    scores: np.dtype[Any]
    keys: np.dtype[Any]
    packed: np.dtype[Any]
    base: int
    top: int

    @classmethod
    def of(cls, scores: NDArray[Any]) -> _Code | None:
        """Return the code for these scores, or None if even 64 bits have no room for the label."""
        dtype, width = scores.dtype, 8 * scores.dtype.itemsize
        ends = np.array([scores.min(), scores.max()], dtype)
        keys, base = np.dtype(f"i{dtype.itemsize}"), 0
        if dtype.kind == "f":
            if ends[0] < 0 < ends[1]:
                # Unsigned, zero less one is the largest number, and does not matter.
                blocks = (scores[start : start + BLOCK] for start in range(0, scores.size, BLOCK))
                base = min(int((np.abs(block).view(f"u{dtype.itemsize}") - 1).min()) for block in blocks)
            bottom, top = (int(key) for key in _float_keys(ends, base))
        else:
            keys = keys if dtype.kind == "i" else np.dtype(f"u{dtype.itemsize}")
            bottom, top = (int(end) for end in ends)
        if (top - bottom) >> (width - 1):
            if width == WIDEST:
                return None
            keys, width = np.dtype(np.int64), WIDEST
        return cls(dtype, keys, np.dtype(f"u{width // 8}"), base, top)

    def encode(self, scores: NDArray[Any], positive: NDArray[np.bool], *, out: NDArray[Any]) -> None:
        """Write one block of rows as integers."""
        if self.scores.kind == "f":
            keys = _float_keys(scores, self.base)
        else:
            keys = scores.view(np.uint8) if self.scores.kind == "b" else scores
        np.subtract(self.keys.type(self.top), keys.astype(self.keys, copy=False), out=out.view(self.keys))
        np.left_shift(out, self.packed.type(1), out=out)
        np.bitwise_or(out, positive.astype(self.packed), out=out)

    def decode(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Return the scores of rows."""
        keys: NDArray[Any] = self.keys.type(self.top) - (rows >> self.packed.type(1)).view(self.keys)
        if self.scores.kind != "f":
            return keys.astype(self.scores)
        magnitudes = np.abs(keys)
        magnitudes += (magnitudes > 0) * self.keys.type(self.base)
        scores: NDArray[Any] = magnitudes.astype(f"i{self.scores.itemsize}").view(self.scores)
        np.negative(scores, where=keys < 0, out=scores)
        return scores


def _float_keys(scores: NDArray[Any], base: int) -> NDArray[Any]:
    """Return integers that ascend with the scores; -0.0 and 0.0 have the same, 0."""
    signed = scores.view(f"i{scores.dtype.itemsize}")
    integer = signed.dtype.type
    keys = signed & np.iinfo(signed.dtype).max  # the magnitude: floats of one sign ascend with their bits
    np.maximum(keys, integer(base), out=keys)
    keys -= integer(base)
    # Shifted right, the sign bit fills the word: 0 or -1. Exclusive or and minus it: the negative, or not.
    sign = signed >> integer(8 * signed.itemsize - 1)
    keys ^= sign
    keys -= sign
    return keys


class WeightedRows:
    """Rows with weights above 0, sorted once, from the highest score to the lowest.

    Each row is one integer: its score's key, then its number, then whether it is a negative. Of a key that is
    too long beside the number, the last bits are left out, and rows that only these tell apart are put in
    order later. The integers are kept among those that are the bits of a positive float, neither subnormal
    nor infinite: floats are sorted faster, and in the same order.
    """

    def __init__(
        self, scores: NDArray[Any], positive: NDArray[np.bool], weights: NDArray[np.float64]
    ) -> None:
        self._scores = np.empty_like(scores)  # for when a curve is asked for
        bits = (scores.size - 1).bit_length()
        self._number = np.uint64((1 << bits) - 1)
        shift = bits + 1
        first, last = _first_and_last(scores)
        cut = 0
        while ((last >> cut) - (first >> cut) + 1) << shift > FLOATS.stop - FLOATS.start:
            cut += 1
        # What comes below the keys, and what makes the first key the lowest of these floats; modulo 2**64.
        beside = np.arange(0, 2 * min(BLOCK, scores.size), 2, dtype=np.uint64)
        beside += np.uint64((FLOATS.start - (first >> cut << shift)) % 2**WIDEST)
        rows = np.empty(scores.size, np.uint64)
        for start in range(0, scores.size, BLOCK):
            block = rows[start : start + BLOCK]
            copied = self._scores[start : start + BLOCK]
            copied[:] = scores[start : start + BLOCK]
            keys = _mirrored(copied)
            keys >>= cut
            whole = np.dtype(np.uint64 if keys.dtype.kind == "u" else np.int64)
            np.left_shift(keys, shift, out=block.view(whole), dtype=whole)
            block += beside[: block.size]
            block += ~positive[start : start + BLOCK]
            beside += np.uint64(2 * BLOCK)
        rows.view(np.float64).sort()
        # Of each row in this order: its weight (below 0 if negative), written over the row, and whether its
        # tie ends there.
        self._signed = rows.view(np.float64)
        self._ends = np.empty(scores.size, np.bool)
        unit = false_unit = np.float64(0)
        stop = 0
        for block in _whole_ties(rows, np.uint64((1 << shift) - 1)):
            start, stop = stop, stop + block.size
            ends = _last_of_runs(block >> np.uint64(shift), out=self._ends[start:stop])
            if cut and not ends.all():
                self._put_in_order(block, ends)
            sign = block << np.uint64(WIDEST - 1)  # a float's first bit is its sign
            signed = self._looked_up(weights, block, out=self._signed[start:stop])
            np.bitwise_or(block, sign, out=block)
            unit, false_unit = max(unit, signed.max()), max(false_unit, -signed.min())
        self._units = unit, false_unit

    def _looked_up(
        self, column: NDArray[Any], rows: NDArray[np.uint64], out: NDArray[Any] | None = None
    ) -> NDArray[Any]:
        numbers = rows >> np.uint64(1)
        numbers &= self._number
        # No number is out of range, and "wrap" is the fastest way to deal with those.
        return column.take(numbers.view(np.intp), out=out, mode="wrap")

    def _put_in_order(self, block: NDArray[np.uint64], ends: NDArray[np.bool]) -> None:
        """Sort the rows whose keys are equal as far as they go."""
        unsure = np.flatnonzero(~(ends & np.append(True, ends[:-1])))
        rows = block[unsure]
        keys = _mirrored(self._looked_up(self._scores, rows))
        order = np.argsort(keys, kind="stable")
        block[unsure] = rows[order]
        ends[unsure] |= _last_of_runs(keys[order], out=np.empty(rows.size, np.bool))

    @cached_property
    def _totals(self) -> tuple[float, float]:
        *_, sums = self._sums()
        return sums.real[-1].item(), sums.imag[-1].item()

    @property
    def positives(self) -> float:
        """Total of the positives."""
        return self._totals[0]

    @property
    def negatives(self) -> float:
        """Total of the negatives."""
        return self._totals[1]

    def areas(self) -> Areas:
        """Return average precision and ROC AUC."""
        # In units of the largest weights, no product of two sums overflows, nor vanishes.
        unit, false_unit = self._units
        precision_sum = lost = 0.0
        last_tp = last_fp = np.float64(0)
        for sums in self._sums():
            tp, fp = sums.real.copy(), sums.imag.copy()
            step = _steps(tp, last_tp)
            step /= unit
            both = np.empty_like(fp)  # what the negatives reach before and after each step
            both[0] = last_fp + fp[0]
            np.add(fp[:-1], fp[1:], out=both[1:])
            both /= 2 * false_unit
            both *= step
            lost += float(both.sum())
            last_tp, last_fp = tp[-1], fp[-1]
            fp += tp
            tp /= fp
            tp *= step
            precision_sum += float(tp.sum())
        total, false_total = float(last_tp / unit), float(last_fp / false_unit)
        return Areas(min(precision_sum / total, 1.0), max(1 - lost / total / false_total, 0.0))

    def curve(self) -> Curve:
        """Return the counts at every threshold."""
        reached = list(self._sums())
        tp, fp = (np.concatenate([getattr(sums, part) for sums in reached]) for part in ("real", "imag"))
        thresholds = np.sort(self._scores)[::-1][self._ends]
        if thresholds.dtype.kind == "f":
            thresholds += thresholds.dtype.type(0)  # -0.0 becomes 0.0
        return Curve(thresholds, tp, fp)

    def _sums(self) -> Iterator[NDArray[np.complex128]]:
        """Yield the sums of weights at the thresholds: the negatives' are imaginary."""
        before = 0j
        for start in range(0, self._signed.size, BLOCK):
            block = self._signed[start : start + BLOCK]
            # Complex numbers, because the processor adds up two columns at once as fast as one.
            sums = np.empty(block.size, np.complex128)
            np.maximum(block, 0, out=sums.real)
            np.subtract(sums.real, block, out=sums.imag)
            sums[0] += before
            sums.cumsum(out=sums)
            before = sums[-1]
            ends = np.flatnonzero(self._ends[start : start + BLOCK])
            if ends.size:
                yield sums if ends.size == block.size else sums.take(ends)


def _mirrored(scores: NDArray[Any]) -> NDArray[Any]:
    """Return integers of the scores' width that ascend as the scores descend; -0.0 and 0.0 have the same."""
    if scores.dtype.kind != "f":
        return ~(scores.view(np.uint8) if scores.dtype.kind == "b" else scores)
    floats = scores.dtype.type(0) - scores
    keys: NDArray[Any] = floats.view(f"i{floats.itemsize}")
    # Floats of one sign ascend with their bits; below zero, these are turned around. Shifted right, the sign
    # bit fills the word.
    turned = keys >> (8 * keys.itemsize - 1)
    turned &= np.iinfo(keys.dtype).max
    keys ^= turned
    return keys


def _first_and_last(scores: NDArray[Any]) -> tuple[int, int]:
    """Return between which integers `_mirrored` puts scores: close limits only if these can be far apart."""
    if scores.itemsize < WIDEST // 8:
        limits = np.iinfo(_mirrored(scores[:1]).dtype)
        return int(limits.min), int(limits.max)
    first, last = _mirrored(np.array([scores.max(), scores.min()], scores.dtype)).tolist()
    return first, last


def _whole_ties(packed: NDArray[Any], beside: np.unsignedinteger) -> Iterator[NDArray[Any]]:
    """Yield sorted rows in blocks that never cut a tie; *beside* has the bits that are not of the key."""
    start = 0
    while start < packed.size:
        stop = start + BLOCK
        if stop < packed.size:
            stop += int(np.searchsorted(packed[stop:], packed[stop - 1] | beside, side="right"))
        yield packed[start:stop]
        start = stop


def _last_of_runs(values: NDArray[Any], out: NDArray[np.bool]) -> NDArray[np.bool]:
    """Mark the last of each run of equal values."""
    np.not_equal(values[1:], values[:-1], out=out[:-1])
    out[-1] = True
    return out


def _steps(values: NDArray[np.float64], before: float = 0.0) -> NDArray[np.float64]:
    """Return each value less the one before it, as ``np.diff`` does in twice the time."""
    steps = np.empty_like(values)
    steps[0] = values[0] - before
    np.subtract(values[1:], values[:-1], out=steps[1:])
    return steps


def _differ(values: NDArray[Any]) -> NDArray[np.bool]:
    """Mark the first of each run of equal values."""
    differ = np.ones(values.size, np.bool)
    np.not_equal(values[1:], values[:-1], out=differ[1:])
    return differ


def _labels(block: NDArray[Any]) -> NDArray[np.bool]:
    """Return the label bit. The cast to booleans pays: NumPy finds nonzero booleans five times as fast."""
    labels: NDArray[np.bool] = (block & block.dtype.type(1)).astype(np.bool)
    return labels


def _tie_ends(block: NDArray[Any]) -> NDArray[np.bool]:
    """Mark the last row of each tie: the next row differs in more than the label bit."""
    ends = np.ones(block.size, np.bool)
    np.greater(block[1:] ^ block[:-1], block.dtype.type(1), out=ends[:-1])
    return ends
