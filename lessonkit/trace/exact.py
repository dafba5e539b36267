"""Exact average precision of the validation rows, epoch by epoch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import keras  # type: ignore[import-untyped]
import numpy as np

from lessonkit.metrics import MetricsError, ThresholdSweep
from lessonkit.metrics.inputs import need_integer

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["ExactAveragePrecision"]

_DEFAULT_BATCH: Final = 256


class ExactAveragePrecision(keras.callbacks.Callback):  # type: ignore[misc]  # no types there
    """Put the exact average precision of given rows into the logs at the end of each epoch.

    ``keras.metrics.AUC(curve="PR")`` counts the scores in 199 bins; this sorts them.
    The value goes where all logs go: to ``History``, ``CSVLogger``, ``ModelCheckpoint``. List this
    callback before those that read it:

    >>> exact = ExactAveragePrecision(X_validation, y_validation)
    >>> stop = keras.callbacks.EarlyStopping(monitor=exact.name, mode="max", patience=3)
    >>> model.fit(X, y, epochs=50, callbacks=[exact, stop])

    Only the order of the scores counts, so a model that returns logits is measured as well. Scores
    that are nan, after training has diverged, give nan.

    Parameters
    ----------
    X : array_like or pandas.DataFrame of shape (n, …), or a list or dict of them
        What the model predicts from; an array with one row for each label. Of a model with several inputs,
        a list of such arrays, or a dict by the inputs' names.
    y : array_like of 0 and 1, shape (n,) or (n, 1)
        The labels; both classes must occur.
    name : str
        The key in the logs.
    sample_weight : array_like, shape (n,), optional
        How much each row counts.
    pos_label : optional
        The positive label; `y` may then hold any two values.
    batch_size : int or None
        Rows predicted at a time; None for 256. It changes the time, not the value.

    Attributes
    ----------
    name : str
        The key in the logs.

    Raises
    ------
    MetricsError
        The labels, weights or rows do not fit together; before the first epoch, if the model returns
        anything but one score a row.
    """

    def __init__(
        self,
        X: ArrayLike | pd.DataFrame | list[ArrayLike] | dict[str, ArrayLike],  # noqa: N803  (the name that scikit-learn and Keras use)
        y: ArrayLike,
        *,
        name: str = "val_average_precision_exact",
        sample_weight: ArrayLike | None = None,
        pos_label: object = None,
        batch_size: int | None = None,
    ) -> None:
        super().__init__()
        self.name = name
        labels = np.asarray(y)
        self._labels = labels[:, 0] if labels.shape[1:] == (1,) else labels
        self._options: dict[str, Any] = {"sample_weight": sample_weight, "pos_label": pos_label}
        self._batch_size = _DEFAULT_BATCH if batch_size is None else batch_size
        need_integer("batch_size", self._batch_size, 1)
        self._rows = _inputs(X, labels)
        # Labels and weights are judged now, not after an epoch of training.
        self._value(np.zeros(self._labels.shape))

    def on_train_begin(self, logs: object = None) -> None:  # noqa: ARG002
        """Judge what the model returns for the first rows; Keras calls this before the first epoch."""
        self._predict(0)

    def on_epoch_end(self, epoch: int, logs: MutableMapping[str, float] | None = None) -> None:  # noqa: ARG002
        """Predict the rows and write the value into *logs*; Keras calls this."""
        if logs is None:
            return
        # `predict` sets up a data pipeline at each call, which takes longer than a small model's epoch.
        starts = range(0, len(self._labels), self._batch_size)
        scores = np.concatenate([self._predict(start) for start in starts])
        logs[self.name] = math.nan if np.isnan(scores).any() else self._value(scores)

    def _predict(self, start: int) -> NDArray[np.floating[Any]]:
        """Return the scores of one batch, shape (rows,)."""
        batch = {name: rows[start : start + self._batch_size] for name, rows in self._rows.items()}
        rows = len(next(iter(batch.values())))
        named = all(isinstance(name, str) for name in batch)
        returned = self.model.predict_on_batch(
            batch if named else [*batch.values()] if len(batch) > 1 else batch[0]
        )
        shapes = [np.shape(part) for part in returned] if isinstance(returned, list) else [returned.shape]
        if shapes not in ([(rows,)], [(rows, 1)]):
            what = f"{len(shapes)} outputs" if len(shapes) > 1 else f"shape {shapes[0]}"
            raise MetricsError(
                f"The model returned {what} for {rows:,} rows. Average precision needs one "
                "score a row: end the model with Dense(1)."
            )
        scores = np.ravel(returned)
        # NumPy does not count bfloat16, in which a model of mixed precision may answer, as a number.
        return scores if np.issubdtype(scores.dtype, np.floating) else scores.astype(np.float32)

    def _value(self, scores: ArrayLike) -> float:
        return ThresholdSweep(self._labels, scores, **self._options).average_precision


def _inputs(X: Any, labels: NDArray[Any]) -> dict[int | str, NDArray[Any]]:  # noqa: ANN401, N803
    """Return the arrays to predict from, by the name or the place of the model's input."""
    if hasattr(X, "element_spec") or hasattr(X, "__next__"):
        raise MetricsError(
            f"X is a {type(X).__name__}, which has no rows at hand. Collect them: "
            "X = np.concatenate([x for x, y in batches]), and y in the same way."
        )
    several = isinstance(X, (list, tuple)) and X and all(hasattr(part, "shape") for part in X)
    # A list of rows, each of them an array, is one input.
    if several and not (len(X) == len(labels) and {len(np.shape(part)) for part in X} == {1}):
        arrays: dict[int | str, NDArray[Any]] = {place: np.asarray(part) for place, part in enumerate(X)}
    elif isinstance(X, dict):
        arrays = {name: np.asarray(part) for name, part in X.items()}
    else:
        arrays = {0: np.asarray(X)}
    for name, part in arrays.items():
        if part.shape[:1] != labels.shape[:1]:
            which = "X" if len(arrays) == 1 and not isinstance(X, dict) else f"X[{name!r}]"
            raise MetricsError(
                f"{which} has shape {part.shape}, y {labels.shape}. Give one row of X for each label."
            )
    return arrays
