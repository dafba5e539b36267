"""What every kind of question is: the protocol. Whoever meets a question asks it here, not which kind it is.

A kind is a pydantic model that answers all that the course does with a question. What it does not say is left
at the default below. There are two families: `TypedQuestion`, whose answer is a text, and the choices of
`lessonkit.questions.kinds.choice`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple, Self, TypeAlias

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

from lessonkit.i18n import gettext
from lessonkit.questions.arithmetic import FormulaError
from lessonkit.questions.marking import Mark
from lessonkit.questions.problem import Flaw
from lessonkit.questions.template import DEFAULT_SEED, blank, draw, is_template, template_flaws

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
Name = Annotated[str, Strict(), StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]

#: An answer as it is kept: ids of choices or items, pairs of ids, or a text as typed.
Answer: TypeAlias = str | tuple[str, ...] | tuple[tuple[str, str], ...]
#: Makes HTML of markdown.
Html: TypeAlias = Callable[[str], str]

LETTERS = "ABCDEFGHIJKL"

#: What to call a part of an answer, by whether it was chosen and whether it is right.
CASES = {
    (True, True): "hit",
    (True, False): "slip",
    (False, True): "missed",
    (False, False): "passed",
}


class Line(NamedTuple):
    """One line of a list on paper.

    Attributes
    ----------
    text : str
        Markdown.
    box : {"", "round", "square", "wide"}
        Where a pen answers.
    filled : str
        What belongs into the box.
    reasons : tuple of (str, str)
        What is said of it beside the answers: words in front, and markdown.
    right : bool
        Whether the line itself is a right answer.
    """

    text: str
    box: Literal["", "round", "square", "wide"] = ""
    filled: str = ""
    reasons: tuple[tuple[str, str], ...] = ()
    right: bool = False


class Listing(NamedTuple):
    """A list on paper, with letters, with numbers or with neither."""

    marker: Literal["A", "1", ""]
    lines: tuple[Line, ...]


class Node(NamedTuple):
    """An element of Moodle XML: its text is plain, or markdown that becomes HTML."""

    tag: str
    text: str = ""
    html: str | None = None
    parts: tuple[Node, ...] = ()
    fraction: float | None = None


class Moodle(NamedTuple):
    """A question in Moodle: its type there, its elements, and what its general feedback says besides."""

    type: str
    parts: tuple[Node, ...]
    general: tuple[str, ...] = ()


class Example(NamedTuple):
    """A question of a kind, for the tests that ask every kind for all that a kind has to know.

    Attributes
    ----------
    question : dict
        What a file says of it beside `id`, `kind` and `objective`.
    wrong : str, list or dict
        A wrong answer as a page sends it. Where the kind knows beliefs, it shows one.
    """

    question: Mapping[str, Any]
    wrong: str | list[str] | dict[str, str]


class Frozen(BaseModel):
    """A part of a quiz: it never changes, and takes no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(Frozen):
    """What a learner chooses, arranges or matches."""

    id: Slug = Field(description="Stable for ever within its question; stored answers name it.")
    text: Text = Field(description="What the learner reads. Markdown, $math$ and `code`.")


