"""Print what an installation of lessonkit takes on the disk, without and with its extras.

    python -m tools.sizes

It counts the files of the packages that are installed here, so run it in the locked environment (make setup).
"""

from __future__ import annotations

import tomllib
from importlib import metadata
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from lessonkit.course import own_course
from tools.binder import megabytes
from tools.bootstrap import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

EXTRAS: tuple[tuple[str, ...], ...] = ((), ("lab",), ("cpu",), ("lab", "cpu"))


def needs(extras: Iterable[str] = ()) -> list[Requirement]:
    """Return what lessonkit asks for with these extras, on this machine, as pyproject.toml says it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = (line for extra in extras for line in project["optional-dependencies"][extra])
    return _applying(map(Requirement, [*project["dependencies"], *optional]), set())


def closure(requirements: Iterable[Requirement]) -> set[str]:
    """Return the names of packages that requirements bring to this machine, those of the packages included.

    Raises
    ------
    importlib.metadata.PackageNotFoundError
        If one of them is not installed here.
    """
    found: set[str] = set()
    seen: set[tuple[str, frozenset[str]]] = set()
    left = _applying(requirements, set())
    while left:
        requirement = left.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) not in seen:
            seen.add((name, extras))
            found.add(name)
            left += _applying(map(Requirement, metadata.requires(name) or []), set(extras))
    return found


def _applying(requirements: Iterable[Requirement], extras: set[str]) -> list[Requirement]:
    return [
        each
        for each in requirements
        if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in {"", *extras})
    ]


def package_megabytes(name: str) -> float:
    """Return what the files of an installed package take, in MB (10^6 bytes)."""
    paths = [path.locate() for path in metadata.files(name) or []]
    return sum(path.stat().st_size for path in map(ROOT.joinpath, paths) if path.is_file()) / 1e6


def course_megabytes() -> float:
    """Return what lessonkit itself takes: engine, data, notebooks and questions."""
    course = own_course()
    folders = {ROOT / "lessonkit", course / "notebooks", course / "quizzes"}
    return sum(map(megabytes, folders))


def sizes() -> dict[tuple[str, ...], tuple[int, float]]:
    """Return for each set of extras how many packages come, and how many MB they and lessonkit take."""
    own = course_megabytes()
    found = {}
    for extras in EXTRAS:
        names = closure(needs(extras))
        found[extras] = len(names), own + sum(map(package_megabytes, names))
    return found


def main() -> None:
    """Print the sizes, one line for each set of extras."""
    for extras, (packages, size) in sizes().items():
        name = f"lessonkit[{','.join(extras)}]" if extras else "lessonkit"
        print(f"{name:<20} {packages:>4} packages {size:>7,.0f} MB")
    print(f"{'of this, the course':<20} {course_megabytes():>22,.0f} MB")


if __name__ == "__main__":
    main()
