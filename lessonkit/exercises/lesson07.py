"""Checks of lesson 07: thresholds from prices, probabilities and a capacity, and an honest report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.inputs import flagged_by, labels, price, scored_rows, scores
from lessonkit.exercises.judge import Declared, Mistake
from lessonkit.exercises.registry import exercises_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from numpy.typing import NDArray

    Array = NDArray[Any]
    Choice = Callable[[Array, Array, float, float], float]
    Report = Callable[[Array, Array, Array, Array], tuple[float, float]]

exercise = exercises_of("07-threshold-tuning")


# The prices of the lesson's story, in minutes.
_FALSE_ALARM, _MISS = 1, 5


def _candidates(scores: Array) -> Array:
    """Return every threshold that decides differently, infinity first: it flags nothing."""
    return np.append(np.inf, np.unique(scores)[::-1])


def _cost(y_true: Array, scores: Array, threshold: float, false_alarm: float, miss: float) -> float:
    flagged = scores >= np.float64(threshold)
    return float(false_alarm * np.sum(flagged & (y_true == 0)) + miss * np.sum(~flagged & (y_true == 1)))


def _costs(y_true: Array, scores: Array, false_alarm: float, miss: float) -> Array:
    """Return the cost of every candidate."""
    flagged = scores >= _candidates(scores)[:, None]
    alarms, misses = np.sum(flagged & (y_true == 0), axis=1), np.sum(~flagged & (y_true == 1), axis=1)
    costs: Array = false_alarm * alarms + miss * misses
    return costs


def _cheapest(y_true: Array, scores: Array, false_alarm: float, miss: float) -> float:
    return float(_candidates(scores)[_costs(y_true, scores, false_alarm, miss).argmin()])


def _cheapest_that_flags(y_true: Array, scores: Array, false_alarm: float, miss: float) -> float:
    return float(_candidates(scores)[1:][_costs(y_true, scores, false_alarm, miss)[1:].argmin()])


def _lowest_that_flags(y_true: Array, scores: Array, false_alarm: float, miss: float) -> float:
    return float(np.unique(scores)[_costs(y_true, scores, false_alarm, miss)[:0:-1].argmin()])


def _cheapest_above(y_true: Array, scores: Array, false_alarm: float, miss: float) -> float:
    candidates = _candidates(scores)
    costs = [_cost(y_true, scores, np.nextafter(each, np.inf), false_alarm, miss) for each in candidates]
    return float(candidates[np.argmin(costs)])


def _equal_missed(y_true: Array, scores: Array, false_alarm: float, miss: float) -> float:
    candidates = _candidates(scores)
    twice = np.array([np.sum((scores == each) & (y_true == 1)) for each in candidates])
    return float(candidates[np.argmin(_costs(y_true, scores, false_alarm, miss) + miss * twice)])


def _by_shares(y_true: Array, scores: Array, false_alarm: float, miss: float) -> float:
    return _cheapest(y_true, scores, false_alarm / np.sum(y_true == 0), miss / np.sum(y_true == 1))


def _dearest(y_true: Array, scores: Array, false_alarm: float, miss: float) -> float:
    return float(_candidates(scores)[_costs(y_true, scores, false_alarm, miss).argmax()])


def _lowest_cost(y_true: Array, scores: Array, false_alarm: float, miss: float) -> float:
    return float(_costs(y_true, scores, false_alarm, miss).min())


def _most(value: Callable[[int, int, int, int], float]) -> Choice:
    """Choose the score at which value(true positives, flagged, positives, rows) is highest."""

    def choose(y_true: Array, scores: Array, _: float, __: float) -> float:
        candidates = _candidates(scores)[1:]
        positives, rows = int(y_true.sum()), y_true.size
        flags = [scores >= each for each in candidates]
        values = [value(int(y_true[each].sum()), int(each.sum()), positives, rows) for each in flags]
        return float(candidates[np.argmax(values)])

    return choose


def _priced(random: Random) -> tuple[Any, ...]:
    rows, prices = scored_rows(random), (price(random), price(random))
    return *rows, *(prices if any(prices) else (1, 1))


@exercise(
    "cheapest-threshold", gaps=2, solution=_cheapest, returns=("cost (of the errors at your threshold)",)
)
def cheapest_threshold() -> Declared:
    """Check ``f(y_true, scores, false_alarm, miss) -> threshold`` at which the errors cost least.

    Judged by the cost of its errors: several thresholds may be equally cheap.
    """
    labels = [1, 1, 0, 1, 0, 0, 1, 0]
    scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2]
    return Declared(
        adapt=lambda threshold, y_true, scores, false_alarm, miss: _cost(
            y_true, scores, threshold, false_alarm, miss
        ),
        cases=[
            (labels, scores, 1, 5),
            (labels, scores, 5, 1),
            ([0, 0, 1, 0], [0.9, 0.8, 0.2, 0.1], 1, 1),
            # False alarms of 4 cost less than one of 2 and a miss of 3, but not if the costs are squared.
            ([0, 1, 0, 1], [0.9, 0.8, 0.7, 0.6], 2, 3),
        ],
        inputs=_priced,
        mistakes=[
            Mistake(
                _cheapest_that_flags,
                "Flagging nothing is a choice too, and it is sometimes the cheapest: add `np.inf` as a "
                "candidate.",
            ),
            Mistake(
                lambda y_true, scores, false_alarm, miss: _cheapest(y_true, scores, miss, false_alarm),
                "The prices are swapped. A flagged normal email costs `false_alarm`; a spam email below the "
                "threshold costs `miss`.",
            ),
            Mistake(
                lambda y_true, scores, _, __: _cheapest(y_true, scores, 1, 1),
                "This has the fewest errors, whatever they cost. Multiply each count by its price.",
            ),
            Mistake(
                _by_shares,
                "You priced shares of each class. The cost counts emails: use the number of false alarms "
                "and the number of misses.",
            ),
            Mistake(
                lambda y_true, scores, _, miss: _cheapest(y_true, scores, 0, miss),
                "You counted only the misses: every false alarm has its price too.",
            ),
            Mistake(
                lambda *_: -np.inf,
                "Your threshold flags everything, whatever that costs. Add the price of every false alarm.",
            ),
            Mistake(
                lambda y_true, scores, *_: _cheapest(y_true, scores, len(scores) + 1, 1),
                "You counted only the false alarms: every miss has its price too.",
            ),
            Mistake(
                lambda *_: np.inf,
                "Your threshold flags nothing, whatever that costs. Add the price of every miss.",
            ),
            Mistake(
                lambda *given: float(np.float32(_cheapest(*given))),
                "As float32, your threshold may lie a hair above the score, which is then not flagged: "
                "return the score as it is.",
            ),
            Mistake(
                _lowest_cost,
                "This is the lowest cost. Return the threshold at which it occurs.",
            ),
            Mistake(
                lambda *given: int(_costs(*given)[:0:-1].argmin()),
                "This is a position in the list of scores. Return the threshold at that position.",
            ),
            Mistake(
                lambda *given: int(_costs(*given).argmin()),
                "This is a position among the candidates. Return the candidate at that position.",
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
                _equal_missed,
                "You counted the misses with `<=`. A score equal to the threshold is flagged, so it is not "
                "a miss: count with `<`.",
            ),
            Mistake(
                _most(lambda hits, flagged, positives, _: 2 * hits / (flagged + positives)),
                "This threshold has the highest F1, which knows no prices. Add up the cost of the errors.",
            ),
            Mistake(
                _most(lambda hits, flagged, positives, _: hits / flagged + hits / positives),
                "This has the highest sum of precision and recall, which knows no prices. Add up the cost "
                "of the errors.",
            ),
            Mistake(
                _most(
                    lambda hits, flagged, positives, rows: (
                        hits / positives - (flagged - hits) / (rows - positives)
                    )
                ),
                "This has the largest gap between recall and the false positive rate, which knows no prices. "
                "Add up the cost of the errors.",
            ),
            Mistake(
                lambda _, __, ___, ____: 0.5,
                "0.5 is a habit: compare the cost of every score.",
            ),
        ],
        otherwise=(
            "For each candidate, count the false alarms and the misses, multiply them by their prices and "
            "add. Return the candidate with the lowest sum."
        ),
    )


def _on_a_grid(grid: Array) -> Callable[[float, float], float]:
    """Choose the threshold of a grid at which the two decisions differ least in their cost."""
    return lambda false_alarm, miss: float(grid[np.abs(false_alarm * (1 - grid) - miss * grid).argmin()])


@exercise(
    "calibrated-threshold",
    solution=lambda false_alarm, miss: false_alarm / (false_alarm + miss),
    returns=("threshold",),
)
def calibrated_threshold() -> Declared:
    """Check ``f(false_alarm, miss) -> threshold`` for calibrated scores, at prices above 0."""
    return Declared(
        # The last ones are halfway between two places of two, three and four decimals.
        cases=[(1, 5), (4, 1), (2, 2), (3, 5), (3, 13), (3, 29)],
        inputs=lambda random: tuple(max(price(random), random.choice([0.25, 1, 7])) for _ in range(2)),
        mistakes=[
            Mistake(
                lambda false_alarm, miss: miss / (false_alarm + miss),
                "The wrong way round: costly misses call for a *low* threshold, so `false_alarm` is on top.",
            ),
            Mistake(
                lambda false_alarm, miss: false_alarm / miss,
                "These are the odds at which flagging pays, p / (1 − p). The threshold is p itself.",
            ),
            Mistake(
                lambda false_alarm, miss: miss / false_alarm,
                "This ratio of the prices can exceed 1. Solve false_alarm · (1 − p) = miss · p for p.",
            ),
            Mistake(
                lambda false_alarm, miss: 1 - false_alarm / miss,
                "1 minus the ratio of the prices can be negative. At the threshold both decisions cost the "
                "same: what is p where false_alarm · (1 − p) = miss · p?",
            ),
            Mistake(
                lambda false_alarm, miss: 1 / (false_alarm + miss),
                "This is right only if a false alarm costs 1. Put `false_alarm` on top.",
            ),
            Mistake(
                lambda false_alarm, miss: false_alarm / (1 + miss),
                "This is right only if a false alarm costs 1. Divide by the sum of both prices.",
            ),
            Mistake(
                lambda _, __: 0.5,
                "0.5 is right only when both errors cost the same. Use the prices.",
            ),
            Mistake(
                lambda _, __: 1 / 6,
                "This is right only if a miss costs five times as much as a false alarm. Use the arguments.",
            ),
            *(
                Mistake(
                    _on_a_grid(np.linspace(*ends, points)),
                    "Your result is right to some decimals only. Solve false_alarm · (1 − p) = miss · p for "
                    "p: then you neither round nor try thresholds at equal distances.",
                )
                for points in (101, 1001, 10_001)
                for ends in ((0, 1), (1, 0))
            ),
        ],
        otherwise=(
            "A flag costs false_alarm · (1 − p) on average, no flag costs miss · p. "
            "At which p are the two equal?"
        ),
    )


def _at_most(scores: Array, allowed: float) -> float:
    """Return the lowest candidate that flags no more than `allowed` rows."""
    candidates = _candidates(scores)
    flagged = np.array([np.sum(scores >= threshold) for threshold in candidates])
    return float(candidates[flagged <= allowed].min())


# The parameters of these functions have the names of the notebook.
def _allowed(scores: Array, emails_a_day: float, capacity: float) -> float:
    # A slack far below one row: 7 / 10 of 10 rows are 7 rows, also in floating point.
    return scores.size * capacity / emails_a_day + 1e-9


def _threshold_for_capacity(scores: Array, emails_a_day: float, capacity: float) -> float:
    return _at_most(scores, _allowed(scores, emails_a_day, capacity))


def _nth_highest(scores: Array, emails_a_day: float, capacity: float) -> float:
    count = int(_allowed(scores, emails_a_day, capacity))
    return float(np.sort(scores)[::-1][count - 1])


def _nth_highest_or_none(scores: Array, emails_a_day: float, capacity: float) -> float:
    none = _allowed(scores, emails_a_day, capacity) < 1
    return np.inf if none else _nth_highest(scores, emails_a_day, capacity)


_SHARED = (
    "The n-th highest score may be shared, and with n = 0 nothing may be flagged at all. "
    "Count what each candidate flags, `np.inf` among them."
)


def _never_infinite(scores: Array, emails_a_day: float, capacity: float) -> float:
    threshold = _threshold_for_capacity(scores, emails_a_day, capacity)
    return threshold if np.isfinite(threshold) else float(scores.max())


def _flagged_above(scores: Array, emails_a_day: float, capacity: float) -> float:
    flagged = np.array([np.sum(scores > threshold) for threshold in _candidates(scores)])
    return float(_candidates(scores)[flagged <= _allowed(scores, emails_a_day, capacity)].min())


def _a_day(random: Random) -> tuple[Any, ...]:
    """Draw a capacity whose share of the rows is the same count however it is computed."""
    rows = random.randint(1, 9)
    drawn = scores(random, rows)
    while True:
        emails = random.choice([rows, 2 * rows, 5, 8, 40, 100, 1000])
        whole = emails * random.randint(0, rows) // rows
        capacity = random.choice([whole, random.randint(0, emails), random.randint(0, emails), emails])
        if int(rows * (capacity / emails)) == int(capacity / emails * rows) == rows * capacity // emails:
            return drawn, emails, capacity


@exercise(
    "threshold-for-capacity",
    gaps=2,
    solution=_threshold_for_capacity,
    returns=("number of flagged validation emails (score >= threshold)",),
)
def threshold_for_capacity() -> Declared:
    """Check ``f(scores, emails_a_day, capacity) -> threshold`` for a share of the validation emails.

    Judged by the number of validation emails it flags.
    """
    scores = [0.98, 0.9, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05, 0.01]
    return Declared(
        adapt=lambda threshold, scores, _, __: flagged_by(threshold, scores),
        cases=[(scores, 100, 30), (scores, 1000, 450), (scores, 1000, 50)],
        inputs=_a_day,
        mistakes=[
            Mistake(
                lambda scores, _, capacity: _at_most(scores, capacity),
                "You allow `capacity` of the *validation* emails. The capacity is per day: allow the same "
                "share, capacity / emails_a_day, of the validation emails.",
            ),
            Mistake(
                lambda *given: _at_most(given[0], np.ceil(_allowed(*given) - 1e-6)),
                "You rounded the allowed number up. A capacity is an upper limit: round down.",
            ),
            Mistake(
                lambda *given: _at_most(given[0], np.floor(_allowed(*given) + 0.5)),
                "You rounded the allowed number to the nearest. A capacity is an upper limit: round down.",
            ),
            Mistake(
                lambda *given: _at_most(given[0], round(_allowed(*given) - 1e-9)),
                "You rounded the allowed number to the nearest. A capacity is an upper limit: round down.",
            ),
            Mistake(
                lambda *given: _at_most(given[0], np.ceil(_allowed(*given) - 1e-6) - 1),
                "You cut with `<`: a threshold that flags exactly the allowed number keeps to it, so compare "
                "with `<=`.",
            ),
            Mistake(
                _flagged_above,
                "You counted with `>`, or took the score after the last allowed one. A score equal to the "
                "threshold is flagged: count with `>=`.",
            ),
            *(Mistake(nth, _SHARED) for nth in (_nth_highest, _nth_highest_or_none)),
            Mistake(
                _never_infinite,
                "When not even one email may be flagged, return `np.inf`.",
            ),
            Mistake(
                lambda *_: np.inf,
                "Your threshold flags nothing. Of all candidates that keep to the capacity, take the lowest.",
            ),
            Mistake(
                lambda *_: -np.inf,
                "Your threshold flags everything. Take the lowest among the candidates that keep to the "
                "capacity.",
            ),
            Mistake(
                lambda scores, emails_a_day, capacity: _at_most(
                    scores, scores.size * emails_a_day / capacity
                ),
                "The share is upside down: the clerk can read capacity / emails_a_day of the emails.",
            ),
            Mistake(
                lambda scores, emails_a_day, capacity: _threshold_for_capacity(
                    scores, emails_a_day, emails_a_day - capacity
                ),
                "You allow the share that the clerk can *not* read. Allow capacity / emails_a_day.",
            ),
            Mistake(
                lambda scores, emails_a_day, capacity: np.quantile(scores, 1 - capacity / emails_a_day),
                "A quantile does not know about ties or `>=`: it may flag one email too many, or more. "
                "Count what each candidate flags.",
            ),
            Mistake(
                lambda _, emails_a_day, capacity: 1 - capacity / emails_a_day,
                "This is a share of the emails, and a threshold is a score: find the score that flags it.",
            ),
            Mistake(
                lambda _, emails_a_day, capacity: capacity / emails_a_day,
                "This is the share that may be flagged. Find the score at which that share is flagged.",
            ),
        ],
        otherwise=(
            "Allowed are len(scores) · capacity / emails_a_day validation emails. Count what each candidate "
            "flags, and take the lowest that keeps to it."
        ),
    )


def _report(y_val: Array, s_val: Array, y_test: Array, s_test: Array) -> tuple[float, float]:
    threshold = _cheapest(y_val, s_val, _FALSE_ALARM, _MISS)
    return threshold, _cost(y_test, s_test, threshold, _FALSE_ALARM, _MISS)


def _chosen_by(choose: Callable[..., float]) -> Report:
    def report(y_val: Array, s_val: Array, y_test: Array, s_test: Array) -> tuple[float, float]:
        threshold = choose(y_val, s_val, y_test, s_test)
        return threshold, _cost(y_test, s_test, threshold, _FALSE_ALARM, _MISS)

    return report


def _chosen_on_validation(choose: Choice) -> Report:
    return _chosen_by(lambda y_val, s_val, _, __: choose(y_val, s_val, _FALSE_ALARM, _MISS))


def _paid(cost: Callable[[Array, Array, Array, Array, float], float]) -> Report:
    """Report another cost of the right threshold."""

    def report(y_val: Array, s_val: Array, y_test: Array, s_test: Array) -> tuple[float, float]:
        threshold, _ = _report(y_val, s_val, y_test, s_test)
        return threshold, cost(y_val, s_val, y_test, s_test, threshold)

    return report


def _two_parts(random: Random) -> tuple[Any, ...]:
    """Draw a validation part on which one threshold is the cheapest, and a test part."""
    while True:
        y_val, drawn = scored_rows(random)
        rows = random.randint(2, 6)
        both = scores(random, drawn.size + rows)
        if random.random() < 0.5:  # noqa: PLR2004  (half of the draws: no order)
            order = np.argsort(y_val, kind="stable")
            y_val, both[: y_val.size] = y_val[order], np.sort(both[: y_val.size])
        s_val, s_test = both[: y_val.size], both[y_val.size :]
        costs = _costs(y_val, s_val, _FALSE_ALARM, _MISS)
        if np.sum(costs == costs.min()) == 1:
            return y_val, s_val, labels(random, rows), s_test


@exercise("honest-report", solution=_report, returns=("threshold", "cost on the test rows"))
def honest_report() -> Declared:
    """Check ``f(y_val, s_val, y_test, s_test) -> (threshold, cost)``: chosen on validation, paid on test."""
    return Declared(
        cases=[
            (
                [1, 0, 0, 1, 0, 1, 1, 1, 0, 1],
                [0.95, 0.85, 0.8, 0.75, 0.65, 0.6, 0.35, 0.3, 0.25, 0.2],
                [1, 0, 0, 0, 0, 0, 0, 1],
                [0.8, 0.75, 0.7, 0.35, 0.3, 0.25, 0.15, 0.05],
            ),
            ([0, 0, 0, 0, 0, 0, 1], [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3], [1, 0, 1], [0.8, 0.5, 0.2]),
            # Six false alarms cost more than one miss, and less than two.
            (
                [1, 0, 0, 0, 0, 0, 0, 1],
                [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2],
                [1, 0, 1],
                [0.8, 0.5, 0.2],
            ),
        ],
        inputs=_two_parts,
        mistakes=[
            Mistake(
                _chosen_by(lambda _, __, y_test, s_test: _cheapest(y_test, s_test, _FALSE_ALARM, _MISS)),
                "You chose the threshold on the test rows, so its cost there is too good. Choose on "
                "validation.",
            ),
            Mistake(
                _paid(lambda y_val, s_val, _, __, threshold: _cost(y_val, s_val, threshold, 1, 5)),
                "The threshold is right, but this is its cost on the rows it was chosen on. Report the test "
                "rows.",
            ),
            Mistake(
                _paid(lambda _, __, y_test, s_test, ___: _lowest_cost(y_test, s_test, 1, 5)),
                "This is the lowest cost that any threshold has on the test rows. Report the cost of *your* "
                "threshold.",
            ),
            Mistake(
                _paid(lambda _, __, y_test, s_test, t: _cost(y_test, s_test, t, 1, 5) / y_test.size),
                "The threshold is right, but this is the mean cost per row. Report the total cost.",
            ),
            Mistake(
                _paid(lambda _, __, y_test, s_test, threshold: _cost(y_test, s_test, threshold, 5, 1)),
                "The threshold is right, but its cost has the prices swapped: a false alarm costs 1 and a "
                "miss costs 5.",
            ),
            Mistake(
                _paid(lambda _, __, y_test, s_test, threshold: _cost(y_test, s_test, threshold, 1, 1)),
                "The threshold is right, but this is its number of errors. A miss costs 5.",
            ),
            Mistake.turned(
                _report,
                "The two have changed places: the threshold first, then its cost.",
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
                "You chose with the prices swapped: a false alarm costs 1 and a miss costs 5.",
            ),
            Mistake(
                _chosen_by(lambda y, s, _, __: _cheapest(y, s, 1, 1)),
                "This threshold has the fewest errors. A miss costs 5: multiply before you add.",
            ),
            Mistake(
                _chosen_on_validation(_by_shares),
                "You chose by shares of each class. The cost counts rows: use the number of false alarms and "
                "the number of misses.",
            ),
            Mistake(
                _chosen_on_validation(_cheapest_above),
                "You chose with `>`. A score equal to the threshold is flagged: count with `>=`.",
            ),
            Mistake(
                _chosen_by(lambda *_: _FALSE_ALARM / (_FALSE_ALARM + _MISS)),
                "The formula of the prices needs calibrated scores. Choose the cheapest on validation.",
            ),
            Mistake(
                _chosen_by(lambda *_: 0.5),
                "0.5 is a habit. Choose the cheapest threshold on validation.",
            ),
            Mistake(
                _chosen_on_validation(
                    _most(lambda hits, flagged, positives, _: 2 * hits / (flagged + positives))
                ),
                "This threshold has the highest F1 on validation. F1 knows no prices: choose the cheapest.",
            ),
            # Of equally cheap scores, the highest or the lowest may be taken.
            *(
                Mistake(
                    _chosen_on_validation(choose),
                    "Flagging nothing is sometimes the cheapest on validation: `np.inf` is a candidate too.",
                )
                for choose in (_cheapest_that_flags, _lowest_that_flags)
            ),
        ],
        otherwise=(
            "Two steps: the cheapest threshold on the validation rows, then its cost on the test rows."
        ),
    )
