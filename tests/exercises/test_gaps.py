from __future__ import annotations

import ast
import itertools
import linecache
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from lessonkit import feedback
from lessonkit.exercises import course_exercises, verdict
from lessonkit.exercises.gaps import _gaps, open_gaps
from lessonkit.feedback import check
from tests.exercises.test_lesson12 import card
from tools.bootstrap import ROOT
from tools.lesson import load

if TYPE_CHECKING:
    from pathlib import Path

NAMED_IN_CARD = len(card())
NUMBERS = itertools.count()


def define(source: str, *, kept: bool = True) -> Any:  # noqa: ANN401  (it is the learner's)
    """Run a cell as a kernel does: its source is kept under a file name of its own, or it is not."""
    name = f"<cell {next(NUMBERS)}>"
    if kept:
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    space: dict[str, Any] = {"np": np}
    exec(compile(source, name, "exec"), space)  # noqa: S102
    return space["f"]


COUNTS = """
def f(y_true, y_pred):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    fp = {fp}
    fn = {fn}
    tn = {tn}
    return tp, fp, fn, tn
"""
FP, FN, TN = (
    f"np.sum((y_true == {truth}) & (y_pred == {predicted}))" for truth, predicted in ((0, 1), (1, 0), (0, 0))
)


@pytest.mark.parametrize(
    ("filled", "message"),
    [
        ({}, "Replace the … with your answer and run the cell again."),
        ({"fp": FP}, "1 of 3 gaps is filled. Still open: `fn` and `tn`."),
        ({"fp": FP, "tn": TN}, "2 of 3 gaps are filled. Still open: `fn`."),
        ({"fp": FP, "fn": FN, "tn": TN}, "Right on all 201 inputs that were tried."),
    ],
)
def test_each_filled_gap_is_seen(filled: dict[str, str], message: str) -> None:
    found = verdict(
        "count-outcomes", define(COUNTS.format_map({"fp": "...", "fn": "...", "tn": "..."} | filled))
    )
    assert found.message == message
    assert found.begun == (0 < len(filled) < 3)
    assert found.tried == (len(filled) == 3)


def test_a_gap_that_gives_a_number_is_still_a_gap() -> None:
    # np.argmin(...) is 0, so this runs to its end, with a wrong threshold.
    cheapest = define("""
def f(y_true, scores, false_alarm, miss):
    candidates = np.append(np.inf, np.unique(scores)[::-1])
    cost = ...
    return candidates[np.argmin(cost)]
""")
    assert verdict("cheapest-threshold", cheapest).message == "1 of 2 gaps is filled. Still open: `cost`."


def test_without_the_source_nothing_is_counted() -> None:
    source = COUNTS.format(fp=FP, fn="...", tn="...")
    found = verdict("count-outcomes", define(source, kept=False))
    assert found.message == "Replace the … with your answer and run the cell again."


@pytest.mark.parametrize(
    ("source", "gaps"),
    [
        ("def f():\n    a = ...\n    return a", ["a"]),
        ("def f():\n    a: int = ...\n    a += ...\n    return ...", ["a", "a", "return"]),
        ("def f():\n    a, b, c = ..., 1, ...\n    return a, ...", ["a", "c", "return"]),
        ("def f(x):\n    for _ in x:\n        x.append(...)\n    return x", ["x.append(…)"]),
        ("def f(model):\n    model.compile(loss=..., metrics=['ap', ...])", ["loss", "metrics"]),
        ("if True:\n    def f():\n        return ...", ["return"]),
        # A learner's own, and what is none.
        ("def f(x):\n    return x[..., 0] + x[...]", []),
        ("def f(x):\n    y = x[..., None]\n    y[..., 0] = 1\n    return np.einsum('...i->...', y)", []),
        ("def f():\n    # a = ...\n    a = 'and so on ...'\n    return a", []),
        ('def f():\n    """Return ...\n\n    a = ...\n    """\n    return 1', []),
        ("f = lambda: ...", []),
    ],
)
def test_a_gap_stands_for_a_value(source: str, gaps: list[str]) -> None:
    assert open_gaps(define(source)) == gaps


@pytest.mark.parametrize("answer", [None, ..., 3, "a = ...", len, np.sum, [lambda: ...]])
def test_what_has_no_source_has_no_gaps(answer: object) -> None:
    assert open_gaps(answer) == []


def test_a_source_that_has_changed_since_is_not_believed() -> None:
    f = define("def f():\n    return ...  # changed")
    linecache.cache[f.__code__.co_filename] = (1, None, ["return (\n"], "")
    assert open_gaps(f) == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (card(cost=...), f"{NAMED_IN_CARD - 1} of {NAMED_IN_CARD} gaps are filled. Still open: `cost`."),
        (dict.fromkeys(card(), ...), "Replace the … with your answer and run the cell again."),
    ],
)
def test_a_card_names_its_open_entries(given: object, message: str) -> None:
    found = verdict("model-card", given)
    assert found.message == message
    assert not found.tried


def test_a_begun_exercise_is_not_called_untried(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(feedback, "display", shown.append)
    check("count-outcomes", define(COUNTS.format(fp=FP, fn="...", tn="...")))
    assert repr(shown[0]) == "… Not finished yet: 1 of 3 gaps is filled. Still open: `fn` and `tn`."
    assert "<strong>… Not finished yet:</strong>" in shown[0]._repr_html_()


def test_ipython_has_the_source(tmp_path: Path) -> None:
    function = COUNTS.format(fp=FP, fn="...", tn="...")
    cells = f"import numpy as np, lessonkit as lk\n{function}\nlk.check('count-outcomes', f)"
    run = subprocess.run(
        [sys.executable, "-m", "IPython", f"--ipython-dir={tmp_path}", "-c", cells],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "1 of 3 gaps is filled" in run.stdout


def test_every_exercise_declares_the_gaps_that_its_lesson_leaves() -> None:
    found = {}
    for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb")):
        for cell in load(path).cells:
            named = re.search(r'^lk\.check\("([\w-]+)", \w+\)$', cell.source, re.MULTILINE)
            if cell.is_code and named:
                found[named[1]] = len(list(_gaps(ast.parse(cell.source))))
    assert found == {name: exercise.gaps for name, exercise in course_exercises().items()}
