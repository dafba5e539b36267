"""The progress board as a widget: the learner's record can be saved to a file, and a saved one be added.

Where the disk does not last, as on Binder, the file carries the record to the next session. Between the page
(``board.js``) and the kernel: the traits ``view`` (what stays) and ``board`` (the table as HTML); messages
``{"type": "save", "request"}`` and ``{"type": "add", "request", "content"}``; and one reply to each,
``{"type": "reply", "request", "ok", "message"}``, with the file's text under ``file`` when it is to be saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import traitlets
from anywidget import AnyWidget
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from lessonkit.i18n import direction, language, ngettext
from lessonkit.i18n import gettext as _
from lessonkit.record import (
    Board,
    EventError,
    Recorder,
    board,
    learner_id,
    shared_recorder,
    syllabus,
)
from lessonkit.record.event import from_jsonl, to_jsonl
from lessonkit.widgets import wording
from lessonkit.widgets.assets import asset

#: The longest file that is taken, in characters; a Jupyter server takes messages of 10 MB.
_LONGEST = 8_000_000


def progress() -> ProgressWidget:
    """Show what you have answered so far, lesson by lesson.

    Returns
    -------
    ProgressWidget
        A table with two buttons: save the record to a file, and add a saved one. `ProgressWidget.progress`
        holds the numbers.
    """
    return ProgressWidget()


class _Save(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    type: Literal["save"]
    request: Annotated[str, Field(max_length=100)]


class _Add(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    type: Literal["add"]
    request: Annotated[str, Field(max_length=100)]
    content: Annotated[str, Field(max_length=_LONGEST)]


_REQUESTS: TypeAdapter[_Save | _Add] = TypeAdapter(Annotated[_Save | _Add, Field(discriminator="type")])


class ProgressWidget(AnyWidget):
    """The learner's progress, and their record as a file.

    Parameters
    ----------
    recorder : Recorder, optional
        Whose events to show. Default: that of the process.
    """

    _esm = asset("board.js")
    _css = asset("board.css")

    view = traitlets.Dict().tag(sync=True, from_json=lambda _value, widget: widget.view)
    board = traitlets.Unicode().tag(sync=True, from_json=lambda _value, widget: widget.board)

    def __init__(self, recorder: Recorder | None = None) -> None:
        self._recorder = shared_recorder() if recorder is None else recorder
        view = {"lang": language(), "dir": direction(language()), "words": _words(), "longest": _LONGEST}
        super().__init__(view=view, board=self.progress.as_html())
        self.on_msg(self._answer_message)

    @property
    def progress(self) -> Board:
        """All that the record tells up to now."""
        replay = self._recorder.replay()
        return board(replay, syllabus(), notice=self._recorder.notice)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:  # noqa: ANN401
        """Return the widget view and, for readers without a kernel, the table as HTML and as text."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        now = self.progress
        return {**data, "text/html": now.as_html(), "text/plain": now.as_text()}, metadata

    def _answer_message(self, _widget: object, content: object, _buffers: object) -> None:
        """Do what the page asks, and reply in plain words whatever it sent."""
        name = content.get("request") if isinstance(content, Mapping) else None
        reply: dict[str, object] = {"type": "reply", "request": name if isinstance(name, str) else None}
        try:
            request = _REQUESTS.validate_python(content)
            if isinstance(request, _Save):
                events = self._recorder.events()
                saved = ngettext("{n} event is in the file.", "{n} events are in the file.", len(events))
                reply |= {"file": to_jsonl(events), "message": saved.format(n=len(events))}
            else:
                reply["message"] = self._add(request.content)
            self.send({**reply, "ok": True})
        except ValidationError:
            self.send({**reply, "ok": False, "message": wording.misfit()})
        except EventError:
            wrong = _("This is no saved record. Choose a file that was saved here or by lessonkit export.")
            self.send({**reply, "ok": False, "message": wrong})

    def _add(self, content: str) -> str:
        """Add the events of a file as this learner's; those that are here already are not doubled."""
        events, skipped = from_jsonl(content)
        known = {event.id for event in self._recorder.events()}
        new = {
            event.id: event.model_copy(update={"learner": learner_id()})
            for event in events
            if event.id not in known
        }
        self._recorder.record(*new.values())
        self.board = self.progress.as_html()
        added = ngettext("{n} event was added.", "{n} events were added.", len(new)).format(n=len(new))
        parts = [added]
        if skipped:
            left = ngettext("{n} line could not be read.", "{n} lines could not be read.", len(skipped))
            parts.append(left.format(n=len(skipped)))
        if new:
            parts.append(_("Run the cells of your quizzes again to see them there."))
        return " ".join([*parts, self._recorder.notice]).rstrip()


def _words() -> dict[str, str]:
    """Return the words that the page puts on screen by itself, by their names in ``board.js``."""
    return {
        "board": _("Your progress"),
        "save": _("Save my record to a file"),
        "add": _("Add a saved record"),
        "too_long": _("This file is too long for a record."),
        "silence": _("No reply: the kernel is busy or not running. Run this cell again."),
    }
