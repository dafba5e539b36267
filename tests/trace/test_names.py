"""The public names of the trace, and what each of them loads."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lessonkit import trace


def test_a_pipelines_trace_waits_neither_for_keras_nor_for_pandas() -> None:
    code = (
        "import sys, numpy as np, lessonkit as lk\n"
        "trace = lk.trace.PipelineTrace()\n"
        "trace.data(np.eye(3)); trace.split(np.eye(3)[:2], np.eye(3)[2:]); trace.as_html()\n"
        "print(*{'keras', 'tensorflow', 'pandas', 'IPython', 'ipywidgets', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("\n", "")


def test_the_names_are_listed_and_found() -> None:
    assert set(trace.__all__) <= set(dir(trace))
    for name in trace.__all__:
        assert getattr(trace, name).__name__ == name


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'Pipeline'. It has: .*PipelineTrace"):
        _ = trace.Pipeline
