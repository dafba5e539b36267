"""A Sphinx extension: what lessons need to be pages. See `site/conf.py`.

Pictures get the alternative text that their notebook stores, formulas become MathML, links inside stored
outputs lead to pages, and each lesson offers its notebook.
"""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes  # type: ignore[import-untyped]  # it ships no types
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from lessonkit.questions.latex import to_mathml

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

_LOG = logging.getLogger(__name__)
# latex2mathml takes a command that it does not know for the name of a variable, and so it does an arrow.
_UNKNOWN = re.compile(r"<mi>(\\[a-zA-Z]+)</mi>")
_ARROW = re.compile(r"<mi>(&#x0(?:21[9A-F]|27F)[0-9A-F];)</mi>")
_TO_NOTEBOOK = re.compile(r'(\shref=")([\w-]+)\.ipynb(?=["#])')


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
        for part in self.document.findall(nodes.container):
            if "cell_index" in part:
                _describe(part, cells[part["cell_index"]])
        for raw in self.document.findall(nodes.raw):
            page = _TO_NOTEBOOK.sub(r"\1\2.html", raw.astext())
            raw.rawsource = page
            raw.children = [nodes.Text(page)]
        self._offer(path.name)

    def _offer(self, name: str) -> None:
        lesson = next(self.document.findall(nodes.section), None)
        if lesson is None:
            return
        link = f'<a href="_sources/{escape(name)}" download>Download this notebook</a>'
        offer = nodes.raw("", f'<p class="download-notebook">{link}</p>', format="html")
        lesson.insert(lesson.first_child_matching_class(nodes.section) or len(lesson), offer)


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
        formula = to_mathml(latex, display=display)
    except ValueError as error:
        _LOG.warning("math cannot be turned into MathML (%s): %s", error, latex, location=node)
        return escape(latex)
    if unknown := _UNKNOWN.search(formula):
        _LOG.warning("math with an unknown command %s: %s", unknown[1], latex, location=node)
    return _ARROW.sub(r"<mo>\1</mo>", formula)


def setup(app: Sphinx) -> dict[str, object]:
    """Register with Sphinx."""
    app.add_transform(LessonTransform)
    app.add_html_math_renderer("mathml", (_mathml, None), (_mathml_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
