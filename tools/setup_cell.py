"""Put the set-up cell under the title of each notebook, or renew it there.

    python -m tools.setup_cell notebooks

Run ``make notebooks`` afterwards, because the cells that follow are counted anew.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat

from lessonkit.authoring.run import NotebookError, find

ID = "set-up"
# A bare `raise` would bury the one line that helps below a traceback; print alone would let Run All go on.
SOURCE = """\
# Silent where lessonkit is installed. Elsewhere, as on Colab, it says what to run.
try:
    import lessonkit as lk
except ModuleNotFoundError as error:
    error._render_traceback_ = lambda: ["First run this in a cell of its own:  %pip install lessonkit"]
    raise"""
# Lessons that train say at their start, too, where Keras is missing.
WITH_KERAS = f"{SOURCE}\nlk.trace.need_keras()"
_USES_KERAS = re.compile(r"^(?:import|from) (?:keras|tensorflow)\b", re.MULTILINE)


def is_set_up(source: str) -> bool:
    """Say whether this is the source of a set-up cell."""
    return source in {SOURCE, WITH_KERAS}


def wanted(notebook: nbformat.NotebookNode) -> str:
    """Return the source of the set-up cell that a notebook is to have."""
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code" and cell.id != ID]
    return WITH_KERAS if any(map(_USES_KERAS.search, code)) else SOURCE


def put(notebook: nbformat.NotebookNode) -> bool:
    """Put the set-up cell into a notebook, in place; return whether that changed it.

    It follows the title, folded: JupyterLab shows a line there, because it is nothing to read.

    Raises
    ------
    ValueError
        If the notebook does not begin with a title.
    """
    if not notebook.cells or notebook.cells[0].cell_type != "markdown":
        raise ValueError("no title to put it under")
    found = [place for place, cell in enumerate(notebook.cells) if cell.id == ID]
    metadata = {"jupyter": {"source_hidden": True}}
    source = wanted(notebook)
    if found == [1] and notebook.cells[1].source == source and notebook.cells[1].metadata == metadata:
        return False
    for place in reversed(found):
        del notebook.cells[place]
    notebook.cells.insert(1, nbformat.v4.new_code_cell(source, id=ID, metadata=metadata))
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
