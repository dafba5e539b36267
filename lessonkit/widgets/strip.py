"""The sorted strip: named rows on the line of scores, a threshold to move, and the trail that it leaves.

The page draws and counts (``strip.js``): it has all rows. Between the two halves there are three traits:

* ``view`` (kernel to page) is what stays: the rows from the highest score to the lowest;
* ``threshold`` (both ways) is `lessonkit.widgets.threshold`'s;
* ``visited`` (both ways) is how many rows were flagged at each threshold so far, in order. Of what the page
  sends, numbers that no threshold flags are left out, and nothing is forgotten.
"""

from __future__ import annotations

import json
import math
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from lessonkit.i18n import gettext as _
from lessonkit.i18n import isolate, ngettext, noop
from lessonkit.metrics import ThresholdSweep
from lessonkit.metrics.inputs import MetricsError, read_labels
from lessonkit.metrics.thinning import finite_range
from lessonkit.widgets import still
from lessonkit.widgets.assets import asset, page_words
from lessonkit.widgets.stops import Stops
from lessonkit.widgets.threshold import SweptWidget, Threshold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from lessonkit.metrics import Confusion

    NumbersTrait = traitlets.TraitType[tuple[int, ...], tuple[int, ...]]
else:
    NumbersTrait = traitlets.TraitType  # as RealTrait in threshold.py

#: The names of the classes, where none are given.
LABELS = (noop("spam"), noop("normal emails"))
MOST = 100
"""Rows that a strip can hold: more dots than that cannot be told apart."""
_LONGEST = 60  # characters of a subject
_ROOM = 7_000  # bytes of all subjects and of another language: with the scores less than 10 kB in all


def strip(
    y_true: ArrayLike,
    scores: ArrayLike,
    subjects: Sequence[str] | None = None,
    *,
    threshold: float = 0.5,
    labels: tuple[str, str] = LABELS,
    trail: bool = True,
) -> StripWidget:
    """Show each row as a dot on the line of scores, with a threshold to drag.

    Rows with ``score >= threshold`` are flagged. Drag the line, use the arrow keys, or set ``.threshold``.

    Parameters
    ----------
    y_true : (n,) array_like
        True labels, 0 and 1; at most 100.
    scores : (n,) array_like
        Scores, higher for rows more likely positive; any range.
    subjects : sequence of n str, optional
        What to call each row.
    threshold : float, default 0.5
        Where to start.
    labels : (positive, negative)
        The names of the two classes, in the plural.
    trail : bool, default True
        Show recall and precision at every threshold so far.

    Returns
    -------
    StripWidget
        The widget; as the last line of a cell it shows itself.

    Raises
    ------
    MetricsError
        For input that `ThresholdSweep` refuses, more than 100 rows, or subjects that do not fit the rows.

    Examples
    --------
    >>> shown = strip([1, 0, 1, 0], [0.9, 0.6, 0.4, 0.1])
    >>> shown.threshold = 0.3
    >>> shown.trail
    [(0.5, 0.5), (1.0, 0.6666666666666666)]
    """
    return StripWidget(y_true, scores, subjects, threshold=threshold, labels=labels, trail=trail)


class _Visited(NumbersTrait):
    """Numbers of flagged rows in the order of their first visit."""

    @staticmethod
    def to_page(value: tuple[int, ...], _widget: StripWidget) -> list[int]:
        """Return a list: JSON has no tuples."""
        return list(value)

    @staticmethod
    def from_page(value: object, widget: StripWidget) -> tuple[int, ...]:
        """Return what was visited before, and what of the page's numbers a threshold can flag."""
        given = value if isinstance(value, list) else []
        numbers = [number for number in given if type(number) is int and number in widget.reachable]
        return tuple(dict.fromkeys([*widget.visited, *numbers]))


