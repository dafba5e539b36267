"""The built site, opened from the disk with networking cut off."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from lessonkit.datasets import load_email_scores
from lessonkit.metrics import Confusion, ThresholdSweep
from lessonkit.publishing.links import Page as LinkedPage
from lessonkit.publishing.links import problems
from lessonkit.questions import SingleQuestion, load_quiz
from lessonkit.questions.bank import renamed
from lessonkit.questions.content import content_hash
from lessonkit.record import Event, Recorder, Replay, board, learner_id, reviews, syllabus
from lessonkit.record.event import from_jsonl
from lessonkit.record.store import Store
from lessonkit.widgets.board_html import BoardHtml
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
    command = [sys.executable, "-m", "lessonkit.cli", "site", str(out)]
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
    assert len(list(built.glob("[0-9]*-*.html"))) == len(NOTEBOOKS) + len(renamed())


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


def test_solutions_unfold(reader: Reader) -> None:
    reader.open("01-precision-and-recall.html")
    folded = reader.page.locator("article details:visible")
    names = folded.locator("summary").all_text_contents()
    assert names.count("Solution") == 4
    assert "Answer and reasons" not in names, "the questions are answered"
    for details in folded.all():
        inside = details.locator(":scope > :not(summary)").first
        assert not inside.is_visible()
        details.locator("summary").first.press("Enter")
        assert inside.is_visible()
        assert inside.inner_text().strip()


def answer(question: Locator) -> str:
    """Answer a question in some way; return its kind."""
    check = question.get_by_role("button", name="Check answer")
    selects = question.locator("select")
    if question.locator(".lk-explorer").count():
        kind = "operating-point"
        question.get_by_role("slider", name="Threshold", exact=True).press("ArrowLeft")
    elif selects.count():
        kind = "match"
        for select in selects.all():
            select.select_option(index=1)
    elif question.locator(".lk-number").count():
        kind = "numeric"
        question.locator(".lk-number").fill("1/3")
    elif question.locator(".lk-order").count():
        kind = "order"
    else:
        boxes = question.locator(".lk-choices input")
        kind = "single" if boxes.first.get_attribute("type") == "radio" else "multiple"
        boxes.first.check()
    check.click()
    question.locator(".lk-outcome").wait_for()
    return kind


COLUMN = "(bar) => `${bar.getAttribute('class')} ${Math.round(bar.getAttribute('height'))}`"


def totals(page: Page) -> list[str]:
    """Return what the board of a page says: the line of totals, its columns, and each lesson's cells."""
    board = page.locator(".lk-board")
    rows = board.locator("tbody tr").all()
    return [
        board.locator(".lk-board-totals").inner_text(),
        *board.locator(".lk-far rect").evaluate_all(f"bars => bars.map({COLUMN})"),
        *(" | ".join(row.locator("th, td").all_inner_texts()) for row in rows),
    ]


def told(url: str) -> list[str]:
    """Return the same of a record in a store, as the board of a running course tells it."""
    recorder = Recorder(url)
    shown = BoardHtml(board(recorder.replay(), syllabus()), syllabus())
    page = f"{shown.now()}{shown.rest()}"
    cells = [
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr[^>]*>(.*?)</tr>", page)
    ]
    plain = [[unescape(re.sub("<[^>]*>", "", cell)) for cell in row] for row in cells]
    totals = re.search(r'lk-board-totals">(.*?)</p>', page)
    assert totals
    bars = re.findall(r'<rect class="([^"]+)".*? height="([^"]+)"', page)
    columns = (f"{kind} {round(float(height))}" for kind, height in bars)
    return [unescape(totals[1]), *columns, *(" | ".join(row) for row in plain if re.match(r"\d\d ·", row[0]))]


