"""Right answers to the steps of the capstone in many forms, and wrong ones with words of their hint.

Networks of one build are compiled once, and the draws of an interval are shared: both take time.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, precision_score, recall_score
from sklearn.model_selection import StratifiedShuffleSplit, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import lessonkit as lk
from lessonkit.exercises.desk import MANY
from lessonkit.metrics import bootstrap_difference, bootstrap_interval

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


def scaled(X_train: Array, X_new: Array, scale: str = "train") -> tuple[Array, Array]:  # noqa: N803
    both = np.concatenate([X_train, X_new])
    scaler = StandardScaler().fit(both if scale == "both" else X_train)
    new = StandardScaler().fit_transform(X_new) if scale == "own" else scaler.transform(X_new)
    return scaler.transform(X_train), new


@cache
def built(hidden: tuple[str | None, ...], last: str | None, loss: Any) -> tuple[Any, Any]:
    """Return a compiled network of 10 columns, and the weights that it starts from."""
    import keras  # type: ignore[import-untyped]

    keras.utils.set_random_seed(0)
    units = [keras.layers.Dense(16, activation=each) for each in hidden]
    net = keras.Sequential([keras.Input((10,)), *units, keras.layers.Dense(1, activation=last)])
    net.compile(optimizer=keras.optimizers.Adam(0.01), loss=loss)
    return net, net.get_weights()


def network(
    *rows: Array,
    hidden: tuple[str | None, ...] = ("relu",),
    last: str | None = "sigmoid",
    loss: Any = "binary_crossentropy",
    epochs: int = 10,
    scale: str = "train",
    weights: dict[int, float] | None = None,
) -> tuple[Any, Array]:
    """Return a trained network, and the new rows as it takes them."""
    old, new = scaled(rows[0], rows[2], scale)
    net, start = built(hidden, last, loss)
    net.set_weights(start)
    net.fit(old, rows[1], epochs=epochs, batch_size=64, class_weight=weights, verbose=0)
    return net, new


def net_scores(*rows: Array, **changes: Any) -> Array:
    net, new = network(*rows, **changes)
    scores: Array = net.predict(new, verbose=0)[:, 0]
    return scores


def net_functional(X_train: Array, y_train: Array, X_new: Array) -> Any:  # noqa: N803
    import keras

    keras.utils.set_random_seed(1)
    old, new = scaled(X_train, X_new)
    inputs = keras.Input((X_train.shape[1],))
    outputs = keras.layers.Dense(1, activation="sigmoid")(keras.layers.Dense(32, activation="tanh")(inputs))
    net = keras.Model(inputs, outputs)
    net.compile(optimizer=keras.optimizers.Adam(0.01), loss=keras.losses.BinaryCrossentropy())
    net.fit(old, y_train, epochs=10, batch_size=64, verbose=0)
    return net.predict(new, verbose=0).ravel()


def net_that_scales(X_train: Array, y_train: Array, X_new: Array) -> Any:  # noqa: N803
    import keras

    keras.utils.set_random_seed(2)
    scale = keras.layers.Normalization()
    scale.adapt(X_train)
    units = [keras.layers.Dense(16), keras.layers.ReLU(), keras.layers.Dense(1, activation="sigmoid")]
    net = keras.Sequential([scale, *units])
    net.compile(optimizer=keras.optimizers.Adam(0.01), loss=keras.losses.binary_crossentropy)
    net.fit(X_train, y_train, epochs=10, batch_size=64, validation_split=0.1, verbose=0)
    return net.predict(X_new, verbose=0).flatten().tolist()


def net_of_logits(*rows: Array) -> Any:
    import keras

    net, new = network(*rows, last=None, loss=cross_entropy_of_logits())
    return keras.ops.sigmoid(net.predict(new, verbose=0)[:, 0])


@cache
def cross_entropy_of_logits() -> Any:
    import keras

    return keras.losses.BinaryCrossentropy(from_logits=True)


def net_asked_too_early(*rows: Array) -> Array:
    old, new = scaled(rows[0], rows[2])
    net, start = built(("relu",), "sigmoid", "binary_crossentropy")
    net.set_weights(start)
    scores: Array = net.predict(new, verbose=0)[:, 0]
    net.fit(old, rows[1], epochs=1, batch_size=64, verbose=0)
    return scores


class Net:
    def scores(self, *rows: Array) -> Any:
        net, new = network(*rows)
        return net(new)[:, 0]


def forest(*rows: Array) -> Array:
    scores: Array = RandomForestClassifier(20, random_state=0).fit(*rows[:2]).predict_proba(rows[2])[:, 1]
    return scores


def beside(other: Any) -> Any:
    """Return the function that trains a network, and returns other scores."""

    def scores(*rows: Array) -> Any:
        network(*rows, epochs=1)
        return other(*rows)

    return scores


def desk(y: Array, scores: Array) -> float:
    """Return the cost per 1,000 where the riskiest 20 % are flagged, by sorting; a tie is left whole."""
    ranked = np.sort(scores)[::-1]
    return cost(y, (scores > ranked[y.size // 5]).astype(int))


def rows_of(sweep: Any) -> Any:
    return sweep.positives + sweep.negatives


def desk_by_sweep(  # noqa: PLR0913  (each part of the cost may be wrong)
    sweep: Any,
    *,
    alarm: float = 100,
    miss: float = 1500,
    most: float = 0.2,
    within: Any = np.less_equal,
    place: int = -1,
    lowest: bool = False,
) -> Any:
    share = (sweep.true_positives + sweep.false_positives) / rows_of(sweep)
    costs = sweep.cost(false_positive=alarm, false_negative=miss)[within(share, most)]
    if not costs.size:
        return 1000 * miss * sweep.prevalence
    return 1000 * (costs.min() if lowest else costs[place]) / rows_of(sweep)


def by_statistic(statistic: Any) -> Any:
    def ends(y: Array, a: Array, b: Array) -> tuple[float, float]:
        found = bootstrap_difference(y, a, b, statistic)
        return found.low, found.high

    return ends


def by_hand(  # noqa: PLR0913  (as desk_by_sweep)
    *,
    alarm: float = 100,
    miss: float = 1500,
    most: float = 0.2,
    every_flag: bool = False,
    split: bool = False,
    overfull: bool = False,
    below: bool = False,
) -> Any:
    """Draw by hand, and compute the cost in another way."""

    def cost_of(y: Array, scores: Array) -> float:
        order = np.argsort(-scores, kind="stable")
        ranked, k, found = scores[order], np.arange(1, y.size + 1), np.cumsum(y[order])
        ends = np.append(ranked[1:] != ranked[:-1], True) | split
        place = int(most * y.size + 1e-9)
        allowed = ends & ((k < place) if below else (k <= place))
        if overfull:
            last = np.flatnonzero(ends & (k >= place))[0]
        elif allowed.any():
            last = np.flatnonzero(allowed)[-1]
        else:
            return float(1000 * miss * y.mean())
        alarms = k[last] - (0 if every_flag else found[last])
        return float(1000 * (alarm * alarms + miss * (y.sum() - found[last])) / y.size)

    def ends(y: Array, a: Array, b: Array) -> Any:
        rng, draws = np.random.default_rng(3), []
        for _ in range(1000):
            rows = rng.integers(0, y.size, y.size)
            draws.append(cost_of(y[rows], a[rows]) - cost_of(y[rows], b[rows]))
        return np.quantile(draws, [0.025, 0.975])

    return ends


def difference(
    y: Array, a: Array, b: Array, *, paired: bool = True, together: bool = True, level: float = 0.95
) -> tuple[float, float]:
    rng = np.random.default_rng(7)
    found = []
    for _ in range(1000):
        rows, others = (rng.integers(0, y.size, y.size) for _ in range(2))
        for_b = rows if paired else others
        of_a = desk(y[rows if together else others], a[rows])
        of_b = desk(y[for_b if together else others], b[for_b])
        found.append(of_a - of_b)
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def difference_by_library(y: Array, a: Array, b: Array) -> tuple[float, float]:
    found = bootstrap_difference(y, a, b, desk_by_sweep, seed=7)
    return found.low, found.high


def without_an_end(first: int, behind: int | None) -> Any:
    """Draw from all rows but the first, or but the last."""

    def ends(y: Array, a: Array, b: Array) -> Any:
        rng, found = np.random.default_rng(7), []
        for _ in range(1000):
            rows = rng.choice(np.arange(y.size)[first:behind], y.size)
            found.append(desk(y[rows], a[rows]) - desk(y[rows], b[rows]))
        return np.quantile(found, [0.025, 0.975])

    return ends


def extremes(y: Array, a: Array, b: Array) -> tuple[float, float]:
    """Take the smallest and the largest of the differences."""
    rng = np.random.default_rng(7)
    found = []
    for _ in range(1000):
        rows = rng.integers(0, y.size, y.size)
        found.append(desk(y[rows], a[rows]) - desk(y[rows], b[rows]))
    return min(found), max(found)


_INTERVALS: dict[bytes, tuple[float, float]] = {}


def interval(*rows: Array) -> tuple[float, float]:
    """Return a right interval, which is computed once for the rows of the check."""
    y, a, b = rows or MANY.rows
    known = y.tobytes() + b.tobytes()
    if known not in _INTERVALS:
        _INTERVALS[known] = difference(y, a, b)
    return _INTERVALS[known]


def everybody(y: Array, a: Array, b: Array) -> tuple[float, float]:
    """Compare the lowest costs, without the capacity."""
    lowest = lambda sweep: 1000 * sweep.cheapest(false_positive=100, false_negative=1500).value / y.size  # noqa: E731
    found = bootstrap_difference(y, a, b, lowest)
    return found.low, found.high


def choose_threshold(s_val: Array, *, most: float = 0.2, formula: float = 100 / 1600) -> float:
    candidates = [t for t in np.unique(s_val) if t >= formula and np.mean(s_val >= t) <= most]
    return float(min(candidates, default=np.inf))


def choose_by_loop(s_val: Array) -> float:
    best = float("inf")
    for level in sorted(set(s_val.tolist()), reverse=True):
        if level >= 0.0625 and 5 * sum(score >= level for score in s_val) <= len(s_val):
            best = level
    return best


def choose_by_sorting(s_val: Array) -> Any:
    """Count down from the highest score; a tie is taken whole or not at all."""
    order = np.sort(s_val)[::-1]
    room = order.size // 5
    above = np.inf if room == 0 else order[room - 1]
    while np.sum(s_val >= above) > room:
        above = np.min(s_val[s_val > above], initial=np.inf)
    return np.maximum(above, 1 / 16)


def choose_by_counting(s_val: Array) -> Any:
    levels = pd.Series(s_val).value_counts().sort_index(ascending=False).cumsum()
    fits = levels[(levels <= 0.2 * len(s_val)) & (levels.index >= 0.0625)]
    return fits.index.min() if len(fits) else np.inf


def finite_above(top: float) -> Any:
    """Return a finite score, where nothing may be flagged."""
    return lambda s: min(
        (t for t in s if t >= 1 / 16 and np.mean(s >= t) <= 0.2),
        default=top,
    )


def halfway_to_the_next(s_val: Array) -> float:
    """Choose what flags the same loans, halfway to the next lower score."""
    right = choose_threshold(s_val)
    lower = s_val[s_val < right]
    return right if np.isinf(right) or not lower.size else float(right + lower.max()) / 2


def kth_highest(s_val: Array) -> float:
    k = s_val.size // 5
    return float(np.sort(s_val)[-k]) if k else np.inf


def choose_in_two_steps(s_val: Array) -> float:
    fits = min(t for t in np.append(np.inf, s_val) if np.mean(s_val >= t) <= 0.2)
    return max(float(fits), 100 / (100 + 1500))


def choose_above(s_val: Array) -> float:
    """Take scores above the threshold only."""
    candidates = [t for t in (*np.unique(s_val), 0.0625) if t >= 0.0625 and np.mean(s_val > t) <= 0.2]
    return float(min(candidates, default=np.inf))


def audit(y_true: Array, scores: Array, threshold: float) -> tuple[float, float, float, float]:
    flagged = scores >= threshold
    hits = np.sum((y_true == 1) & flagged)
    return flagged.mean(), hits / flagged.sum(), hits / y_true.sum(), cost(y_true, flagged)


def audit_by_sweep(y_true: Array, scores: Array, threshold: float) -> tuple[Any, ...]:
    return audit_of(lk.ThresholdSweep(y_true, scores), threshold)


def audit_of(sweep: lk.ThresholdSweep, threshold: float) -> tuple[Any, ...]:
    at = sweep.at(threshold)
    euros = 1000 * at.cost(false_positive=100, false_negative=1500) / at.total
    return at.flagged_rate, at.precision, at.recall, euros


def audit_by_matrix(y_true: Array, scores: Array, threshold: float) -> list[Any]:
    tn, fp, fn, tp = confusion_matrix(y_true, scores >= threshold, labels=[0, 1]).ravel()
    rows = tn + fp + fn + tp
    return [(tp + fp) / rows, tp / (tp + fp), tp / (tp + fn), 1000 * (100 * fp + 1500 * fn) / rows]


def audit_exactly(y_true: Array, scores: Array, threshold: float) -> tuple[Fraction, ...]:
    flagged, bad, rows = int(np.sum(scores >= threshold)), int(y_true.sum()), y_true.size
    hits = int(y_true[scores >= threshold].sum())
    euros = Fraction(1000 * (100 * (flagged - hits) + 1500 * (bad - hits)), rows)
    return Fraction(flagged, rows), Fraction(hits, flagged), Fraction(hits, bad), euros


def audit_anew(y_true: Array, scores: Array, _: float) -> tuple[Any, ...]:
    """Choose the cheapest threshold on these rows."""
    sweep = lk.ThresholdSweep(y_true, scores)
    return audit_of(sweep, sweep.cheapest(false_positive=100, false_negative=1500).threshold)


def audited(change: Any) -> Any:
    """Return the audit with something changed: ``change(the four, y_true, scores, threshold)``."""
    return lambda y, s, t: change(audit_by_sweep(y, s, t), y, s, t)


class Audit:
    def __call__(self, y_true: Array, scores: Array, threshold: float) -> pd.Series[Any]:
        return pd.Series(audit(y_true, scores, threshold), index=["flagged", "precision", "recall", "cost"])


CARD: dict[str, Any] = {
    "decision": "A loan officer reads each flagged application before it is granted.",
    "not_for": "It must not refuse anyone without a person who reads the application.",
    "model": "A logistic regression on 20 columns that are known on the day.",
    "data": "Loans that were granted in the first quarter of 2016.",
    "prevalence": 0.052,
    "average_precision": (0.102, 0.131, 0.174),
    "prices": (100, 1500),
    "capacity": 0.2,
    "threshold": 0.0742,
    "chosen_on": "validation",
    "flagged": 0.177,
    "precision": 0.130,
    "recall": 0.439,
    "cost": 59_500,
    "saved": (10_886, 19_101, 27_792),
    "limits": "Nobody knows how the refused applicants would have paid.",
}


def card(**changes: object) -> dict[str, Any]:
    return CARD | changes


LATER = ["funded_amnt", "int_rate", "sub_grade"]


def exact_card(rows: int = 2, model: str = "logistic", threshold: float | None = None) -> dict[str, Any]:
    """Return the card with all decimals: of the test rows, or, with rows=1, of the validation rows."""
    run, y = lk.datasets.load_lending_club_run(), lk.datasets.load_lending_club().y
    threshold = run.threshold if threshold is None else threshold
    return honest_card(y[run.parts[rows]], run.scores[model][run.parts[rows]], threshold)


def honest_card(y_true: Array, scores: Array, threshold: float) -> dict[str, Any]:
    """Return the card of a model, with all decimals."""
    area = bootstrap_interval(y_true, scores, "average_precision")
    figures = dict(
        zip(
            ("flagged", "precision", "recall", "cost"), audit_by_sweep(y_true, scores, threshold), strict=True
        )
    )
    at = threshold
    saved = bootstrap_interval(
        y_true,
        scores,
        lambda sweep: 1_500_000 * sweep.prevalence - audit_of(sweep, at)[3],
    )
    return (
        CARD
        | figures
        | {
            "saved": (saved.low, saved.estimate, saved.high),
            "prevalence": y_true.mean(),
            "average_precision": (area.low, area.estimate, area.high),
            "threshold": threshold,
        }
    )


EXACT, VALIDATION = exact_card(), exact_card(1)
NUMBERS = ("prevalence", "threshold", "flagged", "precision", "recall", "cost")


def card_in(form: Any) -> dict[str, Any]:
    """Return the exact card with its numbers in another form."""
    return EXACT | {name: form(float(EXACT[name])) for name in NUMBERS}


def without(name: str) -> dict[str, Any]:
    return {each: value for each, value in CARD.items() if each != name}


def parts_by_shuffles(y: Array) -> tuple[Any, ...]:
    rows = np.arange(y.size)
    rest, test = next(StratifiedShuffleSplit(1, test_size=0.3, random_state=0).split(rows, y))
    inner, validation = next(StratifiedShuffleSplit(1, test_size=0.25, random_state=0).split(rest, y[rest]))
    return rest[inner], rest[validation], test


class Parts:
    def cut(self, y: Array) -> Any:
        return dict(enumerate(three_parts(y))).values()


def logistic_pipeline(X_train: Array, y_train: Array, X_new: Array) -> Any:  # noqa: N803
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(X_train, y_train)
    return model.predict_proba(X_new)[:, 1]


def logistic_by_hand(X_train: Array, y_train: Array, X_new: Array) -> Any:  # noqa: N803
    mean, spread = X_train.mean(axis=0), X_train.std(axis=0)
    model = LogisticRegression(max_iter=1000).fit((X_train - mean) / spread, y_train)
    return 1 / (1 + np.exp(-model.decision_function((X_new - mean) / spread)))


def logistic_by(solver: str) -> Any:
    def scores(X_train: Array, y_train: Array, X_new: Array) -> Any:  # noqa: N803
        old, new = scaled(X_train, X_new)
        model = LogisticRegression(solver=solver, max_iter=1000).fit(old, y_train)
        return pd.DataFrame(model.predict_proba(new))[1]

    return scores


def price_by_loop(y_true: Array, flagged: Array) -> Fraction:
    euros = 0
    for bad, flag in zip(y_true, flagged, strict=True):
        if flag and not bad:
            euros += 100
        if bad and not flag:
            euros += 1500
    return Fraction(1000 * euros, len(y_true))


def price_by_matrix(y_true: Array, flagged: Array) -> Any:
    return (
        1000 * (confusion_matrix(y_true, flagged, labels=[0, 1]) * [[0, 100], [1500, 0]]).sum() / y_true.size
    )


class Price:
    def __call__(self, y_true: Array, flagged: Array) -> Decimal:
        return Decimal(cost(y_true, flagged))


def no_name(*_: Any) -> Any:
    return undefined_name  # type: ignore[name-defined]  # noqa: F821


RIGHT: dict[str, list[Any]] = {
    "price-of-errors": [
        *(cost, price_by_loop, price_by_matrix, Price()),
        lambda y, flagged: 1000 * np.mean(np.where(flagged > y, 100, 1500 * (y > flagged))),
        lambda y, f: (
            1000 * lk.Confusion.from_labels(y, f).cost(false_positive=100, false_negative=1500) / y.size
        ),
        lambda y, f: np.array([[cost(y, f)]]),
        lambda y, f: pd.Series(np.array([0, 100, 1500, 0])[2 * y + f]).mean() * 1000,
        lambda y, f: 1e5 * ((1 - y) @ f + 15 * (y @ (1 - f))) / len(y),
    ],
    "known-at-decision": [
        *(form(LATER) for form in (list, tuple, set, frozenset, np.array, pd.Index, pd.Series)),
        LATER[::-1],
        [*LATER, "int_rate"],
        dict.fromkeys(LATER).keys(),
    ],
    "three-parts": [
        *(three_parts, parts_by_shuffles, Parts().cut),
        lambda y: [rows.tolist() for rows in three_parts(y)],
        lambda y: tuple(pd.Series(rows) for rows in three_parts(y)),
        lambda y: tuple(pd.Index(rows) for rows in three_parts(y)),
        lambda y: [np.sort(rows)[:, None] for rows in three_parts(y)],
        lambda y: tuple(rows.astype(np.int32) for rows in three_parts(y)),
        lambda y: [range(0), *three_parts(y)][1:],
    ],
    "logistic-scores": [
        *(logistic_scores, logistic_pipeline, logistic_by_hand),
        *(logistic_by(solver) for solver in ("liblinear", "newton-cg", "newton-cholesky")),
        lambda *rows: logistic_scores(*rows).tolist(),
        lambda *rows: logistic_scores(*rows)[:, None],
        lambda *rows: logistic_scores(*rows).astype(np.float32),
        lambda *rows: tuple(map(Fraction, logistic_scores(*rows).tolist())),
    ],
    "net-scores": [
        *(net_scores, net_functional, net_that_scales, net_of_logits, Net().scores),
        partial(net_scores, hidden=("relu", "relu")),
        lambda *rows: net_scores(*rows)[:, None],
        lambda *rows: pd.Series(net_scores(*rows)),
        lambda *rows: net_scores(*rows).astype(float).tolist(),
    ],
    "difference-interval": [
        difference,
        difference_by_library,
        by_hand(),
        interval,
        lambda *rows: list(interval(*rows)),
        lambda *rows: np.array(interval(*rows)),
        lambda *rows: np.array(interval(*rows), dtype=np.float32)[:, None],
        lambda *rows: pd.Series(interval(*rows), index=["low", "high"]),
        lambda *rows: tuple(map(Fraction, interval(*rows))),
        lambda *rows: tuple(round(end) for end in interval(*rows)),
        lambda *rows: [np.array([end]) for end in interval(*rows)],
    ],
    "threshold-within-capacity": [
        *(choose_threshold, choose_by_loop, choose_by_counting),
        lambda s: np.array([choose_threshold(s)]),
        lambda s: Decimal(choose_threshold(s)),
        lambda s: np.float64(choose_threshold(s)),
        lambda s: pd.Series([np.inf, *(each for each in s if each >= choose_threshold(s))]).min(),
        lambda s: np.min(s[s >= choose_threshold(s)], initial=np.inf),
    ],
    "audit": [
        *(audit, audit_by_sweep, audit_by_matrix, audit_exactly, Audit()),
        lambda y, s, t: np.array(audit(y, s, t)),
        lambda y, s, t: pd.Series(audit(y, s, t)),
        lambda y, s, t: [np.array([each]) for each in audit(y, s, t)],
        lambda y, s, t: (
            np.mean(s >= t),
            precision_score(y, s >= t),
            recall_score(y, s >= t),
            Decimal(cost(y, s >= t)),
        ),
    ],
    "model-card": [
        *(CARD, EXACT, card_in(np.float64), card_in(Fraction), card_in(Decimal)),
        card_in(lambda number: np.array([number])),
        EXACT | {name: round(EXACT[name], 3) for name in ("prevalence", "flagged", "precision", "recall")},
        card(average_precision=[0.102, 0.131, 0.174], chosen_on="the validation rows", prices=[100, 1500]),
        card(average_precision=np.array(EXACT["average_precision"]), prices=np.array([100, 1500])),
        card(version="1.0", chosen_on="Validation"),
    ],
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
        (lambda y, f: cost(y, f) * y.size / max(y.sum(), 1), "per 1,000."),
        (lambda y, f: cost(1 - y, f), "per 1,000."),
        (lambda y, f: 1600 * 1000 * np.mean(y != f), "per 1,000."),
        (lambda y, f: cost(y, f) if f.any() else None, "Every way through"),
        (no_name, ""),
    ],
    "known-at-decision": [
        (LATER[:2], "own judgment"),
        (["funded_amnt", "sub_grade"], "Who sets it"),
        (["int_rate", "sub_grade"], "paid out"),
        (["sub_grade"], "Who sets it"),
        ([*LATER, "log_delinq_amnt"], "*other* accounts"),
        ([*LATER, "term_60"], "36 or 60"),
        ([*LATER, "log_annual_inc"], "states the income"),
        ([*LATER, "revol_util"], "credit report"),
        ([*LATER, "delinq_2yrs"], "*before*"),
        (pd.Series([*LATER, "income_verified"]), "taken as known"),
        (["y"], "label"),
        ("int_rate", "as texts"),
        (dict.fromkeys(LATER, 1), "as texts"),
        ([1, 2, 3], "as texts"),
        ([], "as texts"),
    ],
    "three-parts": [
        (partial(three_parts, within=False), "the *rest*"),
        (lambda y: three_parts(y)[:2], "return train, validation, test"),
        (lambda y: three_parts(y)[0], "return train, validation, test"),
        (partial(three_parts, stratify=False), "Stratify"),
        (stratified_by_all, "stratify by `y[rest]`"),
        (partial(three_parts, share=0.3), "a quarter of the *rest*"),
        (partial(three_parts, state=1), "random_state=0"),
        (lambda y: three_parts(y)[::-1], "The order is"),
        (lambda y: tuple(y[rows] for rows in three_parts(y)), "not `y`"),
        (lambda y: tuple(np.isin(np.arange(y.size), rows) for rows in three_parts(y)), "row numbers"),
        (lambda y: tuple(rows + 0.5 for rows in three_parts(y)), "row numbers"),
        (lambda y: three_parts(y[:500]), "exactly one part"),
        (lambda y: np.split(np.arange(y.size), [300, 450]), "30%"),
        (no_name, ""),
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
        (lambda old, y, new: LogisticRegression().predict_proba(new), ""),
        (lambda old, y, _: LogisticRegression().fit(old, y).predict(old[:, 0]), ""),
        (lambda old, y, new: logistic_scores(old[:, :20], y, np.resize(new, (400, 20))), "X_train.shape[1]"),
        (
            lambda old, y, new: LogisticRegression(C=1e-3).fit(old, y).predict_proba(new)[:, 1],
            "StandardScaler",
        ),
        (forest, "StandardScaler"),
        (no_name, ""),
    ],
    "net-scores": [
        (logistic_scores, "a `keras.Sequential`"),
        (forest, "a `keras.Sequential`"),
        (beside(logistic_scores), "the trained network says"),
        (beside(forest), "the trained network says"),
        (lambda *rows: 1 - net_scores(*rows), "the trained network says"),
        (net_asked_too_early, "`fit` first"),
        (partial(net_scores, epochs=0), "call `fit` with"),
        (partial(net_scores, loss="mean_squared_error"), "binary_crossentropy"),
        (partial(net_scores, hidden=()), "stack `Dense(16"),
        (partial(net_scores, hidden=(None,)), "Give the 16 units"),
        (partial(net_scores, last="softmax", epochs=1), "Softmax over one unit"),
        (lambda *rows: np.log(1 / (1 / net_scores(*rows) - 1)), "Give the last layer"),
        (partial(net_scores, scale="own"), "nor use their own mean"),
        (partial(net_scores, scale="both"), "a leak"),
        (partial(net_scores, weights={0: 1.0, 1: 10.0}), "Class weights"),
        (lambda old, y, new: net_scores(old, 1 - y, new), "upside down"),
        (lambda *rows: net_scores(*rows).round(), "Deciding comes later"),
        (lambda *rows: net_scores(*rows) * np.nan, "learning rate"),
        (lambda old, y, _: net_scores(old, y, old), "Score `X_new`"),
        (lambda *rows: np.column_stack([1 - net_scores(*rows), net_scores(*rows)]), "the second of the two"),
        (no_name, ""),
    ],
    "difference-interval": [
        (partial(difference, paired=False), "same for both models"),
        (without_an_end(1, None), "the first and the last"),
        (without_an_end(0, -1), "the first and the last"),
        (extremes, "Is it the level"),
        (by_statistic("average_precision"), "two areas"),
        (by_statistic("roc_auc"), "two areas"),
        (by_statistic(lambda sweep: desk_by_sweep(sweep) * rows_of(sweep) / 1000), "total costs"),
        (by_statistic(lambda sweep: desk_by_sweep(sweep) / 1000), "one application"),
        (everybody, "100 for each false alarm"),
        *(
            (by_statistic(partial(desk_by_sweep, **changed)), words)
            for changed, words in (
                ({"alarm": 1500, "miss": 100}, "prices are swapped"),
                ({"alarm": 0}, "A false alarm costs too"),
                ({"miss": 1400}, "look at both prices"),
                ({"alarm": 500, "miss": 1100}, "100 for each false alarm"),
                ({"alarm": 1, "miss": 15}, "a ratio"),
                ({"most": 0.25}, "100 for each false alarm"),
                ({"within": np.less}, "exactly 20% is allowed"),
                ({"within": np.greater_equal, "place": 0}, "overfill the capacity"),
                ({"lowest": True}, "the last one"),
            )
        ),
        (by_hand(alarm=1500, miss=100), "prices are swapped"),
        (by_hand(alarm=0), "A false alarm costs too"),
        (by_hand(every_flag=True), "Do you charge every flag"),
        (by_hand(split=True), "cannot split a tie"),
        (by_hand(overfull=True), "overfill the capacity"),
        (by_hand(most=0.25), "Look at the cost itself"),
        (by_hand(below=True), "exactly 20% is allowed"),
        (partial(difference, level=0.99), "Is it the level"),
        (partial(difference, level=0.98), "Is it the level"),
        (lambda *_: (-144_000, -143_000), "Too narrow"),
        (lambda *_: (-interval()[1], -interval()[0]), "turned round"),
        (lambda *rows: np.abs(interval(*rows))[::-1], "turned round"),
        (lambda *rows: np.subtract(interval(*rows), np.mean(interval(*rows))), "Its middle is 0"),
        (partial(difference, together=False), "one set of rows for both"),
        (partial(difference, level=0.9), "fewer than 95%"),
        (lambda *_: (50_000, 70_000), "Look at the cost itself"),
        (lambda *_: (0.1, 0.2), "a difference of areas"),
        (lambda *_: interval()[::-1], "low, high"),
        (lambda *_: (27_000, 27_000), "Both ends are equal"),
        (lambda *_: 27_000, "return low, high"),
        (lambda *_: (np.nan, 40_000), "single draw"),
        (lambda *_: (0, np.inf), "single draw"),
        (no_name, ""),
    ],
    "threshold-within-capacity": [
        (partial(choose_threshold, most=1), "however many"),
        (lambda s: min(t for t in s if t >= 1 / 16 and np.sum(s >= t) <= 345), "Candidates:"),
        *((finite_above(top), "If no score fits") for top in (1.0, 0.999, 0.99, 2.0)),
        (lambda s: min(choose_threshold(s), float(s.max()) + 1), "If no score fits"),
        (choose_by_sorting, "between two scores"),
        (choose_in_two_steps, "between two scores"),
        (halfway_to_the_next, "Candidates:"),
        (kth_highest, "share the n-th highest"),
        (lambda s: max(1 / 16, kth_highest(s)), "share the n-th highest"),
        (partial(choose_threshold, most=0.199), "is allowed"),
        (partial(choose_threshold, formula=0), "whole capacity"),
        (partial(choose_threshold, formula=1500 / 1600), "swapped"),
        (partial(choose_threshold, formula=100 / 1500), "the ratio"),
        (partial(choose_threshold, formula=0.06250001), "cost the same"),
        (partial(choose_threshold, formula=0.5), "Candidates:"),
        (choose_above, "equal to the threshold"),
        (lambda *_: 100 / 1600, "prices alone"),
        (lambda *_: 0.5, "neither prices"),
        (lambda s: np.quantile(s, 0.8), "knows no prices"),
        (lambda s: max(1 / 16, np.quantile(s, 0.8)), "A quantile is no count"),
        (lambda *_: 1, "Candidates:"),
        (lambda s: int(np.argmax(s == choose_threshold(s))), "Candidates:"),
        (lambda *_: np.nan, "Candidates:"),
        (lambda s: s.max(), "Candidates:"),
        (no_name, ""),
    ],
    "audit": [
        (audited(lambda four, *_: (four[0], four[2], four[1], four[3])), "changed places"),
        (lambda y, s, t: audit_by_sweep(y, s, np.nextafter(t, np.inf)), "`>=`"),
        (audited(lambda four, y, *_: (*four[:3], four[3] * y.size / 1000)), "total cost"),
        (audited(lambda four, _, s, t: ((s >= t).sum(), *four[1:])), "number flagged"),
        (audit_anew, "new threshold"),
        (lambda y, s, _: audit_by_sweep(y, s, choose_threshold(s)), "new threshold"),
        (audited(lambda four, y, *_: (y.mean(), *four[1:])), "has `flagged_rate`"),
        (audited(lambda four, y, s, t: (*four[:3], cost(y, s >= t, 1500, 100))), "has `flagged_rate`"),
        (audited(lambda four, *_: (*four[:3], four[3] / 1000)), "has `flagged_rate`"),
        (audited(lambda four, *_: four[:3]), "has `flagged_rate`"),
        (audited(lambda four, *_: four[::-1]), "has `flagged_rate`"),
        (audited(lambda four, *_: tuple(100 * each for each in four[:3]) + four[3:]), "not a percentage"),
        (lambda y, s, _: audit_by_sweep(y, s, 0.5), "has `flagged_rate`"),
        (no_name, ""),
    ],
    "model-card": [
        ({"decision": "x"}, "must not be used"),
        (without("not_for"), "must not be used"),
        (without("recall"), "the recall on the test rows"),
        (VALIDATION, "among the validation rows"),
        (VALIDATION | {"prevalence": EXACT["prevalence"]}, "numbers of the validation rows"),
        (EXACT | {"average_precision": VALIDATION["average_precision"]}, "area on the validation rows"),
        (card(prevalence=5.2), "not 5.2"),
        (card(precision=13.2), "not 5.2"),
        (card(prevalence=0.132), "*all*"),
        (card(prevalence=0.053, flagged=0.2, precision=0.099, recall=0.374, cost=67_594), "*test* rows"),
        (card(average_precision=0.131), "half told"),
        (card(average_precision=(0.131, 0.102, 0.174)), "The order"),
        (card(average_precision=(0.131, 0.131, 0.131)), "The order"),
        (card(average_precision=(0.68, 0.715, 0.755)), "ROC AUC"),
        (card(prices=(1500, 100)), "comes first"),
        (card(prices=(1, 15)), "100, 1500"),
        (card(chosen_on="test"), "too good"),
        (card(chosen_on="by eye"), "validation rows"),
        (card(precision=0.439, recall=0.130), "changed places"),
        (card(recall=0.374), "threshold of the card"),
        (card(flagged=0.463), "capacity"),
        (card(capacity=0.25), "read, 0.2"),
        (card(saved=19_101), "less than if nobody"),
        (card(saved=(40_000, 59_500, 80_000)), "the cost itself"),
        (card(saved=(-3_000, 19_101, 41_000)), "the same rows"),
        (card(saved=(1_000, 9_000, 18_000)), "minus the cost"),
        (card(saved=(27_792, 19_101, 10_886)), "The order"),
        (card(model="Logistic regression."), "has learned from"),
        (card(data="Loans."), "from when"),
        (card(limits=CARD["data"]), "cannot tell"),
        (card(cost=177_900_000), "threshold of the card"),
        (card(precision=1.0, recall=1.0, cost=0), "threshold of the card"),
        # The identity holds: 0.1 x 0.26 is 0.052 x 0.5.
        (card(flagged=0.1, precision=0.26, recall=0.5, cost=46_400), "threshold of the card"),
        (card(threshold=0.5), "threshold of the card"),
        (card(threshold=0), "threshold of the card"),
        (card(chosen_on="test, not validation"), "too good"),
        (card(chosen_on="cross-validation on the test rows"), "too good"),
        (card(average_precision=(0.1309, 0.131, 0.1311)), "95% interval"),
        (card(decision="Loans."), "who decides"),
        (card(not_for=CARD["decision"]), "must not be used"),
        ("a text", "card = {"),
    ],
}
