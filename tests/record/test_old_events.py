"""Events as they were first written are read for ever. Nothing in `v1` and `v2` is ever made again.

In `v2` events name their course, unless it is the one that there was before.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lessonkit.record import Recorder, Replay, Syllabus, board, syllabus, to_jsonl
from lessonkit.record.event import from_jsonl
from lessonkit.record.store import Store

if TYPE_CHECKING:
    from lessonkit.record import Board

HERE = Path(__file__).parent / "v1"
EVENTS = HERE / "events.jsonl"
BOARD = HERE / "board.json"
CHECKS = HERE / "checks.jsonl"  # of exercises; they were not recorded from the first
NOW = datetime(2026, 4, 13, 9, tzinfo=UTC)
SECOND = HERE.with_name("v2")
NOW2 = datetime(2027, 1, 4, 9, tzinfo=UTC)


@pytest.fixture
def course(monkeypatch: pytest.MonkeyPatch) -> Syllabus:
    """The course as it was then, and the learner who took it."""
    monkeypatch.setenv("LESSONKIT_LEARNER", "ada")
    monkeypatch.chdir(HERE)
    return syllabus()


def plain(found: Board) -> dict[str, Any]:
    """Return a board as JSON has it, to six decimals, without the paths: those are of today's lesson 00."""
    fields = asdict(found)
    del fields["paths"]
    for lesson in fields["lessons"]:
        del lesson["exercises"], lesson["solved"]  # told since
    if fields["calibration"]["curve"] is not None:
        for name in ("sweep", "low", "high"):  # NumPy may draw other numbers one day
            del fields["calibration"]["curve"][name]

    def rounded(value: object) -> object:
        match value:
            case float():
                return round(value, 6)
            case dict():
                return {key: rounded(part) for key, part in value.items()}
            case list() | tuple():
                return [rounded(part) for part in value]
        return value

    done: dict[str, Any] = json.loads(json.dumps(rounded(fields), default=str))
    return done


def played(events: list[Any]) -> Replay:
    replay = Replay(UTC)
    replay.add(events)
    return replay


def test_old_events_give_the_board_they_gave_then(course: Syllabus) -> None:
    assert course.problems == ()
    events, _ = from_jsonl(EVENTS.read_bytes())
    found = board(played(events), course, now=NOW)
    assert plain(found) == json.loads(BOARD.read_text(encoding="utf-8"))
    assert found.unknown == ("mood", "weather")


def test_what_is_no_event_is_skipped_and_said() -> None:
    _, skipped = from_jsonl(EVENTS.read_bytes())
    reasons = [(line.number, line.reason.partition(":")[0].partition("(")[0].strip()) for line in skipped]
    assert reasons == [
        (21, "not an event"),
        (26, "written by a newer lessonkit"),
        (34, "not an event"),
        (37, "not an event"),
        (len(EVENTS.read_bytes().splitlines()), "not whole JSON"),
    ]
    assert "type" in skipped[0].reason
    assert "confidence" in skipped[3].reason


def test_old_events_are_written_again_as_they_were() -> None:
    events, skipped = from_jsonl(EVENTS.read_bytes())
    left_out = {line.number for line in skipped}
    lines = EVENTS.read_text(encoding="utf-8").split("\n")
    kept = [json.loads(line) for number, line in enumerate(lines, start=1) if line and number not in left_out]
    again = [json.loads(line) for line in to_jsonl(events).splitlines()]
    for before, after in zip(kept, again, strict=True):
        assert datetime.fromisoformat(before.pop("time")) == datetime.fromisoformat(after.pop("time"))
        assert after == {name: value for name, value in before.items() if value is not None}


def test_old_events_pass_through_the_store(course: Syllabus, url: str) -> None:
    done = Store(url).import_jsonl(EVENTS.read_bytes(), "ada")
    events, skipped = from_jsonl(EVENTS.read_bytes())
    assert (done.added, done.known, len(done.skipped)) == (
        len(events) - 1,
        1,
        len(skipped),
    )  # one line is twice
    stored = played(Recorder(url).events())
    assert board(stored, course, now=NOW) == board(played(events), course, now=NOW)


