"""Real Chromium, twice over: a whole JupyterLab, and a bench that holds one widget with its kernel half."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import sync_playwright

from lessonkit.questions import Quiz
from lessonkit.record import Recorder
from lessonkit.widgets import QuizWidget, SketchWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Dialog, Locator, Page

REPOSITORY = Path(__file__).parents[2]
BENCH = Path(__file__).with_name("bench.html")
LAB_START = 60  # seconds, on a slow machine
RUN_ALL = 120  # seconds


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # By module, not by session: while Playwright's loop lives, no other test of this process can run asyncio.
    flags = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-gpu",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    chromium = os.environ.get("LESSONKIT_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own context. A dialog, or an error that no code caught, fails the test."""
    context = browser.new_context(viewport={"width": 1000, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(20_000)
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(f"error: {error}"))

    def refuse(dialog: Dialog) -> None:
        trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", refuse)
    yield page
    context.close()
    assert not trouble, trouble


@dataclass
class Bench:
    """One widget in a bare page. What its kernel half sends is kept in `wire`."""

    page: Page
    widget: QuizWidget | SketchWidget
    wire: list[dict[str, Any]] = field(default_factory=list)

    def root(self) -> Locator:
        return self.page.locator(".lk-quiz").first

    def question(self, number: int) -> Locator:
        return self.page.locator(".lk-question").nth(number)


@pytest.fixture
def bench(page: Page, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Bench]:
    """Put a quiz or a sketch on the bench: ``bench(quiz, width=320, theme="dark")``."""

    def put(shown: Quiz | SketchWidget, *, width: int = 800, theme: str = "light") -> Bench:
        fresh_record = Recorder("sqlite://")
        widget = QuizWidget(shown, recorder=fresh_record) if isinstance(shown, Quiz) else shown
        result = Bench(page, widget)
        fresh: list[dict[str, Any]] = []

        def to_page(message: dict[str, Any], **_buffers: object) -> None:
            fresh.append(json.loads(json.dumps(message)))

        def to_kernel(content: object) -> list[dict[str, Any]]:
            widget._handle_custom_msg(content, [])
            messages = fresh.copy()
            fresh.clear()
            result.wire.extend(messages)
            return messages

        monkeypatch.setattr(widget, "_send", to_page)
        page.expose_function("toKernel", to_kernel)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(BENCH.as_uri())
        page.evaluate("theme => document.body.dataset.jpThemeLight = String(theme === 'light')", theme)
        state = json.loads(json.dumps({"view": widget.view, "standing": widget.standing}))
        page.evaluate(
            "parts => window.mount(parts)", {"state": state, "esm": str(widget._esm), "css": str(widget._css)}
        )
        return result

    return put


@pytest.fixture
def violations(page: Page) -> Callable[[str], list[str]]:
    """Run axe-core on the part of the page that a selector names; returns what it finds, one line each."""

    def run(selector: str) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        found = page.evaluate("async (part) => (await axe.run(part)).violations", selector)
        return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]

    return run


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab over `folder`, a copy of the course."""

    url: str
    folder: Path

    def open(self, page: Page, notebook: str) -> None:
        """Open a notebook and wait until its kernel is connected and idle.

        Run All clicked earlier starts a second kernel and leaves cells without output.
        """
        page.goto(f"{self.url}/lab/tree/{notebook}?reset")
        page.wait_for_function(
            """() => {
              const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
              const kernel = context?.session?.kernel;
              return context?.isReady && kernel?.connectionStatus === "connected" && kernel.status === "idle";
            }""",
            timeout=60_000,
        )

    def run_all(self, page: Page) -> None:
        """Run all cells, and wait until the last one is done."""
        done = page.evaluate(
            """seconds => Promise.race([
              window.jupyterapp.commands.execute("notebook:run-all-cells").then(() => true),
              new Promise((resolve) => setTimeout(resolve, seconds * 1000, false)),
            ])""",
            RUN_ALL,
        )
        assert done, f"the notebook took longer than {RUN_ALL} s"

    def set_theme(self, page: Page, theme: str) -> None:
        """Switch between "light" and "dark"."""
        page.evaluate(
            "name => window.jupyterapp.commands.execute('apputils:change-theme', { theme: name })",
            f"JupyterLab {theme.capitalize()}",
        )
        page.wait_for_selector(
            f"body[data-jp-theme-light='{str(theme == 'light').lower()}']", state="attached"
        )

    def active_cell(self, page: Page) -> int:
        """Return the index of the notebook cell that is selected."""
        index: int = page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex")
        return index


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One JupyterLab for each test process, on a copy of the course and with settings of its own."""
    home = tmp_path_factory.mktemp("lab")
    folder = home / "course"
    folder.mkdir()
    for name in ("notebooks", "quizzes"):
        if (REPOSITORY / name).is_dir():
            shutil.copytree(REPOSITORY / name, folder / name)
    config = home / "config" / "labconfig"
    config.mkdir(parents=True)
    no_news = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (config / "page_config.json").write_text(json.dumps(no_news), encoding="utf-8")
    environment = {
        **os.environ,
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *(
            "--IdentityProvider.token=",
            f"--ServerApp.root_dir={folder}",
            "--LabApp.expose_app_in_browser=True",
        ),
    ]
    log = home / "server.log"
    with log.open("wb") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as server:
        try:
            _wait_for_server(f"http://127.0.0.1:{port}/api", server, log)
            yield Lab(f"http://127.0.0.1:{port}", folder)
        finally:
            server.terminate()  # it shuts its kernels down first
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()


def _wait_for_server(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + LAB_START
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310  (our own loopback address)
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")
