from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.text import Text

from lessonkit import figures
from lessonkit.datasets import load_email_scores
from lessonkit.metrics import ThresholdSweep, bootstrap_band
from tests.figures.drawn import MONTHS, OTHER, SCORES, Y_TRUE, line, texts


def test_curve_holds_average_precision_as_its_area(sweep: ThresholdSweep, shown: list[Any]) -> None:
    figures.precision_recall_curve(sweep, name="toy", points=(0.7, 0.95), iso_f1=True)
    (axes,) = shown[0].figure.axes
    curve = line(axes, "curve")
    assert np.sum(np.diff(curve[:, 0]) * curve[1:, 1]) == pytest.approx(sweep.average_precision)
    assert curve[-1].tolist() == [1, sweep.prevalence]
    assert line(axes, "baseline")[:, 1].tolist() == [sweep.prevalence] * 2
    for f1 in (0.2, 0.4, 0.6, 0.8):
        recall, precision = line(axes, f"F1 {f1}").T
        assert 2 * precision * recall / (precision + recall) == pytest.approx(f1)
    assert axes.get_title(loc="left") == f"toy: average precision {sweep.average_precision:.3f}"
    assert texts(axes).keys() >= {"≥ 0.7", "flagging at random: 0.400", "F1 0.2"}
    # 0.95 flags nothing: it has no point.
    assert "≥ 0.95" not in texts(axes)


def test_the_label_of_a_low_baseline_keeps_off_the_curve(shown: list[Any]) -> None:
    y_true = np.arange(100) < 5
    figures.precision_recall_curve(ThresholdSweep(y_true, np.arange(100) % 7))
    (axes,) = shown[0].figure.axes
    (label,) = [text for text in axes.texts if text.get_text() == "flagging at random: 0.050"]
    shown[0].figure.draw_without_rendering()
    words = Text.get_window_extent(label)  # without the pointer
    assert axes.transData.inverted().transform(words)[0, 1] > 0.3


def test_curve_leaves_out_what_was_not_asked(sweep: ThresholdSweep, shown: list[Any]) -> None:
    figures.precision_recall_curve(sweep, baseline=False)
    (axes,) = shown[0].figure.axes
    assert [each.get_label() for each in axes.lines] == ["curve"]
    assert texts(axes) == {}


def test_a_compared_curve_is_dashed_named_and_keeps_its_own_baseline(
    sweep: ThresholdSweep, shown: list[Any]
) -> None:
    figures.precision_recall_curve(sweep, name="toy", compare=(OTHER, "other"))
    (axes,) = shown[0].figure.axes
    first, second = (line(axes, label) for label in ("curve", "compared"))
    for points, each in ((first, sweep), (second, OTHER)):
        assert np.sum(np.diff(points[:, 0]) * points[1:, 1]) == pytest.approx(each.average_precision)
    assert len({each._unscaled_dash_pattern for each in axes.lines}) == 3
    baselines = [each.get_ydata()[0] for each in axes.lines if each.get_label() == "baseline"]
    assert baselines == [sweep.prevalence, OTHER.prevalence]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        f"toy: {sweep.average_precision:.3f} (prevalence 0.400)",
        f"other: {OTHER.average_precision:.3f} (prevalence 0.750)",
    ]
    assert "Beside it other: average precision 0.917, prevalence 0.750." in repr(shown[0])


def test_demands_are_lines_and_each_curve_has_its_best_points_there(
    sweep: ThresholdSweep, shown: list[Any]
) -> None:
    figures.precision_recall_demands((sweep, "toy"), (OTHER, "other"), min_recall=0.7, min_precision=0.9)
    (axes,) = shown[0].figure.axes
    upright, level = (np.column_stack(each.get_data()) for each in axes.lines if each.get_label() == "demand")
    assert upright.tolist() == [[0.7, 0], [0.7, 1]]
    assert level.tolist() == [[0, 0.9], [1, 0.9]]
    for found, (recall, precision) in zip(
        line(axes, "_best"), ((0.75, 0.6), (0.25, 1), (1, 0.75), (2 / 3, 1)), strict=True
    ):
        assert found.tolist() == pytest.approx([recall, precision])
    assert repr(shown[0]) == (
        "Two precision–recall curves, and lines at recall 0.7 and precision 0.9."
        f" toy: average precision {sweep.average_precision:.3f}, precision 0.60 at recall 0.75; "
        "recall 0.25 at precision 1.00. other: average precision 0.917, precision 0.75 at recall 1.00; "
        "recall 0.67 at precision 1.00."
    )


