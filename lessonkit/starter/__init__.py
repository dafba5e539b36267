"""A small complete course to begin with: what `lessonkit new` writes.

The folder ``course`` beside this file is copied as it is. Where a name ends in ``.template``, it is dropped,
and the id and the title of the new course are filled in; ``github`` and ``gitignore`` get their dot.
"""

from __future__ import annotations

import re
from pathlib import Path
from string import Template
from typing import Final
from unicodedata import combining, normalize

_COURSE: Final = Path(__file__).with_name("course")
_TEMPLATE: Final = ".template"
_DOTTED: Final = frozenset({"github", "gitignore"})
_LONGEST: Final = 100  # as `Course` has it


class NewCourseError(Exception):
    """No course can be written there; the message says why, and the fix."""


def new_course(folder: Path, title: str | None = None) -> str:
    """Write a small complete course into a folder, and return its id.

    Parameters
    ----------
    folder : Path
        Made if it is not there. Its name becomes the id of the course: lower-case words joined by hyphens,
        without accents.
    title : str, optional
        Default: the id in words.

    Raises
    ------
    NewCourseError
        The folder holds something, its name makes no id, or it cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise NewCourseError(f"{folder} is a file. Name a new folder, or an empty one.")
    course_id = _id_of(folder.resolve().name)
    title = title or course_id.replace("-", " ").capitalize()
    if not re.fullmatch(r'[^"\\\x00-\x1f\x7f]+', title):
        raise NewCourseError("A title is one line without double quotes and backslashes.")
    try:
        if folder.exists() and any(folder.iterdir()):
            raise NewCourseError(
                f"{folder} is there already and not empty. Name a new folder, or an empty one."
            )
        for source in sorted(_COURSE.rglob("*")):
            if source.is_file():
                _write(source, folder, {"id": course_id, "title": title})
    except OSError as error:
        raise NewCourseError(f"{folder} cannot be written ({error.strerror or error}).") from error
    return course_id


def _id_of(name: str) -> str:
    """Return the id that the name of a folder makes.

    Raises
    ------
    NewCourseError
        It makes none.
    """
    plain = "".join(one for one in normalize("NFKD", name.casefold()) if not combining(one))
    course_id = "-".join(re.findall(r"[a-z0-9]+", plain))
    if foreign := dict.fromkeys(one for one in plain if one.isalnum() and not one.isascii()):
        raise NewCourseError(
            f"{name!r} becomes the id of the course, which is made of the letters a to z and digits: "
            f"{', '.join(foreign)} cannot be in it. Choose a name such as sql-joins."
        )
    if not course_id:
        raise NewCourseError(
            f"{name!r} has no letter a to z and no digit to make an id of. Choose a name such as sql-joins."
        )
    if len(course_id) > _LONGEST:
        raise NewCourseError(
            f"{name!r} makes an id of more than {_LONGEST} characters. Choose a shorter name."
        )
    return course_id


def _write(source: Path, folder: Path, names: dict[str, str]) -> None:
    parts = source.relative_to(_COURSE).parts
    target = folder.joinpath(*(f".{part}" if part in _DOTTED else part for part in parts))
    text = source.read_text(encoding="utf-8")
    if target.name.endswith(_TEMPLATE):
        target = target.with_name(target.name.removesuffix(_TEMPLATE))
        text = Template(text).substitute(names)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")
