"""The kernel half of the quiz widget: every kind, exam and practice, and what the record brings back."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lessonkit.questions import Choice, NumericQuestion, Quiz, SingleQuestion, load_quiz
from lessonkit.questions.markup import to_text
from lessonkit.questions.variants import variant, variant_seed
from lessonkit.record import Event, Recorder, learner_id
from lessonkit.widgets import QuizWidget
from lessonkit.widgets.quiz import quiz
from tests.pages import as_page, in_ids, names

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = load_quiz(Path(__file__).with_name("kinds.yaml"))
EXAM = KINDS.exam_block()
RIGHT: dict[str, object] = {
    "flag-all": ["one"],
    "can-never-rise": ["tp", "recall"],
    "to-the-list": ["score", "sort", "count", "draw"],
    "what-is-what": {"precision": "flagged", "recall": "spam", "accuracy": "everything"},
}
SECRETS = ("KEY-", "belief-", "misconception", "tolerance")


class Page:
    """A page before a widget: it sends, and keeps all that it ever hears."""

    def __init__(self, quiz: Quiz = KINDS, recorder: Recorder | None = None, **rest: Any) -> None:  # noqa: ANN401
        self.recorder = recorder or Recorder("sqlite://")
        self.widget = QuizWidget(quiz, recorder=self.recorder, **rest)
        self.heard: list[dict[str, Any]] = []
        self.widget._send = lambda message, **_: self.heard.append(message)

    def send(self, kind: str, question: str | None = None, **rest: object) -> dict[str, Any]:
        """Send what a page would send now; return the reply."""
        message = {"type": kind, "request": "r", **rest}
        if question is not None:
            message["question"] = question
            if "answer" in rest:
                message["answer"] = as_page(self.widget, question, rest["answer"])
        if kind in {"answer", "draft", "another"}:
            message.setdefault("turn", self.standing(question)["turn"])
        return self.post(message)

    def post(self, message: object) -> dict[str, Any]:
        self.widget._handle_custom_msg(message, [])
        reply: dict[str, Any] = self.heard[-1]["content"]
        assert reply["type"] == "reply"
        return reply

    def standing(self, question: str) -> dict[str, Any]:
        place = [one["id"] for one in self.widget.view["questions"]].index(question)
        found: dict[str, Any] = self.widget.standing["questions"][place]
        return in_ids(self.widget, question, found)

    def shown(self, question: str) -> dict[str, Any]:
        found: dict[str, Any] = next(one for one in self.widget.view["questions"] if one["id"] == question)
        return found

    def events(self) -> list[Event]:
        return self.recorder.events()

    def knows(self) -> str:
        """Everything that this page could know."""
        return json.dumps([self.widget.view, self.widget.standing, self.heard])


def right_number(page: Page) -> str:
    seed = variant_seed(learner_id(), "drawn", page.shown("drawn").get("draw", 0))
    return repr(variant(KINDS.question("drawn"), seed).answer)  # type: ignore[union-attr]


@pytest.fixture
def recorder() -> Recorder:
    return Recorder("sqlite://")


@pytest.fixture
def page() -> Page:
    return Page()


# The kinds


def test_an_order_earns_what_stands_well_and_the_rest_on_request(page: Page) -> None:
    known = {name: item for item, name in names(page.widget, "to-the-list").parts.items()}
    start = [known[item["id"]] for item in page.shown("to-the-list")["items"]]
    assert sorted(start) == sorted(["score", "sort", "count", "draw"])
    assert start != RIGHT["to-the-list"]

    reply = page.send("answer", "to-the-list", answer=["sort", "score", "count", "draw"])
    assert reply["message"].startswith("Not yet. 3 of 4 stand in order")
    feedback = page.standing("to-the-list")["feedback"]
    assert "KEY-SORT-FIRST" in feedback["message"]
    assert sorted(reason["case"] for reason in feedback["reasons"].values()) == ["hit", "hit", "hit", "slip"]
    assert feedback["solution"] == []
    assert "KEY-SCORE" not in page.knows()

    page.send("reveal", "to-the-list")
    feedback = page.standing("to-the-list")["feedback"]
    assert ["plot" in html for html in feedback["solution"]] == [False, False, False, True]
    assert "KEY-DRAW" in feedback["reasons"]["draw"]["html"]


def test_a_match_earns_its_pairs_and_the_rest_on_request(page: Page) -> None:
    answer = {"recall": "spam", "precision": "spam", "accuracy": "fine"}
    assert "1 of 3 matches are right" in page.send("answer", "what-is-what", answer=answer)["message"]
    reasons = page.standing("what-is-what")["feedback"]["reasons"]
    assert {pair: reason["case"] for pair, reason in reasons.items()} == {
        "precision": "slip",
        "recall": "hit",
        "accuracy": "slip",
    }
    assert "KEY-SWAP" in reasons["precision"]["html"]
    assert "KEY-FINE" in reasons["accuracy"]["html"]
    assert not any(key in page.knows() for key in ("KEY-FLAGGED", "KEY-EVERYTHING"))
    assert page.standing("what-is-what")["answer"] == [
        *(("precision", "spam"), ("recall", "spam")),
        ("accuracy", "fine"),
    ]

    page.send("reveal", "what-is-what")
    assert "all messages" in page.standing("what-is-what")["feedback"]["reasons"]["accuracy"]["answer"]


def test_an_incomplete_match_uses_no_attempt(page: Page) -> None:
    reply = page.send("answer", "what-is-what", answer={"recall": "spam"})
    assert not reply["ok"]
    assert page.standing("what-is-what")["attempt"] == 0


@pytest.mark.parametrize("question", RIGHT)
def test_a_right_answer_is_right_and_readable(page: Page, question: str) -> None:
    assert page.send("answer", question, answer=RIGHT[question])["message"] == "Right."
    wanted = RIGHT[question]
    assert page.widget.answers[question] == {
        "answer": "one" if question == "flag-all" else wanted,
        "correct": True,
        "credit": 1.0,
    }


# Confidence and attempts


def test_confidence_is_kept_with_its_answer(page: Page) -> None:
    page.send("answer", "flag-all", answer=["zero"], confidence="certain", seconds=4.5)
    event = page.events()[-1]
    assert (event.confidence, event.seconds, event.credit) == ("certain", 4.5, 0.0)
    assert page.standing("flag-all")["confidence"] == "certain"
    page.send("answer", "flag-all", answer=["one"])
    assert page.events()[-1].confidence is None


def test_nobody_is_sure_of_an_answer_that_says_i_do_not_know_yet() -> None:
    question = KINDS.question("flag-all")
    assert isinstance(question, SingleQuestion)
    unsure = Choice(id="unsure", text="I don't know yet", unsure=True, why="Come back.", pin="last")
    early = question.model_copy(update={"predict": True, "choices": (*question.choices, unsure)})
    page = Page(KINDS.model_copy(update={"questions": (early,)}))
    page.send("answer", "flag-all", answer=["unsure"], confidence="certain")
    event = page.events()[-1]
    assert (event.answer, event.correct, event.confidence) == (("unsure",), False, None)


def test_confidence_that_is_not_asked_for_is_not_kept() -> None:
    page = Page(KINDS.model_copy(update={"confidence": False}))
    page.send("answer", "flag-all", answer=["zero"], confidence="certain")
    assert page.events()[-1].confidence is None


def test_attempts_are_told_and_end() -> None:
    page = Page(KINDS.model_copy(update={"attempts": 2}))
    assert page.standing("flag-all")["left"] == "2 attempts left"
    page.send("answer", "flag-all", answer=["zero"])
    assert page.standing("flag-all")["left"] == "1 attempt left"
    page.send("answer", "flag-all", answer=["zero"])
    assert page.standing("flag-all")["left"] == "1 attempt left", "the same answer again costs nothing"
    assert "KEY-ONE" not in page.knows()
    page.send("answer", "flag-all", answer=["share"])
    standing = page.standing("flag-all")
    assert (standing["left"], standing["closed"]) == ("No attempts left", True)
    assert "KEY-ONE" in page.knows(), "nothing is left to find out"
    assert not page.send("answer", "flag-all", answer=["one"])["ok"]
    assert not page.widget.answers["flag-all"]["correct"]
    assert not page.send("reset")["ok"], "starting over would be a way round"
    assert sum(event.type == "answer" for event in page.events()) == 2


# Variants


def test_each_learner_has_a_variant_and_keeps_it() -> None:
    recorder = Recorder("sqlite://")
    prompts = {Page(KINDS, recorder).shown("drawn")["prompt"] for _ in range(3)}
    assert len(prompts) == 1
    assert len({Page(KINDS, recorder, seed=seed).shown("drawn")["prompt"] for seed in range(10)}) > 5


def test_another_one_comes_after_a_right_answer(page: Page) -> None:
    before = page.shown("drawn")
    assert not page.send("another", "drawn")["ok"]
    page.send("answer", "drawn", answer="0")
    assert not page.standing("drawn")["can_draw"]
    page.send("answer", "drawn", answer=right_number(page))
    assert page.standing("drawn")["can_draw"]
    assert not page.standing("flag-all")["can_draw"]

    turn = page.standing("drawn")["turn"]
    assert page.send("another", "drawn")["ok"]
    assert not page.send("another", "drawn", turn=turn)["ok"], "a double click draws once"
    assert page.shown("drawn")["prompt"] != before["prompt"]
    assert page.standing("drawn")["answer"] is None
    assert not page.send("answer", "drawn", answer="0", turn=0)["ok"], "a late message is about other numbers"

    again = Page(KINDS, page.recorder)
    assert again.shown("drawn") == page.shown("drawn")
    assert again.widget.answers == {}


# Exam


def test_an_exam_gives_nothing_away_until_it_is_handed_in() -> None:
    page = Page(EXAM)
    for question, answer in RIGHT.items():
        assert page.send("draft", question, answer=answer)["ok"]
    page.send("draft", "flag-all", answer=["zero"], confidence="guess")
    page.send("draft", "drawn", answer="0")
    for kind, rest in {
        "answer": {"answer": ["one"]},
        "hint": {"shown": 0},
        "reveal": {},
        "another": {},
        "reset": {},
    }.items():
        question = None if kind == "reset" else "flag-all"
        assert not page.send(kind, question, **rest)["ok"]
    bundle = page.widget._repr_mimebundle_()
    assert bundle is not None
    everything = page.knows() + json.dumps(page.widget.get_state(), default=str) + str(bundle)
    for secret in SECRETS:
        assert secret not in everything.replace(str(page.widget._esm), ""), secret
    assert all(event.correct is None and event.credit is None for event in page.events())

    assert page.send("submit", warned=0)["message"] == "Handed in: 3 of 5 right"
    assert "KEY-ZERO" in page.knows()
    assert page.standing("flag-all")["feedback"]["reasons"]["one"]["case"] == "missed"
    assert page.standing("flag-all")["confidence"] == "guess"
    handed_in = page.events()
    assert not page.send("draft", "flag-all", answer=["one"])["ok"]
    assert page.send("submit", warned=0)["ok"]
    assert page.events() == handed_in


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("90/585", "Read as 90/585 ≈ 15.3846%. Kept until you hand in."),
        ("0.154", "Read as 0.154 = 15.4%. Kept until you hand in."),
        ("15.4 %", "Read as 15.4%. Kept until you hand in."),
        ("99", "Read as 99%. Kept until you hand in."),
    ],
)
def test_an_exam_says_back_how_a_number_is_read(typed: str, told: str) -> None:
    quiz = Quiz.model_validate(
        {
            "lesson": "in-percent",
            "title": "In percent",
            "mode": "exam",
            "objectives": {"o": "Count."},
            "questions": [
                {
                    "id": "q",
                    "kind": "numeric",
                    "objective": "o",
                    "prompt": "What percentage?",
                    "answer": 15,
                    "tolerance": 0.5,
                    "unit": "%",
                }
            ],
        }
    )
    page = Page(quiz)
    assert page.standing("q")["kept"] == ""
    reply = page.send("draft", "q", answer=typed)
    assert (reply["ok"], reply["message"]) == (True, told)
    assert Page(quiz, page.recorder).standing("q")["kept"] == told, "after a restart too"
    page.send("submit", warned=0)
    assert page.standing("q")["kept"] == ""


def test_an_exam_asks_back_a_bare_percentage_without_telling_whether_it_is_right() -> None:
    page = Page(EXAM)
    doubt = "Read as {0}. If you mean {0}%, write the sign. Kept until you hand in."
    for typed in ("2", "50", "99"):
        assert page.send("draft", "drawn", answer=typed)["message"] == doubt.format(typed)


def test_unanswered_is_warned_of_and_not_wrong() -> None:
    page = Page(EXAM)
    page.send("draft", "can-never-rise", answer=["tp"])
    page.send("draft", "flag-all", answer=["one"])
    page.send("draft", "flag-all", answer=[])
    assert not page.send("draft", "drawn", answer="a lot")["ok"], "what cannot be read is told at once"
    page.send("draft", "what-is-what", answer={"recall": "spam"})

    reply = page.send("submit", warned=0)
    assert not reply["ok"]
    assert reply["message"].startswith("Questions 1, 3, 4, 5 are not answered yet.")
    assert page.widget.standing["unanswered"] == 4
    assert page.send("submit", warned=4)["message"] == "Handed in: 0 of 5 right, 4 not answered"
    assert set(page.widget.answers) == {"can-never-rise"}
    for question in ("flag-all", "drawn", "to-the-list", "what-is-what"):
        assert page.standing(question)["feedback"]["summary"].startswith("Not answered, which does not count")
    assert [event.question for event in page.events() if event.correct is not None] == ["can-never-rise"]


def test_a_draft_outlives_a_restart_and_so_does_the_result() -> None:
    page = Page(EXAM)
    for question, answer in RIGHT.items():
        page.send("draft", question, answer=answer, confidence="certain")
    again = Page(EXAM, page.recorder)
    assert again.widget.standing["questions"] == page.widget.standing["questions"]
    assert again.send("submit", warned=1)["ok"]
    third = Page(EXAM, page.recorder)
    assert third.widget.standing["submitted"]
    assert third.widget.answers == again.widget.answers
    third.widget.reset()
    assert not Page(EXAM, page.recorder).widget.standing["submitted"]


def test_the_exam_is_what_the_file_lists() -> None:
    assert [one["id"] for one in quiz(KINDS, exam=True).view["questions"]] == list(KINDS.exam)
    with pytest.raises(ValueError, match="one of the two"):
        quiz(KINDS, exam=True, only="drawn")
    with pytest.raises(ValueError, match="no exam"):
        quiz(KINDS.model_copy(update={"exam": ()}), exam=True)


# What the record brings back


def test_everything_is_there_again_after_a_restart(page: Page) -> None:
    page.send("hint", "flag-all", shown=0)
    page.send("answer", "flag-all", answer=["zero"], confidence="guess")
    page.send("reveal", "flag-all")
    page.send("answer", "can-never-rise", answer=["tp"])
    page.send("answer", "can-never-rise", answer=["tp", "recall"], confidence="certain")
    page.send("answer", "drawn", answer=right_number(page))
    page.send("answer", "to-the-list", answer=["sort", "score", "count", "draw"])
    page.send("answer", "what-is-what", answer=RIGHT["what-is-what"])

    again = Page(KINDS, page.recorder)
    assert again.widget.view == page.widget.view
    assert again.widget.answers == page.widget.answers
    assert without_turns(again) == without_turns(page)
    assert again.widget.standing["progress"] == "5 of 5 answered, 2 right at the first try"
    again.send("answer", "flag-all", answer=["one"])
    assert again.standing("flag-all")["attempt"] == 2


def without_turns(page: Page) -> list[dict[str, Any]]:
    """A turn only tells one message of a page from another; a new page counts anew."""
    return [{**one, "turn": 0} for one in page.widget.standing["questions"]]


def test_a_question_that_changed_its_meaning_starts_anew(page: Page) -> None:
    page.send("answer", "flag-all", answer=["zero"])
    data = KINDS.model_dump(mode="json")
    question = next(one for one in data["questions"] if one["id"] == "flag-all")
    question["prompt"] = "A filter flags no message. What is its recall?"
    changed = Quiz.model_validate({**data, "questions": [question], "exam": []})
    assert Page(changed, page.recorder).widget.answers == {}


def test_starting_over_clears_but_forgets_nothing(page: Page) -> None:
    page.send("answer", "drawn", answer="0")
    before = page.shown("drawn")["prompt"]
    assert page.send("reset")["ok"]
    assert page.widget.answers == {}
    assert page.shown("drawn")["prompt"] != before
    assert not page.send("reset")["ok"], "there is nothing to clear"
    assert [event.type for event in page.events()] == ["answer", *["reset"] * 5]
    again = Page(KINDS, page.recorder)
    assert again.widget.view == page.widget.view
    assert again.widget.answers == {}


def test_another_learner_starts_fresh(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    page.send("answer", "flag-all", answer=["one"])
    monkeypatch.setenv("LESSONKIT_LEARNER", f"not {learner_id()}")
    assert Page(KINDS, page.recorder).widget.answers == {}


def test_a_store_that_fails_is_told_and_the_quiz_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    page = Page(KINDS, Recorder(f"sqlite:///{tmp_path}/file/record.db"))
    assert "not being saved" in page.widget.standing["notice"]
    assert page.send("answer", "flag-all", answer=["one"])["message"] == "Right."
    (tmp_path / "file").unlink()
    page.send("answer", "can-never-rise", answer=["tp"])
    assert page.widget.standing["notice"] == ""
    assert len(page.events()) == 2


@pytest.mark.parametrize(
    "event",
    [
        {"type": "answer", "question": "flag-all", "answer": ("ghost",), "correct": True, "credit": 1.0},
        {"type": "answer", "question": "flag-all", "answer": "one", "correct": True, "credit": 1.0},
        {"type": "answer", "question": "flag-all", "answer": (), "correct": True, "credit": 1.0},
        {"type": "answer", "question": "to-the-list", "answer": ("sort",), "correct": True, "credit": 1.0},
        {"type": "answer", "question": "what-is-what", "answer": ("recall",), "correct": True, "credit": 1.0},
        {"type": "answer", "question": "what-is-what", "answer": (("recall", "spam"),), "correct": True},
        {"type": "answer", "question": "drawn", "answer": ("1",), "correct": True, "credit": 1.0},
        {"type": "answer", "question": "drawn", "answer": "one", "correct": True, "credit": 1.0},
        {"type": "answer", "question": "ghost", "answer": "one", "correct": True, "credit": 1.0},
        {"type": "hint", "question": "can-never-rise"},
    ],
)
def test_a_record_that_does_not_fit_is_passed_over(event: Mapping[str, Any]) -> None:
    recorder = Recorder("sqlite://")
    recorder.record(Event(lesson="kinds", **event))
    page = Page(KINDS, recorder)
    assert page.widget.answers == {}
    assert page.standing("can-never-rise")["hints"] == []


# 10,000 messages that no honest page sends


def test_ten_thousand_hostile_messages_change_nothing_they_should_not() -> None:
    chance = random.Random(1)  # noqa: S311  (no secret)
    for shown in (KINDS, EXAM, KINDS.model_copy(update={"attempts": 2})):
        page = Page(shown)
        marked = 0
        for _ in range(3_400):
            message = _hostile(chance, page)
            before = _attempts(page)
            reply = page.post(message)
            assert set(reply) == {"type", "request", "ok", "message"}
            assert isinstance(reply["message"], str)
            assert "Traceback" not in reply["message"]
            counted = [name for name, attempt in _attempts(page).items() if attempt > before[name]]
            assert len(counted) <= (5 if page.widget.standing["submitted"] else 1)
            marked += len(counted)
            _assert_earned(page)
            page.heard.clear()
        kept = page.events()
        assert len(kept) > 20, "some of them were fit after all"
        assert len({event.id for event in kept}) == len(kept)
        assert sum(event.correct is not None for event in kept) == marked > 0


def _attempts(page: Page) -> dict[str, int]:
    shown, standing = page.widget.view["questions"], page.widget.standing["questions"]
    return {one["id"]: stands["attempt"] for one, stands in zip(shown, standing, strict=True)}


def _assert_earned(page: Page) -> None:
    """Every key that the page knows belongs to a question that has earned something."""
    heard = page.knows()
    for name, keys in {
        "flag-all": ("KEY-ONE", "KEY-EXPLAIN-ALL"),
        "can-never-rise": ("KEY-TP",),
        "drawn": ("KEY-EXPLAIN-DRAWN",),
        "to-the-list": ("KEY-SCORE",),
        "what-is-what": ("KEY-EVERYTHING",),
    }.items():
        standing = page.standing(name)
        if standing["feedback"] is None and not page.widget.standing["submitted"]:
            # What an earlier draw had earned may still be on its way out; `heard` holds one exchange only.
            assert not any(key in json.dumps(standing) for key in keys), name
            assert standing["turn"] or not any(key in heard for key in keys), name


FIELDS = {
    "answer": ("question", "turn", "answer", "confidence", "seconds"),
    "draft": ("question", "turn", "answer", "confidence", "seconds"),
    "hint": ("question", "shown"),
    "reveal": ("question",),
    "another": ("question", "turn"),
    "submit": ("warned",),
    "reset": (),
    "earlier": ("open",),
}
ODD: tuple[object, ...] = (
    *(None, True, -1, 7, 0.5, 10**30, float("nan"), float("inf"), "", " ", "ghost", "x" * 200, "\ud800", "0"),
    *([], {}, [None], [[]], {"a": {}}, ["one"] * 500, ["one", "zero"], ["tp", "ghost"], ["score"] * 4),
    *({"precision": "spam"}, {"ghost": "flagged"}, {"precision": 3}, [["precision", "flagged"]]),
    *("1e999999", "0/0", "٣", "9" * 100, {"precision": "flagged", "recall": "\udfff"}),
)


def _hostile(chance: random.Random, page: Page) -> object:
    """A message that is fit, nearly fit, or not at all."""
    if chance.random() < 0.02:
        return chance.choice(ODD)
    kinds = [*FIELDS, "reply"]
    kind = chance.choices(kinds, weights=[40, 40, 10, 5, 5, 0.2, 0.5, 1, 1])[0]
    question = chance.choice([one["id"] for one in page.widget.view["questions"]])
    wrong: list[object] = [["zero"], ["tp"], ["draw", "count", "sort", "score"], "0.5", {"precision": "spam"}]
    message: dict[str, object] = {
        "type": kind,
        "request": "r",
        "question": question,
        "turn": page.standing(question)["turn"] + chance.choice([0, 0, 0, -1, 1]),
        "shown": chance.choice([0, 1]),
        "warned": chance.choice([0, 5]),
        "answer": as_page(
            page.widget,
            question,
            chance.choice([RIGHT.get(question, "0.5"), RIGHT.get(question, "0"), *wrong]),
        ),
        "confidence": chance.choice(["guess", "certain", None]),
        "seconds": chance.choice([0, 1.5, None]),
        "open": chance.choice([True, False]),
    }
    message = {key: message[key] for key in ("type", "request", *FIELDS.get(kind, FIELDS["answer"]))}
    if chance.random() < 0.3:
        message[chance.choice([*message])] = chance.choice(ODD)
    if chance.random() < 0.1:
        del message[chance.choice([*message])]
    return message


# Copies of a quiz


def test_a_copy_of_a_quiz_has_the_same_limit_of_attempts(recorder: Recorder) -> None:
    once = KINDS.model_copy(update={"attempts": 1})
    one, two = Page(once, recorder), Page(once, recorder)
    assert one.send("answer", "flag-all", answer=["zero"])["ok"]
    refused = two.send("answer", "flag-all", answer=RIGHT["flag-all"], turn=0)
    assert not refused["ok"]
    assert two.standing("flag-all")["closed"]
    assert list(two.standing("flag-all")["answer"]) == ["zero"]
    refused = two.send("answer", "flag-all", answer=RIGHT["flag-all"])
    assert not refused["ok"]
    assert [event.correct for event in recorder.events() if event.type == "answer"] == [False]


def test_an_exam_is_handed_in_once_for_all_its_copies(recorder: Recorder) -> None:
    one, two = Page(EXAM, recorder), Page(EXAM, recorder)
    result = one.send("submit", warned=len(EXAM.questions))["message"]
    name = EXAM.questions[0].id
    assert not two.send("draft", name, answer=RIGHT.get(name, "1"))["ok"]
    assert two.widget.standing["submitted"]
    assert two.send("submit", warned=len(EXAM.questions))["message"] == result
    assert sum(event.type == "submit" for event in recorder.events()) == 1


def test_copies_go_on_together_and_begin_anew_together(recorder: Recorder) -> None:
    one, two = Page(KINDS, recorder), Page(KINDS, recorder)
    one.send("answer", "flag-all", answer=["zero"])
    two.send("hint", "flag-all", shown=0)
    assert list(two.standing("flag-all")["answer"]) == ["zero"]
    assert two.send("answer", "flag-all", answer=RIGHT["flag-all"])["ok"]
    assert two.widget.answers["flag-all"]["correct"]
    assert two.standing("flag-all")["attempt"] == 2
    one.send("reset")
    assert two.send("hint", "flag-all", shown=0)["ok"]
    assert two.standing("flag-all")["answer"] is None


# What is read out


@pytest.mark.parametrize(
    ("question", "wrong", "said"),
    [
        ("flag-all", ["zero"], "The answer is "),
        ("to-the-list", ["draw", "count", "sort", "score"], "The right order: "),
        (
            "what-is-what",
            {"precision": "everything", "recall": "flagged", "accuracy": "spam"},
            "The answer is ",
        ),
    ],
)
def test_the_answer_that_is_shown_is_read_out(page: Page, question: str, wrong: object, said: str) -> None:
    assert said not in page.send("answer", question, answer=wrong)["message"]
    message = page.send("reveal", question)["message"]
    assert said in message
    asked = KINDS.question(question)
    texts = {
        "single": [choice.text for choice in getattr(asked, "choices", ()) if choice.correct],
        "order": [item.text for item in getattr(asked, "items", ())],
        "match": [pair.text for pair in getattr(asked, "pairs", ())],
    }[asked.kind]
    places = [message.index(to_text(text)) for text in texts]
    assert places == sorted(places)


def test_an_item_that_moves_is_named_in_words(page: Page) -> None:
    items = page.shown("to-the-list")["items"]
    assert all(item["text"] and "<" not in item["text"] for item in items)


def test_silence_does_not_say_that_an_answer_is_saved(page: Page) -> None:
    assert "not saved yet" in page.widget.view["words"]["silence"]


def test_the_number_is_shown_with_the_digits_that_are_asked_for() -> None:
    asked = {"id": "n", "kind": "numeric", "objective": "o", "prompt": "?", "explain": "So."}
    exact = NumericQuestion.model_validate({**asked, "answer": 0.693878, "decimals": 3})
    assert "0.694." in exact.solution()
    exact = NumericQuestion.model_validate({**asked, "answer": 0.693878, "significant": 2})
    assert "0.69." in exact.solution()
