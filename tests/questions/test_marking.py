from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonkit.questions import MARKING_RULES, AnswerError, MultipleQuestion, NumericQuestion, Quiz, mark
from lessonkit.questions.numbers import read_number

if TYPE_CHECKING:
    from decimal import Decimal


def multiple(right: int, wrong: int, marking: str) -> MultipleQuestion:
    choices = [{"id": f"r{i}", "text": f"R {i}", "correct": True, "why": "x"} for i in range(right)]
    choices += [{"id": f"w{i}", "text": f"W {i}", "misconception": f"m{i}", "why": "x"} for i in range(wrong)]
    data = {"id": "q", "kind": "multiple", "marking": marking, "objective": "o", "prompt": "?"}
    return MultipleQuestion.model_validate({**data, "choices": choices})


def numeric(answer: float, **keys: object) -> NumericQuestion:
    data = {"id": "q", "kind": "numeric", "objective": "o", "prompt": "?", "answer": answer}
    return NumericQuestion.model_validate({**data, **keys})


# --- single ---


def test_single_right(quiz: Quiz) -> None:
    result = mark(quiz.question("end-point"), "prevalence")
    assert (result.correct, result.credit, result.misconceptions) == (True, 1.0, ())


def test_single_wrong_names_the_belief_and_speaks_of_every_choice(quiz: Quiz) -> None:
    result = mark(quiz.question("end-point"), "origin")
    assert (result.correct, result.credit, result.misconceptions) == (False, 0.0, ("starts-at-origin",))
    cases = [(item.choice, item.ticked, item.right, item.treated_well) for item in result.feedback]
    assert cases == [
        ("origin", True, False, False),
        ("prevalence", False, True, False),
        ("none", False, False, True),
    ]
    assert result.feedback[0].why == "Recall 0 means that nothing was found."


@pytest.mark.parametrize(
    "answer", ["", "nonsense", [], ["origin", "none"], None, 3, b"origin", {"a": 1}, [["x"]]]
)
def test_single_unreadable(quiz: Quiz, answer: object) -> None:
    with pytest.raises(AnswerError):
        mark(quiz.question("end-point"), answer)


# --- multiple ---


@pytest.mark.parametrize(
    ("marking", "ticks", "credit"),
    [
        ("each", ["r0", "r1", "r2"], 1.0),
        ("each", ["r0", "r1"], 2 / 3),
        ("each", ["r0", "r1", "r2", "w0"], 0.5),
        ("each", ["w0", "w1"], 0.0),
        ("each", ["r0", "r1", "r2", "w0", "w1"], 0.0),
        ("net", ["r0", "r1"], 2 / 3),
        ("net", ["r0", "r1", "w0"], 1 / 3),
        ("net", ["w0"], 0.0),
        ("net", ["r0", "r1", "r2", "w0", "w1"], 1 / 3),
        ("all", ["r0", "r1"], 0.0),
        ("all", ["r2", "r1", "r0"], 1.0),
    ],
)
def test_multiple_credit(marking: str, ticks: list[str], credit: float) -> None:
    result = mark(multiple(3, 2, marking), ticks)
    assert result.credit == pytest.approx(credit, abs=1e-15)
    assert result.correct == (credit == 1.0)
    assert result.misconceptions == tuple(f"m{tick[1]}" for tick in ticks if tick[0] == "w")


def test_nothing_ticked_uses_no_attempt() -> None:
    with pytest.raises(AnswerError, match="Tick at least one"):
        mark(multiple(1, 1, "each"), [])


def test_every_marking_rule_is_explained() -> None:
    assert set(MARKING_RULES) == {"each", "net", "all", "order", "match"}
    assert all(text.endswith(".") and text.count(". ") == 0 for text in MARKING_RULES.values())


shapes = st.tuples(st.integers(1, 6), st.integers(1, 6), st.sampled_from(["each", "net", "all"]))


@given(shapes, st.data())
def test_credit_lies_in_range_and_ignores_order(shape: tuple[int, int, str], data: st.DataObject) -> None:
    question = multiple(*shape)
    names = [choice.id for choice in question.choices]
    ticks = data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    result = mark(question, ticks)
    assert 0 <= result.credit <= 1
    assert (result.credit == 1) == result.correct
    assert mark(question, set(ticks)) == mark(question, ticks[::-1]) == result


@given(shapes)
def test_ticking_everything_never_pays(shape: tuple[int, int, str]) -> None:
    question = multiple(*shape)
    credit = mark(question, [choice.id for choice in question.choices]).credit
    assert credit < 1
    if question.marking != "net":
        assert credit == 0


