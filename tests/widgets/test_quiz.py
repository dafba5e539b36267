from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonkit.questions import Quiz, load_quiz
from lessonkit.record import Recorder
from lessonkit.widgets import QuizWidget, quiz
from tests.pages import as_page, in_ids, names

SAMPLE = Path(__file__).with_name("sample.yaml")
QUIZ = load_quiz(SAMPLE)
KEYS = ("origin", "prevalence", "corner", "none")


class Wire:
    """A widget, and all that its kernel half puts on the wire."""

    def __init__(self, quiz: Quiz = QUIZ, recorder: Recorder | None = None) -> None:
        self.recorder = recorder or Recorder("sqlite://")
        self.widget = QuizWidget(quiz, recorder=self.recorder)
        self.messages: list[dict[str, Any]] = []
        self.widget._send = lambda message, **_: self.messages.append(message)

    def post(self, content: object) -> dict[str, Any]:
        """Send a message as the page would; return the one reply."""
        before = len(self.messages)
        self.widget._handle_msg(
            {"content": {"data": {"method": "custom", "content": content}}, "buffers": []}
        )
        replies = [message["content"] for message in self.messages[before:] if message["method"] == "custom"]
        assert len(replies) == 1
        assert replies[0]["type"] == "reply"
        assert self.messages[-1]["method"] == "custom", "the reply follows the new state"
        return replies[0]

    def answer(
        self, question: str, *choices: str, value: object = None, turn: int | None = None, **rest: object
    ) -> dict[str, Any]:
        answer = as_page(self.widget, question, list(choices) if value is None else value)
        turn = self.standing(question)["turn"] if turn is None else turn
        message = {"type": "answer", "request": "r", "question": question, "turn": turn, "answer": answer}
        return self.post({**message, **rest})

    def standing(self, question: str) -> dict[str, Any]:
        index = [item["id"] for item in self.widget.view["questions"]].index(question)
        standing: dict[str, Any] = self.widget.standing["questions"][index]
        return in_ids(self.widget, question, standing)

    def seen(self) -> str:
        """Everything the page could know: the whole state, and every message so far."""
        state = {key: value for key, value in self.widget.get_state().items() if key not in {"_esm", "_css"}}
        return json.dumps([state, self.messages], default=str)


@pytest.fixture
def wire() -> Wire:
    return Wire()


# What the page may know


def test_nothing_gives_an_answer_away_before_it_is_earned(wire: Wire) -> None:
    for secret in ("KEY-", "HINT-", "correct", "misconception", "starts-at-origin", "0.8125", "0.6667"):
        assert secret not in wire.seen().replace('"correct":', ""), secret


def test_what_the_page_calls_the_choices_tells_nothing(wire: Wire) -> None:
    for _ in range(2):
        for choice in (choice.id for choice in QUIZ.question("end-point").choices):  # type: ignore[union-attr]
            assert f'"{choice}"' not in wire.seen()
        wire.answer("end-point", "origin")
    assert wire.recorder.events()[0].answer == ("origin",), "the record has the ids of the file"
    another = QuizWidget(QUIZ, seed=1)
    assert names(another, "end-point") != names(wire.widget, "end-point"), "no table of the names can be kept"


def test_no_question_reveals_another(wire: Wire) -> None:
    wire.answer("never-rise", "tp", "recall")
    seen = wire.seen()
    assert "KEY-TP" in seen
    assert not any(f"KEY-{name}" in seen for name in ("ORIGIN", "PREVALENCE", "NUMBER", "MISTAKE", "EXPLAIN"))


def test_a_wrong_single_answer_earns_its_own_reason_only(wire: Wire) -> None:
    reply = wire.answer("end-point", "origin")
    assert reply["ok"]
    assert reply["message"].startswith("Not yet.")
    assert list(wire.standing("end-point")["feedback"]["reasons"]) == ["origin"]
    assert "KEY-ORIGIN" in wire.seen()
    assert not any(f"KEY-{name}" in wire.seen() for name in ("PREVALENCE", "CORNER", "NONE", "EXPLAIN"))


def test_a_right_single_answer_earns_every_reason(wire: Wire) -> None:
    wire.answer("end-point", "origin")
    assert wire.answer("end-point", "prevalence")["message"] == "Right, at attempt 2."
    feedback = wire.standing("end-point")["feedback"]
    assert set(feedback["reasons"]) == set(KEYS)
    assert feedback["correct"]
    assert "KEY-EXPLAIN" in feedback["explain"]
    assert feedback["see"] == {
        "href": "01-precision-and-recall.ipynb#Where-the-curve-ends",
        "label": "Where the curve ends",
    }


def test_a_multiple_answer_earns_the_four_cases(wire: Wire) -> None:
    wire.answer("never-rise", "tp", "precision")
    reasons = wire.standing("never-rise")["feedback"]["reasons"]
    cases = {choice: reason["case"] for choice, reason in reasons.items()}
    assert cases == {"tp": "hit", "recall": "missed", "precision": "slip", "fn": "passed"}
    assert "2 of 4" in wire.standing("never-rise")["feedback"]["summary"]
    assert not wire.standing("never-rise")["can_reveal"], "everything is shown already"


