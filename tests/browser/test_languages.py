"""A lesson in another language: every word of the engine on screen or in print goes through its catalogs.

The walk speaks a language that is made here: each piece of each message of the catalogs stands between marks.
What is left outside of them is the lesson's own, a name, or a word that nobody can translate. That the German
and the Arabic catalog have each message, ``python -m tools.catalogs --check`` says, and the test below that
they do not say it in English.
"""

from __future__ import annotations

import gettext
import math
import re
import sys
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import keras  # type: ignore[import-untyped]
import numpy as np
import pytest
from babel.messages.pofile import read_po
from rich.console import Console
from sklearn.preprocessing import StandardScaler

from lessonkit import cli, feedback, i18n, lab
from lessonkit.course import Changes
from lessonkit.datasets import load_inbox
from lessonkit.exercises.gaps import unfinished
from lessonkit.exercises.judge import NOT_TRIED, RETURNS_NOTHING, Mistake, judge_function, judge_number
from lessonkit.exercises.registry import verdict
from lessonkit.exercises.rows import judge_result
from lessonkit.metrics import ThresholdSweep
from lessonkit.questions import KINDS, Quiz, load_quiz
from lessonkit.record import Event, Recorder, Replay, board, learner_id, syllabus
from lessonkit.terminal import board_lines
from lessonkit.trace import LeakWarning, PipelineTrace, TrainingTrace, prediction_trace
from lessonkit.widgets import (
    ProgressWidget,
    QuizWidget,
    SketchWidget,
    epochs,
    explore,
    squares,
    strip,
    wording,
)
from lessonkit.widgets.asked import Refusal
from lessonkit.widgets.review import ReviewWidget
from tests.pages import as_page
from tests.questions.test_kinds import asks
from tools.catalogs import TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from babel.messages.catalog import Catalog
    from conftest import Bench, Shown
    from playwright.sync_api import Page

    from lessonkit.exercises import Verdict

LESSON: Final = "00-start-here"
TAG: Final = "eo"
INBOX = load_inbox()

#: What is outside of the marks and stays so: names of curves and keys, of Python and of its packages, of the
#: lesson's own variables; and what an example of a file or a command says.
NAMES: Final = {
    *("F1", "ROC", "AUC", "AP", "TP", "FP", "TN", "FN", "loss", "val_loss", "JSON", "Loss"),
    *("Dense", "Dropout", "BatchNormalization", "StandardScaler", "relu", "sigmoid", "linear"),
    *("float32", "float64", "bool", "None", "nan", "NULL", "list", "list_iterator", "tuple", "complex"),
    *("fit", "fit_transform", "transform", "found", "total", "yes", "ValueError", "TypeError"),
}

#: Likewise of a trace: its stages and parts are named as its methods and their parameters are, and the
#: numbers of a training as Keras names them.
TRACED: Final = frozenset(
    {
        *("data", "split", "train", "validation", "test", "trace", "watch", "step", "X_train", "X_test"),
        *("validation_data", "callbacks", "training", "threshold", "accuracy", "val", "float64"),
    }
)
#: What Python itself says of a call.
PYTHONS: Final = "too many positional arguments"

# What is read, in its order: texts, and what is said in their place. The author's texts are marked with their
# own language, and names of code are code.
COLLECT = """tag => {
  const own = node => (node.closest("[lang]")?.lang ?? tag) === tag && !node.closest("code");
  const said = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    const part = node.nodeType === 3 ? node.parentElement : node;
    if (["STYLE", "SCRIPT"].includes(part.tagName) || !own(part)) continue;
    if (node.nodeType === 3) said.push(node.textContent);
    else for (const name of ["aria-label", "aria-valuetext", "alt", "title", "placeholder"])
      if (part.hasAttribute(name)) said.push(part.getAttribute(name));
  }
  return said.map(text => text.trim()).filter(Boolean);
}"""


