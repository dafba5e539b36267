"""Real processes, real signals, real limits: no acknowledged event is lost, and none is doubled."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import IO

import pytest

from lessonkit.record import Event, Recorder
from lessonkit.record.store import Store, StoreError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals, fork and limits")

WRITERS = Path(__file__).with_name("writers.py")
KILLS = 50


class Writers:
    """The process that forks writers, and what they acknowledged."""

    def __init__(self, url: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(WRITERS), url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.acknowledged: list[str] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, args=(self.process.stdout,))
        self._reader.start()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            with self._news:
                self.acknowledged.append(line.strip())
                self._news.notify()

    def wait_for(self, more: int) -> None:
        """Wait until so many more events are acknowledged."""
        with self._news:
            target = len(self.acknowledged) + more
            assert self._news.wait_for(lambda: len(self.acknowledged) >= target, timeout=60)

    def start(self, count: int) -> int:
        """Fork a writer of so many events and return its process id."""
        assert self.process.stdin
        assert self.process.stderr
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        return int(self.process.stderr.readline())

    def finish(self) -> list[str]:
        """Wait for all writers and return the ids they acknowledged."""
        self.process.stdin.close()
        errors = self.process.stderr.read()
        self._reader.join()
        self.process.stdout.close()
        self.process.stderr.close()
        assert self.process.wait() == 0
        assert errors == ""
        return self.acknowledged


def stored(file: Path) -> Counter[str]:
    """Count the ids in the file by SQLite alone."""
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return Counter(name for (name,) in connection.execute("SELECT id FROM lessonkit_events"))


def answer(**fields: object) -> Event:
    return Event(type="answer", lesson="lesson", question="question", **fields)


def test_two_writers_lose_and_double_nothing(file: Path, url: str) -> None:
    writers = Writers(url)  # neither finds a store: both make it
    writers.start(1000)
    writers.start(1000)
    acknowledged = writers.finish()
    assert len(acknowledged) == 2000
    assert stored(file) == Counter(acknowledged)
    reading = Store(url).read()
    assert (len(reading.events), reading.skipped) == (2000, 0)


def test_what_a_killed_writer_acknowledged_is_there_once(file: Path, url: str) -> None:
    moments = random.Random(3)  # noqa: S311  (seeded, to fail again)
    writers = Writers(url)
    for _ in range(KILLS):
        writer = writers.start(0)
        writers.wait_for(moments.randrange(6))  # 0: at its start, perhaps while it makes the store
        time.sleep(moments.uniform(0, 0.01))
        os.kill(writer, signal.SIGKILL)
    acknowledged = writers.finish()
    found = stored(file)
    assert Counter(acknowledged) <= found
    assert set(found.values()) == {1}
    assert len(found) - len(acknowledged) <= KILLS  # each may die between the disk and its acknowledgment
    assert Store(url).read().skipped == 0


FULL_DISK = """
import resource, signal, sys
from lessonkit.record import Event, Recorder

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
recorder = Recorder(sys.argv[1])
assert recorder.record(Event(type="answer", lesson="lesson", answer="first")) and not recorder.notice

# No file may grow any more: what the system says is what it says on a disk quota.
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
held = [Event(type="answer", lesson="lesson", answer=str(n) * 3000) for n in range(5)]
kept = [recorder.record(event) for event in held]
assert kept == [False] * 5, kept
assert sys.argv[1].removeprefix("sqlite:///") in recorder.notice, recorder.notice
assert [event.answer[0] for event in recorder.events()] == ["f", *"01234"]

resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert recorder.record(Event(type="answer", lesson="lesson", answer="last"))
assert recorder.notice == ""
assert len(recorder.events()) == 7
"""


def test_a_full_disk_stops_no_lesson_and_loses_nothing_once_there_is_space(file: Path, url: str) -> None:
    done = subprocess.run([sys.executable, "-c", FULL_DISK, url], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(stored(file)) == 7
    assert [event.answer for event in Store(url).read().events][-1] == "last"


@pytest.mark.usefixtures("file")  # SQLite's
def test_a_full_database_is_named_as_a_full_disk(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(url)
    store.append(answer())
    from lessonkit.record import store as module

    real = module._set_up_sqlite

    def tiny(connection: sqlite3.Connection, record: object) -> None:
        real(connection, record)
        connection.execute("PRAGMA max_page_count = 1")  # SQLite never goes below what is used

    monkeypatch.setattr(module, "_set_up_sqlite", tiny)
    full = Store(url)
    with pytest.raises(StoreError, match=r"record\.sqlite is full\. Free some space"):
        full.append(*(answer(answer="x" * 4000) for _ in range(3)))
    assert len(store.read().events) == 1  # all or none


def test_a_locked_store_is_waited_for(url: str, file: Path) -> None:
    store = Store(url)
    with closing(sqlite3.connect(file, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        release = threading.Timer(0.3, other.rollback)
        release.start()
        assert store.append(answer()) == 1
        release.join()


LOCKER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


def test_a_locked_store_is_given_up_and_caught_up_with(url: str, file: Path) -> None:
    Store(url)
    recorder = Recorder(url)
    recorder._trouble = "an earlier trouble"  # so that it waits 0.1 s, not 5
    with subprocess.Popen(
        [sys.executable, "-c", LOCKER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as locker:
        assert locker.stdout
        assert locker.stdout.readline() == b"locked\n"
        assert not recorder.record(answer(attempt=1))
        assert "is locked by another program. Close that program" in recorder.notice
        assert [event.attempt for event in recorder.events("lesson")] == [1]
        locker.communicate()
    assert recorder.record(answer(attempt=2))
    assert recorder.notice == ""
    assert [event.attempt for event in Store(url).read().events] == [1, 2]


def damage_all(file: Path) -> None:
    file.write_bytes(random.Random(1).randbytes(20_000))  # noqa: S311  (any bytes)


def damage_half(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


@pytest.mark.parametrize("damage", [damage_all, damage_half])
def test_a_damaged_store_is_left_alone_and_the_lesson_goes_on(url: str, file: Path, damage) -> None:  # noqa: ANN001
    Store(url).append(*(answer() for _ in range(200)))
    damage(file)
    before = file.read_bytes()
    recorder = Recorder(url)
    assert recorder.events() == []
    assert not recorder.record(answer(attempt=1))
    assert not recorder.record(answer(attempt=2))
    assert f"{file} is damaged" in recorder.notice
    assert "Move it to another folder" in recorder.notice
    assert file.read_bytes() == before

    file.rename(file.with_suffix(".damaged"))  # the mend that the notice tells
    assert recorder.record(answer(attempt=3))
    assert [event.attempt for event in Store(url).read().events] == [1, 2, 3]


def test_a_newer_store_is_refused_and_not_touched(url: str, file: Path) -> None:
    Store(url).append(answer())
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE lessonkit_meta SET value = 2")
        connection.execute("DROP TABLE lessonkit_events")
        connection.commit()
    before = file.read_bytes()
    with pytest.raises(StoreError, match=r"made by a newer lessonkit \(schema 2, known here: 1\)"):
        Store(url)
    recorder = Recorder(url)
    assert not recorder.record(answer())
    assert "newer lessonkit" in recorder.notice
    assert file.read_bytes() == before


def test_a_read_only_store_can_be_read(url: str, file: Path) -> None:
    Store(url).append(answer(attempt=1))
    recorder = Recorder(f"sqlite:///file:{file}?mode=ro&uri=true")
    assert not recorder.record(answer(attempt=2))
    assert "cannot be used (attempt to write a readonly database)" in recorder.notice
    assert [event.attempt for event in recorder.events()] == [1, 2]
    assert recorder.notice != ""


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    recorder = Recorder(f"sqlite:///{tmp_path}/file/record.sqlite")
    assert not recorder.record(answer())
    assert "Check that the folder can be written to" in recorder.notice
    assert len(recorder.events()) == 1


def test_an_event_that_was_kept_after_all_is_not_doubled(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Store.append

    def kept_but_told_otherwise(self: Store, *events: Event) -> int:
        real(self, *events)
        raise StoreError("the connection broke after the commit")

    recorder = Recorder(url)
    with monkeypatch.context() as broken:
        broken.setattr(Store, "append", kept_but_told_otherwise)
        assert not recorder.record(answer(attempt=1))
        assert len(recorder.events()) == 1
    assert recorder.record(answer(attempt=2))
    assert [event.attempt for event in recorder.events()] == [1, 2]
    assert len(Store(url).read().events) == 2


def test_threads_share_a_recorder(url: str) -> None:
    recorder = Recorder(url)
    threads = [
        threading.Thread(target=lambda: [recorder.record(answer()) for _ in range(20)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(recorder.events()) == 80
    assert recorder.notice == ""
