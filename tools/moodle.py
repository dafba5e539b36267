"""Write the quizzes as Moodle XML, which Moodle imports into a question bank, and others convert.

    python -m tools.moodle          all quizzes, into build/moodle
    python -m tools.moodle 01 07    those of these lessons

Reasons travel as feedback: beside each choice and each known mistake; those of a match or an order with the
question as a whole. Numbers are those of the default draw. A question on an operating point needs its
explorer, so it is left out.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from lessonkit.questions import load_quiz
from lessonkit.questions.bank import quiz_files
from lessonkit.questions.markup import to_html, to_text
from lessonkit.questions.model import (
    MatchQuestion,
    MultipleQuestion,
    NumericQuestion,
    OperatingPointQuestion,
    OrderQuestion,
    SingleQuestion,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lessonkit.questions.model import Question, Quiz

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "build" / "moodle"
_KINDS = {
    "single": "multichoice",
    "multiple": "multichoice",
    "numeric": "numerical",
    "order": "ordering",
    "match": "matching",
}


def moodle_xml(quiz: Quiz) -> str:
    """Return a quiz as Moodle XML, without what Moodle has no kind of question for."""
    root = ET.Element("quiz")
    category = ET.SubElement(root, "question", type="category")
    _text(category, "category", f"$course$/top/{quiz.title}")
    for question in quiz.questions:
        if not isinstance(question, OperatingPointQuestion):
            root.append(_question(question, quiz.folder))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _question(question: Question, folder: Path | None) -> ET.Element:
    element = ET.Element("question", type=_KINDS[question.kind])
    _text(element, "name", question.id)
    _html(element, "questiontext", question.prompt, folder)
    general = [question.explain]
    match question:
        case SingleQuestion() | MultipleQuestion():
            single = isinstance(question, SingleQuestion)
            right = sum(choice.correct for choice in question.choices)
            cost = 0.0 if single else -100 / max(1, len(question.choices) - right)
            _plain(element, single=str(single).lower(), shuffleanswers="true", answernumbering="ABCD")
            for choice in question.choices:
                fraction = 100 / right if choice.correct else cost
                _html(_answer(element, fraction, choice.text, folder), "feedback", choice.why, folder)
        case NumericQuestion():
            known = [(mistake.answer, 0.0, mistake.why) for mistake in question.mistakes]
            for value, fraction, why in [(question.answer, 100.0, ""), *known]:
                answer = ET.SubElement(element, "answer", fraction=f"{fraction:g}")
                _plain(answer, text=f"{value!r}", tolerance=f"{_tolerance(question):g}")
                _html(answer, "feedback", why, folder)
        case OrderQuestion():
            _plain(element, layouttype="VERTICAL", selecttype="ALL", gradingtype="RELATIVE_TO_CORRECT")
            for place, item in enumerate(question.items, start=1):
                _answer(element, place, item.text, folder)
            general += [item.why for item in question.items]
        case MatchQuestion():
            _plain(element, shuffleanswers="true")
            wanted = {pair.target for pair in question.pairs}
            spare = [("", target.id) for target in question.targets if target.id not in wanted]
            for text, target in [*((pair.text, pair.target) for pair in question.pairs), *spare]:
                part = _html(element, "subquestion", text, folder)
                _text(part, "answer", to_text(question.target(target).text))
            general += [pair.why for pair in question.pairs]
    _html(element, "generalfeedback", "\n\n".join(filter(None, general)), folder)
    for hint in question.hints:
        _html(element, "hint", hint, folder)
    return element


def _tolerance(question: NumericQuestion) -> float:
    if question.tolerance is not None:
        return float(question.tolerance)
    decimals = question.decimals
    if decimals is None:
        size = math.floor(math.log10(abs(question.answer))) if question.answer else 0
        decimals = (question.significant or 1) - 1 - size
    return 0.5 * 10.0**-decimals


def _answer(element: ET.Element, fraction: float, text: str, folder: Path | None) -> ET.Element:
    answer = _html(element, "answer", text, folder)
    answer.set("fraction", f"{fraction:.5f}".rstrip("0").rstrip("."))
    return answer


def _html(element: ET.Element, tag: str, text: str, folder: Path | None) -> ET.Element:
    part = _text(element, tag, to_html(text, folder=folder).strip() if text else "")
    part.set("format", "html")
    return part


def _text(element: ET.Element, tag: str, text: str) -> ET.Element:
    part = ET.SubElement(element, tag)
    _plain(part, text=text)
    return part


def _plain(element: ET.Element, **parts: str) -> None:
    for tag, text in parts.items():
        ET.SubElement(element, tag).text = text


def _chosen(lessons: Iterable[str]) -> list[Path]:
    found = quiz_files(ROOT / "quizzes")
    return [path for path in found if path.name[:2] in lessons] if lessons else found


def main(arguments: list[str] | None = None) -> int:
    """Write the files; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.moodle", description="Write Moodle XML.")
    parser.add_argument("lessons", nargs="*", metavar="NN", help="numbers of lessons; without any, all")
    parser.add_argument("--out", type=Path, default=OUT, metavar="PATH", help="the folder to write to")
    options = parser.parse_args(arguments)
    paths = _chosen(set(options.lessons))
    if not paths:
        print(f"There is no quiz of lesson {', '.join(options.lessons)}.", file=sys.stderr)
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    for path in paths:
        quiz = load_quiz(path)
        file = options.out / f"{path.stem}.xml"
        file.write_text(moodle_xml(quiz), encoding="utf-8")
        left = sum(isinstance(question, OperatingPointQuestion) for question in quiz.questions)
        print(f"{file}: {len(quiz.questions) - left} questions" + (f"; left out: {left}" if left else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
