"""The folded solution of every exercise passes its check; the gap as the learner meets it is not judged."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest

import lessonkit as lk
from lessonkit.exercises import EXERCISES, verdict
from tools.bootstrap import ROOT
from tools.lesson import load

if TYPE_CHECKING:
    from pathlib import Path

LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb"))[1:]  # 00 has no exercises


class Exercise(NamedTuple):
    id: str
    name: str
    cell: str
    solution: str


def exercises(path: Path) -> list[Exercise]:
    """Find each cell that ends in lk.check(id, name), with the solution folded right under it."""
    cells = load(path).cells
    found = []
    for cell, after in zip(cells, [*cells[1:], None], strict=True):
        check = re.search(r'^lk\.check\("([\w-]+)", (\w+)\)$', cell.source, re.MULTILINE)
        if not cell.is_code or check is None:
            continue
        folded = re.match(
            r"<details><summary>Solution</summary>\n.*?```python\n(.*?)```\n\n</details>",
            after.source if after else "",
            re.DOTALL,
        )
        assert folded is not None, f"{path.name}: no solution is folded right under {check[1]}"
        found.append(Exercise(check[1], check[2], cell.source[: check.start()], folded[1]))
    return found


ALL = [(path, exercise) for path in LESSONS for exercise in exercises(path)]


def definitions(source: str) -> str:
    """Return the functions of a cell, and the assignments of a gap: what the learner is to change."""
    nodes = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
        or (isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and node.value.value is ...)
    ]
    return "\n".join(map(ast.unparse, nodes))


def run(source: str, name: str) -> object:
    space: dict[str, Any] = {"lk": lk, "np": np}
    exec(source, space)  # noqa: S102  (the course's own solutions)
    return space[name]


@pytest.mark.parametrize(("path", "exercise"), ALL, ids=lambda value: getattr(value, "id", ""))
def test_the_folded_solution_passes(path: Path, exercise: Exercise) -> None:  # noqa: ARG001
    result = verdict(exercise.id, run(exercise.solution, exercise.name))
    assert result.passed, f"{result.message} {result.hint}"


@pytest.mark.parametrize(("path", "exercise"), ALL, ids=lambda value: getattr(value, "id", ""))
def test_the_open_gap_is_not_judged(path: Path, exercise: Exercise) -> None:  # noqa: ARG001
    result = verdict(exercise.id, run(definitions(exercise.cell), exercise.name))
    assert not result.passed
    assert not result.tried


def test_every_check_has_an_exercise_of_its_lesson_and_every_lesson_has_exercises() -> None:
    asked = [(exercise.id, path.stem) for path, exercise in ALL]
    assert sorted(asked) == sorted((name, exercise.lesson) for name, exercise in EXERCISES.items())
    assert {path for path, _ in ALL} == set(LESSONS)
