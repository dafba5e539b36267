"""Questions answered on the explorer: marked from the data, with the side that was missed."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from lessonkit.datasets import load_email_scores
from lessonkit.metrics import ThresholdSweep
from lessonkit.questions import AnswerError, OperatingPointQuestion, Quiz, mark
from lessonkit.record import Recorder
from lessonkit.widgets import QuizWidget
from lessonkit.widgets.operating_point import explorer, mark_point, solution

EMAIL = load_email_scores()
SWEEP = ThresholdSweep(EMAIL.y_true, EMAIL.scores)
CHEAP = {"cheapest": {"false_positive": 1, "false_negative": 5}}
MOST_RECALL = {"maximize": "recall", "min_precision": 0.7}
FORTY = {"maximize": "recall", "max_flagged": 40}
MOST_PRECISION = {"maximize": "precision", "min_recall": 0.8}


def written(demand: dict[str, Any], **keys: object) -> dict[str, Any]:
    question = {"id": "point", "kind": "operating-point", "objective": "o", "prompt": "?", "data": "email"}
    return {**question, "demand": demand, "explain": "KEY-EXPLAIN", **keys}


def question(demand: dict[str, Any], **keys: object) -> OperatingPointQuestion:
    return OperatingPointQuestion.model_validate(written(demand, **keys))


def widget(mode: str = "practice", recorder: Recorder | None = None) -> QuizWidget:
    data = {"lesson": "l", "title": "T", "objectives": {"o": "O."}, "mode": mode}
    quiz = Quiz.model_validate({**data, "questions": [written(MOST_RECALL)]})
    return QuizWidget(quiz, recorder=recorder or Recorder("sqlite://"))


def send(shown: QuizWidget, **body: object) -> dict[str, Any]:
    sent: list[dict[str, Any]] = []
    shown._send = lambda message, **_: sent.append(message)
    shown._handle_custom_msg({"request": "r", **body}, [])
    reply: dict[str, Any] = next(item["content"] for item in sent if item["method"] == "custom")
    return reply


def answer(shown: QuizWidget, threshold: str, turn: int = 0) -> dict[str, Any]:
    return send(shown, type="answer", question="point", turn=turn, answer=threshold)


@pytest.mark.parametrize("demand", [CHEAP, MOST_RECALL, FORTY, MOST_PRECISION])
def test_a_threshold_is_right_exactly_if_no_other_is_better(demand: dict[str, Any]) -> None:
    """Against every threshold there is, by brute force."""
    outcomes = {threshold: SWEEP.at(threshold) for threshold in SWEEP.thresholds.tolist()}
    value = {
        threshold: -counts.cost(**CHEAP["cheapest"])
        if demand is CHEAP
        else getattr(counts, demand["maximize"])
        for threshold, counts in outcomes.items()
        if counts.precision >= demand.get("min_precision", 0)
        and counts.recall >= demand.get("min_recall", 0)
        and counts.predicted_positive <= demand.get("max_flagged", np.inf)
    }
    best = max(value.values())
    for threshold in outcomes:
        right = mark_point(question(demand), repr(threshold)).correct
        assert right == (threshold in value and value[threshold] == best), threshold


@pytest.mark.parametrize(
    ("demand", "threshold", "message"),
    [
        (MOST_RECALL, "0.1", "Precision 0.349 is below 0.7. Try a higher threshold."),
        (
            MOST_RECALL,
            "0.5",
            "The limit is kept, but recall is 0.255 and can be 0.309. Try a lower threshold.",
        ),
        (MOST_PRECISION, "0.5", "Recall 0.255 is below 0.8. Try a lower threshold."),
        (FORTY, "0.3", "Flagged are 96, and at most 40 may be. Try a higher threshold."),
        (CHEAP, "0.5", "The errors here cost 417, and can cost 255. Try a lower threshold."),
    ],
)
def test_the_message_says_which_side_was_missed(demand: dict[str, Any], threshold: str, message: str) -> None:
    given = mark_point(question(demand), threshold)
    assert (given.correct, given.credit, given.message) == (False, 0.0, message)


def test_the_tolerance_is_in_the_objective() -> None:
    assert not mark_point(question(CHEAP), "0.11").correct
    assert mark_point(question(CHEAP, tolerance=20), "0.11").correct
    assert mark_point(question(CHEAP, tolerance=20), "0.5").correct is False


@pytest.mark.parametrize(("typed", "match"), [("", "first"), ("x", "cannot"), ("nan", "cannot")])
def test_an_answer_that_is_none_uses_no_attempt(typed: str, match: str) -> None:
    with pytest.raises(AnswerError, match=match):
        mark_point(question(CHEAP), typed)


def test_infinite_thresholds_are_answers() -> None:
    assert mark_point(question(FORTY), "Infinity").message.startswith(
        "The limit is kept, but recall is 0.000"
    )
    assert mark_point(question(FORTY), "-Infinity").message.startswith("Flagged are 1177")


def test_the_questions_floor_does_not_pretend_to_know_the_data() -> None:
    with pytest.raises(TypeError, match="marked from its data"):
        mark(question(CHEAP), "0.5")


def test_no_key_is_in_the_page_before_it_is_earned() -> None:
    shown = widget()
    page = json.dumps([shown.view, shown.standing])
    assert "KEY-EXPLAIN" not in page
    assert "demand" not in page
    assert answer(shown, "0.5")["message"].startswith("Not yet. The limit is kept")
    assert "KEY-EXPLAIN" not in json.dumps(shown.standing)
    send(shown, type="reveal", question="point")
    assert solution(question(MOST_RECALL)) in json.dumps(shown.standing)
    assert answer(shown, "0.45", turn=1)["message"] == (
        "Right, at attempt 2. Precision 0.723, recall 0.309, flagged: 47."
    )
    assert "KEY-EXPLAIN" in json.dumps(shown.standing)
    assert shown.answers["point"] == {"answer": "0.45", "correct": True, "credit": 1.0}


def test_the_explorer_stands_where_the_answer_is_and_starts_over_with_it() -> None:
    recorder = Recorder("sqlite://")
    shown = widget(recorder=recorder)
    assert not answer(shown, "")["ok"]
    answer(shown, "0.45")
    again = widget(recorder=recorder)
    assert again._explorers["point"].threshold == 0.45
    assert again.standing["questions"][0]["feedback"]["correct"]
    again.reset()
    assert again._explorers["point"].threshold == 0.5


def test_an_exam_tells_nothing_before_it_is_handed_in() -> None:
    shown = widget("exam")
    send(shown, type="draft", question="point", turn=0, answer="0.5")
    assert "recall" not in json.dumps(shown.standing)
    assert send(shown, type="submit", warned=0)["ok"]
    assert solution(question(MOST_RECALL)) in json.dumps(shown.standing)


@pytest.mark.parametrize("draft", ["here", "nan"])
def test_an_exam_with_a_draft_that_is_no_threshold_opens_again(draft: str) -> None:
    recorder = Recorder("sqlite://")
    reply = send(widget("exam", recorder), type="draft", question="point", turn=0, answer=draft)
    assert "cannot be read" in reply["message"]
    again = widget("exam", recorder)
    assert again.standing["questions"][0]["answer"] == draft
    assert again._explorers["point"].threshold == 0.5


def test_closing_the_quiz_closes_its_explorer() -> None:
    shown = widget()
    explorer = shown._explorers["point"]
    shown.close()
    assert explorer.comm is None


def test_the_explorer_has_no_dial_of_a_prevalence_that_the_mark_does_not_know() -> None:
    assert explorer(question(MOST_RECALL)).view["curves"] is False
