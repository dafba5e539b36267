from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from lessonkit import cli, lab
from lessonkit.course import MANIFEST, own_course
from lessonkit.course.outline import Course

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


IP = "127.0.0.1"
FIRST_LESSON = Course.at(own_course()).first_lesson


@pytest.fixture(autouse=True)
def runtime(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where servers say on which port they are: a folder of this test's own."""
    folder = tmp_path_factory.mktemp("runtime")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder))
    return folder


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def make_course(folder: Path) -> Path:
    (folder / "notebooks").mkdir()
    cell = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# Start here"}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / FIRST_LESSON).write_text(json.dumps(notebook), encoding="utf-8")
    return folder


def test_the_course_is_found_from_a_folder_inside_it(tmp_path: Path) -> None:
    course = make_course(tmp_path)
    assert lab.find_course(course / "notebooks") == course


def test_a_course_that_is_there_is_served_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    course = make_course(tmp_path)
    monkeypatch.chdir(course / "notebooks")
    assert lab.open_course(None) == lab.open_course(course) == course
    assert sorted(path.name for path in course.rglob("*")) == ["00-start-here.ipynb", "notebooks"]
    assert capsys.readouterr().out == ""


def test_without_a_course_here_the_checkout_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (lab.open_course(None) / "pyproject.toml").is_file()
    assert list(tmp_path.iterdir()) == []


def test_an_installed_lessonkit_copies_its_notebooks_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lab, "is_installed", lambda: True)
    monkeypatch.chdir(tmp_path)
    copy = tmp_path / "lessonkit-course"
    assert lab.open_course(None) == copy
    assert (copy / FIRST_LESSON).is_file()
    assert capsys.readouterr().out.startswith(f"Copied to {copy / 'notebooks'}: 00-start-here.ipynb, 01-")
    for inside in (tmp_path, copy, copy / "notebooks"):
        monkeypatch.chdir(inside)
        assert lab.open_course(None) == copy
    assert capsys.readouterr().out == ""


def test_a_named_folder_gets_the_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lab.open_course(tmp_path / "class") == tmp_path / "class"
    assert (tmp_path / "class" / FIRST_LESSON).is_file()
    (tmp_path / "class" / FIRST_LESSON).unlink()
    capsys.readouterr()
    assert lab.open_course(tmp_path / "class") == tmp_path / "class"
    assert capsys.readouterr().out == f"Copied to {tmp_path / 'class' / 'notebooks'}: 00-start-here.ipynb.\n"


def test_a_newer_version_is_told_and_the_learners_work_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lab.open_course(tmp_path)
    notebook = tmp_path / FIRST_LESSON
    notebook.write_text("my work", encoding="utf-8")
    lab.open_course(tmp_path)
    manifest = tmp_path / MANIFEST
    older = json.loads(manifest.read_text(encoding="utf-8")) | {"00-start-here.ipynb": "as of last year"}
    manifest.write_text(json.dumps(older), encoding="utf-8")
    capsys.readouterr()
    lab.open_course(tmp_path)
    assert "newer version of: 00-start-here.ipynb. Yours stays" in capsys.readouterr().out
    assert notebook.read_text(encoding="utf-8") == "my work"


def test_a_folder_that_cannot_be_made_says_what_to_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(lab.LabError, match="lessonkit lab --course PATH"):
        lab.open_course(tmp_path / "file")


def test_a_taken_port_is_refused_by_name(taken: int) -> None:
    with pytest.raises(lab.LabError, match=f"Port {taken} cannot be used"), lab.reserve_port(IP, taken):
        pass


def test_an_impossible_port_is_refused_by_name() -> None:
    with pytest.raises(lab.LabError, match="Port 99999 cannot be used"), lab.reserve_port(IP, 99999):
        pass


@pytest.mark.parametrize("ip", ["no-such-host.invalid", "192.0.2.1"])
def test_a_host_that_is_not_here_is_told_as_that(ip: str) -> None:
    with (
        pytest.raises(lab.LabError, match=f"^{ip} is no address of this machine"),
        lab.reserve_port(ip, None),
    ):
        pass


def test_without_a_wish_the_next_free_port_is_taken(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "_DEFAULT_PORT", taken)
    with lab.reserve_port(IP, None) as port:
        assert taken < port < taken + lab._PORTS_TRIED


def test_a_port_that_a_starting_lab_holds_is_not_given_twice(port: int) -> None:
    with lab.reserve_port(IP, port):
        with pytest.raises(lab.LabError, match=f"Port {port} cannot be used"), lab.reserve_port(IP, port):
            pass
        with socket.socket() as server:  # JupyterLab can take it
            server.bind((IP, port))
    with lab.reserve_port(IP, port) as again:
        assert again == port


