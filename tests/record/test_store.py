from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

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
    ("url", "mend"),
    [
        ("/home/ada/record.sqlite", "Write a file as sqlite:////folder/record.sqlite"),
        ("nosuch://ada:hunter2@host/db", "Write a file as"),
        ("oracle://ada:hunter2@host/db", "needs a database driver that is not installed"),
    ],
)
def test_a_wrong_url_is_told_without_its_password(url: str, mend: str) -> None:
    with pytest.raises(StoreError, match=mend) as caught:
        Store(url)
    assert "hunter2" not in str(caught.value)


def test_a_missing_driver_is_told_with_how_to_get_it() -> None:
    for driver, package in (
        ("psycopg", "psycopg[binary]"),
        ("psycopg2", "psycopg2-binary"),
        ("pg8000", "pg8000"),
    ):
        error = ModuleNotFoundError(f"No module named {driver!r}", name=driver)
        assert module._missing(error).endswith(f'Run: pip install "{package}"')


def test_a_server_is_waited_for_briefly(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    asked: dict[str, object] = {}
    store = Store(url)

    def engine(_url: object, **options: object) -> None:
        asked.update(options)

    monkeypatch.setattr("sqlalchemy.create_engine", engine)
    for driver, name in (
        ("psycopg", "connect_timeout"),
        ("psycopg2", "connect_timeout"),
        ("pg8000", "timeout"),
    ):

        class Address:
            get_backend_name = staticmethod(lambda: "postgresql")
            get_driver_name = staticmethod(lambda driver=driver: driver)

        monkeypatch.setattr(store, "_url", Address)
        store._connected()
        assert name in asked["connect_args"]  # type: ignore[operator]


def test_a_store_that_another_process_makes_meanwhile_is_used(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Store(url)

    def create(_self: Store) -> None:
        raise IntegrityError("CREATE TABLE", {}, Exception("duplicate key"))

    ready = iter([False, True])
    monkeypatch.setattr(Store, "_create", create)
    monkeypatch.setattr(Store, "_is_ready", lambda _self: next(ready))
    Store(url).append(answer())
    assert len(made.read().events) == 1


def test_a_row_that_is_committed_late_is_read(url: str, file: Path) -> None:
    store = Store(url)
    early, late, torn = answer(), answer(), answer()
    store.append(early)
    store.append(torn)
    store.append(late)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE lessonkit_events SET row = 9 WHERE id = ?", (late.id,))
        connection.execute("UPDATE lessonkit_events SET body = 'torn' WHERE id = ?", (torn.id,))
    reading = store.read()
    assert (len(reading.events), reading.skipped, reading.last) == (2, 1, (9, late.id))
    slow = answer()
    store.append(slow)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE lessonkit_events SET row = 5 WHERE id = ?", (slow.id,))
    store._late = 100  # as on a server
    again = store.read(after=reading.last)
    assert slow.id in {event.id for event in again.events}
    assert (again.skipped, again.last) == (0, reading.last)


def test_a_database_of_another_program_is_not_disturbed(file: Path, url: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE events (name TEXT)")
        connection.execute("CREATE TABLE meta (name TEXT)")
    Store(url).append(answer())
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (0,)
