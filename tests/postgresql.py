"""A PostgreSQL of the tests' own: in a temporary folder, on a Unix socket, gone with the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

MAX_CONNECTIONS = 100  # as a server has it that nobody has set up
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": MAX_CONNECTIONS,
    "shared_buffers": "16MB",
    "fsync": "off",  # what is killed here is a client, not the machine
}


class MissingError(Exception):
    """No PostgreSQL can be started on this machine. The text says why."""


class Server:
    """A running PostgreSQL.

    Parameters
    ----------
    folder : Path
        Where its socket is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    def admin(self) -> Connection[Any]:
        """Return a connection of the superuser; each statement is its own transaction."""
        import psycopg

        return psycopg.connect(host=str(self._folder), user="admin", dbname="postgres", autocommit=True)

    def new_url(self, *, connections: int = -1) -> str:
        """Return the URL of a place with nothing in it yet.

        Parameters
        ----------
        connections : int
            How many its owner may have at once. Default: no other limit than the server's.
        """
        name = f"test_{next(self._numbers)}"
        with self.admin() as connection:
            connection.execute(f"CREATE ROLE {name} LOGIN CONNECTION LIMIT {connections}".encode())
            connection.execute(f"CREATE SCHEMA AUTHORIZATION {name}".encode())  # found first, by its name
        return f"postgresql://{name}@/postgres?host={quote(str(self._folder), safe='')}"


def _programs() -> Path:
    """Return the folder of PostgreSQL's programs."""
    if sys.platform == "win32":
        raise MissingError("the tests start PostgreSQL on POSIX systems only")
    on_path = shutil.which("initdb")
    # Debian has one folder for each version, and none of them on the path.
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[4]))
    found = [*([Path(on_path).resolve()] if on_path else []), *debian]
    if not found:
        raise MissingError("PostgreSQL is not installed. On Debian and Ubuntu: apt-get install postgresql")
    return found[-1].parent


def _user() -> dict[str, Any]:
    """Return who the server runs as, for `subprocess`: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextmanager
def running() -> Iterator[Server]:
    """Start a server, and stop it at the end.

    Raises
    ------
    MissingError
        There is none to start.
    """
    programs = _programs()
    user = _user()
    # Not pytest's folder: its path is too long for a socket, and closed to other users.
    folder = Path(tempfile.mkdtemp(prefix="lessonkit-"))
    try:
        if user:
            os.chown(folder, user["user"], user["group"])
        data = folder / "data"
        subprocess.run(
            [
                *(programs / "initdb", "--pgdata", data, "--username=admin", "--auth=trust"),
                *("--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"),
            ],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            **user,
        )
        settings = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        with (
            (folder / "log").open("w") as log,
            subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", folder, *settings], cwd=folder, stderr=log, **user
            ) as process,
        ):
            try:
                _wait_for(programs, folder, process)
                yield Server(folder)
            finally:
                process.send_signal(2)  # it ends all connections and stops
    finally:
        shutil.rmtree(folder)


def _wait_for(programs: Path, folder: Path, process: subprocess.Popen[bytes]) -> None:
    ready = [programs / "pg_isready", "-q", "-h", folder]
    end = time.monotonic() + 60
    while subprocess.run(ready, check=False).returncode:
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
        time.sleep(0.05)
