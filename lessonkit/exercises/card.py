"""How a model card is judged: it is complete, and its numbers are those of its threshold on the test rows.

They are computed again from the course's own models, and from those of other solvers: around the threshold,
single loans pass it with one solver and not with another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.gaps import unfinished
from lessonkit.exercises.judge import NOT_TRIED, Verdict, read
from lessonkit.metrics.uncertainty import bootstrap_interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from lessonkit.metrics import ThresholdSweep

_ENTRIES: Mapping[str, str] = {
    "decision": "Say in a sentence who decides what with the score.",
    "not_for": "Say in a sentence what the model must not be used for.",
    "model": "Say in a sentence what kind of model it is and what it has learned from.",
    "data": "Say in a sentence which loans the numbers come from, and from when.",
    "prevalence": "The share of bad loans tells what an AP is worth.",
    "average_precision": "Give `(low, estimate, high)` on the test rows: alone, an estimate is half told.",
    "prices": "Give `(100, 1500)`: false alarm, missed bad loan. Other prices need another threshold.",
    "capacity": "Give the largest share that the team can read, 0.2. Another team needs another threshold.",
    "threshold": "Give the threshold that you decided with.",
    "chosen_on": "Say on which part the threshold was chosen.",
    "flagged": "Give the share of the test applications that is flagged: reviewers need to know.",
    "precision": "Give the precision on the test rows.",
    "recall": "Give the recall on the test rows.",
    "cost": "Give the cost per 1,000 applications on the test rows.",
    "saved": "Give `(low, estimate, high)`: the euros per 1,000 applications less than if nobody is flagged.",
    "limits": "Say in a sentence what these rows cannot tell.",
}
_SENTENCES = ("decision", "not_for", "model", "data", "limits")
_WORDS = 6
_SHARES = ("prevalence", "capacity", "threshold", "flagged", "precision", "recall")
# What three decimals and another version leave open in a share, and in a cost.
_CLOSE = 0.002
_COST_CLOSE = 0.01
# Another draw of the bootstrap moves an end of its interval by less than this share of its width.
_DRAWN = 0.3
# How much more than the capacity chance may flag on the test rows.
_LUCK = 0.05
_ELSEWHERE = frozenset({"test", "train", "training", "cross", "not", "all"})


@dataclass(frozen=True)
class Audited:
    """What the numbers of a card are held against: the scores of the models on two parts of the rows.

    Attributes
    ----------
    validation, test : mapping of str to ThresholdSweep
        By the name of the model; the first is the one that the lesson chooses.
    prices : (float, float)
        What a false alarm and a miss cost.
    capacity : float
        The largest share that may be flagged.
    labels, scores : (n,) arrays
        The test rows of the first model, for the interval of its area.
    """

    validation: Mapping[str, ThresholdSweep]
    test: Mapping[str, ThresholdSweep]
    prices: tuple[float, float]
    capacity: float
    labels: NDArray[Any]
    scores: Mapping[str, NDArray[Any]]

    def areas(self) -> Iterator[tuple[float, float, float]]:
        """Yield the average precision of each model on the test rows, as (low, estimate, high)."""
        for scores in self.scores.values():
            area = bootstrap_interval(self.labels, scores, "average_precision")
            yield area.low, area.estimate, area.high

    def saved(self, name: str, threshold: float) -> tuple[float, float, float]:
        """Return what a threshold saves per 1,000 test rows, as (low, estimate, high)."""

        def less(sweep: ThresholdSweep) -> float:
            return 1000 * self.prices[1] * sweep.prevalence - self.figures(sweep, threshold)[3]

        found = bootstrap_interval(self.labels, self.scores[name], less)
        return found.low, found.estimate, found.high

    def figures(self, sweep: ThresholdSweep, threshold: float) -> tuple[float, float, float, float]:
        """Return flagged share, precision, recall and cost per 1,000 at a threshold."""
        at = sweep.at(threshold)
        cost = at.cost(false_positive=self.prices[0], false_negative=self.prices[1])
        return at.flagged_rate, at.precision, at.recall, 1000 * cost / at.total


class _Fault(Exception):  # noqa: N818  (it is the learner's, not an error of the program)
    """What is wrong with the card, and a hint."""


def judge_card(answer: object, audited: Audited) -> Verdict:
    """Judge a model card.

    Parameters
    ----------
    answer : object
        What the learner handed in; a card is a mapping with the entries that the lesson lists.
    audited : Audited

    Returns
    -------
    Verdict
        It tells the first fault. What its sentences say is not judged.
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
        _need_shares(answer, audited)
        _need_prices(answer, audited.prices)
        _need_capacity(answer, audited.capacity)
        _need_audit(answer, audited)
        _need_area(answer, audited)
        _need_saved(answer, audited)
    except _Fault as fault:
        message, hint = fault.args
        return Verdict(passed=False, message=message, hint=hint)
    return Verdict(
        passed=True,
        message="The card is complete, and its numbers are those of its threshold on the test rows.",
        hint="No check can judge your sentences. Let someone read them who did not build the model.",
    )