@pytest.mark.parametrize("width", [390, 1280])
def test_questions_are_answered_and_the_record_goes_along(reader: Reader, width: int, tmp_path: Path) -> None:
    page = reader.page
    page.set_viewport_size({"width": width, "height": 844})
    kinds = set()
    for name in ("02-decision-thresholds", "03-precision-recall-curves"):
        reader.open(f"{name}.html")
        quizzes = page.locator(".lk-quiz")
        assert quizzes.count() == len(page.locator("[data-lk-quiz]").all())
        for question in page.locator(".lk-question:has(.lk-actions)").all():
            if question.locator(".lk-sketch-plot").count() == 0:
                kinds.add(answer(question))
    assert kinds == {"single", "multiple", "numeric", "match", "order", "operating-point"}

    wanted = page.get_by_role("button", name="Show the answer")
    choices = page.locator(".lk-question:has(.lk-choices input[type=radio])")
    name = choices.filter(has=wanted).first.locator("p[id$=-how]").get_attribute("id")
    first = page.locator(f"#{name}")
    first = page.locator(".lk-question").filter(has=first)
    first.get_by_role("button", name="Show the answer").click()
    expect(first.locator(".lk-summary")).to_contain_text("Not right.")
    expect(first.locator(".lk-outcome")).not_to_have_attribute("data-tone", "right")
    assert first.locator(".lk-reason:visible").count() >= 3, "every choice has its reason"

    before = totals(page)
    assert not before[0].startswith("0 of")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save my record to a file").click()
    saved = Path(download.value.path()).read_bytes()
    assert page.get_by_text("events are in the file.").is_visible()

    url = f"sqlite:///{tmp_path / 'record.sqlite'}"
    added = Store(url).import_jsonl(saved, learner_id())
    assert added.added == len(saved.splitlines())
    assert told(url) == before, "the record tells the same in a running course"

    page.evaluate("localStorage.clear()")
    reader.open("02-decision-thresholds.html")
    expect(page.locator(".lk-board")).to_contain_text("No answers yet.")
    page.locator("input[type=file]").set_input_files(
        {"name": "record.jsonl", "mimeType": "application/jsonl", "buffer": saved}
    )
    expect(page.locator(".lk-board-totals")).to_be_visible()
    assert totals(page) == before
    assert page.locator(".lk-outcome").count() > 10, "the questions stand as the record says"


def test_what_is_due_is_asked_again(reader: Reader) -> None:
    page = reader.page
    lesson = "02-decision-thresholds"
    question = load_quiz(lesson).closing().questions[1]
    missed = Event(
        type="answer",
        lesson=lesson,
        question=question.id,
        content=content_hash(question),
        correct=False,
        time=datetime.now(UTC) - timedelta(days=10),
    )
    reader.open(f"{lesson}.html")
    page.evaluate("line => localStorage.setItem('lessonkit-record', line)", f"{missed.to_json()}\n")
    page.reload()
    now = page.locator(".lk-board .lk-next")
    expect(now).to_contain_text("1 question is due for review today.")
    link = now.get_by_role("link", name="Quiz", exact=True)
    assert str(link.get_attribute("href")) == f"{lesson}.html#Quiz"

    again = page.locator(".lk-question").filter(
        has=page.locator(".lk-eyebrow").get_by_text("Review", exact=True)
    )
    expect(again).to_have_count(1)
    answer(again)
    expect(now).to_contain_text("Nothing is due for review now. The next one is due in ")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save my record to a file").click()
    replay = Replay()
    replay.add(from_jsonl(Path(download.value.path()).read_text(encoding="utf-8"))[0])
    told = reviews(replay, syllabus())
    assert (told.due, told.done_today) == ((), 1)
    expect(now).to_contain_text(f", on {told.next_day}.")


def test_a_browser_that_keeps_nothing_says_so(reader: Reader) -> None:
    refused = """const keep = Storage.prototype.setItem;
    Storage.prototype.setItem = function (key, value) {
      if (key === "lessonkit-record") throw new DOMException("full", "QuotaExceededError");
      keep.call(this, key, value);
    };"""
    reader.page.add_init_script(refused)
    reader.open("06-roc-and-pr.html")
    question = reader.page.locator(".lk-question").first
    answer(question)
    trouble = reader.page.locator(".lk-trouble:visible").first
    expect(trouble).to_contain_text("This browser does not keep your answers")
    expect(reader.page.locator(".lk-board-totals")).to_be_visible()


def test_a_sketch_is_compared(reader: Reader) -> None:
    reader.open("03-precision-recall-curves.html")
    sketch = reader.page.locator(".lk-sketch")
    for point in sketch.get_by_role("slider").all():
        point.press("PageDown")
    sketch.get_by_role("button", name="Commit and show the true curve").click()
    expect(sketch.locator(".lk-summary")).to_contain_text("The true curve is drawn in.")
    assert sketch.locator(".lk-sketch-finding").count() == 4
    sketch.get_by_role("button", name="Draw again").click()
    expect(sketch.locator(".lk-sketch-finding")).to_have_count(0)


def test_an_exam_stays_closed(built: Path) -> None:
    """Neither the page nor its data holds a key of the pre-test."""
    quiz = load_quiz("00-start-here")
    data = (built / "_static" / "lessons" / "00-start-here.js").read_text(encoding="utf-8")
    page = (built / "00-start-here.html").read_text(encoding="utf-8")
    assert quiz.exam
    for question in map(quiz.question, quiz.exam):
        assert f'"{question.id}"' not in data
        if isinstance(question, SingleQuestion):
            assert all(choice.why.strip()[:40] not in page for choice in question.choices)


