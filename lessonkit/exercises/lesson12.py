"""The exercises of lesson 12: every step of the capstone, from the prices of the errors to the model card."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence, Sized
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from unittest.mock import patch

import numpy as np

from lessonkit.exercises.card import Audited, judge_card
from lessonkit.exercises.desk import ENDS, FEW, HAIR, MANY, Desk, gap, width
from lessonkit.exercises.gaps import open_gaps
from lessonkit.exercises.inputs import scored_rows
from lessonkit.exercises.inputs import threshold as drawn_threshold
from lessonkit.exercises.judge import (
    NOT_TRIED,
    RETURNS_NOTHING,
    Declared,
    Mistake,
    Verdict,
    judge_function,
    kind,
    quiet,
    read,
    stopped,
)
from lessonkit.exercises.registry import exercises_of
from lessonkit.metrics import Confusion, ThresholdSweep
from lessonkit.metrics.uncertainty import _Measure

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from lessonkit.datasets import CapstoneRun, Dataset
    from lessonkit.exercises.desk import Interval

    Array = NDArray[Any]

exercise = exercises_of("12-capstone-credit-default")

_REVIEW, _LOSS = 100, 1500
_CAPACITY = 0.2


def _wrong(message: str, hint: str) -> Verdict:
    return Verdict(passed=False, message=message, hint=hint)


def _called(answer: object, *arguments: Array) -> object:
    """Return what the learner's function returns for copies of the arguments, or a Verdict on why nothing."""
    if answer is None or answer is ...:
        return NOT_TRIED
    if not callable(answer):
        told = f"A function is expected, and you gave {kind(answer)}."
        return _wrong(told, "Give the function itself, without parentheses.")
    try:
        inspect.signature(answer).bind(*arguments)
    except TypeError as error:
        return _wrong(f"Your function is called with {len(arguments)} arguments: {error}.", "")
    except ValueError:  # some built-in functions tell nothing
        pass
    result = _result(answer, *arguments)
    if result is None:
        return RETURNS_NOTHING
    return NOT_TRIED if result is ... else result


def _result(function: Callable[..., object], *arguments: Array) -> object:
    try:
        with quiet():  # what a warning leaves behind is judged
            return function(*(each.copy() for each in arguments))
    except (Exception, SystemExit) as error:  # noqa: BLE001  (whatever the learner's code does is told, not raised)
        if isinstance(error, TypeError) and "ellipsis" in str(error):
            return ...
        return _wrong(_sentence(stopped(error)), "")


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]


def _items(value: object) -> list[Any] | None:
    """Return the members of a collection; None for a text, a mapping and what is no collection."""
    if isinstance(value, str | bytes | Mapping) or not (
        isinstance(value, Iterable) and isinstance(value, Sized)
    ):
        return None
    return list(value)


# --- the prices of the errors ----------------------------------------------------------------------------


def _cost(y_true: Array, flagged: Array, review: float = _REVIEW, loss: float = _LOSS) -> float:
    return Confusion.from_labels(y_true, flagged).cost(false_positive=review, false_negative=loss)


def _decisions(random: Random) -> tuple[Any, ...]:
    """Draw labels and decisions: any of them, also of one kind only."""
    rows = random.randint(1, 8)
    y_true, flagged = (np.array([random.randint(0, 1) for _ in range(rows)]) for _ in range(2))
    return y_true, random.choice([flagged, flagged, flagged, 0 * flagged, 0 * flagged + 1])


@exercise(
    "price-of-errors",
    solution=lambda y_true, flagged: 1000 * _cost(y_true, flagged) / y_true.size,
    returns=("cost per 1,000 applications",),
)
def price_of_errors() -> Declared:
    """Check ``f(y_true, flagged) -> euros per 1,000 applications``."""
    return Declared(
        inputs=_decisions,
        mistakes=[
            Mistake(_cost, "This is the total. Divide by the number of applications, times 1,000."),
            Mistake(
                lambda y_true, flagged: 1000 * _cost(y_true, flagged, _LOSS, _REVIEW) / y_true.size,
                "The prices are swapped: a false alarm costs 100, a missed bad loan 1,500.",
            ),
            Mistake(
                lambda y_true, flagged: 1000 * (y_true != flagged).mean(),
                "You count errors. Multiply each kind by its price before you add.",
            ),
            Mistake(
                lambda y_true, flagged: (
                    (1000 * (_REVIEW * flagged.sum() + _LOSS * np.sum((y_true == 1) & (flagged == 0))))
                    / y_true.size
                ),
                "You charge every flag. Here only the review of a *good* loan is lost money.",
            ),
            Mistake(
                lambda y_true, flagged: 1000 * _LOSS * np.sum((y_true == 1) & (flagged == 0)) / y_true.size,
                "These are the misses alone. Add the false alarms.",
            ),
            Mistake(
                lambda y_true, flagged: 1000 * _REVIEW * np.sum((y_true == 0) & (flagged == 1)) / y_true.size,
                "These are the false alarms alone. Add the misses.",
            ),
            Mistake(
                lambda y_true, flagged: _cost(y_true, flagged) / y_true.size,
                "This is the cost of one application. Multiply by 1,000.",
            ),
            Mistake(
                lambda y_true, flagged: 1000 * _cost(y_true, flagged) / max(flagged.sum(), 1),
                "You divide by the flagged ones. Divide by all applications.",
            ),
        ],
        otherwise="100 for each good loan that is flagged, 1,500 for each bad one that is not, per 1,000.",
    )


# --- the columns -----------------------------------------------------------------------------------------

_LATER = {
    "sub_grade": (
        "One column is the lender's own judgment of the risk. It is made from the application, so it does "
        "not exist yet when the application arrives."
    ),
    "int_rate": ("The applicant does not name the interest. Who sets it, and when?"),
    "funded_amnt": "One column says how much was paid out. Is that known before the decision?",
}
_KNOWN = {
    "log_annual_inc": "The applicant states the income in the application: it is known.",
    "term_60": "The applicant asks for 36 or 60 months: it is known.",
    "income_verified": "The description says that this is taken as known on the day.",
    "source_verified": "The description says that this is taken as known on the day.",
    "acc_now_delinq": (
        "It sounds like the outcome, but it counts *other* accounts, late on the day of the application."
    ),
    "log_delinq_amnt": (
        "It sounds like the outcome, but it is owed on *other* accounts on the day of the application."
    ),
    "log_delinq_2yrs": "These are delays of the two years *before* the application: they are known.",
}
_ELSEWHERE = (
    "It stands in the application or in the credit report, or is no column here: see `loans.X.columns`."
)


