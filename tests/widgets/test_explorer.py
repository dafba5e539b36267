"""The kernel's half of the explorer: what it sends, what it accepts, and its body without a kernel."""

from __future__ import annotations

import json
import math
import re
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonkit.datasets import load_email_scores
from lessonkit.metrics import Confusion, ThresholdSweep, bootstrap_band
from lessonkit.metrics.inputs import MetricsError
from lessonkit.widgets import ExplorerWidget, explore
from lessonkit.widgets.stops import pack

EMAIL = load_email_scores()
RNG = np.random.default_rng(3)


class Wire:
    """An explorer, and all that its kernel half puts on the wire."""

    def __init__(self, explorer: ExplorerWidget | None = None) -> None:
        self.explorer = explorer or explore(EMAIL.y_true, EMAIL.scores)
        self.messages: list[dict[str, Any]] = []
        self.explorer._send = lambda message, **_: self.messages.append(message)

    def post(self, **state: object) -> list[object]:
        """Set traits as the page does; return the thresholds that come back."""
        before = len(self.messages)
        data = {"method": "update", "state": state, "buffer_paths": []}
        self.explorer._handle_msg({"content": {"data": data}, "buffers": []})
        return [
            message["state"]["threshold"]
            for message in self.messages[before:]
            if message["method"] == "update" and "threshold" in message["state"]
        ]


def test_python_moves_the_threshold_and_sends_its_counts() -> None:
    wire = Wire()
    wire.explorer.threshold = 0.3
    assert [message["state"] for message in wire.messages] == [{"threshold": [0.3, 50, 46]}]
    assert wire.explorer.confusion == Confusion(50, 46, 60, 1021)
    wire.explorer.threshold = np.float32(0.25)
    assert type(wire.explorer.threshold) is float


def test_the_page_moves_the_threshold() -> None:
    wire = Wire()
    seen: list[float] = []
    wire.explorer.observe(lambda change: seen.append(change["new"]), "threshold")
    assert wire.post(threshold=[0.3, 50, 46]) == [], "it knows"
    assert wire.explorer.threshold == 0.3
    assert seen == [0.3]


def test_counts_the_page_does_not_know_are_sent_back() -> None:
    assert Wire().post(threshold=[0.3, None, None]) == [[0.3, 50, 46]]


def test_wrong_counts_of_the_page_are_set_right() -> None:
    assert Wire().post(threshold=[0.3, 110, 0]) == [[0.3, 50, 46]]


@pytest.mark.parametrize("score", [math.inf, -math.inf])
def test_infinite_thresholds_travel_both_ways(score: float) -> None:
    wire = Wire(explore([0, 1, 0], [-np.inf, 0.5, np.inf]))
    wire.explorer.threshold = score
    sent = json.loads(json.dumps(wire.messages[-1]["state"]["threshold"], allow_nan=False))
    wire.explorer.threshold = 0.5
    wire.post(threshold=sent)
    assert wire.explorer.threshold == score


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(JSON | st.tuples(JSON, JSON, JSON).map(list))
@settings(max_examples=200)
def test_whatever_the_page_sends_the_explorer_stands_at_a_number(value: object) -> None:
    wire = Wire(explore([0, 1], [0.25, 0.75]))
    wire.post(threshold=value, view=value)
    assert not math.isnan(wire.explorer.threshold)
    assert wire.explorer.view["positives"] == 1
    assert wire.explorer.confusion.total == 2


@pytest.mark.parametrize("value", [math.nan, "0.5", None, 1j])
def test_what_is_no_threshold_is_refused_and_changes_nothing(value: object) -> None:
    explorer = explore(EMAIL.y_true, EMAIL.scores)
    with pytest.raises(MetricsError, match="threshold"):
        explorer.threshold = value  # type: ignore[assignment]
    assert explorer.threshold == 0.5


def test_it_starts_where_one_would_look() -> None:
    y_true = [0, 1, 0, 1]
    assert explore(y_true, [0.1, 0.4, 0.6, 0.9]).threshold == 0.5
    assert explore(y_true, [-3.0, 1.5, -2.0, 2.0]).threshold == 1.5
    assert explore(y_true, [0.1, 0.4, 0.6, 0.9], threshold=0.7).threshold == 0.7
    sweep = ThresholdSweep(y_true, [0.1, 0.4, 0.6, 0.9])
    assert explore(sweep).sweep is sweep