def test_a_known_wrong_number_earns_its_reason(wire: Wire) -> None:
    reply = wire.answer("of-fifty", value="2/3")
    assert "Read as 2/3" in reply["message"]
    feedback = wire.standing("of-fifty")["feedback"]
    assert "KEY-MISTAKE" in feedback["message"]
    assert feedback["explain"] == ""
    assert "0.8125" not in wire.seen()


def test_the_answer_is_shown_on_request_after_an_attempt(wire: Wire) -> None:
    reveal = {"type": "reveal", "request": "r", "question": "of-fifty"}
    assert not wire.post(reveal)["ok"]
    assert "0.8125" not in wire.seen()
    wire.answer("of-fifty", value="0.1")
    assert wire.standing("of-fifty")["can_reveal"]
    assert "The answer is 0.8125." in wire.post(reveal)["message"]
    assert "KEY-NUMBER" in wire.standing("of-fifty")["feedback"]["explain"]


def test_hints_come_one_by_one(wire: Wire) -> None:
    hint = {"type": "hint", "request": "r", "question": "end-point", "shown": 0}
    assert wire.post(hint) == {
        "type": "reply",
        "request": "r",
        "ok": True,
        "message": "Hint 1 of 2 is shown.",
    }
    assert "HINT-TWO" not in wire.seen()
    wire.post(hint)  # a double click
    assert "HINT-TWO" not in wire.seen()
    wire.post({**hint, "shown": 1})
    assert len(wire.standing("end-point")["hints"]) == 2
    assert not wire.post({**hint, "shown": 2})["ok"]


# Attempts


def test_an_empty_or_unreadable_answer_uses_no_attempt(wire: Wire) -> None:
    for reply in (
        wire.answer("never-rise"),
        wire.answer("of-fifty", value=" "),
        wire.answer("of-fifty", value="four"),
    ):
        assert not reply["ok"]
        assert reply["message"]
    assert wire.widget.answers == {}
    assert wire.standing("of-fifty")["attempt"] == 0


def test_an_answer_sent_twice_is_marked_once(wire: Wire) -> None:
    wire.answer("end-point", "origin", turn=0)
    reply = wire.answer("end-point", "origin", turn=0)
    assert reply["ok"]
    assert wire.standing("end-point")["attempt"] == 1


def test_an_answer_to_an_older_state_is_not_marked(wire: Wire) -> None:
    wire.answer("end-point", "origin", turn=0)
    reply = wire.answer("end-point", "prevalence", turn=0)
    assert not reply["ok"]
    assert "meanwhile" in reply["message"]
    assert wire.widget.answers["end-point"]["answer"] == "origin"


def test_answers_are_readable_and_reset_forgets_them(wire: Wire) -> None:
    wire.answer("end-point", "prevalence")
    wire.answer("never-rise", "recall", "tp")
    wire.answer("of-fifty", value="81,25 %")
    assert wire.widget.answers == {
        "end-point": {"answer": "prevalence", "correct": True, "credit": 1.0},
        "never-rise": {"answer": ["tp", "recall"], "correct": True, "credit": 1.0},
        "of-fifty": {"answer": "81,25 %", "correct": True, "credit": 1.0},
    }
    wire.widget.reset()
    assert wire.widget.answers == {}
    assert wire.standing("end-point") == {
        "hints": [],
        "turn": 2,
        "attempt": 0,
        "answer": None,
        "confidence": None,
        "left": "",
        "closed": False,
        "revealed": False,
        "can_reveal": False,
        "can_draw": False,
        "feedback": None,
        "kept": "",
    }
    assert [one["draw"] for one in wire.widget.view["questions"]] == [1, 1, 1, 1]


def test_progress_leaves_predictions_out(wire: Wire) -> None:
    assert "A prediction is not counted." in wire.answer("guess", "ten")["message"]
    assert wire.widget.standing["progress"] == "0 of 3 answered, 0 right at the first try"
    wire.answer("end-point", "prevalence")
    wire.answer("of-fifty", value="0.1")
    wire.answer("of-fifty", value="0.81")
    assert wire.widget.standing["progress"] == "2 of 3 answered, 1 right at the first try"


# Messages that no honest page sends

_ids = st.sampled_from([question.id for question in QUIZ.questions])
_leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | _ids
_json = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)
_near = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(
            ["answer", "draft", "hint", "reveal", "another", "reset", "submit", "earlier"]
        )
        | _json,
        "open": st.booleans() | _json,
        "request": st.just("r") | _json,
        "question": _ids | _json,
        "turn": st.integers(-2, 3) | _json,
        "shown": st.integers(-2, 3) | _json,
        "warned": st.integers(-2, 3) | _json,
        "confidence": st.sampled_from(["guess", "certain"]) | _json,
        "seconds": st.floats() | _json,
        "answer": st.lists(st.sampled_from(["tp", "fn", "origin", "ghost"]) | _json, max_size=5)
        | st.sampled_from(["1e999999", "0/0", "٣", "-", "nan", "9" * 5000, "1,2,3"])
        | _json,
    },
)


