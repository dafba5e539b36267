from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from lessonkit.questions.lint import RULES, heading_anchors, lint, report

if TYPE_CHECKING:
    from pathlib import Path


def found(path: Path) -> list[str]:
    """Return the problems as "line:column CODE", in order."""
    return [f"{problem.line}:{problem.column} {problem.code}" for problem in lint([path])]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_sound_course_has_no_problem(course: Path, sample: Path) -> None:
    assert lint([course / "quizzes"]) == []
    assert lint([str(sample)]) == []
    assert report([]) == "0 errors, 0 warnings"


def test_ten_mistakes_give_ten_lines_at_their_places(sample: Path) -> None:
    for old, new in [
        ("lesson: 03-sample", "lesson: 04-sample"),
        ("title: A sample", "title: 3.10"),
        ("Where is its point?", "Where is <b>its</b> point?"),
        ("        misconception: starts-at-origin\n", ""),
        ("correct: true\n", "correct: yes\n"),
        ("pin: last", "pni: last"),
        ("marking: each", "marking: some"),
        ("why: It counts hits.", "why: It counts $hits."),
        ("misconception: always-rises", "misconception: always-rise"),
        ("answer: 1.125", "answer: 0.89"),
    ]:
        change(sample, old, new)
    lines = report(lint([sample])).splitlines()
    assert [line.removeprefix(f"{sample}:").partition(" ")[0] for line in lines[:-1]] == [
        "1:9:",
        "2:8:",
        "10:50:",
        "12:9:",
        "17:18:",
        "21:9:",
        "29:14:",
        "33:66:",
        "35:57:",
        "43:18:",
    ]
    assert [line.split()[1] for line in lines[:-1]] == [
        *("LK033", "LK014", "LK045", "LK026", "LK012", "LK011", "LK012", "LK040", "LK032", "LK029"),
    ]
    assert lines[-1] == "10 errors, 0 warnings"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("  read-the-curve: R", "  unused: Never asked for.\n  read-the-curve: R", ["4:3 LK031"]),
        ("misconception: starts-at-origin", "misconception: starts-at-orign", ["14:24 LK032"]),
        ("misconception: upside-down", "misconception: turned", ["44:40 LK032"]),
        ("03-sample.ipynb#Where", "04-sample.ipynb#Where", ["27:10 LK035"]),
        ("#Where-the-curve-ends", "#where-the-curve-ends", ["27:10 LK035"]),
        ("see: notebooks/03-sample.ipynb#Where-the-curve-ends", "see: ../secret", ["27:10 LK035"]),
        ("text: At recall 1", "text: 1:30", ["17:15 LK015"]),
        ("text: At recall 1", "text: yes", ["17:15 LK015"]),
        ("text: At recall 1", "text: 2026-01-01", ["17:15 LK015"]),
        ("text: At recall 1", "text: '1:30'", []),
        ("text: At recall 1", "text: 'A price of $5 and 6$'", []),
        ("text: At recall 1", "text: 'A $x price'", ["17:18 LK040"]),
        ("text: At recall 1", r"text: 'A \$x price'", []),
        ("text: At recall 1", r"text: 'At $0.5 \leq p'", ["17:24 LK040"]),
        ("text: At recall 1", r"text: 'At $\frac{$'", ["17:20 LK042"]),
        ("text: At recall 1", r"text: 'At $\nosuch{x}$'", ["17:20 LK042"]),
        ("text: At recall 1", r"text: 'At \(x^2\)'", ["17:19 LK040"]),
        ("text: At recall 1", r"text: 'At \[x^2\]'", ["17:19 LK040"]),
        ("text: At recall 1", "text: '![](a.gif)'", ["17:15 LK053", "17:18 LK043"]),
        ("text: At recall 1", "text: '![A cat](b.gif)'", ["17:25 LK044"]),
        ("text: At recall 1", "text: '![A cat](https://a.b/c.png)'", ["17:25 LK044"]),
        ("text: At recall 1", "text: '![A cat](a.gif)'", []),
        ("text: At recall 1", "text: '[A page](https://a.b/c)'", ["17:25 LK046"]),
        ("text: At recall 1", "text: '[A page](03-sample.ipynb)'", []),
        ("text: At recall 1", "text: 'a<b and c>d, `<b>`, 3 < 4'", []),
        ("text: At recall 1", "text: 'x <br/> y'", ["17:18 LK045"]),
        ("A filter flags", "```python\n      x = 1\n\n      A filter flags", ["10:7 LK041"]),
        ("A filter flags", "```python\n      x = 1\n      ```\n\n      A filter flags", []),
        ("text: At recall 1", f"text: At recall 1{' and so on' * 6}", ["17:15 LK050"]),
        ("text: At recall 1", "text: All of the above", ["17:15 LK052"]),
        ("text: At recall 1", "text: Both A and B", ["17:15 LK052"]),
        ("text: At $(0, 0)$", "text: I don't know.", ["13:15 LK053"]),
        ("text: At $(0, 0)$", "text: '...'", ["13:15 LK053"]),
    ],
)
def test_a_rule(sample: Path, old: str, new: str, expected: list[str]) -> None:
    (sample.parent / "a.gif").write_bytes(b"GIF89a")
    change(sample, old, new)
    assert found(sample) == expected


