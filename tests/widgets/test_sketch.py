from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonkit.datasets import load_email_scores
from lessonkit.metrics import ThresholdSweep
from lessonkit.widgets import SketchWidget, sketch
from lessonkit.widgets.sketch import POSITIONS, CurveKind, Finding, sketch_feedback

if TYPE_CHECKING:
    from collections.abc import Sequence

EMAIL = ThresholdSweep(load_email_scores().y_true, load_email_scores().scores)
PERFECT = ThresholdSweep([1, 1, 1, 0, 0, 0, 0, 0, 0, 0], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
GOOD = (1.0, 0.82, 0.51, 0.43, 0.34, 0.09)
UNPLACED = (None,) * 6
BELIEFS = Path(__file__).parents[2] / "quizzes" / "misconceptions.yaml"


def found(
    points: tuple[float, ...], sweep: ThresholdSweep = EMAIL, curve: CurveKind = "precision-recall"
) -> dict[str, Finding]:
    return {finding.aspect: finding for finding in sketch_feedback(sweep, points, curve=curve)}


# What is said


def test_a_sketch_of_the_true_curve_agrees_in_everything() -> None:
    findings = found(GOOD)
    assert list(findings) == ["start", "shape", "end", "overall"]
    assert all(finding.agrees and finding.misconception is None for finding in findings.values())


def test_the_distance_at_the_end_is_named_in_words() -> None:
    end = found((1, 0.8, 0.6, 0.4, 0.2, 0))["end"]
    assert end.text.startswith(
        "You expected precision 0 at recall 1; flagging everything gives the prevalence, 0.093."
    )
    assert not end.agrees
    assert end.misconception == "curve-ends-at-zero-precision"


@pytest.mark.parametrize(
    ("aspect", "points", "misconception"),
    [
        ("start", (0, 0.8, 0.6, 0.4, 0.2, 0.1), "curve-starts-at-origin"),
        ("start", (0.1, 0.8, 0.6, 0.4, 0.2, 0.1), "curve-starts-at-prevalence"),
        ("start", (0.6, 0.8, 0.6, 0.4, 0.2, 0.1), None),
        ("shape", (0, 0.2, 0.4, 0.6, 0.8, 1), "precision-recall-rise-together"),
        ("shape", (0, 0.8, 0.6, 0.4, 0.2, 0.1), None),
        ("end", (1, 0.9, 0.8, 0.7, 0.6, 0.5), "pr-baseline-is-half"),
        ("end", (1, 1, 1, 1, 1, 1), "all-found-means-all-right"),
        ("end", (1, 0.9, 0.8, 0.7, 0.6, 0.7), None),
    ],
)
def test_a_difference_shows_a_belief(
    aspect: str, points: tuple[float, ...], misconception: str | None
) -> None:
    finding = found(points)[aspect]
    assert not finding.agrees
    assert finding.misconception == misconception


def test_a_start_below_one_is_told_by_the_cases_that_decide_it() -> None:
    tied = ThresholdSweep([1, 0, 1, 0, 0, 0], [0.9, 0.9, 0.5, 0.4, 0.3, 0.2])
    start = found((1, 0.9, 0.8, 0.7, 0.6, 0.3), tied)["start"]
    assert "1 of the 2 cases that share the highest score are positive" in start.text
    assert start.misconception == "curve-starts-at-perfect-precision"
    wrong_first = ThresholdSweep([0, 1, 0, 1], [0.9, 0.8, 0.7, 0.6])
    assert "it is negative" in found((1, 0.5, 0.5, 0.5, 0.5, 0.5), wrong_first)["start"].text
    assert found((0, 0.5, 0.5, 0.5, 0.5, 0.5), wrong_first)["start"].agrees


def test_a_fall_is_only_a_belief_where_the_true_curve_rises() -> None:
    dip = ThresholdSweep([0, 0, 1, 1, 1, 1, 0], [7, 6, 5, 4, 3, 2, 1])
    fall = (1, 0.9, 0.8, 0.7, 0.6, 0.5)
    assert found(fall, dip)["shape"].misconception == "precision-always-falls-with-recall"
    assert found(fall, EMAIL)["shape"].agrees
    assert "teeth" in found(fall, EMAIL)["shape"].text
    assert "teeth" not in found(fall, PERFECT)["shape"].text


def test_any_height_of_a_vertical_end_is_right() -> None:
    for height in (0.3, 0.6, 1.0):
        end = found((1, 1, 1, 1, 1, height), PERFECT)["end"]
        assert end.agrees
        assert "Recall 1 is reached before that, with precision 1." in end.text
    assert not found((1, 1, 1, 1, 1, 0.1), PERFECT)["end"].agrees


def test_the_shown_height_at_each_end_is_the_one_in_the_words() -> None:
    for last, shown in ((0.5, EMAIL.prevalence), (0.0, EMAIL.prevalence), (0.12, 0.12)):
        widget = SketchWidget(EMAIL)
        widget._settle((0.5, 0.5, 0.5, 0.5, 0.5, last))
        heights = widget.standing["truth"]["heights"]
        assert (heights[0], heights[-1]) == (1, pytest.approx(shown, abs=1e-4))
    roc = SketchWidget(PERFECT, curve="roc")
    roc._settle((0.4, 1, 1, 1, 1, 0.2))
    assert roc.standing["truth"]["heights"] == [0.4, 1, 1, 1, 1, 1]


def test_a_small_prevalence_is_not_taken_for_zero() -> None:
    rare = ThresholdSweep(np.arange(1000) < 10, np.random.default_rng(0).random(1000))
    assert found((0, 0, 0, 0, 0, 0.01), rare)["end"].agrees
    assert found((0, 0, 0, 0, 0, 0.0), rare)["end"].misconception == "curve-ends-at-zero-precision"


def test_roc_is_read_by_its_own_rules() -> None:
    near = found((0, 0.88, 0.95, 1, 1, 1), curve="roc")
    assert all(near[aspect].agrees for aspect in ("start", "shape", "end", "overall"))
    falling = found((0, 0.6, 0.9, 0.7, 0.5, 0.4), curve="roc")
    assert falling["shape"].misconception == "recall-falls-when-more-is-flagged"
    assert not falling["end"].agrees
    diagonal = found((0, 0.2, 0.4, 0.6, 0.8, 1), curve="roc")
    assert not diagonal["shape"].agrees
    assert "lies on the diagonal" in diagonal["shape"].text
    assert "ROC AUC" in diagonal["overall"].text
    assert not found((0.9, 1, 1, 1, 1, 1), curve="roc")["start"].agrees
    assert found((0.9, 1, 1, 1, 1, 1), PERFECT, curve="roc")["start"].agrees


def test_the_mean_distance_is_right_where_it_is_known() -> None:
    flat = ThresholdSweep([1, 0, 0, 0], [1, 1, 1, 1])
    overall = found((0.75,) * 6, flat)["overall"]
    assert overall.text == (
        "The two lines are 0.50 apart on average. The area below yours is 0.75; "
        "below the true curve it is 0.25, its average precision."
    )
    assert found((0.3,) * 6, flat)["overall"].agrees


heights = st.floats(0, 1).map(lambda height: round(height, 2))
rows = st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), min_size=2, max_size=30).filter(
    lambda rows: len({label for label, _ in rows}) == 2
)


