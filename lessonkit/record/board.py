"""The progress board: what a learner has answered, lesson by lesson."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final

from lessonkit.i18n import direction, gettext, language, noop
from lessonkit.record.recorder import shared_recorder
from lessonkit.record.replay import resume

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from lessonkit.record.event import Event

# A longer wait before an answer is a break, not work.
_LONGEST_SECONDS: Final = 300
_HEADS: Final = (
    *(noop("lesson"), noop("answered"), noop("right")),
    *(noop("first try"), noop("minutes"), noop("last answer")),
)
_EMPTY: Final = noop("No answers yet. Answer a quiz, and your progress is shown here.")


@dataclass(frozen=True, slots=True)
class LessonProgress:
    """What a learner has answered in one lesson. Questions asked before the text answers them do not count.

    Attributes
    ----------
    lesson : str
        Stem of the quiz file.
    answered, right, first_try : int
        Questions with a marked answer; whose last answer is right, without the solution; whose first one is.
    minutes : float
        Time spent on answers, at most 5 minutes for each.
    last : datetime
        Time of the last event.
    """

    lesson: str
    answered: int
    right: int
    first_try: int
    minutes: float
    last: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """What a learner has answered, lesson by lesson. A notebook shows it as a table.

    Attributes
    ----------
    lessons : tuple of LessonProgress
        In the order of their names.
    notice : str
        What to tell the learner about a record that cannot be kept or read; empty if all is well.
    """

    lessons: tuple[LessonProgress, ...]
    notice: str = ""

    @classmethod
    def of(cls, events: Sequence[Event], notice: str = "") -> Progress:
        """Return the progress that events of one learner, in the order of their time, amount to."""
        names = sorted({event.lesson for event in events})
        lessons = (_lesson([event for event in events if event.lesson == name], name) for name in names)
        return cls(tuple(lessons), notice)

    @property
    def answered(self) -> int:
        """Questions with a marked answer."""
        return sum(lesson.answered for lesson in self.lessons)

    @property
    def right(self) -> int:
        """Questions whose last answer is right."""
        return sum(lesson.right for lesson in self.lessons)

    @property
    def first_try(self) -> int:
        """Questions whose first answer was right."""
        return sum(lesson.first_try for lesson in self.lessons)

    @property
    def minutes(self) -> float:
        """Time spent on answers."""
        return sum(lesson.minutes for lesson in self.lessons)

    def as_text(self) -> str:
        """Return the board as plain text."""
        if not self.lessons:
            return _joined(self.notice, gettext(_EMPTY))
        rows = [tuple(map(gettext, _HEADS)), *self._rows()]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
        lines = (
            "  ".join(
                cell.rjust(width) if column else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        )
        return _joined(self.notice, "\n".join(lines))

    def as_html(self) -> str:
        """Return the board as an HTML table."""
        notice = f"<p>{escape(self.notice)}</p>" if self.notice else ""
        if not self.lessons:
            return f"{notice}<p>{escape(gettext(_EMPTY))}</p>"
        heads = "".join(f'<th scope="col">{escape(gettext(head))}</th>' for head in _HEADS)
        body = "".join(
            f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
            for name, *cells in self._rows()
        )
        caption = escape(gettext("Your progress"))
        return (
            f'{notice}<table class="lessonkit-progress" lang="{language()}" dir="{direction(language())}">'
            f"<caption>{caption}</caption>"
            f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
        )

    def _rows(self) -> list[tuple[str, ...]]:
        rows = [(name.lesson, *_counts(name), f"{name.last.astimezone():%Y-%m-%d}") for name in self.lessons]
        return [*rows, (gettext("all lessons"), *_counts(self), "")] if len(rows) > 1 else rows

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, Any]:
        """Return the board as HTML and as plain text, for a notebook."""
        del include, exclude  # both forms are always made; the caller picks
        return {"text/plain": self.as_text(), "text/html": self.as_html()}


def progress() -> Progress:
    """Return what you have answered so far, lesson by lesson.

    Returns
    -------
    Progress
        Shown as a table. ``print(progress().as_text())`` prints it; ``.lessons`` holds the numbers.
    """
    recorder = shared_recorder()
    events = recorder.events()
    return Progress.of(events, recorder.notice)


def _lesson(events: Sequence[Event], name: str) -> LessonProgress:
    states = resume(events, name).questions.values()
    marked = [state for state in states if state.counts and state.attempts]
    return LessonProgress(
        lesson=name,
        answered=len(marked),
        right=sum(bool(state.correct) and not state.revealed for state in marked),
        first_try=sum(bool(state.first_correct) for state in marked),
        minutes=sum(min(event.seconds or 0, _LONGEST_SECONDS) for event in events) / 60,
        last=events[-1].time,
    )


def _counts(numbers: LessonProgress | Progress) -> tuple[str, ...]:
    return str(numbers.answered), str(numbers.right), str(numbers.first_try), f"{numbers.minutes:.0f}"


def _joined(notice: str, board: str) -> str:
    return f"{notice}\n\n{board}" if notice else board
