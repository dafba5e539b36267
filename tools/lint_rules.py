"""Write the table of lint rules into ``CONTRIBUTING.md``, with an example of each breach.

Run ``python -m tools.lint_rules`` after a change of `lessonkit.questions.problem`; ``--check`` only compares.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from lessonkit.questions.problem import EXAMPLES, RULES

PATH = Path(__file__).parents[1] / "CONTRIBUTING.md"
_TABLE = re.compile(r"^\| Code \|.*\n(\|.*\n)+", re.MULTILINE)


def table() -> str:
    """Return the rules as a markdown table."""
    rows = ["| Code | What is wrong | For example |", "|---|---|---|"]
    for code, meaning in RULES.items():
        # A backtick inside takes a longer fence around.
        lines = (line.replace("|", r"\|") for line in EXAMPLES[code].split("\n"))
        example = "<br>".join(f"```` {line} ````" if "`" in line else f"`{line}`" for line in lines)
        rows.append(f"| {code} | {meaning} | {example} |")
    return "\n".join(rows) + "\n"


def renewed(text: str) -> str:
    """Return the page with its table of rules up to date.

    Raises
    ------
    ValueError
        The page has no such table.
    """
    content, count = _TABLE.subn(lambda _: table(), text)
    if count != 1:
        raise ValueError(f"{PATH} has {count} tables that start with | Code |; one is expected")
    return content


def main(arguments: list[str]) -> int:
    """Write the table, or say whether it is current."""
    text = PATH.read_text(encoding="utf-8")
    content = renewed(text)
    if "--check" not in arguments:
        PATH.write_text(content, encoding="utf-8")
    elif content != text:
        print(f"{PATH} is not current; run: python -m tools.lint_rules")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
