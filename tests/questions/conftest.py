from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lessonkit.questions import load_quiz

if TYPE_CHECKING:
    from pathlib import Path

    from lessonkit.questions import Quiz

SAMPLE = r"""lesson: 03-sample
title: A sample
objectives:
  read-the-curve: Read a precision–recall curve.
questions:
  - id: end-point
    kind: single
    objective: read-the-curve
    prompt: |
      A filter flags **every** message. Where is its point?
    choices:
      - id: origin
        text: At $(0, 0)$
        misconception: starts-at-origin
        why: Recall 0 means that nothing was found.
      - id: prevalence
        text: At recall 1
        correct: true
        why: Everything is found.
      - id: none
        text: None of these
        pin: last
        misconception: no-such-point
        why: Every filter has a point.
    hints: [Which count is zero?, Which other?]
    explain: Every curve ends there.
    see: notebooks/03-sample.ipynb#Where-the-curve-ends
  - id: which-rise
    kind: multiple
    marking: each
    objective: read-the-curve
    prompt: Which never fall?
    choices:
      - {id: recall, text: Recall, correct: true, why: It counts hits.}
      - {id: hits, text: Hits, correct: true, why: They are counted.}
      - {id: precision, text: Precision, misconception: always-rises, why: It may fall.}
  - id: share
    kind: numeric
    objective: read-the-curve
    prompt: How much is $8/9$?
    answer: 0.8889
    tolerance: 0.005
    mistakes:
      - {answer: 1.125, misconception: upside-down, why: Turned over.}
"""

BELIEFS = """starts-at-origin: Curves start at the origin.
no-such-point: Some filters have no point.
always-rises: Precision always rises.
upside-down: The whole is divided by the part.
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of one lesson: the folder that holds notebooks/ and quizzes/."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "quizzes").mkdir()
    cell = {"cell_type": "markdown", "source": ["# Title\n", "\n", "## Where the curve ends"]}
    (tmp_path / "notebooks" / "03-sample.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    (tmp_path / "quizzes" / "03-sample.yaml").write_text(SAMPLE, encoding="utf-8")
    (tmp_path / "quizzes" / "misconceptions.yaml").write_text(BELIEFS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def sample(course: Path) -> Path:
    return course / "quizzes" / "03-sample.yaml"


@pytest.fixture
def quiz(sample: Path) -> Quiz:
    return load_quiz(sample)
