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

from lessonkit.questions.latex import to_mathml
from tools import site_answers

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

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
            shown = site_answers.asked(cell, path.stem)
            if shown is not None:
                body = next(raw for raw in part.findall(nodes.raw) if "lessonkit-static" in raw.astext())
                _set_text(body, site_answers.place(shown, body.astext()))
        self._offer(path.name)
        self.document.append(nodes.raw("", site_answers.scripts(path.stem), format="html"))

    def _offer(self, name: str) -> None:
        lesson = next(self.document.findall(nodes.section), None)
        if lesson is None:
            return
        link = f'<a href="_sources/{escape(name)}" download>Download this notebook</a>'
        offer = nodes.raw("", f'<p class="download-notebook">{link}</p>', format="html")
        lesson.insert(lesson.first_child_matching_class(nodes.section) or len(lesson), offer)


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
    app.add_html_math_renderer("mathml", (_mathml, None), (_mathml_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
