"""The server of one class: plain HTTP, a stream of events for each open page, and one writer.

What pages ask for is decided in the order in which it comes, kept in one commit for all that came meanwhile,
and only then told: to whoever asked, and to the pages that show it. State goes to a page as its role may know
it, so there is nothing in it that the page would have to hide.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tornado.iostream import StreamClosedError

from lessonkit.classroom.names import LETTERS
from lessonkit.classroom.room import LateError, Room, Seat, UnknownError
from lessonkit.questions.marking import AnswerError
from lessonkit.record.event import to_jsonl
from lessonkit.record.store import StoreError
from lessonkit.serving import BAD_REQUEST, FORBIDDEN, NOT_FOUND, assets, web_application
from lessonkit.serving import Page as ServedPage
from lessonkit.widgets.asked import Refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import tornado.web

    from lessonkit.record.event import Event
    from lessonkit.record.store import Store

    _Made = TypeVar("_Made")

_PAGES: Final = Path(__file__).with_name("pages")
_OWN: Final = ("class.css", "common.js", "learner.js", "teacher.js", "wall.js")
_SEAT: Final = "lessonkit_seat"
_TEACHER: Final = "lessonkit_teacher"
_STREAMS: Final = 4  # of one seat; the oldest ends
_AT_THE_END: Final = 2.0  # seconds for the streams to end
_TRIES: Final = 10  # wrong codes in a minute, from one address
_MINUTE: Final = 60.0
_COOKIE_DAYS: Final = 2

CONFLICT, TOO_MANY, UNAVAILABLE = 409, 429, 503


@dataclass(eq=False)
class Listener:
    """One open page, which is told when there is something new."""

    seat: str | None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False
    done: asyncio.Event = field(default_factory=asyncio.Event)


class TriesError(Refusal):
    """Too many wrong codes."""


class Gate:
    """Counts wrong codes by address, and refuses for a while whoever gives too many.

    Parameters
    ----------
    clock : callable
        Returns seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._wrong: defaultdict[str, deque[float]] = defaultdict(deque)

    def check(self, address: str, *, fits: bool) -> None:
        """Let a code pass.

        Raises
        ------
        TriesError
            Too many from here were wrong. A right one is refused then, too.
        Refusal
            It is wrong.
        """
        wrong = self._wrong[address]
        while wrong and wrong[0] <= self._clock() - _MINUTE:
            wrong.popleft()
        if len(wrong) >= _TRIES:
            raise TriesError("There were too many wrong codes from here. Wait a minute.")
        if not fits:
            wrong.append(self._clock())
            raise Refusal("This is not the code of the class. Your teacher shows it.")
        if not wrong:
            del self._wrong[address]  # no address is kept without need


