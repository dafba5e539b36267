"""Counts in bins of scores, and what they prove: a bracket around each number of the rows themselves.

Rows that fit on no machine are counted where they are (`count_scores`), and the table of counts is small. A
bin says its lowest and its highest score and the rows of each class between them, ends included. How the bins
were made does not matter: at the lowest score of a bin all counts are exact, since whole bins are flagged.

Write P₀ and N₀ for the positives and negatives above a bin, P₁ and N₁ for these with the bin's own.
Any number that rises with the true positives and falls with the false ones lies, at a threshold within the
bin, between its values at (P₀, N₁) and at (P₁, N₀). Each bracket adds up or compares such corners.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.metrics.columns import count_each
from lessonkit.metrics.counting import Curve
from lessonkit.metrics.inputs import MetricsError, need_real, need_same_length, read_counts, read_numbers
from lessonkit.metrics.sweep import OBJECTIVES, OperatingPoint, ThresholdSweep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

# By so much may rounding hide that two values are equal.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Bracket:
    """Two ends that are proved to have a number between them, up to the rounding of float64.

    It is no confidence interval: it says what the table of counts leaves open about its own rows. The middle
    has no special standing. It is shown rounded outward, with two digits of its width.

    Parameters
    ----------
    low, high : float
        Its ends; equal when the counts tell the number exactly.
    """

    low: float
    high: float

    @property
    def width(self) -> float:
        """How much the counts leave open."""
        return self.high - self.low

    def __repr__(self) -> str:
        if not self.width > 0:
            return f"Bracket(low={self.low!r}, high={self.high!r})"
        decimals = max(1 - math.floor(math.log10(self.width)), 0)
        unit = 10.0**decimals
        low, high = math.floor(self.low * unit) / unit, math.ceil(self.high * unit) / unit
        return f"Bracket(low={low:.{decimals}f}, high={high:.{decimals}f})"


@dataclass(frozen=True)
class BinnedPoint(OperatingPoint):
    """The best threshold of those at the end of a bin, and what a threshold within a bin could still gain.

    Parameters
    ----------
    threshold, confusion, value
        As in `OperatingPoint`, and exact: the threshold is a score that occurs.
    optimum : Bracket
        Holds the value of the best of all thresholds.
    unsure : sequence of (float, float)
        Ranges of scores, ends included, outside which no threshold is better than this one. Rows in them
        are the only ones that `BinnedCounts.refine` has to look at.
    """

    optimum: Bracket
    unsure: Sequence[tuple[float, float]] = field(repr=False)


class BinnedCounts:
    """Counts of positives and negatives in bins of scores.

    Bins may come in any order and from several tables; bins that share a score become one. A bin whose
    lowest and highest score are equal is one score, and exact; if all are, every bracket has width 0.

    The arrays have shape ``(k,)``, one entry for each bin from the highest scores to the lowest, and are
    read-only.

    Parameters
    ----------
    lowest, highest : (k,) array_like
        The lowest and the highest score that occurs in each bin, finite. That the lowest one occurs is what
        makes the counts there exact.
    positives, negatives : (k,) array_like
        Rows of each class in the bin, finite and ≥ 0; floats are sums of weights. Bins without rows are
        left out.

    Raises
    ------
    MetricsError
        If the columns are empty, not one-dimensional or of different lengths, a score or a count is not
        finite, a count is negative, or a lowest score lies above the highest.

    Examples
    --------
    >>> counts = BinnedCounts([0.5, 0.0], [1.0, 0.4], positives=[3, 1], negatives=[1, 5])
    >>> counts.roc_auc
    Bracket(low=0.62, high=0.96)
    """

    def __init__(
        self, lowest: ArrayLike, highest: ArrayLike, positives: ArrayLike, negatives: ArrayLike
    ) -> None:
        ends = {"lowest": read_numbers("lowest", lowest), "highest": read_numbers("highest", highest)}
        found, false = read_counts(positives=positives, negatives=negatives)
        need_same_length(**ends, positives=found, negatives=false)
        for name, scores in ends.items():
            if not np.isfinite(scores).all():
                place = int(np.isfinite(scores).argmin())
                raise MetricsError(f"{name}[{place}] is {scores[place].item()!r}. Give a finite score.")
        crossed = ends["lowest"] > ends["highest"]
        if crossed.any():
            place = int(crossed.argmax())
            raise MetricsError(
                f"lowest[{place}] is {ends['lowest'][place].item()!r}, above highest[{place}], which is "
                f"{ends['highest'][place].item()!r}."
            )
        occurs = (found > 0) | (false > 0)
        if not occurs.any():
            raise MetricsError("positives and negatives are 0 in every bin. At least one row is needed.")
        columns = (*ends.values(), found, false)
        joined = _join(*(column[occurs] for column in columns))
        for column in joined:
            column.flags.writeable = False
        self.lowest, self.highest, self.positives, self.negatives = joined

    def __repr__(self) -> str:
        classes = f"{self.positives.sum():,} positives, {self.negatives.sum():,} negatives"
        return f"<BinnedCounts: {self.lowest.size:,} bins, {classes}>"

    def merge(self, *others: BinnedCounts) -> BinnedCounts:
        """Return the counts of all rows together. The order does not matter, nor which are merged first.

        Tables of parts that were binned by one key lose nothing: the brackets are at most as wide as those of
        one table of all rows.

        Raises
        ------
        MetricsError
            If another one is no table of counts.
        """
        for other in others:
            if not isinstance(other, BinnedCounts):
                raise MetricsError(
                    f"merge was given a {type(other).__name__}. Give tables of counts: first.merge(*others)."
                )
        tables = (self, *others)
        return BinnedCounts(
            np.concatenate([table.lowest for table in tables]),
            np.concatenate([table.highest for table in tables]),
            np.concatenate([table.positives for table in tables]),
            np.concatenate([table.negatives for table in tables]),
        )

    # ------------------------------------------------------------------- areas

    @cached_property
    def roc_auc(self) -> Bracket:
        """Bracket of the area under the ROC curve, as `ThresholdSweep.roc_auc` has it.

        A positive outscores the negatives of lower bins; against those of its own bin it loses or wins.

        Raises
        ------
        MetricsError
            If a class has no rows.
        """
        edges = self._edges
        share, false_share = self.positives / edges.positives, self.negatives / edges.negatives
        sure = float((false_share * (edges.recall - share)).sum())
        inside = share * false_share
        ties = float((inside * self._exact).sum()) / 2
        unsure = float((inside * ~self._exact).sum())
        low = min(sure + ties, 1.0)
        return Bracket(low, min(low + unsure, 1.0))

    @cached_property
    def average_precision(self) -> Bracket:
        """Bracket of the average precision, as `ThresholdSweep.average_precision` has it.

        At best all positives of a bin share its highest score: p P₁ / (P₁ + N₀). At worst they come one by
        one below its negatives, so the precision of the t-th of all is t / (t + N₁). That sum, over t from
        P₀ + 1 to P₁, is at least p - N₁ ln((P₁ + h + N₁) / (P₀ + h + N₁)) with h = 1/2, because a convex
        function's mean over an interval is at least its value in the middle (Hermite and Hadamard). Sums of
        weights have h = 0: a step of any width is at least the integral of what rises within it.

        Raises
        ------
        MetricsError
            If a class has no rows.
        """
        edges = self._edges
        p, p1, n1 = self.positives, edges.true_positives, edges.false_positives
        p0, n0 = p1 - p, n1 - self.negatives
        exact = p * edges.precision
        some = np.maximum(p1 + n0, np.where(p > 0, 0, 1))  # a bin without positives adds 0 in any case
        high = np.where(self._exact, exact, p * (p1 / some))
        start = p0 + n1 + (0.0 if p.dtype.kind == "f" else 0.5)
        growth = np.divide(p, start, out=np.zeros(p.size), where=start > 0)
        low = np.where(self._exact, exact, np.maximum(p - n1 * np.log1p(growth), 0))
        total = edges.positives
        return _bracket(float(low.sum() / total), min(float(high.sum() / total), 1.0))

    def precision_at(self, recall: float) -> Bracket:
        """Return the bracket of the precision at the first threshold, from above, that has this recall.

        It is not the best precision with that recall; ``best("precision", min_recall=...)`` is.

        Parameters
        ----------
        recall : float
            From 0 to 1; at least so much is reached.

        Raises
        ------
        MetricsError
            If *recall* is out of range or a class has no rows.
        """
        need_real("recall", recall)
        if not 0 <= recall <= 1:
            raise MetricsError(f"recall is {recall!r}. Give a number from 0 to 1.")
        edges = self._edges
        first = int(np.searchsorted(edges.recall, recall))
        p1, n1 = edges.true_positives[first].item(), edges.false_positives[first].item()
        if self._exact[first]:
            return _bracket(p1 / (p1 + n1), p1 / (p1 + n1))
        n0 = n1 - self.negatives[first].item()
        least = recall * edges.positives
        if self.positives.dtype.kind != "f":
            least = math.ceil(least)
            least -= (least - 1) / edges.positives >= recall  # the product was rounded up
            least = max(least, p1 - self.positives[first].item())
        return _bracket(least / (least + n1) if least > 0 else 0.0, p1 / (p1 + n0) if p1 else 0.0)

    # -------------------------------------------------------- operating points

    def best(self, objective: str, *, min_precision: float = 0.0, min_recall: float = 0.0) -> BinnedPoint:
        """Return the best threshold at the end of a bin, with a bracket of the best of all thresholds.

        Parameters
        ----------
        objective, min_precision, min_recall
            As in `ThresholdSweep.best`; a function is refused, because nothing is known of it within a bin.

        Raises
        ------
        MetricsError
            If the objective is unknown, a class has no rows, or no end of a bin reaches the minimum.
        """
        if objective not in OBJECTIVES:
            raise MetricsError(f"objective is {objective!r}. Known: {', '.join(OBJECTIVES)}.")
        best_case = self._best_case
        allowed = (best_case.precision >= min_precision - ROUNDING) & (
            best_case.recall >= min_recall - ROUNDING
        )
        try:
            point = self._edges.best(objective, min_precision=min_precision, min_recall=min_recall)
        except MetricsError:
            if not 0 <= min_precision <= 1 or not 0 <= min_recall <= 1 or not allowed.any():
                raise
            wanted = [
                f"a {name} of {least:g}"
                for name, least in (("precision", min_precision), ("recall", min_recall))
                if least
            ]
            raise MetricsError(
                f"No threshold at the end of a bin reaches {' with '.join(wanted)}, and one within a bin "
                "may. Count in finer bins, with a larger per_unit."
            ) from None
        values = best_case._objective(objective)  # noqa: SLF001  (of the same package)
        optimum, unsure = self._within(np.where(allowed, values, -np.inf), point.value)
        return BinnedPoint(
            point.threshold, point.confusion, point.value, Bracket(point.value, optimum), unsure
        )

    def cheapest(self, *, false_positive: float, false_negative: float) -> BinnedPoint:
        """Return the cheapest threshold at the end of a bin, with a bracket of the least cost of all.

        The prices are those of `Confusion.cost`.

        Raises
        ------
        MetricsError
            If a price is out of range or a class has no rows.
        """
        point = self._edges.cheapest(false_positive=false_positive, false_negative=false_negative)
        costs = self._best_case.cost(false_positive=false_positive, false_negative=false_negative)
        least, unsure = self._within(-costs, -point.value)
        return BinnedPoint(
            point.threshold, point.confusion, point.value, Bracket(-least, point.value), unsure
        )

    def refine(self, frame: IntoFrame, point: BinnedPoint, *, y_true: str, scores: str) -> BinnedCounts:
        """Look at the rows again, but only at those that can hide a threshold better than *point*.

        They are counted score by score. The same question to the result has the optimum itself as its
        answer, as `ThresholdSweep` finds it.

        Parameters
        ----------
        frame, y_true, scores
            The same rows as for `count_scores`.
        point : BinnedPoint
            What `best` or `cheapest` returned.

        Raises
        ------
        MetricsError
            If the rows are not those that were counted, or *point* is no such point.
        """
        if not isinstance(point, BinnedPoint):
            raise MetricsError(f"point is a {type(point).__name__}. Give what cheapest() or best() returned.")
        if not point.unsure:
            return self
        within = np.zeros(self.lowest.size, np.bool)
        for low, high in point.unsure:
            within |= (self.lowest >= low) & (self.lowest <= high)
        found, positives, negatives = count_each(frame, point.unsure, y_true=y_true, scores=scores)
        counted, again = (
            (int(ones.sum()), int(others.sum()))
            for ones, others in ((self.positives[within], self.negatives[within]), (positives, negatives))
        )
        if counted != again:
            raise MetricsError(
                f"These are other rows: {counted[0]:,} positives and {counted[1]:,} negatives were counted "
                f"in the scores looked at, and now there are {again[0]:,} and {again[1]:,}. For a table "
                "made with `by`, give only the rows of its value."
            )
        rest = ~within
        return BinnedCounts(
            np.append(self.lowest[rest], found),
            np.append(self.highest[rest], found),
            np.append(self.positives[rest], positives),
            np.append(self.negatives[rest], negatives),
        )

    # ------------------------------------------------------------- the corners

    @cached_property
    def _exact(self) -> NDArray[np.bool]:
        same: NDArray[np.bool] = self.lowest == self.highest
        return same

    @cached_property
    def _edges(self) -> ThresholdSweep:
        """The thresholds at which all counts are exact, one for each bin. Their areas are not the rows'."""
        return ThresholdSweep.from_counts(self.lowest, self.positives, self.negatives)

    @cached_property
    def _wide(self) -> NDArray[np.intp]:
        """The bins within which a threshold may be better than at both ends."""
        return np.flatnonzero(~self._exact & (self.positives > 0))

    @cached_property
    def _best_case(self) -> ThresholdSweep:
        """The edges, with the corner (P₁, N₀) of each wide bin before its edge: all positives come first.

        It bounds what is optimized over thresholds. It does not bound average precision, where tied positives
        would gain still more.
        """
        edges, wide = self._edges, self._wide
        return ThresholdSweep._of(  # noqa: SLF001  (of the same package)
            Curve(
                np.insert(edges.thresholds, wide, self.highest[wide]),
                np.insert(edges.true_positives, wide, edges.true_positives[wide]),
                np.insert(edges.false_positives, wide, (edges.false_positives - self.negatives)[wide]),
            )
        )

    def _within(self, values: Floats, reached: float) -> tuple[float, list[tuple[float, float]]]:
        """Return the best value at a corner or *reached*, and the ranges of scores whose corners reach that.

        *values* are those of `_best_case`, the higher the better.
        """
        wide = self._wide
        corners = values[wide + np.arange(wide.size)]
        best = max(float(corners.max(initial=-np.inf)), reached)
        unsure = wide[corners >= reached - ROUNDING * abs(reached)]
        runs = np.split(unsure, np.flatnonzero(np.diff(unsure) > 1) + 1) if unsure.size else []
        return best, [(self.lowest[run[-1]].item(), self.highest[run[0]].item()) for run in runs]


def _bracket(low: float, high: float) -> Bracket:
    """Return a bracket whose ends are in order, whatever rounding did."""
    return Bracket(min(low, high), high)


def _join(
    lowest: NDArray[Any], highest: NDArray[Any], positives: NDArray[Any], negatives: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Make one bin of those that share a score, from the highest to the lowest."""
    order = np.argsort(lowest)
    low, high = lowest[order], highest[order]
    reach = np.maximum.accumulate(high)
    starts = np.flatnonzero(np.append(True, low[1:] > reach[:-1]))
    return (
        low[starts][::-1],
        np.maximum.reduceat(high, starts)[::-1],
        np.add.reduceat(positives[order], starts)[::-1],
        np.add.reduceat(negatives[order], starts)[::-1],
    )
