"""The progress board: all that the record tells about a learner, at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lessonkit.record.calibration import Calibration, calibration
from lessonkit.record.gain import Gain, gain
from lessonkit.record.misconceptions import Misconception, misconceptions
from lessonkit.record.replay import History, LessonHistory, QuestionState, Replay
from lessonkit.record.review import LIMIT, Reviews, reviews
from lessonkit.record.syllabus import is_examined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from lessonkit.questions import Question, Quiz
    from lessonkit.record.syllabus import Syllabus


def _all(quiz: Quiz) -> tuple[Question, ...]:
    return tuple(question for question in quiz.questions if not question.predict)


def _predictions(quiz: Quiz) -> tuple[Question, ...]:
    return tuple(question for question in quiz.questions if question.predict)


def _closing(quiz: Quiz) -> tuple[Question, ...]:
    return quiz.closing().questions


def _none(_quiz: Quiz) -> tuple[Question, ...]:
    return ()


# What a path asks of a lesson, by the word that course.toml has for it.
_ASKED: Final[Mapping[str, Callable[[Quiz], tuple[Question, ...]]]] = {
    "all": _all,
    "predict": _predictions,
    "closing": _closing,
    "none": _none,
}


@dataclass(frozen=True, slots=True)
class Objective:
    """One objective of a lesson.

    Attributes
    ----------
    id, text : str
        Its name, and what the learner can do.
    questions, right : int
        Questions on it, and those whose last unaided answer is right; see `Replay`.
    """

    id: str
    text: str
    questions: int
    right: int

    @property
    def met(self) -> bool:
        """Whether each of its questions was right when it was last answered unaided."""
        return self.right == self.questions


@dataclass(frozen=True, slots=True)
class LessonProgress:
    """What a learner has done in one lesson. Questions asked before the text answers them do not count.

    Attributes
    ----------
    lesson, title : str
        Stem of the quiz file, and title of the lesson.
    href : str
        Link to the notebook from within the folder of notebooks; empty if the course does not have it.
    questions, answered, right, first_try : int
        Questions that count; with a marked answer; whose last answer is right, without the solution; whose
        first one is.
    minutes : float
        Time spent on answers, at most 5 minutes for each.
    last : datetime or None
        Time of the last event; None before the first.
    left : int
        Questions that count and wait for an answer.
    exercises, solved : int
        Exercises that it sets, and those of which a check has passed, once and for all.
    objectives : tuple of Objective
        Those that its questions practice, apart from what an exam asks about.
    """

    lesson: str
    title: str
    href: str
    questions: int
    answered: int
    right: int
    first_try: int
    left: int
    exercises: int
    solved: int
    minutes: float
    last: datetime | None
    objectives: tuple[Objective, ...]

    @property
    def begun(self) -> bool:
        """Whether anything was done in it."""
        return self.last is not None

    @property
    def done(self) -> bool:
        """Whether no question waits for an answer."""
        return self.begun and not self.left

    @property
    def met(self) -> int:
        """How many objectives are met."""
        return sum(objective.met for objective in self.objectives)


@dataclass(frozen=True, slots=True)
class Step:
    """One lesson of a path: whether what the path asks of it is done."""

    lesson: str
    href: str
    done: bool


@dataclass(frozen=True, slots=True)
class Path:
    """One way through the course, as its course.toml names it, with what is done of it."""

    name: str
    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        """How many of its steps are done."""
        return sum(step.done for step in self.steps)


@dataclass(frozen=True, slots=True)
class NextStep:
    """Where the course goes on.

    At the first open question of the first lesson that is not done. Who takes no exercises is not held up by
    them: only when all questions are done, the first lesson with an open exercise comes.
    """

    lesson: str
    title: str
    href: str


def _summed(name: str, doc: str) -> property:
    """Return the sum over all lessons of what `LessonProgress` has by this name."""
    return property(lambda board: sum(getattr(lesson, name) for lesson in board.lessons), doc=doc)


@dataclass(frozen=True)
class Board:
    """All that the record tells.

    Attributes
    ----------
    lessons : tuple of LessonProgress
        All lessons of the course in its order, then what the record holds of others.
    paths : tuple of Path
        The ways through the course.
    next : NextStep or None
        None when all lessons are done, with their exercises.
    reviews : Reviews
        What is due.
    misconceptions : tuple of Misconception
        Those that still hold.
    calibration : Calibration
        How sure the learner was, and how often right.
    gain : Gain or None
        From the pre-test to the post-test; None if the course does not have both.
    notice : str
        What to tell the learner about a record that cannot be kept or read; empty if all is well.
    unread : int
        Events that were left out: damaged, or of a newer lessonkit.
    unknown : tuple of str
        Fields of events that this version does not know.
    """

    lessons: tuple[LessonProgress, ...]
    paths: tuple[Path, ...]
    next: NextStep | None
    reviews: Reviews
    misconceptions: tuple[Misconception, ...]
    calibration: Calibration
    gain: Gain | None
    notice: str = ""
    unread: int = 0
    unknown: tuple[str, ...] = ()

    answered = _summed("answered", "Questions with a marked answer.")
    right = _summed("right", "Questions whose last answer is right.")
    first_try = _summed("first_try", "Questions whose first answer was right.")
    solved = _summed("solved", "Exercises of which a check has passed.")
    minutes = _summed("minutes", "Time spent on answers.")


def board(
    replay: Replay, course: Syllabus, *, now: datetime | None = None, limit: int = LIMIT, notice: str = ""
) -> Board:
    """Return all that the record tells.

    Parameters
    ----------
    replay : Replay
        What the learner did.
    course : Syllabus
        What the course asks.
    now : datetime, optional
        Aware; default: the present. It decides what is due.
    limit : int
        At most so many reviews a day.
    notice : str
        `Recorder.notice`.

    Returns
    -------
    Board
        The same for the same events, in whatever pieces they were added.
    """
    with replay.lock:
        lessons = [_lesson(replay, course, quiz) for quiz in course.lessons]
        others = sorted(replay.lessons.keys() - {quiz.lesson for quiz in course.lessons})
        return Board(
            lessons=(*lessons, *(_foreign(name, replay.lessons[name]) for name in others)),
            paths=tuple(_paths(replay, course)),
            next=_next(replay, course, lessons),
            reviews=reviews(replay, course, now=now, limit=limit),
            misconceptions=misconceptions(replay, course),
            calibration=calibration(replay, course),
            gain=gain(replay, course),
            notice=notice,
            unread=replay.unread,
            unknown=tuple(sorted(replay.unknown)),
        )


def _state(replay: Replay, course: Syllabus, quiz: Quiz, question: Question) -> QuestionState:
    history = course.history(replay, quiz.lesson, question.id)
    return QuestionState() if history is None else history.state


def _waits(replay: Replay, course: Syllabus, quiz: Quiz, question: Question) -> bool:
    """Say whether a question waits for an answer; in an exam that is handed in, none does."""
    played = replay.lessons.get(quiz.lesson)
    handed_in = played is not None and played.submitted is not None and is_examined(quiz, question)
    return not handed_in and not _state(replay, course, quiz, question).attempts


def _unsolved(replay: Replay, course: Syllabus, quiz: Quiz) -> list[str]:
    """Return the exercises of a lesson of which no check has passed."""
    played = replay.lessons.get(quiz.lesson, LessonHistory())
    return [exercise for exercise in course.exercises(quiz) if not played.exercises.get(exercise)]


def _lesson(replay: Replay, course: Syllabus, quiz: Quiz) -> LessonProgress:
    played = replay.lessons.get(quiz.lesson, LessonHistory())
    counted = course.counted(quiz)
    return LessonProgress(
        lesson=quiz.lesson,
        title=course.titles[quiz.lesson],
        href=course.href(quiz),
        questions=len(counted),
        **_counts([_state(replay, course, quiz, question) for question in counted]),
        left=sum(_waits(replay, course, quiz, question) for question in counted),
        exercises=len(course.exercises(quiz)),
        solved=len(course.exercises(quiz)) - len(_unsolved(replay, course, quiz)),
        minutes=played.seconds / 60,
        last=played.last,
        objectives=_objectives(replay, course, quiz),
    )


def _counts(states: list[QuestionState]) -> dict[str, int]:
    marked = [state for state in states if state.attempts]
    return {
        "answered": len(marked),
        "right": sum(bool(state.correct) and not state.revealed for state in marked),
        "first_try": sum(bool(state.first_correct) for state in marked),
    }


def _foreign(lesson: str, played: LessonHistory) -> LessonProgress:
    """Return the progress in a lesson that the course does not have, as far as the events tell."""
    states = [history.state for history in played.current.values()]
    counts = _counts([state for state in states if state.counts])
    return LessonProgress(
        lesson=lesson,
        title=lesson,
        href="",
        questions=counts["answered"],
        **counts,
        left=0,
        exercises=len(played.exercises),
        solved=sum(played.exercises.values()),
        minutes=played.seconds / 60,
        last=played.last,
        objectives=(),
    )


def _objectives(replay: Replay, course: Syllabus, quiz: Quiz) -> tuple[Objective, ...]:
    examined = {question.objective for question in quiz.questions if is_examined(quiz, question)}
    found = []
    for slug, text in quiz.objectives.items():
        on_it = [question for question in course.practiced(quiz) if question.objective == slug]
        if slug in examined or not on_it:
            continue
        histories = [course.history(replay, quiz.lesson, question.id) for question in on_it]
        right = sum(history is not None and _knew(history) for history in histories)
        found.append(Objective(slug, text, len(on_it), right))
    return tuple(found)


def _knew(history: History) -> bool:
    return history.last is not None and bool(history.last.correct)


def _paths(replay: Replay, course: Syllabus) -> Iterator[Path]:
    for way in course.paths:
        steps = []
        for quiz in course.lessons:
            if way.lessons and quiz.lesson not in way.lessons:
                continue
            questions = _ASKED[way.questions](quiz)
            exercises = course.exercises(quiz) if way.exercises else ()
            if questions:
                href = course.href(quiz, questions[0])
            elif exercises:
                href = course.exercise_href(quiz, exercises[0])
            else:
                continue
            waiting = any(_waits(replay, course, quiz, question) for question in questions)
            unsolved = way.exercises and _unsolved(replay, course, quiz)
            steps.append(Step(quiz.lesson, href, done=not waiting and not unsolved))
        if steps:
            yield Path(way.name, tuple(steps))


def _next(replay: Replay, course: Syllabus, lessons: Iterable[LessonProgress]) -> NextStep | None:
    pairs = tuple(zip(course.lessons, lessons, strict=True))
    for quiz, lesson in pairs:
        if not lesson.done:
            # Who has only solved an exercise of it, as lesson 00 offers, begins at its beginning.
            met = quiz.lesson in replay.lessons and replay.lessons[quiz.lesson].current
            waiting = (one for one in course.counted(quiz) if _waits(replay, course, quiz, one))
            return NextStep(
                lesson.lesson, lesson.title, course.href(quiz, next(waiting, None) if met else None)
            )
    for quiz, lesson in pairs:
        if unsolved := _unsolved(replay, course, quiz):
            return NextStep(lesson.lesson, lesson.title, course.exercise_href(quiz, unsolved[0]))
    return None
