"""What the site's pages need to be answered without a kernel: the questions with their keys, and the scripts.

Everything that a page says is prepared here by the engine itself: prompts, reasons and hints as HTML, and the
words by their names. The scripts only mark and choose. Keys travel for practice; an exam stays closed.
"""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from lessonkit.course.calls import Call, calls
from lessonkit.course.outline import FIRST_COURSE, course_id
from lessonkit.i18n import gettext
from lessonkit.questions import load_quiz, variant, variant_seed
from lessonkit.questions.bank import renamed
from lessonkit.questions.content import content_hash
from lessonkit.questions.markup import to_html
from lessonkit.record import Recorder, schedule, syllabus
from lessonkit.record.review import LIMIT
from lessonkit.record.syllabus import is_examined
from lessonkit.widgets import (
    ProgressWidget,
    QuizWidget,
    board_html,
    board_pictures,
    operating_point,
    wording,
)
from lessonkit.widgets.answers import solution
from lessonkit.widgets.assets import asset, marking
from lessonkit.widgets.board import file_words
from lessonkit.widgets.names import Names
from lessonkit.widgets.sketch import page_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lessonkit.questions.kinds import Question
    from lessonkit.questions.model import Quiz

    Cell: TypeAlias = Mapping[str, Any]

SCRIPTS: Final = Path(__file__).with_name("scripts")
#: How many variants of a question with parameters a page has.
DRAWS: Final = 3
#: The widgets whose page halves the site shares, with what each script gives to the others.
_WIDGETS: Final = {
    "explorer": ("render", "revive", "readStops"),
    "strip": ("render", "revive"),
    "epochs": ("render", "revive"),
    "quiz": ("render",),
    "sketch": ("render",),
    "board": ("render",),
}
_PARTS: Final = (
    "../../widgets/number.js",
    "../../widgets/marking.js",
    "mark.js",
    "schedule.js",
    "record.js",
    "desk.js",
    "board.js",
    "draw.js",
    "site.js",
)

_EXPORT = re.compile(r"^export default [^\n]*\n|^export ", re.MULTILINE)
_IMPORT = re.compile(r"^import [^\n]*\n", re.MULTILINE)
_KINDS = 'import "../../widgets/kinds/*.js";\n'
_LIVING = re.compile(
    r'<script type="module">\n.*?\nconst \[[^\]]+\] = (?P<state>\[[^\n]*\]);\n'
    r'revive\("(?P<key>\w+)", [^\n]*\n</script>',
    re.DOTALL,
)
_PLACE = re.compile(r'data-lk-(?P<name>\w+)="(?P<key>\w+)"')


def script() -> str:
    """Return all scripts of the pages as one plain script: a module cannot be loaded from the disk."""
    widgets = "\n".join(
        f"{name}: (() => {{\n{_EXPORT.sub('', asset(f'{name}.js'))}\nreturn {{ {', '.join(given)} }};\n}})(),"
        for name, given in _WIDGETS.items()
    )
    parts = "\n".join(module(name) for name in _PARTS)
    return (
        f'"use strict";\n(() => {{\nconst kit = {_json(kit())};\n'
        f"const widgets = {{\n{widgets}\n}};\n{parts}\n}})();\n"
    )


def module(name: str) -> str:
    """Return a script of the site without its imports and exports, joined to the marking of the kinds."""
    text = (SCRIPTS / name).read_text(encoding="utf-8")
    if _KINDS in text:
        text = text.replace(_KINDS, marking())
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


def to_address(link: str) -> str:
    """Return the address of a lesson's page for the link to its notebook."""
    return re.sub(r"\.ipynb(?=$|#)", ".html", link)


def to_page(html: str) -> str:
    """Lead links to lessons to their pages."""
    return re.sub(r'(?<=\shref=")([\w-]+)\.ipynb(?=["#])', r"\1.html", html)


