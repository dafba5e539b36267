"""Measure the threshold explorer and the sorted strip in JupyterLab and Chromium, beside Matplotlib's.

    python -m tools.bench_explorer

The peers draw the same four panels: one anew into an Output widget at each step, as ``interact`` does, and
one into a canvas of ipympl whose artists are moved. A step is a real move of the mouse with the thumb of the
slider in hand; it is timed from the event's arrival in the page to the end of the frame that shows it.
"""

from __future__ import annotations

import json
import math
import sys
import time
from functools import cache
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from lessonkit.metrics import ThresholdSweep
from lessonkit.publishing.chromium import launch
from tools.bench_quiz import ROUND_TRIP, Wire, lab, open_notebook, slow
from tools.bench_result import Result, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matplotlib.figure import Figure
    from playwright.sync_api import Page

SIZES: Final = (1_000, 1_000_000)
SHARE: Final = 0.09  # of positives
FRAME: Final = 16.7  # ms
STEPS: Final = 60  # in each of three rounds, whose p95s have the median that is reported
STRIP_ROWS: Final = 20
PEER_STEPS: Final = 5
SHOWS: Final = 5


class Maker(NamedTuple):
    """One way to make the explorer: its thumb, and JavaScript whose value is new when the picture is."""

    name: str
    code: str
    thumb: str
    picture: str


OURS: Final = Maker(
    "lessonkit", "ours", ".lk-slider", "document.querySelector('.lk-explorer .lk-number')?.value"
)
STRIP: Final = Maker(
    "strip", "strip", ".lk-slider", "document.querySelector('.lk-strip .lk-threshold text')?.textContent"
)
OUTPUT: Final = Maker(
    "Matplotlib in Output", "output", ".noUi-handle", "document.querySelector('.jp-OutputArea img')?.src"
)
# Each new frame is drawn into the canvas; the page counts that.
CANVAS: Final = Maker("ipympl", "canvas", ".noUi-handle", "window.framesDrawn || undefined")
MOST_BYTES: Final = {OURS: 25.0, STRIP: 10.0}  # kB


# The explorers, as a notebook's cell makes them. Each prints when the cell is done but for showing it.


@cache
def scored(rows: int) -> ThresholdSweep:
    """Return the sweep of some rows with 9 % positives."""
    rng = np.random.default_rng(0)
    y_true = rng.random(rows) < SHARE
    scores = 1 / (1 + np.exp(-rng.normal(2.0 * y_true - 2.0)))
    return ThresholdSweep(y_true.astype(int), scores)


def ours(rows: int) -> object:
    """Return the explorer as a lesson shows it."""
    from lessonkit.widgets import explore

    explorer = explore(scored(rows))
    print(f"ran {time.time()}")
    return explorer


def strip(rows: int) -> object:
    """Return the strip as a lesson shows it."""
    from lessonkit.widgets import strip as sorted_strip

    rng = np.random.default_rng(0)
    y_true = np.arange(rows) % 3 == 0
    subjects = [f"Email number {row} has a subject" for row in range(rows)]
    shown = sorted_strip(y_true, np.round(rng.random(rows), 2), subjects)
    print(f"ran {time.time()}")
    return shown


def output(rows: int) -> object:
    """Return a slider above an Output widget into which each threshold is drawn anew."""
    import ipywidgets as widgets  # type: ignore[import-untyped]
    from matplotlib import pyplot as plt

    sweep = scored(rows)

    def draw(threshold: float) -> None:
        move = panels(plt.figure(figsize=(9, 8)), sweep)
        move(threshold)
        plt.show()

    plt.switch_backend("module://matplotlib_inline.backend_inline")
    slider = _slider()
    shown = widgets.VBox([slider, widgets.interactive_output(draw, {"threshold": slider})])
    print(f"ran {time.time()}")
    return shown


