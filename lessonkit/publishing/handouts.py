"""Print the quizzes of a course on paper.

Each lesson gives two PDFs: ``01-precision-and-recall.pdf`` to hand out, and the same with ``-answers``, where
every answer has its reason. Both ask the questions in the order of the file. Choices stand in the order, and
drawn numbers are those, that a reader without a kernel meets. Chromium prints; nothing is loaded.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from lessonkit.publishing.chromium import launch
from lessonkit.questions import load_quiz
from lessonkit.questions.kinds import MARKING_RULES
from lessonkit.questions.kinds.base import LETTERS
from lessonkit.questions.markup import to_html

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lessonkit.course.outline import Course
    from lessonkit.questions.kinds import Question
    from lessonkit.questions.kinds.base import Line, Listing
    from lessonkit.questions.model import Quiz

_STYLE = Path(__file__).with_suffix(".css")

_BOXES = {"round": "box round", "square": "box", "wide": "box wide"}
_NO_BROWSER = """No Chromium was found, and it prints the handouts.
On Debian and Ubuntu:  apt-get install chromium
Elsewhere:  python -m playwright install chromium
or set LESSONKIT_CHROMIUM to the path of Chromium or Chrome."""
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)


class HandoutError(Exception):
    """No handouts can be printed; the message says why, and the fix."""


def handout_html(quiz: Quiz, *, answers: bool) -> str:
    """Return a quiz as a page to print, which needs no script and no other file.

    Parameters
    ----------
    quiz : Quiz
        All its questions are asked: those of the text, of the exam and of the end.
    answers : bool
        Show what is right, why, and the hints. Without, the page holds none of them.
    """
    total = len(quiz.questions)
    sheet = _Sheet(quiz, answers=answers)
    questions = "\n".join(
        sheet.question(question, f"Question {number} of {total}")
        for number, question in enumerate(quiz.questions, start=1)
    )
    number = _number(quiz.lesson)
    title = escape(f"{number} · {quiz.title}" if number else quiz.title)
    kind = "Answers and reasons" if answers else "Questions"
    fields = "" if answers else '<p class="fields"><span>Name</span><span>Date</span></p>'
    return (
        f'<!doctype html>\n<html lang="{quiz.language}"><head><meta charset="utf-8">'
        f"<title>{title}: {kind}</title>\n<style>\n{_STYLE.read_text(encoding='utf-8')}</style></head>\n"
        f"<body><header><h1>{title}</h1><p>{kind}</p>{fields}</header>\n"
        f"<main>\n{questions}\n</main></body></html>\n"
    )


@dataclass(frozen=True)
class _Sheet:
    """The questions of one quiz on one of its two sheets."""

    quiz: Quiz
    answers: bool

    def question(self, question: Question, label: str) -> str:
        notes = "".join(f" <small>({note})</small>" for note in self._notes(question))
        prompt = self._html(question.prompt)
        body = "\n".join(self._body(question))
        return f'<section class="question">\n<h2>{label}{notes}</h2>\n{prompt}\n{body}\n</section>'

    def _notes(self, question: Question) -> Iterator[str]:
        if question.predict:
            yield "predict before the lesson; it does not count"
        elif question.inline:
            yield "asked within the lesson"
        elif question.id in self.quiz.exam:
            yield "asked in the test"
        if self.answers:
            yield f"<code>{question.id}</code>"

    def _body(self, question: Question) -> Iterator[str]:
        yield f'<p class="ask">{escape(question.pen)}</p>'
        listings = list(question.listings())
        for listing in listings:
            yield self._list(listing)
        if not (listings or self.answers):
            unit = getattr(question, "unit", None) or ""
            yield f'<p>Answer: <span class="write"></span> {escape(unit)}</p>'
            yield '<div class="space"></div>'
        if rule := question.rule():
            yield f'<p class="rule">{escape(MARKING_RULES[rule])}</p>'
        if self.answers:
            yield f'<div class="answer">\n{"".join(self._answer(question))}</div>'

    def _list(self, listing: Listing) -> str:
        letters = LETTERS if listing.marker == "A" else " " * len(listing.lines)
        parts = (
            self._part(line, letter.strip()) for line, letter in zip(listing.lines, letters, strict=False)
        )
        return "\n".join(('<ul class="parts">', *parts, "</ul>"))

    def _part(self, line: Line, letter: str) -> str:
        filled = line.filled if self.answers else ""
        mark = f'<span class="{_BOXES[line.box]}">{filled}</span>' if line.box else ""
        mark += f'<span class="letter">{letter}</span>' if letter else ""
        why = "".join(self._why(why, lead) for lead, why in line.reasons)
        tag = '<li class="right">' if self.answers and line.right else "<li>"
        return f'{tag}{mark}<div><div class="text">{self._html(line.text)}</div>{why}</div></li>'

    def _answer(self, question: Question) -> Iterator[str]:
        """Yield what belongs to the answer of the whole question."""
        for lead, why in question.remarks():
            yield self._why(why, lead)
        if question.explain:
            yield self._html(question.explain)
        for hint in question.hints:
            yield self._led("Hint:", hint)
        if question.see is not None:
            yield f"<p>Read it again: {escape(self._section(question.see))}.</p>\n"

    def _why(self, why: str, lead: str = "") -> str:
        if not (why and self.answers):
            return ""
        return f'<div class="why">{self._led(lead, why)}</div>\n'

    def _section(self, see: str) -> str:
        """Return where a lesson answers a question, in words."""
        file, _, anchor = see.partition("#")
        path = (self.quiz.folder or Path()).parent / file
        lesson = f"lesson {_number(path.stem) or path.stem.replace('-', ' ')}"
        if not anchor:
            return lesson
        heading = next((text for text in _headings(path) if text.replace(" ", "-") == anchor), anchor)
        return f"{lesson}, “{heading}”"

    def _led(self, lead: str, markdown: str) -> str:
        """Return a text whose first paragraph begins with a few words in bold."""
        html = self._html(markdown)
        return html.replace("<p>", f"<p><strong>{escape(lead)}</strong> ", 1) if lead else html

    def _html(self, markdown: str) -> str:
        return to_html(markdown, folder=self.quiz.folder)


def _number(lesson: str) -> str:
    """Return the number that the name of a lesson begins with, if it does."""
    return lesson[: len(lesson) - len(lesson.lstrip("0123456789"))]


def _headings(notebook: Path) -> list[str]:
    """Return the headings of a lesson as they are read; none where there is no such lesson."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    except (OSError, ValueError, KeyError):
        return []
    return [re.sub(r"[`*]", "", found) for text in texts for found in _HEADING.findall(text)]


