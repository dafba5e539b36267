"""Exact average precision of the validation rows, epoch by epoch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import keras  # type: ignore[import-untyped]
import numpy as np

from lessonkit.metrics import MetricsError, ThresholdSweep

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    import pandas as pd
    from numpy.typing import ArrayLike

__all__ = ["ExactAveragePrecision"]


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
    X : array_like or pandas.DataFrame, shape (n, …)
        What the model predicts from; an array with one row for each label.
    y : array_like of 0 and 1, shape (n,) or (n, 1)
        The labels; both classes must occur.
    name : str
        The key in the logs.
    sample_weight : array_like, shape (n,), optional
        How much each row counts.
    pos_label : optional
        The positive label; `y` may then hold any two values.
    batch_size : int
        Rows predicted at a time. It changes the time, not the value.

    Attributes
    ----------
    name : str
        The key in the logs.

    Raises
    ------
    MetricsError
        The labels, weights or rows do not fit together; in training, if the model returns other than
        one score a row.
    """

    def __init__(
        self,
        X: ArrayLike | pd.DataFrame,  # noqa: N803  (the name that scikit-learn and Keras use)
        y: ArrayLike,
        *,
        name: str = "val_average_precision_exact",
        sample_weight: ArrayLike | None = None,
        pos_label: object = None,
        batch_size: int = 256,
    ) -> None:
        super().__init__()
        self.name = name
        self._rows = np.asarray(X)
        labels = np.asarray(y)
        self._labels = labels[:, 0] if labels.shape[1:] == (1,) else labels
        self._options: dict[str, Any] = {"sample_weight": sample_weight, "pos_label": pos_label}
        self._batch_size = batch_size
        if self._rows.shape[:1] != self._labels.shape[:1]:
            raise MetricsError(
                f"X has shape {self._rows.shape}, y {labels.shape}. Give one row of X for each label."
            )
        # Labels and weights are judged now, not after an epoch of training.
        self._value(np.zeros(self._labels.shape))

    def on_epoch_end(self, epoch: int, logs: MutableMapping[str, float] | None = None) -> None:  # noqa: ARG002
        """Predict the rows and write the value into *logs*; Keras calls this."""
        if logs is None:
            return
        # `predict` sets up a data pipeline at each call, which takes longer than a small model's epoch.
        starts = range(0, len(self._rows), self._batch_size)
        parts = [self.model.predict_on_batch(self._rows[i : i + self._batch_size]) for i in starts]
        scores = np.concatenate(parts)
        rows = len(self._labels)
        if scores.shape not in {(rows,), (rows, 1)}:
            raise MetricsError(
                f"The model returned shape {scores.shape} for {rows:,} rows. Average precision needs one "
                "score a row: end the model with Dense(1)."
            )
        scores = scores.ravel()
        logs[self.name] = math.nan if np.isnan(scores).any() else self._value(scores)

    def _value(self, scores: ArrayLike) -> float:
        return ThresholdSweep(self._labels, scores, **self._options).average_precision
