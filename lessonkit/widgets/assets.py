"""Scripts and sheets as the page gets them: each in one piece with what it imports, without a build step."""

from __future__ import annotations

import re
from pathlib import Path

_HERE = Path(__file__).parent
_IMPORT = re.compile(r"""^(?:import \{[^}]*\} from|@import) "\./(?P<file>[\w./]+)";\n""", re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)
# Indents, empty lines and comments: a quarter of a script. Behind code, one with a quote may be a string.
_AIR = re.compile(
    r"""^(?:\s+|/\*.*?\*/|//[^\n]*)+|[ ](?://[ ][^"'`\n]*|/\*[^*\n]*\*/)$""", re.MULTILINE | re.DOTALL
)


def asset(name: str) -> str:
    """Return a script or sheet of this folder, joined to those it imports and without indents and comments.

    Parameters
    ----------
    name : str
        A file such as ``quiz.js``, whose imports name files beside it: ``import { h } from "./page.js";`` in
        a script, ``@import "./page.css";`` in a sheet. The modules share one scope, so two of them cannot
        give one name to two things.
    """
    parts: dict[str, str] = {}
    _collect(name, parts)
    *shared, own = parts.values()
    return "".join([*(_EXPORT.sub("", part) for part in shared), own])


def _collect(name: str, parts: dict[str, str]) -> None:
    """Add a file to the parts, after those it imports."""
    text = _AIR.sub("", (_HERE / name).read_text(encoding="utf-8"))
    for found in _IMPORT.finditer(text):
        if found["file"] not in parts:
            _collect(found["file"], parts)
    parts[name] = _IMPORT.sub("", text)
