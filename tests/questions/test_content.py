from __future__ import annotations

import re
from typing import Any

import pytest

from lessonkit.questions import (
    MatchQuestion,
    MultipleQuestion,
    NumericQuestion,
    OrderQuestion,
    SingleQuestion,
)
from lessonkit.questions.content import content_hash
from lessonkit.questions.variants import variant

NUMBER: dict[str, Any] = {
    "id": "precision",
    "kind": "numeric",
    "objective": "count",
    "prompt": "What is the precision?\n",
    "answer": 0.8,
    "tolerance": 0.01,
    "mistakes": [{"answer": 0.5, "misconception": "recall", "why": "That is recall."}],
}
RIGHT = {"id": "a", "text": "A", "correct": True, "why": "Yes."}
WRONG = {"id": "b", "text": "B", "misconception": "m", "why": "No."}
TICKS: dict[str, Any] = {
    "id": "which",
    "kind": "multiple",
    "objective": "count",
    "prompt": "Which?",
    "marking": "all",
    "choices": [RIGHT, WRONG],
}


def number(**changes: object) -> str:
    return content_hash(NumericQuestion.model_validate(NUMBER | changes))


def ticks(**changes: object) -> str:
    return content_hash(MultipleQuestion.model_validate(TICKS | changes))


def test_the_hash_is_short_and_stays_what_it_was() -> None:
    # Stored answers carry these: another hash for the same question would forget them all.
    assert number() == "8c6928fc237ef97e"
    assert ticks() == "e1e514e4ce6e00d8"
    assert re.fullmatch("[0-9a-f]{16}", number())


@pytest.mark.parametrize(
    "changes",
    [
        {"prompt": "What is the recall?"},
        {"answer": 0.81},
        {"tolerance": 0.02},
        {"tolerance": None, "decimals": 2},
        {"unit": "%"},
    ],
)
def test_another_meaning_is_another_hash(changes: dict[str, object]) -> None:
    assert number(**changes) != number()


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "renamed"},
        {"objective": "other"},
        {"prompt": "What  is\nthe precision?"},
        {"mistakes": []},
        {"hints": ["Divide."], "explain": "So.", "see": "notebooks/01-lesson.ipynb#Top", "twin": "recall"},
        {"predict": True},
        {"unit": None},
    ],
)
def test_what_only_helps_the_learner_is_not_meaning(changes: dict[str, object]) -> None:
    assert number(**changes) == number()


@pytest.mark.parametrize(
    "choices",
    [
        [RIGHT | {"id": "c"}, WRONG],
        [RIGHT | {"text": "C"}, WRONG],
        [RIGHT, WRONG, WRONG | {"id": "c", "text": "C"}],
        [{"id": "b", "text": "B", "correct": True, "why": "Yes."}, WRONG | {"id": "a", "text": "A"}],
    ],
)
def test_other_choices_are_another_question(choices: list[dict[str, object]]) -> None:
    assert ticks(choices=choices) != ticks()


def test_order_reasons_and_marking_of_choices_are_not_meaning() -> None:
    reworded = [WRONG | {"why": "Never.", "misconception": "n", "pin": "last"}, RIGHT | {"why": "Sure."}]
    assert ticks(choices=reworded, marking="net") == ticks()


def test_all_variants_of_a_question_share_their_hash() -> None:
    changes = {
        "parameters": {"tp": "30..60", "fp": "5..20"},
        "prompt": "{{tp}} of {{tp + fp}}?",
        "answer": "tp / (tp + fp)",
        "mistakes": [],
    }
    question = NumericQuestion.model_validate(NUMBER | changes)
    others = {variant(question, seed).prompt: content_hash(variant(question, seed)) for seed in range(5)}
    assert len(others) > 1
    assert set(others.values()) == {content_hash(question)}
    assert number(**changes, require=["tp > 2 * fp"]) != content_hash(question)


@pytest.mark.parametrize("name", ["pairs", "choices", "hints", "why"])
def test_a_name_of_the_authors_own_may_be_any_word(name: str) -> None:
    def drawn(formula: str) -> str:
        return number(
            parameters={"tp": "30..60"},
            where={name: formula},
            answer=f"tp / {name}",
            prompt="{{tp}}?",
            mistakes=[],
        )

    assert drawn("tp + 5") != drawn("tp + 6")


def test_the_order_of_items_is_meaning_and_that_of_targets_is_not() -> None:
    items = [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]
    asked = {"id": "q", "objective": "o", "prompt": "?"}
    orders = [
        OrderQuestion.model_validate({**asked, "kind": "order", "items": x}) for x in (items, items[::-1])
    ]
    assert content_hash(orders[0]) != content_hash(orders[1])
    pairs = [
        {"id": "p", "text": "P", "target": "a", "why": "x"},
        {"id": "q", "text": "Q", "target": "b", "why": "x"},
    ]
    matches = [
        MatchQuestion.model_validate({**asked, "kind": "match", "pairs": pairs, "targets": x})
        for x in (items, items[::-1])
    ]
    assert content_hash(matches[0]) == content_hash(matches[1])


def test_not_knowing_yet_can_be_offered_later() -> None:
    unsure = {"id": "unsure", "text": "I don't know yet", "unsure": True, "why": "Come back.", "pin": "last"}
    single = {key: value for key, value in TICKS.items() if key != "marking"} | {"kind": "single"}
    before = SingleQuestion.model_validate(single)
    after = SingleQuestion.model_validate(single | {"choices": [RIGHT, WRONG, unsure]})
    assert content_hash(after) == content_hash(before), "answers given before keep their question"
    assert after.chance() == before.chance() == 0.5
    assert [after.is_unsure(answer) for answer in (("unsure",), ("a",), (), None)] == [
        True,
        False,
        False,
        False,
    ]
    assert not before.is_unsure(())
