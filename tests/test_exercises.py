"""What the judge of the exercises does with an answer; the answers themselves are in `exercises/answers`."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, precision_recall_curve

import lessonkit as lk
from lessonkit.exercises import Verdict, course_exercises, exercises_of, lesson02, lesson03, verdict
from lessonkit.exercises.judge import INPUTS, Mistake, judge_function, judge_number, read

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

    Array = NDArray[Any]

IDS = sorted(each for each in course_exercises() if course_exercises()[each].lesson[:2] in {"01", "02", "03"})

# --- The solutions that learners are compared with --------------------------------------------------------

ROWS = st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), min_size=2, max_size=12).filter(
    lambda rows: len({label for label, _ in rows}) == 2
)


@given(ROWS, st.sampled_from([1, 0.1, 1e-3]))
def test_the_curve_agrees_with_scikit_learn(rows: list[tuple[bool, int]], unit: float) -> None:
    y_true, scores = (
        np.array([int(label) for label, _ in rows]),
        np.array([score * unit for _, score in rows]),
    )
    thresholds, precision, recall = lesson03._curve(y_true, scores)
    theirs = precision_recall_curve(y_true, scores)
    assert np.array_equal(thresholds, theirs[2][::-1])
    assert np.allclose(precision, theirs[0][-2::-1])
    assert np.allclose(recall, theirs[1][-2::-1])
    area = lesson03._average_precision(precision, recall)
    assert area == pytest.approx(average_precision_score(y_true, scores))


@given(ROWS, st.integers(1, 12), st.integers(-4, 4))
def test_the_thresholds_agree_with_the_sweep(rows: list[tuple[bool, int]], k: int, t: int) -> None:
    y_true, scores = np.array([int(label) for label, _ in rows]), np.array([score for _, score in rows])
    sweep = lk.ThresholdSweep(y_true, scores)
    enough = sweep.recall >= k / 12
    assert lesson02._threshold_for_recall(y_true, scores, k / 12) == sweep.thresholds[enough].max()
    flagged = sweep.true_positives + sweep.false_positives
    fitting = sweep.thresholds[flagged <= k]
    assert lesson02._flag_at_most(scores, k) == (fitting.min() if fitting.size else np.inf)
    at = lesson03._precision_at(sweep.thresholds, sweep.precision, t)
    assert at == pytest.approx(sweep.at(t).precision if (scores >= t).any() else 0.0)


# --- The rules of the judge -------------------------------------------------------------------------------


def pair(random: Random) -> tuple[int, float]:
    return random.randint(1, 9), random.choice([0.25, 0.5, 3.0])


def judged(answer: object, **declared: Any) -> Verdict:  # noqa: ANN401
    """Judge a function of a and b that is to return a + b."""
    given_ones: dict[str, Any] = {
        "solution": lambda a, b: a + b,
        "inputs": pair,
        "returns": ("sum",),
        "mistakes": [
            Mistake(lambda a, b: a * b, "You multiply."),
            Mistake(lambda a, _: a / (a - 1), "Divided."),
        ],
        "otherwise": "Add.",
    }
    return judge_function(answer, **given_ones | declared)


def test_told_cases_and_generated_inputs_are_all_tried() -> None:
    assert f"all {INPUTS} inputs" in judged(lambda a, b: b + a).message
    assert f"all {INPUTS + 1} inputs" in judged(lambda a, b: b + a, cases=[(1, 1)]).message


def test_a_verdict_is_the_same_each_time() -> None:
    assert judged(lambda a, b: a + b - (a == 7)) == judged(lambda a, b: a + b - (a == 7))


def test_the_smallest_input_on_which_an_answer_differs_is_told() -> None:
    rows = [([1, 2, 3, 4],), ([5, 6],), ([1, 2, 3],), ([7],)]
    found = judge_function(
        lambda row: row.sum() if len(row) < 2 else 0,
        solution=lambda row: row.sum(),
        cases=rows,
        mistakes=[],
        otherwise="",
    )
    assert found.message == "For row = [5, 6]: your result is 0; 11 is expected."


def test_a_belief_that_explains_every_difference_gives_its_hint() -> None:
    assert judged(lambda a, b: b * a).hint == "You multiply."


def test_a_belief_that_explains_some_differences_does_not() -> None:
    assert judged(lambda a, b: a * b if b < 1 else a - b).hint == "Add."


def test_a_belief_is_not_told_to_one_who_is_right_where_it_is_wrong() -> None:
    assert judged(lambda a, b: a * b if a > 6 else a + b).hint == "Add."


def test_a_belief_without_a_result_somewhere_may_be_held_with_any_result_there() -> None:
    # a / (a - 1) has no result for a = 1.
    assert judged(lambda a, _: a / (a - 1) if a > 1 else -1).hint == "Divided."


def test_of_two_beliefs_the_one_that_gives_the_result_is_told() -> None:
    beliefs = [
        Mistake(lambda a, b: a * b if a > 1 else 1 // 0, "Fails."),
        Mistake(lambda a, b: a * b, "You multiply."),
    ]
    assert judged(lambda a, b: a * b, mistakes=beliefs).hint == "You multiply."


def test_nan_where_a_belief_gives_nan_is_explained_by_it() -> None:
    belief = Mistake(lambda *_: np.nan, "Guard it.")
    assert judged(lambda *_: float("nan"), mistakes=[belief]).hint == "Guard it."
    assert judged(lambda *_: 3.25, mistakes=[belief]).hint == "Add."


def test_a_single_bit_tells_no_belief() -> None:
    bits: dict[str, Any] = {
        "solution": lambda a, b: a > b,
        "mistakes": [Mistake(lambda a, b: a < b, "Turn it around.")],
        "otherwise": "Compare.",
    }
    found = judged(lambda a, b: a < b, **bits)
    assert found.hint == "Compare."
    assert found.message.endswith(
        ("your sum is False; True is expected.", "your sum is True; False is expected.")
    )


def unknown_name(*_: object) -> float:
    return nosuch  # type: ignore[name-defined,no-any-return]  # noqa: F821


def unknown_attribute(*_: object) -> object:
    return np.nosuch  # type: ignore[attr-defined]


def unknown_module(*_: object) -> object:
    import nosuch  # type: ignore[import-not-found]

    return nosuch


@pytest.mark.parametrize("slip", [unknown_name, unknown_attribute, unknown_module, lambda a: a])
def test_a_slip_is_told_without_a_hint_on_the_subject(slip: object) -> None:
    found = judged(slip)
    assert "nosuch" in found.message or "called with 2 arguments (a, b)" in found.message
    assert found.hint == ""
    assert found.tried


def test_the_line_in_which_a_function_stopped_is_told() -> None:
    assert "in the line `return nosuch" in judged(unknown_name).message


def test_none_on_some_ways_is_told_with_the_input() -> None:
    found = judged(lambda a, b: a + b if a > 1 else None, cases=[(1, 2)])
    assert found.message.startswith("For a = 1, b = ")
    assert "returned None" in found.message
    assert "end with `return`" in found.hint


def test_none_on_every_way_is_not_tried() -> None:
    assert not judged(lambda *_: None).tried


@pytest.mark.parametrize("digits", [2, 3, 4])
def test_rounding_is_told_where_all_results_are_rounded(digits: int) -> None:
    thirds: dict[str, Any] = {"solution": lambda a, b: a / b / 7}
    found = judged(lambda a, b: round(a / b / 7, digits), **thirds)
    assert f"Rounded to {digits} decimals" in found.hint
    assert judged(lambda a, b: round(a / b / 7, digits) if a < 9 else 0.5, **thirds).hint == "Add."


def test_one_decimal_is_too_easily_met_to_speak_of_rounding() -> None:
    assert judged(lambda a, b: round(a / b / 7, 1), solution=lambda a, b: a / b / 7).hint == "Add."


@pytest.mark.parametrize(
    "form",
    [
        float,
        np.float32,
        Fraction,
        lambda value: Decimal(str(value)),
        np.array,
        lambda value: np.array([value]),
        lambda value: np.array([[value]]),
        lambda value: [value],
        lambda value: pd.Series([value]),
        lambda value: np.array([Fraction(value)], dtype=object),
    ],
)
def test_a_number_is_read_in_any_form(form: Any) -> None:  # noqa: ANN401
    assert judged(lambda a, b: form(a + b)).passed
    assert judge_number(form(0.25), solution=0.25, tolerance=1e-6, mistakes={}, otherwise="").passed


@pytest.mark.parametrize(
    "form",
    [
        list,
        tuple,
        np.array,
        pd.Series,
        pd.Index,
        lambda row: np.reshape(row, (-1, 1)),
        lambda row: [Fraction(each) for each in row],
        lambda row: [Decimal(each) for each in row],
        lambda row: np.array(row, dtype=object),
        lambda row: pd.Series(row).to_frame(),
    ],
)
def test_a_row_is_read_in_any_form(form: Any) -> None:  # noqa: ANN401
    found = read(form([0.5, 2.0, 0.0]), 1)
    assert found is not None
    assert found.tolist() == [0.5, 2.0, 0.0]


def test_booleans_of_numpy_are_read_among_objects() -> None:
    found = read(np.array([np.True_, np.False_], dtype=object), 1)
    assert found is not None
    assert found.tolist() == [1, 0]


@pytest.mark.parametrize("value", ["0.5", b"1", {0.5: 1}, {0.5}, None, 1j, [[1], [1, 2]], np.zeros((2, 2))])
@pytest.mark.parametrize("dimensions", [0, 1])
def test_what_is_no_number_and_no_row_is_not_read(value: object, dimensions: int) -> None:
    assert read(value, dimensions) is None


def test_a_part_is_named_with_the_verb_that_fits() -> None:
    three: dict[str, Any] = {
        "solution": lambda row: (row, row.sum()),
        "cases": [([1, 2],)],
        "mistakes": [],
        "otherwise": "",
    }
    found = judge_function(lambda row: (-row, 0), returns=("gains", "total"), **three)
    assert "your gains are [-1, -2]; [1, 2] is expected" in found.message
    found = judge_function(lambda row: (-row, 0), returns=("precision", "total"), **three)
    assert "your precision is [-1, -2]; [1, 2] is expected" in found.message


def test_a_number_that_is_close_is_told_the_exact_one() -> None:
    declared: dict[str, Any] = {"solution": 0.5, "tolerance": 0.01, "mistakes": {}, "otherwise": ""}
    assert judge_number(0.5, **declared).message == "0.5 is right."
    assert judge_number(0.505, **declared).message == "0.505 is close enough to 0.5."


# --- What anyone may hand in ------------------------------------------------------------------------------


def incomplete(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    precision = tp / (tp + ...)  # type: ignore[operator]
    return precision, fp, fn


def test_a_gap_among_results_is_not_a_wrong_answer() -> None:
    assert not verdict("precision-recall-f1", lambda *_: (..., 1)).tried


def test_a_gap_left_in_the_code_is_not_a_wrong_answer() -> None:
    assert not verdict("precision-recall-f1", incomplete).tried


class Broken:
    def __array__(self, *_: object, **__: object) -> Array:
        raise RuntimeError("no")

    def __call__(self, *_: object) -> Broken:
        return self


ODD: list[Any] = [
    *(
        "text",
        3,
        2.5j,
        [],
        {},
        set(),
        object(),
        np.zeros((2, 2)),
        Fraction(1, 3),
        Broken(),
        float("nan"),
        int,
    ),
    lambda: 1,
    *(
        lambda *_, value=value: value  # type: ignore[var-annotated]
        for value in ("text", 1j, [], [[1], [1, 2]], {}, np.zeros((2, 2, 2)), float("nan"))
    ),
    *(lambda *_, value=value: value for value in (Broken(), object(), iter([1]), (1, 2, 3), (1, "a", 3, 4))),
]


@pytest.mark.parametrize("exercise_id", IDS)
@pytest.mark.parametrize("answer", ODD, ids=range(len(ODD)))
def test_an_odd_answer_fails_with_words(exercise_id: str, answer: object) -> None:
    found = verdict(exercise_id, answer)
    assert not found.passed
    assert found.tried
    assert found.message.endswith((".", "!"))
    assert "0x" not in found.message  # no address: the stored output must not change


@pytest.mark.parametrize("error", [ValueError("bad"), KeyError(), SystemExit(1), RecursionError("deep")])
def test_an_error_in_the_learners_function_is_told_with_its_input(error: BaseException) -> None:
    def raising(*_: int) -> None:
        raise error

    found = verdict("precision-recall-f1", raising)
    assert found.message.startswith(
        "For tp = 7, fp = 3, fn = 5: your function stopped with " + type(error).__name__
    )


def test_an_interrupt_is_the_learners_own() -> None:
    def stopped(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verdict("accuracy-of-never", stopped)


def test_the_puzzle_does_not_give_its_number_away() -> None:
    found = [verdict("fraud-puzzle", answer) for answer in (0.02, 0.0224, 0.0231, 0.5, 2.27, 0.977)]
    assert "0.0227" not in repr(found)


@pytest.mark.parametrize(
    ("exercise_id", "answer", "message"),
    [
        ("count-outcomes", (3, 1, 2, 4), "A function is expected, and you gave a tuple of 4 numbers."),
        ("fraud-puzzle", "0.0227", "A number is expected, and you gave a text."),
        ("fraud-puzzle", abs, "A number is expected, and you gave a function."),
        (
            "count-outcomes",
            lambda *_: (1, 2),
            "a tuple of 2 numbers; 4 values are expected: (tp, fp,",
        ),
        ("count-outcomes", lambda *_: 3, "you returned a number; 4 values are expected"),
        (
            "curve-by-hand",
            lambda *_: (1, 2, 3),
            "a tuple of 3 numbers; 3 arrays are expected: (thresholds, precision, recall)",
        ),
        ("decide", lambda *_: 1, "you returned a number; a one-dimensional array of numbers is expected."),
        ("average-precision", lambda p, _: [*p, 0], "a list of 2 numbers; a single number is expected."),
    ],
)
def test_the_wrong_kind_of_answer_is_named(exercise_id: str, answer: object, message: str) -> None:
    assert message in verdict(exercise_id, answer).message


def test_the_learners_function_cannot_change_the_cases() -> None:
    def destructive(scores: Array, threshold: float) -> Array:
        decisions = (scores >= threshold).astype(int)
        scores[:] = 0
        return decisions

    assert verdict("decide", destructive).passed
    assert verdict("decide", destructive).passed


def test_the_learners_value_is_not_changed() -> None:
    mine = np.array([0.5])
    mine.setflags(write=False)
    assert not verdict("fraud-puzzle", mine).passed
    assert mine.tolist() == [0.5]


@pytest.mark.parametrize(
    ("exercise_id", "close"),
    [
        ("count_outcomes", "`count-outcomes`"),
        ("precision", "`precision-at`"),
        ("zzz", "`accuracy-of-never`"),
        ("", "`decide`"),
    ],
)
def test_an_unknown_id_lists_those_that_exist(exercise_id: str, close: str) -> None:
    found = verdict(exercise_id, None)
    assert found.message == f"There is no exercise `{exercise_id}`."
    assert close in found.hint


def test_an_id_is_given_once() -> None:
    with pytest.raises(ValueError, match="'decide' is taken"):
        exercises_of("01-lesson")("decide")(lambda _: Verdict(passed=True, message=""))


def test_a_check_with_a_failing_solution_is_its_authors_error() -> None:
    with pytest.raises(TypeError, match="own solution fails"):
        judge_function(abs, solution=lambda a: a / 0, cases=[(1,)], mistakes=[], otherwise="")


def test_importing_the_module_loads_nothing_heavy() -> None:
    code = (
        "import sys; from lessonkit.exercises import course_exercises; assert course_exercises();"
        "print({'pandas', 'sklearn', 'matplotlib', 'tensorflow'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