def test_all_that_is_asked_for_is_in_the_view() -> None:
    plain = explore(EMAIL.y_true, EMAIL.scores).view
    assert (plain["compare"], plain["band"], plain["prices"]) == (None, None, None)
    full = explore(
        EMAIL.y_true,
        EMAIL.scores,
        compare=EMAIL.scores**2 + 0.1 * RNG.random(EMAIL.scores.size),
        band=True,
        false_positive_cost=1,
        false_negative_cost=5,
        names=("A", "B"),
    ).view
    assert full["prices"] == {"false_positive": 1.0, "false_negative": 5.0}
    assert full["compare"]["positives"] == 110
    assert set(full["band"]) == {"recall", "low", "high"}


def test_weights_and_labels_reach_sweep_comparison_and_band() -> None:
    weights = 1 + RNG.random(EMAIL.scores.size)
    words = np.where(EMAIL.y_true == 1, "spam", "ham")
    given: dict[str, Any] = {"sample_weight": weights, "pos_label": "spam"}
    explorer = explore(words, EMAIL.scores, compare=EMAIL.scores**2, band=True, **given)
    assert explorer.sweep.positives == pytest.approx(weights[EMAIL.y_true == 1].sum())
    assert explorer.view["compare"]["positives"] == explorer.sweep.positives
    band = bootstrap_band(words, EMAIL.scores, recall_grid=np.linspace(0, 1, 51), resamples=200, **given)
    for name in ("recall", "low", "high"):
        assert explorer.view["band"][name] == pack(np.round(getattr(band, name)[band.holds], 3))
    # The band of a sweep is that of its rows.
    plain = explore(EMAIL.y_true, EMAIL.scores, band=True).view["band"]
    assert explore(ThresholdSweep(EMAIL.y_true, EMAIL.scores), band=True).view["band"] == plain
    assert plain != explorer.view["band"]


def test_too_few_rows_have_no_band() -> None:
    assert explore([0, 1, 1, 0], [0.1, 0.2, 0.3, 0.4], band=True).view["band"] is None


