"""The class over real HTTP: who may do what, what is refused, and that what is acknowledged is durable."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.netutil import bind_sockets

from lessonkit.classroom.room import Room
from lessonkit.classroom.server import Gate, Served, TriesError, application
from lessonkit.cli import main
from lessonkit.needs import NO_CLASS
from lessonkit.record import Event
from lessonkit.record.store import Store
from lessonkit.serving import http_server
from lessonkit.widgets.asked import Refusal
from tools.bench_class import SECRETS, Attacked, Browser, attack
from tools.served_class import ServedClass

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from pathlib import Path

Played = Any  # of conftest.py


class Client:
    """One browser: it keeps its cookie, and says where its requests come from."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http = AsyncHTTPClient()
        self.cookie = ""

    async def call(
        self,
        path: str,
        body: object = None,
        *,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> HTTPResponse:
        sent = {"Cookie": self.cookie, "Origin": self.base, **(headers or {})}
        post = body is not None or raw is not None
        data = raw if raw is not None else json.dumps(body).encode()
        request = HTTPRequest(
            self.base + path,
            method="POST" if post else "GET",
            headers={name: value for name, value in sent.items() if value},
            body=data if post else None,
            follow_redirects=False,
        )
        response = await self.http.fetch(request, raise_error=False)
        for cookie in response.headers.get_list("Set-Cookie"):
            self.cookie = cookie.partition(";")[0]
        return response

    async def say(self, path: str, body: object) -> tuple[int, dict[str, Any]]:
        response = await self.call(path, body)
        return response.code, json.loads(response.body)

    async def states(self, path: str = "/state") -> AsyncIterator[dict[str, Any]]:
        """Yield what the stream of events says."""
        chunks: asyncio.Queue[bytes] = asyncio.Queue()
        request = HTTPRequest(
            self.base + path,
            headers={"Cookie": self.cookie} if self.cookie else {},
            streaming_callback=chunks.put_nowait,
            request_timeout=0,
        )
        fetched = asyncio.ensure_future(
            AsyncHTTPClient(force_instance=True).fetch(request, raise_error=False)
        )
        text = ""
        try:
            while True:
                text += (await chunks.get()).decode()
                while "\n\n" in text:
                    message, text = text.split("\n\n", 1)
                    if "event: gone" in message:
                        return
                    for line in message.splitlines():
                        if line.startswith("data: "):
                            yield json.loads(line.removeprefix("data: "))
        finally:
            fetched.cancel()
            with suppress(asyncio.CancelledError):
                await fetched


class Class:
    """A class that is served in this process."""

    def __init__(self, served: Served, base: str, secret: str) -> None:
        self.served, self.base, self.secret = served, base, secret

    @property
    def room(self) -> Room:
        return self.served.room

    async def teacher(self) -> Client:
        client = Client(self.base)
        response = await client.call(f"/teacher/{self.secret}")
        assert response.code == 302
        return client

    async def learner(self) -> Client:
        client = Client(self.base)
        assert (await client.say("/join", {"code": self.room.code}))[0] == 200
        return client

    async def step(self, teacher: Client, do: str, **more: str) -> int:
        step = {"do": do, "phase": self.room.phase, "turn": self.room.turn, **more}
        return (await teacher.say("/teacher/step", step))[0]

    async def ask(self, teacher: Client, question: str = "secretly-b") -> None:
        assert await self.step(teacher, "ask", lesson="class-sample", question=question) == 200

    def ballot(self, answer: object, **more: object) -> dict[str, Any]:
        return {
            "type": "draft",
            "request": "one",
            "question": "question",
            "turn": self.room.turn,
            "answer": answer,
            **more,
        }


@pytest.fixture
def in_class(new_class: Callable[[], Played], tmp_path: Path) -> Callable[..., None]:
    """Run a scene, an asynchronous function, in a class that is served on a free port."""
    played = new_class()
    store = Store(f"sqlite:///{tmp_path / 'class.sqlite'}")
    let_in, secret = played.room.teach()
    played.keep(let_in)
    store.append(*played.events)

    @asynccontextmanager
    async def serving() -> AsyncIterator[Class]:
        def rebuild() -> Room:
            room = Room.rebuilt(played.course, played.room._clock, store.read().events)
            assert room is not None
            return room

        served = Served(played.room, store, rebuild, "http://127.0.0.1")
        server = http_server(application(served, frozenset({"127.0.0.1"})))
        sockets = bind_sockets(0, "127.0.0.1")
        server.add_sockets(sockets)
        writer = asyncio.ensure_future(served.write())
        try:
            yield Class(served, f"http://127.0.0.1:{sockets[0].getsockname()[1]}", secret)
        finally:
            writer.cancel()
            server.stop()
            await served.end()
            await server.close_all_connections()
            with suppress(asyncio.CancelledError):
                await writer

    def run(scene: Callable[[Class], Coroutine[Any, Any, None]]) -> None:
        async def play() -> None:
            async with serving() as class_:
                await scene(class_)

        asyncio.run(play())

    return run


def test_a_vote_is_on_the_disk_when_it_is_acknowledged(in_class: Callable[..., None]) -> None:
    async def scene(class_: Class) -> None:
        teacher, learner = await class_.teacher(), await class_.learner()
        await class_.ask(teacher)
        code, reply = await learner.say("/vote", class_.ballot(["a"], confidence="guess"))
        assert (code, reply["ok"]) == (200, True)
        assert reply["standing"]["questions"][0]["kept"].startswith("Kept.")
        (vote,) = [event for event in class_.served.store.read().events if event.type == "answer"]
        assert (vote.answer, vote.confidence, vote.correct) == (("secret-slip",), "guess", None)
        assert vote.learner in class_.room.seats.values()

    in_class(scene)


def test_a_late_vote_is_refused_and_not_kept(in_class: Callable[..., None]) -> None:
    async def scene(class_: Class) -> None:
        teacher, learner = await class_.teacher(), await class_.learner()
        await class_.ask(teacher)
        vote = class_.ballot(["a"])
        await class_.step(teacher, "close")
        assert (await learner.say("/vote", vote))[0] == 409
        await class_.step(teacher, "again")
        assert (await learner.say("/vote", vote))[0] == 409, "of the round before"
        assert await class_.step(teacher, "close") == 200
        assert (await teacher.say("/teacher/step", {"do": "bars", "phase": "open", "turn": 1}))[0] == 409
        assert not [event for event in class_.served.store.read().events if event.type == "answer"]

    in_class(scene)


def test_what_cannot_be_kept_is_not_acknowledged(
    in_class: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from lessonkit.record.store import StoreError

    async def scene(class_: Class) -> None:
        teacher, learner = await class_.teacher(), await class_.learner()
        await class_.ask(teacher)
        assert (await learner.say("/vote", class_.ballot(["a"])))[0] == 200

        def refuse(*_events: Event) -> int:
            raise StoreError("the disk is full")

        with monkeypatch.context() as patch:
            patch.setattr(class_.served.store, "append", refuse)
            code, reply = await learner.say("/vote", class_.ballot(["b"]))
        assert (code, reply["ok"]) == (503, False)
        assert "the disk is full" in reply["message"]
        async for state in learner.states():
            assert state["standing"]["questions"][0]["answer"] == ["a"], "as the disk has it"
            break
        assert (await learner.say("/vote", class_.ballot(["b"])))[0] == 200

    in_class(scene)


async def until(
    states: AsyncIterator[dict[str, Any]], seen: list[dict[str, Any]], fits: Callable[[dict[str, Any]], bool]
) -> None:
    """Read a stream up to a state."""
    async for state in states:
        seen.append(state)
        if fits(state):
            return


def test_streams_say_what_happens_and_nothing_before_its_time(in_class: Callable[..., None]) -> None:
    seen: list[dict[str, Any]] = []

    async def scene(class_: Class) -> None:
        teacher, learner = await class_.teacher(), await class_.learner()
        mine = learner.states()
        wall = Client(class_.base).states(f"/wall/{class_.room.wall}/state")
        await class_.ask(teacher)
        await learner.say("/vote", class_.ballot(["b"]))
        await until(wall, seen, lambda state: state.get("answered") == 1)
        for do, phase in (("close", "closed"), ("discuss", "discuss"), ("bars", "bars"), ("key", "key")):
            assert await class_.step(teacher, do) == 200
            for states in (mine, wall):
                await until(states, seen, lambda state, phase=phase: state["phase"] == phase)  # type: ignore[misc]
        for states in (mine, wall):
            await states.aclose()  # type: ignore[attr-defined]

    in_class(scene)
    for state in seen:
        text = json.dumps({key: value for key, value in state.items() if key != "view"})
        assert "secret" not in text.lower() or state["phase"] == "key"
        assert '"bars": ' not in text or state["phase"] in {"bars", "key"}
    assert "SECRET why of the second" in json.dumps(seen)


def test_joining_is_limited_by_address_and_told_in_words(in_class: Callable[..., None]) -> None:
    async def scene(class_: Class) -> None:
        client = Client(class_.base)
        codes = [(await client.say("/join", {"code": "BBBB"}))[0] for _ in range(12)]
        assert codes == [400] * 10 + [429] * 2
        code, reply = await client.say("/join", {"code": class_.room.code})
        assert code == 429, "a right code is refused, too"
        assert "Wait a minute" in reply["message"]

    in_class(scene)


def test_the_gate_opens_again_and_forgets_addresses() -> None:
    now = 0.0
    gate = Gate(lambda: now)
    gate.check("here", fits=True)
    for _ in range(10):
        with pytest.raises(Refusal):
            gate.check("there", fits=False)
    with pytest.raises(TriesError):
        gate.check("there", fits=True)
    gate.check("here", fits=True)
    now = 61.0
    gate.check("there", fits=True)
    assert not gate._wrong


def test_no_other_name_and_no_other_page_can_ask(in_class: Callable[..., None]) -> None:
    async def scene(class_: Class) -> None:
        client, code = Client(class_.base), {"code": class_.room.code}
        assert (await client.call("/", headers={"Host": "evil.example"})).code == 403
        for origin in ("http://evil.example", "null", class_.base + ".evil.example"):
            assert (await client.call("/join", code, headers={"Origin": origin})).code == 403
        client.base, base = client.base, client.base
        response = await client.call("/join", code, headers={"Origin": ""})
        assert response.code == 403, "a page always says where it is"
        assert (await client.call("/join", code, headers={"Origin": base})).code == 200
        page = await client.call("/")
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "<script>" not in page.body.decode()
        assert "Server" not in page.headers

    in_class(scene)


def test_only_the_teacher_leads(in_class: Callable[..., None]) -> None:
    async def scene(class_: Class) -> None:
        learner = await class_.learner()
        for path in ("/teacher", "/teacher/menu", "/teacher/state", f"/teacher/{'x' * 32}"):
            assert (await learner.call(path)).code == 403
        step = {"do": "lock", "phase": "lobby", "turn": 0}
        assert (await learner.say("/teacher/step", step))[0] == 403
        assert (await learner.say("/teacher/remove", {"name": "Calm Otter"}))[0] == 403
        assert (await learner.call("/wall/none")).code == 404
        assert not class_.room.locked
        stranger = Client(class_.base)
        for path in ("/state", "/my-answers.jsonl"):
            assert (await stranger.call(path)).code == 403
        assert (await stranger.say("/vote", {}))[0] == 403

    in_class(scene)


def test_a_forged_learner_or_mark_is_never_believed(in_class: Callable[..., None]) -> None:
    async def scene(class_: Class) -> None:
        teacher, learner, other = await class_.teacher(), await class_.learner(), await class_.learner()
        await class_.ask(teacher)
        forged = {"learner": "ada", "seat": "ada", "correct": True, "credit": 1.0, "round": 2, "attempt": 9}
        for name, value in forged.items():
            code, _ = await learner.say("/vote", class_.ballot(["a"], **{name: value}))
            assert code == 400
        learner.cookie, kept = "lessonkit_seat=" + class_.served.room.code, learner.cookie
        assert (await learner.say("/vote", class_.ballot(["b"])))[0] == 403
        learner.cookie = kept
        await learner.say("/vote", class_.ballot(["a"]))
        await class_.step(teacher, "close")
        marked = [event for event in class_.served.store.read().events if event.correct is not None]
        assert [(event.correct, event.attempt) for event in marked] == [(False, 1)]
        assert marked[0].learner != other.cookie

    in_class(scene)


def test_hostile_messages_get_no_key_no_count_and_no_error(tmp_path: Path) -> None:
    attacked = attack(f"sqlite:///{tmp_path / 'class.sqlite'}", 300)  # `make bench` sends 10,000
    assert attacked.leaks == []
    assert attacked.errors == []


def test_what_looks_for_leaks_finds_them() -> None:
    attacked = Attacked()
    for text in ('{"message": "No."}', "[]", "", '{"standing": {"questions": [{"right": null}]}}'):
        attacked.look(text, "here")
    assert attacked.leaks == []
    for number, text in enumerate(
        ('{"why": "SECRET why"}', '{"bars": []}', '{"answered": 1}', "a secret-right")
    ):
        attacked.look(text, "here")
        assert len(attacked.leaks) == number + 1


def test_a_learner_takes_home_what_was_revealed(
    in_class: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(class_: Class) -> None:
        teacher, learner, other = await class_.teacher(), await class_.learner(), await class_.learner()
        for question, answer in (("secretly-b", ["b"]), ("how-many", "0.25")):
            await class_.ask(teacher, question)
            await learner.say("/vote", class_.ballot(answer))
            await other.say("/vote", class_.ballot(answer))
            await class_.step(teacher, "close")
            if question == "secretly-b":
                for do in ("bars", "key", "next"):
                    await class_.step(teacher, do)
        home = await learner.call("/my-answers.jsonl")
        (tmp_path / "home.jsonl").write_bytes(home.body)

    in_class(scene)
    lines = (tmp_path / "home.jsonl").read_text().splitlines()
    (event,) = map(Event.from_json, lines)
    assert (event.question, event.answer, event.correct) == ("secretly-b", ("secret-right",), True)
    url = f"sqlite:///{tmp_path / 'own.sqlite'}"
    monkeypatch.setenv("LESSONKIT_STORE", url)
    monkeypatch.setenv("LESSONKIT_LEARNER", "ada")
    assert main(["import", str(tmp_path / "home.jsonl")]) == 0
    assert [one.learner for one in Store(url).read().events] == ["ada"]


def test_a_deleted_seat_leaves_nothing_anywhere(in_class: Callable[..., None], tmp_path: Path) -> None:
    names: list[str] = []

    async def scene(class_: Class) -> None:
        teacher, learner, lost = await class_.teacher(), await class_.learner(), await class_.learner()
        await class_.ask(teacher)
        seat = class_.room.seat(learner.cookie.partition("=")[2])
        assert seat is not None
        states = learner.states()
        first = await anext(states)
        assert first["name"].lower().replace(" ", "-") in seat
        await learner.say("/vote", class_.ballot(["a"]))
        cookie = learner.cookie
        assert (await learner.say("/leave", {}))[0] == 200
        async for state in states:  # the stream ends
            assert state["phase"] == "open"
        assert class_.room.for_teacher(set())["bars"][0]["counts"] == [0]
        assert seat not in json.dumps(class_.room.for_teacher(class_.served.present()))
        assert seat not in class_.served.present()
        learner.cookie = cookie
        assert (await learner.say("/vote", class_.ballot(["a"])))[0] == 403, "the old cookie is worth nothing"
        assert seat not in "".join(event.to_json() for event in class_.served.store.read().events)

        other = class_.room.seat(lost.cookie.partition("=")[2])
        assert other is not None
        name = " ".join(other.split("-")[:2])
        assert (await teacher.say("/teacher/remove", {"name": name.title()}))[0] == 200
        assert (await teacher.say("/teacher/remove", {"name": name.title()}))[0] == 400
        assert not class_.room.seats
        names.append(seat)

    in_class(scene)
    for file in tmp_path.iterdir():
        assert names[0].encode() not in file.read_bytes(), "overwritten on the disk as well"


def test_more_pages_of_one_seat_than_are_allowed_end_the_oldest(in_class: Callable[..., None]) -> None:
    async def scene(class_: Class) -> None:
        learner = await class_.learner()
        streams = [learner.states() for _ in range(5)]
        for stream in streams:
            await anext(stream)
        assert len(class_.served._listeners) == 4
        for stream in streams:
            await stream.aclose()  # type: ignore[attr-defined]

    in_class(scene)


# The whole command


def test_a_class_that_is_stopped_says_one_sentence(tmp_path: Path) -> None:
    async def look(served: ServedClass) -> str:
        teacher, learner = Browser(served.port), Browser(served.port)
        await teacher.ask(served.teacher)
        await learner.ask("/join", {"code": served.code})
        open_pages = [teacher.states("/teacher/state"), learner.states("/state")]
        for page in open_pages:
            await anext(page)
        said = await asyncio.get_running_loop().run_in_executor(None, served.interrupt)
        for page in open_pages:
            await page.aclose()
        return said

    with ServedClass(f"sqlite:///{tmp_path / 'class.sqlite'}", SECRETS) as served:
        said = asyncio.run(look(served))
    assert said.strip() == "The class is stopped. The same command brings it back where it was."
    assert served.process.returncode == 0


def test_a_class_that_runs_is_not_served_a_second_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = f"sqlite:///{tmp_path / 'class.sqlite'}"
    with ServedClass(store, SECRETS) as served:
        known = Store(store).read().events
        for more in ([], ["--new"]):
            assert main(["class", str(SECRETS), "--store", store, *more]) == 1
            said = capsys.readouterr().err
            assert said.startswith("lessonkit class: this class runs already, at http://127.0.0.1:")
            assert f":{served.port}, by process {served.process.pid}. Go on there" in said
            assert "--store" in said
        assert Store(store).read().events == known, "the second start took nothing over"
        with ServedClass(f"sqlite:///{tmp_path / 'other.sqlite'}", SECRETS) as other:
            assert other.code
        served.kill()
        code = served.code
        served.start()
        assert "goes on" in served.said
        assert served.code == code


def test_where_no_page_is_opened_the_terminal_says_what_to_open(tmp_path: Path) -> None:
    with ServedClass(f"sqlite:///{tmp_path / 'class.sqlite'}", SECRETS) as served:
        assert "No page was opened by itself: open the address of your page in a browser." in served.said


def test_where_the_extra_is_missing_one_sentence_says_what_to_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("lessonkit.needs.find_spec", lambda _: None)
    assert main(["class"]) == 1
    assert capsys.readouterr().err == f"lessonkit class: {NO_CLASS}\n"
    assert 'pip install "lessonkit[class]"' in NO_CLASS


def test_a_course_without_quizzes_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = f"sqlite:///{tmp_path / 'class.sqlite'}"
    assert main(["class", str(tmp_path), "--store", store]) == 1
    assert f"there are no quizzes in {tmp_path}" in capsys.readouterr().err
