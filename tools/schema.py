"""Write what is made from the models: ``quizzes/schema.json``, and the guide's table of kinds.

By the schema, editors complete and check quiz files. Run ``python -m tools.schema`` after a change of
`lessonkit.questions.model` or of a kind of question; ``--check`` only compares.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from lessonkit.questions import KINDS, Quiz

ROOT = Path(__file__).parents[1]
PATH = ROOT / "quizzes" / "schema.json"
GUIDE = ROOT / "site" / "your-own-course.md"
_TABLE = re.compile(r"(?<=\| Kind \| What it is \|\n\|---\|---\|\n)(?:\|.*\n)*")


def schema() -> str:
    """Return the JSON schema of a quiz file, as the file's text."""
    content = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Quiz.model_json_schema()}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def guide() -> str:
    """Return the guide with a row for each kind: what its docstring begins with."""
    heads = {name: str(kind.__doc__).partition("\n")[0] for name, kind in KINDS.items()}
    rows = "".join(f"| `{name}` | {head} |\n" for name, head in heads.items())
    return _TABLE.sub(lambda _: rows, GUIDE.read_text(encoding="utf-8"))


def main(arguments: list[str]) -> int:
    """Write the files, or say which are not current."""
    stale = 0
    for path, text in {PATH: schema(), GUIDE: guide()}.items():
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
        elif path.read_text(encoding="utf-8") != text:
            print(f"{path} is not current; run: python -m tools.schema")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
