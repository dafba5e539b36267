from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from lessonkit.questions import NumericQuestion, Quiz, SingleQuestion, mark, variant, variant_seed
from lessonkit.questions.arithmetic import FormulaError
from lessonkit.questions.flaws import question_flaws
from lessonkit.questions.template import MOST_JUDGED, blank, draw, draws, template_flaws

PRECISION: dict[str, Any] = {
    "id": "precision",
    "kind": "numeric",
    "objective": "count",
    "parameters": {"tp": "30..60", "fp": "5..20/5", "share": [0.1, 0.25]},
    "where": {"flagged": "tp + fp"},
    "require": ["tp > 2 * fp"],
    "prompt": "{{flagged}} alarms, {{ tp }} right: $\\frac{{{tp}}}{{{flagged}}}$. Of {{share}} of "
    "{{1000 * tp | ,}}?",
    "answer": "tp / flagged",
    "tolerance": 0.005,
    "mistakes": [
        {"answer": "fp / flagged", "misconception": "m", "why": "{{fp / flagged | .1%}} are wrong."}
    ],
}
DOUBLE: dict[str, Any] = {
    "id": "double",
    "kind": "single",
    "objective": "count",
    "parameters": {"a": "3..9"},
    "prompt": "Twice {{a}}?",
    "choices": [
        {"id": "right", "text": "{{2 * a}}", "correct": True, "why": "Yes."},
        {"id": "square", "text": "{{a ** 2}}", "misconception": "m", "why": "{{a}} times {{a}}."},
    ],
}


def precision(**changes: object) -> NumericQuestion:
    return NumericQuestion.model_validate({**PRECISION, **changes})


def flaws(question: dict[str, Any]) -> list[tuple[str, str]]:
    return [(".".join(map(str, flaw.at)), flaw.code) for flaw in question_flaws(question)]


def test_a_question_with_parameters_is_drawn_as_soon_as_it_is_made() -> None:
    question = precision()
    assert question == variant(question, 0)
    assert "{{" not in question.prompt.replace("{{{", "")
    assert question.template == PRECISION
    assert (question.parameters, question.where, question.require) == ({}, {}, ())


def test_the_draw_of_a_seed_is_the_same_for_ever() -> None:
    # A learner who comes back finds these numbers; another draw would make the stored answers wrong.
    assert variant(precision(), "ada").prompt == ("42 alarms, 32 right: $\\frac{32}{42}$. Of 0.25 of 32,000?")
    assert variant_seed("ada", "precision") == "5948656ddae79059"
    assert variant_seed("ada", "precision") != variant_seed("ada", "precision", 1)
    assert variant_seed("ada", "precision") != variant_seed("bob", "precision")


@given(st.integers() | st.text(max_size=20))
def test_prompt_answer_and_mistakes_of_a_draw_belong_together(seed: int | str) -> None:
    question = variant(precision(), seed)
    flagged, tp = (int(word) for word in question.prompt.replace(" alarms,", "").split()[:2])
    assert 30 <= tp <= 60
    assert flagged - tp in {5, 10, 15, 20}
    assert tp > 2 * (flagged - tp)
    assert mark(question, f"{tp}/{flagged}").correct
    wrong = mark(question, f"{flagged - tp}/{flagged}")
    assert (wrong.correct, wrong.misconceptions) == (False, ("m",))
    assert wrong.message == f"{100 * (flagged - tp) / flagged:.1f}% are wrong."


def test_all_values_are_drawn() -> None:
    prompts = {variant(SingleQuestion.model_validate(DOUBLE), seed).prompt for seed in range(100)}
    assert prompts == {f"Twice {a}?" for a in range(3, 10)}


def test_a_later_parameter_leaves_the_values_of_the_others() -> None:
    more = precision(parameters={**PRECISION["parameters"], "extra": "1..9"}, explain="{{extra}}")
    assert [variant(more, seed).prompt for seed in range(9)] == [
        variant(precision(), seed).prompt for seed in range(9)
    ]


def test_a_plain_question_is_its_own_variant(quiz: Quiz) -> None:
    for question in quiz.questions:
        assert variant(question, "ada") is question
        assert question.template is None


