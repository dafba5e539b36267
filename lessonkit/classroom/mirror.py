"""What a class believes, which questions to look at, and where it got stuck; nobody is named.

All is read from events. A vote is an ordinary answer with a `room` and a `round`; answers from notebooks
count alike. Marks are made anew from answer, seed and key, whatever the events say.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from lessonkit.classroom.items import Discrimination, discriminations, rest_scores
from lessonkit.questions.bank import renamed
from lessonkit.questions.kinds.choice import ChoiceQuestion
from lessonkit.questions.kinds.number import NumericQuestion
from lessonkit.questions.markup import to_text
from lessonkit.questions.template import draw
from lessonkit.record.calibration import CONFIDENCES, wilson
from lessonkit.record.gain import paired_interval
from lessonkit.record.replay import Replay
from lessonkit.record.syllabus import beliefs_of
from lessonkit.widgets import wording
from lessonkit.widgets.answers import mark_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, tzinfo

    from numpy.typing import NDArray

    from lessonkit.questions.kinds import Question
    from lessonkit.questions.marking import Mark
    from lessonkit.questions.model import Quiz
    from lessonkit.record.event import Event
    from lessonkit.record.syllabus import Name, Syllabus
    from lessonkit.widgets.asked import Confidence

#: Smaller groups are not told of: their members would be too easy to guess.
FEWEST: Final = 5
#: More beliefs than this for one lesson, and nobody knows where to begin.
BELIEFS_PER_LESSON: Final = 3
_THIRD: Final = 3
_ON_QUESTIONS: Final = frozenset({"answer", "hint", "reveal"})


class Share(NamedTuple):
    """A part of a group, with Wilson's 95% interval of the share."""

    part: int
    n: int
    low: float
    high: float

    @classmethod
    def of(cls, part: int, n: int) -> Share:
        """Count `part` of `n`; n ≥ 1."""
        return cls(part, n, *wilson(part, n))

    @property
    def value(self) -> float:
        """The share, from 0 to 1."""
        return self.part / self.n

    @property
    def may_be_told(self) -> bool:
        """Whether it gives no group between 1 and 4 away, neither the part nor those who are left."""
        return not (is_small(self.part) or is_small(self.n - self.part))


def is_small(count: int) -> bool:
    """Say whether a group is too small to be told of."""
    return 0 < count < FEWEST


@dataclass(frozen=True, slots=True)
class Belief:
    """A belief that is alive in the class."""

    #: Its name, and the sentence that says what those who hold it believe.
    slug: str
    belief: str
    #: The lesson whose questions showed it most.
    lesson: str
    #: Those whose last telling answer that could show it did, of all who gave such an answer.
    share: Share
    #: Whether the share may be told. Where it may not, whoever subtracts it from what the questions tell
    #: would get a group between 1 and 4; then "five or more of n" is all that may be told.
    is_exact: bool
    #: Id of the question of that lesson that showed it most.
    question: str
    #: The section that corrects it, as "01 · Title: Heading"; empty if the question names none.
    see: str


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """One wrong answer, and who gives it first."""

    #: The choice, or what the answers of this kind have in common.
    text: str
    #: The sentence behind it, or an empty text.
    belief: str
    #: How many; None between 1 and 4.
    learners: int | None
    #: How these learners did on all other questions, against the class: -0.1 is ten points below it. None
    #: where that is not known, or of fewer than five.
    others: float | None
    #: How many said each word about this answer; None where that would tell of a group between 1 and 4.
    sure: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Shift:
    """A vote and the vote after the discussion: of those who voted in both, or on paper, where nobody knows.

    Attributes
    ----------
    before, after : Share
        Right ones in each.
    low, high : float
        The 95% interval of the difference between the two shares; on paper Newcombe's [1]_, for two groups.

    References
    ----------
    .. [1] R. G. Newcombe, Interval estimation for the difference between independent proportions: comparison
       of eleven methods, Statistics in Medicine 17 (1998), method 10.
    """

    before: Share
    after: Share
    low: float
    high: float

    @property
    def difference(self) -> float:
        """The second share minus the first."""
        return self.after.value - self.before.value

    @property
    def may_be_told(self) -> bool:
        """Whether the difference gives no group between 1 and 4 away to whoever knows one of the shares."""
        return self.before.may_be_told and self.after.may_be_told


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """How the first answers to a question came out."""

    #: Where it is asked, its id, and its text.
    lesson: str
    question: str
    prompt: str
    #: Facility: right first answers.
    right: Share
    #: None where too few answered other questions, too, or all answered alike.
    discrimination: Discrimination | None
    #: None where fewer than five voted twice.
    shift: Shift | None
    #: The most frequent first; those of fewer than five learners together as the last.
    wrong: tuple[WrongAnswer, ...]

    @property
    def look_at_it(self) -> bool:
        """Whether its key or its wording may be wrong."""
        return self.discrimination is not None and self.discrimination.look_at_it


