"""Quizzes: YAML files become questions, answers become marks. Knows no screen and no store."""

from __future__ import annotations

from lessonkit.questions.bank import load_quiz
from lessonkit.questions.marking import (
    MARKING_RULES,
    AnswerError,
    ChoiceFeedback,
    ItemFeedback,
    Mark,
    PairFeedback,
    mark,
)
from lessonkit.questions.model import (
    Choice,
    Item,
    MatchQuestion,
    Mistake,
    MultipleQuestion,
    NumericQuestion,
    OperatingPointQuestion,
    OrderMistake,
    OrderQuestion,
    Pair,
    PairMistake,
    Question,
    Quiz,
    SingleQuestion,
    Target,
)
from lessonkit.questions.order import shuffled
from lessonkit.questions.problem import Problem, QuizError
from lessonkit.questions.template import DEFAULT_SEED
from lessonkit.questions.variants import variant, variant_seed

__all__ = [
    "DEFAULT_SEED",
    "MARKING_RULES",
    "AnswerError",
    "Choice",
    "ChoiceFeedback",
    "Item",
    "ItemFeedback",
    "Mark",
    "MatchQuestion",
    "Mistake",
    "MultipleQuestion",
    "NumericQuestion",
    "OperatingPointQuestion",
    "OrderMistake",
    "OrderQuestion",
    "Pair",
    "PairFeedback",
    "PairMistake",
    "Problem",
    "Question",
    "Quiz",
    "QuizError",
    "SingleQuestion",
    "Target",
    "load_quiz",
    "mark",
    "shuffled",
    "variant",
    "variant_seed",
]
