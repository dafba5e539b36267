"""The exercises of lesson 09: compile so that loss, metrics and callbacks mean the same thing by a score."""

from __future__ import annotations

import inspect
import warnings
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np

from lessonkit.exercises.gaps import open_gaps
from lessonkit.exercises.inputs import probability
from lessonkit.exercises.judge import (
    NOT_TRIED,
    Declared,
    Mistake,
    Verdict,
    kind,
    quiet,
    stopped,
)
from lessonkit.exercises.registry import exercises_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from numpy.typing import NDArray

exercise = exercises_of("09-compiling-models")

_NAMES = ("precision", "recall", "area")
# Float32 sums, and the 200 thresholds of Keras: far below what any of the mistakes changes.
_CLOSE = 1e-4
# On some of the known rows each fault moves Keras's area by 0.005 or more; more thresholds, by 0.001.
_SAME_AREA = 0.002
# What Keras takes for an area that is not told otherwise.
_THRESHOLDS = 200
# A net gains less in an epoch, and nobody waits longer.
_TOO_MUCH, _TOO_LONG = 0.1, 1000


@dataclass
class _Compiled:
    """A model with one unit that the learner's function has compiled, and what the function returned."""

    model: Any
    loss: object = None
    metrics: object = None
    returned: object = None


def _unit(activation: str | None) -> Any:  # noqa: ANN401  (Keras has no types)
    """Return a model whose one unit hands on its input as the logit."""
    import keras  # type: ignore[import-untyped]

    unit = keras.layers.Dense(1, activation=activation, use_bias=False, kernel_initializer="ones")
    return keras.Sequential([keras.Input((1,)), unit])


def _placeholder(value: object) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    return value is ... or (isinstance(value, (list, tuple)) and any(_placeholder(each) for each in value))


def _compiled(answer: object, activation: str | None) -> _Compiled | Verdict:
    """Let the learner's function compile a model; return the model, or what is wrong with the function."""
    if answer is None or answer is ... or open_gaps(answer):  # Keras takes seconds to import
        return NOT_TRIED
    if not callable(answer):
        return Verdict(
            passed=False,
            message=f"A function of the model is expected, and you gave {kind(answer)}.",
            hint="Give the function itself, without parentheses.",
        )
    import keras

    compiled, calls = _Compiled(_unit(activation)), []
    compile_model = keras.Model.compile

    def noted(this: Any, *given: Any, **named: Any) -> None:  # noqa: ANN401
        if this is compiled.model:
            calls.append(inspect.signature(compile_model).bind(this, *given, **named).arguments)
        if this is not compiled.model or not any(map(_placeholder, calls[-1].values())):
            compile_model(this, *given, **named)

    logits = np.array([[-1.0], [2.0]], dtype=np.float32)
    before = np.asarray(compiled.model(logits))
    try:
        # However it is called: on the model, or as `keras.Model.compile(model, …)`.
        with quiet(), patch.object(keras.Model, "compile", noted):
            compiled.returned = answer(compiled.model)
    except (Exception, SystemExit) as error:  # noqa: BLE001  (whatever the learner's code does is told, not raised)
        told = f"For a model with one unit: {stopped(error)}"
        return Verdict(passed=False, message=told, hint=_why_stopped(answer, error))
    untried = _not_compiled(calls, compiled.returned)
    if untried:
        return untried
    compiled.loss, compiled.metrics = calls[-1].get("loss"), calls[-1].get("metrics")
    if not np.array_equal(np.asarray(compiled.model(logits)), before):
        return Verdict(
            passed=False,
            message="Your function changes the model: the same rows have other scores now.",
            hint="Leave its layers as they are. Only compile it.",
        )
    return compiled


def _not_compiled(calls: list[dict[str, Any]], returned: object) -> Verdict | None:
    """Say that a model is not compiled, or with a placeholder."""
    if not calls:
        return Verdict(
            passed=False,
            message="The model is not compiled.",
            hint="Call `model.compile(...)` in it.",
            tried=returned is not None and returned is not ...,
        )
    return NOT_TRIED if any(map(_placeholder, calls[-1].values())) or returned is ... else None


def _why_stopped(answer: Callable[..., Any], error: BaseException) -> str:
    if not isinstance(error, TypeError | ValueError):
        return ""
    try:
        inspect.signature(answer).bind(...)
    except (TypeError, ValueError):
        return "It gets one argument, the model, and calls its `compile`."
    if "from_logits" in str(error):
        return "`Precision` and `Recall` have no `from_logits`: give them `thresholds=0`, and their `name`."
    return "Check the loss, the names of the metrics and their arguments one by one."


_Results = list[dict[str, "NDArray[np.float64]"]]


