"""Every lint rule in both directions: the example of its breach is found, a look-alike passes."""

from __future__ import annotations

import json
from textwrap import indent
from typing import TYPE_CHECKING

import pytest

from lessonkit.authoring.lock import lock_ids
from lessonkit.cli import main
from lessonkit.questions.lint import lint, report
from lessonkit.questions.problem import EXAMPLES, RULES
from tools import lint_rules

if TYPE_CHECKING:
    from pathlib import Path

ZERO = "{id: zero, text: At 0, misconception: starts-at-zero, why: No curve ends there.}"
ONE = "{id: one, text: At 1, correct: true, why: All is found.}"
PICK = """choices:
      - {id: recall, text: Recall, correct: true, why: It counts hits.}
      - {id: precision, text: Precision, misconception: upside-down, why: It may fall.}"""
CHOICES = f"""choices:
      - {ZERO}
      - {ONE}
      - {{id: none, text: None of these, misconception: starts-at-zero, why: It is there., pin: last}}"""
TURNED = "{answer: 1.125, misconception: upside-down, why: Turned over.}"
ORDER = "{order: [counts, scores, ratios], misconception: upside-down, why: Backwards.}"
RECALL = "{id: recall, text: Recall, target: of-positives, why: By definition.}"
OF_ALL = "{id: of-all, text: A share of all messages, misconception: upside-down, why: That is neither.}"
DEMAND = "demand: {maximize: recall, min_precision: 0.9}"
ACCEPT = "accept: [precision, positive predictive value]"
PATTERNS = "patterns: [ppv]"

SOUND = rf"""lesson: 03-sample
title: A sample
objectives: {{read-a-curve: Read a curve.}}
exam: [pick-rates]
questions:
  - id: end-point
    kind: single
    objective: read-a-curve
    prompt: A filter flags every message. Where is its point?
    {CHOICES}
    hints: [Which count is zero?]
    explain: Every curve ends there.
    see: notebooks/03-sample.ipynb#Where-it-ends
  - id: pick-rates
    kind: multiple
    marking: each
    objective: read-a-curve
    prompt: Which never fall?
    {PICK}
  - id: share
    kind: numeric
    objective: read-a-curve
    prompt: A filter flags 45 messages, 40 of them rightly. Which share is that?
    answer: 0.889
    formula: 40 / 45
    tolerance: 0.005
    hints: [Divide by the number of alarms.]
    twin: drawn
    mistakes:
      - {TURNED}
  - id: drawn
    kind: numeric
    objective: read-a-curve
    parameters: {{tp: 30..60, fp: 5..20/5}}
    where: {{flagged: tp + fp}}
    require: [tp > fp]
    prompt: A filter flags {{{{flagged}}}} messages, {{{{tp}}}} of them rightly. Which share is that?
    answer: tp / flagged
    decimals: 2
    mistakes:
      - {{answer: fp / flagged, misconception: upside-down, why: "Not {{{{fp / flagged | .2f}}}}."}}
  - id: line-up
    kind: order
    objective: read-a-curve
    prompt: Put the steps in order.
    items: [{{id: scores, text: Scores}}, {{id: counts, text: Counts}}, {{id: ratios, text: Ratios}}]
    mistakes:
      - {ORDER}
  - id: couple
    kind: match
    objective: read-a-curve
    prompt: What is it a share of?
    pairs:
      - {{id: precision, text: Precision, target: of-alarms, why: By definition.}}
      - {RECALL}
    targets:
      - {{id: of-alarms, text: A share of the alarms}}
      - {{id: of-positives, text: A share of the spam}}
      - {OF_ALL}
  - id: point
    kind: operating-point
    objective: read-a-curve
    prompt: Find most of the spam.
    data: email
    {DEMAND}
    explain: It is where precision is still kept.
  - id: in-a-word
    kind: text
    objective: read-a-curve
    prompt: What is the share of alarms that are right called?
    {ACCEPT}
    {PATTERNS}
    mistakes:
      - {{accept: [recall], misconception: upside-down, why: That is the share of spam.}}
"""

