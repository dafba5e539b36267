"""Where the course lies: in a checkout, in the installed package, or in a folder the learner owns.

An installed lessonkit carries the notebooks, the quizzes and the guide in this folder, beside this file.
Nobody works in there: `lay_out` copies the notebooks into a folder of the learner, and later brings that copy
up to date. The quizzes stay where they are, so they always fit the engine.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

FIRST_LESSON = "notebooks/00-start-here.ipynb"
#: In a folder that `lay_out` has made: the SHA-256 of each notebook as it was copied.
MANIFEST = ".lessonkit.json"


def own_course() -> Path:
    """Return the folder with ``notebooks`` and ``quizzes`` that this lessonkit came with."""
    here = Path(__file__).resolve().parent
    return here if is_installed() else here.parents[1]


def is_installed() -> bool:
    """Tell whether this lessonkit was installed from a wheel, and so carries its course inside."""
    return (Path(__file__).resolve().parent / FIRST_LESSON).is_file()


@dataclass(frozen=True)
class Changes:
    """What `lay_out` did, by file name.

    Attributes
    ----------
    added : tuple of str
        Copied, because they were not there.
    renewed : tuple of str
        Replaced by a newer version, because the learner had not changed them.
    kept : tuple of str
        Left alone although there is another version, because they are the learner's work.
    removed : tuple of str
        Deleted, because the course no longer has them under this name, and the learner had not changed them.
    """

    added: tuple[str, ...]
    renewed: tuple[str, ...]
    kept: tuple[str, ...]
    removed: tuple[str, ...] = ()


def lay_out(folder: Path) -> Changes:
    """Copy the notebooks into a folder, or bring a copy up to date; no work of the learner is overwritten.

    A notebook is replaced, or deleted when the course has dropped its name, only while it still is, byte for
    byte, what was copied. One that was renamed or
    deleted is copied afresh, which is the way to start a lesson over.

    Parameters
    ----------
    folder : Path
        Made if it is not there. The notebooks go to ``notebooks`` in it.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    target = folder / "notebooks"
    target.mkdir(parents=True, exist_ok=True)
    copied = _read_manifest(folder)
    added, renewed, kept = [], [], []
    for path in sorted((own_course() / "notebooks").glob("*.ipynb")):
        content = path.read_bytes()
        new, mine = _digest(content), target / path.name
        if not mine.exists():
            added.append(path.name)
        elif (now := _digest(mine.read_bytes())) == new:
            copied[path.name] = new
            continue
        elif now == copied.get(path.name):
            renewed.append(path.name)
        else:
            if copied.get(path.name) != new:
                kept.append(path.name)
            continue
        _write(mine, content)
        copied[path.name] = new
    removed = _drop_old_names(target, copied)
    _write(folder / MANIFEST, json.dumps(copied, indent=1, sort_keys=True).encode())
    return Changes(tuple(added), tuple(renewed), tuple(kept), removed)


def _drop_old_names(target: Path, copied: dict[str, str]) -> tuple[str, ...]:
    removed = []
    for name in sorted(name for name in copied if not (own_course() / "notebooks" / name).exists()):
        mine = target / name
        if mine.is_file() and _digest(mine.read_bytes()) == copied[name]:
            mine.unlink()
            removed.append(name)
        del copied[name]
    return tuple(removed)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read_manifest(folder: Path) -> dict[str, str]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # then every notebook that differs counts as the learner's work
    return manifest if isinstance(manifest, dict) else {}


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a stop half-way leaves the old one."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)  # noqa: PTH105  (what says atomic in the standard library)