@dataclass(frozen=True, slots=True)
class Stuck:
    """Where learners got stuck in a section: counts of learners, None between 1 and 4."""

    #: The lesson, and the heading above the question or the exercise.
    lesson: str
    section: str
    #: Those who answered a question or checked an exercise there; at least five.
    learners: int
    #: Those who took a hint, who tried a question a third time, and who checked an exercise and have not
    #: solved it.
    hints: int | None
    third_tries: int | None
    unsolved: int | None


@dataclass(frozen=True, slots=True)
class Mirror:
    """What a class shows."""

    #: Learners with a telling answer; votes on paper, of nobody knows whom; and all telling answers.
    people: int
    on_paper: int
    answers: int
    #: The first and the last day with an event, in UTC; None without any.
    days: tuple[date, date] | None
    #: At most three a lesson, in the order of the course; within a lesson that with the highest lower end of
    #: its interval first.
    beliefs: tuple[Belief, ...]
    #: Those that at least five learners have answered, in the order of the course.
    questions: tuple[QuestionReport, ...]
    #: Sections with at least five learners in one of the counts, in the order of the course.
    stuck: tuple[Stuck, ...]

    @property
    def is_small(self) -> bool:
        """Whether so few have answered that nothing is told."""
        return self.people + self.on_paper < FEWEST


class _Told(NamedTuple):
    """An answer that tells what a learner thought, and its mark."""

    event: Event
    mark: Mark


def mirror(events: Iterable[Event], course: Syllabus, *, zone: tzinfo | None = None) -> Mirror:
    """Return what the events of a class show.

    Parameters
    ----------
    events : iterable of Event
        Of all learners, in any order. Those of another course are passed over.
    course : Syllabus
        What is asked. Answers to a question in other words than it has now are passed over.
    zone : tzinfo, optional
        Where the learners' days begin and end, as for `Replay`.

    Notes
    -----
    An answer is telling when it is marked and was given before anything about its question was told: what was
    voted when the vote closed, the first answer in a notebook, and what `Replay` calls unaided. Predictions
    are telling, too: that a belief was alive before its lesson is what a vote is held for. A first vote after
    the discussion tells what somebody believes, and not how hard the question is.
    """
    of_course = (event for event in events if event.course == course.course)
    ordered = sorted({event.id: event for event in of_course}.values(), key=_moment)
    names = renamed()
    of_learners: dict[str, list[Event]] = {}
    for event in ordered:
        of_learners.setdefault(event.learner, []).append(event)
    reader = _Reader(course, names)
    seats = [reader.seat(of_learners[learner], zone) for learner in sorted(of_learners)]
    answered = [seat for seat in seats if seat.told]
    return Mirror(
        people=sum(not seat.on_paper for seat in answered),
        on_paper=sum(seat.on_paper for seat in answered),
        answers=sum(len(answers) for seat in answered for answers in seat.told.values()),
        days=(ordered[0].time.date(), ordered[-1].time.date()) if ordered else None,
        beliefs=tuple(_beliefs(_without_earlier_paper(answered), course)),
        questions=tuple(_questions(answered, course)),
        stuck=tuple(_stuck(seats, course)),
    )