def _evaluated(model: Any, activation: str | None) -> _Results | Verdict:  # noqa: ANN401
    """Evaluate a compiled model on each of the sets of known rows."""
    results = []
    model.run_eagerly = True  # to trace a graph takes longer than these rows
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            for labels, logits in _known_rows():
                model.reset_metrics()
                found = model.test_on_batch(logits, labels, return_dict=True)
                results.append({name: np.squeeze(np.asarray(value)) for name, value in found.items()})
        except (Exception, SystemExit) as error:  # noqa: BLE001  (the learner's losses and metrics run in here)
            told = str(error).strip().split("\n", 1)[0][:200].rstrip(".")
            return Verdict(
                passed=False,
                message=f"Keras refuses this with {type(error).__name__}: {told}.",
                hint="Check the loss, the names of the metrics and their arguments one by one.",
            )
    # TensorFlow takes the logits from before the sigmoid, so the loss shows nothing; on JAX it is wrong.
    if activation == "sigmoid" and any("from_logits=True" in str(each.message) for each in caught):
        return Verdict(
            passed=False,
            message="The loss expects logits, and a sigmoid unit gives probabilities.",
            hint='Leave out `from_logits=True`, or write `"binary_crossentropy"`.',
        )
    return results


@cache
def _known_rows() -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Return labels and logits: one class in four, the same with low scores, and many positives.

    Low scores tell an area of logits from one of probabilities, which agree on the first.
    """
    rng = np.random.default_rng(8)
    labels = (np.arange(400) % 4 == 0).astype("float32")
    noise = rng.normal(-1, 1, 400)
    many = (np.arange(400) % 20 != 0).astype("float32")
    drawn = [(labels, noise + 1.2 * labels), (labels, noise + 1.2 * labels - 3), (many, noise + 1.5 * many)]
    return [(each[:, None], logits.astype("float32")[:, None]) for each, logits in drawn]


@cache
def _known_metrics(activation: str | None) -> dict[str, tuple[float, ...]]:
    """Return the binary cross-entropy and the metrics that are right or usual mistakes, on each set."""
    import keras

    metrics, bce = keras.metrics, keras.losses.BinaryCrossentropy
    logits = activation is None
    chosen: list[Any] = [metrics.AUC(curve="PR", from_logits=logits, name="area")]
    if logits:
        chosen += [
            metrics.AUC(from_logits=True, name="roc"),
            metrics.AUC(curve="PR", name="ap of probabilities"),
            metrics.AUC(name="roc of probabilities"),
        ]
        for name, metric in (("precision", metrics.Precision), ("recall", metrics.Recall)):
            chosen += [metric(thresholds=0, name=name), metric(name=f"{name} at 0.5")]
        chosen.append(metrics.BinaryCrossentropy(name="loss of probabilities"))
    model = _unit(activation)
    model.compile(loss=bce(from_logits=logits), metrics=chosen)
    results = _evaluated(model, activation)
    if isinstance(results, Verdict):
        raise TypeError(results.message)
    return {name: tuple(each[name].item() for each in results) for name in results[0]}


def _agree(results: _Results, name: str, known: tuple[float, ...], within: float) -> bool:
    """Say whether a metric of the learner's is a known one, on all sets."""
    return all(
        bool(np.all(np.abs(each[name] - value) <= within)) for each, value in zip(results, known, strict=True)
    )


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
def compile_for_logits(answer: object) -> Verdict:
    """Check ``f(model)`` that compiles a model with one unit and no activation."""
    compiled = _compiled(answer, None)
    if isinstance(compiled, Verdict):
        return compiled
    results = _refused(compiled.loss) or _evaluated(compiled.model, None)
    if isinstance(results, Verdict):
        return results
    known = _known_metrics(None)
    if not _agree(results, "loss", known["loss"], _CLOSE):
        return Verdict(
            passed=False,
            message="The loss is not the binary cross-entropy of logits.",
            hint="The model gives logits. Tell the loss: `BinaryCrossentropy(from_logits=True)`."
            if _agree(results, "loss", known["loss of probabilities"], _CLOSE)
            else "Use `BinaryCrossentropy(from_logits=True)`, and nothing else changed.",
        )
    return _wrong_metric(compiled, results) or Verdict(
        passed=True, message="Loss and metrics all read the scores as logits."
    )


