"""What several of the browser tests do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tools.browser import Lab


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(150):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"150 × Tab never reached {target}")


def new_notebook(*cells: str) -> nbformat.NotebookNode:
    """Return a notebook of code cells."""
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source.strip()) for source in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )


def write_notebook(lab: Lab, name: str, *cells: str) -> str:
    """Put a notebook of code cells into the folder of a JupyterLab; return its path there."""
    nbformat.write(new_notebook(*cells), lab.folder / name)
    return name
