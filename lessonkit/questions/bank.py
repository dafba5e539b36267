"""Reading quiz files: YAML 1.2 becomes a `Quiz`, and every error says where it is.

The YAML is read as a stream of events, so that nothing is built before it has been judged: no anchor is
followed, no tag constructs an object, and a hostile file is refused while it is still small in memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from lessonkit.course.outline import quiz_folders, rules_off
from lessonkit.i18n import language
from lessonkit.questions.flaws import question_flaws, quiz_flaws
from lessonkit.questions.kinds import KINDS
from lessonkit.questions.model import Quiz
from lessonkit.questions.problem import Flaw, Problem, QuizError, Severity
from lessonkit.questions.translation import language_of, lay_over, translations_of

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

#: In bytes. A lesson's quiz takes about 15 kB; the limit keeps the worst file within two seconds.
LARGEST_FILE: Final = 128 * 1024
_DEEPEST = 12
_MOST_VALUES = 10_000

#: Keys and indices that lead to a value, from the top of the file.
Location: TypeAlias = tuple[str | int, ...]
#: Line and column, both from 1.
Place: TypeAlias = tuple[int, int]


@dataclass
class Source:
    """A quiz file as it was read: its data, where each value stands, and all that is wrong with it.

    Attributes
    ----------
    path : Path
        The file.
    text : str
        Its content; empty if it could not be read.
    data : object
        Mappings, lists and scalars; None if the text is not one YAML document.
    problems : list of Problem
        What makes the file unusable, in no order.
    quiz : Quiz or None
        The quiz, if there is no problem.
    bare : dict of Location to str
        The values written without quotes on one line, as they stand in the file.
    off : frozenset of str
        Codes of rules that the course does without.
    """

    path: Path
    text: str = ""
    data: object = None
    problems: list[Problem] = field(default_factory=list)
    quiz: Quiz | None = None
    bare: dict[Location, str] = field(default_factory=dict)
    values: dict[Location, Place] = field(default_factory=dict)
    keys: dict[Location, Place] = field(default_factory=dict)
    spans: dict[Location, tuple[int, int]] = field(default_factory=dict)
    unread: set[Location] = field(default_factory=set)
    off: frozenset[str] = frozenset()

    def place(self, at: Location, *, key: bool = False) -> Place:
        """Return where a value (or its key) stands; if it is missing, where the mapping around it starts."""
        if key and at in self.keys:
            return self.keys[at]
        while at and at not in self.values:
            at = at[:-1]
        return self.values.get(at, (1, 1))

    def inside(self, at: Location, snippet: str) -> Place:
        """Return where `snippet` stands within a value; failing that, where the value starts."""
        start, end = self.spans.get(at, (0, 0))
        found = self.text.find(snippet, start, end)
        return self.place(at) if found < 0 else _end_of(self.text[:found])

    def place_of(self, index: int) -> Place:
        """Return the place of a character of the text."""
        return _end_of(self.text[:index])

    def report(self, place: Place, code: str, message: str, severity: Severity = "error") -> None:
        """Add a problem, unless the course does without its rule."""
        if code in self.off:
            return
        self.problems.append(Problem(self.path, *place, code, message, severity))


def load_quiz(path_or_stem: str | Path) -> Quiz:
    """Read a quiz.

    Parameters
    ----------
    path_or_stem : str or Path
        A file, or the name of a lesson such as ``"03-precision-recall-curves"``. A lesson's quiz is looked
        for in the folder ``quizzes`` of the current folder, then of each folder above it up to that of the
        course; outside of a course, then in the one that `lessonkit` came with.

    Returns
    -------
    Quiz
        The questions, in file order. Where there is a file of translations beside the quiz for the language
        of the engine (see `lessonkit.questions.translation`), in that language. What may be typed as an
        answer counts in each language that has a file.

    Raises
    ------
    QuizError
        There is no such file, or it or its translation cannot be used. The text names every problem, each as
        ``file:line:column: CODE what is wrong; the mend``.

    Examples
    --------
    >>> load_quiz("03-precision-recall-curves").title  # doctest: +SKIP
    'Precision–recall curves'
    """
    path = _find(path_or_stem)
    try:
        states = tuple(map(_state, (path, *translations_of(path))))
    except OSError:
        raise QuizError(read(path).problems) from None
    return _load(path, language(), states, rules_off(path))


def part_of_quiz(source: str | Path | Quiz, *, only: str | None = None, exam: bool = False) -> Quiz:
    """Return what `lk.quiz` asks of a quiz.

    Parameters
    ----------
    source : str, Path or Quiz
        The quiz, or what `load_quiz` finds it by.
    only : str, optional
        The id of one question.
    exam : bool, default False
        The questions of its exam.

    Returns
    -------
    Quiz
        Of a quiz in hand, all questions unless `only` or `exam` is given. Of a file, those that close the
        lesson: without the ones that are asked in its text or its exam.

    Raises
    ------
    QuizError
        There is no such file, or it cannot be used.
    KeyError
        The quiz has no such question.
    TypeError
        `only` is no text.
    ValueError
        The quiz has no exam, or both `only` and `exam` are given.
    """
    if exam and only is not None:
        raise ValueError("`only` asks one question, `exam` asks several: give one of the two")
    if not isinstance(only, str | None):
        raise TypeError(f"`only` is the id of one question, in quotes; it is {only!r}")
    quiz = source if isinstance(source, Quiz) else load_quiz(source)
    if exam:
        return quiz.exam_block()
    if only is not None:
        return quiz.only(only)
    return quiz if isinstance(source, Quiz) else quiz.closing()


def _state(path: Path) -> tuple[Path, int, int, int, int]:
    status = path.stat()
    return path, status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


@lru_cache(maxsize=64)
def _load(
    path: Path, tag: str, _states: tuple[tuple[Path, int, int, int, int], ...], _off: frozenset[str]
) -> Quiz:
    """Read a quiz once as long as its files do not change: a lesson asks for its quiz a dozen times."""
    written = read(path)
    translations = {language_of(file): file for file in translations_of(path)}
    if written.quiz is not None and written.quiz.language == tag:
        translations.pop(tag, None)
    source = read_translation(written, translations.pop(tag)) if tag in translations else written
    if source.quiz is None or written.quiz is None:
        raise QuizError(source.problems)
    if not any(question.forms for question in source.quiz.questions):
        return source.quiz
    # What is wrong with the file of a language that nobody reads now, the linter says.
    found = [read_translation(written, file).quiz for file in translations.values()]
    others = [quiz for quiz in (*found, None if source is written else written.quiz) if quiz is not None]
    asked = (
        question.beside(quiz.question(question.id) for quiz in others) if question.forms else question
        for question in source.quiz.questions
    )
    return source.quiz.model_copy(update={"questions": tuple(asked)})


def is_quiz(path: Path) -> bool:
    """Say whether a YAML file of a folder of quizzes is a quiz, and not what is beside it."""
    return path.name not in NO_QUIZ and language_of(path) is None


def quiz_files(folder: Path) -> list[Path]:
    """Return the files of a folder that are lessons' quizzes, in order of their names."""
    return sorted(filter(is_quiz, folder.glob("*.yaml")))


