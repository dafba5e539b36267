"""What the site's pages need to be answered without a kernel: the questions with their keys, and the scripts.

Everything that a page says is prepared here by the engine itself: prompts, reasons and hints as HTML, and the
words by their names. ``site/scripts`` only marks and chooses. Keys travel for practice; an exam stays closed.
"""

from __future__ import annotations

import ast
import base64
import json
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lessonkit.i18n import gettext
from lessonkit.questions import load_quiz, variant, variant_seed
from lessonkit.questions.arithmetic import exact
from lessonkit.questions.bank import renamed
from lessonkit.questions.content import content_hash
from lessonkit.questions.flaws import slack
from lessonkit.questions.marking import WORDS, unmatched
from lessonkit.questions.markup import to_html
from lessonkit.questions.model import (
    MatchQuestion,
    MultipleQuestion,
    NumericQuestion,
    OperatingPointQuestion,
    OrderQuestion,
    SingleQuestion,
)
from lessonkit.record import Recorder
from lessonkit.widgets import QuizWidget, operating_point, wording
from lessonkit.widgets.assets import asset
from lessonkit.widgets.threshold import Threshold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lessonkit.questions.model import Question, Quiz

SCRIPTS: Final = Path(__file__).parents[1] / "site" / "scripts"
#: How many variants of a question with parameters a page has.
DRAWS: Final = 3
#: The widgets whose page halves the site shares, with what each script gives to the others.
_WIDGETS: Final = {
    "explorer": ("render", "revive", "readStops"),
    "strip": ("render", "revive"),
    "epochs": ("render", "revive"),
    "quiz": ("render",),
}
_PARTS: Final = ("number.js", "mark.js", "record.js", "desk.js", "site.js")

_EXPORT = re.compile(r"^export default [^\n]*\n|^export ", re.MULTILINE)
_IMPORT = re.compile(r"^import [^\n]*\n", re.MULTILINE)
_LIVING = re.compile(
    r'<script type="module">\n.*?\nconst \[[^\]]+\] = (?P<state>\[[^\n]*\]);\n'
    r'revive\("(?P<key>\w+)", [^\n]*\n</script>',
    re.DOTALL,
)
_TO_NOTEBOOK = re.compile(r"([\w-]+)\.ipynb(?=$|[\"#])")
_PLACE = re.compile(r'data-lk-(?P<name>\w+)="(?P<key>\w+)"')


def script() -> str:
    """Return all scripts of the pages as one plain script: a module cannot be loaded from the disk."""
    widgets = "\n".join(
        f"{name}: (() => {{\n{_EXPORT.sub('', asset(f'{name}.js'))}\nreturn {{ {', '.join(given)} }};\n}})(),"
        for name, given in _WIDGETS.items()
    )
    parts = "\n".join(module(name) for name in _PARTS)
    return f'"use strict";\n(() => {{\nconst widgets = {{\n{widgets}\n}};\n{parts}\n}})();\n'


def module(name: str) -> str:
    """Return a script of the site without its imports and exports."""
    text = (SCRIPTS / name).read_text(encoding="utf-8")
    return _EXPORT.sub("", _IMPORT.sub("", text))


def sheet() -> str:
    """Return the style sheets of all widgets."""
    return "\n".join(asset(f"{name}.css") for name in _WIDGETS)


def lean(html: str) -> str:
    """Take the script out of a widget that lives without a kernel: the page has it already."""
    found = _LIVING.search(html)
    if found is None:
        return html
    place = next(one for one in _PLACE.finditer(html) if one["key"] == found["key"])
    state = (
        f'<script type="application/json" data-lk-living="{place["name"]}" data-lk-key="{found["key"]}">'
        f"{found['state']}</script>"
    )
    return html[: found.start()] + state + html[found.end() :]


def to_page(html: str) -> str:
    """Lead links to lessons to their pages."""
    return re.sub(r'(?<=\shref=")([\w-]+)\.ipynb(?=["#])', r"\1.html", html)


