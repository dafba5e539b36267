"""What the learner sees and touches: one widget a quiz, drawn by the page, marked by Python."""

from __future__ import annotations

from lessonkit.widgets.quiz import QuizWidget, quiz

__all__ = ["QuizWidget", "quiz"]