def read(path: Path) -> Source:
    """Read a quiz file and report all that is wrong with it; never raises for a bad file."""
    source = read_yaml(path)
    source.off = rules_off(path)
    if isinstance(source.data, Mapping):
        _validate(source, source.data)
    return source


def read_translation(quiz: Source, path: Path) -> Source:
    """Read a file with the texts of a sound quiz in another language; never raises for a bad file.

    Returns
    -------
    Source
        The quiz in that language, whose problems and places are those of the file of translations. What is
        not translated is a warning.
    """
    said = read_yaml(path)
    if not isinstance(said.data, Mapping) or not isinstance(quiz.data, Mapping) or quiz.quiz is None:
        return said
    overlay = lay_over(quiz.data, said.data)
    for flaw in overlay.flaws:
        said.report(said.place(flaw.at, key=flaw.code == "LK080"), flaw.code, flaw.message)
    if said.problems:
        return said
    data = {**overlay.data, "language": language_of(path)}
    laid = Source(path, said.text, data, off=quiz.off)
    for at, to in overlay.places.items():
        laid.values[at] = said.values[to]
        if to in said.spans:
            laid.spans[at] = said.spans[to]
        if to in said.bare:
            laid.bare[at] = said.bare[to]
    _validate(laid, data, originals={each.id: each.as_written() for each in quiz.quiz.questions})
    for question, texts in overlay.missing.items():
        place = said.place(("questions", question) if question else (), key=True)
        message = f"{question or 'the quiz'}: not translated: {', '.join(texts)}"
        laid.report(place, "LK082", message, "warning")
    return laid