@given(shapes, st.data())
def test_one_more_right_tick_never_costs(shape: tuple[int, int, str], data: st.DataObject) -> None:
    question = multiple(*shape)
    names = [choice.id for choice in question.choices]
    ticks = data.draw(st.sets(st.sampled_from(names), min_size=1))
    right = data.draw(st.sampled_from([choice.id for choice in question.choices if choice.correct]))
    assert mark(question, ticks | {right}).credit >= mark(question, ticks).credit


# --- numeric ---


# Read by the pages of the site, too: tests/browser/test_site_answers.py.
TYPED = json.loads(Path(__file__).with_name("typed.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", TYPED, ids=lambda case: ascii(case["typed"]))
def test_reads_what_is_typed(case: dict[str, Any]) -> None:
    asked = {"unit": case.get("unit"), "expected": case.get("expected")}
    if "refused" in case:
        with pytest.raises(AnswerError) as refusal:
            read_number(case["typed"], **asked)
        assert str(refusal.value) == case["refused"]
    else:
        value, understood = read_number(case["typed"], **asked)
        assert (str(value), understood) == (case["value"], case["understood"])


@pytest.mark.parametrize(("number", "value"), [(0.889, "0.889"), (3, "3")])
def test_reads_a_number(number: float, value: str) -> None:
    assert read_number(number) == (Fraction(value), value)


@pytest.mark.parametrize(
    "typed", [True, None, [], {}, float("inf"), float("nan"), b"1", 10**400, "9" * 1000], ids=ascii
)
def test_refuses_what_is_no_number(typed: object) -> None:
    with pytest.raises(AnswerError):
        read_number(typed)


def test_an_ambiguous_comma_is_asked_back() -> None:
    with pytest.raises(AnswerError, match=r"two ways\. Write 1\.234 or 1234\."):
        read_number("1,234")


@pytest.mark.parametrize("tag", ["de", "es", "pt-BR"])
def test_an_ambiguous_dot_is_asked_back_where_dots_group_thousands(
    tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_number("1.000")[0] == 1
    monkeypatch.setattr("lessonkit.questions.numbers.language", lambda: tag)
    with pytest.raises(AnswerError, match="1000"):
        read_number("1.000")
    assert read_number("0.889")[0] == Fraction("0.889")
    assert read_number("12.70")[0] == Fraction("12.7")


@pytest.mark.parametrize("typed", ["15 seconds", "0.25 min"])
def test_another_unit_is_quoted_whole_and_answered_with_the_right_one(typed: str) -> None:
    assert read_number("15 s", unit="s")[0] == 15
    with pytest.raises(AnswerError, match=rf"“{typed}” is not a number.*Answer with a number, in s\."):
        read_number(typed, unit="s")


@given(st.fractions(min_value=-1000, max_value=1000, max_denominator=1000))
def test_fractions_are_read_exactly(value: Fraction) -> None:
    assert read_number(f"{value.numerator}/{value.denominator}")[0] == value


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_decimals_are_read_exactly(value: Decimal) -> None:
    assert read_number(f"{value:f}")[0] == Fraction(value)
    assert read_number(f"{value:f} %")[0] == Fraction(value) / 100


@given(st.floats(min_value=1e-90, max_value=1e90))
def test_what_is_said_back_is_what_was_read(value: float) -> None:
    read, understood = read_number(repr(-value))
    assert float(read) == -value
    assert float(understood) == pytest.approx(-value, rel=1e-11)


@given(st.text(alphabet="0123456789.,/%eE+- \u00a0\u2212x²", max_size=12))
def test_any_text_is_read_or_refused(typed: str) -> None:
    try:
        value, understood = read_number(typed)
    except AnswerError:
        return
    said = understood.removesuffix("%").rpartition(" ")[2]
    assert float(said) == pytest.approx(float(value), rel=1e-5)


@pytest.mark.parametrize(
    ("keys", "right", "wrong"),
    [
        ({"tolerance": 0.005}, ["0.8889", "0.8939", "0.8839", "8/9", "88.9 %"], ["0.8940", "0.8838", "0.9"]),
        ({"tolerance": 0}, ["0.8889"], ["0.88890001"]),
        ({"decimals": 2}, ["0.89", "0.8889"], ["0.88", "0.9"]),
        ({"significant": 3}, ["0.889"], ["0.89", "0.88"]),
    ],
)
def test_closeness(keys: dict[str, Any], right: list[str], wrong: list[str]) -> None:
    question = numeric(0.8889, **keys)
    assert [mark(question, typed).correct for typed in right] == [True] * len(right)
    assert [mark(question, typed).correct for typed in wrong] == [False] * len(wrong)


def test_significant_digits_of_a_large_number() -> None:
    question = numeric(12_345, significant=2)
    assert mark(question, "12 000").correct
    assert mark(question, "12 800").correct
    assert not mark(question, "13 000").correct


def test_a_known_mistake_is_explained(quiz: Quiz) -> None:
    result = mark(quiz.question("share"), "9/8")
    assert (result.correct, result.credit) == (False, 0.0)
    assert (result.misconceptions, result.message) == (("upside-down",), "Turned over.")
    assert result.understood == "9/8 = 1.125"


def test_the_nearest_of_two_mistakes_speaks() -> None:
    mistakes = [
        {"answer": 0.51, "misconception": "near", "why": "Near."},
        {"answer": 0.5, "misconception": "half", "why": "Half."},
    ]
    question = numeric(0.9, tolerance=0.02, mistakes=mistakes)
    assert mark(question, "0.502").misconceptions == ("half",)
    assert mark(question, "0.51").misconceptions == ("near",)


def test_a_forgotten_percent_sign_is_wrong_but_named(quiz: Quiz) -> None:
    result = mark(quiz.question("share"), "88.9")
    assert not result.correct
    assert result.message == "Did you mean 88.9%? Write the sign, or the proportion 0.889."


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("88.9", "88.9%"),
        ("88.9 %", "88.9%"),
        ("0.889", "0.889 = 88.9%"),
        ("8/9", "8/9 ≈ 88.8889%"),
        ("80/90", "80/90 ≈ 88.8889%"),
    ],
)
def test_a_question_in_percent_takes_a_share_too(typed: str, understood: str) -> None:
    result = mark(numeric(88.89, tolerance=0.5, unit="%"), typed)
    assert (result.correct, result.understood, result.doubt) == (True, understood, "")


