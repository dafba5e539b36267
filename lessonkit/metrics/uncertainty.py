"""How far a number may be off because the rows are a sample: bootstrap intervals and bands."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lessonkit.metrics.counting import Curve
from lessonkit.metrics.inputs import MetricsError, need_integer, need_real, read_numbers
from lessonkit.metrics.sweep import ThresholdSweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

STATISTICS = ("average_precision", "roc_auc", "davis_goadrich_area")


@dataclass(frozen=True)
class Interval:
    """A bootstrap interval.

    Parameters
    ----------
    low, high : float
        Quantiles of the statistic over the resamples.
    estimate : float
        The statistic on the rows themselves.
    """

    low: float
    estimate: float
    high: float


@dataclass(frozen=True, eq=False)
class Band:
    """A bootstrap band of precision; all arrays have the shape (m,) of the recall grid.

    Parameters
    ----------
    recall : (m,) array
        The recalls asked for.
    low, high : (m,) array
        Quantiles of precision over the resamples, at each recall by itself.
    estimate : (m,) array
        Precision on the rows themselves.
    """

    recall: Floats
    low: Floats
    estimate: Floats
    high: Floats


def bootstrap_interval(
    y_true: ArrayLike,
    scores: ArrayLike,
    statistic: str | Callable[[ThresholdSweep], float],
    *,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> Interval:
    """Return a percentile bootstrap interval of a statistic of the scores.

    The rows (label and score together) are drawn with replacement, as many as there are; a draw that misses
    a class is drawn again. The interval tells the noise of this test set, not that of training.

    Parameters
    ----------
    y_true, scores : (n,) array_like
        As for `ThresholdSweep`.
    statistic : {"average_precision", "roc_auc", "davis_goadrich_area"} or callable
        A function gets the `ThresholdSweep` of each resample and returns a finite number.
    level : float
        Share of the resamples inside the interval, between 0 and 1.
    resamples : int
        How many; at least 2.
    seed : int
        The same seed gives the same interval.

    Raises
    ------
    MetricsError
        For input that `ThresholdSweep` refuses, or an argument out of range.

    References
    ----------
    Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
    """
    measure = _measure(statistic)
    tails = _tails(level)
    draws = _Resampling(y_true, scores, resamples, seed)
    values = np.array([measure(sweep) for sweep in draws])
    low, high = np.quantile(values, tails)
    return Interval(float(low), measure(draws.sweep), float(high))


def bootstrap_band(
    y_true: ArrayLike,
    scores: ArrayLike,
    *,
    recall_grid: ArrayLike | None = None,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> Band:
    """Return a bootstrap band of the precision–recall curve.

    Precision at recall r is that of the highest threshold whose recall is at least r: the step curve whose
    area is average precision. Rows are drawn as in `bootstrap_interval`. The band holds at each recall by
    itself, not over the whole curve at once.

    Parameters
    ----------
    y_true, scores : (n,) array_like
        As for `ThresholdSweep`.
    recall_grid : (m,) array_like, optional
        Recalls from 0 to 1; 0, 0.01, …, 1 by default.
    level, resamples, seed
        As for `bootstrap_interval`.

    Raises
    ------
    MetricsError
        For input that `ThresholdSweep` refuses, or an argument out of range.
    """
    grid = (
        np.linspace(0, 1, 101)
        if recall_grid is None
        else read_numbers("recall_grid", recall_grid).astype(np.float64)
    )
    outside = (grid < 0) | (grid > 1)
    if outside.any():
        place = int(outside.argmax())
        raise MetricsError(f"recall_grid[{place}] is {grid[place].item()!r}. Recall goes from 0 to 1.")
    tails = _tails(level)
    draws = _Resampling(y_true, scores, resamples, seed)
    precisions = np.array([_precision_at(sweep, grid) for sweep in draws])
    low, high = np.quantile(precisions, tails, axis=0)
    return Band(grid, low, _precision_at(draws.sweep, grid), high)


class _Resampling:
    """The sweeps of all resamples, one after the other, none of which sorts again.

    Drawing a row is drawing its place in the table of counts (threshold × class).
    """

    def __init__(self, y_true: ArrayLike, scores: ArrayLike, resamples: int, seed: int) -> None:
        need_integer("resamples", resamples, 2)
        need_integer("seed", seed, 0)
        self.sweep = sweep = ThresholdSweep(y_true, scores)
        self._resamples = resamples
        self._seed = int(seed)
        counts = np.stack([sweep.false_positives, sweep.true_positives], axis=1)
        counts = np.diff(counts, axis=0, prepend=0)
        self._shape = counts.shape
        self._cells = np.repeat(np.arange(counts.size), counts.ravel())

    def __iter__(self) -> Iterator[ThresholdSweep]:
        rng = np.random.default_rng(self._seed)
        rows = self._cells.size
        left = self._resamples
        while left:
            drawn = self._cells[rng.integers(rows, size=rows)]
            counts = np.bincount(drawn, minlength=math.prod(self._shape)).reshape(self._shape)
            occurs = counts.any(axis=1)
            totals = counts[occurs].cumsum(axis=0)
            # Both classes are missed at most half the time, in a sample of two rows: this ends.
            if totals[-1].all():
                left -= 1
                thresholds = self.sweep.thresholds[occurs]
                yield ThresholdSweep._of(  # noqa: SLF001  (one package; counts need no checks)
                    Curve(thresholds, totals[:, 1], totals[:, 0])
                )


def _measure(statistic: str | Callable[[ThresholdSweep], float]) -> Callable[[ThresholdSweep], float]:
    if isinstance(statistic, str) and statistic not in STATISTICS:
        raise MetricsError(f"statistic is {statistic!r}. Known: {', '.join(STATISTICS)}; or give a function.")
    if not isinstance(statistic, str) and not callable(statistic):
        raise MetricsError(f"statistic is {statistic!r}. Give a function of the sweep, or a name of one.")

    def measure(sweep: ThresholdSweep) -> float:
        value = getattr(sweep, statistic) if isinstance(statistic, str) else statistic(sweep)
        need_real("The value of statistic", value)
        if math.isinf(value):
            raise MetricsError(f"statistic returned {value!r} for {sweep!r}. It must be finite.")
        return float(value)

    return measure


def _tails(level: float) -> tuple[float, float]:
    need_real("level", level)
    if not 0 < level < 1:
        raise MetricsError(f"level is {level!r}. Give a number between 0 and 1, such as 0.95.")
    return (1 - level) / 2, (1 + level) / 2


def _precision_at(sweep: ThresholdSweep, grid: Floats) -> Floats:
    # 35 of 100 found is recall 0.35, and 35 × 0.01 is 0.35000000000000003: a hair must not cost a threshold.
    first: Floats = sweep.precision[np.searchsorted(sweep.recall, grid * (1 - 1e-12))]
    return first
