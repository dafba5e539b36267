"""The quiz widget. The page draws it (``quiz.js``); this half holds the key and marks.

Between the two halves:

* the trait ``view`` (kernel to page) is what stays: the title, and each question's prompt and choices;
* the trait ``standing`` (kernel to page) is what changes: for each question the hints asked for, the answer
  marked last, and the feedback it has earned;
* messages (page to kernel) are ``{"type": "answer", "attempt": n, "choices": [...] | "value": "0.89"}``,
  ``{"type": "hint", "shown": n}`` and ``{"type": "reveal"}``, each with a ``question`` and a ``request``;
* each is answered by one ``{"type": "reply", "request", "ok", "message"}``, sent after the new ``standing``.

``attempt`` and ``shown`` say what the page had on screen. So a message that comes late, twice, or from a
second view of the same widget is told apart from a new answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any, Literal

import traitlets
from anywidget import AnyWidget
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from lessonkit.questions.bank import load_quiz
from lessonkit.questions.marking import MARKING_RULES, AnswerError, Mark, mark
from lessonkit.questions.markup import to_html
from lessonkit.questions.model import MultipleQuestion, NumericQuestion, Question, Quiz, SingleQuestion
from lessonkit.questions.order import DEFAULT_SEED, shuffled
from lessonkit.questions.static import quiz_html, quiz_text

_HERE = Path(__file__).parent
_MISFIT = "This page and the kernel do not fit together. Run this cell again."


def quiz(source: str | Path | Quiz, *, only: str | None = None, seed: int | str | None = None) -> QuizWidget:
    """Show a quiz as a widget.

    Parameters
    ----------
    source : str, path or Quiz
        The stem of a lesson (``"01-precision-and-recall"``), the path of a quiz file, or a quiz in hand.
    only : str, optional
        The id of one question, to ask it alone in the middle of a lesson. Without it, the questions of a file
        that are asked inside the lesson's text (`predict` or `inline`) are left out.
    seed : int or str, optional
        The order of the choices. By default everyone sees the same.

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
    """
    if isinstance(source, Quiz):
        shown = source if only is None else source.only(only)
    else:
        loaded = load_quiz(source)
        shown = loaded.closing() if only is None else loaded.only(only)
    return QuizWidget(shown, seed=DEFAULT_SEED if seed is None else seed)


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    request: Annotated[str, Field(max_length=100)]
    question: Annotated[str, Field(max_length=100)]


class _Ticks(_Request):
    type: Literal["answer"]
    attempt: int
    choices: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=100)]


class _Typed(_Request):
    type: Literal["answer"]
    attempt: int
    value: Annotated[str, Field(max_length=100)]


class _Hint(_Request):
    type: Literal["hint"]
    shown: int


class _Reveal(_Request):
    type: Literal["reveal"]


_REQUESTS: TypeAdapter[_Ticks | _Typed | _Hint | _Reveal] = TypeAdapter(_Ticks | _Typed | _Hint | _Reveal)


class _Refusal(Exception):  # noqa: N818  (not an error: the plain answer to a request that cannot be met)
    """What to tell the learner in place of doing what the page asked."""


@dataclass
class _Progress:
    """What has happened to one question since the widget was made or reset."""

    attempt: int = 0
    answer: tuple[str, ...] | str | None = None
    mark: Mark | None = None
    first_correct: bool = False
    hints: int = 0
    revealed: bool = False

    @property
    def solved(self) -> bool:
        return self.mark is not None and self.mark.correct


class QuizWidget(AnyWidget):
    """A quiz that is marked in the kernel.

    Parameters
    ----------
    quiz : Quiz
        What to ask.
    seed : int or str
        The order of the choices; drawn once, kept through retries and resets.

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

    Hints never depend on the ticks, so asking for one tells nothing about them.
    """

    _esm = _HERE / "quiz.js"
    _css = _HERE / "style.css"

    # The page reads both and writes neither: what it sends back is ignored.
    view = traitlets.Dict().tag(sync=True, from_json=lambda _value, widget: widget.view)
    standing = traitlets.Dict().tag(sync=True, from_json=lambda _value, widget: widget.standing)

    def __init__(self, quiz: Quiz, *, seed: int | str = DEFAULT_SEED) -> None:
        self._quiz = quiz
        self._html = cache(partial(to_html, folder=quiz.folder))
        self._progress = {question.id: _Progress() for question in quiz.questions}
        questions = [self._draw(question, seed) for question in quiz.questions]
        super().__init__(view={"title": quiz.title, "questions": questions}, standing=self._stand())
        self.on_msg(self._answer_message)

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """The answer marked last for each question answered so far.

        Returns
        -------
        dict
            ``{question id: {"answer": ..., "correct": bool, "credit": float}}``. The answer is a choice id
            (``single``), a list of choice ids (``multiple``) or the text as typed (``numeric``).
        """
        answers: dict[str, dict[str, Any]] = {}
        for question in self._quiz.questions:
            progress = self._progress[question.id]
            if progress.mark is None:
                continue
            given: object = progress.answer
            if isinstance(progress.answer, tuple):
                given = progress.answer[0] if isinstance(question, SingleQuestion) else list(progress.answer)
            answers[question.id] = {
                "answer": given,
                "correct": progress.mark.correct,
                "credit": progress.mark.credit,
            }
        return answers

    def reset(self) -> None:
        """Forget all answers and hints, and clear every view. The order of the choices stays."""
        self._progress = {question.id: _Progress() for question in self._quiz.questions}
        self.standing = self._stand()

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:  # noqa: ANN401
        """Return the widget view and, for readers without a kernel, the quiz as HTML and as constant text."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/html": quiz_html(self._quiz), "text/plain": quiz_text(self._quiz)}, metadata

    # Messages from the page

    def _answer_message(self, _widget: object, content: object, _buffers: object) -> None:
        """Do what the page asks, and reply in plain words whatever it sent."""
        name = content.get("request") if isinstance(content, Mapping) else None
        reply: dict[str, object] = {"type": "reply", "request": name if isinstance(name, str) else None}
        try:
            self.send({**reply, "ok": True, "message": self._obey(content)})
        except (_Refusal, AnswerError) as refusal:
            self.send({**reply, "ok": False, "message": str(refusal)})

    def _obey(self, content: object) -> str:
        try:
            request = _REQUESTS.validate_python(content)
            question = self._quiz.question(request.question)
        except (ValidationError, KeyError):
            raise _Refusal(_MISFIT) from None
        match request:
            case _Ticks():
                return self._take(question, request.attempt, _in_file_order(question, request.choices))
            case _Typed():
                return self._take(question, request.attempt, _typed(question, request.value))
            case _Hint():
                return self._give_hint(question, request.shown)
            case _Reveal():
                return self._show_answer(question)

    def _take(self, question: Question, attempt: int, answer: tuple[str, ...] | str) -> str:
        progress = self._progress[question.id]
        if attempt != progress.attempt:
            if progress.mark is not None and answer == progress.answer:  # the same message again
                return self._summary(question, progress)
            raise _Refusal("This question was answered meanwhile. Look at its feedback, then check again.")
        self._settle(question, answer, mark(question, answer))
        return self._summary(question, progress)

    def _settle(self, question: Question, answer: tuple[str, ...] | str, given: Mark) -> None:
        """Make a mark final. Every answer that counts as an attempt passes here, once."""
        progress = self._progress[question.id]
        progress.attempt += 1
        progress.answer = answer
        progress.mark = given
        progress.first_correct |= progress.attempt == 1 and given.correct
        self.standing = self._stand()

    def _give_hint(self, question: Question, shown: int) -> str:
        progress = self._progress[question.id]
        if progress.hints == len(question.hints):
            raise _Refusal("There is no further hint.")
        if shown == progress.hints:
            progress.hints += 1
            self.standing = self._stand()
        return f"Hint {progress.hints} of {len(question.hints)} is shown."

    def _show_answer(self, question: Question) -> str:
        progress = self._progress[question.id]
        if progress.mark is None:
            raise _Refusal("Answer once, then the answer can be shown.")
        progress.revealed = True
        self.standing = self._stand()
        return self._summary(question, progress)

    # What is on screen

    def _draw(self, question: Question, seed: int | str) -> dict[str, Any]:
        """Return what a question shows before, during and after every attempt."""
        drawn: dict[str, Any] = {
            "id": question.id,
            "kind": question.kind,
            "predict": question.predict,
            "prompt": self._html(question.prompt),
            "how": _how(question),
            "hint_count": len(question.hints),
        }
        if isinstance(question, NumericQuestion):
            return {**drawn, "unit": question.unit}
        choices = [{"id": choice.id, "html": self._html(choice.text)} for choice in shuffled(question, seed)]
        return {**drawn, "choices": choices}

    def _stand(self) -> dict[str, Any]:
        questions = []
        for question in self._quiz.questions:
            progress = self._progress[question.id]
            questions.append(
                {
                    "hints": [self._html(hint) for hint in question.hints[: progress.hints]],
                    "attempt": progress.attempt,
                    "answer": progress.answer,
                    "revealed": progress.revealed,
                    "can_reveal": progress.mark is not None and not self._earned_all(question, progress),
                    "feedback": self._feedback(question, progress),
                }
            )
        return {"progress": self._progress_line(), "questions": questions}

    @staticmethod
    def _earned_all(question: Question, progress: _Progress) -> bool:
        """Say whether all there is to say about the question may be shown; see the class's notes."""
        multiple = isinstance(question, MultipleQuestion) and progress.mark is not None
        return multiple or progress.solved or progress.revealed

    def _feedback(self, question: Question, progress: _Progress) -> dict[str, Any] | None:
        given = progress.mark
        if given is None:
            return None
        earned_all = self._earned_all(question, progress)
        reasons = {
            item.choice: {"ticked": item.ticked, "right": item.right, "html": self._html(item.why)}
            for item in given.feedback
            if earned_all or item.ticked
        }
        return {
            "correct": given.correct,
            "summary": self._summary(question, progress),
            "message": self._html(given.message) if given.message else "",
            "reasons": reasons,
            "explain": self._html(question.explain) if earned_all and question.explain else "",
            "see": _see(question),
        }

    def _summary(self, question: Question, progress: _Progress) -> str:
        """Return the verdict in one or two sentences: shown, and read out."""
        given = progress.mark
        if given is None:
            return ""
        verdict = _verdict(question, progress, given)
        return f"{verdict} A prediction is not counted." if question.predict else verdict

    def _progress_line(self) -> str:
        counted = [self._progress[question.id] for question in self._quiz.questions if not question.predict]
        answered = sum(progress.mark is not None for progress in counted)
        first = sum(progress.first_correct for progress in counted)
        return f"{answered} of {len(counted)} answered, {first} right at the first try"


