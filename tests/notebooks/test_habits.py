"""The lessons made again have no habit of the list, and no rule of the list raises a false alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from nbformat import v4, write

from tools import habits
from tools.lesson import load
from tools.setup_cell import SOURCE as SET_UP

if TYPE_CHECKING:
    from pathlib import Path

# Each habit: sentences that have it, and sentences that must pass all rules.
HAS = {
    "mails": ["Of 20 mails, 7 are spam.", "One spam mail gets through.", "An e-mail arrives."],
    "mend": ["The mend is short.", "You mended the call."],
    "in place of": ["It finds 50 in place of 28."],
    "from X on": ["From 0.5 on it flags.", "You say from which score on an email is flagged.", "From that score on, it flags."],
    "for a true X": ["Recall is 0.13 for a true 0.25."],
    "one X a Y": ["One number a row is left.", "There is one softmax unit a class.", "It costs 3 lines a cell."],
    ", as": ["A, as it wins at recall 0.8.", "Neither, as both are far from 1.", "It falls, as the scores are lower."],
    "stands, lies": ["On the diagonal stand the right ones.", "It lies between 0 and 1.", "The score standing there is 1."],
    "is no X": ["The trade-off is no law.", "The scores are no probabilities."],
    "the next cell": ["The next cell counts.", "Run the next code cell."],
    "trailing also": ["Most miss it, also people who train.", "It rises also.", "Return it, also when it is empty."],
    "tell without a person": ["Prices tell the threshold.", "One split tells little.", "What does it tell about new rows?"],
    "says if": ["A label says if it is spam.", "Then ask if it was right."],
    "space before %": ["It has 98 % accuracy.", "It is $9.4\\,\\%$ of them."],
    "percent spelled British": ["Nine per cent are spam."],
    "anew": ["Draw the numbers anew."],
    "by lot": ["Choose by lot."],
    "by heart": ["Learn it by heart."],
    "hardly": ["It hardly changes."],
    "all but": ["The model all but fails."],
    "equally many": ["Both flag equally many emails."],
    "till": ["Wait till the end."],
    "X against Y": ["A is ahead, 0.89 against 0.83.", "It is cheaper: 105 against 110."],
    "of these": ["In 104 steps recall rises, and in 101 of these precision rises.", "How many of these are spam?"],
    "Who for whoever": ["Who flags everything finds all of them."],
    "no article before a metric": ["The filter has recall 0.85."],
    "keep in mind": ["Keep your answer in mind.", "Keep it in mind."],
    "British word": ["It moves towards 1.", "You learnt it whilst you slept."],
}  # fmt: skip
HAS_NOT = [
    "A mail service for a large amount of mail. With more mail, choose the threshold again.",
    "Twenty emails, and 98% of them are normal; the mailbox is full.",
    "You can recommend it. Read the amendment.",
    "From now on it flags. From here on you are alone. From that point on it rises. From 0.5 to 0.7 it falls.",
    "It reads 0.13, but for a true positive nothing changes.",
    "It costs one minute per email, and takes one hour a day.",
    "Which one beats a filter? One is a class. Only one of a batch is spam.",
    "One page is what a model card takes.",
    "Recall falls, as the table shows. Precision rises, as you saw in lesson 01.",
    "Write it as a fraction, as a decimal, or as a percentage, as long as it is right, as well as you can.",
    "TP stands for true positive. He lies about it. You understand the underlying cause. It stands out.",
    "There is no law. There are no rows. It is no longer true, and no one is no better.",
    "Is there no rule?",
    "Go to the next one. The next question is about the cell.",
    "It is also called true positive rate. It also rises.",
    "The curve tells you what happens. You cannot tell whether it is good. It is hard to tell how far.",
    "Say whether it is spam. If it says so, stop. Ask it if you like.",
    "A hundred percent of 0.98 is $0.98$.",
    "All but one are spam. All but 3 passed.",
    "You argue against 2 of them. Test it against the lesson's numbers.",
    "Two of these emails are spam. These are the ones.",
    "Who flags everything? The person who flags it.",
    "It has a recall of 0.85. At a recall of 0.85 it has precision to spare.",
    "The analyses exercise a promise; otherwise the size is precise, and the color is gray. Analyze it.",
    "Parameters, kilometers and programs; the center; labeled; recognize; the metric.",
    "The file `mails.csv` has `98 %` instead of `mend`.",
    "It is $x$ in [this note](https://example.org/mails).",
]


@pytest.mark.parametrize("path", habits.course(), ids=lambda path: path.name)
def test_a_lesson_has_no_habit(path: Path) -> None:
    problems = habits.in_file(path)
    assert not problems, "\n".join([path.name, *problems])


def test_each_habit_has_sentences() -> None:
    assert list(HAS) == [habit.name for habit in habits.HABITS]


@pytest.mark.parametrize(("name", "sentence"), [(name, one) for name, some in HAS.items() for one in some])
def test_a_habit_is_found(name: str, sentence: str) -> None:
    assert name in {habit.name for _, habit, _ in habits.in_text(sentence)}


@pytest.mark.parametrize("text", HAS_NOT)
def test_what_only_looks_like_a_habit_passes(text: str) -> None:
    assert [(place, habit.name) for place, habit, _ in habits.in_text(text)] == []


def test_markdown_comments_and_strings_are_read_and_code_is_not(tmp_path: Path) -> None:
    cells = [
        v4.new_markdown_cell("# Counting\n\nFine.\n\n```python\nmails = 1\n```"),
        v4.new_code_cell(SET_UP),
        v4.new_code_cell('mails = load("mails")  # all mails\nprint(f"{n} mails found")'),
        v4.new_markdown_cell("* A list of mails\n* | not |\n\n| each mail |\n|---|\n| hardly |"),
    ]
    write(v4.new_notebook(cells=cells), tmp_path / "01-a.ipynb")
    found = list(habits.in_lesson(load(tmp_path / "01-a.ipynb")))
    assert [line.partition(": write")[0] for line in found] == [
        *("cell 3: 'mails'", "cell 3: 'mails'", "cell 4: 'mails'", "cell 4: 'each mail'", "cell 4: 'hardly'"),
    ]


def test_what_learners_read_of_a_quiz_is_read(tmp_path: Path) -> None:
    path = tmp_path / "quiz.yaml"
    path.write_text(
        "lesson: 01-mails\ntitle: On mails\nobjectives: {count-mails: Count mails.}\n"
        "questions:\n- id: lost-mail\n  see: notebooks/mails.ipynb\n  prompt: Which mail is it?\n"
        "  hints: [A mail., Another.]\n  where: {mail: 3}\n"
        "  choices:\n  - {id: mail, text: No., why: Mend it., misconception: mail}\n",
        encoding="utf-8",
    )
    assert [line.partition(": write")[0] for line in habits.in_quiz(path)] == [
        *(
            "objectives: 'mails'",
            "title: 'mails'",
            "lost-mail: 'Which mail'",
            "lost-mail: 'A mail'",
            "lost-mail: 'Mend'",
        )
    ]


def test_the_command_lists_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "01-a.ipynb"
    write(v4.new_notebook(cells=[v4.new_markdown_cell("# Mails")]), path)
    assert habits.main([str(path)]) == 1
    assert "01-a.ipynb cell 1: 'Mails': write email" in capsys.readouterr().out
    write(v4.new_notebook(cells=[v4.new_markdown_cell("# Emails")]), path)
    assert habits.main([str(path)]) == 0
