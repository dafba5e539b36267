"""A short mark of what a question means, so that an answer is never shown beside another question."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from lessonkit.questions.kinds import Question

# What an author may change without asking something else, beside what the kind says. Any other field is
# meaning:
# an answer forgotten by mistake costs a click, an answer shown beside the wrong question misleads.
_ASIDE: Final = frozenset(
    {
        *("objective", "predict", "inline", "hints", "explain", "see", "twin", "why", "misconception"),
    }
)
_DIGITS: Final = 16


def content_hash(question: Question) -> str:
    """Return a hash of what the question asks and of what is right.

    Parameters
    ----------
    question : Question
        A question of any kind. All variants of one question share their hash, and so do its translations.

    Returns
    -------
    str
        16 hexadecimal digits. They change with the prompt, the ids and texts to choose from, what is right,
        how close a number must be, and the parameters; not with the question's own id, the order of choices,
        white space, hints, reasons, misconceptions, the marking rule, a choice "I don't know yet", or a
        field at its default.
    """
    # Defaults are left out so that a new optional field changes no hash.
    written = question.as_written()
    # The names in these are the author's own, and may be any word.
    own = {key: written[key] for key in ("parameters", "where") if key in written}
    asked = {key: value for key, value in written.items() if key not in {"id", *own}}
    meaning = _meaning(asked, _ASIDE | question.aside, question.unordered) | own
    text = json.dumps(meaning, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _meaning(value: Any, aside: frozenset[str], unordered: frozenset[str]) -> Any:  # noqa: ANN401  (any JSON value)
    match value:
        case dict():
            kept = {key: _meaning(part, aside, unordered) for key, part in value.items() if key not in aside}
            for key in unordered & kept.keys():
                asked = [part for part in kept[key] if isinstance(part, str) or not part.get("unsure")]
                kept[key] = sorted(asked, key=lambda part: part if isinstance(part, str) else str(part["id"]))
            return kept
        case list():
            return [_meaning(part, aside, unordered) for part in value]
        case str():
            return " ".join(value.split())
        case _:
            return value
