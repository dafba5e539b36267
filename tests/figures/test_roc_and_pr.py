from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from lessonkit import figures
from lessonkit.datasets import load_disagreeing_scores, load_inbox
from lessonkit.metrics import ThresholdSweep
from tests.figures.drawn import SCORES, Y_TRUE, line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAIR = load_disagreeing_scores()
A, B = ThresholdSweep(PAIR.y_true, PAIR.a), ThresholdSweep(PAIR.y_true, PAIR.b)


def squares(axes: Axes) -> dict[tuple[int, int], str]:
    """The kind of each square, by row and column."""
    kinds = [str(patch.get_gid()).split() for patch in axes.patches]
    return {(int(row), int(column)): kind for kind, row, column in kinds}


def test_the_board_has_a_square_for_each_pair_with_its_names(shown: list[Any]) -> None:
    inbox = load_inbox()
    figures.pair_board(inbox.y_true, inbox.scores, inbox.subjects)
    (axes,) = shown[0].figure.axes
    kinds = squares(axes)
    assert len(kinds) == 7 * 13
    assert list(kinds.values()).count("won") == 81
    rows = [text.get_text() for text in axes.get_yticklabels()]
    columns = [text.get_text() for text in axes.get_xticklabels()]
    scores = dict(zip(inbox.subjects, inbox.scores, strict=True))
    for (row, column), kind in kinds.items():
        spam, normal = (scores[label.rsplit("  ", 1)[0]] for label in (rows[row], columns[column]))
        assert kind == ("won" if spam > normal else "lost")
    assert rows[0] == "You have won a prize  0.97"
    assert rows[-1] == "Are you in the office?  0.22"
    assert "91 pairs of a positive and a negative: 81 won, 0 tied, 10 lost." in repr(shown[0])
    assert "Free phone for you  0.76 to Prize list of the chess club  0.84;" in repr(shown[0])


def test_the_curve_is_the_border_of_the_won_squares(shown: list[Any]) -> None:
    figures.pair_board(Y_TRUE, SCORES, curve=True)
    (axes,) = shown[0].figure.axes
    curve = line(axes, "curve")
    for patch in axes.patches:
        kind = str(patch.get_gid()).split()[0]
        x, y = patch.get_x() + patch.get_width() / 2, patch.get_y() + patch.get_height() / 2
        height = np.interp(x, *curve.T)
        if kind == "tied":
            assert abs(height - y) < 3 * patch.get_height()
        else:
            assert (height > y) == (kind == "won")
    kinds = list(squares(axes).values())
    share = (kinds.count("won") + kinds.count("tied") / 2) / len(kinds)
    assert share == pytest.approx(ThresholdSweep(Y_TRUE, SCORES).roc_auc)
    assert axes.get_title(loc="left") == f"ROC area {share:.3f}"
    assert kinds.count("tied") == sum(text.get_text() == "½" for text in axes.texts) > 0


def test_lost_and_tied_squares_differ_without_color(shown: list[Any]) -> None:
    figures.pair_board(Y_TRUE, SCORES)
    (figure,) = (shown[0].figure,)
    hatched = {str(patch.get_gid()).split()[0] for patch in figure.axes[0].patches if patch.get_hatch()}
    assert hatched == {"lost"}
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["won", "lost", "tied"]


def test_the_key_names_only_what_is_there(shown: list[Any]) -> None:
    figures.pair_board([1, 0, 0], [0.9, 0.2, 0.1])
    (legend,) = shown[0].figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["won"]
    assert "Lost pairs: none." in repr(shown[0])


def test_a_board_too_large_is_refused(shown: list[Any]) -> None:
    with pytest.raises(ValueError, match="20 × 21 pairs: at most 400"):
        figures.pair_board([1] * 20 + [0] * 21, np.arange(41))
    assert shown == []


