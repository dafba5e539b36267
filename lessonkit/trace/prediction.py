"""How a model comes to its decision on one row: real activations, layer by layer."""

from __future__ import annotations

import inspect
import math
from dataclasses import dataclass
from html import escape
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

import keras  # type: ignore[import-untyped]
import numpy as np

from lessonkit.i18n import gettext as _
from lessonkit.i18n import ngettext
from lessonkit.trace import show
from lessonkit.trace.errors import TraceError
from lessonkit.trace.layers import activation_of, label, stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Contribution", "Explained", "LayerTrace", "PredictionTrace", "prediction_trace"]

_LAYERS: Final = 12  # shown
_LARGEST: Final = 3  # contributions told of one unit


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one input adds to the sum of a unit: weight × value."""

    name: str
    weight: float
    value: float

    @property
    def product(self) -> float:
        """Weight × value."""
        return self.weight * self.value


@dataclass(frozen=True, slots=True)
class Explained:
    """One unit of a dense layer: how its inputs add up.

    Attributes
    ----------
    unit : int
        The unit with the largest activation by size, from 0.
    contributions : tuple of Contribution
        All of them, the largest by size first.
    bias : float
        What is added to their sum; 0.0 for a layer without.
    total : float
        Sum of products and bias: what the activation function takes.
    activation : float
        What it makes of that.
    """

    unit: int
    contributions: tuple[Contribution, ...]
    bias: float
    total: float
    activation: float


@dataclass(frozen=True, slots=True, eq=False)
class LayerTrace:
    """One layer and what it made of the row.

    Attributes
    ----------
    name, kind, does : str
        Its name in the model; its type and size, ``Dense(8, relu)``; what it does in one line.
    activations : array
        What came out, without the batch axis.
    explained : Explained or None
        For a dense layer on a vector.
    """

    name: str
    kind: str
    does: str
    activations: NDArray[Any]
    explained: Explained | None


@dataclass(frozen=True, slots=True, eq=False)
class PredictionTrace(show.Shown):
    """One row on its way through a model; as the last line of a cell it shows itself.

    Attributes
    ----------
    title : str
        The layers in a line.
    row : array
        The values that went in.
    layers : tuple of LayerTrace
        All layers behind the input, in the order of the model.
    score : float
        What the model returned.
    threshold : float
        From here on a score is flagged.
    logit : bool
        Whether the last layer is linear, so that the score is no probability.
    """

    title: str
    row: NDArray[Any]
    layers: tuple[LayerTrace, ...]
    score: float
    threshold: float
    logit: bool

    @property
    def flagged(self) -> bool:
        """Whether score >= threshold."""
        return self.score >= self.threshold

    @property
    def probability(self) -> float | None:
        """The sigmoid of a logit; None if the score is none."""
        if not self.logit:
            return None
        # The form that cannot overflow, for each sign.
        return 1 / (1 + math.exp(-self.score)) if self.score >= 0 else 1 - 1 / (1 + math.exp(self.score))

    def table(self) -> pd.DataFrame:
        """Return one line for each layer.

        Returns
        -------
        pandas.DataFrame
            Columns layer, kind, shape (without the batch axis), smallest, mean and largest activation, and
            zeros, the share of activations that are 0.
        """
        import pandas as pd

        return pd.DataFrame(
            [{"layer": layer.name, "kind": layer.kind, **_statistics(layer)} for layer in self.layers]
        )

    def as_text(self) -> str:
        """Return the way as plain text."""
        lines = [
            self.title,
            "",
            f" 0  {_input()}: {show.size(self.row.shape)}",
            f"    {show.values(self.row)}",
        ]
        first, last = show.elide(len(self.layers), _LAYERS)
        for place in (*first, *last):
            if last and place == last.start:
                lines += ["", f"    {self._left_out()}"]
            layer = self.layers[place]
            lines += ["", f"{place + 1:>2}  {layer.name}: {layer.kind}", f"    {layer.does}"]
            lines += [f"    {line}" for line in _told(layer)]
        return "\n".join([*lines, "", *self._decision()])

    def as_html(self) -> str:
        """Return the way as a self-contained piece of HTML."""
        size, values = show.size(self.row.shape), escape(show.values(self.row))
        head = f'<p><strong>{_input()}</strong> <span class="lk-does">{size}</span></p>'
        items = [f'<li class="lk-stage" value="0">{head}<p class="lk-number">{values}</p></li>']
        first, last = show.elide(len(self.layers), _LAYERS)
        for place in (*first, *last):
            if last and place == last.start:
                items.append(f'<li class="lk-left-out">{self._left_out()}</li>')
            layer = self.layers[place]
            told = "".join(f'<p class="lk-number">{escape(line)}</p>' for line in _told(layer))
            items.append(
                f'<li class="lk-stage" value="{place + 1}"><p><strong>{escape(layer.name)}</strong> '
                f'<code>{escape(layer.kind)}</code></p><p class="lk-does">{escape(layer.does)}</p>{told}</li>'
            )
        decision = "".join(f"<p>{escape(line)}</p>" for line in self._decision())
        body = f'<ol class="lk-stages">{"".join(items)}</ol><div class="lk-decision">{decision}</div>'
        return show.document(self.title, body)

    def _left_out(self) -> str:
        n = len(self.layers) - _LAYERS
        return ngettext("… {n} layer left out …", "… {n} layers left out …", n).format(n=f"{n:,}")

    def _decision(self) -> list[str]:
        if self.flagged:
            told = _("Decision: {score} >= {threshold}, so flagged.")
        elif math.isnan(self.score):
            told = _("Decision: {score} is not >= {threshold}, so not flagged.")
        else:
            told = _("Decision: {score} < {threshold}, so not flagged.")
        score, threshold = _apart(self.score, self.threshold)
        decision = told.format(score=score, threshold=threshold)
        if not self.logit:
            return [decision]
        sigmoid = f"sigmoid({show.number(self.score)}) = {show.number(self.probability)}"
        linear = _(
            "The last layer is linear. If the score is a logit, the probability is {sigmoid}, and a "
            "probability of {half} is a score of 0: {argument}."
        )
        return [decision, linear.format(sigmoid=sigmoid, half="0.5", argument="threshold=0")]


def prediction_trace(
    model: Any,  # noqa: ANN401  (Keras has no types)
    row: ArrayLike,
    *,
    threshold: float = 0.5,
    feature_names: Sequence[str] | None = None,
) -> PredictionTrace:
    """Follow one row through a model, layer by layer, to the decision at a threshold.

    The activations are those of the model itself, in prediction: dropout is off, batch normalization uses its
    moving averages.

    Parameters
    ----------
    model : keras.Model
        Sequential or functional, built, with one input and one output of one score a row.
    row : array_like
        One row, of the shape that the model takes without the batch axis, or with a batch axis of 1.
    threshold : float
        The row is flagged if its score is at least this.
    feature_names : sequence of str, optional
        Names of the inputs, for a first layer that is dense.

    Returns
    -------
    PredictionTrace

    Raises
    ------
    TraceError
        The model has several inputs or outputs, no fixed layers, or more than one score; the row has another
        shape; the threshold is no number; there is not one name for each feature.

    Notes
    -----
    A layer that the model uses twice is shown at its first use, a model within the model as one layer.

    Examples
    --------
    >>> trace = prediction_trace(model, X_test[0])
    >>> trace.score, trace.flagged
    (0.9731, True)
    """
    model = getattr(model, "__wrapped__", model)  # a step that a PipelineTrace watches
    _need_one_score(model)
    given: object = threshold
    if isinstance(given, (bool, np.bool)) or not isinstance(given, Real) or math.isnan(given):
        raise TraceError(f"threshold is {threshold!r}. Give a number, for example 0.5.")
    batch = _one_row(model, row)
    given = (
        [_("input {n}").format(n=place) for place in range(batch[0].size)]
        if feature_names is None
        else feature_names
    )
    names = [str(name) for name in given]
    if len(names) != batch[0].size:
        has, wanted = len(names), show.value_count(batch[0].size)
        plural = "" if has == 1 else "s"
        raise TraceError(
            f"feature_names has {has:,} name{plural}, the row {wanted}. Give one name for each value."
        )
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    # What goes into each layer, what comes out, and the model's own output, all in one pass.
    given = [keras.tree.flatten(layer.input)[0] for layer in layers]
    made = [keras.tree.flatten(layer.output)[0] for layer in layers]
    probe = keras.Model(model.inputs, [*given, *made, model.outputs[0]])
    *seen, scores = (np.asarray(each) for each in probe(keras.ops.convert_to_tensor(batch), training=False))
    traced = tuple(
        _trace_layer(layer, before[0], after[0], names if tensor is model.inputs[0] else None)
        for layer, tensor, before, after in zip(layers, given, seen, seen[len(layers) :], strict=False)
    )
    score = float(scores.ravel()[0])
    # Behind the last layer there may be an operation that is no layer, as keras.ops.sigmoid.
    linear = activation_of(layers[-1]) == "linear" and made[-1] is model.outputs[0]
    return PredictionTrace(stack(layers), batch[0], traced, score, float(threshold), linear)


def _input() -> str:
    return _("input")


def _need_one_score(model: Any) -> None:  # noqa: ANN401
    inputs, outputs = (getattr(model, name, None) or [] for name in ("inputs", "outputs"))
    name = type(model).__name__
    if not isinstance(model, keras.Model):
        raise TraceError(f"model is of type {name}. Give a keras.Model.")
    if not inputs or not outputs:
        raise TraceError(
            f"The model {model.name!r} has no fixed layers yet. Begin it with keras.Input(shape), or "
            "fit it first. A subclass of keras.Model cannot be followed."
        )
    for kind, tensors in (("input", inputs), ("output", outputs)):
        if len(tensors) > 1:
            names = ", ".join(tensor.name for tensor in tensors)
            raise TraceError(
                f"The model {model.name!r} has {len(tensors):,} {kind}s: {names}. Follow a row "
                f"through a model with one {kind}."
            )
    if outputs[0].shape[1:] not in {(), (1,)}:
        raise TraceError(
            f"The model {model.name!r} returns {show.size(outputs[0].shape[1:])} numbers a row. A threshold "
            'needs one score: end the model with Dense(1, activation="sigmoid").'
        )


def _one_row(model: Any, row: ArrayLike) -> NDArray[Any]:  # noqa: ANN401
    tensor = model.inputs[0]
    kind = keras.backend.standardize_dtype(tensor.dtype)
    try:
        values = np.asarray(row, dtype=None if kind == "string" else kind)
    except (TypeError, ValueError) as error:
        raise TraceError(
            f"The row does not hold {kind} numbers: {error}. Prepare it as the training rows."
        ) from error
    shape = tuple(tensor.shape[1:])
    for batch in (values[None], values):
        fits = batch.ndim == len(shape) + 1 and len(batch) == 1
        if fits and all(want in (None, have) for want, have in zip(shape, batch.shape[1:], strict=True)):
            return batch
    wanted = " × ".join("any" if side is None else f"{side:,}" for side in shape)
    raise TraceError(
        f"The row has shape {values.shape}, the model takes {wanted}. Give one prepared row, as X_test[0]."
    )


def _trace_layer(
    layer: Any,  # noqa: ANN401
    given: NDArray[Any],
    made: NDArray[Any],
    names: list[str] | None,
) -> LayerTrace:
    plain = type(layer) is keras.layers.Dense and given.ndim == 1
    explained = _explain(layer, given, made, names) if plain else None
    return LayerTrace(layer.name, label(layer), _does(layer), made, explained)


def _explain(layer: Any, given: NDArray[Any], made: NDArray[Any], names: list[str] | None) -> Explained:  # noqa: ANN401
    unit = int(np.argmax(np.abs(np.nan_to_num(made))))
    weights = np.asarray(layer.kernel)[:, unit].astype(float)
    bias = float(np.asarray(layer.bias)[unit]) if layer.use_bias else 0.0
    inputs = given.astype(float)
    order = np.argsort(-np.abs(weights * inputs), kind="stable")
    contributions = tuple(
        Contribution(
            names[place] if names else _("unit {n}").format(n=place),
            float(weights[place]),
            float(inputs[place]),
        )
        for place in order.tolist()
    )
    total = float(weights @ inputs + bias)
    return Explained(unit, contributions, bias, total, float(made[unit]))


def _does(layer: Any) -> str:  # noqa: ANN401
    """Say in one line what a layer does to one row, in prediction."""
    name = type(layer).__name__
    activation = activation_of(layer)
    if name == "Dense" and activation in {"", "linear"}:
        return _("For each unit: weights × inputs, plus bias.")
    if name == "Dense":
        told = _("For each unit: weights × inputs, plus bias, then {activation}.")
        return told.format(activation=activation)
    if "Dropout" in name or name.startswith("Gaussian"):
        return _("Active only in training: it hands the row on as it is.")
    if name == "BatchNormalization":
        return _("Scales each value by the mean and variance kept from training.")
    if hasattr(layer, "layers"):
        return _("A model of its own: {layers}.").format(layers=stack(layer.layers))
    return " ".join((inspect.getdoc(layer) or "").partition("\n\n")[0].split())


def _told(layer: LayerTrace) -> list[str]:
    values = layer.activations
    shape = show.value_count(values.size)
    if values.ndim != 1:
        shape = _("{size} values").format(size=show.size(values.shape))
    lines = [f"{shape}:  {show.values(values)}"]
    if values.ndim > 1:
        seen = _statistics(layer)
        told = _("smallest {smallest}, mean {mean}, largest {largest}, {share} zeros")
        numbers = {name: show.number(seen[name]) for name in ("smallest", "mean", "largest")}
        lines.append(told.format(**numbers, share=f"{seen['zeros']:.0%}"))
    if layer.explained is not None:
        lines += _sum(layer.explained, len(values), layer.kind)
    return lines


def _sum(explained: Explained, units: int, kind: str) -> list[str]:
    largest = explained.contributions[:_LARGEST]
    rest = explained.contributions[_LARGEST:]
    parts = [
        f"{show.number(part.weight)} × {show.number(part.value)} ({show.shorten(part.name)})"
        for part in largest
    ]
    if rest:
        others = sum(part.product for part in rest)
        told = ngettext("{sum} ({n} other)", "{sum} ({n} others)", len(rest))
        parts.append(told.format(sum=show.number(others), n=f"{len(rest):,}"))
    parts.append(_("{number} (bias)").format(number=show.number(explained.bias)))
    told = f"{' + '.join(parts)} = {show.number(explained.total)}"
    if units != 1:
        told = _("unit {n}, the largest: {sum}").format(n=explained.unit, sum=told)
    activation = kind.rpartition(", ")[2].rstrip(")")
    if activation != "linear":
        made = _("{sum}; {activation} makes it {number}")
        told = made.format(sum=told, activation=activation, number=show.number(explained.activation))
    return [told]


def _statistics(layer: LayerTrace) -> dict[str, Any]:
    values = layer.activations
    shape = values.shape
    if values.dtype.kind not in "biuf" or not values.size:
        return {"shape": shape, **dict.fromkeys(("smallest", "mean", "largest", "zeros"), math.nan)}
    return {
        "shape": shape,
        "smallest": float(values.min()),
        "mean": float(values.mean()),
        "largest": float(values.max()),
        "zeros": float(np.mean(values == 0)),
    }


def _apart(score: float, threshold: float) -> tuple[str, str]:
    """Return both with as many decimals as tell them apart."""
    for decimals in range(2, 10):
        pair = show.number(score, decimals), show.number(threshold, decimals)
        if pair[0] != pair[1] or score == threshold:
            return pair
    return repr(score), repr(threshold)
