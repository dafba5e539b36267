from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from lessonkit.questions import Quiz, SingleQuestion


def single(**changes: object) -> dict[str, Any]:
    right = {"id": "a", "text": "A", "correct": True, "why": "Yes."}
    wrong = {"id": "b", "text": "B", "misconception": "m", "why": "No."}
    return {
        "id": "q",
        "kind": "single",
        "objective": "o",
        "prompt": "?",
        "choices": [right, wrong],
        **changes,
    }


def test_reads_fields(quiz: Quiz) -> None:
    question = quiz.question("end-point")
    assert isinstance(question, SingleQuestion)
    assert question.choice("none").pin == "last"
    assert question.see_href == "03-sample.ipynb#Where-the-curve-ends"
    assert quiz.folder is not None
    assert quiz.path == quiz.folder / "03-sample.yaml"


def test_only_keeps_one_question_and_the_path(quiz: Quiz) -> None:
    part = quiz.only("share")
    assert [question.id for question in part.questions] == ["share"]
    assert part.path == quiz.path


def test_unknown_question_names_the_known_ones(quiz: Quiz) -> None:
    with pytest.raises(KeyError, match="end-point, which-rise, share"):
        quiz.only("shares")


def test_is_frozen(quiz: Quiz) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        quiz.title = "Other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"choices": [single()["choices"][0], {**single()["choices"][0], "id": "c", "text": "C"}]},
            "already right",
        ),
        (
            {"choices": [single()["choices"][1], {**single()["choices"][1], "id": "c", "text": "C"}]},
            "no choice is",
        ),
        (
            {"choices": [single()["choices"][0], {"id": "c", "text": "C", "why": "No."}]},
            "needs `misconception`",
        ),
    ],
)
def test_a_question_built_in_python_obeys_the_rules(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        SingleQuestion.model_validate(single(**changes))


def test_a_quiz_built_in_python_obeys_the_rules() -> None:
    data = {"lesson": "l", "title": "T", "objectives": {"other": "O"}, "questions": [single()]}
    with pytest.raises(ValidationError, match="objective 'o' is not declared"):
        Quiz.model_validate(data)
