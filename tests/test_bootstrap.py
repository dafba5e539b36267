from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools import bootstrap

Calls = list[list[str]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Calls:
    """Return what create_environment would run, in a folder of its own; nothing is run."""
    made: Calls = []

    def record(*command: object, failed: str) -> None:
        assert failed
        made.append([str(part) for part in command])
        bootstrap.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        bootstrap.PYTHON.touch()

    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "installed")
    monkeypatch.setattr(bootstrap, "run", record)
    return made


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 14, 0)])
def test_a_python_out_of_range_is_named_with_the_mend(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(bootstrap.SetupError, match=r"needs Python 3\.11 to 3\.13(.|\n)*make lab PYTHON="):
        bootstrap.check_python()


def test_the_supported_range_is_the_projects() -> None:
    text = (bootstrap.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (low, high) = bootstrap.SUPPORTED
    assert f'requires-python = ">={low[0]}.{low[1]},<{high[0]}.{high[1] + 1}"' in text


def test_a_missing_venv_module_is_named_with_the_mend(monkeypatch: pytest.MonkeyPatch, calls: Calls) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(
        bootstrap.SetupError, match=r"venv module is missing(.|\n)*apt-get install python3-venv"
    ):
        bootstrap.create_environment()
    assert calls == []


def test_the_first_set_up_checks_hashes_and_the_second_does_nothing(calls: Calls) -> None:
    bootstrap.create_environment()
    assert [("--require-hashes" in call, "--editable" in call) for call in calls] == [
        (False, False),
        (True, False),
        (False, True),
    ]
    calls.clear()
    bootstrap.create_environment()
    assert calls == []


def test_a_changed_lock_is_installed_again(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bootstrap.create_environment()
    calls.clear()
    changed = tmp_path / "requirements.lock"
    changed.write_text("numpy==0\n", encoding="utf-8")
    monkeypatch.setattr(bootstrap, "LOCK", changed)
    bootstrap.create_environment()
    assert any(str(changed) in call for call in calls)


def test_an_interrupted_set_up_is_done_again(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, failed: str) -> None:
        raise bootstrap.SetupError(failed)

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "run", fail)
        with pytest.raises(bootstrap.SetupError):
            bootstrap.create_environment()
    bootstrap.create_environment()
    assert len(calls) == 3


def test_an_incomplete_checkout_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bootstrap, "LOCK", tmp_path / "requirements.lock")
    with pytest.raises(bootstrap.SetupError, match=r"requirements\.lock is missing"):
        bootstrap.create_environment()


def test_a_failing_command_raises_the_message_given() -> None:
    with pytest.raises(bootstrap.SetupError, match="it broke"):
        bootstrap.run(sys.executable, "-c", "raise SystemExit(3)", failed="it broke")


def test_a_wrong_browser_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONKIT_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(bootstrap.SetupError, match="/nowhere/chromium is not a program"):
        bootstrap.find_browser()


class Machine:
    """A machine on which nothing is run: what would be is noted, and ends as the test says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, root: bool, fail: str) -> None:
        self.ran: list[str] = []
        self._fail = re.compile(fail)
        self._bin = tmp_path / "bin"
        self._bin.mkdir()
        monkeypatch.delenv("LESSONKIT_CHROMIUM", raising=False)
        monkeypatch.setenv("PATH", str(self._bin))
        monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000, raising=False)
        monkeypatch.setattr(bootstrap, "PYTHON", Path("python"))
        monkeypatch.setattr(bootstrap, "create_environment", lambda: self.ran.append("set-up"))
        monkeypatch.setattr(subprocess, "run", self._run)

    def add(self, name: str) -> str:
        """Put a program on the path."""
        program = self._bin / (f"{name}.exe" if os.name == "nt" else name)
        program.touch(mode=0o755)
        return str(program)

    def _run(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:  # noqa: ANN401
        line = " ".join([Path(command[0]).stem, *command[1:]])
        self.ran.append(line)
        if " install " in line and line.startswith("apt-get") and not self._fail.search(line):
            self.add("chromium")
        if "launch(" in line:
            line = f"start {options['env']['LESSONKIT_CHROMIUM'] or 'its own'}"
            self.ran[-1] = line
        return subprocess.CompletedProcess(command, int(bool(self._fail.search(line))))

    def begun(self) -> list[str]:
        """Return the first words of what was run."""
        return [" ".join(line.split()[:3]) for line in self.ran]


def test_a_browser_that_is_there_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine = Machine(monkeypatch, tmp_path, root=True, fail="nothing")
    machine.add("apt-get")
    chromium = machine.add("chromium")
    assert bootstrap.get_browser(needed=True) == {"LESSONKIT_CHROMIUM": chromium}
    assert machine.ran == [f"start {chromium}"]


def test_root_gets_the_browser_of_the_system(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(monkeypatch, tmp_path, root=True, fail="nothing")
    machine.add("apt-get")
    assert bootstrap.main(["test"]) == 0
    assert capsys.readouterr().out.startswith("No Chromium here. After the set-up apt-get installs it;")
    assert machine.begun()[:4] == [
        "set-up",
        "apt-get update -qq",
        "apt-get install --yes",
        f"start {tmp_path}/bin/chromium",
    ]
    assert machine.ran[4].endswith(" tests")
    assert "--ignore" not in machine.ran[4]


@pytest.mark.parametrize("fail", ["^apt-get", "^start /"])
def test_where_the_system_has_none_that_starts_playwright_fetches_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fail: str
) -> None:
    machine = Machine(monkeypatch, tmp_path, root=True, fail=fail)
    machine.add("apt-get")
    assert bootstrap.get_browser(needed=True) == {"LESSONKIT_CHROMIUM": ""}
    assert machine.ran[-2:] == ["python -m playwright install chromium", "start its own"]


def test_a_bare_user_gets_playwrights_own_without_being_asked_for_root(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(monkeypatch, tmp_path, root=False, fail="nothing")
    machine.add("apt-get")
    assert bootstrap.main(["test"]) == 0
    assert "Playwright then fetches its own" in capsys.readouterr().out
    assert machine.ran[:3] == ["set-up", "python -m playwright install chromium", "start its own"]


@pytest.mark.parametrize("fail", ["playwright install", "^start"])
@pytest.mark.parametrize(("ci", "status"), [("", 0), ("true", 1)])
def test_without_any_browser_all_else_is_tested_and_the_end_says_so(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    fail: str,
    ci: str,
    status: int,
) -> None:
    machine = Machine(monkeypatch, tmp_path, root=False, fail=fail)
    monkeypatch.setenv("CI", ci)
    assert bootstrap.main(["test"]) == status
    said = capsys.readouterr()
    assert said.out.startswith("No Chromium here.")
    assert "apt-get install chromium" in said.err
    assert said.err.endswith("\nBrowser tests: NOT RUN\n")
    unit, nbval = machine.ran[-2:]
    assert unit.endswith("--ignore=tests/browser tests")
    assert "--nbval" in nbval


def test_a_failing_test_is_the_status_without_a_browser_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Machine(monkeypatch, tmp_path, root=False, fail="playwright install|--ignore")
    monkeypatch.delenv("CI", raising=False)
    assert bootstrap.main(["test"]) == 1


def test_what_prints_or_takes_pictures_stops_without_a_browser(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Machine(monkeypatch, tmp_path, root=False, fail="playwright install")
    assert bootstrap.main(["handouts"]) == 1
    assert "apt-get install chromium" in capsys.readouterr().err


def test_an_unknown_task_lists_the_tasks(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["tset"]) == 1
    assert "no task 'tset'. Tasks: setup, lab, test" in capsys.readouterr().err


def test_arguments_go_to_tasks_of_one_command_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.steps("lab", ["--port", "9000"]) == [["-m", "lessonkit.cli", "lab", "--port", "9000"]]
    assert bootstrap.main(["lint", "--fast"]) == 1
    assert "takes no arguments; got --fast" in capsys.readouterr().err


def test_all_steps_run_and_the_first_failure_is_the_status(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    write = f"import sys; open({str(log)!r}, 'a').write(sys.argv[1]); sys.exit(int(sys.argv[1]))"
    monkeypatch.setattr(bootstrap, "steps", lambda *_: [["-c", write, n] for n in ("0", "3", "4", "0")])
    monkeypatch.setattr(bootstrap, "create_environment", lambda: None)
    monkeypatch.setattr(bootstrap, "PYTHON", Path(sys.executable))
    assert bootstrap.main(["lint"]) == 3
    assert log.read_text(encoding="utf-8") == "0340"


@pytest.mark.skipif(os.name != "posix", reason="Windows cannot let a program take the place of another.")
def test_a_signal_reaches_the_program_of_a_task() -> None:
    program = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
print("ready", flush=True)
time.sleep(30)
"""
    code = f"""
import sys
from pathlib import Path
from tools import bootstrap
bootstrap.create_environment = lambda: None
bootstrap.PYTHON = Path(sys.executable)
bootstrap.steps = lambda *_: [["-c", {program!r}]]
sys.exit(bootstrap.main(["lab"]))
"""
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=bootstrap.ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.terminate()
        process.wait(timeout=10)
    assert process.returncode == 7


def test_every_task_of_the_makefile_exists() -> None:
    makefile = (bootstrap.ROOT / "Makefile").read_text(encoding="utf-8")
    tasks = re.findall(r"\$\(RUN\) (\w+)", makefile)
    assert {"setup", "lab", "test", "lint", "notebooks", "bench"} <= set(tasks)
    for task in tasks:
        bootstrap.steps(task, [])
