"""Mutants of the exercises' solutions: what a check lets through that is not right.

    python -m tools.mutants                      all exercises; exit 1 if a mutant is accepted unexplained
    python -m tools.mutants auc-by-pairs …       some of them, with every mutant named

A mutant is the folded solution with one change of its syntax tree. Each has to be refused, or listed in
``tests/exercises/equivalent.yaml`` with the reason why it is right too.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import multiprocessing
import signal
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from ruamel.yaml import YAML

import lessonkit as lk
from lessonkit.exercises import course_exercises, verdict
from tools.bootstrap import ROOT
from tools.solutions import LESSONS, Exercise, exercises

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import FrameType

EQUIVALENT = ROOT / "tests" / "exercises" / "equivalent.yaml"
# Seconds for one mutant: an endless loop is refused. Those that train a network take longer.
PATIENCE = 10
TRAINING = frozenset({"net-scores"})
TRAINING_PATIENCE = 60

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.GtE: ast.Gt,
    ast.Gt: ast.GtE,
    ast.LtE: ast.Lt,
    ast.Lt: ast.LtE,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
}
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_SWAPPED_NAMES = {
    "min": "max",
    "max": "min",
    "argmin": "argmax",
    "argmax": "argmin",
    "sum": "mean",
    "mean": "sum",
    "std": "var",
    "floor": "ceil",
    "ceil": "floor",
    "quantile": "percentile",
    "any": "all",
    "all": "any",
    "precision": "recall",
    "recall": "precision",
    "roc_auc": "average_precision",
    "average_precision": "roc_auc",
}
# Nothing changes where their arguments are swapped.
_SYMMETRIC = frozenset({"maximum", "minimum", "max", "min", "array_equal", "add", "multiply"})
# Calls that hand on their first argument, or the object they belong to, if dropped.
_DROPPED = frozenset(
    {"unique", "sorted", "sort", "reversed", "cumsum", "round", "maximum", "minimum", "diff", "append", "abs"}
)


@dataclass(frozen=True)
class Mutant:
    """A changed solution, and what was changed: ``line: original -> mutated``."""

    change: str
    source: str


@dataclass
class Report:
    """What the check of an exercise said of its mutants."""

    exercise: str
    refused: int = 0
    equivalent: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many mutants there were."""
        return self.refused + len(self.equivalent) + len(self.accepted)


