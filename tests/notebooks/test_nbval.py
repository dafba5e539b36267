"""Strict nbval, run as `make test` runs it, finds a changed number; the rules find what nbval lets pass."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from nbformat import NotebookNode, v4, write

from tools.bootstrap import steps
from lessonkit.cli import main
from tools.lesson import load
from tools.notebook_rules import executed

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (
    "import ipywidgets\nipywidgets.IntSlider()",
    "print(object())\nprint('precision', 0.8889)",
    "import warnings\nwarnings.warn('careful')",
)
(COMMAND,) = [command for command in steps("test", []) if "--nbval" in command]


def change_what_is_stored(notebook: NotebookNode) -> None:
    number, warning = (notebook.cells[place].outputs[0] for place in (1, 2))
    number.text = number.text.replace("0.8889", "0.8888")
    warning.text = warning.text.replace("careful", "reckless")


def forget_the_run(notebook: NotebookNode) -> None:
    notebook.cells[1].execution_count = None
    notebook.cells[1].outputs = []


CHANGES: dict[str, Callable[[NotebookNode], None]] = {
    "as-run": lambda _: None,
    "changed": change_what_is_stored,
    "not-run": forget_the_run,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One notebook, stored as it was run and changed in several ways."""
    folder = tmp_path_factory.mktemp("lessons")
    path = folder / "as-run.ipynb"
    write(v4.new_notebook(cells=list(map(v4.new_code_cell, SOURCES))), path)
    assert main(["run", str(path)]) == 0
    for name, change in CHANGES.items():
        notebook = v4.reads(path.read_text(encoding="utf-8"))
        change(notebook)
        write(notebook, folder / f"{name}.ipynb")
    return folder


@pytest.fixture(scope="module")
def report(folder: Path) -> str:
    """What the notebook half of `make test` says of them."""
    assert COMMAND[-1] == "notebooks"
    # This process's own pytest settings are not for the inner one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    command = [
        *COMMAND[:-1],
        str(folder),
        "-c",
        "pyproject.toml",
        "-p",
        "no:cacheprovider",
        "-rA",
        "--color=no",
    ]
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def outcomes(report: str, name: str) -> list[str]:
    """Return the outcome of each cell of a notebook."""
    lines = [line for line in report.splitlines() if f"{name}.ipynb::Cell " in line]
    ordered = sorted(lines, key=lambda line: line.partition("::Cell ")[2])
    return [line.split()[0] for line in ordered if line.startswith(("PASSED", "FAILED", "ERROR"))]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("as-run", ["PASSED", "PASSED", "PASSED"]),
        ("changed", ["PASSED", "FAILED", "FAILED"]),
        # nbval's worst trap; the next test closes it.
        ("not-run", ["PASSED", "PASSED", "PASSED"]),
    ],
)
def test_nbval_compares_each_output(name: str, expected: list[str], report: str) -> None:
    assert outcomes(report, name) == expected


def test_nbval_says_what_differs(report: str) -> None:
    assert "0.8888" in report
    assert "reckless" in report
    assert "2 failed, 7 passed" in report


def test_a_cell_that_was_not_run_breaks_a_rule(folder: Path) -> None:
    assert list(executed(load(folder / "as-run.ipynb"))) == []
    (problem,) = executed(load(folder / "not-run.ipynb"))
    assert "run as None, not 2" in problem