class Marked(gettext.NullTranslations):
    """A language in which each piece of a message that the catalogs have stands between marks."""

    def __init__(self) -> None:
        super().__init__()
        with TEMPLATE.open("rb") as file:
            catalog = read_po(file)
        ids = [message.id for message in catalog if message.id]
        self.known = {one for known in ids for one in ([known] if isinstance(known, str) else known)}

    def gettext(self, message: str) -> str:
        if message not in self.known:
            return message
        pieces = re.split(r"(\{[^{}]*\}|`[^`]*`)", message)
        return "".join(
            f"⟦{piece}⟧" if place % 2 == 0 and re.search(r"[^\W\d_]", piece) else piece
            for place, piece in enumerate(pieces)
        )

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def left(texts: list[str], names: frozenset[str] = frozenset()) -> set[str]:
    """Return the texts that hold words outside of the marks, but for names and the lesson's own."""
    assert sum("⟦" in text for text in texts) > len(texts) / 10, "they speak the language that is made here"
    apart = re.sub(r"⟦[^⟦⟧]*⟧", "¦", "\n".join(texts)).split("\n")
    own = own_texts()
    found = set()
    for line in apart:
        bare = line
        for text in own:
            bare = bare.replace(text, "")
        bare = re.sub(
            r"\{\w+\}|\[[x.]+\]|`[^`]*`|\S*notebooks\S*|\S+\.(?:jsonl|sqlite)|\d\d-[\w-]+", "", bare
        )
        if {word for word in re.findall(r"[^\W\d]\w+", bare) if word not in NAMES | names}:
            found.add(line)
    return found


def own_texts() -> list[str]:
    """Return what the lessons say themselves, the longest first."""
    course = syllabus()
    texts = {*course.believed.values(), *(path.name for path in course.paths), learner_id(), PYTHONS}
    texts |= {lesson.title for lesson in board(Replay(), course).lessons}
    for quiz in [*course.lessons, kinds()]:
        texts |= {quiz.title, *quiz.objectives.values(), *(question.prompt for question in quiz.questions)}
    for question in kinds().questions:
        parts = (getattr(question, name, ()) for name in ("choices", "items", "pairs", "targets"))
        texts |= {part.text for group in parts for part in group} | {*getattr(question, "accept", ())}
    return sorted(texts, key=len, reverse=True)


def kinds() -> Quiz:
    return Quiz.model_validate(asks(*KINDS))


# The screens


def living(page: Page) -> Iterator[str]:
    """Yield what the widgets say that stay alive without a kernel."""
    y_true, scores = INBOX.y_true, INBOX.scores
    both = {"compare": scores / 2, "false_positive_cost": 1, "false_negative_cost": 5, "band": True}
    curves = {"loss": [0.7, 0.5], "val_loss": [0.7, 0.6]}
    for shown in (explore(y_true, scores, **both), strip(y_true, scores), epochs(curves)):  # type: ignore[arg-type]
        show(page, (shown._repr_mimebundle_() or ({},))[0]["text/html"])
        page.locator(".lessonkit .lk-plot path[d]").first.wait_for(state="attached")
        for slider in page.get_by_role("slider").all():
            slider.press("ArrowLeft")
            slider.press("ArrowRight")
        page.locator("[role=status]:not(:empty)").first.wait_for(state="attached")
        if (dial := page.locator("input.lk-dial")).count():
            dial.last.press("PageUp")
        for box in page.get_by_role("checkbox").all():
            box.check()
        yield from page.evaluate(COLLECT, TAG)


def show(page: Page, html: str) -> None:
    page.goto("about:blank")
    page.set_content(f"<!doctype html><html lang='{TAG}'><main>{html}</main>")


