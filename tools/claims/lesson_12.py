"""What lesson 12 claims of its two models, its threshold and the lender's three columns."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.datasets import load_lending_club, load_lending_club_run
from lessonkit.exercises.lesson12 import desk_cost
from lessonkit.metrics import ThresholdSweep, bootstrap_difference
from tools.claims import repeated

if TYPE_CHECKING:
    from lessonkit.datasets import CapstoneRun

SEEDS = 12
SPLITS = 20
RESAMPLES = 400


@cache
def _run() -> tuple[CapstoneRun, Any]:
    return load_lending_club_run(), np.asarray(load_lending_club().y)


def _part(model: Any, part: int) -> ThresholdSweep:  # noqa: ANN401  (an array)
    """Return the sweep of a model on the validation rows (1) or the test rows (2)."""
    run, y = _run()
    rows = run.parts[part]
    return ThresholdSweep(y[rows], model[rows])


@repeated(SEEDS, over="seeds")
def no_network_is_shown_to_differ(seed: int) -> float:
    """On the validation rows the paired interval of the cost at the desk contains 0."""
    run, y = _run()
    rows = run.parts[1]
    found = bootstrap_difference(y[rows], run.scores["logistic"][rows], run.nets[seed][rows], desk_cost)
    return min(found.high, -found.low)


@repeated(SEEDS, over="seeds")
def network_has_the_higher_area_on_validation(seed: int) -> float:
    """On the validation rows the network has the higher average precision."""
    run, _ = _run()
    return _part(run.nets[seed], 1).average_precision - _part(run.scores["logistic"], 1).average_precision


@repeated(SEEDS, over="seeds")
def network_has_the_lower_area_on_test(seed: int) -> float:
    """On the test rows the regression has the higher average precision."""
    run, _ = _run()
    return _part(run.scores["logistic"], 2).average_precision - _part(run.nets[seed], 2).average_precision


@repeated(SEEDS, over="seeds")
def regression_is_cheaper_on_test(seed: int) -> float:
    """On the test rows the regression costs less at the desk."""
    run, _ = _run()
    return desk_cost(_part(run.nets[seed], 2)) - desk_cost(_part(run.scores["logistic"], 2))


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
def _split(seed: int) -> tuple[ThresholdSweep, ThresholdSweep]:
    """Return the test sweeps of regressions on another split: on the columns of the day, and on all."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    loans, (run, y) = load_lending_club(), _run()
    train, test = train_test_split(np.arange(y.size), test_size=0.3, stratify=y, random_state=seed)
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
