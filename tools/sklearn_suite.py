"""Run scikit-learn's own tests of ranking and classification with lessonkit in place of its functions.

``python -m tools.sklearn_suite`` takes the two files from the installed scikit-learn, unchanged. Calls for
one column of two classes are answered by lessonkit; other calls (more classes, averages, options unknown to
lessonkit) by scikit-learn. It exits with 1 if a test fails that is not in `BY_DESIGN`, if one there does not
fail, or if lessonkit refuses what scikit-learn answers, other than for a reason in `REFUSED`.
Arguments are passed on to pytest, such as ``-k roc``.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import sklearn.metrics
from sklearn.utils.multiclass import type_of_target

from lessonkit.metrics import Confusion, MetricsError, ThresholdSweep

if TYPE_CHECKING:
    from collections.abc import Callable

FILES = ("test_ranking.py", "test_classification.py")

# Tests that fail, by the name of their function, and why they may.
BY_DESIGN = {
    "test_confusion_matrix_dtype": "counts of rows with weights are sums, and so floats, also if the weights "
    "are integers",
    "test_prf_warnings": "a ratio without a denominator is 0.0, as there, but there is no warning",
    "test_balanced_accuracy_score_unseen": "the value is the same, but a decision for a class that does not "
    "occur is no reason for a warning",
}

# What lessonkit refuses and scikit-learn answers: a part of the message, and the reason.
REFUSED = {
    "A curve needs both classes": "one class has no curve; scikit-learn warns, and answers nan or 0",
}


# -------------------------------------------------------------------------------- scikit-learn's functions


def _sweep(given: dict[str, Any]) -> ThresholdSweep:
    return ThresholdSweep(
        given["y_true"],
        given["y_score"],
        sample_weight=given["sample_weight"],
        pos_label=given.get("pos_label"),
    )


def _confusion(given: dict[str, Any]) -> Confusion:
    """Count decisions; without a positive label, that is the higher one, as in scikit-learn's matrices."""
    label = given.get("pos_label")
    if label is None:
        label = np.union1d(given["y_true"], given["y_pred"])[-1]
    return Confusion.from_labels(
        given["y_true"], given["y_pred"], sample_weight=given["sample_weight"], pos_label=label
    )


def roc_curve(**given: Any) -> tuple[Any, ...]:  # noqa: ANN401  (arguments of any kind, here and below)
    """Answer with the points of a sweep, behind the one that flags nothing."""
    sweep = _sweep(given)
    fp, tp = sweep.false_positives, sweep.true_positives
    kept = np.ones(fp.size, np.bool)
    if given["drop_intermediate"]:
        kept[1:-1] = (np.diff(fp, 2) != 0) | (np.diff(tp, 2) != 0)
    shares = (np.append(0.0, share[kept]) for share in (sweep.false_positive_rate, sweep.recall))
    return *shares, np.append(np.inf, sweep.thresholds[kept])


