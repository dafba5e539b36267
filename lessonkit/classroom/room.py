"""A class as a state machine: what has happened, what may happen next, and what each of three pages may know.

Nothing here touches a network or a disk. A decision (`Room.join`, `vote`, `step`) returns events; `Room.take`
is what changes the room, and a room is rebuilt by taking the events of its store again. Whoever serves it
makes the events durable before anybody is told.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NamedTuple, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from lessonkit.classroom import names
from lessonkit.classroom.ballot import Ballot, Round, Vote
from lessonkit.questions.kinds.choice import ChoiceQuestion
from lessonkit.record.event import Event
from lessonkit.widgets.asked import Given, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import datetime

    from lessonkit.classroom.guide import Course

Phase: TypeAlias = Literal["lobby", "open", "closed", "discuss", "bars", "key"]
Do: TypeAlias = Literal[
    "ask", "close", "discuss", "again", "bars", "key", "next", "drop", "paper", "lock", "unlock", "end"
]

#: Where each step may be taken, and where it leads.
_STEPS: Final[dict[str, tuple[frozenset[Phase], Phase]]] = {
    "ask": (frozenset({"lobby"}), "open"),
    "close": (frozenset({"open"}), "closed"),
    "discuss": (frozenset({"closed"}), "discuss"),
    "again": (frozenset({"closed", "discuss"}), "open"),
    "bars": (frozenset({"closed", "discuss"}), "bars"),
    "key": (frozenset({"bars"}), "key"),
    "next": (frozenset({"key"}), "lobby"),
    "drop": (frozenset({"open", "closed", "discuss", "bars"}), "lobby"),
}
_ROUNDS: Final = 2
#: Who is named as the learner of what the teacher did.
TEACHER: Final = "teacher"
_UNASKED: Final = "class"
_VOTED: Final[frozenset[Phase]] = frozenset({"closed", "discuss"})
#: A room that nothing has happened in for so long is over.
REST: Final = timedelta(hours=12)
_LEAST: Final = 5
_NEARLY_ALL: Final = 0.8
_LEADS: Final = 0.5
_EVEN: Final = 1.5


class LateError(Refusal):
    """What was asked for fits what the page had on screen, but the class has gone on."""


class UnknownError(Refusal):
    """There is no such seat: it was deleted, or belongs to another class."""


class Step(BaseModel):
    """What a teacher's page asks for, with what it had on screen."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    do: Do
    phase: Phase
    turn: Annotated[int, Field(ge=0, le=10**6)]
    lesson: Annotated[str, Field(max_length=100)] = ""
    question: Annotated[str, Field(max_length=100)] = ""
    paper: Annotated[str, Field(max_length=200)] = ""


class _Ballot(Given):
    type: Literal["draft"]


_GIVEN: Final = TypeAdapter(_Ballot)
_STEP: Final = TypeAdapter(Step)


@dataclass
class Asking:
    """A question in front of the room, and the votes on it."""

    lesson: str
    ballot: Ballot
    rounds: list[Round] = field(default_factory=list)


class Seat(NamedTuple):
    """A place in the class, and the secret that its phone holds."""

    name: str
    secret: str


