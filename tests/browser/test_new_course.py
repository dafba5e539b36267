"""A course of SQL joins, made by ``lessonkit new``, in JupyterLab: nothing of our own course is in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from lessonkit.course import own_course
from lessonkit.course.outline import Course
from lessonkit.questions import load_quiz
from lessonkit.starter import new_course
from tools.browser import serve

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
FOREIGN = r"\b(spam|emails?|classifier|precision|recall|threshold|keras|tensorflow)\b"


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


def test_a_new_course_opens_answers_checks_and_has_a_board_of_its_own(page: Page, tmp_path: Path) -> None:
    folder = tmp_path / "sql-joins"
    assert new_course(folder) == "sql-joins"
    with serve(tmp_path / "lab", folder) as lab:
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
        row = board.get_by_role("row").filter(has_text="Joins")
        expect(row).to_contain_text(re.compile(r"1\s*of\s*5"), timeout=KERNEL)
        expect(row).to_contain_text(re.compile(r"1\s*of\s*1"))

        seen = "\n".join(page.locator(".jp-Notebook, .jp-DirListing").all_inner_texts())
        assert "01-joins" in seen
        assert not re.findall(FOREIGN, seen, re.IGNORECASE)
        for stem in Course.at(own_course()).lessons:
            assert stem not in seen
            assert load_quiz(own_course() / "quizzes" / f"{stem}.yaml").title not in seen
