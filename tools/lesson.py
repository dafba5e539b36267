"""A lesson's notebook as the rules see it: cells, headings, sections, the text of its markdown."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_INTERACTIVE = frozenset({"quiz", "check"})

START = "00-start-here"
NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
# What a learner looks at or moves, rather than reads.
WIDGETS = frozenset({"strip", "squares", "explore", "sketch", "epochs"})
# The parts of a lesson, in the order in which minutes name them.
PARTS = ("core", "exercises", "quiz", "deeper")
# The H2 that begins another part; what follows belongs to it, up to the next one that is named here.
_OPENS_PART = {
    "Exercises": "exercises",
    "Quiz": "quiz",
    "Go deeper": "deeper",
    **dict.fromkeys(("Under the hood", "Expert zone", "When not to use it", "In production"), "deeper"),
    **dict.fromkeys(("Pre-test", "Post-test"), "quiz"),
    **dict.fromkeys(("How a lesson works", "Paths through the course", "Your own record"), "deeper"),
}


@dataclass(frozen=True)
class Heading:
    """A heading of a markdown cell; `opens` says that it is the first thing in its cell."""

    level: int
    text: str
    opens: bool


@dataclass(frozen=True)
class Cell:
    """One cell; `number` counts all cells from 1."""

    number: int
    kind: str
    source: str
    outputs: tuple[Any, ...]
    execution_count: int | None
    tags: tuple[str, ...]
    source_hidden: bool = False
    folded: bool = False
    """Whether JupyterLab shows the heading that opens the cell without what is below it."""

    @property
    def is_code(self) -> bool:
        """Whether the cell is code."""
        return self.kind == "code"

    @property
    def is_markdown(self) -> bool:
        """Whether the cell is markdown."""
        return self.kind == "markdown"

    @property
    def name(self) -> str:
        """The number and the first words, to find the cell by."""
        first = self.source.strip().partition("\n")[0]
        return f"cell {self.number} ({first[:40]!r})"

    @property
    def tree(self) -> ast.Module:
        """The parsed code; empty where it is not plain Python, which a rule of its own reports."""
        try:
            return ast.parse(self.source)
        except SyntaxError:
            return ast.Module([], [])

    @property
    def interactive(self) -> frozenset[str]:
        """Which of `quiz` and `check` the code calls."""
        return _INTERACTIVE & {name for name, _ in self.calls}

    @property
    def calls(self) -> list[tuple[str, ast.Call]]:
        """The methods and functions of modules that the code calls, by their last name."""
        tree = self.tree if self.is_code else ast.Module([], [])
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        return [(call.func.attr, call) for call in calls if isinstance(call.func, ast.Attribute)]

    @property
    def pictures(self) -> int:
        """How many pictures and widgets to look at the cell shows."""
        if self.is_code:
            return len(self.images) + sum(name in WIDGETS for name, _ in self.calls)
        inline = (part for token in parse(self.source) for part in token.children or ())
        return sum(part.type == "image" for part in inline) + self.source.count("<img ")

    @property
    def images(self) -> list[str]:
        """The stored pictures, as base64 text."""
        return [data for output in self.outputs if (data := output.get("data", {}).get("image/png"))]

    @property
    def headings(self) -> list[Heading]:
        """The headings of a markdown cell."""
        tokens = parse(self.source) if self.is_markdown else []
        return [
            Heading(int(token.tag[1]), text_of(tokens[index + 1], links=True), opens=index == 0)
            for index, token in enumerate(tokens)
            if token.type == "heading_open"
        ]


@dataclass(frozen=True)
class Lesson:
    """A lesson's notebook."""

    path: Path
    cells: tuple[Cell, ...]
    metadata: Any

    @property
    def stem(self) -> str:
        """The file's name without its suffix: the lesson's name."""
        return self.path.stem

    @property
    def code(self) -> list[Cell]:
        """The code cells."""
        return [cell for cell in self.cells if cell.is_code]

    @property
    def markdown(self) -> list[Cell]:
        """The markdown cells."""
        return [cell for cell in self.cells if cell.is_markdown]

    @property
    def headings(self) -> list[tuple[Cell, Heading]]:
        """All headings, each with its cell."""
        return [(cell, heading) for cell in self.cells for heading in cell.headings]

    @property
    def anchors(self) -> set[str]:
        """The link targets JupyterLab gives the headings: spaces become hyphens, case is kept."""
        return {heading.text.replace(" ", "-") for _, heading in self.headings}

    @property
    def parts(self) -> dict[str, list[Cell]]:
        """The cells of each of `PARTS`: what is folded is deeper; what follows the quiz belongs to it."""
        parts: dict[str, list[Cell]] = {part: [] for part in PARTS}
        part, fold = "core", 0
        for cell in self.cells:
            for heading in cell.headings:
                if heading.level <= fold:
                    fold = 0
                if heading.level == 2:  # noqa: PLR2004  (H2)
                    part = _OPENS_PART.get(heading.text, part)
            if cell.folded and cell.headings and not fold:
                fold = cell.headings[0].level
            parts["deeper" if fold else part].append(cell)
        return parts

    @property
    def sections(self) -> list[list[Cell]]:
        """The cells, cut before each H2; the first part is what stands above them all."""
        parts: list[list[Cell]] = [[]]
        for cell in self.cells:
            if any(heading.level == 2 for heading in cell.headings):  # noqa: PLR2004  (H2)
                parts.append([])
            parts[-1].append(cell)
        return parts


