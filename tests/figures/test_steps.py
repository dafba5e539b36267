from __future__ import annotations

from typing import Any

import pytest

from lessonkit import figures
from lessonkit.datasets import load_email_scores
from lessonkit.metrics import ThresholdSweep
from tests.figures.drawn import line, texts


def test_steps_tell_hits_false_alarms_and_ties(sweep: ThresholdSweep, shown: list[Any]) -> None:
    figures.precision_recall_steps(sweep, first=5)
    (axes,) = shown[0].figure.axes
    path = line(axes, "_path")
    assert path[0].tolist() == [0, 1]
    assert [each.get_drawstyle() for each in axes.lines if each.get_label() == "_path"] == ["steps-pre"]
    path = path[1:]
    assert path[:, 0].tolist() == pytest.approx([0.25, 0.25, 0.75, 0.75, 1])
    assert path[:, 1].tolist() == pytest.approx([1, 1 / 2, 3 / 5, 3 / 6, 4 / 7])
    assert line(axes, "hit: right, and up if it can").tolist() == path[[0, 4]].tolist()
    assert line(axes, "false alarm: straight down").tolist() == path[[1, 3]].tolist()
    assert line(axes, "tie of both").tolist() == path[[2]].tolist()
    assert set(texts(axes)) == {"1", "2", "3", "4", "5"}
    assert len({each.get_marker() for each in axes.lines}) == 4
    assert ": + − ± − +. They end at recall 1.000, precision 0.571." in repr(shown[0])


def test_steps_are_as_many_as_there_are_and_numbered_while_legible(shown: list[Any]) -> None:
    email = load_email_scores()
    sweep = ThresholdSweep(email.y_true, email.scores)
    figures.precision_recall_steps(sweep, first=40)
    figures.precision_recall_steps(ThresholdSweep([0, 1], [0.3, 0.2]), first=9)
    many, few = (picture.figure.axes[0] for picture in shown)
    assert len(line(many, "_path")) == 41
    # The tenth score belongs to two spam emails: one step, twice as wide.
    assert ": + + + − + + + − + ++ ± +" in repr(shown[0])
    assert not many.texts
    assert few.get_title(loc="left") == "The first 2 steps of the curve"


def test_steps_need_a_number_above_zero(sweep: ThresholdSweep, shown: list[Any]) -> None:
    with pytest.raises(ValueError, match="first=0: draw at least 1 step"):
        figures.precision_recall_steps(sweep, first=0)
    assert shown == []


def test_the_rectangles_hold_average_precision_with_unequal_gains(
    sweep: ThresholdSweep, shown: list[Any]
) -> None:
    figures.average_precision_rectangles(sweep)
    (axes,) = shown[0].figure.axes
    sizes = [(bar.get_width(), bar.get_height()) for bar in axes.patches]
    assert sum(width * height for width, height in sizes) == pytest.approx(sweep.average_precision)
    assert {round(width, 9) for width, _ in sizes} == {0.25, 0.5}
    assert set(texts(axes)) == {"0.25 × 1.00", "0.50 × 0.60", "0.25 × 0.57"}
    assert repr(shown[0]) == (
        f"Average precision {sweep.average_precision:.3f} as the area of 3 rectangles, gain in recall × "
        "precision, from left to right: 0.25 × 1.00, 0.50 × 0.60, 0.25 × 0.57."
    )


def test_many_rectangles_have_no_text(shown: list[Any]) -> None:
    email = load_email_scores()
    figures.average_precision_rectangles(ThresholdSweep(email.y_true, email.scores))
    (axes,) = shown[0].figure.axes
    assert not axes.texts
    assert repr(shown[0]) == "Average precision 0.541 as the area of 105 rectangles."
