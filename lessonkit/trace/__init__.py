"""What happens in a pipeline and while a Keras model trains. The only package that imports Keras."""

from __future__ import annotations

from lessonkit.trace.exact import ExactAveragePrecision

__all__ = ["ExactAveragePrecision"]
