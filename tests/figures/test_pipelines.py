from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from lessonkit import figures
from lessonkit.datasets import load_simulated_rows, load_training_runs
from lessonkit.trace import PipelineTrace
from lessonkit.trace.prediction import Contribution, Explained, LayerTrace, PredictionTrace
from tests.figures.drawn import line

ROWS = np.random.default_rng(0).normal(size=(10, 2))


def traced(fitted_on: slice) -> PipelineTrace:
    trace = PipelineTrace()
    trace.split(ROWS[:6], ROWS[8:], validation=ROWS[6:8])
    scaler = trace.watch(StandardScaler(), "scale")
    with warnings.catch_warnings(action="ignore"):
        scaler.fit(ROWS[fitted_on])
    scaler.transform(ROWS[8:])
    return trace


def test_each_call_shows_the_rows_it_learned_from_and_those_that_passed(shown: list[Any]) -> None:
    figures.rows_reached({"A": traced(slice(10)), "B": traced(slice(6))})
    a, b = shown[0].figure.axes
    assert [text.get_text() for text in a.texts] == ["6", "2", "2", "2"]
    assert [bool(patch.get_hatch()) for patch in a.patches] == [True, True, True, False]
    assert [bool(patch.get_hatch()) for patch in b.patches] == [True, False]
    assert [tick.get_text() for tick in b.get_xticklabels()] == ["scale\nfit", "scale\ntransform"]
    # Both panels have the same parts, so a bar that is missing is seen to be missing.
    assert [tick.get_text() for tick in b.get_yticklabels()] == ["training", "validation", "test"]
    assert repr(shown[0]) == (
        "Rows by step. A: scale: fit learned from 6 training rows, learned from 2 validation rows, "
        "learned from 2 test rows; scale: transform got 2 test rows. "
        "B: scale: fit learned from 6 training rows; scale: transform got 2 test rows."
    )


def test_a_trace_without_rows_is_refused(shown: list[Any]) -> None:
    with pytest.raises(ValueError, match="traces is empty"):
        figures.rows_reached({})
    with pytest.raises(ValueError, match="A: no rows of a split"):
        figures.rows_reached({"A": PipelineTrace()})
    assert shown == []


def test_the_running_mean_is_drawn_in_the_middle_of_its_epoch(shown: list[Any]) -> None:
    figures.losses_of_a_training([0.7, 0.5], [0.6, 0.4], [0.65, 0.45])
    (axes,) = shown[0].figure.axes
    assert line(axes, "training, during the epoch").tolist() == [[0.5, 0.7], [1.5, 0.5]]
    assert line(axes, "training, after it").tolist() == [[1, 0.6], [2, 0.4]]
    assert line(axes, "validation, after it").tolist() == [[1, 0.65], [2, 0.45]]
    assert "during the epoch: 0.70 to 0.50. Training, after it: 0.60 to 0.40" in repr(shown[0])


def test_losses_of_different_lengths_are_refused(shown: list[Any]) -> None:
    with pytest.raises(ValueError, match="2, 1 and 2 losses"):
        figures.losses_of_a_training([0.7, 0.5], [0.6], [0.65, 0.45])
    assert shown == []


def test_each_seed_is_a_line_beside_the_mean(shown: list[Any]) -> None:
    training, validation = [[0.6, 0.4, 0.2], [0.8, 0.6, 0.4]], [[0.7, 0.5, 0.6], [0.5, 0.5, 0.5]]
    figures.losses_of_seeds(training, validation, epochs=(2,))
    left, right = shown[0].figure.axes
    assert [each.get_label() for each in left.lines] == ["_run", "_run", "mean", "_threshold"]
    assert line(left, "mean")[:, 1] == pytest.approx([0.7, 0.5, 0.3])
    assert line(right, "mean")[:, 1] == pytest.approx([0.6, 0.5, 0.55])
    assert line(right, "_threshold")[:, 0].tolist() == [2, 2]
    assert repr(shown[0]) == (
        "Losses of 2 runs over 3 epochs. Training: mean 0.70 in epoch 1, 0.50 in epoch 2, 0.30 in epoch 3. "
        "Validation: mean 0.60 in epoch 1, 0.50 in epoch 2, 0.55 in epoch 3."
    )


