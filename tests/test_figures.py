from __future__ import annotations

import base64
import io
import struct
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.image import imread
from matplotlib.text import Text
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from lessonkit import figures
from lessonkit.datasets import load_email_scores
from lessonkit.figures import style
from lessonkit.metrics import Confusion, MetricsError, ThresholdSweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

Y_TRUE = np.array([1, 0, 1, 1, 0, 0, 1, 0, 0, 0])
SCORES = np.array([0.9, 0.8, 0.7, 0.7, 0.7, 0.5, 0.4, 0.3, 0.2, 0.1])
MONTHS = np.array([10, 10, 10, 12, 12, 10, 12, 12, 10, 12])
OTHER = ThresholdSweep([1, 0, 1, 1], [0.4, 0.5, 0.6, 0.7])
HISTORY = {"loss": [0.7, 0.5, 0.4], "val_loss": [0.72, 0.6, 0.61], "ap": [0.3, 0.4, 0.5], "val_ap": [0.3] * 3}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    pictures: list[Any] = []
    monkeypatch.setattr(style, "display", pictures.append)
    return pictures


@pytest.fixture
def sweep() -> ThresholdSweep:
    return ThresholdSweep(Y_TRUE, SCORES)


def line(axes: Axes, label: str) -> np.ndarray:
    (found,) = [each for each in axes.lines if each.get_label() == label]
    return np.column_stack(found.get_data())


def texts(axes: Axes) -> dict[str, tuple[float, float]]:
    return {text.get_text(): text.get_position() for text in axes.texts}


EVERY_FIGURE: dict[str, Callable[[ThresholdSweep], None]] = {
    "confusion_matrix": lambda s: figures.confusion_matrix(s.at(0.7)),
    "score_histogram": lambda _: figures.score_histogram(Y_TRUE, SCORES, threshold=0.7),
    "score_histogram, log": lambda _: figures.score_histogram(Y_TRUE, SCORES, log_counts=True),
    "precision_recall_by_threshold": lambda s: figures.precision_recall_by_threshold(s, threshold=0.7),
    "precision_recall_curve": lambda s: figures.precision_recall_curve(s, points=(0.7, 0.4), iso_f1=True),
    "precision_recall_areas": figures.precision_recall_areas,
    "precision_recall_steps": figures.precision_recall_steps,
    "precision_recall_curve, two": lambda s: figures.precision_recall_curve(s, compare=(OTHER, "other")),
    "precision_recall_band": lambda _: figures.precision_recall_band(Y_TRUE, SCORES, resamples=20),
    "roc_curve": lambda s: figures.roc_curve(s, name="toy", points=(0.7, 0.4)),
    "roc_curve, hull": lambda s: figures.roc_curve(s, hull=True),
    "roc_curve, two": lambda s: figures.roc_curve(s, compare=(OTHER, "other"), hull=True),
    "cost_by_threshold": lambda s: figures.cost_by_threshold(
        s, false_positive=1, false_negative=2.5, threshold=0.3
    ),
    "cost_by_threshold, flag nothing": lambda s: figures.cost_by_threshold(
        s, false_positive=9, false_negative=1
    ),
    "reliability": lambda _: figures.reliability(Y_TRUE, SCORES),
    "curves_and_calibration": lambda _: figures.curves_and_calibration(
        Y_TRUE, {"one": SCORES, "two": SCORES**2, "three": SCORES / 2}
    ),
    "training_history": lambda _: figures.training_history(HISTORY, epoch=2),
    "curves_by_group": lambda _: figures.curves_by_group(Y_TRUE, SCORES, MONTHS),
    "curves_by_group, roc": lambda _: figures.curves_by_group(
        np.tile(Y_TRUE, 6), np.tile(SCORES, 6), np.repeat(range(6), 10), curve="roc"
    ),
    "threshold_at": lambda s: figures.threshold_at(s, 0.7),
    "threshold_at, nothing flagged": lambda s: figures.threshold_at(s, np.inf),
}
every_figure = pytest.mark.parametrize("draw", EVERY_FIGURE.values(), ids=EVERY_FIGURE.keys())


