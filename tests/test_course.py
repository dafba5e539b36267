from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lessonkit import course
from tools.bootstrap import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The notebooks of the lessonkit that is installed: lessons 00 and 01."""
    notebooks = tmp_path / "package" / "notebooks"
    notebooks.mkdir(parents=True)
    (notebooks / "00-start-here.ipynb").write_text("start", encoding="utf-8")
    (notebooks / "01-counts.ipynb").write_text("counts", encoding="utf-8")
    monkeypatch.setattr(course, "own_course", lambda: tmp_path / "package")
    return notebooks


@pytest.fixture
def mine(newest: Path, tmp_path: Path) -> Path:
    """The learner's copy."""
    assert newest.is_dir()
    course.lay_out(tmp_path / "mine")
    return tmp_path / "mine" / "notebooks"


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def again(mine: Path) -> course.Changes:
    return course.lay_out(mine.parent)


def test_in_a_checkout_the_course_is_the_checkouts() -> None:
    assert course.own_course() == ROOT
    assert not course.is_installed()


def test_in_an_installed_package_the_course_lies_beside_the_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / course.COURSE).touch()
    monkeypatch.setattr(course, "__file__", str(tmp_path / "__init__.py"))
    assert course.is_installed()
    assert course.own_course() == tmp_path.resolve()


def test_all_notebooks_are_copied_into_a_new_folder(newest: Path, tmp_path: Path) -> None:
    changes = course.lay_out(tmp_path / "a" / "new" / "folder")
    assert changes == course.Changes(("00-start-here.ipynb", "01-counts.ipynb"), (), ())
    assert texts(tmp_path / "a" / "new" / "folder" / "notebooks") == texts(newest)


def test_a_second_time_changes_nothing(newest: Path, mine: Path) -> None:
    assert again(mine) == course.Changes((), (), ())
    assert texts(mine) == texts(newest)


def test_what_the_learner_did_not_touch_is_renewed(newest: Path, mine: Path) -> None:
    (newest / "01-counts.ipynb").write_text("better counts", encoding="utf-8")
    assert again(mine) == course.Changes((), ("01-counts.ipynb",), ())
    assert texts(mine)["01-counts.ipynb"] == "better counts"
    (newest / "01-counts.ipynb").write_text("best counts", encoding="utf-8")
    assert again(mine).renewed == ("01-counts.ipynb",)


def test_the_learners_work_stays_and_the_newer_version_is_told(newest: Path, mine: Path) -> None:
    (mine / "01-counts.ipynb").write_text("my answers", encoding="utf-8")
    assert again(mine) == course.Changes((), (), ())
    (newest / "01-counts.ipynb").write_text("better counts", encoding="utf-8")
    for _ in range(2):
        assert again(mine) == course.Changes((), (), ("01-counts.ipynb",))
    assert texts(mine)["01-counts.ipynb"] == "my answers"


def test_a_renamed_notebook_comes_afresh(newest: Path, mine: Path) -> None:
    (mine / "01-counts.ipynb").write_text("my answers", encoding="utf-8")
    (newest / "01-counts.ipynb").write_text("better counts", encoding="utf-8")
    (mine / "01-counts.ipynb").rename(mine / "mine.ipynb")
    assert again(mine) == course.Changes(("01-counts.ipynb",), (), ())
    assert texts(mine) == {
        "00-start-here.ipynb": "start",
        "01-counts.ipynb": "better counts",
        "mine.ipynb": "my answers",
    }


def test_what_the_course_has_dropped_goes_unless_it_is_the_learners_work(newest: Path, mine: Path) -> None:
    (mine / "00-start-here.ipynb").write_text("my answers", encoding="utf-8")
    for name in ("00-start-here.ipynb", "01-counts.ipynb"):
        (newest / name).rename(newest / name.replace("0", "1", 1))
    assert again(mine) == course.Changes(
        ("10-start-here.ipynb", "11-counts.ipynb"), (), (), ("01-counts.ipynb",)
    )
    assert texts(mine) == {
        "00-start-here.ipynb": "my answers",
        "10-start-here.ipynb": "start",
        "11-counts.ipynb": "counts",
    }
    assert again(mine) == course.Changes((), (), ())


def test_a_notebook_of_the_same_name_that_was_there_before_is_kept(newest: Path, tmp_path: Path) -> None:
    assert newest.is_dir()
    (tmp_path / "mine" / "notebooks").mkdir(parents=True)
    (tmp_path / "mine" / "notebooks" / "01-counts.ipynb").write_text("another course", encoding="utf-8")
    changes = course.lay_out(tmp_path / "mine")
    assert changes == course.Changes(("00-start-here.ipynb",), (), ("01-counts.ipynb",))


@pytest.mark.parametrize("manifest", [None, "", "[]", "{"])
def test_a_lost_or_broken_manifest_costs_no_work(newest: Path, mine: Path, manifest: str | None) -> None:
    (mine.parent / course.MANIFEST).unlink()
    if manifest is not None:
        (mine.parent / course.MANIFEST).write_text(manifest, encoding="utf-8")
    (mine / "00-start-here.ipynb").write_text("my answers", encoding="utf-8")
    (newest / "00-start-here.ipynb").write_text("better", encoding="utf-8")
    assert again(mine) == course.Changes((), (), ("00-start-here.ipynb",))
    assert texts(mine) == {"00-start-here.ipynb": "my answers", "01-counts.ipynb": "counts"}
    known = json.loads((mine.parent / course.MANIFEST).read_text(encoding="utf-8"))
    assert list(known) == ["01-counts.ipynb"], "what is equal is known again"


def test_a_stop_half_way_is_made_good_the_next_time(
    newest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = course._write

    def full(path: Path, content: bytes) -> None:
        if path.name.startswith("01"):
            path.with_name(f"{path.name}.part").write_bytes(content[:2])
            raise OSError(28, "No space left on device")
        written(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(course, "_write", full)
        with pytest.raises(OSError, match="No space left"):
            course.lay_out(tmp_path / "mine")
    assert course.lay_out(tmp_path / "mine") == course.Changes(("01-counts.ipynb",), (), ())
    assert texts(tmp_path / "mine" / "notebooks") == texts(newest)
