"""What lesson 12 claims of its two models, its threshold and the lender's three columns.

The lesson's own split is that of `random_state=0`. A claim about the models is repeated on others: twelve
networks that are judged on the same rows are one piece of luck and not twelve.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.datasets import load_lending_club, load_lending_club_run
from lessonkit.exercises.lesson12 import desk_cost
from lessonkit.metrics import ThresholdSweep, bootstrap_difference, bootstrap_interval
from tools.claims import repeated

if TYPE_CHECKING:
    from lessonkit.datasets import CapstoneRun

SPLITS = 20
NETWORKS = 12  # splits on which a network is trained as well
RESAMPLES = 400


@cache
def _run() -> tuple[CapstoneRun, Any]:
    return load_lending_club_run(), np.asarray(load_lending_club().y)


def _resampled(seed: int) -> ThresholdSweep:
    run, y = _run()
    test = run.parts[2]
    rows = np.random.default_rng(seed).choice(test, test.size)
    return ThresholdSweep(y[rows], run.scores["logistic"][rows])


@repeated(RESAMPLES, over="resamples")
def threshold_saves(seed: int) -> float:
    """Say by how much the threshold is cheaper than flagging nobody."""
    sweep = _resampled(seed)
    run, _ = _run()
    cost = sweep.at(run.threshold).cost(false_positive=100, false_negative=1500)
    return 1500 * sweep.positives - cost


@repeated(RESAMPLES, over="resamples")
def never_is_more_accurate(seed: int) -> float:
    """Say by how much flagging nobody is more accurate."""
    sweep = _resampled(seed)
    run, _ = _run()
    return sweep.at(np.inf).accuracy - sweep.at(run.threshold).accuracy


@cache
def _other_split(seed: int) -> tuple[Any, Any, Any, Any]:
    """Return the features and the row numbers of another split, made as in the lesson."""
    from sklearn.model_selection import train_test_split

    run, y = _run()
    X = load_lending_club().X.drop(columns=list(run.left_out)).to_numpy()  # noqa: N806
    rows = np.arange(y.size)
    rest, test = train_test_split(rows, test_size=0.3, stratify=y, random_state=seed + 1)
    train, validation = train_test_split(rest, test_size=0.25, stratify=y[rest], random_state=seed + 1)
    return X, np.sort(train), np.sort(validation), np.sort(test)


@cache
def _regression(seed: int) -> Any:  # noqa: ANN401  (an array)
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    X, train, *_ = _other_split(seed)  # noqa: N806
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return model.fit(X[train], _run()[1][train]).predict_proba(X)[:, 1]


@cache
def _network(seed: int) -> Any:  # noqa: ANN401  (an array)
    import keras  # type: ignore[import-untyped]
    from keras.layers import Dense  # type: ignore[import-untyped]
    from sklearn.preprocessing import StandardScaler

    X, train, *_ = _other_split(seed)  # noqa: N806
    keras.utils.set_random_seed(0)
    scaler = StandardScaler().fit(X[train])
    net = keras.Sequential(
        [keras.Input((X.shape[1],)), Dense(16, activation="relu"), Dense(1, activation="sigmoid")]
    )
    net.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy")
    net.fit(scaler.transform(X[train]), _run()[1][train], epochs=10, batch_size=64, verbose=0)
    return np.asarray(net.predict(scaler.transform(X), verbose=0))[:, 0]


def _nothing_shown(seed: int, part: int) -> float:
    """Say how far 0 is inside the paired interval of the cost at the desk, on a part of another split."""
    rows = _other_split(seed)[part]
    found = bootstrap_difference(_run()[1][rows], _regression(seed)[rows], _network(seed)[rows], desk_cost)
    return min(found.high, -found.low)


@repeated(NETWORKS, over="splits")
def no_network_is_shown_to_differ(seed: int) -> float:
    """On the validation rows the paired interval of the cost at the desk contains 0."""
    return _nothing_shown(seed, 2)


@repeated(NETWORKS, over="splits")
def no_network_is_shown_to_differ_on_test(seed: int) -> float:
    """On the test rows the paired interval of the cost at the desk contains 0."""
    return _nothing_shown(seed, 3)


def _threshold(seed: int) -> float:
    """Return the lowest score at or above the formula that flags at most a fifth of the validation rows."""
    scores = _regression(seed)[_other_split(seed)[2]]
    return float(min(t for t in np.unique(scores) if t >= 100 / 1600 and np.mean(scores >= t) <= 0.2))  # noqa: PLR2004


def _euros(sweep: ThresholdSweep, threshold: float) -> tuple[float, float]:
    """Return the costs per 1,000 of the threshold and of flagging nobody."""
    counts = sweep.at(threshold)
    cost = 1000 * counts.cost(false_positive=100, false_negative=1500) / counts.total
    return cost, 1_500_000 * sweep.prevalence


@repeated(SPLITS, over="splits")
def other_splits_save_less(seed: int) -> float:
    """Say by how much less than in the lesson the same steps save; on average they save 12,600 euros."""
    test, (run, y) = _other_split(seed)[3], _run()
    cost, never = _euros(ThresholdSweep(y[test], _regression(seed)[test]), _threshold(seed))
    own = run.parts[2]
    told, told_never = _euros(ThresholdSweep(y[own], run.scores["logistic"][own]), run.threshold)
    return (told_never - told) - (never - cost)


@repeated(SPLITS, over="splits")
def pairing_narrows_the_saving(seed: int) -> float:
    """Without pairs, the interval of the saving is more than one and a half times as wide."""
    test, y, threshold = _other_split(seed)[3], _run()[1], _threshold(seed)
    ends = [
        np.array([_euros(sweep, threshold)[part] for sweep in _draws(y[test], _regression(seed)[test], part)])
        for part in (0, 1)
    ]
    paired = bootstrap_interval(
        y[test], _regression(seed)[test], lambda sweep: np.subtract(*_euros(sweep, threshold)[::-1]).item()
    )
    low, high = np.quantile(ends[1] - ends[0], [0.025, 0.975])
    return float((high - low) / (paired.high - paired.low) - 1.5)


def _draws(y: Any, scores: Any, seed: int) -> list[ThresholdSweep]:  # noqa: ANN401  (arrays)
    rng = np.random.default_rng(seed)
    drawn = (rng.integers(y.size, size=y.size) for _ in range(RESAMPLES))
    return [ThresholdSweep(y[rows], scores[rows]) for rows in drawn]


@cache
def _split(seed: int) -> tuple[ThresholdSweep, ThresholdSweep]:
    """Return the test sweeps of regressions on another split: on the columns of the day, and on all."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    loans, (run, y) = load_lending_club(), _run()
    train, test = train_test_split(np.arange(y.size), test_size=0.3, stratify=y, random_state=seed + 1)
    found = []
    for table in (loans.X.drop(columns=list(run.left_out)), loans.X):
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
        model.fit(table.iloc[train], y[train])
        found.append(ThresholdSweep(y[test], model.predict_proba(table.iloc[test])[:, 1]))
    return found[0], found[1]


@repeated(SPLITS, over="splits")
def leak_lifts_average_precision(seed: int) -> float:
    """With the lender's three columns, average precision is higher."""
    known, leaking = _split(seed)
    return leaking.average_precision - known.average_precision


@repeated(SPLITS, over="splits")
def leak_lifts_roc_auc(seed: int) -> float:
    """With the lender's three columns, ROC AUC is higher."""
    known, leaking = _split(seed)
    return leaking.roc_auc - known.roc_auc


@repeated(SPLITS, over="splits")
def leak_looks_cheaper(seed: int) -> float:
    """With the lender's three columns, the cost at the desk is lower."""
    known, leaking = _split(seed)
    return desk_cost(known) - desk_cost(leaking)


@repeated(SPLITS, over="splits")
def desk_is_cheaper_than_nobody(seed: int) -> float:
    """Where the riskiest 20 % are read, the errors cost less than where nobody is flagged."""
    known, _ = _split(seed)
    return 1_500_000 * known.prevalence - desk_cost(known)