@settings(max_examples=500, deadline=None)
@given(content=_near | _json)
def test_any_message_gets_one_plain_reply(content: object) -> None:
    _fuzz_wire.widget.reset()
    _fuzz_wire.messages.clear()
    reply = _fuzz_wire.post(content)
    assert set(reply) == {"type", "request", "ok", "message"}
    assert "Traceback" not in reply["message"]
    assert "pydantic" not in reply["message"]
    if not reply["ok"]:
        assert "KEY-" not in _fuzz_wire.seen()


_fuzz_wire = Wire()


@pytest.mark.parametrize(
    ("question", "turn", "answer"),
    [
        ("end-point", 0, ["tp"]),
        ("end-point", 0, ["origin", "none"]),
        ("end-point", 0, "origin"),
        ("end-point", 0, {"origin": "none"}),
        ("end-point", 0, None),
        ("of-fifty", 0, ["0.8125"]),
        ("of-fifty", 0, "8" * 10**6),
        ("of-fifty", 0, "\ud800"),
        ("ghost", 0, []),
        ("end-point", False, ["origin"]),
        ("end-point", 0, ["\ud800"]),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(wire: Wire, question: str, turn: int, answer: object) -> None:
    reply = wire.post(
        {"type": "answer", "request": "r", "question": question, "turn": turn, "answer": answer}
    )
    assert not reply["ok"]
    assert wire.widget.answers == {}
    assert "KEY-" not in wire.seen()


def test_the_page_cannot_write_what_is_shown(wire: Wire) -> None:
    before = wire.widget.view, wire.widget.standing
    forged = {"view": {"title": "forged"}, "standing": {}}
    wire.widget._handle_msg({"content": {"data": {"method": "update", "state": forged}}, "buffers": []})
    assert (wire.widget.view, wire.widget.standing) == before


# Size, order, bodies


def test_fifty_questions_are_a_small_message() -> None:
    questions = [
        question.model_copy(update={"id": f"{question.id}-{copy}"})
        for copy in range(13)
        for question in QUIZ.questions
    ]
    widget = QuizWidget(QUIZ.model_copy(update={"questions": tuple(questions[:50])}))
    assert len(json.dumps(widget.view)) < 40_000
    assert len(json.dumps(widget.standing)) < 10_000


def test_the_order_of_choices_is_kept_and_pins_stay_last() -> None:
    def order(widget: QuizWidget) -> list[str]:
        known = {name: choice for choice, name in names(widget, "end-point").parts.items()}
        return [known[choice["id"]] for choice in widget.view["questions"][1]["choices"]]

    assert order(Wire().widget) == order(Wire().widget)
    orders = {tuple(order(QuizWidget(QUIZ, seed=seed))) for seed in range(20)}
    assert len(orders) > 1
    assert all(last == "none" for *_, last in orders)


def test_the_mimebundle_has_a_body_for_readers_without_a_kernel(wire: Wire) -> None:
    bundle = wire.widget._repr_mimebundle_()
    assert bundle is not None
    data, _ = bundle
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == wire.widget.model_id
    assert "KEY-PREVALENCE" in data["text/html"]
    assert "<details" in data["text/html"]
    again = QuizWidget(QUIZ)._repr_mimebundle_()
    assert again is not None
    assert again[0]["text/html"] == data["text/html"]
    assert again[0]["text/plain"] == data["text/plain"]


@pytest.mark.parametrize("source", [SAMPLE, str(SAMPLE)])
def test_a_quiz_from_a_file_leaves_out_what_the_text_asks(source: Path | str) -> None:
    shown = [question["id"] for question in quiz(source).view["questions"]]
    assert shown == ["end-point", "never-rise", "of-fifty"]


def test_a_quiz_in_hand_is_shown_whole() -> None:
    assert len(quiz(QUIZ).view["questions"]) == len(QUIZ.questions)


def test_only_asks_one_question() -> None:
    assert [question["id"] for question in quiz(SAMPLE, only="of-fifty").view["questions"]] == ["of-fifty"]
    with pytest.raises(KeyError, match="end-point"):
        quiz(SAMPLE, only="ghost")


def test_a_quiz_that_began_while_the_record_was_locked_catches_up_with_the_next_answer(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'record.sqlite'}"
    Wire(recorder=Recorder(url)).answer("end-point", "origin")
    lock = sqlite3.connect(tmp_path / "record.sqlite", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    recorder = Recorder(url)
    recorder._trouble = "as before"  # without patience for the lock
    second = Wire(recorder=recorder)
    assert second.widget.answers == {}
    second.answer("of-fifty", value="1")
    assert set(second.widget.answers) == {"of-fifty"}, "what is given meanwhile is not taken away"
    lock.execute("ROLLBACK")
    lock.close()
    second.answer("never-rise", "tp", "recall")
    assert set(second.widget.answers) == {"end-point", "of-fifty", "never-rise"}
    assert second.standing("end-point")["attempt"] == 1
    assert second.recorder.notice == ""
