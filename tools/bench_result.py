"""What every bench yields, and how all of them print it: the number, its bound, and what was measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Result(NamedTuple):
    """One measured number and the bound it has to keep; without a bound it stands there for comparison."""

    what: str
    measured: float
    bound: float = math.inf
    unit: str = "×"


def report(results: Iterable[Result]) -> int:
    """Print every result as it comes; return 1 if a bound is exceeded."""
    print(f"{'measured':>14}{'at most':>14}")
    failed = 0
    for what, measured, bound, unit in results:
        ok = measured <= bound
        failed += not ok
        number, most, verdict = f"{measured:,.3f} {unit}", "–", ""
        if math.isfinite(bound):
            most, verdict = f"{bound:,.3f} {unit}", "ok" if ok else "FAIL"
        print(f"{number:>14}{most:>14}  {verdict:4}  {what}", flush=True)
    if failed:
        print(f"{failed} of the bounds exceeded.")
    return int(failed > 0)
