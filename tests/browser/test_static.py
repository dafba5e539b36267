"""Without a kernel: what a saved lesson looks like once nbconvert has made a page of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbconvert import HTMLExporter

from lessonkit.questions import Quiz, load_quiz

if TYPE_CHECKING:
    from playwright.sync_api import Page

REPOSITORY = Path(__file__).parents[2]
LESSONS = sorted((REPOSITORY / "notebooks").glob("[0-9]*.ipynb"))


def show(page: Page, notebook: nbformat.NotebookNode, folder: Path) -> None:
    html, _ = HTMLExporter().from_notebook_node(notebook)
    file = folder / "lesson.html"
    file.write_text(html, encoding="utf-8")
    page.route(
        "http*://**", lambda route: route.abort()
    )  # the exporter's own links; a classroom may be offline
    page.goto(file.as_uri(), wait_until="domcontentloaded")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_every_quiz_of_a_lesson_reads_and_unfolds(page: Page, tmp_path: Path, lesson: Path) -> None:
    notebook = nbformat.read(lesson, as_version=4)
    assert "widgets" not in notebook.metadata
    show(page, notebook, tmp_path)
    quiz: Quiz = load_quiz(REPOSITORY / "quizzes" / f"{lesson.stem}.yaml")

    outputs = page.locator(".jp-OutputArea-output")
    for question in quiz.questions:
        if question.kind == "numeric":
            continue
        # The text between markup is enough to find a choice by.
        for choice in question.choices:
            words = max(choice.text.replace("`", "$").replace("*", "$").split("$"), key=len).strip()
            assert outputs.get_by_text(words).locator("visible=true").count(), f"{question.id}: {words}"

    folded = outputs.locator("details")
    assert folded.count() >= len(quiz.questions)
    for details in folded.all():
        hidden = details.locator(":scope > :not(summary)").first
        assert not hidden.is_visible()
        details.locator("summary").first.click()
        assert hidden.is_visible()
        assert hidden.inner_text().strip()
