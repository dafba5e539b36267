from __future__ import annotations

import json
from importlib import import_module
from pkgutil import iter_modules

from lessonkit.questions import KINDS, kinds
from lessonkit.questions.kinds.base import BaseQuestion
from tools import schema


def test_the_schema_file_is_current() -> None:
    assert schema.PATH.read_text(encoding="utf-8") == schema.schema(), "run: python -m tools.schema"
    assert schema.main(["--check"]) == 0


def test_every_kind_that_is_written_is_in_the_list() -> None:
    modules = [import_module(f"{kinds.__name__}.{one.name}") for one in iter_modules(kinds.__path__)]
    written = {
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, BaseQuestion) and "kind" in thing.model_fields
    }
    lacking = {kind.__name__ for kind in written} - {kind.__name__ for kind in KINDS.values()}
    assert not lacking, "write it into `Question` in lessonkit/questions/kinds/__init__.py"


def test_the_schema_names_every_kind_and_no_internal_field() -> None:
    content = json.loads(schema.schema())
    assert set(content["properties"]) == {
        *("lesson", "title", "objectives", "questions"),
        *("mode", "attempts", "confidence", "language", "exam"),
    }
    assert set(content["properties"]["questions"]["items"]["discriminator"]["mapping"]) == set(KINDS)
