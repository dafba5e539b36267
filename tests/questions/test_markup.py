from __future__ import annotations

import base64
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonkit.questions.markup import to_html, to_text

if TYPE_CHECKING:
    from pathlib import Path

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    '![x](x.png "onerror=alert(1)")',
    '![x" onerror="alert(1)](x.png)',
    "![x](data:image/svg+xml;utf8,<svg/onload=alert(1)>)",
    "$<script>alert(1)</script>$",
    r"$\text{<img src=x onerror=alert(1)>}$",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\class{x}{y}\style{color:red}{z}\unicode{x3c}$",
    "$$\n</math><script>alert(1)</script>\n$$",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "`<script>alert(1)</script>`",
    "<style>*{display:none}</style>",
    "<iframe src=x></iframe><form><input autofocus onfocus=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!-- --><script>alert(1)</script>",
    "|a|\n|-|\n|<script>alert(1)</script>|",
    "<math><mtext><script>alert(1)</script></mtext></math>",
]


class Page(HTMLParser):
    """What a browser would find: tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_harmless(page: Page) -> None:
    assert not page.tags & {
        "script",
        "svg",
        "iframe",
        "form",
        "input",
        "object",
        "embed",
        "link",
        "base",
        "meta",
    }
    for name, value in page.attributes:
        assert not name.startswith("on"), name
        assert name not in {"style", "id", "srcdoc", "formaction"}
        if name in {"href", "src"}:
            assert value is not None
            assert ":" not in value or value.startswith("data:image/"), value


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_runs_nothing(text: str) -> None:
    page = Page(to_html(text))
    assert_harmless(page)
    assert "style" not in page.tags


@given(
    st.lists(
        st.sampled_from([*HOSTILE, "$", "`", "\n", "\\", "[", "](", "<", ">", '"', "**", "&"]), max_size=6
    )
)
def test_hostile_pieces_run_nothing_in_any_order(pieces: list[str]) -> None:
    assert_harmless(Page(to_html("".join(pieces))))


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "a<b and c>d", "x &amp; y", "w" * 5000],
)
def test_what_looks_like_html_is_text(text: str) -> None:
    assert Page(to_html(text)).text.strip() == text.replace("&amp;", "&")
    assert to_text(text) == text.replace("&amp;", "&")


def test_math_becomes_mathml() -> None:
    page = Page(to_html("So $x^2$, and\n\n$$\\frac{a}{b}$$"))
    assert {"math", "msup", "mfrac"} <= page.tags
    assert ("display", "inline") in page.attributes
    assert ("display", "block") in page.attributes


@pytest.mark.parametrize("latex", [r"\left(", "x^", "{", r"\begin{matrix}", "x_1_2", "&"])
def test_latex_that_cannot_be_read_is_shown_as_code(latex: str) -> None:
    html = to_html(f"${latex}$")
    assert latex.replace("&", "&amp;") in html
    assert latex in Page(html).text


@pytest.mark.parametrize(
    "text", ["9.4 % costs $5 and $6", "$5, $6 or $7", "It costs 5$ or 6$.", r"\$x\$", "a $ b $ c"]
)
def test_prices_are_no_math(text: str) -> None:
    page = Page(to_html(text))
    assert "math" not in page.tags
    assert page.text.strip() == text.replace("\\", "")


def test_code_is_highlighted_by_classes_and_kept() -> None:
    page = Page(to_html("```python\nif a < b:\n    print('x')\n```"))
    assert page.text.strip() == "if a < b:\n    print('x')"
    assert ("class", "k") in page.attributes
    assert Page(to_html("```nosuchlanguage\na<b\n```")).text.strip() == "a<b"


def test_tables() -> None:
    html = to_html("| a | b | c |\n|:--|--:|:-:|\n| 1 | 2 | 3 |")
    assert {"table", "th", "td"} <= Page(html).tags
    assert '<td align="left">1</td>' in html
    assert '<td align="right">2</td>' in html
    assert '<td align="center">3</td>' in html


def test_links_stay_in_the_course() -> None:
    assert 'href="01-x.ipynb#A"' in to_html("[x](01-x.ipynb#A)")
    assert 'href="#A"' in to_html("[x](#A)")
    for address in ("https://a.b", "//a.b", "mailto:a@b", "/etc", "file:///etc"):
        html = to_html(f"a [*x* `y`]({address}) b")
        assert "href" not in html
        assert "<a" not in html


def test_an_image_of_the_folder_is_embedded(tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(PIXEL)
    html = to_html("![A pixel](a.gif)", folder=tmp_path)
    assert f'src="data:image/gif;base64,{base64.b64encode(PIXEL).decode()}"' in html
    assert 'alt="A pixel"' in html
    assert 'src="a.gif"' in to_html("![A pixel](a.gif)")


def test_other_images_become_their_alternative_text(tmp_path: Path) -> None:
    (tmp_path / "secret.gif").write_bytes(PIXEL)
    (tmp_path / "big.gif").write_bytes(PIXEL * 30_000)
    (tmp_path / "text.txt").write_bytes(PIXEL)
    (tmp_path / "fake.png").write_bytes(PIXEL)
    inside = tmp_path / "inside"
    inside.mkdir()
    for address in (
        "none.gif",
        "../secret.gif",
        "https://a.b/c.png",
        "//a.b/c.png",
        "%00.gif",
        "n" * 999 + ".gif",
    ):
        assert to_html(f"![Seen]({address})", folder=inside) == "<p>Seen</p>"
    for address in ("big.gif", "text.txt", "fake.png"):
        assert to_html(f"![Seen]({address})", folder=tmp_path) == "<p>Seen</p>"
    assert "src" not in to_html("![Seen](https://a.b/c.png)")


def test_plain_text() -> None:
    text = "A **bold** word, $x^2$, `a<b`,\nnext line.\n\n```\nx = 1\n```\n\n- one\n- two ![a cat](cat.png)\n"
    assert to_text(text) == "A bold word, x^2, a<b,\nnext line.\nx = 1\none\ntwo a cat"


@given(st.text(max_size=60))
def test_any_text_can_be_shown(text: str) -> None:
    assert_harmless(Page(to_html(text)))
    assert isinstance(to_text(text), str)