EXPLAIN = "explain: Every curve ends there."
PARAMETERS = "parameters: {tp: 30..60, fp: 5..20/5}"
WHERE = "where: {flagged: tp + fp}"

#: For each code the part of the sound file that its example replaces, and what may stand there instead.
CASES = {
    "LK001": ("title: A sample", r'title: "A \x41 sample"'),
    "LK002": ("title: A sample", 'title: "A sample: curves"'),
    "LK003": ("title: A sample", "title: A sample ---"),
    "LK004": ("title: A sample", "title: 'title: A sample'"),
    "LK005": ("title: A sample", "title: A &sample"),
    "LK006": ("title: A sample", "title: '[[[[[[[[[[[[[]]]]]]]]]]]]]'"),
    "LK010": (ZERO, ZERO.replace("why: No curve ends there.", "why: '-'")),
    "LK011": ("pin: last", "'pin': last"),
    "LK012": ("decimals: 2", "significant: 2"),
    "LK013": ("kind: single", "kind: 'single'"),
    "LK014": ("title: A sample", 'title: "3.10"'),
    "LK015": ("title: A sample", 'title: "1:30"'),
    "LK016": ("id: end-point", "id: end-point-2"),
    "LK017": (EXPLAIN, "explain: Column#3 counts the hits."),
    "LK018": (EXPLAIN, r'explain: "It costs $x$, or\n\nmore:\t4 \u2264 5."'),
    "LK019": (EXPLAIN, "explain: It is 0.89 – a \u200dمی‌خواهم."),
    "LK020": ("id: line-up", "id: end-points"),
    "LK021": (CHOICES, CHOICES.replace("id: zero", "id: recall")),
    "LK022": (CHOICES, CHOICES.replace("At 0", "Recall")),
    "LK023": (CHOICES, CHOICES.replace("correct: true", "'correct': true")),
    "LK024": (CHOICES, CHOICES.replace("starts-at-zero, why", "starts-at-zero, correct: false, why")),
    "LK025": (PICK, PICK.replace("upside-down,", "upside-down, correct: false,")),
    "LK026": (ZERO, ZERO.replace("starts-at-zero", "upside-down")),
    "LK027": (ONE, ONE.replace("why: All", "misconception: null, why: All")),
    "LK028": ("tolerance: 0.005", "decimals: 2"),
    "LK029": (TURNED, TURNED.replace("1.125", "0.8")),
    "LK030": ("objective: read-a-curve", "objective: 'read-a-curve'"),
    "LK031": ("objectives: {read-a-curve: Read a curve.}", "objectives: {read-a-curve: Draw a curve.}"),
    "LK032": ("misconception: starts-at-zero", "misconception: upside-down"),
    "LK033": ("lesson: 03-sample", "lesson: '03-sample'"),
    "LK035": ("see: notebooks/03-sample.ipynb#Where-it-ends", "see: notebooks/03-sample.ipynb"),
    "LK038": ("exam: [pick-rates]", "exam: [share, pick-rates]"),
    "LK039": ("twin: drawn", "twin: 'drawn'"),
    "LK040": (EXPLAIN, "explain: It costs $5 or $6, or $x$."),
    "LK041": (EXPLAIN, "explain: |\n      ```python\n      x = 1\n      ```"),
    "LK042": (EXPLAIN, r"explain: $\frac{1}{2}$"),
    "LK043": (EXPLAIN, 'explain: "![A curve](curve.png)"'),
    "LK044": (EXPLAIN, 'explain: "![A curve](./curve.png)"'),
    "LK045": (EXPLAIN, "explain: If a<b and c>d, it `<b>ends</b>` there."),
    "LK046": (EXPLAIN, 'explain: "[A page](03-sample.ipynb)"'),
    "LK047": (EXPLAIN, "explain: |\n      **Reason**\n\n      All {is} found [^ here]."),
    "LK050": ("text: At 1", "text: At 1 since all is found"),
    "LK052": ("text: At 0", "text: Above all of it"),
    "LK053": ("text: At 0", "text: I know"),
    "LK054": ("hints: [Divide by the number of alarms.]", "hints: [It is about 40 of 45.]"),
    "LK055": (CHOICES, f"sort: numbers\n    {CHOICES}"),
    "LK056": ("tolerance: 0.005", "tolerance: 0.05"),
    "LK057": (ZERO, ZERO.replace("starts-at-zero", "starts-at-zero, unsure: false")),
    "LK058": ("answer: 0.889\n    formula: 40 / 45", "answer: 0.74\n    formula: 37 / 50"),
    "LK060": ("answer: 0.889\n    formula: 40 / 45", "answer: 0.89\n    formula: 40 / (40 + 5)"),
    "LK061": (WHERE, "where: {flagged: 'max(tp, 1) + fp'}"),
    "LK062": (WHERE, "where: {fn: fp, flagged: tp + fn}"),
    "LK063": (PARAMETERS, "parameters: {tp: 30..60, fp: [5, 10]}"),
    "LK064": (PARAMETERS, "parameters: {tp: -60..60, fp: 5..20/5}"),
    "LK065": (WHERE, "where: {flagged: tp + fp + 1 / (fp - 11)}"),
    "LK066": ("require: [tp > fp]", "require: [tp != 30, 5 <= fp < 20]"),
    "LK070": (ORDER, ORDER.replace("counts, scores, ratios", "ratios, counts, scores")),
    "LK071": (RECALL, RECALL.replace("of-positives", "of-alarms")),
    "LK072": (OF_ALL, OF_ALL.replace("of-all", "of-any")),
    "LK073": (RECALL, RECALL.replace("id: recall", "id: of-spam")),
    "LK074": (DEMAND, "demand: {cheapest: {false_positive: 1, false_negative: 5}}"),
    "LK075": (ACCEPT, "accept: [precision, précision]"),
    "LK076": (PATTERNS, "patterns: ['p.?p[a-v]+|(?:the )?prec[.]?']"),
}
#: Rules about more than the text of one file: tested below, and of translations and courses elsewhere.
BEYOND = {"LK007", "LK034", "LK036", "LK037", "LK051", "LK080", "LK081", "LK082"}


