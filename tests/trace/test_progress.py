"""The progress bar of a long fit, in a terminal and in a notebook; it leaves nothing behind."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import IPython
import ipywidgets
import pytest

from lessonkit.trace import progress
from lessonkit.trace.progress import Progress


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Collect what a notebook would show."""
    outputs: list[dict[str, Any]] = []
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setattr(
        "IPython.display.display", lambda bundle, *, raw: outputs.append(bundle | {"raw": raw})
    )
    return outputs


def test_a_notebook_shows_one_bar_that_is_closed_at_the_end(
    shown: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    bars: list[Any] = []
    monkeypatch.delenv("PYTEST_CURRENT_TEST")

    class Bar(ipywidgets.FloatProgress):  # type: ignore[misc]
        def __init__(self, **options: object) -> None:
            super().__init__(**options)
            bars.append(self)

    monkeypatch.setattr(ipywidgets, "FloatProgress", Bar)
    bar = Progress("Training")
    bar.update(0.25)
    bar.update(0.5)
    (output,) = shown
    (widget,) = bars
    assert (widget.value, widget.description) == (0.5, "Training")
    assert output["application/vnd.jupyter.widget-view+json"]["model_id"] == widget.model_id
    assert output["text/plain"] == ""
    bar.close()
    bar.close()
    bar.update(0.75)
    assert widget.comm is None
    assert len(shown) == 1


def test_a_notebook_that_is_executed_and_compared_shows_nothing(
    shown: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_CURRENT_TEST", "a notebook")
    bar = Progress("Training")
    bar.update(0.5)
    bar.close()
    assert shown == []


def test_a_short_task_shows_nothing(shown: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    monkeypatch.setattr(progress, "_PATIENCE", 60.0)
    Progress("Training").update(0.5)
    assert shown == []


def test_a_terminal_shows_a_bar_and_takes_it_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    bar = Progress("Training")
    bar.update(0.5)
    bar.close()
    written = capsys.readouterr()
    assert written.out == ""
    assert "Training" in written.err
    assert written.err.endswith("\x1b[2K")  # the line is cleared


def test_a_file_gets_no_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    bar = Progress("Training")
    bar.update(0.5)
    bar.close()
    assert capsys.readouterr() == ("", "")
