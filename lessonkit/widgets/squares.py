"""Rows as squares: what is there, and on a click what a filter makes of it, with no kernel on the way.

The object is its stored output: two pictures, a ``<details>`` between them, and all of it in words. This is
what JupyterLab keeps of a notebook that it does not trust. It keeps no ``<svg>``, ``<style>`` or script.
"""

from __future__ import annotations

from html import escape
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any

from lessonkit.i18n import gettext as _
from lessonkit.i18n import ngettext, noop
from lessonkit.metrics import Confusion
from lessonkit.metrics.inputs import MetricsError, read_labels
from lessonkit.widgets.still import CARD, INK, MUTED, NEGATIVE, POSITIVE, data_address, near, path, text
from lessonkit.widgets.strip import LABELS, alarms, fraction, read_subjects

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    # The truth, and the decision where there is one.
    _Pair = tuple[bool, bool | None]

MOST = 1000
"""Rows at most: smaller squares cannot be told apart."""

# The picture is narrow, so that its words stay legible on a phone.
_WIDTH = 372
_INNER = 340
_LEFT = (_WIDTH - _INNER) / 2
_PALE = "#D5E8F5"
_BUTTON = (
    "width: fit-content; padding: 6px 14px; border: 1px solid #848d97; border-radius: 8px; "
    "font-weight: 600; cursor: pointer; margin-bottom: 8px"
)

# Truth is the hue and the diamond, "flagged" is the frame, an error is hatched.
_KINDS = {
    (True, True): noop("caught"),
    (True, False): noop("missed"),
    (False, True): noop("false alarm"),
    (False, False): noop("left alone"),
}


def squares(
    y_true: ArrayLike,
    y_pred: ArrayLike | None = None,
    *,
    labels: tuple[str, str] = LABELS,
    subjects: Sequence[str] | None = None,
    fractions: bool = True,
) -> Squares:
    """Show each row as a square and, on a click, what a filter caught, missed and flagged wrongly.

    No kernel has to run: the stored output unfolds. Recall and precision are two bars of the same squares.

    Parameters
    ----------
    y_true : (n,) array_like
        True labels, 0 and 1; at most 1,000.
    y_pred : (n,) array_like, optional
        Decisions of a filter, 0 and 1.
    labels : (positive, negative)
        The names of the two classes, in the plural.
    subjects : sequence of n str, optional
        What to call each row; what is flagged and what is missed is then also listed.
    fractions : bool, default True
        Show recall and precision too. Leave them out before they are explained.

    Returns
    -------
    Squares
        As the last line of a cell it shows itself.

    Raises
    ------
    MetricsError
        For labels that are not 0 and 1, more than 1,000 rows, or subjects that do not fit the rows.

    Examples
    --------
    >>> squares([0, 1, 0, 1], [0, 1, 1, 0])
    4 squares: 2 spam and 2 normal emails. 1 of 2 spam caught, 1 missed, 1 false alarm. \
Precision 1 of 2 = 0.50, recall 1 of 2 = 0.50.
    """
    return Squares(y_true, y_pred, labels=labels, subjects=subjects, fractions=fractions)


