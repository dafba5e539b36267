"""Habits of language that a native editor would touch, each with its fix.

    python -m tools.habits                                     all lessons and quizzes made again
    python -m tools.habits notebooks/05-….ipynb quizzes/05-….yaml

The list was made when strangers read the first version of the course, and counted. It is applied to what a
learner reads: the markdown of a notebook, the comments and strings of its code, the texts of a quiz. Code,
math and file names in a text are left out. A pattern that raises a false alarm gets an exception here, and a
sentence in the test.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

from lessonkit.questions.bank import quiz_files
from tools.lesson import Lesson, load, prose, sentences
from tools.setup_cell import is_set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
# The keys of a quiz file whose values are read by learners.
SPOKEN = frozenset({"title", "objectives", "prompt", "text", "why", "hints", "explain"})


@dataclass(frozen=True)
class Habit:
    """A habit: its name, a pattern that finds it, what to write, and what only looks like it.

    `pattern` and `unless` are regular expressions, in any case. A match is forgiven where `unless` matches at
    its start.
    """

    name: str
    pattern: str
    fix: str
    unless: str = r"(?!)"

    def found(self, sentence: str) -> Iterator[str]:
        """Yield each place of a sentence that has the habit."""
        for match in re.finditer(self.pattern, sentence, re.IGNORECASE):
            if not re.match(self.unless, sentence[match.start() :], re.IGNORECASE):
                yield match[0].strip()


_NUMBER = r"(?:\d[\d,.]*%?|…)"
_FEW = r"(?:\d[\d,]*|one|two|three|four|five|six|seven|eight|nine|ten|most|many|some|all|none)"
_THING = (
    r"(?:class|key|row|column|email|threshold|epoch|batch|sentence|lesson|unit|cell|step|label|digit|score|point"
    r"|question|learner|line|page|bin|layer|metric|filter|model)"
)
_NO_NOUN = (
    r"(?:is|are|was|has|have|had|makes?|gives?|needs?|gets?|takes?|of|to|in|on|for|with|as|at|than|by|from|or|and"
    r"|that|which|says?|sees?|adds?|drops?|moves?|keeps?|counts?|flags?|costs?|leaves?|stays?|finds?)"
)
_NOUN = rf"(?!(?:{_NO_NOUN}|what|beats|reaches)\b)\w+"

HABITS = (
    Habit(
        "mails",
        r"\be-mails?\b|\bmails\b"
        r"|\b(?:an?|one|each|every|this|that|another|which|spam|normal|flagged|missed|per) mail\b",
        "email, emails; a normal or legitimate email",
        unless=r"[\w-]+ mail (?:service|server|account|program|client|provider)s?\b",
    ),
    Habit("mend", r"\bmend(?:s|ed|ing)?\b", "fix"),
    Habit("in place of", r"\bin place of\b", "instead of"),
    Habit(
        "from X on",
        rf"\bfrom (?:{_NUMBER}|(?:which|what) (?:\w+ )?|(?:this|that) (?!point|moment|day|time)\w+) ?on\b",
        "at or above X; the score at which flagging starts",
    ),
    Habit("for a true X", rf"\bfor an? true {_NUMBER}", "it reads 0.13 when it is really 0.25"),
    Habit(
        "one X a Y",
        rf"\b(?:(?:two|three|(?<![\d.])\d+) {_NOUN}|one (?!(?!bias|loss|class)\w+s\b){_NOUN})"
        rf"(?: {_NOUN})? an? {_THING}\b",
        "one X per Y, one X for each Y",
    ),
    Habit(
        ", as",
        r", as (?:it|they|we|you|there|the|no|each|every|all|most|their|its|this|that|these|those|both"
        r"|nothing)\b",
        "because; or begin with the reason",
        unless=r", as (?:\w+ ){1,5}(?:shows?|says?|said|saw|sees?|seen|did|does|do|would|will|can|knows?"
        r"|knew|expect(?:s|ed)?|wants?|suggests?|told|tells?|names?|promised|learned|read|above|below|before)\b",
    ),
    Habit(
        "stands, lies",
        r"\b(?:stands?|stood|standing|lies|lie|lying)\b",
        "is, are, comes",
        unless=r"(?:stands?|stood|standing) (?:for|out|up|by|still|alone|in the way)\b|lies? (?:about|to)\b",
    ),
    Habit(
        "is no X",
        r"(?<!there )(?<!here )\b(?:is|are|was|were) no \w+",
        "is not a X, are not X",
        unless=r"\w+ no (?:longer|one|more|less|better|worse|different|higher|lower|fewer|bigger|smaller"
        r"|wonder|match|good)\b",
    ),
    Habit("the next cell", r"\bthe next (?:code )?cells?\b", "nothing: a heading or a question leads to it"),
    Habit(
        "trailing also",
        r", also (?:people|when|where|if|for|in|on|at|by|with|those|the|after|before)\b|\balso(?=[.;!?])",
        "including …; even when …; too",
    ),
    Habit(
        "tell without a person",
        r"(?<!can )(?<!cannot )(?<!can’t )(?<!can't )(?<!could )(?<!to )(?<!do not )(?<!don't )\btells? "
        r"(?:about|of|the (?!truth|story|difference|time|two|class)|what|which|how|whether|nothing|little"
        r"|more)\b",
        "tells you …, says …, gives …",
    ),
    Habit(
        "says if",
        r"\b(?:says?|said|shows?|asks?|asked|decides?|decided|checks?|tests?) if\b",
        "whether",
    ),
    Habit("space before %", r"\d[ \u00a0\u202f]%|\d\\,\\%", "98%, without a space"),
    Habit("percent spelled British", r"\bper cent\b", "percent, or %"),
    Habit("anew", r"\banew\b", "again"),
    Habit("by lot", r"\bby lot\b|\bdrawn lots\b", "at random, by a coin flip"),
    Habit("by heart", r"\bby heart\b", "from memory"),
    Habit("hardly", r"\bhardly\b", "barely, almost never"),
    Habit(
        "all but",
        r"\ball but\b",
        "almost",
        unless=r"all but (?:\d|one|two|three|four|five|the|an?|its|a few|…)\b|all but …",
    ),
    Habit("equally many", r"\bequally (?:many|much)\b", "the same number of, as many"),
    Habit("till", r"\btill\b", "until"),
    Habit("X against Y", rf"(?:\d%?\)?|…) against (?:only )?{_NUMBER}", "compared with, instead of, versus"),
    Habit(
        "of these",
        rf"\b{_FEW} of these"
        r"(?=[,.;:)?!]|$| (?:is|are|was|were|has|have|had|rises?|falls?|it|precision|recall)\b)",
        "of them",
    ),
    Habit("Who for whoever", r"^Who\b(?!.*\?)", "Whoever …; if you …"),
    Habit(
        "no article before a metric",
        rf"\b(?:has|have|had) (?:precision|recall|accuracy|prevalence|average precision|AP|score) {_NUMBER}",
        "a recall of 0.85",
    ),
    Habit(
        "keep in mind", r"\bkeep (?:it|this|that|your \w+|the \w+|them) in mind\b", "nothing: cut the glue"
    ),
    # codespell, which `make lint` runs, knows the other British spellings.
    Habit(
        "British word",
        r"\b(?:learnt|spelt|whilst|amongst|towards)\b",
        "the American word",
    ),
)


def in_text(markdown: str) -> Iterator[tuple[str, Habit, str]]:
    """Yield each habit of a markdown text as (what has it, the habit, its sentence)."""
    for block in prose(markdown):
        for sentence in sentences(block):
            for habit in HABITS:
                for place in habit.found(sentence):
                    yield place, habit, sentence
    # Math is left out of the prose, but its percent signs are read.
    for place in re.findall(r"\d\\,\\%", markdown):
        yield place, next(habit for habit in HABITS if habit.name == "space before %"), place


def _spoken(code: str) -> Iterator[str]:
    """Yield the comments of code, and its strings of more than one word."""
    try:
        tree = ast.parse(code)
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (SyntaxError, tokenize.TokenError):  # a rule of its own reports it
        return
    yield from (token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip():
            yield node.value


def in_lesson(lesson: Lesson) -> Iterator[str]:
    """Yield each habit of a lesson: the cell, the words, the fix, the sentence."""
    for cell in lesson.cells:
        texts = (
            [cell.source]
            if cell.is_markdown
            else []
            if is_set_up(cell.source)
            else list(_spoken(cell.source))
        )
        for text in texts:
            for place, habit, sentence in in_text(text):
                yield f"cell {cell.number}: {place!r}: write {habit.fix} [{habit.name}] in: {sentence}"


def in_quiz(path: Path) -> Iterator[str]:
    """Yield each habit of a quiz file: the question, the words, the fix, the sentence."""
    document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    for name, text in spoken_texts(document):
        for place, habit, sentence in in_text(text):
            yield f"{name}: {place!r}: write {habit.fix} [{habit.name}] in: {sentence}"


def spoken_texts(document: dict[str, object], keys: frozenset[str] = SPOKEN) -> Iterator[tuple[str, str]]:
    """Yield what learners read of a quiz under *keys*, as (id of the question or key, text)."""
    for key in sorted(keys & document.keys()):
        yield from ((key, text) for text in _strings(document[key]))
    questions = document.get("questions")
    for question in questions if isinstance(questions, list) else ():
        yield from ((question["id"], text) for text in _below(question, keys))


def _below(part: object, keys: frozenset[str]) -> Iterator[str]:
    """Yield the strings that are below one of the keys, at any depth."""
    if isinstance(part, list):
        for inner in part:
            yield from _below(inner, keys)
    elif isinstance(part, dict):
        for key, inner in part.items():
            yield from _strings(inner) if key in keys else _below(inner, keys)


def _strings(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _strings(inner)


def course() -> list[Path]:
    """Return the notebooks and the quizzes of all lessons."""
    return sorted([*ROOT.glob("notebooks/[0-9]*.ipynb"), *quiz_files(ROOT / "quizzes")])


def in_file(path: Path) -> list[str]:
    """Return the habits of a notebook or of a quiz."""
    return list(in_quiz(path) if path.suffix == ".yaml" else in_lesson(load(path)))


def main(arguments: list[str]) -> int:
    """List the habits of the files named on the command line; return 1 if there is one."""
    problems = [
        f"{path.name} {problem}"
        for path in (map(Path, arguments) if arguments else course())
        for problem in in_file(path)
    ]
    print(*problems, f"Habits: {len(problems)}.", sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
