"""What `lessonkit new` writes, and where it writes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lessonkit.cli import main
from lessonkit.course.outline import Course
from lessonkit.questions import load_quiz
from lessonkit.starter import new_course

if TYPE_CHECKING:
    from pathlib import Path


def test_the_new_course_passes_its_own_tests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "SQL joins, 1st year"
    assert main(["new", str(folder)]) == 0
    assert "The course sql-joins-1st-year is in" in capsys.readouterr().out
    course = Course.at(folder)
    assert (course.id, course.title) == ("sql-joins-1st-year", "Sql joins 1st year")
    private = {"IPYTHONDIR": str(tmp_path / "ipython"), "LESSONKIT_STORE": "sqlite://"}
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder)],
        cwd=folder,
        env=os.environ | private,
        capture_output=True,
        text=True,
    )
    assert tested.returncode == 0, tested.stdout
    assert "4 passed" in tested.stdout


def test_the_quiz_shows_the_kinds_of_question(tmp_path: Path) -> None:
    new_course(tmp_path / "one", "Title of mine")
    quiz = load_quiz(tmp_path / "one" / "quizzes" / "01-joins.yaml")
    # One of an operating point asks about scores of a classifier, which another course has not.
    assert [question.kind for question in quiz.questions] == [
        "single",
        "multiple",
        "numeric",
        "order",
        "match",
        "text",
    ]
    assert Course.at(tmp_path / "one").title == "Title of mine"
    ignored = (tmp_path / "one" / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {".ipynb_checkpoints/", "__pycache__/", "/build/", "/class-report/"} <= {*ignored}
    assert (tmp_path / "one" / ".github" / "workflows" / "check.yml").is_file()


def test_an_empty_folder_will_do_and_a_full_one_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty, full, file = tmp_path / "empty", tmp_path / "full", tmp_path / "file"
    empty.mkdir()
    full.mkdir()
    (full / "thesis.txt").write_text("years of work", encoding="utf-8")
    file.write_text("years of work", encoding="utf-8")
    assert main(["new", str(empty)]) == 0
    capsys.readouterr()
    for taken in (full, empty):
        assert main(["new", str(taken)]) == 1
        assert capsys.readouterr().err.startswith(f"lessonkit new: {taken} is there already and not empty.")
    assert main(["new", str(file)]) == 1
    assert (
        capsys.readouterr().err == f"lessonkit new: {file} is a file. Name a new folder, or an empty one.\n"
    )
    assert file.read_text(encoding="utf-8") == "years of work"
    assert [path.name for path in full.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["???"], "'???' has no letter a to z and no digit"),
        (
            ["日本 2"],
            "'日本 2' becomes the id of the course, which is made of the letters a to z and digits: 日, 本",
        ),
        (["a" * 101], "an id of more than 100 characters. Choose a shorter name."),
        (["fine", "--title", 'A "fine" one'], "A title is one line without double quotes"),
        (["fine", "--title", "Two\nlines"], "A title is one line"),
    ],
)
def test_a_name_or_title_that_will_not_do_is_told_and_nothing_is_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", *arguments]) == 1
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "course_id"), [("Ünïcode", "unicode"), ("Große Höfe", "grosse-hofe")])
def test_accents_are_left_out_of_the_id(tmp_path: Path, name: str, course_id: str) -> None:
    assert new_course(tmp_path / name) == course_id
    assert Course.at(tmp_path / name).id == course_id


@pytest.mark.parametrize("command", ["new", "lint", "run", "preview"])
def test_an_empty_name_is_not_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stop:
        main([command, ""])
    assert stop.value.code == 2
    assert "a name is needed, and this one is empty" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
