"""Tables: what a cell shows, the HTML around it, and what is refused."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

import lessonkit as lk
from lessonkit.tables import TableError

MODELS = {"model": ["filter", "always no"], "flagged": [1200, 0], "recall": [0.8571, np.float32(0)]}


class Parsed(HTMLParser):
    """The elements of a table, and the text of each cell by row."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.caption = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.tags[-1][0] in {"td", "th"} and data.strip():
            self.rows[-1][-1] += data
        elif self.tags[-1][0] == "caption":
            self.caption += data.strip()


def parsed(columns: Any, **options: Any) -> Parsed:  # noqa: ANN401
    return Parsed(lk.table(columns, **options)._repr_html_())


def test_text_lines_up_and_numbers_end_at_one_place() -> None:
    assert str(lk.table(MODELS, caption="Two models", decimals={"recall": 3})) == (
        "Two models\n"
        "model      flagged  recall\n"
        "──────────────────────────\n"
        "filter       1,200   0.857\n"
        "always no        0   0.000"
    )


def test_html_has_caption_headings_and_names_of_rows() -> None:
    html = parsed(MODELS, caption="Two models")
    assert html.caption == "Two models"
    assert html.rows == [
        ["model", "flagged", "recall"],
        ["filter", "1,200", "0.86"],
        ["always no", "0", "0.00"],
    ]
    scopes = [attributes["scope"] for tag, attributes in html.tags if tag == "th"]
    assert scopes == ["col"] * 3 + ["row"] * 2
    sides = [attributes["align"] for tag, attributes in html.tags if tag in {"td", "th"}]
    assert sides == ["left", "right", "right"] * 3
    assert not [tag for tag, _ in parsed(MODELS).tags if tag == "caption"]


def test_a_table_of_numbers_names_no_rows() -> None:
    assert [tag for tag, _ in parsed({"a": [1], "b": [2.5]}).tags].count("th") == 2
    assert [tag for tag, _ in parsed({"a": ["only", "words"]}).tags].count("th") == 1


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([1, None, 1_234_567], ["1", "—", "1,234,567"]),
        ([1, float("nan")], ["1", "—"]),
        ([0.5, None], ["0.50", "—"]),
        ([1, 0.5], ["1.00", "0.50"]),
        ([-0.001, 1234.5], ["0.00", "1,234.50"]),
        ([np.inf, -np.inf], ["∞", "−∞"]),
        (np.array([1, 2], dtype=np.uint8), ["1", "2"]),
        (np.array([0.25], dtype=np.float32), ["0.25"]),
        ([True, np.False_], ["True", "False"]),
        (["a", 0.125, 7], ["a", "0.12", "7"]),
        ([None, None], ["—", "—"]),
        ([pd.NA, pd.NaT, "x"], ["—", "—", "x"]),
        (range(2), ["0", "1"]),
    ],
)
def test_each_value_is_shown_as_a_reader_wants_it(values: Any, shown: list[str]) -> None:  # noqa: ANN401
    assert [row[0] for row in parsed({"a": values}).rows[1:]] == shown


def test_decimals_are_of_all_columns_or_of_each() -> None:
    columns = {"a": [0.12345], "b": [0.12345]}
    assert parsed(columns, decimals=1).rows[1] == ["0.1", "0.1"]
    assert parsed(columns, decimals={"a": 0}).rows[1] == ["0", "0.12"]


def test_a_frame_shows_its_index_only_if_it_says_something() -> None:
    frame = pd.DataFrame({"n": [1, 2], "share": [0.5, 0.25]})
    assert parsed(frame).rows == [["n", "share"], ["1", "0.50"], ["2", "0.25"]]
    assert parsed(frame[::-1]).rows[1] == ["1", "2", "0.25"]
    named = parsed(frame.set_axis(pd.Index(["x", "y"], name="model")))
    assert named.rows[:2] == [["model", "n", "share"], ["x", "1", "0.50"]]
    unnamed = parsed(frame.set_axis(["x", "y"]))
    assert unnamed.rows[:2] == [["", "n", "share"], ["x", "1", "0.50"]]
    first = next(tag for tag, _ in unnamed.tags if tag in {"td", "th"})
    assert first == "td", "a heading has words"


def test_nothing_in_it_can_be_markup() -> None:
    hostile = "<script>alert(1)</script>\"'&"
    html = lk.table({hostile: [hostile]}, caption=hostile)._repr_html_()
    assert "<script" not in html
    assert Parsed(html).rows == [[hostile], [hostile]]


def test_a_line_break_cannot_break_the_text() -> None:
    assert str(lk.table({"a": ["two\nlines", "x"]})).splitlines()[2:] == ["two lines", "x"]


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        ({}, {}, "no column"),
        ({"a": [], "b": []}, {}, "no row: 'a', 'b'"),
        ({"a": [1, 2], "b": [1], "c": [1, 2]}, {}, "'b' has 1 value, and 'a' has 2.*None where"),
        ({"name": "spam"}, {}, "'name' is of type str"),
        ({"n": 3}, {}, "'n' is of type int"),
        ({"n": np.zeros((2, 2))}, {}, r"'n' has the shape \(2, 2\)"),
        ([[1, 2]], {}, "this is a list"),
        (pd.Series([1, 2]), {}, "this is a Series"),
        ({"a": [1.5]}, {"decimals": -1}, "decimals of 'a' is -1"),
        ({"a": [1.5]}, {"decimals": {"b": 1}}, "decimals names the column 'b'. There are: a"),
    ],
)
def test_what_makes_no_table_is_refused_with_the_fix(
    columns: Any,  # noqa: ANN401
    options: dict[str, Any],
    message: str,
) -> None:
    with pytest.raises(TableError, match=message):
        lk.table(columns, **options)


def test_a_notebook_stores_the_same_bytes_every_time() -> None:
    def stored() -> nbformat.NotebookNode:
        formatter = InteractiveShell.instance().display_formatter
        assert formatter is not None
        data, _ = formatter.format(lk.table(MODELS, caption="C"))  # type: ignore[no-untyped-call]
        output: nbformat.NotebookNode = nbformat.v4.new_output("execute_result", data=data)
        return output

    assert stored() == stored()
    assert set(stored().data) == {"text/plain", "text/html"}
    assert stored().data["text/plain"].startswith("C\nmodel")
