"""The exercises of the course by their id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from lessonkit.exercises.gaps import open_gaps, unfinished
from lessonkit.exercises.judge import Verdict
from lessonkit.needs import NO_KERAS, lacks_keras

Check = Callable[[object], Verdict]


@dataclass(frozen=True)
class Exercise:
    """One exercise of the course.

    Attributes
    ----------
    lesson : str
        Stem of the notebook that sets it; its checks are recorded as part of that lesson.
    gaps : int
        How many `...` the lesson leaves to fill.
    check : callable
        A pure function from the learner's object to a Verdict.
    """

    lesson: str
    gaps: int
    check: Check


EXERCISES: dict[str, Exercise] = {}


def exercises_of(lesson: str) -> Callable[..., Callable[[Check], Check]]:
    """Return the decorator that registers a check: a pure function from the learner's object to a Verdict.

    Parameters
    ----------
    lesson : str
        Stem of the notebook that sets the exercises.

    Returns
    -------
    callable
        ``exercise(exercise_id, *, gaps=1)``. The id is unique in the course, and stable: notebooks name it,
        and records hang on it. `gaps` says how many `...` the lesson leaves to fill. It raises ValueError
        where the id is taken.
    """

    def exercise(exercise_id: str, *, gaps: int = 1) -> Callable[[Check], Check]:
        def register(check: Check) -> Check:
            if exercise_id in EXERCISES:
                raise ValueError(f"Exercise id {exercise_id!r} is taken: choose another.")
            EXERCISES[exercise_id] = Exercise(lesson, gaps, check)
            return check

        return register

    return exercise


def verdict(exercise_id: str, answer: object) -> Verdict:
    """Judge an answer without showing anything.

    Parameters
    ----------
    exercise_id : str
    answer : object
        The learner's function or value; anything. It is not changed.

    Returns
    -------
    Verdict
        Also for an unknown id, and for an answer that cannot even be read.
    """
    exercise = EXERCISES.get(str(exercise_id))
    if exercise is None:
        close = get_close_matches(str(exercise_id), EXERCISES, n=3, cutoff=0.5) or sorted(EXERCISES)
        known = ", ".join(f"`{each}`" for each in close)
        return Verdict(
            passed=False, message=f"There is no exercise `{exercise_id}`.", hint=f"Did you mean {known}?"
        )
    try:
        found = exercise.check(answer)
    except Exception as error:  # noqa: BLE001  (an answer with a broken __array__ must not stop the lesson)
        if lacks_keras(error):
            return Verdict(passed=False, message=NO_KERAS, tried=False)
        return Verdict(
            passed=False, message=f"Your answer could not be read ({type(error).__name__}: {error})."
        )
    if not found.passed:
        # A gap may also look like a wrong answer: NumPy finds the least of `...` at place 0.
        still_open = open_gaps(answer)
        if 0 < len(still_open) < exercise.gaps:
            return unfinished(exercise.gaps, still_open)
    return found