def _need_entries(card: Mapping[str, Any]) -> None:
    for name, hint in _ENTRIES.items():
        if name not in card:
            raise _Fault(f"The entry `{name}` is missing.", hint)


def _need_words(card: Mapping[str, Any]) -> None:
    for name in _SENTENCES:
        if not isinstance(card[name], str) or len(card[name].split()) < _WORDS:
            raise _Fault(f"`{name}` is not a sentence of {_WORDS} words or more.", _ENTRIES[name])
    for place, name in enumerate(_SENTENCES):
        for other in _SENTENCES[:place]:
            if card[other].strip() == card[name].strip():
                raise _Fault(f"`{other}` and `{name}` say the same.", _ENTRIES[name])
    part = str(card["chosen_on"])
    words = set("".join(letter if letter.isalpha() else " " for letter in part.lower()).split())
    if "validation" not in words or words & _ELSEWHERE:
        hint = "The threshold was chosen on the validation rows: write `validation`, and no other part."
        if "test" in words:
            hint += " A threshold chosen on the test rows would make every number of the card too good."
        raise _Fault(f"`chosen_on` is {part[:40]!r}.", hint)


def _need_shares(card: Mapping[str, Any], audited: Audited) -> None:
    for name in _SHARES:
        (value,) = _numbers(card, name, 1)
        if not 0 <= value <= 1:
            raise _Fault(f"`{name}` is {value:g}.", "Write a share between 0 and 1: 0.052, and not 5.2.")
    (prevalence,), (flagged,) = _numbers(card, "prevalence", 1), _numbers(card, "flagged", 1)
    on_test, on_validation = (
        next(iter(part.values())).prevalence for part in (audited.test, audited.validation)
    )
    if abs(prevalence - on_test) > _CLOSE:
        hint = "Prevalence is the share of bad loans among *all* test rows, flagged or not."
        raise _Fault(f"`prevalence` is {prevalence:g}.", hint)
    if abs(prevalence - on_validation) < abs(prevalence - on_test):
        hint = "This is the share of bad loans among the validation rows. The card reports the *test* rows."
        raise _Fault(f"`prevalence` is {prevalence:g}.", hint)
    if flagged > audited.capacity + _LUCK:
        most = f"The reviewers can take {audited.capacity:.0%}, and chance adds little to that."
        raise _Fault(f"`flagged` is {flagged:g}.", f"{most} Keep to the capacity.")


def _need_audit(card: Mapping[str, Any], audited: Audited) -> None:
    """Compute the audit again at the card's threshold, which may be rounded."""
    (threshold,) = _numbers(card, "threshold", 1)
    names = ("flagged", "precision", "recall", "cost")
    given = [_numbers(card, name, 1)[0] for name in names]
    nearest = min(
        (figures for sweep in audited.test.values() for _, figures in _around(audited, sweep, threshold)),
        key=lambda figures: _distance(_gaps(given, figures)),
    )
    gaps = _gaps(given, nearest)
    if max(gaps) <= 1:
        return
    swapped = [given[0], given[2], given[1], given[3]]
    hint = "Compute it at the threshold of the card, with `>=`, on the *test* rows."
    if max(_gaps(swapped, nearest)) <= 1:
        hint = "Precision and recall have changed places."
    elif any(
        max(_gaps(given, figures)) <= 1
        for sweep in audited.validation.values()
        for _, figures in _around(audited, sweep, threshold)
    ):
        hint = "These are the numbers of the validation rows. The card reports the *test* rows."
    place = int(np.argmax(np.array(gaps) > 1))
    digits = ",.0f" if names[place] == "cost" else ".3f"
    raise _Fault(
        f"`{names[place]}` is {given[place]:{digits}}; at the threshold {threshold:g} it is "
        f"{nearest[place]:{digits}} on the test rows.",
        hint,
    )


def _distance(gaps: list[float]) -> tuple[int, float]:
    """Return how many numbers are wrong, then how far the others are off: no wrong one leads astray."""
    return sum(gap > 1 for gap in gaps), sum(min(gap, 1) for gap in gaps)


