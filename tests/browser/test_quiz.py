"""The page's half of the quiz widget, with the real kernel half behind it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lessonkit.questions import load_quiz
from tests.pages import names

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Bench
    from playwright.sync_api import Locator, Page

QUIZ = load_quiz(Path(__file__).parents[1] / "widgets" / "sample.yaml")
PATIENCE = 10_000


@pytest.fixture
def stand(bench: Callable[..., Bench]) -> Bench:
    return bench(QUIZ)


def check(question: Locator) -> None:
    question.get_by_role("button", name="Check").click()
    question.locator(".lk-summary").wait_for()


def test_a_wrong_answer_is_retried_without_an_extra_click(stand: Bench) -> None:
    question = stand.question(1)
    question.get_by_text("None of these").click()
    check(question)
    reason = "Not yet. Read the reason, then try again.\n\nKEY-NONE cannot be."
    assert question.locator(".lk-reason:visible").all_inner_texts() == [reason]
    assert question.get_by_label("None of these").is_checked()

    question.get_by_text("At recall 1, precision 0.094").click()
    assert question.locator(".lk-reason:visible").count() == 0, "the old reason belongs to another answer"
    assert question.get_by_text("You changed your answer.").is_visible()
    check(question)
    assert question.locator(".lk-summary").inner_text() == "Right, at attempt 2."
    assert question.get_by_text("KEY-EXPLAIN").is_visible()
    assert question.locator(".lk-reason:visible").count() == 1
    question.get_by_role("button", name="Why not the others?").press("Enter")
    assert question.locator(".lk-reason:visible").count() == 4


def test_going_back_to_the_marked_answer_brings_its_feedback_back(stand: Bench) -> None:
    question = stand.question(1)
    question.get_by_text("None of these").click()
    check(question)
    question.get_by_text("At recall 1, precision 0.094").click()
    question.get_by_text("None of these").click()
    assert question.get_by_text("KEY-NONE").is_visible()


def test_each_of_the_four_cases_has_words_of_its_own(stand: Bench) -> None:
    question = stand.question(2)
    question.get_by_text("True positives").click()
    question.get_by_text("Precision", exact=True).click()
    check(question)
    rows = question.locator(".lk-choice").evaluate_all(
        """rows => rows.map(row =>
          [row.querySelector("input").value, row.querySelector(".lk-verdict").textContent])"""
    )
    known = {name: choice for choice, name in names(stand.widget, "never-rise").parts.items()}
    assert {known[name]: words for name, words in rows} == {
        "tp": "Right",
        "recall": "This one is right too",
        "precision": "Not this one",
        "fn": "Rightly left out",
    }
    assert question.locator(".lk-reason .lk-symbol:visible").count() == 4


def test_the_verdict_is_announced_once_and_the_focus_stays(stand: Bench, page: Page) -> None:
    number = stand.question(3).locator(".lk-number")
    number.fill("2/3")
    number.press("Enter")
    status = page.get_by_role("status")
    status.get_by_text("Question 4 of 4: Not yet. Read as").wait_for()
    assert page.get_by_role("status").count() == 1
    assert number.evaluate("input => input === document.activeElement")
    assert stand.question(3).get_by_text("KEY-MISTAKE is recall.").is_visible()


def test_an_empty_answer_is_told_and_uses_no_attempt(stand: Bench) -> None:
    for number in range(4):
        question = stand.question(number)
        question.get_by_role("button", name="Check answer").click()
        question.locator(".lk-notice:visible").wait_for()
        assert question.get_by_role("button", name="Check answer").is_visible()
    assert stand.widget.answers == {}


def test_hints_and_the_answer_come_on_request(stand: Bench) -> None:
    question = stand.question(1)
    question.get_by_role("button", name="Show a hint (1 of 2)").click()
    question.get_by_role("button", name="Show a hint (2 of 2)").click()
    question.get_by_role("button", name="All hints are shown").wait_for()
    assert question.locator(".lk-hints math").count() == 1
    assert question.get_by_role("button", name="Show the answer").count() == 0, "there is no attempt yet"
    question.get_by_text("None of these").click()
    check(question)
    question.get_by_role("button", name="Show the answer").click()
    question.get_by_text("This is the answer").wait_for()
    assert question.get_by_label("None of these").is_checked()


def test_python_can_reset_what_is_on_screen(stand: Bench, page: Page) -> None:
    question = stand.question(1)
    question.get_by_text("None of these").click()
    check(question)
    stand.widget.reset()
    page.evaluate(
        "standing => window.receive([{ method: 'update', state: { standing } }])", stand.widget.standing
    )
    assert not question.get_by_label("None of these").is_checked()
    assert question.locator(".lk-summary").count() == 0


@pytest.mark.usefixtures("stand")
def test_two_views_of_one_quiz_agree_and_clean_up(page: Page) -> None:
    page.evaluate("() => window.cleanups.push(window.addView())")
    here, there = (page.locator(".lk-quiz").nth(index).locator(".lk-question") for index in (0, 1))
    here.nth(1).get_by_text("None of these").click()
    there.nth(2).get_by_text("Precision", exact=True).click()  # begun in the other view: it must stay
    check(here.nth(1))
    there.nth(1).get_by_text("KEY-NONE").wait_for()
    assert there.nth(1).get_by_label("None of these").is_checked()
    assert there.nth(2).get_by_label("Precision").is_checked()
    assert page.get_by_role("status").nth(1).inner_text() == "", "only the view that asked speaks"
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))

    page.evaluate("() => window.cleanups.forEach(cleanup => cleanup())")
    assert page.locator(".lk-quiz").count() == 0
    assert page.evaluate("() => window.listenerCount()") == 0


def test_while_the_kernel_is_silent_nothing_is_lost(bench: Callable[..., Bench], page: Page) -> None:
    page.clock.install()
    stand = bench(QUIZ)
    question = stand.question(1)
    page.evaluate("() => { window.kernel = 'silent' }")
    question.get_by_text("None of these").click()
    question.get_by_role("button", name="Check answer").click()
    busy = question.get_by_role("button", name="Checking …")
    assert busy.get_attribute("aria-disabled") == "true"
    busy.click(force=True)
    assert page.evaluate("() => window.sent.length") == 1
    page.clock.fast_forward(PATIENCE + 1)
    question.get_by_text("the kernel is busy or not running").wait_for()
    assert question.get_by_label("None of these").is_checked()

    # The kernel comes back: the message that waited is marked, and so is the second click, once.
    page.evaluate("() => { window.kernel = 'awake'; window.toKernel(window.sent[0]).then(window.receive) }")
    question.get_by_text("KEY-NONE").wait_for()
    assert question.locator(".lk-notice").is_hidden()
    assert stand.widget.standing["questions"][1]["attempt"] == 1


def test_a_dead_kernel_is_told_at_once(stand: Bench, page: Page) -> None:
    page.evaluate("() => { window.kernel = 'gone' }")
    question = stand.question(0)
    question.get_by_text("90 %", exact=True).click()
    question.get_by_role("button", name="Check answer").click()
    question.get_by_text("run this cell again").wait_for(timeout=1_000)
    assert question.get_by_role("button", name="Check answer").get_attribute("aria-disabled") is None


def test_nothing_on_the_wire_gives_an_unearned_answer_away(stand: Bench) -> None:
    check_one = stand.question(1)
    check_one.get_by_text("None of these").click()
    check(check_one)
    wire = str(stand.wire)
    assert "KEY-NONE" in wire
    assert not any(f"KEY-{name}" in wire for name in ("PREVALENCE", "ORIGIN", "TP", "NUMBER", "EXPLAIN"))


def test_an_answer_that_a_dead_kernel_never_saw_is_in_the_form_again(
    bench: Callable[..., Bench], page: Page
) -> None:
    stand = bench(QUIZ)
    page.evaluate("() => { window.kernel = 'gone' }")
    stand.question(0).get_by_text("90 %", exact=True).click()
    stand.question(0).get_by_role("button", name="Check answer").click()
    stand.question(0).get_by_text("Your answer is not saved yet.").wait_for()

    stand = bench(QUIZ)  # restarted, and the cell run again
    again = stand.question(0)
    assert again.get_by_label("90 %").is_checked()
    assert again.get_by_text("This answer was not marked").is_visible()
    check(again)
    assert stand.widget.answers["guess"]["correct"]

    stand = bench(QUIZ)
    assert stand.question(0).locator("input:checked").count() == 0, "what was marked is in the record alone"


def test_one_button_leads_to_the_next_open_question_and_to_the_end(stand: Bench, page: Page) -> None:
    steps = page.locator(".lk-steps button")
    assert steps.nth(0).get_attribute("aria-label") == "Question 1 of 4: open"
    stand.question(0).get_by_text("90 %", exact=True).click()
    check(stand.question(0))
    assert steps.nth(0).get_attribute("aria-label") == "Question 1 of 4: right"
    onward = stand.question(0).get_by_role("button", name="Next question")
    onward.click()
    focused = (
        "() => [...document.querySelectorAll('.lk-question')].indexOf(document.activeElement.closest('form'))"
    )
    assert page.evaluate(focused) == 1

    steps.nth(3).press("Enter")
    assert page.evaluate(focused) == 3
    page.keyboard.type("0.8")
    page.keyboard.press("Enter")
    stand.question(3).get_by_role("button", name="Next question").press("Enter")  # the first that is open
    assert page.evaluate(focused) == 1
    stand.question(1).get_by_text("None of these").click()
    check(stand.question(1))
    assert steps.nth(1).get_attribute("aria-label") == "Question 2 of 4: not right yet"
    assert page.locator(".lk-end").is_hidden()
    stand.question(2).get_by_text("True positives").click()
    stand.question(2).get_by_text("Recall").click()
    check(stand.question(2))
    end = page.get_by_role("region", name="Every question is answered.")
    assert "3 of 3 answered, 2 right at the first try" in end.inner_text()
    assert end.get_attribute("data-tone") == "open"  # one is wrong
    stand.question(2).get_by_role("button", name="To the end").press("Enter")
    assert end.evaluate("element => element === document.activeElement")
    end.get_by_role("button", name="Question 2 of 4").click()
    assert page.evaluate(focused) == 1


@pytest.mark.parametrize(("theme", "width"), [("light", 800), ("dark", 800), ("light", 320), ("dark", 320)])
def test_axe_finds_nothing(
    bench: Callable[..., Bench], violations: Callable[[str], list[str]], theme: str, width: int
) -> None:
    stand = bench(QUIZ, theme=theme, width=width)
    assert violations(".lk-quiz") == []
    stand.question(1).get_by_text("None of these").click()
    stand.question(1).get_by_role("button", name="hint").click()
    check(stand.question(1))
    stand.question(1).get_by_role("button", name="Show the answer").click()
    stand.question(1).get_by_text("This is the answer").wait_for()
    stand.question(2).get_by_text("True positives").click()
    stand.question(2).get_by_text("Precision", exact=True).click()
    check(stand.question(2))
    stand.question(3).locator(".lk-number").fill("0.81")
    check(stand.question(3))
    assert violations(".lk-quiz") == []


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_a_narrow_page_has_no_sideways_scroll(
    bench: Callable[..., Bench],
    page: Page,
    violations: Callable[[str], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    tag: str,
) -> None:
    monkeypatch.setenv("LESSONKIT_LANG", tag)
    quiz = QUIZ.model_copy(update={"language": tag})
    stand = bench(quiz, width=320)
    stand.question(2).get_by_text("True positives").click()
    stand.question(2).locator("button[type=submit]").click()
    stand.question(2).locator(".lk-summary").wait_for()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    marks = stand.question(2).locator(".lk-choice input").first.bounding_box()
    text = stand.question(2).locator(".lk-choice .lk-prose").first.bounding_box()
    assert marks is not None
    assert text is not None
    assert (marks["x"] < text["x"]) == (tag == "en")
    assert violations(".lk-quiz") == []
