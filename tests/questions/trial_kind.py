"""A trial kind (`trial`), answered with a slider: `test_trial_kind.py` puts it into a copy of lessonkit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, Strict

from lessonkit.i18n import gettext, noop
from lessonkit.questions.kinds.base import Answer, Example, Html, Moodle, Node, TypedQuestion
from lessonkit.questions.marking import AnswerError, Mark
from lessonkit.questions.problem import Flaw

Whole = Annotated[int, Strict()]


class TrialQuestion(TypedQuestion):
    """A question whose answer is a whole number on a scale."""

    example: ClassVar[Example] = Example(
        {"prompt": "How many legs has a spider?", "low": 0, "high": 10, "answer": 8}, wrong="6"
    )
    ask: ClassVar[str] = noop("A trial: slide to a whole number.")
    pen: ClassVar[str] = "Write a whole number."
    page_words: ClassVar[Mapping[str, str]] = {"slide": noop("A trial: your place on the scale")}
    mark_words: ClassVar[Mapping[str, str]] = {
        "slide_first": noop("A trial: move the slider first."),
        "farther": noop("A trial: look at the scale again."),
    }

    kind: Literal["trial"]
    low: Whole = Field(description="Where the scale begins.")
    high: Whole = Field(description="Where it ends.")
    answer: Whole = Field(description="The right place.")

    @classmethod
    def flaws(cls, data: Mapping[str, Any]) -> Iterator[Flaw]:
        """Yield that the right place is not on the scale."""
        low, answer, high = (data[name] for name in ("low", "answer", "high"))
        if not low <= answer <= high:
            yield Flaw(("answer",), "LK012", f"{answer} is not from {low} to {high}")

    def right(self) -> Answer:
        """Return the right place."""
        return str(self.answer)

    def mark(self, answer: object) -> Mark:
        """Mark a whole number, or a text of one."""
        try:
            place = int(str(answer))
        except ValueError:
            raise AnswerError(self.word("slide_first")) from None
        return Mark(correct=place == self.answer, credit=float(place == self.answer))

    def beliefs(self) -> Iterable[str]:
        """Return none."""
        return ()

    def view(self, seed: str, html: Html) -> dict[str, Any]:
        """Return the scale."""
        return {"low": self.low, "high": self.high}

    def how_far(self, given: Mark, *, final: bool) -> str:
        """Say where to look."""
        return self.solution() if final else self.word("farther")

    def solution(self) -> str:
        """Say the right place."""
        return gettext("The answer is {number}.").format(number=self.answer)

    def answers(self, html: Html) -> Iterator[str]:
        """Yield the right place."""
        yield f"<p><strong>{self.answer}</strong></p>"

    def remarks(self) -> Iterator[tuple[str, str]]:
        """Yield it on paper."""
        yield f"✓ Right: {self.answer}", "&nbsp;"

    def key(self, html: Html) -> dict[str, Any]:
        """Return the right place."""
        return {"right": str(self.answer)}

    def moodle(self) -> Moodle:
        """Return a numerical question."""
        return Moodle("numerical", (Node("answer", str(self.answer), fraction=100.0),))
