"""What the kinds share that show parts: ids to be named, an order that gives nothing away, HTML of lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from html import escape
from typing import Any, TypeVar

from lessonkit.i18n import gettext
from lessonkit.questions.kinds.base import LETTERS, Html, Part
from lessonkit.questions.marking import UNKNOWN, AnswerError

_Part = TypeVar("_Part", bound=Part)


def with_id(parts: Iterable[_Part], name: str) -> _Part:
    """Return the part with this id.

    Raises
    ------
    KeyError
        There is none.
    """
    for part in parts:
        if part.id == name:
            return part
    raise KeyError(name)


def must_know(names: Iterable[object], known: Mapping[str, Any]) -> None:
    """Raise an `AnswerError` if an answer names what the question does not have."""
    if not all(isinstance(name, str) and name in known for name in names):
        raise AnswerError(gettext(UNKNOWN))


def ranks(seed: int | str, question: str) -> Callable[[Part], bytes]:
    """Return what parts are sorted by, so that their order is drawn.

    It is a hash of seed, question and part, not a random generator: the order is the same on every machine
    and in every version, and a choice added later leaves the others in place.
    """
    return lambda part: sha256(f"{seed}\n{question}\n{part.id}".encode()).digest()


def unlike(solution: list[str], parts: list[_Part]) -> tuple[_Part, ...]:
    """Return the parts, backwards if their order would give the solution away."""
    gives_away = [part.id for part in parts if part.id in solution] == solution
    return tuple(reversed(parts) if gives_away else parts)


def texts(parts: Iterable[Part], html: Html) -> list[dict[str, str]]:
    """Return the parts as the page shows them."""
    return [{"id": part.id, "html": html(part.text)} for part in parts]


def listed(marker: str, items: Iterable[str]) -> str:
    """Return a list numbered by `marker`, ``A`` or ``1``; without one, a list of bullets.

    Letters are text: JupyterLab and others number every list by digits.
    """
    if marker == "A":
        items = (_with_letter(letter, item) for letter, item in zip(LETTERS, items, strict=False))
        return "\n".join(('<ul class="lk-lettered">', *(f"<li>{item}</li>" for item in items), "</ul>"))
    start, end = (f'<ol type="{marker}">', "</ol>") if marker else ("<ul>", "</ul>")
    return "\n".join((start, *(f"<li>{item}</li>" for item in items), end))


def near_misses(known: Iterable[tuple[str, str]], html: Html) -> Iterator[str]:
    """Yield a list of wrong answers, each with the reason that is known of it; nothing without any."""
    items = [f"<strong>✗ {escape(answer)}</strong>\n{html(why)}" for answer, why in known]
    if items:
        yield listed("", items)


def _with_letter(letter: str, item: str) -> str:
    name = f"<strong>{letter}.</strong>"
    return f"<p>{name} {item.removeprefix('<p>')}" if item.startswith("<p>") else f"<p>{name}</p>\n{item}"
