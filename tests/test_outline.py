from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from lessonkit import lab
from lessonkit.cli import main
from lessonkit.course import own_course
from lessonkit.course.outline import (
    HOUSE_RULES,
    VARIABLE,
    Course,
    CourseError,
    course_folder,
    course_id,
    this_course,
)
from lessonkit.exercises import Verdict, course_exercises, exercises_of, verdict
from lessonkit.questions import QuizError, load_quiz, variant
from lessonkit.questions.bank import quiz_files
from lessonkit.questions.lint import RULES, lint
from lessonkit.record import Replay, board, syllabus
from tools.bootstrap import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SQL = """\
id = "sql-joins"
title = "Joins in SQL"
lessons = ["inner", "outer"]

[[paths]]
name = "Both"

[[paths]]
name = "Quick"
lessons = ["outer"]
"""

QUIZ = """\
lesson: {stem}
title: About {stem}
objectives: {{count: Count the rows.}}
questions:
  - id: rows-{stem}
    kind: numeric
    objective: count
    prompt: How many rows?
    answer: 2
    tolerance: 0
    explain: Two.
"""


@pytest.fixture
def sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of another course, and the working directory: its folder of notebooks."""
    folder = tmp_path / "sql"
    for name in ("notebooks", "quizzes"):
        (folder / name).mkdir(parents=True)
    (folder / "course.toml").write_text(SQL, encoding="utf-8")
    for stem in ("inner", "outer"):
        (folder / "quizzes" / f"{stem}.yaml").write_text(QUIZ.format(stem=stem), encoding="utf-8")
    monkeypatch.chdir(folder / "notebooks")
    return folder


def refused(folder: Path, text: str) -> str:
    (folder / "course.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        Course.at(folder)
    return str(caught.value).replace(str(folder.resolve()), "…")


def test_the_course_of_this_repository_lists_its_lessons() -> None:
    course = Course.at(own_course())
    assert this_course() == course
    assert (course.id, course.folder) == ("classifiers", ROOT)
    assert [*course.lessons] == sorted(path.stem for path in course.notebooks.glob("*.ipynb"))
    assert [*course.lessons] == [path.stem for path in quiz_files(course.quizzes)]
    opening = (course.folder / course.first_lesson).read_text(encoding="utf-8")
    assert all(f"**{path.name}.**" in opening for path in course.paths)


def test_the_nearest_course_above_the_working_directory_decides(sql: Path) -> None:
    assert this_course().folder == sql
    assert course_id() == "sql-joins"
    assert course_folder(sql / "quizzes") == sql


def test_outside_of_any_course_it_is_the_one_that_came_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert this_course().folder == own_course()
    assert load_quiz("01-precision-and-recall").lesson == "01-precision-and-recall"


def test_a_variable_names_another(sql: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv(VARIABLE, str(sql))
    assert this_course().id == "sql-joins"
    assert lab.open_course(None) == sql
    assert [quiz.lesson for quiz in syllabus().lessons] == ["inner", "outer"]


def test_another_course_shows_nothing_of_this_one(sql: Path) -> None:
    course = syllabus()
    shown = board(Replay(), course)
    assert [lesson.title for lesson in shown.lessons] == ["About inner", "About outer"]
    assert [(path.name, [step.lesson for step in path.steps]) for path in shown.paths] == [
        ("Both", ["inner", "outer"]),
        ("Quick", ["outer"]),
    ]
    with pytest.raises(QuizError, match="did you mean 'inner' or 'outer'"):
        load_quiz("01-precision-and-recall")
    assert lab.open_course(None) == sql
    assert [path.name for path in (sql / "notebooks").iterdir()] == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('address = "example.org"', "`site.address` begins with https:// and ends with a slash"),
        ('repository = "joins"', "`site.repository` is the owner and the name"),
        ('picture = "a.png"', "`site.picture` and `site.picture_text` need each other"),
        ('addr = "https://example.org/"', "`site.addr` is not known; did you mean 'address'?"),
    ],
)
def test_what_a_site_says_of_its_places_is_checked(sql: Path, line: str, said: str) -> None:
    assert f": {said}" in refused(sql, f"{SQL}\n[site]\n{line}\n")


def test_the_order_is_that_of_the_file(sql: Path) -> None:
    text = SQL.replace('["inner", "outer"]', '["outer", "inner"]')
    (sql / "course.toml").write_text(text, encoding="utf-8")
    assert [quiz.lesson for quiz in syllabus().lessons] == ["outer", "inner"]
    assert this_course().first_lesson == "notebooks/outer.ipynb"


def test_a_course_without_quizzes_borrows_none(sql: Path) -> None:
    for path in (sql / "quizzes").iterdir():
        path.unlink()
    (sql / "quizzes").rmdir()
    assert syllabus().lessons == ()


def test_the_lab_opens_the_first_lesson_of_the_course(sql: Path) -> None:
    assert lab._first_lesson(sql) == "notebooks/inner.ipynb"
    (sql / "course.toml").write_text("id = 1", encoding="utf-8")
    with pytest.raises(lab.LabError, match=re.escape("course.toml:1:1: `id`")):
        lab._first_lesson(sql)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id = ", "…/course.toml:1:6: Invalid value; see https://toml.io for the format"),
        (SQL.replace("id =", "ident ="), "…/course.toml:1:1: `id` is missing; add a line  id = …"),
        (SQL.replace("title", "titles"), "…/course.toml:2:1: `titles` is not known; did you mean 'title'?"),
        (
            SQL.replace("sql-joins", "SQL"),
            "`id`: letters and digits joined by hyphens are expected; it is 'SQL'",
        ),
        (
            SQL.replace('lessons = ["inner", "outer"]\n', ""),
            "…/course.toml:1:1: `lessons` is missing; add a line  lessons = …",
        ),
        (
            SQL.replace('name = "Both"\n', "exercises = true\n"),
            "…/course.toml:5:1: `paths.0.name` is missing; add a line  name = …",
        ),
        (
            SQL + '[site]\nnames = "x"\n[ lint ] # ours\naddress = "x"\n',
            "…/course.toml:14:1: `lint.address` is not known; remove it",
        ),
        (
            SQL.replace('"outer"]\n\n', '"inner"]\n\n') + '[[paths]]\nname = "Third"\nlessons = ["inner"]\n',
            "…/course.toml:3:1: lesson 'inner' is there twice",
        ),
        (
            "[[paths]]\nid = 1\n",
            "…/course.toml:2:1: `paths.0.id` is not known; remove it",
        ),
        (
            SQL.replace("id =", "id-old = 1\nid =").replace('"sql-joins"', "2"),
            "…/course.toml:2:1: `id`: a text in quotes is expected; it is 2",
        ),
        (
            'lint = {off = ["LK26"]}',
            "…/course.toml:1:1: 'LK26' is no rule that can be switched off; those",
        ),
        (
            SQL.replace('["inner", "outer"]', "[]"),
            "…/course.toml:3:1: `lessons`: at least one is needed; it is ()",
        ),
        (SQL.replace('"outer"]\n\n', '"inner"]\n\n'), "…/course.toml:3:1: lesson 'inner' is there twice"),
        (
            SQL.replace('lessons = ["outer"]', 'lessons = ["outre"]'),
            "…/course.toml:10:1: a path leads to 'outre'",
        ),
        (
            SQL.replace('lessons = ["outer"]', 'lesson = ["outer"]'),
            "…/course.toml:10:1: `paths.1.lesson` is not",
        ),
        (
            SQL.replace('"Quick"', "2"),
            "…/course.toml:9:1: `paths.1.name`: a text in quotes is expected; it is 2",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_the_fix(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text)


def test_a_file_that_cannot_be_used_stops_the_board_with_a_sentence(sql: Path) -> None:
    (sql / "course.toml").write_text("id = ", encoding="utf-8")
    course = syllabus()
    assert course.lessons == ()
    assert course.problems[0].startswith(f"{sql}/course.toml:1:6: ")
    assert course_id() == "sql"


EXERCISES = """\
from lessonkit.exercises import Verdict, exercises_of

