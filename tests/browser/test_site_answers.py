"""The scripts of the site beside the engine: the same answers get the same marks, words and events."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from lessonkit.datasets import load_email_neighbor_scores
from lessonkit.metrics import ThresholdSweep
from lessonkit.publishing import answers as site_answers
from lessonkit.questions import (
    KINDS,
    AnswerError,
    MatchQuestion,
    MultipleQuestion,
    NumericQuestion,
    OperatingPointQuestion,
    OrderQuestion,
    SingleQuestion,
    TextQuestion,
    load_quiz,
)
from lessonkit.questions.bank import quiz_files
from lessonkit.questions.markup import to_html
from lessonkit.record import Event, Recorder, Replay, reviews, syllabus
from lessonkit.record.calibration import CONFIDENCES
from lessonkit.widgets import SketchWidget
from lessonkit.widgets.operating_point import explorer
from lessonkit.widgets.sketch import page_rules, sketch_feedback
from tests.questions import test_kinds as kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from lessonkit.questions import Question, Quiz

REPOSITORY = Path(__file__).parents[2]
CASES = json.loads((REPOSITORY / "tests" / "questions" / "typed.json").read_text(encoding="utf-8"))
DAY = 86_400_000  # milliseconds
LESSONS = [path.stem for path in quiz_files(REPOSITORY / "quizzes")]
SHARED = ("../../widgets/number.js", "../../widgets/marking.js")
PARTS = (*SHARED, "mark.js", "schedule.js", "record.js", "desk.js", "draw.js")
RULES = """
globalThis.readAll = (cases, words) => cases.map(({ typed, unit = null, expected = null }) => {
  try {
    const { value, understood } = readNumber(typed, { unit, expected, words });
    return { value: `${value.top}${value.bottom === 1n ? "" : `/${value.bottom}`}`, understood };
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    return { refused: error.message };
  }
});
globalThis.markAll = (kind, key, answers, words) => answers.map((answer) => {
  try {
    const { correct, message } = mark(kind, key, answer, words);
    return [correct, message];
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    return error.message;
  }
});
// Each script is a question's draw and what a learner sends; returns what the page would have shown.
globalThis.answerAll = async ({ view, explorers, words }, scripts) => {
  const shown = [];
  for (const { draw, others, messages } of scripts) {
    if (draw.shown.explorer) draw.key.stops = () => explorers[draw.shown.explorer];
    const events = [];
    const said = (event) => Object.entries(event).filter(([, value]) => (value ?? null) !== null);
    const record = {
      add: (event) => events.push(Object.fromEntries(said(event))),
      notice: () => "",
      observe() {},
    };
    const questions = [{ draws: [draw, ...others] }];
    const replay = () => ({ question() {} });
    const model = openQuiz({ view, questions }, { words, record, replay, isDue: () => false });
    const steps = [];
    for (const message of messages) {
      const reply = await new Promise((resolve) => {
        const hear = (content) => {
          model.off("msg:custom", hear);
          resolve(content);
        };
        model.on("msg:custom", hear);
        model.send(message);
      });
      steps.push({ reply, standing: model.get("standing") });
    }
    shown.push({ steps, events });
  }
  return shown;
};
globalThis.dueAll = (course, events, moments) => {
  const played = replay(events, course);
  return moments.map((now) => {
    const { due, done, next } = reviews(played, course, now);
    return [due.map(({ lesson, id, due }) => [lesson, id, due]), done, next];
  });
};
globalThis.compareAll = (data, sketches, rules) =>
  sketches.map((points) => compareSketch(data, points, rules));
"""


@pytest.fixture
def rules(page: Page) -> Page:
    """A page with the site's rules, without its pages."""
    page.set_content("<p>Rules</p>")
    parts = "\n".join(map(site_answers.module, PARTS))
    page.add_script_tag(content=f'"use strict";\n(() => {{\n{parts}\n{RULES}\n}})();')
    return page


def test_numbers_are_read_as_python_reads_them(rules: Page) -> None:
    found = rules.evaluate("([cases, words]) => readAll(cases, words)", [CASES, site_answers.words()])
    asked = ("typed", "unit", "expected")
    wanted = [{key: value for key, value in case.items() if key not in asked} for case in CASES]
    assert found == wanted


