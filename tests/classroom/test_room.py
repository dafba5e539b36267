"""The class as a state machine: what happens, what may happen, and what each page may know."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonkit.classroom import names
from lessonkit.classroom.ballot import Ballot, Round
from lessonkit.classroom.room import LateError, Room, UnknownError
from lessonkit.questions import load_quiz
from lessonkit.questions.marking import AnswerError
from lessonkit.record import Event, Replay
from lessonkit.record.store import Store
from lessonkit.widgets.asked import Given, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

Played = Any  # of conftest.py, which no test can import

ANSWERS: dict[str, list[Any]] = {
    "secretly-b": [["a"], ["b"], ["c"]],
    "several": [["a"], ["a", "c"], ["b"]],
    "how-many": ["0.75", "0.25", "3/4"],
    "in-order": [["a", "b", "c"], ["b", "a", "c"], ["c", "b", "a"]],
    "in-pairs": [{"1": "a", "2": "b"}, {"1": "b", "2": "a"}, {"1": "c", "2": "c"}],
    "at-a-point": ["0.5", "0.9", "0.1"],
}
# What gives votes away, wherever it stands in a state.
COUNTS = {"bars", "totals", "moved", "mine", "right", "sure", "counts", "advice", "paper"}
KEY = {"right", "why", "reasons", "explain", "beliefs", "correct", "advice"}


def names_in(state: object) -> set[str]:
    """Return all keys of a state, at any depth, whose value says something."""
    if isinstance(state, dict):
        own = {key for key, value in state.items() if value not in (None, "", [], {}, False)}
        return own.union(*(names_in(value) for value in state.values())) if state else set()
    if isinstance(state, list | tuple):
        return set().union(*map(names_in, state))
    return set()


def public(room: Room) -> list[dict[str, Any]]:
    """Return what learners and the wall are sent."""
    return [*(room.for_seat(seat) for seat in room.seats.values()), room.for_wall(set())]


def check_secrets(room: Room) -> None:
    for state in public(room):
        text = json.dumps(state)
        # The engine's own words have names such as "right"; they are the same in every phase.
        said = names_in({key: value for key, value in state.items() if key != "view"})
        assert "secret" not in text.lower() or room.phase == "key"
        if room.phase != "key":
            assert not said & KEY
        if room.phase not in {"bars", "key"}:
            assert not said & COUNTS
    for state in public(room)[:-1]:
        assert not {"answered", "of", "here", "seats"} & state.keys()


steps = st.one_of(
    st.tuples(st.just("vote"), st.integers(0, 3), st.integers(0, 2)),
    st.tuples(st.just("step"), st.sampled_from(["close", "discuss", "again", "bars", "key", "next", "drop"])),
    st.tuples(st.just("ask"), st.sampled_from(sorted(ANSWERS))),
    st.tuples(st.just("join")),
)


@settings(max_examples=60)
@given(plays=st.lists(steps, max_size=40))
def test_nothing_is_known_before_its_time_and_all_is_rebuilt(
    new_class: Callable[[], Played], plays: list[tuple[Any, ...]]
) -> None:
    played = new_class()
    seats = [played.join() for _ in range(2)]
    said: dict[str, Any] = {}
    for play in plays:
        room, before = played.room, len(played.events)
        try:
            match play:
                case ("join",):
                    seats.append(played.join())
                case ("ask", question):
                    played.ask(question)
                case ("step", do):
                    played.step(do)
                case ("vote", index, choice) if room.asking is not None:
                    seat = seats[index % len(seats)]
                    answer = ANSWERS[room.asking.ballot.question.id][choice]
                    played.vote(seat, answer)
                    said[seat] = answer
        except Refusal:
            assert len(played.events) == before
        if play[0] in {"ask", "step"} and len(played.events) > before and room.phase in {"open", "lobby"}:
            said = {}
        check_secrets(room)
        if room.asking is not None:
            kept = {
                seat: room.asking.ballot._codes.to_page(vote.answer)
                for seat, vote in room.asking.rounds[-1].votes.items()
            }
            assert kept == {
                seat: [list(pair) for pair in answer.items()] if isinstance(answer, dict) else answer
                for seat, answer in said.items()
            }
    again = played.rebuilt()
    assert again.for_teacher(set()) == played.room.for_teacher(set())
    assert public(again) == public(played.room)


@pytest.mark.parametrize("question", sorted(ANSWERS))
def test_every_kind_is_asked_voted_and_revealed(played: Played, question: str) -> None:
    answers = ANSWERS[question]
    seats = [played.join() for _ in range(3)]
    played.ask(question)
    for seat, answer in zip(seats, answers, strict=True):
        played.vote(seat, answer)
    played.step("close")
    played.step("discuss")
    played.step("again")
    assert played.room.for_seat(seats[0])["standing"]["questions"][0]["answer"] is None, "a fresh form"
    for seat in seats:
        played.vote(seat, answers[0])
    played.step("close")
    played.step("bars")
    bars = played.room.for_wall(set())["bars"]
    assert sum(sum(bar["counts"]) for bar in bars) >= 6
    played.step("key")
    for seat in seats:
        feedback = played.room.for_seat(seat)["standing"]["questions"][0]["feedback"]
        assert feedback["summary"]
    assert not any("right" in bar for bar in bars)
    assert "SECRET" in json.dumps(played.room.for_teacher(set()))
    played.step("next")
    assert played.room.for_wall(set())["phase"] == "lobby"


def test_whoever_did_not_vote_gets_the_answer_too(played: Played) -> None:
    seat = played.join()
    played.ask()
    for do in ("close", "bars", "key"):
        played.step(do)
    standing = played.room.for_seat(seat)["standing"]["questions"][0]
    assert standing["feedback"]["reasons"]["b"]["case"] == "missed"


def test_a_vote_may_change_until_it_closes(played: Played) -> None:
    seat = played.join()
    played.ask()
    played.vote(seat, ["a"], confidence="certain")
    played.vote(seat, ["c"])
    played.vote(seat, None)
    assert played.room.for_wall(set())["answered"] == 0
    played.vote(seat, ["b"])
    before = len(played.events)
    played.vote(seat, ["b"])
    assert len(played.events) == before, "the same again is nothing new"
    turn = played.room.turn
    played.step("close")
    with pytest.raises(LateError):
        played.room.vote(seat, ballot(turn, ["a"]))
    assert played.room.for_teacher(set())["right"] == [1]


def ballot(turn: int, answer: object) -> dict[str, Any]:
    return {"type": "draft", "request": "", "question": "question", "turn": turn, "answer": answer}


def test_a_vote_for_the_round_before_is_late(played: Played) -> None:
    seat = played.join()
    played.ask()
    first = ballot(played.room.turn, ["a"])
    played.step("close")
    played.step("again")
    with pytest.raises(LateError):
        played.room.vote(seat, first)


def test_a_click_on_what_was_on_screen_before_does_nothing(played: Played) -> None:
    played.ask()
    click = {"do": "close", "phase": "open", "turn": played.room.turn}
    played.keep(played.room.step(click))
    with pytest.raises(LateError):
        played.room.step(click)


@pytest.mark.parametrize(
    "answer",
    [["nothing"], ["a", "b"], "a", {"a": "b"}, ["secret-right"], 7, [["a"]], True, ["a"] * 101],
)
def test_an_answer_that_does_not_fit_is_refused(played: Played, answer: object) -> None:
    seat = played.join()
    played.ask()
    with pytest.raises((Refusal, AnswerError)):
        played.vote(seat, answer)
    assert played.room.for_wall(set())["answered"] == 0


def test_only_who_sits_here_votes(played: Played) -> None:
    played.ask()
    with pytest.raises(UnknownError):
        played.vote("ada", ["b"])


def test_a_number_that_cannot_be_read_is_not_kept(played: Played) -> None:
    seat = played.join()
    played.ask("how-many")
    with pytest.raises(AnswerError):
        played.vote(seat, "many")
    played.vote(seat, "3/4")
    kept = played.room.for_seat(seat)["standing"]["questions"][0]["kept"]
    assert kept.startswith("Read as 3/4")


def test_votes_on_paper_are_counted_and_recorded(played: Played) -> None:
    seat = played.join()
    played.ask()
    played.vote(seat, ["b"])
    played.step("paper", paper="A 12 B 3")
    played.step("paper", paper="a 12, b 20")
    wall = played.room.for_wall(set())
    assert (wall["answered"], wall["of"]) == (33, 33)
    for wrong in ("A", "A x", "Z 3", "A 1 A 2", "A -1", "12 A", "A 9999", "A ²"):
        with pytest.raises(Refusal):
            played.step("paper", paper=wrong)
    played.step("close")
    played.step("bars")
    assert [bar["counts"] for bar in played.room.for_wall(set())["bars"]] == [[12], [21], [0]]
    marked = [event for event in played.events if event.type == "answer" and event.correct is not None]
    assert Counter(event.correct for event in marked) == {True: 21, False: 12}
    assert len({event.learner for event in marked}) == 33


@pytest.mark.parametrize(
    ("votes", "said", "leads_to"),
    [
        ("bbbbbbbbba", "Nearly all are right", "bars"),
        ("aaaaaabbcc", "leads, and it is wrong", "discuss"),
        ("aaabbbbccc", "spread evenly", "discuss"),
        ("aaaabbbbbb", "split", "discuss"),
        ("bb", "too few", "discuss"),
    ],
)
def test_the_advice_follows_the_votes(played: Played, votes: str, said: str, leads_to: str) -> None:
    seats = [played.join() for _ in votes]
    played.ask()
    for seat, letter in zip(seats, votes, strict=True):
        played.vote(seat, [letter])
    played.step("close")
    advice = played.room.for_teacher(set())["advice"]
    assert said in advice["text"]
    assert advice["do"] == leads_to


def test_the_record_has_each_vote_once_as_an_attempt(played: Played) -> None:
    seat = played.join()
    played.ask()
    for letter in "acb":
        played.vote(seat, [letter])
    played.step("close")
    played.step("again")
    played.vote(seat, ["a"])
    played.step("close")
    mine = [Event.from_json(event.to_json()) for event in played.events if event.learner == seat]
    marked = [event for event in mine if event.correct is not None]
    assert [(e.attempt, e.correct, e.other["round"], e.other["room"]) for e in marked] == [
        (1, True, 1, played.room.code),
        (2, False, 2, played.room.code),
    ]
    replay = Replay()
    replay.add(mine)
    history = replay.lessons["class-sample"].current["secretly-b"]
    assert (history.unaided, history.state.first_correct) == (1, True), "the first vote is what was known"
    assert all(one.time < other.time for one, other in pairwise(played.events))


def test_a_locked_or_finished_class_lets_nobody_in(played: Played) -> None:
    played.step("lock")
    with pytest.raises(Refusal, match="locked"):
        played.join()
    played.step("unlock")
    seat = played.join()
    played.ask()
    played.step("end")
    with pytest.raises(Refusal, match="over"):
        played.join()
    with pytest.raises(LateError):
        played.vote(seat, ["b"])
    with pytest.raises(LateError):
        played.step("close")
    assert Room.rebuilt(played.course, lambda: played.time, played.events) is None


def test_a_room_that_rested_for_half_a_day_is_over(played: Played) -> None:
    played.join()
    played.later(hours=11)
    assert Room.rebuilt(played.course, lambda: played.time, played.events) is not None
    played.later(hours=2)
    assert Room.rebuilt(played.course, lambda: played.time, played.events) is None


def test_a_question_that_the_course_has_no_longer_leaves_the_lobby(played: Played) -> None:
    played.ask()
    lost = [
        event.model_copy(update={"question": "gone"}) if event.other.get("did") == "ask" else event
        for event in played.events
    ]
    room = Room.rebuilt(played.course, lambda: played.time, lost)
    assert room is not None
    assert room.phase == "lobby"


def test_a_forgotten_seat_leaves_nothing(played: Played) -> None:
    store = Store("sqlite://")
    seat, other = played.join(), played.join()
    played.ask()
    played.vote(seat, ["a"])
    played.vote(other, ["b"])
    played.step("close")
    played.step("again")
    played.vote(seat, ["c"])
    store.append(*played.events)
    store.forget(seat)
    played.room.forget(seat)
    rest = store.read().events
    assert seat not in "".join(event.to_json() for event in rest)
    again = Room.rebuilt(played.course, lambda: played.time, rest)
    assert again is not None
    assert again.for_teacher(set()) == played.room.for_teacher(set())
    assert [sum(bar["counts"]) for bar in again.for_teacher(set())["bars"]] == [0, 1, 0]
    with pytest.raises(UnknownError):
        played.room.for_seat(seat)


def test_pseudonyms_are_drawn_apart(played: Played) -> None:
    seats = {played.join() for _ in range(300)}
    assert len(seats) == 300
    assert all(seat.endswith(played.room.code.lower()) for seat in seats)
    assert set(names.code()) <= set(names.LETTERS)


def test_letters_are_those_of_the_handouts(played: Played) -> None:

    played.ask()
    options = played.room.for_wall(set())["question"]["options"]
    question = played.course.lessons["class-sample"].question("secretly-b")
    assert [option["label"] for option in options] == ["A", "B", "C"]
    texts = [choice.text for choice in question.shuffled()]  # type: ignore[arg-type]
    assert all(text in option["html"] for text, option in zip(texts, options, strict=True))


def test_the_core_of_asking_needs_no_widget() -> None:
    code = (
        "import sys, types\n"
        "package = sys.modules['lessonkit.widgets'] = types.ModuleType('lessonkit.widgets')\n"
        "import lessonkit, pathlib\n"
        "package.__path__ = [str(pathlib.Path(lessonkit.__file__).parent / 'widgets')]\n"
        "import lessonkit.widgets.asked\n"
        "assert not {'ipywidgets', 'anywidget', 'IPython'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def asked_alone(question: str) -> Ballot:
    return Ballot(load_quiz(Path(__file__).with_name("course.yaml")), question)


def test_one_number_is_one_bar_and_no_change_however_it_is_written() -> None:
    asked = asked_alone("how-many")
    typed = ("0.75", "75%", "3/4", ".75")
    votes = [
        asked.read(
            Given.model_validate({"request": "answer", "question": "question", "answer": text, "turn": 1})
        )
        for text in typed
    ]
    assert {asked.labels(vote.answer) for vote in votes if vote} == {("0.75",)}
    rounds = [Round(turn, {"seat": vote}) for turn, vote in enumerate(votes[:2], start=1) if vote]
    assert asked.moved(*rounds)["changed"] == 0
    assert [bar.counts for bar in asked.bars(rounds)] == [[1, 1]]


def test_letters_on_paper_that_are_no_choice_are_named() -> None:
    with pytest.raises(Refusal, match=r"Z is no choice here\. There are A, B"):
        asked_alone("secretly-b").paper("A 12 Z 3")
