from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect

from lessonkit.record import store as module
from lessonkit.record.event import Event, EventError, to_jsonl
from lessonkit.record.store import ForgottenError, Row, Store, StoreError

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def answer(**fields: object) -> Event:
    return Event(**{"type": "answer", "lesson": "lesson", "learner": "ada"} | fields)


def test_events_come_back_in_the_order_of_their_time(store: Store, url: str) -> None:
    late, early = answer(time=NOON), answer(time=NOON - timedelta(microseconds=1))
    same = answer(time=NOON)
    assert store.append(late, early, same) == 3
    assert Store(url).read() == ([early, late, same], 0, Row(3, same.id))


def test_the_same_id_twice_is_the_same_event(store: Store) -> None:
    event = answer()
    assert store.append(event, event) == 1
    assert store.append(event, other := answer()) == 1
    assert store.append() == 0
    assert store.read().events == [event, other]


def test_all_events_of_a_call_are_kept_or_none(store: Store) -> None:
    many = [answer(attempt=n + 1) for n in range(1200)]
    assert store.append(*many[:10]) == 10
    assert store.append(*many) == 1190
    assert store.append(*many) == 0
    unwritable = answer().model_copy(update={"lesson": None})
    with pytest.raises(StoreError):
        store.append(answer(), unwritable, answer())
    assert [event.attempt for event in store.read().events] == [*range(1, 1201)]


def test_reading_is_by_learner_lesson_and_row(store: Store) -> None:
    mine, theirs, next_lesson = answer(), answer(learner="bob"), answer(lesson="next")
    store.append(mine, theirs, next_lesson)
    assert store.read(learner="ada").events == [mine, next_lesson]
    assert store.read(learner="ada", lessons=["lesson"]).events == [mine]
    last = store.read().last
    assert store.read(after=last) == ([], 0, last)
    store.append(new := answer())
    assert store.read(after=last).events == [new]


def test_reading_on_notices_that_events_were_deleted(store: Store) -> None:
    store.append(answer())
    last = store.read().last
    store.forget("ada")
    with pytest.raises(ForgottenError, match="read it from the start"):
        store.read(after=last)
    store.append(answer())  # in a row of the same number
    with pytest.raises(ForgottenError):
        store.read(after=last)


def test_a_reader_of_all_notices_that_anybody_was_forgotten(store: Store) -> None:
    store.append(answer(), kept := answer(learner="bob"))
    last = store.read().last
    assert store.forget("nobody") == 0
    assert store.read(after=last).events == []
    store.forget("ada")  # not the row that was read last
    with pytest.raises(ForgottenError):
        store.read(after=last)
    again = store.read()
    assert again.events == [kept]
    assert store.read(after=again.last) == ([], 0, again.last)


def test_another_store_in_the_same_place_is_noticed(store: Store, file: Path, url: str) -> None:
    store.append(answer())
    last = store.read().last
    file.unlink()
    Store(url).append(answer(), answer())
    with pytest.raises(ForgottenError):
        store.read(after=last)


@pytest.mark.parametrize(
    "body",
    [
        "substr(body, 1, length(body) - 1)",
        "cast(x'ff7b7d' as text)",
        "''",
        "replace(body, '\"version\":1', '\"version\":9')",
        "replace(body, '\"answer\"', '\"dance\"')",
    ],
)
def test_a_torn_or_future_row_is_skipped_and_counted(store: Store, file: Path, body: str) -> None:
    store.append(answer(), whole := answer())
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"UPDATE lessonkit_events SET body = {body} WHERE row = 1")  # noqa: S608  (ours)
        connection.commit()
    assert store.read() == ([whole], 1, Row(2, whole.id))


def test_what_is_forgotten_is_gone_from_the_disk(store: Store, file: Path) -> None:
    store.append(answer(answer="secret-of-ada"), kept := answer(learner="bob", answer="of-bob"))
    assert store.forget("ada") == 1
    assert store.forget("ada") == 0
    assert store.read().events == [kept]
    disk = b"".join(path.read_bytes() for path in file.parent.iterdir())
    assert b"of-bob" in disk
    assert b"secret-of-ada" not in disk


def test_an_import_adds_what_is_new_under_the_readers_name(store: Store, tmp_path: Path) -> None:
    events = [answer(learner="jovyan", attempt=n) for n in (1, 2)]
    store.append(*events)
    elsewhere = Store(f"sqlite:///{tmp_path}/new/folder/record.sqlite")
    text = to_jsonl(store.read(learner="jovyan").events)
    assert elsewhere.import_jsonl(text + text[:50], "ada")[:2] == (2, 0)
    assert elsewhere.import_jsonl(text.encode(), "ada") == (0, 2, [])
    found = elsewhere.read(learner="ada").events
    assert found == [event.model_copy(update={"learner": "ada"}) for event in events]
    with pytest.raises(EventError, match="no exported record"):
        elsewhere.import_jsonl(b"\x89PNG\r\n", "ada")
    assert len(elsewhere.read().events) == 2


def test_a_store_in_memory_lives_as_long_as_itself() -> None:
    store = Store("sqlite://")
    store.append(answer())
    assert len(store.read().events) == 1
    assert Store("sqlite://").read().events == []


def test_the_place_is_the_variable_or_the_users_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "user_data_path", lambda *_, **__: tmp_path / "data # folder%20")
    monkeypatch.delenv("LESSONKIT_STORE", raising=False)
    Store().append(answer())
    assert (tmp_path / "data # folder%20" / "record.sqlite").is_file()
    monkeypatch.setenv("LESSONKIT_STORE", f"sqlite:///{tmp_path}/named.sqlite")
    assert Store().place == f"{tmp_path}/named.sqlite"


@pytest.mark.parametrize(
    ("wrong", "fix"),
    [
        ("/home/ada/record.sqlite", "Write a file as sqlite:////folder/record.sqlite"),
        ("nosuch://ada:hunter2@host/db", "Write a file as"),
        ("oracle://ada:hunter2@host/db", "a server as postgresql"),
        ("postgresql://ada:hunter2@/db?host=/nowhere&sslpassword=hunter2", "has a connection left"),
    ],
)
def test_a_wrong_url_is_told_without_its_password(wrong: str, fix: str) -> None:
    with pytest.raises(StoreError, match=fix) as caught:
        Store(wrong, patience=0.1)
    assert "hunter2" not in str(caught.value)


def test_the_records_of_the_first_days_get_the_index(store: Store, url: str) -> None:
    store.append(event := answer())
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX lessonkit_events_by_learner")
        connection.exec_driver_sql("DELETE FROM lessonkit_meta WHERE name <> 'schema'")
    Store(url)
    (index,) = (each["column_names"] for each in inspect(store._engine).get_indexes("lessonkit_events")
                if each["name"] == "lessonkit_events_by_learner")  # fmt: skip
    assert index == ["learner", "lesson"]
    assert store.read().events == [event]


def test_a_record_of_the_first_days_that_is_only_to_be_read_does_without(store: Store, file: Path) -> None:
    store.append(event := answer())
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DROP INDEX lessonkit_events_by_learner")
        connection.execute("DELETE FROM lessonkit_meta WHERE name <> 'schema'")
    assert Store(f"sqlite:///file:{file}?mode=ro&uri=true").read().events == [event]


def test_a_database_of_another_program_is_not_disturbed(file: Path, url: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE events (name TEXT)")
        connection.execute("CREATE TABLE meta (name TEXT)")
    Store(url).append(answer())
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (0,)