def canvas(rows: int) -> object:
    """Return a slider above a canvas of ipympl whose artists it moves."""
    import ipywidgets as widgets
    from matplotlib import pyplot as plt

    plt.switch_backend("module://ipympl.backend_nbagg")
    with plt.ioff():
        figure = plt.figure(figsize=(9, 8))
    move = panels(figure, scored(rows))
    slider = _slider()

    def update(change: dict[str, Any]) -> None:
        move(change["new"])
        figure.canvas.draw_idle()

    slider.observe(update, "value")
    move(slider.value)
    print(f"ran {time.time()}")
    return widgets.VBox([slider, figure.canvas])


def _slider() -> Any:  # noqa: ANN401  (ipywidgets has no types)
    import ipywidgets as widgets

    return widgets.FloatSlider(0.5, min=0, max=1, step=0.005, layout={"width": "500px"})


def panels(figure: Figure, sweep: ThresholdSweep) -> Callable[[float], None]:
    """Draw the four panels; return what moves the threshold in them."""
    histogram, table, curve, roc = figure.subplots(2, 2).flat
    for counts in (sweep.true_positives, sweep.false_positives):
        histogram.hist(sweep.thresholds, 40, weights=np.diff(counts, prepend=0), alpha=0.5)
    line = histogram.axvline(0.5)
    table.axis("off")
    cells = [table.text(column, row, "") for row in (0.3, 0.7) for column in (0.3, 0.7)]
    curve.step(sweep.recall, sweep.precision)
    roc.plot(sweep.false_positive_rate, sweep.recall)
    dots = [axes.plot([0], [0], "o")[0] for axes in (curve, roc)]

    def move(threshold: float) -> None:
        confusion = sweep.at(threshold)
        line.set_xdata([threshold, threshold])
        for cell, count in zip(cells, confusion.as_array().flat, strict=True):
            cell.set_text(f"{count:,}")
        dots[0].set_data([confusion.recall], [confusion.precision])
        dots[1].set_data([confusion.false_positive_rate], [confusion.recall])
        figure.suptitle(f"precision {confusion.precision:.3f}, recall {confusion.recall:.3f}")

    return move


# The measures


def explorers() -> Iterator[Result]:
    """Measure the explorer in both sizes, and its peers beside it."""
    from playwright.sync_api import sync_playwright

    with lab() as (folder, server), slow(server) as (port, delay), sync_playwright() as playwright:
        browser = launch(playwright)
        at_ours: dict[tuple[int, float], float] = {}
        for maker in (OURS, STRIP, OUTPUT, CANVAS):
            mine = maker in (OURS, STRIP)
            page = browser.new_page(viewport={"width": 1200, "height": 1100})
            page.add_init_script(_WATCH)
            wire = Wire(page)
            setup = f"from tools.bench_explorer import {maker.code} as show"
            open_notebook(
                page, f"http://127.0.0.1:{port}", folder / f"{maker.code}.ipynb", setup, "show(1000)"
            )
            for rows in (STRIP_ROWS,) if maker is STRIP else SIZES:
                name = f"{maker.name}, n = {rows:,}"
                _show(page, maker, rows)  # imports, and the sweep itself
                wire.clear()
                _show(page, maker, rows)
                page.wait_for_timeout(500)
                data = (wire.comm_bytes - _code_bytes(maker)) / 1e3
                yield Result(f"{name}: first payload", data, MOST_BYTES.get(maker, math.inf), "kB")
                yield Result(f"{name}: sent in all", wire.bytes / 1e3, math.inf, "kB")
                if maker is not CANVAS:  # its canvas is drawn before its picture is there
                    paints = [_show(page, maker, rows) for _ in range(SHOWS)]
                    yield Result(f"{name}: first paint", median(paints), 250.0 if mine else math.inf, "ms")
                for seconds in (0.0, ROUND_TRIP):
                    row = f"{name}, {1e3 * seconds:.0f} ms added: step"
                    delay[0] = seconds / 2
                    rounds = [
                        _drag(page, maker, STEPS if mine else PEER_STEPS) for _ in range(3 if mine else 1)
                    ]
                    delay[0] = 0.0
                    page.wait_for_timeout(500)
                    middle = median(step for steps in rounds for step in steps)
                    if mine:
                        if maker is OURS:
                            at_ours[rows, seconds] = middle
                        yield Result(f"{row}, median", middle, math.inf, "ms")
                        slow_step = median(quantiles(steps, n=20)[-1] for steps in rounds)
                        yield Result(f"{row}, p95", slow_step, FRAME, "ms")
                    else:
                        times = f"{middle / at_ours[rows, seconds]:.0f} × lessonkit"
                        yield Result(f"{row} ({times})", middle, math.inf, "ms")
            page.close(run_before_unload=False)
        browser.close()


