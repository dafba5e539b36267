"""What only a server can do: be silent, be full, be away, and let two writers overlap."""

from __future__ import annotations

import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from lessonkit.record import Event, Recorder
from lessonkit.record.store import Store, StoreError
from tests.postgresql import MAX_CONNECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgresql import Server


@pytest.fixture
def url(postgresql: Server) -> str:
    return postgresql.new_url()


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a store wait as long as a busy machine needs."""
    monkeypatch.setattr(Store.__init__, "__kwdefaults__", {"patience": 60.0})


def answer(**fields: object) -> Event:
    return Event(**{"type": "answer", "lesson": "lesson", "learner": "ada"} | fields)


class Silent:
    """A server that accepts connections and hangs up after a long time without a word."""

    def __init__(self, listener: socket.socket) -> None:
        self.calls: list[socket.socket] = []
        self.ends: list[threading.Timer] = []
        self._listener = listener
        self.url = f"postgresql://ada:hunter2@127.0.0.1:{listener.getsockname()[1]}/db"

    def listen(self) -> None:
        """Accept until the socket is shut."""
        while True:
            try:
                call, _ = self._listener.accept()
            except OSError:
                return
            self.calls.append(call)
            end = threading.Timer(40, call.shutdown, [socket.SHUT_RDWR])
            end.daemon = True
            end.start()
            self.ends.append(end)


@pytest.fixture
def silent() -> Iterator[Silent]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        server = Silent(listener)
        thread = threading.Thread(target=server.listen)
        thread.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        for call, end in zip(server.calls, server.ends, strict=True):
            end.cancel()
            end.join()
            call.close()


def test_a_silent_server_is_given_up_and_then_left_alone(silent: Silent, url: str) -> None:
    recorder = Recorder(silent.url)
    recorder._trouble = "an earlier trouble"  # so that it waits 2 s, not 5
    assert not recorder.record(answer(attempt=1))
    assert "ada:***@127.0.0.1" in recorder.notice
    assert "cannot be reached (connection timeout expired). Check the address" in recorder.notice
    notice, calls = recorder.notice, len(silent.calls)
    assert calls == 1
    for attempt in (2, 3):
        assert not recorder.record(answer(attempt=attempt))
        assert recorder.notice == notice
    recorder.replay()
    assert len(silent.calls) == calls
    recorder._url, recorder._again = url, 0.0  # it answers again, and the rest is over
    assert recorder.record(answer(attempt=4))
    assert recorder.notice == ""
    assert [event.attempt for event in Store(url).read().events] == [1, 2, 3, 4]


@pytest.mark.usefixtures("patience")
def test_a_statement_that_takes_too_long_is_given_up(url: str) -> None:
    store = Store(url)
    store.append(answer())
    impatient = Store(url, patience=0.1)
    with ThreadPoolExecutor(1) as pool, store._writing():
        refused = pool.submit(impatient.append, answer())
        with pytest.raises(StoreError, match=r"is too busy .*statement timeout"):
            refused.result(30)
    assert impatient.append(answer()) == 1


@pytest.mark.usefixtures("patience")
def test_the_first_answers_of_a_class_are_kept_at_once(url: str) -> None:
    class_size = 40
    start = threading.Barrier(class_size)

    def first_answer(_: int) -> tuple[bool, str]:
        recorder = Recorder(url)
        start.wait()
        return recorder.record(answer()), recorder.notice

    with ThreadPoolExecutor(class_size) as pool:
        assert set(pool.map(first_answer, range(class_size))) == {(True, "")}
    assert len(Store(url).read().events) == class_size


@pytest.mark.usefixtures("patience")
def test_more_kernels_than_connections_lose_nothing(postgresql: Server, url: str) -> None:
    kernels = MAX_CONNECTIONS + 20
    recorders = [Recorder(url) for _ in range(kernels)]
    events = [answer(attempt=n + 1) for n in range(kernels)]
    with ThreadPoolExecutor(kernels) as pool:
        assert all(pool.map(Recorder.record, recorders, events))
    assert {recorder.notice for recorder in recorders} == {""}  # they are all open still
    assert [event.attempt for event in Store(url).read().events] == [*range(1, kernels + 1)]
    with postgresql.admin() as connection:
        idle = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE usename LIKE 'test%'")
        assert idle.fetchone() == (0,)


@pytest.mark.usefixtures("patience")
def test_a_server_without_a_connection_left_is_waited_for(
    postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgresql.new_url(connections=1)
    store = Store(url)
    was_refused, pause = threading.Event(), time.sleep

    def sleep(seconds: float) -> None:
        was_refused.set()
        pause(seconds)

    with ThreadPoolExecutor(1) as pool:
        with store._engine.connect():
            with pytest.raises(StoreError, match="has a connection left") as refused:
                Store(url, patience=0)
            assert "too many connections" in str(refused.value)
            monkeypatch.setattr("time.sleep", sleep)
            waiting = pool.submit(store.append, answer())
            assert was_refused.wait(60)
        assert waiting.result() == 1


@pytest.mark.usefixtures("patience")
def test_the_row_of_a_slower_writer_is_seen(url: str) -> None:
    slow, reader = Store(url), Store(url)
    reader.append(answer(attempt=1))
    last = reader.read().last
    has_written, may_commit = threading.Event(), threading.Event()

    def hold(_connection: sa.Connection) -> None:
        has_written.set()
        assert may_commit.wait(60)

    sa.event.listen(slow._engine, "commit", hold)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(slow.append, answer(attempt=2))
        assert has_written.wait(60)
        second = pool.submit(reader.append, answer(attempt=3))
        threading.Event().wait(0.3)  # a writer that did not wait for the other would be done
        meanwhile = reader.read(after=last)
        may_commit.set()
        assert first.result() == second.result() == 1
    afterwards = reader.read(after=meanwhile.last)
    assert [event.attempt for event in [*meanwhile.events, *afterwards.events]] == [2, 3]


def test_a_user_without_rights_is_told_who_can_help(postgresql: Server) -> None:
    url = postgresql.new_url()
    user = url.partition("://")[2].partition("@")[0]
    with postgresql.admin() as connection:
        connection.execute(f"REVOKE ALL ON SCHEMA {user} FROM {user}".encode())
        connection.execute(f"ALTER SCHEMA {user} OWNER TO admin".encode())
    with pytest.raises(StoreError, match="Ask whoever runs the server to make the user the owner"):
        Store(url)


def test_a_missing_driver_is_told_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r'run: pip install "lessonkit\[postgresql\]"'):
        Store("postgresql://ada@host/db")


def test_settings_of_the_url_are_kept(url: str) -> None:
    store = Store(f"{url}&options=-capplication_name%3Dclass")
    with store._engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW application_name").scalar() == "class"
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "5s"
