"""The commands on the learner's record; `lab` and `lint` are tested with what they run."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from lessonkit.cli import main
from lessonkit.record import Event
from lessonkit.record.store import Store

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'record.sqlite'}"
    monkeypatch.setenv("LESSONKIT_STORE", url)
    monkeypatch.setenv("LESSONKIT_LEARNER", "ada")
    return url


def answer(**fields: object) -> Event:
    given = {"type": "answer", "lesson": "01-lesson", "question": "one", "correct": True, "attempt": 1}
    return Event(**given | fields)


def test_progress_shows_ones_own_record(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["progress"]) == 0
    assert capsys.readouterr().out.startswith("No answers yet.")
    Store(url).append(
        answer(), answer(question="two", correct=False), answer(question="three", learner="bob")
    )
    assert main(["progress"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].split()[:3] == ["lesson", "answered", "right"]
    assert all(len(line) < 300 for line in said)
    (row,) = (line for line in said if line.startswith("01-lesson"))
    assert row.split()[:5] == ["01-lesson", "2", "of", "2", "1"]
    assert "Nothing is due for review." in said
    assert "Go on with 00 · Start here: notebooks/00-start-here.ipynb" in said


def test_an_export_imported_by_another_learner_gives_the_same_progress(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Store(url).append(answer(seconds=90), answer(question="two", correct=False), answer(learner="bob"))
    main(["progress"])
    board = capsys.readouterr().out
    file = str(tmp_path / "mine.jsonl")
    assert main(["export", file]) == 0
    assert capsys.readouterr().out == f"{file}: events of ada: 2.\n"

    monkeypatch.setenv("LESSONKIT_STORE", f"sqlite:///{tmp_path}/elsewhere/record.sqlite")
    monkeypatch.setenv("LESSONKIT_LEARNER", "ada-at-home")
    assert main(["import", file]) == 0
    assert capsys.readouterr().out == "Events added: 2; here already: 0; skipped: 0.\n"
    assert main(["import", file]) == 0
    assert capsys.readouterr().out == "Events added: 0; here already: 2; skipped: 0.\n"
    main(["progress"])
    assert capsys.readouterr().out == board


def test_an_export_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "thesis.txt"
    file.write_text("precious")
    assert main(["export", str(file)]) == 1
    assert capsys.readouterr().err == f"lessonkit export: {file} is there already. Choose another name.\n"
    assert file.read_text() == "precious"


def test_a_torn_file_is_imported_as_far_as_it_goes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "torn.jsonl"
    file.write_text(answer().to_json() + "\n" + answer().to_json()[:-9])
    assert main(["import", str(file)]) == 0
    said = capsys.readouterr()
    assert said.out == "Events added: 1; here already: 0; skipped: 1.\n"
    assert said.err.startswith(f"{file}:2: skipped, not whole JSON")


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04\xff\n\x00", b'{"cells": [],\n"nbformat": 4}\n', b"a,b\n1,2\n"]
)
def test_a_foreign_file_is_refused_and_changes_nothing(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    Store(url).append(answer())
    file = tmp_path / "foreign"
    file.write_bytes(content)
    assert main(["import", str(file)]) == 1
    assert "lessonkit import: this is no exported record" in capsys.readouterr().err
    assert len(Store(url).read().events) == 1


def test_a_missing_file_and_a_bad_store_are_told_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["import", str(tmp_path / "none.jsonl")]) == 1
    assert "none.jsonl" in capsys.readouterr().err
    monkeypatch.setenv("LESSONKIT_STORE", "/home/ada/record.sqlite")
    assert main(["progress"]) == 1
    assert "Write a file as sqlite:////folder/record.sqlite" in capsys.readouterr().err


@pytest.mark.parametrize("said", ["", "no", "y", None])
def test_forget_deletes_only_after_a_plain_yes(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], said: str | None
) -> None:
    def reply(prompt: str) -> str:
        assert "whole record of ada" in prompt
        if said is None:
            raise EOFError
        return said

    Store(url).append(answer())
    monkeypatch.setattr("builtins.input", reply)
    assert main(["forget"]) == 1
    assert capsys.readouterr().out.endswith("Nothing was deleted.\n")
    assert len(Store(url).read().events) == 1


def test_forget_deletes_ones_own_record(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Store(url).append(answer(), answer(), answer(learner="bob"))
    monkeypatch.setattr("builtins.input", lambda _: " Yes ")
    assert main(["forget"]) == 0
    assert capsys.readouterr().out == "Events deleted: 2.\n"
    assert main(["forget", "--yes"]) == 0
    assert capsys.readouterr().out == "Events deleted: 0.\n"
    assert [event.learner for event in Store(url).read().events] == ["bob"]


def test_rows_that_cannot_be_read_are_counted(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Store(url).append(answer(), answer())
    with closing(sqlite3.connect(tmp_path / "record.sqlite")) as connection:
        connection.execute("UPDATE lessonkit_events SET body = substr(body, 1, 40) WHERE row = 1")
        connection.commit()
    assert main(["progress"]) == 0
    assert "damaged or of a newer lessonkit: 1." in capsys.readouterr().err


def test_what_a_class_showed_is_written(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Store(url).append(answer(), answer(question="two", correct=False))
    folder = tmp_path / "report"
    assert main(["class", "report", "--store", url, "--out", str(folder)]) == 0
    assert str(folder / "report.html") in capsys.readouterr().out
    assert {path.name for path in folder.glob("*.csv")} >= {"beliefs.csv", "questions.csv", "stuck.csv"}
    assert main(["class", "report", "one", "two"]) == 2
    assert "give one COURSE at most, and not 2." in capsys.readouterr().err
    (tmp_path / "file").touch()
    assert main(["class", "report", "--store", url, "--out", str(tmp_path / "file")]) == 1
    assert "lessonkit class report: " in capsys.readouterr().err
