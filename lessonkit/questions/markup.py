"""Markdown of a quiz becomes safe HTML or plain text.

Three walls stand between a quiz text and the page: raw HTML is off, so it is shown as text; math and code are
turned into markup here, so the page runs nothing; and what comes out passes an allowlist.
"""

from __future__ import annotations

import base64
import re
from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING, Any, Final

from lessonkit.questions.latex import ATTRIBUTES, to_mathml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

#: Image files that can be embedded, with their media type.
IMAGE_TYPES: Final[dict[str, str]] = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
_LARGEST_IMAGE = 1_000_000
#: What is found near the start of a file of each type.
_BEGINS: Final[dict[str, bytes]] = {
    "image/gif": b"GIF8",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG",
    "image/svg+xml": b"<svg",
    "image/webp": b"WEBP",
}

_MATHML_TAGS = frozenset(
    [
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "ms",
        "mtext",
        "mspace",
        "mfrac",
        "msqrt",
        "mroot",
        "msub",
        "msup",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mtable",
        "mtr",
        "mtd",
        "mlabeledtr",
        "mpadded",
        "mphantom",
        "mstyle",
        "menclose",
        "mmultiscripts",
        "mprescripts",
        "none",
    ]
)
_TAGS: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        [
            "p",
            "br",
            "hr",
            "em",
            "strong",
            "s",
            "blockquote",
            "ul",
            "li",
            "table",
            "thead",
            "tbody",
            "tr",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
        ],
        frozenset[str](),
    ),
    **dict.fromkeys(["code", "pre", "span", "div"], frozenset({"class"})),
    **dict.fromkeys(("th", "td"), frozenset({"align"})),
    "ol": frozenset({"start"}),
    "a": frozenset({"href", "title"}),
    "img": frozenset({"src", "alt", "title"}),
    **dict.fromkeys(_MATHML_TAGS, ATTRIBUTES),
}
_DATA_IMAGE = re.compile(
    rf"data:(?:{'|'.join(map(re.escape, sorted(set(IMAGE_TYPES.values()))))});base64,[A-Za-z0-9+/=]*"
)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:|[/\\]")


def to_html(markdown: str, *, folder: Path | None = None) -> str:
    """Return markdown as HTML that is safe to put into a page.

    CommonMark with tables, ``$math$`` (as MathML), fenced code (with Pygments' classes) and local images. Raw
    HTML is shown as text. Dollar signs enclose math only with no space inside and no digit outside, so "$5
    and $6" are prices. LaTeX that cannot be read is shown as code. Links lead to
    headings and files of the course; others are shown as text.

    Parameters
    ----------
    markdown : str
        The text.
    folder : Path, optional
        Where relative images lie. They are then embedded; one that is missing, outside, or above 1 MB is
        replaced by its alternative text. Without a folder their address is kept.

    Returns
    -------
    str
        An HTML fragment.
    """
    if "![" in markdown:
        return _render(markdown, folder)  # the image's file may have changed
    return _remembered(markdown)


def _render(markdown: str, folder: Path | None) -> str:
    parser = _parser()
    tokens = parser.parse(markdown)
    _settle_images(tokens, folder)
    _settle_links(tokens)
    _settle_columns(tokens)
    return str(_cleaner().clean(parser.renderer.render(tokens, parser.options, {}))).rstrip()


@lru_cache(maxsize=5_000)
def _remembered(markdown: str) -> str:
    # The widget and the static body show the same texts, and a cell is run more than once.
    return _render(markdown, None)


@lru_cache(maxsize=5_000)
def to_text(markdown: str) -> str:
    """Return markdown as plain text: LaTeX and code as written, images as their alternative text."""
    return "\n".join(_text_blocks(_parser().parse(markdown))).strip()


def parse(markdown: str) -> Sequence[Token]:
    """Return the tokens of the text, with what a backslash protects kept apart from the text around it.

    For tools that judge the markup: a dollar sign in a ``text`` token is one that nothing protects.
    """
    return _raw_parser().parse(markdown)


def is_local(address: str) -> bool:
    """Say whether a link or image address stays within the course: relative, or a heading."""
    return bool(address) and _SCHEME.match(address) is None