@settings(max_examples=200, deadline=None)
@given(
    rows=rows,
    points=st.tuples(*[heights] * 6),
    curve=st.sampled_from(["precision-recall", "roc"]),
)
def test_every_sketch_of_every_curve_is_answered(
    rows: list[tuple[bool, int]], points: tuple[float, ...], curve: CurveKind
) -> None:
    sweep = ThresholdSweep(*zip(*rows, strict=True))
    known = set(re.findall(r"^([\w-]+):", BELIEFS.read_text(encoding="utf-8"), re.MULTILINE))
    findings = sketch_feedback(sweep, points, curve=curve)
    for finding in findings:
        assert finding.misconception is None or finding.misconception in known
        assert not (finding.agrees and finding.misconception)
        assert "nan" not in finding.text
    widget = SketchWidget(sweep, curve=curve)
    widget._settle(points)
    assert findings == widget.findings


@pytest.mark.parametrize(
    ("points", "curve", "message"),
    [
        ((1, 2), "roc", "has 2 heights. Give 6"),
        ((0, 0, 0, 1.2, 0, 0), "roc", r"points\[3\] is 1.2. Give a height from 0 to 1"),
        ((0, 0, 0, float("nan"), 0, 0), "roc", r"points\[3\] is nan"),
        (GOOD, "lift", "curve is 'lift'. Known: 'precision-recall', 'roc'"),
    ],
)
def test_bad_input_is_named(points: tuple[float, ...], curve: CurveKind, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sketch_feedback(EMAIL, points, curve=curve)


def test_a_sketch_needs_a_sweep_and_a_known_curve() -> None:
    with pytest.raises(TypeError, match="sweep is list, not ThresholdSweep"):
        sketch([0, 1])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="curve is 'lift'"):
        sketch(EMAIL, curve="lift")  # type: ignore[arg-type]


