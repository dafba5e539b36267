"""What lesson 08 claims of its networks, its cures and its leaks.

python -m tools.claims.lesson_08     print the losses that lessonkit/figures/repeated.py has frozen
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sklearn.datasets import load_digits, make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from lessonkit.datasets import load_email
from lessonkit.metrics import ThresholdSweep
from tools.claims import repeated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

REPEATS: Final = 12
FEW: Final = 600
EPOCHS: Final = 15
SURPRISED: Final = 10
RARE: Final = 8
LONG: Final = 30


def _area(y_true: Array, scores: Array) -> float:
    return float(ThresholdSweep(y_true, scores).average_precision)


def _losses(y_true: Array, scores: Array) -> Array:
    given = np.clip(np.where(y_true == 1, scores, 1 - scores), 1e-12, 1)
    return np.asarray(-np.log(given))


# Overfitting, and what helps. The rows: 600 to train, some to choose the epoch, the rest to report on.


@cache
def _parts(seed: int) -> list[tuple[Array, Array]]:
    email = load_email()
    rows, _, y, _ = train_test_split(email.X, email.y, test_size=0.3, stratify=email.y, random_state=seed)
    rows, rows_val, y, y_val = train_test_split(rows, y, test_size=0.25, stratify=y, random_state=seed)
    scaler = StandardScaler().fit(rows[:FEW])
    pairs = ((rows[:FEW], y[:FEW]), (rows_val, y_val), (rows[FEW:], y[FEW:]))
    return [(scaler.transform(part), np.asarray(labels)) for part, labels in pairs]


@cache
def _scores(seed: int, kind: str) -> list[list[Array]]:
    """Return the scores of the three parts after each epoch."""
    import keras  # type: ignore[import-untyped]
    from keras.layers import Dense, Dropout  # type: ignore[import-untyped]

    parts = _parts(seed)
    keras.utils.set_random_seed(seed)
    decay = keras.regularizers.L2(0.01) if kind == "decay" else None
    layers: list[Any] = [keras.Input((20,))]
    for units in (8,) if kind == "small" else (64, 64):
        layers.append(Dense(units, activation="relu", kernel_regularizer=decay))
        if kind == "dropout":
            layers.append(Dropout(0.5))
    model = keras.Sequential([*layers, Dense(1, activation="sigmoid")])
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy")
    epochs: list[list[Array]] = []

    class Keep(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
        def on_epoch_end(self, _epoch: int, _logs: object = None) -> None:
            epochs.append([np.asarray(model(rows), dtype=np.float64)[:, 0] for rows, _ in parts])

    model.fit(*parts[0], epochs=EPOCHS, batch_size=32, verbose=0, callbacks=[Keep()])
    return epochs


def _loss_by_epoch(seed: int, kind: str, part: int) -> Array:
    labels = _parts(seed)[part][1]
    return np.array([_losses(labels, scores[part]).mean() for scores in _scores(seed, kind)])


def _last(seed: int, kind: str) -> float:
    """Return the loss on the rows to report on, after the last epoch."""
    return float(_loss_by_epoch(seed, kind, 2)[-1])


def _stopped(seed: int) -> float:
    """Return the loss on the rows to report on, where the validation loss was lowest."""
    stop = int(np.argmin(_loss_by_epoch(seed, "plain", 1)))
    return float(_loss_by_epoch(seed, "plain", 2)[stop])


def frozen(seed: int) -> dict[str, float]:
    """Return the loss on the rows to report on, without a cure and with each of four."""
    return {
        "large, 15 epochs": _last(seed, "plain"),
        "stopped in time": _stopped(seed),
        "8 units": _last(seed, "small"),
        "L2 penalty": _last(seed, "decay"),
        "dropout": _last(seed, "dropout"),
    }


@repeated(REPEATS, over="splits")
def loss_turns(seed: int) -> float:
    """See the validation loss end a fifth above its lowest, and the training loss fall meanwhile."""
    training, validation = (_loss_by_epoch(seed, "plain", part) for part in (0, 1))
    best = int(np.argmin(validation))
    return float(min(validation[-1] / validation[best] - 1.2, training[best] - training[-1]))


@repeated(REPEATS, over="splits")
def ten_emails_make_the_rise(seed: int) -> float:
    """Ten emails carry more than half of the rise of the validation loss after its lowest point."""
    labels = _parts(seed)[1][1]
    best = int(np.argmin(_loss_by_epoch(seed, "plain", 1)))
    change = _losses(labels, _scores(seed, "plain")[-1][1]) - _losses(labels, _scores(seed, "plain")[best][1])
    return float(np.sort(change)[-SURPRISED:].sum() / change.sum() - 0.5)


@repeated(REPEATS, over="splits")
def most_emails_get_better(seed: int) -> float:
    """See the loss of more than half of the validation emails fall while the mean rises."""
    labels = _parts(seed)[1][1]
    best = int(np.argmin(_loss_by_epoch(seed, "plain", 1)))
    change = _losses(labels, _scores(seed, "plain")[-1][1]) - _losses(labels, _scores(seed, "plain")[best][1])
    return float(np.mean(change < 0) - 0.5)


@repeated(REPEATS, over="splits")
def stopping_helps(seed: int) -> float:
    """Stop at the lowest validation loss: the loss on other emails is lower than at the end."""
    return _last(seed, "plain") - _stopped(seed)


@repeated(REPEATS, over="splits")
def a_small_network_helps(seed: int) -> float:
    """One layer of eight units has a lower loss at the end."""
    return _last(seed, "plain") - _last(seed, "small")


@repeated(REPEATS, over="splits")
def decay_helps(seed: int) -> float:
    """With an L2 penalty the loss at the end is lower."""
    return _last(seed, "plain") - _last(seed, "decay")


@repeated(REPEATS, over="splits")
def dropout_helps(seed: int) -> float:
    """With dropout the loss at the end is lower."""
    return _last(seed, "plain") - _last(seed, "dropout")


@repeated(REPEATS, over="splits")
def dropout_turns_too(seed: int) -> float:
    """With dropout, too, the validation loss ends above its lowest; to stop there helps on other emails."""
    validation, elsewhere = (_loss_by_epoch(seed, "dropout", part) for part in (1, 2))
    best = int(np.argmin(validation))
    return float(min(validation[-1] - validation[best], elsewhere[-1] - elsewhere[best]))


# The digits


@cache
def _digits(seed: int) -> tuple[Array, dict[int, Array]]:
    """Return the labels of half of the pictures, and their scores after 3 and after 30 epochs."""
    import keras
    from keras.layers import Dense

    pixels, digit = load_digits(return_X_y=True)
    kept = (digit != RARE) | (np.arange(digit.size) % 6 == 0)
    rows, rows_val, labels, labels_val = train_test_split(
        pixels[kept] / 16, digit[kept], test_size=0.5, stratify=digit[kept], random_state=seed
    )
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((64,)), Dense(10, activation="softmax")])
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy")
    scores = {}
    for until, more in ((3, 3), (LONG, LONG - 3)):
        model.fit(rows, labels, epochs=more, batch_size=128, verbose=0)
        scores[until] = np.asarray(model(rows_val))
    return labels_val, scores


def _each(seed: int, epochs: int) -> list[float]:
    labels, scores = _digits(seed)
    return [_area((labels == digit).astype(int), scores[epochs][:, digit]) for digit in range(10)]


@repeated(REPEATS, over="splits")
def the_rare_digit_needs_more_epochs(seed: int) -> float:
    """From 3 to 30 epochs, the digit 8 gains more than half a point of average precision."""
    return _each(seed, LONG)[RARE] - _each(seed, 3)[RARE] - 0.5


@repeated(REPEATS, over="splits")
def the_rare_digit_is_last(seed: int) -> float:
    """After 3 epochs the digit 8 has the lowest average precision."""
    each = _each(seed, 3)
    return min(area for digit, area in enumerate(each) if digit != RARE) - each[RARE]


# The length of an email


@cache
def _lengths(seed: int) -> tuple[Array, Array, float]:
    import keras
    from keras.layers import Dense

    email = load_email()
    table, table_val = train_test_split(email.X, test_size=0.25, stratify=email.y, random_state=seed)
    size, size_val = (np.expm1(rows["log_num_char"].to_numpy()) for rows in (table, table_val))
    others = [name for name in table if name != "log_num_char"]
    scaler = StandardScaler().fit(table[others])
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((19,)), Dense(16, activation="relu"), Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(0.03), loss="mse")
    model.fit(scaler.transform(table[others]), size, epochs=10, batch_size=128, verbose=0)
    return size_val, np.asarray(model(scaler.transform(table_val[others])))[:, 0], float(size.mean())


@repeated(REPEATS, over="splits")
def lengths_beat_the_mean(seed: int) -> float:
    """Keep the typical error below three quarters of that of the mean."""
    size, predicted, mean = _lengths(seed)
    return float(0.75 - np.sqrt(np.mean((size - predicted) ** 2) / np.mean((size - mean) ** 2)))


@repeated(REPEATS, over="splits")
def some_lengths_are_negative(seed: int) -> float:
    """Predict some lengths below 0."""
    return float(np.mean(_lengths(seed)[1] < 0))


# Leaks


def _area_at_half(y_true: Array, scores: Array) -> float:
    weight = np.where(y_true == 1, 1 / y_true.mean(), 1 / (1 - y_true.mean()))
    return float(ThresholdSweep(y_true, scores, sample_weight=weight).average_precision)


def _tested(step: Any, rows: Array, labels: Array, seed: int) -> tuple[float, float]:  # noqa: ANN401  (any step)
    """Return the honest and the leaky average precision: the step learns from training rows, or from all."""
    order = np.random.default_rng(seed).permutation(labels.size)
    train, test = np.split(order, 2)
    areas = []
    for seen in (train, order):
        new = step.fit(rows[seen], labels[seen]).transform(rows)
        model = LogisticRegression(max_iter=500).fit(new[train], labels[train])
        areas.append(_area(labels[test], model.predict_proba(new[test])[:, 1]))
    return areas[0], areas[1]


@cache
def _scaling(seed: int) -> tuple[float, float]:
    rows, labels = make_classification(1000, 10, n_informative=5, random_state=seed)
    return _tested(StandardScaler(), rows, labels, seed)


@cache
def _selection(seed: int) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    return _tested(SelectKBest(k=20), rng.normal(size=(200, 2000)), rng.integers(0, 2, 200), seed)


@cache
def _oversampling(seed: int) -> tuple[float, float, float]:
    """Return the honest average precision, the same at one half, and the leaky one."""
    rows, labels = make_classification(
        2000, 10, n_informative=3, weights=[0.95], flip_y=0.05, random_state=seed
    )
    rng = np.random.default_rng(seed)

    def forest(rows: Array, labels: Array, test: Array) -> Array:
        model = RandomForestClassifier(25, random_state=seed).fit(rows, labels)
        return np.asarray(model.predict_proba(test)[:, 1])

    def copied(labels: Array, copies: int) -> Array:
        return np.append(np.arange(labels.size), rng.choice(np.flatnonzero(labels), copies))

    more = copied(labels, 1700)
    train, test, known, truth = train_test_split(
        rows[more], labels[more], test_size=0.3, stratify=labels[more], random_state=seed
    )
    leaky = _area(truth, forest(train, known, test))
    train, test, known, truth = train_test_split(
        rows, labels, test_size=0.3, stratify=labels, random_state=seed
    )
    more = copied(known, 1200)
    scores = forest(train[more], known[more], test)
    return _area(truth, scores), _area_at_half(truth, scores), leaky


@repeated(REPEATS, over="seeds")
def scaling_leaks_little(seed: int) -> float:
    """Scaling before the split moves the result by less than 0.005."""
    honest, leaky = _scaling(seed)
    return 0.005 - abs(leaky - honest)


@repeated(REPEATS, over="seeds")
def selection_leaks_much(seed: int) -> float:
    """Lift pure noise by more than 0.2 with a selection before the split."""
    honest, leaky = _selection(seed)
    return leaky - honest - 0.2


@repeated(REPEATS, over="seeds")
def copies_leak(seed: int) -> float:
    """Oversampling before the split lifts the result by more than 0.05, at equal prevalence."""
    _, half, leaky = _oversampling(seed)
    return leaky - half - 0.05


@repeated(REPEATS, over="seeds")
def more_than_half_is_prevalence(seed: int) -> float:
    """Of the gap of the two printed values, more than half is prevalence."""
    honest, half, leaky = _oversampling(seed)
    return (half - honest) / (leaky - honest) - 0.5


if __name__ == "__main__":
    for number in range(REPEATS):
        print({name: round(loss, 3) for name, loss in frozen(number).items()})
