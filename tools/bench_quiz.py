"""Measure the quiz widget in JupyterLab and Chromium, beside the same quiz made with other means.

    python -m tools.bench_quiz

The peers are jupyterquiz, which marks in the page and so sends every key along, and a quiz put together from
ipywidgets' RadioButtons, Button and HTML. A delay of the network is made by a proxy on this machine.
"""

from __future__ import annotations

import asyncio
import json
import math
import sys
import tempfile
import threading
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lessonkit.publishing.chromium import launch
from tools.bench_result import Result, report
from tools.browser import Lab, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from lessonkit.widgets import QuizWidget

ROUNDS: Final = 5
CLICKS: Final = 10
ROUND_TRIP: Final = 0.150  # seconds, as to a hub far away


class Maker(NamedTuple):
    """One way to make a quiz, and where its parts are on the page."""

    name: str
    code: str
    question: str
    choice: str
    check: str | None
    feedback: str


OURS: Final = Maker(
    "lessonkit", "ours", ".lk-question", ".lk-choice input", "button[type=submit]", ".lk-summary"
)
MAKERS: Final = (
    OURS,
    Maker("jupyterquiz", "jupyterquiz", ".Quiz", ".MCButton", None, ".Feedback"),
    Maker(
        "RadioButtons", "radio_buttons", ".bench-question", "input[type=radio]", "button", ".bench-feedback"
    ),
)


# The quizzes, as a notebook's cell makes them


def questions(count: int) -> list[dict[str, Any]]:
    """Return single questions of the usual length."""
    return [
        {
            "id": f"question-{number}",
            "kind": "single",
            "objective": "read",
            "prompt": f"A filter flags {number + 3} messages, {number + 2} of them spam. What does it tell?",
            "choices": [
                {
                    "id": f"choice-{place}",
                    "text": f"That choice {place} is the one that fits this question best of all",
                    "why": f"This is the reason beside choice {place}: it looks at the flagged messages.",
                    **({"correct": True} if place == 0 else {"misconception": "wrong"}),
                }
                for place in range(4)
            ],
            "explain": "Precision asks about the flagged messages only.",
        }
        for number in range(count)
    ]


def ours(count: int) -> QuizWidget:
    """Return the quiz as a lesson shows it."""
    from lessonkit.questions import Quiz
    from lessonkit.widgets import quiz

    data = {
        "lesson": "bench",
        "title": "Bench",
        "objectives": {"read": "Read."},
        "questions": questions(count),
    }
    return quiz(Quiz.model_validate(data))


def jupyterquiz(count: int) -> None:
    """Show the quiz with jupyterquiz."""
    from jupyterquiz import display_quiz  # type: ignore[import-untyped]

    display_quiz(
        [
            {
                "question": question["prompt"],
                "type": "multiple_choice",
                "answers": [
                    {"answer": one["text"], "correct": "correct" in one, "feedback": one["why"]}
                    for one in question["choices"]
                ],
            }
            for question in questions(count)
        ]
    )


def radio_buttons(count: int) -> object:
    """Return the quiz put together from plain widgets."""
    import ipywidgets as widgets  # type: ignore[import-untyped]

    def show(question: dict[str, Any]) -> object:
        texts = {one["text"]: one["why"] for one in question["choices"]}
        choices = widgets.RadioButtons(options=[*texts], value=None, layout={"width": "max-content"})
        check, feedback = widgets.Button(description="Check answer"), widgets.HTML()
        feedback.add_class("bench-feedback")
        check.on_click(lambda _button: setattr(feedback, "value", texts.get(choices.value, "")))
        box = widgets.VBox([widgets.HTML(question["prompt"]), choices, check, feedback])
        return box.add_class("bench-question")

    return widgets.VBox([show(question) for question in questions(count)])


# The measures


def quizzes() -> Iterator[Result]:
    """Measure what a quiz of 50 questions costs to show, and how long a click takes to its feedback."""
    from playwright.sync_api import sync_playwright

    with lab() as (folder, server), slow(server) as (port, delay), sync_playwright() as playwright:
        browser = launch(playwright)
        for maker in MAKERS:
            page = browser.new_page()
            wire = Wire(page)
            setup = f"from tools.bench_quiz import {maker.code} as show"
            open_notebook(page, f"http://127.0.0.1:{port}", folder / f"{maker.code}.ipynb", setup, "show(1)")
            bound = {"comms": 2.0, "kB": 80.0} if maker is OURS else {}
            _show(page, maker, 50)
            wire.clear()
            _show(page, maker, 50)
            page.wait_for_timeout(500)
            yield Result(f"{maker.name}, 50 questions: comms", wire.comms, bound.get("comms", math.inf), "")
            widgets = f"{maker.name}, 50 questions: sent for widgets"
            yield Result(widgets, wire.comm_bytes / 1e3, bound.get("kB", math.inf), "kB")
            yield Result(f"{maker.name}, 50 questions: sent in all", wire.bytes / 1e3, math.inf, "kB")
            show: dict[int, list[float]] = {1: [], 50: []}
            for _ in range(ROUNDS):
                for count, times in show.items():
                    times.append(_show(page, maker, count))
            rows = f"{maker.name}, first question of 50 to that of 1 ({median(show[1]):.0f} ms)"
            factor = median(show[50]) / median(show[1])
            yield Result(rows, factor, 1.5 if maker is OURS else math.inf)
            for place, seconds in enumerate((0.0, ROUND_TRIP)):
                _show(page, maker, 50)
                delay[0] = seconds / 2
                clicks = _click(page, maker, place * CLICKS)  # answers of before are restored
                delay[0] = 0.0
                most = 1e3 * seconds + 50 if maker is OURS else math.inf
                row = f"{maker.name}, click to feedback, {1e3 * seconds:.0f} ms added"
                yield Result(row, median(clicks), most, "ms")
            page.close(run_before_unload=False)
        browser.close()


