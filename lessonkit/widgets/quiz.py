"""The quiz widget. The page draws it (``quiz.js``); this half holds the key, marks and records.

Between the two halves:

* the trait ``view`` (kernel to page) is what stays: the words of the engine, the title, and each question's
  prompt and choices. It changes only when a question is drawn anew;
* the trait ``standing`` (kernel to page) is what changes: for each question the hints asked for, the answer
  marked last, and the feedback it has earned;
* messages (page to kernel) each carry a ``request`` and, but for the last three, a ``question``:
  ``{"type": "answer" | "draft", "turn": n, "answer": [...] | {...} | "0.89", "confidence", "seconds"}``,
  ``{"type": "hint", "shown": n}``, ``{"type": "reveal"}``, ``{"type": "another", "turn": n}``,
  ``{"type": "submit", "warned": n}``, ``{"type": "reset"}`` and ``{"type": "earlier", "open": bool}``;
* each is answered by one ``{"type": "reply", "request", "ok", "message"}``, sent after the new ``standing``.
  The reply to ``earlier`` says what is due from earlier lessons; its ``review`` names the widget of it.

``turn`` counts what has happened to a question, ``shown`` its hints; with them and ``warned`` (of so many
questions that are open) the page says what it had on screen. So a message that comes late, twice, or from a
second view of the same widget is told apart from a new one. What is acknowledged has been recorded before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from threading import RLock
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import traitlets
from anywidget import AnyWidget
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from lessonkit.i18n import direction, language
from lessonkit.i18n import gettext as _
from lessonkit.questions.bank import load_quiz
from lessonkit.questions.content import content_hash
from lessonkit.questions.marking import AnswerError, Mark, mark
from lessonkit.questions.markup import to_html, to_text
from lessonkit.questions.model import (
    MatchQuestion,
    MultipleQuestion,
    NumericQuestion,
    OperatingPointQuestion,
    OrderQuestion,
    Question,
    Quiz,
    SingleQuestion,
)
from lessonkit.questions.order import shuffled
from lessonkit.questions.static import quiz_html, quiz_text
from lessonkit.questions.variants import variant, variant_seed
from lessonkit.record import (
    Event,
    QuestionState,
    Recorder,
    learner_id,
    resume,
    reviews,
    shared_recorder,
    syllabus,
)
from lessonkit.widgets import wording
from lessonkit.widgets.assets import asset

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lessonkit.widgets.explorer import ExplorerWidget
    from lessonkit.widgets.review import ReviewWidget

#: Ids of choices or items, pairs of ids, or a text as typed.
Answer: TypeAlias = str | tuple[str, ...] | tuple[tuple[str, str], ...]
Confidence: TypeAlias = Literal["guess", "fairly-sure", "certain"]


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
    ValueError
        The quiz has no exam; or both `only` and `exam` are given.
    """
    if exam and only is not None:
        raise ValueError("`only` asks one question, `exam` asks several: give one of the two")
    loaded = source if isinstance(source, Quiz) else load_quiz(source)
    if exam:
        shown = loaded.exam_block()
    elif only is not None:
        shown = loaded.only(only)
    else:
        shown = source if isinstance(source, Quiz) else loaded.closing()
    closes_a_lesson = shown.mode == "practice" and only is None and not isinstance(source, Quiz)
    return QuizWidget(shown, seed=seed, looks_back=closes_a_lesson)


#: Where a question stands that nothing has happened to. The page knows it, so only what differs is sent.
_FRESH: dict[str, Any] = {
    "hints": [],
    "turn": 0,
    "attempt": 0,
    "answer": None,
    "confidence": None,
    "left": "",
    "closed": False,
    "revealed": False,
    "can_reveal": False,
    "can_draw": False,
    "feedback": None,
}


def _without_fresh(standing: dict[str, Any]) -> dict[str, Any]:
    questions = [
        {key: value for key, value in question.items() if value != _FRESH[key]}
        for question in standing.get("questions", ())
    ]
    return {**standing, "questions": questions}


_Name = Annotated[str, Field(max_length=100)]


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    request: _Name


class _Asked(_Request):
    question: _Name


class _Given(_Asked):
    type: Literal["answer", "draft"]
    turn: int
    answer: (
        _Name
        | Annotated[list[_Name], Field(max_length=100)]
        | Annotated[dict[_Name, _Name], Field(max_length=100)]
        | None
    )
    confidence: Confidence | None = None
    seconds: Annotated[float, Field(ge=0, le=1e7)] | None = None


