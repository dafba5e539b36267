"""What the quiz widget says, in the learner's language: every sentence of it, and no decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lessonkit.i18n import gettext as _
from lessonkit.i18n import isolate, ngettext, noop, percent
from lessonkit.questions.kinds import KINDS
from lessonkit.questions.marking import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from lessonkit.questions.kinds import Question
    from lessonkit.questions.marking import Mark


def page_words() -> dict[str, str]:
    """Return the words that the page puts on screen by itself, by the names that its scripts have."""
    return {
        "quiz": _("Quiz: {title}"),
        "position": _("Question {n} of {total}"),
        "alone": _("Question"),
        "predict": _("Predict first"),
        "exam": _("Exam"),
        "check": _("Check answer"),
        "again": _("Check again"),
        "checking": _("Checking …"),
        "hint": _("Show a hint ({n} of {total})"),
        "hints_shown": _("All hints are shown"),
        "hint_label": _("Hint {n}"),
        "reveal": _("Show the answer"),
        "revealed": _("The answer is shown"),
        "another": _("Try another one"),
        "next": _("Next question"),
        "to_end": _("To the end"),
        "end": _("Every question is answered."),
        "look_again_at": _("Look again at:"),
        "step_open": _("open"),
        "step_kept": _("answered"),
        "step_right": _("right"),
        "step_later": _("right later"),
        "step_slip": _("not right yet"),
        "changed": _("You changed your answer. Check again when you are ready."),
        "silence": _(
            "No reply yet: the kernel is busy or not running. Your answer is not saved yet. A busy kernel "
            "marks it once it is free. If the kernel was restarted, run this cell again: your answer is then "
            "in the form, to be checked."
        ),
        "unsent": _("This answer was not marked, because the kernel was gone. Check it now."),
        "hit": _("Right"),
        "slip": _("Not this one"),
        "missed": _("This one is right too"),
        "passed": _("Rightly left out"),
        "read": _("Read about it:"),
        "answer": _("Your answer"),
        "sure": _("How sure are you?"),
        "guess": _("A guess"),
        "fairly-sure": _("Fairly sure"),
        "certain": _("Certain"),
        "hand_in": _("Hand in all answers"),
        "handed_in": _("Handed in"),
        "hand_in_anyway": _("Hand in anyway"),
        "keep_on": _("Go on answering"),
        "start_over": _("Start over"),
        "start_over_ask": _("Clear all answers of this quiz and start over?"),
        "start_over_sure": _("Clear and start over"),
        "keep_answers": _("Keep my answers"),
        "earlier": _("From earlier lessons"),
        "review_now": review_now(),
        "review_hide": _("Hide the review"),
        **{name: _(text) for kind in KINDS.values() for name, text in kind.page_words.items()},
    }


_MARKING: Final = {
    "right": noop("Right."),
    "right_at": noop("Right, at attempt {n}."),
    "not_right": noop("Not right."),
    "not_yet": noop("Not yet."),
    "percent": noop("{number}%"),
    "credit": noop("This earns {percent} of the credit."),
    "read_as": noop("Read as {number}."),
    "not_counted": noop("A prediction is not counted."),
    "progress": noop("{answered} of {total} answered, {first} right at the first try"),
    "unknown": UNKNOWN,
    **{name: text for kind in KINDS.values() for name, text in kind.mark_words.items()},
}


def marking_words() -> dict[str, str]:
    """Return the words that tell how an answer was marked, by the names that the scripts have."""
    return {name: _(text) for name, text in _MARKING.items()}


def _marked(name: str, **values: object) -> str:
    # One of them alone: a long quiz tells of every answer after each.
    return _(_MARKING[name]).format(**values)


def browser_words() -> dict[str, str]:
    """Return what is said of what was done, by the kernel and, where there is none, by the site."""
    return {
        "meanwhile": meanwhile(),
        "hint_shown": _("Hint {n} of {total} is shown."),
        "another_drawn": _("Here is another one like it."),
        "all_cleared": _("All answers are cleared."),
        "review": _("Review"),
        "not_kept": _(
            "This browser does not keep your answers, so they are gone when you leave this page. "
            "The board at the end of the lesson saves them to a file."
        ),
    }


def review_now() -> str:
    """Name the button that opens what is due."""
    return _("Review now")


def place(href: str) -> str:
    """Return the name of the section that a link leads to: ``01-lesson.ipynb#How-To`` is "How To"."""
    lesson, _hash, heading = href.partition("#")
    return (heading or lesson.removesuffix(".ipynb")).replace("-", " ")


