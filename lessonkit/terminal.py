"""The progress board in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from lessonkit.i18n import gettext as _
from lessonkit.i18n import noop, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from lessonkit.record import Board
    from lessonkit.record.calibration import Calibration
    from lessonkit.record.gain import Gain
    from lessonkit.record.review import Reviews

_SAID: Final = {"guess": noop("a guess"), "fairly-sure": noop("fairly sure"), "certain": noop("certain")}


def board_lines(board: Board) -> Iterator[RenderableType]:
    """Yield the parts of a board, each for lines of its own."""
    if not any(lesson.begun for lesson in board.lessons):
        yield _("No answers yet. Answer a quiz, and your progress is shown here.")
        return
    yield _lessons(board)
    yield _heading(_("Next"))
    yield _due(board.reviews)
    if board.next is not None:
        go_on = _("Go on with {lesson}: {file}")
        yield go_on.format(lesson=escape(board.next.title), file=f"notebooks/{board.next.href}")
    else:
        yield _("All lessons are done.")
    if any(path.done for path in board.paths):
        yield _heading(_("Paths"))
        for path in board.paths:
            ticks = "".join("x" if step.done else "." for step in path.steps)
            done = _("{done} of {total}").format(done=path.done, total=len(path.steps))
            yield f"{path.name}: {done} {escape(f'[{ticks}]')}"
    if board.misconceptions:
        yield _heading(_("Beliefs to mend"))
        for one in board.misconceptions:
            where = _("Read: {file}").format(file=f"notebooks/{one.see}") if one.see else ""
            yield escape(f"{one.belief} {where}".rstrip())
    yield from _calibration(board.calibration)
    if board.gain is not None:
        yield from _gain(board.gain)
    if board.unknown:
        passed_over = _("Fields of a newer lessonkit, passed over: {names}.")
        yield passed_over.format(names=escape(", ".join(board.unknown)))


def _lessons(board: Board) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(_("lesson"), overflow="fold")
    # In 80 columns the titles are broken; a number or a date that is cut would say something else.
    for head in (
        *(_("answered"), _("right"), _("first try"), _("exercises"), _("objectives")),
        *(_("min"), _("last day")),
    ):
        table.add_column(head, justify="right", no_wrap=True)
    for lesson in board.lessons:
        style = None if lesson.begun else "dim"
        table.add_row(
            escape(lesson.title),
            _of(lesson.answered, lesson.questions),
            str(lesson.right),
            str(lesson.first_try),
            _of(lesson.solved, lesson.exercises) if lesson.exercises else "",
            _of(lesson.met, len(lesson.objectives)) if lesson.objectives else "",
            f"{lesson.minutes:.0f}",
            "" if lesson.last is None else f"{lesson.last.astimezone():%Y-%m-%d}",
            style=style,
        )
    counts = map(str, (board.answered, board.right, board.first_try, board.solved))
    table.add_row(_("all lessons"), *counts, "", f"{board.minutes:.0f}", "", style="bold")
    return table


def _of(part: int, whole: int) -> str:
    return _("{done} of {total}").format(done=part, total=whole)


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _due(reviews: Reviews) -> str:
    if reviews.due:
        due = _("Due for review today: {n}.").format(n=len(reviews.due))
        more = _("{n} more wait for another day.").format(n=reviews.waiting) if reviews.waiting else ""
        return f"{due} {more}".rstrip()
    if reviews.next_day is not None:
        return _("Nothing is due for review today. Next: {day}.").format(day=reviews.next_day)
    return _("Nothing is due for review.")


def _calibration(calibration: Calibration) -> Iterator[RenderableType]:
    if not any(level.n for level in calibration.levels):
        return
    yield _heading(_("How sure you were, and how often right"))
    for level in calibration.levels:
        said = f"{_(_SAID[level.confidence])}: "
        if level.share is None or level.low is None or level.high is None:
            yield said + _("no answers")
            continue
        right = _("{right} of {n} right").format(right=level.right, n=level.n)
        interval = _("95% interval {low} to {high}").format(
            low=_percent(level.low), high=_percent(level.high)
        )
        parts = [f"{_percent(level.share)}, {interval}"]
        if level.expected is not None:
            parts.append(_("the word promises {share}").format(share=_percent(level.expected)))
        if not level.enough:
            parts.append(_("too few to tell"))
        yield f"{said}{right} ({'; '.join(parts)})"
    if calibration.curve is not None:
        curve = calibration.curve
        yield _(
            "Your confidence as a classifier of right answers: average precision "
            "{area} (95% interval {low} to {high}); without skill {prevalence}"
        ).format(
            area=f"{curve.average_precision:.2f}",
            low=f"{curve.low:.2f}",
            high=f"{curve.high:.2f}",
            prevalence=f"{curve.prevalence:.2f}",
        )


def _gain(gain: Gain) -> Iterator[RenderableType]:
    if gain.difference is None or gain.low is None or gain.high is None:
        return
    yield _heading(_("Gain from the pre-test to the post-test"))
    yield _("{before} of {n} right before, {after} after: {gain} (95% interval {low} to {high})").format(
        before=gain.before,
        n=gain.pairs,
        after=gain.after,
        gain=_percent(gain.difference, sign="+"),
        low=_percent(gain.low, sign="+"),
        high=_percent(gain.high, sign="+"),
    )


def _percent(share: float, *, sign: str = "") -> str:
    return percent(f"{100 * share:{sign}.0f}")
