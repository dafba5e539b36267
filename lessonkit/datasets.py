"""The data of the lessons: real, offline, documented.

The tables in ``lessonkit/data/tables`` belong to their authors: the README there
names sources and licenses. What a model makes of them is frozen in
``lessonkit/data``, so that every count in the lessons is exact on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = [
    "CapstoneRun",
    "Dataset",
    "DisagreeingScores",
    "Inbox",
    "MonthlyDataset",
    "MonthlyScores",
    "Scores",
    "SimulatedRows",
    "SplitScores",
    "TrainingRuns",
    "WeightedDataset",
    "WeightedScores",
    "load_breast_cancer",
    "load_disagreeing_scores",
    "load_email",
    "load_email_neighbor_scores",
    "load_email_scores",
    "load_email_split_scores",
    "load_flights",
    "load_flights_scores",
    "load_inbox",
    "load_lending_club",
    "load_lending_club_run",
    "load_nass_cds",
    "load_nass_cds_scores",
    "load_simulated_rows",
    "load_training_runs",
]

# Counts with a long tail (up to 4,022 line breaks): a linear model reads log(1 + count) better.
_EMAIL_COUNTS = (
    "cc",
    "image",
    "attach",
    "dollar",
    "inherit",
    "viagra",
    "password",
    "num_char",
    "line_breaks",
    "exclaim_mess",
)
_EMAIL_FLAGS = ("to_multiple", "from", "sent_email", "format", "re_subj", "exclaim_subj", "urgent_subj")

_EMAIL_DESCRIPTION = """\
3,921 emails received by one account in January, February and March 2012, one a row.
y is 1 for spam (367 emails, 9.4%) and 0 for the rest.
A feature log_<name> is log(1 + <name>), natural logarithm: of counts (copies, images, attached files,
dollar signs, the words "inherit", "viagra" and "password", line breaks, exclamation marks) and of the
length in thousands of characters. All others are 1 for yes and 0 for no. number_small and number_big
say which kind of number the mail mentions; both are 0 when it mentions none. The sending time is left out."""

_NASS_DESCRIPTION = """\
26,216 people in cars of police-reported crashes in the USA, 1997-2002, one a row.
y is 1 for those who died (1,180: 4.5% of the rows) and 0 for the rest.
Severe crashes were sampled more often. sample_weight says how many people a row stands for; weighted,
0.5% died. speed_<band> is the estimated impact speed in km/h (all 0: 1-9 km/h); airbag, belted, frontal,
male, passenger and deployed (airbag deployed) are 1 for yes; age, year_of_crash and year_of_car are numbers.
The injury's severity is left out: it is known after the outcome. So is one row without a year of the car."""

_FLIGHTS_WEATHER = ("temp", "humid", "wind_speed", "precip", "pressure", "visib")
_FLIGHTS_DESCRIPTION = """\
336,776 flights from the three airports of New York City in 2013, one a row.
y is 1 for a canceled flight (8,255: 2.5%, no departure time) and 0 for the rest; month is 1 to 12.
Features: the scheduled hour, the distance in miles, the weather at the airport in that hour (temperature
in Fahrenheit, relative humidity in %, wind speed in mph, rain in inches, pressure in millibars, visibility
in miles), and 1 for yes by carrier, origin and weekday (0 is Monday). The weather is nan where nobody
measured it: fill it from training rows."""

# Money and counts with a long tail, as in the mails.
_LENDING_TAILS = (
    *("annual_inc", "delinq_2yrs", "delinq_amnt", "inq_fi", "inq_last_12m", "open_il_6m", "num_il_tl"),
    *("total_bal_il", "total_il_high_credit_limit"),
)
_LENDING_NUMBERS = (
    *("funded_amnt", "int_rate", "revol_util", "all_util", "inq_last_6mths", "acc_now_delinq"),
    *("open_il_12m", "open_il_24m"),
)
_LENDING_LATER = ("funded_amnt", "int_rate", "sub_grade")
_LENDING_DESCRIPTION = """\
9,857 loans of Lending Club, a lender in the USA, from the first quarter of 2016, one a row.
y is 1 for a bad loan (517: 5.2%; charged off, in default, or 21 to 120 days late) and 0 for one that was
paid back or is on time so far.
Set by the lender: funded_amnt (dollars), int_rate (%), sub_grade (its grade of the risk: 1 is A1, the best,
and 35 is G5). Asked for: term_60 (1: to be paid back in 60 months, 0: in 36). Stated by the applicant:
annual_inc, employed_years (10 is 10 or more), employed_unknown. Checked by the lender, and taken as known on
the day: income_verified, source_verified. From the credit bureau's report: delinq_2yrs, delinq_amnt,
acc_now_delinq (other debts that are late), inq_... (requests for credit), open_il_... and num_il_tl
(installment accounts), total_bal_il, total_il_high_credit_limit, all_util and revol_util (how far limits are
used, in %).
A feature log_<name> is log(1 + <name>), natural logarithm. The state of residence is left out.
Applications that the lender refused are not in the data: nobody knows how they would have ended."""

