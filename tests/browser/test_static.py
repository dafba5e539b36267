"""Without a kernel: what a saved lesson looks like once nbconvert has made a page of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbconvert import HTMLExporter

from lessonkit.questions import Question, Quiz, load_quiz

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


def choices(question: Question) -> list[str]:
    """Return what can be chosen, put in order or matched."""
    if question.kind in {"numeric", "operating-point"}:
        return []
    if question.kind == "order":
        return [item.text for item in question.items]
    if question.kind == "match":
        return [part.text for part in (*question.pairs, *question.targets)]
    return [choice.text for choice in question.choices]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_every_quiz_of_a_lesson_reads_and_unfolds(page: Page, tmp_path: Path, lesson: Path) -> None:
    notebook = nbformat.read(lesson, as_version=4)
    assert "widgets" not in notebook.metadata
    show(page, notebook, tmp_path)
    quiz: Quiz = load_quiz(REPOSITORY / "quizzes" / f"{lesson.stem}.yaml")

    # The text between markup is enough to find a choice by.
    wanted = {
        max(text.replace("`", "$").replace("*", "$").split("$"), key=len).strip()
        for question in quiz.questions
        for text in choices(question)
    }
    outputs = page.locator(".jp-OutputArea-output")
    seen = " ".join(" ".join(outputs.evaluate_all("all => all.map((one) => one.innerText)")).split()).lower()
    assert not [words for words in wanted if " ".join(words.split()).lower() not in seen]

    # Asked in the page, at once: hundreds of questions from here take half a minute.
    folded = outputs.locator("details").evaluate_all(
        """all => all.map((details) => {
          const hidden = [...details.children].find(({ tagName }) => tagName !== "SUMMARY");
          const before = hidden.checkVisibility();
          details.querySelector("summary").click();
          return [before, hidden.checkVisibility(), hidden.textContent.trim() !== ""];
        })"""
    )
    assert len(folded) >= len(quiz.questions) - len(quiz.exam)
    assert folded == [[False, True, True]] * len(folded)


def test_an_exam_tells_nothing_before_it_is_handed_in(page: Page, tmp_path: Path) -> None:
    show(page, nbformat.read(REPOSITORY / "notebooks" / "00-start-here.ipynb", as_version=4), tmp_path)
    exam = load_quiz(REPOSITORY / "quizzes" / "00-start-here.yaml").exam_block()
    source = page.content()
    for question in exam.questions:
        reasons = [choice.why for choice in getattr(question, "choices", ())]
        reasons += [mistake.why for mistake in getattr(question, "mistakes", ())]
        assert reasons
        for reason in (*reasons, question.explain, *question.hints):
            assert max(reason.replace("`", "*").split("*"), key=len).strip() not in source
