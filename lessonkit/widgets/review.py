"""Questions asked again, from all lessons in one quiz: what is due, or what mends a belief.

The page is that of the quiz (``quiz.js``). Each answer is recorded under the lesson of its question, marked
as given in a review; where the lesson's own quiz stands does not change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any

from lessonkit.i18n import direction, language
from lessonkit.i18n import gettext as _
from lessonkit.questions.model import Quiz
from lessonkit.record import misconceptions, review_seed, reviews, shared_recorder, syllabus
from lessonkit.record.review import LIMIT
from lessonkit.widgets import wording
from lessonkit.widgets.asking import AskingWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lessonkit.record import Recorder, Syllabus
    from lessonkit.record.review import Due


def review(*, limit: int = LIMIT) -> ReviewWidget:
    """Ask what is due today from the lessons you have answered, with other numbers and in another order.

    Parameters
    ----------
    limit : int
        At most so many questions a day, those answered in a review today included.

    Returns
    -------
    ReviewWidget
        A quiz. When nothing is due, it says when something will be.

    Raises
    ------
    ValueError
        `limit` is below 1.
    """
    if limit < 1:
        raise ValueError(f"`limit` is how many questions to review in a day, at least 1; it is {limit}")
    recorder, course = shared_recorder(), syllabus()
    due = reviews(recorder.replay(), course, limit=limit).due
    return ReviewWidget.of_due(due, course, recorder=recorder, limit=limit)


class ReviewWidget(AskingWidget):
    """Questions of several lessons, asked again as one quiz.

    Parameters
    ----------
    asked : iterable of (str, str, str)
        Lesson, id and seed of each question.
    course : Syllabus
        It has all of them.
    title : str
        What the quiz is called.
    rest : callable
        Says in a sentence what is left to do when all is answered.
    recorder : Recorder
        Keeps the answers.
    """

    def __init__(
        self,
        asked: Iterable[tuple[str, str, str]],
        course: Syllabus,
        *,
        title: str,
        rest: Callable[[], str],
        recorder: Recorder,
    ) -> None:
        self._homes = {question: _Home(lesson, seed) for lesson, question, seed in asked}
        self._syllabus = course
        self._rest = rest
        # A review begins anew each time: what is answered is no longer due.
        super().__init__(_as_one_quiz(self._homes, course, title), seed=self._drawn_by, recorder=recorder)

    @classmethod
    def of_due(
        cls,
        due: Iterable[Due],
        course: Syllabus,
        *,
        recorder: Recorder,
        limit: int = LIMIT,
        before: str | None = None,
    ) -> ReviewWidget:
        """Return the review of what is due; `limit` and `before` are those of `lessonkit.record.reviews`."""

        def rest() -> str:
            replay = recorder.replay()
            left = reviews(replay, syllabus(), limit=limit, before=before)
            if left.due:
                return wording.due(len(left.due))
            return wording.nothing_due(left.next_day, replay.day(datetime.now(UTC)))

        asked = [(one.lesson, one.question, one.seed) for one in due]
        return cls(asked, course, title=_("Review"), rest=rest, recorder=recorder)

    @classmethod
    def of_belief(
        cls, belief: str, names: Iterable[tuple[str, str]], course: Syllabus, *, recorder: Recorder
    ) -> ReviewWidget:
        """Return the review of questions, given by lesson and id, on a misconception."""
        replay = recorder.replay()
        asked = [(*name, review_seed(replay, course, *name)) for name in names]

        def rest() -> str:
            if any(one.slug == belief for one in misconceptions(recorder.replay(), syllabus())):
                return _(
                    "The belief stays on your list until an answer, given on a day before any reason was "
                    "shown, no longer shows it."
                )
            return _("Your last answer no longer shows this belief.")

        return cls(asked, course, title=_("Questions on one belief"), rest=rest, recorder=recorder)

    @property
    def finished(self) -> bool:
        """Whether each question has a marked answer."""
        return all(one.mark is not None for one in self._progress.values())

    def _drawn_by(self, question: str, draw: int) -> str:
        seed = self._homes[question].seed
        return f"{seed} {draw}" if draw else seed

    def _facts(self, question: str) -> dict[str, Any]:
        return {**super()._facts(question), "lesson": self._homes[question].lesson, "review": True}

    def _view(self) -> dict[str, Any]:
        view = super()._view()
        titles = [self._syllabus.titles[home.lesson] for home in self._homes.values()]
        questions = [
            {**question, "from": title} for question, title in zip(view["questions"], titles, strict=True)
        ]
        return {**view, "review": True, "questions": questions}

    def _progress_line(self) -> str:
        if not self._progress:
            return self._rest()
        line = super()._progress_line()
        return f"{line}. {self._rest()}" if self.finished else line

    def _still(self) -> tuple[str, str]:
        text = _("Review: run this cell to see which questions of earlier lessons are due.")
        tag = language()
        html = f'<p class="lessonkit-static" lang="{tag}" dir="{direction(tag)}">{escape(text)}</p>'
        return html, text


@dataclass(frozen=True, slots=True)
class _Home:
    """Where a question comes from, and what draws its variant and order."""

    lesson: str
    seed: str


def _as_one_quiz(homes: dict[str, _Home], course: Syllabus, title: str) -> Quiz:
    quizzes = {quiz.lesson: quiz for quiz in course.lessons}
    lessons = [quizzes[home.lesson] for home in homes.values()]
    changes = {
        "title": title,
        "mode": "practice",
        "attempts": None,
        "confidence": any(quiz.confidence for quiz in lessons),
        "questions": tuple(course.question(home.lesson, question) for question, home in homes.items()),
    }
    # Without questions there is no quiz that could be copied, nor any that would be valid.
    empty = Quiz.model_construct(lesson="review", title=title, objectives={}, questions=())
    base = lessons[0] if lessons else empty
    return base.model_copy(update=changes)
