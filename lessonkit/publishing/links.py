"""The links of built pages and of Markdown files.

A link inside the project must lead to a file that exists, and to a heading of it. A built page may link to
another host but load nothing from one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LOADS = {"src", "srcset", "poster", "data", "xlink:href"}
_IN_STYLE = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s]+)""")


@dataclass
class Page(HTMLParser):
    """What a page can be linked to by, what it links to, and what it loads."""

    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the addresses of one tag."""
        self._in_style = tag == "style"
        # Of the <link> tags, these name a page; the others load a file.
        named = {"next", "prev", "index", "search", "canonical", "author", "license"}
        loads = tag == "link" and dict(attrs).get("rel") not in named
        for name, value in attrs:
            if value is None:
                continue
            if name in {"id", "name"}:
                self.anchors.add(value)
            elif name == "style":
                self.loads += _IN_STYLE.findall(value)
            elif name in _LOADS or (name == "href" and loads):
                self.loads.append(value)
            elif name == "href":
                self.links.append(value)

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a style sheet."""
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        """Note what a style sheet in the page loads."""
        if self._in_style:
            self.loads += _IN_STYLE.findall(data)


def _read(path: Path) -> Page:
    return _read_version(path, path.stat().st_mtime_ns)


@cache
def _read_version(path: Path, _changed: int) -> Page:
    page = Page()
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".css":
        page.loads += _IN_STYLE.findall(text)
        return page
    if path.suffix == ".md":
        from markdown_it import MarkdownIt
        from mdit_py_plugins.anchors import anchors_plugin
        from myst_parser.slugs import github_slugify

        parser = MarkdownIt("commonmark", {"html": True}).enable("table")
        text = parser.use(anchors_plugin, max_level=6, slug_func=github_slugify).render(text)
    page.feed(text)
    return page


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.suffix in {".html", ".css"})
        else:
            yield path


def _is_outside(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme in {"http", "https"}


def problems(*paths: Path) -> list[str]:
    """Return what is wrong inside: dead links, missing headings, and what is loaded from another host.

    Parameters
    ----------
    *paths : Path
        HTML, CSS or Markdown files, or folders of built pages.
    """
    found = []
    for file in _files(paths):
        page = _read(file)
        # A guide is read where it is hosted, so it may show badges.
        loads = filter(_is_outside, page.loads if file.suffix != ".md" else ())
        found += [f"{file}: loads {address} from another host" for address in loads]
        for address in sorted({*page.links, *page.loads}):
            if not _is_outside(address) and (trouble := _trouble(address, file)):
                found.append(f"{file}: {address} {trouble}")
    return found


def _trouble(address: str, file: Path) -> str:
    """Say what is wrong with a link inside the project; nothing if it is fine."""
    parts = urlsplit(address)
    if parts.scheme:  # data: and mailto:
        return ""
    target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
    if target.is_dir() and file.suffix == ".html":
        target /= "index.html"
    if not target.exists():
        return "leads to no file"
    fragment = unquote(parts.fragment)
    if fragment and target.suffix in {".html", ".md"} and fragment not in _read(target).anchors:
        return "leads to no heading"
    return ""


def outside(*paths: Path) -> list[str]:
    """Return what other hosts are asked for: pages that are linked to, and badges."""
    pages = map(_read, _files(paths))
    return sorted({link for page in pages for link in (*page.links, *page.loads) if _is_outside(link)})