def _wrong_metric(compiled: _Compiled, results: _Results) -> Verdict | None:
    """Say which metric is missing, or is not what its name tells."""
    known = _known_metrics(None)
    missing = [name for name in _NAMES if name not in results[0]]
    if missing:
        there = ", ".join(f"`{name}`" for name in results[0] if name != "loss") or "none"
        return Verdict(
            passed=False,
            message=f"A metric named `{missing[0]}` is missing. The names found: {there}.",
            hint=f'Give each metric its name: `name="{missing[0]}"`.',
        )
    for name in _NAMES:
        if results[0][name].ndim:
            told = f"The metric `{name}` has {results[0][name].size} values, one for each threshold."
            return Verdict(passed=False, message=told, hint="Give it one threshold: `thresholds=0`.")
        within = _SAME_AREA if name == "area" else _CLOSE
        if not _agree(results, name, known[name], within):
            found, expected = next(
                (each[name], value)
                for each, value in zip(results, known[name], strict=True)
                if abs(each[name] - value) > within
            )
            told = f"On 400 rows `{name}` is {found:.3f}; {expected:.3f} is expected."
            coarse = name == "area" and _num_thresholds(compiled.metrics) < _THRESHOLDS
            hint = "Leave `num_thresholds` as it is: so few give a coarse area."
            return Verdict(
                passed=False, message=told, hint=hint if coarse else _metric_hint(results, name, within)
            )
    return None


def _num_thresholds(metrics: object) -> int:
    """Return how many thresholds the learner's area has."""
    known = metrics if isinstance(metrics, list) else []
    areas = [each for each in known if getattr(each, "name", "") == "area"]
    return min((getattr(each, "num_thresholds", _THRESHOLDS) for each in areas), default=_THRESHOLDS)


def _metric_hint(results: _Results, name: str, within: float) -> str:
    """Say what a metric is that is not the one its name tells, where that is known."""
    known = _known_metrics(None)
    what = next((other for other, values in known.items() if _agree(results, name, values, within)), "")
    whole = {
        "precision": 'Use `Precision(thresholds=0, name="precision")`: a probability of 0.5 is the logit 0.',
        "recall": 'Use `Recall(thresholds=0, name="recall")`: a probability of 0.5 is the logit 0.',
        "area": 'Use `AUC(curve="PR", from_logits=True, name="area")`: a PR curve, of logits.',
    }
    hints = {
        f"{name} at 0.5": "This decides at 0.5. A probability of 0.5 is the logit 0: give the metric "
        "`thresholds=0`.",
        "ap of probabilities": "The scores are logits, and this area takes them for probabilities: add "
        "`from_logits=True`.",
        "roc": 'This is the area under the ROC curve. Add `curve="PR"`.',
    }
    if what in _NAMES:
        return f"The metric named `{name}` is the {what}: the names are mixed up."
    return hints.get(what, whole[name])


@exercise("stop-at-the-best", gaps=3)
def stop_at_the_best(answer: object) -> Verdict:
    """Check ``f(model) -> EarlyStopping`` on the validation PR area of a model with one sigmoid unit."""
    compiled = _compiled(answer, "sigmoid")
    if isinstance(compiled, Verdict):
        return compiled
    stopping: Any = compiled.returned
    import keras

    refused = _refused(compiled.loss)
    if refused is None and not isinstance(stopping, keras.callbacks.EarlyStopping):
        refused = Verdict(
            passed=False,
            message=f"An `EarlyStopping` is expected as the result, and you returned {kind(stopping)}.",
            hint="End with `return keras.callbacks.EarlyStopping(…)`: the callback itself, not a list.",
            tried=stopping is not None,
        )
    results = refused or _evaluated(compiled.model, "sigmoid")
    if isinstance(results, Verdict):
        return results
    if not _agree(results, "loss", _known_metrics("sigmoid")["loss"], _CLOSE):
        hint = 'A sigmoid gives probabilities: use `"binary_crossentropy"`.'
        return Verdict(passed=False, message="The loss does not fit one sigmoid unit.", hint=hint)
    return (
        _watches_the_area(stopping.monitor, results)
        or _stops_in_time(stopping)
        or Verdict(passed=True, message=f"Training stops on `{stopping.monitor}` and keeps the best weights.")
    )


def _watches_the_area(monitor: str, results: _Results) -> Verdict | None:
    """Say what is wrong with the number that is watched."""
    expected = _known_metrics("sigmoid")["area"]
    areas = [each for each in results[0] if _agree(results, each, expected, _SAME_AREA)]
    name = monitor.removeprefix("val_")
    if name not in results[0]:
        known = ", ".join(f"`val_{each}`" for each in results[0])
        return Verdict(
            passed=False,
            message=f"`{monitor}` is not in the log. On validation rows it has: {known}.",
            hint='Set `name="area"` in the metric, and monitor exactly `"val_area"`.',
        )
    if name == monitor:
        hint = f'Training rows hide overfitting. Monitor `"val_{name}"`.'
        return Verdict(passed=False, message=f"`{name}` is measured on the training rows.", hint=hint)
    if areas and name not in areas:
        hint = f'The area is named `{areas[0]}`: set `monitor="val_{areas[0]}"`. The default is `"val_loss"`.'
        return Verdict(passed=False, message=f"You monitor `{monitor}`, not the area.", hint=hint)
    if name not in areas:
        return Verdict(
            passed=False,
            message=f"`{name}` is not the area under the precision–recall curve of probabilities.",
            hint='Use `AUC(curve="PR", name="area")`. Without `curve` it is the ROC area, and '
            "`from_logits=True` is for logits.",
        )
    return None


