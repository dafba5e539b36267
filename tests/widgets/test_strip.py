"""The kernel's half of the strip: what it sends and believes, its trail, and its body without a kernel."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonkit.datasets import load_inbox
from lessonkit.metrics import ThresholdSweep
from lessonkit.metrics.inputs import MetricsError
from lessonkit.widgets import StripWidget, sketch, strip

INBOX = load_inbox()
HOSTILE = "</script><img src=x onerror=alert(1)>\"'&\u2028"


def inbox() -> StripWidget:
    return strip(INBOX.y_true, INBOX.scores, INBOX.subjects)


def post(shown: StripWidget, **state: object) -> list[dict[str, Any]]:
    """Set traits as the page does; return the states that come back."""
    messages: list[dict[str, Any]] = []
    shown._send = lambda message, **_: messages.append(message)
    data = {"method": "update", "state": state, "buffer_paths": []}
    shown._handle_msg({"content": {"data": data}, "buffers": []})
    return [message["state"] for message in messages if message["method"] == "update"]


ROWS = st.lists(
    st.tuples(st.booleans(), st.floats(-100, 100) | st.sampled_from([0.0, 0.5, 1.0, math.inf, -math.inf])),
    min_size=2,
    max_size=30,
).filter(lambda rows: 0 < sum(truth for truth, _ in rows) < len(rows))


@given(ROWS, st.lists(st.floats(-110, 110), max_size=6))
@settings(max_examples=150)
def test_counts_and_trail_are_those_of_the_sweep(
    rows: list[tuple[bool, float]], thresholds: list[float]
) -> None:
    truth, scores = zip(*rows, strict=True)
    shown, sweep = strip(truth, scores), ThresholdSweep(truth, scores)
    points = []
    for threshold in [0.5, *thresholds]:
        shown.threshold = threshold
        counts = sweep.at(threshold)
        assert shown.confusion == counts
        if counts.predicted_positive:
            points.append((counts.recall, counts.precision, counts.predicted_positive))
    assert shown.trail == [point[:2] for point in dict.fromkeys(points)]
    view = shown.view
    sent = [float(score) for score in view["scores"]]
    assert sent == sorted(sent, reverse=True) == sorted(scores, reverse=True)
    assert view["low"] <= view["high"]
    assert float(view["top"]) >= sent[0]
    # A page counts the rows from the top: there are as many caught ones among them as in the sweep.
    for threshold in thresholds:
        flagged = sum(score >= threshold for score in sent)
        assert view["truth"][:flagged].count("1") == sweep.at(threshold).true_positives
    json.dumps(shown.get_state(["view", "threshold", "visited"]), allow_nan=False)


def test_a_tie_is_flagged_as_one() -> None:
    shown = strip([1, 0, 1], [0.7, 0.7, 0.2], threshold=0.7)
    assert shown.trail == [(0.5, 0.5)]
    post(shown, visited=[1, 3])
    assert shown.visited == (2, 3), "no threshold flags one of two equal scores"


def test_the_page_moves_and_leaves_a_trail() -> None:
    shown = inbox()
    assert shown.trail == [(6 / 7, 0.75)]
    assert post(shown, threshold=[0.9, 2, 0], visited=[8, 5, 2]) == []
    assert shown.threshold == 0.9
    assert shown.trail == [(6 / 7, 6 / 8), (4 / 7, 4 / 5), (2 / 7, 1.0)]


def test_what_the_page_counts_is_not_believed() -> None:
    shown = inbox()
    assert {"threshold": [0.9, 2, 0]} in post(shown, threshold=[0.9, 7, 0])
    post(shown, visited=[])
    assert shown.visited == (8, 2), "nothing is forgotten"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(JSON)
@settings(max_examples=150)
def test_nonsense_from_the_page_changes_no_count(value: object) -> None:
    shown = strip([0, 1, 0], [0.25, 0.75, 0.6])
    post(shown, threshold=value, visited=value, view=value)
    assert not math.isnan(shown.threshold)
    assert shown.view["truth"] == "100" or shown.view["scores"] == [0.75, 0.6, 0.25]
    assert all(0 <= share <= 1 for point in shown.trail for share in point)
    assert set(shown.visited) <= {1, 2, 3}
    assert shown.visited[0] == 2


@pytest.mark.parametrize("length", [1, 1000])
@pytest.mark.parametrize("letter", ["x", '"', "\u00fc", "\u65e5"])
def test_the_first_payload_is_at_most_10_kb(length: int, letter: str) -> None:
    rng = np.random.default_rng(0)
    shown = strip(rng.random(100) < 0.5, rng.random(100), [letter * length] * 100)
    state = shown.get_state(["view", "threshold", "visited"])
    assert len(json.dumps(state, ensure_ascii=False).encode()) <= 10_000


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"y_true": [0, 1], "scores": [0.1]}, "scores"),
        ({"y_true": [0, 2], "scores": [0.1, 0.2]}, "labels must be 0"),
        ({"y_true": [0, 1] * 51, "scores": np.arange(102)}, "102 rows"),
        ({"y_true": [0, 1], "scores": [0.1, 0.2], "subjects": ["a"]}, "1 texts for 2 rows"),
        ({"y_true": [0, 1], "scores": [0.1, 0.2], "subjects": ["a", 3]}, r"subjects\[1\] is 3"),
        ({"y_true": [0, 1], "scores": [0.1, math.nan]}, "nan"),
        ({"y_true": [0, 1], "scores": [0.1, 0.2], "threshold": "high"}, "threshold"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_the_mend(given: dict[str, Any], message: str) -> None:
    with pytest.raises(MetricsError, match=message):
        strip(**given)


# The body without a kernel


def body(shown: StripWidget) -> dict[str, Any]:
    bundle = shown._repr_mimebundle_()
    assert bundle is not None
    return bundle[0]


def test_the_body_is_constant_and_says_each_row() -> None:
    first, again = body(inbox()), body(inbox())
    assert first["text/html"] == again["text/html"]
    assert first["text/plain"] == (
        "Sorted strip. Threshold 0.5: 6 of 7 spam caught, 1 missed, 2 false alarms. "
        "Precision 6 of 8 = 0.75, recall 6 of 7 ≈ 0.86."
    )
    rows = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", first["text/html"])
    assert len(rows) == 20
    assert ("0.62", "We would like to offer you the job", "false alarm") in rows
    assert ("0.22", "Are you in the office?", "missed") in rows


def test_subjects_cannot_be_markup() -> None:
    html = body(strip([0, 1], [0.1, 0.9], [HOSTILE, HOSTILE], labels=(HOSTILE, HOSTILE)))["text/html"]
    assert html.count("</script>") == 1
    assert html.count("<img") == 1
    assert "onerror=alert(1)>" not in html.partition("<script")[0]


@pytest.mark.parametrize("threshold", [math.inf, -math.inf, 0.2, 5.0])
@pytest.mark.parametrize(
    "scores", [[0.2, 0.9, 0.2], [-np.inf, np.inf, 0.0], [-1.7e308, 1.7e308, 0.0], [4, 4, 4]]
)
def test_the_picture_is_well_formed_wherever_the_threshold_is(threshold: float, scores: list[float]) -> None:
    from urllib.parse import unquote
    from xml.etree import ElementTree as ET

    html = body(strip([0, 1, 0], scores, threshold=threshold))["text/html"]
    address = re.search(r'src="data:image/svg\+xml,([^"]*)"', html)
    assert address is not None
    picture = ET.fromstring(unquote(address[1]))  # noqa: S314  (our own text)
    numbers = " ".join(value for item in picture.iter() for value in (item.get("d"), item.get("x")) if value)
    assert not re.search(r"nan|inf", numbers)


# The trail in the sketch


def test_the_sketch_takes_the_trail() -> None:
    shown = inbox()
    shown.threshold = 0.9
    sweep = ThresholdSweep(INBOX.y_true, INBOX.scores)
    assert sketch(sweep, trail=shown.trail).view["trail"] == [[6 / 7, 6 / 8], [2 / 7, 1.0]]
    assert sketch(sweep).view["trail"] == []
    with pytest.raises(ValueError, match=r"trail\[0\]"):
        sketch(sweep, trail=[(0.5, 1.5)])
    with pytest.raises(ValueError, match="ROC"):
        sketch(sweep, curve="roc", trail=shown.trail)