@pytest.mark.parametrize("log_fpr", [False, True])
def test_two_models_cross_at_one_recall_in_both_planes(shown: list[Any], *, log_fpr: bool) -> None:
    figures.roc_and_pr((A, "A"), (B, "B"), recalls=(0.4, 0.8), log_fpr=log_fpr)
    left, right = shown[0].figure.axes
    assert left.get_xscale() == ("log" if log_fpr else "linear")
    (rate, recall), (same, precision) = line(left, "crossing")[0], line(right, "crossing")[0]
    assert recall == same
    at = np.argmax(A.recall >= recall)
    assert rate == A.false_positive_rate[at]
    assert precision == A.precision[at]
    # B is ahead right before it, A from there to the end.
    levels = np.arange(1, A.positives + 1) / A.positives
    alarms = [each.false_positives[np.searchsorted(each.recall, levels)] for each in (A, B)]
    assert alarms[0][levels < recall][-1] > alarms[1][levels < recall][-1]
    assert (alarms[0][levels >= recall] <= alarms[1][levels >= recall]).all()
    for axes in (left, right):
        dots = [each for each in axes.lines if each.get_label() == "_at"]
        assert len(dots) == 4
        assert len({each._unscaled_dash_pattern for each in axes.lines if each.get_label() != "_at"}) >= 3
    assert "At recall 0.4 A has false positive rate 0.0205 and precision 0.163; B has" in repr(shown[0])
    assert f"cross at recall {recall:.2f}" in repr(shown[0])
    for axes, areas in ((left, ("0.900", "0.764")), (right, ("0.204", "0.437"))):
        assert [text.get_text() for text in axes.get_legend().get_texts()] == [
            f"A: {areas[0]}",
            f"B: {areas[1]}",
        ]


def test_models_that_never_change_places_have_no_ring(sweep: ThresholdSweep, shown: list[Any]) -> None:
    figures.roc_and_pr((sweep, "one"), (sweep, "the same"))
    for axes in shown[0].figure.axes:
        assert "crossing" not in {each.get_label() for each in axes.lines}
    assert "cross" not in repr(shown[0])


def test_each_prevalence_has_its_ray_and_its_curve(sweep: ThresholdSweep, shown: list[Any]) -> None:
    prevalences = (0.9, 0.4, 0.01)
    figures.curves_by_prevalence(sweep, prevalences, precision=0.6)
    left, right = shown[0].figure.axes
    curve = line(left, "curve")
    assert np.trapezoid(curve[:, 1], curve[:, 0]) == pytest.approx(sweep.roc_auc)
    rays = [np.column_stack(each.get_data()) for each in left.lines if each.get_label() == "ray"]
    drawn = [each for each in right.lines if str(each.get_label()).startswith("prevalence")]
    for prevalence, ray, each in zip(prevalences, rays, drawn, strict=True):
        (rate, recall) = ray[1]
        assert ray[0].tolist() == [0, 0]
        assert max(rate, recall) == 1
        assert recall * prevalence / (recall * prevalence + rate * (1 - prevalence)) == pytest.approx(0.6)
        weight = sweep.positives * (1 - prevalence) / (prevalence * sweep.negatives)
        turned = ThresholdSweep(Y_TRUE, SCORES, sample_weight=np.where(Y_TRUE == 1, 1, weight))
        assert each.get_ydata()[1:] == pytest.approx(turned.precision)
        assert each.get_label() == f"prevalence {prevalence:.3g}: {turned.average_precision:.3f}"
    assert len({each._unscaled_dash_pattern for each in drawn}) == 3
    assert "Prevalence 0.01: average precision" in repr(shown[0])


@pytest.mark.parametrize(
    ("prevalences", "message"),
    [
        ((), "0 prevalences: 1 to 4"),
        ((0.1, 0.2, 0.3, 0.4, 0.5), "5 prevalences: 1 to 4"),
        ((0.1, 1), "1 is not between 0 and 1"),
        ((0,), "0 is not between 0 and 1"),
    ],
)
def test_prevalences_that_cannot_be_drawn_are_refused(
    prevalences: tuple[float, ...], message: str, sweep: ThresholdSweep, shown: list[Any]
) -> None:
    with pytest.raises(ValueError, match=message):
        figures.curves_by_prevalence(sweep, prevalences)
    assert shown == []
