"""Scripts and sheets as the page gets them: each in one piece with what it imports, without a build step."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from lessonkit.i18n import SOURCE, direction, gettext, language

_HERE = Path(__file__).parent
_IMPORT = re.compile(r"""^(?:import (?:\{[^}]*\} from )?|@import )"(?P<file>\.[\w./*]+)";\n""", re.MULTILINE)
#: Where the script of a kind of question ends for the widget: what follows is for pages without a kernel.
_WITHOUT_KERNEL = "// The rest is for a page without a kernel, which marks answers itself.\n"
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)
# Indents, empty lines and comments: a quarter of a script. Behind code, one with a quote may be a string.
_AIR = re.compile(
    r"""^(?:\s+|/\*.*?\*/|//[^\n]*)+|[ ](?://[ ][^"'`\n]*|/\*[^*\n]*\*/)$""", re.MULTILINE | re.DOTALL
)
# What a line of a script holds that keeps its spaces: strings, templates, expressions in slashes, comments.
_KEPT = re.compile(
    r"""("(?:[^"\\]|\\.)*"|`[^`]*`|//.*|/(?![/*\s])(?:[^/\\\[]|\\.|\[(?:[^\]\\]|\\.)*\])+/[a-z]*)"""
)
_SPACED = re.compile(r" ?(=>|[=?:,<>{}()\[\]&|;!*]+) ?")


_PHRASE = re.compile(r"""\bphrase\(\s*("(?:[^"\\]|\\.)*")""")


def page_words(*scripts: str | Path) -> dict[str, Any]:
    """Return what the view of a widget needs to speak the learner's language, for ``speak`` in ``page.js``.

    Parameters
    ----------
    *scripts : str or Path
        The scripts of the page, of this folder or anywhere. Each ``phrase("…")`` in them is a text of it.

    Returns
    -------
    dict
        ``lang`` and ``dir`` of the words, and as ``words`` the translation of each text; nothing in English,
        which the script has.
    """
    if language() == SOURCE:
        return {}
    return {
        "lang": language(),
        "dir": direction(language()),
        "words": {text: gettext(text) for script in scripts for text in phrases(_HERE / script)},
    }


@cache
def phrases(script: Path) -> tuple[str, ...]:
    """Return the texts that a script says, in its order."""
    texts = _PHRASE.findall(script.read_text(encoding="utf-8"))
    return tuple(dict.fromkeys(map(json.loads, texts)))


def asset(name: str) -> str:
    """Return a script or sheet of this folder, joined to those it imports and without what only eyes need.

    Parameters
    ----------
    name : str
        A file such as ``quiz.js``, whose imports name files beside it: ``import { h } from "./page.js";`` in
        a script, ``@import "./page.css";`` in a sheet. The modules share one scope, so two of them cannot
        give one name to two things. ``import "./kinds/*.js";`` joins every script of a folder, each in a
        scope of its own, and without the half for pages without a kernel, which `marking` returns.
    """
    parts: dict[Path, str] = {}
    _collect(_HERE / name, parts)
    *shared, own = parts.values()
    joined = "".join([*(_EXPORT.sub("", part) for part in shared), own])
    return _dense_sheet(joined) if name.endswith(".css") else _dense_script(joined)


def marking() -> str:
    """Return how each kind of question is marked in a page without a kernel, each in a scope of its own."""
    scripts = (path.read_text(encoding="utf-8") for path in sorted((_HERE / "kinds").glob("*.js")))
    halves = (script.partition(_WITHOUT_KERNEL)[2] for script in scripts)
    return "".join(_scoped(_IMPORT.sub("", half)) for half in halves)


def _scoped(script: str) -> str:
    return f"{{\n{script}}}\n"


def _dense_sheet(text: str) -> str:
    text = re.sub(r"(?<=[{};,])\n", "", text).replace("\n", " ").replace(" 0.", " .")
    text = re.sub(r"(?<=[\w-]): (?=[^{}]*[;}])", ":", text)
    return text.replace(" {", "{").replace(", ", ",").replace(";}", "}").replace(" > ", ">")


def _dense_script(text: str) -> str:
    dense: list[str] = []
    for line in map(_dense_line, text.splitlines()):
        if dense and line.startswith("}") and dense[-1].endswith(";"):
            dense[-1] = dense[-1][:-1]
        if line.startswith("export ") and dense and not dense[-1].endswith("\n"):
            dense.append("\n")
        dense.append(line)
    return "".join(dense)


def _unquoted(text: str) -> str:
    """Return a string in single quotes: on the wire, each double one is two characters."""
    return f"'{text[1:-1]}'" if re.fullmatch(r"""\"[^'"\\]*\"""", text) else text


def _dense_line(line: str) -> str:
    """Return a line without spaces around what parts words, and without its end where the next may follow."""
    if re.search("^export default|`.*`.*`", line):  # what is looked for; a template within a template
        return f"{line}\n"
    kept = _KEPT.split(line)
    kept[::2] = (_SPACED.sub(r"\1", code) for code in kept[::2])
    kept[1::2] = map(_unquoted, kept[1::2])
    is_open = kept[-1] and kept[-1][-1] in "{([,;}"
    return "".join(kept) + ("" if is_open else "\n")


def _collect(path: Path, parts: dict[Path, str]) -> None:
    """Add a file to the parts, after those it imports."""
    script = path.read_text(encoding="utf-8").partition(_WITHOUT_KERNEL)[0]
    text = _AIR.sub("", script)
    for found in _IMPORT.finditer(text):
        wanted = (path.parent / found["file"]).resolve()
        if wanted.stem == "*":
            for file in sorted(wanted.parent.glob(wanted.name)):
                _collect(file, parts)
                parts[file] = _scoped(parts[file])
        elif wanted not in parts:
            _collect(wanted, parts)
    parts[path] = _IMPORT.sub("", text)
