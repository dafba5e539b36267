"""Questions whose answer is an order (`order`)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from html import escape
from itertools import combinations
from typing import Any, ClassVar, Literal

from pydantic import Field

from lessonkit.i18n import gettext, noop
from lessonkit.questions.kinds import base
from lessonkit.questions.kinds.listed import listed, must_know, ranks, texts, unlike
from lessonkit.questions.marking import AnswerError, ItemFeedback, Mark
from lessonkit.questions.markup import to_text
from lessonkit.questions.plain import mappings, named, repeated
from lessonkit.questions.problem import Flaw
from lessonkit.questions.template import DEFAULT_SEED


class Item(base.Part):
    """One thing to put in its place."""

    why: base.Prose = Field(default="", description="Why it has this place.")


class OrderMistake(base.Frozen):
    """A known wrong order and the belief behind it."""

    order: tuple[base.Slug, ...] = Field(description="The ids of all items in the order the belief leads to.")
    misconception: base.Slug = Field(description="The belief; a key of misconceptions.yaml.")
    why: base.Text = Field(description="What is wrong with this order.")


class OrderQuestion(base.BaseQuestion):
    """A question whose answer is an arrangement of all its items."""

    place: ClassVar[int] = 4
    example: ClassVar[base.Example] = base.Example(
        {
            "prompt": "In which order?",
            "items": [
                {"id": "one", "text": "One", "why": "It is the least."},
                {"id": "two", "text": "Two"},
                {"id": "three", "text": "Three"},
            ],
            "mistakes": [
                {"order": ["three", "two", "one"], "misconception": "starts-at-zero", "why": "Backwards."}
            ],
        },
        wrong=["three", "two", "one"],
    )
    ask: ClassVar[str] = noop("Put these in order.")
    pen: ClassVar[str] = "Number these from 1, in order."
    page_words: ClassVar[Mapping[str, str]] = {
        "order_hit": noop("In order"),
        "order_slip": noop("Out of order"),
        "solution": noop("The right order:"),
        "up": noop("Move up"),
        "down": noop("Move down"),
        "moved": noop("{item}, now {n} of {total}"),
    }
    mark_words: ClassVar[Mapping[str, str]] = {
        "stand": noop("{well} of {total} stand in order among each other."),
    }
    rules: ClassVar[Mapping[str, str]] = {
        "order": noop(
            "Each two items that stand the right way round earn a share, each two the wrong way round cost "
            "one; the sum is never below zero."
        ),
    }
    aside: ClassVar[frozenset[str]] = frozenset({"mistakes"})
    texts: ClassVar[frozenset[str]] = base.BaseQuestion.texts | {"items.text", "items.why", "mistakes.why"}

    kind: Literal["order"]
    items: tuple[Item, ...] = Field(min_length=2, max_length=12, description="In the right order.")
    mistakes: tuple[OrderMistake, ...] = Field(default=(), description="Known wrong orders.")

    @classmethod
    def flaws(cls, data: Mapping[str, Any]) -> Iterator[Flaw]:
        """Yield items that are there twice, and known orders that are none or never met."""
        items = mappings(data.get("items"))
        yield from repeated("items", items)
        right = [item.get("id") for item in items]
        known = [right]
        for index, mistake in enumerate(mappings(data.get("mistakes"))):
            order = mistake.get("order")
            if not isinstance(order, list | tuple):
                continue
            at = ("mistakes", index, "order")
            if sorted(map(str, order)) != sorted(map(str, right)):
                message = f"name every item once, in the wrong order: {named(right)}"
                yield Flaw(at, "LK070", message)
            elif list(order) in known:
                which = "the right order" if list(order) == right else "known already"
                yield Flaw(at, "LK070", f"this order is {which}, so it is never met; change or remove it")
            known.append(list(order))

    def keep(self, given: object) -> base.Answer | None:
        """Return the ids of the items, from the first."""
        return tuple(given) if isinstance(given, list) else None

    def fits(self, answer: base.Answer) -> bool:
        """Say whether the answer is an order of the items."""
        return isinstance(answer, tuple) and sorted(map(str, answer)) == sorted(i.id for i in self.items)

    def readable(self, answer: base.Answer) -> object:
        """Return a list."""
        return list(answer)

    def right(self) -> base.Answer:
        """Return the ids in the order of the file."""
        return tuple(item.id for item in self.items)

    def mark(self, answer: object) -> Mark:
        """Mark the ids of all items."""
        if not isinstance(answer, list | tuple):
            raise AnswerError(gettext("This answer cannot be read: put the items in order."))
        place = {item.id: index for index, item in enumerate(self.items)}
        must_know(answer, place)
        if len(answer) != len(place) or len(set(answer)) != len(place):
            raise AnswerError(gettext("Put every item in its place, each of them once."))
        places = [place[name] for name in answer]
        swapped = sum(one > two for one, two in combinations(places, 2))
        most = len(places) * (len(places) - 1) // 2
        well = _longest_run(places)
        met = next((mistake for mistake in self.mistakes if mistake.order == tuple(answer)), None)
        return Mark(
            correct=swapped == 0,
            credit=float(max(Fraction(0), 1 - Fraction(2 * swapped, most))),
            items=tuple(
                ItemFeedback(name, index in well, self.items[index].why)
                for name, index in zip(answer, places, strict=True)
            ),
            misconceptions=() if met is None else (met.misconception,),
            message="" if met is None else met.why,
        )

    def chance(self) -> float:
        """Return the chance of one order among all."""
        return 1 / math.factorial(len(self.items))

    def beliefs(self) -> Iterator[str]:
        """Yield the beliefs of the known orders."""
        return (mistake.misconception for mistake in self.mistakes)

    def shuffled(self, seed: int | str = DEFAULT_SEED) -> tuple[Item, ...]:
        """Return the items, never in the right order."""
        drawn = sorted(self.items, key=ranks(seed, self.id))
        return unlike([item.id for item in self.items], drawn)

    def view(self, seed: str, html: base.Html) -> dict[str, Any]:
        """Return the items, and what is read out when one moves: MathML has no words."""
        items = self.shuffled(seed)
        drawn = zip(texts(items, html), items, strict=True)
        return {"items": [{**shown, "text": to_text(item.text)} for shown, item in drawn]}

    def reasons(
        self, given: Mark | None, html: base.Html, *, everything: bool
    ) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield which items stand well, and at the end why."""
        for item in given.items if given is not None else ():
            why = html(item.why) if everything and item.why else ""
            yield item.item, {"case": base.CASES[True, item.right], "html": why}

    def right_order(self) -> tuple[str, ...]:
        """Return the texts of the items."""
        return tuple(item.text for item in self.items)

    def how(self) -> str:
        """Say how to arrange them, and how it pays."""
        ask = gettext("Put these in order, with the buttons or by dragging.")
        return f"{ask} {gettext(self.rules['order'])}"

    def how_far(self, given: Mark, *, final: bool) -> str:
        """Say how many stand well."""
        well = sum(item.right for item in given.items)
        return self.word("stand", well=well, total=len(given.items))

    def solution(self) -> str:
        """Say the right order."""
        items = "; ".join(to_text(item.text) for item in self.items)
        return f"{self.word('solution')} {items}."

    def listings(self) -> Iterator[base.Listing]:
        """Yield the items, with a box for the place of each."""
        yield base.Listing(
            "",
            tuple(
                base.Line(item.text, "wide", str(self.items.index(item) + 1), (("", item.why),))
                for item in self.shuffled()
            ),
        )

    def answers(self, html: base.Html) -> Iterator[str]:
        """Yield the right order with its reasons, and the known wrong ones."""
        yield listed("1", (html(f"{item.text}\n\n{item.why}") for item in self.items))
        texts = {item.id: to_text(item.text) for item in self.items}
        for mistake in self.mistakes:
            sequence = _sequence(texts, mistake.order)
            yield f"<p><strong>✗ {escape(sequence)}</strong></p>\n{html(mistake.why)}"

    def remarks(self) -> Iterator[tuple[str, str]]:
        """Yield the known wrong orders."""
        places = {item.id: str(place) for place, item in enumerate(self.items, start=1)}
        for wrong in self.mistakes:
            yield f"✗ {_sequence(places, wrong.order)}.", wrong.why

    def key(self, html: base.Html) -> dict[str, Any]:
        """Return the items in the right order, and the known wrong ones."""
        return {
            "items": [
                {"id": item.id, "text": html(item.text), "html": html(item.why)} for item in self.items
            ],
            "mistakes": [{"order": known.order, "html": html(known.why)} for known in self.mistakes],
        }

    def moodle(self) -> base.Moodle:
        """Return a question of ordering; all reasons go with the question."""
        return base.Moodle(
            "ordering",
            (
                base.Node("layouttype", "VERTICAL"),
                base.Node("selecttype", "ALL"),
                base.Node("gradingtype", "RELATIVE_TO_CORRECT"),
                *(
                    base.Node("answer", html=item.text, fraction=place)
                    for place, item in enumerate(self.items, start=1)
                ),
            ),
            tuple(item.why for item in self.items),
        )


def _longest_run(places: list[int]) -> frozenset[int]:
    """Return the longest rising part of a sequence; of several as long, the one that ends first."""
    empty: list[int] = []
    best: list[list[int]] = []
    for place in places:
        before = [run for run in best if run[-1] < place]
        longest = max([empty, *before], key=len)
        best.append([*longest, place])
    winner = max(best, key=len)
    return frozenset(winner)


def _sequence(names: Mapping[str, str], order: Iterable[str]) -> str:
    return " → ".join(names[name] for name in order)
