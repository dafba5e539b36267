"""How far a number may be off because the rows are a sample: bootstrap intervals and bands."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from lessonkit.metrics.counting import Cells, CountedCells, count
from lessonkit.metrics.formulas import FORMULAS
from lessonkit.metrics.inputs import (
    MetricsError,
    need_integer,
    need_level,
    need_real,
    read_numbers,
    read_rows,
)
from lessonkit.metrics.sweep import ThresholdSweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from numpy.typing import ArrayLike, NDArray

    from lessonkit.metrics.counting import Counted

    Floats = NDArray[np.float64]

# Below so many rows of a class, formulas hold better than quantiles; below so few, nothing does.
MANY = 150
FEW = 10
# A precision whose counts are smaller than this has no band.
SEEN = 3
METHODS = ("percentile", "formula")
# What an interval of few rows is worth, as `python -m tools.bench_intervals` measures it.
_WORTH = {
    "percentile": "made for 95%, it held the true value in only 25 to 85 of 100 cases in simulations with "
    "two positives, because a resample can only repeat what is there",
    "formula": "made for 95%, that of ROC AUC held the true value in 92 to 97 of 100 cases in simulations "
    "with two positives, but that of average precision in only 25 to 98, and the formula knows these rows "
    "only by their number",
}
STATISTICS = ("average_precision", "roc_auc", "davis_goadrich_area")


class SmallSampleWarning(UserWarning):
    """An interval that rests on so few rows that it says little."""


@dataclass(frozen=True)
class Interval:
    """An interval around a statistic of some rows.

    Parameters
    ----------
    low, high : float
        Its ends.
    estimate : float
        The statistic on the rows themselves.
    draws : (resamples,) array
        The statistic on each resample, for a histogram.
    """

    low: float
    estimate: float
    high: float
    draws: Floats = field(default_factory=lambda: np.empty(0), repr=False, compare=False)


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
    holds : (m,) array of booleans
        Where the band can be relied on: at least three positives are found there, three missed and three
        negatives flagged. Elsewhere it is too narrow, often of width 0.
    """

    recall: Floats
    low: Floats
    estimate: Floats
    high: Floats
    holds: NDArray[np.bool]


