"""Where events are kept: one table in a database, only ever added to. Importing this loads SQLAlchemy."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import sqlalchemy as sa
from platformdirs import user_data_path
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool, StaticPool
from sqlalchemy.schema import CreateIndex, CreateTable

from lessonkit.i18n import gettext as _
from lessonkit.record.event import Event, EventError, Line, from_jsonl

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

#: The version of the tables below. A newer database is refused, and not touched.
SCHEMA: Final = 1

# The names carry ours in front: the database may be shared with other programs.
_TABLES: Final = sa.MetaData()
_META: Final = sa.Table(
    "lessonkit_meta",
    _TABLES,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
)
_EVENTS: Final = sa.Table(
    "lessonkit_events",
    _TABLES,
    sa.Column("row", sa.Integer, primary_key=True),
    sa.Column("id", sa.String(36), nullable=False, unique=True),
    sa.Column("time", sa.String(32), nullable=False),
    sa.Column("learner", sa.String(200), nullable=False),
    sa.Column("lesson", sa.String(200), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

_BY_LEARNER: Final = sa.Index("lessonkit_events_by_learner", _EVENTS.c.learner, _EVENTS.c.lesson)

# Rows of lessonkit_meta: the version, whether the index is made (stores of the first days have none), and how
# often events were deleted.
_VERSION: Final = "schema"
_INDEXED: Final = "index"
_FORGOTTEN: Final = "forgotten"

# The two databases, each with its form of the same statement.
_INSERT: Final[dict[str, Callable[..., sqlite.Insert | postgresql.Insert]]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}

# Whoever writes to a PostgreSQL database holds the lock of this number until the commit. PostgreSQL numbers a
# row when it is added, not when others can see it: without the lock, a reader who goes on after the highest
# number would never see the row of a slower writer. The lock also lets many make the tables at once.
_LOCK: Final = int.from_bytes(b"lesson")

# What a server is told of patience. psycopg waits for a connection for at least two seconds.
_SHORTEST_WAIT: Final = 2
_LIMITS: Final = ("statement_timeout", "idle_in_transaction_session_timeout")


#: Names another place than the default one.
_VARIABLE: Final = "LESSONKIT_STORE"


class StoreError(Exception):
    """The store cannot be opened, read or written. The text says where, why, and the fix."""


class ForgottenError(StoreError):
    """Events that were read before are deleted."""


class Row(NamedTuple):
    """One row of the store: its number, the id of the event in it, and how often events had been deleted."""

    number: int
    id: str
    forgotten: int = 0


class Reading(NamedTuple):
    """What `Store.read` found.

    Attributes
    ----------
    events : list of Event
        In the order of their time.
    skipped : int
        Rows that could not be read: damaged, or written by a newer lessonkit.
    last : Row or None
        The last row that was looked at; pass it as `after` to read only what is new.
    """

    events: list[Event]
    skipped: int
    last: Row | None


class Imported(NamedTuple):
    """What `Store.import_jsonl` did.

    Attributes
    ----------
    added, known : int
        Events that are new here, and events that were here already.
    skipped : list of Line
        Lines that are no event, with the reason.
    """

    added: int
    known: int
    skipped: list[Line]


class Store:
    """The events of all learners of one database.

    Parameters
    ----------
    url : str, optional
        SQLAlchemy URL of SQLite or PostgreSQL. Default: the environment variable ``LESSONKIT_STORE``, else
        an SQLite file in the user's data folder. ``"sqlite://"`` keeps to memory.
    patience : float
        Seconds to wait for an SQLite file that another process is writing to, or for a server that has no
        connection left or does not answer. A server that accepts and stays silent is waited for at least 2.

    Raises
    ------
    StoreError
        The URL is wrong; or the database cannot be opened, is damaged, or was made by a newer lessonkit. It
        is left as it is.

    Notes
    -----
    Several processes may use one store. Each call opens the database and closes it again: it costs about a
    millisecond, and a file that was moved away or mended is noticed. On a server it costs a few, and a kernel
    that nobody uses holds no connection: a server has about a hundred. SQLite keeps a rollback journal, not
    WAL, which network folders (the homes of many hubs) and read-only media cannot hold; for one answer a
    click it is as fast. Truncated and with ``synchronous = FULL``, that journal makes a commit durable.
    """

    def __init__(self, url: str | None = None, *, patience: float = 5.0) -> None:
        self._patience = patience
        self._url = _parsed(url or os.environ.get(_VARIABLE) or _default_url())
        self._insert = _INSERT[self._url.get_backend_name()]
        with self._explained():
            self._engine = self._connected()
            if not {_VERSION, _INDEXED} <= self._known().keys():
                try:
                    self._create()
                except DBAPIError:
                    # A store of the first days that is only to be read has no index; it does without.
                    if _VERSION not in self._known():
                        raise

    @property
    def place(self) -> str:
        """The file or the URL, without a password, for messages."""
        if not self._is_server:
            return self._url.database or "memory"
        return self._url.difference_update_query(["password", "sslpassword"]).render_as_string()

    def append(self, *events: Event) -> int:
        """Add events, all or none, and return only once they are durable.

        Returns
        -------
        int
            How many were new: an event whose id is there already is left out.

        Raises
        ------
        StoreError
            None of them was added.
        """
        if not events:
            return 0
        new = self._insert(_EVENTS).inline().on_conflict_do_nothing(index_elements=["id"])
        with self._explained(), self._writing() as connection:
            done = connection.execute(
                new, [_row(event) for event in events], execution_options={"preserve_rowcount": True}
            )
            return done.rowcount

    def read(
        self, *, learner: str | None = None, lessons: Collection[str] | None = None, after: Row | None = None
    ) -> Reading:
        """Return the events in the order of their time.

        Parameters
        ----------
        learner : str, optional
            Only the events of this learner.
        lessons : collection of str, optional
            Only the events of these lessons.
        after : Row, optional
            Only rows after this one; `Reading.last` of an earlier call. Nothing is missed: rows are numbered
            in the order in which they can be seen.

        Raises
        ------
        ForgottenError
            Events were deleted since, of this learner or of another. What was read before is out of date.
        StoreError
            The database cannot be read.
        """
        wanted = sa.select(_EVENTS.c.row, _EVENTS.c.id, _EVENTS.c.body)
        if after is not None:
            wanted = wanted.where(_EVENTS.c.row > after.number)
        if learner is not None:
            wanted = wanted.where(_EVENTS.c.learner == learner)
        if lessons is not None:
            wanted = wanted.where(_EVENTS.c.lesson.in_(lessons))
        with self._explained(), self._engine.connect() as connection:
            # First: what is deleted while this reads is noticed the next time.
            forgotten = connection.scalar(sa.select(_META.c.value).where(_META.c.name == _FORGOTTEN)) or 0
            if after is not None:
                held = connection.scalar(sa.select(_EVENTS.c.id).where(_EVENTS.c.row == after.number))
                # Numbers are given again, and the store itself may be another one.
                if (held, forgotten) != (after.id, after.forgotten):
                    raise ForgottenError(f"{self.place}: events were deleted; read it from the start.")
            rows = connection.execute(wanted.order_by(_EVENTS.c.time, _EVENTS.c.row)).all()
        events: list[Event] = []
        skipped = 0
        for _number, _name, body in rows:
            try:
                events.append(Event.from_json(body))
            except EventError:
                skipped += 1
        looked_at = [Row(number, name, forgotten) for number, name, _body in rows]
        last = max([*looked_at, *([] if after is None else [after])], default=None)
        return Reading(events, skipped, last)

    def forget(self, learner: str) -> int:
        """Delete all events of a learner and return how many there were. Nothing else ever deletes.

        Raises
        ------
        StoreError
            Nothing was deleted.
        """
        once_more = self._insert(_META).on_conflict_do_update(
            index_elements=["name"], set_={"value": _META.c.value + 1}
        )
        with self._explained(), self._writing() as connection:
            count = connection.execute(sa.delete(_EVENTS).where(_EVENTS.c.learner == learner)).rowcount
            if count:
                connection.execute(once_more, {"name": _FORGOTTEN, "value": 1})
            return count

    def import_jsonl(self, content: str | bytes, learner: str) -> Imported:
        """Add the events of an export, as events of `learner`; those that are here already are left out.

        Parameters
        ----------
        content : str or bytes
            What `to_jsonl` returned, here or elsewhere. A torn or unknown line is skipped and reported.
        learner : str
            Whose events they become: the same person has another name on another machine.

        Raises
        ------
        EventError
            There are lines, and not one of them is an event. Nothing was added.
        StoreError
            The database cannot be written. Nothing was added.
        """
        events, skipped = from_jsonl(content)
        added = self.append(*(event.model_copy(update={"learner": learner}) for event in events))
        return Imported(added, len(events) - added, skipped)

    @property
    def _is_server(self) -> bool:
        return self._url.get_backend_name() != "sqlite"

    def _connected(self) -> sa.Engine:
        if self._is_server:
            wait = max(_SHORTEST_WAIT, round(self._patience))
            limits = [f"-c {name}={wait}s" for name in _LIMITS]
            options = " ".join([*limits, *self._url.normalized_query.get("options", ())])
            engine = sa.create_engine(
                self._url,
                poolclass=NullPool,
                isolation_level="READ COMMITTED",
                connect_args={"connect_timeout": wait, "options": options},
            )
            sa.event.listen(engine, "do_connect", self._connect_in_time)
            return engine
        path = self._url.database
        if path in {None, "", ":memory:"}:
            # One connection, else every thread of the kernel has a memory of its own.
            memory = {"check_same_thread": False}
            engine = sa.create_engine(self._url, poolclass=StaticPool, connect_args=memory)
        else:
            if path and not path.startswith("file:"):
                Path(path).parent.mkdir(parents=True, exist_ok=True)
            engine = sa.create_engine(self._url, poolclass=NullPool, connect_args={"timeout": self._patience})
        sa.event.listen(engine, "connect", _set_up_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _connect_in_time(
        self, dialect: sa.Dialect, _record: object, arguments: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:  # noqa: ANN401  (the driver's)
        """Connect to the server; while it refuses, as when all connections are taken, try again."""
        end = time.monotonic() + self._patience
        pause = 0.05
        while True:
            try:
                return dialect.connect(*arguments, **options)
            except dialect.loaded_dbapi.OperationalError:
                wait = pause * random.uniform(0.5, 1.5)  # noqa: S311  (so that not all come again at once)
                if time.monotonic() + wait > end:
                    raise
            time.sleep(wait)
            pause = min(2 * pause, 1.0)

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """Begin a transaction that writes; two of them never overlap."""
        with self._engine.begin() as connection:
            if self._is_server:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            yield connection

    def _known(self) -> dict[str, int]:
        """Return what the database says of itself; nothing where the tables are still to be made.

        Raises
        ------
        StoreError
            They are of a newer version. This is found out before anything is written.
        """
        with self._engine.connect() as connection:
            if not sa.inspect(connection).has_table(_META.name):
                return {}
            rows = connection.execute(sa.select(_META.c.name, _META.c.value)).all()
        known: dict[str, int] = dict(map(tuple, rows))
        schema = known.get(_VERSION, SCHEMA)
        if schema > SCHEMA:
            raise StoreError(
                _(
                    "{place} was made by a newer lessonkit (schema {schema}, known here: {known}). It is "
                    "left as it is. Get the newer lessonkit, or set {variable} to another place."
                ).format(place=self.place, schema=schema, known=SCHEMA, variable=_VARIABLE)
            )
        return known

    def _create(self) -> None:
        """Make what is missing. Several processes may do so at once."""
        marks = [{"name": _VERSION, "value": SCHEMA}, {"name": _INDEXED, "value": 1}]
        with self._writing() as connection:
            for table in (_EVENTS, _META):
                connection.execute(CreateTable(table, if_not_exists=True))
            connection.execute(CreateIndex(_BY_LEARNER, if_not_exists=True))
            connection.execute(self._insert(_META).on_conflict_do_nothing(index_elements=["name"]), marks)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn whatever the database or the disk says into a StoreError with a fix."""
        try:
            yield
        except (SQLAlchemyError, OSError, ImportError) as error:
            raise StoreError(self._explanation(error)) from error

    def _explanation(self, error: Exception) -> str:
        cause = error.orig if isinstance(error, DBAPIError) else error
        code = getattr(cause, "sqlite_errorcode", None)
        elsewhere = _("or set {variable} to another place, such as {url}").format(
            variable=_VARIABLE, url="sqlite:////tmp/record.sqlite"
        )
        told = {"place": self.place, "cause": cause, "elsewhere": elsewhere}
        match None if code is None else code & 0xFF:  # the low byte is the kind, the rest its detail
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                locked = _("{place} is locked by another program. Close that program, {elsewhere}.")
                return locked.format(**told)
            case sqlite3.SQLITE_FULL:
                full = _("the disk that holds {place} is full. Free some space, {elsewhere}.")
                return full.format(**told)
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
                return _(
                    "{place} is damaged ({cause}). It is left as it is. Move it to another folder, and a new "
                    "record begins; keep it, for it may be mended."
                ).format(**told)
            case _:
                pass
        if isinstance(error, ImportError):
            return (
                f"{self.place} needs a database driver that is not installed ({cause}). "
                'For PostgreSQL, run: pip install "lessonkit[postgresql]"'
            )
        if self._is_server:
            return self._refusal(cause, elsewhere)
        unusable = _(
            "{place} cannot be used ({cause}). Check that the folder can be written to, {elsewhere}."
        )
        return unusable.format(**told)

    def _refusal(self, cause: object, elsewhere: str) -> str:
        """Explain what a server, or the way to it, says."""
        reason = " ".join(str(cause).split())  # it has several lines
        match getattr(cause, "sqlstate", None):
            case None:  # no answer, or none but a refusal to connect
                return (
                    f"{self.place} cannot be reached ({reason}). Check the address, name and password in the "
                    f"URL, and that the server runs and has a connection left, {elsewhere}."
                )
            case "57014" | "55P03":  # canceled by our own timeout; a lock that was not had
                return f"{self.place} is too busy ({reason}). Try again later, {elsewhere}."
            case "42501":
                return (
                    f"{self.place} does not let this user read and write ({reason}). Ask whoever runs the "
                    f"server to make the user the owner of the database, {elsewhere}."
                )
            case "53100":
                return f"the disk behind {self.place} is full. Ask whoever runs it for space, {elsewhere}."
            case _:
                pass
        return f"{self.place} cannot be used ({reason}). Tell whoever runs the server, {elsewhere}."


