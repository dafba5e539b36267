"""The folded solution of every exercise passes its check; the gap as the learner meets it is not judged."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import lessonkit as lk
from lessonkit.exercises import course_exercises, verdict
from tools.solutions import LESSONS, Exercise, exercises

if TYPE_CHECKING:
    from pathlib import Path


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
    assert sorted(asked) == sorted((name, exercise.lesson) for name, exercise in course_exercises().items())
    assert {path for path, _ in ALL} == set(LESSONS)