def _stops_in_time(stopping: Any) -> Verdict | None:  # noqa: ANN401  (Keras has no types)
    """Say which argument of the stopping keeps it from stopping at the best epoch."""
    if stopping.mode == "min":
        hint = 'A larger area is better: `mode="max"`.'
        return Verdict(passed=False, message="The stopping waits for a smaller area.", hint=hint)
    if not stopping.restore_best_weights:
        hint = "Set `restore_best_weights=True`. Otherwise the weights of the last epoch stay."
        return Verdict(passed=False, message="The best weights are not kept.", hint=hint)
    if abs(stopping.min_delta) >= _TOO_MUCH:
        return Verdict(
            passed=False,
            message=f"Only a gain of {abs(stopping.min_delta):g} in one epoch counts as better.",
            hint="An area is at most 1, and it grows by small steps. Leave out `min_delta`.",
        )
    if stopping.patience >= _TOO_LONG or stopping.start_from_epoch >= _TOO_LONG:
        return Verdict(
            passed=False,
            message=f"Training goes on for {_TOO_LONG:,} epochs at least, so it does not stop early.",
            hint="Wait for a few epochs: `patience=3`.",
        )
    if stopping.baseline is not None:
        return Verdict(
            passed=False,
            message=f"With `baseline={stopping.baseline:g}` only an area above it counts as better.",
            hint="Leave out `baseline`: the best area so far is what to compare with.",
        )
    return None


def _undone(scores: NDArray[Any], weight: float) -> NDArray[Any]:
    result: NDArray[Any] = scores / (scores + weight * (1 - scores))
    return result


def _undone_but_for_one(scores: NDArray[Any], weight: float) -> NDArray[Any]:
    odds = scores / (1 - scores) / weight
    result: NDArray[Any] = odds / (1 + odds)  # inf / inf is nan
    return result


def _undone_below(highest: float) -> Callable[[NDArray[Any], float], NDArray[Any]]:
    return lambda scores, weight: _undone(np.minimum(scores, highest), weight)


def _weighted(random: Random) -> tuple[Any, ...]:
    """Draw probabilities, often with 0 and 1 or near them, and a weight, above 1 or below."""
    rows = random.randint(1, 5)
    drawn = random.choice(
        [
            [random.randint(0, 10) / 10 for _ in range(rows)],
            [random.choice([0.0, 0.25, 0.5, 0.75, 1.0]) for _ in range(rows)],
            [probability(random) for _ in range(rows)],
            [random.choice([0.001, 0.5, 1.0])] * rows,
        ]
    )
    return np.array(drawn), random.choice([1, 2, 3.0, 9.0, 0.25, 0.5, 10, 100, 1000])


@exercise("undo-class-weight", solution=_undone, returns=("array of probabilities",))
def undo_class_weight() -> Declared:
    """Check ``f(scores, weight) -> probabilities``: the odds divided by the weight."""
    return Declared(
        cases=[([0.5, 0.9, 0.1], 9.0), ([0.0, 0.75, 1.0], 3.0)],
        inputs=_weighted,
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
            *(
                Mistake(
                    _undone_below(highest),
                    f"Right up to a score of {highest:.7g}: your limit moves those above it. Multiply the "
                    "fraction by weight · (1 − s), above and below: then 1 needs no limit.",
                )
                for highest in (0.99, 0.999, 0.9999, 0.99999, 1 - 1e-6, 1 - 1e-7)
            ),
            Mistake(
                lambda scores, weight: weight * scores / (1 - scores),
                "These are odds, and multiplied by the weight once more. Divide them by it, and turn odds o "
                "back into a probability: o / (1 + o).",
            ),
            Mistake(
                lambda scores, _: scores,
                "These are the scores as they were. The weight multiplied their odds s / (1 − s), so "
                "divide these.",
            ),
            Mistake(
                lambda scores, weight: weight * (1 - scores) / (scores + weight * (1 - scores)),
                "These are the probabilities of the other class. Turn odds o into o / (1 + o).",
            ),
            Mistake(
                lambda scores, weight: scores / (weight * (1 - scores) + 1),
                "Divide by s + weight · (1 − s), not by 1 + weight · (1 − s).",
            ),
            Mistake(
                lambda scores, weight: (scores / weight) / np.sum(scores / weight),
                "Each score is judged alone: its probability does not depend on the other scores.",
            ),
        ],
        otherwise="Write the odds s / (1 − s), divide them by the weight, and turn odds o into o / (1 + o).",
    )
