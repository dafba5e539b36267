"""Every number in a lesson's prose is true of what the lesson computes.

A number that a markdown cell states must be found

1. near it: in an output or a numeric literal of a code cell of the same section
   that stands before it, or of the first code cell after it;
2. anywhere in the notebook, if it has three digits or more, which do not match
   by accident as easily as "0.9" does;
3. in a section without code (title, objectives, predictions, quiz, key points):
   in prose that passed 1;
4. or in tests/notebooks/definitional.yaml, with a reason. An entry that nothing
   needs is a problem too, so the list does not rot.

Found means: equal, or the evidence, an output with more decimals, rounds to the
number. Strings and comments in code are no evidence, nor is what a quiz or an
exercise check shows.
"""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from tools.lesson import START, Cell, Lesson, strip_tags, texts
from tools.minutes import LINE as MINUTES_LINE
from tools.setup_cell import is_set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFINITIONAL = Path(__file__).resolve().parent.parent / "tests" / "notebooks" / "definitional.yaml"
# As many digits seldom agree by chance, so their evidence may stand anywhere in the notebook.
DISTINCTIVE = 3
# A one-digit count is a count: 2 is not the rounding of 1.7.
SMALLEST_ROUNDED = 10

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?"
_SPACE = "[ \u00a0\u202f]?"
_PERCENT = rf"{_SPACE}(?:%|per ?cent(?:age points?)?\b)"
_NUMBER = re.compile(
    rf"(?<![\w.])(?P<digits>{_DIGITS})"
    rf"(?:(?P<percent>{_PERCENT})|(?P<range>(?={_SPACE}(?:–|-|to|and|or){_SPACE}(?:{_DIGITS}){_PERCENT})))?"
    r"(?P<cut>…|\.\.\.)?"
)

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# Each names something; none states a result.
_NAMES = re.compile(
    r"\blessons?\s+\d\d(?:\s*(?:–|-|to|and|,)\s*\d\d\b)*"
    r"|\b(?:exercise|step|section|question|part|objective)\s+\d+\b"
    r"|\b\d+(?:st|nd|rd|th)\b"  # codespell:ignore nd
    r"|(?<=[(])(?:19|20)\d\d(?=[);])|(?<=, )(?:19|20)\d\d(?=[);])"  # (2006), (Davis & Goadrich, 2006)
    rf"|\b(?:{_MONTHS})\s+(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_MINUTES = re.compile(rf"{MINUTES_LINE.pattern}|\b\d+(?:\s?–\s?\d+)?\s?min(?:utes?)?\b", re.MULTILINE)


@dataclass(frozen=True)
class Number:
    """A number as it is written: a percentage is held as a ratio, with its decimals.

    `ambiguous` is the first number of a range whose second one is a percentage: "20 to 30 %".
    """

    text: str
    value: Decimal
    decimals: int
    digits: int
    percent: bool = False
    ambiguous: bool = False
    cut: bool = False

    @property
    def trivial(self) -> bool:
        """Whether it is 0, 1, 0.0, 1.0, 0 % or 100 %: labels, and the ends of every ratio's scale."""
        return abs(self.value) in {0, 1} and self.decimals - 2 * self.percent <= 1

    def supported_by(self, evidence: Number, *, exact: bool = False) -> bool:
        """Whether *evidence* is this number or, unless *exact*, an output that rounds to it."""
        if self.value == evidence.value or (self.ambiguous and self.as_percentage().value == evidence.value):
            return True
        if exact or evidence.decimals <= self.decimals:
            return self.ambiguous and self.as_percentage().supported_by(evidence, exact=exact)
        unit = Decimal(1).scaleb(-self.decimals)
        excess = evidence.value - self.value
        whole = not self.decimals and not self.percent
        return (abs(excess) <= unit / 2 and not (whole and self.value < SMALLEST_ROUNDED)) or (
            self.cut and 0 <= excess < unit
        )

    def as_percentage(self) -> Number:
        """Return the same digits read as a percentage."""
        return replace(
            self, value=self.value / 100, decimals=self.decimals + 2, percent=True, ambiguous=False
        )


def numbers(text: str) -> list[Number]:
    """Read all numbers of a text; digits inside a name (F1, x_2) are none. Signs are left out."""
    found = []
    for match in _NUMBER.finditer(text):
        digits = match["digits"]
        value = Decimal(digits.replace(",", ""))
        exponent = value.as_tuple().exponent
        number = Number(
            match[0],
            value,
            max(0, -int(exponent)),
            len(re.sub(r"e.*|[.,]", "", digits).lstrip("0")),
            ambiguous=match["range"] is not None,
            cut=match["cut"] is not None,
        )
        found.append(number.as_percentage() if match["percent"] else number)
    return found


def stated(cell: Cell, lesson: Lesson) -> list[Number]:
    """Return the numbers a markdown cell states, without those that only name something."""
    found = []
    for kind, text in texts(cell):
        if kind == "solution":  # it is run, by a test of its own
            continue
        rest = _NAMES.sub(" ", text)
        if cell.number == 1 or lesson.stem == START:
            rest = _MINUTES.sub(" ", rest)
        found += [number for number in numbers(rest) if not number.trivial]
    return found


@dataclass(frozen=True)
class Evidence:
    """The numbers of a code cell: literals match exactly, outputs by rounding."""

    literals: tuple[Number, ...]
    outputs: tuple[Number, ...]

    def supports(self, number: Number) -> bool:
        """Whether the cell computes or states *number*."""
        return any(number.supported_by(literal, exact=True) for literal in self.literals) or any(
            number.supported_by(output) for output in self.outputs
        )


def evidence(cell: Cell) -> Evidence:
    """Collect the numbers a code cell holds and shows."""
    shown = "" if cell.interactive else "\n".join(_shown(cell))
    return Evidence(tuple(_literals(cell)), tuple(numbers(shown)))


def _literals(cell: Cell) -> Iterator[Number]:
    if not cell.tree.body:
        return
    for token in tokenize.generate_tokens(io.StringIO(cell.source).readline):
        if token.type == tokenize.NUMBER:
            try:
                value = Decimal(token.string)
            except InvalidOperation:  # hexadecimal, complex
                continue
            yield Number(token.string, value, 0, 0)


def _shown(cell: Cell) -> Iterator[str]:
    for output in cell.outputs:
        data = output.get("data", {})
        if "text" in output:
            yield output.text
        elif "text/plain" in data:
            yield data["text/plain"]
        if "text/html" in data and "text/plain" not in data:
            yield strip_tags(data["text/html"])


def definitional(path: Path = DEFINITIONAL) -> dict[str, dict[str, str]]:
    """Read the numbers that are true by definition: lesson → number → reason.

    Raises
    ------
    ValueError
        If an entry is no number or has no reason.
    """
    document: Any = YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}
    for stem, entries in document.items():
        for text, reason in entries.items():
            if not isinstance(text, str) or [number.text for number in numbers(text)] != [text]:
                raise ValueError(
                    f"{path.name}: {stem}: {text!r} is not one number in quotes, as prose writes it."
                )
            if not isinstance(reason, str) or not reason.strip():
                raise ValueError(
                    f"{path.name}: {stem}: {text!r} has no reason; say why it needs no evidence."
                )
    return {stem: dict(entries) for stem, entries in document.items()}


