"""What the learner did: events that are only ever added; all that is told about it is a replay of them.

    recorder = shared_recorder()
    recorder.record(Event(type="answer", lesson=…, question=…, …))     never raises
    resume(recorder.events(lesson), lesson).questions                  where each question of a lesson stands
    board(recorder.replay(), syllabus())                               progress, reviews, calibration, gain
    reviews(recorder.replay(), syllabus())                             only what is due today

The database behind it is `lessonkit.record.store`; it is loaded on first use.
"""

from __future__ import annotations

from lessonkit.record.board import Board, board
from lessonkit.record.calibration import calibration
from lessonkit.record.event import Event, EventError, learner_id, to_jsonl
from lessonkit.record.gain import gain
from lessonkit.record.misconceptions import misconceptions
from lessonkit.record.recorder import Recorder, shared_recorder
from lessonkit.record.replay import LessonState, QuestionState, Replay, resume
from lessonkit.record.review import review_seed, reviews
from lessonkit.record.syllabus import Syllabus, syllabus

__all__ = [
    "Board",
    "Event",
    "EventError",
    "LessonState",
    "QuestionState",
    "Recorder",
    "Replay",
    "Syllabus",
    "board",
    "calibration",
    "gain",
    "learner_id",
    "misconceptions",
    "resume",
    "review_seed",
    "reviews",
    "shared_recorder",
    "syllabus",
    "to_jsonl",
]
