"""What a class can be asked: the quizzes, and what the guide for instructors says about them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lessonkit.course.outline import FIRST_COURSE
from lessonkit.questions.markup import to_text
from lessonkit.record.syllabus import syllabus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lessonkit.questions.model import Quiz
    from lessonkit.record.syllabus import Syllabus

#: The guide, beside the folder of quizzes.
GUIDE: Final = "INSTRUCTORS.md"
_LESSON: Final = re.compile(r"^### .*\n\n\[Lesson\]\(notebooks/(?P<lesson>[^)]*)\.ipynb\)", re.MULTILINE)
_ROOM: Final = re.compile(r"\*\*Ask the room\*\* `(?P<question>[^`]*)`")
_ROW: Final = re.compile(
    r"^\| `(?P<question>[^`|]*)` \|[^|]*\| `(?P<belief>[^`|]*)` \| (?P<reply>.*) \|$", re.MULTILINE
)


@dataclass(frozen=True)
class Course:
    """The quizzes that a class is asked from.

    Parameters
    ----------
    lessons : mapping of str to Quiz
        By stem, in the order of the course.
    believed : mapping of str to str
        Each misconception, and the sentence that says it.
    for_the_room : mapping of str to str
        The question of each lesson that the guide names for the room.
    replies : mapping of (question, belief) to str
        What the guide would reply to a wrong answer.
    id : str
        The id of the course, which the events of a class carry.
    """

    lessons: Mapping[str, Quiz]
    believed: Mapping[str, str] = field(default_factory=dict)
    for_the_room: Mapping[str, str] = field(default_factory=dict)
    replies: Mapping[tuple[str, str], str] = field(default_factory=dict)
    id: str = FIRST_COURSE

    @classmethod
    def of(cls, path: Path | None = None) -> Course:
        """Read a course.

        Parameters
        ----------
        path : Path, optional
            A folder that holds quizzes, itself or in ``quizzes``, or one quiz file. Default: the course that
            is found as everywhere.

        Raises
        ------
        QuizError
            The file has problems.
        ValueError
            There is no quiz that could be asked.
        """
        found: Syllabus = syllabus(path)
        if not found.lessons:
            place = "here" if path is None else f"in {path}"
            raise ValueError(" ".join([f"there are no quizzes {place}.", *found.problems]))
        guide = found.notebooks.parent / GUIDE if found.notebooks is not None else Path(GUIDE)
        rooms, replies = _guide(guide.read_text(encoding="utf-8")) if guide.is_file() else ({}, {})
        return cls(
            {quiz.lesson: quiz for quiz in found.lessons}, found.believed, rooms, replies, found.course
        )

    def menu(self) -> list[dict[str, Any]]:
        """Return what the teacher chooses from."""
        return [
            {
                "lesson": stem,
                "title": quiz.title,
                "questions": [
                    {
                        "id": question.id,
                        "text": to_text(question.prompt),
                        "for_the_room": self.for_the_room.get(stem) == question.id,
                    }
                    for question in quiz.questions
                ],
            }
            for stem, quiz in self.lessons.items()
        ]


def _guide(text: str) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    rooms: dict[str, str] = {}
    parts = _LESSON.split(text)[1:]
    for lesson, part in zip(parts[::2], parts[1::2], strict=True):
        if named := _ROOM.search(part):
            rooms[lesson] = named["question"]
    return rooms, {(row["question"], row["belief"]): row["reply"] for row in _ROW.finditer(text)}
