from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest

from lessonkit.questions import Problem, Quiz, QuizError, load_quiz
from lessonkit.questions.bank import LARGEST_FILE
from lessonkit.questions.lint import lint
from tests.effort import at_most

if TYPE_CHECKING:
    from pathlib import Path


def problems(path: Path, content: str | bytes) -> list[str]:
    """Return the problems of a file as "line:column CODE", in order."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(QuizError) as caught:
        load_quiz(path)
    return [f"{problem.line}:{problem.column} {problem.code}" for problem in caught.value.problems]


def refusal(path: Path) -> list[Problem]:
    """Return the problems of a file; none if it is a quiz. Any other exception ends the test."""
    try:
        assert load_quiz(path).questions
    except QuizError as error:
        return error.problems
    return []


def message(path: Path, content: str) -> str:
    path.write_text(content, encoding="utf-8")
    with pytest.raises(QuizError) as caught:
        load_quiz(path)
    return str(caught.value)


# --- finding a quiz ---


def test_a_stem_is_found_beside_and_above(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (course, course / "notebooks"):
        monkeypatch.chdir(folder)
        assert load_quiz("03-sample").path == course / "quizzes" / "03-sample.yaml"


def test_an_unknown_stem_names_the_close_ones(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(course)
    with pytest.raises(QuizError, match="there is no such quiz; did you mean '03-sample'"):
        load_quiz("03-samples")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuizError, match=r"none\.yaml:1:1: LK001 cannot read the file"):
        load_quiz(tmp_path / "none.yaml")


def test_the_sample_is_read(quiz: Quiz) -> None:
    assert [question.kind for question in quiz.questions] == ["single", "multiple", "numeric"]
    assert quiz.questions[0].prompt == "A filter flags **every** message. Where is its point?"


@pytest.mark.parametrize("change", [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text])
def test_line_ends_and_byte_order_mark_do_not_matter(sample: Path, quiz: Quiz, change: object) -> None:
    assert callable(change)
    sample.write_bytes(change(sample.read_text(encoding="utf-8")).encode())
    assert load_quiz(sample) == quiz


def test_words_stay_words(sample: Path) -> None:
    text = sample.read_text(encoding="utf-8").replace("title: A sample", "title: no")
    sample.write_text(text, encoding="utf-8")
    assert load_quiz(sample).title == "no"


# --- what is no quiz file ---


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "1:1 LK003"),
        (b"# nothing but a comment\n", "1:1 LK003"),
        (b"- a\n- b\n", "1:1 LK003"),
        (b"title: a\n---\ntitle: b\n", "2:1 LK003"),
        (b"title: a\nlesson: \xe9\n", "2:9 LK001"),
        (b"title: a\x00b\n", "1:9 LK001"),
        (b"title: a\n\tlesson: b\n", "2:1 LK002"),
        (b"title: a: b\n", "1:9 LK002"),
        (b'title: "a\n', "1:8 LK002"),
        (b"title: [a\n", "2:1 LK002"),
        ("title: " + "a" * LARGEST_FILE, "1:1 LK001"),
        ("title: " + "[" * 50, "1:19 LK006"),
        ("- a\n" * 20_000, "10000:3 LK006"),
    ],
)
def test_a_file_that_is_no_quiz(sample: Path, content: str | bytes, expected: str) -> None:
    assert problems(sample, content) == [expected]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: A sample", "title: &name A sample", ["2:8 LK005"]),
        ("title: A sample", "title: *name", ["2:8 LK005"]),
        ("title: A sample", "title: !!python/object/apply:os.system [ls]", ["2:8 LK005", "2:8 LK012"]),
        ("title: A sample", "title: !!str A sample", ["2:8 LK005"]),
        ("title: A sample", "title: ! A sample", ["2:8 LK005"]),
        ("title: A sample", 'title: "\\0"', ["2:8 LK001"]),
        ("title: A sample", 'title: "\\uD800"', ["2:8 LK001"]),
        ("lesson: 03-sample", "%YAML 1.1\n---\nlesson: 03-sample", ["2:1 LK005"]),
        ("title: A sample", "title: A sample\n? [a, b]\n: c", ["3:3 LK012"]),
        ("title: A sample", "title: A sample\n<<: {title: B}", ["3:1 LK011"]),
    ],
)
def test_what_yaml_can_do_and_quizzes_may_not(sample: Path, old: str, new: str, expected: list[str]) -> None:
    assert problems(sample, sample.read_text(encoding="utf-8").replace(old, new, 1)) == expected


# --- what is wrong in a quiz ---

RIGHT_TWICE = "        text: At $(0, 0)$\n        correct: true"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "title: A sample",
            "title: A sample\ntitle: B",
            "3:1 LK004 the key `title` is already given at 2:1;",
        ),
        ("title: A sample\n", "", "1:1 LK010 `title` is missing; add it"),
        ("title: A sample", "titlee: A sample", "2:1 LK011 unknown key `titlee`; did you mean `title`\\?"),
        (
            "title: A sample",
            "title: 3.10",
            '2:8 LK014 the bare 3.10 is read as a number, .* in quotes: "3.10"',
        ),
        ("title: A sample", "title: true", "2:8 LK014 the bare true is read as true/false"),
        ("title: A sample", "title:", "2:1 LK014 the text is empty, but text is meant"),
        ("title: A sample", "title: {a: b}", "2:8 LK012 text is expected, not keys and values"),
        ("title: A sample", "title: ''", "2:8 LK012 text is expected, not nothing"),
        ("lesson: 03-sample", "lesson: 03 Sample", "1:9 LK016 '03 Sample' must be .*; write '03-sample'"),
        (
            "  read-the-curve: R",
            "  Read: x\n  read-the-curve: R",
            "4:3 LK016 'Read' must be .*; write 'read'",
        ),
        (
            "kind: single",
            "kind: essay",
            "7:11 LK013 unknown kind 'essay'; the kinds are: single, multiple, num",
        ),
        ("    kind: single\n", "", "6:5 LK010 `kind` is missing; add one of: single, multiple, numeric"),
        (
            "objective: read-the",
            "objective: rread-the",
            "8:16 LK030 objective 'rread-the-curve' is not declared",
        ),
        (
            "        why: Everything is found.\n",
            "",
            "16:9 LK010 `why` is missing; add it. Why it is right or wrong",
        ),
        ("correct: true", "correct: yes", "18:18 LK012 true or false is expected, not 'yes'"),
        ("pin: last", "pin: first", "22:14 LK012 it must be 'last', not 'first'"),
        ("        misconception: starts-at-origin\n", "", "12:9 LK026 a wrong choice needs `misconception`"),
        (
            "correct: true",
            "correct: true\n        misconception: x",
            "19:24 LK027 a right choice has no misc",
        ),
        ("text: At $(0, 0)$", "text: At  recall 1.", "17:15 LK022 choice 1 says the same"),
        ("id: prevalence", "id: origin", "16:13 LK021 choice 1 already has the id 'origin'"),
        ("        correct: true\n", "", "12:7 LK023 no choice is right"),
        (
            "    text: At $(0, 0)$",
            "    text: At\n        correct: true",
            "19:18 LK024 choice 1 is already right",
        ),
        ("misconception: always-rises", "correct: true", "34:7 LK025 every choice is right"),
        ("marking: each", "marking: some", "30:14 LK012 it must be 'each', 'net' or 'all', not 'some'"),
        ("    marking: each\n", "", "28:5 LK010 `marking` is missing"),
        ("id: share", "id: end-point", "37:9 LK020 question 1 already has the id 'end-point'"),
        ("answer: 0.8889", "answer: 8/9", "41:13 LK012 a number is expected, not '8/9'"),
        ("answer: 0.8889", "answer: .inf", "41:13 LK012 a finite number is expected"),
        ("answer: 0.8889", 'answer: "0.8889"', "41:13 LK012 a number is expected"),
        ("    tolerance: 0.005\n", "", "37:5 LK028 add one of `tolerance`, `decimals`, `significant`"),
        ("tolerance: 0.005", "tolerance: 0.005\n    decimals: 2", "43:15 LK028 `tolerance` already says"),
        ("tolerance: 0.005", "decimals: 400", "42:15 LK012"),
        ("tolerance: 0.005", "tolerance: 1", "44:18 LK029 1.125 counts as right"),
        ("[Which count is zero?, Which other?]", "Which?", "25:12 LK012 a list is expected, not 'Which"),
    ],
)
def test_an_error_says_where_what_and_how_to_mend(sample: Path, old: str, new: str, expected: str) -> None:
    text = sample.read_text(encoding="utf-8")
    assert old in text
    lines = message(sample, text.replace(old, new, 1)).splitlines()
    pattern = re.escape(f"{sample}:") + expected.replace(" LK", ": LK", 1)
    assert any(re.match(pattern, line) for line in lines), lines


def test_all_problems_are_told_at_once_in_file_order(sample: Path) -> None:
    text = sample.read_text(encoding="utf-8")
    text = text.replace("title: A sample", "title: 1")
    text = text.replace("pin: last", "pni: last")
    text = text.replace("marking: each", "marking: some")
    text = text.replace("answer: 0.8889", "answer: nine")
    assert problems(sample, text) == ["2:8 LK014", "22:9 LK011", "30:14 LK012", "41:13 LK012"]


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(sample: Path) -> None:
    quiz = load_quiz(sample)
    assert load_quiz(sample) is quiz
    text = sample.read_text(encoding="utf-8")
    sample.write_text(text.replace("title: A sample", "title: A simple"), encoding="utf-8")
    assert load_quiz(sample).title == "A simple"
    sample.write_text(text.replace("title: A sample", "title: [A sample"), encoding="utf-8")
    with pytest.raises(QuizError):
        load_quiz(sample)


# --- hostile files ---


@pytest.mark.parametrize(
    "content",
    [
        "[" * 1_000_000,
        "[" * LARGEST_FILE,
        "- " * (LARGEST_FILE // 2),
        "? " * (LARGEST_FILE // 2),
        "{? " * (LARGEST_FILE // 3),
        "[a," * (LARGEST_FILE // 3),
        "{a: 1, " * (LARGEST_FILE // 7),
        "a: [" + "a," * (LARGEST_FILE // 2 - 4),
        "a: &a [*a]\n" * (LARGEST_FILE // 11),
        "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 1000)),
        "'" + "\n" * (LARGEST_FILE - 1),
        "|\n" + " \n" * (LARGEST_FILE // 2 - 1),
        "a" * (LARGEST_FILE - 1) + ":",
        "9" * (LARGEST_FILE - 1),
        "answer: " + "9" * 5000,
        "answer: 1e" + "9" * 5000,
        "a: b\n" * (LARGEST_FILE // 5),
        "&" * 1000,
        '"\\UFFFFFFFF"',
        "%TAG ! tag:x,2000:\n---\n!foo {}",
        "!!python/object/apply:os.system ['touch /tmp/owned']",
        "questions: [[[]], {}, 3, null, {kind: []}, {kind: single, choices: {a: b}}]",
        "questions: [{kind: numeric, mistakes: 1}, {kind: single, choices: [1, {id: [], correct: []}]}]",
        "questions: {kind: single}\nobjectives: []\nlesson: []\ntitle: {}",
        "questions: [{kind: numeric, answer: 1e308, significant: 1, mistakes: [{answer: .nan}, 1]}]",
        "questions: [{kind: numeric, answer: 1, decimals: 1e300, mistakes: [{answer: 1e-308}]}]",
    ],
    ids=lambda content: ascii(content[:20]),
)
def test_a_hostile_file_is_refused_with_work_in_its_size(sample: Path, content: str) -> None:
    with at_most(calls=20_000 + 50 * min(len(content), LARGEST_FILE)):
        assert problems(sample, content)


PIECES = [
    "&a ",
    "*a",
    "!!python/name:os.system ",
    "!x ",
    "\t",
    "\x00",
    "\\",
    '"',
    "'",
    "[",
    "]",
    "{",
    "}",
    ": ",
    "- ",
]
PIECES += [
    "? ",
    "|\n",
    ">\n",
    "---\n",
    "...\n",
    "#",
    "%",
    "~",
    "null",
    "1:30",
    "3.10",
    "yes",
    "\r",
    "\u2028",
    "\ufeff",
]
PIECES += [
    ".inf",
    "-1",
    "1e999",
    "0x1F",
    "\n",
    "  ",
    "<<: *a\n",
    "<script>",
    "$",
    "```\n",
    "é",
    "\U0001f600",
    "\x85",
]


def mutate(text: str, draw: random.Random) -> bytes:
    """Return the text with a few pieces inserted, removed, doubled or swapped, or with a broken byte."""
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(text))
        end = min(len(text), at + draw.randint(1, 40))
        match draw.randrange(6):
            case 0:
                text = text[:at] + draw.choice(PIECES) + text[at:]
            case 1:
                text = text[:at] + text[end:]
            case 2:
                text = text[:end] + text[at:end] + text[end:]
            case 3:
                lines = text.split("\n")
                draw.shuffle(lines[: len(lines) // 2])
                lines.insert(draw.randrange(len(lines)), lines.pop(draw.randrange(len(lines))))
                text = "\n".join(lines)
            case 4:
                words = text.split(": ")
                i, j = draw.randrange(len(words)), draw.randrange(len(words))
                words[i], words[j] = words[j], words[i]
                text = ": ".join(words)
            case _:
                text = text[:at]
        text = text or "a"
    content = bytearray(text.encode())
    if draw.random() < 0.2:
        content[draw.randrange(len(content))] = draw.randrange(256)
    return bytes(content)


MORE = """  - id: drawn
    kind: numeric
    objective: read-the-curve
    parameters: {tp: 30..60, fp: 5..20/5}
    where: {flagged: tp + fp}
    require: [tp > fp]
    prompt: "{{tp}} of {{flagged | ,.1f}}?"
    answer: tp / flagged
    formula: 1 - fp / flagged
    decimals: 2
    mistakes:
      - {answer: fp / flagged, misconception: upside-down, why: Turned over.}
  - id: line-up
    kind: order
    objective: read-the-curve
    prompt: Put the steps in order.
    items: [{id: scores, text: Scores}, {id: counts, text: Counts}]
    mistakes: [{order: [counts, scores], misconception: upside-down, why: Backwards.}]
  - id: couple
    kind: match
    objective: read-the-curve
    prompt: What is it a share of?
    pairs:
      - {id: precision, text: Precision, target: of-alarms, why: By definition.}
      - {id: recall, text: Recall, target: of-positives, why: By definition.}
    targets: [{id: of-alarms, text: Of the alarms}, {id: of-positives, text: Of the spam}]
