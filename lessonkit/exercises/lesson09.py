"""The exercises of lesson 09: compile so that loss, metrics and callbacks mean the same thing by a score."""

from __future__ import annotations

import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.inputs import probability
from lessonkit.exercises.judge import NOT_TRIED, Mistake, Verdict, judge_function, kind, quiet, stopped
from lessonkit.exercises.registry import exercises_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from numpy.typing import NDArray

exercise = exercises_of("09-compiling-models")

_NAMES = ("precision", "recall", "ap")
# Float32 sums, and the 200 thresholds of Keras: far below what any of the mistakes changes.
_CLOSE = 1e-4
# On some of the known rows each fault moves Keras's area by 0.005 or more; more thresholds, by 0.001.
_SAME_AREA = 0.002
# A net gains less in an epoch, and nobody waits longer.
_TOO_MUCH, _TOO_LONG = 0.1, 1000


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
        return Verdict(
            passed=False,
            message=f"A function of the model is expected, and you gave {kind(answer)}.",
            hint="Give the function itself, without parentheses.",
        )
    recorder = _Recorder()
    try:
        with quiet():
            returned = answer(recorder)
    except (Exception, SystemExit) as error:  # noqa: BLE001  (whatever the learner's code does is told, not raised)
        hint = "It gets one argument, the model, and calls its `compile`." if type(error) is TypeError else ""
        return Verdict(passed=False, message=f"For a model with one unit: {stopped(error)}", hint=hint)
    if recorder.arguments is None:
        return Verdict(
            passed=False,
            message="The model is not compiled.",
            hint="Call `model.compile(...)` in it.",
            tried=returned is not None and returned is not ...,
        )
    if any(map(_placeholder, recorder.arguments.values())) or returned is ...:
        return NOT_TRIED
    return recorder.arguments, returned


def _evaluated(arguments: dict[str, Any], activation: str | None) -> list[dict[str, float]] | Verdict:
    """Compile a model whose logit is its input, and evaluate it on each of the sets of known rows."""
    import keras  # type: ignore[import-untyped]

    unit = keras.layers.Dense(1, activation=activation, use_bias=False, kernel_initializer="ones")
    model = keras.Sequential([keras.Input((1,)), unit])
    results = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            model.compile(**arguments)
            for labels, logits in _known_rows():
                results.append(
                    model.evaluate(logits, labels, batch_size=labels.size, verbose=0, return_dict=True)
                )
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
    return [
        {name: np.asarray(value).item() for name, value in each.items() if np.size(value) == 1}
        for each in results
    ]


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
    chosen: list[Any] = [metrics.AUC(curve="PR", from_logits=logits, name="ap")]
    if logits:
        chosen += [
            metrics.AUC(from_logits=True, name="roc"),
            metrics.AUC(curve="PR", name="ap of probabilities"),
            metrics.AUC(name="roc of probabilities"),
        ]
        for name, metric in (("precision", metrics.Precision), ("recall", metrics.Recall)):
            chosen += [metric(thresholds=0, name=name), metric(name=f"{name} at 0.5")]
        chosen.append(metrics.BinaryCrossentropy(name="loss of probabilities"))
    results = _evaluated({"loss": bce(from_logits=logits), "metrics": chosen}, activation)
    if isinstance(results, Verdict):
        raise TypeError(results.message)
    return {name: tuple(each[name] for each in results) for name in results[0]}


