"""The exercises as the notebooks set them: the cell with its gap, and the solution folded under it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tools.bootstrap import ROOT
from tools.lesson import load

if TYPE_CHECKING:
    from pathlib import Path

# Lesson 00 lends an exercise of 01 as a sample.
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb"))[1:]


class Exercise(NamedTuple):
    """An exercise: its id, the name that the check is given, the code before the check, and the solution."""

    id: str
    name: str
    cell: str
    solution: str


class SolutionError(Exception):
    """An exercise without its folded solution."""


def exercises(path: Path) -> list[Exercise]:
    """Find each cell that ends in lk.check(id, name), with the solution folded right under it.

    Raises
    ------
    SolutionError
        Where no solution is folded there.
    """
    cells = load(path).cells
    found = []
    for cell, after in zip(cells, [*cells[1:], None], strict=True):
        check = re.search(r'^lk\.check\("([\w-]+)", (\w+)\)$', cell.source, re.MULTILINE)
        if not cell.is_code or check is None:
            continue
        folded = re.match(
            r"<details><summary>Solution</summary>\n.*?```python\n(.*?)```\n\n</details>",
            after.source if after else "",
            re.DOTALL,
        )
        if folded is None:
            raise SolutionError(f"{path.name}: no solution is folded right under {check[1]}. Fold it there.")
        found.append(Exercise(check[1], check[2], cell.source[: check.start()], folded[1]))
    return found
