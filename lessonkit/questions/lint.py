"""What is wrong with a quiz beyond its form: dead references, broken markup, choices that give it away.

Rules read the file's data rather than the finished `Quiz`, so that one mistake does not hide the others.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import pairwise
from os.path import normpath
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote

from lessonkit.course import COURSE, own_course
from lessonkit.course.outline import Course, CourseError, rules_off
from lessonkit.i18n import counted
from lessonkit.questions.arithmetic import FormulaError
from lessonkit.questions.bank import (
    MISCONCEPTIONS,
    Location,
    Place,
    Source,
    is_quiz,
    read,
    read_translation,
    read_yaml,
)
from lessonkit.questions.content import content_hash
from lessonkit.questions.flaws import kind_of, plain_flaws
from lessonkit.questions.latex import to_mathml
from lessonkit.questions.lock import LOCK, read_lock
from lessonkit.questions.markup import image_file, image_trouble, is_local, parse, to_text
from lessonkit.questions.problem import RULES, Flaw, Problem, Severity
from lessonkit.questions.template import (
    DEFAULT_SEED,
    LEAST_SHARE,
    blank,
    draw,
    draws,
    is_template,
    template_flaws,
)
from lessonkit.questions.translation import language_of, quiz_of

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = ["RULES", "lint", "report"]

_Mapping: TypeAlias = Mapping[str, Any]
_Tell: TypeAlias = Callable[[str, str, str], None]


def lint(paths: Iterable[str | Path]) -> list[Problem]:
    """Return every problem of the quiz files.

    Parameters
    ----------
    paths : iterable of str or Path
        Quiz files, and folders whose ``*.yaml`` files are meant. The other quizzes in a file's folder are
        read too, because ids are unique in the course.

    Returns
    -------
    list of Problem
        In the order of file, line and column. Errors and warnings; see `lessonkit.questions.problem.RULES`.
    """
    files = list(dict.fromkeys(file for path in paths for file in _files(Path(path))))
    problems: list[Problem] = []
    for folder in dict.fromkeys(file.parent for file in files):
        asked = {file for file in files if file.parent == folder}
        quizzes = {file for file in (*asked, *folder.glob("*.yaml")) if is_quiz(file)}
        sources = [read(file) for file in sorted(quizzes)]
        beliefs = _read_beliefs(folder / MISCONCEPTIONS)
        if not beliefs.path.is_file() and not _is_course(folder):
            beliefs = _read_beliefs(own_course() / "quizzes" / MISCONCEPTIONS)
        problems += _course_problems(folder.resolve().parent / COURSE)
        locked = _read_lock(folder / LOCK, problems)
        _check_course(sources)
        for source in sources:
            if source.path in asked:
                _check_quiz(source, beliefs)
                _check_ids(source, locked)
                problems += source.problems
        sound = {source.path: source for source in sources if source.quiz is not None}
        for file in asked:
            if language_of(file) is not None:
                problems += _translation_problems(file, sound, quizzes)
        if beliefs.path.is_file() or "LK026" not in rules_off(beliefs.path):  # else there need be no beliefs
            problems += beliefs.problems
    return sorted(set(problems))


def report(problems: Iterable[Problem]) -> str:
    """Return the problems, one a line, and a last line that counts them."""
    found = list(problems)
    count = Counter(problem.severity for problem in found)
    parts = [counted(count[kind], kind) for kind in ("error", "warning")]
    return "\n".join((*map(str, found), ", ".join(parts)))


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.yaml")) if path.is_dir() else [path]


def _course_problems(path: Path) -> list[Problem]:
    """Return what is wrong in a ``course.toml``; nothing where there is none."""
    try:
        if path.is_file():
            Course.at(path.parent)
    except CourseError as error:
        return [Problem(path, fault.line, fault.column, "LK007", fault.message) for fault in error.faults]
    return []


def _read_beliefs(path: Path) -> Source:
    """Read misconceptions.yaml: a slug and one sentence for each."""
    source = read_yaml(path)
    for slug, sentence in source.data.items() if isinstance(source.data, Mapping) else ():
        if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) is None:
            source.report(
                source.place((slug,), key=True),
                "LK016",
                f"{slug!r} must be lower-case words and digits joined by hyphens",
            )
        if not isinstance(sentence, str) or not sentence.strip():
            source.report(source.place((slug,)), "LK012", "a sentence is expected: what the learner believes")
    return source


def _read_lock(path: Path, problems: list[Problem]) -> dict[str, str] | None:
    """Return what each id means, or None if the folder keeps no lock or it cannot be read."""
    if not path.is_file():
        return None
    try:
        return read_lock(path.read_text(encoding="utf-8"))
    except ValueError as error:
        message = f"{error}; remove the line and run: lessonkit lock"
        problems.append(Problem(path, 1, 1, "LK037", message))
        return None


def _check_course(sources: list[Source]) -> None:
    """Report what is wrong between questions, of different files too."""
    _check_unique_ids(sources)
    _check_twins(sources)
    _check_twin_answers(sources)


def _check_twins(sources: list[Source]) -> None:
    """Report twins that no gain can be read from: a pair asks the same, and no question is in two pairs."""
    questions = [(source, at, question) for source in sources for at, question in _questions(source)]
    known = {question["id"]: question for _, _, question in questions if isinstance(question.get("id"), str)}
    taken: dict[str, str] = {}
    for source, at, question in questions:
        name, twin = str(question.get("id")), question.get("twin")
        if not isinstance(twin, str):
            continue
        owner = taken.setdefault(twin, name)
        if twin not in known:
            close = get_close_matches(twin, known, n=1)
            mend = f"did you mean {close[0]!r}?" if close else "name a question of the pre-test"
            message = f"there is no question {twin!r}; {mend}"
        elif twin == name or "twin" in known[twin]:
            message = f"{twin!r} is no question of the pre-test; name the one that asks the same there"
        elif owner != name:
            message = f"{twin!r} is the twin of {owner!r} already; name another"
        elif differs := [key for key in ("kind", "objective") if question.get(key) != known[twin].get(key)]:
            message = f"{twin!r} has another `{differs[0]}`, so the two do not ask the same"
        else:
            continue
        source.report(source.place((*at, "twin")), "LK039", message)


def _check_twin_answers(sources: list[Source]) -> None:
    """Report a pair of which one takes the other's answer, as it is or read as a percentage or a share."""
    asked = {str(question.get("id")): question for source in sources for _, question in _questions(source)}
    for source in sources:
        for at, question in _questions(source):
            twin = asked.get(str(question.get("twin")), {})
            kind = kind_of(question)
            if kind is None:
                continue
            if (
                found := kind.shared_answer(question, twin) or kind.shared_answer(twin, question)
            ) is not None:
                name = f"the answer {found} of one is right in its twin {twin['id']!r} too"
                mend = f"{name}; give one of them other numbers, or a smaller tolerance"
                source.report(source.place((*at, "answer")), "LK058", mend)


