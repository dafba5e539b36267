"""Quiz texts that would like to be programs are shown as text, by the widget and by the static body."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest
from nbconvert import HTMLExporter

from lessonkit.questions import Quiz
from lessonkit.widgets import QuizWidget

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Bench
    from playwright.sync_api import Page

LONG_WORD = "w" * 5_000
ATTACKS = (
    "<script>window.pwned = 1</script>",
    "<img src=x onerror='window.pwned = 2'>",
    "<svg onload=alert(3)>",
    "[link](javascript:window.pwned=4)",
    "![x](x' onerror='window.pwned=5)",
    "</div></details></script><b>a<b",
    "`<script>window.pwned = 6</script>`",
    "$x$ and $\\text{<img src=x onerror=alert(7)>}$ and `` a`b ``",
)
TEXT = "\n\n".join([*ATTACKS, f"```python\n<script>window.pwned = 8</script> {LONG_WORD}\n```", LONG_WORD])
PLAIN = "<script>alert(9)</script> a<b & \"'` " + LONG_WORD

HOSTILE = Quiz.model_validate(
    {
        "lesson": "hostile",
        "title": PLAIN,
        "objectives": {"stay-safe": PLAIN},
        "questions": [
            {
                "id": kind,
                "kind": kind,
                "objective": "stay-safe",
                "prompt": f"{kind}\n\n{TEXT}",
                "hints": [TEXT],
                "explain": TEXT,
                "see": f"notebooks/hostile.ipynb#{LONG_WORD}",
                **rest,
            }
            for kind, rest in {
                "single": {
                    "choices": [
                        {"id": "good", "text": f"1\n\n{TEXT}", "why": TEXT, "correct": True},
                        {"id": "bad", "text": f"2\n\n{TEXT}", "why": TEXT, "misconception": "trust"},
                    ]
                },
                "multiple": {
                    "marking": "all",
                    "choices": [
                        {"id": "good", "text": f"1\n\n{TEXT}", "why": TEXT, "correct": True},
                        {"id": "bad", "text": f"2\n\n{TEXT}", "why": TEXT, "misconception": "trust"},
                    ],
                },
                "numeric": {
                    "answer": 1,
                    "tolerance": 0,
                    "unit": PLAIN,
                    "mistakes": [{"answer": 2, "misconception": "trust", "why": TEXT}],
                },
            }.items()
        ],
    }
)

# What must not exist inside an element, whatever the texts say.
ALIVE = """root => [...root.querySelectorAll("*")].filter(element =>
    element.matches("script, iframe, object, embed, [href^='javascript' i]")
    || (element.matches("img") && element.src.startsWith("http"))
    || [...element.attributes].some(attribute => attribute.name.startsWith("on"))
  ).map(element => element.outerHTML.slice(0, 200))"""


def assert_harmless(page: Page, selector: str) -> None:
    page.wait_for_timeout(200)  # an onerror would need a moment
    assert page.evaluate("() => window.pwned") is None
    for root in page.locator(selector).all():
        assert root.evaluate(ALIVE) == []


@pytest.mark.parametrize("width", [320, 1000])
def test_the_widget_shows_hostile_texts_as_text(page: Page, bench: Callable[..., Bench], width: int) -> None:
    stand = bench(HOSTILE, width=width)
    for number in range(2):
        question = stand.question(number)
        stand.choice(number, "bad").check()
        question.get_by_role("button", name="hint").click()
        question.get_by_role("button", name="Check answer").click()
        question.locator(".lk-summary").wait_for()
    stand.question(0).get_by_role("button", name="Show the answer").click()
    stand.question(2).locator(".lk-number").fill("2")
    stand.question(2).locator(".lk-number").press("Enter")
    stand.question(2).locator(".lk-summary").wait_for()

    assert_harmless(page, ".lk-quiz")
    shown = stand.root().inner_text()
    for text in (
        "<script>window.pwned = 1</script>",
        "<img src=x onerror='window.pwned = 2'>",
        "<b>a<b",
        LONG_WORD,
    ):
        assert shown.count(text) >= 9
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 1000])
def test_the_static_body_shows_hostile_texts_as_text(page: Page, tmp_path: Path, width: int) -> None:
    bundle = QuizWidget(HOSTILE)._repr_mimebundle_()
    assert bundle is not None
    data = {kind: body for kind, body in bundle[0].items() if kind.startswith("text/")}
    output = nbformat.v4.new_output("execute_result", data=data, execution_count=1)
    cell = nbformat.v4.new_code_cell("quiz", outputs=[output], execution_count=1)
    html, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    file = tmp_path / "hostile.html"
    file.write_text(html, encoding="utf-8")

    page.route(
        "http*://**", lambda route: route.abort()
    )  # the exporter's own links; a classroom may be offline
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(file.as_uri(), wait_until="domcontentloaded")
    page.evaluate("() => document.querySelectorAll('details').forEach(details => details.open = true)")
    body = ".jp-OutputArea-output"
    assert_harmless(page, body)
    shown = page.locator(body).inner_text()
    for text in (
        "<script>window.pwned = 1</script>",
        "<img src=x onerror='window.pwned = 2'>",
        "<b>a<b",
        LONG_WORD,
    ):
        assert shown.count(text) >= 9
    assert page.locator(body).evaluate("root => root.scrollWidth - root.clientWidth") <= 0
