"""Random tables of counts, checked against the exact sweep of the rows that they were made of.

The tests check some hundreds, the bench 100,000. Rows have ties, weights or neither; they are binned by keys
that rise with the score or do not quite, split into parts, and merged in any order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lessonkit.metrics import BinnedCounts, Bracket, MetricsError, ThresholdSweep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ROUNDING = 1e-12


class Case(NamedTuple):
    """Rows, and the key of the bin that each is in."""

    positive: NDArray[np.bool]
    scores: Floats
    keys: NDArray[np.int64]
    weights: Floats | None

    def table(self, rows: NDArray[np.intp] | slice = slice(None)) -> BinnedCounts:
        """Bin some of the rows, as a database does."""
        positive, scores = self.positive[rows], self.scores[rows]
        keys, inverse = np.unique(self.keys[rows], return_inverse=True)
        lowest, highest = np.full(keys.size, np.inf), np.full(keys.size, -np.inf)
        np.minimum.at(lowest, inverse, scores)
        np.maximum.at(highest, inverse, scores)
        weights = np.ones(scores.size, np.int64) if self.weights is None else self.weights[rows]
        classes = [np.zeros(keys.size, weights.dtype) for _ in range(2)]
        for counts, members in zip(classes, (positive, ~positive), strict=True):
            np.add.at(counts, inverse[members], weights[members])
        return BinnedCounts(lowest, highest, *classes)

    def sweep(self) -> ThresholdSweep:
        """Return the exact answer."""
        return ThresholdSweep(self.positive, self.scores, sample_weight=self.weights)


def chance(rng: np.random.Generator, share: float) -> bool:
    """Say yes in a share of cases."""
    return bool(rng.random() < share)


def draw(rng: np.random.Generator) -> Case:
    """Draw a case: up to sixty rows of both classes."""
    size = int(rng.integers(2, 61))
    positive = rng.random(size) < rng.choice([0.1, 0.5, 0.9])
    positive[:2] = True, False
    scores = rng.normal(size=size) + rng.choice([-1, 0, 1, 3]) * positive
    scores = (scores, np.round(2 * scores) / 2, scores.astype(np.float32).astype(np.float64))[rng.integers(3)]
    keys = np.floor(scores * rng.choice([0.3, 1.0, 3.0])).astype(np.int64)
    if chance(rng, 0.3):  # quantiles
        keys = np.searchsorted(np.sort(scores)[:: int(rng.integers(1, 20))], scores, side="right")
    if chance(rng, 0.3):  # a key that does not quite rise
        keys = keys + rng.choice([0, 1], size, p=[0.9, 0.1])
    weights = rng.choice([0.1, 0.25, 1.0, 2.5, 1e3], size) if chance(rng, 0.3) else None
    return Case(positive, scores, keys, weights)


def merged(case: Case, rng: np.random.Generator) -> BinnedCounts:
    """Split the rows into parts, bin each, and merge the tables in some order, in pairs or all at once."""
    parts = rng.integers(0, rng.choice([1, 2, 5, 50]), case.scores.size)
    tables = [case.table(np.flatnonzero(parts == part)) for part in np.unique(parts)]
    tables = [tables[place] for place in rng.permutation(len(tables))]
    if chance(rng, 0.5):
        return tables[0].merge(*tables[1:])
    while len(tables) > 1:
        tables.append(tables.pop(0).merge(tables.pop(0)))
    return tables[0]


def violations(seed: int) -> Iterator[str]:
    """Name each bracket of one random case that does not hold what it says."""
    rng = np.random.default_rng(seed)
    case = draw(rng)
    sweep, whole, table = case.sweep(), case.table(), merged(case, rng)
    prices = {"false_positive": rng.choice([0, 1, 2.5]), "false_negative": rng.choice([0, 1, 20])}
    few = int(rng.integers(0, sweep.recall.size))
    wanted = float(rng.random() if case.weights is not None or chance(rng, 0.5) else sweep.recall[few])
    for name, (low, high), truth in (
        *numbers(table, sweep, wanted),
        ("cheapest", ends(table.cheapest(**prices).optimum), sweep.cheapest(**prices).value),
        *constrained(table, sweep, float(rng.random())),
    ):
        slack = ROUNDING * max(1.0, abs(truth))
        if not low - slack <= truth <= high + slack:
            yield f"{name} of case {seed}: {truth!r} is not from {low!r} to {high!r}"
    for name in ("roc_auc", "average_precision"):
        if getattr(table, name).width > getattr(whole, name).width + ROUNDING:
            yield f"{name} of case {seed}: wider after a split than before"
    if case.weights is None:
        yield from (f"{name} of case {seed} is not attained" for name in unattained(table))


def numbers(
    table: BinnedCounts, sweep: ThresholdSweep, recall: float
) -> list[tuple[str, tuple[float, float], float]]:
    """Return the brackets that every case has, each with what it is to hold."""
    first = int((sweep.recall >= recall).argmax())
    return [
        ("ROC AUC", ends(table.roc_auc), sweep.roc_auc),
        ("average precision", ends(table.average_precision), sweep.average_precision),
        ("precision at a recall", ends(table.precision_at(recall)), float(sweep.precision[first])),
        *(
            (f"best {objective}", ends(table.best(objective).optimum), sweep.best(objective).value)
            for objective in ("f1", "accuracy", "balanced_accuracy", "precision")
        ),
    ]


def constrained(
    table: BinnedCounts, sweep: ThresholdSweep, share: float
) -> Iterator[tuple[str, tuple[float, float], float]]:
    """Yield the same for minima, where a threshold at the end of a bin reaches them."""
    for objective, minimum in (("recall", "min_precision"), ("precision", "min_recall")):
        try:
            bracket = table.best(objective, **{minimum: share}).optimum
        except MetricsError:
            continue
        yield f"{objective} with {minimum}", ends(bracket), sweep.best(objective, **{minimum: share}).value


def ends(bracket: Bracket) -> tuple[float, float]:
    """Return both ends."""
    return bracket.low, bracket.high


def unattained(table: BinnedCounts) -> Iterator[str]:
    """Name the ends that no order of the rows within their bins attains."""
    best, worst = (arranged(table, positives_first=first) for first in (True, False))
    for name, end, reached in (
        ("highest ROC AUC", table.roc_auc.high, best.roc_auc),
        ("lowest ROC AUC", table.roc_auc.low, worst.roc_auc),
        ("highest average precision", table.average_precision.high, best.average_precision),
    ):
        if abs(end - reached) > ROUNDING:
            yield name


def arranged(table: BinnedCounts, *, positives_first: bool) -> ThresholdSweep:
    """Return the sweep of rows in which one class of each bin has one score, above the other's."""
    place = np.arange(table.lowest.size, 0, -1)
    step = np.where(table.lowest < table.highest, 0.5 if positives_first else -0.5, 0)
    none = np.zeros_like(table.positives)
    return ThresholdSweep.from_counts(
        np.append(place + step, place), np.append(table.positives, none), np.append(none, table.negatives)
    )
