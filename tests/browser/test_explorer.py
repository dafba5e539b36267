"""The explorer in a real page: every way to move it, what it says, and that nothing is left behind."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import numpy as np
import pytest
from nbconvert import HTMLExporter

from lessonkit.datasets import load_email_scores
from lessonkit.metrics import Confusion, ThresholdSweep
from lessonkit.widgets import ExplorerWidget, explore
from lessonkit.widgets.picture import as_text
from tests.browser.steps import new_notebook, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tools.browser import Lab

STAGE = Path(__file__).with_name("stage.html")
EMAIL = load_email_scores()
RNG = np.random.default_rng(11)
LABELS = ("spam", "normal mail")
COUNTS = """(view = 0) => {
  const cells = document.querySelectorAll(".lk-explorer")[view].querySelectorAll("[data-cell]");
  const text = (cell) => cell.querySelector(".lk-count").textContent;
  return Object.fromEntries([...cells].map((cell) => [cell.dataset.cell, text(cell)]));
}"""
READINGS = """(view = 0) => {
  const rows = document.querySelectorAll(".lk-explorer")[view].querySelectorAll(".lk-readings dl > div");
  const text = (row, part) => row.querySelector(part).textContent;
  return Object.fromEntries([...rows].map((row) => [text(row, "dt"), text(row, ".lk-mine")]));
}"""
FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass
class Stage:
    """Explorers in a bare page, each with its kernel half."""

    page: Page
    explorers: list[ExplorerWidget]

    def root(self, view: int = 0) -> Locator:
        return self.page.locator(".lk-explorer").nth(view)

    def slider(self, view: int = 0) -> Locator:
        return self.root(view).get_by_role("slider", name="Threshold", exact=True)

    def field(self, view: int = 0) -> Locator:
        return self.root(view).get_by_role("textbox", name="Threshold")

    def settled(self) -> None:
        self.page.evaluate(FRAMES)

    def set(self, threshold: float) -> None:
        """Set the threshold of the first explorer in Python, and let the page hear of it."""
        self.seen_at([threshold])

    def seen_at(self, thresholds: list[float]) -> list[tuple[dict[str, str], dict[str, str]]]:
        """Set one threshold after the other in Python; return the counts and readings of the page at each."""
        updates: list[list[Any]] = []
        self.explorers[0]._send = lambda message, **_: updates[-1].append(message["state"])
        for threshold in thresholds:
            updates.append([])
            self.explorers[0].threshold = float(threshold)
        seen: list[tuple[dict[str, str], dict[str, str]]] = self.page.evaluate(
            f"""async updates => {{
              const seen = [];
              for (const update of updates) {{
                window.receive(0, update);
                await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
                seen.push([({COUNTS})(), ({READINGS})()]);
              }}
              return seen;
            }}""",
            updates,
        )
        return seen

    def counts(self, view: int = 0) -> dict[str, str]:
        found: dict[str, str] = self.page.evaluate(COUNTS, view)
        return found

    def readings(self, view: int = 0) -> dict[str, str]:
        found: dict[str, str] = self.page.evaluate(READINGS, view)
        return found

    def path(self, panel: int, view: int = 0) -> str:
        curve = self.root(view).locator(".lk-panel").nth(panel).locator(".lk-plot path.lk-curve")
        return curve.get_attribute("d") or ""


def shown(counts: Confusion) -> tuple[dict[str, str], dict[str, str]]:
    """What the page has to show for counts."""
    number = (
        (lambda value: f"{value:,}") if isinstance(counts.total, int) else (lambda value: f"{value:,.6g}")
    )
    return (
        {
            "tn": number(counts.true_negatives),
            "fp": number(counts.false_positives),
            "fn": number(counts.false_negatives),
            "tp": number(counts.true_positives),
        },
        {
            "Precision": f"{counts.precision:.3f}",
            "Recall": f"{counts.recall:.3f}",
            "F1": f"{counts.f1:.3f}",
            "Accuracy": f"{counts.accuracy:.3f}",
        },
    )


@pytest.fixture
def stage(page: Page) -> Callable[..., Stage]:
    """Put explorers on the stage: ``stage(explorer, ..., width=320, theme="dark")``."""

    def put(*explorers: ExplorerWidget, width: int = 1000, theme: str = "light") -> Stage:
        def to_kernel(index: int, state: dict[str, Any]) -> list[dict[str, Any]]:
            sent: list[dict[str, Any]] = []
            explorers[index]._send = lambda message, **_: sent.append(message)
            data = {"method": "update", "state": state, "buffer_paths": []}
            explorers[index]._handle_msg({"content": {"data": data}, "buffers": []})
            return [json.loads(json.dumps(item["state"])) for item in sent if item["method"] == "update"]

        page.expose_function("toKernel", to_kernel)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(STAGE.as_uri())
        page.evaluate("theme => document.body.dataset.jpThemeLight = String(theme === 'light')", theme)
        states = [
            {"view": as_text(item.view), "threshold": item.get_state(["threshold"])["threshold"]}
            for item in explorers
        ]
        first = explorers[0]
        parts = {"states": states, "esm": str(first._esm), "css": str(first._css)}
        page.evaluate("parts => window.stage(parts)", parts)
        page.locator(".lk-threshold[transform]").first.wait_for(state="attached")
        return Stage(page, list(explorers))

    return put


@pytest.fixture
def email(stage: Callable[..., Stage]) -> Stage:
    return stage(explore(EMAIL.y_true, EMAIL.scores, labels=LABELS))


def heard(stage: Stage, threshold: float, explorer: int = 0) -> None:
    """Wait until Python has heard of a threshold."""
    for _ in range(40):
        stage.page.wait_for_timeout(50)  # the bridge to Python runs meanwhile
        if stage.explorers[explorer].threshold == threshold:
            return
    pytest.fail(f"Python stands at {stage.explorers[explorer].threshold}, not at {threshold}")


# Every way to move it


def test_arrows_step_and_page_keys_leap(email: Stage, page: Page) -> None:
    slider = email.slider()
    slider.focus()

    def press(key: str) -> float:
        page.keyboard.press(key)
        email.settled()
        return float(email.field().input_value())

    start = 0.5
    up = press("ArrowRight")
    flagged = EMAIL.scores >= start
    assert up > start
    assert (EMAIL.scores >= up).sum() < flagged.sum()
    assert press("ArrowLeft") <= start < up
    fine = press("ArrowUp")
    assert press("ArrowDown") < fine
    leap = press("PageUp")
    assert (EMAIL.scores >= leap).sum() == 0, "35 are flagged at 0.5, fewer than a leap"
    assert press("Home") == 0
    assert email.counts() == {"tn": "0", "fp": "1,067", "fn": "0", "tp": "110"}
    leaps = press("PageUp")
    assert (EMAIL.scores >= leaps).sum() == pytest.approx(1177 - 58, abs=3)
    assert press("Shift+ArrowLeft") == 0
    assert press("End") == 1
    assert email.counts() == {"tn": "1,067", "fp": "0", "fn": "110", "tp": "0"}
    assert slider.get_attribute("aria-valuetext") == "1"
    heard(email, 1.0)


def test_the_line_is_dragged_with_the_mouse(email: Stage, page: Page) -> None:
    box = email.root().locator(".lk-scores").bounding_box()
    rail = email.slider().bounding_box()
    assert box
    assert rail
    y = box["y"] + box["height"] / 2
    zero, one = rail["x"] + 9, rail["x"] + rail["width"] - 9
    page.mouse.move((zero + one) / 2, y)
    page.mouse.down()
    page.mouse.move(zero + 0.3 * (one - zero), y, steps=5)
    email.settled()
    threshold = float(email.field().input_value())
    assert threshold == pytest.approx(0.3, abs=0.01)
    page.mouse.up()
    page.mouse.move(one, y)
    email.settled()
    assert float(email.field().input_value()) == threshold, "let go"
    line = email.root().locator(".lk-threshold").evaluate("line => line.getCTM().e")
    assert box["x"] + line == pytest.approx(zero + threshold * (one - zero), abs=1)
    heard(email, threshold)
    assert email.counts() == shown(email.explorers[0].confusion)[0]


@pytest.mark.parametrize("panel", [2, 3], ids=["precision-recall", "roc"])
def test_a_click_on_a_curve_goes_to_its_nearest_point(email: Stage, page: Page, panel: int) -> None:
    svg = email.root().locator(".lk-panel").nth(panel).locator(".lk-plot")
    svg.scroll_into_view_if_needed()
    target = svg.evaluate(
        """svg => {
          const curve = svg.querySelector(".lk-curve");
          const point = curve.getPointAtLength(curve.getTotalLength() * 0.4);
          const bounds = svg.getBoundingClientRect();
          return [point.x + bounds.left, point.y + bounds.top];
        }"""
    )
    page.mouse.click(*target)
    email.settled()
    dot = svg.locator(".lk-dot").bounding_box()
    assert dot
    away = math.dist(target, (dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2))
    assert away < 8
    heard(email, float(email.field().input_value()))
    assert email.counts() == shown(email.explorers[0].confusion)[0]


def test_a_typed_number_is_taken_as_it_is(email: Stage, page: Page) -> None:
    email.field().fill("0,31372")
    email.field().press("Enter")
    heard(email, 0.31372)
    page.wait_for_function("() => document.querySelector('.lk-notice').hidden")
    assert email.field().input_value() == "0.31372"
    assert email.counts() == shown(ThresholdSweep(EMAIL.y_true, EMAIL.scores).at(0.31372))[0]

    email.field().fill("high")
    email.field().press("Enter")
    email.root().get_by_text("“high” is no number.").first.wait_for()
    assert email.explorers[0].threshold == 0.31372
    email.field().press("Escape")
    email.settled()
    assert email.field().input_value() == "0.31372"


def test_without_a_kernel_the_page_says_which_threshold_it_shows(email: Stage, page: Page) -> None:
    page.evaluate("() => (window.deaf = true)")
    email.field().fill("0.31372")
    email.field().press("Enter")
    email.settled()
    notice = email.root().locator(".lk-notice").inner_text()
    threshold = float(email.field().input_value())
    assert threshold != 0.31372
    assert notice == (f"This page holds only some of the thresholds. {threshold} is the nearest to 0.31372.")
    assert email.counts() == shown(ThresholdSweep(EMAIL.y_true, EMAIL.scores).at(threshold))[0]
    email.slider().press("ArrowRight")
    email.settled()
    assert email.root().locator(".lk-notice").is_hidden()


MANY = 30_000
y_many = (RNG.random(MANY) < 0.1).astype(np.int64)
s_many = RNG.normal(size=MANY) + 1.5 * y_many
SWEEPS = {
    "ties": ThresholdSweep(y_many, np.round(s_many, 1)),
    "many rows": ThresholdSweep(y_many, s_many),
    "one positive": ThresholdSweep(np.r_[1, np.zeros(400, np.int64)], RNG.random(401)),
    "all equal": ThresholdSweep([0, 1, 0], [0.4, 0.4, 0.4]),
    "outside 0 and 1": ThresholdSweep(y_many[:500], 1000 * s_many[:500]),
    "infinities": ThresholdSweep([1, 0, 1, 0, 1], [np.inf, np.inf, 0.5, -np.inf, -np.inf]),
    "float32": ThresholdSweep(y_many[:500], s_many[:500].astype(np.float32)),
    "weights": ThresholdSweep(y_many[:500], s_many[:500], sample_weight=1 + RNG.integers(0, 8, 500) / 4),
}


@pytest.mark.parametrize("case", SWEEPS)
def test_the_page_shows_what_the_sweep_counts(stage: Callable[..., Stage], case: str) -> None:
    sweep = SWEEPS[case]
    stand = stage(explore(sweep, threshold=0.5))
    thresholds = sweep.thresholds.astype(float)
    finite = thresholds[np.isfinite(thresholds)]
    low, high = finite[-1] - 0.1, finite[0] + 0.1
    # Set by Python: any threshold at all.
    anywhere = [*RNG.uniform(low, high, 170), *RNG.choice(thresholds, 28), math.inf, -math.inf]
    for threshold, (counts, readings) in zip(anywhere, stand.seen_at(anywhere), strict=True):
        wanted, shares = shown(sweep.at(threshold))
        assert (counts, {**readings, **shares}) == (wanted, readings)
    # Moved in the page: whatever threshold it then names.
    for share in RNG.uniform(0, 1, 20):
        stand.slider().evaluate(
            "(slider, share) => { slider.value = +slider.min + share * (slider.max - slider.min);"
            "slider.dispatchEvent(new Event('input')); }",
            share,
        )
        stand.settled()
        words = stand.field().input_value().replace("∞", "inf").replace("−", "-")
        assert stand.counts() == shown(sweep.at(float(words)))[0]


# What it says


def test_one_sentence_is_read_out_once_the_hand_rests(email: Stage, page: Page) -> None:
    email.slider().focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    status = page.get_by_role("status")
    assert status.inner_text() == ""
    status.get_by_text("Threshold").wait_for()
    heard(email, float(email.field().input_value()))
    counts = email.explorers[0].confusion
    assert status.inner_text() == (
        f"Threshold {email.field().input_value()}: {counts.true_positives} of 110 spam found, "
        f"{counts.false_positives} false alarms; precision {counts.precision:.3f}, "
        f"recall {counts.recall:.3f}."
    )
    assert page.get_by_role("status").count() == 1


def test_the_dial_moves_precision_and_lets_roc_stand(email: Stage, page: Page) -> None:
    roc, curve = email.path(3), email.path(2)
    before = email.readings()
    dial = email.root().get_by_role("slider", name="Prevalence")
    assert dial.get_attribute("aria-valuetext") == "9.35%, as in the data"
    dial.focus()
    page.keyboard.press("End")
    email.settled()
    assert dial.get_attribute("aria-valuetext") == "90%, reweighted"
    after = email.readings()
    assert email.path(3) == roc
    assert email.path(2) != curve
    assert after["Recall"] == before["Recall"]
    counts = email.explorers[0].confusion
    found, alarms = 0.9 * counts.recall, 0.1 * counts.false_positive_rate
    assert after["Precision"] == f"{found / (found + alarms):.3f}"
    assert after["Alerts per 1,000"] == f"{1000 * (found + alarms):.1f}"
    assert email.counts()["tp"] == f"{1000 * found:.1f}"
    assert email.root().get_by_text("Cases in 1,000, reweighted to 90% spam.").is_visible()

    email.root().get_by_role("button", name="As in the data").click()
    email.settled()
    assert (email.readings(), email.path(2)) == (before, curve)
    assert dial.evaluate("dial => dial === document.activeElement")


RAYS = """() => {
  const svg = document.querySelector(".lk-explorer .lk-panel:nth-child(4) .lk-plot");
  const [corner, end] = ["M", "L"].map((sign) => (path) =>
    path.getAttribute("d").split(sign)[1].split("L")[0].split(" ").map(Number));
  const grid = svg.querySelector(".lk-baseline").getAttribute("d").match(/[\\d.]+/g).map(Number);
  const [left, bottom, right, top] = grid;
  return [...svg.querySelectorAll(".lk-ray")].map((ray) => {
    const [[x0, y0], [x1, y1]] = [corner(ray), end(ray)];
    return [(y0 - y1) / (bottom - top), (x1 - x0) / (right - left), x0 - left, y0 - bottom];
  });
}"""


@pytest.mark.parametrize("prevalence", [None, 0.01, 0.9], ids=["as in the data", "rare", "common"])
def test_rays_of_equal_precision_turn_with_the_dial(
    email: Stage, page: Page, prevalence: float | None
) -> None:
    turned = float(EMAIL.y_true.mean())
    if prevalence is not None:
        email.root().get_by_role("slider", name="Prevalence").evaluate(
            "(dial, value) => { dial.value = value; dial.dispatchEvent(new Event('input')); }",
            math.log(prevalence / (1 - prevalence)),
        )
        email.settled()
        turned = prevalence
    found = page.evaluate(RAYS)
    assert len(found) == 3
    for (recall, rate, *corner), precision in zip(found, (0.8, 0.5, 0.2), strict=True):
        assert corner == pytest.approx([0, 0], abs=0.02)
        assert max(recall, rate) == pytest.approx(1, abs=0.001), "it ends at the border"
        # What a flagged case is worth on the ray: recall and rate weighted by the two classes.
        hits, alarms = recall * turned, rate * (1 - turned)
        assert hits / (hits + alarms) == pytest.approx(precision, abs=0.02)


def test_the_rays_are_told_in_words(email: Stage) -> None:
    svg = email.root().locator(".lk-panel").nth(3).locator(".lk-plot")
    assert "0.5 where recall is 9.7 times the false positive rate" in (svg.get_attribute("aria-label") or "")
    key = email.root().locator(".lk-panel").nth(3).locator(".lk-key")
    assert "equal precision: 0.8 (steepest), 0.5, 0.2" in key.inner_text()


@pytest.fixture
def priced(stage: Callable[..., Stage]) -> Stage:
    prices = {"false_positive_cost": 1, "false_negative_cost": 5}
    return stage(explore(EMAIL.y_true, EMAIL.scores, labels=LABELS, curves=False, **prices))


def told(stand: Stage) -> dict[str, str]:
    """Return what the panel of prices says: lowest cost, cost here, cost of flagging nothing."""
    rows = stand.root().locator(".lk-told").all()
    return {row.locator("dt").inner_text(): row.locator("dd").inner_text() for row in rows}


def test_the_lowest_cost_is_that_of_the_sweep(priced: Stage) -> None:
    said = told(priced)
    found = re.fullmatch(r"(\d+) at (\S+)", said["Lowest cost"])
    assert found
    cheapest = priced.explorers[0].sweep.cheapest(false_positive=1, false_negative=5)
    assert int(found[1]) == cheapest.value
    assert priced.explorers[0].sweep.at(float(found[2])) == cheapest.confusion
    assert said["Flag nothing"] == str(5 * 110)
    assert said["At your threshold"] == priced.readings()["Cost"] == str(7 + 5 * 82)


def test_price_sliders_move_the_valley_by_keyboard(priced: Stage, page: Page) -> None:
    root = priced.root()
    assert root.locator(".lk-panel-title").all_text_contents() == ["Scores", "Decisions", "Cost", "Prices"]
    before = root.locator(".lk-valley .lk-cost").get_attribute("d")
    for slider, keys in (("Price of a false alarm", 3), ("Price of a miss", -4)):
        root.get_by_role("slider", name=slider).focus()
        for _ in range(abs(keys)):
            page.keyboard.press("ArrowRight" if keys > 0 else "ArrowLeft")
    priced.settled()
    sweep = priced.explorers[0].sweep
    cheapest = sweep.cheapest(false_positive=4, false_negative=1)
    assert told(priced)["Lowest cost"].startswith(f"{cheapest.value:.0f} at ")
    assert told(priced)["Flag nothing"] == "110"
    assert told(priced)["At your threshold"] == str(4 * 7 + 82)
    assert root.locator(".lk-price").all_text_contents() == ["4", "1"]
    assert root.locator(".lk-valley .lk-cost").get_attribute("d") != before
    assert root.get_by_text("flag nothing: 110").is_visible()
    assert priced.field().input_value() == "0.5", "prices move the valley, not the threshold"
    page.wait_for_timeout(700)
    assert page.get_by_role("status").inner_text() == (
        f"Lowest cost {told(priced)['Lowest cost']}. Flagging nothing costs 110."
    )
    root.get_by_role("button", name="Go to the lowest cost").press("Enter")
    priced.settled()
    assert told(priced)["At your threshold"] == f"{cheapest.value:.0f}"
    assert sweep.at(float(priced.field().input_value())) == cheapest.confusion


def test_free_misses_are_best_left_alone(priced: Stage) -> None:
    priced.root().get_by_role("slider", name="Price of a miss").press("Home")
    priced.settled()
    assert told(priced)["Lowest cost"] == "0 by flagging nothing"


def test_the_valley_and_the_scores_share_their_axis(priced: Stage, page: Page) -> None:
    for threshold in (0.1, 0.8):
        priced.set(threshold)
        places = [
            priced.root().locator(part).bounding_box()
            for part in (".lk-threshold circle", ".lk-valley .lk-dot")
        ]
        assert places[0]
        assert places[1]
        centers = [box["x"] + box["width"] / 2 for box in places if box]
        assert centers[0] == pytest.approx(centers[1], abs=1)
    valley = priced.root().locator(".lk-valley").bounding_box()
    assert valley
    page.mouse.click(valley["x"] + valley["width"] / 2, valley["y"] + valley["height"] / 2)
    priced.settled()
    assert 0.3 < float(priced.field().input_value()) < 0.7


@pytest.mark.parametrize(
    ("prices", "step", "most"),
    [((1, 5), 1, 20), ((0.5, 2), 0.1, 8), ((1, 2.5), 0.1, 10), ((100, 1500), 100, 6000), ((0, 0), 1, 10)],
)
def test_a_price_slider_starts_at_its_price_and_steps_in_round_amounts(
    stage: Callable[..., Stage], prices: tuple[float, float], step: float, most: float
) -> None:
    false_alarm, miss = prices
    stand = stage(explore([0, 1], [0.2, 0.8], false_positive_cost=false_alarm, false_negative_cost=miss))
    for name, price in zip(("Price of a false alarm", "Price of a miss"), prices, strict=True):
        slider = stand.root().get_by_role("slider", name=name)
        assert float(slider.input_value()) == pytest.approx(price)
        assert float(slider.get_attribute("step") or "nan") == pytest.approx(step)
        assert float(slider.get_attribute("max") or "nan") == pytest.approx(most)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1000])
def test_axe_finds_nothing_with_prices(
    stage: Callable[..., Stage], page: Page, violations: Callable[[str], list[str]], theme: str, width: int
) -> None:
    prices = {"false_positive_cost": 1, "false_negative_cost": 5}
    stage(explore(EMAIL.y_true, EMAIL.scores, curves=False, **prices), theme=theme, width=width)
    assert violations(".lk-explorer") == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_a_second_model_stands_at_the_same_recall(stage: Callable[..., Stage]) -> None:
    noisy = 0.6 * EMAIL.scores + 0.4 * RNG.random(EMAIL.scores.size)
    stand = stage(explore(EMAIL.y_true, EMAIL.scores, compare=noisy, names=("plain", "noisy")))
    words = stand.root().get_by_text("Dashed, with the square: noisy").inner_text()
    found = re.search(r"recall, (\S+): (\d+) found, (\d+) false alarms", words)
    assert found
    counts = ThresholdSweep(EMAIL.y_true, noisy).at(float(found[1]))
    assert (counts.true_positives, counts.false_positives) == (int(found[2]), int(found[3]))
    assert counts.recall == stand.explorers[0].confusion.recall
    assert (
        stand.root()
        .locator("path.lk-other")
        .first.evaluate("path => getComputedStyle(path).strokeDasharray !== 'none'")
    ), "told apart without color"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(
    stage: Callable[..., Stage], violations: Callable[[str], list[str]], theme: str
) -> None:
    stage(
        explore(
            EMAIL.y_true,
            EMAIL.scores,
            compare=EMAIL.scores**2 + 0.1 * RNG.random(EMAIL.scores.size),
            band=True,
            false_positive_cost=1,
            false_negative_cost=5,
            labels=LABELS,
        ),
        theme=theme,
    )
    assert violations(".lk-explorer") == []


def test_color_is_never_the_only_sign(stage: Callable[..., Stage]) -> None:
    """Without color, parts are still told apart by place, dashes, hatching, shapes and words."""
    noisy = 0.6 * EMAIL.scores + 0.4 * RNG.random(EMAIL.scores.size)
    stand = stage(explore(EMAIL.y_true, EMAIL.scores, compare=noisy, labels=LABELS))
    panels = stand.root().locator(".lk-panel")
    for number in (2, 3):
        plot = panels.nth(number).locator(".lk-plot")
        dashes = [
            plot.locator(line).first.evaluate("line => getComputedStyle(line).strokeDasharray")
            for line in (".lk-curve", ".lk-other", ".lk-baseline")
        ]
        assert len(set(dashes)) == 3, dashes
        assert plot.locator("circle.lk-dot").is_visible()
        assert plot.locator("rect.lk-other-dot").is_visible()
    scores = panels.nth(0).locator("svg.lk-scores")
    hatched = [scores.locator(f"path{part}[style*='url(']") for part in (".lk-positive", ".lk-negative")]
    assert [part.count() for part in hatched] == [1, 1], "the errors of each class are hatched"
    assert "lk-pale" in (hatched[0].get_attribute("class") or ""), "misses are left of the line"
    assert "lk-pale" not in (hatched[1].get_attribute("class") or ""), "false alarms are right of it"
    areas = panels.nth(1).locator(".lk-area")
    assert areas.evaluate_all(
        "areas => areas.map((area) => getComputedStyle(area).backgroundImage !== 'none')"
    ) == [
        *(False, True),
        *(True, False),
    ]
    hues = areas.evaluate_all(
        "areas => areas.map((area) => getComputedStyle(area).getPropertyValue('--lk-class'))"
    )
    assert hues[0] == hues[1] != hues[2] == hues[3], "a color is a class"
    assert scores.locator(".lk-class").all_text_contents() == ["spam (110)", "normal mail (1,067)"]
    assert panels.nth(1).locator("abbr").all_text_contents() == ["TN", "FP", "FN", "TP"]


@pytest.mark.parametrize("width", [320, 640, 1024])
def test_nothing_is_wider_than_the_page(stage: Callable[..., Stage], page: Page, width: int) -> None:
    stage(explore(EMAIL.y_true, EMAIL.scores, false_positive_cost=1, false_negative_cost=5), width=width)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    columns = page.locator(".lk-panels").evaluate(
        "panels => getComputedStyle(panels).gridTemplateColumns.split(' ').length"
    )
    assert columns == (2 if width > 640 else 1)


# By parts, and in one scale


@pytest.fixture
def parts(stage: Callable[..., Stage]) -> Stage:
    return stage(explore(EMAIL.y_true, EMAIL.scores, labels=LABELS, curves=False))


def test_without_curves_scores_and_decisions_are_left_and_move(parts: Stage, page: Page) -> None:
    titles = parts.root().locator(".lk-panel-title").all_text_contents()
    assert titles == ["Scores", "Decisions"]
    assert page.get_by_role("slider").count() == 1, "no dial"
    assert not re.search("curve|ROC|prevalence|equal F1", parts.root().text_content() or "", re.IGNORECASE)
    parts.slider().press("Home")
    parts.settled()
    assert parts.counts() == {"tn": "0", "fp": "1,067", "fn": "0", "tp": "110"}
    heard(parts, 0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1000])
def test_axe_finds_nothing_without_curves(
    stage: Callable[..., Stage],
    page: Page,
    violations: Callable[[str], list[str]],
    theme: str,
    width: int,
) -> None:
    plain = explore(EMAIL.y_true, EMAIL.scores, labels=LABELS, curves=False)
    stand = stage(plain, theme=theme, width=width)
    assert violations(".lk-explorer") == []
    stand.root().get_by_role("checkbox").check()
    assert violations(".lk-explorer") == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


BARS = """() => ["positive", "negative"].map((name) => {
  const bars = document.querySelector(`.lk-scores .lk-${name}.lk-pale`);
  const { y, height } = bars.getBBox();
  return { height, edge: name === "positive" ? y : y + height };
})"""
AXIS = """() => [...document.querySelectorAll(".lk-scores .lk-axes text[text-anchor=end]")].map(
  (text) => [text.textContent, text.y.baseVal[0].value - 0.35 * parseFloat(getComputedStyle(text).fontSize)]
)"""


def test_same_scale_by_keyboard_draws_both_classes_to_one_scale(parts: Stage, page: Page) -> None:
    up, down = page.evaluate(BARS)
    assert up["height"] == pytest.approx(down["height"]), "each tallest bar fills its half"
    note = parts.root().locator(".lk-panel").first.locator(".lk-note")
    assert note.inner_text() == (
        "Each class has its own scale: the tallest bar is 9 spam above the line and 600 normal mail below it."
    )
    parts.slider().focus()
    page.keyboard.press("Tab")
    switch = parts.root().get_by_role("checkbox", name="Same scale")
    assert switch.evaluate("box => box === document.activeElement")
    before = parts.field().input_value()
    page.keyboard.press("Space")
    assert switch.is_checked()
    up, down = page.evaluate(BARS)
    assert up["height"] == pytest.approx(max(9 / 600 * down["height"], 1.5), abs=0.01)
    words = "Both classes have the same scale. A bar too short to see is drawn a little taller."
    assert note.inner_text() == words
    assert page.get_by_role("status").inner_text() == words
    assert parts.field().input_value() == before
    page.keyboard.press("Space")
    again, _ = page.evaluate(BARS)
    assert again["height"] == pytest.approx(down["height"])
    assert page.get_by_role("status").inner_text() == note.inner_text()


@pytest.mark.parametrize("same", [False, True])
@pytest.mark.parametrize("width", [320, 1000])
def test_a_bar_ends_where_the_axis_says(
    stage: Callable[..., Stage], page: Page, *, same: bool, width: int
) -> None:
    y_true, scores = np.repeat([1, 0], [20, 100]), np.repeat([0.9, 0.1], [20, 100])
    stand = stage(explore(y_true, scores, curves=False), width=width)
    stand.root().get_by_role("checkbox").set_checked(same)
    axis = page.evaluate(AXIS)
    [zero] = [y for words, y in axis if words == "0"]
    ticks = [(float(words), y - zero) for words, y in axis if words != "0"]
    per_case = {side: {round(abs(y) / value, 2) for value, y in ticks if y * side > 0} for side in (-1, 1)}
    assert all(len(lengths) == 1 for lengths in per_case.values()), "evenly spaced"
    up, down = page.evaluate(BARS)
    assert zero - up["edge"] == pytest.approx(20 * per_case[-1].pop(), abs=1)
    assert down["edge"] - zero == pytest.approx(100 * per_case[1].pop(), abs=1)


# Nothing is left behind


def test_two_explorers_and_two_views_agree_and_clean_up(stage: Callable[..., Stage], page: Page) -> None:
    page.add_init_script(
        """(() => {
          const { addEventListener } = EventTarget.prototype;
          window.domListeners = 0;
          EventTarget.prototype.addEventListener = function (type, call, options) {
            if (options?.signal) {
              window.domListeners++;
              addEventListener.call(options.signal, "abort", () => window.domListeners--, { once: true });
            }
            return addEventListener.call(this, type, call, options);
          };
        })()"""
    )
    stand = stage(explore(EMAIL.y_true, EMAIL.scores), explore([0, 1, 0, 1], [0.2, 0.4, 0.6, 0.8]))
    page.evaluate("() => window.addView(0)")
    stand.settled()
    stand.slider(0).press("Home")
    stand.settled()
    assert stand.field(0).input_value() == stand.field(2).input_value() == "0", "two views of one explorer"
    assert stand.field(1).input_value() == "0.5", "another explorer"
    heard(stand, 0)
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))

    assert page.evaluate("() => window.listenerCount()") == 3
    assert page.evaluate("() => window.domListeners") > 0
    page.evaluate("() => window.closeAll()")
    assert page.evaluate("() => [window.listenerCount(), window.domListeners]") == [0, 0]
    assert page.locator("main > div > *").count() == 0


# In JupyterLab, and in a page without a kernel


SHOW = """
import lessonkit as lk