def _check_unique_ids(sources: list[Source]) -> None:
    """Report ids that an earlier file has already used; within one file the bank does."""
    first: dict[str, tuple[Source, Place]] = {}
    for source in sources:
        for at, question in _questions(source):
            name = question.get("id")
            if not isinstance(name, str):
                continue
            owner, (line, column) = first.setdefault(name, (source, source.place((*at, "id"))))
            if owner is not source:
                source.report(
                    source.place((*at, "id")),
                    "LK020",
                    f"{owner.path}:{line}:{column} already has the id {name!r}; give this question its own",
                )


def _check_ids(source: Source, locked: _Mapping | None) -> None:
    """Report questions that do not mean what their id has meant."""
    if source.quiz is None or locked is None:
        return
    for index, question in enumerate(source.quiz.questions):
        place = source.place(("questions", index, "id"))
        known = locked.get(question.id)
        if known is None:
            message = f"{question.id!r} is new; lock its meaning: lessonkit lock"
            source.report(place, "LK037", message)
        elif known != content_hash(question):
            message = (
                f"{question.id!r} has meant something else; give the question a new id, or, if it asks the "
                f"same in other words: lessonkit lock --accept {question.id}"
            )
            source.report(place, "LK036", message)


def _check_quiz(source: Source, beliefs: Source) -> None:
    if not isinstance(source.data, Mapping):
        return
    _check_lesson(source, source.data)
    _check_objectives(source, source.data)
    _check_positions(source)
    for at, question in _questions(source):
        _check_beliefs(source, at, question, beliefs)
        _check_see(source, at, question)
        _check_choices(source, at, question)
        _check_hints(source, at, question)
        _check_closeness(source, at, question)
    for at, question in _items(source.data, "questions"):
        if is_template(question) and not any(template_flaws(question)):
            _check_draws(source, at, question)
    for at, text in (*_texts(source), *_promises(source)):
        _check_text(source, at, text)


