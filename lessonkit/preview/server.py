"""The page of a preview, for this machine alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lessonkit.serving import NOT_FOUND, Page, assets, web_application

if TYPE_CHECKING:
    import tornado.web

    from lessonkit.preview.desk import Desk

_HOSTS: Final = frozenset({"127.0.0.1", "localhost"})
_PAGES: Final = Path(__file__).with_name("pages")


class _Preview(Page):
    desk: Desk

    def initialize(self, desk: Desk, hosts: frozenset[str]) -> None:  # type: ignore[override]  # of its own routes
        super().initialize(hosts)
        self.desk = desk


class _PreviewPage(_Preview):
    def get(self) -> None:
        """Send it."""
        self.show("Preview", _PAGES / "preview.html", "explorer.css", "preview.css")


class _State(_Preview):
    async def get(self) -> None:
        """Stream what the file says."""
        wake = self.desk.open()
        try:
            await self.send_states(wake, self._now)
        finally:
            self.desk.close(wake)

    async def _now(self) -> dict[str, Any]:
        return self.desk.state()


class _Ask(_Preview):
    def post(self) -> None:
        """Do what the quiz asks."""
        self.finish(self.desk.answer(self.body()))


class _Explorer(_Preview):
    def get(self) -> None:
        """Send the explorer that a question is answered on."""
        shown = self.desk.shown.progress if self.desk.shown is not None else {}
        asked = shown.get(self.get_query_argument("question", ""))
        if asked is not None and asked.question.explored:
            from lessonkit.widgets.operating_point import traits  # late: it needs the data

            self.finish(traits(asked.question))
        else:
            self.refuse(NOT_FOUND, "There is no explorer here.")


def application(desk: Desk) -> tornado.web.Application:
    """Return the preview as a web application."""
    given = {"desk": desk, "hosts": _HOSTS}
    return web_application(
        [
            (r"/", _PreviewPage, given),
            (r"/state", _State, given),
            (r"/ask", _Ask, given),
            (r"/explorer\.json", _Explorer, given),
            assets(_PAGES, ("preview.css", "preview.js"), _HOSTS),
        ],
        _HOSTS,
    )