def read_yaml(path: Path) -> Source:
    """Read a YAML mapping of plain text and numbers, with places; never raises for a bad file."""
    source = Source(path)
    _read_text(source)
    if not source.problems:
        _Builder(source).run()
    return source


#: The file beside the quizzes that says which names lessons had before.
RENAMED: Final = "renamed.yaml"
#: Beside the quizzes: what each misconception slug means.
MISCONCEPTIONS: Final = "misconceptions.yaml"
#: What stands beside the quizzes and is none.
NO_QUIZ: Final = frozenset({MISCONCEPTIONS, RENAMED})


def renamed() -> Mapping[str, str]:
    """Return the names that lessons of this course had before, and those that they have now.

    They are in the file ``renamed.yaml`` beside the quizzes, which are looked for as in `load_quiz`. What it
    does not say well is passed over: a record is read with it, and must be readable.
    """
    for folder in quiz_folders():
        path = folder / RENAMED
        try:
            return _renamed(path, path.stat().st_mtime_ns)
        except OSError:
            continue
    return {}


@lru_cache(maxsize=4)
def _renamed(path: Path, _modified: int) -> Mapping[str, str]:
    data = read_yaml(path).data
    return {str(old): str(new) for old, new in data.items()} if isinstance(data, Mapping) else {}


def names_file(source: str) -> bool:
    """Say whether a text names a quiz by the path of its file, and not by its lesson."""
    return "/" in source or "\\" in source or source.endswith((".yaml", ".yml"))


def _find(path_or_stem: str | Path) -> Path:
    name = str(path_or_stem)
    if isinstance(path_or_stem, Path) or names_file(name):
        return Path(path_or_stem)
    folders = quiz_folders()
    for stem in (name, renamed().get(name)):
        for folder in folders if stem else ():
            path = folder / f"{stem}.yaml"
            if path.is_file():
                return path
    known = sorted({path.stem for folder in folders for path in quiz_files(folder)})
    close = get_close_matches(name, known, n=3, cutoff=0.4) or known
    mend = (
        f"did you mean {' or '.join(map(repr, close))}?"
        if close
        else f"no quizzes folder above {Path.cwd()} has any"
    )
    raise QuizError(
        [Problem(Path("quizzes") / f"{name}.yaml", 1, 1, "LK001", f"there is no such quiz; {mend}")]
    )


# --- bytes to text ---------------------------------------------------------------------------------------

# YAML allows U+0085 and a few others, but no quiz needs them and editors disagree about what ends a line.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def _read_text(source: Source) -> None:
    try:
        with source.path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        source.report((1, 1), "LK001", f"cannot read the file ({reason}); check its name")
        return
    if len(content) > LARGEST_FILE:
        source.report((1, 1), "LK001", f"larger than {LARGEST_FILE // 1024} kB; split the quiz")
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", errors="replace")
        source.report(_end_of(before), "LK001", "not UTF-8; save the file with the encoding UTF-8")
        return
    if (found := _UNPRINTABLE.search(text)) is not None:
        source.report(
            _end_of(text[: found.start()]), "LK001", f"control character U+{ord(found[0]):04X}; remove it"
        )
        return
    source.text = text