@exercise("known-at-decision")
def known_at_decision(answer: object) -> Verdict:
    """Check the list of the features that do not exist yet when an application arrives."""
    if answer is None or answer is ...:
        return NOT_TRIED
    given = _items(answer)
    if given is not None and any(name is ... for name in given):
        return NOT_TRIED
    if not given or not all(isinstance(name, str) for name in given):
        told = f"A list of names is expected, and you gave {kind(answer)}."
        return _wrong(told, 'Write the names as texts: `["first", "second"]`.')
    return _named(set(given))


def _named(names: set[str]) -> Verdict:
    if names & {"y", "Class", "bad"}:
        return _wrong(
            "You name the label.", "The label is not among the features. Look at the features themselves."
        )
    for name in sorted(names - _LATER.keys()):
        hint = _KNOWN.get(name) or _KNOWN.get(f"log_{name}") or _ELSEWHERE
        return _wrong(f"`{name}` is not one of them.", hint)
    for name, hint in _LATER.items():
        if name not in names:
            told = "One is missing." if len(names) == len(_LATER) - 1 else "Two are missing."
            return _wrong(f"What you name is right. {told}", hint)
    return Verdict(passed=True, message="These three come from the lender's decision.")


# --- three parts -----------------------------------------------------------------------------------------


def _parts(y: Array) -> tuple[Array, Array, Array]:
    from sklearn.model_selection import train_test_split

    def cut(rows: Array, share: float) -> list[Array]:
        cuts: list[Array] = train_test_split(rows, test_size=share, stratify=y[rows], random_state=0)
        return cuts

    rest, test = cut(np.arange(y.size), 0.3)
    train, validation = cut(rest, 0.25)
    return train, validation, test


_ROWS = 600


@exercise("three-parts", gaps=3)
def three_parts(answer: object) -> Verdict:
    """Check ``f(y) -> (training rows, validation rows, test rows)``."""
    y = (np.arange(_ROWS) % 12 == 0).astype(np.int64)
    given = _called(answer, y)
    if isinstance(given, Verdict):
        hint = "In the second cut there is only `rest`: cut `rest`, and stratify by `y[rest]`."
        return replace(given, hint=hint) if "inconsistent numbers of samples" in given.message else given
    members = _items(given)
    if members is not None and any(part is ... for part in members):
        return NOT_TRIED
    if members is None or len(members) != 3:  # noqa: PLR2004  (the parts)
        mine = kind(given) + (f" of {len(members)}" if members is not None else "")
        told = f"Three parts are expected, and you returned {mine}."
        return _wrong(told, "End with `return train, validation, test`.")
    found = [None if np.asarray(part).dtype == np.bool_ else read(part, 1) for part in members]
    parts = [part for part in found if part is not None and np.array_equal(part, part.round())]
    sizes = ", ".join(str(part.size) for part in parts)
    return (
        _no_partition(parts)
        or _other_parts([part.astype(np.int64) for part in parts], y)
        or Verdict(passed=True, message=f"Three parts without a common row: {sizes} of {_ROWS} rows.")
    )


def _no_partition(parts: list[Array]) -> Verdict | None:
    """Say why the parts are not row numbers, each in exactly one part."""
    hint = "Split the row numbers, `np.arange(y.size)`, and not `y` or the rows themselves."
    if len(parts) < 3:  # noqa: PLR2004  (the others cannot be read)
        return _wrong("Each part is expected to be an array of row numbers.", hint)
    if any(set(part.tolist()) <= {0, 1} for part in parts):
        return _wrong("The parts hold labels.", hint)
    found = np.concatenate(parts)
    if np.unique(found).size < found.size:
        return _wrong(
            "Some rows are in two parts.",
            "First cut off the test rows, then cut the *rest* into training and validation.",
        )
    if not np.array_equal(np.sort(found), np.arange(_ROWS)):
        told = f"Of {_ROWS} rows, {found.size} are in a part."
        return _wrong(told, "Every row belongs to exactly one part.")
    return None


def _other_parts(parts: list[Array], y: Array) -> Verdict | None:
    """Say how sound parts differ from those of the course."""
    right = _parts(y)
    sizes, wanted = [part.size for part in parts], [part.size for part in right]
    if sizes != wanted:
        if sorted(sizes) == sorted(wanted):
            hint = "The order is: training, validation, test."
        elif sizes[2] == wanted[2]:
            hint = "The test part is right. Validation is a quarter of the *rest*: `test_size=0.25`."
        else:
            hint = "30% of all rows are for the test, and a quarter of the rest for validation."
        return _wrong(f"Of {_ROWS} rows the parts hold {', '.join(map(str, sizes))}.", hint)
    positives = [int(y[part].sum()) for part in parts]
    if positives != [int(y[part].sum()) for part in right]:
        told = f"Of {y.sum()} positives the parts hold {', '.join(map(str, positives))}."
        return _wrong(told, "Stratify both cuts: the first by `y`, the second by `y[rest]`.")
    if not all(map(np.array_equal, map(np.sort, parts), map(np.sort, right))):
        return _wrong(
            "Your parts are sound, but they are not those of the course.",
            "Give both cuts `random_state=0`: then your numbers agree with those in the text.",
        )
    return None


# --- two models ------------------------------------------------------------------------------------------


class _Known(NamedTuple):
    """Rows to learn from, and new rows of a riskier kind, drawn from a model that is known."""

    features: Array
    labels: Array
    new_features: Array
    new_labels: Array


@cache
def _known() -> _Known:
    rng = np.random.default_rng(12)
    weights = np.array([1.0, -0.9, 0.8, -0.6, 0.5, 0.4, 0.0, 0.0, 0.0, 0.0])
    units = 10.0 ** np.array([0, 2, -1, 1, 3, 0, 2, -2, 1, 0])

    def draw(rows: int, shift: float) -> tuple[Array, Array]:
        standard = rng.normal(size=(rows, weights.size)) + shift * np.sign(weights)
        labels = rng.random(rows) < 1 / (1 + np.exp(4 - 2 * standard @ weights))
        # Features with units of their own: who forgets to scale them is found out.
        return (standard + 3) * units, labels.astype(np.int64)

    return _Known(*draw(1500, 0), *draw(400, 0.3))


