"""A learner opens a lesson, runs it, and answers: once by mouse, once by keyboard alone.

Twice over: in a checkout, and where nothing but the wheel was installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.wheel import build, install, open_course

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Locator, Page

    from tools.browser import Lab

LESSON = "notebooks/01-precision-and-recall.ipynb"
ANSWERS = ".lk-choices input, .lk-number"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lab, str]]:
    """``lessonkit lab`` of the wheel, installed alone, in an empty folder; and the address it prints."""
    home = tmp_path_factory.mktemp("wheel")
    commands = install(build(home / "dist"), home / "venv")
    with open_course(commands, home) as opened:
        yield opened


@pytest.fixture(params=["checkout", "wheel"])
def course(request: pytest.FixtureRequest, page: Page) -> Lab:
    if request.param == "checkout":
        return request.getfixturevalue("lab")  # type: ignore[no-any-return]
    lab, address = request.getfixturevalue("installed")
    page.goto(address)  # its token lets the learner in
    return lab  # type: ignore[no-any-return]


def answer(page: Page, question: Locator, *, by_keyboard: bool) -> None:
    """Give some answer to a question with choices or a number, and wait for the verdict."""
    first = question.locator(ANSWERS).first
    if by_keyboard:
        while not first.evaluate("input => input === document.activeElement"):
            page.keyboard.press("Tab")
    if first.get_attribute("type") == "text":
        if not by_keyboard:
            first.click()
        page.keyboard.type("0.5")
    elif by_keyboard:
        page.keyboard.press("Space")
    else:
        question.locator(".lk-choices label").first.click()
    if by_keyboard:
        page.keyboard.press("Enter")
    else:
        question.get_by_role("button", name="Check answer").click()
    question.locator(".lk-summary").wait_for()


def test_a_lesson_runs_and_its_quiz_answers(
    page: Page, course: Lab, violations: Callable[[str], list[str]]
) -> None:
    assert (course.folder / LESSON).is_file(), f"{LESSON} is missing"
    course.open(page, LESSON)
    course.run_all(page)
    quiz = page.locator(".lk-quiz:visible").last  # those under Go deeper are folded
    quiz.scroll_into_view_if_needed()
    questions = quiz.locator(".lk-question")
    assert questions.count() >= 8

    questions = questions.filter(has=page.locator(ANSWERS))
    answer(page, questions.nth(0), by_keyboard=False)
    cell = course.active_cell(page)
    answer(page, questions.nth(1), by_keyboard=True)
    assert course.active_cell(page) == cell
    assert questions.locator(".lk-summary").count() == 2

    for theme in ("light", "dark"):
        course.set_theme(page, theme)
        assert violations(".lk-quiz") == []
