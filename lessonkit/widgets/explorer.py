"""The threshold explorer. The page draws it and moves it (``explorer.js``); this half counts.

Between the two halves there are two traits:

* ``view`` (kernel to page) is what stays: the stops with their exact counts (`lessonkit.widgets.stops`), the
  histogram, and what was asked for beside them;
* ``threshold`` (both ways) goes over the wire as ``[threshold, TP, FP]``. The page sets it at every stop. Of
  a threshold that is no stop the page knows no counts: it sends None for them, and gets them back.

What the page says the counts are is never believed. If it is wrong, it is sent the right ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.i18n import gettext as _
from lessonkit.i18n import noop
from lessonkit.metrics import ThresholdSweep
from lessonkit.metrics.inputs import MetricsError, need_amount
from lessonkit.metrics.thinning import finite_range
from lessonkit.metrics.uncertainty import Band, bootstrap_band
from lessonkit.widgets.assets import asset, page_words
from lessonkit.widgets.picture import explorer_html, explorer_text
from lessonkit.widgets.stops import Stops, pack
from lessonkit.widgets.threshold import SweptWidget, Threshold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray


#: The names of the classes and of the models, where none are given.
_LABELS = (noop("positives"), noop("negatives"))
_NAMES = (noop("this model"), noop("the other model"))
BINS = 40
_BAND_GRID = 51
_RESAMPLES = 200


def explore(  # noqa: PLR0913  (each is one thing to show; all have defaults)
    y_true: ArrayLike | ThresholdSweep,
    scores: ArrayLike | None = None,
    *,
    sample_weight: ArrayLike | None = None,
    pos_label: object = None,
    compare: ArrayLike | ThresholdSweep | None = None,
    threshold: float | None = None,
    false_positive_cost: float | None = None,
    false_negative_cost: float | None = None,
    band: bool = False,
    curves: bool = True,
    labels: tuple[str, str] = _LABELS,
    names: tuple[str, str] = _NAMES,
) -> ExplorerWidget:
    """Show what a threshold does: scores, decisions, precision–recall curve and ROC curve, linked.

    Call ``explore(y_true, scores)`` or ``explore(sweep)``. Drag the line, use the arrow keys, type a number,
    click a curve, or set ``.threshold``.

    Parameters
    ----------
    y_true : (n,) array_like, or ThresholdSweep
        True labels, 0 and 1; or a sweep in hand.
    scores : (n,) array_like
        Scores, higher for rows more likely positive. Left out with a sweep.
    sample_weight, pos_label
        As for `ThresholdSweep`. Left out with a sweep, which has its own.
    compare : (n,) array_like of scores, or ThresholdSweep, optional
        A second model, drawn dashed, its point at its highest threshold with at least the same recall.
    threshold : float, optional
        Where to start. By default 0.5 where the scores lie between 0 and 1, else that of the best F1.
    false_positive_cost, false_negative_cost : float, optional
        Prices of one false alarm and of one miss, both or neither. The cost is then drawn against the
        threshold, with its minimum and that of flagging nothing, and two sliders change the prices.
    band : bool, default False
        Show the 95 % bootstrap band of precision, from 200 resamples, at the recalls where it holds.
        Not for a weighted sweep, which does not keep its rows.
    curves : bool, default True
        Show the two curves and the dial of the prevalence. Without them, scores and decisions are left, and
        there is neither *compare* nor *band*.
    labels : (positive, negative)
        The names of the two classes, in the plural.
    names : (str, str)
        The names of the two models, with *compare*.

    Returns
    -------
    ExplorerWidget
        The widget; as the last line of a cell it shows itself.

    Raises
    ------
    MetricsError
        For input that `ThresholdSweep` refuses, a price out of range or alone, a band of weighted rows, or
        what is drawn on curves that are left out.

    Examples
    --------
    >>> explorer = explore([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1])
    >>> explorer.threshold = 0.3
    >>> explorer.confusion.precision
    0.6666666666666666
    """
    options: dict[str, Any] = {"sample_weight": sample_weight, "pos_label": pos_label}
    sweep = _sweep(y_true, scores, options)
    if not curves and (band or compare is not None):
        name = "band" if band else "compare"
        raise MetricsError(f"{name} is drawn on the curves, and curves is False. Leave one of the two out.")
    other = None
    if compare is not None:
        if isinstance(compare, ThresholdSweep):
            other = compare
        elif isinstance(y_true, ThresholdSweep):
            raise MetricsError("compare is scores beside a sweep, whose labels are not kept. Give a sweep.")
        else:
            other = ThresholdSweep(y_true, compare, **options)
    return ExplorerWidget(
        sweep,
        compare=other,
        threshold=threshold,
        prices=_prices(false_positive_cost, false_negative_cost),
        band=_band(sweep if isinstance(y_true, ThresholdSweep) else (y_true, scores), options)
        if band
        else None,
        curves=curves,
        labels=labels,
        names=names,
    )


@dataclass(frozen=True)
class Prices:
    """What one error of each kind costs."""

    false_positive: float
    false_negative: float


class ExplorerWidget(SweptWidget):
    """The threshold explorer of one sweep; made by `explore`."""

    _esm = asset("explorer.js")
    _css = asset("explorer.css")

    def __init__(  # noqa: PLR0913  (as `explore`)
        self,
        sweep: ThresholdSweep,
        *,
        compare: ThresholdSweep | None = None,
        threshold: float | None = None,
        prices: Prices | None = None,
        band: Band | None = None,
        curves: bool = True,
        labels: tuple[str, str] = _LABELS,
        names: tuple[str, str] = _NAMES,
    ) -> None:
        self._sweep = sweep
        self._start = _start(sweep) if threshold is None else threshold
        # The page finds the lowest cost at any prices, so it needs all thresholds that some prices lead to.
        self._stops = Stops.of(sweep, keep=_ever_cheapest(sweep) if prices else [])
        view = {
            "labels": [*map(_, labels)],
            "histogram": _histogram(sweep),
            "prices": vars(prices).copy() if prices else None,
            "curves": curves,
            **_model(sweep, self._stops),
            **page_words("explorer.js"),
        }
        if curves:
            view |= {
                "names": [*map(_, names)],
                "band": _packed(band),
                "compare": _model(compare, Stops.of(compare)) if compare else None,
            }
        super().__init__(view=view, threshold=self._start)

    def restart(self) -> None:
        """Go back to the threshold at which the explorer began."""
        self.threshold = self._start

    def _still(self) -> tuple[str, str]:
        """Return the picture with its numbers, as HTML and as text."""
        html = explorer_html(
            self._sweep,
            self._stops,
            Threshold.to_page(self.threshold, self),
            self.view,
            script=self._esm,
            style=self._css,
        )
        text = explorer_text(self._sweep, self.threshold, self.view["labels"])
        return html, text


def _sweep(
    y_true: ArrayLike | ThresholdSweep, scores: ArrayLike | None, options: Mapping[str, Any]
) -> ThresholdSweep:
    if isinstance(y_true, ThresholdSweep):
        for name, value in options.items():
            if value is not None:
                raise MetricsError(f"{name} is given beside a sweep, which has its own. Give explore(sweep).")
        if scores is not None:
            raise MetricsError("scores are given beside a sweep, which has its own. Give explore(sweep).")
        return y_true
    if scores is None:
        raise MetricsError("scores are missing. Give explore(y_true, scores) or explore(sweep).")
    return ThresholdSweep(y_true, scores, **options)


def _prices(false_positive: float | None, false_negative: float | None) -> Prices | None:
    if false_positive is None and false_negative is None:
        return None
    for name, price in (("false_positive_cost", false_positive), ("false_negative_cost", false_negative)):
        if price is None:
            raise MetricsError(f"{name} is missing. Give both prices; an error that costs nothing costs 0.")
        need_amount(name, price)
    return Prices(float(false_positive), float(false_negative))  # type: ignore[arg-type]


def _ever_cheapest(sweep: ThresholdSweep) -> list[float]:
    """Return the thresholds that some prices make the cheapest: the corners of the ROC curve's hull."""
    tp, fp = (np.append(0, counts) for counts in (sweep.true_positives, sweep.false_positives))
    rises, runs = np.diff(tp) > 0, np.diff(fp) > 0
    # A corner ends a rise. Beyond it the curve turns right, or ends.
    ends = np.flatnonzero(rises & np.append(runs[1:], True)) + 1
    hull = [0]
    for new in ends.tolist():
        while len(hull) > 1:
            first, middle = hull[-2:]
            left = (tp[middle] - tp[first]) * (fp[new] - fp[middle])
            if left > (tp[new] - tp[middle]) * (fp[middle] - fp[first]):
                break
            hull.pop()
        hull.append(new)
    kept: list[float] = sweep.thresholds[np.array(hull[1:], dtype=np.intp) - 1].tolist()
    return kept