def _scores_of(answer: object) -> Array | Verdict:
    """Return the scores that the learner's function gives to new rows, or what is wrong with their form."""
    known = _known()
    given = _called(answer, known.features, known.labels, known.new_features)
    if isinstance(given, Verdict):
        hint = (
            "Use the function's own rows alone. Those of the check have 10 columns, the loans have 20: "
            "`X_train.shape[1]` is right for both."
        )
        both = {"10", "20"} <= set(re.findall(r"\d+", given.message))
        return replace(given, hint=hint) if both else given
    rows = known.new_labels.size
    scores = read(given, 1)
    if scores is None or scores.size != rows:
        shape = getattr(given, "shape", ()) if scores is None else scores.shape
        hints = {
            (rows, 2): "Class 1 is the second of the two columns: `[:, 1]`.",
            (known.labels.size,): "You score the rows that the model learned from. Score `X_new`.",
        }
        mine = kind(given) + (
            f" of {scores.size}" if scores is not None and not hasattr(given, "shape") else ""
        )
        return _wrong(
            f"For {rows} new rows, {rows} scores are expected, and you returned {mine}.",
            hints.get(shape, "Return one score for each new row."),
        )
    if not np.isfinite(scores).all():
        return _wrong("Some scores are no numbers (nan).", "Scale the features, and lower the learning rate.")
    return scores


@cache
def _logistic(by: str) -> Array:
    """Score the new rows as one does who scales each part, both together, the old only, or sets weights."""
    known = _known()
    old, new = known.features, known.new_features
    weights = "balanced" if by == "weights" else None
    for_old = np.concatenate([old, new]) if by == "both" else old
    for_new = new if by == "each" else for_old
    old = (old - for_old.mean(axis=0)) / for_old.std(axis=0)
    if by != "old only":
        new = (new - for_new.mean(axis=0)) / for_new.std(axis=0)
    # It keeps the intercept small too, so its scores are others, and as right. The card takes them, too.
    solver = "liblinear" if by == "liblinear" else "lbfgs"
    return _regressed(old, known.labels, new, class_weight=weights, solver=solver)


def _regressed(old: Array, labels: Array, new: Array, **settings: Any) -> Array:  # noqa: ANN401  (scikit-learn's)
    """Return the scores that a logistic regression on scaled rows gives to new ones."""
    from sklearn.linear_model import LogisticRegression

    scores: Array = LogisticRegression(max_iter=1000, **settings).fit(old, labels).predict_proba(new)[:, 1]
    return scores


_OWN_SCALE = (
    "You scale the new rows by their own mean, so a score depends on who else applies. Fit the scaler on the "
    "training rows, and use it for both."
)
# On these rows solvers and versions agree far better than this.
_CLOSE = 1e-3


def _logits(scores: Array) -> Array:
    return np.asarray(np.log(scores / (1 - scores)))


@exercise("logistic-scores")
def logistic_scores(answer: object) -> Verdict:
    """Check ``f(X_train, y_train, X_new) -> scores`` by a logistic regression on scaled features."""
    scores = _scores_of(answer)
    if isinstance(scores, Verdict):
        return scores
    right = _logistic("training")
    gap = min(np.abs(scores - each).max() for each in (right, _logistic("liblinear")))
    told = f"The scores of {right.size} new rows differ by up to {gap:.2g} from the right ones."
    if gap <= _CLOSE:
        return Verdict(passed=True, message=f"The scores of {right.size} new rows are right.")
    hints = (
        ((right >= 0.5).astype(float), "These are decisions at 0.5. Return `predict_proba(X_new)[:, 1]`."),  # noqa: PLR2004
        (1 - right, "These are the scores of class 0. Class 1 is the second column: `[:, 1]`."),
        (_logistic("each"), _OWN_SCALE),
        (_logistic("both"), "The scaler saw the new rows: a leak. Fit it on the training rows only."),
        (
            _logistic("old only"),
            "The new rows are not scaled. Use the scaler of the training rows for them too.",
        ),
        (
            _logistic("weights"),
            "These come from class weights. Prices need probabilities: leave the weights out.",
        ),
        (_logits(right), "These are logits. `predict_proba(X_new)[:, 1]` gives the probabilities."),
    )
    for belief, hint in hints:
        if np.abs(scores - belief).max() <= _CLOSE:
            return _wrong(told, hint)
    return _wrong(
        told, "Use a `StandardScaler` fitted on the training rows, then `LogisticRegression(max_iter=1000)`."
    )


# On the new rows an order by chance has an AP of 0.34, and a network that has learned 0.8 or more.
_LEARNED = 0.7
# What two ways to compute a float32 differ by.
_FLOAT32 = 1e-6
# Beyond it, the logit of a float32 score is inexact; within, a linear network is straight to so much.
_EDGE = 1e-3
_STRAIGHT = 1e-2
# A mean score this far from the share of positives is no luck of the training.
_FAR = 0.1
# With the same weights the same rows keep their scores; one scaler for all rows moves them by 0.3.
_MOVED = 0.05


@dataclass
class _Network:
    """A Keras network that the learner's function used, and the outputs it gave before and after `fit`."""

    model: Any
    trained: bool = False
    before: list[Array] = field(default_factory=list)
    after: list[Array] = field(default_factory=list)

    def gave(self, scores: Array) -> bool:
        """Say whether the scores are the outputs of the trained network, or the sigmoid of its logits."""
        squashed = [1 / (1 + np.exp(-each)) for each in self.after]
        return self.trained and (_among(scores, self.after) or _among(scores, squashed))


def _among(scores: Array, outputs: list[Array]) -> bool:
    known = np.sort(np.concatenate([np.empty(0), *outputs]))
    if not known.size:
        return False
    place = np.searchsorted(known, scores)
    near = (known[np.clip(each, 0, known.size - 1)] for each in (place - 1, place))
    return bool((np.min([np.abs(scores - each) for each in near], axis=0) <= _FLOAT32).all())


