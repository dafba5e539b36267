from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, confusion_matrix, precision_recall_curve

from lessonkit.exercises import EXERCISES, Verdict, exercises_of, verdict
from lessonkit.exercises.judge import judge_function

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

# --- Solutions, as a lesson folds them under its exercise, and the usual wrong answers ---------------------


def count_outcomes(y_true: Array, y_pred: Array) -> tuple[Any, ...]:
    tp = np.sum((y_true == 1) & (y_pred == 1))
    fp = np.sum((y_true == 0) & (y_pred == 1))
    fn = np.sum((y_true == 1) & (y_pred == 0))
    tn = np.sum((y_true == 0) & (y_pred == 0))
    return tp, fp, fn, tn


def count_flagged(y_true: Array, y_pred: Array) -> tuple[Any, ...]:
    _, fp, fn, tn = count_outcomes(y_true, y_pred)
    return y_pred.sum(), fp, fn, tn


def precision_recall_f1(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    precision = tp / (tp + fp) if tp + fp > 0 else 0.0
    recall = tp / (tp + fn)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
    return precision, recall, f1


def unguarded_f1(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    precision, recall = tp / (tp + fp), tp / (tp + fn)
    return precision, recall, 2 * precision * recall / (precision + recall)


def numpy_f1(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    return unguarded_f1(*np.array([tp, fp, fn], dtype=float))


def mean_f1(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    precision, recall, _ = precision_recall_f1(tp, fp, fn)
    return precision, recall, (precision + recall) / 2


def swapped_f1(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    precision, recall, f1 = precision_recall_f1(tp, fp, fn)
    return recall, precision, f1


def generous_f1(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    precision, recall, f1 = precision_recall_f1(tp, fp, fn)
    return precision if tp + fp else 1.0, recall, f1


def threshold_for_recall(y_true: Array, scores: Array, minimum: float) -> float:
    for threshold in np.unique(scores)[::-1]:
        flagged = scores >= threshold
        if y_true[flagged].sum() / y_true.sum() >= minimum:
            return threshold
    raise AssertionError


def threshold_for_precision(y_true: Array, scores: Array, minimum: float) -> float:
    return next(t for t in np.unique(scores)[::-1] if y_true[scores >= t].mean() >= minimum)


def threshold_strictly_above(y_true: Array, scores: Array, minimum: float) -> float:
    return next(
        (t for t in np.unique(scores)[::-1] if y_true[scores >= t].sum() / y_true.sum() > minimum),
        scores.min(),
    )


def threshold_nearest(y_true: Array, scores: Array, minimum: float) -> float:
    thresholds = np.unique(scores)[::-1]
    recall = np.array([y_true[scores >= t].sum() / y_true.sum() for t in thresholds])
    return thresholds[np.argmin(np.abs(recall - minimum))]


def flag_at_most(scores: Array, k: int) -> float:
    best = np.inf
    for threshold in np.unique(scores)[::-1]:
        if np.sum(scores >= threshold) <= k:
            best = threshold
    return best


def flag_between(scores: Array, k: int) -> float:
    # A hair below the lowest score that fits decides the same.
    return flag_at_most(scores, k) - 1e-9


def flag_highest_when_nothing_fits(scores: Array, k: int) -> float:
    threshold = flag_at_most(scores, k)
    return threshold if threshold < np.inf else scores.max()


def curve(y_true: Array, scores: Array) -> tuple[Any, ...]:
    thresholds, precision, recall = [], [], []
    for threshold in np.unique(scores)[::-1]:
        flagged = scores >= threshold
        thresholds.append(threshold)
        precision.append(y_true[flagged].mean())
        recall.append(y_true[flagged].sum() / y_true.sum())
    return thresholds, precision, recall


def curve_row_by_row(y_true: Array, scores: Array) -> tuple[Any, ...]:
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(y_true[order])
    return scores[order], hits / np.arange(1, len(hits) + 1), hits / hits[-1]


def curve_unsorted(y_true: Array, scores: Array) -> tuple[Any, ...]:
    hits = np.cumsum(y_true)
    return scores, hits / np.arange(1, len(hits) + 1), hits / hits[-1]


def curve_of_scikit_learn(y_true: Array, scores: Array) -> tuple[Any, ...]:
    precision, recall, thresholds = precision_recall_curve(y_true, scores)
    return thresholds, precision, recall


def curve_rising(y_true: Array, scores: Array) -> tuple[Any, ...]:
    return tuple(np.array(part)[::-1] for part in curve(y_true, scores))


def curve_divided_by_all(y_true: Array, scores: Array) -> tuple[Any, ...]:
    thresholds, precision, recall = curve(y_true, scores)
    return thresholds, precision, np.array(recall) * y_true.sum() / len(y_true)


def average_precision(precision: Array, recall: Array) -> float:
    total, before = 0.0, 0.0
    for p, r in zip(precision, recall, strict=True):
        total += (r - before) * p
        before = r
    return total


def precision_at(thresholds: Array, precision: Array, t: float) -> float:
    reached = thresholds >= t
    return precision[reached][-1] if reached.any() else 0.0


SOLUTIONS: dict[str, list[Any]] = {
    "count-outcomes": [
        count_outcomes,
        lambda a, b: list(count_outcomes(a, b)),
        lambda a, b: np.array(count_outcomes(a, b)),
    ],
    "precision-recall-f1": [
        precision_recall_f1,
        lambda tp, fp, fn: (tp and tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)),
    ],
    "accuracy-of-never": [lambda prevalence: 1 - prevalence],
    "fraud-puzzle": [0.02 / 0.88, 0.0227, 0.023, np.float32(0.0227), np.array([0.0227])],
    "decide": [
        lambda scores, threshold: (scores >= threshold).astype(int),
        lambda scores, threshold: scores >= threshold,
        lambda scores, threshold: [1 if score >= threshold else 0 for score in scores],
        lambda scores, threshold: np.where(scores < threshold, 0, 1),
    ],
    "threshold-for-recall": [threshold_for_recall],
    "flag-at-most": [flag_at_most, flag_between],
    "logit-threshold": [lambda p: np.log(p / (1 - p)), lambda p: np.log(p) - np.log1p(-p)],
    "curve-by-hand": [curve],
    "average-precision": [
        average_precision,
        lambda precision, recall: np.sum(np.diff(recall, prepend=0) * precision),
    ],
    "precision-at": [precision_at],
}

WRONG: dict[str, list[tuple[Any, str]]] = {
    "count-outcomes": [
        (lambda a, b: confusion_matrix(a, b, labels=[0, 1]).ravel(), "scikit-learn's order"),
        (lambda a, b: tuple(np.array(count_outcomes(a, b))[[0, 2, 1, 3]]), "changed places"),
        (count_flagged, "every flagged mail"),
        (lambda a, b: count_outcomes(1 - a, 1 - b), "positive class"),
    ],
    "precision-recall-f1": [
        (swapped_f1, "changed places"),
        (mean_f1, "harmonic mean"),
        (unguarded_f1, "denominator can be 0"),
        (numpy_f1, "nan in NumPy"),
        (generous_f1, "as scikit-learn does"),
        (lambda tp, fp, fn: (fp / (tp + fp), tp / (tp + fn), 0), "share of wrong alarms"),
        (lambda *n: tuple(round(x, 2) for x in precision_recall_f1(*n)), "Rounded to 2 decimals"),
    ],
    "accuracy-of-never": [
        (lambda prevalence: prevalence, "flagging everything"),
        (lambda _: 0.5, "does not guess"),
        (lambda _: 0, "*recall* is 0"),
        (lambda prevalence: 100 - 100 * prevalence, "not a percentage"),
    ],
    "fraud-puzzle": [
        (0.02, "more may exist"),
        (0.12, "is the recall"),
        (0.0176, "You multiplied"),
        (1 / 6, "*missed*"),
        (0.977, "share of negatives"),
        (0.98, "is the accuracy"),
        (2.27, "as a percentage"),
        (0.5, "what is their share"),
    ],
    "decide": [
        (lambda scores, threshold: (scores > threshold).astype(int), "equal to the threshold"),
        (lambda scores, threshold: scores < threshold, "The other way round"),
        (lambda scores, _: scores >= 0.5, "whatever the threshold"),
        (lambda scores, threshold: scores[scores >= threshold], "These are the flagged scores"),
        (lambda scores, threshold: 1 if scores >= threshold else 0, "single value"),
        (lambda scores, threshold: int(scores >= threshold), "single value"),
    ],
    "threshold-for-recall": [
        (lambda _, scores, __: scores.min(), "flags everything"),
        (threshold_for_precision, "looks at precision"),
        (threshold_strictly_above, "compare with `>=`"),
        (threshold_nearest, "*nearest*"),
        (lambda y_true, scores, _: scores[y_true == 1].min(), "finds all of the spam"),
    ],
    "flag-at-most": [
        (lambda scores, k: np.sort(scores)[::-1][k - 1], "may be shared"),
        (lambda scores, k: np.sort(scores)[::-1][k], "counts from 0"),
        (flag_highest_when_nothing_fits, "return `np.inf`"),
        (lambda scores, k: flag_at_most(scores, k - 1), "exactly k is allowed"),
        (lambda scores, k: np.unique(scores)[::-1][k - 1], "not distinct scores"),
    ],
    "logit-threshold": [
        (lambda p: p, "not a probability"),
        (lambda p: 1 / (1 + np.exp(-p)), "the sigmoid"),
        (lambda p: np.log((1 - p) / p), "sign"),
        (np.log, "odds are missing"),
        (lambda p: np.log10(p / (1 - p)), "natural"),
    ],
    "curve-by-hand": [
        (curve_row_by_row, "one point for each distinct score"),
        (curve_unsorted, "Sort by falling score"),
        (curve_of_scikit_learn, "scikit-learn's form"),
        (curve_rising, "highest threshold first"),
        (curve_divided_by_all, "not by the number of mails"),
        (lambda y, s: (curve(y, s)[0], curve(y, s)[2], curve(y, s)[1]), "changed places"),
    ],
    "average-precision": [
        (np.trapezoid, "without the first step"),
        (lambda p, r: np.trapezoid([1, *p], [0, *r]), "from (0, 1)"),
        (lambda precision, _: np.mean(precision), "plain mean"),
        (lambda precision, recall: average_precision(precision[::-1], recall[::-1]), "backward"),
        (lambda precision, recall: np.sum(np.diff(recall) * precision[1:]), "first gain is missing"),
        (lambda precision, recall: np.sum(np.diff(recall) * precision[:-1]), "before each gain"),
    ],
    "precision-at": [
        (lambda thresholds, precision, t: precision[thresholds == t], "need be equal"),
        (lambda thresholds, precision, t: precision[thresholds == t][0], "need be equal"),
        (lambda thresholds, precision, t: precision[np.abs(thresholds - t).argmin()], "nearest"),
        (lambda thresholds, precision, t: precision[thresholds <= t][0], "below t"),
        (lambda thresholds, precision, t: precision[thresholds >= t][-1], "nothing is flagged"),
        (lambda thresholds, precision, t: precision[thresholds >= t][0], "Take the lowest"),
    ],
}

IDS = sorted(SOLUTIONS)


@pytest.mark.parametrize(("exercise_id", "answer"), [(each, a) for each in IDS for a in SOLUTIONS[each]])
def test_a_solution_passes(exercise_id: str, answer: object) -> None:
    assert verdict(exercise_id, answer).passed, verdict(exercise_id, answer)


@pytest.mark.parametrize(("exercise_id", "answer", "hint"), [(each, *w) for each in IDS for w in WRONG[each]])
def test_a_wrong_answer_gets_its_own_hint(exercise_id: str, answer: object, hint: str) -> None:
    found = verdict(exercise_id, answer)
    assert not found.passed
    assert found.tried
    assert hint in found.hint, found


def test_every_exercise_has_a_solution_and_three_different_wrong_answers() -> None:
    assert sorted(WRONG) == IDS
    assert set(IDS) <= set(EXERCISES)  # later lessons have a module of tests each
    for each in IDS:
        assert len({verdict(each, answer).hint for answer, _ in WRONG[each]}) >= 3


def test_solutions_agree_with_scikit_learn_where_it_has_the_same() -> None:
    rng = np.random.default_rng(0)
    y_true, scores = rng.integers(0, 2, 50), rng.integers(0, 20, 50) / 20
    thresholds, precision, recall = curve(y_true, scores)
    theirs = precision_recall_curve(y_true, scores)
    assert np.allclose(theirs[2], thresholds[::-1])
    assert np.allclose(theirs[0][:-1], precision[::-1])
    assert average_precision(precision, recall) == pytest.approx(average_precision_score(y_true, scores))


# --- What anyone may hand in ------------------------------------------------------------------------------


def incomplete(tp: float, fp: float, fn: float) -> tuple[Any, ...]:
    precision = tp / (tp + ...)  # type: ignore[operator]
    return precision, fp, fn


@pytest.mark.parametrize("exercise_id", IDS)
@pytest.mark.parametrize("answer", [None, ...])
def test_a_placeholder_is_not_a_wrong_answer(exercise_id: str, answer: object) -> None:
    found = verdict(exercise_id, answer)
    assert not found.passed
    assert not found.tried


@pytest.mark.parametrize("exercise_id", [each for each in IDS if each != "fraud-puzzle"])
@pytest.mark.parametrize("result", [None, ..., (..., 1)])
def test_a_function_still_to_be_written_is_not_wrong(exercise_id: str, result: object) -> None:
    found = verdict(exercise_id, lambda *_: result)
    assert not found.passed
    assert not found.tried


def test_a_gap_left_in_the_code_is_not_a_wrong_answer() -> None:
    assert not verdict("precision-recall-f1", incomplete).tried


class Broken:
    def __array__(self, *_: object, **__: object) -> Array:
        raise RuntimeError("no")

    def __call__(self, *_: object) -> Broken:
        return self


ODD: list[Any] = [
    *(
        "text",
        3,
        2.5j,
        [],
        {},
        set(),
        object(),
        np.zeros((2, 2)),
        Fraction(1, 3),
        Broken(),
        float("nan"),
        int,
    ),
    lambda: 1,
    *(
        lambda *_, value=value: value
        for value in ("text", 1j, [], [[1], [1, 2]], {}, np.zeros((2, 2, 2)), float("nan"))
    ),
    *(lambda *_, value=value: value for value in (Broken(), object(), iter([1]), (1, 2, 3), (1, "a", 3, 4))),
]


@pytest.mark.parametrize("exercise_id", IDS)
@pytest.mark.parametrize("answer", ODD, ids=range(len(ODD)))
def test_an_odd_answer_fails_with_words(exercise_id: str, answer: object) -> None:
    found = verdict(exercise_id, answer)
    assert not found.passed
    assert found.tried
    assert found.message.endswith((".", "!"))
    assert "0x" not in found.message  # no address: the stored output must not change


@pytest.mark.parametrize("error", [ValueError("bad"), KeyError(), SystemExit(1), RecursionError("deep")])
def test_an_error_in_the_learners_function_is_told_with_its_input(error: BaseException) -> None:
    def raising(*_: int) -> None:
        raise error

    found = verdict("precision-recall-f1", raising)
    assert found.message.startswith(
        "For tp = 7, fp = 3, fn = 5: your function stopped with " + type(error).__name__
    )


def test_an_interrupt_is_the_learners_own() -> None:
    def stopped(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verdict("accuracy-of-never", stopped)


def test_the_first_differing_input_is_told_with_both_values() -> None:
    found = verdict("precision-recall-f1", lambda *_: (0.3, 0.5, 0.5))
    assert found.message == "For tp = 7, fp = 3, fn = 5: your precision is 0.3; 0.7 is expected."
    found = verdict("decide", lambda scores, threshold: scores > threshold)
    assert found.message == (
        "For scores = [0.2, 0.7, 0.5, 0.9, 0.6], threshold = 0.6: "
        "your array of decisions is [0, 1, 0, 1, 0]; [0, 1, 0, 1, 1] is expected."
    )


def test_the_puzzle_does_not_give_its_number_away() -> None:
    found = [verdict("fraud-puzzle", answer) for answer, _ in WRONG["fraud-puzzle"]]
    assert "0.0227" not in repr(found)


@pytest.mark.parametrize(
    ("exercise_id", "answer", "message"),
    [
        ("count-outcomes", (3, 1, 2, 4), "A function is expected, and you gave a tuple."),
        ("fraud-puzzle", "0.0227", "A number is expected, and you gave a text."),
        ("fraud-puzzle", abs, "A number is expected, and you gave a function."),
        ("count-outcomes", lambda *_: (1, 2), "a tuple of 2; 4 values are expected: (tp, fp, fn, tn)."),
        ("count-outcomes", lambda *_: 3, "you returned an int; 4 values are expected"),
        (
            "curve-by-hand",
            lambda *_: (1, 2, 3),
            "an int as thresholds; a one-dimensional array of numbers is",
        ),
        ("decide", lambda *_: 1, "you returned an int; a one-dimensional array of numbers is expected."),
        ("average-precision", lambda p, _: p, "an array of shape (5,); a single number is expected."),
    ],
)
def test_the_wrong_kind_of_answer_is_named(exercise_id: str, answer: object, message: str) -> None:
    assert message in verdict(exercise_id, answer).message


def test_the_learners_function_cannot_change_the_cases() -> None:
    def destructive(scores: Array, threshold: float) -> Array:
        decisions = (scores >= threshold).astype(int)
        scores[:] = 0
        return decisions

    assert verdict("decide", destructive).passed
    assert verdict("decide", destructive).passed


def test_the_learners_value_is_not_changed() -> None:
    mine = np.array([0.5])
    mine.setflags(write=False)
    assert not verdict("fraud-puzzle", mine).passed
    assert mine.tolist() == [0.5]


@pytest.mark.parametrize(
    ("exercise_id", "close"),
    [
        ("count_outcomes", "`count-outcomes`"),
        ("precision", "`precision-at`"),
        ("zzz", "`accuracy-of-never`"),
        ("", "`decide`"),
    ],
)
def test_an_unknown_id_lists_those_that_exist(exercise_id: str, close: str) -> None:
    found = verdict(exercise_id, None)
    assert found.message == f"There is no exercise `{exercise_id}`."
    assert close in found.hint


def test_an_id_is_given_once() -> None:
    with pytest.raises(ValueError, match="'decide' is taken"):
        exercises_of("01-lesson")("decide")(lambda _: Verdict(passed=True, message=""))


def test_a_check_with_a_failing_solution_is_its_authors_error() -> None:
    with pytest.raises(TypeError, match="own solution fails"):
        judge_function(abs, solution=lambda a: a / 0, cases=[(1,)], mistakes=[], otherwise="")


def test_importing_the_module_loads_nothing_heavy() -> None:
    code = (
        "import sys, lessonkit.exercises;"
        "print({'pandas', 'sklearn', 'matplotlib', 'tensorflow'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
