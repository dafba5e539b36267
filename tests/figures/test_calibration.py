from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from lessonkit import figures
from lessonkit.datasets import load_email_scores
from lessonkit.metrics import MetricsError, ThresholdSweep
from tests.figures.drawn import SCORES, Y_TRUE, line


def test_reliability_is_that_of_scikit_learn(shown: list[Any]) -> None:
    email = load_email_scores()
    figures.reliability(email.y_true, email.scores, bins=8)
    upper, lower = shown[0].figure.axes
    shares, means = calibration_curve(email.y_true, email.scores, n_bins=8)
    assert line(upper, "bins") == pytest.approx(np.column_stack([means, shares]))
    assert [patch.get_height() for patch in lower.patches] == np.histogram(email.scores, 8, (0, 1))[
        0
    ].tolist()
    brier = brier_score_loss(email.y_true, email.scores)
    assert upper.get_title(loc="left") == f"Reliability: Brier score {brier:.3f}"
    assert "mean score 0.088, share of positives 0.093" in repr(shown[0])


def test_reliability_takes_the_ends_and_refuses_what_is_no_probability(shown: list[Any]) -> None:
    figures.reliability([0, 1, 1], [0.0, 1.0, 0.5], bins=2)
    assert line(shown[0].figure.axes[0], "bins").tolist() == [[0, 0], [0.75, 1]]
    with pytest.raises(MetricsError, match=r"A score is 1\.5\. Reliability needs probabilities"):
        figures.reliability([0, 1], [0.2, 1.5])
    with pytest.raises(MetricsError, match=r"A score is -0\.1\."):
        figures.reliability([0, 1], [-0.1, 0.5])
    with pytest.raises(ValueError, match="bins=0: at least 1"):
        figures.reliability([0, 1], [0.2, 0.5], bins=0)


def test_one_order_gives_one_curve_with_another_point_and_another_calibration(shown: list[Any]) -> None:
    figures.curves_and_calibration(Y_TRUE, {"plain": SCORES, "half": SCORES / 2}, bins=2)
    left, right = shown[0].figure.axes
    plain, half = ThresholdSweep(Y_TRUE, SCORES).at(0.5), ThresholdSweep(Y_TRUE, SCORES / 2).at(0.5)
    marked = [each.get_xydata().tolist() for each in left.lines if each.get_label() == "_at"]
    assert marked == [[[at.recall, at.precision]] for at in (plain, half)]
    plain_curve, half_curve = (each.get_xydata() for each in left.lines if ": " in each.get_label())
    assert plain_curve == pytest.approx(half_curve)
    shares, means = calibration_curve(Y_TRUE, SCORES / 2, n_bins=2)
    brier = brier_score_loss(Y_TRUE, SCORES / 2)
    assert line(right, f"half: {brier:.3f}") == pytest.approx(np.column_stack([means, shares]))
    alt = repr(shown[0])
    assert "half: average precision 0.69; at threshold 0.5 precision 0.00, recall 0.00; Brier score" in alt


def test_models_are_compared_in_a_number_that_can_be_told_apart() -> None:
    with pytest.raises(ValueError, match="0 models: 1 to 3"):
        figures.curves_and_calibration(Y_TRUE, {})
    with pytest.raises(ValueError, match="bins=0"):
        figures.curves_and_calibration(Y_TRUE, {"one": SCORES}, bins=0)


def test_groups_of_equal_size_have_their_means_shares_and_intervals(shown: list[Any]) -> None:
    figures.calibration_by_groups(Y_TRUE, {"plain": SCORES, "half": SCORES / 2}, groups=2, threshold=0.3)
    (axes,) = shown[0].figure.axes
    order = np.argsort(SCORES, kind="stable")
    expected = [[SCORES[part].mean(), Y_TRUE[part].mean()] for part in (order[:5], order[5:])]
    assert line(axes, "plain") == pytest.approx(np.array(expected))
    assert line(axes, "half") == pytest.approx(np.array(expected) * [0.5, 1])
    plain, _ = axes.collections
    low_and_high = [segment[:, 1].tolist() for segment in plain.get_segments()]
    # Wilson's interval of 1 in 5 and of 3 in 5 (Brown, Cai and DasGupta 2001, formula 4).
    assert low_and_high == [
        pytest.approx([0.0362, 0.6245], abs=1e-3),
        pytest.approx([0.2307, 0.8824], abs=1e-3),
    ]
    assert line(axes, "_threshold")[:, 0].tolist() == [0.3, 0.3]
    assert "plain: 0.300 and 0.200; 0.760 and 0.600; 2 of 2 intervals contain the mean score." in repr(
        shown[0]
    )


def test_groups_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="0 sets of scores: 1 to 3"):
        figures.calibration_by_groups(Y_TRUE, {})
    with pytest.raises(ValueError, match="groups=11: from 1 to the number of rows, 10"):
        figures.calibration_by_groups(Y_TRUE, {"one": SCORES}, groups=11)
