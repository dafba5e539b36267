"""What a page calls the parts of a question: for tests that stand in for a page, with the ids of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lessonkit.widgets.asked import Asked
    from lessonkit.widgets.names import Names


def names(asked: Asked, question: str) -> Names:
    """Return the names of one question as it is drawn now."""
    return asked._progress[question].names


def as_page(asked: Asked, question: str, given: object) -> object:
    """Return an answer as the page sends it; what the question does not have is left as it is."""
    known = names(asked, question)
    if isinstance(given, list):
        return [known.parts.get(one, one) for one in given]
    if isinstance(given, dict):
        return {known.parts.get(one, one): known.targets.get(other, other) for one, other in given.items()}
    return given


def in_ids(asked: Asked, question: str, standing: dict[str, Any]) -> dict[str, Any]:
    """Return where a question stands with the file's ids in its answer and its reasons."""
    known = names(asked, question)
    parts = {name: part for part, name in known.parts.items()}
    targets = {name: target for target, name in known.targets.items()}
    answer = standing["answer"]
    if isinstance(answer, list):
        answer = [parts[one] if isinstance(one, str) else (parts[one[0]], targets[one[1]]) for one in answer]
    feedback = standing["feedback"]
    if feedback is not None:
        feedback = {**feedback, "reasons": {parts[one]: told for one, told in feedback["reasons"].items()}}
    return {**standing, "answer": answer, "feedback": feedback}
