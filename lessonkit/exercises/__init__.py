"""Checks of the learner's own code: what is wrong, on which input, and a hint.

    lk.check("count-outcomes", count_outcomes)

Each lesson's checks are in a module of their own. A check is a pure function from
the learner's object to a `Verdict`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from IPython.display import display

from lessonkit.exercises import (  # noqa: F401  (importing them registers their checks)
    lesson01,
    lesson02,
    lesson03,
    lesson04,
    lesson05,
    lesson06,
    lesson07,
    lesson08,
    lesson09,
    lesson10,
    lesson11,
    lesson12,
)
from lessonkit.exercises.judge import Verdict
from lessonkit.exercises.registry import CHECKS, exercise, verdict

__all__ = ["CHECKS", "Verdict", "check", "exercise", "verdict"]

_PASSED, _FAILED = ("✓ Passed", "#2E7D32"), ("✗ Not yet", "#C24E00")
_WAITING, _BEGUN = ("… Not tried yet", "#757575"), ("… Not finished yet", "#757575")


def check(exercise_id: str, answer: object) -> None:
    """Check an exercise and show what was found.

    Parameters
    ----------
    exercise_id : str
        The id that the lesson gives.
    answer : object
        Your function (without parentheses) or your value. It is not changed.

    Notes
    -----
    Never raises: an error in your function is caught and told, with the input that caused it.
    """
    display(_Feedback(verdict(exercise_id, answer)))  # type: ignore[no-untyped-call]


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
        lines = [f"{self._head[0]}: {self.verdict.message}"]
        if self.verdict.hint:
            lines.append(f"Hint: {self.verdict.hint}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        word, color = self._head
        hint = (
            f"<p style='margin:.3em 0'><strong>Hint:</strong> {_html(self.verdict.hint)}</p>"
            if self.verdict.hint
            else ""
        )
        return (
            f"<div style='border-left:5px solid {color};padding:.1em .9em'>"
            f"<p style='margin:.3em 0'><strong>{word}:</strong> {_html(self.verdict.message)}</p>{hint}</div>"
        )


def _html(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
