"""The mirror counts what it says, and never fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from nbformat import v4, write

from tools import counts
from tools.lesson import load

if TYPE_CHECKING:
    from pathlib import Path

    from tools.lesson import Lesson

STEM = "02-decision-thresholds"


def lesson(folder: Path, *sources: str) -> Lesson:
    """A lesson of these cells; what does not begin with a letter of prose or a hash is code."""
    cells = [
        v4.new_markdown_cell(source[3:]) if source.startswith("md ") else v4.new_code_cell(source)
        for source in ("md # Title", *sources)
    ]
    path = folder / f"{STEM}.ipynb"
    write(v4.new_notebook(cells=cells), path)
    return load(path)


def test_sentences_words_and_numbers(tmp_path: Path) -> None:
    counted = counts.count(
        lesson(
            tmp_path,
            "md ## One\n\nOf 10 emails, 3 are spam and 7 are not. Here is one without any, e.g. this.",
            "lk.strip(y, s)",
            "x = 1",
            "md ## Exercises\n\nAt 0.5 it flags two.",
            "y = 2",
        )
    )
    assert counted.crowded == pytest.approx(1 / 3)
    assert counted.per_sentence == pytest.approx(4 / 3)
    assert counted.sentence_words == pytest.approx((10 + 7 + 5) / 3)
    assert (counted.words, counted.core_words) == (1 + 1 + 10 + 7 + 1 + 5, 1 + 1 + 10 + 7)
    assert (counted.core_cells, counted.pictures) == (2, 1)


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("x = 1\nprint(x)", {2}),
        ("print(\n    x,\n)", {1, 2, 3}),
        ("for row in rows:\n    print(row)", {1, 2}),
        ("for row in rows:\n    x += row\n    print(row)", {3}),
        ("line = f'{x:5}'\nprint(line)", {1, 2}),
        ("table = '{:5}'.format(x)", {1}),
        ("fingerprint(x)", set()),
        ("# print(x)\nx = print", set()),
    ],
)
def test_lines_that_only_print(tmp_path: Path, code: str, lines: set[int]) -> None:
    assert counts.printing_lines(lesson(tmp_path, code).code[0]) == lines


def test_it_prints_the_peers_and_what_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = lesson(tmp_path, "md No picture.").path
    assert counts.main([str(path)]) == 0
    head, row, *peers, asked = capsys.readouterr().out.splitlines()
    assert "words/picture" in head
    assert row.split()[:5] == [STEM, "3", "0", "3", "none"]
    assert [peer.partition(",")[0] for peer in peers] == ["INRIA MOOC", "TensorFlow", "Géron"]
    assert asked.startswith("asked")
    assert len({len(line) for line in (head, row, *peers, asked)}) == 1
    assert counts.main([str(tmp_path / "none.ipynb")]) == 2
