"""What the learner sees and touches: each widget is drawn by the page and marked by Python."""

from __future__ import annotations

from lessonkit.widgets.board import ProgressWidget, progress
from lessonkit.widgets.epochs import EpochsWidget, epochs
from lessonkit.widgets.explorer import ExplorerWidget, explore
from lessonkit.widgets.quiz import QuizWidget, quiz
from lessonkit.widgets.review import ReviewWidget, review
from lessonkit.widgets.sketch import SketchWidget, sketch
from lessonkit.widgets.squares import squares
from lessonkit.widgets.strip import StripWidget, strip

__all__ = [
    "EpochsWidget",
    "ExplorerWidget",
    "ProgressWidget",
    "QuizWidget",
    "ReviewWidget",
    "SketchWidget",
    "StripWidget",
    "epochs",
    "explore",
    "progress",
    "quiz",
    "review",
    "sketch",
    "squares",
    "strip",
]