def test_old_checks_give_the_solved_exercises_they_gave_then(course: Syllabus) -> None:
    before, _ = from_jsonl(EVENTS.read_bytes())
    checks, skipped = from_jsonl(CHECKS.read_bytes())
    assert (len(checks), skipped) == (5, [])
    replay = played([*before, *checks])
    assert {name: lesson.exercises for name, lesson in replay.lessons.items() if lesson.exercises} == {
        "01-kinds": {"pick": False, "count-twice": True},
        "99-elsewhere": {"sort-all": True},
    }
    without, found = board(played(before), course, now=NOW), board(replay, course, now=NOW)
    assert (found.solved, found.lessons[-1].exercises) == (1, 1)
    assert (found.answered, found.reviews, found.misconceptions, found.calibration.levels) == (
        *(without.answered, without.reviews, without.misconceptions, without.calibration.levels),
    )
    for line, event in zip(CHECKS.read_text(encoding="utf-8").splitlines(), checks, strict=True):
        was, now = json.loads(line), json.loads(event.to_json())
        assert datetime.fromisoformat(was.pop("time")) == datetime.fromisoformat(now.pop("time"))
        assert now == was


def test_two_exports_give_one_board_in_any_order(course: Syllabus, tmp_path: Path) -> None:
    events, _ = from_jsonl(EVENTS.read_bytes())
    exports = [to_jsonl(events[:70]), to_jsonl(events[50:])]
    boards = []
    for number, order in enumerate((exports, exports[::-1])):
        url = f"sqlite:///{tmp_path}/{number}.sqlite"
        recorder = Recorder(url)
        for export in order:
            Store(url).import_jsonl(export, "ada")
            recorder.replay()  # it has to go on from there
        boards.append(board(recorder.replay(), course, now=NOW))
    assert boards[0] == boards[1] == board(Recorder(url).replay(), course, now=NOW)


@pytest.fixture
def sql(monkeypatch: pytest.MonkeyPatch) -> Syllabus:
    """Another course, and the learner who took it."""
    monkeypatch.setenv("LESSONKIT_LEARNER", "ada")
    monkeypatch.chdir(SECOND)
    return syllabus()


def test_events_of_several_courses_give_each_its_own_board(sql: Syllabus) -> None:
    events, skipped = from_jsonl((SECOND / "events.jsonl").read_bytes())
    assert skipped == []
    found = board(played(events), sql, now=NOW2)
    assert plain(found) == json.loads((SECOND / "board.json").read_text(encoding="utf-8"))
    assert [lesson.lesson for lesson in found.lessons] == ["01-inner", "02-outer"]
    assert [path.name for path in found.paths] == ["All"]


def test_events_that_name_no_course_are_of_the_first(sql: Syllabus) -> None:
    lines = (SECOND / "events.jsonl").read_text(encoding="utf-8").splitlines()
    events, _ = from_jsonl("\n".join(lines))
    assert [event.course for event in events if '"course"' not in event.to_json()] == ["classifiers"] * 3
    assert [event.to_json() for event in events] == lines
    first = Replay(UTC, course="classifiers")
    first.add(events)
    assert sorted(first.lessons) == ["01-inner", "03-precision-recall-curves"]
    assert first.lessons["01-inner"].exercises == {"other-exercise": True}
    assert sql.course == "sql-joins"


def test_a_recorder_tells_only_of_the_course_around_it(
    sql: Syllabus, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (SECOND / "events.jsonl").read_bytes()
    Store(url).import_jsonl(content, "ada")
    recorder = Recorder(url)
    assert len(recorder.events("01-inner")) == 6
    assert len(recorder.events()) == len(content.splitlines())
    assert sorted(recorder.replay().lessons) == [quiz.lesson for quiz in sql.lessons]
    monkeypatch.chdir(HERE)
    assert sorted(recorder.replay().lessons) == ["01-inner", "03-precision-recall-curves"]
    assert len(recorder.events("01-inner")) == 2
