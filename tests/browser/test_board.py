"""The progress board: it moves with the answers, and the record leaves as a file and comes back as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from lessonkit.feedback import check
from lessonkit.questions import SingleQuestion, load_quiz
from lessonkit.questions.content import content_hash
from lessonkit.questions.kinds import mark
from lessonkit.record import Event, Recorder
from lessonkit.widgets.board import ProgressWidget
from tests.browser.steps import write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Bench
    from playwright.sync_api import Page

    from tools.browser import Lab

EVENT = Event(
    type="answer", lesson="01-lesson", question="one", answer=("a",), attempt=1, correct=True, credit=1.0
)
LESSONS = ("01-precision-and-recall", "02-decision-thresholds", "03-precision-recall-curves", "06-roc-and-pr")


def answers() -> Iterator[Event]:
    """Answers to four lessons: every third one is wrong, and how sure the learner is goes round."""
    number = 0
    for lesson in LESSONS:
        for question in load_quiz(lesson).questions:
            if not isinstance(question, SingleQuestion) or question.predict:
                continue
            number += 1
            right = number % 3 > 0
            given = next(choice.id for choice in question.choices if choice.correct is right)
            marked = mark(question, given)
            yield Event(
                type="answer",
                lesson=lesson,
                question=question.id,
                content=content_hash(question),
                attempt=1,
                answer=(given,),
                correct=marked.correct,
                credit=marked.credit,
                confidence=("guess", "certain", "fairly-sure", "certain")[number % 4],  # type: ignore[arg-type]
                seconds=40.0,
            )


def test_a_record_is_saved_and_added_elsewhere(
    page: Page, bench: Callable[..., Bench], recorder: Recorder, tmp_path: Path
) -> None:
    recorder.record(EVENT)
    bench(ProgressWidget(recorder))
    with page.expect_download() as download:
        page.get_by_role("button", name="Save my record to a file").press("Enter")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "lessonkit-record.jsonl"


def test_a_saved_record_is_added(
    page: Page, bench: Callable[..., Bench], recorder: Recorder, tmp_path: Path
) -> None:
    file = tmp_path / "lessonkit-record.jsonl"
    file.write_text(EVENT.to_json() + "\n", encoding="utf-8")
    widget = ProgressWidget(recorder)
    bench(widget)
    expect(page.get_by_text("No answers yet.")).to_be_visible()
    expect(page.get_by_role("link", name="00 · Start here")).to_have_attribute("href", "00-start-here.ipynb")
    expect(page.get_by_role("button", name="Save my record")).to_be_hidden()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add a saved record").press("Enter")
    chooser.value.set_files(file)
    expect(page.get_by_role("status")).to_contain_text("1 event was added.")
    expect(page.get_by_role("rowheader", name="01-lesson")).to_be_visible()
    assert widget.progress.answered == 1

    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add a saved record").click()
    (tmp_path / "photo.jsonl").write_bytes(b"\x89PNG\xff\x00")
    chooser.value.set_files(tmp_path / "photo.jsonl")
    expect(page.get_by_role("status")).to_contain_text("This is no saved record.")


def test_the_board_moves_with_the_answers_and_keeps_its_place(
    page: Page, bench: Callable[..., Bench], recorder: Recorder
) -> None:
    first, *others = answers()
    answered = sum(event.lesson == first.lesson for event in (first, *others))
    asked = sum(not question.predict for question in load_quiz(first.lesson).questions)
    recorder.record(first)
    stand = bench(ProgressWidget(recorder))
    row = page.get_by_role("row").filter(has_text="01 · Precision and recall")
    expect(row.get_by_role("cell").first).to_have_text(f"1 of {asked}")
    paths = page.get_by_text("Paths through the course")
    paths.press("Enter")
    page.get_by_role("link", name="02 · Decision thresholds").first.focus()

    # As it comes from a quiz in another cell; what the bench holds back is handed to the page here.
    recorder.record(*others)
    page.evaluate("() => window.receive([{ method: 'custom', content: { type: 'news' } }])")
    expect(row.get_by_role("cell").first).to_have_text(f"{answered} of {asked}")
    expect(page.locator("details[data-key=paths]")).to_have_attribute("open", "")
    expect(page.get_by_role("link", name="02 · Decision thresholds").first).to_be_focused()
    news = [message for message in stand.wire if message.get("content", {}).get("type") == "news"]
    assert len(news) <= 2, "the board is told that there is news; it asks for them when it is ready"


def test_the_board_of_a_notebook_moves_when_an_exercise_passes(page: Page, lab: Lab) -> None:
    cells = (
        "import os\nos.environ['LESSONKIT_STORE'] = 'sqlite://'\nimport lessonkit as lk\nlk.progress()",
        "lk.check('accuracy-of-never', lambda prevalence: 1 - prevalence)",
    )
    lab.open(page, write_notebook(lab, "solved.ipynb", *cells))
    lab.run_all(page)
    expect(page.get_by_text("✓ Passed:")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="01 · Precision and recall")
    expect(row.get_by_role("cell").nth(2)).to_have_text("1 of 4")


def test_links_open_the_notebook_at_the_place(
    page: Page, bench: Callable[..., Bench], recorder: Recorder
) -> None:
    recorder.record(*answers())
    bench(ProgressWidget(recorder))
    step = page.get_by_role("listitem").filter(has_text="Go on with").get_by_role("link")
    expect(step).to_have_attribute("href", "00-start-here.ipynb")
    section = page.locator(".lk-board-part .lk-actions a").first
    assert "ipynb#" in (section.get_attribute("href") or "")


def test_a_solved_exercise_moves_the_board(
    page: Page, bench: Callable[..., Bench], recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lessonkit.record.shared_recorder", lambda: recorder)
    recorder.record(*answers())
    bench(ProgressWidget(recorder))
    row = page.get_by_role("row").filter(has_text="01 · Precision and recall")
    expect(row.get_by_role("cell").nth(2)).to_have_text("0 of 4")
    check("accuracy-of-never", lambda prevalence: 1 - prevalence)
    page.evaluate("() => window.receive([{ method: 'custom', content: { type: 'news' } }])")
    expect(row.get_by_role("cell").nth(2)).to_have_text("1 of 4")
    expect(page.get_by_text("Exercises solved: 1 of")).to_be_visible()
    page.get_by_text("Paths through the course").press("Enter")
    path = page.get_by_role("listitem").filter(has_text="Exercises (0 of")
    expect(path.get_by_role("link").first).to_have_attribute(
        "href", "01-precision-and-recall.ipynb#Exercises"
    )


@pytest.mark.parametrize(
    ("theme", "width", "tag"),
    [("light", 800, "en"), ("dark", 320, "ar"), ("dark", 1000, "de"), ("light", 320, "en")],
)
def test_axe_finds_nothing_on_a_full_board(  # noqa: PLR0913, PLR0917  (three of them are the case)
    page: Page,
    bench: Callable[..., Bench],
    violations: Callable[[str], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    recorder: Recorder,
    theme: str,
    width: int,
    tag: str,
) -> None:
    monkeypatch.setenv("LESSONKIT_LANG", tag)
    recorder.record(*answers())
    bench(ProgressWidget(recorder), width=width, theme=theme)
    page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")
    assert page.locator("figure svg").count() == 3
    assert violations(".lessonkit") == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    table = page.locator(".lk-lessons table")
    assert table.evaluate("table => table.scrollWidth <= table.clientWidth"), "nothing is out of sight"
