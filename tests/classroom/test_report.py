from __future__ import annotations

import csv
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from lessonkit.classroom.items import Discrimination
from lessonkit.classroom.mirror import Share, mirror, with_numbers
from lessonkit.classroom.report import write_report
from lessonkit.publishing.links import Page
from lessonkit.questions import NumericQuestion, Quiz, variant
from lessonkit.questions.kinds import mark
from lessonkit.record import Event, Syllabus, syllabus
from lessonkit.record.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lessonkit.classroom.mirror import Mirror, QuestionReport

FIRST = "01-first"
MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)


def single(name: str, **fields: object) -> dict[str, Any]:
    """A question with the right choice `yes`; `no` and `maybe` show a belief each."""
    return {
        "id": name,
        "kind": "single",
        "objective": "count",
        "prompt": f"Is <{name}> so?",
        "choices": [
            {"id": "yes", "text": f"Yes, {name}", "why": "It is.", "correct": True},
            {"id": "no", "text": f"No, {name}", "why": "It is not.", "misconception": "wrong-way"},
            {"id": "maybe", "text": f"Maybe, {name}", "why": "It is.", "misconception": f"idea-{name}"},
        ],
        **fields,
    }


NUMBER = {
    "id": "number",
    "kind": "numeric",
    "objective": "count",
    "prompt": "What share is {{tp}} of {{tp + fp}}?",
    "parameters": {"tp": "30..60", "fp": "5..20"},
    "answer": "tp / (tp + fp)",
    "tolerance": 0.001,
    "mistakes": [{"answer": "fp / (tp + fp)", "misconception": "other-one", "why": "The other one."}],
}


@pytest.fixture(scope="module")
def course() -> Syllabus:
    def lesson(stem: str, *questions: dict[str, Any]) -> Quiz:
        given = {
            "lesson": stem,
            "title": stem.title(),
            "objectives": {"count": "Count."},
            "questions": questions,
        }
        return Quiz.model_validate(given)

    return Syllabus(
        (
            lesson(
                FIRST,
                single("vote", predict=True, see="notebooks/01-first.ipynb#How-to-count"),
                *(single(f"q{n}", see="notebooks/02-second.ipynb") for n in range(7)),
                NUMBER,
            ),
            lesson("02-second", single("later")),
        ),
        {"wrong-way": "It is the <other> way round.", "other-one": "The other one."},
    )


class Class:
    """Keeps what a class does; each thing happens a minute after the one before."""

    def __init__(self, course: Syllabus) -> None:
        self.course = course
        self.events: list[Event] = []

    def does(
        self, who: object, kind: str, question: str | None, lesson: str = FIRST, **facts: object
    ) -> None:
        days = facts.pop("days", 0)
        content = None
        if question is not None and kind != "check":
            content = self.course.content(lesson, question)
        event = Event(
            **{"type": kind, "lesson": lesson, "question": question, "content": content, **facts},
            learner=str(who),
            time=MORNING + timedelta(minutes=len(self.events), days=days),
        )
        self.events.append(event)

    def answers(
        self, who: object, question: str, choice: str = "yes", lesson: str = FIRST, **facts: object
    ) -> None:
        given = {"answer": (choice,), "correct": choice == "yes", "attempt": 1, **facts}
        self.does(who, "answer", question, lesson, **given)

    def votes(self, who: object, choice: str, number: int = 1, room: str = "BCDF", **other: object) -> None:
        facts = {"room": room, "round": number, "turn": number, **other}
        self.answers(who, "vote", choice, attempt=number, counts=False, other=facts)

    @property
    def mirror(self) -> Mirror:
        return mirror(self.events, self.course, zone=UTC)

    def question(self, name: str) -> QuestionReport:
        (found,) = (one for one in self.mirror.questions if one.question == name)
        return found


@pytest.fixture
def room(course: Syllabus) -> Class:
    return Class(course)


def beliefs(room: Class) -> dict[str, Share]:
    return {one.slug: one.share for one in room.mirror.beliefs}