class Room:
    """One class.

    Parameters
    ----------
    course : Course
        What it can be asked.
    clock : callable
        Returns the time, aware.
    """

    def __init__(self, course: Course, clock: Callable[[], datetime]) -> None:
        self.course = course
        self._clock = clock
        self._last: datetime | None = None
        self.code = ""
        self.wall = ""
        self.teachers: set[str] = set()
        self.seats: dict[str, str] = {}  # by the hash of each one's secret
        self.locked = False
        self.ended = False
        self.phase: Phase = "lobby"
        self.turn = 0
        self.asking: Asking | None = None

    @classmethod
    def rebuilt(cls, course: Course, clock: Callable[[], datetime], events: Iterable[Event]) -> Room | None:
        """Return the room that the events of a store end with; None if there is none that goes on."""
        room: Room | None = None
        for event in events:
            if event.course != course.id:
                continue
            if event.other.get("did") == "begin":
                room = cls(course, clock)
            if room is not None:
                room.take(event)
        if room is None or room.ended or room._last is None or clock() - room._last > REST:
            return None
        return room

    # What happened

    def take(self, event: Event) -> None:
        """Go on by one event; those of other rooms are passed over."""
        facts: dict[str, Any] = event.other
        if facts.get("did") == "begin":
            self.code, self.wall = facts["room"], facts["wall"]
        if not self.code or facts.get("room") != self.code:
            return
        self._last = event.time
        if event.type == "answer":
            self._count(event)
        elif event.type == "room":
            self._go(event)

    def _count(self, event: Event) -> None:
        facts: dict[str, Any] = event.other
        if self.asking is None or event.correct is not None:
            return  # one that was marked when its vote closed is counted already
        for round_ in self.asking.rounds:
            if round_.turn != facts["turn"]:
                continue
            if event.answer is None:
                round_.votes.pop(event.learner, None)
            else:
                round_.votes[event.learner] = Vote(event.answer, event.confidence)

    def _go(self, event: Event) -> None:
        facts: dict[str, Any] = event.other
        match facts["did"]:
            case "teach":
                self.teachers.add(facts["secret"])
            case "join":
                self.seats[facts["secret"]] = event.learner
            case "lock" | "unlock":
                self.locked = facts["did"] == "lock"
            case "end":
                self.ended = True
            case "paper" if self.asking is not None:
                self.asking.rounds[-1].paper.clear()
                self.asking.rounds[-1].paper.update(facts["paper"])
            case did if did in _STEPS:
                self._stepped(did, event)
            case _:
                pass

    def _stepped(self, did: str, event: Event) -> None:
        if did == "ask":
            self.asking = self._ballot(event)
        if did in {"ask", "again"}:
            self.turn += 1
            if self.asking is not None:
                self.asking.rounds.append(Round(self.turn))
        if _STEPS[did][1] == "lobby":
            self.asking = None
        self.phase = "lobby" if self.asking is None else _STEPS[did][1]

    def _ballot(self, event: Event) -> Asking | None:
        """Return the question that an event asks; None if the course has it no longer."""
        try:
            return Asking(event.lesson, Ballot(self.course.lessons[event.lesson], event.question or ""))
        except KeyError:
            return None

    def forget(self, seat: str) -> None:
        """Take a seat away, with what it said."""
        self.seats = {secret: name for secret, name in self.seats.items() if name != seat}
        for round_ in self.asking.rounds if self.asking is not None else ():
            round_.votes.pop(seat, None)

    # What may happen next

    def begin(self) -> list[Event]:
        """Open a class with nobody in it."""
        return [self._event("begin", room=names.code(), wall=secrets.token_urlsafe(12))]

    def teach(self) -> tuple[list[Event], str]:
        """Return a new secret of the teacher."""
        secret = secrets.token_urlsafe(24)
        return [self._event("teach", secret=hashed(secret))], secret

    def join(self) -> tuple[list[Event], Seat]:
        """Return a new seat.

        Raises
        ------
        Refusal
            Nobody can join any more.
        """
        if self.ended:
            raise Refusal("This class is over.")
        if self.locked:
            raise Refusal("This class is locked. Ask your teacher to let you in.")
        if len(self.seats) >= names.SEATS:
            raise Refusal("This class is full.")
        seat = Seat(names.seat(self.code, self.seats.values()), secrets.token_urlsafe(24))
        return [self._event("join", learner=seat.name, secret=hashed(seat.secret))], seat

    def seat(self, secret: str) -> str | None:
        """Return the seat that a secret belongs to."""
        return self.seats.get(hashed(secret))

    def teaches(self, secret: str) -> bool:
        """Say whether a secret is one of the teacher."""
        return hashed(secret) in self.teachers

    def vote(self, seat: str, message: object) -> list[Event]:
        """Return what a learner's vote adds to the record; nothing if it is kept already.

        Raises
        ------
        LateError
            The vote is closed, or it is another one.
        Refusal, AnswerError
            It cannot be read.
        """
        if seat not in self.seats.values():
            raise UnknownError("You are not in this class any more.")
        try:
            given = _GIVEN.validate_python(message)
        except ValidationError:
            raise Refusal("This page does not fit this class. Reload it.") from None
        if self.asking is None or self.ended or self.phase != "open" or given.turn != self.turn:
            raise LateError("This vote is closed. What was kept before counts.")
        round_ = self.asking.rounds[-1]
        vote = self.asking.ballot.read(given)
        if vote == round_.votes.get(seat):
            return []
        return [self._voted(seat, vote, round_, marked=False, seconds=given.seconds)]

    def step(self, message: object) -> list[Event]:
        """Return what a step of the teacher adds to the record.

        Raises
        ------
        LateError
            The page had another state on screen.
        Refusal
            There is no such step here.
        """
        try:
            step = _STEP.validate_python(message)
        except ValidationError:
            raise Refusal("This page does not fit this class. Reload it.") from None
        if self.ended or (step.phase, step.turn) != (self.phase, self.turn):
            raise LateError("The class has gone on meanwhile.")
        if step.do in {"lock", "unlock", "end"}:
            return [self._event(step.do)]
        if step.do == "paper":
            return self._on_paper(step.paper)
        if not self._may(step.do):
            raise Refusal("This cannot be done now.")
        if step.do == "ask":
            return [self._asked(step)]
        return [*self._marked(step.do), self._event(step.do)]

    def _marked(self, do: Do) -> Iterator[Event]:
        """Yield the votes that a step makes final, with their marks."""
        if self.asking is None:
            return
        round_ = self.asking.rounds[-1]
        if do == "close":
            for seat, vote in round_.votes.items():
                yield self._voted(seat, vote, round_, marked=True)
        elif do in {"again", "bars"}:
            for number, vote in enumerate(self.asking.ballot.on_paper(round_), start=1):
                seat = f"paper-{self.code.lower()}-{round_.turn}-{number}"
                yield self._voted(seat, vote, round_, marked=True, paper=True)

    def _may(self, do: Do) -> bool:
        if do not in _STEPS or self.phase not in _STEPS[do][0]:
            return False
        rounds = len(self.asking.rounds) if self.asking is not None else 0
        return not (do in {"again", "discuss"} and rounds >= _ROUNDS)

    def _asked(self, step: Step) -> Event:
        quiz = self.course.lessons.get(step.lesson)
        if quiz is None or step.question not in {question.id for question in quiz.questions}:
            raise Refusal("There is no such question.")
        return self._event("ask", lesson=step.lesson, question=step.question)

    def _on_paper(self, typed: str) -> list[Event]:
        if self.asking is None or self.phase not in {"open", "closed", "discuss"}:
            raise Refusal("There is no vote that they could be counted in.")
        return [self._event("paper", paper=dict(self.asking.ballot.paper(typed)))]

    def _event(
        self,
        did: str,
        *,
        learner: str = TEACHER,
        lesson: str | None = None,
        question: str | None = None,
        **facts: Any,  # noqa: ANN401
    ) -> Event:
        if self.asking is not None and lesson is None:
            lesson, question = self.asking.lesson, self.asking.ballot.question.id
        return Event(
            type="room",
            course=self.course.id,
            lesson=lesson or _UNASKED,
            question=question,
            learner=learner,
            time=self._now(),
            other={"room": self.code, "did": did, **facts},
        )

    def _voted(self, seat: str, vote: Vote | None, round_: Round, *, marked: bool, **facts: Any) -> Event:  # noqa: ANN401
        assert self.asking is not None  # noqa: S101  (whoever calls it has looked)
        number = 1 + self.asking.rounds.index(round_)
        return self.asking.ballot.event(
            seat,
            vote,
            marked=marked,
            time=self._now(),
            room=self.code,
            round=number,
            turn=round_.turn,
            course=self.course.id,
            **facts,
        )

    def _now(self) -> datetime:
        """Return a time later than that of every event before, also where the clock was set back."""
        now = self._clock()
        if self._last is not None and now <= self._last:
            now = self._last + timedelta(microseconds=1)
        self._last = now
        return now

    # What each page may know

    def here(self, present: Collection[str]) -> int:
        """Return how many are in the room: those whose page is open, and those who have voted."""
        voted = self.asking.rounds[-1].votes.keys() if self.asking is not None else set()
        return len({*present, *voted} & {*self.seats.values()})

    def for_seat(self, seat: str) -> dict[str, Any]:
        """Return what one learner's page shows.

        Raises
        ------
        UnknownError
            There is no such seat.
        """
        if seat not in self.seats.values():
            raise UnknownError("You are not in this class any more.")
        state: dict[str, Any] = {
            "phase": self.phase,
            "turn": self.turn,
            "name": names.spoken(seat),
            "code": self.code,
            "ended": self.ended,
        }
        if self.asking is None:
            return state
        asking, round_ = self.asking, self.asking.rounds[-1]
        state["round"] = len(asking.rounds)
        state["view"] = asking.ballot.page()
        state["standing"] = asking.ballot.stand(
            round_.votes.get(seat), turn=self.turn, closed=self.phase != "open", told=self.phase == "key"
        )
        return state | self._results(seat)

    def for_wall(self, present: Collection[str]) -> dict[str, Any]:
        """Return what the wall shows."""
        state: dict[str, Any] = {
            "phase": self.phase,
            "turn": self.turn,
            "code": self.code,
            "locked": self.locked,
            "ended": self.ended,
            "here": self.here(present),
        }
        if self.asking is None:
            return state
        ballot, round_ = self.asking.ballot, self.asking.rounds[-1]
        state |= {
            "round": len(self.asking.rounds),
            "question": ballot.wall(),
            "language": ballot.page()["language"],
            "answered": len(round_.votes) + round_.paper.total(),
            "of": self.here(present) + round_.paper.total(),
        }
        if self.phase == "key":
            state["belief"] = self._leading_belief()
        return state | self._results()

    def for_teacher(self, present: Collection[str]) -> dict[str, Any]:
        """Return what the teacher's page shows."""
        state = {**self.for_wall(present), "wall": self.wall, "seats": len(self.seats)}
        state["steps"] = [do for do in _STEPS if self._may(do)]  # type: ignore[arg-type]
        if self.asking is None:
            return state
        ballot, rounds = self.asking.ballot, self.asking.rounds
        question = ballot.question
        state |= {
            "lesson": self.asking.lesson,
            "name": question.id,
            "right": [ballot.right(round_) for round_ in rounds],
            "totals": [round_.total for round_ in rounds],
            "paper": dict(rounds[-1].paper),
            "answer": ballot.right_answer(),
            "explain": ballot.explain(),
            "confidence": ballot.page()["confidence"],
            "bars": [
                {
                    **bar.told(),
                    "sure": [bar.sure[level] for level in ("guess", "fairly-sure", "certain")],
                    "beliefs": [
                        {
                            "text": self.course.believed.get(belief, belief),
                            "reply": self.course.replies.get((question.id, belief), ""),
                        }
                        for belief in bar.beliefs
                    ],
                }
                for bar in ballot.bars(rounds)
            ],
        }
        if self.phase in _VOTED:
            state["advice"] = self._advice()
        if len(rounds) > 1 and self.phase != "open":
            state["moved"] = ballot.moved(*rounds)
        return state

    def _results(self, seat: str | None = None) -> dict[str, Any]:
        """Return what a learner or the wall may know of the votes: nothing before it is revealed."""
        if self.asking is None or self.phase not in {"bars", "key"}:
            return {}
        ballot, rounds = self.asking.ballot, self.asking.rounds
        told = self.phase == "key"
        results: dict[str, Any] = {
            "bars": [bar.told() if told else bar.shown() for bar in ballot.bars(rounds)],
            "totals": [round_.total for round_ in rounds],
        }
        if len(rounds) > 1:
            moved = ballot.moved(*rounds)
            results["moved"] = moved if told else {name: moved[name] for name in ("both", "changed")}
        if told:
            results |= {"answer": ballot.right_answer(), "explain": ballot.explain()}
        if seat is not None:
            votes = [round_.votes.get(seat) for round_ in rounds]
            results["mine"] = [ballot.labels(vote.answer) if vote is not None else () for vote in votes]
        return results

    def _leading_belief(self) -> str:
        """Return the belief behind the wrong answer that most gave in the first round."""
        if self.asking is None:
            return ""
        wrong = [
            bar for bar in self.asking.ballot.bars(self.asking.rounds[:1]) if bar.beliefs and not bar.right
        ]
        leading = max(wrong, key=lambda bar: sum(bar.counts), default=None)
        if leading is None or not sum(leading.counts):
            return ""
        return self.course.believed.get(leading.beliefs[0], "")

    def _advice(self) -> dict[str, str]:
        """Say what to do next, by the Carpentries' rule for what the votes show."""
        assert self.asking is not None  # noqa: S101  (whoever calls it has looked)
        ballot, round_ = self.asking.ballot, self.asking.rounds[-1]
        if round_.total >= _LEAST and ballot.right(round_) >= _NEARLY_ALL * round_.total:
            return {"do": "bars", "text": "Nearly all are right. Reveal, say why in a sentence, and go on."}
        if len(self.asking.rounds) == _ROUNDS:
            return {"do": "bars", "text": "Reveal, and ask for the reason behind the wrong answers."}
        return {"do": "discuss", "text": _why_discuss(ballot, round_)}


def _why_discuss(ballot: Ballot, round_: Round) -> str:
    bars = ballot.bars([round_])
    leading = max((bar for bar in bars if not bar.right), key=lambda bar: bar.counts[0], default=None)
    if round_.total < _LEAST:
        return f"Only {round_.total} voted: too few to judge. Let them discuss in pairs, then vote again."
    if leading is not None and leading.counts[0] >= _LEADS * round_.total:
        return (
            f"{leading.label} leads, and it is wrong. Ask what one would have to believe to say it, then let "
            "them discuss and vote again."
        )
    lettered = isinstance(ballot.question, ChoiceQuestion)
    if lettered and max(bar.counts[0] for bar in bars) <= _EVEN * round_.total / len(bars):
        return "The votes are spread evenly, so most are guessing. Go back to the idea before you ask again."
    return "The room is split. Let them discuss in pairs, then vote again."


def hashed(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
