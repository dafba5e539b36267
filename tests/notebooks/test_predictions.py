"""Nothing earlier in the course answers a prediction, and its own lesson does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from nbformat import v4, write

from tools import predictions
from tools.lesson import NOTEBOOKS, START
from tools.predictions import Prediction

if TYPE_CHECKING:
    from pathlib import Path

LISTED = predictions.read()


@pytest.mark.parametrize("prediction", LISTED, ids=lambda one: f"{one.lesson}: {one.id}")
def test_a_prediction_is_answered_in_its_lesson_and_not_before(prediction: Prediction) -> None:
    found = list(predictions.problems(prediction))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "stem", sorted(path.stem for path in NOTEBOOKS.glob("[0-9]*.ipynb") if path.stem != START)
)
def test_each_prediction_is_listed(stem: str) -> None:
    asked = predictions.asked_for(predictions.ROOT, stem)
    assert asked, "a lesson asks for a prediction"
    assert {one.id for one in LISTED if one.lesson == stem} == asked


ASK = "lk.quiz('02-b', only='guess')"
ANSWER = "It is really 0.75."


def course(folder: Path, *cells: str, earlier: str = "Nothing.", quiz: str = "Nothing.") -> Path:
    """A course of two lessons; *cells* are those of the second, where "lk." begins code."""
    for name in ("notebooks", "quizzes"):
        (folder / name).mkdir()
    for stem, sources in (("01-a", (earlier,)), ("02-b", cells)):
        notebook = v4.new_notebook(
            cells=[
                v4.new_code_cell(source) if source.startswith("lk.") else v4.new_markdown_cell(source)
                for source in ("# Title", *sources)
            ]
        )
        write(notebook, folder / "notebooks" / f"{stem}.ipynb")
    (folder / "quizzes" / "01-a.yaml").write_text(f"questions: [{{id: old, why: {quiz}}}]", encoding="utf-8")
    (folder / "quizzes" / "02-b.yaml").write_text(
        "questions:\n- {id: guess, predict: true, why: It is really 0.75.}\n- {id: other, why: It is really 0.75.}\n",
        encoding="utf-8",
    )
    return folder


def found(root: Path, *, shown: str = ANSWER, gives_away: tuple[str, ...] = ()) -> list[str]:
    answers = (r"really 0\.75",)
    return list(predictions.problems(Prediction("02-b", "guess", shown, answers, gives_away), root))


def test_an_answer_after_the_question_is_fine(tmp_path: Path) -> None:
    root = course(tmp_path, "Guess.", ASK, ANSWER, "lk.quiz('02-b', only='other')")
    assert found(root) == []
    assert predictions.asked_for(root, "02-b") == {"guess"}


@pytest.mark.parametrize(
    ("cells", "earlier", "quiz", "problem"),
    [
        ((ANSWER,), "", "No.", "no cell asks it"),
        ((ASK, "It is 1."), "", "No.", "no cell after the question holds"),
        ((ANSWER, ASK), "", "No.", "no cell after the question holds"),
        ((ANSWER, ASK, ANSWER), "", "No.", "02-b cell 2 ('It is really 0.75.') gives"),
        ((ASK, ANSWER), "It was really 0.75.", "No.", "01-a cell 2 ('It was really 0.75.') gives"),
        ((ASK, ANSWER), "", "It is really 0.75.", "quiz 01-a old gives"),
        (("lk.quiz('02-b', only='other')", ASK, ANSWER), "", "No.", "quiz 02-b other gives"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, cells: tuple[str, ...], earlier: str, quiz: str, problem: str
) -> None:
    problems = found(course(tmp_path, *cells, earlier=earlier, quiz=quiz))
    assert any(line.startswith(problem) for line in problems), problems


def test_a_cell_that_does_not_answer_is_named(tmp_path: Path) -> None:
    root = course(tmp_path, ASK, "It is 0.7.")
    assert found(root, shown="It is 0.7.")[0].startswith("cell 3 ('It is 0.7.') does not show")


def test_a_widget_that_gives_it_away_is_named_and_a_sketch_is_a_prediction(tmp_path: Path) -> None:
    root = course(tmp_path, "lk.sketch(sweep)", ASK, ANSWER, earlier="lk.explore(\n    a,\n)")
    (problem,) = found(root, gives_away=(r"lk\.explore\((?!(?s:.*)curves=False)",))
    assert problem.startswith("01-a cell 2 ('lk.explore(') gives")
    assert predictions.asked_for(root, "02-b") == {"guess", "sketch"}


def test_a_widget_without_what_gives_it_away_passes(tmp_path: Path) -> None:
    root = course(tmp_path, ASK, ANSWER, earlier="lk.explore(\n    a,\n    curves=False,\n)")
    assert found(root, gives_away=(r"lk\.explore\((?!(?s:.*)curves=False)",)) == []