class BaseQuestion(Frozen, ABC):
    """A question of any kind."""

    if TYPE_CHECKING:
        kind: str

    #: A question of the kind, and a wrong answer.
    example: ClassVar[Example]
    #: Where lists of the kinds name it, what is asked most first; a kind that does not say it comes last.
    place: ClassVar[int] = 100
    #: How to answer where there is no kernel, and on paper.
    ask: ClassVar[str]
    pen: ClassVar[str]
    #: Words for the page, by their names in the script of the kind, in ``widgets/kinds``. In English.
    page_words: ClassVar[Mapping[str, str]] = {}
    mark_words: ClassVar[Mapping[str, str]] = {}
    #: How part credit is paid, by the names that `rule` returns: one sentence each.
    rules: ClassVar[Mapping[str, str]] = {}
    #: Fields that an author may change without asking something else, and lists that are shown in any order.
    aside: ClassVar[frozenset[str]] = frozenset()
    unordered: ClassVar[frozenset[str]] = frozenset()
    #: Fields that a learner reads, and that a translation says in its own words; of parts, as "choices.text".
    texts: ClassVar[frozenset[str]] = frozenset({"prompt", "hints", "explain"})
    #: Lists of what a learner may type, of which another language has its own, as long as it needs.
    forms: ClassVar[frozenset[str]] = frozenset()
    #: Answered on an explorer and marked from its data, both of which a floor above has.
    explored: ClassVar[bool] = False
    #: Whether any answer earns all reasons and the right answer.
    open_at_once: ClassVar[bool] = False
    #: What an answer is called in a sentence.
    called: ClassVar[str] = "An answer"
    #: Whether the verdict says the right answer in words; else the parts of the question show it.
    said: ClassVar[bool] = False

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
    _elsewhere: tuple[Self, ...] = PrivateAttr(default=())

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401  (pydantic's signature)
        """Take what a translated question says in its own language from the validation context."""
        if isinstance(context, Mapping):
            self._original = context.get("originals", {}).get(self.id)

    @property
    def originals(self) -> Mapping[str, Mapping[str, Any]]:
        """What a translated question says in its own language, by its id; empty if it is not translated."""
        return {} if self._original is None else {self.id: self._original}

    @property
    def elsewhere(self) -> tuple[Self, ...]:
        """The question in the other languages, if it has `forms`: an answer counts in each of them."""
        return self._elsewhere

    def beside(self, others: Iterable[Any]) -> Self:
        """Return the question with what it is in other languages."""
        known = self.model_copy()
        known._elsewhere = tuple(others)  # noqa: SLF001  (of the copy)
        return known

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
    def _is_sound(self, info: ValidationInfo) -> Self:
        off = (info.context or {}).get("off", ())  # the rules that the course of the file does without
        for flaw in (one for one in self.flaws(self.model_dump()) if one.code not in off):
            raise PydanticCustomError("flaw", "{message}", {"message": flaw.message})
        return self

    # Rules. They read the file's data, because the linter reports them beside what pydantic finds.

    @classmethod
    @abstractmethod
    def flaws(cls, data: Mapping[str, Any]) -> Iterator[Flaw]:
        """Yield every broken rule between the values of a question without parameters."""

    @classmethod
    def doubts(cls, data: Mapping[str, Any]) -> Iterator[Flaw]:
        """Yield what may be meant, but mostly is not."""
        return iter(())

    @classmethod
    def given_away(cls, data: Mapping[str, Any], hint: str) -> list[str]:
        """Return what a hint says of the right answer that the prompt does not say."""
        return []

    @classmethod
    def shared_answer(cls, one: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
        """Return the answer of `other` if `one` takes it: they are twins, which should not share one."""
        return None

    # Answers

    @abstractmethod
    def keep(self, given: object) -> Answer | None:
        """Return an answer as it is kept, in one form for all ways in which a page may send it; else None."""

    @abstractmethod
    def fits(self, answer: Answer) -> bool:
        """Say whether the answer names only what the question has, in the form that is kept."""

    def readable(self, answer: Answer) -> object:
        """Return a kept answer in the form that a learner expects in Python."""
        return answer

    @abstractmethod
    def right(self) -> Answer | None:
        """Return the right answer as it is kept; None if a floor above knows it."""

    @abstractmethod
    def mark(self, answer: object) -> Mark:
        """Mark an answer; `lessonkit.questions.mark` says more."""

    def is_unsure(self, answer: object) -> bool:
        """Say whether the answer says "I don't know yet" and nothing else."""
        return False

    def chance(self) -> float:
        """Return the chance to get the question right with eyes closed; 0 where it is to be found."""
        return 0.0

    @abstractmethod
    def beliefs(self) -> Iterable[str]:
        """Return the misconceptions that an answer can show."""

    # What is shown

    def shuffled(self, seed: int | str) -> tuple[Any, ...]:
        """Return what the learner chooses from or arranges, in the order that belongs to `seed`."""
        return ()

    def numbered(self) -> tuple[Any, ...]:
        """Return what stands in the order of the file beside that, each with a number."""
        return ()

    @abstractmethod
    def view(self, seed: str, html: Html) -> dict[str, Any]:
        """Return what the page shows of this kind beside the prompt; nothing of the key."""

    def reasons(
        self,
        given: Mark | None,
        html: Html,
        *,
        everything: bool,
    ) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield what stands beside each part, by its id: case, reason, and the right one if it is shown."""
        yield from ()

    def right_order(self) -> tuple[str, ...]:
        """Return the texts of the right order, if that is what is asked for."""
        return ()

    def label(self, given: Mark, answer: str) -> str:
        """Return what a typed answer is counted as in a class."""
        return answer

    # What is said

    def word(self, name: str, **values: object) -> str:
        """Return one of the kind's own words, in the learner's language."""
        return gettext({**self.page_words, **self.mark_words}[name]).format(**values)

    def how(self) -> str:
        """Say how to answer, and how it pays; empty where the page has the words."""
        return gettext(self.ask)

    def how_on_paper(self) -> str:
        """Say how to answer where there is no kernel."""
        return gettext(self.ask)

    def rule(self) -> str:
        """Return the name of the rule, one of `rules`, by which part credit is paid; empty without."""
        return next(iter(self.rules), "")

    @abstractmethod
    def how_far(self, given: Mark, *, final: bool) -> str:
        """Say how far a wrong answer is right, and what comes next; `final` when nothing does."""

    @abstractmethod
    def solution(self) -> str:
        """Say the right answer."""

    # Without a kernel

    def listings(self) -> Iterator[Listing]:
        """Yield the lists that a question shows on paper."""
        yield from ()

    @abstractmethod
    def answers(self, html: Html) -> Iterator[str]:
        """Yield what unfolds below a question without a kernel: the right answer and reasons, as HTML."""

    def remarks(self) -> Iterator[tuple[str, str]]:
        """Yield what is said on paper of the answer as a whole: words in front, and markdown."""
        yield from ()

    def key(self, html: Html) -> dict[str, Any]:
        """Return what the kind's script in ``widgets/kinds`` needs to mark the question and to say why."""
        return {}

    @abstractmethod
    def moodle(self) -> Moodle | None:
        """Return the question as Moodle has it; None where Moodle has no such kind."""


class TypedQuestion(BaseQuestion):
    """A question whose answer is a text: typed, or read off an explorer."""

    said: ClassVar[bool] = True

    def keep(self, given: object) -> Answer | None:
        """Return the text, without what no file can hold."""
        return given.strip().encode(errors="replace").decode() if isinstance(given, str) else None

    def fits(self, answer: Answer) -> bool:
        """Say whether it is a text."""
        return isinstance(answer, str)