@pytest.fixture
def sound(course: Path) -> Path:
    quizzes = course / "quizzes"
    (quizzes / "curve.png").write_bytes(b"\x89PNG")
    beliefs = "starts-at-zero: Curves end at zero.\nupside-down: The whole is divided by the part.\n"
    (quizzes / "misconceptions.yaml").write_text(beliefs, encoding="utf-8")
    cell = {"cell_type": "markdown", "source": "## Where it ends"}
    (course / "notebooks" / "03-sample.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    path = quizzes / "03-sample.yaml"
    path.write_text(SOUND, encoding="utf-8")
    return path


def codes(path: Path) -> set[str]:
    return {problem.code for problem in lint([path])}


def changed(path: Path, old: str, new: str) -> set[str]:
    assert old in SOUND
    path.write_text(SOUND.replace(old, new, 1), encoding="utf-8")
    return codes(path)


def test_the_sound_file_is_sound(sound: Path) -> None:
    assert codes(sound) == set()


@pytest.mark.parametrize("code", CASES)
def test_the_example_is_a_breach_and_its_look_alike_is_not(sound: Path, code: str) -> None:
    old, fine = CASES[code]
    margin = SOUND[: SOUND.index(old)].rpartition("\n")[2]
    example = indent(EXAMPLES[code], " " * len(margin)).lstrip(" ") if not margin.strip() else EXAMPLES[code]
    assert code in changed(sound, old, example)
    if code == "LK071":  # two pairs may share a target; then the one left over needs a belief
        assert changed(sound, old, fine) == {"LK072"}
    else:
        assert changed(sound, old, fine) == set()


def test_every_rule_has_an_example_and_a_test() -> None:
    assert list(EXAMPLES) == list(RULES)
    assert CASES.keys() | BEYOND == RULES.keys()


def test_not_knowing_yet_closes_a_question_that_comes_before_its_lesson(sound: Path) -> None:
    unsure = "{id: unsure, text: I don't know yet, unsure: true, why: Come back., pin: last}"
    last = CHOICES.rpartition("\n")[2].strip().removeprefix("- ")
    early = SOUND.replace("kind: single", "predict: true\n    kind: single").replace(last, unsure)
    sound.write_text(early, encoding="utf-8")
    assert codes(sound) == set()
    sound.write_text(
        early.replace("exam: [pick-rates]", "exam: [end-point]").replace("predict: true", "predict: false")
    )
    assert codes(sound) == set()
    sound.write_text(early.replace("predict: true", "predict: false"), encoding="utf-8")
    assert codes(sound) == {"LK057"}
    for wrong in ("correct: true, ", "misconception: starts-at-zero, "):
        sound.write_text(early.replace("unsure: true, ", f"unsure: true, {wrong}"), encoding="utf-8")
        assert "LK057" in codes(sound)


def test_a_lesson_needs_its_notebook(sound: Path) -> None:
    (sound.parents[1] / "notebooks" / "03-sample.ipynb").rename(sound.parent / "03-sample.ipynb")
    assert "LK034" in codes(sound)


def test_an_id_keeps_its_meaning(sound: Path) -> None:
    assert not lock_ids(sound.parent, check=True)
    assert lock_ids(sound.parent)
    assert lock_ids(sound.parent, check=True)
    assert codes(sound) == set()
    assert changed(sound, EXPLAIN, "explain: Other words.") == set()
    assert changed(sound, "Which never fall?", "Which of these never fall?") == {"LK036"}
    assert not lock_ids(sound.parent)
    assert codes(sound) == {"LK036"}
    assert lock_ids(sound.parent, accept=["pick-rates"])
    assert codes(sound) == set()


def test_an_id_that_was_once_used_is_not_free(sound: Path) -> None:
    lock_ids(sound.parent)
    assert changed(sound, "id: line-up", "id: new-line-up") == {"LK037"}
    lock_ids(sound.parent)
    assert codes(sound) == set()
    text = SOUND.replace("id: line-up", "id: new-line-up").replace("id: couple", "id: line-up")
    sound.write_text(text, encoding="utf-8")
    assert codes(sound) == {"LK036"}


def test_a_lock_that_a_merge_has_torn_is_a_problem(sound: Path) -> None:
    lock_ids(sound.parent)
    lock = sound.with_name("ids.lock")
    lock.write_text(lock.read_text(encoding="utf-8") + "<<<<<<< ours\n", encoding="utf-8")
    assert codes(sound) == {"LK037"}


def test_a_quiz_with_a_mistake_locks_nothing(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound.write_text(SOUND.replace("id: line-up", "id: line-up\n    pni: last"), encoding="utf-8")
    assert not lock_ids(sound.parent)
    assert "LK011" in capsys.readouterr().out
    assert not sound.with_name("ids.lock").exists()


def test_accepting_an_unknown_id_is_an_error(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not lock_ids(sound.parent, accept=["nobody"])
    assert "no question is called nobody" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("twin: drawn", "twin: share", "'share' is no question of the pre-test"),
        ("twin: drawn", "twin: drawns", "there is no question 'drawns'; did you mean 'drawn'?"),
        ("twin: drawn", "twin: end-point", "'end-point' has another `kind`"),
        ("marking: each", "marking: each\n    twin: share", "'share' is no question of the pre-test"),
        ("marking: each", "marking: each\n    twin: drawn", "'drawn' is the twin of 'pick-rates' already"),
    ],
)
def test_a_twin_makes_a_pair(sound: Path, old: str, new: str, message: str) -> None:
    assert changed(sound, old, new) >= {"LK039"}
    assert message in report(lint([sound]))


@pytest.mark.parametrize(
    ("asked", "twin", "alike"),
    [
        ("answer: 0.73\n    tolerance: 0.005", "answer: 0.8\n    tolerance: 0.08", True),
        ("answer: 0.8\n    tolerance: 0.08", "answer: 0.73\n    tolerance: 0.005", True),
        ("answer: 0.73\n    tolerance: 0.005", "answer: 73\n    tolerance: 0.5\n    unit: '%'", True),
        ("answer: 15\n    tolerance: 0.5\n    unit: '%'", "answer: 0.15\n    tolerance: 0.001", True),
        (
            "answer: 15\n    tolerance: 0.5\n    unit: '%'",
            "answer: 30\n    tolerance: 0.5\n    unit: '%'",
            False,
        ),
        ("answer: 0.73\n    tolerance: 0.005", "answer: 7.3\n    tolerance: 0.005", False),
    ],
)
def test_twins_refuse_the_answer_of_each_other(sound: Path, asked: str, twin: str, *, alike: bool) -> None:
    question = "  - {{id: {}, kind: numeric, objective: read-a-curve, prompt: A share?, {}}}\n"
    more = question.format("early", asked.replace("\n    ", ", "))
    more += question.format("late", "twin: early, " + twin.replace("\n    ", ", "))
    sound.write_text(SOUND + more, encoding="utf-8")
    assert codes(sound) == ({"LK058"} if alike else set())


def test_a_twin_may_stand_in_another_file_and_has_the_same_objective(sound: Path) -> None:
    post = SOUND.replace("id: ", "id: post-").replace("twin: drawn", "twin: share")
    sound.write_text(SOUND.replace("    twin: drawn\n", ""), encoding="utf-8")
    path = sound.with_name("04-post.yaml")
    path.write_text(post.replace("exam: [pick", "exam: [post-pick"), encoding="utf-8")
    assert "LK039" not in codes(path)
    path.write_text(path.read_text("utf-8").replace("read-a-curve", "read-the-curve"), encoding="utf-8")
    assert "'share' has another `objective`" in report(lint([path]))


@pytest.mark.parametrize(("places", "found"), [((1, 1, 1, 1), {"LK051"}), ((1, 1, 1, 0), set())])
def test_right_choices_in_one_place(sound: Path, places: tuple[int, ...], found: set[str]) -> None:
    start, end = SOUND.index("  - id: end-point"), SOUND.index("  - id: pick-rates")
    text = SOUND.replace(SOUND[start:end], "")
    for number, place in enumerate(places):
        question = SOUND[start:end].replace("id: end-point", f"id: end-point-{number}")
        if place == 0:
            question = (
                question.replace(ZERO, "?").replace(ONE, ZERO).replace("?}", ONE).replace("- ?", f"- {ONE}")
            )
        text += question
    sound.write_text(text, encoding="utf-8")
    assert codes(sound) == found


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"tp: 30..60": "tp: 10..60", "require: [tp > fp]": ""}, "LK029 with tp = 10, fp = 10: 0.5 counts"),
        ({WHERE: "where: {flagged: tp + fp + 1 / (tp - 60)}"}, "LK065 with tp = 60, fp = 5: '"),
        (
            {"tp: 30..60": "tp: 1..60", "[tp > fp]": "[tp != fp]", "decimals: 2": "decimals: 1"},
            "LK056 warning: with tp = 1, fp = 5: all from",
        ),
        ({"tp: 30..60": "tp: 1..9999", "fp: 5..20/5": "fp: 1..9999"}, "LK029 with tp = "),
        ({"[tp > fp]": "[tp > 59]"}, "LK066 `require` leaves 4 of 124 draws"),
    ],
)
def test_all_draws_are_judged(sound: Path, changes: dict[str, str], expected: str) -> None:
    text = SOUND
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    sound.write_text(text, encoding="utf-8")
    assert expected in report(lint([sound]))