def load(path: Path) -> Lesson:
    """Read a notebook file.

    Raises
    ------
    nbformat.ValidationError, ValueError, OSError
        If the file is no valid notebook.
    """
    notebook: Any = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = tuple(
        Cell(
            number,
            cell.cell_type,
            cell.source,
            tuple(cell.get("outputs", ())),
            cell.get("execution_count"),
            tuple(cell.metadata.get("tags", ())),
            source_hidden=bool(cell.metadata.get("jupyter", {}).get("source_hidden")),
            folded=bool(cell.metadata.get("jp-MarkdownHeadingCollapsed")),
        )
        for number, cell in enumerate(notebook.cells, start=1)
    )
    return Lesson(path, cells, notebook.metadata)


@cache
def parse(markdown: str) -> list[Token]:
    """Parse a markdown cell into markdown-it's flat list of tokens."""
    return _PARSER.parse(markdown)


def prose(markdown: str) -> Iterator[str]:
    """Yield what a reader reads of a markdown text as language: its blocks, without code, math and tags."""
    for token in parse(markdown):
        if token.type != "inline":
            continue
        text = ""
        for part in token.children or ():
            match part.type:
                case "code_inline" | "math_inline" | "html_inline" | "image":
                    text += "…"
                case "softbreak" | "hardbreak":
                    text += " "
                case _:
                    text += part.content
        yield re.sub(r"\s+", " ", text).strip()


def sentences(text: str) -> list[str]:
    """Cut a block of prose into sentences."""
    return [part for part in re.split(r"(?<=[.?!])[*_\"”)]*\s+(?=[*_\"“(]*[A-Z0-9…])", text) if part.strip()]


def text_of(inline: Token, *, links: bool) -> str:
    """Return what a reader sees of a paragraph, heading or table cell.

    Parameters
    ----------
    inline
        A token of type "inline".
    links
        Whether to keep the number that opens a link to another notebook, which is its lesson's number.
    """
    text, opening = "", False
    for token in inline.children or ():
        part = token.content
        if token.type == "html_inline":
            part = strip_tags(part)
        elif token.type == "softbreak":
            part = " "
        elif token.type == "math_inline":
            part = plain_math(part)
        if opening and not links:
            part = re.sub(r"^\d\d\b", "", part)
        opening = token.type == "link_open" and ".ipynb" in str(token.attrGet("href"))
        text += part
    return text


def plain_math(latex: str) -> str:
    r"""Take commands and subscripts out of a formula; in `\frac12` and `1{,}177` the numbers stay whole."""
    latex = latex.replace("{,}", ",").replace(r"\%", "%")
    latex = re.sub(r"_(\{[^{}]*\}|\w)", "", latex)
    latex = re.sub(r"\\([td]?frac)\s*(\d)(\d)", r" \2 \3", latex)
    return re.sub(r"\\([a-zA-Z]+|.)", " ", latex)


def strip_tags(html: str) -> str:
    """Take tags and comments out of a piece of HTML."""
    return _TAG.sub(" ", html)


def texts(cell: Cell) -> Iterator[tuple[str, str]]:
    """Yield a markdown cell's pieces as (kind, text): "prose", "code" or "solution", which is folded code."""
    folded = 0
    for token in parse(cell.source):
        if token.type == "html_block":
            folded += token.content.count("<details") - token.content.count("</details")
            yield "prose", strip_tags(token.content)
        elif token.type == "inline":
            yield "prose", text_of(token, links=False)
        elif token.type.startswith("math_block"):
            yield "prose", plain_math(token.content)
        elif token.type in {"fence", "code_block"}:
            yield ("solution" if folded else "code"), token.content
