"""The site of any course, before Sphinx; tests/browser/test_new_course.py builds one and opens it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from docutils import nodes  # type: ignore[import-untyped]  # it ships no types

from lessonkit.cli import main
from lessonkit.course.outline import Course, Site
from lessonkit.needs import NO_HANDOUTS, NO_SITE
from lessonkit.publishing import answers, pages
from lessonkit.publishing.handouts import handout_html
from lessonkit.publishing.site import announce, gather, settings
from lessonkit.questions import load_quiz
from lessonkit.starter import new_course

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A new course, and the working directory: its folder."""
    new_course(tmp_path / "sql", "Joins *and* NULL")
    monkeypatch.chdir(tmp_path / "sql")
    return Course.at(tmp_path / "sql")


def front(course: Course, folder: Path) -> str:
    folder.mkdir()
    gather(folder, course, [course.notebooks / f"{lesson}.ipynb" for lesson in course.lessons])
    return (folder / "index.md").read_text(encoding="utf-8")


def test_a_lesson_that_was_not_run_is_named_with_what_to_run(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["site"]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"lessonkit site: {course.notebooks / '01-joins.ipynb'} was not run")
    assert "run  lessonkit run  first" in said
    assert not (course.folder / "build").exists()


def test_a_file_that_is_no_notebook_is_named(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    (course.notebooks / "01-joins.ipynb").write_text("{}", encoding="utf-8")
    assert main(["site"]) == 1
    assert "01-joins.ipynb is no notebook that can be read" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "told"), [("site", NO_SITE), ("handouts", NO_HANDOUTS)])
def test_what_is_missing_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str, told: str
) -> None:
    monkeypatch.setattr("lessonkit.needs.find_spec", lambda _: None)
    assert main([command]) == 1
    assert capsys.readouterr().err == f"lessonkit {command}: {told}\n"
    assert f'pip install "lessonkit[{command}]"' in told


def test_a_course_without_pages_of_its_own_gets_a_first_page(course: Course, tmp_path: Path) -> None:
    text = front(course, tmp_path / "sources")
    assert text.startswith("# Joins \\*and\\* NULL\n")
    assert '<a href="01-joins.html">Begin with 01 · Joins</a>' in text
    assert "* [01 · Joins](01-joins.ipynb)\\\n  Two tables know more than one" in text
    assert "```{toctree}\n:hidden:\n\n01-joins\n```" in text
    found = settings(course)
    assert found["html_baseurl"] == ""
    assert "html_favicon" not in found


def test_a_course_brings_pages_pictures_and_a_first_page(course: Course, tmp_path: Path) -> None:
    own = course.folder / "site"
    (own / "static").mkdir(parents=True)
    (own / "static" / "icon.svg").write_text("<svg/>", encoding="utf-8")
    (own / "index.md").write_text("# Mine\n\n{lessons}\n\n```{toctree}\nabout\n```\n", encoding="utf-8")
    (own / "about.md").write_text("# About\n", encoding="utf-8")
    (course.notebooks / "plots").mkdir()
    (course.notebooks / "plots" / "join.png").write_bytes(b"picture")
    text = front(course, tmp_path / "sources")
    assert text.startswith("# Mine\n\n* [01 · Joins](01-joins.ipynb)")
    assert text.endswith("```{toctree}\nabout\n```\n")
    assert (tmp_path / "sources" / "about.md").is_file()
    assert (tmp_path / "sources" / "plots" / "join.png").is_file()
    assert settings(course)["html_favicon"] == str(own / "static" / "icon.svg")


def test_addresses_are_those_of_the_course_or_none(tmp_path: Path) -> None:
    assert pages._doors(Site()) == {}
    doors = pages._doors(Site(repository="ada/joins", ref="v2"))
    assert doors == {
        "Open in Colab": "https://colab.research.google.com/github/ada/joins/blob/v2/notebooks/",
        "Open in Binder": "https://mybinder.org/v2/gh/ada/joins/v2?urlpath=lab/tree/notebooks/",
    }
    (tmp_path / "index.html").write_text("", encoding="utf-8")
    announce(tmp_path, "https://example.org/joins/")
    assert "<loc>https://example.org/joins/</loc>" in (tmp_path / "sitemap.xml").read_text(encoding="utf-8")
    assert 'href="https://example.org/joins/"' in (tmp_path / "404.html").read_text(encoding="utf-8")


def test_a_question_that_was_never_run_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    cell = {"cell_type": "code", "source": ['lk.quiz("01-joins")']}
    pages._make_place(nodes.container(""), cell, "01-joins")
    assert 'lk.quiz("01-joins") has no stored output; run  lessonkit run' in caplog.text
    caplog.clear()
    stored = nodes.container("", nodes.raw("", '<div class="lessonkit-static"></div>', format="html"))
    pages._make_place(stored, cell, "01-joins")
    assert caplog.text == ""
    assert 'data-lk-quiz="quiz"' in stored.astext()


def test_a_lesson_without_a_quiz_has_a_script_without_questions(course: Course) -> None:
    (course.quizzes / "01-joins.yaml").unlink()
    cells = json.loads((course.notebooks / "01-joins.ipynb").read_text(encoding="utf-8"))["cells"]
    others = [cell for cell in cells if cell["id"] != "closing-quiz"]
    assert '"quizzes":{}' in answers.lesson_script("01-joins", others)


def test_a_lesson_without_a_number_is_called_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "quizzes" / "outer-joins.yaml"
    path.parent.mkdir()
    path.write_text(
        "lesson: outer-joins\ntitle: Outer joins\nobjectives: {count: Count.}\nquestions:\n"
        "  - {id: rows, kind: numeric, objective: count, prompt: How many?, answer: 2, tolerance: 0,"
        " see: notebooks/outer-joins.ipynb#The-left}\n",
        encoding="utf-8",
    )
    sheet = handout_html(load_quiz(path), answers=True)
    assert "<h1>Outer joins</h1>" in sheet
    assert "Read it again: lesson outer joins, “The-left”." in sheet
    (tmp_path / "notebooks").mkdir()
    cell = {"cell_type": "markdown", "source": ["# Outer\n", "## The *left*"]}
    (tmp_path / "notebooks" / "outer-joins.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    assert "lesson outer joins, “The left”." in handout_html(load_quiz(path), answers=True)
