"""The exercises of lesson 11: counts of a report, customers on both sides, copies, order of scores."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.exercises.inputs import labels, scores
from lessonkit.exercises.judge import Declared, Mistake, Verdict, judge_function, read
from lessonkit.exercises.registry import exercises_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from numpy.typing import NDArray

    Array = NDArray[Any]
    Counts = tuple[float, float, float, float]

exercise = exercises_of("11-pipeline-trace-roc-auc")


def _counts(recall: float, false_positive_rate: float, positives: float, negatives: float) -> Counts:
    found, alarms = recall * positives, false_positive_rate * negatives
    return found, alarms, positives - found, negatives - alarms


def _solve(recall: float, false_positive_rate: float, accuracy: float, rows: float) -> Counts:
    specificity = 1 - false_positive_rate
    positives = rows * (accuracy - specificity) / (recall - specificity)
    return _counts(recall, false_positive_rate, positives, rows - positives)


def _swapped(recall: float, false_positive_rate: float, accuracy: float, rows: float) -> Counts:
    found, alarms, missed, left = _solve(recall, false_positive_rate, accuracy, rows)
    return _counts(recall, false_positive_rate, alarms + left, found + missed)


def _alarms_of_all(recall: float, false_positive_rate: float, accuracy: float, rows: float) -> Counts:
    found, alarms, missed, left = _solve(recall, false_positive_rate, accuracy, rows)
    return found, false_positive_rate * rows, missed, left + alarms - false_positive_rate * rows


def _counts_of_share(recall: float, false_positive_rate: float, counts: Counts, rows: float) -> Counts:
    share = counts[0] + counts[2]
    return _counts(recall, false_positive_rate, share, rows - share)


def _beside(recall: float, false_positive_rate: float, accuracy: float, rows: float) -> Counts:
    positives = rows * (accuracy - false_positive_rate) / (recall - false_positive_rate)
    return _counts(recall, false_positive_rate, positives, rows - positives)


def _copied_share(recall: float, false_positive_rate: float, accuracy: float, rows: float) -> Counts:
    share = (accuracy - 0.8) / (0.9 - 0.8)
    return _counts(recall, false_positive_rate, share, rows - share)


def _copied_positives(recall: float, false_positive_rate: float, accuracy: float, rows: float) -> Counts:
    positives = rows * (accuracy - 0.8) / (0.9 - 0.8)
    return _counts(recall, false_positive_rate, positives, rows - positives)


def _report(random: Random) -> tuple[Any, ...]:
    """Draw the exact report of some counts in which recall and 1 − the false positive rate differ."""
    while True:
        tp, fn, fp, tn = (random.choice([0, random.randint(1, 9), random.randint(1, 300)]) for _ in range(4))
        if tp + fn and fp + tn and tp * (fp + tn) != tn * (tp + fn):
            rows = tp + fn + fp + tn
            return tp / (tp + fn), fp / (fp + tn), (tp + tn) / rows, rows


@exercise("counts-from-rates", solution=_solve, returns=("tp", "fp", "fn", "tn"))
def counts_from_rates() -> Declared:
    """Check ``f(recall, false_positive_rate, accuracy, rows) -> (tp, fp, fn, tn)``."""
    return Declared(
        cases=[
            (0.9, 0.2, 0.87, 200),
            (0.8, 0.1, 0.88, 500),
            (0.5, 0.25, 0.7, 1000),
            (0.75, 0.5, 0.6, 100),
            (0.6, 0.05, 0.81, 2000),
        ],
        inputs=_report,
        mistakes=[
            Mistake(
                _swapped,
                "Positives and negatives have changed places. An accuracy near recall means many positives.",
            ),
            Mistake(
                lambda recall, false_positive_rate, _, rows: _counts(
                    recall, false_positive_rate, rows / 2, rows / 2
                ),
                "You take one half of the rows as positive. Accuracy tells you how many there are.",
            ),
            Mistake(
                _beside,
                "Accuracy lies between recall and `1 - false_positive_rate`, the share of the negatives that "
                "is right. You used the false positive rate itself.",
            ),
            Mistake(
                lambda recall, false_positive_rate, accuracy, rows: _counts(
                    recall, false_positive_rate, accuracy * rows, rows - accuracy * rows
                ),
                "`accuracy * rows` are the right decisions of both kinds, not the positives.",
            ),
            Mistake(
                _alarms_of_all,
                "The false positive rate is a share of the negatives, not of all rows.",
            ),
            Mistake(
                lambda recall, false_positive_rate, accuracy, rows: _counts_of_share(
                    recall, false_positive_rate, _solve(recall, false_positive_rate, accuracy, 1), rows
                ),
                "`positives` is the share of the positives. Multiply it by `rows`.",
            ),
            Mistake(
                lambda recall, false_positive_rate, _, rows: _counts(
                    recall, false_positive_rate, 0.7 * rows, 0.3 * rows
                ),
                "0.7 is the share in the report above. Compute it from the three rates.",
            ),
            *(
                Mistake(copied, "0.8 and 0.9 are the rates of the report above. Use the arguments.")
                for copied in (_copied_share, _copied_positives)
            ),
            Mistake(
                lambda *report: tuple(_solve(*report)[k] for k in (0, 2, 1, 3)),
                "False positives and misses have changed places. Return `tp, fp, fn, tn`.",
            ),
        ],
        otherwise=(
            "`accuracy = recall * p + (1 - false_positive_rate) * (1 - p)`. Solve for the share `p`. For "
            "whole numbers use `round`: `int` cuts 9.999… down to 9."
        ),
    )


def _missing(y: Array, train: Array) -> int:
    return max(int(np.sum(y[train] == 0) - np.sum(y[train] == 1)), 0)


def _balanced(y: Array, train: Array, rare: Array) -> Array:
    return np.append(train, np.resize(rare, _missing(y, train)))


def _fault(rows: Array, y: Array, train: Array) -> str:
    """Return a hint on what is wrong with the rows to train on; nothing where they are sound."""
    head, copies = rows[: train.size], rows[train.size :]
    rare = train[y[train] == 1]
    if not np.array_equal(head, train):
        return "Begin with the training rows, all of them and as they are. The copies come after them."
    if not np.isin(copies, train).all():
        return "Among your copies is a row that is not in `train`. Copy training rows only."
    if not np.isin(copies, rare).all():
        return "Among your copies is a negative row. Copy positives only."
    if copies.size != _missing(y, train):
        return (
            "The number of copies is not right. Add as many as the negatives in training outnumber the "
            "positives there, and none where they don't."
        )
    times = [np.sum(copies == row) for row in rare]
    if max(times) - min(times) > 1:
        return "One row is copied too often. Copy the positives in turn: `np.resize(rare, missing)`."
    return ""


_IN_TURN = (
    "Return the training rows as they are, then the rare ones among them again, in turn: "
    "`np.resize(rare, missing)`."
)


def _split(random: Random) -> tuple[Any, ...]:
    """Draw labels and training rows with a positive among them; sometimes the positives are not the rarer."""
    while True:
        y = labels(random, random.randint(3, 9))
        train = np.array(random.sample(range(y.size), random.randint(2, y.size)))
        rarer = np.sum(y[train] == 1) <= np.sum(y[train] == 0)
        if np.any(y[train] == 1) and (rarer or random.random() < 0.2):  # noqa: PLR2004  (a few of them)
            return y, train


@exercise("balance-rows")
def balance_rows(answer: object) -> Verdict:
    """Check ``f(y, train) -> numbers of the rows to train on``."""
    faults: list[str | None] = []  # of each call; None where it has no rows

    def in_turn(solve: Callable[..., object]) -> Callable[..., object]:
        """Return the function with the solution's rows where its own are sound: any order is right."""

        def ordered(y: Array, train: Array) -> object:
            faults.append(None)
            given = solve(y.copy(), train.copy())
            rows = read(given, 1)
            if rows is None:
                return given
            faults[-1] = _fault(rows, y, train)
            return given if faults[-1] else _balanced(y, train, train[y[train] == 1])

        ordered.__wrapped__ = solve  # type: ignore[attr-defined]  # whose signature is looked at
        return ordered

    found = judge_function(
        in_turn(answer) if callable(answer) else answer,
        solution=lambda y, train: _balanced(y, train, train[y[train] == 1]),
        returns=("row numbers",),
        cases=[
            ([1, 0, 0, 1, 0, 0, 1, 0], [1, 2, 3, 4, 5, 6]),
            ([1, 0, 1, 0, 0, 0, 1, 0, 0], [8, 6, 5, 4, 3, 1]),
            ([0, 0, 0, 1, 0, 0, 1, 0, 1], [0, 1, 2, 3, 4, 5, 7]),
            ([1, 1, 0, 0, 1, 0, 0, 0], [7, 6, 0, 5, 1]),
            ([1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ],
        inputs=_split,
        mistakes=[
            Mistake(in_turn(each.solve), each.hint)
            for each in (
                Mistake(
                    lambda y, train: _balanced(y, train, np.flatnonzero(y == 1)),
                    "The copies are taken from all rows, so test rows are among them. Look at `rare`.",
                ),
                Mistake(
                    lambda y, train: _balanced(y, train, np.setdiff1d(np.flatnonzero(y == 1), train)),
                    "The copies are test rows alone. Take the positives of the training rows.",
                ),
                Mistake(
                    lambda y, train: _balanced(y, train, np.flatnonzero(y[train] == 1)),
                    "`y[train] == 1` gives places within `train`. Turn them into row numbers: `train[…]`.",
                ),
                Mistake(
                    lambda y, train: _balanced(y, train, train[y[train] == 0]),
                    "You copy negatives. The positives, `y == 1`, are the rarer class here.",
                ),
                Mistake(
                    lambda y, train: _balanced(y, train, train[y[train] == 1])[train.size :],
                    "These are the copies alone. Put them behind the training rows with `np.append`.",
                ),
                Mistake(
                    lambda y, train: np.append(
                        train, np.resize(train[y[train] == 1], np.sum(y == 0) - np.sum(y == 1))
                    ),
                    "The number of copies is counted on all rows. Count within the training rows.",
                ),
                Mistake(
                    lambda y, train: np.append(train, np.resize(train[y[train] == 1], np.sum(y[train] == 0))),
                    "You add as many copies as there are negatives. Add as many as are missing.",
                ),
                Mistake(
                    lambda y, train: np.append(train, train[y[train] == 1]),
                    "You add each rare row once. Add as many as are missing: `np.resize(rare, missing)`.",
                ),
                Mistake(
                    lambda y, train: np.append(
                        train, np.resize(train[y[train] == 1], np.sum(y[train] == 0) - np.sum(y[train] == 1))
                    ),
                    "Where the positives are not the rarer class, none are missing: return the training rows "
                    "alone. `max(missing, 0)` helps.",
                ),
            )
        ],
        otherwise=_IN_TURN,
    )
    if not found.passed or not callable(answer):
        told = next((each for each in faults if each != ""), None) if found.hint == _IN_TURN else None
        return replace(found, hint=told) if told else found
    rows = np.asarray(answer(np.array([1, 0, 0]), np.array([0, 1, 2])))
    if rows.dtype.kind in "iu":
        return found
    message = f"The row numbers are right, but they are of type {rows.dtype}, which cannot index an array."
    return Verdict(passed=False, message=message, hint="Return whole numbers: `astype(int)`.")


def _customers(random: Random) -> tuple[Any, ...]:
    """Draw customers of some rows each, and a split of the rows; some rows may be in neither part."""
    rows = random.randint(3, 9)
    customer = np.array([random.randint(10, 10 + rows // 2) for _ in range(rows)])
    order = random.sample(range(rows), rows)
    cut = random.randint(1, rows - 1)
    return customer, np.array(order[:cut]), np.array(order[cut : random.randint(cut + 1, rows)])


@exercise(
    "met-before",
    solution=lambda customer, train, test: np.mean(np.isin(customer[test], customer[train])),
    returns=("share",),
)
def met_before() -> Declared:
    """Check ``f(customer, train, test) -> share of the test rows whose customer is in training``."""

    def shared(customer: Array, train: Array, test: Array) -> Array:
        return np.intersect1d(customer[train], customer[test])

    return Declared(
        cases=[
            ([7, 7, 8, 8, 9, 9], [0, 2, 4], [1, 3, 5]),
            ([7, 7, 8, 8, 9, 9], [0, 1, 2, 3], [4, 5]),
            ([7, 7, 8, 8, 9, 9, 9], [0, 2, 3], [1, 4, 5, 6]),
            ([3, 5, 3, 5, 4, 3], [1, 3, 4], [0, 2, 5]),
            ([20, 21, 20, 21, 22], [4, 0], [1, 2, 3]),
        ],
        inputs=_customers,
        mistakes=[
            Mistake(
                lambda customer, train, test: np.mean(np.isin(customer[train], customer[test])),
                "This is the share of the training rows. The two arguments of `np.isin` have changed places.",
            ),
            Mistake(
                lambda _, train, test: np.mean(np.isin(test, train)),
                "Your share is always 0. Row numbers are never on both sides, and `np.isin` finds nothing in "
                "a set: compare the arrays `customer[test]` and `customer[train]`.",
            ),
            Mistake(
                lambda customer, train, test: (
                    shared(customer, train, test).size / np.unique(customer[test]).size
                ),
                "You count customers. Count test rows: a customer with three test rows counts three times.",
            ),
            Mistake(
                lambda customer, train, test: 1 - np.mean(np.isin(customer[test], customer[train])),
                "This is the share of the test rows whose customer is new.",
            ),
            Mistake(
                lambda customer, train, test: np.sum(np.isin(customer[test], customer[train])),
                "This is how many rows there are. Return their share: divide by the number of test rows.",
            ),
            Mistake(
                lambda customer, train, test: (
                    np.sum(np.isin(customer[test], customer[train])) / customer.size
                ),
                "You divide by all rows. Divide by the number of test rows.",
            ),
            Mistake(
                lambda customer, train, test: np.mean(np.isin(customer[test], train)),
                "You look for customers among row numbers. Look for them in `customer[train]`.",
            ),
            Mistake(
                lambda customer, train, test: shared(customer, train, test).size / np.unique(customer).size,
                "You count customers. Count test rows: a customer with three test rows counts three times.",
            ),
        ],
        otherwise=(
            "`customer[test]` holds the customers of the test rows, and `customer[train]` those of training. "
            "For how many of the first is there an equal one among the second?"
        ),
    )


def _same_order(first: Array, second: Array) -> bool:
    pairs = (np.sign(scores[:, None] - scores) for scores in (first, second))
    return np.array_equal(*pairs)


def _two_scores(random: Random) -> tuple[Any, ...]:
    """Draw two scores of the same cases that rise together, but for a pair that may be tied or swapped."""
    first = scores(random, random.randint(2, 6)).astype(float)
    second = first**3 + 2 * first - 1
    match random.randrange(4):
        case 0:
            second = scores(random, first.size).astype(float)
        case 1:
            one, other = random.sample(range(first.size), 2)
            second[one] = second[other]
        case 2:
            one, other = random.sample(range(first.size), 2)
            second[[one, other]] = second[[other, one]]
        case _:
            pass
    return first, second


@exercise("same-order", solution=_same_order, returns=("same order",))
def same_order() -> Declared:
    """Check ``f(first, second) -> whether both scores order all cases alike, ties included``."""
    return Declared(
        cases=[
            ([0.1, 0.9, 0.4, 0.6], [0.01, 0.81, 0.16, 0.36]),
            ([0.1, 0.9, 0.4, 0.6], [0.9, 0.1, 0.6, 0.4]),
            ([0.1, 0.9, 0.6, 0.4], [0.2, 0.8, 0.5, 0.5]),
            ([0.3, 0.7, 0.3], [0.1, 0.6, 0.2]),
            ([0.3, 0.7, 0.3], [-2.0, 5.0, -2.0]),
            ([0.2, 0.6, 0.4], [0.3, 0.6, 0.1]),
            ([0.2, 0.5, 0.8], [0.3, 0.2, 0.9]),
            ([0.2, 0.5, 0.8], [1.0, 2.0, 100.0]),
        ],
        inputs=_two_scores,
        mistakes=[],  # every result is one bit
        otherwise=(
            "Two orders are alike when each pair of cases has the same winner, or is tied in both. Sorting "
            "hides ties, and neighbors are not all pairs."
        ),
    )