def _translation_problems(path: Path, sound: Mapping[Path, Source], quizzes: Iterable[Path]) -> list[Problem]:
    """Return what is wrong with a file of translations, unless its quiz has to be fixed first."""
    if (quiz := quiz_of(path)) not in quizzes:
        return [Problem(path, 1, 1, "LK080", f"there is no quiz {quiz.name} that it could translate")]
    if quiz not in sound:
        return []
    source = read_translation(sound[quiz], path)
    if source.quiz is None:
        return source.problems
    for at, question in _questions(source):
        _check_choices(source, at, question)
        _check_hints(source, at, question)
    for at, question in _items(source.data, "questions") if isinstance(source.data, Mapping) else ():
        if is_template(question):
            _check_draws(source, at, question)
    for at, text in (*_texts(source), *_promises(source)):
        if at in source.values:
            _check_text(source, at, text)
    return source.problems


# --- walking ---------------------------------------------------------------------------------------------


def _items(mapping: _Mapping, key: str, at: Location = ()) -> Iterator[tuple[Location, _Mapping]]:
    values = mapping.get(key)
    for index, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, Mapping):
            yield (*at, key, index), value


def _questions(source: Source) -> Iterator[tuple[Location, _Mapping]]:
    """Yield every question, one with parameters as its default draw: what stands where is the same."""
    if isinstance(source.data, Mapping):
        for at, question in _items(source.data, "questions"):
            yield at, _drawn(question) if is_template(question) else question


def _drawn(question: _Mapping) -> _Mapping:
    if not any(template_flaws(question)):
        try:
            return draw(question, DEFAULT_SEED)
        except FormulaError:
            pass  # the bank has reported it
    return blank(question)


def _beliefs(at: Location, value: object) -> Iterator[tuple[Location, str]]:
    """Yield every misconception named in a question."""
    match value:
        case Mapping():
            for key, part in value.items():
                if key == "misconception" and isinstance(part, str):
                    yield (*at, key), part
                yield from _beliefs((*at, key), part)
        case list():
            for index, part in enumerate(value):
                yield from _beliefs((*at, index), part)
        case _:
            pass


def _texts(source: Source) -> Iterator[tuple[Location, str]]:
    """Yield every text that a learner reads."""
    if isinstance(source.data, Mapping):
        yield from _picked((), source.data, "title")
    for at, question in _questions(source):
        yield from _picked(at, question, "prompt", "explain")
        hints = question.get("hints")
        for index, hint in enumerate(hints if isinstance(hints, list) else ()):
            if isinstance(hint, str):
                yield (*at, "hints", index), hint
        for key in ("choices", "items", "pairs", "targets", "mistakes"):
            for where, part in _items(question, key, at):
                yield from _picked(where, part, "text", "why")
                for inner, mistake in _items(part, "mistakes", where):
                    yield from _picked(inner, mistake, "why")


def _promises(source: Source) -> Iterator[tuple[Location, str]]:
    objectives = source.data.get("objectives") if isinstance(source.data, Mapping) else None
    for slug, sentence in objectives.items() if isinstance(objectives, Mapping) else ():
        if isinstance(sentence, str):
            yield ("objectives", slug), sentence


def _picked(at: Location, mapping: _Mapping, *keys: str) -> Iterator[tuple[Location, str]]:
    for key in keys:
        if isinstance(mapping.get(key), str):
            yield (*at, key), mapping[key]


# --- references ------------------------------------------------------------------------------------------