class _Seat(NamedTuple):
    """What one learner did."""

    #: The telling answers to each question, up to the moment at which something about it was told.
    told: dict[Name, list[_Told]]
    #: The last telling answer to each question, of later reviews, too.
    last: dict[Name, _Told]
    #: Questions.
    hinted: set[Name]
    tried_thrice: set[Name]
    met: set[Name]
    #: Those that were checked, and whether they are solved.
    exercises: dict[str, bool]

    @property
    def on_paper(self) -> bool:
        """Whether it is one vote on paper."""
        answers = [one for given in self.told.values() for one in given]
        return len(answers) == 1 and answers[0].event.other.get("paper") is True

    def first(self, name: Name) -> _Told | None:
        """Return the first answer to a question, unless it came after a discussion."""
        told = self.told.get(name)
        vote = None if not told else _vote(told[0].event)
        return None if not told or (vote is not None and vote[1] > 1) else told[0]


class _Reader:
    """Reads the events of one learner after the other; an answer that many gave is marked once."""

    def __init__(self, course: Syllabus, names: Mapping[str, str]) -> None:
        self._course = course
        self._names = names
        self._contents = {
            (quiz.lesson, question.id): course.content(quiz.lesson, question.id)
            for quiz in course.lessons
            for question in quiz.questions
        }
        self._drawn = {name for name in self._contents if course.question(*name).template is not None}
        self._marks: dict[tuple[Name, str | None, object], Mark | None] = {}

    def seat(self, events: list[Event], zone: tzinfo | None) -> _Seat:
        """Read the events of one learner, in order of time."""
        by_question: dict[Name, list[Event]] = {}
        for event in events:
            if event.type not in _ON_QUESTIONS or event.question is None:
                continue
            name = self._names.get(event.lesson, event.lesson), event.question
            content = self._contents.get(name)
            if content is not None and event.content in {None, content}:
                by_question.setdefault(name, []).append(event)
        told = {name: [*self._told(name, done)] for name, done in by_question.items()}
        told = {name: answers for name, answers in told.items() if answers}
        replay = Replay(zone, self._names, self._course.course)
        replay.add(self._asked_again(events))
        last = {name: answers[-1] for name, answers in told.items()}
        for name in by_question:
            history = self._course.history(replay, *name)
            if history is not None and history.last is not None:
                found = self._marked(name, history.last)
                if found is not None and (name not in last or _is_later(found, last[name])):
                    last[name] = found
        return _Seat(
            told=told,
            last=last,
            hinted={name for name, done in by_question.items() if any(one.type == "hint" for one in done)},
            tried_thrice={name for name, done in by_question.items() if any(map(_is_third, done))},
            met=set(by_question),
            exercises={
                exercise: solved
                for lesson in replay.lessons.values()
                for exercise, solved in lesson.exercises.items()
            },
        )

    def _asked_again(self, events: list[Event]) -> list[Event]:
        """Leave out the questions that were never reviewed and never begun anew: nothing later is unaided.

        To play these, too, would take most of the time.
        """
        again = {(one.lesson, one.question) for one in events if one.review or one.type == "reset"}
        return [
            one
            for one in events
            if one.type == "check" or not again.isdisjoint({(one.lesson, one.question), (one.lesson, None)})
        ]

    def _told(self, name: Name, events: list[Event]) -> Iterator[_Told]:
        """Yield the answers given before anything was told about the question, one per round of a vote."""
        found: list[Event] = []
        for event in events:
            if event.type == "reveal":
                break
            vote = _vote(event)
            if event.type != "answer" or event.correct is None:  # a vote that goes on, an exam not handed in
                continue
            if vote is None:  # a notebook tells at once, and a vote has told when it is over
                found = found or [event]
                break
            if found and _vote(found[-1]) == vote:
                found.pop()
            found.append(event)
        for event in found:
            if (told := self._marked(name, event)) is not None:
                yield told

    def _marked(self, name: Name, event: Event) -> _Told | None:
        """Mark an answer anew; None for one that this engine cannot read."""
        question = self._course.question(*name)
        key = (name, event.seed if name in self._drawn else None, event.answer)
        if key not in self._marks:
            self._marks[key] = _mark(question, event)
        found = self._marks[key]
        return None if found is None else _Told(event, found)