@every_figure
def test_shows_one_picture_and_returns_none(
    draw: Callable[[ThresholdSweep], None], sweep: ThresholdSweep, shown: list[Any]
) -> None:
    assert draw(sweep) is None
    assert len(shown) == 1
    data, metadata = shown[0]._repr_mimebundle_()
    png = base64.b64decode(data["image/png"])
    assert png.startswith(b"\x89PNG")
    about = metadata["image/png"]
    # Twice as many pixels as it takes on the page.
    assert struct.unpack(">II", png[16:24]) == (2 * about["width"], 2 * about["height"])
    assert about["width"] <= 1040
    assert about["alt"] == data["text/plain"] == repr(shown[0])


@every_figure
def test_text_is_large_dark_inside_and_apart(
    draw: Callable[[ThresholdSweep], None], sweep: ThresholdSweep, shown: list[Any]
) -> None:
    draw(sweep)
    figure = shown[0].figure
    figure.draw_without_rendering()
    width, height = figure.bbox.size
    boxes = []
    for text in visible_texts(figure):
        assert text.get_fontsize() >= 12, text
        assert contrast(text.get_color(), style.CARD) >= 4.5, text
        box = text.get_window_extent().padded(-1)  # it contains the space above a small letter
        assert 0 <= box.x0 <= box.x1 <= width, text
        assert 0 <= box.y0 <= box.y1 <= height, text
        for other, other_box in boxes:
            assert not box.overlaps(other_box), (text, other)
        boxes.append((text, box))


def visible_texts(figure: Figure) -> list[Text]:
    found = []
    for axes in filter(Axes.get_visible, figure.axes):
        found += [axes._left_title, *axes.texts]
        if axes.axison:
            found += [axes.xaxis.label, axes.yaxis.label]
            for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
                ticks = axis.get_major_ticks()
                found += [tick.label1 for tick in ticks if min(limits) <= tick.get_loc() <= max(limits)]
        if axes.get_legend():
            found += axes.get_legend().get_texts()
    return [text for text in found if text.get_visible() and text.get_text().strip()]


