"""Count a hundred million rows in DuckDB, merge a year of tables, and check 100,000 random brackets.

``python -m tools.bench_counts`` runs it, apart from ``make bench``: it writes 400 MB of Parquet files into a
folder for temporary files, and takes half an hour. DuckDB has to be installed.
"""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.metrics import BinnedCounts, ThresholdSweep, count_scores
from tools.bench_result import Result, report
from tools.brackets import violations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

DAYS, ROWS = 10, 10_000_000
PRICES = {"false_positive": 1, "false_negative": 20}
LABEL, SCORE = "label", "score"
# Others' work on the machine adds to a process's time, so the least of several runs counts.
RUNS = 3
YEAR, BINS = 365, 37_000
CASES = 100_000
MIB = 1 << 20
# What a child measures of itself: it gets the files, and how often to read each.
CHILD = "import sys; from tools.bench_counts import child; child(sys.argv[1], int(sys.argv[2]))"


def main() -> int:
    """Run every bench; return 1 if a bound is exceeded."""
    return report(result for bench in (merging, in_duckdb, brackets) for result in bench())


def brackets() -> Iterator[Result]:
    """Count the brackets of random tables that do not hold what they say."""
    found = sum(1 for seed in range(CASES) for _ in violations(seed))
    yield Result(f"violations in {CASES:,} random tables", found, 0, "")


def merging() -> Iterator[Result]:
    """Time the merge of a table for each day of a year."""
    rng = np.random.default_rng(0)
    days = []
    for _ in range(YEAR):
        lowest = np.arange(BINS) + rng.random(BINS) / 2
        days.append(BinnedCounts(lowest, lowest + 0.4, *rng.integers(1, 100, (2, BINS))))
    seconds = []
    for _ in range(RUNS):
        start = time.process_time()
        days[0].merge(*days[1:])
        seconds.append(time.process_time() - start)
    yield Result(f"merge {YEAR} tables of {BINS:,} bins, CPU", min(seconds), 3.0, "s")


def in_duckdb() -> Iterator[Result]:
    """Count and refine in DuckDB, each time in a fresh process, beside the rows in memory."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for day in range(DAYS):
            write(folder, day)
        runs = [measured(folder, 1) for _ in range(RUNS)]
        ten = measured(folder, 10)
        sweep = ThresholdSweep(*in_memory(folder))
    one = min(runs, key=lambda run: float(run["seconds"]))
    rows = f"{DAYS * ROWS:,} rows in DuckDB: "
    yield Result(f"{rows}CPU", one["seconds"], 10, "s")
    yield Result(f"{rows}peak memory", one["memory"], 400, "MiB")
    yield Result("ten times as many rows: CPU", ten["seconds"], math.inf, "s")
    yield Result("ten times as many rows: peak memory", ten["memory"] / one["memory"], 1.2)
    yield Result("width of the ROC AUC's bracket, in 1/10,000", 1e4 * (one["roc"][1] - one["roc"][0]), 1, "")
    yield Result("width of the AP's bracket, in 1/10,000", 1e4 * (one["ap"][1] - one["ap"][0]), 2, "")
    outside = (not one["roc"][0] <= sweep.roc_auc <= one["roc"][1]) + (
        not one["ap"][0] <= sweep.average_precision <= one["ap"][1]
    )
    yield Result("brackets that do not hold the numbers of the rows in memory", outside, 0, "")
    yield Result("rows counted by score, in %", 100 * one["looked"], 1, "%")
    exact = sweep.cheapest(**PRICES)
    unequal = [exact.threshold, *exact.confusion.as_array().ravel().tolist()] != one["refined"]
    yield Result("refined threshold and counts unlike those of the rows in memory", unequal, 0, "")


def write(folder: Path, day: int) -> None:
    """Write one day of clicks: one in a hundred, with calibrated probabilities of float32."""
    import duckdb
    import pandas as pd

    rng = np.random.default_rng(day)
    log_odds = np.float32(1.6) * rng.standard_normal(ROWS, dtype=np.float32) - np.float32(5.7)
    score = 1 / (1 + np.exp(-log_odds))
    label = (rng.random(ROWS, dtype=np.float32) < score).astype(np.int8)
    duckdb.from_df(pd.DataFrame({"score": score, "label": label})).write_parquet(
        str(folder / f"{day}.parquet")
    )


def in_memory(folder: Path) -> tuple[NDArray[Any], NDArray[Any]]:
    """Read all labels and scores."""
    import duckdb

    rows = duckdb.read_parquet(str(folder / "*.parquet")).fetchnumpy()
    return rows["label"], rows["score"]


def measured(folder: Path, times: int) -> dict[str, Any]:
    """Return what a fresh process prints of itself."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder), str(times)], capture_output=True, text=True, check=True
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _peak() -> float:
    """Return the peak memory of this process in MiB. getrusage would begin with that of its parent."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / MIB


def child(folder: str, times: int) -> None:
    """Count the rows of a folder's files and print what it took, imports included."""
    import duckdb

    duckdb.execute("SET enable_progress_bar = false")  # it would be printed beside the result
    rows = duckdb.read_parquet([str(path) for path in Path(folder).glob("*.parquet")] * times)
    counts = count_scores(rows, y_true=LABEL, scores=SCORE)
    areas = counts.roc_auc, counts.average_precision
    usage = resource.getrusage(resource.RUSAGE_SELF)
    result = {
        "seconds": usage.ru_utime + usage.ru_stime,
        "memory": _peak(),
        "roc": (areas[0].low, areas[0].high),
        "ap": (areas[1].low, areas[1].high),
    }
    if times == 1:
        point = counts.cheapest(**PRICES)
        total = counts.positives + counts.negatives
        inside = sum(
            total[(counts.lowest >= low) & (counts.lowest <= high)].sum() for low, high in point.unsure
        )
        refined = counts.refine(rows, point, y_true=LABEL, scores=SCORE).cheapest(**PRICES)
        result["looked"] = float(inside / total.sum())
        result["refined"] = [refined.threshold, *refined.confusion.as_array().ravel().tolist()]
    print(json.dumps(result))


if __name__ == "__main__":
    sys.exit(main())
