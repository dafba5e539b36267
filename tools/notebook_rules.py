"""The rules every lesson's notebook keeps, so that it stays green under nbval and readable without it.

    python -m tools.notebook_rules notebooks    list every breach; exit 1 if there is one

Each rule is a function from a lesson to the problems it finds, one per line: the cell, what is wrong, the
fix. CONTRIBUTING.md tells the same in prose.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from nbval.plugin import comment_markers, metadata_tags

from lessonkit.authoring.run import WIDGET_VIEW, NotebookError, find
from tools.lesson import START, Cell, Lesson, load, parse
from tools.minutes import LINE, code_lines, line, stated
from tools.prose_numbers import unsupported_numbers
from tools.setup_cell import is_set_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AIMS = "What you can do afterwards"
PREREQUISITES = "Before you start"
PREDICTION = "Predict first"
DEEPEST = "Go deeper"
BEGIN = (AIMS, PREREQUISITES, PREDICTION)
END = ("What goes wrong", "Exercises", "Quiz", "Key points", "Next")
# What follows the link to the first lesson in lesson 00.
START_END = ("Pre-test", "Paths through the course", "How a lesson works")
FIRST_LESSON = "01-precision-and-recall.ipynb"
# The cells in which something to see has to come: the title, the set-up cell, a sentence, and then it.
FIRST_SCREEN = 5
# Code that shows the first picture, where it is not folded.
FIRST_LINES = 5
# These cells say themselves what they are.
SELF_EXPLAINING = frozenset({"quiz", "progress", "review"})
OWN_SECTIONS = 3

CELL_LINES = 15
TAGS = 2
IMAGE_BYTES = 200_000
CAPTION = "**Figure.**"
CAPTION_WORDS = 8

# nbval does not route what these send, or they fetch something.
LIVE = frozenset(
    {"Output", "interact", "interactive", "interactive_output", "clear_output", "update_display"}
)
FETCHING = frozenset({"urllib", "requests", "httpx", "aiohttp", "socket", "subprocess", "get_file"})
_URL = re.compile(r"\b(?:https?|ftp)://|\bwww\.")
_NBVAL_REASON = re.compile(r"^\s*#\s*nbval:\s*\S+(?:\s+\S+){2,}", re.MULTILINE)
_HTML_TARGET = re.compile(r"""\b(?:href|src)\s*=\s*["']([^"']*)""")


def executed(lesson: Lesson) -> Iterator[str]:
    """Every code cell has run, in order: nbval passes a cell that was never run."""
    for count, cell in enumerate(lesson.code, start=1):
        if not cell.source.strip():
            yield f"{cell.name}: empty code cell; delete it"
        elif cell.execution_count != count:
            yield f"{cell.name}: run as {cell.execution_count}, not {count}; run: lessonkit run"


def kernelspec(lesson: Lesson) -> Iterator[str]:
    """Ask for the kernel every Python has, and name no version."""
    kernel = lesson.metadata.get("kernelspec", {}).get("name")
    if kernel != "python3":
        yield f"kernelspec is {kernel!r}, not 'python3'; run: lessonkit run"
    if "version" in lesson.metadata.get("language_info", {}):
        yield "language_info holds a Python version; run: lessonkit run"


def headings(lesson: Lesson) -> Iterator[str]:
    """One H1, which opens the notebook; no level skipped; no heading twice; an H2 opens its cell."""
    levels = [heading.level for _, heading in lesson.headings]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} H1 headings; the title is the only one"
    if not lesson.cells or [heading.level for heading in lesson.cells[0].headings][:1] != [1]:
        yield "cell 1: does not open with the title; begin with '# Title'"
    seen: set[str] = set()
    last = 0
    for cell, heading in lesson.headings:
        if heading.level > last + 1:
            yield f"{cell.name}: heading {heading.text!r} jumps from H{last} to H{heading.level}; go one down"
        if heading.text in seen:
            yield f"{cell.name}: second heading {heading.text!r}; links to it would be ambiguous, rename one"
        if heading.level == 2 and not heading.opens:  # noqa: PLR2004  (H2)
            yield f"{cell.name}: section {heading.text!r} starts inside a cell; begin a new cell with it"
        seen.add(heading.text)
        last = heading.level


