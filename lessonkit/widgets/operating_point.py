"""Questions that are answered on the explorer: what is explored, which point is best, and the mark.

The question holds a demand. What meets it is counted here from the data, so no key can disagree with them.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lessonkit.datasets import load_email_scores
from lessonkit.i18n import gettext as _
from lessonkit.i18n import noop
from lessonkit.metrics import ThresholdSweep
from lessonkit.questions.kinds.point import OperatingPointQuestion
from lessonkit.questions.marking import AnswerError, Mark
from lessonkit.widgets.explorer import ExplorerWidget
from lessonkit.widgets.picture import as_text
from lessonkit.widgets.threshold import Threshold

if TYPE_CHECKING:
    from lessonkit.metrics import Confusion, OperatingPoint
    from lessonkit.questions.kinds import Question

#: What is said of a threshold, by the names that ``kinds/point.js`` has for it. In English.
WORDS: Final[dict[str, str]] = {
    "move_first": noop("Move the threshold of the explorer first."),
    "no_threshold": noop("This answer cannot be read: move the threshold of the explorer."),
    "higher": noop("Try a higher threshold."),
    "lower": noop("Try a lower threshold."),
    "min_precision": noop("Precision {value} is below {least}."),
    "min_recall": noop("Recall {value} is below {least}."),
    "max_flagged": noop("Flagged are {n}, and at most {most} may be."),
    "cheapest": noop("The errors here cost {value}, and can cost {best}."),
    "recall": noop("The limit is kept, but recall is {value} and can be {best}."),
    "precision": noop("The limit is kept, but precision is {value} and can be {best}."),
    "numbers": noop("Precision {precision}, recall {recall}, flagged: {n}."),
}


def _say(name: str) -> str:
    return _(WORDS[name])


_LABELS = {"email": ("spam", "normal emails")}


def asked(question: Question) -> OperatingPointQuestion:
    """Return a question that is answered on the explorer as what it is.

    Raises
    ------
    TypeError
        It is of another kind.
    """
    if not isinstance(question, OperatingPointQuestion):
        raise TypeError(f"{question.id} is not answered on the explorer")
    return question


def explorer(asked_on: Question) -> ExplorerWidget:
    """Return the explorer that the question is answered on. No prices: it would mark the cheapest."""
    question = asked(asked_on)
    return ExplorerWidget(_sweep(question.data), labels=_LABELS[question.data], curves=False)


def traits(question: Question) -> dict[str, Any]:
    """Return what a page without a kernel needs to show that explorer, as JSON has it."""
    made = explorer(question)
    try:
        return {"view": as_text(made.view), "threshold": Threshold.to_page(made.threshold, made)}
    finally:
        made.close()


def mark_point(asked_on: Question, answer: str) -> Mark:
    """Mark a threshold, given as text.

    The message says where the threshold leads and, if that is not right, which side of the demand is missed
    and which way the best point lies.

    Raises
    ------
    AnswerError
        The threshold was not moved yet, or is no number.
    """
    question = asked(asked_on)
    if not answer:
        raise AnswerError(_say("move_first"))
    try:
        threshold = float(answer)
    except ValueError:
        threshold = math.nan
    if math.isnan(threshold):
        raise AnswerError(_say("no_threshold"))
    reached, best = _sweep(question.data).at(threshold), best_point(question)
    missed = _missed(question, reached, best)
    if not missed:
        return Mark(correct=True, credit=1.0, message=_numbers(reached))
    way = _say("higher" if threshold < best.threshold else "lower")
    return Mark(correct=False, credit=0.0, message=f"{missed} {way}")


def solution(question: Question) -> str:
    """Say where the best point is."""
    best = best_point(asked(question))
    there = _("The best threshold is {threshold}.").format(threshold=f"{best.threshold:.4g}")
    return f"{there} {_numbers(best.confusion)}"


def _missed(question: OperatingPointQuestion, reached: Confusion, best: OperatingPoint) -> str:
    """Say which side of the demand is missed; an empty text if none is."""
    demand = question.demand
    below = _say("min_precision"), _say("min_recall")
    limits = (demand.min_precision, reached.precision), (demand.min_recall, reached.recall)
    for words, (least, value) in zip(below, limits, strict=True):
        if least is not None and value < least:
            return words.format(value=f"{value:.3f}", least=f"{least:g}")
    if demand.max_flagged is not None and reached.predicted_positive > demand.max_flagged:
        over = _say("max_flagged")
        return over.format(n=reached.predicted_positive, most=demand.max_flagged)
    if demand.cheapest is not None:
        cost = reached.cost(**demand.cheapest.model_dump())
        worse, words, form = cost - best.value, _say("cheapest"), "g"
    else:
        cost, form = getattr(reached, str(demand.maximize)), ".3f"
        worse = best.value - cost
        words = _say(str(demand.maximize))
    # The counts are whole, so a difference this small is one of floats only.
    if worse <= question.tolerance + 1e-12:
        return ""
    return words.format(value=format(cost, form), best=format(best.value, form))


def _numbers(counts: Confusion) -> str:
    numbers = _say("numbers")
    return numbers.format(
        precision=f"{counts.precision:.3f}", recall=f"{counts.recall:.3f}", n=counts.predicted_positive
    )


def best_point(question: OperatingPointQuestion) -> OperatingPoint:
    """Return the point that meets the demand best."""
    sweep, demand = _sweep(question.data), question.demand
    if demand.cheapest is not None:
        return sweep.cheapest(**demand.cheapest.model_dump())
    if demand.max_flagged is not None:
        flagged = sweep.true_positives + sweep.false_positives
        # Flagging nothing keeps every limit and finds nothing.
        return sweep.best(lambda curve: np.where(flagged <= demand.max_flagged, curve.recall, -1.0))
    return sweep.best(
        str(demand.maximize), min_precision=demand.min_precision or 0.0, min_recall=demand.min_recall or 0.0
    )


@cache
def _sweep(data: str) -> ThresholdSweep:
    scores = {"email": load_email_scores}[data]()
    return ThresholdSweep(scores.y_true, scores.scores)
