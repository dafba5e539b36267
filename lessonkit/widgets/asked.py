"""Questions as a page asks them: what it shows, where they stand, what it may ask for. No notebook is needed.

`lessonkit.widgets.asking` shows them in a notebook and says what goes over the wire. A class does without.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from lessonkit.course.outline import course_id
from lessonkit.i18n import direction, language
from lessonkit.i18n import gettext as _
from lessonkit.questions.content import content_hash
from lessonkit.questions.markup import to_html
from lessonkit.questions.variants import variant
from lessonkit.record.event import Event
from lessonkit.widgets import wording
from lessonkit.widgets.answers import mark_answer, read, solution
from lessonkit.widgets.names import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lessonkit.questions.kinds import Question
    from lessonkit.questions.kinds.base import Answer
    from lessonkit.questions.marking import Mark
    from lessonkit.questions.model import Quiz

Confidence: TypeAlias = Literal["guess", "fairly-sure", "certain"]


_Name = Annotated[str, Field(max_length=100)]


class Request(BaseModel):
    """What a page asks for."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    request: _Name


class _Asked(Request):
    question: _Name


class Given(_Asked):
    """An answer, and what the page had on screen."""

    turn: int
    answer: (
        _Name
        | Annotated[list[_Name], Field(max_length=100)]
        | Annotated[dict[_Name, _Name], Field(max_length=100)]
        | None
    )
    confidence: Confidence | None = None
    seconds: Annotated[float, Field(ge=0, le=1e7)] | None = None


class _Answer(Given):
    type: Literal["answer"]


class _Hint(_Asked):
    type: Literal["hint"]
    shown: int


class _Reveal(_Asked):
    type: Literal["reveal"]


class _Another(_Asked):
    type: Literal["another"]
    turn: int


class Reset(Request):
    """All answers are to be cleared; not every page offers it."""

    type: Literal["reset"]


#: What every page of questions may ask for.
Requests: TypeAlias = _Answer | _Hint | _Reveal | _Another


class Refusal(Exception):  # noqa: N818  (not an error: the plain answer to a request that cannot be met)
    """What to tell the learner in place of doing what the page asked."""


