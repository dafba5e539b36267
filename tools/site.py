"""The pages of our own site that are made from sources, as an extension of Sphinx: see ``site/conf.py``.

The glossary and the reference come from `docs/glossary.yaml` and the docstrings, so they cannot fall behind.
The first page gets a living explorer. `lessonkit site` does all else.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

import lessonkit as lk
from lessonkit.publishing import answers
from lessonkit.publishing.pages import anchor
from tools.lesson import load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx

REPOSITORY = Path(__file__).parents[1]
NOTEBOOKS = REPOSITORY / "notebooks"
GLOSSARY = REPOSITORY / "docs" / "glossary.yaml"
SITE = REPOSITORY / "site"
#: What authors of other courses use, beside the public names.
ENGINE = (
    "lessonkit.metrics",
    "lessonkit.questions",
    "lessonkit.exercises",
    "lessonkit.exercises.judge",
    "lessonkit.exercises.rows",
    "lessonkit.record",
    "lessonkit.course.outline",
)


@dataclass(frozen=True)
class Term:
    """A term of the course, what it means, and the section that defines it."""

    name: str
    meaning: str
    see: str

    @property
    def notebook(self) -> Path:
        """The file of the lesson that defines it."""
        return NOTEBOOKS / self.see.partition("#")[0]

    @property
    def section(self) -> str:
        """The heading of the section that defines it.

        Raises
        ------
        ValueError
            The lesson has no such heading.
        """
        target = self.see.partition("#")[2]
        for heading in _headings(self.notebook):
            if anchor(heading) == target:
                return heading
        raise ValueError(f"{GLOSSARY.name}: {self.name!r}: {self.see} leads to no heading")


@cache
def _headings(notebook: Path) -> list[str]:
    return [heading.text for _, heading in load(notebook).headings]


def read_glossary(path: Path = GLOSSARY) -> list[Term]:
    """Read the terms, in alphabetical order."""
    entries = YAML(typ="safe").load(path)
    terms = [Term(name, entry["meaning"].strip(), entry["see"]) for name, entry in entries.items()]
    return sorted(terms, key=lambda term: term.name.lower())


def glossary_page(terms: Iterable[Term]) -> str:
    """Return the glossary as MyST markdown."""
    head = "# Glossary\n\nEach term as the course uses it, with the section that defines it."
    entries = []
    for term in terms:
        link = f"Lesson {term.notebook.stem[:2]}: [{term.section}](<{term.see}>)"
        entries.append(f"{term.name}\n  {term.meaning}\n\n  {link}\n")
    return "\n".join([head, "", "```{glossary}", *entries, "```", ""])


def reference_page(names: Iterable[str] = lk.__all__) -> str:
    """Return the reference of the public names and the engine as MyST markdown, for Sphinx's autodoc."""
    parts = ["# Reference", "What `import lessonkit as lk` gives, and then the engine behind it."]
    for name in names:
        value = getattr(lk, name)
        if inspect.ismodule(value):
            directive = f".. automodule:: lessonkit.{name}\n   :members:\n   :imported-members:"
        elif inspect.isclass(value):
            directive = f".. autoclass:: lessonkit.{name}\n   :members:"
        else:
            directive = f".. autofunction:: lessonkit.{name}"
        parts.append(f"## `lk.{name}`\n\n```{{eval-rst}}\n{directive}\n```")
    for module in ENGINE:
        home = import_module(module)
        shown = {id(getattr(lk, name)) for name in names}
        members = ", ".join(
            name for name in getattr(home, "__all__", ()) if id(getattr(home, name)) not in shown
        )
        directive = f".. automodule:: {module}\n   :members: {members}".rstrip()
        parts.append(f"## `{module}`\n\n```{{eval-rst}}\n{directive}\n```")
    return "\n\n".join(parts) + "\n"


def explorer() -> str:
    """Return a living explorer of the course's spam filter, as a block of raw HTML in MyST markdown."""
    email = lk.datasets.load_email_scores()
    widget = lk.explore(email.y_true, email.scores, threshold=0.5, labels=("spam", "normal email"))
    bundle = widget._repr_mimebundle_()
    body = answers.lean(bundle[0]["text/html"]) if bundle else ""
    return f"``````{{raw}} html\n{body}\n{answers.scripts()}\n``````"


def write_pages(app: Sphinx) -> None:
    """Write the pages that are made from sources."""
    for name, text in {"glossary.md": glossary_page(read_glossary()), "api.md": reference_page()}.items():
        (Path(app.srcdir) / name).write_text(text, encoding="utf-8")


def fill_in(_app: Sphinx, page: str, source: list[str]) -> None:
    """Put the explorer into the first page."""
    if page == "index":
        source[0] = source[0].replace("{explorer}", explorer())


def setup(app: Sphinx) -> dict[str, object]:
    """Register with Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.connect("builder-inited", write_pages)
    app.connect("source-read", fill_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
