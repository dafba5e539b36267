"""Checks of lesson 07: thresholds from prices, probabilities and a capacity, and an honest report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.judge import Mistake, Verdict, judge_function
from lessonkit.exercises.registry import exercises_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

exercise = exercises_of("07-threshold-tuning")


# The prices of the lesson's story, in minutes.
_FALSE_ALARM, _MISS = 1, 5


def _candidates(scores: NDArray[Any]) -> NDArray[Any]:
    """Return every threshold that decides differently, infinity first: it flags nothing."""
    return np.append(np.inf, np.unique(scores)[::-1])


def _cost(
    y_true: NDArray[Any], scores: NDArray[Any], threshold: float, false_alarm: float, miss: float
) -> float:
    flagged = scores >= threshold
    return float(false_alarm * np.sum(flagged & (y_true == 0)) + miss * np.sum(~flagged & (y_true == 1)))


def _cheapest(y_true: NDArray[Any], scores: NDArray[Any], false_alarm: float, miss: float) -> float:
    candidates = _candidates(scores)
    costs = [_cost(y_true, scores, threshold, false_alarm, miss) for threshold in candidates]
    return float(candidates[np.argmin(costs)])


def _cheapest_that_flags(
    y_true: NDArray[Any], scores: NDArray[Any], false_alarm: float, miss: float
) -> float:
    candidates = _candidates(scores)[1:]
    costs = [_cost(y_true, scores, threshold, false_alarm, miss) for threshold in candidates]
    return float(candidates[np.argmin(costs)])


def _cheapest_above(y_true: NDArray[Any], scores: NDArray[Any], false_alarm: float, miss: float) -> float:
    candidates = _candidates(scores)
    costs = [
        _cost(y_true, scores, np.nextafter(threshold, np.inf), false_alarm, miss) for threshold in candidates
    ]
    return float(candidates[np.argmin(costs)])


def _dearest(y_true: NDArray[Any], scores: NDArray[Any], false_alarm: float, miss: float) -> float:
    candidates = _candidates(scores)
    costs = [_cost(y_true, scores, threshold, false_alarm, miss) for threshold in candidates]
    return float(candidates[np.argmax(costs)])


def _lowest_cost(y_true: NDArray[Any], scores: NDArray[Any], false_alarm: float, miss: float) -> float:
    threshold = _cheapest(y_true, scores, false_alarm, miss)
    return _cost(y_true, scores, threshold, false_alarm, miss)


def _most(y_true: NDArray[Any], scores: NDArray[Any], value: Callable[[int, int, int], float]) -> float:
    """Return the score at which value(true positives, flagged, positives) is highest."""
    candidates = _candidates(scores)[1:]
    values = [
        value(int(y_true[scores >= t].sum()), int((scores >= t).sum()), int(y_true.sum())) for t in candidates
    ]
    return float(candidates[np.argmax(values)])


@exercise("cheapest-threshold", gaps=2)
def cheapest_threshold(answer: object) -> Verdict:
    """Check ``f(y_true, scores, false_alarm, miss) -> threshold`` at which the errors cost least.

    Judged by the cost of its errors: several thresholds may be equally cheap.
    """
    labels = [1, 1, 0, 1, 0, 0, 1, 0]
    scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2]
    return judge_function(
        answer,
        solution=_cheapest,
        adapt=lambda threshold, y_true, scores, false_alarm, miss: _cost(
            y_true, scores, threshold, false_alarm, miss
        ),
        returns=("cost (of the errors at your threshold)",),
        cases=[
            (labels, scores, 1, 5),
            (labels, scores, 5, 1),
            (labels, scores, 1, 1),
            ([0, 1, 0, 1, 1, 0], [0.9, 0.8, 0.8, 0.6, 0.3, 0.1], 3, 2),
            ([0, 0, 1, 0], [0.9, 0.8, 0.2, 0.1], 5, 1),
        ],
        mistakes=[
            Mistake(
                _cheapest_that_flags,
                "Flagging nothing is a choice too, and it is the cheapest here: add `np.inf` as a candidate.",
            ),
            Mistake(
                lambda y_true, scores, false_alarm, miss: _cheapest(y_true, scores, miss, false_alarm),
                "The prices are swapped. A flagged normal mail costs `false_alarm`; a spam mail below the "
                "threshold costs `miss`.",
            ),
            Mistake(
                lambda y_true, scores, _, __: _cheapest(y_true, scores, 1, 1),
                "This has the fewest errors, whatever they cost. Multiply each count by its price.",
            ),
            Mistake(
                _lowest_cost,
                "This is the lowest cost. Return the threshold at which it occurs.",
            ),
            Mistake(
                lambda y_true, scores, false_alarm, miss: int(
                    np.argmin([_cost(y_true, scores, t, false_alarm, miss) for t in np.unique(scores)])
                ),
                "This is the place of the lowest cost in the list. Return the threshold that stands there.",
            ),
            Mistake(
                _dearest,
                "This threshold costs the most: `argmin` finds the lowest cost.",
            ),
            Mistake(
                lambda _, __, false_alarm, miss: false_alarm / (false_alarm + miss),
                "The formula of the prices needs calibrated scores, and these are not. Count at every score.",
            ),
            Mistake(
                _cheapest_above,
                "You counted with `>`. A score equal to the threshold is flagged: count with `>=`.",
            ),
            Mistake(
                lambda y_true, scores, _, __: _most(
                    y_true, scores, lambda hits, flagged, positives: 2 * hits / (flagged + positives)
                ),
                "This threshold has the highest F1, which knows no prices. Add up the cost of the errors.",
            ),
            Mistake(
                lambda y_true, scores, _, __: _most(
                    y_true, scores, lambda hits, flagged, positives: hits / flagged + hits / positives
                ),
                "This has the highest sum of precision and recall, which knows no prices. Add up the cost "
                "of the errors.",
            ),
            Mistake(
                lambda _, __, ___, ____: 0.5,
                "0.5 is a habit: compare the cost of every score.",
            ),
        ],
        otherwise=(
            "For each candidate count the false alarms and the misses, multiply by the prices and add. "
            "Return the candidate with the lowest sum."
        ),
    )


@exercise("calibrated-threshold")
def calibrated_threshold(answer: object) -> Verdict:
    """Check ``f(false_alarm, miss) -> threshold`` for calibrated scores."""
    return judge_function(
        answer,
        solution=lambda false_alarm, miss: false_alarm / (false_alarm + miss),
        returns=("threshold",),
        cases=[(1, 5), (4, 1), (2, 2), (0.5, 12), (1, 0)],
        mistakes=[
            Mistake(
                lambda false_alarm, miss: miss / (false_alarm + miss),
                "The wrong way round: costly misses call for a *low* threshold, so `false_alarm` is on top.",
            ),
            Mistake(
                lambda false_alarm, miss: false_alarm / np.float64(miss),
                "These are the odds at which flagging pays, p / (1 − p). The threshold is p itself.",
            ),
            Mistake(
                lambda false_alarm, miss: miss / false_alarm,
                "This ratio of the prices can exceed 1. Solve false_alarm · (1 − p) = miss · p for p.",
            ),
            Mistake(
                lambda false_alarm, miss: 1 - false_alarm / np.float64(miss),
                "At the threshold both decisions cost the same: solve false_alarm · (1 − p) = miss · p.",
            ),
            Mistake(
                lambda _, __: 0.5,
                "0.5 is right only when both errors cost the same. Use the prices.",
            ),
            Mistake(
                lambda _, __: 1 / 6,
                "This is right for one price list, 1 and 5. Use the arguments.",
            ),
        ],
        otherwise=(
            "A flag costs false_alarm · (1 − p) on average, no flag costs miss · p. "
            "Where are the two equal? Solve for p."
        ),
    )


def _at_most(scores: NDArray[Any], allowed: float) -> float:
    """Return the lowest candidate that flags no more than `allowed` rows."""
    candidates = _candidates(scores)
    flagged = np.array([np.sum(scores >= threshold) for threshold in candidates])
    return float(candidates[flagged <= allowed].min())


def _threshold_for_capacity(scores: NDArray[Any], mails_a_day: float, capacity: float) -> float:
    # A slack far below one row: 7 / 10 of 10 rows are 7 rows, also in floating point.
    return _at_most(scores, scores.size * capacity / mails_a_day + 1e-9)


def _nth_highest(scores: NDArray[Any], mails_a_day: float, capacity: float) -> float:
    count = int(scores.size * capacity / mails_a_day)
    return float(np.sort(scores)[::-1][count - 1])


def _never_infinite(scores: NDArray[Any], mails_a_day: float, capacity: float) -> float:
    threshold = _threshold_for_capacity(scores, mails_a_day, capacity)
    return threshold if np.isfinite(threshold) else float(scores.max())


@exercise("threshold-for-capacity", gaps=2)
def threshold_for_capacity(answer: object) -> Verdict:
    """Check ``f(scores, mails_a_day, capacity) -> threshold`` for a share of the validation mails.

    Judged by the number of validation mails it flags.
    """
    scores = [0.98, 0.9, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05, 0.01]
    tied = [0.9, 0.7, 0.7, 0.7, 0.5, 0.4, 0.3, 0.2]
    return judge_function(
        answer,
        solution=_threshold_for_capacity,
        adapt=lambda threshold, scores, _, __: int((scores >= threshold).sum()),
        returns=("number of flagged validation mails (score >= threshold)",),
        cases=[
            (scores, 100, 30),
            (scores, 1000, 450),
            (scores, 5, 2),
            (tied, 40, 10),
            (scores, 20, 20),
            (scores, 1000, 50),
        ],
        mistakes=[
            Mistake(
                lambda scores, _, capacity: _at_most(scores, capacity),
                "You allow `capacity` of the *validation* mails. The capacity is per day: allow the same "
                "share, capacity / mails_a_day, of the validation mails.",
            ),
            Mistake(
                lambda scores, mails_a_day, capacity: _at_most(
                    scores, np.ceil(scores.size * capacity / mails_a_day)
                ),
                "You rounded the allowed number up. A capacity is an upper limit: round down.",
            ),
            Mistake(
                lambda scores, mails_a_day, capacity: _at_most(
                    scores, np.floor(scores.size * capacity / mails_a_day + 0.5)
                ),
                "You rounded the allowed number to the nearest. A capacity is an upper limit: round down.",
            ),
            Mistake(
                _nth_highest,
                "The n-th highest score may be shared, and with n = 0 nothing may be flagged at all. "
                "Count what each candidate flags, `np.inf` among them.",
            ),
            Mistake(
                _never_infinite,
                "When not even one mail may be flagged, return `np.inf`.",
            ),
            Mistake(
                lambda scores, mails_a_day, capacity: np.quantile(scores, 1 - capacity / mails_a_day),
                "A quantile does not know about ties or `>=`: it may flag one mail too many, or more. "
                "Count what each candidate flags.",
            ),
            Mistake(
                lambda _, mails_a_day, capacity: 1 - capacity / mails_a_day,
                "This is a share of the mails, and a threshold is a score: find the score that flags it.",
            ),
            Mistake(
                lambda _, mails_a_day, capacity: capacity / mails_a_day,
                "This is the share that may be flagged. Find the score at which that share is flagged.",
            ),
        ],
        otherwise=(
            "Allowed are len(scores) · capacity / mails_a_day validation mails. Count what each candidate "
            "flags, and take the lowest that keeps to it."
        ),
    )


def _report(
    y_val: NDArray[Any], s_val: NDArray[Any], y_test: NDArray[Any], s_test: NDArray[Any]
) -> tuple[float, float]:
    threshold = _cheapest(y_val, s_val, _FALSE_ALARM, _MISS)
    return threshold, _cost(y_test, s_test, threshold, _FALSE_ALARM, _MISS)


def _reports_validation(
    y_val: NDArray[Any], s_val: NDArray[Any], _: NDArray[Any], __: NDArray[Any]
) -> tuple[float, float]:
    return _report(y_val, s_val, y_val, s_val)


def _chosen_by(
    choose: Callable[..., float],
) -> Callable[[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]], tuple[float, float]]:
    def report(
        y_val: NDArray[Any], s_val: NDArray[Any], y_test: NDArray[Any], s_test: NDArray[Any]
    ) -> tuple[float, float]:
        threshold = choose(y_val, s_val, y_test, s_test)
        return threshold, _cost(y_test, s_test, threshold, _FALSE_ALARM, _MISS)

    return report


@exercise("honest-report")
def honest_report(answer: object) -> Verdict:
    """Check ``f(y_val, s_val, y_test, s_test) -> (threshold, cost)``: chosen on validation, paid on test."""
    return judge_function(
        answer,
        solution=_report,
        returns=("threshold", "cost on the test rows"),
        cases=[
            (
                [1, 0, 0, 1, 0, 1, 1, 1, 0, 1],
                [0.95, 0.85, 0.8, 0.75, 0.65, 0.6, 0.35, 0.3, 0.25, 0.2],
                [1, 0, 0, 0, 0, 0, 0, 1],
                [0.8, 0.75, 0.7, 0.35, 0.3, 0.25, 0.15, 0.05],
            ),
            (
                [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
                [0.9, 0.8, 0.7, 0.65, 0.6, 0.5, 0.45, 0.4, 0.3, 0.2, 0.15, 0.1],
                [1, 0, 0, 1, 0, 0, 0],
                [0.7, 0.6, 0.55, 0.5, 0.3, 0.2, 0.1],
            ),
            ([0, 0, 0, 0, 0, 0, 1], [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3], [1, 0, 1], [0.8, 0.5, 0.2]),
        ],
        mistakes=[
            Mistake(
                _chosen_by(lambda _, __, y_test, s_test: _cheapest(y_test, s_test, _FALSE_ALARM, _MISS)),
                "You chose the threshold on the test rows, so its cost there is too good. Choose on "
                "validation.",
            ),
            Mistake(
                _reports_validation,
                "The threshold is right, but this is its cost on the rows it was chosen on. Report the test "
                "rows.",
            ),
            Mistake(
                lambda y_val, s_val, y_test, s_test: (
                    _cheapest(y_val, s_val, _FALSE_ALARM, _MISS),
                    _lowest_cost(y_test, s_test, _FALSE_ALARM, _MISS),
                ),
                "This is the lowest cost that any threshold has on the test rows. Report the cost of *your* "
                "threshold.",
            ),
            Mistake(
                _chosen_by(
                    lambda y_val, s_val, y_test, s_test: _cheapest(
                        np.append(y_val, y_test), np.append(s_val, s_test), _FALSE_ALARM, _MISS
                    )
                ),
                "You chose on validation and test rows together. The test rows must not have a say.",
            ),
            Mistake(
                _chosen_by(lambda y, s, _, __: _cheapest(y, s, _MISS, _FALSE_ALARM)),
                "The prices are swapped: a false alarm costs 1 and a miss costs 5.",
            ),
            Mistake(
                _chosen_by(lambda y, s, _, __: _cheapest(y, s, 1, 1)),
                "This threshold has the fewest errors. A miss costs 5: multiply before you add.",
            ),
            Mistake(
                _chosen_by(lambda *_: _FALSE_ALARM / (_FALSE_ALARM + _MISS)),
                "The formula of the prices needs calibrated scores. Choose the cheapest on validation.",
            ),
            Mistake(
                _chosen_by(
                    lambda y_val, s_val, _, __: _cheapest_that_flags(y_val, s_val, _FALSE_ALARM, _MISS)
                ),
                "Flagging nothing is the cheapest on validation here: `np.inf` is a candidate too.",
            ),
        ],
        otherwise=(
            "Two steps: the cheapest threshold on the validation rows, then its cost on the test rows."
        ),
    )
