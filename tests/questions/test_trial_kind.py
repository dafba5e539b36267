"""A kind that is half there: the checks name what it lacks, and all the rest of lessonkit needs no change."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.bootstrap import ROOT

COPIED = ("lessonkit", "quizzes", "site", "tests/questions", "tools", "course.toml", "pyproject.toml")


def test_a_module_alone_is_found_and_what_it_lacks_is_named(tmp_path: Path) -> None:
    for name in COPIED:
        source, target = ROOT / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    trial = Path(__file__).with_name("trial_kind.py")
    shutil.copy(trial, tmp_path / "lessonkit" / "questions" / "kinds" / "trial.py")
    files = ("test_kinds.py", "test_schema.py")
    tested = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "[trial] or schema"),
            *(f"tests/questions/{name}" for name in files),
        ],
        cwd=tmp_path,
        env=os.environ | {"LESSONKIT_STORE": "sqlite://"},
        capture_output=True,
        text=True,
    )
    assert set(re.findall(r"^FAILED \S+::(\w+)", tested.stdout, re.MULTILINE)) == {
        "test_all_that_is_said_of_it_is_in_every_language",
        "test_the_page_draws_it",
        "test_the_site_marks_it",
        "test_the_schema_file_is_current",
    }, tested.stdout
    assert re.search(r"AssertionError: ar: '.*' is not translated", tested.stdout)
    assert "lessonkit/widgets/kinds/trial.js is missing: the page cannot draw trial" in tested.stdout
    assert "run: python -m tools.schema" in tested.stdout
    assert "10 passed" in tested.stdout
