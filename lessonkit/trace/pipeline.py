"""What each stage of a pipeline did to the rows, and whether a fitted step saw test rows."""

from __future__ import annotations

import inspect
import sys
import warnings
from dataclasses import dataclass, field
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import numpy as np

from lessonkit.i18n import gettext as _
from lessonkit.i18n import ngettext, noop
from lessonkit.trace import layers, show
from lessonkit.trace.errors import LeakWarning, TraceError
from lessonkit.trace.rows import Rows, as_rows, take

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from lessonkit.trace.rows import Block, Ids

__all__ = ["Call", "Example", "Form", "Leak", "PipelineTrace", "Stage"]

Step = TypeVar("Step")

_ONLY_FITS: Final = frozenset({"fit", "partial_fit", "train_on_batch", "adapt"})
_FITS: Final = _ONLY_FITS | {"fit_transform", "fit_predict", "fit_resample"}
_IN_ORDER: Final = frozenset(
    {"fit_transform", "fit_predict", "transform", "predict", "predict_proba", "decision_function"}
)
_RECORDED: Final = _FITS | _IN_ORDER
_NONE: Final = np.empty(0, np.int64)
_EXAMPLES: Final = 40  # rows remembered at each call, until the split says which of them are test rows
_STAGES: Final = 12  # shown
_CALLS: Final = 6  # shown of one stage
_RECORDERS: Final = {"one": "trace.watch", "other": "trace.step"}
_PARTS: Final = {
    "train": noop("row {n} (training)"),
    "validation": noop("row {n} (validation)"),
    "test": noop("row {n} (test)"),
    "other": noop("row {n} (other)"),
    "data": noop("row {n}"),
}


@dataclass(frozen=True, slots=True)
class Leak:
    """Test rows that a fitted step saw, or that are copies of training rows.

    Attributes
    ----------
    step : str
        Name of the stage that leaked.
    test_rows, train_rows : int
        How many rows of the two parts it fitted or copied.
    message : str
        What is wrong, and the mend.
    """

    step: str
    test_rows: int
    train_rows: int
    message: str