@pytest.mark.parametrize("fold", [[], ["case"], ["spaces"], ["accents"], ["case", "spaces", "accents"]])
def test_texts_are_marked_as_python_marks_them(rules: Page, fold: list[str]) -> None:
    asked = {
        "id": "text",
        "kind": "text",
        "objective": "o",
        "prompt": "?",
        "fold": fold,
        "accept": ["Précision", "positive  predictive value", "Straße", "ΣΟΦΟΣ", "İ"],
        "patterns": ["P\\.?P\\.?V\\.?", "[a-f]+(?:x|é)y?", "C\\+\\+"],
        "mistakes": [{"accept": ["Recall", "rappel"], "misconception": "m", "why": "No."}],
    }
    question = TextQuestion.model_validate(asked)
    typed = [
        *(" ", "", "\u200b", "x" * 101, "precision", "PRÉCISION", "Pre\u0301cision", "Préci\u00adsion"),
        *("positive predictive value", " Positive\u00a0 predictive\tvalue ", "strasse", "STRASSE", "Straße"),
        *("σοφος", "σοφοσ", "ΣΟΦΟΣ", "i", "İ", "i\u0307", "PPV", "p.p.v.", "PPVV", "abcxy", "ABCÉ", "fey"),
        *("C++", "c++", "CCC", "recall", "Recall", "RAPPEL", "rappel.", "[a-f]+", "a" * 100),
    ]

    def told(answer: str) -> object:
        try:
            given = question.mark(answer)
        except AnswerError as error:
            return str(error)
        return [given.correct, to_html(given.message) if given.message else ""]

    found = rules.evaluate(
        "([key, answers, words]) => markAll('text', key, answers, words)",
        [question.key(to_html), typed, site_answers.words()],
    )
    assert found == list(map(told, typed))


