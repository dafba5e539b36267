from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import lessonkit as lk
from lessonkit.exercises import verdict
from tests.exercises.answers.lesson12 import CARD, card


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
