"""A lesson's notebook as the rules see it: cells, headings, sections, the text of its markdown."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import nbformat
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_INTERACTIVE = frozenset({"quiz", "check"})


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
        called = (node.func for node in ast.walk(self.tree) if isinstance(node, ast.Call))
        names = {function.attr for function in called if isinstance(function, ast.Attribute)}
        return _INTERACTIVE & names

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
        )
        for number, cell in enumerate(notebook.cells, start=1)
    )
    return Lesson(path, cells, notebook.metadata)


@cache
def parse(markdown: str) -> list[Token]:
    """Parse a markdown cell into markdown-it's flat list of tokens."""
    return _PARSER.parse(markdown)


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
