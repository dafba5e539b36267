"""The kernel's half of the learning curves: what it sends and believes, and its body without a kernel."""

from __future__ import annotations

import json
import math
import re
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from traitlets import TraitError

from lessonkit.widgets import EpochsWidget, epochs

HISTORY = {
    "loss": [0.7, 0.5, 0.4, 0.3],
    "val_loss": [0.7, 0.6, 0.65, 0.75],
    "val_average_precision": [0.2, 0.4, 0.4567, 0.45],
}


def post(shown: EpochsWidget, **state: object) -> list[dict[str, Any]]:
    """Set traits as the page does; return the states that come back."""
    messages: list[dict[str, Any]] = []
    shown._send = lambda message, **_: messages.append(message)
    data = {"method": "update", "state": state, "buffer_paths": []}
    shown._handle_msg({"content": {"data": data}, "buffers": []})
    return [message["state"] for message in messages if message["method"] == "update"]


def test_a_quantity_is_a_panel_and_its_prefix_says_whose_rows() -> None:
    shown = epochs(HISTORY, epoch=3)
    assert repr(shown) == (
        "Epoch 3 of 4. Loss: training 0.40, validation 0.65. Average precision: validation 0.46."
    )
    loss, ap = shown.view["panels"]
    assert loss["curves"] == {"training": HISTORY["loss"], "validation": HISTORY["val_loss"]}
    assert ap["curves"] == {"validation": [0.2, 0.4, 0.457, 0.45]}, "three decimals go to the page"
    json.dumps(shown.get_state(["view", "epoch"]), allow_nan=False)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9))
def test_every_value_is_inside_its_axis(values: list[float]) -> None:
    (panel,) = epochs({"loss": values}).view["panels"]
    assert panel["low"] < panel["high"]
    assert all(panel["low"] <= value <= panel["high"] for value in panel["curves"]["training"])


def test_the_axis_begins_at_0_unless_that_presses_the_curves_flat() -> None:
    low, flat = epochs({"loss": [0.1, 0.7], "accuracy": [0.9, 0.92]}).view["panels"]
    assert low["low"] == 0
    assert 0.89 < flat["low"] < 0.9


JSON = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.lists(st.integers())


@given(JSON)
def test_the_page_moves_the_epoch_and_nothing_else(value: object) -> None:
    shown = epochs(HISTORY, epoch=2)
    before = shown.view
    post(shown, epoch=value, view=value)
    assert shown.view == before
    assert shown.epoch == (value if type(value) is int and 1 <= value <= 4 else 2)


@pytest.mark.parametrize(
    ("history", "epoch", "message"),
    [
        ({}, 1, "It has: none"),
        ({"loss": []}, 1, r"loss \(0\)"),
        ({"loss": [1.0, 2.0], "val_loss": [1.0]}, 1, r"loss \(2\), val_loss \(1\)"),
        ({"loss": [0.5] * 501}, 1, r"1 to 500 epochs"),
        ({"loss": [0.5, math.nan]}, 1, r"history\['loss'\]"),
        (HISTORY, 0, "epochs 1 to 4"),
        (HISTORY, 5, "epochs 1 to 4"),
    ],
)
def test_what_cannot_be_shown_is_refused(history: dict[str, list[float]], epoch: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        epochs(history, epoch=epoch)


def test_python_cannot_leave_the_epochs() -> None:
    shown = epochs(HISTORY)
    with pytest.raises((ValueError, TraitError)):
        shown.epoch = 5
    assert shown.epoch == 1


def body(shown: EpochsWidget) -> dict[str, Any]:
    bundle = shown._repr_mimebundle_()
    assert bundle is not None
    return bundle[0]


def test_the_body_is_constant_and_holds_a_picture_of_all_curves() -> None:
    first = body(epochs(HISTORY, epoch=2))
    assert first["text/html"] == body(epochs(HISTORY, epoch=2))["text/html"]
    assert first["text/plain"] == (
        "Learning curves. Epoch 2 of 4. Loss: training 0.50, validation 0.60. "
        "Average precision: validation 0.40."
    )
    address = re.search(r'src="data:image/svg\+xml,([^"]*)"', first["text/html"])
    assert address is not None
    picture = ET.fromstring(unquote(address[1]))  # noqa: S314  (our own text)
    dashed = [item for item in picture.iter() if item.get("stroke-dasharray")]
    curves = [item for item in picture.iter() if (item.get("d") or "").count("L") == 3]
    assert len(curves) == 3
    assert len(dashed) == 2, "validation is dashed, so that no color stands alone"


def test_names_cannot_be_markup() -> None:
    html = body(epochs({"</script><img src=x onerror=alert(1)>": [1.0, 2.0]}))["text/html"]
    assert html.count("</script>") == 1
    assert html.count("<img") == 1