class _Training(NamedTuple):
    """What one call of `fit` or `train_on_batch` made of a network."""

    result: Any
    shape: Any
    weights: list[Any]


class _Networks:
    """While it is entered, every Keras network that is trained or asked is noted.

    Parameters
    ----------
    known : list of _Training
        Trainings that are not done again: in their order, each gives its network the weights that it found.
    """

    def __init__(self, known: Sequence[_Training] = ()) -> None:
        self._found: dict[int, _Network] = {}
        self._patches = ExitStack()
        self._known = list(known)
        self.trainings: list[_Training] = []

    @property
    def found(self) -> list[_Network]:
        return list(self._found.values())

    def __enter__(self) -> Self:
        try:
            import keras  # type: ignore[import-untyped]
        except ImportError:  # the learner's own import tells
            return self
        trained, asked = self._trained, self._asked
        for owner, name, note in (
            (keras.Model, "fit", trained),
            (keras.Model, "train_on_batch", trained),
            (keras.Model, "predict", asked),
            (keras.Model, "predict_on_batch", asked),
            (keras.layers.Layer, "__call__", asked),
        ):
            method = getattr(owner, name)
            if note is trained:
                method = self._replayed(method)
            self._patches.enter_context(patch.object(owner, name, self._noted(method, note, keras.Model)))
        return self

    def __exit__(self, *_: object) -> None:
        self._patches.close()

    def _replayed(self, method: Callable[..., Any]) -> Any:  # noqa: ANN401
        """Return the method of training, which is not called where its weights are known."""

        def call(this: Any, *given: Any, **named: Any) -> Any:  # noqa: ANN401
            if self._known:
                training = self._known.pop(0)
                if not this.built:
                    this.build(training.shape)
                for variable, weight in zip(this.trainable_variables, training.weights, strict=True):
                    variable.assign(weight)
                return training.result
            result = method(this, *given, **named)
            weights = [variable.numpy() for variable in this.trainable_variables]
            self.trainings.append(_Training(result, getattr(this, "input_shape", None), weights))
            return result

        return call

    def _noted(self, method: Callable[..., Any], note: Callable[[_Network, Any], None], model: type) -> Any:  # noqa: ANN401
        def call(this: Any, *given: Any, **named: Any) -> Any:  # noqa: ANN401
            result = method(this, *given, **named)
            if isinstance(this, model):
                note(self._found.setdefault(id(this), _Network(this)), result)
            return result

        return call

    @staticmethod
    def _trained(network: _Network, history: Any) -> None:  # noqa: ANN401
        if getattr(history, "epoch", True):  # not with 0 epochs
            network.trained = True
            network.after.clear()

    @staticmethod
    def _asked(network: _Network, outputs: Any) -> None:  # noqa: ANN401
        numbers = outputs.numpy() if hasattr(outputs, "numpy") else outputs
        if isinstance(numbers, np.ndarray) and numbers.dtype.kind == "f":
            (network.after if network.trained else network.before).append(numbers.ravel().astype(np.float64))


@exercise("net-scores")
def net_scores(answer: object) -> Verdict:
    """Check ``f(X_train, y_train, X_new) -> scores`` by a small network that it trains."""
    if open_gaps(answer):  # Keras takes seconds to import
        return NOT_TRIED
    with _Networks() as networks:
        scores = _scores_of(answer)
    if isinstance(scores, Verdict):
        return scores
    found = (
        _not_trained(networks.found)
        or _no_probabilities(scores)
        or _not_its_scores(networks.found, scores)
        or _not_learned(scores)
    )
    return (_learned_from_new_rows(answer, scores, networks.trainings) or found) if found.passed else found


def _not_trained(networks: list[_Network]) -> Verdict | None:
    if any(each.trained for each in networks):
        return None
    if networks:
        return _wrong(
            "Your function builds a network and does not train it.",
            "After `compile`, call `fit` with the scaled training rows and 10 epochs.",
        )
    return _wrong(
        "Your function trains no Keras network.",
        "Stack the layers in a `keras.Sequential`, then call its `compile`, `fit` and `predict`.",
    )


def _not_its_scores(networks: list[_Network], scores: Array) -> Verdict | None:
    """Say why the scores are not those of a trained network with a hidden layer and the right loss."""
    model = next((each.model for each in networks if each.gave(scores)), None)
    if model is None:
        if any(_among(scores, each.before) for each in networks):
            return _wrong(
                "These scores are from before the training.", "Call `fit` first, and then `predict`."
            )
        return _wrong(
            "Your function trains a network and returns other numbers than its scores.",
            "Return what the trained network says: `predict(…, verbose=0)[:, 0]` for the scaled `X_new`.",
        )
    if not _takes_cross_entropy(model):
        return _wrong(
            "Your network is trained with another loss.", 'Compile it with `loss="binary_crossentropy"`.'
        )
    if sum(len(each.shape) > 1 for each in model.trainable_weights) < 2:  # noqa: PLR2004  (hidden, and the last)
        return _wrong(
            "Your network has no hidden layer, so it is a logistic regression.",
            'Before the last unit, stack `Dense(16, activation="relu")`.',
        )
    if _is_linear(scores):
        return _wrong(
            "The hidden layer of your network bends nothing, so the whole is a logistic regression.",
            'Give the 16 units an `activation="relu"`.',
        )
    return None


def _takes_cross_entropy(model: Any) -> bool:  # noqa: ANN401
    import keras

    loss = model.loss
    if isinstance(loss, list | tuple | dict) and len(loss) == 1:
        (loss,) = loss.values() if isinstance(loss, dict) else loss
    if isinstance(loss, str):
        loss = keras.losses.get(loss)
    return loss is keras.losses.binary_crossentropy or isinstance(loss, keras.losses.BinaryCrossentropy)


def _is_linear(scores: Array) -> bool:
    """Say whether the logits of the new rows are a weighted sum of their features."""
    features = _known().new_features
    inside = (scores > _EDGE) & (scores < 1 - _EDGE)
    standard = (features - features.mean(axis=0)) / features.std(axis=0)
    terms = np.column_stack([standard, np.ones(scores.size)])[inside]
    logits = _logits(scores[inside])
    weights = np.linalg.lstsq(terms, logits)[0]
    return bool(np.abs(logits - terms @ weights).max(initial=0) < _STRAIGHT)


