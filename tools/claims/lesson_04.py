"""What lesson 04 claims of Keras's bins, and of its area as a reason to stop; Keras itself is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras  # type: ignore[import-untyped]
import numpy as np

from lessonkit.figures.keras_curves import best_before_stop
from lessonkit.metrics import ThresholdSweep
from lessonkit.trace import ExactAveragePrecision
from tools.claims import repeated
from tools.claims.emails import resample

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

RESAMPLES = 60
SEEDS = 12
RUNS = 12
BATCH = 32
PAYMENTS = 16_000
FRESH = 100_000
PATIENCE = 2


def _keras(y_true: Array, scores: Array, **options: object) -> float:
    metric = keras.metrics.AUC(curve="PR", **options)
    metric.update_state(y_true, scores)
    return float(metric.result())


def _exact(y_true: Array, scores: Array) -> float:
    return ThresholdSweep(y_true, scores).davis_goadrich_area


def _payments(seed: int) -> tuple[Array, Array]:
    """Draw the 50,000 payments of the lesson, with all scores below 0.02."""
    rng = np.random.default_rng(seed)
    fraud = (rng.random(50_000) < 0.01).astype(int)  # noqa: PLR2004
    return fraud, 0.02 / (1 + np.exp(2 - 2 * (rng.normal(size=50_000) + 2 * fraud)))


def _quantiles(y_true: Array, scores: Array) -> Array:
    borders: Array = np.quantile(scores[y_true == 1], np.linspace(0, 1, 200))
    return borders


@repeated(RESAMPLES, over="resamples")
def spread_scores_lose_little(seed: int) -> float:
    """How much less than 0.01 the bins cost on the scores as they are."""
    y_true, scores = resample(seed)
    return 0.01 - abs(_exact(y_true, scores) - _keras(y_true, scores))


@repeated(RESAMPLES, over="resamples")
def crowded_scores_lose_much(seed: int) -> float:
    """Return the least that the bins cost: over-confident, or below 0.02."""
    y_true, scores = resample(seed)
    odds = scores / (1 - scores)
    exact = _exact(y_true, scores)
    return exact - max(_keras(y_true, odds**5 / (1 + odds**5)), _keras(y_true, 0.02 * scores))


@repeated(RESAMPLES, over="resamples")
def quantiles_follow_the_curve(seed: int) -> float:
    """How much nearer to the exact area thresholds at quantiles are than even ones, on small scores."""
    y_true, scores = resample(seed)
    small = 0.02 * scores
    exact = _exact(y_true, small)
    even, placed = _keras(y_true, small), _keras(y_true, small, thresholds=_quantiles(y_true, small))
    return abs(exact - even) - abs(exact - placed)


@repeated(SEEDS, over="seeds")
def quantiles_beat_ten_thousand(seed: int) -> float:
    """How much nearer to the exact area 200 thresholds at quantiles are than 10,000 even ones."""
    fraud, scores = _payments(seed)
    exact = _exact(fraud, scores)
    even = _keras(fraud, scores, num_thresholds=10_000)
    return abs(exact - even) - abs(exact - _keras(fraud, scores, thresholds=_quantiles(fraud, scores)))


@repeated(SEEDS, over="seeds")
def more_bins_help(seed: int) -> float:
    """Return the smallest of three gains: to the exact area, from 200 to 1,000 thresholds, and to 10,000."""
    fraud, scores = _payments(seed)
    areas = [_keras(fraud, scores, num_thresholds=number) for number in (200, 1_000, 10_000)]
    return float(min(_exact(fraud, scores) - areas[0], *np.diff(areas)))


@repeated(SEEDS, over="seeds")
def majoring_is_no_bound(seed: int) -> float:
    """How far the exact area of the payments is above majoring."""
    fraud, scores = _payments(seed)
    return _exact(fraud, scores) - _keras(fraud, scores, summation_method="majoring")


@repeated(RESAMPLES, over="resamples")
def logits_lose_area(seed: int) -> float:
    """How much lower Keras's area of logits is than that of probabilities."""
    y_true, scores = resample(seed)
    return _keras(y_true, scores) - _keras(y_true, np.log(scores / (1 - scores)))


def _frauds(rng: np.random.Generator, rows: int) -> tuple[Array, Array]:
    """Draw the features and labels of payments, as the lesson does."""
    fraud = (rng.random(rows) < 0.002).astype(int)  # noqa: PLR2004
    return rng.normal(size=(rows, 4)) + 1.5 * fraud.reshape(-1, 1), fraud


@repeated(RUNS, over="seeds")
def exact_stop_keeps_a_better_epoch(seed: int) -> float:
    """Return the average precision, on fresh payments, that its epoch gains over the one of Keras's area."""
    rng = np.random.default_rng(seed)
    rows, fraud = _frauds(rng, PAYMENTS)
    half = PAYMENTS // 2
    keras.utils.set_random_seed(seed)
    start = keras.initializers.Constant(-6.2)
    unit = keras.layers.Dense(
        1, activation="sigmoid", kernel_initializer="random_normal", bias_initializer=start
    )
    model = keras.Sequential([keras.Input((4,)), unit])
    area = keras.metrics.AUC(curve="PR", name="area")
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=[area])
    exact = ExactAveragePrecision(rows[half:], fraud[half:], batch_size=half)
    directions: list[Array] = []
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda _epoch, _logs: directions.append(unit.get_weights()[0][:, 0])
    )
    history = model.fit(
        rows[:half],
        fraud[:half],
        validation_data=(rows[half:], fraud[half:]),
        validation_batch_size=half,
        epochs=10,
        batch_size=256,
        verbose=0,
        callbacks=[exact, keep],
    ).history
    kept, by_keras = (best_before_stop(history[name], PATIENCE) for name in (exact.name, "val_area"))
    if kept <= by_keras:
        return min(0.0, kept - by_keras)
    # The sigmoid and the bias of the unit keep the order, so the weighted sums are enough.
    fresh, labels = _frauds(rng, FRESH)
    ours, theirs = (
        ThresholdSweep(labels, fresh @ directions[epoch - 1]).average_precision for epoch in (kept, by_keras)
    )
    return ours - theirs
