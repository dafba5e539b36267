from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from lessonkit.widgets import assets
from lessonkit.widgets.assets import asset

FOLDER = Path(assets.__file__).parent
KINDS = sorted((FOLDER / "kinds").glob("*.js"))
WIDGETS = ("board", "epochs", "explorer", "quiz", "sketch", "strip")


def _classes(name: str) -> set[str]:
    return set(re.findall(r"\.(lk-[\w-]+)", (FOLDER / f"{name}.css").read_text(encoding="utf-8")))


SHARED = {found for name in ("page", "form", "plot") for found in _classes(name)}


def test_what_is_imported_stands_first_and_once() -> None:
    script = asset("quiz.js")
    assert script.count("const h=") == 1
    assert script.index("const h=") < script.index("function openLine(") < script.index("function render(")
    assert script.endswith("export default { render };\n")


@pytest.mark.parametrize("file", [*sorted(FOLDER.glob("*.js")), *KINDS], ids=lambda file: file.name)
def test_a_script_imports_what_it_uses_and_what_there_is(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    # Imports, comments, and where a method of an object begins.
    body = re.sub(r"^import .*$|^\s*(?:\*|/\*|//).*$|^\s+\w+\(.*\) \{$", "", text, flags=re.MULTILINE)
    for names, other in re.findall(r'^import \{ ([^}]*) \} from "(\.[\w./]+)";$', text, re.MULTILINE):
        exported = set(
            re.findall(
                r"^export (?:class|const|(?:async )?function) (\w+)",
                (file.parent / other).read_text("utf-8"),
                re.MULTILINE,
            )
        )
        named = set(names.split(", "))
        assert named <= exported
        assert [name for name in named if not re.search(rf"\b{name}\b", body)] == []
        assert [name for name in exported - named if re.search(rf"(?<![.\w]){name}\(", body)] == []


@pytest.mark.parametrize("name", WIDGETS)
def test_the_joined_scripts_give_no_name_twice(name: str) -> None:
    # All that could be joined to it, so that a new import cannot clash.
    files = [FOLDER / f"{part}.js" for part in ("page", "form", "inputs", "plot", name)]
    pattern = r"^(?:export )?(?:const|let|(?:async )?function) (\w+)"
    names = [found for file in files for found in re.findall(pattern, file.read_text("utf-8"), re.MULTILINE)]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(("one", "other"), list(combinations(WIDGETS, 2)))
def test_no_sheet_styles_a_class_of_another_widget(one: str, other: str) -> None:
    # They stand in one page, in whatever order the cells run.
    assert (_classes(one) & _classes(other)) - SHARED == set()


def test_a_script_joins_the_scripts_of_a_folder_each_in_a_scope_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(assets, "_HERE", tmp_path)
    (tmp_path / "kinds").mkdir()
    (tmp_path / "a.js").write_text(
        'import { b } from "./b.js";\nimport "./kinds/*.js";\nexport default { b };\n'
    )
    (tmp_path / "b.js").write_text("export const b = {};\n")
    for name in "cd":
        half = f'{assets._WITHOUT_KERNEL}\nimport {{ e }} from "../../e.js";\ne.{name} = 2;\n'
        own = f'import {{ b }} from "../b.js";\nconst one = 1;\nb.{name} = one;\n'
        (tmp_path / "kinds" / f"{name}.js").write_text(own + half)
    assert asset("a.js") == ("const b={};{const one=1;b.c=one}{const one=1;b.d=one}\nexport default { b };\n")
    assert assets.marking() == "{\n\ne.c = 2;\n}\n{\n\ne.d = 2;\n}\n"


def test_the_widget_does_not_carry_how_answers_are_marked() -> None:
    assert "MARKING" not in asset("quiz.js")
    assert "INPUTS" not in assets.marking()


def test_comments_and_indents_are_left_behind_and_strings_are_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(assets, "_HERE", tmp_path)
    (tmp_path / "a.js").write_text(
        '/** Why. */\n\n// One,\n// two.\n  const a = "x // y"; // why\n/**/\nconst b = `/* ${a} */`;\n'
    )
    assert asset("a.js") == "const a='x // y';const b=`/* ${a} */`;"


def test_only_spaces_that_mean_nothing_are_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "_HERE", tmp_path)
    (tmp_path / "a.js").write_text(
        'const a = (b, c) => {\n  return b ? "x = y, (z)" : `${b} = ${c}`;\n};\n'
        'const d = 1 + +e - -f / g;\nconst h = /[/ =] = ,/.test(i) // why = "so"\n'
        "  && `a ${b ? ` = ${c}` : ''}`;\nexport const j = !k;\nexport default { h };\n"
    )
    assert asset("a.js") == (
        "const a=(b,c)=>{return b?'x = y, (z)':`${b} = ${c}`};"
        'const d=1 + +e - -f / g;const h=/[/ =] = ,/.test(i)// why = "so"\n'
        "&& `a ${b ? ` = ${c}` : ''}`;\nexport const j=!k;\nexport default { h };\n"
    )
    (tmp_path / "a.css").write_text(
        "a:not(.b) > c,\nd:has(e):focus-visible {\n  --f: light-dark(#fff, #000);\n  margin: 0 0.5px;\n"
        '  grid:\n    "a b"\n    "c d";\n}\n'
    )
    assert asset("a.css") == (
        'a:not(.b)>c,d:has(e):focus-visible{--f:light-dark(#fff,#000);margin:0 .5px;grid:"a b" "c d"}'
    )


def test_the_explorer_brings_nothing_of_the_quiz() -> None:
    # Its script and sheet are stored in the lessons that show it.
    assert "openLine" not in asset("explorer.js")
    assert "lk-prose" not in asset("explorer.css")
