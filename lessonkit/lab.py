"""Open the course in JupyterLab: one server, one URL, no noise."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import zmq
from jupyter_core.paths import jupyter_runtime_dir

from lessonkit.course import COURSE, MANIFEST, is_installed, lay_out, own_course
from lessonkit.course.outline import VARIABLE, Course, CourseError, course_folder
from lessonkit.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from lessonkit.course import Changes

#: Where an installed lessonkit puts the notebooks, below the current folder.
COPY = "lessonkit-course"
_DEFAULT_PORT = 8888
_PORTS_TRIED = 50
_START_SECONDS = 180  # twenty labs that start at once on two cores take 70
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
    """Return the folder that holds a course, or a copy of ours: *start* or one above it; else None."""
    here = start.resolve()
    signs = (COURSE, MANIFEST, Course.at(own_course()).first_lesson)
    for folder in (here, *here.parents):
        if any((folder / sign).is_file() for sign in signs):
            return folder
    return None


def open_course(named: Path | None) -> Path:
    """Return the folder to serve.

    A course that is there already is taken: the one that ``LESSONKIT_COURSE`` names, or in the current
    folder or above it, in its subfolder ``lessonkit-course``, or in the checkout this package is part of. An
    installed lessonkit otherwise copies its notebooks to ``lessonkit-course``, or to the folder named. A copy
    is brought up to date.

    Parameters
    ----------
    named : Path, optional
        The folder the learner asked for.

    Raises
    ------
    LabError
        If the notebooks cannot be copied.
    """
    if named is None and os.environ.get(VARIABLE, "").strip():
        return course_folder()
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
            _(
                "The notebooks cannot be copied to {folder} ({reason}). Name a folder of yours:  {command}"
            ).format(folder=folder, reason=error.strerror or error, command="lessonkit lab --course PATH")
        ) from error
    _report(folder, changes)
    return folder


def _first_lesson(folder: Path) -> str:
    """Return what is opened of a course; one without a ``course.toml`` is a copy of ours."""
    is_own = not os.environ.get(VARIABLE, "").strip() and not (folder / COURSE).is_file()
    try:
        return Course.at(own_course() if is_own else folder).first_lesson
    except CourseError as error:
        raise LabError(str(error)) from None


def _report(folder: Path, changes: Changes) -> None:
    if changes.added:
        copied = _("Copied to {folder}: {names}.")
        print(copied.format(folder=folder / "notebooks", names=", ".join(changes.added)))
    if changes.renewed:
        print(_("Replaced by the newer version: {names}.").format(names=", ".join(changes.renewed)))
    if changes.removed:
        removed = _("Removed, because the course no longer has them: {names}.")
        print(removed.format(names=", ".join(changes.removed)))
    if changes.kept:
        kept = _(
            "There is a newer version of: {names}. Yours stays, because you have changed it. To get the new "
            "one as well, rename yours and start again."
        )
        print(kept.format(names=", ".join(changes.kept)))


@contextmanager
def reserve_port(ip: str, port: int | None) -> Iterator[int]:
    """Hold a free port until the server has taken it: *port*, or by default the first one from 8888 on.

    Jupyter takes its port seconds after it has looked whether it is free. So labs that start together agree
    among themselves: each holds the UDP port of the same number, which nothing else here uses.

    Raises
    ------
    LabError
        If there is no such address here, or the port asked for, or every port tried, is taken.
    """
    try:
        family, *_between, address = socket.getaddrinfo(ip, None)[0]
        with socket.socket(family) as probe:
            probe.bind(address)
    except OSError as error:
        raise LabError(
            _(
                "{ip} is no address of this machine ({reason}). Leave {option} out, or let other machines "
                "in:  {command}"
            ).format(ip=ip, reason=error.strerror or error, option="--ip", command="--ip 0.0.0.0")
        ) from None
    reason: OSError | OverflowError | None = None
    candidates = [port] if port is not None else range(_DEFAULT_PORT, _DEFAULT_PORT + _PORTS_TRIED)
    for candidate in candidates:
        with socket.socket(family) as probe, socket.socket(family, socket.SOCK_DGRAM) as held:
            # As servers do: a port that a stopped server has just left counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(os.name == "posix"))
            try:
                held.bind((address[0], candidate))
                probe.bind((address[0], candidate))
            except (OSError, OverflowError) as error:
                reason = error
                continue
            probe.close()
            yield candidate
            return
    if port is None:
        raise LabError(
            _("Ports {first} to {last} are all taken on {ip}. Name a free one: {command}").format(
                first=_DEFAULT_PORT, last=candidates[-1], ip=ip, command="--port N"
            )
        )
    refused = _("Port {port} cannot be used on {ip} ({reason}). Name another one, or leave {option} out.")
    raise LabError(refused.format(port=port, ip=ip, reason=reason, option="--port"))


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


def server_command(course: Path, ip: str, port: int, *, firm: bool = True) -> list[str]:
    """Return the command that serves *course*; on another port than *port*, if need be, unless *firm*."""
    command = [
        sys.executable, "-m", "jupyterlab",
        "--no-browser",  # we open it ourselves, once the server answers
        f"--ServerApp.root_dir={course}",
        f"--ServerApp.ip={ip}",
        f"--ServerApp.port={port}",
        f"--ServerApp.port_retries={0 if firm else _PORTS_TRIED}",
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


def wait_until_ready(
    server: subprocess.Popen[bytes], token: str, ip: str = "127.0.0.1", folder: Path | None = None
) -> str:
    """Return the address of the server, once it answers there to its own token.

    Parameters
    ----------
    server : Popen
        The running JupyterLab.
    token : str
        What it lets in. Another server, on the port that this one wanted, refuses it.
    ip : str
        Where it listens.
    folder : Path, optional
        Where it says on which port. By default Jupyter's folder for such files.

    Raises
    ------
    LabError
        If it stops, or does not answer in time.
    """
    folder = folder or Path(jupyter_runtime_dir())
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            ended = _("JupyterLab stopped at once (exit status {status}); its message is above.")
            raise LabError(ended.format(status=server.returncode))
        base = _written_address(folder, token, ip)
        if base is not None and _lets_in(base, token):
            return base
        time.sleep(0.1)
    raise LabError(_("JupyterLab did not answer within {n} seconds.").format(n=_START_SECONDS))


def _written_address(folder: Path, token: str, ip: str) -> str | None:
    """Return the address that the server with this token has written down, if it has."""
    for path in folder.glob("jpserver-*.json"):
        try:
            written = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # it is being written, or its server has just ended
            continue
        if written["token"] == token:
            host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(ip, ip)  # noqa: S104  (compared, not bound)
            host = f"[{host}]" if ":" in host else host
            return f"http://{host}:{written['port']}{written['base_url'].rstrip('/')}"
    return None


def _lets_in(base: str, token: str) -> bool:
    request = urllib.request.Request(f"{base}/api/status", headers={"Authorization": f"token {token}"})  # noqa: S310  (always our own http URL)
    try:
        with urllib.request.urlopen(request, timeout=1):  # noqa: S310
            return True
    except OSError:
        return False


def _leave_when_told() -> None:
    """Have the first signal that asks this process to stop end it in order, by SystemExit."""

    def leave(number: int, _frame: FrameType | None) -> NoReturn:
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
    """Serve the course and open its first lesson; return when the server stops.

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
        If there is no such address or port, no server, or the course cannot be copied.
    SystemExit
        After Ctrl+C or another signal to stop, once the server has stopped: likewise 128 and its number.
    """
    token = secrets.token_urlsafe(16)
    _leave_when_told()
    with ExitStack() as open_now:
        with reserve_port(ip, port) as chosen:
            folder = open_course(course)
            lesson = _first_lesson(folder)
            server = subprocess.Popen(
                server_command(folder, ip, chosen, firm=port is not None),
                env=server_environment(token),
                start_new_session=True,  # else Ctrl+C reaches it too, and a second one cuts its end short
            )
            open_now.callback(_stop, server)
            base = wait_until_ready(server, token, ip)
        url = f"{base}/lab/tree/{lesson}?token={token}"
        stop = _("Stop it with {keys}.").format(keys="Ctrl+C")
        print(
            "\n{told}\n\n    {url}\n\n{stop}".format(told=_("The course is open at"), url=url, stop=stop),
            flush=True,
        )
        if has_browser():
            webbrowser.open(url)
        status = server.wait()
        return status if status >= 0 else 128 - status