def bootstrap_interval(  # noqa: PLR0913  (rows, what is measured, how it is drawn; all but three have defaults)
    y_true: ArrayLike,
    scores: ArrayLike,
    statistic: str | Callable[[ThresholdSweep], float],
    *,
    sample_weight: ArrayLike | None = None,
    pos_label: object = None,
    method: str | None = None,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> Interval:
    """Return an interval of a statistic of the scores, and the bootstrap's draws of it.

    The rows (label and score together) are drawn with replacement, as many as there are; a draw that misses
    a class is drawn again. The interval tells the noise of this test set, not that of training.

    With at least 150 rows of each class, its ends are quantiles of the draws. With fewer, draws are too much
    alike, because they repeat the same few rows: the ends of average precision and ROC AUC then come from a
    formula. Below ten rows of a class there is a warning; the notes say why.

    Parameters
    ----------
    y_true, scores : (n,) array_like
        As for `ThresholdSweep`.
    statistic : {"average_precision", "roc_auc", "davis_goadrich_area"} or callable
        A function gets the `ThresholdSweep` of each resample and returns a finite number.
    sample_weight, pos_label
        As for `ThresholdSweep`. A row brings its weight each time it is drawn; a row of weight 0 is never.
    method : {"percentile", "formula"}, optional
        How to find the ends: quantiles of the draws, or the formula (of "average_precision" and "roc_auc").
    level : float
        Share of the resamples inside the interval, between 0 and 1.
    resamples : int
        How many; at least 2.
    seed : int
        The same seed gives the same interval.

    Raises
    ------
    MetricsError
        For input that `ThresholdSweep` refuses, an argument out of range, or a statistic that fails in a
        resample.

    Warns
    -----
    SmallSampleWarning
        If a class has fewer than ten rows, or all draws are equal.

    Notes
    -----
    How often intervals at the level 0.95 hold the true value, measured in test sets of two normal classes,
    one or two standard deviations apart (``make bench`` measures it again):

    ====================== ========== ========== ========== ==========
    positives              2          10         20         50 to 1,000
    ====================== ========== ========== ========== ==========
    AP, percentile         .71–.75    .89–.93    .91–.93    .89–.94
    AP, formula            .88        .94–.99    .93–.97    .92–.99
    ROC AUC, percentile    .52–.54    .83–.87    .85–.94    .89–.94
    ROC AUC, formula       .96–.97    .96        .95–.96    .95–.98
    ====================== ========== ========== ========== ==========

    At 1,000 of each class the formula of average precision covers .92, the quantiles .93.

    With exactly two positives among 20 to 1,000 rows, one to three standard deviations apart, the coverage is
    .26 to .84 (AP, percentile), .26 to .98 (AP, formula), .26 to .71 (ROC AUC, percentile) and .93 to .96
    (ROC AUC, formula). It is the lowest where the classes are far apart: most such sets look perfect.

    Formulas: for average precision the normal interval on the logit scale, with the number of positives as
    the sample size (Boyd and others); for ROC AUC Newcombe's fifth method, which solves for all areas whose
    own standard error reaches the estimate. With weights, a class of weights w counts as (Σw)² / Σw² rows.

    References
    ----------
    Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.

    Boyd, Eng and Page, Area under the precision-recall curve: point estimates and confidence intervals,
    ECML PKDD 2013.

    Newcombe, Confidence intervals for an effect size measure based on the Mann-Whitney statistic, part 2,
    Statistics in Medicine 25 (2006), 559-573.
    """
    measure = _Measure(statistic)
    tails = _tails(level)
    formula = FORMULAS.get(statistic) if isinstance(statistic, str) else None
    if method not in (None, *METHODS):
        raise MetricsError(f"method is {method!r}. Known: {', '.join(METHODS)}.")
    if method == "formula" and formula is None:
        raise MetricsError(
            f"method is 'formula', and the known ones are of {' and '.join(FORMULAS)}. "
            "Give method='percentile'."
        )
    rows = _Rows(y_true, {"scores": scores}, sample_weight, pos_label)
    estimate = measure(rows.sweeps[0])
    drawn = rows.by_score().resampled(resamples, seed)
    draws = np.array([measure.in_resample(sweep, place, resamples) for place, (sweep,) in enumerate(drawn)])
    if formula and (method == "formula" or (method is None and min(rows.sizes) < MANY)):
        return _interval(draws, estimate, formula(estimate, *rows.sizes, level), rows, "formula")
    return _interval(draws, estimate, np.quantile(draws, tails), rows, "percentile")


def bootstrap_difference(  # noqa: PLR0913  (as bootstrap_interval)
    y_true: ArrayLike,
    scores_a: ArrayLike,
    scores_b: ArrayLike,
    statistic: str | Callable[[ThresholdSweep], float],
    *,
    sample_weight: ArrayLike | None = None,
    pos_label: object = None,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> Interval:
    """Return a percentile bootstrap interval of a difference: the statistic of a less that of b.

    Both models are measured on the same drawn rows in each resample, because both are judged on the same
    test set: what makes these rows easy or hard for both cancels out. So this interval is the answer to
    "which is better", and not whether the intervals of the two models overlap.

    The rows of a resample are ``rng.integers(n, size=n)``, with ``rng = np.random.default_rng(seed)`` made
    once; a resample that misses a class is drawn again.

    Parameters
    ----------
    y_true : (n,) array_like
        As for `ThresholdSweep`.
    scores_a, scores_b : (n,) array_like
        The scores of the two models for these rows. They need not have the same scale.
    statistic, sample_weight, pos_label, level, resamples, seed
        As for `bootstrap_interval`.

    Raises
    ------
    MetricsError
        For input that `ThresholdSweep` refuses, an argument out of range, or a statistic that fails in a
        resample.

    Examples
    --------
    >>> y_true = [1, 1, 1, 0, 0, 0] * 10
    >>> difference = bootstrap_difference(y_true, [6, 5, 3, 4, 2, 1] * 10, [6, 5, 2, 4, 3, 1] * 10, "roc_auc")
    >>> round(difference.estimate, 3)
    0.111
    >>> difference.low > 0
    True
    """
    measure = _Measure(statistic)
    tails = _tails(level)
    rows = _Rows(y_true, {"scores_a": scores_a, "scores_b": scores_b}, sample_weight, pos_label)
    estimate = measure(rows.sweeps[0]) - measure(rows.sweeps[1])
    drawn = rows.resampled(resamples, seed)
    draws = np.array(
        [
            measure.in_resample(a, place, resamples) - measure.in_resample(b, place, resamples)
            for place, (a, b) in enumerate(drawn)
        ]
    )
    return _interval(draws, estimate, np.quantile(draws, tails), rows, "percentile")


def bootstrap_band(  # noqa: PLR0913  (as bootstrap_interval)
    y_true: ArrayLike,
    scores: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    pos_label: object = None,
    recall_grid: ArrayLike | None = None,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> Band:
    """Return a bootstrap band of the precision–recall curve.

    Precision at recall r is that of the highest threshold whose recall is at least r: the step curve whose
    area is average precision. Rows are drawn as in `bootstrap_interval`. The band holds at each recall by
    itself, not over the whole curve at once, and only where enough rows speak for it (`Band.holds`).

    Parameters
    ----------
    y_true, scores : (n,) array_like
        As for `ThresholdSweep`.
    recall_grid : (m,) array_like, optional
        Recalls from 0 to 1; 0, 0.01, …, 1 by default.
    sample_weight, pos_label, level, resamples, seed
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
    rows = _Rows(y_true, {"scores": scores}, sample_weight, pos_label)
    drawn = rows.by_score().resampled(resamples, seed)
    precisions = np.array([_precision_at(sweep, grid) for (sweep,) in drawn])
    low, high = np.quantile(precisions, tails, axis=0)
    return Band(grid, low, _precision_at(rows.sweeps[0], grid), high, rows.seen(grid))


class _Rows:
    """Rows to be drawn, with the scores of one or two models; none of the draws sorts again."""

    def __init__(
        self,
        y_true: ArrayLike,
        columns: Mapping[str, ArrayLike],
        sample_weight: ArrayLike | None,
        pos_label: object,
    ) -> None:
        positive, scores, weights = read_rows(
            y_true, columns, sample_weight=sample_weight, pos_label=pos_label
        )
        self._weights = weights
        self.rows = [int(np.count_nonzero(rows)) for rows in (positive, ~positive)]
        self.sizes: tuple[float, float] = (self.rows[0], self.rows[1])
        if weights is not None:
            relative = weights / weights.max()  # whose squares do not overflow
            self.sizes = _effective(relative[positive]), _effective(relative[~positive])
        self.sweeps = [_sweep(count(column, positive, weights)) for column in scores]
        # How each model sorts the rows into cells, and the cell of each row.
        self._sorted = [Cells.of(positive, column) for column in scores]

    def by_score(self) -> _Rows:
        """Put the rows in the order of the first model's scores: a draw does not depend on their old one."""
        ((cells, cell_of_row),) = self._sorted
        order = np.argsort(cell_of_row, kind="stable")
        self._sorted = [(cells, cell_of_row[order])]
        if self._weights is not None:
            self._weights = self._weights[order]
        return self

    def seen(self, grid: Floats) -> NDArray[np.bool]:
        """Return at which recalls there are enough rows of each kind, whatever their weights."""
        cells, cell_of_row = self._sorted[0]
        places = _places(self.sweeps[0], grid)
        counted = CountedCells(cells, np.bincount(cell_of_row, minlength=cells.places.size)).curve()
        found, flagged = counted.true_positives[places], counted.false_positives[places]
        seen: NDArray[np.bool] = np.minimum(np.minimum(found, flagged), self.rows[0] - found) >= SEEN
        return seen

    def resampled(self, resamples: int, seed: int) -> Iterator[list[ThresholdSweep]]:
        """Yield the sweeps of all models for each resample."""
        need_integer("resamples", resamples, 2)
        need_integer("seed", seed, 0)
        return self._resampled(resamples, int(seed))

    def _resampled(self, resamples: int, seed: int) -> Iterator[list[ThresholdSweep]]:
        rng = np.random.default_rng(seed)
        rows = self._sorted[0][1].size
        left = resamples
        while left:
            drawn = rng.integers(rows, size=rows)
            weights = None if self._weights is None else self._weights[drawn]
            counted = [
                CountedCells(cells, np.bincount(cell_of_row[drawn], weights, cells.places.size))
                for cells, cell_of_row in self._sorted
            ]
            # Both classes are missed at most half the time, in a sample of two rows: this ends.
            if counted[0].positives and counted[0].negatives:
                left -= 1
                yield [_sweep(cells) for cells in counted]


class _Measure:
    """A statistic of a sweep, whose value is checked."""

    def __init__(self, statistic: str | Callable[[ThresholdSweep], float]) -> None:
        if isinstance(statistic, str) and statistic not in STATISTICS:
            raise MetricsError(
                f"statistic is {statistic!r}. Known: {', '.join(STATISTICS)}; or give a function."
            )
        if not isinstance(statistic, str) and not callable(statistic):
            raise MetricsError(f"statistic is {statistic!r}. Give a function of the sweep, or a name of one.")
        self._statistic = statistic
        self._name = statistic if isinstance(statistic, str) else getattr(statistic, "__name__", "statistic")

    def __call__(self, sweep: ThresholdSweep) -> float:
        statistic = self._statistic
        value = getattr(sweep, statistic) if isinstance(statistic, str) else statistic(sweep)
        need_real("The value of statistic", value)
        if math.isinf(value):
            raise MetricsError(f"statistic returned {value!r} for {sweep!r}. It must be finite.")
        return float(value)

    def in_resample(self, sweep: ThresholdSweep, place: int, resamples: int) -> float:
        """Return the value in one resample; what fails there says so."""
        try:
            return self(sweep)
        except Exception as error:
            where = f"In resample {place + 1:,} of {resamples:,}, statistic {self._name} failed"
            if not isinstance(error, MetricsError):
                error.add_note(f"{where}; on the rows themselves it did not.")
                raise
            raise MetricsError(
                f"{where}; on the rows themselves it did not. {error} Give a function that returns a number "
                "also for such rows, such as 0."
            ) from error


def _effective(weights: Floats) -> float:
    """Return Kish's effective sample size: without differences of weight, the number of rows."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def _sweep(counted: Counted) -> ThresholdSweep:
    return ThresholdSweep._of(counted)  # noqa: SLF001  (one package; counts need no checks)


def _interval(draws: Floats, estimate: float, ends: Iterable[float], rows: _Rows, method: str) -> Interval:
    draws.flags.writeable = False
    low, high = map(float, ends)
    few = min(rows.rows)
    name = ("positives", "negatives")[rows.rows.index(few)]
    if few < FEW:
        warnings.warn(
            f"An interval from only {few} {name if few > 1 else name[:-1]} says little: {_WORTH[method]}. "
            f"Report the counts instead, and gather at least {FEW} {name}, better {10 * FEW}.",
            SmallSampleWarning,
            stacklevel=3,
        )
    elif low == high:
        warnings.warn(
            f"All {draws.size:,} resamples give {estimate:g}, so the interval has no width. "
            "That does not make the number certain: these rows hold no example of how it could be otherwise.",
            SmallSampleWarning,
            stacklevel=3,
        )
    return Interval(low, estimate, high, draws)


def _tails(level: float) -> tuple[float, float]:
    need_level(level)
    return (1 - level) / 2, (1 + level) / 2


def _precision_at(sweep: ThresholdSweep, grid: Floats) -> Floats:
    precision: Floats = sweep.precision[_places(sweep, grid)]
    return precision


def _places(sweep: ThresholdSweep, grid: Floats) -> NDArray[np.intp]:
    """Return the highest thresholds with at least these recalls."""
    # 35 of 100 found is recall 0.35, and 35 × 0.01 is 0.35000000000000003: a hair must not cost a threshold.
    return np.searchsorted(sweep.recall, grid * (1 - 1e-12))
