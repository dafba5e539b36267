"""The exercises of a course by their id; they are found where its ``course.toml`` says."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache, wraps
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from traceback import extract_tb
from types import ModuleType
from typing import TYPE_CHECKING, Any

from lessonkit.course.outline import CourseError, this_course
from lessonkit.exercises.gaps import open_gaps, unfinished
from lessonkit.exercises.judge import Declared, Verdict, judge_function
from lessonkit.i18n import gettext as _
from lessonkit.needs import NO_KERAS, lacks_keras

if TYPE_CHECKING:
    from lessonkit.course.outline import Course

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


@dataclass
class _Book:
    """The exercises of one course.

    Attributes
    ----------
    exercises : dict of str to Exercise
        By id, in the order in which their modules register them.
    faults : list of str
        Modules that cannot be imported, and why.
    """

    exercises: dict[str, Exercise] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def course_exercises() -> dict[str, Exercise]:
    """Return the exercises of the course that the learner is in, by their id.

    The modules that check them are imported on the first call: all those of the folder or package that
    ``exercises`` in ``course.toml`` names whose name begins with no underscore. One that cannot be imported
    is left out; `verdict` tells why.

    Raises
    ------
    CourseError
        The ``course.toml`` cannot be used.
    """
    return _book(this_course()).exercises


def faults() -> list[str]:
    """Return which modules of the course's exercises cannot be imported, and why; for its author."""
    return [*_book(this_course()).faults]


def _book(course: Course) -> _Book:
    package = _package(course)
    is_new = package not in _BOOKS
    book = _BOOKS.setdefault(package, _Book())
    if is_new:
        try:
            home = import_module(package)
        except Exception as error:  # noqa: BLE001  (whatever the author's module does)
            book.faults.append(_fault(package, error))
            return book
        for module in iter_modules(home.__path__):
            if not module.name.startswith("_"):
                try:
                    import_module(f"{package}.{module.name}")
                except Exception as error:  # noqa: BLE001  (the others can still be checked)
                    book.faults.append(_fault(f"{module.name}.py", error))
    return book


_BOOKS: dict[str, _Book] = {}


def _package(course: Course) -> str:
    """Return the name of the package with the checks of a course; a folder is made one."""
    folder = course.folder / course.exercises
    return course.exercises if "." in course.exercises and not folder.is_dir() else _as_package(folder)


@lru_cache
def _as_package(folder: Path) -> str:
    name = f"lessonkit_exercises_{sha256(str(folder).encode()).hexdigest()[:12]}"
    package = ModuleType(name, f"The modules in {folder}.")
    package.__path__ = [str(folder)]
    sys.modules[name] = package
    return name


def _fault(name: str, error: Exception) -> str:
    line, what = extract_tb(error.__traceback__)[-1].lineno, str(error)
    if isinstance(error, SyntaxError):  # the last code that ran is Python's own
        line, what = error.lineno, error.msg
    told = _("{name} cannot be imported ({error}, line {line})")
    return told.format(name=name, error=f"{type(error).__name__}: {what}", line=line)


def exercises_of(lesson: str) -> Callable[..., Callable[[Callable[..., Any]], Check]]:
    """Return the decorator that registers a check: a pure function from the learner's object to a Verdict.

    Where all that a check does is `judge_function`, the decorator is told the solution, and what it decorates
    returns the rest.

    Parameters
    ----------
    lesson : str
        Stem of the notebook that sets the exercises.

    Returns
    -------
    callable
        ``exercise(exercise_id, *, gaps=1, solution=None, returns=())``. The id is unique in the course, and
        stable: notebooks name it, and records hang on it. `gaps` says how many `...` the lesson leaves to
        fill. With a solution, a function without parameters is decorated that returns a `Declared`. It
        raises ValueError where the id is taken.
    """

    def exercise(
        exercise_id: str,
        *,
        gaps: int = 1,
        solution: Callable[..., Any] | None = None,
        returns: tuple[str, ...] = (),
    ) -> Callable[[Callable[..., Any]], Check]:
        def register(written: Callable[..., Any]) -> Check:
            check = written if solution is None else _compared(written, solution, returns)
            home = check.__module__.rpartition(".")[0]
            # A check in a notebook, as its author tries it out, belongs to the course around it.
            known = _BOOKS[home].exercises if home in _BOOKS else course_exercises()
            if exercise_id in known:
                raise ValueError(f"Exercise id {exercise_id!r} is taken: choose another.")
            known[exercise_id] = Exercise(lesson, gaps, check)
            return check

        return register

    return exercise


def _compared(
    declared: Callable[[], Declared], solution: Callable[..., Any], returns: tuple[str, ...]
) -> Check:
    """Return the check that compares the learner's function with the solution."""

    @wraps(declared)
    def check(answer: object) -> Verdict:
        return judge_function(answer, solution=solution, returns=returns, **declared())

    return check


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
    try:
        book = _book(this_course())
    except CourseError as error:
        return Verdict(passed=False, message=str(error), tried=False)
    exercise = book.exercises.get(str(exercise_id))
    if exercise is None:
        return _unknown(str(exercise_id), book)
    try:
        found = exercise.check(answer)
    except Exception as error:  # noqa: BLE001  (an answer with a broken __array__ must not stop the lesson)
        if lacks_keras(error):
            return Verdict(passed=False, message=_(NO_KERAS), tried=False)
        return _stopped(error, exercise.check)
    if not found.passed:
        # A gap may also look like a wrong answer: NumPy finds the least of `...` at place 0.
        still_open = open_gaps(answer)
        if 0 < len(still_open) < exercise.gaps:
            return unfinished(exercise.gaps, still_open)
    return found


def _stopped(error: Exception, check: Check) -> Verdict:
    """Return what is said when a check ends in an error: whose it is, as far as that can be seen."""
    told = f"{type(error).__name__}: {error}"
    last = extract_tb(error.__traceback__)[-1]
    if last.filename != getattr(sys.modules.get(check.__module__), "__file__", None):
        return Verdict(passed=False, message=_("Your answer could not be read ({error}).").format(error=told))
    message = _("The check stopped at line {line} of {file} ({error}).")
    return Verdict(
        passed=False,
        message=message.format(line=last.lineno, file=Path(last.filename).name, error=told),
        hint=_("If your answer is of the kind that is asked for, the check is wrong: tell your teacher."),
        tried=False,
    )


def _unknown(exercise_id: str, book: _Book) -> Verdict:
    """Return what is said about an id that the course does not have."""
    close = get_close_matches(exercise_id, book.exercises, n=3, cutoff=0.5) or sorted(book.exercises)
    names = ", ".join(f"`{each}`" for each in close)
    hints = [_("Did you mean {names}?").format(names=names)] if close else []
    if book.faults:  # it may be in there
        hints = [f"{fault}." for fault in book.faults]
    message = _("There is no exercise {name}.").format(name=f"`{exercise_id}`")
    return Verdict(passed=False, message=message, hint=" ".join(hints), tried=not book.faults)
