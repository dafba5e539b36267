"""Questions that a page asks: the widget that a quiz and a review are. The page draws them (``quiz.js``).

This half holds the key, marks and records. Between the two halves:

* the trait ``view`` (kernel to page) is what stays: the words of the engine, the title, and each question's
  prompt and choices. It changes only when a question is drawn anew;
* the trait ``standing`` (kernel to page) is what changes: for each question the hints asked for, the answer
  marked last, and the feedback it has earned;
* messages (page to kernel) each carry a ``request`` and a ``question``:
  ``{"type": "answer", "turn": n, "answer": [...] | {...} | "0.89", "confidence", "seconds"}``,
  ``{"type": "hint", "shown": n}``, ``{"type": "reveal"}`` and ``{"type": "another", "turn": n}``.
  `lessonkit.widgets.quiz` has more;
* each is answered by one ``{"type": "reply", "request", "ok", "message"}``, sent after the new ``standing``.

``turn`` counts what has happened to a question, ``shown`` its hints; with them the page says what it had on
screen. So a message that comes late, twice, or from a second view of the same widget is told apart from a new
one. What is acknowledged has been recorded before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import RLock
from typing import TYPE_CHECKING, Any

import traitlets

from lessonkit.questions.marking import AnswerError
from lessonkit.widgets.asked import Asked, Refusal
from lessonkit.widgets.assets import asset
from lessonkit.widgets.stored import StoredWidget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lessonkit.questions.model import Quiz
    from lessonkit.record import Event, Recorder
    from lessonkit.widgets.explorer import ExplorerWidget

#: Where a question stands that nothing has happened to. The page knows it, so only what differs is sent.
_FRESH: dict[str, Any] = {
    "hints": [],
    "turn": 0,
    "attempt": 0,
    "answer": None,
    "confidence": None,
    "left": "",
    "closed": False,
    "revealed": False,
    "can_reveal": False,
    "can_draw": False,
    "feedback": None,
    "kept": "",
}


def _without_fresh(standing: dict[str, Any]) -> dict[str, Any]:
    questions = [
        {key: value for key, value in question.items() if value != _FRESH[key]}
        for question in standing.get("questions", ())
    ]
    return {**standing, "questions": questions}


class AskingWidget(Asked, StoredWidget):
    """Questions on one page, marked in the kernel.

    Parameters
    ----------
    quiz, seed
        As for `Asked`.
    recorder : Recorder
        Keeps what the learner does, and says who that is.

    Notes
    -----
    A subclass says what `Asked` leaves open, and `_still`: what a stored notebook shows. There is no default.
    """

    _esm = asset("quiz.js")
    _css = asset("quiz.css")

    # The page reads both and writes neither: what it sends back is ignored.
    view = traitlets.Dict().tag(sync=True, from_json=lambda _value, widget: widget.view)
    standing = traitlets.Dict().tag(
        sync=True,
        to_json=lambda value, _widget: _without_fresh(value),
        from_json=lambda _value, widget: widget.standing,
    )

    def __init__(self, quiz: Quiz, *, seed: Callable[[str, int], str], recorder: Recorder) -> None:
        self._recorder = recorder
        self._lock = RLock()  # messages may come in a thread of their own, beside `reset` in a cell
        Asked.__init__(self, quiz, seed=seed, learner=recorder.learner)
        self._explorers = self._explore()
        StoredWidget.__init__(self, view=self._view(), standing=self._stand())
        self.on_msg(self._answer_message)

    def close(self) -> None:
        """Close the widget, and the explorers inside it."""
        for explorer in self._explorers.values():
            explorer.close()
        super().close()

    def _explore(self) -> dict[str, ExplorerWidget]:
        """Return the explorers that questions are answered on, each where its answer is."""
        explorers = {}
        for name, progress in self._progress.items():
            if progress.question.explored:
                from lessonkit.widgets.operating_point import explorer  # late: it needs the data

                explorers[name] = explorer(progress.question)
                if isinstance(progress.answer, str) and progress.answer:
                    with suppress(ValueError):  # the draft of an exam need not be a number
                        explorers[name].threshold = float(progress.answer)
        return explorers

    # What the questions need of what shows them

    def _keep(self, *events: Event) -> None:
        self._recorder.record(*events)

    def _notice(self) -> str:
        return self._recorder.notice

    def _tell(self) -> None:
        """Show where things stand now."""
        self.standing = self._stand()

    def _explorer(self, question: str) -> str:
        name: str = self._explorers[question].model_id
        return name

    def _redraw(self, question_ids: Iterable[str]) -> None:
        names = tuple(question_ids)
        super()._redraw(names)
        for name in names:
            if name in self._explorers:
                self._explorers[name].restart()
        with self.hold_sync():  # one message: a question is never shown with another one's answer
            self.view = self._view()
            self._tell()

    def _answer_message(self, _widget: object, content: object, _buffers: object) -> None:
        """Do what the page asks, and reply in plain words whatever it sent."""
        name = content.get("request") if isinstance(content, Mapping) else None
        reply: dict[str, object] = {"type": "reply", "request": name if isinstance(name, str) else None}
        with self._lock:
            try:
                self.send({**reply, "ok": True, **self._obey(content)})
            except (Refusal, AnswerError) as refusal:
                self.send({**reply, "ok": False, "message": str(refusal)})
