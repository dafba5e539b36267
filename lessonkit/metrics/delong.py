"""Do two ROC AUCs on the same rows differ? DeLong's test, which needs no resamples."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from lessonkit.metrics.formulas import normal_quantile
from lessonkit.metrics.inputs import MetricsError, need_level, read_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")


@dataclass(frozen=True)
class DeLongTest:
    """What DeLong's test found.

    Parameters
    ----------
    low, high : float
        The interval of the difference.
    estimate : float
        ROC AUC of a less ROC AUC of b.
    p_value : float
        How often two equally good models would differ by at least as much, on such rows; two-sided.
    """

    low: float
    estimate: float
    high: float
    p_value: float


def delong_test(
    y_true: ArrayLike,
    scores_a: ArrayLike,
    scores_b: ArrayLike,
    *,
    pos_label: object = None,
    level: float = 0.95,
) -> DeLongTest:
    """Compare the ROC AUCs of two models on the same rows.

    The interval is normal, around the difference. For other statistics, and for rows with weights, take
    `bootstrap_difference`.

    Parameters
    ----------
    y_true : (n,) array_like
        As for `ThresholdSweep`; at least two positives and two negatives.
    scores_a, scores_b : (n,) array_like
        The scores of the two models for these rows. They need not have the same scale.
    pos_label
        As for `ThresholdSweep`.
    level : float
        How often such an interval holds the true difference, between 0 and 1.

    Raises
    ------
    MetricsError
        For input that `ThresholdSweep` refuses, a class with a single row, or a level out of range.

    Notes
    -----
    Two models that order all pairs of a positive and a negative alike have the difference 0, with an interval
    of width 0 and a p-value of 1.

    References
    ----------
    DeLong, DeLong and Clarke-Pearson, Comparing the areas under two or more correlated receiver operating
    characteristic curves, Biometrics 44 (1988), 837-845.

    Examples
    --------
    >>> y_true = [1, 1, 1, 0, 0, 0] * 10
    >>> test = delong_test(y_true, [6, 5, 3, 4, 2, 1] * 10, [6, 5, 2, 4, 3, 1] * 10)
    >>> round(test.estimate, 3), round(test.p_value, 3)
    (0.111, 0.007)
    """
    need_level(level)
    positive, columns, _ = read_rows(
        y_true, {"scores_a": scores_a, "scores_b": scores_b}, sample_weight=None, pos_label=pos_label
    )
    for name, rows in (("positive", positive), ("negative", ~positive)):
        if np.count_nonzero(rows) == 1:
            raise MetricsError(f"y_true has one {name}. DeLong's test needs two of each class to see noise.")
    a, b = columns
    by_positive = _outscored(a[positive], a[~positive]) - _outscored(b[positive], b[~positive])
    by_negative = _outscored(b[~positive], b[positive]) - _outscored(a[~positive], a[positive])
    estimate = float(by_positive.mean())
    error = math.sqrt(
        float(by_positive.var(ddof=1)) / by_positive.size + float(by_negative.var(ddof=1)) / by_negative.size
    )
    half = normal_quantile(level) * error
    p_value = math.erfc(abs(estimate) / error / math.sqrt(2)) if error else float(estimate == 0)
    return DeLongTest(estimate - half, estimate, estimate + half, p_value)


def _outscored(scores: NDArray[Any], others: NDArray[Any]) -> Floats:
    """Return for each score which share of the others is below it, ties counting half."""
    ordered = np.sort(others)
    below, not_above = (np.searchsorted(ordered, scores, side=side) for side in _SIDES)
    shares: Floats = (below + not_above) / (2 * others.size)
    return shares
