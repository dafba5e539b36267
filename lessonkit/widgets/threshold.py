"""What the widgets with a threshold share: the trait that holds it, and how it goes over the wire.

What the page says the counts are is never believed. If it is wrong, it is sent the right ones.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import traitlets

from lessonkit.metrics.inputs import need_real
from lessonkit.widgets.stored import StoredWidget

if TYPE_CHECKING:
    from lessonkit.metrics import Confusion, ThresholdSweep

    RealTrait = traitlets.TraitType[float, float]
else:
    RealTrait = traitlets.TraitType  # traitlets 5.7, which Colab has, knows no type parameters


class Threshold(RealTrait):
    """A real number, infinities included; on the wire ``[threshold, TP, FP]``."""

    info_text = "a real number"

    def validate(self, obj: Any, value: object) -> float:  # noqa: ANN401, ARG002  (traitlets' signature)
        """Refuse what is no real number."""
        need_real("threshold", value)
        return float(value)  # type: ignore[arg-type]

    @staticmethod
    def to_page(value: float, widget: SweptWidget) -> list[object]:
        """Return the threshold with its counts."""
        confusion = widget.sweep.at(value)
        # JSON has no infinity.
        wire = value if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")
        return [wire, confusion.true_positives, confusion.false_positives]

    @staticmethod
    def from_page(value: object, widget: SweptWidget) -> float:
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
        return widget.threshold


class SweptWidget(StoredWidget):
    """A widget of one sweep, with a threshold that the page and Python both move.

    Attributes
    ----------
    threshold : float
        Rows with ``score >= threshold`` are flagged. Follows the page, moves it when set, can be observed.
    """

    # The page reads it and does not write it: what it sends back is ignored.
    view = traitlets.Dict().tag(sync=True, from_json=lambda _value, widget: widget.view)
    threshold = Threshold(0.5).tag(sync=True, to_json=Threshold.to_page, from_json=Threshold.from_page)

    _sweep: ThresholdSweep

    @property
    def sweep(self) -> ThresholdSweep:
        """What is counted."""
        return self._sweep

    @property
    def confusion(self) -> Confusion:
        """The counts at the present threshold."""
        return self._sweep.at(self.threshold)
