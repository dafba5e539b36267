"""Quizzes: YAML files become questions, answers become marks. Knows no screen and no store."""

from __future__ import annotations

from lessonkit.questions.bank import load_quiz
from lessonkit.questions.marking import MARKING_RULES, AnswerError, ChoiceFeedback, Mark, mark
from lessonkit.questions.model import (
    Choice,
    Mistake,
    MultipleQuestion,
    NumericQuestion,
    Question,
    Quiz,
    SingleQuestion,
)
from lessonkit.questions.order import DEFAULT_SEED, shuffled
from lessonkit.questions.problem import Problem, QuizError

__all__ = [
    "DEFAULT_SEED",
    "MARKING_RULES",
    "AnswerError",
    "Choice",
    "ChoiceFeedback",
    "Mark",
    "Mistake",
    "MultipleQuestion",
    "NumericQuestion",
    "Problem",
    "Question",
    "Quiz",
    "QuizError",
    "SingleQuestion",
    "load_quiz",
    "mark",
    "shuffled",
]