def test_the_mend_names_what_was_probably_meant(sample: Path) -> None:
    change(sample, "misconception: starts-at-origin", "misconception: starts-at-orign")
    change(sample, "#Where-the-curve-ends", "#where-the-curve-ends")
    text = report(lint([sample]))
    assert "did you mean 'starts-at-origin'?" in text
    assert "has no heading #where-the-curve-ends; did you mean #Where-the-curve-ends?" in text


def test_right_choices_in_one_place(sample: Path) -> None:
    text = sample.read_text(encoding="utf-8")
    start, end = text.index("  - id: end-point"), text.index("  - id: which-rise")
    for number in range(3):
        text += text[start:end].replace("end-point", f"end-point-{number}")
    sample.write_text(text, encoding="utf-8")
    assert found(sample) == ["5:1 LK051"]


def test_ids_are_unique_in_the_course(course: Path, sample: Path) -> None:
    other = sample.with_name("04-other.yaml")
    other.write_text(sample.read_text(encoding="utf-8").replace("03-sample", "04-other"), encoding="utf-8")
    (course / "notebooks" / "04-other.ipynb").write_bytes(
        (course / "notebooks" / "03-sample.ipynb").read_bytes()
    )
    assert found(other) == ["6:9 LK020", "28:9 LK020", "37:9 LK020"]
    assert f"{sample}:6:9 already has the id 'end-point'" in report(lint([course / "quizzes"]))
    assert found(sample) == []


def test_a_missing_notebook(course: Path, sample: Path) -> None:
    (course / "notebooks" / "03-sample.ipynb").unlink()
    assert found(sample) == ["1:9 LK034", "27:10 LK035"]


def test_the_list_of_misconceptions_is_judged_too(course: Path) -> None:
    path = course / "quizzes" / "misconceptions.yaml"
    change(path, "upside-down: The whole is divided by the part.", "upside-down: 3\nBad Slug: x")
    assert found(path) == ["4:14 LK012", "5:1 LK016"]
    path.unlink()
    assert found(course / "quizzes") == ["1:1 LK001"]


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    assert "LK001 cannot read the file" in report(lint([tmp_path / "none.yaml"]))


def test_anchors_are_those_of_jupyterlab(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": "# What *is* `x`? A & B: 100 %\n\ntext\n\n## On $x^2$"},
        {"cell_type": "code", "source": "# no heading"},
        {"cell_type": "markdown", "source": ["Setext\n", "======\n", "```\n", "# in code\n", "```"]},
    ]
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert heading_anchors(path) == ["What-is-x?-A-&-B:-100-%", "On-$x^2$", "Setext"]
    path.write_text("no notebook", encoding="utf-8")
    assert heading_anchors(path) == []


def test_every_code_is_explained_by_a_sentence() -> None:
    assert all(re.fullmatch(r"LK\d{3}", code) for code in RULES)
    assert all(sentence.endswith(".") for sentence in RULES.values())
