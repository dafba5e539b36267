"""Which ids mean what: ``ids.lock`` beside the quizzes remembers every question there has ever been.

One line an id, with the hash of what the question means. Ids that no file has any more stay, so that none is
ever given to another question.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The name of the file in a folder of quizzes.
LOCK: Final = "ids.lock"

_HEAD = """\
# What each question id means. Written by `lessonkit lock`; do not edit.
"""
_LINE = re.compile(r"(?P<id>[a-z0-9-]+) (?P<hash>[0-9a-f]+)")


def read_lock(text: str) -> dict[str, str]:
    """Return the hash of every id.

    Raises
    ------
    ValueError
        A line is neither a comment nor an id and a hash, as after a merge; the text names it.
    """
    hashes: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#") or not line:
            continue
        found = _LINE.fullmatch(line)
        if found is None or found["id"] in hashes:
            raise ValueError(f"line {number} is not `id hash` with a new id: {line[:60]!r}")
        hashes[found["id"]] = found["hash"]
    return hashes


def lock_text(hashes: Mapping[str, str]) -> str:
    """Return the content of the file, an id a line, sorted."""
    return _HEAD + "".join(f"{name} {hashes[name]}\n" for name in sorted(hashes))
