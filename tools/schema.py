"""Write ``quizzes/schema.json`` from the models, so that editors complete and check quiz files.

Run ``python -m tools.schema`` after a change of `lessonkit.questions.model`; ``--check`` only compares.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from lessonkit.questions import Quiz

PATH = Path(__file__).parents[1] / "quizzes" / "schema.json"


def schema() -> str:
    """Return the JSON schema of a quiz file, as the file's text."""
    content = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Quiz.model_json_schema()}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Write the schema, or say whether the file is current."""
    if "--check" not in arguments:
        PATH.write_text(schema(), encoding="utf-8")
    elif PATH.read_text(encoding="utf-8") != schema():
        print(f"{PATH} is not current; run: python -m tools.schema")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