@dataclass(frozen=True, slots=True)
class Form:
    """Shape and dtype of an array; for anything else, an empty shape and the name of the type."""

    shape: tuple[int, ...]
    dtype: str

    def __str__(self) -> str:
        return show.size(self.shape, self.dtype) if self.shape else self.dtype


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One row before and after a call.

    Attributes
    ----------
    row : int
        Its number in the first data of the trace, from 0. Rows made up on the way have higher numbers.
    part : str
        "train", "validation", "test", "other"; "data" before the split.
    before : array
        The values that went in.
    after : array or None
        The values that came out, if any.
    """

    row: int
    part: str
    before: NDArray[Any]
    after: NDArray[Any] | None


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One call of a stage.

    Attributes
    ----------
    method : str
        For example "fit_transform"; of the split, the part; "" for what `data` and `step` were told of.
    before, after : Form or None
        What went in and what came out.
    rows : dict of str to int
        How many rows went in: of "train", "validation", "test" and "other" (in no part of the split);
        while there is no split, of "data".
    fitted : dict of str to int
        The same of the rows that the step learned from; empty if the call learned nothing.
    unknown : int
        How many rows that it learned from (of the split: that went in) no recorded stage had or made.
    example : Example or None
        The followed row; where that is missing, another.
    """

    method: str
    before: Form | None
    after: Form | None
    rows: Mapping[str, int]
    fitted: Mapping[str, int]
    unknown: int
    example: Example | None


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A named stage: what it does in one line, and its calls in order."""

    name: str
    does: str
    calls: tuple[Call, ...]


@dataclass(slots=True, eq=False)
class _Call:
    """A call as it is remembered: rows by number, because the split may come later."""

    method: str
    before: Form | None
    after: Form | None = None
    ids: Ids = field(default_factory=lambda: _NONE)
    fitted: Ids | None = None
    unknown: int = 0
    validation: Ids = field(default_factory=lambda: _NONE)
    after_ids: Ids | None = None
    examples: dict[int, list[NDArray[Any]]] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class _Stage:
    name: str
    does: str
    calls: list[_Call] = field(default_factory=list)
    fitted_before_split: bool = False
    is_model: bool = False
    """Whether it ends in predictions and is not applied to rows that others then work with."""


class PipelineTrace(show.Shown):
    """Stages of a pipeline, recorded as they run: what went in, what came out, what was fitted on which rows.

    As the last line of a cell it shows the flow; ``print`` writes it as text. It warns by itself when a
    fitted step saw test rows, also when the fit came first: then at `split`.

    Rows are known by their content, so what stands between the stages is ordinary code: casts, shuffles and
    subsets of rows or columns are recognized. A step that changes values must be recorded, by `watch` or
    `step`; the fits after one that was not are shown as not checked. Rows that are equal in every column
    cannot be told apart; the trace then assumes the most harmless reading.

    Parameters
    ----------
    title : str, optional
        What stands above the flow. By default "Pipeline", in the learner's language.
    follow : int, optional
        Number of the row to follow, in the first data of the trace. By default a test row.

    Examples
    --------
    >>> trace = PipelineTrace("Spam filter")
    >>> trace.data(X, y)
    >>> X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    >>> trace.split(X_train, X_test)
    >>> scaler = trace.watch(StandardScaler(), "scale")
    >>> Z_train = scaler.fit_transform(X_train)
    >>> Z_test = scaler.transform(X_test)
    >>> trace.leaks
    ()
    """

    def __init__(self, title: str | None = None, *, follow: int | None = None) -> None:
        self.title = _("Pipeline") if title is None else title
        self._follow = follow
        self._rows = Rows()
        self._recorded: list[_Stage] = []
        self._parts: dict[str, Ids] = {}
        self._candidates = _NONE if follow is None else np.array([follow])
        self._labels: dict[int, object] = {}
        self._told: set[Leak] = set()

    def data(self, X: object, y: ArrayLike | None = None, *, name: str = "data") -> None:  # noqa: N803
        """Record the data as they come.

        Parameters
        ----------
        X : array_like, DataFrame or sparse matrix, shape (n, …)
            One row for each example.
        y : array_like, shape (n,), optional
            Labels, to show beside the followed row.
        name : str
            Name of the stage.

        Raises
        ------
        TraceError
            *X* holds no rows, or *X* and *y* differ in length.
        """
        call, _block = self._enter("", X)
        if not len(call.ids):
            raise TraceError(
                f"X is {call.before}: it holds no rows. Give an array with one row for each example."
            )
        if y is not None:
            labels = np.asarray(y)
            if labels.shape[:1] != (len(call.ids),):
                raise TraceError(
                    f"X has {show.rows(len(call.ids))}, y has shape {labels.shape}. "
                    "Give one label for each row of X."
                )
            where = np.flatnonzero(np.isin(call.ids, [*call.examples]))
            self._labels |= {
                int(call.ids[place]): labels[place].item() for place in where if labels.ndim == 1
            }
        self._add(name, "").calls.append(call)

    def split(self, train: object, test: object, *, validation: object = None) -> None:
        """Record which rows are for training and which for the test. A second split replaces the first.

        What was fitted before is held against the new parts. So make a trace for each fold of a
        cross-validation.

        Parameters
        ----------
        train, test : array_like, DataFrame or sparse matrix, shape (n, …)
            The rows that your own split made.
        validation : array_like, DataFrame or sparse matrix, optional
            Rows for choosing. Fitting on them is no leak of the test.

        Raises
        ------
        TraceError
            A part holds no rows.

        Warns
        -----
        LeakWarning
            A step that was fitted before saw test rows, or test rows are copies of training rows.
        """
        met = self._rows.met
        given = {"train": train, "test": test, **({} if validation is None else {"validation": validation})}
        parts: dict[str, Ids] = {}
        calls = []
        for part, rows in given.items():
            call, _block = self._enter(part, rows, taken=np.concatenate([_NONE, *parts.values()]))
            if not len(call.ids):
                raise TraceError(f"{part} is {call.before}: it holds no rows. Give the rows of your split.")
            call.unknown = int((call.ids >= met).sum()) if met else 0
            parts[part] = call.ids
            calls.append(call)
        stages = {stage.name: stage for stage in self._recorded}
        stage = stages.get("split") or self._add("split", _("Set rows apart for the test."))
        stage.calls = calls
        self._parts = parts
        if self._follow is None and not np.isin(self._candidates, parts["test"]).any():
            self._candidates = np.append(self._candidates, parts["test"][:1])
        self._warn()

    def watch(self, step: Step, name: str | None = None, *, does: str | None = None) -> Step:
        """Return *step* wrapped: it takes the same calls, and they are recorded as one stage.

        Recorded are fit, fit_transform, fit_predict, fit_resample, partial_fit, transform, predict,
        predict_proba, decision_function, train_on_batch, the adapt of a Keras layer, and a call of the step
        itself: of a function, a layer, a model. All else passes through, and `isinstance` sees the step's own
        type. So it works in a `Pipeline` of scikit-learn and in a Keras model. (A model calls its layers
        without rows when it builds its graph; those calls are not recorded.) A copy of it, as made by
        cross-validation or `clone_model`, is the step alone and is not recorded. A function is taken to learn
        nothing from its rows: record one that does by `step`, with ``fitted_on``.

        Parameters
        ----------
        step : object
            A transformer, sampler or model as scikit-learn has them, a Keras layer or model, or a function.
        name : str, optional
            Name of the stage. By default the name of its type.
        does : str, optional
            What it does, in one line. By default the first line of its documentation.

        Warns
        -----
        LeakWarning
            In a later call: the step is fitted on test rows, or is given them as ``validation_data``.
        """
        named = name or str(getattr(step, "__name__", type(step).__name__))
        stage = self._add(named, _does(step) if does is None else does)
        stage.is_model = hasattr(step, "predict") and not hasattr(step, "transform")
        # The name of its type names it in a pipeline.
        kind = type(type(step).__name__, (_Watched,), {"__slots__": ()})
        return cast("Step", kind(partial(self._run, stage), step))

    def step(
        self, name: str, before: object, after: object, *, fitted_on: object = None, does: str = ""
    ) -> None:
        """Record a stage that was computed by hand.

        Parameters
        ----------
        name : str
            Name of the stage.
        before, after : object
            What went in and what came out. As many rows out as in are taken for the same rows. So hand over a
            curve as the object that it is, a `ThresholdSweep`, not as one of its arrays.
        fitted_on : array_like, DataFrame or sparse matrix, optional
            The rows that the step learned from, if it did: means, chosen columns, weights.
        does : str
            What it does, in one line.

        Warns
        -----
        LeakWarning
            *fitted_on* holds test rows.
        """
        call, block = self._enter("", before)
        stage = self._add(name, does)
        if fitted_on is not None:
            learned, call.unknown = self._recognize(fitted_on)
            call.fitted = _NONE if learned is None else learned.ids
        self._leave(stage, call, block, after)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages, in the order in which they ran."""
        followed = self._followed()
        return tuple(
            Stage(stage.name, stage.does, tuple(self._seen(call, followed) for call in stage.calls))
            for stage in self._recorded
        )

    @property
    def leaks(self) -> tuple[Leak, ...]:
        """What leaked from the test rows; empty if nothing did or nothing was split yet."""
        if not self._parts:
            return ()
        train, test = np.unique(self._parts["train"]), np.unique(self._parts["test"])
        shared = np.intersect1d(train, test)
        copied = self._copied(shared)
        # What was copied is told once, not again for each step that was fitted on the copies.
        leaks = [self._seen_by(stage, train, np.setdiff1d(test, shared)) for stage in self._recorded]
        found = [leak for leak in leaks if leak and not (copied and leak.step == copied.step)]
        return tuple([copied, *found] if copied else found)

    def table(self) -> pd.DataFrame:
        """Return one line for each call.

        Returns
        -------
        pandas.DataFrame
            Columns stage, call, before, after, fitted, and how many rows of which part went in.
        """
        import pandas as pd

        parts = ["train", *(["validation"] if "validation" in self._parts else []), "test", "other"]
        return pd.DataFrame(
            [
                {
                    "stage": stage.name,
                    "call": call.method,
                    "before": "" if call.before is None else str(call.before),
                    "after": "" if call.after is None else str(call.after),
                    "fitted": bool(call.fitted),
                    **{part: call.rows.get(part, 0) for part in (parts if self._parts else ["data"])},
                }
                for stage in self.stages
                for call in stage.calls
            ]
        )

    # Recording

    def _add(self, name: str, does: str) -> _Stage:
        names = {stage.name for stage in self._recorded}
        unique, again = name, 2
        while unique in names:
            unique, again = f"{name} {again}", again + 1
        stage = _Stage(unique, does)
        self._recorded.append(stage)
        return stage

    def _run(
        self, stage: _Stage, method: str, function: Callable[..., object], /, *args: object, **kwargs: object
    ) -> object:
        """Call a method of a watched step, and record what it did."""
        rows = args[0] if args else kwargs.get("X", kwargs.get("x"))
        if _symbolic(rows):
            return function(*args, **kwargs)
        call, block = self._enter(method, rows)  # before the call, which may change the rows in place
        if method in _FITS and isinstance(kwargs.get("validation_data"), (tuple, list)):
            shown, _new = self._recognize(kwargs["validation_data"][0])  # type: ignore[index]
            call.validation = _NONE if shown is None else shown.ids
        result = function(*args, **kwargs)
        if method in _FITS:
            call.fitted = call.ids
        made = result[0] if isinstance(result, tuple) and result else result
        self._leave(stage, call, block, None if method in _ONLY_FITS else made)
        return result

    def _recognize(self, array: object, taken: Ids = _NONE) -> tuple[Block | None, int]:
        """Return the rows of an array, and how many of them are new to a trace that has met others."""
        met = self._rows.met
        block = self._rows.recognize(array, suspect=self._parts.get("test", _NONE), taken=taken)
        return block, int((block.ids >= met).sum()) if block is not None and met else 0

    def _enter(self, method: str, rows: object, *, taken: Ids = _NONE) -> tuple[_Call, Block | None]:
        block, unknown = self._recognize(rows, taken)
        call = _Call(method, None if rows is None else _form(rows), unknown=unknown)
        if block is not None:
            call.ids = block.ids
            if not len(self._candidates):
                self._candidates = _spread(block.ids)
            where = np.flatnonzero(np.isin(block.ids, self._candidates)).tolist() or [0]
            source = as_rows(rows)
            for place in where:
                call.examples.setdefault(int(block.ids[place]), [_row(source, place)])
        return call, block

    def _leave(self, stage: _Stage, call: _Call, block: Block | None, after: object) -> None:
        if after is not None:
            call.after = _form(after)
            if block is not None:
                call.after_ids = self._rows.follow(block, after, in_order=call.method in _IN_ORDER)
        if call.after_ids is not None:
            source = as_rows(after)
            for row, values in call.examples.items():
                where = np.flatnonzero(call.after_ids == row)
                values.extend(_row(source, place) for place in where[:1])
        # The same call on the same rows, as when a cell is run again, is no new line.
        stage.calls = [
            past
            for past in stage.calls
            if (past.method, past.ids.tobytes()) != (call.method, call.ids.tobytes())
        ]
        if not stage.calls:  # it stands where it first ran, not where it was first named
            self._recorded.remove(stage)
            self._recorded.append(stage)
        stage.calls.append(call)
        if call.fitted is not None and not self._parts:
            stage.fitted_before_split = True
        self._warn()

    def _warn(self) -> None:
        for leak in self.leaks:
            if leak not in self._told:
                self._told.add(leak)
                _tell(leak)

    # Reading

    def _followed(self) -> int:
        if self._follow is not None or not len(self._candidates):
            return -1 if self._follow is None else self._follow
        tested = self._candidates[np.isin(self._candidates, self._parts.get("test", _NONE))]
        return int(tested[0] if len(tested) else self._candidates[0])

    def _part(self, ids: Ids) -> dict[str, int]:
        """Count rows by part."""
        if not self._parts:
            return {"data": len(ids)} if len(ids) else {}
        counts = {part: int(np.isin(ids, known).sum()) for part, known in self._parts.items()}
        known = np.concatenate([*self._parts.values()])
        counts["other"] = int((~np.isin(ids, known)).sum())
        return {part: amount for part, amount in counts.items() if amount}

    def _seen(self, call: _Call, followed: int) -> Call:
        example = None
        if call.examples:
            row = followed if followed in call.examples else next(iter(call.examples))
            before, *after = call.examples[row]
            part = next(iter(self._part(np.array([row]))))
            example = Example(row, part, before, after[0] if after else None)
        fitted = {} if call.fitted is None else self._part(call.fitted) or {"other": 0}
        unknown = call.unknown if call.fitted is not None or call.method in self._parts else 0
        return Call(call.method, call.before, call.after, self._part(call.ids), fitted, unknown, example)

    def _seen_by(self, stage: _Stage, train: Ids, test: Ids) -> Leak | None:
        learned = np.unique(
            np.concatenate([_NONE, *(call.fitted for call in stage.calls if call.fitted is not None)])
        )
        seen, beside = int(np.isin(test, learned).sum()), int(np.isin(train, learned).sum())
        if not seen:
            shown = np.unique(np.concatenate([_NONE, *(call.validation for call in stage.calls)]))
            judged = int(np.isin(test, shown).sum())
            return Leak(stage.name, judged, beside, _as_validation(stage.name, judged)) if judged else None
        early = stage.fitted_before_split
        if any(call.method == "fit_resample" for call in stage.calls):
            mend = (
                _("Split first, then resample the training rows only.")
                if early
                else _("Resample the training rows only.")
            )
        elif stage.is_model:
            mend = (
                _("Split first, then fit it on the training rows only.")
                if early
                else _("Fit it on the training rows only.")
            )
        else:
            mend = (
                _("Split first, then fit it on the training rows only, and apply it to all parts.")
                if early
                else _("Fit it on the training rows only, and apply it to all parts.")
            )
        judging = int(np.isin(self._parts.get("validation", _NONE), learned).sum())
        told = (
            _("{step} was fitted on {test} and {validation}, in addition to {train}.")
            if judging
            else _("{step} was fitted on {test}, in addition to {train}.")
        ).format(
            step=repr(stage.name),
            test=show.rows(seen, "test"),
            validation=show.rows(judging, "validation"),
            train=show.rows(beside, "train"),
        )
        return Leak(stage.name, seen, beside, f"{told} {mend}")

    def _copied(self, shared: Ids) -> Leak | None:
        """Return the leak of rows that are in both parts; blame the step that made copies."""
        copies = int(np.isin(self._parts["test"], shared).sum())
        if not copies:
            return None
        originals = int(np.isin(self._parts["train"], shared).sum())
        names = [stage.name for stage in self._recorded]
        early = self._recorded[: names.index("split")]
        blamed = next((stage.name for stage in early if any(map(_copies_rows, stage.calls))), None)
        if blamed is None:
            told = ngettext(
                "{n} of {rows} is a copy of training rows.",
                "{n} of {rows} are copies of training rows.",
                copies,
            )
            mend = _("Give each row to one part only, and record the step that copies rows.")
        else:
            told = ngettext(
                "{n} of {rows} is a copy of training rows: {step} copied rows before the split.",
                "{n} of {rows} are copies of training rows: {step} copied rows before the split.",
                copies,
            )
            mend = _("Split first, then resample the training rows only.")
        test = show.rows(len(self._parts["test"]), "test")
        told = told.format(n=f"{copies:,}", rows=test, step=repr(blamed))
        return Leak(blamed or "split", copies, originals, f"{told} {mend}")

    # Showing

    def as_text(self) -> str:
        """Return the flow as plain text."""
        stages, leaks = self.stages, {leak.step: leak for leak in self.leaks}
        lines = [self.title, self._summary(stages)]
        for place, stage in _shown(stages, leaks):
            if stage is None:
                lines += ["", f"    {_left_out(place)}"]
                continue
            lines += ["", f"{place:>2}  {stage.name}{f': {stage.does}' if stage.does else ''}"]
            calls = [(call.method, _rows(call), _change(call)) for call in stage.calls[:_CALLS]]
            if calls:
                # The first cells stand empty where nothing was called: leave their column out.
                used = [column for column in range(3) if any(call[column] for call in calls)]
                table = show.columns(
                    [[call[column] for column in used] for call in calls], left=frozenset(range(3))
                )
                lines += [f"    {line}" for line in table.splitlines()]
            lines += [f"    {note}" for note in self._notes(stage)]
            if verdict := self._verdict(stage, leaks):
                lines.append(f"    {verdict[1]}")
            lines += [f"    {line}" for line in self._example_text(stage)]
        return "\n".join(lines)

    def as_html(self) -> str:
        """Return the flow as a self-contained piece of HTML."""
        stages, leaks = self.stages, {leak.step: leak for leak in self.leaks}
        items = []
        for place, stage in _shown(stages, leaks):
            if stage is None:
                items.append(f'<li class="lk-left-out">{escape(_left_out(place))}</li>')
                continue
            named = any(call.method for call in stage.calls)
            calls = "".join(
                f'<div class="lk-call">{f"<code>{escape(call.method)}</code> " if named else ""}'
                f"<span>{escape(_rows(call))}</span> "
                f'<span class="lk-number">{escape(_change(call))}</span></div>'
                for call in stage.calls[:_CALLS]
            )
            notes = "".join(f"<p>{escape(note)}</p>" for note in self._notes(stage))
            verdict = self._verdict(stage, leaks)
            state = f'<p class="lk-verdict">{escape(verdict[1])}</p>' if verdict else ""
            items.append(
                f'<li class="lk-stage" value="{place}" data-state="{verdict[0] if verdict else ""}">'
                f"<p><strong>{escape(stage.name)}</strong> "
                f'<span class="lk-does">{escape(stage.does)}</span></p>'
                f'<div class="lk-calls{"" if named else " lk-unnamed"}">{calls}</div>{notes}{state}'
                f"{self._example_html(stage)}</li>"
            )
        summary = f"<p>{escape(self._summary(stages))}</p>"
        return show.document(self.title, f'{summary}<ol class="lk-stages">{"".join(items)}</ol>')

    def _summary(self, stages: Sequence[Stage]) -> str:
        fitted = [stage for stage in stages if any(call.fitted for call in stage.calls)]
        told = ngettext("{n} stage, {fitted} fitted.", "{n} stages, {fitted} fitted.", len(stages))
        told = told.format(n=f"{len(stages):,}", fitted=len(fitted))
        if not self._parts:
            nothing = _("No split was recorded, so nothing is checked: {call}.")
            return f"{told} {nothing.format(call='trace.split(X_train, X_test)')}"
        if self.leaks:
            names = ", ".join(f"{leak.step!r}" for leak in self.leaks)
            leaked = _("Test rows leaked: {steps}.")
            return f"{told} {leaked.format(steps=names)}"
        doubts = []
        if any(call.unknown for stage in stages if stage.name == "split" for call in stage.calls):
            doubts.append(_("A step before the split was not recorded."))
        unknown = sum(not _known(stage) or _unknown(stage) > 0 for stage in fitted)
        if unknown:
            unchecked = ngettext(
                "{n} fitted stage could not be checked.", "{n} fitted stages could not be checked.", unknown
            )
            doubts.append(unchecked.format(n=f"{unknown:,}"))
        verdict = doubts or [_("No stage was fitted on test rows.")]
        if judged := sum(_fitted_on_validation(stage) > 0 for stage in fitted):
            fits = ngettext(
                "{n} stage was fitted on validation rows.",
                "{n} stages were fitted on validation rows.",
                judged,
            )
            verdict.append(fits.format(n=f"{judged:,}"))
        return " ".join([told, *verdict])

    def _notes(self, stage: Stage) -> list[str]:
        if not stage.calls:
            return [_("Not called yet.")]
        more = len(stage.calls) - _CALLS
        told = ngettext("… {n} call more …", "… {n} calls more …", more)
        return [told.format(n=f"{more:,}")] if more > 0 else []

    def _verdict(self, stage: Stage, leaks: Mapping[str, Leak]) -> tuple[str, str] | None:
        """Return whether the stage leaked, and a sentence that says so."""
        if stage.name in leaks:
            return "leak", _("✗ LEAK: {message}").format(message=leaks[stage.name].message)
        unknown = _unknown(stage)
        if stage.name == "split" and unknown:
            told = _(
                "? Not checked before the split: of its rows, {n} are not among those recorded before. "
                "Record the step that made them: {one} or {other}."
            )
            return "unknown", told.format(n=f"{unknown:,}", **_RECORDERS)
        fits = [call.fitted for call in stage.calls if call.fitted]
        return _fit_verdict(stage, unknown) if fits and self._parts else None

    def _example(self, stage: Stage) -> tuple[str, Example] | None:
        followed = self._followed()
        examples = [call.example for call in stage.calls if call.example is not None]
        ranked = sorted(examples, key=lambda example: (example.row != followed, example.after is None))
        if not ranked or stage.name == "split":
            return None
        example = ranked[0]
        name = _(_PARTS[example.part]).format(n=example.row)
        if example.row in self._labels:
            label = show.number(self._labels[example.row])
            name = _("{row}, label {label}").format(row=name, label=label)
        return name, example

    def _example_text(self, stage: Stage) -> list[str]:
        shown = self._example(stage)
        if shown is None:
            return []
        name, example = shown
        lines = [f"{name}:  {show.values(example.before)}"]
        if example.after is not None:
            lines.append(f"{'→'.rjust(len(name) + 1)}  {show.values(example.after)}")
        return lines

    def _example_html(self, stage: Stage) -> str:
        shown = self._example(stage)
        if shown is None:
            return ""
        name, example = shown
        after = "" if example.after is None else f"<br>→ {escape(show.values(example.after))}"
        return (
            f'<div class="lk-example"><span>{escape(name)}:</span> <span class="lk-number">'
            f"{escape(show.values(example.before))}{after}</span></div>"
        )