@pytest.mark.parametrize(
    ("validation", "epochs", "message"),
    [([[0.1], [0.2]], (), "shapes"), ([[0.1, 0.2]], (3,), "epoch 3: the runs have epochs 1 to 2")],
)
def test_runs_that_do_not_fit_are_refused(
    validation: list[list[float]], epochs: tuple[int, ...], message: str, shown: list[Any]
) -> None:
    with pytest.raises(ValueError, match=message):
        figures.losses_of_seeds([[0.1, 0.2]], validation, epochs=epochs)
    assert shown == []


def path(*products: float, bias: float = 0.5, score: float | None = None) -> PredictionTrace:
    total = sum(products) + bias
    activation = float(1 / (1 + np.exp(-total))) if score is None else score
    parts = tuple(Contribution(f"unit {place}", each, 1.0) for place, each in enumerate(products))
    layer = LayerTrace(
        "d", "Dense(1, sigmoid)", "", np.array([activation]), Explained(0, parts, bias, total, activation)
    )
    return PredictionTrace("Dense(1, sigmoid)", np.ones(2), (layer,), activation, 0.5, logit=False)


def test_contributions_add_up_to_the_logit(shown: list[Any]) -> None:
    figures.contributions(path(1.5, -1.0, 0.0, bias=0.25))
    (axes,) = shown[0].figure.axes
    bars = [(round(bar.get_x(), 6), round(bar.get_width(), 6), bool(bar.get_hatch())) for bar in axes.patches]
    # A unit that adds nothing has no bar; what is taken away has no hatch.
    assert bars == [(0, 1.5, True), (1.5, -1, False), (0.5, 0.25, True), (0, 0.75, True)]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["unit 0", "unit 1", "bias", "logit"]
    assert repr(shown[0]) == (
        "Sum of the last unit. unit 0: +1.50. unit 1: −1.00. bias: +0.25. Logit +0.75, score 0.68."
    )


def test_a_last_layer_that_is_not_a_sigmoid_is_refused(shown: list[Any]) -> None:
    with pytest.raises(ValueError, match="not one dense unit with a sigmoid"):
        figures.contributions(path(3.0, score=3.5))
    assert shown == []


def test_shuffled_labels_stand_beside_the_true_ones_and_the_prevalence(shown: list[Any]) -> None:
    figures.shuffled_labels({"sound": (0.9, [0.3, 0.4]), "leaking": (0.95, [0.7, 0.8])}, prevalence=0.32)
    (axes,) = shown[0].figure.axes
    assert line(axes, "prevalence 0.32")[:, 0].tolist() == [0.32, 0.32]
    assert line(axes, "labels shuffled")[:, 0].tolist() == [0.3, 0.4]
    assert line(axes, "_labels shuffled")[:, 0].tolist() == [0.7, 0.8]
    assert line(axes, "_true labels").tolist() == [[0.95, 1]]
    assert "leaking: 0.95, with 2 shuffles 0.70 to 0.80, mean 0.75." in repr(shown[0])


def test_a_pipeline_without_a_shuffle_is_refused(shown: list[Any]) -> None:
    with pytest.raises(ValueError, match="one shuffle at least"):
        figures.shuffled_labels({"sound": (0.9, [])}, prevalence=0.3)
    assert shown == []


def test_the_rows_and_the_runs_of_lesson_10() -> None:
    rows, runs = load_simulated_rows(), load_training_runs()
    assert (rows.X.shape, int(rows.y.sum())) == ((1000, 10), 320)
    assert sorted(rows.order) == list(range(1000))
    assert repr(rows) == "SimulatedRows(1,000 rows, 10 features, 320 positive)"
    assert repr(runs) == "TrainingRuns(12 seeds, 40 epochs)"
    # The training loss falls in all runs, from epoch 5 to 15 and on to 40; the validation loss does not.
    assert (np.diff(runs.loss[:, [4, 14, 39]]) < 0).all()
    assert int((runs.val_loss[:, 14] < runs.val_loss[:, 4]).sum()) == 7
