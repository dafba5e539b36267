from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

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


def test_without_any_browser_the_message_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LESSONKIT_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(bootstrap, "PYTHON", sys.executable)
    monkeypatch.setattr(bootstrap.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1))
    with pytest.raises(bootstrap.SetupError, match="apt-get install chromium"):
        bootstrap.need_browser()


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