def _check_lesson(source: Source, data: _Mapping) -> None:
    lesson, stem = data.get("lesson"), source.path.stem
    if not isinstance(lesson, str):
        return
    place = source.place(("lesson",))
    if lesson != stem:
        source.report(
            place,
            "LK033",
            f"lesson {lesson!r} differs from the file's name; write {stem!r} or rename the file",
        )
    elif not (notebook := _root(source) / "notebooks" / f"{stem}.ipynb").is_file():
        message = f"there is no {notebook}; a quiz has the name of its notebook"
        source.report(place, "LK034", message, _severity_of_a_reference(source))


def _is_course(folder: Path) -> bool:
    """Say whether the folder of a quiz belongs to a course: else it is an instructor's own file anywhere."""
    root = folder.resolve().parent
    return (root / COURSE).is_file() or (root / "notebooks").is_dir()


def _severity_of_a_reference(source: Source) -> Severity:
    return "error" if _is_course(source.path.parent) else "warning"


def _root(source: Source) -> Path:
    return source.path.resolve().parent.parent


def _check_objectives(source: Source, data: _Mapping) -> None:
    objectives = data.get("objectives")
    used = [question.get("objective") for _, question in _questions(source)]  # anything, even a list
    for slug in objectives if isinstance(objectives, Mapping) else ():
        if slug not in used:
            source.report(
                source.place(("objectives", slug), key=True),
                "LK031",
                f"no question asks for the objective {slug!r}; add one or remove the objective",
            )


def _check_beliefs(source: Source, at: Location, question: _Mapping, beliefs: Source) -> None:
    if not isinstance(beliefs.data, Mapping):
        return
    for where, slug in _beliefs(at, question):
        if slug not in beliefs.data:
            close = get_close_matches(slug, beliefs.data, n=1)
            mend = f"did you mean {close[0]!r}?" if close else f"add it to {MISCONCEPTIONS} with a sentence"
            source.report(source.place(where), "LK032", f"unknown misconception {slug!r}; {mend}")


def _check_see(source: Source, at: Location, question: _Mapping) -> None:
    see = question.get("see")
    if isinstance(see, str) and (problem := _dead(source, see)) is not None:
        source.report(source.place((*at, "see")), "LK035", problem, _severity_of_a_reference(source))


def _dead(source: Source, reference: str) -> str | None:
    """Say what is wrong with a reference to a file of the course, from its root, and a heading in it."""
    address, _, anchor = reference.partition("#")
    roots = [_root(source), *([] if _is_course(source.path.parent) else [own_course()])]
    # A folder of a course may be a link elsewhere, so the address is judged as it is written.
    found = (Path(normpath(root / unquote(address))) for root in roots if is_local(reference))
    file = next((path for path in found if path.is_file() and any(map(path.is_relative_to, roots))), None)
    if file is None:
        known = [f"notebooks/{path.name}" for root in roots for path in (root / "notebooks").glob("*.ipynb")]
        close = get_close_matches(address, known, n=1)
        mend = f"did you mean {close[0]}?" if close else "write notebooks/<lesson>.ipynb#Heading-With-Hyphens"
        return f"there is no file {address!r} in the course; {mend}"
    if anchor and unquote(anchor) not in (anchors := heading_anchors(file)):
        near = get_close_matches(anchor.lower(), (same := {name.lower(): name for name in anchors}), n=1)
        mend = f"did you mean #{same[near[0]]}?" if near else f"its headings are: {', '.join(anchors)}"
        return f"{address} has no heading #{anchor}; {mend}"
    return None


