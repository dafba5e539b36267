"""Notebooks are run so that a second run changes no byte."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from nbformat import NotebookNode, v4, write

from lessonkit.authoring import run as tool
from lessonkit.cli import main
from tools.lesson import load

if TYPE_CHECKING:
    from pathlib import Path

# One cell for each kind of output that differs from run to run, unless it is held still.
SOURCES = (
    "import os\nimport warnings\nprint(object())\nprint(os.path.basename(os.getcwd()))",
    "warnings.warn('careful')",
    "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots(figsize=(3, 2))\n_ = axes.plot([3, 1, 2])",
    "import ipywidgets\nipywidgets.IntSlider(description='threshold')",
    "import pandas as pd\npd.DataFrame({'precision': [0.8], 'recall': [0.8889]})",
    "_ = os.write(2, b'from C\\n')",
)
WAIT = "import time\ntime.sleep(300)"


def notebook(*sources: str) -> NotebookNode:
    return v4.new_notebook(cells=[v4.new_markdown_cell("# T"), *map(v4.new_code_cell, sources)])


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A notebook that was run once, and its bytes then."""
    path = tmp_path_factory.mktemp("lessons") / "scratch.ipynb"
    raw = notebook(*SOURCES)
    for cell in raw.cells:
        del cell["id"]
    raw.metadata = {"widgets": {"state": {}}, "kernelspec": {"name": "venv", "display_name": "mine"}}
    path.write_text(json.dumps(raw), encoding="utf-8")
    assert main(["run", str(path)]) == 0
    return path, path.read_bytes()


def test_a_second_run_changes_no_byte(
    scratch: tuple[Path, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    path, first = scratch
    assert main(["run", "--check", str(path)]) == 0
    said = capsys.readouterr()
    assert said.out == f"{path}: unchanged\n1 notebook: 1 unchanged.\n"
    assert said.err.startswith(f"1 of 1: {path}\n")
    assert asyncio.run(tool.execute(path, seconds=60)).encode() == first == path.read_bytes()


def test_what_is_stored(scratch: tuple[Path, bytes]) -> None:
    path, stored = scratch
    lesson = load(path)
    text = stored.decode()
    assert [cell.execution_count for cell in lesson.code] == [1, 2, 3, 4, 5, 6]
    assert lesson.code[0].outputs[0].text == f"<object object at 0x...>\n{path.parent.name}\n"
    assert lesson.code[1].outputs[0].text.startswith("ipykernel.py:1: UserWarning: careful\n")
    assert set(lesson.code[3].outputs[0].data) == {"text/plain"}
    assert set(lesson.code[4].outputs[0].data) == {"text/plain", "text/html"}
    assert lesson.code[5].outputs == ()
    assert set(lesson.metadata) == {"kernelspec", "language_info"}
    assert lesson.metadata.kernelspec.name == "python3"
    assert "version" not in lesson.metadata.language_info
    assert "widget-view" not in text
    assert '"execution": {' not in text
    assert [cell["id"] for cell in json.loads(text)["cells"]] == [f"cell-0{count}" for count in range(1, 8)]
    assert b"\r" not in stored
    assert stored.endswith(b"}\n")


def test_a_picture_holds_no_date(scratch: tuple[Path, bytes]) -> None:
    picture = base64.b64decode(load(scratch[0]).code[2].images[0])
    assert picture.startswith(b"\x89PNG")
    assert b"Date" not in picture
    assert b"Creation Time" not in picture
    assert len(picture) < 20_000


def test_check_shows_the_difference_and_a_failing_cell_leaves_its_file_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = notebook("print('new')")
    stale.cells[1].outputs = [v4.new_output("stream", text="old\n")]
    stale.cells[1].execution_count = 1
    failing = notebook("x = 1", "x / 0", "print('never')")
    write(stale, tmp_path / "1-stale.ipynb")
    write(failing, tmp_path / "2-failing.ipynb")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert main(["run", "--check", str(tmp_path)]) == 1
    said = capsys.readouterr()
    report = said.err
    assert said.out == "2 notebooks: 1 changed, 1 failed.\n"
    assert '-      "old\\n"\n+      "new\\n"\n' in report
    assert "a run changes it" in report
    assert f"{tmp_path / '2-failing.ipynb'}: cell 3 failed:\n\nx / 0\n" in report
    assert "ZeroDivisionError: division by zero" in report
    assert "\x1b" not in report
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.skipif(sys.platform == "win32", reason="no signal can be caught there")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all_and_leaves_the_files_as_they_were(tmp_path: Path, number: signal.Signals) -> None:
    mark = "import os, pathlib\npathlib.Path('{name}').write_text(str(os.getpid()))"
    for name in ("1", "2"):
        waiting = notebook(f"{mark.format(name='kernel')}\nos.rename('kernel', 'kernel-{name}')", WAIT)
        write(waiting, tmp_path / f"{name}.ipynb")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with subprocess.Popen(
        [sys.executable, "-m", "lessonkit.cli", "run", "--jobs", "1", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whatever a shell has started in the background ignores Ctrl+C, and so do its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as process:
        running = tmp_path / "kernel-1"
        while not running.exists() and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert out == "2 notebooks: 2 left as they were, because the run was stopped.\n"
    assert err.startswith(f"1 of 2: {tmp_path / '1.ipynb'}\n")
    assert "2 of 2" not in err
    assert not (tmp_path / "kernel-2").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(running.read_text()), 0)
    running.unlink()
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not a notebook"),
        ("[]", "not a notebook"),
        ("{}", "not a notebook"),
        ('{"nbformat": 3, "nbformat_minor": 0, "cells": []}', "format 3, not 4"),
        ('{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "code"}]}', "not a notebook"),
    ],
)
def test_what_is_no_notebook_is_refused(
    text: str, problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text(text, encoding="utf-8")
    assert main(["run", str(path)]) == 1
    report = capsys.readouterr().err
    assert str(path) in report
    assert problem in report
    assert path.read_text(encoding="utf-8") == text


def test_a_path_without_notebooks_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (tmp_path, tmp_path / "gone.ipynb"):
        assert main(["run", str(path)]) == 2
        assert f"{path}: no notebook there" in capsys.readouterr().err


def test_a_long_line_of_a_difference_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("a" * 100_000, encoding="utf-8")
    assert len(tool.difference(path, "b" * 100_000)) < 1000
    assert tool.difference(path, "a" * 100_000) == ""
    assert "line ends" in tool.difference(path, "a" * 100_000 + "\n")
