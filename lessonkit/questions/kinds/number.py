"""Questions whose answer is a number (`numeric`)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field, Strict, ValidationError

from lessonkit.i18n import gettext, isolate, ngettext, noop
from lessonkit.questions import numbers
from lessonkit.questions.arithmetic import Formula, FormulaError, exact, numbers_in
from lessonkit.questions.kinds.base import (
    Answer,
    Computed,
    Example,
    Frozen,
    Html,
    Moodle,
    Node,
    Number,
    Slug,
    Text,
    TypedQuestion,
)
from lessonkit.questions.kinds.listed import near_misses
from lessonkit.questions.marking import Mark
from lessonkit.questions.numbers import decimal, read_number
from lessonkit.questions.plain import is_number, mappings
from lessonkit.questions.problem import Flaw

#: The most decimals or significant digits that can be asked for.
_MOST_DIGITS: Final = 12
_CLOSENESS: Final = ("tolerance", "decimals", "significant")
_COARSE: Final = Fraction(1, 4)
_WHOLE: Final = 100  # percent

_Digits = Annotated[int, Strict(), Field(ge=0, le=_MOST_DIGITS)]


class Mistake(Frozen):
    """A known wrong number and the belief behind it."""

    answer: Computed = Field(description="The number that the belief leads to.")
    misconception: Slug = Field(description="The belief; a key of misconceptions.yaml.")
    why: Text = Field(description="What went wrong on the way to this number.")


class NumericQuestion(TypedQuestion):
    """A question whose answer is a number, right within a stated closeness."""

    place: ClassVar[int] = 3
    example: ClassVar[Example] = Example(
        {
            "prompt": "How much is 3 / 4?",
            "answer": 0.75,
            "tolerance": 0.005,
            "mistakes": [{"answer": 1.333, "misconception": "starts-at-zero", "why": "Turned over."}],
        },
        wrong="1.333",
    )
    ask: ClassVar[str] = noop("Answer with a number.")
    pen: ClassVar[str] = "Write a number."
    page_words: ClassVar[Mapping[str, str]] = {"answer_in": noop("Your answer, in {unit}")}
    mark_words: ClassVar[Mapping[str, str]] = {
        **numbers.WORDS,
        "meant_percent": noop("Did you mean {percent}%? The answer is asked for in percent."),
        "meant_share": noop("Did you mean {percent}%? Write the sign, or the proportion {share}."),
        "look_again": noop("Look again at what is asked."),
    }
    aside: ClassVar[frozenset[str]] = frozenset({"formula", "mistakes"})
    texts: ClassVar[frozenset[str]] = TypedQuestion.texts | {"unit", "mistakes.why"}
    called: ClassVar[str] = "A number"

    kind: Literal["numeric"]
    answer: Computed = Field(
        description="The right number. A proportion is written 0.889, not 88.9. With `parameters`, a formula."
    )
    formula: Text | None = Field(
        default=None,
        description="How the number comes about, such as 40 / (40 + 5): checked against `answer`.",
    )
    tolerance: Annotated[Number, Field(ge=0)] | None = Field(
        default=None, description="Largest accepted distance from `answer`."
    )
    decimals: _Digits | None = Field(default=None, description="Right to this many decimals.")
    significant: Annotated[_Digits, Field(ge=1)] | None = Field(
        default=None, description="Right to this many significant digits."
    )
    unit: Text | None = Field(default=None, description="Shown beside the field; % makes 88.9 mean 88.9%.")
    mistakes: tuple[Mistake, ...] = Field(default=(), description="Known wrong numbers.")

    def accepts(self, value: Fraction, answer: float | None = None) -> bool:
        """Say whether `value` is close enough to `answer` (default: the right one)."""
        target = self.answer if answer is None else answer
        return abs(value - exact(target)) <= self._slack(target)

    def _slack(self, answer: float) -> Fraction:
        return _slack(answer, self.tolerance, self.decimals, self.significant)

    @classmethod
    def flaws(cls, data: Mapping[str, Any]) -> Iterator[Flaw]:
        """Yield what is wrong with the closeness, the formula and the known mistakes."""
        given = [name for name in _CLOSENESS if data.get(name) is not None]
        if not given:
            yield Flaw((), "LK028", "add one of `tolerance`, `decimals`, `significant`: how close is right?")
        for name in given[1:]:
            message = f"`{given[0]}` already says how close is right; keep one of the two"
            yield Flaw((name,), "LK028", message)
        answer = data.get("answer")
        if "significant" in given and answer == 0:
            message = "zero has no significant digits; use `tolerance` or `decimals`"
            yield Flaw(("significant",), "LK028", message)
        accepted = _accepted_distance(data)
        if accepted is None or not is_number(answer):
            return
        yield from _formula_flaws(data, answer, accepted)
        known: dict[float, int] = {}
        for index, mistake in enumerate(mappings(data.get("mistakes"))):
            wrong, at = mistake.get("answer"), ("mistakes", index, "answer")
            if is_number(wrong) and abs(exact(wrong) - exact(answer)) <= accepted:
                message = (
                    f"{wrong:g} counts as right, so this mistake is never met; "
                    f"narrow `{given[0]}` or remove it"
                )
                yield Flaw(at, "LK029", message)
            elif is_number(wrong) and known.setdefault(wrong, index) != index:
                message = (
                    f"mistake {known[wrong] + 1} is {wrong:g} already, so this one is never met; remove it"
                )
                yield Flaw(at, "LK029", message)

    @classmethod
    def doubts(cls, data: Mapping[str, Any]) -> Iterator[Flaw]:
        """Yield that a guess may pass."""
        accepted = _accepted_distance(data)
        if accepted is None:
            return
        answer = exact(data["answer"])
        if accepted > _COARSE * abs(answer) > 0:
            low, high = float(answer - accepted), float(answer + accepted)
            message = f"all from {low:g} to {high:g} counts as {float(answer):g}; ask for more digits"
            yield Flaw(("answer",), "LK056", message)

    @classmethod
    def given_away(cls, data: Mapping[str, Any], hint: str) -> list[str]:
        """Return the right numbers that the hint holds."""
        try:
            asked = cls.model_validate(data)
        except ValidationError:  # reported already
            return []
        known = set(numbers_in(asked.prompt))
        return [
            f"{value:g}" for value in numbers_in(hint) if value not in known and asked.accepts(exact(value))
        ]

    @classmethod
    def shared_answer(cls, one: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
        """Return the number, also if it is right as a percentage or as a share."""
        try:
            taker, giver = cls.model_validate(one), cls.model_validate(other)
        except ValidationError:  # another kind, or reported already
            return None
        answer = exact(giver.answer)
        shared = any(map(taker.accepts, (answer, answer * 100, answer / 100)))
        return f"{giver.answer:g}" if shared else None

    def right(self) -> Answer:
        """Return the number as Python writes it."""
        return repr(self.answer)

    def mark(self, answer: object) -> Mark:
        """Mark a text as typed, or a number."""
        value, understood = read_number(answer, unit=self.unit, expected=self.answer)
        doubt = self._doubt(value, understood)
        if self.accepts(value):
            return Mark(correct=True, credit=1.0, understood=understood, doubt=doubt)
        met = [mistake for mistake in self.mistakes if self.accepts(value, mistake.answer)]
        nearest = min(met, key=lambda mistake: abs(value - exact(mistake.answer)), default=None)
        return Mark(
            correct=False,
            credit=0.0,
            understood=understood,
            doubt=doubt,
            misconceptions=() if nearest is None else (nearest.misconception,),
            message=self._percent_slip(value) if nearest is None else nearest.why,
        )

    def _doubt(self, value: Fraction, understood: str) -> str:
        """Ask whether percent is meant where a share is asked for and a bare number above 1 was typed."""
        if self.unit is None and 0 < self.answer < 1 < value <= _WHOLE and "%" not in understood:
            return gettext("If you mean {percent}%, write the sign.").format(percent=decimal(value))
        return ""

    def _percent_slip(self, value: Fraction) -> str:
        """Return the mend when the number is right but for a factor of 100, else an empty text.

        The answer stays wrong: telling 88.9 from 0.889 is part of what a course on ratios teaches. But nobody
        should hunt for an error in the reckoning.
        """
        if self.unit == "%":
            if self.answer and self.accepts(value * 100):
                return self.word("meant_percent", percent=decimal(value * 100))
        elif 0 < self.answer <= 1 and self.accepts(value / 100):
            return self.word("meant_share", percent=decimal(value), share=decimal(value / 100))
        return ""

    def beliefs(self) -> Iterator[str]:
        """Yield the beliefs of the known mistakes."""
        return (mistake.misconception for mistake in self.mistakes)

    def view(self, seed: str, html: Html) -> dict[str, Any]:
        """Return the unit."""
        return {"unit": self.unit}

    def label(self, given: Mark, answer: str) -> str:
        """Return the number: "97% = 0.97" and "0.97" are one answer."""
        return given.understood.rpartition(" = ")[2]

    def how(self) -> str:
        """Say what may be typed, by an example of the same sort that is not the answer."""
        if self.unit is not None:
            return self.how_on_paper()
        slack, answer = self._slack(self.answer), exact(self.answer)
        if slack >= Fraction(1, 2) or (slack == 0 and answer.denominator == 1):
            return gettext("Type a number, such as {n}.").format(n=30 if self.accepts(Fraction(12)) else 12)
        if not 0 <= answer <= 1:
            return gettext("Type a number. 7.5 and 15/2 are both fine.")
        if self.accepts(Fraction(8, 9)) or self.accepts(Fraction(89, 100)):
            return gettext("Type a number. 0.75, 75% and 3/4 are all fine.")
        return gettext("Type a number. 0.89, 89% and 8/9 are all fine.")

    def how_on_paper(self) -> str:
        """Say that a number is asked for, and in which unit."""
        if self.unit is None:
            return gettext(self.ask)
        return gettext("Answer with a number, in {unit}.").format(unit=self.unit)

    def how_far(self, given: Mark, *, final: bool) -> str:
        """Say the number, or to look again where nothing else is said."""
        if final:
            return self.solution()
        return "" if given.message else self.word("look_again")

    def solution(self) -> str:
        """Say the right number as a learner would write it."""
        digits = f"{self.answer:.{self.decimals}f}" if self.decimals is not None else f"{self.answer:.6g}"
        if self.significant is not None:
            digits = f"{float(f'{self.answer:.{self.significant}g}'):g}"
        number = f"{digits} {self.unit or ''}".rstrip()
        return gettext("The answer is {number}.").format(number=isolate(number))

    def _in_unit(self, value: float) -> str:
        return f"{number_text(value)} {self.unit or ''}".rstrip()

    def _closeness(self) -> str:
        if self.tolerance is not None:
            within = gettext("accepted within ±{tolerance}").format(tolerance=f"{self.tolerance:g}")
            return within if self.tolerance else gettext("exactly")
        if self.decimals is not None:
            return ngettext("to {n} decimal", "to {n} decimals", self.decimals).format(n=self.decimals)
        digits = self.significant or 1
        return ngettext("to {n} significant digit", "to {n} significant digits", digits).format(n=digits)

    def answers(self, html: Html) -> Iterator[str]:
        """Yield the number, how close is right, and the known mistakes."""
        yield f"<p><strong>{escape(self._in_unit(self.answer))}</strong> ({escape(self._closeness())})</p>"
        yield from near_misses(((self._in_unit(known.answer), known.why) for known in self.mistakes), html)

    def remarks(self) -> Iterator[tuple[str, str]]:
        """Yield the number, and the known mistakes."""
        yield f"✓ Right: {self._in_unit(self.answer)}", f"({self._closeness()})"
        for mistake in self.mistakes:
            yield f"✗ {self._in_unit(mistake.answer)}.", mistake.why

    def key(self, html: Html) -> dict[str, Any]:
        """Return the numbers and how close to them is close enough, exactly."""

        def near(answer: float) -> dict[str, str]:
            return {"exact": str(exact(answer)), "slack": str(self._slack(answer))}

        return {
            "unit": self.unit,
            "answer": self.answer,
            **near(self.answer),
            "mistakes": [{**near(known.answer), "html": html(known.why)} for known in self.mistakes],
        }

    def moodle(self) -> Moodle:
        """Return a numerical question; each known mistake is an answer that earns nothing."""
        known = [(mistake.answer, 0.0, mistake.why) for mistake in self.mistakes]
        return Moodle(
            "numerical",
            tuple(
                Node(
                    "answer",
                    repr(value),
                    fraction=fraction,
                    parts=(
                        Node("tolerance", f"{float(self._slack(self.answer)):g}"),
                        Node("feedback", html=why),
                    ),
                )
                for value, fraction, why in [(self.answer, 100.0, ""), *known]
            ),
        )


def number_text(value: float) -> str:
    """Return a number as a reader writes it: four digits, or two more than its whole part has."""
    return f"{value:.{max(4, len(f'{abs(value):.0f}') + 2)}g}"


def _slack(answer: float, tolerance: float | None, decimals: int | None, significant: int | None) -> Fraction:
    """Return the largest accepted distance from `answer`; half a unit of the last digit asked for."""
    if tolerance is not None:
        return exact(tolerance)
    if decimals is None:
        lead = math.floor(math.log10(abs(answer))) if answer else 0
        decimals = (significant or 1) - 1 - lead
    return Fraction(1, 2) * Fraction(10) ** -decimals


def _accepted_distance(data: Mapping[str, Any]) -> Fraction | None:
    """Return how far from the answer a number may be, or None if the question does not settle it."""
    answer = data.get("answer")
    given = [name for name in _CLOSENESS if data.get(name) is not None]
    if not is_number(answer) or len(given) != 1:
        return None
    closeness = data[given[0]]
    is_digits = isinstance(closeness, int) and 0 <= closeness <= _MOST_DIGITS
    if not is_number(closeness) or (given[0] != "tolerance" and not is_digits):
        return None  # pydantic says what is wrong with it
    return _slack(answer, *(data.get(name) for name in _CLOSENESS))


def _formula_flaws(data: Mapping[str, Any], answer: float, accepted: Fraction) -> Iterator[Flaw]:
    written = data.get("formula")
    if not isinstance(written, str):
        return
    try:
        value = Formula(written).value({})
    except FormulaError as error:
        yield Flaw(("formula",), error.code, str(error))
        return
    # The answer may be rounded, but then to the digits it shows.
    last_digit = Fraction(10) ** int(Decimal(repr(float(answer))).as_tuple().exponent)
    if abs(Fraction(value) - exact(answer)) > min(accepted, last_digit / 2):
        message = f"{written} is {float(value):.10g}, not {answer:.10g}; correct one of them"
        yield Flaw(("answer",), "LK060", message)