def asked(cell: Mapping[str, Any], lesson: str) -> str | None:
    """Return what a cell of a lesson asks of its quiz: the id of one question, or "quiz" for the closing quiz.

    An exam is none, and neither is a call that is made of more than plain text.
    """
    if cell["cell_type"] != "code" or "lk.quiz(" not in (source := "".join(cell["source"])):
        return None
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="quiz"), args=[ast.Constant(value=stem)], keywords=[]
            ) if stem == lesson:
                return "quiz"
            case ast.Call(
                func=ast.Attribute(attr="quiz"),
                args=[ast.Constant(value=stem)],
                keywords=[ast.keyword(arg="only", value=ast.Constant(value=str(question)))],
            ) if stem == lesson:
                return question
    return None


def scripts(lesson: str = "") -> str:
    """Return what loads the scripts of a page, of which a lesson has one of its own."""
    own = f'\n<script defer src="_static/lessons/{lesson}.js"></script>' if lesson else ""
    return f'<link rel="stylesheet" href="_static/lessonkit.css">\n<script defer src="_static/lessonkit.js"></script>{own}'


def write(static: Path, notebooks: Iterable[Path]) -> None:
    """Write the scripts and the sheet into the folder of the site's files."""
    (static / "lessons").mkdir()
    (static / "lessonkit.js").write_text(script(), encoding="utf-8")
    (static / "lessonkit.css").write_text(sheet(), encoding="utf-8")
    for path in notebooks:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        parts = [part for cell in cells if (part := asked(cell, path.stem)) is not None]
        (static / "lessons" / f"{path.stem}.js").write_text(lesson_script(path.stem, parts), encoding="utf-8")


def place(part: str, still: str) -> str:
    """Return the place of a quiz: what is there without scripts, and what tells the script which it is."""
    return f'<div data-lk-quiz="{escape(part)}">\n{still}\n</div>'


def lesson_script(stem: str, parts: Iterable[str]) -> str:
    """Return the script of one lesson: its questions with their keys, and the words.

    Parameters
    ----------
    stem : str
        Of the quiz file.
    parts : iterable of str
        What the page asks, as the second part of `asked`.
    """
    data = json.dumps(lesson_data(load_quiz(stem), parts), ensure_ascii=False, separators=(",", ":"))
    # Inside a script's file only these two would end a line of it.
    data = data.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"lessonkit.lesson({data});\n"


def lesson_data(quiz: Quiz, parts: Iterable[str]) -> dict[str, Any]:
    """Return what `lesson_script` tells the page.

    Raises
    ------
    ValueError
        The quiz asks what a page cannot do: a limit of attempts, or a demand for the cheapest point.
    """
    if quiz.attempts is not None:
        raise ValueError(f"{quiz.lesson}: the site's pages know no limit of attempts")
    quizzes = {}
    explorers: dict[str, Any] = {}
    view: dict[str, Any] = {}
    for part in parts:
        shown = quiz.closing() if part == "quiz" else quiz.only(part)
        widgets = [_widget(shown, draw) for draw in range(DRAWS)]
        view = {key: value for key, value in widgets[0].view.items() if key != "questions"}
        questions = []
        for index, question in enumerate(shown.questions):
            draws = []
            for draw in range(DRAWS if question.template is not None else 1):
                seen = dict(widgets[draw].view["questions"][index])
                if isinstance(question, OperatingPointQuestion):
                    seen["explorer"] = question.data
                    explorers.setdefault(question.data, _explorer(question))
                seed = variant_seed(_reader(draw), question.id)
                key = _key(variant(question, seed), quiz) | {
                    "lesson": quiz.lesson,
                    "seed": seed,
                    "content": content_hash(question),
                }
                draws.append({"shown": seen, "key": key})
            questions.append({"draws": draws})
        quizzes[part] = {"questions": questions}
        for widget in widgets:
            widget.close()
    return {"view": view, "quizzes": quizzes, "explorers": explorers, "words": words(), "renamed": renamed()}


