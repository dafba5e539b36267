"""Time what the record tells: a long record read and replayed, one more answer, and the board drawn from it.

    python -m tools.bench_record

The record is that of one learner of the course, who answers, retries, takes hints and reviews for years.
Of a replay the quickest round is told, as `timeit` advises; of the board and of one more event the slowest.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from lessonkit.questions import SingleQuestion
from lessonkit.record import Event, Recorder, Replay, Syllabus, syllabus
from lessonkit.record.store import Store
from tools.bench_result import Result, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVENTS: Final = 100_000
ROUNDS: Final = 5
LEARNER: Final = "bench"
# Shares of the answers: after a hint, right at once, in a review.
HINTS: Final = 0.1
RIGHT: Final = 0.75
REVIEWS: Final = 0.8
START: Final = datetime(2000, 1, 1, 8, tzinfo=UTC)


def records() -> Iterator[Result]:
    """Time a record of 100,000 events."""
    from lessonkit.widgets.board import ProgressWidget

    course = syllabus()
    events = simulated(course)
    lines = [event.to_json() for event in events]
    with TemporaryDirectory() as folder, learner(LEARNER):
        url = f"sqlite:///{Path(folder) / 'record.sqlite'}"
        Store(url).append(*events)

        folded = [seconds(lambda: Replay().add(events)) for _ in range(ROUNDS)]
        yield Result(f"replay of {EVENTS:,} events, reviews scheduled", min(folded), 2.0, "s")
        read = [seconds(Recorder(url).replay) for _ in range(ROUNDS)]
        parsed = [seconds(lambda: [json.loads(line) for line in lines]) for _ in range(ROUNDS)]
        yield Result("  with reading them from SQLite", min(read), math.inf, "s")
        yield Result("  that to json.loads of their lines alone", min(read) / min(parsed), 8.0)

        recorder = Recorder(url)
        recorder.replay()
        one_more = []
        for number in range(1, ROUNDS + 1):
            later = {"id": new_id(EVENTS + number), "time": events[-1].time + timedelta(days=number)}
            recorder.record(events[-1].model_copy(update=later))
            one_more.append(seconds(recorder.replay))
        yield Result("  one more event, read and replayed", 1000 * max(one_more), 50.0, "ms")
        drawn = [seconds(lambda: ProgressWidget(recorder)._repr_mimebundle_()) for _ in range(ROUNDS)]
        yield Result("  the board with its HTML", max(drawn), 0.5, "s")


def simulated(course: Syllabus) -> list[Event]:
    """Return the events of a learner who answers all questions again and again, most of them in reviews."""
    chance = Random(0)  # noqa: S311  (the same record each time)
    names = list(course.reviewed())
    events: list[Event] = []
    now = START
    while len(events) < EVENTS:
        now += timedelta(minutes=chance.choice([1, 1, 1, 2, 2, 5, 10, 900]))
        lesson, question_id = chance.choice(names)
        question = course.question(lesson, question_id)
        event = Event(
            type="answer",
            lesson=lesson,
            question=question_id,
            content=course.content(lesson, question_id),
            attempt=1,
            seed=f"{chance.getrandbits(64):016x}",
            answer=(chance.choice(question.choices).id,) if isinstance(question, SingleQuestion) else "0.5",
            correct=chance.random() < RIGHT,
            confidence=chance.choice(["guess", "fairly-sure", "certain", None]),
            seconds=20.0,
            review=chance.random() < REVIEWS,
            learner=LEARNER,
            id=new_id(len(events)),
            time=now,
        )
        if chance.random() < HINTS:
            nothing = dict.fromkeys(("attempt", "answer", "correct", "confidence", "seconds"))
            events.append(event.model_copy(update={"type": "hint", **nothing}))
        events.append(event.model_copy(update={"id": new_id(len(events))}))
        if not event.correct:
            retry = {
                "id": new_id(len(events)),
                "time": now + timedelta(seconds=20),
                "attempt": 2,
                "correct": True,
            }
            events.append(event.model_copy(update=retry))
    return events[:EVENTS]


def new_id(number: int) -> str:
    """Return a UUID that belongs to a number."""
    return f"{number:08x}-0000-4000-8000-000000000000"


def seconds(job: Callable[[], object]) -> float:
    """Return how long a job takes."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


@contextmanager
def learner(name: str) -> Iterator[None]:
    """Be another learner within the block."""
    before = os.environ.get("LESSONKIT_LEARNER")
    os.environ["LESSONKIT_LEARNER"] = name
    try:
        yield
    finally:
        if before is None:
            del os.environ["LESSONKIT_LEARNER"]
        else:
            os.environ["LESSONKIT_LEARNER"] = before


if __name__ == "__main__":
    sys.exit(report(records()))
