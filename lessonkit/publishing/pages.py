"""A Sphinx extension: what lessons need to be pages. `lessonkit.publishing.site` says how it is used.

Pictures get the alternative text that their notebook stores, formulas become MathML, links inside stored
outputs lead to pages, and each lesson offers its notebook.
"""

from __future__ import annotations

import json
from html import escape
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from docutils import nodes  # type: ignore[import-untyped]  # it ships no types
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from lessonkit.course.outline import Site
from lessonkit.publishing import answers
from lessonkit.questions.latex import to_mathml

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

#: Where the course's picture is, among the files of the pages.
PREVIEW: Final = "preview.png"

_LOG = logging.getLogger(__name__)


def anchor(heading: str) -> str:
    """Return the link target of a heading as JupyterLab makes it, so that one link works in both places."""
    return heading.replace(" ", "-")


class LessonTransform(SphinxTransform):
    """Finish what came from a notebook."""

    default_priority = 400  # after parsing, before Sphinx collects images and titles

    def apply(self, **_: object) -> None:
        """Change the pictures, the stored HTML and the head of one lesson."""
        path = Path(str(self.env.doc2path(self.env.docname)))
        if path.suffix != ".ipynb":
            return
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for raw in self.document.findall(nodes.raw):
            _set_text(raw, answers.lean(answers.to_page(raw.astext())))
        for part in self.document.findall(nodes.container):
            if "cell_index" not in part:
                continue
            cell = cells[part["cell_index"]]
            _describe(part, cell)
            _make_place(part, cell, path.stem)
        self._offer(path.name)
        self._drop_set_up(cells)
        self.document.append(nodes.raw("", answers.scripts(path.stem), format="html"))

    def _offer(self, name: str) -> None:
        lesson = next(self.document.findall(nodes.section), None)
        if lesson is None:
            return
        doors = _doors(self.config.course_site) | {"Download this notebook": "_sources/"}
        links = " ".join(
            f'<a href="{escape(door)}{escape(name)}"{"" if "://" in door else " download"}>{words}</a>'
            for words, door in doors.items()
        )
        offer = nodes.raw("", f'<p class="open-lesson">{links}</p>', format="html")
        # Below the title, what the lesson is about, and its minutes.
        opening = takewhile(lambda part: isinstance(part, nodes.title | nodes.paragraph), lesson.children[:3])
        lesson.insert(len(list(opening)), offer)

    def _drop_set_up(self, cells: list[dict[str, Any]]) -> None:
        """Leave out the cell that makes a notebook run elsewhere: here nothing runs."""
        for part in list(self.document.findall(nodes.container)):
            if "cell_index" in part and cells[part["cell_index"]].get("id") == "set-up":
                part.parent.remove(part)


def _add_description(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give a page the words and the picture that a search engine or a chat shows of it."""
    if doctree is None:
        return
    text = next((" ".join(part.astext().split()) for part in doctree.findall(nodes.paragraph)), "")
    title = next((part.astext() for part in doctree.findall(nodes.title)), app.config.project)
    site: Site = app.config.course_site
    facts = {
        "og:type": "website",
        "og:site_name": app.config.project,
        "og:title": title,
        "og:description": text,
    }
    if site.address:
        facts["og:url"] = f"{site.address}{'' if pagename == 'index' else f'{pagename}.html'}"
    if site.address and site.picture:
        facts |= {"og:image": f"{site.address}_static/{PREVIEW}", "og:image:alt": site.picture_text}
    tags = [f'<meta name="description" content="{escape(text)}">']
    tags += [f'<meta property="{name}" content="{escape(words)}">' for name, words in facts.items()]
    tags.append(f'<meta name="twitter:card" content="summary{"_large_image" if site.picture else ""}">')
    context["metatags"] = "\n".join((context.get("metatags", ""), *tags))


def _doors(site: Site) -> dict[str, str]:
    """Return where else a lesson opens: the words, and the address before the name of its file."""
    if not site.repository:
        return {}
    at, ref = site.repository, site.ref
    return {
        "Open in Colab": f"https://colab.research.google.com/github/{at}/blob/{ref}/notebooks/",
        "Open in Binder": f"https://mybinder.org/v2/gh/{at}/{ref}?urlpath=lab/tree/notebooks/",
    }


def _make_place(part: nodes.Element, cell: dict[str, Any], lesson: str) -> None:
    """Mark the output of a cell that a widget is put in place of where scripts run."""
    shown = answers.asked(cell, lesson)
    if shown is not None:
        widget, name, still = "quiz", shown, "lessonkit-static"
    elif answers.draws(cell):
        widget, name, still = "sketch", cell["id"], "lessonkit-static"
    elif answers.shows_board(cell):
        widget, name, still = "board", "", "lessonkit-progress"
    else:
        return
    body = next((raw for raw in part.findall(nodes.raw) if still in raw.astext()), None)
    if body is None:
        source = "".join(cell["source"]).strip().rpartition("\n")[2]
        _LOG.warning("%s has no stored output; run  lessonkit run", source, location=part)
    else:
        _set_text(body, answers.place(widget, name, body.astext()))


def _set_text(raw: nodes.raw, text: str) -> None:
    raw.rawsource = text
    raw.children = [nodes.Text(text)]


def _describe(part: nodes.Element, cell: dict[str, Any]) -> None:
    """Give the pictures of a code cell the alternative texts that were stored with them."""
    stored = [
        output["metadata"].get("image/png", {}).get("alt", "")
        for output in cell["outputs"]
        if "image/png" in output.get("data", {})
    ]
    for picture, words in zip(part.findall(nodes.image), stored, strict=True):
        if not words:
            _LOG.warning("a figure has no alternative text; draw it with lk.figures", location=part)
        picture["alt"] = words


def _mathml(translator: HTML5Translator, node: nodes.Element) -> None:
    translator.body.append(_formula(node, display=False))
    raise nodes.SkipNode


def _mathml_block(translator: HTML5Translator, node: nodes.Element) -> None:
    translator.body.append(f'<div class="math-block">{_formula(node, display=True)}</div>\n')
    raise nodes.SkipNode


def _formula(node: nodes.Element, *, display: bool) -> str:
    latex = node.astext().strip()
    try:
        return to_mathml(latex, display=display)
    except ValueError as error:
        _LOG.warning("math cannot be turned into MathML (%s): %s", error, latex, location=node)
        return escape(latex)


def setup(app: Sphinx) -> dict[str, object]:
    """Register with Sphinx."""
    app.add_config_value("course_site", Site(), "env", types=(Site,))
    app.add_transform(LessonTransform)
    app.connect("html-page-context", _add_description)
    app.add_html_math_renderer("mathml", (_mathml, None), (_mathml_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
