"""INSTRUCTORS.md says what the lessons and the quizzes say: minutes, sections, questions, wrong answers."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from lessonkit.publishing.links import problems
from lessonkit.questions import load_quiz
from lessonkit.questions.markup import to_text
from tools.lesson import load
from tools.minutes import stated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lessonkit.questions import Quiz

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "INSTRUCTORS.md").read_text(encoding="utf-8")
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb"))
HEADING = re.compile(r"^### (\d\d · .*): (\d+(?:–\d+)?) minutes$", re.MULTILINE)

each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


@cache
def quiz(lesson: str) -> Quiz:
    return load_quiz(ROOT / "quizzes" / f"{lesson}.yaml")


@cache
def header(path: Path) -> tuple[str, str]:
    """Return a lesson's title, and the minutes of its core; in the older anatomy the sum of all it names."""
    opening = "\n".join(cell.source for cell in load(path).markdown[:2])
    title = re.search(r"^# (.*)", opening, re.MULTILINE)
    core = re.search(r"^Core (\S+) min", opening, re.MULTILINE)
    if title and core:
        return title[1], core[1]
    line = re.search(r"^Reading: \d+ minutes.*", opening, re.MULTILINE)
    assert title, path
    assert line, path
    return title[1], str(sum(map(int, re.findall(r"(\d+) minutes", line[0]))))


def guide(path: Path) -> tuple[str, str]:
    """Return the minutes and the text that the guide gives a lesson."""
    parts = HEADING.split(TEXT)[1:]
    for title, minutes, text in zip(*[iter(parts)] * 3, strict=True):
        if title.startswith(path.stem[:2]):
            assert title == header(path)[0]
            return minutes, text.partition("\n## ")[0]
    raise AssertionError(f"the guide leaves out {path.stem}")


def rows(text: str) -> list[list[str]]:
    """Return the cells of the tables of a text, without heads."""
    lines = [line.strip("| ").split(" | ") for line in re.findall(r"^\|.*\|$", text, re.MULTILINE)]
    rules = [number for number, line in enumerate(lines) if set("".join(line)) <= set("-:|")]
    return [line for number, line in enumerate(lines) if number not in rules and number + 1 not in rules]


def plan(title: str) -> list[list[str]]:
    text = TEXT.split(f"### {title}")[1].partition("\n## ")[0].partition("\n### ")[0]
    return [[cell.strip(" *") for cell in row] for row in rows(text)]


def test_its_pictures_are_there_small_and_told_in_words() -> None:
    pictures = dict(re.findall(r"!\[([^\]]*)\]\(([^)]*\.png)\)", TEXT))
    pictures |= {alt: path for path, alt in re.findall(r'<img src="([^"]*)"[^>]* alt="([^"]*)"', TEXT)}
    assert sorted(pictures.values()) == [f"docs/class-{page}.png" for page in ("phone", "teacher", "wall")]
    for told, path in pictures.items():
        assert len(told) > 80, path
        assert 5_000 < (ROOT / path).stat().st_size <= 60_000, path


@each_lesson
def test_minutes_are_those_of_the_lesson(path: Path) -> None:
    minutes, text = guide(path)
    assert minutes == header(path)[1]
    split = re.search(r"^\[Lesson\][^·]* · [^·]* · (.*)$", text, re.MULTILINE)
    assert split
    parts = re.findall(r"\d+(?:–\d+)?", split[1])
    if stated(load(path)):
        assert parts[0] == minutes, "the core comes first, then exercises, quiz, go deeper"
        assert split[1] == stated(load(path))
    else:
        assert sum(map(int, parts)) == int(minutes)


@each_lesson
def test_the_question_for_the_room_is_one_of_the_lesson(path: Path) -> None:
    asked = re.findall(r"\*\*Ask the room\*\* `([^`]*)`", guide(path)[1])
    assert len(asked) == 1
    assert asked[0] in {question.id for question in quiz(path.stem).questions}


@each_lesson
def test_three_wrong_answers_as_the_quiz_has_them(path: Path) -> None:
    table = rows(guide(path)[1])
    assert len(table) == 3
    for question, said, belief, reply in table:
        assert belief.strip("`") in known_beliefs()
        assert (said, belief.strip("`")) in set(wrong_answers(path.stem, question.strip("`"), said))
        assert reply.endswith((".", "?"))


def wrong_answers(lesson: str, question_id: str, said: str) -> Iterator[tuple[str, str | None]]:
    """Yield each wrong answer with its belief; a number as it was said, if that is near enough."""
    question: Any = quiz(lesson).question(question_id)
    for choice in getattr(question, "choices", ()):
        yield " ".join(to_text(choice.text).split()), choice.misconception
    if question.kind == "numeric":
        for mistake in question.mistakes:
            near = abs(float(said) - mistake.answer) < 0.001
            yield said if near else str(mistake.answer), mistake.misconception


@cache
def known_beliefs() -> set[str]:
    file = (ROOT / "quizzes/misconceptions.yaml").read_text(encoding="utf-8")
    return set(YAML(typ="safe").load(file))


@each_lesson
def test_what_to_skip_names_sections(path: Path) -> None:
    skipped = guide(path)[1].partition("**Short of time?** Skip ")[2]
    assert f"(notebooks/{path.name}#" in skipped


def test_each_link_to_a_section_leads_to_one() -> None:
    links = re.findall(r"\[([^\]]*)\]\(notebooks/([^#)]*)(?:#([^)]*))?\)", TEXT)
    assert len(links) > len(LESSONS)
    for text, file, anchor in links:
        lesson = load(ROOT / "notebooks" / file)
        if anchor:
            assert anchor in lesson.anchors
            assert text.replace(" ", "-") in {anchor, anchor.lower()}


def test_each_question_in_the_text_exists() -> None:
    plans = TEXT.partition("## Run a question")[0]
    ids = {question.id for path in LESSONS for question in quiz(path.stem).questions}
    for name in re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", plans):
        assert name in ids


def test_the_short_plan_adds_up() -> None:
    *parts, (total, _) = [(int(row[0]), row[1:]) for row in plan("90 minutes")]
    assert sum(minutes for minutes, _ in parts) == total == 90


def test_the_day_runs_by_the_clock() -> None:
    *parts, last = plan("One day")
    now = 9 * 60
    for start, minutes, _ in parts:
        assert start == f"{now // 60}:{now % 60:02}"
        now += int(minutes)
    assert last[0] == f"{now // 60}:{now % 60:02}"
    assert int(last[1]) == now - 9 * 60


def test_the_weeks_have_time_for_each_lesson_and_add_up() -> None:
    *meetings, total = plan("Four weeks")
    taught = []
    for number, (week, meeting, lessons, in_class, at_home) in enumerate(meetings, start=1):
        assert (int(meeting), int(week)) == (number, (number + 1) // 2)
        numbers = re.findall(r"\[(\d\d)\]", lessons)
        needed = sum(int(header(path)[1].rpartition("–")[2]) for path in LESSONS if path.stem[:2] in numbers)
        assert needed <= int(in_class) + int(at_home)
        taught += numbers
    assert taught == [path.stem[:2] for path in LESSONS]
    assert [int(cell) for cell in total[-2:]] == [sum(int(row[n]) for row in meetings) for n in (3, 4)]


def test_its_links_lead_somewhere() -> None:
    assert problems(ROOT / "INSTRUCTORS.md") == []


def test_its_commands_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for task in re.findall(r"`(?:[A-Z_]+=\S+ )?make ([a-z]+)", TEXT):
        assert re.search(rf"^{task}:", makefile, re.MULTILINE), task
