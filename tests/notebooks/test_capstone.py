"""The capstone is run twice more: with every step solved, and with every step done wrong in a typical way."""

from __future__ import annotations

import ast
import asyncio
import io
import re
from contextlib import redirect_stdout
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

import lessonkit as lk
import lessonkit.exercises
import lessonkit.metrics.uncertainty
from lessonkit.questions import load_quiz
from tools.bootstrap import ROOT
from lessonkit.authoring.run import execute
from tools.lesson import Lesson, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

STORED = ROOT / "notebooks" / "12-capstone-credit-default.ipynb"
_CHECK = re.compile(r'^lk\.check\("([\w-]+)", (\w+)\)$', re.MULTILINE)
_SOLUTION = re.compile(r"<details><summary>Solution</summary>.*?```python\n(.*?)```", re.DOTALL)

#: Ten wrong ways, in the order of the steps, each with words of the hint that it must get.
WRONG: list[tuple[str, str, str]] = [
    (
        "price-of-errors",
        """
def cost_per_1000(y_true, flagged):
    return 1000 * np.mean(y_true != flagged)
""",
        "You count errors.",
    ),
    ("known-at-decision", 'after_decision = ["int_rate", "sub_grade"]', "how much was paid out"),
    (
        "three-parts",
        """
from sklearn.model_selection import train_test_split


def three_parts(y):
    rows = np.arange(y.size)
    train, test = train_test_split(rows, test_size=0.3, stratify=y, random_state=0)
    return train, test, test
""",
        "First cut off the test rows",
    ),
    (
        "three-parts",
        """
def three_parts(y):
    rows = np.random.default_rng(0).permutation(y.size)
    return np.split(rows, [round(0.525 * y.size), round(0.7 * y.size)])
""",
        "Stratify both cuts",
    ),
    (
        "logistic-scores",
        """
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler


def logistic_scores(X_train, y_train, X_new):
    scaler = StandardScaler().fit(np.concatenate([X_train, X_new]))
    model = LogisticRegression(max_iter=1000).fit(scaler.transform(X_train), y_train)
    return model.predict_proba(scaler.transform(X_new))[:, 1]
""",
        "a leak",
    ),
    (
        "net-scores",
        """
import keras


def net_scores(X_train, y_train, X_new):
    keras.utils.set_random_seed(0)
    net = keras.Sequential([keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
    net.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True))
    net.fit(X_train, y_train, epochs=1, batch_size=500, verbose=0)
    return net.predict(X_new, verbose=0)[:, 0]
""",
        'activation="sigmoid"',
    ),
    (
        "difference-interval",
        """
def difference_interval(y_true, a, b):
    rng, found = np.random.default_rng(0), []
    for _ in range(1000):
        costs = []
        for s in (a, b):
            rows = rng.integers(0, y_true.size, y_true.size)
            flagged = np.zeros(rows.size, dtype=int)
            flagged[np.argsort(-s[rows])[: rows.size // 5]] = 1
            errors = 100 * (flagged > y_true[rows]) + 1500 * (flagged < y_true[rows])
            costs.append(1000 * errors.mean())
        found.append(costs[0] - costs[1])
    return np.quantile(found, 0.025), np.quantile(found, 0.975)
""",
        "cannot split a tie",  # and the rows are others for each model: the cost comes first
    ),
    (
        "threshold-within-capacity",
        """
def choose_threshold(s_val):
    return 100 / (100 + 1500)
""",
        "the formula of the prices alone",
    ),
    (
        "audit",
        """
def audit(y_true, scores, threshold):
    sweep = lk.ThresholdSweep(y_true, scores)
    best = sweep.at(sweep.cheapest(false_positive=100, false_negative=1500).threshold)
    cost = 1000 * best.cost(false_positive=100, false_negative=1500) / best.total
    return best.flagged_rate, best.precision, best.recall, cost
""",
        "You chose a new threshold",
    ),
    (
        "model-card",
        """
card = {
    "decision": "A loan officer reads each flagged application before the loan is granted.",
    "not_for": "It must not refuse anyone without a person who has read the application.",
    "model": "A logistic regression on 20 columns that are known on the day.",
    "data": "Loans that were granted in the first quarter of 2016.",
    "prevalence": 0.052,
    "average_precision": (0.102, 0.131, 0.174),
    "prices": (100, 1500),
    "capacity": 0.2,
    "threshold": 0.0742,
    "chosen_on": "validation",
    "flagged": 0.177,
    "precision": 0.099,
    "recall": 0.374,
    "cost": 59500,
    "saved": (10886, 19101, 27792),
    "limits": "Nobody knows how the refused applicants would have paid.",
}
""",
        "threshold of the card",
    ),
]