def answered(bench: Callable[..., Bench], page: Page) -> Iterator[str]:
    """Yield what a quiz says of each kind, in practice and in an exam, at each state of a question."""
    recorder = Recorder("sqlite://")
    # The bench has no explorer: what is said around it is read off the standing.
    explored = QuizWidget(kinds().only("a-operating-point"), recorder=recorder)
    for turn, given in enumerate(("0.999", "0.001", "0.8")):
        yield obey(explored, type="answer", question="a-operating-point", turn=turn, given=given)
    yield obey(explored, type="reveal", question="a-operating-point")
    yield from (
        explored.view["questions"][0]["how"],
        explored.standing["questions"][0]["feedback"]["summary"],
    )
    quiz = kinds().model_copy(update={"attempts": 2})
    plain = tuple(question for question in quiz.questions if not question.explored)
    quiz = quiz.model_copy(update={"questions": plain})
    practice = QuizWidget(quiz, recorder=recorder)
    yield from seen(bench, page, practice)
    yield from (*practice.view["words"].values(), *wording.browser_words().values())
    for turn in range(2):
        for question in quiz.questions:
            sure = {"confidence": "certain", "seconds": 2.0}
            yield obey(
                practice, type="answer", question=question.id, turn=turn, given=question.example.wrong, **sure
            )
            if question.hints and not turn:
                yield obey(practice, type="hint", question=question.id, shown=0)
            if not turn:
                yield obey(practice, type="reveal", question=question.id) if question.kind == "match" else ""
        yield from seen(bench, page, practice)
    for name, turn in (("a-numeric", 2), ("a-text", 0)):  # none is left; it has moved on
        with pytest.raises(Refusal) as refused:
            obey(practice, type="answer", question=name, turn=turn, given="1")
        yield str(refused.value)
    exam = QuizWidget(quiz.model_copy(update={"mode": "exam"}), recorder=Recorder("sqlite://"))
    yield from seen(bench, page, exam)
    for question in quiz.questions[2:]:
        yield obey(exam, type="draft", question=question.id, turn=0, given=question.example.wrong)
    yield obey(exam, type="submit", warned=2)
    yield from seen(bench, page, exam)


def obey(widget: QuizWidget, *, given: object = None, **request: object) -> str:
    """Do what a page asks, and return what is said to it."""
    if given is not None:
        request["answer"] = as_page(widget, str(request["question"]), given)
    return widget._obey({"request": "1", **request})["message"]


def seen(bench: Callable[..., Bench], page: Page, widget: Shown) -> Iterator[str]:
    """Yield all that is on the page of a widget."""
    bench(widget)
    page.locator("main *").first.wait_for(state="attached")
    yield from page.evaluate(COLLECT, TAG)


def lesson(bench: Callable[..., Bench], page: Page) -> Iterator[str]:
    """Yield what a lesson says beside its text: its quiz and exam, a review, sketches, and the board."""
    recorder = Recorder("sqlite://")
    quiz = load_quiz(LESSON)
    widget = QuizWidget(quiz, recorder=recorder)
    bench(widget)
    page.get_by_role("textbox").first.fill("0.25")
    page.locator(".lk-question button[type=submit]").first.click()
    page.locator(".lk-feedback:visible, .lk-summary:visible").first.wait_for()
    yield from page.evaluate(COLLECT, TAG)
    yield from seen(bench, page, QuizWidget(quiz.exam_block(), recorder=recorder))
    asked = [(LESSON, question.id, "1") for question in quiz.questions[:2]]
    yield from seen(bench, page, ReviewWidget(asked, syllabus(), title="", rest=str, recorder=recorder))
    yield from seen(bench, page, ReviewWidget.of_due([], syllabus(), recorder=recorder))
    yield from seen(bench, page, ProgressWidget(recorder=Recorder("sqlite://")))
    many = Recorder("sqlite://")
    many.record(*events())
    yield from seen(bench, page, ProgressWidget(recorder=many))
    sweep = ThresholdSweep(INBOX.y_true, INBOX.scores)
    for curve in ("precision-recall", "roc"):
        sketch = SketchWidget(sweep, curve=curve)
        yield from seen(bench, page, sketch)
        sketch._settle((0.0, 0.2, 0.4, 0.5, 0.4, 0.3))
        yield from seen(bench, page, sketch)


