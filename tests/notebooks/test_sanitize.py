"""The rules that mask what differs between two runs mask that, and nothing else."""

from __future__ import annotations

import re

import pytest
from nbval.plugin import get_sanitize_patterns

from lessonkit.authoring.run import SANITIZE, mask

TEXT = SANITIZE.read_text(encoding="utf-8")
RULES = get_sanitize_patterns(TEXT)


def test_nbval_reads_every_rule() -> None:
    assert RULES
    assert len(RULES) == len(re.findall("^regex:", TEXT, re.MULTILINE))


@pytest.mark.parametrize(("pattern", "marker"), RULES)
def test_a_marker_is_not_empty_and_matches_no_pattern(pattern: str, marker: str) -> None:
    assert pattern.strip()
    assert marker.strip()
    assert not any(re.search(other, marker) for other, _ in RULES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "/var/T/ipykernel_31/71.py:3: UserWarning: careful",
            "/var/T/ipykernel_9/8.py:3: UserWarning: careful",
        ),
        (r"C:\Temp\ipykernel_31\71.py:3: UserWarning", r"C:\Temp\ipykernel_9\8.py:3: UserWarning"),
        ("<object at 0x7f80617dc580>", "<object at 0x7f4489671190>"),
    ],
)
def test_two_runs_look_the_same(one: str, other: str) -> None:
    assert mask(one) == mask(other) != one
    assert mask(mask(one)) == mask(one)


@pytest.mark.parametrize(
    "text",
    ["careful", "lessonkit.py:3: UserWarning: careful", "0x1f", "0.7812", "1177", "ipykernel"],
)
def test_everything_else_is_compared(text: str) -> None:
    assert mask(text) == text


def test_a_new_warning_at_another_line_still_differs() -> None:
    assert mask("/var/T/ipykernel_31/71.py:3: UserWarning") != mask(
        "/var/T/ipykernel_31/71.py:4: UserWarning"
    )
