"""The exercises of lesson 12: every step of the capstone, from the prices of the errors to the model card."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence, Sized
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from unittest.mock import patch

import numpy as np

from lessonkit.exercises.card import Audited, judge_card
from lessonkit.exercises.gaps import open_gaps
from lessonkit.exercises.inputs import scored_rows
from lessonkit.exercises.inputs import threshold as drawn_threshold
from lessonkit.exercises.judge import (
    NOT_TRIED,
    RETURNS_NOTHING,
    Mistake,
    Verdict,
    judge_function,
    kind,
    quiet,
    read,
    stopped,
)
from lessonkit.exercises.registry import exercises_of
from lessonkit.metrics import Confusion, ThresholdSweep, bootstrap_difference, bootstrap_interval

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from numpy.typing import NDArray

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


@exercise("price-of-errors")
def price_of_errors(answer: object) -> Verdict:
    """Check ``f(y_true, flagged) -> euros per 1,000 applications``."""
    return judge_function(
        answer,
        solution=lambda y_true, flagged: 1000 * _cost(y_true, flagged) / y_true.size,
        returns=("cost per 1,000 applications",),
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
            hint = "30 % of all rows are for the test, and a quarter of the rest for validation."
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
    from sklearn.linear_model import LogisticRegression

    known = _known()
    old, new = known.features, known.new_features
    weights = "balanced" if by == "weights" else None
    for_old = np.concatenate([old, new]) if by == "both" else old
    for_new = new if by == "each" else for_old
    old = (old - for_old.mean(axis=0)) / for_old.std(axis=0)
    if by != "old only":
        new = (new - for_new.mean(axis=0)) / for_new.std(axis=0)
    # It keeps the intercept small too, so its scores are others, and as right.
    solver = "liblinear" if by == "liblinear" else "lbfgs"
    model = LogisticRegression(max_iter=1000, class_weight=weights, solver=solver).fit(old, known.labels)
    scores: Array = model.predict_proba(new)[:, 1]
    return scores


_OWN_SCALE = (
    "You scale the new rows by their own mean, so a score depends on who else applies. Fit the scaler on the "
    "training rows, and use it for both."
)
# Solvers and versions agree far better than this.
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

_Interval = tuple[float, float]
_RIVAL_ROWS = 2000


@cache
def _rivals() -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(5)
    y = (np.arange(_RIVAL_ROWS) % 5 == 0).astype(np.int64)
    common = rng.normal(size=y.size) + 1.2 * y
    return y, common + rng.normal(0, 0.9, y.size), common + rng.normal(0, 0.3, y.size)


def desk_cost(sweep: ThresholdSweep) -> float:
    """Return the cost per 1,000 rows where the riskiest are flagged, as many as the team can read.

    Parameters
    ----------
    sweep : ThresholdSweep
        A false alarm costs 100, a miss 1,500, and the team reads at most 20 % of the rows.
    """
    rows = sweep.positives + sweep.negatives
    within = (sweep.true_positives + sweep.false_positives) / rows <= _CAPACITY
    costs = sweep.cost(false_positive=_REVIEW, false_negative=_LOSS)[within]
    return float(1000 * costs[-1] / rows) if costs.size else float(1000 * _LOSS * sweep.prevalence)


_STATISTICS: Mapping[str, Callable[[ThresholdSweep], float]] = {
    "paired": desk_cost,
    "area": lambda sweep: sweep.average_precision,
    "total": lambda sweep: desk_cost(sweep) * (sweep.positives + sweep.negatives) / 1000,
}


@cache
def _difference(kind: str, draws: int = 1000) -> _Interval:
    """Return the interval that one who thinks in this way computes."""
    y, a, b = _rivals()
    if kind in _STATISTICS:
        found = bootstrap_difference(y, a, b, _STATISTICS[kind], resamples=draws)
        return found.low, found.high
    if kind == "first":
        first = bootstrap_interval(y, a, desk_cost, resamples=draws)
        return first.low, first.high
    rng = np.random.default_rng(0)
    apart = []
    for _ in range(draws):
        rows, others = rng.integers(0, y.size, y.size), rng.integers(0, y.size, y.size)
        costs = [desk_cost(ThresholdSweep(y[others], scores[rows])) for scores in (a, b)]
        apart.append(costs[0] - costs[1])
    low, high = np.quantile(apart, (0.025, 0.975))
    return float(low), float(high)


_DIFFERENCE_HINTS: Mapping[str, str] = {
    "area": "This is the difference of two areas. The cost at the desk is asked for.",
    "total": "These are the total costs. Give them per 1,000 applications.",
    "labels apart": "Labels and scores were drawn apart. Draw row numbers; use them for all three arrays.",
    "first": "This is the interval of the first model alone. Subtract the cost of the second in each draw.",
}
# The ends of two intervals of 1,000 draws differ by some hundredths of their width. The middle 90 % are
# narrower by a sixth.
_NOISE = 0.12
_NARROW = 0.89
# A quarter of an end of the interval on rows of which only the first and the last matter.
_REACHED = 20_000
# Who subtracts the ends of two intervals gets nearly no width.
_THIN = 0.3


@exercise("difference-interval")
def difference_interval(answer: object) -> Verdict:
    """Check ``f(y_true, a, b) -> (low, high)``: a paired interval of the cost of a minus that of b.

    It is the cost per 1,000 rows where the riskiest 20 % are flagged.
    """
    interval = _interval_of(answer, _rivals())
    if isinstance(interval, Verdict):
        return interval
    low, high = interval
    right = _difference("paired", 2000)
    share = (high - low) / (right[1] - right[0])
    told = f"On {_RIVAL_ROWS:,} rows your interval is {_number(low)} to {_number(high)}"
    if _gap((low, high), right) <= _NOISE and share > _NARROW:
        passed = Verdict(passed=True, message=f"{told}: right, within the noise of the draws.")
        return _leaves_out_an_end(answer) or passed
    expected = f"{_number(right[0])} to {_number(right[1])}"
    return _wrong(f"{told}; {expected} is expected, give or take.", _doubt(low, high))


def _number(value: float) -> str:
    return f"{value:,.3g}" if abs(value) < _LOSS else f"{value:,.0f}"


def _interval_of(answer: object, rivals: tuple[Array, Array, Array]) -> _Interval | Verdict:
    """Return the interval that the learner's function gives, or what is wrong with its form."""
    given = _called(answer, *rivals)
    if isinstance(given, Verdict):
        return given
    interval = read(given, 1)
    if interval is None or interval.size != 2:  # noqa: PLR2004  (the ends)
        told = f"Two numbers are expected, and you returned {kind(given)}."
        return _wrong(told, "End with `return low, high`.")
    if not np.isfinite(interval).all():
        return _wrong("An end of your interval is nan.", "Look at the two costs of a single draw first.")
    low, high = interval.tolist()
    return low, high


