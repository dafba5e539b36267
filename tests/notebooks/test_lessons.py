"""The lessons keep the rules; `python -m tools.notebook_rules` lists the same breaches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lessonkit.authoring.run import find
from tools.lesson import Lesson, load
from tools.notebook_rules import RULES
from tools.prose_numbers import definitional

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Rule = Callable[[Lesson], Iterator[str]]

NOTEBOOKS = find([Path(__file__).resolve().parents[2] / "notebooks"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_lesson_keeps_the_rule(rule: Rule, path: Path) -> None:
    problems = list(rule(load(path)))
    assert not problems, "\n".join([path.name, *problems])


def test_definitional_numbers_belong_to_lessons() -> None:
    assert set(definitional()) <= {path.stem for path in NOTEBOOKS}
