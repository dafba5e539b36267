"""Time a class: many votes at once, from the vote to the wall, to the acknowledgment and to all phones.

    python -m tools.bench_class

The server runs in a process of its own, as `lessonkit class` starts it, with a store on the disk; a vote is
acknowledged once it is durable. Voters and wall are in this process, so that one clock measures both ends.
Beside each number stands what the prototype took, whose server kept nothing but votes.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tools.bench_result import Result, report

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

LESSON, QUESTION = "01-precision-and-recall", "how-much-was-caught"
PHONES: Final = 40  # open streams; the others only vote
_MILLION: Final = 1e6


@dataclass(frozen=True)
class Load:
    """Voters, the seconds over which they vote, the bounds in ms, and the prototype's range."""

    voters: int
    span: float
    to_wall: float
    to_ack: float
    prototype: str


LOADS: Final = (
    Load(200, 5.0, 250, 200, "135-179; ack 88-130"),
    Load(200, 0.5, 1000, 1000, "126-559; ack 108-384"),
    Load(500, 10.0, 400, 400, "128-170; ack 77-122"),
)
MOST_MEGABYTES: Final = 150


class Browser:
    """Just enough of a browser: one connection at a time, a cookie, and streams of events."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""

    async def ask(self, path: str, body: object = None) -> tuple[int, str]:
        """Return the status and the body of a reply."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(self._request(path, body, "close"))
        head, _, text = (await reader.read()).decode().partition("\r\n\r\n")
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        if cookie := re.search(r"^Set-Cookie: ([^;]*)", head, re.MULTILINE):
            self.cookie = cookie[1]
        return int(head.split()[1]), text

    async def states(self, path: str) -> AsyncIterator[dict[str, Any]]:
        """Yield what a stream says."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)
        writer.write(self._request(path, None, "keep-alive"))
        try:
            while line := await reader.readline():
                if line.startswith(b"data: "):
                    yield json.loads(line[len(b"data: ") :])
        finally:
            writer.close()

    def _request(self, path: str, body: object, connection: str) -> bytes:
        sent = b"" if body is None else json.dumps(body).encode()
        head = [
            f"{'GET' if body is None else 'POST'} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"Origin: http://127.0.0.1:{self.port}",
            f"Cookie: {self.cookie}",
            f"Content-Length: {len(sent)}",
            f"Connection: {connection}",
        ]
        return "\r\n".join([*head, "", ""]).encode() + sent


@dataclass
class Seen:
    """When the wall said how many had answered, and when each phone first showed the question."""

    answered: list[tuple[int, float]] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)


def classes() -> Iterator[Result]:
    """Yield what each load takes."""
    for load in LOADS:
        with tempfile.TemporaryDirectory() as folder, _served(Path(folder)) as (process, port, said):
            yield from asyncio.run(_run(load, process, port, said))


@contextmanager
def _served(folder: Path) -> Iterator[tuple[int, int, str]]:
    """Serve a class; yield its process, its port and what it says."""
    command = [sys.executable, "-m", "lessonkit.cli", "class", "--no-browser", "--ip", "127.0.0.1"]
    store = f"sqlite:///{(folder / 'class.sqlite').as_posix()}"
    with subprocess.Popen(
        [*command, "--store", store, "--address", "127.0.0.1"], stdout=subprocess.PIPE, text=True
    ) as process:
        said = ""
        while process.stdout is not None and "Ctrl+C" not in said:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"the class does not start: {said}")
            said += line
        found = re.search(r"localhost:(\d+)", said)
        try:
            yield process.pid, int(found[1]) if found else 0, said
        finally:
            process.kill()


async def _run(load: Load, process: int, port: int, said: str) -> list[Result]:
    links = {name: re.search(pattern, said) for name, pattern in _LINKS.items()}
    code, teach, wall = (found[1] if found else "" for found in links.values())
    teacher = Browser(port)
    await teacher.ask(teach)
    voters = [Browser(port) for _ in range(load.voters)]
    for voter in voters:
        await voter.ask("/join", {"code": code})
    seen = Seen()
    listening = [
        asyncio.ensure_future(_watch(voters[0], f"{wall}/state", seen, is_wall=True)),
        *(asyncio.ensure_future(_watch(voter, "/state", seen, is_wall=False)) for voter in voters[:PHONES]),
    ]
    await asyncio.sleep(1)
    step = {"phase": "lobby", "turn": 0, "do": "ask", "lesson": LESSON, "question": QUESTION}
    opened = time.perf_counter()
    await teacher.ask("/teacher/step", step)
    await asyncio.sleep(1)
    begun = time.perf_counter()
    votes = await asyncio.gather(
        *(_vote(voter, begun + load.span * number / load.voters) for number, voter in enumerate(voters))
    )
    await asyncio.sleep(1)
    # The vote that was acknowledged as the n-th is on the wall once it says n.
    sent_by_ack = [sent for sent, _done in sorted(votes, key=lambda vote: vote[1])]
    shown = [
        next((when for count, when in seen.answered if count >= number), float("inf"))
        for number in range(1, load.voters + 1)
    ]
    to_wall = [when - sent for when, sent in zip(shown, sent_by_ack, strict=True)]
    to_ack = [done - sent for sent, done in votes]
    to_phone = [when - opened for when in seen.opened]
    memory = _megabytes(process)
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    name = f"{load.voters} voters in {load.span:g} s (prototype: {load.prototype}): "
    results = [
        Result(f"{name}vote to wall, p95", 1000 * _p95(to_wall), load.to_wall, "ms"),
        Result(f"{name}vote to acknowledged, p95", 1000 * _p95(to_ack), load.to_ack, "ms"),
        Result(f"{name}opened on {PHONES} phones, p95 (17-421)", 1000 * _p95(to_phone), 1000, "ms"),
    ]
    if memory:
        results.append(
            Result(f"{load.voters} voters: memory (prototype: 77-84)", memory, MOST_MEGABYTES, "MB")
        )
    return results


_LINKS: Final = {
    "code": r"class (\w{4}) ",
    "teacher": r"http://[^/]*(/teacher/\S+)",
    "wall": r"http://[^/]*(/wall/\S+)",
}


async def _watch(browser: Browser, path: str, seen: Seen, *, is_wall: bool) -> None:
    phase = "lobby"
    async for state in browser.states(path):
        now = time.perf_counter()
        if is_wall:
            seen.answered.append((state.get("answered", 0), now))
        elif state["phase"] != phase:
            seen.opened.append(now)
        phase = state["phase"]


async def _vote(voter: Browser, when: float) -> tuple[float, float]:
    """Vote at a moment; return when it was sent and when it was acknowledged."""
    await asyncio.sleep(max(0.0, when - time.perf_counter()))
    vote = {"type": "draft", "request": "", "question": "question", "turn": 1, "answer": ["b"]}
    sent = time.perf_counter()
    status, text = await voter.ask("/vote", vote)
    if status != 200:  # noqa: PLR2004
        raise RuntimeError(text)
    return sent, time.perf_counter()


def _p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


def _megabytes(process: int) -> float:
    """Return what a process takes in memory; 0 where the system does not say."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return 0.0
    found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
    return 1024 * int(found[1]) / _MILLION if found else 0.0


if __name__ == "__main__":
    sys.exit(report(classes()))
