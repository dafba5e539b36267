"""A course on judging classifiers: quizzes, exact curves, exercises.

Import it before TensorFlow: it sets two environment variables that keep
TensorFlow's start-up log out of the lessons.

    import lessonkit as lk

    lk.quiz("01-precision-and-recall")     the quiz of a lesson, as a widget
    lk.Confusion, lk.ThresholdSweep        exact counts, ratios and curves
    lk.squares(y_true, y_pred)             each email as a square: what a filter catches and misses
    lk.strip(y_true, scores, subjects)     named emails on the line of scores, a threshold to drag
    lk.explore(y_true, scores)             move a threshold, see all that moves with it
    lk.epochs(history)                     learning curves with an epoch to move
    lk.sketch(sweep)                       draw the curve you expect, then see the true one
    lk.table({"name": values})             columns as a table, with numbers that line up
    lk.check("exercise-id", answer)        a check of your own code, with a hint
    lk.progress()                          what you have answered and solved, and what to do next
    lk.review()                            what is due again today
    lk.datasets, lk.figures                the data and the pictures of the lessons
    lk.trace                               what happens while a Keras model trains
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lessonkit import datasets, figures, trace
    from lessonkit.feedback import check
    from lessonkit.metrics import Confusion, ThresholdSweep
    from lessonkit.tables import table
    from lessonkit.widgets import epochs, explore, progress, quiz, review, sketch, squares, strip

__version__ = "0.1.0"

__all__ = [
    "Confusion",
    "ThresholdSweep",
    "check",
    "datasets",
    "epochs",
    "explore",
    "figures",
    "progress",
    "quiz",
    "review",
    "sketch",
    "squares",
    "strip",
    "table",
    "trace",
]

# Where each name lives. A submodule stands for itself.
_HOMES = {
    "Confusion": "lessonkit.metrics",
    "ThresholdSweep": "lessonkit.metrics",
    "check": "lessonkit.feedback",
    "datasets": "lessonkit.datasets",
    "epochs": "lessonkit.widgets",
    "explore": "lessonkit.widgets",
    "figures": "lessonkit.figures",
    "progress": "lessonkit.widgets",
    "quiz": "lessonkit.widgets",
    "review": "lessonkit.widgets",
    "sketch": "lessonkit.widgets",
    "squares": "lessonkit.widgets",
    "strip": "lessonkit.widgets",
    "table": "lessonkit.tables",
    "trace": "lessonkit.trace",
}

# Both are needed: either alone still leaves four lines on stderr. A value the
# learner has chosen stays.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")


def __getattr__(name: str) -> Any:  # noqa: ANN401  (the names have different types)
    """Import a public name on first use, so that ``import lessonkit`` stays light."""
    if name == "metrics":  # lessons name what is in it, but it is no tool of its own
        return import_module("lessonkit.metrics")
    if name not in _HOMES:
        raise AttributeError(f"module 'lessonkit' has no attribute {name!r}. It has: {', '.join(__all__)}.")
    home = import_module(_HOMES[name])
    value = home if home.__name__.rpartition(".")[2] == name else getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted([*__all__, "__version__"])