class Served:
    """A room, its store, and the pages that are open.

    Parameters
    ----------
    room : Room
        Where the class stands, as the store has it.
    store : Store
        Keeps the events.
    rebuild : callable
        Returns the room anew from the store, after a commit that failed.
    address : str
        What learners type, such as ``http://192.168.1.5:8700``.
    """

    def __init__(self, room: Room, store: Store, rebuild: Callable[[], Room], address: str) -> None:
        self.room = room
        self.store = store
        self.address = address
        self.gate = Gate(asyncio.get_running_loop().time)
        self.settled = asyncio.Lock()  # held while the room is ahead of the store
        self._rebuild = rebuild
        self._asked: list[
            tuple[Callable[[Room], list[Event]], Callable[[Room], Any], asyncio.Future[Any]]
        ] = []
        self._waiting = asyncio.Event()
        self._listeners: list[Listener] = []
        self._streaming: set[Listener] = set()  # those that are over, but have not ended yet, too

    async def do(self, decide: Callable[[Room], list[Event]], then: Callable[[Room], _Made]) -> _Made:
        """Keep what is decided, then return what is true after it.

        Raises
        ------
        Refusal, AnswerError
            It was refused.
        StoreError
            It could not be kept.
        """
        done: asyncio.Future[_Made] = asyncio.get_running_loop().create_future()
        self._asked.append((decide, then, done))
        self._waiting.set()
        return await done

    async def write(self) -> None:
        """Decide and keep, for ever: all that comes during one commit is in the next."""
        while True:
            await self._waiting.wait()
            self._waiting.clear()
            batch, self._asked = self._asked, []
            async with self.settled:
                await self._keep(batch)

    async def _keep(self, batch: list[Any]) -> None:
        events: list[Event] = []
        decided = []
        for decide, then, done in batch:
            try:
                made = decide(self.room)
            except Exception as refusal:  # noqa: BLE001  (whoever asked is told)
                _settle(done, refusal)
                continue
            for event in made:
                self.room.take(event)
            events += made
            decided.append((then, done))
        if events:
            try:
                await asyncio.get_running_loop().run_in_executor(None, partial(self.store.append, *events))
            except StoreError as error:
                self.room = await asyncio.get_running_loop().run_in_executor(None, self._rebuild)
                for _then, done in decided:
                    _settle(done, error)
                return
        for then, done in decided:
            if not done.done():
                done.set_result(then(self.room))
        self._tell(events)

    def _tell(self, events: list[Event]) -> None:
        """Wake the pages that show what happened."""
        stepped = any(
            event.type == "room" and event.other["did"] not in {"join", "teach"} for event in events
        )
        spoke = {event.learner for event in events}
        if events:
            self.wake(lambda listener: stepped or listener.seat is None or listener.seat in spoke)

    def wake(self, which: Callable[[Listener], bool]) -> None:
        """Let pages look at what is new."""
        for listener in self._listeners:
            if which(listener):
                listener.wake.set()

    def open(self, seat: str | None) -> Listener:
        """Add an open page."""
        mine = [one for one in self._listeners if seat is not None and one.seat == seat]
        if len(mine) >= _STREAMS:
            self.close(mine[0])
        listener = Listener(seat)
        self._listeners.append(listener)
        self._streaming.add(listener)
        self.wake(lambda one: one.seat is None)
        return listener

    def close(self, listener: Listener) -> None:
        """Take a page away."""
        listener.over = True
        listener.wake.set()
        if listener in self._listeners:
            self._listeners.remove(listener)
            self.wake(lambda one: one.seat is None)

    def ended(self, listener: Listener) -> None:
        """Note that nothing more is sent to a page."""
        self.close(listener)
        self._streaming.discard(listener)
        listener.done.set()

    async def end(self) -> None:
        """Take all pages away, and wait until nothing more is sent to them."""
        for listener in [*self._listeners]:
            self.close(listener)
        with suppress(TimeoutError):  # of a phone that reads nothing
            await asyncio.wait_for(
                asyncio.gather(*(listener.done.wait() for listener in self._streaming)), _AT_THE_END
            )

    def present(self) -> set[str]:
        """Return the seats with an open page."""
        return {listener.seat for listener in self._listeners if listener.seat is not None}

    async def forget(self, seat: str) -> None:
        """Delete a seat: what it said, and the pages that show it."""
        async with self.settled:
            await asyncio.get_running_loop().run_in_executor(None, self.store.forget, seat)
            self.room.forget(seat)
        self.wake(lambda _one: True)

    async def mine(self, seat: str) -> str:
        """Return the answers of a seat as JSON Lines, of those questions whose key was shown."""
        async with self.settled:
            reading = await asyncio.get_running_loop().run_in_executor(
                None, partial(self.store.read, learner=seat)
            )
            asked = self.room.asking if self.room.phase != "key" else None
            open_turns = {round_.turn for round_ in asked.rounds} if asked is not None else set()
        told = await asyncio.get_running_loop().run_in_executor(None, self._told)
        return to_jsonl(
            event
            for event in reading.events
            if event.type == "answer"
            and event.correct is not None
            and event.other.get("turn") not in open_turns
            and event.other.get("turn") in told
        )

    def _told(self) -> set[object]:
        """Return the votes whose key was shown."""
        turns: set[object] = set()
        now: list[int] = []
        turn = 0
        for event in self.store.read().events:
            if event.type != "room" or event.other.get("room") != self.room.code:
                continue
            match event.other["did"]:
                case "ask":
                    turn += 1
                    now = [turn]
                case "again":
                    turn += 1
                    now.append(turn)
                case "key":
                    turns |= set(now)
                case _:
                    pass
        return turns


def _settle(done: asyncio.Future[Any], error: Exception) -> None:
    if not done.done():
        done.set_exception(error)


