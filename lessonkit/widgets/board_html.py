"""The progress board as HTML: what to do next, then what the record tells, each number with what it is of.

All words are the engine's, in the learner's language; what comes from the course (titles, objectives,
beliefs) is marked with the language of its lesson. Everything is escaped here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Final

from lessonkit.i18n import direction, isolate, language, ngettext, noop, percent
from lessonkit.i18n import gettext as _
from lessonkit.widgets import wording
from lessonkit.widgets.board_pictures import curve_picture, lessons_picture, reliability_picture, said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lessonkit.record import Board, Syllabus
    from lessonkit.record.board import LessonProgress
    from lessonkit.record.calibration import Calibration, OwnCurve
    from lessonkit.record.gain import Gain
    from lessonkit.record.misconceptions import Misconception

#: What the board says, by the names that ``scripts/desk.js`` has for it. In English.
WORDS: Final = {
    "empty": noop("No answers yet. Answer a quiz, and your progress is shown here."),
    "begin": noop("No answers yet. Begin with {lesson}."),
    "totals": noop(
        "{answered} of {total} questions answered, {right} of them right. {met} of {all} objectives met."
    ),
    "solved": noop("Exercises solved: {done} of {total}."),
    "next": noop("What to do next"),
    "go_on": noop("Go on with {lesson}."),
    "all_done": noop("All lessons are done."),
    "lessons": noop("Lessons"),
    "caption": noop("What you have done in each lesson"),
    "of": noop("{done} of {total}"),
    "unmet": noop("Objectives of these lessons that are not met yet: {n}"),
    "met": noop("An objective is met when each question on it was right when you last answered it unaided."),
}
HEADS: Final = (
    *(noop("Lesson"), noop("Answered"), noop("Right"), noop("Exercises")),
    *(noop("Objectives met"), noop("Minutes")),
)
# More beliefs than this at once help nobody to begin.
_AT_ONCE: Final = 3


def _say(name: str) -> str:
    return _(WORDS[name])


class BoardHtml:
    """Writes a board.

    Parameters
    ----------
    board : Board
        What the record tells.
    course : Syllabus
        Where its titles and beliefs come from.
    """

    def __init__(self, board: Board, course: Syllabus) -> None:
        self._board = board
        self._course = course
        self._languages = {quiz.lesson: quiz.language for quiz in course.lessons}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was done yet."""
        return not any(lesson.begun for lesson in self._board.lessons)

    def still(self) -> tuple[str, str]:
        """Return the lessons that are begun as HTML and as plain text, for readers without a kernel."""
        if self.is_empty:
            text = _say("empty")
            return f'<p class="lessonkit-progress">{escape(text)}</p>', text
        heads = tuple(map(_, HEADS))
        rows = [(one.title, *_cells(one)) for one in self._board.lessons if one.begun]
        widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
        lines = [
            "  ".join(
                cell.rjust(width) if place else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in (heads, *rows)
        ]
        cells = ((escape(name), *numbers) for name, *numbers in rows)
        shown = table(_("Your progress"), heads, cells)
        return f'<div class="lessonkit-progress"{_spoken()}>{shown}</div>', "\n".join(lines)

    def now(self) -> str:
        """Return what to do now."""
        if self.is_empty:
            first = self._board.next
            if first is None:
                return f"<p>{escape(_say('empty'))}</p>"
            begin = _say("begin")
            link = self._lesson_link(first.lesson, first.title, first.href)
            return f"<p>{escape(begin).replace('{lesson}', link)}</p>"
        begun = lessons_picture(self._board.lessons)
        return "".join([*self._notices(), *self._next(), self._totals(), begun])

    def rest(self) -> str:
        """Return all else that the record tells."""
        if self.is_empty:
            return ""
        parts = [self._lessons(), self._objectives(), self._paths(), self._misconceptions()]
        return "".join([*parts, self._calibration(), self._gain()])

    def _notices(self) -> Iterator[str]:
        if self._board.notice:
            yield f'<p class="lk-notice">{escape(self._board.notice)}</p>'
        if self._board.unread:
            n = self._board.unread
            left = ngettext(
                "{n} event could not be read: it is damaged, or of a newer version.",
                "{n} events could not be read: they are damaged, or of a newer version.",
                n,
            )
            yield f'<p class="lk-notice">{escape(left.format(n=n))}</p>'

    def _totals(self) -> str:
        lessons = self._board.lessons
        numbers = _say("totals").format(
            answered=self._board.answered,
            total=sum(lesson.questions for lesson in lessons),
            right=self._board.right,
            met=sum(lesson.met for lesson in lessons),
            all=sum(len(lesson.objectives) for lesson in lessons),
        )
        if total := sum(lesson.exercises for lesson in lessons):
            solved = _say("solved")
            numbers = f"{numbers} {solved.format(done=self._board.solved, total=total)}"
        return f'<p class="lk-board-totals">{escape(numbers)}</p>'

    def _next(self) -> Iterator[str]:
        reviews, step = self._board.reviews, self._board.next
        items = []
        if reviews.due:
            items.append(f"{escape(wording.due(len(reviews.due)))} {_button(wording.review_now(), 'review')}")
        elif reviews.done_today or reviews.next_day is not None:
            today = datetime.now(UTC).astimezone().date()
            items.append(escape(wording.nothing_due(reviews.next_day, today)))
        if step is not None:
            link = self._lesson_link(step.lesson, step.title, step.href)
            items.append(escape(_say("go_on")).replace("{lesson}", link))
        else:
            items.append(escape(_say("all_done")))
        listed = "".join(f"<li>{item}</li>" for item in items)
        yield f'<div class="lk-next">{_heading(_say("next"))}<ul>{listed}</ul></div>'

    def _lessons(self) -> str:
        rows = (
            (self._lesson_link(one.lesson, one.title, one.href), *_cells(one)) for one in self._board.lessons
        )
        shown = table(_say("caption"), tuple(map(_, HEADS)), rows, stacks=True)
        return f'{_heading(_say("lessons"))}<div class="lk-lessons">{shown}</div>'

    def _objectives(self) -> str:
        left = 0
        items = []
        for one in self._board.lessons:
            open_ones = [objective for objective in one.objectives if one.begun and not objective.met]
            if open_ones:
                left += len(open_ones)
                texts = (
                    f"<li>{self._course_text(one.lesson, objective.text)}</li>" for objective in open_ones
                )
                link = self._lesson_link(one.lesson, one.title, one.href)
                items.append(f"<li>{link}<ul>{''.join(texts)}</ul></li>")
        if not left:
            return ""
        about = _say("met")
        summary = _say("unmet").format(n=left)
        return _folded("objectives", summary, f"<p>{escape(about)}</p><ul>{''.join(items)}</ul>")

    def _paths(self) -> str:
        items = []
        for path in self._board.paths:
            steps = " ".join(
                f'<span class="lk-step">{_tick(done=step.done)}'
                f"{_link(step.href, step.lesson.partition('-')[0])}</span>"
                for step in path.steps
            )
            count = _say("of").format(done=path.done, total=len(path.steps))
            items.append(f"<li>{_course(path.name, 'en')} ({count}): {steps}</li>")
        if not items:
            return ""
        return _folded("paths", _("Paths through the course"), f"<ul>{''.join(items)}</ul>")

    def _misconceptions(self) -> str:
        items = [*map(self._misconception, self._board.misconceptions)]
        if not items:
            return ""
        about = _(
            "Each of these showed in your last answer that could show it. A belief leaves this list once a "
            "later answer no longer shows it; its question comes back in your reviews."
        )
        first, others = (f"<ul>{''.join(part)}</ul>" for part in (items[:_AT_ONCE], items[_AT_ONCE:]))
        heading = _heading(_("Beliefs to look at again"))
        parts = [heading, f"<p>{escape(about)}</p>", first]
        if len(items) > _AT_ONCE:
            more = _("Beliefs shown before these: {n}").format(n=len(items) - _AT_ONCE)
            parts.append(_folded("beliefs", more, others))
        return "".join(parts)

    def _misconception(self, one: Misconception) -> str:
        ways = []
        if one.see:
            section = _course(wording.place(one.see), self._languages.get(one.lesson, "en"))
            ways += [escape(_("Read about it:")), _link(one.see, section, escaped=True)]
        ask = ngettext("Answer {n} question on it", "Answer {n} questions on it", len(asked_about(one)))
        ways.append(_button(ask.format(n=len(asked_about(one))), "belief", one.slug, about=one.belief))
        belief = self._course_text(one.lesson, one.belief)
        return f'<li><p>{belief}</p><p class="lk-actions">{" ".join(ways)}</p></li>'

    def _calibration(self) -> str:
        calibration = self._board.calibration
        if not any(level.n for level in calibration.levels):
            return ""
        about = _(
            "Take your confidence as a score and a right answer as the positive class: then you can be "
            "judged as a classifier is. Only answers given before any reason was shown count here."
        )
        advice = _(
            "If certain answers are often wrong, look once more before you say certain. If guesses are "
            "mostly right, trust yourself more."
        )
        heading = _heading(_("How sure you are, and how often right"))
        return (
            f"{heading}<p>{escape(about)}</p>"
            f'<div class="lk-pictures">{reliability_picture(calibration)}{_curve(calibration.curve)}</div>'
            f"<p>{escape(advice)}</p>{_numbers(calibration)}"
        )

    def _gain(self) -> str:
        gain = self._board.gain
        if gain is None or not gain.asked_before:
            return ""
        return _heading(_("From the pre-test to the post-test")) + f"<p>{escape(_gained(gain))}</p>"

    def _lesson_link(self, lesson: str, title: str, href: str) -> str:
        text = self._course_text(lesson, title)
        return _link(href, text, escaped=True) if href else text

    def _course_text(self, lesson: str, text: str) -> str:
        return _course(text, self._languages.get(lesson, "en"))


def asked_about(one: Misconception) -> tuple[tuple[str, str], ...]:
    """Return up to two questions to ask on a belief: fresh ones, then the one that showed it last."""
    return (*one.fresh, (one.lesson, one.question))[:2]


def _curve(curve: OwnCurve | None) -> str:
    if curve is None:
        wait = _(
            "Too few answers yet for your own precision–recall curve: it takes 20 with a confidence, 5 of "
            "them right and 5 wrong."
        )
        return f'<p class="lk-wait">{escape(wait)}</p>'
    return curve_picture(curve)


def _numbers(calibration: Calibration) -> str:
    heads = [_("You said"), _("Answers"), _("Right"), _("95% interval"), _("The word promises")]
    rows = []
    for level in calibration.levels:
        share = "" if level.share is None else _percent(level.share)
        between = "" if level.low is None or level.high is None else _between(level.low, level.high)
        few = "" if level.enough else _("too few answers yet")
        promise = "" if level.expected is None else _percent(level.expected)
        rows.append(
            (escape(said(level.confidence)), str(level.n), share, f"{between} {escape(few)}".strip(), promise)
        )
    tables = table(_("How often each word was right"), heads, rows)
    if curve := calibration.curve:
        heads = [_("At least this sure"), _("Recall"), _("Precision"), _("95% interval")]
        cells = (
            (
                escape(said(point.confidence)),
                _percent(point.recall),
                _percent(point.precision),
                _between(point.low, point.high),
            )
            for point in curve.points
        )
        tables += table(_("Your precision–recall curve"), heads, cells)
    return _folded("numbers", _("The numbers in these pictures"), tables)


def _gained(gain: Gain) -> str:
    if gain.difference is None or gain.low is None or gain.high is None:
        return _("The pre-test is done. Your gain is shown here after the post-test, in the last lesson.")
    line = _(
        "{before} of {n} questions were right before, {after} of their twins after: a gain of {gain} "
        "(95% interval {interval})."
    )
    return line.format(
        before=gain.before,
        after=gain.after,
        n=gain.pairs,
        gain=isolate(percent(f"{100 * gain.difference:+.0f}")),
        interval=isolate(percent(f"{100 * gain.low:+.0f} … {100 * gain.high:+.0f}")),
    )


def _cells(lesson: LessonProgress) -> tuple[str, ...]:
    of = _say("of")
    met = of.format(done=lesson.met, total=len(lesson.objectives)) if lesson.objectives else ""
    answered = of.format(done=lesson.answered, total=lesson.questions)
    exercises = of.format(done=lesson.solved, total=lesson.exercises) if lesson.exercises else ""
    if not lesson.begun:  # zeros would only hide the numbers that say something
        return answered, "", exercises, "", ""
    return answered, str(lesson.right), exercises, met, f"{lesson.minutes:.0f}"


def table(caption: str, heads: Sequence[str], rows: Iterable[Iterable[str]], *, stacks: bool = False) -> str:
    """Return a table; the cells are HTML already, the first of each row is its head.

    Where one that `stacks` has no room, each row becomes a list: so each cell carries the head of its column,
    and what a row and a cell is, is said by roles too.
    """

    def role(name: str) -> str:
        return f' role="{name}"' if stacks else ""

    row = f"<tr{role('row')}>"
    top = "".join(f'<th scope="col"{role("columnheader")}>{escape(head)}</th>' for head in heads)
    body = []
    for name, *cells in rows:
        numbers = "".join(
            f"<td{role('cell')}{_attribute(head) if stacks else ''}>{cell}</td>"
            for head, cell in zip(heads[1:], cells, strict=True)
        )
        body.append(f'{row}<th scope="row"{role("rowheader")}>{name}</th>{numbers}</tr>')
    return (
        f"<table{role('table')}><caption>{escape(caption)}</caption>"
        f"<thead{role('rowgroup')}>{row}{top}</tr></thead>"
        f"<tbody{role('rowgroup')}>{''.join(body)}</tbody></table>"
    )


def _attribute(head: str) -> str:
    return f' data-head="{escape(head)}"'


def _heading(text: str) -> str:
    return f"<h3>{escape(text)}</h3>"


def _folded(key: str, summary: str, body: str) -> str:
    return f'<details data-key="{key}"><summary>{escape(summary)}</summary>{body}</details>'


def _link(href: str, text: str, *, escaped: bool = False) -> str:
    return f'<a href="{escape(href)}" target="_blank" rel="noopener">{text if escaped else escape(text)}</a>'


def _button(text: str, ask: str, belief: str = "", about: str = "") -> str:
    """Return a button that the page wires by its ``data-ask``; `about` tells it apart for screen readers."""
    which = f' data-belief="{escape(belief)}" aria-label="{escape(f"{text}: {about}")}"' if belief else ""
    return f'<button type="button" class="lk-button" data-ask="{ask}"{which}>{escape(text)}</button>'


def _tick(*, done: bool) -> str:
    """Return a mark that says in words, too, whether a step is done."""
    sign, word = ("✓", _("done")) if done else ("○", _("open"))
    return f'<span aria-hidden="true">{sign}</span><span class="lk-visually-hidden">{escape(word)}</span> '


def _course(text: str, tag: str) -> str:
    return f'<bdi lang="{escape(tag)}" dir="{direction(tag)}">{escape(text)}</bdi>'


def _spoken() -> str:
    tag = language()
    return f' lang="{tag}" dir="{direction(tag)}"'


def _percent(share: float) -> str:
    return isolate(percent(f"{100 * share:.0f}"))


def _between(low: float, high: float) -> str:
    return isolate(percent(f"{100 * low:.0f}–{100 * high:.0f}"))
