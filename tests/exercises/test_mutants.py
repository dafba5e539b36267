"""A sample of the mutants that `make mutants` judges whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.mutants import Mutant, judge, known, mutants
from tools.solutions import LESSONS, Exercise, exercises

if TYPE_CHECKING:
    from collections.abc import Sequence

# They train a network, or run Keras: some seconds a mutant.
SLOW = {"net-scores", "logistic-scores", "difference-interval", "compile-for-logits", "stop-at-the-best"}
EVERY = {each.id: each for path in LESSONS for each in exercises(path)}


def every_fifth(found: Sequence[Mutant]) -> Sequence[Mutant]:
    return found[::5]


@pytest.mark.parametrize(
    "exercise", [each for name, each in EVERY.items() if name not in SLOW], ids=lambda each: each.id
)
def test_a_change_of_a_solution_is_refused(exercise: Exercise) -> None:
    assert judge(exercise, every_fifth).accepted == []


def test_reasons_are_given_for_mutants_that_exist() -> None:
    for name, reasons in known().items():
        assert reasons.keys() <= {each.change for each in mutants(EVERY[name].solution)}
        assert all(len(why.split()) > 4 for why in reasons.values())


def test_a_mutant_has_one_change_and_stays_python() -> None:
    source = "def f(a, b):\n    return a >= b and a.sum() + 1 > 0\n"
    changes = [each.change for each in mutants(source)]
    assert "2: a >= b -> a > b" in changes
    assert "2: a.sum -> a.mean" in changes
    assert len(changes) == len(set(changes)) > 8
    for each in mutants(source):
        compile(each.source, "mutant", "exec")


def test_a_mutant_that_is_not_refused_is_named() -> None:
    lenient = Exercise(
        "accuracy-of-never", "f", "", "def f(prevalence):\n    return 1 - prevalence + 0 * 3\n"
    )
    assert "2: 3 -> 4" in judge(lenient).accepted
