"""scikit-learn's own tests of ranking and classification, answered by lessonkit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_what_disagrees_with_scikit_learns_own_tests_is_so_by_design() -> None:
    # In a process of its own, because it replaces functions of scikit-learn.
    run = subprocess.run(
        [sys.executable, "-m", "tools.sklearn_suite"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "tests reach lessonkit" in run.stdout
