"""What a course is: the file ``course.toml`` in its folder, and which course a learner is in.

    id = "sql-joins"                       records hang on it: it is stable for ever
    title = "Joins in SQL"
    lessons = ["01-inner", "02-outer"]     in their order: notebooks/01-inner.ipynb, quizzes/01-inner.yaml

All else has a default; `Course` says which. No lesson and no path is named anywhere else in the engine.
"""

from __future__ import annotations

import os
import re
import tomllib
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, NamedTuple, Self, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from lessonkit.course import COURSE, own_course

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import ErrorDetails

#: Names the folder of the course, wherever the work is done.
VARIABLE: Final = "LESSONKIT_COURSE"
#: The course of events from before there were others.
FIRST_COURSE: Final = "classifiers"


class Fault(NamedTuple):
    """One thing that is wrong in a ``course.toml``: its place, counted from 1, and the fix."""

    line: int
    column: int
    message: str


class CourseError(ValueError):
    """There is no course here, or its ``course.toml`` cannot be used.

    Attributes
    ----------
    faults : tuple of Fault
        All that is wrong in the file. ``str(error)`` is one line for each, "file:line:column: message".
    """

    def __init__(self, message: str, faults: tuple[Fault, ...] = ()) -> None:
        self.faults = faults
        super().__init__(message)

    @classmethod
    def of(cls, path: Path, *faults: Fault) -> CourseError:
        """Return the error of a file."""
        return cls(
            "\n".join(f"{path}:{fault.line}:{fault.column}: {fault.message}" for fault in faults), faults
        )

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows: what is wrong, without the calls that found it."""
        return [f"CourseError: {self}"]


_Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
# A file's name without its suffix.
_Stem = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=150)]
_Words = Annotated[str, Field(min_length=1)]
_Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}([_-][A-Za-z]{2,4})?$")]


#: The rules of `lessonkit.questions.problem.RULES` that are how one house writes questions.
HouseRule: TypeAlias = Literal[
    "LK026", "LK031", "LK034", "LK046", "LK050", "LK051", "LK052", "LK053", "LK054", "LK056"
]
HOUSE_RULES: Final[frozenset[str]] = frozenset(get_args(HouseRule))


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class CoursePath(_Part):
    """One way through the course, which the board ticks off.

    Attributes
    ----------
    name : str
        What the learner reads.
    lessons : tuple of str
        The lessons on it, in the order of the course; all of them by default.
    questions : {"all", "predict", "closing", "none"}
        What it asks of each: all but the predictions, the predictions alone, the quiz at the end, or nothing.
    exercises : bool, default False
        Whether it asks for the exercises, too.
    """

    name: _Words
    lessons: tuple[_Stem, ...] = ()
    questions: Literal["all", "predict", "closing", "none"] = "all"
    exercises: bool = False


class LintRules(_Part):
    """What `lessonkit lint` asks of the quizzes of a course.

    Attributes
    ----------
    off : tuple of str
        Codes of the house's rules that do not hold here, of `HOUSE_RULES`.
    """

    off: tuple[HouseRule, ...] = ()


class Site(_Part):
    """Where the site of a course is shown, and where its notebooks are. `lessonkit site` leaves out the rest.

    Attributes
    ----------
    address : str
        Of its first page. With it the site tells search engines which pages there are.
    repository : str
        Owner and name on GitHub. With it each lesson can be opened in Colab and Binder.
    ref : str, default "main"
        The branch or the tag there.
    picture : str
        What a chat shows of a link to the site: a file, below the folder of the course.
    picture_text : str
        The picture in words.
    """

    address: str = ""
    repository: str = ""
    ref: _Words = "main"
    picture: str = ""
    picture_text: str = ""

    @model_validator(mode="after")
    def _can_be_used(self) -> Self:
        if self.address and not re.fullmatch(r"https?://[^\s\"<>]+/", self.address):
            raise ValueError("`site.address` begins with https:// and ends with a slash")
        if self.repository and not re.fullmatch(r"[\w.-]+/[\w.-]+", self.repository):
            raise ValueError("`site.repository` is the owner and the name, as in owner/name")
        if bool(self.picture) != bool(self.picture_text):
            raise ValueError("`site.picture` and `site.picture_text` need each other; add the other one")
        return self


class Course(_Part):
    """A course.

    Attributes
    ----------
    id : str
        Lower-case words joined by hyphens. Events carry it, so it is stable for ever.
    title : str
        What the learner reads.
    lessons : tuple of str
        Each is the name of a notebook, and of its quiz if it has one, in the order of the course.
    languages : tuple of str
        The languages of its texts; the first is the one that they are written in.
    exercises : str
        The folder with the modules that check exercises, below the folder of the course; or a package, by its
        name with dots.
    paths : tuple of CoursePath
        The ways through it.
    lint : LintRules
        The rules that its quizzes keep to.
    site : Site
        What its site says of its places.
    """

    id: _Slug
    title: _Words
    lessons: Annotated[tuple[_Stem, ...], Field(min_length=1)]
    languages: Annotated[tuple[_Language, ...], Field(min_length=1)] = ("en",)
    exercises: _Words = "exercises"
    paths: tuple[CoursePath, ...] = ()
    lint: LintRules = LintRules()
    site: Site = Site()

    _folder: Path = PrivateAttr(default=Path())

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        if double := [lesson for lesson in self.lessons if self.lessons.count(lesson) > 1]:
            raise ValueError(f"lesson {double[0]!r} is there twice; name each lesson once")
        for path in self.paths:
            for lesson in path.lessons:
                if lesson not in self.lessons:
                    raise ValueError(
                        f"a path leads to {lesson!r}, which is not one of `lessons`; "
                        f"{meant(lesson, self.lessons) or 'add it there'}"
                    )
        return self

    @classmethod
    def at(cls, folder: Path) -> Course:
        """Return the course of a folder.

        Raises
        ------
        CourseError
            There is no ``course.toml``, or it cannot be used.
        """
        path = folder / COURSE
        try:
            state = path.stat()
        except OSError as error:
            reason = error.strerror or str(error)
            fault = Fault(1, 1, f"cannot be read ({reason}); a course needs this file")
            raise CourseError.of(path, fault) from None
        return _read(path.resolve(), state.st_mtime_ns, state.st_size)

    @property
    def folder(self) -> Path:
        """The folder that holds ``course.toml``, ``notebooks`` and ``quizzes``."""
        return self._folder

    @property
    def notebooks(self) -> Path:
        """The folder of the lessons."""
        return self._folder / "notebooks"

    @property
    def quizzes(self) -> Path:
        """The folder of the quizzes."""
        return self._folder / "quizzes"

    def unwritten(self) -> list[str]:
        """Say of each lesson without a notebook where it is named, and what to do."""
        place = self.folder / COURSE
        return [
            f"{place}: there is no notebooks/{lesson}.ipynb; write it, or take it out of `lessons`"
            for lesson in self.lessons
            if not (self.notebooks / f"{lesson}.ipynb").is_file()
        ]

    @property
    def first_lesson(self) -> str:
        """The notebook to begin with, from the folder of the course."""
        return f"notebooks/{self.lessons[0]}.ipynb"


def course_folder(start: Path | None = None) -> Path:
    """Return the folder of the course that somebody works in.

    It is the one that ``LESSONKIT_COURSE`` names; else the nearest one above `start` (the current folder by
    default) with a ``course.toml``; else that of the course that this lessonkit came with.
    """
    if named := os.environ.get(VARIABLE, "").strip():
        return Path(named).expanduser().resolve()
    here = (start or Path.cwd()).resolve()
    return next((at for at in (here, *here.parents) if (at / COURSE).is_file()), None) or own_course()


def this_course() -> Course:
    """Return the course that the learner is in; see `course_folder`.

    Raises
    ------
    CourseError
        Its ``course.toml`` cannot be used.
    """
    return Course.at(course_folder())


def written_course() -> Course:
    """Return the course that somebody writes: never the one that this lessonkit came with, from elsewhere.

    Raises
    ------
    CourseError
        There is no course here, or its ``course.toml`` cannot be used.
    """
    folder, here = course_folder(), Path.cwd().resolve()
    if folder not in (here, *here.parents) and not os.environ.get(VARIABLE, "").strip():
        raise CourseError(
            f"There is no {COURSE} in this folder or above. Go into the folder of a course, or write one: "
            "lessonkit new NAME"
        )
    return Course.at(folder)


def course_id() -> str:
    """Return the id of the course that the learner is in, for the record; never raises."""
    try:
        return this_course().id
    except CourseError:  # it is being edited; whatever else is asked of the course says so
        return course_folder().name or FIRST_COURSE


def rules_off(quiz: Path) -> frozenset[str]:
    """Return the codes of the lint rules that the course of a quiz file has switched off."""
    try:
        return frozenset(Course.at(quiz.resolve().parent.parent).lint.off)
    except CourseError:  # there is no course around it, or none that can be read
        return frozenset()


def quiz_folders() -> list[Path]:
    """Return where a quiz is looked for by its lesson.

    In the folder ``quizzes`` of the current folder, then of each folder above it up to that of the course; if
    there is none, of all folders above, and then of the course that this lessonkit came with.
    """
    course, here = course_folder(), Path.cwd().resolve()
    if os.environ.get(VARIABLE, "").strip():
        return [course / "quizzes"]
    above = [here, *here.parents]
    if course in above:
        above = above[: above.index(course) + 1]
    return [folder / "quizzes" for folder in dict.fromkeys((*above, course))]


@lru_cache(maxsize=16)
def _read(path: Path, _modified: int, _size: int) -> Course:
    text = ""
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CourseError.of(path, _toml_fault(str(error), text)) from None
    except UnicodeDecodeError:
        raise CourseError.of(path, Fault(1, 1, "not UTF-8; save the file with the encoding UTF-8")) from None
    except OSError as error:
        raise CourseError.of(path, Fault(1, 1, f"cannot be read ({error.strerror or error})")) from None
    try:
        course = Course.model_validate(_tuples(data))
    except ValidationError as error:
        found = [Fault(_line(text, one), 1, _told(one)) for one in error.errors()]
        raise CourseError.of(path, *dict.fromkeys(found)) from None
    course._folder = path.parent  # noqa: SLF001  (a file does not say where it is)
    return course


def _tuples(value: object) -> object:
    """Return what TOML read with tuples for its lists."""
    match value:
        case dict():
            return {key: _tuples(one) for key, one in value.items()}
        case list():
            return tuple(map(_tuples, value))
        case _:
            return value


def _toml_fault(said: str, text: str) -> Fault:
    """Split what `tomllib` says into the place and the message."""
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", said)
    message = f"{said[: found.start() if found else None]}; see https://toml.io for the format"
    if found is None:
        return Fault(1, 1, message)
    lines = text.split("\n")
    return Fault(int(found[1] or len(lines)), int(found[2] or len(lines[-1]) + 1), message)


#: The line that begins a table: ``[site]`` or ``[[paths]]``.
_TABLE: Final = re.compile(r"^[ \t]*\[+[ \t]*(?P<name>\w+)[ \t]*\]+[ \t]*(?:#.*)?$", re.MULTILINE)


def _line(text: str, error: ErrorDetails) -> int:
    """Return the line of a value; if it is missing, that of the table around it."""
    at = error["loc"][:-1] if error["type"] == "missing" else error["loc"]
    start = _start(text, at)
    if not error["loc"] and (named := re.search(r"'([^']+)'", error["msg"])) is not None:
        start = max(0, text.find(f'"{named[1]}"'))
    return text.count("\n", 0, start) + 1


def _start(text: str, at: tuple[int | str, ...]) -> int:
    """Return where the value is that keys and indices lead to, or the nearest thing around it."""
    match at:
        case (name, int(which), *below):
            keys = [name, *below]
        case _:
            which, keys = 0, [*at]
    tables = list(_TABLE.finditer(text))
    starts = [0, *(table.start() for table in tables), len(text)]
    named = [number for number, table in enumerate(tables, start=1) if keys[:1] == [table["name"]]]
    region = named[which] if named else 0  # what stands above all tables is of the course itself
    start, end = starts[region], starts[region + 1]
    for key in keys[bool(named) :]:
        found = re.compile(rf"""^[ \t]*["']?{re.escape(str(key))}\b(?!-)""", re.MULTILINE).search(
            text, start, end
        )
        if found is None:
            break
        start = found.start()
    return start


