"""A mirror for whoever writes a lesson: its counts beside those of three peers.

    python -m tools.counts                       all lessons
    python -m tools.counts notebooks/02-….ipynb  one of them

It prints and never fails. What is asked of a lesson is in CONTRIBUTING.md; where a page is better with a
count that is off, the count stays off. Look into it after writing, not while.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lessonkit.authoring.run import NotebookError, find
from tools.lesson import Lesson, load, prose, sentences
from tools.minutes import LINE, code_lines, ranges, words
from tools.prose_numbers import numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.lesson import Cell

SEVERAL = 3


@dataclass(frozen=True)
class Counts:
    """What is counted of a lesson; None where it was not counted."""

    name: str
    core_words: int | None
    core_cells: int | None
    words: int
    pictures: int
    printing: float
    per_sentence: float
    crowded: float | None
    sentence_words: float
    minutes: str = "–"

    @property
    def row(self) -> list[str]:
        """The line of the table."""
        return [
            self.name,
            *("–" if count is None else f"{count:,}" for count in (self.core_words, self.core_cells)),
            f"{self.words:,}",
            f"{self.words / self.pictures:,.0f}" if self.pictures else "none",
            f"{self.printing:.0%}",
            f"{self.per_sentence:.2f}",
            "–" if self.crowded is None else f"{self.crowded:.0%}",
            f"{self.sentence_words:.1f}",
            self.minutes,
        ]


HEAD = [
    *("lesson", "core words", "core cells", "words", "words/picture", "printing lines"),
    *("numbers/sentence", f"{SEVERAL}+ numbers", "words/sentence", "minutes"),
]
ASKED = ["asked", "1,000", "8", "–", "350", "10%", "–", "rarely", "14–18", "–"]
# Counted once, when the first version of this course was read by strangers: INRIA/scikit-learn-mooc,
# metrics_classification.py at 0e3447f; tensorflow/docs, imbalanced_data.ipynb; and ageron/handson-ml3,
# 03_classification.ipynb, whose prose is in the book. Numbers per sentence are numerals per word times words
# per sentence. 3 to 7% of their sentences had two or more numbers; those with three were not counted.
PEERS = (
    Counts("INRIA MOOC, classification metrics", None, None, 1621, 5, 0.07, 0.18, None, 17.6),
    Counts("TensorFlow, imbalanced data", None, None, 2550, 16, 0.11, 0.09, None, 14.2),
    Counts("Géron, chapter 3", None, None, 2701, 16, 0.03, 0.34, None, 14.6),
)


def count(lesson: Lesson) -> Counts:
    """Count a lesson. Its core is what is neither folded nor exercises, quiz or what follows them."""
    core = lesson.parts["core"]
    said = [sentence for cell in lesson.markdown for sentence in _sentences(cell)]
    stated = [len(numbers(sentence)) for sentence in said]
    lines = sum(len(code_lines(cell)) for cell in lesson.code)
    spans = ranges(lesson).values()
    fast, slow = (sum(span[end] for span in spans) for end in (0, 1))
    return Counts(
        name=lesson.stem,
        core_words=sum(map(words, core)),
        core_cells=sum(bool(code_lines(cell)) for cell in core),
        words=sum(map(words, lesson.markdown)),
        pictures=sum(cell.pictures for cell in lesson.cells),
        printing=sum(len(printing_lines(cell)) for cell in lesson.code) / max(1, lines),
        per_sentence=sum(stated) / max(1, len(said)),
        crowded=sum(number >= SEVERAL for number in stated) / max(1, len(said)),
        sentence_words=sum(len(sentence.split()) for sentence in said) / max(1, len(said)),
        minutes=f"{fast:.0f}–{slow:.0f}",
    )


def _sentences(cell: Cell) -> Iterator[str]:
    """Yield the sentences of a markdown cell, without headings, which are none."""
    titles = {heading.text for heading in cell.headings}
    for block in prose(LINE.sub("", cell.source)):
        if block not in titles:
            yield from sentences(block)


def printing_lines(cell: Cell) -> set[int]:
    """Return the lines that only print or format: `print` calls, and loops and branches of nothing else."""
    found: set[int] = set()
    for node in ast.walk(cell.tree):
        if isinstance(node, ast.stmt) and _only_prints(node):
            found |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return found & set(code_lines(cell))


def _only_prints(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
            return True
        case (
            ast.Assign(value=ast.JoinedStr()) | ast.Assign(value=ast.Call(func=ast.Attribute(attr="format")))
        ):
            return True
        case ast.For() | ast.With() | ast.If():
            return all(_only_prints(inner) for inner in [*node.body, *getattr(node, "orelse", [])])
        case _:
            return False


def table(rows: list[list[str]]) -> Iterator[str]:
    """Yield the lines of a table: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row, widths, strict=True)),
        ]
        yield "  ".join([cells[0], *cells[2:]])


def main(arguments: list[str]) -> int:
    """Print the counts of the notebooks named on the command line; return 2 if one cannot be read."""
    try:
        paths = find([Path(argument) for argument in arguments or ["notebooks"]])
    except NotebookError as error:
        print(error, file=sys.stderr)
        return 2
    counted = [count(load(path)).row for path in paths]
    print(*table([HEAD, *counted, *(peer.row for peer in PEERS), ASKED]), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
