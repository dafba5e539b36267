"""The strip and the squares in a real page: moved by keys and by hand, read aloud, and without a kernel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import numpy as np
import pytest
from nbconvert import HTMLExporter

from lessonkit.datasets import load_inbox
from lessonkit.metrics import ThresholdSweep
from lessonkit.widgets import StripWidget, sketch, squares, strip
from tests.browser.steps import new_notebook, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Bench
    from playwright.sync_api import Locator, Page

    from tools.browser import Lab

STAGE = Path(__file__).with_name("stage.html")
INBOX = load_inbox()
FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
RNG = np.random.default_rng(5)


class Stage:
    """One strip in a bare page, with its kernel half."""

    def __init__(self, page: Page, shown: StripWidget) -> None:
        self.page = page
        self.shown = shown

    def root(self, view: int = 0) -> Locator:
        return self.page.locator(".lk-strip").nth(view)

    def slider(self, view: int = 0) -> Locator:
        return self.root(view).get_by_role("slider", name="Threshold")

    def said(self, view: int = 0) -> dict[str, str]:
        self.page.evaluate(FRAMES)
        root = self.root(view)
        counts = {
            name: root.locator(f".lk-strip-tally [data-verdict={name}] .lk-strip-count").inner_text()
            for name in ("tp", "fn", "fp")
        }
        shares = {name: root.locator(f"[data-share={name}]").inner_text() for name in ("precision", "recall")}
        return counts | shares

    def heard(self, threshold: float) -> None:
        for _ in range(40):
            self.page.wait_for_timeout(50)  # the bridge to Python runs meanwhile
            if self.shown.threshold == threshold:
                return
        pytest.fail(f"Python stands at {self.shown.threshold}, not at {threshold}")


@pytest.fixture
def stage(page: Page) -> Callable[..., Stage]:
    """Put a strip on the stage: ``stage(strip, width=320, theme="dark")``."""

    def put(shown: StripWidget | None = None, *, width: int = 900, theme: str = "light") -> Stage:
        widget = shown or strip(INBOX.y_true, INBOX.scores, INBOX.subjects)

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
        states = [widget.get_state(["view", "threshold", "visited"])]
        parts = {"states": states, "esm": str(widget._esm), "css": str(widget._css)}
        page.evaluate("parts => window.stage(parts)", parts)
        page.locator(".lk-threshold path[d]").wait_for(state="attached")
        return Stage(page, widget)

    return put


def test_keys_walk_from_score_to_score_and_say_the_subject(stage: Callable[..., Stage], page: Page) -> None:
    stand = stage()
    page.keyboard.press("Tab")
    slider = stand.slider()
    assert slider.evaluate("slider => slider === document.activeElement")
    assert stand.said() == {
        "tp": "6",
        "fn": "1",
        "fp": "2",
        "precision": "6 of 8 = 0.75",
        "recall": "6 of 7 ≈ 0.86",
    }
    page.keyboard.press("End")
    assert stand.said()["precision"] == "0 of 0: nothing is flagged"
    order = np.argsort(-INBOX.scores)
    seen = []
    for place in order:
        page.keyboard.press("ArrowLeft")
        page.evaluate(FRAMES)
        seen.append(slider.get_attribute("aria-valuetext") or "")
        score, subject = INBOX.scores[place], INBOX.subjects[place]
        kind = "caught" if INBOX.y_true[place] else "false alarm"
        assert seen[-1] == f"{score:g}, {subject} ({kind})"
    assert stand.said() == {
        "tp": "7",
        "fn": "0",
        "fp": "13",
        "precision": "7 of 20 = 0.35",
        "recall": "7 of 7 = 1.00",
    }
    page.keyboard.press("PageUp")
    page.keyboard.press("Home")
    stand.heard(0.03)
    assert len(stand.shown.trail) == 20
    assert stand.root().locator(".lk-strip-past").count() == 20
    status = page.get_by_role("status")
    status.get_by_text("Threshold 0.03: 7 of 7 spam caught, 0 missed, 13 false alarms.").wait_for()
    assert page.get_by_role("status").count() == 1


def test_combinations_and_escape_are_left_alone(stage: Callable[..., Stage], page: Page) -> None:
    stand = stage()
    stand.slider().focus()
    page.evaluate(
        "() => { window.kept = []; document.addEventListener('keydown', "
        "(event) => window.kept.push([event.key, event.defaultPrevented])); }"
    )
    for keys in ("Control+ArrowLeft", "Shift+Enter", "Escape", "ArrowLeft"):
        page.keyboard.press(keys)
    kept = dict(page.evaluate("() => window.kept.slice().reverse()"))
    assert kept["Enter"] is False
    assert kept["Escape"] is False
    assert page.evaluate("() => window.kept.filter(([key]) => key === 'ArrowLeft')") == [
        ["ArrowLeft", False],
        ["ArrowLeft", True],
    ]


def test_the_line_is_dragged_and_python_hears(stage: Callable[..., Stage], page: Page) -> None:
    stand = stage()
    box = stand.root().locator("svg.lk-strip-plot").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 40, steps=8)
    page.mouse.up()
    page.mouse.move(0, 0)
    label = stand.root().locator(".lk-threshold text").text_content() or ""
    threshold = float(label.removeprefix("flagged: score ≥ ").removesuffix(" →"))
    assert 0.65 < threshold < 0.76
    assert threshold == round(threshold, 2)
    stand.heard(threshold)
    counts = stand.shown.confusion
    assert stand.said()["tp"] == str(counts.true_positives)
    assert stand.shown.trail[0] == (6 / 7, 0.75)


def test_hovering_names_the_email(stage: Callable[..., Stage], page: Page) -> None:
    stand = stage()
    mark = stand.root().locator(".lk-strip-mark").nth(int(np.sum(INBOX.scores > 0.62)))
    mark.hover(force=True)
    page.evaluate(FRAMES)
    caption = stand.root().locator(".lk-strip-caption")
    assert caption.inner_text() == "0.62, We would like to offer you the job (false alarm)"
    page.mouse.move(0, 0)
    page.evaluate(FRAMES)
    assert caption.inner_text() == "Last one flagged: 0.58, Your account is at risk (caught)"


def test_errors_have_a_ring_and_a_face(stage: Callable[..., Stage]) -> None:
    root = stage().root()
    faces = root.locator(".lk-strip-list li:has(.lk-strip-face) .lk-strip-subject").all_inner_texts()
    assert faces == [
        "Prize list of the chess club",
        "We would like to offer you the job",
        "Are you in the office?",
    ]
    assert root.locator(".lk-strip-mark .lk-strip-ring:not([hidden])").count() == 3


@pytest.mark.parametrize(
    "scores",
    [
        40 * RNG.normal(size=30),
        np.round(RNG.random(30), 1),
        np.r_[np.inf, -np.inf, RNG.normal(size=28)],
        np.full(30, 4.0),
        np.r_[-1.7e308, 1.7e308, np.zeros(28)],
    ],
)
def test_the_page_counts_as_the_sweep_does(
    stage: Callable[..., Stage], page: Page, scores: np.ndarray[Any, Any]
) -> None:
    y_true = np.arange(30) % 3 == 0
    stand = stage(strip(y_true, scores))
    sweep = ThresholdSweep(y_true, scores)
    stand.slider().press("End")
    for _ in range(8):
        stand.slider().press("ArrowLeft")
        stand.slider().press("ArrowLeft")
        said = stand.said()
        page.wait_for_timeout(250)
        counts = sweep.at(stand.shown.threshold)
        assert said["tp"] == str(counts.true_positives)
        assert said["fp"] == str(counts.false_positives)
    assert page.locator(".lk-strip svg").evaluate_all(
        "parts => parts.every((part) => !/NaN|Infinity/.test(part.outerHTML))"
    )


@pytest.mark.parametrize(("theme", "width"), [("light", 900), ("dark", 900), ("light", 320), ("dark", 320)])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    stage: Callable[..., Stage], violations: Callable[[str], list[str]], page: Page, theme: str, width: int
) -> None:
    stand = stage(width=width, theme=theme)
    stand.slider().press("ArrowLeft")
    assert violations(".lk-strip") == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_a_hundred_rows_are_a_list_that_scrolls(
    stage: Callable[..., Stage], violations: Callable[[str], list[str]]
) -> None:
    scores = RNG.random(100)
    stand = stage(strip(scores > 0.5, scores, ["<b>a</b>"] * 100, trail=False))
    assert violations(".lk-strip") == []
    assert stand.root().locator(".lk-strip-trail").count() == 0
    assert stand.root().locator(".lk-strip-subject").first.inner_text() == "<b>a</b>"


def test_two_views_agree_and_clean_up(stage: Callable[..., Stage], page: Page) -> None:
    stand = stage()
    page.evaluate("() => window.addView(0)")
    stand.slider(1).press("Home")
    assert stand.said(0) == stand.said(1)
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))
    page.evaluate("() => window.closeAll()")
    assert page.evaluate("() => window.listenerCount()") == 0
    assert page.locator("main > div > *").count() == 0


def test_the_sketch_shows_the_trail(bench: Callable[..., Bench], page: Page) -> None:
    shown = strip(INBOX.y_true, INBOX.scores)
    shown.threshold = 0.9
    bench(sketch(ThresholdSweep(INBOX.y_true, INBOX.scores), trail=shown.trail))
    marks = page.locator(".lk-sketch-visited")
    assert marks.evaluate_all("marks => marks.map(mark => mark.getAttribute('cy'))") == ["25.00%", "0.00%"]
    assert page.get_by_text("the points of your trail").is_visible()


# In a page without a kernel


def exported(page: Page, tmp_path: Path, *shown: object) -> None:
    book = new_notebook(*["shown" for _ in shown])
    for cell, one in zip(book.cells, shown, strict=True):
        bundle = one._repr_mimebundle_()  # type: ignore[attr-defined]
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data = {key: data[key] for key in ("text/html", "text/plain")}
        cell.outputs = [nbformat.v4.new_output("execute_result", data=data)]
    html, _ = HTMLExporter().from_notebook_node(book)
    file = tmp_path / "lesson.html"
    file.write_text(html, encoding="utf-8")
    page.route("http*://**", lambda route: route.abort())
    page.goto(file.as_uri(), wait_until="domcontentloaded")


def test_an_export_moves_from_the_disk(
    page: Page, tmp_path: Path, violations: Callable[[str], list[str]]
) -> None:
    same = [strip(INBOX.y_true, INBOX.scores, INBOX.subjects) for _ in range(2)]
    exported(page, tmp_path, *same, squares(INBOX.y_true, INBOX.scores >= 0.5, subjects=INBOX.subjects))
    page.locator(".lk-strip").nth(1).wait_for()
    stand = Stage(page, same[0])
    stand.slider(1).press("Home")
    assert stand.said(1)["fp"] == "13"
    assert stand.said(0)["fp"] == "2", "each output has its own"
    assert page.locator("[data-lk-strip]").count() == 0
    second = page.get_by_role("img", name="6 of 7 spam caught, 1 missed, 2 false alarms")
    assert not second.is_visible()
    page.get_by_text("Show what the filter caught").click()
    assert second.is_visible()
    assert second.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    assert violations("details") == []
    for word in ("Caught (6)", "False alarms (2)", "Missed (1)"):
        assert page.get_by_text(word).is_visible()


# In JupyterLab


SHOW = """
import lessonkit as lk
inbox = lk.datasets.load_inbox()
shown = lk.strip(inbox.y_true, inbox.scores, inbox.subjects)
shown
"""


def test_in_jupyterlab_keys_stay_in_the_strip_and_python_hears(
    page: Page, lab: Lab, violations: Callable[[str], list[str]]
) -> None:
    cells = ("above = 1", SHOW, "print(shown.threshold, len(shown.trail))")
    lab.open(page, write_notebook(lab, "strip.ipynb", *cells))
    lab.run_all(page)
    page.locator(".jp-OutputArea-output", has_text="0.5 1").wait_for()
    slider = page.get_by_role("slider", name="Threshold", exact=True)
    slider.focus()
    cell = lab.active_cell(page)
    for key in ("End", "ArrowLeft", "ArrowDown", "PageDown"):
        page.keyboard.press(key)
    assert slider.evaluate("slider => slider === document.activeElement")
    assert lab.active_cell(page) == cell
    page.wait_for_timeout(500)
    page.evaluate("() => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = 2 }")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell')")
    page.locator(".jp-OutputArea-output", has_text="0.88 4").wait_for()
    for theme in ("light", "dark"):
        lab.set_theme(page, theme)
        assert violations(".lk-strip") == []


def test_in_an_untrusted_notebook_the_squares_unfold_and_the_strip_is_a_picture(page: Page, lab: Lab) -> None:
    book = new_notebook("squares", "strip")
    shown: list[Any] = [
        squares(INBOX.y_true, INBOX.scores >= 0.5, subjects=INBOX.subjects)._repr_mimebundle_(),
        (strip(INBOX.y_true, INBOX.scores, INBOX.subjects)._repr_mimebundle_() or ({},))[0],
    ]
    for cell, bundle in zip(book.cells, shown, strict=True):
        data = {key: bundle[key] for key in ("text/html", "text/plain")}
        cell.outputs = [nbformat.v4.new_output("execute_result", data=data, execution_count=1)]
    nbformat.write(book, lab.folder / "notebooks" / "stored.ipynb")
    lab.open(page, "notebooks/stored.ipynb")
    first = page.get_by_role("img", name="20 squares: 7 spam and 13 normal emails.")
    second = page.locator("details img")
    assert first.is_visible()
    assert not second.is_visible()
    page.get_by_text("Show what the filter caught").click()
    assert second.is_visible()
    assert second.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    assert page.locator(".lk-strip").count() == 0, "no script ran"
    picture = page.get_by_role("img", name="Threshold 0.5: 6 of 7 spam caught")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
