"""A link to another lesson, with what JupyterLab does left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessonkit.widgets.assets import asset

if TYPE_CHECKING:
    from playwright.sync_api import Page

CLICK = """async (code) => {
  const script = new Blob([code], { type: "text/javascript" });
  const { openLessonsHere } = await import(URL.createObjectURL(script));
  window.timers = new Map();
  window.setInterval = (call) => (timers.set(timers.size + 1, call), timers.size);
  window.clearInterval = (id) => timers.delete(id);
  const manager = { context: { path: "a.ipynb" }, rendermime: { linkHandler: { handleLink() {} } } };
  document.body.innerHTML = "<a href='b.ipynb#End'>there</a>";
  document.addEventListener("click", (event) => event.preventDefault());
  openLessonsHere(document.body, manager, new AbortController().signal);
  document.querySelector("a").click();
  const [tick] = timers.values();
  let ticks = 0;
  for (; timers.size && ticks < 1000; ticks++) tick();
  return ticks;
}"""


def test_waiting_for_a_heading_of_a_page_that_was_left_ends(page: Page) -> None:
    page.goto("about:blank")
    assert page.evaluate(CLICK, asset("form.js")) == 200  # an error fails the test too
