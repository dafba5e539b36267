"""A quiz file that is being written: what its page shows, and how the author's own answers stand."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

from pydantic import Field, TypeAdapter

from lessonkit.questions.bank import read
from lessonkit.questions.lint import lint
from lessonkit.questions.marking import AnswerError
from lessonkit.questions.variants import variant_seed
from lessonkit.widgets import wording
from lessonkit.widgets.answers import mark_answer
from lessonkit.widgets.asked import Asked, Refusal, Requests, Reset

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from lessonkit.questions.model import Quiz
    from lessonkit.questions.problem import Problem
    from lessonkit.record.event import Event
    from lessonkit.widgets.asked import Progress, Request

_PAUSE: Final = 0.2  # seconds between two looks at the folder


class Shown(Asked):
    """All questions of a file, as practice, whose answers are marked and not recorded.

    Parameters
    ----------
    quiz : Quiz
        What the file says now.
    before : mapping of str to Progress
        Where its questions stood before. Answers that still fit are given again, so an author who changes a
        reason sees the new one.
    """

    _requests: ClassVar[TypeAdapter[Any]] = TypeAdapter(
        Annotated[Requests | Reset, Field(discriminator="type")]
    )

    def __init__(self, quiz: Quiz, before: Mapping[str, Progress]) -> None:
        self._before = before
        super().__init__(quiz, seed=lambda name, draw: variant_seed("preview", name, draw), learner="author")

    def _begin(self) -> dict[str, Progress]:
        progress = super()._begin()
        for name, question in progress.items():
            if name in self._before:
                progress[name] = self._again(self._before[name], question)
        return progress

    def _again(self, before: Progress, fresh: Progress) -> Progress:
        """Return a question as it is now, with what was answered and asked for before."""
        if before.draw:
            fresh = self._draw(self._quiz.question(fresh.question.id), before.draw)
        fresh.hints = min(before.hints, len(fresh.question.hints))
        if before.answer is None or not fresh.question.fits(before.answer):
            return fresh
        with suppress(AnswerError):
            fresh.take(before.answer, mark_answer(fresh.question, before.answer), before.confidence)
            fresh.attempt, fresh.revealed = before.attempt, before.revealed
        return fresh

    @property
    def quiz(self) -> Quiz:
        """What the file said when these questions were made."""
        return self._quiz

    @property
    def progress(self) -> Mapping[str, Progress]:
        """Where each question stands, by its id."""
        return self._progress

    def page(self) -> dict[str, Any]:
        """Return what ``quiz.js`` draws."""
        return self._view()

    def stand(self) -> dict[str, Any]:
        """Return where the questions stand."""
        begun = any(one.mark is not None or one.hints for one in self._progress.values())
        return self._stand() | {"can_start_over": begun}

    def obey(self, message: object) -> str:
        """Do what the page asks, and return what it says to that.

        Raises
        ------
        Refusal, AnswerError
            It cannot be done; the message says why.
        """
        return self._obey(message)["message"]

    def _do(self, request: Request, progress: Progress | None) -> str | dict[str, str] | None:
        if isinstance(request, Reset):
            self._redraw(list(self._progress))
            return wording.browser_words()["all_cleared"]
        return super()._do(request, progress)

    def _keep(self, *events: Event) -> None:
        """Keep nothing: an author who tries a question is no learner."""

    def _tell(self) -> None:
        """Tell nothing: whoever asks gets the standing with the reply."""

    def _explorer(self, question: str) -> str:
        return question


class Desk:
    """A quiz file: what it says as far as it can be used, and what is wrong with it.

    Parameters
    ----------
    path : Path
        The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.shown: Shown | None = None
        self._problems: list[Problem] = []
        self._broken = self._linted = False
        self._seen: object = None
        self._version = 0
        self._wakes: set[asyncio.Event] = set()

    async def follow(self) -> None:
        """Read the file, and again each time that it or a file beside it changes, for ever."""
        while True:
            seen = self._look()
            if seen != self._seen:
                self._seen = seen
                await self._read()
            await asyncio.sleep(_PAUSE)

    async def _read(self) -> None:
        """Show the questions at once: the linter reads the other files too, which takes longer."""
        source = await asyncio.to_thread(read, self.path)
        self._broken = source.quiz is None
        # Where the questions are the same, the page keeps what is typed there and not answered yet.
        if source.quiz is not None and (self.shown is None or source.quiz != self.shown.quiz):
            self.shown = Shown(source.quiz, self.shown.progress if self.shown is not None else {})
            self._version += 1
        self._tell(source.problems, linted=False)
        self._tell(await asyncio.to_thread(lint, [self.path]), linted=True)

    def _tell(self, problems: Iterable[Problem], *, linted: bool) -> None:
        self._problems, self._linted = sorted(problems), linted
        for wake in self._wakes:
            wake.set()

    def _look(self) -> object:
        """Return what changes when a file of the folder does."""
        stamps = {}
        for path in self.path.absolute().parent.iterdir():
            with suppress(OSError):  # an editor puts a file there and takes it away
                state = path.stat()
                stamps[path.name] = (state.st_mtime_ns, state.st_size, state.st_ino)
        return stamps

    def open(self) -> asyncio.Event:
        """Return what is set at each change."""
        wake = asyncio.Event()
        self._wakes.add(wake)
        return wake

    def close(self, wake: asyncio.Event) -> None:
        """Tell one page no more."""
        self._wakes.discard(wake)

    def state(self) -> dict[str, Any]:
        """Return what the page shows."""
        return {
            "file": str(self.path),
            "broken": self._broken,
            "linted": self._linted,
            "version": self._version,
            "problems": [self._told(problem) for problem in self._problems],
            "view": self.shown.page() if self.shown is not None else None,
            "standing": self.shown.stand() if self.shown is not None else None,
        }

    def _told(self, problem: Problem) -> dict[str, Any]:
        elsewhere = problem.path != self.path
        return {
            "file": problem.path.name if elsewhere else "",
            "line": problem.line,
            "column": problem.column,
            "code": problem.code,
            "severity": problem.severity,
            "message": problem.message,
        }

    def answer(self, message: object) -> dict[str, Any]:
        """Do what the page asks, and return the reply."""
        if self.shown is None:
            return {"ok": False, "message": wording.misfit()}
        try:
            reply = {"ok": True, "message": self.shown.obey(message)}
        except (Refusal, AnswerError) as refusal:
            reply = {"ok": False, "message": str(refusal)}
        return reply | {"version": self._version, "view": self.shown.page(), "standing": self.shown.stand()}