class Squares:
    """Rows as squares; made by `squares`."""

    def __init__(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike | None,
        *,
        labels: tuple[str, str],
        subjects: Sequence[str] | None,
        fractions: bool,
    ) -> None:
        columns = {"y_true": y_true} if y_pred is None else {"y_true": y_true, "y_pred": y_pred}
        truth, *decided = (column.tolist() for column in read_labels(None, columns))
        if len(truth) > MOST:
            raise MetricsError(f"y_true has {len(truth):,} rows. Give at most {MOST:,}, each is a square.")
        self._truth: list[bool] = truth
        self._flagged: list[bool] | None = decided[0] if decided else None
        self._labels = [*map(_, labels)]
        self._subjects = read_subjects(subjects, len(truth))
        self._fractions = fractions
        self.confusion = None if y_pred is None else Confusion.from_labels(y_true, y_pred)

    def __repr__(self) -> str:
        """Return all of it in words."""
        return " ".join((self._first_words(), *self._words()))

    def _repr_mimebundle_(self, **_kwargs: Any) -> dict[str, str]:  # noqa: ANN401
        """Return the pictures and words as HTML, and the words alone."""
        words = self._first_words()
        key = _("Orange with a diamond: {positives}. Pale blue: {negatives}.").format(
            positives=self._labels[0], negatives=self._labels[1]
        )
        html = [_image(_picture(_grid(self._truth, None)), f"{words} {key}")]
        html.append(f"<p>{escape(words)} {escape(key)}</p>")
        button = _("Show what the filter caught")
        if self._flagged is not None:
            html += [
                "<details>",
                f'<summary style="{_BUTTON}">{escape(button)}</summary>',
                *(f"<p>{escape(sentence)}</p>" for sentence in self._words()),
                _image(self._decided_picture(), " ".join(self._words())),
                *self._lists(),
                "</details>",
            ]
        return {"text/html": f"<div>{''.join(html)}</div>", "text/plain": repr(self)}

    def _first_words(self) -> str:
        positives = sum(self._truth)
        rest = len(self._truth) - positives
        shown = ngettext(
            "{n} square: {p} {positives} and {q} {negatives}.",
            "{n} squares: {p} {positives} and {q} {negatives}.",
            len(self._truth),
        )
        names = {"positives": self._labels[0], "negatives": self._labels[1]}
        return shown.format(n=len(self._truth), p=positives, q=rest, **names)

    def _words(self) -> tuple[str, ...]:
        counts = self.confusion
        if counts is None:
            return ()
        caught, missed = counts.true_positives, counts.false_negatives
        outcome = _("{caught} of {total} {positives} caught, {missed} missed, {alarms}.").format(
            caught=caught,
            total=counts.positives,
            positives=self._labels[0],
            missed=missed,
            alarms=alarms(counts.false_positives),
        )
        if not self._fractions:
            return (outcome,)
        precision = fraction(caught, counts.predicted_positive)
        recall = _share(caught, counts.positives, self._labels[0])
        shares = _("Precision {precision}, recall {recall}.").format(precision=precision, recall=recall)
        return outcome, shares

    def _lists(self) -> Iterable[str]:
        if self._subjects is None or self._flagged is None:
            return
        kinds = [_KINDS[pair] for pair in zip(self._truth, self._flagged, strict=True)]
        titles = {"caught": _("Caught"), "false alarm": _("False alarms"), "missed": _("Missed")}
        for kind, title in titles.items():
            of_kind = [name for name, own in zip(self._subjects, kinds, strict=True) if own == kind]
            items = "".join(f"<li>{escape(name)}</li>" for name in of_kind)
            if items:
                yield f"<p><strong>{title} ({len(of_kind)})</strong></p><ul>{items}</ul>"

    def _decided_picture(self) -> tuple[str, float]:
        counts = self.confusion
        assert counts is not None  # noqa: S101  (asked for only with decisions)
        parts, top = _grid(self._truth, self._flagged)
        parts, top = list(parts), top + 20
        numbers = (
            (True, True, counts.true_positives),
            (True, False, counts.false_negatives),
            (False, True, counts.false_positives),
            (False, False, counts.true_negatives),
        )
        for place, (truth, flagged, number) in enumerate(numbers):
            x, y = _LEFT + 170 * (place // 2), top + 28 * (place % 2)
            is_alarm = (truth, flagged) == (False, True)
            words = alarms(number) if is_alarm else f"{number} {_(_KINDS[truth, flagged])}"
            parts += [_square(x, y, 20, (truth, flagged)), text(x + 28, y + 15, words, ink=True)]
        if not self._fractions:
            return _picture((parts, top + 28 * 2 - 10))
        top += 28 * 2 + 22
        caught = int(counts.true_positives)
        of_positives = _("of all that is {positives}, the flagged part")
        of_flagged = _("of all that is flagged, the part that is {positives}")
        for name, whole, rest, meaning, nothing in (
            (_("Recall"), counts.positives, (True, False), of_positives, _no_positives(self._labels[0])),
            (_("Precision"), counts.predicted_positive, (False, True), of_flagged, fraction(0, 0)),
        ):
            value = fraction(caught, whole) if whole else nothing
            parts += [
                text(_LEFT, top, name, ink=True, bold=True),
                text(_LEFT + 86, top, value, ink=True, bold=True),
                text(_LEFT, top + 19, meaning.format(positives=self._labels[0])),
                *_bar(top + 28, caught, int(whole), rest),
            ]
            top += 92
        return _picture((parts, top - 24))


def _no_positives(positives: str) -> str:
    return _("0 of 0: there is no {positives}").format(positives=positives)


def _share(part: float, whole: float, positives: str) -> str:
    return fraction(part, whole) if whole else _no_positives(positives)


def _image(picture: tuple[str, float], words: str) -> str:
    svg, height = picture
    return (
        f'<img src="{data_address(svg)}" width="{_WIDTH}" height="{near(height)}" '
        f'style="max-width: 100%; height: auto; margin: 8px 0" alt="{escape(words)}">'
    )


def _picture(drawn: tuple[Iterable[str], float]) -> tuple[str, float]:
    """Return an SVG and its height, from its parts and where they end."""
    parts, bottom = drawn
    height = bottom + 16
    hatches = "".join(
        f"<pattern id='{name}' width='6' height='6' patternUnits='userSpaceOnUse' "
        f"patternTransform='rotate(45)'><path d='M0 0h6v6h-6Z' fill='{ground}'/>"
        f"<path d='M0 0V6' stroke='{color}' stroke-width='5'/></pattern>"
        for name, ground, color in (("p", "#F3D9C6", POSITIVE), ("n", _PALE, NEGATIVE))
    )
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {near(height)}' "
        f"font-family='system-ui, sans-serif' font-size='14' fill='{MUTED}'><defs>{hatches}</defs>"
        f"<rect width='{_WIDTH}' height='{near(height)}' rx='12' fill='{CARD}'/>{''.join(parts)}</svg>"
    )
    return svg, height


