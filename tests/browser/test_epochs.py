"""The learning curves in a real page: moved by keys and by hand, read aloud, and without a kernel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbconvert import HTMLExporter

from lessonkit.widgets import EpochsWidget, epochs
from tests.browser.steps import new_notebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

STAGE = Path(__file__).with_name("stage.html")
FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
HISTORY = {
    "loss": [0.30 - 0.01 * epoch for epoch in range(15)],
    "val_loss": [0.25, 0.21, 0.20, *(0.21 + 0.01 * epoch for epoch in range(12))],
    "accuracy": [0.90 + 0.003 * epoch for epoch in range(15)],
    "val_accuracy": [0.90, 0.91, 0.92] * 5,
}


@pytest.fixture
def stage(page: Page) -> Callable[..., EpochsWidget]:
    """Put learning curves on the stage: ``stage(width=320, theme="dark")``."""

    def put(*, width: int = 900, theme: str = "light") -> EpochsWidget:
        widget = epochs(HISTORY, epoch=3)

        def to_kernel(_index: int, state: dict[str, Any]) -> list[dict[str, Any]]:
            sent: list[dict[str, Any]] = []
            widget._send = lambda message, **_: sent.append(message)
            data = {"method": "update", "state": state, "buffer_paths": []}
            widget._handle_msg({"content": {"data": data}, "buffers": []})
            return [json.loads(json.dumps(item["state"])) for item in sent if item["method"] == "update"]

        page.expose_function("toKernel", to_kernel)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(STAGE.as_uri())
        page.evaluate("theme => document.body.dataset.jpThemeLight = String(theme === 'light')", theme)
        parts = {
            "states": [widget.get_state(["view", "epoch"])],
            "esm": str(widget._esm),
            "css": str(widget._css),
        }
        page.evaluate("parts => window.stage(parts)", parts)
        page.locator(".lk-threshold path[d]").first.wait_for(state="attached")
        return widget

    return put


def values(page: Page, view: int = 0) -> list[list[str]]:
    page.evaluate(FRAMES)
    rows = page.locator(".lk-epochs").nth(view).locator("tbody tr")
    return [row.locator("th, td").all_inner_texts() for row in rows.all()]


def heard(page: Page, widget: EpochsWidget, epoch: int) -> None:
    for _ in range(40):
        page.wait_for_timeout(50)  # the bridge to Python runs meanwhile
        if widget.epoch == epoch:
            return
    pytest.fail(f"Python is at {widget.epoch}, not at {epoch}")


def test_keys_walk_from_epoch_to_epoch_and_the_values_follow(
    stage: Callable[..., EpochsWidget], page: Page
) -> None:
    widget = stage()
    page.keyboard.press("Tab")
    slider = page.get_by_role("slider", name="Epoch 3 of 15")
    assert slider.evaluate("slider => slider === document.activeElement")
    assert values(page) == [["Loss", "0.28", "0.20"], ["Accuracy", "0.91", "0.92"]]
    page.keyboard.press("ArrowRight")
    assert values(page) == [["Loss", "0.27", "0.21"], ["Accuracy", "0.91", "0.90"]]
    page.keyboard.press("End")
    assert values(page)[0] == ["Loss", "0.16", "0.32"]
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == "Epoch 15 of 15"
    heard(page, widget, 15)
    said = "Epoch 15 of 15. Loss: training 0.16, validation 0.32. Accuracy: training 0.94, validation 0.92."
    page.get_by_role("status").get_by_text(said).wait_for()
    page.keyboard.press("Home")
    heard(page, widget, 1)


def test_the_line_is_dragged_in_one_panel_and_moves_in_all(
    stage: Callable[..., EpochsWidget], page: Page
) -> None:
    widget = stage()
    box = page.locator(".lk-epochs svg.lk-plot").nth(1).bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"], box["y"] + 40, steps=6)
    page.mouse.up()
    heard(page, widget, 15)
    lines = page.locator(".lk-epochs .lk-threshold")
    places = lines.evaluate_all("lines => lines.map(line => line.getAttribute('transform'))")
    assert len(set(places)) == 1


@pytest.mark.parametrize(("theme", "width"), [("light", 900), ("dark", 900), ("light", 320), ("dark", 320)])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    stage: Callable[..., EpochsWidget],
    violations: Callable[[str], list[str]],
    page: Page,
    theme: str,
    width: int,
) -> None:
    stage(width=width, theme=theme)
    page.get_by_role("slider").press("ArrowLeft")
    assert violations(".lk-epochs") == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_two_views_agree_and_clean_up(stage: Callable[..., EpochsWidget], page: Page) -> None:
    stage()
    page.evaluate("() => window.addView(0)")
    page.get_by_role("slider").nth(1).press("End")
    assert values(page, 0) == values(page, 1)
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))
    page.evaluate("() => window.closeAll()")
    assert page.evaluate("() => window.listenerCount()") == 0
    assert page.locator("main > div > *").count() == 0


def test_an_export_moves_from_the_disk(page: Page, tmp_path: Path) -> None:
    book = new_notebook("shown")
    bundle = epochs(HISTORY, epoch=3)._repr_mimebundle_()
    assert bundle is not None
    data = {key: bundle[0][key] for key in ("text/html", "text/plain")}
    book.cells[0].outputs = [nbformat.v4.new_output("execute_result", data=data)]
    html, _ = HTMLExporter().from_notebook_node(book)
    file = tmp_path / "lesson.html"
    file.write_text(html, encoding="utf-8")
    page.route("http*://**", lambda route: route.abort())
    page.goto(file.as_uri(), wait_until="domcontentloaded")
    page.get_by_role("slider", name="Epoch 3 of 15").press("ArrowRight")
    assert values(page) == [["Loss", "0.27", "0.21"], ["Accuracy", "0.91", "0.90"]]
    assert page.locator("[data-lk-epochs]").count() == 0
