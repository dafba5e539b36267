"""The rules between the values of a quiz: what no single value shows.

They read plain mappings, not models, so that the bank can report them all for a file that pydantic refuses
for other reasons. They therefore take nothing for granted about the values' types.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeGuard

from lessonkit.questions.arithmetic import Formula, FormulaError, exact, number_in
from lessonkit.questions.problem import Flaw
from lessonkit.questions.template import DEFAULT_SEED, blank, draw, is_template, template_flaws

#: The most decimals or significant digits that can be asked for.
MOST_DIGITS: Final = 12
_CLOSENESS: Final = ("tolerance", "decimals", "significant")
# Rules that a template which cannot be drawn may seem to break.
_OF_NUMBERS: Final = {"LK022", "LK028", "LK029", "LK055", "LK060"}


def quiz_flaws(quiz: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield every broken rule between the questions of a quiz."""
    objectives = quiz.get("objectives")
    first: dict[str, int] = {}
    for index, question in enumerate(_mappings(quiz.get("questions"))):
        question_id, objective = question.get("id"), question.get("objective")
        if isinstance(question_id, str) and first.setdefault(question_id, index) != index:
            yield Flaw(
                ("questions", index, "id"),
                "LK020",
                f"question {first[question_id] + 1} already has the id {question_id!r}; use another",
            )
        if isinstance(objective, str) and isinstance(objectives, Mapping) and objective not in objectives:
            known = ", ".join(map(str, objectives))
            yield Flaw(
                ("questions", index, "objective"),
                "LK030",
                f"objective {objective!r} is not declared; declare it above or use one of: {known}",
            )
    yield from _exam_flaws(quiz)
    yield from _unsure_flaws(quiz)


def _unsure_flaws(quiz: Mapping[str, Any]) -> Iterator[Flaw]:
    exam = quiz.get("exam")
    named = exam if isinstance(exam, list | tuple) else ()
    for index, question in enumerate(_mappings(quiz.get("questions"))):
        if question.get("predict") is True or question.get("id") in named:
            continue
        for number, choice in enumerate(_mappings(question.get("choices"))):
            if choice.get("unsure") is True:
                message = (
                    "only a prediction or a question of `exam` comes before its lesson; remove this choice"
                )
                yield Flaw(("questions", index, "choices", number, "unsure"), "LK057", message)


def _exam_flaws(quiz: Mapping[str, Any]) -> Iterator[Flaw]:
    named = quiz.get("exam")
    if not isinstance(named, list | tuple) or not named:
        return
    if quiz.get("mode") == "exam":
        yield Flaw(("exam",), "LK038", "the whole quiz is an exam already; keep `mode: exam` or this list")
    questions = {str(question.get("id")): question for question in _mappings(quiz.get("questions"))}
    for index, name in enumerate(named):
        asked = questions.get(str(name))
        if asked is None:
            message = f"there is no question {name!r}; there are: {_named(list(questions))}"
        elif name in named[:index]:
            message = f"{name!r} is named twice; keep one"
        elif asked.get("predict") is True or asked.get("inline") is True:
            message = f"{name!r} is asked in the text (`predict` or `inline`); take it out of one of them"
        else:
            continue
        yield Flaw(("exam", index), "LK038", message)


