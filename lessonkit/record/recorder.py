"""What a widget talks to: it keeps events, and when it cannot, the lesson goes on."""

from __future__ import annotations

from functools import cache
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final
from weakref import WeakMethod

from lessonkit.course.outline import course_id
from lessonkit.i18n import gettext
from lessonkit.questions.bank import renamed
from lessonkit.record.event import Event, learner_id
from lessonkit.record.replay import Replay

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import MethodType

    from lessonkit.record.store import Row, Store

#: A store in trouble that takes longer than this to say so again, in seconds, is left alone for a while.
_LONG: Final = 1.0
_REST: Final = 20.0


class Recorder:
    """Keeps events in the store; those that it cannot keep stay in memory until it can.

    Parameters
    ----------
    url : str, optional
        SQLAlchemy URL of the store. Default: that of `Store`.
    learner : str, optional
        Whose events are read. Default: `learner_id()`, asked anew each time.

    Notes
    -----
    No method raises, whatever happens to the store. Threads may share a recorder: JupyterLab sends widget
    messages through threads of their own.
    """

    def __init__(self, url: str | None = None, *, learner: str | None = None) -> None:
        self._url = url
        self._named = learner
        self._store: Store | None = None
        self._unkept: list[Event] = []
        self._trouble = ""
        self._tried = 0.0  # when the store was last turned to, and when it may be again
        self._again = 0.0
        self._blind = False
        self._replay: Replay | None = None
        self._learner = ""  # whose replay it is
        self._last: Row | None = None  # and up to which row
        self._lock = Lock()
        self._observers: list[WeakMethod[MethodType]] = []

    @property
    def learner(self) -> str:
        """Whose events are read."""
        return learner_id() if self._named is None else self._named

    @property
    def notice(self) -> str:
        """What to tell the learner now, in plain words; empty while everything is kept.

        It is a state, not a message: show it in one place, as it is after each `record` or `events`.
        """
        if not self._trouble:
            return ""
        notice = gettext(
            "Your answers are not being saved. You can go on: they are held until this notebook's kernel "
            "stops, and saved as soon as that works again. The reason: {reason}"
        )
        return notice.format(reason=self._trouble)

    @property
    def is_blind(self) -> bool:
        """Whether the last call of `events` could not read the store: what it returned may lack much."""
        return self._blind

    def record(self, *events: Event) -> bool:
        """Keep events, all or none, and any that could not be kept before.

        Returns
        -------
        bool
            True once they are durable; False when they are held in memory, and `notice` says why.
        """
        with self._lock:
            self._unkept.extend(events)
            self._keep()
            kept = not self._unkept
        self._tell()
        return kept

    def observe(self, method: Callable[[], object]) -> None:
        """Call a method after each `record`, in the recording thread, for as long as its object lives.

        It has to be quick and must not raise: an answer waits for it.
        """
        with self._lock:
            self._observers.append(WeakMethod(method))  # type: ignore[arg-type]  # a function would die at once

    def _tell(self) -> None:
        with self._lock:
            self._observers = [one for one in self._observers if one() is not None]
            observers = [*self._observers]
        for observer in observers:  # without the lock: an observer may read the record
            if (method := observer()) is not None:
                method()

    def events(self, lesson: str | None = None) -> list[Event]:
        """Return this learner's events, kept or not, in the order of their time.

        Parameters
        ----------
        lesson : str, optional
            Only those of this lesson of the course, under this name or one that it had before. Default: all
            events, of other courses too.
        """
        learner = self.learner
        lessons = (
            None if lesson is None else {lesson, *(old for old, new in renamed().items() if new == lesson)}
        )
        with self._lock:
            if self._unkept:
                self._keep()
            kept: list[Event] = []
            try:
                kept = self._opened().read(learner=learner, lessons=lessons).events
            except Exception as error:  # noqa: BLE001  (whatever it is, the lesson goes on)
                self._fail(error)
                self._blind = True
            else:
                self._blind = False
                if not self._unkept:
                    self._recover()
            known = {event.id for event in kept}
            held = [
                e for e in self._unkept if e.learner == learner and (lessons is None or e.lesson in lessons)
            ]
            found = kept + [e for e in held if e.id not in known]
            course = None if lesson is None else course_id()
            return sorted((e for e in found if course in {None, e.course}), key=lambda event: event.time)

    def replay(self) -> Replay:
        """Return this learner's events as they stand now, kept or not, played.

        Returns
        -------
        Replay
            Those of the course. The same object each time, with what is new added to it: only that is read.
            It is another one once the learner has another name or course, or events were deleted.
        """
        learner, course = self.learner, course_id()
        with self._lock:
            if self._unkept:
                self._keep()
            if self._replay is None or (self._learner, self._replay.course) != (learner, course):
                self._replay, self._learner, self._last = Replay(course=course), learner, None
            try:
                self._catch_up(self._replay)
            except Exception as error:  # noqa: BLE001  (whatever it is, the lesson goes on)
                self._fail(error)
            else:
                if not self._unkept:
                    self._recover()
            self._replay.add(event for event in self._unkept if event.learner == learner)
            return self._replay

    def _catch_up(self, replay: Replay) -> None:
        from lessonkit.record.store import ForgottenError

        store = self._opened()
        try:
            reading = store.read(learner=self._learner, after=self._last)
        except ForgottenError:
            self._replay = replay = Replay(course=replay.course)
            reading = store.read(learner=self._learner)
        replay.add(reading.events)
        replay.unread += reading.skipped
        self._last = reading.last

    def _keep(self) -> None:
        try:
            self._opened().append(*self._unkept)
        except Exception as error:  # noqa: BLE001  (whatever it is, the lesson goes on)
            self._fail(error)
        else:
            self._unkept.clear()
            self._recover()

    def _opened(self) -> Store:
        self._tried = monotonic()
        if self._tried < self._again:
            raise TimeoutError(self._trouble)
        if self._store is None:
            from lessonkit.record.store import Store

            # A learner waits once for a locked store, not again at every answer.
            self._store = Store(self._url, patience=0.1) if self._trouble else Store(self._url)
        return self._store

    def _recover(self) -> None:
        if self._trouble:
            self._trouble = ""
            self._store = None  # opened anew next time, with full patience

    def _fail(self, error: Exception) -> None:
        now = monotonic()
        if self._trouble and now - self._tried > _LONG:
            # As a server that accepts and stays silent: no answer waits for it again so soon.
            self._again = now + _REST
        self._trouble = str(error) or type(error).__name__
        self._store = None  # opened anew next time: it may have been mended or moved away


@cache
def shared_recorder() -> Recorder:
    """Return the recorder of this process: one for all widgets, so that all see the same events."""
    return Recorder()
