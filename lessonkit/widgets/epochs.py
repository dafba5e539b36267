"""Learning curves with an epoch to move: what a network reached on both sets of rows after each epoch.

The page has all values, so moving asks nobody. Between the two halves there are two traits: ``view``
(kernel to page) holds the curves, and ``epoch`` (both ways) is where the line is, counted from 1.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

import traitlets

from lessonkit.i18n import gettext as _
from lessonkit.widgets import still
from lessonkit.widgets.assets import asset, page_words
from lessonkit.widgets.stored import StoredWidget

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOST = 500
"""Epochs at most: a page draws each."""
_VALIDATION = "val_"
_DECIMALS = 3


def epochs(history: Mapping[str, Sequence[float]], *, epoch: int = 1) -> EpochsWidget:
    """Show each quantity of a training by epoch, with an epoch to move and the values there.

    Drag the line, use the arrow keys, or set ``.epoch``.

    Parameters
    ----------
    history : mapping of str to sequence of float
        The values after each epoch, as Keras's ``fit`` keeps them: ``val_loss`` belongs to ``loss``. Each
        quantity becomes a panel with one or two curves.
    epoch : int, default 1
        Where to start, counted from 1.

    Returns
    -------
    EpochsWidget
        The widget; as the last line of a cell it shows itself.

    Raises
    ------
    ValueError
        There is no epoch or there are more than 500, the curves differ in length, a value is not a finite
        number, or there is no such epoch.

    Examples
    --------
    >>> shown = epochs({"loss": [0.7, 0.5, 0.4], "val_loss": [0.7, 0.6, 0.65]})
    >>> shown.epoch = 2
    >>> shown
    Epoch 2 of 3. Loss: training 0.50, validation 0.60.
    """
    return EpochsWidget(history, epoch=epoch)


class EpochsWidget(StoredWidget):
    """Learning curves; made by `epochs`.

    Attributes
    ----------
    epoch : int
        Follows the page, moves it when set, can be observed.
    """

    _esm = asset("epochs.js")
    _css = asset("epochs.css")

    # The page reads it and does not write it: what it sends back is ignored.
    view = traitlets.Dict().tag(sync=True, from_json=lambda _value, widget: widget.view)
    epoch = traitlets.Int(1).tag(
        sync=True, from_json=lambda value, widget: value if widget.has(value) else widget.epoch
    )

    def __init__(self, history: Mapping[str, Sequence[float]], *, epoch: int = 1) -> None:
        lengths = {len(values) for values in history.values()}
        if len(lengths) != 1 or not 1 <= (last := lengths.pop()) <= MOST:
            raise ValueError(
                f"history needs curves of one length, 1 to {MOST} epochs. It has: "
                + (", ".join(f"{name} ({len(values)})" for name, values in history.items()) or "none")
                + "."
            )
        panels: dict[str, dict[str, Any]] = {}
        for key, values in history.items():
            name = key.removeprefix(_VALIDATION)
            numbers = [round(float(value), _DECIMALS) for value in values]
            if not all(map(math.isfinite, numbers)):
                raise ValueError(f"history[{key!r}] has a value that is not a finite number.")
            panel = panels.setdefault(name, {"name": name.replace("_", " ").strip(), "curves": {}})
            panel["curves"]["training" if key == name else "validation"] = numbers
        for panel in panels.values():
            panel["low"], panel["high"] = _range(panel["curves"].values())
        self._last = last
        super().__init__(view={"last": last, "panels": list(panels.values()), **page_words("epochs.js")})
        self.epoch = epoch

    def has(self, epoch: object) -> bool:
        """Whether there is such an epoch."""
        return type(epoch) is int and 1 <= epoch <= self._last

    @traitlets.validate("epoch")
    def _valid(self, proposal: dict[str, Any]) -> int:
        if not self.has(proposal["value"]):
            raise ValueError(f"epoch={proposal['value']!r}: the history has epochs 1 to {self._last}.")
        return int(proposal["value"])

    def __repr__(self) -> str:
        """Return the values at the epoch in words."""
        values = (
            f"{_capital(panel['name'])}: "
            + ", ".join(f"{_(who)} {curve[self.epoch - 1]:.2f}" for who, curve in panel["curves"].items())
            + "."
            for panel in self.view["panels"]
        )
        here = _("Epoch {n} of {total}").format(n=self.epoch, total=self._last)
        return " ".join([f"{here}.", *values])

    def _still(self) -> tuple[str, str]:
        """Return the picture with its numbers, as HTML and as text."""
        html = still.living(
            "epochs",
            _still(self.view, self.epoch, repr(self)),
            self.view,
            [self.epoch],
            script=self._esm,
            style=self._css,
        )
        name = _("Learning curves")
        return html, f"{name}. {self!r}"


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _range(curves: Iterable[Sequence[float]]) -> tuple[float, float]:
    """Return the ends of the axis: from 0, unless that would press the curves flat."""
    values = [value for curve in curves for value in curve]
    low, high = min(values), max(values)
    room = (high - low or abs(high) or 1.0) / 12
    return (0.0 if 0 <= low < high / 2 else low - room), high + room


# Without a kernel

_WIDTH, _HEIGHT = 300, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 288, 40, 186
_LOOKS = {"training": (still.NEGATIVE, ""), "validation": (still.POSITIVE, "7 3")}


def _still(view: dict[str, Any], epoch: int, words: str) -> str:
    panels = view["panels"]
    width = _WIDTH * len(panels)
    body = "".join(
        f"<g transform='translate({_WIDTH * place} 0)'>{''.join(_panel(panel, epoch, view['last']))}</g>"
        for place, panel in enumerate(panels)
    )
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {_HEIGHT}' "
        f"font-family='system-ui, sans-serif' font-size='13' fill='{still.MUTED}'>"
        f"<rect width='{width}' height='{_HEIGHT}' rx='12' fill='{still.CARD}'/>{body}</svg>"
    )
    return (
        f'<img src="{still.data_address(svg)}" width="{width}" height="{_HEIGHT}" '
        f'style="max-width: 100%; height: auto" alt="{escape(words)}"><p>{escape(words)}</p>'
    )


def _panel(panel: dict[str, Any], epoch: int, last: int) -> Iterable[str]:
    low, high = panel["low"], panel["high"]

    def along(number: float) -> float:
        return _LEFT + (number - 1) / max(last - 1, 1) * (_RIGHT - _LEFT)

    def up(value: float) -> float:
        share: float = (value - low) / (high - low)
        return _BOTTOM - share * (_BOTTOM - _TOP)

    yield still.text(_LEFT, 22, _capital(panel["name"]), ink=True, bold=True)
    for value in (low, (low + high) / 2, high):
        yield still.path(f"M{_LEFT} {still.near(up(value))}H{_RIGHT}", still.GRID, width=1)
        yield still.text(_LEFT - 6, up(value) + 4, f"{value:.2f}", anchor="end")
    yield still.path(f"M{still.near(along(epoch))} {_TOP}V{_BOTTOM}", still.INK)
    for who, curve in panel["curves"].items():
        color, dash = _LOOKS[who]
        points = [
            f"{still.near(along(place))} {still.near(up(value))}" for place, value in enumerate(curve, 1)
        ]
        yield still.path("M" + "L".join(points), color, width=2.4, dash=dash)
    yield still.text(_LEFT, _BOTTOM + 18, "1")
    yield still.text(_RIGHT, _BOTTOM + 18, _("epoch {n}").format(n=last), anchor="end")
    looks = {"training": "— " + _("training"), "validation": "- - " + _("validation")}
    yield still.text(_LEFT, _BOTTOM + 38, ", ".join(looks[who] for who in panel["curves"]))