def open_notebook(page: Page, address: str, file: Path, *cells: str) -> None:
    """Write a notebook, open it in JupyterLab, and run its first cell."""
    book = {
        "cells": [
            {
                "cell_type": "code",
                "id": f"c{place}",
                "metadata": {},
                "outputs": [],
                "execution_count": None,
                "source": source,
            }
            for place, source in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    file.write_text(json.dumps(book), encoding="utf-8")
    Lab(address, file.parent).open(page, file.name)
    page.evaluate(
        """async () => {
          window.jupyterapp.shell.currentWidget.content.activeCellIndex = 0;
          await window.jupyterapp.commands.execute("notebook:run-cell");
        }"""
    )


def _show(page: Page, maker: Maker, count: int) -> float:
    """Run the cell that shows a quiz; return the milliseconds until its first question is drawn."""
    milliseconds: float = page.evaluate(
        """async ([source, question]) => {
          const { content } = window.jupyterapp.shell.currentWidget;
          await window.jupyterapp.commands.execute("notebook:clear-all-cell-outputs");
          content.activeCellIndex = 1;
          content.activeCell.model.sharedModel.setSource(source);
          await new Promise((resolve) => setTimeout(resolve, 100));
          const start = performance.now();
          const run = window.jupyterapp.commands.execute("notebook:run-cell");
          while (!document.querySelector(question)?.offsetHeight) await new Promise(requestAnimationFrame);
          const drawn = performance.now() - start;
          await run;
          return drawn;
        }""",
        [f"show({count})", maker.question],
    )
    page.wait_for_function(
        "([selector, count]) => document.querySelectorAll(selector).length === count",
        arg=[maker.question, count],
    )
    return milliseconds


def _click(page: Page, maker: Maker, first: int) -> list[float]:
    """Answer some questions, from the `first` on; return the milliseconds from each click to its feedback."""
    clicks: list[float] = page.evaluate(
        """async ([{ question, choice, check, feedback }, first, count]) => {
          const times = [];
          for (const root of [...document.querySelectorAll(question)].slice(first, first + count)) {
            const chosen = root.querySelector(choice);
            if (check) chosen.click();
            await new Promise((resolve) => setTimeout(resolve, 300)); // what this itself sends is through
            const start = performance.now();
            (check ? root.querySelector(check) : chosen).click();
            while (!root.querySelector(feedback)?.textContent.trim()) {
              if (performance.now() - start > 10_000) throw new Error(`no ${feedback}`);
              await new Promise((resolve) => setTimeout(resolve, 1));
            }
            times.push(performance.now() - start);
          }
          return times;
        }""",
        [maker._asdict(), first, CLICKS],
    )
    return clicks


class Wire:
    """What the kernel sends to a page."""

    def __init__(self, page: Page) -> None:
        self.clear()
        page.on("websocket", lambda socket: socket.on("framereceived", self._take))

    def clear(self) -> None:
        """Count from zero again."""
        self.bytes = self.comm_bytes = self.comms = 0

    def _take(self, frame: str | bytes) -> None:
        content = frame.encode() if isinstance(frame, str) else frame
        self.bytes += len(content)
        if b'"comm_open"' in content or b'"comm_msg"' in content:
            self.comm_bytes += len(content)
        self.comms += content.count(b'"msg_type": "comm_open"') + content.count(b'"msg_type":"comm_open"')


@contextmanager
def lab() -> Iterator[tuple[Path, int]]:
    """Run a JupyterLab of its own, with a record of its own; yield its folder and its port."""
    with tempfile.TemporaryDirectory() as home, serve(Path(home)) as served:
        yield served.folder, int(served.url.rpartition(":")[2])


@contextmanager
def slow(server: int) -> Iterator[tuple[int, list[float]]]:
    """Run a proxy that holds everything up for a while; yield its port, and the seconds in a list of one."""
    delay = [0.0]
    loop = asyncio.new_event_loop()
    ready: list[int] = []

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while content := await reader.read(65_536):
            loop.call_later(delay[0], partial(writer.write, content))
        loop.call_later(delay[0], writer.close)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", server)
        await asyncio.gather(pump(reader, back), pump(there, writer), return_exceptions=True)

    async def listen() -> None:
        proxy = await asyncio.start_server(serve, "127.0.0.1", 0)
        ready.append(proxy.sockets[0].getsockname()[1])

    loop.run_until_complete(listen())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield ready[0], delay
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


if __name__ == "__main__":
    sys.exit(report(quizzes()))
