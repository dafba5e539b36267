"""Questions with choices: one right (`single`), or some (`multiple`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from html import escape
from typing import Any, ClassVar, Literal

from pydantic import Field, StrictBool

from lessonkit.i18n import gettext, noop
from lessonkit.questions.arithmetic import number_in
from lessonkit.questions.kinds import base
from lessonkit.questions.kinds.listed import listed, must_know, ranks, texts, with_id
from lessonkit.questions.marking import AnswerError, ChoiceFeedback, Mark
from lessonkit.questions.markup import to_text
from lessonkit.questions.plain import mappings, normal, repeated
from lessonkit.questions.problem import Flaw
from lessonkit.questions.template import DEFAULT_SEED

_TELLING = 12


class Choice(base.Part):
    """One choice of a question, and what ticking it tells about the learner."""

    correct: StrictBool = Field(default=False, description="true on a right choice.")
    misconception: base.Slug | None = Field(
        default=None, description="The belief that leads to this wrong choice; a key of misconceptions.yaml."
    )
    why: base.Text = Field(description="Why it is right or wrong. Required on right choices too.")
    unsure: StrictBool = Field(
        default=False,
        description='true on "I don\'t know yet", which may close a question that comes before its lesson: '
        "not right, and no belief.",
    )
    pin: Literal["last"] | None = Field(
        default=None, description="last: stays last when choices are shuffled."
    )


class ChoiceQuestion(base.BaseQuestion):
    """A question with choices to tick."""

    aside: ClassVar[frozenset[str]] = frozenset({"marking", "sort", "pin"})
    unordered: ClassVar[frozenset[str]] = frozenset({"choices"})
    texts: ClassVar[frozenset[str]] = base.BaseQuestion.texts | {"choices.text", "choices.why"}
    #: Where a pen ticks a choice.
    box: ClassVar[Literal["round", "square"]]
    #: Which word says that nothing is chosen.
    before_one: ClassVar[str]

    choices: tuple[Choice, ...] = Field(min_length=2, max_length=12)
    sort: Literal["numbers"] | None = Field(
        default=None, description="numbers: shown by the first number in each, not shuffled."
    )

    def choice(self, choice_id: str) -> Choice:
        """Return the choice with this id; KeyError if there is none."""
        return with_id(self.choices, choice_id)

    def is_unsure(self, answer: object) -> bool:
        """Say whether the answer, ids of choices, says "I don't know yet" and nothing else."""
        return isinstance(answer, tuple) and {*answer} == {c.id for c in self.choices if c.unsure} != set()

    @classmethod
    def flaws(cls, data: Mapping[str, Any]) -> Iterator[Flaw]:
        """Yield what is wrong with the key, with single choices, and with their order."""
        choices = mappings(data.get("choices"))
        if all(isinstance(choice.get("correct", False), bool) for choice in choices):
            yield from cls._key_flaws([choice.get("correct") is True for choice in choices])
        yield from repeated("choices", choices)
        for index, choice in enumerate(choices):
            at = ("choices", index)
            correct = choice.get("correct", False)
            if choice.get("unsure") is True:
                if not cls._may_be_unsure(choice):
                    message = (
                        "not knowing yet is no belief and not right; it closes a single question: `pin: last`"
                    )
                    yield Flaw((*at, "unsure"), "LK057", message)
            elif choice.get("misconception") is None:
                if correct is False:
                    message = "a wrong choice needs `misconception`: the belief that leads a learner to it"
                    yield Flaw(at, "LK026", message)
            elif correct is True:
                message = "a right choice has no misconception; remove the line"
                yield Flaw((*at, "misconception"), "LK027", message)
        for index, choice in enumerate(choices if data.get("sort") == "numbers" else ()):
            text = choice.get("text")
            if choice.get("pin") is None and isinstance(text, str) and number_in(text) is None:
                message = (
                    "`sort: numbers`, but this choice holds no number; write one, or pin it: `pin: last`"
                )
                yield Flaw(("choices", index, "text"), "LK055", message)

    @classmethod
    def _key_flaws(cls, right: list[bool]) -> Iterator[Flaw]:
        """Yield what is wrong with the number of right choices."""
        if right and not any(right):
            yield Flaw(("choices",), "LK023", "no choice is right; mark the right one with `correct: true`")

    @classmethod
    def _may_be_unsure(cls, choice: Mapping[str, Any]) -> bool:
        return False

    @classmethod
    def given_away(cls, data: Mapping[str, Any], hint: str) -> list[str]:
        """Return the right choices that the hint holds."""
        prompt, text = normal(to_text(data["prompt"])), normal(to_text(hint))
        right = [
            normal(to_text(choice["text"]))
            for choice in mappings(data.get("choices"))
            if choice.get("correct") is True and isinstance(choice.get("text"), str)
        ]
        return [words for words in right if len(words) >= _TELLING and words not in prompt and words in text]

    def keep(self, given: object) -> base.Answer | None:
        """Return the ids of the ticked choices, in the order of the file."""
        if not isinstance(given, list):
            return None
        order = {choice.id: index for index, choice in enumerate(self.choices)}
        return tuple(sorted(set(given), key=lambda choice: order.get(choice, len(order))))

    def fits(self, answer: base.Answer) -> bool:
        """Say whether the answer names choices only."""
        return isinstance(answer, tuple) and {*answer} <= {choice.id for choice in self.choices}

    def readable(self, answer: base.Answer) -> object:
        """Return a list."""
        return list(answer)

    def right(self) -> base.Answer:
        """Return the ids of the right choices."""
        return tuple(choice.id for choice in self.choices if choice.correct)

    def mark(self, answer: object) -> Mark:
        """Mark ids of choices."""
        ticked = self._ticked(answer)
        right = frozenset(self.right())
        correct = ticked == right
        return Mark(
            correct=correct,
            credit=1.0 if correct else self._credit(len(ticked & right), len(ticked - right)),
            feedback=tuple(
                ChoiceFeedback(choice.id, choice.id in ticked, choice.correct, choice.why)
                for choice in self.choices
            ),
            misconceptions=tuple(
                choice.misconception
                for choice in self.choices
                if choice.id in ticked and choice.misconception is not None
            ),
        )

    def _ticked(self, answer: object) -> frozenset[str]:
        if not isinstance(answer, Collection) or isinstance(answer, str | bytes):
            raise AnswerError(gettext("This answer cannot be read: choose from the list."))
        must_know(answer, {choice.id: choice for choice in self.choices})
        if not answer:
            raise AnswerError(self.word(self.before_one))
        return frozenset(answer)

    def _credit(self, hits: int, slips: int) -> float:
        return 0.0

    def beliefs(self) -> Iterator[str]:
        """Yield the beliefs of the wrong choices."""
        return (choice.misconception for choice in self.choices if choice.misconception)

    def shuffled(self, seed: int | str = DEFAULT_SEED) -> tuple[Choice, ...]:
        """Return the choices, those pinned last; with ``sort: numbers`` the others by their numbers."""
        rank = ranks(seed, self.id)
        free = sorted((choice for choice in self.choices if choice.pin is None), key=rank)
        if self.sort == "numbers":
            free.sort(key=lambda choice: number_in(choice.text) or 0.0)
        return (*free, *(choice for choice in self.choices if choice.pin is not None))

    def view(self, seed: str, html: base.Html) -> dict[str, Any]:
        """Return the choices."""
        return {"choices": texts(self.shuffled(seed), html)}

    def reasons(
        self, given: Mark | None, html: base.Html, *, everything: bool
    ) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield the reasons of the ticked choices, or of all."""
        ticked = {item.choice for item in given.feedback if item.ticked} if given is not None else set()
        for choice in self.choices:
            if everything or choice.id in ticked:
                case = base.CASES[choice.id in ticked, choice.correct]
                yield choice.id, {"case": case, "html": html(choice.why)}

    def solution(self) -> str:
        """Say the right choices."""
        right = "; ".join(to_text(choice.text) for choice in self.choices if choice.correct)
        return gettext("The answer is {number}.").format(number=right)

    def listings(self) -> Iterator[base.Listing]:
        """Yield the choices with their boxes."""
        yield base.Listing(
            "A",
            tuple(
                base.Line(
                    choice.text,
                    self.box,
                    "✓" if choice.correct else "",
                    (("Right." if choice.correct else "Wrong.", choice.why),),
                    right=choice.correct,
                )
                for choice in self.shuffled()
            ),
        )

    def answers(self, html: base.Html) -> Iterator[str]:
        """Yield the verdict on each choice, and its reason."""
        right, wrong = escape(gettext("Right.")), escape(gettext("Wrong."))
        verdict = {
            True: f"<p><strong>✓ {right}</strong></p>",
            False: f"<p><strong>✗ {wrong}</strong></p>",
        }
        yield listed("A", (f"{verdict[one.correct]}\n{html(one.why)}" for one in self.shuffled()))

    def key(self, html: base.Html) -> dict[str, Any]:
        """Return what is right, and all reasons."""
        return {
            "order": [choice.id for choice in self.choices],
            "right": self.right(),
            "whys": {choice.id: html(choice.why) for choice in self.choices},
            "unsure": next((choice.id for choice in self.choices if choice.unsure), None),
            "marking": getattr(self, "marking", None),
        }

    def moodle(self) -> base.Moodle:
        """Return a question of multiple choice; each reason is its choice's feedback."""
        right = sum(choice.correct for choice in self.choices)
        single = self.box == "round"
        cost = 0.0 if single else -100 / max(1, len(self.choices) - right)
        return base.Moodle(
            "multichoice",
            (
                base.Node("single", str(single).lower()),
                base.Node("shuffleanswers", "true"),
                base.Node("answernumbering", "ABCD"),
                *(
                    base.Node(
                        "answer",
                        html=choice.text,
                        fraction=100 / right if choice.correct else cost,
                        parts=(base.Node("feedback", html=choice.why),),
                    )
                    for choice in self.choices
                ),
            ),
        )