@pytest.mark.parametrize(
    ("typed", "value"), [("0.889 %", "0.889"), ("1", "1"), ("0", "0"), ("9/8", "9/8"), ("150", "150")]
)
def test_what_is_no_share_is_read_in_percent(typed: str, value: str) -> None:
    assert read_number(typed, unit="%", expected=88.89)[0] == Fraction(value)


def test_where_less_than_a_percent_is_asked_a_decimal_is_no_share() -> None:
    question = numeric(0.5, tolerance=0.01, unit="%")
    assert mark(question, "0.5").correct
    assert mark(question, "1/200").correct
    assert not mark(question, "0.005").correct


def test_a_share_with_a_needless_percent_sign_is_named() -> None:
    question = numeric(88.89, tolerance=0.5, unit="%")
    assert mark(question, "0.889 %").message == "Did you mean 88.9%? The answer is asked for in percent."


@pytest.mark.parametrize("typed", ["12,700", "12 700", "12700", "12,700.0", "12'700"])
def test_thousands_are_read_where_thousands_are_expected(typed: str) -> None:
    result = mark(numeric(12_700, tolerance=0), typed)
    assert (result.correct, result.understood) == (True, "12700")


def test_a_point_is_asked_back_where_thousands_are_expected() -> None:
    question = numeric(12_700, tolerance=0)
    with pytest.raises(AnswerError, match=r"two ways\. Write 12\.7000 or 12700\."):
        mark(question, "12.700")
    assert mark(question, "12.7000").understood == "12.7"
    assert not mark(question, "9,999").correct


@pytest.mark.parametrize("answer", [0.5, 0.9])
def test_a_bare_percentage_is_in_doubt_whether_it_is_right_or_not(answer: float) -> None:
    question = numeric(answer, tolerance=0.005)
    assert mark(question, "50").doubt == "If you mean 50%, write the sign."
    assert [mark(question, typed).doubt for typed in ("50%", "0.5", "1/2", "1", "101")] == [""] * 5
    assert mark(numeric(12, tolerance=0), "50").doubt == ""


def test_a_unit_may_be_typed() -> None:
    question = numeric(12, tolerance=0, unit="mails")
    assert mark(question, "12 Mails").correct
    assert mark(question, "12").correct


@pytest.mark.parametrize(
    ("answer", "close", "said"),
    [
        (3, {"tolerance": 0}, "Type a number, such as 12."),
        (12, {"tolerance": 0}, "Type a number, such as 30."),
        (0, {"decimals": 0}, "Type a number, such as 12."),
        (42000, {"tolerance": 100}, "Type a number, such as 12."),
        (120, {"significant": 2}, "Type a number, such as 12."),
        (2, {"decimals": 2}, "Type a number. 7.5 and 15/2 are both fine."),
        (1.386, {"tolerance": 0.01}, "Type a number. 7.5 and 15/2 are both fine."),
        (0.4, {"tolerance": 0.005}, "Type a number. 0.89, 89% and 8/9 are all fine."),
        (1, {"tolerance": 0.005}, "Type a number. 0.89, 89% and 8/9 are all fine."),
        (0.889, {"tolerance": 0.004}, "Type a number. 0.75, 75% and 3/4 are all fine."),
    ],
)
def test_the_example_of_a_number_is_of_the_same_sort_and_not_the_answer(
    answer: float, close: dict[str, float], said: str
) -> None:
    assert numeric(answer, **close).how() == said
