"""The minutes a lesson takes, by a model, for a fast and for a slow reader.

    python -m tools.minutes                                   print the line of every lesson
    python -m tools.minutes --write notebooks/01-….ipynb      write it into the title cell

The three learners are those who read the first version of the course (a model of time, not a stopwatch).
The shorter number is the time of the fastest of them, the longer one that of the slowest in that part: a
slow reader of English is held up by words and questions, a newcomer to code by code. Both are rounded to
five minutes.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from lessonkit.authoring.run import NotebookError, find
from lessonkit.questions import load_quiz
from tools.lesson import PARTS, START, Lesson, load, texts
from tools.setup_cell import is_set_up

if TYPE_CHECKING:
    from lessonkit.questions import Quiz
    from tools.lesson import Cell

QUIZZES = Path(__file__).resolve().parents[1] / "quizzes"
STEP = 5
LINE = re.compile(r"^Core \d+(?:–\d+)? min(?: · [a-z -]+ \d+(?:–\d+)?)*$", re.MULTILINE)
NAMES = {"core": "Core", "exercises": "exercises", "quiz": "quiz", "deeper": "go deeper"}
START_NAMES = {"core": "Core", "exercises": "exercises", "quiz": "pre-test", "deeper": "the rest"}


@dataclass(frozen=True)
class Learner:
    """How fast somebody works: words a minute, seconds a line, minutes for each of the others."""

    words: float
    code_line: float
    output_line: float
    picture: float
    inline_question: float
    exercise: float
    end_question: float


# The pictures were not timed. A picture is read, a widget moved and its caption compared with it.
FAST = Learner(200, 4, 2, 0.5, 0.8, 4, 0.8)
NEW_TO_CODE = Learner(170, 10, 3, 1, 1.2, 8, 1.2)
SLOW_IN_ENGLISH = Learner(110, 6, 3, 1, 1.8, 5, 1.8)
LEARNERS = (FAST, NEW_TO_CODE, SLOW_IN_ENGLISH)


@dataclass(frozen=True)
class Content:
    """What a part of a lesson asks of a reader."""

    words: int = 0
    code_lines: int = 0
    output_lines: int = 0
    pictures: int = 0
    inline_questions: int = 0
    exercises: int = 0
    end_questions: int = 0

    def minutes(self, learner: Learner) -> float:
        """Return the minutes that *learner* needs for it."""
        return (
            self.words / learner.words
            + (self.code_lines * learner.code_line + self.output_lines * learner.output_line) / 60
            + self.pictures * learner.picture
            + self.inline_questions * learner.inline_question
            + self.exercises * learner.exercise
            + self.end_questions * learner.end_question
        )


def words(cell: Cell) -> int:
    """Count the words of a markdown cell's prose, without the line of minutes."""
    if not cell.is_markdown:
        return 0
    told = replace(cell, source=LINE.sub("", cell.source))
    return sum(len(text.split()) for kind, text in texts(told) if kind == "prose")


def code_lines(cell: Cell) -> list[int]:
    """Return the numbers of the lines that hold code, from 1; none in the set-up cell and those of a quiz."""
    if (
        not cell.is_code
        or is_set_up(cell.source)
        or {"quiz", "progress", "review"} & {n for n, _ in cell.calls}
    ):
        return []
    lines = enumerate(cell.source.splitlines(), start=1)
    return [number for number, line in lines if line.strip() and not line.strip().startswith("#")]


def content(cells: list[Cell], stem: str) -> Content:
    """Count what cells of a lesson ask of a reader. The code of an exercise is part of its minutes."""
    inline = end = 0
    for cell in cells:
        for name, call in cell.calls:
            if name == "quiz":
                keywords = {keyword.arg for keyword in call.keywords}
                quiz = _quiz(stem)
                if "only" in keywords:
                    inline += 1
                elif "exam" in keywords:
                    end += len(quiz.exam)
                else:
                    asked_elsewhere = set(quiz.exam)
                    end += sum(
                        not (question.predict or question.inline or question.id in asked_elsewhere)
                        for question in quiz.questions
                    )
    checks = [cell for cell in cells if "check" in cell.interactive]
    read = [cell for cell in cells if cell.is_code and cell not in checks and not cell.source_hidden]
    return Content(
        words=sum(map(words, cells)),
        code_lines=sum(len(code_lines(cell)) for cell in read),
        output_lines=sum(
            len(output.text.splitlines())
            for cell in read
            for output in cell.outputs
            if output.output_type == "stream"
        ),
        pictures=sum(cell.pictures for cell in cells),
        inline_questions=inline,
        exercises=len(checks),
        end_questions=end,
    )


@cache
def _quiz(stem: str) -> Quiz:
    return load_quiz(QUIZZES / f"{stem}.yaml")


def ranges(lesson: Lesson) -> dict[str, tuple[float, float]]:
    """Return the minutes of each part that the lesson has: of the fastest and of the slowest learner."""
    found = {}
    for part, cells in lesson.parts.items():
        if cells:
            times = [content(cells, lesson.stem).minutes(learner) for learner in LEARNERS]
            found[part] = min(times), max(times)
    return found


def line(lesson: Lesson) -> str:
    """Return the line of the title cell, such as "Core 25–45 min · exercises 20–40 · quiz 10–15"."""
    names = START_NAMES if lesson.stem == START else NAMES
    spans = ranges(lesson)
    parts = [f"{names[part]} {_span(*spans[part])}" for part in PARTS if part in spans]
    return " · ".join([f"{parts[0]} min", *parts[1:]])


def stated(lesson: Lesson) -> str | None:
    """Return the line that the title cell holds, if there is one."""
    found = LINE.search(lesson.cells[0].source)
    return found[0] if found else None


def _span(low: float, high: float) -> str:
    first, last = (max(STEP, STEP * round(value / STEP)) for value in (low, high))
    return f"{first}–{last}" if first < last else f"{first}"


def write(path: Path) -> bool:
    """Write the line into the title cell instead of the one that is there; return whether it changed."""
    new = line(load(path))
    notebook = nbformat.read(path, as_version=4)
    cell = notebook.cells[0]
    old = LINE.search(cell.source) or re.search(
        r"^(?:Reading|Core)\b.*minutes?\b.*$", cell.source, re.MULTILINE
    )
    source = cell.source.replace(old[0], new) if old else f"{cell.source.rstrip()}\n\n{new}"
    if source == cell.source:
        return False
    cell.source = source
    text = nbformat.writes(notebook).rstrip("\n") + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    return True


def main(arguments: list[str]) -> int:
    """Print or write the lines of the notebooks named on the command line; return 2 if one cannot be read."""
    paths = [argument for argument in arguments if argument != "--write"]
    if paths == arguments:
        paths = paths or ["notebooks"]
    elif not paths:
        print("Name the notebooks to write: --write notebooks/01-….ipynb", file=sys.stderr)
        return 2
    try:
        for path in find([Path(argument) for argument in paths]):
            changed = " (written)" if "--write" in arguments and write(path) else ""
            print(f"{path.stem}: {line(load(path))}{changed}")
    except NotebookError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
