"""Each rule passes a good lesson and finds the breach it is there for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from nbformat import NotebookNode, v4, write

from tools import notebook_rules as rules
from lessonkit.authoring.run import WIDGET_VIEW
from tools.lesson import Lesson, load
from tools.setup_cell import SOURCE as SET_UP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Rule = Callable[[Lesson], Iterator[str]]
    Spoiler = Callable[[NotebookNode], object]

FILLER = "Read this sentence, and read it well. " * 7
CAPTION = "**Figure.** Precision falls from left to right while recall rises to its end."


def printed(text: str, name: str = "stdout") -> NotebookNode:
    return v4.new_output("stream", name=name, text=text)


def shown(**data: str) -> NotebookNode:
    return v4.new_output("display_data", {kind.replace("_", "/"): value for kind, value in data.items()})


NAME = "01-precision-and-recall.ipynb"


def good() -> NotebookNode:
    """A lesson in small that keeps every rule."""
    hidden = {"jupyter": {"source_hidden": True}}
    cells = [
        v4.new_markdown_cell(
            "# Counting\n\nWhy count?\n\nCore 5–10 min · exercises 5–10 · quiz 10–20 · go deeper 5"
        ),
        v4.new_code_cell(SET_UP, metadata=hidden),
        v4.new_markdown_cell("Drag the line."),
        v4.new_code_cell("lk.strip(y_true, scores)", outputs=[shown(text_plain="Strip")]),
        v4.new_markdown_cell("What did you lose?"),
    ]

    def section(title: str, *parts: NotebookNode) -> None:
        cells.extend([v4.new_markdown_cell(f"## {title}\n\n{FILLER}"), *parts])

    def code(source: str, *outputs: NotebookNode) -> NotebookNode:
        return v4.new_code_cell(source, outputs=list(outputs))

    section("What you can do afterwards")
    section("Before you start")
    section("Predict first", code('lk.quiz("q", only="a")', shown(text_plain="Quiz")))
    more = v4.new_markdown_cell(FILLER)
    section("Own one", code("print(0.8889)", printed("0.8889\n")), more, code("print(2)", printed("2\n")))
    picture = shown(image_png="iVBORw0K", text_plain="<Figure>")
    section("Own two", code("draw_figure()", picture), v4.new_markdown_cell(CAPTION))
    section("Own three", code("x = 4"))
    section("What goes wrong", code("print(4)", printed("4\n")))
    section("Exercises", code('lk.check("a", 5)', printed("Not yet.\n")))
    section("Quiz", code(f'lk.quiz("{NAME[:-6]}")', shown(text_plain="Quiz")), code("lk.progress()"))
    section("Key points")
    section("Next")
    section("Go deeper")
    folded = {"jp-MarkdownHeadingCollapsed": True}
    for title in ("Ties", "Decimals"):
        cells += [v4.new_markdown_cell(f"### {title}\n\n{FILLER}", metadata=folded), code("x = 1")]
    notebook = v4.new_notebook(
        cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python"}}
    )
    for count, cell in enumerate(codes(notebook), start=1):
        cell.execution_count = count
    return notebook


def codes(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def opened(notebook: NotebookNode, title: str) -> NotebookNode:
    """The markdown cell that opens a section."""
    return next(cell for cell in notebook.cells if cell.source.startswith(f"## {title}"))


def after(notebook: NotebookNode, source: str) -> NotebookNode:
    """The cell that follows a code cell."""
    place = next(place for place, cell in enumerate(notebook.cells) if source in cell.source)
    return notebook.cells[place + 1]


def problems(rule: Rule, notebook: NotebookNode, folder: Path, name: str = NAME) -> list[str]:
    path = folder / name
    write(notebook, path)
    return list(rule(load(path)))


@pytest.fixture(autouse=True)
def no_definitional_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those listed are of the lesson that lends its name."""
    monkeypatch.setattr("tools.prose_numbers.definitional", dict)


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_a_good_lesson_keeps_the_rule(rule: Rule, tmp_path: Path) -> None:
    assert problems(rule, good(), tmp_path) == []


def put(place: int, attribute: str, value: object) -> Spoiler:
    """Return a spoiler that sets an attribute of the code cell at *place*."""
    return lambda notebook: codes(notebook)[place].__setattr__(attribute, value)


