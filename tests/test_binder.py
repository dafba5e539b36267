"""Binder takes the repository as it is. `make binder` goes on: it installs and runs lessons."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools import binder
from tools.bootstrap import ROOT


@pytest.fixture(scope="module")
def build() -> subprocess.CompletedProcess[str]:
    """What repo2docker would build, as a Dockerfile: with --no-build it needs no container engine."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(ROOT)]
    return subprocess.run(command, capture_output=True, text=True)


def test_repo2docker_takes_environment_yml_and_its_python(build: subprocess.CompletedProcess[str]) -> None:
    assert build.returncode == 0, build.stderr
    (python,) = [
        line.strip().removeprefix("- ")
        for line in (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
        if line.strip().startswith("- python=")
    ]
    assert f"Building conda environment for {python}" in build.stderr
    assert '--file "environment.yml"' in build.stdout


def test_nothing_but_environment_yml_shapes_the_image(build: subprocess.CompletedProcess[str]) -> None:
    others = (
        "binder",
        ".binder",
        "Dockerfile",
        "apt.txt",
        "postBuild",
        "requirements.txt",
        "runtime.txt",
        "start",
    )
    assert [name for name in others if (ROOT / name).exists()] == []
    assert build.stdout.rstrip().splitlines()[-1].startswith("CMD ["), "the usual server, no start script"


def test_the_lessons_it_runs_exist() -> None:
    assert [lesson[:2] for lesson in binder.LESSONS] == ["00", "01", "04"]
    assert all((ROOT / "notebooks" / f"{lesson}.ipynb").is_file() for lesson in binder.LESSONS)


def test_the_pip_part_is_taken_whole() -> None:
    lines = binder.pip_part(ROOT / "environment.yml")
    assert lines[-1] == "-e ."
    assert any(line.startswith("tensorflow-cpu==") for line in lines)


def test_sizes_count_files_once_and_follow_no_link(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_bytes(b"x" * 2_000_000)
    (tmp_path / "link").symlink_to(tmp_path / "a" / "file")
    assert binder.megabytes(tmp_path) == pytest.approx(2, abs=0.01)
    assert list(binder.biggest(tmp_path)) == ["       2 MB  a"]


def test_the_kernel_is_the_fresh_environments(tmp_path: Path) -> None:
    variables = binder.write_kernel(tmp_path, Path("/fresh/bin/python"))
    kernel = Path(variables["JUPYTER_PATH"]) / "kernels" / binder.KERNEL / "kernel.json"
    assert json.loads(kernel.read_text(encoding="utf-8"))["argv"][0] == str(Path("/fresh/bin/python"))


def test_a_failing_step_fails_the_rehearsal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(home: Path) -> None:
        assert home == tmp_path / "kept"
        binder.timed("a step", [sys.executable, "-c", "raise SystemExit(3)"])

    monkeypatch.setattr(binder, "rehearse", fail)
    assert binder.main(["--keep", str(tmp_path / "kept")]) == 1
    said = capsys.readouterr()
    assert "exit status 3" in said.err
    assert "a step:" not in said.out
