"""A progress bar for long fits that leaves nothing behind: no line in a terminal, no output in a notebook."""

from __future__ import annotations

import os
import sys
import time
from html import escape
from typing import TYPE_CHECKING, Final
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE: Final = 3.0  # seconds; a shorter task shows nothing
_PAUSE: Final = 0.2  # seconds between two moves: a batch may take a millisecond


class Progress:
    """Show how far a long task is, from 0 to 1, and no more once it is closed.

    Parameters
    ----------
    text : str
        What goes on.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._due = time.monotonic() + _PATIENCE
        self._set: Callable[[float], None] | None = None
        self._close: Callable[[], None] = lambda: None

    def update(self, share: float) -> None:
        """Show *share*, if the task has lasted long enough to be worth it."""
        if time.monotonic() < self._due:
            return
        if self._set is None:
            self._set, self._close = _open(self._text)
        self._set(share)
        self._due = time.monotonic() + _PAUSE

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
    from IPython.display import display, update_display

    handle = uuid4().hex

    def bundle(share: float) -> dict[str, str]:
        html = f'<label>{escape(text)} <progress value="{share:.3f}"></progress> {share:.0%}</label>'
        return {"text/plain": f"{text}: {share:.0%}", "text/html": html}

    def move(share: float) -> None:
        update_display(bundle(share), raw=True, display_id=handle)  # type: ignore[no-untyped-call]

    def close() -> None:
        # A widget would leave its view in the stored notebook, as an error for the next reader.
        update_display({}, raw=True, display_id=handle)  # type: ignore[no-untyped-call]

    display(bundle(0.0), raw=True, display_id=handle)  # type: ignore[no-untyped-call]
    return move, close
