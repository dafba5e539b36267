"""Questions that are answered on the explorer (`operating-point`).

What is right there is in the data, which this floor does not know: `lessonkit.widgets.operating_point` marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final, Literal, NoReturn

from pydantic import Field, Strict

from lessonkit.i18n import gettext, noop
from lessonkit.questions.kinds.base import Example, Frozen, Html, Number, Text, TypedQuestion
from lessonkit.questions.marking import Mark
from lessonkit.questions.problem import Flaw

_LIMITS: Final = {"recall": {"min_precision", "max_flagged"}, "precision": {"min_recall"}}


class Prices(Frozen):
    """What one error of each kind costs."""

    false_positive: Annotated[Number, Field(ge=0)]
    false_negative: Annotated[Number, Field(ge=0)]


class Demand(Frozen):
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


class OperatingPointQuestion(TypedQuestion):
    """A question answered by moving the threshold of the explorer to a point that meets a demand.

    The file holds the demand, not the answer: that is counted from the data when the question is marked.
    """

    place: ClassVar[int] = 6
    example: ClassVar[Example] = Example(
        {
            "prompt": "Where is it?",
            "data": "email",
            "demand": {"maximize": "recall", "min_precision": 0.9},
            "explain": "It is there.",
        },
        wrong="0.999",
    )
    ask: ClassVar[str] = noop(
        "Answer with a threshold. The explorer to find it with needs a running notebook."
    )
    pen: ClassVar[str] = "Write a threshold. The explorer of the lesson finds it."
    explored: ClassVar[bool] = True

    kind: Literal["operating-point"]
    data: Literal["email"] = Field(description="The frozen test scores that are explored.")
    demand: Demand
    tolerance: Annotated[Number, Field(ge=0)] = Field(
        default=0.0, description="How far from the best value is right: in what is maximized, or in cost."
    )
    explain: Text = Field(description="Where the point lies and why; read by those without a kernel, too.")

    @classmethod
    def flaws(cls, data: Mapping[str, Any]) -> Iterator[Flaw]:
        """Yield that the demand does not ask for one thing."""
        demand = data.get("demand")
        if not isinstance(demand, Mapping):
            return
        given = {key for key, value in demand.items() if value is not None}
        if given == {"cheapest"}:
            return
        limits = _LIMITS.get(str(demand.get("maximize")), set())
        if "maximize" not in given or len(given) != 2 or not given & limits:  # noqa: PLR2004  (it and its limit)
            message = (
                "ask for one thing: {maximize: recall, min_precision: …}, "
                "{maximize: recall, max_flagged: …}, "
                "{maximize: precision, min_recall: …} or {cheapest: {false_positive: …, false_negative: …}}"
            )
            yield Flaw(("demand",), "LK074", message)

    def right(self) -> None:
        """Return nothing: the floor above knows it."""

    def mark(self, answer: object) -> NoReturn:
        """Refuse."""
        raise TypeError(f"{self.id} is marked from its data; lessonkit.widgets.operating_point does")

    def beliefs(self) -> Iterable[str]:
        """Return none: where somebody stops tells no belief."""
        return ()

    def view(self, seed: str, html: Html) -> dict[str, Any]:
        """Return nothing: the floor above says where its explorer is."""
        return {}

    def label(self, given: Mark, answer: str) -> str:
        """Return the threshold to two decimals."""
        return f"{float(answer):.2f}"

    def how(self) -> str:
        """Say what to move."""
        return gettext("Move the threshold until it is where you want it, then check.")

    def how_far(self, given: Mark, *, final: bool) -> str:
        """Say which side of the demand is missed; the floor above says the best point at the end."""
        return "" if final else given.message

    def solution(self) -> str:
        """Return nothing: the floor above knows it."""
        return ""

    def answers(self, html: Html) -> Iterator[str]:
        """Yield nothing: `explain` says it."""
        yield from ()

    def key(self, html: Html) -> dict[str, Any]:
        """Return the demand."""
        return {"demand": self.demand.model_dump(exclude={"cheapest"}), "tolerance": self.tolerance}

    def moodle(self) -> None:
        """Return nothing: Moodle has no explorer."""
