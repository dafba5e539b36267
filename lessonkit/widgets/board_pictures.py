"""The two pictures of a learner's confidence, as SVG whose colors follow the page (``board.css``).

Both are drawn from left to right in every language, as the figures of the lessons are. What they show stands
in tables below them.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from lessonkit.i18n import gettext as _
from lessonkit.i18n import isolate, noop, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lessonkit.record.board import LessonProgress
    from lessonkit.record.calibration import Calibration, OwnCurve

#: What the picture of all lessons says, by the names that ``scripts/board.js`` has for it. In English.
WORDS: Final = {
    "far": noop("How far you are in each lesson; the numbers stand in a table below."),
    "columns": noop(
        "Each column is a lesson. Filled: answered and right. Outlined: answered, and not right yet."
    ),
}
_WIDTH: Final = 300
_HEIGHT: Final = 250
# The frame: from and to, in each direction.
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 280, 16, 186
# The picture of all lessons, and its columns.
_WIDE, _TALL = 400, 70
_CAP: Final = 6
_LETTER: Final = 7.5  # its width, at most


def said(confidence: str) -> str:
    """Return what a learner says about an answer, as the quiz words it."""
    return {"guess": _("A guess"), "fairly-sure": _("Fairly sure"), "certain": _("Certain")}[confidence]


def lessons_picture(lessons: Sequence[LessonProgress]) -> str:
    """Return a column for each lesson: how much of it is answered, and how much of that is right.

    ``scripts/board.js`` draws the same.
    """
    step = _WIDE / len(lessons)
    bars = []
    for place, lesson in enumerate(lessons):
        x, total = step * place + 3, max(lesson.questions, 1)
        answered, right = (_TALL * n / total for n in (lesson.answered, lesson.right))
        bars += [
            _bar("lk-column", x, step - 6, 0, _TALL),
            _bar("lk-column-answered", x, step - 6, 0, answered),
            _bar("lk-column-right", x, step - 6, 0, right),
            _text(step * (place + 0.5), _TALL + 18, lesson.lesson[:2], ink=lesson.begun),
        ]
    name, about = map(_, WORDS.values())
    return (
        f'<figure class="lk-figure lk-far"><svg viewBox="0 0 {_WIDE} {_TALL + 24}" role="img" '
        f'aria-label="{escape(name)}" direction="ltr">{"".join(bars)}</svg>'
        f"<figcaption>{escape(about)}</figcaption></figure>"
    )


def _bar(kind: str, x: float, width: float, low: float, height: float) -> str:
    if not height:
        return ""
    y = _TALL + 2 - low - height
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def reliability_picture(calibration: Calibration) -> str:
    """Return the share of right answers for each word, with intervals and what the word promises."""
    step = (_RIGHT - _LEFT) / len(calibration.levels)
    parts = [*_ticks_up(), _text(_LEFT, _TOP - 4, "↑ " + _("Right"), "start")]
    for place, level in enumerate(calibration.levels):
        x = _LEFT + step * (place + 0.5)
        parts += [
            _text(x, _BOTTOM + 20, said(level.confidence), ink=True),
            _text(x, _BOTTOM + 38, f"n = {level.n}"),
        ]
        if level.expected is not None:
            promised = _up(level.expected)
            parts.append(f'<path class="lk-promise" d="M{x - 26:.1f} {promised}h52"/>')
        if level.share is None or level.low is None or level.high is None:
            continue
        parts.append(_point(x, level.share, level.low, level.high, firm=level.enough))
        if not level.enough:
            parts.append(_text(x, _BOTTOM + 54, _("too few")))
    name = _("How often each word was right; the numbers stand in a table below.")
    about = _(
        "Points: the share of right answers, with its 95% interval. Dashes: what the word promises, for a "
        "guess the luck of the draw. Hollow points stand on fewer than 10 answers: too few to tell."
    )
    return _figure(_("Your reliability"), name, parts, about)


def curve_picture(curve: OwnCurve) -> str:
    """Return the learner's own precision–recall curve."""
    parts = [
        *_ticks_up(),
        *_ticks_along(),
        _text(_LEFT, _TOP - 4, "↑ " + _("Precision"), "start"),
        _text(_RIGHT, _BOTTOM + 38, _("Recall") + " →", "end"),
        f'<path class="lk-promise" d="M{_LEFT} {_up(curve.prevalence)}H{_RIGHT}"/>',
    ]
    path = [f"M{_LEFT} {_up(curve.points[0].precision)}"]
    marks = []
    for place, point in enumerate(curve.points):
        x = _LEFT + (_RIGHT - _LEFT) * point.recall
        path.append(f"V{_up(point.precision)}H{x:.1f}")
        marks.append(_point(x, point.precision, point.low, point.high, firm=True))
        # Neighbors may be close, so names stand in turn below and above their own bars, from the right.
        below = (len(curve.points) - place) % 2 == 1
        y = float(_up(point.low)) + 15 if below else float(_up(point.high)) - 6
        name = said(point.confidence)
        edge = _LETTER * len(name) / 2
        middle = min(max(x, _LEFT + edge), _WIDTH - edge)
        marks.append(_text(middle, y, name, ink=True))
    parts += [f'<path class="lk-own-curve" d="{"".join(path)}"/>', *marks]
    answers = round(curve.sweep.positives + curve.sweep.negatives)
    about = _(
        "{n} answers. Flagged as right at each point: those given at least this sure. Average precision "
        "{area} (95% interval {low} to {high}); with no sense of when you are right it is {prevalence}, the "
        "share of right answers (dashes)."
    ).format(
        n=answers,
        area=_number(curve.average_precision),
        low=_number(curve.low),
        high=_number(curve.high),
        prevalence=_number(curve.prevalence),
    )
    name = _("Your precision–recall curve; the numbers stand in a table below.")
    return _figure(_("Your precision–recall curve"), name, parts, about)


def _figure(title: str, name: str, parts: list[str], about: str) -> str:
    return (
        f'<figure class="lk-figure"><p class="lk-figure-title">{escape(title)}</p>'
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(name)}" direction="ltr">'
        f"{''.join(parts)}</svg><figcaption>{escape(about)}</figcaption></figure>"
    )


def _up(share: float) -> str:
    return f"{_BOTTOM - (_BOTTOM - _TOP - 10) * share:.1f}"


def _ticks_up() -> Iterator[str]:
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = _up(share)
        yield f'<path class="lk-own-grid" d="M{_LEFT} {y}H{_RIGHT}"/>'
        yield _text(_LEFT - 6, float(y) + 4, percent(f"{100 * share:.0f}"), "end")


def _ticks_along() -> Iterator[str]:
    for share in (0, 0.5, 1):
        yield _text(_LEFT + (_RIGHT - _LEFT) * share, _BOTTOM + 18, percent(f"{100 * share:.0f}"))


def _point(x: float, share: float, low: float, high: float, *, firm: bool) -> str:
    top, bottom, y = _up(high), _up(low), _up(share)
    cap = f"M{x - _CAP:.1f}"
    bar = f"{cap} {top}h{2 * _CAP}M{x:.1f} {top}V{bottom}{cap} {bottom}h{2 * _CAP}"
    kind = "lk-point" if firm else "lk-point lk-hollow"
    return f'<path class="lk-bar" d="{bar}"/><circle class="{kind}" cx="{x:.1f}" cy="{y}" r="5"/>'


def _text(x: float, y: float, words: str, anchor: str = "middle", *, ink: bool = False) -> str:
    kind = ' class="lk-ink"' if ink else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{escape(words)}</text>'


def _number(value: float) -> str:
    return isolate(f"{value:.2f}")