# Subject, whether it is spam, score. At 0.5 it is the filter of lesson 01: 6 of 7 caught, 2 false alarms.
_INBOX = (
    ("You have won a prize", 1, 0.97),
    ("Lunch on Thursday?", 0, 0.03),
    ("Minutes of the meeting", 0, 0.07),
    ("Cheap watches, today only", 1, 0.94),
    ("Your train ticket", 0, 0.38),
    ("Claim your refund now", 1, 0.88),
    ("Prize list of the chess club", 0, 0.84),
    ("Draft of the report", 0, 0.15),
    ("Are you in the office?", 1, 0.22),
    ("Lose weight while you sleep", 1, 0.81),
    ("Photos from the weekend", 0, 0.1),
    ("Library book is due", 0, 0.33),
    ("We would like to offer you the job", 0, 0.62),
    ("Free phone for you", 1, 0.76),
    ("New printer on our floor", 0, 0.12),
    ("Vacation dates", 0, 0.19),
    ("Dentist appointment", 0, 0.05),
    ("Your account is at risk", 1, 0.58),
    ("Budget for the spring", 0, 0.29),
    ("Invoice for the printer", 0, 0.46),
)
_INBOX_DESCRIPTION = """\
Twenty emails made up for the course, 7 of them spam, and the scores of a made-up filter: higher means more
likely spam, and no two are equal. "Are you in the office?" holds a link to a fake sign-in page."""

_CANCER_DESCRIPTION = """\
569 samples of breast tissue, one a row: 30 measurements of the cell nuclei in a digital image.
y is 1 for a malignant sample (212: 37%) and 0 for a benign one. scikit-learn has it the other way round."""

_SIMULATED_DESCRIPTION = """\
1,000 rows with ten features, each from a normal distribution and each in another unit. A row is positive
if a weighted sum of its first seven features, with noise and a product of the first two, is among the
highest 32%."""

_RUNS_DESCRIPTION = """\
A Keras network of 8 relu units and 1 sigmoid unit, Adam with a learning rate of 0.01, batches of 25 rows, on
600 of the simulated rows, with 200 others for validation. Made by tools/claims/lesson_10.py."""

_DISAGREEING_DESCRIPTION = """\
Simulated: 100,000 rows, 1% positive. The scores of the negatives are standard normal under both models.
Model a shifts every positive up by 1.8. Model b shifts 45% of them by 4.5 and the rest by 0.3."""


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """A table of features and the label of each row.

    Attributes
    ----------
    X : pandas.DataFrame, shape (n, k)
        Features, all float64.
    y : ndarray of int64, shape (n,)
        1 for the positive class, 0 for the other.
    feature_names : tuple of str, length k
        The columns of `X`.
    description, source, licence : str
        What a row is, where the data come from, and under which terms.
    """

    X: pd.DataFrame
    y: NDArray[np.int64]
    feature_names: tuple[str, ...]
    description: str
    source: str
    licence: str

    def __repr__(self) -> str:
        rows, columns = self.X.shape
        name, positive = type(self).__name__, self.y.sum()
        return f"{name}({rows:,} rows, {columns} features, {positive:,} positive; from {self.source})"


@dataclass(frozen=True, eq=False, repr=False)
class WeightedDataset(Dataset):
    """A `Dataset` whose rows stand for different numbers of people.

    Attributes
    ----------
    sample_weight : ndarray of float64, shape (n,)
        How many people of the population a row stands for.
    """

    sample_weight: NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class MonthlyDataset(Dataset):
    """A `Dataset` collected over a year.

    Attributes
    ----------
    month : ndarray of int64, shape (n,)
        1 for January to 12 for December.
    """

    month: NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Scores:
    """The scores of one model on rows that it was not trained on.

    Attributes
    ----------
    y_true : ndarray of int64, shape (n,)
        1 for the positive class, 0 for the other.
    scores : ndarray of float64, shape (n,)
        The model's probability of the positive class.
    description : str
        Which model, which rows, and the script that made them.
    """

    y_true: NDArray[np.int64]
    scores: NDArray[np.float64]
    description: str

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.y_true.size:,} rows, {self.y_true.sum():,} positive)"