def say(title: str, text: str) -> Spoiler:
    """Return a spoiler that adds text to the cell that opens a section."""

    def spoil(notebook: NotebookNode) -> None:
        opened(notebook, title).source += f"\n\n{text}"

    return spoil


def rename(title: str, new: str) -> Spoiler:
    def spoil(notebook: NotebookNode) -> None:
        cell = opened(notebook, title)
        cell.source = cell.source.replace(f"## {title}", new)

    return spoil


def insert(place: int, cell: NotebookNode) -> Spoiler:
    return lambda notebook: notebook.cells.insert(place, cell)


def both(*spoilers: Spoiler) -> Spoiler:
    def spoil(notebook: NotebookNode) -> None:
        for one in spoilers:
            one(notebook)

    return spoil


def drop(place: int) -> Spoiler:
    return lambda notebook: notebook.cells.pop(place)


def fold(title: str, *, folded: bool) -> Spoiler:
    def spoil(notebook: NotebookNode) -> None:
        cell = next(cell for cell in notebook.cells if cell.source.startswith(title))
        cell.metadata = {"jp-MarkdownHeadingCollapsed": True} if folded else {}

    return spoil


def first_code(source: str) -> Spoiler:
    return lambda notebook: notebook.cells[3].update(source=source)


BREACHES = [
    (rules.executed, put(3, "execution_count", None), "run as None, not 4"),
    (rules.executed, put(3, "execution_count", 9), "run as 9, not 4"),
    (rules.executed, put(3, "source", " "), "empty code cell"),
    (rules.kernelspec, lambda nb: nb.metadata.kernelspec.update(name="venv"), "'venv', not 'python3'"),
    (rules.kernelspec, lambda nb: nb.metadata.clear(), "None, not 'python3'"),
    (
        rules.kernelspec,
        lambda nb: nb.metadata.update(language_info={"name": "python", "version": "3.12.1"}),
        "Python version",
    ),
    (rules.headings, say("Own one", "# Another title"), "2 H1 headings"),
    (rules.headings, lambda nb: nb.cells[0].update(source="Why count?"), "0 H1 headings"),
    (rules.headings, lambda nb: nb.cells[0].update(source="Hello.\n\n### Deep\n\n# Late"), "does not open"),
    (rules.headings, say("Own one", "#### Deep"), "jumps from H2 to H4"),
    (rules.headings, say("Own two", "### Own one"), "second heading 'Own one'"),
    (rules.headings, say("Own two", "## Own four"), "starts inside a cell"),
    (rules.links, say("Own one", "[gone](02-gone.ipynb)"), "02-gone.ipynb does not exist"),
    (rules.links, say("Own one", "[here](#own-two)"), "no such heading"),
    (rules.links, say("Own one", "![a curve](curve.png)"), "curve.png does not exist"),
    (rules.links, say("Own one", '<img src="curve.png" alt="a curve">'), "curve.png does not exist"),
    (rules.links, say("Own one", f"[self]({NAME}#Own)"), "no such heading"),
    (rules.plain_python, put(3, "source", "!pip install x"), "line 1 is not plain Python"),
    (rules.plain_python, put(3, "source", "x = 1\n%matplotlib inline"), "line 2 is not plain Python"),
    (rules.semicolons, put(3, "source", "plot(x);"), "ends with ';'"),
    (rules.semicolons, put(3, "source", "plot(x);  # quiet\n"), "ends with ';'"),
    (rules.live_outputs, put(3, "source", "out = widgets.Output()"), "uses Output"),
    (rules.live_outputs, put(3, "source", "from ipywidgets import interact"), "uses interact"),
    (rules.live_outputs, put(3, "source", "display(x, display_id=True)"), "uses display_id"),
    (rules.live_outputs, put(3, "source", "IPython.display.clear_output()"), "uses clear_output"),
    (rules.nothing_fetched, put(3, "source", 'read("https://example.org/x.csv")'), "an address in code"),
    (rules.nothing_fetched, put(3, "source", "import urllib.request"), "uses urllib"),
    (
        rules.nothing_fetched,
        put(3, "source", "from sklearn.datasets import fetch_openml"),
        "uses fetch_openml",
    ),
    (rules.nothing_fetched, put(3, "source", "tf.keras.utils.get_file(x)"), "uses get_file"),
    (rules.nbval_tags, put(3, "source", "# NBVAL_IGNORE_OUTPUT\nprint(1)"), "without reason"),
    (rules.nbval_tags, lambda nb: codes(nb)[3].metadata.update(tags=["nbval-skip"]), "without reason"),
    (rules.nbval_tags, put(3, "source", "# NBVAL_SKIP\n# nbval: slow"), "without reason"),
    (
        rules.nbval_tags,
        both(*(put(place, "source", "# NBVAL_SKIP\n# nbval: it takes hours") for place in (2, 3, 4))),
        "3 cells with nbval tags",
    ),
    (rules.cell_length, put(3, "source", "x = 1\n" * 16), "16 lines"),
    (rules.surroundings, lambda nb: nb.cells.insert(4, v4.new_code_cell("y = 1")), "no sentence before it"),
    (
        rules.surroundings,
        lambda nb: opened(nb, "Own one").update(source="## Own one"),
        "no sentence before it",
    ),
    (rules.clean_outputs, put(3, "outputs", [printed("careful", "stderr")]), "stored stderr 'careful'"),
    (
        rules.clean_outputs,
        put(3, "outputs", [v4.new_output("error", ename="KeyError")]),
        "stored error KeyError",
    ),
    (
        rules.clean_outputs,
        put(3, "outputs", [v4.new_output("display_data", {WIDGET_VIEW: {}})]),
        "widget view",
    ),
    (rules.clean_outputs, lambda nb: nb.metadata.update(widgets={}), "widget state"),
    (rules.figures, lambda nb: after(nb, "figure").update(source="A curve."), "no words for its figure"),
    (rules.figures, lambda nb: after(nb, "figure").update(source="**Figure.** A curve."), "too short"),
    (rules.figures, lambda nb: codes(nb)[5].outputs.append(shown(image_png="iV")), "2 figures"),
    (rules.figures, put(5, "outputs", [shown(image_png="i" * 200_001)]), "200,001 bytes"),
    (
        rules.first_import,
        put(0, "source", "import numpy as np\nimport lessonkit as lk"),
        "first import is 'import numpy",
    ),
    (rules.first_import, put(0, "source", "import lessonkit"), "first import is 'import lessonkit'"),
    (rules.first_import, put(0, "source", "lk = 1"), "no import"),
    (rules.unsupported_numbers, say("Own one", "Precision is 0.98."), "'0.98' is in no output"),
    (
        rules.opening,
        lambda nb: nb.cells[0].update(source="# Counting\n\nCore 5 min"),
        "a hook of one paragraph",
    ),
    (rules.opening, lambda nb: nb.cells[1].update(metadata={}), "set-up cell is not folded"),
    (rules.opening, first_code("x = 1"), "nothing to see or touch"),
    (rules.opening, lambda nb: nb.cells.insert(3, v4.new_code_cell("x = 1")), "nothing to see or touch"),
    (rules.opening, lambda nb: nb.cells.insert(9, nb.cells.pop(3)), "nothing to see or touch"),
    (rules.opening, first_code("a = 1\n" * 5 + "lk.strip(a, b)"), "more than 5 lines above"),
    (rules.minutes, say("Own one", "word " * 2000), "says 'Core 5–10 min · exercises"),
    (rules.sections, rename("Key points", "## In short"), "'Key points' is missing"),
    (rules.sections, rename("What you can do afterwards", "## Objectives"), "afterwards' is missing"),
    (rules.sections, rename("Own two", "### Own two"), "2 sections between"),
    (rules.sections, rename("Own one", "## Quiz"), "out of order"),
    (rules.sections, insert(2, v4.new_markdown_cell("## Preface")), "before or among"),
    (rules.sections, lambda nb: nb.cells.append(v4.new_markdown_cell("## Appendix")), "only these follow"),
    (rules.sections, rename("Go deeper", "## Expert zone"), "only these follow"),
    (rules.folded, fold("### Ties", folded=False), "part 'Ties' is not folded"),
    (rules.folded, say("Go deeper", "### Zeros"), "part 'Zeros' is not folded"),
    (rules.folded, fold("## Go deeper", folded=True), "is folded, but is not a part"),
    (rules.folded, fold("## Own one", folded=True), "is folded, but is not a part"),
    (rules.surroundings, lambda nb: nb.cells.insert(4, v4.new_code_cell("y = 1")), "no sentence before it"),
]


