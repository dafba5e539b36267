"""Build the wheel, install it alone, and open the course from it, as a learner with pip does."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tools.bootstrap import steps
from tools.browser import REPOSITORY, Lab, private

if TYPE_CHECKING:
    from collections.abc import Iterator


def build(folder: Path) -> Path:
    """Build the wheel into a folder, as ``make dist`` does; return its path."""
    (command,) = steps("dist", ["--directory", str(folder)])
    subprocess.run([sys.executable, *command], cwd=REPOSITORY, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(wheel: Path, venv: Path) -> Path:
    """Install a wheel into a fresh environment; return the folder of its commands.

    What it depends on is lent by this environment, by path, so that it takes seconds and no network. The
    checkout is not lent: a .pth file is not followed from there, so its editable install does not count.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    is_windows = os.name == "nt"
    commands = venv / ("Scripts" if is_windows else "bin")
    python = commands / ("python.exe" if is_windows else "python")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel)], check=True)
    paths = {"base": str(venv), "platbase": str(venv)}
    packages = Path(sysconfig.get_path("purelib", "nt_venv" if is_windows else "posix_venv", vars=paths))
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    # JupyterLab's pages, and the extensions that draw widgets, are looked for in the environment's share.
    (venv / "share").mkdir(exist_ok=True)
    (venv / "share" / "jupyter").symlink_to(Path(sys.prefix) / "share" / "jupyter")
    return commands


@contextmanager
def open_course(commands: Path, home: Path, course: Path | None = None) -> Iterator[tuple[Lab, str]]:
    """Run ``lessonkit lab`` in the folder of a course, or in an empty one.

    Parameters
    ----------
    commands : Path
        Where the ``lessonkit`` command is.
    home : Path
        An empty folder; everything is written there.
    course : Path, optional
        The folder of a course. Default: an empty folder, into which ``lessonkit lab`` copies ours.

    Yields
    ------
    tuple of Lab and str
        The server, and the address it printed, which lets its visitor in.
    """
    folder = course or home / "empty"
    folder.mkdir(exist_ok=True)
    (home / "config").mkdir()
    # By this the tests can run a notebook; nothing else is set.
    settings = {"LabApp": {"expose_app_in_browser": True}}
    (home / "config" / "jupyter_lab_config.json").write_text(json.dumps(settings), encoding="utf-8")
    without = {"DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "PYTHONPATH", "VIRTUAL_ENV"}
    environment = {name: value for name, value in os.environ.items() if name not in without}
    with (
        (home / "server.log").open("w+", encoding="utf-8") as log,
        subprocess.Popen(
            [str(commands / "lessonkit"), "lab"],
            cwd=folder,
            env=environment | private(home),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            said = ""
            for line in process.stdout or ():
                said += line
                if found := re.search(r"(http://[^/]+)/lab\S+", line):
                    yield Lab(found[1], course or folder / "lessonkit-course"), found[0]
                    break
            else:
                raise RuntimeError(said + (home / "server.log").read_text(encoding="utf-8"))
        finally:
            process.terminate()
