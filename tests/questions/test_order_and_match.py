"""The kinds `order` and `match`: rules, marks, start, the body without a kernel; and the exam block."""

from __future__ import annotations

from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.stats import kendalltau

from lessonkit.questions import (
    MARKING_RULES,
    AnswerError,
    MatchQuestion,
    OrderQuestion,
    Quiz,
    mark,
)
from lessonkit.questions.static import quiz_html, quiz_text

ASKED = {"objective": "o", "prompt": "How?"}
ORDER: dict[str, Any] = {
    "id": "line-up",
    "kind": "order",
    **ASKED,
    "items": [
        {"id": "scores", "text": "Score *all*", "why": "A model gives scores."},
        {"id": "threshold", "text": "Choose a threshold"},
        {"id": "counts", "text": "Count", "why": "Counts need decisions."},
        {"id": "ratios", "text": "Divide"},
    ],
    "mistakes": [
        {
            "order": ["counts", "scores", "threshold", "ratios"],
            "misconception": "m-order",
            "why": "Too early.",
        }
    ],
}
MATCH: dict[str, Any] = {
    "id": "couple",
    "kind": "match",
    **ASKED,
    "pairs": [
        {
            "id": "precision",
            "text": "Precision",
            "target": "of-alarms",
            "why": "Alarms below the line.",
            "mistakes": [{"target": "of-spam", "misconception": "m-swap", "why": "That is recall."}],
        },
        {"id": "recall", "text": "Recall", "target": "of-spam", "why": "Spam below the line."},
    ],
    "targets": [
        {"id": "of-alarms", "text": "A share of the alarms"},
        {"id": "of-spam", "text": "A share of the spam"},
        {"id": "of-all", "text": "A share of all", "misconception": "m-all", "why": "That is neither."},
    ],
}
RIGHT_ORDER = ["scores", "threshold", "counts", "ratios"]


def order(count: int) -> OrderQuestion:
    items = [{"id": f"i{index}", "text": f"Item {index}"} for index in range(count)]
    return OrderQuestion.model_validate({"id": "q", "kind": "order", **ASKED, "items": items})


def match(**changes: object) -> MatchQuestion:
    return MatchQuestion.model_validate({**MATCH, **changes})


LINE_UP = OrderQuestion.model_validate(ORDER)
COUPLE = match()


# --- order ---


def test_the_right_order_earns_everything() -> None:
    result = mark(LINE_UP, RIGHT_ORDER)
    assert (result.correct, result.credit, result.message, result.misconceptions) == (True, 1.0, "", ())
    assert all(item.right for item in result.items)
    assert result.items[0].why == "A model gives scores."


def test_a_known_wrong_order_is_diagnosed() -> None:
    result = mark(LINE_UP, ["counts", "scores", "threshold", "ratios"])
    assert (result.correct, result.misconceptions, result.message) == (False, ("m-order",), "Too early.")
    assert result.credit == pytest.approx(1 - 2 * 2 / 6)


def test_only_what_has_to_move_is_called_wrong() -> None:
    result = mark(LINE_UP, ["counts", "scores", "threshold", "ratios"])
    assert [(item.item, item.right) for item in result.items] == [
        ("counts", False),
        ("scores", True),
        ("threshold", True),
        ("ratios", True),
    ]


@given(st.permutations(range(6)))
def test_the_credit_of_an_order_is_kendalls_tau_cut_at_zero(places: list[int]) -> None:
    result = mark(order(6), [f"i{place}" for place in places])
    assert result.credit == pytest.approx(max(0.0, float(kendalltau(places, range(6)).statistic)))
    assert result.correct == (places == sorted(places)) == (result.credit == 1)


@given(st.permutations(range(6)))
def test_the_items_called_right_are_the_longest_run_in_order(places: list[int]) -> None:
    result = mark(order(6), [f"i{place}" for place in places])
    right = [int(item.item[1:]) for item in result.items if item.right]
    assert right == sorted(right)
    longest = max(
        (sum(keep) for keep in product((0, 1), repeat=6) if _rises(places, keep)),
    )
    assert len(right) == longest


def _rises(places: list[int], keep: tuple[int, ...]) -> bool:
    kept = [place for place, kept in zip(places, keep, strict=True) if kept]
    return kept == sorted(kept)