@pytest.mark.parametrize(
    ("rule", "spoil", "problem"), BREACHES, ids=[f"{rule.__name__}: {what}" for rule, _, what in BREACHES]
)
def test_a_breach_is_found(rule: Rule, spoil: Spoiler, problem: str, tmp_path: Path) -> None:
    notebook = good()
    spoil(notebook)
    found = problems(rule, notebook, tmp_path)
    assert any(problem in line for line in found), found


def test_every_rule_has_a_breach() -> None:
    assert {rule for rule, _, _ in BREACHES} == set(rules.RULES)


HARMLESS = [
    (rules.opening, both(first_code("a = 1\n" * 5 + "lk.strip(a, b)"), lambda nb: nb.cells[3].update(
        metadata={"jupyter": {"source_hidden": True}}))),
    (rules.sections, lambda nb: nb.cells.__delitem__(slice(-5, None))),  # without 'Go deeper'
    (rules.folded, lambda nb: nb.cells.__delitem__(slice(-5, None))),
    (rules.surroundings, insert(6, v4.new_code_cell("lk.quiz('q', only='a')"))),
    (rules.surroundings, lambda nb: nb.cells.pop(2)),  # the title introduces the first picture
    (rules.surroundings, lambda nb: nb.cells.pop(4)),  # a heading follows an output
    (
        rules.links,
        say("Own one", "[there](#Own-two) [out](https://example.org) [self](01-precision-and-recall.ipynb#Quiz)"),
    ),
    (rules.semicolons, put(3, "source", "x = 1; y = 2")),
    (rules.semicolons, put(3, "source", "print(';')  # not the end;")),
    (rules.live_outputs, put(3, "source", "output = 'interact'  # Output")),
    (rules.nothing_fetched, say("Own one", "See https://example.org.")),
    (rules.nbval_tags, put(3, "source", "# NBVAL_SKIP\n# nbval: it takes two hours\nrun()")),
    (rules.cell_length, put(3, "source", "x = 1\n" * 15)),
    (rules.headings, say("Own one", "```python\n# a comment, no heading\n```")),
]