class _Hint(_Asked):
    type: Literal["hint"]
    shown: int


class _Reveal(_Asked):
    type: Literal["reveal"]


class _Another(_Asked):
    type: Literal["another"]
    turn: int


class _Submit(_Request):
    type: Literal["submit"]
    warned: int


class _Reset(_Request):
    type: Literal["reset"]


class _Earlier(_Request):
    type: Literal["earlier"]
    open: bool


_Known: TypeAlias = _Given | _Hint | _Reveal | _Another | _Submit | _Reset | _Earlier
_REQUESTS: TypeAdapter[_Known] = TypeAdapter(Annotated[_Known, Field(discriminator="type")])


class _Refusal(Exception):  # noqa: N818  (not an error: the plain answer to a request that cannot be met)
    """What to tell the learner in place of doing what the page asked."""


@dataclass
class _Progress:
    """One question as it was drawn for this learner, and what has happened to it since."""

    question: Question
    seed: str
    draw: int
    turn: int = 0
    attempt: int = 0
    answer: Answer | None = None
    confidence: Confidence | None = None
    mark: Mark | None = None
    first_correct: bool | None = None
    hints: int = 0
    revealed: bool = False

    @property
    def solved(self) -> bool:
        return self.mark is not None and self.mark.correct

    def take(self, answer: Answer, given: Mark, confidence: Confidence | None) -> None:
        """Make a mark final."""
        self.turn += 1
        self.attempt += 1
        self.answer, self.mark, self.confidence = answer, given, confidence
        if self.first_correct is None:
            self.first_correct = given.correct and not self.revealed

    def restore(self, state: QuestionState, *, drafts: bool) -> None:
        """Stand again where the record says; `drafts` says whether answers that are not marked are wanted."""
        self.first_correct = state.first_correct
        if self.question.template is not None and state.seed not in {None, self.seed}:
            return  # it was about other numbers
        self.hints = min(state.hints, len(self.question.hints))
        self.revealed = state.revealed
        if state.answer is None or not _fits(self.question, state.answer):
            return
        if not drafts:
            if state.correct is None:
                return
            try:
                self.mark = _mark(self.question, state.answer)
            except AnswerError:
                return
            self.attempt = state.attempts
        self.answer = state.answer
        self.confidence = state.confidence  # type: ignore[assignment]  # one of the three, as its event was