def test_when_all_ports_are_taken_it_says_so(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "_DEFAULT_PORT", taken)
    monkeypatch.setattr(lab, "_PORTS_TRIED", 1)
    with pytest.raises(lab.LabError, match="--port"), lab.reserve_port(IP, None):
        pass


@pytest.mark.parametrize("wish", [["--ip", "no-such-host.invalid"], ["--port", "99999"]])
def test_nothing_is_copied_before_the_port_is_there(tmp_path: Path, wish: list[str]) -> None:
    assert cli.main(["lab", "--course", str(tmp_path), *wish]) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_command_reports_a_problem_in_one_line_and_fails(
    taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["lab", "--port", str(taken)]) == 1
    message = capsys.readouterr().err
    assert message.startswith(f"lessonkit lab: Port {taken}")
    assert message.count("\n") == 1


def test_no_browser_is_looked_for_without_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    assert not lab.has_browser()


def test_no_browser_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise webbrowser.Error

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "get", none)
    assert not lab.has_browser()


def test_root_is_let_in_only_when_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert "--allow-root" in lab.server_command(tmp_path, "127.0.0.1", 8888)
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert "--allow-root" not in lab.server_command(tmp_path, "127.0.0.1", 8888)


def test_jupyter_may_move_on_unless_a_port_was_named(tmp_path: Path) -> None:
    assert "--ServerApp.port_retries=0" in lab.server_command(tmp_path, IP, 8888)
    assert "--ServerApp.port_retries=0" not in lab.server_command(tmp_path, IP, 8888, firm=False)


def test_a_server_that_stops_at_once_is_told(tmp_path: Path) -> None:
    server = subprocess.Popen([sys.executable, "-c", "raise SystemExit(5)"])
    server.wait()
    with pytest.raises(lab.LabError, match="status 5"):
        lab.wait_until_ready(server, "token", folder=tmp_path)


# As much of JupyterLab as the lab looks at: it takes a port, says so in a file, and lets its own token in.
STUB = """
import http.server, json, os, pathlib, signal, sys

token = os.environ["JUPYTER_TOKEN"]

class Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.headers["Authorization"] == f"token {{token}}" else 403)
        self.end_headers()
    def log_message(self, *_):
        pass

def stop(*_):
    print("told to stop", flush=True)
    {then}

signal.signal(signal.SIGTERM, stop)
server = http.server.HTTPServer(("127.0.0.1", {port}), Server)
address = {{"port": server.server_port, "token": token, "base_url": "/"}}
folder = pathlib.Path(os.environ["JUPYTER_RUNTIME_DIR"])
folder.mkdir(exist_ok=True)
(folder / f"jpserver-{{os.getpid()}}.json").write_text(json.dumps(address))
{serve}
"""
posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows ends a process without a signal.")


