"""What the site of this course has beside that of any other: see `lessonkit/publishing/site.py`."""  # noqa: INP001  (settings, no package)

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parents[1]))

author = "The lessonkit team"

toc_object_entries = False  # the list beside the page names the public names alone
autodoc_typehints = "none"  # the docstrings say the types, with shapes
autodoc_member_order = "bysource"
napoleon_google_docstring = False
# Else "positives, negatives" in a docstring would be a parameter `negatives` of the type `positives`.
napoleon_use_param = False
napoleon_use_rtype = False
napoleon_use_ivar = True


def setup(app: Sphinx) -> None:
    """Add the pages that are made from sources."""
    app.setup_extension("tools.site")
