"""What the events say when they are played again, one by one: where each question stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import RLock
from typing import TYPE_CHECKING, Final

from lessonkit.course.outline import course_id
from lessonkit.questions.bank import renamed
from lessonkit.record.schedule import after_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime, tzinfo

    from fsrs import Card

    from lessonkit.record.event import Event

# A longer wait before an answer is a break, not work.
_LONGEST_SECONDS: Final = 300


@dataclass(slots=True)
class QuestionState:
    """Where a learner stands with one question in its lesson.

    Attributes
    ----------
    content : str or None
        Content hash of the question that was answered.
    seed : str or None
        Seed of the variant that was shown last.
    answer : str, tuple, or None
        The last answer; None before the first.
    attempts : int
        Marked answers since the start or the last reset.
    correct : bool or None
        Whether the last answer is right; None before it is marked.
    credit : float or None
        From 0 to 1.
    confidence : str or None
        What the learner said about the last answer.
    hints : int
        Hints used.
    revealed : bool
        Whether the solution was asked for.
    first_correct : bool or None
        Whether the very first marked answer was right, without the solution. A reset does not change it.
    counts : bool
        False for a question asked before the text answers it.
    """

    content: str | None = None
    seed: str | None = None
    answer: str | tuple[str, ...] | tuple[tuple[str, str], ...] | None = None
    attempts: int = 0
    correct: bool | None = None
    credit: float | None = None
    confidence: str | None = None
    hints: int = 0
    revealed: bool = False
    first_correct: bool | None = None
    counts: bool = True

    def take(self, event: Event) -> None:
        """Go on by one event of this question in its lesson."""
        self.content = event.content or self.content
        self.seed = event.seed or self.seed
        match event.type:
            case "hint":
                self.hints += 1
            case "reveal":
                self.revealed = True
            case "reset":
                self.seed, self.answer, self.attempts, self.hints, self.revealed = None, None, 0, 0, False
                self.correct = self.credit = self.confidence = None
            case "answer":
                if event.correct is not None:
                    self.attempts += 1
                    if self.first_correct is None:
                        self.first_correct = event.correct and not self.revealed
                self.answer, self.correct, self.credit = event.answer, event.correct, event.credit
                self.confidence, self.counts = event.confidence, event.counts
            case _:
                pass


@dataclass(slots=True)
class History:
    """All that happened to one question as it is worded, in its lesson and in reviews.

    Attributes
    ----------
    state : QuestionState
        Where it stands in its lesson.
    last : Event or None
        The last unaided answer; see `Replay`.
    unaided : int
        How many of them there were.
    tallies : Counter
        Unaided answers by what the learner said and whether it was right: ``{("certain", True): 3}``.
    card : fsrs.Card or None
        What the scheduler of reviews makes of the unaided answers; None before the first.
    """

    state: QuestionState = field(default_factory=QuestionState)
    last: Event | None = None
    unaided: int = 0
    tallies: Counter[tuple[str, bool]] = field(default_factory=Counter)
    card: Card | None = None
    _told: date | None = None  # the last day on which a verdict or the solution was shown
    _hinted: date | None = None  # the last day on which a hint was

    def take(self, event: Event, day: date) -> bool:
        """Go on by one event of this question; say whether it is an unaided answer."""
        begun = self.state.attempts > 0 or self.state.revealed
        helped = self._hinted == day or (self.state.hints > 0 and not event.review)
        if not event.review:
            self.state.take(event)
        match event.type:
            case "hint":
                self._hinted = day
            case "reveal":
                self._told = day
            case "answer" if event.correct is not None:
                fresh = event.counts and self._told != day and (event.review or not begun)
                self._told = day
                if fresh:
                    self._judge(event, right=event.correct, helped=helped)
                return fresh
        return False

    def _judge(self, event: Event, *, right: bool, helped: bool) -> None:
        self.last = event
        self.unaided += 1
        if event.confidence is not None:
            self.tallies[event.confidence, right] += 1
        self.card = after_answer(
            self.card, event.time, right=right, confidence=event.confidence, helped=helped
        )


@dataclass(frozen=True, slots=True)
class LessonState:
    """Where a learner stands with one lesson.

    Attributes
    ----------
    questions : dict of str to QuestionState
        By question id; only those with an event.
    submitted : datetime or None
        When the exam was handed in, if it was since the last reset of the lesson.
    """

    questions: dict[str, QuestionState] = field(default_factory=dict)
    submitted: datetime | None = None


@dataclass(slots=True)
class LessonHistory:
    """All that happened in one lesson.

    Attributes
    ----------
    seconds : float
        Time spent on answers; of each, 5 minutes at most.
    last : datetime or None
        Time of the last event.
    submitted : datetime or None
        When the exam was handed in, if it was since the last reset of the lesson.
    current : dict of str to History
        By question id, as the question was worded when last met.
    exercises : dict of str to bool
        By exercise id, of those that were checked: whether it is solved, which is whether a check of it ever
        passed. Neither a later failure nor a reset of the quiz takes that away.
    """

    seconds: float = 0.0
    last: datetime | None = None
    submitted: datetime | None = None
    current: dict[str, History] = field(default_factory=dict)
    exercises: dict[str, bool] = field(default_factory=dict)
    _earlier: dict[tuple[str, str | None], History] = field(default_factory=dict)

    def take(self, event: Event, day: date) -> bool:
        """Go on by one event of this lesson; say whether it is an unaided answer."""
        self.last = event.time
        self.seconds += min(event.seconds or 0.0, _LONGEST_SECONDS)
        if event.type == "check":  # its id may be that of a question, which is another thing
            if event.question is not None and event.correct is not None:
                self.exercises[event.question] = event.correct or self.exercises.get(event.question, False)
            return False
        if event.question is not None:
            return self._worded(event.question, event.content).take(event, day)
        if event.type == "submit":
            self.submitted = event.time
        elif event.type == "reset":
            self.submitted = None
            for history in self.current.values():
                history.take(event, day)
        return False

    def question(self, question_id: str, content: str | None) -> History | None:
        """Return what happened to a question that is worded as `content` says, or None if nothing did."""
        history = self.current.get(question_id)
        if history is not None and history.state.content in {None, content}:
            return history
        return self._earlier.get((question_id, content))

    def wordings(self) -> Iterator[History]:
        """Yield the histories of all questions, and of all wordings they had."""
        yield from self.current.values()
        yield from self._earlier.values()

    def _worded(self, question_id: str, content: str | None) -> History:
        history = self.current.get(question_id)
        if history is None:
            history = self.current[question_id] = History()
        elif content is not None and history.state.content not in {None, content}:
            # Another question under the same id. The older one waits for a checkout that still asks it.
            self._earlier[question_id, history.state.content] = history
            history = self._earlier.pop((question_id, content), None) or History()
            self.current[question_id] = history
        if history.state.content is None:
            history.state.content = content
        return history


class Replay:
    """The events of one learner in one course, played as they come; what the record tells is read from here.

    Events may be added at once or piece by piece, in any order and more than once: the state is that of
    all of them in the order of their time (and of their ids, where times are equal).

    An answer is **unaided** when it tells what the learner knew: it is marked, to a question that counts, the
    first since that question was begun (in its lesson) or asked again (in a review), the solution was not
    shown, and nothing about the question was told before on that day. Objectives, reviews, misconceptions and
    calibration look at unaided answers only; a second try after feedback would flatter all four.

    Parameters
    ----------
    zone : tzinfo, optional
        Where the learner's days begin and end. Default: the zone of this machine.
    names : mapping of str to str, optional
        The names that lessons had before, and those that they have now: an event counts for the lesson of
        today. Default: those of the course.
    course : str, optional
        Id of the course; events of others are passed over. Default: that of the course the learner is in.

    Attributes
    ----------
    course : str
        Whose events are played.
    lessons : dict of str to LessonHistory
        By stem of the quiz file.
    unread : int
        Stored events that could not be read, damaged or of a newer lessonkit; whoever reads the store counts
        them here.
    unknown : set of str
        Names of fields that were passed over because this version does not know them.
    lock : RLock
        Held while events are added; hold it to read several things of the same moment.
    """

    def __init__(
        self, zone: tzinfo | None = None, names: Mapping[str, str] | None = None, course: str | None = None
    ) -> None:
        self.course = course_id() if course is None else course
        self._zone = zone
        self._names = renamed() if names is None else names
        self._ids: set[str] = set()
        self._log: list[Event] = []
        self._clear()
        self.unread = 0
        self.lock = RLock()

    def __len__(self) -> int:
        return len(self._log)

    def add(self, events: Iterable[Event]) -> None:
        """Add events; those that were added before, and those of other courses, are passed over."""
        with self.lock:
            new = {
                event.id: event
                for event in events
                if event.course == self.course and event.id not in self._ids
            }
            if not new:
                return
            self._ids |= new.keys()
            ordered = sorted(new.values(), key=_moment)
            if self._log and _moment(ordered[0]) < _moment(self._log[-1]):
                ordered = sorted([*self._log, *ordered], key=_moment)
                self._log = []
                self._clear()
            self._log += ordered
            for event in ordered:
                self._take(event)

    def day(self, time: datetime) -> date:
        """Return the learner's local day at an aware time."""
        try:
            return time.astimezone(self._zone).date()
        except (OverflowError, OSError, ValueError):  # the ends of the calendar
            return time.date()

    def reviewed_on(self, day: date) -> int:
        """Return how many questions were answered in a review on a day."""
        return self._reviewed[day]

    def question(self, lesson: str, question_id: str, content: str | None) -> History | None:
        """Return what happened to a question that is worded as `content` says, or None if nothing did."""
        history = self.lessons.get(lesson)
        return None if history is None else history.question(question_id, content)

    def _clear(self) -> None:
        self.lessons: dict[str, LessonHistory] = {}
        self.unknown: set[str] = set()
        self._reviewed: Counter[date] = Counter()

    def _take(self, event: Event) -> None:
        day = self.day(event.time)
        name = self._names.get(event.lesson, event.lesson)
        lesson = self.lessons.get(name)
        if lesson is None:
            lesson = self.lessons[name] = LessonHistory()
        if lesson.take(event, day) and event.review:
            self._reviewed[day] += 1
        if event.other:
            self.unknown |= event.other.keys()


def resume(events: Iterable[Event], lesson: str, contents: Mapping[str, str] | None = None) -> LessonState:
    """Return where a learner stands with a lesson; what they did in reviews does not change it.

    Parameters
    ----------
    events : iterable of Event
        Events of one learner.
    lesson : str
        Stem of the quiz file.
    contents : mapping of str to str, optional
        Question id to content hash, as the questions are now. An event of a question that has since changed
        its meaning, or is no longer asked, stays history and is passed over. Default: the last content wins.

    Returns
    -------
    LessonState
    """
    replay = Replay()
    replay.add(events)
    played = replay.lessons.get(lesson, LessonHistory())
    if contents is None:
        histories = dict(played.current)
    else:
        found = {name: played.question(name, content) for name, content in contents.items()}
        histories = {name: history for name, history in found.items() if history is not None}
    return LessonState({name: history.state for name, history in histories.items()}, played.submitted)


def _moment(event: Event) -> tuple[datetime, str]:
    return event.time, event.id
