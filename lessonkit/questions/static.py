"""A quiz without a kernel: the same questions as a piece of HTML that unfolds, and as plain text.

Readers meet this body on a code host, in an HTML export and in a notebook that was not run. It holds no
script, no id that could clash with another quiz on the page, and its bytes depend on the quiz alone.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from lessonkit.questions.marking import MARKING_RULES
from lessonkit.questions.markup import to_html, to_text
from lessonkit.questions.model import MultipleQuestion, NumericQuestion
from lessonkit.questions.order import shuffled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lessonkit.questions.model import Question, Quiz

# Text and lines take the color of the page around them, so that light and dark themes are legible alike.
_STYLE = """<style>
.lessonkit-static { color: inherit; max-width: 48rem; overflow-wrap: anywhere; }
.lessonkit-static section { border-left: 3px solid currentColor; margin: 1.2em 0; padding: 0 0 0 1em; }
.lessonkit-static ol > li > p { margin: 0.3em 0; }
.lessonkit-static details { margin: 0.5em 0; }
.lessonkit-static summary { cursor: pointer; }
.lessonkit-static summary:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
.lessonkit-static pre { overflow-x: auto; }
.lessonkit-static img { max-width: 100%; }
.lessonkit-static code .k, .lessonkit-static code .kn { font-weight: bold; }
.lessonkit-static code .c1 { font-style: italic; }
</style>"""

_ASK = {
    "single": "Choose one.",
    "multiple": "Tick all that are right.",
    "numeric": "Answer with a number.",
}


def quiz_html(quiz: Quiz, *, reveal: bool = True) -> str:
    """Return the quiz as HTML that needs no kernel, no script and no network.

    Parameters
    ----------
    quiz : Quiz
        The questions; choices stand in the order of `lessonkit.questions.order.DEFAULT_SEED`.
    reveal : bool, default True
        Put the answers and reasons under each question, folded. Without, the HTML holds neither.

    Returns
    -------
    str
        An HTML fragment, the same bytes for the same quiz.
    """
    total = len(quiz.questions)
    sections = "\n".join(
        _section(question, f"Question {number} of {total}", quiz.folder, reveal=reveal)
        for number, question in enumerate(quiz.questions, start=1)
    )
    title = escape(quiz.title)
    return (
        f'<div class="lessonkit-static">\n{_STYLE}\n<p><strong>Quiz: {title}</strong></p>\n{sections}\n</div>'
    )


def quiz_text(quiz: Quiz) -> str:
    """Return the prompts and choices of the quiz as plain text, without answers.

    It is what a terminal shows, and is constant, so that a notebook run twice stores the same output.
    """
    lines = [f"Quiz: {quiz.title}"]
    for number, question in enumerate(quiz.questions, start=1):
        lines += ["", _hang(f"{number}. ", to_text(question.prompt))]
        if isinstance(question, NumericQuestion):
            lines.append(f"   {_ask(question)}")
        else:
            lines += [
                _hang(f"   {letter}. ", to_text(choice.text))
                for letter, choice in zip("ABCDEFGHIJKL", shuffled(question), strict=False)
            ]
    return "\n".join(lines)


def _hang(label: str, text: str) -> str:
    return label + text.replace("\n", "\n" + " " * len(label))


def _ask(question: Question) -> str:
    ask = _ASK[question.kind]
    if isinstance(question, NumericQuestion) and question.unit is not None:
        return f"{ask[:-1]}, in {question.unit}."
    return ask


def _section(question: Question, label: str, folder: Path | None, *, reveal: bool) -> str:
    return "\n".join(
        (
            f'<section aria-label="{label}">',
            f"<p><strong>{label}.</strong> {escape(_ask(question))}</p>",
            *_body(question, folder),
            *(_answers(question, folder) if reveal else ()),
            "</section>",
        )
    )


def _body(question: Question, folder: Path | None) -> Iterator[str]:
    if question.predict:
        yield "<p><em>Predict: commit to an answer before you read on. It does not count.</em></p>"
    yield to_html(question.prompt, folder=folder).strip()
    if not isinstance(question, NumericQuestion):
        yield _letters(to_html(choice.text, folder=folder).strip() for choice in shuffled(question))
    if isinstance(question, MultipleQuestion):
        yield f"<p><small>{escape(MARKING_RULES[question.marking])}</small></p>"
    for number, hint in enumerate(question.hints, start=1):
        summary = "Hint" if len(question.hints) == 1 else f"Hint {number}"
        yield _folded(summary, to_html(hint, folder=folder).strip())


def _answers(question: Question, folder: Path | None) -> Iterator[str]:
    parts: list[str] = []
    if isinstance(question, NumericQuestion):
        unit = f" {question.unit}" if question.unit is not None else ""
        parts.append(
            f"<p><strong>{escape(f'{question.answer:.10g}{unit}')}</strong> ({_closeness(question)})</p>"
        )
        if question.mistakes:
            parts.append("<ul>")
            for mistake in question.mistakes:
                why = to_html(mistake.why, folder=folder).strip()
                parts.append(f"<li><strong>✗ {escape(f'{mistake.answer:.10g}{unit}')}</strong>\n{why}</li>")
            parts.append("</ul>")
    else:
        parts.append(
            _letters(
                f"<p><strong>{'✓ Right' if choice.correct else '✗ Wrong'}.</strong></p>\n"
                f"{to_html(choice.why, folder=folder).strip()}"
                for choice in shuffled(question)
            )
        )
    if question.explain:
        parts.append(to_html(question.explain, folder=folder).strip())
    if question.see_href is not None:
        parts.append(f'<p><a href="{escape(question.see_href)}">Read it again in the lesson</a></p>')
    yield _folded("Answer and reasons", "\n".join(parts))


def _closeness(question: NumericQuestion) -> str:
    if question.tolerance is not None:
        return f"accepted within ±{question.tolerance:g}" if question.tolerance else "exactly"
    if question.decimals is not None:
        return f"to {question.decimals} decimals"
    return f"to {question.significant} significant digits"


def _letters(items: Iterator[str]) -> str:
    return "\n".join(('<ol type="A">', *(f"<li>{item}</li>" for item in items), "</ol>"))


def _folded(summary: str, content: str) -> str:
    return f"<details>\n<summary>{summary}</summary>\n{content}\n</details>"