def test_without_curves_the_view_holds_what_is_shown_and_no_more() -> None:
    plain = explore(EMAIL.y_true, EMAIL.scores).view
    parts = explore(EMAIL.y_true, EMAIL.scores, curves=False).view
    assert set(plain) - set(parts) == {"names", "compare", "band"}
    assert {**plain, "curves": False} == {**parts, **{key: plain[key] for key in set(plain) - set(parts)}}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"y_true": [0, 1], "scores": [0, 1], "curves": False, "band": True}, "band is drawn on the curves"),
        ({"y_true": [0, 1], "scores": [0, 1], "curves": False, "compare": [0, 1]}, "compare is drawn on"),
        ({"y_true": [0, 1]}, "scores are missing"),
        ({"y_true": ThresholdSweep([0, 1], [0, 1]), "scores": [0, 1]}, "beside a sweep"),
        ({"y_true": ThresholdSweep([0, 1], [0, 1]), "compare": [0, 1]}, "beside a sweep"),
        ({"y_true": [0, 1], "scores": [0, 1], "false_positive_cost": 1}, "false_negative_cost is missing"),
        (
            {"y_true": [0, 1], "scores": [0, 1], "false_positive_cost": -1, "false_negative_cost": 1},
            "false_positive_cost",
        ),
        (
            {"y_true": ThresholdSweep([0, 1], [0, 1], sample_weight=[1, 2]), "band": True},
            "does not keep its rows",
        ),
        ({"y_true": ThresholdSweep([0, 1], [0, 1]), "pos_label": 1}, "pos_label is given beside a sweep"),
        (
            {"y_true": ThresholdSweep([0, 1], [0, 1]), "sample_weight": [1, 1]},
            "sample_weight is given beside",
        ),
        ({"y_true": [0, 1], "scores": [0, math.nan]}, "nan"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_the_mend(given: dict[str, Any], message: str) -> None:
    with pytest.raises(MetricsError, match=message):
        explore(**given)


@pytest.mark.parametrize(
    "scores",
    [
        [0.0, 1.0, 0.5],
        [-7.0, 3.0, 3.0],
        [-np.inf, np.inf, 2.0],
        [-np.inf, np.inf, np.inf],
        [-1.7e308, 1.7e308, 0.0],
        [4.0, 4.0, 4.0],
    ],
)
def test_the_histogram_holds_every_row(scores: list[float]) -> None:
    histogram = explore([0, 1, 0], scores).view["histogram"]
    assert (sum(histogram["positive"]), sum(histogram["negative"])) == (1, 2)
    assert histogram["low"] < histogram["high"]


def payload(explorer: ExplorerWidget) -> int:
    """Return the bytes of what is drawn: all state but the code and the house's own names."""
    state = {key: value for key, value in explorer.get_state().items() if not key.startswith("_")}
    packed = 0

    def without(value: object) -> object:
        nonlocal packed
        if isinstance(value, bytes):
            packed += len(value)
            return None
        return {key: without(item) for key, item in value.items()} if isinstance(value, dict) else value

    text = json.dumps({key: without(value) for key, value in state.items()})
    return packed + len(text)


@pytest.mark.parametrize("rows", [1_000, 1_000_000])
@pytest.mark.parametrize("share", [0.5, 0.01])
def test_the_first_payload_is_at_most_25_kb_at_any_size(rows: int, share: float) -> None:
    y_true = (RNG.random(rows) < share).astype(np.int64)
    scores = RNG.normal(size=rows) + y_true
    explorer = explore(y_true, scores, compare=scores + RNG.normal(size=rows), labels=("ill", "well"))
    assert payload(explorer) <= 25_000


def test_weights_take_no_more_room() -> None:
    y_true = (RNG.random(100_000) < 0.3).astype(np.int64)
    scores = RNG.normal(size=y_true.size) + y_true
    assert payload(explore(ThresholdSweep(y_true, scores, sample_weight=RNG.random(y_true.size)))) <= 25_000


# The body without a kernel


def bundle(explorer: ExplorerWidget) -> dict[str, Any]:
    result = explorer._repr_mimebundle_()
    assert result is not None
    return result[0]


def test_the_body_says_the_same_every_time() -> None:
    first = bundle(explore(EMAIL.y_true, EMAIL.scores, labels=("spam", "normal mail")))
    again = bundle(explore(EMAIL.y_true, EMAIL.scores, labels=("spam", "normal mail")))
    assert first["text/html"] == again["text/html"]
    assert (
        first["text/plain"]
        == again["text/plain"]
        == ("Threshold explorer at 0.5: 28 of 110 spam found, 7 false alarms; precision 0.800, recall 0.255.")
    )
    assert len(first["text/html"]) < 110_000


def test_the_table_has_the_numbers_of_the_threshold() -> None:
    explorer = explore(EMAIL.y_true, EMAIL.scores, false_positive_cost=1, false_negative_cost=5)
    explorer.threshold = 0.3
    rows = dict(re.findall(r"<tr><th>(.*?)</th><td>(.*?)</td></tr>", bundle(explorer)["text/html"]))
    counts = explorer.confusion
    assert rows == {
        "Threshold": "0.3",
        "True positives": "50",
        "False positives (false alarms)": "46",
        "False negatives (misses)": "60",
        "True negatives": "1,021",
        "Precision": f"{counts.precision:.3f}",
        "Recall": f"{counts.recall:.3f}",
        "F1": f"{counts.f1:.3f}",
        "Accuracy": f"{counts.accuracy:.3f}",
        "Alerts per 1,000": "81.6",
        "Cost": "346",
        "Lowest cost": "255 (threshold 0.1018)",
        "Cost of flagging nothing": "550",
    }


@pytest.mark.parametrize("rows", [6, 60, 5_000])
@given(seed=st.integers(0, 99), false_positive=st.integers(0, 30), false_negative=st.integers(0, 30))
@settings(max_examples=20, deadline=None)
def test_the_page_has_the_cheapest_threshold_at_any_prices(
    rows: int, seed: int, false_positive: int, false_negative: int
) -> None:
    rng = np.random.default_rng(seed)
    y_true = np.append([0, 1], (rng.random(rows) < 0.3).astype(int))
    # Whole numbers tie, and of 5,000 scores not all are stops.
    scores = rng.normal(size=y_true.size) + y_true if rows > 60 else rng.integers(0, rows, y_true.size)
    sweep = ThresholdSweep(y_true, scores)
    stops = explore(sweep, false_positive_cost=1, false_negative_cost=1)._stops
    misses = sweep.positives - stops.true_positives
    costs = false_positive * stops.false_positives + false_negative * misses
    cheapest = sweep.cheapest(false_positive=false_positive, false_negative=false_negative)
    assert costs.min() == cheapest.value
    found = stops.thresholds[costs.argmin()]
    counts = sweep.at(found)
    assert counts == cheapest.confusion


def test_the_picture_with_prices_draws_the_cost_and_says_what_it_is() -> None:
    plain, priced = (
        explore(EMAIL.y_true, EMAIL.scores, curves=False, **prices)
        for prices in ({}, {"false_positive_cost": 1, "false_negative_cost": 5})
    )
    assert set(pictured(priced)) - set(pictured(plain)) == {
        "Cost",
        "A false alarm costs 1, a miss 5.",
        "Lowest cost: 255",
        "At this threshold: 417",
        "Flag nothing (dotted): 550",
    }
    assert "cost against the threshold" in bundle(priced)["text/html"]
    assert "cost against the threshold" not in bundle(plain)["text/html"]


def pictured(explorer: ExplorerWidget) -> list[str]:
    """Return the texts of the picture."""
    address = re.search(r'src="data:image/svg\+xml,([^"]*)"', bundle(explorer)["text/html"])
    assert address is not None
    picture = ET.fromstring(unquote(address[1]))  # noqa: S314  (our own text)
    return [part.text or "" for part in picture.iter() if part.tag.endswith("text")]


def test_the_body_without_curves_names_and_draws_none() -> None:
    whole, parts = (explore(EMAIL.y_true, EMAIL.scores, curves=curves) for curves in (True, False))
    curves = {"Precision–recall curve", "ROC curve", "↑ Precision", "Recall →", "False positive rate →"}
    assert curves <= set(pictured(whole))
    assert not {text for text in pictured(parts) if re.search("curve|Precision|Recall|rate", text)}
    alt = [re.search(r'alt="([^"]*)"', bundle(one)["text/html"]) for one in (whole, parts)]
    assert ["ROC" in found[1] for found in alt if found] == [True, False]
    assert bundle(whole)["text/plain"] == bundle(parts)["text/plain"]


@pytest.mark.parametrize(
    ("positive", "negative", "axis"),
    [
        (9, 600, ["0", "5", "200", "400", "600"]),
        (1, 2, ["0", "1", "1", "2"]),
        (3, 40_000, ["0", "1", "2", "3", "10K", "20K", "30K", "40K"]),
    ],
)
def test_each_class_has_an_axis_of_its_counts(positive: int, negative: int, axis: list[str]) -> None:
    y_true = np.repeat([1, 0], [positive, negative])
    texts = pictured(explore(y_true, np.repeat([0.9, 0.1], [positive, negative]), curves=False))
    start = texts.index("0")
    assert [
        text for text in texts[start : texts.index(f"positives ({positive:,})")] if text != "count"
    ] == axis
    assert "each class has its own scale" in texts


def test_an_axis_of_weights_need_not_be_whole() -> None:
    sweep = ThresholdSweep([1, 0], [0.9, 0.1], sample_weight=[0.5, 1e-3])
    assert {"0.2", "0.4", "0.0005", "0.001"} <= set(pictured(explore(sweep, curves=False)))


def test_names_cannot_be_markup() -> None:
    hostile = "</script><img src=x onerror=alert(1)>\"'&"
    html = bundle(explore([0, 1], [0.1, 0.9], labels=(hostile, hostile), names=(hostile, hostile)))[
        "text/html"
    ]
    assert html.count("</script>") == 1
    assert html.count("<img") == 1
    head, _, script = html.partition("<script")
    assert "onerror=alert(1)>" not in head
    assert "<img" not in script.split("</script>")[0].replace("\\u003cimg", "")


@pytest.mark.parametrize("threshold", [math.inf, -math.inf, 0.2, 0.9, 5.0])
@pytest.mark.parametrize("scores", [[0.2, 0.9, 0.2], [-np.inf, np.inf, 0.0], [-1.7e308, 1.7e308, 0.0]])
def test_the_picture_is_well_formed_wherever_the_threshold_is(threshold: float, scores: list[float]) -> None:
    html = bundle(explore([0, 1, 0], scores, threshold=threshold))["text/html"]
    address = re.search(r'src="data:image/svg\+xml,([^"]*)"', html)
    assert address is not None
    picture = ET.fromstring(unquote(address[1]))  # noqa: S314  (our own text)
    assert not {"nan", "inf"} & set(re.findall(r"[a-z]+", " ".join(picture.itertext()).lower()))
    assert not re.search(r"nan|inf", " ".join(item.get("d", "") for item in picture.iter()))
