"""What the course asks, so that a record can be read: its lessons, questions, beliefs and places."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from lessonkit.course import COURSE
from lessonkit.course.calls import calls
from lessonkit.course.outline import FIRST_COURSE, Course, CourseError, course_id, quiz_folders
from lessonkit.i18n import language
from lessonkit.questions.bank import MISCONCEPTIONS, load_quiz, quiz_files, read_yaml
from lessonkit.questions.content import content_hash
from lessonkit.questions.problem import QuizError
from lessonkit.questions.translation import translations_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lessonkit.course.calls import Call
    from lessonkit.course.outline import CoursePath
    from lessonkit.questions.kinds import Question
    from lessonkit.questions.model import Quiz
    from lessonkit.record.replay import History, Replay

#: Stem of a quiz file, and id of a question.
Name: TypeAlias = tuple[str, str]

_FILES: Final = "[0-9]*.yaml"
_HEADING: Final = re.compile(r"^(?P<level>#{1,6}) +(?P<heading>.+?) *$", re.MULTILINE)
_SECTION: Final = 2  # the level of a lesson's sections


@dataclass(frozen=True)
class Syllabus:
    """The quizzes of the course.

    Parameters
    ----------
    lessons : tuple of Quiz
        In the order of the course.
    believed : mapping of str to str
        Each misconception and the sentence that says what a learner with it believes.
    notebooks : Path, optional
        The folder of the lessons.
    problems : tuple of str
        Files that were left out because they cannot be read, and why.
    paths : tuple of CoursePath
        The ways through the course.
    course : str
        The id of the course: only its events count.
    """

    lessons: tuple[Quiz, ...]
    believed: Mapping[str, str]
    notebooks: Path | None = None
    problems: tuple[str, ...] = ()
    paths: tuple[CoursePath, ...] = ()
    course: str = FIRST_COURSE

    def question(self, lesson: str, question_id: str) -> Question:
        """Return a question; KeyError if the course does not ask it."""
        return self._questions[lesson, question_id]

    def content(self, lesson: str, question_id: str) -> str:
        """Return the content hash of a question as it is asked now; KeyError if it is not asked."""
        return self._contents[lesson, question_id]

    def history(self, replay: Replay, lesson: str, question_id: str) -> History | None:
        """Return what happened to a question as it is asked now, or None if nothing did.

        Raises
        ------
        KeyError
            The course does not ask it.
        """
        return replay.question(lesson, question_id, self.content(lesson, question_id))

    def counted(self, quiz: Quiz) -> tuple[Question, ...]:
        """Return the questions of a lesson that count: all but those asked before the text answers them."""
        return tuple(question for question in quiz.questions if not question.predict)

    def practiced(self, quiz: Quiz) -> tuple[Question, ...]:
        """Return the questions of a lesson that count and are not those of an exam."""
        return tuple(q for q in self.counted(quiz) if not is_examined(quiz, q))

    def reviewed(self, before: str | None = None) -> Iterator[Name]:
        """Yield the questions that reviews may ask, in the order of the course.

        Parameters
        ----------
        before : str, optional
            Only those of the lessons that stand before this one.
        """
        for quiz in takewhile(lambda quiz: quiz.lesson != before, self.lessons):
            for question in self.practiced(quiz):
                yield quiz.lesson, question.id

    @cached_property
    def carriers(self) -> dict[str, tuple[Name, ...]]:
        """For each misconception the questions that can show it."""
        found: dict[str, list[Name]] = {}
        for quiz in self.lessons:
            for question in self.counted(quiz):
                for slug in beliefs_of(question):
                    found.setdefault(slug, []).append((quiz.lesson, question.id))
        return {slug: tuple(names) for slug, names in found.items()}

    @cached_property
    def twins(self) -> tuple[tuple[Name, Name], ...]:
        """Each question of the pre-test with the one of the post-test that asks the same."""
        homes = {question_id: (lesson, question_id) for lesson, question_id in self._questions}
        return tuple(
            (homes[question.twin], (quiz.lesson, question.id))
            for quiz in self.lessons
            for question in quiz.questions
            if question.twin in homes
        )

    @cached_property
    def titles(self) -> dict[str, str]:
        """The first heading of each lesson's notebook; without a notebook, the title of its quiz."""
        return {quiz.lesson: self._places[quiz.lesson].get("", quiz.title) for quiz in self.lessons}

    def exercises(self, quiz: Quiz) -> tuple[str, ...]:
        """Return the ids of the exercises that a lesson's notebook sets, in its order."""
        return tuple(self._exercises[quiz.lesson])

    def href(self, quiz: Quiz, question: Question | None = None) -> str:
        """Return the link to a lesson or to where it asks a question, from within the folder of notebooks."""
        link = f"{quiz.lesson}.ipynb"
        if question is None:
            return link
        part = "quiz"
        if is_examined(quiz, question):
            part = "exam"
        elif question.predict or question.inline:
            part = question.id
        return _anchored(link, self._places[quiz.lesson].get(part))

    def exercise_href(self, quiz: Quiz, exercise: str) -> str:
        """Return the link to the section of a lesson that sets an exercise, from within the same folder."""
        return _anchored(f"{quiz.lesson}.ipynb", self._exercises[quiz.lesson].get(exercise))

    @cached_property
    def _questions(self) -> dict[Name, Question]:
        return {(quiz.lesson, question.id): question for quiz in self.lessons for question in quiz.questions}

    @cached_property
    def _contents(self) -> dict[Name, str]:
        return {name: content_hash(question) for name, question in self._questions.items()}

    @cached_property
    def _places(self) -> dict[str, dict[str, str]]:
        """For each lesson the heading above each question, exam and closing quiz, and its title as ''."""
        return {lesson: outline.places for lesson, outline in self._outlines.items()}

    @cached_property
    def _exercises(self) -> dict[str, dict[str, str]]:
        """For each lesson its exercises in their order, each with the heading of its section.

        An exercise belongs to the first lesson that checks it: learners carry their code along. Only the
        first lesson of the course gives one up to a later lesson: it may show with it what a check says.
        """
        found: dict[str, dict[str, str]] = {quiz.lesson: {} for quiz in self.lessons}
        taken: set[str] = set()
        for quiz in (*self.lessons[1:], *self.lessons[:1]):
            sections = self._outlines[quiz.lesson].sections
            found[quiz.lesson] = {name: at for name, at in sections.items() if name not in taken}
            taken |= sections.keys()
        return found

    @cached_property
    def _outlines(self) -> dict[str, _Outline]:
        if self.notebooks is None:
            return {quiz.lesson: _Outline({}, {}) for quiz in self.lessons}
        return {quiz.lesson: _outline(self.notebooks / f"{quiz.lesson}.ipynb") for quiz in self.lessons}