class StripWidget(SweptWidget):
    """The sorted strip of some rows; made by `strip`."""

    _esm = asset("strip.js")
    _css = asset("strip.css")

    visited = _Visited(()).tag(sync=True, to_json=_Visited.to_page, from_json=_Visited.from_page)

    def __init__(
        self,
        y_true: ArrayLike,
        scores: ArrayLike,
        subjects: Sequence[str] | None,
        *,
        threshold: float,
        labels: tuple[str, str],
        trail: bool,
    ) -> None:
        rows = np.asarray(scores).size
        if rows > MOST:
            raise MetricsError(
                f"scores has {rows:,} rows, and a strip holds {MOST}: more dots cannot be told apart. "
                "Give fewer rows, or call explore(y_true, scores)."
            )
        self._sweep = ThresholdSweep(y_true, np.asarray(scores, dtype=np.float64))
        names = read_subjects(subjects, rows)
        (truth,) = read_labels(None, {"y_true": y_true})
        values = np.asarray(scores, dtype=np.float64)
        order = np.argsort(-values, kind="stable")
        low, high = _span(self._sweep)
        flagged = (self._sweep.true_positives + self._sweep.false_positives).tolist()
        self._points = {
            int(count): (float(recall), float(precision))
            for count, recall, precision in zip(
                flagged, self._sweep.recall, self._sweep.precision, strict=True
            )
        }
        spoken = page_words("strip.js")
        room = (_ROOM - len(json.dumps(spoken, ensure_ascii=False).encode())) // rows
        view = {
            "labels": [*map(_, labels)],
            "scores": [_wire(score) for score in (values[order] + 0.0).tolist()],
            "truth": "".join("1" if truth[place] else "0" for place in order),
            "subjects": [_shorten(names[place], room) for place in order] if names else None,
            "low": low,
            "high": high,
            "top": _wire(float(Stops.of(self._sweep).thresholds[0])),
            "trail": bool(trail),
            **spoken,
        }
        super().__init__(view=view)
        self.observe(self._visit, "threshold")
        self.threshold = threshold
        self._visit()

    @property
    def trail(self) -> list[tuple[float, float]]:
        """The points (recall, precision) so far, in the order of their first visit.

        At a threshold that flags nothing there is no precision, so it leaves no point.
        """
        return [self._points[count] for count in self.visited]

    @property
    def reachable(self) -> frozenset[int]:
        """The numbers of rows that a threshold can flag, but for none."""
        return frozenset(self._points)

    def _visit(self, _change: object = None) -> None:
        count = int(self.confusion.predicted_positive)
        if count and count not in self.visited:
            self.visited = (*self.visited, count)

    def _still(self) -> tuple[str, str]:
        """Return the picture with its numbers, as HTML and as text."""
        words = _sentence(self.confusion, self.threshold, self.view["labels"])
        html = still.living(
            "strip",
            _still(self.view, self.threshold, self.confusion, words),
            {**self.view, "visited": list(self.visited)},
            Threshold.to_page(self.threshold, self),
            script=self._esm,
            style=self._css,
        )
        name = _("Sorted strip")
        return html, f"{name}. {words}"


def read_subjects(subjects: Sequence[str] | None, rows: int) -> list[str] | None:
    """Return what to call each row.

    Raises
    ------
    MetricsError
        They are not one text for each row.
    """
    if subjects is None:
        return None
    names = [subjects] if isinstance(subjects, str) else list(subjects)
    for place, name in enumerate(names):
        if not isinstance(name, str):
            raise MetricsError(f"subjects[{place}] is {name!r}. Give a text for each row.")
    if len(names) != rows:
        raise MetricsError(f"subjects has {len(names)} texts for {rows} rows. Give one for each row.")
    return names


def fraction(part: float, whole: float) -> str:
    """Return a part of a whole as a fraction and as a number; "≈" where the number is rounded."""
    if not whole:
        return _("0 of 0: nothing is flagged")
    rounded = f"{part / whole:.2f}"
    shown = _("{part} of {whole}").format(part=part, whole=whole)
    return isolate(f"{shown} {'=' if math.isclose(float(rounded), part / whole) else '≈'} {rounded}")


def alarms(count: float) -> str:
    """Return a number of false alarms in words."""
    return ngettext("{n} false alarm", "{n} false alarms", int(count)).format(n=count)


def _shorten(subject: str, room: int) -> str:
    """Return a subject on one line, cut where it is too long to read or for its room in bytes."""
    line = " ".join(subject.split())
    cut = line[:_LONGEST]
    while len(json.dumps(cut, ensure_ascii=False).encode("utf-8", "replace")) > room:
        cut = cut[:-1]
    return line if cut == line else cut[:-1].rstrip() + "…"


def _wire(score: float) -> float | str:
    # JSON has no infinity.
    return score if math.isfinite(score) else ("Infinity" if score > 0 else "-Infinity")


def _span(sweep: ThresholdSweep) -> tuple[float, float]:
    """Return the ends of the line: 0 and 1 where all scores are between them."""
    low, high = finite_range(sweep.thresholds)
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    # Halves, because the difference of two floats may overflow.
    more = min((high / 2 - low / 2) / 10 or abs(high) / 10, 1e300)
    return low - more, high + more


def _plain(number: float) -> str:
    return f"{number:.15g}" if math.isfinite(number) else ("∞" if number > 0 else "−∞")


def _sentence(counts: Confusion, threshold: float, labels: Sequence[str]) -> str:
    return _(
        "Threshold {threshold}: {caught} of {total} {positives} caught, {missed} missed, {alarms}. "
        "Precision {precision}, recall {recall}."
    ).format(
        threshold=_plain(threshold),
        caught=counts.true_positives,
        total=counts.positives,
        positives=labels[0],
        missed=counts.false_negatives,
        alarms=alarms(counts.false_positives),
        precision=fraction(counts.true_positives, counts.predicted_positive),
        recall=fraction(counts.true_positives, counts.positives),
    )