def _leaves_out_an_end(answer: object) -> Verdict | None:
    """Find out draws without the first or the last row, on rows where only these two make a difference."""
    y = (np.arange(40) % 3 == 0).astype(np.int64)  # both ends are positive
    a = np.linspace(0.1, 0.9, y.size)[np.argsort(np.arange(y.size) * 7 % y.size)]
    b = a.copy()
    a[0], a[-1], b[0], b[-1] = 1.0, 0.0, 0.0, 1.0
    interval = _interval_of(answer, (y, a, b))
    if isinstance(interval, Verdict):
        return interval
    low, high = interval
    if low < -_REACHED and high > _REACHED:
        return None
    return _wrong(
        f"On {y.size} rows of which only the first and the last differ, your interval is {low:,.0f} to "
        f"{high:,.0f}; both signs are expected.",
        "Each row may be drawn, also the first and the last: `rng.integers(0, n, n)`.",
    )


def _doubt(low: float, high: float) -> str:
    """Say how the learner may have come to this interval."""
    right = _difference("paired", 2000)
    width = right[1] - right[0]
    for name in ("area", "total", "first"):
        if _gap((low, high), _difference(name)) <= _NOISE:
            return _DIFFERENCE_HINTS[name]
    beliefs = (
        (low > high, "The lower end is above the upper: return `low, high`."),
        (high - low < 1e-6, "All draws are the same. Draw *with* replacement: `rng.integers(0, n, n)`."),  # noqa: PLR2004
        (
            _gap((-high, -low), right) <= _NOISE,
            "The sign is turned round: the cost of `a` minus the cost of `b` is asked for.",
        ),
        (
            right[0] < low < high < right[1] and high - low < _THIN * width,
            "It is much too narrow. Subtract the two costs within each draw, and only then take quantiles.",
        ),
        (
            low < right[0] and right[1] < high,
            "Too wide: you draw other rows for each model, or take the largest difference and no quantile.",
        ),
        (
            _gap((low, high), right) <= _NOISE,
            "It holds about 90%. The middle 95% reach from the quantile 0.025 to 0.975.",
        ),
    )
    for fits, hint in beliefs:
        if fits:
            return hint
    if _gap((low, high), _difference("labels apart")) <= _NOISE:
        return _DIFFERENCE_HINTS["labels apart"]
    return "In each of 1,000 draws: one set of rows, the two costs on it, their difference. Then quantiles."


