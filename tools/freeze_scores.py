"""Freeze the test scores that the lessons count on.

    python -m tools.freeze_scores            train, and write lessonkit/data/email_scores.npz
    python -m tools.freeze_scores --check    train, and compare with the file

A model trained on another machine may differ in the last digits of a score,
and one swapped pair changes a count. So the lessons read the scores from a file.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lessonkit.datasets import load_email

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PATH = Path(__file__).resolve().parents[1] / "lessonkit" / "data" / "email_scores.npz"

DESCRIPTION = """\
The probability of spam that a logistic regression gives to 1,177 test mails of openintro/email (110 spam).
Features as in lessonkit.datasets.load_email, standardized on the training rows; 70 % train, 30 % test,
stratified, random_state=0; scikit-learn's LogisticRegression with its default penalty.
Made by tools/freeze_scores.py."""

# Two machines agree far beyond this; a wrong split, feature or model does not come near it.
TOLERANCE = 1e-5


def email_scores() -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Train on 70 % of the email data and score the other 30 %.

    Returns
    -------
    y_true : ndarray of int8, shape (1177,)
    scores : ndarray of float64, shape (1177,)
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    data = load_email()
    x_train, x_test, y_train, y_test = train_test_split(
        data.X, data.y, test_size=0.3, stratify=data.y, random_state=0
    )
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(x_train, y_train)
    scores = model.predict_proba(x_test)[:, 1]
    # Equal mails must tie; unrounded, their scores may differ in the last bit on some machines.
    return y_test.astype(np.int8), scores.round(8)


def problems(path: Path) -> list[str]:
    """Compare the stored scores with a fresh training run.

    Returns
    -------
    list of str
        One sentence for each difference; empty when the file is right.
    """
    y_true, scores = email_scores()
    with np.load(path) as stored:
        found = []
        if not np.array_equal(stored["y_true"], y_true):
            found.append("y_true differs: another split or other data.")
        elif (gap := np.abs(stored["scores"] - scores).max()) > TOLERANCE:
            found.append(f"scores differ by up to {gap:.2g}, more than {TOLERANCE:g}.")
        if str(stored["description"]) != DESCRIPTION:
            found.append("description differs.")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the file; return the exit code."""
    parser = argparse.ArgumentParser(description="Freeze the test scores that the lessons count on.")
    parser.add_argument("--check", action="store_true", help="compare with the stored file, write nothing")
    parser.add_argument("--path", type=Path, default=PATH, help="the file (default: %(default)s)")
    options = parser.parse_args(arguments)
    if options.check:
        found = problems(options.path)
        for problem in found:
            print(f"{options.path}: {problem} Run python -m tools.freeze_scores, then make notebooks.")
        return 1 if found else 0
    y_true, scores = email_scores()
    # numpy.savez dates every member 1980-01-01, so equal arrays give equal bytes.
    np.savez(options.path, y_true=y_true, scores=scores, description=np.array(DESCRIPTION))
    print(f"{options.path}: {scores.size} scores, {y_true.sum()} positive")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