def test_equal_choices_in_one_draw_of_many_are_found(sound: Path) -> None:
    question = """
  - id: twice
    kind: single
    objective: read-a-curve
    parameters: {a: 2..99}
    prompt: Twice {{a}}?
    choices:
      - {id: right, text: "{{2 * a}}", correct: true, why: "Yes, {{2 * a}}."}
      - {id: square, text: "{{a * a}}", misconception: upside-down, why: No.}"""
    sound.write_text(SOUND.rstrip() + question, encoding="utf-8")
    lines = report(lint([sound])).splitlines()
    assert [line.partition(" ")[2] for line in lines[:-1]] == [
        "LK022 with a = 2: choice 1 says the same; reword or remove one"
    ]
    sound.write_text(SOUND.rstrip() + question.replace("2..99", "3..99"), encoding="utf-8")
    assert codes(sound) == set()


def test_the_table_of_rules_is_current() -> None:
    assert lint_rules.main(["--check"]) == 0, "run: python -m tools.lint_rules"


DOUBLE = [
    (r'"Given: $3 \times 4$?"', r"in double quotes \t is a tab, so \times is lost; write single quotes"),
    (r'"It is $TP\_FP$."', r"in double quotes \_ is a blank"),
    (r'"It is $\theta$."', r"\theta is lost"),
    (r'"It is $\nu$."', r"in double quotes \n is a new line"),
    (r'"It is $\rho$."', r"\rho is lost"),
    (r'"It is $\frac{1}{2}$."', r"in double quotes \f is a control character, so \frac is lost"),
    (r'"It is $\beta$."', r"\beta is lost"),
    (r'"It is $\alpha$."', r"\alpha is lost"),
    (r'"It is $\sum x$."', "in double quotes a backslash begins an escape; write single quotes"),
    (r'"It is $\hat x$."', "in double quotes a backslash begins an escape"),
    (r'"It is $\xi$."', "in double quotes a backslash begins an escape"),
]


