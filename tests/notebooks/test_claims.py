"""The claims stand in their lessons and can be repeated; `make claims` repeats them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from nbformat import v4, write

from tools import claims
from tools.claims import Entry, Repeated, Result, __main__, repeated
from tools.habits import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CLAIMS, GRANTED = claims.read()


@pytest.mark.parametrize("entry", [*CLAIMS, *GRANTED], ids=lambda entry: entry.sentence)
def test_a_sentence_stands_in_its_lesson(entry: Entry) -> None:
    assert (ROOT / "notebooks" / f"{entry.lesson}.ipynb").exists()
    assert entry.stands, f"{entry.lesson} no longer says: {entry.sentence}"


@pytest.mark.parametrize("entry", CLAIMS, ids=lambda entry: entry.sentence)
def test_a_claim_is_repeated_often_enough(entry: Entry) -> None:
    assert entry.function.repeats >= claims.FEWEST_REPEATS
    effects = {entry.function.measure(seed) for seed in range(3)}
    assert len(effects) > 1, "it does not use its seed"
    assert np.isfinite(list(effects)).all()


def test_what_is_granted_has_a_reason_and_nothing_to_repeat() -> None:
    for entry in GRANTED:
        assert entry.reason.strip(), entry
        assert not entry.repeat, entry
    assert len({(entry.lesson, entry.sentence) for entry in (*CLAIMS, *GRANTED)}) == len(CLAIMS) + len(
        GRANTED
    )


def ten(below: int, *, repeats: int = 40) -> Result:
    """Effects of which *below* are negative, the others between 1 and 2."""
    effects = np.linspace(1, 2, repeats)
    effects[:below] = -0.1
    return Result(effects, "seeds")


def test_a_claim_fails_below_nine_in_ten() -> None:
    assert ten(0).failure is None
    assert ten(4).failure is None
    assert ten(4).holds == 36
    assert ten(5).failure == "holds in fewer than 9 of 10"


def test_a_claim_fails_where_its_interval_has_the_other_sign() -> None:
    effects = np.linspace(1, 2, 100)
    effects[:4] = -1
    assert Result(effects, "seeds").failure is None, "the mean is far above 0"
    assert Result(effects, "resamples").failure == "the interval contains the other sign"
    effects[:4] = [0.1, -500, 0.2, 0.3]
    assert Result(effects, "splits").failure == "the interval contains the other sign"


def test_intervals_are_those_of_the_textbooks() -> None:
    low, high = Result(np.arange(1001.0), "resamples").interval
    assert (low, high) == pytest.approx((25, 975))
    # Mean 3, standard error 1.5811 / sqrt 5 = 0.7071, t of 4 degrees of freedom 2.7764.
    low, high = Result(np.array([1.0, 2, 3, 4, 5]), "seeds").interval
    assert (low, high) == pytest.approx((3 - 0.7071 * 2.7764, 3 + 0.7071 * 2.7764), abs=1e-3)


def test_a_function_that_repeats_nothing_is_found() -> None:
    @repeated(20, over="seeds")
    def constant(_seed: int) -> float:
        return 1.0

    result = constant.run()
    assert result.effects.size == 20
    assert result.failure is not None
    assert "does not use its seed" in result.failure


@pytest.mark.parametrize(
    "repeat", ["nowhere.filter_beats_never", "lessons_00_03.nothing", "lessons_00_03.np", "lessons_00_03"]
)
def test_a_function_that_is_not_there_is_named(repeat: str) -> None:
    with pytest.raises(LookupError, match=r"^03-a\.yaml: "):
        _ = Entry("03-a", "A sentence.", repeat=repeat).function


@pytest.fixture
def in_a_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of one lesson with a quiz."""
    for folder in ("notebooks", "quizzes"):
        (tmp_path / folder).mkdir()
    cell = v4.new_markdown_cell("# A\n\nPrecision *rises* with\nit. It is always 1. Nothing compares here.")
    write(v4.new_notebook(cells=[cell]), tmp_path / "notebooks" / "01-a.ipynb")
    quiz = "questions:\n- id: one\n  prompt: Which rises?\n  explain: Recall never falls.\n"
    (tmp_path / "quizzes" / "01-a.yaml").write_text(quiz, encoding="utf-8")
    monkeypatch.setattr(claims, "ROOT", tmp_path)
    return tmp_path


def test_a_sentence_is_found_across_lines_and_marks(in_a_course: Path) -> None:
    assert in_a_course
    assert Entry("01-a", "Precision rises with it.").stands
    assert Entry("01-a", "Recall never falls.").stands
    assert not Entry("01-a", "Precision falls with it.").stands
    assert not Entry("02-b", "Precision rises with it.").stands


def test_open_sentences_are_those_that_compare_and_have_no_entry(
    in_a_course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(__main__, "read", lambda: ([Entry("01-a", "It is always 1.")], []))
    files = [str(in_a_course / "notebooks" / "01-a.ipynb"), str(in_a_course / "quizzes" / "01-a.yaml")]
    assert __main__.main(["--open", *files]) == 0
    assert capsys.readouterr().out.splitlines() == [
        *("01-a.ipynb cell 1: Precision rises with it.", "01-a.ipynb: 1 open."),
        *("01-a.yaml one: Recall never falls.", "01-a.yaml: 1 open."),
    ]


@pytest.mark.parametrize(
    ("sentence", "effect", "said"),
    [
        ("Precision rises with it.", lambda seed: 1 + seed, "holds"),
        ("Precision rises with it.", lambda seed: 1 - seed, "holds in fewer than 9 of 10"),
        ("Recall rises.", lambda seed: 1 + seed, "no longer stands in the lesson"),
    ],
)
def test_the_command_prints_a_table_and_fails_where_a_claim_does(
    sentence: str,
    effect: Callable[[int], float],
    said: str,
    in_a_course: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert in_a_course
    monkeypatch.setattr(Entry, "function", Repeated(effect, 12, "seeds"))
    monkeypatch.setattr(__main__, "read", lambda: ([Entry("01-a", sentence)], []))
    assert __main__.main([]) == (said != "holds")
    head, row, total = capsys.readouterr().out.splitlines()
    assert "holds in" in head
    assert row.split("  ")[0] == f"01 {sentence}"
    assert row.endswith(f"  {said}")
    assert total.startswith("Claims: 1. Failures: ")
