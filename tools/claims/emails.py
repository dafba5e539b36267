"""The emails of lessons 01 to 06 and the scores of their filter, as they are and drawn again."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.datasets import load_email_scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


@cache
def emails() -> tuple[Array, Array]:
    """Return labels and scores of the test emails."""
    email = load_email_scores()
    return np.asarray(email.y_true), np.asarray(email.scores)


def resample(seed: int) -> tuple[Array, Array]:
    """Draw as many of the test emails as there are, with replacement."""
    y_true, scores = emails()
    rows = np.random.default_rng(seed).integers(y_true.size, size=y_true.size)
    return y_true[rows], scores[rows]
