"""A quiz as data: questions, choices, and what makes them sound.

The classes are frozen pydantic models. They define the file format: ``quizzes/schema.json`` is generated from
them, and `lessonkit.questions.bank` fills them from YAML.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path  # noqa: TC003  (pydantic reads the annotation)
from typing import Annotated, Any, Final, Literal, NamedTuple, Self, TypeAlias, TypeGuard

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    PrivateAttr,
    Strict,
    StrictBool,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

#: The kinds of question there are.
KINDS: Final = ("single", "multiple", "numeric")

Slug = Annotated[
    str,
    Strict(),
    StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64),
]
Text = Annotated[str, Strict(), StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Number = Annotated[FiniteFloat, Strict()]
_MOST_DIGITS = 12
Digits = Annotated[int, Strict(), Field(ge=0, le=_MOST_DIGITS)]


class Flaw(NamedTuple):
    """A rule between several values that does not hold.

    Attributes
    ----------
    at : tuple of str and int
        Keys and indices that lead to the value at fault.
    code : str
        A key of `lessonkit.questions.problem.RULES`.
    message : str
        What is wrong, and the mend.
    """

    at: tuple[str | int, ...]
    code: str
    message: str


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(_Frozen):
    """One choice of a question, and what ticking it tells about the learner."""

    id: Slug = Field(description="Stable for ever within its question; stored answers name it.")
    text: Text = Field(description="What the learner reads. Markdown, $math$ and `code`.")
    correct: StrictBool = Field(default=False, description="true on a right choice.")
    misconception: Slug | None = Field(
        default=None, description="The belief that leads to this wrong choice; a key of misconceptions.yaml."
    )
    why: Text = Field(description="Why it is right or wrong. Required on right choices too.")
    pin: Literal["last"] | None = Field(
        default=None, description="last: stays last when choices are shuffled."
    )


class Mistake(_Frozen):
    """A known wrong number and the belief behind it."""

    answer: Number = Field(description="The number that the belief leads to.")
    misconception: Slug = Field(description="The belief; a key of misconceptions.yaml.")
    why: Text = Field(description="What went wrong on the way to this number.")


class _Question(_Frozen):
    id: Slug = Field(description="Unique in the course and stable for ever: records hang on it.")
    objective: Slug = Field(description="A key of `objectives`.")
    predict: StrictBool = Field(
        default=False, description="true: asked before the text answers it; never counted."
    )
    inline: StrictBool = Field(
        default=False, description="true: asked inside the text, so not in the closing quiz."
    )
    prompt: Text = Field(description="The question. Markdown, $math$ and `code`.")
    hints: tuple[Text, ...] = Field(default=(), description="Shown one by one, on request.")
    explain: Annotated[str, Strict(), StringConstraints(strip_whitespace=True, max_length=20_000)] = Field(
        default="", description="What to take away, shown after an answer."
    )
    see: Text | None = Field(
        default=None, description="Where the lesson answers it: notebooks/<lesson>.ipynb#Heading-With-Hyphens"
    )

    @property
    def see_href(self) -> str | None:
        """`see` as a link that works from within a notebook, or None."""
        return None if self.see is None else self.see.removeprefix("notebooks/")

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        for flaw in question_flaws(self.model_dump()):
            raise PydanticCustomError("flaw", "{message}", {"message": flaw.message})
        return self


class _ChoiceQuestion(_Question):
    choices: tuple[Choice, ...] = Field(min_length=2, max_length=12)

    def choice(self, choice_id: str) -> Choice:
        """Return the choice with this id.

        Raises
        ------
        KeyError
            There is none.
        """
        for choice in self.choices:
            if choice.id == choice_id:
                return choice
        raise KeyError(choice_id)


class SingleQuestion(_ChoiceQuestion):
    """A question with exactly one right choice."""

    kind: Literal["single"]


class MultipleQuestion(_ChoiceQuestion):
    """A question with at least one right and one wrong choice; `marking` says how ticks are paid."""

    kind: Literal["multiple"]
    marking: Literal["each", "net", "all"] = Field(
        description="each: right ticks as a share, minus wrong ticks as a share; "
        "net: right ticks minus wrong ticks; all: exactly the right ticks or nothing."
    )


class NumericQuestion(_Question):
    """A question whose answer is a number, right within a stated closeness."""

    kind: Literal["numeric"]
    answer: Number = Field(description="The right number. A proportion is written 0.889, not 88.9.")
    tolerance: Annotated[Number, Field(ge=0)] | None = Field(
        default=None, description="Largest accepted distance from `answer`."
    )
    decimals: Digits | None = Field(default=None, description="Right to this many decimals.")
    significant: Annotated[Digits, Field(ge=1)] | None = Field(
        default=None, description="Right to this many significant digits."
    )
    unit: Text | None = Field(default=None, description="Shown beside the field; % makes 88.9 mean 88.9 %.")
    mistakes: tuple[Mistake, ...] = Field(default=(), description="Known wrong numbers.")

    def accepts(self, value: Fraction, answer: float | None = None) -> bool:
        """Say whether `value` is close enough to `answer` (default: the right one)."""
        target = self.answer if answer is None else answer
        return abs(value - exact(target)) <= _slack(target, self.tolerance, self.decimals, self.significant)


Question: TypeAlias = SingleQuestion | MultipleQuestion | NumericQuestion


class Quiz(_Frozen):
    """The questions of one lesson."""

    lesson: Slug = Field(description="The stem of this file and of its notebook.")
    title: Text
    objectives: dict[Slug, Text] = Field(
        min_length=1, description="What the learner can do afterwards: a slug and a sentence for each."
    )
    questions: tuple[Annotated[Question, Field(discriminator="kind")], ...] = Field(min_length=1)
    _path: Path | None = PrivateAttr(default=None)

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401  (pydantic's signature)
        """Take the file's path from the validation context."""
        if isinstance(context, Mapping):
            self._path = context.get("path")

    @property
    def path(self) -> Path | None:
        """The file the quiz was read from; None when it was built in Python."""
        return self._path

    @property
    def folder(self) -> Path | None:
        """The folder that the quiz's images are relative to."""
        return None if self._path is None else self._path.parent

    def question(self, question_id: str) -> Question:
        """Return the question with this id.

        Raises
        ------
        KeyError
            There is none; the message lists those there are.
        """
        for question in self.questions:
            if question.id == question_id:
                return question
        known = ", ".join(question.id for question in self.questions)
        raise KeyError(f"{self.lesson} has no question {question_id!r}; it has: {known}")

    def only(self, question_id: str) -> Quiz:
        """Return the quiz reduced to one question.

        Raises
        ------
        KeyError
            There is no such question.
        """
        return self.model_copy(update={"questions": (self.question(question_id),)})

    def closing(self) -> Quiz:
        """Return the quiz for the end of the lesson: without the questions asked inside its text."""
        asked_at_the_end = tuple(q for q in self.questions if not (q.predict or q.inline))
        return self.model_copy(update={"questions": asked_at_the_end})

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        for flaw in quiz_flaws(self.model_dump()):
            raise PydanticCustomError("flaw", "{message}", {"message": flaw.message})
        return self