email = lk.datasets.load_email_scores()
explorer = lk.explore(email.y_true, email.scores, labels=("spam", "normal mail"))
explorer
"""
CELLS = ("above = 1", SHOW, "print(explorer.threshold, explorer.confusion.true_positives)")


def test_in_jupyterlab_keys_stay_in_the_explorer_and_python_hears(
    page: Page, lab: Lab, violations: Callable[[str], list[str]]
) -> None:
    lab.open(page, write_notebook(lab, "explorer.ipynb", *CELLS))
    lab.run_all(page)
    page.locator(".lk-curve[d]").first.wait_for(state="attached")
    page.locator(".jp-OutputArea-output", has_text="0.5 28").wait_for()
    slider = page.get_by_role("slider", name="Threshold", exact=True)
    slider.focus()
    words = page.locator(".lk-explorer dt").all()
    assert len(words) == 5
    for word in words:  # JupyterLab's own style of lists must not squeeze them
        assert word.evaluate("element => element.getClientRects()[0].height") < 30
    cell = lab.active_cell(page)
    for key in ("ArrowUp", "ArrowDown", "ArrowDown", "PageDown", "Home", "End", "ArrowLeft"):
        page.keyboard.press(key)
    assert slider.evaluate("slider => slider === document.activeElement")
    assert lab.active_cell(page) == cell
    field = page.get_by_role("textbox", name="Threshold")
    field.fill("0.3")
    field.press("Enter")
    page.wait_for_function("() => document.querySelector('[data-cell=tp] .lk-count').textContent === '50'")
    page.wait_for_timeout(300)
    page.evaluate("() => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = 2 }")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell')")
    page.locator(".jp-OutputArea-output", has_text="0.3 50").wait_for()
    for theme in ("light", "dark"):
        lab.set_theme(page, theme)
        assert violations(".lk-explorer") == []


def exported(page: Page, tmp_path: Path, *explorers: ExplorerWidget) -> None:
    book = new_notebook(*["explorer" for _ in explorers])
    for cell, explorer in zip(book.cells, explorers, strict=True):
        bundle = explorer._repr_mimebundle_()
        assert bundle is not None
        data = {key: bundle[0][key] for key in ("text/html", "text/plain")}
        cell.outputs = [nbformat.v4.new_output("execute_result", data=data)]
    html, _ = HTMLExporter().from_notebook_node(book)
    file = tmp_path / "lesson.html"
    file.write_text(html, encoding="utf-8")
    page.route("http*://**", lambda route: route.abort())
    page.goto(file.as_uri(), wait_until="domcontentloaded")


def test_an_export_without_a_kernel_still_moves(page: Page, tmp_path: Path) -> None:
    same = [explore(EMAIL.y_true, EMAIL.scores, labels=LABELS) for _ in range(2)]
    exported(page, tmp_path, *same)
    page.locator(".lk-explorer").nth(1).wait_for()
    stand = Stage(page, same)
    stand.slider(1).press("Home")
    stand.settled()
    assert stand.counts(1) == {"tn": "0", "fp": "1,067", "fn": "0", "tp": "110"}
    assert stand.counts(0)["tp"] == "28", "each output has its own"
    assert page.locator("[data-lk-explorer]").count() == 0


def test_prices_turn_in_an_export_without_a_kernel(page: Page, tmp_path: Path) -> None:
    prices = {"false_positive_cost": 1, "false_negative_cost": 5}
    one = explore(EMAIL.y_true, EMAIL.scores, labels=LABELS, **prices)  # type: ignore[arg-type]
    exported(page, tmp_path, one)
    page.locator(".lk-explorer").wait_for()
    stand = Stage(page, [one])
    stand.root().get_by_role("slider", name="Price of a miss").press("Home")
    stand.settled()
    assert told(stand)["Lowest cost"] == "0 by flagging nothing"


def test_an_export_without_scripts_shows_picture_and_numbers(page: Page, tmp_path: Path) -> None:
    context = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    still = context.new_page()
    exported(still, tmp_path, explore(EMAIL.y_true, EMAIL.scores, labels=LABELS))
    picture = still.get_by_role("img", name="28 of 110 spam found, 7 false alarms")
    assert picture.is_visible()
    box = picture.bounding_box()
    assert box
    assert box["width"] > 300
    assert still.get_by_role("row", name="Precision 0.800").is_visible()
    context.close()


def test_it_keeps_its_direction_inside_a_page_of_another(stage: Callable[..., Stage], page: Page) -> None:
    stand = stage(explore(EMAIL.y_true, EMAIL.scores, labels=LABELS, curves=False))
    page.evaluate("() => (document.documentElement.dir = 'rtl')")
    stand.settled()
    assert stand.root().evaluate("element => getComputedStyle(element).direction") == "ltr"
    outside = """element => [...element.querySelectorAll("svg text")].filter((text) => {
      const [inner, outer] = [text, text.ownerSVGElement].map((one) => one.getBoundingClientRect());
      return inner.width && (inner.left < outer.left - 1 || inner.right > outer.right + 1);
    }).map((text) => text.textContent)"""
    assert stand.root().evaluate(outside) == []
