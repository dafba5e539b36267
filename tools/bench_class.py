"""Time a class, kill it, and send it what no page sends.

    python -m tools.bench_class

Many vote at once, and the time is taken from the vote to the wall, to the acknowledgment and to all phones.
The server runs in a process of its own, as `lessonkit class` starts it, with a store on the disk; a vote is
acknowledged once it is durable. Voters and wall are in this process, so that one clock measures both ends.
Beside each number stands what the prototype took, whose server kept nothing but votes.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tempfile
import time
from collections import Counter
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from lessonkit.record.store import Store
from tools.bench_result import Result, report
from tools.browser import REPOSITORY
from tools.served_class import ServedClass

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

LESSON, QUESTION = "01-precision-and-recall", "how-much-was-caught"
KILLS: Final = 50
BACK: Final = 10  # seconds
MESSAGES: Final = 10_000
#: One question of each kind; "secret" is in all that its pages must not show before the reveal.
SECRETS: Final = REPOSITORY / "tests" / "classroom" / "course.yaml"
PHONES: Final = 40  # open streams; the others only vote
OK: Final = 200
_MILLION: Final = 1e6
_TRIES: Final = 300
_TOO_LONG: Final = 100_000


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
        """Return the status and the body of a reply; `body` is sent as JSON, or as the bytes that it is.

        Raises
        ------
        OSError
            There is no connection, or it ends without a reply.
        """
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(self._request(path, body, "close"))
        head, _, text = (await reader.read()).decode().partition("\r\n\r\n")
        writer.close()
        if not head:
            raise ConnectionError(f"no reply to {path}")
        with suppress(OSError):
            await writer.wait_closed()
        if cookie := re.search(r"^Set-Cookie: ([^;]*)", head, re.MULTILINE):
            self.cookie = cookie[1]
        return int(head.split()[1]), text

    async def states(self, path: str) -> AsyncGenerator[dict[str, Any], None]:
        """Yield what a stream says."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)
        try:
            writer.write(self._request(path, None, "keep-alive"))
            while line := await reader.readline():
                if line.startswith(b"data: "):
                    yield json.loads(line[len(b"data: ") :])
        finally:
            writer.close()

    def _request(self, path: str, body: object, connection: str) -> bytes:
        sent = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
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
    """Yield what each load takes, what kills cost, and what hostile messages get."""
    for load in LOADS:
        with tempfile.TemporaryDirectory() as folder, ServedClass(_store(folder)) as served:
            yield from asyncio.run(_run(load, served))
    with tempfile.TemporaryDirectory() as folder:
        killed = kills(_store(folder), KILLS)
    name = f"{KILLS} kills in mid-vote (prototype: 8): "
    what = f"acknowledged votes lost or doubled, of {killed.acknowledged:,} (0 of 197)"
    yield Result(f"{name}{what}", killed.lost + killed.doubled, 0, "votes")
    yield Result(f"{name}phones not in their seat and round", killed.strayed, 0, "phones")
    yield Result(f"{name}the last phone back after", max(killed.back), BACK, "s")
    with tempfile.TemporaryDirectory() as folder:
        attacked = attack(_store(folder), MESSAGES)
    name = f"{MESSAGES:,} hostile messages: "
    yield Result(f"{name}keys or counts before their time", len(attacked.leaks), 0, "")
    yield Result(f"{name}errors, and votes taken late", len(attacked.errors), 0, "")


def _store(folder: str) -> str:
    return f"sqlite:///{(Path(folder) / 'class.sqlite').as_posix()}"