def test_a_demand_that_a_curve_never_meets_is_said(shown: list[Any]) -> None:
    low = ThresholdSweep([0, 1, 0], [0.9, 0.8, 0.7])
    figures.precision_recall_demands((OTHER, "other"), (low, "low"), min_recall=0.7, min_precision=0.9)
    assert repr(shown[0]).endswith("precision 0.50 at recall 1.00; it never reaches precision 0.9.")
    assert len(line(shown[0].figure.axes[0], "_best")) == 3


def test_no_label_erases_the_curve(sweep: ThresholdSweep, shown: list[Any]) -> None:
    figures.precision_recall_curve(sweep, points=(0.7,), baseline=False)
    (label,) = shown[0].figure.axes[0].texts
    assert label.get_path_effects() == []


def test_a_bundle_of_shuffles_runs_along_the_prevalence(shown: list[Any]) -> None:
    email = load_email_scores()
    figures.precision_recall_bundle(email.y_true, email.scores, of="shuffles", lines=40)
    (axes,) = shown[0].figure.axes
    gray = [np.column_stack(each.get_data()) for each in axes.lines if each.get_label() == "_gray"]
    assert len(gray) == 40
    prevalence = email.y_true.mean()
    halfway = [curve[np.argmax(curve[:, 0] >= 0.5), 1] for curve in gray]
    assert np.mean(halfway) == pytest.approx(prevalence, abs=0.01)
    assert all(curve[-1].tolist() == [1, prevalence] for curve in gray)
    assert len({tuple(curve[:, 1]) for curve in gray}) == 40
    assert repr(shown[0]).startswith(
        "The curve and 40 shuffles of its scores, in gray. Precision of the gray "
    )


def test_a_bundle_of_resamples_runs_along_the_curve(shown: list[Any]) -> None:
    email = load_email_scores()
    sweep = ThresholdSweep(email.y_true, email.scores)
    figures.precision_recall_bundle(email.y_true, email.scores, of="resamples", lines=60)
    (axes,) = shown[0].figure.axes
    gray = [np.column_stack(each.get_data()) for each in axes.lines if each.get_label() == "_gray"]
    areas = [np.sum(np.diff(curve[:, 0]) * curve[1:, 1]) for curve in gray]
    assert np.mean(areas) == pytest.approx(sweep.average_precision, abs=0.03)
    assert np.std(areas) > 0.02
    assert len({curve[-1, 1] for curve in gray}) > 5  # each has a prevalence of its own


def test_a_resample_without_a_positive_row_is_drawn_again(shown: list[Any]) -> None:
    figures.precision_recall_bundle([1, 0, 0, 0], [0.4, 0.3, 0.2, 0.1], of="resamples", lines=30)
    (axes,) = shown[0].figure.axes
    assert sum(each.get_label() == "_gray" for each in axes.lines) == 30


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"of": "halves"}, "of='halves': known are 'shuffles', 'resamples'"),
        ({"of": "shuffles", "lines": 0}, "lines=0: draw at least 1"),
    ],
)
def test_a_bundle_that_cannot_be_drawn_is_refused(
    arguments: dict[str, Any], message: str, shown: list[Any]
) -> None:
    with pytest.raises(ValueError, match=message):
        figures.precision_recall_bundle(Y_TRUE, SCORES, **arguments)
    assert shown == []


def test_roc_curve_holds_its_area_and_marks_points(sweep: ThresholdSweep, shown: list[Any]) -> None:
    figures.roc_curve(sweep, name="toy", points=(0.7, np.inf))
    (axes,) = shown[0].figure.axes
    points = line(axes, "curve")
    assert points[[0, -1]].tolist() == [[0, 0], [1, 1]]
    assert np.trapezoid(points[:, 1], points[:, 0]) == pytest.approx(sweep.roc_auc)
    assert line(axes, "diagonal").tolist() == [[0, 0], [1, 1]]
    assert axes.get_title(loc="left") == f"toy: ROC area {sweep.roc_auc:.3f}"
    assert {"≥ 0.7", "≥ inf"} <= set(texts(axes))
    assert repr(shown[0]).endswith(
        "At threshold 0.7: true positive rate 0.750, false positive rate 0.333. "
        "At threshold inf: true positive rate 0.000, false positive rate 0.000."
    )


