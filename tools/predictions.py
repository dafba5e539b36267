r"""Nothing earlier in the course answers a prediction.

    python -m tools.predictions      list what is answered too early, or nowhere

tests/notebooks/predictions.yaml has an entry for each `predict: true` question, and one named `sketch` for a
curve to be drawn:

    02-decision-thresholds:
      precision-at-eight-tenths:
        shown: thresholds = [0.9, 0.8        # words of the cell that first shows the answer
        answers: ['\b0\.8\b.*\b0\.75\b']   # each is found in that cell, and nowhere before the question
        gives_away: ['lk\.explore\(']        # such as a widget that shows it; nowhere before the question

Patterns are regular expressions, in any case. They are looked for in sentences of markdown, in code cells as
a whole, in lines of outputs, and in the texts of the quizzes that were asked before. Choose patterns that
only the answer has: "0.75" alone may be the precision of another filter.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from tools.habits import spoken_texts
from tools.lesson import Lesson, load, parse, sentences, strip_tags, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.lesson import Cell

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "tests" / "notebooks" / "predictions.yaml"
SKETCH = "sketch"


@dataclass(frozen=True)
class Prediction:
    """A question that is asked before the course answers it."""

    lesson: str
    id: str
    shown: str
    answers: tuple[str, ...]
    gives_away: tuple[str, ...] = ()


def read(path: Path = LIST) -> list[Prediction]:
    """Return the entries of the list."""
    document: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return [
        Prediction(stem, id_, entry["shown"], tuple(entry["answers"]), tuple(entry.get("gives_away", ())))
        for stem, entries in document.items()
        for id_, entry in entries.items()
    ]


def asked_for(root: Path, stem: str) -> set[str]:
    """Return the ids of the predictions that a lesson asks for: its quiz's, and a sketch."""
    found = {question["id"] for question in _quiz(root, stem).get("questions", ()) if question.get("predict")}
    if any(
        name == SKETCH for cell in load(root / "notebooks" / f"{stem}.ipynb").code for name, _ in cell.calls
    ):
        found.add(SKETCH)
    return found


def problems(prediction: Prediction, root: Path = ROOT) -> Iterator[str]:
    """Yield what is wrong with a prediction: not asked, never answered, or answered too early."""
    lesson = load(root / "notebooks" / f"{prediction.lesson}.ipynb")
    asked = next((cell for cell in lesson.code if _asks(cell, prediction.id)), None)
    if asked is None:
        yield "no cell asks it"
        return
    later = [cell for cell in lesson.cells if cell.number > asked.number and prediction.shown in cell.source]
    if not later:
        yield f"no cell after the question holds {prediction.shown!r}, where the answer is to come"
        return
    units = list(_units(later[0]))
    for pattern in prediction.answers:
        if not any(re.search(pattern, unit, re.IGNORECASE) for unit in units):
            yield f"{later[0].name} does not show {pattern!r}"
    for place, unit in _earlier(root, lesson, asked):
        for pattern in (*prediction.answers, *prediction.gives_away):
            if re.search(pattern, unit, re.IGNORECASE):
                yield f"{place} gives {pattern!r}: {' '.join(unit.split())[:150]}"


def _asks(cell: Cell, id_: str) -> bool:
    return any(name == SKETCH for name, _ in cell.calls) if id_ == SKETCH else _only(cell) == id_


def _only(cell: Cell) -> str | None:
    """Return the id of the one question that a cell asks."""
    for name, call in cell.calls:
        for keyword in call.keywords:
            if name == "quiz" and keyword.arg == "only":
                return getattr(keyword.value, "value", None)
    return None


def _earlier(root: Path, lesson: Lesson, asked: Cell) -> Iterator[tuple[str, str]]:
    """Yield all that a learner has met before a cell of a lesson, each with its place."""
    for path in sorted((root / "notebooks").glob("[0-9][0-9]-*.ipynb")):
        if path.stem > lesson.stem:
            break
        own = path.stem == lesson.stem
        cells = [cell for cell in load(path).cells if not own or cell.number < asked.number]
        for cell in cells:
            yield from ((f"{path.stem} {cell.name}", unit) for unit in _units(cell))
        seen = {_only(cell) for cell in cells if cell.is_code}
        for id_, text in spoken_texts(_quiz(root, path.stem)):
            if not own or id_ in seen:
                yield from ((f"quiz {path.stem} {id_}", sentence) for sentence in sentences(text))


def _units(cell: Cell) -> Iterator[str]:
    """Yield what is read together: a sentence, a code cell, a line of an output."""
    if cell.is_markdown:
        for token in parse(cell.source):
            if token.type == "inline":
                yield from sentences(text_of(token, links=True))
            elif token.type in {"fence", "math_block"}:
                yield token.content
        return
    yield cell.source
    for output in cell.outputs:
        data = output.get("data", {})
        text = output.get("text") or data.get("text/plain", "")
        # A widget's text names it only; what can be read of it without a kernel is in its HTML.
        html = "" if "<table" in data.get("text/html", "") else strip_tags(data.get("text/html", ""))
        yield from (text + "\n" + html).splitlines()


@cache
def _quiz(root: Path, stem: str) -> dict[str, Any]:
    path = root / "quizzes" / f"{stem}.yaml"
    return YAML(typ="safe").load(path.read_text(encoding="utf-8")) if path.exists() else {}


def main() -> int:
    """List the problems of all predictions; return 1 if there is one."""
    found = [f"{one.lesson} {one.id}: {problem}" for one in read() for problem in problems(one)]
    print(*found, f"Problems: {len(found)}.", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
