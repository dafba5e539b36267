"""Write the quizzes as Moodle XML, which Moodle imports into a question bank, and others convert.

    python -m tools.moodle          all quizzes, into build/moodle
    python -m tools.moodle 01 07    those of these lessons

Reasons travel as feedback: beside each choice and each known mistake; those of a match or an order with the
question as a whole. Numbers are those of the default draw. A question on an operating point needs its
explorer, so it is left out.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from lessonkit.i18n import counted
from lessonkit.questions import load_quiz
from lessonkit.questions.bank import quiz_files
from lessonkit.questions.markup import to_html

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lessonkit.questions.kinds import Question
    from lessonkit.questions.kinds.base import Moodle, Node
    from lessonkit.questions.model import Quiz

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "build" / "moodle"


def moodle_xml(quiz: Quiz) -> str:
    """Return a quiz as Moodle XML, without what Moodle has no kind of question for."""
    root = ET.Element("quiz")
    category = ET.SubElement(root, "question", type="category")
    _text(category, "category", f"$course$/top/{quiz.title}")
    for question in quiz.questions:
        if (moodle := question.moodle()) is not None:
            root.append(_question(question, moodle, quiz.folder))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _question(question: Question, moodle: Moodle, folder: Path | None) -> ET.Element:
    element = ET.Element("question", type=moodle.type)
    _text(element, "name", question.id)
    _html(element, "questiontext", question.prompt, folder)
    for node in moodle.parts:
        _element(element, node, folder)
    general = "\n\n".join(filter(None, (question.explain, *moodle.general)))
    _html(element, "generalfeedback", general, folder)
    for hint in question.hints:
        _html(element, "hint", hint, folder)
    return element


def _element(parent: ET.Element, node: Node, folder: Path | None) -> None:
    if node.html is not None:
        element = _html(parent, node.tag, node.html, folder)
    elif node.fraction is not None:
        element = _text(parent, node.tag, node.text)
    else:
        element = ET.SubElement(parent, node.tag)
        element.text = node.text or None
    if node.fraction is not None:
        element.set("fraction", f"{node.fraction:.5f}".rstrip("0").rstrip("."))
    for part in node.parts:
        _element(element, part, folder)


def _html(element: ET.Element, tag: str, text: str, folder: Path | None) -> ET.Element:
    part = _text(element, tag, to_html(text, folder=folder) if text else "")
    part.set("format", "html")
    return part


def _text(element: ET.Element, tag: str, text: str) -> ET.Element:
    part = ET.SubElement(element, tag)
    ET.SubElement(part, "text").text = text
    return part


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
        left = sum(question.moodle() is None for question in quiz.questions)
        questions = counted(len(quiz.questions) - left, "question")
        print(f"{file}: {questions}" + (f"; left out: {left}" if left else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
