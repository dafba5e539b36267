from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn import datasets as sklearn_datasets
from sklearn.metrics import average_precision_score, roc_auc_score

from lessonkit.datasets import (
    _table,
    load_breast_cancer,
    load_disagreeing_scores,
    load_email,
    load_email_neighbor_scores,
    load_email_scores,
    load_email_split_scores,
    load_flights,
    load_flights_scores,
    load_lending_club,
    load_lending_club_run,
    load_nass_cds,
    load_nass_cds_scores,
)
from lessonkit.exercises.lesson12 import desk_cost
from lessonkit.metrics import ThresholdSweep, bootstrap_difference

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from lessonkit.datasets import Dataset, MonthlyDataset

# Rows, columns and checksum of each table, as published but for the columns that no loader reads.
TABLES = {
    "email": (3921, 20, "65b66f202c7ed72b"),
    "nass_cds": (26217, 12, "89a7896948bee6bf"),
    "flights": (336776, 7, "1b4f777e5856ad8e"),
    "weather": (26115, 10, "858abd83a484f832"),
    "lending_club": (9857, 22, "147f34aa5719826c"),
}


def checksum(table: pd.DataFrame) -> str:
    """Return a checksum of names and values, whatever type pandas gives to text."""
    digest = hashlib.sha256()
    for name, column in table.items():
        digest.update(f"{name} {column.size}\n".encode())
        match column.dtype.kind:
            case "f":
                digest.update(column.fillna(-1e9).to_numpy("<f8").tobytes())
            case "i" | "b":
                digest.update(column.to_numpy("<i8").tobytes())
            case _:
                digest.update("\n".join(column).encode())
    return digest.hexdigest()[:16]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_what_was_published(name: str) -> None:
    table = _table(name)
    assert (*table.shape, checksum(table)) == TABLES[name]
    assert {kind for kind in table.dtypes if kind.kind == "i"} <= {np.dtype(np.int64)}


def test_a_changed_value_changes_the_checksum() -> None:
    table = _table("email")
    table.loc[17, "num_char"] += 0.001
    assert checksum(table) != TABLES["email"][2]


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
    raw = _table("email")
    table = load_email().X
    for name in table.columns:
        if name.startswith("log_"):
            assert np.allclose(np.expm1(table[name]), raw[name.removeprefix("log_")])
        else:
            assert set(table[name]) == {0.0, 1.0}
    assert table["winner"].sum() == (raw["winner"] == "yes").sum()
    assert (table["number_small"] + table["number_big"] == (raw["number"] != "none")).all()


@pytest.mark.parametrize(
    ("load", "table", "package", "licence"),
    [
        (load_email, "email", "openintro", "GPL-3"),
        (load_nass_cds, "nassCDS", "DAAG", "GPL-3"),
        (load_flights, "flights", "nycflights13", "CC0"),
        (load_lending_club, "lending_club", "modeldata", "MIT"),
    ],
)
def test_a_dataset_names_the_source_and_licence_that_the_readme_beside_it_names(
    load: Callable[[], Dataset], table: str, package: str, licence: str
) -> None:
    data = load()
    assert table in data.source
    assert package in data.source
    assert data.licence == f"{licence}, as the R package {package}"
    readme = (files("lessonkit") / "data" / "tables" / "README.md").read_text(encoding="utf-8")
    (row,) = (line for line in readme.splitlines() if f"R package {package}" in line)
    assert f"`{table}`" in row
    assert f"| {licence} " in row


def test_every_table_has_its_row_in_the_readme() -> None:
    folder = files("lessonkit") / "data" / "tables"
    stored = {path.name for path in folder.iterdir() if path.name.endswith(".npz")}
    assert stored == {f"{name}.npz" for name in TABLES}
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert stored <= set(re.findall(r"`([\w]+\.npz)`", readme))


def test_email_says_what_it_holds() -> None:
    assert repr(load_email()).startswith("Dataset(3,921 rows, 20 features, 367 positive")


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
    assert repr(email) == "Scores(1,177 rows, 110 positive)"


def test_the_second_filter_scores_the_same_emails_in_steps_of_a_neighbor() -> None:
    first, second = load_email_scores(), load_email_neighbor_scores()
    assert np.array_equal(second.y_true, first.y_true)
    assert np.allclose(second.scores * 25, np.round(second.scores * 25))
    assert areas(second.y_true, second.scores)[1] == pytest.approx(0.5519, abs=5e-5)


