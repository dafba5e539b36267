"""LaTeX is shown as LaTeX shows it, or refused with a mend: by the structure that browsers draw."""

from __future__ import annotations

import re

import pytest

from lessonkit.questions.latex import to_mathml
from lessonkit.questions.markup import to_html


def shown(latex: str) -> str:
    """Return what a page gets of a formula of its own, without the outermost elements."""
    html = to_html(f"$$\n{latex}\n$$")
    assert "<code>" not in html, latex
    found = re.search(r"<math[^>]*><mrow>(.*)</mrow></math>", html)
    assert found is not None, html
    return found[1]


@pytest.mark.parametrize(
    ("latex", "structure"),
    [
        # Rows
        (
            r"\begin{aligned} a &= b \\ cc &= d \end{aligned}",
            '<mtr><mtd columnalign="right"><mi>a</mi></mtd><mtd columnalign="left"><mi></mi><mo>=</mo>',
        ),
        (
            r"\begin{align} a &= b \\ c &= d \end{align}",
            '<mtable columnspacing="0em 2em" displaystyle="true" rowspacing="3pt">',
        ),
        (r"\begin{split} a &= b \\ c &= d \end{split}", 'columnspacing="0em"'),
        (
            r"\begin{cases} 1 & x > 0.5 \\ 0 & \text{else} \end{cases}",
            '<mtd columnalign="left"><mtext>else</mtext></mtd>',
        ),
        (
            r"\begin{array}{lr} a & b \\ c & d \end{array}",
            '<mtd columnalign="left"><mi>a</mi></mtd><mtd columnalign="right">',
        ),
        (
            r"\begin{vmatrix} a & b \\ c & d \end{vmatrix}",
            '<mo form="prefix" stretchy="true" fence="true" lspace="0" rspace="0">|</mo><mtable>',
        ),
        (
            r"\begin{Vmatrix} a \\ b \end{Vmatrix}",
            '</mtable><mo form="postfix" stretchy="true" fence="true" lspace="0" rspace="0">‖</mo>',
        ),
        (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", "<mo>(</mo><mtable>"),
        # Limits
        (
            r"\lim_{x\to0} f",
            '<munder><mo movablelimits="true" form="prefix" lspace="0" rspace="0.167em">lim</mo>',
        ),
        (r"\max_t F", '<munder><mo movablelimits="true" form="prefix" lspace="0" rspace="0.167em">max</mo>'),
        (r"\bigcup_{k}^{K} A", '<munderover><mo movablelimits="true">⋃</mo>'),
        (r"\bigoplus_i x", '<munder><mo movablelimits="true">⨁</mo>'),
        (r"\limsup_n x", "lim\u2006sup</mo><mi>n</mi></munder>"),
        (r"\sum_{i=1}^{n} x", "<munderover><mo"),
        (
            r"\operatorname*{argmax}_t F",
            '<munder><mo movablelimits="true" form="prefix" lspace="0" rspace="0.167em">argmax</mo>',
        ),
        (r"\operatorname{argmax}_t F", '<msub><mo form="prefix" lspace="0" rspace="0.167em">argmax</mo>'),
        (
            r"\mathop{\mathrm{softmax}}_i",
            '<munder><mo movablelimits="true" form="prefix" lspace="0" rspace="0">softmax</mo>',
        ),
        (r"\int_0^1 x", "<msubsup><mo>∫</mo>"),
        # Names
        (r"\arg\max x", '<mo form="prefix" lspace="0" rspace="0.167em">arg</mo>'),
        (r"x\ln(p)", '<mo form="prefix" lspace="0.167em" rspace="0">ln</mo>'),
        (r"\log p", '<mo form="prefix" lspace="0" rspace="0.167em">log</mo>'),
        (r"\mathrm{d}x", '<mi mathvariant="normal">d</mi><mi>x</mi>'),
        (r"a \mathbin{+} b", '<mo lspace="0.22em" rspace="0.22em">+</mo>'),
        (r"a \iff b", '<mspace width="0.278em"></mspace><mo>⟺</mo><mspace width="0.278em"></mspace>'),
        (r"a \implies b", '<mspace width="0.278em"></mspace><mo>⟹</mo>'),
        # Signs
        (r"\biggl\{ x \biggr\}", "{</mo>"),
        (r"\text{\$3 \& 4\%}", "<mtext>$3&nbsp;&amp;&nbsp;4%</mtext>"),
        (r"|x|", '<mo stretchy="false" lspace="0" rspace="0">|</mo>'),
        (r"\lvert x \rvert", '<mo stretchy="false" lspace="0" rspace="0">|</mo>'),
        (r"1{,}067", '<mrow><mo lspace="0" rspace="0">,</mo></mrow>'),
        # Lines
        (r"\boxed{x}", '<menclose notation="box">'),
        (r"\cancel{x}", '<menclose notation="updiagonalstrike">'),
        (r"\xcancel{x}", '<menclose notation="updiagonalstrike downdiagonalstrike">'),
        (r"\overline{ab}", '<menclose notation="top">'),
        (r"\underline{ab}", '<menclose notation="bottom">'),
        (r"\hat{y}", '<mo stretchy="false">ˆ</mo>'),
        (r"\frac{TP}{TP + FP}", "<mfrac>"),
        (r"\sqrt[3]{x}", "<mroot>"),
        (r"\underset{t}{\max}", "<munder>"),
    ],
)
def test_latex_has_the_structure_that_a_browser_draws(latex: str, structure: str) -> None:
    def sorted_attributes(html: str) -> str:
        attribute = re.compile('[a-z]+="[^"]*"')
        return re.sub(
            r"<(\w+) ([^>]*)>", lambda tag: " ".join([tag[1], *sorted(attribute.findall(tag[2]))]), html
        )

    assert sorted_attributes(structure) in sorted_attributes(shown(latex))


@pytest.mark.parametrize(
    ("latex", "mend"),
    [
        ("x''^2", r"write \{x'\}\^2"),
        (r"\ce{H2O}", r"\\ce, which is not known"),
        (r"\SI{3}{m}", r"\\SI, which is not known"),
        (r"\text{if $x$}", r"math inside \\text"),
        (r"\begin{dcases} 1 & x \\ 0 & y \end{dcases}", "write cases"),
        (r"\begin{gather} a = b \\ c = d \end{gather}", r"write \\begin{aligned}"),
        (r"\begin{multlined} a \\ b \end{multlined}", r"write \\begin{aligned}"),
        (r"\begin{equation} a \end{equation}", "leave it out"),
        (r"\begin{nosuch} a \end{nosuch}", "environment nosuch"),
        (r"a = b \\ c = d", "begins no new line"),
        ("a & b", "& outside a table"),
        (r"\begin{array}{c|c} a & b \end{array}", "lines in its table"),
        (r"\begin{matrix} a \\ \hline b \end{matrix}", "lines in its table"),
        (r"x = 1 \tag{1}", r"\\tag"),
        (r"\sum\nolimits_i x", r"\\nolimits"),
        (r"\mathop{softmax}_i", r"write \\operatorname"),
        (r"\xrightarrow{f}", r"write \\overset"),
        (r"\widehat{abc}", r"write \\hat"),
        (r"\not= x", r"write \\neq"),
        (r"\newcommand{\a}{b} \a", "write the formula out"),
        (r"\href{x}{y}", r"\\href"),
        (r"\smash{x}", r"\\smash"),
        (r"\mathcal{AB}", "the font script"),
        (r"\mathbf{\alpha}", r"write \\boldsymbol"),
        (r"\limits", "lacks a part"),
        (r"\label{a}", r"\\label"),
        (r"\nicefrac{1}{2}", r"\\nicefrac"),
        (r"\left(", "cannot be read"),
        (r"a \! b", "a space below 0"),
        (r"a\hspace{-2em} b", "a space below 0"),
    ],
)
@pytest.mark.parametrize("display", [False, True])
def test_latex_that_is_not_shown_as_meant_is_refused(latex: str, mend: str, *, display: bool) -> None:
    with pytest.raises(ValueError, match=mend):
        to_mathml(latex, display=display)


def test_limits_in_a_line_are_at_the_side_but_where_asked_for() -> None:
    assert '<munder><mo movablelimits="true">' in to_mathml(r"\bigcup_t F")
    assert '<munder><mo movablelimits="false">' in to_mathml(r"\sum\limits_i x")