def solutions(lesson: Lesson) -> dict[str, str]:
    """Return the folded solution of each exercise."""
    found = {}
    for cell, after in zip(lesson.cells, lesson.cells[1:], strict=False):
        check = _CHECK.search(cell.source) if cell.is_code else None
        solution = _SOLUTION.match(after.source)
        if check is not None and solution is not None:
            found[check[1]] = solution[1]
    return found


def filled_in(lesson: Lesson, answers: Callable[[str], list[str]], path: Path) -> Path:
    """Write the notebook with the answers in place of the gaps; of several, each is checked."""
    import nbformat

    notebook = nbformat.read(lesson.path, as_version=4)
    for cell in notebook.cells:
        check = _CHECK.search(cell.source) if cell.cell_type == "code" else None
        if check is not None:
            tried = [f"{answer}\n\n{check[0]}" for answer in answers(check[1])]
            cell.source = "\n\n".join(tried) + cell.source[check.end() :]
    nbformat.write(notebook, path)
    return path


@pytest.fixture(scope="module")
def stored() -> Lesson:
    return load(STORED)


@pytest.fixture(scope="module")
def runs(stored: Lesson, tmp_path_factory: pytest.TempPathFactory) -> tuple[Lesson, Lesson]:
    """The capstone solved, and done wrong; both kernels work at the same time."""
    folder = tmp_path_factory.mktemp("capstone")
    right = solutions(stored)
    paths = [
        filled_in(stored, lambda step: [right[step]], folder / "solved.ipynb"),
        filled_in(
            stored, lambda step: [text for id_, text, _ in WRONG if id_ == step], folder / "wrong.ipynb"
        ),
    ]

    async def both() -> list[str]:
        return await asyncio.gather(*(execute(path, seconds=120) for path in paths))

    for path, text in zip(paths, asyncio.run(both()), strict=True):
        path.write_text(text, encoding="utf-8")
    solved, wrong = map(load, paths)
    return solved, wrong


def shown(cell: Any) -> list[str]:  # noqa: ANN401
    """Return the texts of a cell's outputs."""
    return [output.get("text") or output["data"]["text/plain"] for output in cell.outputs]


BOARD = "lk.progress()"


def moves(cell: Any) -> bool:  # noqa: ANN401
    """Say whether the learner's code changes what a cell shows: a verdict, or the board that counts them."""
    return "check" in cell.interactive or cell.source == BOARD


def steps(lesson: Lesson) -> list[Any]:
    return [cell for cell in lesson.code if "check" in cell.interactive]


def test_the_folded_solutions_solve_the_capstone(runs: tuple[Lesson, Lesson]) -> None:
    solved, _ = runs
    verdicts = [text for cell in steps(solved) for text in shown(cell)]
    told = "\n".join(verdicts)
    assert len(steps(solved)) == 9
    assert told.count("✓ Passed") == 9, told
    assert "not_for" in verdicts[-1]  # the card is printed


def test_the_solved_capstone_shows_the_numbers_of_the_text(
    stored: Lesson, runs: tuple[Lesson, Lesson]
) -> None:
    solved, _ = runs
    for before, after in zip(stored.code, solved.code, strict=True):
        if moves(before):
            continue
        for old, new in zip(shown(before), shown(after), strict=True):
            # A network wanders in its last digits on other processors.
            lines = [[line for line in text.splitlines() if "net" not in line] for text in (old, new)]
            assert lines[0] == lines[1]


