"""What can be wrong with a quiz file, and how it is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Severity = Literal["error", "warning"]

#: Every code with what it means. Codes are stable: a retired one is never given a new meaning.
RULES: Final[dict[str, str]] = {
    "LK001": "The file cannot be read: missing, too large, not UTF-8, or with control characters.",
    "LK002": "The text is not YAML.",
    "LK003": "The file is not exactly one YAML document with keys and values.",
    "LK004": "The same key is given twice.",
    "LK005": "An anchor, alias, tag or directive: quiz files hold plain text and numbers only.",
    "LK006": "The file is nested too deeply or has too many entries.",
    "LK007": "The `course.toml` of the quizzes cannot be used, so no rule is off.",
    "LK010": "A required key is missing.",
    "LK011": "A key is not known.",
    "LK012": "A value has the wrong form.",
    "LK013": "The kind of question is not known.",
    "LK014": "A bare number, true, false or nothing stands where text is meant.",
    "LK015": "Other YAML readers take this bare word for a number, a time or a yes/no.",
    "LK016": "An id is not made of lower-case words and digits joined by hyphens.",
    "LK017": "A comment cuts a text off: everything after a blank and # is lost.",
    "LK018": "An escape in double quotes eats a letter: \\t is a tab there, and so \\times has lost its t.",
    "LK019": "A character that nobody sees: of no width, or one that turns the direction of writing.",
    "LK020": "Two questions of the course share an id.",
    "LK021": "Two choices, items, pairs or targets of a question share an id.",
    "LK022": "Two choices, items, pairs or targets of a question say the same.",
    "LK023": "No choice is right.",
    "LK024": "Several choices of a single question are right.",
    "LK025": "Every choice of a multiple question is right.",
    "LK026": "A wrong choice names no misconception.",
    "LK027": "A right choice names a misconception.",
    "LK028": "A numeric question does not have exactly one of tolerance, decimals, significant.",
    "LK029": "A known mistake of a numeric question is never met: it counts as right, or is there twice.",
    "LK030": "The objective of a question is not declared in the file.",
    "LK031": "No question asks for a declared objective.",
    "LK032": "A misconception is not in misconceptions.yaml.",
    "LK033": "`lesson` differs from the file's name.",
    "LK034": "The lesson's notebook does not exist.",
    "LK035": "`see` or a link points to a file or heading that does not exist.",
    "LK036": "The meaning of a question changed, but its id did not: records hang on the id.",
    "LK037": "A question is not in ids.lock yet.",
    "LK038": "`exam` names no question of the file, or one twice, or one that the text asks.",
    "LK039": "`twin` names no other question of the same kind and objective, or one that has a twin already.",
    "LK040": "A dollar sign opens math that never closes, or is not written \\$.",
    "LK041": "A code fence is never closed.",
    "LK042": "The LaTeX cannot be read, or would be shown otherwise than LaTeX shows it.",
    "LK043": "An image has no alternative text.",
    "LK044": "An image is remote, outside the quiz folder, missing, too large, or not what its name says.",
    "LK045": "Raw HTML is shown as text, so it is not what the author meant.",
    "LK046": "A link leads out of the course: lessons work without internet.",
    "LK047": "Markdown that is not shown as meant: a heading, a footnote, a task list, {attributes}.",
    "LK050": "The right choice is the longest by far.",
    "LK051": "The right choices of the file always stand in the same place.",
    "LK052": "A choice refers to other choices, which are shuffled.",
    "LK053": "A choice is filler that diagnoses nothing.",
    "LK054": "A hint gives the answer away.",
    "LK055": "Choices are to be sorted as numbers, but one holds no number.",
    "LK056": "A numeric answer is accepted from so far away that a guess may pass.",
    "LK057": '"I don\'t know yet" (`unsure`) is offered where it is not the last wrong choice, or too late.',
    "LK058": "A numeric question takes the answer of its twin, so remembering passes for learning.",
    "LK060": "A numeric answer disagrees with its own formula.",
    "LK061": "A formula cannot be read.",
    "LK062": "A formula uses an unknown name.",
    "LK063": "A parameter or derived value is never used.",
    "LK064": "The parameters are not names with ranges.",
    "LK065": "A draw of the parameters gives no finite number: a division by zero, a negative root.",
    "LK066": "`require` turns down so many draws that hardly one is left.",
    "LK070": "A known wrong order is no order of the items, or is the right one, or is there twice.",
    "LK071": "A pair or a known wrong match names a target that does not exist or does not fit.",
    "LK072": "A target that matches nothing has no misconception and reason, or one that matches has.",
    "LK073": "A pair and its target share an id, which gives the answer away.",
    "LK074": "A demand on an operating point asks for nothing, for two things, or without a limit.",
    "LK075": "A form of a short answer is there twice, or a near miss counts as right.",
    "LK076": "A pattern of a short answer cannot be read, or may match in too many ways.",
    "LK080": "A file of translations names a question, a part or a text that its quiz does not have.",
    "LK081": "A translation has another shape than what it translates.",
    "LK082": "A text of the quiz is not translated, and is shown in the language of the quiz.",
}

#: For every code a breach, as it would stand in a quiz file; for a few, what else must be so.
EXAMPLES: Final[dict[str, str]] = {
    "LK001": r'title: "A \x01 sample"',
    "LK002": "title: A sample: curves",
    "LK003": "title: A sample\n---",
    "LK004": "title: A sample\ntitle: Another",
    "LK005": "title: &name A sample",
    "LK006": "title: [[[[[[[[[[[[[]]]]]]]]]]]]]",
    "LK007": '# in course.toml:\nlint = {off = ["LK999"]}',
    "LK010": "{id: zero, text: At 0, misconception: starts-at-zero}",
    "LK011": "pni: last",
    "LK012": "decimals: two",
    "LK013": "kind: essay",
    "LK014": "title: 3.10",
    "LK015": "title: 1:30",
    "LK016": "id: End_Point",
    "LK017": "explain: Column # 3 counts the hits.",
    "LK018": r'explain: "So it is $3 \times 4$."',
    "LK019": "explain: It is 0.\u200b89.",
    "LK020": "id: end-point",
    "LK021": "choices: [{id: zero, text: At 0}, {id: zero, text: At 1}]",
    "LK022": "choices: [{id: zero, text: At 0}, {id: nil, text: at 0.}]",
    "LK023": "choices: [{id: zero, text: At 0}, {id: one, text: At 1}]",
    "LK024": "choices: [{id: zero, text: At 0, correct: true}, {id: one, text: At 1, correct: true}]",
    "LK025": "choices: [{id: recall, text: Recall, correct: true}, {id: hits, text: Hits, correct: true}]",
    "LK026": "{id: zero, text: At 0, why: No curve ends there.}",
    "LK027": "{id: one, text: At 1, correct: true, misconception: starts-at-zero, why: All is found.}",
    "LK028": "tolerance: 0.005\ndecimals: 2",
    "LK029": "{answer: 0.888, misconception: upside-down, why: Turned over.}",
    "LK030": "objective: draw-a-curve",
    "LK031": "objectives: {read-a-curve: Read a curve., draw-a-curve: Draw a curve.}",
    "LK032": "misconception: starts-at-zeros",
    "LK033": "lesson: 04-sample",
    "LK034": "lesson: 03-sample\n# and no notebooks/03-sample.ipynb",
    "LK035": "see: notebooks/03-sample.ipynb#where-it-ends",
    "LK036": "answer: 0.125\n# where ids.lock knows the id with answer: 0.889",
    "LK037": "id: a-new-question\n# and ids.lock does not know it",
    "LK038": "exam: [pick-rate]",
    "LK039": "twin: pick-rate",
    "LK040": "explain: It costs $x or more.",
    "LK041": "explain: |\n  ```python\n  x = 1",
    "LK042": r"explain: $\nosuch{x}$",
    "LK043": 'explain: "![](curve.png)"',
    "LK044": 'explain: "![A curve](https://example.org/curve.png)"',
    "LK045": "explain: Every curve <b>ends</b> there.",
    "LK046": 'explain: "[A page](https://example.org)"',
    "LK047": "explain: |\n  # Reason\n\n  All is found.",
    "LK050": "text: At 1 since every message is flagged and so all of the spam that there is was found",
    "LK051": "# in all of four or more single questions:\nchoices: [{id: one, text: At 1, correct: true}, …]",
    "LK052": "text: All of the above",
    "LK053": "text: I don't know",
    "LK054": "hints: [It is about 0.89.]",
    "LK055": "sort: numbers\nchoices: [{id: low, text: Low}, {id: one, text: At 1}]",
    "LK056": "tolerance: 0.23",
    "LK057": "{id: zero, text: I don't know yet, unsure: true, why: Come back after the lesson.}",
    "LK058": "answer: 0.73\nformula: 73 / 100\n# where its twin has the answer 0.726",
    "LK060": "answer: 0.98\nformula: 40 / 45",
    "LK061": "where: {flagged: tp & fp}",
    "LK062": "where: {flagged: tp + fn}",
    "LK063": "parameters: {tp: 30..60, fp: 5..20/5, fn: 1..9}",
    "LK064": "parameters: {tp: 60..30, fp: 5..20/5}",
    "LK065": "where: {flagged: tp / (fp - 10)}",
    "LK066": "require: [tp == 30, fp == 5]",
    "LK070": "{order: [counts, scores], misconception: upside-down, why: Backwards.}",
    "LK071": "{id: recall, text: Recall, target: of-spam, why: By definition.}",
    "LK072": "{id: of-all, text: A share of all messages}",
    "LK073": "{id: of-positives, text: Recall, target: of-positives, why: By definition.}",
    "LK074": "demand: {maximize: recall}",
    "LK075": "accept: [precision, Precision]",
    "LK076": "patterns: [(?:a+)+]",
    "LK080": "questions: {end-points: {prompt: Wo ist der Punkt?}}\n# in 03-sample.de.yaml",
    "LK081": "questions: {end-point: {hints: Welche Anzahl ist null?}}\n# in 03-sample.de.yaml",
    "LK082": "questions: {end-point: {prompt: Wo ist der Punkt?}}\n# in 03-sample.de.yaml, and no more",
}


class Flaw(NamedTuple):
    """A rule between several values of a quiz that does not hold."""

    #: Keys and indices that lead to the value at fault.
    at: tuple[str | int, ...]
    #: A key of `RULES`.
    code: str
    #: What is wrong, and the mend.
    message: str


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong at one place of a file."""

    #: The file.
    path: Path
    #: The place, counted from 1, in characters.
    line: int
    column: int
    #: A key of `RULES`.
    code: str
    #: What is wrong, and the mend.
    message: str
    #: An error keeps a quiz from being used or misleads a learner; a warning is advice.
    severity: Severity = "error"

    def __str__(self) -> str:
        note = "warning: " if self.severity == "warning" else ""
        return f"{self.path}:{self.line}:{self.column}: {self.code} {note}{self.message}"


class QuizError(ValueError):
    """A quiz file cannot be used.

    Attributes
    ----------
    problems : list of Problem
        All that is wrong, in the order of the file. ``str(error)`` is one line for each:
        ``file:line:column: CODE what is wrong; the mend``.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows: the problems, without the calls that found them."""
        return [f"QuizError: {self}"]
