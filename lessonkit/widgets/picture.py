"""The explorer without a kernel: its panels as one picture, its numbers as a table, and a spark of life.

The picture is an SVG made of text alone: the same bytes on every machine, so that stored outputs can be
compared. It sits in an ``<img>``, which JupyterLab keeps also in a notebook that it does not trust. Where
scripts run (an HTML export, a trusted notebook), the explorer itself takes the picture's place and moves.
"""

from __future__ import annotations

import base64
import math
from html import escape
from typing import TYPE_CHECKING, Any

from lessonkit.i18n import gettext as _
from lessonkit.i18n import isolate
from lessonkit.widgets.still import CARD as _CARD
from lessonkit.widgets.still import GRID as _GRID
from lessonkit.widgets.still import INK as _INK
from lessonkit.widgets.still import MUTED as _MUTED
from lessonkit.widgets.still import NEGATIVE as _NEGATIVE
from lessonkit.widgets.still import POSITIVE as _POSITIVE
from lessonkit.widgets.still import data_address, living
from lessonkit.widgets.still import near as _near
from lessonkit.widgets.still import path as _path
from lessonkit.widgets.still import text as _text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lessonkit.metrics import Confusion, ThresholdSweep
    from lessonkit.widgets.stops import Stops

    # From shares to coordinates, as text.
    _Place = Callable[[float, float], tuple[str, str]]

_SIDE = 240
_WIDTH, _HEIGHT = 660, 654
_HEIGHT_WITHOUT_CURVES = 316
_HEIGHT_OF_COST = 230
# Where the panels' plots begin.
_LEFT, _RIGHT = 70, 390
_UPPER, _LOWER = 50, 362


def explorer_html(
    sweep: ThresholdSweep,
    stops: Stops,
    threshold: list[Any],
    view: dict[str, Any],
    *,
    script: str,
    style: str,
) -> str:
    """Return the explorer as HTML that needs no kernel and no network.

    Parameters
    ----------
    sweep : ThresholdSweep
    stops : Stops
        Of this sweep: what its curves are drawn through.
    threshold : [threshold, TP, FP]
        Where the explorer stands, as on the wire.
    view : dict
        The explorer's trait of that name.
    script, style : str
        Its module and its sheet.
    """
    number = float(threshold[0])
    confusion = sweep.at(number)
    labels = view["labels"]
    address = data_address(_picture(sweep, stops, confusion, view, number))
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{value}</td></tr>"
        for name, value in _numbers(sweep, number, confusion, view)
    )
    panels = [
        _("histogram"),
        _("confusion matrix"),
        *[_("precision–recall curve"), _("ROC curve")] * view["curves"],
    ]
    panels += [_("cost against the threshold")] * bool(view["prices"])
    shown = _("Panels: {panels}. In the histogram, each class has its own scale.").format(
        panels=", ".join(panels)
    )
    still = (
        f'<img src="{address}" width="{_WIDTH}" height="{_height(view)}" '
        f'style="max-width: 100%; height: auto" alt="{escape(explorer_text(sweep, number, labels))} {shown}">'
        f"<table>{rows}</table>"
    )
    return living("explorer", still, as_text(view), threshold, script=script, style=style)


def explorer_text(sweep: ThresholdSweep, threshold: float, labels: Sequence[str]) -> str:
    """Return the explorer in one sentence."""
    counts = sweep.at(threshold)
    return _(
        "Threshold explorer at {threshold}: {found} of {total} {positives} found, {alarms} false alarms; "
        "precision {precision}, recall {recall}."
    ).format(
        threshold=isolate(_plain(threshold)),
        found=_count(counts.true_positives),
        total=_count(counts.positives),
        positives=labels[0],
        alarms=_count(counts.false_positives),
        precision=f"{counts.precision:.3f}",
        recall=f"{counts.recall:.3f}",
    )


