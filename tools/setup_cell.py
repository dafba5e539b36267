"""Put the set-up cell before the first code cell of each notebook, or renew it there.

    python -m tools.setup_cell notebooks

Run ``make notebooks`` afterwards, because the cells that follow are counted anew.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat

from tools.execute_notebooks import NotebookError, find

ID = "set-up"
# A bare `raise` would bury the one line that helps below a traceback; print alone would let Run All go on.
SOURCE = """\
# Silent where lessonkit is installed. Elsewhere, as on Colab, it says what to run.
try:
    import lessonkit as lk
except ModuleNotFoundError as error:
    error._render_traceback_ = lambda: ["First run this in a cell of its own:  %pip install lessonkit"]
    raise"""


def put(notebook: nbformat.NotebookNode) -> bool:
    """Put the set-up cell into a notebook, in place; return whether that changed it.

    Raises
    ------
    ValueError
        If the notebook has no code cell.
    """
    first = next((n for n, cell in enumerate(notebook.cells) if cell.cell_type == "code"), None)
    if first is None:
        raise ValueError("no code cell to put it before")
    cell = notebook.cells[first]
    if cell.id != ID:
        notebook.cells.insert(first, nbformat.v4.new_code_cell(SOURCE, id=ID))
    elif cell.source != SOURCE:
        cell.source = SOURCE
    else:
        return False
    return True


def main(arguments: list[str]) -> int:
    """Put the cell into the notebooks named on the command line; return 1 if one cannot be read."""
    try:
        paths = find([Path(argument) for argument in arguments or ["notebooks"]])
        for path in paths:
            notebook = nbformat.read(path, as_version=4)
            if put(notebook):
                text = nbformat.writes(notebook).rstrip("\n") + "\n"
                path.write_text(text, encoding="utf-8", newline="\n")
                print(f"{path}: set-up cell written")
    except (NotebookError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