# The drawn curve


def vertices(widget: SketchWidget) -> np.ndarray[Any, Any]:
    return np.array([pair.split() for pair in widget._truth.path[1:].split("L")], dtype=float)


@pytest.mark.parametrize("curve", ["precision-recall", "roc"])
def test_the_drawn_curve_stays_within_half_a_cell_and_short(curve: CurveKind) -> None:
    rng = np.random.default_rng(1)
    y_true = rng.random(200_000) < 0.05
    widget = SketchWidget(ThresholdSweep(y_true, rng.normal(y_true * 1.5, 1)), curve=curve)
    widget._settle(GOOD)
    assert len(json.dumps(widget.standing)) < 25_000
    drawn = vertices(widget)
    along, up = widget._truth.corners
    columns = np.rint(along * 500)
    for column in range(0, 501, 7):
        there = columns == column
        if not there.any():
            continue
        kept = 500 - drawn[drawn[:, 0] == column, 1]
        assert abs(kept.min() - 500 * up[there].min()) <= 0.5
        assert abs(kept.max() - 500 * up[there].max()) <= 0.5


def test_small_curves_are_drawn_corner_by_corner() -> None:
    sweep = ThresholdSweep([1, 0, 1, 0], [4, 3, 2, 1])
    assert SketchWidget(sweep)._truth.path == "M0 0L250 0L250 250L250 167L500 167L500 250"
    assert SketchWidget(sweep, curve="roc")._truth.path == "M0 500L0 250L250 250L250 0L500 0"


# The wire


class Wire:
    """A widget, and all that its kernel half puts on the wire."""

    def __init__(self) -> None:
        self.widget = sketch(EMAIL)
        self.messages: list[dict[str, Any]] = []
        self.widget._send = lambda message, **_: self.messages.append(message)

    def post(self, content: object) -> dict[str, Any]:
        """Send a message as the page would; return the one reply."""
        before = len(self.messages)
        self.widget._handle_msg(
            {"content": {"data": {"method": "custom", "content": content}}, "buffers": []}
        )
        replies = [message["content"] for message in self.messages[before:] if message["method"] == "custom"]
        assert len(replies) == 1
        assert self.messages[-1]["method"] == "custom", "the reply follows the new state"
        return replies[0]

    def say(self, kind: str, points: Sequence[object] | None = None, attempt: int = 0) -> dict[str, Any]:
        given = {} if points is None else {"points": list(points)}
        return self.post({"type": kind, "request": "r", "attempt": attempt, **given})

    def seen(self) -> str:
        state = {key: value for key, value in self.widget.get_state().items() if key not in {"_esm", "_css"}}
        return json.dumps([state, self.messages], default=str)


@pytest.fixture
def wire() -> Wire:
    return Wire()


def test_nothing_of_the_curve_is_sent_before_the_commit(wire: Wire) -> None:
    wire.say("draft", GOOD)
    wire.say("commit", [0.5, None, 0.5, 0.5, 0.5, 0.5])
    wire.say("again")
    assert not re.search(r"0\.09[34]|\"path\"|prevalence|M0 0", wire.seen())
    assert wire.widget.standing["truth"] is None
    wire.say("commit", GOOD)
    assert "prevalence 0.093" in wire.seen()


def test_a_commit_is_final_and_readable(wire: Wire) -> None:
    assert (wire.widget.committed, wire.widget.points, wire.widget.findings) == (False, None, ())
    reply = wire.say("commit", GOOD)
    assert reply["ok"]
    assert reply["message"] == "The true curve is drawn in. It agrees with yours in 4 of 4 respects."
    assert wire.widget.committed
    assert wire.widget.points == GOOD
    assert wire.widget.findings == sketch_feedback(EMAIL, GOOD)
    for late in (
        wire.say("draft", [0.1] * 6),
        wire.say("commit", [0.1] * 6),
        wire.say("commit", GOOD, attempt=1),
    ):
        assert not late["ok"]
        assert "another view" in late["message"]
    assert wire.widget.points == GOOD
    assert wire.say("commit", GOOD)["ok"], "the same message again"


