"""A quiz as data: questions, choices, and what makes them sound.

The classes are frozen pydantic models. They define the file format: ``quizzes/schema.json`` is generated from
them, and `lessonkit.questions.bank` fills them from YAML.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction  # noqa: TC003  (pydantic reads the annotation)
from pathlib import Path  # noqa: TC003  (pydantic reads the annotation)
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    PrivateAttr,
    Strict,
    StrictBool,
    StringConstraints,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from lessonkit.questions.arithmetic import FormulaError, exact
from lessonkit.questions.flaws import MOST_DIGITS, question_flaws, quiz_flaws, slack
from lessonkit.questions.template import DEFAULT_SEED, blank, draw, is_template, template_flaws

#: The kinds of question there are.
KINDS: Final = ("single", "multiple", "numeric", "order", "match", "operating-point")

Slug = Annotated[
    str,
    Strict(),
    StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64),
]
Text = Annotated[str, Strict(), StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Prose = Annotated[str, Strict(), StringConstraints(strip_whitespace=True, max_length=20_000)]
Number = Annotated[FiniteFloat, Strict()]
# A number in the file, or in a question with parameters a formula that gives one.
Computed = Annotated[Number, WithJsonSchema({"type": ["number", "string"]})]
Digits = Annotated[int, Strict(), Field(ge=0, le=MOST_DIGITS)]
Name = Annotated[str, Strict(), StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


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
    unsure: StrictBool = Field(
        default=False,
        description='true on "I don\'t know yet", which may close a question that comes before its lesson: '
        "not right, and no belief.",
    )
    pin: Literal["last"] | None = Field(
        default=None, description="last: stays last when choices are shuffled."
    )


class Mistake(_Frozen):
    """A known wrong number and the belief behind it."""

    answer: Computed = Field(description="The number that the belief leads to.")
    misconception: Slug = Field(description="The belief; a key of misconceptions.yaml.")
    why: Text = Field(description="What went wrong on the way to this number.")


class Item(_Frozen):
    """One thing to put in its place."""

    id: Slug = Field(description="Stable for ever within its question; stored answers name it.")
    text: Text = Field(description="What the learner reads. Markdown, $math$ and `code`.")
    why: Prose = Field(default="", description="Why it has this place.")


class OrderMistake(_Frozen):
    """A known wrong order and the belief behind it."""

    order: tuple[Slug, ...] = Field(description="The ids of all items in the order the belief leads to.")
    misconception: Slug = Field(description="The belief; a key of misconceptions.yaml.")
    why: Text = Field(description="What is wrong with this order.")


class Target(_Frozen):
    """One thing that a pair can be matched with."""

    id: Slug = Field(description="Stable for ever within its question; not the id of a pair it belongs to.")
    text: Text = Field(description="What the learner reads. Markdown, $math$ and `code`.")
    misconception: Slug | None = Field(
        default=None, description="Only when it matches nothing: the belief of who chooses it."
    )
    why: Prose = Field(default="", description="Only when it matches nothing: why.")


class PairMistake(_Frozen):
    """A known wrong match and the belief behind it."""

    target: Slug = Field(description="The id of the wrong target.")
    misconception: Slug = Field(description="The belief; a key of misconceptions.yaml.")
    why: Text = Field(description="Why the two do not belong together.")


class Pair(_Frozen):
    """One thing to be matched, and the target it belongs to."""

    id: Slug = Field(description="Stable for ever within its question; stored answers name it.")
    text: Text = Field(description="What the learner reads. Markdown, $math$ and `code`.")
    target: Slug = Field(description="The id of the right target. Several pairs may share one.")
    why: Text = Field(description="Why the two belong together.")
    mistakes: tuple[PairMistake, ...] = Field(default=(), description="Known wrong matches.")


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
    explain: Prose = Field(default="", description="What to take away, shown after an answer.")
    see: Text | None = Field(
        default=None, description="Where the lesson answers it: notebooks/<lesson>.ipynb#Heading-With-Hyphens"
    )
    twin: Slug | None = Field(
        default=None,
        description="In a post-test: the id of the pre-test's question that asks the same with other "
        "numbers. Comparing the answers to both gives the gain.",
    )

    parameters: dict[Name, str | tuple[Number, ...]] = Field(
        default={},
        description="Numbers drawn for each learner: 30..60, 5..20/5 (with a step) or a list such as "
        "[0.1, 0.2]. All texts may then hold formulas: {{tp / (tp + fp) | .2f}}. Empty once drawn.",
    )
    where: dict[Name, str | Number] = Field(
        default={},
        description="Formulas of the parameters that are needed more than once: {flagged: tp + fp}.",
    )
    require: tuple[str, ...] = Field(
        default=(), description="Comparisons that a draw must meet to be asked: [tp > 2 * fp]."
    )
    _template: Mapping[str, Any] | None = PrivateAttr(default=None)
    _original: Mapping[str, Any] | None = PrivateAttr(default=None)

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401  (pydantic's signature)
        """Take what a translated question says in its own language from the validation context."""
        if isinstance(context, Mapping):
            self._original = context.get("originals", {}).get(self.id)

    def as_written(self) -> Mapping[str, Any]:
        """Return what its file says without defaults, before numbers are drawn or texts translated."""
        return self._original or self._template or self.model_dump(mode="json", exclude_defaults=True)

    @property
    def template(self) -> Mapping[str, Any] | None:
        """The question as its file has it, if its numbers were drawn; else None."""
        return self._template

    @property
    def see_href(self) -> str | None:
        """`see` as a link that works from within a notebook, or None."""
        return None if self.see is None else self.see.removeprefix("notebooks/")

    @model_validator(mode="wrap")
    @classmethod
    def _draw(cls, data: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Self:  # noqa: ANN401
        """Draw a question with parameters, so that every question there is holds plain text and numbers."""
        if not isinstance(data, Mapping) or not is_template(data):
            plain: Self = handler(data)
            return plain
        try:
            for flaw in template_flaws(data):
                raise FormulaError(flaw.message, flaw.code)  # noqa: TRY301  (told like what drawing finds)
            drawn = draw(data, (info.context or {}).get("seed", DEFAULT_SEED))
        except FormulaError as error:
            handler(blank(data))  # raises what else is wrong
            raise PydanticCustomError("flaw", "{message}", {"message": str(error)}) from None
        question: Self = handler(drawn)
        question._template = data
        return question

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        for flaw in question_flaws(self.model_dump()):
            raise PydanticCustomError("flaw", "{message}", {"message": flaw.message})
        return self


class _ChoiceQuestion(_Question):
    choices: tuple[Choice, ...] = Field(min_length=2, max_length=12)
    sort: Literal["numbers"] | None = Field(
        default=None, description="numbers: shown by the first number in each, not shuffled."
    )

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

    def is_unsure(self, answer: object) -> bool:
        """Say whether the answer, ids of choices, says "I don't know yet" and nothing else."""
        return isinstance(answer, tuple) and {*answer} == {c.id for c in self.choices if c.unsure} != set()


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
    decimals: Digits | None = Field(default=None, description="Right to this many decimals.")
    significant: Annotated[Digits, Field(ge=1)] | None = Field(
        default=None, description="Right to this many significant digits."
    )
    unit: Text | None = Field(default=None, description="Shown beside the field; % makes 88.9 mean 88.9%.")
    mistakes: tuple[Mistake, ...] = Field(default=(), description="Known wrong numbers.")

    def accepts(self, value: Fraction, answer: float | None = None) -> bool:
        """Say whether `value` is close enough to `answer` (default: the right one)."""
        target = self.answer if answer is None else answer
        return abs(value - exact(target)) <= slack(target, self.tolerance, self.decimals, self.significant)


class OrderQuestion(_Question):
    """A question whose answer is an arrangement of all its items."""

    kind: Literal["order"]
    items: tuple[Item, ...] = Field(min_length=2, max_length=12, description="In the right order.")
    mistakes: tuple[OrderMistake, ...] = Field(default=(), description="Known wrong orders.")


class MatchQuestion(_Question):
    """A question whose answer gives each pair a target."""

    kind: Literal["match"]
    pairs: tuple[Pair, ...] = Field(min_length=2, max_length=12, description="Shown in this order.")
    targets: tuple[Target, ...] = Field(
        min_length=2,
        max_length=12,
        description="What to match them with. More than are needed makes it harder.",
    )

    def target(self, target_id: str) -> Target:
        """Return the target with this id.

        Raises
        ------
        KeyError
            There is none.
        """
        for target in self.targets:
            if target.id == target_id:
                return target
        raise KeyError(target_id)


class Prices(_Frozen):
    """What one error of each kind costs."""

    false_positive: Annotated[Number, Field(ge=0)]
    false_negative: Annotated[Number, Field(ge=0)]


class Demand(_Frozen):
    """What an operating point has to be: the most of one ratio within a limit, or the cheapest."""

    maximize: Literal["recall", "precision"] | None = Field(
        default=None, description="Of all points within the limit, the one with the most of this."
    )
    min_precision: Annotated[Number, Field(gt=0, le=1)] | None = Field(
        default=None, description="Limit for `maximize: recall`: at least this precision."
    )
    max_flagged: Annotated[int, Strict(), Field(ge=1)] | None = Field(
        default=None, description="Limit for `maximize: recall`: at most this many flagged."
    )
    min_recall: Annotated[Number, Field(gt=0, le=1)] | None = Field(
        default=None, description="Limit for `maximize: precision`: at least this recall."
    )
    cheapest: Prices | None = Field(
        default=None, description="In place of `maximize`: the lowest cost at these prices."
    )


class OperatingPointQuestion(_Question):
    """A question answered by moving the threshold of the explorer to a point that meets a demand.

    The file holds the demand, not the answer: that is counted from the data when the question is marked.
    """

    kind: Literal["operating-point"]
    data: Literal["email"] = Field(description="The frozen test scores that are explored.")
    demand: Demand
    tolerance: Annotated[Number, Field(ge=0)] = Field(
        default=0.0, description="How far from the best value is right: in what is maximized, or in cost."
    )
    explain: Text = Field(description="Where the point lies and why; read by those without a kernel, too.")


Question: TypeAlias = (
    SingleQuestion
    | MultipleQuestion
    | NumericQuestion
    | OrderQuestion
    | MatchQuestion
    | OperatingPointQuestion
)


class Quiz(_Frozen):
    """The questions of one lesson."""

    lesson: Slug = Field(description="The stem of this file and of its notebook.")
    title: Text
    objectives: dict[Slug, Text] = Field(
        min_length=1, description="What the learner can do afterwards: a slug and a sentence for each."
    )
    mode: Literal["practice", "exam"] = Field(
        default="practice",
        description="practice: feedback after each answer. exam: one submit for all, no feedback before.",
    )
    attempts: Annotated[int, Strict(), Field(ge=1, le=100)] | None = Field(
        default=None, description="How often a question may be answered. Leave it out for no limit."
    )
    confidence: StrictBool = Field(
        default=True, description="Ask with each answer how sure the learner is. It never costs marks."
    )
    language: Annotated[str, Strict(), StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = (
        Field(default="en", description="The language of this file's texts, as a BCP 47 tag: en, pt-BR, ar.")
    )
    exam: tuple[Slug, ...] = Field(
        default=(),
        description="Ids of the questions that are asked together as an exam, outside the closing quiz.",
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
        """Return the quiz for the end of the lesson: without the questions asked in its text or its exam."""
        asked_at_the_end = tuple(
            q for q in self.questions if not (q.predict or q.inline or q.id in self.exam)
        )
        return self.model_copy(update={"questions": asked_at_the_end})

    def exam_block(self) -> Quiz:
        """Return the questions named by `exam`, in that order, as a quiz in exam mode.

        Raises
        ------
        ValueError
            The file names none.
        """
        if not self.exam:
            raise ValueError(f"{self.lesson} has no exam; list the ids of its questions under `exam:`")
        questions = tuple(map(self.question, self.exam))
        return self.model_copy(update={"mode": "exam", "questions": questions})

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        for flaw in quiz_flaws(self.model_dump()):
            raise PydanticCustomError("flaw", "{message}", {"message": flaw.message})
        return self