def opening(lesson: Lesson) -> Iterator[str]:
    """Begin with a title, a hook and the minutes; then show something, before any other code."""
    paragraphs = lesson.cells[0].source.strip().split("\n\n")
    if len(paragraphs) < 3 or not LINE.fullmatch(paragraphs[2]):  # noqa: PLR2004  (title, hook, minutes)
        yield (
            "cell 1: is not '# Title', a hook of one paragraph and the line of minutes;"
            f" write the hook and run: python -m tools.minutes --write notebooks/{lesson.path.name}"
        )
    set_up = [cell for cell in lesson.code if is_set_up(cell.source)]
    if not all(cell.source_hidden for cell in set_up):
        yield f"{set_up[0].name}: the set-up cell is not folded; run python -m tools.setup_cell"
    first = next((cell for cell in lesson.code if not is_set_up(cell.source)), None)
    if first is None or not first.pictures or first.number > FIRST_SCREEN:
        yield (
            f"the first {FIRST_SCREEN} cells show nothing to see or touch before other code;"
            " begin with a widget or a figure"
        )
    elif not first.source_hidden and len(code_lines(first)) > FIRST_LINES:
        yield f"{first.name}: more than {FIRST_LINES} lines above the first picture; fold its input"


def minutes(lesson: Lesson) -> Iterator[str]:
    """Name the minutes that the model gives the lesson."""
    if stated(lesson) != line(lesson):
        yield (
            f"cell 1: says {stated(lesson)!r}, but the model says {line(lesson)!r};"
            f" run python -m tools.minutes --write notebooks/{lesson.path.name}"
        )


def folded(lesson: Lesson) -> Iterator[str]:
    """Store each part of 'Go deeper' folded, by its own H3, and nothing else, so nothing else is hidden."""
    if lesson.stem == START:
        return
    deep = False
    for cell in lesson.cells:
        for heading in cell.headings:
            if heading.level == 2:  # noqa: PLR2004  (H2)
                deep = heading.text == DEEPEST
            elif deep and heading.level == 3 and not (heading.opens and cell.folded):  # noqa: PLR2004  (H3)
                yield (
                    f"{cell.name}: part {heading.text!r} is not folded; begin a cell with it, and give it"
                    ' the metadata {"jp-MarkdownHeadingCollapsed": true}'
                )
        if cell.folded and not (deep and [heading.level for heading in cell.headings][:1] == [3]):
            yield f"{cell.name}: is folded, but is not a part (###) of '{DEEPEST}'; unfold it"


def sections(lesson: Lesson) -> Iterator[str]:
    """Keep the sections of a lesson, in order."""
    titles = [heading.text for _, heading in lesson.headings if heading.level == 2]  # noqa: PLR2004  (H2)
    required = START_END if lesson.stem == START else BEGIN + END
    missing = [title for title in required if title not in titles]
    yield from (f"section {title!r} is missing; add '## {title}'" for title in missing)
    if missing:
        return
    if [title for title in titles if title in required] != list(required):
        yield f"sections are out of order; the order is: {', '.join(required)}"
    elif lesson.stem == START:
        before = next(cell for cell, heading in lesson.headings if heading.text == START_END[0])
        links = [
            target for cell in lesson.markdown if cell.number < before.number for target in _targets(cell)
        ]
        if FIRST_LESSON not in links:
            yield f"no link to {FIRST_LESSON} above {START_END[0]!r}; a newcomer goes on there"
    else:
        first, wrong = titles.index(PREDICTION) + 1, titles.index(END[0])
        if titles[:first] != list(BEGIN):
            yield f"a section is before or among {', '.join(BEGIN)}; move it down"
        if wrong - first < OWN_SECTIONS:
            yield (
                f"{wrong - first} sections between {PREDICTION!r} and {END[0]!r};"
                f" a core has {OWN_SECTIONS} steps"
            )
        if titles[wrong:] not in (list(END), [*END, DEEPEST]):
            yield (
                f"after {END[0]!r} only these follow: {', '.join(END[1:])}, and last {DEEPEST!r};"
                " move the others there"
            )


