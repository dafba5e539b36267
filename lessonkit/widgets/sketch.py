"""The curve sketch: draw the curve you expect, commit, then see the true one over it.

The page draws (``sketch.js``); this half holds the true curve and says in words how far the sketch is from
it. Between the two halves:

* the trait ``view`` (kernel to page) is what stays: the prompt, the axes and where the six points stand;
* the trait ``standing`` (kernel to page) is what changes: the points so far and, once committed, the true
  curve and the findings;
* messages (page to kernel) are ``{"type": "draft" | "commit", "points": [...]}`` and ``{"type": "again"}``,
  each with a ``request`` and the number of the ``attempt`` that the page had on screen;
* each is answered by one ``{"type": "reply", "request", "ok", "message"}``, sent after the new ``standing``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_args

import numpy as np
import traitlets
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from lessonkit.i18n import SOURCE, direction, language, noop
from lessonkit.i18n import gettext as _
from lessonkit.metrics import ThresholdSweep
from lessonkit.questions.markup import to_html, to_text
from lessonkit.widgets import wording
from lessonkit.widgets.assets import asset, page_words
from lessonkit.widgets.stored import StoredWidget

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CurveKind = Literal["precision-recall", "roc"]

# Where the learner sets a height: recalls, or false positive rates.
POSITIONS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

# A hand is not more exact than this; heights nearer than it count as the same.
_NEAR = 0.07
# Two lines whose mean distance is at most this count as the same curve.
_NEAR_ON_AVERAGE = 0.1
# At most this is meant as 0, along and up, unless the prevalence is as small.
_AS_GOOD_AS_ZERO = 0.02
# Curves are compared at the middles of so many steps along the axis.
_GRID = 400
# A drawn curve lies on a grid of so many cells a side: half a cell is less than half a pixel of the plot.
_CELLS = 500

#: What is said of a sketch, by the names that ``scripts/draw.js`` has for it.
WORDS: Final = {
    "start": noop("You expected precision {expected}; the true curve starts at {true}: {why}."),
    "shape": noop("From left to right your line {yours}. At the same six recalls the true curve {true}."),
    "too": noop("does too"),
    "teeth": noop(
        " Between them it has teeth, too fine for six points: "
        "a positive lifts precision, a negative lowers it."
    ),
    "end": noop(
        "You expected precision {expected} at recall 1; "
        "flagging everything gives the prevalence, {prevalence}."
    ),
    "reached": noop(" Recall 1 is reached before that, with precision {highest}."),
    "overall": noop(
        "The two lines are {distance} apart on average. "
        "The area below yours is {yours}; below the true curve it is {true}, its {name}."
    ),
    "summary": noop("The true curve is drawn in. It agrees with yours in {right} of {total} respects."),
    "emptied": noop("The plot is empty. Draw again."),
}
#: How a line goes, by its ways up (1) and down (-1).
WAYS: Final = {
    (): noop("stays level"),
    (1,): noop("rises"),
    (-1,): noop("falls"),
    (1, -1): noop("rises, then falls"),
    (-1, 1): noop("falls, then rises"),
}
OTHER_WAYS: Final = noop("goes up and down")

_MEANWHILE = noop("This sketch was committed or begun again in another view. Look at it, then go on.")


@dataclass(frozen=True)
class Finding:
    """One sentence or two about a sketch, beside the true curve.

    Parameters
    ----------
    aspect : {"start", "shape", "end", "overall"}
        What it is about.
    agrees : bool
        The sketch and the true curve agree in it.
    text : str
        What was expected and what is true, with the numbers.
    misconception : str, optional
        The belief that the sketch shows: a slug of ``quizzes/misconceptions.yaml``.
    """

    aspect: Literal["start", "shape", "end", "overall"]
    agrees: bool
    text: str
    misconception: str | None = None


@dataclass(frozen=True)
class _Truth:
    """A curve as it is drawn: the corners of its line, from left to right."""

    kind: CurveKind
    sweep: ThresholdSweep

    @cached_property
    def corners(self) -> tuple[Floats, Floats]:
        """Along and up, (m,) each. Precision has steps, ROC has straight lines, as their areas have."""
        if self.kind == "roc":
            return (
                np.append(0.0, self.sweep.false_positive_rate),
                np.append(0.0, self.sweep.recall),
            )
        # Each gain in recall has the precision at its end, so the step lies before its point.
        along = np.append(0.0, np.repeat(self.sweep.recall, 2))[:-1]
        return along, np.repeat(self.sweep.precision, 2)

    def span(self, position: float) -> tuple[float, float]:
        """Return the lowest and the highest point of the line there; the two differ where it is vertical."""
        along, up = self.corners
        first, last = np.searchsorted(along, position, "left"), np.searchsorted(along, position, "right")
        if first == last:
            height = float(np.interp(position, along, up))
            return height, height
        return float(up[first:last].min()), float(up[first:last].max())

    def heights(self, points: Sequence[float]) -> list[float]:
        """Return the height of the line at each position; where it is vertical, the nearest to the sketch.

        Precision begins with the highest score and ends with the prevalence: a sketch that misses the end
        is compared with that, not with the top of the last vertical piece.
        """
        spans = [self.span(position) for position in POSITIONS]
        heights = [min(max(point, low), high) for point, (low, high) in zip(points, spans, strict=True)]
        if self.kind == "precision-recall":
            heights[0] = float(self.sweep.precision[0])
            if heights[-1] != points[-1]:
                heights[-1] = self.sweep.prevalence
        return heights

    @property
    def area(self) -> float:
        return self.sweep.roc_auc if self.kind == "roc" else self.sweep.average_precision

    def distance(self, points: Sequence[float]) -> float:
        """Return the mean distance, up or down, of the sketch from the line."""
        along, up = self.corners
        middles = (np.arange(_GRID) + 0.5) / _GRID
        gaps: Floats = np.abs(np.interp(middles, POSITIONS, points) - np.interp(middles, along, up))
        return float(gaps.mean())

    @cached_property
    def path(self) -> str:
        """The line as the `d` of an SVG path, in a square of `_CELLS` with its origin at the top left.

        Of what falls into one column of the grid, the first, the lowest, the highest and the last corner are
        kept, so that no drawn pixel moves and a million thresholds are still a short text.
        """
        along, up = (np.rint(axis * _CELLS).astype(np.int64) for axis in self.corners)
        starts = np.flatnonzero(np.diff(along, prepend=-1))
        ends = np.append(starts[1:], along.size)
        vertices: list[tuple[int, int]] = []
        for start, end in zip(starts, ends, strict=True):
            column = up[start:end]
            kept = sorted({0, int(column.argmin()), int(column.argmax()), column.size - 1})
            vertices += [(int(along[start]), _CELLS - int(column[index])) for index in kept]
        return "M" + "L".join(f"{x} {y}" for (x, y), _ in groupby(vertices))


def sketch_feedback(
    sweep: ThresholdSweep, points: Sequence[float], *, curve: CurveKind = "precision-recall"
) -> tuple[Finding, ...]:
    """Say where a sketched curve agrees with the true one: its start, shape, end, and overall.

    Parameters
    ----------
    sweep : ThresholdSweep
        The true curve.
    points : sequence of 6 floats
        The sketched heights, from 0 to 1, at recall (or false positive rate) 0, 0.2, 0.4, 0.6, 0.8 and 1.
    curve : {"precision-recall", "roc"}

    Returns
    -------
    tuple of Finding
        One for each aspect, in this order.

    Raises
    ------
    ValueError
        There are not six points, one is outside 0 to 1, or the curve is unknown.

    Examples
    --------
    >>> sweep = ThresholdSweep([1, 0, 1, 0], [0.9, 0.5, 0.4, 0.1])
    >>> print(sketch_feedback(sweep, [1, 0.9, 0.8, 0.7, 0.6, 0])[2].text)
    You expected precision 0 at recall 1; flagging everything gives the prevalence, 0.500.
    """
    _need_known(curve)
    if len(points) != len(POSITIONS):
        raise ValueError(
            f"points has {len(points)} heights. Give {len(POSITIONS)}, one for each of {POSITIONS}."
        )
    for index, height in enumerate(points):
        if not 0 <= height <= 1:
            raise ValueError(f"points[{index}] is {height!r}. Give a height from 0 to 1.")
    truth = _Truth(curve, sweep)
    if curve == "roc":
        return _roc_start(truth, points), _roc_shape(truth, points), _roc_end(points), _overall(truth, points)
    return _pr_start(sweep, points), _pr_shape(truth, points), _pr_end(truth, points), _overall(truth, points)


def _say(which: str, /, **values: object) -> str:
    return _(WORDS[which]).format(**values)


def _number(value: float, decimals: int = 2) -> str:
    return f"{value:.0f}" if value in (0, 1) else f"{value:.{decimals}f}"


def _count(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _pr_start(sweep: ThresholdSweep, points: Sequence[float]) -> Finding:
    expected, true = points[0], float(sweep.precision[0])
    agrees, belief = abs(expected - true) <= _NEAR, None
    if not agrees:
        if expected <= _NEAR:
            belief = "curve-starts-at-origin"
        elif abs(expected - sweep.prevalence) <= _NEAR:
            belief = "curve-starts-at-prevalence"
        elif expected >= 1 - _NEAR:
            belief = "curve-starts-at-perfect-precision"
    text = _say("start", expected=_number(expected), true=_number(true), why=_start_reason(sweep))
    return Finding("start", agrees, text, belief)


def _start_reason(sweep: ThresholdSweep) -> str:
    """Say why the precision–recall curve starts where it does, which is the same for every sketch."""
    top = sweep.at(float(sweep.thresholds[0]))
    if top.predicted_positive != 1:
        shared = _("{positive} of the {n} cases that share the highest score are positive")
        return shared.format(positive=_count(top.true_positives), n=_count(top.predicted_positive))
    if top.precision:
        return _("one case, the one with the highest score, decides it, and it is positive")
    return _("one case, the one with the highest score, decides it, and it is negative")


def _pr_shape(truth: _Truth, points: Sequence[float]) -> Finding:
    yours, true = _turns(points), _turns(truth.heights(points))
    agrees = yours == true
    belief = None
    if not agrees and yours == (1,):
        belief = "precision-recall-rise-together"
    elif not agrees and yours == (-1,) and 1 in true:
        belief = "precision-always-falls-with-recall"
    text = _say("shape", yours=_describe(yours), true=_say("too") if agrees else _describe(true))
    moves = np.diff(truth.sweep.precision)
    if (moves > 0).any() and (moves < 0).any():
        text += _say("teeth")
    return Finding("shape", agrees, text, belief)


def _pr_end(truth: _Truth, points: Sequence[float]) -> Finding:
    expected, prevalence = points[-1], truth.sweep.prevalence
    highest = truth.span(1.0)[1]
    text = _say("end", expected=_number(expected), prevalence=f"{prevalence:.3f}")
    if highest - prevalence > _NEAR:
        text += _say("reached", highest=_number(highest))
    agrees = prevalence - _NEAR <= expected <= highest + _NEAR
    belief = None
    if expected <= min(_AS_GOOD_AS_ZERO, prevalence / 2):
        agrees, belief = False, "curve-ends-at-zero-precision"
    elif not agrees and abs(expected - 0.5) <= _NEAR:
        belief = "pr-baseline-is-half"
    elif not agrees and expected >= 1 - _NEAR:
        belief = "all-found-means-all-right"
    return Finding("end", agrees, text, belief)


def _roc_start(truth: _Truth, points: Sequence[float]) -> Finding:
    expected = points[0]
    highest = truth.span(0.0)[1]
    text = _("You expected recall {expected} at false positive rate 0.").format(expected=_number(expected))
    if highest:
        rest = _(
            "The true curve goes straight up there, from 0 to {highest}: "
            "the share of the positives that score above every negative."
        ).format(highest=_number(highest))
    else:
        rest = _("The true curve starts at 0: no positive scores above every negative.")
    text = f"{text} {rest}"
    # Where the curve is steep, a point is near it that is far below it or above it.
    return Finding("start", expected <= truth.span(_AS_GOOD_AS_ZERO)[1] + _NEAR, text)


def _roc_shape(truth: _Truth, points: Sequence[float]) -> Finding:
    if -1 in _turns(points):
        text = _(
            "Your line falls somewhere. A ROC curve never does: going right, more is flagged, "
            "and nothing that was found is lost."
        )
        return Finding("shape", agrees=False, text=text, misconception="recall-falls-when-more-is-flagged")
    yours, true = _side(_area_below(points)), _side(truth.area)
    text = f"{_(_YOUR_SIDE[yours])} {_(_SAME_SIDE if yours == true else _TRUE_SIDE[true])}"
    return Finding("shape", yours == true, text)


def _roc_end(points: Sequence[float]) -> Finding:
    expected = points[-1]
    text = _(
        "You expected recall {expected} at false positive rate 1; "
        "flagging everything finds every positive, recall 1."
    ).format(expected=_number(expected))
    return Finding("end", expected >= 1 - _NEAR, text)


def _overall(truth: _Truth, points: Sequence[float]) -> Finding:
    distance = truth.distance(points)
    name = "ROC AUC" if truth.kind == "roc" else _("average precision")
    yours = f"{_area_below(points):.2f}"
    text = _say("overall", distance=f"{distance:.2f}", yours=yours, true=f"{truth.area:.2f}", name=name)
    return Finding("overall", distance <= _NEAR_ON_AVERAGE, text)


def _area_below(points: Sequence[float]) -> float:
    return float(np.trapezoid(points, POSITIONS))


_YOUR_SIDE = {
    "above": noop("Your line never falls, as it must, and lies above the diagonal of random scores."),
    "below": noop("Your line never falls, as it must, and lies below the diagonal of random scores."),
    "on": noop("Your line never falls, as it must, and lies on the diagonal of random scores."),
}
_SAME_SIDE = noop("The true curve does too.")
_TRUE_SIDE = {
    "above": noop("The true curve lies above it."),
    "below": noop("The true curve lies below it."),
    "on": noop("The true curve lies on it."),
}


def _side(area: float) -> str:
    return "above" if area > 0.5 + _NEAR else "below" if area < 0.5 - _NEAR else "on"


def _turns(heights: Sequence[float]) -> tuple[int, ...]:
    """Return the ways a line goes, up 1 and down -1, leaving out what a hand did not mean."""
    ways: list[int] = []
    low = high = heights[0]
    for height in heights[1:]:
        low, high = min(low, height), max(high, height)
        if height - low > _NEAR and ways[-1:] != [1]:
            ways.append(1)
            low = high = height
        elif high - height > _NEAR and ways[-1:] != [-1]:
            ways.append(-1)
            low = high = height
    return tuple(ways)


def _describe(ways: tuple[int, ...]) -> str:
    return _(WAYS.get(ways, OTHER_WAYS))


def _read_trail(trail: Iterable[tuple[float, float]], curve: CurveKind) -> list[list[float]]:
    points = [[float(share) for share in point] for point in trail]
    if points and curve != "precision-recall":
        raise ValueError("trail has points of recall and precision. Leave it out with a ROC curve.")
    for index, point in enumerate(points):
        if len(point) != 2 or not all(0 <= share <= 1 for share in point):  # noqa: PLR2004  (recall, precision)
            raise ValueError(f"trail[{index}] is {point!r}. Give recall and precision, each from 0 to 1.")
    return points


def _need_known(curve: str) -> None:
    if curve not in get_args(CurveKind):
        raise ValueError(f"curve is {curve!r}. Known: {', '.join(map(repr, get_args(CurveKind)))}.")


def sketch(
    sweep: ThresholdSweep,
    *,
    curve: CurveKind = "precision-recall",
    prompt: str | None = None,
    trail: Iterable[tuple[float, float]] = (),
) -> SketchWidget:
    """Ask for a drawing of the curve before it is shown.

    Parameters
    ----------
    sweep : ThresholdSweep
        The true curve; it reaches the page after the learner has committed.
    curve : {"precision-recall", "roc"}
        Precision over recall, or recall over false positive rate.
    prompt : str, optional
        What to draw, as markdown.
    trail : iterable of (float, float), optional
        Points to show faintly, such as the ``.trail`` of a strip; with a precision–recall curve only.

    Returns
    -------
    SketchWidget
        The widget; as the last line of a cell it shows itself.

    Raises
    ------
    TypeError
        `sweep` is no ThresholdSweep.
    ValueError
        The curve is unknown, or the trail is not points of recall and precision.
    """
    return SketchWidget(sweep, curve=curve, prompt=prompt, trail=trail)


def page_rules() -> dict[str, Any]:
    """Return what a page without a kernel needs to compare any sketch: words and limits."""
    return {
        "words": {name: _(words) for name, words in WORDS.items()},
        "ways": {",".join(map(str, ways)): _(words) for ways, words in WAYS.items()},
        "other": _(OTHER_WAYS),
        "near": _NEAR,
        "nearOnAverage": _NEAR_ON_AVERAGE,
        "zero": _AS_GOOD_AS_ZERO,
        "area": _("average precision"),
    }


_NAMES: dict[CurveKind, dict[str, str]] = {
    "precision-recall": {
        "name": noop("precision–recall curve"),
        "along": noop("Recall"),
        "up": noop("Precision"),
        "along_inside": noop("recall"),
        "up_inside": noop("precision"),
        "prompt": noop("Draw the precision–recall curve you expect: recall to the right, precision upward."),
        "static": noop("Show the true precision–recall curve"),
    },
    "roc": {
        "name": noop("ROC curve"),
        "along": noop("False positive rate"),
        "up": noop("Recall"),
        "along_inside": noop("false positive rate"),
        "up_inside": noop("recall"),
        "prompt": noop("Draw the ROC curve you expect: false positive rate to the right, recall upward."),
        "static": noop("Show the true ROC curve"),
    },
}

_Height = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    request: Annotated[str, Field(max_length=100)]
    attempt: int


class _Draft(_Request):
    type: Literal["draft"]
    points: Annotated[list[_Height | None], Field(min_length=len(POSITIONS), max_length=len(POSITIONS))]


class _Commit(_Request):
    type: Literal["commit"]
    points: Annotated[list[_Height], Field(min_length=len(POSITIONS), max_length=len(POSITIONS))]


class _Again(_Request):
    type: Literal["again"]


_REQUESTS: TypeAdapter[_Draft | _Commit | _Again] = TypeAdapter(_Draft | _Commit | _Again)


class _Refusal(Exception):  # noqa: N818  (not an error: the plain answer to a request that cannot be met)
    """What to tell the learner in place of doing what the page asked."""


class SketchWidget(StoredWidget):
    """A curve that the learner draws before it is shown.

    Its parameters and errors are those of `sketch`.

    Notes
    -----
    Neither a trait nor a message holds anything of the true curve, the prevalence included, before a sketch
    is committed, but for the trail that the caller gives. The body for readers without a kernel does: they
    have nobody to send it later.
    """

    _esm = asset("sketch.js")
    _css = asset("sketch.css")

    # The page reads both and writes neither: what it sends back is ignored.
    view = traitlets.Dict().tag(sync=True, from_json=lambda _value, widget: widget.view)
    standing = traitlets.Dict().tag(sync=True, from_json=lambda _value, widget: widget.standing)

    def __init__(
        self,
        sweep: ThresholdSweep,
        *,
        curve: CurveKind = "precision-recall",
        prompt: str | None = None,
        trail: Iterable[tuple[float, float]] = (),
    ) -> None:
        if not isinstance(sweep, ThresholdSweep):
            raise TypeError(
                f"sweep is {type(sweep).__name__}, not ThresholdSweep. "
                "Call lk.sketch(lk.ThresholdSweep(y_true, scores))."
            )
        _need_known(curve)
        self._truth = _Truth(curve, sweep)
        self._names = {key: _(words) for key, words in _NAMES[curve].items()}
        self._prompt = self._names["prompt"] if prompt is None else prompt
        self._attempt = 0
        self._draft: tuple[float | None, ...] = (None,) * len(POSITIONS)
        self._points: tuple[float, ...] | None = None
        self._findings: tuple[Finding, ...] = ()
        view = {
            "prompt": to_html(self._prompt),
            "positions": POSITIONS,
            "cells": _CELLS,
            "trail": _read_trail(trail, curve),
            **{key: self._names[key] for key in ("name", "along", "up", "along_inside", "up_inside")},
            **page_words("sketch.js"),
        }
        super().__init__(view=view, standing=self._stand())
        self.on_msg(self._answer_message)

    @property
    def committed(self) -> bool:
        """Whether a sketch is committed and the true curve is shown."""
        return self._points is not None

    @property
    def points(self) -> tuple[float, ...] | None:
        """The six committed heights, from left to right; None before."""
        return self._points

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was said about the committed sketch; empty before."""
        return self._findings

    @property
    def page_data(self) -> dict[str, Any]:
        """What a page without a kernel needs to compare a sketch with the true curve: all of that curve.

        Raises
        ------
        ValueError
            It is a ROC curve, which such pages do not compare.
        """
        truth, sweep = self._truth, self._truth.sweep
        if truth.kind != "precision-recall":
            raise ValueError("a page without a kernel compares precision–recall curves only")
        along, up = truth.corners
        middles = (np.arange(_GRID) + 0.5) / _GRID
        empty = (0.0,) * len(POSITIONS)
        shape = _pr_shape(truth, empty).text
        return {
            "view": self.view,
            "path": truth.path,
            "baseline": _baseline(truth),
            "baseline_name": _prevalence(sweep),
            "spans": [truth.span(position) for position in POSITIONS],
            "first": float(sweep.precision[0]),
            "prevalence": sweep.prevalence,
            "heights": np.interp(middles, along, up).round(6).tolist(),
            "area": truth.area,
            "teeth": shape.endswith(_say("teeth")),
            "why": _start_reason(sweep),
        }

    def reset(self) -> None:
        """Take the points and the true curve away in every view, for another try."""
        self._attempt += 1
        self._draft = (None,) * len(POSITIONS)
        self._points, self._findings = None, ()
        self.standing = self._stand()

    def _still(self) -> tuple[str, str]:
        """Return the true curve folded away, as HTML and as text."""
        html = _static_html(self._truth, self._names, self._prompt)
        return html, _("Sketch: {name}").format(name=to_text(self._prompt))

    # Messages from the page

    def _answer_message(self, _widget: object, content: object, _buffers: object) -> None:
        """Do what the page asks, and reply in plain words whatever it sent."""
        name = content.get("request") if isinstance(content, Mapping) else None
        reply: dict[str, object] = {"type": "reply", "request": name if isinstance(name, str) else None}
        try:
            self.send({**reply, "ok": True, "message": self._obey(content)})
        except _Refusal as refusal:
            self.send({**reply, "ok": False, "message": str(refusal)})

    def _obey(self, content: object) -> str:
        try:
            request = _REQUESTS.validate_python(content)
        except ValidationError:
            raise _Refusal(wording.misfit()) from None
        current = request.attempt == self._attempt
        match request:
            case _Commit() if current and self._points in (None, tuple(request.points)):
                if self._points is None:
                    self._settle(tuple(request.points))
                return self._summary()
            case _Draft() if current and not self.committed:
                self._draft = tuple(request.points)
                self.standing = self._stand()
                return ""
            case _Again() if current and self.committed:
                self.reset()
                return _say("emptied")
            case _Again() if request.attempt == self._attempt - 1:  # the same message again
                return _say("emptied")
        raise _Refusal(_(_MEANWHILE))

    def _settle(self, points: tuple[float, ...]) -> None:
        """Make a sketch final. Every prediction passes here, once."""
        self._draft = self._points = points
        self._findings = sketch_feedback(self._truth.sweep, points, curve=self._truth.kind)
        self.standing = self._stand()

    # What is on screen

    def _stand(self) -> dict[str, Any]:
        return {"attempt": self._attempt, "points": self._draft, "truth": self._shown_truth()}

    def _shown_truth(self) -> dict[str, Any] | None:
        if self._points is None:
            return None
        roc = self._truth.kind == "roc"
        return {
            "path": self._truth.path,
            "heights": [round(height, 4) for height in self._truth.heights(self._points)],
            "baseline": _baseline(self._truth),
            "baseline_name": _("random scores") if roc else _prevalence(self._truth.sweep),
            "summary": self._summary(),
            "findings": [
                {"aspect": finding.aspect, "agrees": finding.agrees, "text": finding.text}
                for finding in self._findings
            ],
        }

    def _summary(self) -> str:
        right = sum(finding.agrees for finding in self._findings)
        return _say("summary", right=right, total=len(self._findings))


