"""What a lesson needs: the lessons that "Before you start" links, those that they link, and so on.

    python -m tools.prerequisites      list what is used before it is taught, and the paths with gaps

All is read off the notebooks and the glossary. A lesson may use a term that docs/glossary.yaml defines in
another lesson, or a name of lessonkit that another lesson used first, only if it needs that lesson. A look
ahead is allowed where the same paragraph links or names the lesson ("lesson 06"). A term with
`everyday: true` in the glossary is also a plain word, so no text is searched for it.

In lesson 00 each point of the list of paths is a path: the lessons that it links as a whole, in order. A link
to one section is a visit, and needs nothing. A path for people who know something says so: "After lessons
01–03, …".
"""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from tools.lesson import START, Lesson, load, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

    from tools.lesson import Cell

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = ROOT / "docs" / "glossary.yaml"
NEEDS = ("Before you start", "What you need")
PATHS = "Paths through the course"
# Lesson 00 shows how these work, or they explain themselves.
GIVEN = frozenset({"quiz", "check", "progress", "review", "datasets", "figures", "table", "load_quiz"})
_LESSON_LINK = re.compile(r"^(\d\d-[\w-]+)\.ipynb$")


@cache
def course() -> dict[str, Lesson]:
    """Return the lessons by name, in order."""
    return {path.stem: load(path) for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb"))}


@cache
def terms() -> dict[str, str]:
    """Return the terms of the glossary that are no everyday words, each with the lesson that defines it."""
    entries: dict[str, Any] = YAML(typ="safe").load(GLOSSARY.read_text(encoding="utf-8"))
    return {
        term: entry["see"].partition(".ipynb")[0]
        for term, entry in entries.items()
        if not entry.get("everyday", False)
    }


def needs(lesson: Lesson) -> set[str]:
    """Return the lessons that it links under "Before you start"."""
    return {
        found[1]
        for section in lesson.sections
        if {heading.text for cell in section for heading in cell.headings} & set(NEEDS)
        for cell in section
        if cell.is_markdown
        for target in _targets(cell.source)
        if (found := _LESSON_LINK.match(target.partition("#")[0])) and found[1] != lesson.stem
    }


def closure(stem: str, lessons: dict[str, Lesson]) -> set[str]:
    """Return all lessons that one needs, with those that they need."""
    found: set[str] = set()
    waiting = [stem]
    while waiting:
        new = needs(lessons[waiting.pop()]) - found
        found |= new
        waiting += new
    return found


def _targets(markdown: str) -> Iterator[str]:
    for token in parse(markdown):
        for part in token.children or ():
            if part.type == "link_open":
                yield str(part.attrGet("href"))


def used_early(lesson: Lesson, lessons: dict[str, Lesson], known: dict[str, str]) -> Iterator[str]:
    """Yield each term and each name that the lesson uses without needing the lesson that brings it."""
    allowed = closure(lesson.stem, lessons) | {lesson.stem}
    for cell in _before_next(lesson):
        for token in parse(cell.source) if cell.is_markdown else ():
            if token.type != "inline":
                continue
            for term, home in known.items():
                if home in allowed or not _pattern(term).search(token.content):
                    continue
                if not re.search(rf"{home}\.ipynb|\b[Ll]essons? .*{home[:2]}\b", token.content):
                    yield f"{cell.name}: {term!r} is a term of {home}, which {NEEDS[0]!r} does not lead to"
    first = _first_uses(lessons)
    for cell in lesson.code:
        for name in sorted(_names(cell.tree)):
            if first[name] not in allowed:
                yield (
                    f"{cell.name}: lk.{name} is first used in {first[name]},"
                    f" which {NEEDS[0]!r} does not lead to"
                )


def _before_next(lesson: Lesson) -> Iterator[Cell]:
    for section in lesson.sections:
        if "Next" not in {heading.text for cell in section for heading in cell.headings}:
            yield from section


@cache
def _pattern(term: str) -> re.Pattern[str]:
    """Match the term, its plural, and any dash in it; with capitals only as it is written."""
    words = re.escape(term).replace("–", "[–-]").replace(r"\-", "[–-]").replace(r"\ ", r"\s+")
    plural = words[:-1] + "(?:y|ies)" if term.endswith("y") else words + "(?:e?s)?"
    return re.compile(rf"\b{plural}\b", 0 if term != term.lower() else re.IGNORECASE)


def _names(tree: ast.AST) -> set[str]:
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "lk"
    } - GIVEN


