"""The rules between the values of a quiz: what no single value shows.

They read plain mappings, not models, so that the bank can report them all for a file that pydantic refuses
for other reasons. They therefore take nothing for granted about the values' types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from lessonkit.questions.arithmetic import FormulaError
from lessonkit.questions.kinds import KINDS
from lessonkit.questions.plain import mappings, named
from lessonkit.questions.problem import Flaw
from lessonkit.questions.template import DEFAULT_SEED, blank, draw, is_template, template_flaws

if TYPE_CHECKING:
    from lessonkit.questions.kinds.base import BaseQuestion

# Rules that a template which cannot be drawn may seem to break.
_OF_NUMBERS: Final = {"LK022", "LK028", "LK029", "LK055", "LK060"}


def quiz_flaws(quiz: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield every broken rule between the questions of a quiz."""
    objectives = quiz.get("objectives")
    first: dict[str, int] = {}
    for index, question in enumerate(mappings(quiz.get("questions"))):
        question_id, objective = question.get("id"), question.get("objective")
        if isinstance(question_id, str) and first.setdefault(question_id, index) != index:
            yield Flaw(
                ("questions", index, "id"),
                "LK020",
                f"question {first[question_id] + 1} already has the id {question_id!r}; use another",
            )
        if isinstance(objective, str) and isinstance(objectives, Mapping) and objective not in objectives:
            known = ", ".join(map(str, objectives))
            yield Flaw(
                ("questions", index, "objective"),
                "LK030",
                f"objective {objective!r} is not declared; declare it above or use one of: {known}",
            )
    yield from _exam_flaws(quiz)
    yield from _unsure_flaws(quiz)


def _unsure_flaws(quiz: Mapping[str, Any]) -> Iterator[Flaw]:
    exam = quiz.get("exam")
    in_exam = exam if isinstance(exam, list | tuple) else ()
    for index, question in enumerate(mappings(quiz.get("questions"))):
        if question.get("predict") is True or question.get("id") in in_exam:
            continue
        for number, choice in enumerate(mappings(question.get("choices"))):
            if choice.get("unsure") is True:
                message = (
                    "only a prediction or a question of `exam` comes before its lesson; remove this choice"
                )
                yield Flaw(("questions", index, "choices", number, "unsure"), "LK057", message)


def _exam_flaws(quiz: Mapping[str, Any]) -> Iterator[Flaw]:
    exam = quiz.get("exam")
    if not isinstance(exam, list | tuple) or not exam:
        return
    if quiz.get("mode") == "exam":
        yield Flaw(("exam",), "LK038", "the whole quiz is an exam already; keep `mode: exam` or this list")
    questions = {str(question.get("id")): question for question in mappings(quiz.get("questions"))}
    for index, name in enumerate(exam):
        asked = questions.get(str(name))
        if asked is None:
            message = f"there is no question {name!r}; there are: {named(questions)}"
        elif name in exam[:index]:
            message = f"{name!r} is named twice; keep one"
        elif asked.get("predict") is True or asked.get("inline") is True:
            message = f"{name!r} is asked in the text (`predict` or `inline`); take it out of one of them"
        else:
            continue
        yield Flaw(("exam", index), "LK038", message)


def question_flaws(question: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield every broken rule between the values of one question; of a template, of its default draw."""
    if not is_template(question):
        yield from plain_flaws(question)
        return
    of_template = list(template_flaws(question))
    if not of_template:
        try:
            drawn = draw(question, DEFAULT_SEED)
        except FormulaError as error:
            of_template.append(Flaw((), error.code, str(error)))
        else:
            yield from plain_flaws(drawn)
            return
    yield from of_template
    yield from (flaw for flaw in plain_flaws(blank(question)) if flaw.code not in _OF_NUMBERS)


def plain_flaws(question: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield every broken rule between the values of a question without parameters."""
    kind = kind_of(question)
    return iter(()) if kind is None else kind.flaws(question)


def kind_of(question: Mapping[str, Any]) -> type[BaseQuestion] | None:
    """Return the kind that a question of a file names; None if there is no such kind."""
    return KINDS.get(str(question.get("kind")))
