"""Time metrics beside NumPy's sort and scikit-learn, record, notebooks, quiz and explorer in a browser.

``make bench`` runs it. It prints each number beside its bound and exits with 1 if one is exceeded. A ratio is
the median over rounds; within a round everything runs side by side, so that a busy machine slows both alike.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lessonkit.metrics import ThresholdSweep, bootstrap_interval
from tools.bench_explorer import explorers
from tools.bench_notebooks import notebooks
from tools.bench_quiz import quizzes
from tools.bench_record import records
from tools.bench_result import Result, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

ROWS = 10_000_000
ROUNDS = 9
# scikit-learn takes seconds a run.
SLOW_ROUNDS = 3


class Rows(NamedTuple):
    """Labels as most data have them (int64), and float32 scores of both signs: logits, two units apart."""

    y_true: NDArray[np.int64]
    scores: NDArray[np.float32]


def main() -> int:
    """Run every bench; return 1 if a bound is exceeded."""
    print(f"{ROWS:,} float32 scores, NumPy {np.__version__}")
    return report(result for bench in BENCHES for result in bench())


def speed_with_few_positives() -> Iterator[Result]:
    """Compare with 1 % positives."""
    yield from speed(share=0.01, areas_to_sort=2.5, areas_to_sklearn=1 / 25)


def speed_with_half_positives() -> Iterator[Result]:
    """Compare with 50 % positives."""
    yield from speed(share=0.5, areas_to_sort=6.0, areas_to_sklearn=1 / 10)


def speed(*, share: float, areas_to_sort: float, areas_to_sklearn: float) -> Iterator[Result]:
    """Compare areas and the full curve with ``np.sort``, and with scikit-learn."""
    from sklearn.metrics import average_precision_score, precision_recall_curve

    rows = make_rows(share)
    fast = side_by_side(ROUNDS, lambda: np.sort(rows.scores), lambda: areas(rows), lambda: curve(rows))
    slow = side_by_side(
        SLOW_ROUNDS,
        lambda: average_precision_score(rows.y_true, rows.scores),
        lambda: areas(rows),
        lambda: precision_recall_curve(rows.y_true, rows.scores),
        lambda: curve(rows),
    )
    name = f"{share:.0%} positives: "
    yield Result(f"{name}AP and ROC AUC to np.sort", ratio(fast[1], fast[0]), areas_to_sort)
    yield Result(f"{name}full curve to np.sort", ratio(fast[2], fast[0]), 8.0)
    yield Result(
        f"{name}AP and ROC AUC to average_precision_score", ratio(slow[1], slow[0]), areas_to_sklearn
    )
    yield Result(f"{name}full curve to precision_recall_curve", ratio(slow[3], slow[2]), 1 / 6)


def memory() -> Iterator[Result]:
    """Compare the peak of what NumPy allocates with the input: scores and labels together."""
    rows = make_rows(0.01)
    small = Rows(rows.y_true.astype(np.int8), rows.scores)  # the harder case
    for what, job, data in (
        ("AP and ROC AUC, int8 labels", areas, small),
        ("full curve, int64 labels", curve, rows),
    ):
        tracemalloc.start()
        job(data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        yield Result(f"peak memory to scores + labels: {what}", peak / sum(part.nbytes for part in data), 4.0)


def bootstrap() -> Iterator[Result]:
    """Time an interval on as many rows as the email test set has."""
    rows = make_rows(0.09, size=1_177)
    seconds = side_by_side(ROUNDS, lambda: bootstrap_interval(rows.y_true, rows.scores, "average_precision"))[
        0
    ]
    yield Result("bootstrap interval, 1,000 resamples of 1,177 rows", median(seconds), 1.0, "s")


BENCHES: tuple[Callable[[], Iterator[Result]], ...] = (
    speed_with_few_positives,
    speed_with_half_positives,
    memory,
    bootstrap,
    records,
    notebooks,
    quizzes,
    explorers,
)


def make_rows(share: float, size: int = ROWS) -> Rows:
    """Draw rows with a share of positives; the same ones each time."""
    rng = np.random.default_rng(0)
    positive = rng.random(size) < share
    scores = rng.standard_normal(size, dtype=np.float32)
    scores += np.float32(2) * positive
    return Rows(positive.astype(np.int64), scores)


def areas(rows: Rows) -> None:
    """Compute both areas."""
    sweep = ThresholdSweep(rows.y_true, rows.scores)
    _ = sweep.average_precision, sweep.roc_auc


def curve(rows: Rows) -> None:
    """Compute thresholds, all four counts, precision and recall."""
    sweep = ThresholdSweep(rows.y_true, rows.scores)
    _ = sweep.thresholds, sweep.true_positives, sweep.false_positives, sweep.precision, sweep.recall
    # The sweep does not keep these two, and neither does this bench.
    for name in ("false_negatives", "true_negatives"):
        getattr(sweep, name)


def side_by_side(rounds: int, *jobs: Callable[[], object]) -> list[list[float]]:
    """Return the seconds of each job in each round."""
    seconds: list[list[float]] = [[] for _ in jobs]
    for _ in range(rounds):
        for job, mine in zip(jobs, seconds, strict=True):
            start = time.perf_counter()
            job()
            mine.append(time.perf_counter() - start)
    return seconds


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the rounds' ratios."""
    return median(mine / other for mine, other in zip(ours, theirs, strict=True))


if __name__ == "__main__":
    sys.exit(main())
