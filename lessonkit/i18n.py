"""The words that the engine itself says, in the learner's language.

The English text is the key; the other languages are gettext catalogs in ``locale/``, compiled by
``python -m tools.catalogs``. A sentence that counts something is asked for with `ngettext`, because languages
have up to six forms of it.
"""

from __future__ import annotations

import gettext as _gettext
import os
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Where the catalogs are: ``<language>/LC_MESSAGES/lessonkit.mo``.
LOCALE: Final = Path(__file__).with_name("locale")
DOMAIN: Final = "lessonkit"
SOURCE: Final = "en"

# Languages that are written from right to left.
_RIGHT_TO_LEFT: Final = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_SPOKEN: Final[ContextVar[str]] = ContextVar("spoken", default="")
# The first that is set decides, as everywhere with gettext; ours comes before the system's.
_VARIABLES: Final = ("LESSONKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def language() -> str:
    """Return the language of the engine's words, one of `languages`.

    Inside `spoken` it is the one named there. Else the first of the environment variables ``LESSONKIT_LANG``,
    ``LC_ALL``, ``LC_MESSAGES`` and ``LANG`` that is set decides. It is English where no catalog fits.
    """
    said = (os.environ.get(name, "").strip() for name in _VARIABLES)
    wanted = _SPOKEN.get() or next(filter(None, said), SOURCE)
    primary = wanted.partition(".")[0].partition("@")[0].replace("_", "-").partition("-")[0].lower()
    return primary if primary in languages() else SOURCE


@cache
def languages() -> tuple[str, ...]:
    """Return the languages there are, English first."""
    catalogs = sorted(path.parts[-3] for path in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (SOURCE, *catalogs)


def direction(tag: str) -> Literal["ltr", "rtl"]:
    """Return the direction in which a language is written; `tag` is a BCP 47 tag such as ``"pt-BR"``."""
    return "rtl" if tag.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


@contextmanager
def spoken(tag: str) -> Iterator[None]:
    """Speak, within the block, the language `tag` of a quiz instead of the learner's."""
    token = _SPOKEN.set(tag)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def noop(message: str) -> str:
    """Return the message as it is; it marks one that `gettext` is given later, for the catalogs to have."""
    return message


def gettext(message: str) -> str:
    """Return the message in the learner's language."""
    return _catalog(language()).gettext(message) if message else ""  # its header, to gettext


def ngettext(singular: str, plural: str, n: int) -> str:
    """Return the form of the message that goes with the number `n`, in the learner's language."""
    return _catalog(language()).ngettext(singular, plural, n)


def counted(n: int, thing: str) -> str:
    """Return a number and what it counts, in English: for what authors read, which is not translated."""
    return f"{n:,} {thing}{'s' * (n != 1)}"


def percent(number: str) -> str:
    """Return a number of hundredths, or a range of them, with the sign as the language writes it."""
    return gettext("{number}%").format(number=number)


def isolate(formula: str) -> str:
    """Keep numbers and signs in their order inside a sentence that is written from right to left."""
    return f"\u2066{formula}\u2069" if direction(language()) == "rtl" else formula


@cache
def _catalog(tag: str) -> _gettext.NullTranslations:
    return _gettext.translation(DOMAIN, LOCALE, [tag], fallback=True)
