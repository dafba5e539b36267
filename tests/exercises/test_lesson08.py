from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
from keras import losses, metrics

from lessonkit.exercises import verdict

if TYPE_CHECKING:
    from collections.abc import Callable

LOGITS = losses.BinaryCrossentropy(from_logits=True)


def for_logits(
    loss: Any = LOGITS,  # noqa: ANN401  (anything a learner may pass)
    thresholds: float | None = 0,
    names: tuple[str, str, str] = ("precision", "recall", "ap"),
    **area: Any,  # noqa: ANN401
) -> Callable[[Any], None]:
    def compile_for_logits(model: Any) -> None:  # noqa: ANN401
        precision, recall, ap = names
        counted = [
            metrics.Precision(thresholds=thresholds, name=precision),
            metrics.Recall(thresholds=thresholds, name=recall),
            metrics.AUC(**{"curve": "PR", "from_logits": True, "name": ap} | area),
        ]
        model.compile(optimizer="adam", loss=loss, metrics=counted)

    return compile_for_logits


@pytest.mark.parametrize("answer", [for_logits(), for_logits(num_thresholds=1000)])
def test_metrics_that_read_logits_pass(answer: object) -> None:
    result = verdict("compile-for-logits", answer)
    assert result.passed, result.message


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (for_logits(loss="binary_crossentropy"), "from_logits=True"),
        (for_logits(loss="categorical_crossentropy"), "patient A"),
        (for_logits(loss=None), "no slope"),
        (for_logits(thresholds=None), "the logit 0"),
        (for_logits(from_logits=False), "the scores are logits"),
        (for_logits(curve="ROC"), "the curve is PR"),
        (for_logits(summation_method="minoring"), "the curve is PR"),
        (for_logits(summation_method="majoring"), "the curve is PR"),
        (for_logits(names=("p", "recall", "ap")), 'name="precision"'),
        (lambda _: None, "model.compile"),
        (lambda: None, "one argument"),
        (lambda model: model.compile(loss=LOGITS, metrics=["nonsense"]), "names of the metrics"),
        ("compile", "without parentheses"),
    ],
)
def test_each_fault_of_a_compile_call_has_its_hint(answer: object, hint: str) -> None:
    result = verdict("compile-for-logits", answer)
    assert not result.passed
    assert result.tried
    assert hint in result.hint


def test_another_loss_of_logits_is_not_told_that_it_reads_probabilities() -> None:
    result = verdict("compile-for-logits", for_logits(loss=losses.BinaryFocalCrossentropy(from_logits=True)))
    assert not result.passed
    assert result.message == "The loss is not the binary cross-entropy of logits."


def stopping(
    loss: str = "binary_crossentropy",
    area: dict[str, Any] | None = None,
    **changed: Any,  # noqa: ANN401
) -> Callable[[Any], object]:
    def stop_at_the_best(model: Any) -> object:  # noqa: ANN401
        ap = metrics.AUC(**{"curve": "PR", "name": "ap"} | (area or {}))
        model.compile(optimizer="adam", loss=loss, metrics=[ap])
        chosen = {"monitor": "val_ap", "mode": "max", "restore_best_weights": True} | changed
        return keras.callbacks.EarlyStopping(**chosen)

    return stop_at_the_best


def names_nothing(model: Any) -> list[Any]:  # noqa: ANN401
    return [stopping()(model)]


@pytest.mark.parametrize(
    "answer",
    [stopping(), stopping(mode="auto"), stopping(patience=3), stopping(area={"num_thresholds": 1000})],
)
def test_a_stop_on_validation_passes(answer: object) -> None:
    result = verdict("stop-at-the-best", answer)
    assert result.passed, result.message


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (stopping(monitor="val_auc"), "monitor exactly"),
        (stopping(monitor="ap"), 'Monitor `"val_ap"`'),
        (stopping(mode="min"), 'mode="max"'),
        (stopping(restore_best_weights=False), "restore_best_weights=True"),
        (stopping(area={"curve": "ROC"}), "ROC area"),
        (stopping(monitor="val_loss", mode="min"), 'monitor="val_ap"'),
        (stopping(area={"name": "area"}, monitor="val_loss"), 'monitor="val_area"'),
        (stopping(area={"summation_method": "majoring"}), 'AUC(curve="PR"'),
        (stopping(loss="mse"), '"binary_crossentropy"'),
        (stopping(loss="categorical_crossentropy"), "patient A"),
        (names_nothing, "not a list"),
        (3, "without parentheses"),
    ],
)
def test_each_fault_of_a_stop_has_its_hint(answer: object, hint: str) -> None:
    result = verdict("stop-at-the-best", answer)
    assert not result.passed
    assert hint in result.hint


@pytest.mark.parametrize("exercise", ["compile-for-logits", "stop-at-the-best", "undo-class-weight"])
@pytest.mark.parametrize("answer", [None, ..., lambda *_: ...])
def test_a_gap_is_not_judged(exercise: str, answer: object) -> None:
    result = verdict(exercise, answer)
    assert not result.passed
    assert not result.tried or "not compiled" in result.message


@pytest.mark.parametrize(
    "answer",
    [
        lambda s, w: s / (s + w * (1 - s)),
        lambda s, w: [p / (p + w * (1 - p)) for p in s.tolist()],
        lambda s, w: 1 - w * (1 - s) / (s + w * (1 - s)),
    ],
)
def test_odds_divided_by_the_weight_pass(answer: object) -> None:
    result = verdict("undo-class-weight", answer)
    assert result.passed, result.message


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda s, w: s / w, "divide those"),
        (lambda s, w: w * s / (w * s + 1 - s), "once more"),
        (lambda s, w: s / (1 - s) / w, "o / (1 + o)"),
        (lambda s, w: 1 / (1 + w * (1 - s) / s) + np.where(s < 1, 0, np.nan), "exactly 1"),
        (lambda s, w: (s := np.minimum(s, 0.9999)) / (s + w * (1 - s)), "1 needs no limit"),
        (lambda s, w: s[0], "Write the odds"),  # noqa: ARG005
        (lambda s, w: "odds", "Write the odds"),  # noqa: ARG005
    ],
)
def test_each_wrong_way_back_has_its_hint(answer: object, hint: str) -> None:
    result = verdict("undo-class-weight", answer)
    assert not result.passed
    assert hint in result.hint