@dataclass(frozen=True, eq=False, repr=False)
class WeightedScores(Scores):
    """`Scores` whose rows stand for different numbers of people.

    Attributes
    ----------
    sample_weight : ndarray of float64, shape (n,)
        How many people of the population a row stands for.
    """

    sample_weight: NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class MonthlyScores(Scores):
    """`Scores` of rows from several months.

    Attributes
    ----------
    month : ndarray of int64, shape (n,)
        1 for January to 12 for December.
    """

    month: NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Inbox(Scores):
    """Named emails with their scores, in the order in which they arrived.

    Attributes
    ----------
    subjects : tuple of str
        One subject for each email.
    """

    subjects: tuple[str, ...]


@dataclass(frozen=True)
class SplitScores:
    """The scores of one model on two sets of rows, neither of which it was trained on.

    Attributes
    ----------
    validation : Scores
        The rows to choose a threshold on.
    test : Scores
        The rows to report on.
    """

    validation: Scores
    test: Scores


@dataclass(frozen=True, eq=False, repr=False)
class CapstoneRun:
    """The course's own way through the loans of lesson 12, to go on from where a step is still open.

    Attributes
    ----------
    left_out : tuple of str
        The features that no model was given, because they are not known when the decision is made.
    parts : tuple of three ndarray of int64
        Numbers of the training, the validation and the test rows.
    scores : dict of str to ndarray of float64, shape (9857,)
        The scores that "logistic", a logistic regression, and "net", a small network, give to every row;
        the models have learned from the training rows.
    nets : (12, 9857) ndarray of float64
        The scores of twelve such networks, trained with the seeds 0 to 11; the first is "net".
    difference : dict of str to tuple of two floats
        Paired bootstrap interval of the cost of "logistic" minus that of "net", in euros per 1,000 loans
        where the riskiest 20% are flagged, on the rows of "validation" and "test".
    threshold : float
        For "logistic": flags at most 20% of the validation rows, and is not below 100 / 1,600.
    audit : tuple of four floats
        Flagged share, precision, recall and cost per 1,000 applications at this threshold on the test rows.
    description : str
        Which models, which rows, and the script that made them.
    """

    left_out: tuple[str, ...]
    parts: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
    scores: dict[str, NDArray[np.float64]]
    nets: NDArray[np.float64]
    difference: dict[str, tuple[float, float]]
    threshold: float
    audit: tuple[float, float, float, float]
    description: str

    def __repr__(self) -> str:
        train, validation, test = (f"{rows.size:,}" for rows in self.parts)
        return f"CapstoneRun({train} training, {validation} validation and {test} test rows)"


@dataclass(frozen=True, eq=False, repr=False)
class DisagreeingScores:
    """The scores that two models give to the same rows.

    Attributes
    ----------
    y_true : ndarray of int64, shape (n,)
        1 for the positive class, 0 for the other.
    a, b : ndarray of float64, shape (n,)
        Scores of any size, higher for the rows that look more positive.
    description : str
        How the rows were drawn.
    """

    y_true: NDArray[np.int64]
    a: NDArray[np.float64]
    b: NDArray[np.float64]
    description: str

    def __repr__(self) -> str:
        return f"DisagreeingScores({self.y_true.size:,} rows, {self.y_true.sum():,} positive)"


@dataclass(frozen=True, eq=False, repr=False)
class SimulatedRows:
    """Rows that were drawn, so that the rule behind them is known.

    Attributes
    ----------
    X : ndarray of float64, shape (n, 10)
        Features, each in its own unit.
    y : ndarray of int64, shape (n,)
        1 for the positive class, 0 for the other.
    order : ndarray of int64, shape (n,)
        All row numbers in a random order, for a split.
    description : str
        How the rows were drawn.
    """

    X: NDArray[np.float64]
    y: NDArray[np.int64]
    order: NDArray[np.int64]
    description: str

    def __repr__(self) -> str:
        return f"SimulatedRows({self.y.size:,} rows, {self.X.shape[1]} features, {self.y.sum():,} positive)"


