"""Repeat the claims, or list the sentences that compare and have no entry; `tools.claims` says how."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import perf_counter

from tools.claims import read, unaccounted
from tools.counts import table

WIDTH = 60


def main(arguments: list[str]) -> int:
    """Run the claims of the lessons, or with ``--open`` list sentences of files; return 1 if one fails."""
    parser = argparse.ArgumentParser(prog="tools.claims", description=__doc__)
    parser.add_argument(
        "lessons", nargs="*", metavar="NN", help="numbers of lessons, such as 02; default: all"
    )
    parser.add_argument(
        "--open", nargs="+", type=Path, metavar="FILE", help="sentences that nothing accounts for"
    )
    asked = parser.parse_args(arguments)
    claims, granted = read()
    if asked.open:
        for path in asked.open:
            lines = list(unaccounted(path, [*claims, *granted]))
            print(*(f"{path.name} {line}" for line in lines), f"{path.name}: {len(lines)} open.", sep="\n")
        return 0
    unknown = {*asked.lessons} - {claim.lesson[:2] for claim in claims}
    if unknown:
        parser.error(f"no claims of lesson {', '.join(sorted(unknown))}")
    chosen = [claim for claim in claims if not asked.lessons or claim.lesson[:2] in asked.lessons]
    rows, failures = [["lesson and sentence", "repeats", "over", "holds in", "95% interval", "result"]], 0
    begin = perf_counter()
    for claim in chosen:
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
    minutes = (perf_counter() - begin) / 60
    print(*table(rows), sep="\n")
    print(f"Claims: {len(chosen)}. Failures: {failures}. Granted: {len(granted)}. {minutes:.1f} minutes.")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
