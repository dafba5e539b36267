"""Which quizzes, questions and exercises a cell names."""

from __future__ import annotations

import pytest

from lessonkit.course.calls import calls


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('lk.quiz("one")', [("quiz", "one", {})]),
        ("lk.quiz('one', only='a', seed=3)", [("quiz", "one", {"only": "a", "seed": 3})]),
        ('lk.quiz(\n    "one",\n    exam=True,\n)', [("quiz", "one", {"exam": True})]),
        ('lk.quiz("one", only=["a"])', [("quiz", "one", {"only": ["a"]})]),
        ('lk.quiz("one", only=names[0])', [("quiz", "one", {"only": ...})]),
        ('lk.quiz("one (a)", only="b")', [("quiz", "one (a)", {"only": "b"})]),
        ('lk.check("a", f(1)); lk.check("b", ...)', [("check", "a", {}), ("check", "b", {})]),
        ('%%time\nimport lessonkit\nlessonkit.check("a", x)\nif x', [("check", "a", {})]),
        ('# lk.quiz("one")\nx = 1  # not lk.check("a", x)', []),
        ("lk.quiz(stem)\nlk.quiz()\nbulk.quiz('one')\nlk.quiz('one'", []),
    ],
)
def test_calls_are_found_in_whatever_stands_around_them(
    source: str, found: list[tuple[str, str, dict[str, object]]]
) -> None:
    assert list(calls(source)) == found
