"""The trait that holds a threshold, and how it goes over the wire.

What the page says the counts are is never believed. If it is wrong, it is sent the right ones.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

import traitlets

from lessonkit.metrics.inputs import need_real

if TYPE_CHECKING:
    from lessonkit.metrics import ThresholdSweep


class _Swept(Protocol):
    """A widget with a sweep and its threshold."""

    threshold: Any

    @property
    def sweep(self) -> ThresholdSweep: ...


class Threshold(traitlets.TraitType[float, float]):
    """A real number, infinities included; on the wire ``[threshold, TP, FP]``."""

    info_text = "a real number"

    def validate(self, obj: Any, value: object) -> float:  # noqa: ANN401, ARG002  (traitlets' signature)
        """Refuse what is no real number."""
        need_real("threshold", value)
        return float(value)  # type: ignore[arg-type]

    @staticmethod
    def to_page(value: float, widget: _Swept) -> list[object]:
        """Return the threshold with its counts."""
        confusion = widget.sweep.at(value)
        # JSON has no infinity.
        wire = value if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")
        return [wire, confusion.true_positives, confusion.false_positives]

    @staticmethod
    def from_page(value: object, widget: _Swept) -> float:
        """Return the threshold that a page sends, or the present one if it makes no sense."""
        match value:
            case ["Infinity", *_]:
                return math.inf
            case ["-Infinity", *_]:
                return -math.inf
            case [bool(), *_]:
                pass
            case [int() | float() as threshold, *_] if abs(threshold) < math.inf:
                try:
                    return float(threshold)
                except OverflowError:
                    pass
        present: float = widget.threshold
        return present
