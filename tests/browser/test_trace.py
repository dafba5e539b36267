"""Traces in a real page: nothing is cut or scrolls sideways, in either theme, on a narrow and a wide page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from sklearn.preprocessing import StandardScaler

from lessonkit.trace import LeakWarning, PipelineTrace, TrainingTrace, prediction_trace
from lessonkit.trace.training import Epoch

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = (320, 1400)
THEMES = ("light", "dark")


def pipeline(features: int, stages: int) -> PipelineTrace:
    rows = np.random.default_rng(0).normal(size=(60, features))
    trace = PipelineTrace("A pipeline")
    trace.data(rows, rows[:, 0] > 0)
    trace.split(rows[:40], rows[40:])
    scaler = trace.watch(StandardScaler(), "scale")
    scaler.fit_transform(rows[:40])
    scaler.transform(rows[40:])
    with pytest.warns(LeakWarning):
        trace.watch(StandardScaler(), "leak").fit(rows)
    for place in range(stages):
        trace.watch(np.tanh, f"stage {place}")(rows)
    return trace


def training(epochs: int) -> TrainingTrace:
    trace = TrainingTrace(title="A training")
    trace.epochs = tuple(
        Epoch(
            place + 1,
            1 / (place + 1),
            0.9,
            0.5,
            0.8,
            "Validation loss rose for 2 epochs while training loss fell.",
        )
        for place in range(epochs)
    )
    return trace


def prediction(features: int, depth: int) -> object:
    keras.utils.set_random_seed(0)
    hidden = [keras.layers.Dense(8, activation="relu") for _ in range(depth - 1)]
    return prediction_trace(
        keras.Sequential([keras.Input((features,)), *hidden, keras.layers.Dense(1)]), np.ones(features)
    )


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    traces = {
        "pipeline": pipeline(10, 0),
        "long pipeline": pipeline(10_000, 30),
        "training": training(5),
        "long training": training(300),
        "prediction": prediction(10, 3),
        "deep prediction": prediction(10_000, 30),
    }
    return {name: trace._repr_mimebundle_()["text/html"] for name, trace in traces.items()}  # type: ignore[attr-defined]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_trace_fits_and_can_be_read(page: Page, pages: dict[str, str], width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for name, html in pages.items():
        surface, light = ("#fff", "true") if theme == "light" else ("#111", "false")
        body = f"<body style='background:{surface}' data-jp-theme-light='{light}'>"
        page.set_content(
            f"<!doctype html><html lang='en'><title>Trace</title>{body}<main><h1>Trace</h1>{html}</main>"
        )
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        cut = page.evaluate(
            """() => [...document.querySelectorAll(".lk-trace *")]
                 .filter((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0
                                   && getComputedStyle(part).display !== "inline")
                 .map((part) => part.outerHTML.slice(0, 80))"""
        )
        assert cut == [], name
        assert page.locator(".lk-trace").bounding_box()["height"] < (5000 if width == WIDTHS[0] else 2000), (
            name
        )  # type: ignore[index]
        page.evaluate(AXE_SCRIPT)
        found = page.evaluate("() => axe.run(document.querySelector('.lk-trace'))")["violations"]
        assert [violation["id"] for violation in found] == [], name


def test_the_bars_are_as_long_as_their_numbers_say(page: Page, pages: dict[str, str]) -> None:
    page.set_content(pages["training"])
    bars = page.locator(".lk-bar > span")
    widths = [bars.nth(place).bounding_box()["width"] for place in range(5)]  # type: ignore[index]
    assert widths == pytest.approx([widths[0] / (place + 1) for place in range(5)], rel=0.01)
