"""What a quiz says that its lesson showed, the lesson shows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from lessonkit.authoring.run import find
from tools.lesson import load
from tools.prose_numbers import Number, evidence, numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = find([ROOT / "notebooks"])
ITS_LESSON = re.compile(r"\b[Ll]esson(?:'s)?\b(?!\s+\d)")  # "lesson 04" is another one


def sentences(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield from re.split(r"(?<=[.?!])\s+", part)
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from sentences(inner)


def quoted(questions: object) -> list[tuple[str, Number]]:
    """The numbers of the sentences that speak of the lesson."""
    said = [sentence for sentence in sentences(questions) if ITS_LESSON.search(sentence)]
    return [(sentence, number) for sentence in said for number in numbers(sentence) if not number.trivial]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_quiz_quotes_its_lesson_rightly(path: Path) -> None:
    quiz = YAML(typ="safe").load((ROOT / "quizzes" / f"{path.stem}.yaml").read_text(encoding="utf-8"))
    shown = [evidence(cell) for cell in load(path).code]
    wrong = [
        f"{number.text} in: {sentence}"
        for sentence, number in quoted(quiz["questions"])
        if not any(cell.supports(number) for cell in shown)
    ]
    assert not wrong, "\n".join(wrong)


def test_quotations_are_found() -> None:
    prompt = "Of 50 mails, 5 are spam. In the lesson it was 0.25 at 0.3."
    found = quoted([{"prompt": prompt}, {"choices": [{"why": "The lesson's 7 mails."}]}])
    assert [number.text for _, number in found] == ["0.25", "0.3", "7"]
    assert quoted([{"why": "Lesson 04 has 17."}]) == []