# `window.steps`: for each move of the mouse while it is wanted, the milliseconds until the picture was new.
_WATCH = """(() => {
  window.framesDrawn = 0;
  const { drawImage } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.drawImage = function (...given) {
    window.framesDrawn++;
    return drawImage.apply(this, given);
  };
  const afterFrame = (then) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = then;
      channel.port2.postMessage(0);
    });
  window.afterFrame = () => new Promise(afterFrame);
  window.addEventListener(
    "pointermove",
    () => {
      if (!window.picture || window.waiting) return;
      const start = performance.now();
      const before = window.picture();
      window.waiting = true;
      const look = () => {
        const taken = performance.now() - start;
        if (window.picture() !== before) window.steps.push(taken);
        else if (taken < 6000) return afterFrame(look);
        window.waiting = false;
      };
      afterFrame(look);
    },
    true,
  );
})()"""


def _drag(page: Page, maker: Maker, count: int) -> list[float]:
    """Drag the thumb in steps; return the milliseconds that each takes."""
    thumb = page.locator(maker.thumb).first
    thumb.scroll_into_view_if_needed()
    box = thumb.bounding_box()
    assert box is not None  # noqa: S101  (it is on screen)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 4, y)
    page.wait_for_timeout(300 if maker in (OURS, STRIP) else 2_000)
    page.evaluate(f"() => {{ window.steps = []; window.picture = () => {maker.picture}; }}")
    for step in range(count):
        page.mouse.move(x + (12 if step % 2 else -12) + step % 7, y)
        page.wait_for_function("() => !window.waiting", timeout=10_000)
    page.evaluate("() => { window.picture = undefined; }")
    page.mouse.up()
    steps: list[float] = page.evaluate("() => window.steps")
    if len(steps) < count / 2:
        raise RuntimeError(f"{maker.name}: {len(steps)} of {count} steps changed the picture")
    return steps


def _show(page: Page, maker: Maker, rows: int) -> float:
    """Run the cell that shows an explorer; return the milliseconds from its end to the first picture."""
    milliseconds: float = page.evaluate(
        f"""async (source) => {{
          const {{ content }} = window.jupyterapp.shell.currentWidget;
          await window.jupyterapp.commands.execute("notebook:clear-all-cell-outputs");
          content.activeCellIndex = 1;
          content.activeCell.model.sharedModel.setSource(source);
          await new Promise((resolve) => setTimeout(resolve, 300));
          window.framesDrawn = 0;
          const run = window.jupyterapp.commands.execute("notebook:run-cell");
          while (({maker.picture}) === undefined) await window.afterFrame();
          const shown = performance.timeOrigin + performance.now();
          await run;
          const said = content.activeCell.model.outputs.toJSON().map((out) => out.text ?? "").join("");
          return shown - 1e3 * Number(said.match(/ran ([0-9.]+)/)[1]);
        }}""",
        f"show({rows})",
    )
    return milliseconds


def _code_bytes(maker: Maker) -> int:
    """Return the bytes of script and style, which go to the page with the data and depend on none."""
    if maker not in (OURS, STRIP):
        return 0
    from lessonkit.widgets import ExplorerWidget, StripWidget

    widget = ExplorerWidget if maker is OURS else StripWidget
    return sum(len(json.dumps(str(part))) for part in (widget._esm, widget._css))  # noqa: SLF001


if __name__ == "__main__":
    sys.exit(report(explorers()))
