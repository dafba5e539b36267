"""What the learner did: events that are only ever added; where a lesson stands is a replay of them.

    recorder = shared_recorder()
    recorder.record(Event(type="answer", lesson=…, question=…, …))     never raises
    resume(recorder.events(lesson), lesson).questions                  where each question stands

The database behind it is `lessonkit.record.store`; it is loaded on first use.
"""

from __future__ import annotations

from lessonkit.record.board import LessonProgress, Progress, progress
from lessonkit.record.event import Event, EventError, learner_id, to_jsonl
from lessonkit.record.recorder import Recorder, shared_recorder
from lessonkit.record.replay import LessonState, QuestionState, resume

__all__ = [
    "Event",
    "EventError",
    "LessonProgress",
    "LessonState",
    "Progress",
    "QuestionState",
    "Recorder",
    "learner_id",
    "progress",
    "resume",
    "shared_recorder",
    "to_jsonl",
]
