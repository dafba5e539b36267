from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lessonkit import figures
from lessonkit.datasets import load_email_scores
from tests.figures.drawn import line


def test_histogram_counts_each_class(shown: list[Any]) -> None:
    email = load_email_scores()
    figures.score_histogram(email.y_true, email.scores, threshold=0.5)
    (axes,) = shown[0].figure.axes
    negatives, positives = axes.patches
    edges = np.linspace(0, 1, 21)
    for patch, label in ((negatives, 0), (positives, 1)):
        expected, _ = np.histogram(email.scores[email.y_true == label], edges)
        # A filled step polygon: two corners for each bar, then back along the bottom.
        assert patch.get_xy()[1:41:2, 1].tolist() == expected.tolist()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "normal mail (1,067)",
        "spam (110)",
    ]
    assert line(axes, "_threshold")[:, 0].tolist() == [0.5, 0.5]
    assert axes.get_xlabel() == "Score (marked: threshold 0.5)"
    assert axes.get_xlim() == (0, 1)
    assert repr(shown[0]).endswith("At or above the threshold 0.5: 28 spam, 7 normal mail.")


def test_histogram_log_axis_shows_a_single_mail(shown: list[Any]) -> None:
    figures.score_histogram([0] * 500 + [1], [0.1] * 500 + [0.9], log_counts=True)
    (axes,) = shown[0].figure.axes
    assert axes.get_yscale() == "log"
    assert axes.get_ylim()[0] < 1


@pytest.mark.parametrize(
    ("scores", "limits"),
    [([-3.0, 2.0, 5.0], (-3, 5)), ([2.0, 2.0, 2.0], (1.5, 2.5)), ([0.1, 0.2, 0.3], (0, 1))],
)
def test_histogram_spans_any_scores(
    scores: list[float], limits: tuple[float, float], shown: list[Any]
) -> None:
    figures.score_histogram([0, 1, 1], scores)
    assert shown[0].figure.axes[0].get_xlim() == limits