def heading_anchors(notebook: Path) -> list[str]:
    """Return the anchors of a notebook's headings as JupyterLab 4 makes them: the text, hyphens for spaces.

    Case and punctuation stay (``createHeaderId`` in JupyterLab's rendermime), unlike a code host's anchors.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    anchors: list[str] = []
    for text in texts:
        tokens = parse(text)
        for opening, inline in pairwise(tokens):
            if opening.type == "heading_open":
                # JupyterLab makes the anchor before it typesets math, so the source is part of the text.
                parts = (
                    f"${child.content}$" if child.type == "math_inline" else child.content
                    for child in inline.children or ()
                    if child.type != "image"
                )
                anchors.append("".join(parts).replace(" ", "-"))
    return anchors


# --- choices ---------------------------------------------------------------------------------------------

_REFERS = re.compile(
    r"\b(all|both|none|neither|any|two|each)( of)? (the )?(above|below)\b"
    r"|^(all|both) of (these|them|the others)\.?$"
    r"|\b(all|both|each)( of the)?( other)? (choices|answers|options)\b"
    r"|\bthe (first|second|third|other|last) (choice|answer|option)\b",
    re.IGNORECASE,
)
_LETTERS = re.compile(
    r"\b[Bb]oth [A-F] and [A-F]\b|^[A-F] (and|or) [A-F]\.?$|\b([Cc]hoice|[Aa]nswer|[Oo]ption) [A-F]\b"
)
_FILLER = re.compile(
    r"(i )?(do not|don't) know|no idea|not sure|it depends|maybe|other|something else|lorem ipsum.*"
    r"|placeholder|n/?a|tbd|todo|foo|bar|xx+|[-?.…]*"
)
_FAR = 1.7
_FAR_CHARACTERS = 25
_ENOUGH_QUESTIONS = 4


def _check_choices(source: Source, at: Location, question: _Mapping) -> None:
    lengths: dict[bool, list[int]] = {True: [], False: []}
    longest: Location = at
    for where, choice in _items(question, "choices", at):
        text = choice.get("text")
        if not isinstance(text, str):
            continue
        place = source.place((*where, "text"))
        plain = to_text(text)
        right = choice.get("correct") is True
        if right and len(plain) >= max(lengths[True], default=0):
            longest = (*where, "text")
        lengths[right].append(len(plain))
        if (found := _REFERS.search(plain) or _LETTERS.search(plain)) is not None:
            message = f"“{found[0]}” refers to other choices, which are shuffled; say what is meant"
            source.report(place, "LK052", message, "warning")
        if (
            choice.get("unsure") is not True
            and _FILLER.fullmatch(plain.casefold().replace("’", "'").rstrip(" .!")) is not None
        ):
            message = f"“{plain}” diagnoses nothing; name an answer that a learner would believe"
            source.report(place, "LK053", message, "warning")
    if lengths[True] and lengths[False]:
        right_length, wrong_length = min(lengths[True]), max(lengths[False])
        if right_length > max(_FAR * wrong_length, wrong_length + _FAR_CHARACTERS):
            message = (
                f"the right choice is the longest by far ({right_length} characters, the wrong ones at most "
                f"{wrong_length}); shorten it, or move the reason to `why`"
            )
            source.report(source.place(longest), "LK050", message, "warning")


def _check_positions(source: Source) -> None:
    places = [
        [where[-1] for where, choice in _items(question, "choices") if choice.get("correct") is True]
        for _, question in _questions(source)
        if question.get("kind") == "single"
    ]
    if len(places) >= _ENOUGH_QUESTIONS and all(place == places[0] and len(place) == 1 for place in places):
        source.report(
            source.place(("questions",), key=True),
            "LK051",
            f"the right choice always stands in place {int(places[0][0]) + 1}; vary it",
            "warning",
        )


# --- numbers ---------------------------------------------------------------------------------------------


def _check_draws(source: Source, at: Location, question: _Mapping) -> None:
    """Judge every draw of a question with parameters, and say for which numbers it goes wrong."""
    told = {(problem.line, problem.column, problem.code) for problem in source.problems}
    fit = total = 0
    for drawn in draws(question):
        total += 1
        if drawn is None:
            continue
        fit += 1
        for flaw in drawn.flaws(_flaws_of_a_draw):
            place = source.place((*at, *flaw.at))
            if (*place, flaw.code) not in told:
                told.add((*place, flaw.code))
                source.report(place, flaw.code, f"with {drawn}: {flaw.message}", _severity(flaw))
    if fit < LEAST_SHARE * total:
        message = f"`require` leaves {fit} of {total} draws; widen the ranges or drop a condition"
        source.report(source.place((*at, "require")), "LK066", message)


def _flaws_of_a_draw(question: _Mapping) -> Iterator[Flaw]:
    yield from plain_flaws(question)
    yield from _doubts(question)


def _severity(flaw: Flaw) -> Severity:
    return "warning" if flaw.code == "LK056" else "error"


def _check_closeness(source: Source, at: Location, question: _Mapping) -> None:
    for flaw in _doubts(question):
        source.report(source.place((*at, *flaw.at)), flaw.code, flaw.message, _severity(flaw))


def _doubts(question: _Mapping) -> Iterable[Flaw]:
    kind = kind_of(question)
    return () if kind is None else kind.doubts(question)


def _check_hints(source: Source, at: Location, question: _Mapping) -> None:
    """Warn of a hint that holds the right number or the right choice, unless the prompt does too."""
    kind, hints = kind_of(question), question.get("hints")
    if kind is None or not isinstance(hints, list) or not isinstance(question.get("prompt"), str):
        return
    for index, hint in enumerate(hints):
        if isinstance(hint, str) and (found := kind.given_away(question, hint)):
            message = f"the hint holds the answer, “{found[0]}”; ask for the step that leads to it"
            source.report(source.place((*at, "hints", index)), "LK054", message, "warning")


def _check_text(source: Source, at: Location, text: str) -> None:
    _check_bare(source, at)
    _check_cut(source, at)
    _check_unseen(source, at, text)
    if at[-1] != "title" and at[0] != "objectives":
        _check_markup(source, at, text)


# --- text ------------------------------------------------------------------------------------------------

# What YAML 1.1 readers, still common in editors, make of words that YAML 1.2 leaves alone.
_BARE_WORD = re.compile(
    r"(?P<yes>y|yes|n|no|on|off)|(?P<time>[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9]*)?)"
    r"|(?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})|(?P<number>[-+]?[0-9][0-9,]*_[0-9_]*)",
    re.IGNORECASE,
)
_BARE_MEANING = {
    "yes": "true or false",
    "time": "a number in base 60",
    "date": "a date",
    "number": "a number",
}


def _check_bare(source: Source, at: Location) -> None:
    if (found := _BARE_WORD.fullmatch(source.bare.get(at, ""))) is not None:
        meaning = _BARE_MEANING[str(found.lastgroup)]
        message = f'other YAML readers take the bare {found[0]} for {meaning}; put it in quotes: "{found[0]}"'
        source.report(source.place(at), "LK015", message, "warning")


_COMMENT = re.compile(r"[ \t]+(?=#)")
# Of no width, or turning the direction. What joins letters (U+200C, U+200D) is part of some scripts.
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069]")


def _check_cut(source: Source, at: Location) -> None:
    """Warn of a comment behind a text without quotes: it may be meant as text."""
    if at not in source.bare:
        return
    _, end = source.spans[at]
    if (found := _COMMENT.match(source.text, end)) is not None:
        comment = _rest(source.text, found.end())
        message = f"the text ends here: {comment!r} is a comment; put the text in single quotes"
        source.report(source.place_of(found.end()), "LK017", message, "warning")


def _rest(text: str, start: int) -> str:
    rest = text[start:].partition("\n")[0].rstrip()
    return rest if len(rest) <= _SHOWN else f"{rest[:_SHOWN]}…"


def _check_unseen(source: Source, at: Location, text: str) -> None:
    if (found := _UNSEEN.search(text)) is not None:
        message = f"the character U+{ord(found[0]):04X} is not seen, and may turn or hide what is; remove it"
        source.report(source.inside(at, found[0]), "LK019", message)


_SHOWN = 30
_HTML = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(\s+[A-Za-z-]+\s*=\s*[^<>]*)?\s*/?>|<!--")
_PRICE = re.compile(r"(?<![0-9])\$(?=[0-9])|(?<=[0-9])\$(?![0-9A-Za-z])")
_COMMAND = re.compile(r"\\[A-Za-z]{2,}")


def _check_markup(source: Source, at: Location, text: str) -> None:
    def tell(snippet: str, code: str, message: str) -> None:
        source.report(source.inside(at, snippet), code, message)

    for token in parse(text):
        _check_block(token, text, tell)
        for run in _plain_runs(token.children or ()):
            _check_plain(run, tell)
        _check_brackets(token.children or (), tell)
        for child in token.children or ():
            match child.type:
                case "math_inline" | "math_inline_double":
                    _check_math(child.content, tell)
                case "image":
                    _check_image(source, child.content, str(child.attrGet("src") or ""), tell)
                case "link_open":
                    _check_link(source, str(child.attrGet("href") or ""), tell)
                case _:
                    pass


def _check_block(token: Token, text: str, tell: _Tell) -> None:
    if token.type == "fence" and not _is_closed(token, text):
        tell(
            token.markup,
            "LK041",
            f"the code fence {token.markup} is never closed; close it by the same line",
        )
    elif token.type == "fence" and token.info.startswith("{"):
        mend = f"write {token.markup}{token.info.strip('{}')}"
        tell(
            token.info,
            "LK047",
            f"the code after {token.markup}{token.info} is shown without colors; {mend}",
        )
    elif token.type == "math_block":
        _check_math(token.content, tell)
    elif token.type == "heading_open":
        tell(token.markup, "LK047", "a heading is as large here as that of a lesson; write **bold** text")


def _check_brackets(tokens: Iterable[Token], tell: _Tell) -> None:
    """Name math as JupyterLab's authors may write it, of which markdown leaves the brackets."""
    for child in tokens:
        if child.type == "text_special" and child.markup in {r"\(", r"\["}:
            close = r"\)" if child.markup == r"\(" else r"\]"
            mend = r"$ … $" if close == r"\)" else "$$ … $$"
            message = f"{child.markup} … {close} is shown as a bracket, not as math; write {mend}"
            tell(child.markup, "LK040", message)


