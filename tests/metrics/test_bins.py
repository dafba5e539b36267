"""Brackets hold what they say, for rows in any order and binned in any way."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from lessonkit.metrics import BinnedCounts, BinnedPoint, Bracket, Confusion, MetricsError, ThresholdSweep
from tools.brackets import arranged, draw, merged, violations

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL = BinnedCounts([0.5, 0.0], [1.0, 0.4], positives=[3, 1], negatives=[1, 5])
COLUMNS: Any = {"y_true": "label", "scores": "score"}


def parts(table: BinnedCounts) -> list[list[float]]:
    return [each.tolist() for each in (table.lowest, table.highest, table.positives, table.negatives)]


def large(seed: int = 0, size: int = 20_000) -> tuple[pd.DataFrame, ThresholdSweep, BinnedCounts]:
    """Rows, their sweep, and their counts in bins of a hundredth."""
    rng = np.random.default_rng(seed)
    positive = rng.random(size) < 0.05
    scores = rng.normal(size=size).round(4) + positive
    frame = pd.DataFrame({"label": positive.astype(int), "score": scores})
    groups = frame.groupby((scores * 100).astype(int))
    found = groups["label"].sum().to_numpy()
    table = BinnedCounts(
        groups["score"].min(), groups["score"].max(), found, groups.size().to_numpy() - found
    )
    return frame, ThresholdSweep(positive, scores), table


# ---------------------------------------------------------------------------------- brackets


@pytest.mark.parametrize("seed", range(0, 300, 100))
def test_a_bracket_holds_the_number_of_the_rows(seed: int) -> None:
    # `python -m tools.bench_counts` looks at 100,000.
    found = [text for each in range(seed, seed + 100) for text in violations(seed=each)]
    assert not found


def test_bins_of_one_score_are_exact() -> None:
    sweep = ThresholdSweep([1, 0, 1, 0, 0, 1], [3, 3, 2, 1, 0, 0])
    table = BinnedCounts([0, 1, 2, 3], [0, 1, 2, 3], positives=[1, 0, 1, 1], negatives=[1, 1, 0, 1])
    assert table.roc_auc.width == table.average_precision.width == 0
    assert table.roc_auc.low == pytest.approx(sweep.roc_auc, abs=1e-15)
    assert table.average_precision.low == pytest.approx(sweep.average_precision, abs=1e-15)
    assert table.precision_at(0.6).low == table.precision_at(0.6).high == pytest.approx(2 / 3)
    best = sweep.best("f1")
    assert table.best("f1") == BinnedPoint(
        best.threshold, best.confusion, best.value, Bracket(best.value, best.value), []
    )


def test_the_lowest_average_precision_is_nearly_reached() -> None:
    table = BinnedCounts([0.5, 0.0], [1.0, 0.4], positives=[300, 100], negatives=[100, 500])
    scores, positive = [], []
    for place, (found, false) in enumerate(zip(table.positives, table.negatives, strict=True)):
        worst = np.arange(found + 1) * 1e-4 - place  # negatives at the top, then the positives one by one
        scores += [*worst[:-1], *[worst[-1]] * false]
        positive += [*[True] * found, *[False] * false]
    reached = ThresholdSweep(positive, scores).average_precision
    assert table.average_precision.low <= reached + 1e-12
    assert reached - table.average_precision.low < 1e-6


# Drawn as rows, the worst and the best case bound the ROC AUC and each optimum. They do not bound these.


def first_at_half(sweep: ThresholdSweep) -> float:
    return float(sweep.precision[(sweep.recall >= 0.5).argmax()])


def average_precision(sweep: ThresholdSweep) -> float:
    return sweep.average_precision


@pytest.mark.parametrize(
    ("number", "bound"),
    [
        (average_precision, average_precision),
        (average_precision, lambda sweep: sweep.davis_goadrich_area),
        (first_at_half, first_at_half),
    ],
    ids=["average precision", "its davis_goadrich_area", "precision at a recall"],
)
def test_the_worst_case_drawn_as_rows_is_no_bound_for_this(
    number: Callable[[ThresholdSweep], float], bound: Callable[[ThresholdSweep], float]
) -> None:
    cases = (draw(np.random.default_rng(seed))._replace(weights=None) for seed in range(3000))
    assert any(
        number(case.sweep()) < bound(arranged(case.table(), positives_first=False)) - 1e-9 for case in cases
    )


def test_a_bracket_is_shown_rounded_outward_with_two_digits_of_its_width() -> None:
    assert repr(Bracket(0.119831, 0.120021)) == "Bracket(low=0.11983, high=0.12003)"
    assert repr(Bracket(16668328.2, 16673790.1)) == "Bracket(low=16668328, high=16673791)"
    assert repr(Bracket(0.1, 0.1)) == "Bracket(low=0.1, high=0.1)"
    assert Bracket(0.25, 1).width == 0.75


# ---------------------------------------------------------------------------------- the table


def test_bins_that_share_a_score_become_one() -> None:
    table = BinnedCounts([0.0, 0.8, 0.4, 0.5], [0.4, 0.9, 0.4, 0.7], [1, 2, 3, 4], [5, 6, 7, 8])
    assert parts(table) == [[0.8, 0.5, 0.0], [0.9, 0.7, 0.4], [2, 4, 4], [6, 8, 12]]
    assert not table.lowest.flags.writeable


def test_a_bin_without_rows_is_left_out() -> None:
    table = BinnedCounts([0.0, 0.3, 0.5], [0.4, 0.6, 0.7], [1, 0, 4], [5, 0, 8])
    assert parts(table) == [[0.5, 0.0], [0.7, 0.4], [4, 1], [8, 5]]


@pytest.mark.parametrize("seed", range(50))
def test_any_split_merges_to_the_same_or_a_finer_table(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = draw(rng)._replace(weights=None)
    whole, table = case.table(), merged(case, rng)
    inside = np.searchsorted(whole.lowest[::-1], table.lowest, side="right") - 1
    assert (table.highest <= whole.highest[::-1][inside]).all()
    for fine, coarse in ((table.positives, whole.positives), (table.negatives, whole.negatives)):
        assert np.bincount(inside, fine).tolist() == coarse[::-1].tolist()


def test_merging_is_associative() -> None:
    a, b, c = (draw(np.random.default_rng(seed))._replace(weights=None).table() for seed in (1, 2, 3))
    assert parts(a.merge(b).merge(c)) == parts(c.merge(a.merge(b))) == parts(b.merge(c, a))


def test_a_part_without_one_class_is_merged_but_has_no_curve() -> None:
    sunday = BinnedCounts([0.1, 0.6], [0.5, 0.9], positives=[0, 0], negatives=[3, 1])
    with pytest.raises(MetricsError, match="positives are 0 at every score"):
        _ = sunday.roc_auc
    assert sunday.merge(SMALL).roc_auc.width > 0


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (([0.5], [0.4], [1], [1]), r"lowest\[0\] is 0.5, above highest\[0\], which is 0.4"),
        (([0.5], [math.inf], [1], [1]), r"highest\[0\] is inf"),
        (([math.nan], [0.5], [1], [1]), r"lowest\[0\] is nan"),
        (([0.1], [0.5], [-1], [1]), r"positives\[0\] is -1\. A count is"),
        (([0.1], [0.5], [1], [math.nan]), r"negatives\[0\] is nan\. A count is"),
        (([0.1], [0.5], [0], [0]), "0 in every bin"),
        (([0.1, 0.2], [0.5], [1], [1]), "lowest has 2, highest has 1"),
    ],
)
def test_a_table_that_is_none_is_refused(columns: tuple[Any, ...], message: str) -> None:
    with pytest.raises(MetricsError, match=message):
        BinnedCounts(*columns)


def test_it_says_how_many_it_holds() -> None:
    assert repr(SMALL) == "<BinnedCounts: 2 bins, 4 positives, 6 negatives>"


# ---------------------------------------------------------------------------------- operating points


def test_the_threshold_is_a_score_with_its_exact_counts() -> None:
    point = SMALL.cheapest(false_positive=1, false_negative=1)
    assert (point.threshold, point.confusion) == (0.5, Confusion(3, 1, 1, 5))
    assert point.value == point.optimum.high == 2
    assert point.optimum.low == 1  # the three above all negatives
    assert point.unsure == [(0.0, 1.0)]  # in each bin, a threshold may cost 1


def test_flagging_nothing_competes() -> None:
    point = SMALL.cheapest(false_positive=1, false_negative=0)
    assert (point.threshold, point.value, point.optimum) == (math.inf, 0, Bracket(0, 0))


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "ask",
    [
        lambda counts: counts.cheapest(false_positive=1, false_negative=20),
        lambda counts: counts.cheapest(false_positive=1, false_negative=2.5),
        lambda counts: counts.best("f1"),
        lambda counts: counts.best("accuracy"),
        lambda counts: counts.best("balanced_accuracy"),
        lambda counts: counts.best("precision"),
        lambda counts: counts.best("recall", min_precision=0.2),
        lambda counts: counts.best("precision", min_recall=0.3),
    ],
)
def test_a_second_look_finds_what_the_rows_in_memory_say(
    seed: int, ask: Callable[[BinnedCounts | ThresholdSweep], Any]
) -> None:
    frame, sweep, table = large(seed)
    point, truth = ask(table), ask(sweep)
    refined = ask(table.refine(frame, point, **COLUMNS))
    assert (refined.threshold, refined.confusion) == (truth.threshold, truth.confusion)
    assert refined.optimum.low == refined.optimum.high == pytest.approx(truth.value)
    assert point.optimum.low <= truth.value <= point.optimum.high
    # Nothing more to look at, but for the same value again.
    assert ask(table.refine(frame, point, **COLUMNS).refine(frame, refined, **COLUMNS)).value == refined.value


def test_few_rows_are_looked_at_again() -> None:
    frame, _, table = large(size=200_000)
    point = table.cheapest(false_positive=1, false_negative=20)
    looked = sum(frame["score"].between(*each).sum() for each in point.unsure)
    assert 0 < looked <= 0.1 * len(frame)
    refined = table.refine(frame, point, **COLUMNS)
    assert refined.positives.sum() == table.positives.sum()
    assert table.lowest.size < refined.lowest.size < table.lowest.size + looked


def test_other_rows_are_noticed() -> None:
    frame, _, table = large()
    point = table.cheapest(false_positive=1, false_negative=20)
    with pytest.raises(MetricsError, match="These are other rows"):
        table.refine(frame.iloc[:-5000], point, **COLUMNS)


def test_a_minimum_that_only_a_threshold_within_a_bin_may_reach_is_told() -> None:
    with pytest.raises(MetricsError, match=r"reaches a precision of 0\.9, and one within a bin may"):
        SMALL.best("recall", min_precision=0.9)
    with pytest.raises(MetricsError, match=r"min_precision is 2"):
        SMALL.best("recall", min_precision=2)
    hopeless = BinnedCounts([1.0, 0.0], [1.0, 0.0], positives=[1, 1], negatives=[1, 1])
    with pytest.raises(MetricsError, match=r"No threshold reaches .*\)\.$"):
        hopeless.best("recall", min_precision=0.9)


@pytest.mark.parametrize("objective", ["f2", len, lambda sweep: sweep.precision])
def test_an_objective_of_which_nothing_is_known_is_refused(objective: Any) -> None:  # noqa: ANN401
    with pytest.raises(MetricsError, match="Known: f1"):
        SMALL.best(objective)


@pytest.mark.parametrize("recall", [-0.1, 1.1, math.nan, "half"])
def test_a_recall_is_a_share(recall: Any) -> None:  # noqa: ANN401
    with pytest.raises(MetricsError, match="recall is"):
        SMALL.precision_at(recall)