_PARTS: Final[dict[str, type[_Part]]] = {"paths": CoursePath, "lint": LintRules, "site": Site}
_SAID: Final = {
    "string_type": "a text in quotes is expected",
    "tuple_type": 'a list is expected, as in ["one", "two"]',
    "bool_type": "true or false is expected",
    "too_short": "at least one is needed",
    "string_too_short": "a text is needed",
    "string_pattern_mismatch": "letters and digits joined by hyphens are expected",
}


def _told(error: ErrorDetails) -> str:
    """Say what is wrong with a value, and the fix."""
    at = error["loc"]
    name = ".".join(map(str, at))
    match error["type"]:
        case "literal_error" if at[0] == "lint":
            rules = ", ".join(sorted(HOUSE_RULES))
            return f"{error['input']!r} is no rule that can be switched off; those that can are {rules}"
        case "missing":
            return f"`{name}` is missing; add a line  {at[-1]} = …"
        case "extra_forbidden":
            part: type[_Part] = _PARTS.get(str(at[0]), Course) if at[1:] else Course
            return f"`{name}` is not known; {meant(str(at[-1]), part.model_fields) or 'remove it'}"
        case "value_error":
            return str(error["msg"]).removeprefix("Value error, ")
        case _:
            return f"`{name}`: {_SAID.get(error['type'], error['msg'])}; it is {error['input']!r}"


def meant(name: str, known: Iterable[str]) -> str:
    """Return the question whether the nearest of the known names is meant; an empty text if none is near."""
    close = get_close_matches(name, list(known), n=1)
    return f"did you mean {close[0]!r}?" if close else ""
