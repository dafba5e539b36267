"""Names that are drawn, so that nobody has to give one."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

#: Letters that are not mistaken for each other, and that make no words.
LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
_CODE: Final = 4
_HOW: Final = (
    *("amber", "bold", "brave", "bright", "brisk", "calm", "clear", "clever", "coral", "crisp", "daring"),
    *("deft", "eager", "early", "fair", "fleet", "gentle", "glad", "golden", "grand", "happy", "honest"),
    *("humble", "ivory", "jolly", "keen", "kind", "lively", "lucky", "mellow", "merry", "misty", "neat"),
    *("noble", "olive", "patient", "plucky", "polite", "proud", "quick", "quiet", "rapid", "ruby", "silver"),
    *("steady", "sunny", "swift", "tidy", "warm", "witty"),
)
_WHO: Final = (
    *(
        "alpaca",
        "badger",
        "beaver",
        "bison",
        "camel",
        "crane",
        "curlew",
        "dingo",
        "dolphin",
        "egret",
        "falcon",
    ),
    *("ferret", "finch", "fox", "gecko", "gull", "hare", "hedgehog", "heron", "ibex", "ibis", "jackdaw"),
    *("kestrel", "koala", "lark", "lemur", "linnet", "lynx", "marten", "mole", "moose", "newt", "orca"),
    *("osprey", "otter", "owl", "panda", "plover", "puffin", "quail", "raven", "robin", "seal", "sparrow"),
    *("stork", "swan", "tapir", "toucan", "walrus", "wren"),
)
#: So many can sit in one class.
SEATS: Final = 1000


def code() -> str:
    """Draw the code of a class."""
    return "".join(secrets.choice(LETTERS) for _ in range(_CODE))


def seat(code: str, taken: Collection[str]) -> str:
    """Draw a pseudonym that nobody in this class, or in another one, has."""
    while True:
        drawn = f"{secrets.choice(_HOW)}-{secrets.choice(_WHO)}-{code.lower()}"
        if drawn not in taken:
            return drawn


def spoken(seat: str) -> str:
    """Return a pseudonym as it is shown."""
    return " ".join(part.capitalize() for part in seat.split("-")[:2])
