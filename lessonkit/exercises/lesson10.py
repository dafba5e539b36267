"""The exercises of lesson 10: counts from ratios, runs that fell, and a leak to fix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.judge import Declared, Mistake, Verdict, judge_function
from lessonkit.exercises.registry import exercises_of

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

    Array = NDArray[Any]

exercise = exercises_of("10-pipeline-trace-precision-recall")


def _fell(losses: Array, start: int, end: int) -> int:
    return int(np.sum(losses[:, end - 1] < losses[:, start - 1]))


def _runs(random: Random) -> tuple[Any, ...]:
    """Draw the losses of some runs, with ties, and two epochs of them, the later one second."""
    runs, epochs = random.randint(1, 9), random.randint(2, 8)
    losses = np.array([[random.randint(1, 6) / 10 for _ in range(epochs)] for _ in range(runs)])
    start, end = sorted(random.sample(range(1, epochs + 1), 2))
    return losses, start, end


@exercise("runs-that-fell")
def runs_that_fell(answer: object) -> Verdict:
    """Check ``f(losses, start, end) -> runs``: how many have a lower loss after `end` than after `start`."""

    def compared(losses: Array, start: int, end: int) -> Array:
        return losses[:, end - 1] < losses[:, start - 1]

    return judge_function(
        answer,
        solution=lambda losses, start, end: _fell(losses, start, end),  # noqa: PLW0108  (names the inputs)
        returns=("number of runs",),
        cases=[
            ([[0.9, 0.5, 0.3], [0.8, 0.4, 0.5], [0.7, 0.6, 0.6]], 2, 3),
            ([[0.9, 0.5, 0.3, 0.4], [0.8, 0.4, 0.5, 0.1], [0.7, 0.6, 0.6, 0.7]], 1, 4),
            ([[0.6, 0.5, 0.4, 0.3, 0.2], [0.6, 0.4, 0.4, 0.5, 0.6]], 1, 3),
        ],
        inputs=_runs,
        mistakes=[
            Mistake(
                # It stops where `end` is the last epoch, as the learner's function does.
                lambda losses, start, end: np.sum(losses[:, end] < losses[:, start]),
                "You are one column too far: Python counts from 0, so epoch 5 is column 4.",
            ),
            Mistake(
                lambda losses, start, end: np.sum(losses[:, end - 1] <= losses[:, start - 1]),
                "A loss that is equal has not fallen: use `<`.",
            ),
            Mistake(
                lambda losses, start, end: np.sum(losses[:, end - 1] > losses[:, start - 1]),
                "You count the runs whose loss is higher at the end.",
            ),
            Mistake(
                lambda losses, start, end: compared(losses, start, end).mean(),
                "This is a share of the runs. Count them with `np.sum`.",
            ),
            Mistake(
                lambda losses, start, end: np.sum(losses[:, end - 1] - losses[:, start - 1]),
                "You add up differences. Compare first, then count the runs.",
            ),
            Mistake(
                lambda losses, start, end: np.sum(np.diff(losses[:, start - 1 : end]) < 0),
                "You count single steps down. Compare the two ends of each run.",
            ),
            Mistake(
                lambda losses, start, end: np.sum((np.diff(losses[:, start - 1 : end]) < 0).all(axis=1)),
                "A run may rise in between and still end lower. Compare its two ends only.",
            ),
            Mistake(
                lambda losses, start, end: np.sum(
                    losses[:, start - 1 : end].min(axis=1) < losses[:, start - 1]
                ),
                "You take the lowest loss in between. The loss after epoch `end` counts.",
            ),
            Mistake(
                lambda losses, start, end: losses.shape[0] - _fell(losses, start, end),
                "You count the runs that did not fall.",
            ),
        ],
        otherwise=(
            "Epoch `start` is the column `start - 1`, of all runs: `losses[:, start - 1]`. "
            "Compare it with the column of `end`, and count where it is lower."
        ),
    )


def _counts(precision: float, recall: float, accuracy: float, n: float) -> tuple[float, float, float, float]:
    """Solve (1 − accuracy) n = FP + FN = TP (1 / precision − 1) + TP (1 / recall − 1) for the counts."""
    tp = (1 - accuracy) * n / ((1 / precision - 1) + (1 / recall - 1))
    fp, fn = tp * (1 / precision - 1), tp * (1 / recall - 1)
    return tp, fp, fn, n - tp - fp - fn


def _scaled(
    precision: float, recall: float, accuracy: float, n: float, *, tp: float
) -> tuple[float, float, float, float]:
    """Return the counts that go with a wrong count of true positives."""
    _, fp, fn, _ = _counts(precision, recall, accuracy, n)
    right = _counts(precision, recall, accuracy, n)[0]
    fp, fn = fp * tp / right, fn * tp / right
    return tp, fp, fn, n - tp - fp - fn


def _report(random: Random) -> tuple[Any, ...]:
    """Draw the report of counts with at least one row found and one error."""
    tp, fp, fn = random.randint(1, 60), random.choice([0, random.randint(1, 40)]), random.randint(1, 40)
    if random.random() < 0.2:  # noqa: PLR2004  (now and then nothing is missed)
        fp, fn = fn, 0
    n = tp + fp + fn + random.choice([0, random.randint(0, 900)])
    return tp / (tp + fp), tp / (tp + fn), (n - fp - fn) / n, n


@exercise("counts-from-ratios", gaps=2)
def counts_from_ratios(answer: object) -> Verdict:
    """Check ``f(precision, recall, accuracy, n) -> (tp, fp, fn, tn)`` of the report with these ratios."""

    def swapped(precision: float, recall: float, accuracy: float, n: float) -> tuple[float, ...]:
        tp, fp, fn, tn = _counts(precision, recall, accuracy, n)
        return tp, fn, fp, tn

    def misses_from_precision(
        precision: float, recall: float, accuracy: float, n: float
    ) -> tuple[float, ...]:
        tp, fp, _, _ = _counts(precision, recall, accuracy, n)
        return tp, fp, fp, n - tp - 2 * fp

    def share_of_found(precision: float, recall: float, accuracy: float, n: float) -> tuple[float, ...]:
        tp = (1 - accuracy) * n / ((1 - precision) + (1 - recall))
        fp, fn = tp * (1 - precision), tp * (1 - recall)
        return tp, fp, fn, n - tp - fp - fn

    return judge_function(
        answer,
        solution=lambda precision, recall, accuracy, n: _counts(precision, recall, accuracy, n),  # noqa: PLW0108
        returns=("TP", "FP", "FN", "TN"),
        cases=[
            (0.8, 0.75, 0.86, 200),
            (0.75, 0.6, 0.85, 200),
            (0.5, 0.8, 0.9, 1000),
            (0.9, 0.9, 0.98, 1000),
        ],
        inputs=_report,
        mistakes=[
            Mistake(swapped, "FP and FN have changed places: FP belongs to precision, FN to recall."),
            Mistake(misses_from_precision, "Your FN comes from precision. Misses belong to recall."),
            Mistake(
                lambda precision, recall, accuracy, n: _scaled(
                    precision, recall, accuracy, n, tp=(1 - accuracy) * n / (1 / precision - 1)
                ),
                "You make all wrong decisions false alarms. Some are misses: "
                "`1 / recall - 1` of them for each one found.",
            ),
            Mistake(
                lambda precision, recall, accuracy, n: _scaled(
                    precision, recall, accuracy, n, tp=accuracy * n
                ),
                "`accuracy * n` counts all right decisions, TN among them. Begin with the wrong ones, "
                "which are all FP or FN.",
            ),
            Mistake(
                share_of_found,
                "You take 1 − precision of the *found* rows. It is a share of the *flagged* rows: for each "
                "one found there are 1 / precision − 1 false alarms. The same holds for misses and recall.",
            ),
            Mistake(
                lambda precision, recall, accuracy, n: _counts(precision, recall, 1 - accuracy, n),
                "You use the right decisions as the wrong ones. The wrong ones are `(1 - accuracy) * n`.",
            ),
            Mistake(
                lambda precision, recall, accuracy, n: _scaled(
                    precision, recall, accuracy, n, tp=(1 - accuracy) * n / (1 / precision + 1 / recall)
                ),
                "Divide by the errors for each one found: `(1 / precision - 1) + (1 / recall - 1)`. "
                "The two 1s are the found row itself.",
            ),
            Mistake(
                lambda precision, recall, accuracy, n: _scaled(
                    precision, recall, accuracy, n, tp=accuracy * n * recall
                ),
                "Recall is a share of the positives, and accuracy times n counts all right decisions. "
                "Begin with the wrong ones, which are all FP or FN.",
            ),
            Mistake(
                lambda precision, recall, accuracy, n: (
                    *_counts(precision, recall, accuracy, n)[:3],
                    n - _counts(precision, recall, accuracy, n)[0],
                ),
                "TN is what is left of all rows after TP, FP *and* FN.",
            ),
        ],
        otherwise=(
            "All wrong decisions are FP or FN. How many of each come with one true positive? For whole "
            "numbers use `round`: `int` cuts 9.999… down to 9."
        ),
    )


def _column(random: Random) -> tuple[Any, ...]:
    """Draw a column and a split of its rows; the training rows are not all equal."""
    size = random.randint(3, 7)
    order, cut = random.sample(range(size), size), random.randint(2, size - 1)
    x = np.array([random.randint(-20, 20) / random.choice([1, 1, 10]) for _ in range(size)])
    x[order[0]] = x[order[1]] + random.randint(1, 30)
    return x, np.array(order[:cut]), np.array(order[cut:])


def _standardized(x: Array, train: Array, test: Array, *, by: Array) -> tuple[Array, Array]:
    mean, spread = x[by].mean(), x[by].std()
    return (x[train] - mean) / spread, (x[test] - mean) / spread


@exercise(
    "mend-the-leak",
    solution=lambda x, train, test: _standardized(x, train, test, by=train),
    returns=("scaled training rows", "scaled test rows"),
)
def mend_the_leak() -> Declared:
    """Check ``f(x, train, test) -> (scaled train, scaled test)`` of one column, fitted on the train rows."""

    def all_rows(x: Array, train: Array, test: Array) -> tuple[Array, Array]:
        return _standardized(x, train, test, by=np.arange(x.size))

    return Declared(
        cases=[
            ([1.0, 2.0, 3.0, 6.0, 10.0], [0, 1, 2, 3], [4]),
            ([4.0, 8.0, 0.0, 2.0, 6.0, 7.0], [5, 0, 2, 3], [1, 4]),
            ([-1.0, 1.0, 5.0, 9.0], [0, 1], [2, 3]),
        ],
        inputs=_column,
        mistakes=[
            Mistake(
                all_rows, "The mean and the spread still come from all rows: take both from `x[train]` alone."
            ),
            Mistake(
                lambda x, train, test: (
                    _standardized(x, train, train, by=train)[0],
                    _standardized(x, test, test, by=test)[1],
                ),
                "You scale the test rows by their own mean and spread. A model in use may get a single row, "
                "which has no spread of its own: take the mean and the spread of the training rows.",
            ),
            Mistake(
                lambda x, train, test: (
                    (x[train] - x[train].mean()) / x.std(),
                    (x[test] - x[train].mean()) / x.std(),
                ),
                "The mean is right now, but the spread still comes from all rows.",
            ),
            Mistake(
                lambda x, train, test: (
                    (x[train] - x.mean()) / x[train].std(),
                    (x[test] - x.mean()) / x[train].std(),
                ),
                "The spread is right now, but the mean still comes from all rows.",
            ),
            Mistake(
                lambda x, train, test: (
                    (x[train] - x[train].mean()) / x[train].var(),
                    (x[test] - x[train].mean()) / x[train].var(),
                ),
                "You divide by the variance. Divide by its square root, `std()`.",
            ),
            Mistake(
                lambda x, train, test: (
                    (x[train] - x[train].mean()) / x[train].std(ddof=1),
                    (x[test] - x[train].mean()) / x[train].std(ddof=1),
                ),
                "Your spread divides by n − 1. NumPy's `std()` and `StandardScaler` divide by n.",
            ),
            Mistake(
                lambda x, train, test: _standardized(x, train, test, by=test),
                "You fit on the test rows. Take the mean and the spread from `x[train]`.",
            ),
            Mistake(
                lambda x, train, test: _standardized(np.arange(x.size), train, test, by=train),
                "You scale the row numbers. `x[train]` holds the values of the training rows.",
            ),
            Mistake(
                lambda x, train, test: (
                    (x[train] - train.mean()) / train.std(),
                    (x[test] - train.mean()) / train.std(),
                ),
                "You take the mean and the spread of the row numbers. Take those of the values, `x[train]`.",
            ),
            Mistake(
                lambda x, train, test: _standardized(x, train, test, by=train)[::-1],
                "Return the training rows first.",
            ),
            Mistake(
                lambda x, train, test: (_standardized(x, train, test, by=train)[0], x[test]),
                "The test rows must be scaled as well, by the mean and the spread of the training rows.",
            ),
        ],
        otherwise="Take mean and spread from `x[train]`; use them on `x[train]` and on `x[test]`.",
    )