@pytest.mark.parametrize(("rule", "change"), HARMLESS)
def test_what_only_looks_like_a_breach_is_not_reported(rule: Rule, change: Spoiler, tmp_path: Path) -> None:
    notebook = good()
    change(notebook)
    assert problems(rule, notebook, tmp_path) == []


def test_lesson_00_leads_to_lesson_01_and_then_to_what_is_optional(tmp_path: Path) -> None:
    notebook = good()
    found = problems(rules.sections, notebook, tmp_path, "00-start-here.ipynb")
    assert found[0] == "section 'Pre-test' is missing; add '## Pre-test'"
    (tmp_path / NAME).touch()
    end = [v4.new_markdown_cell(f"## {title}\n\nWords.") for title in rules.START_END]
    notebook.cells = [*notebook.cells[:5], v4.new_markdown_cell("## Three things to do now"), *end]
    assert problems(rules.sections, notebook, tmp_path, "00-start-here.ipynb") == [
        f"no link to {NAME} above 'Pre-test'; a newcomer goes on there"
    ]
    notebook.cells[5].source += f"\n\n[Go on]({NAME})"
    assert problems(rules.sections, notebook, tmp_path, "00-start-here.ipynb") == []
    notebook.cells.append(notebook.cells.pop(6))
    assert "out of order" in problems(rules.sections, notebook, tmp_path, "00-start-here.ipynb")[0]


def test_an_anchor_in_another_notebook_keeps_case_and_punctuation(tmp_path: Path) -> None:
    write(
        v4.new_notebook(cells=[v4.new_markdown_cell("# Two\n\n## What is `>=`, really?")]),
        tmp_path / "02-two.ipynb",
    )
    notebook = good()
    say("Own one", "[two](02-two.ipynb#What-is-%3E=,-really?)")(notebook)
    assert problems(rules.links, notebook, tmp_path) == []
    say("Own one", "[two](02-two.ipynb#what-is-%3E=,-really?)")(notebook)
    assert len(problems(rules.links, notebook, tmp_path)) == 1


def test_the_command_lists_breaches_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notebook = good()
    write(notebook, tmp_path / NAME)
    assert rules.main([str(tmp_path)]) == 0
    put(3, "execution_count", None)(notebook)
    write(notebook, tmp_path / NAME)
    assert rules.main([str(tmp_path)]) == 1
    assert f"{NAME} cell 11 ('print(0.8889)'): run as None, not 4" in capsys.readouterr().out
    assert rules.main([str(tmp_path / "none.ipynb")]) == 2
