"""What an installation takes is measured, and the README says it."""

from __future__ import annotations

import re
import sys

import pytest
from packaging.requirements import Requirement

from tools import sizes
from tools.bootstrap import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_closure_follows_extras_and_markers() -> None:
    plain = sizes.closure(
        [Requirement("coverage-that-is-not-here; python_version < '3'"), Requirement("nbclient")]
    )
    assert {"nbclient", "jupyter-client", "traitlets"} <= plain
    with_extra = sizes.closure([Requirement("nbconvert[webpdf]")])
    assert with_extra - sizes.closure([Requirement("nbconvert")]) >= {"playwright"}


def test_extras_add_what_they_are_for() -> None:
    found = sizes.sizes()
    core, lab, cpu, both = (found[extras] for extras in sizes.EXTRAS)
    assert core < lab < both
    assert cpu[1] - core[1] > 1000, "TensorFlow takes more than a gigabyte"
    assert core[1] < 700


def test_the_command_prints_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    sizes.main()
    lines = capsys.readouterr().out.splitlines()
    names = ["lessonkit", "lessonkit[lab]", "lessonkit[cpu]", "lessonkit[lab,cpu]"]
    assert [line.split()[0] for line in lines[:-1]] == names


@pytest.mark.skipif(sys.platform != "linux", reason="The README's sizes are those of Linux")
def test_the_readme_says_what_is_measured() -> None:
    said = {
        tuple(filter(None, (extras or "").split(","))): float(size.replace(",", ""))
        for extras, size in re.findall(
            r"^\| `lessonkit(?:\[([\w,]+)\])?` \|.*\| ([\d,]+) MB \|$", README, re.MULTILINE
        )
    }
    measured = {extras: size for extras, (_, size) in sizes.sizes().items()}
    assert said == pytest.approx(measured, rel=0.05), "run python -m tools.sizes and write its numbers"
