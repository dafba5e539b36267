"""What the generators of the exercises draw from: small inputs with all that a wrong function stumbles over.

Everything is drawn from a `random.Random`, so it is the same on every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from numpy.typing import NDArray

# Few rows: the smallest input that fails is shown to the learner.
_ROWS = 7
# How far scores are apart that are not equal, and that a rounding or a slack makes so.
_STEPS = (1e-4, 3e-6, 1e-8)


def labels(random: Random, rows: int, *, positives: int = 1, negatives: int = 1) -> NDArray[Any]:
    """Draw 0 and 1, at any prevalence, with at least so many of each.

    Parameters
    ----------
    random : random.Random
    rows : int
        How many; at least *positives* + *negatives*.
    positives, negatives : int, default 1
        The fewest ones and zeros.

    Returns
    -------
    (rows,) array of int
        Often with a single one, or with ones almost only.
    """
    ones = random.choice([positives, random.randint(positives, rows - negatives), rows - negatives])
    drawn = [1] * ones + [0] * (rows - ones)
    random.shuffle(drawn)
    return np.array(drawn)


def scores(random: Random, rows: int) -> NDArray[Any]:
    """Draw scores: with ties, all equal, distinct, close, small, beyond 0 and 1, integers, or float32.

    Parameters
    ----------
    random : random.Random
    rows : int

    Returns
    -------
    (rows,) array of float64, float32 or int
    """
    drawn: dict[str, Callable[[], Any]] = {
        "equal": lambda: [random.choice([0.2, 0.5, 0.8])] * rows,
        "distinct": lambda: np.array(random.sample(range(1, 1000), rows)) / 1000,
        # Nearer to each other than three to five decimals, and than what `np.isclose` tells apart.
        "close": lambda: 0.5 + np.array(random.sample(range(-20, 20), rows)) * random.choice(_STEPS),
        "logits": lambda: [random.randint(-40, 40) / 10 for _ in range(rows)],
        "integers": lambda: [random.randint(-2, 5) for _ in range(rows)],
        "float32": lambda: np.array(random.choices([0.1, 0.3, 0.6, 0.7, 0.9], k=rows), dtype=np.float32),
        "small": lambda: [random.randint(1, 12) / 1000 for _ in range(rows)],
        "tenths": lambda: [random.randint(0, 10) / 10 for _ in range(rows)],
    }
    return np.array(drawn[random.choice(list(drawn))]())


def scored_rows(
    random: Random, *, rows: int = _ROWS, positives: int = 1, negatives: int = 1
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Draw labels and scores: in no order, in a good one, or in one worse than chance.

    Parameters
    ----------
    random : random.Random
    rows : int
        The most rows.
    positives, negatives : int, default 1
        The fewest rows of each class.

    Returns
    -------
    y_true, scores : (n,) arrays
    """
    count = random.randint(max(2, positives + negatives), rows)
    y_true, drawn = labels(random, count, positives=positives, negatives=negatives), scores(random, count)
    match random.randrange(4):
        case 0:
            order = np.argsort(y_true, kind="stable")
            return y_true[order], np.sort(drawn)
        case 1:
            order = np.argsort(-y_true, kind="stable")
            return y_true[order], np.sort(drawn)
        case _:
            pass
    return y_true, drawn


def threshold(random: Random, among: NDArray[Any]) -> float:
    """Draw a threshold: a score itself, halfway between two scores, or beyond all of them.

    Parameters
    ----------
    random : random.Random
    among : (n,) array
        The scores.

    Returns
    -------
    float
        May be infinite.
    """
    levels = np.unique(among).tolist()
    place = random.randrange(len(levels))
    match random.randrange(6):
        case 0:
            return random.choice([float(levels[0]) - 1, float(levels[-1]) + 1, float("inf")])
        case 1 if place:
            return float(levels[place - 1] + levels[place]) / 2
    return float(levels[place])


def share(random: Random, *, of: int | None = None) -> float:
    """Draw a share between 0 and 1, both possible; with *of*, often one that counts out of it hit exactly.

    Parameters
    ----------
    random : random.Random
    of : int, optional
        A number of rows.

    Returns
    -------
    float
    """
    if of and random.random() < 0.5:  # noqa: PLR2004  (half of the draws)
        return random.randint(1, of) / of
    return random.choice(
        [0.0, 1.0, random.randint(1, 99) / 100, random.randint(1, 999) / 1000, *_fine(random)]
    )


def probability(random: Random) -> float:
    """Draw a probability above 0 and below 1, now and then one very near to an end."""
    return random.choice([random.randint(1, 99) / 100, random.randint(1, 999) / 1000, *_fine(random)])


def _fine(random: Random) -> tuple[float, float]:
    """Draw two shares that rounding to four decimals changes, one of them near 0 or 1."""
    tiny = random.randint(1, 9) / 100_000
    return random.randint(1, 99_999) / 100_000, random.choice([tiny, 1 - tiny])


def flagged_by(threshold: float, among: NDArray[Any]) -> int | str:
    """Count the rows that a threshold flags, where a lesson asks for `np.inf` to flag none.

    Parameters
    ----------
    threshold : float
    among : (n,) array
        The scores.

    Returns
    -------
    int or str
        Words where the threshold is finite and above every score.
    """
    flagged = int((among >= np.float64(threshold)).sum())
    if not flagged and np.isfinite(threshold):
        return f"your threshold {threshold:g} may flag others. To flag none, `np.inf` is expected."
    return flagged


def price(random: Random) -> float:
    """Draw a price: small whole numbers, a fraction, one far larger, or 0."""
    return random.choice([0, 1, 1, 2, 3, 5, 0.5, 12, 100])
