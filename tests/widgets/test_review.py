"""Reviews through the widget's message path, as a page sends them."""

from __future__ import annotations

import random
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import pytest
from fsrs import Card, Rating, Scheduler
from ipywidgets.widgets import widget as registry  # type: ignore[import-untyped]

from lessonkit.questions import (
    MatchQuestion,
    MultipleQuestion,
    NumericQuestion,
    OperatingPointQuestion,
    OrderQuestion,
    Question,
    SingleQuestion,
    load_quiz,
)
from lessonkit.questions.content import content_hash
from lessonkit.record import Recorder, Replay, board, misconceptions, reviews, syllabus
from lessonkit.widgets import QuizWidget, ReviewWidget, review
from lessonkit.widgets.operating_point import best_point
from tests.pages import as_page

if TYPE_CHECKING:
    from datetime import date

    from conftest import Clock

FIRST: Final = "01-precision-and-recall"
SECOND: Final = "02-decision-thresholds"
SURE: Final = ("guess", "fairly-sure", "certain")


class Wire:
    """A quiz or a review, and all that its kernel half says."""

    def __init__(self, widget: QuizWidget | ReviewWidget) -> None:
        self.widget = widget
        self.messages: list[dict[str, Any]] = []
        widget._send = lambda message, **_: self.messages.append(message)

    @property
    def questions(self) -> list[str]:
        return [question["id"] for question in self.widget.view["questions"]]

    def prompt(self, question: str) -> str:
        html: str = self.widget.view["questions"][self.questions.index(question)]["prompt"]
        return html

    def post(self, **content: object) -> dict[str, Any]:
        self.widget._handle_custom_msg({"request": "r", **content}, [])
        reply: dict[str, Any] = self.messages[-1]["content"]
        assert reply["type"] == "reply"
        return reply

    def answer(self, question: str, *, right: bool, confidence: str | None = None) -> None:
        drawn = self.widget._progress[question].question
        turn = self.widget.standing["questions"][self.questions.index(question)]["turn"]
        given = as_page(self.widget, question, answer_to(drawn, right=right))
        reply = self.post(
            type="answer", question=question, turn=turn, answer=given, confidence=confidence, seconds=20.0
        )
        assert reply["ok"], reply
        assert self.widget.answers[question]["correct"] is right


def answer_to(question: Question, *, right: bool) -> object:
    """Return a right or a wrong answer, with the ids of the file."""
    match question:
        case SingleQuestion() | MultipleQuestion():
            rights = [choice.id for choice in question.choices if choice.correct]
            return rights if right else [c.id for c in question.choices if not c.correct][:1]
        case NumericQuestion():
            return repr(question.answer if right else question.answer + 1e3)
        case OrderQuestion():
            items = [item.id for item in question.items]
            return items if right else items[::-1]
        case MatchQuestion():
            pairs = {pair.id: pair.target for pair in question.pairs}
            turned = [*pairs.values()][1:] + [*pairs.values()][:1]
            return pairs if right else dict(zip(pairs, turned, strict=True))
        case OperatingPointQuestion():
            return repr(best_point(question).threshold) if right else "2"


def begin(lesson: str, recorder: Recorder) -> Wire:
    """Open the closing quiz of a lesson."""
    return Wire(QuizWidget(load_quiz(lesson).closing(), recorder=recorder, looks_back=True))


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder("sqlite://")
    module = import_module("lessonkit.widgets.review")  # by its path stands the function of this name
    monkeypatch.setattr(module, "shared_recorder", lambda: recorder)
    return recorder


def test_over_40_days_reviews_come_on_the_dates_that_fsrs_gives(clock: Clock, recorder: Recorder) -> None:
    dice = random.Random(7)  # noqa: S311
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    cards: dict[str, Card] = {}

    def answer(wire: Wire, question: str) -> None:
        clock.go_on(minutes=1)
        right, confidence = dice.random() < 0.8, dice.choice(SURE)
        wire.answer(question, right=right, confidence=confidence)
        good = {"guess": Rating.Hard, "fairly-sure": Rating.Good, "certain": Rating.Easy}[confidence]
        rating = good if right else Rating.Again
        before = cards.get(question, Card())
        cards[question], _log = scheduler.review_card(before, rating, clock.time)

    def day_of(card: Card) -> date:
        return card.due.astimezone().date()

    asked = 0
    for day in range(40):
        today = clock.time.astimezone().date()
        wire = Wire(review(limit=1000))
        due = {question for question, card in cards.items() if day_of(card) <= today}
        assert set(wire.questions) == due, f"day {day}"
        for question in wire.questions:
            answer(wire, question)
        asked += len(due)
        assert review(limit=1000).view["questions"] == []
        if lesson := {0: FIRST, 4: SECOND}.get(day):
            quiz = begin(lesson, recorder)
            for question in quiz.questions:
                answer(quiz, question)
        left = reviews(recorder.replay(), syllabus(), now=clock.time)  # it goes on event by event
        assert left.next_day == min(map(day_of, cards.values()))
        clock.go_on(days=1, minutes=-clock.time.minute)
    assert asked > 40

    from_scratch = Replay()
    events = recorder.events()
    dice.shuffle(events)
    from_scratch.add(events)
    course = syllabus()
    assert board(from_scratch, course, now=clock.time) == board(recorder.replay(), course, now=clock.time)