def _first_uses(lessons: dict[str, Lesson]) -> dict[str, str]:
    first: dict[str, str] = {}
    for stem, lesson in lessons.items():
        # What lesson 00 only shows, a later lesson brings.
        for cell in lesson.code if stem != START else ():
            for name in _names(cell.tree):
                first.setdefault(name, stem)
    return first


def paths(start: Lesson, lessons: dict[str, Lesson]) -> dict[str, tuple[set[str], list[str]]]:
    """Return the paths of lesson 00: first words → (lessons presupposed, lessons read, in order)."""
    found: dict[str, tuple[set[str], list[str]]] = {}
    section = next(
        (
            part
            for part in start.sections
            if PATHS in {heading.text for cell in part for heading in cell.headings}
        ),
        [],
    )
    for cell in section:
        depth = 0
        for token in parse(cell.source) if cell.is_markdown else ():
            depth += token.nesting if token.type in {"list_item_open", "list_item_close"} else 0
            if token.type == "inline" and depth:
                text = _with_numbers(token)
                name = re.sub(r"[*_]", "", token.content).partition(".")[0]
                after = " ".join(
                    re.findall(r"(?i)\bafter (?:all lessons|(?:lessons? )?[^.;:]*?)(?=, |[.;:]|$)", text)
                )
                presupposed = (
                    set(lessons) - {START} if "all lessons" in after else set(_stems(after, lessons))
                )
                read = _stems(text.replace(after, "") if after else text, lessons)
                found[name] = presupposed, read
    return found


def _with_numbers(token: Token) -> str:
    """Return the text of a list point; a link to a whole lesson becomes "lesson NN", another one nothing."""
    text = ""
    link: str | None = None
    for part in token.children or ():
        if part.type == "link_open":
            link = str(part.attrGet("href"))
            whole = _LESSON_LINK.match(link)
            text += f"lesson {whole[1][:2]}" if whole else ""
        elif part.type == "link_close":
            link = None
        elif link is None:
            text += " " if part.type == "softbreak" else part.content
    return text


def _stems(text: str, lessons: dict[str, Lesson]) -> list[str]:
    """Read "lesson 04", "lessons 01–03" and "lesson 01, lesson 02" as lessons, in order."""
    by_number = {stem[:2]: stem for stem in lessons}
    found: list[str] = []
    for first, last in re.findall(r"\b(\d\d)(?:\s?(?:–|-|to)\s?(?:lesson )?(\d\d))?\b", text):
        span = range(int(first), int(last or first) + 1)
        found += [by_number[f"{number:02}"] for number in span if f"{number:02}" in by_number]
    return found


def open_paths(start: Lesson, lessons: dict[str, Lesson]) -> Iterator[str]:
    """Yield each lesson of a path that needs one which the path has neither before it nor named as known."""
    for name, (presupposed, read) in paths(start, lessons).items():
        # Who has done a lesson has done what it needs.
        known = {START, *presupposed}.union(*(closure(stem, lessons) for stem in presupposed))
        for stem in read:
            if missing := sorted(closure(stem, lessons) - known):
                yield f"path {name!r}: {stem} needs {', '.join(missing)} before it"
            known.add(stem)


def main() -> int:
    """List the problems of all lessons; return 1 if there is one."""
    lessons = course()
    problems = [
        f"{stem} {problem}"
        for stem, lesson in lessons.items()
        if stem != START
        for problem in used_early(lesson, lessons, terms())
    ]
    problems += [f"{START} {problem}" for problem in open_paths(lessons[START], lessons)]
    print(*problems, f"Problems: {len(problems)}.", sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
