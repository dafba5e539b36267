"""Right answers to the exercises of lesson 09 in many forms, and wrong ones with words of their hint."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pandas as pd
from keras import losses, metrics
from scipy.special import expit, logit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]

LOGITS = losses.BinaryCrossentropy(from_logits=True)


def for_logits(
    loss: Any = LOGITS,
    thresholds: Any = 0,
    names: tuple[str, str, str] = ("precision", "recall", "area"),
    more: tuple[Any, ...] = (),
    **area: Any,
) -> Callable[[Any], None]:
    def compile_for_logits(model: Any) -> None:
        precision, recall, ap = names
        counted = [
            metrics.Precision(thresholds=thresholds, name=precision),
            metrics.Recall(thresholds=thresholds, name=recall),
            metrics.AUC(**{"curve": "PR", "from_logits": True, "name": ap} | area),
            *more,
        ]
        model.compile(optimizer="adam", loss=loss, metrics=counted)

    return compile_for_logits


class OfLogits(metrics.Precision):  # type: ignore[misc]
    """Turns logits into probabilities itself."""

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        super().update_state(y_true, keras.ops.sigmoid(y_pred), sample_weight)


def with_own_metric(model: Any) -> None:
    recall, ap = (
        metrics.Recall(thresholds=0, name="recall"),
        metrics.AUC(200, "PR", name="area", from_logits=True),
    )
    model.compile("sgd", LOGITS, metrics=[OfLogits(name="precision"), recall, ap])


def beside(use: Callable[[Any], Any]) -> Callable[[Any], None]:
    """Compile the model, and use it before and after like any other."""

    def compile_for_logits(model: Any) -> None:
        assert len(model.layers) == 1
        for_logits()(model)
        use(model)

    return compile_for_logits


def looks(model: Any) -> None:
    model.summary()


def checks(model: Any) -> None:
    assert model.layers[-1].activation is keras.activations.linear
    assert model.output_shape == (None, 1)


def slows(model: Any) -> None:
    model.optimizer.learning_rate = 0.01


class Unbound:
    """Compiles a model by its class."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def compile(self, **named: Any) -> None:
        keras.Model.compile(self.model, **named)


def with_logits_everywhere(model: Any) -> None:
    model.compile(loss=LOGITS, metrics=[metrics.Precision(from_logits=True, name="precision")])


def squashed(model: Any) -> None:
    model.layers[-1].activation = keras.activations.sigmoid
    for_logits()(model)


def with_a_layer(model: Any) -> None:
    model.add(keras.layers.Activation("sigmoid"))
    for_logits()(model)


def another_model(model: Any) -> Any:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    for_logits()(model)
    return model


class Compiler:
    def compile(self, model: Any) -> Any:
        for_logits()(model)
        return model


def loss_of_logits(y_true: Any, y_pred: Any) -> Any:
    return losses.binary_crossentropy(y_true, y_pred, from_logits=True)


def stopping(
    loss: Any = "binary_crossentropy",
    area: dict[str, Any] | None = None,
    more: tuple[Any, ...] = (),
    **changed: Any,
) -> Callable[[Any], Any]:
    def stop_at_the_best(model: Any) -> Any:
        ap = metrics.AUC(**{"curve": "PR", "name": "area"} | (area or {}))
        model.compile(optimizer="adam", loss=loss, metrics=[ap, *more])
        chosen = {"monitor": "val_area", "mode": "max", "restore_best_weights": True} | changed
        return keras.callbacks.EarlyStopping(**chosen)

    return stop_at_the_best


class Stop:
    def __call__(self, model: Any) -> Any:
        return stopping(patience=2)(model)


def undone(scores: Any, weight: Any) -> Any:
    return scores / (scores + weight * (1 - scores))


def undone_by_loop(scores: Array, weight: float) -> list[float]:
    found = []
    for score in scores.tolist():
        if score == 1:
            found.append(1.0)
        else:
            odds = score / (1 - score) / weight
            found.append(odds / (1 + odds))
    return found


def undone_by_odds(scores: Array, weight: float) -> Any:
    odds = scores / (1 - scores) / weight
    return np.where(scores == 1, 1, odds / (1 + odds))


class Undone:
    def of(self, scores: Array, weight: float) -> Any:
        return undone(scores, weight)[:, None]


def kept_below(highest: float) -> Callable[[Array, float], Any]:
    return lambda scores, weight: undone(np.minimum(scores, highest), weight)


RIGHT: dict[str, list[Any]] = {
    "compile-for-logits": [
        *(for_logits(), for_logits(num_thresholds=1000), with_own_metric, Compiler().compile),
        for_logits(loss=loss_of_logits),
        for_logits(loss=[LOGITS]),
        *map(beside, (looks, checks, slows)),
        lambda model: for_logits()(Unbound(model)),
        for_logits(thresholds=[0.0]),
        for_logits(more=(metrics.BinaryAccuracy(name="accuracy"),)),
        lambda model: model.compile(
            loss=LOGITS,
            weighted_metrics=[
                metrics.Recall(name="recall", thresholds=0),
                metrics.Precision(name="precision", thresholds=0),
                metrics.AUC(from_logits=True, curve="PR", name="area"),
            ],
        ),
    ],
    "stop-at-the-best": [
        *(stopping(), stopping(mode="auto"), stopping(patience=3), Stop()),
        stopping(area={"num_thresholds": 1000}),
        stopping(loss=losses.BinaryCrossentropy(), patience=10),
        stopping(area={"name": "pr_auc"}, monitor="val_pr_auc"),
        stopping(more=("accuracy", metrics.Recall(name="recall"))),
        stopping(min_delta=0.001, patience=5, start_from_epoch=2),
    ],
    "undo-class-weight": [
        *(undone, undone_by_loop, undone_by_odds, Undone().of),
        lambda scores, weight: [undone(each, weight) for each in scores],
        lambda scores, weight: 1 - weight * (1 - scores) / (scores + weight * (1 - scores)),
        lambda scores, weight: expit(logit(scores.astype(float)) - np.log(weight)),
        lambda scores, weight: undone(pd.Series(scores), weight),
        lambda scores, weight: tuple(undone(Fraction(each), Fraction(weight)) for each in scores.tolist()),
        lambda scores, weight: scores / weight / (scores / weight + 1 - scores),
    ],
}

