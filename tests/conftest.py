from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta, tzinfo
from importlib import import_module

import pytest
from hypothesis import settings

# A busy machine must not fail a test.
settings.register_profile("lessonkit", deadline=None)
settings.load_profile("lessonkit")

# Tests must neither read nor change the record of whoever runs them. Subprocesses inherit it.
os.environ["LESSONKIT_STORE"] = "sqlite://"


class Clock:
    """Stands in for `datetime` where the record and the widgets ask for the time."""

    def __init__(self, time: datetime) -> None:
        self.time = time

    def now(self, zone: tzinfo | None = None) -> datetime:
        return self.time.astimezone(zone)

    def go_on(self, **units: float) -> None:
        """Let time pass, given in the units of `timedelta`."""
        self.time += timedelta(**units)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still at noon until it is moved."""
    clock = Clock(datetime(2026, 3, 2, 12, tzinfo=UTC))
    for module in ("record.event", "record.review", "widgets.review", "widgets.board_html"):
        monkeypatch.setattr(import_module(f"lessonkit.{module}"), "datetime", clock)
    return clock
