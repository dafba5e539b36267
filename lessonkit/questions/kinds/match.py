"""Questions that give each thing its match (`match`)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from lessonkit.i18n import gettext, ngettext, noop
from lessonkit.questions.kinds import base
from lessonkit.questions.kinds.listed import listed, must_know, ranks, texts, unlike, with_id
from lessonkit.questions.marking import AnswerError, Mark, PairFeedback
from lessonkit.questions.markup import to_text
from lessonkit.questions.plain import mappings, named, repeated
from lessonkit.questions.problem import Flaw
from lessonkit.questions.template import DEFAULT_SEED


class Target(base.Part):
    """One thing that a pair can be matched with."""

    id: base.Slug = Field(
        description="Stable for ever within its question; not the id of a pair it belongs to."
    )
    misconception: base.Slug | None = Field(
        default=None, description="Only when it matches nothing: the belief of who chooses it."
    )
    why: base.Prose = Field(default="", description="Only when it matches nothing: why.")


class PairMistake(base.Frozen):
    """A known wrong match and the belief behind it."""

    target: base.Slug = Field(description="The id of the wrong target.")
    misconception: base.Slug = Field(description="The belief; a key of misconceptions.yaml.")
    why: base.Text = Field(description="Why the two do not belong together.")


class Pair(base.Part):
    """One thing to be matched, and the target it belongs to."""

    target: base.Slug = Field(description="The id of the right target. Several pairs may share one.")
    why: base.Text = Field(description="Why the two belong together.")
    mistakes: tuple[PairMistake, ...] = Field(default=(), description="Known wrong matches.")


class MatchQuestion(base.BaseQuestion):
    """A question whose answer gives each pair a target."""

    place: ClassVar[int] = 5
    example: ClassVar[base.Example] = base.Example(
        {
            "prompt": "What belongs together?",
            "pairs": [
                {
                    "id": "dog",
                    "text": "Dog",
                    "target": "barks",
                    "why": "It barks.",
                    "mistakes": [{"target": "mews", "misconception": "starts-at-zero", "why": "No."}],
                },
                {"id": "cat", "text": "Cat", "target": "mews", "why": "It mews."},
            ],
            "targets": [{"id": "barks", "text": "barks"}, {"id": "mews", "text": "mews"}],
        },
        wrong={"dog": "mews", "cat": "mews"},
    )
    ask: ClassVar[str] = noop(
        "Give each number its letter. A letter may be used more than once, or not at all."
    )
    pen: ClassVar[str] = "Write one letter in each box. A letter may be used more than once, or not at all."
    page_words: ClassVar[Mapping[str, str]] = {
        "match_missed": noop("This is the match"),
        "belongs": noop("It belongs to:"),
        "choose": noop("Choose …"),
    }
    mark_words: ClassVar[Mapping[str, str]] = {"matches": noop("{well} of {total} matches are right.")}
    rules: ClassVar[Mapping[str, str]] = {"match": noop("Each right match earns its share.")}
    aside: ClassVar[frozenset[str]] = frozenset({"mistakes"})
    unordered: ClassVar[frozenset[str]] = frozenset({"pairs", "targets"})
    texts: ClassVar[frozenset[str]] = base.BaseQuestion.texts | {
        *("pairs.text", "pairs.why", "pairs.mistakes.why", "targets.text", "targets.why")
    }

    kind: Literal["match"]
    pairs: tuple[Pair, ...] = Field(min_length=2, max_length=12, description="Shown in this order.")
    targets: tuple[Target, ...] = Field(
        min_length=2,
        max_length=12,
        description="What to match them with. More than are needed makes it harder.",
    )

    def target(self, target_id: str) -> Target:
        """Return the target with this id; KeyError if there is none."""
        return with_id(self.targets, target_id)

    @classmethod
    def flaws(cls, data: Mapping[str, Any]) -> Iterator[Flaw]:
        """Yield targets that do not fit, and those that nobody says anything about."""
        pairs, targets = mappings(data.get("pairs")), mappings(data.get("targets"))
        yield from repeated("pairs", pairs)
        yield from repeated("targets", targets)
        names = [target.get("id") for target in targets]
        for index, pair in enumerate(pairs):
            for flaw in _pair_flaws(pair, names):
                yield flaw._replace(at=("pairs", index, *flaw.at))
        partners = [pair.get("target") for pair in pairs]
        for index, target in enumerate(targets):
            at = ("targets", index)
            given = [key for key in ("misconception", "why") if target.get(key)]
            if target.get("id") not in partners:
                if len(given) < 2:  # noqa: PLR2004  (both)
                    message = "matches nothing, so it needs `misconception` and `why`: who would choose it?"
                    yield Flaw(at, "LK072", message)
            elif given:
                message = (
                    f"this target is right for a pair; move `{given[0]}` to the `mistakes` of another pair"
                )
                yield Flaw((*at, given[0]), "LK072", message)

    def keep(self, given: object) -> base.Answer | None:
        """Return the pairs that have a match, in the order of the file, each with its target."""
        if not isinstance(given, dict):
            return None
        order = {pair.id: index for index, pair in enumerate(self.pairs)}
        return tuple(sorted(given.items(), key=lambda item: order.get(item[0], len(order))))

    def fits(self, answer: base.Answer) -> bool:
        """Say whether the answer names pairs and targets only."""
        pairs, targets = {pair.id for pair in self.pairs}, {target.id for target in self.targets}
        return isinstance(answer, tuple) and all(
            isinstance(item, tuple) and item[0] in pairs and item[1] in targets for item in answer
        )

    def readable(self, answer: base.Answer) -> object:
        """Return a dict."""
        return dict(answer)  # type: ignore[arg-type]  # pairs, if it fits

    def right(self) -> base.Answer:
        """Return each pair with its target."""
        return tuple((pair.id, pair.target) for pair in self.pairs)

    def mark(self, answer: object) -> Mark:
        """Mark a target for each pair: a mapping, or the pairs that are kept."""
        if isinstance(answer, tuple) and self.fits(answer):
            answer = self.readable(answer)
        if not isinstance(answer, Mapping):
            raise AnswerError(gettext("This answer cannot be read: give each item its match."))
        targets = {target.id: target for target in self.targets}
        must_know(answer, {pair.id: pair for pair in self.pairs})
        must_know(answer.values(), targets)
        if (missing := len(self.pairs) - len(answer)) > 0:
            raise AnswerError(self._unmatched(missing))
        feedback: list[PairFeedback] = []
        beliefs: list[str] = []
        for pair in self.pairs:
            chosen = answer[pair.id]
            known = next((mistake for mistake in pair.mistakes if mistake.target == chosen), targets[chosen])
            right = chosen == pair.target
            feedback.append(PairFeedback(pair.id, chosen, right, pair.why if right else known.why))
            if not right and known.misconception is not None:
                beliefs.append(known.misconception)
        hits = sum(item.right for item in feedback)
        return Mark(
            correct=hits == len(self.pairs),
            credit=hits / len(self.pairs),
            pairs=tuple(feedback),
            misconceptions=tuple(dict.fromkeys(beliefs)),
        )

    def _unmatched(self, missing: int) -> str:
        left = ngettext(
            "{n} of {total} has no match yet. Match every item first.",
            "{n} of {total} have no match yet. Match every item first.",
            missing,
        )
        return left.format(n=missing, total=len(self.pairs))

    def chance(self) -> float:
        """Return the chance of any target for each pair."""
        return math.pow(len(self.targets), -len(self.pairs))

    def beliefs(self) -> Iterator[str]:
        """Yield the beliefs of the known mistakes, and of the targets that match nothing."""
        yield from (mistake.misconception for pair in self.pairs for mistake in pair.mistakes)
        yield from (target.misconception for target in self.targets if target.misconception)

    def shuffled(self, seed: int | str = DEFAULT_SEED) -> tuple[Target, ...]:
        """Return the targets, never in the order of the pairs they belong to."""
        partners = list(dict.fromkeys(pair.target for pair in self.pairs))
        return unlike(partners, sorted(self.targets, key=ranks(seed, self.id)))

    def numbered(self) -> tuple[Pair, ...]:
        """Return the pairs."""
        return self.pairs

    def view(self, seed: str, html: base.Html) -> dict[str, Any]:
        """Return pairs and targets.

        An option of a list holds plain text only; what needs more is shown above the list as well.
        """
        targets = [
            {"id": target.id, "text": to_text(target.text), "html": html(target.text)}
            for target in self.shuffled(seed)
        ]
        return {"pairs": texts(self.pairs, html), "targets": targets}

    def reasons(
        self, given: Mark | None, html: base.Html, *, everything: bool
    ) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield which matches are right, and at the end the right ones."""
        chosen = {item.pair: item for item in given.pairs} if given is not None else {}
        for pair in self.pairs:
            feedback = chosen.get(pair.id)
            right = feedback is not None and feedback.right
            whys = [feedback.why] if feedback is not None and feedback.why else []
            reason = {"case": base.CASES[feedback is not None, right or feedback is None]}
            if everything and not right:
                reason["answer"] = html(self.target(pair.target).text)
                whys.append(pair.why)
            yield pair.id, {**reason, "html": "".join(map(html, whys))}

    def how(self) -> str:
        """Say how to match, and how it pays."""
        ask = gettext("Choose the match of each. A match may be used more than once, or not at all.")
        return f"{ask} {gettext(self.rules['match'])}"

    def how_far(self, given: Mark, *, final: bool) -> str:
        """Say how many matches are right."""
        well = sum(pair.right for pair in given.pairs)
        return self.word("matches", well=well, total=len(given.pairs))

    def solution(self) -> str:
        """Say the right matches."""
        right = "; ".join(
            f"{to_text(pair.text)}: {to_text(self.target(pair.target).text)}" for pair in self.pairs
        )
        return gettext("The answer is {number}.").format(number=right)

    def _letters(self) -> dict[str, str]:
        return {target.id: letter for target, letter in zip(self.shuffled(), base.LETTERS, strict=False)}

    def listings(self) -> Iterator[base.Listing]:
        """Yield the pairs, with a box for the letter of each, and the targets."""
        letters = self._letters()
        yield base.Listing(
            "1",
            tuple(
                base.Line(
                    pair.text,
                    "wide",
                    letters[pair.target],
                    (("", pair.why), *((f"Not {letters[one.target]}.", one.why) for one in pair.mistakes)),
                )
                for pair in self.pairs
            ),
        )
        yield base.Listing(
            "A", tuple(base.Line(target.text, reasons=(("", target.why),)) for target in self.shuffled())
        )

    def answers(self, html: base.Html) -> Iterator[str]:
        """Yield the letter of each pair with its reason, and what is known of wrong ones."""
        letters = self._letters()

        def told(mark: str, target: str, why: str) -> str:
            return f"<p><strong>{mark} {letters[target]}.</strong></p>\n{html(why)}"

        yield listed(
            "1",
            (
                "\n".join(
                    (
                        told("✓", pair.target, pair.why),
                        *(told("✗", one.target, one.why) for one in pair.mistakes),
                    )
                )
                for pair in self.pairs
            ),
        )
        yield from (told("✗", target.id, target.why) for target in self.shuffled() if target.why)

    def key(self, html: base.Html) -> dict[str, Any]:
        """Return the right matches, and what is known of wrong ones."""
        total = len(self.pairs)
        return {
            "pairs": [
                {
                    "id": pair.id,
                    "target": pair.target,
                    "html": html(pair.why),
                    "mistakes": {known.target: html(known.why) for known in pair.mistakes},
                }
                for pair in self.pairs
            ],
            "targets": {
                target.id: {"html": html(target.text), "why": html(target.why)} for target in self.targets
            },
            "unmatched": [self._unmatched(missing) for missing in range(1, total + 1)],
        }

    def moodle(self) -> base.Moodle:
        """Return a question of matching; the reasons of the matches go with the question."""
        wanted = {pair.target for pair in self.pairs}
        spare = [("", target.id) for target in self.targets if target.id not in wanted]
        return base.Moodle(
            "matching",
            (
                base.Node("shuffleanswers", "true"),
                *(
                    base.Node(
                        "subquestion",
                        html=text,
                        parts=(
                            base.Node(
                                "answer", parts=(base.Node("text", to_text(self.target(target).text)),)
                            ),
                        ),
                    )
                    for text, target in [*((pair.text, pair.target) for pair in self.pairs), *spare]
                ),
            ),
            tuple(pair.why for pair in self.pairs),
        )


def _pair_flaws(pair: Mapping[str, Any], names: list[Any]) -> Iterator[Flaw]:
    right = pair.get("target")
    if isinstance(right, str) and right not in names:
        yield Flaw(("target",), "LK071", f"there is no target {right!r}; there are: {named(names)}")
    elif isinstance(right, str) and right == pair.get("id"):
        message = f"the page would show that {right!r} belongs to {right!r}; give the target another id"
        yield Flaw(("target",), "LK073", message)
    met: list[object] = [right]
    for number, mistake in enumerate(mappings(pair.get("mistakes"))):
        wrong = mistake.get("target")
        if isinstance(wrong, str) and (wrong not in names or wrong in met):
            known = "stands there twice" if wrong in met else "does not exist"
            what = "is right" if wrong == right else known
            message = f"the target {wrong!r} {what}; name another of: {named(names)}"
            yield Flaw(("mistakes", number, "target"), "LK071", message)
        met.append(wrong)
