from __future__ import annotations

import math
import warnings
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonkit.questions.arithmetic import Formula, FormulaError, Value, numbers_in
from tests.effort import at_most

NAMES: dict[str, Value] = {"tp": Fraction(40), "fp": Fraction(5)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("tp / (tp + fp)", Fraction(8, 9)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("-tp + +fp", -35),
        ("7 // 2 + 7 % 4", 6),
        ("2 ** -3", Fraction(1, 8)),
        ("1e-3", Fraction(1, 1000)),
        ("min(tp, fp, 1) + max(1, 2) + abs(-3)", 6),
        ("round(2 / 3, 2)", Fraction(67, 100)),
        ("round(2.5)", 2),
        ("sqrt(9) ** 2", 9),
    ],
)
def test_arithmetic_is_exact(text: str, value: Fraction) -> None:
    assert Formula(text).value(NAMES) == value


@pytest.mark.parametrize(
    ("text", "value"), [("sqrt(2)", math.sqrt(2)), ("log(tp)", math.log(40)), ("2 ** 0.5", math.sqrt(2))]
)
def test_roots_and_logarithms_are_floats(text: str, value: float) -> None:
    assert float(Formula(text).value(NAMES)) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "truth"), [("tp > 2 * fp", True), ("1 < fp <= 4", False), ("tp != fp", True)]
)
def test_comparisons_hold_or_not(text: str, truth: bool) -> None:  # noqa: FBT001
    assert Formula(text).holds(NAMES) is truth


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "tp fp", "tp +", "(tp", "tp & fp", "tp if fp else 1", "lambda: 1", "tp and fp", "not tp"),
        *(
            "__import__('os')",
            "tp.real",
            "tp[0]",
            "[tp]",
            "{tp}",
            "'a'",
            "f'{tp}'",
            "tp := 1",
            "tp, fp",
            "*tp",
        ),
        *(
            "None",
            "True",
            "0x1f",
            "1_000",
            "1j",
            "1e400",
            "07",
            "1 in tp",
            "tp is fp",
            "…",
            "ｔｐ",
            "tp @ fp",
        ),
        *("exec(1)", "min(1)", "min(*tp)", "sqrt(1, 2)", "max(1, key=2)", "(1 < 2) + 1", "round(1, 2, 3)"),
        *("1" * 201, "-" * 30 + "1", "abs(" * 25 + "1" + ")" * 25),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(FormulaError) as error:
        Formula(text).value(NAMES)
    assert error.value.code == "LK061"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1 / 0",
            "1 % 0",
            "1 // (tp - 40)",
            "0 ** -1",
            "sqrt(-1)",
            "log(0)",
            "(-1) ** 0.5",
            "round(1, 1 / 2)",
        ),
        *("9 ** 9 ** 9", "2 ** 65", "1e150 ** 2", "10.5 ** 60 * 10.5 ** 60 * 10.5 ** 60", "1e150 ** 2.5"),
    ],
)
def test_what_has_no_finite_value_is_refused(text: str) -> None:
    with pytest.raises(FormulaError) as error:
        Formula(text).value(NAMES)
    assert error.value.code == "LK065"
    assert text in str(error.value)


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    assert Formula("tp + tn").names == {"tp", "tn"}
    with pytest.raises(FormulaError, match="unknown name 'tn'; the names here are: tp, fp") as error:
        Formula("tp + tn").value(NAMES)
    assert error.value.code == "LK062"


def test_a_comparison_is_no_number_and_a_number_no_comparison() -> None:
    with pytest.raises(FormulaError, match="a number is meant"):
        Formula("tp > fp").value(NAMES)
    with pytest.raises(FormulaError, match="a comparison is meant"):
        Formula("tp").holds(NAMES)


PIECES = [
    *"0123456789.+-*/%()<>=!, eE_xyz",
    "**",
    "//",
    "tp",
    "fp",
    "round(",
    "sqrt(",
    "log(",
    "9e9",
    "__class__",
    "\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join) | st.text(max_size=80))
def test_any_text_gives_a_finite_number_or_a_formula_error_at_once(text: str) -> None:
    with warnings.catch_warnings(), at_most(calls=20_000):
        warnings.simplefilter("error")
        try:
            value = Formula(text).value(NAMES)
        except FormulaError:
            pass
        else:
            assert math.isfinite(value)


@pytest.mark.parametrize("filler", ["a", " ", "1", "(", "a+"])
def test_a_long_text_is_refused_with_little_work(filler: str) -> None:
    with pytest.raises(FormulaError), at_most(calls=5_000):
        Formula((filler * 199)[:199] + "$")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("9.4\\,\\% of 1,000", [0.094, 1000.0]),
        ("\u22123 or +.5", [-3.0, 0.5]),
        ("F1, x_2 and none", []),
        ("8/9, 1,2", [8.0, 9.0, 1.0, 2.0]),
    ],
)
def test_numbers_in_a_text(text: str, found: list[float]) -> None:
    assert numbers_in(text) == pytest.approx(found)
