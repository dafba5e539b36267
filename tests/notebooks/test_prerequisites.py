"""All that a lesson uses is in what its "Before you start" leads to, and the paths of lesson 00 are closed."""

from __future__ import annotations

import ast
import builtins
import re
from typing import TYPE_CHECKING

import pytest
from nbformat import v4, write

from tools import prerequisites
from tools.lesson import START, Lesson, load

if TYPE_CHECKING:
    from pathlib import Path

ALL = prerequisites.course()


@pytest.mark.parametrize("stem", [stem for stem in ALL if stem != START])
def test_a_lesson_uses_what_it_needs(stem: str) -> None:
    problems = list(prerequisites.used_early(ALL[stem], ALL, prerequisites.terms()))
    assert not problems, "\n".join([stem, *problems])


def test_the_paths_are_closed() -> None:
    assert prerequisites.paths(ALL[START], ALL), "lesson 00 lists its paths as points"
    problems = list(prerequisites.open_paths(ALL[START], ALL))
    assert not problems, "\n".join(problems)


def test_no_lesson_needs_itself_or_a_later_one() -> None:
    for stem in ALL:
        assert all(other < stem for other in prerequisites.closure(stem, ALL)), stem


TERMS = {"widget": "01-a", "odds ratio": "02-b", "F1 score": "02-b", "lens–flare": "03-c"}


@pytest.fixture
def lessons(tmp_path: Path) -> dict[str, Lesson]:
    """Three lessons; each needs the one before it. The third is what the tests change."""
    texts = {"00-start-here": "", "01-a": "", "02-b": "[one](01-a.ipynb)", "03-c": "[two](02-b.ipynb#Odds)"}
    found = {}
    for stem, text in texts.items():
        cells = [
            v4.new_markdown_cell(f"# {stem}"),
            v4.new_markdown_cell(f"## Before you start\n\nYou need {text}."),
        ]
        cells += [
            v4.new_code_cell(f"lk.Tool{stem[:2]}()\nlk.quiz('{stem}')"),
            v4.new_markdown_cell("## Next\n\nodds ratio"),
        ]
        write(v4.new_notebook(cells=cells), tmp_path / f"{stem}.ipynb")
        found[stem] = load(tmp_path / f"{stem}.ipynb")
    return found


def with_cell(lesson: Lesson, text: str, *, code: bool = False) -> Lesson:
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell(cell.source) for cell in lesson.markdown[:2]])
    notebook.cells.append(v4.new_code_cell(text) if code else v4.new_markdown_cell(text))
    write(notebook, lesson.path)
    return load(lesson.path)


def early(lessons: dict[str, Lesson], stem: str) -> list[str]:
    return [problem.partition(": ")[2] for problem in prerequisites.used_early(lessons[stem], lessons, TERMS)]


def test_the_closure_follows_the_links(lessons: dict[str, Lesson]) -> None:
    assert prerequisites.needs(lessons["03-c"]) == {"02-b"}
    assert prerequisites.closure("03-c", lessons) == {"01-a", "02-b"}
    assert prerequisites.closure("01-a", lessons) == set()


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("It has odds ratios.", "odds ratio"),
        ("Its F1 score is 1.", "F1 score"),
        ("A lens-flare is a lens–flare.", "lens–flare"),
    ],
)
def test_a_term_of_another_lesson_is_named(lessons: dict[str, Lesson], text: str, term: str) -> None:
    assert early(lessons, "01-a") == []
    lessons["01-a"] = with_cell(lessons["01-a"], text)
    home = TERMS[term]
    assert early(lessons, "01-a") == [
        f"{term!r} is a term of {home}, which 'Before you start' does not lead to"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The widgets of this lesson.",
        "Lesson 02 explains the odds ratio.",
        "The odds ratio comes in [the next one](02-b.ipynb#Odds).",
        "The odd ratio and the f1 score-board.",
        "## Next\n\nThe odds ratio.",
    ],
)
def test_what_may_be_said_early(lessons: dict[str, Lesson], text: str) -> None:
    lessons["01-a"] = with_cell(lessons["01-a"], text)
    assert early(lessons, "01-a") == []


def test_a_name_that_a_lesson_not_needed_brings_is_named(lessons: dict[str, Lesson]) -> None:
    lessons["03-c"] = with_cell(
        lessons["03-c"], "lk.Tool00()\nlk.quiz('a')\nlk.Tool01()\nlk.Tool02()", code=True
    )
    assert early(lessons, "03-c") == []
    lessons["02-b"] = with_cell(lessons["01-a"], "## Before you start\n\nNothing.")
    lessons["01-a"] = with_cell(lessons["01-a"], "lk.Tool01()", code=True)
    assert early(lessons, "03-c") == [
        "lk.Tool01 is first used in 01-a, which 'Before you start' does not lead to"
    ]


PATHS = """## Paths through the course

* **All.** [01](01-a.ipynb), [02](02-b.ipynb), then [03](03-c.ipynb).
* **Range.** Read lessons 01–03.
* **Linked range.** Read [01](01-a.ipynb)–[03](03-c.ipynb).
* **Known.** After lessons 01–02, read [03](03-c.ipynb).
* **Known with its needs.** After lesson 02, read [03](03-c.ipynb).
* **Known all.** After all lessons, read [03](03-c.ipynb).
* **Visits.** [02](02-b.ipynb#Quiz), [03](03-c.ipynb#Quiz).
* **Open.** [01](01-a.ipynb), [03](03-c.ipynb).
* **Turned.** [02](02-b.ipynb), [01](01-a.ipynb).
"""


def test_a_path_that_leaves_something_out_is_named(lessons: dict[str, Lesson]) -> None:
    start = with_cell(lessons[START], PATHS)
    assert list(prerequisites.paths(start, lessons)["Known"]) == [{"01-a", "02-b"}, ["03-c"]]
    assert prerequisites.paths(start, lessons)["Linked range"][1] == ["01-a", "02-b", "03-c"]
    assert list(prerequisites.open_paths(start, lessons)) == [
        "path 'Open': 03-c needs 02-b before it",
        "path 'Turned': 02-b needs 01-a before it",
    ]


@pytest.mark.parametrize("stem", ALL)
def test_who_solves_the_exercises_without_code_misses_nothing(stem: str) -> None:
    """What all learners run needs no name that only the half *With code* of an exercise defines."""
    with_code, everywhere = set[str](), set(dir(builtins))
    coding = False
    for cell in ALL[stem].cells:
        if cell.is_markdown:
            for mark in re.findall(r"^#{2,3} |\*With code|\*Without code", cell.source, re.MULTILINE):
                coding = mark == "*With code"
        elif "..." not in cell.source:
            tree = ast.parse(cell.source)
            defined, used = _names(tree)
            needed = used - defined - everywhere
            assert coding or not needed & with_code, f"{cell.id}: {needed & with_code}"
            (with_code if coding else everywhere).update(defined)


def _names(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Return the names that code defines, and those that it uses."""
    defined, used = set(), set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                used.add(name)
            case ast.Name(id=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                defined.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                defined |= {(one.asname or one.name).partition(".")[0] for one in names}
            case _:
                pass
    return defined, used