def _end_of(text: str) -> Place:
    lines = re.split(r"\r\n|\n|\r", text)
    return len(lines), len(lines[-1]) + 1


# --- text to data ----------------------------------------------------------------------------------------


class _RefusedError(Exception):
    """The file cannot be read any further; the problem has been reported."""


@dataclass
class _Frame:
    """A mapping or list being read. `at` is None in what is dropped: duplicates, keys that are no words."""

    content: dict[str, Any] | list[Any]
    at: Location | None
    is_key: bool = False
    key: str | None = None
    drop: bool = False

    def expects_key(self) -> bool:
        return isinstance(self.content, dict) and self.key is None

    def child(self) -> Location | None:
        if self.at is None or self.drop:
            return None
        step = len(self.content) if self.key is None else self.key
        return (*self.at, step)

    def put(self, value: object) -> None:
        if isinstance(self.content, list):
            self.content.append(value)
        else:
            if not self.drop and self.key is not None:
                self.content[self.key] = value
            self.key, self.drop = None, False


class _Builder:
    """Builds plain data from YAML events, without recursion."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.stack: list[_Frame] = []
        self.documents = 0
        self.count = 0

    def run(self) -> None:
        source = self.source
        try:
            for event in YAML(typ="safe", pure=True).parse(source.text):
                self.take(event)
        except _RefusedError:
            source.data = None
        except MarkedYAMLError as error:
            self.report_syntax(error)
            source.data = None
        except (YAMLError, ValueError, OverflowError) as error:
            # An escape such as "\UFFFFFFFF" fails inside the scanner with Python's own errors.
            source.report((1, 1), "LK002", f"not YAML: {error}")
            source.data = None
        else:
            if self.documents == 0:
                source.report((1, 1), "LK003", "the file is empty; start it with `lesson:`")
            elif not isinstance(source.data, dict):
                source.report((1, 1), "LK003", "keys and values are expected at the top, such as `lesson: …`")
                source.data = None

    def report_syntax(self, error: MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        if "unexpected end of stream" in str(error.problem) and error.context_mark is not None:
            mark = error.context_mark  # where the quote opens, not where the file ends
        place = (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
        before = self.source.text[: 0 if mark is None else mark.index].split("\n")
        for line in (-1, -2)[: len(before)]:
            if "\u00a0" in before[line][: len(before[line]) - len(before[line].lstrip())]:
                message = "a no-break space in the indentation; indent with plain spaces"
                self.source.report((place[0] + line + 1, 1), "LK002", message)
                break
        else:
            self.source.report(place, "LK002", _syntax_message(error, before[-1]))

    def refuse(self, event: Event, code: str, message: str) -> NoReturn:
        self.source.report(_start(event), code, message)
        raise _RefusedError

    def take(self, event: Event) -> None:
        match event:
            case DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    self.refuse(event, "LK003", "a second document starts here; keep one quiz a file")
                if event.version or event.tags:
                    self.refuse(event, "LK005", "the directives above (%YAML, %TAG) are refused; remove them")
            case MappingEndEvent() | SequenceEndEvent():
                frame = self.stack.pop()
                if not frame.is_key:
                    self.put(frame.content)
            case NodeEvent():
                self.count += 1
                if self.count > _MOST_VALUES:
                    self.refuse(event, "LK006", f"more than {_MOST_VALUES:,} values; split the quiz")
                self.node(event)
            case _:
                pass

    def node(self, event: NodeEvent) -> None:
        if isinstance(event, AliasEvent):
            name = str(event.anchor)
            message = (
                f"text cannot start with *; {_QUOTE}"  # **bold** text
                if name.startswith("*") or not name.isalnum()
                else f"the alias *{name} is refused; write the value out"
            )
            self.source.report(_start(event), "LK005", message)
        else:
            if event.anchor is not None:
                self.source.report(
                    _start(event), "LK005", f"the anchor &{event.anchor} is refused; remove it"
                )
            if (tag := getattr(event, "ctag", None)) is not None:
                self.source.report(_start(event), "LK005", f"the tag {tag} is refused; remove it")
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.expects_key():
            self.start_key(frame, event)
            return
        at = () if frame is None else frame.child()
        if at is not None:
            is_empty = isinstance(event, ScalarEvent) and event.start_mark.index == event.end_mark.index
            # An empty value has its mark where the next token starts, lines below.
            self.source.values[at] = self.source.place(at, key=True) if is_empty else _start(event)
        match event:
            case MappingStartEvent() | SequenceStartEvent():
                self.push(event, at)
            case ScalarEvent():
                if at is not None:
                    self.source.spans[at] = event.start_mark.index, event.end_mark.index
                self.put(self.scalar(event, at))
            case _:
                if at is not None:
                    self.source.unread.add(at)
                self.put(None)

    def start_key(self, frame: _Frame, event: NodeEvent) -> None:
        if not isinstance(event, ScalarEvent):
            frame.key, frame.drop = "", True
            if not isinstance(event, AliasEvent):
                self.source.report(_start(event), "LK012", "a key must be a word, not a list or mapping")
                self.push(event, None, is_key=True)
            return
        key = str(event.value)
        frame.key = key
        if frame.at is None:
            return
        at = (*frame.at, key)
        if isinstance(frame.content, dict) and key in frame.content:
            line, column = self.source.keys[at]
            self.source.report(
                _start(event),
                "LK004",
                f"the key `{key}` is already given at {line}:{column}; keep one of them",
            )
            frame.drop = True
        else:
            self.source.keys[at] = _start(event)

    def push(self, event: NodeEvent, at: Location | None, *, is_key: bool = False) -> None:
        if len(self.stack) >= _DEEPEST:
            self.refuse(event, "LK006", f"nested more than {_DEEPEST} deep; a quiz needs 5")
        self.stack.append(_Frame({} if isinstance(event, MappingStartEvent) else [], at, is_key))

    def put(self, value: object) -> None:
        if self.stack:
            self.stack[-1].put(value)
        else:
            self.source.data = value

    def scalar(self, event: ScalarEvent, at: Location | None) -> object:
        text = str(event.value)
        if event.style == '"' and self.eats(event, at):
            return None
        if (found := _UNPRINTABLE.search(text)) is not None:
            self.source.report(
                _start(event), "LK001", f"control character U+{ord(found[0]):04X} by an escape; remove it"
            )
            if at is not None:
                self.source.unread.add(at)
            return None
        if not event.implicit[0]:
            return text
        if at is not None:
            self.source.bare[at] = text
        return _resolve(text)

    def eats(self, event: ScalarEvent, at: Location | None) -> bool:
        """Say whether an escape in double quotes has eaten a letter of LaTeX, and report it."""
        start = event.start_mark.index
        written = self.source.text[start : event.end_mark.index]
        for found in re.finditer(r"\\\\|\\([A-Za-z_])([A-Za-z]*)", written):
            letter, word = found[1], found[2]
            in_math = written.count("$", 0, found.start()) % 2 == 1
            if letter is None or letter in "uUx" or (letter in "nt" and not (word and in_math)):
                continue
            eaten = {"n": "a new line", "t": "a tab", "_": "a blank"}.get(letter, "a control character")
            lost = f"in double quotes \\{letter} is {eaten}, so {found[0]} is lost"
            message = f"{lost}; write single quotes, or `key: |`"
            self.source.report(_end_of(self.source.text[: start + found.start()]), "LK018", message)
            if at is not None:
                self.source.unread.add(at)
            return True
        return False


def _start(event: Event) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


_INTEGER = re.compile(r"[-+]?[0-9]{1,40}|0o[0-7]{1,40}|0x[0-9a-fA-F]{1,40}")
_FLOAT = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def _resolve(text: str) -> str | float | bool | None:
    """Return what a bare word means in YAML 1.2.2's core schema (§10.3.2): yes, no, on, off stay words."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
    if _FLOAT.fullmatch(text):
        return float(text.replace(".", "", 1) if text[-1:].isalpha() else text)
    return text