def _gaps(given: list[float], figures: tuple[float, float, float, float]) -> list[float]:
    """Return how far each number is off, in units of what is allowed."""
    allowed = (_CLOSE, _CLOSE, _CLOSE, _COST_CLOSE * figures[3])
    return [abs(one - other) / most for one, other, most in zip(given, figures, allowed, strict=True)]


def _around(
    audited: Audited, sweep: ThresholdSweep, threshold: float
) -> Iterator[tuple[float, tuple[float, float, float, float]]]:
    """Yield every threshold that four decimals may stand for, with its audit."""
    half = 0.00005
    near = sweep.thresholds[np.abs(sweep.thresholds - threshold) < half].tolist()
    for level in (threshold, threshold - half, threshold + half, *near):
        yield level, audited.figures(sweep, level)


def _need_area(card: Mapping[str, Any], audited: Audited) -> None:
    given = low, estimate, high = _numbers(card, "average_precision", 3)
    told = f"`average_precision` is {low:g}, {estimate:g}, {high:g}."
    if not low < estimate < high:
        raise _Fault(told, "The order is `(low, estimate, high)`.")
    for area in audited.areas():
        room = _DRAWN * (area[2] - area[0])
        gaps = [abs(one - other) for one, other in zip(given, area, strict=True)]
        if gaps[1] <= _CLOSE and max(gaps) <= room:
            return
    if any(abs(estimate - sweep.roc_auc) < 0.05 for sweep in audited.test.values()):  # noqa: PLR2004  (about)
        raise _Fault(told, "So high an area on these loans is ROC AUC. AP is expected.")
    if any(abs(estimate - sweep.average_precision) <= _CLOSE for sweep in audited.validation.values()):
        raise _Fault(told, "This is the area on the validation rows. The card reports the *test* rows.")
    raise _Fault(told, "Take the estimate and its 95% interval from the audit, on the *test* rows.")


def _need_saved(card: Mapping[str, Any], audited: Audited) -> None:
    """Compute the saving again at the card's threshold, which may be rounded."""
    given = low, estimate, high = _numbers(card, "saved", 3)
    told = f"`saved` is {low:,.0f}, {estimate:,.0f}, {high:,.0f}."
    if not low < estimate < high:
        raise _Fault(told, "The order is `(low, estimate, high)`.")
    (threshold,) = _numbers(card, "threshold", 1)
    nothing = 1000 * audited.prices[1] * next(iter(audited.test.values())).prevalence
    for name, sweep in audited.test.items():
        # Of the thresholds that the digits may stand for, the one whose cost the card gives.
        for at, figures in _around(audited, sweep, threshold):
            if abs(nothing - figures[3] - estimate) > _COST_CLOSE * figures[3]:
                continue
            right = audited.saved(name, at)
            room = _DRAWN * (right[2] - right[0])
            if max(abs(one - other) for one, other in zip(given, right, strict=True)) <= room:
                return
            raise _Fault(
                told,
                "The estimate is right. Its interval comes from resamples in which both costs are computed "
                "on the same rows.",
            )
    if abs(estimate - _numbers(card, "cost", 1)[0]) <= _COST_CLOSE * estimate:
        raise _Fault(told, "This is the cost itself. Subtract it from the cost if nobody is flagged.")
    raise _Fault(told, "It is the cost if nobody is flagged, minus the cost at the threshold of the card.")


def _need_capacity(card: Mapping[str, Any], capacity: float) -> None:
    (given,) = _numbers(card, "capacity", 1)
    if abs(given - capacity) > 1e-9:  # noqa: PLR2004  (the same)
        raise _Fault(f"`capacity` is {given:g}.", _ENTRIES["capacity"])


def _need_prices(card: Mapping[str, Any], prices: tuple[float, float]) -> None:
    given = tuple(_numbers(card, "prices", 2))
    if given == prices[::-1]:
        raise _Fault("`prices` have changed places.", "The false alarm comes first.")
    if given != prices:
        raise _Fault(f"`prices` are {given[0]:g} and {given[1]:g}.", _ENTRIES["prices"])


def _numbers(card: Mapping[str, Any], name: str, count: int) -> list[float]:
    found = read(card[name], int(count > 1))
    array = np.empty(0) if found is None else found.ravel()
    if array.size != count or not np.isfinite(array).all():
        raise _Fault(f"`{name}` is not {'a number' if count == 1 else f'{count} numbers'}.", _ENTRIES[name])
    numbers: list[float] = array.tolist()
    return numbers
