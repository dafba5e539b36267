"""A quiz in a second language: its texts are others, and what its answers mean is the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lessonkit.questions import Quiz, QuizError, load_quiz, mark, variant
from lessonkit.questions.bank import quiz_files
from lessonkit.questions.content import content_hash
from lessonkit.questions.lint import lint, report
from lessonkit.questions.problem import EXAMPLES

if TYPE_CHECKING:
    from lessonkit.questions.problem import Problem

QUIZZES = Path(__file__).parents[2] / "quizzes"

DRAWN = """  - id: drawn
    kind: numeric
    objective: read-the-curve
    parameters: {tp: 30..60, fp: 5..20/5}
    prompt: A filter flags {{tp + fp}} emails, {{tp}} of them rightly. Which share is that?
    answer: tp / (tp + fp)
    decimals: 2
    unit: "%"
    explain: It is {{tp / (tp + fp) | .2f}}.
  - id: its-name
    kind: text
    objective: read-the-curve
    prompt: What is this share called?
    accept: [precision, positive predictive value]
    mistakes:
      - {accept: [recall, sensitivity], misconception: always-rises, why: That is the other one.}
"""
GERMAN = """title: Ein Beispiel
objectives: {read-the-curve: Eine Kurve lesen.}
questions:
  end-point:
    prompt: Ein Filter markiert **jede** Nachricht. Wo ist sein Punkt?
    choices:
      origin: {text: 'Bei $(0, 0)$', why: 'Recall 0 heißt, dass nichts gefunden wurde.'}
      prevalence: {text: Bei Recall 1, why: Alles ist gefunden.}
      none: {text: An keinem davon, why: Jeder Filter hat einen Punkt.}
    hints: [Welche Anzahl ist null?, Welche noch?]
    explain: Jede Kurve endet dort.
  which-rise:
    prompt: Was sinkt nie?
    choices:
      recall: {text: Der Recall, why: Er zählt Treffer.}
      hits: {text: Die Treffer, why: Sie werden gezählt.}
      precision: {text: Die Precision, why: Sie kann sinken.}
  share:
    prompt: Wie viel ist $8/9$?
    mistakes: [{why: Umgedreht.}]
  drawn:
    prompt: Ein Filter markiert {{tp + fp}} E-Mails, {{tp}} davon zu Recht. Welcher Anteil ist das?
    explain: Es sind {{tp / (tp + fp) | .2f}}.
  its-name:
    prompt: Wie heißt dieser Anteil?
    accept: [Genauigkeit, Präzision, Positiver Vorhersagewert]
    patterns: ["pr[äe]zision"]
    mistakes: [{accept: [Sensitivität, Trefferquote], why: Das ist der andere.}]