@dataclass(frozen=True, eq=False, repr=False)
class TrainingRuns:
    """The same training, again and again, with another seed each time.

    Attributes
    ----------
    loss, val_loss : ndarray of float64, shape (12, 40)
        The two losses that Keras reports: one row per seed (0 to 11), one column per epoch.
    description : str
        Which network, which rows, and the script that made them.
    """

    loss: NDArray[np.float64]
    val_loss: NDArray[np.float64]
    description: str

    def __repr__(self) -> str:
        return "TrainingRuns({} seeds, {} epochs)".format(*self.loss.shape)


def load_email() -> Dataset:
    """Load the email data of OpenIntro, ready for a linear model.

    Returns
    -------
    Dataset
        3,921 rows, 20 features; 367 rows (9.4%) are spam, the positive class.
    """
    import pandas as pd

    raw = _table("email")
    features: dict[str, pd.Series] = {name: raw[name] for name in _EMAIL_FLAGS}
    features["winner"] = raw["winner"] == "yes"
    features["number_small"] = raw["number"] == "small"
    features["number_big"] = raw["number"] == "big"
    features |= {f"log_{name}": np.log1p(raw[name]) for name in _EMAIL_COUNTS}
    table = pd.DataFrame(features).astype(np.float64)

    return Dataset(
        X=table,
        y=raw["spam"].to_numpy(dtype=np.int64),
        feature_names=tuple(table.columns),
        description=_EMAIL_DESCRIPTION,
        source="the table email of the R package openintro",
        licence="GPL-3, as the R package openintro",
    )


def load_nass_cds() -> WeightedDataset:
    """Load crashes of the National Automotive Sampling System, with their survey weights.

    Returns
    -------
    WeightedDataset
        26,216 rows, 13 features; 1,180 people (4.5%; weighted 0.5%) died, the positive class.
    """
    import pandas as pd

    raw = _table("nass_cds")
    raw = raw.dropna(subset=["yearVeh"]).reset_index(drop=True)
    speeds = {"10_24": "10-24", "25_39": "25-39", "40_54": "40-54", "55_up": "55+"}
    features: dict[str, pd.Series] = {
        f"speed_{name}": raw["dvcat"] == value for name, value in speeds.items()
    }
    features |= {
        "airbag": raw["airbag"] == "airbag",
        "belted": raw["seatbelt"] == "belted",
        "frontal": raw["frontal"],
        "male": raw["sex"] == "m",
        "passenger": raw["occRole"] == "pass",
        "deployed": raw["deploy"],
        "age": raw["ageOFocc"],
        "year_of_crash": raw["yearacc"],
        "year_of_car": raw["yearVeh"],
    }
    table = pd.DataFrame(features).astype(np.float64)
    return WeightedDataset(
        X=table,
        y=(raw["dead"] == "dead").to_numpy().astype(np.int64),
        feature_names=tuple(table.columns),
        description=_NASS_DESCRIPTION,
        source="the table nassCDS of the R package DAAG",
        licence="GPL-3, as the R package DAAG",
        sample_weight=raw["weight"].to_numpy(dtype=np.float64),
    )


def load_flights() -> MonthlyDataset:
    """Load the flights from New York City in 2013, canceled or not, with the weather.

    Returns
    -------
    MonthlyDataset
        336,776 rows, 34 features; 8,255 flights (2.5%) were canceled, the positive class.
        Where nobody measured the weather it is nan.
    """
    import pandas as pd

    raw, weather = _table("flights"), _table("weather")
    place = ["month", "day", "hour", "origin"]
    # The hour that the end of summer time repeats has two rows of weather and no flight.
    weather = weather.drop_duplicates(place)
    merged = raw.merge(weather[[*place, *_FLIGHTS_WEATHER]], on=place, how="left")
    merged["weekday"] = pd.to_datetime(merged[["month", "day"]].assign(year=2013)).dt.day_of_week
    names = ["hour", "distance", *_FLIGHTS_WEATHER, "carrier", "origin", "weekday"]
    table = pd.get_dummies(merged[names], columns=["carrier", "origin", "weekday"]).astype(np.float64)
    return MonthlyDataset(
        X=table,
        y=raw["canceled"].to_numpy(dtype=np.int64),
        feature_names=tuple(table.columns),
        description=_FLIGHTS_DESCRIPTION,
        source="the tables flights and weather of the R package nycflights13",
        licence="CC0, as the R package nycflights13",
        month=merged["month"].to_numpy(dtype=np.int64),
    )