def exact(number: float) -> Fraction:
    """Return the number as its author wrote it: 0.1 is one tenth, not the nearest binary fraction."""
    return Fraction(repr(float(number)))


def _slack(answer: float, tolerance: float | None, decimals: int | None, significant: int | None) -> Fraction:
    """Return the largest accepted distance from `answer`; half a unit of the last digit asked for."""
    if tolerance is not None:
        return exact(tolerance)
    if decimals is None:
        lead = math.floor(math.log10(abs(answer))) if answer else 0
        decimals = (significant or 1) - 1 - lead
    return Fraction(1, 2) * Fraction(10) ** -decimals


# The rules below read plain mappings, not models, so that the bank can report them all for a file that
# pydantic refuses for other reasons. They therefore take nothing for granted about the values' types.


def quiz_flaws(quiz: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield every broken rule between the questions of a quiz."""
    objectives = quiz.get("objectives")
    first: dict[str, int] = {}
    for index, question in enumerate(_mappings(quiz.get("questions"))):
        question_id, objective = question.get("id"), question.get("objective")
        if isinstance(question_id, str) and first.setdefault(question_id, index) != index:
            yield Flaw(
                ("questions", index, "id"),
                "LK020",
                f"question {first[question_id] + 1} already has the id {question_id!r}; use another",
            )
        if isinstance(objective, str) and isinstance(objectives, Mapping) and objective not in objectives:
            known = ", ".join(map(str, objectives))
            yield Flaw(
                ("questions", index, "objective"),
                "LK030",
                f"objective {objective!r} is not declared; declare it above or use one of: {known}",
            )


def question_flaws(question: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield every broken rule between the values of one question."""
    match question.get("kind"):
        case "single" | "multiple" as kind:
            yield from _choice_flaws(kind, _mappings(question.get("choices")))
        case "numeric":
            yield from _numeric_flaws(question)


def _choice_flaws(kind: str, choices: list[Mapping[str, Any]]) -> Iterator[Flaw]:
    yield from _key_flaws(kind, choices)
    yield from _twin_flaws(choices)
    for index, choice in enumerate(choices):
        at = ("choices", index)
        correct = choice.get("correct", False)
        if choice.get("misconception") is None:
            if correct is False:
                message = "a wrong choice needs `misconception`: the belief that leads a learner to it"
                yield Flaw(at, "LK026", message)
        elif correct is True:
            yield Flaw(
                (*at, "misconception"), "LK027", "a right choice has no misconception; remove the line"
            )


def _key_flaws(kind: str, choices: list[Mapping[str, Any]]) -> Iterator[Flaw]:
    """Yield what is wrong with the number of right choices."""
    if any(not isinstance(choice.get("correct", False), bool) for choice in choices):
        return  # which ones are right is not known yet
    right = [index for index, choice in enumerate(choices) if choice.get("correct") is True]
    if choices and not right:
        yield Flaw(("choices",), "LK023", "no choice is right; mark the right one with `correct: true`")
    elif kind == "single":
        for index in right[1:]:
            message = f"choice {right[0] + 1} is already right; keep one, or write `kind: multiple`"
            yield Flaw(("choices", index, "correct"), "LK024", message)
    elif len(right) == len(choices) > 1:
        message = "every choice is right; add a wrong one, else ticking all earns everything"
        yield Flaw(("choices",), "LK025", message)


def _twin_flaws(choices: list[Mapping[str, Any]]) -> Iterator[Flaw]:
    """Yield choices that repeat the id or the text of an earlier one."""
    ids: dict[str, int] = {}
    texts: dict[str, int] = {}
    for index, choice in enumerate(choices):
        choice_id, text = choice.get("id"), choice.get("text")
        if isinstance(choice_id, str) and ids.setdefault(choice_id, index) != index:
            message = f"choice {ids[choice_id] + 1} already has the id {choice_id!r}; use another"
            yield Flaw(("choices", index, "id"), "LK021", message)
        if isinstance(text, str) and texts.setdefault(same := _normal(text), index) != index:
            message = f"choice {texts[same] + 1} says the same; reword or remove one"
            yield Flaw(("choices", index, "text"), "LK022", message)


def _numeric_flaws(question: Mapping[str, Any]) -> Iterator[Flaw]:
    names = ("tolerance", "decimals", "significant")
    given = [name for name in names if question.get(name) is not None]
    if not given:
        yield Flaw((), "LK028", "add one of `tolerance`, `decimals`, `significant`: how close is right?")
    for name in given[1:]:
        yield Flaw((name,), "LK028", f"`{given[0]}` already says how close is right; keep one of the two")
    answer = question.get("answer")
    if "significant" in given and answer == 0:
        yield Flaw(("significant",), "LK028", "zero has no significant digits; use `tolerance` or `decimals`")
    if not _is_number(answer) or len(given) != 1:
        return
    closeness = question[given[0]]
    if not _is_number(closeness) or (given[0] != "tolerance" and not _is_digits(closeness)):
        return  # pydantic says what is wrong with it
    slack = _slack(answer, *(question.get(name) for name in names))
    for index, mistake in enumerate(_mappings(question.get("mistakes"))):
        wrong = mistake.get("answer")
        if _is_number(wrong) and abs(exact(wrong) - exact(answer)) <= slack:
            yield Flaw(
                ("mistakes", index, "answer"),
                "LK029",
                f"{wrong:g} counts as right, so this mistake is never met; narrow `{given[0]}` or remove it",
            )


def _is_digits(value: object) -> bool:
    return isinstance(value, int) and 0 <= value <= _MOST_DIGITS


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _mappings(values: object) -> list[Mapping[str, Any]]:
    """Return `values` as a list of mappings; what is not one becomes an empty one, so that indices hold."""
    if not isinstance(values, list | tuple):
        return []
    return [value if isinstance(value, Mapping) else {} for value in values]


def _normal(text: str) -> str:
    """Return the text as a hurried reader sees it: case, spaces and a final stop make no difference."""
    return " ".join(text.casefold().split()).rstrip(".")
