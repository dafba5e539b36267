"""The progress bar of a long fit, in a terminal and in a notebook; it leaves nothing behind."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import IPython
import pytest

from lessonkit.trace import progress
from lessonkit.trace.progress import Progress


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    """Collect what a notebook would show, and in which output."""
    outputs: list[tuple[str, dict[str, str]]] = []

    def show(bundle: dict[str, str], *, raw: bool, display_id: str) -> None:
        assert raw
        outputs.append((display_id, bundle))

    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    monkeypatch.setattr(progress, "_PAUSE", 0.0)
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setattr("IPython.display.display", show)
    monkeypatch.setattr("IPython.display.update_display", show)
    return outputs


def test_a_notebook_shows_one_bar_that_is_emptied_at_the_end(
    shown: list[tuple[str, dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    bar = Progress("<Training>")
    bar.update(0.25)
    bar.update(0.5)
    bar.close()
    bar.close()
    bar.update(0.75)
    assert len({handle for handle, _ in shown}) == 1
    bundles = [bundle for _, bundle in shown]
    assert [bundle.get("text/plain") for bundle in bundles] == [
        *("<Training>: 0%", "<Training>: 25%", "<Training>: 50%", None)
    ]
    assert '&lt;Training&gt; <progress value="0.500">' in bundles[2]["text/html"]
    assert bundles[3] == {}


def test_fast_updates_are_not_all_shown(
    shown: list[tuple[str, dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    monkeypatch.setattr(progress, "_PAUSE", 60.0)
    bar = Progress("Training")
    for share in range(100):
        bar.update(share / 100)
    assert len(shown) == 2


def test_a_notebook_that_is_executed_and_compared_shows_nothing(
    shown: list[tuple[str, dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_CURRENT_TEST", "a notebook")
    bar = Progress("Training")
    bar.update(0.5)
    bar.close()
    assert shown == []


def test_a_short_task_shows_nothing(
    shown: list[tuple[str, dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
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