def test_the_hull_lies_on_the_curve_and_nowhere_below_it(shown: list[Any]) -> None:
    email = load_email_scores()
    sweep = ThresholdSweep(email.y_true, email.scores)
    figures.roc_curve(sweep, name="email", hull=True)
    (axes,) = shown[0].figure.axes
    hull, curve = line(axes, "hull"), line(axes, "curve")
    assert {*map(tuple, hull)} <= {*map(tuple, curve)}
    slopes = np.diff(hull[:, 1]) / np.maximum(np.diff(hull[:, 0]), 1e-12)
    assert (np.diff(slopes) < 0).all()
    assert (np.interp(curve[1:, 0], *hull.T) >= curve[1:, 1] - 1e-12).all()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "email: 0.905",
        "convex hull: 0.916",
    ]
    assert "Its convex hull has 13 corners and area 0.916." in repr(shown[0])


def test_band_encloses_the_curve_and_names_the_interval(shown: list[Any]) -> None:
    email = load_email_scores()
    figures.precision_recall_band(email.y_true, email.scores, name="email", resamples=200)
    (axes,) = shown[0].figure.axes
    (band,) = axes.collections
    found = bootstrap_band(email.y_true, email.scores, resamples=200)
    limits = band.get_datalim(axes.transData)
    assert limits.intervaly.tolist() == [found.low[found.holds].min(), found.high[found.holds].max()]
    # It is drawn only where it holds: not at recall 0, where no row speaks for it.
    assert limits.intervalx.tolist() == found.recall[found.holds][[0, -1]].tolist()
    assert 0 < limits.intervalx[0] < limits.intervalx[1] < 1
    assert "from recall 0.0" in repr(shown[0])
    title = axes.get_title(loc="left")
    assert title.startswith("email: average precision 0.541 [0.4")
    assert title.removeprefix("email: ") in repr(shown[0])
    assert "from 110 positives in 1,177 rows" in repr(shown[0])


@pytest.mark.filterwarnings("ignore::lessonkit.metrics.SmallSampleWarning")
def test_too_few_rows_have_no_band(shown: list[Any]) -> None:
    figures.precision_recall_band(Y_TRUE, SCORES, resamples=20)
    (axes,) = shown[0].figure.axes
    assert not axes.collections[0].get_paths()
    assert repr(shown[0]).endswith("from 4 positives in 10 rows. There are too few rows for a band.")


def test_groups_have_panels_with_the_same_axes(shown: list[Any]) -> None:
    figures.curves_by_group(Y_TRUE, SCORES, MONTHS, names={10: "October"})
    october, december = shown[0].figure.axes
    assert [axes.get_title(loc="left") for axes in (october, december)] == ["October", "12"]
    assert october.get_ylim() == december.get_ylim()
    rows = MONTHS == 10
    sweep = ThresholdSweep(Y_TRUE[rows], SCORES[rows])
    points = line(october, "curve")
    assert np.sum(np.diff(points[:, 0]) * points[1:, 1]) == pytest.approx(sweep.average_precision)
    assert f"area {sweep.average_precision:.3f}\nprevalence 0.4000" in texts(october)
    assert repr(shown[0]).startswith(
        "Precision–recall curves of 2 groups. "
        f"October: average precision {sweep.average_precision:.3f}, prevalence 0.4000."
    )


def test_groups_may_be_roc_curves(shown: list[Any]) -> None:
    figures.curves_by_group(Y_TRUE, SCORES, MONTHS, curve="roc")
    points = line(shown[0].figure.axes[1], "curve")
    rows = MONTHS == 12
    area = ThresholdSweep(Y_TRUE[rows], SCORES[rows]).roc_auc
    assert np.trapezoid(points[:, 1], points[:, 0]) == pytest.approx(area)


@pytest.mark.parametrize(
    ("groups", "curve", "message"),
    [
        (MONTHS, "lift", "curve='lift': known are 'pr', 'roc'"),
        (MONTHS[:3], "pr", r"groups has shape \(3,\), y_true \(10,\)"),
        (np.arange(13), "pr", "groups has 13 values: 1 to 12 can be drawn"),
    ],
)
def test_groups_that_cannot_be_drawn_are_refused(
    groups: np.ndarray, curve: str, message: str, shown: list[Any]
) -> None:
    y_true = np.resize(Y_TRUE, 13) if groups.size == 13 else Y_TRUE
    with pytest.raises(ValueError, match=message):
        figures.curves_by_group(y_true, np.resize(SCORES, y_true.size), groups, curve=curve)
    assert shown == []