def load_lending_club() -> Dataset:
    """Load loans of Lending Club, paid back or not.

    Returns
    -------
    Dataset
        9,857 rows, 23 features; 517 loans (5.2%) are bad, the positive class.
    """
    import pandas as pd

    raw = _table("lending_club")
    bad = raw["Class"] == "bad"
    grade = raw["sub_grade"]
    years = raw["emp_length"].replace({"emp_lt_1": "emp_0", "emp_ge_10": "emp_10", "emp_unk": "emp_0"})
    features: dict[str, pd.Series] = {name: raw[name] for name in _LENDING_NUMBERS}
    features |= {
        "sub_grade": (grade.str[0].map("ABCDEFG".index)) * 5 + grade.str[1].astype(int),
        "term_60": raw["term"] == "term_60",
        "income_verified": raw["verification_status"] == "Verified",
        "source_verified": raw["verification_status"] == "Source_Verified",
        "employed_years": years.str.removeprefix("emp_").astype(int),
        "employed_unknown": raw["emp_length"] == "emp_unk",
    }
    features |= {f"log_{name}": np.log1p(raw[name]) for name in _LENDING_TAILS}
    table = pd.DataFrame(features).astype(np.float64)
    return Dataset(
        X=table,
        y=bad.to_numpy().astype(np.int64),
        feature_names=tuple(table.columns),
        description=_LENDING_DESCRIPTION,
        source="the table lending_club of the R package modeldata",
        licence="MIT, as the R package modeldata",
    )


def load_breast_cancer() -> Dataset:
    """Load scikit-learn's breast cancer data with malignant as the positive class.

    Returns
    -------
    Dataset
        569 rows, 30 features; 212 samples (37%) are malignant. scikit-learn's own target is
        the other way round: 1 means benign.
    """
    from sklearn import datasets

    bunch = datasets.load_breast_cancer(as_frame=True)
    malignant = list(bunch.target_names).index("malignant")
    return Dataset(
        X=bunch.data,
        y=(bunch.target == malignant).to_numpy(dtype=np.int64),
        feature_names=tuple(bunch.data.columns),
        description=_CANCER_DESCRIPTION,
        source="Breast Cancer Wisconsin (Diagnostic), in scikit-learn",
        licence="BSD-3-Clause, as scikit-learn",
    )


def load_email_scores() -> Scores:
    """Load the frozen test scores of a logistic regression on the email data.

    Returns
    -------
    Scores
        1,177 test rows, 110 of them spam (prevalence 0.0935).

    Notes
    -----
    ``python -m tools.freeze_scores`` makes the files, and ``--check`` compares them with a fresh run.
    """
    stored = _stored("email_scores")
    return Scores(stored["y_true"], stored["scores"], stored["description"])


def load_email_neighbor_scores() -> Scores:
    """Load the frozen test scores of a second filter, which compares each email with 25 similar ones.

    Returns
    -------
    Scores
        The 1,177 test rows of `load_email_scores`. A score is the share of spam among the 25 training emails
        that are most like this one, so it is a multiple of 0.04, and many emails have the same score.
    """
    stored = _stored("email_neighbor_scores")
    return Scores(stored["y_true"], stored["scores"], stored["description"])


def load_inbox() -> Inbox:
    """Load the twenty named emails that run through lessons 00 to 03.

    Returns
    -------
    Inbox
        20 emails, 7 of them spam. The filter of lesson 01 flags those with a score of at least 0.5.
    """
    subjects, labels, scores = zip(*_INBOX, strict=True)
    return Inbox(np.array(labels), np.array(scores), _INBOX_DESCRIPTION, subjects)


def load_email_split_scores() -> SplitScores:
    """Load the frozen validation and test scores of one logistic regression on the email data.

    Returns
    -------
    SplitScores
        686 validation rows, 64 of them spam; 1,177 test rows, 110 of them spam. The test rows are those of
        `load_email_scores`; this model had fewer rows to learn from, since none of the validation rows.
    """
    stored = _stored("email_split_scores")
    validation = stored["part"] == "validation"
    return SplitScores(
        validation=Scores(stored["y_true"][validation], stored["scores"][validation], stored["description"]),
        test=Scores(stored["y_true"][~validation], stored["scores"][~validation], stored["description"]),
    )


def load_nass_cds_scores() -> WeightedScores:
    """Load the frozen test scores of a logistic regression on the crashes, with the survey weights.

    Returns
    -------
    WeightedScores
        7,865 test rows; 354 people died (4.5%; weighted 0.5%).
    """
    stored = _stored("nass_cds_scores")
    return WeightedScores(stored["y_true"], stored["scores"], stored["description"], stored["sample_weight"])


