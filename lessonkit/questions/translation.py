"""A quiz in a second language: texts from a file beside it are laid over those of the quiz.

The file beside ``01-sample.yaml`` for German is ``01-sample.de.yaml``. It has the shape of the quiz, but
holds texts only, and names the parts by their ids::

    title: Ein Beispiel
    objectives: {read-a-curve: Eine Kurve lesen.}
    questions:
      end-point:
        prompt: Ein Filter markiert {{n}} E-Mails. Wo ist sein Punkt?
        choices:
          origin: {text: Im Ursprung, why: Recall 0 heißt, dass nichts gefunden wurde.}
        hints: [Welche Anzahl ist null?]
        mistakes: [{why: Umgedreht.}]     # parts without ids are listed in the order of the quiz
      its-name:
        accept: [Genauigkeit, Precision]  # what may be typed: as many forms as the language needs

What a learner reads and types, each kind of question says itself: `BaseQuestion.texts`, `BaseQuestion.forms`.
Everything here reads plain data, as it is in the two files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from glob import escape
from pathlib import Path
from typing import Any, Final, TypeAlias

from lessonkit.questions.kinds import KINDS
from lessonkit.questions.problem import Flaw

_At: TypeAlias = tuple[str | int, ...]

# A unit of % is a rule for reading numbers, and no text.
_RULE: Final = "%"
# In what follows no language is spoken: formulas, code, math.
_UNSPOKEN: Final = re.compile(r"\{\{.*?\}\}|`[^`]*`|\$[^$]*\$", re.DOTALL)
_WORD: Final = re.compile(r"[^\W\d_]{2}")


def language_of(path: Path) -> str | None:
    """Return the language of a file of translations, by its name; None if the file is a quiz itself."""
    return Path(path.stem).suffix[1:] or None


def translations_of(quiz: Path) -> list[Path]:
    """Return the files with the texts of a quiz in other languages."""
    return sorted(quiz.parent.glob(f"{escape(quiz.stem)}.*.yaml"))


def quiz_of(file: Path) -> Path:
    """Return the file of the quiz that a file of translations belongs to; of a quiz, itself."""
    return file.with_name(f"{Path(file.stem).stem}.yaml")


@dataclass
class Overlay:
    """A quiz with the texts of another language, as data.

    Attributes
    ----------
    data : dict
        The quiz. What is not translated stays in the language of the quiz.
    places : dict
        For each part of `data` that is translated, where the file of translations has it.
    flaws : list of Flaw
        What the translations get wrong, each with its place in their file.
    missing : dict
        For each question (or ``""`` for the quiz itself) the texts that are not translated.
    """

    data: dict[str, Any] = field(default_factory=dict)
    places: dict[_At, _At] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    missing: dict[str, list[str]] = field(default_factory=dict)


def lay_over(quiz: Mapping[str, Any], said: Mapping[str, Any]) -> Overlay:
    """Lay translated texts over a quiz.

    Parameters
    ----------
    quiz, said : mapping
        The data of a sound quiz file, and of the file of translations.
    """
    overlay, fields = Overlay(), _Fields(quiz)
    laid = _lay(overlay, fields, quiz, said, (), ())
    overlay.data = laid if isinstance(laid, dict) else dict(quiz)
    for at, text in _texts(fields, quiz, ()):
        if at not in overlay.places and _WORD.search(_UNSPOKEN.sub("", text)) is not None:
            steps = list(_named(quiz, at))
            whose = steps[1] if steps[0] == "questions" else ""
            overlay.missing.setdefault(whose, []).append(".".join(steps[2:] if whose else steps))
    return overlay


class _Fields:
    """Which fields of a quiz hold texts, or parts that do, and which hold what may be typed."""

    def __init__(self, quiz: Mapping[str, Any]) -> None:
        self._kinds = [KINDS[question["kind"]] for question in quiz["questions"]]

    def said(self, at: _At, part: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is translated of a part at this place, by the names of its fields."""
        match at:
            case ():
                return {key: part[key] for key in ("title", "objectives", "questions") if key in part}
            case ("objectives",):
                return dict(part)
            case _:
                pass
        kind = self._kinds[int(at[1])]
        known = {
            key: value
            for key, value in part.items()
            if value != _RULE and _begins(self._name((*at, key)), kind.texts | kind.forms)
        }
        # A language may have forms where the quiz has none.
        typed = (form.rpartition(".") for form in kind.forms)
        here = self._name(at)
        return known | {key: [] for within, _dot, key in typed if within == here and key not in part}

    def typed(self, at: _At) -> bool:
        """Say whether there is a list of what may be typed."""
        return at[:1] == ("questions",) and len(at) > 1 and self._name(at) in self._kinds[int(at[1])].forms

    @staticmethod
    def _name(at: _At) -> str:
        return ".".join(step for step in at[2:] if isinstance(step, str))