def test_the_validation_rows_are_apart_from_the_same_test_rows() -> None:
    split = load_email_split_scores()
    assert (split.validation.y_true.size, split.validation.y_true.sum()) == (686, 64)
    assert np.array_equal(split.test.y_true, load_email_scores().y_true)
    assert not np.array_equal(split.test.scores, load_email_scores().scores)
    assert areas(split.validation.y_true, split.validation.scores) == pytest.approx(
        (0.9041, 0.5099), abs=5e-5
    )
    assert areas(split.test.y_true, split.test.scores) == pytest.approx((0.9077, 0.5391), abs=5e-5)


def areas(y_true: np.ndarray, scores: np.ndarray, weight: np.ndarray | None = None) -> tuple[float, float]:
    """Return the ROC area and the average precision."""
    sweep = ThresholdSweep(y_true, scores, sample_weight=weight)
    return sweep.roc_auc, sweep.average_precision


def test_nass_cds_has_the_rows_the_lessons_count_on() -> None:
    crashes = load_nass_cds()
    assert crashes.X.shape == (26216, 13)
    assert set(crashes.X.dtypes) == {np.dtype(np.float64)}
    assert np.isfinite(crashes.X.to_numpy()).all()
    assert crashes.y.sum() == 1180
    assert np.average(crashes.y, weights=crashes.sample_weight) == pytest.approx(0.0054, abs=5e-5)
    raw = _table("nass_cds").dropna(subset=["yearVeh"])
    bands = crashes.X.filter(like="speed_").sum(axis=1)
    assert (bands.to_numpy() == (raw["dvcat"] != "1-9km/h").to_numpy()).all()
    # What is known only after the crash, or stands for the row, is no feature.
    assert not {"injSeverity", "caseid", "weight", "dead"} & set(crashes.feature_names)
    assert repr(crashes).startswith("WeightedDataset(26,216 rows, 13 features, 1,180 positive")


def test_nass_cds_scores_fall_apart_with_the_weights() -> None:
    crashes = load_nass_cds_scores()
    assert (crashes.y_true.size, crashes.y_true.sum()) == (7865, 354)
    assert areas(crashes.y_true, crashes.scores) == pytest.approx((0.8865, 0.3216), abs=5e-5)
    weighted = areas(crashes.y_true, crashes.scores, crashes.sample_weight)
    assert weighted == pytest.approx((0.9531, 0.1514), abs=5e-5)


@pytest.fixture(scope="module")
def flights() -> MonthlyDataset:
    return load_flights()


def test_flights_have_the_rows_the_lessons_count_on(flights: MonthlyDataset) -> None:
    assert flights.X.shape == (336776, 34)
    assert set(flights.X.dtypes) == {np.dtype(np.float64)}
    assert flights.y.sum() == 8255
    assert np.isin(flights.month, range(1, 13)).all()
    for group in ("carrier_", "origin_", "weekday_"):
        assert (flights.X.filter(like=group).sum(axis=1) == 1).all()
    # Only the weather may be unknown. The departure, which a canceled flight has not, is no feature.
    unknown = flights.X.isna().any()
    assert set(unknown.index[unknown]) == {"temp", "humid", "wind_speed", "precip", "pressure", "visib"}
    assert not [name for name in flights.feature_names if "dep" in name or "arr_" in name or "air" in name]
    # 2013-01-01, the first row, was a Tuesday.
    assert flights.X["weekday_1"].iloc[0] == 1


def test_flights_scores_are_the_rows_of_the_last_months(flights: MonthlyDataset) -> None:
    frozen = load_flights_scores()
    late = flights.month > 9
    assert np.array_equal(frozen.y_true, flights.y[late])
    assert np.array_equal(frozen.month, flights.month[late])
    expected = {10: (0.8101, 0.0611), 11: (0.7915, 0.0425), 12: (0.8151, 0.1547)}
    for month, values in expected.items():
        rows = frozen.month == month
        assert areas(frozen.y_true[rows], frozen.scores[rows]) == pytest.approx(values, abs=5e-5)


