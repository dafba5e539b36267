"""How an answer is read and what is said of it, at every exercise alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from lessonkit.exercises import verdict
from lessonkit.exercises.judge import NOT_TRIED, judge_function
from tests.exercises.test_answers import RIGHT

if TYPE_CHECKING:
    from collections.abc import Callable

# What they return is no number and no array, or it takes a training.
OTHERS = {"compile-for-logits", "stop-at-the-best", "net-scores"}
FUNCTIONS = [name for name, known in RIGHT.items() if callable(known[0]) and name not in OTHERS]


def in_a_tuple(number: Any) -> Any:  # noqa: ANN401
    return (number,)


def in_a_list(number: Any) -> Any:  # noqa: ANN401
    return [number]


def in_an_array(number: Any) -> Any:  # noqa: ANN401
    return np.array([number])


def reshaped(result: Any, form: Callable[[Any], Any]) -> Any:  # noqa: ANN401
    """Return each number in a form, and each flat array as a column."""
    if isinstance(result, tuple):
        return tuple(reshaped(each, form) for each in result)
    return np.reshape(result, (-1, 1)) if np.ndim(result) else form(result)


@pytest.mark.parametrize("form", [in_a_tuple, in_a_list, in_an_array])
@pytest.mark.parametrize("exercise_id", FUNCTIONS)
def test_a_number_alone_in_a_sequence_and_a_column_are_right(
    exercise_id: str, form: Callable[[Any], Any]
) -> None:
    right = RIGHT[exercise_id][0]
    found = verdict(exercise_id, lambda *given: reshaped(right(*given), form))
    assert found.passed, found


@pytest.mark.parametrize("exercise_id", ["decide", "balance-rows"])
def test_a_row_of_a_table_is_no_flat_array(exercise_id: str) -> None:
    right = RIGHT[exercise_id][0]
    assert not verdict(exercise_id, lambda *given: np.atleast_2d(right(*given))).passed


def decide_aloud(scores: Any, threshold: Any) -> Any:  # noqa: ANN401
    for score in scores:
        print("score", score)  # noqa: T201
    return scores > threshold


def test_of_what_a_function_prints_the_first_lines_on_the_smallest_input_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = verdict("decide", decide_aloud).message
    assert capsys.readouterr().out == ""
    assert told.endswith(" It printed: score 5 / score 3.")


@pytest.mark.parametrize("exercise_id", ["three-parts", "compile-for-logits", "accuracy-of-never"])
def test_what_a_function_prints_does_not_reach_the_cell(
    exercise_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    verdict(exercise_id, print)
    assert capsys.readouterr().out == ""


def in_another_order(threshold: Any, scores: Any) -> Any:  # noqa: ANN401
    return (scores >= threshold).astype(int)


@pytest.mark.parametrize(
    ("exercise_id", "answer", "message", "hint"),
    [
        ("decide", in_another_order, "is expected", "called with (scores, threshold)"),
        ("decide", lambda s, t: (int(each >= t) for each in s), "returned a generator", "`list(…)`"),
        ("decide", lambda s, t: np.where(s >= t, "spam", "ham"), "an array of 2 texts", "NumPy"),
        ("decide", lambda s, _: ["ham" for _ in s], "a list of 2 texts", "NumPy"),
        ("decide", lambda s, _: np.zeros((s.size, 2)), "an array of shape (2, 2)", "NumPy"),
        ("decide", lambda *_: dict, "the class dict", "NumPy"),
        ("mend-the-leak", lambda x, train, _: x[train], "an array of 2 numbers; 2 arrays are", "mean"),
        ("mend-the-leak", lambda x, *_: (x, x, x), "a tuple of 3 values; 2 arrays are", "mean"),
        ("two-areas", lambda *_: 0.5, "a number; 2 values are expected", "Steps"),
        ("two-areas", lambda p, _: (p[0], 0), "your area by straight lines is 0;", "Steps"),
        ("curve-by-hand", lambda y, s: (s, y, y), "your thresholds are [", "Compare your steps"),
        ("same-order", lambda *_: 0, "your same order is False; True is expected", "Two orders"),
        ("three-parts", lambda _: None, "returns nothing yet", "`return`"),
    ],
)
def test_a_form_is_told_in_words(exercise_id: str, answer: Any, message: str, hint: str) -> None:  # noqa: ANN401
    found = verdict(exercise_id, answer)
    assert message in found.message
    assert hint in found.hint


def test_an_untouched_exercise_is_told_before_anything_is_solved() -> None:
    """With two hundred inputs, the right results of a bootstrap take half a second."""

    def solution(n: int) -> int:
        pytest.fail(f"solved for {n}")

    def untouched(n: int) -> Any:  # noqa: ANN401, ARG001
        return ...

    told = judge_function(
        untouched,
        solution=solution,
        inputs=lambda random: (random.randint(1, 9),),
        mistakes=[],
        otherwise="No.",
    )
    assert told == NOT_TRIED