_ODDS = "Write the odds"

WRONG: dict[str, list[tuple[Any, str]]] = {
    "compile-for-logits": [
        (for_logits(loss="binary_crossentropy"), "Tell the loss"),
        (for_logits(loss=losses.BinaryFocalCrossentropy(from_logits=True)), "nothing else changed"),
        (for_logits(loss="mse"), "nothing else changed"),
        (for_logits(loss="categorical_crossentropy"), "patient A"),
        (for_logits(loss=None), "no slope"),
        (for_logits(thresholds=None), "This decides at 0.5"),
        (for_logits(thresholds=0.9), "Use `Precision(thresholds=0"),
        (for_logits(from_logits=False), "takes them for probabilities"),
        (for_logits(curve="ROC"), "under the ROC curve"),
        (for_logits(curve="ROC", from_logits=False), "a PR curve, of logits"),
        (for_logits(summation_method="minoring"), "a PR curve, of logits"),
        (for_logits(summation_method="majoring"), "a PR curve, of logits"),
        (for_logits(names=("p", "recall", "area")), 'name="precision"'),
        (for_logits(names=("recall", "precision", "area")), "mixed up"),
        (lambda: None, "one argument"),
        (lambda model: model.compile(loss=LOGITS, metrics=["nonsense"]), "names of the metrics"),
        (lambda model: model.compile(loss=LOGITS), 'name="precision"'),
        (lambda model: model.compile(loss=LOGIT), ""),  # type: ignore[name-defined]  # noqa: F821
        ("compile", "without parentheses"),
        (for_logits(num_thresholds=50), "Leave `num_thresholds`"),
        (for_logits(thresholds=[0, 0.5]), "one threshold"),
        (with_logits_everywhere, "have no `from_logits`"),
        (lambda model: model.compile(loss=LOGITS, metrics=[metrics.Precision("precision")]), "one by one"),
        (squashed, "Only compile it"),
        (with_a_layer, "Only compile it"),
        (another_model, "Call `model.compile"),
    ],
    "stop-at-the-best": [
        (stopping(loss=LOGITS), "Leave out `from_logits=True`"),
        (stopping(loss=loss_of_logits), "Leave out `from_logits=True`"),
        (stopping(area={"from_logits": True}), "is for logits"),
        (stopping(min_delta=1, patience=1), "Leave out `min_delta`"),
        (stopping(min_delta=0.1, patience=3), "Leave out `min_delta`"),
        (stopping(patience=10**6), "`patience=3`"),
        (stopping(start_from_epoch=1000), "`patience=3`"),
        (stopping(baseline=2.0), "Leave out `baseline`"),
        (stopping(monitor="val_auc"), "monitor exactly"),
        (stopping(monitor="area"), 'Monitor `"val_area"`'),
        (stopping(mode="min"), 'mode="max"'),
        (stopping(restore_best_weights=False), "restore_best_weights=True"),
        (stopping(area={"curve": "ROC"}), "ROC area"),
        (stopping(monitor="val_loss", mode="min"), 'monitor="val_area"'),
        (stopping(area={"name": "area"}, monitor="val_loss"), 'monitor="val_area"'),
        (stopping(area={"summation_method": "majoring"}), 'AUC(curve="PR"'),
        (stopping(loss="mse"), '"binary_crossentropy"'),
        (stopping(loss="categorical_crossentropy"), "patient A"),
        (lambda model: [stopping()(model)], "not a list"),
        (3, "without parentheses"),
    ],
    "undo-class-weight": [
        (lambda s, w: s / w, "divided the probability"),
        (lambda s, w: w * s / (w * s + 1 - s), "the weight once more. Divide them."),
        (lambda s, w: s / (1 - s) / w, "These are the right odds"),
        (lambda s, w: w * s / (1 - s), "multiplied by the weight once more. Divide them by it"),
        (lambda s, w: 1 / (1 + w * (1 - s) / s) + np.where(s < 1, 0, np.nan), "where 1 − s is 0"),
        (kept_below(0.9999), "a score of 0.9999:"),
        (kept_below(1 - 1e-7), "a score of 0.9999999:"),
        (lambda s, _: s, "as they were"),
        (lambda s, w: 1 - undone(s, w), "the other class"),
        (lambda s, w: s / (1 + w * (1 - s)), "not by 1"),
        (lambda s, w: s / (s + (1 - s) * w**2), _ODDS),
        (lambda s, w: s / (s + w), _ODDS),
        (lambda s, _: s[0], _ODDS),
        (lambda *_: "odds", _ODDS),
        (lambda s, w: np.round(undone(s, w), 2), "Rounded to 2"),
        (lambda s, w: 100 * undone(s, w), "not a percentage"),
        (lambda s, w: undone(np.round(s, 4), w), _ODDS),
    ],
}
