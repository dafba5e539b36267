"""Measure what the report after class is worth: false alarms about questions, and the time of a whole course.

    python -m tools.bench_items

Classes are simulated by the two-parameter logistic model: abilities and difficulties are standard normal,
discriminations log-normal around 1. One of ten questions has a wrong key: one of its three wrong choices, of
which those who do not know the answer take one at random. A prototype with a model of its own measured what
stands in brackets.
"""

from __future__ import annotations

import math
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from lessonkit.classroom.items import discriminations
from lessonkit.classroom.report import write_report
from lessonkit.questions import (
    MatchQuestion,
    MultipleQuestion,
    NumericQuestion,
    OrderQuestion,
    SingleQuestion,
)
from lessonkit.questions.variants import variant, variant_seed
from lessonkit.record import Event, Syllabus, syllabus
from lessonkit.record.store import Store
from tools.bench_record import new_id, seconds
from tools.bench_result import Result, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from lessonkit.questions import Question
    from lessonkit.questions.kinds.base import Answer

CLASSES: Final = 1000
LEARNERS: Final = 40
QUESTIONS: Final = 10
ASKED: Final = 188  # by the course, when the prototype was measured
SPREAD: Final = 0.5  # of the logarithm of the discriminations
WRONG_CHOICES: Final = 3
ROUNDS: Final = 5
START: Final = datetime(2026, 3, 2, 8, tzinfo=UTC)
# The prototype: learners in a class, false alarms per 100 sound questions, and wrong keys found in percent.
PROTOTYPE: Final = {15: (0.9, 16), 25: (0.3, 21), 40: (0.6, 32), 80: (0.4, 48), 200: (0.2, 87)}
# What a class of forty has to keep: at most one false alarm, at least a quarter found.
MOST_ALARMS, LEAST_FOUND = 1.0, 25.0


class Alarms(NamedTuple):
    """What a rule says about many questions: per 100 sound ones, and in percent of those with a wrong key."""

    false: float
    found: float


def items() -> Iterator[Result]:
    """Measure the alarms of classes of several sizes, and time the report of a class of forty."""
    for learners, (false, found) in PROTOTYPE.items():
        alarms = simulated_alarms(learners)
        bound = (MOST_ALARMS, 100 - LEAST_FOUND) if learners == LEARNERS else (math.inf, math.inf)
        name = f"n = {learners}"
        yield Result(f"{name}: false alarms per 100 sound questions ({false})", alarms.false, bound[0], "")
        yield Result(
            f"{name}: wrong keys that are missed ({100 - found}%)", 100 - alarms.found, bound[1], "%"
        )
    course = syllabus()
    events = simulated_class(course, LEARNERS)
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'class.sqlite'}")
        store.append(*events)
        took = [spent(lambda: write_report(store, Path(folder) / "report", course)) for _ in range(ROUNDS)]
    what = f"report of {LEARNERS} learners × {ASKED} questions, read and written"
    yield Result(f"{what}: processor (beliefs alone: 2.0)", min(one.processor for one in took), 2.0, "s")
    yield Result(
        "  elapsed, beside whatever else the machine does", min(one.elapsed for one in took), unit="s"
    )


class Spent(NamedTuple):
    """Seconds of a job."""

    processor: float
    elapsed: float


def spent(job: Callable[[], object]) -> Spent:
    """Return how long a job takes."""
    start = time.process_time()
    elapsed = seconds(job)
    return Spent(time.process_time() - start, elapsed)


def simulated_alarms(learners: int, classes: int = CLASSES, seed: int = 0) -> Alarms:
    """Return how often a question is to be looked at, in classes of so many learners."""
    chance = np.random.default_rng(seed)
    false = found = 0
    for _ in range(classes):
        wrongly_keyed, *sound = discriminations(simulated_answers(chance, learners))
        found += wrongly_keyed is not None and wrongly_keyed.look_at_it
        false += sum(one is not None and one.look_at_it for one in sound)
    return Alarms(100 * false / (classes * (QUESTIONS - 1)), 100 * found / classes)


def simulated_answers(chance: np.random.Generator, learners: int) -> NDArray[np.float64]:
    """Return which answers count as right; the key of the first question is wrong."""
    ability = chance.normal(size=(learners, 1))
    slope, difficulty = chance.lognormal(0, SPREAD, size=QUESTIONS), chance.normal(size=QUESTIONS)
    right = chance.random((learners, QUESTIONS)) < 1 / (1 + np.exp(-slope * (ability - difficulty)))
    on_the_key = chance.integers(WRONG_CHOICES, size=learners) == 0
    right[:, 0] = ~right[:, 0] & on_the_key
    return right.astype(float)


def simulated_class(course: Syllabus, learners: int, seed: int = 0) -> list[Event]:
    """Return the events of a class that answers the first questions of the course in its notebooks.

    Three quarters of the answers are right. Of the wrong ones to a question with choices, half take the first
    wrong choice, so that some beliefs are alive.
    """
    chance = Random(seed)  # noqa: S311  (the same class each time)
    events: list[Event] = []
    for number in range(learners):
        learner = f"seat-{number:02}"
        for place, (lesson, question) in enumerate(islice(_asked(course), ASKED)):
            seed_of = variant_seed(learner, question.id)
            asked = variant(question, seed_of)
            answer, correct = _right(asked), True
            if chance.random() >= 0.75:  # noqa: PLR2004
                answer, correct = _wrong(asked, chance), False
            event = Event(
                type="answer",
                lesson=lesson,
                question=question.id,
                content=course.content(lesson, question.id),
                attempt=1,
                seed=seed_of,
                answer=answer,
                correct=correct,
                confidence=chance.choice(["guess", "fairly-sure", "certain"]),
                counts=not question.predict,
                learner=learner,
                id=new_id(len(events)),
                time=START + timedelta(minutes=place, seconds=number),
            )
            events.append(event)
    return events


def _asked(course: Syllabus) -> Iterator[tuple[str, Question]]:
    for quiz in course.lessons:
        for question in quiz.questions:
            if not question.explored:
                yield quiz.lesson, question


def _right(question: Question) -> Answer:
    if (right := question.right()) is None:
        raise ValueError(f"{question.id}: a {question.kind} question is not simulated")
    return right


def _wrong(question: Question, chance: Random) -> Answer:
    match question:
        case SingleQuestion() | MultipleQuestion():
            wrong = [choice.id for choice in question.choices if not choice.correct]
            return (wrong[0] if chance.random() < 0.5 else chance.choice(wrong),)  # noqa: PLR2004
        case NumericQuestion():
            return repr(chance.choice([mistake.answer for mistake in question.mistakes] or [-1.0]))
        case OrderQuestion():
            return tuple(item.id for item in reversed(question.items))
        case MatchQuestion():
            others = {target.id for target in question.targets}
            return tuple((pair.id, min(others - {pair.target})) for pair in question.pairs)
        case _:
            raise ValueError(f"{question.id}: a {question.kind} question is not simulated")


if __name__ == "__main__":
    sys.exit(report(items()))