class Page(ServedPage):
    """What all pages of a class share."""

    served: Served

    def initialize(self, served: Served, hosts: frozenset[str]) -> None:  # type: ignore[override]  # as of all its routes
        """Take what the application has."""
        super().initialize(hosts)
        self.served = served

    def seat(self) -> str | None:
        """Return who asks, if it is somebody of this class."""
        return self.served.room.seat(self.get_cookie(_SEAT) or "")

    def seated(self) -> str | None:
        """Return who asks, and refuse whoever is nobody of this class."""
        seat = self.seat()
        if seat is None:
            self.refuse(FORBIDDEN, "Join the class first.")
        return seat

    def teaches(self) -> bool:
        """Say whether the teacher asks."""
        return self.served.room.teaches(self.get_cookie(_TEACHER) or "")

    def keep(self, name: str, secret: str) -> None:
        """Give the browser a secret that scripts cannot read."""
        self.set_cookie(name, secret, httponly=True, samesite="Lax", expires_days=_COOKIE_DAYS)

    async def answer(self, work: Awaitable[dict[str, Any]]) -> None:
        """Send what comes of the work, or why nothing does."""
        try:
            self.finish({"ok": True, **await work})
        except UnknownError as refusal:
            self.refuse(FORBIDDEN, str(refusal))
        except LateError as refusal:
            self.refuse(CONFLICT, str(refusal))
        except TriesError as refusal:
            self.refuse(TOO_MANY, str(refusal))
        except (Refusal, AnswerError) as refusal:
            self.refuse(BAD_REQUEST, str(refusal))
        except StoreError as error:
            self.refuse(UNAVAILABLE, f"Your answer is not kept: {error}")

    async def stream(self, seat: str | None, state: Callable[[], dict[str, Any]]) -> None:
        """Send the state as it is now, and each time that it changes, until the page is closed."""
        listener = self.listener = self.served.open(seat)

        async def settled() -> dict[str, Any] | None:
            async with self.served.settled:
                return None if listener.over else state()

        try:
            await self.send_states(listener.wake, settled)
        except UnknownError:
            with suppress(StreamClosedError):
                self.write("event: gone\ndata: {}\n\n")
                await self.flush()
        finally:
            self.served.ended(listener)

    def on_connection_close(self) -> None:
        """Note that the page is closed."""
        listener = getattr(self, "listener", None)
        if listener is not None:
            self.served.close(listener)


class LearnerPage(Page):
    """The page of a phone; its address may have the code of the class."""

    def get(self) -> None:
        """Send it."""
        self.show("Class", _PAGES / "learner.html", "explorer.css", "class.css")


class Join(Page):
    """A seat for whoever has the code."""

    async def post(self) -> None:
        """Give one, or the one that this browser has."""
        await self.answer(self._join())

    async def _join(self) -> dict[str, Any]:
        if self.seat() is not None:
            return {}
        match self.body():
            case {"code": str(code)}:
                pass
            case _:
                code = ""
        fits = code.strip().upper() == self.served.room.code
        self.served.gate.check(self.request.remote_ip or "", fits=fits)
        seats: list[Seat] = []

        def decide(room: Room) -> list[Event]:
            events, seat = room.join()
            seats.append(seat)
            return events

        await self.served.do(decide, lambda _room: None)
        self.keep(_SEAT, seats[-1].secret)
        return {}


class LearnerState(Page):
    """What one phone shows."""

    async def get(self) -> None:
        """Stream it."""
        seat = self.seated()
        if seat is not None:
            await self.stream(seat, lambda: self.served.room.for_seat(seat))


class Here(Page):
    """Whether this browser has a seat."""

    def get(self) -> None:
        """Say so."""
        self.finish({"ok": self.seat() is not None})


class CastVote(Page):
    """A vote."""

    async def post(self) -> None:
        """Take it; what is answered with `ok` is on the disk."""
        seat, message = self.seated(), self.body()
        if seat is None:
            return
        if isinstance(message, dict):
            message.pop("request", None)
            message["request"] = ""

        def standing(room: Room) -> dict[str, Any]:
            state = room.for_seat(seat)
            return {"standing": state.get("standing"), "turn": state["turn"], "message": "Kept."}

        await self.answer(self.served.do(lambda room: room.vote(seat, message), standing))


class Explorer(Page):
    """The explorer that the question is answered on."""

    def get(self) -> None:
        """Send it to whoever is in the class."""
        asking = self.served.room.asking
        made = asking.ballot.explorer() if asking is not None and self.seat() is not None else None
        if made is None:
            self.refuse(NOT_FOUND, "There is no explorer here.")
        else:
            self.finish(made)


class TakeHome(Page):
    """A learner's own answers, for `lessonkit import`."""

    async def get(self) -> None:
        """Send those of questions that were revealed."""
        seat = self.seated()
        if seat is None:
            return
        self.set_header("Content-Type", "application/x-ndjson")
        self.set_header("Content-Disposition", 'attachment; filename="my-answers.jsonl"')
        self.finish(await self.served.mine(seat))


class Leave(Page):
    """The end of a seat."""

    async def post(self) -> None:
        """Delete all that it said."""
        seat = self.seat()
        self.clear_cookie(_SEAT)
        if seat is not None:
            await self.served.forget(seat)
        self.finish({"ok": True})


class WallPage(Page):
    """The page for the projector."""

    def get(self, secret: str) -> None:
        """Send it."""
        if secret != self.served.room.wall:
            self.refuse(NOT_FOUND, "This is not the wall of this class.")
            return
        self.show("Wall", _PAGES / "wall.html", "class.css")


