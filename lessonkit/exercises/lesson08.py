"""The exercises of lesson 08: compile so that loss, metrics and callbacks mean the same thing by a score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.judge import NOT_TRIED, Mistake, Verdict, judge_function
from lessonkit.exercises.registry import exercises_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

exercise = exercises_of("08-compiling-models")

_FUNCTION = Verdict(
    passed=False,
    message="A function of the model is expected.",
    hint="Give the function itself, without parentheses.",
)
_NAMES = ("precision", "recall", "ap")
# Float32 sums, and the 200 thresholds of Keras: far below what any of the mistakes changes.
_CLOSE = 1e-4
# On the known rows, more thresholds move Keras's area by 0.001, and each fault by 0.005 or more.
_SAME_AREA = 0.002


class _Recorder:
    """Stands in for a model: what is compiled is written down, and no placeholder meets Keras."""

    def __init__(self) -> None:
        self.arguments: dict[str, Any] | None = None

    def compile(self, optimizer: object = "rmsprop", loss: object = None, **rest: object) -> None:
        self.arguments = {"optimizer": optimizer, "loss": loss, **rest}


def _placeholder(value: object) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    return value is ... or (isinstance(value, (list, tuple)) and any(_placeholder(each) for each in value))


def _compiled(answer: object) -> tuple[dict[str, Any], object] | Verdict:
    """Call the learner's function; return what it compiled with, and what it returned."""
    if answer is None or answer is ...:
        return NOT_TRIED
    if not callable(answer):
        return _FUNCTION
    recorder = _Recorder()
    try:
        returned = answer(recorder)
    except (Exception, SystemExit) as error:  # noqa: BLE001  (whatever the learner's code does is told, not raised)
        told = f"Your function stopped with {type(error).__name__}: {error}"
        hint = "It gets one argument, the model, and calls its `compile`."
        return Verdict(passed=False, message=told, hint=hint)
    if recorder.arguments is None:
        return Verdict(
            passed=False, message="The model is not compiled.", hint="Call `model.compile(...)` in it."
        )
    if any(map(_placeholder, recorder.arguments.values())) or returned is ...:
        return NOT_TRIED
    return recorder.arguments, returned


def _evaluated(arguments: dict[str, Any], activation: str | None) -> dict[str, float] | Verdict:
    """Compile a model whose logit is its input, and evaluate it on known rows."""
    import keras  # type: ignore[import-untyped]

    labels, logits = _known_rows()
    unit = keras.layers.Dense(1, activation=activation, use_bias=False, kernel_initializer="ones")
    model = keras.Sequential([keras.Input((1,)), unit])
    try:
        model.compile(**arguments)
        result = model.evaluate(logits[:, None], labels, batch_size=labels.size, verbose=0, return_dict=True)
    except (Exception, SystemExit) as error:  # noqa: BLE001  (the learner's losses and metrics run in here)
        told = str(error).strip().split("\n", 1)[0][:200]
        return Verdict(
            passed=False,
            message=f"Keras refuses this with {type(error).__name__}: {told}",
            hint="Check the loss, the names of the metrics and their arguments one by one.",
        )
    return {name: float(value) for name, value in result.items() if np.size(value) == 1}


def _known_rows() -> tuple[NDArray[Any], NDArray[Any]]:
    rng = np.random.default_rng(8)
    labels = (np.arange(400) % 4 == 0).astype("float32")
    return labels, (rng.normal(-1, 1, 400) + 1.2 * labels).astype("float32")


def _refused(loss: object) -> Verdict | None:
    """Name the losses that do not belong to one unit and two classes."""
    name = str(getattr(loss, "name", getattr(loss, "__name__", loss))).lower()
    if loss is None:
        return Verdict(
            passed=False, message="No loss is given.", hint="Without a loss there is no slope to follow."
        )
    if "categorical" in name.replace("_", ""):
        return Verdict(
            passed=False,
            message="The loss is a categorical cross-entropy.",
            hint="With one unit it is 0 for every score: that was patient A. Use the binary one.",
        )
    return None


@exercise("compile-for-logits", gaps=2)
def compile_for_logits(answer: object) -> Verdict:  # noqa: PLR0911  (one way out for each possible fault)
    """Check ``f(model)`` that compiles a model with one unit and no activation."""
    compiled = _compiled(answer)
    if isinstance(compiled, Verdict):
        return compiled
    arguments, _ = compiled
    refused = _refused(arguments["loss"])
    if refused:
        return refused
    import keras

    result = _evaluated(arguments, None)
    if isinstance(result, Verdict):
        return result
    bce = keras.losses.BinaryCrossentropy
    sound: dict[str, Any] = {
        "loss": bce(from_logits=True),
        "metrics": [
            keras.metrics.Precision(thresholds=0, name="precision"),
            keras.metrics.Recall(thresholds=0, name="recall"),
            keras.metrics.AUC(curve="PR", from_logits=True, name="ap"),
        ],
    }
    expected = _evaluated(sound, None)
    if isinstance(expected, Verdict):
        raise TypeError(expected.message)
    if abs(result["loss"] - expected["loss"]) > _CLOSE:
        hint = "The model gives logits. Tell the loss: `BinaryCrossentropy(from_logits=True)`."
        return Verdict(passed=False, message="The loss is not the binary cross-entropy of logits.", hint=hint)
    missing = [name for name in _NAMES if name not in result]
    if missing:
        there = ", ".join(f"`{name}`" for name in result if name != "loss") or "none"
        return Verdict(
            passed=False,
            message=f"A metric named `{missing[0]}` is missing. The names found: {there}.",
            hint=f'Give each metric its name: `name="{missing[0]}"`.',
        )
    hints = {
        "precision": "A probability of 0.5 is the logit 0: give the metric `thresholds=0`.",
        "recall": "A probability of 0.5 is the logit 0: give the metric `thresholds=0`.",
        "ap": 'Use `AUC(curve="PR", from_logits=True)`: the curve is PR, and the scores are logits.',
    }
    for name in _NAMES:
        if abs(result[name] - expected[name]) > (_SAME_AREA if name == "ap" else _CLOSE):
            told = f"On 400 rows `{name}` is {result[name]:.3f}; {expected[name]:.3f} is expected."
            return Verdict(passed=False, message=told, hint=hints[name])
    return Verdict(passed=True, message="Loss and metrics all read the scores as logits.")


