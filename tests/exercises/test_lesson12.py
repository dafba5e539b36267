from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import lessonkit as lk
from lessonkit.exercises import verdict
from lessonkit.exercises.desk import ENDS, FEW, MANY, Desk, Rivals
from lessonkit.exercises.lesson12 import desk_cost
from tests.exercises.answers.lesson12 import (
    CARD,
    by_statistic,
    card,
    choose_threshold,
    desk_by_sweep,
    honest_card,
)


def test_a_card_with_a_gap_is_not_a_wrong_answer() -> None:
    assert not verdict("model-card", card(cost=...)).tried


def test_a_check_does_not_change_the_answer_and_survives_a_broken_function() -> None:
    given = card()
    verdict("model-card", given)
    assert given == CARD
    assert "ZeroDivisionError" in verdict("three-parts", lambda _: 1 / 0).message


@pytest.mark.parametrize("form", [tuple, set, np.array, pd.Index])
def test_names_may_come_in_any_collection(form: Any) -> None:  # noqa: ANN401
    assert verdict("known-at-decision", form(["funded_amnt", "int_rate", "sub_grade"])).passed


def test_the_frozen_threshold_is_between_two_scores() -> None:
    run = lk.datasets.load_lending_club_run()
    _, validation, _ = run.parts
    assert run.threshold not in run.scores["logistic"][validation]


@pytest.mark.parametrize("rivals", [MANY, FEW, ENDS])
def test_the_known_interval_of_two_costs_is_that_of_the_draws(rivals: Rivals) -> None:
    assert rivals.gap(rivals.drawn(Desk(), 1500, seed=4)) < 0.06


def test_the_cost_at_the_desk_is_the_same_by_draws_and_by_a_sweep() -> None:
    once = np.ones((1, MANY.y_true.size), dtype=np.int64)
    for scores in (MANY.a, MANY.b):
        assert Desk().costs(MANY.y_true, scores, once) == desk_cost(lk.ThresholdSweep(MANY.y_true, scores))


def test_a_wrong_cost_is_told_on_a_few_rows() -> None:
    message = verdict(
        "difference-interval", by_statistic(lambda sweep: desk_by_sweep(sweep, alarm=0))
    ).message
    assert "your cost at the desk is" in message
    assert len(message) < 250


def test_with_another_unit_of_the_statistic_an_interval_may_still_be_right() -> None:
    per_application = by_statistic(lambda sweep: desk_by_sweep(sweep) / 1000)
    assert verdict("difference-interval", lambda *rows: 1000 * np.array(per_application(*rows))).passed


@pytest.mark.parametrize(
    ("entry", "value", "right"),
    [
        ("flagged", 0.2, "0.177"),
        ("precision", 0.052, "0.130"),
        ("recall", 0.5, "0.439"),
        ("cost", 176_000, "59,500"),
        ("cost", 67_594, "59,500"),
    ],
)
def test_one_wrong_entry_of_a_card_is_the_one_that_is_told(entry: str, value: float, right: str) -> None:
    message = verdict("model-card", card(**{entry: value})).message
    assert message.startswith(f"`{entry}` is ")
    assert f"it is {right} on the test rows" in message


@pytest.mark.parametrize(
    "setting",
    [
        *({"solver": solver} for solver in ("newton-cholesky", "newton-cg", "saga", "liblinear")),
        {"tol": 1e-8},
    ],
    ids=str,
)
def test_whose_regression_passed_has_an_honest_card_that_passes(setting: dict[str, Any]) -> None:
    def scores_of(*rows: Any) -> Any:  # noqa: ANN401
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, random_state=0, **setting))
        return model.fit(*rows[:2]).predict_proba(rows[2])[:, 1]

    loans, run = lk.datasets.load_lending_club(), lk.datasets.load_lending_club_run()
    features = loans.X.drop(columns=list(run.left_out)).to_numpy()
    train, validation, test = run.parts
    assert verdict("logistic-scores", scores_of).passed
    scores = scores_of(features[train], loans.y[train], features)
    found = verdict(
        "model-card", honest_card(loans.y[test], scores[test], choose_threshold(scores[validation]))
    )
    assert found.passed, found
