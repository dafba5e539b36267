"""The curve sketch in a real page: drawn by pointer, touch and keys, in a bare page and in JupyterLab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest
from nbconvert import HTMLExporter

from lessonkit.datasets import load_email_scores
from lessonkit.metrics import ThresholdSweep
from lessonkit.widgets import SketchWidget, sketch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Bench
    from playwright.sync_api import Locator, Page

    from tools.browser import Lab

EMAIL = ThresholdSweep(load_email_scores().y_true, load_email_scores().scores)
PATIENCE = 10_000
STROKE = [(0.0, 1.0), (0.4, 0.8), (1.0, 0.2)]


@pytest.fixture
def stand(bench: Callable[..., Bench]) -> Bench:
    return bench(sketch(EMAIL))


def points(page: Page, view: int = 0) -> list[float]:
    inputs = page.locator(".lk-sketch").nth(view).locator("input[type=range]")
    return [float(value) for value in inputs.evaluate_all("inputs => inputs.map(input => input.value)")]


def place(page: Page, x: float, y: float) -> tuple[float, float]:
    box = page.locator(".lk-sketch-canvas").first.bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + (1 - y) * box["height"]


def draw(page: Page, stroke: list[tuple[float, float]]) -> None:
    page.mouse.move(*place(page, *stroke[0]))
    page.mouse.down()
    for point in stroke[1:]:
        page.mouse.move(*place(page, *point), steps=8)
    page.mouse.up()


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def commit(page: Page) -> None:
    draw(page, STROKE)
    button(page, "Commit and show").click()
    page.locator(".lk-summary").first.wait_for()


def test_one_stroke_sets_every_point_where_it_is_crossed(stand: Bench, page: Page) -> None:
    draw(page, STROKE)
    assert points(page) == pytest.approx([1, 0.9, 0.8, 0.6, 0.4, 0.2], abs=0.015)
    assert page.locator(".lk-sketch-trail").get_attribute("points") == ""
    draw(page, [(0.98, 0.1), (0.7, 0.3), (0.5, 0.3)])  # backward, over a part
    assert points(page) == pytest.approx([1, 0.9, 0.8, 0.3, 0.23, 0.1], abs=0.015)
    assert stand.widget.standing["points"] == tuple(points(page))


@pytest.mark.usefixtures("stand")
def test_a_point_is_dragged_and_a_press_beside_it_does_not_make_it_jump(page: Page) -> None:
    draw(page, STROKE)
    before = points(page)
    draw(page, [(0.405, 0.82), (0.41, 0.52)])
    assert points(page) == pytest.approx([*before[:2], before[2] - 0.3, *before[3:]], abs=0.015)
    draw(page, [(0.4, 0.5), (0.4, 1.7)])
    assert points(page)[2] == 1, "a drag out of the plot stops at its edge"
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == (
        "Precision you expect at recall 0.4"
    )
    page.mouse.click(*place(page, 0.63, 0.25))
    assert points(page)[3] == pytest.approx(0.25, abs=0.015)


def test_only_placed_points_are_joined(stand: Bench, page: Page) -> None:
    assert page.locator(".lk-sketch-placed").count() == 0
    page.get_by_label("Precision you expect at recall 0.2").press("ArrowUp")
    assert page.locator(".lk-sketch-placed").count() == 1
    button(page, "Commit and show").click()
    page.get_by_text("5 of 6 points are not placed yet, at recall 0, 0.4, 0.6, 0.8, 1.").first.wait_for()
    assert not stand.widget.committed
    assert page.evaluate("() => window.sent.every(message => message.type === 'draft')")


def test_nothing_of_the_curve_is_in_the_page_before_the_commit(stand: Bench, page: Page) -> None:
    draw(page, STROKE)
    page.wait_for_function("() => window.received.some(message => message.method === 'custom')")
    known = page.content() + str(page.evaluate("() => JSON.stringify(window.received)"))
    assert not any(secret in known for secret in ("0.093", "0.54", "prevalence", "M0 "))
    assert page.locator(".lk-sketch-true:visible").count() == 0
    commit(page)
    assert stand.widget.committed
    assert "prevalence 0.093" in page.content()


@pytest.mark.usefixtures("stand")
def test_the_commit_is_announced_and_locks_the_points(page: Page) -> None:
    commit(page)
    page.get_by_role("status").get_by_text("The true curve is drawn in. It agrees with yours in").wait_for()
    committed = button(page, "Committed")
    assert committed.get_attribute("aria-disabled") == "true"
    assert committed.evaluate("button => button === document.activeElement")
    before = points(page)
    point = page.get_by_label("Precision you expect at recall 1")
    point.press("ArrowUp")
    draw(page, [(0, 0.1), (1, 0.1)])
    assert points(page) == before
    assert point.get_attribute("aria-valuetext") == ("you expected precision 0.20; the true curve is at 0.09")
    assert page.locator(".lk-sketch-diamond:visible").count() == 6
    assert page.locator(".lk-sketch-table td").count() == 12
    assert page.locator(".lk-sketch-verdict").all_inner_texts()[0] == "Start: as you expected"
    dashes = [
        page.locator(f".lk-sketch-canvas .lk-sketch-{line}").evaluate(
            "line => getComputedStyle(line).strokeDasharray"
        )
        for line in ("yours", "true", "baseline")
    ]
    assert len(set(dashes)) == 3, "color is not the only sign"


def test_drawing_again_starts_empty_and_keeps_the_focus(stand: Bench, page: Page) -> None:
    commit(page)
    button(page, "Draw again").press("Enter")
    page.get_by_role("status").get_by_text("The plot is empty.").wait_for()
    assert page.locator(".lk-sketch-placed, .lk-summary").count() == 0
    assert page.locator(".lk-sketch-diamond:visible").count() == 0
    assert button(page, "Commit and show").evaluate("button => button === document.activeElement")
    commit(page)
    assert stand.widget.standing["attempt"] == 1


@pytest.mark.usefixtures("stand")
def test_two_views_show_one_sketch_and_clean_up(page: Page) -> None:
    page.evaluate("() => window.cleanups.push(window.addView())")
    draw(page, STROKE)
    page.wait_for_function("() => document.querySelectorAll('.lk-sketch-placed').length === 12")
    assert points(page, 1) == points(page, 0)
    button(page, "Commit and show").nth(1).click()
    page.locator(".lk-summary").nth(1).wait_for()
    assert page.locator(".lk-summary").count() == 2
    assert page.get_by_role("status").nth(0).inner_text() == "", "only the view that asked speaks"
    page.evaluate("() => window.cleanups.push(window.addView())")
    assert points(page, 2) == points(page, 0)
    assert page.locator(".lk-summary").count() == 3
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))

    page.evaluate("() => window.cleanups.forEach(cleanup => cleanup())")
    assert page.locator(".lk-sketch").count() == 0
    assert page.evaluate("() => window.listenerCount()") == 0


@pytest.mark.parametrize("kernel", ["silent", "gone"])
def test_without_a_kernel_the_sketch_stays_and_the_learner_is_told(
    bench: Callable[..., Bench], page: Page, kernel: str
) -> None:
    page.clock.install()
    stand = bench(sketch(EMAIL))
    page.evaluate("kernel => { window.kernel = kernel }", kernel)
    draw(page, STROKE)
    before = points(page)
    button(page, "Commit and show").click()
    page.clock.run_for(PATIENCE + 100)
    page.locator(".lk-notice").get_by_text("No reply yet").wait_for()
    assert points(page) == before
    page.evaluate("() => { window.kernel = 'alive' }")
    button(page, "Commit and show").click()
    page.locator(".lk-summary").wait_for()
    assert stand.widget.points == tuple(before)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 800])
def test_each_state_is_accessible_and_fits(
    bench: Callable[..., Bench],
    page: Page,
    violations: Callable[[str], list[str]],
    width: int,
    theme: str,
) -> None:
    bench(sketch(EMAIL), width=width, theme=theme)
    assert violations(".lk-sketch") == []
    commit(page)
    assert violations(".lk-sketch") == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_right_to_left_text_leaves_the_axes_as_they_are(bench: Callable[..., Bench], page: Page) -> None:
    bench(sketch(EMAIL, curve="roc"), width=320)
    page.evaluate("() => { document.documentElement.dir = 'rtl' }")
    first, last = page.locator(".lk-sketch-input").first, page.locator(".lk-sketch-input").last
    boxes = [point.bounding_box() for point in (first, last)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["x"] < boxes[1]["x"]
    first.press("ArrowUp")
    assert points(page)[0] == 0.51
    assert first.get_attribute("aria-label") == "Recall you expect at false positive rate 0"
    draw(page, STROKE)
    assert points(page)[0] > points(page)[-1]
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320


def test_touch_draws_and_does_not_scroll(stand: Bench, page: Page) -> None:
    assert page.locator(".lk-sketch-canvas").evaluate("node => getComputedStyle(node).touchAction") == "none"
    session = page.context.new_cdp_session(page)
    way = [place(page, x / 20, 0.9 - x / 40) for x in range(21)]
    for kind, touches in (
        ("touchStart", [way[0]]),
        *(("touchMove", [spot]) for spot in way[1:]),
        ("touchEnd", []),
    ):
        session.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in touches]}
        )
    page.wait_for_function("() => document.querySelectorAll('.lk-sketch-placed').length === 6")
    assert points(page) == pytest.approx([0.9, 0.8, 0.7, 0.6, 0.5, 0.4], abs=0.02)
    assert stand.widget.standing["points"] == tuple(points(page))


# In JupyterLab, and without a kernel


def test_a_curve_is_sketched_by_keyboard_alone(
    page: Page, lab: Lab, violations: Callable[[str], list[str]]
) -> None:
    show = """import lessonkit as lk

