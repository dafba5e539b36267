"""Repeat the claims, or list the sentences that compare and have no entry; `tools.claims` says how."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.claims import read, unaccounted
from tools.counts import table

WIDTH = 60


def main(arguments: list[str]) -> int:
    """Run all claims, or with ``--open`` list sentences of the files named; return 1 if a claim fails."""
    claims, granted = read()
    if arguments[:1] == ["--open"]:
        for path in map(Path, arguments[1:]):
            lines = list(unaccounted(path, [*claims, *granted]))
            print(*(f"{path.name} {line}" for line in lines), f"{path.name}: {len(lines)} open.", sep="\n")
        return 0
    rows, failures = [["lesson and sentence", "repeats", "over", "holds in", "95% interval", "result"]], 0
    for claim in claims:
        result = claim.function.run()
        problem = result.failure if claim.stands else "no longer stands in the lesson"
        failures += problem is not None
        short = claim.sentence if len(claim.sentence) <= WIDTH else f"{claim.sentence[:WIDTH]}…"
        low, high = result.interval
        rows.append([
            f"{claim.lesson[:2]} {short}",
            *(str(result.effects.size), result.over, str(result.holds)),
            f"{low:.3g} to {high:.3g}",
            problem or "holds",
        ])  # fmt: skip
    print(*table(rows), f"Claims: {len(claims)}. Failures: {failures}. Granted: {len(granted)}.", sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
