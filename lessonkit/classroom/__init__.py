"""A class: one question in front of a room, answered on phones, discussed, answered again, and revealed.

    lessonkit class

starts it. `room` is the class as a state machine, `ballot` its question, `server` the three pages.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from platformdirs import user_data_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lessonkit.classroom.guide import Course
    from lessonkit.classroom.room import Room
    from lessonkit.record.store import Store

_FIRST_PORT: Final = 8700


def store_url() -> str:
    """Return where classes are kept by default: a file beside the learner's record."""
    path = user_data_path("lessonkit", appauthor=False) / "class.sqlite"
    return sa.URL.create("sqlite", database=str(path)).render_as_string()


def open_class(  # noqa: PLR0913  (each is an option of the command)
    path: Path | None,
    *,
    store: str | None = None,
    ip: str = "0.0.0.0",  # noqa: S104  (phones have to reach it)
    port: int | None = None,
    address: str | None = None,
    new: bool = False,
    browser: bool = True,
) -> int:
    """Serve a class until it is stopped; return the exit status.

    Parameters
    ----------
    path : Path, optional
        Where the quizzes are; see `Course.of`.
    store : str, optional
        SQLAlchemy URL of the store. Default: `store_url`.
    ip : str
        Address to listen on.
    port : int, optional
        Port to listen on. Default: the first free one from 8700 on.
    address : str, optional
        The name or address of this machine that learners type. Default: that of its network.
    new : bool
        Begin a new class also where one goes on.
    browser : bool
        Open the teacher's page.

    Raises
    ------
    QuizError, ValueError
        The quizzes cannot be used.
    StoreError
        The store cannot be used.
    RunningError
        The class of this store is served already.
    OSError
        No port is free.
    """
    from lessonkit.classroom.alone import alone
    from lessonkit.classroom.guide import Course
    from lessonkit.record.store import Store

    course = Course.of(path)
    url = store or store_url()
    kept = Store(url)
    serve = partial(_serve, course, kept, ip=ip, port=port, address=address, new=new, browser=browser)
    try:
        with alone(url) as tell:
            asyncio.run(serve(tell))
    except KeyboardInterrupt:
        print("\nThe class is stopped. The same command brings it back where it was.")
    return 0


def _resumed(course: Course, store: Store) -> Room | None:
    from lessonkit.classroom.room import Room

    return Room.rebuilt(course, lambda: datetime.now(UTC), store.read().events)


async def _serve(  # noqa: PLR0913  (as `open_class`)
    course: Course,
    store: Store,
    tell: Callable[[str], None],
    *,
    ip: str,
    port: int | None,
    address: str | None,
    new: bool,
    browser: bool,
) -> None:
    from lessonkit.classroom.room import Room
    from lessonkit.classroom.server import Served, application, known_hosts, own_address
    from lessonkit.serving import http_server, listen, open_page

    room = None if new else _resumed(course, store)
    goes_on = room is not None
    if room is None:
        room = Room(course, lambda: datetime.now(UTC))
        for event in (begun := room.begin()):
            room.take(event)
        store.append(*begun)
    let_in, secret = room.teach()
    for event in let_in:
        room.take(event)
    store.append(*let_in)

    name = address or own_address()
    known = known_hosts(ip, name)

    def rebuild() -> Room:
        return _resumed(course, store) or room

    served = Served(room, store, rebuild, "")
    server = http_server(application(served, known))
    port = listen(server, ip, port, first=_FIRST_PORT)
    served.address = f"http://{name}:{port}"
    tell(served.address)
    mine = f"http://localhost:{port}/teacher/{secret}"
    _welcome(served.address, mine, room, goes_on=goes_on)
    if not open_page(mine, wanted=browser):
        print("No page was opened by itself: open the address of your page in a browser.")
    print("Choose a question on your page. Ctrl+C stops the class.", flush=True)
    try:
        await served.write()
    finally:
        server.stop()
        await served.end()
        await server.close_all_connections()


def _welcome(address: str, mine: str, room: Room, *, goes_on: bool) -> None:
    print(f"The class {room.code} {'goes on' if goes_on else 'is open'}.\n")
    print(f"  Your page, for you alone:  {mine}")
    print(f"  The wall, for the projector:  {address}/wall/{room.wall}")
    print(f"  Learners:  {address}  with the code {room.code}\n")
    if address.startswith("http://127."):
        print("Phones cannot reach this address. Join a network, or name one of yours with --address.\n")
