"""The built site, opened from the disk with networking cut off."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lessonkit.datasets import load_email_scores
from lessonkit.metrics import Confusion, ThresholdSweep
from lessonkit.questions.bank import renamed
from tools.check_links import Page as LinkedPage
from tools.check_links import problems
from tools.lesson import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Locator, Page

REPOSITORY = Path(__file__).parents[2]
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("[0-9]*.ipynb"))
COUNTS = """(explorer) => Object.fromEntries([...explorer.querySelectorAll("[data-cell]")].map(
  (cell) => [cell.dataset.cell, Number(cell.querySelector(".lk-count").textContent.replaceAll(",", ""))]))"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once without a word of warning."""
    out = tmp_path_factory.mktemp("site") / "out"
    # Not in this process: Sphinx changes the locale, the warnings and docutils for good.
    command = [sys.executable, "-m", "tools.site", str(out)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert [path.name for path in out.parent.iterdir()] == ["out"], "nothing is left beside it"
    return out


@dataclass
class Reader:
    """Somebody who reads the site from the disk, without a network."""

    page: Page
    folder: Path

    def open(self, name: str) -> None:
        self.page.goto((self.folder / name).as_uri())

    def explorer(self) -> Locator:
        return self.page.locator(".lk-explorer").first

    def threshold(self) -> float:
        return float(self.explorer().get_by_role("textbox", name="Threshold").input_value())

    def moved(self, before: float) -> float:
        """Wait until the explorer stands elsewhere; return where."""
        self.page.wait_for_function(
            "before => Number(document.querySelector('.lk-explorer input').value) !== before", arg=before
        )
        return self.threshold()

    def dark(self, part: str) -> bool:
        """Whether the background of a part is dark."""
        color = self.page.locator(part).first.evaluate("part => getComputedStyle(part).backgroundColor")
        return sum(map(int, re.findall(r"\d+", color)[:3])) < 3 * 128


@pytest.fixture
def reader(built: Path, page: Page) -> Iterator[Reader]:
    page.context.set_offline(offline=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield Reader(page, built)
    assert asked
    assert all(address.startswith(("file:", "data:")) for address in asked), asked


class Pictures(HTMLParser):
    """The alternative texts of a page's pictures."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.texts: list[str | None] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.texts.append(dict(attrs).get("alt"))


def test_every_link_leads_somewhere_and_nothing_is_loaded_from_elsewhere(built: Path) -> None:
    assert problems(built) == []
    assert len(list(built.glob("[0-9]*.html"))) == len(NOTEBOOKS) + len(renamed())


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lesson_is_whole(built: Path, notebook: Path) -> None:
    lesson, page = load(notebook), built / f"{notebook.stem}.html"
    html = page.read_text(encoding="utf-8")
    linked = LinkedPage()
    linked.feed(html)
    assert lesson.anchors <= linked.anchors, "the links that work in JupyterLab work here"

    texts = Pictures(page).texts
    assert len(texts) >= sum(len(cell.images) for cell in lesson.cells)
    assert all(text and len(text) > 40 for text in texts), texts

    formulas = sum(cell.source.count(r"\frac") for cell in lesson.markdown)
    assert html.count("<mfrac>") >= formulas
    assert r"\frac" not in re.sub(r"<(script|img).*?>", "", html)
    copy = f"_sources/{notebook.name}"
    assert copy in linked.links
    assert (built / copy).read_bytes() == notebook.read_bytes()


def counts(there: Confusion) -> dict[str, float]:
    """Return the counts as the explorer shows them."""
    return {
        "tp": there.true_positives,
        "fp": there.false_positives,
        "fn": there.false_negatives,
        "tn": there.true_negatives,
    }


def test_an_explorer_moves(reader: Reader) -> None:
    email = load_email_scores()
    sweep = ThresholdSweep(email.y_true, email.scores)
    for name in ("index.html", "02-decision-thresholds.html"):
        reader.open(name)
        explorer = reader.explorer()
        explorer.scroll_into_view_if_needed()
        box = explorer.locator(".lk-scores").bounding_box()
        rail = explorer.get_by_role("slider", name="Threshold", exact=True).bounding_box()
        assert box
        assert rail
        assert reader.threshold() == 0.5
        y = box["y"] + box["height"] / 2
        reader.page.mouse.move(rail["x"] + rail["width"] / 2, y)
        reader.page.mouse.down()
        reader.page.mouse.move(rail["x"] + 0.3 * rail["width"], y, steps=5)
        reader.page.mouse.up()
        dragged = reader.moved(0.5)
        assert dragged == pytest.approx(0.3, abs=0.03)
        assert explorer.evaluate(COUNTS) == counts(sweep.at(dragged))
        explorer.get_by_role("slider", name="Threshold", exact=True).press("ArrowRight")
        pressed = reader.moved(dragged)
        assert pressed > dragged
        assert explorer.evaluate(COUNTS) == counts(sweep.at(pressed))


def test_quizzes_and_solutions_unfold(reader: Reader) -> None:
    reader.open("01-precision-and-recall.html")
    folded = reader.page.locator("article details")
    names = folded.locator("summary").all_text_contents()
    assert names.count("Solution") == 4
    assert names.count("Answer and reasons") >= 8
    for details in folded.all():
        inside = details.locator(":scope > :not(summary)").first
        assert not inside.is_visible()
        details.locator("summary").first.press("Enter")
        assert inside.is_visible()
        assert inside.inner_text().strip()


def test_an_answer_leads_back_to_its_section(reader: Reader) -> None:
    reader.open("03-precision-recall-curves.html")
    answer = reader.page.locator("details:has(a[href*='.html#'])").first
    answer.locator("summary").click()
    link = answer.locator("a[href*='.html#']")
    place = (link.get_attribute("href") or "").partition("#")[2]
    link.click()
    reader.page.wait_for_function(
        "place => Math.abs(document.getElementById(place)?.getBoundingClientRect().top) < 120", arg=place
    )


def test_the_search_finds_words_terms_and_sections(reader: Reader) -> None:
    reader.open("index.html")
    field = reader.page.get_by_role("textbox", name="Search")
    field.fill("bootstrap")
    field.press("Enter")
    results = reader.page.locator("#search-results li a")
    results.first.wait_for()
    assert {"05 · The area under the PR curve", "Glossary"} <= set(results.all_text_contents())
    results.filter(has_text="05 ·").first.click()
    assert reader.page.get_by_role("heading", level=1).inner_text().startswith("05 · The area")


def test_the_theme_can_be_switched(reader: Reader) -> None:
    reader.page.emulate_media(color_scheme="dark")
    reader.open("02-decision-thresholds.html")
    reader.explorer().wait_for()
    assert reader.dark("body")
    assert reader.dark(".lk-explorer")
    switch = reader.page.locator("button.theme-toggle:visible")
    while reader.page.evaluate("document.body.dataset.theme") != "light":
        switch.click()
    assert not reader.dark("body")
    assert not reader.dark(".lk-explorer"), "the widgets follow the page, not the system"
    reader.open("glossary.html")
    assert not reader.dark("body"), "the choice is kept"


def test_next_leads_through_the_course(reader: Reader) -> None:
    reader.open(f"{NOTEBOOKS[0].stem}.html")
    for notebook in NOTEBOOKS[1:]:
        reader.page.locator("a.next-page").click()
        assert reader.page.url.endswith(f"/{notebook.stem}.html")
    reader.page.locator("a.prev-page").click()
    assert reader.page.url.endswith(f"/{NOTEBOOKS[-2].stem}.html")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 320])
def test_pages_are_accessible_and_fit(
    reader: Reader, violations: Callable[[str], list[str]], width: int, scheme: str
) -> None:
    reader.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    reader.page.set_viewport_size({"width": width, "height": 900})
    for name in ("index", "07-threshold-tuning", "glossary"):
        reader.open(f"{name}.html")
        reader.page.wait_for_load_state("load")
        assert violations("html") == [], name
        wide = reader.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, name
