"""A question in front of a room: one teacher, one wall and twelve phones, in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from tools.bootstrap import ROOT
from tools.served_class import ServedClass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

LESSON, QUESTION = "01-precision-and-recall", "how-much-was-caught"
PHONES = 12
# By letter, as on the handout: B is right.
FIRST = "AAAAAADDBBBC"
SECOND = "BBBBBBBBBBDA"
# The step that leads on, the phase after it, and what a phone says then.
PHASES = [
    ("", "lobby", "You are in"),
    ("", "open", "Answer on your own"),
    ("Close the vote", "closed", "The vote is closed"),
    ("Let them discuss", "discuss", "Talk to somebody"),
    ("Vote again", "open", "Vote again"),
    ("Close the vote", "closed", "The vote is closed"),
    ("Show the bars", "bars", "what the room said"),
    ("Show the right answer", "key", "This is the answer"),
    ("Back to the questions", "lobby", "You are in"),
]


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Wait for a page as long as a busy machine needs: Playwright's own five seconds are too few there."""
    expect.set_options(timeout=60_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedClass]:
    """A class with nobody in it."""
    with ServedClass(f"sqlite:///{tmp_path / 'class.sqlite'}", ROOT) as served:
        yield served


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedClass]:
    """A class that each test finds in the lobby, and leaves there."""
    with ServedClass(f"sqlite:///{tmp_path_factory.mktemp('class') / 'class.sqlite'}", ROOT) as served:
        yield served


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser of its own; an error on any of them fails the test."""
    contexts: list[BrowserContext] = []
    trouble: list[str] = []

    def open_(address: str, width: int, height: int, theme: str = "light") -> Page:
        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not trouble, trouble


def vote(phone: Page, letter: str) -> None:
    phone.locator(".lk-label", has=phone.locator(f".class-letter:text-is('{letter}')")).click()
    expect(phone.get_by_text("You can change it until the vote closes.")).to_be_visible()


def violations(page: Page, *rules: str) -> list[str]:
    """Run axe-core on a page, all of its rules or those named."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    only = {"runOnly": [*rules]} if rules else {}
    found = page.evaluate("async (only) => (await axe.run(document, only)).violations", only)
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def lead_on(teacher: Page, label: str) -> None:
    """Take the step that is offered, by the keyboard."""
    button = teacher.locator("#next")
    expect(button).to_have_text(label)
    expect(button).to_be_focused()
    teacher.keyboard.press("Enter")