@pytest.mark.parametrize(("written", "message"), DOUBLE)
def test_double_quotes_that_eat_latex_are_named_by_their_cause(
    sound: Path, written: str, message: str
) -> None:
    changed(sound, EXPLAIN, f"explain: {written}")
    found = lint([sound])
    assert message in report(found)
    assert len(found) == 1
    changed(sound, EXPLAIN, f"explain: {written}".replace("\\", "\\\\"))
    assert lint([sound]) == []
    changed(sound, EXPLAIN, f"explain: '{written[1:-1]}'")
    assert lint([sound]) == []


@pytest.mark.parametrize(
    ("written", "cut"),
    [
        ("explain: Which column # counts the mails?", "# counts the mails?"),
        ("explain: See issue #12 for details", "#12 for details"),
        ("explain: Two\n      lines #3 here", "#3 here"),
        ("explain: 'Quoted' # a comment", None),
        ("explain: C#4", None),
        ("explain: |\n      Text # 3", None),
    ],
)
def test_a_comment_that_cuts_a_text_off_is_named(sound: Path, written: str, cut: str | None) -> None:
    changed(sound, EXPLAIN, written)
    found = lint([sound])
    assert [problem.code for problem in found] == (["LK017"] if cut else [])
    if cut:
        assert f"the text ends here: {cut!r} is a comment" in report(found)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (EXPLAIN, "explain: A ratio: 40 / 45", "a second colon on the line; put the text in single quotes"),
        (EXPLAIN, "explain: **Bold** first", "text cannot start with *; put the text in single quotes"),
        (EXPLAIN, "explain: [Precision] is?", "text cannot start with [ and go on behind its end"),
        (EXPLAIN, 'explain: "Precision" is?', 'text cannot start with " and go on behind its end'),
        ("    " + EXPLAIN, "\u00a0\u00a0\u00a0\u00a0" + EXPLAIN, "a no-break space in the indentation"),
        ("order\n", "order\n    items: []\n", "is already given"),
    ],
)
def test_a_slip_in_yaml_is_named_by_its_cause(sound: Path, old: str, new: str, message: str) -> None:
    changed(sound, old, new)
    assert message in report(lint([sound]))