def load_flights_scores() -> MonthlyScores:
    """Load the frozen scores of a model of January to September on the flights of October to December.

    Returns
    -------
    MonthlyScores
        84,292 rows; 1,494 flights (1.8%) were canceled.
    """
    stored = _stored("flights_scores")
    return MonthlyScores(stored["y_true"], stored["scores"], stored["description"], stored["month"])


def load_lending_club_run() -> CapstoneRun:
    """Load the course's own run on the loans, frozen.

    Returns
    -------
    CapstoneRun
        5,174 training rows; 1,725 validation rows, 91 of them bad; 2,958 test rows, 155 of them bad.
    """
    stored = _stored("lending_club_run")
    train, validation, test = (np.flatnonzero(stored["part"] == part) for part in range(3))
    on_validation, on_test = stored["difference"].tolist()
    nets = stored["nets"].astype(np.float64)
    return CapstoneRun(
        left_out=_LENDING_LATER,
        parts=(train, validation, test),
        scores={"logistic": stored["logistic"], "net": nets[0]},
        nets=nets,
        difference={"validation": tuple(on_validation), "test": tuple(on_test)},
        threshold=float(stored["threshold"]),
        audit=tuple(stored["audit"].tolist()),
        description=stored["description"],
    )


def load_disagreeing_scores() -> DisagreeingScores:
    """Simulate two models of a rare class, of which each is the better one by one area.

    Returns
    -------
    DisagreeingScores
        100,000 rows, 990 of them positive (1%).
    """
    rng = np.random.default_rng(3)
    rows = 100_000
    y_true = (rng.random(rows) < 0.01).astype(np.int64)  # noqa: PLR2004  (the prevalence)
    a = rng.normal(size=rows) + 1.8 * y_true
    b = rng.normal(size=rows)
    b += y_true * np.where(rng.random(rows) < 0.45, 4.5, 0.3)  # noqa: PLR2004  (the share of easy positives)
    # The last bits of a normal number may differ between machines.
    return DisagreeingScores(y_true, a.round(6), b.round(6), _DISAGREEING_DESCRIPTION)


def load_simulated_rows() -> SimulatedRows:
    """Simulate rows of which the first seven features count and the last three do not.

    Returns
    -------
    SimulatedRows
        1,000 rows, 320 of them positive (32%).
    """
    rng = np.random.default_rng(3)
    plain = rng.normal(size=(1000, 10))
    signal = plain @ [1.2, -1, 0.8, 0.7, -0.6, 0.5, 0.4, 0, 0, 0] + 0.5 * plain[:, 0] * plain[:, 1]
    signal += 0.9 * rng.normal(size=1000)
    y = (signal > np.quantile(signal, 0.68)).astype(np.int64)
    # Ten units, from tenths to thousands.
    return SimulatedRows(
        (plain + 3) * np.geomspace(0.1, 1000, 10), y, rng.permutation(1000), _SIMULATED_DESCRIPTION
    )


def load_training_runs() -> TrainingRuns:
    """Load twelve trainings of one small network on the simulated rows, frozen.

    Returns
    -------
    TrainingRuns
        12 seeds, 40 epochs.
    """
    with (files("lessonkit") / "data" / "training_runs.csv").open(encoding="utf-8") as file:
        loss, val_loss = np.loadtxt(file, delimiter=",").reshape(2, 12, 40)
    return TrainingRuns(loss, val_loss, _RUNS_DESCRIPTION)


def _stored(name: str) -> dict[str, Any]:
    """Read a frozen file: labels and months as int64, scores and weights as float64, the rest as text."""
    with (files("lessonkit") / "data" / f"{name}.npz").open("rb") as file, np.load(file) as arrays:
        stored: dict[str, Any] = {key: arrays[key] for key in arrays.files}
    stored["description"] = str(stored["description"])
    return stored | {key: stored[key].astype(np.int64) for key in ("y_true", "month") if key in stored}


def _table(name: str) -> pd.DataFrame:
    """Read a table of ``lessonkit/data/tables``: whole numbers as int64, the rest as it was published."""
    import pandas as pd

    with (files("lessonkit") / "data" / "tables" / f"{name}.npz").open("rb") as file, np.load(file) as arrays:
        columns = {column: arrays[column] for column in arrays.files}
    whole = {column: row.astype(np.int64) for column, row in columns.items() if row.dtype.kind == "i"}
    return pd.DataFrame(columns | whole)
