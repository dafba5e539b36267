from __future__ import annotations

from lessonkit.questions import MultipleQuestion, Quiz, SingleQuestion


def many(count: int, **last: str) -> MultipleQuestion:
    choices = [
        {"id": f"c{index}", "text": f"Text {index}", "why": "x", "misconception": "m"}
        for index in range(count)
    ]
    choices[-1] |= last
    right = {"id": "right", "text": "Right", "why": "x", "correct": True}
    data = {"id": "q", "kind": "multiple", "marking": "all", "objective": "o", "prompt": "?"}
    return MultipleQuestion.model_validate({**data, "choices": [right, *choices]})


def ids(question: MultipleQuestion | SingleQuestion, seed: int | str) -> list[str]:
    return [choice.id for choice in question.shuffled(seed)]


def test_a_seed_has_one_order_for_ever() -> None:
    # The literal order: a change of it would move the choices under learners' hands.
    assert ids(many(4), 0) == ["c1", "c2", "c0", "c3", "right"]


def test_seeds_differ_and_keep_all_choices() -> None:
    orders = {tuple(ids(many(6), seed)) for seed in range(20)}
    assert len(orders) > 10
    assert all(sorted(order) == sorted(ids(many(6), "x")) for order in orders)


def test_every_place_is_equally_likely_for_the_right_choice() -> None:
    places = [ids(many(3), seed).index("right") for seed in range(400)]
    assert all(60 < places.count(place) < 140 for place in range(4))


def test_pinned_choices_come_last(quiz: Quiz) -> None:
    question = quiz.question("end-point")
    assert isinstance(question, SingleQuestion)
    assert {ids(question, seed)[-1] for seed in range(20)} == {"none"}


def test_a_new_choice_leaves_the_others_in_place() -> None:
    assert [name for name in ids(many(5), 3) if name != "c4"] == ids(many(4), 3)


def numbers(*texts: str) -> list[str]:
    choices = [
        {"id": f"c{index}", "text": text, "why": "x", "misconception": "m"}
        for index, text in enumerate(texts)
    ]
    choices[0] = {"id": "c0", "text": texts[0], "why": "x", "correct": True}
    choices.append({"id": "none", "text": "None", "why": "x", "misconception": "m", "pin": "last"})
    data = {"id": "q", "kind": "single", "objective": "o", "prompt": "?", "sort": "numbers"}
    return [c.text for c in SingleQuestion.model_validate({**data, "choices": choices}).shuffled(1)]


def test_numbers_are_sorted_on_request() -> None:
    assert numbers("About 1,000", "$0.094$", "9 %", "-3", "0.5") == [
        *("-3", "9 %", "$0.094$", "0.5", "About 1,000", "None"),
    ]
