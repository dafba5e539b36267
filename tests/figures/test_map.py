from __future__ import annotations

from typing import Any

from lessonkit import figures
from lessonkit.figures.map import LESSONS
from tests.figures.drawn import texts
from tools.prerequisites import closure, course


def before(name: str) -> set[str]:
    """Return all lessons that the map's arrows put before one."""
    return {lesson for right in LESSONS[name][2] for lesson in {right, *before(right)}}


def test_the_map_shows_what_the_lessons_say_they_need(shown: list[Any]) -> None:
    figures.lesson_map()
    (axes,) = shown[0].figure.axes
    assert {*LESSONS} <= {text for text, _ in texts(axes).items()}
    lessons = {stem[:2]: lesson for stem, lesson in course().items() if stem[:2] != "00"}
    assert LESSONS.keys() == lessons.keys()
    for name, lesson in lessons.items():
        needed = {need[:2] for need in closure(lesson.stem, course())} - {"00"}
        assert before(name) <= needed
        assert needed - before(name) <= {"04"}, "lesson 05 says that 04 helps, not that it is needed"
    drawn = {patch.get_gid() for patch in axes.patches if patch.get_gid()}
    assert drawn == {f"{right}-{name}" for name, (_, _, rights) in LESSONS.items() for right in rights}


def test_a_lesson_that_was_begun_or_done_says_so_in_words(shown: list[Any]) -> None:
    figures.lesson_map(begun=["01", "02"], done=["01"])
    (axes,) = shown[0].figure.axes
    heads = {text for text, _ in texts(axes).items()}
    assert {"01 · done", "02 · begun", "03"} <= heads
    assert "Done: 01. Begun: 02." in repr(shown[0])
