"""A preview over real HTTP: who may ask, and what comes of it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.netutil import bind_sockets

from lessonkit.cli import main
from lessonkit.needs import NO_PREVIEW
from lessonkit.preview.desk import Desk
from lessonkit.preview.server import application
from lessonkit.record import shared_recorder
from lessonkit.serving import http_server

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    import pytest

    Call = Callable[..., Coroutine[Any, Any, HTTPResponse]]

QUIZ = Path(__file__).parents[1] / "classroom" / "course.yaml"


async def until(desk: Desk, fits: Callable[[dict[str, Any]], bool]) -> None:
    """Wait for a state."""
    wake = desk.open()
    while not fits(desk.state()):
        await wake.wait()
        wake.clear()
    desk.close(wake)


def serve(path: Path, scene: Callable[[Desk, Call], Coroutine[Any, Any, None]]) -> None:
    """Play a scene against the preview of a file."""

    async def play() -> None:
        desk = Desk(path)
        server = http_server(application(desk))
        (socket,) = bind_sockets(0, "127.0.0.1")
        server.add_sockets([socket])
        base = f"http://127.0.0.1:{socket.getsockname()[1]}"
        following = asyncio.ensure_future(desk.follow())

        async def call(path: str, body: object = None, **headers: str) -> HTTPResponse:
            request = HTTPRequest(
                base + path,
                method="GET" if body is None else "POST",
                body=None if body is None else json.dumps(body).encode(),
                headers={"Origin": base} | headers,
            )
            return await AsyncHTTPClient().fetch(request, raise_error=False)

        try:
            await until(desk, lambda state: state["linted"])
            await scene(desk, call)
        finally:
            following.cancel()
            server.stop()
            await server.close_all_connections()

    asyncio.run(play())


def answer(question: str, given: object, turn: int = 0) -> dict[str, object]:
    return {"type": "answer", "request": "r", "question": question, "turn": turn, "answer": given}


def test_no_other_name_and_no_other_page_can_ask() -> None:
    async def scene(_desk: Desk, call: Call) -> None:
        right = answer("how-many", "0.75")
        assert (await call("/", Host="evil.example")).code == 403
        for origin in ("http://evil.example", "null", ""):
            assert (await call("/ask", right, Origin=origin)).code == 403
        assert (await call("/ask", right)).code == 200
        assert "default-src 'none'" in (await call("/")).headers["Content-Security-Policy"]
        assert (await call("/../pyproject.toml")).code == 404
        assert (await call("/assets/preview.html")).code == 404

    serve(QUIZ, scene)


def test_answers_are_marked_as_in_a_lesson_and_not_recorded() -> None:
    before = len(shared_recorder().events())

    async def scene(_desk: Desk, call: Call) -> None:
        wrong = json.loads((await call("/ask", answer("how-many", "0.25"))).body)
        (question,) = (one for one in wrong["standing"]["questions"] if one["answer"] == "0.25")
        assert wrong["ok"]
        assert not question["feedback"]["correct"]
        assert "SECRET quarter" in question["feedback"]["message"]
        late = json.loads((await call("/ask", answer("how-many", "0.75"))).body)
        assert not late["ok"], "another page has answered since"
        for nonsense in (None, [], {"type": "answer"}, answer("no-such", "1"), answer("secretly-b", "b")):
            assert not json.loads((await call("/ask", nonsense if nonsense is not None else 0)).body)["ok"]

    serve(QUIZ, scene)
    assert len(shared_recorder().events()) == before


def test_the_explorer_of_a_question_is_served() -> None:
    async def scene(_desk: Desk, call: Call) -> None:
        made = await call("/explorer.json?question=at-a-point")
        assert set(json.loads(made.body)) == {"view", "threshold"}
        for name in ("how-many", "no-such"):
            assert (await call(f"/explorer.json?question={name}")).code == 404

    serve(QUIZ, scene)


def test_the_questions_are_drawn_anew_only_if_they_change(tmp_path: Path) -> None:
    path = tmp_path / "course.yaml"
    text = QUIZ.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")

    async def scene(desk: Desk, _call: Call) -> None:
        version = desk.state()["version"]
        told = desk.state()["problems"]
        # A file beside it is written: the linter looks again.
        (tmp_path / "misconceptions.yaml").write_text("- no mapping\n", encoding="utf-8")
        await until(desk, lambda state: state["linted"] and state["problems"] != told)
        assert desk.state()["version"] == version
        path.write_text(text.replace("How many?", "How many are there?"), encoding="utf-8")
        await until(desk, lambda state: state["linted"] and state["version"] != version)

    serve(path, scene)


def test_a_file_that_never_worked_shows_its_errors_alone(tmp_path: Path) -> None:
    path = tmp_path / "01-joins.yaml"
    path.write_text("title: A sample: joins\n", encoding="utf-8")

    async def scene(desk: Desk, call: Call) -> None:
        state = desk.state()
        assert state["broken"]
        assert state["view"] is None
        assert [problem["code"] for problem in state["problems"]] == ["LK002"]
        assert not json.loads((await call("/ask", answer("any", "1"))).body)["ok"]
        path.unlink()
        await until(desk, lambda state: [problem["code"] for problem in state["problems"]] == ["LK001"])

    serve(path, scene)


def test_a_missing_file_and_a_missing_tornado_are_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["preview", str(tmp_path / "none.yaml")]) == 1
    assert "none.yaml is no file" in capsys.readouterr().err
    monkeypatch.setattr("lessonkit.needs.find_spec", lambda _: None)
    assert main(["preview", str(QUIZ)]) == 1
    assert capsys.readouterr().err == f"lessonkit preview: {NO_PREVIEW}\n"
