"""Pages that a command serves: who may ask, what a browser may load, and how a page is told of news."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
import webbrowser
from contextlib import suppress
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import tornado.web
from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError

from lessonkit.widgets.assets import asset

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    #: A route as tornado takes it.
    Route = tuple[str, type[tornado.web.RequestHandler], dict[str, Any]]

BAD_REQUEST, FORBIDDEN, NOT_FOUND = 400, 403, 404

#: What a browser may load of the widgets: `asset` joins what a script imports.
_JOINED: Final = ("page.js", "form.js", "quiz.js", "quiz.css", "explorer.js", "explorer.css")
#: The script and the sheet beside this file.
_SHARED: Final = ("talk.js", "served.css")
_TYPES: Final = {"css": "text/css", "js": "text/javascript"}
_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_LARGEST: Final = 16 * 1024
_ALIVE: Final = 15.0  # seconds after which a silent stream says that it is there
_PACE: Final = 0.05  # seconds between two messages to one page
_PORTS: Final = 50

_REFUSAL: Final = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>lessonkit</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
    "<body><main><h1>lessonkit</h1><p>{message}</p></main></body></html>"
)

_DOCUMENT: Final = """\
<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{title}</title>
    <link rel="icon" href="data:,">
{sheets}
    <script type="module" src="/assets/{script}"></script>
  </head>
{body}</html>
"""


class Page(tornado.web.RequestHandler):
    """What all pages share: who may ask, and what they may load."""

    hosts: frozenset[str]

    def initialize(self, hosts: frozenset[str]) -> None:
        """Take the names under which the pages are served."""
        self.hosts = hosts

    def set_default_headers(self) -> None:
        """Say what the page may do."""
        self.clear_header("Server")
        for name, value in {
            "Content-Security-Policy": _CSP,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        }.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        """Refuse other names of this machine, and what other pages send."""
        host = urlsplit(f"//{self.request.host}")
        if (host.hostname or "") not in self.hosts:
            self.refuse(FORBIDDEN, "This page is not served under this name.")
        elif self.request.method == "POST":
            origin = self.request.headers.get("Origin", "")
            if urlsplit(origin).netloc != self.request.host:
                self.refuse(FORBIDDEN, "Another page cannot ask for this.")

    def show(self, title: str, body: Path, *sheets: str) -> None:
        """Send the page whose body is in a file such as ``wall.html``, with ``wall.js`` and these sheets."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        links = (
            f'    <link rel="stylesheet" href="/assets/{name}">'
            for name in ("quiz.css", "served.css", *sheets)
        )
        self.finish(
            _DOCUMENT.format(
                title=title,
                sheets="\n".join(links),
                script=f"{body.stem}.js",
                body=_file(body),
            )
        )

    def compute_etag(self) -> None:
        """Compute none: pages are small, and streams have no end."""

    def refuse(self, status: int, message: str) -> None:
        """Say no in plain words: as a page where one was opened, else as JSON."""
        self.set_status(status)
        if self.request.method == "GET" and "text/html" in self.request.headers.get("Accept", ""):
            self.set_header("Content-Type", "text/html; charset=UTF-8")
            self.finish(_REFUSAL.format(message=escape(message)))
        else:
            self.finish({"ok": False, "message": message})

    def write_error(self, status_code: int, **_more: object) -> None:
        """Say no where tornado does."""
        self.finish({"ok": False, "message": f"This cannot be done ({status_code})."})

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:  # noqa: ANN401  (tornado's)
        """Say what went wrong in the terminal, without the address of whoever asked."""
        if not isinstance(error, tornado.web.HTTPError):
            logging.getLogger(__name__).error("A page could not be served", exc_info=(kind, error, trace))

    def body(self) -> object:
        """Return what was sent, as JSON."""
        try:
            return json.loads(self.request.body)
        except (ValueError, RecursionError):
            return None

    async def send_states(
        self, wake: asyncio.Event, state: Callable[[], Awaitable[dict[str, Any] | None]]
    ) -> None:
        """Send the state as it is now, and again each time that it has changed.

        Parameters
        ----------
        wake : asyncio.Event
            Set when there may be something new.
        state : callable
            Returns what the page shows, or None when nothing more is to be sent. What it raises ends the
            stream and is raised here.
        """
        self.set_header("Content-Type", "text/event-stream")
        told = ""
        with suppress(StreamClosedError):
            while True:
                wake.clear()
                made = await state()
                if made is None:
                    return
                now = json.dumps(made, ensure_ascii=True, separators=(",", ":"))
                self.write(": here\n\n" if now == told else f"retry: 1000\ndata: {now}\n\n")
                told = now
                await self.flush()
                await asyncio.sleep(_PACE)
                with suppress(TimeoutError):
                    await asyncio.wait_for(wake.wait(), _ALIVE)


class _Asset(Page):
    """Scripts and sheets."""

    def initialize(self, folder: Path, hosts: frozenset[str]) -> None:  # type: ignore[override]  # of its own route
        super().initialize(hosts)
        self.folder = folder

    def get(self, name: str) -> None:
        """Send one."""
        self.set_header("Content-Type", f"{_TYPES[name.rpartition('.')[2]]}; charset=utf-8")
        folder = Path(__file__).parent if name in _SHARED else self.folder
        self.finish(asset(name) if name in _JOINED else _file(folder / name))


class _Missing(Page):
    """What there is not."""

    def prepare(self) -> None:
        """Say so."""
        super().prepare()
        if not self._finished:
            self.refuse(NOT_FOUND, "There is nothing here.")


@cache
def _file(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def assets(folder: Path, names: Iterable[str], hosts: frozenset[str]) -> Route:
    """Return the route of scripts and sheets: of the widgets, of all pages, and those of a folder."""
    files = "|".join(map(re.escape, (*_JOINED, *_SHARED, *names)))
    return rf"/assets/({files})", _Asset, {"folder": folder, "hosts": hosts}


def web_application(routes: Iterable[Route], hosts: frozenset[str]) -> tornado.web.Application:
    """Return pages as a web application, which says in plain words what there is not."""
    return tornado.web.Application(
        list(routes),
        log_function=lambda _handler: None,  # it would keep addresses
        default_handler_class=_Missing,
        default_handler_args={"hosts": hosts},
    )


def http_server(app: tornado.web.Application) -> HTTPServer:
    """Return the server of an application, with limits on what it reads."""
    return HTTPServer(
        app,
        max_body_size=_LARGEST,
        max_buffer_size=4 * _LARGEST,
        max_header_size=_LARGEST,
        idle_connection_timeout=120,
    )


def open_page(address: str, *, wanted: bool) -> bool:
    """Open a page for whoever sits at the terminal; say whether a browser took it.

    Parameters
    ----------
    address : str
        Of the page.
    wanted : bool
        Whether one is to be opened. Where the output goes to a file or to another program, none is.
    """
    return wanted and sys.stdout.isatty() and webbrowser.open(address)


def listen(server: HTTPServer, ip: str, port: int | None, *, first: int) -> int:
    """Listen at a port, or at the first free one from `first` on, and return it.

    Raises
    ------
    OSError
        None is free.
    """
    candidates = range(first, first + _PORTS) if port is None else [port]
    for candidate in candidates:
        try:
            server.listen(candidate, ip)
        except OSError:
            if candidate == candidates[-1]:
                raise
        else:
            return candidate
    raise AssertionError  # there is a last one