def asked(cell: Cell, lesson: str) -> str | None:
    """Return what a cell of a lesson asks of its quiz: the id of one question, or "quiz" for the closing one.

    An exam is none, and neither is a call that is made of more than plain text.
    """
    for call in calls("".join(cell["source"])) if cell["cell_type"] == "code" else ():
        match call:
            case Call("quiz", stem, options) if stem == lesson and not options:
                return "quiz"
            case Call("quiz", stem, {"only": str(question), **others}) if stem == lesson and not others:
                return question
    return None


def draws(cell: Cell) -> bool:
    """Say whether a cell asks for a sketch."""
    return cell["cell_type"] == "code" and "lk.sketch(" in "".join(cell["source"])


def shows_board(cell: Cell) -> bool:
    """Say whether a cell shows the progress board."""
    return cell["cell_type"] == "code" and "".join(cell["source"]).rstrip().endswith("lk.progress()")


def drawn(cells: Sequence[Cell]) -> dict[str, Any]:
    """Run the cells up to a sketch, and return what its page needs to compare it."""
    names: dict[str, Any] = {}
    asked_last: ast.stmt | None = None
    for cell in cells:
        if cell["cell_type"] == "code":
            tree = ast.parse("".join(cell["source"]))
            exec(compile(tree, "lesson", "exec"), names)  # noqa: S102  (a lesson of the course)
            asked_last = tree.body[-1]
    if not isinstance(asked_last, ast.Expr):
        raise TypeError("the cell of a sketch does not end with it")
    sketch = eval(compile(ast.Expression(asked_last.value), "lesson", "eval"), names)  # noqa: S307
    return dict(sketch.page_data)


def scripts(lesson: str = "") -> str:
    """Return what loads the scripts of a page, of which a lesson has one of its own."""
    own = f'\n<script defer src="_static/lessons/{lesson}.js"></script>' if lesson else ""
    style = '<link rel="stylesheet" href="_static/lessonkit.css">'
    return f'{style}\n<script defer src="_static/lessonkit.js"></script>{own}'


def write(static: Path, notebooks: Iterable[Path]) -> None:
    """Write the scripts and the sheet into the folder of the site's files."""
    (static / "lessons").mkdir()
    (static / "lessonkit.js").write_text(script(), encoding="utf-8")
    (static / "lessonkit.css").write_text(sheet(), encoding="utf-8")
    for path in notebooks:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        (static / "lessons" / f"{path.stem}.js").write_text(lesson_script(path.stem, cells), encoding="utf-8")


def place(widget: str, name: str, still: str) -> str:
    """Return the place of a widget: what is there without scripts, and what tells the script which it is."""
    return f'<div data-lk-{widget}="{escape(name)}">\n{still}\n</div>'


def lesson_script(stem: str, cells: Sequence[Cell]) -> str:
    """Return the script of one lesson: its questions with their keys, and its sketches.

    Parameters
    ----------
    stem : str
        Of the notebook and of the quiz file.
    cells : sequence of dict
        The notebook's cells.
    """
    sketches = {cell["id"]: drawn(cells[: index + 1]) for index, cell in enumerate(cells) if draws(cell)}
    parts = [part for cell in cells if (part := asked(cell, stem)) is not None]
    asks = lesson_data(load_quiz(stem), parts) if parts else {"view": {}, "quizzes": {}, "explorers": {}}
    data = asks | {"sketches": sketches}
    return f"lessonkit.lesson({_json(data)});\n"


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


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
        drawn = any(question.template is not None for question in shown.questions)
        widgets = [_widget(shown, draw) for draw in range(DRAWS if drawn else 1)]
        view = {key: value for key, value in widgets[0].view.items() if key != "questions"}
        questions = []
        for index, question in enumerate(shown.questions):
            draws = []
            for draw in range(DRAWS if question.template is not None else 1):
                seen = dict(widgets[draw].view["questions"][index])
                if question.explored:
                    data = seen["explorer"] = operating_point.asked(question).data
                    explorers.setdefault(data, operating_point.traits(question))
                seed = variant_seed(_reader(draw), question.id)
                key = _key(variant(question, seed), quiz) | {
                    "course": None if (name := course_id()) == FIRST_COURSE else name,
                    "lesson": quiz.lesson,
                    "seed": seed,
                    "content": content_hash(question),
                }
                draws.append({"shown": seen, "key": key})
            questions.append({"draws": draws})
        quizzes[part] = {"questions": questions}
        for widget in widgets:
            widget.close()
    return {"view": view, "quizzes": quizzes, "explorers": explorers}