def events() -> Iterator[Event]:
    """Yield answers to each question of the course, in three degrees of confidence, and an exercise."""
    sure = ("guess", "fairly-sure", "certain")
    questions = [(quiz.lesson, question) for quiz in syllabus().lessons[:4] for question in quiz.questions]
    for place, (home, question) in enumerate(questions):
        right = question.right()
        if right is None:
            continue
        wrong = next(iter(getattr(question, "choices", ())), None)
        correct = bool(place % 3)
        given = right if correct or wrong is None or wrong.correct else (wrong.id,)
        yield Event(
            type="answer",
            learner="x",
            lesson=home,
            question=question.id,
            answer=given,
            correct=correct,
            attempt=1,
            confidence=sure[place % 3],  # type: ignore[arg-type]
        )
    yield Event(
        type="check", learner="x", lesson="01-precision-and-recall", question="precision", correct=True
    )


def checked() -> Iterator[Verdict]:
    """Yield what a check can find."""
    yield from (NOT_TRIED, RETURNS_NOTHING, unfinished(3, ["a", "b"]), unfinished(2, ["a"]))
    yield from (verdict(name, 1) for name in ("no-such-exercise", "precisio"))

    def share(found: float, total: float) -> float:
        return found / total

    def stops(*_given: float) -> float:
        raise ValueError("0")

    def tells(*_given: float) -> str:
        sys.stdout.write("1\n2\n3\n4\n")
        return "1"

    kept: dict[str, Any] = {
        "solution": share,
        "cases": [(1, 4), (3, 4)],
        "mistakes": [Mistake(lambda found, total: total / found, hint="`1`")],
        "otherwise": "`2`",
    }
    answers: list[Any] = [share, stops, tells, 3, "1", [1, 2], len, ..., lambda: 1, lambda *_: None]
    answers += [lambda *_: [1, 2], lambda *_: math.nan, lambda found, total: total / found]
    answers += [lambda found, total: 100 * found / total, lambda found, total: round(found / total, 1)]
    answers += [lambda total, found: found / total]
    yield from (judge_function(answer, **kept) for answer in answers)
    numbers: list[Any] = [0.75, 0.7501, 1.5, 3, None, "0.75", [1, 2]]
    yield from (
        judge_number(one, solution=0.75, tolerance=0.001, mistakes={3: "`3`"}, otherwise="`4`")
        for one in numbers
    )
    rows = [(1, 2), (3, 4), (3, 4)]
    results: list[Any] = [
        rows,
        rows[:2],
        rows[::-1],
        [*rows, (5, 6)],
        [(1,)],
        "1",
        iter(rows),
        3j,
        len,
        None,
        [],
    ]
    results += [[(1, 2), (3, 4), (9, 9)], [(1, 2), (3, 4), (3, 4), (3, 4)], [(1, 2), (3, 4, 5), (3, 4)]]
    for ordered in (False, True):
        yield from (judge_result(one, solution=rows, ordered=ordered, otherwise="`5`") for one in results)
    named = [{"a": 1, "b": 2}]
    yield from (
        judge_result(one, solution=named, headed=True, otherwise="`6`")
        for one in (named, [(1, 2)], [{"c": 1, "d": 2}])
    )
    yield from (
        judge_result(one, solution="1 A\n2", otherwise="`7`") for one in ("1 A\n2", "1 a\n2", "1 A\n3", [1])
    )
    yield from (judge_result(one, solution=[1, 2], otherwise="`8`") for one in ("1", [1, 3]))
    yield judge_result(share, solution=share, cases=[(1, 2), (2, 2)], otherwise="`9`")
    yield from (judge_result(one, solution=share, cases=[(1, 2)], otherwise="`9`") for one in (stops, 3))


