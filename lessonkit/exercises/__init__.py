"""Checks of the learner's own code: what is wrong, on which input, and a hint.

    verdict("count-outcomes", count_outcomes)

Each lesson's checks are in a module of their own, in the place that ``course.toml`` names; the modules called
``lesson01`` and so on here are those of the course that lessonkit came with. A check is a pure function from
the learner's object to a `Verdict`; `lessonkit.feedback` shows it and keeps it.
"""

from __future__ import annotations

from lessonkit.exercises.judge import Verdict
from lessonkit.exercises.registry import course_exercises, exercises_of, verdict

__all__ = ["Verdict", "course_exercises", "exercises_of", "verdict"]
