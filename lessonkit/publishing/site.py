"""Build a course as pages that need no kernel and no network.

Each notebook becomes a page with its stored outputs, whose questions are answered there (see
`lessonkit.publishing.answers`). A course may have a folder ``site`` with more pages in Markdown: ``index.md``
is the first page, ``static/icon.svg`` the icon, and ``conf.py`` holds more settings of Sphinx. A warning of
Sphinx or a dead link fails the build.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from contextlib import suppress
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import lessonkit
from lessonkit.course import COURSE
from lessonkit.publishing import answers
from lessonkit.publishing.links import problems
from lessonkit.questions.bank import renamed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lessonkit.course.outline import Course

_HERE: Final = Path(__file__).parent
_PICTURES: Final = {".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"}
_HOME: Final = """# {title}

{{begin}}

## The lessons

{{lessons}}

## How to read these pages

Each lesson is a notebook, shown here with the results of its last run. You can answer the questions in the
page; each answer is marked at once, with a reason. Your browser keeps a record of your answers, and the board
shows it. To run the code, change it, and solve the exercises, download a lesson and open it in JupyterLab.
No page here asks another computer for anything, so a copy of the folder works from a disk without a network.

```{{toctree}}
:hidden:

{pages}
```
"""


class SiteError(Exception):
    """The site cannot be built; the message says why, and the fix."""


class Opening(NamedTuple):
    """What a lesson says of itself before all else; `hook` and `minutes` may be empty."""

    title: str
    hook: str
    minutes: str


def opening(notebook: Path) -> Opening:
    """Return how a lesson opens: its title, its first paragraph, and its minutes.

    Raises
    ------
    SiteError
        It does not begin with a title.
    """
    cells = _cells(notebook)
    title, hook, times, *_ = [*("".join(cells[0]["source"]) if cells else "").split("\n\n"), "", ""]
    if not title.startswith("# "):
        raise SiteError(f"{notebook}: its first cell has no title; begin it with a line  # Title")
    core = re.match(r"Core (\d+(?:–\d+)?) min", times)
    whole = sum(map(int, re.findall(r"(\d+) minutes", times)))
    minutes = f"{core[1]} min" if core else f"{whole} min" if whole else ""
    return Opening(title[2:].strip(), " ".join(hook.split()), minutes)


def lesson_list(notebooks: Iterable[Path]) -> str:
    """Return the lessons as a markdown list: title, minutes, first sentences."""
    entries = []
    for path in notebooks:
        title, hook, minutes = opening(path)
        entry = f"* [{title}]({path.name})" + (f" ({minutes})" if minutes else "")
        entries.append(f"{entry}\\\n  {hook}" if hook else entry)
    return "\n".join(entries)


def begin(first: Path) -> str:
    """Return the link to the first lesson, as a block of markdown."""
    title = escape(opening(first).title)
    return f'<p class="begin"><a href="{first.stem}.html">Begin with {title}</a></p>'


def gather(folder: Path, course: Course, notebooks: Iterable[Path]) -> None:
    """Write all pages' sources into an empty folder."""
    notebooks = list(notebooks)
    for picture in course.notebooks.rglob("*"):
        if picture.suffix.lower() in _PICTURES:
            target = folder / picture.relative_to(course.notebooks)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(picture, target)
    for path in (*notebooks, *_own(course).glob("*.md")):
        shutil.copy(path, folder)
    index = folder / "index.md"
    if index.is_file():
        front = index.read_text(encoding="utf-8")
    else:
        title = re.sub(r"([\\`*_{}\[\]<>#$])", r"\\\1", course.title)
        pages = (*course.lessons, *sorted(path.stem for path in _own(course).glob("*.md")))
        front = _HOME.format(title=title, pages="\n".join(pages))
    for name, text in (("{begin}", begin(notebooks[0])), ("{lessons}", lesson_list(notebooks))):
        front = front.replace(name, text)
    index.write_text(front, encoding="utf-8")


def settings(course: Course) -> dict[str, Any]:
    """Return the settings of Sphinx."""
    own = _own(course) / "static"
    found: dict[str, Any] = {
        "project": course.title,
        "html_title": course.title,
        "version": lessonkit.__version__,
        "release": lessonkit.__version__,
        "language": course.languages[0].replace("-", "_"),
        "extensions": ["myst_nb", "lessonkit.publishing.pages"],
        "course_site": course.site,
        # Lessons are shown as they were run; nothing runs here.
        "nb_execution_mode": "off",
        "myst_enable_extensions": ["dollarmath"],
        "myst_dmath_allow_space": False,
        "myst_dmath_allow_digits": False,
        "myst_heading_anchors": 4,
        "myst_heading_slug_func": "lessonkit.publishing.pages.anchor",
        "html_theme": "furo",
        "templates_path": [str(_HERE / "templates")],
        "html_baseurl": course.site.address,
        "html_static_path": [str(path) for path in (_HERE / "static", own) if path.is_dir()],
        "html_css_files": ["site.css"],
        "html_js_files": [("site.js", {"defer": "defer"})],
        "html_theme_options": {"top_of_page_buttons": []},
        "html_math_renderer": "mathml",
        "html_scaled_image_link": False,
        "html_copy_source": True,  # what "Download this notebook" leads to
        "html_sourcelink_suffix": "",
        "html_show_sourcelink": False,
        "html_show_copyright": False,
        "html_domain_indices": False,
        "html_use_index": False,
        # A page opened as a file may not read other files, so results name pages and sections only.
        "html_show_search_summary": False,
    }
    if (own / "icon.svg").is_file():
        found["html_favicon"] = str(own / "icon.svg")
    return found


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


