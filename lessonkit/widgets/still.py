"""What is there without a kernel: pictures made of text, and the widget in their place where scripts run.

A picture has the same bytes on every machine, so that stored outputs can be compared. It is in an
``<img>``, which JupyterLab keeps also in a notebook that it does not trust; it takes ``<svg>`` out.
"""

from __future__ import annotations

import hashlib
import json
from html import escape
from typing import Any
from urllib.parse import quote

# As in `lessonkit.figures`: an opaque card, the same in light and dark themes.
INK = "#1F2328"
MUTED = "#5A5F66"
CARD = "#FCFCFA"
GRID = "#E3E3DE"
POSITIVE = "#B84A00"
NEGATIVE = "#0072B2"

# Characters that may stand as they are in a data: address inside double quotes.
_PLAIN = " ='/:;,()!?+-_.*~@&$[]{}|^`"


def data_address(picture: str) -> str:
    """Return the address of an SVG for the ``src`` of an image."""
    return "data:image/svg+xml," + quote(picture, safe=_PLAIN).replace("&", "%26")


def living(name: str, still: str, view: object, threshold: list[Any], *, script: str, style: str) -> str:
    """Return a body whose place the widget itself takes where scripts run.

    Parameters
    ----------
    name : str
        The widget's, as its script tells `enliven` in ``plot.js``.
    still : str
        What is there without scripts, as HTML.
    view, threshold
        The widget's traits as on the wire, and as JSON has them.
    script, style : str
        The widget's module and its sheet.
    """
    state = json.dumps([view, threshold], ensure_ascii=False).replace("<", "\\u003c")
    key = hashlib.sha256(state.encode()).hexdigest()[:12]
    return (
        f'<div data-lk-{name}="{key}">{still}</div>\n'
        f'<script type="module">\n{script}\nconst [view, threshold] = {state};\n'
        f'revive("{key}", view, threshold, {json.dumps(style, ensure_ascii=False)});\n</script>'
    )


def near(value: float) -> str:
    """Return a coordinate to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")


def text(
    x: float, y: float, words: str, *, anchor: str = "start", ink: bool = False, bold: bool = False
) -> str:
    """Return words at a place."""
    # The outline keeps words legible where a line runs behind them.
    more = f" fill='{INK}' stroke='{CARD}' stroke-width='4' paint-order='stroke'" * ink
    more += " font-weight='600'" * bold
    place = "" if anchor == "start" else f" text-anchor='{anchor}'"
    return f"<text x='{near(x)}' y='{near(y)}'{place}{more}>{escape(words)}</text>"


def path(d: str, stroke: str, *, width: float = 2, dash: str = "", fill: str = "none") -> str:
    """Return a line or an area."""
    dashes = f" stroke-dasharray='{dash}'" if dash else ""
    return f"<path d='{d}' fill='{fill}' stroke='{stroke}' stroke-width='{width}'{dashes}/>"
