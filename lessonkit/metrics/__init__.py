"""Counts, curves and areas of binary classifiers, exact at every threshold. Pure NumPy.

A row is flagged when ``score >= threshold``, as in scikit-learn.
"""

from __future__ import annotations

from lessonkit.metrics.confusion import Confusion
from lessonkit.metrics.inputs import MetricsError
from lessonkit.metrics.sweep import OperatingPoint, ThresholdSweep
from lessonkit.metrics.uncertainty import (
    Band,
    Interval,
    bootstrap_band,
    bootstrap_difference,
    bootstrap_interval,
)

__all__ = [
    "Band",
    "Confusion",
    "Interval",
    "MetricsError",
    "OperatingPoint",
    "ThresholdSweep",
    "bootstrap_band",
    "bootstrap_difference",
    "bootstrap_interval",
]
