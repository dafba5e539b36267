"""What the lessons claim, measured again over seeds, splits, shuffles or resamples.

    make claims                                         repeat all claims
    python -m tools.claims --open notebooks/02-….ipynb  sentences that compare and have no entry

A sentence that says better, worse, rises, falls, because, always, never, most, or compares two models is
one of:

* arithmetic on the numbers beside it, proved, or quoted: list it under `granted` in
  tests/notebooks/claims/<lesson>.yaml, with the reason in one phrase ("proved in the next paragraph", a
  source);
* a statement about more than these rows and this seed: list it under `claims` there, with the function that
  repeats it ("module.function" of this package).

A function takes the number of the repeat and returns an effect, which is above 0 exactly where the sentence
holds. It is in the module of its group of lessons and says how often it is repeated, and over what:

    @repeated(200, over="resamples")
    def filter_beats_never(seed: int) -> float:
        y_true, scores = resample(seed)
        return accuracy(y_true, scores >= 0.5) - accuracy(y_true, scores > 1)

A claim fails where it holds in fewer than 9 of 10 repeats, or where its 95% interval contains 0 or the other
sign. Of resamples of the same rows that is the interval of the effect, of independent repeats that of the
mean effect. A claim that fails is rewritten to what is true.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from ruamel.yaml import YAML
from scipy import stats

from tools.habits import spoken_texts
from tools.lesson import load, prose, sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
LISTS = ROOT / "tests" / "notebooks" / "claims"
FEWEST_REPEATS = 12
HOLDS_IN = 0.9
LEVEL = 0.95
COMPARING = re.compile(
    r"\b(?:better|worse|best|worst|rises?|rose|falls?|fell|because|always|never|most|every|higher|lower|highest|lowest"
    r"|larger|largest|smaller|smallest|more|fewer|fewest|cheaper|cheapest|beats?|wins?|stronger|weaker|steadier)\b",
    re.IGNORECASE,
)
Over = Literal["seeds", "splits", "shuffles", "resamples"]


@dataclass(frozen=True)
class Repeated:
    """A measurement that is repeated; its effect is above 0 where the claim holds."""

    measure: Callable[[int], float]
    repeats: int
    over: Over

    def run(self) -> Result:
        """Measure it for each repeat."""
        return Result(np.array([self.measure(seed) for seed in range(self.repeats)]), self.over)


def repeated(repeats: int, *, over: Over) -> Callable[[Callable[[int], float]], Repeated]:
    """Mark a function as a measurement that is repeated; it gets the numbers from 0 to *repeats* - 1."""
    return lambda measure: Repeated(measure, repeats, over)


@dataclass(frozen=True)
class Result:
    """The effects of all repeats."""

    effects: NDArray[np.float64]
    over: Over

    @property
    def holds(self) -> int:
        """In how many repeats the claim holds."""
        return int(np.sum(self.effects > 0))

    @cached_property
    def interval(self) -> tuple[float, float]:
        """The 95% interval: of the effect over resamples, of the mean effect over independent repeats."""
        if self.over == "resamples":
            low, high = np.quantile(self.effects, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        else:
            error = stats.sem(self.effects) * stats.t.ppf((1 + LEVEL) / 2, self.effects.size - 1)
            low, high = self.effects.mean() - error, self.effects.mean() + error
        return float(low), float(high)

    @property
    def failure(self) -> str | None:
        """Why the claim fails, if it does."""
        if np.ptp(self.effects) == 0:
            return "all repeats are the same: the function does not use its seed"
        if self.holds < HOLDS_IN * self.effects.size:
            return "holds in fewer than 9 of 10"
        if self.interval[0] <= 0:
            return "the interval contains the other sign"
        return None


@dataclass(frozen=True)
class Entry:
    """A sentence of a lesson or its quiz, with the function that repeats it or the reason why none has to."""

    lesson: str
    sentence: str
    repeat: str = ""
    reason: str = ""

    @property
    def function(self) -> Repeated:
        """The measurement that `repeat` names, "module.function".

        Raises
        ------
        LookupError
            There is none.
        """
        module, _, name = self.repeat.partition(".")
        try:
            found = getattr(import_module(f"tools.claims.{module}"), name)
        except (ImportError, AttributeError) as error:
            raise LookupError(
                f"{self.lesson}.yaml: there is no tools/claims/{module}.py with {name!r}"
            ) from error
        if not isinstance(found, Repeated):
            raise LookupError(f"{self.lesson}.yaml: {self.repeat} is not marked with @repeated")  # noqa: TRY004
        return found

    @property
    def stands(self) -> bool:
        """Whether the sentence is in the lesson or its quiz, literally."""
        return plain(self.sentence) in _text(self.lesson)


def plain(text: str) -> str:
    """Return a text without marks of emphasis and with single spaces, to look for it."""
    return re.sub(r"\s+", " ", re.sub(r"[*`]", "", text)).strip()


def _text(stem: str) -> str:
    notebook, quiz = _files(stem)
    parts = [cell.source for cell in load(notebook).markdown] if notebook.exists() else []
    if quiz.exists():
        parts += [text for _, text in spoken_texts(YAML(typ="safe").load(quiz.read_text(encoding="utf-8")))]
    return plain("\n".join(parts))


def _files(stem: str) -> tuple[Path, Path]:
    return ROOT / "notebooks" / f"{stem}.ipynb", ROOT / "quizzes" / f"{stem}.yaml"


def read(folder: Path = LISTS) -> tuple[list[Entry], list[Entry]]:
    """Return the claims that are repeated, and the sentences that are granted, each with its reason."""
    claims: list[Entry] = []
    granted: list[Entry] = []
    for path in sorted(folder.glob("*.yaml")):
        document: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        claims += [Entry(path.stem, **entry) for entry in document["claims"]]
        granted += [Entry(path.stem, **entry) for entry in document["granted"]]
    return claims, granted


def unaccounted(path: Path, entries: list[Entry]) -> Iterator[str]:
    """Yield the comparing sentences of a notebook or a quiz that no entry accounts for, each with its place.

    Of a quiz these are the reasons and explanations, since a choice may be wrong.
    """
    known = [plain(entry.sentence) for entry in entries if entry.lesson == path.stem]
    for place, text in _told(path):
        for block in prose(text):
            for sentence in sentences(block):
                said = plain(sentence)
                if COMPARING.search(said) and not any(one in said or said in one for one in known):
                    yield f"{place}: {sentence}"


def _told(path: Path) -> Iterator[tuple[str, str]]:
    if path.suffix == ".yaml":
        document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        yield from spoken_texts(document, keys=frozenset({"why", "explain"}))
    else:
        yield from ((f"cell {cell.number}", cell.source) for cell in load(path).markdown)
