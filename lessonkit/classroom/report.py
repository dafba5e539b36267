"""The report after class: one page of HTML that needs nothing else, and the same numbers as CSV files."""

from __future__ import annotations

import csv
from dataclasses import replace
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lessonkit.classroom.items import FEWEST_OTHERS, LOOK_BELOW
from lessonkit.classroom.mirror import FEWEST, Mirror, is_small, mirror
from lessonkit.i18n import counted
from lessonkit.widgets.board_html import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lessonkit.classroom.items import Discrimination
    from lessonkit.classroom.mirror import Belief, QuestionReport, Share, Shift, WrongAnswer
    from lessonkit.record import Syllabus
    from lessonkit.record.store import Store

_PAGE: Final = "report.html"
_STYLE: Final = Path(__file__).with_name("report.css")
_LONGEST_PROMPT: Final = 140
_SMALL: Final = f"under {FEWEST}"
_MANY: Final = f"{FEWEST} or more"
# What a spreadsheet would take for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t")


def write_report(store: Store, folder: Path, course: Syllabus) -> Path:
    """Write what a class shows as ``report.html`` and as CSV files, and return the path of the page.

    Parameters
    ----------
    store : Store
        Whose events to read, those of all learners.
    folder : Path
        Made if it is missing. Earlier reports there are replaced, so that nothing stays of who was deleted.
    course : Syllabus
        What the class was asked.

    Raises
    ------
    StoreError
        The store cannot be read.
    OSError
        The folder cannot be written to.

    Notes
    -----
    The same events give the same bytes. No learner is named, and no count between 1 and 4 is told.
    """
    reading = store.read()
    found = mirror(reading.events, course)
    folder.mkdir(parents=True, exist_ok=True)
    for name, (heads, rows) in _tables(found, course).items():
        # Excel takes a file for UTF-8 only with this mark in front.
        with (folder / name).open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(heads)
            writer.writerows([[_cell(value) for value in row] for row in rows])
    page = folder / _PAGE
    page.write_text(report_html(found, course, unread=reading.skipped), encoding="utf-8", newline="\n")
    return page


def report_html(found: Mirror, course: Syllabus, *, unread: int = 0) -> str:
    """Return the report as one page of HTML that asks no other host for anything.

    Parameters
    ----------
    found : Mirror
        What the class shows.
    course : Syllabus
        Where the titles of the lessons come from.
    unread : int
        Events that were left out.
    """
    parts = [] if found.is_small else [_beliefs, _questions, _stuck]
    body = "\n".join([*_opening(found, unread), *(text for part in parts for text in part(found, course))])
    style = "\n".join(
        path.read_text(encoding="utf-8") for path in (_STYLE.parents[1] / "widgets" / "page.css", _STYLE)
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>What the class showed</title>\n<style>\n{style}</style>\n</head>\n"
        f'<body class="lessonkit lk-report">\n<main>\n{body}\n</main>\n</body>\n</html>\n'
    )


# The page


def _opening(found: Mirror, unread: int) -> Iterator[str]:
    yield "<h1>What the class showed</h1>"
    if found.days is None or not found.answers:
        yield "<p>Nobody has answered a question of this course yet.</p>"
        return
    first, last = found.days
    when = f"on {first}" if first == last else f"from {first} to {last}"
    if found.is_small:
        yield f"<p>Fewer than {FEWEST} people have answered, {when}. Nothing is told about so few.</p>"
        return
    paper = f" and {counted(found.on_paper, 'vote')} on paper" if found.on_paper else ""
    crowd = "person" if found.people == 1 else "people"
    answers = counted(found.answers, "answer")
    yield (
        f"<p>{found.people:,} {crowd}{paper}, {when}: {answers} before any feedback. Only "
        f"these count here. Nobody is named. Groups of fewer than {FEWEST} people are put together with "
        f"others, or the report says “{_SMALL}”. It says “{_MANY}” where an exact number "
        "would give such a group away.</p>"
    )
    if unread:
        yield f"<p>Left out, because they could not be read: {unread:,} events.</p>"


def _beliefs(found: Mirror, course: Syllabus) -> Iterator[str]:
    yield (
        "<h2>Beliefs</h2><p>At most three per lesson. A belief is alive in those whose last answer that "
        "could show it did show it. The thick line is the 95% interval of the share.</p>"
    )
    if not found.beliefs:
        yield f"<p>No belief is alive in {FEWEST} people or more.</p>"
    for lesson, beliefs in groupby(found.beliefs, lambda one: one.lesson):
        rows = [
            (
                f"{escape(one.belief)}<br><code>{escape(one.question)}</code>",
                _alive(one),
                escape(one.see) or "–",
            )
            for one in beliefs
        ]
        heads = ("Belief, and the question that showed it most", "Alive in", "What corrects it")
        yield table(course.titles[lesson], heads, rows, stacks=True)


