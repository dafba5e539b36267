"""Sphinx settings of the readable course. `python -m tools.site` gathers the pages and builds them."""  # noqa: INP001  (settings, no package)

from __future__ import annotations

import lessonkit

project = "Judging classifiers"
html_title = project
author = "The lessonkit team"
version = release = lessonkit.__version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "tools.lesson_pages"]

# Lessons are shown as they were run; nothing runs here.
nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath"]
myst_dmath_allow_space = False
myst_dmath_allow_digits = False
myst_heading_anchors = 4
myst_heading_slug_func = "tools.lesson_pages.anchor"

toc_object_entries = False  # the list beside the page names the public names alone
autodoc_typehints = "none"  # the docstrings say the types, with shapes
autodoc_member_order = "bysource"
napoleon_google_docstring = False
# Else "positives, negatives" in a docstring would be a parameter `negatives` of the type `positives`.
napoleon_use_param = False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "furo"
templates_path = ["templates"]
html_baseurl = "https://lessonkit.github.io/lessonkit/"
html_favicon = "static/icon.svg"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_theme_options = {"top_of_page_buttons": []}
html_math_renderer = "mathml"
html_scaled_image_link = False
html_copy_source = True  # what "Download this notebook" leads to
html_sourcelink_suffix = ""
html_show_sourcelink = False
html_show_copyright = False
html_domain_indices = False
html_use_index = False
# A page opened as a file may not read other files, so results name pages and sections only.
html_show_search_summary = False
