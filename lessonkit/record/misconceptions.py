"""Which beliefs a learner's answers show, and what mends them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from lessonkit.questions.variants import variant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lessonkit.questions.kinds import Question
    from lessonkit.record.event import Event
    from lessonkit.record.replay import Replay
    from lessonkit.record.syllabus import Name, Syllabus

_FRESH: Final = 2
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Misconception:
    """A belief that still holds: the last unaided answer that could show it did."""

    #: Its name, and the sentence that says what the learner believes.
    slug: str
    belief: str
    #: Where it was shown last.
    lesson: str
    question: str
    #: When.
    time: datetime
    #: The section that mends it, as a link from within the folder of notebooks.
    see: str | None
    #: Lesson and id of up to two other questions that can show it, from lessons already begun: those never
    #: answered first, then those answered longest ago.
    fresh: tuple[Name, ...]


def misconceptions(replay: Replay, course: Syllabus) -> tuple[Misconception, ...]:
    """Return the misconceptions that still hold, the one shown last first.

    Only questions as they are asked now are looked at; see `Replay` for what an unaided answer is.
    """
    last = dict(_last_answers(replay, course))
    shown = {name: _shown_by(course.question(*name), event) for name, event in last.items()}
    may_be_asked = [name for name in course.reviewed() if name[0] in replay.lessons]
    found = []
    for slug, carriers in course.carriers.items():
        answered = [name for name in carriers if name in last]
        if not answered:
            continue
        latest = max(answered, key=lambda name: (last[name].time, last[name].id))
        if slug not in shown[latest]:
            continue
        others = [name for name in may_be_asked if name in carriers and name != latest]
        others.sort(key=lambda name: last[name].time if name in last else _NEVER)
        lesson, question = latest
        found.append(
            Misconception(
                slug=slug,
                belief=course.believed.get(slug, ""),
                lesson=lesson,
                question=question,
                time=last[latest].time,
                see=course.question(*latest).see_href,
                fresh=tuple(others[:_FRESH]),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.time, one.slug), reverse=True))


def _last_answers(replay: Replay, course: Syllabus) -> Iterator[tuple[Name, Event]]:
    """Yield the last unaided answer to each question that the course asks now."""
    with replay.lock:
        for quiz in course.lessons:
            for question in course.counted(quiz):
                name = quiz.lesson, question.id
                history = course.history(replay, *name)
                if history is not None and history.last is not None:
                    yield name, history.last


def _shown_by(question: Question, event: Event) -> tuple[str, ...]:
    """Return the misconceptions that an answer shows."""
    if question.explored or event.correct:
        return ()
    asked = question if event.seed is None else variant(question, event.seed)
    try:
        return asked.mark(event.answer).misconceptions
    except (TypeError, ValueError):  # what an older engine took and this one does not
        return ()