class QuizWidget(AnyWidget):
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

    Notes
    -----
    Nothing that gives an answer away reaches the page before it has been earned:

    * ``single``: an answer earns the reason beside the ticked choice. All other reasons come with the right
      answer, or when the learner asks for the answer after a wrong one. Showing them at the first slip would
      leave nothing to think about in the second attempt.
    * ``multiple``: an answer earns the reason beside every choice (ticked or not, right or not), because what
      was left out is as telling as what was ticked.
    * ``numeric``: an answer earns what is known about that number. The right number comes when it is found or
      asked for.
    * ``operating-point``: an answer earns which side of the demand is missed, and which way to go. The best
      point comes as for ``numeric``.
    * ``order``, ``match``: an answer earns which of its parts are right, and what is known about its
      mistakes. The solution comes as for ``numeric``.

    When no attempt is left, everything is earned. In an exam nothing is, until it is handed in.
    Hints never depend on the ticks, so asking for one tells nothing about them.
    """

    _esm = asset("quiz.js")
    _css = asset("quiz.css")

    # The page reads both and writes neither: what it sends back is ignored.
    view = traitlets.Dict().tag(sync=True, from_json=lambda _value, widget: widget.view)
    standing = traitlets.Dict().tag(
        sync=True,
        to_json=lambda value, _widget: _without_fresh(value),
        from_json=lambda _value, widget: widget.standing,
    )

    def __init__(
        self,
        quiz: Quiz,
        *,
        seed: int | str | None = None,
        recorder: Recorder | None = None,
        looks_back: bool = False,
    ) -> None:
        self._quiz = quiz
        self._exam = quiz.mode == "exam"
        self._looks_back = looks_back
        self._review: ReviewWidget | None = None
        self._submitted = False
        self._whose = learner_id() if seed is None else str(seed)
        self._recorder = shared_recorder() if recorder is None else recorder
        self._lock = RLock()  # messages may come in a thread of their own, beside `reset` in a cell
        self._html = cache(partial(to_html, folder=quiz.folder))
        self._contents = {question.id: content_hash(question) for question in quiz.questions}
        self._progress = self._replay()
        self._explorers = self._explore()
        super().__init__(view=self._view(), standing=self._stand())
        self.on_msg(self._answer_message)

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """The answer marked last for each question answered so far.

        Returns
        -------
        dict
            ``{question id: {"answer": ..., "correct": bool, "credit": float}}``. The answer is a choice id
            (``single``), a list of choice ids (``multiple``) or of item ids from the first (``order``), a
            dict of pair ids to target ids (``match``), or the text as typed (``numeric``) or chosen
            (``operating-point``).
        """
        return {
            question_id: {
                "answer": _readable(progress.question, progress.answer),
                "correct": progress.mark.correct,
                "credit": progress.mark.credit,
            }
            for question_id, progress in self._progress.items()
            if progress.mark is not None and progress.answer is not None
        }

    def reset(self) -> None:
        """Clear all answers and hints, draw new variants, and begin anew in every view.

        The record keeps what was answered before.
        """
        with self._lock:
            self._submitted = False
            self._redraw(self._progress)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:  # noqa: ANN401
        """Return the widget view and, for readers without a kernel, the quiz as HTML and as constant text."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, **self._still()}, metadata

    def _still(self) -> dict[str, str]:
        """Return the quiz as it stands in a stored notebook: the same for the same quiz."""
        return {"text/html": quiz_html(self._quiz), "text/plain": quiz_text(self._quiz)}

    def close(self) -> None:
        """Close the quiz, and the widgets inside it."""
        for explorer in self._explorers.values():
            explorer.close()
        if self._review is not None:
            self._review.close()
        super().close()

    def _explore(self) -> dict[str, ExplorerWidget]:
        """Return the explorers that questions are answered on, each where its answer is."""
        explorers = {}
        for name, progress in self._progress.items():
            if isinstance(progress.question, OperatingPointQuestion):
                from lessonkit.widgets.operating_point import explorer  # late: it needs the data

                explorers[name] = explorer(progress.question)
                if isinstance(progress.answer, str) and progress.answer:
                    explorers[name].threshold = float(progress.answer)
        return explorers

    # The record

    def _replay(self) -> dict[str, _Progress]:
        """Return every question as the record has it, and note whether the exam is handed in."""
        # A review is no part of the lesson's quiz.
        events = [event for event in self._recorder.events(self._quiz.lesson) if not event.review]
        states = resume(events, self._quiz.lesson, self._contents).questions
        draws = Counter(event.question for event in events if event.type == "reset")
        self._submitted = self._exam and _handed_in(events, self._contents)
        progress = {}
        for question in self._quiz.questions:
            drawn = self._draw(question, draws[question.id] + draws[None])
            if question.id in states:
                drawn.restore(states[question.id], drafts=self._exam and not self._submitted)
            progress[question.id] = drawn
        return progress

    def _draw(self, question: Question, draw: int) -> _Progress:
        seed = variant_seed(self._whose, question.id, draw)
        return _Progress(variant(question, seed), seed, draw)

    def _redraw(self, question_ids: Iterable[str]) -> None:
        """Begin questions anew, with the next draw."""
        drawn_before = [self._progress[question_id] for question_id in question_ids]
        self._recorder.record(*(self._event("reset", before) for before in drawn_before))
        for before in drawn_before:
            question_id = before.question.id
            after = self._draw(self._quiz.question(question_id), before.draw + 1)
            after.turn, after.first_correct = before.turn + 1, before.first_correct
            self._progress[question_id] = after
            if question_id in self._explorers:
                self._explorers[question_id].restart()
        with self.hold_sync():  # one message: a question is never shown with another one's answer
            self.view = self._view()
            self._tell()

    def _event(
        self,
        kind: Literal["answer", "hint", "reveal", "reset"],
        progress: _Progress,
        seconds: float | None = None,
    ) -> Event:
        question, given = progress.question, progress.mark
        facts: dict[str, Any] = {}
        if kind == "answer":
            facts = {"answer": progress.answer, "confidence": progress.confidence, "seconds": seconds}
            if given is not None:
                facts |= {"attempt": progress.attempt, "correct": given.correct, "credit": given.credit}
        return Event(
            type=kind,
            lesson=self._quiz.lesson,
            question=question.id,
            content=self._contents[question.id],
            seed=progress.seed,
            counts=not question.predict,
            **facts,
        )

    # Messages from the page

    def _answer_message(self, _widget: object, content: object, _buffers: object) -> None:
        """Do what the page asks, and reply in plain words whatever it sent."""
        name = content.get("request") if isinstance(content, Mapping) else None
        reply: dict[str, object] = {"type": "reply", "request": name if isinstance(name, str) else None}
        with self._lock:
            try:
                self.send({**reply, "ok": True, **self._obey(content)})
            except (_Refusal, AnswerError) as refusal:
                self.send({**reply, "ok": False, "message": str(refusal)})

    def _obey(self, content: object) -> dict[str, str]:
        try:
            request = _REQUESTS.validate_python(content)
            progress = self._progress[request.question] if isinstance(request, _Asked) else None
        except (ValidationError, KeyError):
            raise _Refusal(wording.misfit()) from None
        if isinstance(request, _Earlier) and self._looks_back:
            return self._look_back(request)
        done = (self._do_in_exam if self._exam else self._do_in_practice)(request, progress)
        if done is None:
            raise _Refusal(wording.misfit())
        return {"message": done}

    def _look_back(self, request: _Earlier) -> dict[str, str]:
        """Say how much is due from earlier lessons, and make the widget that asks it when it is wanted."""
        course, lesson = syllabus(), self._quiz.lesson
        if lesson not in course.titles:
            return {"message": ""}
        due = reviews(self._recorder.replay(), course, before=lesson).due
        if not (request.open and due):
            return {"message": wording.due_from_earlier(len(due)) if due else ""}
        if self._review is None or self._review.finished:
            from lessonkit.widgets.review import ReviewWidget  # late: it is a quiz itself

            self._review = ReviewWidget.of_due(due, course, recorder=self._recorder, before=lesson)
        return {"message": "", "review": self._review.model_id}

    def _do_in_exam(self, request: _Request, progress: _Progress | None) -> str | None:
        """Do what is asked; None if there is no such thing to ask."""
        match request, progress:
            case _Given(type="draft"), _Progress():
                return self._hold(progress, request)
            case _Submit(), None:
                return self._submit(request.warned)
        return None

    def _do_in_practice(self, request: _Request, progress: _Progress | None) -> str | None:
        """Do what is asked; None if there is no such thing to ask."""
        match request, progress:
            case _Given(type="answer"), _Progress():
                return self._take(progress, request)
            case _Hint(), _Progress():
                return self._give_hint(progress, request.shown)
            case _Reveal(), _Progress():
                return self._show_answer(progress)
            case _Another(), _Progress():
                return self._draw_another(progress, request.turn)
            case _Reset(), None if self._can_start_over():
                self.reset()
                return _("All answers are cleared.")
        return None

    def _take(self, progress: _Progress, request: _Given) -> str:
        answer = _read(progress.question, request.answer)
        if progress.mark is not None and answer == progress.answer:  # the same again: nothing new to mark
            return self._summary(progress)
        if request.turn != progress.turn:
            raise _Refusal(wording.meanwhile())
        if self._left(progress) == 0:
            raise _Refusal(wording.attempts_left(0) + ".")
        given = _mark(progress.question, answer)
        self._settle(progress, answer, given, request)
        return self._summary(progress)

    def _settle(self, progress: _Progress, answer: Answer, given: Mark, request: _Given) -> None:
        """Make a mark final. Every answer that counts as an attempt passes here, once."""
        progress.take(answer, given, request.confidence if self._quiz.confidence else None)
        self._recorder.record(self._event("answer", progress, request.seconds))
        self._tell()

    def _give_hint(self, progress: _Progress, shown: int) -> str:
        total = len(progress.question.hints)
        if progress.hints == total:
            raise _Refusal(_("There is no further hint."))
        if shown == progress.hints:
            progress.hints += 1
            self._recorder.record(self._event("hint", progress))
            self._tell()
        return _("Hint {n} of {total} is shown.").format(n=progress.hints, total=total)

    def _show_answer(self, progress: _Progress) -> str:
        if progress.mark is None:
            raise _Refusal(_("Answer once, then the answer can be shown."))
        if not progress.revealed:
            progress.revealed = True
            self._recorder.record(self._event("reveal", progress))
            self._tell()
        return self._summary(progress)

    def _draw_another(self, progress: _Progress, turn: int) -> str:
        if turn != progress.turn or not self._can_draw(progress):
            raise _Refusal(wording.meanwhile())
        self._redraw([progress.question.id])
        return _("Here is another one like it.")

    # Exam

    def _hold(self, progress: _Progress, request: _Given) -> str:
        """Keep an answer until the exam is handed in."""
        if self._submitted:
            raise _Refusal(_("This exam is handed in. Its answers stay as they are."))
        answer = (_read(progress.question, request.answer) or None) if request.answer is not None else None
        confidence = request.confidence if self._quiz.confidence else None
        if (answer, confidence) != (progress.answer, progress.confidence):
            progress.answer, progress.confidence = answer, confidence
            self._recorder.record(self._event("answer", progress, request.seconds))
            self._tell()
        if answer is None:
            return _("Not answered yet.")
        _mark(progress.question, answer)  # says what cannot be read
        return _("Kept until you hand in.")

    def _submit(self, warned: int) -> str:
        if not self._submitted:
            marks = {name: _marked(progress) for name, progress in self._progress.items()}
            unanswered = [number for number, given in enumerate(marks.values(), start=1) if given is None]
            if len(unanswered) > warned:
                raise _Refusal(wording.unanswered(unanswered))
            events = []
            for name, given in marks.items():
                progress = self._progress[name]
                if given is not None and progress.answer is not None:
                    progress.take(progress.answer, given, progress.confidence)
                    events.append(self._event("answer", progress))
            self._recorder.record(*events, Event(type="submit", lesson=self._quiz.lesson))  # all or none
            self._submitted = True
            self._tell()
        return self._progress_line()

    # What is on screen

    def _tell(self) -> None:
        """Show where things stand now."""
        self.standing = self._stand()

    def _view(self) -> dict[str, Any]:
        tag = language()
        total = len(self._quiz.questions)
        return {
            "title": self._quiz.title,
            "exam": self._exam,
            "review": False,
            "looks_back": self._looks_back,
            "confidence": self._quiz.confidence,
            "language": {"lang": self._quiz.language, "dir": direction(self._quiz.language)},
            "own_language": {"lang": tag, "dir": direction(tag)},
            "words": wording.page_words(),
            "questions": [
                {"position": wording.position(number, total), **self._show(progress)}
                for number, progress in enumerate(self._progress.values(), start=1)
            ],
        }

    def _show(self, progress: _Progress) -> dict[str, Any]:
        """Return what a question shows before, during and after every attempt."""
        question = progress.question
        shown: dict[str, Any] = {
            "id": question.id,
            "kind": question.kind,
            "prompt": self._html(question.prompt),
            "how": wording.how(question),
        }
        # Of these the page takes what is missing for false or 0, as it is in most of a long quiz.
        hint_count = 0 if self._exam else len(question.hints)
        rarer = {"draw": progress.draw, "predict": question.predict, "hint_count": hint_count}
        shown |= {name: value for name, value in rarer.items() if value}
        match question:
            case NumericQuestion():
                return {**shown, "unit": question.unit}
            case OperatingPointQuestion():
                return {**shown, "explorer": self._explorers[question.id].model_id}
            case SingleQuestion() | MultipleQuestion():
                return {**shown, "choices": self._texts(shuffled(question, progress.seed))}
            case OrderQuestion():
                return {**shown, "items": self._texts(shuffled(question, progress.seed))}
            case MatchQuestion():
                # An option of a list holds plain text only; what needs more is shown above the list as well.
                targets = [
                    {"id": target.id, "text": to_text(target.text), "html": self._html(target.text)}
                    for target in shuffled(question, progress.seed)
                ]
                return {**shown, "pairs": self._texts(question.pairs), "targets": targets}

    def _texts(self, parts: Iterable[Any]) -> list[dict[str, str]]:
        return [{"id": part.id, "html": self._html(part.text)} for part in parts]

    def _stand(self) -> dict[str, Any]:
        return {
            "progress": self._progress_line(),
            "notice": self._recorder.notice,
            "submitted": self._submitted,
            "unanswered": sum(_marked(one) is None for one in self._progress.values()) if self._exam else 0,
            "can_start_over": self._can_start_over(),
            "questions": [self._stand_at(progress) for progress in self._progress.values()],
        }

    def _stand_at(self, progress: _Progress) -> dict[str, Any]:
        left = self._left(progress)
        return {
            "hints": [self._html(hint) for hint in progress.question.hints[: progress.hints]],
            "turn": progress.turn,
            "attempt": progress.attempt,
            "answer": progress.answer,
            "confidence": progress.confidence,
            "left": "" if left is None or progress.solved else wording.attempts_left(left),
            "closed": self._submitted or (left == 0 and not progress.solved),
            "revealed": progress.revealed,
            "can_reveal": progress.mark is not None and not self._exam and not self._earned_all(progress),
            "can_draw": self._can_draw(progress),
            "feedback": self._feedback(progress),
        }

    def _left(self, progress: _Progress) -> int | None:
        """Return how many attempts are left; None if there is no limit."""
        if self._exam or self._quiz.attempts is None:
            return None
        return max(0, self._quiz.attempts - progress.attempt)

    def _final(self, progress: _Progress) -> bool:
        return progress.revealed or self._submitted or self._left(progress) == 0

    def _earned_all(self, progress: _Progress) -> bool:
        """Say whether all there is to say about the question may be shown; see the class's notes."""
        multiple = isinstance(progress.question, MultipleQuestion) and progress.mark is not None
        return multiple or progress.solved or self._final(progress)

    def _can_draw(self, progress: _Progress) -> bool:
        drawn = progress.question.template is not None and not self._exam
        return drawn and progress.mark is not None and (progress.solved or self._final(progress))

    def _can_start_over(self) -> bool:
        """Say whether the learner may clear the quiz: not where it would be a way round a limit."""
        begun = any(one.mark is not None or one.hints for one in self._progress.values())
        return begun and not self._exam and self._quiz.attempts is None

    def _feedback(self, progress: _Progress) -> dict[str, Any] | None:
        given, question = progress.mark, progress.question
        if given is None and not self._submitted:
            return None
        everything = self._earned_all(progress)
        solution: list[str] = []
        if isinstance(question, OrderQuestion) and everything and not progress.solved:
            solution = [self._html(item.text) for item in question.items]
        return {
            "correct": progress.solved,
            "summary": self._summary(progress),
            "message": self._message(question, given),
            "reasons": dict(self._reasons(question, given, everything=everything)),
            "solution": solution,
            "explain": self._html(question.explain) if everything and question.explain else "",
            "see": _see(question),
        }

    def _message(self, question: Question, given: Mark | None) -> str:
        # That of an operating point is part of the summary, so that it is read out.
        if given is None or isinstance(question, OperatingPointQuestion):
            return ""
        return self._html(given.message) if given.message else ""

    def _reasons(
        self, question: Question, given: Mark | None, *, everything: bool
    ) -> Iterable[tuple[str, dict[str, str]]]:
        """Yield what to say beside the parts of a question: case, reason and, for a match, the right one."""
        match question:
            case SingleQuestion() | MultipleQuestion():
                ticked = (
                    {item.choice for item in given.feedback if item.ticked} if given is not None else set()
                )
                for choice in question.choices:
                    if everything or choice.id in ticked:
                        case = _CASES[choice.id in ticked, choice.correct]
                        yield choice.id, {"case": case, "html": self._html(choice.why)}
            case OrderQuestion() if given is not None:
                for item in given.items:
                    why = item.why if everything else ""
                    yield (
                        item.item,
                        {"case": _CASES[True, item.right], "html": self._html(why) if why else ""},
                    )
            case MatchQuestion():
                chosen = {item.pair: item for item in given.pairs} if given is not None else {}
                for pair in question.pairs:
                    feedback = chosen.get(pair.id)
                    right = feedback is not None and feedback.right
                    whys = [feedback.why] if feedback is not None and feedback.why else []
                    reason = {"case": _CASES[feedback is not None, right or feedback is None]}
                    if everything and not right:
                        reason["answer"] = self._html(question.target(pair.target).text)
                        whys.append(pair.why)
                    yield pair.id, {**reason, "html": "".join(self._html(why) for why in whys)}
            case _:
                pass

    def _summary(self, progress: _Progress) -> str:
        """Return the verdict in one or two sentences: shown, and read out."""
        question, given = progress.question, progress.mark
        if given is None:
            right = ""
            if isinstance(question, NumericQuestion):
                right = wording.right_number(question)
            elif isinstance(question, OperatingPointQuestion):
                right = wording.right_point(question)
            return f"{wording.not_answered()} {right}".rstrip()
        verdict = wording.verdict(question, given, attempt=progress.attempt, final=self._final(progress))
        return f"{verdict} {wording.not_counted()}" if question.predict else verdict

    def _progress_line(self) -> str:
        counted = [one for one in self._progress.values() if not one.question.predict]
        marked = [one for one in counted if one.mark is not None]
        if self._submitted:
            right = sum(one.solved for one in counted)
            return wording.exam_result(right, len(counted), len(counted) - len(marked))
        if self._exam:
            return wording.exam_progress(sum(_marked(one) is not None for one in counted), len(counted))
        return wording.progress(len(marked), len(counted), sum(bool(one.first_correct) for one in marked))