def _agree(results: list[dict[str, float]], name: str, known: tuple[float, ...], within: float) -> bool:
    """Say whether a metric of the learner's is a known one, on all sets."""
    return all(abs(each[name] - value) <= within for each, value in zip(results, known, strict=True))


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
    compiled = _compiled(answer)
    if isinstance(compiled, Verdict):
        return compiled
    arguments, _ = compiled
    results = _refused(arguments["loss"]) or _evaluated(arguments, None)
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
    missing = [name for name in _NAMES if name not in results[0]]
    if missing:
        there = ", ".join(f"`{name}`" for name in results[0] if name != "loss") or "none"
        return Verdict(
            passed=False,
            message=f"A metric named `{missing[0]}` is missing. The names found: {there}.",
            hint=f'Give each metric its name: `name="{missing[0]}"`.',
        )
    for name in _NAMES:
        within = _SAME_AREA if name == "ap" else _CLOSE
        if not _agree(results, name, known[name], within):
            found, expected = next(
                (each[name], value)
                for each, value in zip(results, known[name], strict=True)
                if abs(each[name] - value) > within
            )
            told = f"On 400 rows `{name}` is {found:.3f}; {expected:.3f} is expected."
            return Verdict(passed=False, message=told, hint=_metric_hint(results, name, within))
    return Verdict(passed=True, message="Loss and metrics all read the scores as logits.")


def _metric_hint(results: list[dict[str, float]], name: str, within: float) -> str:
    """Say what a metric is that is not the one its name tells, where that is known."""
    known = _known_metrics(None)
    what = next((other for other, values in known.items() if _agree(results, name, values, within)), "")
    whole = {
        "precision": 'Use `Precision(thresholds=0, name="precision")`: a probability of 0.5 is the logit 0.',
        "recall": 'Use `Recall(thresholds=0, name="recall")`: a probability of 0.5 is the logit 0.',
        "ap": 'Use `AUC(curve="PR", from_logits=True, name="ap")`: a PR curve, of logits.',
    }
    hints = {
        f"{name} at 0.5": "This decides at 0.5. A probability of 0.5 is the logit 0: give the metric "
        "`thresholds=0`.",
        "ap of probabilities": "The scores are logits, and this area takes them for probabilities: add "
        "`from_logits=True`.",
        "roc": 'This is the area under the ROC curve. Add `curve="PR"`.',
    }
    if what in _NAMES:
        return f"The metric named `{name}` is the {'area' if what == 'ap' else what}: the names are mixed up."
    return hints.get(what, whole[name])


@exercise("stop-at-the-best", gaps=3)
def stop_at_the_best(answer: object) -> Verdict:
    """Check ``f(model) -> EarlyStopping`` on the validation PR area of a model with one sigmoid unit."""
    compiled = _compiled(answer)
    if isinstance(compiled, Verdict):
        return compiled
    arguments: dict[str, Any] = compiled[0]
    stopping: Any = compiled[1]
    import keras

    refused = _refused(arguments["loss"])
    if refused is None and not isinstance(stopping, keras.callbacks.EarlyStopping):
        refused = Verdict(
            passed=False,
            message=f"An `EarlyStopping` is expected as the result, and you returned {kind(stopping)}.",
            hint="End with `return keras.callbacks.EarlyStopping(…)`: the callback itself, not a list.",
            tried=stopping is not None,
        )
    results = refused or _evaluated(arguments, "sigmoid")
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


def _watches_the_area(monitor: str, results: list[dict[str, float]]) -> Verdict | None:
    """Say what is wrong with the number that is watched."""
    expected = _known_metrics("sigmoid")["ap"]
    areas = [each for each in results[0] if _agree(results, each, expected, _SAME_AREA)]
    name = monitor.removeprefix("val_")
    if name not in results[0]:
        known = ", ".join(f"`val_{each}`" for each in results[0])
        return Verdict(
            passed=False,
            message=f"`{monitor}` is not in the log. On validation rows it has: {known}.",
            hint='Set `name="ap"` in the metric, and monitor exactly `"val_ap"`.',
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
            hint='Use `AUC(curve="PR", name="ap")`. Without `curve` it is the ROC area, and '
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


@exercise("undo-class-weight")
def undo_class_weight(answer: object) -> Verdict:
    """Check ``f(scores, weight) -> probabilities``: the odds divided by the weight."""
    return judge_function(
        answer,
        solution=_undone,
        returns=("array of probabilities",),
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
                    f"Right, except at a score of exactly 1: {highest} instead of it moves it. Multiply the "
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