def unbacked(lesson: Lesson) -> list[tuple[Cell, Number]]:
    """Return the numbers that nothing in the notebook backs, in order, each with its cell."""
    sources = {cell.number: evidence(cell) for cell in lesson.code}
    backed: list[Number] = []
    unknown: list[tuple[Cell, Number]] = []
    summaries: list[tuple[Cell, Number]] = []
    for section in lesson.sections:
        code = [cell for cell in section if cell.is_code and not is_set_up(cell.source)]
        with_code = any("quiz" not in cell.interactive for cell in code)
        for cell in (cell for cell in section if cell.is_markdown):
            before = [other.number for other in section if other.is_code and other.number < cell.number]
            after = [other.number for other in section if other.is_code and other.number > cell.number]
            near = [sources[number] for number in before + after[:1]]
            for number in stated(cell, lesson):
                places = sources.values() if number.digits >= DISTINCTIVE else near
                if any(place.supports(number) for place in places):
                    backed.append(number)
                else:
                    (unknown if with_code else summaries).append((cell, number))
    unknown += [
        (cell, number)
        for cell, number in summaries
        if not any(number.supported_by(other, exact=True) for other in backed)
    ]
    return sorted(unknown, key=lambda claim: claim[0].number)


def unsupported_numbers(lesson: Lesson, allowed: dict[str, str] | None = None) -> Iterator[str]:
    """Each number of the prose is backed by an output, a literal, or a definition with its reason."""
    if allowed is None:
        allowed = definitional().get(lesson.stem, {})
    definitions = {(number.value, number.percent): text for text in allowed for number in numbers(text)}
    needed = set()
    for cell, number in unbacked(lesson):
        key = (number.value, number.percent)
        if key in definitions:
            needed.add(key)
        else:
            yield (
                f"{cell.name}: {number.text!r} is in no output or literal near it;"
                " correct it, print it, or list it in tests/notebooks/definitional.yaml"
            )
    for key, text in definitions.items():
        if key not in needed:
            yield f"definitional.yaml lists {text!r}, which needs no entry; delete it"
