"""What a page calls the parts of a question. Their own ids are for records, and often name the error."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lessonkit.questions.kinds import Question
    from lessonkit.questions.kinds.base import Answer

_BYTES = 6


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
    def of(cls, question: Question, seed: str, call: Callable[[str, int, str], str]) -> Self:
        """Name the parts of a question as it is drawn.

        Parameters
        ----------
        question : Question
        seed : str
        call : callable
            Returns the name of a part: of what `seed` shuffles for ("A", place, id), of what stands beside it
            for ("1", place, id). Places count from 0.
        """
        shuffled = {one.id: call("A", place, one.id) for place, one in enumerate(question.shuffled(seed))}
        numbered = {one.id: call("1", place, one.id) for place, one in enumerate(question.numbered())}
        return cls(numbered, shuffled) if numbered else cls(shuffled, {})

    @classmethod
    def opaque(cls, question: Question, seed: str) -> Self:
        """Name all parts by a hash that tells nothing without the seed, which no page has."""

        def hashed(marker: str, _place: int, part: str) -> str:
            digest = sha256(f"{marker}\n{seed}\n{question.id}\n{part}".encode()).digest()
            return urlsafe_b64encode(digest[:_BYTES]).decode()

        return cls.of(question, seed, hashed)

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
