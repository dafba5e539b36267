from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lessonkit import figures
from lessonkit.metrics import Interval, MetricsError, bootstrap_difference, bootstrap_interval
from tests.figures.drawn import line, texts

RNG = np.random.default_rng(0)
Y_TRUE = np.arange(300) % 4 == 0
GOOD = RNG.normal(size=300) + 1.5 * Y_TRUE
POOR = GOOD + RNG.normal(size=300)


def test_the_histogram_holds_all_draws_with_interval_and_estimate(shown: list[Any]) -> None:
    interval = bootstrap_interval(Y_TRUE, GOOD, "roc_auc", method="percentile", resamples=200)
    figures.bootstrap_histogram(interval, name="ROC AUC")
    (axes,) = shown[0].figure.axes
    for bar in axes.patches:
        left, right = bar.get_x(), bar.get_x() + bar.get_width()
        inside = (interval.draws >= left) & (
            interval.draws <= right if bar is axes.patches[-1] else interval.draws < right
        )
        assert bar.get_height() == pytest.approx(inside.sum(), abs=1)  # a draw on an edge, by a hair
    assert sum(bar.get_height() for bar in axes.patches) == 200
    assert line(axes, "interval")[:, 0].tolist() == [interval.low, interval.high]
    assert set(line(axes, "estimate")[:, 0].tolist()) == {interval.estimate}
    assert not [each for each in axes.lines if each.get_label() == "zero"]
    numbers = f"{interval.estimate:.3f} [{interval.low:.3f}, {interval.high:.3f}]"
    assert axes.get_title(loc="left") == f"ROC AUC: {numbers}"
    assert axes.get_xlabel() == "ROC AUC"
    # The interval is drawn below the bars, and no tick counts there.
    assert (line(axes, "interval")[:, 1] < 0).all()
    assert min(axes.get_yticks()) == 0
    assert repr(shown[0]) == (
        f"Histogram of ROC AUC in 200 resamples. The estimate is {interval.estimate:.3f}; 95% of the "
        f"resamples lie in the interval from {interval.low:.3f} to {interval.high:.3f}."
    )


def test_the_histogram_of_a_difference_marks_zero(shown: list[Any]) -> None:
    difference = bootstrap_difference(Y_TRUE, POOR, GOOD, "roc_auc", resamples=200)
    figures.bootstrap_histogram(difference, name="ROC AUC, poor less good", difference=True, decimals=2)
    (axes,) = shown[0].figure.axes
    above = int((difference.draws > 0).sum())
    assert line(axes, "zero")[:, 0].tolist() == [0, 0]
    assert (difference.draws < 0).all()
    assert axes.get_xlim()[1] > 0  # zero is in view, although no draw reaches it
    assert {"no difference", "estimate"} <= texts(axes).keys()
    assert axes.get_title(loc="left").endswith(f"\nAbove 0 in {above} of 200 resamples")
    minus = f"{difference.low:.2f} to {difference.high:.2f}".replace("-", "−")
    assert f"from {minus}. Above 0 in {above} of 200 resamples." in repr(shown[0])


def test_an_interval_without_draws_has_no_histogram() -> None:
    with pytest.raises(MetricsError, match="no draws"):
        figures.bootstrap_histogram(Interval(0.1, 0.2, 0.3))