def test_a_quiz_keeps_the_template_through_its_parts() -> None:
    data = {"lesson": "x", "title": "X", "objectives": {"count": "Count."}, "questions": [PRECISION, DOUBLE]}
    quiz = Quiz.model_validate(data)
    assert quiz.only("double").questions[0].template == DOUBLE
    assert quiz.closing().questions[0].template == PRECISION
    assert Quiz.model_validate(quiz.model_dump()).questions[0].prompt == quiz.questions[0].prompt


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"parameters": {}}, [("parameters", "LK064")]),
        ({"parameters": [1]}, [("parameters", "LK064")]),
        ({"parameters": {**PRECISION["parameters"], "tp": "30"}}, [("parameters.tp", "LK064")]),
        ({"parameters": {**PRECISION["parameters"], "tp": "30..30"}}, [("parameters.tp", "LK064")]),
        ({"parameters": {**PRECISION["parameters"], "tp": "1..9/0"}}, [("parameters.tp", "LK064")]),
        ({"parameters": {**PRECISION["parameters"], "tp": [1]}}, [("parameters.tp", "LK064")]),
        ({"parameters": {**PRECISION["parameters"], "tp": [1, "2"]}}, [("parameters.tp", "LK064")]),
        ({"where": {"flagged": "tp + fp", "tp": "1"}}, [("where.tp", "LK064")]),
        ({"where": {"flagged": "tp + fp", "Max": "1"}, "explain": "{{Max}}"}, [("where.Max", "LK064")]),
        ({"where": {"flagged": "tp + fp", "max": "1"}, "explain": "{{max}}"}, [("where.max", "LK064")]),
        ({"where": {"flagged": "tp + late", "late": "1"}}, [("where.flagged", "LK062")]),
        ({"where": {"flagged": None}}, [("where.flagged", "LK061")]),
        ({"where": {**{f"w{i}": "1" for i in range(12)}, "flagged": "1"}}, [("where", "LK064")]),
        ({"require": "tp > fp"}, [("require", "LK064")]),
        ({"require": ["tp > tn"]}, [("require.0", "LK062")]),
        ({"require": ["tp > 100"]}, [("", "LK066")]),
        ({"require": ["tp"]}, [("", "LK061")]),
        ({"answer": "tp / tn"}, [("answer", "LK062")]),
        ({"answer": "tp / 0"}, [("", "LK065")]),
        ({"hints": ["{{tn}}"]}, [("hints.0", "LK062")]),
        ({"hints": ["{{tp | d}}"]}, [("hints.0", "LK061")]),
        ({"hints": ["{{tp |.999f}}"]}, [("hints.0", "LK061")]),
        ({"hints": ["{{}}"]}, [("hints.0", "LK061")]),
        ({"formula": "1 + fp / flagged"}, [("answer", "LK060")]),
        ({"formula": "1 - fp / flagged"}, []),
    ],
)
def test_a_bad_template_is_refused_where_it_is_bad(
    changes: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    found = flaws({**PRECISION, **changes})
    assert [flaw for flaw in found if flaw[1] != "LK063"] == expected
    if expected:
        with pytest.raises(ValidationError):
            precision(**changes)


def test_a_name_that_nothing_uses_is_told() -> None:
    assert flaws({**PRECISION, "parameters": {**PRECISION["parameters"], "fn": "1..2"}}) == [
        ("parameters.fn", "LK063")
    ]


def test_other_mistakes_are_told_with_those_of_the_template() -> None:
    choices = [{**choice, "misconception": None} for choice in DOUBLE["choices"]]
    assert flaws({**DOUBLE, "prompt": "{{b}} {{a}}", "choices": choices}) == [
        ("prompt", "LK062"),
        ("choices.1", "LK026"),
    ]
    with pytest.raises(ValidationError, match="Input should be a valid boolean"):
        SingleQuestion.model_validate({**DOUBLE, "prompt": "{{b}}", "inline": 3})


def test_a_requirement_can_keep_a_division_by_zero_away() -> None:
    question = {**PRECISION, "where": {"flagged": "1 / (fp - 5)"}, "require": ["fp > 5"]}
    assert all(draw(question, seed)["answer"] > 0 for seed in range(50))
    assert any(drawn is None for drawn in draws(question))


def test_draws_are_all_of_a_small_range_and_a_sample_of_a_large_one() -> None:
    every = [str(drawn) for drawn in draws(DOUBLE)]
    assert every == [f"a = {a}" for a in range(3, 10)]
    large = {**DOUBLE, "parameters": {"a": "3..999999", "b": "1..999999"}}
    sample = [str(drawn) for drawn in draws(large)]
    assert sample == [str(drawn) for drawn in draws(large)]
    assert len(sample) == MOST_JUDGED + 4
    assert {"a = 3, b = 1", "a = 999999, b = 999999"} < set(sample)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.sampled_from(
        ["a..b", "1..9", "9..1", "a", "a + b", "{{a}}", "{{a / b | .2f}}", "a / (a - 3)", "a < b"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abq"), inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from(
    ["kind", "parameters", "where", "require", "prompt", "answer", "mistakes", "choices", "formula"]
)


@settings(max_examples=200)
@given(st.dictionaries(keys, values, max_size=9), st.sampled_from(["numeric", "single", "order"]))
def test_any_template_is_drawn_or_refused_without_a_traceback(question: dict[str, Any], kind: str) -> None:
    question = {"kind": kind, **question}
    list(question_flaws(question))
    blank(question)
    if not list(template_flaws(question)):
        try:
            drawn = draw(question, 1)
        except FormulaError:
            return
        assert not drawn.keys() & {"parameters", "where", "require"}