def _prevalence(sweep: ThresholdSweep) -> str:
    return _("prevalence {share}").format(share=f"{sweep.prevalence:.3f}")


# Without a kernel

_FRAME = (56, 16, 440, 300)  # left, top, width and height of the axes in the drawing


def _static_html(truth: _Truth, names: Mapping[str, str], prompt: str) -> str:
    """Return the prompt and, folded, the true curve: bytes that depend on the data alone.

    Where drawings are taken out of untrusted HTML, the sentence and the table still say what it shows.
    """
    rows = "".join(
        f"<tr><td>{position}</td><td>{_number(truth.span(position)[1], 3)}</td></tr>"
        for position in POSITIONS[1:-1]
    )
    words = _in_words(truth)
    on_paper = _("Draw it on paper, then compare. With a running kernel you draw it here.")
    return "\n".join(
        (
            f'<div class="lessonkit-static"{_spoken()}>',
            to_html(prompt),
            f"<p>{escape(on_paper)}</p>",
            f"<details><summary>{escape(names['static'])}</summary>",
            _static_svg(truth, names, words),
            f"<p>{escape(words)}</p>",
            f"<table><thead><tr><th>{names['along']}</th><th>{names['up']}</th></tr></thead>",
            f"<tbody>{rows}</tbody></table>",
            "</details>",
            "</div>",
        )
    )


