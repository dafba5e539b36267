"""One question of a class: what each screen may show of it, how a vote is read, and how votes are counted.

A page gets letters and numbers in place of the ids of choices.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lessonkit.i18n import gettext
from lessonkit.questions.kinds.choice import ChoiceQuestion, SingleQuestion
from lessonkit.questions.template import DEFAULT_SEED
from lessonkit.widgets.answers import mark_answer, solution
from lessonkit.widgets.asked import Asked, Progress, Refusal
from lessonkit.widgets.names import Names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lessonkit.questions.kinds import Question
    from lessonkit.questions.kinds.base import Answer
    from lessonkit.questions.marking import Mark
    from lessonkit.questions.model import Quiz
    from lessonkit.record.event import Event
    from lessonkit.widgets.asked import Confidence, Given

#: The numbers and the order of the handouts, the same for all: a room talks about "B".
SEED: Final = str(DEFAULT_SEED)
#: Answers that were typed or arranged: so many different ones are drawn, the others in one bar.
_MOST_BARS: Final = 8
_MOST_ON_PAPER: Final = 2000


class Vote(NamedTuple):
    """What one learner says."""

    answer: Answer
    confidence: Confidence | None = None


@dataclass
class Round:
    """One vote of the room; `turn` counts all votes of the class from 1 on."""

    turn: int
    votes: dict[str, Vote] = field(default_factory=dict)
    paper: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """How many voted, on a screen or on paper."""
        return len(self.votes) + self.paper.total()


@dataclass
class Bar:
    """How many gave one answer in each round, and what the key says about it."""

    label: str
    html: str = ""
    counts: list[int] = field(default_factory=list)
    sure: Counter[str] = field(default_factory=Counter)
    right: bool = False
    why: str = ""
    beliefs: tuple[str, ...] = ()

    def shown(self) -> dict[str, Any]:
        """Return what may be seen before the key is."""
        return {"label": self.label, "html": self.html, "counts": self.counts}

    def told(self) -> dict[str, Any]:
        """Return the same, with what the key says."""
        return {**self.shown(), "right": self.right, "why": self.why}


class Ballot(Asked):
    """One question of a quiz, as a class is asked it."""

    def __init__(self, quiz: Quiz, question: str) -> None:
        alone = quiz.only(question).model_copy(update={"mode": "exam", "attempts": None})
        super().__init__(alone, seed=lambda _question, _draw: SEED, learner="class")
        self._marks: dict[Answer, Mark] = {}
        (progress,) = self._progress.values()
        self._codes = progress.names
        self._page: dict[str, Any] | None = None

    @property
    def question(self) -> Question:
        """The question, with its numbers drawn."""
        (progress,) = self._progress.values()
        return progress.question

    # For the pages

    def page(self) -> dict[str, Any]:
        """Return what ``quiz.js`` draws; nothing of the key is in it."""
        if self._page is None:
            view = self._view()
            (shown,) = view["questions"]
            shown["id"] = "question"  # an id may say too much
            for part in ("choices", "items", "pairs"):
                for one in shown.get(part, ()):
                    one["html"] = f'<span class="class-letter">{one["id"].upper()}</span>{one["html"]}'
            shown["lettered"] = True
            if self.question.explored:
                shown["how"] = "Move the threshold until it is where you want it."
            view["words"] |= {
                "silence": "There is no connection. Your answer is not kept yet. It is sent again by itself."
            }
            self._page = view
        return self._page

    def wall(self) -> dict[str, Any]:
        """Return what the wall shows: the prompt, and what letters and numbers stand for."""
        question = self.question
        shown: dict[str, Any] = {
            "prompt": self._html(question.prompt),
            "countable_on_paper": isinstance(question, SingleQuestion),
            "bars_are_options": isinstance(question, ChoiceQuestion),
        }
        if pairs := question.numbered():
            shown["pairs"] = [
                {"label": self._codes.parts[one.id], "html": self._html(one.text)} for one in pairs
            ]
        names = self._codes.targets or self._codes.parts
        shown["options"] = [
            {"label": names[one.id].upper(), "html": self._html(one.text)} for one in question.shuffled(SEED)
        ]
        return shown

    def explorer(self) -> dict[str, Any] | None:
        """Return the explorer that the question is answered on, as JSON has it."""
        if not self.question.explored:
            return None
        from lessonkit.widgets.operating_point import traits  # late: it needs the data

        return traits(self.question)

    def _explorer(self, question: str) -> str:
        return question

    def _names(self, question: Question, seed: str) -> Names:
        # In the order of the handouts: a room talks about "B".
        return Names.of(
            question,
            seed,
            lambda marker, place, _: ascii_lowercase[place] if marker == "A" else str(place + 1),
        )

    def stand(self, vote: Vote | None, *, turn: int, closed: bool, told: bool) -> dict[str, Any]:
        """Return where the question stands for one learner.

        Parameters
        ----------
        vote : Vote or None
            What is kept of this learner.
        turn : int
            Which vote of the class this is.
        closed, told : bool
            Whether votes are no longer taken, and whether the key is shown.
        """
        progress = self._draw(self._quiz.questions[0], 0)
        if vote is not None:
            progress.answer, progress.confidence = vote
            if told:
                progress.mark, progress.attempt = self.mark(vote.answer), 1
        self._over = told
        try:
            standing = {**self._stand_at(progress), "turn": turn, "closed": closed or told}
        finally:
            self._over = False
        if vote is not None and not told:
            standing["kept"] = self._kept(vote, closed=closed)
        if standing["feedback"] is not None:
            standing["feedback"] = {**standing["feedback"], "see": None}  # no lesson is served here
        return {
            "progress": "",
            "notice": "",
            "submitted": told,
            "unanswered": 0,
            "can_start_over": False,
            "questions": [standing],
        }

    def _kept(self, vote: Vote, *, closed: bool) -> str:
        understood = self.mark(vote.answer).understood
        read_as = f"Read as {understood}. " if understood else ""
        return f"{read_as}Kept." if closed else f"{read_as}Kept. You can change it until the vote closes."

    # Votes

    def read(self, given: Given) -> Vote | None:
        """Return a vote as it is kept; None takes it back.

        Raises
        ------
        AnswerError
            It does not fit the question, or cannot be read; the message is for the learner.
        """
        (progress,) = self._progress.values()
        kept = None if given.answer is None else self._read(progress, given.answer)
        if not kept:
            return None
        self.mark(kept)
        return Vote(kept, self._sureness(self.question, kept, given.confidence))

    def mark(self, answer: Answer) -> Mark:
        """Mark an answer.

        Raises
        ------
        AnswerError
            It cannot be read.
        """
        if answer not in self._marks:
            self._marks[answer] = mark_answer(self.question, answer)
        return self._marks[answer]

    def event(self, seat: str, vote: Vote | None, *, marked: bool, course: str, **facts: Any) -> Event:  # noqa: ANN401
        """Return a vote as an event of a learner in a course; `facts` are further fields of it."""
        progress: Progress = self._draw(self._quiz.questions[0], 0)
        if vote is not None:
            progress.answer, progress.confidence = vote
            if marked:
                progress.mark, progress.attempt = self.mark(vote.answer), facts["round"]
        seconds, time = facts.pop("seconds", None), facts.pop("time")
        event = self._event("answer", progress, seconds)
        return event.model_copy(update={"course": course, "learner": seat, "time": time, "other": facts})

    def paper(self, typed: str) -> Counter[str]:
        """Return votes on paper, typed as ``A 12 B 20``, by letter.

        Raises
        ------
        Refusal
            They cannot be read; the message is for the teacher.
        """
        if not isinstance(self.question, SingleQuestion):
            raise Refusal("Votes on paper can be typed in for questions with one choice.")
        known = [code.upper() for code in self._codes.parts.values()]
        words = typed.upper().replace(",", " ").replace(":", " ").split()
        letters, numbers = words[::2], words[1::2]
        fits = len(letters) == len(numbers) == len(set(letters)) and set(letters) <= set(known)
        if unknown := sorted({one for one in letters if one.isalpha()} - set(known)):
            raise Refusal(f"{', '.join(unknown)} is no choice here. There are {', '.join(known)}.")
        if not fits or not all(number.isascii() and number.isdigit() for number in numbers):
            raise Refusal(f"Type a letter and a number for each, such as {known[0]} 12 {known[1]} 20.")
        counted = Counter({letter: int(number) for letter, number in zip(letters, numbers, strict=True)})
        if counted.total() > _MOST_ON_PAPER:
            raise Refusal(f"Votes on paper can be {_MOST_ON_PAPER} at most.")
        return +counted

    def on_paper(self, round_: Round) -> list[Vote]:
        """Return the votes on paper, one by one."""
        choices = {code.upper(): choice for choice, code in self._codes.parts.items()}
        return [Vote((choices[letter],)) for letter in sorted(round_.paper.elements()) if letter in choices]

    def right(self, round_: Round) -> int:
        """Return how many votes of a round are right."""
        votes = [*round_.votes.values(), *self.on_paper(round_)]
        return sum(self.mark(vote.answer).correct for vote in votes)

    def moved(self, before: Round, after: Round) -> dict[str, int]:
        """Return how many changed their answer between two votes on a screen, and how."""
        both = before.votes.keys() & after.votes.keys()
        changed = [
            seat
            for seat in both
            if self.labels(before.votes[seat].answer) != self.labels(after.votes[seat].answer)
        ]
        ways = Counter(
            (self.mark(before.votes[seat].answer).correct, self.mark(after.votes[seat].answer).correct)
            for seat in changed
        )
        return {
            "both": len(both),
            "changed": len(changed),
            "to_right": ways[False, True],
            "to_wrong": ways[True, False],
        }

    def bars(self, rounds: Sequence[Round]) -> list[Bar]:
        """Return one bar for each choice, or for each different answer, the most frequent first."""
        bars = self._all_bars()
        for index, round_ in enumerate(rounds):
            for vote in [*round_.votes.values(), *self.on_paper(round_)]:
                for label in self.labels(vote.answer):
                    bar = bars.setdefault(label, Bar(label))
                    bar.counts += [0] * (index + 1 - len(bar.counts))
                    bar.counts[index] += 1
                    if index == len(rounds) - 1:
                        bar.sure[vote.confidence or ""] += 1
                    if not isinstance(self.question, ChoiceQuestion):
                        given = self.mark(vote.answer)
                        bar.right, bar.beliefs = given.correct, given.misconceptions
                        bar.why = self._html(given.message) if given.message else ""
        for bar in bars.values():
            bar.counts += [0] * (len(rounds) - len(bar.counts))
        if isinstance(self.question, ChoiceQuestion):
            return list(bars.values())
        ordered = sorted(bars.values(), key=lambda bar: (-sum(bar.counts), bar.label))
        rest = ordered[_MOST_BARS:]
        if rest:
            others = [sum(counts) for counts in zip(*(bar.counts for bar in rest), strict=True)]
            return [*ordered[:_MOST_BARS], Bar("other answers", counts=others)]
        return ordered

    def _all_bars(self) -> dict[str, Bar]:
        question = self.question
        if not isinstance(question, ChoiceQuestion):
            return {}
        return {
            (label := self._codes.parts[choice.id].upper()): Bar(
                label,
                self._html(choice.text),
                right=choice.correct,
                why=self._html(choice.why),
                beliefs=(choice.misconception,) if choice.misconception else (),
            )
            for choice in question.shuffled(SEED)
        }

    def labels(self, answer: Answer) -> tuple[str, ...]:
        """Return the bars in which an answer is counted."""
        if isinstance(answer, str):
            return (self.question.label(self.mark(answer), answer),)
        shown = ["".join(one).upper() for one in self._codes.to_page(answer)]
        return tuple(shown) if isinstance(self.question, ChoiceQuestion) else (" ".join(shown),)

    def right_answer(self) -> str:
        """Say the right answer where no bar is marked as it."""
        question = self.question
        if isinstance(question, ChoiceQuestion):
            return ""
        right = question.right()
        if question.said or right is None:
            return solution(question)
        return gettext("The answer is {parts}.").format(parts=self.labels(right)[0])

    def explain(self) -> str:
        """Return what the author says at the end, as HTML."""
        return self._html(self.question.explain) if self.question.explain else ""
