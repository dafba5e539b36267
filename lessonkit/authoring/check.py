"""Whether a course is whole: its file, lessons, quizzes and exercises fit each other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lessonkit.course import COURSE
from lessonkit.course.calls import calls
from lessonkit.course.outline import meant
from lessonkit.exercises.registry import course_exercises, faults
from lessonkit.i18n import counted
from lessonkit.questions.bank import NO_QUIZ, RENAMED, names_file, part_of_quiz, renamed
from lessonkit.questions.lint import lint
from lessonkit.questions.problem import QuizError
from lessonkit.questions.translation import quiz_of
from lessonkit.record.syllabus import syllabus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lessonkit.course.calls import Call
    from lessonkit.course.outline import Course


def missing(course: Course) -> Iterator[str]:
    """Yield what does not fit in a course, beside what lint says of its quizzes: the place and the fix."""
    yield from course.unwritten()
    checks = course.folder / course.exercises
    if "exercises" in course.model_fields_set and "." not in course.exercises and not checks.is_dir():
        place = course.folder / COURSE
        yield f"{place}: there is no folder {course.exercises!r}; make it, or correct `exercises`"
    for path in sorted(course.quizzes.glob("*.yaml")):
        lesson = quiz_of(path).stem
        if path.name not in NO_QUIZ and lesson not in course.lessons:
            yield f"{path}: {lesson!r} is not in `lessons` of {COURSE}, so nobody sees it; add it there"
    for old, new in renamed().items():
        if new not in course.lessons:
            mend = meant(new, course.lessons) or "name one of them"
            yield f"{course.quizzes / RENAMED}: {old!r} became {new!r}, which is not in `lessons`; {mend}"
    for notebook in sorted(course.notebooks.glob("*.ipynb")):
        yield from _calls(notebook, course)
    yield from _exercises(course)


def _calls(notebook: Path, course: Course) -> Iterator[str]:
    """Yield the calls of a notebook that name a quiz, a question or an exercise that there is not."""
    try:
        cells = [
            (cell["cell_type"], "".join(cell["source"]))
            for cell in json.loads(notebook.read_bytes())["cells"]
        ]
    except (OSError, ValueError, LookupError, TypeError) as error:
        yield f"{notebook}: not a notebook that can be read ({error}); save it with JupyterLab"
        return
    for number, (kind, source) in enumerate(cells, start=1):
        for call in calls(source) if kind == "code" else ():
            if told := _checked(call, course) if call.function == "check" else _shown(call, course):
                yield f"{notebook}: cell {number}, lk.{call.function}({call.name!r}): {told}"


def _checked(call: Call, course: Course) -> str:
    """Say what is wrong with a call of `lk.check`, and the fix."""
    if call.name in (known := course_exercises()):
        return ""
    mend = meant(call.name, known) or f"write its check in {course.exercises}"
    return f"there is no such exercise; {mend}"


def _shown(call: Call, course: Course) -> str:
    """Say what is wrong with a call of `lk.quiz`, and the fix."""
    given = {name: value for name, value in call.options.items() if name in {"only", "exam"}}
    if ... in given.values():  # known when the cell runs
        return ""
    try:
        part_of_quiz(course.notebooks / call.name if names_file(call.name) else call.name, **given)
    except QuizError as error:
        # Of a quiz that is there, the linter says all.
        return "" if (course.quizzes / f"{call.name}.yaml").is_file() else error.problems[0].message
    except (KeyError, TypeError, ValueError) as error:
        return str(error.args[0])
    return ""


def _exercises(course: Course) -> Iterator[str]:
    """Yield what is wrong between the exercises and the lessons that set them."""
    yield from (f"{course.folder / course.exercises}: {fault}; fix it" for fault in faults())
    known = course_exercises()
    read = syllabus(course.folder)
    asked = {name: quiz.lesson for quiz in read.lessons for name in read.exercises(quiz)}
    for name, lesson in asked.items():
        notebook = course.notebooks / f"{lesson}.ipynb"
        if name in known and known[name].lesson != lesson:
            other = known[name].lesson
            yield f"{notebook}: the exercise {name!r} is registered for {other!r}; write {lesson!r}"
    quizzes = {quiz.lesson for quiz in read.lessons}
    for name, exercise in known.items():
        if name not in asked and (exercise.lesson in quizzes or exercise.lesson not in course.lessons):
            yield f"{course.exercises}: no lesson sets the exercise {name!r}; check it in one, or remove it"


def check_course(course: Course) -> bool:
    """Print all that is wrong with a course, and say whether nothing is.

    Parameters
    ----------
    course : Course
        The course that the learner is in.
    """
    problems = lint([course.quizzes]) if course.quizzes.is_dir() else []
    found = [*map(str, problems), *missing(course)]
    print(*found, sep="\n", end="\n" if found else "")
    well = len(found) == sum(problem.severity == "warning" for problem in problems)
    if well:
        parts = counted(len(course.lessons), "lesson"), counted(len(course_exercises()), "exercise")
        print(f"{course.title}: {', '.join(parts)}; all fits.")
    return well