def announce(pages: Path, address: str) -> None:
    """Write what a web server and a search engine look for at the site's address."""
    moved = {f"{old}.html" for old in renamed()}
    names = sorted(path.name for path in pages.glob("*.html") if path.name not in {"search.html", *moved})
    addresses = (f"{address}{'' if name == 'index.html' else name}" for name in names)
    entries = "".join(f"<url><loc>{each}</loc></url>\n" for each in addresses)
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    sitemap = f'{head}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    (pages / "sitemap.xml").write_text(sitemap, encoding="utf-8")
    (pages / "robots.txt").write_text(f"User-agent: *\nSitemap: {address}sitemap.xml\n", encoding="utf-8")
    # It is shown at any address, so it links by whole ones.
    lost = (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>Page not found</title>\n"
        "<style>body { color-scheme: light dark; font: 1.1rem/1.6 system-ui, sans-serif; margin: 3rem auto; "
        "max-width: 34rem; padding: 0 1rem; }</style>\n"
        "<h1>This page does not exist</h1>\n"
        f'<p>A lesson may have moved. <a href="{address}">All lessons are on the first page.</a></p>\n'
        "</html>\n"
    )
    (pages / "404.html").write_text(lost, encoding="utf-8")


def build_site(course: Course, out: Path) -> None:
    """Build the site of a course into a folder, and check its links. An earlier build is replaced.

    Sphinx changes the locale, the warnings and docutils of this process for good.

    Raises
    ------
    SiteError
        The folder holds something that is no earlier build, a lesson is missing or was not run, Sphinx had
        something to warn of and has said so, or a link is dead.
    """
    if out.exists() and any(out.iterdir()) and not (out / ".buildinfo").is_file():
        raise SiteError(f"{out} holds other files; name an empty folder or an earlier build")
    if unwritten := course.unwritten():
        raise SiteError("\n".join(unwritten))
    notebooks = [course.notebooks / f"{lesson}.ipynb" for lesson in course.lessons]
    for path in notebooks:
        _was_run(path)
    picture = course.folder / course.site.picture
    if course.site.picture and not picture.is_file():
        raise SiteError(f"{course.folder / COURSE}: there is no {course.site.picture}; fix `site.picture`")
    with TemporaryDirectory() as name:
        # MyST-NB leaves a folder beside the pages that it writes, so they are written here, too.
        sources, pages, doctrees = (Path(name, part) for part in ("sources", "pages", "doctrees"))
        sources.mkdir()
        gather(sources, course, notebooks)
        _render(course, sources, pages, doctrees)
        redirect(pages)
        answers.write(pages / "_static", notebooks)
        if course.site.address:
            announce(pages, course.site.address)
        if course.site.picture:
            from lessonkit.publishing.pages import PREVIEW

            shutil.copy(picture, pages / "_static" / PREVIEW)
        if out.exists():
            shutil.rmtree(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(pages, out)
    if dead := problems(out):
        raise SiteError("\n".join(["Links of the site are dead; fix them:", *dead]))


def _render(course: Course, sources: Path, pages: Path, doctrees: Path) -> None:
    """Let Sphinx make the pages."""
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    conf = _own(course) if (_own(course) / "conf.py").is_file() else None
    try:
        with patch_docutils(conf), docutils_namespace():
            app = Sphinx(
                sources,
                conf,
                pages,
                doctrees,
                "html",
                settings(course),
                status=None,
                warning=sys.stderr,
                warningiserror=True,
            )
            app.build()
    except SphinxError as error:
        raise SiteError(f"Sphinx stopped: {error}") from error
    if app.statuscode:
        raise SiteError("the site is not built; fix what is named above")


def _own(course: Course) -> Path:
    """Return the folder with the pages of a course that are no lessons; it may not be there."""
    return course.folder / "site"


def _cells(notebook: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return cells


def _was_run(notebook: Path) -> None:
    """See whether a lesson has stored outputs.

    Raises
    ------
    SiteError
        It has code, and none of it was run.
    """
    with suppress(KeyError, ValueError):
        counts = [cell["execution_count"] for cell in _cells(notebook) if cell["cell_type"] == "code"]
        if not counts or any(counts):
            return
        raise SiteError(f"{notebook} was not run, so there is nothing to show; run  lessonkit run  first")
    raise SiteError(f"{notebook} is no notebook that can be read; save it again with JupyterLab")
