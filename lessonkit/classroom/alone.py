"""That a class is served once: two servers would go on with the same votes, and neither see the other's.

A lock file stands beside the store; its lock ends with the process, however that ends. It is a SQLite file,
because SQLite locks in the same way on every system, and others can read who holds it.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from platformdirs import user_data_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class RunningError(Exception):
    """The class is served already; the message says by which process and where, and what to do."""


@contextmanager
def alone(store: str) -> Iterator[Callable[[str], None]]:
    """Hold a store for one server.

    Parameters
    ----------
    store : str
        SQLAlchemy URL.

    Yields
    ------
    callable
        Takes the address of the class, for others to be told.

    Raises
    ------
    RunningError
        Another one holds it.
    OSError
        The lock file cannot be used.
    """
    path = _lock_file(sa.make_url(store))
    if path is None:
        yield lambda _address: None
        return
    try:
        connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    except sqlite3.Error as error:
        raise _unusable(path, error) from None
    with closing(connection):
        _hold(connection, path)

        def tell(address: str) -> None:
            connection.execute("DELETE FROM held")
            connection.execute("INSERT INTO held VALUES (?, ?)", (os.getpid(), address))
            connection.execute("COMMIT")
            _hold(connection, path)

        yield tell


def _lock_file(store: sa.URL) -> Path | None:
    if store.get_backend_name() != "sqlite":
        name = sha256(store.render_as_string().encode()).hexdigest()[:16]
        return user_data_path("lessonkit", appauthor=False, ensure_exists=True) / f"class-{name}.lock"
    if store.database in {None, "", ":memory:"}:
        return None
    return Path(f"{Path(str(store.database)).resolve()}.lock")


def _hold(connection: sqlite3.Connection, path: Path) -> None:
    try:
        connection.execute("CREATE TABLE IF NOT EXISTS held (process INTEGER, address TEXT)")
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise _unusable(path, error) from None
        raise RunningError(_told(connection)) from None


def _unusable(path: Path, error: sqlite3.Error) -> OSError:
    return OSError(f"{path} cannot be used ({error}). Check that the folder can be written to.")


def _told(connection: sqlite3.Connection) -> str:
    try:
        process, address = connection.execute("SELECT process, address FROM held").fetchone()
        where = f"at {address}, by process {process}"
    except (sqlite3.Error, TypeError):  # it has just begun
        where = "by another process"
    return (
        f"this class runs already, {where}. Go on there: its terminal names your page. Or stop it with "
        "Ctrl+C, and this command brings the class back. For another class at the same time, give it a "
        "store of its own: --store sqlite:///another.sqlite"
    )