def test_nothing_is_told_of_nobody(room: Class) -> None:
    found = room.mirror
    assert (found.people, found.days, found.beliefs, found.questions, found.stuck) == (0, None, (), (), ())


def test_a_belief_with_its_share_interval_and_section(room: Class) -> None:
    for who in range(12):
        room.votes(who, "no" if who < 7 else "yes")
    (found,) = room.mirror.beliefs
    assert (found.slug, found.belief, found.lesson) == ("wrong-way", "It is the <other> way round.", FIRST)
    assert (found.share.part, found.share.n) == (7, 12)
    assert (found.share.low, found.share.high) == pytest.approx((0.3195, 0.8067), abs=1e-4)  # Wilson's
    assert (found.question, found.see) == ("vote", "01-First: How to count")


def test_a_belief_lasts_until_an_answer_that_could_show_it_does_not(room: Class) -> None:
    for who in range(8):
        room.votes(who, "no")
    assert beliefs(room)["wrong-way"].part == 8
    for who in range(2):
        room.votes(who, "yes", 2)  # the second vote is given before anything is told, too
    room.answers(2, "q0")
    assert beliefs(room)["wrong-way"][:2] == (5, 8)
    room.does(3, "reveal", "q1")
    room.answers(3, "q1")  # with the solution in view it proves nothing
    room.answers(4, "vote")  # nor does an answer to a question that a vote was held on
    assert beliefs(room)["wrong-way"][:2] == (5, 8)
    room.answers(3, "q0", "no", days=1)
    room.answers(3, "q0", review=True, days=2)
    assert "wrong-way" not in beliefs(room), "four are not told of"


def test_the_last_vote_before_it_closed_counts_and_what_was_open_does_not(room: Class) -> None:
    for who in range(10):
        room.votes(who, "maybe")
        room.events[-1] = room.events[-1].model_copy(update={"correct": None})
        room.votes(who, "maybe")
        room.votes(who, "no")
    room.votes("late", "no")
    room.events[-1] = room.events[-1].model_copy(update={"correct": None, "answer": None})
    found = room.mirror
    assert (found.people, found.answers) == (10, 10)
    assert beliefs(room)["wrong-way"][:2] == (10, 10)


def test_at_most_three_beliefs_a_lesson_the_surest_first(room: Class) -> None:
    for who in range(12):
        for number in range(5):
            room.answers(who, f"q{number}", "maybe" if who < 6 + number else "yes")
    assert [(one.slug, one.share.part) for one in room.mirror.beliefs] == [
        ("idea-q4", 10),
        ("idea-q3", 9),
        ("idea-q2", 8),
    ]
    assert room.mirror.beliefs[0].see == "02-Second"


def test_marks_are_made_anew(room: Class) -> None:
    for who in range(6):
        room.answers(who, "q0", "no", correct=True, credit=1.0)  # as a forged page would say
        room.answers(who, "q1", "no choice of this question", correct=False)
    assert room.question("q0").right[:2] == (0, 6)
    assert [one.question for one in room.mirror.questions] == ["q0"]


def test_a_number_is_marked_with_the_numbers_that_were_asked(room: Class) -> None:
    asked = room.course.question(FIRST, "number")
    for who in range(12):
        seen = variant(asked, f"seed-{who}")
        answer = str(seen.answer if who < 6 else seen.mistakes[0].answer)
        room.does(who, "answer", "number", answer=answer, correct=True, attempt=1, seed=f"seed-{who}")
    found = room.question("number")
    assert found.right[:2] == (6, 12)
    (wrong,) = found.wrong
    assert (wrong.belief, wrong.learners) == ("The other one.", 6)


def test_numbers_alone_mark_as_the_variant_does() -> None:
    course = syllabus()
    numeric = [
        question
        for quiz in course.lessons
        for question in quiz.questions
        if isinstance(question, NumericQuestion)
    ]
    assert sum(question.template is not None for question in numeric) > 10
    for question in numeric:
        whole, bare = variant(question, "one"), with_numbers(question, "one")
        for number in (whole.answer, *(mistake.answer for mistake in whole.mistakes), 0.123):
            a, b = mark(whole, repr(number)), mark(bare, repr(number))
            assert (a.correct, a.misconceptions) == (b.correct, b.misconceptions)


