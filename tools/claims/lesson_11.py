"""What lesson 11 claims of customers on both sides, of the future in the past, of cubes and of one split."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.signal import lfilter
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import GroupKFold, TimeSeriesSplit, cross_val_predict
from sklearn.preprocessing import MinMaxScaler

from lessonkit.metrics import ThresholdSweep
from tools.claims import repeated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Fold = tuple[Array, Array]

SEEDS = 20
CHEAP_SEEDS = 40
WEIGHTS = (1.2, -1, 0.8, 0.7, -0.6, 0.5, 0.4, 0, 0, 0)


@cache
def _customers(seed: int) -> tuple[Array, Array, Array]:
    """Simulate the customers of the lesson with another seed."""
    rng = np.random.default_rng([11, seed])
    customer = np.repeat(np.arange(300), 4)
    habits = rng.normal(size=(300, 10))
    wish = habits @ np.array(WEIGHTS) + 0.5 * habits[:, 0] * habits[:, 1] + 2 * rng.normal(size=300)
    rows = habits[customer] + 0.2 * rng.normal(size=(1200, 10))
    return rows, (wish > np.quantile(wish, 0.7)).astype(int)[customer], customer


def _folds(seed: int, repeats: int) -> list[Fold]:
    rows, y, customer = _customers(seed)
    return [
        fold
        for again in range(repeats)
        for fold in GroupKFold(5, shuffle=True, random_state=again).split(rows, y, customer)
    ]


def _area(model: Any, rows: Array, y: Array, train: Array, test: Array) -> float:  # noqa: ANN401
    return ThresholdSweep(y[test], model.fit(rows[train], y[train]).predict_proba(rows[test])[:, 1]).roc_auc


def _two_areas(model: Any, rows: Array, y: Array, fold: Fold, seed: int) -> tuple[float, float] | None:  # noqa: ANN401
    """Return the areas of the leaking and of the sound run, as in the lesson; None without both classes."""
    train, held = fold
    rng = np.random.default_rng(seed)
    test, known = np.split(rng.permutation(held), 2)
    if len(np.unique(y[test])) == 1:
        return None
    leaking = np.append(rng.permutation(train)[known.size :], known)
    return _area(model, rows, y, leaking, test), _area(model, rows, y, train, test)


@cache
def _means(seed: int, forest: bool) -> tuple[float, float]:  # noqa: FBT001  (cached by position)
    rows, y, _ = _customers(seed)
    model = RandomForestClassifier(10, random_state=0) if forest else LogisticRegression()
    areas = [_two_areas(model, rows, y, fold, place) for place, fold in enumerate(_folds(seed, 1))]
    leaking, sound = np.mean([pair for pair in areas if pair], axis=0)
    return float(leaking), float(sound)


@repeated(SEEDS, over="seeds")
def known_customers_lift_the_forest(seed: int) -> float:
    """With known customers in training the forest's area is higher by at least 0.1."""
    leaking, sound = _means(seed, True)
    return leaking - sound - 0.1


@repeated(SEEDS, over="seeds")
def logistic_regression_gains_less(seed: int) -> float:
    """Logistic regression gains less than a third of what the forest gains."""
    (forest, sound_forest), (line, sound_line) = _means(seed, True), _means(seed, False)
    return (forest - sound_forest) / 3 - (line - sound_line)


@repeated(SEEDS, over="seeds")
def the_leak_turns_the_order_of_the_models(seed: int) -> float:
    """Compare models: the forest is ahead with the leak, and behind without it."""
    (forest, sound_forest), (line, sound_line) = _means(seed, True), _means(seed, False)
    return min(forest - line, sound_line - sound_forest)


@repeated(12, over="seeds")
def neighbors_in_time_lift_the_forest(seed: int) -> float:
    """With half of the held-out hours in training the area of the machine is higher."""
    rng = np.random.default_rng([12, seed])
    slow = lfilter([1], [1, -0.95], rng.normal(size=(3000, 7)), axis=0)
    sensors, risk = slow[:, :6], slow[:, 0] - slow[:, 1] + 2 * slow[:, 6]
    fails = (risk > np.quantile(risk, 0.7)).astype(int)
    forest = RandomForestClassifier(10, random_state=0)
    folds = list(TimeSeriesSplit(20, test_size=120).split(sensors))[::4]
    areas = [_two_areas(forest, sensors, fails, fold, place) for place, fold in enumerate(folds)]
    leaking, sound = np.mean([pair for pair in areas if pair], axis=0)
    return float(leaking - sound)


@repeated(CHEAP_SEEDS, over="seeds")
def cubes_are_worse_probabilities(seed: int) -> float:
    """Cubes of sound scores have a higher log loss, and a mean far below the share of positives."""
    rows, y, customer = _customers(seed)
    scores = cross_val_predict(
        LogisticRegression(),
        rows,
        y,
        groups=customer,
        cv=GroupKFold(5, shuffle=True, random_state=0),
        method="predict_proba",
    )[:, 1]
    cubes = scores**3
    off = abs(scores.mean() - y.mean())
    return float(min(log_loss(y, cubes) - log_loss(y, scores), y.mean() - cubes.mean() - 3 * off))


@repeated(SEEDS, over="seeds")
def luck_of_the_split_is_larger_than_the_leak(seed: int) -> float:
    """Compare sizes: the sound areas of logistic regression are spread further than the leak moves them."""
    rows, y, _ = _customers(seed)
    folds = enumerate(_folds(seed, 4))
    areas = [_two_areas(LogisticRegression(), rows, y, fold, place) for place, fold in folds]
    leaking, sound = np.transpose([pair for pair in areas if pair])
    return float(sound.std() - (leaking - sound).mean())


@repeated(SEEDS, over="seeds")
def extreme_values_go_either_way(seed: int) -> float:
    """Fit a min-max scaler on all rows: it moves the area up in some splits and down in others."""
    rows, y, _ = _customers(seed)
    extreme, model, moved = rows**5, LogisticRegression(max_iter=1000), []
    for train, test in _folds(seed, 4):
        leaking, sound = (
            _area(model, MinMaxScaler().fit(extreme[seen]).transform(extreme), y, train, test)
            for seen in (np.arange(1200), train)
        )
        moved.append(leaking - sound)
    return min(max(moved), -min(moved)) - 0.005