@dataclass
class Progress:
    """One question as it was drawn for this learner, and what has happened to it since."""

    question: Question
    seed: str
    draw: int
    names: Names
    """What the page calls its parts."""
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
        """Whether the answer marked last is right."""
        return self.mark is not None and self.mark.correct

    def stands_as(self, other: Progress) -> bool:
        """Say whether the same has happened to both, so far as a record can tell."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name in ("seed", "draw", "attempt", "answer", "mark", "hints", "revealed")
        )

    def take(self, answer: Answer, given: Mark, confidence: Confidence | None) -> None:
        """Make a mark final."""
        self.turn += 1
        self.attempt += 1
        self.answer, self.mark, self.confidence = answer, given, confidence
        if self.first_correct is None:
            self.first_correct = given.correct and not self.revealed


class Asked:
    """The questions of a page: what it shows, where they stand, and how what it asks for is done.

    It knows no notebook. What shows it says the rest: how events are kept (`_keep`), and how the page is told
    (`_tell`).

    Parameters
    ----------
    quiz : Quiz
        What to ask. In its mode ``exam`` there are no hints, no other draws, and no limit of attempts.
    seed : callable
        Returns, for the id of a question and the number of its draw (0 for the first), the seed of its
        numbers and of the order of its choices. They stay through retries.
    learner : str
        Whose events these are.

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

    A subclass says the rest:

    * `_begin`: where the questions stand at first. By default nothing has happened to them;
    * `_facts`: to which lesson a question belongs in the record. By default that of the quiz;
    * `_requests` and `_do`: what else the page may ask for, and how it is done. It sets `_over` when no more
      answers are taken;
    * `_view`, `_stand` and `_progress_line`: what else the page shows.
    """

    _requests: ClassVar[TypeAdapter[Any]] = TypeAdapter(Annotated[Requests, Field(discriminator="type")])

    def __init__(self, quiz: Quiz, *, seed: Callable[[str, int], str], learner: str) -> None:
        self._quiz = quiz
        self._exam = quiz.mode == "exam"
        self._over = False
        self._seed = seed
        self._learner = learner
        self._course = course_id()
        self._html = cache(partial(to_html, folder=quiz.folder))
        self._contents = {question.id: content_hash(question) for question in quiz.questions}
        self._progress = self._begin()

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
                "answer": progress.question.readable(progress.answer),
                "correct": progress.mark.correct,
                "credit": progress.mark.credit,
            }
            for question_id, progress in self._progress.items()
            if progress.mark is not None and progress.answer is not None
        }

    # The record

    def _keep(self, *events: Event) -> None:
        """Keep what the learner did."""
        raise NotImplementedError

    def _notice(self) -> str:
        """Return what is to be told about the keeping; empty while all is well."""
        return ""

    def _begin(self) -> dict[str, Progress]:
        """Return every question, by its id, as it stands when the widget is made."""
        return {question.id: self._draw(question, 0) for question in self._quiz.questions}

    def _draw(self, question: Question, draw: int) -> Progress:
        seed = self._seed(question.id, draw)
        drawn = variant(question, seed)
        return Progress(drawn, seed, draw, self._names(drawn, seed))

    def _redraw(self, question_ids: Iterable[str]) -> None:
        """Begin questions anew, with the next draw."""
        drawn_before = [self._progress[question_id] for question_id in question_ids]
        self._keep(*(self._event("reset", before) for before in drawn_before))
        for before in drawn_before:
            question_id = before.question.id
            after = self._draw(self._quiz.question(question_id), before.draw + 1)
            after.turn, after.first_correct = before.turn + 1, before.first_correct
            self._progress[question_id] = after

    def _facts(self, question: str) -> dict[str, Any]:
        """Return what each event of a question says about the question, by its id."""
        return {
            "course": self._course,
            "lesson": self._quiz.lesson,
            "question": question,
            "content": self._contents[question],
        }

    def _event(
        self,
        kind: Literal["answer", "hint", "reveal", "reset"],
        progress: Progress,
        seconds: float | None = None,
    ) -> Event:
        question, given = progress.question, progress.mark
        facts = self._facts(question.id)
        if kind == "answer":
            facts |= {"answer": progress.answer, "confidence": progress.confidence, "seconds": seconds}
            if given is not None:
                facts |= {"attempt": progress.attempt, "correct": given.correct, "credit": given.credit}
        return Event(
            type=kind, learner=self._learner, seed=progress.seed, counts=not question.predict, **facts
        )

    # What the page asks for

    def _obey(self, content: object) -> dict[str, str]:
        try:
            request = self._requests.validate_python(content)
            progress = self._progress[request.question] if isinstance(request, _Asked) else None
        except (ValidationError, KeyError):
            raise Refusal(wording.misfit()) from None
        done = self._do(request, progress)
        if done is None:
            raise Refusal(wording.misfit())
        return {"message": done} if isinstance(done, str) else done

    def _do(self, request: Request, progress: Progress | None) -> str | dict[str, str] | None:
        """Do what is asked.

        Parameters
        ----------
        request : Request
            One of those of `_requests`.
        progress : Progress or None
            The question that it is about.

        Returns
        -------
        str, dict or None
            The message of the reply, or its parts; None if there is no such thing to ask.

        Raises
        ------
        Refusal, AnswerError
            It cannot be done; the message says why.
        """
        match request, progress:
            case _Answer(), Progress():
                return self._take(progress, request)
            case _Hint(), Progress():
                return self._give_hint(progress, request.shown)
            case _Reveal(), Progress():
                return self._show_answer(progress)
            case _Another(), Progress():
                return self._draw_another(progress, request.turn)
            case _:
                pass
        return None

    def _take(self, progress: Progress, request: Given) -> str:
        answer = self._read(progress, request.answer)
        if progress.mark is not None and answer == progress.answer:  # the same again: nothing new to mark
            return self._summary(progress)
        if request.turn != progress.turn:
            raise Refusal(wording.meanwhile())
        if self._left(progress) == 0:
            raise Refusal(wording.attempts_left(0) + ".")
        given = mark_answer(progress.question, answer)
        progress.take(answer, given, self._sureness(progress.question, answer, request.confidence))
        self._keep(self._event("answer", progress, request.seconds))
        self._tell()
        return self._said(progress)

    def _names(self, question: Question, seed: str) -> Names:
        """Return what the page calls the parts of a question as it is drawn."""
        return Names.opaque(question, seed)

    def _read(self, progress: Progress, given: str | list[str] | dict[str, str] | None) -> Answer:
        """Return an answer as it is kept.

        Raises
        ------
        AnswerError
            It does not fit the question, so it is no answer that a page would send.
        """
        return read(progress.question, given if given is None else progress.names.from_page(given))

    def _sureness(
        self, question: Question, answer: Answer | None, said: Confidence | None
    ) -> Confidence | None:
        """Return how sure the learner was, if asked; nobody is sure of an answer who gives none."""
        return said if self._quiz.confidence and not question.is_unsure(answer) else None

    def _give_hint(self, progress: Progress, shown: int) -> str:
        total = len(progress.question.hints)
        if progress.hints == total:
            raise Refusal(_("There is no further hint."))
        if shown == progress.hints:
            progress.hints += 1
            self._keep(self._event("hint", progress))
            self._tell()
        return wording.browser_words()["hint_shown"].format(n=progress.hints, total=total)

    def _show_answer(self, progress: Progress) -> str:
        if progress.mark is None:
            raise Refusal(_("Answer once, then the answer can be shown."))
        if not progress.revealed:
            progress.revealed = True
            self._keep(self._event("reveal", progress))
            self._tell()
        return self._said(progress)

    def _draw_another(self, progress: Progress, turn: int) -> str:
        if turn != progress.turn or not self._can_draw(progress):
            raise Refusal(wording.meanwhile())
        self._redraw([progress.question.id])
        return wording.browser_words()["another_drawn"]

    # What is on screen

    def _tell(self) -> None:
        """Show where things stand now."""
        raise NotImplementedError

    def _explorer(self, question: str) -> str:
        """Return the name by which the page finds the explorer that a question is answered on."""
        raise NotImplementedError

    def _view(self) -> dict[str, Any]:
        tag = language()
        return {
            "title": self._quiz.title,
            "exam": self._exam,
            "review": False,
            "looks_back": False,
            "confidence": self._quiz.confidence,
            "language": {"lang": self._quiz.language, "dir": direction(self._quiz.language)},
            "own_language": {"lang": tag, "dir": direction(tag)},
            "words": wording.page_words(),
            "questions": [self._show(progress) for progress in self._progress.values()],
        }

    def _show(self, progress: Progress) -> dict[str, Any]:
        """Return what a question shows before, during and after every attempt."""
        question = progress.question
        shown: dict[str, Any] = {
            "id": question.id,
            "kind": question.kind,
            "prompt": self._html(question.prompt),
        }
        if how := question.how():
            shown["how"] = how
        # Of these the page takes what is missing for false or 0, as it is in most of a long quiz.
        hint_count = 0 if self._exam else len(question.hints)
        rarer = {"draw": progress.draw, "predict": question.predict, "hint_count": hint_count}
        shown |= {name: value for name, value in rarer.items() if value}
        if question.explored:
            shown["explorer"] = self._explorer(question.id)
        return shown | progress.names.view(question.view(progress.seed, self._html))

    def _stand(self) -> dict[str, Any]:
        return {
            "progress": self._progress_line(),
            "notice": self._notice(),
            "submitted": self._over,
            "unanswered": 0,
            "can_start_over": False,
            "questions": [self._stand_at(progress) for progress in self._progress.values()],
        }

    def _stand_at(self, progress: Progress) -> dict[str, Any]:
        left = self._left(progress)
        return {
            "hints": [self._html(hint) for hint in progress.question.hints[: progress.hints]],
            "turn": progress.turn,
            "attempt": progress.attempt,
            "answer": progress.names.to_page(progress.answer),
            "confidence": progress.confidence,
            "left": "" if left is None or progress.solved else wording.attempts_left(left),
            "closed": self._over or (left == 0 and not progress.solved),
            "revealed": progress.revealed,
            "can_reveal": progress.mark is not None and not self._exam and not self._earned_all(progress),
            "can_draw": self._can_draw(progress),
            "feedback": self._feedback(progress),
            "kept": "",
        }

    def _left(self, progress: Progress) -> int | None:
        """Return how many attempts are left; None if there is no limit."""
        if self._exam or self._quiz.attempts is None:
            return None
        return max(0, self._quiz.attempts - progress.attempt)

    def _final(self, progress: Progress) -> bool:
        return progress.revealed or self._over or self._left(progress) == 0

    def _earned_all(self, progress: Progress) -> bool:
        """Say whether all there is to say about the question may be shown; see the class's notes."""
        at_once = progress.question.open_at_once and progress.mark is not None
        return at_once or progress.solved or self._final(progress)

    def _can_draw(self, progress: Progress) -> bool:
        drawn = progress.question.template is not None and not self._exam
        return drawn and progress.mark is not None and (progress.solved or self._final(progress))

    def _feedback(self, progress: Progress) -> dict[str, Any] | None:
        given, question = progress.mark, progress.question
        if given is None and not self._over:
            return None
        everything = self._earned_all(progress)
        names = progress.names.parts
        right_order = question.right_order() if everything and not progress.solved else ()
        return {
            "correct": progress.solved,
            "summary": self._summary(progress),
            "message": self._message(question, given),
            "reasons": {
                names[part]: reason
                for part, reason in question.reasons(given, self._html, everything=everything)
            },
            "solution": [self._html(text) for text in right_order],
            "explain": self._html(question.explain) if everything and question.explain else "",
            "see": _see(question),
        }

    def _message(self, question: Question, given: Mark | None) -> str:
        if given is None or question.explored:  # then it is part of the summary, so that it is read out
            return ""
        return self._html(given.message) if given.message else ""

    def _said(self, progress: Progress) -> str:
        """Return what is read out: the verdict, and the right answer once it is shown."""
        shown = progress.mark is not None and not progress.solved and self._final(progress)
        question = progress.question
        right = question.solution() if shown and not question.said else ""
        return f"{self._summary(progress)} {right}".rstrip()

    def _summary(self, progress: Progress) -> str:
        """Return the verdict in one or two sentences: shown, and read out."""
        question, given = progress.question, progress.mark
        if given is None:
            right = solution(question) if question.said else ""
            return f"{wording.not_answered()} {right}".rstrip()
        final = self._final(progress)
        right = solution(question) if final and question.said else ""
        verdict = wording.verdict(question, given, right, attempt=progress.attempt, final=final)
        return f"{verdict} {wording.not_counted()}" if question.predict else verdict

    def _progress_line(self) -> str:
        """Say in a line how far the learner is; what was only predicted is not counted."""
        counted = [one for one in self._progress.values() if not one.question.predict]
        marked = [one for one in counted if one.mark is not None]
        return wording.progress(len(marked), len(counted), sum(bool(one.first_correct) for one in marked))


def _see(question: Question) -> dict[str, str] | None:
    """Return the section to read again as a link and its name, ``01-lesson.ipynb#How-To`` being "How To"."""
    if question.see_href is None:
        return None
    return {"href": question.see_href, "label": wording.place(question.see_href)}