def as_text(value: object) -> object:
    """Return a view with its bytes as base64, for JSON."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    return value


def _numbers(
    sweep: ThresholdSweep, threshold: float, counts: Confusion, view: dict[str, Any]
) -> Iterable[tuple[str, str]]:
    yield _("Threshold"), _plain(threshold)
    yield _("True positives"), _count(counts.true_positives)
    yield _("False positives (false alarms)"), _count(counts.false_positives)
    yield _("False negatives (misses)"), _count(counts.false_negatives)
    yield _("True negatives"), _count(counts.true_negatives)
    yield _("Precision"), f"{counts.precision:.3f}"
    yield _("Recall"), f"{counts.recall:.3f}"
    yield "F1", f"{counts.f1:.3f}"
    yield _("Accuracy"), f"{counts.accuracy:.3f}"
    yield _("Alerts per 1,000"), f"{1000 * counts.flagged_rate:.1f}"
    if view["prices"]:
        yield _("Cost"), _count(counts.cost(**view["prices"]))
        cheapest = sweep.cheapest(**view["prices"])
        at = _("{cost} (threshold {threshold})")
        yield (
            _("Lowest cost"),
            at.format(cost=_count(cheapest.value), threshold=f"{cheapest.threshold:.4g}"),
        )
        yield _("Cost of flagging nothing"), _count(sweep.at(math.inf).cost(**view["prices"]))


def _plain(number: float) -> str:
    return f"{number:.15g}" if math.isfinite(number) else ("∞" if number > 0 else "−∞")


def _count(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"


def _picture(
    sweep: ThresholdSweep, stops: Stops, counts: Confusion, view: dict[str, Any], threshold: float
) -> str:
    height = _height(view)
    parts = [
        f"<rect width='{_WIDTH}' height='{height}' rx='12' fill='{_CARD}'/>",
        *_scores(view, threshold),
        *_matrix(counts, view["labels"]),
        *(_curves(sweep, stops, counts) if view["curves"] else ()),
        *(_valley(stops, counts, view, threshold) if view["prices"] else ()),
    ]
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' "
        f"font-family='system-ui, sans-serif' font-size='13' fill='{_MUTED}'>{''.join(parts)}</svg>"
    )


def _height(view: dict[str, Any]) -> int:
    above = _HEIGHT if view["curves"] else _HEIGHT_WITHOUT_CURVES
    return above + _HEIGHT_OF_COST * bool(view["prices"])


def _curves(sweep: ThresholdSweep, stops: Stops, counts: Confusion) -> Iterable[str]:
    tp, fp = stops.true_positives.tolist(), stops.false_positives.tolist()
    curve = [(t / sweep.positives, t / (t + f)) for t, f in zip(tp, fp, strict=True) if t + f]
    roc = [(f / sweep.negatives, t / sweep.positives) for t, f in zip(tp, fp, strict=True)]
    here = (counts.recall, counts.precision) if counts.predicted_positive else None
    prevalence = sweep.prevalence
    return [
        *_axes(_LEFT, _("Precision–recall curve"), _("Recall"), _("Precision")),
        *_baseline(_LEFT, (0, prevalence), (1, prevalence)),
        _path(_steps(curve, _place(_LEFT)), _NEGATIVE),
        *_point(_LEFT, here),
        *_axes(_RIGHT, _("ROC curve"), _("False positive rate"), _("Recall")),
        *_baseline(_RIGHT, (0, 0), (1, 1)),
        _path(_line([(0.0, 0.0), *roc], _place(_RIGHT)), _NEGATIVE),
        *_point(_RIGHT, (counts.false_positive_rate, counts.recall)),
    ]


def _place(left: float) -> _Place:
    """Return a function from shares to coordinates in the panel of the lower row that begins at *left*."""
    return lambda x, y: (_near(left + _SIDE * x), _near(_LOWER + _SIDE * (1 - y)))


def _steps(points: list[tuple[float, float]], place: _Place) -> str:
    path = [f"M{' '.join(place(0, points[0][1]))}"]
    last = place(0, points[0][1])
    for point in points:
        x, y = place(*point)
        if y != last[1]:
            path.append(f"V{y}")
        if x != last[0]:
            path.append(f"H{x}")
        last = (x, y)
    return "".join(path)


def _line(points: list[tuple[float, float]], place: _Place) -> str:
    places = [place(*point) for point in points]
    # The middle of three equal places, or of three on one level, adds nothing.
    corners = [
        here
        for before, here, after in zip([None, *places], places, [*places[1:], None], strict=False)
        if before is None
        or after is None
        or not (before[0] == here[0] == after[0] or before[1] == here[1] == after[1])
    ]
    return "M" + "L".join(" ".join(corner) for corner in corners)


def _axes(left: float, title: str, x_name: str, y_name: str) -> Iterable[str]:
    place = _place(left)
    yield _text(left - 30, _LOWER - 32, title, ink=True, bold=True)
    yield _text(left - 30, _LOWER - 12, f"↑ {y_name}")
    yield _text(left + _SIDE, _LOWER + _SIDE + 34, f"{x_name} →", anchor="end")
    for value in (0, 0.2, 0.4, 0.6, 0.8, 1):
        x, y = place(value, value)
        yield _path(f"M{x} {_LOWER}v{_SIDE}M{left} {y}h{_SIDE}", _GRID, width=1)
        yield _text(float(x), _LOWER + _SIDE + 17, f"{value}", anchor="middle")
        yield _text(left - 7, float(y) + 4, f"{value}", anchor="end")


def _baseline(left: float, start: tuple[float, float], end: tuple[float, float]) -> Iterable[str]:
    yield _path(_line([start, end], _place(left)), _MUTED, width=1.5, dash="2 3")


def _point(left: float, point: tuple[float, float] | None) -> Iterable[str]:
    if point is None:  # nothing flagged, no precision: the curve has no such point
        return
    x, y = _place(left)(*point)
    yield _path(f"M{x} {_LOWER + _SIDE}V{y}H{left}", _INK, width=1, dash="3 3")
    yield f"<circle cx='{x}' cy='{y}' r='6.5' fill='{_POSITIVE}' stroke='{_CARD}' stroke-width='2'/>"


def _scores(view: dict[str, Any], threshold: float) -> Iterable[str]:
    histogram, labels = view["histogram"], view["labels"]
    low, high = histogram["low"], histogram["high"]
    middle, reach = _UPPER + _SIDE / 2, _SIDE / 2 - 26
    yield _text(_LEFT - 30, _UPPER - 20, _("Scores"), ink=True, bold=True)
    yield _text(_LEFT + _SIDE, _UPPER - 20, _("each class has its own scale"), anchor="end")
    yield _text(_LEFT - 7, middle + 4, "0", anchor="end")
    turned = f"translate({_LEFT - 46} {middle:.0f}) rotate(-90)"
    count = escape(_("count"))
    yield f"<text transform='{turned}' text-anchor='middle'>{count}</text>"
    for counts, color, fill, up in (
        (histogram["positive"], _POSITIVE, "#F3D9C6", -1),
        (histogram["negative"], _NEGATIVE, "#BBD9EC", 1),
    ):
        for value in _ticks(counts):
            y = middle + up * reach * value / max(counts)
            yield _path(f"M{_LEFT} {_near(y)}h{_SIDE}", _GRID, width=1)
            yield _text(_LEFT - 7, y + 4, _short(value), anchor="end")
        wide = _SIDE / len(counts)
        bars = []
        for index, count in enumerate(counts):
            if count:
                # One row of a million can still be seen.
                tall = _near(up * max(reach * count / max(counts), 1.5))
                left, right = (_near(_LEFT + wide * edge) for edge in (index, index + 1))
                bars.append(f"M{left} {middle:.0f}v{tall}H{right}V{middle:.0f}")
        yield _path("".join(bars), color, width=1, fill=fill)
    yield _path(f"M{_LEFT} {middle:.0f}h{_SIDE}", _MUTED, width=1)
    end, bottom = _LEFT + _SIDE, _UPPER + _SIDE
    share = min(max(threshold, low), high) / 2 - low / 2
    x = _near(_LEFT + _SIDE * (share / (high / 2 - low / 2)))
    yield _path(f"M{x} {_UPPER}V{bottom}", _INK)
    yield _text(end, _UPPER + 12, f"{labels[0]} ({_count(view['positives'])})", anchor="end", ink=True)
    yield _text(end, bottom - 4, f"{labels[1]} ({_count(view['negatives'])})", anchor="end", ink=True)
    for part, anchor in ((0, "start"), (0.5, "middle"), (1, "end")):
        score = low * (1 - part) + high * part
        yield _text(_LEFT + part * _SIDE, bottom + 17, f"{score:.4g}", anchor=anchor)


def _valley(stops: Stops, counts: Confusion, view: dict[str, Any], threshold: float) -> Iterable[str]:
    """Draw the cost at each stop, the cost of flagging nothing, and the threshold; right of it the prices."""
    price = view["prices"]
    misses = view["positives"] - stops.true_positives
    costs = price["false_positive"] * stops.false_positives + price["false_negative"] * misses
    nothing = price["false_negative"] * view["positives"]
    most = max(float(costs.max()), nothing) or 1.0
    bottom, tall = _height(view) - 40, 140
    low, high = view["histogram"]["low"], view["histogram"]["high"]

    def place(score: float, cost: float) -> tuple[str, str]:
        share = (min(max(score, low), high) / 2 - low / 2) / (high / 2 - low / 2)
        return _near(_LEFT + _SIDE * share), _near(bottom - tall * cost / most)

    yield _text(_LEFT - 30, bottom - tall - 18, _("Cost"), ink=True, bold=True)
    points = [place(*point) for point in zip(stops.thresholds.tolist(), costs.tolist(), strict=True)]
    yield _path(f"M{_LEFT} {bottom}h{_SIDE}", _GRID, width=1)
    level = place(low, nothing)[1]
    yield _path(f"M{_LEFT} {level}h{_SIDE}", _MUTED, width=1.5, dash="2 3")
    yield _path("M" + "L".join(" ".join(point) for point in points), _INK)
    x, y = place(threshold, counts.cost(**price))
    yield _path(f"M{x} {bottom - tall}V{bottom}", _INK, width=1, dash="3 3")
    yield f"<circle cx='{x}' cy='{y}' r='6.5' fill='{_POSITIVE}' stroke='{_CARD}' stroke-width='2'/>"
    for part, anchor in ((0, "start"), (0.5, "middle"), (1, "end")):
        score = low * (1 - part) + high * part
        yield _text(_LEFT + part * _SIDE, bottom + 17, f"{score:.4g}", anchor=anchor)
    lines = [
        _("A false alarm costs {alarm}, a miss {miss}.").format(
            alarm=f"{price['false_positive']:g}", miss=f"{price['false_negative']:g}"
        ),
        _("Lowest cost: {cost}").format(cost=_count(float(costs.min()))),
        _("At this threshold: {cost}").format(cost=_count(counts.cost(**price))),
        _("Flag nothing (dotted): {cost}").format(cost=_count(nothing)),
    ]
    for number, words in enumerate(lines):
        yield _text(_RIGHT - 30, bottom - tall + 20 + 24 * number, words, ink=number == 0)


def _ticks(counts: Sequence[float]) -> list[float]:
    """Return round counts along the axis of one class, without 0."""
    most = max(counts)
    power = 10.0 ** math.floor(math.log10(most / 4))
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= most / 4 * 0.999)
    if all(float(count).is_integer() for count in counts):
        step = max(step, 1.0)
    return [step * number for number in range(1, math.floor(most / step + 1e-9) + 1)]


def _short(value: float) -> str:
    """Return a count as briefly as its margin needs."""
    for size, letter in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if value >= max(size, 10_000):
            return f"{value / size:.3g}{letter}"
    return f"{value:,.6g}"


def _matrix(counts: Confusion, labels: Sequence[str]) -> Iterable[str]:
    yield _text(_RIGHT - 30, _UPPER - 20, _("Decisions"), ink=True, bold=True)
    side = 100
    left, top = _RIGHT + 36, _UPPER + 26
    yield _text(left + side / 2, top - 8, _("not flagged"), anchor="middle")
    yield _text(left + side * 1.5, top - 8, _("flagged"), anchor="middle")
    middle = (left + side, top + side)
    for column, row, name, value in (
        (-1, -1, "TN", counts.true_negatives),
        (1, -1, "FP", counts.false_positives),
        (-1, 1, "FN", counts.false_negatives),
        (1, 1, "TP", counts.true_positives),
    ):
        x, y = middle[0] + min(column, 0) * side, middle[1] + min(row, 0) * side
        yield f"<rect x='{x}' y='{y}' width='{side}' height='{side}' fill='none' stroke='{_GRID}'/>"
        # The areas are in proportion to the counts, and meet in the middle. Dashes are errors.
        reach = side * math.sqrt(value / counts.total)
        color, fill = (_NEGATIVE, "#D5E8F5") if row < 0 else (_POSITIVE, "#FBE3D0")
        corner = f"M{middle[0]} {middle[1]}h{_near(column * reach)}v{_near(row * reach)}H{middle[0]}Z"
        dash = "" if column == row else "4 3"
        yield _path(corner, color, width=1, fill=fill, dash=dash)
        yield _text(x + side / 2, y + side / 2 - 4, name, anchor="middle")
        yield _text(x + side / 2, y + side / 2 + 15, _count(value), anchor="middle", ink=True, bold=True)
    for place, label in enumerate(reversed(labels)):
        for line, word in enumerate(label.split()):
            yield _text(left - 8, top + side * (place + 0.5) + 16 * line, word, anchor="end")
