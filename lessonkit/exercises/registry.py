"""The exercises of the course by their id."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches

from lessonkit.exercises.gaps import open_gaps, unfinished
from lessonkit.exercises.judge import Verdict

Check = Callable[[object], Verdict]

CHECKS: dict[str, Check] = {}
GAPS: dict[str, int] = {}


def exercise(exercise_id: str, *, gaps: int = 1) -> Callable[[Check], Check]:
    """Register a check: a pure function from the learner's object to a Verdict.

    Parameters
    ----------
    exercise_id : str
        Unique in the course, and stable: notebooks name it.
    gaps : int
        How many `...` the lesson leaves to fill.

    Raises
    ------
    ValueError
        The id is taken.
    """

    def register(check: Check) -> Check:
        if exercise_id in CHECKS:
            raise ValueError(f"Exercise id {exercise_id!r} is taken: choose another.")
        CHECKS[exercise_id] = check
        GAPS[exercise_id] = gaps
        return check

    return register


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
    check = CHECKS.get(str(exercise_id))
    if check is None:
        close = get_close_matches(str(exercise_id), CHECKS, n=3, cutoff=0.5) or sorted(CHECKS)
        known = ", ".join(f"`{each}`" for each in close)
        return Verdict(
            passed=False, message=f"There is no exercise `{exercise_id}`.", hint=f"Did you mean {known}?"
        )
    try:
        found = check(answer)
    except Exception as error:  # noqa: BLE001  (an answer with a broken __array__ must not stop the lesson)
        return Verdict(
            passed=False, message=f"Your answer could not be read ({type(error).__name__}: {error})."
        )
    if not found.passed:
        # A gap may also look like a wrong answer: NumPy finds the least of `...` at place 0.
        still_open = open_gaps(answer)
        gaps = GAPS[str(exercise_id)]
        if 0 < len(still_open) < gaps:
            return unfinished(gaps, still_open)
    return found
