"""Real Chromium, twice over: a whole JupyterLab, and a bench that holds one widget with its kernel half."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from ipywidgets.widgets import widget as registry  # type: ignore[import-untyped]
from playwright.sync_api import expect, sync_playwright

from lessonkit.publishing.chromium import launch
from lessonkit.questions import Quiz
from lessonkit.record import Recorder
from lessonkit.widgets import ProgressWidget, QuizWidget, SketchWidget
from tests.pages import names
from tools.browser import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Dialog, Error, Locator, Page

    from tools.browser import Lab

BENCH = Path(__file__).with_name("bench.html")

expect.set_options(
    timeout=20_000
)  # two cores may be busy with other tests; a page that is ready is not waited for


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # By module, not by session: while Playwright's loop lives, no other test of this process can run asyncio.
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own context. A dialog, or an error that no code caught, fails the test."""
    context = browser.new_context(viewport={"width": 1000, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(20_000)
    trouble: list[str] = []

    def note(error: Error) -> None:
        # Notebook 7 misses commands of JupyterLab when it opens. What a widget throws comes from a blob.
        stack = error.stack or ""
        # anywidget says this, and only this, where a start takes 2 s, as on a busy machine, and goes on. A
        # start that fails is another error, thrown when the widget is to be shown.
        slow = str(error) == "[anywidget] Failed to initialize model."
        if not slow and ("/static/notebook/" not in stack or "blob:" in stack):
            trouble.append(f"error: {error}")

    page.on("pageerror", note)

    def refuse(dialog: Dialog) -> None:
        trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", refuse)
    yield page
    context.close()
    assert not trouble, trouble


Shown: TypeAlias = QuizWidget | SketchWidget | ProgressWidget


@dataclass
class Bench:
    """One widget in a bare page, with those it shows inside itself. What they send is kept in `wire`."""

    page: Page
    widget: Shown
    wire: list[dict[str, Any]] = field(default_factory=list)

    def root(self) -> Locator:
        return self.page.locator(".lk-quiz").first

    def question(self, number: int) -> Locator:
        return self.page.locator(".lk-question").nth(number)

    def choice(self, number: int, choice: str) -> Locator:
        """The radio or the checkbox of a choice, by its id in the file."""
        question = self.widget.view["questions"][number]["id"]
        return self.question(number).locator(f"input[value='{names(self.widget, question).parts[choice]}']")


@pytest.fixture
def bench(page: Page, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Bench]:
    """Put widgets, or the widget of a quiz, on the bench: ``bench(quiz, width=320, theme="dark")``.

    A second call takes away what was there: the learner has closed the page and comes back.
    """
    stands: list[Bench] = []
    fresh: list[dict[str, Any]] = []

    def parts(name: str) -> dict[str, Any]:
        """Wire a widget, and return what the page needs to show it."""
        widget = registry._instances[name]

        def to_page(message: dict[str, Any], **_buffers: object) -> None:
            fresh.append(json.loads(json.dumps({"model": name, **message})))

        monkeypatch.setattr(widget, "_send", to_page)
        state = widget.get_state([key for key in ("view", "standing", "board") if widget.has_trait(key)])
        return {"state": json.loads(json.dumps(state)), "esm": str(widget._esm), "css": str(widget._css)}

    def to_kernel(content: object, name: str | None = None) -> list[dict[str, Any]]:
        registry._instances[name or stands[-1].widget.model_id]._handle_custom_msg(content, [])
        messages = fresh.copy()
        fresh.clear()
        stands[-1].wire.extend(messages)
        return messages

    def put(
        shown: Quiz | Shown, *beside: Shown, width: int = 800, theme: str = "light", height: int = 900
    ) -> Bench:
        fresh_record = Recorder("sqlite://")
        widget = QuizWidget(shown, recorder=fresh_record) if isinstance(shown, Quiz) else shown
        if not stands:
            page.expose_function("toKernel", to_kernel)
            page.expose_function("openModel", parts)
        stands.append(Bench(page, widget))
        page.set_viewport_size({"width": width, "height": height})
        page.goto(BENCH.as_uri())
        page.evaluate("theme => document.body.dataset.jpThemeLight = String(theme === 'light')", theme)
        for one in (*beside, widget):  # the last one is the main one
            page.evaluate("([name, parts]) => window.mount(name, parts)", [one.model_id, parts(one.model_id)])
        return stands[-1]

    return put


@pytest.fixture
def recorder() -> Recorder:
    """A record in memory."""
    return Recorder("sqlite://")


@pytest.fixture
def violations(page: Page) -> Callable[[str], list[str]]:
    """Run axe-core on the part of the page that a selector names; returns what it finds, one line each."""

    def run(selector: str) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        found = page.evaluate("async (part) => (await axe.run(part)).violations", selector)
        return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]

    return run


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One JupyterLab for each test process, on a copy of the course and with settings of its own."""
    with serve(tmp_path_factory.mktemp("lab")) as served:
        yield served