def due_from_earlier(n: int) -> str:
    """Say how many questions are due from lessons that stand before this one."""
    return ngettext("{n} question is due from earlier.", "{n} questions are due from earlier.", n).format(n=n)


def due_words(n: int) -> dict[str, str]:
    """Return what is said of `n` questions that are due and of `n` days, by the names the site has."""
    wait = ngettext(
        "The next one is due in {n} day, on {date}.", "The next one is due in {n} days, on {date}.", n
    )
    return {
        "due": ngettext(
            "{n} question is due for review today.", "{n} questions are due for review today.", n
        ),
        "due_in": wait.replace("{date}", isolate("{date}")),
    }


def nothing_due_words() -> dict[str, str]:
    """Return what is said when nothing is due, by the names the site has."""
    return {
        "nothing_due": _("Nothing is due for review now."),
        "due_later": _("Questions that you answer come back after some days."),
    }


def due(n: int) -> str:
    """Say how many questions are due."""
    return due_words(n)["due"].format(n=n)


def nothing_due(next_day: date | None, today: date) -> str:
    """Say that nothing is due, and when something will be."""
    words = nothing_due_words()
    if next_day is None:
        return f"{words['nothing_due']} {words['due_later']}"
    days = (next_day - today).days
    wait = due_words(days)["due_in"].format(n=days, date=next_day.isoformat())
    return f"{words['nothing_due']} {wait}"


def misfit() -> str:
    """Say that the page has sent what this kernel cannot read."""
    return _("This page and the kernel do not fit together. Run this cell again.")


def meanwhile() -> str:
    """Say that the question has moved on since the page was drawn."""
    return _("This question was answered meanwhile. Look at its feedback, then check again.")


def attempts_left(left: int) -> str:
    """Say how many attempts are left."""
    if left == 0:
        return _("No attempts left")
    return ngettext("{n} attempt left", "{n} attempts left", left).format(n=left)


def verdict(question: Question, given: Mark, solution: str, *, attempt: int, final: bool) -> str:
    """Return the verdict in one or two sentences: shown, and read out.

    `final` says that nothing more is to be found out: no attempt is left, or the answer was asked for. Then
    `solution`, the right answer in words, is part of it where no part of the question shows it.
    """
    if given.correct:
        first = _marked("right") if attempt == 1 else _marked("right_at", n=attempt)
        parts = [first, _read_as(given), given.message if question.explored else ""]
    else:
        first = _marked("not_right" if final else "not_yet")
        far = solution if final and question.said else question.how_far(given, final=final)
        parts = [first, _read_as(given), far, _credit(given)]
    return " ".join(part for part in parts if part)


def _credit(given: Mark) -> str:
    share = isolate(percent(f"{100 * given.credit:.0f}"))
    return _marked("credit", percent=share) if given.credit else ""


def _read_as(given: Mark) -> str:
    if not given.understood:
        return ""
    return _marked("read_as", number=isolate(given.understood))


def kept(given: Mark) -> str:
    """Say that an answer of an exam is kept, and how a typed one was read while it can still be changed."""
    return " ".join(part for part in (_read_as(given), given.doubt, _("Kept until you hand in.")) if part)


def not_answered() -> str:
    """Say of a question of an exam that it was left open."""
    return _("Not answered, which does not count as wrong.")


def not_counted() -> str:
    """Say of a prediction that it earns no mark."""
    return _marked("not_counted")


def progress(answered: int, total: int, first: int) -> str:
    """Say how far the learner is."""
    return _marked("progress", answered=answered, total=total, first=first)


def exam_progress(answered: int, total: int) -> str:
    """Say how far the learner is in an exam that is not handed in."""
    return _("{answered} of {total} answered").format(answered=answered, total=total)


def exam_result(right: int, total: int, unanswered: int) -> str:
    """Say how an exam went."""
    result = _("Handed in: {right} of {total} right").format(right=right, total=total)
    if not unanswered:
        return result
    left = ngettext("{n} not answered", "{n} not answered", unanswered).format(n=unanswered)
    return f"{result}, {left}"


def unanswered(numbers: Sequence[int]) -> str:
    """Warn of the questions that are open; `numbers` are theirs, from 1 on."""
    listed = ", ".join(str(number) for number in numbers)
    warning = ngettext(
        "Question {numbers} is not answered yet.", "Questions {numbers} are not answered yet.", len(numbers)
    )
    after = _("An answer cannot be changed after you hand in.")
    return f"{warning.format(numbers=listed)} {after}"