def _spoken() -> str:
    """Return the attributes that tell the language of the words, unless it is that of the engine's source."""
    tag = language()
    return "" if tag == SOURCE else f' lang="{tag}" dir="{direction(tag)}"'


def _in_words(truth: _Truth) -> str:
    sweep = truth.sweep
    if truth.kind == "roc":
        return _(
            "The ROC curve goes straight up to recall {start} at "
            "false positive rate 0 and ends at recall 1, false positive rate 1. "
            "Its area is {area}; random scores give the dotted diagonal, area 0.5."
        ).format(start=_number(truth.span(0.0)[1], 3), area=f"{truth.area:.3f}")
    return _(
        "The precision–recall curve starts at precision {start} and ends at "
        "recall 1 with the prevalence, {prevalence}, which is the dotted line. "
        "Its average precision is {area}."
    ).format(
        start=_number(float(sweep.precision[0]), 3),
        prevalence=f"{sweep.prevalence:.3f}",
        area=f"{truth.area:.3f}",
    )


def _static_svg(truth: _Truth, names: Mapping[str, str], words: str) -> str:
    left, top, width, height = _FRAME
    right, bottom = left + width, top + height
    low, high = _baseline(truth)
    grid = "".join(
        f'<path d="M{x} {top}V{bottom}M{left} {y}H{right}" stroke="currentColor" opacity="0.15"/>'
        f'<text x="{x}" y="{bottom + 20}" text-anchor="middle">{position:g}</text>'
        f'<text x="{left - 8}" y="{y + 5}" text-anchor="end">{position:g}</text>'
        for position in POSITIONS
        for x, y in [(round(left + position * width), round(bottom - position * height))]
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {right + 24} {bottom + 52}" role="img"
 aria-label="{escape(words)}" style="width: 100%; max-width: 560px" direction="ltr"
 font-family="sans-serif" font-size="14" fill="currentColor">
{grid}
<text x="{left + width // 2}" y="{bottom + 44}" text-anchor="middle">{names["along"]}</text>
<text transform="translate(16 {top + height // 2}) rotate(-90)" text-anchor="middle">{names["up"]}</text>
<path d="M{left} {bottom - low * height:.1f}L{right} {bottom - high * height:.1f}" stroke="currentColor"
 stroke-dasharray="2 5" stroke-width="2" opacity="0.7"/>
<svg x="{left}" y="{top}" width="{width}" height="{height}" viewBox="0 0 {_CELLS} {_CELLS}"
 preserveAspectRatio="none" overflow="visible"><path d="{truth.path}" fill="none" stroke="currentColor"
 stroke-width="2" stroke-linejoin="round" vector-effect="non-scaling-stroke"/></svg>
</svg>"""


def _baseline(truth: _Truth) -> tuple[float, float]:
    """Return the height, left and right, of the line that scores without skill give."""
    return (0.0, 1.0) if truth.kind == "roc" else (truth.sweep.prevalence, truth.sweep.prevalence)
