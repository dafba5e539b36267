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

from lessonkit import figures
from lessonkit.figures import style
from lessonkit.metrics import bootstrap_difference, bootstrap_interval
from tests.figures.drawn import HISTORY, MONTHS, OTHER, SCORES, Y_TRUE

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure
    from matplotlib.text import Text

    from lessonkit.metrics import ThresholdSweep

EVERY_FIGURE: dict[str, Callable[[ThresholdSweep], None]] = {
    "confusion_matrix": lambda s: figures.confusion_matrix(s.at(0.7)),
    "precision_and_recall": figures.precision_and_recall,
    "precision_recall_curve": lambda s: figures.precision_recall_curve(s, points=(0.7, 0.4), iso_f1=True),
    "precision_recall_areas": figures.precision_recall_areas,
    "precision_recall_steps": figures.precision_recall_steps,
    "precision_recall_curve, two": lambda s: figures.precision_recall_curve(s, compare=(OTHER, "other")),
    "precision_recall_band": lambda _: figures.precision_recall_band(Y_TRUE, SCORES, resamples=20),
    "bootstrap_histogram": lambda _: figures.bootstrap_histogram(
        bootstrap_interval(Y_TRUE, SCORES, "roc_auc", resamples=20), name="ROC AUC"
    ),
    "bootstrap_histogram, difference": lambda _: figures.bootstrap_histogram(
        bootstrap_difference(Y_TRUE, SCORES, SCORES % 0.4, "roc_auc", resamples=20), difference=True
    ),
    "precision_recall_demands": lambda s: figures.precision_recall_demands(
        (s, "toy"), (OTHER, "other"), min_recall=0.8, min_precision=0.8
    ),
    "precision_recall_bundle": lambda _: figures.precision_recall_bundle(
        Y_TRUE, SCORES, of="resamples", lines=20
    ),
    "average_precision_rectangles": figures.average_precision_rectangles,
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
    figures.precision_recall_curve(sweep, points=(0.7, 0.4))
    figures.precision_recall_curve(sweep, points=(0.7, 0.4))
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
        "Confusion matrix. Actual normal email: 45 not flagged (TN), 10 flagged (FP). "
        "Actual spam: 5 not flagged (FN), 40 flagged (TP)."
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


def test_weighted_counts_are_written_with_a_digit() -> None:
    assert [style.count(value) for value in (3, 1234.0, 0.25)] == ["3", "1,234", "0.2"]
