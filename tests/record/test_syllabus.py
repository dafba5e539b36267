from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lessonkit.exercises import course_exercises
from lessonkit.questions import DEFAULT_SEED
from lessonkit.record import syllabus

if TYPE_CHECKING:
    from pathlib import Path

    from lessonkit.record import Syllabus


def test_the_course_of_this_folder() -> None:
    course = syllabus()
    assert course.problems == ()
    assert [quiz.lesson[:2] for quiz in course.lessons] == [f"{n:02}" for n in range(len(course.lessons))]
    assert course.titles["01-precision-and-recall"] == "01 · Precision and recall"
    assert set(course.carriers) <= set(course.believed)
    assert syllabus() is course  # read once, as long as no file changes


def test_links_lead_to_where_a_question_is_asked() -> None:
    course = syllabus()
    quizzes = {quiz.lesson: quiz for quiz in course.lessons}
    start, first = quizzes["00-start-here"], quizzes["01-precision-and-recall"]
    assert course.href(first) == "01-precision-and-recall.ipynb"
    assert course.href(start, start.question("which-denominator")) == "00-start-here.ipynb#Pre-test"
    assert course.href(start, start.question("warm-up")) == "00-start-here.ipynb#2.-Answer-one-question"
    assert course.href(first, first.closing().questions[0]) == "01-precision-and-recall.ipynb#Quiz"
    # Every question of every lesson is asked under a heading of its notebook.
    for quiz in course.lessons:
        if (course.notebooks / f"{quiz.lesson}.ipynb").is_file():
            assert all("#" in course.href(quiz, question) for question in quiz.questions)


def test_exercises_are_those_of_the_notebooks_in_their_order() -> None:
    course = syllabus()
    found = {quiz.lesson: course.exercises(quiz) for quiz in course.lessons}
    assert {lesson: set(names) for lesson, names in found.items() if names} == {
        lesson: {name for name, exercise in course_exercises().items() if exercise.lesson == lesson}
        for lesson in {exercise.lesson for exercise in course_exercises().values()}
    }
    first = course.lessons[1]
    assert found[first.lesson] == (
        *("count-outcomes", "precision-recall-f1"),
        *("accuracy-of-never", "fraud-puzzle"),
    )
    assert course.exercise_href(first, "fraud-puzzle") == "01-precision-and-recall.ipynb#Exercises"
    assert found["00-start-here"] == (), "it shows one of a later lesson"


def test_an_exercise_that_is_checked_again_later_belongs_where_it_was_set(
    tmp_path: Path, course: Syllabus
) -> None:
    def notebook(lesson: str, *cells: tuple[str, str]) -> None:
        content = {"cells": [{"cell_type": kind, "source": [text]} for kind, text in cells]}
        (tmp_path / f"{lesson}.ipynb").write_text(json.dumps(content))

    checks = [("code", f'lk.check("{name}", {name})') for name in ("b", "a", "b")]
    notebook("00-start", ("code", "lk.check('a', 1)"))
    notebook("01-first", ("markdown", "# 01\n## Your `turn`\n### Exercise 1"), *checks)
    notebook("02-second", *checks, ("code", "if True:\n    lk.check('c',\n        c)"))
    read = type(course)(course.lessons, course.believed, tmp_path)
    assert [read.exercises(quiz) for quiz in read.lessons] == [(), ("b", "a"), ("c",)]
    _, first, second = read.lessons
    assert read.exercise_href(first, "a") == "01-first.ipynb#Your-`turn`"
    assert read.exercise_href(second, "c") == "02-second.ipynb"


def test_reviews_stop_before_a_lesson(course: Syllabus) -> None:
    everything = list(course.reviewed())
    assert list(course.reviewed("02-second")) == [name for name in everything if name[0] != "02-second"]
    assert list(course.reviewed("00-start")) == []
    assert ("01-first", "guess-ahead") not in everything
    assert ("00-start", "pre-one") not in everything


def test_a_broken_file_is_left_out_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "quizzes"
    folder.mkdir()
    (folder / "01-broken.yaml").write_text("lesson: 01-broken\n")
    monkeypatch.chdir(tmp_path)
    course = syllabus()
    assert course.lessons == ()
    assert len(course.problems) == 1
    assert "01-broken.yaml" in course.problems[0]


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"cells": [1]}', '{"cells": [{"cell_type": "code"}]}', "\xff"]
)
def test_a_broken_notebook_costs_only_its_headings(tmp_path: Path, course: Syllabus, content: str) -> None:
    (tmp_path / "01-first.ipynb").write_text(content, encoding="latin-1")
    broken = type(course)(course.lessons, course.believed, tmp_path)
    first = broken.lessons[1]
    assert broken.titles["01-first"] == "Title of 01-first"
    assert broken.href(first, first.questions[0]) == "01-first.ipynb"
    assert broken.exercises(first) == ()


def test_headings_are_read_from_the_notebook(tmp_path: Path, course: Syllabus) -> None:
    cells = [
        ("markdown", "# 01 · First\n\ntext\n\n## Quiz of the day"),
        ("code", 'import lessonkit as lk\nlk.quiz("01-first")'),
        ("markdown", "## In the text"),
        ("code", 'lk.quiz("01-first", only="inside")'),
        ("code", 'lk.quiz("02-second", exam=True)'),
    ]
    notebook = {"cells": [{"cell_type": kind, "source": [text]} for kind, text in cells]}
    (tmp_path / "01-first.ipynb").write_text(json.dumps(notebook))
    read = type(course)(course.lessons, course.believed, tmp_path)
    first = read.lessons[1]
    assert read.titles["01-first"] == "01 · First"
    assert read.href(first, first.question("one")) == "01-first.ipynb#Quiz-of-the-day"
    assert read.href(first, first.question("inside")) == "01-first.ipynb#In-the-text"
    assert read.href(first, first.question("guess-ahead")) == "01-first.ipynb"


def test_the_chance_of_who_does_not_look(course: Syllabus) -> None:
    assert course.question("01-first", "one").chance() == pytest.approx(1 / 3)
    assert course.question("01-first", "number").chance() == 0
    assert course.question("01-first", "pairs").chance() == pytest.approx(1 / 4)
    asked = [question for quiz in syllabus().lessons for question in quiz.questions]
    order = next(question for question in asked if question.kind == "order")
    assert len(order.shuffled(DEFAULT_SEED)) > 2
    assert 1 / order.chance() == pytest.approx({3: 6, 4: 24, 5: 120, 6: 720}[len(order.items)])
    multiple = next(question for question in asked if question.kind == "multiple")
    assert 1 / multiple.chance() == pytest.approx(2 ** len(multiple.choices) - 1)


def test_its_beginning_is_the_first_lesson() -> None:
    whole = syllabus()
    assert syllabus(beginning=True).lessons == whole.lessons[:1]
    assert len(whole.lessons) > 1