def test_an_open_quote_is_told_where_it_opens(sound: Path) -> None:
    changed(sound, "title: A sample", "title: 'A sample")
    assert [(problem.line, problem.column, problem.code) for problem in lint([sound])] == [(2, 8, "LK002")]


def test_too_many_and_too_few_are_counted(sound: Path) -> None:
    many = "\n".join(
        f"      - {{id: c{n}, text: At {n}, misconception: upside-down, why: No.}}" for n in range(30)
    )
    changed(sound, CHOICES, f"choices:\n{many}")
    assert "at most 12 are expected here, not 30" in report(lint([sound]))
    changed(sound, CHOICES, "choices: []")
    assert "at least 2 are expected here, not 0" in report(lint([sound]))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[A page](www.example.org/x)", "LK046"),
        ("[A page](99-none.ipynb)", "LK035"),
        ("[A page](#no-such-heading)", "LK035"),
        ("[A page](#Where-it-ends)", None),
        ("[A page](03-sample.ipynb#Where-it-ends)", None),
        ("![A curve](fake.png)", "LK044"),
        ("![A curve](large.png)", "LK044"),
        ("![A curve](curve.png){width=50}", "LK047"),
        ("It is so.[^1]", "LK047"),
        ("- [ ] Done", "LK047"),
    ],
)
def test_what_the_page_would_not_show_is_named(sound: Path, text: str, code: str | None) -> None:
    sound.with_name("fake.png").write_bytes(b"no picture")
    sound.with_name("large.png").write_bytes(b"\x89PNG" + bytes(1_000_000))
    assert changed(sound, EXPLAIN, f"explain: '{text}'") == ({code} if code else set())


