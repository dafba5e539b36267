from __future__ import annotations

import json

from lessonkit.questions import KINDS
from tools import schema


def test_the_schema_file_is_current() -> None:
    assert schema.PATH.read_text(encoding="utf-8") == schema.schema(), "run: python -m tools.schema"
    guide = schema.GUIDE.read_text(encoding="utf-8")
    assert guide == schema.guide(), "run: python -m tools.schema"
    assert all(f"| `{kind}` | A question " in guide for kind in KINDS)
    assert schema.main(["--check"]) == 0


def test_the_schema_names_every_kind_and_no_internal_field() -> None:
    content = json.loads(schema.schema())
    assert set(content["properties"]) == {
        *("lesson", "title", "objectives", "questions"),
        *("mode", "attempts", "confidence", "language", "exam"),
    }
    assert set(content["properties"]["questions"]["items"]["discriminator"]["mapping"]) == set(KINDS)
