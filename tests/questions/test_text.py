"""Short answers: what is folded, what is nearly right, and patterns that end."""

from __future__ import annotations

from typing import Any

import pytest

from lessonkit.questions import AnswerError, TextQuestion
from lessonkit.questions.content import content_hash

ASKED: dict[str, Any] = {
    "id": "text",
    "kind": "text",
    "objective": "o",
    "prompt": "What is it called?",
    "accept": ["précision", "positive predictive value"],
    "patterns": ["ppv|prec[.]?"],
    "mistakes": [{"accept": ["recall"], "misconception": "m", "why": "That is the other one."}],
}


def asked(**changed: object) -> TextQuestion:
    return TextQuestion.model_validate(ASKED | changed)


@pytest.mark.parametrize(
    ("fold", "typed", "right"),
    [
        (["case", "spaces"], "Précision", True),
        (["case", "spaces"], "  positive   predictive value ", True),
        (["case", "spaces"], "precision", False),
        (["accents"], "precision", True),
        (["accents"], "Precision", False),
        ([], "positive  predictive value", False),
        ([], "pre\u0301cision", True),
        (["case"], "PPV", True),
        ([], "PPV", False),
        (["case"], "the ppv", False),
    ],
)
def test_what_makes_no_difference_is_what_the_author_says(
    fold: list[str], typed: str, *, right: bool
) -> None:
    assert asked(fold=fold).mark(typed).correct is right


def test_a_near_miss_says_why_and_another_answer_nothing() -> None:
    met, other = asked().mark("Recall"), asked().mark("accuracy")
    assert (met.correct, met.message, met.misconceptions) == (False, "That is the other one.", ("m",))
    assert (other.correct, other.message, other.misconceptions) == (False, "", ())


@pytest.mark.parametrize("typed", ["", "  ", "\u200b", "x" * 101, 3, None])
def test_what_is_no_answer_is_refused(typed: object) -> None:
    with pytest.raises(AnswerError):
        asked().mark(typed)


@pytest.mark.parametrize(
    "pattern",
    [
        "(?:a+)+",
        "(a|a)*",
        "a*a*a*",
        "(?:a|b){20}",
        "a{2,}",
        r"\d+",
        r"(a)\1",
        "(?=a)",
        "(?:a",
        "a|b|c|d|e|f|g|h",
        "a**",
    ],
)
def test_a_pattern_that_may_take_long_or_means_two_things_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"many ways|plain characters|regular expression"):
        asked(patterns=[pattern])


def test_its_meaning_is_what_is_right_and_not_what_is_known_of_mistakes() -> None:
    before = content_hash(asked())
    assert content_hash(asked(accept=[*reversed(ASKED["accept"])], mistakes=[])) == before
    assert content_hash(asked(accept=["précision"])) != before
    assert content_hash(asked(fold=["case"])) != before
