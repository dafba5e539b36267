"""Freeze the scores that the lessons count on.

    python -m tools.freeze_scores            train, and write lessonkit/data/*.npz
    python -m tools.freeze_scores --check    train, and compare with the files
    python -m tools.freeze_scores email_scores       one file only, with or without --check

A model trained on another machine may differ in the last digits of a score,
and one swapped pair changes a count. So the lessons read the scores from files.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lessonkit.datasets import load_email, load_flights, load_lending_club, load_nass_cds
from lessonkit.exercises.lesson12 import desk_cost
from lessonkit.metrics import ThresholdSweep, bootstrap_difference

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    Arrays = dict[str, NDArray[Any]]

FOLDER = Path(__file__).resolve().parents[1] / "lessonkit" / "data"

MODEL = """\
Features as in lessonkit.datasets, standardized on the training rows; scikit-learn's LogisticRegression with
its default penalty. Made by tools/freeze_scores.py."""

# How far scores may differ. Two machines agree far beyond this; a wrong split, feature or model does not come
# near it. The weights of a network wander further on other processors.
TOLERANCES = {
    "scores": 1e-5,
    "logistic": 1e-5,
    "nets": 1e-2,
    "difference": 1e3,  # euros per 1,000 loans
    "threshold": 1e-5,
    "audit": 1e-3,
}


def email_scores() -> Arrays:
    """Train on 70 % of the email data and score the other 30 %.

    Gives ``y_true`` and ``scores``, shape (1177,), and ``description``.
    """
    return _email_test_scores(
        _model(),
        "The probability of spam that a logistic regression gives to 1,177 test mails of openintro/email "
        f"(110 spam).\n70 % train, 30 % test, stratified, random_state=0.\n{MODEL}",
    )


def email_neighbor_scores() -> Arrays:
    """Compare each test email of `email_scores`, which says what is returned, with the 25 most like it."""
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    # A tree adds up distances one by one; the other way is a matrix product, which differs between machines.
    return _email_test_scores(
        make_pipeline(StandardScaler(), KNeighborsClassifier(25, algorithm="kd_tree")),
        "The share of spam among the 25 most similar training emails, for 1,177 test emails of "
        "openintro/email (110 spam).\n70 % train, 30 % test, stratified, random_state=0.\n"
        "Features as in lessonkit.datasets, standardized on the training rows; scikit-learn's "
        "KNeighborsClassifier(25).\nMade by tools/freeze_scores.py.",
    )


def _email_test_scores(model: Pipeline, description: str) -> Arrays:
    data = load_email()
    train, test = _split(np.arange(data.y.size), data.y, 0.3)
    model.fit(data.X.iloc[train], data.y[train])
    return {
        "y_true": data.y[test].astype(np.int8),
        # Equal mails must tie; unrounded, their scores may differ in the last bit on some machines.
        "scores": model.predict_proba(data.X.iloc[test])[:, 1].round(8),
        "description": np.array(description),
    }


def email_split_scores() -> Arrays:
    """Train on 52.5 % of the email data; score 17.5 % for validation and the 30 % of `email_scores`.

    Gives ``y_true``, ``scores`` and ``part`` ("validation" or "test"), shape (1863,), and ``description``.
    """
    data = load_email()
    rest, test = _split(np.arange(data.y.size), data.y, 0.3)
    train, validation = _split(rest, data.y, 0.25)
    model = _model().fit(data.X.iloc[train], data.y[train])
    held_out = np.concatenate([validation, test])
    return {
        "y_true": data.y[held_out].astype(np.int8),
        "scores": model.predict_proba(data.X.iloc[held_out])[:, 1].round(8),
        "part": np.repeat(["validation", "test"], [validation.size, test.size]),
        "description": np.array(
            "The probability of spam that one logistic regression gives to 686 validation mails (64 spam) "
            "and 1,177 test mails (110 spam) of openintro/email.\n30 % test, then a quarter of the rest for "
            f"validation, both stratified, random_state=0.\n{MODEL}"
        ),
    }


def nass_cds_scores() -> Arrays:
    """Train on 70 % of the crashes, without their weights, and score the other 30 %.

    Gives ``y_true``, ``scores`` and ``sample_weight``, shape (7865,), and ``description``.
    """
    data = load_nass_cds()
    train, test = _split(np.arange(data.y.size), data.y, 0.3)
    model = _model().fit(data.X.iloc[train], data.y[train])
    return {
        "y_true": data.y[test].astype(np.int8),
        "scores": model.predict_proba(data.X.iloc[test])[:, 1].round(8),
        "sample_weight": data.sample_weight[test],
        "description": np.array(
            "The probability of death that a logistic regression gives to 7,865 test people of DAAG/nassCDS "
            "(354 died).\nTrained without weights on 70 %, 30 % test, stratified, random_state=0.\n" + MODEL
        ),
    }


def flights_scores() -> Arrays:
    """Train on the flights of January to September and score those of October to December.

    Gives ``y_true``, ``scores`` and ``month``, shape (84292,), and ``description``.
    """
    data = load_flights()
    train = data.month <= 9  # noqa: PLR2004  (September)
    model = _model().fit(data.X[train], data.y[train])
    return {
        "y_true": data.y[~train].astype(np.int8),
        "scores": model.predict_proba(data.X[~train])[:, 1].round(6),
        "month": data.month[~train].astype(np.int8),
        "description": np.array(
            "The probability of a cancellation that a logistic regression gives to 84,292 flights of "
            "nycflights13/flights in October, November and December 2013 (1,494 canceled).\nTrained on "
            f"January to September; missing weather is the median of those months.\n{MODEL}"
        ),
    }


def lending_club_run() -> Arrays:
    """Go the whole way of lesson 12: train a logistic regression and small networks, compare, choose, audit.

    Returns
    -------
    dict of ndarray
        For each of the 9,857 rows ``y_true``, ``part`` (0 train, 1 validation, 2 test) and ``logistic``;
        ``nets`` (12, 9857), one network per seed; ``difference`` (2, 2), ``threshold`` (), ``audit`` (4,)
        and ``description``.
    """
    data = load_lending_club()
    known = data.X.drop(columns=["funded_amnt", "int_rate", "sub_grade"])
    rest, test = _split(np.arange(data.y.size), data.y, 0.3)
    train, validation = _split(rest, data.y, 0.25)
    # In the order of the table: a network learns otherwise from the same rows in another order.
    train, validation, test = map(np.sort, (train, validation, test))
    part = np.zeros(data.y.size, dtype=np.int8)
    part[validation], part[test] = 1, 2

    pipeline = _model().fit(known.iloc[train], data.y[train])
    logistic = pipeline.predict_proba(known)[:, 1].round(8)
    scaled = pipeline[:-1].transform(known)
    nets = _networks(scaled, data.y, train)
    threshold = _at_the_desk(logistic[validation], np.concatenate([logistic[validation], logistic[test]]))
    found = ThresholdSweep(data.y[test], logistic[test]).at(threshold)
    cost = 1000 * found.cost(**_LOAN_PRICES) / found.total
    difference = [
        bootstrap_difference(data.y[rows], logistic[rows], nets[0][rows], desk_cost)
        for rows in (validation, test)
    ]
    return {
        "y_true": data.y.astype(np.int8),
        "part": part,
        "logistic": logistic,
        "nets": np.array(nets, dtype=np.float32),
        "difference": np.array([(each.low, each.high) for each in difference]),
        "threshold": np.array(threshold),
        "audit": np.array([found.flagged_rate, found.precision, found.recall, cost]),
        "description": np.array(
            "The probability of a bad loan that a logistic regression and 12 small networks give to "
            "all 9,857 rows of modeldata/lending_club, without funded_amnt, int_rate and sub_grade.\n"
            "30 % test, then a quarter of the rest for validation, both stratified, random_state=0; "
            "trained on what is left, in "
            "the order of the table.\nThe networks: 16 relu units and one sigmoid unit, Adam(0.003), 10 "
            f"epochs of batches of 64, seeds 0 to {_NETS - 1}.\n{MODEL}"
        ),
    }


def _networks(
    scaled: NDArray[np.float64], y: NDArray[np.int64], train: NDArray[np.int64]
) -> list[NDArray[np.float64]]:
    """Return the scores that networks of one shape give to all rows; they differ in their seed alone.

    All are trained in one compiled model, whose weights and optimizer begin anew for each seed: to compile
    takes longer than to train. For the same reason an epoch is one call of it, and so are all scores. Not a
    bit of a score differs from what a model for each seed and its `predict` give.
    """
    import keras  # type: ignore[import-untyped]
    import tensorflow as tf  # type: ignore[import-untyped]

    def network() -> Any:  # noqa: ANN401  (Keras has no types)
        units = [keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1, activation="sigmoid")]
        return keras.Sequential([keras.Input((scaled.shape[1],)), *units])

    model, optimizer = network(), keras.optimizers.Adam(0.003)
    steps = -(-train.size // _BATCH)
    model.compile(optimizer=optimizer, loss="binary_crossentropy", steps_per_execution=steps)
    optimizer.build(model.trainable_variables)
    begin = [variable.numpy() for variable in optimizer.variables]
    parts, rest = np.split(scaled.astype(np.float32), [len(scaled) // _ROWS * _ROWS])
    parts = parts.reshape(-1, _ROWS, scaled.shape[1])
    predict = tf.function(lambda: (tf.map_fn(model, parts), model(rest)))
    nets = []
    for seed in range(_NETS):
        keras.utils.set_random_seed(seed)
        model.set_weights(network().get_weights())
        for variable, value in zip(optimizer.variables, begin, strict=True):
            variable.assign(value)
        # `steps_per_epoch` is what it is anyway; said, it saves Keras from making the data twice.
        model.fit(scaled[train], y[train], epochs=10, batch_size=_BATCH, steps_per_epoch=steps, verbose=0)
        scores = np.concatenate([each.numpy().ravel() for each in predict()])
        nets.append(scores.astype(np.float64).round(6))
    return nets


_NETS = 12
_BATCH = 64
_ROWS = 32  # what `predict` takes at once: another number may change the last bit of a score
_LOAN_PRICES = {"false_positive": 100, "false_negative": 1500}
_CAPACITY = 0.2


def _at_the_desk(scores: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    """Return the threshold that uses the capacity, and that is not below the formula of the prices.

    It is halfway to the next lower score of all: a score itself, rounded, may be above the row it came from.
    """
    formula = _LOAN_PRICES["false_positive"] / sum(_LOAN_PRICES.values())
    score = min(t for t in np.unique(scores) if t >= formula and (scores >= t).mean() <= _CAPACITY)
    return float((score + others[others < score].max()) / 2)


SCRIPTS: dict[str, Callable[[], Arrays]] = {
    make.__name__: make
    for make in (
        email_scores,
        email_neighbor_scores,
        email_split_scores,
        nass_cds_scores,
        flights_scores,
        lending_club_run,
    )
}


def _split(
    rows: NDArray[np.int64], y: NDArray[np.int64], share: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    from sklearn.model_selection import train_test_split

    kept, held_out = train_test_split(rows, test_size=share, stratify=y[rows], random_state=0)
    return kept, held_out


def _model() -> Pipeline:
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    median = SimpleImputer(strategy="median")
    return make_pipeline(median, StandardScaler(), LogisticRegression(max_iter=1000))


def problems(path: Path, made: Arrays) -> list[str]:
    """Compare a stored file with a fresh training run.

    Returns
    -------
    list of str
        One sentence for each difference; empty when the file is right.
    """
    if not path.is_file():
        return ["the file is missing."]
    with np.load(path) as stored:
        if set(stored.files) != set(made):
            return [f"it holds {sorted(stored.files)}, expected {sorted(made)}."]
        found = []
        for name, expected in made.items():
            if stored[name].shape != expected.shape:
                found.append(f"{name} has shape {stored[name].shape}, expected {expected.shape}.")
            elif name not in TOLERANCES:
                if not np.array_equal(stored[name], expected):
                    found.append(f"{name} differs.")
            elif (gap := np.abs(stored[name] - expected).max()) > TOLERANCES[name]:
                found.append(f"{name} differ by up to {gap:.2g}, more than {TOLERANCES[name]:g}.")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the files; return the exit code."""
    parser = argparse.ArgumentParser(description="Freeze the scores that the lessons count on.")
    parser.add_argument("--check", action="store_true", help="compare with the stored files, write nothing")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where they are (default: %(default)s)")
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(SCRIPTS)} (default: all)")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(SCRIPTS)
    if unknown:
        parser.error(f"no scores named {sorted(unknown)}. Known: {', '.join(SCRIPTS)}.")
    wrong = False
    for name in options.names or SCRIPTS:
        path = options.folder / f"{name}.npz"
        made = SCRIPTS[name]()
        if options.check:
            for problem in problems(path, made):
                wrong = True
                print(f"{path}: {problem} Run python -m tools.freeze_scores, then make notebooks.")
        else:
            # NumPy dates every member 1980-01-01, so equal arrays give equal bytes.
            np.savez_compressed(path, allow_pickle=False, **made)
            print(f"{path}: {made['y_true'].size} rows, {made['y_true'].sum()} positive")
    return int(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
