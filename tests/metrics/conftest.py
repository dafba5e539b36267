from __future__ import annotations

import pytest

from lessonkit.metrics import counting


@pytest.fixture(params=["few", "packed", "packed in small blocks"])
def counting_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Send unweighted rows down each road, however few they are."""
    monkeypatch.setattr(counting, "FEW", 0 if request.param == "few" else 10**9)
    if request.param == "packed in small blocks":
        monkeypatch.setattr(counting, "BLOCK", 3)
    return str(request.param)
