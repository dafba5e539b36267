"""The gaps of an exercise that its learner has not filled yet: the `...` in a function's source."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import TYPE_CHECKING

from lessonkit.exercises.judge import Verdict
from lessonkit.i18n import gettext as _
from lessonkit.i18n import ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def open_gaps(function: object) -> list[str]:
    """Return what each open gap is to give, in the order of the source.

    A gap is a `...` that stands for a value: one that is assigned, returned or handed over. An index
    such as ``x[..., 0]``, a text and a comment are none.

    Parameters
    ----------
    function : object
        The learner's function; anything.

    Returns
    -------
    list of str
        The name of a variable or keyword, ``return``, or the call that gets the value. Empty also where
        the source is not at hand.
    """
    try:
        source = textwrap.dedent(inspect.getsource(function))  # type: ignore[arg-type]
        (definition,) = ast.parse(source).body
    except Exception:  # noqa: BLE001  (no source, one that is no function, or one that has changed meanwhile)
        return []
    return list(_gaps(definition))


def unfinished(gaps: int, still_open: Sequence[str]) -> Verdict:
    """Say which gaps are open where others are filled."""
    filled = gaps - len(still_open)
    names = [f"`{each}`" for each in still_open]
    told = names[-1]
    if len(names) > 1:
        told = _("{names} and {last}").format(names=", ".join(names[:-1]), last=told)
    message = ngettext(
        "{n} of {total} gaps is filled. Still open: {names}.",
        "{n} of {total} gaps are filled. Still open: {names}.",
        filled,
    )
    return Verdict(
        passed=False,
        message=message.format(n=filled, total=gaps, names=told),
        tried=False,
        begun=True,
    )


def _gaps(node: ast.AST) -> Iterator[str]:
    match node:
        case (
            ast.Assign(targets=[target], value=value)
            | ast.AnnAssign(target=target, value=value)
            | ast.AugAssign(target=target, value=value)
        ):
            yield from _assigned(target, value)
        case ast.Return(value=value) if _holds_gap(value):
            yield "return"
        case ast.keyword(arg=str(name), value=value) if _holds_gap(value):
            yield name
        case ast.Call(func=called, args=arguments):
            yield from [f"{ast.unparse(called)}(…)" for each in arguments if _is_gap(each)]
        case _:
            pass
    for child in ast.iter_child_nodes(node):
        yield from _gaps(child)


def _assigned(target: ast.expr, value: ast.expr | None) -> Iterator[str]:
    match target, value:
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            for one, other in zip(targets, values, strict=True):
                yield from _assigned(one, other)
        case _ if _is_gap(value):
            yield ast.unparse(target)
        case _:
            pass


def _is_gap(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is ...


def _holds_gap(value: ast.expr | None) -> bool:
    """Say whether a value is a gap, or a list or tuple with one in it."""
    return any(map(_is_gap, value.elts)) if isinstance(value, (ast.List, ast.Tuple)) else _is_gap(value)
