"""Plain data as a quiz file has it: what the rules need of it, whatever its types are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeGuard

from lessonkit.questions.problem import Flaw


def is_number(value: object) -> TypeGuard[float]:
    """Say whether the value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def mappings(values: object) -> list[Mapping[str, Any]]:
    """Return `values` as a list of mappings; what is not one becomes an empty one, so that indices hold."""
    if not isinstance(values, list | tuple):
        return []
    return [value if isinstance(value, Mapping) else {} for value in values]


def named(ids: Iterable[Any]) -> str:
    """Return ids as a list to be read."""
    return ", ".join(map(str, ids))


def normal(text: str) -> str:
    """Return the text as a hurried reader sees it: case, spaces and a final stop make no difference."""
    return " ".join(text.casefold().split()).rstrip(".")


def repeated(key: str, parts: list[Mapping[str, Any]]) -> Iterator[Flaw]:
    """Yield choices, items, pairs or targets that repeat the id or the text of an earlier one."""
    name = key.removesuffix("s")
    ids: dict[str, int] = {}
    texts: dict[str, int] = {}
    for index, part in enumerate(parts):
        part_id, text = part.get("id"), part.get("text")
        if isinstance(part_id, str) and ids.setdefault(part_id, index) != index:
            message = f"{name} {ids[part_id] + 1} already has the id {part_id!r}; use another"
            yield Flaw((key, index, "id"), "LK021", message)
        if isinstance(text, str) and texts.setdefault(same := normal(text), index) != index:
            message = f"{name} {texts[same] + 1} says the same; reword or remove one"
            yield Flaw((key, index, "text"), "LK022", message)
