"""Create .venv from the lock, then run one of the project's tasks in it.

Uses the standard library only, because it runs before anything is installed:

    python tools/bootstrap.py lab        open the course
    python tools/bootstrap.py test       run every test

``make`` calls the same script, so both roads do the same thing. The second
run starts at once: a stamp in .venv says what was installed.
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
TEST_ENVIRONMENT = {
    # Tests and re-run notebooks must neither read nor change the record of whoever runs them.
    "LESSONKIT_STORE": "sqlite://",
    # The workers run side by side: with all cores each, their threads would wait for one another.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}


NO_BROWSER = (
    "No Chromium was found that starts, and none could be installed.\n"
    "On Debian and Ubuntu:  sudo apt-get install chromium\n"
    "Elsewhere install Chrome or Chromium, and set LESSONKIT_CHROMIUM to its path."
)


class SetupError(Exception):
    """A problem the user can mend; the message says how."""


def digest(path: Path) -> str:
    """Return the SHA-256 of a file of the checkout.

    Raises
    ------
    SetupError
        If it is missing.
    """
    if not path.is_file():
        raise SetupError(f"{path.name} is missing. Run this from a complete checkout of the project.")
    return hashlib.sha256(path.read_bytes()).hexdigest()


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
    """Make .venv and install the lock into it, then lessonkit, each unless it was done already.

    Raises
    ------
    SetupError
        If Python lacks the venv module, or an installation fails.
    """
    packages = f"{sys.version_info[:2]} {ROOT} {digest(LOCK)}"
    project = digest(ROOT / "pyproject.toml")
    stamp = STAMP.read_text(encoding="utf-8").splitlines() if STAMP.is_file() and PYTHON.exists() else []
    if stamp == [packages, project]:
        return
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps")
    if stamp[:1] != [packages]:
        try:
            import ensurepip  # noqa: F401  (Debian ships Python without it)
            import venv  # noqa: F401
        except ImportError:
            raise SetupError(
                f"Python's venv module is missing ({sys.executable}).\n"
                "On Debian and Ubuntu:  apt-get install python3-venv"
            ) from None
        print(f"Setting up {VENV} (about two minutes, once) …", flush=True)
        run(sys.executable, "-m", "venv", "--clear", VENV, failed=f"{VENV} could not be created; see above.")
        run(
            *pip, "--require-hashes", "-r", LOCK,
            failed="The packages could not be installed; see above. This needs the network and 4 GB of disk.",
        )  # fmt: skip
    run(
        *pip, "--no-build-isolation", "--editable", ROOT,
        failed="lessonkit itself could not be installed; see above.",
    )  # fmt: skip
    STAMP.write_text(f"{packages}\n{project}\n", encoding="utf-8")


def find_browser() -> str | None:
    """Return the path of an installed Chromium or Chrome, or None."""
    named = os.environ.get("LESSONKIT_CHROMIUM")
    if named:
        if shutil.which(named):
            return shutil.which(named)
        raise SetupError(f"LESSONKIT_CHROMIUM={named} is not a program that can be run.")
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def may_install() -> bool:
    """Return whether the system's own installer may be used: by root, where there is apt-get."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def tell_about_browser() -> None:
    """Say what will be done about a missing browser, before the long set-up."""
    if find_browser() is None:
        way = "apt-get installs it" if may_install() else "Playwright then fetches its own"
        print(
            f"No Chromium here. After the set-up {way}; where that fails, the end says what to do.",
            flush=True,
        )


def get_browser(*, needed: bool) -> dict[str, str] | None:
    """Return the variable by which the browser tests find a Chromium that starts; None if there is none.

    Where none is installed, apt-get installs it if it may, else Playwright fetches its own. Nothing is run
    as another user.

    Raises
    ------
    SetupError
        If there is none and one is needed.
    """
    found = filter(None, (way() for way in (_installed, _from_system, _from_playwright)))
    browser = next(filter(_starts, found), None)
    if browser is None and needed:
        raise SetupError(NO_BROWSER)
    return browser


def _installed() -> dict[str, str] | None:
    browser = find_browser()
    return {"LESSONKIT_CHROMIUM": browser} if browser else None


def _from_system() -> dict[str, str] | None:
    program = shutil.which("apt-get")
    if program is None or not may_install() or _installed():
        return None
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    fonts = ("fonts-dejavu-core", "fonts-liberation")  # letters for all, and those of handouts
    install = ("install", "--yes", "-qq", "--no-install-recommends", "chromium", *fonts)
    for arguments in (("update", "-qq"), install):
        subprocess.run([program, *arguments], env=quiet, stdout=subprocess.DEVNULL)
    return _installed()


