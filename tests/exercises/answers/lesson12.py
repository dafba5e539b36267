"""Right and wrong answers to the steps of the capstone: few where a step trains, because each takes time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

import lessonkit as lk
from lessonkit.exercises.lesson12 import _difference

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def cost(y_true: Array, flagged: Array, alarm: float = 100, miss: float = 1500) -> float:
    alarms, misses = np.sum((y_true == 0) & (flagged == 1)), np.sum((y_true == 1) & (flagged == 0))
    return float(1000 * (alarm * alarms + miss * misses) / y_true.size)


def three_parts(
    y: Array, *, stratify: bool = True, share: float = 0.25, state: int = 0, within: bool = True
) -> tuple[Array, Array, Array]:
    rows = np.arange(y.size)
    rest, test = train_test_split(rows, test_size=0.3, stratify=y if stratify else None, random_state=state)
    kept = rest if within else rows
    strata = y[kept] if stratify else None
    train, validation = train_test_split(kept, test_size=share, stratify=strata, random_state=state)
    return train, validation, test


def stratified_by_all(y: Array) -> tuple[Array, Array, Array]:
    rest, test = train_test_split(np.arange(y.size), test_size=0.3, stratify=y, random_state=0)
    train, validation = train_test_split(rest, test_size=0.25, stratify=y, random_state=0)
    return train, validation, test


def logistic(
    X_train: Array,  # noqa: N803
    y_train: Array,
    X_new: Array,  # noqa: N803
    *,
    scale: str = "train",
    weights: str | None = None,
) -> Array:
    fitted = {"train": X_train, "both": np.concatenate([X_train, X_new])}
    scaler = StandardScaler().fit(fitted.get(scale, X_train))
    new = StandardScaler().fit_transform(X_new) if scale == "own" else scaler.transform(X_new)
    new = X_new if scale == "old" else new
    model = LogisticRegression(max_iter=1000, class_weight=weights).fit(scaler.transform(X_train), y_train)
    scores: Array = model.predict_proba(new)
    return scores


def logistic_scores(*rows: Array) -> Array:
    return logistic(*rows)[:, 1]


def net_scores(*rows: Array, activation: str = "sigmoid", epochs: int = 10) -> Array:
    import keras  # type: ignore[import-untyped]

    X_train, y_train, X_new = rows  # noqa: N806
    keras.utils.set_random_seed(0)
    scaler = StandardScaler().fit(X_train)
    units = [keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1, activation=activation)]
    model = keras.Sequential([keras.Input((X_train.shape[1],)), *units])
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy")
    if epochs:
        model.fit(scaler.transform(X_train), y_train, epochs=epochs, batch_size=64, verbose=0)
    scores: Array = model.predict(scaler.transform(X_new), verbose=0)[:, 0]
    return scores


def odds(scores: Array, factor: float) -> Array:
    """What class weights do to scores."""
    weighted: Array = factor * scores / (1 - scores)
    inflated: Array = weighted / (1 + weighted)
    return inflated


def difference(
    y: Array, a: Array, b: Array, *, paired: bool = True, together: bool = True, level: float = 0.95
) -> tuple[float, float]:
    rng = np.random.default_rng(7)
    found = []
    for _ in range(1000):
        rows, others = rng.integers(0, y.size, y.size), rng.integers(0, y.size, y.size)
        for_b = rows if paired else others
        first = lk.ThresholdSweep(y[rows if together else others], a[rows]).average_precision
        second = lk.ThresholdSweep(y[for_b if together else others], b[for_b]).average_precision
        found.append(first - second)
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def extremes(y: Array, a: Array, b: Array) -> tuple[float, float]:
    """Take the smallest and the largest of the differences."""
    rng = np.random.default_rng(7)
    found = []
    for _ in range(1000):
        rows = rng.integers(0, y.size, y.size)
        first, second = (lk.ThresholdSweep(y[rows], scores[rows]).average_precision for scores in (a, b))
        found.append(first - second)
    return min(found), max(found)


def choose_threshold(y_val: Array, s_val: Array, *, most: float = 0.2, alarm: float = 100) -> float:
    candidates = [t for t in np.append(np.inf, np.unique(s_val)) if np.mean(s_val >= t) <= most]
    return float(min(candidates, key=lambda t: cost(y_val, s_val >= t, alarm)))


def audit(y_true: Array, scores: Array, threshold: float) -> tuple[float, float, float, float]:
    flagged = scores >= threshold
    hits = np.sum((y_true == 1) & flagged)
    return flagged.mean(), hits / flagged.sum(), hits / y_true.sum(), cost(y_true, flagged)


CARD: dict[str, Any] = {
    "decision": "A loan officer reads each flagged application before it is granted.",
    "prevalence": 0.052,
    "average_precision": (0.102, 0.131, 0.174),
    "prices": (100, 1500),
    "threshold": 0.0758,
    "chosen_on": "validation",
    "flagged": 0.167,
    "precision": 0.132,
    "recall": 0.419,
    "cost": 60142,
    "not_for": "It must not refuse anyone without a person who reads the application.",
}


def card(**changes: object) -> dict[str, Any]:
    return CARD | changes


LATER = ["funded_amnt", "int_rate", "sub_grade"]

RIGHT: dict[str, list[Any]] = {
    "price-of-errors": [
        cost,
        lambda y, flagged: 1000 * np.mean(np.where(flagged > y, 100, 1500 * (y > flagged))),
    ],
    "known-at-decision": [["funded_amnt", "int_rate", "sub_grade"], {"int_rate", "sub_grade", "funded_amnt"}],
    "three-parts": [three_parts, lambda y: [rows.tolist() for rows in three_parts(y)]],
    "logistic-scores": [logistic_scores, lambda *rows: logistic_scores(*rows).tolist()],
    "net-scores": [net_scores],
    "difference-interval": [difference],
    "threshold-within-capacity": [choose_threshold, lambda y, s: np.array([choose_threshold(y, s)])],
    "audit": [audit, lambda y, s, t: np.array(audit(y, s, t))],
    "model-card": [CARD, card(average_precision=[0.102, 0.131, 0.174], chosen_on="the validation rows")],
}

WRONG: dict[str, list[tuple[Any, str]]] = {
    "price-of-errors": [
        (lambda y, f: cost(y, f) * y.size / 1000, "the total"),
        (partial(cost, alarm=1500, miss=100), "swapped"),
        (lambda y, f: 1000 * np.mean(y != f), "count errors"),
        (lambda y, f: cost(y, f) + 100 * 1000 * np.mean((y == 1) & (f == 1)), "every flag"),
        (partial(cost, alarm=0), "misses alone"),
        (partial(cost, miss=0), "false alarms alone"),
        (lambda y, f: cost(y, f) / 1000, "one application"),
        (lambda y, f: cost(y, f) * y.size / max(f.sum(), 1), "divide by the flagged"),
    ],
    "known-at-decision": [
        (LATER[:2], "own judgment"),
        (["funded_amnt", "sub_grade"], "Who sets it"),
        (["int_rate", "sub_grade"], "paid out"),
        ([*LATER, "log_delinq_amnt"], "*other* accounts"),
        ([*LATER, "term_60"], "36 or 60"),
        ([*LATER, "revol_util"], "credit report"),
        ([*LATER, "delinq_2yrs"], "*before*"),
        (["y"], "label"),
        ("int_rate", "as texts"),
    ],
    "three-parts": [
        (partial(three_parts, within=False), "the *rest*"),
        (lambda y: three_parts(y)[:2], "return train, validation, test"),
        (partial(three_parts, stratify=False), "Stratify"),
        (stratified_by_all, "stratify by `y[rest]`"),
        (partial(three_parts, share=0.3), "a quarter of the *rest*"),
        (partial(three_parts, state=1), "random_state=0"),
        (lambda y: three_parts(y)[::-1], "The order is"),
        (lambda y: tuple(y[rows] for rows in three_parts(y)), "not `y`"),
        (lambda y: three_parts(y[:500]), "exactly one part"),
        (lambda y: np.split(np.arange(y.size), [300, 450]), "30 %"),
    ],
    "logistic-scores": [
        (logistic, "the second"),
        (lambda *rows: logistic(*rows)[:, 0], "class 0"),
        (lambda *rows: (logistic(*rows)[:, 1] >= 0.5).astype(int), "decisions"),
        (lambda *rows: logistic(*rows, scale="own")[:, 1], "own mean"),
        (lambda *rows: logistic(*rows, scale="both")[:, 1], "a leak"),
        (lambda *rows: logistic(*rows, scale="old")[:, 1], "are not scaled"),
        (lambda *rows: np.log(1 / (1 / logistic_scores(*rows) - 1)), "logits"),
        (lambda *rows: logistic(*rows, weights="balanced")[:, 1], "class weights"),
        (lambda old, y, _: logistic_scores(old, y, old), "Score `X_new`"),
        (lambda old, y, _: LogisticRegression().fit(old, y), "one score for each"),
        (lambda old, y, new: logistic_scores(old[:, :20], y, np.resize(new, (400, 20))), "X_train.shape[1]"),
        (
            lambda old, y, new: LogisticRegression(C=1e-3).fit(old, y).predict_proba(new)[:, 1],
            "StandardScaler",
        ),
    ],
    # The check sees scores, so most of them need no network.
    "net-scores": [
        (partial(net_scores, activation="softmax", epochs=1), "Softmax over one unit"),
        (partial(net_scores, epochs=0), "call `fit`"),
        (lambda *rows: logistic_scores(*rows)[:, None], "out of the column"),
        (lambda *rows: 10 * logistic_scores(*rows) - 5, "sigmoid"),
        (lambda *rows: logistic(*rows, scale="own")[:, 1], "riskier"),
        (lambda *rows: logistic(*rows, scale="both")[:, 1], "a leak"),
        (lambda *rows: odds(logistic_scores(*rows), 10), "Class weights"),
        (lambda *rows: logistic_scores(*rows).round(), "Deciding comes later"),
        (lambda *rows: logistic(*rows)[:, 0], "upside down"),
        (lambda *rows: logistic_scores(*rows) * np.nan, "learning rate"),
    ],
    "difference-interval": [
        (partial(difference, paired=False), "other rows for each model"),
        (extremes, "the largest difference"),
        (lambda *_: _difference("roc"), "ROC AUCs"),
        (lambda *_: (0.165, 0.17), "within each draw"),
        (lambda y, a, b: difference(y, b, a), "turned round"),
        (partial(difference, together=False), "drawn apart"),
        (partial(difference, level=0.9), "90 %"),
        (lambda y, a, _: difference(y, a, np.ones(y.size)), "1,000 draws"),
        (lambda *_: _difference("first"), "first model alone"),
        (lambda y, a, b: difference(y, a, b)[::-1], "low, high"),
        (lambda *_: (0.05, 0.05), "with* replacement"),
        (lambda *_: 0.05, "return low, high"),
    ],
    "threshold-within-capacity": [
        (partial(choose_threshold, most=1), "forgot the capacity"),
        (partial(choose_threshold, most=0.199), "is allowed"),
        (lambda _, s: min(t for t in s if np.mean(s >= t) <= 0.2), "whole capacity"),
        (partial(choose_threshold, alarm=1500 * 15), "swapped"),
        (partial(choose_threshold, alarm=1500), "count errors"),
        (lambda y, s: min(choose_threshold(y, s), s.max()), "np.inf"),
        (lambda *_: 100 / 1600, "no capacity"),
        (lambda *_: 0.5, "neither prices"),
    ],
    "audit": [
        (lambda *given: tuple(np.array(audit(*given))[[0, 2, 1, 3]]), "changed places"),
        (lambda y, s, t: audit(y, s, np.nextafter(t, 2)), "`>=`"),
        (lambda y, s, t: (*audit(y, s, t)[:3], audit(y, s, t)[3] * y.size / 1000), "total cost"),
        (lambda y, s, t: ((s >= t).sum(), *audit(y, s, t)[1:]), "number flagged"),
        (lambda y, s, _: audit(y, s, choose_threshold(y, s)), "new threshold"),
    ],
    "model-card": [
        ({"decision": "x"}, "what an AP is worth"),
        (card(prevalence=5.2), "not 5.2"),
        (card(prevalence=0.132), "*all*"),
        (card(prevalence=0.053, flagged=0.193, precision=0.102, recall=0.374, cost=66_899), "*test* rows"),
        (card(average_precision=0.131), "half told"),
        (card(average_precision=(0.131, 0.102, 0.174)), "The order"),
        (card(average_precision=(0.68, 0.715, 0.755)), "ROC AUC"),
        (card(prices=(1500, 100)), "comes first"),
        (card(prices=(1, 15)), "100, 1500"),
        (card(chosen_on="test"), "too good"),
        (card(chosen_on="by eye"), "validation rows"),
        (card(precision=0.419, recall=0.132), "changed places"),
        (card(recall=0.374), "threshold of the card"),
        (card(flagged=0.463), "capacity"),
        (card(cost=177_900_000), "threshold of the card"),
        (card(precision=1.0, recall=1.0, cost=0), "threshold of the card"),
        (card(threshold=0.5), "threshold of the card"),
        (card(threshold=0), "threshold of the card"),
        (card(chosen_on="test, not validation"), "too good"),
        (card(chosen_on="cross-validation on the test rows"), "too good"),
        (card(average_precision=(0.1309, 0.131, 0.1311)), "95% interval"),
        (card(average_precision=(0.067, 0.091, 0.137)), "area on the validation rows"),
        (card(prevalence=0.0528), "among the validation rows"),
        (card(decision="Loans."), "who decides"),
        (card(not_for=CARD["decision"]), "must not be used"),
        ("a text", "card = {"),
    ],
}
