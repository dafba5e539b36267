"""The parts of the site before Sphinx: glossary, lesson list, reference, and the check of links."""

from __future__ import annotations

import re
from email.message import Message
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError

import nbformat
import pytest
from docutils import nodes  # type: ignore[import-untyped]  # it ships no types

import lessonkit
from lessonkit.cli import main
from lessonkit.publishing import pages as lesson_pages
from lessonkit.publishing import site as publishing
from tools import check_links, site
from tools.lesson import load, parse, text_of

if TYPE_CHECKING:
    from pathlib import Path

NOTEBOOKS = sorted(site.NOTEBOOKS.glob("[0-9]*.ipynb"))
TERMS = site.read_glossary()


def section(notebook: Path, target: str) -> str:
    """Return the text under a heading, up to the next heading that is not below it."""
    tokens = parse("\n\n".join(cell.source for cell in load(notebook).markdown))
    level, text = 0, ""
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            depth, heading = int(token.tag[1]), text_of(tokens[place + 1], links=True)
            if lesson_pages.anchor(heading) == target:
                level = depth
            elif depth <= level:
                level = 0
        elif level and token.type == "inline":
            text += text_of(token, links=True) + "\n"
    return text


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_a_term_is_used_in_the_section_that_defines_it(term: site.Term) -> None:
    text = section(term.notebook, term.see.partition("#")[2])
    assert re.search(rf"\b{re.escape(term.name)}", text, re.IGNORECASE), text


def test_the_glossary_is_sorted_and_says_where_a_term_is_defined() -> None:
    names = [term.name.lower() for term in TERMS]
    assert names == sorted(set(names))
    page = site.glossary_page(TERMS)
    assert "\nprecision\n  Of what was flagged" in page
    assert "[Four kinds of outcome](<01-precision-and-recall.ipynb#Four-kinds-of-outcome>)" in page


def test_a_term_defined_nowhere_is_named() -> None:
    term = site.Term("skill", "Better than chance.", "01-precision-and-recall.ipynb#Skill")
    with pytest.raises(ValueError, match=r"glossary.yaml: 'skill': 01-.*#Skill leads to no heading"):
        site.glossary_page([term])


def test_the_lesson_list_has_every_lesson_with_its_minutes() -> None:
    entries = publishing.lesson_list(NOTEBOOKS).split("\n* ")
    assert len(entries) == len(NOTEBOOKS)
    assert entries[1] == (
        "[01 · Precision and recall](01-precision-and-recall.ipynb) (15–30 min)\\\n"
        "  A job offer is in the spam folder, and the filter that put it there gets 17 of 20 emails "
        "right."
    )


def test_a_lesson_without_minutes_is_listed_and_one_without_a_title_is_named(tmp_path: Path) -> None:
    path = tmp_path / "13-a-lesson.ipynb"
    for text, listed in (
        (
            "# 13 · A lesson\n\nIt has no minutes.",
            "[13 · A lesson](13-a-lesson.ipynb)\\\n  It has no minutes.",
        ),
        ("# 13 · A lesson", "[13 · A lesson](13-a-lesson.ipynb)"),
    ):
        cell = nbformat.v4.new_markdown_cell(text)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
        assert publishing.lesson_list([path]) == f"* {listed}"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("No title.")]), path)
    with pytest.raises(publishing.SiteError, match=r"13-a-lesson\.ipynb: its first cell has no title"):
        publishing.lesson_list([path])


def test_the_reference_has_every_public_name() -> None:
    page = site.reference_page()
    assert re.findall(r"^## `lk\.(\w+)`$", page, re.MULTILINE) == lessonkit.__all__
    assert ".. autoclass:: lessonkit.ThresholdSweep\n" in page
    assert ".. autofunction:: lessonkit.quiz\n" in page
    assert ".. automodule:: lessonkit.figures\n" in page
    assert re.findall(r"^## `(lessonkit[\w.]+)`$", page, re.MULTILINE) == [*site.ENGINE]
    assert ":members: Verdict, course_exercises," in page


def test_the_old_address_of_a_lesson_leads_to_the_new_one(tmp_path: Path) -> None:
    publishing.redirect(tmp_path)
    for old, new in (
        ("08-compiling-models", "09-compiling-models"),
        ("09-sequential-models", "08-sequential-models"),
    ):
        page = (tmp_path / f"{old}.html").read_text(encoding="utf-8")
        assert f'content="0; url={new}.html"' in page
        assert f'<a href="{new}.html">' in page
        assert (site.NOTEBOOKS / f"{new}.ipynb").is_file()


