"""What a check of the learner's own code shows, and what of it the record keeps.

It is light, as `lk.check` may be the first thing a notebook calls: the record, with its database, is loaded
once there is a verdict to keep, and by then the verdict is on screen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from IPython.display import display

from lessonkit.exercises import Verdict, course_exercises, verdict
from lessonkit.i18n import gettext as _
from lessonkit.i18n import noop

_PASSED, _FAILED = (noop("✓ Passed"), "#2E7D32"), (noop("✗ Not yet"), "#C24E00")
_WAITING, _BEGUN = (noop("… Not tried yet"), "#757575"), (noop("… Not finished yet"), "#757575")


def check(exercise_id: str, answer: object) -> None:
    """Check an exercise, show what was found, and keep whether it passed.

    Parameters
    ----------
    exercise_id : str
        The id that the lesson gives.
    answer : object
        Your function (without parentheses) or your value. It is not changed.

    Notes
    -----
    Never raises: an error in your function is caught and told, with the input that caused it.

    An answer that was tried goes into your record, so that your progress shows which exercises you have
    solved: its time, the exercise, and whether it passed; nothing of your code. A check that comes out as the
    one before it did is not kept again, so running a notebook again adds nothing.
    """
    found = verdict(exercise_id, answer)
    display(_Feedback(found))  # type: ignore[no-untyped-call]
    exercise = course_exercises().get(str(exercise_id)) if found.tried else None
    if exercise is not None:
        _keep(exercise.lesson, str(exercise_id), passed=bool(found.passed))  # it may be NumPy's


def _keep(lesson: str, exercise_id: str, *, passed: bool) -> None:
    """Record a check unless it says what the one before it said."""
    from lessonkit.course.outline import course_id
    from lessonkit.record import Event, shared_recorder

    recorder = shared_recorder()
    before = None
    for event in recorder.events(lesson):
        if event.type == "check" and event.question == exercise_id:
            before = event.correct
    if before is not passed:
        recorder.record(
            Event(type="check", course=course_id(), lesson=lesson, question=exercise_id, correct=passed)
        )


@dataclass(frozen=True)
class _Feedback:
    """A verdict as the notebook shows it."""

    verdict: Verdict

    @property
    def _head(self) -> tuple[str, str]:
        if self.verdict.passed:
            return _PASSED
        if self.verdict.tried:
            return _FAILED
        return _BEGUN if self.verdict.begun else _WAITING

    def __repr__(self) -> str:
        lines = [f"{_(self._head[0])}: {_(self.verdict.message)}"]
        if self.verdict.hint:
            name = _("Hint")
            lines.append(f"{name}: {_(self.verdict.hint)}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        word, color = self._head
        name = _("Hint")
        hint = (
            f"<p style='margin:.3em 0'><strong>{name}:</strong> {_html(_(self.verdict.hint))}</p>"
            if self.verdict.hint
            else ""
        )
        return (
            f"<div style='border-left:5px solid {color};padding:.1em .9em'>"
            f"<p style='margin:.3em 0'><strong>{_(word)}:</strong> {_html(_(self.verdict.message))}"
            f"</p>{hint}</div>"
        )


def _html(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
