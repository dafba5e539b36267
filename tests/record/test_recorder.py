"""The healthy recorder; `test_faults` has the others."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from lessonkit.record import Event, Recorder
from lessonkit.record.store import Store

if TYPE_CHECKING:
    import pytest


def answer(**fields: object) -> Event:
    return Event(**{"type": "answer", "lesson": "lesson"} | fields)


def test_what_is_recorded_is_in_the_store_and_known_to_the_next_kernel(url: str) -> None:
    first, next_kernel = Recorder(url), Recorder(url)
    event = answer()
    assert first.record(event) is True
    assert first.notice == ""
    assert Store(url).read().events == [event]
    assert next_kernel.events() == [event]


def test_only_the_learners_own_events_are_returned(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONKIT_LEARNER", "ada")
    recorder = Recorder(url)
    mine, elsewhere = answer(), answer(lesson="other")
    for event in (mine, elsewhere, answer(learner="bob")):
        recorder.record(event)
    assert recorder.events() == [mine, elsewhere]
    assert recorder.events("lesson") == [mine]


def test_events_held_in_memory_are_ordered_and_chosen_as_kept_ones(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(url)
    late = answer()
    recorder.record(late)
    monkeypatch.setattr(Store, "append", lambda *_: 1 / 0)  # not even an error that is expected
    early = answer(time=late.time - timedelta(hours=1))
    for event in (early, answer(lesson="other"), answer(learner="bob")):
        assert recorder.record(event) is False
    assert recorder.events("lesson") == [early, late]
    assert "division by zero" in recorder.notice


def test_nothing_is_opened_before_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONKIT_STORE", "nonsense")
    assert Recorder().notice == ""


def test_a_replay_goes_on_with_what_is_new(url: str) -> None:
    recorder, other_kernel = Recorder(url), Recorder(url)
    recorder.record(answer(question="a"))
    replay = recorder.replay()
    assert len(replay) == 1
    recorder.record(answer(question="b"))
    other_kernel.record(answer(question="c"))
    assert recorder.replay() is replay
    assert set(replay.lessons["lesson"].current) == {"a", "b", "c"}
    assert len(replay) == 3


def test_only_new_rows_are_read(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(url)
    recorder.record(answer(), answer())
    recorder.replay()
    read: list[str | bytes] = []
    whole = Event.from_json
    monkeypatch.setattr(Event, "from_json", lambda line: read.append(line) or whole(line))
    recorder.replay()
    assert read == []
    recorder.record(answer())
    recorder.replay()
    assert len(read) == 1


def test_a_replay_forgets_what_is_forgotten_elsewhere(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONKIT_LEARNER", "ada")
    recorder = Recorder(url)
    recorder.record(answer(question="old"), answer(question="older"))
    recorder.replay()
    Store(url).forget("ada")
    assert len(recorder.replay()) == 0
    recorder.record(answer(question="new"), answer(question="newer"))  # in rows of the same numbers
    assert set(recorder.replay().lessons["lesson"].current) == {"new", "newer"}
    Store(url).forget("ada")
    recorder.record(answer(question="next"), answer(question="last"))
    assert set(recorder.replay().lessons["lesson"].current) == {"next", "last"}


def test_each_learner_has_a_replay(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONKIT_LEARNER", "ada")
    recorder = Recorder(url)
    recorder.record(answer())
    recorder.replay()
    monkeypatch.setenv("LESSONKIT_LEARNER", "bob")
    assert len(recorder.replay()) == 0
    monkeypatch.setenv("LESSONKIT_LEARNER", "ada")
    assert len(recorder.replay()) == 1


def test_events_that_cannot_be_kept_are_played_all_the_same(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(url)
    recorder.record(answer(question="kept"))
    with monkeypatch.context() as broken:
        broken.setattr(Store, "append", lambda *_: 1 / 0)
        recorder.record(answer(question="held"))
        assert set(recorder.replay().lessons["lesson"].current) == {"kept", "held"}
        broken.setattr(Store, "read", lambda *_, **__: 1 / 0)
        assert len(recorder.replay()) == 2
    assert "division by zero" in recorder.notice
    assert len(recorder.replay()) == 2
    assert recorder.notice == ""


def test_damaged_rows_are_counted_once(url: str) -> None:
    recorder = Recorder(url)
    recorder.record(answer(), answer())
    with Store(url)._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE lessonkit_events SET body = 'torn' WHERE row = 1")
    recorder.replay()
    recorder.record(answer())
    assert (len(recorder.replay()), recorder.replay().unread) == (2, 1)


def test_observers_are_told_after_each_record_for_as_long_as_they_live(url: str) -> None:
    recorder = Recorder(url)
    told: list[int] = []

    class Observer:
        def look(self) -> None:
            told.append(len(recorder.replay()))

    observer = Observer()
    recorder.observe(observer.look)
    recorder.record(answer())
    recorder.record(answer(), answer())
    assert told == [1, 3]
    del observer
    recorder.record(answer())
    assert told == [1, 3]
