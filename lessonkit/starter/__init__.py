"""A small complete course to begin with: what `lessonkit new` writes.

The folder ``course`` beside this file is copied as it is. Where a name ends in ``.template``, it is dropped,
and the id and the title of the new course are filled in; ``github`` becomes ``.github``.
"""

from __future__ import annotations

import re
from pathlib import Path
from string import Template
from typing import Final

_COURSE: Final = Path(__file__).with_name("course")
_TEMPLATE: Final = ".template"


class NewCourseError(Exception):
    """No course can be written there; the message says why, and the fix."""


def new_course(folder: Path, title: str | None = None) -> str:
    """Write a small complete course into a folder, and return its id.

    Parameters
    ----------
    folder : Path
        Made if it is not there. Its name becomes the id of the course: lower-case words joined by hyphens.
    title : str, optional
        Default: the id in words.

    Raises
    ------
    NewCourseError
        The folder holds something, its name makes no id, or it cannot be written.
    """
    name = folder.resolve().name
    course_id = "-".join(re.findall(r"[a-z0-9]+", name.lower()))
    if not course_id:
        raise NewCourseError(
            f"{name!r} has no letter a to z and no digit to make an id of. Choose a name such as sql-joins."
        )
    title = title or course_id.replace("-", " ").capitalize()
    if not re.fullmatch(r'[^"\\\x00-\x1f\x7f]+', title):
        raise NewCourseError("A title is one line without double quotes and backslashes.")
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise NewCourseError(
                f"{folder} is there already and not empty. Name a new folder, or an empty one."
            )
        for source in sorted(_COURSE.rglob("*")):
            if source.is_file():
                _write(source, folder, {"id": course_id, "title": title})
    except OSError as error:
        raise NewCourseError(f"{folder} cannot be written ({error.strerror or error}).") from error
    return course_id


def _write(source: Path, folder: Path, names: dict[str, str]) -> None:
    parts = source.relative_to(_COURSE).parts
    target = folder.joinpath(*(".github" if part == "github" else part for part in parts))
    text = source.read_text(encoding="utf-8")
    if target.name.endswith(_TEMPLATE):
        target = target.with_name(target.name.removesuffix(_TEMPLATE))
        text = Template(text).substitute(names)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")
