"""Counts, curves and areas of binary classifiers, exact at every threshold. Pure NumPy.

A row is flagged when ``score >= threshold``, as in scikit-learn.
"""

from __future__ import annotations

from lessonkit.metrics.bins import BinnedCounts, BinnedPoint, Bracket
from lessonkit.metrics.confusion import Confusion
from lessonkit.metrics.delong import DeLongTest, delong_test
from lessonkit.metrics.frames import count_scores
from lessonkit.metrics.inputs import MetricsError
from lessonkit.metrics.sweep import OperatingPoint, ThresholdSweep
from lessonkit.metrics.uncertainty import (
    Band,
    Interval,
    SmallSampleWarning,
    bootstrap_band,
    bootstrap_difference,
    bootstrap_interval,
)

__all__ = [
    "Band",
    "BinnedCounts",
    "BinnedPoint",
    "Bracket",
    "Confusion",
    "DeLongTest",
    "Interval",
    "MetricsError",
    "OperatingPoint",
    "SmallSampleWarning",
    "ThresholdSweep",
    "bootstrap_band",
    "bootstrap_difference",
    "bootstrap_interval",
    "count_scores",
    "delong_test",
]
