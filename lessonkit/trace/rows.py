"""Which rows of the data an array holds, told from its content.

A learner carries no row numbers along. So each cell becomes a 64-bit code; the sum of the mixed codes of a
row knows that row wherever it stands, that of a column knows which rows stand there, and in which order.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ids: TypeAlias = NDArray[np.int64]
    Codes: TypeAlias = NDArray[np.uint64]

_CHUNK: Final = 2**20  # cells coded at a time: keeps a wide array from being copied whole
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_TEXT: Final = 1 << 63  # marks codes of what is no number
_NONE: Final = np.empty(0, np.int64)
_CHANCE: Final = 20  # fewer equal values in a row may well be chance
_DISTINCT: Final = 0.9  # with a smaller share of different rows, equal rows may well be chance


@dataclass(frozen=True, slots=True, eq=False)
class Prints:
    """Fingerprints of an array.

    Attributes
    ----------
    rows : (n,) array of uint64
        Equal for equal rows. Numbers are equal if they are so as float32: casts leave no trace.
    columns : (c,) array of uint64
        Equal for columns of equal values in the same order. Constant columns tell nothing: they are left out.
    width : int
        Number of columns.
    """

    rows: Codes
    columns: Codes
    width: int

    @classmethod
    def of(cls, array: Any) -> Self | None:  # noqa: ANN401  (whatever a learner's pipeline hands on)
        """Return the fingerprints of an array of rows, or None if *array* is no such thing."""
        source = as_rows(array)
        if not source.shape or 0 in source.shape:
            return None
        height, width = source.shape[0], math.prod(source.shape[1:])
        rows = np.zeros(height, np.uint64)
        columns = np.zeros(width, np.uint64)
        changes = np.zeros(width, bool)
        first = None
        across = (np.arange(width, dtype=np.uint64) + np.uint64(1)) * _GOLDEN
        step = max(1, _CHUNK // width)
        for start in range(0, height, step):
            codes = _codes(take(source, slice(start, start + step))).reshape(-1, width)
            down = (np.arange(start, start + len(codes), dtype=np.uint64) + np.uint64(1)) * _GOLDEN
            rows[start : start + step] = _mix(codes + across).sum(axis=1, dtype=np.uint64)
            columns += _mix(codes + down[:, None]).sum(axis=0, dtype=np.uint64)
            first = codes[0] if first is None else first
            changes |= (codes != first).any(axis=0)
        return cls(rows, columns[changes], width)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Rows that are known: the number of each, and their fingerprints."""

    ids: Ids
    prints: Prints


