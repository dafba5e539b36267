"""The minutes of a lesson come from its content, by the model, and are written into its title cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from nbformat import v4, write

from tools import minutes
from tools.lesson import NOTEBOOKS, load

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

STEM = "01-precision-and-recall"


def stored(folder: Path, *cells: NotebookNode, title: str = "# Counting\n\nWhy?") -> Path:
    path = folder / f"{STEM}.ipynb"
    write(v4.new_notebook(cells=[v4.new_markdown_cell(title), *cells]), path)
    return path


def test_the_model_is_that_of_the_three_learners() -> None:
    content = minutes.Content(words=2000, code_lines=60, output_lines=30, inline_questions=4, exercises=3)
    assert content.minutes(minutes.FAST) == pytest.approx(10 + 4 + 1 + 3.2 + 12)
    assert content.minutes(minutes.NEW_TO_CODE) == pytest.approx(2000 / 170 + 10 + 1.5 + 4.8 + 24)
    assert minutes.Content(end_questions=10, pictures=2).minutes(minutes.SLOW_IN_ENGLISH) == 20


def test_content_is_counted_by_part(tmp_path: Path) -> None:
    path = stored(
        tmp_path,
        v4.new_code_cell("a = 1\n\n# a comment\nprint(a)", outputs=[v4.new_output("stream", text="1\n2\n")]),
        v4.new_code_cell("lk.explore(a)"),
        v4.new_code_cell(f'lk.quiz("{STEM}", only="what-accuracy-tells")'),
        v4.new_markdown_cell("## Exercises\n\nWrite it."),
        v4.new_code_cell('b = ...\nlk.check("b", b)'),
        v4.new_markdown_cell("## Quiz\n\nFour words of prose."),
        v4.new_code_cell(f'lk.quiz("{STEM}")'),
        v4.new_markdown_cell("## Go deeper\n\nMore."),
        v4.new_code_cell("hidden = 1", metadata={"jupyter": {"source_hidden": True}}),
    )
    core, exercises, quiz, deeper = (minutes.content(cells, STEM) for cells in load(path).parts.values())
    assert (core.words, core.code_lines, core.output_lines, core.pictures) == (2, 3, 2, 1)
    assert (core.inline_questions, core.end_questions) == (1, 0)
    assert (exercises.exercises, exercises.code_lines) == (1, 0), "an exercise's code is part of its minutes"
    assert (quiz.words, quiz.inline_questions) == (5, 0)
    assert quiz.end_questions >= 8
    assert deeper == minutes.Content(words=3)


def test_what_is_folded_is_deeper_until_a_heading_of_its_level(tmp_path: Path) -> None:
    folded = {"jp-MarkdownHeadingCollapsed": True}
    path = stored(
        tmp_path,
        v4.new_markdown_cell("## One"),
        v4.new_markdown_cell("### Folded", metadata=folded),
        v4.new_markdown_cell("#### Below"),
        v4.new_markdown_cell("### Open"),
    )
    parts = load(path).parts
    assert [cell.source for cell in parts["deeper"]] == ["### Folded", "#### Below"]
    assert [cell.source for cell in parts["core"]][1:] == ["## One", "### Open"]


@pytest.mark.parametrize(
    "title",
    ["# Counting\n\nWhy?", "# Counting\n\nWhy?\n\nReading: 20 minutes. Exercises: 5 minutes.", "# Counting\n\nWhy?\n\nCore 45–50 min"],
)  # fmt: skip
def test_the_line_is_written_once_and_stays_as_it_is(tmp_path: Path, title: str) -> None:
    path = stored(tmp_path, v4.new_markdown_cell("word " * 2000), title=title)
    assert minutes.stated(load(path)) != "Core 10–20 min"
    assert minutes.main(["--write", str(path)]) == 0
    assert load(path).cells[0].source == "# Counting\n\nWhy?\n\nCore 10–20 min"
    written = path.read_bytes()
    assert minutes.main(["--write", str(path)]) == 0
    assert path.read_bytes() == written


def test_nothing_is_written_unless_a_notebook_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = stored(tmp_path)
    assert minutes.main([str(path)]) == 0
    assert capsys.readouterr().out == f"{STEM}: Core 5 min\n"
    assert minutes.stated(load(path)) is None
    assert minutes.main(["--write"]) == 2
    assert minutes.main([str(tmp_path / "none.ipynb")]) == 2


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("[0-9]*.ipynb")), ids=lambda path: path.stem[:2])
def test_the_readme_gives_the_sum_of_a_lessons_parts(path: Path) -> None:
    stated = load(path).cells[0].source.split("\n\n")[-1]
    parts = [(int(low), int(high or low)) for low, high in re.findall(r"(\d+)(?:–(\d+))?", stated)]
    low, high = (sum(column) for column in zip(*parts, strict=True))
    readme = (NOTEBOOKS.parent / "README.md").read_text(encoding="utf-8")
    assert re.findall(rf"^\| {path.stem[:2]} \| .* \| (.*) \|$", readme, re.MULTILINE) == [f"{low}–{high}"]
