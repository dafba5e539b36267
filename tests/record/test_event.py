from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from lessonkit.record.event import Event, EventError, from_jsonl, learner_id, to_jsonl

# What a page can send, halves of surrogate pairs apart; those are refused.
words = st.text(st.characters(exclude_categories=["Cs"]))
names = words.filter(lambda text: 0 < len(text) <= 200 and "\0" not in text)
answers = st.none() | words | st.lists(words).map(tuple) | st.lists(st.tuples(words, words)).map(tuple)


def answer(**fields: object) -> Event:
    return Event(**{"type": "answer", "lesson": "lesson", "question": "question"} | fields)


@given(
    st.builds(
        Event,
        type=st.sampled_from(["answer", "hint", "reveal", "reset", "submit", "check"]),
        lesson=names,
        question=st.none() | names,
        content=st.none() | words,
        attempt=st.none() | st.integers(1, 10**9),
        seed=st.none() | words,
        answer=answers,
        correct=st.none() | st.booleans(),
        credit=st.none() | st.floats(0, 1),
        confidence=st.sampled_from([None, "guess", "fairly-sure", "certain"]),
        seconds=st.none() | st.floats(0, 1e9),
        counts=st.booleans(),
        review=st.booleans(),
        learner=names,
        time=st.datetimes(timezones=st.just(UTC)),
    )
)
def test_an_event_is_one_line_and_comes_back_whole(event: Event) -> None:
    line = event.to_json()
    assert "\n" not in line
    assert Event.from_json(line) == event
    assert Event.from_json(line.encode()) == event


def test_an_event_says_who_when_and_which_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONKIT_LEARNER", "ada")
    before = datetime.now(UTC)
    first, second = answer(), answer()
    assert before <= first.time <= second.time
    assert first.id != second.id
    assert first.learner == "ada"


def test_times_are_kept_in_utc() -> None:
    there = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    event = answer(time=there)
    assert event.time == there
    assert event.time.tzinfo is UTC


def test_unknown_fields_are_kept_apart_and_written_again() -> None:
    fields = json.loads(answer(attempt=2).to_json()) | {"mood": {"smile": [1]}, "other": "x"}
    event = Event.from_json(json.dumps(fields))
    assert event.attempt == 2
    assert event.other == {"mood": {"smile": [1]}, "other": "x"}
    assert json.loads(event.to_json()) == fields


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"version": 2}, "written by a newer lessonkit"),
        ({"version": "1"}, "version"),
        ({"type": "dance"}, "type"),
        ({"lesson": ""}, "lesson"),
        ({"lesson": "a\0b"}, r"lesson: .*none of them NUL \(U\+0000\)"),
        ({"learner": "\0"}, "learner: .*none of them NUL"),
        ({"question": "a" * 201}, "question: .*1 to 200 characters"),
        ({"credit": 1.5}, "credit"),
        ({"correct": "yes"}, "correct"),
        ({"id": "7"}, "id"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2026-01-01T00:00:00"}, "time"),
        ({"time": "0001-01-01T00:00:00+09:00"}, "outside the calendar"),
        ({"answer": {"a": 1}}, "answer"),
    ],
)
def test_what_is_no_event_is_told(change: dict[str, object], reason: str) -> None:
    line = json.dumps(json.loads(answer().to_json()) | change)
    with pytest.raises(EventError, match=reason):
        Event.from_json(line)


@given(st.binary() | st.text().map(lambda text: text.encode(errors="surrogatepass")))
@example(b"[" * 100_000)
@example(b'{"version": 1, "id": 1, "time": 1e999, "learner": null, "x": 1e999}')
def test_any_bytes_are_no_event_but_no_accident(line: bytes) -> None:
    with pytest.raises(EventError):
        Event.from_json(line)


@given(st.data())
def test_a_torn_line_is_no_event(data: st.DataObject) -> None:
    line = answer(answer="½", seconds=1).to_json()
    cut = data.draw(st.integers(0, len(line) - 1))
    with pytest.raises(EventError):
        Event.from_json(line[:cut])


@pytest.mark.parametrize(
    "fields",
    [
        *({"answer": "\ud800"}, {"answer": ("\ud800",)}, {"seconds": float("nan")}),
        *({"lesson": "a\0"}, {"question": "\0a"}, {"learner": "a\0b"}),
    ],
)
def test_what_cannot_be_read_back_is_refused_at_once(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        answer(**fields)


def test_a_text_that_utf8_cannot_hold_is_no_event() -> None:
    with pytest.raises(EventError):
        Event.from_json("\udcff{}")


def test_an_answer_outside_a_review_is_written_as_before_there_were_reviews() -> None:
    assert "review" not in json.loads(answer().to_json())
    assert json.loads(answer(review=True).to_json())["review"] is True


def test_the_name_of_a_learner_fits_into_an_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONKIT_LEARNER", "ä" * 1000)
    assert answer().learner == "ä" * 200


def test_another_form_of_an_id_is_the_same_id() -> None:
    event = answer()
    line = event.to_json().replace(event.id, event.id.upper().replace("-", ""))
    assert Event.from_json(line) == event


def test_a_misspelled_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="answers"):
        answer(answers="a")


def test_lines_are_read_as_far_as_they_go() -> None:
    first, second = answer(), answer(type="hint")
    text = to_jsonl([first, second])
    assert from_jsonl(text) == ([first, second], [])
    assert from_jsonl("\ufeff" + text.replace("\n", "\r\n\r\n")) == ([first, second], [])  # an editor's work
    events, skipped = from_jsonl(f"nonsense\n{text[:-3]}".encode())
    assert events == [first]
    assert [line.number for line in skipped] == [1, 3]
    assert from_jsonl("") == ([], [])


def test_a_foreign_text_is_refused() -> None:
    with pytest.raises(EventError, match=r"none of its 2 lines is an event \(line 1: not whole JSON"):
        from_jsonl("name,mark\nada,1\n")


def test_the_learner_is_named_by_variable_hub_or_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "hub")
    monkeypatch.setenv("LESSONKIT_LEARNER", " ")
    assert learner_id() == "hub"
    monkeypatch.setenv("LESSONKIT_LEARNER", "own")
    assert learner_id() == "own"
    monkeypatch.delenv("LESSONKIT_LEARNER")
    monkeypatch.delenv("JUPYTERHUB_USER")
    monkeypatch.setattr("getpass.getuser", lambda: "account")
    assert learner_id() == "account"

    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr("getpass.getuser", nameless)
    assert learner_id() == "learner"