def _render_math(latex: str, options: dict[str, Any]) -> str:
    try:
        return to_mathml(latex, display=options["display_mode"])
    except ValueError:
        return f"<code>{escape(latex)}</code>"


def _highlight(code: str, language: str, _attributes: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return ""  # markdown-it then escapes the code itself
    return highlight(code, lexer, HtmlFormatter(nowrap=True))


@cache
def _parser() -> MarkdownIt:
    return _build_parser()


@cache
def _raw_parser() -> MarkdownIt:
    return _build_parser().disable("text_join")


def _build_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser = MarkdownIt("commonmark", {"html": False, "highlight": _highlight}).enable(
        ["table", "strikethrough"]
    )
    dollarmath_plugin(
        parser,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        allow_blank_lines=False,
        double_inline=True,
        renderer=_render_math,
    )
    return parser


@cache
def _cleaner() -> Any:  # noqa: ANN401  (nh3 is imported late)
    import nh3

    def check(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "href":
            return value if is_local(value) else None
        if attribute == "src":
            return value if is_local(value) or _DATA_IMAGE.fullmatch(value) else None
        if attribute == "class":
            return value if tag in {"code", "pre", "span", "div"} else None
        return value

    return nh3.Cleaner(
        tags=set(_TAGS),
        attributes={tag: set(attributes) for tag, attributes in _TAGS.items()},
        attribute_filter=check,
        url_schemes={"data"},
        link_rel=None,
    )


def _settle_images(tokens: Sequence[Token], folder: Path | None) -> None:
    """Embed the images that lie in `folder`; replace those that may not be shown by their alternative."""
    for token in tokens:
        for child in token.children or ():
            if child.type != "image":
                continue
            source = str(child.attrGet("src") or "")
            if _DATA_IMAGE.fullmatch(source) or (folder is None and is_local(source)):
                continue
            embedded = None if folder is None else _embed(source, folder)
            if embedded is None:
                child.type, child.tag, child.attrs = "text", "", {}
            else:
                child.attrSet("src", embedded)


def _settle_links(tokens: Sequence[Token]) -> None:
    """Make plain text of a link that leads out of the course, so that it does not look like one."""
    for token in tokens:
        outward: list[bool] = []
        for child in token.children or ():
            if child.type == "link_open":
                outward.append(not is_local(str(child.attrGet("href") or "")))
            elif child.type != "link_close":
                continue
            out = outward[-1] if child.type == "link_open" else outward.pop()
            if out:
                child.type, child.tag, child.attrs, child.content, child.nesting = "text", "", {}, "", 0


def _settle_columns(tokens: Sequence[Token]) -> None:
    """Align the columns of a table by an attribute: a style would not pass the allowlist."""
    for token in tokens:
        if token.type in {"th_open", "td_open"}:
            side = str(token.attrs.pop("style", "")).removeprefix("text-align:")
            if side:
                token.attrSet("align", side)


def image_trouble(path: Path) -> str | None:
    """Say why an image file is not shown, or None if it is."""
    if path.stat().st_size > _LARGEST_IMAGE:
        return "is larger than 1 MB; make it smaller"
    with path.open("rb") as file:
        start = file.read(1_000)
    begins = _BEGINS[IMAGE_TYPES[path.suffix.lower()]]
    return None if begins in start else f"is no {path.suffix[1:]} file; save it as one"


def image_file(source: str, folder: Path) -> Path | None:
    """Return the file of a relative image address, or None if it may not be used or does not exist."""
    from urllib.parse import unquote

    if not is_local(source):
        return None
    try:
        path = (folder / unquote(source)).resolve()
        fine = path.is_relative_to(folder.resolve()) and path.suffix.lower() in IMAGE_TYPES and path.is_file()
    except (OSError, ValueError):
        return None
    return path if fine else None


def _embed(source: str, folder: Path) -> str | None:
    path = image_file(source, folder)
    if path is None or image_trouble(path) is not None:
        return None
    return f"data:{IMAGE_TYPES[path.suffix.lower()]};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _text_blocks(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        match token.type:
            case "inline":
                yield "".join(_text_inline(token.children or ()))
            case "fence" | "code_block" | "math_block":
                yield token.content.strip("\n")
            case _:
                pass


def _text_inline(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        match token.type:
            case "softbreak" | "hardbreak":
                yield "\n"
            case _:
                yield token.content