def _check_link(source: Source, href: str, tell: _Tell) -> None:
    if not is_local(href) or href.startswith("www."):
        tell(href, "LK046", f"the link {href} leads out of the course, which works offline; remove it")
        return
    inside = href if not href.startswith("#") else f"{quiz_of(source.path).stem}.ipynb{href}"
    if (problem := _dead(source, f"notebooks/{inside}")) is not None:
        tell(href, "LK035", problem)


_UNDRAWN = {
    r"\[\^[^\]\s]+\]": "a footnote",
    r"^\[[ xX]\] ": "a box to tick",
    r"\{(?:[#.:][\w-]+|\w+=[^}\s]+)\}": "an attribute in braces",
}
_UNDRAWN_ANY = [(re.compile(pattern), name) for pattern, name in _UNDRAWN.items()]


def _plain_runs(tokens: Iterable[Token]) -> Iterator[str]:
    """Yield the stretches of plain text; a blank stands for what a backslash or an entity protects."""
    run = ""
    for token in tokens:
        if token.type == "text":
            run += token.content
        elif token.type == "text_special":  # a backslash before a letter protects nothing
            run += token.content if token.content.startswith("\\") else " "
        else:
            yield run
            run = ""
    yield run


def _is_closed(fence: Token, text: str) -> bool:
    first, end = fence.map or (0, 0)
    last = text.split("\n")[first + 1 : end][-1:]
    return bool(last) and re.fullmatch(rf"[ >]*{re.escape(fence.markup)}+\s*", last[0]) is not None


