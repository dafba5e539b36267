"""A lesson in another language: all that the engine puts on screen or says is in it, but names."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from lessonkit import feedback
from lessonkit.datasets import load_inbox
from lessonkit.exercises import Verdict
from lessonkit.exercises.gaps import unfinished
from lessonkit.metrics import ThresholdSweep
from lessonkit.questions import load_quiz
from lessonkit.record import Event, Recorder, Replay, board, syllabus
from lessonkit.terminal import board_lines
from lessonkit.widgets import ProgressWidget, QuizWidget, SketchWidget, epochs, explore, squares, strip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Bench
    from playwright.sync_api import Page

LESSON = "00-start-here"
INBOX = load_inbox()
#: Names that stay as they are, in each language, and keys of the keyboard.
NAMES = {
    "de": "F1 ROC AUC TP FP TN FN Precision Recall Precision-Recall-Kurve Accuracy Score Scores Spam Filter "
    "Quiz Min Name Tab Keras",
    "ar": "F1 ROC AUC TP FP TN FN precision recall accuracy scores average Tab Page Up Down Loss",
}
# What is read: texts, and what is said in their place. The author's texts are marked with their own language.
COLLECT = """tag => {
  const own = node => (node.closest("[lang]")?.lang ?? tag) === tag;
  const said = [];
  for (const part of document.querySelectorAll("main *, .lessonkit, .lessonkit *")) {
    if (!own(part) || ["STYLE", "SCRIPT"].includes(part.tagName)) continue;
    for (const node of part.childNodes) if (node.nodeType === 3) said.push(node.textContent);
    for (const name of ["aria-label", "aria-valuetext", "alt", "title", "placeholder"])
      if (part.hasAttribute(name)) said.push(part.getAttribute(name));
  }
  return said.map(text => text.trim()).filter(Boolean);
}"""


def living(page: Page, tag: str) -> Iterator[str]:
    """Yield what the widgets say that stay alive without a kernel."""
    y_true, scores = INBOX.y_true, INBOX.scores
    both = {"compare": scores / 2, "false_positive_cost": 1, "false_negative_cost": 5, "band": True}
    curves = {"loss": [0.7, 0.5], "val_loss": [0.7, 0.6]}
    for shown in (explore(y_true, scores, **both), strip(y_true, scores), epochs(curves)):  # type: ignore[arg-type]
        html = (shown._repr_mimebundle_() or ({},))[0]["text/html"]
        page.goto("about:blank")
        page.set_content(f"<!doctype html><html lang='{tag}'><main>{html}</main>")
        page.locator(".lessonkit .lk-plot path[d]").first.wait_for(state="attached")
        for slider in page.get_by_role("slider").all():
            slider.press("ArrowLeft")
            slider.press("ArrowRight")
        page.locator("[role=status]:not(:empty)").first.wait_for(state="attached")
        if (dial := page.locator("input.lk-dial")).count():
            dial.last.press("PageUp")
        for box in page.get_by_role("checkbox").all():
            box.check()
        yield from page.evaluate(COLLECT, tag)


def asked(bench: Callable[..., Bench], page: Page, tag: str) -> Iterator[str]:
    """Yield what the widgets say that ask the kernel: the quiz of the lesson, a sketch, and the board."""
    recorder = Recorder("sqlite://")
    quiz = load_quiz(LESSON)
    bench(QuizWidget(quiz.only("warm-up"), recorder=recorder))
    page.get_by_role("textbox").fill("0.25")
    page.locator(".lk-question button[type=submit]").click()
    page.locator(".lk-feedback:visible, .lk-summary:visible").first.wait_for()
    page.locator(".lk-actions button").nth(1).click()
    page.wait_for_timeout(300)
    yield from page.evaluate(COLLECT, tag)
    bench(QuizWidget(quiz.exam_block(), recorder=recorder))
    yield from page.evaluate(COLLECT, tag)
    sweep = ThresholdSweep(INBOX.y_true, INBOX.scores)
    for curve in ("precision-recall", "roc"):
        sketch = SketchWidget(sweep, curve=curve)
        bench(sketch)
        page.locator(".lk-sketch").wait_for()
        yield from page.evaluate(COLLECT, tag)
        sketch._settle((0.0, 0.2, 0.4, 0.5, 0.4, 0.3))
        bench(sketch)
        page.locator(".lk-sketch-findings").wait_for()
        yield from page.evaluate(COLLECT, tag)
    bench(ProgressWidget(recorder=recorder))
    page.locator(".lessonkit").first.wait_for()
    yield from (text for text in page.evaluate(COLLECT, tag) if text not in OWN)


#: What the board shows of the course itself: its paths are named in the language of the course.
OWN = {"Build up", "One day", "Metrics in Keras", "Pipeline trace", "Predict first", "Exercises", "Capstone"}


def printed() -> Iterator[str]:
    """Yield what is printed: rows as squares, checks, and the board in a terminal."""
    yield repr(squares(INBOX.y_true, INBOX.scores >= 0.5))
    for verdict in (
        Verdict(passed=True, message=""),
        Verdict(passed=False, message="", hint="0"),
        Verdict(passed=False, message="", tried=False),
        unfinished(3, ["a", "b"]),
    ):
        yield from repr(feedback._Feedback(verdict)).splitlines()
    replay = Replay()
    answer = {"lesson": LESSON, "question": "warm-up", "answer": "0.75", "correct": True, "attempt": 1}
    replay.add([Event(type="answer", learner="x", confidence="certain", **answer)])  # type: ignore[arg-type]
    console = Console(width=400, record=True, quiet=True)
    with console.capture() as capture:
        console.quiet = False
        console.print(*board_lines(board(replay, syllabus())), sep="\n")
    for line in capture.get().splitlines():
        yield from (cell for cell in re.split(r"\s{2,}", line) if not (" " in cell and cell in titles()))


def titles() -> set[str]:
    return {quiz.title for quiz in syllabus().lessons}


def words(texts: list[str]) -> set[str]:
    """Return the texts that hold words, but for headings of lessons and the name of a given curve."""
    given = re.compile(r"\d\d · .*|Loss")
    plain = (re.sub(r"notebooks/\S+", "", text) for text in texts if not given.fullmatch(text))
    return {text for text in plain if re.search(r"[A-Za-z]{2}", text)}


def own_words() -> set[str]:
    """Return the words of the lessons themselves, of which there is no translation."""
    course = syllabus()
    texts = [*titles(), *course.believed.values()]
    texts += [text for quiz in course.lessons for text in quiz.objectives.values()]
    return set(re.findall(r"[A-Za-z]{2,}", " ".join([*texts, json.dumps(sorted(OWN)), "notebooks ipynb"])))


@pytest.mark.parametrize("tag", ["de", "ar"])
def test_every_word_of_the_engine_is_in_the_language_of_the_learner(
    monkeypatch: pytest.MonkeyPatch, bench: Callable[..., Bench], page: Page, tag: str
) -> None:
    said: dict[str, set[str]] = {}
    for language in ("en", tag):
        monkeypatch.setenv("LESSONKIT_LANG", language)
        texts = [*living(page, language), *asked(bench, page, language), *printed()]
        assert len(texts) > 300, "the screens are there"
        said[language] = words(texts)
    names = set(re.findall(r"[A-Za-z0-9-]{2,}", NAMES[tag])) | own_words()
    alike = {
        text
        for text in said["en"] & said[tag]
        if {*re.findall(r"[A-Za-z]{2,}", text)} - names and text not in titles()
    }
    assert alike == set()
    if tag == "ar":  # its letters are others, so that even half a sentence shows
        latin = {text: {*re.findall(r"[A-Za-z]{2,}", text)} - names for text in said[tag]}
        assert {text: found for text, found in latin.items() if found} == {}
