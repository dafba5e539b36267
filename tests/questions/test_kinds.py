"""Every kind of question is everywhere: what a kind lacks is named here, part by part."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from lessonkit.classroom.ballot import Ballot
from lessonkit.i18n import gettext, languages, spoken
from lessonkit.publishing.answers import lesson_data, words
from lessonkit.publishing.handouts import handout_html
from lessonkit.questions import KINDS, MARKING_RULES, AnswerError, Quiz
from lessonkit.questions.content import content_hash
from lessonkit.questions.flaws import plain_flaws
from lessonkit.questions.lint import lint
from lessonkit.questions.markup import to_html
from lessonkit.questions.static import quiz_html, quiz_text
from lessonkit.record import Recorder
from lessonkit.record.syllabus import beliefs_of
from lessonkit.widgets import QuizWidget
from lessonkit.widgets.answers import mark_answer, read, solution
from lessonkit.widgets.assets import _WITHOUT_KERNEL
from tools.bootstrap import ROOT
from tools.moodle import moodle_xml

if TYPE_CHECKING:
    from pathlib import Path

    from lessonkit.questions import Question

WIDGETS = ROOT / "lessonkit" / "widgets"

#: What is a text in a file, and no words of a language: names, formulas, links.
NO_TEXTS = {"id", "kind", "objective", "see", "twin", "data", "demand", "formula", "marking", "fold", "order"}
#: Fields that hold an id, or a belief.
NAMES = {"id", "misconception", "target", "pin", "order"}

pytestmark = pytest.mark.parametrize("kind", KINDS)


def asks(*kinds: str) -> dict[str, Any]:
    """Return the examples of kinds as a file of their questions has them."""
    for kind in kinds:
        assert hasattr(KINDS[kind], "example"), f"the kind {kind} has no example"
    return {
        "lesson": "01-kinds",
        "title": "A question of each kind",
        "objectives": {"know-the-kinds": "Know the kinds."},
        "questions": [
            {"id": f"a-{kind}", "kind": kind, "objective": "know-the-kinds", **KINDS[kind].example.question}
            for kind in kinds
        ],
    }


@cache
def quiz(kind: str) -> Quiz:
    return Quiz.model_validate(asks(kind))


def asked(kind: str) -> Question:
    return quiz(kind).questions[0]


def right(question: Question) -> Any:  # noqa: ANN401  (as JSON has it)
    """Return the right answer as a page sends it."""
    if question.explored:
        from lessonkit.widgets.operating_point import best_point

        return repr(best_point(question).threshold)  # type: ignore[arg-type]
    answer = question.right()
    assert answer is not None, "right() says nothing"
    if isinstance(answer, str):
        return answer
    return dict(answer) if isinstance(answer[0], tuple) else list(answer)


def test_the_linter_finds_nothing_in_it_and_says_what_is_wrong_with_it(kind: str, tmp_path: Path) -> None:
    file, content = tmp_path / "01-kinds.yaml", asks(kind)
    file.write_text(json.dumps(content), encoding="utf-8")
    codes = {problem.code for problem in lint([file])} - {"LK032", "LK034"}
    assert not codes
    content["questions"][0]["surprise"] = 1
    file.write_text(json.dumps(content), encoding="utf-8")
    assert "LK011" in {problem.code for problem in lint([file])}
    assert not list(plain_flaws(asked(kind).model_dump()))


def test_a_right_answer_is_right_and_a_wrong_one_is_wrong(kind: str) -> None:
    question = asked(kind)
    kept = read(question, right(question))
    assert question.fits(kept)
    given = mark_answer(question, kept)
    assert given.correct
    assert given.credit == 1
    json.dumps(question.readable(kept))
    wrong = mark_answer(question, read(question, question.example.wrong))
    assert not wrong.correct
    assert 0 <= wrong.credit < 1
    assert 0 <= question.chance() <= 0.5
    assert bool(wrong.misconceptions) == ("misconception" in json.dumps(asks(kind)))
    assert set(wrong.misconceptions) <= set(beliefs_of(question))


def test_an_empty_answer_is_refused_in_words_and_one_of_another_kind_too(kind: str) -> None:
    question = asked(kind)
    for given in (None, 3, [["a"]], {"a": 1}):
        with pytest.raises((AnswerError, TypeError)):
            read(question, given)  # type: ignore[arg-type]


def test_its_meaning_does_not_hang_on_the_order_of_what_is_shuffled(kind: str) -> None:
    question = asked(kind)
    turned = {
        name: tuple(reversed(getattr(question, name)))
        for name in question.unordered
        if hasattr(question, name)
    }
    assert len(turned) == len(question.unordered), "unordered names a field that there is not"
    assert content_hash(question.model_copy(update=turned)) == content_hash(question)


def test_a_translation_says_what_is_read_and_typed_and_nothing_else(kind: str) -> None:
    question = asked(kind)
    data = question.model_dump()
    named = question.texts | question.forms
    for name in named:
        assert name.partition(".")[0] in data, f"the kind {kind} has no field {name}"
    texts = {name for name in _texts_of(data) if name.partition(".")[0] not in NO_TEXTS}
    assert texts <= named, f"texts that nobody can translate: {texts - named}"


def _texts_of(part: object, name: str = "") -> set[str]:
    """Return the fields of a question that hold texts, except ids and what is named by one."""
    match part:
        case str():
            return {name}
        case dict():
            named = {key: value for key, value in part.items() if key not in NAMES}
            return {
                one for key, value in named.items() for one in _texts_of(value, f"{name}.{key}".strip("."))
            }
        case list() | tuple():
            return {one for value in part for one in _texts_of(value, name)}
        case _:
            return set()


def test_all_that_is_said_of_it_is_in_every_language(kind: str) -> None:
    question = asked(kind)
    english = {question.ask, *question.page_words.values(), *question.mark_words.values()}
    english |= set(question.rules.values())
    wrong = mark_answer(question, read(question, question.example.wrong))
    for tag in languages():
        with spoken(tag):
            for text in english:
                assert text
                assert tag == "en" or gettext(text) != text, f"{tag}: {text!r} is not translated"
            assert question.how_on_paper()
            assert question.how() or "choose_one" in question.page_words
            assert solution(question)
            assert question.how_far(wrong, final=False) or wrong.message
            assert not (rule := question.rule()) or MARKING_RULES[rule]


def test_it_has_a_body_without_a_kernel(kind: str) -> None:
    question, alone = asked(kind), quiz(kind)
    closed, opened = quiz_html(alone, reveal=False), quiz_html(alone, reveal=True)
    assert to_html(question.prompt).strip() in closed
    assert gettext(question.how_on_paper()) in closed
    assert "<details>" not in closed
    assert len(opened) > len(closed)
    assert question.explored or list(question.answers(to_html)), "nothing unfolds"
    for listing in question.listings():
        assert all(to_html(line.text).strip().removeprefix("<p>") in closed for line in listing.lines)
    assert len(quiz_text(alone).splitlines()) > 3


def test_it_has_a_handout(kind: str) -> None:
    question, alone = asked(kind), quiz(kind)
    sheet, answers = (handout_html(alone, answers=told) for told in (False, True))
    assert question.pen in sheet
    assert 'class="box' in sheet or 'class="write"' in sheet
    assert question.explored or len(answers) > len(sheet), "neither listings() nor remarks() say the answer"


def test_moodle_has_it_or_it_is_left_out_by_name(kind: str) -> None:
    root = ET.fromstring(moodle_xml(quiz(kind)))  # noqa: S314  (written by us)
    elements = [element for element in root if element.get("type") != "category"]
    assert len(elements) == (asked(kind).moodle() is not None)
    assert all(element.find("questiontext") is not None for element in elements)


def script(kind: str) -> str:
    """Return the script of a kind: it has the name of its module."""
    file = WIDGETS / "kinds" / f"{KINDS[kind].__module__.rpartition('.')[2]}.js"
    assert file.is_file(), f"{file.relative_to(ROOT)} is missing: the page cannot draw {kind}"
    return file.read_text(encoding="utf-8")


def entered(kind: str, table: str) -> re.Pattern[str]:
    return re.compile(rf'^{table}(?:\.{kind}|\["{kind}"\]) = ', re.MULTILINE)


def test_the_page_draws_it(kind: str) -> None:
    mine = script(kind).partition(_WITHOUT_KERNEL)[0]
    assert entered(kind, "INPUTS").search(mine), f"its script does not enter {kind} in INPUTS"
    widget = QuizWidget(quiz(kind), seed=1, recorder=Recorder("sqlite://"))
    (shown,) = widget.view["questions"]
    assert shown["kind"] == kind
    key = asked(kind).key(to_html)
    assert not {"right", "whys", "mistakes", "answer"} & shown.keys()
    page = mine + "".join((WIDGETS / name).read_text(encoding="utf-8") for name in ("quiz.js", "inputs.js"))
    assert all(name in widget.view["words"] for name in asked(kind).page_words)
    assert all(name in page for name in asked(kind).page_words if not name.startswith(f"{kind}_"))
    assert key or asked(kind).explored, "key() says nothing"
    widget.close()


def test_the_site_marks_it(kind: str) -> None:
    mine = script(kind).partition(_WITHOUT_KERNEL)[2]
    assert mine, f"nothing in its script stands below the line {_WITHOUT_KERNEL!r}"
    assert entered(kind, "MARKING").search(mine), f"its script does not enter {kind} in MARKING"
    question = asked(kind)
    (entry,) = lesson_data(quiz(kind), [question.id])["quizzes"][question.id]["questions"]
    json.dumps(entry)
    assert set(question.mark_words) <= words().keys()


def test_a_class_votes_on_it(kind: str) -> None:
    question = asked(kind)
    ballot = Ballot(quiz(kind), question.id)
    assert ballot.page()["questions"][0]["kind"] == kind
    kept = read(ballot.question, right(question))
    labels = ballot.labels(kept)
    assert all(labels)
    assert ballot.wall()["prompt"]
    wrong = ballot.labels(read(ballot.question, question.example.wrong))
    assert labels != wrong
    assert question.open_at_once or ballot.right_answer() or len(question.shuffled(1)) > 1