@exercise("stop-at-the-best", gaps=3)
def stop_at_the_best(answer: object) -> Verdict:  # noqa: C901, PLR0911  (one way out for each possible fault)
    """Check ``f(model) -> EarlyStopping`` on the validation PR area of a model with one sigmoid unit."""
    compiled = _compiled(answer)
    if isinstance(compiled, Verdict):
        return compiled
    arguments, stopping = compiled
    refused = _refused(arguments["loss"])
    if refused:
        return refused
    import keras

    if not isinstance(stopping, keras.callbacks.EarlyStopping):
        return Verdict(
            passed=False,
            message="An `EarlyStopping` is expected as the result.",
            hint="End with `return keras.callbacks.EarlyStopping(…)`: the callback itself, not a list.",
        )
    result = _evaluated(arguments, "sigmoid")
    if isinstance(result, Verdict):
        return result
    pr = keras.metrics.AUC(curve="PR", name="pr")
    expected = _evaluated({"loss": "binary_crossentropy", "metrics": [pr]}, "sigmoid")
    if isinstance(expected, Verdict):
        raise TypeError(expected.message)
    if abs(result["loss"] - expected["loss"]) > _CLOSE:
        hint = 'A sigmoid gives probabilities: use `"binary_crossentropy"`.'
        return Verdict(passed=False, message="The loss does not fit one sigmoid unit.", hint=hint)
    areas = [each for each in result if abs(result[each] - expected["pr"]) <= _SAME_AREA]
    name = stopping.monitor.removeprefix("val_")
    known = ", ".join(f"`val_{each}`" for each in result)
    if name not in result:
        return Verdict(
            passed=False,
            message=f"`{stopping.monitor}` is not in the log. On validation rows it has: {known}.",
            hint='Set `name="ap"` in the metric, and monitor exactly `"val_ap"`.',
        )
    if name == stopping.monitor:
        hint = f'Training rows hide overfitting. Monitor `"val_{name}"`.'
        return Verdict(passed=False, message=f"`{name}` is measured on the training rows.", hint=hint)
    if areas and name not in areas:
        hint = f'The area is named `{areas[0]}`: set `monitor="val_{areas[0]}"`. The default is `"val_loss"`.'
        return Verdict(passed=False, message=f"You monitor `{stopping.monitor}`, not the area.", hint=hint)
    if name not in areas:
        return Verdict(
            passed=False,
            message=f"`{name}` is not the area under the precision–recall curve.",
            hint='Use `AUC(curve="PR", name="ap")`. Without `curve`, it is the ROC area.',
        )
    if stopping.mode == "min":
        hint = 'A larger area is better: `mode="max"`.'
        return Verdict(passed=False, message="The stopping waits for a smaller area.", hint=hint)
    if not stopping.restore_best_weights:
        hint = "Set `restore_best_weights=True`: else the weights of the last epoch stay."
        return Verdict(passed=False, message="The best weights are not kept.", hint=hint)
    return Verdict(passed=True, message=f"Training stops on `{stopping.monitor}` and keeps the best weights.")


def _undone(scores: NDArray[Any], weight: float) -> NDArray[Any]:
    result: NDArray[Any] = scores / (scores + weight * (1 - scores))
    return result


def _undone_but_for_one(scores: NDArray[Any], weight: float) -> NDArray[Any]:
    odds = scores / (1 - scores) / weight
    result: NDArray[Any] = odds / (1 + odds)  # inf / inf is nan
    return result


def _undone_below_one(scores: NDArray[Any], weight: float) -> NDArray[Any]:
    return _undone(np.minimum(scores, 0.9999), weight)


@exercise("undo-class-weight")
def undo_class_weight(answer: object) -> Verdict:
    """Check ``f(scores, weight) -> probabilities``: the odds divided by the weight."""
    return judge_function(
        answer,
        solution=_undone,
        returns=("array of probabilities",),
        cases=[([0.5, 0.9, 0.1], 9.0), ([0.2, 0.5], 1.0), ([0.0, 0.75, 1.0], 3.0)],
        mistakes=[
            Mistake(
                lambda scores, weight: scores / weight,
                "You divided the probability. The weight multiplied the odds s / (1 − s): divide those.",
            ),
            Mistake(
                lambda scores, weight: weight * scores / (weight * scores + 1 - scores),
                "This multiplies the odds by the weight once more. Divide them.",
            ),
            Mistake(
                lambda scores, weight: scores / (1 - scores) / weight,
                "These are the right odds. Turn odds o back into a probability: o / (1 + o).",
            ),
            Mistake(
                _undone_but_for_one,
                "Right, except at a score of exactly 1, where 1 − s is 0. Multiply the fraction by weight · "
                "(1 − s), above and below, before you compute it.",
            ),
            Mistake(
                _undone_below_one,
                "Right, except at a score of exactly 1: 0.9999 in its place moves it. Multiply the fraction "
                "by weight · (1 − s), above and below: then 1 needs no limit.",
            ),
        ],
        otherwise="Write the odds s / (1 − s), divide them by the weight, and turn odds o into o / (1 + o).",
    )
