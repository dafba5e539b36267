from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tools import freeze_scores

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def stored() -> dict[str, np.ndarray]:
    with np.load(freeze_scores.PATH) as file:
        return dict(file)


def test_the_stored_file_is_what_the_script_makes(capsys: pytest.CaptureFixture[str]) -> None:
    assert freeze_scores.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("member", "index", "value", "message"),
    [
        ("y_true", 0, 1, "y_true differs"),
        ("scores", 3, 0.5, "scores differ by up to"),
        ("description", ..., "another", "description differs"),
    ],
)
def test_check_names_what_differs(  # noqa: PLR0913, PLR0917  (four of them are the cases)
    tmp_path: Path,
    stored: dict[str, np.ndarray],
    capsys: pytest.CaptureFixture[str],
    member: str,
    index: object,
    value: object,
    message: str,
) -> None:
    stored[member][index] = value
    path = tmp_path / "changed.npz"
    np.savez(path, **stored)
    assert freeze_scores.main(["--check", "--path", str(path)]) == 1
    assert message in capsys.readouterr().out


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / "first.npz", tmp_path / "second.npz"]
    for path in paths:
        assert freeze_scores.main(["--path", str(path)]) == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()
