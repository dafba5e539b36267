"""What the kinds share that show parts: ids to be named, an order that gives nothing away, HTML of lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any

from lessonkit.i18n import gettext
from lessonkit.questions.kinds.base import LETTERS, Html
from lessonkit.questions.marking import UNKNOWN, AnswerError


def must_know(names: Iterable[object], known: Mapping[str, Any]) -> None:
    """Raise an `AnswerError` if an answer names what the question does not have."""
    if not all(isinstance(name, str) and name in known for name in names):
        raise AnswerError(gettext(UNKNOWN))


def ranks(seed: int | str, question: str) -> Callable[[Any], bytes]:
    """Return what parts are sorted by, so that their order is drawn.

    It is a hash of seed, question and part, not a random generator: the order is the same on every machine
    and in every version, and a choice added later leaves the others in place.
    """
    return lambda part: sha256(f"{seed}\n{question}\n{part.id}".encode()).digest()


def unlike(solution: list[str], parts: list[Any]) -> tuple[Any, ...]:
    """Return the parts, backwards if their order would give the solution away."""
    gives_away = [part.id for part in parts if part.id in solution] == solution
    return tuple(reversed(parts) if gives_away else parts)


def texts(parts: Iterable[Any], html: Html) -> list[dict[str, str]]:
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


def _with_letter(letter: str, item: str) -> str:
    name = f"<strong>{letter}.</strong>"
    return f"<p>{name} {item.removeprefix('<p>')}" if item.startswith("<p>") else f"<p>{name}</p>\n{item}"
