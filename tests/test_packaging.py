"""pyproject.toml, requirements.lock and environment.yml tell the same story, on every platform we name."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

import lessonkit
from lessonkit.course.outline import Course

ROOT = Path(__file__).resolve().parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CORE = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
EXTRAS = {
    name: [Requirement(text) for text in lines]
    for name, lines in PROJECT["project"]["optional-dependencies"].items()
}
# What make, Binder and a hub install.
RUNTIME = [*CORE, *EXTRAS["lab"], *EXTRAS["cpu"]]
# And what the lock carries beside it.
LOCKED_FOR = [*RUNTIME, *EXTRAS["class"], *EXTRAS["postgresql"], *EXTRAS["site"], *EXTRAS["handouts"]]
DEVELOPMENT = [Requirement(text) for text in PROJECT["dependency-groups"]["dev"]]
ENVIRONMENT: dict[str, Any] = YAML(typ="safe").load((ROOT / "environment.yml").read_text(encoding="utf-8"))
TEXT = (ROOT / "requirements.lock").read_text(encoding="utf-8")
# One requirement spans the lines that end with a backslash.
LINES = TEXT.replace("\\\n", " ").splitlines()
LOCK = [line.partition("--hash=") for line in LINES if not line.startswith("-")]
LOCKED = [Requirement(before.strip()) for before, _, _ in LOCK]

PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = {
    "Linux x86-64": {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"},
    "Linux ARM": {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "aarch64"},
    "macOS": {"sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "arm64"},
    "Windows": {
        "sys_platform": "win32",
        "platform_system": "Windows",
        "platform_machine": "AMD64",
        "os_name": "nt",
    },
}
MACHINES = [
    pytest.param(
        {"os_name": "posix", **platform, "python_version": python, "python_full_version": f"{python}.0"},
        id=f"{name}, Python {python}",
    )
    for name, platform in PLATFORMS.items()
    for python in PYTHONS
]


def applies(requirement: Requirement, machine: dict[str, str], extra: str = "") -> bool:
    here: dict[str, str] = {**default_environment(), **machine, "extra": extra}  # type: ignore[dict-item]
    return requirement.marker is None or requirement.marker.evaluate(here)


def selected(machine: dict[str, str]) -> dict[str, str]:
    """Return package → version, as the lock installs them on a machine."""
    chosen: dict[str, str] = {}
    for requirement in LOCKED:
        if applies(requirement, machine):
            name = canonicalize_name(requirement.name)
            assert name not in chosen, f"{name} twice in the lock"
            chosen[name] = next(iter(requirement.specifier)).version
    return chosen


def test_every_locked_requirement_is_pinned_and_hashed() -> None:
    assert len(LOCKED) > 100
    for requirement, (_, _, hashes) in zip(LOCKED, LOCK, strict=True):
        assert re.fullmatch(r"==[0-9][^*,]*", str(requirement.specifier)), requirement
        assert re.match(r"sha256:[0-9a-f]{64}\b", hashes), f"{requirement} has no hash; run make lock"


def test_the_lock_names_no_address() -> None:
    assert "://" not in TEXT
    assert " @ " not in TEXT
    options = set(re.findall(r"(?<!\S)--?[a-z][\w-]*", TEXT))
    assert options == {"--hash"}, "an index address would tie the lock to one place; run make lock"
    assert not re.findall(r"\b[\w-]+\.(?:com|dev|io|net|org)\b", TEXT)


@pytest.mark.parametrize("machine", MACHINES)
def test_the_lock_is_complete_on_every_platform(machine: dict[str, str]) -> None:
    """Follow what the installed packages require; those of other platforms are followed no further."""
    chosen = selected(machine)
    open_requirements = [(requirement, "") for requirement in (*LOCKED_FOR, *DEVELOPMENT)]
    seen = set()
    while open_requirements:
        requirement, extra = open_requirements.pop()
        name = canonicalize_name(requirement.name)
        if (str(requirement), extra) in seen or not applies(requirement, machine, extra):
            continue
        seen.add((str(requirement), extra))
        assert name in chosen, f"{requirement} is not in the lock; run make lock"
        assert requirement.specifier.contains(chosen[name], prereleases=True), (
            f"{requirement}: {chosen[name]}"
        )
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        for text in needs:
            open_requirements += [(Requirement(text), wanted) for wanted in ("", *requirement.extras)]
    assert len({name for name in chosen if name in {"tensorflow", "tensorflow-cpu"}}) == 1


def test_what_is_installed_here_is_what_the_lock_says() -> None:
    here = {name: metadata.version(name) for name in selected({})}
    assert here == selected({}), "the environment is out of date; run make setup"


def test_environment_yml_pins_what_the_lock_pins() -> None:
    expected = []
    for requirement in RUNTIME:
        (locked,) = (
            one for one in LOCKED if canonicalize_name(one.name) == canonicalize_name(requirement.name)
        )
        marker = f"; {requirement.marker}" if requirement.marker else ""
        expected.append(f"{requirement.name}{locked.specifier}{marker}")
    expected.append("-e .")
    (pip,) = (entry["pip"] for entry in ENVIRONMENT["dependencies"] if isinstance(entry, dict))
    mend = "write this under pip: in environment.yml\n" + "\n".join(f"      - {line}" for line in expected)
    assert pip == expected, mend


def test_environment_yml_is_what_conda_and_binder_take() -> None:
    assert list(ENVIRONMENT) == ["name", "channels", "dependencies"]
    assert ENVIRONMENT["name"] == "lessonkit"
    assert ENVIRONMENT["channels"] == ["conda-forge", "nodefaults"]
    python, pip, _ = ENVIRONMENT["dependencies"]
    assert pip == "pip"
    assert python in {f"python={version}" for version in PYTHONS}


def test_the_pythons_named_are_the_pythons_supported() -> None:
    supported = SpecifierSet(PROJECT["project"]["requires-python"])
    assert [f"3.{minor}" for minor in range(30) if f"3.{minor}.5" in supported] == list(PYTHONS)
    prefix = "Programming Language :: Python :: 3."
    named = [text for text in PROJECT["project"]["classifiers"] if text.startswith(prefix)]
    assert named == [prefix.removesuffix("3.") + version for version in PYTHONS]


def test_the_version_is_written_the_same_everywhere() -> None:
    assert lessonkit.__version__ == PROJECT["project"]["version"] == metadata.version("lessonkit")
    assert Course.at(ROOT).site.ref == f"v{lessonkit.__version__}", "Colab and Binder open the release"
