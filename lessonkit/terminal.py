"""The progress board in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.markup import escape
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from lessonkit.record import Board
    from lessonkit.record.calibration import Calibration
    from lessonkit.record.gain import Gain
    from lessonkit.record.review import Reviews

_EMPTY: Final = "No answers yet. Answer a quiz, and your progress is shown here."
_SAID: Final = {"guess": "a guess", "fairly-sure": "fairly sure", "certain": "certain"}


def board_lines(board: Board) -> Iterator[RenderableType]:
    """Yield the parts of a board, each for lines of its own."""
    if not any(lesson.begun for lesson in board.lessons):
        yield _EMPTY
        return
    yield _lessons(board)
    yield _heading("Next")
    yield _due(board.reviews)
    if board.next is not None:
        yield f"Go on with {escape(board.next.title)}: notebooks/{board.next.href}"
    else:
        yield "All lessons are done."
    if any(path.done for path in board.paths):
        yield _heading("Paths")
        for path in board.paths:
            ticks = "".join("x" if step.done else "." for step in path.steps)
            yield f"{path.name}: {path.done} of {len(path.steps)} {escape(f'[{ticks}]')}"
    if board.misconceptions:
        yield _heading("Beliefs to mend")
        for one in board.misconceptions:
            where = f" Read: notebooks/{one.see}" if one.see else ""
            yield escape(f"{one.belief}{where}")
    yield from _calibration(board.calibration)
    if board.gain is not None:
        yield from _gain(board.gain)
    if board.unknown:
        yield f"Fields of a newer lessonkit, passed over: {escape(', '.join(board.unknown))}."


def _lessons(board: Board) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("lesson", overflow="fold")
    # In 80 columns the titles are broken; a number or a date that is cut would say something else.
    for head in ("answered", "right", "first try", "exercises", "objectives", "min", "last day"):
        table.add_column(head, justify="right", no_wrap=True)
    for lesson in board.lessons:
        style = None if lesson.begun else "dim"
        table.add_row(
            escape(lesson.title),
            f"{lesson.answered} of {lesson.questions}",
            str(lesson.right),
            str(lesson.first_try),
            f"{lesson.solved} of {lesson.exercises}" if lesson.exercises else "",
            f"{lesson.met} of {len(lesson.objectives)}" if lesson.objectives else "",
            f"{lesson.minutes:.0f}",
            "" if lesson.last is None else f"{lesson.last.astimezone():%Y-%m-%d}",
            style=style,
        )
    counts = map(str, (board.answered, board.right, board.first_try, board.solved))
    table.add_row("all lessons", *counts, "", f"{board.minutes:.0f}", "", style="bold")
    return table


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _due(reviews: Reviews) -> str:
    if reviews.due:
        more = f" {reviews.waiting} more wait for another day." if reviews.waiting else ""
        return f"Due for review today: {len(reviews.due)}.{more}"
    if reviews.next_day is not None:
        return f"Nothing is due for review today. Next: {reviews.next_day}."
    return "Nothing is due for review."


def _calibration(calibration: Calibration) -> Iterator[RenderableType]:
    if not any(level.n for level in calibration.levels):
        return
    yield _heading("How sure you were, and how often right")
    for level in calibration.levels:
        said = f"{_SAID[level.confidence]}: "
        if level.share is None or level.low is None or level.high is None:
            yield f"{said}no answers"
            continue
        interval = f"95% interval {level.low:.0%} to {level.high:.0%}"
        few = "" if level.enough else "; too few to tell"
        promise = "" if level.expected is None else f"; the word promises {level.expected:.0%}"
        yield f"{said}{level.right} of {level.n} right ({level.share:.0%}, {interval}{promise}{few})"
    if calibration.curve is not None:
        curve = calibration.curve
        yield (
            f"Your confidence as a classifier of right answers: average precision "
            f"{curve.average_precision:.2f} (95% interval {curve.low:.2f} to {curve.high:.2f}); "
            f"without skill {curve.prevalence:.2f}"
        )


def _gain(gain: Gain) -> Iterator[RenderableType]:
    if gain.difference is None or gain.low is None or gain.high is None:
        return
    yield _heading("Gain from the pre-test to the post-test")
    yield (
        f"{gain.before} of {gain.pairs} right before, {gain.after} after: {gain.difference:+.0%} "
        f"(95% interval {gain.low:+.0%} to {gain.high:+.0%})"
    )