def test_facility_is_of_first_answers(room: Class) -> None:
    for who in range(20):
        room.answers(who, "q0", "yes" if who < 8 else "no")
        room.answers(who, "q0", "yes", attempt=2)
    found = room.question("q0")
    assert found.right[:2] == (8, 20)
    assert found.discrimination is None  # nobody answered five others


def test_a_wrong_key_is_to_be_looked_at(room: Class) -> None:
    for who in range(40):
        able = who % 2 == 0
        for number in range(6):
            room.answers(who, f"q{number}", "yes" if able or (who + number) % 5 == 0 else "no")
        room.answers(who, "q6", "no" if able else "yes")
    suspects = [one.question for one in room.mirror.questions if one.look_at_it]
    assert suspects == ["q6"]
    found = room.question("q6")
    assert isinstance(found.discrimination, Discrimination)
    assert found.discrimination.high < -0.5
    (wrong,) = found.wrong
    assert wrong.others is not None
    assert wrong.others > 0.2, "the able chose it"
    assert room.question("q0").discrimination.low > 0.5


def test_who_chooses_a_wrong_choice_and_how_sure(room: Class) -> None:
    for who in range(20):
        choice = "yes" if who < 8 else "no" if who < 15 else "maybe"
        room.answers(who, "q0", choice, confidence="certain" if who < 13 else "guess")
    first, second = room.question("q0").wrong
    assert (first.text, first.belief, first.learners) == ("No, q0", "It is the <other> way round.", 7)
    assert first.sure == {"guess": None, "fairly-sure": 0, "certain": None}, "7 - 5 are two who guessed"
    assert (second.text, second.learners, second.others) == ("Maybe, q0", 5, None)


@pytest.mark.parametrize(
    ("no", "maybe", "told"),
    [
        (7, 3, [("All wrong answers", 10)]),  # else 3 were the rest of the total
        (3, 2, [("All wrong answers", 5)]),
        (2, 1, [("All wrong answers", None)]),
        (7, 0, [("No, q0", 7)]),
    ],
)
def test_no_small_group_is_told_of(
    room: Class, no: int, maybe: int, told: list[tuple[str, int | None]]
) -> None:
    for who in range(20):
        room.answers(who, "q0", "no" if who < no else "maybe" if who < no + maybe else "yes")
    found = room.question("q0")
    assert [(one.text, one.learners) for one in found.wrong] == told
    assert found.right.may_be_told is (no + maybe >= 5)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"guess": 5, "certain": 6}, {"guess": 5, "fairly-sure": 0, "certain": 6}),
        ({"guess": 1, "fairly-sure": 5, "certain": 9}, {"guess": None, "fairly-sure": None, "certain": 9}),
        ({"guess": 2, "fairly-sure": 3, "certain": 9}, {"guess": None, "fairly-sure": None, "certain": 9}),
        ({None: 1, "certain": 6}, {"guess": 0, "fairly-sure": 0, "certain": None}),
    ],
)
def test_how_sure_they_were_tells_of_no_small_group(
    room: Class, said: dict[str | None, int], told: dict[str, int | None]
) -> None:
    for word, count in said.items():
        for who in range(count):
            room.answers(f"{word}-{who}", "q0", "no", confidence=word)
    (wrong,) = room.question("q0").wrong
    assert wrong.sure == told


