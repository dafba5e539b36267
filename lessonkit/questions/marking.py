"""An answer becomes a mark."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Final

from lessonkit.i18n import gettext, language, ngettext, noop
from lessonkit.questions.arithmetic import exact
from lessonkit.questions.model import (
    MatchQuestion,
    MultipleQuestion,
    NumericQuestion,
    OperatingPointQuestion,
    OrderQuestion,
    Question,
    SingleQuestion,
)

#: How a question with part credit pays, in one sentence for the learner: `multiple` in its three ways, and
#: the kinds `order` and `match`. In English; `gettext` has the other languages.
MARKING_RULES: Final[dict[str, str]] = {
    "each": noop(
        "Each right choice you tick earns its share of the right ones, each wrong choice you tick costs its "
        "share of the wrong ones, and ticking everything earns nothing."
    ),
    "net": noop(
        "Each right choice you tick earns a point, each wrong one costs a point; the sum is never below zero."
    ),
    "all": noop("All right choices and no wrong one: anything else earns nothing."),
    "order": noop(
        "Each two items that stand the right way round earn a share, each two the wrong way round cost one; "
        "the sum is never below zero."
    ),
    "match": noop("Each right match earns its share."),
}


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
    """The verdict on one answer.

    Attributes
    ----------
    correct : bool
        Wholly right.
    credit : float
        From 0 to 1; 1 exactly when `correct`.
    feedback : tuple of ChoiceFeedback
        One for every choice, in file order; empty but for single and multiple questions.
    understood : str
        What was read from a typed answer, such as ``"8/9 ≈ 0.888889"``; empty for other kinds.
    doubt : str
        How else a typed answer may be meant, whether it is right or wrong: for an exam, where `message`
        would give away which. Mostly empty.
    misconceptions : tuple of str
        The beliefs that the answer reveals.
    message : str
        What to say about a wrong number or a known wrong order; else empty. Markdown.
    items : tuple of ItemFeedback
        One for every item, in the learner's order; empty but for an order question.
    pairs : tuple of PairFeedback
        One for every pair, in file order; empty but for a match question.
    """

    correct: bool
    credit: float
    feedback: tuple[ChoiceFeedback, ...] = ()
    understood: str = ""
    doubt: str = ""
    misconceptions: tuple[str, ...] = ()
    message: str = ""
    items: tuple[ItemFeedback, ...] = ()
    pairs: tuple[PairFeedback, ...] = ()


def mark(question: Question, answer: object) -> Mark:
    """Mark an answer.

    Parameters
    ----------
    question : Question
        What was asked.
    answer : str, collection of str, mapping of str to str, or number
        Single: the id of the chosen choice. Multiple: the ids of the ticked choices, in any order.
        Numeric: the text as typed, or a number. Order: the ids of all items, from the first. Match: for the
        id of every pair the id of a target.

    Returns
    -------
    Mark
        Whether it is right, its credit, and what to tell the learner.

    Raises
    ------
    AnswerError
        The answer is empty, incomplete or cannot be read, or names what the question does not have.
    TypeError
        An operating point: what is right there is in the data, which this floor does not know.

    Notes
    -----
    A multiple question with R right and W wrong choices, of which r and w are ticked, earns

    - ``each``: max(0, r/R - w/W), Youden's J of the ticks. Every choice treated well earns its share, and
      what ticking everything (or nothing) would earn is taken off: either earns 0.
    - ``net``: max(0, (r - w)/R). Ticking everything earns max(0, 1 - W/R), always less than 1.
    - ``all``: 1 for r = R and w = 0, else 0.

    An order earns max(0, τ), Kendall's rank correlation with the right order (M. G. Kendall, A new measure of
    rank correlation, Biometrika 30, 1938): 0 is what a random order earns on average before the cut at 0. A
    match earns the share of its pairs that are right.
    """
    match question:
        case SingleQuestion():
            return _mark_choices(question, _ticked(question, [answer] if isinstance(answer, str) else answer))
        case MultipleQuestion():
            return _mark_choices(question, _ticked(question, answer))
        case NumericQuestion():
            return _mark_number(question, answer)
        case OrderQuestion():
            return _mark_order(question, answer)
        case MatchQuestion():
            return _mark_match(question, answer)
        case OperatingPointQuestion():
            raise TypeError(f"{question.id} is marked from its data; lessonkit.widgets.operating_point does")


#: What is said of an answer that cannot be read, or that is right but for a factor of 100, by the names that
#: ``site/scripts/mark.js`` has for it. In English; `gettext` has the other languages.
WORDS: Final[dict[str, str]] = {
    "unknown": noop(
        "This answer names a choice that the question does not have. Reload the page and try again."
    ),
    "choose_first": noop("Choose an answer first."),
    "tick_first": noop("Tick at least one choice first."),
    "number_first": noop("Type a number first."),
    "too_long": noop("That is longer than a number needs to be ({n} characters at most)."),
    "two_ways": noop("{number} can be read in two ways. Write {one} or {other}."),
    "no_number": noop("“{typed}” is not a number. Write it like 0.89, 8/9 or 88.9%."),
    "in_unit": noop("Answer with a number, in {unit}."),
    "by_zero": noop("A number cannot be divided by zero."),
    "far": noop("The power of ten must lie between -{n} and {n}."),
    "meant_percent": noop("Did you mean {percent}%? The answer is asked for in percent."),
    "meant_share": noop("Did you mean {percent}%? Write the sign, or the proportion {share}."),
}


def _say(name: str, **values: object) -> str:
    return gettext(WORDS[name]).format(**values)


def _ticked(question: SingleQuestion | MultipleQuestion, answer: object) -> frozenset[str]:
    if not isinstance(answer, Collection) or isinstance(answer, str | bytes):
        raise AnswerError(gettext("This answer cannot be read: choose from the list."))
    names = list(answer)
    known = {choice.id for choice in question.choices}
    if not all(isinstance(name, str) and name in known for name in names):
        raise AnswerError(_say("unknown"))
    ticked = frozenset(names)
    if not ticked:
        raise AnswerError(_say("choose_first" if isinstance(question, SingleQuestion) else "tick_first"))
    if isinstance(question, SingleQuestion) and len(ticked) > 1:
        raise AnswerError(gettext("Choose one answer only."))
    return ticked


def _mark_choices(question: SingleQuestion | MultipleQuestion, ticked: frozenset[str]) -> Mark:
    right = frozenset(choice.id for choice in question.choices if choice.correct)
    correct = ticked == right
    if correct or isinstance(question, SingleQuestion):
        credit = float(correct)
    else:
        hits, slips = len(ticked & right), len(ticked - right)
        wrong_total = len(question.choices) - len(right)
        match question.marking:
            case "each":
                earned = Fraction(hits, len(right)) - Fraction(slips, wrong_total)
            case "net":
                earned = Fraction(hits - slips, len(right))
            case "all":
                earned = Fraction(0)
        credit = float(max(Fraction(0), earned))
    return Mark(
        correct=correct,
        credit=credit,
        feedback=tuple(
            ChoiceFeedback(choice.id, choice.id in ticked, choice.correct, choice.why)
            for choice in question.choices
        ),
        misconceptions=tuple(
            choice.misconception
            for choice in question.choices
            if choice.id in ticked and choice.misconception is not None
        ),
    )


def _mark_order(question: OrderQuestion, answer: object) -> Mark:
    if not isinstance(answer, list | tuple):
        raise AnswerError(gettext("This answer cannot be read: put the items in order."))
    place = {item.id: index for index, item in enumerate(question.items)}
    if not all(isinstance(name, str) and name in place for name in answer):
        raise AnswerError(_say("unknown"))
    if len(answer) != len(place) or len(set(answer)) != len(place):
        raise AnswerError(gettext("Put every item in its place, each of them once."))
    places = [place[name] for name in answer]
    swapped = sum(one > two for one, two in combinations(places, 2))
    most = len(places) * (len(places) - 1) // 2
    well = _longest_run(places)
    met = next((mistake for mistake in question.mistakes if mistake.order == tuple(answer)), None)
    return Mark(
        correct=swapped == 0,
        credit=float(max(Fraction(0), 1 - Fraction(2 * swapped, most))),
        items=tuple(
            ItemFeedback(name, index in well, question.items[index].why)
            for name, index in zip(answer, places, strict=True)
        ),
        misconceptions=() if met is None else (met.misconception,),
        message="" if met is None else met.why,
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


def _mark_match(question: MatchQuestion, answer: object) -> Mark:
    if not isinstance(answer, Mapping):
        raise AnswerError(gettext("This answer cannot be read: give each item its match."))
    targets = {target.id: target for target in question.targets}
    pairs = {pair.id for pair in question.pairs}
    if not all(isinstance(name, str) for name in (*answer, *answer.values())):
        raise AnswerError(_say("unknown"))
    if not (pairs >= answer.keys() and targets.keys() >= set(answer.values())):
        raise AnswerError(_say("unknown"))
    if (missing := len(pairs) - len(answer)) > 0:
        raise AnswerError(unmatched(missing, len(pairs)))
    feedback: list[PairFeedback] = []
    beliefs: list[str] = []
    for pair in question.pairs:
        chosen = answer[pair.id]
        known = next((mistake for mistake in pair.mistakes if mistake.target == chosen), targets[chosen])
        right = chosen == pair.target
        feedback.append(PairFeedback(pair.id, chosen, right, pair.why if right else known.why))
        if not right and known.misconception is not None:
            beliefs.append(known.misconception)
    hits = sum(item.right for item in feedback)
    return Mark(
        correct=hits == len(pairs),
        credit=hits / len(pairs),
        pairs=tuple(feedback),
        misconceptions=tuple(dict.fromkeys(beliefs)),
    )


def unmatched(missing: int, total: int) -> str:
    """Say that so many pairs have no match yet."""
    left = ngettext(
        "{n} of {total} has no match yet. Match every item first.",
        "{n} of {total} have no match yet. Match every item first.",
        missing,
    )
    return left.format(n=missing, total=total)


def _mark_number(question: NumericQuestion, answer: object) -> Mark:
    value, understood = read_number(answer, unit=question.unit, expected=question.answer)
    doubt = _doubt(question, value, understood)
    if question.accepts(value):
        return Mark(correct=True, credit=1.0, understood=understood, doubt=doubt)
    met = [mistake for mistake in question.mistakes if question.accepts(value, mistake.answer)]
    nearest = min(met, key=lambda mistake: abs(value - exact(mistake.answer)), default=None)
    return Mark(
        correct=False,
        credit=0.0,
        understood=understood,
        doubt=doubt,
        misconceptions=() if nearest is None else (nearest.misconception,),
        message=_percent_slip(question, value) if nearest is None else nearest.why,
    )


def _doubt(question: NumericQuestion, value: Fraction, understood: str) -> str:
    """Ask whether percent is meant where a share is asked for and a bare number above 1 was typed."""
    if question.unit is None and 0 < question.answer < 1 < value <= _WHOLE and "%" not in understood:
        return gettext("If you mean {percent}%, write the sign.").format(percent=_decimal(value))
    return ""


def _percent_slip(question: NumericQuestion, value: Fraction) -> str:
    """Return the mend when the number is right but for a factor of 100, else an empty text.

    The answer stays wrong: telling 88.9 from 0.889 is part of what a course on ratios teaches. But nobody
    should hunt for an error in the reckoning.
    """
    if question.unit == "%":
        if question.answer and question.accepts(value * 100):
            return _say("meant_percent", percent=_decimal(value * 100))
    elif 0 < question.answer <= 1 and question.accepts(value / 100):
        return _say("meant_share", percent=_decimal(value), share=_decimal(value / 100))
    return ""


_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\u2212\u2012\u2013\u2014\ufe63\uff0d", "-"),
        **dict.fromkeys("\u066b\uff0e", "."),
        **dict.fromkeys("\u2019\u066c", "'"),
        "\uff0c": ",",
        **dict.fromkeys("\uff05\u066a", "%"),
        **dict.fromkeys("\uff0f\u2044", "/"),
    }
)
_ABOUT = "≈~=\u223c\u2243\uff5e\uff1d "
_RAISED = re.compile("[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LOWERED = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789")
_TEN = re.compile(r"(?P<front>[0-9.,]+) ?[×x*·⋅] ?10 ?(?:\^|\*\*) ?(?P<power>[+-]?[0-9]+)")
#: Languages that write thousands with dots.
_DOTTED = frozenset({"da", "de", "el", "es", "id", "it", "nl", "pt", "ro", "tr", "vi"})
_DIGITS = r"(?:[0-9]+|[0-9]{1,3}(?:[ '][0-9]{3})+)"
_NUMBER = re.compile(
    rf"(?P<sign>[+-]?) ?(?P<whole>{_DIGITS})?(?:\.(?P<part>[0-9]*))?(?:[eE](?P<power>[+-]?[0-9]+))?"
)
_ONE_GROUP = re.compile(r"(?P<whole>[+-]? ?[1-9][0-9]{0,2})(?P<mark>[,.])(?P<part>[0-9]{3})")
_COMMA_GROUPS = re.compile(r"[+-]? ?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_LONGEST = 60
_LARGEST_POWER = 100
_WHOLE = 100  # percent
_THOUSAND = 1000


def read_number(
    answer: object, *, unit: str | None = None, expected: float | None = None
) -> tuple[Fraction, str]:
    """Read a number as a learner types it, exactly; nothing is ever evaluated.

    Accepted are ``0.89``, ``.89``, ``0,89``, ``8/9``, ``88.9%``, ``1e-3``, ``-2`` with any minus sign,
    ``1 000``, ``1,000,000`` and ``1.5×10^-3``; also ``≈ 0.89``, and a stop at the end. Characters that nobody
    sees are ignored.

    ``12,700`` may mean 12.7 or 12700. Where thousands are expected it is 12700, as the lessons write it, and
    ``12.700`` is asked back; elsewhere ``12,700`` is asked back, and ``12.700`` is 12.7, except in a language
    that writes thousands with dots: there it is asked back too.

    Parameters
    ----------
    answer : str, int or float
        What was typed.
    unit : str, optional
        May follow the number. With ``"%"``, 88.9 and 88.9% both mean 88.9, and so does the share 0.889,
        unless less than one percent is expected. A ratio up to 1, as 8/9, is always a share.
    expected : float, optional
        The right number: its size alone decides how a number with two meanings is read.

    Returns
    -------
    value : Fraction
        The exact number.
    understood : str
        The number as it was understood, to be said back: ``"88.9% = 0.889"``.

    Raises
    ------
    AnswerError
        Empty, no number, ambiguous, infinite, too long, a power of ten beyond 100, or a division by zero.
    """
    typed = _typed_text(answer, unit)
    body = typed.removesuffix("%").rstrip()
    percent = body != typed
    thousands = expected is not None and abs(expected) >= _THOUSAND
    over, slash, under = (part.strip() for part in body.partition("/"))
    value = _read_decimal(over, typed, unit, thousands=thousands)
    shown = _decimal(value, digits=12)
    if slash:
        divisor = _read_decimal(under, typed, unit, thousands=thousands)
        if divisor == 0:
            raise AnswerError(_say("by_zero"))
        shown = f"{shown}/{_decimal(divisor, digits=12)}"
        value /= divisor
    in_percent = unit == "%"
    share = in_percent and not percent and _is_share(value, expected, is_ratio=bool(slash))
    if share:
        value *= 100
    elif percent and not in_percent:
        value /= 100
    sign = "%" if percent or (in_percent and not (slash or share)) else ""
    if not (slash or share) and (not percent or in_percent):
        return value, shown + sign
    result = _decimal(value)
    equal = "=" if exact(float(result)) == value else "≈"
    return value, f"{shown}{sign} {equal} {result}{'%' if in_percent else ''}"


def _is_share(value: Fraction, expected: float | None, *, is_ratio: bool) -> bool:
    """Say whether a number without a sign is a share of one where percent is asked for."""
    if is_ratio:
        return abs(value) <= 1
    return 0 < abs(value) < 1 and (expected is None or abs(expected) >= 1)


def _typed_text(answer: object, unit: str | None) -> str:
    """Return what was typed with plain digits, spaces and minus signs, and without the unit."""
    if isinstance(answer, int | float) and not isinstance(answer, bool):
        answer = repr(answer)
    if not isinstance(answer, str):
        raise AnswerError(gettext("Type a number, such as 0.89, 8/9 or 88.9%."))
    text = " ".join("".join(map(_plain, answer.translate(_SIGNS))).split())
    text = text.lstrip(_ABOUT)
    text = _RAISED.sub(lambda found: "^" + found[0].translate(_LOWERED), text)
    text = _TEN.sub(r"\g<front>e\g<power>", text)
    text = re.sub(r"(?<=[0-9]) (?=[eE][+-]?[0-9]+$)", "", text)
    text = re.sub(r"(?<=[0-9])\.$", "", text)
    if not text:
        raise AnswerError(_say("number_first"))
    if len(text) > _LONGEST:
        raise AnswerError(_say("too_long", n=_LONGEST))
    if unit is not None and unit != "%":
        # Not the last letter of another unit: 15 seconds are not 15 second in s.
        text = re.sub(rf"(?<![^\W\d_]){re.escape(unit)}$", "", text, flags=re.IGNORECASE).rstrip()
    return text


def _plain(character: str) -> str:
    """Return a digit of any script as 0 to 9, and nothing for what nobody sees, as a mark of direction."""
    if unicodedata.category(character) == "Cf":
        return ""
    return str(unicodedata.decimal(character, character))


def _read_decimal(text: str, typed: str, unit: str | None, *, thousands: bool) -> Fraction:
    """Read one decimal number; `typed` is the whole text, for the message."""
    group = _ONE_GROUP.fullmatch(text)
    dotted = language().partition("-")[0] in _DOTTED
    is_dot = group is not None and group["mark"] == "."
    if group and (dotted or thousands if is_dot else not thousands):
        fraction = f"{group['part']}0" if thousands else group["part"]  # a fourth decimal makes no thousands
        one, other = f"{group['whole']}.{fraction}", f"{group['whole']}{group['part']}"
        raise AnswerError(_say("two_ways", number=text, one=one, other=other))
    plain = text.replace(",", "") if _COMMA_GROUPS.fullmatch(text) else text
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    match = _NUMBER.fullmatch(plain)
    if match is None or not (match["whole"] or match["part"]):
        message = _say("no_number", typed=typed)
        if unit is not None:
            message = f"{message} {_say('in_unit', unit=unit)}"
        raise AnswerError(message)
    power = int(match["power"] or 0)
    if abs(power) > _LARGEST_POWER:
        raise AnswerError(_say("far", n=_LARGEST_POWER))
    whole, part = re.sub("[ ']", "", match["whole"] or "0"), match["part"] or ""
    value = Fraction(int(whole + part)) * Fraction(10) ** (power - len(part))
    return -value if match["sign"] == "-" else value


def _decimal(value: Fraction, *, digits: int = 6) -> str:
    """Write a number with its first significant digits, or with all of them when it is whole and short."""
    if value.denominator == 1 and abs(value) < 10**15:
        return str(value.numerator)
    return f"{float(value):.{digits}g}"
