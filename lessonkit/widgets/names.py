"""What a page calls the parts of a question. Their own ids are for records, and often name the error."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lessonkit.questions.kinds import Question
    from lessonkit.questions.kinds.base import Answer

_LENGTH = 12


@dataclass(frozen=True)
class Names:
    """The page's names of the parts of a question, by their ids.

    Attributes
    ----------
    parts : mapping
        Of what is chosen, arranged or given a match.
    targets : mapping
        Of what the parts of a match are given; empty for other kinds.
    """

    parts: Mapping[str, str]
    targets: Mapping[str, str]

    @classmethod
    def by_place(cls, question: Question, seed: str, letters: Iterable[str], numbers: Iterable[str]) -> Self:
        """Name what `seed` shuffles by `letters`, and what stands beside it by `numbers`."""
        lettered = dict(zip((one.id for one in question.shuffled(seed)), letters, strict=False))
        numbered = dict(zip((one.id for one in question.numbered()), numbers, strict=False))
        return cls(numbered, lettered) if numbered else cls(lettered, {})

    @classmethod
    def opaque(cls, question: Question, seed: str) -> Self:
        """Name all parts by a hash that tells nothing without the seed, which no page has."""

        def hashed(letter: str, ids: Iterable[str]) -> Iterator[str]:
            for one in ids:
                yield sha256(f"{letter}\n{seed}\n{question.id}\n{one}".encode()).hexdigest()[:_LENGTH]

        return cls.by_place(
            question,
            seed,
            hashed("A", (one.id for one in question.shuffled(seed))),
            hashed("1", (one.id for one in question.numbered())),
        )

    @classmethod
    def own(cls, question: Question, seed: str) -> Self:
        """Leave the parts their ids."""
        return cls.by_place(
            question,
            seed,
            (one.id for one in question.shuffled(seed)),
            (one.id for one in question.numbered()),
        )

    def view(self, shown: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a kind shows, with the page's names for the ids."""

        def named(key: str, value: object) -> object:
            names = self.targets if key == "targets" else self.parts
            return [{**one, "id": names[one["id"]]} for one in value] if isinstance(value, list) else value

        return {key: named(key, value) for key, value in shown.items()}

    def to_page(self, answer: Answer | None) -> Any:  # noqa: ANN401  (as JSON has it)
        """Return a kept answer with the page's names."""
        if answer is None or isinstance(answer, str):
            return answer
        return [
            self.parts[one] if isinstance(one, str) else [self.parts[one[0]], self.targets[one[1]]]
            for one in answer
        ]

    def from_page(self, given: str | list[str] | dict[str, str]) -> str | list[str] | dict[str, str]:
        """Return what a page sends, with the ids of the question; a name that is no page's becomes empty."""
        parts, targets = _turned(self.parts), _turned(self.targets)
        if isinstance(given, list):
            return [parts.get(one, "") for one in given]
        if isinstance(given, dict):
            return {parts.get(one, ""): targets.get(other, "") for one, other in given.items()}
        return given


def _turned(names: Mapping[str, str]) -> dict[str, str]:
    return {value: key for key, value in names.items()}
