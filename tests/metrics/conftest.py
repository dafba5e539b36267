from __future__ import annotations

import pytest
from hypothesis import settings

from lessonkit.metrics import counting

# A busy machine must not fail a test.
settings.register_profile("metrics", deadline=None)
settings.load_profile("metrics")


@pytest.fixture(params=["few", "packed", "packed in small blocks"])
def counting_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Send unweighted rows down each road, however few they are."""
    monkeypatch.setattr(counting, "FEW", 0 if request.param == "few" else 10**9)
    if request.param == "packed in small blocks":
        monkeypatch.setattr(counting, "BLOCK", 3)
    return str(request.param)