def _gap(one: _Interval, other: _Interval) -> float:
    """Return how far two intervals are apart, in widths of the second."""
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) / (other[1] - other[0])


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
    return (np.array([random.random() * top for _ in range(rows)]),)


@exercise("threshold-within-capacity")
def threshold_within_capacity(answer: object) -> Verdict:
    """Check ``f(s_val) -> threshold``: the lowest at or above the formula that flags at most 20 %.

    Judged by the number of validation rows it flags.
    """
    return judge_function(
        answer,
        solution=lambda s_val: _within(s_val),  # noqa: PLW0108  (names the inputs)
        adapt=lambda threshold, scores: int((scores >= threshold).sum()),
        returns=("number of flagged loans (score >= threshold)",),
        # The capacity decides; the prices do, one score on the line; nothing may be flagged.
        cases=[
            ([0.9, 0.6, 0.4, 0.3, 0.2, 0.1, 0.09, 0.08, 0.07, 0.01],),
            ([0.0625, 0.05, 0.04, 0.03, 0.02],),
            ([0.3, 0.065, 0.05, 0.04, 0.03, 0.02, 0.01, 0.01, 0.01, 0.01],),
            ([0.06, 0.05, 0.04, 0.03, 0.02],),
            ([0.5, 0.5, 0.4, 0.3, 0.2],),
        ],
        inputs=_some_scores,
        mistakes=[
            Mistake(
                lambda s: _within(s, most=1),
                "You forgot the capacity: at most 20% of the applications can be reviewed.",
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
                "A quantile may overfill the capacity, because of ties. Count what each candidate flags.",
            ),
            Mistake(
                lambda s: np.quantile(s, 1 - _CAPACITY),
                "A quantile knows no prices, and ties may overfill the capacity. Count what each flags.",
            ),
            Mistake(lambda *_: 0.5, "0.5 knows neither prices nor capacity."),
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

    y, run = load_lending_club().y, load_lending_club_run()
    _, validation, test = run.parts

    def sweeps(rows: Array) -> dict[str, ThresholdSweep]:
        return {name: ThresholdSweep(y[rows], scores[rows]) for name, scores in run.scores.items()}

    return Audited(
        validation=sweeps(validation),
        test=sweeps(test),
        prices=(_REVIEW, _LOSS),
        capacity=_CAPACITY,
        labels=y[test],
        scores={name: scores[test] for name, scores in run.scores.items()},
    )


@exercise("model-card")
def model_card(answer: object) -> Verdict:
    """Check a mapping that describes the model, its numbers and its limits."""
    return judge_card(answer, _audited())
