"""What the judge says of texts, rows and tables."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from lessonkit.exercises.judge import Mistake, Verdict
from lessonkit.exercises.rows import judge_result

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = [("ada", 3), ("bob", 1), ("cy", None)]
FRAME = pd.DataFrame({"name": ["ada", "bob", "cy"], "n": [3, 1, None]})


def judged(answer: object, solution: object = ROWS, **options: Any) -> Verdict:  # noqa: ANN401
    return judge_result(answer, solution=solution, otherwise="Look at the join.", **options)


def database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "CREATE TABLE t (name, n); INSERT INTO t VALUES ('ada', 3), ('bob', 1), ('cy', NULL);"
    )
    yield connection
    connection.close()


con = pytest.fixture(database)


@pytest.mark.parametrize(
    "answer",
    [
        ROWS,
        ROWS[::-1],
        [[*row] for row in ROWS],
        FRAME,
        FRAME.to_numpy(),
        FRAME.to_dict("records"),
        {*ROWS},
        [("ada", 3.0000001), ("bob", Decimal(1)), ("cy", float("nan"))],
    ],
)
def test_the_same_rows_in_any_form_and_order_are_right(answer: object) -> None:
    assert judged(answer) == Verdict(passed=True, message="Right: 3 rows.")


def test_what_sqlite_gives_is_read(con: sqlite3.Connection) -> None:
    assert judged(con.execute("SELECT * FROM t").fetchall()).passed
    con.row_factory = sqlite3.Row
    assert judged(con.execute("SELECT * FROM t").fetchall(), FRAME, headed=True).passed
    assert "turn it into a list" in judged(con.execute("SELECT * FROM t")).message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (ROWS[:2], "Your result has 2 rows; 3 are expected. The row `('cy', NULL)` is missing."),
        (
            [*ROWS, ("dan", 2)],
            "Your result has 4 rows; 3 are expected. The row `('dan', 2)` should not be there.",
        ),
        ([*ROWS, ROWS[0]], "The row `('ada', 3)` is there 2 times instead of 1."),
        (
            [("ada", 4), *ROWS[1:]],
            "The row `('ada', 3)` is missing, and `('ada', 4)` should not be there.",
        ),
        ([("ada",), ("bob",)], "Your row `'ada'` has 1 value; 2 values are expected."),
        ("ada", "Rows are expected, and you gave a text."),
        (object(), "You gave an object; rows are expected, as a list of tuples or as a table."),
        ([], "Your result has 0 rows; 3 are expected. The row `('ada', 3)` is missing."),
    ],
)
def test_the_first_difference_is_named(answer: object, said: str) -> None:
    found = judged(answer)
    assert not found.passed
    assert said in found.message
    assert found.hint == "Look at the join."


def test_order_counts_where_the_exercise_says_so() -> None:
    assert judged(ROWS, ordered=True).passed
    found = judged([ROWS[1], ROWS[0], ROWS[2]], ordered=True)
    assert found.message == (
        "The rows are right, in another order. Row 1 is `('bob', 1)`; `('ada', 3)` is expected."
    )
    assert "Row 3 `('cy', NULL)` is missing." in judged(ROWS[:2], ordered=True).message
    assert "Row 4 is too much." in judged([*ROWS, ROWS[0]], ordered=True).message
    assert judged([ROWS[0], ("bob", 2), ROWS[2]], ordered=True).message.startswith("Row 2 is `('bob', 2)`")


def test_names_of_columns_count_where_the_exercise_says_so() -> None:
    assert judged(FRAME.rename(columns={"n": "count"}), FRAME).passed
    assert judged(FRAME.rename(columns={"n": "count"}), FRAME, headed=True).message == (
        "Your columns are name, count; name, n are expected, in this order."
    )
    assert "no names of columns" in judged(ROWS, FRAME, headed=True).message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            "select  1",
            "Only capitals or spaces differ: your text is `'select  1'`; `'SELECT 1'` is expected.",
        ),
        ("SELECT 2", "Your text is `'SELECT 2'`; `'SELECT 1'` is expected."),
        (["SELECT 1"], "A text is expected, and you gave rows."),
    ],
)
def test_texts_are_compared_letter_by_letter(answer: object, said: str) -> None:
    assert judged("SELECT 1", "SELECT 1").passed
    assert judged(answer, "SELECT 1").message == said


def test_of_a_long_text_the_line_that_differs_is_told() -> None:
    assert judged("a\nb\nd", "a\nb\nc").message == "Line 3 of your text is `'d'`; `'c'` is expected."


def test_single_values_and_lists_of_them_are_rows_of_one() -> None:
    assert judged(["bob", "ada"], ["ada", "bob"]).passed
    assert judged(np.array([2, 1]), [1, 2]).passed
    assert judged([(6,)], 6).passed
    assert "`7` should not be there" in judged(7, 6).message


def names(least: int) -> list[tuple[str, int]]:
    return [(name, n) for name, n in ROWS if n is not None and n >= least]


def test_functions_are_called_on_each_case() -> None:
    options: dict[str, Any] = {"solution": names, "cases": [(1,), (3,), (5,)]}
    assert (
        judged(lambda least: names(least)[::-1], **options).message
        == "Right on all 3 inputs that were tried."
    )
    found = judged(lambda least: names(least + 1), **options)
    assert found.message == "For (1): Your result has 1 row; 2 are expected. The row `('bob', 1)` is missing."
    assert judged(lambda _: 1 / 0, **options).message.startswith("For (1): your function stopped with Zero")
    assert judged(names(1), **options).message == "A function is expected, and you gave a list of 2 values."
    assert not judged(lambda _: ..., **options).tried
    assert not judged(lambda _: None, **options).tried
    assert not judged(..., **options).tried


def test_a_known_mistake_gives_its_hint() -> None:
    mistakes = [
        Mistake(lambda: ROWS[:1], "That is a cross join."),
        Mistake(lambda: ROWS[:2], "An inner join drops who has no order."),
    ]
    assert judged(ROWS[:2], mistakes=mistakes).hint == "An inner join drops who has no order."
    assert judged(ROWS[1:], mistakes=mistakes).hint == "Look at the join."


def test_a_solution_that_cannot_be_read_is_its_authors_error() -> None:
    with pytest.raises(TypeError, match="own solution fails"):
        judged(ROWS, object())
