"""A true number in prose passes, and a false one is found."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from nbformat import NotebookNode, v4, write

from tools.lesson import Lesson, load
from tools.prose_numbers import definitional, numbers, unsupported_numbers

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "# Counting"
PLACES = st.integers(1, 4)
RATIOS = st.integers(1, 9_999_999).map(lambda count: Decimal(count) / 10_000_000)


def code(source: str, output: str = "") -> NotebookNode:
    return v4.new_code_cell(source, outputs=[v4.new_output("stream", text=output)] if output else [])


def lesson(folder: Path, *cells: str | NotebookNode, name: str = "01-counting.ipynb") -> Lesson:
    whole = [v4.new_markdown_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    write(v4.new_notebook(cells=whole), folder / name)
    return load(folder / name)


def missing(folder: Path, *cells: str | NotebookNode, name: str = "01-counting.ipynb") -> list[str]:
    """The numbers that the rule reports."""
    found = unsupported_numbers(lesson(folder, *cells, name=name), {})
    return [line.split("'")[-2] for line in found]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,177 mails", ["1177"]),
        ("of 0.0935, or .5.", ["0.0935", "0.5"]),
        ("78 % and 9.4\u202f% and 9.4% and 12 percent", ["0.78", "0.094", "0.094", "0.12"]),
        ("7/10 and 3–5", ["7", "10", "3", "5"]),
        ("F1, y2, x_1 and float32", []),
        ("3, 4, 5", ["3", "4", "5"]),
        ("1e-05", ["0.00001"]),
        ("−0.5", ["0.5"]),
    ],
)
def test_numbers_are_read_as_prose_writes_them(text: str, values: list[str]) -> None:
    assert [number.value for number in numbers(text)] == [Decimal(value) for value in values]


@given(ratio=RATIOS, places=PLACES)
def test_the_rounding_of_an_output_is_supported(ratio: Decimal, places: int) -> None:
    (output,) = numbers(f"{ratio:.7f}")
    rounded = ratio.quantize(Decimal(1).scaleb(-places))
    percent = (ratio * 100).quantize(Decimal(1).scaleb(2 - places)) if places > 2 else None
    assert numbers(f"{rounded}")[0].supported_by(output)
    assert percent is None or numbers(f"{percent} %")[0].supported_by(output)


@given(ratio=RATIOS, places=PLACES, units=st.integers(-3, 3).filter(bool))
def test_one_unit_off_is_not_supported(ratio: Decimal, places: int, units: int) -> None:
    (output,) = numbers(f"{ratio:.7f}")
    unit = Decimal(1).scaleb(-places)
    wrong = ratio.quantize(unit) + units * unit
    assume(wrong > 0)
    assume(abs(wrong - ratio) > unit / 2)  # half way, both neighbors are its rounding
    assert not numbers(f"{wrong}")[0].supported_by(output)
    assert not numbers(f"{wrong * 100:f} %")[0].supported_by(output)


@given(count=st.integers(2, 10**7), off=st.integers(1, 5))
def test_a_count_matches_only_itself(count: int, off: int) -> None:
    (output,) = numbers(f"{count}")
    assert numbers(f"{count:,}")[0].supported_by(output)
    assert not numbers(f"{count + off:,}")[0].supported_by(output)


@pytest.mark.parametrize(
    ("prose", "output"),
    [
        ("78 %", "0.7812"),
        ("78 %", "78.1%"),
        ("0.78", "78.1 %"),
        ("0.50", "0.5"),
        ("48 seconds", "47.6"),
        ("0.0935…", "0.09358"),
        ("20 to 30 %", "0.2 0.3"),
        ("20 and 30 %", "20 0.3"),
        ("1 in 20", "20"),
        ("0.90", "0.896"),
    ],
)
def test_prose_and_output_agree(prose: str, output: str, tmp_path: Path) -> None:
    assert missing(tmp_path, TITLE, "## One", code("show()", output), prose) == []


@pytest.mark.parametrize(
    ("prose", "output", "wrong"),
    [
        ("78 %", "0.7712", "78 %"),
        ("78 %", "78", "78 %"),
        ("0.50", "0.6", "0.50"),
        ("2 mails", "1.7", "2"),
        ("0.0935…", "0.09366", "0.0935…"),
        ("0.889", "0.9", "0.889"),
        ("8/9", "8", "9"),
    ],
)
def test_prose_and_output_disagree(prose: str, output: str, wrong: str, tmp_path: Path) -> None:
    found = missing(tmp_path, TITLE, "## One", code("show()", output), prose)
    assert found == [wrong]


@pytest.mark.parametrize(
    "prose",
    [
        "`0.37`",
        "```python\nx = 0.37\n```",
        r"$\frac{37}{40}$ and $P = 0.37$",
        "$$\n0.37\n$$",
        "| a |\n|---|\n| 0.37 |",
        "![A curve that starts at 0.37](curve.png)",
        "[a share of 0.37](https://example.org)",
        "> 0.37",
        "1. first\n2. 0.37",
        "<details><summary>0.37</summary></details>",
        "<details><summary>Solution</summary>\n\nIt is 0.37.\n\n</details>",
        "<details>\n\n</details>\n\n```\n0.37\n```",
    ],
)
def test_no_form_of_markdown_hides_a_number(prose: str, tmp_path: Path) -> None:
    assert missing(tmp_path, TITLE, "## One", code("show()", "0.5"), prose) != []
    assert missing(tmp_path, TITLE, "## One", code("x = 40", "0.37 37"), prose) == []


@pytest.mark.parametrize(
    "prose",
    [
        "0, 1, 0.0, 1.0, 0 % and 100 %",
        "the 2nd, 3rd and 20th mail",
        "lesson 03, Lessons 01–03 and lessons 01, 02 and 03",
        "[02 · Thresholds](02-decision-thresholds.ipynb#Own)",
        "Exercise 2, step 3, Section 4, question 5",
        "(Davis & Goadrich, 2006), Davis and Goadrich (2006), (Flach, 2015; Saito, 2015), March 2012",
        "<!-- 37 -->",
        '<img src="curve37.png" width="37">',
        "[here](https://example.org/37)",
        "F1, F2 and $F_{0.5}$",
        "2. the second point of a list",
        "<details><summary>Solution</summary>\n\n```python\nx = 37\n```\n\n</details>",
    ],
)
def test_what_only_names_something_needs_no_evidence(prose: str, tmp_path: Path) -> None:
    assert missing(tmp_path, TITLE, "## One", code("show()", "no number"), prose) == []


@pytest.mark.parametrize(
    "prose", ["0.00", "1.00", "(n = 2000)", "2006 mails", "lesson 3", "5 minutes", "step 0.5"]
)
def test_exemptions_are_narrow(prose: str, tmp_path: Path) -> None:
    assert len(missing(tmp_path, TITLE, "## One", code("show()", "no number"), prose)) == 1


def test_minutes_are_exempt_at_the_top_and_in_lesson_00(tmp_path: Path) -> None:
    cells = (f"{TITLE}\n\nReading: 20 minutes.", "## One", "About 25 min.", code("x"))
    assert missing(tmp_path, *cells) == ["25"]
    assert missing(tmp_path, *cells, name="00-start-here.ipynb") == []


def test_evidence_is_near(tmp_path: Path) -> None:
    shows = code("show()", "0.37")
    other = code("show()", "0.5")
    assert missing(tmp_path, TITLE, "## One", shows, other, "0.37") == []
    assert missing(tmp_path, TITLE, "## One", "0.37", shows) == []
    assert missing(tmp_path, TITLE, "## One", "0.37", other, "then", shows) == ["0.37"]
    assert missing(tmp_path, TITLE, "## One", shows, "## Two", "0.37", other) == ["0.37"]


def test_distinctive_numbers_may_have_their_evidence_anywhere(tmp_path: Path) -> None:
    cells = (TITLE, "## One", "0.375, 1,177 and 9.35 %", code("x"), "## Two", code("y", "0.375 1177 0.0935"))
    assert missing(tmp_path, *cells) == []


def test_a_section_without_code_repeats_what_checked_prose_states(tmp_path: Path) -> None:
    body = ("## One", "About 9.4 %.", code("x", "0.0935 0.61"))
    assert missing(tmp_path, TITLE, *body, "## Key points", "9.4 %") == []
    assert missing(tmp_path, f"{TITLE}\n\n9.4 % of mails.", *body) == []
    assert missing(tmp_path, TITLE, *body, "## Key points", "0.61") == ["0.61"]
    assert missing(tmp_path, TITLE, "## Predict", "9.4 %", code('lk.quiz("a")', "x"), *body) == []
    assert missing(tmp_path, TITLE, "## Predict", "9.5 %", code('lk.quiz("a")', "x"), *body) == ["9.5 %"]


@pytest.mark.parametrize("source", ['lk.quiz("a", seed="37")', 'lk.check("a", x)', "# 37", '"37"', "x37 = a"])
def test_quizzes_checks_strings_and_comments_are_no_evidence(source: str, tmp_path: Path) -> None:
    output = "37" if "lk." in source else ""
    assert missing(tmp_path, TITLE, "## One", "37", code(source, output), "text", code("x")) == ["37"]


def test_literals_match_exactly_and_as_percentages(tmp_path: Path) -> None:
    assert missing(tmp_path, TITLE, "## One", "37, 0.5 and 90 %", code("f(37, .50, level=0.9)")) == []
    assert missing(tmp_path, TITLE, "## One", "0.38", code("f(0.3751)")) == ["0.38"]


def test_definitional_numbers_are_allowed_and_must_be_needed(tmp_path: Path) -> None:
    one = lesson(tmp_path, TITLE, "## One", "98 % and 98", code("x"))
    assert len(list(unsupported_numbers(one, {"98 %": "given"}))) == 1
    assert list(unsupported_numbers(one, {"98 %": "given", "98": "given"})) == []
    unneeded = list(unsupported_numbers(one, {"98 %": "given", "98": "given", "12 %": "given"}))
    assert unneeded == ["definitional.yaml lists '12 %', which needs no entry; delete it"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("01-a: {98: given}", "98 is not one number in quotes"),
        ("01-a: {'98 % of': given}", "is not one number in quotes"),
        ("01-a: {'98 %': ''}", "has no reason"),
        ("01-a: {'98 %': }", "has no reason"),
    ],
)
def test_a_definitional_entry_is_a_number_with_a_reason(text: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "definitional.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=problem):
        definitional(path)


def test_definitional_reads_an_empty_list(tmp_path: Path) -> None:
    path = tmp_path / "definitional.yaml"
    path.write_text("# none yet\n", encoding="utf-8")
    assert definitional(path) == {}
    path.write_text("01-a: {'98 %': given}\n", encoding="utf-8")
    assert definitional(path) == {"01-a": {"98 %": "given"}}
