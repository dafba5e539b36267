"""Intervals of average precision and ROC AUC by formula, for rows too few to be drawn again and again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Formula = Callable[[float, float, float, float], tuple[float, float]]


def normal_quantile(level: float) -> float:
    """Return how many standard errors to each side hold a share of *level*."""
    from statistics import NormalDist

    return NormalDist().inv_cdf((1 + level) / 2)


def boyd(area: float, positives: float, _negatives: float, level: float) -> tuple[float, float]:
    """Return the interval of an average precision, which is normal on the logit scale.

    Boyd, Eng and Page, Area under the precision-recall curve: point estimates and confidence intervals
    (ECML PKDD 2013), section 3.2. An area of exactly 0 or 1 has no logit, and so no width.
    """
    if not 0 < area < 1:
        return area, area
    half = normal_quantile(level) / math.sqrt(positives * area * (1 - area))
    against = (1 - area) / area
    low, high = (1 / (1 + against * math.exp(step)) for step in (half, -half))
    return low, high


def newcombe(area: float, positives: float, negatives: float, level: float) -> tuple[float, float]:
    """Return the interval of a ROC AUC: all areas within so many of their own standard errors of it.

    Newcombe, Confidence intervals for an effect size measure based on the Mann-Whitney statistic, part 2
    (Statistics in Medicine 25, 2006, 559-573), method 5.
    """
    quantile = normal_quantile(level)
    others = (positives + negatives) / 2 - 1

    def far(true: float) -> bool:
        spread = 1 + others * ((1 - true) / (2 - true) + true / (1 + true))
        return abs(area - true) > quantile * math.sqrt(true * (1 - true) * spread / (positives * negatives))

    return _border(0.0, area, far), _border(1.0, area, far)


def _border(out: float, inside: float, far: Callable[[float], bool]) -> float:
    """Return where an interval ends on the way out, by halving what is left."""
    if not far(out):
        return out
    for _ in range(60):
        middle = (out + inside) / 2
        if far(middle):
            out = middle
        else:
            inside = middle
    return inside


FORMULAS: Mapping[str, Formula] = {"average_precision": boyd, "roc_auc": newcombe}
