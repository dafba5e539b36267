"""Time metrics beside sort and scikit-learn, record, class, notebooks; quiz and explorer in a browser.

``make bench`` runs it. It prints each number beside its bound and exits with 1 if one is exceeded. A ratio is
the median over rounds; within a round everything runs side by side, so that a busy machine slows both alike.
"""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lessonkit.metrics import ThresholdSweep, bootstrap_interval
from tools.bench_class import classes
from tools.bench_explorer import explorers
from tools.bench_intervals import coverage
from tools.bench_items import items
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


def imports() -> Iterator[Result]:
    """Compare the imports of the package and of its curves with NumPy's, each in fresh interpreters."""
    numpy = _fresh("import numpy")
    for code in ("import lessonkit", "import lessonkit; lessonkit.ThresholdSweep"):
        yield Result(f"{code}, beyond `import numpy`", 1e3 * (_fresh(code) - numpy), 300.0, "ms")


def _fresh(code: str) -> float:
    timed = f"import time; start = time.perf_counter()\n{code}\nprint(time.perf_counter() - start)"
    run = [sys.executable, "-c", timed]
    return min(float(subprocess.run(run, capture_output=True, check=True).stdout) for _ in range(4))


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


def weighted() -> Iterator[Result]:
    """Compare the areas of weighted rows with ``np.sort``, and with scikit-learn."""
    from sklearn.metrics import average_precision_score

    for share, dtype in ((0.5, np.float32), (0.01, np.float64)):
        y_true, scores = make_rows(share)
        scores = scores.astype(dtype)
        weights = np.random.default_rng(1).random(ROWS)

        def ours(y_true: Any = y_true, scores: Any = scores, weights: Any = weights) -> None:  # noqa: ANN401
            sweep = ThresholdSweep(y_true, scores, sample_weight=weights)
            _ = sweep.average_precision, sweep.roc_auc

        def theirs(y_true: Any = y_true, scores: Any = scores, weights: Any = weights) -> None:  # noqa: ANN401
            average_precision_score(y_true, scores, sample_weight=weights)

        def sort(scores: Any = scores) -> None:  # noqa: ANN401
            np.sort(scores)

        name = f"{share:.0%} positives, {scores.dtype}, weights: AP and ROC AUC to "
        fast = side_by_side(ROUNDS, sort, ours)
        slow = side_by_side(1, theirs, ours)
        yield Result(f"{name}np.sort", ratio(fast[1], fast[0]), 6.0)
        yield Result(f"{name}average_precision_score", ratio(slow[1], slow[0]), 1 / 3)


def bootstrap() -> Iterator[Result]:
    """Time intervals: on as many rows as the email test set has, and beside the loop by hand and SciPy."""
    from scipy.stats import bootstrap as scipy_bootstrap
    from sklearn.metrics import average_precision_score

    rows = make_rows(0.09, size=1_177)
    seconds = side_by_side(ROUNDS, lambda: bootstrap_interval(rows.y_true, rows.scores, "average_precision"))[
        0
    ]
    yield Result("bootstrap interval, 1,000 resamples of 1,177 rows", median(seconds), 1.0, "s")
    many = make_rows(0.1, size=100_000)
    resamples = 50

    def by_hand() -> None:
        rng = np.random.default_rng(0)
        for _ in range(resamples):
            drawn = rng.integers(many.scores.size, size=many.scores.size)
            _ = ThresholdSweep(many.y_true[drawn], many.scores[drawn]).average_precision

    loop, scipy, ours = side_by_side(
        SLOW_ROUNDS,
        by_hand,
        lambda: scipy_bootstrap(
            many,
            average_precision_score,
            paired=True,
            vectorized=False,
            method="percentile",
            n_resamples=resamples,
        ),
        lambda: bootstrap_interval(many.y_true, many.scores, "average_precision", resamples=resamples),
    )
    # A third of what it took before resamples were counted in place, 2.1 times the loop.
    yield Result("bootstrap of 100,000 rows, 10% positives, to a loop of sweeps", ratio(ours, loop), 0.7)
    yield Result("the same to scipy.stats.bootstrap with scikit-learn", ratio(ours, scipy), 1 / 5)


BENCHES: tuple[Callable[[], Iterator[Result]], ...] = (
    imports,
    speed_with_few_positives,
    speed_with_half_positives,
    weighted,
    memory,
    bootstrap,
    coverage,
    records,
    classes,
    items,
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