def _questions(found: Mirror, course: Syllabus) -> Iterator[str]:
    yield (
        "<h2>Questions</h2>"
        "<p><b>Right at first</b> is the share of first answers that are right. <b>Goes with the rest</b> "
        "(discrimination) is the correlation, from −1 to 1, between being right here and doing well on all "
        f"other questions. It counts people who answered at least {FEWEST_OTHERS} others. In a class of "
        "forty its interval is wide: read the interval, not the number.</p>"
    )
    suspects = [one for one in found.questions if one.look_at_it]
    if suspects:
        items = "".join(
            f"<li><code>{escape(one.question)}</code>, {escape(course.titles[one.lesson])}</li>"
            for one in suspects
        )
        yield (
            "<h3>Look at it</h3><p>Even the upper end of the interval is below "
            f"{LOOK_BELOW:.2f}: people who do well elsewhere are hardly right more often here. Check the key "
            "and the wording. In simulated classes, fewer than one sound question in a hundred is listed.</p>"
            f"<ul>{items}</ul>"
        )
    for lesson, group in groupby(found.questions, lambda one: one.lesson):
        questions = [*group]
        title, count = course.titles[lesson], len(questions)
        how_many = f"{count} {'question' if count == 1 else 'questions'}"
        yield f"<details><summary>{escape(title)}: {how_many}</summary>"
        voted = any(one.shift is not None for one in questions)
        heads = ["Question", "Right at first", "Goes with the rest", *(["Second vote"] if voted else [])]
        yield table(
            f"{title}: questions", heads, [_question_row(one, voted=voted) for one in questions], stacks=True
        )
        wrong = [(one, answer) for one in questions for answer in one.wrong]
        if wrong:
            heads = [
                "Question",
                "Wrong answer, and the belief behind it",
                "People",
                "On the rest",
                "How sure",
            ]
            yield table(f"{title}: wrong answers", heads, [_wrong_row(*pair) for pair in wrong], stacks=True)
        yield "</details>"


def _question_row(one: QuestionReport, *, voted: bool) -> tuple[str, ...]:
    prompt = one.prompt
    if len(prompt) > _LONGEST_PROMPT:
        prompt = f"{prompt[:_LONGEST_PROMPT].rsplit(' ', 1)[0]} …"
    flag = '<br><strong class="lk-flag">Look at it</strong>' if one.look_at_it else ""
    head = f'<code>{escape(one.question)}</code>{flag}<br><span class="lk-prompt">{escape(prompt)}</span>'
    return head, _share(one.right), _goes_with(one.discrimination), *([_shifted(one.shift)] if voted else [])


def _wrong_row(one: QuestionReport, answer: WrongAnswer) -> tuple[str, ...]:
    belief = f'<br><span class="lk-prompt">{escape(answer.belief)}</span>' if answer.belief else ""
    others = "–" if answer.others is None else _points(answer.others)
    words = [f"{word.replace('-', ' ')} {count}" for word, count in answer.sure.items() if count]
    if words and None in answer.sure.values():
        words.append("others not told")
    sure = ", ".join(words)
    return (
        f"<code>{escape(one.question)}</code>",
        f"{escape(answer.text)}{belief}",
        _count(answer.learners),
        others,
        escape(sure) or "–",
    )


def _stuck(found: Mirror, course: Syllabus) -> Iterator[str]:
    yield (
        "<h2>Stuck</h2><p>How many people took a hint, tried a question a third time, or checked an exercise "
        f"and have not solved it yet: the sections where one of these is {FEWEST} or more.</p>"
    )
    if not found.stuck:
        yield "<p>There is no such section.</p>"
    for lesson, sections in groupby(found.stuck, lambda one: one.lesson):
        rows = [
            (
                escape(one.section),
                *map(_count, (one.learners, one.hints, one.third_tries, one.unsolved)),
            )
            for one in sections
        ]
        heads = ("Section", "People there", "Took a hint", "Third try", "Unsolved exercise")
        yield table(course.titles[lesson], heads, rows, stacks=True)


def _share(share: Share) -> str:
    if share.may_be_told:
        ends = share.low, share.high
        return f"{_percent(share.value)} of {share.n}<br>{_range(*ends, _percent)}{_line(share.value, *ends)}"
    kind = "right" if is_small(share.part) else "wrong"
    return f"{_SMALL} {kind}, of {share.n}"


def _alive(one: Belief) -> str:
    share = one.share
    if not one.is_exact:
        return f"{_MANY} of {share.n}"
    ends = share.low, share.high
    whole = f'<span class="lk-whole">{share.part} of {share.n}: {_percent(share.value)}</span>'
    return f"{whole}<br>{_range(*ends, _percent)}{_line(share.value, *ends)}"


