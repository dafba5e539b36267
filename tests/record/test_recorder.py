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
