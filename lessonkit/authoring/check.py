"""Whether a course is whole: its file, lessons, quizzes and exercises fit each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessonkit.course import COURSE
from lessonkit.exercises.registry import course_exercises, faults
from lessonkit.questions.bank import NO_QUIZ
from lessonkit.questions.lint import lint
from lessonkit.questions.translation import quiz_of
from lessonkit.record.syllabus import syllabus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lessonkit.course.outline import Course


def missing(course: Course) -> Iterator[str]:
    """Yield what does not fit in a course, beside what lint says of its quizzes: the place and the fix."""
    yield from course.unwritten()
    for path in sorted(course.quizzes.glob("*.yaml")):
        lesson = quiz_of(path).stem
        if path.name not in NO_QUIZ and lesson not in course.lessons:
            yield f"{path}: {lesson!r} is not in `lessons` of {COURSE}, so nobody sees it; add it there"
    yield from _exercises(course)


def _exercises(course: Course) -> Iterator[str]:
    """Yield what is wrong between the exercises and the lessons that set them."""
    yield from (f"{course.folder / course.exercises}: {fault}; fix it" for fault in faults())
    known = course_exercises()
    read = syllabus(course.folder)
    asked = {name: quiz.lesson for quiz in read.lessons for name in read.exercises(quiz)}
    for name, lesson in asked.items():
        notebook = course.notebooks / f"{lesson}.ipynb"
        if name not in known:
            yield f"{notebook}: there is no exercise {name!r}; write its check in {course.exercises}"
        elif known[name].lesson != lesson:
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
        print(
            f"{course.title}: {len(course.lessons)} lessons, {len(course_exercises())} exercises; all fits."
        )
    return well