def _begins(name: str, names: Iterable[str]) -> bool:
    return any(f"{one}.".startswith(f"{name}.") for one in names)


def _lay(
    overlay: Overlay,
    fields: _Fields,
    written: Any,  # noqa: ANN401  (data)
    said: object,
    at: _At,
    to: _At,
) -> Any:  # noqa: ANN401  (data)
    """Return a part of the quiz with the texts that are said for it; `at` and `to` are its two places."""
    match written:
        case str() if isinstance(said, str) and said.strip():
            overlay.places[at] = to
            return said
        case list() if fields.typed(at) and isinstance(said, list):
            overlay.places |= {at: to} | {(*at, index): (*to, index) for index in range(len(said))}
            return said
        case Mapping() if isinstance(said, Mapping):
            overlay.places[at] = to
            known = {key: (key, part) for key, part in fields.said(at, written).items()}
            found = _lay_named(overlay, fields, known, said, at, to)
            return {**written, **found}
        case list() if _has_ids(written) and isinstance(said, Mapping):
            overlay.places[at] = to
            parts = {part["id"]: (index, part) for index, part in enumerate(written)}
            found = _lay_named(overlay, fields, parts, said, at, to)
            return [found.get(index, part) for index, part in enumerate(written)]
        case list() if isinstance(said, list) and len(said) == len(written) and not _has_ids(written):
            overlay.places[at] = to
            pairs = zip(written, said, strict=True)
            return [
                _lay(overlay, fields, *pair, (*at, index), (*to, index)) for index, pair in enumerate(pairs)
            ]
    wanted = "a list of what may be typed" if fields.typed(at) else _wanted(written)
    overlay.flaws.append(Flaw(to, "LK081", f"{wanted} is expected here, as in the quiz"))
    return written


def _lay_named(
    overlay: Overlay,
    fields: _Fields,
    known: Mapping[Any, tuple[str | int, Any]],
    said: Mapping[str, Any],
    at: _At,
    to: _At,
) -> dict[str | int, Any]:
    found = {}
    for name, text in said.items():
        if name in known:
            step, part = known[name]
            found[step] = _lay(overlay, fields, part, text, (*at, step), (*to, name))
        else:
            there = ", ".join(known) or "none"
            message = f"the quiz has no text {name!r} here; those it has: {there}"
            overlay.flaws.append(Flaw((*to, name), "LK080", message))
    return found


def _wanted(written: object) -> str:
    match written:
        case str():
            return "a text"
        case list() if not _has_ids(written):
            return f"a list of {len(written)}"
        case _:
            return "a name and its texts for each part"


def _has_ids(parts: list[Any]) -> bool:
    return all(isinstance(part, Mapping) and "id" in part for part in parts)


def _texts(fields: _Fields, written: object, at: _At) -> Iterator[tuple[_At, str]]:
    """Yield every text of a part of the quiz, with its place; a list of what may be typed is one."""
    match written:
        case str():
            yield at, written
        case list() if fields.typed(at):
            yield at, " ".join(written)
        case Mapping():
            for key, part in fields.said(at, written).items():
                yield from _texts(fields, part, (*at, key))
        case list():
            for index, part in enumerate(written):
                yield from _texts(fields, part, (*at, index))
        case _:  # a number, or nothing
            pass


def _named(quiz: Mapping[str, Any], at: _At) -> Iterator[str]:
    """Yield the steps to a place of the quiz as a file of translations names them."""
    part: Any = quiz
    for step in at:
        part = part[step]
        yield str(
            part["id"] if isinstance(step, int) and isinstance(part, Mapping) and "id" in part else step
        )