def course_quizzes(course: Course, lessons: Sequence[str] = ()) -> list[Quiz]:
    """Return the quizzes of some lessons, each named by its number or its whole name; of all for none.

    Raises
    ------
    HandoutError
        One of the lessons has no quiz.
    QuizError
        A quiz cannot be used.
    """
    files = [course.quizzes / f"{lesson}.yaml" for lesson in course.lessons]
    files = [path for path in files if path.is_file()]
    known = "\n".join(["There are:", *(f"  {path.stem}" for path in files)])
    chosen = []
    for lesson in lessons:
        fitting = [path for path in files if lesson in {path.stem, _number(path.stem)}]
        if not fitting:
            raise HandoutError(f"There is no quiz of a lesson {lesson!r}. {known}")
        chosen += fitting
    return [load_quiz(path) for path in chosen or files]


def print_handouts(quizzes: Sequence[Quiz], folder: Path) -> list[Path]:
    """Write the two PDFs of each quiz into a folder, which is made if it is not there; return their paths.

    Raises
    ------
    HandoutError
        There is no Chromium.
    playwright.sync_api.Error
        It failed.
    """
    from playwright.sync_api import Error, sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except Error as error:
            if "executable doesn't exist" not in error.message.lower():
                raise
            raise HandoutError(_NO_BROWSER) from error
        page = browser.new_context(java_script_enabled=False, offline=True).new_page()
        for quiz in quizzes:
            for suffix, answers in (("", False), ("-answers", True)):
                page.set_content(handout_html(quiz, answers=answers))
                path = folder / f"{quiz.lesson}{suffix}.pdf"
                page.pdf(
                    path=path,
                    prefer_css_page_size=True,
                    display_header_footer=True,
                    header_template="<span></span>",
                    footer_template=_footer(path.stem),
                    tagged=True,
                    outline=True,
                )
                written.append(path)
        browser.close()
    return written


def _footer(name: str) -> str:
    return (
        '<div style="font: 8pt sans-serif; width: 100%; margin: 0 18mm; display: flex; '
        f'justify-content: space-between"><span>{escape(name)}</span>'
        '<span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>'
    )