@contextmanager
def stub_lab(
    port: int, then: str = "sys.exit()", serve: str = "server.serve_forever()", first: str = ""
) -> Iterator[subprocess.Popen[str]]:
    """Run the lab in a process of its own, with a small server that does *then* when it is told to stop."""
    stub = STUB.format(port=port, then=then, serve=serve)
    code = f"""
import signal, sys
from lessonkit import lab
for each in lab._STOP_SIGNALS:  # whoever runs the tests may have switched one off
    signal.signal(each, signal.default_int_handler)
{first}
lab._STOP_SECONDS = 1
lab.has_browser = lambda: False
lab.server_command = lambda *_, **__: [sys.executable, "-c", {stub!r}]
sys.exit(lab.open_lab(port={port}))
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert any("Stop it with Ctrl+C" in line for line in process.stdout)
            yield process
        finally:
            process.terminate()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@posix_only
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"])
def test_a_signal_to_stop_stops_the_server_and_is_the_exit_status(name: str, port: int) -> None:
    number = getattr(signal, name)
    with stub_lab(port) as process:
        process.send_signal(number)
        said, _ = process.communicate(timeout=10)
    assert said == "told to stop\n"
    assert process.returncode == 128 + number


@posix_only
def test_a_server_that_hangs_is_killed_and_told_only_once(port: int) -> None:
    with stub_lab(port, then="pass") as process:
        for _ in range(3):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.1)
        said, _ = process.communicate(timeout=10)
    assert said == "told to stop\n"
    assert process.returncode == 128 + signal.SIGTERM


@posix_only
def test_a_signal_that_nohup_switched_off_stays_off(port: int) -> None:
    with stub_lab(port, first="signal.signal(signal.SIGHUP, signal.SIG_IGN)") as process:
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.5)


@posix_only
def test_a_server_that_is_killed_gives_its_signal_as_the_exit_status(port: int) -> None:
    with stub_lab(port, serve="server.handle_request(); signal.raise_signal(signal.SIGKILL)") as process:
        process.communicate(timeout=10)
    assert process.returncode == 128 + signal.SIGKILL


def test_a_server_that_shuts_down_from_its_menu_is_no_failure(port: int) -> None:
    with stub_lab(port, serve="server.handle_request()") as process:
        process.communicate(timeout=10)
    assert process.returncode == 0


def test_only_the_server_that_lets_our_token_in_counts(port: int, runtime: Path) -> None:
    """Another server may have the port that ours has written down, or have left a file that is torn."""
    (runtime / "jpserver-1.json").write_text('{"port": 88', encoding="utf-8")
    stub = STUB.format(port=0, then="sys.exit()", serve="server.serve_forever()")
    servers = []
    for token in ("theirs", "ours"):
        environment = os.environ | {"JUPYTER_TOKEN": token}
        servers.append(subprocess.Popen([sys.executable, "-c", stub], env=environment))
    try:
        theirs, ours = (
            lab.wait_until_ready(one, token) for one, token in zip(servers, ("theirs", "ours"), strict=True)
        )
        assert theirs != ours
        assert lab._lets_in(ours, "ours")
        assert not lab._lets_in(theirs, "ours")
        assert not lab._lets_in(f"http://{IP}:{port}", "ours")
    finally:
        for one in servers:
            one.kill()
            one.wait()


def open_labs(number: int, command: Callable[[int], list[str]], environment: dict[str, str]) -> list[str]:
    """Start labs at once; return the addresses that they announce, and stop them."""
    labs = [
        subprocess.Popen(command(place), stdout=subprocess.PIPE, text=True, env=environment)
        for place in range(number)
    ]
    try:
        urls = []
        for one in labs:
            assert one.stdout is not None
            said = "".join(iter(one.stdout.readline, "Stop it with Ctrl+C.\n"))
            (found,) = re.finditer(r"(http://\S+)/lab/tree/\S+token=(\S+)", said)
            assert lab._lets_in(found[1], found[2]), said
            urls.append(found[1])
        return urls
    finally:
        for one in labs:
            one.terminate()
        for one in labs:
            one.communicate(timeout=60)


@posix_only
def test_twenty_labs_started_at_once_are_open_on_addresses_of_their_own(tmp_path: Path) -> None:
    course = make_course(tmp_path)
    stub = STUB.replace("{port}", "int(sys.argv[1])").format(
        then="sys.exit()", serve="server.serve_forever()"
    )
    code = f"""
import sys
from pathlib import Path
from lessonkit import lab
lab.has_browser = lambda: False
lab.server_command = lambda course, ip, port, firm: [sys.executable, "-c", {stub!r}, str(port)]
sys.exit(lab.open_lab(course=Path({str(course)!r})))
"""
    urls = open_labs(20, lambda _: [sys.executable, "-c", code], dict(os.environ))
    assert len(set(urls)) == 20


@posix_only
def test_two_real_labs_started_at_once_each_open_their_own_course(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        make_course(tmp_path / name)
    environment = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "BROWSER"}}
    environment["JUPYTER_CONFIG_DIR"] = str(tmp_path / "config")

    def command(place: int) -> list[str]:
        course = tmp_path / ("one", "two")[place]
        return [sys.executable, "-m", "lessonkit.cli", "lab", "--course", str(course)]

    urls = open_labs(2, command, environment)
    assert len(set(urls)) == 2


@posix_only
def test_the_lab_serves_lesson_00_quietly_and_stops_when_told(tmp_path: Path) -> None:
    course = make_course(tmp_path)
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    environment["JUPYTER_CONFIG_DIR"] = str(tmp_path / "config")
    command = [sys.executable, "-m", "lessonkit.cli", "lab", "--course", str(course)]
    with (
        (tmp_path / "stderr").open("w+", encoding="utf-8") as stderr,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment
        ) as process,
    ):
        assert process.stdout is not None
        url = None
        for line in process.stdout:
            if found := re.search(r"http://\S+", line):
                url = found[0]
                break
        assert url is not None, (tmp_path / "stderr").read_text(encoding="utf-8")
        assert f"/lab/tree/{FIRST_LESSON}?token=" in url
        with urllib.request.urlopen(url, timeout=20) as response:  # noqa: S310
            page = response.read().decode()
        api = url.replace("/lab/tree/", "/api/contents/")
        with urllib.request.urlopen(api, timeout=20) as response:  # noqa: S310
            assert json.load(response)["type"] == "notebook"
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
    assert process.returncode == 128 + signal.SIGTERM
    disabled = re.search(r'"disabledExtensions": \[(.*?)\]', page, re.DOTALL)
    assert disabled is not None
    assert "@jupyterlab/apputils-extension:announcements" in disabled[1]
    noise = (tmp_path / "stderr").read_text(encoding="utf-8").splitlines()
    assert [line for line in noise if "received signal 15, stopping" not in line] == []