def _targets(cell: Cell) -> Iterator[str]:
    for token in parse(cell.source):
        for part in (token, *(token.children or ())):
            if part.type == "link_open":
                yield str(part.attrGet("href"))
            elif part.type == "image":
                yield str(part.attrGet("src"))
            elif part.type in {"html_inline", "html_block"}:
                yield from _HTML_TARGET.findall(part.content)


def links(lesson: Lesson) -> Iterator[str]:
    """Each relative link leads to a file that exists and, in a notebook, to one of its headings."""
    for cell in lesson.markdown:
        for target in _targets(cell):
            parts = urlsplit(unquote(target))
            if parts.scheme or parts.netloc:
                continue
            path = lesson.path.parent / parts.path if parts.path else lesson.path
            if not path.exists():
                yield f"{cell.name}: link to {target!r}, but {parts.path} does not exist; correct the path"
            elif parts.fragment and path.suffix == ".ipynb":
                anchors = (lesson if path == lesson.path else load(path)).anchors
                if parts.fragment not in anchors:
                    yield (
                        f"{cell.name}: link to {target!r}, but {path.name} has no such heading;"
                        f" it has: {', '.join(sorted(anchors))}"
                    )


def plain_python(lesson: Lesson) -> Iterator[str]:
    """Code is plain Python: no shell line, no magic."""
    for cell in lesson.code:
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            yield f"{cell.name}: line {error.lineno} is not plain Python; no '!' or '%' lines, no broken code"


def semicolons(lesson: Lesson) -> Iterator[str]:
    """No cell ends with a semicolon: under nbval IPython does not suppress the output there."""
    blank = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.DEDENT}
    for cell in lesson.code:
        if not cell.tree.body:
            continue
        tokens = tokenize.generate_tokens(io.StringIO(cell.source).readline)
        if [token.string for token in tokens if token.type not in blank][-1:] == [";"]:
            yield f"{cell.name}: ends with ';'; write '_ = …' or use a helper that returns None"


