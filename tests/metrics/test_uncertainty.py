from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from lessonkit.metrics import (
    Band,
    Interval,
    MetricsError,
    ThresholdSweep,
    bootstrap_band,
    bootstrap_interval,
)
from lessonkit.metrics.uncertainty import _Resampling

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike


def sample(size: int = 400, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y_true = rng.random(size) < 0.2
    return y_true, np.round(rng.normal(size=size) + 1.5 * y_true, 1)


def test_the_interval_holds_the_estimate() -> None:
    interval = bootstrap_interval(*sample(), "average_precision")
    assert interval.estimate == ThresholdSweep(*sample()).average_precision
    assert interval.low < interval.estimate < interval.high


def test_the_same_seed_gives_the_same_interval() -> None:
    first = bootstrap_interval(*sample(), "roc_auc", resamples=50, seed=3)
    assert first == bootstrap_interval(*sample(), "roc_auc", resamples=50, seed=3)
    assert first != bootstrap_interval(*sample(), "roc_auc", resamples=50, seed=4)


def test_a_name_is_short_for_a_function() -> None:
    named = bootstrap_interval(*sample(), "davis_goadrich_area", resamples=50)
    assert named == bootstrap_interval(*sample(), lambda sweep: sweep.davis_goadrich_area, resamples=50)


def test_a_higher_level_gives_a_wider_interval() -> None:
    narrow = bootstrap_interval(*sample(), "roc_auc", level=0.5)
    wide = bootstrap_interval(*sample(), "roc_auc", level=0.99)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_each_resample_is_the_sweep_of_its_rows() -> None:
    """Draw the same rows by hand, and build their sweeps from scratch."""
    y_true, scores = sample(60)
    order = np.lexsort([y_true, -scores])
    rng = np.random.default_rng(5)
    for sweep in _Resampling(y_true, scores, 20, 5):
        drawn = order[rng.integers(60, size=60)]
        by_hand = ThresholdSweep(y_true[drawn], scores[drawn])
        assert sweep.thresholds.tolist() == by_hand.thresholds.tolist()
        assert sweep.true_positives.tolist() == by_hand.true_positives.tolist()
        assert sweep.false_positives.tolist() == by_hand.false_positives.tolist()


def test_the_interval_is_about_as_wide_as_theory_says() -> None:
    """The variance of ROC AUC by DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988)."""
    y_true, scores = sample(2000)
    interval = bootstrap_interval(y_true, scores, "roc_auc")
    difference = scores[y_true][:, None] - scores[~y_true]
    wins = (difference > 0) + (difference == 0) / 2
    variance = wins.mean(axis=1).var() / len(wins) + wins.mean(axis=0).var() / len(wins.T)
    width = 2 * 1.96 * math.sqrt(variance)
    assert interval.high - interval.low == pytest.approx(width, rel=0.1)


def test_resamples_without_a_class_are_drawn_again() -> None:
    interval = bootstrap_interval([1, 0], [0.9, 0.1], "roc_auc", resamples=100)
    assert interval == Interval(1.0, 1.0, 1.0)
    one_positive = bootstrap_interval([1] + [0] * 30, np.arange(31), "roc_auc", resamples=100)
    assert one_positive.estimate == 0


def test_the_band_is_average_precision_when_averaged() -> None:
    # The middle of each of 90 equal steps of recall meets each of 30 positives three times.
    rng = np.random.default_rng(1)
    y_true = np.repeat([True, False], [30, 200])
    scores = rng.normal(size=230) + y_true
    grid = (np.arange(90) + 0.5) / 90
    band = bootstrap_band(y_true, scores, recall_grid=grid, resamples=50)
    assert isinstance(band, Band)
    assert band.recall.tolist() == grid.tolist()
    assert band.estimate.mean() == pytest.approx(ThresholdSweep(y_true, scores).average_precision)
    assert (band.low <= band.high).all()
    assert (band.low < band.high).any()


def test_the_band_has_101_recalls_by_default() -> None:
    y_true = np.repeat([True, False], 100)
    scores = np.append(np.arange(100, 200), np.arange(100)) + 0.0
    scores[100] = 164.5  # one negative, below the 35 best positives
    band = bootstrap_band(y_true, scores, resamples=2)
    assert band.recall.shape == band.low.shape == band.high.shape == (101,)
    assert band.recall[35] > 0.35  # by a hair, which must not ask for the 36th positive
    assert band.estimate[35] == 1
    assert band.estimate[36] == 36 / 37
    assert band.estimate[-1] == 100 / 101


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"statistic": "f1"}, "statistic is 'f1'. Known: average_precision"),
        ({"statistic": 3}, "statistic is 3. Give a function"),
        ({"statistic": lambda _: math.nan}, "The value of statistic is nan"),
        ({"statistic": lambda _: math.inf}, "statistic returned inf for <ThresholdSweep"),
        ({"level": 1}, "level is 1"),
        ({"level": 95}, "level is 95. Give a number between 0 and 1"),
        ({"level": "95"}, "level is '95'"),
        ({"resamples": 1}, "resamples is 1. Give an integer of at least 2"),
        ({"resamples": 10.5}, "resamples is 10.5"),
        ({"seed": -1}, "seed is -1"),
        ({"y_true": [1, 1]}, "only positives"),
        ({"scores": [0.1, math.nan]}, r"scores\[1\] is nan"),
    ],
)
def test_a_bad_argument_of_the_interval_is_named(options: dict[str, Any], message: str) -> None:
    arguments = {"y_true": [1, 0], "scores": [0.9, 0.1], "statistic": "roc_auc"} | options
    call: Callable[..., Interval] = bootstrap_interval
    with pytest.raises(MetricsError, match=message):
        call(**arguments)


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ([0.5, 1.5], r"recall_grid\[1\] is 1\.5"),
        ([-0.1], r"recall_grid\[0\] is -0\.1"),
        ([0.5, math.nan], r"recall_grid\[1\] is nan"),
        ([], "recall_grid is empty"),
        (["a"], r"recall_grid\[0\] is 'a'"),
    ],
)
def test_a_bad_grid_is_named(grid: ArrayLike, message: str) -> None:
    with pytest.raises(MetricsError, match=message):
        bootstrap_band([1, 0], [0.9, 0.1], recall_grid=grid)
