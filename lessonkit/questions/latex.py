"""LaTeX becomes MathML that a browser shows as LaTeX does, or it is refused with a mend.

latex2mathml reads the LaTeX. What it writes is MathML 3. Browsers draw only the core of that, and leave out
the rest without a word. So its tree is gone through: what has a form in the core gets it (``math.css`` beside
this file does what a style sheet can), and whatever would be shown otherwise than in LaTeX is an error.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TABLES = frozenset(
    [
        "matrix",
        "pmatrix",
        "bmatrix",
        "Bmatrix",
        "vmatrix",
        "Vmatrix",
        "smallmatrix",
        "array",
        "cases",
        "align*",
        "split",
    ]
)
#: Environments that latex2mathml does not know, or numbers, and what they are without a number.
_SAME: Final = {"aligned": "align*", "align": "align*"}
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{(\w+\*?)\}")
_ROW_MEND = r"write \begin{aligned} … \\ … \end{aligned}"
_OTHER_ENVIRONMENTS: Final = {
    "dcases": r"write cases, with \dfrac for large fractions",
    "equation": "leave it out: $$ … $$ is one already",
}
_REFUSED: Final = {
    r"\\tag\*?": "write the number in the text",
    r"\\nolimits": "leave it out",
    r"\\(?:re)?newcommand|\\def|\\let|\\DeclareMathOperator": "write the formula out",
    r"\\x(?:left|right|hook|map)\w*": r"write \overset{…}{\to}",
    r"\\(?:href|genfrac|sideset|skew|smash)": "write the formula without it",
    r"\\wide(?:hat|tilde)": r"write \hat or \tilde over one letter",
    r"\\not(?=\s*[^\\A-Za-z\s])": r"write \neq, \nless and the like",
}
_REFUSED_ANY = [(re.compile(rf"(?:{pattern})(?![A-Za-z])"), mend) for pattern, mend in _REFUSED.items()]

#: What the page draws, or `math.css` does. Another attribute would be without effect.
ATTRIBUTES: Final = frozenset(
    [
        "display",
        "displaystyle",
        "scriptlevel",
        "mathvariant",
        "mathcolor",
        "mathbackground",
        "mathsize",
        "stretchy",
        "fence",
        "separator",
        "form",
        "accent",
        "accentunder",
        "largeop",
        "movablelimits",
        "symmetric",
        "lspace",
        "rspace",
        "minsize",
        "maxsize",
        "linethickness",
        "columnalign",
        "columnspacing",
        "rowspacing",
        "width",
        "height",
        "depth",
        "notation",
    ]
)
_VARIANTS = frozenset(["normal", "bold", "italic", "bold-italic", "sans-serif", "monospace"])
_TOKENS = frozenset(["mi", "mn", "mo", "ms", "mtext"])
_PARTS: Final = {
    **dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
_ROWS = frozenset(["mrow", "mstyle", "mtd", "mpadded", "mphantom", "menclose", "msqrt"])
_UNDER: Final = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
_MOVABLE_WORDS = frozenset(["lim", "max", "min", "sup", "inf", "det", "gcd", "Pr"])
_MOVABLE_SIGNS = frozenset("∏∐∑⋀⋁⋂⋃⨀⨁⨂⨃⨄⨅⨆")
_BARS = frozenset("|‖")
_SPACED: Final = {"iff": "Longleftrightarrow", "implies": "Longrightarrow", "impliedby": "Longleftarrow"}
_ESCAPED = re.compile(r"\\([$%&_#{}])")
_OPERATOR = re.compile("[\u2190-\u21ff\u27f0-\u27ff\u2a00-\u2aff]")
_UPRIGHT = re.compile(r"&#x000(?:4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A]);")
_THIN = "0.167em"
_HATS: Final = {"^": "\u02c6", "~": "\u02dc"}


def to_mathml(latex: str, *, display: bool = False) -> str:
    """Return LaTeX as a MathML element.

    Raises
    ------
    ValueError
        It cannot be read, or not be shown. The text continues "The LaTeX … " and ends with the mend.
    """
    from xml.etree.ElementTree import tostring

    from latex2mathml.converter import Converter

    for pattern, mend in _REFUSED_ANY:
        if (found := pattern.search(latex)) is not None:
            raise ValueError(f"has {found[0]}, which is not shown here; {mend}")
    latex = _ENVIRONMENT.sub(_known_environment, latex)
    latex = re.sub(r"\\arg(?![A-Za-z])", r"\\operatorname{arg}", latex)
    latex = re.sub(rf"\\({'|'.join(_SPACED)})(?![A-Za-z])", lambda name: rf"\;\{_SPACED[name[1]]}\;", latex)
    try:
        tree = Converter(display="block" if display else "inline").convert_to_element(latex)
    except Exception as error:
        # latex2mathml raises a dozen unrelated classes, IndexError and KeyError among them.
        if type(error).__name__ == "DoubleSuperscriptsError" and "'" in latex:
            raise ValueError("has a prime and a power; write {x'}^2") from error
        reason = f"{type(error).__name__}: {error}".rstrip(": ")
        raise ValueError(f"cannot be read ({reason}); correct it") from error
    _settle(tree, display=display)
    return tostring(tree, encoding="unicode")


def _known_environment(found: re.Match[str]) -> str:
    name = _SAME.get(found[2], found[2])
    if name not in _TABLES:
        mend = _OTHER_ENVIRONMENTS.get(name.removesuffix("*"), _ROW_MEND)
        raise ValueError(f"has the environment {name}, which is not shown here; {mend}")
    return f"\\{found[1]}{{{name}}}"


def _settle(element: Element, *, display: bool) -> None:
    """Make of an element what the page can draw, from the leaves up."""
    for child in element:
        _settle(child, display=display)
    tag = element.tag
    if tag in _TOKENS:
        _settle_token(element)
    elif tag == "mspace":
        _settle_space(element)
    elif tag in {"mover", "munder"}:
        _settle_accent(element)
    elif tag == "mrow" and len(element) == 1 and element[0].tag == "mo":
        element[0].attrib.update({"lspace": "0", "rspace": "0"})  # in braces it is as a letter, as in 1{,}067
    _check_shown(element)
    _settle_limits(element, display=display)
    _settle_bars(element)
    if tag in _ROWS:
        _settle_names(element)


def _check_shown(element: Element) -> None:
    """Refuse what would be left out."""
    if element.tag == "mtable" and {"columnlines", "rowlines", "frame"} & element.attrib.keys():
        raise ValueError(
            "has lines in its table, which are not shown; leave them out, or write a markdown table"
        )
    if len(element) != _PARTS.get(element.tag, len(element)):
        raise ValueError("lacks a part; complete it")
    for name, value in element.attrib.items():
        if name not in {*ATTRIBUTES, "xmlns"} or value.startswith("+"):
            raise ValueError(f"needs {name}={value!r}, which browsers do not draw; write it in another way")


def _settle_space(element: Element) -> None:
    if "linebreak" in element.attrib:
        raise ValueError(f"has \\\\, which begins no new line here; {_ROW_MEND}")
    if element.get("width", "").startswith(("-", "negative")):
        raise ValueError("has a space below 0, which browsers do not draw; leave it out")


def _settle_token(element: Element) -> None:
    _flatten(element)
    text = element.text or ""
    if text == "&":
        raise ValueError(rf"has & outside a table; {_ROW_MEND}")
    if element.tag == "mi" and _UPRIGHT.fullmatch(text):
        element.set("mathvariant", "normal")  # a single letter of \mathrm
    text = unescape(text)
    if element.tag == "mtext":
        text = _plain_text(text)
    elif element.tag == "mo":
        text = {r"\{": "{", r"\}": "}", r"\|": "‖"}.get(text, text)
        if text in _BARS and not {"form", "minsize"} & element.attrib.keys():
            element.attrib.update({"stretchy": "false", "lspace": "0", "rspace": "0"})
    elif element.tag == "mi" and (_OPERATOR.fullmatch(text) or _is_word(text)):
        element.tag = "mo"
    if "\\" in text:
        raise ValueError(f"has {text.split()[0]}, which is not known; use another command")
    _check_font(text, element.get("mathvariant", "normal"))
    element.text = text


def _flatten(element: Element) -> None:
    r"""Put the text of elements inside a token, as of \mathop and \mathbin, into the token itself."""
    leaves = [leaf for leaf in element.iter() if leaf is not element]
    if not leaves:
        return
    if any(leaf.tag == "mi" and leaf.get("mathvariant") != "normal" for leaf in leaves):
        raise ValueError(r"has letters in \mathop or the like; write \operatorname{…} or \operatorname*{…}")
    element.text = "".join(element.itertext())
    for child in list(element):
        element.remove(child)
    if element.tag == "mo" and any(leaf.tag == "mi" for leaf in leaves):
        element.set("movablelimits", "true")


def _plain_text(text: str) -> str:
    if re.search(r"(?<!\\)\$", text):
        raise ValueError(r"has math inside \text; end the \text before it")
    if text == "⧸":
        raise ValueError(r"has \not, which is not shown here; write \neq, \nless and the like")
    return _ESCAPED.sub(r"\1", text)


def _check_font(text: str, variant: str) -> None:
    if variant not in _VARIANTS:
        raise ValueError(f"has the font {variant} for {text!r}, which is not shown; use another")
    if variant == "bold" and re.search("[α-ωΑ-Ω]", text):
        raise ValueError(rf"has {text} in \mathbf, which leaves it as it is; write \boldsymbol")


def _is_word(text: str) -> bool:
    return len(text) > 1 and text.isalpha()


def _settle_names(row: Element) -> None:
    """Space names of functions as LaTeX does: thinly, and not before a bracket or a comma."""
    before = None
    for child, after in zip_longest(row, list(row)[1:]):
        core = _core(child)
        if _is_name(core):
            follows = before is not None and before.tag != "mo"
            core.attrib.update({"form": "prefix", "lspace": _THIN if follows else "0"})
            touches = after is None or (after.tag == "mo" and not _is_name(after))
            core.set("rspace", "0" if touches else _THIN)
        before = core


def _core(element: Element) -> Element:
    return element[0] if element.tag in {*_UNDER, *_UNDER.values()} else element


def _is_name(core: Element) -> bool:
    return core.tag == "mo" and _is_word((core.text or "").replace("\u2006", "").replace("\u2009", ""))


def _settle_limits(element: Element, *, display: bool) -> None:
    """Put limits where LaTeX puts them: below and above in a display, else at the side."""
    base = element[0] if len(element) else None
    if base is None or base.tag != "mo":
        return
    text = (base.text or "").replace("\u2006", " ")
    moves = base.get("movablelimits") == "true" or text in _MOVABLE_WORDS or text in _MOVABLE_SIGNS
    if element.tag in _UNDER and moves:
        element.tag = _UNDER[element.tag]
        base.set("movablelimits", "true")
    elif element.tag in _UNDER.values() and moves and not display:
        base.set("movablelimits", "false")  # \limits asks for it


def _settle_accent(element: Element) -> None:
    """Draw a line as a border, which needs no font; and let a hat be that of one letter."""
    if len(element) != _PARTS[element.tag]:
        return
    mark = element[1]
    if mark.text == "\u2015":
        notation = "top" if element.tag == "mover" else "bottom"
        element.tag, element.attrib = "menclose", {"notation": notation}
        element.remove(mark)
    elif mark.text in _HATS:
        mark.text = _HATS[mark.text]
        mark.set("stretchy", "false")


def _settle_bars(row: Element) -> None:
    """Let the bars around a matrix grow with it."""
    children = list(row)
    for index, child in enumerate(children):
        if child.tag == "mtable":
            for at, form in ((index - 1, "prefix"), (index + 1, "postfix")):
                if 0 <= at < len(children) and children[at].text in _BARS:
                    children[at].attrib.update({"form": form, "fence": "true", "stretchy": "true"})
