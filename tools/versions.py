"""Run the lessons on the lowest versions that are allowed, or on those of Google Colab.

    python -m tools.versions lowest           the lowest that pyproject.toml allows, on Python 3.11
    python -m tools.versions colab            those of tests/colab.txt, on the Python named there
    python -m tools.versions colab 02 04      these lessons only

It makes a fresh environment, installs the wheel as a learner does, and runs the code of the lessons in it,
without a browser. The wheel may change nothing that was there: Colab's TensorFlow has to stay. Needs uv and
the network.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import binder, wheel
from tools.bootstrap import ROOT

COLAB = ROOT / "tests" / "colab.txt"
SECONDS = "600"


def python_of(listing: Path) -> str:
    """Return the version of Python that a list of packages names in its head.

    Raises
    ------
    ValueError
        If it names none.
    """
    found = re.search(r"^# Python (3\.\d+)$", listing.read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise ValueError(f"{listing} does not say which Python it is for: write the line '# Python 3.x'.")
    return found[1]


def uv(*arguments: str | Path) -> str:
    """Run uv; return what it prints.

    Raises
    ------
    subprocess.CalledProcessError
        If it fails; its own message is above.
    """
    command = ["uv", "--quiet", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def lowest(home: Path) -> tuple[str, Path]:
    """Resolve to the lowest versions that are allowed; return the Python and the list."""
    listing = home / "lowest.txt"
    uv(
        "pip", "compile", "--resolution", "lowest-direct", "--python-version", "3.11", "--no-header",
        "--extra", "lab", "--extra", "cpu", "pyproject.toml", "--output-file", listing,
    )  # fmt: skip
    return "3.11", listing


def changed(before: str, after: str) -> list[str]:
    """Return the lines of a list of packages that are not in the other."""
    return sorted(set(before.splitlines()) - set(after.splitlines()))


def install(home: Path, version: str, listing: Path) -> Path:
    """Make an environment of a list of packages, and add the wheel to it; return its Python.

    Raises
    ------
    RuntimeError
        If the wheel changed what the list had installed.
    """
    venv = home / "venv"
    uv("venv", "--python", version, venv)
    python = binder.python_in(venv)
    uv("pip", "install", "--python", python, "--requirement", listing)
    before = uv("pip", "freeze", "--python", python)
    uv("pip", "install", "--python", python, wheel.build(home / "dist"))
    if lost := changed(before, uv("pip", "freeze", "--python", python)):
        raise RuntimeError(f"Installing the wheel changed what was there: {', '.join(lost)}")
    return python


def run(home: Path, python: Path, numbers: list[str]) -> int:
    """Run lessons in an environment, each in a kernel of its own; return 1 if one fails.

    They run in a copy of the notebooks, away from the checkout: engine and quizzes come from the wheel.
    """
    folder = home / "notebooks"
    folder.mkdir()
    for source in (ROOT / "notebooks").glob("*.ipynb"):
        if not numbers or source.name[:2] in numbers:
            shutil.copy(source, folder)
    command = [
        sys.executable,
        "-m",
        "lessonkit.cli",
        "run",
        "--timeout",
        SECONDS,
        "--kernel",
        binder.KERNEL,
    ]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= binder.write_kernel(home, python)
    return subprocess.run([*command, str(folder)], cwd=ROOT, env=environment).returncode


def main(arguments: list[str] | None = None) -> int:
    """Run the lessons on the versions named; return 1 if one fails."""
    parser = argparse.ArgumentParser(prog="python -m tools.versions", description=__doc__.splitlines()[0])
    parser.add_argument("versions", choices=("lowest", "colab"))
    parser.add_argument("lessons", nargs="*", metavar="NN", help="numbers of lessons (default: all)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder).resolve()
        try:
            version, listing = lowest(home) if options.versions == "lowest" else (python_of(COLAB), COLAB)
            return run(home, install(home, version, listing), options.lessons)
        except (OSError, subprocess.CalledProcessError, RuntimeError, ValueError) as error:
            print(error, file=sys.stderr)
            return 1


if __name__ == "__main__":
    sys.exit(main())
