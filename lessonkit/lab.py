"""Open the course in JupyterLab: one server, one URL, no noise."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import zmq

from lessonkit.course import FIRST_LESSON, MANIFEST, is_installed, lay_out, own_course

if TYPE_CHECKING:
    from types import FrameType

    from lessonkit.course import Changes

#: Where an installed lessonkit puts the notebooks, below the current folder.
COPY = "lessonkit-course"
_DEFAULT_PORT = 8888
_PORTS_TRIED = 50
_START_SECONDS = 60
# Jupyter gives each kernel 5 seconds to end; past this the server hangs.
_STOP_SECONDS = 10
# What asks a program to stop: a key, the system, a closed terminal. Windows lacks SIGQUIT and SIGHUP.
_STOP_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
# A folder on Jupyter's configuration path; it switches JupyterLab's news pop-up off.
_JUPYTER_CONFIG = Path(__file__).parent / "jupyter"


class LabError(Exception):
    """The course cannot be opened; the message says what is missing and how to mend it."""


def find_course(start: Path) -> Path | None:
    """Return the folder that holds the course, a checkout or a copy: *start* or one above it; else None."""
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / FIRST_LESSON).is_file() or (folder / MANIFEST).is_file():
            return folder
    return None


def open_course(named: Path | None) -> Path:
    """Return the folder to serve.

    A course that is there already is taken: in the current folder or above it, in its subfolder
    ``lessonkit-course``, or in the checkout this package is part of. An installed lessonkit otherwise copies
    its notebooks to ``lessonkit-course``, or to the folder named. A copy is brought up to date.

    Parameters
    ----------
    named : Path, optional
        The folder the learner asked for.

    Raises
    ------
    LabError
        If the notebooks cannot be copied.
    """
    start = named or Path.cwd()
    folder = find_course(start)
    if folder is None and named is None and not is_installed():
        folder = own_course()
    if folder is None:
        folder = start.resolve() / ("" if named else COPY)
    elif not (folder / MANIFEST).is_file():
        return folder
    try:
        changes = lay_out(folder)
    except OSError as error:
        raise LabError(
            f"The notebooks cannot be copied to {folder} ({error.strerror or error}). "
            "Name a folder of yours:  lessonkit lab --course PATH"
        ) from error
    _report(folder, changes)
    return folder


def _report(folder: Path, changes: Changes) -> None:
    if changes.added:
        print(f"Copied to {folder / 'notebooks'}: {', '.join(changes.added)}.")
    if changes.renewed:
        print(f"Replaced by the newer version: {', '.join(changes.renewed)}.")
    if changes.removed:
        print(f"Removed, because the course no longer has them: {', '.join(changes.removed)}.")
    if changes.kept:
        print(
            f"There is a newer version of: {', '.join(changes.kept)}. Yours stays, because you have changed "
            "it. To get the new one as well, rename yours and start again."
        )


def choose_port(ip: str, port: int | None) -> int:
    """Return *port* if it is free, or the first free one from 8888 on if it is None.

    Raises
    ------
    LabError
        If the port asked for, or every port tried, is taken.
    """
    candidates = [port] if port is not None else range(_DEFAULT_PORT, _DEFAULT_PORT + _PORTS_TRIED)
    for candidate in candidates:
        with socket.socket() as probe:
            # As servers do: a port that a stopped server has just left counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(os.name == "posix"))
            try:
                probe.bind((ip, candidate))
            except (OSError, OverflowError) as error:
                reason = error
            else:
                return candidate
    if port is None:
        raise LabError(
            f"Ports {_DEFAULT_PORT} to {candidates[-1]} are all taken on {ip}. Name a free one: --port N"
        )
    raise LabError(f"Port {port} cannot be used on {ip} ({reason}). Name another one, or leave --port out.")


def has_browser() -> bool:
    """Tell whether a browser can show a page here: not on a server or in a container."""
    if sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    ):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def server_command(course: Path, ip: str, port: int) -> list[str]:
    """Return the command that serves *course* with JupyterLab."""
    command = [
        sys.executable, "-m", "jupyterlab",
        "--no-browser",  # we open it ourselves, once the server answers
        f"--ServerApp.root_dir={course}",
        f"--ServerApp.ip={ip}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--ServerApp.answer_yes=True",  # Ctrl+C stops the server without a question
        "--Application.log_level=ERROR",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    if zmq.has("curve"):  # else each kernel warns, in the learner's terminal, that its traffic can be read
        command.append("--KernelManager.transport_encryption=auto")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def server_environment(token: str) -> dict[str, str]:
    """Return the environment of the server: its token, and configuration that is ours alone."""
    environment = dict(os.environ)
    paths = [str(_JUPYTER_CONFIG), environment.get("JUPYTER_CONFIG_PATH", "")]
    environment["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    # Else a kernel that the user installed under the same name would be started.
    environment["JUPYTER_PREFER_ENV_PATH"] = "1"
    environment["JUPYTER_TOKEN"] = token
    return environment


def wait_until_ready(server: subprocess.Popen[bytes], base: str) -> None:
    """Return when the server answers.

    Raises
    ------
    LabError
        If it stops, or does not answer within a minute.
    """
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise LabError(
                f"JupyterLab stopped at once (exit status {server.returncode}); its message is above."
            )
        try:
            with urllib.request.urlopen(f"{base}/api", timeout=1):  # noqa: S310  (always our own http URL)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise LabError(f"JupyterLab did not answer on {base} within {_START_SECONDS} seconds.")


def _leave_when_told() -> None:
    """Have the first signal that asks this process to stop end it in order, by SystemExit."""

    def leave(number: int, _: FrameType | None) -> NoReturn:
        for each in _STOP_SIGNALS:  # make passes on what the terminal has sent too: once is enough
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for each in _STOP_SIGNALS:
        if signal.getsignal(each) is not signal.SIG_IGN:  # nohup has switched it off
            signal.signal(each, leave)


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Stop the server, if it still runs, and its kernels with it."""
    server.terminate()
    try:
        server.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def open_lab(*, course: Path | None = None, ip: str = "127.0.0.1", port: int | None = None) -> int:
    """Serve the course and open lesson 00; return when the server stops.

    Parameters
    ----------
    course : Path, optional
        The folder that holds ``notebooks/``, or is to hold it; by default see `open_course`.
    ip : str
        Address to listen on. ``0.0.0.0`` makes a server in a container reachable.
    port : int, optional
        By default the first free port from 8888 on.

    Returns
    -------
    int
        The server's exit status, 0 when it was shut down from its menu; 128 and the number of the signal
        that ended it, as shells report it.

    Raises
    ------
    LabError
        If the course cannot be copied, or there is no port or no server.
    SystemExit
        After Ctrl+C or another signal to stop, once the server has stopped: likewise 128 and its number.
    """
    folder = open_course(course)
    port = choose_port(ip, port)
    token = secrets.token_urlsafe(16)
    base = f"http://{'127.0.0.1' if ip == '0.0.0.0' else ip}:{port}"  # noqa: S104  (compared, not bound)
    _leave_when_told()
    server = subprocess.Popen(
        server_command(folder, ip, port),
        env=server_environment(token),
        start_new_session=True,  # else Ctrl+C reaches it too, and being told twice cuts its cleaning up short
    )
    try:
        wait_until_ready(server, base)
        url = f"{base}/lab/tree/{FIRST_LESSON}?token={token}"
        print(f"\nThe course is open at\n\n    {url}\n\nStop it with Ctrl+C.", flush=True)
        if has_browser():
            webbrowser.open(url)
        status = server.wait()
        return status if status >= 0 else 128 - status
    finally:
        _stop(server)