def kit() -> dict[str, Any]:
    """Return what all pages need: the words, what the board is made of, and how sketches are compared."""
    widget = ProgressWidget(Recorder("sqlite://"))
    shown = {
        "view": dict(widget.view),
        "words": {name: gettext(text) for name, text in (board_html.WORDS | board_pictures.WORDS).items()}
        | wording.nothing_due_words(),
        "heads": [gettext(head) for head in board_html.HEADS],
        "one": file_words(1) | wording.due_words(1),
        "many": file_words(2) | wording.due_words(2),
    }
    widget.close()
    return {"words": words(), "board": shown, "course": course(), "sketch": page_rules()}


def course() -> dict[str, Any]:
    """Return what the course asks, so that a page can say what a record tells."""
    asks = syllabus()
    lessons = []
    for quiz in asks.lessons:
        practiced = {question.id for question in asks.practiced(quiz)}
        on = {question.objective for question in asks.practiced(quiz)} - _examined(quiz)
        lessons.append(
            {
                "lesson": quiz.lesson,
                "title": asks.titles[quiz.lesson],
                "href": to_address(asks.href(quiz)),
                "questions": [
                    {
                        "id": question.id,
                        "content": asks.content(quiz.lesson, question.id),
                        "objective": question.objective,
                        "href": to_address(asks.href(quiz, question)),
                        "closed": question.id not in practiced,
                    }
                    for question in asks.counted(quiz)
                ],
                "exercises": asks.exercises(quiz),
                "objectives": [
                    {"slug": slug, "text": text} for slug, text in quiz.objectives.items() if slug in on
                ],
            }
        )
    rules = schedule.page_rules() | {"limit": LIMIT}
    return {"id": asks.course, "lessons": lessons, "renamed": renamed(), "schedule": rules}


def _examined(quiz: Quiz) -> set[str]:
    return {question.objective for question in quiz.questions if is_examined(quiz, question)}


def words() -> dict[str, str]:
    """Return the words that the scripts put on screen, by their names there."""
    said = {name: gettext(text) for name, text in operating_point.WORDS.items()}
    said |= wording.marking_words() | wording.browser_words()
    for name in ("meant_percent", "meant_share"):  # shown as the reason of a mistake is
        said[name] = to_html(said[name])
    return said


def _reader(draw: int) -> str:
    return f"site {draw}"


class OpenQuiz(QuizWidget):
    """A quiz whose page holds the key, and keeps answers by their own ids."""

    def _names(self, question: Question, seed: str) -> Names:
        return Names.of(question, seed, lambda _marker, _place, part: part)


def _widget(quiz: Quiz, draw: int) -> QuizWidget:
    return OpenQuiz(quiz, seed=_reader(draw), recorder=Recorder("sqlite://"))


def _key(question: Question, quiz: Quiz) -> dict[str, Any]:
    """Return what it takes to mark a question and to say why."""
    html = cache(lambda text: to_page(to_html(text, folder=quiz.folder)) if text else "")
    see = question.see_href
    key: dict[str, Any] = {
        "id": question.id,
        "counts": not question.predict,
        "hints": [html(hint) for hint in question.hints],
        "explain": html(question.explain),
        "see": None if see is None else {"href": to_address(see), "label": wording.place(see)},
        "said": "" if question.said else question.solution(),
        **({"solution": solution(question)} if question.said else {}),
        **question.key(html),
    }
    if question.explored:
        point = operating_point.asked(question)
        if point.demand.cheapest is not None:
            raise ValueError(f"{point.id}: the site's pages cannot mark a demand for the cheapest point")
        best = operating_point.best_point(point)
        key["best"] = {"threshold": best.threshold, "value": best.value}
    return key