def test_ten_typical_mistakes_get_their_hints(runs: tuple[Lesson, Lesson]) -> None:
    _, wrong = runs
    assert len(WRONG) == 10
    verdicts = [text for cell in steps(wrong) for text in shown(cell) if "✓" in text or "✗" in text]
    assert len(verdicts) == 10
    for (step, _, hint), verdict in zip(WRONG, verdicts, strict=True):
        assert verdict.startswith("✗ Not yet"), f"{step}: {verdict}"
        assert hint in verdict.partition("Hint: ")[2], f"{step}: {verdict}"
    assert len({hint for _, _, hint in WRONG}) == 10


def test_a_wrong_step_does_not_reach_the_next_one(stored: Lesson, runs: tuple[Lesson, Lesson]) -> None:
    _, wrong = runs
    for before, after in zip(stored.code, wrong.code, strict=True):
        if not moves(before):
            assert shown(before) == shown(after)


def test_the_board_at_the_end_counts_the_steps(runs: tuple[Lesson, Lesson]) -> None:
    for run, solved in zip(runs, ("9 of 9", "0 of 9"), strict=True):
        (board,) = (shown(cell) for cell in run.code if cell.source == BOARD)
        assert solved in board[0]


INTERVAL = r"cost at the desk, logistic minus net: -?[\d,]+ to -?[\d,]+ euros per 1,000"


@pytest.mark.parametrize(
    ("mine", "told"),
    [
        ([], r"cost at the desk, logistic minus net: -12,001 to 4,696 euros per 1,000"),
        (["net_scores"], r"ours: cost at the desk, logistic minus net: -12,001 to 4,696 euros per 1,000"),
        (["difference_interval"], r"cost at the desk, logistic minus net: -12,001 to 4,696 euros per 1,000"),
        (["net_scores", "difference_interval"], INTERVAL),
    ],
)
def test_an_interval_beside_ones_own_network_says_whose_it_is(
    stored: Lesson, capsys: pytest.CaptureFixture[str], mine: list[str], told: str
) -> None:
    right = solutions(stored)
    setup, steps_, parts, models = (
        next(cell.source for cell in stored.code if word in cell.source)
        for word in ("ours = ", "after_decision = ", "parts = three_parts(y)", "models = {")
    )
    space: dict[str, Any] = {"lk": lk, "np": np}
    gaps = "three_parts = logistic_scores = net_scores = difference_interval = None"
    own = [right[name.replace("_", "-")] for name in mine]
    for source in (setup, steps_, gaps, *own, parts, models):
        exec(source, space)  # noqa: S102  (the course's own cells)
    (line,) = [each for each in capsys.readouterr().out.splitlines() if "minus" in each]
    assert re.fullmatch(told, line)
    assert (space["scores"]["net"] is space["ours"].scores["net"]) == ("net_scores" not in mine)


class Cached:
    """Calls a function once for the same arguments: the subsets of solved steps share what is computed.

    It keeps the arguments: a function that is thrown away may leave its ``id`` to another one.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.known: dict[str, tuple[Any, Any]] = {}

    def __call__(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401
        arguments = [*given, *sorted(named.items())]
        key = "|".join(map(told_apart, arguments))
        if key not in self.known:
            self.known[key] = (self.function(*given, **named), arguments)
        return self.known[key][0]


def show(source: str, space: dict[str, Any]) -> None:
    """Run a cell of the course, and print the value of its last line as a notebook shows it."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), space)  # noqa: S102  (the course's own cells)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), space)  # noqa: S307
        if value is not None:
            print(repr(value))  # noqa: T201  (it is captured)


def told_apart(value: Any) -> str:  # noqa: ANN401
    """Return a text that differs for values that differ, as long as they live; a function is itself alone."""
    if isinstance(value, np.ndarray):
        return sha256(np.ascontiguousarray(value).tobytes()).hexdigest()
    return str(id(value)) if callable(value) else repr(value)


