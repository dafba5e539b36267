"""The four counts at one threshold, and every ratio of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from numbers import Integral
from typing import TYPE_CHECKING

import numpy as np

from lessonkit.metrics.inputs import (
    MetricsError,
    need_amount,
    need_same_length,
    read_labels,
    read_weights,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Confusion:
    """Confusion matrix of a binary classifier: what was flagged, and what should have been.

    It is shown in scikit-learn's order, ``[[TN, FP], [FN, TP]]``: rows are the truth, columns the decision.

    A ratio whose denominator is 0 is 0.0, never NaN: so precision and F1 are 0.0 when nothing is flagged
    and recall is 0.0 when nothing is positive. scikit-learn returns the same and warns.

    Parameters
    ----------
    true_positives : int or float
        Positives that were flagged. Float when the rows have weights.
    false_positives : int or float
        Negatives that were flagged: false alarms.
    false_negatives : int or float
        Positives that were not flagged: misses.
    true_negatives : int or float
        Negatives that were not flagged.

    Raises
    ------
    MetricsError
        If a count is no number, negative, NaN or infinite.

    Examples
    --------
    >>> confusion = Confusion(true_positives=40, false_positives=10, false_negatives=5, true_negatives=45)
    >>> confusion.precision
    0.8
    >>> print(confusion)
                      not flagged   flagged
    actual negative         TN 45     FP 10
    actual positive          FN 5     TP 40
    """

    true_positives: float
    false_positives: float
    false_negatives: float
    true_negatives: float

    def __post_init__(self) -> None:
        for field in fields(self):
            count = getattr(self, field.name)
            if isinstance(count, (bool, np.bool)):
                raise MetricsError(f"{field.name} is {count}, not a count.")
            need_amount(field.name, count)
            # NumPy's numbers would print as np.int64(40), and int64 products could overflow.
            object.__setattr__(self, field.name, int(count) if isinstance(count, Integral) else float(count))

    @classmethod
    def from_labels(
        cls,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        pos_label: object = None,
    ) -> Confusion:
        """Count decisions against the truth.

        Parameters
        ----------
        y_true : (n,) array_like
            True labels, 0 and 1, or -1 and 1 (or booleans).
        y_pred : (n,) array_like
            Decisions, with the same labels. Not scores.
        sample_weight : (n,) array_like, optional
            Weights, finite and ≥ 0. The counts are then sums of weights, as floats.
        pos_label : optional
            The positive label; the labels may then be any two values. Without it, they are 0 or -1 and 1.
            One that does not occur is no error, because a fold may have no positives.

        Raises
        ------
        MetricsError
            If a label is outside the two, or shapes, lengths or weights are wrong.
        """
        truth, flagged = read_labels(pos_label, {"y_true": y_true, "y_pred": y_pred})
        need_same_length(y_true=truth, y_pred=flagged)
        cells = (truth & flagged, ~truth & flagged, truth & ~flagged, ~truth & ~flagged)
        if sample_weight is None:
            return cls(*(int(np.count_nonzero(cell)) for cell in cells))
        weights, _ = read_weights(sample_weight)
        need_same_length(y_true=truth, sample_weight=weights)
        return cls(*(float(weights[cell].sum()) for cell in cells))

    @property
    def positives(self) -> float:
        """Count of rows that are positive: TP + FN."""
        return self.true_positives + self.false_negatives

    @property
    def negatives(self) -> float:
        """Count of rows that are negative: FP + TN."""
        return self.false_positives + self.true_negatives

    @property
    def predicted_positive(self) -> float:
        """Count of rows that were flagged: TP + FP."""
        return self.true_positives + self.false_positives

    @property
    def total(self) -> float:
        """Count of all rows."""
        return self.positives + self.negatives

    @property
    def precision(self) -> float:
        """Share of the flagged that are positive, TP / (TP + FP); 0.0 when nothing is flagged.

        Also called positive predictive value.
        """
        return _ratio(self.true_positives, self.predicted_positive)

    @property
    def recall(self) -> float:
        """Share of the positives that are flagged, TP / (TP + FN); 0.0 without positives.

        Also called sensitivity, or true positive rate.
        """
        return _ratio(self.true_positives, self.positives)

    @property
    def false_positive_rate(self) -> float:
        """Share of the negatives that are flagged, FP / (FP + TN); 0.0 without negatives."""
        return _ratio(self.false_positives, self.negatives)

    @property
    def specificity(self) -> float:
        """Share of the negatives that are not flagged, TN / (TN + FP); 0.0 without negatives."""
        return _ratio(self.true_negatives, self.negatives)

    @property
    def negative_predictive_value(self) -> float:
        """Share of the not flagged that are negative, TN / (TN + FN); 0.0 when everything is flagged."""
        return _ratio(self.true_negatives, self.true_negatives + self.false_negatives)

    @property
    def accuracy(self) -> float:
        """Share of right decisions, (TP + TN) / total; 0.0 without rows."""
        return _ratio(self.true_positives + self.true_negatives, self.total)

    @property
    def balanced_accuracy(self) -> float:
        """Mean of recall and specificity; of one class alone, its share of right decisions."""
        if self.positives and self.negatives:
            return (self.recall + self.specificity) / 2
        return self.recall if self.positives else self.specificity

    @property
    def youden_j(self) -> float:
        """Recall less false positive rate, from -1 to 1; Youden, Index for rating diagnostic tests (1950)."""
        return self.recall - self.false_positive_rate

    @property
    def matthews_corrcoef(self) -> float:
        """Correlation of truth and decision, from -1 to 1; 0.0 when one of them is always the same."""
        flagged = _ratio(self.positives, self.predicted_positive)
        rest = _ratio(self.negatives, self.false_negatives + self.true_negatives)
        correlation = self.youden_j * math.sqrt(flagged) * math.sqrt(rest)
        return min(max(correlation, -1.0), 1.0)  # which rounding may leave

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN)."""
        return self.f_beta(1)

    @property
    def prevalence(self) -> float:
        """Share of the rows that are positive; 0.0 without rows."""
        return _ratio(self.positives, self.total)

    @property
    def flagged_rate(self) -> float:
        """Share of the rows that are flagged; 0.0 without rows."""
        return _ratio(self.predicted_positive, self.total)

    def f_beta(self, beta: float) -> float:
        """Return the F-score in which recall weighs β² times as much as precision.

        (1 + β²) TP / ((1 + β²) TP + β² FN + FP), from van Rijsbergen, Information Retrieval (1979); 0.0 when
        there are neither positives nor alarms.

        Raises
        ------
        MetricsError
            If *beta* is not a finite number above 0.
        """
        share = recall_share(beta)
        errors = share * self.false_negatives + (1 - share) * self.false_positives
        return _ratio(self.true_positives, self.true_positives + errors)

    def cost(self, *, false_positive: float, false_negative: float) -> float:
        """Return the cost of the errors, in the unit of the two prices.

        Parameters
        ----------
        false_positive, false_negative : float
            Price of one false alarm and of one miss, finite and ≥ 0.

        Raises
        ------
        MetricsError
            If a price is out of range.
        """
        need_amount("false_positive", false_positive)
        need_amount("false_negative", false_negative)
        return false_positive * self.false_positives + false_negative * self.false_negatives

    def as_array(self) -> NDArray[np.int64] | NDArray[np.float64]:
        """Return ``[[TN, FP], [FN, TP]]``, scikit-learn's order: rows are the truth, columns the decision."""
        return np.array(
            [
                [self.true_negatives, self.false_positives],
                [self.false_negatives, self.true_positives],
            ]
        )

    def __str__(self) -> str:
        rows = (
            ("", "not flagged", "flagged"),
            ("actual negative", f"TN {_count(self.true_negatives)}", f"FP {_count(self.false_positives)}"),
            ("actual positive", f"FN {_count(self.false_negatives)}", f"TP {_count(self.true_positives)}"),
        )
        widths = [max(len(row[column]) for row in rows) for column in (1, 2)]
        return "\n".join(
            f"{name:15}   {left:>{widths[0]}}   {right:>{widths[1]}}" for name, left, right in rows
        )


def recall_share(beta: float) -> float:
    """Return β² / (1 + β²): the share of a miss, against a false alarm, in the errors that F-beta counts.

    Raises
    ------
    MetricsError
        If *beta* is not a finite number above 0.
    """
    need_amount("beta", beta, positive=True)
    inverse = 1 / float(beta)
    # A product, because a float's power raises OverflowError where this becomes inf, which is right here.
    return 1 / (1 + inverse * inverse)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _count(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"
