"""Each false claim of the texts that the course grew from is shown failing by a cell."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from ruamel.yaml import YAML

from tools.bootstrap import ROOT

ERRATA = YAML(typ="safe").load(Path(__file__).with_name("errata.yaml").read_text(encoding="utf-8"))

# Two lists of claims, plainly false (1a) and half true (1b).
FALSE = {f"1a-{n:02}" for n in range(1, 15)}
HALF_TRUE = {f"1b-{n:02}" for n in range(1, 28)}


def test_every_claim_has_its_cell() -> None:
    assert set(ERRATA) == FALSE | HALF_TRUE


@pytest.mark.parametrize("claim", sorted(ERRATA))
def test_the_cell_is_there_and_shows_something(claim: str) -> None:
    entry = ERRATA[claim]
    lesson = nbformat.read(ROOT / "notebooks" / f"{entry['notebook']}.ipynb", as_version=4)
    (cell,) = [cell for cell in lesson.cells if cell.id == entry["cell"]]
    assert cell.cell_type == "code"
    assert cell.outputs, "nothing is shown"
    assert re.fullmatch(r"\S.{10,120}", entry["claim"])