def _in_file_order(question: Question, choices: list[str]) -> tuple[str, ...]:
    """Return the ticks in one order, whatever order they were sent in; marking refuses unknown ones."""
    if isinstance(question, NumericQuestion):
        raise _Refusal(_MISFIT)
    order = {choice.id: index for index, choice in enumerate(question.choices)}
    return tuple(sorted(set(choices), key=lambda choice: order.get(choice, len(order))))


def _typed(question: Question, value: str) -> str:
    if not isinstance(question, NumericQuestion):
        raise _Refusal(_MISFIT)
    return value.strip()


def _how(question: Question) -> str:
    match question:
        case SingleQuestion():
            return "Choose one."
        case MultipleQuestion():
            return f"Tick every right choice. {MARKING_RULES[question.marking]}"
        case NumericQuestion():
            return "Type a number. 0.89, 89 % and 8/9 are all fine."


def _verdict(question: Question, progress: _Progress, given: Mark) -> str:
    if given.correct:
        first = "Right." if progress.attempt == 1 else f"Right, at attempt {progress.attempt}."
        return f"{first} Read as {given.understood}." if given.understood else first
    match question:
        case SingleQuestion() if progress.revealed:
            return "The answer is marked, and every choice has its reason."
        case NumericQuestion() if progress.revealed:
            return f"The answer is {_number(question)}. Yours was read as {given.understood}."
        case SingleQuestion():
            return "Not yet. Read the reason beside your choice, then try again."
        case MultipleQuestion():
            well = sum(item.treated_well for item in given.feedback)
            earned = f", which earns {100 * given.credit:.0f} % of the credit" if given.credit else ""
            return f"Not yet. You judged {well} of {len(given.feedback)} choices rightly{earned}."
        case NumericQuestion():
            read = f"Not yet. Your answer was read as {given.understood}."
            return read if given.message else f"{read} Look again at what is asked."


def _number(question: NumericQuestion) -> str:
    """Return the right number as a learner would write it; a proportion in percent where the unit says so."""
    if question.unit == "%":
        return f"{100 * question.answer:.6g} %"
    return f"{question.answer:.6g} {question.unit or ''}".rstrip()


def _see(question: Question) -> dict[str, str] | None:
    """Return the section to read again as a link and its name, ``01-lesson.ipynb#How-To`` being "How To"."""
    if question.see_href is None:
        return None
    lesson, _, heading = question.see_href.partition("#")
    return {"href": question.see_href, "label": (heading or Path(lesson).stem).replace("-", " ")}