def traced() -> Iterator[str]:
    """Yield the traces, as HTML."""
    rows = np.random.default_rng(0).normal(size=(60, 3))
    nothing = PipelineTrace()
    nothing.data(rows)
    nothing.watch(StandardScaler(), "1", does="").fit(rows)
    yield nothing.as_html()
    trace = PipelineTrace("1")
    trace.data(rows, rows[:, 0] > 0)
    trace.watch(StandardScaler(), "5", does="").fit(rows)
    with pytest.warns(LeakWarning, match="⟦"):
        trace.split(rows[:30], rows[40:], validation=rows[30:40])
    scaler = trace.watch(StandardScaler(), "2", does="")
    scaler.fit_transform(rows[:30])
    scaler.transform(rows[40:])
    with pytest.warns(LeakWarning, match="⟦"):
        trace.watch(StandardScaler(), "3", does="").fit(rows)
    trace.watch(StandardScaler(), "4", does="").fit(rows[:40])
    trace.watch(StandardScaler(), "6", does="").fit(np.ones((4, 3)))
    trace.watch(StandardScaler(), "7", does="")
    for place in range(20):
        trace.watch(np.tanh, f"8{place}", does="")(rows[40:])
    yield trace.as_html()
    yield f"<pre>{trace}</pre>"
    training = TrainingTrace()
    yield training.as_html()
    losses = [(0.9, 0.9), (0.5, 0.6), (0.45, 0.7), (0.44, 0.8), (0.44, 0.8), (0.439, 0.8), (0.9, 0.8)]
    losses += [(0.0, 0.8), (0.1, 0.8), (float("nan"), 0.8), (0.5, 0.7)] + [(0.5, 0.7)] * 20
    for epoch, (loss, val_loss) in enumerate(losses):
        training.on_epoch_end(epoch, {"loss": loss, "accuracy": 0.9, "val_loss": val_loss})
    yield training.as_html()
    yield f"<pre>{training}</pre>"
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(8, activation="relu", name="1"), keras.layers.Dropout(0.5, name="2")]
    layers += [keras.layers.BatchNormalization(name="3"), keras.layers.Dense(1, name="4")]
    model = keras.Sequential([keras.Input((9,)), *layers])
    yield prediction_trace(model, np.ones(9)).as_html()
    yield prediction_trace(model, -np.ones(9)).as_html()


def printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[str]:
    """Yield what is printed: rows as squares, checks, the board in a terminal, and the learner's commands."""
    yield repr(squares(INBOX.y_true, INBOX.scores >= 0.5))
    for found in checked():
        yield from repr(feedback._Feedback(found)).splitlines()
    replay = Replay()
    replay.add(list(events()))
    console = Console(width=400)
    with console.capture() as capture:
        console.print(*board_lines(board(replay, syllabus())), sep="\n")
    yield from capture.get().splitlines()
    file = str(folder / "1.jsonl")
    commands = [["progress"], ["export", file], ["export", file], ["import", file], ["forget", "--yes"]]
    for command in commands:
        cli.main(command)
    with patch("builtins.input", return_value="no") as asked:
        cli.main(["forget"])
    yield asked.call_args.args[0].replace(str(folder), "")
    (folder / "3.jsonl").write_text("{}\n", encoding="utf-8")
    cli.main(["import", str(folder / "3.jsonl")])
    lab._report(folder, Changes(("1",), ("2",), ("3",), ("4",)))
    out, err = capsys.readouterr()
    plain = re.sub(r"^lessonkit \w+:", "", f"{out}\n{err}", flags=re.MULTILINE).replace(str(folder), "")
    yield from plain.splitlines()


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak the language that is made here."""
    spoken = Marked()
    monkeypatch.setattr(i18n, "_catalog", lambda tag: spoken if tag == TAG else gettext.NullTranslations())
    monkeypatch.setattr(i18n, "languages", lambda: ("en", TAG))
    monkeypatch.setenv("LESSONKIT_LANG", TAG)


@pytest.mark.usefixtures("marked")
def test_every_word_of_the_widgets_is_in_the_language_of_the_learner(
    bench: Callable[..., Bench], page: Page
) -> None:
    texts = [*living(page), *answered(bench, page), *lesson(bench, page)]
    assert len(texts) > 1000, "the screens are there"
    assert left(texts) == set()


@pytest.mark.usefixtures("marked")
def test_every_word_of_a_trace_is_in_the_language_of_the_learner(page: Page) -> None:
    texts = []
    for html in traced():
        show(page, html)
        texts += page.evaluate(COLLECT, TAG)
    assert left(texts, TRACED) == set()


@pytest.mark.usefixtures("marked")
def test_every_word_that_is_printed_is_in_the_language_of_the_learner(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONKIT_STORE", f"sqlite:///{tmp_path / 'record.sqlite'}")
    assert left([*printed(tmp_path, capsys)]) == set()


def test_arabic_goes_from_right_to_left_and_its_drawings_do_not(
    bench: Callable[..., Bench], page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONKIT_LANG", "ar")
    y_true, scores = INBOX.y_true, INBOX.scores
    show(page, (strip(y_true, scores)._repr_mimebundle_() or ({},))[0]["text/html"])
    share = page.locator(".lk-strip-share").first
    name, number = share.locator("b").bounding_box(), share.locator(".lk-strip-fraction").bounding_box()
    assert name
    assert number
    assert name["x"] > number["x"], "precision, then 6 of 8 = 0.75"
    for part, wanted in ((".lk-strip", "ltr"), (".lk-strip-share", "rtl")):
        assert direction(page, part) == wanted
    bench(SketchWidget(ThresholdSweep(y_true, scores)))
    page.locator(".lk-sketch").wait_for()
    assert (direction(page, ".lk-sketch"), direction(page, ".lk-sketch-plot")) == ("rtl", "ltr")


def direction(page: Page, part: str) -> str:
    found = page.locator(part).first.evaluate("part => getComputedStyle(part).direction")
    return str(found)


@pytest.mark.parametrize("tag", ["en", "de", "ar"])
def test_the_names_in_a_picture_of_the_board_are_not_cut(
    bench: Callable[..., Bench], page: Page, monkeypatch: pytest.MonkeyPatch, tag: str
) -> None:
    monkeypatch.setenv("LESSONKIT_LANG", tag)
    recorder = Recorder("sqlite://")
    recorder.record(*(event.model_copy(update={"learner": learner_id()}) for event in events()))
    bench(ProgressWidget(recorder=recorder))
    page.locator(".lk-own-curve").wait_for(state="attached")
    cut = page.locator(".lk-figure svg text").evaluate_all(
        """all => all.filter(text => {
          const { x, width } = text.getBBox();
          return x < 0 || x + width > text.ownerSVGElement.viewBox.baseVal.width;
        }).map(text => text.textContent)"""
    )
    assert cut == []


#: Messages that are the same in a language, because each of their words is: formulas, and names.
ALIKE: Final[dict[str, set[str]]] = {
    "de": {
        "Accuracy",
        "Filter",
        "Pipeline",
        "Precision",
        "Quiz: {title}",
        "Recall",
        "Score",
        "Scores",
        "Training",
    },
    "ar": set(),
}


@pytest.mark.parametrize("tag", ["de", "ar"])
def test_no_message_is_said_in_english(tag: str) -> None:
    with (i18n.LOCALE / tag / "LC_MESSAGES" / "lessonkit.po").open("rb") as file:
        catalog: Catalog = read_po(file)
    said = {
        str(message.id if isinstance(message.id, str) else message.id[0]): message.string
        for message in catalog
        if message.id
    }
    assert len(said) > 400
    alike = {message for message, text in said.items() if text == message and re.search(r"[a-z]{3}", message)}
    assert alike == ALIKE[tag]
