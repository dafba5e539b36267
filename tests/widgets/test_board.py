from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonkit.record import Event, Recorder
from lessonkit.record.event import from_jsonl
from lessonkit.widgets.board import ProgressWidget


class Wire:
    """A board, and all that its kernel half says."""

    def __init__(self, *events: Event) -> None:
        self.recorder = Recorder("sqlite://")
        if events:
            self.recorder.record(*events)
        self.widget = ProgressWidget(self.recorder)
        self.heard: list[dict[str, Any]] = []
        self.widget._send = lambda message, **_: self.heard.append(message)

    def post(self, message: object) -> dict[str, Any]:
        self.widget._handle_custom_msg(message, [])
        reply: dict[str, Any] = self.heard[-1]["content"]
        assert reply["type"] == "reply"
        return reply


def answer(question: str, *, correct: bool = True) -> Event:
    return Event(
        type="answer",
        lesson="01-lesson",
        question=question,
        answer=("a",),
        attempt=1,
        correct=correct,
        credit=float(correct),
    )


def test_a_saved_record_gives_another_learner_the_same_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Wire(answer("one"), answer("two", correct=False))
    saved = here.post({"type": "save", "request": "r"})
    assert saved["message"] == "2 events are in the file."

    monkeypatch.setenv("LESSONKIT_LEARNER", "somebody else")
    there = Wire()
    assert "No answers yet" in there.widget.board["now"]
    added = there.post({"type": "add", "request": "r", "content": saved["file"]})
    assert added["message"].startswith("2 events were added.")
    monkeypatch.delenv("LESSONKIT_LEARNER")
    before = here.widget.progress
    monkeypatch.setenv("LESSONKIT_LEARNER", "somebody else")
    assert there.widget.progress == before
    assert (before.answered, before.right) == (2, 1)
    assert "01-lesson" in there.widget.board["rest"]
    assert (
        there.post({"type": "add", "request": "r", "content": saved["file"]})["message"]
        == "0 events were added."
    )
    assert len(there.recorder.events()) == 2


def test_a_torn_file_is_taken_as_far_as_it_goes() -> None:
    file = Wire(answer("one"), answer("two")).post({"type": "save", "request": "r"})["file"]
    reply = Wire().post({"type": "add", "request": "r", "content": file[:-20]})
    assert reply["ok"]
    assert reply["message"].startswith("1 event was added. 1 line could not be read.")


@pytest.mark.parametrize("content", ["no record", "{}", '{"type": "answer"}\n[]', "\ud800"])
def test_a_foreign_file_changes_nothing(content: str) -> None:
    wire = Wire(answer("one"))
    reply = wire.post({"type": "add", "request": "r", "content": content})
    assert not reply["ok"]
    assert "no saved record" in reply["message"] or "do not fit together" in reply["message"]
    assert len(wire.recorder.events()) == 1


@settings(max_examples=200, deadline=None)
@given(
    message=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "request", "content", "belief"]),
                inner | st.sampled_from(["add", "refresh", "review", "save"]),
                max_size=3,
            )
        ),
    )
)
def test_any_message_gets_one_plain_reply(message: object) -> None:
    wire = Wire()
    reply = wire.post(message)
    assert set(reply) >= {"type", "request", "ok", "message"}
    assert len(wire.heard) == 1 or reply["ok"]


def test_the_board_has_a_body_for_readers_without_a_kernel() -> None:
    bundle = Wire(answer("one")).widget._repr_mimebundle_()
    assert bundle is not None
    assert "01-lesson" in bundle[0]["text/html"]
    assert "01-lesson" in bundle[0]["text/plain"]


def test_a_saved_file_is_json_lines() -> None:
    file = Wire(answer("one")).post({"type": "save", "request": "r"})["file"]
    assert json.loads(file)["question"] == "one"
    assert from_jsonl(file)[1] == []
