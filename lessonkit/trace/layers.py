"""Names of layers, told from their attributes: a pipeline's trace does without importing Keras."""

from __future__ import annotations

from typing import Any, Final

from lessonkit.trace.show import more

_SIZES: Final = ("units", "filters", "output_dim", "rate", "pool_size")
_LAYERS: Final = 6


def label(layer: Any) -> str:  # noqa: ANN401  (a layer of Keras, which has no types)
    """Return a layer as one writes it: ``Dense(8, relu)``."""
    sizes = (getattr(layer, name, None) for name in _SIZES)
    parts = [str(size) for size in sizes if size is not None]
    activation = activation_of(layer)
    return f"{type(layer).__name__}({', '.join([*parts, *([activation] if activation else [])])})"


def activation_of(layer: Any) -> str:  # noqa: ANN401
    """Return the name of a layer's activation; "" if it has none."""
    activation = getattr(layer, "activation", None)
    return str(getattr(activation, "__name__", "")) if activation is not None else ""


def stack(layers: Any) -> str:  # noqa: ANN401
    """Return layers in a line, the middle of a long one left out."""
    names = [label(layer) for layer in layers if type(layer).__name__ != "InputLayer"]
    if len(names) > _LAYERS:
        half = _LAYERS // 2
        names = [*names[:half], more(len(names) - 2 * half), *names[-half:]]
    return " → ".join(names)
