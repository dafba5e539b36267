from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from lessonkit.metrics import DeLongTest, MetricsError, bootstrap_difference, delong_test


def sample(size: int = 200, decimals: int = 9) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    y_true = rng.random(size) < 0.3
    a = np.round(rng.normal(size=size) + 1.5 * y_true, decimals)
    b = np.round(a + rng.normal(size=size) / 2, decimals)
    return y_true, a, b


def by_definition(y_true: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[float, float, float]:
    """Equations 4 to 7 of the paper, pair by pair: the two areas, and the variance of their difference."""
    kernels = []
    for scores in (a, b):
        x, y = scores[y_true][:, None], scores[~y_true][None, :]
        kernels.append(np.where(y < x, 1.0, 0.0) + np.where(y == x, 0.5, 0.0))
    areas = [float(kernel.mean()) for kernel in kernels]
    v10 = np.array([kernel.mean(axis=1) for kernel in kernels])
    v01 = np.array([kernel.mean(axis=0) for kernel in kernels])
    m, n = kernels[0].shape
    s10 = (v10 - np.array(areas)[:, None]) @ (v10 - np.array(areas)[:, None]).T / (m - 1)
    s01 = (v01 - np.array(areas)[:, None]) @ (v01 - np.array(areas)[:, None]).T / (n - 1)
    contrast = np.array([1.0, -1.0])
    return areas[0], areas[1], float(contrast @ (s10 / m + s01 / n) @ contrast)


@pytest.mark.parametrize("decimals", [0, 1, 9])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_test_is_that_of_the_paper(decimals: int, level: float) -> None:
    y_true, a, b = sample(decimals=decimals)
    first, second, variance = by_definition(y_true, a, b)
    found = delong_test(y_true, a, b, level=level)
    assert first == pytest.approx(roc_auc_score(y_true, a))
    assert found.estimate == pytest.approx(first - second, abs=1e-12)
    half = norm.ppf((1 + level) / 2) * math.sqrt(variance)
    assert (found.low, found.high) == pytest.approx((first - second - half, first - second + half), abs=1e-12)
    assert found.p_value == pytest.approx(2 * norm.sf(abs(first - second) / math.sqrt(variance)), rel=1e-9)


def test_it_agrees_with_the_bootstrap() -> None:
    y_true, a, b = sample(1000)
    found, drawn = delong_test(y_true, a, b), bootstrap_difference(y_true, a, b, "roc_auc")
    assert found.estimate == pytest.approx(drawn.estimate, abs=1e-12)
    assert found.high - found.low == pytest.approx(drawn.high - drawn.low, rel=0.1)


def test_equal_models_have_small_p_values_as_rarely_as_they_should() -> None:
    rng = np.random.default_rng(0)
    values = []
    for _ in range(400):
        y_true = rng.random(150) < 0.3
        common = rng.normal(size=150) + y_true
        values.append(delong_test(y_true, *(common + rng.normal(size=(2, 150)))).p_value)
    assert np.mean(np.array(values) < 0.05) == pytest.approx(0.05, abs=0.03)
    assert np.mean(np.array(values) < 0.5) == pytest.approx(0.5, abs=0.1)


def test_the_other_way_round_the_sign_turns() -> None:
    y_true, a, b = sample()
    first, second = delong_test(y_true, a, b), delong_test(y_true, b, a)
    assert (second.low, second.high) == pytest.approx((-first.high, -first.low), abs=1e-15)
    assert second.p_value == pytest.approx(first.p_value)
    words = np.where(y_true, "spam", "ham")
    assert delong_test(words, a, b, pos_label="spam") == first


def test_models_of_one_order_do_not_differ() -> None:
    y_true, a, _ = sample()
    assert delong_test(y_true, a, np.exp(a)) == DeLongTest(0, 0, 0, 1)


def test_a_certain_difference_has_the_p_value_0() -> None:
    assert delong_test([1, 1, 0, 0], [4, 3, 2, 1], [1, 2, 3, 4]) == DeLongTest(1, 1, 1, 0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"level": 95}, "level is 95"),
        ({"y_true": [1, 0, 0, 0]}, "y_true has one positive"),
        ({"y_true": [1, 1, 1, 0]}, "y_true has one negative"),
        ({"y_true": [1, 1, 1, 1]}, "only positives"),
        ({"scores_b": [1, 2, 3, math.nan]}, r"scores_b\[3\] is nan"),
    ],
)
def test_a_bad_argument_is_named(options: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"y_true": [1, 1, 0, 0], "scores_a": [4, 2, 3, 1], "scores_b": [4, 3, 2, 1]}
    with pytest.raises(MetricsError, match=message):
        delong_test(**arguments | options)
