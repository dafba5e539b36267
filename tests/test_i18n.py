from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from lessonkit import i18n
from lessonkit.questions import load_quiz
from lessonkit.questions.static import quiz_html
from lessonkit.widgets.assets import asset
from lessonkit.widgets.wording import attempts_left, page_words, unanswered
from tools import catalogs

PACKAGE = Path(i18n.__file__).parent
VARIABLES = ("LESSONKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
SAMPLE = Path(__file__).parent / "widgets" / "sample.yaml"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LANG": "ar_EG@arabic"}, "ar"),
        ({"LANG": "de_DE", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE", "LC_MESSAGES": "ar"}, "ar"),
        ({"LC_ALL": "de_DE", "LESSONKIT_LANG": "ar"}, "ar"),
        ({"LESSONKIT_LANG": "tlh", "LANG": "de"}, "en"),
        ({"LESSONKIT_LANG": "../../etc"}, "en"),
    ],
)
def test_the_environment_says_which_language(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str
) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert i18n.language() == expected


def test_each_language_has_the_right_plural(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {}
    for tag in i18n.languages():
        monkeypatch.setenv("LESSONKIT_LANG", tag)
        said[tag] = [attempts_left(n) for n in (1, 2, 3, 11, 100)]
    assert said["en"][:2] == ["1 attempt left", "2 attempts left"]
    assert said["de"][:2] == ["Noch 1 Versuch", "Noch 2 Versuche"]
    assert len({re.sub(r"\d+", "", form) for form in said["ar"]}) == 4


def test_a_language_from_right_to_left_keeps_numbers_together(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [i18n.direction(tag) for tag in ("ar", "ar-EG", "he", "de", "pt-BR")] == [
        *("rtl", "rtl", "rtl"),
        *("ltr", "ltr"),
    ]
    monkeypatch.setenv("LESSONKIT_LANG", "ar")
    assert i18n.isolate("8/9 ≈ 0.89") == "\u20668/9 ≈ 0.89\u2069"
    monkeypatch.setenv("LESSONKIT_LANG", "de")
    assert i18n.isolate("8/9 ≈ 0.89") == "8/9 ≈ 0.89"


def test_the_static_body_speaks_the_language_of_the_quiz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONKIT_LANG", "de")
    quiz = load_quiz(SAMPLE)
    assert "Answer and reasons" in quiz_html(quiz)
    arabic = quiz_html(quiz.model_copy(update={"language": "ar"}))
    assert '<div class="lessonkit-static" lang="ar" dir="rtl">' in arabic
    assert "الإجابة والأسباب" in arabic
    assert "Die Fragen 1, 3 sind" in unanswered([1, 3]), "afterwards it is the learner's again"


def test_the_catalogs_are_complete_and_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogs.main(["--check"]) == 0, capsys.readouterr().out


def test_a_wrong_placeholder_is_found() -> None:
    catalog = catalogs.extracted()
    catalog.locale = "de"
    for message in catalog:
        if message.id == "The answer is {number}.":
            message.string = "Die Antwort ist {zahl}."
    found = list(catalogs.problems(catalogs.TEMPLATE, catalog))
    assert any("has a placeholder" in problem for problem in found)
    assert any("has lost number" in problem for problem in found)
    assert any("is not translated" in problem for problem in found)


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: file.stem)
def test_no_message_hides_where_the_extraction_cannot_see_it(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    hidden = [
        call.lineno
        for text in ast.walk(tree)
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in catalogs.KEYWORDS
        and isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []


def test_the_page_has_all_its_words_and_no_other() -> None:
    page = asset("quiz.js").replace("'", '"')
    words = page_words()
    said = set(re.findall(r'\bsay\("([^"]+)"', page))
    assert said <= words.keys()
    unused = {name for name in words if f'"{name}"' not in page and f"{name}:" not in page}
    assert unused <= {"single_missed", "order_hit", "order_slip", "match_missed"}, (
        "these are found by kind and case"
    )
