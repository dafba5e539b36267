"""Create .venv from the lock, then run one of the project's tasks in it.

Uses the standard library only, because it runs before anything is installed:

    python tools/bootstrap.py lab        open the course
    python tools/bootstrap.py test       run every test

``make`` calls the same script, so both roads do the same thing. The second
run starts at once: a stamp in .venv holds the digest of what was installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "installed"
LOCK = ROOT / "requirements.lock"
SUPPORTED = ((3, 11), (3, 13))
# Read off Playwright's and the system's usual places, in this order.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
WORKERS = "2"


class SetupError(Exception):
    """A problem the user can mend; the message says how."""


def digest() -> str:
    """Return what decides whether .venv is up to date: lock, project file, interpreter, folder.

    Raises
    ------
    SetupError
        If the lock or the project file is missing.
    """
    parts = [str(sys.version_info[:2]), str(ROOT)]
    for path in (LOCK, ROOT / "pyproject.toml"):
        if not path.is_file():
            raise SetupError(f"{path.name} is missing. Run this from a complete checkout of the project.")
        parts.append(hashlib.sha256(path.read_bytes()).hexdigest())
    return "\n".join(parts)


def check_python() -> None:
    """Refuse a Python outside the supported range.

    Raises
    ------
    SetupError
        If this interpreter is too old or too new.
    """
    low, high = SUPPORTED
    if not low <= sys.version_info[:2] <= high:
        raise SetupError(
            f"This course needs Python {low[0]}.{low[1]} to {high[0]}.{high[1]}, "
            f"and this is Python {sys.version.split()[0]} ({sys.executable}).\n"
            "Name another one:  make lab PYTHON=python3.12"
        )


def run(*command: str | Path, failed: str) -> None:
    """Run a command; raise SetupError with *failed* if it does not succeed."""
    if subprocess.run([str(part) for part in command], cwd=ROOT).returncode:
        raise SetupError(failed)


def create_environment() -> None:
    """Make .venv and install the lock into it, unless that was done already.

    Raises
    ------
    SetupError
        If Python lacks the venv module, or an installation fails.
    """
    wanted = digest()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted and PYTHON.exists():
        return
    try:
        import ensurepip  # noqa: F401  (Debian ships venv without it)
        import venv  # noqa: F401
    except ImportError:
        raise SetupError(
            f"Python's venv module is missing ({sys.executable}).\n"
            "On Debian and Ubuntu:  apt-get install python3-venv"
        ) from None
    print(f"Setting up {VENV} (about three minutes, once) …", flush=True)
    run(sys.executable, "-m", "venv", "--clear", VENV, failed=f"{VENV} could not be created; see above.")
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    run(
        *pip, "--require-hashes", "--no-deps", "-r", LOCK,
        failed="The packages could not be installed; see above. A first set-up needs the network and 4 GB of disk.",
    )  # fmt: skip
    run(
        *pip,
        "--no-deps",
        "--no-build-isolation",
        "--editable",
        ROOT,
        failed="lessonkit could not be installed.",
    )
    STAMP.write_text(wanted, encoding="utf-8")


def find_browser() -> str | None:
    """Return the path of an installed Chromium or Chrome, or None."""
    named = os.environ.get("LESSONKIT_CHROMIUM")
    if named:
        if shutil.which(named):
            return shutil.which(named)
        raise SetupError(f"LESSONKIT_CHROMIUM={named} is not a program that can be run.")
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def need_browser() -> dict[str, str]:
    """Return the environment the browser tests need.

    Where the system has no Chromium, Playwright's own is installed.

    Raises
    ------
    SetupError
        If there is no browser and none can be installed.
    """
    browser = find_browser()
    if browser:
        return {"LESSONKIT_CHROMIUM": browser}
    run(
        PYTHON, "-m", "playwright", "install", "chromium",
        failed="The browser tests need Chromium, and none was found or could be fetched.\n"
        "On Debian and Ubuntu:  apt-get install chromium\n"
        "Elsewhere install Chrome or Chromium, and set LESSONKIT_CHROMIUM to its path.",
    )  # fmt: skip
    return {}


def steps(task: str) -> list[list[str]]:
    """Return the commands of a task, as arguments of .venv's Python."""
    parallel = ["-n", WORKERS, "--dist", "loadscope"]
    nbval = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", "tests/notebooks/sanitize.cfg"]
    tasks = {
        "lab": [["lessonkit.cli", "lab"]],
        "test": [
            ["pytest", *parallel, "tests"],
            ["pytest", *parallel, *nbval, "--nbval-cell-timeout=120", "notebooks"],
        ],
        "unit": [["pytest", *parallel, "tests", "--ignore=tests/browser"]],
        "lint": [
            ["ruff", "check"],
            ["ruff", "format", "--check"],
            ["mypy"],
            ["importlinter.cli"],
            ["codespell_lib"],
            ["lessonkit.cli", "lint", "quizzes"],
        ],
        "notebooks": [["tools.execute_notebooks", "notebooks"]],
        "bench": [["tools.bench"]],
    }
    if task not in tasks:
        raise SetupError(f"There is no task {task!r}. Tasks: setup, {', '.join(tasks)}.")
    return tasks[task]


def main(arguments: list[str]) -> int:
    """Run the task named on the command line; return its exit status."""
    task = arguments[0] if arguments else "setup"
    try:
        check_python()
        commands = [] if task == "setup" else steps(task)
        create_environment()
        environment = dict(os.environ)
        # The user's site-packages must not leak into a locked environment.
        environment["PYTHONNOUSERSITE"] = "1"
        if task == "test":
            environment |= need_browser()
        for command in commands:
            status = subprocess.run(
                [str(PYTHON), "-m", *command, *arguments[1:]], cwd=ROOT, env=environment
            ).returncode
            if status:
                return status
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
