"""Time the test run of all notebooks beside its floor: starting each kernel, and importing what it needs.

python -m tools.bench_notebooks
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import nbformat
from nbclient import NotebookClient

from tools.bench_result import Result, report
from tools.bootstrap import ROOT, TEST_ENVIRONMENT, steps

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTEBOOKS = ROOT / "notebooks"
RUNS = 2


def seconds(folder: Path) -> float:
    """Return how long strict nbval takes over a folder of notebooks, as ``make test`` runs it.

    Raises
    ------
    RuntimeError
        If a notebook fails: a failing run measures nothing.
    """
    nbval = [*steps("test", [])[1][:-1], str(folder), "-p", "no:cacheprovider", "-q"]
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *nbval],
        cwd=ROOT,
        env=os.environ | TEST_ENVIRONMENT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stdout[-2000:])
    return time.perf_counter() - start


def modules_after(path: Path | None = None) -> list[str]:
    """Return the modules that a kernel has loaded after a notebook, or without one, in their order."""
    tell = nbformat.v4.new_code_cell('import sys\nprint(*sys.modules, sep="\\n")')
    notebook = nbformat.v4.new_notebook() if path is None else nbformat.read(path, as_version=4)
    notebook.cells.append(tell)
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOKS)}})
    client.execute(env=os.environ | TEST_ENVIRONMENT)
    names: list[str] = tell["outputs"][0]["text"].split()
    return names


def floor_notebook(path: Path, bare: set[str]) -> nbformat.NotebookNode:
    """Return a notebook of one cell: all imports of a lesson, those that happen on first use among them.

    Parameters
    ----------
    path : Path
        The lesson.
    bare : set of str
        What a kernel has loaded before any cell.
    """
    names = [name for name in modules_after(path) if name not in bare and not name.startswith("__")]
    source = f"""import contextlib, importlib
import lessonkit as lk
for name in {names!r}:
    with contextlib.suppress(Exception):  # some names are made by other modules
        importlib.import_module(name)"""
    notebook: nbformat.NotebookNode = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, execution_count=1)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    return notebook


def notebooks() -> Iterator[Result]:
    """Time the test run of all notebooks, beside kernel starts and imports alone."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        bare = set(modules_after())
        for path in sorted(NOTEBOOKS.glob("*.ipynb")):
            nbformat.write(floor_notebook(path, bare), folder / path.name)
        # In turn, and the better of two each: what else runs on the machine only ever adds time.
        runs = [(seconds(NOTEBOOKS), seconds(folder)) for _ in range(RUNS)]
        full, floor = map(min, zip(*runs, strict=True))
    yield Result("all notebooks under nbval -n 2", full, 300.0, "s")
    yield Result(f"  to kernel starts and imports alone ({floor:.0f} s)", full / floor, 2.0)


if __name__ == "__main__":
    sys.exit(report(notebooks()))