def _names(tree: ast.AST) -> Iterator[str]:
    """Yield every name the code uses: variables, attributes, imported modules and names, keywords."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                modules = [alias.name for alias in aliases]
                modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                yield from (part for module in modules for part in module.split("."))


def live_outputs(lesson: Lesson) -> Iterator[str]:
    """No output that changes after its cell has run: nbval does not route it."""
    for cell in lesson.code:
        for name in sorted((LIVE | {"display_id"}) & set(_names(cell.tree))):
            yield f"{cell.name}: uses {name}; show live feedback through a widget's traits"


def nothing_fetched(lesson: Lesson) -> Iterator[str]:
    """No address in code, and nothing that fetches."""
    for cell in lesson.code:
        if _URL.search(cell.source):
            yield f"{cell.name}: an address in code; put it into a markdown cell"
        for name in sorted(set(_names(cell.tree))):
            if name in FETCHING or name.startswith("fetch_"):
                yield f"{cell.name}: uses {name}; a lesson works offline, use lessonkit.datasets"


def nbval_tags(lesson: Lesson) -> Iterator[str]:
    """At most two cells are exempt from comparison, each with its reason."""
    tagged = []
    for cell in lesson.code:
        comments = {line.strip().lstrip("#").strip() for line in cell.source.splitlines() if "#" in line}
        if set(metadata_tags) & set(cell.tags) or set(comment_markers) & comments:
            tagged.append(cell)
            if not _NBVAL_REASON.search(cell.source):
                yield f"{cell.name}: an nbval tag without reason; add a comment '# nbval: a reason in words'"
    if len(tagged) > TAGS:
        yield f"{len(tagged)} cells with nbval tags; at most {TAGS}, make the other outputs stable"


def cell_length(lesson: Lesson) -> Iterator[str]:
    """No code cell is longer than a learner can hold in mind."""
    for cell in lesson.code:
        lines = len(cell.source.splitlines())
        if lines > CELL_LINES:
            yield f"{cell.name}: {lines} lines; at most {CELL_LINES}, split it or move code into lessonkit"


def surroundings(lesson: Lesson) -> Iterator[str]:
    """Each code cell is introduced by a sentence, unless it says itself what it is."""
    cells = [cell for cell in lesson.cells if not is_set_up(cell.source)]
    for before, cell in zip([None, *cells], cells, strict=False):
        if not cell.is_code or _explains_itself(cell):
            continue
        if before is None or not before.is_markdown or _closes_with_heading(before):
            yield f"{cell.name}: no sentence before it; introduce the code in a markdown cell"


def _explains_itself(cell: Cell) -> bool:
    return bool(SELF_EXPLAINING & {name for name, _ in cell.calls})


def _closes_with_heading(cell: Cell) -> bool:
    tokens = parse(cell.source)
    return not tokens or tokens[-1].type == "heading_close"


def clean_outputs(lesson: Lesson) -> Iterator[str]:
    """No error, no word on stderr, and no widget without the kernel that draws it."""
    for cell in lesson.code:
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"{cell.name}: stored error {output.ename}; catch it and print its message"
            elif output.get("name") == "stderr":
                yield f"{cell.name}: stored stderr {output.text[:60]!r}; mend its cause or print it"
            elif WIDGET_VIEW in output.get("data", {}):
                yield f"{cell.name}: stored widget view hides the static body; run: lessonkit run"
    if "widgets" in lesson.metadata:
        yield "stored widget state; run: lessonkit run"


def figures(lesson: Lesson) -> Iterator[str]:
    """Each figure stands alone and is told in words, for readers who do not see it."""
    for cell, after in zip(lesson.cells, [*lesson.cells[1:], None], strict=True):
        if not cell.images:
            continue
        if len(cell.images) > 1:
            yield f"{cell.name}: {len(cell.images)} figures; show one a cell"
        size = max(map(len, cell.images))
        if size > IMAGE_BYTES:
            yield f"{cell.name}: a picture of {size:,} bytes; at most {IMAGE_BYTES:,}, lower its resolution"
        source = after.source if after and after.is_markdown else ""
        captions = [part for part in source.split("\n\n") if part.lstrip().startswith(CAPTION)]
        if not captions:
            yield f"{cell.name}: no words for its figure; the next cell needs a paragraph '{CAPTION} …'"
        elif len(captions[0].removeprefix(CAPTION).split()) < CAPTION_WORDS:
            yield f"{cell.name}: '{captions[0]}' is too short; say the axes, the shape and what to see"


def first_import(lesson: Lesson) -> Iterator[str]:
    """`import lessonkit as lk` comes first: it silences TensorFlow's start-up log."""
    imports = (
        (cell, node)
        for cell in lesson.code
        for node in ast.walk(cell.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    )
    cell, node = next(imports, (None, None))
    if cell is None or node is None:
        yield "no import; the first one is 'import lessonkit as lk'"
    elif ast.unparse(node) != "import lessonkit as lk":
        yield f"{cell.name}: first import is '{ast.unparse(node)}'; put 'import lessonkit as lk' before it"


RULES: tuple[Callable[[Lesson], Iterator[str]], ...] = (
    executed,
    kernelspec,
    headings,
    opening,
    minutes,
    sections,
    folded,
    links,
    plain_python,
    semicolons,
    live_outputs,
    nothing_fetched,
    nbval_tags,
    cell_length,
    surroundings,
    clean_outputs,
    figures,
    first_import,
    unsupported_numbers,
)


def main(arguments: list[str]) -> int:
    """List the breaches of the notebooks named on the command line; return 1 if there is one."""
    try:
        paths = find([Path(argument) for argument in arguments or ["notebooks"]])
    except NotebookError as error:
        print(error, file=sys.stderr)
        return 2
    problems = [
        f"{path.name} {problem} [{rule.__name__}]"
        for path in paths
        for lesson in [load(path)]
        for rule in RULES
        for problem in rule(lesson)
    ]
    print(*problems, f"Problems: {len(problems)}. Notebooks: {len(paths)}.", sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