"""


def test_broken_files_give_a_quiz_or_a_clear_error(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        pytest.fail("a quiz file ran code")

    monkeypatch.setattr("os.system", never)
    text = sample.read_text(encoding="utf-8") + MORE
    draw = random.Random(20_260_101)  # noqa: S311  (always the same files)
    refused = 0
    for _ in range(150):
        content = mutate(text, draw)
        sample.write_bytes(content)
        with at_most(calls=100_000 + 500 * len(content)):
            found = refusal(sample)
        assert set(found) <= set(lint([sample])), content
        refused += bool(found)
        lines = len(re.split(rb"\r\n|\n|\r", content))
        assert all(1 <= problem.line <= lines and problem.column >= 1 for problem in found), (found, content)
    assert refused > 90


def test_a_notebook_shows_the_problems_and_no_calls(sample: Path) -> None:
    sample.write_text("title: [a", encoding="utf-8")
    with pytest.raises(QuizError) as caught:
        load_quiz(sample)
    assert caught.value._render_traceback_() == [f"QuizError: {caught.value}"]


def test_a_quiz_of_two_hundred_questions_is_no_quiz_too_long(sample: Path) -> None:
    choices = "[{id: a, text: A, correct: true, why: It is.}, {id: b, text: B, misconception: m, why: No.}]"
    questions = "".join(
        f"  - {{id: q{n}, kind: single, objective: o, prompt: 'No. {n}?', choices: {choices}}}\n"
        for n in range(200)
    )
    sample.write_text(f"lesson: 99-long\ntitle: Long\nobjectives: {{o: O.}}\nquestions:\n{questions}")
    assert len(load_quiz(sample).questions) == 200
