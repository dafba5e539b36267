"""A quiz without a kernel: the same questions as a piece of HTML that unfolds, and as plain text.

Readers meet this body on a code host, in an HTML export and in a notebook that was not run. It holds no
script, no id that could clash with another quiz on the page, and its bytes depend on the quiz alone. So its
own words are in the quiz's language, not in the learner's.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from lessonkit.i18n import direction, gettext, noop, spoken
from lessonkit.questions.kinds import MARKING_RULES
from lessonkit.questions.kinds.base import LETTERS
from lessonkit.questions.kinds.listed import listed
from lessonkit.questions.markup import to_html, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lessonkit.questions.kinds import Question
    from lessonkit.questions.kinds.base import Html
    from lessonkit.questions.model import Quiz

# Text and lines take the color of the page around them, so that light and dark themes are legible alike.
_STYLE = """<style>
.lessonkit-static { color: inherit; max-width: 48rem; overflow-wrap: anywhere; }
.lessonkit-static .lk-one { border: 1px solid color-mix(in srgb, currentColor 25%, transparent);
  border-radius: 12px; margin: 1em 0; padding: 0.8em 1.2em; }
.lessonkit-static .lk-at { font-size: 0.9em; margin: 0 0 0.3em; opacity: 0.75; }
.lessonkit-static .lk-ask > p { font-size: 1.15em; margin: 0 0 0.5em; }
.lessonkit-static .lk-run { border-left: 3px solid currentColor; padding-left: 0.7em; }
.lessonkit-static li > p { margin: 0.3em 0; }
.lessonkit-static .lk-lettered { list-style: none; padding-inline-start: 1em; }
.lessonkit-static :is(td, th)[align="left"] { text-align: left; }
.lessonkit-static :is(td, th)[align="center"] { text-align: center; }
.lessonkit-static details { margin: 0.5em 0; }
.lessonkit-static summary { cursor: pointer; }
.lessonkit-static summary:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
div.lessonkit-static pre { overflow-x: auto; white-space: pre; }
.lessonkit-static img { max-width: 100%; }
.lessonkit-static code .k, .lessonkit-static code .kn { font-weight: bold; }
.lessonkit-static code .c1 { font-style: italic; }
</style>"""

_RUN = noop("Run this cell (Shift+Enter) to answer.")


def quiz_html(quiz: Quiz, *, reveal: bool | None = None) -> str:
    """Return the quiz as HTML that needs no kernel, no script and no network.

    Parameters
    ----------
    quiz : Quiz
        The questions; choices and numbers are those of `lessonkit.questions.DEFAULT_SEED`.
    reveal : bool, optional
        Put hints, answers and reasons under each question, folded. Without, the HTML holds none of them. By
        default they are left out in exam mode only.

    Returns
    -------
    str
        An HTML fragment, the same bytes for the same quiz.
    """
    reveal = quiz.mode != "exam" if reveal is None else reveal
    total = len(quiz.questions)

    def html(markdown: str) -> str:
        return to_html(markdown, folder=quiz.folder)

    with spoken(quiz.language):
        label = gettext("Question {n} of {total}") if total > 1 else gettext("Question")
        run = f'<p class="lk-run"><strong>{escape(gettext(_RUN))}</strong></p>'
        sections = "\n".join(
            _section(
                question,
                label.format(n=number, total=total),
                html,
                reveal=reveal,
                run=run if total == 1 else "",
            )
            for number, question in enumerate(quiz.questions, start=1)
        )
        title = escape(gettext("Quiz: {title}").format(title=quiz.title))
    # English written from left to right is what the page around it is anyway.
    tag = quiz.language
    spoken_in = "" if tag == "en" else f' lang="{tag}" dir="{direction(tag)}"'
    style = f"{_STYLE}\n{_math_style()}" if "<math" in sections else _STYLE
    head = f"{style}\n<p><strong>{title}</strong></p>\n{run}" if total > 1 else style
    return f'<div class="lessonkit-static"{spoken_in}>\n{head}\n{sections}\n</div>'


def quiz_text(quiz: Quiz) -> str:
    """Return the prompts and choices of the quiz as plain text, without answers.

    It is what a terminal shows, and is constant, so that a notebook run twice stores the same output.
    """
    with spoken(quiz.language):
        lines = [gettext("Quiz: {title}").format(title=quiz.title)]
        for number, question in enumerate(quiz.questions, start=1):
            lines += ["", _hang(f"{number}. ", to_text(question.prompt))]
            lines += [f"   {line}" for line in _text_body(question)]
    return "\n".join(lines)


def _text_body(question: Question) -> Iterator[str]:
    listings = list(question.listings())
    if [listing.marker for listing in listings] != ["A"]:  # what to do with choices is plain
        yield question.how_on_paper()
    for marker, lines in listings:
        labels = (
            f"{letter}. " if marker == "A" else f"{number}. " if marker else "- "
            for number, letter in enumerate(LETTERS, start=1)
        )
        yield from (_hang(label, to_text(line.text)) for label, line in zip(labels, lines, strict=False))


def _hang(label: str, text: str) -> str:
    return label + text.replace("\n", "\n" + " " * len(label))


def _section(question: Question, label: str, html: Html, *, reveal: bool, run: str) -> str:
    return "\n".join(
        (
            # A group: a region for each question would be too many landmarks.
            f'<div class="lk-one" role="group" aria-label="{label}">',
            f'<p class="lk-at">{label}. {escape(question.how_on_paper())}</p>',
            *_body(question, html),
            *([run] if run else []),
            *((*_hints(question, html), _answers(question, html)) if reveal else ()),
            "</div>",
        )
    )


def _body(question: Question, html: Html) -> Iterator[str]:
    if question.predict:
        predict = gettext("Predict: commit to an answer before you read on. It does not count.")
        yield f"<p><em>{escape(predict)}</em></p>"
    yield f'<div class="lk-ask">{html(question.prompt)}</div>'
    for marker, lines in question.listings():
        yield listed(marker, (html(line.text) for line in lines))
    if rule := question.rule():
        yield f"<p><small>{escape(gettext(MARKING_RULES[rule]))}</small></p>"


def _hints(question: Question, html: Html) -> Iterator[str]:
    for number, hint in enumerate(question.hints, start=1):
        summary = gettext("Hint") if len(question.hints) == 1 else gettext("Hint {n}").format(n=number)
        yield _folded(escape(summary), html(hint))


def _answers(question: Question, html: Html) -> str:
    parts = list(question.answers(html))
    if question.explain:
        parts.append(html(question.explain))
    if question.see_href is not None:
        again = escape(gettext("Read it again in the lesson"))
        parts.append(f'<p><a href="{escape(question.see_href)}">{again}</a></p>')
    return _folded(escape(gettext("Answer and reasons")), "\n".join(parts))


@cache
def _math_style() -> str:
    """Return the style sheet of a quiz with formulas."""
    sheet = Path(__file__).with_name("math.css").read_text(encoding="utf-8")
    return f"<style>\n{re.sub(r'/[*].*?[*]/', '', sheet, flags=re.DOTALL).strip()}\n</style>"


def _folded(summary: str, content: str) -> str:
    return f"<details>\n<summary>{summary}</summary>\n{content}\n</details>"
