"""The squares: their counts, their words, and that what is stored needs no script and no inline SVG."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonkit.datasets import load_inbox
from lessonkit.metrics import Confusion, ThresholdSweep
from lessonkit.metrics.inputs import MetricsError
from lessonkit.widgets import squares

INBOX = load_inbox()
HOSTILE = "</details><script>alert(1)</script>\"'&"
PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=60).filter(
    lambda rows: 0 < sum(truth for truth, _ in rows) < len(rows)
)


def html(shown: object) -> str:
    found: str = shown._repr_mimebundle_()["text/html"]  # type: ignore[attr-defined]
    return found


def pictures(text: str) -> list[ET.Element]:
    found = re.findall(r'src="data:image/svg\+xml,([^"]*)"', text)
    return [ET.fromstring(unquote(address)) for address in found]  # noqa: S314  (our own text)


def words(picture: ET.Element) -> list[str]:
    return [item.text or "" for item in picture.iter("{http://www.w3.org/2000/svg}text")]


@given(PAIRS)
@settings(max_examples=100)
def test_the_counts_are_those_of_the_sweep(rows: list[tuple[bool, bool]]) -> None:
    truth, flagged = (list(column) for column in zip(*rows, strict=True))
    shown = squares(truth, flagged)
    counts = ThresholdSweep(truth, np.array(flagged, dtype=float)).at(0.5)
    assert shown.confusion == counts
    first, second = pictures(html(shown))
    assert words(first) == []
    alarms = counts.false_positives
    said = words(second)
    assert said[:4] == [
        f"{counts.true_positives} caught",
        f"{counts.false_negatives} missed",
        f"{alarms} false alarm" + ("s" if alarms != 1 else ""),
        f"{counts.true_negatives} left alone",
    ]
    assert any(word.startswith(f"{counts.true_positives} of {counts.positives} ") for word in said)
    # One square for each row and kind, and one more in each bar.
    boxes = second.findall("{http://www.w3.org/2000/svg}rect")
    assert len(boxes) - 1 - 4 == len(rows) + counts.positives + counts.predicted_positive
    assert len(first.findall("{http://www.w3.org/2000/svg}rect")) - 1 == len(rows)


def test_each_kind_is_told_apart_without_color() -> None:
    (second,) = pictures(html(squares([1, 1, 0, 0], [1, 0, 1, 0])))[1:]
    boxes = second.findall("{http://www.w3.org/2000/svg}rect")[1:5]
    kinds = {
        (box.get("fill", "").startswith("url"), float(box.get("stroke-width", "0")) > 1) for box in boxes
    }
    assert len(kinds) == 4, "hatched or not, framed or not"


def test_a_hundred_emails_and_a_filter_that_catches_none() -> None:
    shown = squares([0] * 91 + [1] * 9, [0] * 100)
    assert shown._repr_mimebundle_()["text/plain"] == repr(shown)
    assert repr(shown) == (
        "100 squares: 9 spam and 91 normal emails. 0 of 9 spam caught, 9 missed, 0 false alarms. "
        "Precision 0 of 0: nothing is flagged, recall 0 of 9 = 0.00."
    )
    assert html(shown) == html(squares([0] * 91 + [1] * 9, [0] * 100))


def test_the_fractions_can_wait_for_their_lesson() -> None:
    shown = squares(INBOX.y_true, INBOX.scores >= 0.5, subjects=INBOX.subjects, fractions=False)
    assert repr(shown).endswith("normal emails. 6 of 7 spam caught, 1 missed, 2 false alarms.")
    text = html(shown)
    assert not re.search("precision|recall", unquote(text), re.IGNORECASE)
    (second,) = pictures(text)[1:]
    assert words(second) == ["6 caught", "1 missed", "2 false alarms", "11 left alone"]
    _, _, _, height = map(float, second.get("viewBox", "").split())
    lowest = max(float(item.get("y", 0)) for item in second.iter("{http://www.w3.org/2000/svg}text"))
    assert lowest < height - 8
    assert "We would like to offer you the job" in text, "the lists stay"


def test_without_decisions_there_is_nothing_to_unfold() -> None:
    shown = squares([0, 1])
    assert "<details>" not in html(shown)
    assert shown.confusion is None
    assert repr(shown) == "2 squares: 1 spam and 1 normal emails."


def test_what_is_stored_survives_where_only_plain_html_does() -> None:
    text = html(squares(INBOX.y_true, INBOX.scores >= 0.5, subjects=INBOX.subjects))
    tags = set(re.findall(r"<(\w+)", text))
    assert tags <= {"div", "img", "p", "details", "summary", "strong", "ul", "li"}
    # With the pictures gone, all of it is still there in words.
    plain = unescape(re.sub(r"<[^>]*>", " ", text))
    for said in (
        "7 spam and 13 normal emails",
        "6 of 7 spam caught, 1 missed, 2 false alarms",
        "6 of 8 = 0.75",
    ):
        assert said in plain
    lists = dict(re.findall(r"<strong>(.*?)</strong></p><ul>(.*?)</ul>", text))
    assert re.findall(r"<li>(.*?)</li>", lists["Missed (1)"]) == ["Are you in the office?"]
    assert "We would like to offer you the job" in lists["False alarms (2)"]


def test_subjects_cannot_be_markup() -> None:
    text = html(squares([0, 1], [1, 1], subjects=[HOSTILE, HOSTILE], labels=(HOSTILE, HOSTILE)))
    assert "<script" not in text
    assert text.count("</details>") == 1
    assert len(pictures(text)) == 2


@pytest.mark.parametrize("rows", [2, 101, 1000])
def test_any_number_of_rows_stays_in_the_picture(rows: int) -> None:
    truth = np.arange(rows) % 2
    for picture in pictures(html(squares(truth, 1 - truth))):
        _, _, width, height = map(float, picture.get("viewBox", "").split())
        for box in picture.iter("{http://www.w3.org/2000/svg}rect"):
            x, y = float(box.get("x", 0)), float(box.get("y", 0))
            assert x + float(box.get("width", 0)) <= width
            assert y + float(box.get("height", 0)) <= height


def test_what_cannot_be_shown_is_refused() -> None:
    with pytest.raises(MetricsError, match="1,001 rows"):
        squares([0] + [1] * 1000)
    with pytest.raises(MetricsError, match="texts for 2 rows"):
        squares([0, 1], subjects=["a"])
    with pytest.raises(MetricsError, match="labels"):
        squares([0, 3])
    assert squares([0, 1], [1, 1]).confusion == Confusion(1, 1, 0, 0)