class Rows:
    """All rows that a pipeline has met, under numbers of their own.

    Rows that are equal in every column cannot be told apart; then the most harmless reading is taken.
    """

    def __init__(self) -> None:
        self._known: list[Block] = []
        self._next = 0

    @property
    def met(self) -> int:
        """How many rows have a number so far; the next new one gets this."""
        return self._next

    def recognize(self, array: object, *, suspect: Ids, taken: Ids) -> Block | None:
        """Return the number of each row; unknown rows get new numbers.

        Parameters
        ----------
        array : array_like, DataFrame or sparse matrix
            Rows as they are, or some of them, in any order, or some of their columns.
        suspect : array of int
            Rows to assume only if no other reading is left: the test rows.
        taken : array of int
            Rows that equal rows are read as only if no others are left.

        Returns
        -------
        Block or None
            None if *array* holds no rows.
        """
        prints = Prints.of(array)
        if prints is None:
            return None
        ids = self._in_order(prints, whole=True)
        if ids is None:
            ids = self._by_content(prints, suspect, taken)
            if (ids < 0).any():
                in_order = self._in_order(prints, whole=False)
                ids = self._completed(ids) if in_order is None else in_order
        return self._enter(ids, prints)

    def follow(self, before: Block, after: object, *, in_order: bool) -> Ids | None:
        """Return the numbers of the rows that a step has made of known rows.

        Parameters
        ----------
        before : Block
            What went in.
        after : array_like, DataFrame or sparse matrix
            What came out.
        in_order : bool
            Whether the step makes one row of each, in order, as ``transform`` does.

        Returns
        -------
        (m,) array of int or None
            Rows made up by the step have new numbers. None if *after* holds no rows of *before*.
        """
        prints = Prints.of(after)
        if prints is None:
            return None
        kept = in_order and len(prints.rows) == len(before.ids)
        ids = before.ids if kept else self._made_of(before, prints)
        return None if ids is None else self._enter(ids, prints).ids

    def _enter(self, ids: Ids, prints: Prints) -> Block:
        block = Block(ids, prints)
        self._known.append(block)
        return block

    def _made_of(self, before: Block, prints: Prints) -> Ids | None:
        same_length = len(prints.rows) == len(before.ids)
        if same_length and np.isin(prints.columns, before.prints.columns).any():
            return before.ids
        same_width = before.prints.width == prints.width
        found = np.isin(prints.rows, before.prints.rows) if same_width else np.zeros(1, bool)
        if same_length and not found.all():
            return before.ids
        if same_width and 2 * np.count_nonzero(found) >= len(prints.rows):
            return self._completed(self._found_elsewhere(_assign(prints.rows, before, _NONE), prints))
        return None

    def _found_elsewhere(self, ids: Ids, prints: Prints) -> Ids:
        """Give rows that a step has added the numbers of known rows, if most of them are copies of such.

        Made-up rows may equal some by chance: few of them, or where many of the known rows are alike.
        """
        added = np.flatnonzero(ids < 0)
        found = np.full(len(added), -1)
        for known in self._known:
            left = np.flatnonzero(found < 0)
            if known.prints.width == prints.width and _distinct(known.prints.rows):
                found[left] = _assign(prints.rows[added[left]], known, _NONE)
        completed = ids.copy()
        if 2 * np.count_nonzero(found >= 0) >= len(added):
            completed[added] = found
        return completed

    def _in_order(self, prints: Prints, *, whole: bool) -> Ids | None:
        """Find an array of the same rows in the same order, by their columns."""
        best: Block | None = None
        most = 0
        for known in reversed(self._known):
            if len(known.ids) != len(prints.rows):
                continue
            shared = int(np.isin(prints.columns, known.prints.columns).sum())
            enough = shared == len(prints.columns) if whole else len(prints.rows) >= _CHANCE
            if enough and shared > most:
                best, most = known, shared
        return None if best is None else best.ids

    def _by_content(self, prints: Prints, suspect: Ids, taken: Ids) -> Ids:
        """Find the rows in the arrays that they were most likely taken from; -1 for those in none."""
        blocks = [block for block in self._known if block.prints.width == prints.width]
        ids = np.full(len(prints.rows), -1)
        while blocks and (ids < 0).any():
            left = np.flatnonzero(ids < 0)
            ranks = [_likelihood(prints.rows[left], block, suspect, taken) for block in blocks]
            best = blocks.pop(max(range(len(blocks)), key=lambda place: ranks[place]))
            ids[left] = _assign(prints.rows[left], best, taken)
            # A row that was given away is not there for the rest, unless no other is left.
            taken = np.concatenate([taken, ids[left]])
        return ids

    def _completed(self, ids: Ids) -> Ids:
        """Give new numbers to rows without one; to all, if most have none: the few are then chance."""
        new = ids < 0
        if 2 * np.count_nonzero(new) > len(ids):
            new[:] = True
        completed = ids.copy()
        completed[new] = self._new(int(np.count_nonzero(new)))
        return completed

    def _new(self, count: int) -> Ids:
        self._next += count
        return np.arange(self._next - count, self._next)


def _likelihood(rows: Codes, block: Block, suspect: Ids, taken: Ids) -> tuple[float, ...]:
    """Rank how likely *rows* were taken from *block*: the reasons in the order in which they count."""
    free, found, present = (
        (_held(rows, block.prints.rows[~np.isin(block.ids, taken)]) if len(taken) else (0, 0))[0],
        *_held(rows, block.prints.rows),
    )
    shuffled = found == len(rows) == len(block.ids)
    all_held = present == len(rows)
    harmless = not np.isin(block.ids, suspect).any()
    return free, shuffled, all_held, 0 if all_held else found, harmless, -len(block.ids)


