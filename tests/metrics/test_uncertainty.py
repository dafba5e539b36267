from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import norm

from lessonkit.metrics import (
    Band,
    Interval,
    MetricsError,
    SmallSampleWarning,
    ThresholdSweep,
    bootstrap_band,
    bootstrap_difference,
    bootstrap_interval,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike


FEW = pytest.mark.filterwarnings("ignore::lessonkit.metrics.SmallSampleWarning")


def sample(size: int = 400, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y_true = rng.random(size) < 0.2
    return y_true, np.round(rng.normal(size=size) + 1.5 * y_true, 1)


def test_the_interval_holds_the_estimate() -> None:
    interval = bootstrap_interval(*sample(), "average_precision")
    assert interval.estimate == ThresholdSweep(*sample()).average_precision
    assert interval.low < interval.estimate < interval.high


def test_the_same_seed_gives_the_same_interval() -> None:
    first = bootstrap_interval(*sample(), "roc_auc", method="percentile", resamples=50, seed=3)
    assert first == bootstrap_interval(*sample(), "roc_auc", method="percentile", resamples=50, seed=3)
    assert first != bootstrap_interval(*sample(), "roc_auc", method="percentile", resamples=50, seed=4)


def test_a_name_is_short_for_a_function() -> None:
    named = bootstrap_interval(*sample(), "davis_goadrich_area", resamples=50)
    assert named == bootstrap_interval(*sample(), lambda sweep: sweep.davis_goadrich_area, resamples=50)


def test_a_higher_level_gives_a_wider_interval() -> None:
    narrow = bootstrap_interval(*sample(), "roc_auc", level=0.5)
    wide = bootstrap_interval(*sample(), "roc_auc", level=0.99)
    assert wide.low < narrow.low < narrow.high < wide.high


def by_hand(
    y_true: np.ndarray,
    columns: list[np.ndarray],
    resamples: int,
    seed: int,
    weights: np.ndarray | None = None,
) -> list[list[ThresholdSweep]]:
    """Draw rows by definition, and build the sweeps of these rows from scratch."""
    rng = np.random.default_rng(seed)
    found: list[list[ThresholdSweep]] = []
    while len(found) < resamples:
        rows = rng.integers(y_true.size, size=y_true.size)
        if len(set(y_true[rows].tolist())) == 2:
            weight = None if weights is None else weights[rows]
            found.append([ThresholdSweep(y_true[rows], each[rows], sample_weight=weight) for each in columns])
    return found


@pytest.mark.parametrize("decimals", [0, 1, 9])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("weighted", [False, True])
def test_each_resample_is_the_sweep_of_its_rows(decimals: int, dtype: type, *, weighted: bool) -> None:
    y_true, scores = sample(60)
    scores = np.round(np.random.default_rng(1).normal(size=60) + y_true, decimals).astype(dtype)
    weights = np.random.default_rng(2).random(60) if weighted else None
    order = np.lexsort([y_true, -scores])
    seen: list[ThresholdSweep] = []

    def area(sweep: ThresholdSweep) -> float:
        seen.append(sweep)
        return sweep.roc_auc

    interval = bootstrap_interval(y_true, scores, area, sample_weight=weights, resamples=20, seed=5)
    expected = by_hand(y_true[order], [scores[order]], 20, 5, None if weights is None else weights[order])
    assert len(seen) == 21
    for sweep, (each,) in zip(seen[1:], expected, strict=True):
        assert sweep.thresholds.tolist() == each.thresholds.tolist()
        assert sweep.thresholds.dtype == dtype
        np.testing.assert_allclose(sweep.true_positives, each.true_positives, rtol=1e-12)
        np.testing.assert_allclose(sweep.false_positives, each.false_positives, rtol=1e-12)
        for name in ("average_precision", "roc_auc", "davis_goadrich_area", "prevalence"):
            assert getattr(sweep, name) == pytest.approx(getattr(each, name), abs=1e-14)
    assert interval.draws.tolist() == [sweep.roc_auc for sweep in seen[1:]]
    assert (interval.low, interval.high) == tuple(np.quantile(interval.draws, (0.025, 0.975)))


def test_the_draws_do_not_depend_on_the_order_of_rows() -> None:
    y_true, scores = sample(60)
    backwards = bootstrap_interval(y_true[::-1], scores[::-1], "roc_auc", resamples=20)
    assert (
        backwards.draws.tolist() == bootstrap_interval(y_true, scores, "roc_auc", resamples=20).draws.tolist()
    )


@FEW
def test_both_bootstraps_take_any_two_labels() -> None:
    y_true, scores = sample(60)
    words = np.where(y_true, "spam", "ham")
    plain = bootstrap_interval(y_true, scores, "roc_auc", resamples=20)
    assert bootstrap_interval(words, scores, "roc_auc", pos_label="spam", resamples=20) == plain
    difference = bootstrap_difference(y_true, scores, scores**3, "roc_auc", resamples=20)
    assert difference == bootstrap_difference(
        words, scores, scores**3, "roc_auc", pos_label="spam", resamples=20
    )
    band = bootstrap_band(y_true, scores, resamples=20)
    assert bootstrap_band(words, scores, pos_label="spam", resamples=20).low.tolist() == band.low.tolist()


@FEW
def test_rows_of_weight_0_are_as_if_they_were_not_there() -> None:
    y_true, scores = sample(60)
    weights = np.where(np.arange(60) % 3, 0.5, 0)
    some = weights > 0
    weighted = bootstrap_interval(y_true, scores, "roc_auc", sample_weight=weights, resamples=20)
    left = bootstrap_interval(y_true[some], scores[some], "roc_auc", resamples=20)
    assert weighted.draws == pytest.approx(left.draws, abs=1e-14)
    band = bootstrap_band(y_true, scores, sample_weight=weights, resamples=20)
    assert band.high == pytest.approx(bootstrap_band(y_true[some], scores[some], resamples=20).high)


# ------------------------------------------------------------------------------------------ differences


@pytest.mark.parametrize("weighted", [False, True])
def test_a_difference_is_that_of_the_same_rows(*, weighted: bool) -> None:
    y_true, scores = sample(60)
    other = np.round(scores + np.random.default_rng(7).normal(size=60), 1)
    weights = np.random.default_rng(2).random(60) if weighted else None
    difference = bootstrap_difference(
        y_true, scores, other, "average_precision", sample_weight=weights, resamples=20, seed=5
    )
    expected = [
        a.average_precision - b.average_precision for a, b in by_hand(y_true, [scores, other], 20, 5, weights)
    ]
    assert difference.draws == pytest.approx(expected, abs=1e-14)
    assert difference.draws.shape == (20,)
    assert difference.estimate == pytest.approx(
        ThresholdSweep(y_true, scores, sample_weight=weights).average_precision
        - ThresholdSweep(y_true, other, sample_weight=weights).average_precision
    )


def test_the_other_way_round_a_difference_has_the_other_sign() -> None:
    y_true, scores = sample(100)
    other = scores + np.random.default_rng(7).normal(size=100)
    first = bootstrap_difference(y_true, scores, other, "roc_auc", resamples=50)
    second = bootstrap_difference(y_true, other, scores, "roc_auc", resamples=50)
    assert second.draws.tolist() == (-first.draws).tolist()
    assert (second.low, second.estimate, second.high) == pytest.approx(
        (-first.high, -first.estimate, -first.low), abs=1e-15
    )


@FEW
def test_two_models_with_the_same_order_do_not_differ() -> None:
    y_true, scores = sample(100)
    assert bootstrap_difference(y_true, scores, 2 * scores + 7, "roc_auc", resamples=20) == Interval(0, 0, 0)


def test_a_paired_interval_is_narrower_than_two_apart() -> None:
    y_true, scores = sample(1000)
    other = scores + np.random.default_rng(7).normal(size=1000) / 4
    paired = bootstrap_difference(y_true, scores, other, "roc_auc", resamples=200)
    apart = [bootstrap_interval(y_true, each, "roc_auc", resamples=200) for each in (scores, other)]
    assert paired.high - paired.low < 0.7 * min(each.high - each.low for each in apart)


def test_bad_scores_of_a_difference_are_named() -> None:
    with pytest.raises(MetricsError, match=r"scores_b\[1\] is nan"):
        bootstrap_difference([1, 0], [0.9, 0.1], [0.9, math.nan], "roc_auc")
    with pytest.raises(MetricsError, match="scores_a has 2, scores_b has 3"):
        bootstrap_difference([1, 0], [0.9, 0.1], [0.9, 0.1, 0.2], "roc_auc")


# --------------------------------------------------------------------------- a statistic that cannot be had


def test_a_statistic_that_fails_in_a_resample_says_in_which() -> None:
    y_true = [1] * 12 + [0] * 12
    scores = [*range(12, 24), *range(1, 13)]
    scores[0] = 0

    def caught(sweep: ThresholdSweep) -> float:
        return sweep.best("recall", min_precision=0.99).value

    def safe(sweep: ThresholdSweep) -> float:
        try:
            return caught(sweep)
        except MetricsError:
            return 0.0

    def too_strict(sweep: ThresholdSweep) -> float:
        return sweep.best("recall", min_precision=0.99, min_recall=0.9).value

    assert too_strict(ThresholdSweep(y_true, scores)) > 0.9
    message = (
        r"^In resample [1-9]\d? of 1,000, statistic too_strict failed; on the rows themselves it did not\. "
        r"No threshold reaches a precision of 0\.99"
    )
    with pytest.raises(MetricsError, match=message):
        bootstrap_interval(y_true, scores, too_strict)
    with pytest.raises(MetricsError, match=message):
        bootstrap_difference(y_true, scores, scores, too_strict)
    # The advice: a function that returns a number also there.
    assert bootstrap_interval(y_true, scores, safe).high > 0.9


def test_an_error_of_other_kinds_tells_its_resample_in_a_note() -> None:
    y_true, scores = sample(60)
    exact = ThresholdSweep(y_true, scores).roc_auc

    def fragile(sweep: ThresholdSweep) -> float:
        return {exact: 1.0}[sweep.roc_auc]

    with pytest.raises(KeyError) as caught:
        bootstrap_interval(y_true, scores, fragile, resamples=50)
    assert caught.value.__notes__ == [
        "In resample 1 of 50, statistic fragile failed; on the rows themselves it did not."
    ]


# ------------------------------------------------------------------------------------------- width


def test_the_interval_is_about_as_wide_as_theory_says() -> None:
    """The variance of ROC AUC by DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988)."""
    y_true, scores = sample(2000)
    interval = bootstrap_interval(y_true, scores, "roc_auc")
    difference = scores[y_true][:, None] - scores[~y_true]
    wins = (difference > 0) + (difference == 0) / 2
    variance = wins.mean(axis=1).var() / len(wins) + wins.mean(axis=0).var() / len(wins.T)
    width = 2 * 1.96 * math.sqrt(variance)
    assert interval.high - interval.low == pytest.approx(width, rel=0.1)


@FEW
def test_resamples_without_a_class_are_drawn_again() -> None:
    interval = bootstrap_interval([1, 0], [0.9, 0.1], "roc_auc", method="percentile", resamples=100)
    assert interval == Interval(1.0, 1.0, 1.0)
    assert interval.draws.tolist() == [1.0] * 100
    one_positive = bootstrap_interval([1] + [0] * 30, np.arange(31), "roc_auc", resamples=100)
    assert one_positive.estimate == 0


# ---------------------------------------------------------------------------------- how to find the ends


def rows_of(positives: int, negatives: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    y_true = np.repeat([True, False], [positives, negatives])
    return y_true, np.random.default_rng(seed).normal(size=y_true.size) + 1.5 * y_true


def test_the_formula_of_average_precision_is_that_of_boyd_and_others() -> None:
    interval = bootstrap_interval(*rows_of(30, 200), "average_precision", method="formula", resamples=10)
    eta, tau = logit(interval.estimate), (30 * interval.estimate * (1 - interval.estimate)) ** -0.5
    expected = expit([eta - norm.ppf(0.975) * tau, eta + norm.ppf(0.975) * tau])
    assert (interval.low, interval.high) == pytest.approx(tuple(expected), abs=1e-12)


@pytest.mark.parametrize(
    ("positives", "negatives", "level"), [(30, 200, 0.95), (200, 12, 0.8), (15, 15, 0.95)]
)
def test_the_formula_of_roc_auc_is_newcombes_fifth(positives: int, negatives: int, level: float) -> None:
    interval = bootstrap_interval(
        *rows_of(positives, negatives), "roc_auc", method="formula", level=level, resamples=10
    )
    half = (positives + negatives) / 2
    for end in (interval.low, interval.high):
        own = 1 + (half - 1) * (1 - end) / (2 - end) + (half - 1) * end / (1 + end)
        error = math.sqrt(end * (1 - end) * own / (positives * negatives))
        assert abs(interval.estimate - end) == pytest.approx(norm.ppf((1 + level) / 2) * error, rel=1e-9)
    assert 0 < interval.low < interval.estimate < interval.high < 1


@pytest.mark.filterwarnings("ignore::lessonkit.metrics.SmallSampleWarning")
def test_a_perfect_roc_auc_is_not_certain() -> None:
    y_true = np.repeat([True, False], [20, 100])
    perfect = bootstrap_interval(y_true, y_true, "roc_auc", resamples=10)
    assert (perfect.estimate, perfect.high) == (1, 1)
    assert 0.85 < perfect.low < 0.99
    hopeless = bootstrap_interval(y_true, ~y_true, "roc_auc", resamples=10)
    assert (hopeless.low, hopeless.estimate) == (0, 0)
    assert hopeless.high == pytest.approx(1 - perfect.low)


@pytest.mark.parametrize("statistic", ["average_precision", "roc_auc"])
def test_few_rows_of_a_class_take_the_formula(statistic: str) -> None:
    def found(rows: tuple[np.ndarray, np.ndarray], method: str | None) -> Interval:
        return bootstrap_interval(*rows, statistic, method=method, resamples=50)

    for rows, usual in (
        (rows_of(149, 200), "formula"),
        (rows_of(200, 149), "formula"),
        (rows_of(150, 150), "percentile"),
    ):
        ways = {method: found(rows, method) for method in ("formula", "percentile")}
        assert ways["formula"] != ways["percentile"]
        assert ways["formula"].draws.tolist() == ways["percentile"].draws.tolist()
        assert found(rows, None) == ways[usual]


def test_a_function_has_no_formula() -> None:
    def area(sweep: ThresholdSweep) -> float:
        return sweep.roc_auc

    rows = rows_of(20, 100)
    percentile = bootstrap_interval(*rows, "roc_auc", method="percentile", resamples=50)
    assert bootstrap_interval(*rows, area, resamples=50) == percentile
    for statistic in (area, "davis_goadrich_area"):
        with pytest.raises(
            MetricsError, match=r"of average_precision and roc_auc\. Give method='percentile'"
        ):
            bootstrap_interval(*rows, statistic, method="formula", resamples=50)


def test_weights_count_as_so_many_equal_rows() -> None:
    y_true, scores = rows_of(30, 200)
    for name in ("average_precision", "roc_auc"):
        plain = bootstrap_interval(y_true, scores, name, method="formula", resamples=10)
        equal = bootstrap_interval(
            y_true, scores, name, sample_weight=np.full(230, 1e300), method="formula", resamples=10
        )
        assert (equal.low, equal.high) == pytest.approx((plain.low, plain.high))
    # One weight of ten beside ten of one: (10 + 10)² / (100 + 10) rows.
    heavy = np.where(y_true, 1, 1.0)
    heavy[:20] = 0
    heavy[0] = 10
    some = bootstrap_interval(
        y_true, scores, "average_precision", sample_weight=heavy, method="formula", resamples=10
    )
    tau = (logit(some.high) - logit(some.low)) / 2 / norm.ppf(0.975)
    assert tau**-2 / (some.estimate * (1 - some.estimate)) == pytest.approx(400 / 110)


@pytest.mark.parametrize(
    ("positives", "negatives", "method", "message"),
    [
        (
            9,
            100,
            "percentile",
            r"only 9 positives says little: .* 25 to 85 of 100 cases .*at least 10 pos",
        ),
        (100, 9, "percentile", r"only 9 negatives says little: .* at least 10 negatives, better 100"),
        (
            1,
            100,
            None,
            r"only 1 positive says little: .* 92 to 97 of 100 cases .* average precision in only 25 to 98",
        ),
    ],
)
def test_few_rows_of_a_class_are_warned_of(
    positives: int, negatives: int, method: str | None, message: str
) -> None:
    rows = rows_of(positives, negatives)
    with pytest.warns(SmallSampleWarning, match=message) as caught:
        bootstrap_interval(*rows, "roc_auc", method=method, resamples=20)
    assert caught[0].filename == __file__
    with pytest.warns(SmallSampleWarning, match="An interval from only"):
        bootstrap_difference(*rows, -rows[1], "roc_auc", resamples=20)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bootstrap_interval(*rows_of(10, 10), "roc_auc", resamples=20)


def test_a_width_of_0_is_warned_of() -> None:
    y_true = np.repeat([True, False], 60)
    with pytest.warns(SmallSampleWarning, match="All 20 resamples give 1, so the interval has no width"):
        assert bootstrap_interval(y_true, y_true, "average_precision", resamples=20) == Interval(1, 1, 1)


def test_an_unknown_method_is_named() -> None:
    with pytest.raises(MetricsError, match=r"method is 'bca'\. Known: percentile, formula\."):
        bootstrap_interval(*rows_of(20, 20), "roc_auc", method="bca", resamples=2)


# ------------------------------------------------------------------------------------------------- band


def test_the_band_is_average_precision_when_averaged() -> None:
    # The middle of each of 90 equal steps of recall meets each of 30 positives three times.
    rng = np.random.default_rng(1)
    y_true = np.repeat([True, False], [30, 200])
    scores = rng.normal(size=230) + y_true
    grid = (np.arange(90) + 0.5) / 90
    band = bootstrap_band(y_true, scores, recall_grid=grid, resamples=50)
    assert isinstance(band, Band)
    assert band.recall.tolist() == grid.tolist()
    assert band.estimate.mean() == pytest.approx(ThresholdSweep(y_true, scores).average_precision)
    assert (band.low <= band.high).all()
    assert (band.low < band.high).any()


def test_the_band_holds_where_three_rows_of_each_kind_speak_for_it() -> None:
    # Ten positives above ten negatives, but for three negatives at the top, and one more after the fourth.
    y_true = [False] * 3 + [True] * 4 + [False] + [True] * 6 + [False] * 9
    scores = -np.arange(len(y_true))
    grid = np.arange(1, 11) / 10
    band = bootstrap_band(y_true, scores, recall_grid=grid, resamples=2)
    assert band.holds.tolist() == [each in {3, 4, 5, 6, 7} for each in range(1, 11)]
    weighted = bootstrap_band(
        y_true, scores, sample_weight=np.full(len(y_true), 0.01), recall_grid=grid, resamples=2
    )
    assert weighted.holds.tolist() == band.holds.tolist()
    # Without false alarms there is no noise to be seen: the band has no width there.
    best = bootstrap_band([True] * 20 + [False] * 20, -np.arange(40), recall_grid=grid, resamples=50)
    assert (best.low == best.high).all()
    assert not best.holds.any()


def test_the_band_has_101_recalls_by_default() -> None:
    y_true = np.repeat([True, False], 100)
    scores = np.append(np.arange(100, 200), np.arange(100)) + 0.0
    scores[100] = 164.5  # one negative, below the 35 best positives
    band = bootstrap_band(y_true, scores, resamples=2)
    assert band.recall.shape == band.low.shape == band.high.shape == (101,)
    assert band.recall[35] > 0.35  # by a hair, which must not ask for the 36th positive
    assert band.estimate[35] == 1
    assert band.estimate[36] == 36 / 37
    assert band.estimate[-1] == 100 / 101


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"statistic": "f1"}, "statistic is 'f1'. Known: average_precision"),
        ({"statistic": 3}, "statistic is 3. Give a function"),
        ({"statistic": lambda _: math.nan}, "The value of statistic is nan"),
        ({"statistic": lambda _: math.inf}, "statistic returned inf for <ThresholdSweep"),
        ({"level": 1}, "level is 1"),
        ({"level": 95}, "level is 95. Give a number between 0 and 1"),
        ({"level": "95"}, "level is '95'"),
        ({"resamples": 1}, "resamples is 1. Give an integer of at least 2"),
        ({"resamples": 10.5}, "resamples is 10.5"),
        ({"seed": -1}, "seed is -1"),
        ({"y_true": [1, 1]}, "only positives"),
        ({"scores": [0.1, math.nan]}, r"scores\[1\] is nan"),
    ],
)
def test_a_bad_argument_of_the_interval_is_named(options: dict[str, Any], message: str) -> None:
    arguments = {"y_true": [1, 0], "scores": [0.9, 0.1], "statistic": "roc_auc"} | options
    call: Callable[..., Interval] = bootstrap_interval
    with pytest.raises(MetricsError, match=message):
        call(**arguments)


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ([0.5, 1.5], r"recall_grid\[1\] is 1\.5"),
        ([-0.1], r"recall_grid\[0\] is -0\.1"),
        ([0.5, math.nan], r"recall_grid\[1\] is nan"),
        ([], "recall_grid is empty"),
        (["a"], r"recall_grid\[0\] is 'a'"),
    ],
)
def test_a_bad_grid_is_named(grid: ArrayLike, message: str) -> None:
    with pytest.raises(MetricsError, match=message):
        bootstrap_band([1, 0], [0.9, 0.1], recall_grid=grid)
