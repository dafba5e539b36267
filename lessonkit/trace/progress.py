"""A progress bar for long fits that leaves nothing behind: no line in a terminal, no output in a notebook."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE: Final = 3.0  # seconds; a shorter fit shows nothing


class Progress:
    """Show how far a long task is, from 0 to 1, and no more once it is closed.

    Parameters
    ----------
    text : str
        What goes on.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._start = time.monotonic()
        self._set: Callable[[float], None] | None = None
        self._close: Callable[[], None] = lambda: None

    def update(self, share: float) -> None:
        """Show *share*, if the task has lasted long enough to be worth it."""
        if self._set is None:
            if time.monotonic() - self._start < _PATIENCE:
                return
            self._set, self._close = _open(self._text)
        self._set(share)

    def close(self) -> None:
        """Take the bar away."""
        self._close()
        self._set, self._close = (lambda _: None), (lambda: None)


def _open(text: str) -> tuple[Callable[[float], None], Callable[[], None]]:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if hasattr(shell, "kernel"):
        # Notebooks are executed and compared with this variable set: what depends on the clock stays away.
        return _nothing() if "PYTEST_CURRENT_TEST" in os.environ else _in_notebook(text)
    return _in_terminal(text) if sys.stderr.isatty() else _nothing()


def _nothing() -> tuple[Callable[[float], None], Callable[[], None]]:
    return (lambda _: None), (lambda: None)


def _in_terminal(text: str) -> tuple[Callable[[float], None], Callable[[], None]]:
    from rich.console import Console
    from rich.progress import Progress as Bar

    bar = Bar(console=Console(stderr=True), transient=True)
    bar.start()
    task = bar.add_task(text, total=1.0)
    return (lambda share: bar.update(task, completed=share)), bar.stop


def _in_notebook(text: str) -> tuple[Callable[[float], None], Callable[[], None]]:
    from IPython.display import display
    from ipywidgets import FloatProgress  # type: ignore[import-untyped]

    bar: Any = FloatProgress(min=0, max=1, description=text, style={"description_width": "initial"})
    # JupyterLab hides and forgets a closed widget. Without a text of its own, nothing is left at all.
    view = {"version_major": 2, "version_minor": 0, "model_id": bar.model_id}
    display({"application/vnd.jupyter.widget-view+json": view, "text/plain": ""}, raw=True)  # type: ignore[no-untyped-call]

    def move(share: float) -> None:
        bar.value = share

    return move, bar.close
