"""What happens in a pipeline, while a Keras model trains, and in one prediction.

Keras is imported only for the names that need it. Elsewhere, only the checks of lesson 09 import it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lessonkit.needs import need_keras

if TYPE_CHECKING:
    from lessonkit.trace.errors import LeakWarning, TraceError
    from lessonkit.trace.exact import ExactAveragePrecision
    from lessonkit.trace.pipeline import PipelineTrace
    from lessonkit.trace.prediction import prediction_trace
    from lessonkit.trace.training import TrainingTrace

__all__ = [
    "ExactAveragePrecision",
    "LeakWarning",
    "PipelineTrace",
    "TraceError",
    "TrainingTrace",
    "need_keras",
    "prediction_trace",
]

# Where each name lives.
_HOMES = {
    "ExactAveragePrecision": "exact",
    "LeakWarning": "errors",
    "PipelineTrace": "pipeline",
    "TraceError": "errors",
    "TrainingTrace": "training",
    "prediction_trace": "prediction",
}
_WITH_KERAS = {"exact", "prediction", "training"}


def __getattr__(name: str) -> Any:  # noqa: ANN401  (the names have different types)
    """Import a public name on first use: a pipeline's trace does not wait for Keras."""
    if name not in _HOMES:
        raise AttributeError(
            f"module 'lessonkit.trace' has no attribute {name!r}. It has: {', '.join(__all__)}."
        )
    if _HOMES[name] in _WITH_KERAS:
        need_keras()
    value = getattr(import_module(f"lessonkit.trace.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted(__all__)
