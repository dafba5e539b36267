"""What a check shows, and what of it the record keeps."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from lessonkit import feedback
from lessonkit.exercises import Verdict
from lessonkit.exercises.registry import Exercise, course_exercises
from lessonkit.feedback import check
from lessonkit.record import Event, Recorder, board, syllabus
from lessonkit.record.store import Store
from tests.exercises.test_lesson12 import card

if TYPE_CHECKING:
    from pathlib import Path

LESSON = "01-precision-and-recall"


def right(prevalence: float) -> float:
    return 1 - prevalence


def wrong(_: float) -> float:
    return 0.5


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/record.sqlite"


@pytest.fixture
def recorder(url: str, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """That of the process."""
    recorder = Recorder(url)
    monkeypatch.setattr("lessonkit.record.shared_recorder", lambda: recorder)
    return recorder


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    said: list[Any] = []
    monkeypatch.setattr(feedback, "display", said.append)
    return said


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (lambda prevalence: 1 - prevalence, "✓ Passed: Right on all 200 inputs that were tried."),
        (
            lambda _: 0.5,
            """✗ Not yet: For prevalence = 1: your accuracy is 0.5; 0 is expected.
Hint: It does not guess: it always says no. How many rows are a no?""",
        ),
        (None, "… Not tried yet: Replace the … with your answer and run the cell again."),
        (
            lambda _: None,
            "… Not tried yet: Your function returns nothing yet.\nHint: End it with `return` and the result.",
        ),
    ],
)
def test_check_shows_one_message_in_two_forms(answer: object, text: str, shown: list[Any]) -> None:
    assert check("accuracy-of-never", answer) is None
    (said,) = shown
    assert repr(said) == text
    html = said._repr_html_()
    assert text.partition(":")[0] in html
    assert ("<code>return</code>" in html) == ("`return`" in text)


def test_what_the_learner_wrote_is_shown_as_text(shown: list[Any]) -> None:
    def hostile(_: object) -> None:
        raise ValueError("<script>alert(1)</script> & `<b>`")

    check("accuracy-of-never", hostile)
    html = shown[0]._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<code>&lt;b&gt;</code>" in html


# --- What is kept -----------------------------------------------------------------------------------------


def kept(recorder: Recorder) -> list[tuple[str, str | None, bool | None]]:
    return [(event.lesson, event.question, event.correct) for event in recorder.events()]


@pytest.mark.usefixtures("shown")
def test_what_was_tried_is_kept_with_its_lesson(recorder: Recorder) -> None:
    check("accuracy-of-never", None)
    check("accuracy-of-never", lambda _: None)
    check("no-such-exercise", right)
    check("model-card", card(cost=...))
    assert kept(recorder) == []
    check("accuracy-of-never", wrong)
    check("accuracy-of-never", right)
    check("decide", 3)
    assert kept(recorder) == [
        (LESSON, "accuracy-of-never", False),
        (LESSON, "accuracy-of-never", True),
        ("02-decision-thresholds", "decide", False),
    ]


@pytest.mark.usefixtures("shown")
def test_nothing_of_the_learners_code_is_kept(recorder: Recorder) -> None:
    check("accuracy-of-never", lambda my_own_name: my_own_name / 0)
    (event,) = recorder.events()
    told = event.model_dump(exclude_defaults=True).keys() - {"id", "time", "learner"}
    assert told == {"type", "lesson", "question", "correct"}


@pytest.mark.usefixtures("shown")
def test_a_notebook_that_runs_again_adds_nothing(recorder: Recorder, url: str) -> None:
    for _ in range(3):
        check("accuracy-of-never", wrong)
    assert len(recorder.events()) == 1
    next_kernel = Recorder(url)
    feedback._keep(LESSON, "accuracy-of-never", passed=False)
    assert len(next_kernel.events()) == 1
    for answer in (right, right, wrong, right):
        check("accuracy-of-never", answer)
    assert [passed for *_, passed in kept(next_kernel)] == [False, True, False, True]


@pytest.mark.usefixtures("shown")
def test_an_answer_to_a_question_of_the_same_name_is_no_check(recorder: Recorder) -> None:
    recorder.record(Event(type="answer", lesson=LESSON, question="accuracy-of-never", correct=True))
    check("accuracy-of-never", right)
    assert [event.type for event in recorder.events()] == ["answer", "check"]


@pytest.mark.usefixtures("shown")
def test_a_verdict_of_numpy_is_kept(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    passes = Exercise(LESSON, 1, lambda _: Verdict(passed=np.True_, message="Right."))  # type: ignore[arg-type]
    monkeypatch.setitem(course_exercises(), "new", passes)
    check("new", 1)
    check("new", 1)
    assert kept(recorder) == [(LESSON, "new", True)]


def test_the_verdict_is_shown_before_the_record_is_opened(
    recorder: Recorder, shown: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_opening: list[int] = []
    opened = Recorder._opened

    def watched(self: Recorder) -> Store:
        at_opening.append(len(shown))
        return opened(self)

    monkeypatch.setattr(Recorder, "_opened", watched)
    check("accuracy-of-never", right)
    assert at_opening == [1, 1]
    assert len(recorder.events()) == 1


@pytest.mark.parametrize("trouble", ["read-only", "locked", "no folder", "nonsense"])
def test_a_record_that_cannot_be_kept_takes_no_verdict_away(
    trouble: str, url: str, tmp_path: Path, shown: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    store = Store(url)
    bad = {
        "read-only": f"sqlite:///file:{tmp_path}/record.sqlite?mode=ro&uri=true",
        "locked": url,
        "no folder": f"sqlite:///{tmp_path}/file/record.sqlite",
        "nonsense": "nonsense",
    }
    recorder = Recorder(bad[trouble])
    recorder._trouble = "an earlier trouble"  # so that it waits 0.1 s, not 5
    monkeypatch.setattr("lessonkit.record.shared_recorder", lambda: recorder)
    with store._engine.connect() as other:
        if trouble == "locked":
            other.exec_driver_sql("SELECT 1")  # its transaction is the lock
        check("accuracy-of-never", right)
        check("accuracy-of-never", right)
        assert [repr(one)[:8] for one in shown] == ["✓ Passed", "✓ Passed"]
        assert recorder.notice.startswith("Your answers are not being saved.")
        course = syllabus()
        assert board(recorder.replay(), course, notice=recorder.notice).solved == 1
    assert store.read().events == []
    if trouble == "locked":
        check("decide", 3)
        assert recorder.notice == ""
        assert len(store.read().events) == 2


@pytest.mark.usefixtures("shown")
def test_a_name_that_is_too_long_stops_no_check(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONKIT_LEARNER", "a" * 1000)
    check("accuracy-of-never", right)
    assert len(recorder.events()) == 1


@pytest.mark.usefixtures("shown")
def test_another_kernel_sees_it_on_its_board(recorder: Recorder, url: str) -> None:
    there, course = Recorder(url), syllabus()
    assert board(there.replay(), course).solved == 0
    check("accuracy-of-never", right)
    assert board(there.replay(), course).solved == 1
    there.record(Event(type="check", lesson=LESSON, question="accuracy-of-never", correct=False))
    check("accuracy-of-never", wrong)
    assert len(recorder.events()) == 2, "that it fails now was said by the other kernel"
    assert board(recorder.replay(), course) == board(there.replay(), course)
    assert board(recorder.replay(), course).solved == 1


def test_check_works_where_there_is_no_notebook(url: str) -> None:
    code = "import lessonkit as lk; lk.check('fraud-puzzle', 2.27)"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"LESSONKIT_STORE": url},
    )
    assert run.stdout == (
        "✗ Not yet: 2.27 is not it.\nHint: Right as a percentage: give it as a share between 0 and 1.\n"
    )
    assert run.stderr == ""
    (event,) = Store(url).read().events
    assert (event.type, event.question, event.correct) == ("check", "fraud-puzzle", False)


def test_a_check_of_nothing_loads_no_record() -> None:
    code = (
        "import sys, lessonkit as lk; lk.check('fraud-puzzle', None); lk.check('no-such', 1);"
        "print({'anywidget', 'lessonkit.record', 'lessonkit.widgets', 'sqlalchemy'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.endswith("\nset()\n")