class WallState(Page):
    """What the wall shows."""

    async def get(self, secret: str) -> None:
        """Stream it."""
        if secret != self.served.room.wall:
            self.refuse(NOT_FOUND, "This is not the wall of this class.")
            return
        served = self.served
        await self.stream(None, lambda: {**served.room.for_wall(served.present()), "address": served.address})


class QRCode(Page):
    """The address with the code, for a phone's camera."""

    def get(self, secret: str) -> None:
        """Draw it."""
        if secret != self.served.room.wall:
            self.refuse(NOT_FOUND, "This is not the wall of this class.")
            return
        import segno

        drawn = BytesIO()
        link = f"{self.served.address}/{self.served.room.code}"
        segno.make(link, error="m", micro=False).save(
            drawn, kind="svg", border=3, light="#fff", omitsize=True
        )
        self.set_header("Content-Type", "image/svg+xml")
        self.finish(drawn.getvalue())


class TeacherLink(Page):
    """The secret link; it becomes a cookie, so that no projector shows it."""

    def get(self, secret: str) -> None:
        """Let the teacher in."""
        if not self.served.room.teaches(secret):
            self.refuse(FORBIDDEN, "This link is not one of this class. The terminal shows the right one.")
            return
        self.keep(_TEACHER, secret)
        self.redirect("/teacher")


class TeacherOnly(Page):
    """What only the teacher sees."""

    def prepare(self) -> None:
        """Refuse everybody else."""
        super().prepare()
        if not self._finished and not self.teaches():
            self.refuse(FORBIDDEN, "This page is the teacher's. Open the link that the terminal shows.")


class TeacherPage(TeacherOnly):
    """The page of the teacher."""

    def get(self) -> None:
        """Send it."""
        self.show("Teacher", _PAGES / "teacher.html", "class.css")


class TeacherState(TeacherOnly):
    """What the teacher sees."""

    async def get(self) -> None:
        """Stream it."""
        served = self.served
        await self.stream(
            None, lambda: {**served.room.for_teacher(served.present()), "address": served.address}
        )


class Menu(TeacherOnly):
    """What can be asked."""

    def get(self) -> None:
        """Send it."""
        self.finish({"lessons": self.served.room.course.menu()})


class TakeStep(TeacherOnly):
    """A step of the teacher."""

    async def post(self) -> None:
        """Take it."""
        message = self.body()
        await self.answer(self.served.do(lambda room: room.step(message), lambda _room: {}))


class RemoveSeat(TeacherOnly):
    """The end of a seat whose phone is lost."""

    async def post(self) -> None:
        """Delete all that it said, by its pseudonym."""
        match self.body():
            case {"name": str(name)}:
                seat = "-".join([*name.lower().split(), self.served.room.code.lower()])
            case _:
                seat = ""
        if seat not in self.served.room.seats.values():
            self.refuse(BAD_REQUEST, "Nobody in this class has this name.")
            return
        await self.served.forget(seat)
        self.finish({"ok": True})


def application(served: Served, hosts: frozenset[str]) -> tornado.web.Application:
    """Return the class as a web application."""
    wall = r"/wall/([\w-]{1,100})"
    routes: list[tuple[str, type[Page]]] = [
        (rf"/(?:(?i:[{LETTERS}]){{4}})?", LearnerPage),
        (r"/join", Join),
        (r"/here", Here),
        (r"/state", LearnerState),
        (r"/vote", CastVote),
        (r"/explorer\.json", Explorer),
        (r"/my-answers\.jsonl", TakeHome),
        (r"/leave", Leave),
        (wall, WallPage),
        (rf"{wall}/state", WallState),
        (rf"{wall}/qr\.svg", QRCode),
        (r"/teacher", TeacherPage),
        (r"/teacher/state", TeacherState),
        (r"/teacher/menu", Menu),
        (r"/teacher/step", TakeStep),
        (r"/teacher/remove", RemoveSeat),
        (r"/teacher/([\w-]{20,100})", TeacherLink),
    ]
    given = {"served": served, "hosts": hosts}
    pages = [(path, handler, given) for path, handler in routes]
    return web_application([*pages, assets(_PAGES, _OWN, hosts)], hosts)


def own_address() -> str:
    """Return the address under which others in this network reach this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))  # nothing is sent
            address: str = probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"
    return address


def known_hosts(ip: str, address: str) -> frozenset[str]:
    """Return the names under which the class may be asked for."""
    name = socket.gethostname().lower()
    known = {"localhost", "127.0.0.1", "::1", name, f"{name}.local", address.lower(), own_address()}
    with suppress(ValueError):
        if not ipaddress.ip_address(ip).is_unspecified:
            known.add(ip)
    return frozenset(known)
