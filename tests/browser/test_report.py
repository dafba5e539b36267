"""The report after class, as a teacher opens it from a folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from lessonkit.classroom.report import write_report
from lessonkit.record import Event, syllabus
from lessonkit.record.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

LESSON = "01-precision-and-recall"
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A class that voted twice on one question, and answered others with hints."""
    course, store = syllabus(), Store("sqlite://")
    quiz = next(quiz for quiz in course.lessons if quiz.lesson == LESSON)
    asked = [question for question in quiz.questions if question.kind == "single"][:8]
    events = []
    for who in range(20):
        for place, question in enumerate(asked):
            right = [choice.id for choice in question.choices if choice.correct]
            wrong = [choice.id for choice in question.choices if not choice.correct]
            facts = {
                "lesson": LESSON,
                "question": question.id,
                "content": course.content(LESSON, question.id),
                "learner": f"seat-{who}",
                "time": START + timedelta(minutes=place),
            }
            voted = {"room": "BCDF", "round": 1} if place == 0 else {}
            given = (right if (who + place) % 3 else wrong)[:1]
            events.append(Event(type="answer", answer=tuple(given), correct=True, other=voted, **facts))
            if voted:
                later = {"time": START + timedelta(minutes=30), "other": {"room": "BCDF", "round": 2}}
                again = Event(type="answer", answer=tuple(right), correct=True, **facts)
                events.append(again.model_copy(update=later))
            else:
                events.append(Event(type="hint", **facts))
    store.append(*events)
    return write_report(store, tmp_path, course)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    report: Path, page: Page, violations: Callable[[str], list[str]], width: int, scheme: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(report.as_uri())
    for summary in page.locator("summary").all():
        summary.click()
    assert page.get_by_role("table").count() == 4
    # On a phone, too, a cell is read with its row.
    assert page.get_by_role("row").count() > 8
    assert page.get_by_text("→").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert asked == [report.as_uri()]
    assert violations("html") == []