def test_code_in_braces_is_named(sound: Path) -> None:
    changed(sound, EXPLAIN, "explain: |\n      ```{r}\n      x\n      ```")
    assert "write ```r" in report(lint([sound]))


@pytest.mark.parametrize("unseen", ["\u202e", "\u200b", "\u2066", "\u00ad"])
def test_a_character_that_nobody_sees_is_named_where_it_is(sound: Path, unseen: str) -> None:
    changed(sound, EXPLAIN, f"explain: Every{unseen} curve.")
    (problem,) = lint([sound])
    assert (problem.code, problem.column) == ("LK019", 19)
    assert f"U+{ord(unseen):04X}" in problem.message


def test_a_file_of_ones_own_outside_a_course_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "first.yaml"
    text = SOUND.replace("03-sample", "first").replace("starts-at-zero", "no-skill-means-zero")
    text = text.replace("notebooks/first.ipynb#Where-it-ends", "notebooks/03-precision-recall-curves.ipynb")
    path.write_text(text.replace("upside-down", "no-skill-means-zero"), encoding="utf-8")
    assert [(problem.code, problem.severity) for problem in lint([path])] == [("LK034", "warning")]
    path.write_text(text.replace("no-skill", "no-skil"), encoding="utf-8")
    assert "did you mean 'no-skill-means-zero'" in report(lint([path]))


def test_a_course_whose_notebooks_are_elsewhere_is_sound(sound: Path, tmp_path: Path) -> None:
    notebooks = sound.parents[1] / "notebooks"
    elsewhere = tmp_path / "elsewhere"
    notebooks.rename(elsewhere)
    notebooks.symlink_to(elsewhere)
    assert codes(sound) == set()


def test_the_command_says_that_nothing_was_found(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(sound)]) == 0
    assert capsys.readouterr().out == "0 errors, 0 warnings\n"