def _row(event: Event) -> dict[str, str]:
    return {
        "id": event.id,
        "time": event.time.isoformat(timespec="microseconds"),  # all of one length: they sort as text
        "learner": event.learner,
        "lesson": event.lesson,
        "body": event.to_json(),
    }


def _default_url() -> str:
    path = user_data_path("lessonkit", appauthor=False) / "record.sqlite"
    return sa.URL.create("sqlite", database=str(path)).render_as_string()


def _parsed(url: str) -> sa.URL:
    with suppress(sa.exc.ArgumentError):
        parsed = sa.make_url(url)
        match parsed.get_backend_name():
            case "sqlite":
                return parsed
            case "postgresql" | "postgres":  # the second is how hosting services write it
                return parsed.set(drivername="postgresql+psycopg")
            case _:
                pass
    # The URL is not repeated: it may hold a password.
    raise StoreError(
        "LESSONKIT_STORE is no URL of SQLite or PostgreSQL. Write a file as sqlite:////folder/record.sqlite "
        "and a server as postgresql+psycopg://name:password@host/database, or remove the variable to use the "
        "default place."
    )


def _set_up_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401  (the driver's)
    connection.isolation_level = None  # transactions begin below, also before CREATE TABLE
    connection.text_factory = _decoded
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten


def _begin_sqlite(connection: sa.Connection) -> None:
    # Not at connect: a database that is not ours to write would be changed before that is known.
    connection.exec_driver_sql("PRAGMA journal_mode = TRUNCATE")
    # The lock is taken first: a transaction that reads and then wants to write fails where it could wait.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _decoded(text: bytes) -> str:
    """Decode the text of a column; what is not UTF-8 becomes something that no event holds."""
    return text.decode(errors="surrogateescape")