def _mark(question: Question, event: Event) -> Mark | None:
    if event.answer is None:
        return None
    try:
        if isinstance(question, NumericQuestion) and event.seed is not None:
            question = with_numbers(question, event.seed)
        return mark_answer(question, event.answer)
    except (TypeError, ValueError):  # what an older engine took and this one does not
        return None


def with_numbers(question: NumericQuestion, seed: str) -> NumericQuestion:
    """Return a question with the right and the known wrong numbers of a variant, but not with its texts.

    It marks as `variant` does and takes a tenth of the time, which a class with as many variants as learners
    needs. Questions of other kinds are marked by ids, and these are the same in all variants.
    """
    template = question.template
    if template is None:
        return question
    wanted = ("id", "kind", "parameters", "where", "require", "answer")
    numbers = {key: template[key] for key in wanted if key in template}
    wrong = [{"answer": mistake["answer"]} for mistake in template.get("mistakes", ())]
    drawn = draw({**numbers, "mistakes": wrong}, seed)
    mistakes = tuple(
        mistake.model_copy(update=number)
        for mistake, number in zip(question.mistakes, drawn["mistakes"], strict=True)
    )
    return question.model_copy(update={"answer": drawn["answer"], "mistakes": mistakes})


def _vote(event: Event) -> tuple[str, int] | None:
    """Return the room and the round of a vote; None for an answer from a notebook."""
    room, number = event.other.get("room"), event.other.get("round")
    return (room, number) if isinstance(room, str) and isinstance(number, int) else None


def _moment(event: Event) -> tuple[object, str]:
    return event.time, event.id


def _is_later(one: _Told, other: _Told) -> bool:
    return (one.event.time, one.event.id) > (other.event.time, other.event.id)


def _is_third(event: Event) -> bool:
    counted = event.type == "answer" and (event.attempt or 0) >= _THIRD
    return counted and event.correct is not None and _vote(event) is None


# Beliefs


def _without_earlier_paper(seats: list[_Seat]) -> list[_Seat]:
    """Leave out the votes on paper of a round that the same people voted on paper after."""
    rounds: dict[tuple[Name, str], int] = {}
    placed = []
    for seat in seats:
        place = None
        if seat.on_paper:
            ((name, (told, *_)),) = seat.told.items()
            if (vote := _vote(told.event)) is not None:
                place = (name, vote[0]), vote[1]
                rounds[place[0]] = max(rounds.get(place[0], 0), vote[1])
        placed.append((seat, place))
    return [seat for seat, place in placed if place is None or rounds[place[0]] == place[1]]


def _beliefs(seats: list[_Seat], course: Syllabus) -> Iterator[Belief]:
    can_show = {
        (quiz.lesson, question.id): beliefs_of(question)
        for quiz in course.lessons
        for question in quiz.questions
    }
    given: dict[str, dict[Name, list[_Told]]] = {}
    for seat in seats:
        latest: dict[str, Name] = {}
        for name, told in seat.last.items():
            for slug in can_show[name]:
                if slug not in latest or _is_later(told, seat.last[latest[slug]]):
                    latest[slug] = name
        for slug, name in latest.items():
            given.setdefault(slug, {}).setdefault(name, []).append(seat.last[name])
    found = [belief for slug, answers in given.items() if (belief := _belief(slug, answers, course))]
    found.sort(key=lambda one: (-one.share.low, one.slug))
    for quiz in course.lessons:
        yield from [one for one in found if one.lesson == quiz.lesson][:BELIEFS_PER_LESSON]


def _belief(slug: str, answers: Mapping[Name, list[_Told]], course: Syllabus) -> Belief | None:
    """Describe a belief by the answers that tell of it; None if fewer than five hold it."""
    names = Counter(
        {name: sum(slug in one.mark.misconceptions for one in told) for name, told in answers.items()}
    )
    if names.total() < FEWEST:
        return None
    lessons: Counter[str] = Counter()
    for (lesson, _), count in names.items():
        lessons[lesson] += count
    lesson = min(lessons, key=lambda one: (-lessons[one], one))
    name = min((one for one in names if one[0] == lesson), key=lambda one: (-names[one], one))
    question = course.question(*name)
    share = Share.of(names.total(), sum(map(len, answers.values())))
    return Belief(
        slug=slug,
        belief=course.believed.get(slug, slug),
        lesson=lesson,
        share=share,
        is_exact=share.may_be_told and not any(_has_small(slug, *one, course) for one in answers.items()),
        question=question.id,
        see=_section(question, course),
    )


