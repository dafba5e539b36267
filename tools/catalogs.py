"""Keep the catalogs of the engine's words: find the words in the code, and compile the translations.

    python -m tools.catalogs          write locale/lessonkit.pot, bring each .po up to date, compile each .mo
    python -m tools.catalogs --check  change nothing; fail where that would change something

Both fail where a translation is missing or does not fit.

A new language: ``python -m tools.catalogs --new fr``, then translate ``locale/fr/LC_MESSAGES/lessonkit.po``,
then compile.
"""

from __future__ import annotations

import argparse
import sys
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from lessonkit.i18n import DOMAIN, LOCALE
from lessonkit.widgets.assets import phrases

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
TEMPLATE: Final = LOCALE / f"{DOMAIN}.pot"
KEYWORDS: Final = {"gettext": None, "_": None, "noop": None, "ngettext": (1, 2)}


class _Lean(Catalog):
    """A catalog whose header says only what its reader needs, and so is the same at any time."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", self.plural_forms)]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.catalogs", description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing; fail where something is to do")
    parser.add_argument("--new", metavar="TAG", help="begin the catalog of a language, such as fr")
    options = parser.parse_args(arguments)
    if options.new:
        (LOCALE / options.new / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
        (LOCALE / options.new / "LC_MESSAGES" / f"{DOMAIN}.po").touch()
    template = extracted()
    files = {TEMPLATE: as_po(template)}
    catalogs = {path: updated(path, template) for path in sorted(LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))}
    for path, catalog in catalogs.items():
        files |= {path: as_po(catalog), path.with_suffix(".mo"): as_mo(catalog)}
    stale = [path for path, content in files.items() if not path.exists() or path.read_bytes() != content]
    for path in stale:
        print(f"{path.relative_to(ROOT)}: {'is not current' if options.check else 'written'}")
        if not options.check:
            path.write_bytes(files[path])
    found = [problem for path, catalog in catalogs.items() for problem in problems(path, catalog)]
    print("".join(f"{problem}\n" for problem in found), end="")
    return int(bool(found) or (options.check and bool(stale)))


def extracted() -> Catalog:
    """Return the words of the code, without translations and in the order of the code."""
    catalog = Catalog(domain=DOMAIN, project="lessonkit", charset="utf-8", fuzzy=False)
    found = [*extract_from_dir(ROOT / "lessonkit", method_map=[("**.py", "python")], keywords=KEYWORDS)]
    for script in sorted((ROOT / "lessonkit").rglob("*.js")):
        file = script.relative_to(ROOT / "lessonkit").as_posix()
        found += [(file, 0, text, [], None) for text in phrases(script)]
    for file, _line, message, _comments, _context in sorted(found, key=lambda entry: entry[0]):
        # Files, but no lines: else each change of the code would change all catalogs.
        catalog.add(message, locations=[(f"lessonkit/{file}", None)])  # type: ignore[list-item]  # babel's own form
    return catalog


def updated(path: Path, template: Catalog) -> Catalog:
    """Return a catalog with the messages of the template: those there are, and no guess at new ones."""
    tag = path.parts[-3]
    with path.open("rb") as file:
        catalog = read_po(file, locale=tag, domain=DOMAIN)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    catalog.header_comment = f"# The words of lessonkit in {catalog.locale}."
    catalog.project, catalog.version = "lessonkit", ""
    return catalog


def as_po(catalog: Catalog) -> bytes:
    """Return the catalog as text, without what would change with every run or version: times and makers."""
    file = BytesIO()
    write_po(file, catalog, width=100, omit_header=catalog.locale is None, sort_by_file=True)
    drop = (b"-Date: ", b'"Generated-By', b"ORGANIZATION", b"FIRST AUTHOR", b"LL@li.org", b"EMAIL@ADDRESS")
    kept = (
        line for line in file.getvalue().splitlines(keepends=True) if not any(map(line.__contains__, drop))
    )
    return b"".join(kept)


def as_mo(catalog: Catalog) -> bytes:
    """Return the catalog as the machine reads it."""
    file = BytesIO()
    lean = _Lean(locale=catalog.locale, domain=DOMAIN, fuzzy=False)
    for message in catalog:
        if message.id:
            lean.add(message.id, message.string)
    write_mo(file, lean)
    return file.getvalue()


def problems(path: Path, catalog: Catalog) -> Iterator[str]:
    """Yield what is wrong with the translations of a catalog, one line each."""
    place = path.relative_to(ROOT)
    for message in catalog:
        if not message.id:
            continue
        said = message.string or ""
        forms = [said] if isinstance(said, str) else [*map(str, said)]
        wanted = catalog.num_plurals if message.pluralizable else 1
        if len(forms) != wanted or not all(forms):
            yield f"{place}: {_first(message)!r} is not translated in all its {wanted} form(s)"
        for form in forms:
            if placeholders(form) - placeholders(_first(message)):
                yield f"{place}: {form!r} has a placeholder that {_first(message)!r} has not"
        missing = placeholders(_first(message)).difference(*map(placeholders, forms))
        if all(forms) and missing:
            yield f"{place}: {_first(message)!r} has lost {', '.join(sorted(missing))}"


def placeholders(text: str) -> set[str]:
    """Return the names in braces."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}


def _first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else str(message.id)


if __name__ == "__main__":
    sys.exit(main())