_QUOTE = "put the text in single quotes, or below `key: |`"
_SYNTAX_MENDS = {
    "found character '\\t'": "a tab; indent with spaces",
    "mapping values are not allowed": f"a second colon on the line; {_QUOTE}",
    "found unexpected end of stream": "a quote is opened here and never closed; close it",
    "found duplicate anchor": "anchors are refused; remove them",
    **dict.fromkeys(
        ("found unknown escape character", "expected escape sequence"),
        "in double quotes a backslash begins an escape; write single quotes, or `key: |`",
    ),
    "cannot start any token": f"text cannot start with this character; {_QUOTE}",
    "did not find expected ',' or '}'": f"a {{ is never closed; {_QUOTE}",
    "expected <block end>": "the indentation does not fit; align the line with the ones it belongs to",
    "could not find expected ':'": "a key without a colon; write `key: value`, or indent text below `key: |`",
    "expected alphabetic or numeric character": f"text cannot start with this character; {_QUOTE}",
}
_BRACKETED = re.compile(r"""[:-][ ]+(?P<opening>[\[{"'])[^\n]*[\]}"'][ ]*$""")


def _syntax_message(error: MarkedYAMLError, line: str) -> str:
    """Return what is wrong, and the mend; `line` is the text up to the place."""
    said = " ".join(str(error.problem or error.context or "").split())
    if "expected <block end>" in said and (found := _BRACKETED.search(line)) is not None:
        return f"text cannot start with {found['opening']} and go on behind its end; {_QUOTE}"
    for known, mend in _SYNTAX_MENDS.items():
        if known in said:
            return mend
    return f"not YAML: {said}; {_QUOTE}"


