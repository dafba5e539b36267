"""Figures are caught instead of shown."""

from __future__ import annotations

from typing import Any

import pytest

from lessonkit.figures import style
from lessonkit.metrics import ThresholdSweep
from tests.figures.drawn import SCORES, Y_TRUE


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    pictures: list[Any] = []
    monkeypatch.setattr(style, "display", pictures.append)
    return pictures


@pytest.fixture
def sweep() -> ThresholdSweep:
    return ThresholdSweep(Y_TRUE, SCORES)