class _Watched:
    """A step, but told of: what it is asked for comes from the step itself."""

    __slots__ = ("__wrapped__", "_run")

    def __init__(self, run: Callable[..., Any], step: object) -> None:
        object.__setattr__(self, "_run", run)
        object.__setattr__(self, "__wrapped__", step)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        step = object.__getattribute__(self, "__wrapped__")
        value = getattr(step, name)
        return partial(self._call, name, value) if name in _RECORDED and callable(value) else value

    @property  # type: ignore[misc]  # isinstance asks for it
    def __class__(self) -> type:
        return type(object.__getattribute__(self, "__wrapped__"))

    @property
    def __dict__(self) -> dict[str, Any]:  # type: ignore[override]  # scikit-learn looks here for what was fitted
        held: dict[str, Any] = vars(object.__getattribute__(self, "__wrapped__"))
        return held

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self.__wrapped__, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self.__wrapped__, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        return self._call("", self.__wrapped__, *args, **kwargs)

    def _call(self, method: str, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        result = self._run(method, function, *args, **kwargs)
        return self if result is self.__wrapped__ else result

    def __repr__(self) -> str:
        return repr(self.__wrapped__)

    def __dir__(self) -> list[str]:
        return dir(self.__wrapped__)

    def __reduce__(self) -> tuple[Callable[[object], object], tuple[object]]:
        # A copy and a saved file hold the step alone.
        return _itself, (self.__wrapped__,)


def _itself(step: object) -> object:
    return step


def _does(step: object) -> str:
    """Say in one line what a step does: its layers, its own steps, or how its documentation begins."""
    if hasattr(step, "layers"):
        return layers.stack(step.layers)
    if isinstance(getattr(step, "steps", None), list):
        return " → ".join(type(part).__name__ for _name, part in step.steps)  # type: ignore[attr-defined]
    paragraphs = (inspect.getdoc(step) or "").split("\n\n")
    if paragraphs[0].startswith(f"{getattr(step, '__name__', '')}("):  # NumPy's begin with the signature
        del paragraphs[0]
    return " ".join(paragraphs[0].split()) if paragraphs else ""


def _form(value: object) -> Form:
    rows = as_rows(value)
    shape = tuple(int(side) for side in rows.shape)
    if hasattr(rows, "dtypes"):
        kinds = {str(kind) for kind in np.ravel(rows.dtypes)}
        return Form(shape, kinds.pop() if len(kinds) == 1 else "mixed")
    if not shape:
        return Form((), type(value).__name__)
    kind = "text" if rows.dtype.kind in "US" else str(rows.dtype)
    return Form(shape, f"{kind} sparse" if hasattr(rows, "tocsr") else kind)


def _spread(ids: Ids) -> Ids:
    """Return some rows of all: data may be sorted, and the test rows stand at their end."""
    places = np.unique(np.linspace(0, len(ids) - 1, _EXAMPLES).astype(int))
    return ids.take(places)


def _row(source: Any, place: int) -> NDArray[Any]:  # noqa: ANN401
    return np.array(take(source, [place])).ravel()


def _symbolic(value: object) -> bool:
    """Say whether a tensor stands for rows to come, as while Keras builds a model or compiles its graph."""
    maker = type(value).__module__.partition(".")[0]
    return maker in {"keras", "tensorflow"} and not hasattr(value, "numpy")


def _copies_rows(call: _Call) -> bool:
    made = call.after_ids
    return made is not None and len(np.unique(made)) < len(made) and len(np.unique(call.ids)) == len(call.ids)


def _rows(call: Call) -> str:
    return ", ".join(show.rows(amount, part) for part, amount in call.rows.items())


def _change(call: Call) -> str:
    forms = [str(form) for form in (call.before, call.after) if form is not None]
    return " → ".join(forms)


def _known(stage: Stage) -> bool:
    fits = [call.fitted for call in stage.calls if call.fitted]
    return all(set(rows) - {"other"} for rows in fits)


def _fit_verdict(stage: Stage, unknown: int) -> tuple[str, str]:
    """Judge a stage that was fitted on rows of a split, but on no test row that is known."""
    if not _known(stage):
        told = _(
            "? Not checked: the trace does not know these rows. Record the step that made them: {one} or "
            "{other}."
        )
        return "unknown", told.format(**_RECORDERS)
    if unknown:
        told = _(
            "? Not checked in full: the trace does not know {rows} that it was fitted on. Record the step "
            "that made them: {one} or {other}."
        )
        return "unknown", told.format(rows=show.rows(unknown), **_RECORDERS)
    if judging := _fitted_on_validation(stage):
        told = _(
            "! Fitted on no test row, but on {rows}: whatever is chosen by their numbers may look better "
            "than it is."
        )
        return "unknown", told.format(rows=show.rows(judging, "validation"))
    return "sound", _("✓ Fitted on no test row.")


def _left_out(stages: int) -> str:
    return ngettext("… {n} stage left out …", "… {n} stages left out …", stages).format(n=f"{stages:,}")


def _fitted_on_validation(stage: Stage) -> int:
    return max((call.fitted.get("validation", 0) for call in stage.calls), default=0)


def _unknown(stage: Stage) -> int:
    return sum(call.unknown for call in stage.calls)


def _as_validation(name: str, rows: int) -> str:
    told = _(
        "{step} was given {rows} as {argument}: early stopping, and each choice by their numbers, is then "
        "fitted to them. Give it validation rows."
    )
    return told.format(step=repr(name), rows=show.rows(rows, "test"), argument="validation_data")


def _shown(stages: Sequence[Stage], leaks: Mapping[str, Leak]) -> list[tuple[int, Stage | None]]:
    """Return numbered stages; in place of some that are left out, how many they are. Leaks are all there."""
    first, last = show.elide(len(stages), _STAGES)
    shown: list[tuple[int, Stage | None]] = []
    skipped = 0
    for place, stage in enumerate(stages):
        if place not in first and place not in last and stage.name not in leaks:
            skipped += 1
            continue
        if skipped:
            shown.append((skipped, None))
            skipped = 0
        shown.append((place + 1, stage))
    return shown


def _tell(leak: Leak) -> None:
    """Warn of a leak: in a notebook as an output of the cell, else on stderr."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    # Within catch_warnings, the filters of the learner count, but no memory of what was told before.
    with warnings.catch_warnings(record=hasattr(shell, "kernel")) as caught:
        warnings.simplefilter("always", LeakWarning, append=True)
        warnings.warn(leak.message, LeakWarning, stacklevel=_depth())
    if caught:
        from IPython.display import display

        display(_Warning(leak))  # type: ignore[no-untyped-call]


def _depth() -> int:
    """Return how many frames up the learner's own line is."""
    here = Path(__file__).parent
    frame, depth = inspect.currentframe(), 0
    while frame is not None and Path(frame.f_code.co_filename).parent == here:
        frame, depth = frame.f_back, depth + 1
    return depth


@dataclass(frozen=True)
class _Warning(show.Shown):
    leak: Leak

    def as_text(self) -> str:
        return f"LeakWarning: {self.leak.message}"

    def as_html(self) -> str:
        return show.document("LeakWarning", f'<p class="lk-verdict">✗ {escape(self.leak.message)}</p>')