def _check_math(latex: str, tell: _Tell) -> None:
    try:
        to_mathml(latex)
    except ValueError as error:
        tell(latex, "LK042", f"the LaTeX {latex!r} {error}")


def _check_image(source: Source, alt: str, address: str, tell: _Tell) -> None:
    if not alt.strip():
        tell(
            f"]({address}",
            "LK043",
            f"the image {address} has no alternative text; write ![what it shows]({address})",
        )
    if address.startswith("data:"):
        return
    if (path := image_file(address, source.path.parent)) is not None:
        if (trouble := image_trouble(path)) is not None:
            tell(address, "LK044", f"the image {address!r} {trouble}")
    else:
        tell(address, "LK044", f"there is no image {address!r} in the quiz folder or below; copy it there")


def _check_plain(text: str, tell: _Tell) -> None:
    for pattern, name in _UNDRAWN_ANY:
        if (found := pattern.search(text)) is not None:
            tell(found[0], "LK047", f"{name}, {found[0].strip()}, is shown as it is written; leave it out")
    if (found := _HTML.search(text)) is not None:
        tell(found[0], "LK045", f"raw HTML {found[0]} is shown as text; use markdown, or put it in backticks")
    rest = _PRICE.sub("", text)
    if "$" in rest:
        tell("$", "LK040", "a dollar sign without a partner; close the math, no space inside, or write \\$")
    elif (found := _COMMAND.search(text)) is not None:
        tell(found[0], "LK040", f"the LaTeX {found[0]} stands outside math; give each $ its partner")