def _goes_with(found: Discrimination | None) -> str:
    if found is None:
        return "–"
    picture = _line(*((value + 1) / 2 for value in (found.r, found.low, found.high)), middle=True)
    return f"{_signed(found.r)}<br>{_range(found.low, found.high, _signed)}{picture}"


def _shifted(shift: Shift | None) -> str:
    if shift is None:
        return "–"
    ends = f"{_end(shift.before)} → {_end(shift.after)}"
    if not shift.may_be_told:
        return f"{ends}<br>{shift.after.n} votes"
    between = _range(shift.low, shift.high, lambda value: _signed(100 * value, digits=0))
    return f"{ends}<br>{_points(shift.difference)}<br>{between}<br>{shift.after.n} votes"


def _end(share: Share) -> str:
    if share.may_be_told:
        return _percent(share.value)
    return f"{_SMALL} {'right' if is_small(share.part) else 'wrong'}"


def _line(value: float, low: float, high: float, *, middle: bool = False) -> str:
    """Return a picture of an interval between 0 and 1; the numbers beside it say the same."""
    zero = '<line class="lk-zero" x1="50" y1="0" x2="50" y2="10"/>' if middle else ""
    ends = f'x1="{100 * low:.1f}" x2="{100 * high:.1f}"'
    return (
        '<svg viewBox="0 0 100 10" aria-hidden="true"><line class="lk-rule" x1="0" y1="5" x2="100" y2="5"/>'
        f'{zero}<line class="lk-range" {ends} y1="5" y2="5"/>'
        f'<circle cx="{100 * value:.1f}" cy="5" r="3"/></svg>'
    )


def _range(low: float, high: float, written: Callable[[float], str]) -> str:
    return f'<span class="lk-between">{written(low)} to {written(high)}</span>'


def _percent(value: float) -> str:
    return f"{100 * value:.0f}%"


def _signed(value: float, *, digits: int = 2) -> str:
    return f"{value:.{digits}f}".replace("-", "−")


def _points(value: float) -> str:
    return f"{100 * value:+.0f} points".replace("-", "−")


def _count(count: int | None) -> str:
    return _SMALL if count is None else str(count)


# The files


def _tables(found: Mirror, course: Syllabus) -> dict[str, tuple[tuple[str, ...], list[tuple[object, ...]]]]:
    """Return head and rows of each CSV file; None is an empty cell: unknown, or too small to be told."""
    if found.is_small:
        found = replace(found, beliefs=(), questions=(), stuck=())
    titles = course.titles
    return {
        "beliefs.csv": (
            ("lesson", "title", "belief", "text", "alive", "n", "share", "low", "high", "question", "see"),
            [
                (
                    *(one.lesson, titles[one.lesson], one.slug, one.belief, *_belief_cells(one)),
                    *(one.question, one.see),
                )
                for one in found.beliefs
            ],
        ),
        "questions.csv": (
            (
                *("lesson", "question", "prompt", "n", "right", "facility", "facility_low", "facility_high"),
                *("discrimination_n", "discrimination", "discrimination_low", "discrimination_high"),
                *("look_at_it", "votes_n", "shift", "shift_low", "shift_high"),
            ),
            [_question_cells(one) for one in found.questions],
        ),
        "wrong-answers.csv": (
            (
                "lesson",
                "question",
                "answer",
                "belief",
                "learners",
                "others",
                "guess",
                "fairly_sure",
                "certain",
            ),
            [
                (
                    *(one.lesson, one.question, answer.text, answer.belief, answer.learners, answer.others),
                    *answer.sure.values(),
                )
                for one in found.questions
                for answer in one.wrong
            ],
        ),
        "stuck.csv": (
            ("lesson", "title", "section", "learners", "hints", "third_tries", "unsolved"),
            [
                (
                    *(one.lesson, titles[one.lesson], one.section),
                    *(one.learners, one.hints, one.third_tries, one.unsolved),
                )
                for one in found.stuck
            ],
        ),
    }


def _belief_cells(one: Belief) -> tuple[object, ...]:
    part, n, low, high = one.share
    return (part, n, one.share.value, low, high) if one.is_exact else (None, n, None, None, None)


def _question_cells(one: QuestionReport) -> tuple[object, ...]:
    right = (one.right.part, one.right.value, one.right.low, one.right.high)
    return (
        *(one.lesson, one.question, one.prompt, one.right.n),
        *(right if one.right.may_be_told else (None,) * len(right)),
        *(one.discrimination or (None,) * 4),
        "yes" if one.look_at_it else "no",
        None if one.shift is None else one.shift.before.n,
        *_shift_cells(one.shift),
    )


def _shift_cells(shift: Shift | None) -> tuple[object, ...]:
    if shift is None or not shift.may_be_told:
        return (None,) * 3
    return shift.difference, shift.low, shift.high


def _cell(value: object) -> object:
    match value:
        case float():
            return f"{value:.4f}"
        case str() if value.startswith(_FORMULA):
            return f"'{value}"
    return value
