"""A learner answers, sees the board move, and comes back: what is due is asked again. By keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from lessonkit.questions import Quiz, SingleQuestion, load_quiz
from lessonkit.record import Recorder, reviews, syllabus
from lessonkit.widgets import ProgressWidget, QuizWidget, ReviewWidget
from tests.browser.steps import tab_to
from tests.pages import as_page, names
from tools.browser import serve

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Bench
    from playwright.sync_api import Locator, Page

    from tests.conftest import Clock

FIRST = load_quiz("01-precision-and-recall").closing()


def singles(quiz: Quiz, count: int) -> Quiz:
    """The first questions of a quiz that are answered with one choice."""
    questions = [question for question in quiz.questions if isinstance(question, SingleQuestion)]
    return quiz.model_copy(update={"questions": tuple(questions[:count])})


def answer(page: Page, question: Locator, widget: QuizWidget | ReviewWidget, *, right: bool) -> None:
    """Answer a question of one choice: Tab, arrows, Space and Enter."""
    name = question.locator("input").first.get_attribute("name")
    asked = next(
        one.question
        for one, shown in zip(widget._progress.values(), widget.view["questions"], strict=True)
        if str(name).endswith(f"-{widget.view['questions'].index(shown)}")
    )
    assert isinstance(asked, SingleQuestion)
    wanted = names(widget, asked.id).parts[next(one.id for one in asked.choices if one.correct is right)]
    tab_to(page, question.locator(".lk-choice input").first)
    page.keyboard.press("Space")
    while not question.locator(f".lk-choice input[value='{wanted}']").is_checked():
        page.keyboard.press("ArrowDown")
    tab_to(page, question.locator(".lk-sure input").first)
    page.keyboard.press("Space")
    tab_to(page, question.get_by_role("button", name="Check answer"))
    page.keyboard.press("Enter")
    expect(question.locator(".lk-summary")).to_be_visible()


def post(widget: QuizWidget, question: str, choice: str) -> None:
    """Answer without a page."""
    message: dict[str, object] = {"request": "r", "type": "answer", "question": question, "turn": 0}
    message["answer"] = as_page(widget, question, [choice])
    widget._handle_custom_msg(message, [])


SECOND = singles(load_quiz("02-decision-thresholds").closing(), 5)


def test_answer_see_the_board_move_and_come_back_tomorrow(
    page: Page,
    bench: Callable[..., Bench],
    violations: Callable[[str], list[str]],
    clock: Clock,
    recorder: Recorder,
) -> None:
    total = sum(not question.predict for question in load_quiz(FIRST.lesson).questions)
    quiz, board = QuizWidget(singles(FIRST, 2), recorder=recorder), ProgressWidget(recorder)
    bench(quiz, board)
    progress = page.get_by_role("group", name="Your progress")
    expect(progress).to_contain_text("No answers yet.")
    for number in range(2):
        answer(page, page.locator(".lk-quiz .lk-question").nth(number), quiz, right=False)
    row = progress.get_by_role("row").filter(has_text="01 · Precision and recall")
    expect(row.get_by_role("cell").first).to_have_text(f"2 of {total}")
    expect(progress).to_contain_text("Nothing is due for review now. The next one is due in 1 day")

    clock.go_on(days=1)
    board = ProgressWidget(recorder)
    bench(board)
    expect(progress).to_contain_text("2 questions are due for review today.")
    opener = progress.get_by_role("button", name="Review now")
    tab_to(page, opener)
    page.keyboard.press("Enter")
    review = progress.get_by_role("region", name="Questions asked again")
    expect(review).to_be_focused()
    assert violations(".lessonkit") == []
    asked = board._asking
    assert isinstance(asked, ReviewWidget)
    for number in range(2):
        answer(page, review.locator(".lk-question").nth(number), asked, right=True)
    expect(review.locator(".lk-progress")).to_contain_text("2 of 2 answered, 2 right at the first try.")
    expect(progress).to_contain_text("Nothing is due for review now.")
    expect(row.get_by_role("cell").first).to_have_text(f"2 of {total}")  # a review does not change the lesson
    assert violations(".lessonkit") == []
    tab_to(page, review.get_by_role("button", name="Close these questions"))
    page.keyboard.press("Enter")
    expect(review).to_be_hidden()
    expect(progress.locator(":focus")).to_have_count(1)


def test_questions_on_a_belief_open_on_the_board(
    page: Page, bench: Callable[..., Bench], clock: Clock, recorder: Recorder
) -> None:
    quiz = QuizWidget(FIRST, recorder=recorder)
    for question in FIRST.questions:
        if isinstance(question, SingleQuestion):
            wrong = next(choice.id for choice in question.choices if not choice.correct)
            post(quiz, question.id, wrong)
    clock.go_on(days=1)
    board = ProgressWidget(recorder)
    held = next(one for one in board.progress.misconceptions if one.fresh)
    bench(board)
    page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")
    opener = page.locator(f"button[data-belief={held.slug}]")
    tab_to(page, opener)
    page.keyboard.press("Enter")
    review = page.get_by_role("region", name="Questions asked again")
    expect(review).to_be_focused()
    expect(review.locator(".lk-title")).to_contain_text("Questions on one belief")
    expect(review.locator(".lk-question")).to_have_count(2)
    tab_to(page, review.get_by_role("button", name="Close these questions"))
    page.keyboard.press("Enter")
    expect(opener).to_be_focused()


@pytest.mark.parametrize(("theme", "width", "tag"), [("light", 800, "en"), ("dark", 320, "ar")])
def test_a_closing_quiz_unfolds_what_is_due_from_earlier(  # noqa: PLR0913, PLR0917  (three are the case)
    page: Page,
    bench: Callable[..., Bench],
    violations: Callable[[str], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    clock: Clock,
    recorder: Recorder,
    theme: str,
    width: int,
    tag: str,
) -> None:
    monkeypatch.setenv("LESSONKIT_LANG", tag)
    earlier = QuizWidget(singles(FIRST, 3), recorder=recorder)
    for question in singles(FIRST, 3).questions:
        wrong = next(choice.id for choice in question.choices if not choice.correct)
        post(earlier, question.id, wrong)
    quiz = QuizWidget(SECOND, recorder=recorder, looks_back=True)
    bench(quiz, width=width, theme=theme)
    banner = page.locator(".lk-earlier")
    expect(page.locator(".lk-question")).to_have_count(len(SECOND.questions))
    expect(banner).to_be_hidden()

    clock.go_on(days=1)
    assert len(reviews(recorder.replay(), syllabus(), before=SECOND.lesson).due) == 3
    quiz = QuizWidget(SECOND, recorder=recorder, looks_back=True)
    bench(quiz, width=width, theme=theme)
    expect(banner).to_be_visible()
    if tag == "en":
        expect(banner).to_contain_text("3 questions are due from earlier.")
    button = banner.locator("button").first
    tab_to(page, button)
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(button).to_be_focused()
    expect(banner.locator(".lk-question")).to_have_count(3)
    assert violations(".lessonkit") == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(banner.locator(".lk-question").first).to_be_hidden()


def test_links_of_the_board_open_in_the_same_jupyterlab_at_their_heading(page: Page, tmp_path: Path) -> None:
    kept = Recorder(f"sqlite:///{(tmp_path / 'record.db').as_posix()}")
    widget = QuizWidget(FIRST, recorder=kept)
    for question in singles(FIRST, 9).questions:
        post(widget, question.id, next(choice.id for choice in question.choices if not choice.correct))
    with serve(tmp_path) as lab:
        lab.open(page, "notebooks/00-start-here.ipynb")
        page.evaluate(
            """() => {
              const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
              return sessionContext.session.kernel.requestExecute({ code: "import lessonkit as lk" }).done
                .then(() => {
                  content.activeCellIndex = content.widgets.findIndex(({ model }) =>
                    model.sharedModel.source.startsWith("lk.progress()"));
                  return window.jupyterapp.commands.execute("notebook:run-cell");
                });
            }"""
        )
        link = page.locator(".lk-board .lk-board-part .lk-actions a").first
        address = link.get_attribute("href") or ""
        lesson, _hash, heading = address.partition("#")
        link.press("Enter")
        page.wait_for_function(
            "path => window.jupyterapp.shell.currentWidget?.context?.path === path", arg=f"notebooks/{lesson}"
        )
        title = page.get_by_role("heading", name=heading.replace("-", " "))
        expect(title).to_be_in_viewport(timeout=60_000)
        assert len(page.context.pages) == 1
