"""Numbers as a learner types them."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import Final

from lessonkit.i18n import gettext, language, noop
from lessonkit.questions.arithmetic import exact
from lessonkit.questions.marking import AnswerError

#: What is said of a number that cannot be read, by the names that ``number.js`` has for it.
#: In English; `gettext` has the other languages.
WORDS: Final[dict[str, str]] = {
    "number_first": noop("Type a number first."),
    "too_long": noop("That is longer than a number needs to be ({n} characters at most)."),
    "two_ways": noop("{number} can be read in two ways. Write {one} or {other}."),
    "no_number": noop("“{typed}” is not a number. Write it like 12, 0.89, 8/9 or 88.9%."),
    "in_unit": noop("Answer with a number, in {unit}."),
    "by_zero": noop("A number cannot be divided by zero."),
    "far": noop("The power of ten must lie between -{n} and {n}."),
}


def _say(name: str, **values: object) -> str:
    return gettext(WORDS[name]).format(**values)


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
    shown = decimal(value, digits=12)
    if slash:
        divisor = _read_decimal(under, typed, unit, thousands=thousands)
        if divisor == 0:
            raise AnswerError(_say("by_zero"))
        shown = f"{shown}/{decimal(divisor, digits=12)}"
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
    result = decimal(value)
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
        raise AnswerError(gettext("Type a number, such as 12, 0.89, 8/9 or 88.9%."))
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


def decimal(value: Fraction, *, digits: int = 6) -> str:
    """Write a number with its first significant digits, or with all of them when it is whole and short."""
    if value.denominator == 1 and abs(value) < 10**15:
        return str(value.numerator)
    return f"{float(value):.{digits}g}"
