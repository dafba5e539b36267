"""Every objective of every lesson is asked, practiced and restated: the map in objectives.yaml is whole."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from lessonkit.questions import load_quiz
from lessonkit.questions.markup import to_text
from tools.bootstrap import ROOT
from tools.lesson import Lesson, load
from tools.notebook_rules import AIMS

MAP: dict[str, dict[str, dict[str, Any]]] = YAML(typ="safe").load(
    Path(__file__).with_name("objectives.yaml").read_text(encoding="utf-8")
)
# All but 00, which has neither objectives nor exercises.
LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb"))[1:]


def bullets(lesson: Lesson, section: str) -> list[str]:
    """Return the bullet points of the last list of a section."""
    (text,) = [cell.source for cell in lesson.cells if cell.source.startswith(f"## {section}\n")]
    last_list = re.split(r"\n\n", text.strip())[-1]
    return [
        re.sub(r"\s+", " ", point).strip()
        for point in re.findall(r"^\* (.*(?:\n  .*)*)", last_list, re.MULTILINE)
    ]


def test_the_map_covers_the_course() -> None:
    assert sorted(MAP) == LESSONS


@pytest.mark.parametrize("stem", LESSONS)
def test_every_objective_is_asked_practiced_and_restated(stem: str) -> None:
    lesson = load(ROOT / "notebooks" / f"{stem}.ipynb")
    quiz = load_quiz(ROOT / "quizzes" / f"{stem}.yaml")
    checks = {
        id_
        for cell in lesson.cells
        for id_ in re.findall(r'^lk\.check\("([\w-]+)"', cell.source, re.MULTILINE)
    }
    assert list(MAP[stem]) == list(quiz.objectives)
    assert [to_text(point) for point in bullets(lesson, AIMS)] == [
        to_text(sentence) for sentence in quiz.objectives.values()
    ]
    points = bullets(lesson, "Key points")
    assert len(points) == len(MAP[stem])
    practiced = set()
    for number, (slug, entry) in enumerate(MAP[stem].items(), start=1):
        asked = [question.id for question in quiz.questions if question.objective == slug]
        assert entry["questions"] == asked, f"list them under {slug} in tests/notebooks/objectives.yaml"
        assert len(asked) >= 2
        assert entry["key_point"] == number
        assert entry["exercises"]
        practiced |= set(entry["exercises"])
    assert practiced == checks