async def _run(load: Load, served: ServedClass) -> list[Result]:
    teacher = await _teacher(served)
    voters = [await _learner(served) for _ in range(load.voters)]
    seen = Seen()
    listening = [
        asyncio.ensure_future(_watch(voters[0], f"{served.wall}/state", seen, is_wall=True)),
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
    memory = _megabytes(served.process.pid)
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
    sent = time.perf_counter()
    status, text = await voter.ask("/vote", _ballot("b", 1))
    if status != OK:
        raise RuntimeError(text)
    return sent, time.perf_counter()


async def _teacher(served: ServedClass) -> Browser:
    browser = Browser(served.port)
    await browser.ask(served.teacher)
    return browser


async def _learner(served: ServedClass) -> Browser:
    browser = Browser(served.port)
    status, text = await browser.ask("/join", {"code": served.code})
    if status != OK:
        raise RuntimeError(text)
    return browser


async def _step(teacher: Browser, do: str, **more: str) -> None:
    """Take a step of the teacher, from whatever the class shows now."""
    state = await _state(teacher, "/teacher/state")
    step = {"do": do, "phase": state["phase"], "turn": state["turn"], **more}
    status, text = await teacher.ask("/teacher/step", step)
    if status != OK:
        raise RuntimeError(text)


async def _state(browser: Browser, path: str = "/state") -> dict[str, Any]:
    """Return what a page shows now.

    Raises
    ------
    OSError
        There is no connection, or it ends without a state.
    """
    async with aclosing(browser.states(path)) as states:
        async for state in states:
            return state
    raise ConnectionError(f"no state from {path}")


# Kills


@dataclass
class Killed:
    """What kills in mid-vote cost.

    Attributes
    ----------
    acknowledged, lost, doubled : int
        Votes. One is lost where neither it nor a later one of the same phone is kept.
    strayed : int
        Phones that came back in another seat, phase or round.
    back : list of float
        For each kill the seconds until the last phone showed the class again.
    """

    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    strayed: int = 0
    back: list[float] = field(default_factory=list)
    _wanted: int = 0
    _reached: asyncio.Event = field(default_factory=asyncio.Event)

    def acknowledge(self) -> None:
        """Count a vote."""
        self.acknowledged += 1
        if self.acknowledged >= self._wanted:
            self._reached.set()

    async def reach(self, wanted: int) -> None:
        """Wait until so many votes are acknowledged."""
        self._wanted = wanted
        self._reached.clear()
        await self._reached.wait()


@dataclass
class _Phone:
    """A phone that votes, and what may be kept of it: its last acknowledged vote, or one sent after it."""

    browser: Browser
    name: str
    sent: list[str] = field(default_factory=lambda: [""])


def kills(store: str, times: int, course: Path | None = None) -> Killed:
    """Kill a class while twelve phones vote as fast as they can, and start it again, so many times.

    Parameters
    ----------
    store : str
        SQLAlchemy URL of a store with nothing in it.
    times : int
        How often.
    course : Path, optional
        A course like `SECRETS`. Default: the real one, which takes longer to read.
    """
    lesson, question = ("class-sample", "secretly-b") if course else (LESSON, QUESTION)
    with ServedClass(store, course) as served:
        killed, phones = asyncio.run(_kills(served, times, lesson, question))
    marked = Counter(
        event.learner
        for event in Store(store).read().events
        if event.type == "answer" and event.correct is not None
    )
    killed.doubled += sum(count - 1 for count in marked.values())
    killed.lost += sum(phone.sent != [""] for phone in phones) - len(marked)
    return killed


async def _kills(served: ServedClass, times: int, lesson: str, question: str) -> tuple[Killed, list[_Phone]]:
    chance = Random(19)  # noqa: S311  (the same each time)
    teacher = await _teacher(served)
    browsers = [await _learner(served) for _ in range(12)]
    phones = [_Phone(browser, (await _state(browser))["name"]) for browser in browsers]
    await _step(teacher, "ask", lesson=lesson, question=question)
    killed = Killed()
    for _ in range(times):
        voting = [asyncio.ensure_future(_vote_on(phone, killed, chance)) for phone in phones]
        await killed.reach(killed.acknowledged + chance.randint(1, 60))
        served.kill()
        went = time.perf_counter()
        await asyncio.gather(*voting)
        again = asyncio.get_running_loop().run_in_executor(None, served.start)
        states = await asyncio.gather(*(_come_back(phone) for phone in phones))
        killed.back.append(time.perf_counter() - went)
        await again
        for phone, state in zip(phones, states, strict=True):
            where = state["name"], state["phase"], state["round"]
            killed.strayed += where != (phone.name, "open", 1)
            kept = (state["standing"]["questions"][0]["answer"] or [""])[0]
            killed.lost += kept not in phone.sent
            phone.sent = [kept]
        counted = sum(bar["counts"][0] for bar in (await _state(teacher, "/teacher/state"))["bars"])
        killed.doubled += max(0, counted - sum(phone.sent != [""] for phone in phones))
    await _step(teacher, "close")
    return killed, phones


async def _vote_on(phone: _Phone, killed: Killed, chance: Random) -> None:
    """Vote until there is no connection."""
    while True:
        letter = chance.choice("abc")
        phone.sent.append(letter)
        try:
            status, text = await phone.browser.ask("/vote", _ballot(letter, 1))
        except OSError:
            return
        if status != OK:
            raise RuntimeError(text)
        killed.acknowledge()
        phone.sent = phone.sent[-1:]


async def _come_back(phone: _Phone) -> dict[str, Any]:
    """Try to connect once a second, as a browser does, and return what the class shows."""
    for _ in range(_TRIES):
        with suppress(OSError):
            return await _state(phone.browser)
        await asyncio.sleep(1)
    raise RuntimeError("the class does not come back")


def _ballot(letter: str, turn: int) -> dict[str, Any]:
    return {"type": "draft", "request": "", "question": "question", "turn": turn, "answer": [letter]}


# Hostile messages

_POSTED: Final = ("/vote", "/vote", "/vote", "/join", "/teacher/step", "/teacher/remove", "/here", "/state/x")
_GOT: Final = (
    *("/teacher", "/teacher/state", "/teacher/menu", "/teacher/step", f"/teacher/{'x' * 32}", "/wall/x"),
    *(
        "/wall/x/state",
        "/my-answers.jsonl",
        "/explorer.json",
        "/assets/../room.py",
        "/vote",
        "/%00",
        "/leave",
    ),
)
_REFUSED: Final = frozenset({200, 400, 403, 404, 405, 409, 413, 429})
_VALUES: Final[tuple[Any, ...]] = (
    *(None, True, -1, 1, 1e308, 10**30, "", "a", "\x00", "\ud800", "x" * 5000, "' or 1=1 --", "<script>"),
    *([], ["a"], ["a"] * 200, {}, {"a": "b"}, [["a", "b"]], "__proto__", "../../etc/passwd", "draft", "open"),
)
_FIELDS: Final = (
    *("type", "question", "turn", "answer", "confidence", "seconds", "learner", "correct", "room", "do"),
    *("phase", "code", "name", "lesson", "paper"),
)
#: What tells how the room voted, in a reply or in what a phone is sent.
_COUNTS: Final = frozenset({"bars", "totals", "moved", "mine", "right", "answered", "of", "here", "seats"})


@dataclass
class Attacked:
    """What hostile messages got.

    Attributes
    ----------
    leaks : list of str
        Replies and states with something of the key or of the counts before the reveal.
    errors : list of str
        Replies of a failing server, and votes that were taken although none was open.
    """

    leaks: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def look(self, text: str, where: str) -> None:
        """Look for what must not be told yet."""
        try:
            said = json.loads(text)
        except ValueError:
            said = None
        told = _COUNTS & said.keys() if isinstance(said, dict) else set()
        if told or "secret" in text.lower():
            self.leaks.append(f"{where}: {sorted(told)} {text[:200]}")


def attack(store: str, messages: int) -> Attacked:
    """Send a class so many messages that no page sends, before the vote, after it and while they discuss.

    Parameters
    ----------
    store : str
        SQLAlchemy URL of a store with nothing in it.
    messages : int
        How many, from a learner and from a stranger. A learner's page and the wall listen meanwhile.
    """
    with ServedClass(store, SECRETS) as served:
        return asyncio.run(_attack(served, messages))


async def _attack(served: ServedClass, messages: int) -> Attacked:
    chance = Random(19)  # noqa: S311  (the same each time)
    attacked = Attacked()
    teacher = await _teacher(served)
    honest, learner = await _learner(served), await _learner(served)
    listening = [
        asyncio.ensure_future(_overhear(honest, "/state", attacked)),
        asyncio.ensure_future(_overhear(Browser(served.port), f"{served.wall}/state", attacked)),
    ]
    await _step(teacher, "ask", lesson="class-sample", question="secretly-b")
    await honest.ask("/vote", _ballot("b", 1))
    phases = ("open", "closed", "discuss")
    for number in range(messages):
        phase = phases[number * len(phases) // messages]
        if phase != phases[max(0, number - 1) * len(phases) // messages]:
            await _step(teacher, {"closed": "close", "discuss": "discuss"}[phase])
        await _attack_once(chance, chance.choice([learner, learner, Browser(served.port)]), phase, attacked)
    state = await _state(honest)
    if (state["phase"], state["standing"]["questions"][0]["answer"]) != ("discuss", ["b"]):
        attacked.errors.append(f"another one's vote, or the class, was changed: {state}")
    for task in listening:
        if task.done():
            attacked.errors.append(f"a page was cut off: {task}")
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    return attacked


async def _attack_once(chance: Random, browser: Browser, phase: str, attacked: Attacked) -> None:
    path, body = chance.choice(_GOT), None
    if chance.random() < 0.75:  # noqa: PLR2004
        path, body = chance.choice(_POSTED), _hostile(chance)
    cookie = browser.cookie
    try:
        status, text = await browser.ask(path, body)
    except ConnectionError:  # it does not read all of what is too long
        if body is None or len(body) < _TOO_LONG:
            attacked.errors.append(f"{path}: no reply to {body!r}")
        return
    browser.cookie = cookie
    attacked.look(text, path)
    if status not in _REFUSED or (path == "/vote" and status == OK and phase != "open"):
        attacked.errors.append(f"{path}: {status} for {body!r}")


def _hostile(chance: Random) -> bytes:
    """Return a message that no page sends, or a vote, which may come too late."""
    message = {
        name: chance.choice(_VALUES) for name in chance.sample(_FIELDS, chance.randrange(len(_FIELDS)))
    }
    if chance.random() < 0.5:  # noqa: PLR2004
        message |= _ballot(chance.choice("abcd"), 1) if chance.random() < 0.5 else {"type": "draft"}  # noqa: PLR2004
    text = json.dumps(message).encode()
    return chance.choice(
        [
            *(text, text, text[: chance.randrange(60)], b"[" * 5000, chance.randbytes(50)),
            b'{"turn": NaN, "answer": Infinity}',
            b"x" * _TOO_LONG if chance.random() < 0.1 else b"null",  # noqa: PLR2004
        ]
    )


async def _overhear(browser: Browser, path: str, attacked: Attacked) -> None:
    """Look through what a page is sent; the wall says how many have answered, and no more."""
    async with aclosing(browser.states(path)) as states:
        async for state in states:
            if path != "/state":
                for name in ("answered", "of", "here"):
                    state.pop(name, None)
            attacked.look(json.dumps(state), path)


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