def test_lending_club_has_the_rows_the_lesson_counts_on() -> None:
    loans, raw = load_lending_club(), _table("lending_club")
    assert loans.X.shape == (9857, 23)
    assert loans.feature_names == tuple(loans.X.columns)
    assert loans.y.sum() == 517
    assert (loans.y == (raw["Class"] == "bad")).all()
    assert np.isfinite(loans.X.to_numpy()).all()
    assert not {"rownames", "Class", "addr_state"} & set(loans.feature_names)
    for name in loans.feature_names:
        if name.startswith("log_"):
            assert np.allclose(np.expm1(loans.X[name]), raw[name.removeprefix("log_")])
    grades = sorted(raw["sub_grade"].unique())
    assert (loans.X["sub_grade"] == raw["sub_grade"].map(grades.index) + 1).all()
    long_employed = loans.X["employed_years"] == 10
    assert (long_employed == (raw["emp_length"] == "emp_ge_10")).all()
    assert loans.X["employed_unknown"].sum() == (raw["emp_length"] == "emp_unk").sum()
    assert (loans.X["employed_years"][raw["emp_length"] == "emp_7"] == 7).all()
    assert loans.licence.startswith("MIT")


def test_the_courses_run_on_the_loans_fits_the_rows() -> None:
    loans, run = load_lending_club(), load_lending_club_run()
    assert [rows.size for rows in run.parts] == [5174, 1725, 2958]
    assert np.array_equal(np.sort(np.concatenate(run.parts)), np.arange(9857))
    assert set(run.left_out) < set(loans.feature_names)
    _, validation, test = run.parts
    assert (loans.y[validation].sum(), loans.y[test].sum()) == (91, 155)
    for name, areas in {"logistic": (0.0906, 0.1306), "net": (0.1032, 0.0987)}.items():
        for rows, area in zip((validation, test), areas, strict=True):
            found = average_precision_score(loans.y[rows], run.scores[name][rows])
            assert found == pytest.approx(area, abs=5e-5)
    assert run.nets.shape == (12, 9857)
    assert np.array_equal(run.nets[0], run.scores["net"])
    for part, rows in (("validation", validation), ("test", test)):
        pair = (run.scores[name][rows] for name in ("logistic", "net"))
        found = bootstrap_difference(loans.y[rows], *pair, desk_cost)
        assert run.difference[part] == pytest.approx((found.low, found.high))
    assert repr(run) == "CapstoneRun(5,174 training, 1,725 validation and 2,958 test rows)"


def test_the_courses_audit_of_the_loans_is_that_of_its_threshold() -> None:
    loans, run = load_lending_club(), load_lending_club_run()
    _, validation, test = run.parts
    flagged = run.scores["logistic"] >= run.threshold
    assert flagged[validation].mean() <= 0.2
    assert run.threshold >= 100 / 1600
    # The next lower score would be too many.
    lower = run.scores["logistic"][validation][~flagged[validation]].max()
    assert (run.scores["logistic"][validation] >= lower).mean() > 0.2
    share, precision, recall, cost = run.audit
    bad = loans.y[test] == 1
    assert share == pytest.approx(flagged[test].mean())
    assert precision == pytest.approx(bad[flagged[test]].mean())
    assert recall == pytest.approx(flagged[test][bad].mean())
    errors = 100 * (flagged[test] & ~bad).sum() + 1500 * (~flagged[test] & bad).sum()
    assert cost == pytest.approx(1000 * errors / test.size)


def test_malignant_is_positive() -> None:
    cancer = load_breast_cancer()
    bunch = sklearn_datasets.load_breast_cancer()
    assert cancer.X.shape == (569, 30)
    assert cancer.y.sum() == 212
    assert set(bunch.target_names[bunch.target[cancer.y == 1]]) == {"malignant"}
    assert np.array_equal(cancer.X.to_numpy(), bunch.data)


def test_the_two_models_disagree_on_the_better_area() -> None:
    pair = load_disagreeing_scores()
    assert (pair.y_true.size, pair.y_true.sum()) == (100_000, 990)
    assert areas(pair.y_true, pair.a) == pytest.approx((0.8999, 0.2043), abs=5e-5)
    assert areas(pair.y_true, pair.b) == pytest.approx((0.7641, 0.4374), abs=5e-5)
    assert repr(pair) == "DisagreeingScores(100,000 rows, 990 positive)"


def test_every_load_is_a_fresh_copy() -> None:
    load_email_scores().scores[:] = 0
    assert load_email_scores().scores.min() > 0


def test_importing_the_module_loads_nothing_heavy() -> None:
    code = "import sys, lessonkit.datasets; print({'pandas', 'sklearn'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