def mutants(source: str) -> list[Mutant]:
    """Return every mutant of a source, each once, in the order of the lines.

    Parameters
    ----------
    source : str
        A solution; Python.

    Returns
    -------
    list of Mutant
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):  # a docstring is no code
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None and len(node.body) > 1:
            node.body = node.body[1:]
    places = [(number, node) for number, node in enumerate(ast.walk(tree)) if hasattr(node, "lineno")]
    found = {ast.unparse(tree): ""}
    result = []
    for number, node in places:
        for changed in _changes(node):
            mutated = _with(tree, number, changed)
            text = ast.unparse(ast.fix_missing_locations(mutated))
            if text in found:
                continue
            before, after = ast.unparse(node), "pass" if changed is None else ast.unparse(changed)
            change = f"{getattr(node, 'lineno', 0)}: {' '.join(before.split())} -> {' '.join(after.split())}"
            found[text] = change
            result.append(Mutant(change, text))
    return result


def _with(tree: ast.Module, number: int, changed: ast.AST | None) -> ast.Module:
    """Copy a tree with the node of that number, in the order of `ast.walk`, replaced or dropped."""
    copied = copy.deepcopy(tree)
    target = next(node for place, node in enumerate(ast.walk(copied)) if place == number)

    class _Replace(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> Any:  # noqa: ANN401  (as its base)
            if node is target:
                return ast.Pass() if changed is None else copy.deepcopy(changed)
            return self.generic_visit(node)

    replaced = _Replace().visit(copied)
    if not isinstance(replaced, ast.Module):
        raise TypeError(f"{type(changed).__name__} cannot stand for a module.")
    return replaced


def _changes(node: ast.AST) -> Iterator[ast.AST | None]:  # noqa: C901, PLR0912  (one case for each kind of change)
    """Yield what may stand for a node; None drops it."""
    match node:
        case ast.Compare(left=left, ops=[op, *more], comparators=others) if type(op) in _COMPARED:
            yield ast.Compare(left, [_COMPARED[type(op)](), *more], others)
        case ast.BinOp(left=left, op=op, right=right):
            if type(op) in _COMPUTED:
                yield ast.BinOp(left, _COMPUTED[type(op)](), right)
            if isinstance(op, ast.Sub | ast.Div):
                yield ast.BinOp(right, op, left)
            yield from (left, right)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            yield from values
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.If(body=[*body], orelse=[]) if body:
            yield None
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(value + 1)
            if value:
                yield ast.Constant(value - 1)
        case ast.Constant(value=str() as value) if value in {"sigmoid", "relu", "PR", "max"}:
            yield ast.Constant({"sigmoid": "linear", "relu": "linear", "PR": "ROC", "max": "min"}[value])
        case ast.Call():
            yield from _changed_calls(node)
        case ast.Attribute(value=value, attr=name, ctx=ast.Load()) if name in _SWAPPED_NAMES:
            yield ast.Attribute(value, _SWAPPED_NAMES[name], ast.Load())
        case ast.Subscript(value=value, slice=ast.Slice(), ctx=ast.Load()):
            yield value
        case ast.Return(value=ast.Tuple(elts=[first, second, *rest])):
            yield ast.Return(ast.Tuple([second, first, *rest], ast.Load()))
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Tuple):
            yield ast.Return(ast.Call(ast.Name("round", ast.Load()), [value, ast.Constant(2)], []))
        case ast.AugAssign() | ast.Continue() | ast.Break():
            yield None
        case _:
            pass


def _changed_calls(node: ast.Call) -> Iterator[ast.AST]:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if len(node.args) == 2 and name not in _SYMMETRIC:  # noqa: PLR2004  (a pair can be swapped)
        yield ast.Call(node.func, node.args[::-1], node.keywords)
    if name in _DROPPED:
        if node.args:
            yield node.args[0]
        if isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, ast.Name):
            yield node.func.value
    if isinstance(node.func, ast.Name) and name in _SWAPPED_NAMES:
        yield ast.Call(ast.Name(_SWAPPED_NAMES[name], ast.Load()), node.args, node.keywords)
    for place in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, node.keywords[:place] + node.keywords[place + 1 :])


class _TooLongError(BaseException):
    """A mutant did not end in time."""


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _TooLongError


def accepted(exercise: Exercise, mutant: Mutant) -> bool:
    """Judge a mutant; one that cannot be defined or does not end is refused."""
    space: dict[str, Any] = {"lk": lk, "np": np}
    signal.signal(signal.SIGALRM, _stop)
    signal.alarm(TRAINING_PATIENCE if exercise.id in TRAINING else PATIENCE)
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # some print
            exec(_imports(exercise.cell) + mutant.source, space)  # noqa: S102  (the course's own solutions)
            return bool(verdict(exercise.id, space[exercise.name]).passed)
    except (Exception, _TooLongError):  # noqa: BLE001  (a mutant may do anything)
        return False
    finally:
        signal.alarm(0)


def _imports(cell: str) -> str:
    lines = [
        ast.unparse(node) for node in ast.parse(cell).body if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    return "".join(f"{line}\n" for line in lines)


def known() -> Mapping[str, Mapping[str, str]]:
    """Read the equivalent mutants: exercise -> change -> reason."""
    entries = YAML(typ="safe").load(EQUIVALENT.read_text(encoding="utf-8")) or {}
    return {
        name: {str(each["mutant"]): str(each["why"]) for each in listed} for name, listed in entries.items()
    }


def judge(
    exercise: Exercise, choose: Callable[[Sequence[Mutant]], Sequence[Mutant]] = lambda all_: all_
) -> Report:
    """Judge the mutants of an exercise.

    Parameters
    ----------
    exercise : Exercise
    choose : callable, optional
        Picks the mutants that are tried. By default all are, and a listed one that is not accepted is stale.
    """
    reasons = known().get(exercise.id, {})
    report = Report(exercise.id)
    every = mutants(exercise.solution)
    for mutant in choose(every):
        if not accepted(exercise, mutant):
            report.refused += 1
        elif mutant.change in reasons:
            report.equivalent.append(mutant.change)
        else:
            report.accepted.append(mutant.change)
    if len(choose(every)) == len(every):
        report.stale = sorted(reasons.keys() - set(report.equivalent))
    return report


def main(names: Sequence[str]) -> int:
    """Judge all mutants, or those of the named exercises; return the exit status."""
    if unknown := [name for name in names if name not in course_exercises()]:
        print(f"There is no exercise {', '.join(unknown)}.", file=sys.stderr)
        return 2
    every = [each for path in LESSONS for each in exercises(path) if not names or each.id in names]
    unique = list({each.id: each for each in every}.values())
    failed = False
    print(f"{'exercise':28}{'mutants':>8}{'refused':>9}{'equivalent':>12}{'accepted':>10}")
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for report in pool.imap(judge, unique):
            print(
                f"{report.exercise:28}{report.total:8}{report.refused:9}{len(report.equivalent):12}"
                f"{len(report.accepted):10}",
                flush=True,
            )
            reasons = known().get(report.exercise, {})
            for change in report.equivalent:
                print(f"    equivalent  {change}    ({reasons[change]})")
            for change in report.accepted:
                print(f"    ACCEPTED    {change}")
            for change in report.stale:
                print(f"    STALE       {change}: it is refused, or is no mutant now. Delete it.")
            failed |= bool(report.accepted or report.stale)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
