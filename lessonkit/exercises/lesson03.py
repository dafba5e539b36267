"""The exercises of lesson 03: the precision–recall curve by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.inputs import scored_rows, threshold
from lessonkit.exercises.judge import Declared, Mistake
from lessonkit.exercises.registry import exercises_of

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

    Curve = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]

exercise = exercises_of("03-precision-recall-curves")


def _curve(y_true: NDArray[Any], scores: NDArray[Any]) -> Curve:
    thresholds, precision, recall = _row_by_row(y_true, scores)
    last_of_tie = np.append(np.diff(thresholds) != 0, True)
    return thresholds[last_of_tie], precision[last_of_tie], recall[last_of_tie]


def _row_by_row(y_true: NDArray[Any], scores: NDArray[Any]) -> Curve:
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(y_true[order])
    return scores[order], hits / np.arange(1, hits.size + 1), hits / hits[-1]


def _first_of_tie(y_true: NDArray[Any], scores: NDArray[Any]) -> Curve:
    thresholds, precision, recall = _row_by_row(y_true, scores)
    first = np.insert(np.diff(thresholds) != 0, 0, True)
    return thresholds[first], precision[first], recall[first]


def _unsorted(y_true: NDArray[Any], scores: NDArray[Any]) -> Curve:
    hits = np.cumsum(y_true)
    return scores, hits / np.arange(1, hits.size + 1), hits / hits[-1]


def _labels_unsorted(y_true: NDArray[Any], scores: NDArray[Any]) -> Curve:
    return np.sort(scores)[::-1], *_unsorted(y_true, scores)[1:]


def _rising(y_true: NDArray[Any], scores: NDArray[Any]) -> Curve:
    thresholds, precision, recall = _curve(y_true, scores)
    return thresholds[::-1], precision[::-1], recall[::-1]


def _from_below(y_true: NDArray[Any], scores: NDArray[Any]) -> Curve:
    thresholds, precision, recall = _curve(y_true, -scores)
    return -thresholds, precision, recall


def _divided_by_all(y_true: NDArray[Any], scores: NDArray[Any]) -> Curve:
    thresholds, precision, recall = _curve(y_true, scores)
    return thresholds, precision, recall * y_true.mean()


def _with_end_point(y_true: NDArray[Any], scores: NDArray[Any]) -> Curve:
    thresholds, precision, recall = _rising(y_true, scores)
    return thresholds, np.append(precision, 1.0), np.append(recall, 0.0)


def _with_start(y_true: NDArray[Any], scores: NDArray[Any]) -> Curve:
    thresholds, precision, recall = _curve(y_true, scores)
    return thresholds, np.insert(precision, 0, 1.0), np.insert(recall, 0, 0.0)


def _swapped(y_true: NDArray[Any], scores: NDArray[Any]) -> Curve:
    thresholds, precision, recall = _curve(y_true, scores)
    return thresholds, recall, precision


def _strictly(y_true: NDArray[Any], scores: NDArray[Any]) -> Curve:
    thresholds = np.unique(scores)[::-1]
    hits = np.array([y_true[scores > t].sum() for t in thresholds])
    flagged = np.array([(scores > t).sum() for t in thresholds])
    return thresholds, hits / np.maximum(flagged, 1), hits / y_true.sum()


def _divided_by_points(y_true: NDArray[Any], scores: NDArray[Any]) -> Curve:
    thresholds, _, recall = _curve(y_true, scores)
    return thresholds, recall * y_true.sum() / np.arange(1, recall.size + 1), recall


def _false_alarms(y_true: NDArray[Any], scores: NDArray[Any]) -> Curve:
    return _curve(1 - y_true, scores)


@exercise("curve-by-hand", gaps=3, solution=_curve, returns=("thresholds", "precision", "recall"))
def curve_by_hand() -> Declared:
    """Check ``f(y_true, scores) -> (thresholds, precision, recall)``, one point for each distinct score."""
    return Declared(
        cases=[([1, 0, 1, 0, 1, 0], [0.9, 0.6, 0.6, 0.6, 0.3, 0.2])],
        inputs=scored_rows,
        mistakes=[
            Mistake(
                _row_by_row,
                "Emails with the same score are flagged together: keep one point for each distinct score, "
                "the last one.",
            ),
            Mistake(
                _first_of_tie,
                "Of emails with the same score you keep the first. All of them are flagged: keep the "
                "counts after the last.",
            ),
            Mistake(
                _unsorted,
                "Sort by falling score before you add up, the labels together with the scores.",
            ),
            Mistake(
                _labels_unsorted,
                "You sorted the scores but not the labels: use the same order, `np.argsort(-scores)`, for"
                " both.",
            ),
            Mistake(
                _rising,
                "The values are right, but from the lowest threshold up. Give the highest threshold first.",
            ),
            Mistake(
                _from_below,
                "You add up from the lowest score. The email with the highest score is flagged first.",
            ),
            Mistake(
                _divided_by_all,
                "Recall divides the hits by the number of positives, not by the number of emails.",
            ),
            Mistake(
                _with_end_point,
                "This is scikit-learn's form: rising thresholds, and a last point (recall 0, precision 1)"
                " that no threshold has. Here: falling thresholds, n points each.",
            ),
            Mistake(
                _with_start,
                "The point (recall 0, precision 1) belongs to no threshold: the three arrays must be "
                "equally long.",
            ),
            Mistake(
                _swapped,
                "Precision and recall have changed places: thresholds, precision, recall.",
            ),
            Mistake(
                _strictly,
                "An email whose score equals the threshold is flagged too: count `scores >= t`, not `>`.",
            ),
            Mistake(
                _divided_by_points,
                "The number flagged grows with every email of a tie: divide by 1, 2, 3 … before you keep the "
                "last row of each score.",
            ),
            Mistake(
                _false_alarms,
                "You add up the normal emails. Precision and recall count the spam that was found.",
            ),
        ],
        otherwise=(
            "Compare your steps with these: order by falling score, add up the labels (`np.cumsum`), divide "
            "by the number flagged so far (precision) and by all positives (recall), and keep the last row "
            "of each score."
        ),
    )


def _average_precision(precision: NDArray[Any], recall: NDArray[Any]) -> float:
    return float(np.sum(np.diff(recall, prepend=0) * precision))


def _straight_lines(precision: NDArray[Any], recall: NDArray[Any]) -> float:
    if recall.size == 1:
        raise ValueError("A single point has no line: NumPy then gives 0, and scikit-learn refuses.")
    return float(np.trapezoid(precision, recall))


@exercise("average-precision", solution=_average_precision, returns=("average precision",))
def average_precision() -> Declared:
    """Check ``f(precision, recall) -> average precision``, points in order of falling threshold."""
    return Declared(
        cases=[([1.0, 0.6], [0.25, 1.0])],
        inputs=lambda random: _curve(*scored_rows(random))[1:],
        mistakes=[
            Mistake(
                _straight_lines,
                "This is the area under straight lines between the points, without the first step. Average "
                "precision adds rectangles: each gain in recall × the precision at its end.",
            ),
            Mistake(
                lambda precision, recall: np.trapezoid(recall, precision),
                "The two arrays have changed places, and straight lines join the points. Average precision "
                "adds rectangles: each gain in recall × the precision at its end.",
            ),
            Mistake(
                lambda precision, recall: np.trapezoid(
                    np.insert(precision, 0, 1.0), np.insert(recall, 0, 0.0)
                ),
                "This is the area under straight lines that start at recall 0, precision 1. No threshold "
                "lies on such a line: add rectangles, each gain in recall × the precision at its end.",
            ),
            Mistake(
                lambda precision, recall: np.trapezoid(
                    np.insert(precision, 0, precision[0]), np.insert(recall, 0, 0.0)
                ),
                "This is the area under straight lines, level up to the first point. Add rectangles "
                "instead: each gain in recall × the precision at its end.",
            ),
            Mistake(
                lambda precision, _: precision.mean(),
                "This is the plain mean over all points. Weight each precision by the recall that it gains.",
            ),
            Mistake(
                lambda precision, recall: np.sum(np.diff(recall) * precision[1:]),
                "The first gain is missing: recall starts at 0, so the first point gains `recall[0]`.",
            ),
            Mistake(
                lambda precision, recall: np.sum(np.diff(recall) * precision[:-1]),
                "You take the precision before each gain, and lose the first gain. Take the precision "
                "after it.",
            ),
            Mistake(
                lambda precision, recall: -np.sum(np.diff(recall, prepend=0) * precision),
                "The sign is the wrong way around. Here recall rises along the arrays; scikit-learn's falls, "
                "hence its minus.",
            ),
            Mistake(
                lambda precision, recall: _average_precision(precision[::-1], recall[::-1]),
                "You went through the points backward. They come by falling threshold, with rising recall.",
            ),
            Mistake(
                lambda precision, recall: np.sum(precision * recall),
                "Multiply each precision by the *gain* in recall at that point, not by the recall itself.",
            ),
            Mistake(
                lambda precision, recall: precision[np.diff(recall, prepend=0) > 0].mean(),
                "This is the mean of the precision at each point that gains recall, as if all gains were "
                "equal. A tie gains more at once: weight each precision by its gain.",
            ),
            Mistake(
                lambda precision, recall: _average_precision(
                    np.maximum.accumulate(precision[::-1])[::-1], recall
                ),
                "You lift each precision to the best one further right. Take the precision at the point "
                "itself.",
            ),
            Mistake(
                lambda precision, recall: np.diff(recall, prepend=0) @ np.append(1.0, precision[:-1]),
                "You take the precision before each gain. Take the precision after it, at the same point.",
            ),
            Mistake(
                lambda precision, recall: np.mean(np.diff(recall, prepend=0) * precision),
                "The gains already add up to 1: sum the products, and do not divide by their number.",
            ),
            Mistake(
                lambda precision, _: precision.sum(),
                "You add the precisions without their gains in recall: multiply each by its gain first.",
            ),
        ],
        otherwise=(
            "Each point gains some recall over the one before (the first: over 0). Multiply each gain by "
            "the precision at that point, and add up."
        ),
    )


def _precision_at(thresholds: NDArray[Any], precision: NDArray[Any], t: float) -> float:
    reached = thresholds >= t
    return float(precision[reached][-1]) if reached.any() else 0.0


def _exactly_at(thresholds: NDArray[Any], precision: NDArray[Any], t: float) -> float:
    return float(precision[np.flatnonzero(thresholds == t)[0]])


def _nearest(thresholds: NDArray[Any], precision: NDArray[Any], t: float) -> float:
    return float(precision[np.abs(thresholds - t).argmin()])


def _below(thresholds: NDArray[Any], precision: NDArray[Any], t: float) -> float:
    lower = thresholds <= t
    return float(precision[lower][0]) if lower.any() else float(precision[-1])


def _strictly_above(thresholds: NDArray[Any], precision: NDArray[Any], t: float) -> float:
    reached = thresholds > t
    return float(precision[reached][-1]) if reached.any() else 0.0


def _top_instead_of_nothing(thresholds: NDArray[Any], precision: NDArray[Any], t: float) -> float:
    return _precision_at(thresholds, precision, min(t, float(thresholds.max())))


def _interpolated(thresholds: NDArray[Any], precision: NDArray[Any], t: float) -> float:
    return float(np.interp(t, thresholds[::-1], precision[::-1]))


def _points_and_threshold(random: Random) -> tuple[NDArray[Any], NDArray[Any], float]:
    thresholds, precision, _ = _curve(*scored_rows(random))
    return thresholds, precision, threshold(random, thresholds)


@exercise("precision-at", solution=_precision_at, returns=("precision",))
def precision_at() -> Declared:
    """Check ``f(thresholds, precision, t) -> precision`` of deciding score >= t; thresholds fall."""
    by_equality = (
        "Often no score is equal to t. Deciding score >= t flags the same emails as the lowest listed "
        "threshold that is at least t."
    )
    return Declared(
        cases=[([0.9, 0.7, 0.4, 0.2], [1.0, 0.5, 0.75, 0.6], 0.65)],
        inputs=_points_and_threshold,
        mistakes=[
            Mistake(lambda thresholds, precision, t: precision[thresholds == t], by_equality),
            Mistake(lambda thresholds, precision, t: precision[thresholds == t].item(), by_equality),
            Mistake(lambda thresholds, precision, t: float(precision[thresholds == t]), by_equality),
            Mistake(_exactly_at, by_equality),
            Mistake(
                _nearest,
                "The nearest threshold may lie below t, and it flags emails whose score is less than t.",
            ),
            Mistake(
                _below,
                "A threshold below t flags emails whose score is less than t: take the lowest one that is "
                "at least t.",
            ),
            Mistake(
                _interpolated,
                "You draw a straight line between two points. Between two scores the flagged emails do not "
                "change: the precision stays that of the next score above t.",
            ),
            Mistake(
                lambda thresholds, precision, t: (
                    _interpolated(thresholds, precision, t) if t <= thresholds[0] else 0.0
                ),
                "You draw a straight line between two points. Between two scores the flagged emails do not "
                "change: the precision stays that of the next score above t.",
            ),
            Mistake(
                lambda thresholds, precision, t: precision[thresholds >= t].max(initial=0),
                "Precision may fall and rise again: take it at the lowest threshold that is at least t, "
                "not the best one.",
            ),
            Mistake(
                lambda thresholds, precision, t: (
                    precision[thresholds >= t].mean() if (thresholds >= t).any() else 0.0
                ),
                "This is the mean over several thresholds. One of them flags what score >= t flags: the "
                "lowest.",
            ),
            Mistake(
                lambda _, precision, __: precision[-1],
                "This is the precision of flagging everything: `t` decides how far down the list you go.",
            ),
            Mistake(
                _strictly_above,
                "A score equal to t is flagged as well: compare with `>=`.",
            ),
            Mistake(
                lambda thresholds, precision, t: precision[thresholds >= t][0],
                "Thresholds fall, so the first one that is at least t is the highest. Take the lowest of "
                "them: the last.",
            ),
            Mistake(
                _top_instead_of_nothing,
                "Above every score nothing is flagged, and precision is then 0.0 by our convention.",
            ),
            Mistake(
                lambda thresholds, precision, t: precision[thresholds >= t][-1],
                "Above every score no threshold is left: nothing is flagged, so return 0.0.",
            ),
            Mistake(
                lambda thresholds, precision, t: precision[thresholds >= t].min(),
                "Above every score there is nothing to take a minimum of; and it is the threshold that "
                "should be lowest, not the precision.",
            ),
        ],
        otherwise="Deciding score >= t flags what the lowest listed threshold that is at least t flags.",
    )
