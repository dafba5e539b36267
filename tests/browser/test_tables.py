"""A table as a reader meets it in JupyterLab: stored, in a notebook that nobody has trusted yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat

import lessonkit as lk
from tests.browser.steps import new_notebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tools.browser import Lab

TABLE = ".jp-OutputArea-output table"
ENDS = """cells => cells.map((cell) => {
  const text = document.createRange();
  text.selectNodeContents(cell);
  const { left, right } = text.getBoundingClientRect();
  return [Math.round(left), Math.round(right)];
})"""


def test_a_stored_table_keeps_its_headings_and_lines_up(
    page: Page, lab: Lab, violations: Callable[[str], list[str]]
) -> None:
    book = new_notebook("table")
    columns = {"model": ["one", "the other"], "flagged": [7, 1_200], "recall": [0.5, None]}
    table = lk.table(columns, caption="Two <b>models</b>")
    book.cells[0].outputs = [nbformat.v4.new_output("execute_result", data=table._repr_mimebundle_())]
    nbformat.write(book, lab.folder / "notebooks" / "table.ipynb")
    lab.open(page, "notebooks/table.ipynb")
    assert page.get_by_role("table", name="Two <b>models</b>").is_visible()
    headings = page.locator(TABLE).get_by_role("columnheader")
    assert headings.all_inner_texts() == ["model", "flagged", "recall"]
    assert page.locator(TABLE).get_by_role("rowheader").all_inner_texts() == ["one", "the other"]
    names, flagged, recall = (
        page.locator(TABLE).locator(f"tr > :nth-child({place})").evaluate_all(ENDS) for place in (1, 2, 3)
    )
    assert len({left for left, _ in names}) == 1
    assert len({right for _, right in flagged}) == len({right for _, right in recall}) == 1
    for theme in ("light", "dark"):
        lab.set_theme(page, theme)
        assert violations(TABLE) == []
