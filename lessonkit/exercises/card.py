"""How a model card is judged: it is complete, and its numbers agree with each other.

The numbers are the learner's own, so they are held against each other rather than against a solution. The
flagged share times precision is the share of all cases that are positive and flagged, and so is prevalence
times recall; and the four give the cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.gaps import unfinished
from lessonkit.exercises.judge import NOT_TRIED, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

_ENTRIES: Mapping[str, str] = {
    "decision": "Say in a sentence who decides what with the score.",
    "prevalence": "The share of bad loans tells what an AP is worth.",
    "average_precision": "Give `(low, estimate, high)` on the test rows: alone, an estimate is half told.",
    "prices": "Give `(100, 1500)`: false alarm, missed bad loan. Other prices need another threshold.",
    "threshold": "Give the threshold that you decided with.",
    "chosen_on": "Say on which part the threshold was chosen.",
    "flagged": "Give the share of the test applications that is flagged: reviewers need to know.",
    "precision": "Give the precision on the test rows.",
    "recall": "Give the recall on the test rows.",
    "cost": "Give the cost per 1,000 applications on the test rows.",
    "not_for": "Say in a sentence what the model must not be used for.",
}
_WORDS = 6
_SHARES = ("prevalence", "threshold", "flagged", "precision", "recall")
# What three decimals leave open in a share. The validation rows have another.
_LAST_DECIMAL = 0.0005
# What they leave open in a product of two shares, and in a cost.
_ROUNDING = 0.0015
_COST_ROUNDING = 0.05
# How much more than the capacity chance may flag on the test rows.
_LUCK = 0.05
# No model of these data comes near it, and every ROC AUC is above.
_TOO_GOOD = 0.5


class _Fault(Exception):  # noqa: N818  (it is the learner's, not an error of the program)
    """What is wrong with the card, and a hint."""


def judge_card(
    answer: object, *, prices: tuple[float, float], capacity: float, share_of_bad: float
) -> Verdict:
    """Judge a model card.

    Parameters
    ----------
    answer : object
        What the learner handed in; a card is a mapping with the entries that the lesson lists.
    prices : tuple of float
        What a false alarm and a miss cost.
    capacity : float
        The largest share that can be flagged.
    share_of_bad : float
        Prevalence of the test rows.

    Returns
    -------
    Verdict
        It tells the first fault. What the two sentences say is not judged.
    """
    if answer is None or answer is ...:
        return NOT_TRIED
    if not isinstance(answer, dict):
        hint = 'Write `card = {"decision": "…", "prevalence": 0.1, …}`.'
        return Verdict(passed=False, message="A dictionary is expected.", hint=hint)
    try:
        _need_entries(answer)
        still_open = [str(name) for name, value in answer.items() if value is ...]
        if still_open:
            return unfinished(len(answer), still_open) if len(still_open) < len(answer) else NOT_TRIED
        _need_words(answer)
        _need_shares(answer, capacity, share_of_bad)
        _need_area(answer)
        _need_prices(answer, prices)
        _need_agreement(answer, prices)
    except _Fault as fault:
        message, hint = fault.args
        return Verdict(passed=False, message=message, hint=hint)
    return Verdict(
        passed=True,
        message="The card is complete, and its numbers agree with each other.",
        hint="No check can judge your two sentences. Let someone read them who did not build the model.",
    )


def _need_entries(card: Mapping[str, Any]) -> None:
    for name, hint in _ENTRIES.items():
        if name not in card:
            raise _Fault(f"The entry `{name}` is missing.", hint)


def _need_words(card: Mapping[str, Any]) -> None:
    for name in ("decision", "not_for"):
        if not isinstance(card[name], str) or len(card[name].split()) < _WORDS:
            raise _Fault(f"`{name}` is no sentence of {_WORDS} words or more.", _ENTRIES[name])
    if card["decision"].strip() == card["not_for"].strip():
        raise _Fault("`decision` and `not_for` say the same.", _ENTRIES["not_for"])
    part = str(card["chosen_on"]).lower()
    if "validation" not in part:
        hint = "The threshold was chosen on the validation rows: write it."
        if "test" in part:
            hint = "A threshold chosen on the test rows makes every number of the card too good."
        raise _Fault(f"`chosen_on` is {part[:40]!r}.", hint)


def _need_shares(card: Mapping[str, Any], capacity: float, share_of_bad: float) -> None:
    for name in _SHARES:
        (value,) = _numbers(card, name, 1)
        if not 0 <= value <= 1:
            raise _Fault(f"`{name}` is {value:g}.", "Write a share between 0 and 1: 0.052, and not 5.2.")
    prevalence, flagged = float(card["prevalence"]), float(card["flagged"])
    if abs(prevalence - share_of_bad) > _LAST_DECIMAL:
        hint = "Prevalence is the share of bad loans among *all*, flagged or not."
        if abs(prevalence - share_of_bad) <= _ROUNDING:
            hint = "Take all numbers of the card from the *test* rows, the shares with three decimals."
        raise _Fault(f"`prevalence` is {prevalence:g}.", hint)
    if flagged > capacity + _LUCK:
        hint = f"The reviewers can take {capacity:.0%}, and chance adds little to that. Keep to the capacity."
        raise _Fault(f"`flagged` is {flagged:g}.", hint)


def _need_area(card: Mapping[str, Any]) -> None:
    low, estimate, high = _numbers(card, "average_precision", 3)
    told = f"`average_precision` is {low:g}, {estimate:g}, {high:g}."
    if not low < estimate < high:
        raise _Fault(told, "The order is `(low, estimate, high)`.")
    if estimate > _TOO_GOOD:
        raise _Fault(told, "So high an area on these loans is ROC AUC. AP is asked for.")


def _need_prices(card: Mapping[str, Any], prices: tuple[float, float]) -> None:
    given = tuple(_numbers(card, "prices", 2))
    if given == prices[::-1]:
        raise _Fault("`prices` have changed places.", "The false alarm comes first.")
    if given != prices:
        raise _Fault(f"`prices` are {given[0]:g} and {given[1]:g}.", _ENTRIES["prices"])


def _need_agreement(card: Mapping[str, Any], prices: tuple[float, float]) -> None:
    flagged, precision, recall, prevalence, cost = (
        _numbers(card, name, 1)[0] for name in ("flagged", "precision", "recall", "prevalence", "cost")
    )
    found, there = flagged * precision, prevalence * recall
    told = f"flagged × precision is {found:.4f}, and prevalence × recall is {there:.4f}."
    if abs(found - there) > _ROUNDING:
        if abs(flagged * recall - prevalence * precision) <= _ROUNDING:
            raise _Fault(told, "Precision and recall have changed places.")
        raise _Fault(
            told,
            "Both are the share of applications that are bad and flagged, so they are equal. Take all four "
            "numbers from one threshold and the test rows, with three decimals.",
        )
    expected = 1000 * (prices[0] * flagged * (1 - precision) + prices[1] * prevalence * (1 - recall))
    if abs(cost - expected) > _COST_ROUNDING * expected:
        told = f"`cost` is {cost:,.0f}; your shares and the prices give about {expected:,.0f}."
        raise _Fault(told, "Give the cost per 1,000 applications, at this threshold and on the test rows.")


def _numbers(card: Mapping[str, Any], name: str, count: int) -> list[float]:
    try:
        array = np.asarray(card[name], dtype=float).ravel()
    except (TypeError, ValueError):
        array = np.empty(0)
    if array.size != count or not np.isfinite(array).all():
        raise _Fault(f"`{name}` is not {'a number' if count == 1 else f'{count} numbers'}.", _ENTRIES[name])
    numbers: list[float] = array.tolist()
    return numbers