def precision_recall_curve(**given: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """Answer with the points of a sweep, lowest threshold first, and the point (recall 0, precision 1)."""
    sweep = _sweep(given)
    tp = sweep.true_positives
    kept = np.ones(tp.size, np.bool)
    if given["drop_intermediate"]:
        kept[1:-1] = (np.diff(tp[:-1]) != 0) | (np.diff(tp[1:]) != 0)
    precision, recall, thresholds = (
        each[kept][::-1] for each in (sweep.precision, sweep.recall, sweep.thresholds)
    )
    return np.append(precision, 1.0), np.append(recall, 0.0), thresholds


def confusion_matrix_at_thresholds(**given: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """Answer with the four counts of a sweep."""
    sweep = _sweep(given)
    counts = (sweep.true_negatives, sweep.false_positives, sweep.false_negatives, sweep.true_positives)
    return *(each.astype(np.float64) for each in counts), sweep.thresholds


def det_curve(**given: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """Answer with the points of a sweep, from its last without alarms to its first without misses."""
    sweep = _sweep(given)
    fp, tp = (np.append(0, each) for each in (sweep.false_positives, sweep.true_positives))
    thresholds = np.append(np.inf, sweep.thresholds)
    kept = np.ones(fp.size, np.bool)
    if given["drop_intermediate"]:
        kept[1:-1] = (np.diff(tp[:-1]) != 0) | (np.diff(tp[1:]) != 0)
    fp, tp, thresholds = fp[kept], tp[kept], thresholds[kept]
    used = slice(np.searchsorted(fp, fp[0], "right") - 1, np.searchsorted(tp, tp[-1]) + 1)
    alarms, misses = fp[used] / sweep.negatives, (sweep.positives - tp[used]) / sweep.positives
    return alarms[::-1], misses[::-1], thresholds[used][::-1]


def roc_auc_score(**given: Any) -> float:  # noqa: ANN401
    """Answer with the area, or a part of it."""
    sweep = _sweep(given)
    return sweep.roc_auc if given["max_fpr"] is None else sweep.partial_roc_auc(given["max_fpr"])


def average_precision_score(**given: Any) -> float:  # noqa: ANN401
    """Answer with the area."""
    return _sweep(given).average_precision


def confusion_matrix(**given: Any) -> Any:  # noqa: ANN401
    """Answer with the four counts."""
    return _confusion(given).as_array()


def accuracy_score(**given: Any) -> float:  # noqa: ANN401
    """Answer with the share, or the count, of right decisions."""
    confusion = _confusion(given)
    return (
        confusion.accuracy
        if given["normalize"]
        else float(confusion.true_positives + confusion.true_negatives)
    )


def precision_recall_fscore_support(**given: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """Answer with three ratios."""
    confusion = _confusion(given)
    return confusion.precision, confusion.recall, confusion.f_beta(given["beta"]), None


def balanced_accuracy_score(**given: Any) -> float:  # noqa: ANN401
    """Answer with the mean of two shares, or with Youden's J."""
    confusion = _confusion(given)
    return confusion.youden_j if given["adjusted"] else confusion.balanced_accuracy


CURVES: tuple[Callable[..., Any], ...] = (
    roc_curve,
    precision_recall_curve,
    confusion_matrix_at_thresholds,
    det_curve,
    roc_auc_score,
    average_precision_score,
)
COUNTS: dict[str, Callable[..., Any]] = {
    "confusion_matrix": confusion_matrix,
    "accuracy_score": accuracy_score,
    "balanced_accuracy_score": balanced_accuracy_score,
    "precision_recall_fscore_support": precision_recall_fscore_support,
    "precision_score": lambda **given: _confusion(given).precision,
    "recall_score": lambda **given: _confusion(given).recall,
    "f1_score": lambda **given: _confusion(given).f1,
    "fbeta_score": lambda **given: _confusion(given).f_beta(given["beta"]),
    "matthews_corrcoef": lambda **given: _confusion(given).matthews_corrcoef,
}
ANSWERS = {answer.__name__: answer for answer in CURVES} | COUNTS


# -------------------------------------------------------------------------------- the adapter


class Adapter:
    """Put lessonkit in the place of scikit-learn's functions, and note what happens."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.reached: set[str] = set()
        self.failed: dict[str, str] = {}
        self.passed: set[str] = set()
        self._test = ""

    def install(self) -> None:
        """Replace the functions before a test file imports them."""
        for name, answer in ANSWERS.items():
            setattr(sklearn.metrics, name, self._replacing(getattr(sklearn.metrics, name), answer))

    def _replacing(self, theirs: Callable[..., Any], ours: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(theirs)
        def call(*args: Any, **options: Any) -> Any:  # noqa: ANN401
            try:
                bound = inspect.signature(theirs).bind(*args, **options)
            except TypeError:
                return theirs(*args, **options)
            bound.apply_defaults()
            given = dict(bound.arguments)
            if not _ours(theirs.__name__, given):
                self.calls["left to scikit-learn"] += 1
                return theirs(*args, **options)
            self.reached.add(self._test)
            try:
                answer = ours(**given)
            except MetricsError as refusal:
                answer = theirs(*args, **options)  # which raises in its own words, if it refuses too
                reason = next((why for part, why in REFUSED.items() if part in str(refusal)), None)
                if reason is None:
                    raise
                self.calls[f"refused by lessonkit only: {reason}"] += 1
                return answer
            self.calls["answered by lessonkit"] += 1
            return answer

        return call

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Remember which test runs."""
        self._test = item.nodeid

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test ended."""
        if report.failed:
            self.failed[report.nodeid] = str(report.longrepr)
        elif report.when == "call" and report.passed:
            self.passed.add(report.nodeid)


def _ours(name: str, given: dict[str, Any]) -> bool:
    """Tell whether a call is about one column of two classes, without options unknown to lessonkit."""
    other: Any = given.get("y_score", given.get("y_pred"))
    try:
        if (
            type_of_target(given["y_true"]) != "binary"
            or np.ndim(given["y_true"]) != 1
            or np.ndim(other) != 1
        ):
            return False
        if "y_pred" in given and np.union1d(given["y_true"], other).size != 2:  # noqa: PLR2004  (two classes)
            return False
    except (TypeError, ValueError):
        return False
    average = given.get("average", "binary")
    if "y_pred" in given and average != "binary":
        return False
    return (
        given.get("labels") is None
        and (name == "accuracy_score" or not given.get("normalize"))
        and given.get("zero_division", 0) in ("warn", 0)
        and given.get("beta", 1) not in (0, np.inf)
    )


def main(arguments: list[str]) -> int:
    """Run the files; return 1 if something disagrees that is not so by design."""
    os.environ.setdefault("SKLEARN_SKIP_NETWORK_TESTS", "1")
    tests = Path(sklearn.metrics.__file__).parent / "tests"
    adapter = Adapter()
    adapter.install()
    options = [
        "-q",
        "--no-header",
        "--tb=no",
        "--show-capture=no",
        "-c",
        os.devnull,
        "-p",
        "no:cacheprovider",
    ]
    code = pytest.main(
        [*options, f"--rootdir={tests}", *(str(tests / name) for name in FILES), *arguments],
        plugins=[adapter],
    )
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return 1
    listed = {test for test in adapter.failed if _function(test) in BY_DESIGN}
    wrong = {test: why for test, why in adapter.failed.items() if test not in listed}
    stale = [] if arguments else sorted(BY_DESIGN.keys() - {_function(test) for test in listed})
    agree = len(adapter.reached & adapter.passed)
    print(f"scikit-learn {sklearn.__version__}: {len(adapter.reached)} tests reach lessonkit, {agree} agree")
    for what, count in adapter.calls.most_common():
        print(f"{count:7,} calls {what}")
    for test in sorted(listed):
        print(f"by design: {test.rpartition('/')[2]}: {BY_DESIGN[_function(test)]}")
    for test, why in wrong.items():
        print(f"\nWRONG: {test}\n{why}")
    for name in stale:
        print(f"WRONG: {name} is listed as failing by design, and does not fail")
    return int(bool(wrong or stale))


def _function(test: str) -> str:
    return test.rpartition("::")[2].partition("[")[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
