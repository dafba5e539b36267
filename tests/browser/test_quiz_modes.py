"""Every kind of question in practice and in an exam, by mouse and by keyboard alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from lessonkit.questions import Quiz, load_quiz
from tests.browser.steps import tab_to
from tests.pages import names

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Bench
    from playwright.sync_api import Locator, Page

KINDS = load_quiz(Path(__file__).parents[1] / "widgets" / "kinds.yaml")
EXAM = KINDS.exam_block()
RIGHT_ORDER = ["score", "sort", "count", "draw"]
MATCHES = {"precision": "flagged", "recall": "spam", "accuracy": "everything"}


@pytest.fixture
def stand(bench: Callable[..., Bench]) -> Bench:
    return bench(KINDS)


def order_of(stand: Bench) -> list[str]:
    """The ids of the items as they stand on screen."""
    known = {name: item for item, name in names(stand.widget, "to-the-list").parts.items()}
    items = {known[item["id"]]: item["html"] for item in stand.widget.view["questions"][3]["items"]}
    texts = (
        stand.question(3).locator(".lk-item .lk-prose").evaluate_all("all => all.map(one => one.innerHTML)")
    )
    plain = {_plain(html): item for item, html in items.items()}
    return [plain[_plain(text)] for text in texts if _plain(text) in plain]


def _plain(html: str) -> str:
    """The letters of a text, whatever the browser made of its markup."""
    kept, inside = [], False
    for letter in html:
        inside = (inside or letter == "<") and letter != ">"
        if not inside and letter.isalpha():
            kept.append(letter)
    return "".join(kept)


def right_number(stand: Bench) -> str:
    return repr(stand.widget._progress["drawn"].question.answer)


class Hand:
    """A learner with a mouse or with a keyboard."""

    def __init__(self, page: Page, stand: Bench, tool: str) -> None:
        self.page = page
        self.stand = stand
        self.keys = tool == "keyboard"

    def press(self, target: Locator) -> None:
        if self.keys:
            tab_to(self.page, target)
            self.page.keyboard.press("Enter" if target.evaluate("e => e.matches('button')") else "Space")
        else:
            target.click()

    def choose(self, number: int, value: str) -> None:
        question, radio = self.stand.question(number), self.stand.choice(number, value)
        if not self.keys:
            radio.click()
            return
        tab_to(self.page, question.locator(".lk-choice input").first)
        self.page.keyboard.press("Space")
        for _ in range(12):
            if radio.is_checked():
                return
            self.page.keyboard.press("ArrowDown")

    def be(self, question: Locator, confidence: str) -> None:
        wanted = question.locator(f".lk-sure input[value={confidence}]")
        if not self.keys:
            wanted.click()
            return
        tab_to(self.page, question.locator(".lk-sure input").first)
        self.page.keyboard.press("Space")
        for _ in range(3):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowRight")

    def type(self, question: Locator, text: str) -> None:
        field = question.locator(".lk-number")
        if self.keys:
            tab_to(self.page, field)
        else:
            field.click()
        self.page.keyboard.type(text)

    def arrange(self, question: Locator) -> None:
        """Put the items in order, as by insertion: each goes up until it stands right."""
        question.locator(".lk-order").scroll_into_view_if_needed()
        for target, item in enumerate(RIGHT_ORDER):
            for _ in range(4):
                place = order_of(self.stand).index(item)
                if place == target:
                    break
                if self.keys:
                    self.press(question.locator(".lk-item").nth(place).locator("button").first)
                    focused = "() => document.activeElement.closest('.lk-item') !== null"
                    assert self.page.evaluate(focused), "the focus goes with the item"
                else:
                    self.drag(question.locator(".lk-item .lk-line"), place, target)
        assert order_of(self.stand) == RIGHT_ORDER

    def drag(self, lines: Locator, place: int, target: int) -> None:
        start, end = lines.nth(place).bounding_box(), lines.nth(target).bounding_box()
        assert start is not None
        assert end is not None
        self.page.mouse.move(start["x"] + 60, start["y"] + start["height"] / 2)
        self.page.mouse.down()
        self.page.mouse.move(end["x"] + 60, end["y"] + 2, steps=4)
        self.page.mouse.up()

    def match(self, question: Locator) -> None:
        targets = names(self.stand.widget, "what-is-what").targets
        for place, target in enumerate(targets[name] for name in MATCHES.values()):
            select = question.locator("select").nth(place)
            if self.keys:
                tab_to(self.page, select)
                for _ in range(5):
                    if select.input_value() == target:
                        break
                    self.page.keyboard.press("ArrowDown")
            else:
                select.select_option(target)

    def answer_all(self) -> None:
        ask = self.stand.question
        self.choose(0, "one")
        self.be(ask(0), "certain")
        for value in ("tp", "recall"):
            self.press(self.stand.choice(1, value))
        self.type(ask(2), right_number(self.stand))
        self.be(ask(2), "fairly-sure")
        self.arrange(ask(3))
        self.match(ask(4))


@pytest.mark.parametrize("tool", ["mouse", "keyboard"])
def test_every_kind_is_answered_in_practice(stand: Bench, page: Page, tool: str) -> None:
    hand = Hand(page, stand, tool)
    hand.answer_all()
    for number in range(5):
        submit = stand.question(number).locator("button[type=submit]")
        if hand.keys:
            submit.focus()
        hand.press(submit)
        expect(stand.question(number).locator(".lk-summary")).to_contain_text("Right")
    assert page.locator(".lk-progress").inner_text() == "5 of 5 answered, 5 right at the first try"
    confidences = [event.confidence for event in stand.widget._recorder.events()]
    assert confidences == ["certain", None, "fairly-sure", None, None]


def test_how_sure_one_is_belongs_to_one_answer(stand: Bench) -> None:
    question = stand.question(0)
    stand.choice(0, "zero").click()
    question.get_by_label("Certain", exact=True).check()
    question.get_by_role("button", name="Check").click()
    question.locator(".lk-summary").wait_for()
    assert question.get_by_label("Certain", exact=True).is_checked()
    stand.choice(0, "one").click()
    assert question.locator(".lk-sure input:checked").count() == 0, "a new answer is asked anew"
    stand.choice(0, "zero").click()
    assert question.get_by_label("Certain", exact=True).is_checked()


@pytest.mark.parametrize("tool", ["mouse", "keyboard"])
def test_every_kind_is_answered_in_an_exam(bench: Callable[..., Bench], page: Page, tool: str) -> None:
    stand = bench(EXAM)
    hand = Hand(page, stand, tool)
    hand.answer_all()
    expect(page.locator(".lk-progress")).to_have_text("5 of 5 answered")
    assert page.locator(".lk-summary, .lk-reason:visible").count() == 0
    for secret in ("KEY-", "belief-"):
        assert secret not in page.content() + str(stand.wire)
    assert stand.widget.answers == {}

    hand.press(page.get_by_role("button", name="Hand in all answers"))
    expect(page.locator(".lk-progress")).to_have_text("Handed in: 5 of 5 right")
    assert page.locator(".lk-summary").count() == 5
    page.get_by_role("status").get_by_text("Handed in: 5 of 5 right").wait_for()

    # What is handed in stays in reach and changes no more.
    if tool == "mouse":
        stand.question(0).get_by_text("0", exact=True).click(force=True)
        stand.question(3).locator(".lk-item button").nth(1).click(force=True)
    assert stand.choice(0, "one").is_checked()
    assert order_of(stand) == RIGHT_ORDER
    assert len(stand.widget.answers) == 5


def test_an_exam_says_back_how_a_number_is_read(bench: Callable[..., Bench], page: Page) -> None:
    question = bench(EXAM).question(2)
    number = question.get_by_role("textbox")
    number.fill("2/3")
    number.press("Tab")
    told = "Read as 2/3 ≈ 0.666667. Kept until you hand in."
    expect(question.locator(".lk-notice")).to_have_text(told)
    page.get_by_role("status").get_by_text(told).wait_for()
    number.fill("50")
    expect(question.locator(".lk-notice")).to_be_hidden()
    number.press("Tab")
    expect(question.locator(".lk-notice")).to_contain_text("If you mean 50%, write the sign.")
    number.fill("50%")
    number.press("Enter")
    expect(question.locator(".lk-notice")).to_have_text("Read as 50% = 0.5. Kept until you hand in.")


@pytest.mark.parametrize("tool", ["mouse", "keyboard"])
def test_handing_in_warns_of_what_is_open(bench: Callable[..., Bench], page: Page, tool: str) -> None:
    stand = bench(EXAM)
    hand = Hand(page, stand, tool)
    hand.choose(0, "zero")
    hand.type(stand.question(2), "a lot")
    hand.press(page.get_by_role("button", name="Hand in all answers"))
    warning = page.get_by_role("group", name="Questions 2, 3, 4, 5 are not answered yet.")
    warning.wait_for()
    stay = warning.get_by_role("button", name="Go on answering")
    expect(stay).to_be_focused()
    assert stand.question(2).get_by_text("“a lot” is not a number.").is_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Hand in all answers")).to_be_focused()
    assert not stand.widget.standing["submitted"]

    hand.press(page.get_by_role("button", name="Hand in all answers"))
    warning.wait_for()
    hand.press(warning.get_by_role("button", name="Hand in anyway"))
    expect(page.locator(".lk-progress")).to_have_text("Handed in: 0 of 5 right, 4 not answered")
    expect(page.get_by_role("button", name="Handed in")).to_be_focused()
    assert page.get_by_text("Not answered, which does not count as wrong.").count() == 4
    assert stand.question(0).locator("[data-case=missed]").count() == 1


def test_a_moved_item_is_announced_and_keeps_the_focus(stand: Bench, page: Page) -> None:
    item = stand.question(3).locator(".lk-item").first
    text = item.locator(".lk-prose").inner_text()
    down = item.get_by_role("button", name="Move down")
    up = item.get_by_role("button", name="Move up")
    assert up.get_attribute("aria-disabled") == "true"
    down.press("Enter")
    assert page.evaluate("() => document.activeElement.ariaLabel").startswith("Move down: ")
    status = page.get_by_role("status")
    expect(status).to_contain_text("now 2 of 4")
    assert text.split(",")[0][:10] in status.inner_text()
    for _ in range(3):
        page.keyboard.press("Enter")
    expect(status).to_contain_text("now 4 of 4")
    assert page.evaluate("() => document.activeElement.ariaLabel").startswith("Move down: ")


def test_a_finger_drags_by_the_grip(stand: Bench, page: Page) -> None:
    before = order_of(stand)
    stand.question(3).scroll_into_view_if_needed()
    grip = stand.question(3).locator(".lk-grip").first
    last = stand.question(3).locator(".lk-item").last.bounding_box()
    assert last is not None
    page.evaluate(
        """([grip, y]) => {
          const fire = (type, clientY) => grip.dispatchEvent(new PointerEvent(type,
            { bubbles: true, pointerId: 1, pointerType: "touch", button: 0, clientY }));
          const line = grip.closest(".lk-line");
          let held = false;  // a made-up pointer cannot be captured
          line.setPointerCapture = () => { held = true };
          line.hasPointerCapture = () => held;
          fire("pointerdown", grip.getBoundingClientRect().y);
          fire("pointermove", y);
          held = false;
          fire("lostpointercapture", y);
        }""",
        [grip.element_handle(), last["y"] + last["height"]],
    )
    assert order_of(stand) == [*before[1:], before[0]]


def test_attempts_are_told_before_and_end(bench: Callable[..., Bench]) -> None:
    stand = bench(KINDS.model_copy(update={"attempts": 2}))
    question = stand.question(0)
    assert question.get_by_text("2 attempts left").is_visible()
    for value, left in (("zero", "1 attempt left"), ("share", "No attempts left")):
        stand.choice(0, value).click()
        question.get_by_role("button", name="Check").click()
        question.get_by_text(left).wait_for()
    assert question.get_by_text("KEY-ONE").is_visible()
    stand.choice(0, "one").click(force=True)
    assert stand.choice(0, "share").is_checked(), "it changes no more"
    assert question.get_by_role("button", name="Check").count() == 0
    question.get_by_role("button", name="Next question").click()
    assert not stand.widget.answers["flag-all"]["correct"]


def test_another_one_like_it_has_other_numbers(stand: Bench) -> None:
    question = stand.question(2)
    before = question.locator(".lk-prompt").inner_text()
    question.locator(".lk-number").fill(right_number(stand))
    question.locator(".lk-number").press("Enter")
    question.get_by_role("button", name="Try another one").click()
    expect(question.locator(".lk-prompt")).not_to_have_text(before)
    expect(question.locator(".lk-number")).to_be_focused()
    assert question.locator(".lk-number").input_value() == ""
    question.locator(".lk-number").fill(right_number(stand))
    question.locator(".lk-number").press("Enter")
    expect(question.locator(".lk-summary")).to_contain_text("Right.")


def test_starting_over_is_asked_first(stand: Bench, page: Page) -> None:
    assert page.get_by_role("button", name="Start over").count() == 0
    stand.choice(0, "zero").click()
    stand.question(0).get_by_role("button", name="Check").click()
    over = page.get_by_role("button", name="Start over", exact=True)
    over.click()
    expect(page.locator(".lk-confirm .lk-primary")).to_have_text("Keep my answers")
    page.get_by_role("button", name="Keep my answers").click()
    expect(over).to_be_focused()
    assert stand.choice(0, "zero").is_checked()
    over.click()
    page.get_by_role("button", name="Clear and start over").click()
    expect(stand.question(0).locator("input:checked")).to_have_count(0)
    assert page.evaluate("() => document.activeElement.closest('.lk-question') !== null")
    assert stand.widget.answers == {}


def test_a_record_that_cannot_be_kept_is_told_once(stand: Bench, page: Page) -> None:
    stand.widget._recorder._opened = lambda: (_ for _ in ()).throw(OSError("the disk is full"))
    for value in ("zero", "share"):
        stand.choice(0, value).click()
        stand.question(0).get_by_role("button", name="Check").click()
        expect(stand.question(0).locator(".lk-summary")).to_be_visible()
        status = page.get_by_role("status")
        expect(status).to_contain_text("Not yet.")
        assert ("the disk is full" in status.inner_text()) == (value == "zero"), "announced once"
    assert page.locator(".lk-trouble").get_by_text("the disk is full").is_visible()


@pytest.mark.parametrize(
    "look", [("light", 800, "en"), ("dark", 800, "de"), ("light", 320, "ar"), ("dark", 320, "ar")]
)
@pytest.mark.parametrize("mode", ["practice", "exam"])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    bench: Callable[..., Bench],
    page: Page,
    violations: Callable[[str], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    look: tuple[str, int, str],
    mode: str,
) -> None:
    theme, width, tag = look
    monkeypatch.setenv("LESSONKIT_LANG", tag)
    stand = bench(
        (EXAM if mode == "exam" else KINDS).model_copy(update={"attempts": 2}), theme=theme, width=width
    )
    assert violations(".lk-quiz") == []
    hand = Hand(page, stand, "mouse")
    hand.choose(0, "zero")
    hand.be(stand.question(0), "certain")
    hand.press(stand.choice(1, "precision"))
    hand.type(stand.question(2), "0.5")
    stand.question(3).locator(".lk-item button").nth(1).click()
    hand.match(stand.question(4))
    fine = names(stand.widget, "what-is-what").targets["fine"]
    stand.question(4).locator("select").first.select_option(fine)
    if mode == "practice":
        for number in range(5):
            stand.question(number).locator("button[type=submit]").click()
            stand.question(number).locator(".lk-summary").wait_for()
            more = stand.question(number).locator(".lk-actions button[type=button]:visible")
            if number in {3, 4}:
                more.last.click()  # the solution
                stand.question(number).locator(".lk-solution, .lk-belongs").first.wait_for()
    else:
        page.wait_for_timeout(700)  # a text is kept after a pause
        stand.question(2).locator(".lk-number").fill("")
        page.locator(".lk-foot button").first.click()
        page.locator(".lk-confirm").wait_for()
        assert violations(".lk-quiz") == []
        page.locator(".lk-confirm .lk-button:not(.lk-primary)").click()
        page.locator(".lk-summary").first.wait_for()
    assert violations(".lk-quiz") == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert page.locator(".lk-quiz").get_attribute("dir") == ("rtl" if tag == "ar" else "ltr")


MIXED = {
    "lesson": "mixed",
    "title": "Both directions",
    "objectives": {"o": "O."},
    "questions": [
        {
            "id": "one",
            "kind": "single",
            "objective": "o",
            "prompt": "Which one?",
            "choices": [
                {"id": "a", "text": "This one", "correct": True, "why": "W."},
                {"id": "b", "text": "That one", "misconception": "m", "why": "W."},
            ],
        },
        {
            "id": "sorted",
            "kind": "order",
            "objective": "o",
            "prompt": "In order?",
            "items": [
                {"id": "a", "text": "$\\frac{TP}{TP+FP}$"},
                {"id": "b", "text": "Two"},
                {"id": "c", "text": "Three"},
            ],
        },
    ],
}


@pytest.mark.parametrize("tag", ["ar", "en"])
def test_texts_keep_their_own_direction_under_any_words(
    bench: Callable[..., Bench], tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONKIT_LANG", tag)
    stand = bench(Quiz.model_validate(MIXED))
    row = stand.question(0).locator(".lk-label").first
    radio, text = row.locator("input").bounding_box(), row.locator(".lk-prose").bounding_box()
    assert radio is not None
    assert text is not None
    assert 0 <= text["x"] - radio["x"] - radio["width"] < 30


def test_a_screen_reader_hears_which_question_a_button_is_of(bench: Callable[..., Bench]) -> None:
    stand = bench(Quiz.model_validate({**MIXED, "confidence": True}))
    for number in range(2):
        check = stand.question(number).get_by_role("button", name="Check answer")
        expect(check).to_have_accessible_description(f"Question {number + 1} of 2")
        sure = stand.question(number).get_by_role("group", name="How sure are you?")
        expect(sure).to_have_accessible_description(f"Question {number + 1} of 2")
    move = stand.question(1).get_by_role("button", name=r"Move up: \frac{TP}{TP+FP}", exact=True)
    assert move.count() == 1


def test_a_quiz_has_a_heading_one_below_that_of_its_section(bench: Callable[..., Bench], page: Page) -> None:
    section = "document.body.prepend(Object.assign(document.createElement('h3'), { textContent: 'Here' }))"
    page.add_init_script(f"addEventListener('DOMContentLoaded', () => {section})")
    stand = bench(Quiz.model_validate(MIXED))
    expect(stand.root().get_by_role("heading", level=4)).to_have_text("Both directions")


def test_code_of_a_prompt_keeps_its_lines(bench: Callable[..., Bench]) -> None:
    code = "```python\nprecision = true_positives / (true_positives + false_positives)\n```"
    one = {**MIXED["questions"][0], "prompt": code}
    shown = bench(Quiz.model_validate({**MIXED, "questions": [one]})).root().locator("pre")
    expect(shown).to_have_css("white-space", "pre")


@pytest.mark.parametrize(
    ("fine", "told"),
    [
        ("`SELECT *`", {"a LEFT JOIN b", "a join on a.id = NULL", "no join", "SELECT *"}),
        ("```sql\nSELECT *\nFROM a\n```", {"a LEFT JOIN b", "a join on a.id = NULL", "no join", ""}),
    ],
)
def test_code_in_a_line_is_shown_in_the_list_and_what_needs_more_above_it(
    bench: Callable[..., Bench], fine: str, told: set[str]
) -> None:
    shown = {"flagged": "`a LEFT JOIN b`", "spam": "a join on `a.id = NULL`", "everything": "no join"}
    (asked,) = KINDS.only("what-is-what").questions
    targets = tuple(one.model_copy(update={"text": {**shown, "fine": fine}[one.id]}) for one in asked.targets)
    stand = bench(KINDS.model_copy(update={"questions": (asked.model_copy(update={"targets": targets}),)}))
    box = stand.question(0).locator("select").first
    box.wait_for()
    options = box.locator("option").all_text_contents()[1:]
    has_letters = "" in told
    assert {text.partition(". ")[2] if has_letters else text for text in options} == told
    assert stand.question(0).locator(".lk-letters:visible").count() == has_letters
