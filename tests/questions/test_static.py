from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from lessonkit.questions import MARKING_RULES, load_quiz
from lessonkit.questions.kinds.number import number_text
from lessonkit.questions.static import quiz_html, quiz_text

if TYPE_CHECKING:
    from pathlib import Path

    from lessonkit.questions import Quiz

HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(1)> a<b $x$ `c` </details></style>" + "w" * 5000


class Page(HTMLParser):
    """Tags in order, attributes, the text outside details, and the text inside."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.outside = ""
        self.inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in {"br", "hr", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if "details" in self.open:
            self.inside += data
        elif "style" not in self.open:
            self.outside += data


def test_a_reader_without_a_kernel_finds_everything(quiz: Quiz) -> None:
    page = Page(quiz_html(quiz))
    assert page.open == []
    for seen in (
        "A sample",
        "every message",
        "At recall 1",
        "None of these",
        "Precision",
        MARKING_RULES["each"],
    ):
        assert seen in page.outside
    for folded in (
        "✓ Right",
        "✗ Wrong",
        "Everything is found.",
        "They are counted.",
        "0.8889",
        "±0.005",
        "✗ 1.125",
    ):
        assert folded in page.inside
        assert folded not in page.outside
    assert page.inside.count("Answer and reasons") == 3
    assert "Which count is zero?" in page.inside
    assert "Every curve ends there." in page.inside
    assert ("href", "03-sample.ipynb#Where-the-curve-ends") in page.attributes


def test_without_reveal_no_key_and_no_reason(quiz: Quiz) -> None:
    html = quiz_html(quiz, reveal=False)
    for question in quiz.questions:
        for choice in getattr(question, "choices", ()):
            assert choice.why not in html
    for secret in (
        "Right",
        "Wrong",
        "0.8889",
        "1.125",
        "Every curve ends there",
        "Turned over",
        "origin",
        "prevalence",
    ):
        assert secret not in html


def test_it_is_a_fragment_that_can_stand_twice_on_a_page(quiz: Quiz) -> None:
    page = Page(quiz_html(quiz))
    assert not {"html", "head", "body", "script", "h1", "h2", "link"} & set(page.tags)
    assert not {name for name, _ in page.attributes} & {"id", "name", "for", "onclick", "style"}
    assert [value for name, value in page.attributes if name == "aria-label"] == [
        f"Question {number} of 3" for number in (1, 2, 3)
    ]


def test_its_bytes_depend_on_the_quiz_alone(quiz: Quiz, sample: Path) -> None:
    assert quiz_html(quiz) == quiz_html(load_quiz(sample))
    assert quiz_text(quiz) == quiz_text(load_quiz(sample))


def test_plain_text(quiz: Quiz) -> None:
    assert quiz_text(quiz) == (
        "Quiz: A sample\n\n"
        "1. A filter flags every message. Where is its point?\n"
        "   A. At (0, 0)\n   B. At recall 1\n   C. None of these\n\n"
        "2. Which never fall?\n   A. Hits\n   B. Recall\n   C. Precision\n\n"
        "3. How much is 8/9?\n   Answer with a number."
    )


@pytest.mark.parametrize(
    "place",
    [
        *("title: A sample", "text: Recall", "why: It counts hits.", "prompt: Which never fall?"),
        *("why: Turned over.", "explain: Every curve ends there.", "tolerance: 0.005"),
    ],
)
def test_hostile_text_is_shown_and_runs_nothing(sample: Path, place: str) -> None:
    key = place.partition(":")[0]
    text = sample.read_text(encoding="utf-8")
    quoted = "'" + HOSTILE + "'"
    new = f"{place}\n    unit: {quoted}" if key == "tolerance" else f"{key}: {quoted}"
    sample.write_text(text.replace(place, new, 1), encoding="utf-8")
    html = quiz_html(load_quiz(sample))
    page = Page(html)
    assert page.open == []
    assert not {"script", "img"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert "<script>alert(1)</script> <img src=x onerror=alert(1)> a<b" in page.outside + page.inside
    assert "w" * 5000 in html


@pytest.mark.parametrize(
    ("value", "text"),
    [(39 / 44, "0.8864"), (0.5, "0.5"), (1177, "1177"), (60142.4, "60142.4"), (1 / 30, "0.03333")],
)
def test_a_number_is_written_as_a_reader_would(value: float, text: str) -> None:
    assert number_text(value) == text


def test_letters_of_a_match_are_text_that_any_style_keeps(quiz: Quiz) -> None:
    data = {
        "lesson": "l",
        "title": "T",
        "objectives": {"o": "O."},
        "questions": [
            {
                "id": "m",
                "kind": "match",
                "objective": "o",
                "prompt": "?",
                "pairs": [
                    {"id": "p", "text": "Precision", "target": "flagged", "why": "W."},
                    {"id": "r", "text": "Recall", "target": "spam", "why": "W."},
                ],
                "targets": [
                    {"id": "flagged", "text": "Of the flagged"},
                    {"id": "spam", "text": "Of the spam"},
                ],
            }
        ],
    }
    html = quiz_html(type(quiz).model_validate(data))
    letters = dict(re.findall(r"<strong>([A-Z])\.</strong> (Of the \w+)", html))
    assert sorted(letters) == ["A", "B"]
    names = {text: letter for letter, text in letters.items()}
    right = re.findall(r"<strong>✓ ([A-Z])\.</strong>", html)
    assert right == [names["Of the flagged"], names["Of the spam"]]
    assert 'type="A"' not in html


def test_formulas_bring_their_style_and_nothing_else_does(quiz: Quiz) -> None:
    assert "math.css" not in quiz_html(quiz)
    assert ("mtd[columnalign" in quiz_html(quiz)) == ("<math" in quiz_html(quiz))


def test_a_question_at_rest_says_how_to_answer_it_and_gives_its_answers_last(quiz: Quiz) -> None:
    run = "Run this cell (Shift+Enter) to answer."
    assert quiz_html(quiz).count(run) == 1, "once for all of its questions"
    alone = quiz_html(quiz.only(quiz.questions[0].id))
    question, _, rest = alone.partition(run)
    assert "None of these" in question
    assert "<details>" not in question
    assert "Answer and reasons" in rest
    assert "1 of 1" not in alone
