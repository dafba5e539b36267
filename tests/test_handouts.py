from __future__ import annotations

import re
from pathlib import Path

import pytest

from lessonkit.cli import main
from lessonkit.publishing.handouts import handout_html
from lessonkit.questions import load_quiz
from lessonkit.questions.bank import quiz_files
from lessonkit.questions.markup import to_html

ROOT = Path(__file__).parents[1]
QUIZZES = quiz_files(ROOT / "quizzes")
TEXT = re.compile(r'<div class="text">(.*?)</div>(?:</div></li>|<div class="why">)', re.DOTALL)
HOSTILE = """
lesson: 99-hostile
title: Less < more
objectives: {read: Read it.}
questions:
  - id: script
    kind: single
    objective: read
    prompt: <script>alert(1)</script> and $a<b$
    choices:
      - {id: good, text: "a<b", correct: true, why: It is text.}
      - {id: bad, text: "<img src=x onerror=alert(1)>", misconception: m, why: "<b>No</b>."}
"""

each_quiz = pytest.mark.parametrize("path", QUIZZES, ids=lambda path: path.stem)


@each_quiz
def test_the_sheet_to_hand_out_gives_nothing_away(path: Path) -> None:
    quiz = load_quiz(path)
    sheet = handout_html(quiz, answers=False)
    for question in quiz.questions:
        parts = [*getattr(question, "choices", ()), *getattr(question, "items", ())]
        parts += [*getattr(question, "pairs", ()), *getattr(question, "mistakes", ())]
        secrets = [question.explain, *question.hints, *(part.why for part in parts)]
        for secret in filter(None, secrets):
            assert to_html(secret).strip().removeprefix("<p>") not in sheet, secret
        if question.kind == "numeric":
            assert f"Right: {question.answer:.10g}" not in sheet
    assert "✓" not in sheet
    assert 'class="right"' not in sheet


@each_quiz
def test_the_answers_have_every_reason_and_say_right_and_wrong_in_words(path: Path) -> None:
    quiz = load_quiz(path)
    sheet = handout_html(quiz, answers=True)
    ticks = 0
    for question in quiz.questions:
        assert f"<code>{question.id}</code>" in sheet
        choices = getattr(question, "choices", ())
        ticks += sum(choice.correct for choice in choices) + (question.kind == "numeric")
        for choice in choices:
            verdict = "Right." if choice.correct else "Wrong."
            reason = to_html(choice.why, folder=path.parent).removeprefix("<p>")
            assert f"<strong>{verdict}</strong> {reason}" in sheet
    assert sheet.count("✓") == ticks


@each_quiz
def test_both_sheets_ask_the_same_in_the_same_order(path: Path) -> None:
    quiz = load_quiz(path)
    without, answers = (handout_html(quiz, answers=shown) for shown in (False, True))
    assert TEXT.findall(without) == TEXT.findall(answers)
    assert without.count('<section class="question">') == len(quiz.questions)
    choices = sum(len(getattr(question, "choices", ())) for question in quiz.questions)
    assert len(TEXT.findall(without)) >= choices


@each_quiz
def test_a_page_loads_nothing(path: Path) -> None:
    for answers in (False, True):
        sheet = handout_html(load_quiz(path), answers=answers)
        assert not re.search(r"<script|<link|@import|url\(", sheet)
        assert all(source.startswith("data:") for source in re.findall(r'src="([^"]*)', sheet))


def test_it_says_where_the_lesson_answers_in_words_that_a_reader_of_paper_finds() -> None:
    sheet = handout_html(load_quiz(ROOT / "quizzes/06-roc-and-pr.yaml"), answers=True)
    assert "Read it again: lesson 06, “Turn the prevalence”." in sheet
    whole = handout_html(load_quiz(ROOT / "quizzes/12-capstone-credit-default.yaml"), answers=True)
    assert "Read it again: lesson 01.</p>" in whole
    assert "“”" not in whole


def test_an_order_is_told_by_the_numbers_in_the_boxes() -> None:
    quiz = load_quiz(ROOT / "quizzes/07-threshold-tuning.yaml").only("honest-order")
    sheet = handout_html(quiz, answers=True)
    places = re.findall(r'<span class="box wide">(\d)</span>', sheet)
    assert sorted(places) == ["1", "2", "3", "4", "5"] != places
    assert "<strong>✗ 2 → 1 → 3 → 4 → 5.</strong>" in sheet


def test_there_is_room_for_the_name_and_for_a_number() -> None:
    quiz = load_quiz(ROOT / "quizzes/01-precision-and-recall.yaml").only("recall-from-counts")
    sheet = handout_html(quiz, answers=False)
    assert "<span>Name</span>" in sheet
    assert '<span class="write"></span>' in sheet


def test_what_looks_like_html_is_printed_as_text(tmp_path: Path) -> None:
    path = tmp_path / "99-hostile.yaml"
    path.write_text(HOSTILE, encoding="utf-8")
    for answers in (False, True):
        sheet = handout_html(load_quiz(path), answers=answers)
        assert "<h1>99 · Less &lt; more</h1>" in sheet
        assert "&lt;script&gt;alert(1)" in sheet
        assert "<script" not in sheet
        assert "<img" not in sheet
        assert "<b>No" not in sheet


def test_an_unknown_lesson_is_named_with_those_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["handouts", "77", "--out", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith(
        "lessonkit handouts: There is no quiz of a lesson '77'. There are:\n  00-start-here\n"
    )
