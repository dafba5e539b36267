"""How often intervals hold the true value: test sets are drawn whose true areas are known.

``make bench`` judges the method that `bootstrap_interval` advises for each number of positives, in two to
eight minutes. ``python -m tools.bench_intervals`` prints both everywhere and for a handful of positives, in
about four times as long.
"""

from __future__ import annotations

import math
import sys
import warnings
from itertools import chain
from statistics import NormalDist, median
from typing import TYPE_CHECKING

import numpy as np

from lessonkit.metrics import SmallSampleWarning, bootstrap_interval
from tools.bench_result import Result, report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

SIMULATIONS = 400
RESAMPLES = {"formula": 2, "percentile": 400}  # a formula needs no draws
# How far the two normal classes lie apart, the share of positives, the rows.
CELLS = [(d, share, rows) for d in (1, 2) for share in (0.01, 0.1, 0.5) for rows in (200, 2000)]
# A handful of positives among so many rows, from classes so far apart: here intervals hold least.
HANDFULS = [
    (positives, rows, d) for positives in (2, 3, 5) for rows in (20, 40, 200, 1000) for d in (1, 1.5, 3)
]
# From so many positives on, a nominal 95 % interval is to miss no more than 8 %.
ENOUGH, MOST_MISSED = 20, 0.08
# From so many on, quantiles of the draws do.
PLENTY = 200


def coverage(*, both: bool = False) -> Iterator[Result]:
    """Count in each cell how often the true area lies outside the interval."""
    for distance, share, rows in CELLS:
        advised = "formula" if share * rows < PLENTY else "percentile"
        methods = RESAMPLES if both else (advised,)
        truth = true_areas(distance, share)
        rng = np.random.default_rng([distance, int(1000 * share), rows])
        missed = dict.fromkeys(((name, method) for name in truth for method in methods), 0)
        sizes = []
        for _ in range(SIMULATIONS):
            positive = np.zeros(rows, np.bool)
            while positive.all() or not positive.any():
                positive = rng.random(rows) < share
            scores = rng.standard_normal(rows) + distance * positive
            sizes.append(int(positive.sum()))
            for name, method in missed:
                missed[name, method] += _misses(truth[name], positive, scores, name, method)
        positives = round(median(sizes))
        for (name, method), count in missed.items():
            what = f"outside: {name}, {method}, d={distance}, {rows:,} rows, {positives} positives"
            bounded = method == advised and share * rows >= ENOUGH
            yield Result(what, count / SIMULATIONS, MOST_MISSED if bounded else math.inf, "")


def handfuls() -> Iterator[Result]:
    """Count how often the interval of a handful of positives misses the true area; no bound is set."""
    for positives, rows, distance in HANDFULS:
        truth = true_areas(distance, positives / rows)
        positive = np.arange(rows) < positives
        for name, true in truth.items():
            for method in RESAMPLES:
                rng = np.random.default_rng([positives, rows, int(10 * distance)])
                missed = 0
                for _ in range(SIMULATIONS):
                    scores = rng.standard_normal(rows) + distance * positive
                    missed += _misses(true, positive, scores, name, method)
                what = (
                    f"outside: {name}, {method}, d={distance}, {rows:,} rows, exactly {positives} positives"
                )
                yield Result(what, missed / SIMULATIONS, math.inf, "")


def _misses(
    true: float, positive: NDArray[np.bool], scores: NDArray[np.float64], name: str, method: str
) -> bool:
    """Say whether the interval of one test set leaves out the true area."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmallSampleWarning)
        found = bootstrap_interval(positive, scores, name, method=method, resamples=RESAMPLES[method])
    return not found.low <= true <= found.high


def true_areas(distance: float, share: float) -> Mapping[str, float]:
    """Return the areas in endless data: normal scores with the means 0 and *distance*."""
    normal = NormalDist()
    thresholds = np.linspace(-9.0, 9.0 + distance, 20_001)
    recall, alarms = (
        np.array([1 - normal.cdf(each - mean) for each in thresholds]) for mean in (distance, 0)
    )
    precision = share * recall / (share * recall + (1 - share) * alarms + 1e-300)
    area = float(np.sum(-np.diff(recall) * (precision[1:] + precision[:-1]) / 2))
    return {"average_precision": area, "roc_auc": normal.cdf(distance / 2**0.5)}


if __name__ == "__main__":
    sys.exit(report(chain(coverage(both=True), handfuls())))
