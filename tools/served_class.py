"""`lessonkit class` in a process of its own, for benches, tests and pictures."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from tornado.netutil import bind_sockets

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self


class ServedClass:
    """A class that can be killed and started again where it was; leaving the context kills it.

    Parameters
    ----------
    store : str
        SQLAlchemy URL.
    course : Path, optional
        Where the quizzes are. Default: the course.
    """

    def __init__(self, store: str, course: Path | None = None) -> None:
        (socket, *_) = bind_sockets(0, "127.0.0.1")
        self.port: int = socket.getsockname()[1]
        socket.close()
        self._command = [
            *(sys.executable, "-m", "lessonkit.cli", "class", *([str(course)] if course else [])),
            *("--no-browser", "--ip", "127.0.0.1", "--address", "127.0.0.1"),
            *("--store", store, "--port", str(self.port)),
        ]
        self._process: subprocess.Popen[str] | None = None
        self.said = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start it; it is ready when this returns, and `said` is what its terminal says.

        Raises
        ------
        RuntimeError
            It does not start.
        """
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.said = ""
        for line in self._process.stdout or ():
            self.said += line
            if "Ctrl+C" in line:
                return
        raise RuntimeError(f"the class does not start: {self.said}")

    def kill(self) -> None:
        """End it at once, as a laptop without power would."""
        self._end(kill=True)

    def interrupt(self) -> str:
        """End it as Ctrl+C does; return what it said after that."""
        return self._end(kill=False)

    def _end(self, *, kill: bool) -> str:
        process = self.process
        if process.returncode is not None:
            return ""
        process.send_signal(signal.SIGKILL if kill else signal.SIGINT)
        said, _ = process.communicate()
        return said

    @property
    def process(self) -> subprocess.Popen[str]:
        """The process that runs now, or did last."""
        if self._process is None:
            raise RuntimeError("the class is not started")
        return self._process

    @property
    def base(self) -> str:
        """The address of the class."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def code(self) -> str:
        """The code of the class."""
        return self._find(r"class (\w{4}) ")

    @property
    def teacher(self) -> str:
        """The teacher's secret link, as a path."""
        return self._find(r"http://[^/]*(/teacher/\S+)")

    @property
    def wall(self) -> str:
        """The wall, as a path."""
        return self._find(r"http://[^/]*(/wall/\S+)")

    def _find(self, pattern: str) -> str:
        found = re.search(pattern, self.said)
        if found is None:
            raise RuntimeError(self.said)
        return found[1]