def _no_probabilities(scores: Array) -> Verdict | None:
    if scores.min() < 0 or scores.max() > 1:
        told = f"Your scores reach from {scores.min():.2g} to {scores.max():.2g}."
        return _wrong(told, 'These are no probabilities. Give the last layer `activation="sigmoid"`.')
    if scores.min() > 0.999:  # noqa: PLR2004  (all but 1)
        hint = "Softmax over one unit is always 1 (patient B of lesson 09). Use a sigmoid."
        return _wrong("All scores are 1.", hint)
    if np.isin(scores, (0, 1)).all():
        return _wrong("Your scores are all 0 or 1.", "Return the scores themselves. Deciding comes later.")
    return None


def _not_learned(scores: Array) -> Verdict:
    labels = _known().new_labels
    share, mean = labels.mean(), scores.mean()
    area = ThresholdSweep(labels, scores).average_precision
    told = f"On {labels.size} new rows, {share:.2f} of them positive, your AP is {area:.2f}"
    if area < _LEARNED:
        if ThresholdSweep(labels, -scores).average_precision > _LEARNED:
            return _wrong(f"{told}.", "The order is upside down. Class 1 is the positive one.")
        hint = (
            "Scale both kinds of rows by the training rows, take the binary cross-entropy, call `fit`, and "
            "give it 10 epochs."
        )
        return _wrong(f"{told}. A random order has about {share:.2f}.", hint)
    told += f", and your mean score is {mean:.2f}"
    if mean < share - _FAR:
        hint = (
            "These rows are riskier than those you trained on, and your scores do not say so. Scale both by "
        )
        return _wrong(
            f"{told}.", f"{hint}the training rows: neither leave them as they are, nor use their own mean."
        )
    if mean > share + _FAR:
        hint = "Class weights, or too few epochs, lift the scores. Prices need probabilities."
        return _wrong(f"{told}.", hint)
    return Verdict(passed=True, message=f"{told}.")


def _learned_from_new_rows(answer: object, scores: Array, trainings: Sequence[_Training]) -> Verdict | None:
    """Find out a scaler that was fitted on new rows too: with extreme ones beside them, scores change.

    The network is not trained again: it gets the weights that it has learned.
    """
    known = _known()
    few = known.new_features[:50]
    beside = np.concatenate([few, 100 * known.new_features])
    with _Networks(trainings):
        again = _called(answer, known.features, known.labels, beside)
    if isinstance(again, Verdict):
        return replace(again, hint="It must take any number of new rows.")
    gap = np.abs(np.ravel(np.asarray(again, dtype=float))[: len(few)] - scores[: len(few)]).mean()
    if gap <= _MOVED:
        return None
    told = f"With other new rows beside them, the scores of the same rows differ by {gap:.2f} on average."
    return _wrong(told, "The scaler saw the new rows: a leak. Fit it on the training rows only.")


# --- the difference of two costs -------------------------------------------------------------------------


def desk_cost(sweep: ThresholdSweep) -> float:
    """Return the cost per 1,000 rows where the riskiest are flagged, as many as the team can read.

    Parameters
    ----------
    sweep : ThresholdSweep
        A false alarm costs 100, a miss 1,500, and the team reads at most 20% of the rows.
    """
    rows = sweep.positives + sweep.negatives
    within = (sweep.true_positives + sweep.false_positives) / rows <= _CAPACITY
    costs = sweep.cost(false_positive=_REVIEW, false_negative=_LOSS)[within]
    return float(1000 * costs[-1] / rows) if costs.size else float(1000 * _LOSS * sweep.prevalence)


_DESK_HINTS: Mapping[str, Desk] = {
    "The prices are swapped: a false alarm costs 100, a missed bad loan 1,500.": Desk(_LOSS, _REVIEW),
    "A false alarm costs too: 100.": Desk(false_alarm=0),
    # In a difference, this one and the next are the same.
    "Do you charge every flag? Only the review of a *good* loan is lost money.": Desk(every_flag=True),
    "A missed bad loan costs 1,500: look at both prices.": Desk(miss=_LOSS - _REVIEW),
    "*At most* 20% may be flagged, so exactly 20% is allowed: `<=`.": Desk(flags="below"),
    "A tie may overfill the capacity: take the last threshold that flags at most 20%.": Desk(flags="over"),
    "Rows with equal scores are flagged together: a threshold cannot split a tie.": Desk(flags="split"),
    "This is the lowest cost within the capacity. Take that of the lowest threshold: the last one.": Desk(
        flags="cheapest"
    ),
}


# In which other units a cost may be given, for so many rows.
_UNITS: Mapping[str, Callable[[int], float]] = {
    "These are the total costs. Give them per 1,000 applications.": lambda rows: rows / 1000,
    "This is the cost of one application. Give it per 1,000.": lambda _: 1 / 1000,
    "The prices are 100 and 1,500: a ratio of 1 to 15 is not enough.": lambda _: 1 / _REVIEW,
}


def _at_desk(desk: Desk) -> Callable[[Array, Array], float]:
    return lambda y_true, scores: desk.costs(y_true, scores, np.ones((1, y_true.size), dtype=np.int64)).item()


def _desk_rows(random: Random) -> tuple[Any, ...]:
    """Draw rows of which at most 20% have the highest score: the lesson's own cost needs such."""
    while True:
        y_true, drawn = scored_rows(random, rows=20)
        if np.mean(drawn == drawn.max()) <= _CAPACITY:
            return y_true, drawn


