"""The words of the pages: each text of a script is sent in the learner's language, and none in English."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from lessonkit import i18n
from lessonkit.metrics import ThresholdSweep
from lessonkit.widgets import epochs, explore, sketch, strip
from lessonkit.widgets.assets import asset, page_words

if TYPE_CHECKING:
    from collections.abc import Callable

TRUTH, SCORES = [1, 0, 1, 0], [0.9, 0.6, 0.4, 0.1]
SCRIPTS = ("explorer.js", "strip.js", "sketch.js", "epochs.js")
MADE: dict[str, Callable[[], Any]] = {
    "explorer.js": lambda: explore(TRUTH, SCORES),
    "strip.js": lambda: strip(TRUTH, SCORES),
    "sketch.js": lambda: sketch(ThresholdSweep(TRUTH, SCORES)),
    "epochs.js": lambda: epochs({"loss": [0.7, 0.5], "val_loss": [0.7, 0.6]}),
}
# Terms that a language has taken over as they are.
SAME = {"de": {"Precision", "Recall", "Accuracy", "Scores"}, "ar": set[str]()}


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("tag", ["de", "ar"])
def test_each_text_of_a_page_is_sent_translated(
    monkeypatch: pytest.MonkeyPatch, script: str, tag: str
) -> None:
    monkeypatch.setenv("LESSONKIT_LANG", tag)
    view = MADE[script]().view
    assert view["lang"] == tag
    words = view["words"]
    asked = {text for _quote, text in re.findall(r"phrase\((['\"])(.*?)\1", asset(script))}
    assert asked == words.keys(), "what the page asks for is what it gets"
    assert {text for text, said in words.items() if text == said} <= SAME[tag]
    for text, said in words.items():
        assert sorted(re.findall(r"\{\w+\}", said)) == sorted(re.findall(r"\{\w+\}", text))


@pytest.mark.parametrize("script", SCRIPTS)
def test_english_is_sent_by_the_script_alone(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setenv("LESSONKIT_LANG", "en")
    assert page_words(script) == {}
    assert not {"lang", "words"} & MADE[script]().view.keys()


@pytest.mark.parametrize("tag", ["de", "ar"])
def test_the_words_of_a_language_are_a_few_kilobytes(monkeypatch: pytest.MonkeyPatch, tag: str) -> None:
    monkeypatch.setenv("LESSONKIT_LANG", tag)
    sizes = {name: len(json.dumps(page_words(name), ensure_ascii=False).encode()) for name in SCRIPTS}
    assert max(sizes.values()) < 14_000
    assert sizes["strip.js"] < 4_000


def test_the_languages_are_those_of_today() -> None:
    assert i18n.languages() == ("en", "ar", "de")
