"""Where events are kept: one table in a database, only ever added to. Importing this loads SQLAlchemy."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import sqlalchemy as sa
from platformdirs import user_data_path
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool, StaticPool
from sqlalchemy.schema import CreateTable

from lessonkit.record.event import Event, EventError, Line, from_jsonl

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

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


def _insert_once() -> sa.Insert:
    """Return the statement that adds an event unless its id is there; it is one statement in any database."""
    columns = [column for column in _EVENTS.c if column.name != "row"]
    values = [sa.bindparam(f"new_{column.name}", type_=column.type) for column in columns]
    known = sa.exists().where(_EVENTS.c.id == sa.bindparam("new_id", type_=_EVENTS.c.id.type))
    return sa.insert(_EVENTS).from_select(columns, sa.select(*values).where(~known))


_INSERT_ONCE: Final = _insert_once()


#: Seconds after which a server that does not answer is trouble, as each driver is told.
_WAITS: Final[dict[str, dict[str, Any]]] = {
    "psycopg": {"connect_timeout": 5, "options": "-c statement_timeout=10000"},
    "psycopg2": {"connect_timeout": 5, "options": "-c statement_timeout=10000"},
    "pg8000": {"timeout": 10},
}
#: Rows that may be committed after one with a higher number.
_LATE: Final = 500
_DRIVERS: Final = {"psycopg": "psycopg[binary]", "psycopg2": "psycopg2-binary"}


class StoreError(Exception):
    """The store cannot be opened, read or written. The text says where, why, and the mend."""


class ForgottenError(StoreError):
    """Events that were read before are deleted."""


class Row(NamedTuple):
    """One row of the store: its number, and the id of the event in it."""

    number: int
    id: str


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
        SQLAlchemy URL. Default: the environment variable ``LESSONKIT_STORE``, else an SQLite file in the
        user's data folder. ``"sqlite://"`` keeps to memory.
    patience : float
        Seconds to wait for an SQLite file that another process is writing to.

    Raises
    ------
    StoreError
        The URL is wrong; or the database cannot be opened, is damaged, or was made by a newer lessonkit. It
        is left as it is.

    Notes
    -----
    Several processes may use one store. Each call opens the database and closes it again: it costs about a
    millisecond, and a file that was moved away or mended is noticed. SQLite keeps a rollback journal, not
    WAL, which network folders (the homes of many hubs) and read-only media cannot hold; for one answer a
    click it is as fast. Truncated and with ``synchronous = FULL``, that journal makes a commit durable.
    """

    def __init__(self, url: str | None = None, *, patience: float = 5.0) -> None:
        self._patience = patience
        self._url = _parsed(url or os.environ.get("LESSONKIT_STORE") or _default_url())
        self._late = 0 if self._url.get_backend_name() == "sqlite" else _LATE
        with self._explained():
            self._engine = self._connected()
            if not self._is_ready():
                try:
                    self._create()
                except (
                    DBAPIError
                ):  # another process was faster, which "if not exists" does not forgive everywhere
                    if not self._is_ready():
                        raise

    @property
    def place(self) -> str:
        """The file or the URL, without a password, for messages."""
        if self._url.get_backend_name() == "sqlite":
            return self._url.database or "memory"
        return self._url.render_as_string(hide_password=True)

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
        with self._explained(), self._engine.begin() as connection:
            return sum(connection.execute(_INSERT_ONCE, _row(event)).rowcount for event in events)

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
            Only rows after this one; `Reading.last` of an earlier call. On a server some before it come
            again, because one that was begun earlier may be committed later.

        Raises
        ------
        ForgottenError
            The row `after` is not there any more: events were deleted. What was read before is out of date.
        StoreError
            The database cannot be read.
        """
        wanted = sa.select(_EVENTS.c.row, _EVENTS.c.id, _EVENTS.c.body)
        if after is not None:
            wanted = wanted.where(_EVENTS.c.row > after.number - self._late)
        if learner is not None:
            wanted = wanted.where(_EVENTS.c.learner == learner)
        if lessons is not None:
            wanted = wanted.where(_EVENTS.c.lesson.in_(lessons))
        with self._explained(), self._engine.connect() as connection:
            if after is not None:
                held = connection.scalar(sa.select(_EVENTS.c.id).where(_EVENTS.c.row == after.number))
                if held != after.id:  # numbers are given again
                    raise ForgottenError(f"{self.place}: events were deleted; read it from the start.")
            rows = connection.execute(wanted.order_by(_EVENTS.c.time, _EVENTS.c.row)).all()
        events: list[Event] = []
        skipped = 0
        for number, _, body in rows:
            try:
                events.append(Event.from_json(body))
            except EventError:
                skipped += after is None or number > after.number
        looked_at = [Row(number, name) for number, name, _ in rows]
        last = max([*looked_at, *([] if after is None else [after])], default=None)
        return Reading(events, skipped, last)

    def forget(self, learner: str) -> int:
        """Delete all events of a learner and return how many there were. Nothing else ever deletes.

        Raises
        ------
        StoreError
            Nothing was deleted.
        """
        with self._explained(), self._engine.begin() as connection:
            return connection.execute(sa.delete(_EVENTS).where(_EVENTS.c.learner == learner)).rowcount

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

    def _connected(self) -> sa.Engine:
        if self._url.get_backend_name() != "sqlite":
            waits = _WAITS.get(self._url.get_driver_name(), {})
            return sa.create_engine(self._url, pool_pre_ping=True, connect_args=waits)
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

    def _is_ready(self) -> bool:
        """Say whether the tables are there.

        Raises
        ------
        StoreError
            They are of a newer version. This is found out before anything is written.
        """
        with self._engine.connect() as connection:
            if not sa.inspect(connection).has_table(_META.name):
                return False
            schema = connection.scalar(sa.select(_META.c.value).where(_META.c.name == "schema"))
        if schema is not None and schema > SCHEMA:
            raise StoreError(
                f"{self.place} was made by a newer lessonkit (schema {schema}, known here: {SCHEMA}). "
                "It is left as it is. Get the newer lessonkit, or set LESSONKIT_STORE to another place."
            )
        return schema is not None

    def _create(self) -> None:
        is_new = ~sa.exists().where(_META.c.name == "schema")
        version = sa.select(sa.literal("schema"), sa.literal(SCHEMA)).where(is_new)
        with self._engine.begin() as connection:
            for table in (_EVENTS, _META):
                connection.execute(CreateTable(table, if_not_exists=True))
            connection.execute(sa.insert(_META).from_select(["name", "value"], version))

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn whatever the database or the disk says into a StoreError with a mend."""
        try:
            yield
        except (SQLAlchemyError, OSError, ImportError) as error:
            raise StoreError(self._explanation(error)) from error

    def _explanation(self, error: Exception) -> str:
        cause = error.orig if isinstance(error, DBAPIError) else error
        code = getattr(cause, "sqlite_errorcode", None)
        elsewhere = "or set LESSONKIT_STORE to another place, such as sqlite:////tmp/record.sqlite"
        match None if code is None else code & 0xFF:  # the low byte is the kind, the rest its detail
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return f"{self.place} is locked by another program. Close that program, {elsewhere}."
            case sqlite3.SQLITE_FULL:
                return f"the disk that holds {self.place} is full. Free some space, {elsewhere}."
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
                return (
                    f"{self.place} is damaged ({cause}). It is left as it is. Move it to another folder, and "
                    "a new record begins; keep it, for it may be mended."
                )
        if isinstance(error, ImportError):
            return f"{self.place} needs a database driver that is not installed: {_missing(error)}"
        return f"{self.place} cannot be used ({cause}). Check that the folder can be written to, {elsewhere}."


def _row(event: Event) -> dict[str, str]:
    return {
        "new_id": event.id,
        "new_time": event.time.isoformat(timespec="microseconds"),  # all of one length: they sort as text
        "new_learner": event.learner,
        "new_lesson": event.lesson,
        "new_body": event.to_json(),
    }


def _default_url() -> str:
    path = user_data_path("lessonkit", appauthor=False) / "record.sqlite"
    return sa.URL.create("sqlite", database=str(path)).render_as_string()


def _parsed(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
        parsed.get_dialect()
    except sa.exc.ArgumentError as error:
        # The URL is not repeated: it may hold a password.
        raise StoreError(
            "LESSONKIT_STORE is no SQLAlchemy URL. Write a file as sqlite:////folder/record.sqlite, "
            "or remove the variable to use the default place."
        ) from error
    except ImportError as error:
        raise StoreError(
            f"LESSONKIT_STORE needs a database driver that is not installed: {_missing(error)}"
        ) from error
    return parsed


def _missing(error: ImportError) -> str:
    """Return the error, and how to install what it misses."""
    package = _DRIVERS.get(error.name or "", error.name)
    return f'{error}. Run: pip install "{package}"' if package else f"{error}."


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