# --- data to quiz ----------------------------------------------------------------------------------------


def _validate(
    source: Source, data: Mapping[str, Any], originals: Mapping[str, Mapping[str, Any]] | None = None
) -> None:
    for flaw in _flaws(data):
        _report_flaw(source, flaw)
    try:
        context = {"path": source.path, "off": source.off, "originals": originals or {}}
        quiz = Quiz.model_validate(data, context=context)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _report_detail(source, detail)
        if not source.problems:  # the rules of a question are the same, but a file must never fail in silence
            source.report((1, 1), "LK012", str(error))
    else:
        if not source.problems:
            source.quiz = quiz


def _flaws(data: Mapping[str, Any]) -> Iterator[Flaw]:
    yield from quiz_flaws(data)
    questions = data.get("questions")
    for index, question in enumerate(questions if isinstance(questions, list) else ()):
        if isinstance(question, Mapping):
            for flaw in question_flaws(question):
                yield flaw._replace(at=("questions", index, *flaw.at))


def _report_flaw(source: Source, flaw: Flaw) -> None:
    if flaw.at in source.unread or (*flaw.at, "misconception") in source.unread:
        return
    source.report(source.place(flaw.at), flaw.code, flaw.message)


def _report_detail(source: Source, detail: ErrorDetails) -> None:
    """Turn one of pydantic's errors into a problem at the value it is about."""
    at = tuple(detail["loc"])
    if at[:1] == ("questions",) and at[2:3] and at[2] in KINDS:
        at = at[:2] + at[3:]  # the kind that pydantic took the question for is no step in the file
    given, kind = detail["input"], detail["type"]
    # pydantic counts only sound items, so a list of unsound ones is "too short" on top of their own errors.
    is_echo = kind == "flaw" or (kind == "too_short" and len(given) >= detail["ctx"]["min_length"])
    if is_echo or any(at[: len(lost)] == lost for lost in source.unread):
        return
    name = str(at[-1]) if at else ""
    match kind:
        case "missing":
            hint = _model_at(source.data, at[:-1]).model_fields[name].description or ""
            source.report(
                source.place(at[:-1]), "LK010", f"`{name}` is missing; add it{hint and f'. {hint}'}"
            )
        case "extra_forbidden":
            known = list(_model_at(source.data, at[:-1]).model_fields)
            close = get_close_matches(name, known, n=1)
            mend = f"did you mean `{close[0]}`?" if close else f"the keys here are: {', '.join(known)}"
            source.report(source.place(at, key=True), "LK011", f"unknown key `{name}`; {mend}")
        case "union_tag_not_found":
            source.report(source.place(at), "LK010", f"`kind` is missing; add one of: {', '.join(KINDS)}")
        case "union_tag_invalid":
            bad = given.get("kind") if isinstance(given, Mapping) else given
            mend = f"the kinds are: {', '.join(KINDS)}"
            source.report(source.place((*at, "kind")), "LK013", f"unknown kind {_shown(bad)}; {mend}")
        case "string_type" if at in source.bare and not isinstance(given, list | dict):
            bare = source.bare[at]
            mend = f'put it in quotes: "{bare}"' if bare else "write it"
            what = f"the bare {bare} is read as {_TYPE_NAMES[type(given)]}" if bare else "the text is empty"
            source.report(source.place(at), "LK014", f"{what}, but text is meant; {mend}")
        case "string_pattern_mismatch":
            is_key = at[-1:] == ("[key]",)
            place = source.place(at[:-1], key=True) if is_key else source.place(at)
            slug = "-".join(re.findall("[a-z0-9]+", str(given).lower()))
            mend = f"write {slug!r}" if slug else "such as 'curve-end-point'"
            message = f"{_shown(given)} must be lower-case words and digits joined by hyphens; {mend}"
            source.report(place, "LK016", message)
        case "too_long" | "too_short" if isinstance(given, list | tuple | dict):
            bound = "at most" if kind == "too_long" else "at least"
            count = detail["ctx"][f"{'max' if kind == 'too_long' else 'min'}_length"]
            source.report(source.place(at), "LK012", f"{bound} {count} are expected here, not {len(given)}")
        case _:
            is_key = at[-1:] == ("[key]",)
            place = source.place(at[:-1], key=True) if is_key else source.place(at)
            source.report(place, "LK012", f"{_value_message(detail)}, not {_shown(given)}")