"""


@pytest.fixture
def german(sample: Path) -> Path:
    """The German texts beside the sample quiz, all of them."""
    sample.write_text(sample.read_text(encoding="utf-8") + DRAWN, encoding="utf-8")
    path = sample.with_name("03-sample.de.yaml")
    path.write_text(GERMAN, encoding="utf-8")
    return path


def in_language(monkeypatch: pytest.MonkeyPatch, tag: str, path: Path) -> Quiz:
    monkeypatch.setenv("LESSONKIT_LANG", tag)
    return load_quiz(path)


def found(path: Path) -> list[Problem]:
    return lint([path])


def test_the_language_of_the_engine_chooses_the_texts(
    monkeypatch: pytest.MonkeyPatch, german: Path, sample: Path
) -> None:
    english, said = (in_language(monkeypatch, tag, sample) for tag in ("en", "de"))
    assert (english.language, said.language) == ("en", "de")
    assert (said.title, said.objectives["read-the-curve"]) == ("Ein Beispiel", "Eine Kurve lesen.")
    assert said.questions[0].hints == ("Welche Anzahl ist null?", "Welche noch?")
    assert in_language(monkeypatch, "ar", sample) == english, "there is no file of Arabic texts"
    german.write_text(GERMAN.replace("Ein Beispiel", "Eine Probe"), encoding="utf-8")
    assert in_language(monkeypatch, "de", sample).title == "Eine Probe"


def test_an_answer_means_the_same_in_each_language(
    monkeypatch: pytest.MonkeyPatch, german: Path, sample: Path
) -> None:
    assert german.exists()
    english, said = (in_language(monkeypatch, tag, sample) for tag in ("en", "de"))
    assert [*map(content_hash, said.questions)] == [*map(content_hash, english.questions)]
    answers: list[object] = ["origin", {"recall", "hits"}, "8/9", "0.5", "precision"]
    for one, other, answer in zip(english.questions, said.questions, answers, strict=True):
        assert one.prompt != other.prompt
        here, there = (mark(question, answer) for question in (one, other))
        assert (here.correct, here.credit) == (there.correct, there.credit)


@pytest.mark.parametrize(
    ("typed", "correct", "beliefs"),
    [
        ("precision", True, ()),
        ("Präzision", True, ()),
        ("prezision", True, ()),
        ("trefferquote", False, ("always-rises",)),
        ("Recall", False, ("always-rises",)),
        ("accuracy", False, ()),
    ],
)
def test_what_is_typed_counts_in_whichever_language_it_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
    german: Path,
    sample: Path,
    typed: str,
    beliefs: tuple[str, ...],
    *,
    correct: bool,
) -> None:
    german.with_name("03-sample.fr.yaml").write_text("title: 3", encoding="utf-8")  # hinders nobody
    asked = {tag: in_language(monkeypatch, tag, sample).question("its-name") for tag in ("en", "de", "ar")}
    for question in asked.values():
        given = mark(question, typed)
        assert (given.correct, given.misconceptions) == (correct, beliefs)
    english, said = asked["en"], asked["de"]
    whys = {"en": "That is the other one.", "de": "Das ist der andere.", "ar": "That is the other one."}
    assert [mark(question, typed).message for question in asked.values()] == [
        whys[tag] if beliefs else "" for tag in asked
    ]
    assert english.keep(typed) == said.keep(typed) == typed
    assert content_hash(english) == content_hash(said)
    shown = [" ".join([question.solution(), *question.answers(str)]) for question in (english, said)]
    assert ["Genauigkeit" in text for text in shown] == [False, True]
    assert ["positive predictive value" in text for text in shown] == [True, False]


def test_what_is_typed_counts_in_each_language_when_the_numbers_are_drawn_too(
    monkeypatch: pytest.MonkeyPatch, german: Path, sample: Path
) -> None:
    text = sample.read_text(encoding="utf-8")
    head, tail = text.split("    kind: text\n")
    tail = tail.replace("What is this", "For {{n}} rows, what is this").replace("[precision", '["{{n}} rows"')
    sample.write_text(f"{head}    kind: text\n    parameters: {{n: 3..40}}\n{tail}", encoding="utf-8")
    german.write_text(GERMAN.replace("[Genauigkeit", '["{{n}} Zeilen"'), encoding="utf-8")
    drawn = variant(in_language(monkeypatch, "en", sample).question("its-name"), "seed")
    n = next(word for word in drawn.prompt.split() if word.isdigit())
    assert mark(drawn, f"{n} rows").correct
    assert mark(drawn, f"{n} Zeilen").correct
    assert not mark(drawn, f"{int(n) + 1} Zeilen").correct


def test_the_forms_of_another_language_change_when_its_file_does(
    monkeypatch: pytest.MonkeyPatch, german: Path, sample: Path
) -> None:
    assert not mark(in_language(monkeypatch, "en", sample).question("its-name"), "Trefferreinheit").correct
    german.write_text(GERMAN.replace("Genauigkeit", "Trefferreinheit"), encoding="utf-8")
    assert mark(in_language(monkeypatch, "en", sample).question("its-name"), "Trefferreinheit").correct


def test_numbers_are_drawn_into_the_translated_texts(
    monkeypatch: pytest.MonkeyPatch, german: Path, sample: Path
) -> None:
    assert german.exists()
    drawn = [variant(in_language(monkeypatch, tag, sample).question("drawn"), "seed") for tag in ("en", "de")]
    english, said = drawn
    assert [word for word in said.prompt.split() if word.isdigit()] == [
        word for word in english.prompt.split() if word.isdigit()
    ]
    assert said.explain == english.explain.replace("It is", "Es sind")
    assert content_hash(said) == content_hash(english)


def test_a_full_translation_has_no_problem(german: Path) -> None:
    assert found(german) == []
    assert found(german.parent) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        (
            "  share:",
            "  shares:",
            "18:3: LK080",
            "the quiz has no text 'shares' here; those it has: end-point",
        ),
        ("      hits: {", "      hit: {", "16:7: LK080", "'hit' here; those it has: recall, hits, precision"),
        (
            "text: Der Recall",
            "txt: Der Recall",
            "15:16: LK080",
            "no text 'txt' here; those it has: text, why",
        ),
        ("    hints: [Welche Anzahl ist null?, ", "    hints: [", "10:12: LK081", "a list of 2 is expected"),
        ("prompt: Was sinkt nie?", "prompt: 3", "13:13: LK081", "a text is expected here"),
        (
            "choices:\n      recall:",
            "choices: nichts\n    x:\n      recall:",
            "14:14: LK081",
            "for each part",
        ),
        (
            "accept: [Genauigkeit, Präzision, Positiver Vorhersagewert]",
            "accept: Genauigkeit",
            "26:13: LK081",
            "a list of what may be typed is expected",
        ),
        ("[Genauigkeit, Prä", "[präzision, Prä", "26:", "LK075"),
        ("pr[äe]zision", "(pr)+", "27:", "LK076"),
        ("accept: [Sens", "order: [Sens", "28:17: LK080", "those it has: accept, why"),
        ("{{tp}} davon", "{{tn}} davon", "22:13: LK062", "unknown name 'tn'"),
        ("'Bei $(0, 0)$'", r"'Bei $\nosuch$'", "7:", r"LK042 the LaTeX '\\nosuch'"),
        ("text: Die Treffer", "text: Der Recall", "16:", "LK022"),
        ("Jede Kurve endet dort.", "Jede <b>Kurve</b> endet dort.", "11:19: LK045", "raw HTML <b>"),
        ("null?, Welche", "null? Bei Recall 1?, Welche", "10:13: LK054", "the hint holds the answer"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(
    german: Path, old: str, new: str, place: str, message: str
) -> None:
    assert old in GERMAN
    german.write_text(GERMAN.replace(old, new, 1), encoding="utf-8")
    lines = [line for line in report(found(german)).splitlines() if place in line and message in line]
    assert len(lines) == 1, report(found(german))
    assert str(german) in lines[0]


def test_what_is_not_translated_is_told_and_does_not_fail(
    monkeypatch: pytest.MonkeyPatch, german: Path, sample: Path
) -> None:
    less = GERMAN.replace("title: Ein Beispiel\n", "").replace("    explain: Jede Kurve endet dort.\n", "")
    less = less.replace("none: {text: An keinem davon, ", "none: {")
    forms = "    accept: [Genauigkeit, Präzision, Positiver Vorhersagewert]\n"
    german.write_text(less.replace(forms, ""), encoding="utf-8")
    problems = found(german)
    assert {problem.severity for problem in problems} == {"warning"}
    assert [f"{problem.line} {problem.message}" for problem in problems] == [
        "1 the quiz: not translated: title",
        "3 end-point: not translated: choices.none.text, explain",
        "22 its-name: not translated: accept",
    ]
    said = in_language(monkeypatch, "de", sample)
    assert (said.title, said.questions[0].explain) == ("A sample", "Every curve ends there.")


def test_a_broken_translation_says_so_where_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, german: Path, sample: Path
) -> None:
    german.write_text("title: 3", encoding="utf-8")
    assert in_language(monkeypatch, "en", sample).title == "A sample"
    with pytest.raises(QuizError, match=r"03-sample\.de\.yaml:1:8: LK081 a text is expected"):
        in_language(monkeypatch, "de", sample)


def test_a_translation_of_nothing_is_an_error(german: Path) -> None:
    lost = german.rename(german.with_name("04-lost.de.yaml"))
    assert "there is no quiz 04-lost.yaml" in report(found(lost))


@pytest.mark.parametrize("code", ["LK080", "LK081", "LK082"])
def test_the_examples_of_the_rules_are_breaches(german: Path, code: str) -> None:
    german.write_text(EXAMPLES[code], encoding="utf-8")
    assert code in {problem.code for problem in found(german)}


def test_no_list_of_lessons_holds_a_translation() -> None:
    stems = [path.stem for path in quiz_files(QUIZZES)]
    assert len(stems) == len({stem[:2] for stem in stems})
    assert list(QUIZZES.glob("00-start-here.de.yaml"))


def test_the_lesson_that_is_translated_is_translated_whole() -> None:
    assert found(QUIZZES / "00-start-here.de.yaml") == []
