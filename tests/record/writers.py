"""Writers to be killed. Run as `writers.py URL`; each line on stdin, a number of events, forks one writer.

A writer appends that many events (0: for ever), each with one `append`, and acknowledges each with one line
on stdout: its id. Forking spares each writer the time to import SQLAlchemy.
"""

from __future__ import annotations

import os
import sys

from lessonkit.record.event import Event
from lessonkit.record.store import Store


def write(url: str, count: int) -> None:
    store = Store(url, patience=30)
    written = 0
    while not count or written < count:
        event = Event(type="answer", lesson="lesson", question="question", answer=("a",), correct=True)
        store.append(event)
        os.write(1, f"{event.id}\n".encode())  # one write below PIPE_BUF: never torn
        written += 1


def main(url: str) -> None:
    for line in sys.stdin:
        writer = os.fork()
        if not writer:
            write(url, int(line))
            os._exit(0)
        os.write(2, f"{writer}\n".encode())
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


if __name__ == "__main__":
    main(sys.argv[1])