def _judged_cost(statistic: object) -> Verdict:
    """Judge what the learner's function measures each sweep by: a function, or the name of an area."""

    def cost_at_desk(y_true: Array, scores: Array) -> object:
        sweep = ThresholdSweep(y_true, scores)
        return statistic(sweep) if callable(statistic) else getattr(sweep, str(statistic))

    return judge_function(
        cost_at_desk,
        solution=lambda y_true, scores: desk_cost(ThresholdSweep(y_true, scores)),
        returns=("cost at the desk",),
        inputs=_desk_rows,
        mistakes=[
            *(Mistake(_at_desk(desk), hint) for hint, desk in _DESK_HINTS.items()),
            *(
                Mistake(
                    lambda y, s, name=name: getattr(ThresholdSweep(y, s), name),
                    "This is the difference of two areas. The cost at the desk is asked for.",
                )
                for name in ("average_precision", "roc_auc")
            ),
            *(
                Mistake(lambda y, s, unit=unit: _at_desk(Desk())(y, s) * unit(y.size), hint)
                for hint, unit in _UNITS.items()
            ),
        ],
        otherwise=(
            "At the lowest threshold that flags at most 20% of the rows: 100 for each false alarm, 1,500 for "
            "each miss, per 1,000 rows."
        ),
    )


def _in_another_unit(statistic: object) -> bool:
    """Say whether it is the cost at the desk in another unit, which may be made right later."""
    random, ratios = Random(0), set()  # noqa: S311  (rows, and no secret)
    for _ in range(30):
        sweep = ThresholdSweep(*_desk_rows(random))
        try:
            given = read(statistic(sweep) if callable(statistic) else getattr(sweep, str(statistic)), 0)
        except Exception:  # noqa: BLE001  (the learner's own)
            return False
        if given is None:
            return False
        right = desk_cost(sweep)
        # Rounded to a hundredth of a euro it is the same cost.
        ratios.add(round(given.item() / right, 6) if right else given.item())
    return len(ratios - {0}) == 1


class _Measured:
    """While it is entered, what `bootstrap_difference` and `bootstrap_interval` measure is noted."""

    def __init__(self) -> None:
        self.statistics: list[object] = []
        self.sizes: set[float] = set()

    def __enter__(self) -> Self:
        prepare = _Measure.__init__

        def noted(this: _Measure, statistic: Any) -> None:  # noqa: ANN401
            self.statistics.append(statistic)

            def asked(sweep: ThresholdSweep) -> Any:  # noqa: ANN401
                self.sizes.add(sweep.positives + sweep.negatives)
                return getattr(sweep, statistic) if isinstance(statistic, str) else statistic(sweep)

            prepare(this, asked)

        self._patch = patch.object(_Measure, "__init__", noted)
        self._patch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.stop()


# The ends of an interval of 1,000 draws differ by some hundredths of its width. The middle 93% and 97% are
# narrower and wider by more.
_NOISE = 0.09
_NARROW, _WIDE = 0.92, 1.09
# On few rows, or of fewer draws, they differ a bit more.
_ROUGH = 0.12
# The ends of some intervals jump between few values.
_LUMPY = 0.25
_FEWER = 300
_FEW_HINTS = (
    "With few rows a single one counts: exactly 20% is allowed, and equal scores are flagged together.",
    "Can each row be drawn, also the first and the last? `rng.integers(0, n, n)` draws from all.",
)


@exercise("difference-interval")
def difference_interval(answer: object) -> Verdict:
    """Check ``f(y_true, a, b) -> (low, high)``: a paired interval of the cost of a minus that of b.

    It is the cost per 1,000 rows where the riskiest 20% are flagged. Where the learner's function uses the
    bootstrap of lessonkit, the cost that it measures is judged by itself: that is exact, and takes no draws.
    """
    with _Measured() as measured:
        found = _interval_of(answer, MANY.rows)
    if isinstance(found, Verdict):
        return found
    costs = [_judged_cost(each) for each in measured.statistics]
    wrong = next((each for each in costs if not each.passed), None)
    close = MANY.gap(found) <= _NOISE and _NARROW < width(found) / width(MANY.interval) < _WIDE
    told = f"On {MANY.told} your interval is {_number(found[0])} to {_number(found[1])}"
    passed = Verdict(passed=True, message=f"{told}: right, within the noise of the draws.")
    if wrong is not None and not (
        # A unit may be made right later, and one that was not has a hint of its own.
        all(map(_in_another_unit, measured.statistics)) if close else _scale(found)
    ):
        return replace(wrong, message=f"Your function of a sweep is another. {wrong.message}")
    if close:
        if costs and not wrong and measured.sizes == {MANY.y_true.size}:
            return passed
        return _differs_on_few(answer) or passed  # by hand, or in another unit
    low, high = MANY.interval
    expected = f"{_number(low)} to {_number(high)}"
    return _wrong(f"{told}; {expected} is expected, give or take.", _doubt(found, measured=bool(costs)))


def _number(value: float) -> str:
    return f"{value:,.3g}" if abs(value) < _LOSS else f"{value:,.0f}"


def _interval_of(answer: object, rivals: tuple[Array, Array, Array]) -> Interval | Verdict:
    """Return the interval that the learner's function gives, or what is wrong with its form."""
    given = _called(answer, *rivals)
    if isinstance(given, Verdict):
        return given
    interval = read(given, 1)
    if interval is None or interval.size != 2:  # noqa: PLR2004  (the ends)
        told = f"Two numbers are expected, and you returned {kind(given)}."
        return _wrong(told, "End with `return low, high`.")
    if not np.isfinite(interval).all():
        name = "nan" if np.isnan(interval).any() else "infinite"
        return _wrong(f"An end of your interval is {name}.", "Look at the two costs of a single draw first.")
    low, high = interval.tolist()
    return low, high


def _differs_on_few(answer: object) -> Verdict | None:
    """Find out draws without the first or the last row, and who flags less than 20% where 20% is allowed."""
    ends = (ENDS, "of which only the first and the last differ, ", _LUMPY)
    for rivals, what, noise in (ends, (FEW, "", _ROUGH)):
        found = _interval_of(answer, rivals.rows)
        if isinstance(found, Verdict):
            return found
        if rivals.gap(found) > noise:
            (low, high), (right_low, right_high) = found, rivals.interval
            hint = (
                "A difference has a sign: no `abs`." if low >= 0 > right_low else _FEW_HINTS[rivals is ENDS]
            )
            return _wrong(
                f"On {rivals.told} {what}your interval is {_number(low)} to {_number(high)}; "
                f"{_number(right_low)} to {_number(right_high)} is expected, give or take.",
                hint,
            )
    return None


@cache
def _ways() -> dict[str, Interval]:
    """Return the interval of each other way to compute the cost, by its hint."""
    return {hint: MANY.drawn(desk, _FEWER) for hint, desk in _DESK_HINTS.items()}


