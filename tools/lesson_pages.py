"""A Sphinx extension: what lessons need to be pages. See `site/conf.py`.

Pictures get the alternative text that their notebook stores, formulas become MathML, links inside stored
outputs lead to pages, and each lesson offers its notebook.
"""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes  # type: ignore[import-untyped]  # it ships no types
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

import lessonkit
from lessonkit.questions.latex import to_mathml
from tools import site_answers

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

_AT = f"lessonkit/lessonkit/{{}}v{lessonkit.__version__}"
COLAB = f"https://colab.research.google.com/github/{_AT.format('blob/')}/notebooks/"
BINDER = f"https://mybinder.org/v2/gh/{_AT.format('')}?urlpath=lab/tree/notebooks/"

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
            _set_text(raw, site_answers.lean(site_answers.to_page(raw.astext())))
        for part in self.document.findall(nodes.container):
            if "cell_index" not in part:
                continue
            cell = cells[part["cell_index"]]
            _describe(part, cell)
            _make_place(part, cell, path.stem)
        self._offer(path.name)
        self._drop_set_up(cells)
        self.document.append(nodes.raw("", site_answers.scripts(path.stem), format="html"))

    def _offer(self, name: str) -> None:
        lesson = next(self.document.findall(nodes.section), None)
        if lesson is None:
            return
        links = " ".join(
            (
                f'<a href="{COLAB}{escape(name)}">Open in Colab</a>',
                f'<a href="{BINDER}{escape(name)}">Open in Binder</a>',
                f'<a href="_sources/{escape(name)}" download>Download this notebook</a>',
            )
        )
        offer = nodes.raw("", f'<p class="open-lesson">{links}</p>', format="html")
        lesson.insert(3, offer)  # below the title, what the lesson is about, and its minutes

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
    facts = {
        "og:type": "website",
        "og:site_name": app.config.project,
        "og:title": title,
        "og:description": text,
        "og:url": f"{app.config.html_baseurl}{'' if pagename == 'index' else f'{pagename}.html'}",
        "og:image": f"{app.config.html_baseurl}_static/preview.png",
        "og:image:alt": "A threshold explorer of the course: scores, decisions and their areas.",
    }
    tags = [f'<meta name="description" content="{escape(text)}">']
    tags += [f'<meta property="{name}" content="{escape(words)}">' for name, words in facts.items()]
    tags.append('<meta name="twitter:card" content="summary_large_image">')
    context["metatags"] = "\n".join((context.get("metatags", ""), *tags))


def _make_place(part: nodes.Element, cell: dict[str, Any], lesson: str) -> None:
    """Mark the output of a cell that a widget is put in place of where scripts run."""
    shown = site_answers.asked(cell, lesson)
    if shown is not None:
        widget, name, still = "quiz", shown, "lessonkit-static"
    elif site_answers.draws(cell):
        widget, name, still = "sketch", cell["id"], "lessonkit-static"
    elif site_answers.shows_board(cell):
        widget, name, still = "board", "", "lessonkit-progress"
    else:
        return
    body = next(raw for raw in part.findall(nodes.raw) if still in raw.astext())
    _set_text(body, site_answers.place(widget, name, body.astext()))


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
    app.add_transform(LessonTransform)
    app.connect("html-page-context", _add_description)
    app.add_html_math_renderer("mathml", (_mathml, None), (_mathml_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
