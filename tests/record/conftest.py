from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lessonkit.record.store import Store

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file of a store that is not there yet."""
    return tmp_path / "record.sqlite"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture
def store(url: str) -> Store:
    return Store(url)
