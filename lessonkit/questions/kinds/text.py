"""Questions whose answer is a short text (`text`): what is accepted, and what is nearly right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from html import escape
from typing import Annotated, Any, ClassVar, Final, Literal, TypeAlias

from pydantic import Field, Strict, StringConstraints

from lessonkit.i18n import gettext, isolate, noop
from lessonkit.questions.kinds.base import (
    Answer,
    Example,
    Frozen,
    Html,
    Moodle,
    Node,
    Slug,
    Text,
    TypedQuestion,
)
from lessonkit.questions.kinds.listed import near_misses
from lessonkit.questions.marking import AnswerError, Mark
from lessonkit.questions.markup import to_text
from lessonkit.questions.plain import mappings, normal
from lessonkit.questions.problem import Flaw

_LONGEST: Final = 100
_TELLING: Final = 4
# A pattern matches in a bounded number of steps, and alike in Python and in JavaScript: a group is never
# repeated, of `*` and `+` there are two at most, and of all that may match in several ways six.
_CHARACTER: Final = r"(?:[^\\\[\](){}*+?|^$]|\\[][(){}*+?|^$.\\/])"
_CLASS: Final = r"\[\^?(?:[^][\\^-](?:-[^][\\^-])?)+\]"
_PATTERN: Final = re.compile(rf"(?:(?:{_CHARACTER}|{_CLASS})[*+?]?|\(\?:|\)\??|\|)*")
_MOST_LOOSE: Final = 2
_MOST_WAYS: Final = 6

Short = Annotated[str, Strict(), StringConstraints(strip_whitespace=True, min_length=1, max_length=_LONGEST)]
Fold: TypeAlias = Literal["case", "spaces", "accents"]


class TextMistake(Frozen):
    """A known wrong text and the belief behind it."""

    accept: tuple[Short, ...] = Field(min_length=1, max_length=24, description="What is met as this mistake.")
    misconception: Slug = Field(description="The belief; a key of misconceptions.yaml.")
    why: Text = Field(description="What is wrong with it, or what it lacks.")


class TextQuestion(TypedQuestion):
    """A question whose answer is a short text, right in one of its accepted forms."""

    place: ClassVar[int] = 7
    example: ClassVar[Example] = Example(
        {
            "prompt": "What is the share of flags that are right called?",
            "accept": ["precision", "positive predictive value"],
            "patterns": ["ppv|prec(?:ision)?"],
            "fold": ["case", "spaces", "accents"],
            "mistakes": [
                {
                    "accept": ["recall", "sensitivity"],
                    "misconception": "starts-at-zero",
                    "why": "That is the share of spam that is found.",
                }
            ],
        },
        wrong="Recall",
    )
    ask: ClassVar[str] = noop("Answer in a word or two.")
    pen: ClassVar[str] = "Write a word or two."
    mark_words: ClassVar[Mapping[str, str]] = {
        "text_first": noop("Type an answer first."),
        "text_too_long": noop("That is longer than an answer needs to be ({n} characters at most)."),
        "look_again": noop("Look again at what is asked."),
    }
    aside: ClassVar[frozenset[str]] = frozenset({"mistakes"})
    unordered: ClassVar[frozenset[str]] = frozenset({"accept", "patterns", "fold"})
    texts: ClassVar[frozenset[str]] = TypedQuestion.texts | {"mistakes.why"}
    forms: ClassVar[frozenset[str]] = frozenset({"accept", "patterns", "mistakes.accept"})

    kind: Literal["text"]
    accept: tuple[Short, ...] = Field(
        min_length=1, max_length=24, description="The accepted forms; the first is shown as the answer."
    )
    patterns: tuple[Short, ...] = Field(
        default=(),
        max_length=6,
        description="Regular expressions of more accepted forms, each for the whole answer: no repeated "
        "groups, at most two of * and +, at most six of * + ? and |.",
    )
    fold: tuple[Fold, ...] = Field(
        default=("case", "spaces"),
        description="What makes no difference: case, the number of spaces, accents. [] for none.",
    )
    mistakes: tuple[TextMistake, ...] = Field(default=(), description="Known near misses.")

    @classmethod
    def flaws(cls, data: Mapping[str, Any]) -> Iterator[Flaw]:
        """Yield patterns without a bound, and forms that are there twice or that a near miss has too."""
        fold = data.get("fold", ("case", "spaces"))
        same = _folder(fold if isinstance(fold, list | tuple) else ())
        patterns = []
        for index, written in enumerate(_texts(data.get("patterns"))):
            if (trouble := _trouble(written)) is not None:
                yield Flaw(("patterns", index), "LK076", trouble)
            else:
                patterns.append(same(written))
        known: set[str] = set()
        for index, form in enumerate(_texts(data.get("accept"))):
            if same(form) in known:
                message = f"{form!r} is accepted already, as what is folded makes no difference; remove it"
                yield Flaw(("accept", index), "LK075", message)
            known.add(same(form))
        for number, mistake in enumerate(mappings(data.get("mistakes"))):
            for index, form in enumerate(_texts(mistake.get("accept"))):
                if same(form) in known or _matches(same(form), patterns):
                    message = f"{form!r} is right or known already, so it is never met here; remove it"
                    yield Flaw(("mistakes", number, "accept", index), "LK075", message)
                known.add(same(form))

    @classmethod
    def given_away(cls, data: Mapping[str, Any], hint: str) -> list[str]:
        """Return the accepted forms that the hint holds."""
        prompt, text = normal(to_text(data["prompt"])), normal(to_text(hint))
        forms = [normal(form) for form in _texts(data.get("accept"))]
        return [form for form in forms if len(form) >= _TELLING and form not in prompt and form in text]

    def right(self) -> Answer:
        """Return the first accepted form."""
        return self.accept[0]

    def mark(self, answer: object) -> Mark:
        """Mark a text as typed."""
        same = _folder(self.fold)
        typed = same(answer) if isinstance(answer, str) else ""
        if not typed:
            raise AnswerError(self.word("text_first"))
        if len(typed) > _LONGEST:
            raise AnswerError(self.word("text_too_long", n=_LONGEST))
        if typed in map(same, self._accepted()) or _matches(typed, map(same, self._patterns())):
            return Mark(correct=True, credit=1.0)
        met = next((known for known, forms in self._known() if typed in map(same, forms)), None)
        return Mark(
            correct=False,
            credit=0.0,
            misconceptions=() if met is None else (met.misconception,),
            message="" if met is None else met.why,
        )

    # What counts does so in every language that the question has: an answer is kept as it was typed, and the
    # page that asks for it again may be in another language.

    def _accepted(self) -> list[str]:
        return [form for asked in (self, *self.elsewhere) for form in asked.accept]

    def _patterns(self) -> list[str]:
        return [pattern for asked in (self, *self.elsewhere) for pattern in asked.patterns]

    def _known(self) -> Iterator[tuple[TextMistake, list[str]]]:
        """Yield each near miss with its forms."""
        for versions in zip(self.mistakes, *(asked.mistakes for asked in self.elsewhere), strict=True):
            yield versions[0], [form for version in versions for form in version.accept]

    def beliefs(self) -> Iterator[str]:
        """Yield the beliefs of the near misses."""
        return (mistake.misconception for mistake in self.mistakes)

    def view(self, seed: str, html: Html) -> dict[str, Any]:
        """Return nothing: the page shows a field."""
        return {}

    def label(self, given: Mark, answer: str) -> str:
        """Return the text without what makes no difference."""
        return _folder(self.fold)(answer)

    def how_far(self, given: Mark, *, final: bool) -> str:
        """Say to look again where nothing else is said."""
        return "" if given.message else self.word("look_again")

    def solution(self) -> str:
        """Say the first accepted form."""
        return gettext("The answer is {number}.").format(number=isolate(self.accept[0]))

    def answers(self, html: Html) -> Iterator[str]:
        """Yield the accepted forms and the near misses."""
        yield f"<p><strong>✓ {escape('; '.join(self.accept))}</strong></p>"
        yield from near_misses((("; ".join(known.accept), known.why) for known in self.mistakes), html)

    def remarks(self) -> Iterator[tuple[str, str]]:
        """Yield the same on paper."""
        first, *others = self.accept
        yield f"✓ Right: {first}", f"({'; '.join(others)})" if others else "&nbsp;"
        for mistake in self.mistakes:
            yield f"✗ {'; '.join(mistake.accept)}.", mistake.why

    def key(self, html: Html) -> dict[str, Any]:
        """Return what is met, without what makes no difference."""
        same = _folder(self.fold)
        return {
            "fold": self.fold,
            "accept": [*map(same, self._accepted())],
            "patterns": [*map(same, self._patterns())],
            "mistakes": [
                {"accept": [*map(same, forms)], "html": html(known.why)} for known, forms in self._known()
            ],
        }

    def moodle(self) -> Moodle:
        """Return a short answer; patterns stay here, because Moodle has none."""
        met = [(form, 100.0, "") for form in self.accept]
        met += [(form, 0.0, known.why) for known in self.mistakes for form in known.accept]
        return Moodle(
            "shortanswer",
            (
                Node("usecase", str(int("case" not in self.fold))),
                *(
                    Node("answer", form, fraction=fraction, parts=(Node("feedback", html=why),))
                    for form, fraction, why in met
                ),
            ),
        )


def _texts(values: object) -> list[str]:
    """Return the texts of a list; what is not one becomes an empty one, so that indices hold."""
    if not isinstance(values, list | tuple):
        return []
    return [value if isinstance(value, str) else "" for value in values]


def _folder(fold: Collection[object]) -> Callable[[str], str]:
    """Return what takes out of a text what makes no difference, as the script of this kind does."""

    def folded(text: str) -> str:
        if "accents" in fold:
            marks = unicodedata.normalize("NFD", text)
            text = "".join(sign for sign in marks if unicodedata.category(sign) != "Mn")
        text = unicodedata.normalize("NFC", text)
        text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
        text = " ".join(text.split()) if "spaces" in fold else text.strip()
        return text.lower() if "case" in fold else text

    return folded


def _matches(text: str, patterns: Iterable[str]) -> bool:
    return any(_compiled(pattern).fullmatch(text) for pattern in patterns)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _trouble(pattern: str) -> str | None:
    """Return why a pattern may not be used, or None."""
    bare = re.sub(rf"\\.|{_CLASS}", "x", pattern).replace("(?:", "(")
    if _PATTERN.fullmatch(pattern) is None:
        return (
            "write plain characters, [a-z], . ? * + | and (?:…), and \\ before a sign that is meant as such"
        )
    loose, ways = (sum(map(bare.count, signs)) for signs in ("*+", "*+?|"))
    if loose > _MOST_LOOSE or ways > _MOST_WAYS:
        return "this may match in too many ways; keep two of * and +, and six of * + ? and |, at most"
    try:
        re.compile(pattern)
    except re.error as error:
        return f"this is no regular expression: {error}"
    return None