def test_a_page_is_light_and_invites(built: Path) -> None:
    for notebook in NOTEBOOKS:
        page = built / f"{notebook.stem}.html"
        html = page.read_text(encoding="utf-8")
        assert page.stat().st_size <= 300_000, notebook.stem
        loads = {page.name, *re.findall(r'(?:src|href)="(_static/[^"?]+\.(?:js|css))', html)}
        assert len(loads) > 8
        sent = sum(len(gzip.compress((built / name).read_bytes())) for name in loads)
        assert sent <= 200_000, f"{notebook.stem}, as a web server sends it with its scripts and sheets"
        assert "Silent where lessonkit is installed" not in html
        assert html.count('<meta name="description"') == html.count('property="og:image"') == 1
        for door in ("colab.research.google.com/github/", "mybinder.org/v2/gh/"):
            assert re.search(rf'href="https://{re.escape(door)}[^"]*{notebook.name}"', html)
    sitemap = (built / "sitemap.xml").read_text(encoding="utf-8")
    assert sitemap.count("<loc>") == len(list(built.glob("*.html"))) - len(renamed()) - 2, (
        "all but search and 404"
    )
    assert (built / "_static" / "preview.png").is_file()


def test_the_course_begins_in_the_first_screen_of_a_phone(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 390, "height": 844})
    reader.open("index.html")
    link = reader.page.get_by_role("link", name=re.compile("Begin with 00"))
    box = link.bounding_box()
    assert box
    assert box["y"] + box["height"] < 844
    link.click()
    assert reader.page.url.endswith("/00-start-here.html")


def test_an_answer_leads_back_to_its_section(reader: Reader) -> None:
    reader.open("03-precision-recall-curves.html")
    question = reader.page.locator(".lk-quiz .lk-question").first
    answer(question)
    question.locator(".lk-outcome a").click()
    reader.page.wait_for_function(
        """Math.abs(document.activeElement.getBoundingClientRect().top) < 120
        && /^H[1-6]$/.test(document.activeElement.tagName)"""
    )


def test_the_search_finds_words_terms_and_sections(reader: Reader) -> None:
    reader.open("index.html")
    field = reader.page.get_by_role("textbox", name="Search")
    field.fill("bootstrap")
    field.press("Enter")
    results = reader.page.locator("#search-results li a")
    for title in ("05 · The area under the PR curve", "Glossary"):  # results come one by one
        expect(
            results.get_by_text(title, exact=True).or_(results.filter(has_text=title)).first
        ).to_be_visible()
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


@pytest.mark.parametrize("width", [1280, 390])
def test_code_fits_its_column(reader: Reader, width: int) -> None:
    reader.page.set_viewport_size({"width": width, "height": 844})
    for name in ("03-precision-recall-curves", "09-compiling-models", "your-scores-do-not-fit"):
        reader.open(f"{name}.html")
        code = reader.page.locator("article .highlight pre")
        assert code.count() > 3, name
        wide = "parts => parts.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)"
        assert code.evaluate_all(f"{wide}.map(({{ textContent }}) => textContent)") == [], name


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_text_moves_sideways(reader: Reader, width: int) -> None:
    reader.page.set_viewport_size({"width": width, "height": 844})
    # The theme hides what is wider than the page itself, and lets the column of text scroll.
    over = """[document.documentElement, document.querySelector(".content")].some(
      (part) => part.scrollWidth > part.clientWidth)"""
    pages = [
        path for path in reader.folder.glob("*.html") if '<div class="content">' in path.read_text("utf-8")
    ]
    assert len(pages) > len(NOTEBOOKS)
    wide = []
    for path in pages:
        reader.open(path.name)
        reader.page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
        if reader.page.evaluate(over):
            wide.append(path.stem)
    assert wide == []


def test_a_wide_table_scrolls_by_keyboard(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 390, "height": 844})
    reader.open("06-roc-and-pr.html")
    frames = reader.page.locator(".text_html:has(> table.dataframe)")
    wide = frames.evaluate_all("all => all.filter((one) => one.scrollWidth > one.clientWidth).length")
    assert wide
    assert reader.page.locator(".text_html[tabindex='0']").count() == wide


@pytest.mark.parametrize(("width", "drawer"), [(390, ".sidebar-drawer"), (1280, ".toc-drawer")])
def test_a_drawer_comes_in_for_the_keyboard(reader: Reader, width: int, drawer: str) -> None:
    page = reader.page
    page.set_viewport_size({"width": width, "height": 844})
    reader.open("02-decision-thresholds.html")
    link = page.locator(f"{drawer} a").last
    away = (
        "(link) => link.getBoundingClientRect().left < 0 || link.getBoundingClientRect().right > innerWidth"
    )
    assert link.evaluate(away)
    page.keyboard.press("Tab")  # from here on the keyboard is what moves the focus
    link.focus()
    page.wait_for_function(f"!({away})(document.activeElement)")
    link.evaluate("link => link.blur()")
    page.wait_for_function(away, arg=link.element_handle())


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