@every_figure
def test_the_picture_is_a_light_card_with_transparent_corners(
    draw: Callable[[ThresholdSweep], None], sweep: ThresholdSweep, shown: list[Any]
) -> None:
    draw(sweep)
    data, _ = shown[0]._repr_mimebundle_()
    pixels = imread(io.BytesIO(base64.b64decode(data["image/png"])))
    height, width, _ = pixels.shape
    assert pixels[[0, 0, -1, -1], [0, -1, 0, -1], 3].tolist() == [0, 0, 0, 0]
    assert pixels[height // 2, 4].tolist() == pytest.approx([*to_rgb(style.CARD), 1], abs=0.01)
    assert pixels[4, width // 2].tolist() == pytest.approx([*to_rgb(style.CARD), 1], abs=0.01)


def test_leaves_the_learners_settings_and_figures_alone(sweep: ThresholdSweep, shown: list[Any]) -> None:
    before = dict(rcParams)
    mine = plt.figure()
    figures.precision_recall_curve(sweep)
    shown[0]._repr_mimebundle_()
    assert dict(rcParams) == before
    assert plt.get_fignums() == [mine.number]
    plt.close(mine)


def test_the_same_figure_gives_the_same_bytes(sweep: ThresholdSweep, shown: list[Any]) -> None:
    figures.threshold_at(sweep, 0.7)
    figures.threshold_at(sweep, 0.7)
    assert shown[0]._repr_mimebundle_() == shown[1]._repr_mimebundle_()


def test_prints_its_text_where_there_is_no_notebook() -> None:
    code = (
        "from lessonkit import figures; from lessonkit.metrics import Confusion;"
        "figures.confusion_matrix(Confusion(40, 10, 5, 45))"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == (
        "Confusion matrix. Actual spam: 40 predicted spam (TP), 5 predicted normal mail (FN). "
        "Actual normal mail: 10 predicted spam (FP), 45 predicted normal mail (TN)."
    )
    assert run.stderr == ""


def test_importing_the_module_does_not_load_matplotlib() -> None:
    code = "import sys, lessonkit.figures; print('matplotlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_class_and_ratio_colors_stay_apart_without_color_vision() -> None:
    for pair in ((style.POSITIVE, style.NEGATIVE), (style.PRECISION, style.RECALL)):
        for blind in (PROTANOPIA, DEUTERANOPIA):
            one, other = (np.array(blind) @ linear(color) for color in pair)
            assert np.abs(np.cbrt(np.clip(one, 0, 1)) - np.cbrt(np.clip(other, 0, 1))).max() > 0.2, pair


# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
PROTANOPIA = [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
]
DEUTERANOPIA = [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
]


def linear(color: str) -> np.ndarray:
    channels = np.array(to_rgb(color))
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(linear(color) @ [0.2126, 0.7152, 0.0722]) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


def test_confusion_matrix_keeps_scikit_learns_order(shown: list[Any]) -> None:
    figures.confusion_matrix(Confusion(1234, 10, 5, 45), labels=("fraud", "legitimate"))
    (axes,) = shown[0].figure.axes
    places = {text: (round(x), round(y)) for text, (x, y) in texts(axes).items()}
    assert places["TN"] == places["45"] == places["True negatives"] == (0, 0)
    assert places["FP"] == places["10"] == places["False positives"] == (1, 0)
    assert places["FN"] == places["5"] == places["False negatives"] == (0, 1)
    assert places["TP"] == places["1,234"] == places["True positives"] == (1, 1)
    assert axes.get_ylim() == (1.5, -0.5)  # row 0 is the upper one
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Predicted", "Actual")
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["legitimate", "fraud"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["legitimate", "fraud"]
    assert [patch.get_hatch() for patch in axes.patches].count("///") == 2


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


def test_by_threshold_holds_the_value_of_the_next_score_above(
    sweep: ThresholdSweep, shown: list[Any]
) -> None:
    figures.precision_recall_by_threshold(sweep, threshold=0.6)
    (axes,) = shown[0].figure.axes
    for label in ("precision", "recall"):
        points = line(axes, label)
        assert (np.diff(points[:, 0]) >= 0).all()
        for threshold in (0.0, 0.1, 0.15, 0.6, 0.7, 0.85, 0.9):
            step = points[np.searchsorted(points[:, 0], threshold), 1]
            assert step == pytest.approx(getattr(sweep.at(threshold), label))
    assert {"precision", "recall"} <= set(texts(axes))
    assert {"0.60", "0.75"} <= set(texts(axes))  # 3 of 5 flagged, 3 of 4 found
    assert axes.get_xlabel() == "Threshold (marked: 0.6)"


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


def test_each_line_through_the_points_holds_its_area(shown: list[Any]) -> None:
    sweep = ThresholdSweep([1, 1, 0, 1, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0, 0, 0])
    figures.precision_recall_areas(sweep)
    (axes,) = shown[0].figure.axes
    steps, straight, smooth = (
        line(axes, label) for label in ("steps: 0.569", "straight lines: 0.729", "Davis–Goadrich: 0.603")
    )
    assert np.sum(np.diff(steps[:, 0]) * steps[1:, 1]) == pytest.approx(sweep.average_precision)
    assert straight.tolist() == [[0, 1], [pytest.approx(2 / 3)] * 2, [1, pytest.approx(3 / 8)]]
    area = smooth[0, 0] * smooth[0, 1] + np.trapezoid(smooth[:, 1], smooth[:, 0])
    assert area == pytest.approx(sweep.davis_goadrich_area, abs=1e-4)
    assert line(axes, "_points").tolist() == np.column_stack([sweep.recall, sweep.precision]).tolist()
    assert "the 2 points of a curve, and the areas: straight lines 0.729" in repr(shown[0])


def test_steps_tell_hits_false_alarms_and_ties(sweep: ThresholdSweep, shown: list[Any]) -> None:
    figures.precision_recall_steps(sweep, first=5)
    (axes,) = shown[0].figure.axes
    path = line(axes, "_path")
    assert path[:, 0].tolist() == pytest.approx([0.25, 0.25, 0.75, 0.75, 1])
    assert path[:, 1].tolist() == pytest.approx([1, 1 / 2, 3 / 5, 3 / 6, 4 / 7])
    assert line(axes, "hit: right and up").tolist() == path[[0, 4]].tolist()
    assert line(axes, "false alarm: straight down").tolist() == path[[1, 3]].tolist()
    assert line(axes, "tie: both at once").tolist() == path[[2]].tolist()
    assert set(texts(axes)) == {"1", "2", "3", "4", "5"}
    assert len({each.get_marker() for each in axes.lines}) == 4
    assert ": + − ± − +. They end at recall 1.000, precision 0.571." in repr(shown[0])


def test_steps_are_as_many_as_there_are_and_numbered_while_legible(shown: list[Any]) -> None:
    email = load_email_scores()
    sweep = ThresholdSweep(email.y_true, email.scores)
    figures.precision_recall_steps(sweep, first=40)
    figures.precision_recall_steps(ThresholdSweep([0, 1], [0.3, 0.2]), first=9)
    many, few = (picture.figure.axes[0] for picture in shown)
    assert len(line(many, "_path")) == 40
    assert not many.texts
    assert few.get_title(loc="left") == "The first 2 steps of the curve"


def test_steps_need_a_number_above_zero(sweep: ThresholdSweep, shown: list[Any]) -> None:
    with pytest.raises(ValueError, match="first=0: draw at least 1 step"):
        figures.precision_recall_steps(sweep, first=0)
    assert shown == []


def test_threshold_at_shows_the_same_counts_everywhere(shown: list[Any]) -> None:
    email = load_email_scores()
    figures.threshold_at(ThresholdSweep(email.y_true, email.scores), 0.5)
    histogram, matrix, curve, words = shown[0].figure.axes
    assert line(histogram, "_threshold")[:, 0].tolist() == [0.5, 0.5]
    assert texts(matrix).keys() >= {"28", "7", "82", "1,060"}
    assert "≥ 0.5" in texts(curve)
    assert words.get_title(loc="left") == "Flag a score of 0.5 or more"
    assert texts(words).keys() >= {
        "0.800",
        "28 of 35 flagged are spam",
        "0.255",
        "28 of 110 actual spam are flagged",
    }
    assert repr(shown[0]).startswith(
        "At threshold 0.5: precision 0.800, recall 0.255. TP 28, FP 7, FN 82, TN 1,060."
    )


def test_threshold_at_infinity_flags_nothing(sweep: ThresholdSweep, shown: list[Any]) -> None:
    figures.threshold_at(sweep, np.inf)
    histogram, _, curve, words = shown[0].figure.axes
    assert words.get_title(loc="left") == "Flag nothing"
    assert not [each for each in histogram.lines if each.get_label() == "_threshold"]
    assert [each.get_label() for each in curve.lines] == ["baseline", "curve"]


def test_weighted_counts_are_written_with_a_digit() -> None:
    assert [style.count(value) for value in (3, 1234.0, 0.25)] == ["3", "1,234", "0.2"]


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
    low, high = band.get_datalim(axes.transData).intervaly
    assert 0 < low < 0.2
    assert high == 1
    title = axes.get_title(loc="left")
    assert title.startswith("email: average precision 0.541 [0.4")
    assert title.removeprefix("email: ") in repr(shown[0])
    assert "from 110 positives in 1,177 rows" in repr(shown[0])


def test_cost_is_that_of_every_threshold_and_the_cheapest_is_marked(
    sweep: ThresholdSweep, shown: list[Any]
) -> None:
    prices = {"false_positive": 1, "false_negative": 2.5}
    figures.cost_by_threshold(sweep, **prices, threshold=0.3)
    (axes,) = shown[0].figure.axes
    points = line(axes, "cost")
    for threshold in (0.0, 0.1, 0.15, 0.6, 0.7, 0.85, 0.9, 0.95, 1.0):
        step = points[np.searchsorted(points[:, 0], threshold), 1]
        assert step == pytest.approx(sweep.at(threshold).cost(**prices))
    cheapest = sweep.cheapest(**prices)
    assert line(axes, "cheapest").tolist() == [[cheapest.threshold, cheapest.value]]
    assert axes.get_title(loc="left") == "Cheapest: ≥ 0.4, cost 3"
    assert line(axes, "nothing")[:, 1].tolist() == [10, 10]
    assert axes.get_xlabel() == "Threshold (marked: 0.3, cost 4)"
    assert "The cheapest: ≥ 0.4, cost 3. Flagging nothing costs 10, flagging everything 6." in repr(shown[0])


def test_cost_says_when_nothing_is_worth_flagging(sweep: ThresholdSweep, shown: list[Any]) -> None:
    figures.cost_by_threshold(sweep, false_positive=9, false_negative=1)
    (axes,) = shown[0].figure.axes
    # One hit before the first false alarm is worth having; with a dearer start it is not.
    assert axes.get_title(loc="left") == "Cheapest: ≥ 0.9, cost 3"
    figures.cost_by_threshold(ThresholdSweep([0, 1], [0.9, 0.1]), false_positive=9, false_negative=1)
    assert shown[1].figure.axes[0].get_title(loc="left") == "Cheapest: flag nothing, cost 1"
    assert not [each for each in shown[1].figure.axes[0].lines if each.get_label() == "cheapest"]


def test_cost_beyond_the_highest_score_is_that_of_flagging_nothing(shown: list[Any]) -> None:
    figures.cost_by_threshold(ThresholdSweep([0, 1], [-2.0, 3.0]), false_positive=1, false_negative=4)
    points = line(shown[0].figure.axes[0], "cost")
    assert points[:, 1].tolist() == [1, 1, 0, 4]


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


def test_history_pairs_training_and_validation_in_one_panel(shown: list[Any]) -> None:
    figures.training_history(HISTORY, epoch=2)
    loss, ap = shown[0].figure.axes
    assert line(loss, "training").tolist() == [[1, 0.7], [2, 0.5], [3, 0.4]]
    assert line(loss, "validation")[:, 1].tolist() == HISTORY["val_loss"]
    assert line(ap, "training")[:, 1].tolist() == HISTORY["ap"]
    assert [axes.get_title(loc="left") for axes in (loss, ap)] == ["Loss", "Ap"]
    assert line(ap, "_threshold")[:, 0].tolist() == [2, 2]
    assert repr(shown[0]) == (
        "Training over 3 epochs. Loss: training 0.70 to 0.40, validation 0.72 to 0.61. "
        "Ap: training 0.30 to 0.50, validation 0.30 to 0.30. Marked: epoch 2."
    )


def test_history_shows_chosen_keys_and_validation_alone(shown: list[Any]) -> None:
    figures.training_history(HISTORY | {"val_exact": [0.1, 0.2, 0.3]}, keys=["exact"])
    (axes,) = shown[0].figure.axes
    assert [each.get_label() for each in axes.lines] == ["validation"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"history": {}}, "history is empty"),
        ({"history": HISTORY, "keys": ["auc"]}, "history has no 'auc'. It has: loss, ap."),
        ({"history": HISTORY, "epoch": 4}, "epoch=4: the history has epochs 1 to 3"),
    ],
)
def test_history_refuses_what_it_has_not(arguments: dict[str, Any], message: str, shown: list[Any]) -> None:
    with pytest.raises(ValueError, match=message):
        figures.training_history(**arguments)
    assert shown == []


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
