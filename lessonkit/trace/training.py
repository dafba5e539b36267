"""What each epoch of a training did, told from its numbers."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final

import keras  # type: ignore[import-untyped]

from lessonkit.i18n import gettext as _
from lessonkit.i18n import ngettext
from lessonkit.trace import show
from lessonkit.trace.errors import TraceError
from lessonkit.trace.exact import ExactAveragePrecision
from lessonkit.trace.progress import Progress

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

    import pandas as pd
    from numpy.typing import ArrayLike

__all__ = ["Epoch", "TrainingTrace", "observe"]

_STILL: Final = 0.01  # a relative change of the loss that is smaller is none
_NOISE: Final = 0.001  # a smaller relative change is no rise and no fall
_STEEP: Final = 0.05  # a smaller fall is a slow one
_EPOCHS: Final = 24  # shown
_WIDTH: Final = 20  # letters of the longest bar


@dataclass(frozen=True, slots=True)
class Epoch:
    """The numbers of one epoch, unrounded. What was not measured is None.

    Attributes
    ----------
    number : int
        From 1.
    loss : float
        Mean loss over the training rows while the epoch ran, as Keras reports it.
    accuracy : float or None
        The accuracy that the model was compiled with, on the training rows.
    val_loss : float or None
        Loss on the validation data of ``fit``, after the epoch.
    average_precision : float or None
        Exact average precision of the validation rows, after the epoch.
    observation : str
        What the numbers say beside those of the epochs before.
    """

    number: int
    loss: float
    accuracy: float | None
    val_loss: float | None
    average_precision: float | None
    observation: str


class TrainingTrace(keras.callbacks.Callback, show.Shown):  # type: ignore[misc]  # Keras has no types
    """Keep the numbers of each epoch, and say what they show.

    As the last line of a cell it shows a table with a bar for each loss; ``print`` writes it as text. A fit
    of more than 3 s with ``verbose=0`` shows a progress bar meanwhile, which leaves nothing behind.

    Parameters
    ----------
    X, y : array_like, optional
        Validation rows and their labels, for the exact average precision of each epoch, as
        `ExactAveragePrecision` takes them. It is put into the logs as well.
    title : str, optional
        What stands above the table. By default "Training", in the learner's language.
    decimals : int
        Digits shown behind the point. The attributes are not rounded.

    Attributes
    ----------
    epochs : tuple of Epoch
        Empty before training. A new fit begins anew.

    Raises
    ------
    TraceError
        One of *X* and *y* is missing, or *decimals* is no count.
    MetricsError
        *X* and *y* do not fit together.

    Examples
    --------
    >>> training = TrainingTrace(X_val, y_val)
    >>> model.fit(X, y, validation_data=(X_val, y_val), verbose=0, callbacks=[training])
    >>> print(training)
    """

    def __init__(
        self,
        X: ArrayLike | pd.DataFrame | None = None,  # noqa: N803  (the name that scikit-learn and Keras use)
        y: ArrayLike | None = None,
        *,
        title: str | None = None,
        decimals: int = 2,
    ) -> None:
        super().__init__()
        if (X is None) != (y is None):
            missing = "X" if X is None else "y"
            raise TraceError(
                f"{missing} is missing. Give the validation rows X and their labels y, or neither."
            )
        given: object = decimals
        if isinstance(given, bool) or not isinstance(given, int) or given < 0:
            raise TraceError(f"decimals is {decimals!r}. Give a whole number from 0 up, for example 2.")
        self.title = _("Training") if title is None else title
        self.epochs: tuple[Epoch, ...] = ()
        self._decimals = decimals
        self._exact = None if X is None or y is None else ExactAveragePrecision(X, y)
        self._progress: Progress | None = None

    def on_train_begin(self, logs: MutableMapping[str, float] | None = None) -> None:  # noqa: ARG002
        """Begin anew; Keras calls this."""
        self.epochs = ()
        if self._progress is not None:  # of a fit that was interrupted
            self._progress.close()
        self._progress = None if (self.params or {}).get("verbose") else Progress(self.title)

    def on_train_batch_end(self, batch: int, logs: MutableMapping[str, float] | None = None) -> None:  # noqa: ARG002
        """Move the progress bar; Keras calls this."""
        steps = (self.params or {}).get("steps")
        if steps:
            self._move((batch + 1) / steps)

    def on_epoch_end(self, epoch: int, logs: MutableMapping[str, float] | None = None) -> None:
        """Keep the numbers of the epoch; Keras calls this."""
        logs = {} if logs is None else logs
        if self._exact is not None:
            self._exact.set_model(self.model)
            self._exact.on_epoch_end(epoch, logs)
        numbers = Epoch(
            number=len(self.epochs) + 1,
            loss=float(logs.get("loss", math.nan)),
            accuracy=_read(logs, _accuracy_key(logs)),
            val_loss=_read(logs, "val_loss"),
            average_precision=_read(logs, self._exact.name if self._exact else ""),
            observation="",
        )
        observation = observe([*self.epochs, numbers])
        self.epochs = (*self.epochs, Epoch(**{**asdict(numbers), "observation": observation}))
        self._move(0.0)

    def on_train_end(self, logs: MutableMapping[str, float] | None = None) -> None:  # noqa: ARG002
        """Take the progress bar away; Keras calls this."""
        if self._progress is not None:
            self._progress.close()

    def table(self) -> pd.DataFrame:
        """Return one line for each epoch, unrounded.

        Returns
        -------
        pandas.DataFrame
            Columns epoch, loss, accuracy, val_loss, average_precision, observation; without those that
            were not measured.
        """
        import pandas as pd

        names = ["number", *self._measured(), "observation"]
        table = pd.DataFrame(
            [[getattr(epoch, name) for name in names] for epoch in self.epochs], columns=names
        )
        return table.rename(columns={"number": "epoch"})

    def as_text(self) -> str:
        """Return the table as plain text."""
        if not self.epochs:
            return f"{self.title}\n{_empty()}"
        names = self._measured()
        numbers = [[_epoch(), *(_HEADS[name] for name in names)]]
        numbers += [[str(epoch.number), *self._numbers(epoch, names)] for epoch in self.epochs]
        lines = show.columns(numbers, left=frozenset()).splitlines()
        bars = ["", *(show.bar(self._share(epoch), _WIDTH) for epoch in self.epochs)]
        words = [_("observation"), *(epoch.observation for epoch in self.epochs)]
        full = [
            f"{line}  {bar.ljust(_WIDTH)}  {word}" for line, bar, word in zip(lines, bars, words, strict=True)
        ]
        first, last = show.elide(len(self.epochs), _EPOCHS)
        body = [full[place + 1] for place in first]
        if last:
            body += [self._left_out(), *(full[place + 1] for place in last)]
        return "\n".join([self.title, full[0], *body, " ".join(self._notes())])

    def as_html(self) -> str:
        """Return the table as a self-contained piece of HTML."""
        if not self.epochs:
            return show.document(self.title, f"<p>{_empty()}</p>")
        names = self._measured()
        heads = "".join(
            f'<th scope="col">{head}</th>' for head in (_epoch(), *(_HEADS[name] for name in names))
        )
        scale, observation = _("loss, drawn to scale"), _("observation")
        first, last = show.elide(len(self.epochs), _EPOCHS)
        rows = [self._row(self.epochs[place], names) for place in first]
        if last:
            span = len(names) + 3
            rows.append(f'<tr><td class="lk-words" colspan="{span}">{self._left_out()}</td></tr>')
            rows += [self._row(self.epochs[place], names) for place in last]
        return show.document(
            self.title,
            '<div class="lk-scroll"><table class="lk-narrow"><thead><tr>'
            f'{heads}<th scope="col" class="lk-words">{scale}</th>'
            f'<th scope="col" class="lk-words">{observation}</th></tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table></div>"
            f'<p class="lk-note">{escape(" ".join(self._notes()))}</p>',
        )

    def _row(self, epoch: Epoch, names: Sequence[str]) -> str:
        cells = "".join(
            f'<td data-head="{_HEADS[name]}">{cell}</td>'
            for name, cell in zip(names, self._numbers(epoch, names), strict=True)
        )
        share = self._share(epoch)
        width = f"{100 * share:.1f}" if math.isfinite(share) else "0"
        return (
            f'<tr><th scope="row" data-head="{_epoch()}">{epoch.number}</th>{cells}'
            f'<td class="lk-bar"><span style="width:{width}%"></span></td>'
            f'<td class="lk-words">{escape(epoch.observation)}</td></tr>'
        )

    def _measured(self) -> list[str]:
        return [name for name in _HEADS if any(getattr(epoch, name) is not None for epoch in self.epochs)]

    def _numbers(self, epoch: Epoch, names: Sequence[str]) -> list[str]:
        numbers = (getattr(epoch, name) for name in names)
        return ["–" if value is None else show.number(value, self._decimals) for value in numbers]

    def _largest(self) -> float:
        return max((epoch.loss for epoch in self.epochs if math.isfinite(epoch.loss)), default=0.0)

    def _share(self, epoch: Epoch) -> float:
        largest = self._largest()
        return max(0.0, epoch.loss / largest) if largest > 0 else 0.0

    def _notes(self) -> list[str]:
        bars = _("Bars: training loss, from 0 to {largest}.")
        notes = [bars.format(largest=show.number(self._largest(), self._decimals))]
        lowest = _("Lowest {name}: {number}, in epoch {n}.")
        highest = _("Highest {name}: {number}, in epoch {n}.")
        for name, told, choose in (("val_loss", lowest, min), ("average_precision", highest, max)):
            values = [(getattr(epoch, name), epoch.number) for epoch in self.epochs]
            known = [
                (value, number) for value, number in values if value is not None and math.isfinite(value)
            ]
            if known:
                best, number = choose(known, key=lambda pair: pair[0])
                shown = show.number(best, self._decimals)
                notes.append(told.format(name=_HEADS[name], number=shown, n=number))
        return notes

    def _left_out(self) -> str:
        n = len(self.epochs) - _EPOCHS
        return ngettext("… {n} epoch left out …", "… {n} epochs left out …", n).format(n=f"{n:,}")

    def _move(self, share_of_epoch: float) -> None:
        epochs = (self.params or {}).get("epochs") or 1
        if self._progress is not None:
            self._progress.update((len(self.epochs) + share_of_epoch) / epochs)


def _epoch() -> str:
    return _("epoch")


def _empty() -> str:
    return _("No epoch yet. Give this to fit: {argument}.").format(argument="callbacks=[training]")


_HEADS: Final = {
    "loss": "loss",
    "accuracy": "accuracy",
    "val_loss": "val_loss",
    "average_precision": "val AP",
}


def observe(epochs: Sequence[Epoch]) -> str:
    """Say what the last of *epochs* shows beside those before it, in one or two sentences.

    A loss that changes by less than 1% has hardly changed; one that falls by less than 5% falls slowly.
    """
    now, past = epochs[-1], epochs[:-1]
    if not math.isfinite(now.loss):
        told = _(
            "Loss is {number}: training has broken down. Look for {nan} or very large values in the data, "
            "then lower the learning rate."
        )
        return told.format(number=show.number(now.loss), nan="nan")
    said = [_of_loss(now, past), _of_average_precision(now, past)]
    return " ".join(sentence for sentence in said if sentence)


def _of_loss(now: Epoch, past: Sequence[Epoch]) -> str:
    if not past:
        return _("First epoch: nothing to compare with yet.")
    apart = _epochs_apart([*past, now])
    if apart:
        if apart == 1:
            return _("Validation loss rose while training loss fell.")
        return ngettext(
            "Validation loss rose for {n} epoch while training loss fell.",
            "Validation loss rose for {n} epochs while training loss fell.",
            apart,
        ).format(n=apart)
    before = past[-1].loss
    if not math.isfinite(before):
        return _("Loss was {number} before: nothing to compare with.").format(number=show.number(before))
    if before == 0 != now.loss:
        return _("Loss rose from 0.") if now.loss > 0 else _("Loss fell from 0.")
    return _of_change((now.loss - before) / abs(before) if before else 0.0, [*past, now])


def _of_change(change: float, epochs: Sequence[Epoch]) -> str:
    if abs(change) < _STILL:
        still = _epochs_still(epochs)
        percent = f"{_STILL:.0%}"
        if still == 1:
            return _("Loss has hardly changed (less than {percent} an epoch).").format(percent=percent)
        return ngettext(
            "Loss has hardly changed for {n} epoch (less than {percent} an epoch).",
            "Loss has hardly changed for {n} epochs (less than {percent} an epoch).",
            still,
        ).format(n=still, percent=percent)
    percent = f"{abs(change):.0%}"
    if change > 0:
        return _("Loss rose by {percent}.").format(percent=percent)
    told = (
        _("Loss still falls, by {percent}.") if -change >= _STEEP else _("Loss falls slowly, by {percent}.")
    )
    return told.format(percent=percent)


def _of_average_precision(now: Epoch, past: Sequence[Epoch]) -> str:
    values = [epoch.average_precision for epoch in past if epoch.average_precision is not None]
    value = math.nan if now.average_precision is None else now.average_precision
    return _("Best average precision so far.") if values and value > max(values) else ""


def _epochs_apart(epochs: Sequence[Epoch]) -> int:
    """Count for how many epochs in a row, up to the last, validation loss rose while training loss fell."""
    length = 0
    for before, now in zip(reversed(epochs[:-1]), reversed(epochs[1:]), strict=True):
        if before.val_loss is None or now.val_loss is None:
            break
        rose = now.val_loss - before.val_loss > _NOISE * abs(before.val_loss)
        fell = before.loss - now.loss > _NOISE * abs(before.loss)
        if not (rose and fell):
            break
        length += 1
    return length


def _epochs_still(epochs: Sequence[Epoch]) -> int:
    """Count for how many epochs in a row, up to the last, the loss hardly changed."""
    length = 0
    for before, now in zip(reversed(epochs[:-1]), reversed(epochs[1:]), strict=True):
        if not abs(now.loss - before.loss) <= _STILL * abs(before.loss):
            break
        length += 1
    return max(length, 1)


def _accuracy_key(logs: MutableMapping[str, Any]) -> str:
    names = (name for name in logs if not name.startswith("val_"))
    return next((name for name in names if name == "acc" or name.endswith("accuracy")), "")


def _read(logs: MutableMapping[str, Any], name: str) -> float | None:
    return float(logs[name]) if name in logs else None
