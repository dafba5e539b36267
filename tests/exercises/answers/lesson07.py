"""Right answers to the exercises of lesson 07 in many forms, and wrong ones with words of their hint."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix, roc_curve

import lessonkit as lk

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]


def cost(y_true: Array, scores: Array, threshold: float, false_alarm: float, miss: float) -> Any:
    alarms = np.sum((scores >= threshold) & (y_true == 0))
    return false_alarm * alarms + miss * np.sum((scores < threshold) & (y_true == 1))


def cheapest_by(price: Callable[..., float]) -> Callable[..., Any]:
    """Choose the candidate at which price(y_true, scores, threshold, false_alarm, miss) is lowest."""

    def cheapest(y_true: Array, scores: Array, false_alarm: float, miss: float) -> Any:
        candidates = np.append(np.inf, np.unique(scores)[::-1])
        return candidates[np.argmin([price(y_true, scores, t, false_alarm, miss) for t in candidates])]

    return cheapest


cheapest = cheapest_by(cost)


def cheapest_of_sweep(y_true: Array, scores: Array, false_alarm: float, miss: float) -> float:
    sweep = lk.ThresholdSweep(y_true, scores)
    return sweep.cheapest(false_positive=false_alarm, false_negative=miss).threshold


def cheapest_by_loop(y_true: Array, scores: Array, false_alarm: float, miss: float) -> float:
    best, lowest = float("inf"), miss * float(sum(y_true))
    for threshold in scores.tolist():
        paid = 0.0
        for label, score in zip(y_true, scores.tolist(), strict=True):
            if score >= threshold and label == 0:
                paid += false_alarm
            elif score < threshold and label == 1:
                paid += miss
        if paid < lowest:
            best, lowest = threshold, paid
    return best


def cheapest_of_scikit_learn(y_true: Array, scores: Array, false_alarm: float, miss: float) -> Any:
    fpr, tpr, thresholds = roc_curve(y_true, scores, drop_intermediate=False)
    paid = false_alarm * fpr * np.sum(y_true == 0) + miss * (1 - tpr) * np.sum(y_true == 1)
    return thresholds[[paid.argmin()]]


def cheapest_of_matrices(y_true: Array, scores: Array, false_alarm: float, miss: float) -> Any:
    def paid(threshold: float) -> Any:
        _, alarms, misses, _ = confusion_matrix(y_true, scores >= threshold, labels=[0, 1]).ravel()
        return alarms * false_alarm + misses * miss

    return min([*scores, np.inf], key=paid)


def cheapest_by_running_sum(y_true: Array, scores: Array, false_alarm: float, miss: float) -> Any:
    frame = pd.DataFrame({"s": scores, "change": np.where(y_true == 1, -miss, false_alarm)})
    total = frame.groupby("s").change.sum().sort_index(ascending=False).cumsum()
    return total.idxmin() if total.min() < 0 else np.inf


def score_only(y_true: Array, scores: Array, false_alarm: float, miss: float) -> Any:
    candidates = np.unique(scores)
    return candidates[np.argmin([cost(y_true, scores, t, false_alarm, miss) for t in candidates])]


def by_shares(y: Array, s: Array, t: float, false_alarm: float, miss: float) -> Any:
    return false_alarm * np.mean(s[y == 0] >= t) + miss * np.mean(s[y == 1] < t)


def position(y_true: Array, scores: Array, false_alarm: float, miss: float) -> Any:
    candidates = np.append(np.inf, np.unique(scores)[::-1])
    return np.argmin([cost(y_true, scores, t, false_alarm, miss) for t in candidates])


def youden(y_true: Array, scores: Array, _: float, __: float) -> Any:
    fpr, tpr, thresholds = roc_curve(y_true, scores, drop_intermediate=False)
    return thresholds[1:][np.argmax((tpr - fpr)[1:])]


def on_a_grid(y_true: Array, scores: Array, false_alarm: float, miss: float) -> Any:
    grid = np.arange(0, 1.1, 0.1)
    return grid[np.argmin([cost(y_true, scores, t, false_alarm, miss) for t in grid])]


class Tuner:
    """Chooses, then pays."""

    def choose(self, y_true: Array, scores: Array, false_alarm: float, miss: float) -> Any:
        self.threshold = cheapest_by_loop(y_true, scores, false_alarm, miss)
        return np.float64(self.threshold)

    def __call__(self, y_val: Array, s_val: Array, y_test: Array, s_test: Array) -> list[Any]:
        self.choose(y_val, s_val, 1, 5)
        return [self.threshold, cost(y_test, s_test, self.threshold, 1, 5)]


def calibrated_on(grid: Array) -> Any:
    """Search the threshold on a grid."""
    return lambda false_alarm, miss: grid[np.argmin(np.abs(false_alarm * (1 - grid) - miss * grid))]


def allowed(scores: Array, count: float) -> float:
    candidates = np.append(np.unique(scores), np.inf)
    flagged = np.array([np.sum(scores >= threshold) for threshold in candidates])
    return float(candidates[flagged <= count].min())


def by_count(scores: Array, emails: float, capacity: float) -> float:
    return allowed(scores, scores.size * capacity / emails)


def by_share(scores: Array, emails: float, capacity: float) -> float:
    return min(t for t in [*scores, np.inf] if np.mean(scores >= t) <= capacity / emails)


def by_day(scores: Array, emails: float, capacity: float) -> Any:
    best = np.inf
    for threshold in sorted(set(scores.tolist()), reverse=True):
        if sum(score >= threshold for score in scores.tolist()) * emails > capacity * len(scores):
            break
        best = threshold
    return best


def above_the_next(scores: Array, emails: float, capacity: float) -> float:
    count = int(scores.size * capacity / emails)
    falling = np.sort(scores)[::-1].astype(float)
    if count >= falling.size:
        return -np.inf
    return np.inf if falling[count] == falling[0] else float(np.nextafter(falling[count], np.inf))


def by_series(scores: Array, emails: float, capacity: float) -> Any:
    flagged = pd.Series(scores).value_counts().sort_index(ascending=False).cumsum()
    kept = flagged[flagged * emails <= capacity * scores.size]
    return kept.index[-1] if len(kept) else np.inf


def by_search(scores: Array, emails: float, capacity: float) -> Any:
    rising = np.sort(scores)
    levels = np.unique(rising)
    flagged = rising.size - np.searchsorted(rising, levels)
    return np.append(levels, np.inf)[[np.sum(flagged > rising.size * capacity // emails)]]


class Clerk:
    def __call__(self, scores: Array, emails_a_day: float, capacity: float) -> float:
        exact = Fraction(int(capacity), int(emails_a_day)) * len(scores)
        return allowed(scores, exact.numerator // exact.denominator)


def report(y_val: Array, s_val: Array, y_test: Array, s_test: Array) -> tuple[Any, Any]:
    threshold = cheapest(y_val, s_val, 1, 5)
    return threshold, cost(y_test, s_test, threshold, 1, 5)


def report_of_sweep(y_val: Array, s_val: Array, y_test: Array, s_test: Array) -> tuple[float, float]:
    prices = {"false_positive": 1, "false_negative": 5}
    threshold = lk.ThresholdSweep(y_val, s_val).cheapest(**prices).threshold
    return threshold, lk.ThresholdSweep(y_test, s_test).at(threshold).cost(**prices)


def report_of(choose: Callable[..., Any]) -> Callable[..., tuple[Any, Any]]:
    """Choose with another rule on validation, and pay on test."""

    def chosen(y_val: Array, s_val: Array, y_test: Array, s_test: Array) -> tuple[Any, Any]:
        threshold = choose(y_val, s_val, 1, 5)
        return threshold, cost(y_test, s_test, float(threshold), 1, 5)

    return chosen


def pays(paid: Callable[..., Any]) -> Callable[..., tuple[Any, Any]]:
    """Report another cost of the right threshold."""
    return lambda *parts: (report(*parts)[0], paid(*parts[2:], report(*parts)[0]))


def cheapest_by_a_ratio(y: Any, s: Any, false_alarm: float, miss: float) -> Any:
    part = miss / (false_alarm + miss)
    return cheapest(y, s, 1 - part, part)


RIGHT: dict[str, list[Any]] = {
    "cheapest-threshold": [
        *(cheapest, cheapest_of_sweep, cheapest_by_loop, cheapest_of_scikit_learn, cheapest_of_matrices),
        *(cheapest_by_running_sum, Tuner().choose, cheapest_by_a_ratio),
        # A hair below the score decides the same.
        lambda *given: cheapest(*given) - 1e-10,
        cheapest_by(lambda y, s, t, a, m: np.where(s >= t, a * (y == 0), m * (y == 1)).mean()),
    ],
    "calibrated-threshold": [
        lambda false_alarm, miss: false_alarm / (false_alarm + miss),
        lambda false_alarm, miss: 1 / (1 + miss / false_alarm),
        lambda false_alarm, miss: (false_alarm / miss) / (1 + false_alarm / miss),
        lambda false_alarm, miss: 1 - miss / (false_alarm + miss),
        lambda false_alarm, miss: np.array([false_alarm]) / np.sum([false_alarm, miss]),
        lambda false_alarm, miss: Fraction(false_alarm) / (Fraction(false_alarm) + Fraction(miss)),
        lambda false_alarm, miss: Decimal(false_alarm) / (Decimal(false_alarm) + Decimal(miss)),
        lambda false_alarm, miss: np.linalg.solve([[false_alarm + miss]], [false_alarm]),
        lambda false_alarm, miss: np.float32(1 / (1 + np.exp(np.log(miss) - np.log(false_alarm)))),
    ],
    "threshold-for-capacity": [
        *(by_count, by_share, by_day, above_the_next, by_series, by_search, Clerk()),
        lambda scores, emails, capacity: allowed(scores, np.floor(scores.size * capacity / emails)),
        lambda scores, emails, capacity: allowed(scores, int(scores.size * (capacity / emails))),
    ],
    "honest-report": [
        *(report, report_of_sweep, report_of(cheapest_by_loop), report_of(cheapest_of_matrices), Tuner()),
        lambda *parts: np.array(report(*parts)),
        lambda *parts: pd.Series(report(*parts)),
        lambda *parts: [np.array([each]) for each in report_of_sweep(*parts)],
        report_of(lambda *given: cheapest_of_scikit_learn(*given)[0]),
    ],
}

_EACH = "For each candidate, count"
_FLAG = "A flag costs"
_ALLOWED = "Allowed are"
_TWO = "Two steps"

WRONG: dict[str, list[tuple[Any, str]]] = {
    "cheapest-threshold": [
        (score_only, "add `np.inf`"),
        (lambda y, s, false_alarm, miss: cheapest(y, s, miss, false_alarm), "prices are swapped"),
        (lambda y, s, _, __: cheapest(y, s, 1, 1), "fewest errors"),
        (cheapest_by(by_shares), "priced shares"),
        (cheapest_by(lambda y, s, t, a, m: cost(y, s, t, a**2, m**2)), _EACH),
        (cheapest_by(lambda y, s, t, a, m: cost(y, s, t, a, 0) ** 2 + cost(y, s, t, 0, m) ** 2), _EACH),
        (cheapest_by(lambda y, s, t, a, m: max(cost(y, s, t, a, 0), cost(y, s, t, 0, m))), _EACH),
        (lambda *given: np.float32(cheapest(*given)), "a hair"),
        (cheapest_by(lambda y, s, t, _, m: m * np.sum((s < t) & (y == 1))), "only the misses"),
        (cheapest_by(lambda y, s, t, a, _: a * np.sum((s >= t) & (y == 0))), "flags nothing"),
        (cheapest_by(lambda y, s, t, a, m: cost(y, s, t, a, 0) - cost(y, s, t, 0, m)), "flags nothing"),
        (lambda y, s, a, m: cost(y, s, cheapest(y, s, a, m), a, m), "the lowest cost. Return"),
        (position, "position among the candidates"),
        (cheapest_by(lambda *given: -cost(*given)), "costs the most"),
        (lambda _, __, a, m: a / (a + m), "needs calibrated scores"),
        (lambda *_: 0.5, "a habit"),
        (lambda y, s, _, __: lk.ThresholdSweep(y, s).best("f1").threshold, "highest F1"),
        (youden, "false positive rate"),
        (cheapest_by(lambda y, s, t, a, m: cost(y, s, np.nextafter(t, 99), a, m)), "counted with `>`"),
        (
            cheapest_by(lambda y, s, t, a, m: cost(y, s, t, a, m) + m * np.sum((s == t) & (y == 1))),
            "the misses with `<=`",
        ),
        (lambda _, s, __, ___: s.min(), "flags everything"),
        (on_a_grid, _EACH),
        (lambda *_: 0, _EACH),
        (lambda *_: np.nan, _EACH),
        (lambda y, s, _, m: cheapest(y, s, 1, m), _EACH),
        (lambda y, s, a, m: cheapest(y, np.round(s, 3), a, m), _EACH),
        (cheapest_by(lambda y, s, t, a, m: cost(y, s, t - 1e-6, a, m)), _EACH),
        (lambda y, s, a, _: cheapest(y, s, a, 1), _EACH),
        (lambda y, s, a, m: y.nothing, ""),
    ],
    "calibrated-threshold": [
        (lambda false_alarm, miss: miss / (false_alarm + miss), "wrong way round"),
        (lambda false_alarm, miss: 1 / (1 + false_alarm / miss), "wrong way round"),
        (lambda false_alarm, miss: false_alarm / miss, "odds"),
        (lambda false_alarm, miss: miss / false_alarm, "can exceed 1"),
        (lambda false_alarm, miss: 1 - false_alarm / miss, "can be negative"),
        (lambda false_alarm, miss: 1 / (false_alarm + miss), "Put `false_alarm` on top"),
        (lambda _, miss: 1 / (1 + miss), _FLAG),
        (lambda false_alarm, miss: false_alarm / (1 + miss), "the sum of both prices"),
        (lambda *_: 0.5, "both errors cost the same"),
        (lambda *_: 1 / 6, "five times as much"),
        (lambda false_alarm, miss: false_alarm * miss / (false_alarm + miss), _FLAG),
        (lambda false_alarm, miss: false_alarm / (false_alarm + miss) / 2, _FLAG),
        (lambda false_alarm, miss: false_alarm**2 / (false_alarm**2 + miss**2), _FLAG),
        (lambda false_alarm, miss: round(false_alarm / (false_alarm + miss), 2), "Rounded to 2"),
        (lambda false_alarm, miss: false_alarm // (false_alarm + miss), _FLAG),
        (calibrated_on(np.linspace(0, 1, 101)), "right to some decimals"),
        (calibrated_on(np.linspace(0, 1, 1001)), "right to some decimals"),
        (calibrated_on(np.linspace(0, 1, 21)), _FLAG),
    ],
    "threshold-for-capacity": [
        (lambda scores, _, capacity: allowed(scores, capacity), "per day"),
        (lambda s, emails, capacity: np.sort(s)[::-1][int(s.size * capacity / emails) - 1], "may be shared"),
        (
            lambda s, emails, capacity: np.sort(s)[::-1][min(int(s.size * capacity / emails), s.size - 1)],
            "after the last allowed one",
        ),
        (
            lambda scores, emails, capacity: allowed(scores, np.ceil(scores.size * capacity / emails)),
            "number up",
        ),
        (
            lambda scores, emails, capacity: allowed(scores, round(scores.size * capacity / emails)),
            "to the nearest",
        ),
        (lambda scores, emails, capacity: np.quantile(scores, 1 - capacity / emails), "quantile"),
        (lambda _, emails, capacity: 1 - capacity / emails, "a threshold is a score"),
        (lambda _, emails, capacity: capacity / emails, "at which that share"),
        (lambda s, emails, capacity: min(by_count(s, emails, capacity), s.max()), "`np.inf`."),
        (
            lambda s, emails, capacity: (
                allowed(s, np.ceil(s.size * capacity / emails - 1e-9) - 1) if capacity else np.inf
            ),
            "cut with `<`",
        ),
        (
            lambda s, emails, capacity: min(
                t for t in [*s, np.inf] if np.sum(s > t) <= s.size * capacity / emails
            ),
            "counted with `>`",
        ),
        (lambda s, emails, capacity: by_count(s, emails, emails - capacity), "can *not* read"),
        (lambda s, emails, capacity: allowed(s, s.size * emails / max(capacity, 1)), "flags everything"),
        (lambda *_: np.inf, "flags nothing"),
        (lambda s, *_: s.min(), "flags everything"),
        (
            lambda s, emails, capacity: (
                np.sort(s)[-int(s.size * capacity / emails)] if int(s.size * capacity / emails) else np.inf
            ),
            "may be shared",
        ),
        (lambda s, emails, capacity: by_count(np.round(s, 3), emails, capacity), _ALLOWED),
        (lambda s, emails, capacity: min(by_count(s, emails, capacity), float(s.max()) + 1), _ALLOWED),
        (lambda s, emails, capacity: by_count(s, emails, capacity / 2), _ALLOWED),
        (lambda s, emails, _: allowed(s, s.size / emails), _ALLOWED),
        (lambda *_: 0.5, _ALLOWED),
    ],
    "honest-report": [
        (lambda _, __, y_test, s_test: report(y_test, s_test, y_test, s_test), "on the test rows, so"),
        (lambda y_val, s_val, _, __: report(y_val, s_val, y_val, s_val), "rows it was chosen on"),
        (pays(lambda y, s, _: report(y, s, y, s)[1]), "the cost of *your*"),
        (pays(lambda y, s, t: cost(y, s, t, 1, 5) / y.size), "mean cost per row"),
        (pays(lambda y, s, t: cost(y, s, t, 5, 1)), "its cost has the prices swapped"),
        (pays(lambda y, s, t: cost(y, s, t, 1, 1)), "its number of errors"),
        (lambda *parts: report(*parts)[::-1], "changed places"),
        (
            lambda y_val, s_val, y, s: report(np.append(y_val, y), np.append(s_val, s), y, s),
            "must not have a say",
        ),
        (report_of(lambda y, s, a, m: cheapest(y, s, m, a)), "chose with the prices swapped"),
        (report_of(lambda y, s, _, __: cheapest(y, s, 1, 1)), "has the fewest errors"),
        (report_of(cheapest_by(by_shares)), "by shares of each class"),
        (lambda _, __, y, s: (1 / 6, cost(y, s, 1 / 6, 1, 5)), "calibrated"),
        (lambda _, __, y, s: (0.5, cost(y, s, 0.5, 1, 5)), "a habit"),
        (report_of(lambda y, s, _, __: lk.ThresholdSweep(y, s).best("f1").threshold), "highest F1"),
        (report_of(score_only), "`np.inf` is a candidate"),
        (lambda *parts: report(*parts)[0], _TWO),
        (lambda *parts: dict(zip("tc", report(*parts), strict=True)), _TWO),
        (report_of(youden), _TWO),
        (report_of(lambda y, s, a, m: cheapest(y, s, a**2, m**2)), _TWO),
        (report_of(lambda y, s, a, m: cheapest(y, s, a, 2)), _TWO),
    ],
}
