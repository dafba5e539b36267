"""Explorers and quizzes in one notebook: apart from each other, leaving nothing behind; and in Notebook 7."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.steps import write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tools.browser import Lab

SAMPLE = Path(__file__).parents[1] / "widgets" / "sample.yaml"
POINT = """
point = lk.questions.Quiz.model_validate({
    "lesson": "l", "title": "T", "objectives": {"o": "O."},
    "questions": [{
        "id": "point", "kind": "operating-point", "objective": "o", "prompt": "Find it.", "data": "email",
        "demand": {"maximize": "recall", "min_precision": 0.7}, "explain": "There.",
    }],
})
lk.quiz(point)
"""
SETUP = """
import os

os.environ["LESSONKIT_STORE"] = "sqlite://"
import lessonkit as lk
import lessonkit.questions

email = lk.datasets.load_email_scores()
"""
EXPLORE = "one = lk.explore(email.y_true, email.scores)\none"
OTHER = "two = lk.explore([0, 1, 0, 1], [0.2, 0.4, 0.6, 0.8])\ntwo"
QUIZ = f"quiz = lk.quiz(lessonkit.questions.load_quiz({str(SAMPLE)!r}))\nquiz"
CELLS = (SETUP, EXPLORE, OTHER, QUIZ, QUIZ.replace("quiz =", "again =").replace("\nquiz", "\nagain"), POINT)

# Counts the listeners that a signal will take back: all that widgets have on the page. The same signal takes
# those on the models, which the tests on bench and stage count.
COUNT = """(() => {
  window.listening = 0;
  const { addEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (type, call, options) {
    if (options?.signal) {
      window.listening++;
      addEventListener.call(options.signal, "abort", () => window.listening--, { once: true });
    }
    return addEventListener.call(this, type, call, options);
  };
})()"""
LISTENERS = """async () => {
  await new Promise((done) => setTimeout(done, 300));
  return window.listening;
}"""


def run(page: Page, cell: int) -> None:
    page.evaluate(
        """async (cell) => {
          window.jupyterapp.shell.currentWidget.content.activeCellIndex = cell;
          await window.jupyterapp.commands.execute("notebook:run-cell");
        }""",
        cell,
    )


def slider(part: Page | Locator, number: int) -> Locator:
    return part.locator(".lk-explorer").nth(number).get_by_role("slider", name="Threshold", exact=True)


def shown(page: Page) -> None:
    page.locator(".lk-curve[d]").nth(2).wait_for(state="attached")
    page.locator(".lk-question").nth(8).wait_for()


def test_two_explorers_and_three_quizzes_leave_each_other_alone_and_nothing_behind(
    page: Page, lab: Lab
) -> None:
    page.add_init_script(COUNT)
    lab.open(
        page,
        write_notebook(
            lab, "together.ipynb", *CELLS, "one.close(), two.close(), quiz.close(), again.close()"
        ),
    )
    for cell in range(len(CELLS)):
        run(page, cell)
    shown(page)
    full = page.evaluate(LISTENERS)
    assert full > 0

    # One moves, the others stay.
    before = [slider(page, number).input_value() for number in range(3)]
    texts = page.locator(".lk-question").all_text_contents()
    slider(page, 0).press("Home")
    slider(page, 0).press("ArrowRight")
    page.wait_for_timeout(200)
    after = [slider(page, number).input_value() for number in range(3)]
    assert after[0] != before[0]
    assert after[1:] == before[1:]
    assert page.locator(".lk-question").all_text_contents() == texts
    page.locator(".lk-quiz").nth(0).locator(".lk-number").fill("0.81")
    page.locator(".lk-quiz").nth(0).locator(".lk-number").press("Enter")
    page.locator(".lk-quiz").nth(0).locator(".lk-summary").wait_for()
    assert page.locator(".lk-summary").count() == 1
    ids = page.evaluate("() => [...document.querySelectorAll('.lessonkit [id]')].map(({ id }) => id)")
    assert len(ids) == len(set(ids))

    # Running again replaces.
    for cell in range(1, len(CELLS)):
        run(page, cell)
    shown(page)
    assert page.locator(".lk-explorer").count() == 3
    again = page.evaluate(LISTENERS)
    assert again == full, "run again"

    # So does a restart.
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"
    )
    for cell in range(len(CELLS)):
        run(page, cell)
    shown(page)
    assert page.evaluate(LISTENERS) == full, "restarted"

    # Closing leaves only what stands in the cell that was not closed.
    run(page, len(CELLS))
    page.wait_for_function("() => document.querySelectorAll('.lk-explorer').length === 1")
    assert 0 < page.evaluate(LISTENERS) < full
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    assert page.evaluate(LISTENERS) == 0, "cleared"


@pytest.mark.parametrize("within", ["lab/tree", "notebooks"], ids=["JupyterLab", "Notebook 7"])
def test_explorer_and_quiz_work_by_real_keys(
    page: Page, lab: Lab, violations: Callable[[str], list[str]], within: str
) -> None:
    name = write_notebook(lab, f"keys-{within[:3]}.ipynb", SETUP, EXPLORE, QUIZ, POINT)
    lab.open(page, name, within=within)
    lab.run_all(page)
    page.locator(".lk-curve[d]").nth(1).wait_for(state="attached")
    cell = lab.active_cell(page)

    # The explorer
    slider(page, 0).focus()
    for key in ("ArrowUp", "ArrowDown", "ArrowDown", "PageDown", "Home", "End", "ArrowLeft"):
        page.keyboard.press(key)
    assert slider(page, 0).evaluate("slider => slider === document.activeElement")

    # The quiz
    question = page.locator(".lk-question").nth(0)
    question.get_by_role("radio").first.focus()
    for key in ("Space", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    question.locator(".lk-summary").wait_for()
    assert question.get_by_role("radio").nth(2).is_checked()

    # The question on the explorer: first nothing, then short of the demand, then met
    question = page.locator(".lk-question").last
    question.get_by_role("button", name="Check answer").click()
    question.get_by_text("Move the threshold of the explorer first.").wait_for()
    slider(question, 0).focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    question.get_by_text("Not yet. The limit is kept, but recall is").wait_for()
    assert slider(question, 0).evaluate("slider => slider === document.activeElement")
    assert violations(".lk-quiz") == []
    field = question.get_by_role("textbox", name="Threshold")
    field.fill("0.1")
    field.press("Enter")  # takes the number, and does not check it
    page.wait_for_timeout(300)
    assert question.locator(".lk-summary").count() == 0
    question.get_by_role("button", name="Check again").press("Enter")
    question.get_by_text("Precision 0.349 is below 0.7. Try a higher threshold.").wait_for()
    field.fill("0.45")
    field.press("Enter")
    question.get_by_role("button", name="Check again").press("Enter")
    question.get_by_text("Right, at attempt 3. Precision 0.723, recall 0.309, flagged: 47.").wait_for()
    assert lab.active_cell(page) == cell

    page.get_by_role("button", name="Start over").last.click()
    page.get_by_role("button", name="Clear and start over").click()
    question.locator(".lk-summary").wait_for(state="detached")
    question.locator(".lk-threshold[transform]").first.wait_for(state="attached")
    assert question.get_by_role("textbox", name="Threshold").input_value() == "0.5"
    assert page.locator(".lk-explorer").count() == 2
