"""The set-up cell says nothing where lessonkit is there, and one line where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest
from nbclient import NotebookClient

from tools.bootstrap import ROOT
from lessonkit.authoring.run import find
from tools.setup_cell import ID, SOURCE, WITH_KERAS, is_set_up, main, put, wanted

if TYPE_CHECKING:
    from pathlib import Path

HIDE = "import sys\nsys.modules['lessonkit'] = None"


def run(*sources: str) -> list[list[nbformat.NotebookNode]]:
    """Run cells in a real kernel, as Run All does: it stops at the first error. Return their outputs."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(notebook, allow_errors=True, extra_arguments=["--log-level=ERROR"])
    client.execute()
    return [cell.outputs for cell in cells]


def test_where_lessonkit_is_it_is_silent_and_elsewhere_it_says_the_one_line() -> None:
    there, _, missing = run(SOURCE, HIDE, SOURCE)
    assert there == []
    (output,) = missing
    assert output.output_type == "error", "so Run All stops here, before a cell that needs lessonkit"
    assert output.traceback == ["First run this in a cell of its own:  %pip install lessonkit"]


def test_it_is_short_and_its_first_import_is_lessonkit() -> None:
    assert len(SOURCE.splitlines()) <= 6
    assert max(map(len, SOURCE.splitlines())) <= 110
    assert SOURCE.index("import lessonkit as lk") == SOURCE.index("import ")


def lesson() -> nbformat.NotebookNode:
    cells = [
        nbformat.v4.new_markdown_cell("# Title", id="title"),
        nbformat.v4.new_code_cell("import lessonkit as lk", id="load"),
    ]
    notebook: nbformat.NotebookNode = nbformat.v4.new_notebook(cells=cells)
    return notebook


def test_it_is_put_under_the_title_once() -> None:
    notebook = lesson()
    assert put(notebook)
    assert not put(notebook)
    assert [cell.id for cell in notebook.cells] == ["title", ID, "load"]
    notebook.cells.append(notebook.cells.pop(1))
    assert put(notebook)
    assert [cell.id for cell in notebook.cells] == ["title", ID, "load"]
    notebook.cells[1].source = "an older set-up"
    assert put(notebook)
    assert [cell.source for cell in notebook.cells] == ["# Title", SOURCE, "import lessonkit as lk"]


def test_the_command_writes_what_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "01-a.ipynb"
    nbformat.write(lesson(), path)
    assert main([str(tmp_path)]) == 0
    written = path.read_bytes()
    assert capsys.readouterr().out == f"{path}: set-up cell written\n"
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == ""
    assert path.read_bytes() == written


@pytest.mark.parametrize("code", ["import keras", "x = 1\nfrom keras.layers import Dense", "import tensorflow as tf"])
def test_a_lesson_with_keras_asks_for_it(code: str) -> None:
    notebook = lesson()
    notebook.cells.append(nbformat.v4.new_code_cell(code))
    assert put(notebook)
    assert notebook.cells[1].source == WITH_KERAS
    assert not put(notebook)
    del notebook.cells[-1]
    assert put(notebook)
    assert notebook.cells[1].source == SOURCE


def test_both_kinds_are_known_as_set_up() -> None:
    assert is_set_up(SOURCE)
    assert is_set_up(WITH_KERAS)
    assert not is_set_up("import lessonkit as lk")


@pytest.mark.parametrize("text", ["{", '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'])
def test_what_is_no_lesson_is_refused(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "01-a.ipynb").write_text(text, encoding="utf-8")
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().err


@pytest.mark.parametrize("path", find([ROOT / "notebooks"]), ids=lambda path: path.stem)
def test_every_lesson_begins_with_it(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert first.source == wanted(notebook), "run python -m tools.setup_cell, then make notebooks"
