"""The exercises of lesson 04: what Keras counts, and what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.inputs import scored_rows, share
from lessonkit.exercises.judge import Declared, Mistake
from lessonkit.exercises.registry import exercises_of
from lessonkit.metrics import MetricsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from numpy.typing import NDArray

exercise = exercises_of("04-curves-in-tensorflow")


def _bins(scores: NDArray[Any], thresholds: int) -> NDArray[Any]:
    bins: NDArray[Any] = np.maximum(np.ceil(scores * (thresholds - 1)) - 1, 0)
    return bins


def _binned(random: Random) -> tuple[Any, ...]:
    """Draw scores on and off the borders, which are exact in binary for 5 and 9 thresholds."""
    thresholds, rows = random.choice([2, 3, 5, 9]), random.randint(1, 6)
    eighths = [random.randint(0, 16) / 16 for _ in range(rows)]
    return np.array(
        random.choice([eighths, eighths[:1] * rows, [random.random() for _ in range(rows)]])
    ), thresholds


@exercise(
    "bins-of-keras",
    solution=lambda scores, thresholds: np.unique(_bins(scores, thresholds)).size,
    returns=("number of bins",),
)
def bins_of_keras() -> Declared:
    """Check ``f(scores, thresholds) -> number of bins`` of Keras that hold a score."""
    return Declared(
        # Five thresholds make four bins, with borders that are exact in binary: 0.25, 0.5, 0.75.
        cases=[
            ([0.1, 0.22, 0.6, 0.9], 5),
            ([0.2, 0.25, 0.3, 0.5], 5),
            ([0.0, 0.1, 0.6], 5),
            ([1.0, 0.9, 0.1], 5),
            ([0.001, 0.004, 0.0049, 0.006], 200),
            ([0.3, 0.3, 0.3], 200),
        ],
        inputs=_binned,
        mistakes=[
            Mistake(
                lambda scores, thresholds: np.count_nonzero(np.histogram(scores, thresholds - 1, (0, 1))[0]),
                "`np.histogram` puts a score on a border into the bin above it. Keras decides by `>`, so it "
                "belongs to the bin *below*: use `np.ceil(…) - 1`.",
            ),
            Mistake(
                lambda scores, thresholds: np.unique(_bins(scores, thresholds + 1)).size,
                "Between 200 thresholds there are 199 bins: multiply by one less than the number of "
                "thresholds.",
            ),
            Mistake(
                lambda scores, thresholds: np.unique(np.floor(scores * (thresholds - 1))).size,
                "A score on a border belongs to the bin *below* it, because Keras decides by `>`. "
                "`np.floor` puts it above: use `np.ceil(…) - 1`.",
            ),
            Mistake(
                lambda scores, thresholds: np.unique(np.ceil(scores * (thresholds - 1)) - 1).size,
                "A score of 0 gets a bin of its own, below the first. Keras puts it into the first bin: "
                "use `np.maximum`.",
            ),
            Mistake(
                lambda scores, _: np.unique(scores).size,
                "These are the distinct scores. Scores in the same bin count once.",
            ),
            Mistake(
                lambda _, thresholds: thresholds - 1,
                "This counts all bins. Only those that hold a score are asked for.",
            ),
            Mistake(
                lambda scores, thresholds: np.ptp(_bins(scores, thresholds)) + 1,
                "You count from the first used bin to the last. The empty ones between do not count.",
            ),
            Mistake(
                lambda scores, _: scores.size,
                "This counts the scores. Give each its bin, and count the distinct bins.",
            ),
            Mistake(
                lambda scores, thresholds: np.unique(_bins(scores, thresholds)),
                "These are the bins themselves. Return how many there are: `.size`.",
            ),
        ],
        otherwise="`bins` holds the bin of each score. Count the distinct ones with `np.unique`.",
    )


def _share(tp: float, fp: float) -> float:
    return float(tp / (tp + fp)) if tp + fp else 0.0


def _per_batch(true_positives: NDArray[Any], false_positives: NDArray[Any]) -> NDArray[Any]:
    return np.array([_share(*batch) for batch in zip(true_positives, false_positives, strict=True)])


def _batches(random: Random) -> tuple[Any, ...]:
    """Draw the counts of some batches; many are empty, and sometimes all are."""
    size = random.randint(1, 4)
    most = random.choice([0, 2, 9, 40])
    found, alarms = ([random.choice([0, random.randint(0, most)]) for _ in range(size)] for _ in range(2))
    return np.array(found), np.array(alarms)


@exercise(
    "accumulate",
    solution=lambda true_positives, false_positives: _share(true_positives.sum(), false_positives.sum()),
    returns=("precision",),
)
def accumulate() -> Declared:
    """Check ``f(true_positives, false_positives) -> precision`` over all batches, one count per batch."""
    mean_of_batches = (
        "This is the mean of the batch precisions. A batch with one alarm then weighs as much as a batch "
        "with ten. Add up the counts first, and divide once."
    )
    return Declared(
        cases=[
            ([8, 1], [2, 3]),
            ([3, 0, 5], [1, 0, 5]),
            ([0, 2, 0], [4, 0, 0]),
            ([10], [30]),
            ([0, 0], [0, 0]),
        ],
        inputs=_batches,
        mistakes=[
            Mistake(lambda tp, fp: _per_batch(tp, fp).mean(), mean_of_batches),
            Mistake(
                lambda tp, fp: _per_batch(tp, fp)[tp + fp > 0].mean(),
                "You leave out the empty batches, and it is still a mean of batch precisions. "
                "Add up the counts first, and divide once.",
            ),
            Mistake(lambda tp, fp: np.mean(tp / (tp + fp)), mean_of_batches),
            Mistake(
                lambda tp, fp: tp.sum() / (tp.sum() + fp.sum()),
                "When no batch flags anything, there is nothing to divide by: return 0.0, as Keras does.",
            ),
            Mistake(
                lambda tp, fp: sum(tp.tolist()) / sum((tp + fp).tolist()),
                "When no batch flags anything, there is nothing to divide by: return 0.0, as Keras does.",
            ),
            Mistake(
                lambda tp, fp: _share(tp.sum(), fp.sum()) if tp.sum() + fp.sum() else 1.0,
                "When no batch flags anything, return 0.0, as Keras does: no alarm was right.",
            ),
            Mistake(
                lambda tp, fp: _share(tp[-1], fp[-1]),
                "This is the precision of the last batch. Count all batches.",
            ),
            Mistake(
                lambda tp, fp: _share(fp.sum(), tp.sum()),
                "This is the share of *false* alarms. Precision has the true positives above the line.",
            ),
            Mistake(
                lambda tp, fp: tp / (tp + fp),
                "You return one precision per batch. One number for all batches is expected.",
            ),
            Mistake(
                lambda tp, fp: tp.cumsum() / (tp.cumsum() + fp.cumsum()),
                "These are the values after each batch. Return the last one only.",
            ),
        ],
        otherwise="Add up the true positives and the false positives of all batches, then divide once.",
    )


def _points(y_true: NDArray[Any], scores: NDArray[Any]) -> list[tuple[float, float, float]]:
    """Return (threshold, precision, recall) of each distinct score, from the highest down."""
    return [
        (float(t), float(y_true[scores >= t].mean()), float(y_true[scores >= t].sum() / y_true.sum()))
        for t in np.unique(scores)[::-1]
    ]


_Best = tuple[float, float]


def _threshold_at_precision(y_true: NDArray[Any], scores: NDArray[Any], minimum: float) -> _Best:
    fitting = _fitting(y_true, scores, lambda precision: precision >= minimum)
    recall, threshold = max(((recall, t) for t, recall in fitting), default=(0.0, np.inf))
    return threshold, recall


def _fitting(y_true: NDArray[Any], scores: NDArray[Any], allowed: Callable[[float], bool]) -> list[_Best]:
    return [(t, recall) for t, precision, recall in _points(y_true, scores) if allowed(precision)]


def _strictly_above(y_true: NDArray[Any], scores: NDArray[Any], minimum: float) -> _Best:
    fitting = _fitting(y_true, scores, lambda precision: precision > minimum)
    recall, threshold = max(((recall, t) for t, recall in fitting), default=(0.0, np.inf))
    return threshold, recall


def _highest(y_true: NDArray[Any], scores: NDArray[Any], minimum: float) -> _Best:
    return next(iter(_fitting(y_true, scores, lambda precision: precision >= minimum)), (np.inf, 0.0))


def _lowest(y_true: NDArray[Any], scores: NDArray[Any], minimum: float) -> _Best:
    return next(iter(_fitting(y_true, scores, lambda precision: precision >= minimum)[::-1]), (np.inf, 0.0))


def _until_it_falls(y_true: NDArray[Any], scores: NDArray[Any], minimum: float) -> _Best:
    best = (np.inf, 0.0)
    for threshold, precision, recall in _points(y_true, scores):
        if precision < minimum:
            break
        if recall > best[1]:
            best = (threshold, recall)
    return best


def _precision_at_recall(y_true: NDArray[Any], scores: NDArray[Any], minimum: float) -> _Best:
    points = _points(y_true, scores)
    _, threshold, recall = max((precision, t, recall) for t, precision, recall in points if recall >= minimum)
    return threshold, recall


def _through_a_tie(y_true: NDArray[Any], scores: NDArray[Any], minimum: float) -> _Best:
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(y_true[order])
    precision, recall = found / np.arange(1, order.size + 1), found / y_true.sum()
    best = (np.inf, 0.0)
    for place in np.flatnonzero(precision >= minimum):
        if recall[place] > best[1]:
            best = (float(scores[order][place]), float(recall[place]))
    return best


def _rows_and_minimum(random: Random) -> tuple[Any, ...]:
    y_true, scores = scored_rows(random)
    return y_true, scores, share(random, of=random.randint(2, 7)) or 0.5


def _raising(error: type[Exception]) -> Callable[..., _Best]:
    def solve(y_true: NDArray[Any], scores: NDArray[Any], minimum: float) -> _Best:
        best = _threshold_at_precision(y_true, scores, minimum)
        if np.isinf(best[0]):
            raise error
        return best

    return solve


@exercise("threshold-at-precision", solution=_threshold_at_precision, returns=("threshold", "recall"))
def threshold_at_precision() -> Declared:
    """Check ``f(y_true, scores, minimum) -> (threshold, recall)``: most recall with precision >= minimum."""
    labels = [1, 1, 0, 1, 0, 0, 1, 0]
    scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2]
    nothing_fits = (
        "Some minimum is never reached. Nothing may then be flagged: return `np.inf` and 0.0. "
        "Keras returns recall 0.0 too."
    )
    return Declared(
        cases=[
            (labels, scores, 0.7),
            (labels, scores, 0.75),
            (labels, scores, 0.5),
            ([1, 0, 1, 1, 0], [0.8, 0.5, 0.5, 0.9, 0.1], 0.75),
            ([0, 1, 0], [0.9, 0.5, 0.2], 0.8),
            ([1, 1, 0], [0.9, 0.5, 0.5], 0.7),
        ],
        inputs=_rows_and_minimum,
        mistakes=[
            Mistake(
                _through_a_tie,
                "You cut through a tie. Emails with the same score are flagged together: only the last row "
                "of a tie is a point.",
            ),
            Mistake(
                _highest,
                "This is the *highest* threshold with enough precision. A lower one may fit too, and find "
                "more.",
            ),
            Mistake(
                _until_it_falls,
                "You stop where precision first falls below the minimum. It may rise again further down: "
                "look at all thresholds.",
            ),
            Mistake(
                _strictly_above,
                "A precision equal to the minimum is enough: compare with `>=`.",
            ),
            Mistake(
                _lowest,
                "This is the lowest threshold that fits. Where a higher one has the same recall, take it: "
                "fewer alerts.",
            ),
            Mistake(
                _precision_at_recall,
                "You hold recall to the minimum and maximize precision. Do it the other way around: enough "
                "precision, the most recall.",
            ),
            Mistake.turned(
                _threshold_at_precision,
                "Threshold and recall have changed places.",
            ),
            # However it was written without a guard: a maximum of nothing, a sweep that refuses.
            Mistake(_raising(ValueError), nothing_fits),
            Mistake(_raising(MetricsError), nothing_fits),
            Mistake(_raising(IndexError), nothing_fits),
        ],
        otherwise=(
            "Take a `ThresholdSweep`. Among the thresholds with `precision >= minimum`, take the one with "
            "the highest recall."
        ),
    )