@pytest.mark.parametrize(
    ("no", "maybe", "n", "exact"),
    [
        (7, 0, 12, True),
        (7, 5, 20, True),
        (6, 1, 20, False),  # all wrong answers are 7, so one thinks something else
        (9, 4, 20, False),
        (19, 0, 20, False),  # one does not hold it
        (20, 0, 20, True),
    ],
)
def test_no_small_group_is_got_by_subtracting_a_belief(
    room: Class, tmp_path: Path, no: int, maybe: int, n: int, *, exact: bool
) -> None:
    for who in range(n):
        room.answers(who, "q0", "no" if who < no else "maybe" if who < no + maybe else "yes")
    found = next(one for one in room.mirror.beliefs if one.slug == "wrong-way")
    assert found.is_exact is exact
    page = write_report(stored(room.events), tmp_path, room.course).read_text(encoding="utf-8")
    with (tmp_path / "beliefs.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["belief"] == "wrong-way")
    assert row["alive"] == (str(no) if exact else "")
    assert (f"{no} of {n}" in page) is exact
    assert (f"5 or more of {n}" in page) is not exact


def test_a_belief_that_few_show_by_another_question_is_told_without_a_number(room: Class) -> None:
    for who in range(20):
        room.answers(who, "q0", "no" if who < 8 else "yes")
    assert [one.is_exact for one in room.mirror.beliefs] == [True]
    room.answers("late", "q1", "no")  # one answer more than q0 has, and q1 is not in the report
    assert [(one.share.part, one.is_exact) for one in room.mirror.beliefs] == [(9, False)]


def test_a_shift_to_nearly_all_tells_no_small_group(room: Class, tmp_path: Path) -> None:
    for who in range(20):
        room.votes(who, "yes" if who < 10 else "no")
        room.votes(who, "yes" if who < 18 else "no", 2)
    page = write_report(stored(room.events), tmp_path, room.course).read_text(encoding="utf-8")
    assert "50% → under 5 wrong<br>20 votes" in page
    with (tmp_path / "questions.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["votes_n"], row["shift"], row["shift_high"]) == ("20", "", "")


def test_the_shift_between_two_votes(room: Class) -> None:
    for who in range(20):
        room.votes(who, "yes" if who < 6 else "no")
    for who in range(16):
        room.votes(who, "yes" if who < 12 else "maybe", 2)
    room.votes("late", "yes", 2)  # has not voted before: tells nothing of the question
    found = room.question("vote")
    assert found.right[:2] == (6, 20)
    assert (found.shift.before[:2], found.shift.after[:2]) == ((6, 16), (12, 16))
    assert found.shift.low < found.shift.difference == 6 / 16 < found.shift.high


def test_votes_on_paper(room: Class) -> None:
    for number, right, n in ((1, 48, 80), (2, 56, 70)):
        for who in range(n):
            room.votes(f"paper-bcdf-{number}-{who}", "yes" if who < right else "no", number, paper=True)
    found, question = room.mirror, room.question("vote")
    assert (found.people, found.on_paper, found.answers) == (0, 150, 150)
    assert question.right[:2] == (48, 80), "of the first vote only"
    assert beliefs(room)["wrong-way"][:2] == (14, 70), "of the last vote only"
    assert question.shift.difference == pytest.approx(0.2)
    # The first example of Newcombe's table II, by method 10.
    assert (question.shift.low, question.shift.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_where_learners_got_stuck(room: Class) -> None:
    for who in range(10):
        room.answers(who, "q0", "no")
        if who < 6:
            room.does(who, "hint", "q0")
        for attempt in (2, 3) if who < 3 else ():
            room.answers(who, "q0", "no", attempt=attempt)
    (found,) = room.mirror.stuck
    assert (found.lesson, found.learners) == (FIRST, 10)
    assert (found.hints, found.third_tries, found.unsolved) == (6, None, 0)


def test_exercises_that_are_not_solved_stand_under_their_section() -> None:
    course = syllabus()
    room = Class(course)
    lesson = course.lessons[1]
    exercise = course.exercises(lesson)[0]
    for who in range(9):
        for passed in (False, who < 2):
            room.does(who, "check", exercise, lesson.lesson, correct=passed)
    (found,) = room.mirror.stuck
    assert (found.section, found.learners, found.unsolved, found.hints) == ("Exercises", 9, 7, 0)


def test_a_question_that_has_changed_is_passed_over(room: Class) -> None:
    for who in range(6):
        room.answers(who, "q0", "no")
    room.events = [event.model_copy(update={"content": "0" * 16}) for event in room.events]
    assert room.mirror.people == 0


# What is written


def files(store: Store, folder: Path, course: Syllabus) -> dict[str, bytes]:
    page = write_report(store, folder, course)
    assert page == folder / "report.html"
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def stored(events: Iterable[Event]) -> Store:
    store = Store("sqlite://")
    store.append(*events)
    return store


@pytest.fixture
def full(room: Class) -> Class:
    """A class with something to say everywhere."""
    for who in range(20):
        room.votes(f"keen-otter-{who}", "yes" if who < 7 else "no")
        room.votes(f"keen-otter-{who}", "yes" if who < 13 else "no", 2)
        for number in range(7):
            room.answers(f"keen-otter-{who}", f"q{number}", "no" if (who + number) % 3 == 0 else "yes")
            room.does(f"keen-otter-{who}", "hint", f"q{number}")
    return room


def test_the_same_events_give_the_same_files_in_any_order(full: Class, tmp_path: Path) -> None:
    one = files(stored(full.events), tmp_path / "one", full.course)
    other = files(stored(reversed(full.events)), tmp_path / "other", full.course)
    assert one == other
    assert set(one) == {"report.html", "beliefs.csv", "questions.csv", "wrong-answers.csv", "stuck.csv"}


def test_the_page_names_nobody_and_asks_nobody(full: Class, tmp_path: Path) -> None:
    written = files(stored(full.events), tmp_path, full.course)
    assert not any(b"otter" in content for content in written.values())
    text = written["report.html"].decode()
    page = Page()
    page.feed(text)
    assert (page.loads, page.links) == ([], [])
    assert "default-src 'none'" in text
    assert "It is the &lt;other&gt; way round." in text
    assert "<other>" not in text
    assert re.findall(r"<h2>(.*?)</h2>", text) == ["Beliefs", "Questions", "Stuck"]


def test_the_files_hold_the_numbers_of_the_page(full: Class, tmp_path: Path) -> None:
    write_report(stored(full.events), tmp_path, full.course)
    with (tmp_path / "questions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["question"]: row for row in csv.DictReader(file)}
    vote = rows["vote"]
    assert (vote["n"], vote["right"], vote["facility"], vote["votes_n"]) == ("20", "7", "0.3500", "20")
    assert float(vote["shift"]) == pytest.approx(0.3)
    assert all(None not in row and None not in row.values() for row in rows.values())


def test_who_is_deleted_is_in_no_later_report(full: Class, tmp_path: Path) -> None:
    store = stored(full.events)
    files(store, tmp_path / "report", full.course)
    for who in range(10):
        store.forget(f"keen-otter-{who}")
    left = [event for event in full.events if int(event.learner.rpartition("-")[2]) >= 10]
    assert files(store, tmp_path / "report", full.course) == files(
        stored(left), tmp_path / "new", full.course
    )


def test_four_people_are_told_nothing_of(full: Class, tmp_path: Path) -> None:
    few = [event for event in full.events if int(event.learner.rpartition("-")[2]) < 4]
    written = files(stored(few), tmp_path, full.course)
    assert "Fewer than 5" in written["report.html"].decode()
    assert "<table" not in written["report.html"].decode()
    assert all(content.count(b"\n") == 1 for name, content in written.items() if name.endswith(".csv"))


def test_an_empty_store_gives_a_page_that_says_so(course: Syllabus, tmp_path: Path) -> None:
    assert "Nobody has answered" in files(stored([]), tmp_path, course)["report.html"].decode()


def test_a_spreadsheet_takes_no_text_for_a_formula(tmp_path: Path) -> None:
    evil = single("q0", prompt="=HYPERLINK(1)")
    quiz = {"lesson": FIRST, "title": "T", "objectives": {"count": "Count."}, "questions": [evil]}
    room = Class(Syllabus((Quiz.model_validate(quiz),), {}))
    for who in range(5):
        room.answers(who, "q0")
    write_report(stored(room.events), tmp_path, room.course)
    assert ",'=HYPERLINK(1)," in (tmp_path / "questions.csv").read_text(encoding="utf-8-sig")
