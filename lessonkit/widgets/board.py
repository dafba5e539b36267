"""The progress board as a widget: what to do next, what the record tells, and the record as a file.

Where the disk does not last, as on Binder, the file carries the record to the next session. Between the page
(``board.js``) and the kernel:

* the trait ``view`` (what stays) and the trait ``board`` (the parts that are shown, as HTML);
* ``{"type": "news"}`` from the kernel when something was recorded; the page then asks for a ``refresh``, once
  for all that comes together, so that no answer waits for the board;
* messages ``{"type": "refresh" | "save", "request"}``, ``{"type": "add", "request", "content"}`` and
  ``{"type": "review", "request", "belief"}``; and one reply to each, ``{"type": "reply", "request", "ok",
  "message"}``, with a file's text under ``file`` or the name of a review's widget under ``review``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import traitlets
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from lessonkit.figures import lesson_map
from lessonkit.i18n import direction, language, ngettext
from lessonkit.i18n import gettext as _
from lessonkit.record import (
    Board,
    EventError,
    Recorder,
    Syllabus,
    board,
    learner_id,
    misconceptions,
    reviews,
    shared_recorder,
    syllabus,
)
from lessonkit.record.event import from_jsonl, to_jsonl
from lessonkit.widgets import wording
from lessonkit.widgets.assets import asset
from lessonkit.widgets.board_html import BoardHtml, asked_about
from lessonkit.widgets.review import ReviewWidget
from lessonkit.widgets.stored import StoredWidget

#: The longest file that is taken, in characters; a Jupyter server takes messages of 10 MB.
_LONGEST = 8_000_000


def progress() -> ProgressWidget:
    """Show what you have done so far, and what to do next.

    Returns
    -------
    ProgressWidget
        The board. It follows your answers while they come, opens reviews, saves the record to a file and adds
        a saved one. `ProgressWidget.progress` holds the numbers.
    """
    return ProgressWidget()


class _Request(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    request: Annotated[str, Field(max_length=100)]


class _Refresh(_Request):
    type: Literal["refresh"]


class _Save(_Request):
    type: Literal["save"]


class _Add(_Request):
    type: Literal["add"]
    content: Annotated[str, Field(max_length=_LONGEST)]


class _Review(_Request):
    type: Literal["review"]
    belief: Annotated[str, Field(max_length=100)] | None = None


_REQUESTS: TypeAdapter[_Refresh | _Save | _Add | _Review] = TypeAdapter(
    Annotated[_Refresh | _Save | _Add | _Review, Field(discriminator="type")]
)


class ProgressWidget(StoredWidget):
    """The learner's progress, and their record as a file.

    Parameters
    ----------
    recorder : Recorder, optional
        Whose events to show. Default: that of the process.
    """

    _esm = asset("board.js")
    _css = asset("board.css")

    view = traitlets.Dict().tag(sync=True, from_json=lambda _value, widget: widget.view)
    board = traitlets.Dict().tag(sync=True, from_json=lambda _value, widget: widget.board)

    def __init__(self, recorder: Recorder | None = None) -> None:
        self._recorder = shared_recorder() if recorder is None else recorder
        self._asking: ReviewWidget | None = None
        view = {"lang": language(), "dir": direction(language()), "words": page_words(), "longest": _LONGEST}
        super().__init__(view=view, board=self._parts())
        self.on_msg(self._answer_message)
        self._recorder.observe(self._tell_news)

    @property
    def progress(self) -> Board:
        """All that the record tells up to now."""
        return board(self._recorder.replay(), syllabus(), notice=self._recorder.notice)

    def lesson_map(self) -> None:
        """Show the map of the lessons, with what the record says is begun and done."""
        lessons = self._look()[0].lessons
        lesson_map(
            begun=[one.lesson[:2] for one in lessons if one.begun],
            done=[one.lesson[:2] for one in lessons if one.done],
        )

    def close(self) -> None:
        """Close the board, and the review inside it."""
        if self._asking is not None:
            self._asking.close()
        super().close()

    def _still(self) -> tuple[str, str]:
        """Return the lessons, as HTML and as text."""
        return BoardHtml(*self._look()).still()

    def _look(self) -> tuple[Board, Syllabus]:
        replay = self._recorder.replay()
        # A visitor's first board says where to begin; reading thirteen quizzes for it would be felt.
        course = syllabus(beginning=not len(replay))
        return board(replay, course, notice=self._recorder.notice), course

    def _parts(self) -> dict[str, object]:
        shown = BoardHtml(*self._look())
        return {"now": shown.now(), "rest": shown.rest(), "is_empty": shown.is_empty}

    def _tell_news(self) -> None:
        if self.comm is not None:
            self.send({"type": "news"})

    def _answer_message(self, _widget: object, content: object, _buffers: object) -> None:
        """Do what the page asks, and reply in plain words whatever it sent."""
        name = content.get("request") if isinstance(content, Mapping) else None
        reply: dict[str, object] = {"type": "reply", "request": name if isinstance(name, str) else None}
        try:
            done = self._obey(_REQUESTS.validate_python(content))
            self.send({**reply, "ok": True, **done})
        except ValidationError:
            self.send({**reply, "ok": False, "message": wording.misfit()})
        except EventError:
            self.send({**reply, "ok": False, "message": file_words()["no_record"]})

    def _obey(self, request: _Refresh | _Save | _Add | _Review) -> dict[str, str]:
        match request:
            case _Refresh():
                self.board = self._parts()
                return {"message": ""}
            case _Save():
                events = self._recorder.events()
                saved = file_words(len(events))["saved"]
                return {"file": to_jsonl(events), "message": saved.format(n=len(events))}
            case _Add():
                return {"message": self._add(request.content)}
            case _Review():
                return {"message": "", "review": self._ask(request.belief)}

    def _ask(self, belief: str | None) -> str:
        """Make the review of what is due, or of the fresh questions on a belief; return its name."""
        replay, course = self._recorder.replay(), syllabus()
        before = self._asking
        if belief is None:
            due = reviews(replay, course).due
            self._asking = ReviewWidget.of_due(due, course, recorder=self._recorder)
        else:
            held = (one for one in misconceptions(replay, course) if one.slug == belief)
            asked = next(map(asked_about, held), ())
            self._asking = ReviewWidget.of_belief(belief, asked, course, recorder=self._recorder)
        if before is not None:
            before.close()
        return str(self._asking.model_id)

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
        self.board = self._parts()
        parts = [file_words(len(new))["added"].format(n=len(new))]
        if skipped:
            parts.append(file_words(len(skipped))["skipped"].format(n=len(skipped)))
        if new:
            parts.append(_("Run the cells of your quizzes again to see them there."))
        return " ".join([*parts, self._recorder.notice]).rstrip()


def file_words(n: int = 1) -> dict[str, str]:
    """Return what is said of a record's file with `n` events or lines, by the names the site has."""
    return {
        "saved": ngettext("{n} event is in the file.", "{n} events are in the file.", n),
        "added": ngettext("{n} event was added.", "{n} events were added.", n),
        "skipped": ngettext("{n} line could not be read.", "{n} lines could not be read.", n),
        "no_record": _("This is no saved record. Choose a file that was saved here or by lessonkit export."),
    }


def page_words() -> dict[str, str]:
    """Return the words that the page puts on screen by itself, by their names in ``board.js``."""
    return {
        "board": _("Your progress"),
        "review": _("Questions asked again"),
        "done": _("Close these questions"),
        "save": _("Save my record to a file"),
        "add": _("Add a saved record"),
        "too_long": _("This file is too long for a record."),
        "silence": _("No reply: the kernel is busy or not running. Run this cell again."),
    }
