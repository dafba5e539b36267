"""A quiz inside JupyterLab, worked by real keys: arrows stay in the question and leave the cell alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.steps import tab_to, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tools.browser import Lab

SAMPLE = Path(__file__).parents[1] / "widgets" / "sample.yaml"


@pytest.fixture
def notebook(lab: Lab, tmp_path: Path) -> str:
    """A notebook with a cell above and a cell below the quiz, and a record of its own."""
    store = f"import os\n\nos.environ['LESSONKIT_STORE'] = 'sqlite:///{lab.folder}/record.db'"
    learner = f"os.environ['LESSONKIT_LEARNER'] = {tmp_path.name!r}"  # the next test may get the same kernel
    imports = "import lessonkit as lk\nfrom lessonkit.questions import load_quiz"
    show = f"{imports}\n\nlk.quiz(load_quiz({str(SAMPLE)!r}))"  # whole: a file asked by name leaves some out
    return write_notebook(lab, "keys.ipynb", f"{store}\n{learner}", show, "below = 1")


def save(page: Page) -> None:
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")


def test_a_quiz_is_answered_by_keyboard_alone(
    page: Page, lab: Lab, notebook: str, violations: Callable[[str], list[str]]
) -> None:
    lab.open(page, notebook)
    lab.run_all(page)
    page.locator(".lk-quiz").wait_for()
    page.locator(".jp-Cell").first.locator(".cm-content").click()
    page.keyboard.press("Escape")
    focused = "() => document.activeElement.closest('label')?.textContent"

    # Radios: arrows choose, Enter checks, and neither the cell nor the focus moves.
    tab_to(page, page.locator(".lk-quiz input[type=radio]").first)
    cell = lab.active_cell(page)
    page.keyboard.press("Space")
    first = page.evaluate(focused)
    page.keyboard.press("ArrowDown")
    second = page.evaluate(focused)
    page.keyboard.press("ArrowDown")
    assert len({first, second, page.evaluate(focused)}) == 3
    page.keyboard.press("ArrowDown")  # round to the first one
    assert page.evaluate(focused) == first
    page.keyboard.press("Enter")
    question = page.locator(".lk-question").nth(0)
    question.locator(".lk-summary").wait_for()
    assert page.evaluate(focused) == first
    assert lab.active_cell(page) == cell

    # Checkboxes: Space ticks, arrows do nothing, Enter checks.
    tab_to(page, page.locator(".lk-quiz input[type=checkbox]").first)
    for key in ("Space", "Tab", "ArrowDown", "ArrowUp", "Space", "Enter"):
        page.keyboard.press(key)
    question = page.locator(".lk-question").nth(2)
    question.locator(".lk-summary").wait_for()
    assert question.locator("input:checked").count() == 2
    assert question.locator(".lk-reason:visible").count() == 4

    # Tab reaches the buttons; Enter presses them.
    tab_to(page, page.locator(".lk-quiz .lk-question:last-of-type button:not([type=submit])").first)
    page.keyboard.press("Enter")
    page.get_by_text("Precision asks about the flagged messages only.").wait_for()
    assert page.evaluate("() => document.activeElement.textContent") == "All hints are shown"

    # A number: typing j, k, a, x, dd (Lab's command keys) stays typing.
    tab_to(page, page.locator(".lk-quiz .lk-number").first)
    page.keyboard.type("jkaxdd")
    assert page.locator(".lk-number").input_value() == "jkaxdd"
    page.keyboard.press("Control+a")
    page.keyboard.type("0,81")
    page.keyboard.press("Enter")
    page.locator(".lk-question").nth(3).get_by_text("Right. Read as").wait_for()
    assert page.locator(".jp-Cell").count() == 3

    for theme in ("light", "dark"):
        lab.set_theme(page, theme)
        assert violations(".lk-quiz") == []


def test_answers_stay_when_the_page_is_loaded_again(page: Page, lab: Lab, notebook: str) -> None:
    lab.open(page, notebook)
    lab.run_all(page)
    question = page.locator(".lk-question").nth(1)
    question.get_by_text("None of these").click()
    question.get_by_role("button", name="Check answer").click()
    question.get_by_text("KEY-NONE").wait_for()
    save(page)

    lab.open(page, notebook)
    question.get_by_text("KEY-NONE").wait_for()
    assert question.get_by_label("None of these").is_checked()
    assert question.get_by_role("button", name="Check again").is_visible()


def test_after_a_restart_everything_is_as_it_was(page: Page, lab: Lab, notebook: str) -> None:
    lab.open(page, notebook)
    lab.run_all(page)
    first, second, _, last = page.locator(".lk-question").all()
    first.get_by_text("10 %", exact=True).click()
    first.get_by_label("Certain", exact=True).check()
    first.get_by_role("button", name="Check").click()
    first.locator(".lk-summary").wait_for()
    second.get_by_role("button", name="hint").click()
    second.get_by_text("None of these").click()
    second.get_by_role("button", name="Check").click()
    second.get_by_role("button", name="Show the answer").click()
    second.get_by_text("This is the answer").wait_for()
    last.locator(".lk-number").fill("0,81")
    last.locator(".lk-number").press("Enter")
    last.get_by_text("Right. Read as").wait_for()
    before = page.locator(".lk-question").all_inner_texts()

    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    save(page)
    lab.open(page, notebook)
    lab.run_all(page)
    last.get_by_text("Right. Read as").wait_for()
    assert page.locator(".lk-question").all_inner_texts() == before
    assert first.get_by_label("Certain", exact=True).is_checked()
    assert second.get_by_label("None of these").is_checked()
    assert last.locator(".lk-number").input_value() == "0,81"
    assert page.locator(".lk-progress").inner_text() == "2 of 3 answered, 1 right at the first try"


def test_a_restarted_kernel_is_told_plainly(page: Page, lab: Lab, notebook: str) -> None:
    lab.open(page, notebook)
    lab.run_all(page)
    question = page.locator(".lk-question").nth(0)
    question.get_by_text("90 %", exact=True).click()
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"
    )
    question.get_by_role("button", name="Check answer").click()
    question.get_by_text("run this cell again").wait_for(timeout=15_000)
    assert question.get_by_label("90 %").is_checked()


EVERY_WIDGET = """
inbox = lk.datasets.load_inbox()
display(
    lk.explore(inbox.y_true, inbox.scores),
    lk.strip(inbox.y_true, inbox.scores, inbox.subjects),
    lk.sketch(lk.metrics.ThresholdSweep(inbox.y_true, inbox.scores)),
    lk.epochs({"loss": [0.7, 0.5, 0.4], "val_loss": [0.8, 0.6, 0.7]}),
    lk.squares(inbox.y_true, inbox.scores >= 0.5),
    lk.progress(),
)
"""
#: Something to have the focus in each widget, by a selector.
FOCUS = {
    "a choice": ".lk-quiz input[type=radio]",
    "a number": ".lk-quiz .lk-number",
    "a button of the quiz": ".lk-quiz button[type=submit]",
    "the explorer's slider": ".lk-explorer input[type=range]",
    "the explorer's field": ".lk-explorer .lk-number",
    "the strip": ".lk-strip input[type=range]",
    "the sketch": ".lk-sketch input[type=range]",
    "the epochs": ".lk-epochs input[type=range]",
    "the squares": ".jp-OutputArea-output summary:visible",
    "the board": ".lk-board button:visible",
}


def test_keys_of_the_notebook_work_from_within_each_widget(page: Page, lab: Lab, notebook: str) -> None:
    setup, show, below = (cell.source for cell in nbformat.read(lab.folder / notebook, as_version=4).cells)
    notebook = write_notebook(lab, "passed.ipynb", setup, show, EVERY_WIDGET, below)
    lab.open(page, notebook)
    lab.run_all(page)
    parts = {name: page.locator(selector).first for name, selector in FOCUS.items()}
    for part in parts.values():
        part.wait_for()
    save(page)
    file = lab.folder / notebook
    column = page.locator("#jp-left-stack")
    open_at_first = column.is_visible()
    unsaved: list[str] = []
    for name, part in parts.items():
        part.focus()
        before = file.stat().st_mtime_ns
        for _ in range(15):
            page.keyboard.press("Control+s")  # JupyterLab passes over one that comes while it saves
            page.wait_for_timeout(300)
            if file.stat().st_mtime_ns != before:
                break
        else:
            unsaved.append(name)
        page.keyboard.press("Control+b")
        expect(column).to_be_visible(visible=not open_at_first)
        page.keyboard.press("Control+b")
        expect(column).to_be_visible(visible=open_at_first)
        expect(part).to_be_focused()
    assert unsaved == []

    # The keys of a field stay in the field.
    parts["a number"].focus()
    page.keyboard.type("0.5")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+x")
    assert parts["a number"].input_value() == ""
    page.keyboard.press("Control+z")  # of the notebook's own: it would take back a cell
    assert page.locator(".jp-Cell").count() == 4
    assert "jp-mod-selected" in (page.locator(".jp-Cell").nth(1).get_attribute("class") or "")

    # Escape goes to the cell, Shift+Enter runs it and goes to the next one.
    counts = "() => [...document.querySelectorAll('.jp-InputPrompt')].map((prompt) => prompt.textContent)"
    first, *_ = page.evaluate(counts)
    for name, part in parts.items():
        if name == "the squares":
            continue  # these are HTML without a script
        part.focus()
        page.keyboard.press("Escape")
        focused = page.evaluate("() => document.activeElement.className")
        assert "jp-Cell" in focused, (name, focused)
    for name in ("a choice", "a number", "the explorer's slider"):
        parts[name].focus()
        at = lab.active_cell(page)
        ran = page.evaluate(counts)[at]
        page.keyboard.press("Shift+Enter")
        page.wait_for_function(f"([at, ran]) => !['[*]:', ran].includes(({counts})()[at])", arg=[at, ran])
        assert lab.active_cell(page) == at + 1, name
        assert page.locator(".lk-quiz .lk-summary").count() == 0, "the quiz was answered"
    assert page.evaluate(counts)[0] == first
