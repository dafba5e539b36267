"""Checks of the learner's own code: what is wrong, on which input, and a hint.

    verdict("count-outcomes", count_outcomes)

Each lesson's checks are in a module of their own. A check is a pure function from
the learner's object to a `Verdict`; `lessonkit.feedback` shows it and keeps it.
"""

from __future__ import annotations

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
    lesson13,
)
from lessonkit.exercises.judge import Verdict
from lessonkit.exercises.registry import EXERCISES, exercises_of, verdict

__all__ = ["EXERCISES", "Verdict", "exercises_of", "verdict"]