def _cost_hint(found: Interval) -> str:
    """Return the hint of the way to compute a cost whose interval is the nearest, if it is near."""
    distances = {hint: gap(found, each) for hint, each in _ways().items()}
    hint = min(distances, key=distances.__getitem__)
    return hint if distances[hint] <= _LUMPY else ""


def _scale(found: Interval) -> str | None:
    """Return the hint for one whose interval is right in another unit."""
    units = ((hint, unit(MANY.y_true.size)) for hint, unit in _UNITS.items())
    near = (hint for hint, unit in units if MANY.gap((found[0] / unit, found[1] / unit)) <= _NOISE)
    return next(near, None)


def _doubt(found: Interval, *, measured: bool) -> str:
    """Say how the learner may have come to this interval; the draws are blamed where the cost is known."""
    low, high = found
    right, right_width = MANY.interval, width(MANY.interval)
    same_middle = abs(low + high - sum(right)) / 2 <= _ROUGH * right_width
    share = width(found) / right_width
    scale = _scale(found)
    beliefs = (
        (scale is not None, str(scale)),
        (
            max(abs(low), abs(high)) <= 1 and low < high,
            "The ends are between −1 and 1, like a difference of areas. The cost at the desk is asked for.",
        ),
        (low > high, "The lower end is above the upper: return `low, high`."),
        (
            high - low < 1e-6,  # noqa: PLR2004
            "Both ends are equal. Rows drawn with replacement differ, and so do the costs.",
        ),
        (
            MANY.gap((-high, -low)) <= _NOISE,
            "The sign is turned round, or lost by `abs`: the cost of `a` minus the cost of `b` is asked for.",
        ),
        (same_middle and 0.76 < share < _NARROW, "It holds fewer than 95% of the draws. Is it the level?"),  # noqa: PLR2004
        (
            same_middle and share < 1,
            "Too narrow for 95%. Are the costs subtracted in each draw? Are the quantiles 0.025 and 0.975?",
        ),
        (same_middle, "Wider than 95%. Is it the level? Are the rows the same for both models?"),
        (
            abs(low + high) <= _ROUGH * right_width,
            "Its middle is 0. Do labels and scores come from the same rows, and is the mean still in it?",
        ),
    )
    for fits, hint in beliefs:
        if fits:
            return hint
    of_all = [_at_desk(Desk())(MANY.y_true, scores) for scores in (MANY.a, MANY.b)]
    return (
        (
            "The cost is right. Do labels and scores keep their rows? Are costs subtracted in each draw?"
            if measured
            else _cost_hint(found)
        )
        or f"Look at the cost itself first: on all rows, `a` costs {of_all[0]:,.0f} at the desk and `b` "
        f"{of_all[1]:,.0f}. Then the draws: one set of rows for both, and quantiles of the differences."
    )


# --- the threshold ---------------------------------------------------------------------------------------

_FORMULA = _REVIEW / (_REVIEW + _LOSS)


def _within(scores: Array, formula: float = _FORMULA, most: float = _CAPACITY) -> float:
    kept = [t for t in np.unique(scores) if t >= formula and (scores >= t).mean() <= most]
    return float(min(kept, default=np.inf))


def _strictly_above(scores: Array) -> float:
    """Take the threshold if only scores above it are flagged."""
    kept = [t for t in (*np.unique(scores), _FORMULA) if t >= _FORMULA and (scores > t).mean() <= _CAPACITY]
    return float(min(kept, default=np.inf))


def _some_scores(random: Random) -> tuple[Any, ...]:
    """Draw scores of which the capacity decides, or the prices, or neither lets one be flagged; some tied."""
    rows = random.choice([4, 5, 9, 10, 11, 15, 20, 30])
    top = random.choice([0.05, 0.08, 0.12, 0.3, 1])
    if random.random() < 0.4:  # noqa: PLR2004  (ties: multiples of a fifth of the formula)
        return (np.array([random.randint(0, round(80 * top)) / 80 for _ in range(rows)]),)
    return (np.array([round(random.random() * top, 6) for _ in range(rows)]),)


def _kth_highest(scores: Array) -> float:
    k = int(_CAPACITY * scores.size + HAIR)
    return float(np.sort(scores)[-k]) if k else np.inf