@pytest.fixture(scope="module")
def step_by_step(stored: Lesson) -> Iterator[Callable[[set[str]], dict[int, str]]]:
    """Run the capstone's cells with some steps solved, and return what each cell prints by its number.

    The answers are defined once, and the slow ones are called once for the same rows.
    """
    right, answers = solutions(stored), {}
    for step, source in right.items():
        space: dict[str, Any] = {"lk": lk, "np": np}
        exec(source, space)  # noqa: S102  (the course's own solutions)
        answers[step] = space
    for step, name in (("logistic-scores", "logistic_scores"), ("net-scores", "net_scores")):
        answers[step][name] = Cached(answers[step][name])

    def run(solved: set[str]) -> dict[int, str]:
        space: dict[str, Any] = {}
        printed = {}
        for cell in stored.code:
            check = _CHECK.search(cell.source)
            with redirect_stdout(io.StringIO()) as text:
                if check is not None and check[1] in solved:
                    space[check[2]] = answers[check[1]][check[2]]
                    show(cell.source[check.start() :], space)
                else:
                    show(cell.source, space)
            plt.close("all")
            printed[cell.number] = text.getvalue()
        return printed

    patch = pytest.MonkeyPatch()
    for name in ("quiz", "progress", "review", "check"):
        patch.setattr(lk, name, lambda *_, **__: None)
    patch.setattr(lessonkit.exercises, "verdict", Cached(lessonkit.exercises.verdict))
    for owner in (lessonkit.metrics, lessonkit.metrics.uncertainty):
        for name in ("bootstrap_interval", "bootstrap_difference", "bootstrap_band"):
            if hasattr(owner, name):
                patch.setattr(owner, name, Cached(getattr(owner, name)))
    yield run
    patch.undo()


ALL_STEPS = sorted(solutions(load(STORED)))
SUBSETS = {
    "none": set(),
    "all": set(ALL_STEPS),
    **{f"only {step}": {step} for step in ALL_STEPS},
    **{f"all but {step}": {*ALL_STEPS} - {step} for step in ALL_STEPS},
}


@pytest.mark.parametrize("solved", SUBSETS.values(), ids=SUBSETS)
def test_any_steps_may_be_solved(
    stored: Lesson, step_by_step: Callable[[set[str]], dict[int, str]], solved: set[str]
) -> None:
    printed = step_by_step(solved)
    assert any(printed.values())
    for cell in stored.code:
        if not moves(cell) and not is_widget(cell):
            promised = lines("\n".join(shown(cell)), solved)
            mine = lines(printed[cell.number], solved)
            assert [line for line in mine if line in promised] == promised


def is_widget(cell: Any) -> bool:  # noqa: ANN401
    """Say whether a cell shows a widget, which has no text outside a notebook; the solved run compares it."""
    return "quiz" in cell.interactive or "lk.explore(" in cell.source


def lines(text: str, solved: set[str]) -> list[str]:
    """Return the lines of a text, without the numbers that one's own network moves."""
    found = [line.removeprefix("ours: ").rstrip() for line in text.splitlines() if line.strip()]
    if "net-scores" in solved:
        found = [re.sub(r"-?[\d.,]*\d", "#", line) if re.search(r"\bnet\b", line) else line for line in found]
    return found


def test_the_post_test_asks_each_question_of_the_pre_test_again() -> None:
    before = load_quiz(ROOT / "quizzes" / "00-start-here.yaml").exam_block().questions
    after = load_quiz(ROOT / "quizzes" / f"{STORED.stem}.yaml").exam_block().questions
    assert [question.twin for question in after] == [question.id for question in before]
    for old, new in zip(before, after, strict=True):
        assert (new.kind, new.objective) == (old.kind, old.objective)
        assert beliefs(new) == beliefs(old), new.id
        assert new.prompt != old.prompt


def beliefs(question: Any) -> list[str]:  # noqa: ANN401
    """Return the misconceptions that wrong answers to a question show."""
    wrong = getattr(question, "choices", None) or question.mistakes
    return sorted(each.misconception for each in wrong if each.misconception)
