"""The exercises of lesson 05: areas by two rules, intervals by resampling, and what no skill scores."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.inputs import scored_rows
from lessonkit.exercises.judge import Declared, Mistake
from lessonkit.exercises.registry import exercises_of
from lessonkit.metrics import ThresholdSweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    _Statistic = Callable[[NDArray[Any], Floats, NDArray[Any]], float]
    _Summary = Callable[[Floats], tuple[float, float]]

exercise = exercises_of("05-area-under-the-pr-curve")

_RESAMPLES = 200
_UNEVEN = (
    "Mean and standard deviation put the ends at equal distances. Average precision is not spread evenly: "
    "take quantiles of the values."
)


def _steps(precision: Floats, recall: Floats) -> float:
    return float(np.sum(np.diff(recall, prepend=0) * precision))


def _lines(precision: Floats, recall: Floats, anchor: float = 1.0) -> float:
    return float(np.trapezoid(np.append(anchor, precision), np.append(0.0, recall)))


def _two_areas(precision: Floats, recall: Floats) -> tuple[float, float]:
    return _steps(precision, recall), _lines(precision, recall)


def _curve(random: Random) -> tuple[Any, ...]:
    """Draw the curve of some rows; now and then it begins where no positive is found."""
    sweep = ThresholdSweep(*scored_rows(random))
    return sweep.precision, sweep.recall


@exercise("two-areas", gaps=2, solution=_two_areas, returns=("area by steps", "area by straight lines"))
def two_areas() -> Declared:
    """Check ``f(precision, recall) -> (steps, lines)``, points in order of falling threshold."""
    return Declared(
        cases=[
            ([0.4, 0.1], [0.6, 1.0]),
            ([0.2], [1.0]),
            ([0.0, 0.5, 0.4], [0.0, 0.5, 1.0]),
            ([1.0, 0.5, 0.6], [0.25, 0.25, 1.0]),
        ],
        inputs=_curve,
        mistakes=[
            Mistake.turned(
                _two_areas,
                "The two areas have changed places: steps first, then straight lines.",
            ),
            Mistake(
                lambda precision, recall: (_steps(precision, recall), np.trapezoid(precision, recall)),
                "Your straight lines begin at the first point. scikit-learn's begin at recall 0 and "
                "precision 1: put this pair in front.",
            ),
            Mistake(
                lambda precision, recall: (
                    _steps(precision, recall),
                    _lines(precision, recall, float(precision[0])),
                ),
                "You start the line at the precision of the first point. scikit-learn starts it at "
                "precision 1.",
            ),
            Mistake(
                lambda precision, recall: (_steps(precision, recall), _lines(precision, recall, 0.0)),
                "You start the line at recall 0 and precision 0. scikit-learn starts it at precision 1.",
            ),
            Mistake(
                lambda precision, recall: (_steps(precision, recall), -_lines(precision, recall)),
                "The sign is wrong: `np.trapezoid(y, x)` needs x, the recall, in rising order.",
            ),
            Mistake(
                lambda precision, recall: (
                    _steps(precision, recall),
                    np.trapezoid(np.append(0.0, recall), np.append(1.0, precision)),
                ),
                "`np.trapezoid(y, x)` takes the heights first: precision, then recall.",
            ),
            Mistake(
                lambda precision, recall: (
                    float(np.sum(np.diff(recall) * precision[1:])),
                    _lines(precision, recall),
                ),
                "The first step is missing: recall starts at 0, so give `np.diff` the argument `prepend=0`.",
            ),
            Mistake(
                lambda precision, recall: (float(precision.mean()), _lines(precision, recall)),
                "This is the plain mean of the precisions. Weight each by the recall that it gains.",
            ),
        ],
        otherwise=(
            "Steps: each gain in recall times the precision at its end, added up. Lines: `np.trapezoid` with "
            "the pair recall 0, precision 1 in front."
        ),
    )


def _drawn_rows(size: int, seed: int) -> list[NDArray[Any]]:
    rng = np.random.default_rng(seed)
    return [rng.integers(size, size=size) for _ in range(_RESAMPLES)]


def _rows_and_seed(random: Random) -> tuple[Any, ...]:
    """Draw rows and a seed whose resamples all have both classes."""
    while True:
        y_true, scores = scored_rows(random, rows=16, positives=3, negatives=3)
        seed = random.randint(0, 99)
        if all(0 < y_true[rows].sum() < y_true.size for rows in _drawn_rows(y_true.size, seed)):
            return y_true, scores, seed


_RANDOM = Random(5)  # noqa: S311  (nothing is to be kept secret)
_LABELS = (1, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0)
# Distinct scores, and tied ones.
_ROWS = (
    (3.1, 2.4, 1.9, 1.2, 0.8, 0.5, 0.1, -0.2, -0.4, -0.7, -0.9, -1.1, -1.6, -2.0, -2.3, -3.0),
    (0.9, 0.4, 0.4, 0.9, 0.6, 0.6, 0.4, 0.1, 0.1, 0.1, 0.6, 0.4, 0.9, 0.1, 0.4, 0.6),
)
# Few, as each takes 200 resamples: these two, and what the generator draws.
_CASES = (
    *((_LABELS, scores, seed) for seed, scores in enumerate(_ROWS)),
    *(
        (tuple(y_true.tolist()), tuple(scores.tolist()), seed)
        for y_true, scores, seed in (_rows_and_seed(_RANDOM) for _ in range(6))
    ),
)


@cache
def _values(y_true: tuple[int, ...], scores: tuple[float, ...], seed: int, statistic: _Statistic) -> Floats:
    """Return a statistic of the resamples of a case; many beliefs sum up the same ones."""
    drawn = _drawn_rows(len(y_true), seed)
    return np.array([statistic(np.array(y_true), np.array(scores), rows) for rows in drawn])


def _resampled(y_true: NDArray[Any], scores: Floats, rows: NDArray[Any]) -> float:
    return ThresholdSweep(y_true[rows], scores[rows]).average_precision


def _without_repeats(y_true: NDArray[Any], scores: Floats, rows: NDArray[Any]) -> float:
    return _resampled(y_true, scores, np.unique(rows))


def _labels_left(y_true: NDArray[Any], scores: Floats, rows: NDArray[Any]) -> float:
    return ThresholdSweep(y_true, scores[rows]).average_precision


def _scores_left(y_true: NDArray[Any], scores: Floats, rows: NDArray[Any]) -> float:
    return ThresholdSweep(y_true[rows], scores).average_precision


def _never_drawn(y_true: NDArray[Any], scores: Floats, _: NDArray[Any]) -> float:
    return ThresholdSweep(y_true, scores).average_precision


def _ranked_by_roc(y_true: NDArray[Any], scores: Floats, rows: NDArray[Any]) -> float:
    return ThresholdSweep(y_true[rows], scores[rows]).roc_auc


def _quantiles(low: float, high: float) -> _Summary:
    def summary(values: Floats) -> tuple[float, float]:
        ends = np.quantile(values, [low, high])
        return float(ends[0]), float(ends[1])

    return summary


_MIDDLE = _quantiles(0.025, 0.975)
_WRONG_TAILS = ((0.05, 0.95), (0.0, 0.95), (0.25, 0.75))
_TAILS = "Quantiles, but not these: 95% in the middle leaves 2.5% on each side, so 0.025 and 0.975."


def _around_mean(factor: float) -> _Summary:
    def summary(values: Floats) -> tuple[float, float]:
        return float(values.mean() - factor * values.std()), float(values.mean() + factor * values.std())

    return summary


def _standard_error(values: Floats) -> tuple[float, float]:
    reach = 1.96 * float(values.std()) / values.size**0.5
    return float(values.mean()) - reach, float(values.mean()) + reach


def _measured_otherwise(belief: Callable[[_Statistic], Callable[..., tuple[float, float]]]) -> list[Mistake]:
    """Return what is told of a resample that is measured in another way, for one model and for two."""
    return [
        Mistake(
            belief(_without_repeats),
            "A row that is drawn twice counts twice: use `rows` as they are, with repeats.",
        ),
        Mistake(
            belief(_ranked_by_roc),
            "This is the area under another curve. Take `.average_precision` of each resample.",
        ),
    ]


def _interval(
    statistic: _Statistic = _resampled, summary: _Summary = _MIDDLE
) -> Callable[[NDArray[Any], Floats, int], tuple[float, float]]:
    def interval(y_true: NDArray[Any], scores: Floats, seed: int) -> tuple[float, float]:
        return summary(_values(tuple(y_true.tolist()), tuple(scores.tolist()), seed, statistic))

    return interval


@exercise("average-precision-interval", gaps=2, solution=_interval(), returns=("low", "high"))
def average_precision_interval() -> Declared:
    """Check ``f(y_true, scores, seed) -> (low, high)``: the middle 95% of AP over 200 resamples."""
    return Declared(
        cases=[(list(y_true), list(scores), seed) for y_true, scores, seed in _CASES],
        mistakes=[
            Mistake(
                _interval(_never_drawn),
                "Both ends are the average precision of all rows: use `y_true[rows]` and `scores[rows]`.",
            ),
            Mistake(
                _interval(_scores_left),
                "You drew the labels but not the scores. A row keeps its label and its score together.",
            ),
            Mistake(
                _interval(_labels_left),
                "You drew the scores but not the labels. A row keeps its label and its score together.",
            ),
            *_measured_otherwise(_interval),
            Mistake(
                _interval(summary=lambda values: (float(values.min()), float(values.max()))),
                "These are the lowest and the highest value, which hold all resamples. Take quantiles.",
            ),
            *(Mistake(_interval(summary=_quantiles(*tails)), _TAILS) for tails in _WRONG_TAILS),
            Mistake(
                _interval(summary=lambda values: (float(np.sort(values)[5]), float(np.sort(values)[194]))),
                "These are values themselves. A quantile may lie between two of them: take "
                "`np.quantile(areas, [0.025, 0.975])`.",
            ),
            Mistake(
                _interval(summary=_quantiles(0.975, 0.025)),
                "The two ends have changed places: the low one first.",
            ),
            *(Mistake(_interval(summary=_around_mean(factor)), _UNEVEN) for factor in (1.96, 2)),
            Mistake(
                _interval(summary=_standard_error),
                "This shrinks with the number of resamples, which you choose. Take quantiles of the values.",
            ),
        ],
        otherwise=(
            "Keep `rng` and `rows` as the cell draws them. Append the average precision of `y_true[rows]` "
            "and `scores[rows]`, then return the quantiles 0.025 and 0.975 of the values."
        ),
    )


@cache
def _differences(seed: int, statistic: _Statistic, *, paired: bool = True) -> Floats:
    """Return a statistic of model a less that of model b, on resamples of a case of two models."""
    y_true, a, b = (np.array(rows) for rows in _models(seed))
    rng = np.random.default_rng(seed)
    differences = []
    for _ in range(_RESAMPLES):
        rows = rng.integers(y_true.size, size=y_true.size)
        others = rows if paired else rng.integers(y_true.size, size=y_true.size)
        differences.append(statistic(y_true, a, rows) - statistic(y_true, b, others))
    return np.array(differences)


def _models(seed: int) -> tuple[tuple[float, ...], ...]:
    return _LABELS, _ROWS[seed], _ROWS[1 - seed]


def _one_model(place: int, seed: int) -> tuple[float, float]:
    """Return the interval of one of the two models by itself."""
    y_true, *models = (np.array(rows) for rows in _models(seed))
    rng = np.random.default_rng(seed)
    draws = (rng.integers(y_true.size, size=y_true.size) for _ in range(_RESAMPLES))
    return _MIDDLE(np.array([_resampled(y_true, models[place], rows) for rows in draws]))


def _from_ends(seed: int, *, crossed: bool) -> tuple[float, float]:
    (low_a, high_a), (low_b, high_b) = _one_model(0, seed), _one_model(1, seed)
    return (low_a - high_b, high_a - low_b) if crossed else (low_a - low_b, high_a - high_b)


def _difference(
    statistic: _Statistic = _resampled, summary: _Summary = _MIDDLE, *, paired: bool = True
) -> Callable[[NDArray[Any], Floats, Floats, int], tuple[float, float]]:
    return lambda _y_true, _a, _b, seed: summary(_differences(seed, statistic, paired=paired))


@exercise("paired-difference", solution=_difference(), returns=("low", "high"))
def paired_difference() -> Declared:
    """Check ``f(y_true, a, b, seed) -> (low, high)``: the middle 95% of AP(a) - AP(b), rows drawn once."""
    ends = (
        "You subtract the ends of two intervals. In each resample take the difference first; then the "
        "quantiles of the differences."
    )
    return Declared(
        cases=[(*map(list, _models(seed)), seed) for seed in (0, 1)],
        mistakes=[
            Mistake(
                _difference(paired=False),
                "You draw other rows for each model. Draw the rows once, and measure both models on them.",
            ),
            Mistake(lambda _y_true, _a, _b, seed: _from_ends(seed, crossed=False), ends),
            Mistake(lambda _y_true, _a, _b, seed: _from_ends(seed, crossed=True), ends),
            Mistake(
                _difference(summary=lambda values: _MIDDLE(-values)),
                "The sign is wrong: take the area of `a` less that of `b`.",
            ),
            Mistake(
                _difference(summary=lambda values: _MIDDLE(np.abs(values))),
                "The sign of a difference says which model is ahead: do not drop it.",
            ),
            Mistake(
                _difference(summary=_quantiles(0.975, 0.025)),
                "The two ends have changed places: the low one first.",
            ),
            Mistake(_difference(_never_drawn), "Both ends are the difference on all rows: draw rows."),
            Mistake(
                _difference(_scores_left),
                "You drew the labels but not the scores. A row keeps its label and its scores together.",
            ),
            Mistake(
                _difference(_labels_left),
                "You drew the scores but not the labels. A row keeps its label and its scores together.",
            ),
            *_measured_otherwise(_difference),
            Mistake(
                _difference(summary=lambda values: (float(values.min()), float(values.max()))),
                "These are the lowest and the highest difference, which hold all resamples. Take quantiles.",
            ),
            *(Mistake(_difference(summary=_quantiles(*tails)), _TAILS) for tails in _WRONG_TAILS),
            *(Mistake(_difference(summary=_around_mean(factor)), _UNEVEN) for factor in (1.96, 2)),
            Mistake(
                _difference(summary=_standard_error),
                "This shrinks with the number of resamples, which you choose. Take quantiles of the values.",
            ),
        ],
        otherwise=(
            "200 times: draw the rows once with `rng.integers`, take the average precision of `a` on them "
            "less that of `b`. Then return the quantiles 0.025 and 0.975 of the differences."
        ),
    )


def _worst(positives: int, negatives: int) -> float:
    place = np.arange(1, positives + 1)
    return float(np.mean(place / (negatives + place)))


def _no_skill(positives: int, negatives: int) -> tuple[float, float]:
    return positives / (positives + negatives), _worst(positives, negatives)


def _formula(positives: int, negatives: int) -> tuple[float, float]:
    p = positives / (positives + negatives)
    return p, 1 + (1 - p) * np.log(1 - p) / p


@exercise("baseline-and-minimum", solution=_no_skill, returns=("baseline", "minimum"))
def baseline_and_minimum() -> Declared:
    """Check ``f(positives, negatives) -> (baseline, minimum)`` of average precision."""

    def baseline(positives: int, negatives: int) -> float:
        return _no_skill(positives, negatives)[0]

    return Declared(
        cases=[(2, 3), (1, 9), (5, 5), (110, 1067)],
        inputs=lambda random: (random.randint(1, 12), random.choice([random.randint(1, 12), 300])),
        mistakes=[
            Mistake(
                lambda positives, negatives: (0.5, _worst(positives, negatives)),
                "A half is the baseline only when half of the cases are positive. Without skill, precision "
                "is about the prevalence at every recall.",
            ),
            Mistake(
                lambda positives, negatives: (positives / negatives, _worst(positives, negatives)),
                "You divided by the negatives. The prevalence divides by all cases.",
            ),
            Mistake(
                lambda positives, negatives: (baseline(positives, negatives), 0.0),
                "A minimum of 0 would need precision 0 where positives are found. Put all negatives first, "
                "then compute the precision at each positive.",
            ),
            Mistake(
                lambda positives, negatives: (baseline(positives, negatives),) * 2,
                "The constant score reaches the prevalence, and a ranking can be worse: all negatives first.",
            ),
            Mistake(
                lambda positives, negatives: (baseline(positives, negatives), 1 / (negatives + 1)),
                "This is the precision at the first positive only. Take the mean over all positives.",
            ),
            Mistake(
                _formula,
                "The formula with the logarithm is for very many cases. Here compute the precision at each "
                "positive of the worst ranking, and take the mean.",
            ),
            Mistake.turned(
                _no_skill,
                "The two have changed places: baseline first, then minimum.",
            ),
            Mistake(
                lambda positives, negatives: (
                    baseline(positives, negatives),
                    float(np.mean(np.arange(positives) / (negatives + np.arange(positives)))),
                ),
                "You count from 0. At the first positive, 1 positive is found and negatives + 1 are flagged.",
            ),
        ],
        otherwise=(
            "Baseline: the prevalence. Minimum: put all negatives before all positives; at positive number i "
            "the precision is i / (negatives + i); take the mean of these."
        ),
    )
