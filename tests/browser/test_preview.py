"""A quiz file in the browser, beside what the linter says, while its author changes it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

QUIZ = """\
lesson: 01-joins
title: Joins
objectives:
  count-rows: Say how many rows a join returns.
questions:
  - id: rows-of-an-inner-join
    kind: single
    objective: count-rows
    prompt: Which rows does an inner join return?
    choices:
      - {id: both, text: Rows with a match in both tables, correct: true, why: It keeps matches only.}
      - {id: left, text: All rows of the left table, misconception: keeps-left, why: A left join does so.}
    explain: No match, no row.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "01-joins.ipynb").write_text('{"cells": []}', encoding="utf-8")
    beliefs = "keeps-left: An inner join keeps all rows of the left table.\n"
    (tmp_path / "quizzes" / "misconceptions.yaml").write_text(beliefs, encoding="utf-8")
    path = tmp_path / "quizzes" / "01-joins.yaml"
    path.write_text(QUIZ, encoding="utf-8")
    return path


@pytest.fixture
def address(file: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "lessonkit.cli", "preview", str(file), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        yield said.rpartition(" at ")[2].strip()
        process.kill()


def test_the_page_follows_the_file(
    page: Page, file: Path, address: str, violations: Callable[[str], list[str]]
) -> None:
    def save(*changes: tuple[str, str]) -> None:
        text = QUIZ
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")

    page.goto(address)
    said, problems = page.locator("#count"), page.locator("#problems li")
    expect(said).to_have_text("No problems.")
    page.get_by_text("All rows of the left table").click()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("A left join does so.")).to_be_visible()
    assert violations("body") == []

    # A reason is changed: the answer stays, and its new reason is shown.
    save(("A left join does so.", "Only a left join does."))
    expect(page.get_by_text("Only a left join does.")).to_be_visible()
    expect(page.get_by_label("All rows of the left table")).to_be_checked()

    # A rule is broken: the linter says where, and the questions are the new ones.
    save(("Which rows does", "What does"), ("keeps-left,", "keeps-lefts,"))
    expect(page.get_by_text("What does an inner join return?")).to_be_visible()
    expect(said).to_have_text("1 error")
    expect(problems).to_contain_text("Line 12, column 69 · error LK032")
    expect(problems).to_contain_text("keeps-left")

    # The file breaks: its error is shown beside the last questions that it had.
    save(("kind: single", "kind: essay"))
    expect(problems.first).to_contain_text("Line 7")
    expect(problems.first).to_contain_text("LK013")
    expect(page.locator("#broken")).to_contain_text("when it last could")
    expect(page.get_by_text("What does an inner join return?")).to_be_visible()

    save()
    expect(said).to_have_text("No problems.")
    expect(page.locator("#broken")).to_be_hidden()
    expect(page.get_by_text("Which rows does an inner join return?")).to_be_visible()


def test_each_kind_can_be_answered_and_started_over(page: Page, address: str, file: Path) -> None:
    every_kind = Path(__file__).parents[1] / "classroom" / "course.yaml"
    file.write_text(every_kind.read_text(encoding="utf-8"), encoding="utf-8")
    # The connection is lost for a moment while the explorer is asked for: it comes all the same.
    page.route("**/explorer.json*", lambda route: route.abort(), times=1)
    page.goto(address)
    questions = page.locator(".lk-question")
    expect(questions).to_have_count(6)
    numeric = questions.filter(has_text="How many?")
    numeric.get_by_role("textbox").fill("0.75")
    numeric.get_by_role("button", name="Check").click()
    expect(numeric.get_by_text("SECRET three quarters.")).to_be_visible()
    point = page.locator(".lk-explorer")
    expect(point).to_be_visible()
    expect(page.locator("#lost")).to_be_hidden()
    page.get_by_role("button", name="Start over").click()
    page.get_by_role("button", name="Clear").click()
    expect(numeric.get_by_text("SECRET three quarters.")).to_be_hidden()
    expect(numeric.get_by_role("textbox")).to_have_value("")