@exercise("threshold-within-capacity")
def threshold_within_capacity(answer: object) -> Verdict:
    """Check ``f(s_val) -> threshold``: the lowest score at or above the formula that flags at most 20%."""
    return judge_function(
        answer,
        solution=lambda s_val: _within(s_val),  # noqa: PLW0108  (names the inputs)
        returns=("threshold",),
        # The capacity decides; the prices do, one score on the line; nothing may be flagged.
        cases=[
            ([0.9, 0.6, 0.4, 0.3, 0.2, 0.1, 0.09, 0.08, 0.07, 0.01],),
            ([0.0625, 0.05, 0.04, 0.03, 0.02],),
            ([0.3, 0.065, 0.05, 0.04, 0.03, 0.02, 0.01, 0.01, 0.01, 0.01],),
            ([0.06, 0.05, 0.04, 0.03, 0.02],),
            ([0.5, 0.5, 0.4, 0.3, 0.2],),
            ([1.0, 1.0, 0.4, 0.3, 0.2],),
            ([0.06248, 0.05, 0.04, 0.03, 0.02],),
        ],
        inputs=_some_scores,
        mistakes=[
            Mistake(
                lambda s: _within(s, most=1),
                "More than 20% of `s_val` are flagged: take the share of these rows, however many there are.",
            ),
            Mistake(
                lambda s: _within(s, formula=0),
                "Your threshold always uses the whole capacity. Below the formula of the prices, "
                "100 / (100 + 1,500), a review costs more than it saves.",
            ),
            Mistake(
                lambda s: _within(s, most=np.nextafter(_CAPACITY, 0)),
                "*At most* 20% may be flagged, so exactly 20% is allowed: `<=`.",
            ),
            Mistake(
                lambda s: _within(s, formula=_LOSS / (_REVIEW + _LOSS)),
                "The prices are swapped: a false alarm costs 100, a missed bad loan 1,500.",
            ),
            Mistake(
                lambda s: _within(s, formula=_REVIEW / _LOSS),
                "100 / 1,500 is the ratio of the prices. The formula is 100 / (100 + 1,500).",
            ),
            Mistake(_strictly_above, "A score equal to the threshold is flagged: `>=`."),
            Mistake(
                lambda s: _within(s, formula=np.nextafter(_FORMULA, 1)),
                "At exactly 0.0625 both decisions cost the same. In this course it is flagged: `>=`.",
            ),
            Mistake(
                lambda s: max(_FORMULA, np.quantile(s, 1 - _CAPACITY)),
                "A quantile is no count. It may be no score of these rows, and it may flag more than 20%, "
                "with ties or when the number of rows is no multiple of 5. Count what each score would flag.",
            ),
            Mistake(
                lambda s: np.quantile(s, 1 - _CAPACITY),
                "A quantile knows no prices, and it may flag more than 20%, with ties or when the "
                "number of rows is no multiple of 5. Count what each flags.",
            ),
            Mistake(lambda *_: 0.5, "0.5 knows neither prices nor capacity."),
            Mistake(
                lambda *_: _FORMULA, "This is the formula of the prices alone, and it is no score of `s_val`."
            ),
            Mistake(
                lambda s: max(_within(s, formula=0), _FORMULA),
                "Your threshold may lie between two scores. Return the lowest *score* that will do.",
            ),
            *(
                Mistake(
                    finite,
                    "If no score fits, `np.inf` is asked for: it flags nothing, whatever the scores are.",
                )
                for finite in (
                    *(lambda s, top=top: min(_within(s), top) for top in (1.0, 0.99, 0.999, 2.0)),
                    lambda s: min(_within(s), float(s.max()) + 1),
                )
            ),
            *(
                Mistake(
                    nth,
                    "Several loans may share the n-th highest score, and then more than 20% are flagged. "
                    "Count what each candidate flags.",
                )
                for nth in (_kth_highest, lambda s: max(_FORMULA, _kth_highest(s)))
            ),
        ],
        otherwise=(
            "Candidates: every validation score at or above 100 / (100 + 1,500). Drop those that flag more "
            "than 20%, and take the lowest; if none is left, `np.inf`."
        ),
    )


# --- the audit -------------------------------------------------------------------------------------------


def _figures(y: Array, scores: Array, threshold: float) -> tuple[float, float, float, float]:
    counts = ThresholdSweep(y, scores).at(threshold)
    cost = 1000 * counts.cost(false_positive=_REVIEW, false_negative=_LOSS) / counts.total
    return counts.flagged_rate, counts.precision, counts.recall, cost


def _audited_rows(random: Random) -> tuple[Any, ...]:
    """Draw rows and a threshold that flags something: a score, or between two."""
    y_true, drawn = scored_rows(random)
    return y_true, drawn, min(drawn_threshold(random, drawn), float(drawn.max()))


@exercise("audit")
def audit(answer: object) -> Verdict:
    """Check ``f(y_true, scores, threshold) -> (flagged share, precision, recall, cost per 1,000)``."""

    def with_total(y: Array, s: Array, t: float) -> tuple[float, ...]:
        *shares, cost = _figures(y, s, t)
        return (*shares, cost * y.size / 1000)

    return judge_function(
        answer,
        solution=lambda y_true, scores, threshold: _figures(y_true, scores, threshold),  # noqa: PLW0108  (names)
        returns=("flagged share", "precision", "recall", "cost per 1,000"),
        inputs=_audited_rows,
        mistakes=[
            Mistake(
                lambda y, s, t: tuple(np.array(_figures(y, s, t))[[0, 2, 1, 3]]),
                "Precision and recall have changed places. Precision divides by the flagged.",
            ),
            Mistake(
                lambda y, s, t: _figures(y, s, np.nextafter(t, np.inf)),
                "A score equal to the threshold is flagged: `>=`.",
            ),
            Mistake(with_total, "This is the total cost. Divide by the number of applications, times 1,000."),
            Mistake(
                lambda y, s, t: ((s >= t).sum(), *_figures(y, s, t)[1:]),
                "This is the number flagged. A share is asked for.",
            ),
            Mistake(
                lambda y, s, _: _figures(
                    y,
                    s,
                    ThresholdSweep(y, s).cheapest(false_positive=_REVIEW, false_negative=_LOSS).threshold,
                ),
                "You chose a new threshold on these rows. The audit takes the one it is given.",
            ),
            Mistake(
                lambda y, s, _: _figures(y, s, _within(s)),
                "You chose a new threshold on these rows. The audit takes the one it is given.",
            ),
        ],
        otherwise=(
            "`lk.ThresholdSweep(y_true, scores).at(threshold)` has `flagged_rate`, `precision`, `recall` and "
            "`cost(false_positive=100, false_negative=1500)`."
        ),
    )


# --- the model card --------------------------------------------------------------------------------------


@cache
def _audited() -> Audited:
    from lessonkit.datasets import load_lending_club, load_lending_club_run

    loans, run = load_lending_club(), load_lending_club_run()
    y, (_, validation, test) = loans.y, run.parts
    models = {**run.scores, **_by_other_solvers(loans, run)}

    def sweeps(rows: Array) -> dict[str, ThresholdSweep]:
        return {name: ThresholdSweep(y[rows], scores[rows]) for name, scores in models.items()}

    return Audited(
        validation=sweeps(validation),
        test=sweeps(test),
        prices=(_REVIEW, _LOSS),
        capacity=_CAPACITY,
        labels=y[test],
        scores={name: scores[test] for name, scores in models.items()},
    )


def _by_other_solvers(loans: Dataset, run: CapstoneRun) -> dict[str, Array]:
    """Return the scores of regressions that step 4 accepts: the default solver stops before the minimum."""
    train = run.parts[0]
    features = loans.X.drop(columns=list(run.left_out)).to_numpy()
    features = (features - features[train].mean(axis=0)) / features[train].std(axis=0)
    return {
        solver: _regressed(features[train], loans.y[train], features, solver=solver)
        for solver in ("newton-cholesky", "liblinear")
    }


@exercise("model-card")
def model_card(answer: object) -> Verdict:
    """Check a mapping that describes the model, its numbers and its limits."""
    return judge_card(answer, _audited())
