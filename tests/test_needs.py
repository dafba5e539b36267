"""Where an extra is missing, one sentence says what to run; and nothing is needed that is not declared."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbclient import NotebookClient
from packaging.utils import canonicalize_name

from lessonkit.needs import NO_KERAS, NO_LAB, lacks_keras
from tools.bootstrap import ROOT
from tools.setup_cell import WITH_KERAS
from tools.sizes import needs

if TYPE_CHECKING:
    from pathlib import Path

# What an environment without extras has not: these come from no declared core package.
HIDDEN = (
    "keras",
    "tensorflow",
    "jupyterlab",
    "zmq",
    "ipykernel",
    "nbclient",
    "nbformat",
    "segno",
    "tornado",
    "docutils",
    "furo",
    "myst_nb",
    "playwright",
    "sphinx",
)
# Modules that need an extra. Nothing else imports one of them before it is asked for.
NEED_AN_EXTRA = {
    "lessonkit.authoring.run": {"nbclient", "nbformat"},
    "lessonkit.classroom.server": {"segno", "tornado"},
    "lessonkit.exercises.lesson09": {"keras"},
    "lessonkit.exercises.lesson12": {"keras"},
    "lessonkit.lab": {"jupyter-core", "pyzmq"},
    "lessonkit.preview.server": {"tornado"},
    "lessonkit.publishing.chromium": {"playwright"},
    "lessonkit.publishing.handouts": {"playwright"},
    "lessonkit.publishing.links": {"myst-parser"},
    "lessonkit.publishing.pages": {"docutils", "sphinx"},
    "lessonkit.publishing.site": {"sphinx"},
    "lessonkit.serving": {"tornado"},
    "lessonkit.trace.exact": {"keras"},
    "lessonkit.trace.prediction": {"keras"},
    "lessonkit.trace.training": {"keras"},
}
AT_THE_TOP = {
    "lessonkit.authoring.run",
    "lessonkit.classroom.server",
    "lessonkit.lab",
    "lessonkit.preview.server",
    "lessonkit.publishing.pages",
    "lessonkit.serving",
    "lessonkit.trace.exact",
    "lessonkit.trace.prediction",
    "lessonkit.trace.training",
}
BLOCK = f"""
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {HIDDEN}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Blocker())
"""
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "lessonkit").rglob("*.py")
)


def python(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter that finds nothing of the extras."""
    return subprocess.run([sys.executable, "-c", BLOCK + code], capture_output=True, text=True)


def imports(source: str) -> set[str]:
    """Return the top names of all modules that a source imports, in functions and for type checkers too."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"lessonkit"}


homes = cache(packages_distributions)


def distributions(names: set[str]) -> set[str]:
    """Return the packages on an index that hold modules; an unknown module stands for itself."""
    known = homes()
    return {canonicalize_name(known.get(name, [name])[0]) for name in names}


@cache
def declared(*extras: str) -> set[str]:
    return {canonicalize_name(requirement.name) for requirement in needs(extras)}


@pytest.mark.parametrize("module", MODULES)
def test_what_a_module_imports_is_declared(module: str) -> None:
    parts = module.split(".")
    path = ROOT.joinpath(*parts, "__init__.py")
    path = path if path.is_file() else ROOT.joinpath(*parts).with_suffix(".py")
    undeclared = distributions(imports(path.read_text(encoding="utf-8"))) - declared()
    assert undeclared == NEED_AN_EXTRA.get(module, set())
    assert undeclared <= declared("lab", "cpu", "class", "site", "handouts")


def test_everything_declared_is_imported_by_the_engine_or_by_a_lesson() -> None:
    used = set().union(*(imports(path.read_text("utf-8")) for path in (ROOT / "lessonkit").rglob("*.py")))
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        used |= imports("\n".join(cell.source for cell in cells if cell.cell_type == "code"))
    # The course promises them to those who write widgets of their own; anywidget stands on them.
    assert declared() - distributions(used) == {"ipywidgets"}


def test_an_undeclared_import_would_be_seen() -> None:
    source = (
        "def late():\n    import requests.sessions\nfrom os import path\nfrom . import a\nimport numpy as np"
    )
    assert imports(source) == {"requests", "numpy"}
    assert distributions({"requests", "numpy", "sklearn"}) - declared() == {"requests"}


def test_without_the_extras_every_other_module_loads() -> None:
    modules = [module for module in MODULES if module not in AT_THE_TOP]
    done = python(f"import importlib\nfor name in {modules}: importlib.import_module(name)")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("module", sorted(AT_THE_TOP))
def test_the_modules_left_out_do_need_it(module: str) -> None:
    assert "ModuleNotFoundError: No module named" in python(f"import {module}").stderr


@pytest.mark.parametrize(
    "name", ["ExactAveragePrecision", "TrainingTrace", "prediction_trace", "need_keras()"]
)
def test_the_trace_says_what_to_run(name: str) -> None:
    done = python(f"import lessonkit as lk\nlk.trace.{name}")
    assert done.stderr.splitlines()[-1] == f"ModuleNotFoundError: {NO_KERAS}"
    assert 'pip install "lessonkit[cpu]"' in NO_KERAS


def test_a_pipelines_trace_works_without_keras() -> None:
    code = "import numpy as np, lessonkit as lk\ntrace = lk.trace.PipelineTrace()\ntrace.data(np.eye(3))"
    done = python(code)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        ("stop-at-the-best", "def answer(model):\n    model.compile(loss='mse')\n    return 1"),
        (
            "stop-at-the-best",
            "def answer(model):\n    import keras\n    return keras.callbacks.EarlyStopping()",
        ),
        ("bins-of-keras", "def answer(*arguments):\n    import tensorflow as tf\n    return tf.constant(1)"),
    ],
)
def test_a_check_says_what_to_run(exercise: str, answer: str) -> None:
    code = f"from lessonkit.exercises import verdict\n{answer}\nprint(verdict({exercise!r}, answer))"
    assert NO_KERAS in python(code).stdout


def test_a_lesson_says_it_at_its_start_and_goes_no_further() -> None:
    sources = (BLOCK, WITH_KERAS, "print('gone on')")
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, allow_errors=True, extra_arguments=["--log-level=ERROR"]).execute()
    (output,) = cells[1].outputs
    assert output.output_type == "error"
    assert output.traceback == [NO_KERAS]


def test_only_a_missing_keras_or_tensorflow_is_told_as_that() -> None:
    assert lacks_keras(ModuleNotFoundError(name="tensorflow.python"))
    assert not lacks_keras(ModuleNotFoundError(name="keras_hub"))
    assert not lacks_keras(ModuleNotFoundError("no name"))
    assert not lacks_keras(ImportError(name="keras"))


def test_the_lab_says_what_to_run(tmp_path: Path) -> None:
    code = BLOCK.replace("raise ModuleNotFoundError", "return None  #").replace(
        "sys.meta_path.insert(0, Blocker())",
        f"import importlib.util\nfind = importlib.util.find_spec\n"
        f"importlib.util.find_spec = lambda name: None if name in {HIDDEN} else find(name)",
    )
    run = f"{code}\nfrom lessonkit.cli import main\nsys.exit(main(['lab', '--course', {str(tmp_path)!r}]))"
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == f"lessonkit lab: {NO_LAB}\n"
    assert list(tmp_path.iterdir()) == []