email = lk.datasets.load_email_scores()
lk.sketch(lk.ThresholdSweep(email.y_true, email.scores))"""
    cells = ["above = 1", show, "below = 1"]
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(book, lab.folder / "sketch.ipynb")
    lab.open(page, "sketch.ipynb")
    lab.run_all(page)
    page.locator(".lk-sketch").wait_for()
    page.locator(".jp-Cell").first.locator(".cm-content").click()
    page.keyboard.press("Escape")
    focus = "() => document.activeElement.getAttribute('aria-label')"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(focus) == "Precision you expect at recall 0":
            break
    cell = lab.active_cell(page)
    for keys in (["End"], ["PageUp"] * 4, ["ArrowUp"], ["ArrowDown"], ["PageDown"] * 2, ["Home"]):
        for key in keys:
            page.keyboard.press(key)
        page.keyboard.press("Tab")
    assert points(page) == pytest.approx([1, 0.9, 0.51, 0.49, 0.3, 0])
    assert page.evaluate("() => document.activeElement.textContent") == "Commit and show the true curve"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.locator(".lk-summary").wait_for()
    assert page.evaluate(focus) == "Precision you expect at recall 1", "the focus stays"
    assert lab.active_cell(page) == cell
    end = "You expected precision 0 at recall 1; flagging everything gives the prevalence, 0.093."
    assert page.get_by_text(end).is_visible()

    for theme in ("light", "dark"):
        lab.set_theme(page, theme)
        assert violations(".lk-sketch") == []

    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    lab.open(page, "sketch.ipynb")
    page.locator(".lk-summary").wait_for()
    assert points(page) == pytest.approx([1, 0.9, 0.51, 0.49, 0.3, 0]), "it survives a reload"


def test_without_a_kernel_the_curve_unfolds(page: Page, tmp_path: Path) -> None:
    bundle = SketchWidget(EMAIL)._repr_mimebundle_()
    assert bundle is not None
    data = {kind: bundle[0][kind] for kind in ("text/html", "text/plain")}
    cell = nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("display_data", data)])
    html, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    file = tmp_path / "lesson.html"
    file.write_text(html, encoding="utf-8")
    page.route("http*://**", lambda route: route.abort())
    page.goto(file.as_uri(), wait_until="domcontentloaded")
    picture = page.get_by_role("img", name="The precision–recall curve starts at precision 1")
    assert not picture.is_visible()
    page.get_by_text("Show the true precision–recall curve").click()
    assert picture.is_visible()