def _grid(truth: list[bool], flagged: list[bool] | None) -> tuple[Iterable[str], float]:
    """Return the squares in rows of at least ten, and where they end."""
    columns = max(10, ceil(sqrt(len(truth))))
    cell = _INNER / columns
    gap = min(5.0, cell / 4)
    parts = [
        _square(
            _LEFT + cell * (place % columns) + gap / 2,
            16 + cell * (place // columns),
            cell - gap,
            (positive, None if flagged is None else flagged[place]),
        )
        for place, positive in enumerate(truth)
    ]
    return parts, 16 + cell * ceil(len(truth) / columns) - gap


def _bar(top: float, caught: int, whole: int, rest: tuple[bool, bool]) -> Iterable[str]:
    """Draw squares side by side, the caught ones first, with a line under these."""
    if not whole:
        yield path(f"M{_LEFT} {near(top)}h{_INNER}v26h-{_INNER}Z", MUTED, width=1, dash="4 4")
        return
    cell = min(34.0, _INNER / whole)
    if cell < 6:  # noqa: PLR2004  (no square can be seen)
        for start, end, pair in ((0, caught, (True, True)), (caught, whole, rest)):
            if end > start:
                yield _square(_LEFT + cell * start, top, cell * (end - start), pair, tall=26, sign=False)
        yield path(f"M{near(_LEFT)} {near(top + 32)}h{near(cell * caught)}", INK, width=3)
        return
    gap = min(3.0, cell / 5)
    for place in range(whole):
        pair = (True, True) if place < caught else rest
        yield _square(_LEFT + cell * place + gap / 2, top, min(cell - gap, 26), pair, tall=26)
    if caught:
        yield path(f"M{near(_LEFT)} {near(top + 32)}h{near(cell * caught - gap / 2)}", INK, width=3)


def _square(x: float, y: float, side: float, pair: _Pair, *, tall: float = 0, sign: bool = True) -> str:
    """Draw one row: the truth alone, or with the decision on it."""
    truth, flagged = pair
    error = flagged is not None and truth != flagged
    fill = f"url(#{'p' if truth else 'n'})" if error else POSITIVE if truth else _PALE
    edge = POSITIVE if truth else NEGATIVE
    width = max(1.0, min(side / 9, 3)) if flagged else 1.0
    color = INK if flagged else edge
    inset = width / 2
    high = tall or side
    box = (
        f"<rect x='{near(x + inset)}' y='{near(y + inset)}' width='{near(side - width)}' "
        f"height='{near(high - width)}' rx='{near(min(3, side / 6))}' fill='{fill}' stroke='{color}' "
        f"stroke-width='{near(width)}'/>"
    )
    if truth and sign:
        line, cx, cy = near(side / 5), near(x + side / 2), near(y + high / 2)
        box += f"<path d='M{cx} {cy}m0 -{line}l{line} {line}l-{line} {line}l-{line} -{line}Z' fill='{CARD}'/>"
    return box