def test_every_prediction_becomes_final_once(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    settled = []
    settle = wire.widget._settle
    monkeypatch.setattr(wire.widget, "_settle", lambda points: (settled.append(points), settle(points)))
    for _ in range(2):
        wire.say("commit", GOOD)
    wire.say("again")
    wire.say("commit", [0.5] * 6, attempt=1)
    assert settled == [GOOD, (0.5,) * 6]


def test_drawing_again_begins_empty_and_takes_the_curve_away(wire: Wire) -> None:
    assert not wire.say("again")["ok"], "there is nothing to draw again"
    wire.say("commit", GOOD)
    for _ in range(2):  # a double click
        assert wire.say("again")["ok"]
    assert wire.widget.standing == {"attempt": 1, "points": UNPLACED, "truth": None}
    assert not wire.widget.committed
    assert not wire.say("commit", GOOD)["ok"], "it belongs to the first attempt"
    assert wire.say("commit", GOOD, attempt=1)["ok"]
    wire.widget.reset()
    assert wire.widget.points is None


def test_a_draft_is_kept_for_every_view(wire: Wire) -> None:
    wire.say("draft", [0.9, None, None, None, None, 0])
    assert wire.widget.standing["points"] == (0.9, None, None, None, None, 0)
    assert wire.widget.points is None


_leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
_json = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)
_near = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["draft", "commit", "again", "reply"]) | _json,
        "request": st.just("r") | _json,
        "attempt": st.integers(-1, 2) | _json,
        "points": st.lists(st.floats(0, 1) | _leaves, min_size=6, max_size=6) | _json,
    },
)
_fuzzed = Wire()


@settings(max_examples=300, deadline=None)
@given(content=_near | _json)
def test_any_message_gets_one_plain_reply(content: object) -> None:
    _fuzzed.messages.clear()
    reply = _fuzzed.post(content)
    assert set(reply) == {"type", "request", "ok", "message"}
    assert "pydantic" not in reply["message"]
    assert "Traceback" not in reply["message"]


@pytest.mark.parametrize(
    "points", [[0.5] * 5, [0.5] * 7, [True] * 6, ["0.5"] * 6, [1.01] * 6, [float("nan")] * 6]
)
def test_points_that_do_not_fit_are_refused(wire: Wire, points: list[Any]) -> None:
    for kind in ("draft", "commit"):
        reply = wire.say(kind, points)
        assert not reply["ok"]
        assert "Run this cell again." in reply["message"]
    assert wire.widget.standing["points"] == UNPLACED


def test_the_page_cannot_write_what_is_shown(wire: Wire) -> None:
    before = wire.widget.view, wire.widget.standing
    forged = {"view": {"name": "forged"}, "standing": {}}
    wire.widget._handle_msg({"content": {"data": {"method": "update", "state": forged}}, "buffers": []})
    assert (wire.widget.view, wire.widget.standing) == before


# Without a kernel


class Balance(HTMLParser):
    """Fails where a tag is left open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    ("curve", "words"),
    [
        ("precision-recall", "ends at recall 1 with the prevalence, 0.093"),
        ("roc", "Its area is 0.905; random scores give the dotted diagonal"),
    ],
)
def test_the_body_without_a_kernel_folds_the_curve_away(curve: CurveKind, words: str) -> None:
    bundles = [sketch(EMAIL, curve=curve)._repr_mimebundle_() for _ in range(2)]
    assert bundles[0] is not None
    assert bundles[1] is not None
    (first, _), (second, _) = bundles
    assert "application/vnd.jupyter.widget-view+json" in first
    for kind in ("text/html", "text/plain"):
        assert first[kind] == second[kind]
    before, folded = first["text/html"].split("<details>")
    assert "0.093" not in before
    assert "svg" not in before
    assert folded.count(words) == 2, "as the picture's description, and below it"
    assert "<script" not in folded
    assert not re.search(r'\bid="', folded)
    assert not re.search(r"\d\.\d{5}", folded), "rounded, so that the bytes are the same everywhere"
    balance = Balance()
    balance.feed(first["text/html"])
    assert balance.open == []
    assert first["text/plain"].startswith("Sketch: Draw the ")
    assert all(str(position) in folded for position in POSITIONS[1:-1])


def test_a_prompt_is_markdown_and_safe() -> None:
    widget = sketch(EMAIL, prompt="Draw *your* curve <script>alert(1)</script>")
    assert "<em>your</em>" in widget.view["prompt"]
    assert "<script" not in widget.view["prompt"]
    bundle = widget._repr_mimebundle_()
    assert bundle is not None
    assert "<script" not in bundle[0]["text/html"]
    assert bundle[0]["text/plain"].startswith("Sketch: Draw your curve")