def test_other_files_are_never_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    assert main(["site", str(tmp_path)]) == 1
    assert "holds other files" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pages and a sheet without a fault."""
    (tmp_path / "a.html").write_text(
        '<link rel="stylesheet" href="a.css"><a href="b.html#Where-it-ends">b</a> <a href="#top">up</a>'
        '<p id="top"><a href="https://example.org/paper">paper</a> <img src="data:image/png;base64,AA"></p>',
        encoding="utf-8",
    )
    (tmp_path / "b.html").write_text('<h2 id="Where-it-ends">b</h2><a href="./">up</a>', encoding="utf-8")
    (tmp_path / "index.html").write_text('<a href="a.html">a</a>', encoding="utf-8")
    (tmp_path / "a.css").write_text("p { background: url('data:image/png;base64,AA') }", encoding="utf-8")
    return tmp_path


def test_sound_pages_pass(folder: Path) -> None:
    assert check_links.problems(folder) == []
    assert check_links.outside(folder) == ["https://example.org/paper"]


@pytest.mark.parametrize(
    ("name", "text", "trouble"),
    [
        ("c.html", '<a href="d.html">d</a>', "d.html leads to no file"),
        ("c.html", '<a href="b.html#Where-it-Ends">b</a>', "b.html#Where-it-Ends leads to no heading"),
        ("c.html", '<a href="#Nowhere">b</a>', "#Nowhere leads to no heading"),
        ("c.html", '<img src="plot.png">', "plot.png leads to no file"),
        ("c.html", '<script src="https://example.org/x.js"></script>', "loads https://example.org/x.js from"),
        ("c.html", '<link rel="stylesheet" href="//example.org/x.css">', "loads //example.org/x.css from"),
        (
            "c.html",
            '<p style="background: url(https://example.org/x.png)">',
            "loads https://example.org/x.png",
        ),
        ("c.html", "<style>@import 'https://example.org/x.css';</style>", "loads https://example.org/x.css"),
        (
            "c.css",
            "@font-face { src: url(https://example.org/x.woff2) }",
            "loads https://example.org/x.woff2",
        ),
        ("c.md", "# Title\n\nSee [there](b.md), [here](#title).", "b.md leads to no file"),
        ("c.md", "# Title\n\nSee [there](#titles).", "#titles leads to no heading"),
    ],
)
def test_a_fault_is_found(folder: Path, name: str, text: str, trouble: str) -> None:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    (found,) = check_links.problems(path)
    assert found.startswith(f"{path}: {trouble}")


def test_other_hosts_are_asked_only_on_demand(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def gone(address: str) -> str:
        asked.append(address)
        return f"{address} answers 404"

    monkeypatch.setattr(check_links, "gone", gone)
    assert check_links.main([str(folder)]) == 0
    assert asked == []
    assert check_links.main([str(folder), "--external"]) == 1
    assert asked == ["https://example.org/paper"]
    assert capsys.readouterr().out == "https://example.org/paper answers 404\n"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (None, ""),
        (404, "answers 404"),
        (403, ""),
        (URLError("no such host"), "cannot be reached"),
    ],
)
def test_a_page_is_gone_if_its_host_says_so(
    monkeypatch: pytest.MonkeyPatch, error: int | URLError | None, said: str
) -> None:
    def answer(request: object, timeout: float) -> BytesIO:
        assert request
        assert timeout
        if error is None:
            return BytesIO()
        raise (
            HTTPError("https://example.org", error, "", Message(), BytesIO())
            if isinstance(error, int)
            else error
        )

    monkeypatch.setattr(check_links, "urlopen", answer)
    assert said in check_links.gone("https://example.org")
    assert bool(check_links.gone("https://example.org")) == bool(said)


def test_the_links_of_the_guides_lead_somewhere() -> None:
    assert check_links.problems(*site.REPOSITORY.glob("*.md")) == []


@pytest.mark.parametrize(
    ("latex", "formula", "warning"),
    [
        (r"\frac{1}{2}", "<mfrac>", ""),
        (r"a \iff b", "<mo>⟺</mo>", ""),
        (r"\nosuch{x}", "", r"has \nosuch, which is not known"),
        (r"\left( x", "", "cannot be turned into MathML"),
    ],
)
def test_a_formula_is_whole_or_warned_of(
    caplog: pytest.LogCaptureFixture, latex: str, formula: str, warning: str
) -> None:
    found = lesson_pages._formula(nodes.math("", latex), display=False)
    assert formula in found
    assert warning in caplog.text
    assert bool(caplog.text) == bool(warning)


def test_a_figure_takes_the_text_stored_with_it(caplog: pytest.LogCaptureFixture) -> None:
    def drawn(**stored: str) -> dict[str, object]:
        return {"data": {"image/png": "iVBORw0K"}, "metadata": {"image/png": stored}}

    part = nodes.container("", nodes.image(), nodes.image())
    stream = {"output_type": "stream", "text": "1"}
    lesson_pages._describe(part, {"outputs": [stream, drawn(alt="A curve."), drawn(width="9")]})
    assert [picture["alt"] for picture in part.findall(nodes.image)] == ["A curve.", ""]
    assert caplog.text.count("a figure has no alternative text") == 1
