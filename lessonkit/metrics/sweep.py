"""The exact counts at every threshold, and what follows from them: curves, areas, operating points."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from lessonkit.metrics.confusion import Confusion, recall_share
from lessonkit.metrics.counting import Curve, count
from lessonkit.metrics.inputs import (
    MetricsError,
    need_amount,
    need_integer,
    need_real,
    need_same_length,
    read_counts,
    read_numbers,
    read_rows,
)
from lessonkit.metrics.thinning import thinned

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike, NDArray

    from lessonkit.metrics.counting import Areas, Counted

    Floats = NDArray[np.float64]
    # int64, or float64 when the rows have weights.
    Counts = NDArray[Any]

OBJECTIVES = (
    "f1",
    "accuracy",
    "balanced_accuracy",
    "matthews_corrcoef",
    "youden_j",
    "precision",
    "recall",
    "specificity",
)
COLUMNS = (
    "true_positives",
    "false_positives",
    "false_negatives",
    "true_negatives",
    "precision",
    "recall",
    "false_positive_rate",
)


@dataclass(frozen=True)
class OperatingPoint:
    """A threshold and what it leads to.

    Parameters
    ----------
    threshold : float
        Flag the rows with ``score >= threshold``; inf flags nothing.
    confusion : Confusion
        The counts at this threshold.
    value : float
        What the objective (or the cost) is there.
    """

    threshold: float
    confusion: Confusion
    value: float


class ThresholdSweep:
    """Exact counts at every threshold of a binary classifier's scores.

    A row is flagged when ``score >= threshold``, as in scikit-learn; so the distinct scores are all the
    thresholds that matter, and rows with equal scores are flagged together. Counts are exact: no bins.

    Every array has shape ``(k,)``, one entry per distinct score from the highest to the lowest, and is
    read-only. No point is added that no threshold reaches; scikit-learn's (recall 0, precision 1) is one.

    Parameters
    ----------
    y_true : (n,) array_like
        True labels, 0 and 1, or -1 and 1 (or booleans). Both must occur.
    scores : (n,) array_like
        Real scores, higher for rows more likely positive: integers, booleans or floats, infinities
        included. -0.0 and 0.0 are one score.
    sample_weight : (n,) array_like, optional
        Weights, finite and ≥ 0; an integer weight acts as that many equal rows, and a row of weight 0 as if
        it were not there. Counts are then sums of weights, as float64; else they are int64.
    pos_label : optional
        The positive label; the labels may then be any two values. Without it, they are 0 or -1 and 1.

    Raises
    ------
    MetricsError
        If the columns are empty, not one-dimensional or of different lengths, a score is NaN or no real
        number, a label is outside the two, a class is missing (or has weight 0 in total), or a weight is
        negative, NaN or infinite.

    Notes
    -----
    The rows are copied and sorted at once, in O(n log n); areas and arrays are computed when first asked for.
    For ten million float32 scores both areas take two to four times as long as ``np.sort`` on the scores;
    with weights, five to six times.

    Examples
    --------
    >>> sweep = ThresholdSweep([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1])
    >>> sweep.thresholds
    array([0.9, 0.5, 0.1])
    >>> sweep.true_positives
    array([1, 2, 2])
    >>> sweep.at(0.5).recall
    1.0
    """

    def __init__(
        self,
        y_true: ArrayLike,
        scores: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        pos_label: object = None,
    ) -> None:
        positive, (values,), weights = read_rows(
            y_true, {"scores": scores}, sample_weight=sample_weight, pos_label=pos_label
        )
        self._counted: Counted = count(values, positive, weights)

    @classmethod
    def from_counts(cls, thresholds: ArrayLike, positives: ArrayLike, negatives: ArrayLike) -> ThresholdSweep:
        """Make a sweep of rows that were counted elsewhere: how many of each class have each score.

        Nothing is lost. A database counts with ``GROUP BY score``; scores that are few, because they are
        rounded or of float16, stay a short table however many the rows are.

        Parameters
        ----------
        thresholds : (k,) array_like
            Scores, in any order; the counts of equal ones are added up.
        positives, negatives : (k,) array_like
            How many rows of each class have that score: finite and ≥ 0, not cumulated. Sums of weights are
            floats.

        Raises
        ------
        MetricsError
            If the columns are empty, not one-dimensional or of different lengths, a score is NaN, a count is
            negative, NaN or infinite, or a class has no rows.

        Examples
        --------
        >>> sweep = ThresholdSweep.from_counts([0.1, 0.5, 0.9], positives=[0, 1, 1], negatives=[1, 1, 0])
        >>> sweep.true_positives
        array([1, 2, 2])
        """
        scores = read_numbers("thresholds", thresholds)
        found, false = read_counts(positives=positives, negatives=negatives)
        need_same_length(thresholds=scores, positives=found, negatives=false)
        for name, counts in (("positives", found), ("negatives", false)):
            if not counts.any():
                raise MetricsError(f"{name} are 0 at every score. A curve needs both classes.")
        return cls._of(Curve.of(scores, found, false))

    @classmethod
    def _of(cls, counted: Counted) -> ThresholdSweep:
        """Make a sweep of counts that are known to be right."""
        self = cls.__new__(cls)
        self._counted = counted
        return self

    def __repr__(self) -> str:
        return (
            f"<ThresholdSweep: {self.positives:,} positives, {self.negatives:,} negatives, "
            f"average precision {self.average_precision:.4f}, ROC AUC {self.roc_auc:.4f}>"
        )

    # ------------------------------------------------------------------ counts

    @cached_property
    def _curve(self) -> Curve:
        curve = self._counted.curve()
        for array in curve:
            array.flags.writeable = False
        return curve

    @property
    def thresholds(self) -> NDArray[Any]:
        """Distinct scores, strictly descending, in the dtype of the scores."""
        return self._curve.thresholds

    @property
    def true_positives(self) -> Counts:
        """Positives with a score of at least the threshold."""
        return self._curve.true_positives

    @property
    def false_positives(self) -> Counts:
        """Negatives with a score of at least the threshold."""
        return self._curve.false_positives

    # Not kept, like the next one: a subtraction is cheap, and the memory of ten million counts is not.
    @property
    def false_negatives(self) -> Counts:
        """Positives with a score below the threshold."""
        return _read_only(self.positives - self.true_positives)

    @property
    def true_negatives(self) -> Counts:
        """Negatives with a score below the threshold."""
        return _read_only(self.negatives - self.false_positives)

    @property
    def positives(self) -> float:
        """Count (or total weight) of the positives."""
        return self._counted.positives

    @property
    def negatives(self) -> float:
        """Count (or total weight) of the negatives."""
        return self._counted.negatives

    @property
    def prevalence(self) -> float:
        """Share of the rows that are positive: the precision of flagging everything."""
        return self.positives / (self.positives + self.negatives)

    # ------------------------------------------------------------------ curves

    @cached_property
    def precision(self) -> Floats:
        """Share of the flagged rows that are positive."""
        precision = np.add(self.true_positives, self.false_positives, dtype=np.float64)
        return _read_only(np.divide(self.true_positives, precision, out=precision))

    @cached_property
    def recall(self) -> Floats:
        """Share of the positives that are flagged (true positive rate)."""
        return _read_only(self.true_positives / self.positives)

    @cached_property
    def false_positive_rate(self) -> Floats:
        """Share of the negatives that are flagged."""
        return _read_only(self.false_positives / self.negatives)

    # Not kept, like the counts they come from.
    @property
    def specificity(self) -> Floats:
        """Share of the negatives that are not flagged (true negative rate)."""
        return _read_only(self.true_negatives / self.negatives)

    @property
    def accuracy(self) -> Floats:
        """Share of right decisions."""
        return _read_only((self.true_positives + self.true_negatives) / (self.positives + self.negatives))

    @property
    def balanced_accuracy(self) -> Floats:
        """Mean of recall and specificity."""
        return _read_only((self.recall + self.specificity) / 2)

    @property
    def youden_j(self) -> Floats:
        """Recall less false positive rate, from -1 to 1; Youden, Index for rating diagnostic tests (1950)."""
        return _read_only(self.recall - self.false_positive_rate)

    @property
    def matthews_corrcoef(self) -> Floats:
        """Correlation of truth and decision, from -1 to 1; 0.0 where everything is flagged."""
        flagged = self.true_positives + self.false_positives
        rest = self.false_negatives + self.true_negatives
        correlation = self.youden_j * np.sqrt(self.positives / flagged)
        unflagged = np.divide(self.negatives, rest, out=np.zeros(rest.size), where=rest > 0)
        correlation *= np.sqrt(unflagged)
        return _read_only(correlation.clip(-1, 1, out=correlation))  # which rounding may leave

    @property
    def f1(self) -> Floats:
        """Harmonic mean of precision and recall."""
        return self.f_beta(1)

    def f_beta(self, beta: float) -> Floats:
        """Return the F-score that takes recall *beta* times as seriously as precision, (k,).

        (1 + β²) TP / ((1 + β²) TP + β² FN + FP), van Rijsbergen, Information Retrieval (1979).

        Raises
        ------
        MetricsError
            If *beta* is not a finite number above 0.
        """
        share = recall_share(beta)
        errors = share * self.false_negatives + (1 - share) * self.false_positives
        return _read_only(self.true_positives / (self.true_positives + errors))

    def cost(self, *, false_positive: float, false_negative: float) -> Floats:
        """Return the cost of the errors at each threshold, (k,), in the unit of the two prices.

        The prices are those of `Confusion.cost`, and so are its errors.
        """
        need_amount("false_positive", false_positive)
        need_amount("false_negative", false_negative)
        alarms = float(false_positive) * self.false_positives
        return _read_only(alarms + float(false_negative) * self.false_negatives)

    # ------------------------------------------------------------------- areas

    @cached_property
    def _areas(self) -> Areas:
        return self._counted.areas()

    @property
    def average_precision(self) -> float:
        """Area under the precision–recall curve as steps: Σ (recall step) × precision, as in scikit-learn."""
        return self._areas.average_precision

    @property
    def roc_auc(self) -> float:
        """Area under the ROC curve: the chance that a positive outscores a negative, ties counting half."""
        return self._areas.roc_auc

    @cached_property
    def davis_goadrich_area(self) -> float:
        """Area under the precision–recall curve as Davis and Goadrich interpolate it, integrated exactly.

        Between two thresholds, true and false positives grow in proportion, as they would if the tie were
        broken at random: precision is TP / (a + b TP). Before the first threshold it is that threshold's.

        Davis and Goadrich, The relationship between precision-recall and ROC curves (ICML 2006).
        """
        tp = np.append(0.0, self.recall)
        flagged = np.append(0.0, (self.true_positives + self.false_positives) / self.positives)
        # A step without positives has no width; nor has one whose weight is lost beside a large sum.
        steps = np.flatnonzero((np.diff(tp) > 0) & (np.diff(flagged) > 0))
        tp_step, flagged_step = tp[steps + 1] - tp[steps], flagged[steps + 1] - flagged[steps]
        tp, flagged = tp[steps], flagged[steps]
        slope = tp_step / flagged_step
        offset = tp - slope * flagged
        # The first step starts at 0: its offset is 0, and the logarithm does not matter.
        with np.errstate(over="ignore"):
            growth = np.divide(flagged_step, flagged, out=np.zeros_like(slope), where=flagged > 0)
        growth = np.log1p(np.minimum(growth, np.finfo(np.float64).max))
        return float((slope * (tp_step + offset * growth)).sum())

    def partial_roc_auc(self, max_fpr: float) -> float:
        """Return the area under the ROC curve up to a false positive rate, between 0.5 and 1 for most scores.

        It is scaled as in scikit-learn's ``roc_auc_score(..., max_fpr=max_fpr)``: scores at random have 0.5,
        perfect ones 1.

        McClish, Analyzing a portion of the ROC curve, Medical Decision Making 9 (1989), 190-195.

        Parameters
        ----------
        max_fpr : float
            The highest false positive rate that counts, above 0 and at most 1.

        Raises
        ------
        MetricsError
            If *max_fpr* is out of range.
        """
        need_real("max_fpr", max_fpr)
        if not 0 < max_fpr <= 1:
            raise MetricsError(f"max_fpr is {max_fpr!r}. Give a number above 0, and at most 1.")
        if max_fpr == 1:
            return self.roc_auc
        stop = int(np.searchsorted(self.false_positive_rate, max_fpr, "right"))
        alarms, recall = (
            np.concatenate([[0.0], array[: stop + 1]]) for array in (self.false_positive_rate, self.recall)
        )
        # The last line is cut where it reaches the rate.
        recall[-1] = np.interp(max_fpr, alarms[-2:], recall[-2:])
        alarms[-1] = max_fpr
        area = np.trapezoid(recall, alarms)
        least, most = max_fpr**2 / 2, max_fpr
        return float((1 + (area - least) / (most - least)) / 2)

    # -------------------------------------------------------- operating points

    def at(self, threshold: float) -> Confusion:
        """Return the counts when rows with ``score >= threshold`` are flagged.

        Score and threshold are compared as the real numbers they are. A float32 score printed as 0.7 is
        0.699999988, so ``at(0.7)`` does not flag it (nor does NumPy with ``np.float64(0.7)``; with a plain
        0.7 NumPy rounds the threshold to float32 first, and does). ``at(float(np.float32(0.7)))`` does.

        Parameters
        ----------
        threshold : float
            Any real number; -inf flags everything.

        Raises
        ------
        MetricsError
            If *threshold* is NaN or not a real number.
        """
        need_real("threshold", threshold)
        thresholds = self.thresholds
        lowest = _lowest_not_below(threshold, thresholds.dtype)
        if lowest is None:
            return self._confusion(-1)
        below = int(np.searchsorted(thresholds[::-1], lowest))
        return self._confusion(thresholds.size - below - 1)

    def top(self, k: float) -> Confusion:
        """Return the counts when the *k* rows with the highest scores are flagged: precision and recall at k.

        Where k cuts a tie, its rows are flagged by lot: the counts are then expected ones, as floats.

        Parameters
        ----------
        k : float
            How many rows (or how much weight), above 0 and at most all.

        Raises
        ------
        MetricsError
            If *k* is out of range.

        Examples
        --------
        >>> sweep = ThresholdSweep([1, 0, 1, 0, 1], [0.9, 0.8, 0.7, 0.7, 0.1])
        >>> sweep.top(2).precision
        0.5
        >>> sweep.top(3).recall
        0.5
        """
        need_amount("k", k, positive=True)
        flagged = self.true_positives + self.false_positives
        if k > flagged[-1] * (1 + 1e-9):  # weights may have been added up in another order
            raise MetricsError(f"k is {k!r}, and there are {flagged[-1].item():,} rows.")
        index = min(int(np.searchsorted(flagged, k)), flagged.size - 1)
        if flagged[index] <= k:
            return self._confusion(index)
        above, with_tie = self._confusion(index - 1), self._confusion(index)
        before = above.predicted_positive
        share = float((k - before) / (with_tie.predicted_positive - before))
        found, alarms = (
            (1 - share) * less + share * more
            for less, more in (
                (above.true_positives, with_tie.true_positives),
                (above.false_positives, with_tie.false_positives),
            )
        )
        return Confusion(found, alarms, self.positives - found, self.negatives - alarms)

    def best(
        self,
        objective: str | Callable[[ThresholdSweep], ArrayLike],
        *,
        min_precision: float = 0.0,
        min_recall: float = 0.0,
        min_specificity: float = 0.0,
    ) -> OperatingPoint:
        """Return the threshold with the highest value of an objective.

        Of equally good thresholds the highest is returned: the one with the fewest alerts. Flagging nothing
        (threshold inf) competes too, unless the objective is a function or a row scores inf.
        Choose on validation data: chosen and reported on the same rows, the value is too good.

        Parameters
        ----------
        objective : str or callable
            "f1", "accuracy", "balanced_accuracy", "matthews_corrcoef", "youden_j", "precision", "recall" or
            "specificity". A function gets this sweep and returns an array of shape (k,), one value per
            threshold.
        min_precision, min_recall, min_specificity : float
            What the threshold must reach besides, from 0 to 1.

        Raises
        ------
        MetricsError
            If the objective is unknown, returns NaN or a wrong shape, or no threshold reaches the minimum.

        Examples
        --------
        >>> sweep = ThresholdSweep([1, 1, 0, 1, 0], [0.9, 0.8, 0.7, 0.6, 0.5])
        >>> sweep.best("recall", min_precision=0.9).threshold
        0.8
        """
        values = self._objective(objective)
        minimums = {"recall": min_recall, "specificity": min_specificity, "precision": min_precision}
        for name, minimum in minimums.items():
            need_real(f"min_{name}", minimum)
            if not 0 <= minimum <= 1:
                raise MetricsError(f"min_{name} is {minimum!r}. Give a number from 0 to 1.")
        nothing = None
        if isinstance(objective, str) and self._can_flag_nothing and min_precision == min_recall == 0:
            confusion = self._confusion(-1)
            nothing = OperatingPoint(math.inf, confusion, float(getattr(confusion, objective)))
            if self.specificity[0] < min_specificity:  # no threshold flags fewer
                return nothing
        candidates = np.flatnonzero(self._reaching(minimums))
        index = int(candidates[values[candidates].argmax()])
        if nothing and nothing.value >= values[index]:
            return nothing
        return OperatingPoint(self._threshold(index), self._confusion(index), float(values[index]))

    def cheapest(self, *, false_positive: float, false_negative: float) -> OperatingPoint:
        """Return the threshold at which the errors cost least; its value is that cost.

        Of equally cheap thresholds the highest is returned. Flagging nothing (threshold inf) competes too,
        unless a row scores inf: then no threshold does that.

        The prices are those of `Confusion.cost`, and so are its errors.
        """
        costs = self.cost(false_positive=false_positive, false_negative=false_negative)
        index = int(costs.argmin())
        nothing = self._confusion(-1)
        cost = nothing.cost(false_positive=false_positive, false_negative=false_negative)
        if self._can_flag_nothing and cost <= costs[index]:
            return OperatingPoint(math.inf, nothing, float(cost))
        return OperatingPoint(self._threshold(index), self._confusion(index), float(costs[index]))

    def _objective(self, objective: str | Callable[[ThresholdSweep], ArrayLike]) -> Floats:
        if not isinstance(objective, str):
            if not callable(objective):
                raise MetricsError(
                    f"objective is {objective!r}. Give a function of the sweep, or a name of one."
                )
            returned = objective(self)
            try:
                values = np.asarray(returned, dtype=np.float64)
            except (TypeError, ValueError):
                raise MetricsError(f"The objective returned {returned!r}, not an array of numbers.") from None
            if values.shape != self.thresholds.shape:
                raise MetricsError(
                    f"The objective returned shape {values.shape}; one value for each of the "
                    f"{self.thresholds.size:,} thresholds is needed, shape {self.thresholds.shape}."
                )
            if np.isnan(values).any():
                place = int(np.isnan(values).argmax())
                raise MetricsError(
                    f"The objective is nan at threshold {self._threshold(place)!r} (index {place}). "
                    "Return a number everywhere; -inf rules a threshold out."
                )
            return values
        if objective not in OBJECTIVES:
            raise MetricsError(
                f"objective is {objective!r}. Known: {', '.join(OBJECTIVES)}; or give a function."
            )
        named: Floats = getattr(self, objective)
        return named

    def _reaching(self, minimums: Mapping[str, float]) -> NDArray[np.bool]:
        """Mark the thresholds that reach all minimums; refuse one out of reach beside those before."""
        allowed = np.ones(self.thresholds.size, np.bool)
        beside: list[str] = []
        for name, minimum in minimums.items():
            if not minimum:
                continue
            reached: Floats = getattr(self, name)
            enough = allowed & (reached >= minimum)
            if not enough.any():
                index = int(np.where(allowed, reached, -1.0).argmax())
                recall = f" (recall {self.recall[index]:.4f})"
                raise MetricsError(
                    f"No threshold reaches a {name} of {minimum:g}"
                    f"{' with ' if beside else ''}{' and '.join(beside)}. The best is "
                    f"{reached[index]:.4f}, at threshold {self._threshold(index)!r}{recall}."
                )
            allowed = enough
            beside.append(f"a {name} of at least {minimum:g}")
        return allowed

    # ----------------------------------------------------------------- to others

    def thinned(self, pixels: int = 420) -> NDArray[np.intp]:
        """Return the places of the thresholds that a drawing needs, ascending: some hundreds, whatever n.

        Every point of the precision–recall curve (as steps) and of the ROC curve (as lines) is within half a
        pixel of the curve through these places, on a square panel.

        Parameters
        ----------
        pixels : int
            Side of the panel.

        Raises
        ------
        MetricsError
            If *pixels* is no integer of at least 1.
        """
        need_integer("pixels", pixels, 1)
        return thinned(self.thresholds, (self.recall, self.precision, self.false_positive_rate), int(pixels))

    def to_frame(self, backend: Literal["pandas", "polars", "pyarrow"] = "pandas") -> Any:  # noqa: ANN401  (of a library that need not be there)
        """Return a table of the sweep, one row per threshold from the highest to the lowest.

        Its columns are the threshold, the four counts, precision, recall and false positive rate.

        Parameters
        ----------
        backend : {"pandas", "polars", "pyarrow"}
            Whose table it is. The library has to be installed.

        Examples
        --------
        >>> ThresholdSweep([1, 0, 1], [0.9, 0.5, 0.1]).to_frame()[["threshold", "precision", "recall"]]
           threshold  precision  recall
        0        0.9   1.000000     0.5
        1        0.5   0.500000     0.5
        2        0.1   0.666667     1.0
        """
        import narwhals as nw

        columns = {"threshold": self.thresholds} | {name: getattr(self, name) for name in COLUMNS}
        return nw.from_dict(columns, backend=backend).to_native()

    @property
    def _can_flag_nothing(self) -> bool:
        return bool(self.thresholds[0] < math.inf)

    def _threshold(self, index: int) -> float:
        threshold: float = self.thresholds[index].item()
        return threshold

    def _confusion(self, index: int) -> Confusion:
        """Return the counts at a threshold; -1 stands for one above all scores."""
        tp = self.true_positives[index].item() if index >= 0 else type(self.positives)(0)
        fp = self.false_positives[index].item() if index >= 0 else type(self.negatives)(0)
        return Confusion(tp, fp, self.positives - tp, self.negatives - fp)


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array


def _lowest_not_below(threshold: float, dtype: np.dtype[Any]) -> Any:  # noqa: ANN401  (a scalar of dtype)
    """Return the lowest number of a dtype that is ≥ threshold, or None if all are below.

    Comparing a score with it is the same as comparing exactly with the threshold.
    """
    if isinstance(threshold, np.generic):
        threshold = threshold.item()  # Python compares numbers exactly, whatever their types; NumPy rounds.
    if dtype.kind != "f":
        limits = (0, 1) if dtype.kind == "b" else (int(np.iinfo(dtype).min), int(np.iinfo(dtype).max))
        if threshold > limits[1]:
            return None
        return dtype.type(max(math.ceil(threshold), limits[0]) if threshold > limits[0] else limits[0])
    try:
        number = float(threshold)
    except OverflowError:  # an integer beyond every finite float
        number = math.inf if threshold > 0 else -math.inf
    with np.errstate(over="ignore"):
        lowest = dtype.type(number)
        if lowest.item() < threshold:  # rounded down
            lowest = np.nextafter(lowest, dtype.type(np.inf))
    return lowest