def answer_a_lesson(recorder: Recorder, *, right: bool) -> Wire:
    quiz = begin(FIRST, recorder)
    for question in quiz.questions:
        quiz.answer(question, right=right, confidence="fairly-sure")
    return quiz


def test_a_review_draws_other_numbers_and_leaves_the_lesson_as_it_stands(
    clock: Clock, recorder: Recorder
) -> None:
    quiz = answer_a_lesson(recorder, right=False)
    written = load_quiz(FIRST)
    drawn = [name for name in quiz.questions if written.question(name).template is not None]
    before = {name: quiz.prompt(name) for name in drawn}
    assert drawn, "the lesson has a question with parameters"
    clock.go_on(days=60)
    wire = Wire(review())
    assert all(before[name] != wire.prompt(name) for name in drawn)
    assert [one["prompt"] for one in wire.widget.view["questions"]] == [
        one["prompt"] for one in review().view["questions"]
    ], "the same after a reload"

    for question in wire.questions:
        wire.answer(question, right=True)
    assert wire.post(type="another", question=drawn[0], turn=1)["ok"], "one may go on to practice"
    again = begin(FIRST, recorder).widget
    assert again.answers == quiz.widget.answers
    assert [one["prompt"] for one in again.view["questions"]] == [
        one["prompt"] for one in quiz.widget.view["questions"]
    ]
    events = [event for event in recorder.events() if event.review]
    assert {event.lesson for event in events} == {FIRST}
    assert {event.content for event in events} <= {content_hash(one) for one in written.questions}


def test_at_most_so_many_a_day(clock: Clock, recorder: Recorder) -> None:
    answer_a_lesson(recorder, right=True)
    clock.go_on(days=60)
    wire = Wire(review(limit=3))
    assert len(wire.questions) == 3
    for question in wire.questions[:2]:
        wire.answer(question, right=True)
    assert review(limit=3).view["questions"][0]["id"] == wire.questions[2]
    wire.answer(wire.questions[2], right=True)
    assert "The next one is due in 1 day" in wire.widget.standing["progress"]
    assert review(limit=3).view["questions"] == []
    assert len(review(limit=5).view["questions"]) == 2
    with pytest.raises(ValueError, match="at least 1; it is 0"):
        review(limit=0)


def test_who_has_nothing_due_is_told_when_something_will_be(clock: Clock, recorder: Recorder) -> None:
    assert "come back after some days" in review().standing["progress"]
    answer_a_lesson(recorder, right=False)
    clock.go_on(hours=1)
    assert "due in 1 day, on 2026-03-03" in review().standing["progress"]


def test_the_stored_body_of_a_review_is_always_the_same(clock: Clock, recorder: Recorder) -> None:
    def body() -> tuple[object, object]:
        bundle = review()._repr_mimebundle_()
        assert bundle is not None
        return bundle[0]["text/html"], bundle[0]["text/plain"]

    before = body()
    answer_a_lesson(recorder, right=False)
    clock.go_on(days=3)
    assert review().view["questions"]
    assert body() == before


def test_a_closing_quiz_says_what_is_due_from_earlier_and_asks_it(clock: Clock, recorder: Recorder) -> None:
    done = answer_a_lesson(recorder, right=False)
    second = begin(SECOND, recorder)
    assert second.post(type="earlier", open=False)["message"] == ""
    clock.go_on(days=3)
    n = len(done.questions)
    assert second.post(type="earlier", open=False)["message"] == f"{n} questions are due from earlier."
    opened = second.post(type="earlier", open=True)["review"]
    assert second.post(type="earlier", open=True)["review"] == opened, (
        "one review, however often it is unfolded"
    )
    asked = registry._instances[opened]
    assert isinstance(asked, ReviewWidget)
    assert set(Wire(asked).questions) == set(done.questions)
    # A lesson does not ask about itself, nor does a question in the middle of the text about others.
    assert begin(FIRST, recorder).post(type="earlier", open=False)["message"] == ""
    alone = Wire(QuizWidget(load_quiz(SECOND).closing(), recorder=recorder))
    assert not alone.post(type="earlier", open=True)["ok"]

    wire = Wire(asked)
    for question in wire.questions:
        wire.answer(question, right=True)
    assert asked.finished
    assert second.post(type="earlier", open=True) == {
        "type": "reply",
        "request": "r",
        "ok": True,
        "message": "",
    }
    clock.go_on(days=90)
    assert second.post(type="earlier", open=True)["review"] != opened, "a new day, a new review"


def test_fresh_questions_mend_a_belief(clock: Clock, recorder: Recorder) -> None:
    answer_a_lesson(recorder, right=False)
    course = syllabus()
    held = next(one for one in misconceptions(recorder.replay(), course) if one.fresh)
    clock.go_on(days=1)
    wire = Wire(ReviewWidget.of_belief(held.slug, held.fresh, course, recorder=recorder))
    assert wire.questions == [question for _lesson, question in held.fresh]
    for question in wire.questions:
        wire.answer(question, right=True)
    assert "no longer shows this belief" in wire.widget.standing["progress"]
    assert held.slug not in [one.slug for one in misconceptions(recorder.replay(), course)]