def test_a_question_is_asked_discussed_and_revealed(  # noqa: PLR0915  (one class from its start to its end)
    served: ServedClass, opened: Callable[..., Page]
) -> None:
    teacher = opened(served.base + served.teacher, 1280, 900)
    expect(teacher).to_have_url(re.compile(r"/teacher$"))  # the secret is not on the screen
    wall = opened(served.base + served.wall, 1280, 720)
    expect(wall.locator("#code")).to_have_text(served.code)
    expect(wall.locator("#qr")).to_have_js_property("complete", True)
    assert wall.locator("#qr").evaluate("image => image.naturalWidth") > 0
    phones = [opened(f"{served.base}/{served.code}", 390, 844) for _ in range(PHONES)]
    expect(wall.locator("#count")).to_have_text(f"{PHONES} here")
    assert len({phone.locator("#name").inner_text() for phone in phones}) == PHONES

    # Everything from here on is done with the keyboard.
    teacher.locator("#lesson").focus()
    teacher.locator("#lesson").select_option(LESSON)
    teacher.keyboard.press("Tab")
    ask = teacher.get_by_role("button", name="Ask: A spam filter was tested on 1,177")
    expect(ask).to_be_focused()  # the one for the room comes first
    teacher.keyboard.press("Enter")

    expect(wall.locator(".class-prompt")).to_contain_text("1,177 real emails")
    expect(wall.locator("#count")).to_have_text(f"0 of {PHONES}")
    size = wall.locator(".class-prompt").evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    assert size >= 0.04 * 720
    letters = [option.inner_text() for option in wall.locator(".class-options li").all()]
    assert letters == [label.inner_text() for label in phones[0].locator(".lk-label").all()], (
        "the same letters, in the same order"
    )

    for phone, letter in zip(phones, FIRST, strict=True):
        vote(phone, letter)
    assert phones[0].evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(wall.locator("#count")).to_have_text(f"{PHONES} of {PHONES}")
    expect(wall.locator(".class-bars")).to_have_count(0)
    vote(phones[0], "D")  # changed
    vote(phones[0], "A")
    phones[1].reload()
    expect(phones[1].locator(".lk-choice input").first).to_be_checked()
    name = phones[1].locator("#name").inner_text()
    assert name
    expect(teacher.locator(".class-bars tbody tr").first.locator(".class-number")).to_have_text("6 · 50%")

    # What a teacher who mirrors the screen would give away is folded up.
    shown, explained = teacher.locator(".class-right"), teacher.locator("#explain")
    unfold = teacher.get_by_text("Show me the answer")
    beliefs = teacher.locator("#now .class-belief")
    for is_unfolded in (False, True, False):
        if is_unfolded or teacher.locator("#answer[open]").count():
            unfold.focus()
            teacher.keyboard.press("Enter")
        expect(shown).to_have_count(int(is_unfolded))
        expect(beliefs).to_have_count(3 if is_unfolded else 0)
        expect(explained).to_be_visible(visible=is_unfolded)
    teacher.locator("#next").focus()

    # A lost connection: what is chosen meanwhile is sent once it is back.
    phones[2].context.set_offline(True)
    phones[2].locator(".lk-choice input").nth(1).check()
    expect(wall.locator("#count")).to_have_text(f"{PHONES} of {PHONES}")
    phones[2].context.set_offline(False)
    expect(phones[2].get_by_text("You can change it until the vote closes.")).to_be_visible()
    vote(phones[2], "A")

    late = phones[3].evaluate(
        """() => new Promise((resolve) => {
          const send = window.fetch;
          window.fetch = async (path, options) => {
            if (path !== "/vote") return send(path, options);
            window.late = () => send(path, options);
            return new Response(JSON.stringify({ ok: true, message: "" }));
          };
          resolve(true);
        })"""
    )
    assert late
    phones[3].locator(".lk-choice input").nth(1).check()
    phones[3].wait_for_function("'late' in window")

    lead_on(teacher, "Close the vote")
    expect(phones[0].locator("#said")).to_contain_text("The vote is closed")
    assert phones[3].evaluate("async () => (await window.late()).status") == 409
    phones[3].reload()
    expect(phones[3].locator(".lk-choice input").first).to_be_checked()
    expect(teacher.locator("#advice")).to_contain_text("A leads, and it is wrong")
    expect(shown).to_have_count(1)
    expect(unfold).to_be_hidden()
    for phone in phones:
        assert "Rightly left out" not in phone.content()
    lead_on(teacher, "Let them discuss")
    expect(wall.locator("#stage")).to_contain_text("Talk to somebody who chose otherwise")
    lead_on(teacher, "Vote again")
    for phone, letter in zip(phones, SECOND, strict=True):
        expect(phone.locator("#said")).to_contain_text("Vote again")
        expect(phone.locator(".lk-choice input:checked")).to_have_count(0)
        vote(phone, letter)
    lead_on(teacher, "Close the vote")
    lead_on(teacher, "Show the bars")
    numbers = [
        "6 · 50%",
        "1 · 8%",
        "3 · 25%",
        "10 · 83%",
        "1 · 8%",
        "0 · 0%",
        "2 · 17%",
        "1 · 8%",
        "0 · 0%",
        "0 · 0%",
    ]
    expect(wall.locator(".class-number")).to_have_text(numbers)
    expect(phones[0].locator("#bars tbody tr").first).to_contain_text("You, vote 1")
    for page in (wall, phones[0]):
        expect(page.locator(".class-right")).to_have_count(0)
    lead_on(teacher, "Show the right answer")
    expect(wall.locator(".class-right")).to_have_count(1)
    expect(wall.locator(".class-belief")).to_contain_text("A high accuracy means a good model")
    expect(phones[0].locator(".lk-outcome")).to_have_attribute("data-tone", "right")
    expect(phones[11].locator(".lk-outcome")).not_to_have_attribute("data-tone", "right")
    with phones[0].expect_download() as download:
        phones[0].get_by_text("Take my answers home").click()
    assert download.value.path().read_text().count('"correct"') == 2
    lead_on(teacher, "Back to the questions")
    expect(wall.locator("#stage")).to_contain_text("Scan the picture")

    phones[5].get_by_role("button", name="Delete my answers").click()
    expect(phones[5].get_by_role("button", name="Keep them")).to_have_class("lk-button lk-primary")
    expect(phones[5].get_by_role("button", name="Delete and leave")).to_have_class("lk-button")
    phones[5].get_by_role("button", name="Delete and leave").click()
    expect(phones[5].locator("#join")).to_be_visible()
    expect(phones[5].get_by_label("The code that your teacher shows")).to_be_visible()  # on a wall or not
    expect(teacher.locator("#status")).to_contain_text(f"{PHONES - 1} here")

    # Who is taken away by the teacher comes back only with the code.
    teacher.once("dialog", lambda dialog: dialog.accept())
    teacher.get_by_text("Remove a learner, end the class").click()
    teacher.locator("#who").fill(name)
    teacher.keyboard.press("Enter")
    expect(phones[1].locator("#join")).to_be_visible()
    expect(teacher.locator("#status")).to_contain_text(f"{PHONES - 2} here")
    phones[1].locator("#code").fill(served.code)
    phones[1].keyboard.press("Enter")
    expect(teacher.locator("#status")).to_contain_text(f"{PHONES - 1} here")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_kept_out_of_the_three_pages(
    shared: ServedClass, opened: Callable[..., Page], theme: str
) -> None:
    # The two themes differ in their colors only.
    rules = () if theme == "light" else ("color-contrast",)
    teacher = opened(shared.base + shared.teacher, 1280, 900, theme)
    wall = opened(shared.base + shared.wall, 1280, 720, theme)
    phone = opened(f"{shared.base}/{shared.code}", 390, 844, theme)
    joining = opened(shared.base, 390, 844, theme)
    expect(joining.locator("#join")).to_be_visible()
    assert violations(joining, *rules) == []
    expect(phone.locator("#said")).to_contain_text("You are in")
    teacher.locator("#lesson").select_option(LESSON)
    for number, (step, phase, said) in enumerate(PHASES[:-1]):
        if number == 1:
            teacher.locator("#questions button").first.click()
        elif number > 1:
            expect(teacher.locator("#next")).to_have_text(step)  # a page that lags asks for what is over
            teacher.locator("#next").click()
        expect(wall.locator("body")).to_have_attribute("data-phase", phase)
        expect(phone.locator("#said")).to_contain_text(said)
        if phase == "open":
            expect(phone.locator(".lk-choice input:checked")).to_have_count(0)
            vote(phone, "B")
            expect(teacher.locator("#status")).to_contain_text("1 of 1 voted")
        elif number:
            expect(teacher.locator("#next")).to_have_text(PHASES[number + 1][0])
        for page in (teacher, wall, phone):
            assert violations(page, *rules) == [], (page.url, phase)
    expect(teacher.locator("#next")).to_have_text("Back to the questions")
    teacher.locator("#next").click()
    expect(wall.locator("#stage")).to_contain_text("Scan the picture")