# Without a kernel

_WIDTH = 660
_LEFT, _RIGHT = 24, 636
_APART = 17


def _still(view: dict[str, Any], threshold: float, counts: Confusion, words: str) -> str:
    """Return the picture, the sentence and the flagged rows as HTML."""
    picture, height = _picture(view, threshold)
    html = (
        f'<img src="{still.data_address(picture)}" width="{_WIDTH}" height="{height}" '
        f'style="max-width: 100%; height: auto" alt="{escape(words)}"><p>{escape(words)}</p>'
    )
    if view["subjects"]:
        flagged = int(counts.predicted_positive)
        rows = "".join(
            f"<tr><td>{_plain(float(score))}</td><td>{escape(subject)}</td>"
            f"<td>{escape(_(_VERDICTS[truth, place < flagged]))}</td></tr>"
            for place, (score, subject, truth) in enumerate(
                zip(view["scores"], view["subjects"], view["truth"], strict=True)
            )
        )
        head = "".join(f"<th>{escape(name)}</th>" for name in (_("Score"), _("Subject"), _("Filter")))
        html += f"<table><tr>{head}</tr>{rows}</table>"
    return html


_VERDICTS = {
    ("1", True): noop("caught"),
    ("0", True): noop("false alarm"),
    ("1", False): noop("missed"),
    ("0", False): noop("left alone"),
}


def _picture(view: dict[str, Any], threshold: float) -> tuple[str, int]:
    low, high = view["low"], view["high"]

    def along(score: float) -> float:
        share: float = (min(max(score, low), high) / 2 - low / 2) / (high / 2 - low / 2)
        return _LEFT + share * (_RIGHT - _LEFT)

    levels: dict[str, list[float]] = {"0": [], "1": []}
    places: list[tuple[str, float, int]] = []
    for score, truth in zip(view["scores"], view["truth"], strict=True):
        x, ends = along(float(score)), levels[truth]
        free = next((level for level, end in enumerate(ends) if end - x >= _APART), len(ends))
        ends[free : free + 1] = [x]
        places.append((truth, x, free))
    middle = 52 + _APART * max(len(levels["1"]), 2)
    height = middle + _APART * max(len(levels["0"]), 2) + 70
    bottom, line = height - 56, along(threshold)
    parts = [
        f"<rect width='{_WIDTH}' height='{height}' rx='12' fill='{still.CARD}'/>",
        f"<path d='M{still.near(line)} 32H{_RIGHT + 11}V{bottom}H{still.near(line)}Z' fill='#E4ECF5'/>",
        still.path(f"M{_LEFT} {middle}H{_RIGHT}", still.MUTED, width=1),
        *_marks(places, middle),
        still.path(f"M{still.near(line)} 30V{bottom}", still.INK),
        *_words(view, threshold, line, bottom),
    ]
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' "
        f"font-family='system-ui, sans-serif' font-size='13' fill='{still.MUTED}'>{''.join(parts)}</svg>"
    )
    return svg, height


def _marks(places: list[tuple[str, float, int]], middle: int) -> Iterable[str]:
    for truth, x, level in places:
        away = 15 + _APART * level
        if truth == "1":
            yield f"<path d='M{still.near(x)} {middle - away - 7}l7 7l-7 7l-7 -7Z' fill='{still.POSITIVE}'/>"
        else:
            yield (
                f"<circle cx='{still.near(x)}' cy='{middle + away}' r='5.5' fill='{still.CARD}' "
                f"stroke='{still.NEGATIVE}' stroke-width='2.4'/>"
            )


def _words(view: dict[str, Any], threshold: float, line: float, bottom: int) -> Iterable[str]:
    right = line < _WIDTH / 2
    words = _("flagged: score ≥ {threshold} →").format(threshold=_plain(threshold))
    yield still.text(line, 22, words, anchor="start" if right else "end", ink=True)
    yield still.path(f"M{_LEFT} {bottom}H{_RIGHT}", still.GRID, width=1)
    for part, anchor in ((0, "start"), (0.5, "middle"), (1, "end")):
        score = view["low"] * (1 - part) + view["high"] * part
        yield still.text(_LEFT + part * (_RIGHT - _LEFT), bottom + 18, f"{score:.4g}", anchor=anchor)
    positives = view["truth"].count("1")
    negatives = len(view["truth"]) - positives
    above = _("{class} ({n}), above the line")
    yield still.text(_LEFT, bottom + 42, f"◆ {above.format(**{'class': view['labels'][0]}, n=positives)}")
    below = _("{class} ({n}), below the line").format(**{"class": view["labels"][1]}, n=negatives)
    yield still.text(_RIGHT, bottom + 42, f"○ {below}", anchor="end")
