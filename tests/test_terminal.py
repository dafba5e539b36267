from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import StringIO

from rich.console import Console

from lessonkit.exercises import course_exercises
from lessonkit.record import Event, Replay, board, syllabus
from lessonkit.terminal import board_lines

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def said(*events: Event, days: float = 0, width: int = 200) -> list[str]:
    replay, course = Replay(UTC), syllabus()
    replay.add(events)
    console = Console(file=StringIO(), width=width, highlight=False)
    console.print(*board_lines(board(replay, course, now=NOON + timedelta(days=days))), sep="\n")
    return console.file.getvalue().splitlines()


def answer(lesson: str, question: str, *, correct: bool, **fields: object) -> Event:
    content = syllabus().content(lesson, question)
    given = {"type": "answer", "content": content, "learner": "ada", "time": NOON, "seconds": 60.0}
    return Event(lesson=lesson, question=question, correct=correct, **given | fields)


def test_a_fresh_record_is_one_line() -> None:
    assert said() == ["No answers yet. Answer a quiz, and your progress is shown here."]


def test_the_board_names_what_is_next_due_and_believed() -> None:
    course = syllabus()
    first = course.lessons[1]
    asked = next(question for question in first.closing().questions if question.kind == "single")
    wrong = next(choice for choice in asked.choices if choice.misconception)
    event = answer(first.lesson, asked.id, correct=False, answer=(wrong.id,), confidence="certain")
    lines = said(event, days=1)
    (row,) = (line for line in lines if line.startswith("01 · "))
    assert f"1 of {len(course.counted(first))}" in row
    assert row.endswith(f"{NOON.astimezone():%Y-%m-%d}")
    assert "Due for review today: 1." in lines
    assert "Go on with 00 · Start here: notebooks/00-start-here.ipynb" in lines
    assert any(line.startswith(course.believed[wrong.misconception]) for line in lines)
    assert (
        "certain: 0 of 1 right (0%, 95% interval 0% to 79%; the word promises 100%; too few to tell)" in lines
    )
    assert "Nothing is due for review today. Next: 2026-03-03." in said(event)


def solved(exercise: str) -> Event:
    given = {"type": "check", "question": exercise, "learner": "ada", "time": NOON}
    return Event(lesson=course_exercises()[exercise].lesson, correct=True, **given)


def test_solved_exercises_are_counted_by_lesson_and_path() -> None:
    names = [name for name, exercise in course_exercises().items() if exercise.lesson.startswith("02-")]
    lines = said(*map(solved, [*names, "fraud-puzzle"]))
    assert re.search(r"^01 · .* 1 of 4 ", "\n".join(lines), re.MULTILINE)
    assert re.search(r"^02 · .* 4 of 4 ", "\n".join(lines), re.MULTILINE)
    assert re.search(
        r"^all lessons +0 +0 +0 +5 +0$", "\n".join(line.rstrip() for line in lines), re.MULTILINE
    )
    assert any(re.match(r"Exercises: 1 of \d+ \[\.x\.", line) for line in lines)


def test_no_number_is_cut_in_a_narrow_terminal() -> None:
    lines = said(solved("decide"), width=80)
    assert max(map(len, lines)) <= 80
    (row,) = (line for line in lines if line.endswith(f"{NOON.astimezone():%Y-%m-%d}"))
    assert re.search(r" 1 of 4 +0 of 3 ", row)
    assert not any("…" in line for line in lines)


def test_the_gain_and_the_own_curve() -> None:
    course = syllabus()
    pairs = [
        answer(
            *name, correct=after == 1 or index % 2 == 0, time=NOON + timedelta(minutes=index, days=30 * after)
        )
        for index, pair in enumerate(course.twins)
        for after, name in enumerate(pair)
    ]
    assert "5 of 10 right before, 10 after: +50% (95% interval +5% to +78%)" in said(*pairs)
    names = list(course.reviewed())[:40]
    sure = [
        answer(*name, correct=index % 3 > 0, confidence="certain" if index % 3 else "guess")
        for index, name in enumerate(names)
    ]
    assert any("to 1.00); without skill 0.65" in line for line in said(*sure))


def test_text_of_a_record_is_no_markup() -> None:
    event = Event(
        type="answer",
        lesson="[bold]x",
        question="q",
        correct=True,
        learner="ada",
        time=NOON,
        other={"[red]": 1},
    )
    lines = said(event)
    assert any(line.startswith("[bold]x") for line in lines)
    assert lines[-1] == "Fields of a newer lessonkit, passed over: [red]."