from ._rows import ROWS

exercise = exercises_of("inner")


@exercise("rows-of-inner")
def rows_of_inner(answer):
    return Verdict(passed=answer == ROWS, message="Right." if answer == ROWS else "Count again.")
"""


@pytest.fixture
def trained(sql: Path) -> Path:
    """The course with an exercise, which its first lesson sets."""
    (sql / "exercises").mkdir()
    (sql / "exercises" / "01-inner.py").write_text(EXERCISES, encoding="utf-8")
    (sql / "exercises" / "_rows.py").write_text("ROWS = 2\n", encoding="utf-8")
    cell = {"cell_type": "code", "source": ['lk.check("rows-of-inner", 2)']}
    (sql / "notebooks" / "inner.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    return sql


def test_exercises_are_found_in_the_folder_of_the_course(trained: Path) -> None:
    assert list(course_exercises()) == ["rows-of-inner"]
    assert verdict("rows-of-inner", 2).passed
    assert verdict("rows-of-inner", 3).message == "Count again."
    assert verdict("count-outcomes", 3).hint == "Did you mean `rows-of-inner`?"
    course = syllabus()
    assert [course.exercises(quiz) for quiz in course.lessons] == [("rows-of-inner",), ()]
    assert trained.is_dir()


def test_an_exercise_that_its_author_tries_out_belongs_to_the_course(trained: Path) -> None:
    exercises_of("inner")("tried-out")(lambda _: Verdict(passed=True, message="Right."))
    assert verdict("tried-out", None).passed
    with pytest.raises(ValueError, match="'rows-of-inner' is taken"):
        exercises_of("inner")("rows-of-inner")(lambda _: Verdict(passed=True, message="Right."))
    assert trained.is_dir()


def test_a_module_that_cannot_be_imported_is_named_and_the_others_work(trained: Path) -> None:
    (trained / "exercises" / "broken.py").write_text("import re\n\nre.no_such_thing()\n", encoding="utf-8")
    assert verdict("rows-of-inner", 2).passed
    found = verdict("rows-of-outer", 2)
    assert (found.passed, found.tried) == (False, False)
    assert found.hint.startswith("broken.py cannot be imported (AttributeError: module 're' has no")
    assert found.hint.endswith("line 3).")


def test_a_syntax_error_is_told_with_its_own_line(trained: Path) -> None:
    (trained / "exercises" / "broken.py").write_text("x = 1\nif x\n", encoding="utf-8")
    hint = verdict("rows-of-outer", 2).hint
    assert hint == "broken.py cannot be imported (SyntaxError: expected ':', line 2)."


def test_a_check_that_fails_is_not_blamed_on_the_learner(trained: Path) -> None:
    failing = EXERCISES.replace("    return", "    len(answer)\n    raise ValueError('boom')\n    return")
    (trained / "exercises" / "01-inner.py").write_text(failing, encoding="utf-8")
    found = verdict("rows-of-inner", "two")
    assert (found.passed, found.tried) == (False, False)
    assert found.message == "The check stopped at line 11 of 01-inner.py (ValueError: boom)."
    assert "tell your teacher" in found.hint

    class Broken:
        def __len__(self) -> int:
            raise ValueError("mine")

    found = verdict("rows-of-inner", Broken())
    assert (found.tried, found.message) == (True, "Your answer could not be read (ValueError: mine).")


def test_a_check_in_a_course_that_cannot_be_read_says_so(trained: Path) -> None:
    (trained / "course.toml").write_text("id = ", encoding="utf-8")
    assert "course.toml:1:6: Invalid value" in verdict("rows-of-inner", 2).message


def test_the_exercises_of_this_course_are_found_by_the_same_road() -> None:
    assert len(course_exercises()) > 40
    assert course_exercises()["count-outcomes"].lesson == "01-precision-and-recall"


CHOICES = """\
lesson: inner
title: Inner joins
objectives: {count: Count the rows.}
questions:
  - id: rows-of-inner
    kind: single
    objective: count
    prompt: How many rows? See [the manual](https://example.org).
    choices:
      - {id: two, text: "2", correct: true, why: It is 2.}
      - {id: six, text: "6", why: It is not.}
    explain: Two.
"""


def codes(folder: Path) -> set[str]:
    return {problem.code for problem in lint([folder / "quizzes" / "inner.yaml"])}


def test_rules_of_the_house_are_switched_off_by_the_course(sql: Path) -> None:
    (sql / "quizzes" / "inner.yaml").write_text(CHOICES, encoding="utf-8")
    assert {"LK001", "LK026", "LK034", "LK046"} <= codes(sql)
    with pytest.raises(QuizError, match="LK026"):
        load_quiz("inner")
    off = '\n[lint]\noff = ["LK026", "LK034", "LK046"]\n'
    (sql / "course.toml").write_text(SQL + off, encoding="utf-8")
    assert codes(sql) == set()
    assert load_quiz("inner").questions[0].id == "rows-of-inner"
    assert [quiz.lesson for quiz in syllabus().lessons] == ["inner", "outer"]


def test_a_question_with_parameters_is_drawn_without_the_rules_that_are_off(sql: Path) -> None:
    drawn = CHOICES.replace("prompt: How many", "parameters: {n: 3..9}\n    prompt: Of {{n}}, how many")
    (sql / "quizzes" / "inner.yaml").write_text(drawn, encoding="utf-8")
    (sql / "course.toml").write_text(SQL + '\n[lint]\noff = ["LK026"]\n', encoding="utf-8")
    (question,) = load_quiz("inner").questions
    assert variant(question, 1).prompt != variant(question, 2).prompt


def test_what_makes_a_quiz_readable_cannot_be_switched_off(sql: Path) -> None:
    said = refused(sql, SQL + '\n[lint]\noff = ["LK034", "LK010"]\n')
    assert said.startswith(
        "…/course.toml:13:1: 'LK010' is no rule that can be switched off; those that can are LK026, "
    )
    assert "`lint.of` is not known; did you mean 'off'?" in refused(sql, SQL + "\n[lint]\nof = []\n")
    assert set(RULES) >= HOUSE_RULES


def test_a_course_that_cannot_be_used_is_told_where_its_quizzes_are(
    sql: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "LK007" not in codes(sql)
    (sql / "course.toml").write_text(SQL + '\n[lint]\noff = ["LK034", "LK999"]\n', encoding="utf-8")
    said = (
        f"{sql / 'course.toml'}:13:1: LK007 'LK999' is no rule that can be switched off; "
        "those that can are LK026, LK031"
    )
    for path in ("../quizzes", "../quizzes/inner.yaml"):
        assert main(["lint", path]) == 1
        assert said in capsys.readouterr().out
    assert main(["progress"]) == 0
    assert said.replace("LK007 ", "") in capsys.readouterr().err


def test_a_folder_of_exercises_that_is_not_there_is_told(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (trained / "course.toml").write_text(f'exercises = "exercise-checks"\n{SQL}', encoding="utf-8")
    assert main(["check"]) == 1
    said = capsys.readouterr().out
    assert "course.toml: there is no folder 'exercise-checks'; make it, or correct `exercises`" in said


def test_a_course_is_checked_as_a_whole(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (trained / "course.toml").write_text(SQL + '\n[lint]\noff = ["LK026"]\n', encoding="utf-8")
    quiz = QUIZ.replace("rows-{stem}", "other-rows").format(stem="spare")
    (trained / "quizzes" / "spare.yaml").write_text(quiz, encoding="utf-8")
    (trained / "exercises" / "more.py").write_text(EXERCISES.replace("inner", "outer"), encoding="utf-8")
    assert main(["check"]) == 1
    said = capsys.readouterr().out
    assert "there is no notebooks/outer.ipynb; write it, or take it out of `lessons`" in said
    assert "'spare' is not in `lessons` of course.toml, so nobody sees it; add it there" in said
    assert "exercises: no lesson sets the exercise 'rows-of-outer'; check it in one, or remove it" in said
    assert "inner.ipynb: " not in said


def test_an_exercise_in_another_lesson_than_its_own_is_told(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (trained / "notebooks" / "inner.ipynb").rename(trained / "notebooks" / "outer.ipynb")
    assert main(["check"]) == 1
    assert "'rows-of-inner' is registered for 'inner'; write 'outer'" in capsys.readouterr().out


NO_QUIZ = "there is no such quiz; did you mean 'inner' or 'outer'?"
NO_QUESTION = "inner has no question 'rows-innr'. Did you mean 'rows-inner'? It has: rows-inner"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ('lk.quiz("iner")', f"cell 2, lk.quiz('iner'): {NO_QUIZ}"),
        (
            'lk.quiz("../quizzes/no.yaml")',
            "lk.quiz('../quizzes/no.yaml'): cannot read the file (No such file",
        ),
        ('lk.quiz("inner", only="rows-innr")', f"cell 2, lk.quiz('inner'): {NO_QUESTION}"),
        (
            'lk.quiz("inner", only=["rows-innr"])',
            "`only` is the id of one question, in quotes; it is ['rows-",
        ),
        ('lk.quiz("inner", exam=True)', "cell 2, lk.quiz('inner'): inner has no exam; list the ids"),
        (
            'lk.check("row-of-inner", 2)',
            "lk.check('row-of-inner'): there is no such exercise; did you mean 'rows-",
        ),
        ('lk.check("xyz", 2)', "lk.check('xyz'): there is no such exercise; write its check in exercises"),
    ],
)
def test_a_notebook_that_names_what_there_is_not_is_told(
    trained: Path, capsys: pytest.CaptureFixture[str], call: str, said: str
) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Outer"]},
        {"cell_type": "code", "source": ["import lessonkit as lk\n", call]},
    ]
    notebook = trained / "notebooks" / "outer.ipynb"
    notebook.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert main(["check"]) == 1
    (told,) = (line for line in capsys.readouterr().out.splitlines() if "outer.ipynb" in line)
    assert told.startswith(f"{notebook}: cell 2, ")
    assert said in told


def test_a_call_that_is_right_or_only_known_when_it_runs_is_not_told(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right = (
        'lk.quiz("inner", only="rows-inner")\nlk.quiz("../quizzes/inner.yaml")\nlk.quiz("inner", only=one)'
    )
    cell = {"cell_type": "code", "source": f'{right}\nlk.quiz(stem)\n# lk.quiz("gone")'}
    (trained / "notebooks" / "outer.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    main(["check"])
    assert "outer.ipynb" not in capsys.readouterr().out


def test_what_is_no_notebook_and_a_new_name_of_no_lesson_are_told(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (trained / "notebooks" / "outer.ipynb").write_text("{", encoding="utf-8")
    (trained / "quizzes" / "renamed.yaml").write_text("old: outerr\nolder: outer\n", encoding="utf-8")
    assert main(["check"]) == 1
    said = capsys.readouterr().out
    assert "outer.ipynb: not a notebook that can be read (" in said
    assert "renamed.yaml: 'old' became 'outerr', which is not in `lessons`; did you mean 'outer'?" in said
    assert "'older'" not in said


def test_a_course_that_is_whole_passes(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (trained / "course.toml").write_text(SQL + '\n[lint]\noff = ["LK026"]\n', encoding="utf-8")
    (trained / "notebooks" / "outer.ipynb").write_text('{"cells": []}', encoding="utf-8")
    assert main(["lock"]) == 0
    assert main(["lock", "--check"]) == 0
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "Joins in SQL: 2 lessons, 1 exercise; all fits.\n"
    (trained / "course.toml").write_text("id = ", encoding="utf-8")
    assert main(["check"]) == 1
    assert "course.toml:1:6: Invalid value" in capsys.readouterr().err
