"""The calls in a notebook that name something of the course: its quizzes, questions and exercises."""

from __future__ import annotations

import ast
import re
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGIN: Final = re.compile(r"\b(?:lk|lessonkit)\.(?P<function>quiz|check)\s*\(")


class Call(NamedTuple):
    """A call of `lk.quiz` or `lk.check` whose first argument is a text in quotes.

    Attributes
    ----------
    function : str
        ``"quiz"`` or ``"check"``.
    name : str
        The quiz or the exercise.
    options : dict of str to object
        The arguments that are given by name; an Ellipsis for each that only running the cell can tell.
    """

    function: str
    name: str
    options: dict[str, Any]


def calls(source: str) -> Iterator[Call]:
    """Yield the calls in the source of a cell, in their order.

    The cell itself need not be Python: a learner's half-written code and magics around a call do not matter.
    What stands in a comment is no call.
    """
    for found in _BEGIN.finditer(source):
        before = source[: found.start()].rpartition("\n")[2]
        call = None if "#" in before else _parsed(source[found.start() :])
        if call is None or not call.args:
            continue
        name = _literal(call.args[0])
        if isinstance(name, str):
            options = {one.arg: _literal(one.value) for one in call.keywords if one.arg is not None}
            yield Call(found["function"], name, options)


def _parsed(text: str) -> ast.Call | None:
    """Return the call that a text begins with, or None if it is not finished."""
    with warnings.catch_warnings(action="ignore"):  # those of the notebook's author are for its kernel
        for end in re.finditer(r"\)", text):
            with suppress(SyntaxError, ValueError):
                call = ast.parse(text[: end.end()], mode="eval").body
                return call if isinstance(call, ast.Call) else None
    return None


def _literal(value: ast.expr) -> object:
    try:
        return ast.literal_eval(value)
    except ValueError:
        return ...