def _from_playwright() -> dict[str, str] | None:
    done = subprocess.run([str(PYTHON), "-m", "playwright", "install", "chromium"], cwd=ROOT)
    return None if done.returncode else {"LESSONKIT_CHROMIUM": ""}


def _starts(variables: dict[str, str]) -> bool:
    """Return whether the browser starts: Playwright's own may lack libraries, a snap its daemon."""
    code = (
        "from playwright.sync_api import sync_playwright; from lessonkit.publishing.chromium import launch\n"
        "with sync_playwright() as playwright: launch(playwright).close()"
    )
    done = subprocess.run(
        [str(PYTHON), "-c", code], cwd=ROOT, env=os.environ | variables, stderr=subprocess.DEVNULL
    )
    return done.returncode == 0


def steps(task: str, extra: list[str]) -> list[list[str]]:
    """Return the commands of a task, each as arguments of .venv's Python; *extra* goes to the only one.

    Raises
    ------
    SetupError
        If there is no such task, or if it takes no arguments and *extra* has some.
    """
    tests = ["-m", "pytest", "-n", WORKERS, "--dist", "loadscope"]
    nbval = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", "lessonkit/authoring/sanitize.cfg"]
    tasks = {
        "setup": [],
        "lab": [["-m", "lessonkit.cli", "lab"]],
        "test": [[*tests, "tests"], [*tests, *nbval, "--nbval-cell-timeout=120", "notebooks"]],
        "unit": [[*tests, "--ignore=tests/browser", "tests"]],
        "lint": [
            ["-m", "ruff", "check"],
            ["-m", "ruff", "format", "--check"],
            ["-m", "mypy"],
            # It has no module that -m can run.
            ["-c", "from importlinter.cli import lint_imports_command as run; run(['--no-logo'])"],
            ["-m", "codespell_lib"],
            ["-m", "lessonkit.cli", "lint", "quizzes"],
        ],
        "notebooks": [["-m", "lessonkit.cli", "run"]],
        "counts": [["-m", "tools.counts"]],
        "claims": [["-m", "tools.claims"]],
        "bench": [["-m", "tools.bench"]],
        "mutants": [["-m", "tools.mutants"]],
        "screenshots": [["-m", "tools.screenshots"]],
        "site": [["-m", "lessonkit.cli", "site"]],
        "handouts": [["-m", "lessonkit.cli", "handouts"]],
        "dist": [["-m", "hatchling", "build", "--target", "wheel"]],
        "binder": [["-m", "tools.binder"]],
        "kernels": [["-m", "tools.bench_kernels"]],
        "sizes": [["-m", "tools.sizes"]],
        "versions": [["-m", "tools.versions"]],
    }
    if task not in tasks:
        raise SetupError(f"There is no task {task!r}. Tasks: {', '.join(tasks)}.")
    commands = tasks[task]
    if extra and len(commands) != 1:
        raise SetupError(f"The task {task!r} takes no arguments; got {' '.join(extra)}.")
    return [[*command, *extra] for command in commands]


def main(arguments: list[str]) -> int:
    """Run the task named on the command line; return the first exit status that is not 0.

    A task of one command takes the place of this process where the system can do that.
    """
    task, *extra = arguments or ["setup"]
    statuses = []
    needs_browser = task in ("test", "screenshots", "handouts")
    try:
        check_python()
        commands = steps(task, extra)
        if needs_browser:
            tell_about_browser()
        create_environment()
        # The user's own site-packages must not leak into a locked environment.
        environment = os.environ | {"PYTHONNOUSERSITE": "1"}
        if task in ("test", "unit"):
            environment |= TEST_ENVIRONMENT
        browser = get_browser(needed=task != "test") if needs_browser else {}
        if browser is None:
            commands = steps("unit", []) + commands[1:]
        environment |= browser or {}
        if len(commands) == 1 and os.name == "posix":
            # A signal to stop then reaches the program itself. Windows knows no such signals.
            os.chdir(ROOT)
            os.execve(PYTHON, [str(PYTHON), *commands[0]], environment)  # noqa: S606  (our own environment)
        for command in commands:
            # Every step runs, so that one call shows everything there is to mend.
            done = subprocess.run([str(PYTHON), *command], cwd=ROOT, env=environment)
            statuses.append(done.returncode)
        if browser is None:
            print(f"\n{NO_BROWSER}\nBrowser tests: NOT RUN", file=sys.stderr)
            statuses.append(int(os.environ.get("CI") == "true"))
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return next(filter(None, statuses), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
