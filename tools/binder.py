"""Do what Binder does: install exactly the pip part of environment.yml, then run lessons in it.

    python -m tools.binder                 into a temporary folder that is deleted again
    python -m tools.binder --keep FOLDER   keep the environment there, to look at it

It clones the last commit, as Binder does, and needs the network. Lessons 00, 01 and 04 run under strict
nbval: the runner is this environment's, the kernel is the fresh one's. Prints times and sizes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
LESSONS = ("00-start-here", "01-precision-and-recall", "04-curves-in-tensorflow")
KERNEL = "binder"
_BIGGEST = 8


def pip_part(environment: Path) -> list[str]:
    """Return the lines under ``pip:`` of an environment.yml."""
    content = YAML(typ="safe").load(environment.read_text(encoding="utf-8"))
    (lines,) = (entry["pip"] for entry in content["dependencies"] if isinstance(entry, dict))
    return list(lines)


def python_in(venv: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def megabytes(folder: Path) -> float:
    """Return what the files of a folder take, in MB (10^6 bytes)."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir()) / 1e6


def biggest(packages: Path) -> Iterator[str]:
    """Yield the largest packages of a site-packages folder, one a line."""
    sizes = sorted(
        ((megabytes(path), path.name) for path in packages.iterdir() if path.is_dir()), reverse=True
    )
    for size, name in sizes[:_BIGGEST]:
        yield f"  {size:6.0f} MB  {name}"


def write_kernel(home: Path, python: Path) -> dict[str, str]:
    """Describe a kernel that runs in another environment; return the variables under which it is found."""
    folder = home / "jupyter" / "kernels" / KERNEL
    folder.mkdir(parents=True)
    command = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    text = json.dumps({"argv": command, "display_name": KERNEL, "language": "python"})
    (folder / "kernel.json").write_text(text, encoding="utf-8")
    return {"JUPYTER_PATH": str(home / "jupyter"), "LESSONKIT_STORE": "sqlite://"}


def timed(what: str, command: list[str | Path], **options: object) -> None:
    """Run a command and print how long it took.

    Raises
    ------
    subprocess.CalledProcessError
        If it fails.
    """
    start = time.perf_counter()
    subprocess.run([str(part) for part in command], check=True, **options)  # type: ignore[call-overload]
    print(f"{what}: {time.perf_counter() - start:.0f} s", flush=True)


def rehearse(home: Path) -> None:
    """Clone, install, measure and run, all in one folder.

    Raises
    ------
    subprocess.CalledProcessError
        If a step fails; its own message stands above.
    """
    course, venv = home / "course", home / "venv"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(course)], check=True)  # noqa: S607
    timed("virtual environment", [sys.executable, "-m", "venv", venv])
    python = python_in(venv)
    empty = megabytes(venv)
    requirements = home / "requirements.txt"
    requirements.write_text("\n".join(pip_part(course / "environment.yml")), encoding="utf-8")
    timed("pip install", [python, "-m", "pip", "install", "--quiet", "-r", requirements], cwd=course)
    packages = Path(
        subprocess.run(
            [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True, capture_output=True, text=True,
        ).stdout.strip()
    )  # fmt: skip
    print(f"installed by pip: {megabytes(venv) - empty:.0f} MB; the largest:", *biggest(packages), sep="\n")
    notebooks = [course / "notebooks" / f"{lesson}.ipynb" for lesson in LESSONS]
    timed(
        f"lessons {', '.join(lesson[:2] for lesson in LESSONS)} under strict nbval",
        [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval",
            f"--nbval-kernel-name={KERNEL}", "--nbval-cell-timeout=120",
            "--nbval-sanitize-with", course / "lessonkit" / "authoring" / "sanitize.cfg", *notebooks,
        ],
        cwd=course,
        env=os.environ | write_kernel(home, python),
    )  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Rehearse Binder's build; return 1 if a step failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.binder", description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="a new folder for the environment")
    keep: Path | None = parser.parse_args(arguments).keep
    if keep is not None:
        keep.mkdir(parents=True)
    with tempfile.TemporaryDirectory() if keep is None else nullcontext(keep) as home:
        try:
            rehearse(Path(home).resolve())
        except subprocess.CalledProcessError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
