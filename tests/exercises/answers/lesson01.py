from __future__ import annotations

from typing import Any

RIGHT: dict[str, list[Any]] = {"accuracy-of-never": [lambda prevalence: 1 - prevalence]}
WRONG: dict[str, list[tuple[Any, str]]] = {
    "accuracy-of-never": [(lambda prevalence: prevalence, "flagging everything")]
}
