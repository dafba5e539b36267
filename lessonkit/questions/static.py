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

from lessonkit.i18n import direction, gettext, ngettext, noop, spoken
from lessonkit.questions.marking import MARKING_RULES
from lessonkit.questions.markup import to_html, to_text
from lessonkit.questions.model import (
    MatchQuestion,
    MultipleQuestion,
    NumericQuestion,
    OperatingPointQuestion,
    OrderQuestion,
    SingleQuestion,
)
from lessonkit.questions.order import shuffled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lessonkit.questions.model import Question, Quiz

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
_LETTERS = "ABCDEFGHIJKL"
_ASK = {
    "single": noop("Choose one."),
    "multiple": noop("Tick all that are right."),
    "numeric": noop("Answer with a number."),
    "order": noop("Put these in order."),
    "match": noop("Give each number its letter. A letter may be used more than once, or not at all."),
    "operating-point": noop(
        "Answer with a threshold. The explorer to find it with needs a running notebook."
    ),
}


def quiz_html(quiz: Quiz, *, reveal: bool | None = None) -> str:
    """Return the quiz as HTML that needs no kernel, no script and no network.

    Parameters
    ----------
    quiz : Quiz
        The questions; choices and numbers are those of `lessonkit.questions.order.DEFAULT_SEED`.
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
    with spoken(quiz.language):
        label = gettext("Question {n} of {total}") if total > 1 else gettext("Question")
        run = f'<p class="lk-run"><strong>{escape(gettext(_RUN))}</strong></p>'
        sections = "\n".join(
            _section(
                question,
                label.format(n=number, total=total),
                quiz.folder,
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


def number_text(value: float) -> str:
    """Return a number as a reader writes it: four digits, or two more than its whole part has."""
    return f"{value:.{max(4, len(f'{abs(value):.0f}') + 2)}g}"


def _text_body(question: Question) -> Iterator[str]:
    match question:
        case SingleQuestion() | MultipleQuestion():
            yield from _lettered(choice.text for choice in shuffled(question))
        case NumericQuestion() | OperatingPointQuestion():
            yield _ask(question)
        case OrderQuestion():
            yield _ask(question)
            yield from (_hang("- ", to_text(item.text)) for item in shuffled(question))
        case MatchQuestion():
            yield _ask(question)
            yield from (
                _hang(f"{number}. ", to_text(pair.text)) for number, pair in enumerate(question.pairs, 1)
            )
            yield from _lettered(target.text for target in shuffled(question))


def _lettered(texts: Iterable[str]) -> Iterator[str]:
    return (_hang(f"{letter}. ", to_text(text)) for letter, text in zip(_LETTERS, texts, strict=False))


def _hang(label: str, text: str) -> str:
    return label + text.replace("\n", "\n" + " " * len(label))


def _ask(question: Question) -> str:
    if isinstance(question, NumericQuestion) and question.unit is not None:
        return gettext("Answer with a number, in {unit}.").format(unit=question.unit)
    return gettext(_ASK[question.kind])


def _section(question: Question, label: str, folder: Path | None, *, reveal: bool, run: str) -> str:
    return "\n".join(
        (
            # A group: a region for each question would be too many landmarks.
            f'<div class="lk-one" role="group" aria-label="{label}">',
            f'<p class="lk-at">{label}. {escape(_ask(question))}</p>',
            *_body(question, folder),
            *([run] if run else []),
            *((*_hints(question, folder), *_answers(question, folder)) if reveal else ()),
            "</div>",
        )
    )


def _body(question: Question, folder: Path | None) -> Iterator[str]:
    if question.predict:
        predict = gettext("Predict: commit to an answer before you read on. It does not count.")
        yield f"<p><em>{escape(predict)}</em></p>"
    yield f'<div class="lk-ask">{_html(question.prompt, folder)}</div>'
    match question:
        case SingleQuestion() | MultipleQuestion():
            yield _list("A", (_html(choice.text, folder) for choice in shuffled(question)))
        case OrderQuestion():
            yield _list("", (_html(item.text, folder) for item in shuffled(question)))
        case MatchQuestion():
            yield _list("1", (_html(pair.text, folder) for pair in question.pairs))
            yield _list("A", (_html(target.text, folder) for target in shuffled(question)))
        case NumericQuestion() | OperatingPointQuestion():
            pass
    if (rule := _rule(question)) is not None:
        yield f"<p><small>{escape(rule)}</small></p>"


def _rule(question: Question) -> str | None:
    if isinstance(question, MultipleQuestion):
        return gettext(MARKING_RULES[question.marking])
    rule = MARKING_RULES.get(question.kind)
    return None if rule is None else gettext(rule)


def _hints(question: Question, folder: Path | None) -> Iterator[str]:
    for number, hint in enumerate(question.hints, start=1):
        summary = gettext("Hint") if len(question.hints) == 1 else gettext("Hint {n}").format(n=number)
        yield _folded(escape(summary), _html(hint, folder))


def _answers(question: Question, folder: Path | None) -> Iterator[str]:
    match question:
        case SingleQuestion() | MultipleQuestion():
            right, wrong = escape(gettext("Right.")), escape(gettext("Wrong."))
            verdict = {
                True: f"<p><strong>✓ {right}</strong></p>",
                False: f"<p><strong>✗ {wrong}</strong></p>",
            }
            parts = [
                _list(
                    "A",
                    (
                        f"{verdict[choice.correct]}\n{_html(choice.why, folder)}"
                        for choice in shuffled(question)
                    ),
                )
            ]
        case NumericQuestion():
            parts = list(_number_answer(question, folder))
        case OrderQuestion():
            parts = [_list("1", (_html(f"{item.text}\n\n{item.why}", folder) for item in question.items))]
            parts += (
                f"<p><strong>✗ {escape(_sequence(question, mistake.order))}</strong></p>\n"
                f"{_html(mistake.why, folder)}"
                for mistake in question.mistakes
            )
        case MatchQuestion():
            parts = list(_match_answer(question, folder))
        case OperatingPointQuestion():
            parts = []  # the answer is in the data; `explain` says it
    if question.explain:
        parts.append(_html(question.explain, folder))
    if question.see_href is not None:
        again = escape(gettext("Read it again in the lesson"))
        parts.append(f'<p><a href="{escape(question.see_href)}">{again}</a></p>')
    yield _folded(escape(gettext("Answer and reasons")), "\n".join(parts))


def _number_answer(question: NumericQuestion, folder: Path | None) -> Iterator[str]:
    unit = f" {question.unit}" if question.unit is not None else ""
    closeness = escape(_closeness(question))
    yield f"<p><strong>{escape(number_text(question.answer) + unit)}</strong> ({closeness})</p>"
    if question.mistakes:
        yield _list(
            "",
            (
                f"<strong>✗ {escape(number_text(known.answer) + unit)}</strong>\n{_html(known.why, folder)}"
                for known in question.mistakes
            ),
        )


def _sequence(question: OrderQuestion, order: Iterable[str]) -> str:
    texts = {item.id: to_text(item.text) for item in question.items}
    return " → ".join(texts[name] for name in order)


def _match_answer(question: MatchQuestion, folder: Path | None) -> Iterator[str]:
    letters = {target.id: letter for target, letter in zip(shuffled(question), _LETTERS, strict=False)}
    yield _list(
        "1",
        (
            f"<p><strong>✓ {letters[pair.target]}.</strong></p>\n{_html(pair.why, folder)}"
            + "".join(
                f"\n<p><strong>✗ {letters[mistake.target]}.</strong></p>\n{_html(mistake.why, folder)}"
                for mistake in pair.mistakes
            )
            for pair in question.pairs
        ),
    )
    for target in shuffled(question):
        if target.why:
            yield f"<p><strong>✗ {letters[target.id]}.</strong></p>\n{_html(target.why, folder)}"


def _html(markdown: str, folder: Path | None) -> str:
    return to_html(markdown, folder=folder).strip()


@cache
def _math_style() -> str:
    """Return the style sheet of a quiz with formulas."""
    sheet = Path(__file__).with_name("math.css").read_text(encoding="utf-8")
    return f"<style>\n{re.sub(r'/[*].*?[*]/', '', sheet, flags=re.DOTALL).strip()}\n</style>"


def _closeness(question: NumericQuestion) -> str:
    if question.tolerance is not None:
        within = gettext("accepted within ±{tolerance}").format(tolerance=f"{question.tolerance:g}")
        return within if question.tolerance else gettext("exactly")
    if question.decimals is not None:
        decimals = ngettext("to {n} decimal", "to {n} decimals", question.decimals)
        return decimals.format(n=question.decimals)
    digits = question.significant or 1
    return ngettext("to {n} significant digit", "to {n} significant digits", digits).format(n=digits)


def _list(marker: str, items: Iterable[str]) -> str:
    """Return a list numbered by `marker`, ``A`` or ``1``; without one, a list of bullets.

    Letters are text: JupyterLab and others number every list by digits.
    """
    if marker == "A":
        items = (_with_letter(letter, item) for letter, item in zip(_LETTERS, items, strict=False))
        return "\n".join(('<ul class="lk-lettered">', *(f"<li>{item}</li>" for item in items), "</ul>"))
    start, end = (f'<ol type="{marker}">', "</ol>") if marker else ("<ul>", "</ul>")
    return "\n".join((start, *(f"<li>{item}</li>" for item in items), end))


def _with_letter(letter: str, item: str) -> str:
    name = f"<strong>{letter}.</strong>"
    return f"<p>{name} {item.removeprefix('<p>')}" if item.startswith("<p>") else f"<p>{name}</p>\n{item}"


def _folded(summary: str, content: str) -> str:
    return f"<details>\n<summary>{summary}</summary>\n{content}\n</details>"