def answers(question: Question) -> Iterator[Any]:
    """Yield answers to a question as a page sends them: right ones, wrong ones, and none."""
    match question:
        case SingleQuestion():
            yield []
            yield from ([choice.id] for choice in question.choices)
        case MultipleQuestion():
            right = [choice.id for choice in question.choices if choice.correct]
            everything = [choice.id for choice in question.choices]
            yield from ([], right, right[:-1], everything, everything[::2], right[::-1][1:] + everything[-1:])
        case NumericQuestion():
            known = [question.answer, *(mistake.answer for mistake in question.mistakes)]
            yield from ("", "x", "1/3", "-7", f"{question.answer * 100:.6g}", f"{question.answer / 100:.6g}")
            yield from (f"{number:.10g}" for number in known)
            yield from (f"{number * 100:.10g} %" for number in known)
        case OrderQuestion():
            right = [item.id for item in question.items]
            yield from (right, right[::-1], right[1:] + right[:1], right[:1] + right[:0:-1])
            yield from map(list, (mistake.order for mistake in question.mistakes))
        case MatchQuestion():
            right_match = {pair.id: pair.target for pair in question.pairs}
            yield right_match
            yield dict(list(right_match.items())[1:])
            for target in question.targets:
                yield dict.fromkeys(right_match, target.id)
        case OperatingPointQuestion():
            stops = explorer(question)._stops
            yield ""
            yield from (repr(number) for number in stops.thresholds[:: len(stops.thresholds) // 25].tolist())
        case _:
            yield from (question.example.wrong, kinds.right(question), "")


def test_a_page_marks_as_the_kernel_does(rules: Page) -> None:
    """Every question of practice in the course, in every draw that the site has; and one of every kind."""
    compared = 0
    for quiz in (*map(load_quiz, LESSONS), *map(kinds.quiz, KINDS)):
        practiced = [question for question in quiz.questions if question.id not in quiz.exam]
        data = site_answers.lesson_data(quiz, [question.id for question in practiced])
        explorers: dict[str, Any] = {}
        scripts, wanted = [], []
        for question in practiced:
            draws = data["quizzes"][question.id]["questions"][0]["draws"]
            for number, draw in enumerate(draws):
                if draw["shown"].get("explorer"):
                    assert isinstance(question, OperatingPointQuestion)
                    explorers[draw["shown"]["explorer"]] = points(question)
                messages, shown = kernel(quiz.only(question.id), number)
                scripts.append({"draw": draw, "others": draws[1:], "messages": messages})
                wanted.append(shown)
        kit = {"view": data["view"], "explorers": explorers, "words": site_answers.words()}
        found = rules.evaluate("([kit, scripts]) => answerAll(kit, scripts)", [kit, scripts])
        for one, (here, there) in enumerate(zip(found, wanted, strict=True)):
            for place, (step, real) in enumerate(zip(here["steps"], there["steps"], strict=True)):
                assert step == real, (quiz.lesson, scripts[one]["messages"][place])
            assert here["events"] == there["events"]
            compared += len(here["steps"])
    assert compared > 1000


def points(question: OperatingPointQuestion) -> dict[str, Any]:
    """Return the stops of an explorer as its page half reads them."""
    widget = explorer(question)
    stops = widget._stops
    return {
        "thresholds": stops.thresholds.tolist(),
        "tp": stops.true_positives.tolist(),
        "fp": stops.false_positives.tolist(),
        "positives": widget.sweep.positives,
    }


class Kept(Recorder):
    """A recorder without a store, which takes most of the time of a thousand answers."""

    def __init__(self) -> None:
        super().__init__("sqlite://")
        self.kept: list[Event] = []

    def record(self, *events: Event) -> bool:
        self.kept += events
        return True

    def events(self, lesson: str | None = None) -> list[Event]:  # noqa: ARG002  (the recorder's)
        return []


def kernel(quiz: Quiz, draw: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Give all answers to the real widget; return what was sent, and what it replied, showed and recorded."""
    recorder = Kept()
    # Under their own ids: those that the kernel makes up are others on every page.
    widget = site_answers.OpenQuiz(quiz, seed=f"site {draw}", recorder=recorder)
    (progress,) = widget._progress.values()
    replies: list[dict[str, Any]] = []
    widget.send = replies.append
    given = ({"type": "answer", "answer": answer} for answer in answers(progress.question))
    last = next(answers(progress.question))
    wishes: list[dict[str, Any]] = [*given, {"type": "hint", "shown": 0}, {"type": "reveal"}]
    if not progress.question.hints:
        del wishes[-2]
    messages, steps = [], []
    for number, wish in enumerate([*wishes, {"type": "answer", "answer": last}]):
        message = {**wish, "request": f"r{number}", "question": progress.question.id}
        if wish["type"] == "answer":
            message |= {"turn": progress.turn, "confidence": "certain", "seconds": 2.5}
        messages.append(message)
        widget._handle_custom_msg(message, [])
        steps.append({"reply": replies[-1], "standing": widget.standing})
    aside = {"learner", "id", "time", "version", "other", "review"}
    kept = [json.loads(event.to_json()) for event in recorder.kept]
    events = [{key: event[key] for key in event if key not in aside} for event in kept]
    widget.close()
    shown = json.dumps({"steps": steps, "events": events})
    return messages, dict(json.loads(shown.replace(".ipynb", ".html")))


def years_of_answers(random: Random, start: datetime) -> Iterator[Event]:
    """Yield what a learner did in 400 days, in lessons and in reviews."""
    asks = syllabus()
    names = [(quiz.lesson, question.id) for quiz in asks.lessons for question in asks.counted(quiz)]
    for _ in range(4000):
        lesson, question = random.choice(names[:120])
        yield Event(
            type=random.choices(("answer", "hint", "reveal", "reset"), (20, 3, 1, 2))[0],
            lesson=lesson,
            question=question,
            content=asks.content(lesson, question),
            correct=random.random() < 0.7,
            confidence=random.choice((*CONFIDENCES, None)),
            review=random.random() < 0.6,
            time=start + timedelta(milliseconds=random.randrange(random.choice((1, 2000)) * DAY // 5)),
        )


def test_a_page_knows_what_is_due_as_the_engine_does(rules: Page) -> None:
    random = Random(3)  # noqa: S311  (no secrets)
    start = datetime(2025, 1, 1, 9, tzinfo=UTC)
    events = sorted(years_of_answers(random, start), key=lambda event: event.time)
    replay = Replay()
    replay.add(events)
    moments = [start + timedelta(days=days) for days in (0.1, 1, 2, 5, 9.9, 30, 100, 399.9, 400, 420, 3000)]
    wanted = []
    for moment in moments:
        told = reviews(replay, syllabus(), now=moment)
        midnight = told.next_day and datetime.combine(told.next_day, time()).astimezone()
        wanted.append(
            [
                [[one.lesson, one.question, round(one.due.timestamp() * 1000)] for one in told.due],
                told.done_today,
                midnight and midnight.timestamp() * 1000,
            ]
        )
    assert {len(due) for due, _done, _next in wanted} >= {0, 20}
    assert any(done for _due, done, _next in wanted)
    found = rules.evaluate(
        "([course, events, moments]) => dueAll(course, events, moments)",
        [
            site_answers.course(),
            [json.loads(event.to_json()) for event in events],
            [moment.timestamp() * 1000 for moment in moments],
        ],
    )
    assert found == wanted


def test_a_page_compares_sketches_as_the_kernel_does(rules: Page) -> None:
    email = load_email_neighbor_scores()
    sweep = ThresholdSweep(email.y_true, email.scores)
    widget = SketchWidget(sweep)
    levels = (0.0, 0.09, 0.3, 0.5, 0.76, 1.0)
    sketches = [[level] * 6 for level in levels]
    sketches += [
        list(levels),
        list(levels[::-1]),
        [0.9, 0.2, 0.8, 0.1, 0.7, 0.06],
        [0.4, 1, 0.7, 0.5, 0.2, 0.0],
    ]
    random = Random(7)  # noqa: S311  (no secrets)
    sketches += [[round(random.random(), 2) for _ in range(6)] for _ in range(40)]
    found = rules.evaluate(
        "([data, sketches, rules]) => compareAll(data, sketches, rules)",
        [json.loads(json.dumps(widget.page_data)), sketches, page_rules()],
    )
    for points, findings in zip(sketches, found, strict=True):
        wanted = [(one.aspect, one.agrees, one.text) for one in sketch_feedback(sweep, points)]
        assert [(one["aspect"], one["agrees"], one["text"]) for one in findings] == wanted