def test_an_operating_point_is_chosen_on_the_phone(shared: ServedClass, opened: Callable[..., Page]) -> None:
    teacher = opened(shared.base + shared.teacher, 1280, 900)
    phone = opened(f"{shared.base}/{shared.code}", 390, 844)
    expect(phone.locator("#said")).to_contain_text("You are in")
    teacher.locator("#lesson").select_option("02-decision-thresholds")
    row = teacher.locator("#questions li", has=teacher.locator("code", has_text="catch-half-of-the-spam"))
    row.locator("button").click()
    slider = phone.locator(".lk-slider")
    look = slider.evaluate("element => getComputedStyle(element).appearance")
    assert look == "none", "the explorer has its own sheet"
    slider.focus()
    phone.keyboard.press("ArrowRight")
    expect(phone.get_by_text("You can change it until the vote closes.")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.reload()
    expect(phone.get_by_text("You can change it until the vote closes.")).to_be_visible()
    for step in ("Close the vote", "Let them discuss"):
        expect(teacher.locator("#next")).to_have_text(step)
        teacher.locator("#next").click()
    expect(teacher.locator("#next")).to_have_text("Vote again")
    teacher.get_by_role("button", name="Show the bars").click()
    expect(teacher.locator("#next")).to_have_text("Show the right answer")
    teacher.locator("#next").click()
    expect(phone.locator(".lk-outcome")).to_contain_text("best threshold")
