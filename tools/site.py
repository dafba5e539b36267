"""Build the course as pages that need no kernel and no network: ``python -m tools.site [OUT]``.

Each notebook becomes a page with its stored outputs, whose questions are answered there (see
`tools.site_answers`). The lesson list, the glossary and the reference are made
from their sources (`notebooks/`, `docs/glossary.yaml`, the docstrings), so they cannot fall behind. A warning
of Sphinx or a dead link fails the build.
"""

from __future__ import annotations

import argparse
import inspect
import re
import shutil
import sys
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

import lessonkit as lk
from lessonkit.questions.bank import renamed
from tools import site_answers
from tools.check_links import problems
from tools.lesson import load
from tools.lesson_pages import anchor

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

REPOSITORY = Path(__file__).parents[1]
NOTEBOOKS = REPOSITORY / "notebooks"
GLOSSARY = REPOSITORY / "docs" / "glossary.yaml"
SITE = REPOSITORY / "site"
#: Pages that are shown as they are written.
PAGES = ("your-scores-do-not-fit.md", "your-own-course.md")
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
#: Where GitHub Pages shows the site; `html_baseurl` in ``site/conf.py``.
ADDRESS = "https://lessonkit.github.io/lessonkit/"
DEFAULT_OUT = REPOSITORY / "build" / "site"


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


def lesson_list(notebooks: Iterable[Path]) -> str:
    """Return the lessons as a markdown list: title, minutes, first sentences.

    Raises
    ------
    ValueError
        A lesson does not open with a title, a paragraph and its minutes.
    """
    entries = []
    for path in notebooks:
        title, hook, times, *_ = [*load(path).cells[0].source.split("\n\n"), "", ""]
        core = re.match(r"Core (\d+(?:–\d+)?) min", times)
        whole = sum(map(int, re.findall(r"(\d+) minutes", times)))
        minutes = f"{core[1]} min" if core else f"{whole} min" if whole else ""
        if not title.startswith("# ") or not minutes:
            raise ValueError(f"{path.name}: its first cell is not a title, a paragraph and its minutes")
        link = f"[{title[2:].strip()}]({path.name})"
        entries.append(f"* {link} ({minutes})\\\n  {' '.join(hook.split())}")
    return "\n".join(entries)


def begin(first: Path) -> str:
    """Return the link to the first lesson, as a block of markdown."""
    title = load(first).cells[0].source.partition("\n")[0].removeprefix("# ")
    return f'<p class="begin"><a href="{first.stem}.html">Begin with {escape(title)}</a></p>'


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
    body = site_answers.lean(bundle[0]["text/html"]) if bundle else ""
    return f"``````{{raw}} html\n{body}\n{site_answers.scripts()}\n``````"


def gather(folder: Path, notebooks: Sequence[Path]) -> None:
    """Write all pages' sources into an empty folder."""
    for path in notebooks:
        shutil.copy(path, folder)
    front = (SITE / "index.md").read_text(encoding="utf-8")
    pages = {
        **{name: (SITE / name).read_text(encoding="utf-8") for name in PAGES},
        "index.md": front.format(
            begin=begin(notebooks[0]), explorer=explorer(), lessons=lesson_list(notebooks)
        ),
        "glossary.md": glossary_page(read_glossary()),
        "api.md": reference_page(),
    }
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


def redirect(pages: Path) -> None:
    """Lead from the address that a lesson had before to the one that it has now."""
    for old, new in renamed().items():
        page = (
            '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Moved</title>\n'
            f'<meta http-equiv="refresh" content="0; url={new}.html">\n'
            f'<link rel="canonical" href="{new}.html">\n'
            f'<p>This lesson is now at <a href="{new}.html">{new}</a>.</p>\n</html>\n'
        )
        (pages / f"{old}.html").write_text(page, encoding="utf-8")


def announce(pages: Path) -> None:
    """Write what a web server and a search engine look for."""
    moved = {f"{old}.html" for old in renamed()}
    names = sorted(path.name for path in pages.glob("*.html") if path.name not in {"search.html", *moved})
    addresses = (f"{ADDRESS}{'' if name == 'index.html' else name}" for name in names)
    entries = "".join(f"<url><loc>{address}</loc></url>\n" for address in addresses)
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    sitemap = f'{head}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    (pages / "sitemap.xml").write_text(sitemap, encoding="utf-8")
    (pages / "robots.txt").write_text(f"User-agent: *\nSitemap: {ADDRESS}sitemap.xml\n", encoding="utf-8")
    # It is shown at any address, so it links by whole ones.
    lost = (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>Page not found</title>\n"
        "<style>body { color-scheme: light dark; font: 1.1rem/1.6 system-ui, sans-serif; margin: 3rem auto; "
        "max-width: 34rem; padding: 0 1rem; }</style>\n"
        "<h1>This page does not exist</h1>\n"
        f'<p>A lesson may have moved. <a href="{ADDRESS}">All lessons are on the first page.</a></p>\n'
        "</html>\n"
    )
    (pages / "404.html").write_text(lost, encoding="utf-8")
    shutil.copy(REPOSITORY / "docs" / "lesson-light.png", pages / "_static" / "preview.png")


def build(out: Path) -> bool:
    """Build the site into *out*; say whether Sphinx had nothing to warn of.

    An earlier build is replaced, unless there was a warning.

    Raises
    ------
    FileExistsError
        *out* holds something that is no earlier build.
    """
    from sphinx.cmd.build import main as sphinx_build

    notebooks = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
    if out.exists() and any(out.iterdir()) and not (out / ".buildinfo").is_file():
        raise FileExistsError(f"{out} holds other files; name an empty folder or an earlier build")
    with TemporaryDirectory() as name:
        # MyST-NB leaves a folder beside the pages that it writes, so they are written here, too.
        sources, pages, doctrees = (Path(name, part) for part in ("sources", "pages", "doctrees"))
        sources.mkdir()
        gather(sources, notebooks)
        options = ["--quiet", "--fail-on-warning", "-b", "html", "-c", str(SITE), "-d", str(doctrees)]
        if sphinx_build([*options, str(sources), str(pages)]) != 0:
            return False
        redirect(pages)
        site_answers.write(pages / "_static", notebooks)
        announce(pages)
        if out.exists():
            shutil.rmtree(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(pages, out)
        return True


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the site and check its links; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.site", description=__doc__.partition("\n")[0])
    parser.add_argument("out", nargs="?", type=Path, default=DEFAULT_OUT, metavar="OUT")
    out: Path = parser.parse_args(arguments).out
    try:
        fine = build(out)
    except (FileExistsError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    if not fine:
        return 1
    found = problems(out)
    print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
    if not found:
        print(f"Open {out / 'index.html'}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