@pytest.mark.parametrize(
    "answer",
    [
        *("scores", None, 3, {}, [], ["scores"], [*RIGHT_ORDER, "scores"], [*RIGHT_ORDER[:3], "other"]),
        *(["scores", "scores", "counts", "ratios"], [*RIGHT_ORDER[:3], ["ratios"]], {"scores": 1}, b"scores"),
    ],
)
def test_an_unreadable_order_is_no_attempt(answer: object) -> None:
    with pytest.raises(AnswerError):
        mark(LINE_UP, answer)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_an_order_never_starts_solved(count: int) -> None:
    starts = {tuple(item.id for item in order(count).shuffled(seed)) for seed in range(300)}
    right = tuple(f"i{index}" for index in range(count))
    assert starts == set(permutations(right)) - {right}


# --- match ---


def test_the_right_matches_earn_everything() -> None:
    result = mark(COUPLE, {"recall": "of-spam", "precision": "of-alarms"})
    assert (result.correct, result.credit, result.misconceptions) == (True, 1.0, ())
    assert [pair.why for pair in result.pairs] == ["Alarms below the line.", "Spam below the line."]


@pytest.mark.parametrize(
    ("targets", "credit", "whys", "beliefs"),
    [
        (("of-spam", "of-spam"), 0.5, ("That is recall.", "Spam below the line."), ("m-swap",)),
        (("of-all", "of-all"), 0.0, ("That is neither.", "That is neither."), ("m-all",)),
        (("of-alarms", "of-alarms"), 0.5, ("Alarms below the line.", ""), ()),
        (("of-spam", "of-alarms"), 0.0, ("That is recall.", ""), ("m-swap",)),
    ],
)
def test_a_wrong_match_says_why_if_it_is_known(
    targets: tuple[str, str], credit: float, whys: tuple[str, str], beliefs: tuple[str, ...]
) -> None:
    result = mark(COUPLE, dict(zip(("precision", "recall"), targets, strict=True)))
    assert (result.correct, result.credit, result.misconceptions) == (False, credit, beliefs)
    assert tuple(pair.why for pair in result.pairs) == whys
    assert tuple(pair.target for pair in result.pairs) == targets


@pytest.mark.parametrize(
    "answer",
    [
        *(
            {},
            {"precision": "of-spam"},
            None,
            "precision",
            [],
            [["precision", "of-spam"]],
            {"other": "of-spam"},
        ),
        {"precision": "of-spam", "recall": "other"},
        {"precision": "of-spam", "recall": ["of-spam"]},
        {"precision": "of-spam", "recall": "of-spam", "other": "of-spam"},
        {"precision": "of-spam", 3: "of-spam"},
    ],
)
def test_an_unreadable_match_is_no_attempt(answer: object) -> None:
    with pytest.raises(AnswerError):
        mark(COUPLE, answer)


def test_missing_matches_are_counted() -> None:
    with pytest.raises(AnswerError, match=r"1 of 2 ha(s|ve) no match yet"):
        mark(COUPLE, {"recall": "of-spam"})


def test_targets_never_start_beside_their_pairs() -> None:
    starts = {tuple(target.id for target in COUPLE.shuffled(seed)) for seed in range(200)}
    assert starts == {order for order in permutations(("of-alarms", "of-spam", "of-all")) if _turned(order)}


def _turned(order: tuple[str, ...]) -> bool:
    return order.index("of-spam") < order.index("of-alarms")


def test_two_pairs_may_share_a_target() -> None:
    pairs = [MATCH["pairs"][1], {**MATCH["pairs"][1], "id": "hit-rate", "text": "Hit rate"}]
    question = match(pairs=pairs, targets=MATCH["targets"][1:])
    assert mark(question, {"recall": "of-spam", "hit-rate": "of-spam"}).correct
    assert len(question.shuffled(1)) == 2
    assert question.target("of-all").text == "A share of all"
    with pytest.raises(KeyError):
        question.target("recall")


# --- both ---


