from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tools import freeze_scores

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def stored() -> dict[str, np.ndarray]:
    with np.load(freeze_scores.FOLDER / "email_scores.npz") as file:
        return dict(file)


def test_the_stored_files_are_what_the_script_makes(capsys: pytest.CaptureFixture[str]) -> None:
    assert freeze_scores.main(["--check"]) == 0
    assert capsys.readouterr().out == ""
    assert {path.stem for path in freeze_scores.FOLDER.glob("*.npz")} == set(freeze_scores.SCRIPTS)


def check(folder: Path) -> int:
    return freeze_scores.main(["--check", "--folder", str(folder), "email_scores"])


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
    np.savez(tmp_path / "email_scores.npz", **stored)
    assert check(tmp_path) == 1
    assert message in capsys.readouterr().out


def test_check_names_what_is_missing(
    tmp_path: Path, stored: dict[str, np.ndarray], capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(tmp_path) == 1
    assert "the file is missing" in capsys.readouterr().out
    np.savez(tmp_path / "email_scores.npz", y_true=stored["y_true"])
    assert check(tmp_path) == 1
    assert "it holds ['y_true'], expected" in capsys.readouterr().out
    np.savez(tmp_path / "email_scores.npz", **stored | {"scores": stored["scores"][:5]})
    assert check(tmp_path) == 1
    assert "scores has shape (5,), expected (1177,)" in capsys.readouterr().out


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
        assert freeze_scores.main(["--folder", str(folder), "email_scores"]) == 0
    first, second = ((folder / "email_scores.npz").read_bytes() for folder in folders)
    assert first == second


def test_an_unknown_name_is_answered_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        freeze_scores.main(["mail_scores"])
    assert "no scores named ['mail_scores']. Known: email_scores" in capsys.readouterr().err