def words() -> dict[str, str]:
    """Return the words that the scripts put on screen, by their names there."""
    said = {name: gettext(text) for name, text in (WORDS | operating_point.WORDS).items()}
    for name in ("meant_percent", "meant_share"):  # shown as the reason of a mistake is
        said[name] = to_html(said[name])
    return said | wording.marking_words() | wording.browser_words()


def _reader(draw: int) -> str:
    return f"site {draw}"


def _widget(quiz: Quiz, draw: int) -> QuizWidget:
    return QuizWidget(quiz, seed=_reader(draw), recorder=Recorder("sqlite://"))


def _explorer(question: OperatingPointQuestion) -> dict[str, Any]:
    widget = operating_point.explorer(question)
    state = {"view": widget.view, "threshold": Threshold.to_page(widget.threshold, widget)}
    widget.close()
    return dict(json.loads(json.dumps(state, default=lambda data: base64.b64encode(data).decode())))


def _key(question: Question, quiz: Quiz) -> dict[str, Any]:
    """Return what it takes to mark a question and to say why."""
    html = cache(lambda text: to_page(to_html(text, folder=quiz.folder)) if text else "")
    see = question.see_href
    key: dict[str, Any] = {
        "id": question.id,
        "counts": not question.predict,
        "hints": [html(hint) for hint in question.hints],
        "explain": html(question.explain),
        "see": None if see is None else {"href": _TO_NOTEBOOK.sub(r"\1.html", see), "label": wording.place(see)},
        "said": wording.right_answer(question),
    }
    match question:
        case SingleQuestion() | MultipleQuestion():
            return key | {
                "order": [choice.id for choice in question.choices],
                "right": [choice.id for choice in question.choices if choice.correct],
                "whys": {choice.id: html(choice.why) for choice in question.choices},
                "unsure": next((choice.id for choice in question.choices if choice.unsure), None),
                "marking": question.marking if isinstance(question, MultipleQuestion) else None,
            }
        case NumericQuestion():
            return key | {
                "unit": question.unit,
                "answer": question.answer,
                **_near(question, question.answer),
                "mistakes": [
                    {**_near(question, known.answer), "html": html(known.why)} for known in question.mistakes
                ],
                "solution": wording.right_number(question),
            }
        case OrderQuestion():
            return key | {
                "items": [
                    {"id": item.id, "text": html(item.text), "html": html(item.why)}
                    for item in question.items
                ],
                "mistakes": [{"order": known.order, "html": html(known.why)} for known in question.mistakes],
            }
        case MatchQuestion():
            total = len(question.pairs)
            return key | {
                "pairs": [
                    {
                        "id": pair.id,
                        "target": pair.target,
                        "html": html(pair.why),
                        "mistakes": {known.target: html(known.why) for known in pair.mistakes},
                    }
                    for pair in question.pairs
                ],
                "targets": {
                    target.id: {"html": html(target.text), "why": html(target.why)}
                    for target in question.targets
                },
                "unmatched": [unmatched(missing, total) for missing in range(1, total + 1)],
            }
        case OperatingPointQuestion():
            if question.demand.cheapest is not None:
                raise ValueError(f"{question.id}: the site's pages cannot mark a demand for the cheapest point")
            best = operating_point.best_point(question)
            return key | {
                "demand": question.demand.model_dump(exclude={"cheapest"}),
                "tolerance": question.tolerance,
                "best": {"threshold": best.threshold, "value": best.value},
                "solution": wording.right_point(question),
            }


def _near(question: NumericQuestion, answer: float) -> Mapping[str, str]:
    """Return a number and how close to it is close enough, exactly."""
    reach = slack(answer, question.tolerance, question.decimals, question.significant)
    return {"exact": str(exact(answer)), "slack": str(reach)}
