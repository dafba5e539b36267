"""`import lessonkit` is light and quiet; each name loads what it needs on first use, and no more."""

from __future__ import annotations

import subprocess
import sys

import pytest

import lessonkit

HEAVY = {"IPython", "ipywidgets", "keras", "matplotlib", "pandas", "sklearn", "sqlalchemy", "tensorflow"}
# What a name may not load on first use: a reader of curves waits for no widget, a quiz for no data frame.
TOO_HEAVY = {
    "Confusion": HEAVY | {"pydantic", "lessonkit.questions", "lessonkit.widgets"},
    "ThresholdSweep": HEAVY | {"pydantic", "lessonkit.questions", "lessonkit.widgets"},
    "check": HEAVY - {"IPython"} | {"lessonkit.record", "lessonkit.widgets"},
    "datasets": HEAVY - {"pandas"},
    "epochs": HEAVY - {"IPython", "ipywidgets"},
    "explore": HEAVY - {"IPython", "ipywidgets"},
    "figures": HEAVY - {"matplotlib", "IPython"},
    "progress": HEAVY - {"IPython", "ipywidgets"},
    "quiz": HEAVY - {"IPython", "ipywidgets"},
    "review": HEAVY - {"IPython", "ipywidgets"},
    "sketch": HEAVY - {"IPython", "ipywidgets"},
    "squares": HEAVY - {"IPython", "ipywidgets"},
    "strip": HEAVY - {"IPython", "ipywidgets"},
    "table": HEAVY | {"lessonkit.metrics", "lessonkit.questions", "lessonkit.widgets"},
    "trace": HEAVY | {"numpy", "lessonkit.metrics", "lessonkit.questions", "lessonkit.widgets"},
}


def python(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done


def loaded(code: str) -> set[str]:
    """Return the modules that *code* loads, beside those of the standard library and of start-up."""
    show = f"import sys; before = set(sys.modules)\n{code}\nprint(*set(sys.modules) - before)"
    names = python(show).stdout.split()
    # `_sysconfigdata…` is of the standard library too, under a name of the platform.
    return {
        name
        for name in names
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("_sysconfigdata")
    }


def test_the_package_loads_only_itself() -> None:
    assert loaded("import lessonkit") == {"lessonkit"}


@pytest.mark.parametrize("name", lessonkit.__all__)
def test_a_name_works_and_loads_no_more_than_it_needs(name: str) -> None:
    modules = loaded(f"import lessonkit; assert lessonkit.{name} is lessonkit.{name}")
    assert not modules & TOO_HEAVY[name]


def test_the_curves_load_numpy_and_nothing_else() -> None:
    beside = loaded("import lessonkit; lessonkit.ThresholdSweep") - loaded("import numpy")
    assert {name.partition(".")[0] for name in beside} <= {"lessonkit"}


def test_tensorflow_is_quiet_after_lessonkit() -> None:
    done = python("import lessonkit, tensorflow")
    assert done.stderr == ""
    assert done.stdout == ""


def test_a_learners_own_log_level_stays() -> None:
    code = "import os; os.environ['TF_CPP_MIN_LOG_LEVEL'] = '0'; import lessonkit"
    assert python(f"{code}; print(os.environ['TF_CPP_MIN_LOG_LEVEL'])").stdout == "0\n"


def test_the_public_names_are_few_and_listed() -> None:
    assert set(lessonkit.__all__) <= set(dir(lessonkit))
    assert lessonkit.__all__ == sorted(lessonkit.__all__)
    # Each is a thing that a learner calls.
    assert len(lessonkit.__all__) <= 15


def test_the_metrics_that_lessons_name_are_there_in_a_fresh_kernel() -> None:
    code = "import lessonkit as lk; print(lk.metrics.bootstrap_difference.__name__)"
    assert python(code).stdout == "bootstrap_difference\n"


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'Sweep'.*ThresholdSweep"):
        _ = lessonkit.Sweep