def question_flaws(question: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield every broken rule between the values of one question; of a template, of its default draw."""
    if not is_template(question):
        yield from plain_flaws(question)
        return
    of_template = list(template_flaws(question))
    if not of_template:
        try:
            drawn = draw(question, DEFAULT_SEED)
        except FormulaError as error:
            of_template.append(Flaw((), error.code, str(error)))
        else:
            yield from plain_flaws(drawn)
            return
    yield from of_template
    yield from (flaw for flaw in plain_flaws(blank(question)) if flaw.code not in _OF_NUMBERS)


def plain_flaws(question: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield every broken rule between the values of a question without parameters."""
    match question.get("kind"):
        case "single" | "multiple" as kind:
            yield from _choice_flaws(kind, _mappings(question.get("choices")))
            yield from _sort_flaws(question)
        case "numeric":
            yield from _numeric_flaws(question)
        case "order":
            yield from _order_flaws(question)
        case "match":
            yield from _match_flaws(question)
        case "operating-point":
            yield from _demand_flaws(question)


def _choice_flaws(kind: str, choices: list[Mapping[str, Any]]) -> Iterator[Flaw]:
    yield from _key_flaws(kind, choices)
    yield from _twin_flaws("choices", choices)
    for index, choice in enumerate(choices):
        at = ("choices", index)
        correct = choice.get("correct", False)
        if choice.get("unsure") is True:
            if kind != "single" or correct is True or choice.get("misconception") or not choice.get("pin"):
                message = (
                    "not knowing yet is no belief and not right; it closes a single question: `pin: last`"
                )
                yield Flaw((*at, "unsure"), "LK057", message)
        elif choice.get("misconception") is None:
            if correct is False:
                message = "a wrong choice needs `misconception`: the belief that leads a learner to it"
                yield Flaw(at, "LK026", message)
        elif correct is True:
            yield Flaw(
                (*at, "misconception"), "LK027", "a right choice has no misconception; remove the line"
            )


def _key_flaws(kind: str, choices: list[Mapping[str, Any]]) -> Iterator[Flaw]:
    """Yield what is wrong with the number of right choices."""
    if any(not isinstance(choice.get("correct", False), bool) for choice in choices):
        return  # which ones are right is not known yet
    right = [index for index, choice in enumerate(choices) if choice.get("correct") is True]
    if choices and not right:
        yield Flaw(("choices",), "LK023", "no choice is right; mark the right one with `correct: true`")
    elif kind == "single":
        for index in right[1:]:
            message = f"choice {right[0] + 1} is already right; keep one, or write `kind: multiple`"
            yield Flaw(("choices", index, "correct"), "LK024", message)
    elif len(right) == len(choices) > 1:
        message = "every choice is right; add a wrong one, else ticking all earns everything"
        yield Flaw(("choices",), "LK025", message)


def _twin_flaws(key: str, parts: list[Mapping[str, Any]]) -> Iterator[Flaw]:
    """Yield choices, items, pairs or targets that repeat the id or the text of an earlier one."""
    name = key.removesuffix("s")
    ids: dict[str, int] = {}
    texts: dict[str, int] = {}
    for index, part in enumerate(parts):
        part_id, text = part.get("id"), part.get("text")
        if isinstance(part_id, str) and ids.setdefault(part_id, index) != index:
            message = f"{name} {ids[part_id] + 1} already has the id {part_id!r}; use another"
            yield Flaw((key, index, "id"), "LK021", message)
        if isinstance(text, str) and texts.setdefault(same := _normal(text), index) != index:
            message = f"{name} {texts[same] + 1} says the same; reword or remove one"
            yield Flaw((key, index, "text"), "LK022", message)


def _sort_flaws(question: Mapping[str, Any]) -> Iterator[Flaw]:
    if question.get("sort") != "numbers":
        return
    for index, choice in enumerate(_mappings(question.get("choices"))):
        text = choice.get("text")
        if choice.get("pin") is None and isinstance(text, str) and number_in(text) is None:
            message = "`sort: numbers`, but this choice holds no number; write one, or pin it: `pin: last`"
            yield Flaw(("choices", index, "text"), "LK055", message)


def _order_flaws(question: Mapping[str, Any]) -> Iterator[Flaw]:
    items = _mappings(question.get("items"))
    yield from _twin_flaws("items", items)
    right = [item.get("id") for item in items]
    known = [right]
    for index, mistake in enumerate(_mappings(question.get("mistakes"))):
        order = mistake.get("order")
        if not isinstance(order, list | tuple):
            continue
        at = ("mistakes", index, "order")
        if sorted(map(str, order)) != sorted(map(str, right)):
            message = f"name every item once, in the wrong order: {', '.join(map(str, right))}"
            yield Flaw(at, "LK070", message)
        elif list(order) in known:
            which = "the right order" if list(order) == right else "known already"
            yield Flaw(at, "LK070", f"this order is {which}, so it is never met; change or remove it")
        known.append(list(order))


def _match_flaws(question: Mapping[str, Any]) -> Iterator[Flaw]:
    pairs, targets = _mappings(question.get("pairs")), _mappings(question.get("targets"))
    yield from _twin_flaws("pairs", pairs)
    yield from _twin_flaws("targets", targets)
    names = [target.get("id") for target in targets]
    for index, pair in enumerate(pairs):
        at, right = ("pairs", index), pair.get("target")
        if isinstance(right, str) and right not in names:
            yield Flaw((*at, "target"), "LK071", f"there is no target {right!r}; there are: {_named(names)}")
        elif isinstance(right, str) and right == pair.get("id"):
            message = f"the page would show that {right!r} belongs to {right!r}; give the target another id"
            yield Flaw((*at, "target"), "LK073", message)
        met: list[object] = [right]
        for number, mistake in enumerate(_mappings(pair.get("mistakes"))):
            wrong = mistake.get("target")
            if isinstance(wrong, str) and (wrong not in names or wrong in met):
                what = (
                    "is right"
                    if wrong == right
                    else "stands there twice"
                    if wrong in met
                    else "does not exist"
                )
                message = f"the target {wrong!r} {what}; name another of: {_named(names)}"
                yield Flaw((*at, "mistakes", number, "target"), "LK071", message)
            met.append(wrong)
    partners = [pair.get("target") for pair in pairs]
    for index, target in enumerate(targets):
        at = ("targets", index)
        given = [key for key in ("misconception", "why") if target.get(key)]
        if target.get("id") not in partners:
            if len(given) < 2:  # noqa: PLR2004  (both)
                message = "matches nothing, so it needs `misconception` and `why`: who would choose it?"
                yield Flaw(at, "LK072", message)
        elif given:
            message = f"this target is right for a pair; move `{given[0]}` to the `mistakes` of another pair"
            yield Flaw((*at, given[0]), "LK072", message)


_LIMITS: Final = {"recall": {"min_precision", "max_flagged"}, "precision": {"min_recall"}}


def _demand_flaws(question: Mapping[str, Any]) -> Iterator[Flaw]:
    demand = question.get("demand")
    if not isinstance(demand, Mapping):
        return
    given = {key for key, value in demand.items() if value is not None}
    if given == {"cheapest"}:
        return
    limits = _LIMITS.get(str(demand.get("maximize")), set())
    if "maximize" not in given or len(given) != 2 or not given & limits:  # noqa: PLR2004  (it and its limit)
        message = (
            "ask for one thing: {maximize: recall, min_precision: …}, {maximize: recall, max_flagged: …}, "
            "{maximize: precision, min_recall: …} or {cheapest: {false_positive: …, false_negative: …}}"
        )
        yield Flaw(("demand",), "LK074", message)


def _named(ids: list[Any]) -> str:
    return ", ".join(map(str, ids))


def accepted_distance(question: Mapping[str, Any]) -> Fraction | None:
    """Return how far from the answer a number may be, or None if the question does not settle it."""
    answer = question.get("answer")
    given = [name for name in _CLOSENESS if question.get(name) is not None]
    if not _is_number(answer) or len(given) != 1:
        return None
    closeness = question[given[0]]
    if not _is_number(closeness) or (given[0] != "tolerance" and not _is_digits(closeness)):
        return None  # pydantic says what is wrong with it
    return slack(answer, *(question.get(name) for name in _CLOSENESS))


def _numeric_flaws(question: Mapping[str, Any]) -> Iterator[Flaw]:
    given = [name for name in _CLOSENESS if question.get(name) is not None]
    if not given:
        yield Flaw((), "LK028", "add one of `tolerance`, `decimals`, `significant`: how close is right?")
    for name in given[1:]:
        yield Flaw((name,), "LK028", f"`{given[0]}` already says how close is right; keep one of the two")
    answer = question.get("answer")
    if "significant" in given and answer == 0:
        yield Flaw(("significant",), "LK028", "zero has no significant digits; use `tolerance` or `decimals`")
    accepted = accepted_distance(question)
    if accepted is None or not _is_number(answer):
        return
    yield from _formula_flaws(question, answer, accepted)
    known: dict[float, int] = {}
    for index, mistake in enumerate(_mappings(question.get("mistakes"))):
        wrong = mistake.get("answer")
        if _is_number(wrong) and abs(exact(wrong) - exact(answer)) <= accepted:
            yield Flaw(
                ("mistakes", index, "answer"),
                "LK029",
                f"{wrong:g} counts as right, so this mistake is never met; narrow `{given[0]}` or remove it",
            )
        elif _is_number(wrong) and known.setdefault(wrong, index) != index:
            message = f"mistake {known[wrong] + 1} is {wrong:g} already, so this one is never met; remove it"
            yield Flaw(("mistakes", index, "answer"), "LK029", message)


def _formula_flaws(question: Mapping[str, Any], answer: float, accepted: Fraction) -> Iterator[Flaw]:
    written = question.get("formula")
    if not isinstance(written, str):
        return
    try:
        value = Formula(written).value({})
    except FormulaError as error:
        yield Flaw(("formula",), error.code, str(error))
        return
    # The answer may be rounded, but then to the digits it shows.
    last_digit = Fraction(10) ** int(Decimal(repr(float(answer))).as_tuple().exponent)
    if abs(Fraction(value) - exact(answer)) > min(accepted, last_digit / 2):
        yield Flaw(
            ("answer",), "LK060", f"{written} is {float(value):.10g}, not {answer:.10g}; correct one of them"
        )


def _is_digits(value: object) -> bool:
    return isinstance(value, int) and 0 <= value <= MOST_DIGITS


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _mappings(values: object) -> list[Mapping[str, Any]]:
    """Return `values` as a list of mappings; what is not one becomes an empty one, so that indices hold."""
    if not isinstance(values, list | tuple):
        return []
    return [value if isinstance(value, Mapping) else {} for value in values]


def _normal(text: str) -> str:
    """Return the text as a hurried reader sees it: case, spaces and a final stop make no difference."""
    return " ".join(text.casefold().split()).rstrip(".")


def slack(answer: float, tolerance: float | None, decimals: int | None, significant: int | None) -> Fraction:
    """Return the largest accepted distance from `answer`; half a unit of the last digit asked for."""
    if tolerance is not None:
        return exact(tolerance)
    if decimals is None:
        lead = math.floor(math.log10(abs(answer))) if answer else 0
        decimals = (significant or 1) - 1 - lead
    return Fraction(1, 2) * Fraction(10) ** -decimals
