"""The lists that the lessons are run on; the runs themselves need uv and the network."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import versions
from tools.sizes import needs

if TYPE_CHECKING:
    from pathlib import Path

LISTED = {
    canonicalize_name(requirement.name): next(iter(requirement.specifier)).version
    for requirement in map(
        Requirement,
        filter(lambda line: not line.startswith("#"), versions.COLAB.read_text("utf-8").splitlines()),
    )
}


def test_what_colab_has_is_not_older_than_what_the_core_allows() -> None:
    for requirement in needs():
        name = canonicalize_name(requirement.name)
        assert name not in LISTED or LISTED[name] in requirement.specifier, (
            f"{requirement}: Colab has {LISTED[name]}"
        )
    assert {"ipython", "ipywidgets", "traitlets", "pandas", "tensorflow"} <= set(LISTED)


def test_every_dependency_has_a_lower_bound() -> None:
    without = {each.name for each in needs(("lab", "cpu", "tensorflow")) if ">" not in str(each.specifier)}
    assert without == {"pydantic-core"}, "pydantic itself names the one release that fits it"


def test_the_list_names_its_python(tmp_path: Path) -> None:
    assert versions.python_of(versions.COLAB) == "3.13"
    nameless = tmp_path / "list.txt"
    nameless.write_text("numpy==2.0\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"# Python 3\.x"):
        versions.python_of(nameless)


def test_a_wheel_that_changes_a_package_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    frozen = iter(["h5py==3.16\nnumpy==2\n", "h5py==3.14\nlessonkit==0.1\nnumpy==2\n"])
    monkeypatch.setattr(versions, "uv", lambda *given: next(frozen) if given[1] == "freeze" else "")
    monkeypatch.setattr(versions.wheel, "build", lambda folder: folder / "lessonkit.whl")
    with pytest.raises(RuntimeError, match=r"changed what was there: h5py==3\.16$"):
        versions.install(tmp_path, "3.13", versions.COLAB)


@pytest.mark.parametrize("kind", ["lowest", "colab"])
def test_a_failing_step_is_the_status(
    kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> str:
        raise subprocess.CalledProcessError(2, "uv")

    monkeypatch.setattr(versions, "uv", fail)
    assert versions.main([kind]) == 1
    assert "exit status 2" in capsys.readouterr().err


def test_lessons_run_from_a_copy_and_without_the_checkout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    called = {}

    def note(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        called.update(options, command=command)
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(versions.subprocess, "run", note)
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    assert versions.run(tmp_path, tmp_path / "python", ["02", "11"]) == 3
    assert called["command"][-1] == str(tmp_path / "notebooks")
    assert sorted(path.name[:2] for path in (tmp_path / "notebooks").iterdir()) == ["02", "11"]
    assert "PYTHONPATH" not in called["env"]
    assert called["env"]["JUPYTER_PATH"] == str(tmp_path / "jupyter")