def _held(rows: Codes, known: Codes) -> tuple[int, int]:
    """Count how many of *rows* are known, each known row used once; and how many if used again and again."""
    if not len(known):
        return 0, 0
    values, counts = np.unique(rows, return_counts=True)
    there, there_counts = np.unique(known, return_counts=True)
    place = np.minimum(np.searchsorted(there, values), len(there) - 1)
    held = np.where(there[place] == values, there_counts[place], 0)
    return int(np.minimum(counts, held).sum()), int(counts[held > 0].sum())


def _assign(rows: Codes, block: Block, taken: Ids) -> Ids:
    """Give the k-th of equal rows the number of the k-th in *block*, over again after the last; else -1."""
    order = np.lexsort((np.isin(block.ids, taken), block.prints.rows))
    there, start, size = np.unique(block.prints.rows[order], return_index=True, return_counts=True)
    place = np.minimum(np.searchsorted(there, rows), len(there) - 1)
    by_value = np.argsort(rows, kind="stable")
    _, first, inverse = np.unique(rows[by_value], return_index=True, return_inverse=True)
    nth = np.empty(len(rows), np.int64)
    nth[by_value] = np.arange(len(rows)) - first[inverse]
    ids = block.ids[order[start[place] + nth % size[place]]]
    return np.where(there[place] == rows, ids, -1)


def _distinct(rows: Codes) -> bool:
    return len(np.unique(rows)) >= _DISTINCT * len(rows)


def as_rows(array: Any) -> Any:  # noqa: ANN401  (whatever a learner's pipeline hands on)
    """Return what `take` reads: a pandas object as it is, a sparse matrix by rows, else an array."""
    if hasattr(array, "tocsr"):
        return array.tocsr()
    if hasattr(array, "iloc"):
        return array
    try:
        return np.asarray(array)
    except ValueError:  # rows of different lengths
        return np.array([*array, None], dtype=object)[:-1]


def take(source: Any, rows: Any) -> Any:  # noqa: ANN401
    """Return some rows of what `as_rows` returned; those of a sparse matrix as an array."""
    piece = source.iloc[rows] if hasattr(source, "iloc") else source[rows]
    return piece.toarray() if hasattr(piece, "toarray") else piece


def _mix(codes: Codes) -> Codes:
    """Scatter the bits, as the finalizer of SplitMix64 does (Steele, Lea & Flood, OOPSLA 2014)."""
    codes = (codes ^ (codes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    codes = (codes ^ (codes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return codes ^ (codes >> np.uint64(31))


def _codes(cells: Any) -> Codes:  # noqa: ANN401
    """Return a code for each cell."""
    if hasattr(cells, "iloc") and getattr(cells, "ndim", 0) > 1:
        return np.column_stack([_codes(cells.iloc[:, column].to_numpy()) for column in range(cells.shape[1])])
    array = np.asarray(cells)
    if array.dtype.kind in "mM":
        array = array.astype(np.int64)
    if array.dtype.kind in "biuf":
        return _number_codes(array)
    texts = [_text_code(cell) for cell in array.ravel()]
    return np.array(texts, np.uint64).reshape(array.shape)


def _number_codes(array: NDArray[Any]) -> Codes:
    with np.errstate(over="ignore"):
        numbers = array.astype(np.float32)
    numbers[numbers == 0] = 0  # -0.0 as well
    numbers[np.isnan(numbers)] = np.nan  # there are many patterns of bits
    return numbers.view(np.uint32).astype(np.uint64)


def _text_code(cell: object) -> int:
    # An array of objects may hold numbers, which are the same in a column of their own.
    if isinstance(cell, (int, float, np.integer, np.floating, np.bool)):
        return int(_number_codes(np.array([cell], np.float64))[0])
    return hash(str(cell)) & (_TEXT - 1) | _TEXT