def _has_small(slug: str, name: Name, answers: list[_Told], course: Syllabus) -> bool:
    """Say whether a small group gave one of the wrong answers that show a belief, or all that do not."""
    question, belief = course.question(*name), course.believed.get(slug, slug)
    wrong = [told for told in answers if not told.mark.correct]
    holders = Counter(
        kind
        for told in wrong
        if slug in told.mark.misconceptions
        for kind in dict.fromkeys(_kinds(question, told, course.believed))
        if kind.belief == belief
    )
    others = sum(slug not in told.mark.misconceptions for told in wrong)
    return is_small(others) or any(map(is_small, holders.values()))


def _section(question: Question, course: Syllabus) -> str:
    """Return the section that a question names as the one that answers it, with the title of its lesson."""
    if question.see_href is None:
        return ""
    notebook, has_heading, _ = question.see_href.partition("#")
    lesson = notebook.removesuffix(".ipynb")
    title = course.titles.get(lesson, lesson)
    return f"{title}: {wording.place(question.see_href)}" if has_heading else title


# Questions


def _questions(seats: list[_Seat], course: Syllabus) -> Iterator[QuestionReport]:
    asked = [(quiz.lesson, question.id) for quiz in course.lessons for question in quiz.questions]
    right = np.full((len(seats), len(asked)), np.nan)
    firsts: list[list[tuple[int, _Told]]] = []
    for column, name in enumerate(asked):
        given = [(row, first) for row, seat in enumerate(seats) if (first := seat.first(name)) is not None]
        firsts.append(given)
        for row, told in given:
            right[row, column] = told.mark.correct
    rests = rest_scores(right)
    for column, discrimination in enumerate(discriminations(right)):
        name, given = asked[column], firsts[column]
        if len(given) < FEWEST:
            continue
        question = course.question(*name)
        yield QuestionReport(
            lesson=name[0],
            question=question.id,
            prompt=" ".join(to_text(question.prompt).split()),
            right=Share.of(sum(told.mark.correct for _, told in given), len(given)),
            discrimination=discrimination,
            shift=_shift([seat.told[name] for seat in seats if name in seat.told]),
            wrong=tuple(
                _wrong([(rests[row, column], told) for row, told in given], question, course.believed)
            ),
        )


def _shift(answers: list[list[_Told]]) -> Shift | None:
    """Compare the two rounds of a vote: of those who voted in both, else of the votes on paper."""
    pairs: list[tuple[bool, bool]] = []
    alone: dict[int, list[bool]] = {1: [], 2: []}
    for told in answers:
        votes = [(_vote(one.event), one.mark.correct) for one in told[:2]]
        match votes:
            case [((str(room), 1), before), ((str(same), 2), after)] if room == same:
                pairs.append((before, after))
            case [((_, 1 | 2 as number), right)]:
                alone[number].append(right)
            case _:
                pass
    if len(pairs) >= FEWEST:
        gained = sum(after and not before for before, after in pairs)
        lost = sum(before and not after for before, after in pairs)
        first, second = (Share.of(sum(pair[place] for pair in pairs), len(pairs)) for place in (0, 1))
        return Shift(first, second, *paired_interval(gained, lost, len(pairs)))
    if min(map(len, alone.values())) < FEWEST:
        return None
    first, second = (Share.of(sum(alone[number]), len(alone[number])) for number in (1, 2))
    difference = second.value - first.value
    down = math.hypot(second.value - second.low, first.high - first.value)
    up = math.hypot(second.high - second.value, first.value - first.low)
    return Shift(first, second, difference - down, difference + up)


class _Kind(NamedTuple):
    """What wrong answers have in common: the choice, or the belief that they show."""

    text: str
    belief: str