def is_examined(quiz: Quiz, question: Question) -> bool:
    """Say whether a question of this quiz is asked in an exam."""
    return quiz.mode == "exam" or question.id in quiz.exam


def syllabus(place: Path | None = None, *, beginning: bool = False) -> Syllabus:
    """Return the quizzes of the course.

    Parameters
    ----------
    place : Path, optional
        A quiz file, or a folder with quizzes in it or in its folder ``quizzes``. Default: see the notes.
    beginning : bool
        Only the first lesson, which takes a small part of the time and is all that an empty record needs.

    Notes
    -----
    They are looked for as `lessonkit.questions.load_quiz` does. Beside a ``course.toml``, the lessons that
    it lists count, in its order; elsewhere all quizzes whose name begins with a digit. A file that cannot be
    used is left out, and `Syllabus.problems` says why.
    """
    folders = quiz_folders() if place is None else [place / "quizzes", place]
    if place is not None and place.is_file():
        folder, paths, course = place.parent, [place], None
    else:
        found = next(filter(_holds_quizzes, folders), None)
        if found is None:
            return Syllabus((), {})
        folder = found
        try:
            course = Course.at(folder.parent) if (folder.parent / COURSE).is_file() else None
        except CourseError as error:
            return Syllabus((), {}, problems=(str(error).partition("\n")[0],))
        paths = _quizzes(folder, course)
    files = [path for path in (*paths, folder / MISCONCEPTIONS) if path.is_file()]
    files = files[: 1 if beginning else None]
    translations = [file for path in files for file in translations_of(path)]
    return _read(folder, _states(files), course, language(), _states(translations))


_States: TypeAlias = tuple[tuple[Path, int, int], ...]


def _states(files: Iterable[Path]) -> _States:
    states = ((path, path.stat()) for path in files)
    return tuple((path, state.st_mtime_ns, state.st_size) for path, state in states)


def _holds_quizzes(folder: Path) -> bool:
    return (folder.parent / COURSE).is_file() or any(folder.glob(_FILES))


def _quizzes(folder: Path, course: Course | None) -> list[Path]:
    if course is None:
        return [path for path in quiz_files(folder) if path.match(_FILES)]
    return [folder / f"{lesson}.yaml" for lesson in course.lessons]


@lru_cache(maxsize=4)
def _read(
    folder: Path, files: _States, course: Course | None, _language: str, _translations: _States
) -> Syllabus:
    quizzes: list[Quiz] = []
    problems: list[str] = []
    believed: dict[str, str] = {}
    for path, _modified, _size in files:
        if path.name == MISCONCEPTIONS:
            data = read_yaml(path).data
            believed = {str(slug): str(text) for slug, text in data.items()} if isinstance(data, dict) else {}
            continue
        try:
            quizzes.append(load_quiz(path))
        except QuizError as error:
            problems.append(str(error).partition("\n")[0])
    paths, name = ((), course_id()) if course is None else (course.paths, course.id)
    return Syllabus(tuple(quizzes), believed, folder.parent / "notebooks", tuple(problems), paths, name)


def beliefs_of(question: Question) -> tuple[str, ...]:
    """Return the misconceptions that an answer to a question can show."""
    return tuple(dict.fromkeys(question.beliefs()))


class _Outline(NamedTuple):
    """What a notebook shows.

    Attributes
    ----------
    places : dict of str to str
        The heading above each part of its quiz, and its first heading as ''.
    sections : dict of str to str
        Each exercise that it checks, in order, and the heading of the section.
    """

    places: dict[str, str]
    sections: dict[str, str]


def _outline(notebook: Path) -> _Outline:
    """Return what a notebook shows of its quiz and of exercises."""
    outline = _Outline({}, {})
    heading = section = ""
    try:
        for cell in json.loads(notebook.read_bytes())["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                for found in _HEADING.finditer(source):
                    heading = found["heading"]
                    section = heading if len(found["level"]) <= _SECTION else section
                    outline.places.setdefault("", heading)
                continue
            for call in calls(source):
                if call.function == "check":
                    outline.sections.setdefault(call.name, section)
                elif call.name == notebook.stem:
                    outline.places.setdefault(_part(call), heading)
    except (OSError, ValueError, KeyError, TypeError):  # no notebook: links lead to its name alone
        return _Outline({}, {})
    return outline


def _anchored(link: str, heading: str | None) -> str:
    return f"{link}#{heading.replace(' ', '-')}" if heading else link


def _part(call: Call) -> str:
    """Return what a call of `lk.quiz` shows: the id of a question, "exam" or "quiz"."""
    if call.options.get("exam") is True:
        return "exam"
    only = call.options.get("only")
    return only if isinstance(only, str) else "quiz"
