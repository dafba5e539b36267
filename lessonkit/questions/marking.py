"""What is said of one answer: the mark, and what stands beside each part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lessonkit.i18n import noop

#: Names a part that the question does not have.
UNKNOWN: Final = noop(
    "This answer names a choice that the question does not have. Reload the page and try again."
)


class AnswerError(ValueError):
    """An answer that cannot be read. The text is for the learner; no attempt is used."""


@dataclass(frozen=True, slots=True)
class ChoiceFeedback:
    """What to say beside one choice: ticked or not, right or not, and why."""

    choice: str
    ticked: bool
    right: bool
    why: str

    @property
    def treated_well(self) -> bool:
        """Whether a right choice was ticked or a wrong one left alone."""
        return self.ticked == self.right


@dataclass(frozen=True, slots=True)
class ItemFeedback:
    """What to say beside one item of an order.

    `right` says that it stands well among the other right ones, the longest run that is already in order (the
    earliest, of several as long): moving only the others mends the order.
    """

    item: str
    right: bool
    why: str


@dataclass(frozen=True, slots=True)
class PairFeedback:
    """What to say beside one pair: the target chosen for it, and why it is right or, if known, wrong."""

    pair: str
    target: str
    right: bool
    why: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The verdict on one answer."""

    #: Wholly right.
    correct: bool
    #: From 0 to 1; 1 exactly when `correct`.
    credit: float
    #: One for every choice, in file order; empty but for single and multiple questions.
    feedback: tuple[ChoiceFeedback, ...] = ()
    #: What was read from a typed answer, such as ``"8/9 ≈ 0.888889"``; empty for other kinds.
    understood: str = ""
    #: How else a typed answer may be meant, whether it is right or wrong: for an exam, where `message` would
    #: give away which. Mostly empty.
    doubt: str = ""
    #: The beliefs that the answer reveals.
    misconceptions: tuple[str, ...] = ()
    #: What to say about a wrong number or a known wrong order; else empty. Markdown.
    message: str = ""
    #: One for every item, in the learner's order; empty but for an order question.
    items: tuple[ItemFeedback, ...] = ()
    #: One for every pair, in file order; empty but for a match question.
    pairs: tuple[PairFeedback, ...] = ()
