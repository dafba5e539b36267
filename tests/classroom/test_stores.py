"""A class in a store on SQLite and on PostgreSQL: join, vote, vote again, be killed, be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lessonkit.classroom.room import Room
from lessonkit.cli import main
from lessonkit.record.store import Store
from tools.bench_class import SECRETS, kills

if TYPE_CHECKING:
    from pathlib import Path

    from lessonkit.record import Event
    from tests.postgresql import Server

Played = Any  # of conftest.py, which no test can import


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that is not there yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'class.sqlite'}"
    server: Server = request.getfixturevalue("postgresql")
    return server.new_url()


@pytest.fixture
def voted(played: Played) -> Played:
    """A class of twelve that has voted twice; nobody's second vote is the first."""
    seats = [played.join() for _ in range(12)]
    played.ask()
    for number, seat in enumerate(seats):
        played.vote(seat, ["c"])
        played.vote(seat, ["a" if number < 7 else "b"], confidence="certain")  # changed before it closed
    played.step("close")
    played.step("again")
    for number, seat in enumerate(seats):
        played.vote(seat, ["b" if number < 7 else "a"])
    played.step("paper", paper="A 3 B 4")
    for do in ("close", "bars", "key"):
        played.step(do)
    return played


def rebuilt(played: Played, store: Store) -> Room:
    room = Room.rebuilt(played.course, lambda: played.time, store.read().events)
    assert room is not None
    return room


def pages(room: Room) -> list[dict[str, Any]]:
    return [room.for_teacher(set()), room.for_wall(set()), *map(room.for_seat, sorted(room.seats.values()))]


def report(url: str, folder: Path) -> dict[str, bytes]:
    assert main(["class", "report", str(SECRETS), "--store", url, "--out", str(folder)]) == 0
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_both_votes_and_the_room_come_back_from_the_store(voted: Played, url: str) -> None:
    store = Store(url)
    for event in voted.events:  # one commit each, as they came
        assert store.append(event) == 1
    assert store.append(*voted.events) == 0, "nothing is kept twice"
    assert pages(rebuilt(voted, Store(url))) == pages(voted.room)
    marked = [event for event in store.read().events if event.correct is not None]
    assert [event.attempt for event in marked].count(1) == 12
    assert sum(event.correct is True for event in marked) == 5 + 7 + 4


def test_who_is_forgotten_is_in_no_page_and_in_no_report(voted: Played, url: str, tmp_path: Path) -> None:
    store, gone = Store(url), min(voted.room.seats.values())
    store.append(*voted.events)
    whole = report(url, tmp_path / "before")
    store.forget(gone)
    voted.room.forget(gone)
    kept: list[Event] = store.read().events
    assert {event.learner for event in voted.events} - {event.learner for event in kept} == {gone}
    assert gone not in "".join(event.to_json() for event in kept)
    assert pages(rebuilt(voted, store)) == pages(voted.room)
    alone = f"sqlite:///{tmp_path / 'alone.sqlite'}"
    Store(alone).append(*(event for event in voted.events if event.learner != gone))
    without = report(url, tmp_path / "after")
    assert without == report(alone, tmp_path / "alone")
    assert without != whole
    assert b"11 people" in without["report.html"]


def test_a_killed_class_comes_back_with_every_acknowledged_vote(url: str) -> None:
    killed = kills(url, 2, SECRETS)  # `make bench` kills 50 times
    assert len(killed.back) == 2
    assert killed.acknowledged >= 2
    assert (killed.lost, killed.doubled, killed.strayed) == (0, 0, 0)
