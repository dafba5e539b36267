"""A quiz as data: questions, choices, and what makes them sound.

The classes are frozen pydantic models. They define the file format: ``quizzes/schema.json`` is generated from
them, and `lessonkit.questions.bank` fills them from YAML.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path  # noqa: TC003  (pydantic reads the annotation)
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr, Strict, StrictBool, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from lessonkit.questions.flaws import quiz_flaws
from lessonkit.questions.kinds import Question  # noqa: TC001  (pydantic reads the annotation)
from lessonkit.questions.kinds.base import Frozen, Slug, Text


class Quiz(Frozen):
    """The questions of one lesson."""

    lesson: Slug = Field(description="The stem of this file and of its notebook.")
    title: Text
    objectives: dict[Slug, Text] = Field(
        min_length=1, description="What the learner can do afterwards: a slug and a sentence for each."
    )
    mode: Literal["practice", "exam"] = Field(
        default="practice",
        description="practice: feedback after each answer. exam: one submit for all, no feedback before.",
    )
    attempts: Annotated[int, Strict(), Field(ge=1, le=100)] | None = Field(
        default=None, description="How often a question may be answered. Leave it out for no limit."
    )
    confidence: StrictBool = Field(
        default=True, description="Ask with each answer how sure the learner is. It never costs marks."
    )
    language: Annotated[str, Strict(), StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = (
        Field(default="en", description="The language of this file's texts, as a BCP 47 tag: en, pt-BR, ar.")
    )
    exam: tuple[Slug, ...] = Field(
        default=(),
        description="Ids of the questions that are asked together as an exam, outside the closing quiz.",
    )
    questions: tuple[Annotated[Question, Field(discriminator="kind")], ...] = Field(min_length=1)
    _path: Path | None = PrivateAttr(default=None)

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401  (pydantic's signature)
        """Take the file's path from the validation context."""
        if isinstance(context, Mapping):
            self._path = context.get("path")

    @property
    def path(self) -> Path | None:
        """The file the quiz was read from; None when it was built in Python."""
        return self._path

    @property
    def folder(self) -> Path | None:
        """The folder that the quiz's images are relative to."""
        return None if self._path is None else self._path.parent

    def question(self, question_id: str) -> Question:
        """Return the question with this id.

        Raises
        ------
        KeyError
            There is none; the message lists those there are.
        """
        for question in self.questions:
            if question.id == question_id:
                return question
        known = [question.id for question in self.questions]
        meant = "".join(f" Did you mean {name!r}?" for name in get_close_matches(question_id, known, n=1))
        raise KeyError(f"{self.lesson} has no question {question_id!r}.{meant} It has: {', '.join(known)}")

    def only(self, question_id: str) -> Quiz:
        """Return the quiz reduced to one question.

        Raises
        ------
        KeyError
            There is no such question.
        """
        return self.model_copy(update={"questions": (self.question(question_id),)})

    def closing(self) -> Quiz:
        """Return the quiz for the end of the lesson: without the questions asked in its text or its exam."""
        asked_at_the_end = tuple(
            q for q in self.questions if not (q.predict or q.inline or q.id in self.exam)
        )
        return self.model_copy(update={"questions": asked_at_the_end})

    def exam_block(self) -> Quiz:
        """Return the questions named by `exam`, in that order, as a quiz in exam mode.

        Raises
        ------
        ValueError
            The file names none.
        """
        if not self.exam:
            raise ValueError(f"{self.lesson} has no exam; list the ids of its questions under `exam:`")
        questions = tuple(map(self.question, self.exam))
        return self.model_copy(update={"mode": "exam", "questions": questions})

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        for flaw in quiz_flaws(self.model_dump()):
            raise PydanticCustomError("flaw", "{message}", {"message": flaw.message})
        return self