class SingleQuestion(ChoiceQuestion):
    """A question with exactly one right choice."""

    place: ClassVar[int] = 1
    example: ClassVar[base.Example] = base.Example(
        {
            "prompt": "Which is right?",
            "choices": [
                {"id": "yes-it-is", "text": "This one", "correct": True, "why": "It is."},
                {
                    "id": "no-it-is-not",
                    "text": "That one",
                    "misconception": "starts-at-zero",
                    "why": "It is not.",
                },
            ],
            "hints": ["Think."],
            "explain": "So it is.",
        },
        wrong=["no-it-is-not"],
    )
    ask: ClassVar[str] = noop("Choose one.")
    pen: ClassVar[str] = "Tick one."
    page_words: ClassVar[Mapping[str, str]] = {
        "choose_one": ask,
        "others": noop("Why not the others?"),
        "single_missed": noop("This is the answer"),
    }
    mark_words: ClassVar[Mapping[str, str]] = {
        "choose_first": noop("Choose an answer first."),
        "every_reason": noop("The answer is marked, and every choice has its reason."),
        "read_reason": noop("Read the reason, then try again."),
    }
    box: ClassVar[Literal["round", "square"]] = "round"
    before_one: ClassVar[str] = "choose_first"

    kind: Literal["single"]

    @classmethod
    def _key_flaws(cls, right: list[bool]) -> Iterator[Flaw]:
        yield from super()._key_flaws(right)
        first, *others = [index for index, is_right in enumerate(right) if is_right] or [0]
        for index in others:
            message = f"choice {first + 1} is already right; keep one, or write `kind: multiple`"
            yield Flaw(("choices", index, "correct"), "LK024", message)

    @classmethod
    def _may_be_unsure(cls, choice: Mapping[str, Any]) -> bool:
        return bool(
            choice.get("correct") is not True and not choice.get("misconception") and choice.get("pin")
        )

    def fits(self, answer: base.Answer) -> bool:
        """Say whether the answer names one choice at most."""
        return super().fits(answer) and len(answer) <= 1

    def readable(self, answer: base.Answer) -> object:
        """Return the id of the choice."""
        return answer[0]

    def _ticked(self, answer: object) -> frozenset[str]:
        ticked = super()._ticked([answer] if isinstance(answer, str) else answer)
        if len(ticked) > 1:
            raise AnswerError(gettext("Choose one answer only."))
        return ticked

    def chance(self) -> float:
        """Return the chance of one choice among those that may be right."""
        return 1 / sum(not choice.unsure for choice in self.choices)

    def how(self) -> str:
        """Return nothing: that radios take one choice, everybody sees."""
        return ""

    def how_far(self, given: Mark, *, final: bool) -> str:
        """Say where the reasons are."""
        return self.word("every_reason" if final else "read_reason")