def _kinds(question: Question, told: _Told, believed: Mapping[str, str]) -> Iterator[_Kind]:
    """Yield what a wrong answer is an example of."""
    if isinstance(question, ChoiceQuestion):
        ticked = [choice for choice in question.choices if choice.id in (told.event.answer or ())]
        for choice in ticked:
            if not choice.correct:
                slug = choice.misconception
                text = " ".join(to_text(choice.text).split())
                yield _Kind(text, "" if slug is None else believed.get(slug, slug))
        if all(choice.correct for choice in ticked):
            yield _Kind("Not all of the right choices", "")
    elif slugs := told.mark.misconceptions:
        for slug in dict.fromkeys(slugs):
            yield _Kind(f"{question.called} that shows this belief", believed.get(slug, slug))
    else:
        yield _Kind("Another wrong answer", "")


def _wrong(
    firsts: list[tuple[float, _Told]], question: Question, believed: Mapping[str, str]
) -> Iterator[WrongAnswer]:
    groups: dict[_Kind, list[tuple[float, _Told]]] = {}
    for rest, told in firsts:
        if not told.mark.correct:
            for kind in dict.fromkeys(_kinds(question, told, believed)):
                groups.setdefault(kind, []).append((rest, told))
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    together: list[tuple[float, _Told]] = []
    # The smallest go together until nobody can subtract a small group from the total.
    while ranked and (len(ranked[-1][1]) < FEWEST or 0 < len(together) < FEWEST):
        together = [*ranked.pop()[1], *together]
    for kind, members in ranked:
        yield _group(kind, members)
    if together:
        yield _group(_Kind("Other wrong answers" if ranked else "All wrong answers", ""), together)


def _group(kind: _Kind, members: list[tuple[float, _Told]]) -> WrongAnswer:
    rests: NDArray[np.float64] = np.array([rest for rest, _ in members])
    known = rests[~np.isnan(rests)]
    return WrongAnswer(
        text=kind.text,
        belief=kind.belief,
        learners=_hidden(len(members)),
        others=float(known.mean()) if known.size >= FEWEST else None,
        sure=_sure(Counter(told.event.confidence for _, told in members)),
    )


def _sure(said: Counter[Confidence | None]) -> dict[str, int | None]:
    """Return how many said each word, without what one could subtract to get a small group."""
    ranked = sorted((word for word in said if said[word]), key=lambda word: said[word])
    kept_back: list[Confidence | None] = []
    while ranked and (is_small(said[ranked[0]]) or is_small(sum(said[word] for word in kept_back))):
        kept_back.append(ranked.pop(0))
    return {word: None if word in kept_back else said[word] for word in CONFIDENCES}


def _hidden(count: int) -> int | None:
    return None if is_small(count) else count


# Stuck


def _stuck(seats: list[_Seat], course: Syllabus) -> Iterator[Stuck]:
    for quiz in course.lessons:
        sections = _sections(quiz, course)
        for section, (questions, exercises) in sections.items():
            here = [seat for seat in seats if seat.met & questions or seat.exercises.keys() & exercises]
            if len(here) < FEWEST:
                continue
            unsolved = sum(
                any(not seat.exercises.get(exercise, True) for exercise in exercises) for seat in here
            )
            counts = (
                sum(bool(seat.hinted & questions) for seat in here),
                sum(bool(seat.tried_thrice & questions) for seat in here),
                unsolved,
            )
            if max(counts) >= FEWEST:
                yield Stuck(quiz.lesson, section, len(here), *map(_hidden, counts))


def _sections(quiz: Quiz, course: Syllabus) -> dict[str, tuple[set[Name], set[str]]]:
    """Return the questions and the exercises under each heading of a lesson."""
    found: dict[str, tuple[set[Name], set[str]]] = {}
    for question in quiz.questions:
        heading = wording.place(course.href(quiz, question))
        found.setdefault(heading, (set(), set()))[0].add((quiz.lesson, question.id))
    for exercise in course.exercises(quiz):
        heading = wording.place(course.exercise_href(quiz, exercise))
        found.setdefault(heading, (set(), set()))[1].add(exercise)
    return found