@pytest.mark.parametrize(
    ("question", "changes", "message"),
    [
        (ORDER, {"items": [ORDER["items"][0]]}, "at least 2 items"),
        (ORDER, {"items": [*ORDER["items"], ORDER["items"][0]]}, "already has the id 'scores'"),
        (
            ORDER,
            {"mistakes": [{**ORDER["mistakes"][0], "order": RIGHT_ORDER}]},
            "this order is the right order",
        ),
        (ORDER, {"mistakes": ORDER["mistakes"] * 2}, "this order is known already"),
        (ORDER, {"mistakes": [{**ORDER["mistakes"][0], "order": ["scores"]}]}, "name every item once"),
        (MATCH, {"targets": MATCH["targets"][1:]}, "there is no target 'of-alarms'"),
        (MATCH, {"targets": [*MATCH["targets"], {"id": "x", "text": "X"}]}, "matches nothing"),
        (
            MATCH,
            {"targets": [{**MATCH["targets"][0], "why": "x"}, *MATCH["targets"][1:]]},
            "is right for a pair",
        ),
        (MATCH, {"pairs": [*MATCH["pairs"], {**MATCH["pairs"][0], "id": "x"}]}, "says the same"),
        (
            MATCH,
            {
                "pairs": [
                    MATCH["pairs"][1],
                    {**MATCH["pairs"][0], "mistakes": MATCH["pairs"][0]["mistakes"] * 2},
                ]
            },
            "stands there twice",
        ),
    ],
)
def test_an_unsound_question_is_refused(
    question: dict[str, Any], changes: dict[str, Any], message: str
) -> None:
    model = OrderQuestion if question is ORDER else MatchQuestion
    with pytest.raises(ValidationError, match=message):
        model.model_validate({**question, **changes})


def quiz(**changes: object) -> Quiz:
    data = {"lesson": "x", "title": "X", "objectives": {"o": "O."}, "questions": [ORDER, MATCH]}
    return Quiz.model_validate({**data, **changes})


def test_without_a_kernel_both_are_readable_and_unfold() -> None:
    html = quiz_html(quiz())
    shown = html.partition("<details>")[0]
    places = [shown.index(text) for text in ("Choose", "Score <em>all</em>", "Divide", "Count")]
    assert places == sorted(places)
    assert MARKING_RULES["order"] in html
    assert MARKING_RULES["match"] in html
    for text in (
        "Too early.",
        "Count → Score all → Choose a threshold → Divide",
        "That is recall.",
        "That is neither.",
    ):
        assert text in html
        assert text not in shown
    assert quiz_text(quiz()) == QUIZ_TEXT


QUIZ_TEXT = """\
Quiz: X

1. How?
   Put these in order.
   - Choose a threshold
   - Score all
   - Divide
   - Count

2. How?
   Give each number its letter. A letter may be used more than once, or not at all.
   1. Precision
   2. Recall
   A. A share of the spam
   B. A share of all
   C. A share of the alarms"""


def test_in_exam_mode_the_static_body_holds_no_key_and_no_reason() -> None:
    data = {**ORDER, "hints": ["A hint."], "explain": "An explanation."}
    html = quiz_html(quiz(mode="exam", questions=[data, MATCH]))
    assert "<details>" not in html
    for secret in (
        "Too early.",
        "That is",
        "A model gives",
        "below the line",
        "A hint.",
        "An explanation.",
        "m-",
    ):
        assert secret not in html
    assert "Too early." in quiz_html(quiz(mode="exam"), reveal=True)
    assert "Too early." not in quiz_html(quiz(), reveal=False)


# --- the exam block ---


def test_an_exam_block_is_a_quiz_in_exam_mode_and_not_in_the_closing_one() -> None:
    lesson = quiz(exam=["couple"])
    block = lesson.exam_block()
    assert (block.mode, [question.id for question in block.questions]) == ("exam", ["couple"])
    assert [question.id for question in lesson.closing().questions] == ["line-up"]
    with pytest.raises(ValueError, match="x has no exam"):
        quiz().exam_block()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"exam": ["coupled"]}, "there is no question 'coupled'"),
        ({"exam": ["couple", "couple"]}, "named twice"),
        ({"exam": ["couple"], "mode": "exam"}, "is an exam already"),
        ({"exam": ["couple"], "questions": [ORDER, {**MATCH, "inline": True}]}, "asked in the text"),
    ],
)
def test_an_unsound_exam_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        quiz(**changes)


@pytest.mark.parametrize(
    "changes",
    [{"attempts": 0}, {"attempts": "two"}, {"mode": "test"}, {"confidence": 1}, {"language": "English"}],
)
def test_options_have_sound_values(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        quiz(**changes)


def test_options_have_these_defaults() -> None:
    plain = quiz()
    assert (plain.mode, plain.attempts, plain.confidence, plain.language) == ("practice", None, True, "en")
