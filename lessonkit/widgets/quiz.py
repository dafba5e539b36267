"""A quiz of a lesson, as a widget: practice, or an exam, that stands where the record says.

Beside those of `lessonkit.widgets.asking` the page sends ``{"type": "reset"}``, ``{"type": "earlier", "open":
bool}`` and, in an exam, ``{"type": "submit", "warned": n}`` and in place of answers drafts, ``{"type":
"draft", …}``. With ``warned``, of so many questions that are open, the page says what it had on screen. The
reply to ``earlier`` says what is due from earlier lessons; its ``review`` names the widget of it.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from threading import get_ident
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, TypeAdapter

from lessonkit.i18n import gettext as _
from lessonkit.questions.bank import part_of_quiz
from lessonkit.questions.marking import AnswerError, Mark
from lessonkit.questions.model import Quiz
from lessonkit.questions.static import quiz_html, quiz_text
from lessonkit.questions.variants import variant_seed
from lessonkit.record import (
    Event,
    QuestionState,
    Recorder,
    resume,
    reviews,
    shared_recorder,
    syllabus,
)
from lessonkit.widgets import wording
from lessonkit.widgets.answers import mark_answer
from lessonkit.widgets.asked import Given, Progress, Refusal, Request, Requests, Reset
from lessonkit.widgets.asking import AskingWidget
from lessonkit.widgets.review import ReviewWidget

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def quiz(
    source: str | Path | Quiz, *, only: str | None = None, exam: bool = False, seed: int | str | None = None
) -> QuizWidget:
    """Show a quiz as a widget.

    Parameters
    ----------
    source : str, path or Quiz
        The stem of a lesson (``"01-precision-and-recall"``), the path of a quiz file, or a quiz in hand. The
        closing quiz of a lesson says what is due from earlier ones, and asks it on request.
    only : str, optional
        The id of one question, to ask it alone in the middle of a lesson. Without it, the questions of a file
        that are asked elsewhere (`predict`, `inline`, or in the exam) are left out.
    exam : bool, default False
        Ask the questions that the file lists under ``exam``, in exam mode.
    seed : int or str, optional
        Draws the order of the choices and the numbers of the questions. By default each learner has their
        own.

    Returns
    -------
    QuizWidget
        The widget; as the last line of a cell it shows itself.

    Raises
    ------
    QuizError
        The file has problems; the message lists all of them.
    KeyError
        The quiz has no question called `only`.
    TypeError
        `only` is no text.
    ValueError
        The quiz has no exam; or both `only` and `exam` are given.
    """
    shown = part_of_quiz(source, only=only, exam=exam)
    closes_a_lesson = shown.mode == "practice" and only is None and not isinstance(source, Quiz)
    return QuizWidget(shown, seed=seed, looks_back=closes_a_lesson)


class _Draft(Given):
    type: Literal["draft"]


class _Submit(Request):
    type: Literal["submit"]
    warned: int


class _Earlier(Request):
    type: Literal["earlier"]
    open: bool


class QuizWidget(AskingWidget):
    """A quiz that is marked in the kernel.

    Parameters
    ----------
    quiz : Quiz
        What to ask.
    seed : int or str, optional
        Draws the order of the choices and the numbers of the questions, which stay through retries. By
        default each learner has their own, the same after a restart.
    recorder : Recorder, optional
        Keeps what the learner does, and says where they stand. Default: that of the process.
    looks_back : bool, default False
        Say what is due from earlier lessons.
    """

    _requests: ClassVar[TypeAdapter[Any]] = TypeAdapter(
        Annotated[Requests | _Draft | _Submit | Reset | _Earlier, Field(discriminator="type")]
    )

    def __init__(
        self,
        quiz: Quiz,
        *,
        seed: int | str | None = None,
        recorder: Recorder | None = None,
        looks_back: bool = False,
    ) -> None:
        self._looks_back = looks_back
        self._review: ReviewWidget | None = None
        self._acting: int | None = None  # the thread in which this widget records
        self._behind = False
        recorder = shared_recorder() if recorder is None else recorder
        drawn_for = recorder.learner if seed is None else str(seed)
        super().__init__(quiz, seed=partial(variant_seed, drawn_for), recorder=recorder)
        self._recorder.observe(self._note_news)

    def reset(self) -> None:
        """Clear all answers and hints, draw new variants, and begin anew in every view.

        The record keeps what was answered before.
        """
        with self._lock:
            self._over = False
            self._redraw(self._progress)

    def close(self) -> None:
        """Close the quiz, and the widgets inside it."""
        if self._review is not None:
            self._review.close()
        super().close()

    def _begin(self) -> dict[str, Progress]:
        """Return every question as the record has it, and note whether the exam is handed in."""
        # A review is no part of the lesson's quiz.
        events = [event for event in self._recorder.events(self._quiz.lesson) if not event.review]
        self._behind = self._recorder.is_blind  # the record is looked at again at the next request
        states = resume(events, self._quiz.lesson, self._contents).questions
        draws = Counter(event.question for event in events if event.type == "reset")
        self._over = self._exam and _handed_in(events, self._contents)
        progress = {}
        for question in self._quiz.questions:
            drawn = self._draw(question, draws[question.id] + draws[None])
            if question.id in states:
                _restore(drawn, states[question.id], drafts=self._exam and not self._over)
            progress[question.id] = drawn
        return progress

    def _note_news(self) -> None:
        """Note that something was recorded elsewhere: copies of a quiz share their limits and exam."""
        if self._acting != get_ident():
            self._behind = True

    def _catch_up(self) -> None:
        """Stand where the record says, if a copy of this quiz has moved on."""
        if not self._behind:
            return
        over = self._over
        changed = False
        begun = self._begin()
        if self._recorder.is_blind:
            self._over = over
            return
        for name, fresh in begun.items():
            known = self._progress[name]
            if fresh.stands_as(known):
                continue
            changed = True
            fresh.turn = known.turn + 1
            self._progress[name] = fresh
        if changed or over != self._over:
            with self.hold_sync():
                self.view = self._view()
                self._tell()

    def _obey(self, content: object) -> dict[str, str]:
        self._acting = get_ident()
        try:
            self._catch_up()
            return super()._obey(content)
        finally:
            self._acting = None

    def _do(self, request: Request, progress: Progress | None) -> str | dict[str, str] | None:
        match request, progress:
            case _Draft(), Progress() if self._exam:
                return self._hold(progress, request)
            case _Submit(), None if self._exam:
                return self._submit(request.warned)
            case Reset(), None if self._can_start_over():
                self.reset()
                return wording.browser_words()["all_cleared"]
            case _Earlier(), None if self._looks_back:
                return self._look_back(request)
        return None if self._exam else super()._do(request, progress)

    def _look_back(self, request: _Earlier) -> dict[str, str]:
        """Say how much is due from earlier lessons, and make the widget that asks it when it is wanted."""
        course, lesson = syllabus(), self._quiz.lesson
        if lesson not in course.titles:
            return {"message": ""}
        due = reviews(self._recorder.replay(), course, before=lesson).due
        if not (request.open and due):
            return {"message": wording.due_from_earlier(len(due)) if due else ""}
        if self._review is None or self._review.finished:
            self._review = ReviewWidget.of_due(due, course, recorder=self._recorder, before=lesson)
        return {"message": "", "review": self._review.model_id}

    # Exam

    def _hold(self, progress: Progress, request: _Draft) -> str:
        """Keep an answer until the exam is handed in."""
        if self._over:
            raise Refusal(_("This exam is handed in. Its answers stay as they are."))
        answer = (self._read(progress, request.answer) or None) if request.answer is not None else None
        confidence = self._sureness(progress.question, answer, request.confidence)
        if (answer, confidence) != (progress.answer, progress.confidence):
            progress.answer, progress.confidence = answer, confidence
            self._recorder.record(self._event("answer", progress, request.seconds))
            self._tell()
        if answer is None:
            return _("Not answered yet.")
        return wording.kept(mark_answer(progress.question, answer))

    def _submit(self, warned: int) -> str:
        if not self._over:
            marks = {name: _marked(progress) for name, progress in self._progress.items()}
            unanswered = [number for number, given in enumerate(marks.values(), start=1) if given is None]
            if len(unanswered) > warned:
                raise Refusal(wording.unanswered(unanswered))
            events = []
            for name, given in marks.items():
                progress = self._progress[name]
                if given is not None and progress.answer is not None:
                    progress.take(progress.answer, given, progress.confidence)
                    events.append(self._event("answer", progress))
            done = Event(type="submit", course=self._course, lesson=self._quiz.lesson)
            self._recorder.record(*events, done)  # all or none
            self._over = True
            self._tell()
        return self._progress_line()

    # What is on screen

    def _view(self) -> dict[str, Any]:
        return {**super()._view(), "looks_back": self._looks_back}

    def _stand(self) -> dict[str, Any]:
        unanswered = sum(_marked(one) is None for one in self._progress.values()) if self._exam else 0
        return {**super()._stand(), "unanswered": unanswered, "can_start_over": self._can_start_over()}

    def _stand_at(self, progress: Progress) -> dict[str, Any]:
        return {**super()._stand_at(progress), "kept": self._kept(progress)}

    def _kept(self, progress: Progress) -> str:
        """Say how the answer of an open exam was read, or why it cannot be."""
        if not self._exam or self._over or progress.answer is None:
            return ""
        try:
            return wording.kept(mark_answer(progress.question, progress.answer))
        except AnswerError as error:
            return str(error)

    def _can_start_over(self) -> bool:
        """Say whether the learner may clear the quiz: not where it would be a way round a limit."""
        begun = any(one.mark is not None or one.hints for one in self._progress.values())
        return begun and not self._exam and self._quiz.attempts is None

    def _progress_line(self) -> str:
        if not self._exam:
            return super()._progress_line()
        counted = [one for one in self._progress.values() if not one.question.predict]
        answered = sum(_marked(one) is not None for one in counted)
        if not self._over:
            return wording.exam_progress(answered, len(counted))
        return wording.exam_result(sum(one.solved for one in counted), len(counted), len(counted) - answered)

    def _still(self) -> tuple[str, str]:
        return quiz_html(self._quiz), quiz_text(self._quiz)


def _restore(progress: Progress, state: QuestionState, *, drafts: bool) -> None:
    """Stand again where the record says; `drafts` says whether answers that are not marked are wanted."""
    progress.first_correct = state.first_correct
    if progress.question.template is not None and state.seed not in {None, progress.seed}:
        return  # it was about other numbers
    progress.hints = min(state.hints, len(progress.question.hints))
    progress.revealed = state.revealed
    if state.answer is None or not progress.question.fits(state.answer):
        return
    if not drafts:
        if state.correct is None:
            return
        try:
            progress.mark = mark_answer(progress.question, state.answer)
        except AnswerError:
            return
        progress.attempt = state.attempts
    progress.answer = state.answer
    progress.confidence = state.confidence  # type: ignore[assignment]  # one of the three, as its event was


def _marked(progress: Progress) -> Mark | None:
    """Return the mark of an answer that waits to be handed in; None if there is none to be marked."""
    if progress.mark is not None or progress.answer is None:
        return progress.mark
    try:
        return mark_answer(progress.question, progress.answer)
    except AnswerError:
        return None


def _handed_in(events: Iterable[Event], questions: Iterable[str]) -> bool:
    """Say whether an exam is handed in, and none of its questions was begun anew since."""
    begun = {None, *questions}
    handed_in = False
    for event in events:
        if event.type == "submit":
            handed_in = True
        elif event.type == "reset" and event.question in begun:
            handed_in = False
    return handed_in