def _start(sweep: ThresholdSweep) -> float:
    if sweep.thresholds[-1] >= 0 and sweep.thresholds[0] <= 1:
        return 0.5
    return sweep.best("f1").threshold


def _model(sweep: ThresholdSweep, stops: Stops) -> dict[str, Any]:
    return {"stops": stops.packed(), "positives": sweep.positives, "negatives": sweep.negatives}


def _histogram(sweep: ThresholdSweep) -> dict[str, Any]:
    """Return the counts of each class in bins of equal width; infinite scores count in the outermost."""
    low, high = finite_range(sweep.thresholds)
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    elif low == high:
        low, high = low - 0.5, high + 0.5
    # Halves, because the difference of two floats may overflow.
    inner = 2 * np.linspace(low / 2, high / 2, BINS + 1)[1:-1]
    flagged = sweep.thresholds.size - np.searchsorted(sweep.thresholds[::-1], inner)

    def counts(cumulative: NDArray[Any]) -> list[float]:
        reached = np.concatenate([cumulative[-1:], np.append(0, cumulative)[flagged], [0]])
        found: list[float] = (-np.diff(reached)).tolist()
        return found

    return {
        "low": low,
        "high": high,
        "positive": counts(sweep.true_positives),
        "negative": counts(sweep.false_positives),
    }


def _band(rows: ThresholdSweep | tuple[Any, Any], options: Mapping[str, Any]) -> Band:
    """Return the band of precision of rows, or of a sweep whose rows are all alike."""
    if isinstance(rows, ThresholdSweep):
        if rows.true_positives.dtype.kind != "i":
            raise MetricsError(
                "band is True, but the sweep has weights and does not keep its rows. Give the rows: "
                "explore(y_true, scores, sample_weight=sample_weight, band=True)."
            )
        classes = (rows.true_positives, rows.false_positives)
        parts = [np.repeat(rows.thresholds, np.diff(counts, prepend=0)) for counts in classes]
        rows = np.repeat([1, 0], [part.size for part in parts]), np.concatenate(parts)
    grid = np.linspace(0, 1, _BAND_GRID)
    return bootstrap_band(*rows, recall_grid=grid, resamples=_RESAMPLES, **options)


def _packed(band: Band | None) -> dict[str, bytes] | None:
    if band is None or not band.holds.any():
        return None
    # A thousandth is less than half a pixel.
    return {name: pack(np.round(getattr(band, name)[band.holds], 3)) for name in ("recall", "low", "high")}
