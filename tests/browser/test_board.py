"""The progress board: the learner's record leaves as a file and comes back as one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from lessonkit.record import Event, Recorder
from lessonkit.widgets.board import ProgressWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

BENCH = Path(__file__).with_name("bench.html")
EVENT = Event(
    type="answer", lesson="01-lesson", question="one", answer=("a",), attempt=1, correct=True, credit=1.0
)


def put(page: Page, widget: ProgressWidget, width: int = 800, theme: str = "light") -> None:
    """Put a board before its kernel half in a bare page."""
    fresh: list[dict[str, Any]] = []
    widget._send = lambda message, **_: fresh.append(json.loads(json.dumps(message)))

    def to_kernel(content: object) -> list[dict[str, Any]]:
        widget._handle_custom_msg(content, [])
        messages = fresh.copy()
        fresh.clear()
        return messages

    page.expose_function("toKernel", to_kernel)
    page.set_viewport_size({"width": width, "height": 600})
    page.goto(BENCH.as_uri())
    page.evaluate("theme => document.body.dataset.jpThemeLight = String(theme === 'light')", theme)
    state = {"view": widget.view, "board": widget.board}
    parts = {"state": state, "esm": str(widget._esm), "css": str(widget._css)}
    page.evaluate("parts => window.mount(parts)", parts)


def test_a_record_is_saved_and_added_elsewhere(browser: Any, page: Page, tmp_path: Path) -> None:  # noqa: ANN401
    recorder = Recorder("sqlite://")
    recorder.record(EVENT)
    put(page, ProgressWidget(recorder))
    with page.expect_download() as download:
        page.get_by_role("button", name="Save my record to a file").press("Enter")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "lessonkit-record.jsonl"

    there = browser.new_page()
    widget = ProgressWidget(Recorder("sqlite://"))
    put(there, widget)
    expect(there.get_by_text("No answers yet.")).to_be_visible()
    with there.expect_file_chooser() as chooser:
        there.get_by_role("button", name="Add a saved record").press("Enter")
    chooser.value.set_files(file)
    expect(there.get_by_role("status")).to_contain_text("1 event was added.")
    expect(there.get_by_role("cell", name="01-lesson").or_(there.get_by_role("rowheader"))).to_contain_text(
        "01-lesson"
    )
    assert widget.progress.answered == 1

    with there.expect_file_chooser() as chooser:
        there.get_by_role("button", name="Add a saved record").click()
    (tmp_path / "photo.jsonl").write_bytes(b"\x89PNG\xff\x00")
    chooser.value.set_files(tmp_path / "photo.jsonl")
    expect(there.get_by_role("status")).to_contain_text("This is no saved record.")
    there.close()


@pytest.mark.parametrize(("theme", "width", "tag"), [("light", 800, "en"), ("dark", 320, "ar")])
def test_axe_finds_nothing(
    page: Page,
    violations: Callable[[str], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    theme: str,
    width: int,
    tag: str,
) -> None:
    monkeypatch.setenv("LESSONKIT_LANG", tag)
    recorder = Recorder("sqlite://")
    recorder.record(EVENT)
    put(page, ProgressWidget(recorder), width, theme)
    assert violations(".lessonkit") == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