_TYPE_NAMES: dict[type, str] = {bool: "true/false", int: "a number", float: "a number", type(None): "nothing"}
_WANTED = {
    "string_type": "text is expected",
    "string_too_short": "text is expected",
    "bool_type": "true or false is expected",
    "float_type": "a number is expected",
    "int_type": "a whole number is expected",
    "finite_number": "a finite number is expected",
    "tuple_type": "a list is expected",
    "dict_type": "keys and values are expected",
    "model_type": "keys and values are expected",
    "model_attributes_type": "keys and values are expected",
}


def _value_message(detail: ErrorDetails) -> str:
    said = detail["msg"][:1].lower() + detail["msg"][1:]
    return _WANTED.get(detail["type"], said.replace("input should", "it must").replace("tuple", "list"))


_SHOWN_LENGTH = 40


def _shown(value: object) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "keys and values" if isinstance(value, dict) else f"a list of {len(value)}"
    shown = repr(value)
    return shown if len(shown) <= _SHOWN_LENGTH else f"{shown[: _SHOWN_LENGTH - 1]}…"


def _model_at(data: Any, at: Location) -> type[BaseModel]:  # noqa: ANN401  (data as it stands in the file)
    """Return the model of the mapping at this location."""
    if not at:
        return Quiz
    model: type[BaseModel] = KINDS[data["questions"][at[1]]["kind"]]
    for step in at[2:]:
        if isinstance(step, str):
            model = next(_models(model.model_fields[step].annotation))
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401  (any type)
    """Yield the models that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
