"""The quizzes as Moodle XML: everything that is asked, marked and explained is in it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from lessonkit.questions import (
    MatchQuestion,
    MultipleQuestion,
    NumericQuestion,
    OperatingPointQuestion,
    load_quiz,
)
from lessonkit.questions.bank import quiz_files
from lessonkit.questions.kinds import mark
from tools.moodle import main, moodle_xml

ROOT = Path(__file__).parents[1]
KINDS = load_quiz(ROOT / "tests" / "widgets" / "kinds.yaml")


def questions(text: str) -> dict[str, ET.Element]:
    found = ET.fromstring(text).findall("question")  # noqa: S314  (our own)
    return {one.findtext("name/text", ""): one for one in found if one.get("type") != "category"}


def test_each_kind_has_its_own_in_moodle() -> None:
    found = questions(moodle_xml(KINDS))
    assert [one.get("type") for one in found.values()] == [
        *("multichoice", "multichoice", "numerical", "ordering", "matching"),
    ]
    single, multiple, _numeric, order, match = found.values()
    assert [one.get("fraction") for one in single.findall("answer")] == ["100", "0", "0"]
    assert "KEY-ZERO would find nothing." in single.findall("answer")[1].findtext("feedback/text", "")
    assert [one.get("fraction") for one in multiple.findall("answer")] == ["50", "50", "-100"]
    assert "<math" in order.findtext("answer/text", "")
    assert [one.get("fraction") for one in order.findall("answer")] == ["1", "2", "3", "4"]
    asked = [one.findtext("text") or "" for one in match.findall("subquestion")]
    asking = KINDS.question("what-is-what")
    assert isinstance(asking, MatchQuestion)
    spare = len({one.id for one in asking.targets} - {one.target for one in asking.pairs})
    assert asked.count("") == spare, "a match that belongs to nothing is offered all the same"


@pytest.mark.parametrize("path", quiz_files(ROOT / "quizzes"), ids=lambda path: path.stem)
def test_every_question_of_a_lesson_travels_with_its_marks(path: Path) -> None:
    quiz = load_quiz(path)
    found = questions(moodle_xml(quiz))
    assert found.keys() == {one.id for one in quiz.questions if not isinstance(one, OperatingPointQuestion)}
    for question in quiz.questions:
        if isinstance(question, MultipleQuestion):
            fractions = [float(one.get("fraction", "")) for one in found[question.id].findall("answer")]
            assert sum(one for one in fractions if one > 0) == pytest.approx(100, abs=0.001)
        if isinstance(question, NumericQuestion):
            answer = found[question.id].find("answer")
            assert answer is not None
            right, within = (float(answer.findtext(tag, "")) for tag in ("text", "tolerance"))
            unit = question.unit or ""
            for value in (right, right + 0.99 * within, right - 0.99 * within):
                assert mark(question, f"{value:.12f}{'' if unit != '%' else ' %'}").correct, question.id


def test_files_are_written_and_a_lesson_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["02", "--out", str(tmp_path)]) == 0
    written = questions((tmp_path / "02-decision-thresholds.xml").read_text(encoding="utf-8"))
    left = len(load_quiz("02-decision-thresholds").questions) - len(written)
    assert left > 0
    assert capsys.readouterr().out.endswith(f"{len(written)} questions; left out: {left}\n")
    assert main(["99"]) == 1
    assert "no quiz of lesson 99" in capsys.readouterr().err
