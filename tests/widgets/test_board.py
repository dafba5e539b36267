from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonkit.figures import style
from lessonkit.record import Event, Recorder, Replay, Syllabus, board, syllabus
from lessonkit.record.event import from_jsonl
from lessonkit.widgets.board import ProgressWidget
from lessonkit.widgets.board_html import BoardHtml


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


def test_the_map_of_lessons_is_lit_by_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures: list[object] = []
    monkeypatch.setattr(style, "display", pictures.append)
    Wire().widget.lesson_map()
    Wire(Event(type="answer", lesson="02-decision-thresholds", question="recall-target")).widget.lesson_map()
    fresh, begun = map(repr, pictures)
    assert begun == f"{fresh} Begun: 02."


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


@settings(max_examples=60, deadline=None)
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


def test_the_board_hears_of_each_answer_and_asks_for_nothing_by_itself() -> None:
    wire = Wire()
    before = wire.widget.board
    wire.recorder.record(answer("one"))
    assert [message["content"] for message in wire.heard] == [{"type": "news"}]
    assert wire.widget.board == before
    assert wire.post({"type": "refresh", "request": "r"})["ok"]
    assert "01-lesson" in wire.widget.board["rest"]
    wire.widget.close()
    wire.heard.clear()
    wire.recorder.record(answer("two"))
    assert wire.heard == []


def check(exercise: str, *, passed: bool = True) -> Event:
    return Event(type="check", lesson="01-precision-and-recall", question=exercise, correct=passed)


def test_solved_exercises_stand_in_the_row_of_their_lesson() -> None:
    wire = Wire()
    wire.recorder.record(check("decide", passed=False), check("fraud-puzzle"), check("count-outcomes"))
    assert [message["content"] for message in wire.heard] == [{"type": "news"}]
    wire.post({"type": "refresh", "request": "r"})
    parts = wire.widget.board
    assert re.search(r"Exercises solved: 2 of \d\d\.</p>", parts["now"])
    row = re.search(r"<tr[ >](?:(?!<tr).)*01 · Precision(?:(?!<tr).)*</tr>", parts["rest"], re.DOTALL)
    assert row
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row[0])
    assert (cells[1], cells[2]) == ("0", "2 of 4")
    wire.recorder.record(check("fraud-puzzle", passed=False))
    wire.post({"type": "refresh", "request": "r"})
    assert wire.widget.board == parts, "what is solved stays solved"
    bundle = wire.widget._repr_mimebundle_()
    assert bundle is not None
    assert "<td>2 of 4</td>" in bundle[0]["text/html"]
    assert re.search(
        r"^01 · Precision and recall +0 of \d+ +0 +2 of 4 ", bundle[0]["text/plain"], re.MULTILINE
    )


def test_a_course_without_exercises_says_nothing_of_them() -> None:
    course = syllabus()
    bare = Syllabus(course.lessons, course.believed)
    replay = Replay()
    replay.add([answer("one")])
    shown = BoardHtml(board(replay, bare), bare)
    assert "Exercises solved" not in shown.now()
    assert "0 of 0" not in shown.rest()


def test_an_empty_board_is_one_sentence_and_a_link() -> None:
    parts = Wire().widget.board
    assert parts["rest"] == ""
    assert parts["now"].count("<a ") == 1
    assert "No answers yet. Begin with" in parts["now"]


def test_what_is_foreign_is_escaped() -> None:
    foreign = answer("one").model_copy(update={"lesson": "<img src=x onerror=alert(1)>"})
    parts = Wire(foreign).widget.board
    assert "<img" not in parts["now"] + parts["rest"]
    assert "&lt;img" in parts["rest"]


def confident(confidence: str, *, right: int, wrong: int) -> list[Event]:
    """Answers to as many questions, all given with one confidence."""
    return [
        answer(f"{confidence}-{number}", correct=number < right).model_copy(update={"confidence": confidence})
        for number in range(right + wrong)
    ]


def test_few_answers_are_called_few_and_many_give_the_own_curve() -> None:
    few = Wire(*confident("certain", right=6, wrong=3)).widget.board["rest"]
    assert "too few answers yet" in few
    assert "it takes 20 with a confidence" in few
    assert few.count("<svg") == 1

    events = [*confident("certain", right=9, wrong=1), *confident("guess", right=4, wrong=6)]
    many = Wire(*events).widget.board["rest"]
    assert many.count("<svg") == 2
    assert "it takes 20" not in many
    # Certain: 9 of 10, Wilson's interval; certain flags 9 of the 13 right answers.
    assert "<td>10</td><td>90%</td><td>60–98%</td><td>100%</td>" in many
    assert "<td>69%</td><td>90%</td><td>60–98%</td>" in many
    assert "<td>100%</td><td>65%</td>" in many


def twin_answers(*, before: int, after: int) -> list[Event]:
    """The two tests: all of their twins answered, so many of them right."""
    course = syllabus()
    events = []
    for number, (pre, post) in enumerate(course.twins):
        for (lesson, question), right in ((pre, number < before), (post, number < after)):
            content = course.content(lesson, question)
            given = answer(question, correct=right)
            events.append(given.model_copy(update={"lesson": lesson, "content": content}))
    return events


def test_the_gain_is_told_with_its_interval() -> None:
    rest = Wire(*twin_answers(before=2, after=7)).widget.board["rest"]
    assert "2 of 10 questions were right before, 7 of their twins after: a gain of +50%" in rest
    pre_only = [event for event in twin_answers(before=2, after=7) if event.lesson.startswith("00")]
    assert "Your gain is shown here after the post-test" in Wire(*pre_only).widget.board["rest"]