#: What to call a choice, by whether it was ticked and whether it is right.
_CASES = {
    (True, True): "hit",
    (True, False): "slip",
    (False, True): "missed",
    (False, False): "passed",
}


def _read(question: Question, given: str | list[str] | dict[str, str] | None) -> Answer:
    """Return an answer as it is kept: one form for all ways in which a page may send it."""
    answer: Answer | None = None
    match question, given:
        case NumericQuestion() | OperatingPointQuestion(), str():
            answer = given.strip().encode(errors="replace").decode()
        case SingleQuestion() | MultipleQuestion(), list():
            order = {choice.id: index for index, choice in enumerate(question.choices)}
            answer = tuple(sorted(set(given), key=lambda choice: order.get(choice, len(order))))
        case OrderQuestion(), list():
            answer = tuple(given)
        case MatchQuestion(), dict():
            order = {pair.id: index for index, pair in enumerate(question.pairs)}
            answer = tuple(sorted(given.items(), key=lambda item: order.get(item[0], len(order))))
    if answer is None or not _fits(question, answer):
        raise _Refusal(wording.misfit())
    return answer


def _fits(question: Question, answer: Answer) -> bool:
    """Say whether the answer names only what the question has, in the form that its kind is kept in."""
    match question:
        case NumericQuestion() | OperatingPointQuestion():
            return isinstance(answer, str)
        case SingleQuestion():
            return (
                isinstance(answer, tuple)
                and len(answer) <= 1
                and {*answer} <= {c.id for c in question.choices}
            )
        case MultipleQuestion():
            return isinstance(answer, tuple) and {*answer} <= {choice.id for choice in question.choices}
        case OrderQuestion():
            return isinstance(answer, tuple) and sorted(map(str, answer)) == sorted(
                i.id for i in question.items
            )
        case MatchQuestion():
            pairs, targets = {pair.id for pair in question.pairs}, {target.id for target in question.targets}
            return isinstance(answer, tuple) and all(
                isinstance(item, tuple) and item[0] in pairs and item[1] in targets for item in answer
            )


def _for_marking(question: Question, answer: Answer) -> object:
    return dict(answer) if isinstance(question, MatchQuestion) else answer  # type: ignore[arg-type]


def _mark(question: Question, answer: Answer) -> Mark:
    if isinstance(question, OperatingPointQuestion):
        from lessonkit.widgets.operating_point import mark_point  # late: it needs the data and the metrics

        return mark_point(question, str(answer))
    return mark(question, _for_marking(question, answer))


def _readable(question: Question, answer: Answer) -> object:
    """Return an answer in the form that a learner expects in Python."""
    match question:
        case SingleQuestion():
            return answer[0]
        case MultipleQuestion() | OrderQuestion():
            return list(answer)
    return _for_marking(question, answer)


def _marked(progress: _Progress) -> Mark | None:
    """Return the mark of an answer that waits to be handed in; None if there is none to be marked."""
    if progress.mark is not None or progress.answer is None:
        return progress.mark
    try:
        return _mark(progress.question, progress.answer)
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


def _see(question: Question) -> dict[str, str] | None:
    """Return the section to read again as a link and its name, ``01-lesson.ipynb#How-To`` being "How To"."""
    if question.see_href is None:
        return None
    return {"href": question.see_href, "label": wording.place(question.see_href)}
