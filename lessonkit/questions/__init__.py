"""Quizzes: YAML files become questions, answers become marks. Knows no screen and no store."""

from __future__ import annotations

from lessonkit.questions.bank import load_quiz
from lessonkit.questions.kinds import KINDS, MARKING_RULES, Question, mark
from lessonkit.questions.kinds.choice import Choice, MultipleQuestion, SingleQuestion
from lessonkit.questions.kinds.match import MatchQuestion, Pair, PairMistake, Target
from lessonkit.questions.kinds.number import Mistake, NumericQuestion
from lessonkit.questions.kinds.order import Item, OrderMistake, OrderQuestion
from lessonkit.questions.kinds.point import OperatingPointQuestion
from lessonkit.questions.kinds.text import TextMistake, TextQuestion
from lessonkit.questions.marking import AnswerError, ChoiceFeedback, ItemFeedback, Mark, PairFeedback
from lessonkit.questions.model import Quiz
from lessonkit.questions.problem import Problem, QuizError
from lessonkit.questions.template import DEFAULT_SEED
from lessonkit.questions.variants import variant, variant_seed

__all__ = [
    "DEFAULT_SEED",
    "KINDS",
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
    "TextMistake",
    "TextQuestion",
    "load_quiz",
    "mark",
    "variant",
    "variant_seed",
]
