from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta, tzinfo
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.postgresql import MissingError, Server, running

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server of the tests' own."""
    try:
        with running() as server:
            yield server
    except MissingError as reason:
        # CI on Linux has one, and a test that it leaves out would never be missed.
        if os.environ.get("CI") == "true" and sys.platform == "linux":
            pytest.fail(str(reason))
        pytest.skip(str(reason))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still at noon until it is moved."""
    clock = Clock(datetime(2026, 3, 2, 12, tzinfo=UTC))
    for module in ("record.event", "record.review", "widgets.review", "widgets.board_html"):
        monkeypatch.setattr(import_module(f"lessonkit.{module}"), "datetime", clock)
    return clock