class MultipleQuestion(ChoiceQuestion):
    """A question with at least one right and one wrong choice; `marking` says how ticks are paid."""

    place: ClassVar[int] = 2
    example: ClassVar[base.Example] = base.Example(
        {
            "prompt": "Which are right?",
            "marking": "each",
            "choices": [
                {"id": "first", "text": "This one", "correct": True, "why": "It is."},
                {"id": "second", "text": "This one too", "correct": True, "why": "It is too."},
                {"id": "third", "text": "That one", "misconception": "starts-at-zero", "why": "It is not."},
            ],
        },
        wrong=["first", "third"],
    )
    ask: ClassVar[str] = noop("Tick all that are right.")
    pen: ClassVar[str] = "Tick all that are right."
    rules: ClassVar[Mapping[str, str]] = {
        "each": noop(
            "Each right choice you tick earns its share of the right ones, each wrong choice you tick costs "
            "its share of the wrong ones, and ticking everything earns nothing."
        ),
        "net": noop(
            "Each right choice you tick earns a point, each wrong one costs a point; "
            "the sum is never below zero."
        ),
        "all": noop("All right choices and no wrong one: anything else earns nothing."),
    }
    mark_words: ClassVar[Mapping[str, str]] = {
        "tick_first": noop("Tick at least one choice first."),
        "judged": noop("You judged {well} of {total} choices rightly."),
    }
    open_at_once: ClassVar[bool] = True
    box: ClassVar[Literal["round", "square"]] = "square"
    before_one: ClassVar[str] = "tick_first"

    kind: Literal["multiple"]
    marking: Literal["each", "net", "all"] = Field(
        description="each: right ticks as a share, minus wrong ticks as a share; "
        "net: right ticks minus wrong ticks; all: exactly the right ticks or nothing."
    )

    @classmethod
    def _key_flaws(cls, right: list[bool]) -> Iterator[Flaw]:
        yield from super()._key_flaws(right)
        if all(right) and len(right) > 1:
            message = "every choice is right; add a wrong one, else ticking all earns everything"
            yield Flaw(("choices",), "LK025", message)

    def _credit(self, hits: int, slips: int) -> float:
        right = sum(choice.correct for choice in self.choices)
        earned = Fraction(0)
        if self.marking == "each":
            earned = Fraction(hits, right) - Fraction(slips, len(self.choices) - right)
        elif self.marking == "net":
            earned = Fraction(hits - slips, right)
        return float(max(Fraction(0), earned))

    def chance(self) -> float:
        """Return the chance of any ticks, but not of none."""
        return 1 / ((1 << len(self.choices)) - 1)

    def how(self) -> str:
        """Say how to answer, and how it pays."""
        ask = gettext("Tick every right choice.")
        return f"{ask} {gettext(self.rules[self.marking])}"

    def rule(self) -> str:
        """Return how ticks are paid."""
        return self.marking

    def how_far(self, given: Mark, *, final: bool) -> str:
        """Say how many choices were judged rightly."""
        well = sum(item.treated_well for item in given.feedback)
        return self.word("judged", well=well, total=len(given.feedback))
